//! Lines in a frame with their legend: what most plots over time are made of.

use super::{
    Axis, Block, Canvas, FigureError, Frame, Legend, Look, Panel, Pen, SOFT, Sample, clipped,
    coincide, finite, range, thinned,
};

/// One line.
pub(super) struct Series {
    /// What the legend calls it; empty for no entry.
    pub label: String,
    /// Its place among the entries of the legend.
    pub order: usize,
    /// Whether it is something to compare with.
    pub reference: bool,
    pub x: Vec<f64>,
    pub y: Vec<f64>,
    /// Ends of the error bars; empty for none.
    pub low: Vec<f64>,
    pub high: Vec<f64>,
    pub pen: Pen,
    /// Whether each value has a dot.
    pub dots: bool,
    /// Whether the dots are rings.
    pub hollow: bool,
    /// Whether the dots have no line between them.
    pub scattered: bool,
}

impl Series {
    pub(super) fn new(x: &[f64], y: &[f64], pen: Pen) -> Series {
        Series {
            label: String::new(),
            order: 0,
            reference: false,
            x: x.to_vec(),
            y: y.to_vec(),
            low: Vec::new(),
            high: Vec::new(),
            pen,
            dots: false,
            hollow: false,
            scattered: false,
        }
    }

    pub(super) fn sample(&self) -> Sample {
        match (self.scattered, self.dots) {
            (true, _) => Sample::Dot(self.pen.color),
            (_, true) => Sample::Dotted(self.pen, self.hollow),
            _ => Sample::Line(self.pen),
        }
    }
}

/// Where vertical lines mark that the input is switched.
pub(super) const SWITCH: Pen = Pen::dashed(SOFT, 1.0);
pub(super) const SWITCHED: &str = "the input is switched";

pub(super) struct Chart {
    series: Vec<Series>,
    entries: Vec<(Sample, String)>,
    /// Times at which the input is switched.
    switches: Vec<f64>,
    x: Axis,
    y: Axis,
    titles: (String, String),
    /// How far error bars of different lines stand apart.
    apart: f64,
    pub shape: f64,
    pub width: Option<f64>,
}

/// What a chart is made of beside its lines.
#[derive(Clone, Copy, Default)]
pub(super) struct Setting<'a> {
    pub titles: (&'a str, &'a str),
    /// Which axes are logarithmic.
    pub log: (bool, bool),
    /// Values that the axes have at least.
    pub reaches: (&'a [f64], &'a [f64]),
    /// Times at which the input is switched.
    pub switches: &'a [f64],
}

/// A page on which it is asked which lines lie on each other.
const PAGE: (f64, f64) = (640.0, 300.0);

impl Chart {
    /// `places` names the series in messages. Lines that look like one are drawn once.
    pub(super) fn new(
        series: Vec<Series>,
        places: &[String],
        setting: Setting<'_>,
        look: &Look,
    ) -> Result<Chart, FigureError> {
        let log = setting.log;
        finite("x_reaches", setting.reaches.0)?;
        finite("y_reaches", setting.reaches.1)?;
        for (one, place) in series.iter().zip(places) {
            let parts = [
                ("x", &one.x, log.0),
                ("y", &one.y, log.1),
                ("low", &one.low, log.1),
                ("high", &one.high, log.1),
            ];
            for (name, values, log) in parts {
                let place = format!("{place}, {name}");
                finite(&place, values)?;
                if let Some(k) = values.iter().position(|&v| log && v <= 0.0) {
                    let why = format!("{} has no place on a logarithmic axis", values[k]);
                    return Err(FigureError::data(format!("{place}, index {k}"), why));
                }
            }
        }
        let x = range(series.iter().flat_map(|s| &s.x).chain(setting.reaches.0));
        let all = |s| -> [&Vec<f64>; 3] {
            let s: &Series = s;
            [&s.y, &s.low, &s.high]
        };
        let y = range(
            series
                .iter()
                .flat_map(all)
                .flatten()
                .chain(setting.reaches.1),
        );
        let (Some(x), Some(y)) = (x, y) else {
            return Err(FigureError::data("lines", "there are no values"));
        };
        let axis = |name, asked: Option<[f64; 2]>, (low, high), log, margin| match asked {
            Some(ends) => Axis::between(name, ends, log, 6.0),
            None if log => Ok(Axis::logarithmic(low, high)),
            None => Ok(Axis::linear(low, high, margin, 6.0)),
        };
        let dots = series.iter().any(|s| s.dots || s.scattered);
        let mut chart = Chart {
            series,
            entries: Vec::new(),
            switches: setting.switches.to_vec(),
            x: axis("x", look.x, x, log.0, if dots { 0.03 } else { 0.0 })?,
            y: axis("y", look.y, y, log.1, 0.05)?,
            titles: (setting.titles.0.to_string(), setting.titles.1.to_string()),
            apart: 0.0,
            shape: if look.inner(852.0) < 500.0 {
                0.62
            } else {
                0.45
            },
            width: None,
        };
        let inside = |t: &f64| (0.0..=1.0).contains(&chart.x.fraction(*t));
        chart.switches = setting.switches.iter().copied().filter(inside).collect();
        chart.group();
        let barred = chart.series.iter().filter(|s| !s.low.is_empty()).count();
        if barred > 1 {
            chart.apart = (16.0 / barred as f64).min(5.0);
        }
        chart.explain();
        Ok(chart)
    }

