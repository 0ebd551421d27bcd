//! Fractions of basins, from wherever their starts are to be drawn.

use super::{Around, Centre, Counted, Mapped, free, recall};
use crate::analysis::{Follow, Fractions, Whence, basin_fractions, state_box};
use crate::refusal::Refusal;
use crate::study::Study;

/// Two attractors are one within this, in units of 1 + |x|.
const SAME: f64 = 1e-6;

/// Counts random starts.
pub(super) fn count(
    (study, follow): (&Study, &Follow<'_>),
    map: Option<&Mapped>,
    (starts, centre, radius): (usize, Option<Centre>, Option<f64>),
) -> Result<Counted, Refusal> {
    let flips = study.settings.method.flips;
    let everywhere = || -> Result<Whence, Refusal> {
        if flips {
            return Ok(Whence::States);
        }
        let [low, high] = state_box(follow)?;
        Ok(Whence::Box { low, high })
    };
    let radius = || {
        radius.ok_or_else(|| {
            let why = "is not said";
            Refusal::new("the radius of the balls", why).help("--within says it, such as 0.5")
        })
    };
    let plain = |around, whence: &Whence| {
        Ok(Counted {
            around,
            fractions: basin_fractions(follow, whence, starts)?,
            back: Vec::new(),
        })
    };
    match (centre, map) {
        (None, Some(Mapped { map, .. })) => {
            let ends = |axis: &[f64]| [axis[0], axis[axis.len() - 1]];
            let whence = Whence::Rectangle {
                plane: map.plane.clone(),
                x: ends(&map.x),
                y: ends(&map.y),
            };
            plain(Around::Rectangle, &whence)
        }
        (None, None) | (Some(Centre::Box), _) => plain(Around::Everywhere, &everywhere()?),
        (Some(Centre::Memories), _) => {
            let recall = recall(study)?;
            let radius = radius()?;
            let neurons: Vec<usize> = study.network.neurons(recall.layer).collect();
            let centre = |k: usize| {
                let mut x = follow.base.x.clone();
                let free = free(follow);
                let own = neurons.iter().zip(recall.memories.get(k));
                let own = own.filter(|(i, _)| free.contains(i));
                own.for_each(|(i, v)| x[*i] = *v);
                x
            };
            let whence = Whence::Balls {
                centres: (0..recall.memories.count()).map(centre).collect(),
                radius,
                neurons: neurons.clone(),
            };
            let fractions = basin_fractions(follow, &whence, starts)?;
            let held = |memory: usize, attractor: usize| {
                let g = &fractions.reached.attractors[attractor].g;
                recall.holds(memory, &g[study.network.neurons(recall.layer)])
            };
            Ok(Counted {
                around: Around::Memories(radius),
                back: back(&fractions, held),
                fractions,
            })
        }
        (Some(Centre::Attractors), _) => {
            let radius = radius()?;
            let found = basin_fractions(follow, &everywhere()?, starts)?;
            let centres: Vec<Vec<f64>> =
                found.reached.attractors.into_iter().map(|p| p.x).collect();
            if centres.is_empty() {
                let why = format!("none was reached from {starts} starts");
                return Err(Refusal::new("the attractors", why));
            }
            let whence = Whence::Balls {
                centres: centres.clone(),
                radius,
                neurons: free(follow),
            };
            let fractions = basin_fractions(follow, &whence, starts)?;
            let same = |ball: usize, attractor: usize| {
                let pairs = centres[ball]
                    .iter()
                    .zip(&fractions.reached.attractors[attractor].x);
                let mut all = pairs;
                all.all(|(a, b)| (a - b).abs() <= SAME * (1.0 + a.abs()))
            };
            Ok(Counted {
                around: Around::Attractors(radius),
                back: back(&fractions, same),
                fractions,
            })
        }
    }
}

/// How many starts of each ball ended where it belongs.
fn back(fractions: &Fractions, belongs: impl Fn(usize, usize) -> bool) -> Vec<u64> {
    let shares = fractions.shares.iter().enumerate();
    let own = shares.map(|(ball, share)| {
        let all = share.attractors.iter().enumerate();
        all.filter(|(k, _)| belongs(ball, *k)).map(|(_, n)| n).sum()
    });
    own.collect()
}
