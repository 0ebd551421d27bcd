//! Which token may attend to which.

use super::TokenAttention;
use crate::lagrangian::Array;
use crate::number::exact;
use crate::refusal::Refusal;

impl TokenAttention {
    /// No token attends to itself.
    ///
    /// # Errors
    /// If queries and keys are of different layers, or a token is left without any key: a single one would be.
    pub fn exclude_self(self) -> Result<Self, Refusal> {
        self.of_one_layer("exclude_self")?.forbid(
            "exclude_self",
            "without the token itself",
            |query, key| query == key,
        )
    }

    /// A token attends to those before it, and to itself.
    ///
    /// # Errors
    /// As [`TokenAttention::exclude_self`]. With both, the first token would have no key.
    pub fn causal(self) -> Result<Self, Refusal> {
        self.of_one_layer("causal")?
            .forbid("causal", "causal", |query, key| key > query)
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
        self.forbid("mask", "with a mask", |query, key| {
            mask.data[query * keys + key] == 0.0
        })
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

    /// Takes these keys from these queries. The score of such a pair is −∞ before the largest is looked for and before β multiplies
    /// it: a large finite number would come back at large scores.
    fn forbid(
        self,
        name: &'static str,
        told: &'static str,
        forbidden: impl Fn(usize, usize) -> bool,
    ) -> Result<Self, Refusal> {
        let [queries, keys] = self.tokens();
        let mut made = self;
        if made.mask.is_empty() {
            made.mask = vec![0.0; queries * keys];
        }
        for (at, entry) in made.mask.iter_mut().enumerate() {
            if forbidden(at % queries, at / queries) {
                *entry = f64::NEG_INFINITY;
            }
        }
        let is_open = |query: usize| (0..keys).any(|key| made.mask[key * queries + query] == 0.0);
        if let Some(query) = (0..queries).find(|query| !is_open(*query)) {
            let why = format!(
                "leaves token {query} without any key to attend to: its softmax would be over nothing"
            );
            let refusal = Refusal::new(name, why);
            return Err(match (made.is_self, keys) {
                (true, 1) => refusal.help("a single token can attend to itself alone"),
                (true, _) => refusal.help("let it attend to itself, or to one more token"),
                _ => refusal.help("let it attend to one key at least"),
            });
        }
        made.masked.push(told);
        Ok(made)
    }
}
