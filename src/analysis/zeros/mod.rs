//! Where a function of a plane vanishes, as lines that lie on it.
//!
//! Signs at the corners of squares say where lines pass (marching squares). What a plain grid gets wrong is looked after: squares near
//! which the slope leads to zero are looked at more finely, and so are those that a line enters; grid lines lie where no symmetry
//! puts a zero; every point is a root along the side of a square, so that a pole or a jump, which have none, end a line; branches that
//! cross are led through the point where they do.

mod crossings;
mod flat;
mod lattice;
mod roots;

use lattice::{FINER, Lattice};

/// A rectangle: the ends of the horizontal and of the vertical axis.
pub type Rectangle = [[f64; 2]; 2];
/// A function of points of a plane, of many at a time. NaN where it has no value.
pub type Field<'a> = &'a mut dyn FnMut(&[[f64; 2]]) -> Vec<f64>;

/// One line on which a function vanishes.
#[derive(Clone, Debug, PartialEq)]
pub struct ZeroLine {
    /// Its points, in order. If it closes, the last one is the first.
    pub points: Vec<[f64; 2]>,
}

impl ZeroLine {
    /// Does it come back to where it begins?
    pub fn is_closed(&self) -> bool {
        self.points.len() > 2 && self.points.first() == self.points.last()
    }
}

/// Where a function of a plane vanishes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ZeroSet {
    /// The lines on which it changes its sign, each branch by itself.
    pub lines: Vec<ZeroLine>,
    /// Points where two branches cross; both pass through them.
    pub crossings: Vec<[f64; 2]>,
    /// The part of the plane, from 0 to 1, on which it is zero: 1 for the velocity of a neuron that is clamped.
    pub area: f64,
}

impl ZeroSet {
    /// Does it vanish everywhere?
    pub fn is_everything(&self) -> bool {
        self.area == 1.0
    }
}

/// Where `f` vanishes in a rectangle. `cells` is how many squares are looked at along each axis at first, each being divided into
/// 8 × 8 where a line may be; `near` are points where one may be that is smaller.
///
/// Points of a line are roots of `f` along one coordinate, as exact as rounding lets it be told; they are an eighth of a cell apart
/// at most. A line ends at the edge of the rectangle (to 1e-9 of its width) or less than an eighth of a cell before a place where `f` has no
/// value. Lines that pass each other at less than 1e-6 of the width are taken as crossing. Two lines in one square of the first grid
/// are missed if `f` at its corners rises away from both, and so is a line that is only touched, without a change of sign.
pub fn zero_set(f: Field<'_>, over: Rectangle, cells: usize, near: &[[f64; 2]]) -> ZeroSet {
    let mut lattice = Lattice::new(f, over, cells.max(2));
    let area = lattice.zero_part();
    if area == 1.0 || lattice.is_void() {
        return ZeroSet {
            area,
            ..ZeroSet::default()
        };
    }
    lattice.look(near);
    let lines = lattice.lines();
    let candidates = lattice.flat_places();
    let step = 1.0 / (cells.max(2) * FINER) as f64;
    let (lines, crossings) = crossings::through(lines, candidates, &mut lattice, step);
    ZeroSet {
        lines: lines
            .into_iter()
            .map(|points| ZeroLine { points })
            .collect(),
        crossings,
        area,
    }
}
