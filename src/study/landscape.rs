//! What is searched for the fixed points of a study.

use super::Study;
use crate::analysis::Search;
use crate::dynamics::Start;
use crate::number::exact;
use crate::refusal::Refusal;

/// Most starts of the model that are followed; of more so many, evenly chosen.
const MOST: usize = 10_000;

impl Study {
    /// What all starts have in common whose landscape is asked about: the first start of the model, under its input at the end.
    ///
    /// # Errors
    /// An input that never stands still; no start.
    pub fn base(&self) -> Result<Start, Refusal> {
        let settled = self.stimulus.settles().max(self.settings.t_start);
        if !settled.is_finite() || settled > self.settings.t_end {
            let until = exact(self.settings.t_end);
            let why = format!("is not constant before t = {until}: there are no fixed points");
            let help = "leave it out, or let it end";
            return Err(Refusal::new("the stimulus", why).help(help));
        }
        let first = self.cases.first();
        let base = &first
            .ok_or_else(|| Refusal::new("the model", "has no start"))?
            .start;
        let input = self.input(settled, &base.input);
        let own = self.network.input().iter();
        Ok(Start {
            input: input.iter().zip(own).map(|(all, own)| all - own).collect(),
            ..base.clone()
        })
    }

    /// The same where all starts of the model have one landscape.
    ///
    /// # Errors
    /// As [`Study::base`]; starts that clamp different neurons, or have inputs of their own.
    pub fn common(&self) -> Result<Start, Refusal> {
        let base = self.base()?;
        let mut all = self.cases.iter().map(|c| &c.start);
        match all.all(|start| self.is_alike(start)) {
            true => Ok(base),
            false => Err(several()),
        }
    }

    /// Has a start the landscape of the first?
    fn is_alike(&self, start: &Start) -> bool {
        let Some(first) = self.cases.first().map(|c| &c.start) else {
            return false;
        };
        let is_own = |i: &[f64]| i.iter().any(|i| *i != 0.0);
        let same_input =
            start.input == first.input || !is_own(&start.input) && !is_own(&first.input);
        let mut clamped = self.network.clamped().iter().chain(&first.clamped);
        let stands = clamped.all(|i| start.x[*i] == first.x[*i]);
        start.clamped == first.clamped && same_input && stands
    }

    /// The search for the fixed points of this study under its input at the end, from the starts of the model and of its ensemble and
    /// others that are drawn.
    ///
    /// # Errors
    /// An input that never stands still; starts with inputs or clamped neurons of their own that differ, so that there are several
    /// landscapes; a start that cannot be made.
    pub fn search(&self) -> Result<Search, Refusal> {
        let (network, base) = (&self.network, self.base()?);
        let (ensemble, _) = self.ensemble();
        let mut given = Vec::new();
        let mut add = |start: Start| match self.is_alike(&start) {
            true => {
                given.push(start.x);
                Ok(())
            }
            false => Err(several()),
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

fn several() -> Refusal {
    let why = "clamp different neurons, or have inputs of their own: there are several landscapes";
    Refusal::new("the starts", why).help("search from one start at a time")
}
