//! Reductions over the neurons of a block, one result for each lane.

/// Partial sums kept side by side in a narrow block, so that the additions do not wait for each other. The number is
/// fixed, never taken from the machine: it decides the last bits of every sum.
const PARTIAL: usize = 8;

/// `out[b] = Σ_i f(s_1[i, b], s_2[i, b], …)` for each lane `b`.
///
/// All slices have the length of the first; `out` has one entry for each lane.
#[inline]
pub fn sum_rows<const K: usize>(
    slices: [&[f64]; K],
    lanes: usize,
    out: &mut [f64],
    f: impl Fn([f64; K]) -> f64,
) {
    let len = slices.first().map_or(0, |s| s.len());
    let slices = slices.map(|s| &s[..len]);
    let at = |k: usize| f(std::array::from_fn(|j| slices[j][k]));
    if lanes == 1 {
        let mut partial = [0.0; PARTIAL];
        let whole = len - len % PARTIAL;
        for start in (0..whole).step_by(PARTIAL) {
            for (j, p) in partial.iter_mut().enumerate() {
                *p += at(start + j);
            }
        }
        let mut rest = 0.0;
        for k in whole..len {
            rest += at(k);
        }
        out[0] = partial.iter().sum::<f64>() + rest;
    } else {
        let out = &mut out[..lanes];
        out.fill(0.0);
        for start in (0..len).step_by(lanes) {
            for (b, o) in out.iter_mut().enumerate() {
                *o += at(start + b);
            }
        }
    }
}

/// `out[b] = max_i f(s_1[i, b], …)` for each lane; −∞ where there are no rows. A NaN among the values wins, so that it
/// is not lost on the way to whoever must report it.
#[inline]
pub fn max_rows<const K: usize>(
    slices: [&[f64]; K],
    lanes: usize,
    out: &mut [f64],
    f: impl Fn([f64; K]) -> f64,
) {
    let len = slices.first().map_or(0, |s| s.len());
    let slices = slices.map(|s| &s[..len]);
    let out = &mut out[..lanes];
    out.fill(f64::NEG_INFINITY);
    for start in (0..len).step_by(lanes) {
        for (b, o) in out.iter_mut().enumerate() {
            let v = f(std::array::from_fn(|j| slices[j][start + b]));
            if v > *o || v.is_nan() {
                *o = v;
            }
        }
    }
}

/// `out[i, b] = rate_i (input[i, b] + current[i, b] / weight_i − leak_i x[i, b])`: the velocity of every neuron.
pub fn relax(
    lanes: usize,
    [x, input, current]: [&[f64]; 3],
    [rate, leak, weight]: [&[f64]; 3],
    out: &mut [f64],
) {
    if lanes == 1 {
        let n = out.len();
        let (x, input, current) = (&x[..n], &input[..n], &current[..n]);
        let (rate, leak, weight) = (&rate[..n], &leak[..n], &weight[..n]);
        for i in 0..n {
            out[i] = rate[i] * (input[i] + current[i] / weight[i] - leak[i] * x[i]);
        }
    } else {
        for (i, out) in out.chunks_exact_mut(lanes).enumerate() {
            let row = i * lanes..(i + 1) * lanes;
            let (x, input, current) = (&x[row.clone()], &input[row.clone()], &current[row]);
            for b in 0..lanes {
                out[b] = rate[i] * (input[b] + current[b] / weight[i] - leak[i] * x[b]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_block_sums_each_lane_by_itself() {
        let x: Vec<f64> = (0..21).map(f64::from).collect();
        let mut out = [0.0; 3];
        sum_rows([&x], 3, &mut out, |[v]| v);
        assert_eq!(out, [63.0, 70.0, 77.0]);
        max_rows([&x], 3, &mut out, |[v]| -v);
        assert_eq!(out, [0.0, -1.0, -2.0]);
        let mut one = [0.0];
        sum_rows([&x, &x], 1, &mut one, |[a, b]| a * b);
        assert_eq!(one[0], x.iter().map(|v| v * v).sum::<f64>());
    }

    #[test]
    fn a_nan_is_never_lost_in_a_maximum() {
        let mut out = [0.0];
        max_rows([&[1.0, f64::NAN, 2.0]], 1, &mut out, |[v]| v);
        assert!(out[0].is_nan() || out[0] == 2.0);
        max_rows([&[f64::NAN, 2.0]], 1, &mut out, |[v]| v);
        assert!(out[0].is_nan());
    }
}
