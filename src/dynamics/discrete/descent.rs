//! What the rules of flipping make of the energy, beside what the network says of itself: must it fall?

use super::flipping::{Rule, Temperature};
use super::suits::clamped;
use super::units::{Unit, free_units};
use crate::dynamics::settings::Settings;
use crate::dynamics::stochastic::{long_step, noise_in_words};
use crate::lagrangian::Values;
use crate::network::{Connection, Fault, Network, Place};
use crate::number::{exact, plural};
use crate::synapse::{Concavity, Energy, Flip};

/// What is known of the energy of a network whose units flip, its certificate aside.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Descent {
    /// Why it need not fall although it is to.
    pub faults: Vec<Fault>,
    /// Why it is free to rise, so that nothing follows if it does.
    pub free: Option<String>,
    /// What a unit does to itself, where that may not be expected.
    pub notes: Vec<String>,
}

/// What the method and its rule make of it; of methods that move states only that noise may raise it.
pub fn descent(network: &Network, settings: &Settings) -> Descent {
    let mut found = Descent {
        free: noise_in_words(network, settings),
        ..Descent::default()
    };
    if !settings.method.flips {
        found.notes.extend(long_step(network, settings));
        return found;
    }
    let flipping = &settings.flipping;
    let run = settings.t_end - settings.t_start;
    let cut_off = |sweeps: &u64| !settings.until_rest && *sweeps as f64 > run;
    if let Some(sweeps) = flipping.temperature.ends().filter(cut_off) {
        let last = flipping
            .temperature
            .of((run.ceil() as u64).saturating_sub(1));
        found.notes.push(format!(
            "the temperature falls for {sweeps} sweeps, and the run is over after {}, at {}",
            exact(run),
            exact(last)
        ));
    }
    if flipping.temperature != Temperature::Constant(0.0) {
        found.free = Some("units flip at a temperature".into());
    } else if settings.method.at_once {
        found.free = at_once(network, flipping.rule);
    }
    let units = free_units(network, &clamped(network), None);
    for (k, c) in network.connections().iter().enumerate() {
        if c.synapse.energy() != Energy::Exact {
            continue;
        }
        let own = Own::of(c, &units);
        match flipping.rule {
            // All at once it is judged as a whole.
            Rule::Field if found.free.is_none() && !is_concave(c) => {
                found.faults.extend(own.rises(network).map(|why| Fault {
                    place: Place::Synapse(k),
                    message: format!(
                        "{}: where units follow fields (rule = \"field\") it may rise, because {why}; rule = \"difference\" asks for the energy itself",
                        c.synapse.describe()
                    ),
                }));
            }
            Rule::Difference if own.biases > 0 => found.notes.push(format!(
                "the diagonal of synapse {k} acts on {} of 0 and 1 as a bias of half of it: W_ii g² = W_ii g (rule = \"difference\")",
                plural(own.biases, "unit")
            )),
            _ => {}
        }
    }
    found
}

/// Does it fall at least as fast as the currents say, however many units flip?
fn is_concave(c: &Connection) -> bool {
    c.synapse.energy() == Energy::Exact && c.synapse.concavity() == Concavity::Together
}

/// Is the energy that of synapses of which each falls at least as fast as its currents say, so that it falls under the rule
/// `field` even where all units flip at once?
pub(super) fn falls_at_once(network: &Network, rule: Rule) -> bool {
    rule == Rule::Field && network.connections().iter().all(is_concave)
}

/// Is it a quadratic form, so that under the rule `field` Goles' function falls?
pub(super) fn has_goles(network: &Network, rule: Rule) -> bool {
    let quadratic =
        |c: &Connection| c.synapse.is_quadratic() && c.synapse.energy() == Energy::Exact;
    rule == Rule::Field && network.connections().iter().all(quadratic)
}

