//! Where a function of one number is 0, and where it is largest.

/// The place between these two at which a function changes its sign, to the last digits. The ends are where it is looked for: where the
/// signs there are the same the answer is one of them.
pub(super) fn crossing(f: impl Fn(f64) -> f64, [mut low, mut high]: [f64; 2]) -> f64 {
    let below = f(low) < 0.0;
    // A double has 52 bits, and some that the ends are apart.
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if middle == low || middle == high {
            break;
        }
        match (f(middle) < 0.0) == below {
            true => low = middle,
            false => high = middle,
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
