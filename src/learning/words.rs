//! A training in words.

use super::{Parameter, Task};
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
        let data = name(self.examples.layer);
        let mut from = match self.examples.masked {
            Some(_) => {
                format!("layer `{data}` begins as pictures of the data, whose patches are masked")
            }
            None => format!("layer `{data}` is held at the data"),
        };
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
        let free = |p: &&Parameter| self.parameters.frees(p.range.clone());
        let arrays = self.parameters.all.iter().filter(free);
        let arrays: Vec<String> = arrays
            .map(|p| format!("{} {:?}", p.name, p.shape))
            .collect();
        let loss = match self.examples.masked {
            Some(_) => {
                "the mean square of what is wrong in masked pixels after the last step".into()
            }
            None => format!("{}, the mean over the rows", rule.loss),
        };
        vec![
            format!("rule {}: {}", rule.name, rule.about),
            from,
            format!("rows: {}", rows.join(", ")),
            format!(
                "{} learn: {}",
                plural(self.parameters.free(), "number"),
                arrays.join(", ")
            ),
            format!("loss: {loss}"),
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
