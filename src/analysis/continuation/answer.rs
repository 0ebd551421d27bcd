//! What is found: branches and special points, as plain data.

use crate::refusal::Refusal;

/// What happens at a special point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bifurcation {
    /// The branch turns round: two fixed points meet and are gone.
    Fold,
    /// Two branches cross, and one of them turns round here.
    Pitchfork,
    /// Two branches cross, and neither turns round.
    Transcritical,
    /// Branches cross in another way: several eigenvalues are 0 together, or the second branch was not found.
    BranchPoint,
    /// A pair of complex eigenvalues crosses the imaginary axis: a periodic orbit is born.
    Hopf,
}

impl Bifurcation {
    /// Its name in results.
    pub fn word(self) -> &'static str {
        match self {
            Bifurcation::Fold => "fold",
            Bifurcation::Pitchfork => "pitchfork",
            Bifurcation::Transcritical => "transcritical",
            Bifurcation::BranchPoint => "branch point",
            Bifurcation::Hopf => "Hopf",
        }
    }
}

/// A fixed point on a branch.
#[derive(Clone, Debug)]
pub struct BranchPoint {
    /// The value of the parameter.
    pub parameter: f64,
    /// The state of every neuron, clamped ones as they are.
    pub x: Vec<f64>,
    /// The activations g.
    pub g: Vec<f64>,
    /// The energy; none where the network has none.
    pub energy: Option<f64>,
    /// Eigenvalues `[re, im]` of the Jacobian of ẋ among the free neurons, time constants included, those farthest to the right
    /// first.
    pub eigenvalues: Vec<[f64; 2]>,
    /// How many of them have a positive real part: 0 is stable, k a saddle of index k.
    pub index: usize,
    /// The special point that this is, by its number in [`Diagram::special`].
    pub special: Option<usize>,
    /// Below this a real part counts as 0.
    pub(super) zero: f64,
    /// Its place in the scaled coordinates u, and the tangent there.
    pub(super) u: Vec<f64>,
    pub(super) tangent: Vec<f64>,
}

impl BranchPoint {
    /// Does every perturbation decay? A special point is neither: an eigenvalue is 0.
    pub fn is_stable(&self) -> bool {
        self.index == 0 && self.special.is_none()
    }
}

/// A point at which something happens.
#[derive(Clone, Debug)]
pub struct Special {
    /// What.
    pub kind: Bifurcation,
    /// The value of the parameter: to 1e-8 where the parameter and the states are of order 1.
    pub parameter: f64,
    /// The state. At a fold it is known to about 1e-8, at a pitchfork to about 1e-5 only.
    pub x: Vec<f64>,
    /// The activations g.
    pub g: Vec<f64>,
    /// The energy; none where the network has none.
    pub energy: Option<f64>,
    /// Eigenvalues as those of a [`BranchPoint`].
    pub eigenvalues: Vec<[f64; 2]>,
    /// The smaller and the larger number of eigenvalues to the right of 0 on the two sides.
    pub index: [usize; 2],
    /// The direction v of the eigenvalue that is 0, `|v| = 1`, 0 of clamped neurons; none at a Hopf point.
    pub null_vector: Option<Vec<f64>>,
    /// Of a fold or a pitchfork the number c in `p − p₀ = c s²` for a displacement s along v: fixed points are there for larger p
    /// where it is positive. To about three digits.
    pub curvature: Option<f64>,
    /// Of a transcritical point the slope of the branch that crosses: `p − p₀ = slope · s`. To about three digits.
    pub slope: Option<f64>,
    /// Of a Hopf point the period 2π/|im| of the orbit that is born.
    pub period: Option<f64>,
    pub(super) u: Vec<f64>,
}

/// Why a branch ends.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// The parameter is at an end of its range.
    Range,
    /// It closes: this is its other end as well.
    Closed,
    /// It begins at a special point, whose other side was followed before or could not be.
    Special(usize),
    /// There is no network beyond this value.
    Invalid(Refusal),
    /// It cannot be followed further, for this reason.
    Lost(String),
    /// It has as many points as were asked for.
    Points,
    /// An interrupt ended it.
    Interrupted,
}

/// A curve of fixed points.
#[derive(Clone, Debug)]
pub struct Branch {
    /// In their order along the curve, special ones among them.
    pub points: Vec<BranchPoint>,
    /// Why it ends before the first point, and after the last.
    pub ends: [End; 2],
}

impl Branch {
    /// Is it a closed curve?
    pub fn is_closed(&self) -> bool {
        self.ends[1] == End::Closed
    }
}

/// The fixed points at one value of the parameter.
#[derive(Clone, Debug)]
pub struct Slice {
    /// The value.
    pub parameter: f64,
    /// The branch of each, by its number, and the point.
    pub points: Vec<(usize, BranchPoint)>,
}

/// All that was found.
#[derive(Clone, Debug, Default)]
pub struct Diagram {
    /// The branches, in the order in which they were found.
    pub branches: Vec<Branch>,
    /// The special points, by the parameter.
    pub special: Vec<Special>,
    /// ∂r/∂p is by differences; the largest error of them that was seen, as a part of the largest entry.
    pub derivative_error: f64,
    /// The points of the branches at the values where fixed points were looked for, and where it was asked.
    pub slices: Vec<Slice>,
    /// What a reader should know: values without a network, lists that are not complete.
    pub notes: Vec<String>,
    pub(super) frame: super::tidy::Frame,
    /// Was the search interrupted? What was found until then is here.
    pub is_interrupted: bool,
}
