//! Exponential memories, E = −Σ_μ e^(ξ_μ·S) (Demircigil and others 2017).

use super::lattice::below;

/// Between what P(flip) of a bit lies, for K random patterns of N spins.
///
/// A bit flips where Σ_μ t_μ e^(−2k_μ) < −1, t = ±1 and k_μ the other bits in which pattern μ differs. The terms are rounded down, and then up, to
/// multiples of 1/`cells`, which gives the two ends; within each the law of the sum is exact. They are about K/`cells` of themselves apart.
pub fn exponential_flips(size: u32, count: usize, cells: u32) -> [f64; 2] {
    let (Some(other), Some(patterns)) = (size.checked_sub(1), count.checked_sub(1)) else {
        return [0.0; 2];
    };
    let mut law: Vec<(f64, f64)> = Vec::new();
    let mut ln_choose = -f64::from(other) * std::f64::consts::LN_2;
    for k in 0..=other {
        let term = f64::from(cells) * (-2.0 * f64::from(k)).exp();
        let p = 0.5 * ln_choose.exp();
        law.extend([(term, p), (-term, p)]);
        ln_choose += (f64::from(other - k) / f64::from(k + 1)).ln();
    }
    [f64::ceil, f64::floor].map(|round| {
        let law: Vec<(i64, f64)> = law.iter().map(|(v, p)| (round(*v) as i64, *p)).collect();
        below(&law, patterns, -i64::from(cells))[0]
    })
}
