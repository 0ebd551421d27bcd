//! Which keys a query of attention may look at.

use crate::refusal::Refusal;

use super::AttentionWeights;

/// Which keys are allowed to which queries, and how that is known.
pub(super) struct Mask<'a> {
    tokens: usize,
    /// 0 where a key is not allowed; it repeats over the leading axes of the weights. None where the weights themselves tell.
    given: Option<&'a [f64]>,
    /// Tokens that are padding: left out as keys and as queries.
    padding: Vec<bool>,
    /// May a query look at no key behind it?
    pub causal: bool,
}

impl<'a> Mask<'a> {
    /// The mask that is given, else what the zeros of the weights say of all heads at once: a token that no query looks at is
    /// padding, and where queries look at what is before them and none at what is behind it the attention is causal.
    pub fn new(of: &AttentionWeights<'a>, tokens: usize) -> Result<Self, Refusal> {
        let given = of.mask.map(|(shape, values)| repeats(of, shape, values));
        let given = given.transpose()?;
        let seen = given.unwrap_or(of.weights);
        let mut mask = Mask {
            tokens,
            given,
            padding: vec![true; tokens],
            causal: false,
        };
        let (mut behind, mut before) = (false, false);
        for (k, row) in seen.chunks_exact(tokens).enumerate() {
            for (j, _) in row.iter().enumerate().filter(|(_, v)| **v != 0.0) {
                mask.padding[j] = false;
                behind |= j > k % tokens;
                before |= j < k % tokens;
            }
        }
        // Of a vector over keys every query has the same.
        mask.causal = before && !behind && seen.len() > tokens;
        Ok(mask)
    }

    /// Is this token none?
    pub fn is_padding(&self, token: usize) -> bool {
        self.padding[token]
    }

    /// How many tokens are none.
    pub fn padded(&self) -> usize {
        self.padding.iter().filter(|p| **p).count()
    }

    /// Is a key allowed to the query of this row, counted over all heads?
    pub fn allows(&self, row: usize, key: usize) -> bool {
        let by_mask = match self.given {
            Some(given) => given[(row * self.tokens + key) % given.len()] != 0.0,
            None => !self.causal || key <= row % self.tokens,
        };
        by_mask && !self.padding[key]
    }
}

/// The values of a mask whose shape is that of the last axes of the weights.
fn repeats<'a>(
    of: &AttentionWeights<'_>,
    shape: &[usize],
    values: &'a [f64],
) -> Result<&'a [f64], Refusal> {
    let refused = |why: String| Refusal::new(format!("the mask of {}", of.name), why);
    if shape.is_empty() || !of.shape.ends_with(shape) {
        let why = format!("has shape {shape:?}, and these weights {:?}", of.shape);
        const HELP: &str = "it has the last axes of the weights: [keys], [queries, keys], [heads, queries, keys] …";
        return Err(refused(why).help(HELP));
    }
    if shape.iter().product::<usize>() != values.len() {
        return Err(refused(format!(
            "has {} values, not those of its shape {shape:?}",
            values.len()
        )));
    }
    if let Some(k) = values.iter().position(|v| v.is_nan()) {
        return Err(
            refused(format!("is not a number at value {k}")).help("0 forbids a key, 1 allows it")
        );
    }
    Ok(values)
}
