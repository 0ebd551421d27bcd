//! Krylov subspaces: what can be learned of a linear operator from its action alone.

use nalgebra::{Complex, DMatrix, DVector};

use super::eigenvalues::{eigenvalues, farthest};

/// An orthonormal basis `v_0 … v_k` of the Krylov space of an operator, and the operator on it (Arnoldi).
#[derive(Debug)]
pub struct Krylov {
    basis: Vec<Vec<f64>>,
    /// `(k + 1) × k` upper Hessenberg matrix, column by column.
    columns: Vec<Vec<f64>>,
    start_norm: f64,
    /// The space is invariant: nothing more can be learned from this start.
    closed: bool,
}

/// An eigenvalue `re + i im` and how well it is known (norm of its residual).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Eigenvalue {
    /// Real part.
    pub re: f64,
    /// Imaginary part.
    pub im: f64,
    /// How far it may be off: of a Ritz value the norm of the residual of the unit Ritz vector, which bounds the error of a
    /// symmetric (or normal) operator and of no other. Infinite where it could not be found.
    pub residual: f64,
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The unit eigenvector of a small matrix that belongs to an eigenvalue, by one step of inverse iteration.
fn inverse_iteration(h: &DMatrix<f64>, value: Complex<f64>) -> Option<DVector<Complex<f64>>> {
    let k = h.nrows();
    let size = 1.0 + value.re.hypot(value.im);
    let shift = Complex::new(value.re + 1e-10 * size, value.im);
    let shifted = h.map(Complex::from) - DMatrix::from_diagonal_element(k, k, shift);
    let start = DVector::from_element(k, Complex::ONE);
    let y = shifted.lu().solve(&start)?;
    let norm = y.norm();
    (norm > 0.0 && norm.is_finite()).then(|| y / Complex::from(norm))
}

impl Krylov {
    /// The space of dimension at most `dimension` that `apply` spans from `start`. Orthogonalised twice, so that the
    /// basis stays orthogonal to rounding.
    pub fn new(start: &[f64], dimension: usize, mut apply: impl FnMut(&[f64], &mut [f64])) -> Self {
        let start_norm = dot(start, start).sqrt();
        let mut space = Krylov {
            basis: Vec::new(),
            columns: Vec::new(),
            start_norm,
            closed: start_norm == 0.0 || !start_norm.is_finite(),
        };
        if space.closed {
            return space;
        }
        space
            .basis
            .push(start.iter().map(|v| v / start_norm).collect());
        let mut w = vec![0.0; start.len()];
        let mut largest: f64 = 0.0;
        for k in 0..dimension.min(start.len()) {
            apply(&space.basis[k], &mut w);
            let mut column = vec![0.0; k + 2];
            for _ in 0..2 {
                for (v, h) in space.basis.iter().zip(&mut column) {
                    let c = dot(v, &w);
                    *h += c;
                    w.iter_mut().zip(v).for_each(|(w, v)| *w -= c * v);
                }
            }
            let norm = dot(&w, &w).sqrt();
            column[k + 1] = norm;
            largest = column.iter().fold(largest, |m, c| m.max(c.abs()));
            space.columns.push(column);
            // What is left is rounding.
            if norm <= 1e-14 * largest || k + 1 == start.len() {
                space.closed = true;
                break;
            }
            space.basis.push(w.iter().map(|w| w / norm).collect());
        }
        space
    }

    /// So many rows of the Hessenberg matrix.
    fn hessenberg(&self, rows: usize) -> DMatrix<f64> {
        let entry = |i: usize, j: usize| self.columns[j].get(i).copied().unwrap_or(0.0);
        DMatrix::from_fn(rows, self.columns.len(), entry)
    }

    fn square(&self) -> DMatrix<f64> {
        self.hessenberg(self.columns.len())
    }

    /// The vector of the space that has these coordinates.
    fn combined(&self, coordinates: impl Iterator<Item = f64>) -> Option<Vec<f64>> {
        let mut x = vec![0.0; self.basis.first()?.len()];
        for (v, c) in self.basis.iter().zip(coordinates) {
            x.iter_mut().zip(v).for_each(|(x, v)| *x += c * v);
        }
        Some(x)
    }

