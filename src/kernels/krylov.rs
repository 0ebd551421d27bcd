//! Krylov subspaces: what can be learned of a linear operator from its action alone.

use nalgebra::{Complex, DMatrix, DVector, Schur};

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
    /// Norm of the residual of the unit Ritz vector: how far the eigenvalue may be off.
    pub residual: f64,
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Eigenvalues by nalgebra's QR iteration. By itself that may go on for ever: it asks for off-diagonal entries below one
/// rounding of their neighbours, which other roundings can prevent, and it has no exceptional shifts, so that a cyclic
/// permutation is mapped on itself. Hence a limit, a tolerance of a few roundings, and a similarity by a QR step with a
/// shift that nothing in the matrix suggests before another try.
fn eigenvalues(mut h: DMatrix<f64>) -> Option<Vec<Complex<f64>>> {
    let k = h.nrows();
    if !h.iter().all(|v| v.is_finite()) {
        return None;
    }
    let mut rounding = 4.0 * f64::EPSILON;
    for attempt in 0..8 {
        if let Some(schur) = Schur::try_new(h.clone(), rounding, 40 * (k + 1)) {
            return Some(schur.complex_eigenvalues().iter().copied().collect());
        }
        let shift = h.amax() * (0.75 - 0.137 * f64::from(attempt));
        (0..k).for_each(|i| h[(i, i)] -= shift);
        let (q, r) = h.qr().unpack();
        h = r * q;
        (0..k).for_each(|i| h[(i, i)] += shift);
        rounding *= 2.0;
    }
    None
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

    /// The square Hessenberg matrix.
    fn hessenberg(&self) -> DMatrix<f64> {
        let k = self.columns.len();
        DMatrix::from_fn(k, k, |i, j| self.columns[j].get(i).copied().unwrap_or(0.0))
    }

    /// The eigenvalue with the largest real part; `None` of a space without vectors.
    pub fn rightmost(&self) -> Option<Eigenvalue> {
        let k = self.columns.len();
        if k == 0 {
            return None;
        }
        let h = self.hessenberg();
        let Some(values) = eigenvalues(h.clone()) else {
            // Nothing is known, and the residual says so.
            return Some(Eigenvalue {
                re: h[(0, 0)],
                im: 0.0,
                residual: f64::INFINITY,
            });
        };
        let best = values.iter().max_by(|a, b| a.re.total_cmp(&b.re))?;
        let residual = if self.closed {
            0.0
        } else {
            // |h_{k+1,k}| times the last entry of the Ritz vector, found by one step of inverse iteration.
            let shifted = DMatrix::from_fn(k, k, |i, j| {
                let diagonal = if i == j {
                    best.re + 1e-10 * (1.0 + best.re.abs())
                } else {
                    0.0
                };
                h[(i, j)] - diagonal
            });
            let start = DVector::from_element(k, 1.0);
            let last = shifted.lu().solve(&start).map(|y| {
                let norm = y.norm();
                if norm > 0.0 {
                    (y[k - 1] / norm).abs()
                } else {
                    1.0
                }
            });
            self.columns[k - 1][k] * last.unwrap_or(1.0)
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
        let h = DMatrix::from_fn(rows, k, |i, j| {
            self.columns[j].get(i).copied().unwrap_or(0.0)
        });
        let mut rhs = DVector::zeros(rows);
        rhs[0] = self.start_norm;
        let svd = h.clone().svd(true, true);
        let y = svd.solve(&rhs, 1e-14 * svd.singular_values.max()).ok()?;
        let left = (&rhs - &h * &y).norm();
        let mut x = vec![0.0; self.basis[0].len()];
        for (v, c) in self.basis.iter().zip(y.iter()) {
            x.iter_mut().zip(v).for_each(|(x, v)| *x += c * v);
        }
        Some((x, left))
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
    fn a_multiple_of_the_unit_matrix_closes_at_once() {
        let space = Krylov::new(&[1.0, 2.0], 10, |v, out| {
            out.iter_mut().zip(v).for_each(|(o, v)| *o = -3.0 * v);
        });
        let e = space.rightmost().unwrap();
        assert!((e.re + 3.0).abs() < 1e-14 && e.residual == 0.0);
    }

    #[test]
    fn a_ring_that_the_iteration_maps_on_itself_has_its_eigenvalues_found() {
        let ring = |v: &[f64], out: &mut [f64]| {
            (0..v.len()).for_each(|i| out[i] = v[(i + 1) % v.len()]);
        };
        for n in [3, 4, 7] {
            let mut start = vec![0.0; n];
            start[0] = 1.0;
            let e = Krylov::new(&start, n, ring).rightmost().unwrap();
            // Roots of unity, the rightmost being 1; a dozen roundings of a unitary matrix.
            assert!((e.re - 1.0).abs() < 1e-13 && e.im.abs() < 1e-13, "{e:?}");
        }
    }

    #[test]
    fn an_operator_that_is_not_finite_gives_an_eigenvalue_of_which_nothing_is_known() {
        let e = Krylov::new(&[1.0, 0.5], 2, |_, out| out.fill(f64::NAN)).rightmost();
        assert!(e.is_none_or(|e| e.residual == f64::INFINITY));
    }
}
