//! A bifurcation diagram: branches of fixed points over a parameter, stable ones solid, unstable ones dashed, and where something
//! happens.

use serde::{Deserialize, Serialize};

use super::{
    Axis, Block, Canvas, Drawn, Entries, FigureError, Frame, INNER, Legend, Look, Mark, Page,
    Palette, Panel, Pen, Point, Sample, as_many, coincide, finite, range, refused, words,
};

/// A piece of a branch between two points at which something happens.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BranchLine {
    /// Values of the parameter, in their order along the branch.
    pub x: Vec<f64>,
    /// What is shown of the fixed points there.
    pub y: Vec<f64>,
    /// Does every perturbation decay?
    pub stable: bool,
}

/// What happens at a point; each has a mark of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BranchEvent {
    /// A branch turns round: a disc.
    #[default]
    Fold,
    /// A branch that turns round crosses another one: a diamond.
    Pitchfork,
    /// Two branches cross: a ring.
    Transcritical,
    /// Branches cross in another way: a ring that is half filled.
    BranchPoint,
    /// A periodic orbit is born: a star.
    Hopf,
}

impl BranchEvent {
    const ALL: [BranchEvent; 5] = [
        BranchEvent::Fold,
        BranchEvent::Pitchfork,
        BranchEvent::Transcritical,
        BranchEvent::BranchPoint,
        BranchEvent::Hopf,
    ];

    fn word(self) -> &'static str {
        match self {
            BranchEvent::Fold => "fold",
            BranchEvent::Pitchfork => "pitchfork",
            BranchEvent::Transcritical => "transcritical",
            BranchEvent::BranchPoint => "branch point",
            BranchEvent::Hopf => "Hopf",
        }
    }

    fn mark(self) -> Mark {
        match self {
            BranchEvent::Fold => Mark::Disc,
            BranchEvent::Pitchfork => Mark::Diamond,
            BranchEvent::Transcritical => Mark::Circle,
            BranchEvent::BranchPoint => Mark::HalfCircle,
            BranchEvent::Hopf => Mark::Star,
        }
    }
}

/// A point at which something happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BranchMark {
    /// The parameter.
    pub x: f64,
    /// What is shown of the fixed point.
    pub y: f64,
    /// What happens.
    pub event: BranchEvent,
}

/// Branches of fixed points over a parameter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BranchesPlot {
    /// What is shown.
    pub title: String,
    /// The parameters.
    pub subtitle: String,
    /// Title of the horizontal axis: the parameter.
    pub x_label: String,
    /// Title of the vertical axis.
    pub y_label: String,
    /// The pieces of all branches.
    pub lines: Vec<BranchLine>,
    /// Where something happens.
    pub marks: Vec<BranchMark>,
}

struct Diagram<'a> {
    plot: &'a BranchesPlot,
    axes: [Axis; 2],
    palette: Palette,
    /// The lines that are drawn: of those that lie on each other one, for dashes of two would fill each other's gaps.
    shown: Vec<usize>,
}

/// A page on which it is asked which lines lie on each other.
const PAGE: Point = (640.0, 400.0);

impl Page for BranchesPlot {
    words!();

    fn block(&self, look: &Look) -> Result<Box<dyn Block + '_>, FigureError> {
        self.check()?;
        let all = |of: fn(&BranchLine) -> &Vec<f64>| self.lines.iter().flat_map(of);
        let marks = [|m: &BranchMark| m.x, |m: &BranchMark| m.y];
        let [across, up] = marks.map(|of| self.marks.iter().map(of).collect::<Vec<f64>>());
        let x = range(all(|l| &l.x).chain(&across));
        let y = range(all(|l| &l.y).chain(&up));
        let (Some(x), Some(y)) = (x, y) else {
            return refused("branches", "there are none");
        };
        let axis = |name, asked: Option<[f64; 2]>, (low, high), margin| match asked {
            Some(ends) => Axis::between(name, ends, false, 6.0),
            None => Ok(Axis::linear(low, high, margin, 6.0)),
        };
        let axes = [axis("x", look.x, x, 0.0)?, axis("y", look.y, y, 0.06)?];
        Ok(Box::new(Diagram {
            shown: self.apart(&axes),
            plot: self,
            axes,
            palette: look.palette.clone(),
        }))
    }
}

