//! Many starts through the stepper: blocks of trajectories on all cores, a lane taking the next start when its
//! trajectory has ended.

use std::sync::Mutex;

use crate::monitor::Monitor;
use crate::network::Network;
use crate::solver::{Interrupt, Outcome, Plan, Relay, Settings, Start, integrate_until};
use crate::stimulus::Stimulus;

/// Trajectories that advance together: as many as pay for what a step costs however many there are, in at most 8 MiB for
/// each array of a block. The number decides the last bits of a trajectory (a wide block multiplies matrices where a narrow one
/// multiplies a vector), so it depends on the network alone, neither on the machine nor on the number of starts.
fn lanes(network: &Network) -> usize {
    let most = if network.size() <= 64 { 128 } else { 64 };
    let fit = ((1_usize << 20) / network.size().max(1)).clamp(1, most);
    // The largest power of two that fits.
    1 << fit.ilog2()
}

/// How an ensemble is run.
#[derive(Clone, Copy, Debug)]
pub struct Ensemble<'a> {
    /// The network.
    pub network: &'a Network,
    /// How every trajectory is integrated.
    pub settings: &'a Settings,
    /// The input over time.
    pub stimulus: &'a Stimulus,
    /// Threads; 0 for one on each core.
    pub threads: usize,
    /// Stops everything when raised.
    pub interrupt: &'a Interrupt,
}

impl Ensemble<'_> {
    /// Integrates every start under a monitor of its own, made by `watch` from the start's position. `done` is called
    /// once for each, in the order in which they end; what it is given does not depend on that order.
    ///
    /// # Errors
    /// The first start that cannot be run, with its position, or settings that make no sense. Nothing is integrated
    /// further after an error.
    pub fn run<M: Monitor + Send>(
        &self,
        starts: &[Start],
        watch: impl Fn(usize) -> M + Sync,
        done: impl FnMut(usize, Outcome, M) + Send,
    ) -> Result<(), String> {
        let alone = starts.len() <= 1 || self.settings.method.is_foreign();
        let lanes = if alone { 1 } else { lanes(self.network) };
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        let wanted = if self.threads == 0 {
            cores()
        } else {
            self.threads
        };
        let threads = wanted.min(starts.len().div_ceil(lanes)).max(1);
        let shared = Shared {
            next: Mutex::new(0),
            failure: Mutex::new(None),
            done: Mutex::new(done),
        };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(|| self.work(starts, &watch, lanes, &shared));
            }
            self.work(starts, &watch, lanes, &shared);
        });
        match shared.failure.into_inner() {
            Ok(Some(message)) => Err(message),
            Ok(None) => Ok(()),
            Err(_) => Err("a thread of the ensemble failed".into()),
        }
    }

    fn work<M: Monitor, D: FnMut(usize, Outcome, M)>(
        &self,
        starts: &[Start],
        watch: impl Fn(usize) -> M,
        lanes: usize,
        shared: &Shared<D>,
    ) {
        let result = if self.settings.method.is_foreign() {
            self.one_by_one(starts, watch, shared)
        } else {
            self.drain(starts, watch, lanes, shared)
        };
        if let (Err(message), Ok(mut failure)) = (result, shared.failure.lock()) {
            failure.get_or_insert(message);
        }
    }

    /// Takes starts until there are none left, for a method that knows no blocks.
    fn one_by_one<M: Monitor, D: FnMut(usize, Outcome, M)>(
        &self,
        starts: &[Start],
        watch: impl Fn(usize) -> M,
        shared: &Shared<D>,
    ) -> Result<(), String> {
        while let Some(k) = shared.take(starts.len()) {
            let (mut monitor, start) = (watch(k), starts[k].clone());
            let (network, settings) = (self.network, self.settings);
            let outcome = integrate_until(
                network,
                settings,
                self.stimulus,
                start,
                &mut monitor,
                self.interrupt,
            );
            let outcome = outcome.map_err(|why| format!("start {k}: {why}"))?;
            if let Ok(mut done) = shared.done.lock() {
                done(k, outcome, monitor);
            }
        }
        Ok(())
    }

    /// Takes starts until there are none left.
    fn drain<M: Monitor, D: FnMut(usize, Outcome, M)>(
        &self,
        starts: &[Start],
        watch: impl Fn(usize) -> M,
        lanes: usize,
        shared: &Shared<D>,
    ) -> Result<(), String> {
        let plan = Plan::new(self.settings);
        let mut relay = Relay::new(self.network, &plan, self.stimulus, lanes)?;
        loop {
            while relay.has_room()
                && let Some(k) = shared.take(starts.len())
            {
                let load = relay.load(k, starts[k].clone(), watch(k));
                load.map_err(|why| format!("start {k}: {why}"))?;
            }
            if !relay.is_busy() {
                return Ok(());
            }
            relay.advance(self.interrupt, |k, outcome, monitor| {
                if let Ok(mut done) = shared.done.lock() {
                    done(k, outcome, monitor);
                }
            })?;
        }
    }
}

struct Shared<D> {
    next: Mutex<usize>,
    failure: Mutex<Option<String>>,
    done: Mutex<D>,
}

impl<D> Shared<D> {
    /// The next start to be run; none after a failure.
    fn take(&self, count: usize) -> Option<usize> {
        if self.failure.lock().ok()?.is_some() {
            return None;
        }
        let mut next = self.next.lock().ok()?;
        let k = *next;
        *next += 1;
        (k < count).then_some(k)
    }
}
