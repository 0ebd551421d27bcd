//! Questions about basins: a map, fractions, and how much damage memories are recalled from, as they are asked of a study.

mod answers;
mod fractions;

pub use answers::{Around, BasinAnswers, Counted, Mapped, Measured};

use super::{Study, relax};
use crate::analysis::{
    Across, Border, Cues, Follow, MapRange, Recall, StatePlane, Watch, basin_map, recall_curves,
    state_box,
};
use crate::dynamics::Start;
use crate::evenly::evenly;
use crate::refusal::Refusal;
use fractions::count;

/// Random starts where nothing is asked and nothing can be mapped.
const STARTS: usize = 1000;

/// What is asked about the basins of a study. With nothing, whatever can be shown of it: the map of two neurons that alone are free, or of the
/// overlaps with the first two memories, or else fractions.
#[derive(Clone, Debug, Default)]
pub struct BasinsOf {
    /// The map.
    pub map: Option<MapOf>,
    /// How many random starts are counted, where from, and the radius of balls.
    pub fractions: Option<(usize, Option<Centre>, Option<f64>)>,
    /// Recall against damage.
    pub radius: Option<RadiusOf>,
}

/// A map that is asked for.
#[derive(Clone, Debug)]
pub struct MapOf {
    /// The plane; none for whatever plane there is.
    pub plane: Option<MapPlane>,
    /// Range of the first coordinate; none for the usual one.
    pub x: Option<[f64; 2]>,
    /// Range of the second coordinate.
    pub y: Option<[f64; 2]>,
    /// Starts along each.
    pub points: usize,
}

/// The plane of a map.
#[derive(Clone, Debug)]
pub enum MapPlane {
    /// The states of two neurons.
    Neurons([usize; 2]),
    /// The overlaps with two memories.
    Memories([usize; 2]),
    /// Two directions from the start.
    Along([Vec<f64>; 2]),
}

/// Where starts are drawn from, if not from the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Centre {
    /// The whole space of states.
    Box,
    /// Balls around the memories.
    Memories,
    /// Balls around the attractors.
    Attractors,
}

/// Recall against damage that is asked for.
#[derive(Clone, Debug)]
pub struct RadiusOf {
    /// Sizes of the damage; empty for the usual ones.
    pub damage: Vec<f64>,
    /// By noise, whatever the memories are.
    pub noise: bool,
    /// Cues of each memory and size.
    pub each: usize,
    /// The probability with which a memory must be recalled.
    pub probability: f64,
}

impl BasinsOf {
    /// The answers.
    ///
    /// # Errors
    /// What does not fit the study: coordinates, ranges, memories that it does not have, starts with several landscapes.
    pub fn answer(&self, study: &Study, watch: &Watch<'_>) -> Result<BasinAnswers, Refusal> {
        let network = &study.network;
        let base = study.common()?;
        let complete = |start: &mut Start| {
            let mut layers = study.relaxed.iter();
            layers.try_for_each(|layer| relax(network, *layer, network.input(), start))
        };
        let mut follow = Follow {
            rest: study.rest,
            seed: study.seed,
            threads: study.threads,
            tell: watch.tell,
            ..Follow::new((network, &study.settings), base, watch.interrupt)
        };
        if !study.relaxed.is_empty() {
            follow.complete = Some(&complete);
        }
        let asked = self.or_else(study, &follow);
        let mut answers = BasinAnswers::default();
        if let Some(map) = &asked.map {
            answers.map = Some(map.answer(study, &follow)?);
        }
        if let Some((starts, centre, radius)) = asked.fractions {
            let map = answers.map.as_ref();
            let counted = count((study, &follow), map, (starts, centre, radius))?;
            answers.fractions = Some(counted);
        }
        if let Some(radius) = &asked.radius {
            answers.radius = Some(radius.answer(study, &follow)?);
        }
        Ok(answers)
    }

    /// What is asked where nothing is.
    fn or_else(&self, study: &Study, follow: &Follow<'_>) -> BasinsOf {
        let mut asked = self.clone();
        let is_bare = |map: &MapOf| map.plane.is_none() && map.x.is_none() && map.y.is_none();
        let Some(map) = asked.map.as_mut().filter(|m| m.plane.is_none()) else {
            return asked;
        };
        let free = free(follow);
        let memories = study.recall.as_ref().map_or(0, |r| r.memories.count());
        map.plane = match free[..] {
            _ if study.settings.method.flips => None,
            [a, b] => Some(MapPlane::Neurons([a, b])),
            _ if memories >= 2 => Some(MapPlane::Memories([0, 1])),
            _ => None,
        };
        let is_more = self.fractions.is_some() || self.radius.is_some();
        if self.map.as_ref().is_some_and(is_bare) && (map.plane.is_none() || is_more) {
            asked.map = None;
            if !is_more {
                asked.fractions = Some((STARTS, None, None));
            }
        }
        asked
    }
}

