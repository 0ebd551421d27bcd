//! Many quantities over one time: the terms of the energy, the overlaps with the memories.

use serde::{Deserialize, Serialize};

use super::{
    BLACK, Block, Chart, Drawn, FigureError, LAST, Line, Look, OTHERS, Page, Pen, Series, Setting,
    as_many, range, times, words,
};

/// A quantity over time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TimeSeries {
    /// What the legend calls it.
    pub label: String,
    /// Its values at the times of the plot.
    pub values: Vec<f64>,
}

/// The terms of the energy over time, and their sum in black.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TermsPlot {
    /// What is shown.
    pub title: String,
    /// The parameters.
    pub subtitle: String,
    /// Title of the time axis, with its unit.
    pub time_label: String,
    /// Times, not decreasing.
    pub time: Vec<f64>,
    /// The terms, by their names in the network: `layer:features`, `synapse:0 memory`. Ten are told apart, those that
    /// change most; more are grey.
    pub terms: Vec<TimeSeries>,
    /// The energy; empty for the sum of the terms.
    pub total: Vec<f64>,
    /// Times at which the input is switched.
    pub switches: Vec<f64>,
    /// Do they jump from value to value and stay in between, as what follows units that flip? Then they are stairs.
    pub jumps: bool,
}

/// The overlap with each memory over time; the best few are coloured and named, the others grey.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OverlapPlot {
    /// What is shown.
    pub title: String,
    /// The parameters.
    pub subtitle: String,
    /// Title of the time axis, with its unit.
    pub time_label: String,
    /// Times, not decreasing.
    pub time: Vec<f64>,
    /// The overlap with each memory.
    pub memories: Vec<TimeSeries>,
    /// Times at which the input is switched.
    pub switches: Vec<f64>,
    /// Do they jump from value to value and stay in between, as what follows units that flip? Then they are stairs.
    pub jumps: bool,
}

impl Page for TermsPlot {
    words!();

    fn block(&self, look: &Look) -> Result<Box<dyn Block + '_>, FigureError> {
        check(&self.time, "term", &self.terms)?;
        let change = |v: &[f64]| range(v).map_or(0.0, |(low, high)| high - low);
        let coloured = look.palette.coloured();
        let mut named = best(&self.terms, 2 * coloured, change);
        // Told in the order of the network, whichever changes most.
        named.sort_unstable();
        let pen = |(k, i): (usize, &usize)| {
            let mut pen = look.palette.curve(k % coloured);
            pen.dashed = k >= coloured;
            (*i, pen)
        };
        let named: Vec<_> = named.iter().enumerate().map(pen).collect();
        let mut series = series(
            (&self.time, self.jumps),
            &self.terms,
            ("term", "terms"),
            &named,
        );
        let total = if self.total.is_empty() {
            let sum = |n| self.terms.iter().map(|term| term.values[n]).sum();
            (0..self.time.len()).map(sum).collect()
        } else {
            as_many("total", self.total.len(), self.time.len(), "times")?;
            self.total.clone()
        };
        // On top of the others, and first where it lies on one of them.
        series.push(Series {
            place: "total".to_string(),
            line: line((&self.time, self.jumps), "E, total", &total),
            pen: Pen::new(BLACK, 2.6),
            order: 0,
        });
        chart(series, (&self.time_label, "energy"), &self.switches, look)
    }
}

impl Page for OverlapPlot {
    words!();

    fn block(&self, look: &Look) -> Result<Box<dyn Block + '_>, FigureError> {
        check(&self.time, "memory", &self.memories)?;
        let last = |v: &[f64]| v.last().copied().unwrap_or(0.0);
        // As many as curves are told apart; of more, those of a colour of their own.
        let most = match self.memories.len() <= look.palette.distinct() {
            true => self.memories.len(),
            false => look.palette.coloured(),
        };
        let named = best(&self.memories, most, last);
        // The best lies on top; legend and colours count.
        let pen = |i: &usize| {
            let k = named.iter().filter(|n| *n < i).count();
            (*i, look.palette.curve(k))
        };
        let named: Vec<_> = named.iter().rev().map(pen).collect();
        let what = ("memory", "memories");
        let series = series((&self.time, self.jumps), &self.memories, what, &named);
        chart(series, (&self.time_label, "overlap"), &self.switches, look)
    }
}

fn check(time: &[f64], what: &str, all: &[TimeSeries]) -> Drawn {
    times(time)?;
    for (i, one) in all.iter().enumerate() {
        let place = format!("{what} {i} (\"{}\")", one.label);
        as_many(&place, one.values.len(), time.len(), "times")?;
    }
    Ok(())
}

/// The `count` that are greatest by some measure, the greatest first; in their order where equal.
fn best(all: &[TimeSeries], count: usize, measure: impl Fn(&[f64]) -> f64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by(|&a, &b| measure(&all[b].values).total_cmp(&measure(&all[a].values)));
    order.truncate(count);
    order
}

/// A line, of stairs where it jumps: every value until the time of the next.
fn line((time, jumps): (&[f64], bool), label: &str, values: &[f64]) -> Line {
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for (t, v) in time.iter().zip(values) {
        if let Some(before) = y.last().copied().filter(|_| jumps) {
            x.push(*t);
            y.push(before);
        }
        x.push(*t);
        y.push(*v);
    }
    Line {
        label: label.to_string(),
        x,
        y,
        ..Line::default()
    }
}

/// Those that are `named`, in their pens and order, over all others in grey.
fn series(
    course: (&[f64], bool),
    all: &[TimeSeries],
    (one, many): (&str, &str),
    named: &[(usize, Pen)],
) -> Vec<Series> {
    let series = |i: usize, label: &str, pen: Pen, order: usize| Series {
        place: format!("curve {i} (\"{}\")", all[i].label),
        line: line(course, label, &all[i].values),
        pen,
        order,
    };
    let others = (0..all.len()).filter(|i| named.iter().all(|(n, _)| n != i));
    let grey = Pen::new(OTHERS, 0.8);
    let mut found: Vec<Series> = others.map(|i| series(i, "", grey, 0)).collect();
    let label = match found.len() {
        1 => format!("1 other {one}"),
        n => format!("{n} other {many}"),
    };
    if let Some(last) = found.last_mut() {
        (last.line.label, last.order) = (label, LAST);
    }
    let named = named.iter();
    found.extend(named.map(|&(i, pen)| series(i, &all[i].label, pen, i + 1)));
    found
}

fn chart(
    series: Vec<Series>,
    titles: (&str, &str),
    switches: &[f64],
    look: &Look,
) -> Result<Box<dyn Block>, FigureError> {
    let setting = Setting {
        titles,
        switches,
        ..Setting::default()
    };
    Ok(Box::new(Chart::new(series, setting, look)?))
}
