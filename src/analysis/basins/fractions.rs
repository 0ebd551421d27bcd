//! How much of a box or of balls belongs to each basin: starts drawn there, counted by where they end.

use super::labels::{Labels, Reached};
use super::{StatePlane, check};
use crate::analysis::landscape::Region;
use crate::analysis::local::Local;
use crate::analysis::{Follow, wilson};
use crate::dynamics::Moves;
use crate::number::plural;
use crate::pattern::random::{Draws, Stream};
use crate::refusal::Refusal;

/// In the place of a layer, for what is drawn here.
const OWN: usize = (1 << 31) - 4;
/// Most starts in all.
const MOST: usize = 1 << 26;

/// Where starts are drawn from; what nothing is said of is as in the start.
#[derive(Clone, Debug, PartialEq)]
pub enum Whence {
    /// Every state of the units that flip, each as likely.
    States,
    /// A box: between these values of every free neuron, uniformly.
    Box {
        /// Lower ends, one for each neuron of the network.
        low: Vec<f64>,
        /// Upper ends.
        high: Vec<f64>,
    },
    /// A rectangle of a plane, uniformly.
    Rectangle {
        /// The plane.
        plane: StatePlane,
        /// Lower and upper end of the first coordinate.
        x: [f64; 2],
        /// Lower and upper end of the second one.
        y: [f64; 2],
    },
    /// Balls, so many starts from each: states no farther than the radius from the centre, all equally likely. Where units flip, states in
    /// which no more units than the radius differ from the centre.
    Balls {
        /// The centres: states of all neurons.
        centres: Vec<Vec<f64>>,
        /// The radius: a Euclidean distance, or a number of units.
        radius: f64,
        /// The neurons in which starts differ from the centre.
        neurons: Vec<usize>,
    },
}

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
                        let differ = differing(own.len(), *radius as usize, &mut draws);
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
        let mut share = Share {
            starts: own.len() as u64,
            attractors: vec![0; reached.attractors.len()],
            saddles: vec![0; reached.saddles.len()],
            others: 0,
        };
        for label in own {
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

impl Whence {
    fn check(&self, follow: &Follow<'_>) -> Result<(), Refusal> {
        let (n, flips) = (follow.network.size(), follow.settings.method.flips);
        let fits = |what: &str, list: &[f64]| {
            if list.len() != n {
                let (has, neurons) = (plural(list.len(), "number"), plural(n, "neuron"));
                return Err(Refusal::new(
                    what,
                    format!("has {has}, the network has {neurons}"),
                ));
            }
            match list.iter().all(|v| v.is_finite()) {
                true => Ok(()),
                false => Err(Refusal::new(what, "has a number that is not finite")),
            }
        };
        match self {
            Whence::States if !flips => {
                let why = "are counted of units that flip: states that move are drawn from a box";
                Err(Refusal::new("states", why))
            }
            Whence::Box { .. } | Whence::Rectangle { .. } if flips => {
                let why = "holds states that move: units that flip have only two values each";
                Err(Refusal::new("the box", why))
            }
            Whence::States => Ok(()),
            Whence::Box { low, high } => {
                fits("the box", low)?;
                fits("the box", high)?;
                let mut free = free(follow).into_iter();
                free.try_for_each(|i| check(&format!("the box of neuron {i}"), [low[i], high[i]]))
            }
            Whence::Rectangle { plane, x, y } => {
                fits("the plane", &plane.origin)?;
                check("x", *x)?;
                check("y", *y)
            }
            Whence::Balls {
                centres,
                radius,
                neurons,
            } => {
                centres
                    .iter()
                    .try_for_each(|c| fits("the centre of a ball", c))?;
                if let Some(i) = neurons.iter().find(|i| **i >= n) {
                    let why = format!("is neuron {i}, the network has {}", plural(n, "neuron"));
                    return Err(Refusal::new("a neuron of the balls", why));
                }
                // Not at least, so that NaN is refused too.
                let least = if flips { 1.0 } else { 0.0 };
                if !(*radius >= least) || *radius == 0.0 || !radius.is_finite() {
                    let what = if flips {
                        "a number of units"
                    } else {
                        "a distance"
                    };
                    let why = format!("is {radius}, it must be {what} above 0");
                    return Err(Refusal::new("the radius", why));
                }
                Ok(())
            }
        }
    }
}

/// The neurons that are not clamped.
fn free(follow: &Follow<'_>) -> Vec<usize> {
    let clamped = [follow.network.clamped(), &follow.base.clamped].concat();
    let all = 0..follow.network.size();
    all.filter(|i| !clamped.contains(i)).collect()
}

/// How many of `n` units differ in a state of the Hamming ball of this radius, all its states being as likely: k with weight C(n, k).
fn differing(n: usize, radius: usize, draws: &mut Draws) -> usize {
    let most = radius.min(n);
    // From the largest weight down, so that nothing overflows: ln C(n, k).
    let mut logs = vec![0.0];
    for k in 1..=most {
        logs.push(logs[k - 1] + ((n - k + 1) as f64 / k as f64).ln());
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
