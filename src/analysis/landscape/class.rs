//! What kind of fixed point it is.

use std::fmt;

use crate::analysis::eigenvalues::{size, zero};
use crate::analysis::local::Local;

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

impl Class {
    /// The class, how many eigenvalues have a real part above 0, and how many of 0.
    pub(in crate::analysis) fn of(
        local: &Local<'_>,
        eigenvalues: &[[f64; 2]],
    ) -> (Class, usize, usize) {
        let (largest, least) = (size(eigenvalues), zero(local, eigenvalues));
        let index = eigenvalues.iter().filter(|e| e[0] > least).count();
        let zeros = eigenvalues.iter().filter(|e| e[0].abs() <= least).count();
        let turns = eigenvalues.iter().any(|e| e[1].abs() > REAL * largest);
        let class = Class::by_counts(eigenvalues.len(), index, zeros, turns);
        (class, index, zeros)
    }

    /// Of a point with so many eigenvalues, so many of them above 0 and 0; `turns` where a pair is complex.
    pub(super) fn by_counts(count: usize, index: usize, zeros: usize, turns: bool) -> Class {
        match (index, turns) {
            _ if zeros > 0 => Class::Marginal,
            (0, false) => Class::StableNode,
            (0, true) => Class::StableFocus,
            (k, false) if k == count => Class::UnstableNode,
            (k, true) if k == count => Class::UnstableFocus,
            (k, false) => Class::Saddle(k),
            (k, true) => Class::SaddleFocus(k),
        }
    }

    /// Is it an attractor? Of marginal points these words do not tell.
    pub fn attracts(self) -> bool {
        matches!(
            self,
            Class::StableNode | Class::StableFocus | Class::StableState
        )
    }
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
