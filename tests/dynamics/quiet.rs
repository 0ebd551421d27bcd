//! Quiet steps, which monitors are not shown: what is booked for them is what they would have booked.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::sync::Mutex;

use attractor::dynamics::{Interrupt, Outcome, Settings, Start};
use attractor::ensemble::Ensemble;
use attractor::kernels::Weights;
use attractor::lagrangian::Tanh;
use attractor::monitor::{
    Attention, EnergyAccount, Flow, LyapunovMonitor, LyapunovReport, Mode, Monitor, Needs,
    RestMonitor, Verdict,
};
use attractor::network::{Layer, Network, theories};
use attractor::stimulus::{Addition, Stimulus};
use attractor::trajectory::{EnergyChange, State, Step};

/// Counts what a monitor is shown. With `all` it is shown every step.
struct Counted<M> {
    inner: M,
    all: bool,
    shown: u64,
}

impl<M: Monitor> Monitor for Counted<M> {
    fn needs(&self) -> Needs {
        self.inner.needs()
    }

    fn sees_steps(&self) -> bool {
        self.inner.sees_steps()
    }

    fn attention(&mut self) -> Attention<'_> {
        match self.all {
            true => Attention::Steps,
            false => self.inner.attention(),
        }
    }

    fn start(&mut self, state: &State<'_>) -> Flow {
        self.inner.start(state)
    }

    fn judge(&mut self, step: &Step<'_>) -> Verdict {
        self.inner.judge(step)
    }

    fn observe(&mut self, step: &Step<'_>) -> Flow {
        self.shown += 1;
        self.inner.observe(step)
    }

    fn switched(&mut self, state: &State<'_>) {
        self.inner.switched(state);
    }

    fn committed(&mut self) {
        self.inner.committed();
    }
}

type Watch = (Option<LyapunovMonitor>, Option<RestMonitor>);
type Seen = (Outcome, LyapunovReport, u64);

/// Three neurons and, if asked for, a pulse: falls, rises, work of the input and rest.
fn problem(pulsed: bool) -> (Network, Stimulus) {
    let w = vec![0.0, -1.0, 0.4, -1.0, 0.3, 0.8, 0.4, 0.8, 0.0];
    let layer = Layer::new("n", &[3], Tanh { beta: 4.0 }).unwrap();
    let network = theories::general(layer, Weights::new(3, 3, w).unwrap()).unwrap();
    let pulse = Addition::pulse(2.0, 5.0, vec![0.7, -0.4, 0.1]);
    let additions = if pulsed { vec![pulse] } else { Vec::new() };
    let stimulus = Stimulus::new(&network, additions).unwrap();
    (network, stimulus)
}

/// A hundred starts in blocks.
fn run(pulsed: bool, mode: Mode, rest: bool, rtol: f64, all: bool) -> Vec<Seen> {
    let (network, stimulus) = problem(pulsed);
    let settings = Settings {
        t_end: 40.0,
        rtol,
        until_rest: rest,
        ..Settings::default()
    };
    let ensemble = Ensemble {
        network: &network,
        settings: &settings,
        stimulus: &stimulus,
        threads: 2,
        alone: false,
        interrupt: &Interrupt::new(),
    };
    let seen = Mutex::new(vec![None; 100]);
    let start = |k: usize| {
        let at = |i: usize| 2.0 * ((k * (i + 3)) as f64 * 0.7).sin();
        Ok(Start::at((0..3).map(at).collect()))
    };
    let watch = |_| -> Counted<Watch> {
        let settles = if pulsed { 5.0 } else { 0.0 };
        let until = || RestMonitor::new(&network, [1e-7, 1e-6]).not_before(settles);
        Counted {
            inner: (Some(LyapunovMonitor::new(mode)), rest.then(until)),
            all,
            shown: 0,
        }
    };
    let done = |k: usize, outcome: Outcome, watch: Counted<Watch>| {
        let report = watch.inner.0.unwrap().into_report();
        seen.lock().unwrap()[k] = Some((outcome, report, watch.shown));
    };
    ensemble.run(0..100, start, watch, done).unwrap();
    let seen = seen.into_inner().unwrap();
    seen.into_iter().map(Option::unwrap).collect()
}

#[test]
fn reports_are_the_same_whether_or_not_quiet_steps_are_shown() {
    for mode in [Mode::Record, Mode::Warn, Mode::Reject, Mode::Stop] {
        // Loose steps rise, and some are sent back.
        for (rest, rtol) in [(false, 1e-6), (true, 1e-6), (true, 1e-2), (false, 0.3)] {
            for pulsed in [false, true] {
                let case = format!("{mode:?}, rest {rest}, rtol {rtol}, pulse {pulsed}");
                let few = run(pulsed, mode, rest, rtol, false);
                let all = run(pulsed, mode, rest, rtol, true);
                let (mut unseen, mut worked) = (0, false);
                for ((end, report, shown), (same, every, steps)) in few.iter().zip(&all) {
                    assert_eq!((end, report), (same, every), "{case}");
                    assert!(shown <= steps && *steps == report.steps, "{case}");
                    unseen += steps - shown;
                    worked |= report.input_work != 0.0;
                }
                // Nine steps of ten have no slope; rises and rest are seen.
                let steps: u64 = all.iter().map(|(_, _, steps)| steps).sum();
                assert!(2 * unseen > steps, "{case}: {unseen} of {steps}");
                assert_eq!(worked, pulsed, "{case}");
            }
        }
    }
}

#[test]
fn two_monitors_that_keep_accounts_are_shown_every_step() {
    let (network, _) = problem(false);
    let lyapunov = || LyapunovMonitor::new(Mode::Record);
    assert!((lyapunov(), ()).attention().account().is_some());
    let rest = RestMonitor::new(&network, [1e-8, 1e-6]);
    assert!((Some(rest), lyapunov()).attention().account().is_some());
    let mut both = (lyapunov(), lyapunov());
    assert!(matches!(both.attention(), Attention::Steps));
    // One that says nothing of it is shown every step, and its companions with it.
    struct Own;
    impl Monitor for Own {}
    assert!(matches!((lyapunov(), Own).attention(), Attention::Steps));
}

#[test]
fn an_account_tells_falls_from_rises() {
    let change = |change| EnergyChange {
        change,
        rounding: 1e-15,
        ..EnergyChange::default()
    };
    let mut account = EnergyAccount::default();
    account.see(1.0, 2.0);
    for by in [-0.5, 1e-16, 0.25] {
        account.book(change(by));
        account.see(account.last + by, 2.0);
    }
    assert_eq!((account.steps, account.last), (3, 0.75 + 1e-16));
    assert_eq!((account.fallen, account.risen), (0.5, 0.25));
    assert_eq!(account.largest_rise, 0.25);
    assert_eq!(account.largest_excess, 0.25 / 1e-15);
}
