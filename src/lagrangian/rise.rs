//! What changes of the states add to a Lagrangian: the energy differences of memories.
//!
//! States are gone through in blocks that fit on the stack, whatever their number.

use crate::kernels::{max_rows, sum_rows};

/// Writes how much the states from the given one on change.
pub type Changes<'a> = dyn Fn(usize, &mut [f64]) + 'a;

/// States of a block.
const BLOCK: usize = 512;

/// `f` of the first state and the changes of each block.
pub(super) fn blocks(n: usize, changes: &Changes<'_>, mut f: impl FnMut(usize, &[f64])) {
    let mut block = [0.0; BLOCK];
    for from in (0..n).step_by(BLOCK) {
        let own = &mut block[..BLOCK.min(n - from)];
        changes(from, own);
        f(from, own);
    }
}

/// `Σ_i f(x_i, δ_i)`.
#[inline(always)]
pub(super) fn sum(x: &[f64], changes: &Changes<'_>, f: impl Fn(f64, f64) -> f64) -> f64 {
    let mut total = 0.0;
    blocks(x.len(), changes, |from, by| {
        let mut sum = [0.0];
        sum_rows([&x[from..from + by.len()], by], 1, &mut sum, |[x, by]| {
            f(x, by)
        });
        total += sum[0];
    });
    total
}

/// `max_i f(x_i, δ_i)`.
#[inline(always)]
pub(super) fn largest(x: &[f64], changes: &Changes<'_>, f: impl Fn(f64, f64) -> f64) -> f64 {
    let mut most = f64::NEG_INFINITY;
    blocks(x.len(), changes, |from, by| {
        let mut max = [0.0];
        max_rows([&x[from..from + by.len()], by], 1, &mut max, |[x, by]| {
            f(x, by)
        });
        if max[0] > most || max[0].is_nan() {
            most = max[0];
        }
    });
    most
}

/// `(t'² − t²)/2` of a kinked `t`, which changes by δ itself where it is not 0 at either end, nor of two signs.
#[inline(always)]
pub(super) fn half_square([t, moved]: [f64; 2], by: f64) -> f64 {
    let by = if t * moved > 0.0 { by } else { moved - t };
    0.5 * by * (t + moved)
}

/// `∫ g` from `x` to `x + by` by eight points (Gauss and Legendre): of a smooth `g` and a short way.
#[inline(always)]
pub(super) fn integral(x: f64, by: f64, g: impl Fn(f64) -> f64) -> f64 {
    const POINTS: [[f64; 2]; 4] = [
        [0.183_434_642_495_649_8, 0.362_683_783_378_362],
        [0.525_532_409_916_329, 0.313_706_645_877_887_3],
        [0.796_666_477_413_626_7, 0.222_381_034_453_374_5],
        [0.960_289_856_497_536_3, 0.101_228_536_290_376_3],
    ];
    let half = 0.5 * by;
    let pairs = POINTS.map(|[at, weight]| {
        let ends = g(x + half * (1.0 - at)) + g(x + half * (1.0 + at));
        weight * ends
    });
    half * pairs.iter().sum::<f64>()
}
