//! Lines in a frame with their legend: what most plots over time are made of.

use super::{
    Axis, Block, Canvas, Entries, FigureError, Frame, INNER, Legend, Line, Look, Panel, Pen, Point,
    SWITCH, Sample, coincide, finite, range, refused, thinned,
};

/// A line, and how it is drawn.
pub(super) struct Series {
    /// What messages call it.
    pub place: String,
    pub line: Line,
    pub pen: Pen,
    /// Its place among the entries of the legend.
    pub order: usize,
}

/// The order of what comes last and has no line of its own to be one with another.
pub(super) const LAST: usize = usize::MAX;

impl Series {
    fn sample(&self) -> Sample {
        match (self.line.scattered, self.line.dots) {
            (true, _) if self.line.second => Sample::Disc(3.2, self.pen.color, true),
            (true, _) => Sample::Dot(self.pen.color),
            (_, true) => Sample::Dotted(self.pen, self.line.second),
            _ => Sample::Line(self.pen),
        }
    }

    fn has_bars(&self) -> bool {
        !self.line.low.is_empty()
    }
}

pub(super) struct Chart {
    series: Vec<Series>,
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
    pub switches: &'a [f64],
}

/// A page on which it is asked which lines lie on each other.
const PAGE: (f64, f64) = (640.0, 300.0);

impl Chart {
    /// Lines that look like one are drawn once.
    pub(super) fn new(
        series: Vec<Series>,
        setting: Setting<'_>,
        look: &Look,
    ) -> Result<Chart, FigureError> {
        let log = setting.log;
        finite("x_reaches", setting.reaches.0)?;
        finite("y_reaches", setting.reaches.1)?;
        for Series { place, line, .. } in &series {
            let parts = [
                ("x", &line.x, log.0),
                ("y", &line.y, log.1),
                ("low", &line.low, log.1),
                ("high", &line.high, log.1),
            ];
            for (name, values, log) in parts {
                let place = format!("{place}, {name}");
                finite(&place, values)?;
                if let Some(k) = values.iter().position(|&v| log && v <= 0.0) {
                    let why = format!("{} has no place on a logarithmic axis", values[k]);
                    return refused(format!("{place}, index {k}"), why);
                }
            }
        }
        let lines = || series.iter().map(|s| &s.line);
        let x = range(lines().flat_map(|l| &l.x).chain(setting.reaches.0));
        let y = lines().flat_map(|l| [&l.y, &l.low, &l.high]).flatten();
        let y = range(y.chain(setting.reaches.1));
        let (Some(x), Some(y)) = (x, y) else {
            return refused("lines", "there are no values");
        };
        let axis = |name, asked: Option<[f64; 2]>, (low, high), log, margin| match asked {
            Some(ends) => Axis::between(name, ends, log, 6.0),
            None if log => Ok(Axis::logarithmic(low, high)),
            None => Ok(Axis::linear(low, high, margin, 6.0)),
        };
        let dots = lines().any(|l| l.dots || l.scattered);
        let x = axis("x", look.x, x, log.0, if dots { 0.03 } else { 0.0 })?;
        let mut chart = Chart {
            switches: x.shown(setting.switches),
            x,
            y: axis("y", look.y, y, log.1, 0.05)?,
            titles: (setting.titles.0.to_string(), setting.titles.1.to_string()),
            apart: 0.0,
            shape: match look.inner(852.0) < 500.0 {
                true => 0.62,
                false => 0.45,
            },
            width: None,
            series,
        };
        chart.group();
        let bars = chart.series.iter().filter(|s| s.has_bars()).count();
        if bars > 1 {
            chart.apart = (16.0 / bars as f64).min(5.0);
        }
        Ok(chart)
    }

    /// Has whole numbers along the horizontal axis alone.
    pub(super) fn count(&mut self) {
        self.x.whole();
    }

    /// Of lines that look like one the first stays and has all names.
    fn group(&mut self) {
        let place = |x: f64, y: f64| (PAGE.0 * self.x.fraction(x), -PAGE.1 * self.y.fraction(y));
        // Error bars are part of the look; what has no name, or is no line, stays by itself.
        let outline = |s: &Series| -> Vec<Point> {
            let line = &s.line;
            let rising = line.x.windows(2).all(|w| w[0] <= w[1]);
            if line.label.is_empty() || line.reference || s.order == LAST || !rising {
                return Vec::new();
            }
            let points = line.x.iter().zip(&line.y);
            points.map(|(x, y)| place(*x, *y)).collect()
        };
        let lines: Vec<_> = self.series.iter().map(outline).collect();
        let kind = |l: &Line| (l.low.clone(), l.high.clone(), l.dots, l.scattered);
        let mut gone = vec![false; lines.len()];
        for mut group in coincide::groups(&lines) {
            let line = |k: usize| &self.series[k].line;
            let first = group[0];
            group.retain(|k| kind(line(*k)) == kind(line(first)));
            let labels: Vec<&str> = group.iter().map(|k| &line(*k).label[..]).collect();
            self.series[first].line.label = coincide::name(&labels);
            group[1..].iter().for_each(|k| gone[*k] = true);
        }
        let mut gone = gone.into_iter();
        self.series.retain(|_| gone.next() != Some(true));
    }

    fn entries(&self) -> Entries {
        let named = self.series.iter().filter(|s| !s.line.label.is_empty());
        let mut named: Vec<&Series> = named.collect();
        named.sort_by_key(|s| s.order);
        let mut entries = Entries::default();
        for series in named {
            entries.say(series.sample(), &series.line.label);
        }
        if self.apart > 0.0 {
            let what = "lines are set apart sideways, so that bars are seen";
            entries.say(Sample::None, what);
        }
        entries.say_switched(&self.switches);
        entries
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
        let (line, color) = (&series.line, series.pen.color);
        let points = line.x.iter().zip(&line.y);
        let all: Vec<_> = points.map(|(&x, &y)| at(x, y)).collect();
        for (&x, (&low, &high)) in line.x.iter().zip(line.low.iter().zip(&line.high)) {
            let (a, b) = (at(x, low), at(x, high));
            canvas.trace_in(frame, &[a, b], Pen::new(color, 1.2));
            for end in [a, b].into_iter().filter(|p| frame.holds(*p)) {
                let cap = [(end.0 - 3.5, end.1), (end.0 + 3.5, end.1)];
                canvas.line(&cap, 1.2, color);
            }
        }
        let thin = thinned(all.iter().copied());
        if let [only] = thin[..] {
            if frame.holds(only) {
                canvas.dot(only, 3.0, color);
            }
        } else if !line.scattered {
            canvas.trace_in(frame, &thin, series.pen);
        }
        if line.dots || line.scattered {
            for at in all.into_iter().filter(|p| frame.holds(*p)) {
                canvas.bead(at, color, line.second);
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
        self.width.unwrap_or(INNER)
    }

    fn legend(&self, width: f64) -> Legend {
        Legend::new(self.entries(), width)
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
        let bars = self.series.iter().filter(|s| s.has_bars()).count();
        let mut k = 0.0;
        for series in &self.series {
            let mut aside = 0.0;
            if series.has_bars() {
                aside = self.apart * (k - (bars as f64 - 1.0) / 2.0);
                k += 1.0;
            }
            self.draw_series(canvas, &panel, (series, aside));
        }
    }
}
