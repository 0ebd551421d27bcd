//! Where a function of one number is 0, and where it is largest.

/// The place between these two at which a function changes its sign, to the last digits. The ends are where it is looked for: where the
/// signs there are the same the answer is one of them.
///
/// Two steps of the secant, of which the older end counts half (the Illinois rule), then one of bisection, in turn.
pub(super) fn crossing(f: impl Fn(f64) -> f64, [mut low, mut high]: [f64; 2]) -> f64 {
    let [mut below, mut above] = [f(low), f(high)];
    for k in 1..200 {
        let middle = 0.5 * (low + high);
        if middle == low || middle == high {
            break;
        }
        let secant = (low * above - high * below) / (above - below);
        let inside = secant > low.min(high) && secant < low.max(high);
        let at = if inside && k % 3 > 0 { secant } else { middle };
        let value = f(at);
        match (value < 0.0) == (below < 0.0) {
            true => (low, below, above) = (at, value, 0.5 * above),
            false => (high, above, below) = (at, value, 0.5 * below),
        }
    }
    0.5 * (low + high)
}

/// Where a function with one maximum between these two is largest: golden sections.
pub(super) fn highest(f: impl Fn(f64) -> f64, [mut low, mut high]: [f64; 2]) -> f64 {
    let golden = 0.5 * (5f64.sqrt() - 1.0);
    let inner = |low: f64, high: f64| [high - golden * (high - low), low + golden * (high - low)];
    let [mut a, mut b] = inner(low, high);
    let [mut fa, mut fb] = [f(a), f(b)];
    while high - low > 1e-9 * (low.abs() + high.abs()) {
        if fa < fb {
            (low, a, fa) = (a, b, fb);
            b = inner(low, high)[1];
            fb = f(b);
        } else {
            (high, b, fb) = (b, a, fa);
            a = inner(low, high)[0];
            fa = f(a);
        }
    }
    0.5 * (low + high)
}
