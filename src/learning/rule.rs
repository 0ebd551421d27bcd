//! What a rule of learning is.

use super::{Examples, Parameters, Phases};
use crate::dynamics::Start;
use crate::kernels::each;
use crate::network::{Network, NetworkError};
use crate::pattern::Drawer;
use crate::pattern::random::Stream;
use crate::refusal::Refusal;

/// In the place of a layer, for what is drawn here.
const OWN: usize = Drawer::Phases.place();

/// What a rule looks at.
#[derive(Clone, Copy, Debug)]
pub struct Lesson<'a> {
    /// The network with its present parameters.
    pub network: &'a Network,
    /// Which of them learn.
    pub parameters: &'a Parameters,
    /// What is learnt from.
    pub examples: &'a Examples,
    /// How phases are run.
    pub phases: Phases<'a>,
    /// Where a network stands before its examples are put in.
    pub base: &'a Start,
    /// The seed of all that is drawn.
    pub seed: u64,
    /// Iterations before this one: what is drawn depends on it alone.
    pub iteration: usize,
    /// The epoch, from 0.
    pub epoch: usize,
}

/// What a rule found for some rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The loss, summed over the rows.
    pub loss: f64,
    /// Its derivative by θ, summed over the rows.
    pub gradient: Vec<f64>,
    /// The phases by name, each with its largest residual `|τ ẋ|` and how many trajectories were not at rest.
    pub phases: Vec<(&'static str, f64, usize)>,
}

/// How well rows are answered.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    /// The mean loss.
    pub loss: f64,
    /// The part that is answered by the class that is wanted, where rows stand for classes.
    pub right: Option<f64>,
}

/// A rule of learning: what makes of rows of examples the derivative of a loss.
pub trait Rule {
    /// Is it one for this network and these examples?
    ///
    /// # Errors
    /// Why not, and what to try.
    fn check(&self, network: &Network, lesson: &Examples) -> Result<(), Refusal>;

    /// What rows say.
    ///
    /// # Errors
    /// A phase that fails, an interrupt.
    fn learn(&mut self, lesson: &Lesson<'_>, rows: &[usize]) -> Result<Found, Refusal>;

    /// How well rows are answered.
    ///
    /// # Errors
    /// As [`Rule::learn`].
    fn score(&self, lesson: &Lesson<'_>, rows: &[usize]) -> Result<Score, Refusal>;

    /// Is its loss bounded, whatever the parameters? Then it cannot blow up. Not unless said.
    fn is_bounded(&self) -> bool {
        false
    }

    /// What it keeps from one batch to the next, for one that goes on; nothing unless said.
    fn kept(&self) -> Vec<f64> {
        Vec::new()
    }

    /// Takes that up again.
    fn take_up(&mut self, kept: Vec<f64>) {
        let _ = kept;
    }
}

/// A network that could not be made of new parameters: what it says of them.
pub(super) fn not_made(why: NetworkError) -> Refusal {
    Refusal::new("the parameters", format!("make no network any more: {why}"))
        .help("a smaller rate of learning may keep them finite")
}

impl Lesson<'_> {
    /// A start for each row: the layer of the data is held at it, or begins as it where it is a picture that is masked.
    pub fn starts(&self, rows: &[usize], moves: bool) -> Vec<Start> {
        let network = self.network;
        let own = network.neurons(self.examples.layer);
        let draw = moves.then_some((self.seed, self.epoch));
        let one = |r: &usize| {
            let mut start = self.base.clone();
            // Whatever a method draws on the way is of this row in this iteration.
            start.stream = Some(Stream::of(self.seed, OWN, *r, self.iteration));
            if let Some(picture) = self.masked(*r, moves) {
                return start.seeing(network, self.examples.layer, &picture);
            }
            let row = self.examples.row(network, *r, draw);
            start.x[own.clone()].copy_from_slice(&row);
            start.clamped.extend(own.clone());
            start
        };
        rows.iter().map(one).collect()
    }

    /// How well rows are answered at the free fixed points.
    ///
    /// # Errors
    /// The phase fails.
    pub fn at_rest(&self, rows: &[usize]) -> Result<Score, Refusal> {
        let starts = self.starts(rows, false);
        let free = self.phases.run("free phase", self.network, &starts)?;
        Ok(self.judge(rows, &free.g))
    }

    /// Half the squared distance of the activations of a block from what is wanted at its rows, and how many classes are right.
    pub fn judge(&self, rows: &[usize], g: &[f64]) -> Score {
        let Some(targets) = &self.examples.targets else {
            return Score::default();
        };
        let own = self.network.neurons(targets.layer);
        let width = rows.len();
        let (mut loss, mut right) = (0.0, 0);
        for (b, r) in rows.iter().enumerate() {
            let found: Vec<f64> = own.clone().map(|i| g[i * width + b]).collect();
            let wanted = targets.row(self.network, *r);
            let squares = found.iter().zip(wanted).map(|(g, t)| (g - t) * (g - t));
            loss += 0.5 * squares.sum::<f64>();
            let class = targets.classes.as_ref().map(|c| c[*r]);
            right += usize::from(class.is_some() && class == largest(&found));
        }
        let count = width.max(1) as f64;
        Score {
            loss: loss / count,
            right: targets.classes.as_ref().map(|_| right as f64 / count),
        }
    }
}

/// Rows of a block, whatever the number of threads, so that sums have one order.
const PART: usize = 16;

/// What `find` makes of rows, part by part on all cores, in their order.
pub(super) fn in_parts<'r, T: Send>(
    rows: &'r [usize],
    find: impl Fn(&'r [usize]) -> T + Sync,
) -> impl Iterator<Item = (&'r [usize], T)> {
    let mut parts: Vec<_> = rows.chunks(PART).map(|rows| (rows, None)).collect();
    each(&mut parts, true, &|(rows, found)| *found = Some(find(rows)));
    let all = parts.into_iter();
    all.filter_map(|(rows, found)| Some((rows, found?)))
}

impl Found {
    /// Adds what was found for other rows.
    pub(super) fn add(&mut self, other: Found) {
        self.loss += other.loss;
        let all = self.gradient.iter_mut().zip(other.gradient);
        all.for_each(|(to, d)| *to += d);
    }
}

/// The place of the largest number, the first of several.
pub(super) fn largest(all: &[f64]) -> Option<usize> {
    let most = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    all.iter().position(|v| *v == most)
}

/// What is wanted must be said.
pub(super) fn targets(examples: &Examples) -> Result<usize, Refusal> {
    let targets = examples.targets.as_ref().map(|t| t.layer);
    targets.ok_or_else(|| {
        let help =
            "targets = \"labels\" names an array with a row, or a class, for each row of the data";
        Refusal::new(
            "targets",
            "are missing, and this rule learns from what is wanted",
        )
        .help(help)
    })
}
