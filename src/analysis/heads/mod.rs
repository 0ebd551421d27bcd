//! What heads of attention are, beside the fixed points of a memory with softmax (Ramsauer et al. 2021).
//!
//! For each query the smallest number k of keys whose weights sum to 0.9; of each head the median over its queries. With N keys
//! that the query may look at, k > N/2 is a global average, N/8 < k ≤ N/2 and N/32 < k ≤ N/8 are metastable states of many and of
//! few patterns, and k ≤ N/32 is a single pattern or a small average. Where N differs from query to query, as in causal
//! attention, the kind is that of the median of k/N. With N < 32 there is no k ≤ N/32: the last kind cannot occur.

mod check;
mod mask;

use super::averaged::{count_to_mass, entropy};
use crate::dynamics::Interrupt;
use crate::refusal::Refusal;
use check::{axes, check, place};
use mask::Mask;

/// What the weights of a row may differ from 1 by in sum.
pub const ROW_SUM: f64 = 1e-3;

/// Weights of attention, and which of them are allowed.
#[derive(Clone, Copy, Debug)]
pub struct AttentionWeights<'a> {
    /// Their name in messages.
    pub name: &'a str,
    /// Length of every axis: (.., queries, keys) with as many queries as keys; the axis before is that of heads, all before that
    /// together are layers.
    pub shape: &'a [usize],
    /// The weights, the last axis fastest.
    pub weights: &'a [f64],
    /// Shape and values of a mask, 0 where a key is not allowed; its axes are the last ones of the weights. Without one the zeros
    /// of the weights say what is padding, and whether the attention is causal.
    pub mask: Option<(&'a [usize], &'a [f64])>,
}

/// What a head is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HeadKind {
    /// It averages more than half of the keys.
    Global,
    /// More than an eighth of them.
    Large,
    /// More than a 32nd of them.
    Medium,
    /// No more than that.
    Small,
}

impl HeadKind {
    /// All, in the order of their numbers.
    pub const ALL: [HeadKind; 4] = [
        HeadKind::Global,
        HeadKind::Large,
        HeadKind::Medium,
        HeadKind::Small,
    ];

    /// By `k/N`, the part of the keys that a query averages.
    #[must_use]
    pub fn of(part: f64) -> Self {
        // Where N differs, medians of quotients are rounded: what is equal is not above.
        let is_above = |bound: f64| part > bound * (1.0 + 1e-12);
        match () {
            () if is_above(1.0 / 2.0) => HeadKind::Global,
            () if is_above(1.0 / 8.0) => HeadKind::Large,
            () if is_above(1.0 / 32.0) => HeadKind::Medium,
            () => HeadKind::Small,
        }
    }

    /// Its number in the paper, 1 to 4.
    #[must_use]
    pub fn number(self) -> usize {
        self as usize + 1
    }

    /// Is there such a head where a query may look at so many keys at most? It looks at one of them at least.
    #[must_use]
    pub fn is_possible(self, keys: usize) -> bool {
        let fewest = [1, 2, 8, 32][self as usize];
        keys >= fewest
    }

    /// How many keys it averages.
    #[must_use]
    pub fn bounds(self) -> &'static str {
        match self {
            HeadKind::Global => "1: k > N/2",
            HeadKind::Large => "2: N/8 < k ≤ N/2",
            HeadKind::Medium => "3: N/32 < k ≤ N/8",
            HeadKind::Small => "4: k ≤ N/32",
        }
    }
}

/// A head.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// k of each query; none of one that is padding.
    pub k: Vec<Option<usize>>,
    /// N of each query: how many keys it may look at; 0 of one that is padding.
    pub allowed: Vec<usize>,
    /// The median of k.
    pub median: f64,
    /// The mean of k.
    pub mean: f64,
    /// The median of k/N.
    pub part: f64,
    /// The mean entropy of a query's weights, in nats.
    pub entropy: f64,
    /// What it is.
    pub kind: HeadKind,
}

