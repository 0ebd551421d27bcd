//! Where fixed points may be, and starts drawn from there.

use super::LandscapePoint;
use super::complete::over_all_states;
use crate::analysis::local::Local;
use crate::pattern::random::Draws;

/// Rounds in which the box may double, and states that are asked in each.
const ROUNDS: usize = 24;
const ASKED: usize = 64;
/// Most points that a start lies between.
const MIXED: usize = 5;
/// Neurons without leak may be anywhere: activations do most of what they do within so much of 0.
const OPEN: f64 = 5.0;
/// Bounded activations are at their bounds this far from 0.
const SATURATED: f64 = 1e3;

/// A box of states. A fixed point has `k x = I + currents(g)`, so that the range of the currents is that of x.
pub(in crate::analysis) struct Region {
    pub low: Vec<f64>,
    pub high: Vec<f64>,
    free: Vec<usize>,
    /// Those of them whose range is not known from intervals, and is seen at states that are drawn.
    open: Vec<usize>,
}

impl Region {
    /// The box that holds the currents of all states, and more. It depends on clamped neurons, not on where the others start.
    pub fn of(local: &mut Local<'_>, base: &[f64], draws: &mut Draws) -> Self {
        let mut region = Region {
            low: base.to_vec(),
            high: base.to_vec(),
            free: local.free.clone(),
            open: Vec::new(),
        };
        let known = over_all_states(local, base);
        for (k, i) in local.free.iter().copied().enumerate() {
            let wide = match local.network.leaks()[i] > 0.0 {
                true => 1.0,
                false => OPEN,
            };
            let range = known.as_ref().map(|all| all[k]);
            let [low, high] = match range.filter(|range| range.is_bounded()) {
                // Nothing acts on it, and it may start anywhere all the same.
                Some(range) if range.width() <= 1e-9 * (1.0 + range.size()) => {
                    [range.middle() - wide, range.middle() + wide]
                }
                Some(range) => [range.low, range.high],
                None => {
                    region.open.push(i);
                    [-wide, wide]
                }
            };
            (region.low[i], region.high[i]) = (low, high);
        }
        let rounds = if region.open.is_empty() { 0 } else { ROUNDS };
        for _ in 0..rounds {
            let (low, high) = (region.low.clone(), region.high.clone());
            for k in 0..ASKED {
                let mut x = base.to_vec();
                match k % 3 {
                    0 => region.corner(draws, &mut x),
                    1 => saturated(local, draws, &mut x),
                    _ => region.draw(draws, &mut x),
                }
                region.take(&x, local, (&low, &high));
            }
            if region.low == low && region.high == high {
                break;
            }
        }
        for i in &local.free {
            let more = 0.1 * (region.high[*i] - region.low[*i]);
            region.low[*i] -= more;
            region.high[*i] += more;
        }
        region
    }

    /// The ends for each free neuron.
    pub fn ends(&self) -> Vec<[f64; 2]> {
        self.free
            .iter()
            .map(|i| [self.low[*i], self.high[*i]])
            .collect()
    }

    /// Widens the box by what the currents at `x` would make of it, but not by more than as much again as it was.
    fn take(&mut self, x: &[f64], local: &mut Local<'_>, (low, high): (&[f64], &[f64])) {
        let force = local.force(x);
        for i in self.open.iter().copied() {
            let leak = local.network.leaks()[i];
            let to = x[i] + force[i] / leak;
            if leak > 0.0 && to.is_finite() {
                let width = high[i] - low[i];
                self.low[i] = self.low[i].min(to.max(low[i] - width));
                self.high[i] = self.high[i].max(to.min(high[i] + width));
            }
        }
    }

    fn corner(&self, draws: &mut Draws, x: &mut [f64]) {
        for i in &self.free {
            x[*i] = match draws.below(2) {
                0 => self.low[*i],
                _ => self.high[*i],
            };
        }
    }

    /// A state: some neurons anywhere in the box, the others nearer to 0, where activations change most.
    pub fn draw(&self, draws: &mut Draws, x: &mut [f64]) {
        let far = draws.uniform();
        for i in self.free.iter().copied() {
            let (low, high) = (self.low[i], self.high[i]);
            let centre = 0.0f64.clamp(low, high);
            let part = match draws.uniform() < far {
                true => 1.0,
                false => draws.uniform().powi(2),
            };
            let to = low + draws.uniform() * (high - low);
            x[i] = centre + part * (to - centre);
        }
    }

    /// A state between some of the points, and more or less off: half of the time halfway, where saddles and mixtures lie if the points
    /// are alike.
    pub fn between(&self, points: &[LandscapePoint], draws: &mut Draws, x: &mut [f64]) {
        let many = 2 + draws.below(MIXED - 1);
        let is_even = draws.below(2) == 0;
        let mut chosen = Vec::with_capacity(many);
        for _ in 0..many {
            let weight = if is_even { 1.0 } else { draws.uniform() };
            chosen.push((weight, &points[draws.below(points.len())].x));
        }
        let sum: f64 = chosen.iter().map(|(w, _)| w).sum();
        let off = 0.2 * draws.uniform().powi(2);
        for i in self.free.iter().copied() {
            let mixed: f64 = chosen.iter().map(|(w, x)| w * x[i]).sum();
            let by = off * (draws.uniform() - 0.5) * (self.high[i] - self.low[i]);
            x[i] = mixed / sum.max(f64::MIN_POSITIVE) + by;
        }
    }
}

/// A state in which every free neuron of a bounded activation is at one of its bounds.
fn saturated(local: &Local<'_>, draws: &mut Draws, x: &mut [f64]) {
    let network = local.network;
    for (k, layer) in network.layers().iter().enumerate() {
        let from = network.neurons(k).start;
        for s in layer.lagrangian.segments() {
            let is_bounded = s.lagrangian.reach().range.is_bounded();
            let own = from + s.start..from + s.start + s.len;
            let first = local.free.partition_point(|i| *i < own.start);
            let free = local.free[first..].iter().take_while(|i| **i < own.end);
            for i in free {
                x[*i] = match (is_bounded, draws.below(2)) {
                    (false, _) => 0.0,
                    (true, 0) => -SATURATED,
                    (true, _) => SATURATED,
                };
            }
        }
    }
}
