//! Ends beyond the list of those that are kept: on a continuum of fixed points there are as many as starts.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use super::{Ends, Labels};
use crate::analysis::landscape::{LandscapePoint, arrive};
use crate::analysis::local::Local;

impl Labels<'_> {
    /// Finds those of the ends beyond the list that are on a continuum of it.
    pub(super) fn place(&mut self, ends: &Ends) {
        let beyond = self
            .beyond
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        let mut beyond = std::mem::take(beyond);
        let is_continuum = self.known.points.iter().any(LandscapePoint::is_continuous);
        if !is_continuum || self.follow.settings.method.flips {
            return;
        }
        // In the order of the starts, so that threads do not matter.
        beyond.sort_unstable_by_key(|(k, _)| *k);
        let follow = self.follow;
        let input = follow.input();
        let mut local = Local::new(follow.network, &input, &follow.base.clamped);
        for (k, end) in beyond {
            if follow.interrupt.is_raised() {
                return;
            }
            let at = arrive(&mut local, &end);
            let point = at.and_then(|x| self.known.on_continuum(&mut local, &x));
            let Some(point) = point else { continue };
            // Any end that is known to be there stands for it.
            let first = self.points.iter().position(|p| *p == Some(point));
            if let Some(first) = first {
                ends.firsts[k].store(first as u32, Ordering::Relaxed);
            }
        }
    }
}
