//! What the saddles join, and the lowest pass between every two attractors.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::analysis::manifolds::{Curve, CurveEnd, unstable_manifold};
use crate::analysis::parallel::each;
use crate::analysis::{Landscape, LandscapePoint, Told, Watch};
use crate::lagrangian::Values;
use crate::network::Network;
use crate::refusal::Refusal;

/// A curve ends at a point of the list where no neuron differs by more, in units of 1 + max|x|.
const SAME: f64 = 1e-6;

/// A saddle of index 1, and where the flow leads from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Connection {
    /// Its number in the list of fixed points.
    pub saddle: usize,
    /// The fixed points where the two halves of its unstable manifold end; none where a half ends at no point of the list.
    pub joins: [Option<usize>; 2],
}

/// The lowest way between two attractors.
#[derive(Clone, Debug, PartialEq)]
pub struct Pass {
    /// Their numbers in the list of fixed points.
    pub attractors: [usize; 2],
    /// The highest saddle on the way.
    pub saddle: usize,
    /// The energy there: any other path is at least as high somewhere.
    pub energy: f64,
    /// How much higher it is than either attractor.
    pub barriers: [f64; 2],
    /// The fixed points on the way, from the first attractor to the second.
    pub over: Vec<usize>,
}

impl Pass {
    /// The same from the second attractor to the first.
    pub fn reversed(&self) -> Pass {
        let [a, b] = self.attractors;
        let [there, back] = self.barriers;
        Pass {
            attractors: [b, a],
            barriers: [back, there],
            over: self.over.iter().rev().copied().collect(),
            ..self.clone()
        }
    }
}

/// See [`barriers`].
#[derive(Clone, Debug, PartialEq)]
pub struct Barriers {
    /// The attractors, by their numbers in the list of fixed points.
    pub attractors: Vec<usize>,
    /// The saddles of index 1, in order of energy.
    pub connections: Vec<Connection>,
    /// The lowest pass of every two attractors that are joined.
    pub passes: Vec<Pass>,
    /// Every two attractors that no saddle of the list joins: where all fixed points are known there are none, so that a saddle is missing.
    pub apart: Vec<[usize; 2]>,
    /// Was the search interrupted?
    pub is_interrupted: bool,
}

/// The barriers between the attractors of a landscape. `on` is the network, its input, and what is clamped beside the network's own neurons.
///
/// Saddles of index 1 are followed down both ways; see [`unstable_manifold`]. Energies have the accuracy of the fixed points, about 1e-14 of
/// the summands of E.
///
/// # Errors
/// A network without energy, units that flip, states that do not fit.
pub fn barriers(
    on: (&Network, &[f64], &[usize]),
    landscape: &Landscape,
    watch: &Watch<'_>,
) -> Result<Barriers, Refusal> {
    may_have_barriers(on.0)?;
    let points = &landscape.points;
    let energies = energies(points)?;
    let is_pass = |k: &usize| {
        let p = &points[*k];
        p.index == 1 && p.zeros == 0 && !p.is_on_a_kink
    };
    let saddles: Vec<usize> = (0..points.len()).filter(is_pass).collect();
    let followed = AtomicUsize::new(0);
    let connections = each(saddles.len(), (0, watch.interrupt), || {
        |k: usize| {
            let saddle = saddles[k];
            // Where they end is kept, and not the way: of many saddles that would fill the memory.
            let halves = down(on, &points[saddle])?;
            (watch.tell)(Told {
                stage: "saddles followed down",
                done: followed.fetch_add(1, Ordering::Relaxed) + 1,
                of: Some(saddles.len()),
                found: (saddles.len(), "saddles"),
            });
            Ok(Connection {
                saddle,
                joins: halves.each_ref().map(|half| reached(half, points)),
            })
        }
    });
    // None where an interrupt came first.
    let connections = connections.into_iter().flatten();
    let connections: Vec<Connection> = connections.collect::<Result<_, Refusal>>()?;
    let attractors = (0..points.len()).filter(|k| points[*k].attracts());
    let attractors: Vec<usize> = attractors.collect();
    let next = tree(&connections, &energies);
    let (mut passes, mut apart) = (Vec::new(), Vec::new());
    for (k, a) in attractors.iter().enumerate() {
        for b in &attractors[k + 1..] {
            match way(&next, [*a, *b]) {
                Some(over) => passes.extend(pass(over, &energies)),
                None => apart.push([*a, *b]),
            }
        }
    }
    Ok(Barriers {
        attractors,
        connections,
        passes,
        apart,
        is_interrupted: watch.interrupt.is_raised(),
    })
}

