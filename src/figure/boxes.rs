//! Boxes side by side: how the values of some groups are spread.

use serde::{Deserialize, Serialize};

use super::{
    Axis, Block, Canvas, Color, Drawn, Entries, FigureError, Frame, Legend, Look, OTHERS, Page,
    Palette, Panel, Pen, SOFT, Sample, TEXT, finite, range, refused, swarm, words,
};

/// One box.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BoxGroup {
    /// What stands below it.
    pub label: String,
    /// Its values, in any order.
    pub values: Vec<f64>,
    /// Its place among the colours of the palette; those beyond are grey.
    pub color: usize,
}

/// Boxes from the lower to the upper quartile, with a line at the median, and whiskers from 5 to 95 % of the values.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BoxesPlot {
    /// What is shown.
    pub title: String,
    /// The parameters.
    pub subtitle: String,
    /// Title of the horizontal axis: what the boxes are.
    pub x_label: String,
    /// Title of the vertical axis.
    pub y_label: String,
    /// Whether the vertical axis is logarithmic.
    pub y_log: bool,
    /// Values that the vertical axis reaches at least, as those of another panel; empty for none.
    pub y_reaches: Vec<f64>,
    /// Dashed lines at these values.
    pub marks: Vec<f64>,
    /// What the colours mean; empty for no legend.
    pub colors: Vec<String>,
    /// The boxes.
    pub boxes: Vec<BoxGroup>,
}

struct Boxes<'a> {
    plot: &'a BoxesPlot,
    axes: [Axis; 2],
    palette: Palette,
}

impl Page for BoxesPlot {
    words!();

    fn block(&self, look: &Look) -> Result<Box<dyn Block + '_>, FigureError> {
        self.check()?;
        let values = self.boxes.iter().flat_map(|b| &b.values);
        let Some((low, high)) = range(values.chain(&self.y_reaches)) else {
            return refused("boxes", "there are none");
        };
        let y = match look.y {
            Some(ends) => Axis::between("y", ends, self.y_log, 6.0)?,
            None if self.y_log => Axis::logarithmic(low, high),
            None => Axis::linear(low, high, 0.04, 6.0),
        };
        if look.x.is_some() {
            let why = "its boxes have names and no range; y has one";
            return refused("a figure of boxes with a range x", why);
        }
        let names: Vec<String> = self.boxes.iter().map(|b| b.label.clone()).collect();
        Ok(Box::new(Boxes {
            plot: self,
            axes: [swarm::columns(&names), y],
            palette: look.palette.clone(),
        }))
    }
}

impl BoxesPlot {
    fn check(&self) -> Drawn {
        let boxes = self.boxes.iter().enumerate();
        let boxes = boxes.map(|(k, b)| (format!("box {k} (\"{}\")", b.label), &b.values));
        let others = [("y_reaches", &self.y_reaches), ("marks", &self.marks)];
        let others = others.map(|(name, values)| (name.to_owned(), values));
        for (place, values) in boxes.chain(others) {
            finite(&place, values)?;
            if let Some(v) = values.iter().find(|v| self.y_log && **v <= 0.0) {
                return refused(place, format!("{v} has no place on a logarithmic axis"));
            }
        }
        match self.boxes.iter().position(|b| b.values.is_empty()) {
            Some(k) => refused(format!("box {k}"), "there are no values"),
            None => Ok(()),
        }
    }
}

/// The value below which this part of sorted values lies, linear between two of them.
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let at = part * (sorted.len() - 1) as f64;
    let (low, high) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    low + at.fract() * (high - low)
}

impl Boxes<'_> {
    fn color(&self, k: usize) -> Color {
        match k < self.palette.coloured() {
            true => self.palette.curve(k).color,
            false => OTHERS,
        }
    }

    fn put_box(&self, canvas: &mut Canvas<'_>, panel: &Panel<'_>, (k, one): (usize, &BoxGroup)) {
        let mut sorted = one.values.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        let frame = panel.frame;
        let x = k as f64;
        let at = |aside: f64, part: f64| {
            let p = panel.at(x + aside, quantile(&sorted, part));
            (p.0, p.1.clamp(frame.top, frame.bottom))
        };
        let color = self.color(one.color);
        for (from, to) in [(0.05, 0.25), (0.75, 0.95)] {
            canvas.line(&[at(0.0, from), at(0.0, to)], 1.4, color);
        }
        for end in [0.05, 0.95] {
            canvas.line(&[at(-0.15, end), at(0.15, end)], 1.4, color);
        }
        let (a, b) = (at(-0.32, 0.75), at(0.32, 0.25));
        canvas.rect(a, b, color.faint(0.45));
        canvas.frame(a, b, 1.2, color);
        // On its colour, which a box without height would not show.
        canvas.line(&[at(-0.36, 0.5), at(0.36, 0.5)], 6.0, color);
        canvas.line(&[at(-0.36, 0.5), at(0.36, 0.5)], 2.6, TEXT);
    }
}

impl Block for Boxes<'_> {
    fn sides(&self) -> (f64, f64) {
        (self.axes[1].margin(), 8.0)
    }

    fn shape(&self) -> f64 {
        0.62
    }

    fn width(&self) -> f64 {
        640.0
    }

    fn legend(&self, width: f64) -> Legend {
        let mut entries = Entries::default();
        for (k, label) in self.plot.colors.iter().enumerate() {
            entries.say(Sample::Band(self.color(k)), label);
        }
        Legend::new(entries, width)
    }

    fn above(&self) -> f64 {
        if self.axes[1].note.is_empty() {
            8.0
        } else {
            24.0
        }
    }

    fn put(&self, canvas: &mut Canvas<'_>, frame: Frame) {
        let outer = frame.left - self.sides().0;
        let [x, y] = &self.axes;
        let panel = Panel { frame, x, y };
        let plot = self.plot;
        panel.draw(
            canvas,
            (&plot.y_label, outer - 4.0),
            Some(&plot.x_label),
            0.0,
        );
        for mark in y.shown(&plot.marks) {
            let height = panel.at(0.0, mark).1;
            let line = [(frame.left, height), (frame.right, height)];
            canvas.trace(&line, Pen::dashed(SOFT, 1.0));
        }
        for one in plot.boxes.iter().enumerate() {
            self.put_box(canvas, &panel, one);
        }
    }
}
