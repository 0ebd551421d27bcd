//! Dense associative memories, E = −Σ_μ (ξ_μ·S)ⁿ, K random patterns of N spins (Krotov and Hopfield 2016).

use super::lattice::below;
use super::normal::{above, exceeded};

/// (2n − 3)!!: 1, 3, 15 for n = 2, 3, 4.
fn double_factorial(n: u32) -> f64 {
    (2..n).map(|k| f64::from(2 * k - 1)).product()
}

/// How many patterns are kept without an error, N → ∞: N^(n−1)/(2 (2n − 3)!! ln N).
pub fn dense_capacity(n: u32, size: f64) -> f64 {
    size.powi(n as i32 - 1) / (2.0 * double_factorial(n) * size.ln())
}

/// The load K/N^(n−1) at which this part of the bits would flip, 0 < p < ½, crosstalk taken as normal: 0.1507, 0.0502, 0.0100 for one in 200.
pub fn dense_load_of_error(n: u32, probability: f64) -> Option<f64> {
    let possible = probability > 0.0 && probability < 0.5;
    possible.then(|| exceeded(probability).powi(-2) / double_factorial(n))
}

/// P(flip) in closed form: √((2n − 3)!! K/(2π N^(n−1))) e^(−N^(n−1)/(2K(2n − 3)!!)), the tail of a normal law far out (their equation 5).
pub fn dense_flips_closed(n: u32, size: f64, count: f64) -> f64 {
    let load = double_factorial(n) * count / size.powi(n as i32 - 1);
    (load / std::f64::consts::TAU).sqrt() * (-0.5 / load).exp()
}

/// P(flip) with normal crosstalk: the exact gap Nⁿ − (N − 2)ⁿ over the standard deviation of the crosstalk, (2n)² (2n − 3)!! N^(n−1) (K − 1) to leading order.
pub fn dense_flips_normal(n: u32, size: f64, count: f64) -> f64 {
    let gap = size.powi(n as i32) - (size - 2.0).powi(n as i32);
    let variance = double_factorial(n) * size.powi(n as i32 - 1) * (count - 1.0);
    above(gap / (2.0 * f64::from(n) * variance.sqrt()))
}

/// What a bit of a stored pattern would do by the difference of energies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DenseFlips {
    /// It flips: the energy falls by it.
    pub flips: f64,
    /// The energy stays as it is.
    pub ties: f64,
}

/// P(flip) without approximation. A bit flips where Nⁿ − (N − 2)ⁿ + Σ_μ (F(t_μ + r_μ) − F(−t_μ + r_μ)) < 0, the sum over the K − 1 other patterns, t = ±1 and
/// r the sum of N − 1 signs. None where whole numbers beyond 2⁵³ would come up, N = 0 or K = 0.
pub fn dense_flips(n: u32, size: u32, count: usize) -> Option<DenseFlips> {
    const MOST: f64 = 9e15;
    let (other, patterns) = (size.checked_sub(1)?, count.checked_sub(1)?);
    if n == 0 || f64::from(size).powi(n as i32) * count as f64 > MOST {
        return None;
    }
    let power = |x: i64| x.pow(n);
    let mut law = Vec::new();
    // C(N − 1, k)/2^(N − 1), by its logarithm.
    let mut ln_choose = -f64::from(other) * std::f64::consts::LN_2;
    for k in 0..=other {
        let r = i64::from(other) - 2 * i64::from(k);
        let (up, p) = (power(r + 1) - power(r - 1), 0.5 * ln_choose.exp());
        law.extend([(up, p), (-up, p)]);
        ln_choose += (f64::from(other - k) / f64::from(k + 1)).ln();
    }
    let gap = power(i64::from(size)) - power(i64::from(size) - 2);
    let [flips, ties] = below(&law, patterns, -gap);
    Some(DenseFlips { flips, ties })
}
