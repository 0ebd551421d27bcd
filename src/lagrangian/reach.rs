//! How far activations and Lagrangians go: what decides whether an energy is bounded below.

/// The interval in which each component of an activation lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Infimum.
    pub low: f64,
    /// Supremum.
    pub high: f64,
}

impl Range {
    /// All real numbers.
    pub const REAL: Range = Range {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
    };
    /// From zero to infinity.
    pub const POSITIVE: Range = Range {
        low: 0.0,
        high: f64::INFINITY,
    };

    /// Is every activation confined to a bounded set?
    pub fn is_bounded(self) -> bool {
        self.low.is_finite() && self.high.is_finite()
    }
}

/// How fast `L*(g)` grows where `g` is unbounded: what keeps an energy bounded below.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Growth {
    /// `g` is confined, so `L*` need not grow.
    Confined,
    /// `L*(g) ≥ coefficient · |g|^exponent − constant` in every direction that `g` can take to infinity.
    Power {
        /// The exponent, above 1.
        exponent: f64,
        /// The factor, above 0.
        coefficient: f64,
    },
    /// Faster than linear but slower than any power above 1 (`g ln g`).
    Entropic,
}

/// How far a Lagrangian goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reach {
    /// Where the activation of a neuron lies, whatever its state.
    pub range: Range,
    /// How `L*` grows where the activation goes to infinity.
    pub growth: Growth,
    /// Growth exponent of `|L(x)|` for large `|x|`, where it is the potential of a memory synapse: 2 for the identity, infinite
    /// for an exponential.
    pub order: f64,
}

impl Reach {
    /// Activations from `low` to `high`: `L` is linear far out.
    pub const fn confined(low: f64, high: f64) -> Self {
        Reach {
            range: Range { low, high },
            growth: Growth::Confined,
            order: 1.0,
        }
    }

    /// `L → |x|^n / n` far out, so that `L* → (1 − 1/n) |g|^{n/(n−1)}`.
    pub fn power(n: f64, range: Range) -> Self {
        let growth = Growth::Power {
            exponent: n / (n - 1.0),
            coefficient: 1.0 - 1.0 / n,
        };
        Reach {
            range,
            growth,
            order: n,
        }
    }

    /// An exponential: `g ln g` of positive activations.
    pub const ENTROPIC: Reach = Reach {
        range: Range::POSITIVE,
        growth: Growth::Entropic,
        order: f64::INFINITY,
    };
}
