//! The energy falls, on random networks of every kind; and each of them, broken in one way, is caught by the check whose
//! business that is.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use crate::networks;

use attractor::dynamics::{RunError, Settings, Start, StartError, integrate};
use attractor::kernels::Weights;
use attractor::lagrangian::TermRows;
use attractor::monitor::{Flow, LyapunovMonitor, LyapunovReport, Mode, Monitor, Needs};
use attractor::network::{Fault, Network, Place};
use attractor::stimulus::Stimulus;
use attractor::synapse::{Energy, Ports, Scratch, Synapse};
use attractor::trajectory::{Check, State, Step, StopReason};
use networks::{At, Joint, LayerPlan, Numbers, Plan, lagrangian, layer, moved, run};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// The same networks on every run: a failure that only some runs see would be blamed on the commit at hand, and the seed
/// in the report of a failure is enough to repeat it. Hence no file of regressions either.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(20_240_229),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    }
}

/// Seed, layers, and most neurons of each: up to 63 in all. Fewer layers and neurons are simpler.
fn sizes() -> impl Strategy<Value = (u64, usize, usize)> {
    (any::<u64>(), 1usize..=3, 3usize..=21)
}

fn settings(t_end: f64) -> Settings {
    Settings {
        rtol: 1e-6,
        t_end,
        ..Settings::default()
    }
}

/// Holds every step against the allowance for rounding and the method's error by itself, without the Lyapunov monitor's book-keeping.
#[derive(Default)]
struct Ledger {
    energy: f64,
    magnitude: f64,
    first: f64,
    /// Largest rise beyond the allowance.
    beyond: f64,
    steps: u64,
}

impl Monitor for Ledger {
    fn needs(&self) -> Needs {
        Needs {
            energy: true,
            ..Needs::default()
        }
    }
    fn start(&mut self, state: &State<'_>) -> Flow {
        let e = state.energy.unwrap();
        (self.energy, self.magnitude, self.first) = (e.total, e.magnitude, e.total);
        Flow::Continue
    }
    fn observe(&mut self, step: &Step<'_>) -> Flow {
        let e = step.end.energy.unwrap();
        let allowed =
            64.0 * f64::EPSILON * self.magnitude.max(e.magnitude) + step.energy.unwrap().error;
        self.beyond = self.beyond.max(e.total - self.energy - allowed);
        (self.energy, self.magnitude) = (e.total, e.magnitude);
        self.steps += 1;
        Flow::Continue
    }
}

fn watched(network: &Network, x: &[f64], mode: Mode) -> (StopReason, LyapunovReport, Ledger) {
    watched_with(network, &settings(5.0), x, mode)
}

fn watched_with(
    network: &Network,
    settings: &Settings,
    x: &[f64],
    mode: Mode,
) -> (StopReason, LyapunovReport, Ledger) {
    let mut monitors = (LyapunovMonitor::new(mode), Ledger::default());
    let outcome = run(network, settings, x, &mut monitors);
    (outcome.stop, monitors.0.into_report(), monitors.1)
}

proptest! {
    #![proptest_config(config(240))]

    #[test]
    fn the_energy_of_a_valid_network_never_rises((seed, layers, most) in sizes()) {
        let plan = Plan::random(seed, layers, most);
        let network = plan.build();
        let certificate = network.certificate();
        prop_assert!(certificate.holds(), "{:?}", certificate.faults);
        let (stop, report, ledger) = watched(&network, &plan.x, Mode::Reject);
        prop_assert_eq!(&stop, &StopReason::TimeReached, "{:?}", plan);
        prop_assert_eq!(&report.violation, &None);
        prop_assert_eq!((report.rises, report.identity_failures), (0, 0));
        prop_assert_eq!(report.steps, ledger.steps);
        let asked = report.identities + report.identities_not_judged;
        prop_assert!(asked > ledger.steps / 10);
        prop_assert!(ledger.beyond <= 0.0, "rose {:e} beyond the allowance", ledger.beyond);
        // Something happened: a start that is not at rest falls, unless all of it is clamped or inactive.
        let mut at = At::new(&network, &plan.x, network.clamped());
        if at.rate() < -1e-3 {
            prop_assert!(ledger.first - ledger.energy > 1e-6);
        }
    }
}