    /// Of lines that look like one the first stays and has all names.
    fn group(&mut self) {
        let place = |x: f64, y: f64| (PAGE.0 * self.x.fraction(x), -PAGE.1 * self.y.fraction(y));
        // Error bars are part of the look; what has no name, or is no line, stays by itself.
        let outline = |s: &Series| -> Vec<(f64, f64)> {
            let rising = s.x.windows(2).all(|w| w[0] <= w[1]);
            if s.label.is_empty() || s.reference || s.order == usize::MAX || !rising {
                return Vec::new();
            }
            s.x.iter().zip(&s.y).map(|(x, y)| place(*x, *y)).collect()
        };
        let lines: Vec<_> = self.series.iter().map(outline).collect();
        let bars = |s: &Series| (s.low.clone(), s.high.clone());
        let mut gone = Vec::new();
        for group in coincide::groups(&lines) {
            let mut same = vec![group[0]];
            for k in &group[1..] {
                let (a, b) = (&self.series[group[0]], &self.series[*k]);
                if bars(a) == bars(b) && (a.dots, a.scattered) == (b.dots, b.scattered) {
                    same.push(*k);
                }
            }
            let labels: Vec<&str> = same
                .iter()
                .map(|k| self.series[*k].label.as_str())
                .collect();
            let label = coincide::name(&labels);
            self.series[same[0]].label = label;
            gone.extend_from_slice(&same[1..]);
        }
        let mut k = 0;
        self.series.retain(|_| {
            k += 1;
            !gone.contains(&(k - 1))
        });
    }

    fn explain(&mut self) {
        let named = self.series.iter().filter(|s| !s.label.is_empty());
        let mut named: Vec<&Series> = named.collect();
        named.sort_by_key(|s| s.order);
        let entries = named.into_iter().map(|s| (s.sample(), s.label.clone()));
        self.entries = entries.collect();
        if self.apart > 0.0 {
            let what = "lines are set apart sideways, so that bars are seen";
            self.entries.push((Sample::None, what.to_string()));
        }
        if !self.switches.is_empty() {
            let entry = (Sample::Line(SWITCH), SWITCHED.to_string());
            self.entries.push(entry);
        }
    }

    fn draw_series(
        &self,
        canvas: &mut Canvas<'_>,
        panel: &Panel<'_>,
        (series, aside): (&Series, f64),
    ) {
        let frame = panel.frame;
        let at = |x: f64, y: f64| {
            let p = panel.at(x, y);
            (p.0 + aside, p.1)
        };
        let color = series.pen.color;
        let points = series.x.iter().zip(&series.y);
        let all: Vec<_> = points.map(|(&x, &y)| at(x, y)).collect();
        for (&x, (&low, &high)) in series.x.iter().zip(series.low.iter().zip(&series.high)) {
            let (a, b) = (at(x, low), at(x, high));
            for piece in clipped(&[a, b], frame) {
                canvas.line(&piece, 1.2, color);
            }
            for end in [a, b].into_iter().filter(|p| frame.holds(*p)) {
                let cap = [(end.0 - 3.5, end.1), (end.0 + 3.5, end.1)];
                canvas.line(&cap, 1.2, color);
            }
        }
        let line = thinned(all.iter().copied());
        if let [only] = line[..] {
            if frame.holds(only) {
                canvas.dot(only, 3.0, color);
            }
        } else if !series.scattered {
            for piece in clipped(&line, frame) {
                canvas.trace(&piece, series.pen);
            }
        }
        if series.dots || series.scattered {
            for at in all.into_iter().filter(|p| frame.holds(*p)) {
                canvas.bead(at, color, series.hollow);
            }
        }
    }
}

impl Block for Chart {
    fn sides(&self) -> (f64, f64) {
        (self.y.margin(), self.x.overhang().max(6.0))
    }

    fn shape(&self) -> f64 {
        self.shape
    }

    fn width(&self) -> f64 {
        self.width.unwrap_or(super::block::INNER)
    }

    fn legend(&self, width: f64) -> Legend {
        Legend::new(self.entries.clone(), width)
    }

    fn above(&self) -> f64 {
        if self.y.note.is_empty() { 8.0 } else { 24.0 }
    }

    fn put(&self, canvas: &mut Canvas<'_>, frame: Frame) {
        let outer = frame.left - self.sides().0;
        let (x, y) = (&self.x, &self.y);
        let panel = Panel { frame, x, y };
        let (x_title, y_title) = (&self.titles.0, &self.titles.1);
        panel.draw(canvas, (y_title, outer - 4.0), Some(x_title), 0.0);
        for t in &self.switches {
            canvas.trace(&panel.upright(*t), SWITCH);
        }
        let barred = self.series.iter().filter(|s| !s.low.is_empty()).count();
        let mut k = 0.0;
        for series in &self.series {
            let mut aside = 0.0;
            if !series.low.is_empty() {
                aside = self.apart * (k - (barred as f64 - 1.0) / 2.0);
                k += 1.0;
            }
            self.draw_series(canvas, &panel, (series, aside));
        }
    }
}
