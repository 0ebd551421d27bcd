//! Updates of the rows of a block.

use super::vectorized;

/// `out[i, b] = rate_i (input[i, b] + current[i, b] / weight_i − leak_i x[i, b])`: the velocity of every neuron.
pub fn relax(
    columns: usize,
    [x, input, current]: [&[f64]; 3],
    [rate, leak, weight]: [&[f64]; 3],
    out: &mut [f64],
) {
    vectorized(
        #[inline(always)]
        || {
            if columns == 1 {
                let n = out.len();
                let (x, input, current) = (&x[..n], &input[..n], &current[..n]);
                let (rate, leak, weight) = (&rate[..n], &leak[..n], &weight[..n]);
                for i in 0..n {
                    out[i] = rate[i] * (input[i] + current[i] / weight[i] - leak[i] * x[i]);
                }
            } else {
                for (i, out) in out.chunks_exact_mut(columns).enumerate() {
                    let row = i * columns..(i + 1) * columns;
                    let (x, input, current) = (&x[row.clone()], &input[row.clone()], &current[row]);
                    // Most weights are 1, and a division takes as long as all the rest.
                    if weight[i] == 1.0 {
                        for b in 0..columns {
                            out[b] = rate[i] * (input[b] + current[b] - leak[i] * x[b]);
                        }
                    } else {
                        for b in 0..columns {
                            out[b] = rate[i] * (input[b] + current[b] / weight[i] - leak[i] * x[b]);
                        }
                    }
                }
            }
        },
    )
}

/// `f(i, b, &mut out[i, b], [s_1[i, b], …])` for every row `i` and every column `b` below `width`.
///
/// All slices have the length of `out`.
#[inline]
pub fn update_rows<const K: usize>(
    slices: [&[f64]; K],
    columns: usize,
    width: usize,
    out: &mut [f64],
    f: impl Fn(usize, usize, &mut f64, [f64; K]),
) {
    vectorized(
        #[inline(always)]
        || {
            let slices = slices.map(|s| &s[..out.len()]);
            if columns == 1 {
                for (k, o) in out.iter_mut().enumerate() {
                    f(k, 0, o, std::array::from_fn(|j| slices[j][k]));
                }
            } else {
                // A piece that does not start at column 0 ends before its last row is whole: hence `chunks_mut`, not its exact
                // sister.
                for (i, row) in out.chunks_mut(columns).enumerate() {
                    let row = &mut row[..width];
                    let here = slices.map(|s| &s[i * columns..i * columns + width]);
                    for b in 0..width {
                        f(i, b, &mut row[b], std::array::from_fn(|j| here[j][b]));
                    }
                }
            }
        },
    )
}
