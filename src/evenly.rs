//! Numbers at equal steps from one end to the other.

/// Number `k` of `count` from one end to the other, both included: −1 to 1 is its own mirror image, and 0.01 to 0.1 in
/// hundredths has 0.05 and none of its neighbours.
pub fn evenly([from, to]: [f64; 2], k: usize, count: usize) -> f64 {
    between([from, to], k, count, |before, after, last| {
        let value = (from * after + to * before) / last;
        match value.is_finite() {
            true => round(value, from.abs().max(to.abs()), 4.0),
            false => from * (after / last) + to * (before / last),
        }
    })
}

/// The same in the logarithm; both ends are above 0.
pub fn by_ratio([from, to]: [f64; 2], k: usize, count: usize) -> f64 {
    between([from, to], k, count, |before, _, last| {
        let (u, a, b) = (before / last, from.ln(), to.ln());
        let value = (a * (1.0 - u) + b * u).exp();
        // A logarithm is off by its last digit, the number by that part of itself.
        round(value, value, 4.0 + 2.0 * (a.abs() + b.abs()))
    })
}

/// The ends themselves, and what `inner` makes of how many steps are before and after, and of all.
fn between(
    [from, to]: [f64; 2],
    k: usize,
    count: usize,
    inner: impl Fn(f64, f64, f64) -> f64,
) -> f64 {
    match count.saturating_sub(1).max(1) {
        _ if k == 0 => from,
        last if k == last => to,
        last => inner(k as f64, (last - k) as f64, last as f64),
    }
}

/// The decimal number with few digits within `ulps` roundings of numbers of this `size`; `value` itself where there is none.
fn round(value: f64, size: f64, ulps: f64) -> f64 {
    let rounding = ulps * f64::EPSILON * size;
    if value.abs() <= rounding {
        return 0.0;
    }
    // As many as rounding leaves alone.
    let decimals = -(2.0 * rounding).log10();
    if !(2.0..=320.0).contains(&decimals) {
        return value;
    }
    let decimals = decimals as usize;
    let text = format!("{value:.decimals$}");
    let few = text.ends_with("00");
    match text.parse::<f64>() {
        Ok(short) if few && (short - value).abs() <= rounding => short,
        _ => value,
    }
}