/// The heads of an array.
#[derive(Clone, Debug, PartialEq)]
pub struct Heads {
    /// How many layers there are.
    pub layers: usize,
    /// Heads in each.
    pub heads: usize,
    /// Queries of each, and keys.
    pub tokens: usize,
    /// Tokens that are padding.
    pub padding: usize,
    /// May a query look at no key behind it?
    pub causal: bool,
    /// The most keys that a query may look at.
    pub most: usize,
    /// The heads, layer after layer.
    pub all: Vec<Head>,
}

impl Heads {
    /// How many heads of a layer are of each kind.
    #[must_use]
    pub fn kinds(&self, layer: usize) -> [usize; 4] {
        let mut count = [0; 4];
        let own = self.all.iter().skip(layer * self.heads).take(self.heads);
        own.for_each(|head| count[head.kind as usize] += 1);
        count
    }
}

/// What each head of `of` is, by the weights that hold `mass`; none if interrupted.
///
/// # Errors
/// A mass that is not between 0 and 1 − [`ROW_SUM`]; weights of another shape, that are no numbers, below 0, not allowed, or that
/// do not sum to 1 within [`ROW_SUM`]; a mask that does not fit, or that allows a query no key.
pub fn heads(
    of: &AttentionWeights<'_>,
    mass: f64,
    interrupt: &Interrupt,
) -> Result<Option<Heads>, Refusal> {
    if !(mass > 0.0 && mass <= 1.0 - ROW_SUM) {
        let why = format!(
            "must be above 0 and at most {}, it is {mass}",
            1.0 - ROW_SUM
        );
        return Err(
            Refusal::new("mass", why).help("rows sum to 1 within 0.001 only; the paper's is 0.9")
        );
    }
    let [layers, heads, tokens] = axes(of)?;
    let mask = Mask::new(of, tokens)?;
    if mask.padded() == tokens {
        let why = "has no weight at all: every token would be padding";
        return Err(Refusal::new(of.name, why));
    }
    let mut found = Heads {
        layers,
        heads,
        tokens,
        padding: mask.padded(),
        causal: mask.causal,
        most: 0,
        all: Vec::with_capacity(layers * heads),
    };
    let mut room = Vec::new();
    for (h, weights) in of.weights.chunks_exact(tokens * tokens).enumerate() {
        if interrupt.is_raised() {
            return Ok(None);
        }
        let mut k = Vec::with_capacity(tokens);
        let (mut allowed, mut parts, mut entropies) = (vec![0; tokens], Vec::new(), 0.0);
        for (q, row) in weights.chunks_exact(tokens).enumerate() {
            let r = h * tokens + q;
            // A row of zeros is a query that is padding although others look at its token.
            if mask.is_padding(q) || of.mask.is_none() && row.iter().all(|p| *p == 0.0) {
                k.push(None);
                continue;
            }
            allowed[q] = check(of, &mask, (r, row))?;
            let needed = count_to_mass(row.iter().copied(), mass, &mut room);
            found.most = found.most.max(allowed[q]);
            parts.push(needed as f64 / allowed[q] as f64);
            entropies += entropy(row.iter().copied());
            k.push(Some(needed));
        }
        let mut counted: Vec<f64> = k.iter().flatten().map(|k| *k as f64).collect();
        let count = counted.len() as f64;
        if counted.is_empty() {
            let why = "has no weight but 0".to_owned();
            return Err(Refusal::new(place(of, &[h], ", :, :"), why)
                .help("leave out heads that were pruned"));
        }
        let part = median(&mut parts);
        found.all.push(Head {
            median: median(&mut counted),
            mean: counted.iter().sum::<f64>() / count,
            part,
            entropy: entropies / count,
            kind: HeadKind::of(part),
            k,
            allowed,
        });
    }
    Ok(Some(found))
}

/// The median, of an even number the mean of the middle two.
fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let n = values.len();
    0.5 * (values[(n - 1) / 2] + values[n / 2])
}