// Broken on purpose.

/// What is wrong with the currents or the energy of a synapse that claims to have one.
#[derive(Clone, Copy, Debug, PartialEq)]
enum How {
    /// The current to its first layer has the wrong sign.
    Flipped,
    /// The current to its first layer is lost: a matrix without its transpose.
    OneWay,
    /// The energy is counted twice (the ½ of Scholarpedia (12) in (17), or the other way round).
    Doubled,
}

#[derive(Debug)]
struct Wrong(Box<dyn Synapse>, How);

impl Synapse for Wrong {
    fn describe(&self) -> String {
        self.0.describe()
    }
    fn shapes(&self) -> Vec<Vec<usize>> {
        self.0.shapes()
    }
    fn evaluate(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        current: &mut [f64],
        energy: Option<TermRows<'_>>,
        scratch: &mut Scratch,
    ) {
        let mut own = vec![0.0; current.len()];
        match energy {
            Some(rows) => {
                let inner = TermRows {
                    value: &mut *rows.value,
                    magnitude: &mut *rows.magnitude,
                };
                self.0.evaluate(ports, g, &mut own, Some(inner), scratch);
                if self.1 == How::Doubled {
                    rows.value.iter_mut().for_each(|v| *v *= 2.0);
                }
            }
            None => self.0.evaluate(ports, g, &mut own, None, scratch),
        }
        let factor = match self.1 {
            How::Flipped => -1.0,
            How::OneWay => 0.0,
            How::Doubled => 1.0,
        };
        ports
            .of_mut(0, &mut own)
            .iter_mut()
            .for_each(|c| *c *= factor);
        current.iter_mut().zip(own).for_each(|(c, o)| *c += o);
    }
    fn add_curvature(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        dg: &[f64],
        dcurrent: &mut [f64],
        scratch: &mut Scratch,
    ) {
        self.0.add_curvature(ports, g, dg, dcurrent, scratch);
    }
    fn energy(&self) -> Energy {
        self.0.energy()
    }
    fn order(&self, unbounded: &[bool]) -> f64 {
        self.0.order(unbounded)
    }
    fn scratch(&self, width: usize) -> Scratch {
        self.0.scratch(width)
    }
}

/// A plan with one more layer, of `n` neurons of one Lagrangian, which is never saturated, clamped or slow: what is broken there
/// shows. Returns its position.
fn extend(plan: &mut Plan, r: &mut Numbers, n: usize, text: &str, x: Vec<f64>) -> usize {
    plan.layers.push(LayerPlan {
        rows: 1,
        parts: vec![(n, lagrangian(text))],
        tau: vec![1.0; n],
        leak: vec![1.0; n],
        weight: vec![1.0; n],
        input: r.vector(n, 1.0),
        clamped: vec![],
    });
    plan.x.extend(x);
    plan.layers.len() - 1
}

const TANH: &str = r#"{ kind = "tanh" }"#;
const SOFTMAX: &str = r#"{ kind = "softmax", beta = 2.5 }"#;
const CUBE: &str = r#"{ kind = "power", n = 3 }"#;

fn places(network: &Network) -> Vec<Place> {
    let faults = network.certificate().faults;
    faults.into_iter().map(|f: Fault| f.place).collect()
}

