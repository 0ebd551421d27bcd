//! How long the next step is, and where it ends.

use super::Job;
use crate::solver::{Settings, Statistics};

pub(super) fn tried(s: &Statistics) -> u64 {
    s.accepted + s.rejected + s.sent_back
}

/// Steps up to this are lost in the rounding of the time.
pub(super) fn smallest_step(t: f64) -> f64 {
    16.0 * f64::EPSILON * t.abs()
}

/// Where the present step ends at the latest.
pub(super) fn target<M>(job: &Job<M>, settings: &Settings) -> f64 {
    job.switch.min(settings.t_end)
}

/// The step to try: lands on the target, and does not leave a sliver before it.
pub(super) fn step_length<M>(job: &Job<M>, settings: &Settings) -> f64 {
    let rest = target(job, settings) - job.t;
    let h = job.h.min(settings.max_step);
    if h >= rest * (1.0 - 1e-9) {
        rest
    } else if settings.method.is_adaptive() && h > 0.5 * rest {
        0.5 * rest
    } else {
        h
    }
}

/// The time at the end of a step of length `h`; exactly the target if the step was to land there.
pub(super) fn landing<M>(job: &Job<M>, settings: &Settings, h: f64) -> f64 {
    let target = target(job, settings);
    if h == target - job.t {
        target
    } else {
        job.t + h
    }
}
