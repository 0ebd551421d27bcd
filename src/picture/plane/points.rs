//! The fixed points of the system that a plane shows, found by the search of the landscape, and what separates their basins there.

use super::System;
use crate::analysis::{
    Class, Landscape, LandscapePoint, OnSection, Plane, Search, Section, Space, Watch,
    landscape_watched, stable_manifold,
};
use crate::dynamics::{Interrupt, Start};
use crate::figure::{PlanePoint, Stability};
use crate::network::Network;
use crate::refusal::Refusal;
use crate::study::Study;

/// Where a plane of activations goes beyond what they reach, separatrices are followed to this state.
const FAR: f64 = 30.0;
/// So near beyond the edge of a plane of activations, as a part of its width, a fixed point is on it.
const EDGE: f64 = 1.5e-3;
/// A fixed point is on the sheet of the others' equilibria to so much.
const ON_THE_SHEET: f64 = 1e-6;

/// A fixed point and its place in a plane.
#[derive(Clone, Debug)]
pub struct PointOnPlane {
    /// Its place; where it is projected to, if it is not on the plane.
    pub at: [f64; 2],
    /// Its mark.
    pub kind: Stability,
    /// All else.
    pub point: LandscapePoint,
}

/// The neurons that a section shows.
pub(super) fn moved(section: &Section) -> Vec<usize> {
    let [a, b] = &section.directions;
    (0..a.len())
        .filter(|i| a[*i] != 0.0 || b[*i] != 0.0)
        .collect()
}

/// The fixed points of a system, with these neurons free: `given` are starts besides those that are drawn, and `tries` says how long
/// is searched where not as usual.
pub(super) fn search(
    study: &Study,
    system: &System,
    free: &[usize],
    (given, tries): (Vec<Vec<f64>>, Option<usize>),
    watch: &Watch<'_>,
) -> Result<Landscape, Refusal> {
    let network = &study.network;
    let own = network.input().iter();
    let mut clamped: Vec<usize> = system.clamped.clone();
    clamped.extend((0..network.size()).filter(|i| !free.contains(i)));
    clamped.sort_unstable();
    clamped.dedup();
    let base = Start {
        clamped,
        input: system
            .input
            .iter()
            .zip(own)
            .map(|(all, own)| all - own)
            .collect(),
        ..Start::at(system.base.clone())
    };
    let usual = Search::new(network, base);
    let is_whole = free.len() == network.size();
    let recall = study.recall.as_ref().filter(|_| is_whole);
    let search = Search {
        given,
        splits: !is_whole,
        memories: recall.map(|r| (r.layer, r.memories.clone())),
        rest: study.rest,
        seed: study.seed,
        threads: study.threads,
        ..usual
    };
    let search = match tries {
        Some(tries) => search.with_tries(tries),
        None => search,
    };
    landscape_watched((network, &study.settings), &search, watch)
}

/// The fixed points of two neurons, all others standing where the system has them; none where nothing can be found, as of two that are both
/// clamped.
pub(crate) fn of_two(study: &Study, system: &System, neurons: [usize; 2]) -> Vec<LandscapePoint> {
    let interrupt = Interrupt::new();
    let watch = Watch::quiet(&interrupt);
    let found = search(study, system, &neurons, (Vec::new(), None), &watch);
    found.map_or_else(|_| Vec::new(), |found| found.points)
}

/// The marks of those that are in a plane. Of a continuum there is none.
pub(crate) fn marks(network: &Network, plane: &Plane, found: &[LandscapePoint]) -> Vec<PlanePoint> {
    let [[left, right], [low, high]] = [plane.x, plane.y];
    let isolated = found.iter().filter(|p| !p.is_continuous());
    let mark = isolated.map(|p| {
        let [x, y] = plane.point(network, &p.x);
        PlanePoint {
            x,
            y,
            stability: kind(p),
            number: None,
        }
    });
    mark.filter(|p| left <= p.x && p.x <= right && low <= p.y && p.y <= high)
        .collect()
}

