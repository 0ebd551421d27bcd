//! The operator in all of its forms.

use super::*;
use crate::kernels::{tests::numbers, with_cores};

#[test]
fn narrow_and_wide_blocks_give_the_same_products() {
    for (rows, cols) in [(1, 1), (3, 7), (8, 5), (13, 21), (64, 33)] {
        let w = Weights::new(rows, cols, numbers(rows * cols, 1)).unwrap();
        for width in [2, 3, 8] {
            let g = numbers(cols * width, 2);
            let f = numbers(rows * width, 3);
            let (mut wide_f, mut wide_b) = (vec![0.5; rows * width], vec![0.25; cols * width]);
            w.add_both(&g, &f, width, &mut wide_f, &mut wide_b);
            for b in 0..width {
                let column =
                    |x: &[f64]| -> Vec<f64> { x.iter().skip(b).step_by(width).copied().collect() };
                let (mut forward, mut backward) = (vec![0.5; rows], vec![0.25; cols]);
                w.add_both(&column(&g), &column(&f), 1, &mut forward, &mut backward);
                let (mut one, mut other) = (vec![0.5; rows], vec![0.25; cols]);
                w.add_product(&column(&g), 1, &mut one);
                w.add_transposed_product(&column(&f), 1, &mut other);
                assert_eq!(one, forward);
                assert_eq!(other, backward);
                // Sums of at most 64 products of size 1/4 in another order: 64 · 2⁻⁵³ bounds their difference.
                for (a, b) in forward
                    .iter()
                    .chain(&backward)
                    .zip(column(&wide_f).iter().chain(&column(&wide_b)))
                {
                    assert!((a - b).abs() < 64.0 * f64::EPSILON, "{a} {b}");
                }
            }
        }
    }
}

#[test]
fn a_matrix_without_rows_or_columns_adds_nothing() {
    for (rows, cols) in [(0, 7), (7, 0), (0, 200), (200, 0)] {
        let w = Weights::new(rows, cols, Vec::new()).unwrap();
        for width in [1, 2, 64] {
            let (mut forward, mut backward) = (vec![0.5; rows * width], vec![0.5; cols * width]);
            let (g, f) = (vec![1.0; cols * width], vec![1.0; rows * width]);
            w.add_both(&g, &f, width, &mut forward, &mut backward);
            w.add_product(&g, width, &mut forward);
            w.add_transposed_product(&f, width, &mut backward);
            assert!(forward.iter().chain(&backward).all(|v| *v == 0.5));
        }
    }
}

#[test]
fn half_of_a_symmetric_matrix_gives_the_product_of_the_whole() {
    for n in [1, 2, 5, 33, 64, 130, 257, 530] {
        let mut data = numbers(n * n, 4);
        for i in 0..n {
            for j in 0..i {
                data[i * n + j] = data[j * n + i];
            }
        }
        let w = Weights::new(n, n, data).unwrap();
        let g = numbers(n, 5);
        let (mut half, mut whole) = (vec![0.5; n], vec![0.5; n]);
        w.add_symmetric_product(&g, 1, &mut half);
        w.add_product(&g, 1, &mut whole);
        for (a, b) in half.iter().zip(&whole) {
            // Sums of n products of size 1/4 in another order.
            assert!((a - b).abs() < n as f64 * f64::EPSILON, "{n}: {a} {b}");
        }
    }
}

#[test]
fn the_bits_of_a_large_product_do_not_depend_on_the_cores() {
    // More entries than one core works on; rows that fill neither groups nor pieces.
    let (rows, cols) = (709, 701);
    let w = Weights::new(rows, cols, numbers(rows * cols, 6)).unwrap();
    let square = Weights::new(rows, rows, numbers(rows * rows, 7)).unwrap();
    let (g, f) = (numbers(cols, 8), numbers(rows, 9));
    let all = |cores: usize| {
        with_cores(cores, || {
            let mut out = [(); 4].map(|()| vec![0.5; rows.max(cols)]);
            let [forward, backward, half, alone] = &mut out;
            w.add_both(&g, &f, 1, &mut forward[..rows], &mut backward[..cols]);
            square.add_symmetric_product(&f, 1, &mut half[..rows]);
            w.add_transposed_product(&f, 1, &mut alone[..cols]);
            out
        })
    };
    assert_eq!(all(1), all(0));
    assert_eq!(all(1), all(2));
}

