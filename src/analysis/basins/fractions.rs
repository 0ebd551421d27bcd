//! How much of a box or of balls belongs to each basin: starts drawn there, counted by where they end.

use super::labels::{Labels, UNKNOWN};
use super::whence::free;
use super::{Reached, Whence};
use crate::analysis::landscape::Region;
use crate::analysis::local::Local;
use crate::analysis::{Follow, wilson};
use crate::dynamics::Moves;
use crate::pattern::Drawer;
use crate::pattern::random::{Draws, Stream};
use crate::refusal::Refusal;

/// In the place of a layer, for what is drawn here.
const OWN: usize = Drawer::Fractions.place();
/// Most starts in all.
const MOST: usize = 1 << 26;

/// Where the starts of the box or of one ball ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// How many there were.
    pub starts: u64,
    /// How many ended at each attractor.
    pub attractors: Vec<u64>,
    /// How many rested at each saddle.
    pub saddles: Vec<u64>,
    /// How many came to no rest, or to one that is not listed.
    pub others: u64,
}

impl Share {
    /// The fraction that belongs to the basin of an attractor; 0 where nothing was drawn.
    pub fn fraction(&self, attractor: usize) -> f64 {
        self.attractors[attractor] as f64 / self.starts.max(1) as f64
    }

    /// Wilson's interval for it, at 95 % confidence: starts are independent.
    pub fn interval(&self, attractor: usize) -> [f64; 2] {
        wilson(self.attractors[attractor], self.starts)
    }
}

/// How much belongs to each basin.
#[derive(Clone, Debug, PartialEq)]
pub struct Fractions {
    /// The fixed points.
    pub reached: Reached,
    /// Of the box, or of every ball, where the starts ended.
    pub shares: Vec<Share>,
}

/// The box of states outside of which no fixed point is: it holds the currents that activations in their range can make, and a
/// tenth more on both sides. A neuron without leak may be anywhere; of it the box has 5 on both sides. Neurons that are clamped have one value.
///
/// # Errors
/// A start that does not fit the network.
pub fn state_box(follow: &Follow<'_>) -> Result<[Vec<f64>; 2], Refusal> {
    follow.check()?;
    let input = follow.input();
    let mut local = Local::new(follow.network, &input, &follow.base.clamped);
    let mut draws = Draws::of(Stream::of(follow.seed, OWN, 0, 1));
    let region = Region::of(&mut local, &follow.base.x, &mut draws);
    Ok([region.low, region.high])
}

/// The fraction of a box that belongs to each basin, or of each ball, from `starts` random starts of the box or of every ball.
///
/// # Errors
/// A box or centre that does not fit the network, an empty or reversed range, a radius that is none, no start or too many, settings that
/// make no sense.
pub fn basin_fractions(
    follow: &Follow<'_>,
    whence: &Whence,
    starts: usize,
) -> Result<Fractions, Refusal> {
    follow.check()?;
    let flips = follow.settings.method.flips;
    let input = follow.input();
    let mut units = Vec::new();
    if flips {
        let moves = Moves::new(
            (follow.network, follow.settings),
            &input,
            &follow.base.clamped,
        );
        units = moves.units();
    }
    whence.check(follow)?;
    if let (
        Whence::Balls {
            radius, neurons, ..
        },
        true,
    ) = (whence, flips)
    {
        check_units(&units, *radius, neurons)?;
    }
    let balls = match whence {
        Whence::Balls { centres, .. } => centres.len(),
        _ => 1,
    };
    let count = starts.saturating_mul(balls);
    if count == 0 || count > MOST {
        let why = format!("are {count}, fractions are counted of 1 to {MOST}");
        return Err(Refusal::new("the starts", why));
    }
    let free = free(follow);
    let state = |k: usize| {
        let mut draws = Draws::of(Stream::of(follow.seed, OWN, k, 0));
        let mut between = |[low, high]: [f64; 2]| low + draws.uniform() * (high - low);
        match whence {
            Whence::States => {
                let mut x = follow.base.x.clone();
                for (neurons, values) in &units {
                    x[neurons.clone()].copy_from_slice(&values[draws.below(values.len())]);
                }
                x
            }
            Whence::Box { low, high } => {
                let mut x = follow.base.x.clone();
                free.iter()
                    .for_each(|i| x[*i] = between([low[*i], high[*i]]));
                x
            }
            Whence::Rectangle { plane, x, y } => plane.state([between(*x), between(*y)]),
            Whence::Balls {
                centres,
                radius,
                neurons,
            } => {
                let mut x = centres[k / starts].clone();
                let stream = Stream::of(follow.seed, OWN, k, 2);
                match flips {
                    true => {
                        let own = units.iter().filter(|(at, _)| neurons.contains(&at.start));
                        let own: Vec<_> = own.collect();
                        let values = own.first().map_or(2, |(_, values)| values.len());
                        let sizes = (own.len(), values);
                        let differ = differing(sizes, *radius as usize, &mut draws);
                        for unit in stream.choice(own.len(), differ) {
                            other(own[unit], &mut draws, &mut x);
                        }
                    }
                    false => within(&mut x, (neurons, &free), *radius, (stream, &mut draws)),
                }
                x
            }
        }
    };
    let mut labels = Labels::new(follow)?;
    let ends = labels.run(count, state)?;
    let (reached, labels) = labels.finish(&ends);
    let share = |own: &[i64]| {
        let ended = own.iter().filter(|l| **l != UNKNOWN);
        let mut share = Share {
            starts: ended.clone().count() as u64,
            attractors: vec![0; reached.attractors.len()],
            saddles: vec![0; reached.saddles.len()],
            others: 0,
        };
        for label in ended {
            match *label {
                -1 => share.others += 1,
                k if k >= 0 => share.attractors[k as usize] += 1,
                k => share.saddles[(-2 - k) as usize] += 1,
            }
        }
        share
    };
    Ok(Fractions {
        shares: labels.chunks(starts).map(share).collect(),
        reached,
    })
}

