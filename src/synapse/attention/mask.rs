//! Which token may attend to which.

use std::fmt;
use std::ops::Range;

use super::TokenAttention;
use crate::lagrangian::Array;
use crate::number::exact;
use crate::refusal::Refusal;

/// What keeps queries from keys; nothing unless said. Of what is square in the tokens only a mask that is given is kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Mask {
    exclude_self: bool,
    causal: bool,
    /// Keys × queries: may a query attend to a key? Empty where none is given.
    given: Vec<bool>,
}

impl Mask {
    /// May one of so many queries attend to a key?
    pub fn opens(&self, queries: usize, query: usize, key: usize) -> bool {
        let shut = self.exclude_self && query == key || self.causal && key > query;
        !shut
            && self
                .given
                .get(key * queries + query)
                .is_none_or(|open| *open)
    }

    /// Where scores of a key begin before they are added: 0, or −∞ where some of the queries may not attend to it. Then neither the
    /// largest score nor β sees them: a large finite number would come back at large scores.
    pub fn begin(&self, queries: usize, key: usize, some: &Range<usize>, row: &mut [f64]) {
        row.fill(0.0);
        if self.causal {
            let before = key.clamp(some.start, some.end) - some.start;
            row[..before].fill(f64::NEG_INFINITY);
        }
        if self.exclude_self && some.contains(&key) {
            row[key - some.start] = f64::NEG_INFINITY;
        }
        let given = self.given.chunks(queries).nth(key);
        let open = given.into_iter().flat_map(|row| &row[some.clone()]);
        for (score, open) in row.iter_mut().zip(open) {
            if !open {
                *score = f64::NEG_INFINITY;
            }
        }
    }
}

impl fmt::Display for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [
            (self.exclude_self, "without the token itself"),
            (self.causal, "causal"),
            (!self.given.is_empty(), "with a mask"),
        ];
        let mut told = all.iter().filter(|(is_so, _)| *is_so);
        told.try_for_each(|(_, word)| write!(f, ", {word}"))
    }
}

impl TokenAttention {
    /// No token attends to itself.
    ///
    /// # Errors
    /// If queries and keys are of different layers, or a token is left without any key: a single one would be.
    pub fn exclude_self(self) -> Result<Self, Refusal> {
        let mut made = self.of_one_layer("exclude_self")?;
        made.mask.exclude_self = true;
        made.open("exclude_self")
    }

    /// A token attends to those before it, and to itself.
    ///
    /// # Errors
    /// As [`TokenAttention::exclude_self`]. With both, the first token would have no key.
    pub fn causal(self) -> Result<Self, Refusal> {
        let mut made = self.of_one_layer("causal")?;
        made.mask.causal = true;
        made.open("causal")
    }

    /// Queries × keys: 1 where a query may attend to a key, 0 where not.
    ///
    /// # Errors
    /// If it has another shape or other numbers, or leaves a token without any key.
    pub fn mask(self, mask: &Array) -> Result<Self, Refusal> {
        let [queries, keys] = self.tokens();
        if mask.shape != [queries, keys] {
            let why = format!(
                "must be queries × keys, {queries} × {keys}, it has the shape {:?}",
                mask.shape
            );
            return Err(Refusal::new("mask", why));
        }
        if let Some(at) = mask.data.iter().position(|m| *m != 0.0 && *m != 1.0) {
            let (row, column, found) = (at / keys, at % keys, exact(mask.data[at]));
            let why = format!("must hold 0 and 1 alone, row {row}, column {column} is {found}");
            return Err(Refusal::new("mask", why));
        }
        let open = |at: usize| mask.data[at % queries * keys + at / queries] == 1.0;
        let mut made = self;
        made.mask.given = (0..queries * keys).map(open).collect();
        made.open("mask")
    }

    fn of_one_layer(self, name: &'static str) -> Result<Self, Refusal> {
        match self.is_self {
            true => Ok(self),
            false => Err(Refusal::new(
                name,
                "is for one layer that attends to itself, here are queries of one and keys of another",
            )
            .help("`mask` says which query may attend to which key")),
        }
    }

    /// Refuses what leaves a token without any key.
    fn open(self, name: &'static str) -> Result<Self, Refusal> {
        let [queries, keys] = self.tokens();
        let is_open = |query: usize| (0..keys).any(|key| self.mask.opens(queries, query, key));
        let Some(query) = (0..queries).find(|query| !is_open(*query)) else {
            return Ok(self);
        };
        let why = format!(
            "leaves token {query} without any key to attend to: its softmax would be over nothing"
        );
        Err(Refusal::new(name, why).help(match (self.is_self, keys) {
            (true, 1) => "a single token can attend to itself alone",
            (true, _) => "let it attend to itself, or to one more token",
            _ => "let it attend to one key at least",
        }))
    }
}