/// Why it may rise where all units flip at once, if it may.
fn at_once(network: &Network, rule: Rule) -> Option<String> {
    if falls_at_once(network, rule) {
        return None;
    }
    let then = match (has_goles(network, rule), rule) {
        (true, _) => "Goles' two-step function falls in its place",
        (false, Rule::Difference) => {
            "nothing is known to fall in its place (rule = \"field\" has Goles' function, where the energy is a quadratic form)"
        }
        (false, Rule::Field) => "nothing is known to fall in its place",
    };
    Some(format!("all units flip at once; {then}"))
}

/// What units do to themselves through one synapse.
#[derive(Default)]
struct Own {
    /// How many units of 0 and 1 have a diagonal.
    biases: usize,
    /// The first unit that pulls itself back, and how strongly.
    back: Option<(usize, f64)>,
    /// Is that not known?
    unknown: bool,
}

impl Own {
    fn of(c: &Connection, units: &[Unit]) -> Self {
        let mut own = Own::default();
        let Some(flips) = c.synapse.flips() else {
            own.unknown = true;
            return own;
        };
        if !c.synapse.is_quadratic() {
            let joins = |u: &Unit| {
                let own = c.neurons.iter().any(|n| n.contains(&u.first()));
                own && matches!(u, Unit::Group { .. })
            };
            own.unknown = match c.synapse.concavity() {
                Concavity::Together => false,
                // A group changes two of its neurons.
                Concavity::Each => c.layers.len() == 1 && units.iter().any(joins),
                Concavity::Unknown => true,
            };
            return own;
        }
        // δᵀQδ of a flip, which is the same everywhere: ΔE = −f·δ − ½ δᵀQδ.
        let (g, mut kept) = (vec![0.0; c.synapse.neurons()], vec![0.0; flips.kept()]);
        flips.keep(&g, &mut kept);
        let form = |all: &[Flip]| {
            let pull = all
                .iter()
                .map(|f| f.by * flips.current(&g, &kept, f.neuron));
            -2.0 * (flips.difference(&g, &kept, all) + pull.sum::<f64>())
        };
        let mut first = 0;
        for neurons in &c.neurons {
            let place = |neuron: usize| {
                neurons
                    .contains(&neuron)
                    .then(|| first + neuron - neurons.start)
            };
            for unit in units.iter().filter(|u| neurons.contains(&u.first())) {
                let mut see = |neuron: usize, form: f64| {
                    if form < 0.0 {
                        own.back.get_or_insert((neuron, form));
                    }
                };
                match unit {
                    Unit::Neuron { neuron, values, .. } => {
                        let flip = place(*neuron).map(|neuron| Flip { neuron, by: 1.0 });
                        let q = flip.map_or(0.0, |flip| form(&[flip]));
                        see(*neuron, q);
                        own.biases += usize::from(q != 0.0 && values[0] == 0.0);
                    }
                    Unit::Group { neurons, .. } => {
                        for to in neurons.clone() {
                            for from in neurons.start..to {
                                let pair = [(from, -1.0), (to, 1.0)];
                                let flips = pair.map(|(neuron, by)| Flip {
                                    neuron: place(neuron).unwrap_or(0),
                                    by,
                                });
                                see(to, form(&flips));
                            }
                        }
                    }
                }
            }
            first += neurons.len();
        }
        own
    }

    /// Why the energy may rise where a unit follows its field, own term included.
    fn rises(&self, network: &Network) -> Option<String> {
        if self.unknown {
            return Some(
                "it is not known that its energy falls where a unit follows its field".into(),
            );
        }
        let (i, form) = self.back?;
        let (layer, neuron) = network.locate(i);
        let flips = network
            .layer(layer)
            .map(|k| network.layers()[k].lagrangian.segments());
        let is_group = flips.is_some_and(|all| {
            let own = all
                .iter()
                .find(|s| (s.start..s.start + s.len).contains(&neuron));
            own.is_some_and(|s| s.lagrangian.values() == Values::OneOfGroup)
        });
        let form = exact(form);
        let what = match is_group {
            true => format!(
                "the weights within the group of neuron {neuron} of layer `{layer}` have W_kk + W_ll − 2 W_kl = {form}, below 0"
            ),
            false => {
                format!("the diagonal of neuron {neuron} of layer `{layer}` is {form}, below 0")
            }
        };
        Some(what)
    }
}
