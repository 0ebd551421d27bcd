//! Learning of Boltzmann machines (Ackley, Hinton & Sejnowski 1985), with hidden units and restricted ones too.
//!
//! ```text
//! ∂⟨ln p(v)⟩/∂θ = (⟨−∂E/∂θ⟩_held − ⟨−∂E/∂θ⟩_free)/T
//! ```
//!
//! with the visible units held at the data in the first mean and free in the second. Means are over states that the method of the network
//! draws at its temperature T. The free ones are chains that go on from batch to batch (persistent contrastive divergence, Tieleman 2008).

use super::{Examples, Found, Lesson, Phase, Phases, Rule, Score, likelihood};
use crate::dynamics::{Settings, Start};
use crate::lagrangian::{Segment, Values};
use crate::network::Network;
use crate::pattern::Drawer;
use crate::pattern::random::Stream;
use crate::refusal::Refusal;

/// In the place of a layer, for what is drawn here.
const OWN: usize = Drawer::Boltzmann.place();
/// A network of so many units at most has all its states looked at.
pub(super) const FEW: usize = 20;
/// In the place of the iteration, for what is drawn to score.
const SCORED: usize = 1 << 40;
/// Learning of Boltzmann machines.
#[derive(Clone, Debug, PartialEq)]
pub struct Boltzmann {
    /// Chains.
    pub chains: usize,
    /// Sweeps of each for a batch, and of the hidden units with the visible ones held.
    pub sweeps: usize,
    /// The temperature.
    pub temperature: f64,
    /// The states of the chains, one after the other; none until the first batch.
    states: Vec<f64>,
}

impl Boltzmann {
    /// So many chains and sweeps, at this temperature.
    pub fn new(chains: usize, sweeps: usize, temperature: f64) -> Self {
        Boltzmann {
            chains,
            sweeps,
            temperature,
            states: Vec::new(),
        }
    }

    fn sample(
        &self,
        lesson: &Lesson<'_>,
        name: &str,
        mut starts: Vec<Start>,
        (place, draw): (usize, usize),
    ) -> Result<Phase, Refusal> {
        for (k, start) in starts.iter_mut().enumerate() {
            start.stream = Some(Stream::of(lesson.seed, OWN, place + k, draw));
        }
        let t_start = lesson.phases.settings.t_start;
        let settings = Settings {
            until_rest: false,
            t_end: t_start + self.sweeps as f64,
            ..lesson.phases.settings.clone()
        };
        let phases = Phases {
            settings: &settings,
            ..lesson.phases
        };
        phases.run(name, lesson.network, &starts)
    }

    /// The rows with their visible units held, hidden ones drawn as likely one way as the other.
    fn held(
        &self,
        lesson: &Lesson<'_>,
        rows: &[usize],
        (draw, moves): (usize, bool),
    ) -> Result<Phase, Refusal> {
        let mut starts = lesson.starts(rows, moves);
        for (start, r) in starts.iter_mut().zip(rows) {
            let drawn = random_state(
                lesson.network,
                Stream::of(lesson.seed, Drawer::Hidden.place(), *r, draw),
            );
            for k in (0..lesson.network.layers().len()).filter(|k| *k != lesson.examples.layer) {
                let own = lesson.network.neurons(k);
                start.x[own.clone()].copy_from_slice(&drawn[own]);
            }
        }
        self.sample(lesson, "phase with the data held", starts, (0, draw))
    }
}

/// Units that flip, each at one of its values.
fn random_state(network: &Network, stream: Stream) -> Vec<f64> {
    let signs = stream.signs(network.size());
    let mut x = Vec::with_capacity(network.size());
    for layer in network.layers() {
        for s in layer.lagrangian.segments() {
            let first = x.len();
            match s.lagrangian.values() {
                Values::Two([low, high]) => x.extend(
                    signs[first..first + s.len]
                        .iter()
                        .map(|v| if *v > 0.0 { high } else { low }),
                ),
                // Refused by `check`.
                _ => x.extend(vec![0.0; s.len]),
            }
        }
    }
    x
}