/// Every product of one vector with `w`, and with half of it if it is square.
fn narrow_products(w: &Weights) -> Vec<u64> {
    let (rows, cols) = (w.rows(), w.cols());
    let (g, f) = (numbers(cols, 10), numbers(rows, 11));
    let mut out = [(); 5].map(|()| vec![0.25; rows.max(cols)]);
    let [forward, backward, one, other, half] = &mut out;
    w.add_both(&g, &f, 1, &mut forward[..rows], &mut backward[..cols]);
    w.add_product(&g, 1, &mut one[..rows]);
    w.add_transposed_product(&f, 1, &mut other[..cols]);
    if rows == cols {
        w.add_symmetric_product(&g, 1, &mut half[..rows]);
    }
    out.iter().flatten().map(|v| v.to_bits()).collect()
}

#[test]
fn a_compact_copy_changes_no_bit() {
    // Shapes that fill neither groups of rows nor vectors nor what is near, alone and in pieces.
    let rows_cols = [(1, 1), (3, 7), (8, 513), (13, 1030), (70, 515), (131, 131)];
    for (rows, cols) in rows_cols.into_iter().chain([(709, 701), (530, 530)]) {
        for scale in [1.0, -0.3, 1e-300] {
            let whole = |v: f64| (v * 254.0).round() * scale + 0.0;
            let mut data: Vec<f64> = numbers(rows * cols, 9).into_iter().map(whole).collect();
            // The entry nearest to 0 has to be the scale.
            data[0] = scale;
            let full = Weights {
                compact: None,
                ..Weights::new(rows, cols, data).unwrap()
            };
            let compact = Weights {
                compact: Some(Compact::of(full.data()).unwrap()),
                ..full.clone()
            };
            let bits = with_cores(1, || narrow_products(&full));
            for cores in [0, 1, 2] {
                let same = with_cores(cores, || narrow_products(&compact));
                assert!(bits == same, "{rows} × {cols}, {scale}, {cores} cores");
            }
        }
    }
}

#[test]
fn a_copy_is_no_part_of_what_a_matrix_is() {
    let signs = |n: usize| numbers(n, 12).into_iter().map(f64::signum).collect();
    let with = Weights::new(128, 128, signs(FAR)).unwrap();
    assert!(with.compact.is_some());
    let without = Weights {
        compact: None,
        ..with.clone()
    };
    assert_eq!(with, without);
    assert_eq!(format!("{with:?}"), format!("{without:?}"));
    let small = Weights::new(127, 128, signs(127 * 128)).unwrap();
    assert!(small.compact.is_none());
    assert_ne!(with, small);
}

#[test]
fn what_is_zero_in_all_columns_is_passed_over_and_nothing_else_is() {
    // Three slabs of inner indices, the last of them in part; columns that are laid out together and some more.
    let (rows, cols, width) = (70, 300, 133);
    let w = Weights::new(rows, cols, numbers(rows * cols, 1)).unwrap();
    for (k, b) in [
        (0, 0),
        (127, 132),
        (128, 5),
        (255, 127),
        (256, 128),
        (299, 132),
    ] {
        let mut g = vec![0.0; cols * width];
        g[k * width + b] = 2.0;
        let mut out = vec![0.0; rows * width];
        w.add_product(&g, width, &mut out);
        for r in 0..rows {
            for column in 0..width {
                let want = if column == b {
                    2.0 * w.data()[r * cols + k]
                } else {
                    0.0
                };
                assert_eq!(out[r * width + column], want, "{k} {b}: {r} {column}");
            }
        }
        // What is not a number is not zero.
        g[k * width + b] = f64::NAN;
        w.add_product(&g, width, &mut out);
        assert!(out[b].is_nan());
    }
}

