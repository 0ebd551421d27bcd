//! Polynomials through states and velocities (Hermite interpolation), for states inside a step.

/// A state and its velocity.
pub(super) type Node<'a> = [&'a [f64]; 2];

/// Weights of states and velocities at 0 and 1 in the cubic.
pub(super) fn cubic(t: f64) -> [[f64; 2]; 2] {
    let u = 1.0 - t;
    [
        [u * u * (1.0 + 2.0 * t), t * u * u],
        [t * t * (1.0 + 2.0 * u), -u * t * t],
    ]
}

/// Weights of states and velocities at 0, ½ and 1 in the quintic.
pub(super) fn quintic(t: f64) -> [[f64; 2]; 3] {
    let (u, m) = (1.0 - t, t - 0.5);
    // Each basis polynomial vanishes doubly at the two other nodes.
    let (at_0, at_half, at_1) = (
        4.0 * u * u * m * m,
        16.0 * t * t * u * u,
        4.0 * t * t * m * m,
    );
    [
        [at_0 * (1.0 + 6.0 * t), at_0 * t],
        [at_half, at_half * m],
        [at_1 * (1.0 + 6.0 * u), -at_1 * u],
    ]
}

/// The sum of states and velocities with these weights, over a step of length `h`.
pub(super) fn sum<const N: usize>(
    weights: [[f64; 2]; N],
    nodes: [Node<'_>; N],
    h: f64,
    out: &mut [f64],
) {
    out.fill(0.0);
    for ([value, slope], [states, velocities]) in weights.into_iter().zip(nodes) {
        let slope = slope * h;
        if value == 0.0 && slope == 0.0 {
            continue;
        }
        for ((out, x), v) in out.iter_mut().zip(states).zip(velocities) {
            *out += value * x + slope * v;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_reproduce_every_polynomial_of_their_degree() {
        for degree in 0..=5 {
            let value = |t: f64| t.powi(degree);
            let slope = |t: f64| match degree {
                0 => 0.0,
                _ => f64::from(degree) * t.powi(degree - 1),
            };
            let off = |theta: f64, weights: &[[f64; 2]], at: &[f64]| {
                let terms = weights.iter().zip(at);
                let sum: f64 = terms.map(|([v, s], t)| v * value(*t) + s * slope(*t)).sum();
                (sum - value(theta)).abs()
            };
            for theta in [0.0, 0.1, 0.37, 0.5, 0.8, 1.0] {
                // Weights are of order 1, the sums have six terms.
                assert!(off(theta, &quintic(theta), &[0.0, 0.5, 1.0]) < 1e-14);
                if degree <= 3 {
                    assert!(off(theta, &cubic(theta), &[0.0, 1.0]) < 1e-14);
                }
            }
        }
    }
}
