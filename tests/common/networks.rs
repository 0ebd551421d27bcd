//! Random networks, and single synapses outside of any network, for the tests.

#![allow(dead_code, reason = "not every test file uses all of it")]

use std::ops::Range;
use std::sync::Arc;

use attractor::dynamics::{Method, Outcome, Settings, Start, integrate};
use attractor::kernels::Weights;
use attractor::lagrangian::{DirectSum, Lagrangian, TermRows};
use attractor::model_file::load_text;
use attractor::monitor::Monitor;
use attractor::network::{AtHessian, Drive, Layer, Network, Workspace};
use attractor::stimulus::Stimulus;
use attractor::synapse::{Dense, Example, KINDS, Kind, Memory, Penalty, Ports, Recurrent, Synapse};

use crate::common::{all, graded, parse};

/// Seeded numbers between −1 and 1 (Knuth's linear congruence, the upper bits).
pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }

    pub fn vector(&mut self, n: usize, scale: f64) -> Vec<f64> {
        (0..n).map(|_| scale * self.next()).collect()
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * 0.5 * (self.next() + 1.0)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.between(0.0, n as f64) as usize).min(n - 1)
    }

    pub fn chance(&mut self, p: f64) -> bool {
        self.between(0.0, 1.0) < p
    }

    pub fn weights(&mut self, rows: usize, cols: usize, scale: f64) -> Weights {
        Weights::new(rows, cols, self.vector(rows * cols, scale)).unwrap()
    }

    /// A symmetric matrix, row by row.
    pub fn symmetric(&mut self, n: usize, scale: f64) -> Vec<f64> {
        let mut w = self.vector(n * n, scale);
        for i in 0..n {
            for j in 0..i {
                w[i * n + j] = w[j * n + i];
            }
        }
        w
    }
}

pub fn lagrangian(text: &str) -> Arc<dyn Lagrangian> {
    parse(text).unwrap()
}

/// A layer from the text of its Lagrangian.
pub fn layer(name: &str, shape: &[usize], text: &str) -> Layer {
    Layer::of(
        name,
        shape,
        DirectSum::uniform(shape, lagrangian(text)).unwrap(),
    )
}

/// A synapse by itself, its layers lying in a block with their order turned and a stranger before each.
pub struct Alone {
    pub synapse: &'static dyn Synapse,
    pub neurons: Vec<Range<usize>>,
    pub size: usize,
}

/// Currents, energies and the sizes of their summands.
pub type Evaluated = (Vec<f64>, Vec<f64>, Vec<f64>);

impl Alone {
    pub fn new(synapse: Box<dyn Synapse>) -> Self {
        Alone::of(Box::leak(synapse))
    }

    pub fn of(synapse: &'static dyn Synapse) -> Self {
        let shapes = synapse.shapes();
        let sizes: Vec<usize> = shapes.iter().map(|s| s.iter().product()).collect();
        let mut neurons = vec![0..0; sizes.len()];
        let mut size = 0;
        for k in (0..sizes.len()).rev() {
            size += 1;
            neurons[k] = size..size + sizes[k];
            size += sizes[k];
        }
        Alone {
            synapse,
            neurons,
            size,
        }
    }

    /// The neurons that belong to it.
    pub fn own(&self) -> Vec<usize> {
        let mut own: Vec<usize> = self.neurons.iter().cloned().flatten().collect();
        own.sort_unstable();
        own
    }

    /// What it adds to `current`, and its energy.
    pub fn evaluate_onto(&self, g: &[f64], current: &mut [f64], with_energy: bool) -> Evaluated {
        let width = g.len() / self.size;
        let ports = Ports::new(&self.neurons, width);
        // What an energy row held before must not matter.
        let (mut value, mut magnitude) = (vec![f64::NAN; width], vec![f64::NAN; width]);
        let rows = with_energy.then_some(TermRows {
            value: &mut value,
            magnitude: &mut magnitude,
        });
        let mut scratch = self.synapse.scratch(width);
        self.synapse
            .evaluate(&ports, g, current, rows, &mut scratch);
        (current.to_vec(), value, magnitude)
    }

    pub fn evaluate(&self, g: &[f64]) -> Evaluated {
        self.evaluate_onto(g, &mut vec![0.0; g.len()], true)
    }

    pub fn curvature(&self, g: &[f64], dg: &[f64]) -> Vec<f64> {
        let width = g.len() / self.size;
        let ports = Ports::new(&self.neurons, width);
        let mut out = vec![0.0; g.len()];
        let mut scratch = self.synapse.scratch(width);
        self.synapse
            .add_curvature(&ports, g, dg, &mut out, &mut scratch);
        out
    }
}

