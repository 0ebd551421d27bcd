//! What is to be learnt, and how long.

use std::collections::BTreeSet;

use super::{Examples, Schedule};
use crate::network::Network;
use crate::refusal::Refusal;

/// What is to be learnt, and how long.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// How often all rows are gone through.
    pub epochs: usize,
    /// Rows of a batch.
    pub batch: usize,
    /// The seed of all that is drawn.
    pub seed: u64,
    /// The rate of each iteration: a batch is one.
    pub schedule: Schedule,
    /// Rows to learn from.
    pub learn: Vec<usize>,
    /// Rows that tell how well it goes, from which nothing is learnt.
    pub choose: Vec<usize>,
    /// Rows that are looked at once, when all is learnt.
    pub test: Vec<usize>,
    /// Are the parameters kept that scored best on `choose`, or the last?
    pub best: bool,
}

impl Plan {
    /// Does it make sense for these examples?
    ///
    /// # Errors
    /// Examples that do not fit the network, rows that there are not or that two lists have, numbers that must be above 0.
    pub fn check(&self, examples: &Examples, network: &Network) -> Result<(), Refusal> {
        examples.check(network)?;
        let count = examples.count(network);
        let lists = [
            ("train", &self.learn),
            ("choose", &self.choose),
            ("test", &self.test),
        ];
        for (name, rows) in lists {
            if let Some(r) = rows.iter().find(|r| **r >= count) {
                return Err(Refusal::new(
                    name,
                    format!("names row {r}, the data has {count}, numbered from 0"),
                ));
            }
        }
        for (a, b) in [(0, 1), (0, 2), (1, 2)] {
            let ((one, rows), (other, others)) = (lists[a], lists[b]);
            let all: BTreeSet<_> = rows.iter().collect();
            if let Some(r) = others.iter().find(|r| all.contains(r)) {
                let why = format!(
                    "has row {r}, which `{one}` has as well: a score on rows that were learnt tells nothing"
                );
                return Err(Refusal::new(other, why));
            }
        }
        if self.learn.is_empty() {
            return Err(Refusal::new("train", "has no rows"));
        }
        if self.best && self.choose.is_empty() {
            let why = "is \"best\", and no rows tell which is";
            let help = match count {
                0 | 1 => "it takes more rows, of which some are not learnt from".to_owned(),
                // The last tenth.
                n => format!(
                    "choose = \"{}..{n}\", say, names some that are not learnt from",
                    n - n.div_ceil(10)
                ),
            };
            return Err(Refusal::new("keep", why).help(help));
        }
        for (name, value) in [("epochs", self.epochs), ("batch", self.batch)] {
            if value == 0 {
                return Err(Refusal::new(name, "must be at least 1"));
            }
        }
        let rate = self.schedule.rate;
        match rate > 0.0 && rate.is_finite() {
            true => Ok(()),
            false => Err(Refusal::new(
                "rate",
                format!("must be finite and above 0, it is {rate}"),
            )),
        }
    }
}
