//! Products of a convolution against those of its matrix.

use super::*;
use crate::kernels::tests::numbers;

/// Channels written and read, image, window, stride, padding.
type Case = ([usize; 2], [[usize; 2]; 4]);

const CASES: [Case; 7] = [
    ([1, 1], [[1, 1], [1, 1], [1, 1], [0, 0]]),
    ([3, 2], [[4, 5], [3, 3], [1, 1], [0, 0]]),
    ([3, 2], [[5, 4], [3, 3], [2, 2], [1, 1]]),
    ([2, 3], [[8, 8], [3, 3], [2, 2], [0, 0]]),
    ([4, 1], [[6, 7], [1, 4], [3, 2], [0, 2]]),
    // More channels than are multiplied where they lie, and more places than there is room for.
    ([70, 9], [[9, 8], [3, 3], [1, 1], [1, 1]]),
    ([2, 12], [[25, 24], [3, 2], [1, 1], [1, 0]]),
];

fn made(([o, c], [image, size, stride, padding]): Case) -> Correlation {
    let windows = Windows::new(image, size, stride, padding).unwrap();
    let kernel = numbers(o * c * windows.taps(), 5);
    Correlation::new(windows, [o, c], kernel).unwrap()
}

/// The matrix, row by row, from the definition of the convolution.
fn matrix(k: &Correlation, ([o, c], [image, size, stride, padding]): Case) -> Vec<f64> {
    let [h, w] = image;
    let [rows, columns] = k.windows().places();
    let mut m = vec![0.0; k.rows() * k.cols()];
    for (n, weight) in k.kernel().iter().enumerate() {
        let (v, rest) = (n % size[1], n / size[1]);
        let (u, rest) = (rest % size[0], rest / size[0]);
        let (channel, out) = (rest % c, rest / c);
        assert!(out < o);
        for (i, j) in (0..rows).flat_map(|i| (0..columns).map(move |j| (i, j))) {
            let [r, s] = [i * stride[0] + u, j * stride[1] + v];
            let [Some(r), Some(s)] = [r.checked_sub(padding[0]), s.checked_sub(padding[1])] else {
                continue;
            };
            if r < h && s < w {
                let row = (out * rows + i) * columns + j;
                m[row * k.cols() + (channel * h + r) * w + s] = *weight;
            }
        }
    }
    m
}

/// `Σ_k a_ik b_kj`.
fn product(a: impl Fn(usize, usize) -> f64, b: &[f64], [n, m, width]: [usize; 3]) -> Vec<f64> {
    let entry = |i: usize, j: usize| (0..m).map(|k| a(i, k) * b[k * width + j]).sum::<f64>();
    (0..n * width)
        .map(|at| entry(at / width, at % width))
        .collect()
}

fn apart(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    let pairs = a.iter().zip(b);
    pairs.fold(0.0, |m: f64, (a, b)| m.max((a - b).abs()))
}

#[test]
fn both_products_are_those_of_the_matrix_and_their_bits_do_not_depend_on_the_width() {
    for case in CASES {
        let k = made(case);
        let (m, [n, cols]) = (matrix(&k, case), [k.rows(), k.cols()]);
        // Sums of at most 81 or 70 terms of at most a quarter.
        let allowed = 720.0 * f64::EPSILON;
        let (mut forward, mut backward) = (Vec::new(), Vec::new());
        for width in [1, 2, 7] {
            let one = |n: usize, seed: u64| -> Vec<f64> {
                let each = numbers(n, seed);
                each.iter()
                    .flat_map(|v| (0..width).map(move |b| v * (1.0 + b as f64)))
                    .collect()
            };
            let (g, f) = (one(cols, 1), one(n, 2));
            let mut out = vec![0.0; n * width];
            k.add_product(&g, width, &mut out);
            let wanted = product(|i, j| m[i * cols + j], &g, [n, cols, width]);
            assert!(apart(&out, &wanted) <= 7.0 * allowed, "{case:?} {width}");
            let mut back = vec![0.0; cols * width];
            k.add_transposed_product(&f, width, &mut back);
            let wanted = product(|i, j| m[j * cols + i], &f, [cols, n, width]);
            assert!(apart(&back, &wanted) <= 7.0 * allowed, "{case:?} {width}");
            // The first column is the same in every block.
            forward.push(out.iter().step_by(width).copied().collect::<Vec<_>>());
            backward.push(back.iter().step_by(width).copied().collect::<Vec<_>>());
        }
        assert!(forward.iter().all(|f| *f == forward[0]), "{case:?}");
        assert!(backward.iter().all(|f| *f == backward[0]), "{case:?}");
    }
}

