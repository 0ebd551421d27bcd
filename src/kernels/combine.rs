//! Linear combinations of blocks, each column with its own step: the arithmetic of a Runge–Kutta stage in one pass.

use super::vectorized;

/// `out[i, b] = x[i, b] + h[b] Σ_j c_j k_j[i, b]`; without `x` only the sum. At most eight terms, more than any tableau
/// here has.
pub fn combine<K: AsRef<[f64]>>(
    width: usize,
    x: Option<&[f64]>,
    h: &[f64],
    coefficients: &[f64],
    blocks: &[K],
    out: &mut [f64],
) {
    // Zero coefficients are common in tableaus and cost a pass each.
    let mut terms: [(f64, &[f64]); 8] = [(0.0, &[]); 8];
    let mut count = 0;
    for (c, k) in coefficients.iter().zip(blocks) {
        if *c != 0.0 {
            terms[count] = (*c, k.as_ref());
            count += 1;
        }
    }
    match count {
        0 => match x {
            Some(x) => out.copy_from_slice(x),
            None => out.fill(0.0),
        },
        1 => fixed::<1>(width, x, h, &terms, out),
        2 => fixed::<2>(width, x, h, &terms, out),
        3 => fixed::<3>(width, x, h, &terms, out),
        4 => fixed::<4>(width, x, h, &terms, out),
        5 => fixed::<5>(width, x, h, &terms, out),
        6 => fixed::<6>(width, x, h, &terms, out),
        7 => fixed::<7>(width, x, h, &terms, out),
        _ => fixed::<8>(width, x, h, &terms, out),
    }
}

/// `out += x`.
pub fn add(x: &[f64], out: &mut [f64]) {
    vectorized(
        #[inline(always)]
        || {
            for (o, x) in out.iter_mut().zip(x) {
                *o += x;
            }
        },
    );
}

fn fixed<const K: usize>(
    width: usize,
    x: Option<&[f64]>,
    h: &[f64],
    terms: &[(f64, &[f64]); 8],
    out: &mut [f64],
) {
    vectorized(
        #[inline(always)]
        || {
            let n = out.len();
            let c: [f64; K] = std::array::from_fn(|j| terms[j].0);
            let k: [&[f64]; K] = std::array::from_fn(|j| &terms[j].1[..n]);
            if width == 1 {
                let h = h[0];
                row(|_| h, x.map(|x| &x[..n]), (&c, &k), out);
                return;
            }
            let h = &h[..width];
            for start in (0..n).step_by(width) {
                let here = start..start + width;
                let x = x.map(|x| &x[here.clone()]);
                let k = k.map(|k| &k[here.clone()]);
                row(|b| h[b], x, (&c, &k), &mut out[here]);
            }
        },
    )
}

/// Plain loops: what an iterator calls need not take part in the vector instructions.
#[inline(always)]
fn row<const K: usize>(
    h: impl Fn(usize) -> f64,
    x: Option<&[f64]>,
    (c, k): (&[f64; K], &[&[f64]; K]),
    out: &mut [f64],
) {
    match x {
        Some(x) => {
            for (b, o) in out.iter_mut().enumerate() {
                *o = x[b] + h(b) * sum(c, k, b);
            }
        }
        None => {
            for (b, o) in out.iter_mut().enumerate() {
                *o = h(b) * sum(c, k, b);
            }
        }
    }
}

#[inline(always)]
fn sum<const K: usize>(c: &[f64; K], k: &[&[f64]; K], i: usize) -> f64 {
    let mut sum = 0.0;
    for j in 0..K {
        sum += c[j] * k[j][i];
    }
    sum
}
