//! Starts followed through time until they rest.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::Told;
use crate::dynamics::{Interrupt, Outcome, Settings, Start, without};
use crate::ensemble::Ensemble;
use crate::monitor::RestMonitor;
use crate::network::Network;
use crate::pattern::Drawer;
use crate::pattern::random::Stream;
use crate::refusal::Refusal;
use crate::stimulus::Stimulus;

/// So long a start is followed at least, where rest is not waited for.
const LONG: f64 = 1000.0;
/// In the place of a layer, for what a method draws on the way.
const ON_THE_WAY: usize = Drawer::Follow.place();

/// What a start gets besides its state, as a layer that begins at its equilibrium with the others.
pub type Complete<'a> = &'a (dyn Fn(&mut Start) -> Result<(), Refusal> + Sync);

/// How starts are followed to rest.
#[derive(Clone)]
pub struct Follow<'a> {
    /// The network.
    pub network: &'a Network,
    /// How every trajectory is integrated.
    pub settings: &'a Settings,
    /// What all starts have in common: where neurons stand that nothing else is said of, which are clamped, and what is added to the
    /// input.
    pub base: Start,
    /// What else each start gets; none for nothing.
    pub complete: Option<Complete<'a>>,
    /// Tolerances `[atol, rtol]` of rest.
    pub rest: [f64; 2],
    /// The seed of all that is drawn.
    pub seed: u64,
    /// Threads; 0 for one on each core. The answer does not depend on them.
    pub threads: usize,
    /// Stops everything when raised.
    pub interrupt: &'a Interrupt,
    /// Is told how many starts have ended, from any thread.
    pub tell: &'a (dyn Fn(Told) + Sync),
}

impl std::fmt::Debug for Follow<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Follow")
            .field("base", &self.base)
            .field("rest", &self.rest)
            .field("seed", &self.seed)
            .finish_non_exhaustive()
    }
}

impl<'a> Follow<'a> {
    /// With the usual tolerances, from starts that are alike but for what a question changes.
    pub fn new(
        on: (&'a Network, &'a Settings),
        base: Start,
        interrupt: &'a Interrupt,
    ) -> Follow<'a> {
        Follow {
            network: on.0,
            settings: on.1,
            base,
            complete: None,
            rest: [1e-8, 1e-6],
            seed: 0,
            threads: 0,
            interrupt,
            tell: &|_| {},
        }
    }

    /// The input of the network and that of the starts.
    pub(super) fn input(&self) -> Vec<f64> {
        self.base.whole_input(self.network)
    }

    /// Until when starts are followed: settings that do not wait for rest have a last time that was chosen for something else.
    pub(super) fn until(&self) -> f64 {
        match self.settings.until_rest {
            true => self.settings.t_end,
            false => self.settings.t_end.max(self.settings.t_start + LONG),
        }
    }

    /// Start number `k` of a question, at the state `x`.
    fn start(&self, k: usize, x: Vec<f64>) -> Result<Start, Refusal> {
        let mut start = Start {
            x,
            stream: Some(Stream::of(self.seed, ON_THE_WAY, k, 1)),
            ..self.base.clone()
        };
        if let Some(complete) = self.complete {
            complete(&mut start)?;
        }
        Ok(start)
    }

    /// Follows starts of these states. `done` is called once for each when it has ended, from any thread.
    ///
    /// # Errors
    /// A start that cannot be made or run, settings that make no sense.
    pub(super) fn run(
        &self,
        count: usize,
        state: impl Fn(usize) -> Vec<f64> + Sync,
        done: impl Fn(usize, Outcome) + Sync,
    ) -> Result<(), Refusal> {
        let network = self.network;
        if let Some(how) = without(network, self.settings) {
            let why = "cannot be followed to rest: under noise nothing comes to rest";
            return Err(
                Refusal::new("the starts", why).help(format!("{how} asks the network without it"))
            );
        }
        let settings = Settings {
            until_rest: true,
            t_end: self.until(),
            ..self.settings.clone()
        };
        let ensemble = Ensemble {
            network,
            settings: &settings,
            stimulus: &Stimulus::constant(network),
            threads: self.threads,
            alone: false,
            interrupt: self.interrupt,
        };
        let monitor = |_| {
            let monitor = RestMonitor::new(network, self.rest);
            match settings.method.flips {
                true => monitor.at_once(),
                false => monitor.clamping(network, &self.base.clamped),
            }
        };
        let start = |k| self.start(k, state(k));
        let ended = AtomicUsize::new(0);
        let done = |k, outcome, _| {
            done(k, outcome);
            (self.tell)(Told {
                stage: "starts followed",
                done: ended.fetch_add(1, Ordering::Relaxed) + 1,
                of: Some(count),
                found: (0, "fixed points"),
            });
        };
        let ran = ensemble.run(0..count, start, monitor, done);
        ran.map_err(|why| Refusal::new("the starts", format!("cannot be followed: {why}")))
    }

    /// Do the states and neurons fit the network?
    pub(super) fn check(&self) -> Result<(), Refusal> {
        let n = self.network.size();
        let lists = [("start", &self.base.x), ("input", &self.base.input)];
        for (what, list) in lists {
            if list.len() != n && (what == "start" || !list.is_empty()) {
                let why = format!("has {} numbers, the network has {n} neurons", list.len());
                return Err(Refusal::new(what, why));
            }
        }
        if let Some(i) = self.base.clamped.iter().find(|i| **i >= n) {
            let why = format!("names neuron {i}, the network has {n} neurons");
            return Err(Refusal::new("clamped", why));
        }
        let clamped = [self.network.clamped(), &self.base.clamped].concat();
        let may = self.network.may_clamp(&clamped);
        may.map_err(|why| Refusal::new("clamped", why.to_string()))?;
        match (0..n).all(|i| clamped.contains(&i)) {
            true => Err(none_free()),
            false => Ok(()),
        }
    }
}

/// Nothing moves.
pub(super) fn none_free() -> Refusal {
    Refusal::new(
        "clamped",
        "names every neuron: none is free to come to rest anywhere",
    )
    .help("leave at least one free")
}
