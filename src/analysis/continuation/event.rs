//! What happens between two neighbouring points of a curve.

use super::answer::{Bifurcation, BranchPoint};

/// An event, and the number of the eigenvalue that it is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Event {
    pub what: What,
    pub place: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// The curve turns round and one eigenvalue crosses 0.
    Fold,
    /// The curve turns round and no eigenvalue crosses 0: one touches it, because another curve crosses.
    Turn,
    /// One real eigenvalue crosses 0: another curve crosses.
    Cross,
    /// Several do.
    Several,
    /// A complex pair crosses the imaginary axis.
    Hopf,
}

impl What {
    /// Is it told by the tangent, or by an eigenvalue?
    pub fn by_tangent(self) -> bool {
        matches!(self, What::Fold | What::Turn)
    }

    /// Does another curve cross here?
    pub fn branches(self) -> bool {
        matches!(self, What::Turn | What::Cross | What::Several)
    }

    /// What it is called before the other curve is known.
    pub fn kind(self) -> Bifurcation {
        match self {
            What::Fold => Bifurcation::Fold,
            What::Hopf => Bifurcation::Hopf,
            What::Turn => Bifurcation::Pitchfork,
            What::Cross | What::Several => Bifurcation::BranchPoint,
        }
    }
}

/// How the tangent's last entry stands: dp/ds.
fn rises(p: &BranchPoint) -> bool {
    p.tangent.last().is_some_and(|t| *t >= 0.0)
}

/// The event between two points, if there is one; and whether a shorter step could show it as two.
pub(super) fn between(a: &BranchPoint, b: &BranchPoint) -> Option<(Event, bool)> {
    let turns = rises(a) != rises(b);
    let place = a.index.min(b.index);
    let event = |what| Event { what, place };
    match (turns, a.index.abs_diff(b.index)) {
        (false, 0) => turns_twice(a, b).then_some((event(What::Several), true)),
        (true, 1) => Some((event(What::Fold), false)),
        (false, 1) => Some((event(What::Cross), false)),
        (true, 0) => Some((
            Event {
                what: What::Turn,
                place: nearest(a),
            },
            true,
        )),
        (false, 2) if [a, b].iter().all(|p| p.eigenvalues[place][1] != 0.0) => {
            Some((event(What::Hopf), false))
        }
        _ => Some((event(What::Several), true)),
    }
}

/// The number of the eigenvalue nearest to 0.
fn nearest(p: &BranchPoint) -> usize {
    let size = |k: &usize| p.eigenvalues[*k][0].hypot(p.eigenvalues[*k][1]);
    let all = 0..p.eigenvalues.len();
    all.min_by(|a, b| size(a).total_cmp(&size(b))).unwrap_or(0)
}

/// Does the cubic through both points with their tangents turn round twice between them? Two folds near each other leave no other
/// trace.
pub(super) fn turns_twice(a: &BranchPoint, b: &BranchPoint) -> bool {
    let m = a.u.len() - 1;
    let long = super::system::dot(&super::system::difference(&b.u, &a.u), &a.tangent);
    let (t, t1, rise) = (a.tangent[m], b.tangent[m], (b.u[m] - a.u[m]) / long);
    // dp/ds = t + 2 c z + 3 d z², z from 0 to 1.
    let (c, d) = (3.0 * rise - 2.0 * t - t1, t + t1 - 2.0 * rise);
    let (lowest, size) = (-c / (3.0 * d), t.abs().max(t1.abs()));
    let there = t + c * lowest;
    // Beyond 0 by more than the error of such a cubic.
    (0.0..1.0).contains(&lowest) && there * t.signum() < -0.05 * size
}

/// Is the point at 0 with this eigenvalue, as far as can be told?
pub(super) fn is_zero(p: &BranchPoint, place: usize) -> bool {
    p.eigenvalues[place][0].abs() <= p.zero
}
