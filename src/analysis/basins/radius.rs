//! How much damage is a memory recalled from?

use std::sync::atomic::{AtomicU64, Ordering};

use crate::analysis::{Clusters, Follow, Recall, wilson};
use crate::number::plural;
use crate::pattern::random::Stream;
use crate::pattern::{Damage, Drawer};
use crate::refusal::Refusal;
use crate::trajectory::StopReason;

/// In the place of a layer, for what is drawn here.
const OWN: usize = Drawer::Radius.place();
/// Most starts in all.
const MOST: usize = 1 << 26;

/// What is done to memories, and how often.
#[derive(Clone, Debug, PartialEq)]
pub struct Cues {
    /// Which memories; empty for all.
    pub memories: Vec<usize>,
    /// Sizes of the damage, rising: fractions of the units that are turned to their other value, or standard deviations of normal noise.
    pub levels: Vec<f64>,
    /// The two values of units that are turned; none for noise.
    pub values: Option<[f64; 2]>,
    /// How often each memory is damaged at each level.
    pub each: usize,
}

impl Cues {
    /// The two values that the memories have, if they have no others: then cues are made by turning them.
    pub fn values_of(patterns: &[f64]) -> Option<[f64; 2]> {
        let low = patterns.iter().copied().fold(f64::INFINITY, f64::min);
        let high = patterns.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let is_either = patterns.iter().all(|v| *v == low || *v == high);
        (is_either && low < high).then_some([low, high])
    }
}

/// How often memories were recalled from damaged cues.
#[derive(Clone, Debug, PartialEq)]
pub struct RecallCurves {
    /// The memories.
    pub memories: Vec<usize>,
    /// The sizes of the damage: of units that are turned, the fractions that were.
    pub levels: Vec<f64>,
    /// How many cues there are of each memory at each level.
    pub each: usize,
    /// How many of them were recalled: for each memory a row, a number for each level.
    pub recalled: Vec<Vec<u64>>,
    /// How many came to no rest, the same way. They are not recalled.
    pub restless: Vec<Vec<u64>>,
    /// Until when they were followed.
    pub until: f64,
    /// Was the answer interrupted? Then cues that had not ended count as restless.
    pub is_interrupted: bool,
}

impl RecallCurves {
    /// The fraction of the cues of a memory (by its position among those asked about) that was recalled at a level.
    pub fn probability(&self, memory: usize, level: usize) -> f64 {
        self.recalled[memory][level] as f64 / self.each.max(1) as f64
    }

    /// Wilson's interval for it, at 95 % confidence.
    pub fn interval(&self, memory: usize, level: usize) -> [f64; 2] {
        wilson(self.recalled[memory][level], self.each as u64)
    }

    /// All memories at a level: the fraction recalled, and an interval for a memory that is drawn as these were, at 95 % confidence.
    pub fn of_all(&self, level: usize) -> (f64, [f64; 2]) {
        let mut all = Clusters::default();
        let rows = self.recalled.iter();
        rows.for_each(|r| all.add(r[level], self.each as u64));
        (all.good as f64 / all.all.max(1) as f64, all.interval())
    }

    /// The basin radius of a memory: the position of the largest level up to which, at every level, it was recalled with this probability
    /// at least; none where it was not even at the first.
    pub fn radius(&self, memory: usize, probability: f64) -> Option<usize> {
        self.last(|level| self.probability(memory, level) >= probability)
    }

    /// The same where the lower end of the interval is at least so large: the radius that is certain.
    pub fn certain_radius(&self, memory: usize, probability: f64) -> Option<usize> {
        self.last(|level| self.interval(memory, level)[0] >= probability)
    }

    fn last(&self, holds: impl Fn(usize) -> bool) -> Option<usize> {
        let mut levels = 0..self.levels.len();
        let first_not = levels.find(|k| !holds(*k));
        first_not.unwrap_or(self.levels.len()).checked_sub(1)
    }
}