/// A synapse with the name of its kind and what distinguishes it.
pub struct Instance {
    pub kind: &'static str,
    pub what: String,
    pub alone: Alone,
}

/// The synapse of an example, as a model file makes it. It lives as long as the test.
pub fn made(kind: &Kind, example: &Example) -> &'static dyn Synapse {
    let mut text = String::new();
    // A delay counts sweeps, which only units that flip have.
    let (lagrangian, method) = match example.1.contains("delay") {
        true => ("step", "asynchronous"),
        false => ("identity", "auto"),
    };
    // Angles have no leak.
    let leak = if kind.name == "phase" {
        "leak = 0\n"
    } else {
        ""
    };
    for (k, shape) in example.0.iter().enumerate() {
        text += &format!("[layers.l{k}]\nsize = {shape:?}\nlagrangian = \"{lagrangian}\"\n{leak}");
    }
    let names: Vec<String> = (0..example.0.len()).map(|k| format!("l{k}")).collect();
    let (name, keys) = (kind.name, example.1);
    text += &format!("[[synapses]]\nkind = \"{name}\"\nlayers = {names:?}\n{keys}\n");
    text += &format!("[solve]\nlyapunov = \"off\"\nmethod = \"{method}\"\n");
    let loaded = load_text(name, &text, &[], None).unwrap_or_else(|e| panic!("{e}"));
    let network: &'static Network = Box::leak(Box::new(loaded.study.network));
    network.connections()[0].synapse.as_ref()
}

/// The examples of every kind in the list of synapses, and memories with every potential there is.
pub fn instances() -> Vec<Instance> {
    let mut r = Numbers(7);
    let mut list: Vec<Instance> = Vec::new();
    for kind in KINDS {
        for example in kind.examples {
            list.push(Instance {
                kind: kind.name,
                what: format!("{:?} {}", example.0, example.1),
                alone: Alone::of(made(kind, example)),
            });
        }
    }
    // Sparse matrices: of every third place, and its mirror image.
    let some = |r: &mut Numbers, rows: usize, cols: usize, both: bool| {
        let places = (0..rows * cols)
            .map(|k| (k / cols, k % cols))
            .filter(|(i, j)| (i + 2 * j) % 3 == 0);
        let entries: Vec<_> = places.map(|(i, j)| (i, j, r.between(-0.8, 0.8))).collect();
        let mirrored = entries
            .iter()
            .filter(|_| both)
            .map(|(i, j, w)| (*j, *i, *w));
        Weights::sparse(rows, cols, entries.iter().copied().chain(mirrored)).unwrap()
    };
    let recurrent = Recurrent::new(some(&mut r, 9, 9, true), &[1.0; 9]).unwrap();
    let dense = Dense::new(some(&mut r, 7, 5, false));
    for (kind, synapse) in [
        ("recurrent", Box::new(recurrent) as Box<dyn Synapse>),
        ("dense", Box::new(dense)),
    ] {
        list.push(Instance {
            kind,
            what: "sparse".into(),
            alone: Alone::new(synapse),
        });
    }
    let mut add = |what, memory: Memory| {
        list.push(Instance {
            kind: "memory",
            what,
            alone: Alone::new(Box::new(memory)),
        });
    };
    for (name, text, potential) in all() {
        // The examples are written for groups of five.
        let sum = DirectSum::uniform(&[5], Arc::clone(&potential)).unwrap();
        let one = Memory::new(vec![r.weights(5, 3, 0.9)], sum).unwrap();
        add(format!("{name} {text}"), one);
        let sum = DirectSum::uniform(&[2, 5], potential).unwrap();
        let patterns = vec![r.weights(10, 3, 0.6), r.weights(10, 4, 0.6)];
        let two = Memory::new(patterns, sum).unwrap();
        let two = two.scale(0.7).unwrap().leak(1.3).unwrap();
        let two = two.bias(r.vector(10, 0.5)).unwrap();
        add(format!("{name} {text}, two layers"), two);
    }
    list
}

/// What a random layer is made of, before it is built, so that a test can break it.
#[derive(Clone, Debug)]
pub struct LayerPlan {
    /// Groups along the first axis.
    pub rows: usize,
    /// Lagrangians along the last axis.
    pub parts: Vec<(usize, Arc<dyn Lagrangian>)>,
    pub tau: Vec<f64>,
    pub leak: Vec<f64>,
    pub weight: Vec<f64>,
    pub input: Vec<f64>,
    pub clamped: Vec<usize>,
}

