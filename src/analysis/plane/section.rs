//! A section of the space of states: an origin and two directions.

use std::collections::HashMap;

use super::sheet::Sheet;
use super::{PlaneField, Space, state_of};
use crate::analysis::{ZeroSet, zero_set};
use crate::dynamics::Interrupt;
use crate::network::{Drive, Network, Workspace};

/// A rectangle of the plane `origin + u d₁ + v d₂`.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Whether states or activations are on the plane.
    pub space: Space,
    /// The point `u = v = 0`: states, but in a space of activations the activations of those neurons that a direction moves.
    pub origin: Vec<f64>,
    /// The directions, of length 1 and at right angles, with a number for each neuron, as the origin.
    pub directions: [Vec<f64>; 2],
    /// The neurons that no direction moves are not where the origin is but at their own equilibrium, that which goes on from this
    /// state without a jump; none where they stay.
    pub relaxed: Option<Vec<f64>>,
    /// Lower and upper end of the horizontal axis.
    pub x: [f64; 2],
    /// Lower and upper end of the vertical axis.
    pub y: [f64; 2],
    /// Points along each axis, two or more.
    pub points: usize,
}

/// What is known at points of a section, a value for each point. NaN where an activation is that of no state, and where the other
/// neurons have no equilibrium.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlaneValues {
    /// The velocity along both directions: of the states, or of the activations, `ġ = H ẋ`.
    pub velocity: [Vec<f64>; 2],
    /// The velocity of the states along both directions. It vanishes where the other one does, and is not small where activations saturate.
    pub states: [Vec<f64>; 2],
    /// The energy; empty if the network has none.
    pub energy: Vec<f64>,
}

/// Where the velocity along either direction vanishes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Nullclines {
    /// Of the horizontal direction.
    pub horizontal: ZeroSet,
    /// Of the vertical direction.
    pub vertical: ZeroSet,
}

/// Columns of a block.
const WIDTH: usize = 64;

impl Section {
    /// The neurons that a direction moves.
    fn moved(&self) -> impl Iterator<Item = usize> + '_ {
        let [a, b] = &self.directions;
        (0..a.len()).filter(|i| a[*i] != 0.0 || b[*i] != 0.0)
    }

    pub(super) fn along(&self, values: &[f64]) -> [f64; 2] {
        self.directions.each_ref().map(|d| {
            let all = d.iter().zip(values).zip(&self.origin);
            let moved = all.filter(|((d, _), _)| **d != 0.0);
            moved.map(|((d, v), o)| d * (v - o)).sum()
        })
    }

    /// A state of the network as a point of the plane: where it is projected to at right angles.
    pub fn point(&self, network: &Network, x: &[f64]) -> [f64; 2] {
        match self.space {
            Space::State => self.along(x),
            Space::Activation => {
                let mut g = vec![0.0; x.len()];
                network.activation(x, 1, &mut g);
                self.along(&g)
            }
        }
    }

    /// The state at a point but for what is relaxed; NaN where there is none.
    pub(super) fn state(&self, network: &Network, [u, v]: [f64; 2]) -> Vec<f64> {
        let mut x = self.origin.clone();
        for i in self.moved() {
            let at = x[i] + u * self.directions[0][i] + v * self.directions[1][i];
            x[i] = match self.space {
                Space::State => at,
                Space::Activation => state_of(network, i, at),
            };
        }
        x
    }

    pub(super) fn grid(&self) -> [Vec<f64>; 2] {
        let n = self.points.max(2);
        [self.x, self.y].map(|[low, high]| {
            let step = (high - low) / (n - 1) as f64;
            (0..n).map(|k| low + step * k as f64).collect()
        })
    }
}

/// A network on a section.
#[derive(Debug)]
pub struct OnSection<'a> {
    section: &'a Section,
    network: &'a Network,
    input: &'a [f64],
    clamped: Vec<usize>,
    sheet: Option<Sheet<'a>>,
    interrupt: Option<&'a Interrupt>,
}

impl<'a> OnSection<'a> {
    /// A network on a section, under this input and with these neurons clamped besides those that the layers clamp.
    pub fn new(
        section: &'a Section,
        (network, input, clamped): (&'a Network, &'a [f64], &[usize]),
    ) -> Self {
        let mut clamped = [network.clamped(), clamped].concat();
        clamped.sort_unstable();
        clamped.dedup();
        let sheet = section.relaxed.as_ref().map(|base| {
            let moved: Vec<usize> = section.moved().collect();
            Sheet::new(section, (network, input, &clamped), &moved, base)
        });
        OnSection {
            section,
            network,
            input,
            clamped,
            sheet,
            interrupt: None,
        }
    }

    /// The same until an interrupt is raised: from then on no point has a value.
    pub fn until(self, interrupt: &'a Interrupt) -> Self {
        OnSection {
            interrupt: Some(interrupt),
            ..self
        }
    }

    /// The state at each point; NaN where there is none.
    pub fn states(&mut self, points: &[[f64; 2]]) -> Vec<Vec<f64>> {
        let (section, network) = (self.section, self.network);
        let interrupt = self.interrupt;
        let state = |p: &[f64; 2]| {
            if interrupt.is_some_and(Interrupt::is_raised) {
                return vec![f64::NAN; network.size()];
            }
            let x = section.state(network, *p);
            match &mut self.sheet {
                Some(sheet) => sheet.relax(*p, x),
                None => x,
            }
        };
        points.iter().map(state).collect()
    }