    /// The eigenvalue with the largest real part; `None` of a space without vectors. Where it could not be found its
    /// residual is infinite.
    pub fn rightmost(&self) -> Option<Eigenvalue> {
        self.outermost(1.0)
    }

    /// That with the smallest real part.
    pub fn leftmost(&self) -> Option<Eigenvalue> {
        self.outermost(-1.0)
    }

    /// The residual of an eigenvalue times its condition `‖x‖ ‖y‖ / |yᴴx|` in this space, `x` and `y` being its right and left
    /// eigenvectors: how far off it may be, to first order, of an operator that is not normal.
    pub fn error_of(&self, e: Eigenvalue) -> f64 {
        let (h, value) = (self.square(), Complex::new(e.re, e.im));
        let sides = [
            inverse_iteration(&h, value),
            inverse_iteration(&h.transpose(), value.conj()),
        ];
        match sides {
            [Some(x), Some(y)] => e.residual / y.dotc(&x).norm(),
            _ => e.residual,
        }
    }

    /// The unit vector of the space that belongs to a real eigenvalue.
    pub fn vector(&self, e: Eigenvalue) -> Option<Vec<f64>> {
        let y = inverse_iteration(&self.square(), Complex::from(e.re))?;
        let mut x = self.combined(y.iter().map(|c| c.re))?;
        let norm = dot(&x, &x).sqrt();
        x.iter_mut().for_each(|x| *x /= norm);
        Some(x)
    }

    /// The one farthest to the right, or in direction −1 to the left.
    fn outermost(&self, direction: f64) -> Option<Eigenvalue> {
        let k = self.columns.len();
        if k == 0 {
            return None;
        }
        let h = self.square();
        let Some(values) = eigenvalues(h.clone()) else {
            return Some(Eigenvalue {
                re: 0.0,
                im: 0.0,
                residual: f64::INFINITY,
            });
        };
        let best = farthest(&values, direction)?;
        let residual = if self.closed {
            0.0
        } else {
            // |h_{k+1,k}| times the last entry of the Ritz vector.
            let last = inverse_iteration(&h, best).map_or(1.0, |y| y[k - 1].norm());
            self.columns[k - 1][k] * last
        };
        Some(Eigenvalue {
            re: best.re,
            im: best.im,
            residual,
        })
    }

