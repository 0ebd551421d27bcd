//! Small dense matrices taken apart. All are stored column by column.

use nalgebra::{Complex, DMatrix, DVector, Hessenberg, SymmetricEigen};

use super::Eigenvalue;
use super::eigenvalues::{eigenvalues, farthest};

/// Rounds of an iteration of nalgebra's for each column, before it is given up.
const ROUNDS: usize = 100;

/// Left and right eigenvectors of length 1 whose product is below this belong to a value that nearly coincides with another.
const COINCIDE: f64 = 1e-4;

/// The eigenvalues of a symmetric matrix, the largest first, and an orthonormal eigenvector of each.
#[derive(Clone, Debug)]
pub struct Spectrum {
    /// Eigenvalues, falling.
    pub values: Vec<f64>,
    /// The eigenvector of each.
    pub vectors: Vec<Vec<f64>>,
}

impl Spectrum {
    /// Of an `n × n` matrix, of which the symmetric part is taken; `None` if an entry is not finite. The eigenvalues are
    /// off by no more than a few units of rounding of the norm.
    pub fn new(n: usize, a: &[f64]) -> Option<Self> {
        if a.iter().any(|v| !v.is_finite()) {
            return None;
        }
        let a = DMatrix::from_fn(n, n, |i, j| 0.5 * a[j * n + i] + 0.5 * a[i * n + j]);
        let found = SymmetricEigen::try_new(a, f64::EPSILON, ROUNDS * n)?;
        let value = |k: &usize| found.eigenvalues[*k];
        let order = falling(n, value);
        let vector = |k: &usize| found.eigenvectors.column(*k).iter().copied().collect();
        Some(Spectrum {
            values: order.iter().map(value).collect(),
            vectors: order.iter().map(vector).collect(),
        })
    }
}

/// The places of values, the largest first.
fn falling(n: usize, value: impl Fn(&usize) -> f64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|a, b| value(b).total_cmp(&value(a)));
    order
}

/// Factors that make the largest entry of every row and column of a matrix 1 to a factor of 4 (Ruiz 2001): those of the rows, and
/// those of the columns. `sizes`, column by column, are not negative. A symmetric matrix has the same factors twice.
pub fn equilibrate(n: usize, sizes: &[f64]) -> [Vec<f64>; 2] {
    let [mut rows, mut columns] = [vec![1.0; n], vec![1.0; n]];
    for _ in 0..8 {
        let [mut of_row, mut of_column] = [vec![0.0f64; n], vec![0.0f64; n]];
        for (j, column) in sizes.chunks_exact(n.max(1)).enumerate() {
            for ((size, row), largest) in column.iter().zip(&rows).zip(&mut of_row) {
                let size = row * size * columns[j];
                *largest = largest.max(size);
                of_column[j] = of_column[j].max(size);
            }
        }
        let is_even = |l: &f64| *l == 0.0 || (0.25..=4.0).contains(l);
        if of_row.iter().chain(&of_column).all(is_even) {
            break;
        }
        for (factors, largest) in [(&mut rows, of_row), (&mut columns, of_column)] {
            for (f, l) in factors.iter_mut().zip(largest) {
                if l > 0.0 && l.is_finite() {
                    *f /= l.sqrt();
                }
            }
        }
    }
    [rows, columns]
}

/// A square matrix that may be singular, in its singular values.
#[derive(Debug)]
pub struct Singular {
    /// Singular values, falling.
    pub values: Vec<f64>,
    left: DMatrix<f64>,
    right: DMatrix<f64>,
    order: Vec<usize>,
}

impl Singular {
    /// Of an `n × n` matrix; `None` if an entry is not finite.
    pub fn new(n: usize, a: &[f64]) -> Option<Self> {
        if a.iter().any(|v| !v.is_finite()) {
            return None;
        }
        let a = DMatrix::from_column_slice(n, n, a);
        let svd = a.try_svd(true, true, f64::EPSILON, ROUNDS * n.max(1))?;
        let value = |k: &usize| svd.singular_values[*k];
        let order = falling(n, value);
        let values = order.iter().map(value).collect();
        Some(Singular {
            values,
            left: svd.u?,
            right: svd.v_t?.transpose(),
            order,
        })
    }

    /// The vectors of singular value `k`: `A right = value left`.
    pub fn vectors(&self, k: usize) -> [Vec<f64>; 2] {
        let column = |m: &DMatrix<f64>| m.column(self.order[k]).iter().copied().collect();
        [column(&self.left), column(&self.right)]
    }

    /// The shortest solution of `A x = b` by the largest `count` singular values alone.
    pub fn solve(&self, b: &[f64], count: usize) -> Vec<f64> {
        let b = DVector::from_column_slice(b);
        let mut x = DVector::zeros(b.len());
        for (k, value) in self.order.iter().zip(&self.values).take(count) {
            let c = self.left.column(*k).dot(&b) / value;
            x.axpy(c, &self.right.column(*k), 1.0);
        }
        x.iter().copied().collect()
    }
}

/// The solution of `A x = b`, `n × n`, by elimination with both pivots; `None` where a pivot is no larger than
/// `cutoff`: the entries are to be of order 1.
pub fn solve(n: usize, a: &[f64], b: &[f64], cutoff: f64) -> Option<Vec<f64>> {
    let lu = DMatrix::from_column_slice(n, n, a).full_piv_lu();
    let pivots: Vec<f64> = lu.u().diagonal().iter().map(|p| p.abs()).collect();
    // Not finite fails as well.
    if !pivots.iter().all(|p| *p > cutoff) {
        return None;
    }
    let x = lu.solve(&DVector::from_column_slice(b))?;
    Some(x.iter().copied().collect())
}

