//! Averages over the sphere in d dimensions, in logarithms that neither overflow nor vanish.

use std::f64::consts::{LN_2, PI};

use super::{MOST, dimension};
use crate::refusal::Refusal;

/// `ln E_q`, `E_q` the mean of `e^(z q)` over a coordinate q of a point of the unit sphere in d dimensions:
/// `E_q = Γ(d/2) (2/z)^(d/2−1) I_(d/2−1)(z) = Σ_k (z/2)^(2k) / (k! (d/2)_k)`.
///
/// All terms of the series are positive, so that no digit is lost; their sum is scaled as it grows. Within about 1e-13 + 1e-15 z.
///
/// # Errors
/// d below 2 or above 1e8; z no number, below 0 or above 1e8.
pub fn ln_mean_exp(d: usize, z: f64) -> Result<f64, Refusal> {
    let half = dimension(d)? / 2.0;
    if !(0.0..=MOST).contains(&z) {
        let why = format!("must be from 0 to {MOST:e}, it is {z}");
        return Err(Refusal::new("z = λ d", why));
    }
    /// 2⁶⁰⁰, exact.
    const LARGE: f64 = 4.149_515_568_880_993e180;
    let square = (z / 2.0) * (z / 2.0);
    let (mut term, mut sum, mut scaled) = (1.0, 1.0, 0.0);
    let mut k = 0.0;
    loop {
        let ratio = square / ((k + 1.0) * (k + half));
        term *= ratio;
        sum += term;
        k += 1.0;
        if sum > LARGE {
            (term, sum, scaled) = (term / LARGE, sum / LARGE, scaled + 600.0);
        }
        // From here on terms fall at least as fast as this ratio: what is left is below a unit in the last place.
        if ratio < 1.0 && term * ratio <= f64::EPSILON / 4.0 * sum * (1.0 - ratio) {
            return Ok(scaled * LN_2 + sum.ln());
        }
    }
}

/// `ln t`, t the part of the sphere in d dimensions whose overlap with a point is above m:
/// `t = I_(1−m²)((d−1)/2, 1/2)/2` with the regularised incomplete beta function for m ≥ 0, and `1 − t(−m)` below.
///
/// # Errors
/// d below 2 or above 1e8; m no number, or not from −1 to 1.
pub fn ln_cap(d: usize, m: f64) -> Result<f64, Refusal> {
    let a = (dimension(d)? - 1.0) / 2.0;
    if !(-1.0..=1.0).contains(&m) {
        let why = format!("must be from -1 to 1, it is {m}");
        return Err(Refusal::new("overlap", why));
    }
    // 1 − m² with all digits where m is nearly 1, and its logarithm also where m is nearly 0.
    let (x, y) = ((1.0 - m) * (1.0 + m), m * m);
    let ln_x = (-m).ln_1p() + m.ln_1p();
    // ln of x^a y^(1/2) / B(a, 1/2).
    let front = a * ln_x + 0.5 * y.ln() - ln_beta_half(d);
    let ln_t = if y < 1.5 / (a + 2.5) {
        // The other tail, which is the larger one here.
        let within = front.exp() * fraction(0.5, a, y) / 0.5;
        (0.5 * (1.0 - within)).ln()
    } else {
        front + (fraction(a, 0.5, x) / a).ln() - LN_2
    };
    Ok(match m >= 0.0 {
        true => ln_t,
        false => (-ln_t.exp()).ln_1p(),
    })
}

/// `ln B((d − 1)/2, 1/2)`, by `B(a + 1, 1/2) = B(a, 1/2) a/(a + 1/2)` from `B(1/2, 1/2) = π` and `B(1, 1/2) = 2`. For large a by
/// `√(π/a) (1 + 1/(8a) + 1/(128a²) − 5/(1024a³) − …)`, which is exact to rounding from a = 500 on.
fn ln_beta_half(d: usize) -> f64 {
    let a = (d as f64 - 1.0) / 2.0;
    if a > 500.0 {
        let r = 1.0 / a;
        let tail = r * (1.0 / 8.0 + r * (1.0 / 128.0 - r * (5.0 / 1024.0 + r * 21.0 / 32768.0)));
        return 0.5 * (PI / a).ln() + tail.ln_1p();
    }
    let (mut at, mut beta) = match d.is_multiple_of(2) {
        true => (0.5, PI),
        false => (1.0, 2.0),
    };
    while at < a - 0.25 {
        beta *= at / (at + 0.5);
        at += 1.0;
    }
    beta.ln()
}

/// The continued fraction of the incomplete beta function, `I_x(a, b) = x^a (1 − x)^b/(a B(a, b)) · fraction`, by Lentz's method
/// (Press et al., *Numerical Recipes*, section 6.4). It is called where it converges fast, x < (a + 1)/(a + b + 2).
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let whole = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / whole(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for k in 1..100_000 {
        let k = f64::from(k);
        let even = k * (b - k) * x / ((a + 2.0 * k - 1.0) * (a + 2.0 * k));
        let odd = -(a + k) * (a + b + k) * x / ((a + 2.0 * k) * (a + 2.0 * k + 1.0));
        let mut change = 1.0;
        for step in [even, odd] {
            d = 1.0 / whole(1.0 + step * d);
            c = whole(1.0 + step / c);
            change = d * c;
            h *= change;
        }
        if (change - 1.0).abs() < 2.0 * f64::EPSILON {
            break;
        }
    }
    h
}
