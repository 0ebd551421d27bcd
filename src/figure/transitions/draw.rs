//! How states and arrows look.

use super::TransitionsPlot;
use crate::figure::mark::{head, hole};
use crate::figure::{
    Axis, Block, Canvas, Color, Entries, Frame, LABEL, Legend, Palette, Panel, Point, SOFT, Sample,
    TEXT, WHITE, distance, solid,
};

/// Room right of the frame.
pub(super) const MARGIN: f64 = 6.0;
/// Final states.
const FINAL: Color = solid(214, 28, 36);
/// States from which several ends can be reached.
const SEVERAL: Color = solid(150, 150, 150);
/// Width of the ring around an end.
const RING: f64 = 2.5;

pub(super) struct Graph<'a> {
    pub plot: &'a TransitionsPlot,
    pub axes: [Axis; 2],
    pub palette: Palette,
    pub inner: f64,
    pub shape: f64,
    /// The radius of each state, and whether it is never left.
    pub radii: Vec<f64>,
    pub is_end: Vec<bool>,
    /// Places of the states across, from 0 to 1.
    pub across: Vec<f64>,
    /// Whose names stand beside them?
    pub named: Vec<bool>,
    /// How large ends are drawn: 1 where there is room.
    pub size: f64,
    /// Do ends lie on each other, small as they are?
    pub overlap: bool,
}

/// The smallest size of an end that is seen.
pub(super) const LEAST: f64 = 0.25;

/// The radius of every state: those that are never left are larger, unless there is room for this `size` only.
pub(super) fn radii(plot: &TransitionsPlot, size: f64) -> Vec<f64> {
    let [small, large] = match plot.height.len() > 64 {
        true => [3.4, 7.0 * size],
        false => [5.0, 8.0 * size],
    };
    let mut radii = vec![small; plot.height.len()];
    plot.ends.iter().flatten().for_each(|k| radii[*k] = large);
    radii
}

impl Graph<'_> {
    /// The colour of a state that is left for this end, or for one of several.
    fn color(&self, basin: i64) -> Color {
        let Ok(k) = usize::try_from(basin) else {
            return SEVERAL;
        };
        let n = self.palette.coloured();
        // Strong colours first.
        self.palette.area(if k < n {
            k + n
        } else if k < 2 * n {
            k - n
        } else {
            k
        })
    }

    /// Does any other state have the colour of this end?
    fn is_told(&self, end: usize) -> bool {
        let members = self.plot.basins.iter().filter(|b| **b == end as i64);
        members.count() > self.plot.ends[end].len()
    }

    /// All states, in layers, so that nothing around one covers another. Ends are red, in a ring of the colour of the states
    /// that end there; hollow where they are some of several that go round.
    fn states(&self, canvas: &mut Canvas<'_>, at: &[Point], frame: Frame) {
        let seen = |k: &usize| frame.holds(at[*k]);
        let others = || (0..at.len()).filter(|k| !self.is_end[*k]).filter(seen);
        let ends = || {
            let all = self.plot.ends.iter().enumerate();
            all.flat_map(|(end, states)| states.iter().filter(|k| seen(k)).map(move |k| (end, *k)))
        };
        let told: Vec<bool> = (0..self.plot.ends.len()).map(|e| self.is_told(e)).collect();
        others().for_each(|k| canvas.dot(at[k], self.radii[k] + 1.0, WHITE));
        for (end, k) in ends() {
            let ring = if told[end] { RING } else { 0.0 };
            let r = self.radii[k] + self.size * (ring + 1.0);
            canvas.dot(at[k], r, WHITE);
        }
        for (end, k) in ends().filter(|(end, _)| told[*end]) {
            let r = self.radii[k] + self.size * RING;
            canvas.dot(at[k], r, self.color(end as i64));
        }
        others().for_each(|k| canvas.dot(at[k], self.radii[k], self.color(self.plot.basins[k])));
        ends().for_each(|(_, k)| canvas.dot(at[k], self.radii[k], FINAL));
        for (_, k) in ends().filter(|(end, _)| self.plot.ends[*end].len() > 1) {
            canvas.dot(at[k], hole(self.radii[k]), WHITE);
        }
    }

    /// Does a straight arrow lead through a state?
    fn is_blocked(&self, [from, to]: [usize; 2], at: &[Point]) -> bool {
        let (a, b) = (at[from], at[to]);
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let length = dx.hypot(dy).max(1e-9);
        let mut others = at
            .iter()
            .enumerate()
            .filter(|(k, _)| *k != from && *k != to);
        others.any(|(k, p)| {
            let along = ((p.0 - a.0) * dx + (p.1 - a.1) * dy) / length;
            let beside = ((p.0 - a.0) * dy - (p.1 - a.1) * dx) / length;
            (0.0..length).contains(&along) && beside.abs() < self.radii[k]
        })
    }

    fn arrow(&self, canvas: &mut Canvas<'_>, [from, to]: [usize; 2], at: &[Point]) {
        let (a, b) = (at[from], at[to]);
        let back = self.plot.arrows.contains(&[to, from]);
        let many = self.plot.arrows.len() > 400;
        // Two that lead to and fro lie apart, one along a row does not lie on the states of the row, and one that would lead through
        // another state leads past it.
        let bend = match back || (a.1 - b.1).abs() < 8.0 {
            true => (12.0 / distance(a, b).max(1.0)).max(0.16),
            false if !many && self.is_blocked([from, to], at) => 0.12,
            false => 0.0,
        };
        let middle = (
            (a.0 + b.0) / 2.0 + bend * (b.1 - a.1),
            (a.1 + b.1) / 2.0 - bend * (b.0 - a.0),
        );
        let point = |s: f64| {
            let u = 1.0 - s;
            let part = |a: f64, m: f64, b: f64| u * u * a + 2.0 * u * s * m + s * s * b;
            (part(a.0, middle.0, b.0), part(a.1, middle.1, b.1))
        };
        let out = self.radii[from] + 2.0;
        let clear = self.radii[to] + if self.is_end[to] { 4.0 } else { 2.5 };
        let way = (0..=60).map(|k| point(f64::from(k) / 60.0));
        let way: Vec<Point> = way
            .filter(|p| distance(*p, a) >= out && distance(*p, b) >= clear)
            .collect();
        let (Some(first), Some(last)) = (way.first(), way.last()) else {
            return;
        };
        let alpha = if many { 0.35 } else { 0.85 };
        // What goes round is an end itself.
        let color = match self.is_end[from] {
            true => FINAL,
            false => self.color(self.plot.basins[from]),
        };
        let color = color.faint(alpha);
        let length = if many { 4.5 } else { 7.0 };
        let before = way.iter().rev().find(|p| distance(**p, *last) >= length);
        let before = before.unwrap_or(first);
        let far = distance(*before, *last);
        canvas.line(&way, if many { 0.7 } else { 1.2 }, color);
        if far > 0.0 {
            let along = ((last.0 - before.0) / far, (last.1 - before.1) / far);
            head(canvas, *last, along, length, color);
        }
    }
}

