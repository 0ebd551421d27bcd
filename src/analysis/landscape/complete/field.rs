//! The velocity and its Jacobian over boxes of states.

use crate::analysis::local::Local;
use crate::kernels::Interval;
use crate::network::Network;
use crate::refusal::Refusal;

/// Rounds in which the box of all states shrinks.
const ROUNDS: usize = 60;
/// It has shrunk where it is no wider than this part of what it was.
const SHRUNK: f64 = 0.999;

/// `r(x) = I − k x + currents(g)/d` of the free neurons of a network.
pub(super) struct Field<'a> {
    network: &'a Network,
    input: &'a [f64],
    pub free: &'a [usize],
    /// The states of all neurons, of which the clamped ones stay.
    base: &'a [f64],
}

impl<'a> Field<'a> {
    /// # Errors
    /// What of the network has no form over intervals.
    pub fn new(local: &'a Local<'_>, base: &'a [f64]) -> Result<Self, Refusal> {
        let network = local.network;
        let help = "the search without --complete takes every model";
        for layer in network.layers() {
            for s in layer.lagrangian.segments() {
                if s.lagrangian.enclosure().is_none() {
                    let what = format!("layer `{}`, {}", layer.name, s.lagrangian.describe());
                    let why = "has no form over intervals, which --complete needs";
                    return Err(Refusal::new(what, why).help(help));
                }
            }
        }
        for (k, c) in network.connections().iter().enumerate() {
            if c.synapse.enclosure().is_none() || c.synapse.delay() > 0 {
                let what = format!("synapse {k}, {}", c.synapse.describe());
                let why = "has no form over intervals, which --complete needs";
                return Err(Refusal::new(what, why).help(help));
            }
        }
        Ok(Field {
            network,
            input: local.input,
            free: &local.free,
            base,
        })
    }

    /// The states of all neurons.
    pub fn whole(&self, x: &[f64]) -> Vec<f64> {
        let mut all = self.base.to_vec();
        self.free.iter().zip(x).for_each(|(i, x)| all[*i] = *x);
        all
    }

    /// The states of all neurons over a box.
    fn states(&self, x: &[Interval]) -> Vec<Interval> {
        let mut all: Vec<Interval> = self.base.iter().map(|v| Interval::at(*v)).collect();
        self.free.iter().zip(x).for_each(|(i, x)| all[*i] = *x);
        all
    }

    fn activation(&self, states: &[Interval]) -> Vec<Interval> {
        let mut g = vec![Interval::ALL; states.len()];
        for (k, layer) in self.network.layers().iter().enumerate() {
            let from = self.network.neurons(k).start;
            for s in layer.lagrangian.segments() {
                let at = from + s.start..from + s.start + s.len;
                if let Some(form) = s.lagrangian.enclosure() {
                    form.activation(&states[at.clone()], &mut g[at]);
                }
            }
        }
        g
    }

    /// `I + currents/d` of the free neurons over a box.
    fn drive(&self, x: &[Interval]) -> Vec<Interval> {
        let g = self.activation(&self.states(x));
        let mut currents = vec![Interval::ZERO; g.len()];
        for c in self.network.connections() {
            let neurons: Vec<usize> = c.neurons.iter().cloned().flatten().collect();
            let own: Vec<Interval> = neurons.iter().map(|i| g[*i]).collect();
            let mut added = vec![Interval::ZERO; own.len()];
            if let Some(form) = c.synapse.enclosure() {
                form.enclose_currents(&own, &mut added);
            }
            let all = neurons.iter().zip(added);
            all.for_each(|(i, a)| currents[*i] = currents[*i] + a);
        }
        let weights = self.network.energy_weights();
        let of = |i: &usize| currents[*i].times(1.0 / weights[*i]) + Interval::at(self.input[*i]);
        self.free.iter().map(of).collect()
    }

    fn leak(&self, k: usize) -> f64 {
        self.network.leaks()[self.free[k]]
    }

