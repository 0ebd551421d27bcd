//! A training in words.

use super::Task;
use crate::network::Network;
use crate::number::{number, plural, rounded};

/// Rows or epochs in one word and their number; nothing where there are none.
fn some(name: &str, rows: &[usize]) -> Option<String> {
    (!rows.is_empty()).then(|| format!("{} {name}", rows.len()))
}

impl Task {
    /// What learns, by which rule, from which rows, and what falls, a line each.
    pub fn describe(&self, network: &Network) -> Vec<String> {
        let (plan, rule) = (&self.plan, self.rule);
        let name = |k: usize| &network.layers()[k].name;
        let mut from = format!("layer `{}` is held at the data", name(self.examples.layer));
        if let Some(targets) = &self.examples.targets {
            let what = match targets.classes {
                Some(_) => "classes",
                None => "activations",
            };
            from += &format!(", {what} of layer `{}` are wanted", name(targets.layer));
        }
        let rows = [
            some("to learn from", &plan.learn),
            some("to choose by", &plan.choose),
            some("to test", &plan.test),
        ];
        let rows: Vec<String> = rows.into_iter().flatten().collect();
        let arrays: Vec<String> = (self.parameters.all.iter())
            .map(|p| format!("{} {:?}", p.name, p.shape))
            .collect();
        let mut fixed = String::new();
        if self.parameters.fixed() > 0 {
            fixed = format!(", {} of which stay as they are", self.parameters.fixed());
        }
        vec![
            format!("rule {}: {}", rule.name, rule.about),
            from,
            format!("rows: {}", rows.join(", ")),
            format!(
                "{} learn{fixed}: {}",
                plural(self.parameters.count(), "number"),
                arrays.join(", ")
            ),
            format!("loss: {}, the mean over the rows", rule.loss),
            format!(
                "{} of {}, by {} with rate {}, seed {}; the weights of the {} epoch are kept",
                plural(plan.epochs, "epoch"),
                match plan.learn.len().div_ceil(plan.batch.max(1)) {
                    1 => "one batch".to_owned(),
                    n => format!("{n} batches"),
                },
                self.optimiser.form.word(),
                number(rounded(plan.schedule.rate, 4)),
                plan.seed,
                if plan.best { "best" } else { "last" },
            ),
        ]
    }
}
