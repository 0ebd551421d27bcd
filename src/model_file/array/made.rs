//! Arrays that are computed.

use super::super::{Diagnostics, Span};
use super::{Array, RandomSpec, shape_text};
use crate::learning::rules::mirror;
use crate::pattern::random;
use crate::study::Distribution;

/// Seeded random numbers in a shape of `n` entries.
pub(super) fn draw(
    spec: &RandomSpec,
    n: usize,
    shape: Vec<usize>,
    span: &Span,
    diagnostics: &Diagnostics,
) -> Option<Array> {
    let size = match (spec.symmetric, spec.zero_diagonal) {
        (true, _) => square(&shape, "a symmetric array", span, diagnostics)?,
        (_, true) => square(&shape, "an array with a diagonal", span, diagnostics)?,
        _ => 0,
    };
    let mut data = match spec.law {
        Distribution::Normal(mean, std) => random::normal(spec.seed, n, mean, std),
        Distribution::Uniform(low, high) => random::uniform(spec.seed, n, low, high),
        Distribution::Sign => random::signs(spec.seed, n),
        Distribution::Bits(activity) => random::bits(spec.seed, n, activity),
    };
    if spec.symmetric {
        mirror(&mut data, size);
    }
    if spec.zero_diagonal {
        data.iter_mut().step_by(size + 1).for_each(|x| *x = 0.0);
    }
    Some(Array { shape, data })
}

/// The side of a shape that must be square.
pub(super) fn square(
    shape: &[usize],
    what: &str,
    span: &Span,
    diagnostics: &Diagnostics,
) -> Option<usize> {
    match *shape {
        [a, b] if a == b => Some(a),
        _ => {
            let found = shape_text(shape);
            let why = format!("{what} must be square, the shape here is {found}");
            diagnostics.error(span.clone(), why).none()
        }
    }
}
