//! A training as it is described: what learns, from what, by which rule and how long.

use super::{
    Examples, Optimiser, Parameters, Phases, Plan, Pupil, RuleKind, Said, State, Told, Trained,
    train,
};
use crate::dynamics::Start;
use crate::network::Network;
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
        (self.rule.make)(&self.said).check(network, &self.examples)
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

    /// What decides the bits of the training but for how long it goes on, in words: whoever goes on with it must have the same.
    pub fn identity(&self, network: &Network) -> Vec<(&'static str, String)> {
        let Plan {
            batch,
            seed,
            schedule,
            learn,
            choose,
            best,
            ..
        } = &self.plan;
        let bits = |all: &[f64]| -> Vec<u64> { all.iter().map(|v| v.to_bits()).collect() };
        let targets = self.examples.targets.as_ref();
        let wanted = targets.map(|t| (t.layer, bits(&t.rows)));
        let rows = bits(&self.examples.rows);
        let values = bits(&self.parameters.values(network));
        let o = &self.optimiser;
        let optimiser = (o.form, o.clip, o.decay, o.limit, schedule);
        let data = (self.examples.layer, rows, wanted, self.examples.shift);
        let sketch: Vec<String> = network
            .connections()
            .iter()
            .map(|c| c.synapse.describe())
            .collect();
        let layers: Vec<_> = network
            .layers()
            .iter()
            .map(|l| {
                (
                    &l.name,
                    &l.shape,
                    l.lagrangian
                        .segments()
                        .iter()
                        .map(|s| s.lagrangian.describe())
                        .collect::<Vec<_>>(),
                    bits(&l.tau),
                    bits(&l.leak),
                )
            })
            .collect();
        vec![
            (
                "the network and its parameters at the beginning",
                format!("{sketch:?} {layers:?} {values:?} {:?}", self.parameters.all),
            ),
            ("the rule", format!("{} {:?}", self.rule.name, self.said)),
            ("the data", format!("{data:?} {learn:?} {choose:?}")),
            (
                "the batches and their seed",
                format!("{batch} {seed} {best}"),
            ),
            ("the optimiser and its rates", format!("{optimiser:?}")),
        ]
    }
}
