//! How often a quantity had which value: bars that add up to 1.

use serde::{Deserialize, Serialize};

use super::{
    Axis, BLACK, Block, Canvas, Color, Entries, FigureError, Frame, Legend, Look, Page, Panel, Pen,
    SOFT, Sample, as_many, finite, grid, refused, words,
};

/// Half the width of the ends of error bars.
const CAP: f64 = 4.0;

/// The line of what theory says.
const EXPECTED_WIDTH: f64 = 1.4;
const EXPECTED: Pen = Pen::new(BLACK, EXPECTED_WIDTH);

/// The distribution of a quantity.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct HistogramPlot {
    /// What is shown.
    pub title: String,
    /// The parameters.
    pub subtitle: String,
    /// Title of the horizontal axis: the quantity.
    pub x_label: String,
    /// Title of the vertical axis.
    pub y_label: String,
    /// Where bars begin and end, one more than there are bars, each above the one before it.
    pub edges: Vec<f64>,
    /// The height of each bar.
    pub bars: Vec<f64>,
    /// Lower ends of the error bars; empty for none.
    pub low: Vec<f64>,
    /// Upper ends of the error bars; empty for none.
    pub high: Vec<f64>,
    /// What theory says of the height of each bar, drawn as a line; empty for none.
    pub expected: Vec<f64>,
    /// What the legend calls that.
    pub expected_label: String,
}

struct Bars<'a> {
    plot: &'a HistogramPlot,
    axes: [Axis; 2],
    color: Color,
}

impl Page for HistogramPlot {
    words!();

    fn block(&self, look: &Look) -> Result<Box<dyn Block + '_>, FigureError> {
        if self.bars.is_empty() {
            return refused("bars", "there are none");
        }
        as_many(
            "edges",
            self.edges.len(),
            self.bars.len() + 1,
            "ends of bars",
        )?;
        grid("edges", &self.edges)?;
        finite("bars", &self.bars)?;
        if let Some(k) = self.bars.iter().position(|b| *b < 0.0) {
            return refused(format!("bars, index {k}"), "it is below 0");
        }
        if !self.expected.is_empty() {
            as_many("expected", self.expected.len(), self.bars.len(), "bars")?;
            finite("expected", &self.expected)?;
        }
        if !(self.low.is_empty() && self.high.is_empty()) {
            for (name, ends) in [("low", &self.low), ("high", &self.high)] {
                as_many(name, ends.len(), self.bars.len(), "bars")?;
                finite(name, ends)?;
            }
        }
        let all = self.bars.iter().chain(&self.high).chain(&self.expected);
        let most = all.fold(0.0, |m: f64, b| m.max(*b));
        let (first, last) = (self.edges[0], self.edges[self.bars.len()]);
        let axis = |name, asked: Option<[f64; 2]>, own: [f64; 2]| match asked {
            Some(ends) => Axis::between(name, ends, false, 6.0),
            None => Ok(Axis::linear(own[0], own[1], 0.0, 6.0)),
        };
        let margin = 0.02 * (last - first);
        let mut axes = [
            axis("x", look.x, [first - margin, last + margin])?,
            axis("y", look.y, [0.0, 1.06 * most])?,
        ];
        // Around whole numbers: what lies between them is no value.
        if self.edges.iter().all(|e| e.fract().abs() == 0.5) {
            axes[0].whole();
        }
        let color = look.palette.area(look.palette.coloured());
        Ok(Box::new(Bars {
            plot: self,
            axes,
            color,
        }))
    }
}

impl Block for Bars<'_> {
    fn sides(&self) -> (f64, f64) {
        (self.axes[1].margin(), self.axes[0].overhang().max(6.0))
    }

    fn shape(&self) -> f64 {
        0.62
    }

    fn width(&self) -> f64 {
        640.0
    }

    fn legend(&self, width: f64) -> Legend {
        let mut entries = Entries::default();
        if !self.plot.expected.is_empty() {
            entries.say(Sample::Band(self.color), "counted");
            entries.say(Sample::Line(EXPECTED), &self.plot.expected_label);
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
        let (x_title, y_title) = (&self.plot.x_label, &self.plot.y_label);
        panel.draw(canvas, (y_title, outer - 4.0), Some(x_title), 0.0);
        let inside = |(x, y): (f64, f64)| {
            let x = x.clamp(frame.left, frame.right);
            (x, y.clamp(frame.top, frame.bottom))
        };
        for (ends, bar) in self.plot.edges.windows(2).zip(&self.plot.bars) {
            let a = inside(panel.at(ends[0], *bar));
            let b = inside(panel.at(ends[1], 0.0));
            // A gap between bars, where they are wide enough to have one.
            let gap = if b.0 - a.0 > 4.0 { 0.5 } else { 0.0 };
            canvas.rect((a.0 + gap, a.1), (b.0 - gap, b.1), self.color);
        }
        let middles = self
            .plot
            .edges
            .windows(2)
            .map(|ends| 0.5 * (ends[0] + ends[1]));
        let width = frame.width() / self.plot.bars.len() as f64;
        let cap = CAP.min(0.25 * width);
        for (x, ends) in middles.zip(self.plot.low.iter().zip(&self.plot.high)) {
            let [a, b] = [ends.0, ends.1].map(|y| inside(panel.at(x, *y)));
            canvas.rule(b, a, BLACK);
            for (x, y) in [a, b] {
                canvas.rule((x - cap, y), (x + cap, y), BLACK);
            }
        }
        let middles = self.plot.edges.windows(2).map(|e| 0.5 * (e[0] + e[1]));
        let theory = middles.zip(&self.plot.expected);
        let theory: Vec<_> = theory.map(|(x, y)| inside(panel.at(x, *y))).collect();
        if !theory.is_empty() {
            canvas.line(&theory, EXPECTED_WIDTH, BLACK);
        }
        canvas.rule(
            (frame.left, frame.bottom),
            (frame.right, frame.bottom),
            SOFT,
        );
    }
}