    /// The vector of the space that comes nearest to solving `A x = start`, and the norm of what is left (GMRES).
    pub fn solve(&self) -> Option<(Vec<f64>, f64)> {
        let k = self.columns.len();
        if k == 0 {
            return None;
        }
        let rows = k + 1;
        let h = self.hessenberg(rows);
        let mut rhs = DVector::zeros(rows);
        rhs[0] = self.start_norm;
        let svd = h.clone().try_svd(true, true, f64::EPSILON, 100 * rows)?;
        let y = svd.solve(&rhs, 1e-14 * svd.singular_values.max()).ok()?;
        let left = (&rhs - &h * &y).norm();
        Some((self.combined(y.iter().copied())?, left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_space_gives_exact_eigenvalues_and_solutions() {
        let a = [[2.0, -1.0, 0.5], [1.0, 3.0, 0.0], [0.25, 0.0, -4.0]];
        let apply = |v: &[f64], out: &mut [f64]| {
            for (o, row) in out.iter_mut().zip(&a) {
                *o = dot(row, v);
            }
        };
        let b = [1.0, 2.0, 3.0];
        let space = Krylov::new(&b, 10, apply);
        let (x, left) = space.solve().unwrap();
        let mut back = [0.0; 3];
        apply(&x, &mut back);
        for (p, q) in back.iter().zip(&b) {
            assert!((p - q).abs() < 1e-13, "{p} {q}");
        }
        assert!(left < 1e-13);
        let e = space.rightmost().unwrap();
        // Characteristic polynomial of the matrix, solved independently: 2.5104 ± 0.8592 i and −4.0208.
        assert!(
            (e.re - 2.5104).abs() < 1e-3 && (e.im.abs() - 0.859).abs() < 2e-2,
            "{e:?}"
        );
    }

    #[test]
    fn a_cyclic_permutation_whose_qr_iteration_goes_round_has_its_eigenvalue_found() {
        for n in 3..9 {
            let space = Krylov::new(&unit(n), n, |v, out| {
                for i in 0..n {
                    out[(i + 1) % n] = v[i];
                }
            });
            // The n-th roots of 1; all have condition 1, so a few units of rounding of the n² entries.
            let e = space.rightmost().unwrap();
            assert!(
                (e.re - 1.0).abs() < 1e-13 && e.im.abs() < 1e-13,
                "{n}: {e:?}"
            );
        }
    }

    #[test]
    fn the_residual_of_a_complex_eigenvalue_bounds_its_error() {
        // Rotations that shrink, each in a plane of its own: a normal operator, whose eigenvalues lie within the residual.
        let planes: Vec<[f64; 2]> = (0..150)
            .map(|k| match k {
                0 => [-0.55, 3.77],
                _ => [-1.0 - 0.02 * f64::from(k), 0.5 * f64::from(k % 7)],
            })
            .collect();
        let start: Vec<f64> = (0..300).map(|k| 1.0 + f64::from(k % 5)).collect();
        for dimension in [10, 20, 40, 80] {
            let space = Krylov::new(&start, dimension, |v, out| {
                for (k, [re, im]) in planes.iter().enumerate() {
                    let (x, y) = (v[2 * k], v[2 * k + 1]);
                    (out[2 * k], out[2 * k + 1]) = (re * x - im * y, im * x + re * y);
                }
            });
            let e = space.rightmost().unwrap();
            let off = (e.re + 0.55).hypot(e.im.abs() - 3.77);
            assert!(off <= e.residual + 1e-12, "{dimension}: {off:e}, {e:?}");
            assert!(dimension < 40 || e.residual < 1e-3, "{dimension}: {e:?}");
        }
    }

    #[test]
    fn the_rightmost_of_eigenvalues_that_crowd_together_is_found() {
        for seed in 0..200 {
            let mut state = f64::from(seed) * 100.0;
            let mut draw = || {
                state += 1.0;
                (12.9898 * state).sin().abs() * 43_758.545_3 % 1.0
            };
            let n = 3 + seed as usize % 14;
            // A saturated network: all decay at about 1/τ, by amounts that differ over sixteen orders of magnitude.
            let values: Vec<f64> = (0..n)
                .map(|_| -1.0 + 0.9 * 10f64.powf(-16.0 * draw()))
                .collect();
            let v = DVector::from_fn(n, |_, _| draw() - 0.5);
            let q = DMatrix::identity(n, n) - &v * v.transpose() * (2.0 / v.norm_squared());
            let a = &q * DMatrix::from_diagonal(&DVector::from_vec(values.clone())) * &q;
            let start: Vec<f64> = (0..n).map(|_| draw() + 0.5).collect();
            let space = Krylov::new(&start, 120, |v, out| {
                let product = &a * DVector::from_column_slice(v);
                out.copy_from_slice(product.as_slice());
            });
            let e = space.rightmost().unwrap();
            let best = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            // The eigenvalues of a symmetric matrix move by no more than its rounding.
            assert!(
                (e.re - best).abs() <= 1e-14 && e.im == 0.0,
                "{seed}: {e:?}, {best}"
            );
        }
    }

    #[test]
    fn an_operator_that_is_not_finite_leaves_the_eigenvalue_unknown() {
        let space = Krylov::new(&unit(3), 3, |_, out| out.fill(f64::NAN));
        assert_eq!(space.rightmost().unwrap().residual, f64::INFINITY);
    }

    fn unit(n: usize) -> Vec<f64> {
        (0..n).map(|i| if i == 0 { 1.0 } else { 0.0 }).collect()
    }

    #[test]
    fn a_multiple_of_the_unit_matrix_closes_at_once() {
        let space = Krylov::new(&[1.0, 2.0], 10, |v, out| {
            out.iter_mut().zip(v).for_each(|(o, v)| *o = -3.0 * v);
        });
        let e = space.rightmost().unwrap();
        assert!((e.re + 3.0).abs() < 1e-14 && e.residual == 0.0);
    }
}
