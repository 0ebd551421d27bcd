//! What data can be drawn.

use super::{Drawn, Point, refused};

/// Checks that values are finite and small enough that differences are, and says which is not.
pub(super) fn finite(place: &str, values: &[f64]) -> Drawn {
    let bad = |v: &f64| !v.is_finite() || v.abs() > f64::MAX / 4.0;
    match values.iter().position(bad) {
        Some(k) => refused(
            format!("{place}, index {k}"),
            format!("the value {:e} is not finite or too large", values[k]),
        ),
        None => Ok(()),
    }
}

/// Checks that there are as many values as there should be.
pub(super) fn as_many(place: &str, values: usize, wanted: usize, of: &str) -> Drawn {
    if values == wanted {
        return Ok(());
    }
    let why = format!("{values} values for {wanted} {of}");
    refused(place, why)
}

/// Checks times: some, finite, and none before the one in front of it.
pub(super) fn times(time: &[f64]) -> Drawn {
    if time.is_empty() {
        return refused("time", "there are no values");
    }
    finite("time", time)?;
    forward("time", time)
}

/// Checks that time does not run backwards.
pub(super) fn forward(place: &str, time: &[f64]) -> Drawn {
    ordered(place, time, |a, b| a <= b, "time runs backwards")
}

/// Checks that each value stands to the next as it should; `why` says that one does not.
pub(super) fn ordered(
    place: &str,
    values: &[f64],
    holds: impl Fn(f64, f64) -> bool,
    why: &str,
) -> Drawn {
    match values.windows(2).position(|w| !holds(w[0], w[1])) {
        Some(k) => refused(format!("{place}, index {}", k + 1), why),
        None => Ok(()),
    }
}

/// Checks a grid's coordinates: some, finite, each above the one before it.
pub(super) fn grid(place: &str, values: &[f64]) -> Drawn {
    finite(place, values)?;
    ordered(place, values, |a, b| a < b, "it does not increase")
}

/// The least and the greatest of finite values, if there are any.
pub(super) fn range<'a>(values: impl IntoIterator<Item = &'a f64>) -> Option<Point> {
    let finite = values.into_iter().filter(|v| v.is_finite());
    finite.fold(None, |range, &v| {
        let (low, high) = range.unwrap_or((v, v));
        Some((low.min(v), high.max(v)))
    })
}