/// Units of a ball: those that flip among its neurons. Their states are counted where all have as many values.
fn check_units(
    units: &[(std::ops::Range<usize>, Vec<Vec<f64>>)],
    radius: f64,
    neurons: &[usize],
) -> Result<(), Refusal> {
    let own: Vec<usize> = units
        .iter()
        .filter(|(at, _)| neurons.contains(&at.start))
        .map(|(_, values)| values.len())
        .collect();
    if radius > own.len() as f64 {
        let why = format!("is {radius}, and no more than {} can flip", own.len());
        return Err(Refusal::new("the radius", why));
    }
    let [least, most] = [own.iter().min(), own.iter().max()].map(|n| n.copied().unwrap_or(2));
    match least == most {
        true => Ok(()),
        false => {
            let why = format!(
                "are of units with {least} to {most} values: states of a ball are counted where all units have as many"
            );
            Err(Refusal::new("the balls", why))
        }
    }
}

/// How many of `n` units of `values` values each differ in a state of the Hamming ball of this radius, all its states being as likely: k
/// with weight C(n, k) (values − 1)^k.
fn differing((n, values): (usize, usize), radius: usize, draws: &mut Draws) -> usize {
    let most = radius.min(n);
    // From the largest weight down, so that nothing overflows: logarithms.
    let others = (values.max(2) - 1) as f64;
    let mut logs = vec![0.0];
    for k in 1..=most {
        logs.push(logs[k - 1] + (others * (n - k + 1) as f64 / k as f64).ln());
    }
    let largest = logs.iter().copied().fold(0.0, f64::max);
    let weights: Vec<f64> = logs.iter().map(|l| (l - largest).exp()).collect();
    let mut left = draws.uniform() * weights.iter().sum::<f64>();
    weights
        .iter()
        .position(|w| {
            left -= w;
            left < 0.0
        })
        .unwrap_or(most)
}

/// Puts a unit into another of its states.
fn other(
    (neurons, values): &(std::ops::Range<usize>, Vec<Vec<f64>>),
    draws: &mut Draws,
    x: &mut [f64],
) {
    let now = values.iter().position(|v| v[..] == x[neurons.clone()]);
    let steps = 1 + draws.below(values.len().saturating_sub(1).max(1));
    let next = (now.unwrap_or(0) + steps) % values.len();
    x[neurons.clone()].copy_from_slice(&values[next]);
}

/// Moves a state to a uniform place of the ball around it.
fn within(
    x: &mut [f64],
    (neurons, free): (&[usize], &[usize]),
    radius: f64,
    (stream, draws): (Stream, &mut Draws),
) {
    let own: Vec<usize> = neurons
        .iter()
        .copied()
        .filter(|i| free.contains(i))
        .collect();
    let direction = stream.normal(own.len(), 0.0, 1.0);
    let length = super::plane::dot(&direction, &direction).sqrt();
    let far = radius * draws.uniform().powf(1.0 / own.len().max(1) as f64);
    for (i, d) in own.iter().zip(direction) {
        x[*i] += far * d / length;
    }
}