/// Both halves of the unstable manifold of a saddle, as far as they go.
pub(super) fn down(
    on: (&Network, &[f64], &[usize]),
    saddle: &LandscapePoint,
) -> Result<[Curve; 2], Refusal> {
    let clamped: BTreeSet<&usize> = on.0.clamped().iter().chain(on.2).collect();
    let within = vec![[f64::NEG_INFINITY, f64::INFINITY]; on.0.size() - clamped.len()];
    unstable_manifold(on, saddle, &within)
}

/// Has a network barriers: does it move on curves, down an energy?
///
/// # Errors
/// Why it has none.
pub fn may_have_barriers(network: &Network) -> Result<(), Refusal> {
    let mut layers = network.layers().iter();
    let mut segments = layers.by_ref().flat_map(|l| l.lagrangian.segments());
    if segments.any(|s| s.lagrangian.values() != Values::Interval) {
        let why =
            "are passes on the way of states that move on curves, and units of this network flip";
        let help = "the figure of kind \"transitions\" shows all states of a small network, each at its energy";
        return Err(Refusal::new("barriers", why).help(help));
    }
    if network.is_gradient() {
        return Ok(());
    }
    let why = "are differences of an energy that falls, and the motion of this network is the descent of none";
    let help = "`attractor check` says why; `attractor fixed-points` lists its attractors";
    Err(Refusal::new("barriers", why).help(help))
}

fn energies(points: &[LandscapePoint]) -> Result<Vec<f64>, Refusal> {
    let all: Option<Vec<f64>> = points.iter().map(|p| p.energy).collect();
    all.ok_or_else(|| Refusal::new("barriers", "need the energy of every fixed point"))
}

/// The point of the list where a curve ends.
pub(super) fn reached(half: &Curve, points: &[LandscapePoint]) -> Option<usize> {
    let x = half.last();
    let near = SAME * (1.0 + x.iter().fold(0.0, |m: f64, x| m.max(x.abs())));
    let is_here = |p: &LandscapePoint| {
        let mut pairs = p.x.iter().zip(x);
        pairs.all(|(a, b)| (a - b).abs() <= near)
    };
    (half.end == CurveEnd::AtPoint)
        .then(|| points.iter().position(is_here))
        .flatten()
}

/// The spanning tree of the lowest saddles: the neighbours of every point. `connections` are in order of energy.
fn tree(connections: &[Connection], energies: &[f64]) -> Vec<Vec<usize>> {
    let mut next = vec![Vec::new(); energies.len()];
    let mut order: Vec<&Connection> = connections.iter().collect();
    order.sort_by(|a, b| energies[a.saddle].total_cmp(&energies[b.saddle]));
    for connection in order {
        for end in connection.joins.iter().flatten() {
            let saddle = connection.saddle;
            if way(&next, [saddle, *end]).is_none() {
                next[saddle].push(*end);
                next[*end].push(saddle);
            }
        }
    }
    next
}

/// The way between two points of a tree, both included.
fn way(next: &[Vec<usize>], [from, to]: [usize; 2]) -> Option<Vec<usize>> {
    let mut before = vec![None; next.len()];
    let mut open = vec![to];
    while let Some(k) = open.pop() {
        if k == from {
            let ahead = std::iter::successors(Some(from), |k| before[*k]);
            return Some(ahead.collect());
        }
        for j in &next[k] {
            if *j != to && before[*j].is_none() {
                before[*j] = Some(k);
                open.push(*j);
            }
        }
    }
    None
}

/// None of a way without an end.
fn pass(over: Vec<usize>, energies: &[f64]) -> Option<Pass> {
    let attractors = [*over.first()?, *over.last()?];
    let highest = over
        .iter()
        .max_by(|a, b| energies[**a].total_cmp(&energies[**b]));
    let saddle = *highest?;
    let energy = energies[saddle];
    Some(Pass {
        attractors,
        saddle,
        energy,
        barriers: attractors.map(|k| energy - energies[k]),
        over,
    })
}
