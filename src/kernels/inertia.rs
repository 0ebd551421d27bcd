//! How many eigenvalues of a symmetric matrix lie on either side of 0, without computing them.

/// The factor of Bunch and Kaufman (1977) that decides between pivots of one and of two rows: `(1 + √17)/8`.
const ALPHA: f64 = 0.640_388_203_202_208;

/// How many eigenvalues of `A − shift` are above 0, below 0 and 0: `A`, `n × n`, is symmetric and is destroyed; `None` if it is not finite.
///
/// `A − shift = L D Lᵀ` with pivots of one or two rows (Bunch and Kaufman 1977), and by Sylvester's law of inertia D, whose eigenvalues are
/// plain, has as many on either side. What is counted are the eigenvalues of a matrix that differs from `A` by rounding, `n ε |A|`: those
/// nearer to the shift than that may be on either side. `n³/3` multiplications.
pub fn inertia(n: usize, a: &mut [f64], shift: f64) -> Option<[usize; 3]> {
    (0..n).for_each(|k| a[k * n + k] -= shift);
    let [mut above, mut below, mut zero] = [0; 3];
    let mut k = 0;
    while k < n {
        let (step, from) = pivot(n, a, k)?;
        swap(n, a, k, step, from);
        let own = a[k * n + k];
        if step == 2 {
            // A pivot of two rows has a determinant below 0.
            above += 1;
            below += 1;
            eliminate_two(n, a, k);
        } else if own == 0.0 {
            zero += 1;
        } else {
            *if own > 0.0 { &mut above } else { &mut below } += 1;
            eliminate(n, a, k);
        }
        k += step;
    }
    Some([above, below, zero])
}

/// The pivot of column `k`: of how many rows, and the row that comes into its last place. Only the part below the diagonal is read.
fn pivot(n: usize, a: &[f64], k: usize) -> Option<(usize, usize)> {
    let own = a[k * n + k].abs();
    let (mut row, mut largest) = (k, 0.0);
    for (i, v) in a[k * n..(k + 1) * n].iter().enumerate().skip(k + 1) {
        if v.is_nan() {
            return None;
        }
        if v.abs() > largest {
            (row, largest) = (i, v.abs());
        }
    }
    if !(own.is_finite() && largest.is_finite()) {
        return None;
    }
    if own >= ALPHA * largest {
        return Some((1, k));
    }
    let left = (k..row).map(|j| a[j * n + row].abs());
    let below = a[row * n + row + 1..(row + 1) * n].iter().map(|v| v.abs());
    let widest = left.chain(below).fold(0.0, f64::max);
    Some(if own * widest >= ALPHA * largest * largest {
        (1, k)
    } else if a[row * n + row].abs() >= ALPHA * widest {
        (1, row)
    } else {
        (2, row)
    })
}

/// Exchanges row and column `from` with those of the last row of the pivot.
fn swap(n: usize, a: &mut [f64], k: usize, step: usize, from: usize) {
    let to = k + step - 1;
    if from == to {
        return;
    }
    for i in from + 1..n {
        a.swap(to * n + i, from * n + i);
    }
    for j in to + 1..from {
        a.swap(to * n + j, j * n + from);
    }
    a.swap(to * n + to, from * n + from);
    if step == 2 {
        a.swap(k * n + to, k * n + from);
    }
}

fn eliminate(n: usize, a: &mut [f64], k: usize) {
    let (before, after) = a.split_at_mut((k + 1) * n);
    let column = &before[k * n..];
    let own = column[k];
    for (j, to) in (k + 1..n).zip(after.chunks_exact_mut(n)) {
        let factor = column[j] / own;
        if factor != 0.0 {
            let all = to[j..].iter_mut().zip(&column[j..]);
            all.for_each(|(to, v)| *to -= factor * v);
        }
    }
}

fn eliminate_two(n: usize, a: &mut [f64], k: usize) {
    let (before, after) = a.split_at_mut((k + 2) * n);
    let (first, second) = before[k * n..].split_at(n);
    // Scaled by the entry between both, which is the largest.
    let between = first[k + 1];
    let (upper, lower) = (second[k + 1] / between, first[k] / between);
    let scale = 1.0 / (upper * lower - 1.0) / between;
    for (j, to) in (k + 2..n).zip(after.chunks_exact_mut(n)) {
        let one = scale * (upper * first[j] - second[j]);
        let two = scale * (lower * second[j] - first[j]);
        let all = to[j..].iter_mut().zip(first[j..].iter().zip(&second[j..]));
        all.for_each(|(to, (a, b))| *to -= one * a + two * b);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::numbers;
    use super::*;
    use crate::kernels::Spectrum;

    fn symmetric(n: usize, seed: u64) -> Vec<f64> {
        let a = numbers(n * n, seed);
        (0..n * n).map(|k| a[k] + a[k % n * n + k / n]).collect()
    }

    #[test]
    fn it_counts_what_the_eigenvalues_are() {
        for n in [1, 2, 3, 5, 20, 61] {
            for seed in 0..20 {
                let mut a = symmetric(n, seed + 1);
                if seed % 3 == 0 {
                    // No pivot of one row at the beginning.
                    (0..n).for_each(|k| a[k * n + k] = 0.0);
                }
                let values = Spectrum::new(n, &a).unwrap().values;
                for shift in [-0.7, 0.0, 0.31] {
                    let found = inertia(n, &mut a.clone(), shift).unwrap();
                    let above = values.iter().filter(|v| **v > shift).count();
                    // Numbers drawn at random are no nearer to the shift than rounding.
                    assert!(values.iter().all(|v| (v - shift).abs() > 1e-12) || n == 1);
                    if values.iter().all(|v| *v != shift) {
                        assert_eq!(found, [above, n - above, 0], "{n} {seed} {shift}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_0_is_told_and_what_is_not_finite_is_refused() {
        assert_eq!(inertia(3, &mut [0.0; 9], 0.0), Some([0, 0, 3]));
        assert_eq!(inertia(2, &mut [1.0, 1.0, 1.0, 1.0], 0.0), Some([1, 0, 1]));
        assert_eq!(inertia(2, &mut [0.0, 1.0, 1.0, 0.0], 0.0), Some([1, 1, 0]));
        assert_eq!(inertia(2, &mut [1.0, f64::NAN, f64::NAN, 1.0], 0.0), None);
        assert_eq!(inertia(1, &mut [f64::INFINITY], 0.0), None);
    }
}