/// The neurons that are not clamped.
fn free(follow: &Follow<'_>) -> Vec<usize> {
    let is_clamped =
        |i: &usize| follow.network.clamped().contains(i) || follow.base.clamped.contains(i);
    (0..follow.network.size())
        .filter(|i| !is_clamped(i))
        .collect()
}

/// The memories of the study.
fn recall(study: &Study) -> Result<&Recall, Refusal> {
    study.recall.as_ref().ok_or_else(|| {
        let why = "has no [recall], which says what its memories are";
        let help = "add [recall] with the layer, the patterns, and how near is recalled";
        Refusal::new("the model", why).help(help)
    })
}

impl MapOf {
    fn answer(&self, study: &Study, follow: &Follow<'_>) -> Result<Mapped, Refusal> {
        let across = match &self.plane {
            Some(MapPlane::Neurons(neurons)) => Across::Neurons(*neurons),
            Some(MapPlane::Memories(two)) => {
                let recall = recall(study)?;
                Across::Memories {
                    layer: recall.layer,
                    memories: recall.memories.clone(),
                    two: *two,
                }
            }
            Some(MapPlane::Along(directions)) => Across::Along(directions.clone()),
            None => {
                let why = "has no plane: its neurons, memories or directions are to be said";
                return Err(Refusal::new("the map", why));
            }
        };
        let plane = StatePlane::new(follow, &across)?;
        for layer in &study.relaxed {
            let neurons = study.network.neurons(*layer);
            let mut moves = plane.directions.iter().flat_map(|d| &d[neurons.clone()]);
            if moves.any(|v| *v != 0.0) {
                let name = &study.network.layers()[*layer].name;
                let why = format!("move layer `{name}`, which is \"relaxed\" in [start]");
                let help = "choose coordinates of other layers, or give it another start";
                return Err(Refusal::new("the coordinates", why).help(help));
            }
        }
        let [x, y] = match &across {
            Across::Neurons(neurons) => {
                let [low, high] = state_box(follow)?;
                neurons.map(|i| [low[i], high[i]])
            }
            Across::Memories { .. } => [[-1.25, 1.25]; 2],
            Across::Along(_) => [[-1.0, 1.0]; 2],
        };
        let range = MapRange {
            x: self.x.unwrap_or(x),
            y: self.y.unwrap_or(y),
            points: [self.points; 2],
            border: Border::Manifolds,
        };
        let map = basin_map(follow, &across, range)?;
        Ok(Mapped { across, map })
    }
}

impl RadiusOf {
    fn answer(&self, study: &Study, follow: &Follow<'_>) -> Result<Measured, Refusal> {
        let recall = recall(study)?;
        let p = self.probability;
        let is_probability = p > 0.0 && p <= 1.0;
        if !is_probability {
            let why = format!("is {p}, it must be above 0 and at most 1");
            return Err(Refusal::new("the probability", why));
        }
        let patterns = &recall.memories.patterns;
        let values = Cues::values_of(patterns).filter(|_| !self.noise);
        if values.is_none() && study.settings.method.flips {
            let why = "makes no values of units that flip";
            let help = "leave --noise out, and give memories that have two values";
            return Err(Refusal::new("noise", why).help(help));
        }
        let layer = recall.layer;
        if study.relaxed.contains(&layer) {
            let name = &study.network.layers()[layer].name;
            let why = "is \"relaxed\" in [start]: no cue can be put there";
            return Err(Refusal::new(format!("layer `{name}`"), why));
        }
        let squares: f64 = patterns.iter().map(|v| v * v).sum();
        let size = (squares / patterns.len().max(1) as f64).sqrt();
        let most = if values.is_some() { 0.5 } else { 2.0 * size };
        let usual = || (0..=10).map(|k| evenly([0.0, most], k, 11)).collect();
        let cues = Cues {
            memories: Vec::new(),
            levels: match self.damage.is_empty() {
                true => usual(),
                false => self.damage.clone(),
            },
            values,
            each: self.each,
        };
        let curves = recall_curves(follow, recall, &cues)?;
        Ok(Measured {
            cues,
            curves,
            probability: p,
        })
    }
}
