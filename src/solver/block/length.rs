//! How long the next step is, and where it ends.

use super::Pace;
use crate::solver::{Settings, Statistics};

pub(super) fn tried(s: &Statistics) -> u64 {
    s.accepted + s.rejected + s.sent_back
}

/// Steps up to this are lost in the rounding of the time.
pub(super) fn smallest_step(t: f64) -> f64 {
    16.0 * f64::EPSILON * t.abs()
}

/// The step to try, and the time where it ends: it lands exactly on the target, and does not leave a sliver before it. None
/// if it would hardly move the time: it would move the state all the same, and the trajectory would leave its own time
/// behind. (The last bit before a target, however short, lands on it.)
pub(super) fn step_length(pace: &Pace, settings: &Settings) -> Option<[f64; 2]> {
    let rest = pace.target - pace.t;
    let h = pace.h.min(settings.max_step);
    let h = if h >= rest * (1.0 - 1e-9) {
        rest
    } else if settings.method.is_adaptive() && h > 0.5 * rest {
        0.5 * rest
    } else {
        h
    };
    if h == rest {
        Some([h, pace.target])
    } else {
        (h > smallest_step(pace.t)).then_some([h, pace.t + h])
    }
}
