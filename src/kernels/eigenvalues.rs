//! Eigenvalues of small Hessenberg matrices.

use nalgebra::{Complex, DMatrix};

/// Rounds given to one eigenvalue; two or three are the rule.
const ROUNDS: u32 = 60;
/// Rounds after which a shift is made up, to leave a cycle.
const EXCEPTIONAL: u32 = 10;

/// The eigenvalues of an upper Hessenberg matrix by Francis' double shift QR iteration; `None` if it does not come to an
/// end (it always has, unless an entry is not finite).
///
/// The classical `hqr` (Martin, Peters and Wilkinson 1970; EISPACK). nalgebra's own iteration goes round for ever on
/// matrices that occur here: its shift `h² − (a + b) h + a b` is computed from these very terms and cancels where
/// eigenvalues crowd together far from 0, as those of a saturated network do at −1/τ, and it has no exceptional shifts.
pub(super) fn eigenvalues(mut a: DMatrix<f64>) -> Option<Vec<Complex<f64>>> {
    let norm = a.iter().map(|v| v.abs()).sum::<f64>();
    if !norm.is_finite() {
        return None;
    }
    let mut found = vec![Complex::new(0.0, 0.0); a.nrows()];
    let mut left = a.nrows();
    // What exceptional shifts have taken from the diagonal.
    let mut taken = 0.0;
    let mut round = 0;
    while left > 0 {
        let n = left - 1;
        let l = first_of_block(&mut a, n, taken, norm);
        if l == n {
            found[n] = Complex::new(a[(n, n)] + taken, 0.0);
            (left, round) = (n, 0);
            continue;
        }
        if l + 1 == n {
            [found[n - 1], found[n]] = pair(&a, n, taken);
            (left, round) = (n - 1, 0);
            continue;
        }
        if round == ROUNDS {
            return None;
        }
        let mut shift = [a[(n, n)], a[(n - 1, n - 1)], a[(n, n - 1)] * a[(n - 1, n)]];
        if round > 0 && round.is_multiple_of(EXCEPTIONAL) {
            let x = shift[0];
            taken += x;
            for i in 0..=n {
                a[(i, i)] -= x;
            }
            let s = a[(n, n - 1)].abs() + a[(n - 1, n - 2)].abs();
            shift = [0.75 * s, 0.75 * s, -0.4375 * s * s];
        }
        round += 1;
        sweep(&mut a, [l, n], shift);
    }
    Some(found)
}

/// The one farthest to the right, or in direction −1 to the left.
pub(super) fn farthest(values: &[Complex<f64>], direction: f64) -> Option<Complex<f64>> {
    let far = |e: &Complex<f64>| direction * e.re;
    let values = values.iter().copied();
    values.max_by(|a, b| far(a).total_cmp(&far(b)))
}

/// The first row of the block that ends at `n`: above it the subdiagonal is negligible, and is set to zero.
fn first_of_block(a: &mut DMatrix<f64>, n: usize, taken: f64, norm: f64) -> usize {
    for l in (1..=n).rev() {
        // Beside the diagonal as it was: entries that a shift has made small are still known no better.
        let beside = (a[(l - 1, l - 1)] + taken).abs() + (a[(l, l)] + taken).abs();
        let beside = if beside == 0.0 { norm } else { beside };
        if a[(l, l - 1)].abs() <= f64::EPSILON * beside {
            a[(l, l - 1)] = 0.0;
            return l;
        }
    }
    0
}

/// The eigenvalues of the last 2 × 2 block.
fn pair(a: &DMatrix<f64>, n: usize, taken: f64) -> [Complex<f64>; 2] {
    let (x, w) = (a[(n, n)], a[(n, n - 1)] * a[(n - 1, n)]);
    let p = 0.5 * (a[(n - 1, n - 1)] - x);
    let q = p * p + w;
    let root = q.abs().sqrt();
    let x = x + taken;
    if q < 0.0 {
        return [Complex::new(x + p, root), Complex::new(x + p, -root)];
    }
    let z = p + root.copysign(p);
    let other = if z == 0.0 { x } else { x - w / z };
    [Complex::new(x + z, 0.0), Complex::new(other, 0.0)]
}

/// One double step on rows `l` to `n`, with the shifts as their two diagonal entries and the product beside them.
fn sweep(a: &mut DMatrix<f64>, [l, n]: [usize; 2], [x, y, w]: [f64; 3]) {
    // The step may start below `l` where two subdiagonal entries in a row are small.
    let mut m = n - 2;
    let mut column;
    loop {
        let z = a[(m, m)];
        let (r, s) = (x - z, y - z);
        column = [
            (r * s - w) / a[(m + 1, m)] + a[(m, m + 1)],
            a[(m + 1, m + 1)] - z - r - s,
            a[(m + 2, m + 1)],
        ];
        let size: f64 = column.iter().map(|v| v.abs()).sum();
        if size > 0.0 {
            column = column.map(|v| v / size);
        }
        if m == l {
            break;
        }
        let [p, q, r] = column.map(f64::abs);
        let above = a[(m, m - 1)].abs() * (q + r);
        let beside = a[(m - 1, m - 1)].abs() + z.abs() + a[(m + 1, m + 1)].abs();
        if above <= f64::EPSILON * p * beside {
            break;
        }
        m -= 1;
    }
    for i in m + 2..=n {
        a[(i, i - 2)] = 0.0;
        if i > m + 2 {
            a[(i, i - 3)] = 0.0;
        }
    }
    for k in m..n {
        let three = k + 1 < n;
        let mut size = 1.0;
        if k > m {
            let r = if three { a[(k + 2, k - 1)] } else { 0.0 };
            column = [a[(k, k - 1)], a[(k + 1, k - 1)], r];
            size = column.iter().map(|v| v.abs()).sum();
            if size > 0.0 {
                column = column.map(|v| v / size);
            }
        }
        let [p, q, r] = column;
        let s = (p * p + q * q + r * r).sqrt().copysign(p);
        if s == 0.0 {
            continue;
        }
        if k > m {
            a[(k, k - 1)] = -s * size;
        } else if l != m {
            a[(k, k - 1)] = -a[(k, k - 1)];
        }
        // The reflection 1 − (1, q, r)(x, y, z)ᵀ.
        let p = p + s;
        let (x, y, z) = (p / s, q / s, r / s);
        let (q, r) = (q / p, r / p);
        for j in k..=n {
            let mut p = a[(k, j)] + q * a[(k + 1, j)];
            if three {
                p += r * a[(k + 2, j)];
                a[(k + 2, j)] -= p * z;
            }
            a[(k + 1, j)] -= p * y;
            a[(k, j)] -= p * x;
        }
        for i in l..=n.min(k + 3) {
            let mut p = x * a[(i, k)] + y * a[(i, k + 1)];
            if three {
                p += z * a[(i, k + 2)];
                a[(i, k + 2)] -= p * r;
            }
            a[(i, k + 1)] -= p * q;
            a[(i, k)] -= p;
        }
    }
}
