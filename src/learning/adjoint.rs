//! The derivative of a loss through the Euler steps that a network takes, backwards through them: what is learnt is what those steps do,
//! at rest or not.

use super::rule::{in_parts, targets};
use super::{Derivatives, Examples, Found, Lesson, Rule, Score, Steps, masks};
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

/// What is wrong after the last step.
struct Wrong {
    /// The loss, summed over the rows.
    loss: f64,
    /// How many rows are right; NaN where they are of no classes.
    right: f64,
    /// The derivative of the loss by the activations, a block; empty where nothing is learnt.
    by_g: Vec<f64>,
    /// That by what pictures are read in and out with; empty where there are none.
    patches: Vec<f64>,
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
        let mut wrong = match lesson.patches() {
            Some(_) => from_pictures(lesson, rows, &g, learns),
            None => from_targets(lesson, rows, &g, learns)?,
        };
        let mut found = Found {
            loss: wrong.loss,
            ..Found::default()
        };
        if learns {
            let back = steps.back(&states, &input, &wrong.by_g);
            add_read_in(lesson, rows, &back, &mut wrong.patches);
            found.gradient = vec![0.0; lesson.parameters.count()];
            let all = (&back, &wrong.patches[..]);
            lesson
                .parameters
                .gather(network, all, width, &mut found.gradient);
        }
        Ok((found, wrong.right))
    }
}

/// How far the activations of the target are from what is wanted.
fn from_targets(
    lesson: &Lesson<'_>,
    rows: &[usize],
    g: &[f64],
    learns: bool,
) -> Result<Wrong, Refusal> {
    let (network, width) = (lesson.network, rows.len());
    let layer = targets(lesson.examples)?;
    let score = lesson.judge(rows, g);
    let mut by_g = vec![0.0; if learns { g.len() } else { 0 }];
    if learns {
        for (b, r) in rows.iter().enumerate() {
            let wanted = lesson.examples.wanted(network, *r);
            for (i, t) in network.neurons(layer).zip(wanted) {
                by_g[i * width + b] = g[i * width + b] - t;
            }
        }
    }
    Ok(Wrong {
        loss: score.loss * width as f64,
        right: score.right.unwrap_or(f64::NAN) * width as f64,
        by_g,
        patches: Vec::new(),
    })
}

/// How far the pictures that are read from the activations are from those that were masked.
fn from_pictures(lesson: &Lesson<'_>, rows: &[usize], g: &[f64], learns: bool) -> Wrong {
    let (network, width) = (lesson.network, rows.len());
    let mut wrong = Wrong {
        loss: 0.0,
        right: f64::NAN,
        by_g: vec![0.0; if learns { g.len() } else { 0 }],
        patches: Vec::new(),
    };
    let Some((patches, _)) = lesson.patches() else {
        return wrong;
    };
    wrong.patches = vec![0.0; patches.values().len()];
    let own = || network.neurons(lesson.examples.layer);
    for (b, r) in rows.iter().enumerate() {
        let Some(picture) = lesson.masked(*r, learns) else {
            continue;
        };
        let tokens: Vec<f64> = own().map(|i| g[i * width + b]).collect();
        let (loss, by_pixels) = masks::off(patches, &picture, &tokens);
        wrong.loss += loss;
        if learns {
            let by_g = patches.add_read_out(&tokens, &by_pixels, &mut wrong.patches);
            own()
                .zip(by_g)
                .for_each(|(i, d)| wrong.by_g[i * width + b] = d);
        }
    }
    wrong
}

/// What pictures are read in with: tokens begin at x, and a leak k draws them back there by an input k x.
fn add_read_in(lesson: &Lesson<'_>, rows: &[usize], back: &Derivatives, gradient: &mut [f64]) {
    let (network, width) = (lesson.network, rows.len());
    let Some((patches, _)) = lesson.patches() else {
        return;
    };
    let leaks = network.leaks();
    for (b, r) in rows.iter().enumerate() {
        let by_x = network.neurons(lesson.examples.layer).map(|i| {
            let k = i * width + b;
            back.start[k] + leaks[i] * back.input[k]
        });
        if let Some(picture) = lesson.masked(*r, true) {
            patches.add_read_in(&picture, &by_x.collect::<Vec<f64>>(), gradient);
        }
    }
}

impl Rule for Adjoint {
    fn check(&self, network: &Network, examples: &Examples) -> Result<(), Refusal> {
        if examples.masked.is_none() {
            targets(examples)?;
        }
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
