//! How far a step may err.

/// The tolerances of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance {
    /// Absolute tolerance.
    pub atol: f64,
    /// Relative tolerance.
    pub rtol: f64,
}

impl Tolerance {
    /// The scale of an error in one neuron: `atol + rtol max(|x|, |x'|)`.
    #[inline(always)]
    pub fn scale(self, x: f64, y: f64) -> f64 {
        let (x, y) = (x.abs(), y.abs());
        self.atol + self.rtol * if x > y { x } else { y }
    }
}
