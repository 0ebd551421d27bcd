//! What is added to the input of some neurons, and how it runs over time.

use std::f64::consts::TAU;
use std::ops::Range;

use super::error::AdditionError;

/// How samples are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interpolation {
    /// By straight lines.
    Linear,
    /// Each sample holds until the next.
    Hold,
}

impl Interpolation {
    /// The words of model files.
    pub const WORDS: [(&'static str, Interpolation); 2] = [
        ("linear", Interpolation::Linear),
        ("hold", Interpolation::Hold),
    ];
}

/// How an addition runs over time.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// All of it at once, for as long as it lasts.
    Step,
    /// From nothing when it begins to all of it when it ends; then it stays.
    Ramp,
    /// `sin(2π (t − from)/period + phase)` for as long as it lasts.
    Sine {
        /// Time of one oscillation.
        period: f64,
        /// In radians.
        phase: f64,
    },
    /// Times a factor that is sampled, or with rows of its own for each time. Before the first time the first sample holds,
    /// after the last the last.
    Sampled {
        /// Rising.
        times: Vec<f64>,
        /// One for each time, if there is one row only.
        factors: Option<Vec<f64>>,
        /// What lies between.
        interpolation: Interpolation,
    },
}

/// An addition to the input of neighbouring neurons.
#[derive(Clone, Debug, PartialEq)]
pub struct Addition {
    /// Which neurons, counted over all layers.
    pub neurons: Range<usize>,
    /// When it begins; −∞ for samples, which say it themselves.
    pub from: f64,
    /// When it ends; ∞ if it stays.
    pub until: f64,
    /// What is added to each of the neurons: one row, or of samples without factors one row for each time.
    pub add: Vec<f64>,
    /// How it runs.
    pub shape: Shape,
}

/// A row of an addition with its weight at a time, and how fast that weight changes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Part {
    pub row: usize,
    pub weight: f64,
    pub rate: f64,
}

impl Addition {
    /// A pulse: for every neuron of a network what is added to its input from one time to another.
    pub fn pulse(from: f64, until: f64, add: Vec<f64>) -> Self {
        Addition {
            neurons: 0..add.len(),
            from,
            until,
            add,
            shape: Shape::Step,
        }
    }

    /// Is it one for a network of `n` neurons? If not, what is wrong with it.
    pub(super) fn check(&self, n: usize) -> Result<(), AdditionError> {
        let (neurons, add, shape) = (&self.neurons, &self.add, &self.shape);
        if neurons.start > neurons.end || neurons.end > n {
            let Range { start, end } = neurons;
            return Err(AdditionError::Neurons {
                from: *start,
                to: *end,
                of: n,
            });
        }
        let finite = |values: &[f64]| values.iter().all(|v| v.is_finite());
        let rows = match shape {
            Shape::Sampled {
                times,
                factors: None,
                ..
            } => times.len(),
            _ => 1,
        };
        let entries = rows * neurons.len();
        if add.len() != entries || !finite(add) {
            return Err(AdditionError::Entries(entries));
        }
        let lasts = self.from.is_finite() && self.until > self.from;
        Err(match shape {
            Shape::Sampled { times, factors, .. } => {
                let one_each = |f: &Vec<f64>| f.len() == times.len() && finite(f);
                let rises = |t: &[f64]| t[0] < t[1] && (1.0 / (t[1] - t[0])).is_finite();
                if !factors.as_ref().is_none_or(one_each) {
                    AdditionError::Factors
                } else if times.is_empty() || !finite(times) || !times.windows(2).all(rises) {
                    AdditionError::Times
                } else {
                    return Ok(());
                }
            }
            _ if !lasts => AdditionError::Ends,
            Shape::Ramp if self.until.is_infinite() => AdditionError::EndlessRamp,
            Shape::Sine { period, phase } if !(*period > 0.0 && phase.is_finite()) => {
                AdditionError::Period
            }
            Shape::Sine { period, .. } if !(TAU / period).is_finite() => AdditionError::Rate,
            _ => return Ok(()),
        })
    }

