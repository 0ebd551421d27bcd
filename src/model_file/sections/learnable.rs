//! What of a network learns, as `[learn]` says it.

use super::layers::named;
use super::learn::MOST;
use crate::learning::Parameters;
use crate::model_file::{Field, Value};
use crate::network::Network;
use crate::refusal::Refusal;

/// The keys that say it, and the table where nothing of them is said.
pub(super) struct Which<'a> {
    pub all: &'a Field<'a>,
    pub synapses: &'a Field<'a>,
    pub inputs: &'a Field<'a>,
    pub lagrangians: &'a Field<'a>,
    pub fixed: &'a Field<'a>,
}

impl Which<'_> {
    /// What learns by this rule of a network whose layer `held` has the data.
    pub fn read(&self, (network, held, rule): (&Network, usize, &str)) -> Option<Parameters> {
        let own = parameters((self.synapses, self.inputs), (network, held, rule))?;
        let own = self.at(self.synapses, own)?;
        let norms = norms(self.lagrangians, network)?;
        let own = self.at(self.lagrangians, own.with_lagrangians(network, &norms))?;
        let seen = network.layers()[held].patches.iter().map(|_| held);
        let seen: Vec<usize> = seen.collect();
        let mut own = self.at(self.all, own.with_patches(network, &seen))?;
        if self.fixed.is_present() {
            for name in self.fixed.items()? {
                self.at(&name, own.fix(name.string()?))?;
            }
        }
        Some(own)
    }

    /// What was found; what was refused is recorded at its key.
    fn at<T>(&self, field: &Field<'_>, found: Result<T, Refusal>) -> Option<T> {
        let place = if field.is_present() { field } else { self.all };
        found.map_err(|why| drop(place.refuse(why))).ok()
    }
}

/// The layers whose Lagrangians learn.
fn norms(field: &Field<'_>, network: &Network) -> Option<Vec<usize>> {
    match field.value().map(|v| &v.value) {
        None => Some(Vec::new()),
        Some(Value::String(_)) => match field.word(&["all", "none"])? {
            "none" => Some(Vec::new()),
            _ => {
                let all = network.layers().iter().enumerate();
                let all = all.filter(|(_, l)| l.lagrangian.learn().is_some());
                let all: Vec<usize> = all.map(|(k, _)| k).collect();
                match all.is_empty() {
                    true => field
                        .error("no Lagrangian of this network has anything that learns")
                        .help("a layer-norm or spherical-norm along the whole last axis learns its gamma and delta")
                        .none(),
                    false => Some(all),
                }
            }
        },
        Some(_) => field.each(|f| named(f, network)),
    }
}

/// Which parameters learn.
fn parameters(
    (synapses, inputs): (&Field<'_>, &Field<'_>),
    (network, held, rule): (&Network, usize, &str),
) -> Option<Result<Parameters, Refusal>> {
    let is_word = |f: &Field<'_>| matches!(f.value().map(|v| &v.value), Some(Value::String(_)));
    let learns = |k: &usize| network.connections()[*k].synapse.learn().is_some();
    let which: Vec<usize> = match synapses.is_present() {
        true if is_word(synapses) => {
            synapses.word(&["all"])?;
            (0..network.connections().len()).filter(learns).collect()
        }
        true => synapses.each(|f| f.whole(0..=MOST as u64).map(|k| k as usize))?,
        false => (0..network.connections().len()).filter(learns).collect(),
    };
    let all = 0..network.layers().len();
    // Where the data is held the input changes nothing, but for how likely that is.
    let free = |k: &usize| *k != held || rule == "boltzmann";
    let biases: Vec<usize> = match inputs.is_present() {
        true if is_word(inputs) => match inputs.word(&["all", "none"])? {
            "none" => Vec::new(),
            _ => all.filter(free).collect(),
        },
        true => inputs.each(|f| named(f, network))?,
        false => all.filter(free).collect(),
    };
    Some(Parameters::of(network, &which, &biases))
}