impl BranchesPlot {
    fn check(&self) -> Drawn {
        for (k, line) in self.lines.iter().enumerate() {
            let place = format!("line {k}");
            as_many(&place, line.y.len(), line.x.len(), "x")?;
            finite(&format!("{place}, x"), &line.x)?;
            finite(&format!("{place}, y"), &line.y)?;
        }
        for (k, mark) in self.marks.iter().enumerate() {
            finite(&format!("mark {k}"), &[mark.x, mark.y])?;
        }
        Ok(())
    }

    /// Of lines that lie on each other, such as those of two states that mirror each other, the longest.
    fn apart(&self, [x, y]: &[Axis; 2]) -> Vec<usize> {
        let long = |k: &usize| {
            let ends = self.lines[*k].x.first().zip(self.lines[*k].x.last());
            ends.map_or(0.0, |(a, b)| (a - b).abs())
        };
        let mut order: Vec<usize> = (0..self.lines.len()).collect();
        order.sort_by(|a, b| long(b).total_cmp(&long(a)));
        let outline = |k: &usize| {
            let line = &self.lines[*k];
            let pairs = line.x.iter().zip(&line.y);
            let place = |(a, b): (&f64, &f64)| (PAGE.0 * x.fraction(*a), PAGE.1 * y.fraction(*b));
            let mut points: Vec<Point> = pairs.map(place).collect();
            if points
                .first()
                .zip(points.last())
                .is_some_and(|(a, b)| a.0 > b.0)
            {
                points.reverse();
            }
            // One that turns round is compared with none.
            let rises = points.windows(2).all(|w| w[0].0 <= w[1].0);
            if rises { points } else { Vec::new() }
        };
        let mut shown = Vec::new();
        for stable in [false, true] {
            let of_kind = order.iter().filter(|k| self.lines[**k].stable == stable);
            let of_kind: Vec<usize> = of_kind.copied().collect();
            let outlines: Vec<Vec<Point>> = of_kind.iter().map(outline).collect();
            let groups = coincide::groups(&outlines);
            shown.extend(groups.iter().map(|group| of_kind[group[0]]));
        }
        shown
    }
}

impl Diagram<'_> {
    fn pen(&self, stable: bool) -> Pen {
        let color = self.palette.curve(0).color;
        match stable {
            true => Pen::new(color, 2.6),
            false => Pen::dashed(color, 1.5),
        }
    }
}

impl Block for Diagram<'_> {
    fn sides(&self) -> (f64, f64) {
        (self.axes[1].margin(), self.axes[0].overhang().max(8.0))
    }

    fn shape(&self) -> f64 {
        0.62
    }

    fn width(&self) -> f64 {
        INNER.min(720.0)
    }

    fn legend(&self, width: f64) -> Legend {
        let mut entries = Entries::default();
        for (stable, word) in [(true, "stable"), (false, "unstable")] {
            if self.plot.lines.iter().any(|l| l.stable == stable) {
                entries.say(Sample::Line(self.pen(stable)), word);
            }
        }
        for event in BranchEvent::ALL {
            if self.plot.marks.iter().any(|m| m.event == event) {
                entries.say(Sample::Mark(event.mark()), event.word());
            }
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
        for k in &self.shown {
            let line = &self.plot.lines[*k];
            let points = line.x.iter().zip(&line.y).map(|(x, y)| panel.at(*x, *y));
            let points: Vec<Point> = points.collect();
            canvas.trace_in(frame, &points, self.pen(line.stable));
        }
        for mark in &self.plot.marks {
            let at = panel.at(mark.x, mark.y);
            if frame.holds(at) {
                mark.event.mark().draw(canvas, at);
            }
        }
    }
}
