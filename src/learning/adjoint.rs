//! The derivative of a loss through the Euler steps that a network takes, backwards through them: what is learnt is what those steps do,
//! at rest or not.

use super::rule::{in_parts, targets};
use super::{Examples, Found, Lesson, Rule, Score, Steps};
use crate::dynamics::Start;
use crate::lagrangian::{Segment, Values};
use crate::network::Network;
use crate::refusal::Refusal;

/// The adjoint of the steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adjoint {
    /// How long a step is, in units of t.
    pub step: f64,
    /// How many are taken.
    pub steps: usize,
}

impl Adjoint {
    /// What rows say, without the derivative unless it is asked for; and how many are right, NaN where rows are of no classes.
    fn one(
        &self,
        lesson: &Lesson<'_>,
        rows: &[usize],
        learns: bool,
    ) -> Result<(Found, f64), Refusal> {
        let network = lesson.network;
        let layer = targets(lesson.examples)?;
        let (n, width) = (network.size(), rows.len());
        let starts = lesson.starts(rows, learns);
        let held: Vec<usize> = starts
            .first()
            .map_or(Vec::new(), |s: &Start| s.clamped.clone());
        let steps = Steps::new(network, self.step, self.steps)?.holding(&held);
        let [mut x, mut input] = [(); 2].map(|()| vec![0.0; n * width]);
        for (b, start) in starts.iter().enumerate() {
            let own = start.whole_input(network);
            for i in 0..n {
                x[i * width + b] = start.x[i];
                input[i * width + b] = own[i];
            }
        }
        let states = steps.take(x, &input, width);
        let mut g = vec![0.0; n * width];
        let last = &states[states.len() - 1];
        if last.iter().any(|x| !x.is_finite()) {
            let why = "ended at no finite state";
            return Err(Refusal::new("the steps", why)
                .help("a smaller rate of learning may keep them finite, and shorter steps"));
        }
        network.activation(last, width, &mut g);
        let score = lesson.judge(rows, &g);
        let right = score.right.unwrap_or(f64::NAN) * width as f64;
        let mut found = Found {
            loss: score.loss * width as f64,
            ..Found::default()
        };
        if learns {
            let mut by_g = vec![0.0; g.len()];
            for (b, r) in rows.iter().enumerate() {
                let wanted = lesson.examples.wanted(network, *r);
                for (i, t) in network.neurons(layer).zip(wanted) {
                    by_g[i * width + b] = g[i * width + b] - t;
                }
            }
            let back = steps.back(&states, &input, &by_g, &mut |_, _, _| {});
            found.gradient = vec![0.0; lesson.parameters.count()];
            let all = (&back.synapses[..], &back.input[..]);
            lesson
                .parameters
                .gather(network, all, width, &mut found.gradient);
        }
        Ok((found, right))
    }
}

impl Rule for Adjoint {
    fn check(&self, network: &Network, examples: &Examples) -> Result<(), Refusal> {
        targets(examples)?;
        Steps::new(network, self.step, self.steps)?;
        let jumps = |s: &Segment| s.lagrangian.values() != Values::Interval;
        for layer in network.layers() {
            if layer.lagrangian.segments().iter().any(jumps) {
                let what = format!("layer `{}`", layer.name);
                let why = "has units that flip, which have no derivative";
                return Err(Refusal::new(what, why));
            }
        }
        match self.steps {
            0 => Err(Refusal::new("steps", "must be at least 1")),
            _ => Ok(()),
        }
    }

    fn learn(&mut self, lesson: &Lesson<'_>, rows: &[usize]) -> Result<Found, Refusal> {
        let mut sum = Found {
            gradient: vec![0.0; lesson.parameters.count()],
            ..Found::default()
        };
        for (_, found) in in_parts(rows, |rows| self.one(lesson, rows, true)) {
            sum.add(found?.0);
        }
        Ok(sum)
    }

    fn score(&self, lesson: &Lesson<'_>, rows: &[usize]) -> Result<Score, Refusal> {
        let (mut loss, mut right) = (0.0, 0.0);
        for (_, found) in in_parts(rows, |rows| self.one(lesson, rows, false)) {
            let (own, good) = found?;
            loss += own.loss;
            right += good;
        }
        let count = rows.len().max(1) as f64;
        Ok(Score {
            loss: loss / count,
            right: (!right.is_nan()).then_some(right / count),
        })
    }
}