impl Rule for Boltzmann {
    fn check(&self, network: &Network, examples: &Examples) -> Result<(), Refusal> {
        let (t, chains) = (self.temperature, self.chains);
        if !(t > 0.0 && t.is_finite()) {
            let why = format!("must be finite and above 0, it is {t}: at 0 nothing is drawn");
            let help =
                "[solve] says it, with a method that draws: method = \"glauber\", temperature = 1";
            return Err(Refusal::new("temperature", why).help(help));
        }
        if chains == 0 || self.sweeps == 0 {
            let why = "must be at least 1";
            return Err(Refusal::new(
                if chains == 0 { "chains" } else { "sweeps" },
                why,
            ));
        }
        for layer in network.layers() {
            let flips = |s: &Segment| matches!(s.lagrangian.values(), Values::Two(_));
            if !layer.lagrangian.segments().iter().all(flips) {
                let what = format!("layer `{}`", layer.name);
                let why = "has no units of two values, which a Boltzmann machine is made of";
                return Err(Refusal::new(what, why).help("lagrangian = \"step\" or \"sign\""));
            }
        }
        if !network.is_gradient() {
            let why = "has no energy, so that its states have no e^(−E/T)";
            return Err(Refusal::new("the network", why));
        }
        match &examples.targets {
            Some(_) => Err(Refusal::new(
                "targets",
                "are not used: a Boltzmann machine learns how its data is distributed",
            )
            .help("put the labels into the rows of the data")),
            None => Ok(()),
        }
    }

    fn learn(&mut self, lesson: &Lesson<'_>, rows: &[usize]) -> Result<Found, Refusal> {
        let network = lesson.network;
        let n = network.size();
        if self.states.is_empty() {
            for k in 0..self.chains {
                let stream = Stream::of(lesson.seed, Drawer::Chains.place(), k, 0);
                self.states.extend(random_state(network, stream));
            }
        }
        let held = self.held(lesson, rows, (lesson.iteration, true))?;
        // What [start] holds of the data is held in the other phase alone.
        let data = network.neurons(lesson.examples.layer);
        let mut base = lesson.base.clone();
        base.clamped.retain(|i| !data.contains(i));
        let starts = self.states.chunks_exact(n).map(|x| Start {
            x: x.to_vec(),
            ..base.clone()
        });
        let free = self.sample(
            lesson,
            "free phase",
            starts.collect(),
            (1 << 40, lesson.iteration),
        )?;
        for k in 0..self.chains {
            self.states[k * n..(k + 1) * n].copy_from_slice(&free.column(k));
        }
        let mut gradient = vec![0.0; lesson.parameters.count()];
        let (count, t) = (rows.len() as f64, self.temperature);
        let mut add = |phase: &Phase, by: f64| {
            let by = vec![by; phase.width];
            let parameters = lesson.parameters;
            parameters.add_gradient(network, &phase.g, &by, &mut gradient);
        };
        // What falls is −ln p, summed over the rows; what is told of a batch is the error of its reconstruction.
        add(&held, -1.0 / t);
        add(&free, count / (self.chains as f64 * t));
        let wrong = likelihood::reconstruction(lesson, &held, t);
        Ok(Found {
            loss: wrong * count,
            gradient,
            phases: Vec::new(),
        })
    }

    fn is_bounded(&self) -> bool {
        true
    }

    /// Of a network of few units `−⟨ln p(v)⟩`, exact; of others the error of the reconstruction.
    fn score(&self, lesson: &Lesson<'_>, rows: &[usize]) -> Result<Score, Refusal> {
        let loss = match lesson.network.size() <= FEW {
            true => likelihood::surprise(lesson, rows, self.temperature),
            false => {
                let held = self.held(lesson, rows, (SCORED, false))?;
                likelihood::reconstruction(lesson, &held, self.temperature)
            }
        };
        Ok(Score { loss, right: None })
    }

    fn kept(&self) -> Vec<f64> {
        self.states.clone()
    }

    fn take_up(&mut self, kept: Vec<f64>) {
        self.states = kept;
    }
}
