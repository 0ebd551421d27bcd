//! Newton's method from many starts, away from all that is known.

use super::Count;
use super::count::{count, countable};
use super::known::{Known, arrive};
use super::region::Region;
use crate::analysis::local::Local;
use crate::analysis::newton::deflated;
use crate::analysis::parallel::each;
use crate::analysis::{Told, Watch};
use crate::dynamics::Interrupt;
use crate::pattern::Drawer;
use crate::pattern::random::{Draws, Stream};

/// Tries that are made at once, in any threads, before what they found is known to the next.
const ROUND: usize = 32;
/// In the place of a layer, for what is drawn for a search of its own.
const OWN: usize = Drawer::Deflate.place();

/// How often Newton's method is tried, and from where.
pub(super) struct Tries<'r> {
    /// The box of starts.
    pub region: &'r Region,
    /// A state of all neurons, of which clamped ones stay.
    pub base: &'r [f64],
    /// So many failures one after the other end it, unless the count says that a point is missing.
    pub failures: usize,
    /// So many tries end it.
    pub most: usize,
    pub threads: usize,
}

/// Tries until nothing new is found; returns how many were made, and how many of the last found nothing.
pub(super) fn deflate(
    local: &mut Local<'_>,
    known: &mut Known,
    draws: &mut Draws,
    how: &Tries<'_>,
    watch: &Watch<'_>,
) -> [usize; 2] {
    let countable = countable(local);
    let (mut tries, mut failed) = (0, 0);
    while tries < how.most && !known.is_full() && !watch.interrupt.is_raised() {
        (watch.tell)(Told {
            stage: "tries of Newton's method",
            done: tries,
            of: None,
            found: (known.points.len(), "fixed points"),
        });
        let is_missing = matches!(count(&countable, &known.points), Count::Missing { .. });
        if failed >= how.failures && !is_missing {
            break;
        }
        let round = (how.most - tries).min(ROUND).min(how.failures.max(1));
        let starts = (0..round).map(|k| {
            let mut x = how.base.to_vec();
            match known.points.len() > 1 && k % 2 == 1 {
                true => how.region.between(&known.points, draws, &mut x),
                false => how.region.draw(draws, &mut x),
            }
            x
        });
        let starts: Vec<Vec<f64>> = starts.collect();
        let on = (how.threads, watch.interrupt);
        for end in away(local, &starts, &known.states(), on) {
            tries += 1;
            failed += 1;
            let found = end.and_then(|x| known.find_both(local, x));
            if let Some((_, true)) = found {
                failed = 0;
            }
        }
    }
    [tries, failed]
}

/// Where Newton's method leads from these starts away from what is known, in their order; none where it finds nothing.
fn away(
    local: &Local<'_>,
    starts: &[Vec<f64>],
    known: &[&[f64]],
    on: (usize, &Interrupt),
) -> Vec<Option<Vec<f64>>> {
    let found = each(starts.len(), on, || {
        let mut local = local.only(local.free.clone());
        move |k| {
            let end = deflated(&mut local, &starts[k], known);
            arrive(&mut local, &end.x)
        }
    });
    found.into_iter().map(Option::flatten).collect()
}

/// The fixed points that are found without integrating anything, those that are `known` first: with so many failures one after the other, and so
/// many tries at most, in one thread.
pub(in crate::analysis) fn more_fixed_points(
    local: &mut Local<'_>,
    (base, known): (&[f64], &[Vec<f64>]),
    (failures, most, seed): (usize, usize, u64),
    watch: &Watch<'_>,
) -> Vec<Vec<f64>> {
    let mut draws = Draws::of(Stream::of(seed, OWN, 0, 0));
    let region = Region::of(local, base, &mut draws);
    let mut all = Known::new(usize::MAX, usize::MAX);
    for x in known {
        all.find(local, x.clone());
    }
    let how = Tries {
        region: &region,
        base,
        failures,
        most,
        threads: 1,
    };
    let quiet = Watch::quiet(watch.interrupt);
    deflate(local, &mut all, &mut draws, &how, &quiet);
    all.points.into_iter().map(|p| p.x).collect()
}
