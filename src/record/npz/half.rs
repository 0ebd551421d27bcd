//! Floats of 16 bits (IEEE 754 binary16), which files hold and no arithmetic here needs.

/// The number of these bits: sign, five of the exponent, ten of the fraction. Exact.
pub(super) fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from((bits >> 10) & 31), f64::from(bits & 1023));
    let size = match exponent {
        0 => fraction * (-24f64).exp2(),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + fraction) * f64::from(exponent - 25).exp2(),
    };
    if bits >> 15 == 0 { size } else { -size }
}
