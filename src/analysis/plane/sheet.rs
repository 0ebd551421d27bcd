//! The other neurons at their equilibrium, over a plane: one sheet that is followed from a state outwards.

use std::collections::{HashMap, VecDeque};

use super::Section;
use crate::analysis::certify::grows;
use crate::analysis::local::{Local, largest};
use crate::analysis::newton::newton;
use crate::network::Network;

/// Squares along each axis, each with one state from which those in it are found.
const SQUARES: usize = 24;
/// The first correction of a step is at most this part of the state, and all of them together at most so many times the first: else
/// the step may have led to another equilibrium, and is halved.
const LONG: f64 = 0.3;
const TWICE: f64 = 2.0;
/// Shortest step, as part of the way.
const SHORTEST: f64 = 1.0 / 64.0;

/// One sheet of equilibria.
#[derive(Debug)]
pub(super) struct Sheet<'a> {
    local: Local<'a>,
    section: Section,
    moved: Vec<usize>,
    /// Of squares in which the sheet is known: a point, and the state there.
    known: HashMap<[usize; 2], ([f64; 2], Vec<f64>)>,
}

impl<'a> Sheet<'a> {
    /// The sheet through `base`, as far as it goes on without a jump and attracts, all neurons but these `moved` ones being free.
    pub fn new(
        section: &Section,
        (network, input, clamped): (&'a Network, &'a [f64], &[usize]),
        moved: &[usize],
        base: &[f64],
    ) -> Self {
        let others = (0..network.size()).filter(|i| !moved.contains(i) && !clamped.contains(i));
        let local = Local::new(network, input, clamped).only(others.collect());
        let mut sheet = Sheet {
            local,
            section: section.clone(),
            moved: moved.to_vec(),
            known: HashMap::new(),
        };
        sheet.spread(base);
        sheet
    }

    /// From the square of the base to its neighbours, and on.
    fn spread(&mut self, base: &[f64]) {
        let network = self.local.network;
        let at = self.section.point(network, base);
        let ends = [self.section.x, self.section.y];
        let inside = [0, 1].map(|k| at[k].clamp(ends[k][0], ends[k][1]));
        let mut start = base.to_vec();
        let found = newton(&mut self.local, &start);
        if !found.converged {
            return;
        }
        start = found.x;
        let first = self.square(inside);
        let mut next = VecDeque::from([(first, at, start)]);
        while let Some((square, from, x)) = next.pop_front() {
            // Where one neighbour did not lead another may.
            if self.known.contains_key(&square) {
                continue;
            }
            let middle = self.middle(square);
            let Some(here) = self.reach((from, &x), middle) else {
                continue;
            };
            if grows(&mut self.local, &here) == Some(true) {
                continue;
            }
            let [i, j] = square;
            let around = [
                (i > 0).then(|| [i - 1, j]),
                (i + 1 < SQUARES).then(|| [i + 1, j]),
                (j > 0).then(|| [i, j - 1]),
                (j + 1 < SQUARES).then(|| [i, j + 1]),
            ];
            for beside in around.into_iter().flatten() {
                if !self.known.contains_key(&beside) {
                    next.push_back((beside, middle, here.clone()));
                }
            }
            self.known.insert(square, (middle, here));
        }
    }

    fn square(&self, p: [f64; 2]) -> [usize; 2] {
        let ends = [self.section.x, self.section.y];
        [0, 1].map(|k| {
            let part = (p[k] - ends[k][0]) / (ends[k][1] - ends[k][0]);
            // Beyond the ends, and NaN, as the outermost.
            ((part * SQUARES as f64) as usize).min(SQUARES - 1)
        })
    }

    fn middle(&self, square: [usize; 2]) -> [f64; 2] {
        let ends = [self.section.x, self.section.y];
        [0, 1].map(|k| {
            let part = (square[k] as f64 + 0.5) / SQUARES as f64;
            ends[k][0] + part * (ends[k][1] - ends[k][0])
        })
    }

    /// The state at a point whose moved neurons are as in `x`; NaN where the sheet does not reach.
    pub fn relax(&mut self, p: [f64; 2], x: Vec<f64>) -> Vec<f64> {
        let nothing = vec![f64::NAN; x.len()];
        let Some((from, start)) = self.known.get(&self.square(p)).cloned() else {
            return nothing;
        };
        self.reach((from, &start), p).unwrap_or(nothing)
    }

    /// Along the straight line between two points of the plane.
    fn reach(&mut self, (from, start): ([f64; 2], &[f64]), to: [f64; 2]) -> Option<Vec<f64>> {
        let network = self.local.network;
        let (mut done, mut step, mut x) = (0.0, 1.0f64, start.to_vec());
        while done < 1.0 {
            let part = (done + step).min(1.0);
            let at = match part {
                1.0 => to,
                part => [0, 1].map(|k| from[k] + part * (to[k] - from[k])),
            };
            let mut guess = self.section.state(network, at);
            for i in (0..x.len()).filter(|i| !self.moved.contains(i)) {
                guess[i] = x[i];
            }
            if guess.iter().any(|v| v.is_nan()) {
                return None;
            }
            let found = newton(&mut self.local, &guess);
            let pairs = found.x.iter().zip(&guess);
            let far = pairs.fold(0.0f64, |m, (a, b)| m.max((a - b).abs()));
            let size = largest(&guess).max(1.0);
            let near = |first: f64| first <= LONG * size && far <= TWICE * first + 1e-9 * size;
            if found.converged && found.first.is_some_and(near) {
                (x, done) = (found.x, part);
                step *= 2.0;
            } else {
                step /= 2.0;
                if step < SHORTEST {
                    return None;
                }
            }
        }
        Some(x)
    }
}
