//! What is to be said of a study beside its results: the log, `check` and the manifest have it from here.

use std::collections::BTreeSet;

use super::census::{EXAMINED, MOST};
use super::tips::Tips;
use super::{Census, Keep, Results, Study};
use crate::dynamics::{Choice, descent};
use crate::ensemble::workers;
use crate::network::{Boundedness, Certificate, Drive, Workspace};
use crate::number::{exact, number, plural};

impl Study {
    /// What a user may not expect of the model, the certificate aside.
    pub fn remarks(&self) -> Vec<String> {
        let mut all = self.remarks.clone();
        all.extend(self.lonely());
        all.extend(self.tips());
        all.extend(descent(&self.network, &self.settings).notes);
        let together = workers(self.threads).min(self.cases.len());
        all.extend(self.settings.method.turns(&self.network, together));
        all
    }

    /// All that is known before the run.
    pub fn notes(&self, certificate: &Certificate) -> Vec<String> {
        let mut all = self.remarks();
        let faults = certificate.faults.iter();
        all.extend(faults.map(|fault| format!("the energy need not fall: {fault}")));
        if let Boundedness::Unbounded(_) = certificate.boundedness {
            all.push(format!("the energy is {}", certificate.boundedness));
        }
        if self.settings.until_rest && !certificate.holds() {
            all.push(format!(
                "rest is waited for, at most to t = {}, and may never come where the energy need not fall; until = \"time\" integrates to t_end, at rest or not",
                exact(self.settings.t_end)
            ));
        }
        all
    }

    /// Of layers that begin at the tip of a norm with ε = 0: activation and energy jump, so that the first step says nothing.
    fn tips(&self) -> Vec<String> {
        let network = &self.network;
        let finder = Tips { network, near: 0.0 };
        let mut found = BTreeSet::new();
        let mut ws = Workspace::new(network, 1);
        for case in self.cases.iter().take(STARTS) {
            let clamped = [network.clamped(), &case.start.clamped].concat();
            let input = self.input(self.settings.t_start, &case.start.input);
            let drive = Drive {
                input: &input,
                clamped: &clamped,
            };
            let x = &case.start.x;
            let mut at = network.at(x, drive, &mut ws);
            found.extend(finder.layers(x, at.velocity()));
        }
        let note = |k: usize| {
            format!(
                "layer `{}` begins at the tip of its Lagrangian, where its activation and with it the energy jump; begin a little away from it, or give the Lagrangian an eps",
                network.layers()[k].name
            )
        };
        found.into_iter().map(note).collect()
    }

    fn lonely(&self) -> Vec<String> {
        let network = &self.network;
        let note = |name: &str| {
            let layer = network.layer(name).map(|k| &network.layers()[k]);
            let fate = match layer.map(|l| (l.clamped.len(), l.size())) {
                Some((clamped, size)) if clamped == size => "it is clamped and takes no part",
                Some((0, _)) | None => "it relaxes by itself",
                Some(_) => "what is not clamped of it relaxes by itself",
            };
            format!("no synapse joins layer `{name}`; {fate}")
        };
        network.lonely_layers().into_iter().map(note).collect()
    }
}

impl Study {
    /// Which fixed points of ensembles were not counted or examined, as there are too many.
    pub fn uncounted(&self, keep: Keep, points: &[Census]) -> Vec<String> {
        let mut notes = Vec::new();
        let unexamined = |p: &Census| p.distinct.is_some() && p.stable.is_none();
        if keep.examine && points.iter().any(unexamined) {
            notes.push(format!("there are more fixed points than are examined, {EXAMINED} of an ensemble: how many are stable is not known"));
        }
        if points.iter().any(|p| p.interrupted) {
            notes.push("it was interrupted before all fixed points were known: how many there are, and how many are stable, is not told".into());
        }
        let many = |p: &Census| p.distinct.is_none() && !p.interrupted;
        if self.settings.until_rest && points.iter().any(many) {
            notes.push(format!("an ensemble ended at more than {MOST} different states: its fixed points are not counted"));
        }
        notes
    }
}

impl Results {
    /// What only the run could tell: what `auto` changed to and why, of many trajectories the first that did.
    pub fn notes(&self, study: &Study) -> Vec<String> {
        let changed = self.cases.iter().filter(|c| !c.outcome.choices.is_empty());
        let choices: Vec<&[Choice]> = changed.map(|c| &c.outcome.choices[..]).collect();
        let Some([first, others @ ..]) = choices.first() else {
            return Vec::new();
        };
        let then = match others {
            [] => String::new(),
            [.., last] => format!(
                "; then {} of method, the last to {} at t = {}",
                plural(others.len(), "more change"),
                last.method,
                number(last.t)
            ),
        };
        let who = match (choices.len(), self.cases.len()) {
            (1, 1) => String::new(),
            (count, all) => format!(" ({count} of {all} trajectories, this is the first)"),
        };
        vec![format!(
            "{} until t = {}, {} from there{who}: {}{then}",
            study.settings.method.first().name,
            number(first.t),
            first.method,
            first.reason
        )]
    }
}

const STARTS: usize = 100;
