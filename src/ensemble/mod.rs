//! Many starts. Blocks of trajectories advance on all cores. When a trajectory has ended, its column takes the next start.

use std::fmt;
use std::sync::Mutex;

use crate::dynamics::{
    Driver, FEWEST_COLUMNS, Interrupt, Outcome, RunError, Settings, Start, StartError,
};
use crate::kernels::{cores, with_cores};
use crate::monitor::Monitor;
use crate::network::Network;
use crate::pattern::random::Stream;
use crate::refusal::Refusal;
use crate::stimulus::Stimulus;

/// The most trajectories that advance together. A step costs something however many they are, which many share: of 2 neurons
/// 512 columns take 8 per cent less time for each than 128. An array of a block takes 8 MiB at most, unless the fewest
/// columns take more.
fn most_columns(network: &Network) -> usize {
    let size = network.size().max(1);
    let most = ((1 << 13) / size).clamp(64, 512);
    let fit = ((1_usize << 20) / size).clamp(FEWEST_COLUMNS, most);
    // The largest power of two that fits.
    1 << fit.ilog2()
}

/// Cores for the large products of each of so many blocks. Cores without a block of their own help. If two blocks shared a
/// thread, one could wait for the other's whole run while it needs only one product.
fn helpers(workers: usize, cores: usize, blocks: usize) -> usize {
    (workers.min(cores) / blocks).max(1)
}

/// So many threads; of 0 one for each core.
pub(crate) fn workers(threads: usize) -> usize {
    match threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    }
}

/// How an ensemble is run.
///
/// ```
/// use std::sync::Mutex;
///
/// use attractor::ensemble::Ensemble;
/// use attractor::kernels::Weights;
/// use attractor::lagrangian::Tanh;
/// use attractor::network::{Layer, theories};
/// use attractor::dynamics::{Interrupt, Settings, Start};
/// use attractor::stimulus::Stimulus;
///
/// // One neuron that excites itself: it ends on the side where it began.
/// let network = theories::classical(
///     Layer::new("n", &[1], Tanh { beta: 1.0 })?,
///     Weights::new(1, 1, vec![2.0])?,
/// )?;
/// let ensemble = Ensemble {
///     network: &network,
///     settings: &Settings { t_end: 50.0, ..Settings::default() },
///     stimulus: &Stimulus::constant(&network),
///     threads: 0,
///     alone: false,
///     interrupt: &Interrupt::new(),
/// };
/// let start = |k| Ok(Start::at(vec![f64::from(k as u32) - 4.5]));
/// let ends = Mutex::new(vec![0.0; 10]);
/// ensemble.run(0..10, start, |_| (), |k, end, ()| {
///     if let Ok(mut ends) = ends.lock() {
///         ends[k] = end.x[0];
///     }
/// })?;
/// let ends = ends.into_inner()?;
/// assert!(ends[..5].iter().all(|x| (x + 1.915008).abs() < 1e-5));
/// assert!(ends[5..].iter().all(|x| (x - 1.915008).abs() < 1e-5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    /// Integrates every trajectory by itself, with the bits of [`integrate`](crate::dynamics::integrate), many times as slowly.
    pub alone: bool,
    /// Stops everything when raised.
    pub interrupt: &'a Interrupt,
}

