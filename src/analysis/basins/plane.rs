//! The planes through the space of states that maps are made of.

use std::collections::BTreeSet;

use crate::analysis::{Follow, Memories};
use crate::number::plural;
use crate::refusal::Refusal;

/// Two vectors are on one line where the sine of their angle is below this: all else would be rounding.
const PARALLEL: f64 = 1e-6;

/// The two coordinates of a plane.
#[derive(Clone, Debug, PartialEq)]
pub enum Across {
    /// The states of two neurons, counted over all layers.
    Neurons([usize; 2]),
    /// The overlaps `m = ξ·x / ξ·ξ` of the state x of a layer with two of its memories ξ: 1 at a memory. What x has besides is as in
    /// the start.
    Memories {
        /// The layer.
        layer: usize,
        /// Its memories.
        memories: Memories,
        /// Which two.
        two: [usize; 2],
    },
    /// How far along two directions from the start, in units of their lengths: a number for every neuron.
    Along([Vec<f64>; 2]),
}

/// A plane of states `x = origin + u d₁ + v d₂`.
#[derive(Clone, Debug, PartialEq)]
pub struct StatePlane {
    /// The state at (0, 0).
    pub origin: Vec<f64>,
    /// d₁ and d₂.
    pub directions: [Vec<f64>; 2],
    /// What tells u and v of a state: `u = m₁·(x − origin)`, `mᵢ·dⱼ = 1` where i = j, else 0.
    pub measures: [Vec<f64>; 2],
}

impl StatePlane {
    /// The plane of these coordinates through the start.
    ///
    /// # Errors
    /// A neuron, memory or direction that does not fit, twice the same, or directions on one line; a coordinate that moves a clamped
    /// neuron; units that flip, which have no states in between.
    pub fn new(follow: &Follow<'_>, across: &Across) -> Result<Self, Refusal> {
        follow.check()?;
        let (network, base) = (follow.network, &follow.base);
        let n = network.size();
        if follow.settings.method.flips {
            let why = "needs states that move: units that flip have only two values each";
            let help = "ask for fractions or for the radius";
            return Err(Refusal::new("a map", why).help(help));
        }
        let mut origin = base.x.clone();
        let ([a, b], what) = match across {
            Across::Neurons(neurons) => {
                for (k, i) in neurons.iter().enumerate() {
                    if *i >= n {
                        let why = format!(
                            "is neuron {i}, the network has {}: they count from 0",
                            plural(n, "neuron")
                        );
                        return Err(Refusal::new("neurons", why).of_entry(k));
                    }
                    origin[*i] = 0.0;
                }
                let unit = |i: &usize| {
                    let mut unit = vec![0.0; n];
                    unit[*i] = 1.0;
                    unit
                };
                (neurons.each_ref().map(unit), "neurons")
            }
            Across::Memories {
                layer,
                memories,
                two,
            } => (measures(follow, *layer, memories, *two)?, "memories"),
            Across::Along(directions) => {
                for (k, d) in directions.iter().enumerate() {
                    let refuse = |why| Err(Refusal::new("directions", why).of_entry(k));
                    if d.len() != n {
                        let neurons = plural(n, "neuron");
                        return refuse(format!(
                            "has {}, the network has {neurons}",
                            plural(d.len(), "number")
                        ));
                    }
                    if d.iter().any(|v| !v.is_finite()) {
                        return refuse("has a number that is not finite".into());
                    }
                }
                (directions.clone(), "directions")
            }
        };
        let Some(dual) = dual(&a, &b) else {
            let why = match across {
                Across::Neurons(_) => "are one neuron twice: a plane has two",
                _ => "are on one line, or 0: they are no two coordinates of a plane",
            };
            return Err(Refusal::new(what, why));
        };
        let plane = match across {
            Across::Along(_) => StatePlane {
                origin,
                directions: [a, b],
                measures: dual,
            },
            _ => {
                // The start without what it has of the two.
                for (measure, direction) in [&a, &b].into_iter().zip(&dual) {
                    let part = dot(measure, &base.x);
                    if what == "memories" {
                        let all = origin.iter_mut().zip(direction);
                        all.for_each(|(x, d)| *x -= part * d);
                    }
                }
                StatePlane {
                    origin,
                    directions: dual,
                    measures: [a, b],
                }
            }
        };
        let clamped = network.clamped().iter().chain(&base.clamped);
        let moves = |i: &&usize| plane.directions.iter().any(|d| d[**i] != 0.0);
        if let Some(i) = clamped.copied().collect::<Vec<_>>().iter().find(moves) {
            let (layer, k) = network.locate(*i);
            let why = format!(
                "move neuron {k} of layer `{layer}`, which is clamped: every start would have a landscape of its own"
            );
            return Err(Refusal::new(what, why).help("choose coordinates of free neurons"));
        }
        Ok(plane)
    }

