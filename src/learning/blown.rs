//! Has a loss blown up?
//!
//! A rate that is too large makes a loss grow long before a number is no longer finite: by Adam, whose steps are as long as the rate whatever
//! the gradient, weights grow by no more than that, and a loss of squares with their square.

use super::{Epoch, Pupil};
use crate::number::{number, rounded};

/// So many times its scale a loss has blown up. A loss of squares is then of answers that are a hundred times as far off as none, or as
/// those before anything was learnt. A rate that is merely bold overshoots by tens; none that learns has been seen to come back from this.
const TIMES: f64 = 1e4;

/// What a loss is of that has not blown up: the larger of half the mean square of what is wanted, which is the loss of an answer of
/// zeros, and the loss before anything was learnt.
pub(super) struct Scale {
    /// 0 where nothing is known yet.
    zeros: f64,
    first: Option<f64>,
}

impl Scale {
    /// Of a loss that is bounded: it only has to be finite.
    pub fn endless() -> Self {
        Scale {
            zeros: f64::INFINITY,
            first: None,
        }
    }

    /// Of these rows. Of the first epoch the loss of the first batch counts, of the others that of the first epoch: a training that goes
    /// on has the same.
    pub fn of(pupil: &Pupil<'_>, rows: &[usize], first: Option<&Epoch>) -> Self {
        let wanted = |r: &usize| pupil.examples.wanted(pupil.network, *r);
        let squares = rows.iter().flat_map(wanted).map(|t| t * t).sum::<f64>();
        Scale {
            zeros: 0.5 * squares / rows.len().max(1) as f64,
            first: first.map(|e| e.loss),
        }
    }

    /// What is wrong with the mean loss of a batch, if anything is.
    pub fn blown(&mut self, loss: f64) -> Option<String> {
        if !loss.is_finite() {
            return Some("the loss is no longer finite".into());
        }
        let first = *self.first.get_or_insert(loss);
        let scale = self.zeros.max(first);
        (scale > 0.0 && loss > TIMES * scale).then(|| {
            let [loss, first] = [loss, first].map(|v| number(rounded(v, 3)));
            format!("the loss has blown up, from {first} at the beginning to {loss}")
        })
    }
}
