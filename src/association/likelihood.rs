//! β of a lookup, by the likelihood of labels that are left out.

use super::labels::Labels;
use super::layer::{Head, HopfieldLayer};
use super::rows::{Rows, turned};
use super::running::Running;
use super::stored::{Keys, Stored};
use crate::kernels::each;
use crate::refusal::Refusal;

/// Queries of a block.
const BLOCK: usize = 64;
/// Powers of ten of the grid, in units of 1/(mean square of the distance from the mean), and its points.
const GRID: [f64; 2] = [-2.0, 4.0];
const POINTS: usize = 49;

/// Which rows a row must not be looked up in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// Only itself. (Were it not left out, its own weight would go to 1 and β to infinity.)
    LeaveOneOut,
    /// Those of its own part of so many: row i is in part i mod k.
    Parts(usize),
}

/// The β that was chosen, and between what.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// The most likely of the grid, the smallest of equal ones.
    pub beta: f64,
    /// All β that were tried, rising.
    pub grid: Vec<f64>,
    /// Mean over the rows of `ln Σ_{j: same label} p_j`, rows of the own part left out of j; for each β.
    pub log_likelihood: Vec<f64>,
    /// Rows that were judged: those with another row of their label to be found.
    pub judged: usize,
}

impl Chosen {
    /// Is it the first or last of the grid, so that the best β may lie beyond?
    pub fn is_at_an_end(&self) -> bool {
        [self.grid.first(), self.grid.last()].contains(&Some(&self.beta))
    }
}

/// A block of rows that are looked up, and `ln p` of their labels: β after β, a number for each row.
struct Judged {
    first: usize,
    width: usize,
    q: Vec<f64>,
    ln_p: Vec<f64>,
}

/// The β of a grid under which the labels of the rows are most likely, each looked up in the others by the layer's similarity.
/// Without a grid: 49 values from 10⁻² to 10⁴, divided by the mean square of the rows' distance from their mean.
///
/// Work: `2 N² d` flops, and two exponentials for each pair and β.
///
/// # Errors
/// If labels do not match, the grid is empty or has a β that is not above 0, there are fewer rows than parts, all rows are the
/// same, or no row has another of its label.
pub fn choose_beta(
    layer: &HopfieldLayer,
    rows: Rows<'_>,
    labels: &Labels,
    fold: Fold,
    grid: Option<Vec<f64>>,
) -> Result<Chosen, Refusal> {
    let count = rows.count();
    if labels.places().len() != count {
        let n = labels.places().len();
        let why = format!("has {n} entries, there are {count} rows: each has one label");
        return Err(Refusal::new("labels", why));
    }
    if let Fold::Parts(k) = fold
        && !(2..=count).contains(&k)
    {
        let why = format!("must be from 2 to {count}, the number of rows; it is {k}");
        return Err(Refusal::new("folds", why));
    }
    let stored = Stored::of(rows);
    let keys = Keys::of(layer, &Head::default(), &stored)?;
    let grid = grid.map_or_else(|| default_grid(&keys, rows.size()), Ok)?;
    if grid.is_empty() || grid.iter().any(|b| !(*b > 0.0 && b.is_finite())) {
        let why = "must be one number or more, each finite and above 0";
        return Err(Refusal::new("grid", why));
    }
    let part = |k: usize| match fold {
        Fold::LeaveOneOut => k,
        Fold::Parts(n) => k % n,
    };
    // The rows as they are compared are the keys.
    let data = keys.tiles.iter().flat_map(|t| t.keys.data());
    let data: Vec<f64> = data.copied().collect();
    let mut blocks = Vec::new();
    for first in (0..count).step_by(BLOCK) {
        let width = BLOCK.min(count - first);
        let own = &data[first * rows.size()..(first + width) * rows.size()];
        blocks.push(Judged {
            first,
            width,
            q: turned(own, rows.size()),
            ln_p: Vec::new(),
        });
    }
    each(&mut blocks, true, &|b| b.judge(&keys, labels, &grid, part));
    let mut sums = vec![0.0; grid.len()];
    let mut judged = 0;
    for block in &blocks {
        for b in 0..block.width {
            let own = block.ln_p[b..].iter().step_by(block.width);
            if own.clone().all(|v| v.is_finite()) {
                judged += 1;
                sums.iter_mut().zip(own).for_each(|(s, v)| *s += v);
            }
        }
    }
    if judged == 0 {
        let why = "has no label of two rows in different parts: no row can be told by another";
        let help = "give beta, or more rows of each label";
        return Err(Refusal::new("labels", why).help(help));
    }
    let log_likelihood: Vec<f64> = sums.iter().map(|s| s / f64::from(judged)).collect();
    let most = log_likelihood.iter().copied();
    let most = most.fold(f64::NEG_INFINITY, f64::max);
    let at = log_likelihood.iter().position(|l| *l == most);
    Ok(Chosen {
        beta: grid[at.unwrap_or(0)],
        grid,
        log_likelihood,
        judged: judged as usize,
    })
}