proptest! {
    #![proptest_config(config(240))]

    #[test]
    fn a_synapse_whose_currents_are_not_its_gradient_fails_the_identity(
        (seed, layers, most) in sizes(),
        kind in 0usize..4,
        way in 0usize..3,
    ) {
        let mut r = Numbers(seed);
        let mut plan = Plan::random(seed, layers, most.min(16));
        let x = r.vector(4, 1.0);
        let own = extend(&mut plan, &mut r, 4, TANH, x);
        match kind {
            0 => plan.add_dense(&mut r, own, 0),
            1 => plan.add_recurrent(&mut r, own),
            2 => plan.add_memory(&mut r, vec![own, 0]),
            _ => plan.add_penalty(&mut r, own),
        }
        let how = [How::Flipped, How::OneWay, How::Doubled][way];
        let broken = plan.joints.len() - 1;
        let network = plan.build_with(|k, s| if k == broken { Box::new(Wrong(s, how)) } else { s });
        // A potential or a one-sided penalty may be inactive at the start, or drowned by other terms: then nothing shows.
        let mut at = At::new(&network, &plan.x, network.clamped());
        let (rate, velocity) = (at.rate(), at.velocity.clone());
        let summands = at.hessian().rate_magnitude(&velocity)[0];
        let h = 1e-7 / networks::size(&velocity).max(1e-3);
        let energy = |s: f64| At::new(&network, &moved(&plan.x, s * h, &velocity), &[]).energy();
        let gap = (energy(1.0) - energy(-1.0)) / (2.0 * h) - rate;
        prop_assume!(gap.abs() > 1e-4 * (1.0 + summands));
        // The synapse claims to be the gradient of its energy: the certificate believes it.
        prop_assert!(network.certificate().holds());
        for mode in [Mode::Reject, Mode::Stop] {
            let (stop, report, ledger) = watched(&network, &plan.x, mode);
            let StopReason::Violation(violation) = stop else {
                return Err(TestCaseError::fail(format!("{how:?} of joint {kind} passed: {stop:?}")));
            };
            prop_assert_eq!(violation.check, Check::Identity);
            prop_assert_eq!(violation.t, 0.0, "before the first step");
            prop_assert_eq!(ledger.steps, 0);
            prop_assert_eq!(report.violation, Some(violation));
        }
    }

    #[test]
    fn an_asymmetric_matrix_is_a_fault_and_fails_the_identity((seed, layers, most) in sizes()) {
        let mut r = Numbers(seed);
        let mut plan = Plan::random(seed, layers, most.min(16));
        let x = r.vector(4, 1.0);
        let own = extend(&mut plan, &mut r, 4, TANH, x);
        let w = Weights::new(4, 4, r.vector(16, 1.0)).unwrap();
        plan.joints.push(Joint::Recurrent { layer: own, w });
        let network = plan.build();
        prop_assert_eq!(places(&network), [Place::Synapse(plan.joints.len() - 1)]);
        // Recorded all the same, as the file may ask for.
        let (stop, report, _) = watched(&network, &plan.x, Mode::Record);
        prop_assert_eq!(stop, StopReason::TimeReached);
        prop_assert!(report.identity_failures > 0);
    }

    #[test]
    fn what_breaks_only_t_h_is_a_fault_and_keeps_the_identity(
        (seed, layers, most) in sizes(),
        way in 0usize..4,
    ) {
        let mut r = Numbers(seed);
        let mut plan = Plan::random(seed, layers, most.min(16));
        let x = r.vector(4, 0.8);
        let text = if way == 0 { CUBE } else { SOFTMAX };
        let own = extend(&mut plan, &mut r, 4, text, x);
        plan.add_dense(&mut r, 0, own);
        let tau = vec![0.1, 0.5, 2.0, 8.4];
        let name = own.to_string();
        let want = match way {
            0 => Place::Layer(name, "lagrangian"),
            1 => {
                plan.layers[own].tau = tau;
                Place::Layer(name, "tau")
            }
            2 => {
                plan.layers[own].weight = tau;
                Place::Layer(name, "energy_weight")
            }
            _ => {
                plan.layers[own].clamped = vec![2];
                Place::Network
            }
        };
        let network = plan.build();
        prop_assert_eq!(places(&network), [want]);
        if way == 3 {
            let stimulus = Stimulus::constant(&network);
            let start = Start::at(plan.x.clone());
            let refused = integrate(&network, &settings(1.0), &stimulus, start, &mut ());
            prop_assert!(matches!(
                refused.unwrap_err(),
                RunError::Start(StartError::Clamped(_))
            ));
        } else if way != 2 {
            // The formula for dE/dt stays true; it is only no longer negative.
            let (_, report, _) = watched(&network, &plan.x, Mode::Record);
            prop_assert_eq!(report.identity_failures, 0);
        }
    }

    #[test]
    fn a_rising_energy_fails_the_descent((seed, layers, most) in sizes(), odd in any::<bool>()) {
        let mut r = Numbers(seed);
        let mut plan = Plan::random(seed, layers, most.min(12));
        let own = if odd {
            // x³/3 for x < 0: H = 2x is negative.
            let own = extend(&mut plan, &mut r, 4, CUBE, vec![-1.0, -0.9, -1.1, -0.7]);
            plan.layers[own].input = vec![8.0; 4];
            own
        } else {
            // For u = ẋ, uᵀ T H u is negative where the slow neuron is the one that p weighs against.
            let own = extend(&mut plan, &mut r, 3, SOFTMAX, vec![0.0, 0.3, 0.1]);
            plan.layers[own].tau = vec![0.1, 0.5, 8.4];
            plan.layers[own].input = vec![0.9, 6.0, 80.0];
            own
        };
        plan.add_dense(&mut r, 0, own);
        let network = plan.build();
        let mut at = At::new(&network, &plan.x, network.clamped());
        let rate = at.rate();
        prop_assume!(rate > 1.0);
        // Short steps, because a rise may end within a tenth of the fastest time constant.
        let short = Settings { max_step: 1e-3, ..settings(0.2) };
        let watched = |mode| watched_with(&network, &short, &plan.x, mode);
        let (stop, report, _) = watched(Mode::Reject);
        let StopReason::Violation(violation) = stop else {
            return Err(TestCaseError::fail(format!("rose at {rate}, and passed: {stop:?}")));
        };
        prop_assert_eq!(violation.check, Check::Descent);
        prop_assert!(violation.found > violation.allowed);
        // It was sent back first, in case a shorter step should mend it, and was not taken.
        prop_assert!(report.sent_back > 1);
        prop_assert_eq!(report.rises, 0);
        // The other modes take the step and say so.
        let (stop, report, ledger) = watched(Mode::Stop);
        prop_assert!(matches!(stop, StopReason::Violation(v) if v.check == Check::Descent));
        prop_assert_eq!(report.rises, 1);
        prop_assert!(ledger.beyond > 0.0);
        for mode in [Mode::Record, Mode::Warn] {
            let (stop, report, _) = watched(mode);
            prop_assert_eq!(stop, StopReason::TimeReached);
            prop_assert!(report.rises > 0 && report.largest_excess > 1.0);
            prop_assert_eq!(report.violation.unwrap().check, Check::Descent);
        }
        let (_, report, _) = watched(Mode::Off);
        prop_assert_eq!(report, LyapunovReport::default());
    }
}