/// Recall against damage: every memory is put on its layer as a state, damaged, and followed to rest. It is recalled if `recall` says so of
/// the activation there.
///
/// # Errors
/// Memories that do not fit the layer or are not there, levels that do not rise or are no fractions, values that the layer's units do not
/// have, no cue or too many, settings that make no sense.
pub fn recall_curves(
    follow: &Follow<'_>,
    recall: &Recall,
    cues: &Cues,
) -> Result<RecallCurves, Refusal> {
    follow.check()?;
    let network = follow.network;
    recall.memories.check(network, recall.layer)?;
    let all = recall.memories.count();
    let memories = match cues.memories.is_empty() {
        true => (0..all).collect(),
        false => cues.memories.clone(),
    };
    if let Some((k, memory)) = memories.iter().enumerate().find(|(_, m)| **m >= all) {
        let why = format!("is memory {memory}, there are {all}: they count from 0");
        return Err(Refusal::new("memories", why).of_entry(k));
    }
    cues.check()?;
    let mut levels = cues.levels.clone();
    if cues.values.is_some() {
        // Of a few units only some fractions can be turned: what was done is told, each once.
        let units = recall.memories.size as f64;
        levels
            .iter_mut()
            .for_each(|l| *l = (*l * units).round() / units);
        levels.dedup();
    }
    let (levels, each) = (&levels, cues.each);
    let cells = memories.len() * levels.len();
    let count = cells.saturating_mul(each);
    if count == 0 || count > MOST {
        let why = format!(
            "are {count}, {} at {} each {} times: 1 to {MOST} are followed",
            plural(memories.len(), "memory"),
            plural(levels.len(), "level"),
            each
        );
        return Err(Refusal::new("the cues", why));
    }
    let neurons = network.neurons(recall.layer);
    let clamped = [network.clamped(), &follow.base.clamped].concat();
    let state = |k: usize| {
        let (cell, repeat) = (k / each, k % each);
        let (memory, level) = (memories[cell / levels.len()], cell % levels.len());
        let damage = match cues.values {
            Some(_) => Damage {
                flip: levels[level],
                values: cues.values,
                ..Damage::default()
            },
            None => Damage {
                noise: levels[level],
                ..Damage::default()
            },
        };
        let stream = Stream::of(follow.seed, OWN, level * each + repeat, memory);
        let cue = damage.apply(recall.memories.get(memory), stream);
        let mut x = follow.base.x.clone();
        x[neurons.clone()].copy_from_slice(&cue);
        clamped.iter().for_each(|i| x[*i] = follow.base.x[*i]);
        x
    };
    let zeros = || (0..cells).map(|_| AtomicU64::new(0)).collect::<Vec<_>>();
    let [recalled, rested] = [zeros(), zeros()];
    follow.run(count, state, |k, outcome| {
        if outcome.stop == StopReason::Rest {
            let cell = k / each;
            rested[cell].fetch_add(1, Ordering::Relaxed);
            let mut g = vec![0.0; outcome.x.len()];
            network.activation(&outcome.x, 1, &mut g);
            let memory = memories[cell / levels.len()];
            if recall.holds(memory, &g[neurons.clone()]) {
                recalled[cell].fetch_add(1, Ordering::Relaxed);
            }
        }
    })?;
    let rows = |of: &dyn Fn(usize) -> u64| -> Vec<Vec<u64>> {
        let row = |m: usize| {
            (0..levels.len())
                .map(|l| of(m * levels.len() + l))
                .collect()
        };
        (0..memories.len()).map(row).collect()
    };
    Ok(RecallCurves {
        recalled: rows(&|cell| recalled[cell].load(Ordering::Relaxed)),
        restless: rows(&|cell| each as u64 - rested[cell].load(Ordering::Relaxed)),
        levels: levels.clone(),
        each,
        until: follow.until(),
        is_interrupted: follow.interrupt.is_raised(),
        memories,
    })
}

impl Cues {
    fn check(&self) -> Result<(), Refusal> {
        for (k, level) in self.levels.iter().enumerate() {
            let refuse = |why: String| Err(Refusal::new("damage", why).of_entry(k));
            let most = if self.values.is_some() { 1.0 } else { f64::MAX };
            if !(0.0..=most).contains(level) {
                return refuse(match self.values {
                    Some(_) => format!("is {level}, the fraction that is turned is 0 to 1"),
                    None => format!("is {level}, a standard deviation is not below 0"),
                });
            }
            if k > 0 && *level <= self.levels[k - 1] {
                return refuse(format!(
                    "is {level} after {}: the levels must rise",
                    self.levels[k - 1]
                ));
            }
        }
        Ok(())
    }
}