impl LayerPlan {
    pub fn size(&self) -> usize {
        self.tau.len()
    }

    /// First neuron, length and Lagrangian of every part of every row.
    pub fn groups(&self) -> Vec<(usize, usize, Arc<dyn Lagrangian>)> {
        let mut groups = Vec::new();
        let mut start = 0;
        for _ in 0..self.rows {
            for (n, l) in &self.parts {
                groups.push((start, *n, Arc::clone(l)));
                start += n;
            }
        }
        groups
    }
}

/// A synapse of a random network, before it is built.
#[derive(Clone, Debug)]
pub enum Joint {
    Dense {
        layers: [usize; 2],
        w: Weights,
    },
    /// Weights `W` themselves, `D W` being symmetric.
    Recurrent {
        layer: usize,
        w: Weights,
    },
    Memory {
        layers: Vec<usize>,
        memory: Memory,
    },
    Penalty {
        layer: usize,
        penalty: Penalty,
    },
}

/// A random network before it is built.
#[derive(Clone, Debug)]
pub struct Plan {
    pub layers: Vec<LayerPlan>,
    pub joints: Vec<Joint>,
    /// A start.
    pub x: Vec<f64>,
}

/// Does the activation outgrow the state?
fn is_steep(l: &Arc<dyn Lagrangian>) -> bool {
    l.reach().order > 2.0
}

impl Plan {
    /// A valid network of that many layers, none of more than `most` neurons: any Lagrangians (in blocks, in rows), every
    /// kind of synapse that has an energy, τ, k and d by neuron where the theory allows it, clamped neurons. The weights
    /// are small, so that a network without a lower bound of its energy does not run away within a few time constants.
    pub fn random(seed: u64, layers: usize, most: usize) -> Plan {
        let mut r = Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d);
        for _ in 0..4 {
            r.next();
        }
        let mut plan = Plan {
            layers: (0..layers).map(|_| random_layer(&mut r, most)).collect(),
            joints: Vec::new(),
            x: Vec::new(),
        };
        for layer in &plan.layers {
            for (_, n, l) in layer.groups() {
                let scale = if is_steep(&l) { 0.8 } else { 2.0 };
                plan.x.extend(r.vector(n, scale));
            }
        }
        for k in 1..layers {
            plan.add_dense(&mut r, k - 1, k);
        }
        for k in 0..layers {
            match r.below(6) {
                0 | 1 => plan.add_recurrent(&mut r, k),
                2 => plan.add_memory(&mut r, vec![k]),
                3 => plan.add_penalty(&mut r, k),
                4 if layers > 1 => plan.add_memory(&mut r, vec![k, (k + 1) % layers]),
                _ => {}
            }
        }
        if plan.joints.is_empty() {
            plan.add_recurrent(&mut r, 0);
        }
        plan
    }

    fn gain(&self, layers: &[usize]) -> f64 {
        let parts = layers.iter().flat_map(|k| &self.layers[*k].parts);
        let steep = parts.filter(|(_, l)| is_steep(l)).count() > 0;
        let n: usize = layers.iter().map(|k| self.layers[*k].size()).sum();
        (if steep { 0.02 } else { 0.7 }) / (n as f64).sqrt()
    }

    pub fn add_dense(&mut self, r: &mut Numbers, a: usize, b: usize) {
        let gain = self.gain(&[a, b]);
        let w = r.weights(self.layers[b].size(), self.layers[a].size(), gain);
        self.joints.push(Joint::Dense { layers: [a, b], w });
    }

    pub fn add_recurrent(&mut self, r: &mut Numbers, layer: usize) {
        let l = &self.layers[layer];
        let (n, gain) = (l.size(), self.gain(&[layer]));
        let t = r.symmetric(n, gain);
        let w = (0..n * n).map(|k| t[k] / l.weight[k / n]);
        let w = Weights::new(n, n, w.collect()).unwrap();
        self.joints.push(Joint::Recurrent { layer, w });
    }

    pub fn add_memory(&mut self, r: &mut Numbers, layers: Vec<usize>) {
        let gain = 0.5 * self.gain(&layers);
        let kinds = graded();
        let (_, _, potential) = &kinds[r.below(kinds.len())];
        let rows = 1 + r.below(2);
        let sum = DirectSum::uniform(&[rows, 5], Arc::clone(potential)).unwrap();
        let sizes = layers.iter().map(|k| self.layers[*k].size());
        let patterns = sizes.map(|n| r.weights(5 * rows, n, gain)).collect();
        let memory = Memory::new(patterns, sum).unwrap();
        // A potential that outgrows a square pulls without end.
        let weak = if is_steep(potential) { 0.05 } else { 1.0 };
        let memory = memory
            .scale(weak * r.between(0.3, 1.0))
            .unwrap()
            .leak(r.between(0.8, 1.5))
            .unwrap();
        let memory = memory.bias(r.vector(5 * rows, 0.3)).unwrap();
        self.joints.push(Joint::Memory { layers, memory });
    }

    pub fn add_penalty(&mut self, r: &mut Numbers, layer: usize) {
        let gain = self.gain(&[layer]);
        let n = self.layers[layer].size();
        let (a, b) = (r.weights(2, n, gain), r.vector(2, 0.5));
        let strength = vec![r.between(0.1, 1.0), r.between(0.1, 1.0)];
        let penalty = if r.chance(0.5) {
            Penalty::equality(a, b, strength)
        } else {
            Penalty::inequality(a, b, strength)
        };
        self.joints.push(Joint::Penalty {
            layer,
            penalty: penalty.unwrap(),
        });
    }

    pub fn size(&self) -> usize {
        self.x.len()
    }

    pub fn build(&self) -> Network {
        self.build_with(|_, s| s)
    }

    /// Builds it with every synapse passed through `change`, which is told its position.
    pub fn build_with(
        &self,
        change: impl Fn(usize, Box<dyn Synapse>) -> Box<dyn Synapse>,
    ) -> Network {
        let mut builder = Network::builder();
        for (k, l) in self.layers.iter().enumerate() {
            let shape = [l.rows, l.size() / l.rows];
            let sum = DirectSum::blocks(&shape, l.parts.clone()).unwrap();
            let layer = Layer::of(format!("{k}"), &shape, sum)
                .tau(l.tau.clone())
                .leak(l.leak.clone())
                .weight(l.weight.clone())
                .input(l.input.clone())
                .clamp(l.clamped.clone());
            builder = builder.layer(layer);
        }
        for (k, joint) in self.joints.iter().enumerate() {
            let (layers, synapse): (Vec<usize>, Box<dyn Synapse>) = match joint.clone() {
                Joint::Dense { layers, w } => (layers.to_vec(), Box::new(Dense::new(w))),
                Joint::Recurrent { layer, w } => {
                    let d = &self.layers[layer].weight;
                    (vec![layer], Box::new(Recurrent::new(w, d).unwrap()))
                }
                Joint::Memory { layers, memory } => (layers, Box::new(memory)),
                Joint::Penalty { layer, penalty } => (vec![layer], Box::new(penalty)),
            };
            let names = layers.iter().map(usize::to_string).collect();
            builder = builder.connect_boxed(names, change(k, synapse));
        }
        builder.build().unwrap()
    }
}

