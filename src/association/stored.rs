//! Stored patterns, and what a head makes of them.

use super::average::{TILE, Tile};
use super::layer::{Head, HopfieldLayer, Similarity};
use super::rows::{Rows, directed, length, normalized, turned};
use crate::kernels::Weights;
use crate::refusal::Refusal;

/// Stored patterns with their values, and which of them may be asked.
#[derive(Clone, Debug)]
pub struct Stored<'a> {
    keys: Rows<'a>,
    values: Option<Rows<'a>>,
    /// The places of those that may be asked.
    allowed: Vec<usize>,
}

impl<'a> Stored<'a> {
    /// Patterns that are their own values.
    pub fn of(keys: Rows<'a>) -> Self {
        Stored {
            keys,
            values: None,
            allowed: (0..keys.count()).collect(),
        }
    }

    /// The same with values of their own, one for each pattern.
    ///
    /// # Errors
    /// If there are not as many.
    pub fn with_values(self, values: Rows<'a>) -> Result<Self, Refusal> {
        if values.count() != self.keys.count() {
            let (n, of) = (values.count(), self.keys.count());
            let why = format!("has {n} rows, there are {of} stored patterns: each has one value");
            return Err(Refusal::new("values", why));
        }
        Ok(Stored {
            values: Some(values),
            ..self
        })
    }

    /// The same, but that only patterns marked `true` are asked: the others have weight 0 (−∞ before the maximum).
    ///
    /// # Errors
    /// If there is not one mark for each pattern, or none is true.
    pub fn with_mask(self, mask: &[bool]) -> Result<Self, Refusal> {
        if mask.len() != self.keys.count() {
            let (n, of) = (mask.len(), self.keys.count());
            let why = format!("has {n} entries, there are {of} stored patterns: each needs one");
            return Err(Refusal::new("mask", why));
        }
        let allowed: Vec<usize> = (0..mask.len()).filter(|k| mask[*k]).collect();
        if allowed.is_empty() {
            let why = "leaves no key: a query would have nothing to attend to";
            let help = "1 (true) marks the patterns that may be asked, 0 the padding";
            return Err(Refusal::new("mask", why).help(help));
        }
        Ok(Stored { allowed, ..self })
    }

    /// The same, of which only these may be asked.
    pub(super) fn only(&self, places: Vec<usize>) -> Self {
        Stored {
            allowed: places,
            ..self.clone()
        }
    }

    /// The patterns.
    pub fn keys(&self) -> Rows<'a> {
        self.keys
    }

    /// Their values, where they are not the patterns themselves.
    pub fn values(&self) -> Option<Rows<'a>> {
        self.values
    }

    /// The places of the patterns that may be asked.
    pub fn allowed(&self) -> &[usize] {
        &self.allowed
    }
}

/// Keys and values of a head, in tiles.
pub(super) struct Keys {
    pub tiles: Vec<Tile>,
    /// max_j |k_j − mean k|.
    pub radius: f64,
}

/// The rows of these places, normalised if the layer does so.
pub(super) fn gathered(layer: &HopfieldLayer, rows: Rows<'_>, places: &[usize]) -> Vec<f64> {
    let data: Vec<f64> = places.iter().flat_map(|k| rows.row(*k)).copied().collect();
    match layer.layer_norm {
        true => normalized(&data, rows.size()),
        false => data,
    }
}

/// `x Wᵀ` of rows, or the rows.
pub(super) fn project(
    data: Vec<f64>,
    size: usize,
    w: Option<&Weights>,
) -> Result<Vec<f64>, Refusal> {
    let Some(w) = w else { return Ok(data) };
    let rows = data.len() / size;
    let mut out = vec![0.0; rows * w.rows()];
    let transposed = turned(w.whole().data(), w.cols());
    weights(rows, size, data)?.add_product(&transposed, w.rows(), &mut out);
    Ok(out)
}

/// A matrix of numbers that were reckoned, which may have become too large.
pub(super) fn weights(rows: usize, cols: usize, data: Vec<f64>) -> Result<Weights, Refusal> {
    let large = |_| {
        Refusal::new("stored", "makes numbers beyond the largest there is")
            .help("scale states, patterns and projections to a common size")
    };
    Weights::new(rows, cols, data).map_err(large)
}

impl Keys {
    pub fn of(layer: &HopfieldLayer, head: &Head, stored: &Stored<'_>) -> Result<Self, Refusal> {
        let key = head.key.as_ref().map_or(stored.keys.size(), Weights::rows);
        let values = stored.values.unwrap_or(stored.keys);
        let value = head.value.as_ref().map_or(values.size(), Weights::rows);
        let own = stored.values.is_some()
            || head.value.is_some()
            || head.key.is_some()
            || layer.similarity == Similarity::Cosine;
        let mut tiles = Vec::new();
        for places in stored.allowed.chunks(TILE) {
            let data = gathered(layer, stored.keys, places);
            let mut keys = project(data, stored.keys.size(), head.key.as_ref())?;
            if layer.similarity == Similarity::Cosine {
                directed("stored", &mut keys, key, |k| places[k])?;
            }
            let bias = match layer.similarity {
                Similarity::Distance => {
                    let square = |k: &[f64]| -0.5 * k.iter().map(|v| v * v).sum::<f64>();
                    keys.chunks_exact(key).map(square).collect()
                }
                _ => Vec::new(),
            };
            let values = match own {
                true => {
                    let data = gathered(layer, values, places);
                    let of = project(data, values.size(), head.value.as_ref())?;
                    Some(weights(places.len(), value, of)?)
                }
                false => None,
            };
            let keys = weights(places.len(), key, keys)?;
            tiles.push(Tile { keys, bias, values });
        }
        let radius = radius(&tiles, key);
        Ok(Keys { tiles, radius })
    }
}

fn radius(tiles: &[Tile], size: usize) -> f64 {
    let (mut mean, mut count) = (vec![0.0; size], 0);
    let keys = || tiles.iter().flat_map(|t| t.keys.data().chunks_exact(size));
    for key in keys() {
        count += 1;
        mean.iter_mut().zip(key).for_each(|(m, k)| *m += k);
    }
    mean.iter_mut().for_each(|m| *m /= f64::from(count.max(1)));
    let from = |key: &[f64]| {
        let gap: Vec<f64> = key.iter().zip(&mean).map(|(k, m)| k - m).collect();
        length(&gap)
    };
    keys().map(from).fold(0.0, f64::max)
}
