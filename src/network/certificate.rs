//! The certificate: what can be proved of a network before it is integrated.

use super::{Connection, Fault, Network, Place, Workspace};
use crate::kernels::{Krylov, Patch};
use crate::lagrangian::Growth;
use crate::number::number;
use crate::synapse::{Energy, Ports};

/// Dimensions of the space in which the smallest eigenvalue is looked for.
const SEARCHED: usize = 200;

/// Is the energy bounded below?
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Boundedness {
    /// Yes, for this reason.
    Bounded(String),
    /// It could not be shown; what is missing.
    NotKnown(String),
    /// No: it falls to −∞ in some direction.
    Unbounded(String),
}

impl std::fmt::Display for Boundedness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Boundedness::Bounded(why) => write!(f, "bounded below: {why}"),
            Boundedness::NotKnown(why) => write!(f, "not known to be bounded below: {why}"),
            Boundedness::Unbounded(why) => write!(f, "not bounded below: {why}"),
        }
    }
}

/// Why the energy must fall, or what stands against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Everything that puts the network outside the theory: there dE/dt ≤ 0 is not guaranteed.
    pub faults: Vec<Fault>,
    /// Whether the descent must end.
    pub boundedness: Boundedness,
}

impl Certificate {
    /// Is dE/dt ≤ 0 guaranteed?
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
    }
}

impl Network {
    /// Examines the conditions under which the energy falls: every Lagrangian convex, τ, k, d and clamping constant
    /// inside every group that shares a Lagrangian (Scholarpedia (13): `T H` must be positive semi-definite), every
    /// synapse the gradient of an energy, and the energy bounded below.
    pub fn certificate(&self) -> Certificate {
        Certificate {
            faults: self.faults(),
            boundedness: self.boundedness(),
        }
    }

    /// Has it an energy that must fall? Then its Jacobian is similar to a symmetric matrix
    /// ([`super::AtHessian::symmetric_action`]).
    pub fn is_gradient(&self) -> bool {
        self.faults().is_empty()
    }

    fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        for layer in &self.layers {
            let mut fault = |what, message| {
                let place = Place::Layer(layer.name.clone(), what);
                faults.push(Fault { place, message });
            };
            for s in layer.lagrangian.segments() {
                let name = s.lagrangian.describe();
                if let Err(refusal) = s.lagrangian.convexity() {
                    fault("lagrangian", refusal.to_string());
                }
                if s.lagrangian.is_additive() {
                    continue;
                }
                let group = s.start..s.start + s.len;
                let parameters = [
                    ("tau", &layer.tau),
                    ("leak", &layer.leak),
                    ("energy_weight", &layer.weight),
                ];
                for (what, values) in parameters {
                    let values = &values[group.clone()];
                    if values.windows(2).any(|p| p[0] != p[1]) {
                        fault(
                            what,
                            format!(
                                "differs among neurons {}..{}, which share one {name} group: T·H is then not positive semi-definite and the energy can rise; a group needs one value",
                                group.start, group.end
                            ),
                        );
                    }
                }
            }
        }
        if let Err(why) = self.may_clamp(&self.clamped) {
            faults.push(Fault {
                place: Place::Network,
                message: why.to_string(),
            });
        }
        for (k, c) in self.connections.iter().enumerate() {
            if let Energy::Candidate(why) | Energy::None(why) = c.synapse.energy() {
                faults.push(Fault {
                    place: Place::Synapse(k),
                    message: format!("{} has no energy: {why}", c.synapse.describe()),
                });
            }
        }
        faults
    }

    /// The slowest growth `c |g|^p` of the layer's own energy where an activation is unbounded; `None` if all are bounded or
    /// `clamped`.
    fn unbounded_growth(&self, layer: usize, clamped: &[bool]) -> Option<(f64, f64)> {
        let segments = self.layers[layer].lagrangian.segments().iter();
        let first = self.ranges[layer].start;
        let moves = |i: usize| !clamped[first + i];
        let unbounded = segments.filter(|s| {
            !s.lagrangian.reach().range.is_bounded() && (s.start..s.start + s.len).any(moves)
        });
        let growths = unbounded.map(|s| match s.lagrangian.reach().growth {
            Growth::Power {
                exponent,
                coefficient,
            } => (exponent, coefficient),
            // Faster than linear, slower than every power above 1.
            Growth::Entropic | Growth::Confined => (1.0, 0.0),
        });
        growths.min_by(|a, b| a.0.total_cmp(&b.0))
    }

    /// Is nothing added to the energy of a layer without leak that could fall without end: no input, and no synapse that is not bounded
    /// below by itself, whatever the layers that it joins do?
    fn is_carried(&self, layer: usize, clamped: &[bool]) -> bool {
        let mut neurons = self.ranges[layer].clone();
        let joins = |c: &&Connection| c.layers.contains(&layer);
        let is_bounded = |c: &Connection| {
            c.synapse.energy() == Energy::Exact
                && c.synapse.order(&vec![true; c.layers.len()]) == 0.0
        };
        neurons.all(|i| clamped[i] || self.input[i] == 0.0)
            && self.connections.iter().filter(joins).all(is_bounded)
    }

    /// Is the energy of a connection a quadratic form whose curvature is that of its currents? They say nothing of an
    /// energy that they are not the gradient of: `−½ gᵀWg` sees the symmetric part of W, they see all of it.
    fn is_quadratic(c: &Connection) -> bool {
        c.synapse.is_quadratic() && c.synapse.energy() == Energy::Exact
    }

    fn boundedness(&self) -> Boundedness {
        let count = self.layers.len();
        let mut clamped = vec![false; self.size()];
        self.clamped.iter().for_each(|i| clamped[*i] = true);
        let mut growth: Vec<_> = (0..count)
            .map(|k| self.unbounded_growth(k, &clamped))
            .collect();
        if growth.iter().all(Option::is_none) {
            let or = match self.clamped.is_empty() {
                true => "",
                false => " or clamped",
            };
            return Boundedness::Bounded(format!("every activation is bounded{or}"));
        }
        for (k, layer) in self.layers.iter().enumerate() {
            if growth[k].is_some() && layer.leak.contains(&0.0) {
                if self.is_carried(k, &clamped) {
                    // Nothing draws it anywhere without end: it counts as one whose activations are bounded.
                    growth[k] = None;
                    continue;
                }
                return Boundedness::NotKnown(format!(
                    "layer `{}` has unbounded activations and no leak, so nothing holds them",
                    layer.name
                ));
            }
        }
        if growth.iter().all(Option::is_none) {
            return Boundedness::Bounded(
                "no synapse falls without end where activations have neither a bound nor a leak, and the others are bounded".into(),
            );
        }
        let mut quadratic = false;
        // What synapses that are no quadratic forms pull at most, by layer.
        let mut pulls = vec![0.0; count];
        for c in &self.connections {
            let unbounded: Vec<bool> = c.layers.iter().map(|l| growth[*l].is_some()).collect();
            let order = c.synapse.order(&unbounded);
            let growths = c.layers.iter().filter_map(|l| growth[*l]);
            let slowest = growths.map(|g| g.0).fold(f64::INFINITY, f64::min);
            // Linear growth loses against every convex L*, also against g ln g.
            if order < slowest || (order <= 1.0 && slowest >= 1.0) {
                continue;
            }
            if order == 2.0 && slowest == 2.0 && Network::is_quadratic(c) {
                quadratic = true;
                continue;
            }
            let pull = c
                .synapse
                .pull()
                .filter(|_| c.synapse.energy() == Energy::Exact);
            if let (Some(pull), true) = (pull, order == 2.0 && slowest == 2.0) {
                quadratic = true;
                for (layer, pull) in c.layers.iter().zip(pull) {
                    pulls[*layer] += pull;
                }
                continue;
            }
            if c.synapse.energy() != Energy::Exact {
                return Boundedness::NotKnown(format!(
                    "{} is not the gradient of an energy, and activations that it joins are unbounded",
                    c.synapse.describe()
                ));
            }
            return Boundedness::NotKnown(format!(
                "{} grows at least as fast as the energy of the layers it joins, whose activations are unbounded",
                c.synapse.describe()
            ));
        }
        if !quadratic {
            return Boundedness::Bounded(
                "the layers' own energies grow faster than the synapses can pull".into(),
            );
        }
        self.quadratic_boundedness(&growth, &pulls)
    }

    /// Smallest eigenvalue of `2 c d k − 2 a − D W` over the neurons whose own energy grows like `c g²`: the quadratic part of the
    /// energy far out, less what other synapses pull, `a g²` at most. Where `L*` grows faster it outgrows every quadratic form, and those that grow more slowly have
    /// been seen to be in none.
    fn quadratic_boundedness(&self, growth: &[Option<(f64, f64)>], pulls: &[f64]) -> Boundedness {
        let n = self.size();
        let mut stiffness = vec![0.0; n];
        // A synapse that is not quadratic may hold back what the others let go (a one-sided penalty does).
        let mut open = self.connections.iter().all(|c| {
            let unbounded = |l: &usize| growth[*l].is_some();
            Network::is_quadratic(c) || !c.layers.iter().any(unbounded)
        });
        for (k, range) in self.ranges.iter().enumerate() {
            for s in self.layers[k].lagrangian.segments() {
                let l = &s.lagrangian;
                if let (
                    Some(_),
                    Growth::Power {
                        exponent: 2.0,
                        coefficient,
                    },
                    false,
                ) = (growth[k], l.reach().growth, l.reach().range.is_bounded())
                {
                    // Nor does an eigenvector prove anything where activations have one sign.
                    open &= l.reach().range.low == f64::NEG_INFINITY;
                    let first = range.start + s.start;
                    // More than there is may be taken: that proves nothing.
                    open &= pulls[k] == 0.0;
                    for (i, out) in stiffness.iter_mut().enumerate().skip(first).take(s.len) {
                        let own = 2.0 * coefficient * self.weight[i] * self.leak[i];
                        *out = own - 2.0 * pulls[k];
                        if *out <= 0.0 {
                            return Boundedness::NotKnown(format!(
                                "a synapse may pull as strongly as {} in layer `{}`, whose own energy grows with {}: weaker weights or a bounded activation keep it",
                                number(2.0 * pulls[k]),
                                self.layers[k].name,
                                number(own)
                            ));
                        }
                    }
                }
            }
        }
        // A clamped neuron goes nowhere.
        for i in &self.clamped {
            stiffness[*i] = 0.0;
        }
        let mut ws = Workspace::new(self, 1);
        // A start without symmetries, the same every time.
        let start: Vec<f64> = (0..n)
            .map(|i| {
                if stiffness[i] > 0.0 {
                    1.0 + 0.37 * (2.399_963 * i as f64).sin()
                } else {
                    0.0
                }
            })
            .collect();
        let mut masked = vec![0.0; n];
        let space = Krylov::new(&start, SEARCHED, |v, out| {
            out.fill(0.0);
            for ((m, v), s) in masked.iter_mut().zip(v).zip(&stiffness) {
                *m = if *s > 0.0 { *v } else { 0.0 };
            }
            for (k, c) in self.connections.iter().enumerate() {
                if Network::is_quadratic(c) {
                    let ports = Ports::new(&c.neurons, 1);
                    let scratch = &mut ws.scratch[k];
                    c.synapse
                        .add_curvature(&ports, &ws.g, &masked, out, scratch);
                }
            }
            for ((o, m), s) in out.iter_mut().zip(&masked).zip(&stiffness) {
                *o = if *s > 0.0 { *o - s * m } else { 0.0 };
            }
        });
        let Some(e) = space.rightmost() else {
            return Boundedness::NotKnown("its quadratic part could not be examined".into());
        };
        let smallest = -e.re;
        let margin = e.residual + 1e-12 * (1.0 + smallest.abs());
        let count = stiffness.iter().filter(|s| **s > 0.0).count();
        // The residual says how near some eigenvalue is, not that none is smaller. It is 0 where the space is closed: that has none
        // left to be seen.
        if smallest > margin && count > SEARCHED && e.residual > 0.0 {
            let least = self.least_by_rows(&stiffness);
            if let Some(least) = least.filter(|least| *least > 0.0) {
                return Boundedness::Bounded(format!(
                    "the quadratic part of the energy has no eigenvalue below {}, by the sums of its rows (Gershgorin)",
                    number(least)
                ));
            }
            Boundedness::NotKnown(format!(
                "the quadratic part of the energy has smallest eigenvalue {} as far as a search of {SEARCHED} dimensions sees, and there are {count} neurons",
                number(smallest)
            ))
        } else if smallest > margin {
            Boundedness::Bounded(format!(
                "the quadratic part of the energy has smallest eigenvalue {}",
                number(smallest)
            ))
        } else if smallest < -margin && open {
            Boundedness::Unbounded(format!(
                "the quadratic part of the energy has eigenvalue {}: the state runs away along it; weaker weights or a bounded activation keep it",
                number(smallest)
            ))
        } else {
            Boundedness::NotKnown(format!(
                "the quadratic part of the energy has smallest eigenvalue {}",
                number(smallest)
            ))
        }
    }

    /// No eigenvalue of the same matrix is smaller: the least of a diagonal entry less the sizes of the others in its row
    /// (Gershgorin); none where a synapse does not show its weights.
    fn least_by_rows(&self, stiffness: &[f64]) -> Option<f64> {
        let mut diagonal = stiffness.to_vec();
        let mut others = vec![0.0; self.size()];
        let mut ws = Workspace::new(self, 1);
        let mut all_known = true;
        for (k, c) in self.connections.iter().enumerate() {
            if !Network::is_quadratic(c) {
                continue;
            }
            let first = |port: usize| self.ranges[c.layers[port]].start;
            let mut add = |i: usize, j: usize, w: f64| match (i == j, stiffness[j] > 0.0) {
                (true, _) => diagonal[i] -= w,
                (false, true) => others[i] += w.abs(),
                (false, false) => {}
            };
            let mut show = |[to, from]: [usize; 2], patch: Patch<'_>| {
                let (to, from) = (first(to), first(from));
                match patch {
                    Patch::Weights(c, w) => w
                        .entries()
                        .for_each(|(i, j, w)| add(to + i, from + j, c * w)),
                    Patch::Transposed(c, w) => w
                        .entries()
                        .for_each(|(j, i, w)| add(to + i, from + j, c * w)),
                    Patch::Told(told) => {
                        (told.each)(&mut |i, j, w| add(to + i, from + j, w));
                    }
                    // Penalties are squares: they lower no eigenvalue.
                    Patch::Rows([l, r], m) if std::ptr::eq(l, r) && m.iter().all(|m| *m <= 0.0) => {
                    }
                    _ => all_known = false,
                }
            };
            let ports = Ports::new(&c.neurons, 1);
            let scratch = &mut ws.scratch[k];
            all_known &= c.synapse.curvature(&ports, &ws.g, scratch, &mut show);
        }
        let free = (0..self.size()).filter(|i| stiffness[*i] > 0.0);
        // Sums of many numbers are rounded.
        let rounding = |i: usize| 1e-12 * (1.0 + diagonal[i].abs() + others[i]);
        let least = free.map(|i| diagonal[i] - others[i] - rounding(i));
        least.min_by(f64::total_cmp).filter(|_| all_known)
    }
}
