//! What weights of attention must be, and where they are not.

use super::mask::Mask;
use super::{AttentionWeights, ROW_SUM};
use crate::refusal::Refusal;

/// Layers, heads and tokens.
pub(super) fn axes(of: &AttentionWeights<'_>) -> Result<[usize; 3], Refusal> {
    let refused = |why: String| {
        const HELP: &str =
            "attention has shape (.., tokens, tokens), as (layers, heads, tokens, tokens)";
        Refusal::new(of.name, why).help(HELP)
    };
    let [leading @ .., queries, keys] = of.shape else {
        let axes = of.shape.len();
        return Err(refused(format!(
            "has {axes} of the two axes that attention has at least"
        )));
    };
    let count = of.shape.iter().try_fold(1usize, |n, k| n.checked_mul(*k));
    if count != Some(of.weights.len()) {
        let (n, shape) = (of.weights.len(), of.shape);
        return Err(refused(format!(
            "has {n} values, not those of its shape {shape:?}"
        )));
    }
    if of.weights.is_empty() {
        return Err(refused(format!("is empty, its shape is {:?}", of.shape)));
    }
    if queries != keys {
        return Err(refused(format!(
            "is not square, it has {queries} queries and {keys} keys"
        )));
    }
    let (layers, heads) = match leading {
        [] => (1, 1),
        [layers @ .., heads] => (layers.iter().product(), *heads),
    };
    Ok([layers, heads, *keys])
}

/// How many keys the query of a row may look at, if its weights are sound.
pub(super) fn check(
    of: &AttentionWeights<'_>,
    mask: &Mask<'_>,
    (r, row): (usize, &[f64]),
) -> Result<usize, Refusal> {
    let at = |key: usize| place(of, &[r, key], "");
    let mut allowed = 0;
    for (j, p) in row.iter().enumerate() {
        if !p.is_finite() {
            let why = format!("is {p}, which is no weight");
            const HELP: &str = "a mask leaves out tokens that are padding";
            return Err(Refusal::new(at(j), why).help(HELP));
        }
        if *p < 0.0 {
            let why = format!("is {p}, and a weight is not below 0");
            return Err(
                Refusal::new(at(j), why).help("these may be scores: apply the softmax first")
            );
        }
        let is_allowed = mask.allows(r, j);
        if *p > 0.0 && !is_allowed {
            let why = format!("is {p}, and the mask does not allow this key");
            return Err(Refusal::new(at(j), why).help("in a mask 0 forbids a key"));
        }
        allowed += usize::from(is_allowed);
    }
    let row_place = || place(of, &[r], ", :");
    if allowed == 0 {
        let why = "has no key that the mask allows";
        return Err(Refusal::new(row_place(), why)
            .help("a mask over keys leaves padding out as queries too"));
    }
    let sum: f64 = row.iter().sum();
    if (sum - 1.0).abs() > ROW_SUM {
        let why = format!("sums to {sum}, and the weights of a query sum to 1 within {ROW_SUM}");
        const HELP: &str = "keys are the last axis; weights after dropout do not sum to 1";
        return Err(Refusal::new(row_place(), why).help(HELP));
    }
    Ok(allowed)
}

/// A place in the array in NumPy's notation, from 0: `a[0, 2, 5, :]`. `at` is the position of the leading axes together, then
/// those after them.
pub(super) fn place(of: &AttentionWeights<'_>, at: &[usize], rest: &str) -> String {
    let last = rest.matches(':').count() + at.len() - 1;
    let leading = &of.shape[..of.shape.len() - last];
    let mut indices = Vec::new();
    let mut k = at[0];
    for n in leading.iter().rev() {
        indices.push(k % n);
        k /= n;
    }
    indices.reverse();
    indices.extend(&at[1..]);
    let indices: Vec<String> = indices.iter().map(ToString::to_string).collect();
    let inside = format!("{}{rest}", indices.join(", "));
    format!("{}[{}]", of.name, inside.trim_start_matches(", "))
}