fn random_layer(r: &mut Numbers, most: usize) -> LayerPlan {
    let kinds = graded();
    let rows = 1 + r.below(3);
    let room = (most / rows).max(1);
    let mut parts: Vec<(usize, Arc<dyn Lagrangian>)> = Vec::new();
    let mut used = 0;
    for _ in 0..1 + r.below(3) {
        let (_, _, l) = &kinds[r.below(kinds.len())];
        // The examples with a vector are written for groups of five.
        let wanted = [1 + r.below(room.min(8)), 5, 2];
        let n = wanted.into_iter().find(|n| l.fits(*n).is_ok());
        let Some(n) = n.filter(|n| used + n <= room && l.convexity().is_ok()) else {
            continue;
        };
        parts.push((n, Arc::clone(l)));
        used += n;
    }
    if parts.is_empty() {
        parts.push((room.min(3), lagrangian(r#"{ kind = "tanh" }"#)));
    }
    let n = rows * parts.iter().map(|(n, _)| n).sum::<usize>();
    let mut plan = LayerPlan {
        rows,
        parts,
        tau: vec![1.0; n],
        leak: vec![1.0; n],
        weight: vec![1.0; n],
        input: r.vector(n, 1.0),
        clamped: Vec::new(),
    };
    let [own_tau, own_leak, own_weight, clamps] = [0.5, 0.3, 0.3, 0.2].map(|p| r.chance(p));
    for (start, len, l) in plan.groups() {
        if is_steep(&l) {
            // e^{2.5 x} would run away from an input of 1.
            plan.input[start..start + len]
                .iter_mut()
                .for_each(|i| *i *= 0.3);
        }
        // One draw for each unit: inside a group that shares a Lagrangian they must be equal.
        let units = if l.is_additive() { len } else { 1 };
        for u in 0..units {
            let neurons = start + u..if units == 1 {
                start + len
            } else {
                start + u + 1
            };
            let draw = [
                (own_tau, r.between(0.3, 3.0)),
                (own_leak, r.between(0.4, 2.0)),
                (own_weight, r.between(0.5, 2.0)),
            ];
            let clamped = clamps && r.chance(0.3);
            for i in neurons {
                let targets = [&mut plan.tau, &mut plan.leak, &mut plan.weight];
                for ((own, value), target) in draw.iter().zip(targets) {
                    if *own {
                        target[i] = *value;
                    }
                }
                if clamped {
                    plan.clamped.push(i);
                }
            }
        }
    }
    plan
}

/// A network at the states of a block, without inputs but its own: what was found there.
pub struct At<'n> {
    pub network: &'n Network,
    pub clamped: Vec<usize>,
    x: Vec<f64>,
    input: Vec<f64>,
    ws: Workspace,
    pub activation: Vec<f64>,
    pub velocity: Vec<f64>,
    pub energies: Vec<f64>,
    pub magnitudes: Vec<f64>,
    pub terms: Vec<f64>,
}

impl<'n> At<'n> {
    /// Nothing is clamped but `clamped`.
    pub fn new(network: &'n Network, x: &[f64], clamped: &[usize]) -> Self {
        let width = x.len() / network.size();
        let input = network.input().iter().flat_map(|i| vec![*i; width]);
        let (input, mut ws) = (input.collect::<Vec<f64>>(), Workspace::new(network, width));
        let drive = Drive {
            input: &input,
            clamped,
        };
        let mut at = network.at(x, drive, &mut ws);
        let activation = at.activation().to_vec();
        let found = at.energy();
        let [velocity, energies, magnitudes, terms] =
            [found.velocity, found.total, found.magnitude, found.terms].map(<[f64]>::to_vec);
        At {
            network,
            clamped: clamped.to_vec(),
            x: x.to_vec(),
            input,
            ws,
            activation,
            velocity,
            energies,
            magnitudes,
            terms,
        }
    }

    pub fn energy(&self) -> f64 {
        self.energies[0]
    }

    pub fn magnitude(&self) -> f64 {
        self.magnitudes[0]
    }

    pub fn rate(&mut self) -> f64 {
        let velocity = self.velocity.clone();
        self.hessian().energy_rate(&velocity)[0]
    }

    /// The library's own.
    pub fn at(&mut self) -> attractor::network::At<'_> {
        let drive = Drive {
            input: &self.input,
            clamped: &self.clamped,
        };
        self.network.at(&self.x, drive, &mut self.ws)
    }

    pub fn hessian(&mut self) -> AtHessian<'_> {
        self.at().hessian()
    }

    pub fn hessian_times(&mut self, v: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; v.len()];
        self.hessian().apply(v, &mut out);
        out
    }
}

