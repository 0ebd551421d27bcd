//! Areas of a plane by where the trajectories that start there end.

use serde::{Deserialize, Serialize};

use super::relief::paint;
use crate::figure::{
    Canvas, Drawn, Entries, Palette, Panel, Point, SOFT, Sample, WHITE, as_many, finite, refused,
};

/// The basins that the starts of a grid belong to, each start standing for the cell around it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Basins {
    /// Horizontal coordinates of the starts, increasing; at least two.
    pub x: Vec<f64>,
    /// Vertical coordinates of the starts, increasing; at least two.
    pub y: Vec<f64>,
    /// For each start, row by row (`x` runs fastest), the position of its basin in `names`; −1 for none, which stays white.
    pub members: Vec<i64>,
    /// What the legend calls the basins.
    pub names: Vec<String>,
    /// The number of each basin's colour, so that one basin has one colour in all figures; empty for their positions. There
    /// are ten colours (twice as many as the style has besides black), those beyond are grey.
    pub colors: Vec<usize>,
}

impl Basins {
    pub(super) fn check(&self) -> Drawn {
        for (name, axis) in [("basins, x", &self.x), ("basins, y", &self.y)] {
            finite(name, axis)?;
            if axis.len() < 2 || axis.windows(2).any(|w| w[1] <= w[0]) {
                let why = "a grid of starts has two coordinates or more, and they increase";
                return refused(name, why);
            }
        }
        let starts = self.x.len().saturating_mul(self.y.len());
        as_many("basins", self.members.len(), starts, "starts")?;
        if !self.colors.is_empty() {
            as_many(
                "basins, colors",
                self.colors.len(),
                self.names.len(),
                "names",
            )?;
        }
        let names = self.names.len() as i64;
        match self.members.iter().position(|m| !(-1..names).contains(m)) {
            Some(k) => refused(
                format!("basins, index {k}"),
                format!("there is no basin {} among {names}", self.members[k]),
            ),
            None => Ok(()),
        }
    }

    /// The ends of the cells along the horizontal axis (0) or the vertical one.
    pub(super) fn span(&self, axis: usize) -> Point {
        let all = [&self.x, &self.y][axis];
        let beyond = |end: usize, next: usize| 1.5 * all[end] - 0.5 * all[next];
        let last = all.len() - 1;
        (beyond(0, 1), beyond(last, last - 1))
    }

    /// The start in whose cell a point lies.
    fn start(&self, at: Point) -> usize {
        let nearest = |axis: &[f64], value: f64| {
            let after = axis.partition_point(|a| *a < value);
            match axis.get(after) {
                None => axis.len() - 1,
                Some(next) if after > 0 && value - axis[after - 1] <= next - value => after - 1,
                Some(_) => after,
            }
        };
        nearest(&self.y, at.1) * self.x.len() + nearest(&self.x, at.0)
    }

    /// The number of a basin's colour.
    fn color(&self, k: usize) -> usize {
        self.colors.get(k).copied().unwrap_or(k)
    }

    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, panel: &Panel<'_>, palette: &Palette) {
        let color = |member: i64| {
            let basin = usize::try_from(member);
            basin.map_or(WHITE, |k| palette.area(self.color(k)))
        };
        paint(canvas, panel, |at| color(self.members[self.start(at)]).rgb);
    }

    /// What the legend says: those that nothing belongs to are left out.
    pub(super) fn entries(&self, palette: &Palette) -> Entries {
        let has = |k: usize| self.members.contains(&(k as i64));
        let (mut entries, mut others) = (Entries::default(), Vec::new());
        for (k, name) in self.names.iter().enumerate().filter(|(k, _)| has(*k)) {
            let color = self.color(k);
            match color < palette.areas() {
                true => entries.say(Sample::Band(palette.area(color)), name),
                false => others.push(name.as_str()),
            }
        }
        let sample = Sample::Band(palette.area(palette.areas()));
        match others[..] {
            [] => {}
            [name] => entries.say(sample, name),
            _ => entries.say(sample, "others"),
        }
        if self.members.contains(&-1) {
            entries.say(Sample::Frame(SOFT), "none of them");
        }
        entries
    }
}
