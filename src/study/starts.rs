//! The starts of an ensemble: each is made from its number alone when its turn comes, so that a million take no more
//! memory than one, and any part of them can be run by itself.

use std::ops::Range;
use std::sync::Arc;

use super::{Case, Damaged, evenly, relax};
use crate::dynamics::Start;
use crate::lagrangian::{DirectSum, Values};
use crate::network::Network;
use crate::number::plural;
use crate::pattern::Drawer;
use crate::pattern::random::{Draws, Stream};
use crate::refusal::Refusal;

/// In the place of a layer, for what a method draws on the way: no start draws there.
const ON_THE_WAY: usize = Drawer::Starts.place();

/// Where the trajectories of an ensemble begin.
#[derive(Clone, Debug, PartialEq)]
pub struct Starts {
    /// What the law leaves alone: the model's own start.
    pub base: Start,
    /// What differs from start to start.
    pub law: Law,
    /// Layers that begin at their equilibrium with the others.
    pub relaxed: Vec<usize>,
    /// The input of every neuron when they begin, that of the start itself not counted.
    pub input: Vec<f64>,
    /// The seed of everything that is drawn; each start, or pattern that is damaged, has streams of its own.
    pub seed: u64,
}

/// What differs from start to start.
#[derive(Clone, Debug, PartialEq)]
pub enum Law {
    /// States of all neurons, one start a row.
    Rows(Vec<f64>),
    /// Every combination of values of some neurons, the last axis running fastest.
    Grid(Vec<Axis>),
    /// The starts of the model one by one.
    Listed(Arc<[Case]>),
    /// Draws for some layers.
    Random {
        /// How many starts.
        count: usize,
        /// What is drawn.
        draws: Vec<Draw>,
    },
    /// Patterns, each damaged several times.
    Damaged(Damaged),
}

/// One coordinate of a grid: `points` values from `from` to `to`, both among them.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The neuron, counted over all layers.
    pub neuron: usize,
    /// The first value.
    pub from: f64,
    /// The last one.
    pub to: f64,
    /// How many.
    pub points: usize,
}

/// What is drawn for the neurons of a layer, each by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Draw {
    /// The position of the layer, which has streams of its own.
    pub layer: usize,
    /// The neurons, counted over all layers.
    pub neurons: Range<usize>,
    /// From which distribution; none where every state of a unit that flips is as likely.
    pub from: Option<Distribution>,
}

/// A distribution of numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distribution {
    /// Normal with this mean and standard deviation.
    Normal(f64, f64),
    /// Uniform between these.
    Uniform(f64, f64),
    /// −1 or +1.
    Sign,
    /// 1 with this probability, else 0.
    Bits(f64),
}

impl Starts {
    /// How many there are; `usize::MAX` where they cannot be counted.
    pub fn count(&self) -> usize {
        match &self.law {
            Law::Rows(rows) => rows.len() / self.base.x.len().max(1),
            Law::Grid(axes) => {
                let all = axes.iter().map(|a| a.points);
                all.fold(1, usize::saturating_mul)
            }
            Law::Random { count, .. } => *count,
            Law::Listed(starts) => starts.len(),
            Law::Damaged(d) => d.count(),
        }
    }

    /// How many numbers they are made from.
    pub fn numbers(&self) -> usize {
        let given = match &self.law {
            Law::Rows(rows) => rows.len(),
            Law::Damaged(d) => d.patterns.len(),
            _ => 0,
        };
        given + self.base.x.len()
    }

    /// How they are made, in words.
    pub fn describe(&self) -> String {
        match &self.law {
            Law::Rows(_) => "the rows of an array".into(),
            Law::Grid(axes) => {
                let points: Vec<String> = axes.iter().map(|a| a.points.to_string()).collect();
                format!("a grid of {}", points.join(" × "))
            }
            Law::Listed(_) => "those of the model".into(),
            Law::Random { .. } => "drawn".into(),
            Law::Damaged(d) => {
                let patterns = plural(d.chosen.len(), "pattern");
                match d.each {
                    1 => format!("{patterns}, each damaged once"),
                    each => format!("{patterns}, each damaged {each} times"),
                }
            }
        }
    }