/// The eigenvalues with the largest and the smallest real part of any square matrix, with what rounding of its entries can
/// make of each, to first order: `n ε |y|ᵀ|A||x| / |yᴴx|` with its left and right eigenvectors. Where those are nearly orthogonal that is
/// much, and the residual says so. `None` if an entry is not finite.
pub fn outermost(n: usize, a: &[f64]) -> Option<[Eigenvalue; 2]> {
    if n == 0 || a.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let a = DMatrix::from_column_slice(n, n, a);
    let values = of_general(&a)?;
    let pick = |direction: f64| {
        let best = farthest(&values, direction)?;
        Some(Eigenvalue {
            re: best.re,
            im: best.im,
            residual: rounding_of(&a, best),
        })
    };
    Some([pick(1.0)?, pick(-1.0)?])
}

/// All eigenvalues `[re, im]` of any square matrix, in no order; `None` if an entry is not finite. What
/// rounding makes of each is not told: [`outermost`] does that for two of them.
pub fn all_eigenvalues(n: usize, a: &[f64]) -> Option<Vec<[f64; 2]>> {
    if n == 0 {
        return Some(Vec::new());
    }
    let values = of_general(&DMatrix::from_column_slice(n, n, a))?;
    Some(values.iter().map(|v| [v.re, v.im]).collect())
}

fn of_general(a: &DMatrix<f64>) -> Option<Vec<Complex<f64>>> {
    if a.iter().any(|v| !v.is_finite()) {
        return None;
    }
    eigenvalues(match a.nrows() {
        1 => a.clone(),
        _ => Hessenberg::new(a.clone()).h(),
    })
}

fn rounding_of(a: &DMatrix<f64>, value: Complex<f64>) -> f64 {
    let n = a.nrows();
    let norm = a.norm();
    if norm == 0.0 {
        return 0.0;
    }
    let size = value.re.hypot(value.im).max(f64::EPSILON * norm);
    let shift = Complex::new(value.re + 1e-10 * size, value.im);
    let shifted = a.map(Complex::from) - DMatrix::from_diagonal_element(n, n, shift);
    let start = DVector::from_fn(n, |i, _| {
        Complex::from(1.0 + 0.37 * (2.399_963 * i as f64).sin())
    });
    let vector = |m: DMatrix<Complex<f64>>| {
        let lu = m.lu();
        let once = lu.solve(&start)?;
        let once = &once / Complex::from(once.norm());
        let twice = lu.solve(&once)?;
        Some(&twice / Complex::from(twice.norm()))
    };
    let (Some(x), Some(y)) = (vector(shifted.clone()), vector(shifted.adjoint())) else {
        // Singular to the last bit: the value is exact, and nothing is known of its vectors.
        return n as f64 * f64::EPSILON * norm;
    };
    let overlap = y.dotc(&x).norm();
    let sizes: f64 = (0..n)
        .flat_map(|j| (0..n).map(move |i| (i, j)))
        .map(|(i, j)| y[i].norm() * a[(i, j)].abs() * x[j].norm())
        .sum();
    let rounding = n as f64 * f64::EPSILON;
    if overlap < COINCIDE {
        // The iteration that found the value has mixed the entries and kept only their norm, and a double value moves by the root.
        return norm * rounding.sqrt().max(rounding / overlap);
    }
    rounding * sizes / overlap
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_graded_matrix_keeps_its_smallest_eigenvalue() {
        // det = 2, trace = −1e9 − 2e-9: eigenvalues −1e9 and −2e-9, to sixteen digits.
        let [right, left] = outermost(2, &[-1e9, 1.0, -1.0, -1e-9]).unwrap();
        assert!((right.re + 2e-9).abs() < 1e-22, "{right:?}");
        assert!((left.re + 1e9).abs() < 1e-6, "{left:?}");
        assert!(right.residual < 1e-22, "{right:?}");
    }

    #[test]
    fn eigenvectors_that_nearly_coincide_make_the_error_large() {
        // A shear: the double eigenvalue −1 splits by the root of a perturbation, 1e-8.
        let [right, _] = outermost(2, &[-1.0, 1e-16, 1.0, -1.0]).unwrap();
        assert!(right.residual > 1e-9, "{right:?}");
        let [normal, _] = outermost(2, &[-1.0, 1.0, -1.0, -1.0]).unwrap();
        assert!((normal.im.abs() - 1.0).abs() < 1e-15 && normal.residual < 1e-14);
    }

    #[test]
    fn a_singular_system_is_solved_where_it_can_be_and_refused_by_elimination() {
        let a = [1.0, 2.0, 2.0, 4.0];
        assert!(solve(2, &a, &[1.0, 2.0], 1e-12).is_none());
        let svd = Singular::new(2, &a).unwrap();
        let x = svd.solve(&[1.0, 2.0], 1);
        assert!((x[0] - 0.2).abs() < 1e-15 && (x[1] - 0.4).abs() < 1e-15);
        assert!(svd.values[1] < 1e-15);
        let [_, null] = svd.vectors(1);
        assert!((null[0] + 2.0 * null[1]).abs() < 1e-15);
    }

    #[test]
    fn equilibrated_entries_are_of_order_one() {
        let sizes = [1e-12, 1e-6, 1e-6, 1e6];
        let [rows, columns] = equilibrate(2, &sizes);
        for j in 0..2 {
            let largest = (0..2).map(|i| rows[i] * sizes[j * 2 + i] * columns[j]);
            let largest = largest.fold(0.0, f64::max);
            assert!((0.5..2.0).contains(&largest), "{largest}");
        }
        assert_eq!(rows, columns);
    }
}
