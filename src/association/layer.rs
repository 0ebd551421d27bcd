//! What a Hopfield layer is.

use super::Stored;
use super::rows::Rows;
use crate::kernels::Weights;
use crate::refusal::Refusal;

/// How a query is compared with a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Similarity {
    /// `q·k`. It favours long keys: scale the data first.
    #[default]
    Dot,
    /// `−|q − k|²/2`, of which the part of the query alone cancels: a bias `−|k|²/2` for each key.
    Distance,
    /// `q·k` of queries and keys of length 1; a query is brought to length 1 again at every update.
    Cosine,
}

impl Similarity {
    /// Every one, with its name.
    pub const ALL: [(&'static str, Similarity); 3] = [
        ("dot", Similarity::Dot),
        ("distance", Similarity::Distance),
        ("cosine", Similarity::Cosine),
    ];
}

/// How many times softmax is taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Updates {
    /// So many times, one at least: all but the last move the query, the last is taken of the values. (What the released layer
    /// calls `update_steps_max` is one less.)
    Count(usize),
    /// Until the weights of a query change by no more than `tolerance` in the sum of absolute values, which
    /// `β · max_j |k_j − mean k| · |Δq|` bounds; `most` times at most.
    Rest {
        /// Change of the weights at rest; the released layer has 1e-4.
        tolerance: f64,
        /// Most updates.
        most: usize,
    },
}

/// The projections of a head, each rows × columns = size in the head × size of the data; identity where there is none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Head {
    /// `W_q`, of the states.
    pub query: Option<Weights>,
    /// `W_k`, of the stored patterns.
    pub key: Option<Weights>,
    /// `W_v`, of the values.
    pub value: Option<Weights>,
}

/// A Hopfield layer; see the module for the formulas.
///
/// ```
/// use attractor::association::{HopfieldLayer, Rows, Stored};
///
/// // Two patterns; a state near the first is completed to it.
/// let patterns = [1.0, 0.0, 0.0, 1.0];
/// let stored = Stored::of(Rows::new("stored", &patterns, 2)?);
/// let layer = HopfieldLayer { beta: Some(20.0), ..HopfieldLayer::default() };
/// let found = layer.associate(Rows::new("states", &[0.9, 0.2], 2)?, &stored)?;
/// assert!((found.output[0] - 1.0).abs() < 1e-5 && found.output[1].abs() < 1e-5);
/// # Ok::<(), attractor::refusal::Refusal>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct HopfieldLayer {
    /// Inverse temperature; without one 1/√(size of a key), and 1 where nothing is projected.
    pub beta: Option<f64>,
    /// How often softmax is taken.
    pub updates: Updates,
    /// How queries and keys are compared.
    pub similarity: Similarity,
    /// Are states, stored patterns and values normalised to mean 0 and variance 1 before all else? It changes the meaning of β: the
    /// length of every row becomes √size. The released layer does so unless it is told not to.
    pub layer_norm: bool,
    /// One head or more.
    pub heads: Vec<Head>,
    /// `W_o`, of the heads' results side by side.
    pub output: Option<Weights>,
}

impl Default for HopfieldLayer {
    fn default() -> Self {
        HopfieldLayer {
            beta: None,
            updates: Updates::Count(1),
            similarity: Similarity::Dot,
            layer_norm: false,
            heads: vec![Head::default()],
            output: None,
        }
    }
}

/// Sizes of a query, a key and a value in each head, and of the whole.
pub(super) struct Sizes {
    pub heads: Vec<[usize; 2]>,
    pub joined: usize,
    pub output: usize,
}

impl HopfieldLayer {
    /// Why the last product has no energy; none where the values are the keys, so that it is a state of the network again.
    pub fn without_energy(&self, stored: &Stored<'_>) -> Option<&'static str> {
        if self.output.is_some() || self.heads.iter().any(|h| h.value.is_some()) {
            return Some("its last product leaves the space of the keys by W_v or W_o");
        }
        if stored.values().is_some() {
            return Some("its last product is of values that are not the keys");
        }
        if self.heads.iter().any(|h| h.key.is_some()) {
            return Some("its last product is of patterns that are not projected as the keys are");
        }
        (self.similarity == Similarity::Cosine)
            .then_some("its last product is of patterns, not of their directions")
    }

    /// β as it is used with these stored patterns.
    ///
    /// # Errors
    /// If it is not above 0.
    pub fn beta(&self, stored: &Stored<'_>) -> Result<f64, Refusal> {
        match self.beta {
            Some(beta) if beta > 0.0 && beta.is_finite() => Ok(beta),
            Some(beta) => Err(Refusal::new(
                "beta",
                format!("must be finite and above 0, it is {beta}"),
            )
            .help("leave it out for 1/√(size of a key)")),
            None => {
                let bare = |h: &Head| h.query.is_none() && h.key.is_none() && h.value.is_none();
                let first = self.heads.first().and_then(|h| h.key.as_ref());
                let size = first.map_or(stored.keys().size(), Weights::rows);
                match self.heads.iter().all(bare) && self.output.is_none() {
                    true => Ok(1.0),
                    false => Ok(1.0 / (size as f64).sqrt()),
                }
            }
        }
    }

    /// Do all sizes fit?
    pub(super) fn sizes(&self, states: Rows<'_>, stored: &Stored<'_>) -> Result<Sizes, Refusal> {
        match self.updates {
            Updates::Count(0) | Updates::Rest { most: 0, .. } => {
                let why = "must be 1 or more: with none nothing is associated";
                return Err(Refusal::new("updates", why));
            }
            // NaN is refused too.
            Updates::Rest { tolerance, .. } if tolerance.is_nan() || tolerance <= 0.0 => {
                let why = format!("must be above 0, it is {tolerance}");
                return Err(Refusal::new("tolerance", why));
            }
            _ => {}
        }
        if self.heads.is_empty() {
            return Err(Refusal::new("heads", "must be one or more"));
        }
        let values = stored.values().unwrap_or(stored.keys());
        let mut heads = Vec::new();
        for (h, head) in self.heads.iter().enumerate() {
            let q = projected("W_q", head.query.as_ref(), states.size(), h)?;
            let k = projected("W_k", head.key.as_ref(), stored.keys().size(), h)?;
            let v = projected("W_v", head.value.as_ref(), values.size(), h)?;
            if q != k {
                let why = format!(
                    "make queries of {q} numbers where the keys of head {h} have {k}: they cannot be compared"
                );
                let help = "project both to one size, by W_q and W_k";
                return Err(Refusal::new("states", why).help(help));
            }
            heads.push([k, v]);
        }
        let joined = heads.iter().map(|[_, v]| v).sum();
        let output = match &self.output {
            None => joined,
            Some(w) if w.cols() == joined => w.rows(),
            Some(w) => {
                let why = format!(
                    "is {}, the heads give {joined} numbers: it needs as many columns",
                    w.describe()
                );
                return Err(Refusal::new("W_o", why));
            }
        };
        Ok(Sizes {
            heads,
            joined,
            output,
        })
    }
}

/// The size of what is projected.
fn projected(name: &str, w: Option<&Weights>, size: usize, head: usize) -> Result<usize, Refusal> {
    match w {
        None => Ok(size),
        Some(w) if w.cols() == size && w.rows() > 0 => Ok(w.rows()),
        Some(w) => {
            let why = format!(
                "of head {head} is {}, a row that it projects has {size} numbers: it needs as many columns, and a row at least",
                w.describe()
            );
            Err(Refusal::new(name, why))
        }
    }
}
