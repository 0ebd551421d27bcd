//! What is searched for the fixed points of a study.

use super::Study;
use crate::analysis::Search;
use crate::dynamics::Start;
use crate::number::exact;
use crate::refusal::Refusal;

/// Most starts of the model that are followed; of more so many, evenly chosen.
const MOST: usize = 10_000;

impl Study {
    /// The search for the fixed points of this study under its input at the end, from the starts of the model and of its ensemble and
    /// others that are drawn.
    ///
    /// # Errors
    /// An input that never stands still; starts with inputs or clamped neurons of their own that differ, so that there are several
    /// landscapes; a start that cannot be made.
    pub fn search(&self) -> Result<Search, Refusal> {
        let network = &self.network;
        let settled = self.stimulus.settles().max(self.settings.t_start);
        if !settled.is_finite() || settled > self.settings.t_end {
            let until = exact(self.settings.t_end);
            let why = format!("is not constant before t = {until}: there are no fixed points");
            let help = "leave it out, or let it end";
            return Err(Refusal::new("the stimulus", why).help(help));
        }
        let (ensemble, _) = self.ensemble();
        let several = || {
            let why = "clamp different neurons, or have inputs of their own: there are several landscapes";
            Refusal::new("the starts", why).help("search from one start at a time")
        };
        let first = &self
            .cases
            .first()
            .ok_or_else(|| Refusal::new("the model", "has no start"))?;
        let base = &first.start;
        let clamped = [network.clamped(), &base.clamped].concat();
        let mut given = Vec::new();
        let mut add = |start: Start| {
            let stands = |i: &usize| start.x[*i] == base.x[*i];
            let is_own = |i: &[f64]| i.iter().any(|i| *i != 0.0);
            let same_input =
                start.input == base.input || !is_own(&start.input) && !is_own(&base.input);
            if start.clamped != base.clamped || !same_input || !clamped.iter().all(stands) {
                return Err(several());
            }
            given.push(start.x);
            Ok(())
        };
        let count = ensemble.count();
        let some = count.min(MOST);
        for k in 0..some {
            // As 128 bits: counts may be as large as a word.
            let k = (k as u128 * count as u128 / some as u128) as usize;
            add(ensemble.get(network, k)?)?;
        }
        if self.ensemble.is_some() {
            for case in self.cases.iter().take(MOST) {
                add(case.start.clone())?;
            }
        }
        let input = self.input(settled, &base.input);
        let own = network.input().iter();
        let base = Start {
            input: input.iter().zip(own).map(|(all, own)| all - own).collect(),
            ..base.clone()
        };
        Ok(Search {
            given,
            memories: self.recall.as_ref().map(|r| (r.layer, r.memories.clone())),
            rest: self.rest,
            seed: self.seed,
            threads: self.threads,
            ..Search::new(network, base)
        })
    }
}
