//! What an entry of the list of problems is.

use std::fmt;
use std::ops::Range;

use super::{Answer, Baseline, End, Reader, Solved, Stage};
#[cfg(feature = "figures")]
use crate::figure::Plot;
use crate::key::Section;
use crate::refusal::Refusal;

/// One entry of the list.
#[derive(Debug)]
pub struct Kind {
    /// The word that a problem file writes.
    pub name: &'static str,
    /// What it asks, and where it comes from.
    pub about: &'static str,
    /// The keys of `[problem]` besides `kind`.
    pub problem: &'static Section,
    /// The ways to make a network of it; the first is taken unless another is asked for.
    pub forms: &'static [Form],
    /// What one costs, for tables and figures: `length`.
    pub cost: &'static str,
    /// Makes one of what was typed; none where a mistake was recorded.
    pub read: fn(&mut Reader<'_, '_>) -> Option<Box<dyn Problem>>,
}

/// A way to make a network of a problem.
#[derive(Debug)]
pub struct Form {
    /// The word behind `form`.
    pub name: &'static str,
    /// What it is, and where it comes from.
    pub about: &'static str,
    /// The constants: keys of `[network]` besides `form`.
    pub network: &'static Section,
    /// How many starts there are unless said.
    pub starts: usize,
}

/// A problem with the constants of its network.
pub trait Problem: fmt::Debug + Send + Sync {
    /// What it is in a few words: `10 cities`.
    fn words(&self) -> String;

    /// The networks of these starts, one after the other, with what is drawn for them from a seed. What start `k` does depends on its
    /// number alone.
    fn course(&self, seed: u64, starts: Range<usize>) -> Box<dyn Course + '_>;

    /// Has each start networks of its own? Unless said all starts share them.
    fn alone(&self) -> bool {
        false
    }

    /// How many starts differ from one another; none where each is drawn. More of them would be counted as if they did.
    fn distinct(&self) -> Option<usize> {
        None
    }

    /// Are the ways of a few starts to be kept step by step, for figures?
    fn is_traced(&self) -> bool {
        false
    }

    /// What answers are compared with.
    fn baseline(&self) -> Option<Baseline>;

    /// Is a larger cost the better one?
    fn maximises(&self) -> bool {
        false
    }

    /// What a user should know besides: constants that were chosen, a rule that decided.
    fn notes(&self, solved: &Solved) -> Vec<String> {
        let _ = solved;
        Vec::new()
    }

    /// An answer in words, where it is short: `doors = 2, windows = 6`.
    fn told(&self, answer: &Answer) -> Option<String> {
        let _ = answer;
        None
    }

    /// Texts that are kept beside the answer, by the names of their files: a tour in the format of TSPLIB.
    fn texts(&self, solved: &Solved) -> Vec<(String, String)> {
        let _ = solved;
        Vec::new()
    }

    /// Its figures by their names.
    #[cfg(feature = "figures")]
    fn figures(&self, solved: &Solved) -> Vec<(String, Plot)> {
        let _ = solved;
        Vec::new()
    }
}

/// The networks of some starts, one after the other.
pub trait Course: Send {
    /// The next network, with where its trajectories begin: first of no ends, then of those of the one before. None where there is no other.
    ///
    /// # Errors
    /// No network follows, and why.
    fn next(&mut self, ends: &[End<'_>]) -> Result<Option<Stage>, Refusal>;

    /// Is the network that [`Course::next`] gave last one whose ends are answers, and not another that proves something?
    fn is_on_the_way(&self) -> bool {
        true
    }

    /// What the end of its start `k`, counted from the first of its own, says.
    fn answer(&self, k: usize, end: &End<'_>) -> Answer;
}

/// The course of one network alone.
pub struct Once<'a> {
    stage: Option<Stage>,
    answer: Box<dyn Fn(&End<'_>) -> Answer + Send + 'a>,
}

impl<'a> Once<'a> {
    /// A network, and what its ends say.
    pub fn new(stage: Stage, answer: impl Fn(&End<'_>) -> Answer + Send + 'a) -> Self {
        Once {
            stage: Some(stage),
            answer: Box::new(answer),
        }
    }
}

impl Course for Once<'_> {
    fn next(&mut self, _: &[End<'_>]) -> Result<Option<Stage>, Refusal> {
        Ok(self.stage.take())
    }

    fn answer(&self, _: usize, end: &End<'_>) -> Answer {
        (self.answer)(end)
    }
}