#[test]
fn a_start_on_a_kink_or_a_tip_is_no_violation() {
    for text in [
        r#"{ kind = "relu" }"#,
        r#"{ kind = "soft-threshold", lambda = 0 }"#,
        r#"{ kind = "rectified-exponential" }"#,
        r#"{ kind = "spherical-norm" }"#,
        r#"{ kind = "layer-norm", eps = 0 }"#,
    ] {
        let layer = layer("x", &[3], text).input([1.0, 2.0, -0.5]);
        let network = Network::builder().layer(layer).build().unwrap();
        let (stop, report, _) = watched(&network, &[0.0; 3], Mode::Reject);
        assert_eq!(stop, StopReason::TimeReached, "{text}");
        assert_eq!(
            (report.violation, report.identity_failures),
            (None, 0),
            "{text}"
        );
    }
}

#[test]
fn a_state_close_to_a_tip_is_no_violation() {
    // States within 3e-6 of each other: the Hessian of a layer norm with ε = 0 is 1e5 there and changes over that
    // distance, which is shorter than the first stretches of the measurement.
    let x = [-0.511_741_965, -0.511_738_149, -0.511_744_969];
    let layer = layer("x", &[3], r#"{ kind = "layer-norm", eps = 0 }"#).input([0.06, -0.81, -0.23]);
    let network = Network::builder().layer(layer).build().unwrap();
    let (stop, report, _) = watched(&network, &x, Mode::Reject);
    assert_eq!(stop, StopReason::TimeReached);
    assert_eq!(report.identity_failures, 0);
}