/// The fixed points in a plane, on the sheet of the others' equilibria, and how many lie beyond its ends. Of a continuum none is marked.
pub(super) fn placed(
    on: &mut OnSection<'_>,
    section: &Section,
    (network, found): (&Network, &Landscape),
) -> (Vec<PointOnPlane>, usize) {
    let [x, y] = [section.x, section.y];
    let all = found.points.iter().filter(|p| !p.is_continuous());
    let placed = all.map(|p| PointOnPlane {
        at: section.point(network, &p.x),
        kind: kind(p),
        point: p.clone(),
    });
    // The grid keeps away from the ends of what activations can be, where those that are saturated are: these stand at the edge.
    let reach = match section.space {
        Space::State => 0.0,
        Space::Activation => EDGE,
    };
    let is_within = |[low, high]: [f64; 2], v: f64| {
        let more = reach * (high - low);
        low - more <= v && v <= high + more
    };
    let inside = |p: &PointOnPlane| is_within(x, p.at[0]) && is_within(y, p.at[1]);
    let (mut placed, beyond): (Vec<PointOnPlane>, Vec<PointOnPlane>) = placed.partition(inside);
    for p in &mut placed {
        p.at = [p.at[0].clamp(x[0], x[1]), p.at[1].clamp(y[0], y[1])];
    }
    if section.relaxed.is_none() {
        return (placed, beyond.len());
    }
    let places: Vec<[f64; 2]> = placed.iter().map(|p| p.at).collect();
    let sheet = on.states(&places);
    let is_on = |(p, state): &(PointOnPlane, Vec<f64>)| {
        let mut pairs = state.iter().zip(&p.point.x);
        pairs.all(|(a, b)| (a - b).abs() <= ON_THE_SHEET * (1.0 + b.abs()))
    };
    let both = placed.into_iter().zip(sheet).filter(is_on);
    (both.map(|(placed, _)| placed).collect(), 0)
}

/// The kind of mark that a fixed point has.
pub(super) fn kind(p: &LandscapePoint) -> Stability {
    match p.class {
        _ if p.attracts() => Stability::Attractor,
        Class::UnstableNode | Class::UnstableFocus => Stability::Repeller,
        Class::Saddle(_) | Class::SaddleFocus(_) => Stability::Saddle,
        _ => Stability::Marginal,
    }
}

/// The stable manifolds of the saddles of two free neurons.
pub(super) fn borders(
    section: &Section,
    (network, system, clamped): (&Network, &System, &[usize]),
    found: &Landscape,
) -> Result<Vec<Vec<[f64; 2]>>, Refusal> {
    // The box of states that the plane shows; where an activation ends, states go on, and so do separatrices.
    let corners = [[section.x[0], section.y[0]], [section.x[1], section.y[1]]];
    let mut on = OnSection::new(section, (network, &system.input, clamped));
    let corners = on.states(&corners);
    let within: Vec<[f64; 2]> = moved(section)
        .into_iter()
        .map(|i| {
            let or = |x: f64, far: f64| if x.is_finite() { x } else { far };
            [or(corners[0][i], -FAR), or(corners[1][i], FAR)]
        })
        .collect();
    let mut lines = Vec::new();
    for saddle in found.points.iter().filter(|p| p.class == Class::Saddle(1)) {
        let free = moved(section).into_iter().zip(&within);
        let mut inside = free.map(|(i, [low, high])| *low < saddle.x[i] && saddle.x[i] < *high);
        if !inside.all(|is| is) {
            continue;
        }
        let halves = stable_manifold((network, &system.input, clamped), saddle, &within)?;
        let line = |x: &Vec<Vec<f64>>| x.iter().map(|x| section.point(network, x)).collect();
        lines.extend(halves.iter().map(|half| line(&half.x)));
    }
    Ok(lines)
}
