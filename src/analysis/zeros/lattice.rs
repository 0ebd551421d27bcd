//! The grid on which signs are looked at, finer where a line may be.

use std::collections::{BTreeSet, HashMap};

use super::roots::{Side, roots};
use super::{Field, Rectangle};
use crate::kernels::{chains, crossed};

/// A cell of the first grid is divided into so many along each axis.
pub(super) const FINER: usize = 8;
/// Grid lines are moved by so much of a fine square: symmetric networks have their zeros at simple parts of the axes.
const ASIDE: f64 = 0.382;
/// The outermost grid lines lie so much of the width outside: a line along the edge is inside.
const OUTSIDE: f64 = 1e-9;
/// What is so small beside the median of all values is rounding of zero.
const ROUNDING: f64 = 1e-15;
/// Slopes are measured over this part of a fine square.
const PROBE: f64 = 1.0 / 64.0;

/// A grid point, or a cell of the first grid.
pub(super) type At = [usize; 2];
/// A side of a fine square: its lower left grid point, and whether it runs up.
type Edge = (At, bool);

pub(super) struct Lattice<'f> {
    pub f: Field<'f>,
    pub over: Rectangle,
    axes: [Vec<f64>; 2],
    cells: usize,
    pub values: HashMap<At, f64>,
    /// Slopes along the axes at the corners of the first grid, per fine square.
    slopes: HashMap<At, [f64; 2]>,
    /// Below this it is zero.
    zero: f64,
    /// The cells that are looked at finely.
    fine: BTreeSet<At>,
}

impl<'f> Lattice<'f> {
    pub fn new(f: Field<'f>, over: Rectangle, cells: usize) -> Self {
        let n = cells * FINER;
        let axis = |[low, high]: [f64; 2]| -> Vec<f64> {
            let width = high - low;
            let inside = |i: usize| low + width * (i as f64 - ASIDE) / n as f64;
            let ends = [low - OUTSIDE * width, high + OUTSIDE * width];
            let all = (1..n).map(inside);
            [ends[0]].into_iter().chain(all).chain([ends[1]]).collect()
        };
        let mut lattice = Lattice {
            f,
            over,
            axes: over.map(axis),
            cells,
            values: HashMap::new(),
            slopes: HashMap::new(),
            zero: 0.0,
            fine: BTreeSet::new(),
        };
        let corners: Vec<At> = lattice.corners().collect();
        lattice.evaluate(corners.iter().copied());
        let sizes = lattice.values.values().map(|v| v.abs());
        let mut sizes: Vec<f64> = sizes.filter(|v| v.is_finite()).collect();
        sizes.sort_by(f64::total_cmp);
        lattice.zero = ROUNDING * sizes.get(sizes.len() / 2).copied().unwrap_or(0.0);
        for k in 0..2 {
            let aside = |at: &At| {
                let mut p = lattice.point(*at);
                p[k] += PROBE * (over[k][1] - over[k][0]) / n as f64;
                p
            };
            let points: Vec<[f64; 2]> = corners.iter().map(aside).collect();
            for (at, v) in corners.iter().zip((lattice.f)(&points)) {
                let slope = (v - lattice.values[at]) / PROBE;
                lattice.slopes.entry(*at).or_insert([0.0; 2])[k] = slope;
            }
        }
        lattice
    }

    fn corners(&self) -> impl Iterator<Item = At> + use<> {
        let n = self.cells;
        (0..=n).flat_map(move |j| (0..=n).map(move |i| [i * FINER, j * FINER]))
    }

    pub fn point(&self, [i, j]: At) -> [f64; 2] {
        [self.axes[0][i], self.axes[1][j]]
    }

    fn evaluate(&mut self, wanted: impl Iterator<Item = At>) {
        let new: BTreeSet<At> = wanted.filter(|at| !self.values.contains_key(at)).collect();
        let points: Vec<[f64; 2]> = new.iter().map(|at| self.point(*at)).collect();
        let values = (self.f)(&points);
        self.values.extend(new.into_iter().zip(values));
    }

    /// The part of the first grid on which the function is zero.
    pub fn zero_part(&self) -> f64 {
        let all = self.values.values().filter(|v| !v.is_nan());
        let zeros = all.clone().filter(|v| v.abs() <= self.zero).count();
        zeros as f64 / all.count().max(1) as f64
    }

    /// Has it no value anywhere?
    pub fn is_void(&self) -> bool {
        self.values.values().all(|v| v.is_nan())
    }

    /// Is it above zero there, or zero? None where it has no value.
    fn above(&self, at: At) -> Option<bool> {
        let v = self.values.get(&at).copied().filter(|v| !v.is_nan())?;
        Some(v >= -self.zero)
    }

    /// Looks finely at all cells where a line may be, and at those that lines lead to.
    pub fn look(&mut self, near: &[[f64; 2]]) {
        let n = self.cells;
        let cells = (0..n).flat_map(|j| (0..n).map(move |i| [i, j]));
        let mut next: BTreeSet<At> = cells.filter(|c| self.may_have_a_line(*c)).collect();
        for p in near {
            let place = |k: usize| {
                let [low, high] = self.over[k];
                let s = (p[k] - low) / (high - low);
                (0.0..=1.0)
                    .contains(&s)
                    .then(|| ((s * n as f64) as usize).min(n - 1))
            };
            if let (Some(i), Some(j)) = (place(0), place(1)) {
                next.insert([i, j]);
            }
        }
        while !next.is_empty() {
            let points = next.iter().flat_map(|[i, j]| {
                let (i, j) = (i * FINER, j * FINER);
                (0..=FINER).flat_map(move |b| (0..=FINER).map(move |a| [i + a, j + b]))
            });
            self.evaluate(points);
            self.fine.extend(&next);
            let reached = next.iter().flat_map(|c| self.led_to(*c));
            let reached: BTreeSet<At> = reached.collect();
            next = &reached - &self.fine;
        }
    }

