//! Vectors as rows of an array.

use crate::refusal::Refusal;

/// Vectors of `size` numbers, one after the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rows<'a> {
    data: &'a [f64],
    size: usize,
}

impl<'a> Rows<'a> {
    /// The rows of `data`, called `name` in refusals.
    ///
    /// # Errors
    /// If there are none, they are not whole, or a number is infinite or NaN.
    pub fn new(name: &str, data: &'a [f64], size: usize) -> Result<Self, Refusal> {
        if size == 0 || data.is_empty() {
            let why = "is empty: it needs one row or more, of one number or more";
            return Err(Refusal::new(name, why));
        }
        if !data.len().is_multiple_of(size) {
            let why = format!("has {} numbers, which are no rows of {size}", data.len());
            return Err(Refusal::new(name, why));
        }
        if let Some(k) = data.iter().position(|v| !v.is_finite()) {
            let (row, column, v) = (k / size, k % size, data[k]);
            let why = format!("has {v} in row {row}, column {column}: every number must be finite");
            let help = "leave such rows out";
            return Err(Refusal::new(name, why).help(help));
        }
        Ok(Rows { data, size })
    }

    /// Row by row.
    pub fn data(&self) -> &'a [f64] {
        self.data
    }

    /// Numbers of a row.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Rows.
    pub fn count(&self) -> usize {
        self.data.len() / self.size
    }

    /// One row.
    pub fn row(&self, k: usize) -> &'a [f64] {
        &self.data[k * self.size..(k + 1) * self.size]
    }
}

/// The transpose of `count` rows of `size` numbers: rows become the columns of a block.
pub(super) fn turned(data: &[f64], size: usize) -> Vec<f64> {
    let count = data.len().checked_div(size).unwrap_or(0);
    let at = |k: usize| data[k % count * size + k / count];
    (0..data.len()).map(at).collect()
}

/// Variance ε of a normalised row, that of the released layer.
const EPS: f64 = 1e-5;

/// Every row normalised to mean 0 and variance 1, `(x − mean)/√(var + ε)` with ε = 1e-5; no gain and no shift.
pub(super) fn normalized(data: &[f64], size: usize) -> Vec<f64> {
    let rows = data.chunks_exact(size);
    rows.flat_map(|row| {
        let (mean, deviation) = moments(row);
        row.iter().map(move |x| (x - mean) / deviation)
    })
    .collect()
}

fn moments(row: &[f64]) -> (f64, f64) {
    let n = row.len() as f64;
    let mean = row.iter().sum::<f64>() / n;
    let var = row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
    (mean, (var + EPS).sqrt())
}

/// The gradient by the rows, from that by the normalised ones.
pub(super) fn normalized_back(data: &[f64], size: usize, gradient: &mut [f64]) {
    for (row, g) in data.chunks_exact(size).zip(gradient.chunks_exact_mut(size)) {
        let (mean, deviation) = moments(row);
        let y = |x: f64| (x - mean) / deviation;
        let n = size as f64;
        let along = row.iter().zip(&*g).map(|(x, g)| y(*x) * g).sum::<f64>() / n;
        let level = g.iter().sum::<f64>() / n;
        for (x, g) in row.iter().zip(g.iter_mut()) {
            *g = (*g - level - y(*x) * along) / deviation;
        }
    }
}

/// Length of a vector.
pub(super) fn length(row: &[f64]) -> f64 {
    row.iter().map(|v| v * v).sum::<f64>().sqrt()
}

/// Every row brought to length 1; row k is row `place(k)` of what `name` calls.
///
/// # Errors
/// If one has no direction.
pub(super) fn directed(
    name: &str,
    data: &mut [f64],
    size: usize,
    place: impl Fn(usize) -> usize,
) -> Result<(), Refusal> {
    for (k, row) in data.chunks_exact_mut(size).enumerate() {
        let length = length(row);
        if !(length > 0.0 && length.is_finite()) {
            let why = format!(
                "has row {} of length {length}, which has no direction",
                place(k)
            );
            let help = "leave it out, or compare by `distance` or `dot`";
            return Err(Refusal::new(name, why).help(help));
        }
        row.iter_mut().for_each(|v| *v /= length);
    }
    Ok(())
}

/// The gradient by the rows, from that by their directions.
pub(super) fn directed_back(data: &[f64], size: usize, gradient: &mut [f64]) {
    for (row, g) in data.chunks_exact(size).zip(gradient.chunks_exact_mut(size)) {
        let length = length(row);
        let along = row.iter().zip(&*g).map(|(x, g)| x * g).sum::<f64>() / (length * length);
        for (x, g) in row.iter().zip(g.iter_mut()) {
            *g = (*g - x * along) / length;
        }
    }
}