    /// `r` at a state.
    pub fn force(&self, x: &[f64]) -> Vec<Interval> {
        let at: Vec<Interval> = x.iter().map(|v| Interval::at(*v)).collect();
        let drive = self.drive(&at).into_iter().zip(&at).enumerate();
        drive.map(|(k, (d, x))| d - x.times(self.leak(k))).collect()
    }

    /// What a box has in common with `(I + currents)/k` over it; none if that is nothing.
    pub fn shrunk(&self, x: &[Interval]) -> Option<Vec<Interval>> {
        let drive = self.drive(x).into_iter().zip(x).enumerate();
        let of = |(k, (d, x)): (usize, (Interval, &Interval))| match self.leak(k) > 0.0 {
            true => x.common(d.times(1.0 / self.leak(k))),
            // Without a leak the state is nowhere to be seen: the currents must be able to vanish.
            false => d.holds(0.0).then_some(*x),
        };
        drive.map(of).collect()
    }

    /// The box of all fixed points; unbounded where that cannot be shown.
    pub fn bounds(&self) -> Vec<Interval> {
        let mut x = vec![Interval::ALL; self.free.len()];
        for _ in 0..ROUNDS {
            // Nothing in common: there is no fixed point, and any box will do.
            let Some(next) = self.shrunk(&x) else {
                return x.iter().map(|x| Interval::at(x.middle())).collect();
            };
            let pairs = next.iter().zip(&x);
            let mut better = pairs.map(|(a, b)| {
                b.is_bounded() && a.width() < SHRUNK * b.width()
                    || a.is_bounded() && !b.is_bounded()
            });
            let goes_on = better.any(|b| b) || next != x;
            x = next;
            if !goes_on {
                break;
            }
        }
        x
    }

    /// `∂r/∂x` over a box, row by row.
    pub fn jacobian(&self, x: &[Interval]) -> Vec<Interval> {
        let (n, size) = (self.free.len(), self.base.len());
        let states = self.states(x);
        let g = self.activation(&states);
        // By how much each activation changes with each state, and each current with each activation.
        let mut slopes = vec![Interval::ZERO; size * size];
        for (k, layer) in self.network.layers().iter().enumerate() {
            let from = self.network.neurons(k).start;
            for s in layer.lagrangian.segments() {
                let first = from + s.start;
                if let Some(form) = s.lagrangian.enclosure() {
                    form.hessian(&states[first..first + s.len], &mut |[i, j], h| {
                        slopes[(first + i) * size + first + j] = h;
                    });
                }
            }
        }
        let mut curvature = vec![Interval::ZERO; size * size];
        for c in self.network.connections() {
            let neurons: Vec<usize> = c.neurons.iter().cloned().flatten().collect();
            let own: Vec<Interval> = neurons.iter().map(|i| g[*i]).collect();
            let mut added = vec![Interval::ZERO; own.len() * own.len()];
            if let Some(form) = c.synapse.enclosure() {
                form.enclose_curvature(&own, &mut added);
            }
            for (k, a) in added.iter().enumerate() {
                let place = neurons[k / own.len()] * size + neurons[k % own.len()];
                curvature[place] = curvature[place] + *a;
            }
        }
        let weights = self.network.energy_weights();
        let mut found = Vec::with_capacity(n * n);
        for (row, i) in self.free.iter().enumerate() {
            for (column, l) in self.free.iter().enumerate() {
                // Clamped activations do not change.
                let through = self
                    .free
                    .iter()
                    .filter(|j| slopes[**j * size + l] != Interval::ZERO);
                let sum: Interval = through
                    .map(|j| curvature[i * size + j] * slopes[j * size + l])
                    .sum();
                let own = sum.times(1.0 / weights[*i]);
                found.push(match row == column {
                    true => own - Interval::at(self.leak(row)),
                    false => own,
                });
            }
        }
        found
    }
}
