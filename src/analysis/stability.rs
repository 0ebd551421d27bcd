//! What kind of state a trajectory ended at.

/// What kind of end it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stability {
    /// A fixed point from which every perturbation decays: an attractor.
    Stable,
    /// An attractor as well, though an eigenvalue is 0: along some direction it is approached more slowly than by any
    /// exponential.
    Degenerate,
    /// A fixed point from which some perturbation neither grows nor decays, as far as can be told: one of a line of them, or a
    /// bifurcation.
    Marginal,
    /// A fixed point from which some perturbation grows: a saddle or a repeller, reached only from a start on its stable
    /// manifold.
    Unstable,
    /// No fixed point: the state is slow here, as where two fixed points have just annihilated each other.
    Slow,
    /// It could not be told.
    Unknown,
}

impl Stability {
    /// Its name in results.
    pub fn word(self) -> &'static str {
        match self {
            Stability::Stable => "stable",
            Stability::Degenerate => "attracting, degenerate",
            Stability::Marginal => "marginal",
            Stability::Unstable => "unstable",
            Stability::Slow => "no fixed point",
            Stability::Unknown => "unknown",
        }
    }

    /// Is it an attractor?
    pub fn attracts(self) -> bool {
        matches!(self, Stability::Stable | Stability::Degenerate)
    }
}
