//! The starts of an ensemble: each is made from its number alone when its turn comes, so that a million take no more
//! memory than one, and any part of them can be run by itself.

use std::ops::Range;
use std::sync::Arc;

use super::Case;
use crate::dynamics::Start;
use crate::network::{Drive, Network, Workspace};
use crate::number::plural;
use crate::pattern::Damage;
use crate::pattern::random::Stream;
use crate::refusal::Refusal;

/// What to try where a cue cannot be set as activations.
const IN_G: &str = "cues of patterns inside the range of the activation, as { scaled = …, by = 0.9 } of ±1 for tanh, have a state; without in = \"g\" a cue sets the state x itself";

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
    /// From which distribution.
    pub from: Distribution,
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
}

/// Patterns of a layer, each damaged several times.
#[derive(Clone, Debug, PartialEq)]
pub struct Damaged {
    /// The position of the layer, which has streams of its own.
    pub layer: usize,
    /// The neurons of the layer, counted over all layers.
    pub neurons: Range<usize>,
    /// The patterns, row by row.
    pub patterns: Vec<f64>,
    /// Positions of those that are used.
    pub chosen: Vec<usize>,
    /// How often each is.
    pub each: usize,
    /// What is done to them.
    pub damage: Damage,
    /// Are the damaged patterns activations g, not states x?
    pub in_g: bool,
    /// Are the entries that are not hidden clamped where they begin?
    pub clamp: bool,
    /// Are they the memories that recall is asked about?
    pub judged: bool,
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
                    let drawn = draw.from.draw(stream, draw.neurons.len());
                    start.x[draw.neurons.clone()].copy_from_slice(&drawn);
                }
            }
            Law::Damaged(d) => d.put(network, k, self.seed, &mut start)?,
        }
        for layer in &self.relaxed {
            relax(network, *layer, &self.input, &mut start)?;
        }
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
        let mut point: Vec<f64> = axes
            .iter()
            .rev()
            .map(|axis| {
                let place = rest % axis.points;
                rest /= axis.points;
                axis.at(place)
            })
            .collect();
        point.reverse();
        point
    }
}

/// Number `k` of `count` from one end to the other, both included: −1 to 1 is its own mirror image, and 0.01 to 0.1 in
/// hundredths has 0.05 and none of its neighbours.
pub fn evenly([from, to]: [f64; 2], k: usize, count: usize) -> f64 {
    let last = count.saturating_sub(1).max(1);
    if k == 0 || k == last {
        return if k == 0 { from } else { to };
    }
    let (before, after) = (k as f64, (last - k) as f64);
    let value = (from * after + to * before) / last as f64;
    let size = from.abs().max(to.abs());
    if value.is_finite() {
        round(value, size, 4.0)
    } else {
        from * (after / last as f64) + to * (before / last as f64)
    }
}

/// The same in the logarithm; both ends are above 0.
pub fn by_ratio([from, to]: [f64; 2], k: usize, count: usize) -> f64 {
    let last = count.saturating_sub(1).max(1);
    if k == 0 || k == last {
        return if k == 0 { from } else { to };
    }
    let u = k as f64 / last as f64;
    let (a, b) = (from.ln(), to.ln());
    let value = (a * (1.0 - u) + b * u).exp();
    // A logarithm is off by its last digit, the number by that part of itself.
    round(value, value, 4.0 + 2.0 * (a.abs() + b.abs()))
}

/// The decimal number with few digits that `value` is up to `ulps` roundings of numbers of this `size`; `value` itself
/// where there is none.
fn round(value: f64, size: f64, ulps: f64) -> f64 {
    let rounding = ulps * f64::EPSILON * size;
    if value.abs() <= rounding {
        return 0.0;
    }
    // As many as rounding leaves alone.
    let decimals = -(2.0 * rounding).log10();
    if !(2.0..=320.0).contains(&decimals) {
        return value;
    }
    let decimals = decimals as usize;
    let text = format!("{value:.decimals$}");
    let few = text.ends_with("00");
    match text.parse::<f64>() {
        Ok(short) if few && (short - value).abs() <= rounding => short,
        _ => value,
    }
}

impl Distribution {
    fn draw(self, stream: Stream, n: usize) -> Vec<f64> {
        match self {
            Distribution::Normal(mean, std) => stream.normal(n, mean, std),
            Distribution::Uniform(low, high) => stream.uniform(n, low, high),
            Distribution::Sign => stream.signs(n),
        }
    }
}