/// `x + h v`.
pub fn moved(x: &[f64], h: f64, v: &[f64]) -> Vec<f64> {
    x.iter().zip(v).map(|(x, v)| x + h * v).collect()
}

/// The largest absolute value.
pub fn size(v: &[f64]) -> f64 {
    v.iter().fold(0.0, |m, v| m.max(v.abs()))
}

/// The largest difference.
pub fn apart(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).fold(0.0, |m, (a, b)| m.max((a - b).abs()))
}

/// Column `b` of a block.
pub fn column(block: &[f64], width: usize, b: usize) -> Vec<f64> {
    block.iter().skip(b).step_by(width).copied().collect()
}

/// A block of these columns.
pub fn block(width: &[Vec<f64>]) -> Vec<f64> {
    let n = width[0].len();
    (0..n)
        .flat_map(|i| width.iter().map(move |l| l[i]))
        .collect()
}

/// One trajectory under the network's own input.
pub fn run(
    network: &Network,
    settings: &Settings,
    x: &[f64],
    mut monitor: impl Monitor,
) -> Outcome {
    let stimulus = Stimulus::constant(network);
    let start = Start::at(x.to_vec());
    integrate(network, settings, &stimulus, start, &mut monitor).unwrap()
}

/// Steps of length `h` whatever the error: the tolerances are so loose that the longest step is always the one wanted.
pub fn fixed(method: &'static Method, h: f64, t_end: f64) -> Settings {
    Settings {
        method,
        step: Some(h),
        max_step: h,
        rtol: 1e6,
        atol: 1e6,
        t_end,
        ..Settings::default()
    }
}
