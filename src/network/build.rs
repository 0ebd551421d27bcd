//! Checks of everything that would make the equations meaningless: shapes, signs, finiteness, names.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::{Connection, Layer, Network};
use crate::lagrangian::{Segment, Values};
use crate::number::{exact, plural};
use crate::refusal::Refusal;
use crate::synapse::Synapse;

/// What a fault is about, so that a model file can show the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A layer by name, and which of its parameters (`tau`, `input`, …).
    Layer(String, &'static str),
    /// A synapse by its position.
    Synapse(usize),
    /// The network as a whole.
    Network,
}

/// Something wrong with a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// What and why, and what to try where that is known.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Layer(name, what) => write!(f, "layer `{name}`, {what}: {}", self.message),
            Place::Synapse(k) => write!(f, "synapse {k}: {}", self.message),
            Place::Network => f.write_str(&self.message),
        }
    }
}

/// All the faults of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkError(pub Vec<Fault>);

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, fault) in self.0.iter().enumerate() {
            if k > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for NetworkError {}

impl From<Refusal> for NetworkError {
    fn from(refusal: Refusal) -> Self {
        NetworkError(vec![Fault {
            place: Place::Network,
            message: refusal.to_string(),
        }])
    }
}

/// Collects layers and connections.
#[derive(Debug, Default)]
pub struct NetworkBuilder {
    layers: Vec<Layer>,
    connections: Vec<(Vec<String>, Arc<dyn Synapse>)>,
}

impl NetworkBuilder {
    /// Adds a layer.
    pub fn layer(mut self, layer: Layer) -> Self {
        self.layers.push(layer);
        self
    }

    /// Joins layers, by name, with a synapse.
    pub fn connect(mut self, layers: &[&str], synapse: impl Synapse + 'static) -> Self {
        let names = layers.iter().map(|s| (*s).to_string()).collect();
        self.connections.push((names, Arc::new(synapse)));
        self
    }

    /// Joins layers, by name, with a synapse that is already boxed, or that another network has as well.
    pub fn connect_boxed(
        mut self,
        layers: Vec<String>,
        synapse: impl Into<Arc<dyn Synapse>>,
    ) -> Self {
        self.connections.push((layers, synapse.into()));
        self
    }

    /// Checks everything and builds the network.
    ///
    /// # Errors
    /// All faults at once.
    pub fn build(self) -> Result<Network, NetworkError> {
        let mut faults = Vec::new();
        if self.layers.is_empty() {
            faults.push(Fault {
                place: Place::Network,
                message: "a network needs at least one layer".into(),
            });
        }
        for (k, layer) in self.layers.iter().enumerate() {
            check_layer(layer, &mut faults);
            if self.layers[..k].iter().any(|l| l.name == layer.name) {
                faults.push(Fault {
                    place: Place::Layer(layer.name.clone(), "name"),
                    message: "two layers have this name".into(),
                });
            }
        }
        let mut start = 0;
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for layer in &self.layers {
            ranges.push(start..start + layer.size());
            start += layer.size();
        }
        let mut connections: Vec<Connection> = Vec::new();
        for (k, (names, synapse)) in self.connections.into_iter().enumerate() {
            match join(&self.layers, &names, synapse.as_ref()) {
                Ok(layers) => {
                    suit(&self.layers, &layers, synapse.as_ref(), &mut faults);
                    let neurons = layers.iter().map(|l| ranges[*l].clone()).collect();
                    let joined = |l: &usize| connections.iter().any(|c| c.layers.contains(l));
                    let first = layers.iter().map(|l| !joined(l)).collect();
                    connections.push(Connection {
                        layers,
                        neurons,
                        first,
                        synapse,
                    });
                }
                Err(message) => faults.push(Fault {
                    place: Place::Synapse(k),
                    message,
                }),
            }
        }
        if faults.is_empty() {
            Ok(Network::assemble(self.layers, ranges, connections))
        } else {
            Err(NetworkError(faults))
        }
    }
}

fn check_layer(layer: &Layer, faults: &mut Vec<Fault>) {
    let n = layer.size();
    let mut fault = |what, message| {
        faults.push(Fault {
            place: Place::Layer(layer.name.clone(), what),
            message,
        });
    };
    if n == 0 {
        fault("size", "a layer needs at least one neuron".into());
        return;
    }
    if layer.lagrangian.size() != n {
        let found = layer.lagrangian.size();
        fault(
            "lagrangian",
            format!("is for {}, the layer has {n}", plural(found, "neuron")),
        );
    }
    type Rule = (&'static str, fn(f64) -> bool);
    const ABOVE_ZERO: Rule = ("above 0 and finite", |v| v > 0.0 && v.is_finite());
    const NOT_NEGATIVE: Rule = ("0 or above and finite", |v| v >= 0.0 && v.is_finite());
    const FINITE: Rule = ("finite", f64::is_finite);
    let parameters = [
        ("tau", &layer.tau, ABOVE_ZERO),
        ("leak", &layer.leak, NOT_NEGATIVE),
        ("energy_weight", &layer.weight, ABOVE_ZERO),
        ("input", &layer.input, FINITE),
        ("noise", &layer.noise, NOT_NEGATIVE),
    ];
    for (what, values, (rule, holds)) in parameters {
        if values.len() != n {
            let found = values.len();
            fault(
                what,
                format!("needs {}, one a neuron, has {found}", plural(n, "entry")),
            );
        } else if let Some(i) = values.iter().position(|v| !holds(*v)) {
            let v = values[i];
            fault(what, format!("must be {rule}; neuron {i} has {}", exact(v)));
        }
    }
    let jumps = |s: &&Segment| s.lagrangian.values() != Values::Interval;
    for s in layer.lagrangian.segments().iter().filter(jumps) {
        if layer
            .leak
            .get(s.start..s.start + s.len)
            .is_some_and(|k| k.contains(&0.0))
        {
            let name = s.lagrangian.describe();
            fault(
                "leak",
                format!(
                    "must be above 0 for {name}: it counts for nothing there, and is 1 unless said"
                ),
            );
        }
    }
    let patches = layer.patches.as_ref().map(|p| p.fits(&layer.shape));
    if let Some(Err(refusal)) = patches {
        let help = refusal.help.map_or(String::new(), |h| format!("; {h}"));
        fault("patches", refusal.why + &help);
    }
    if let Some(i) = layer.clamped.iter().find(|i| **i >= n) {
        fault(
            "clamped",
            format!("there is no neuron {i}: they are numbered 0 to {}", n - 1),
        );
    }
}

/// What a synapse needs of its layers beside their shapes. A layer that is wrong by itself is not asked about.
fn suit(layers: &[Layer], joined: &[usize], synapse: &dyn Synapse, faults: &mut Vec<Fault>) {
    for (k, layer) in joined.iter().map(|l| &layers[*l]).enumerate() {
        let is_known = |what: &str| {
            let of = |f: &Fault| matches!(&f.place, Place::Layer(name, w) if *name == layer.name && *w == what);
            faults.iter().any(of)
        };
        if is_known("lagrangian") || is_known("leak") {
            continue;
        }
        if let Err(refusal) = synapse.suits(k, &layer.lagrangian, &layer.leak) {
            let what = if refusal.what == "leak" {
                "leak"
            } else {
                "lagrangian"
            };
            let help = refusal.help.map_or(String::new(), |h| format!("; {h}"));
            faults.push(Fault {
                place: Place::Layer(layer.name.clone(), what),
                message: refusal.why + &help,
            });
        }
    }
}

/// The positions of the layers that a synapse joins.
fn join(layers: &[Layer], names: &[String], synapse: &dyn Synapse) -> Result<Vec<usize>, String> {
    let shapes = synapse.shapes();
    let kind = synapse.describe();
    if names.len() != shapes.len() {
        let (wants, found) = (shapes.len(), names.len());
        return Err(format!(
            "{kind} joins {}, named are {found}",
            plural(wants, "layer")
        ));
    }
    let mut joined = Vec::new();
    for (name, shape) in names.iter().zip(shapes) {
        let Some(k) = layers.iter().position(|l| l.name == *name) else {
            return Err(format!("{kind}: there is no layer `{name}`"));
        };
        if joined.contains(&k) {
            return Err(format!("{kind} names layer `{name}` twice"));
        }
        let found = &layers[k];
        match shape[..] {
            [size] if size != found.size() => {
                return Err(format!(
                    "{kind} needs {} in layer `{name}`, which has {}",
                    plural(size, "neuron"),
                    found.size()
                ));
            }
            [_] => {}
            _ if shape != found.shape => {
                return Err(format!(
                    "{kind} needs layer `{name}` to have the shape {shape:?}, it has {:?}",
                    found.shape
                ));
            }
            _ => {}
        }
        joined.push(k);
    }
    Ok(joined)
}