impl Damaged {
    /// How many cues.
    pub fn count(&self) -> usize {
        self.chosen.len().saturating_mul(self.each)
    }

    /// The memory that cue `k` was made from, if recall is asked about it.
    pub fn target(&self, k: usize) -> Option<usize> {
        let pattern = self.chosen.get(k / self.each).copied();
        pattern.filter(|_| self.judged)
    }

    /// How cue `k` is called.
    pub fn label(&self, k: usize) -> String {
        let pattern = self.chosen[k / self.each];
        match self.each {
            1 => format!("pattern {pattern}"),
            _ => format!("pattern {pattern}, {}", k % self.each),
        }
    }

    /// Puts cue `k` into a start. The first damage of a pattern has the same numbers however often it is damaged, those of
    /// a cue of `[start]`.
    ///
    /// # Errors
    /// It is said in activations, and no state has them.
    pub fn put(
        &self,
        network: &Network,
        k: usize,
        seed: u64,
        start: &mut Start,
    ) -> Result<(), Refusal> {
        let n = self.neurons.len();
        let pattern = self.chosen[k / self.each];
        let stream = Stream::of(seed, self.layer, pattern, k % self.each);
        let mut x = self
            .damage
            .apply(&self.patterns[pattern * n..(pattern + 1) * n], stream);
        if self.in_g {
            let mut layers = network.layers().iter().enumerate();
            let own = layers.find(|(layer, _)| network.neurons(*layer) == self.neurons);
            if let Some((_, layer)) = own {
                let state = layer.lagrangian.state(&x);
                x = state.map_err(|why| {
                    let what = format!("the cue of {}", self.label(k));
                    Refusal::new(what, format!("cannot be set as activations: {why}")).help(IN_G)
                })?;
            }
        }
        start.x[self.neurons.clone()].copy_from_slice(&x);
        start.clamped.extend(self.clamped());
        Ok(())
    }

    /// The neurons that every cue holds: the entries that are not hidden, where they are clamped.
    fn clamped(&self) -> Vec<usize> {
        if !self.clamp {
            return Vec::new();
        }
        let seen = self.damage.visible(self.neurons.len()).into_iter();
        seen.map(|i| self.neurons.start + i).collect()
    }
}

/// Puts a layer where its velocity is zero while the others stand as they do: `k x = I + currents`. `I` is `input`, that of
/// the network and its stimulus when the start begins, and what the start itself adds.
///
/// # Errors
/// Why there is no such place that can be told: without a leak there is none or any is, and a layer that a synapse
/// joins to itself may have several.
pub fn relax(
    network: &Network,
    layer: usize,
    input: &[f64],
    start: &mut Start,
) -> Result<(), Refusal> {
    let name = &network.layers()[layer].name;
    let mut ws = Workspace::new(network, 1);
    let own = start.input.iter().chain(std::iter::repeat(&0.0));
    let input: Vec<f64> = input.iter().zip(own).map(|(i, own)| i + own).collect();
    // τ ẋ without the clamping of the run.
    let mut pull = |x: &[f64]| {
        let drive = Drive {
            input: &input,
            clamped: &[],
        };
        let mut at = network.at(x, drive, &mut ws);
        let all = at.velocity().iter().zip(network.rates());
        all.map(|(v, rate)| v / rate).collect::<Vec<f64>>()
    };
    let before = pull(&start.x);
    let mut sizes = vec![0.0; network.size()];
    for i in network.neurons(layer) {
        let leak = network.leaks()[i];
        sizes[i] = before[i].abs() + (leak * start.x[i]).abs();
        if leak > 0.0 {
            start.x[i] += before[i] / leak;
        }
    }
    let after = pull(&start.x);
    for (j, i) in network.neurons(layer).enumerate() {
        // The currents of the others are the same to the last bit, so that only rounding is left; NaN fails.
        if after[i].abs() <= 1e-12 * sizes[i] {
            continue;
        }
        let refusal = match network.leaks()[i] > 0.0 {
            true => Refusal::new(
                format!("layer `{name}`"),
                "is joined to itself, so that where it rests depends on where it is: \"relaxed\" cannot tell where it begins",
            ),
            false => Refusal::new(
                format!("neuron {j} of layer `{name}`"),
                "has no leak (k = 0) and its currents do not vanish: it rests nowhere, so \"relaxed\" cannot put it there",
            ),
        };
        return Err(
            refusal.help("write the state of this layer as an array; left out, it begins at 0")
        );
    }
    Ok(())
}