    /// Is it the whole space of states, two neurons being free and its coordinates?
    pub(super) fn is_all(&self, follow: &Follow<'_>) -> bool {
        let axis = |d: &Vec<f64>| d.iter().filter(|v| **v != 0.0).count() == 1;
        let clamped = follow.network.clamped().iter().chain(&follow.base.clamped);
        let clamped: BTreeSet<&usize> = clamped.collect();
        let free = follow.network.size() - clamped.len();
        free == 2 && follow.complete.is_none() && self.directions.iter().all(axis)
    }

    /// The state of a point of the plane.
    pub fn state(&self, [u, v]: [f64; 2]) -> Vec<f64> {
        let [a, b] = &self.directions;
        let all = self.origin.iter().zip(a).zip(b);
        all.map(|((x, a), b)| x + u * a + v * b).collect()
    }

    /// The coordinates of a state: of one beside the plane, those of the point below it.
    pub fn point(&self, x: &[f64]) -> [f64; 2] {
        let away: Vec<f64> = x.iter().zip(&self.origin).map(|(x, o)| x - o).collect();
        self.measures.each_ref().map(|m| dot(m, &away))
    }
}

/// What tells the overlaps with two memories of a state of all neurons.
fn measures(
    follow: &Follow<'_>,
    layer: usize,
    memories: &Memories,
    two: [usize; 2],
) -> Result<[Vec<f64>; 2], Refusal> {
    memories.check(follow.network, layer)?;
    let neurons = follow.network.neurons(layer);
    let mut found = [const { Vec::new() }; 2];
    for (k, (memory, found)) in two.iter().zip(&mut found).enumerate() {
        if *memory >= memories.count() {
            let why = format!(
                "is memory {memory}, there are {}: they count from 0",
                memories.count()
            );
            return Err(Refusal::new("memories", why).of_entry(k));
        }
        let own = memories.get(*memory);
        let size = dot(own, own);
        *found = vec![0.0; follow.network.size()];
        if size > 0.0 {
            let pairs = found[neurons.clone()].iter_mut().zip(own);
            pairs.for_each(|(m, v)| *m = v / size);
        }
    }
    Ok(found)
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The two vectors of the same plane with which these have the products 1 and 0; none where they are on one line.
fn dual(a: &[f64], b: &[f64]) -> Option<[Vec<f64>; 2]> {
    let [aa, ab, bb] = [dot(a, a), dot(a, b), dot(b, b)];
    let determinant = aa * bb - ab * ab;
    // Not above, so that NaN is none either.
    if !(determinant > PARALLEL * PARALLEL * aa * bb) || !determinant.is_finite() {
        return None;
    }
    let mixed = |p: f64, q: f64| -> Vec<f64> {
        let pairs = a.iter().zip(b);
        pairs.map(|(a, b)| (p * a + q * b) / determinant).collect()
    };
    Some([mixed(bb, -ab), mixed(-ab, aa)])
}
