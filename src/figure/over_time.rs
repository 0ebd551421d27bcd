//! Many quantities over one time: the terms of the energy, the overlaps with the memories.

use serde::{Deserialize, Serialize};

use super::{
    BLACK, Block, Chart, Drawn, FigureError, Look, OTHERS, Page, Pen, Series, Setting, as_many,
    times, words,
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
}

impl Page for TermsPlot {
    words!();

    fn block(&self, look: &Look) -> Result<Box<dyn Block + '_>, FigureError> {
        check(&self.time, "term", &self.terms)?;
        let change = |v: &[f64]| {
            let ends = v.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |e, &v| {
                (e.0.min(v), e.1.max(v))
            });
            ends.1 - ends.0
        };
        let coloured = look.palette.coloured();
        let mut named = best(&self.terms, 2 * coloured, change);
        // Told in the order of the network, whichever changes most.
        named.sort_unstable();
        let mut plot = Build::new(&self.time, &self.terms);
        plot.others(&named, ("term", "terms"));
        for (k, &i) in named.iter().enumerate() {
            let mut pen = look.palette.curve(k % coloured);
            pen.dashed = k >= coloured;
            plot.add(i, pen);
        }
        let total = if self.total.is_empty() {
            let sum = |n| self.terms.iter().map(|term| term.values[n]).sum();
            (0..self.time.len()).map(sum).collect()
        } else {
            as_many("total", self.total.len(), self.time.len(), "times")?;
            self.total.clone()
        };
        let mut total = Series::new(&self.time, &total, Pen::new(BLACK, 2.6));
        total.label = "E, total".to_string();
        // On top of the others, and first where it lies on one of them.
        plot.series.push(total);
        plot.places.push("total".to_string());
        plot.chart((&self.time_label, "energy"), &self.switches, look)
    }
}

impl Page for OverlapPlot {
    words!();

    fn block(&self, look: &Look) -> Result<Box<dyn Block + '_>, FigureError> {
        check(&self.time, "memory", &self.memories)?;
        let last = |v: &[f64]| v.last().copied().unwrap_or(0.0);
        let named = best(&self.memories, look.palette.coloured(), last);
        let mut plot = Build::new(&self.time, &self.memories);
        plot.others(&named, ("memory", "memories"));
        // The best lies on top; legend and colours count.
        let mut counted = named.clone();
        counted.sort_unstable();
        for &i in named.iter().rev() {
            let k = counted.iter().position(|c| *c == i).unwrap_or(0);
            plot.add(i, look.palette.curve(k));
        }
        plot.chart((&self.time_label, "overlap"), &self.switches, look)
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

struct Build<'a> {
    time: &'a [f64],
    all: &'a [TimeSeries],
    series: Vec<Series>,
    places: Vec<String>,
}

impl<'a> Build<'a> {
    fn new(time: &'a [f64], all: &'a [TimeSeries]) -> Self {
        Build {
            time,
            all,
            series: Vec::new(),
            places: Vec::new(),
        }
    }

    fn place(&mut self, i: usize) {
        self.places
            .push(format!("curve {i} (\"{}\")", self.all[i].label));
    }

    /// Everything but `named`, thin and grey.
    fn others(&mut self, named: &[usize], what: (&str, &str)) {
        for (i, one) in self.all.iter().enumerate() {
            if !named.contains(&i) {
                let series = Series::new(self.time, &one.values, Pen::new(OTHERS, 0.8));
                self.series.push(series);
                self.place(i);
            }
        }
        let (one, many) = what;
        let label = match self.series.len() {
            1 => format!("1 other {one}"),
            n => format!("{n} other {many}"),
        };
        if let Some(series) = self.series.last_mut() {
            (series.label, series.order) = (label, usize::MAX);
        }
    }

    fn add(&mut self, i: usize, pen: Pen) {
        let one = &self.all[i];
        let mut series = Series::new(self.time, &one.values, pen);
        (series.label, series.order) = (one.label.clone(), i + 1);
        self.series.push(series);
        self.place(i);
    }

    fn chart(
        self,
        titles: (&str, &str),
        switches: &[f64],
        look: &Look,
    ) -> Result<Box<dyn Block>, FigureError> {
        let setting = Setting {
            titles,
            switches,
            ..Setting::default()
        };
        let chart = Chart::new(self.series, &self.places, setting, look)?;
        Ok(Box::new(chart))
    }
}