    /// Does the sign change between the corners of a cell, or does the slope at one of them lead to zero?
    fn may_have_a_line(&self, [i, j]: At) -> bool {
        let corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
        let corners = corners.map(|at| at.map(|k| k * FINER));
        let signs = corners.map(|at| self.above(at));
        let leads = |at: &At| {
            let slope = self.slopes[at].map(|s| s.abs() * FINER as f64);
            self.values[at].abs() <= slope[0] + slope[1]
        };
        signs.iter().any(|s| *s != signs[0]) || corners.iter().any(leads)
    }

    /// The cells beside one into which a line leads.
    fn led_to(&self, [i, j]: At) -> Vec<At> {
        let corner = [i * FINER, j * FINER];
        let mut reached = Vec::new();
        for k in 0..2 {
            for far in [0, 1] {
                let beside = [i, j][k].checked_add_signed(2 * far as isize - 1);
                let Some(beside) = beside.filter(|b| *b < self.cells) else {
                    continue;
                };
                let on = |s: usize| {
                    let mut at = corner;
                    at[k] += far * FINER;
                    at[1 - k] += s;
                    self.above(at)
                };
                let changes = |s: usize| on(s).zip(on(s + 1)).is_some_and(|(a, b)| a != b);
                if (0..FINER).any(changes) {
                    let mut cell = [i, j];
                    cell[k] = beside;
                    reached.push(cell);
                }
            }
        }
        reached
    }

    pub fn squares(&self) -> impl Iterator<Item = At> + '_ {
        self.fine.iter().flat_map(|[i, j]| {
            let (i, j) = (i * FINER, j * FINER);
            (0..FINER).flat_map(move |b| (0..FINER).map(move |a| [i + a, j + b]))
        })
    }

    /// The lines through all fine squares.
    pub fn lines(&mut self) -> Vec<Vec<[f64; 2]>> {
        let corners = |[i, j]: At| [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
        let mut found: Vec<(At, [bool; 4])> = Vec::new();
        for at in self.squares() {
            if let [Some(a), Some(b), Some(c), Some(d)] = corners(at).map(|at| self.above(at))
                && [b, c, d] != [a; 3]
            {
                found.push((at, [a, b, c, d]));
            }
        }
        let middles = self.middles(&found);
        let mut pieces: Vec<[Edge; 2]> = Vec::new();
        for (([i, j], above), middle) in found.into_iter().zip(middles) {
            let sides = [
                ([i, j], false),
                ([i + 1, j], true),
                ([i, j + 1], false),
                ([i, j], true),
            ];
            let crossed = crossed(above, || middle).into_iter();
            pieces.extend(crossed.map(|ends| ends.map(|s| sides[s])));
        }
        let edges: BTreeSet<Edge> = pieces.iter().flatten().copied().collect();
        let sides: Vec<Side> = edges.iter().map(|e| self.side(*e)).collect();
        let at: HashMap<Edge, Option<[f64; 2]>> =
            edges.into_iter().zip(roots(self.f, &sides)).collect();
        pieces.retain(|ends| ends.iter().all(|e| at[e].is_some()));
        let chains = chains(&pieces).into_iter();
        chains
            .map(|chain| {
                let mut points: Vec<[f64; 2]> = chain.iter().filter_map(|e| at[e]).collect();
                points.dedup();
                points
            })
            .filter(|points| points.len() > 1)
            .collect()
    }

    fn side(&self, ([i, j], up): Edge) -> Side {
        let ends = [[i, j], if up { [i, j + 1] } else { [i + 1, j] }];
        Side {
            ends: ends.map(|at| self.point(at)),
            values: ends.map(|at| self.values[&at]),
        }
    }

    /// Of squares whose corners lie alike across: is the function above zero where the four values, interpolated, have their saddle?
    fn middles(&mut self, found: &[(At, [bool; 4])]) -> Vec<bool> {
        let ambiguous = |above: &[bool; 4]| above[0] == above[2] && above[1] == above[3];
        let some = found.iter().filter(|(_, above)| ambiguous(above));
        let points: Vec<[f64; 2]> = some
            .map(|([i, j], _)| {
                let value = |a: usize, b: usize| self.values[&[i + a, j + b]];
                let [a, b, c, d] = [value(0, 0), value(1, 0), value(1, 1), value(0, 1)];
                let sum = a + c - b - d;
                let part = |v: f64| if (0.0..=1.0).contains(&v) { v } else { 0.5 };
                let (s, t) = (part((a - d) / sum), part((a - b) / sum));
                let [low, high] = [self.point([*i, *j]), self.point([i + 1, j + 1])];
                [
                    low[0] + s * (high[0] - low[0]),
                    low[1] + t * (high[1] - low[1]),
                ]
            })
            .collect();
        let mut values = (self.f)(&points).into_iter();
        let middle = |above: &[bool; 4]| ambiguous(above).then(|| values.next()).flatten();
        let all = found.iter().map(|(_, above)| above);
        all.map(middle)
            .map(|v| v.is_some_and(|v| v >= 0.0))
            .collect()
    }
}