#[test]
fn a_matrix_of_the_wrong_length_is_refused() {
    let why = |rows, cols, data| Weights::new(rows, cols, data).unwrap_err().to_string();
    let short = "weights of 2 × 3 need as many numbers, row by row, there are 5";
    assert_eq!(why(2, 3, vec![0.0; 5]), short);
    assert!(Weights::new(usize::MAX, 3, vec![]).is_err());
    let bad = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    for (bad, word) in bad.into_iter().zip(["NaN", "inf", "-inf"]) {
        let said = format!("the weight in row 1, column 0 is {word}, it must be finite");
        assert_eq!(why(2, 2, vec![1.0, 2.0, bad, 3.0]), said);
    }
}

/// The same matrix sparse and whole, about a third of its entries being zero.
fn sparse_and_whole(rows: usize, cols: usize) -> [Weights; 2] {
    let keep = |(k, v): (usize, f64)| if k % 3 == 1 { 0.0 } else { v };
    let data = numbers(rows * cols, 13).into_iter().enumerate().map(keep);
    let whole = Weights::new(rows, cols, data.collect()).unwrap();
    let some = whole.entries().filter(|(_, _, v)| *v != 0.0);
    // In any order, and one entry in two parts.
    let mut some: Vec<_> = some.collect();
    some.reverse();
    if let Some((i, j, v)) = some.first_mut() {
        let half = (*i, *j, 0.5 * *v);
        *v *= 0.5;
        some.push(half);
    }
    [Weights::sparse(rows, cols, some).unwrap(), whole]
}

#[test]
fn a_sparse_matrix_gives_the_products_of_the_whole_one() {
    for (rows, cols) in [(1, 1), (3, 7), (40, 33), (131, 70)] {
        let [sparse, whole] = sparse_and_whole(rows, cols);
        assert_eq!(sparse.whole(), whole);
        assert_eq!(
            sparse.data().len(),
            whole.data().iter().filter(|v| **v != 0.0).count()
        );
        for width in [1, 2, 8, 19] {
            let (g, f) = (numbers(cols * width, 2), numbers(rows * width, 3));
            let products = |w: &Weights| {
                let (mut to, mut back) = (vec![0.5; rows * width], vec![0.25; cols * width]);
                w.add_both(&g, &f, width, &mut to, &mut back);
                to.extend(back);
                to
            };
            for (a, b) in products(&sparse).iter().zip(products(&whole)) {
                // Sums of at most 131 products of size 1/4 in another order.
                assert!((a - b).abs() < 131.0 * f64::EPSILON, "{a} {b}");
            }
        }
    }
}

/// The bits of a product with the same column as one of so many, on so many cores.
fn bits_of_column(
    product: impl Fn(&[f64], usize, &mut [f64]) + Sync,
    [rows, cols]: [usize; 2],
    [width, column, cores]: [usize; 3],
) -> Vec<u64> {
    let mut block = numbers(cols * width, 6);
    for (k, g) in numbers(cols, 5).iter().enumerate() {
        block[k * width + column] = *g;
    }
    let mut out = vec![0.25; rows * width];
    with_cores(cores, || product(&block, width, &mut out));
    let own = out.iter().skip(column).step_by(width);
    own.map(|v| v.to_bits()).collect()
}

#[test]
fn the_bits_of_a_column_of_a_sparse_product_depend_on_nothing_else() {
    let (rows, cols) = (700, 300);
    let [sparse, _] = sparse_and_whole(rows, cols);
    let own = |of| bits_of_column(|g, w, out| sparse.add_product(g, w, out), [rows, cols], of);
    let first = own([1, 0, 1]);
    for (width, column) in [(1, 0), (2, 1), (8, 7), (9, 8), (16, 3), (21, 20)] {
        for cores in [0, 1, 2] {
            let of = [width, column, cores];
            assert!(first == own(of), "{of:?}");
        }
    }
}

