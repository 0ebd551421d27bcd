//! The fixed points of a plane, and what separates their basins there.

use super::gathered::Gathered;
use super::kind;
use crate::analysis::{
    Class, FixedPoint, FixedPoints, OnSection, Search, Section, Space, landscape, newton_from,
    stable_manifold,
};
use crate::dynamics::{Interrupt, Start};
use crate::figure::Stability;
use crate::network::Network;
use crate::refusal::Refusal;
use crate::study::Study;

/// Starts of Newton's method along each axis.
const STARTS: usize = 13;
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
    pub point: FixedPoint,
}

/// The neurons that a section shows.
pub(super) fn moved(section: &Section) -> Vec<usize> {
    let [a, b] = &section.directions;
    (0..a.len())
        .filter(|i| a[*i] != 0.0 || b[*i] != 0.0)
        .collect()
}

/// What Newton's method finds from a plane.
pub(super) struct Resting {
    /// The fixed points in it, on the sheet of the others' equilibria.
    pub points: Vec<PointOnPlane>,
    /// Are there others on a line of them, of which none is listed?
    pub has_line: bool,
    /// How many isolated ones lie beyond its ends.
    pub beyond: usize,
}

/// The fixed points that Newton's method finds from the plane and from `more` states, with their places.
pub(super) fn resting(
    on: &mut OnSection<'_>,
    section: &Section,
    (network, input, clamped): (&Network, &[f64], &[usize]),
    more: &[Vec<f64>],
) -> Resting {
    let [x, y] = [section.x, section.y];
    let part =
        |[low, high]: [f64; 2], k: usize| low + (high - low) * k as f64 / (STARTS - 1) as f64;
    let grid = (0..STARTS * STARTS).map(|k| [part(x, k % STARTS), part(y, k / STARTS)]);
    let grid: Vec<[f64; 2]> = grid.collect();
    let mut found = FixedPoints::default();
    for start in on.states(&grid).iter().chain(more) {
        if start.iter().all(|v| v.is_finite())
            && let Some(end) = newton_from(network, start, input, clamped)
        {
            found.find(network, &end, input, clamped);
        }
    }
    let has_line = found.points().iter().any(FixedPoint::is_on_a_line);
    let all = found.points().iter().filter(|p| !p.is_on_a_line());
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
    let resting = |points| Resting {
        points,
        has_line,
        beyond: beyond.len(),
    };
    if section.relaxed.is_none() {
        return resting(placed);
    }
    let places: Vec<[f64; 2]> = placed.iter().map(|p| p.at).collect();
    let sheet = on.states(&places);
    let is_on = |(p, state): &(PointOnPlane, Vec<f64>)| {
        let mut pairs = state.iter().zip(&p.point.x);
        pairs.all(|(a, b)| (a - b).abs() <= ON_THE_SHEET * (1.0 + b.abs()))
    };
    let both = placed.into_iter().zip(sheet).filter(is_on);
    resting(both.map(|(placed, _)| placed).collect())
}

/// The stable manifolds of the saddles of two free neurons.
pub(super) fn borders(
    study: &Study,
    section: &Section,
    (gathered, clamped): (&Gathered<'_>, &[usize]),
    interrupt: &Interrupt,
) -> Result<Vec<Vec<[f64; 2]>>, Refusal> {
    let (network, system) = (&study.network, &gathered.system);
    let own = network.input().iter();
    let base = Start {
        clamped: clamped.to_vec(),
        input: system
            .input
            .iter()
            .zip(own)
            .map(|(all, own)| all - own)
            .collect(),
        ..Start::at(system.base.clone())
    };
    let search = Search {
        rest: study.rest,
        seed: study.seed,
        threads: study.threads,
        ..Search::new(network, base)
    };
    let found = landscape((network, &study.settings), &search, interrupt)?;
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
