//! The states of a small network and where single updates lead, over the energy or over what else orders them.

mod draw;
mod layout;

use serde::{Deserialize, Serialize};

use crate::figure::{
    Axis, Block, Drawn, FigureError, INNER, LABEL, Look, Page, as_many, finite, range, refused,
    text, words,
};
use draw::Graph;
use layout::Room;

/// States and the arrows between them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TransitionsPlot {
    /// What is shown.
    pub title: String,
    /// The parameters.
    pub subtitle: String,
    /// Title of the vertical axis: `energy E`.
    pub y_label: String,
    /// What each state is called: its bits. They stand beside the states where these are no more than 32 and there is room, else beside ends where
    /// there is room for that.
    pub names: Vec<String>,
    /// Where each state stands on the vertical axis.
    pub height: Vec<f64>,
    /// From which state to which an arrow leads.
    pub arrows: Vec<[usize; 2]>,
    /// What is never left: final states, and sets of states that go round.
    pub ends: Vec<Vec<usize>>,
    /// For each state the end to which all arrows lead; −1 where there are several.
    pub basins: Vec<i64>,
}

/// More states have no names beside them.
const NAMED: usize = 32;

impl Page for TransitionsPlot {
    words!();

    fn block(&self, look: &Look) -> Result<Box<dyn Block + '_>, FigureError> {
        self.check()?;
        let (low, high) = range(&self.height).unwrap_or((0.0, 1.0));
        let mut y = match look.y {
            Some(ends) => Axis::between("y", ends, false, 6.0)?,
            None => Axis::linear(low, high, 0.08, 6.0),
        };
        // Counts of updates have no halves.
        if high > low && self.height.iter().all(|v| v.fract() == 0.0) && y.note.is_empty() {
            y.ticks.retain(|(v, _)| v.fract() == 0.0);
        }
        if look.x.is_some() {
            return refused(
                "a figure of transitions with a range x",
                "places across mean nothing; y has a range",
            );
        }
        // Without numbers: only the vertical places of states mean something.
        let mut x = Axis::linear(0.0, 1.0, 0.0, 4.0);
        x.ticks.clear();
        let width = look.inner(INNER) - y.margin() - draw::MARGIN;
        let shape = match self.height.len() > NAMED {
            true => 0.75,
            false => 0.6,
        };
        let height = look.height.unwrap_or(shape * width);
        let count = self.height.len();
        let in_end = |k: usize| self.ends.iter().any(|end| end.contains(&k));
        let is_end: Vec<bool> = (0..count).map(in_end).collect();
        let room = |is_named: &dyn Fn(usize) -> bool| {
            let width_of = |k: usize| match is_named(k) {
                true => text::width(&self.names[k], LABEL),
                false => 0.0,
            };
            let names = (0..count).map(width_of).collect();
            let size = (width, height);
            Room { size, names }
        };
        // Names go before states lie on each other; those of ends last, for the legend says them.
        let few = is_end.iter().filter(|is_end| **is_end).count() <= NAMED;
        let rooms = [room(&|_| count <= NAMED), room(&|k| few && is_end[k])];
        let mut rooms = rooms
            .into_iter()
            .filter(|room| room.names.iter().any(|width| *width > 0.0));
        let found = rooms.find_map(|room| Some((self.apart(&y, &room)?, room)));
        let (places, room) = found.unwrap_or_else(|| {
            let room = room(&|_| false);
            (self.close(&y, &room), room)
        });
        Ok(Box::new(Graph {
            size: places.size.max(draw::LEAST),
            overlap: places.size < draw::LEAST,
            radii: draw::radii(self, places.size.max(draw::LEAST)),
            across: places.across,
            named: room.names.iter().map(|width| *width > 0.0).collect(),
            is_end,
            plot: self,
            axes: [x, y],
            palette: look.palette.clone(),
            inner: look.inner(INNER),
            shape,
        }))
    }
}

impl TransitionsPlot {
    fn check(&self) -> Drawn {
        let n = self.height.len();
        if n == 0 {
            return refused("states", "there are none");
        }
        finite("height", &self.height)?;
        as_many("names", self.names.len(), n, "states")?;
        as_many("basins", self.basins.len(), n, "states")?;
        let unknown = |k: &usize| *k >= n;
        if let Some(i) = self.arrows.iter().position(|a| a.iter().any(unknown)) {
            let [from, to] = self.arrows[i];
            let why = format!("it leads from {from} to {to}, and there are {n} states");
            return refused(format!("arrow {i}"), why);
        }
        let ends = self.ends.len();
        if let Some(i) = self
            .ends
            .iter()
            .position(|e| e.is_empty() || e.iter().any(unknown))
        {
            return refused(format!("end {i}"), format!("it is none of the {n} states"));
        }
        let wrong = |k: &i64| *k < -1 || *k >= ends as i64;
        match self.basins.iter().position(wrong) {
            None => Ok(()),
            Some(i) => refused(
                format!("basins, index {i}"),
                format!("there is no end {}, there are {ends}", self.basins[i]),
            ),
        }
    }
}