impl Block for Graph<'_> {
    fn sides(&self) -> (f64, f64) {
        (self.axes[1].margin(), MARGIN)
    }

    fn shape(&self) -> f64 {
        self.shape
    }

    fn width(&self) -> f64 {
        self.inner
    }

    fn above(&self) -> f64 {
        if self.axes[1].note.is_empty() {
            8.0
        } else {
            24.0
        }
    }

    fn legend(&self, width: f64) -> Legend {
        let plot = self.plot;
        let mut entries = Entries::default();
        let radius = 8.0 * self.size;
        let overlap = if self.overlap { ", close together" } else { "" };
        let finals = plot.ends.iter().filter(|end| end.len() == 1).count();
        if finals > 0 {
            let label = match finals {
                1 => "final state: no update changes it".into(),
                n => format!("{n} final states: no update changes them{overlap}"),
            };
            entries.say(Sample::Disc(radius, FINAL, false), label);
        }
        let mut rounds: Vec<usize> = plot.ends.iter().map(Vec::len).filter(|n| *n > 1).collect();
        rounds.sort_unstable();
        if let (Some(least), Some(most)) = (rounds.first(), rounds.last()) {
            let states = match least == most {
                true => most.to_string(),
                false => format!("{least} to {most}"),
            };
            let label = match rounds.len() {
                1 => format!("{states} states that go round"),
                n => format!("{n} cycles of {states} states that go round{overlap}"),
            };
            entries.say(Sample::Disc(radius, FINAL, true), label);
        }
        let told = self.palette.areas();
        for (k, end) in plot.ends.iter().enumerate().take(told) {
            if !self.is_told(k) {
                continue;
            }
            let names = end.iter().take(3).map(|k| plot.names[*k].as_str());
            let names = names.collect::<Vec<_>>().join(", ");
            let more = if end.len() > 3 { ", …" } else { "" };
            let sample = Sample::Disc(5.0, self.color(k as i64), false);
            entries.say(sample, format!("ends at {names}{more}"));
        }
        if (told..plot.ends.len()).any(|k| self.is_told(k)) {
            let sample = Sample::Disc(5.0, self.color(told as i64), false);
            entries.say(sample, "ends at another");
        }
        if plot.basins.contains(&-1) {
            let sample = Sample::Disc(5.0, SEVERAL, false);
            entries.say(sample, "may end at several");
        }
        Legend::new(entries, width)
    }

    fn put(&self, canvas: &mut Canvas<'_>, frame: Frame) {
        let outer = frame.left - self.sides().0;
        let [x, y] = &self.axes;
        let panel = Panel { frame, x, y };
        let title = (self.plot.y_label.as_str(), outer - 4.0);
        let below = "states, placed across so that arrows are short";
        panel.draw(canvas, title, Some(below), 0.0);
        let places = self.across.iter().zip(&self.plot.height);
        let at: Vec<Point> = places.map(|(x, y)| panel.at(*x, *y)).collect();
        for arrow in &self.plot.arrows {
            if arrow.iter().all(|k| frame.holds(at[*k])) {
                self.arrow(canvas, *arrow, &at);
            }
        }
        self.states(canvas, &at, frame);
        for (k, at) in at
            .iter()
            .enumerate()
            .filter(|(k, at)| self.named[*k] && frame.holds(**at))
        {
            // Below: arrows come from above, and their heads are to be seen.
            let below = (at.0, at.1 + self.radii[k] + LABEL);
            canvas.text_on(&self.plot.names[k], LABEL, below, (TEXT, WHITE));
        }
        canvas.outline(frame, 0.5, SOFT);
    }
}
