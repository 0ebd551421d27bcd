//! Separatrices on a plane that is the whole space of states: the stable manifolds of saddles.

use super::StatePlane;
use crate::analysis::{Follow, LandscapePoint, Search, landscape, stable_manifold};
use crate::refusal::Refusal;

/// Saddles, and the separatrix through each as a curve of the plane.
pub(super) type Separatrices = (Vec<LandscapePoint>, Vec<Vec<[f64; 2]>>);

/// The separatrices of all saddles.
///
/// They are followed in the box of the map and of all saddles, by half of its size larger, so that one that leaves the map may come back.
pub(super) fn separatrices(
    follow: &Follow<'_>,
    plane: &StatePlane,
    ranges: [[f64; 2]; 2],
) -> Result<Separatrices, Refusal> {
    let search = Search {
        rest: follow.rest,
        seed: follow.seed,
        threads: follow.threads,
        ..Search::new(follow.network, follow.base.clone())
    };
    let on = (follow.network, follow.settings);
    let found = landscape(on, &search, follow.interrupt)?;
    let mut saddles = found.points;
    saddles.retain(|p| p.index == 1 && p.zeros == 0 && !p.is_on_a_kink);
    let mut within = ranges;
    for saddle in &saddles {
        for (range, v) in within.iter_mut().zip(plane.point(&saddle.x)) {
            *range = [range[0].min(v), range[1].max(v)];
        }
    }
    let larger = within.map(|[low, high]| {
        let more = 0.5 * (high - low);
        [low - more, high + more]
    });
    // The box of a manifold is in the order of the neurons, that of the map in the order of its axes.
    let [first, second] = plane
        .directions
        .each_ref()
        .map(|d| d.iter().position(|v| *v != 0.0));
    let within = match first < second {
        true => larger,
        false => [larger[1], larger[0]],
    };
    let input = follow.input();
    let on = (follow.network, &input[..], &follow.base.clamped[..]);
    let mut curves = Vec::new();
    for saddle in &saddles {
        let [one, other] = stable_manifold(on, saddle, &within)?;
        let all = one.x.iter().rev().chain(other.x.iter().skip(1));
        curves.push(all.map(|x| plane.point(x)).collect());
    }
    Ok((saddles, curves))
}