    /// The memory that start `k` was made from, if recall is asked about it.
    pub fn target(&self, k: usize) -> Option<usize> {
        match &self.law {
            Law::Damaged(d) => d.target(k),
            Law::Listed(cases) => cases[k].target,
            _ => None,
        }
    }

    /// How many starts are of one pattern, one after the other; none where no patterns are damaged.
    pub fn each(&self) -> Option<usize> {
        match &self.law {
            Law::Damaged(d) => Some(d.each),
            _ => None,
        }
    }

    /// The neurons that start `k` holds, besides those that the layers hold.
    pub fn clamped(&self, k: usize) -> Vec<usize> {
        match &self.law {
            Law::Listed(cases) => cases[k].start.clamped.clone(),
            Law::Damaged(d) => [&self.base.clamped[..], &d.clamped()].concat(),
            _ => self.base.clamped.clone(),
        }
    }

    /// What start `k` adds to the input of the network.
    pub fn own_input(&self, k: usize) -> &[f64] {
        match &self.law {
            Law::Listed(cases) => &cases[k].start.input,
            _ => &self.base.input,
        }
    }

    /// Start number `k` of `network`.
    ///
    /// # Errors
    /// A layer that shall be relaxed rests nowhere, or where cannot be told, while the others stand so.
    pub fn get(&self, network: &Network, k: usize) -> Result<Start, Refusal> {
        let mut start = self.base.clone();
        let n = start.x.len();
        match &self.law {
            Law::Listed(cases) => start = cases[k].start.clone(),
            Law::Rows(rows) => start.x.copy_from_slice(&rows[k * n..(k + 1) * n]),
            Law::Grid(axes) => {
                for (axis, x) in axes.iter().zip(Axis::point(axes, k)) {
                    start.x[axis.neuron] = x;
                }
            }
            Law::Random { draws, .. } => {
                for draw in draws {
                    let stream = Stream::of(self.seed, draw.layer, k, 0);
                    let own = &mut start.x[draw.neurons.clone()];
                    match draw.from {
                        Some(from) => own.copy_from_slice(&from.draw(stream, own.len())),
                        None => draw_units(&network.layers()[draw.layer].lagrangian, stream, own),
                    }
                }
            }
            Law::Damaged(d) => d.put(network, k, self.seed, &mut start)?,
        }
        for layer in &self.relaxed {
            relax(network, *layer, &self.input, &mut start)?;
        }
        start.stream = Some(Stream::of(self.seed, ON_THE_WAY, k, 0));
        Ok(start)
    }
}

impl Axis {
    /// Value `k`.
    pub fn at(&self, k: usize) -> f64 {
        evenly([self.from, self.to], k, self.points)
    }

    /// The coordinates of point `k` of the grid of these axes.
    pub fn point(axes: &[Axis], k: usize) -> Vec<f64> {
        let mut rest = k;
        let mut point = vec![0.0; axes.len()];
        for (x, axis) in point.iter_mut().zip(axes).rev() {
            *x = axis.at(rest % axis.points);
            rest /= axis.points;
        }
        point
    }
}

/// Every unit that flips in one of its states, each as likely; others stay.
fn draw_units(layer: &DirectSum, stream: Stream, x: &mut [f64]) {
    let mut draws = Draws::of(stream);
    for s in layer.segments() {
        let own = &mut x[s.start..s.start + s.len];
        match s.lagrangian.values() {
            Values::Interval => {}
            Values::Two(values) => own.iter_mut().for_each(|x| *x = values[draws.below(2)]),
            Values::OneOfGroup => {
                own.fill(0.0);
                own[draws.below(s.len)] = 1.0;
            }
        }
    }
}

impl Distribution {
    fn draw(self, stream: Stream, n: usize) -> Vec<f64> {
        match self {
            Distribution::Normal(mean, std) => stream.normal(n, mean, std),
            Distribution::Uniform(low, high) => stream.uniform(n, low, high),
            Distribution::Sign => stream.signs(n),
            Distribution::Bits(activity) => stream.bits(n, activity),
        }
    }
}