    /// The rows that make it at `t`. Of the pieces that it consists of the one counts that holds just after `since`: at its
    /// end it has not switched yet.
    pub(super) fn parts(&self, since: f64, t: f64) -> [Part; 2] {
        let part = |row, weight, rate| Part { row, weight, rate };
        let alone = |weight, rate| [part(0, weight, rate), Part::default()];
        let lasts = (self.from..self.until).contains(&since);
        match &self.shape {
            Shape::Ramp if lasts => {
                let length = self.until - self.from;
                alone((t - self.from) / length, 1.0 / length)
            }
            Shape::Ramp => alone(f64::from(since >= self.until), 0.0),
            _ if !lasts => alone(0.0, 0.0),
            Shape::Step => alone(1.0, 0.0),
            Shape::Sine { period, phase } => {
                // Whole oscillations are left out before anything is rounded.
                let angle = TAU * ((t - self.from) % period) / period + phase % TAU;
                alone(angle.sin(), TAU / period * angle.cos())
            }
            Shape::Sampled {
                times,
                factors,
                interpolation,
            } => {
                let next = times.partition_point(|s| *s <= since);
                let last = next.saturating_sub(1);
                let stays =
                    next == 0 || next == times.len() || *interpolation == Interpolation::Hold;
                let (to, length) = if stays {
                    (last, f64::INFINITY)
                } else {
                    (next, times[next] - times[last])
                };
                let (way, rate) = ((t - times[last]) / length, 1.0 / length);
                match factors {
                    Some(f) => alone(
                        (1.0 - way) * f[last] + way * f[to],
                        rate * (f[to] - f[last]),
                    ),
                    None => [part(last, 1.0 - way, -rate), part(to, way, rate)],
                }
            }
        }
    }

    /// Does it change between the times of [`Addition::stops`]?
    pub(super) fn varies(&self) -> bool {
        match self.shape {
            Shape::Step => false,
            Shape::Ramp | Shape::Sine { .. } => true,
            Shape::Sampled { interpolation, .. } => interpolation == Interpolation::Linear,
        }
    }

    /// The times at which it jumps or bends.
    pub(super) fn stops(&self) -> impl Iterator<Item = f64> + '_ {
        let (ends, times) = match &self.shape {
            Shape::Sampled { times, .. } => ([f64::INFINITY; 2], &times[..]),
            _ => ([self.from, self.until], &[][..]),
        };
        ends.into_iter()
            .chain(times.iter().copied())
            .filter(|t| t.is_finite())
    }

    /// Does it jump at one of those times? A bend is no jump.
    pub(super) fn jumps(&self, t: f64) -> bool {
        let [before, after] = [t.next_down(), t].map(|since| self.parts(since, t));
        let n = self.neurons.len();
        // Value, and the size of what it is made of.
        let value = |parts: &[Part; 2], i: usize| {
            let parts = parts.iter().map(|p| (p.weight, self.add[p.row * n + i]));
            let sums = parts.map(|(w, v)| [w * v, (w.abs() + 1.0) * v.abs()]);
            sums.fold([0.0; 2], |a, b| [a[0] + b[0], a[1] + b[1]])
        };
        (0..n).any(|i| {
            let ([a, x], [b, y]) = (value(&before, i), value(&after, i));
            // A ramp and a sine arrive by roundings of their weights.
            (a - b).abs() > 16.0 * f64::EPSILON * (x + y)
        })
    }

    /// From when on it stays as it is; ∞ if never.
    pub(super) fn settles(&self) -> f64 {
        match self.shape {
            Shape::Step => [self.from, self.until]
                .into_iter()
                .filter(|t| t.is_finite())
                .fold(f64::NEG_INFINITY, f64::max),
            Shape::Ramp | Shape::Sine { .. } => self.until,
            Shape::Sampled { .. } => self.stops().fold(f64::NEG_INFINITY, f64::max),
        }
    }
}
