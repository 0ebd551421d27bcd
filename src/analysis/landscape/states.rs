//! The states that no unit wants to leave.

use std::collections::BTreeSet;

use super::search::follow;
use super::{Class, Count, Landscape, LandscapePoint, Search, energy_at, sort};
use crate::analysis::Watch;
use crate::analysis::parallel::each;
use crate::dynamics::{ASYNCHRONOUS, Flipping, Moves, SYNCHRONOUS, Settings, Still, Temperature};
use crate::network::Network;
use crate::pattern::Drawer;
use crate::pattern::random::{Draws, Stream};
use crate::refusal::Refusal;

/// Up to so many states all are asked.
const ALL: usize = 1 << 20;
/// Parts in which they are asked, each by one thread.
const PARTS: usize = 64;
/// In the place of a layer, for what is drawn here.
const OWN: usize = Drawer::States.place();

pub(super) fn states(
    on: (&Network, &Settings),
    search: &Search,
    watch: &Watch<'_>,
) -> Result<Landscape, Refusal> {
    let (network, base) = (on.0, &search.base);
    // Units want what they want at temperature 0, one at a time or all at once.
    let cold = Settings {
        method: match on.1.method.at_once {
            true => &SYNCHRONOUS,
            false => &ASYNCHRONOUS,
        },
        flipping: Flipping {
            temperature: Temperature::Constant(0.0),
            ..on.1.flipping.clone()
        },
        ..on.1.clone()
    };
    (cold.method.suits)(network, &cold)?;
    let on = (network, &cold);
    let input = search.follow(on, watch).input();
    let moves = || Moves::new(on, &input, &base.clamped);
    let units = &moves().units();
    let count = units.iter().map(|(_, values)| values.len());
    let count = count.fold(1usize, usize::saturating_mul);
    let mut found = Landscape {
        points: Vec::new(),
        followed: 0,
        rested: 0,
        until: search.follow(on, watch).until(),
        tries: 0,
        count: Count::All,
        complete: None,
        asymmetry: None,
        is_full: false,
        is_interrupted: false,
    };
    // One more than may be kept tells that there are more.
    let most = search.max_points.saturating_add(1);
    let mut ends: Vec<(Vec<f64>, usize)> = Vec::new();
    if count <= ALL {
        found.tries = count;
        let bound = |part: usize| count * part / PARTS;
        let parts = each(PARTS, (search.threads, watch.interrupt), || {
            let mut asked = moves();
            move |part| {
                let all = (bound(part)..bound(part + 1)).map(|k| state(units, k, &base.x));
                let firm = all.filter(|x| asked.still(x) != Still::Wants);
                firm.take(most).collect::<Vec<_>>()
            }
        });
        ends.extend(parts.into_iter().flatten().flatten().map(|x| (x, 0)));
    } else {
        let why = format!("there are more than 2^20 states of {} units", units.len());
        found.count = Count::Unknown(why);
        let mut draws = Draws::of(Stream::of(search.seed, OWN, 0, 0));
        let mut starts = search.given.clone();
        let is_state = |x: &Vec<f64>| {
            let mut all = units.iter();
            all.all(|(at, values)| values.iter().any(|v| v[..] == x[at.clone()]))
        };
        starts.extend(search.at_memories(network).into_iter().filter(is_state));
        for _ in 0..search.random {
            let mut x = base.x.clone();
            for (neurons, values) in units {
                x[neurons.clone()].copy_from_slice(&values[draws.below(values.len())]);
            }
            starts.push(x);
        }
        let reached = follow(on, search, &starts, watch)?;
        (found.followed, found.tries) = (reached.len(), reached.len());
        let mut asked = moves();
        let mut seen = BTreeSet::new();
        for (_, x) in reached.into_iter().filter(|(rest, _)| *rest) {
            found.rested += 1;
            let bits: Vec<u64> = x.iter().map(|x| x.to_bits()).collect();
            if !seen.insert(bits) {
                if let Some(end) = ends.iter_mut().find(|(known, _)| *known == x) {
                    end.1 += 1;
                }
            } else if asked.still(&x) != Still::Wants {
                ends.push((x, 1));
            }
        }
    }
    found.is_full = ends.len() >= most;
    ends.truncate(search.max_points);
    let mut asked = moves();
    let points = ends.into_iter().map(|(x, starts)| LandscapePoint {
        starts,
        ..point(network, &mut asked, (x, &input, &base.clamped))
    });
    found.points = points.collect();
    sort(&mut found.points);
    Ok(found)
}

/// State `k` of these units, the last running fastest.
fn state(
    units: &[(std::ops::Range<usize>, Vec<Vec<f64>>)],
    mut k: usize,
    base: &[f64],
) -> Vec<f64> {
    let mut x = base.to_vec();
    for (neurons, values) in units.iter().rev() {
        x[neurons.clone()].copy_from_slice(&values[k % values.len()]);
        k /= values.len();
    }
    x
}

/// What is known of a state that no unit wants to leave.
pub(in crate::analysis) fn point(
    network: &Network,
    asked: &mut Moves<'_>,
    (x, input, clamped): (Vec<f64>, &[f64], &[usize]),
) -> LandscapePoint {
    let (energy, g) = energy_at(network, (&x, input, clamped));
    let class = match asked.still(&x) {
        Still::Firm => Class::StableState,
        _ => Class::Marginal,
    };
    LandscapePoint {
        g,
        energy,
        residual: 0.0,
        eigenvalues: Vec::new(),
        has_all_eigenvalues: true,
        index: 0,
        zeros: 0,
        class,
        along: None,
        is_on_a_kink: false,
        overlaps: Vec::new(),
        likeness: None,
        starts: 0,
        x,
    }
}
