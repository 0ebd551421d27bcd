//! What kind of fixed point it is.

use std::fmt;

/// The class of a fixed point, from the eigenvalues of the Jacobian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Every eigenvalue is real and below 0.
    StableNode,
    /// Every real part is below 0, and some eigenvalue is complex.
    StableFocus,
    /// So many eigenvalues are above 0, others below.
    Saddle(usize),
    /// The same, some eigenvalue being complex.
    SaddleFocus(usize),
    /// Every eigenvalue is real and above 0.
    UnstableNode,
    /// Every real part is above 0, and some eigenvalue is complex.
    UnstableFocus,
    /// Some real part is 0, whatever the others are. Where units flip: none wants to, and some may as well.
    Marginal,
    /// A state of units that flip: every flip costs energy (under the rule `field`: goes against a field).
    StableState,
}

/// The imaginary part of an eigenvalue is rounding below so many times the largest eigenvalue.
const REAL: f64 = 1e-7;
/// A real part is 0 below so many times the largest eigenvalue, and 1.
const ZERO: f64 = 1e-9;

impl Class {
    /// The class, how many eigenvalues have a real part above 0, and how many of 0.
    pub(in crate::analysis) fn of(eigenvalues: &[[f64; 2]]) -> (Class, usize, usize) {
        let largest = largest(eigenvalues);
        let least = ZERO * largest.max(1.0);
        let index = eigenvalues.iter().filter(|e| e[0] > least).count();
        let zeros = eigenvalues.iter().filter(|e| e[0].abs() <= least).count();
        let turns = eigenvalues.iter().any(|e| e[1].abs() > REAL * largest);
        let class = match (index, turns) {
            _ if zeros > 0 => Class::Marginal,
            (0, false) => Class::StableNode,
            (0, true) => Class::StableFocus,
            (k, false) if k == eigenvalues.len() => Class::UnstableNode,
            (k, true) if k == eigenvalues.len() => Class::UnstableFocus,
            (k, false) => Class::Saddle(k),
            (k, true) => Class::SaddleFocus(k),
        };
        (class, index, zeros)
    }

    /// Is it an attractor? Of marginal points these words do not tell.
    pub fn attracts(self) -> bool {
        matches!(
            self,
            Class::StableNode | Class::StableFocus | Class::StableState
        )
    }
}

/// The size of the largest eigenvalue.
pub(super) fn largest(eigenvalues: &[[f64; 2]]) -> f64 {
    let sizes = eigenvalues.iter().map(|e| e[0].hypot(e[1]));
    sizes.fold(0.0, f64::max)
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Class::StableNode => f.write_str("stable node"),
            Class::StableFocus => f.write_str("stable focus"),
            Class::Saddle(k) => write!(f, "saddle of index {k}"),
            Class::SaddleFocus(k) => write!(f, "saddle-focus of index {k}"),
            Class::UnstableNode => f.write_str("unstable node"),
            Class::UnstableFocus => f.write_str("unstable focus"),
            Class::Marginal => f.write_str("marginal"),
            Class::StableState => f.write_str("stable state"),
        }
    }
}