#[test]
fn the_transposed_product_is_adjoint_and_cells_that_nothing_reads_get_no_current() {
    // Row and column 7 of 8 are unread: windows of 3 stand at 0, 2 and 4.
    let case = ([3, 2], [[8, 8], [3, 3], [2, 2], [0, 0]]);
    let k = made(case);
    assert_eq!(k.windows().places(), [3, 3]);
    let (a, b) = (numbers(k.cols(), 8), numbers(k.rows(), 9));
    let (mut forth, mut back) = (vec![0.0; b.len()], vec![0.0; a.len()]);
    k.add_product(&a, 1, &mut forth);
    k.add_transposed_product(&b, 1, &mut back);
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    let [left, right] = [dot(&forth, &b), dot(&a, &back)];
    // Some hundreds of summands below 1.
    assert!(
        (left - right).abs() <= 500.0 * f64::EPSILON,
        "{left} {right}"
    );
    assert!(left.abs() > 1e-3, "a sum that says something: {left}");
    for (cell, current) in back.iter().enumerate() {
        let unread = cell % 64 / 8 == 7 || cell % 8 == 7;
        assert_eq!(*current == 0.0, unread, "cell {cell}");
    }
}

#[test]
fn entries_rows_columns_and_norms_are_those_of_the_matrix() {
    for case in CASES {
        let k = made(case);
        let (m, cols) = (matrix(&k, case), k.cols());
        let mut shown = vec![0.0; m.len()];
        let mut count = 0;
        k.entries(&mut |i, j, w| {
            shown[i * cols + j] += w;
            count += 1;
        });
        assert_eq!(shown, m);
        assert!(count <= k.most_entries());
        for i in (0..k.rows()).step_by(1 + k.rows() / 50) {
            let mut row = vec![0.0; cols];
            k.add_row(i, 2.0, &mut row);
            for (j, got) in row.iter().enumerate() {
                assert_eq!(*got, 2.0 * m[i * cols + j]);
                assert_eq!(k.entry(i, j), m[i * cols + j]);
            }
            let norm = m[i * cols..][..cols]
                .iter()
                .map(|w| w * w)
                .sum::<f64>()
                .sqrt();
            assert!((norm - k.row_norms()[i]).abs() <= 1e-14 * norm, "row {i}");
        }
        for j in (0..cols).step_by(1 + cols / 50) {
            let mut column = vec![0.0; k.rows()];
            k.add_column(j, -1.0, &mut column);
            let wanted = (0..k.rows()).map(|i| -m[i * cols + j]);
            assert!(column.iter().copied().eq(wanted), "{case:?}, column {j}");
        }
    }
}

#[test]
fn the_outer_product_is_the_derivative_by_the_kernel() {
    for case in CASES.into_iter().take(5) {
        let k = made(case);
        for width in [1, 3] {
            let [f, g] = [numbers(k.rows() * width, 3), numbers(k.cols() * width, 4)];
            let mut out = vec![0.0; k.kernel().len()];
            k.add_outer([&f, &g], width, &mut out);
            // f·(K * g) is linear in K: at a unit kernel it is the derivative.
            for (n, got) in out.iter().enumerate() {
                let mut unit = vec![0.0; out.len()];
                unit[n] = 1.0;
                let unit = Correlation::new(*k.windows(), case.0, unit).unwrap();
                let mut there = vec![0.0; f.len()];
                unit.add_product(&g, width, &mut there);
                let wanted: f64 = f.iter().zip(&there).map(|(f, t)| f * t).sum();
                assert!((got - wanted).abs() <= 1e-13, "{case:?}: {got} {wanted}");
            }
        }
    }
}

#[test]
fn kernels_of_another_size_or_without_an_end_are_refused() {
    let windows = Windows::new([4, 4], [3, 2], [1, 1], [0, 0]).unwrap();
    let wrong = Correlation::new(windows, [2, 1], vec![1.0; 11]).unwrap_err();
    assert!(matches!(
        wrong,
        WeightsError::Length {
            rows: 2,
            cols: 6,
            given: 11
        }
    ));
    let mut kernel = vec![1.0; 12];
    kernel[7] = f64::INFINITY;
    let wrong = Correlation::new(windows, [2, 1], kernel).unwrap_err();
    assert!(matches!(
        wrong,
        WeightsError::NotFinite { row: 1, col: 1, .. }
    ));
}