/// A symmetric matrix of so many neurons with some entries in each row, and with all in one.
fn one_full_row(n: usize, some: usize) -> Weights {
    let full = n / 3;
    let places = (0..n).flat_map(|i| (1..=some).map(move |k| (i, (i + k * k * k * 97) % n)));
    let places = places.chain((0..n).map(|j| (full, j)));
    let pairs = places.zip(numbers(n * (some + 1), 17));
    Weights::sparse(n, n, pairs.flat_map(|((i, j), w)| [(i, j, w), (j, i, w)])).unwrap()
}

/// Few neurons and so many that their columns are cut into bands: the last band is shorter than the others.
#[test]
fn very_unequal_rows_give_the_same_bits_on_any_cores_and_at_any_width() {
    for (n, some) in [(500, 4), (50_000, 13)] {
        let w = one_full_row(n, some);
        let plain = |of| bits_of_column(|g, k, out| w.add_product(g, k, out), [n; 2], of);
        let half = |of| bits_of_column(|g, k, out| w.add_symmetric_product(g, k, out), [n; 2], of);
        let first = plain([1, 0, 1]);
        for (width, column) in [(1, 0), (3, 1), (8, 7)] {
            for cores in [1, 2] {
                let of = [width, column, cores];
                assert!(first == plain(of), "{n} {of:?}");
                assert!(first == half(of), "{n} {of:?} symmetric");
            }
        }
        let back = |g: &[f64], k: usize, out: &mut [f64]| w.add_transposed_product(g, k, out);
        assert!(
            first == bits_of_column(back, [n; 2], [3, 2, 2]),
            "{n} turned"
        );
    }
}

#[test]
fn a_sparse_matrix_in_bands_keeps_every_entry_in_its_place() {
    let n = 50_000;
    let w = one_full_row(n, 13);
    let entries: Vec<_> = w.entries().collect();
    assert!(!entries.is_sorted_by_key(|(i, j, _)| (*i, *j)), "no bands");
    let same = Weights::sparse(n, n, entries.iter().copied()).unwrap();
    assert!(same == w && w.with(w.data().to_vec()).unwrap() == w);
    let (g, mut expected) = (numbers(n, 5), vec![0.0; n]);
    for (i, j, value) in &entries {
        assert!(w.keeps(*i, *j) && w.entry(*i, *j) == *value);
        expected[*i] += value * g[*j];
    }
    assert!(!w.keeps(0, 1) && w.entry(0, 1) == 0.0);
    let mut out = vec![0.0; n];
    w.add_product(&g, 1, &mut out);
    for (k, (a, b)) in out.iter().zip(&expected).enumerate() {
        // The full row: sums of as many products of at most 1/4 in another order; as a random walk of roundings.
        assert!((a - b).abs() < 1e-12, "{k}: {a} {b}");
    }
    // What is kept beside it is told: the transposed matrix, only once it was needed.
    let before = w.bytes();
    w.add_symmetric_product(&g, 1, &mut out);
    w.add_symmetric_product(&numbers(n * 8, 5), 8, &mut vec![0.0; n * 8]);
    assert_eq!(w.bytes(), before);
    w.add_transposed_product(&g, 1, &mut out);
    assert_eq!(w.bytes(), 2 * before);
}

#[test]
fn what_is_no_sparse_matrix_is_refused() {
    let why = |entries: Vec<(usize, usize, f64)>| Weights::sparse(2, 3, entries).unwrap_err();
    let outside = WeightsError::Outside {
        place: [0, 3],
        shape: [2, 3],
    };
    assert_eq!(why(vec![(1, 2, 1.0), (0, 3, 1.0)]), outside);
    assert!(matches!(
        why(vec![(1, 2, f64::NAN)]),
        WeightsError::NotFinite { row: 1, col: 2, .. }
    ));
    // Two that are finite and whose sum is not.
    let sum = Weights::sparse(2, 3, [(0, 0, f64::MAX), (0, 0, f64::MAX)]);
    assert!(matches!(
        sum,
        Err(WeightsError::NotFinite { row: 0, col: 0, .. })
    ));
    let one = Weights::sparse(2, 3, [(0, 0, 1.0)]).unwrap();
    assert!(matches!(
        one.with(vec![1.0; 2]),
        Err(WeightsError::Length { .. })
    ));
}
