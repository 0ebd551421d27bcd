//! The search of networks whose states move: to rest through time, then by Newton's method away from all that is known.

use std::sync::{Mutex, PoisonError};

use super::complete::{Completeness, complete};
use super::count::{count, countable};
use super::deflate::{Tries, deflate};
use super::known::{Known, arrive};
use super::region::Region;
use super::{Count, LARGEST, Landscape, Search, sort};
use crate::analysis::local::Local;
use crate::analysis::{Told, Watch};
use crate::dynamics::{Outcome, Settings};
use crate::network::Network;
use crate::pattern::Drawer;
use crate::pattern::random::{Draws, Stream};
use crate::refusal::Refusal;
use crate::trajectory::StopReason;

/// In the place of a layer, for what is drawn here: the starts of an ensemble are drawn elsewhere.
const OWN: usize = Drawer::Search.place();

pub(super) fn search(
    on: (&Network, &Settings),
    search: &Search,
    watch: &Watch<'_>,
) -> Result<Landscape, Refusal> {
    let (network, base) = (on.0, &search.base);
    let may_clamp = network.may_clamp(&[network.clamped(), &base.clamped].concat());
    let is_split = match may_clamp {
        Err(why) if !search.splits => return Err(Refusal::new("clamped", why.to_string())),
        other => other.is_err(),
    };
    let input = search.follow(on, watch).input();
    let mut local = Local::new(network, &input, &base.clamped);
    local.gradient &= !is_split;
    let n = local.free.len();
    if n > LARGEST || n > search.all_up_to && !local.gradient {
        let why = match local.gradient {
            true => {
                format!("has {n} free neurons, and a matrix is taken apart of at most {LARGEST}")
            }
            false => format!(
                "has {n} free neurons and no energy, and all eigenvalues are computed of at most {}",
                search.all_up_to
            ),
        };
        let help = "`attractor ensemble` counts and certifies the attractors of larger networks";
        return Err(Refusal::new("the network", why).help(help));
    }
    let mut draws = Draws::of(Stream::of(search.seed, OWN, 0, 0));
    let region = Region::of(&mut local, &base.x, &mut draws);
    let mut starts = search.given.clone();
    starts.extend(search.at_memories(network));
    let random = if is_split { 0 } else { search.random };
    for _ in 0..random {
        let mut x = base.x.clone();
        region.draw(&mut draws, &mut x);
        starts.push(x);
    }
    let mut known = Known::new(search.max_points, search.all_up_to);
    let complete = match search.complete {
        Some(most) => {
            let on = (most, search.threads, watch);
            let found = complete(&local, &base.x, &region.ends(), on)?;
            for x in &found.states {
                if let Some(x) = arrive(&mut local, x) {
                    known.find(&mut local, x);
                }
            }
            Some(found.completeness)
        }
        None => None,
    };
    let ends = follow(on, search, &starts, watch)?;
    let rested = ends.iter().filter(|(rest, _)| *rest).count();
    for (k, (rest, x)) in ends.iter().enumerate() {
        if watch.interrupt.is_raised() {
            break;
        }
        (watch.tell)(Told {
            stage: "ends examined",
            done: k,
            of: Some(ends.len()),
            found: (known.points.len(), "fixed points"),
        });
        let reached = known.reached(x).map(|k| (k, false));
        let found = reached.or_else(|| {
            let x = arrive(&mut local, x)?;
            known.find_both(&mut local, x)
        });
        if let (Some((k, _)), true) = (found, *rest) {
            known.points[k].starts += 1;
        }
    }
    let countable = countable(&local);
    let is_proved = complete.as_ref().is_some_and(Completeness::is_proved);
    let [tries, failed] = match is_proved {
        true => [0; 2],
        false => {
            let how = Tries {
                region: &region,
                base: &base.x,
                failures: search.tries,
                most: search.max_tries,
                threads: search.threads,
            };
            deflate(&mut local, &mut known, &mut draws, &how, watch)
        }
    };
    let is_full = known.is_full();
    let mut points = known.points;
    sort(&mut points);
    Ok(Landscape {
        count: match count(&countable, &points) {
            _ if is_full => Count::Unknown("the list is full".into()),
            // A sum of 1 says nothing where nobody has looked on.
            Count::Complete if !is_proved && failed < search.tries.max(1) => {
                Count::Unknown(unfinished(tries, search.tries))
            }
            count => count,
        },
        complete,
        points,
        followed: ends.len(),
        rested,
        until: search.follow(on, watch).until(),
        tries,
        asymmetry: known.asymmetry,
        is_full,
        is_interrupted: false,
    })
}

/// Why a count tells nothing.
fn unfinished(tries: usize, failures: usize) -> String {
    match tries {
        0 => "Newton's method was not tried away from what the starts found (--tries)".into(),
        n => format!(
            "after {n} tries of Newton's method the search ended before {failures} had failed one after the other"
        ),
    }
}

/// Where the starts end, in their order, and whether they are at rest there.
pub(super) fn follow(
    on: (&Network, &Settings),
    search: &Search,
    starts: &[Vec<f64>],
    watch: &Watch<'_>,
) -> Result<Vec<(bool, Vec<f64>)>, Refusal> {
    let ends = Mutex::new(vec![None; starts.len()]);
    let state = |k: usize| starts[k].clone();
    let done = |k: usize, outcome: Outcome| {
        let end = (outcome.stop == StopReason::Rest, outcome.x);
        ends.lock().unwrap_or_else(PoisonError::into_inner)[k] = Some(end);
    };
    let follow = search.follow(on, watch);
    follow.run(starts.len(), state, done)?;
    let ends = ends.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(ends.into_iter().flatten().collect())
}