    /// Velocity and energy at these points.
    pub fn evaluate(&mut self, points: &[[f64; 2]]) -> PlaneValues {
        self.find(points, self.network.has_energy())
    }

    fn find(&mut self, points: &[[f64; 2]], with_energy: bool) -> PlaneValues {
        let mut found = PlaneValues::default();
        if points.is_empty() {
            return found;
        }
        let width = points.len().min(WIDTH);
        let network = self.network;
        let n = network.size();
        let mut ws = Workspace::new(network, width);
        let input: Vec<f64> = self.input.iter().flat_map(|v| [*v].repeat(width)).collect();
        // Of a block, all entries of a clamped neuron.
        let clamped = self.clamped.iter().flat_map(|i| i * width..(i + 1) * width);
        let clamped: Vec<usize> = clamped.collect();
        let drive = Drive {
            input: &input,
            clamped: &clamped,
        };
        let [mut x, mut own, mut change] = [(); 3].map(|()| vec![0.0; n * width]);
        for some in points.chunks(width) {
            let states = self.states(some);
            for (b, state) in (0..width).zip(states.iter().cycle()) {
                (0..n).for_each(|i| x[i * width + b] = state[i]);
            }
            let mut at = network.at(&x, drive, &mut ws);
            let velocity = match with_energy {
                true => {
                    let energy = at.energy();
                    found.energy.extend(&energy.total[..some.len()]);
                    energy.velocity
                }
                false => at.velocity(),
            };
            own.copy_from_slice(velocity);
            self.project(&own, &states, &mut found.states);
            match self.section.space {
                Space::State => self.project(&own, &states, &mut found.velocity),
                Space::Activation => {
                    // The plane's own motion: neurons that no direction moves stay.
                    for (i, row) in own.chunks_exact_mut(width).enumerate() {
                        if self.section.directions.iter().all(|d| d[i] == 0.0) {
                            row.fill(0.0);
                        }
                    }
                    at.hessian().apply(&own, &mut change);
                    self.project(&change, &states, &mut found.velocity);
                }
            }
        }
        // A network may have an energy and a velocity where one of its neurons has no state.
        let none = |k: &usize| found.states.iter().any(|v| v[*k].is_nan());
        let none: Vec<usize> = (0..points.len()).filter(none).collect();
        for k in none {
            let both = found.velocity.iter_mut().chain(&mut found.states);
            both.for_each(|v| v[k] = f64::NAN);
            found
                .energy
                .get_mut(k)
                .into_iter()
                .for_each(|e| *e = f64::NAN);
        }
        found
    }

    /// What of a block lies along the directions, a value for each state.
    fn project(&self, block: &[f64], states: &[Vec<f64>], out: &mut [Vec<f64>; 2]) {
        let n = self.network.size();
        let width = block.len() / n.max(1);
        for (d, out) in self.section.directions.iter().zip(out) {
            let moved: Vec<usize> = (0..n).filter(|i| d[*i] != 0.0).collect();
            for (b, state) in states.iter().enumerate() {
                let all: f64 = moved.iter().map(|i| d[*i] * block[i * width + b]).sum();
                let known = state.iter().all(|x| !x.is_nan());
                out.push(if known { all } else { f64::NAN });
            }
        }
    }

    /// Velocity and energy on the grid of the section.
    pub fn field(&mut self) -> PlaneField {
        let [x, y] = self.section.grid();
        let points: Vec<[f64; 2]> = y.iter().flat_map(|v| x.iter().map(|u| [*u, *v])).collect();
        let values = self.evaluate(&points);
        let [horizontal, vertical] = values.velocity;
        PlaneField {
            x,
            y,
            horizontal,
            vertical,
            energy: values.energy,
        }
    }

    /// Where the velocity along either direction vanishes ([`zero_set`]). `cells` are squares along each axis that are looked at first;
    /// `near` are points where both may vanish, such as fixed points.
    pub fn nullclines(&mut self, cells: usize, near: &[[f64; 2]]) -> Nullclines {
        let over = [self.section.x, self.section.y];
        // Both are asked for at many of the same points.
        let mut known: HashMap<[u64; 2], [f64; 2]> = HashMap::new();
        let mut one = |k: usize| {
            let mut f = |points: &[[f64; 2]]| {
                let bits = |p: &[f64; 2]| p.map(f64::to_bits);
                let new = points.iter().filter(|p| !known.contains_key(&bits(p)));
                let new: Vec<[f64; 2]> = new.copied().collect();
                let [across, up] = self.find(&new, false).states;
                let both = across.into_iter().zip(up).map(|(u, v)| [u, v]);
                known.extend(new.iter().map(bits).zip(both));
                points.iter().map(|p| known[&bits(p)][k]).collect()
            };
            zero_set(&mut f, over, cells, near)
        };
        Nullclines {
            horizontal: one(0),
            vertical: one(1),
        }
    }
}