fn default_grid(keys: &Keys, size: usize) -> Result<Vec<f64>, Refusal> {
    let all = || {
        keys.tiles
            .iter()
            .flat_map(|t| t.keys.data().chunks_exact(size))
    };
    let n = all().count() as f64;
    let mut mean = vec![0.0; size];
    all().for_each(|k| mean.iter_mut().zip(k).for_each(|(m, k)| *m += k / n));
    let square = |k: &[f64]| {
        k.iter()
            .zip(&mean)
            .map(|(k, m)| (k - m).powi(2))
            .sum::<f64>()
    };
    let spread = all().map(square).sum::<f64>() / n;
    // Rows that are all the same differ from their mean by rounding.
    let size = all().flatten().fold(0.0, |m: f64, v| m.max(v.abs()));
    if !(spread > 1e-28 * size * size && spread.is_finite()) {
        let why = format!("have a mean square distance of {spread} from their mean");
        let help = "rows that are all the same cannot be told apart; give beta";
        return Err(Refusal::new("keys", why).help(help));
    }
    let step = (GRID[1] - GRID[0]) / (POINTS - 1) as f64;
    let power = |k: usize| 10f64.powf(GRID[0] + step * k as f64);
    Ok((0..POINTS).map(|k| power(k) / spread).collect())
}

impl Judged {
    /// `ln p` of the own label for each β: a difference of two logarithms of sums, so that neither underflows.
    fn judge(&mut self, keys: &Keys, labels: &Labels, grid: &[f64], part: impl Fn(usize) -> usize) {
        let (width, first, classes) = (self.width, self.first, labels.places());
        // Of all other rows, and of those of the own label.
        let [mut all, mut same] = [(); 2].map(|()| Running::new(grid.to_vec(), width));
        let (mut scores, mut own) = (Vec::new(), Vec::new());
        let mut key = 0;
        for tile in &keys.tiles {
            tile.scores(&self.q, width, &mut scores);
            for (k, a) in scores.iter_mut().enumerate() {
                if part(key + k / width) == part(first + k % width) {
                    *a = f64::NEG_INFINITY;
                }
            }
            own.clone_from(&scores);
            for (k, a) in own.iter_mut().enumerate() {
                if classes[key + k / width] != classes[first + k % width] {
                    *a = f64::NEG_INFINITY;
                }
            }
            all.take(&mut scores, |_, _| {});
            same.take(&mut own, |_, _| {});
            key += tile.keys.rows();
        }
        let ln_p = grid
            .iter()
            .enumerate()
            .flat_map(|(k, beta)| (0..width).map(move |b| (k, beta, b)));
        let at = |(k, beta, b): (usize, &f64, usize)| {
            beta * (same.max(b) - all.max(b)) + same.sum(k, b).ln() - all.sum(k, b).ln()
        };
        self.ln_p = ln_p.map(at).collect();
    }
}
