//! A training as it is described: what learns, from what, by which rule and how long.

use super::{
    Examples, Optimiser, Parameters, Phases, Plan, Pupil, RuleKind, Said, State, Told, Trained,
    train,
};
use crate::dynamics::{Settings, Start};
use crate::network::{Connection, Network};
use crate::refusal::Refusal;

/// A training; see the module.
#[derive(Clone, Debug)]
pub struct Task {
    /// The rule.
    pub rule: &'static RuleKind,
    /// What is said of it.
    pub said: Said,
    /// What is learnt from.
    pub examples: Examples,
    /// What learns.
    pub parameters: Parameters,
    /// How long.
    pub plan: Plan,
    /// What makes of a gradient a change.
    pub optimiser: Optimiser,
    /// Where the network stands before examples are put in.
    pub base: Start,
}

impl Task {
    /// Does it make sense?
    ///
    /// # Errors
    /// What the rule, the rows or the plan refuse.
    pub fn check(&self, network: &Network) -> Result<(), Refusal> {
        self.plan.check(&self.examples, network)?;
        (self.rule.make)(&self.said).check(network, &self.examples)?;
        // What is held in every phase tells nothing: of a target, or of data that the free phase must be able to leave.
        let masked = self.examples.masked.is_some();
        if masked && !self.rule.keys.contains(&"masked") {
            let name = self.rule.name;
            let why = format!("is \"{name}\", which does not learn what is masked of pictures");
            return Err(Refusal::new("rule", why).help("rule = \"adjoint\" does"));
        }
        let targets = self.examples.targets.as_ref().map(|t| t.layer);
        let free = targets
            .into_iter()
            .chain((masked || self.rule.name == "boltzmann").then_some(self.examples.layer));
        for layer in free {
            let own = network.neurons(layer);
            let by_base = self.base.clamped.iter().filter(|_| targets == Some(layer));
            if let Some(i) = network
                .clamped()
                .iter()
                .chain(by_base)
                .find(|i| own.contains(i))
            {
                let what = format!("layer `{}`", network.layers()[layer].name);
                let why = format!(
                    "has neuron {} clamped, and must be free to learn",
                    i - own.start
                );
                return Err(Refusal::new(what, why));
            }
        }
        Ok(())
    }

    /// Learns, from the beginning or from where a training of the same stands.
    ///
    /// # Errors
    /// As [`train`].
    pub fn train(
        &self,
        network: &Network,
        phases: Phases<'_>,
        from: Option<State>,
        tell: &mut dyn FnMut(Told<'_>),
    ) -> Result<Trained, Refusal> {
        let pupil = Pupil {
            network,
            parameters: &self.parameters,
            examples: &self.examples,
            phases,
            base: &self.base,
        };
        let mut rule = (self.rule.make)(&self.said);
        let plan = (&self.plan, self.optimiser.clone());
        train(&pupil, rule.as_mut(), plan, from, tell)
    }

    /// What decides the bits of the training but for how long it goes on, in parts: whoever goes on with it must have the same. `told` gets
    /// the name of each part and its bytes.
    pub fn identity(
        &self,
        network: &Network,
        (settings, rest): (&Settings, [f64; 2]),
        told: &mut dyn FnMut(&'static str, Vec<u8>),
    ) {
        let Plan {
            batch,
            seed,
            schedule,
            learn,
            choose,
            best,
            ..
        } = &self.plan;
        let mut all = Vec::new();
        let mut numbers =
            |list: &[f64]| all.extend(list.iter().flat_map(|v| v.to_bits().to_le_bytes()));
        for layer in network.layers() {
            [&layer.tau, &layer.leak, &layer.weight, &layer.input]
                .into_iter()
                .for_each(|list| numbers(list));
        }
        for learns in network
            .connections()
            .iter()
            .filter_map(|c| c.synapse.learn())
        {
            numbers(&learns.values());
        }
        numbers(&self.parameters.values(network));
        for patches in network.layers().iter().filter_map(|l| l.patches.as_ref()) {
            numbers(patches.mean_picture());
        }
        numbers(&self.base.x);
        numbers(&self.base.input);
        let layers: Vec<_> = (network.layers().iter())
            .map(|l| {
                let segments = l.lagrangian.segments().iter();
                let kinds: Vec<String> = segments.map(|s| s.lagrangian.describe()).collect();
                let seen = l.patches.as_ref().map(|p| (p.picture(), p.patch()));
                (&l.name, &l.shape, kinds, &l.clamped, seen)
            })
            .collect();
        // A synapse that does not learn is shown as it is.
        let fixed = |c: &Connection| {
            c.synapse
                .learn()
                .is_none()
                .then(|| format!("{:?}", c.synapse))
        };
        let synapses: Vec<_> = (network.connections().iter())
            .map(|c| (c.synapse.describe(), fixed(c)))
            .collect();
        let words = format!(
            "{layers:?} {synapses:?} {:?} {:?}",
            self.parameters, self.base.clamped
        );
        all.extend(words.into_bytes());
        told("the network and its parameters at the beginning", all);
        let mut data = Vec::new();
        let targets = self.examples.targets.as_ref().map(|t| &t.rows);
        let rows = self
            .examples
            .rows
            .iter()
            .chain(targets.into_iter().flatten());
        data.extend(rows.flat_map(|v| v.to_bits().to_le_bytes()));
        let places = (
            self.examples.layer,
            self.examples.targets.as_ref().map(|t| t.layer),
            self.examples.shift,
            &self.examples.masked,
        );
        data.extend(format!("{places:?} {learn:?} {choose:?}").into_bytes());
        told("the data", data);
        let rule = format!("{} {:?}", self.rule.name, self.said);
        told("the rule", rule.into_bytes());
        let batches = format!("{batch} {seed} {best}");
        told("the batches and their seed", batches.into_bytes());
        let o = &self.optimiser;
        let optimiser = format!("{:?} {schedule:?}", (o.form, o.clip, o.decay, o.limit));
        told("the optimiser and its rates", optimiser.into_bytes());
        let s = settings;
        let times = (
            s.t_start,
            s.t_end,
            s.until_rest,
            s.step,
            s.max_step,
            s.max_steps,
        );
        let solve = format!(
            "{} {:?} {times:?} {:?} {rest:?}",
            s.method.name,
            s.tolerance(),
            s.flipping
        );
        told("the settings of [solve]", solve.into_bytes());
    }
}