impl Ensemble<'_> {
    /// Integrates the starts of these numbers, each as `start` makes it and under what `monitor` makes. Both are asked when a
    /// column is free, in the thread that runs the start, so that memory does not grow with the number of starts.
    ///
    /// `done` is called once for each start, when it has ended, from any thread. What it is given depends on the start alone:
    /// not on other starts, their order or the number of threads.
    ///
    /// # Errors
    /// A start that cannot be made or run, with its number, a stimulus of another network, or settings that make no sense.
    /// No start is begun after an error; what other threads have under way ends first.
    pub fn run<M: Monitor>(
        &self,
        numbers: impl Iterator<Item = usize> + Send,
        start: impl Fn(usize) -> Result<Start, Refusal> + Sync,
        monitor: impl Fn(usize) -> M + Sync,
        done: impl Fn(usize, Outcome, M) + Sync,
    ) -> Result<(), EnsembleError> {
        let count = numbers.size_hint().1.unwrap_or(usize::MAX);
        // Where each start runs by itself there is no block to be filled.
        let least = match self.alone {
            true => 1,
            false => FEWEST_COLUMNS.min(self.settings.method.columns),
        };
        let workers = workers(self.threads);
        let threads = workers.min(count.div_ceil(least)).max(1);
        let width = self.width(count.div_ceil(threads));
        // The numbers that are left, or the first failure.
        let left = Mutex::new(Ok(numbers));
        let next = || left.lock().ok()?.as_mut().ok()?.next();
        let helpers = helpers(workers, cores(), threads);
        let work = || {
            let drain = || self.drain(next, &start, &monitor, &done, [width, threads]);
            let result = with_cores(helpers, drain);
            if let (Err(why), Ok(mut left)) = (result, left.lock())
                && left.is_ok()
            {
                *left = Err(why);
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                // Where the system gives no more threads, those that are there do the work: it comes to the same bits.
                let spawned = std::thread::Builder::new().spawn_scoped(scope, work);
                if spawned.is_err() {
                    break;
                }
            }
            work();
        });
        match left.into_inner() {
            Ok(left) => left.map(|_| ()),
            Err(_) => Err(EnsembleError::Thread),
        }
    }

    fn width(&self, starts: usize) -> usize {
        if self.alone {
            return 1;
        }
        // A column whose trajectory has ended should find another start: blocks are wide only where starts are many.
        let most = most_columns(self.network).min(128.max(starts / 4));
        starts.clamp(FEWEST_COLUMNS, most).next_power_of_two()
    }

    fn drain<M: Monitor>(
        &self,
        next: impl Fn() -> Option<usize>,
        start: impl Fn(usize) -> Result<Start, Refusal>,
        monitor: impl Fn(usize) -> M,
        done: impl Fn(usize, Outcome, M),
        share: [usize; 2],
    ) -> Result<(), EnsembleError> {
        let mut driver = Driver::new(self.network, self.settings, self.stimulus, share)?;
        loop {
            // After an interrupt nothing begins.
            let hungry = driver.is_hungry() && !self.interrupt.is_raised();
            while hungry && driver.has_room() {
                let Some(number) = next() else {
                    driver.close();
                    break;
                };
                let start = start(number);
                let mut start = start.map_err(|why| EnsembleError::NotMade { number, why })?;
                let stream = number as u128;
                start.stream.get_or_insert(Stream { seed: 0, stream });
                let load = driver.load(number, start, monitor(number));
                load.map_err(|why| EnsembleError::Start { number, why })?;
            }
            if !driver.is_busy() {
                return Ok(());
            }
            driver.advance(self.interrupt, &done)?;
        }
    }
}

/// Why an ensemble was not run to its end.
#[derive(Clone, Debug, PartialEq)]
pub enum EnsembleError {
    /// Nothing can be integrated like this.
    Run(RunError),
    /// A start is none for the network.
    Start {
        /// Its number.
        number: usize,
        /// What is wrong.
        why: StartError,
    },
    /// A start could not be made.
    NotMade {
        /// Its number.
        number: usize,
        /// Why.
        why: Refusal,
    },
    /// A thread failed.
    Thread,
}

impl fmt::Display for EnsembleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EnsembleError::Run(why) => why.fmt(f),
            EnsembleError::Start { number, why } => write!(f, "start {number}: {why}"),
            EnsembleError::NotMade { number, why } => write!(f, "start {number}: {why}"),
            EnsembleError::Thread => f.write_str("a thread of the ensemble failed"),
        }
    }
}

impl std::error::Error for EnsembleError {}

impl From<RunError> for EnsembleError {
    fn from(why: RunError) -> Self {
        EnsembleError::Run(why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_never_share_the_threads_of_their_products() {
        for (workers, cores, blocks) in
            (1..=9).flat_map(|w| (1..=9).flat_map(move |c| (1..=w).map(move |b| (w, c, b))))
        {
            let helpers = helpers(workers, cores, blocks);
            // One works in its own thread; all the cores are those of a pool that is there for all.
            let apart = helpers == 1 || blocks == 1 || helpers < cores;
            assert!(
                apart,
                "{helpers} for each of {blocks} blocks, {cores} cores"
            );
            assert!(helpers == 1 || helpers * blocks <= workers.min(cores));
        }
        // Few starts on many cores leave none of them idle, a thread each where there are as many.
        assert_eq!(
            [1, 2, 4, 8].map(|blocks| helpers(8, 8, blocks)),
            [8, 4, 2, 1]
        );
        assert_eq!(helpers(1, 8, 1), 1);
    }
}
