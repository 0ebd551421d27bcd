//! The search of networks whose states move: to rest through time, then by Newton's method away from all that is known.

use std::sync::{Mutex, PoisonError};

use super::count::{count, countable};
use super::known::{Known, arrive};
use super::parallel::each;
use super::region::Region;
use super::{Count, LARGEST, Landscape, Search, sort};
use crate::analysis::local::Local;
use crate::analysis::newton::deflated;
use crate::dynamics::{Interrupt, Settings};
use crate::network::Network;
use crate::pattern::random::{Draws, Stream};
use crate::refusal::Refusal;
use crate::trajectory::StopReason;

/// Tries that are made at once, in any threads, before what they found is known to the next.
const ROUND: usize = 32;
/// In the place of a layer, for what is drawn here: the starts of an ensemble are drawn elsewhere.
const OWN: usize = (1 << 31) - 2;

pub(super) fn search(
    on: (&Network, &Settings),
    search: &Search,
    interrupt: &Interrupt,
) -> Result<Landscape, Refusal> {
    let (network, base) = (on.0, &search.base);
    network
        .may_clamp(&[network.clamped(), &base.clamped].concat())
        .map_err(|why| Refusal::new("clamped", why.to_string()))?;
    let input = search.follow(on, interrupt).input();
    let mut local = Local::new(network, &input, &base.clamped);
    if local.free.len() > LARGEST {
        let why = format!(
            "has {} free neurons, and all eigenvalues are computed of at most {LARGEST}",
            local.free.len()
        );
        let help = "`attractor ensemble` counts and certifies the attractors of larger networks";
        return Err(Refusal::new("the network", why).help(help));
    }
    let mut draws = Draws::of(Stream::of(search.seed, OWN, 0, 0));
    let region = Region::of(&mut local, &base.x, &mut draws);
    let mut starts = search.given.clone();
    for _ in 0..search.random {
        let mut x = base.x.clone();
        region.draw(&mut draws, &mut x);
        starts.push(x);
    }
    let mut known = Known::new(search.max_points);
    let ends = follow(on, search, &starts, interrupt)?;
    let rested = ends.iter().filter(|(rest, _)| *rest).count();
    for (rest, x) in &ends {
        let reached = known.reached(x).map(|k| (k, false));
        let found = reached.or_else(|| {
            let x = arrive(&mut local, x)?;
            known.find(&mut local, x)
        });
        if let (Some((k, _)), true) = (found, *rest) {
            known.points[k].starts += 1;
        }
    }
    let countable = countable(&local);
    let (mut tries, mut failed) = (0, 0);
    while tries < search.max_tries && !known.is_full() && !interrupt.is_raised() {
        let is_missing = matches!(count(&countable, &known.points), Count::Missing { .. });
        if failed >= search.tries && !is_missing {
            break;
        }
        let round = (search.max_tries - tries).min(ROUND);
        let starts = (0..round).map(|k| {
            let mut x = base.x.clone();
            match known.points.len() > 1 && k % 2 == 1 {
                true => region.between(&known.points, &mut draws, &mut x),
                false => region.draw(&mut draws, &mut x),
            }
            x
        });
        let starts: Vec<Vec<f64>> = starts.collect();
        for end in away(
            &local,
            &starts,
            &known.states(),
            (search.threads, interrupt),
        ) {
            tries += 1;
            failed += 1;
            let found = end.and_then(|x| known.find(&mut local, x));
            if let Some((_, true)) = found {
                failed = 0;
            }
        }
    }
    let is_full = known.is_full();
    let mut points = known.points;
    sort(&mut points);
    Ok(Landscape {
        count: count(&countable, &points),
        points,
        followed: ends.len(),
        rested,
        until: search.follow(on, interrupt).until(),
        tries,
        asymmetry: known.asymmetry,
        is_full,
        is_interrupted: false,
    })
}

/// Where the starts end, in their order, and whether they are at rest there.
pub(super) fn follow(
    on: (&Network, &Settings),
    search: &Search,
    starts: &[Vec<f64>],
    interrupt: &Interrupt,
) -> Result<Vec<(bool, Vec<f64>)>, Refusal> {
    let ends = Mutex::new(vec![None; starts.len()]);
    let state = |k: usize| starts[k].clone();
    search
        .follow(on, interrupt)
        .run(starts.len(), state, |k, outcome| {
            let end = (outcome.stop == StopReason::Rest, outcome.x);
            ends.lock().unwrap_or_else(PoisonError::into_inner)[k] = Some(end);
        })?;
    let ends = ends.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(ends.into_iter().flatten().collect())
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
