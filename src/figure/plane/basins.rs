//! Areas of a plane by where the trajectories that start there end.

use serde::{Deserialize, Serialize};

use super::relief::paint;
use crate::figure::block::{as_many, finite};
use crate::figure::canvas::Canvas;
use crate::figure::error::FigureError;
use crate::figure::legend::Sample;
use crate::figure::palette::{AREAS, Ink, SOFT, WHITE, area};
use crate::figure::panel::Panel;

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
    /// What the legend calls the basins; those beyond the tenth have one colour.
    pub names: Vec<String>,
}

impl Basins {
    pub(super) fn check(&self) -> Result<(), FigureError> {
        for (name, axis) in [("basins, x", &self.x), ("basins, y", &self.y)] {
            finite(name, axis)?;
            if axis.len() < 2 || axis.windows(2).any(|w| w[1] <= w[0]) {
                let why = "a grid of starts has two coordinates or more, and they increase";
                return Err(FigureError::data(name, why));
            }
        }
        let starts = self.x.len().saturating_mul(self.y.len());
        as_many("basins", self.members.len(), starts, "starts")?;
        let names = self.names.len() as i64;
        match self.members.iter().position(|m| !(-1..names).contains(m)) {
            Some(k) => Err(FigureError::data(
                format!("basins, index {k}"),
                format!("there is no basin {} among {names}", self.members[k]),
            )),
            None => Ok(()),
        }
    }

    /// The ends of the cells along the horizontal axis (0) or the vertical one.
    pub(super) fn span(&self, axis: usize) -> (f64, f64) {
        let all = [&self.x, &self.y][axis];
        let beyond = |end: usize, next: usize| 1.5 * all[end] - 0.5 * all[next];
        let last = all.len() - 1;
        (beyond(0, 1), beyond(last, last - 1))
    }

    /// The start in whose cell a point lies.
    fn start(&self, at: (f64, f64)) -> usize {
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

    pub(super) fn draw(
        &self,
        canvas: &mut Canvas<'_>,
        panel: &Panel<'_>,
    ) -> Result<(), FigureError> {
        paint(canvas, panel, |at| {
            let (r, g, b) = ink(self.members[self.start(at)]).rgb;
            [r, g, b]
        })
    }

    /// What the legend says: those that nothing belongs to are left out.
    pub(super) fn entries(&self) -> Vec<(Sample, String)> {
        let has = |k: usize| self.members.contains(&(k as i64));
        let told = |(k, name): (usize, &String)| (Sample::Band(area(k)), name.clone());
        let first = self.names.iter().enumerate().take(AREAS);
        let mut entries: Vec<_> = first.filter(|(k, _)| has(*k)).map(told).collect();
        if (AREAS..self.names.len()).any(has) {
            entries.push((Sample::Band(area(AREAS)), "others".to_owned()));
        }
        if self.members.contains(&-1) {
            entries.push((Sample::Frame(SOFT), "none of them".to_owned()));
        }
        entries
    }
}

fn ink(member: i64) -> Ink {
    usize::try_from(member).map_or(WHITE, area)
}
