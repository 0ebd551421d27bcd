//! The monitor must be able to fail: networks broken on purpose, each caught, and by the right check. And it must not
//! cry wolf.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use crate::common;
use crate::wild;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use attractor::analysis::{
    Along, FixedPoint, FixedPoints, LandscapePoint, Search, Stability, landscape,
};
use attractor::dynamics::{
    BS3, DOPRI5, EULER, Interrupt, Outcome, RK4, RunError, Settings, Start, StartError, TSIT5,
    integrate,
};
use attractor::kernels::Weights;
use attractor::lagrangian::{
    DirectSum, Exponential, Identity, Power, Sigmoid, Softmax, SphericalNorm, Tanh, TermRows,
};
use attractor::monitor::{
    Course, Flow, LyapunovMonitor, LyapunovReport, Mode, Monitor, Needs, Recorder, RestMonitor,
    Save, Verdict,
};
use attractor::network::{Layer, Network};
use attractor::stimulus::{Addition, Stimulus};
use attractor::synapse::{
    Dense, Energy, ExcitatoryInhibitory, Feedforward, Memory, Penalty, Ports, Recurrent, Scratch,
    Synapse,
};
use attractor::trajectory::{
    Check, Column, EnergyChange, EnergyView, State, Step, StopReason, Trajectory,
};
use common::reference::{self, VALID, run, study};

// ---- Networks that lie: synapses that claim an energy whose gradient their currents are not.

/// What is wrong with a [`Liar`].
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    /// Nothing.
    None,
    /// The feedforward current has the wrong sign.
    SignForward,
    /// The feedback current has the wrong sign.
    SignBack,
    /// The feedback current is `W g_B` instead of `Wᵀ g_B`.
    LostTranspose,
    /// There is no feedback.
    LostFeedback,
    /// The energy counts twice.
    DoubledEnergy,
    /// The energy has a factor ½ that belongs to a recurrent one.
    HalvedEnergy,
}

/// A synapse between two layers of the same size, `E = −g_Bᵀ W g_A`, that claims to be right.
#[derive(Clone, Debug)]
struct Liar {
    n: usize,
    w: Vec<f64>,
    fault: Fault,
}

impl Synapse for Liar {
    fn describe(&self) -> String {
        "liar".into()
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        vec![vec![self.n]; 2]
    }

    fn evaluate(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        current: &mut [f64],
        energy: Option<TermRows<'_>>,
        scratch: &mut Scratch,
    ) {
        self.add_curvature(ports, g, g, current, scratch);
        if let Some(out) = energy {
            let factor = match self.fault {
                Fault::DoubledEnergy => 2.0,
                Fault::HalvedEnergy => 0.5,
                _ => 1.0,
            };
            let (a, b) = (ports.of(0, g), ports.of(1, g));
            let each = (0..self.n * self.n).map(|k| b[k / self.n] * self.w[k] * a[k % self.n]);
            out.value[0] = -factor * each.clone().sum::<f64>();
            out.magnitude[0] = factor * each.map(f64::abs).sum::<f64>();
        }
    }

    fn add_curvature(
        &self,
        ports: &Ports<'_>,
        _g: &[f64],
        dg: &[f64],
        dcurrent: &mut [f64],
        _scratch: &mut Scratch,
    ) {
        assert_eq!(ports.width, 1);
        let (a, b) = (ports.of(0, dg), ports.of(1, dg));
        let (forward, back) = match self.fault {
            Fault::SignForward => (-1.0, 1.0),
            Fault::SignBack => (1.0, -1.0),
            Fault::LostFeedback => (1.0, 0.0),
            _ => (1.0, 1.0),
        };
        let (to_a, to_b) = ports.pair_mut(0, 1, dcurrent);
        for i in 0..self.n {
            for j in 0..self.n {
                let w = self.w[i * self.n + j];
                to_b[i] += forward * w * a[j];
                match self.fault {
                    Fault::LostTranspose => to_a[i] += back * w * b[j],
                    _ => to_a[j] += back * w * b[i],
                }
            }
        }
    }

    fn energy(&self) -> Energy {
        Energy::Exact
    }

    fn order(&self, _unbounded: &[bool]) -> f64 {
        2.0
    }

    fn scratch(&self, columns: usize) -> Scratch {
        Scratch::rows(0, columns)
    }
}

/// A lateral synapse that claims `−½ gᵀ W g` for whatever matrix it is given.
#[derive(Clone, Debug)]
struct Asymmetric([f64; 4]);

impl Synapse for Asymmetric {
    fn describe(&self) -> String {
        "asymmetric liar".into()
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        vec![vec![2]]
    }

    fn evaluate(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        current: &mut [f64],
        energy: Option<TermRows<'_>>,
        scratch: &mut Scratch,
    ) {
        self.add_curvature(ports, g, g, current, scratch);
        if let Some(out) = energy {
            let each = (0..4).map(|k| 0.5 * g[k / 2] * self.0[k] * g[k % 2]);
            out.value[0] = -each.clone().sum::<f64>();
            out.magnitude[0] = each.map(f64::abs).sum();
        }
    }

    fn add_curvature(
        &self,
        _ports: &Ports<'_>,
        _g: &[f64],
        dg: &[f64],
        dcurrent: &mut [f64],
        _scratch: &mut Scratch,
    ) {
        for k in 0..4 {
            dcurrent[k / 2] += self.0[k] * dg[k % 2];
        }
    }

    fn energy(&self) -> Energy {
        Energy::Exact
    }

    fn order(&self, _unbounded: &[bool]) -> f64 {
        0.0
    }

    fn scratch(&self, columns: usize) -> Scratch {
        Scratch::rows(0, columns)
    }
}

fn lying(fault: Fault) -> Network {
    let w = vec![0.9, -0.4, 0.3, 0.7, 0.2, -0.8, -0.5, 1.1, 0.6];
    Network::builder()
        .layer(
            Layer::new("a", &[3], Tanh { beta: 1.5 })
                .unwrap()
                .input(0.1),
        )
        .layer(
            Layer::new("b", &[3], Sigmoid { beta: 2.0 })
                .unwrap()
                .tau(0.5),
        )
        .connect(&["a", "b"], Liar { n: 3, w, fault })
        .build()
        .unwrap()
}

// ---- Watching.

fn settings(t_end: f64) -> Settings {
    Settings {
        t_end,
        ..Settings::default()
    }
}

fn watch(
    network: &Network,
    settings: &Settings,
    x: &[f64],
    mode: Mode,
) -> (Outcome, LyapunovReport, Trajectory) {
    let mut monitor = Both(
        LyapunovMonitor::new(mode),
        Recorder::new(network.size(), Save::Steps, mode != Mode::Off),
    );
    let stimulus = Stimulus::constant(network);
    let start = Start::at(x.to_vec());
    let outcome = integrate(network, settings, &stimulus, start, &mut monitor).unwrap();
    let Both(lyapunov, recorder) = monitor;
    (outcome, lyapunov.into_report(), recorder.into_trajectory())
}

const LIARS_START: [f64; 6] = [0.8, -0.5, 0.3, -0.2, 0.4, 0.6];

#[test]
fn currents_that_are_not_the_gradient_of_the_energy_break_the_identity_at_once() {
    let faults = [
        Fault::SignForward,
        Fault::SignBack,
        Fault::LostTranspose,
        Fault::LostFeedback,
        Fault::DoubledEnergy,
        Fault::HalvedEnergy,
    ];
    for fault in faults {
        let network = lying(fault);
        // The certificate believes what a synapse says of itself: the monitor does not.
        assert!(network.certificate().holds(), "{fault:?}");
        for mode in [Mode::Reject, Mode::Stop] {
            let (outcome, report, _) = watch(&network, &settings(10.0), &LIARS_START, mode);
            let StopReason::Violation(v) = &outcome.stop else {
                panic!("{fault:?} ended with {:?}", outcome.stop);
            };
            assert_eq!((v.check, v.t), (Check::Identity, 0.0), "{fault:?}");
            assert!(v.found > 1e3 * v.allowed, "{fault:?}: {v}");
            assert_eq!(report.violation.as_ref(), Some(v));
        }
        for mode in [Mode::Record, Mode::Warn] {
            let (outcome, report, _) = watch(&network, &settings(10.0), &LIARS_START, mode);
            assert_eq!(outcome.stop, StopReason::TimeReached, "{fault:?}");
            assert_eq!(
                report.violation.unwrap().check,
                Check::Identity,
                "{fault:?}"
            );
            assert!(report.identity_failures > 1, "{fault:?}");
        }
    }
}

#[test]
fn the_same_network_without_a_fault_passes() {
    let network = lying(Fault::None);
    let (outcome, report, _) = watch(&network, &settings(10.0), &LIARS_START, Mode::Reject);
    assert_eq!(outcome.stop, StopReason::TimeReached);
    assert_eq!(report.violation, None);
    assert!(report.identities > 1 && report.steps > 10);
    assert_eq!((report.identity_failures, report.rises), (0, 0));
}

/// Has seen enough at the start.
struct Enough;

impl Monitor for Enough {
    fn start(&mut self, _: &State<'_>) -> Flow {
        Flow::Stop(StopReason::Rest)
    }
}

#[test]
fn a_violation_outweighs_whatever_another_monitor_stops_for() {
    let network = lying(Fault::SignBack);
    let stimulus = Stimulus::constant(&network);
    let lyapunov = || LyapunovMonitor::new(Mode::Stop);
    let ends = |mut monitor: &mut dyn Monitor| {
        let start = Start::at(LIARS_START.to_vec());
        let end = integrate(&network, &settings(1.0), &stimulus, start, &mut monitor);
        end.unwrap().stop
    };
    assert_eq!(ends(&mut Enough), StopReason::Rest);
    for stop in [
        ends(&mut (Enough, lyapunov())),
        ends(&mut (lyapunov(), Enough)),
    ] {
        assert!(matches!(stop, StopReason::Violation(_)), "{stop:?}");
    }
}

#[test]
fn an_asymmetric_matrix_that_claims_an_energy_breaks_the_identity() {
    for (w, fails) in [
        ([1.0, -1.5, 1.5, 1.0], true),
        ([1.0, -1.5, -1.5, 1.0], false),
    ] {
        let network = Network::builder()
            .layer(Layer::new("a", &[2], Tanh { beta: 2.0 }).unwrap())
            .connect(&["a"], Asymmetric(w))
            .build()
            .unwrap();
        let (_, report, _) = watch(&network, &settings(10.0), &[0.1, 0.0], Mode::Record);
        let check = report.violation.map(|v| v.check);
        assert_eq!(check, fails.then_some(Check::Identity), "{w:?}");
    }
}

// ---- Descent.

/// Two neurons that share a softmax and nothing else, with unequal τ: `x_i = 3 e^{−t/τ_i}`.
fn unequal_pair() -> Network {
    let layer = Layer::new("pair", &[2], Softmax { beta: 1.0 }).unwrap();
    Network::builder()
        .layer(layer.tau([1.0, 10.0]))
        .build()
        .unwrap()
}

#[test]
fn the_closed_form_of_a_softmax_pair_with_unequal_tau_rises_as_computed() {
    let network = unequal_pair();
    let strict = Settings {
        rtol: 1e-12,
        atol: 1e-14,
        ..settings(0.5)
    };
    let (_, report, seen) = watch(&network, &strict, &[3.0, 3.0], Mode::Record);
    let end = seen.len() - 1;
    assert_eq!(seen.t[end], 0.5);
    let x = [3.0 * (-0.5f64).exp(), 3.0 * (-0.05f64).exp()];
    // The method's tolerance over a few dozen steps.
    for (got, want) in seen.state(end).iter().zip(x) {
        assert!((got - want).abs() < 1e-10, "{got} {want}");
    }
    // E = Σ p ln p, from −ln 2, its minimum.
    let p = 1.0 / (1.0 + (x[1] - x[0]).exp());
    let energy = p * p.ln() + (1.0 - p) * (1.0 - p).ln();
    assert!((seen.energy[0] + 2f64.ln()).abs() < 1e-15);
    assert!((seen.energy[end] - energy).abs() < 1e-10);
    // The published digits.
    assert!(
        (seen.energy_rate[end] - 0.306_985_377).abs() < 5e-10,
        "{}",
        seen.energy_rate[end]
    );
    assert_eq!(
        report.identity_failures, 0,
        "the formula is right, and positive"
    );
    assert_eq!(report.violation.unwrap().check, Check::Descent);
}

#[test]
fn reject_ends_a_true_violation_as_one_and_not_as_a_step_too_small() {
    let softmax = unequal_pair();
    let case = reference::read("n03_odd_power_hidden");
    let odd = study(&format!("{}lyapunov = \"record\"", case.model("tsit5"))).network;
    for (network, x) in [(softmax, vec![3.0, 3.0]), (odd, case.start())] {
        for rtol in [1e-3, 1e-6, 1e-10] {
            for method in [&TSIT5, &DOPRI5, &BS3] {
                let settings = Settings {
                    rtol,
                    atol: 1e-3 * rtol,
                    method,
                    ..settings(1.0)
                };
                let (outcome, report, seen) = watch(&network, &settings, &x, Mode::Reject);
                let StopReason::Violation(v) = &outcome.stop else {
                    panic!("{} {rtol}: {:?}", method.name, outcome.stop);
                };
                assert_eq!(v.check, Check::Descent, "{} {rtol}", method.name);
                assert!(v.found > v.allowed);
                assert!(report.sent_back > 1, "shorter steps were tried: {report:?}");
                assert_eq!(report.rises, 0, "no rise was taken: {report:?}");
                // What stands fell, up to rounding.
                assert!(
                    seen.energy.windows(2).all(|e| e[1] <= e[0] + 1e-12),
                    "{:?}",
                    seen.energy
                );
            }
        }
    }
}

#[test]
fn where_no_step_can_be_taken_back_a_rise_ends_the_run() {
    let state = |total: &'static f64, t: f64| State {
        t,
        x: Column::new(&[1.0], 1, 0),
        velocity: Column::new(&[0.5], 1, 0),
        energy: Some(EnergyView {
            total: *total,
            magnitude: 1.0,
            rate: -0.1,
            terms: Column::new(std::slice::from_ref(total), 1, 0),
        }),
        slope: None,
        residual: None,
    };
    let rise = Step {
        number: 0,
        h: 0.1,
        end: state(&-0.5, 0.1),
        energy: Some(EnergyChange {
            work: [0.0; 3],
            change: 0.5,
            rounding: 1e-15,
            error: 0.0,
        }),
        flips: None,
        is_free: false,
    };
    // As a part of others too.
    let mut monitor = (Enough, Some(LyapunovMonitor::new(Mode::Reject)));
    monitor.start(&state(&-1.0, 0.0));
    assert_eq!(monitor.judge(&rise), Verdict::Reject);
    monitor.committed();
    assert_eq!(monitor.judge(&rise), Verdict::Accept);
    let Flow::Stop(StopReason::Violation(v)) = monitor.observe(&rise) else {
        panic!("the rise was taken");
    };
    assert_eq!((v.check, v.found), (Check::Descent, 0.5));
}

fn flip_flop(beta: f64) -> Network {
    let w = Weights::new(2, 2, vec![0.0, -1.0, -1.0, 0.0]).unwrap();
    let layer = Layer::new("pair", &[2], Sigmoid { beta })
        .unwrap()
        .input(0.5);
    Network::builder()
        .layer(layer)
        .connect(&["pair"], Recurrent::new(w, &[1.0, 1.0]).unwrap())
        .build()
        .unwrap()
}

/// A shorter one in its place, to the end of the run, would be another choice.
#[test]
fn a_fixed_step_is_not_shortened_for_a_monitor_that_sends_steps_back() {
    let network = flip_flop(20.0);
    for (method, long) in [(&EULER, 2.5), (&RK4, 4.0)] {
        let settings = Settings {
            method,
            step: Some(long),
            ..settings(40.0)
        };
        let [reject, stop] =
            [Mode::Reject, Mode::Stop].map(|mode| watch(&network, &settings, &[0.9, 0.1], mode));
        assert!(matches!(reject.0.stop, StopReason::Violation(_)));
        assert_eq!(reject.1.sent_back, 0, "{}", method.name);
        assert_eq!(reject, stop, "{}", method.name);
    }
}

#[test]
fn a_step_that_is_far_too_long_breaks_descent_and_a_short_one_does_not() {
    let network = flip_flop(20.0);
    // τ = 1: both methods are unstable beyond a step of 2 to 3, and no error control holds them.
    for (method, long) in [(&EULER, 2.5), (&RK4, 4.0)] {
        for (step, breaks) in [(long, true), (0.1, false)] {
            let settings = Settings {
                method,
                step: Some(step),
                ..settings(40.0)
            };
            let (outcome, report, _) = watch(&network, &settings, &[0.9, 0.1], Mode::Record);
            assert_eq!(outcome.stop, StopReason::TimeReached);
            let check = report.violation.as_ref().map(|v| v.check);
            assert_eq!(
                check,
                breaks.then_some(Check::Descent),
                "{} {step}",
                method.name
            );
            assert_eq!(report.identity_failures, 0, "the network itself is right");
            let (outcome, _, _) = watch(&network, &settings, &[0.9, 0.1], Mode::Stop);
            let stopped = matches!(outcome.stop, StopReason::Violation(_));
            assert_eq!(stopped, breaks, "{} {step}", method.name);
        }
    }
}

#[test]
fn no_false_alarm_on_any_valid_network_at_any_tolerance() {
    let mut steps = 0;
    for name in VALID {
        let case = reference::read(name);
        let mut e = study(&case.model("tsit5"));
        for (rtol, method) in [1e-3, 1e-6, 1e-9]
            .into_iter()
            .flat_map(|r| [&TSIT5, &DOPRI5, &BS3].map(|t| (r, t)))
        {
            e.settings.rtol = rtol;
            e.settings.atol = 1e-3 * rtol;
            e.settings.method = method;
            e.lyapunov = Mode::Record;
            let results = run(&e);
            let seen = results.cases[0].lyapunov.as_ref().unwrap();
            let what = format!("{name}, {} at {rtol}: {seen:?}", method.name);
            assert_eq!(
                results.cases[0].outcome.stop,
                StopReason::TimeReached,
                "{what}"
            );
            assert_eq!(seen.violation, None, "{what}");
            assert!(
                seen.largest_excess <= 1.0 && seen.largest_disagreement <= 1.0,
                "{what}"
            );
            steps += seen.steps;
        }
    }
    assert!(steps > 100_000, "{steps} steps");
}

// ---- The certificate.

fn faults(network: &Network) -> String {
    let faults = network.certificate().faults;
    faults.iter().map(|f| format!("{f}\n")).collect()
}

#[test]
fn the_certificate_names_what_is_outside_the_theory() {
    let said = faults(&unequal_pair());
    assert!(said.contains("layer `pair`, tau"), "{said}");
    for (what, layer) in [
        (
            "leak",
            Layer::new("s", &[3], Softmax { beta: 1.0 })
                .unwrap()
                .leak([1.0, 1.0, 0.5]),
        ),
        (
            "energy_weight",
            Layer::new("s", &[3], Softmax { beta: 1.0 })
                .unwrap()
                .weight([1.0, 2.0, 1.0]),
        ),
    ] {
        let said = faults(&Network::builder().layer(layer).build().unwrap());
        assert!(said.contains(&format!("layer `s`, {what}")), "{said}");
    }
    let odd = Layer::new("odd", &[2], Power { n: 3 }).unwrap();
    let said = faults(&Network::builder().layer(odd).build().unwrap());
    assert!(
        said.contains("layer `odd`, lagrangian") && said.contains("not convex"),
        "{said}"
    );
    let w = Weights::new(2, 2, vec![1.0, -1.5, 1.5, 1.0]).unwrap();
    let network = Network::builder()
        .layer(Layer::new("a", &[2], Tanh { beta: 2.0 }).unwrap())
        .connect(&["a"], Recurrent::new(w, &[1.0, 1.0]).unwrap())
        .build()
        .unwrap();
    let said = faults(&network);
    assert!(
        said.contains("synapse 0") && said.contains("not symmetric"),
        "{said}"
    );
    // An odd power is no layer but a good potential, and even powers are both.
    let xi = Weights::new(1, 2, vec![1.0, -1.0]).unwrap();
    let cube = DirectSum::uniform(&[1], Arc::new(Power { n: 3 })).unwrap();
    let network = Network::builder()
        .layer(Layer::new("a", &[2], Tanh { beta: 2.0 }).unwrap())
        .connect(&["a"], Memory::new(vec![xi], cube).unwrap())
        .build()
        .unwrap();
    assert_eq!(faults(&network), "");
    let even = Layer::new("even", &[2], Power { n: 4 }).unwrap();
    assert_eq!(faults(&Network::builder().layer(even).build().unwrap()), "");
}

#[test]
fn one_clamped_neuron_of_a_softmax_group_is_refused_and_the_whole_group_is_not() {
    let network = |clamped: Vec<usize>| {
        let layer = Layer::new("s", &[3], Softmax { beta: 1.0 })
            .unwrap()
            .clamp(clamped);
        Network::builder().layer(layer).build().unwrap()
    };
    let run = |network: &Network, held: Vec<usize>| {
        let start = Start {
            clamped: held,
            ..Start::at(vec![0.1, 0.2, 0.3])
        };
        let stimulus = Stimulus::constant(network);
        integrate(network, &settings(1.0), &stimulus, start, &mut ())
    };
    for part in [vec![1], vec![0, 2]] {
        let clamped = network(part.clone());
        let said = faults(&clamped);
        assert!(
            said.contains("layer `s`") && said.contains("clamp"),
            "{said}"
        );
        // A cue may not do it either.
        for said in [run(&clamped, vec![]), run(&network(vec![]), part)] {
            let said = said.unwrap_err();
            assert!(
                matches!(said, RunError::Start(StartError::Clamped(_))),
                "{said}"
            );
        }
    }
    // One half held by the layer and the other by the start is the whole.
    let outcome = run(&network(vec![0, 1]), vec![2]).unwrap();
    assert_eq!(outcome.x, [0.1, 0.2, 0.3], "held to the last bit");
    assert_eq!(faults(&network(vec![0, 1, 2])), "");
}

#[test]
fn nothing_is_advised_against_clamping_in_part_that_does_not_help() {
    let model = "[layers.s]\nsize = 3\nlagrangian = \"softmax\"\n[start]\ns = [0.1, 0.2, 0.3]\n";
    let layer = Layer::new("s", &[3], Softmax { beta: 1.0 }).unwrap();
    let mut e = study(model);
    e.network = Network::builder()
        .layer(layer.clamp(vec![1]))
        .build()
        .unwrap();
    for mode in [Mode::Reject, Mode::Warn, Mode::Record, Mode::Off] {
        e.lyapunov = mode;
        let said = e.admit().unwrap_err().to_string();
        assert!(said.contains("layer `s`"), "{said}");
        assert!(said.contains("clamp all or none"), "{said}");
        assert!(!said.contains("lyapunov"), "{said}");
    }
}

// ---- Switches of the input.

/// Every energy that a monitor is shown, with its time and whether it follows a switch.
#[derive(Default)]
struct Tape(Vec<(f64, f64, bool)>);

/// Two monitors that are read afterwards.
struct Both<A, B>(A, B);

impl<A: Monitor, B: Monitor> Monitor for Both<A, B> {
    fn needs(&self) -> Needs {
        self.0.needs().and(self.1.needs())
    }

    fn start(&mut self, state: &State<'_>) -> Flow {
        match self.0.start(state) {
            Flow::Continue => self.1.start(state),
            stop => stop,
        }
    }

    fn judge(&mut self, step: &Step<'_>) -> Verdict {
        self.0.judge(step)
    }

    fn observe(&mut self, step: &Step<'_>) -> Flow {
        let second = self.1.observe(step);
        match self.0.observe(step) {
            Flow::Continue => second,
            stop => stop,
        }
    }

    fn switched(&mut self, state: &State<'_>) {
        self.0.switched(state);
        self.1.switched(state);
    }

    fn committed(&mut self) {
        self.0.committed();
        self.1.committed();
    }
}

impl Monitor for Tape {
    fn needs(&self) -> Needs {
        Needs {
            energy: true,
            ..Needs::default()
        }
    }

    fn start(&mut self, state: &State<'_>) -> Flow {
        self.0.push((state.t, state.energy.unwrap().total, false));
        Flow::Continue
    }

    fn observe(&mut self, step: &Step<'_>) -> Flow {
        self.start(&step.end)
    }

    fn switched(&mut self, state: &State<'_>) {
        self.0.push((state.t, state.energy.unwrap().total, true));
    }
}

#[test]
fn kept_states_tell_how_far_the_energy_rose_in_a_step_and_might_have() {
    let network = flip_flop(6.0);
    let pulse = Addition::pulse(2.0, 5.0, vec![0.7, -0.4]);
    let stimulus = Stimulus::new(&network, vec![pulse]).unwrap();
    let kept = |save: Save| {
        let mut monitor = (
            LyapunovMonitor::new(Mode::Reject),
            Recorder::new(2, save, true),
        );
        let start = Start::at(vec![-0.3, 0.4]);
        integrate(&network, &settings(40.0), &stimulus, start, &mut monitor).unwrap();
        (monitor.0.into_report(), monitor.1.into_trajectory())
    };
    let beyond = |t: &Trajectory| -> Vec<f64> {
        let pairs = t.energy_change.iter().zip(t.energy_allowance());
        let steps = pairs.filter(|(_, allowance)| *allowance > 0.0);
        steps
            .map(|(change, allowance)| change - allowance)
            .collect()
    };
    let largest = |v: &[f64]| v.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (report, every_step) = kept(Save::Steps);
    let steps = beyond(&every_step);
    assert_eq!(steps.len() as u64, report.steps);
    assert!(largest(&steps) <= 0.0, "{}", largest(&steps));
    assert_eq!(
        largest(&every_step.energy_change),
        report.largest_rise,
        "the rise that the monitor saw"
    );
    for k in 1..every_step.len() {
        let (change, t) = (every_step.energy_change[k], &every_step.t);
        if t[k] == t[k - 1] {
            assert_eq!(change, 0.0, "the jump at a switch is no step's");
        } else {
            assert_eq!(change, every_step.energy[k] - every_step.energy[k - 1]);
        }
    }
    // Fewer states tell of the worst step between them, the last one included: 0.25 divides the end, 0.37 does not.
    let few = [
        Save::Every(0.25),
        Save::Every(0.37),
        Save::Every(9.0),
        Save::Final,
    ];
    for save in few {
        let (_, some) = kept(save.clone());
        assert_eq!(some.energy_change.len(), some.len(), "{save:?}");
        assert_eq!(largest(&beyond(&some)), largest(&steps), "{save:?}");
        assert!(some.energy_allowance().last() > Some(&0.0), "{save:?}");
    }
}

#[test]
fn a_switch_of_the_input_is_work_from_outside_and_no_violation() {
    let network = flip_flop(6.0);
    let add = vec![0.7, -0.4];
    let pulse = Addition::pulse(2.0, 5.0, add.clone());
    let stimulus = Stimulus::new(&network, vec![pulse]).unwrap();
    for method in [&TSIT5, &DOPRI5] {
        let settings = Settings {
            method,
            ..settings(9.0)
        };
        let recorder = Recorder::new(2, Save::At(vec![2.0, 5.0]), true);
        let mut monitor = (
            LyapunovMonitor::new(Mode::Reject),
            (Tape::default(), recorder),
        );
        let start = Start::at(vec![-0.3, 0.4]);
        let outcome = integrate(&network, &settings, &stimulus, start, &mut monitor).unwrap();
        assert_eq!(outcome.stop, StopReason::TimeReached);
        let (lyapunov, (tape, recorder)) = monitor;
        let report = lyapunov.into_report();
        assert_eq!(report.violation, None);
        assert_eq!(report.sent_back, 0);
        let states = recorder.into_trajectory();
        let mut g = vec![0.0; 2];
        let mut work = Vec::new();
        for (k, sign) in [(0, 1.0), (1, -1.0)] {
            network.activation(states.state(k), 1, &mut g);
            // ΔE = −ΔI·g: the state and its activation do not jump.
            work.push(-sign * (add[0] * g[0] + add[1] * g[1]));
        }
        assert!(
            work[0].abs() > 0.1 && work[1] > 0.1,
            "jumps that would be seen: {work:?}"
        );
        let mut jumps = Vec::new();
        for pair in tape.0.windows(2) {
            let rise = pair[1].1 - pair[0].1;
            if pair[1].2 {
                assert_eq!(pair[1].0, pair[0].0, "a switch takes no time");
                jumps.push((pair[1].0, rise));
            } else {
                // Between switches it falls, up to the rounding of its summands, which are of order 1.
                assert!(rise <= 1e-13, "{pair:?}");
            }
        }
        assert_eq!(jumps.iter().map(|j| j.0).collect::<Vec<_>>(), [2.0, 5.0]);
        // Energies of order 1 in double precision.
        for ((_, jump), work) in jumps.iter().zip(&work) {
            assert!((jump - work).abs() < 1e-14, "{jump} {work}");
        }
        assert!((report.input_work - (work[0] + work[1])).abs() < 1e-14);
    }
}

// ---- Rest.

#[test]
fn rest_waits_for_the_last_switch_and_lasts_for_the_longest_time_constant() {
    let layer = Layer::new("x", &[2], Identity).unwrap();
    let network = Network::builder()
        .layer(layer.tau([0.5, 2.0]))
        .build()
        .unwrap();
    let until_rest = Settings {
        until_rest: true,
        ..settings(100.0)
    };
    let ends = |size: f64| {
        let pulse = Addition::pulse(5.0, 6.0, vec![size; 2]);
        let stimulus = Stimulus::new(&network, vec![pulse]).unwrap();
        let mut monitor = RestMonitor::new(&network, [1e-8, 1e-6]).not_before(6.0);
        let start = Start::at(vec![0.0; 2]);
        let end = integrate(&network, &until_rest, &stimulus, start, &mut monitor).unwrap();
        assert_eq!(end.stop, StopReason::Rest);
        end.t
    };
    // At rest all the time: from the switch on it has to last.
    assert!(ends(0.0) >= 8.0);
    // What the pulse moves comes back within the tolerance of rest, e^{−t/2} below 1e-8.
    assert!(ends(1.0) > 6.0 + 2.0 * 1e8_f64.ln());
}

/// Held by their layer, or by their start as the part of a cue that is seen.
#[test]
fn rest_does_not_last_for_the_time_constants_of_neurons_that_are_held() {
    let layers = [
        ("clamped = [0, 1]", "[1, -1, 0.1, 0.2]"),
        ("", "{ pattern = 0, mask = 0.5, clamp = true }"),
    ];
    for (held, start) in layers {
        let model = format!(
            "[patterns]\nxi = [[1, -1, 1, 1]]\n\
             [recall]\nlayer = \"x\"\nof = \"xi\"\nwithin = 1.0\n\
             [layers.x]\nsize = 4\ntau = [1e4, 1e4, 1, 1]\nlagrangian = \"tanh\"\n{held}\n\
             [start]\nx = {start}\n"
        );
        let results = run(&study(&model));
        let end = &results.cases[0].outcome;
        assert_eq!(end.stop, StopReason::Rest, "{held}");
        // One time constant of those that are free, after they have come to rest.
        assert!((1.0..60.0).contains(&end.t), "{held}: {}", end.t);
    }
}

#[test]
fn of_two_rest_monitors_each_has_its_tolerance() {
    let network = flip_flop(6.0);
    let until_rest = Settings {
        until_rest: true,
        ..settings(200.0)
    };
    let stimulus = Stimulus::constant(&network);
    let ends = |mut monitor: (RestMonitor, Option<RestMonitor>)| {
        let start = Start::at(vec![-0.3, 0.4]);
        integrate(&network, &until_rest, &stimulus, start, &mut monitor).unwrap()
    };
    let rest = |tolerance| RestMonitor::new(&network, tolerance);
    let (tight, loose) = ([1e-7, 1e-8], [1e-3, 1e-4]);
    let alone = ends((rest(tight), None));
    assert_eq!(alone.stop, StopReason::Rest);
    // The residual that both are shown is that of the tighter tolerance.
    for both in [(tight, loose), (loose, tight)] {
        assert_eq!(ends((rest(both.0), Some(rest(both.1)))), alone);
    }
    // Of the absolute and the relative tolerance each by itself.
    let (a, r) = (rest([1e-7, 1e-4]), rest([1e-3, 1e-8]));
    assert_eq!(ends((a, Some(r))), alone);
}

#[test]
fn rest_is_a_matter_of_velocity_although_the_energy_stands_still() {
    let case = reference::read("c04_flipflop_sigmoid_beta200");
    let start = case.start_table("[start]", 1.0);
    let solve = "[solve]\nuntil = \"rest\"\nsave = \"steps\"\n";
    let results = run(&study(&format!("{}{start}{solve}", case.network())));
    let end = &results.cases[0];
    let seen = &end.trajectory;
    // Both neurons are saturated: by the energy and the activations one would stop here.
    assert!(seen.energy_rate[0].abs() < 1e-20, "{}", seen.energy_rate[0]);
    assert!(seen.velocity(0)[0].abs() > 0.85);
    assert_eq!(end.outcome.stop, StopReason::Rest);
    assert!(end.outcome.t > 5.0, "{}", end.outcome.t);
    let wanted = case.gather(&case.0["fixed_point"]["x"]);
    for (x, w) in end.outcome.x.iter().zip(wanted) {
        // The default tolerance of rest, at eigenvalues of −1.
        assert!((x - w).abs() < 2e-6, "{x} {w}");
    }
}

#[test]
fn a_start_on_the_separatrix_rests_at_a_saddle_and_is_not_called_an_attractor() {
    let text = |x: [f64; 2]| {
        format!(
            "[layers.pair]\nsize = 2\nlagrangian = {{ kind = \"sigmoid\", beta = 6.0 }}\ninput = 0.5\n\
             [[synapses]]\nkind = \"recurrent\"\nlayers = [\"pair\"]\nweights = [[0.0, -1.0], [-1.0, 0.0]]\n\
             [start]\npair = {x:?}\n[solve]\nuntil = \"rest\"\n"
        )
    };
    for (x, stability) in [
        ([0.3, 0.3], Stability::Unstable),
        ([0.3, 0.29], Stability::Stable),
    ] {
        let e = study(&text(x));
        let results = run(&e);
        let end = &results.cases[0];
        assert_eq!(end.outcome.stop, StopReason::Rest);
        let point = &results.fixed_points.points()[end.rest.unwrap()];
        assert_eq!(point.stability, stability, "{x:?}");
        let sentence = e.sentence(&results);
        let attractor = sentence.contains("an attractor");
        assert_eq!(attractor, stability == Stability::Stable, "{sentence}");
        if stability == Stability::Unstable {
            // x = (0, 0): −1 + β/4.
            assert!((point.eigenvalue.unwrap().re - 0.5).abs() < 1e-9);
        }
    }
}

#[test]
fn a_point_on_a_line_of_resting_points_is_marginal() {
    let case = reference::read("c37_line_attractor");
    let start = case.start_table("[start]", 1.0);
    let e = study(&format!(
        "{}{start}[solve]\nuntil = \"rest\"\n",
        case.network()
    ));
    let results = run(&e);
    let end = &results.cases[0];
    assert_eq!(end.outcome.stop, StopReason::Rest);
    let point = &results.fixed_points.points()[end.rest.unwrap()];
    assert_eq!(point.stability, Stability::Marginal);
    assert_eq!(point.newton, None, "no Newton correction along a line");
    assert!(e.sentence(&results).contains("no attractor"));
}

// ---- Numbers that are not finite.

#[test]
fn a_network_with_numbers_that_are_not_finite_cannot_be_built() {
    let bad = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    for v in bad {
        assert!(Weights::new(1, 2, vec![1.0, v]).is_err());
        let one = || Weights::new(1, 1, vec![1.0]).unwrap();
        assert!(Penalty::equality(one(), vec![v], vec![1.0]).is_err());
        assert!(Penalty::inequality(one(), vec![1.0], vec![v]).is_err());
        let cell = || DirectSum::uniform(&[1], Arc::new(Identity)).unwrap();
        let memory = || Memory::new(vec![one()], cell()).unwrap();
        assert!(memory().bias(vec![v]).is_err());
        assert!(memory().scale(v).is_err());
        assert!(memory().leak(v).is_err());
        let layer = || Layer::new("a", &[2], Identity).unwrap();
        let parameters = [
            layer().tau([1.0, v]),
            layer().input([0.0, v]),
            layer().leak([1.0, v]),
            layer().weight([1.0, v]),
        ];
        for layer in parameters {
            let error = Network::builder().layer(layer).build().unwrap_err();
            assert!(error.to_string().contains("neuron 1"), "{error}");
        }
        let network = Network::builder().layer(layer()).build().unwrap();
        let stimulus = Stimulus::constant(&network);
        let start = Start::at(vec![0.0, v]);
        let said = integrate(&network, &settings(1.0), &stimulus, start, &mut ()).unwrap_err();
        assert!(
            matches!(&said, RunError::Start(StartError::NotFinite { layer, neuron: 1, .. }) if layer == "a"),
            "{said}"
        );
    }
}

/// A layer that behaves, and one whose middle neuron drives itself: `ẋ = 2x`.
fn runaway() -> Network {
    let mut w = vec![0.0; 9];
    w[4] = 3.0;
    Network::builder()
        .layer(Layer::new("calm", &[2], Tanh { beta: 1.0 }).unwrap())
        .layer(Layer::new("wild", &[3], Identity).unwrap())
        .connect(
            &["wild"],
            Recurrent::new(Weights::new(3, 3, w).unwrap(), &[1.0; 3]).unwrap(),
        )
        .connect(
            &["calm", "wild"],
            Dense::new(Weights::new(3, 2, vec![0.0; 6]).unwrap()),
        )
        .build()
        .unwrap()
}

#[test]
fn a_state_that_overflows_ends_as_not_finite_with_its_neuron() {
    let network = runaway();
    let x = [0.1, 0.2, 0.3, 1.0, 0.5];
    for (method, step) in [
        (&TSIT5, None),
        (&DOPRI5, None),
        (&EULER, Some(1.0)),
        (&RK4, Some(0.5)),
    ] {
        let settings = Settings {
            method,
            step,
            ..settings(1e4)
        };
        let (outcome, _, seen) = watch(&network, &settings, &x, Mode::Off);
        assert_eq!(
            outcome.stop,
            StopReason::NonFinite { neuron: 3 },
            "{}",
            method.name
        );
        // What was kept is finite to the last, and it did run away: e^{2t} overflows at t = 355. (Euler's velocity does so
        // one step before its state.)
        let mut kept = seen.x.iter().chain(&seen.velocity);
        assert!(kept.all(|v| v.is_finite()), "{}", method.name);
        assert!(
            outcome.t > 300.0 && outcome.t < 700.0,
            "{} {}",
            method.name,
            outcome.t
        );
        assert_eq!(network.locate(3), ("wild", 1));
    }
    // At the very start.
    let layer = Layer::new("e", &[2], Exponential { beta: 1.0 }).unwrap();
    let w = Weights::new(2, 2, vec![0.0, 0.0, 0.0, 1.0]).unwrap();
    let network = Network::builder()
        .layer(layer)
        .connect(&["e"], Recurrent::new(w, &[1.0, 1.0]).unwrap())
        .build()
        .unwrap();
    let (outcome, _, _) = watch(&network, &settings(1.0), &[0.0, 800.0], Mode::Off);
    assert_eq!(
        (outcome.stop, outcome.t),
        (StopReason::NonFinite { neuron: 1 }, 0.0)
    );
}

#[test]
fn an_energy_that_overflows_before_the_state_is_not_taken_for_a_wrong_current() {
    let x = [0.1, 0.2, 0.3, 1.0, 0.5];
    for mode in [Mode::Record, Mode::Reject] {
        let (outcome, report, seen) = watch(&runaway(), &settings(1e4), &x, mode);
        // E = −x² with x = e^{2t} overflows at t = 177.4, half way to the state's own end.
        assert_eq!(outcome.stop, StopReason::NonFinite { neuron: 3 });
        assert!((outcome.t - 177.4).abs() < 0.1, "{}", outcome.t);
        assert_eq!(report.violation, None);
        assert!(seen.energy.iter().all(|e| e.is_finite()));
        assert!(
            seen.energy[seen.len() - 1] < -1e307,
            "it fell as far as numbers go"
        );
    }
    // A step of given length does not become a shorter one there.
    for (method, step) in [(&EULER, 1e-3), (&RK4, 0.05)] {
        let given = Settings {
            method,
            step: Some(step),
            max_steps: u64::MAX,
            ..settings(1e4)
        };
        let (outcome, _, seen) = watch(&runaway(), &given, &x, Mode::Record);
        assert_eq!(outcome.stop, StopReason::NonFinite { neuron: 3 });
        assert!(seen.t.windows(2).all(|t| t[1] - t[0] > 0.99 * step));
        assert_eq!(outcome.statistics.rejected, 1);
    }
    // An energy that overflows from the start.
    let x = [0.1, 0.2, 0.3, 1e200, 0.5];
    let (outcome, _, _) = watch(&runaway(), &settings(1.0), &x, Mode::Reject);
    assert_eq!(
        (outcome.stop, outcome.t),
        (StopReason::NonFinite { neuron: 3 }, 0.0)
    );
}

#[test]
fn the_origin_of_the_flip_flop_turns_from_attractor_to_saddle_at_a_gain_of_four() {
    // The origin of the flip-flop under many β: −1 + β/4 crosses zero at β = 4.
    for (beta, stability) in [
        (3.9, Stability::Stable),
        // Critical, and the energy rises like a fourth power: it attracts all the same.
        (4.0, Stability::Degenerate),
        (4.1, Stability::Unstable),
    ] {
        let network = flip_flop(beta);
        let mut points = FixedPoints::default();
        let k = points.find(&network, &[0.0, 0.0], network.input(), &[]);
        let point = &points.points()[k];
        assert_eq!(point.stability, stability);
        // Two numbers of order 1 are added.
        assert!((point.eigenvalue.unwrap().re - (beta / 4.0 - 1.0)).abs() < 1e-14);
    }
}

// ---- What is told of a run.

const DECAY: &str = "[layers.n]\nsize = 1\nlagrangian = \"identity\"\n[start]\nn = [2.0]\n";

/// x = 2 e^{−t}, E = x²/2.
#[test]
fn what_is_told_of_the_energy_does_not_depend_on_the_states_that_are_kept() {
    for save in [
        "{ at = [0.2, 1.3] }",
        "{ at = [1.0] }",
        "\"final\"",
        "\"steps\"",
    ] {
        let e = study(&format!("{DECAY}[solve]\nt_end = 3.0\nsave = {save}\n"));
        let results = run(&e);
        let report = results.cases[0].lyapunov.as_ref().unwrap();
        let [first, last] = report.energy.unwrap();
        let end = 2.0 * (-6f64).exp();
        assert!(
            (first - 2.0).abs() < 1e-15 && (last - end).abs() < 1e-6,
            "{save}"
        );
        assert_eq!(report.course(), Course::Fell, "{save}");
        let said = e.sentence(&results);
        assert!(
            said.contains("energy fell from 2 to 0.004958"),
            "{save}: {said}"
        );
    }
}

#[test]
fn a_fall_that_is_small_beside_the_energy_is_told_as_a_fall() {
    // E = x²/2 from 5e9: x falls by 1.25e-4 of itself.
    let t = -(1.0 - 12.5 / 5e9f64).ln() / 2.0;
    let e = study(&format!(
        "[layers.n]\nsize = 1\nlagrangian = \"identity\"\n[start]\nn = [1e5]\n[solve]\nt_end = {t:e}\n"
    ));
    let results = run(&e);
    let said = e.sentence(&results);
    assert!(said.contains("energy fell by 12.5 from"), "{said}");
}

/// An energy that is only a candidate climbs on its way and ends lower: whoever reads the last sentence must know.
#[test]
fn a_climb_on_the_way_is_told_although_the_energy_ends_lower() {
    let mut report = LyapunovReport {
        energy: Some([1.0, 0.5]),
        fallen: 1.54,
        risen: 1.04,
        ..LyapunovReport::default()
    };
    assert_eq!(report.course(), Course::Climbed);
    report.risen = 0.0154;
    assert_eq!(report.course(), Course::Fell, "a hundredth of the fall");
    report.energy = Some([1.0, 1.5]);
    assert_eq!(report.course(), Course::Rose);
    report.input_work = 0.5;
    assert_eq!(
        report.course(),
        Course::Stayed,
        "what the input did is not the network's"
    );
    report.energy = Some([1.0, f64::NEG_INFINITY]);
    assert_eq!(report.course(), Course::Unknown);
    let case = reference::read("n02_asymmetric_W");
    let e = study(&format!("{}lyapunov = \"record\"\n", case.model("tsit5")));
    let results = run(&e);
    let report = results.cases[0].lyapunov.as_ref().unwrap();
    assert!(report.risen > 0.01 * report.fallen, "{report:?}");
    assert_ne!(report.course(), Course::Fell);
    let said = e.sentence(&results);
    assert!(!said.contains("energy fell"), "{said}");
    // The slope of that energy stands beside the formula, which is negative whatever it does.
    let kept = &results.cases[0].trajectory;
    assert_eq!(kept.energy_slope.len(), kept.len());
    assert!(kept.energy_rate.iter().all(|r| *r <= 0.0));
    assert!(kept.energy_slope.iter().any(|s| *s > 0.01));
}

// ---- Rises that a loose tolerance explains away.

/// Errors of the method of the size of the activation's width: at these tolerances two of thirty ended above their start and
/// all were told to have fallen.
#[test]
fn a_trajectory_that_ends_higher_is_never_told_to_have_fallen() {
    for (beta, std) in [(1e4, 3.0), (7374.0, 27.0), (1e3, 3.0), (1e5, 1.0)] {
        let text = format!(
            "[layers.n]\nsize = 5\nlagrangian = {{ kind = \"softmax\", beta = {beta:e} }}\n\
             [[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\n\
             weights = {{ random = \"normal\", std = {std}, seed = 14, symmetric = true }}\n\
             [start]\nn = {{ each = {{ random = \"normal\", seed = 1, shape = [12, 5] }} }}\n\
             [solve]\nt_end = 5.0\nrtol = 1e-3\natol = 1e-3\nmax_steps = 20000\n"
        );
        let e = study(&text);
        let results = run(&e);
        for case in &results.cases {
            let report = case.lyapunov.as_ref().unwrap();
            let [first, last] = report.energy.unwrap();
            assert_eq!(report.violation, None, "{beta} {std}: {report:?}");
            match report.course() {
                Course::Fell => assert!(last < first && report.risen <= 0.01 * report.fallen),
                Course::Stayed => assert!((last - first).abs() <= report.rounding),
                _ => {}
            }
        }
        let courses = results.tally(&e).courses;
        let said = e.sentence(&results);
        let fell = courses.taken[Course::Fell.code()];
        assert_eq!(said.contains("fell on all"), fell == 12, "{said}");
    }
}

// ---- Accusations that were false: steep activations, tips, boundaries, numbers that lose digits.

fn accuses(text: &str) -> Option<String> {
    let e = study(text);
    let results = run(&e);
    let mut seen = results.cases.iter().filter_map(|c| c.lyapunov.as_ref());
    seen.find_map(|l| l.violation.as_ref().map(ToString::to_string))
}

#[test]
fn a_gain_that_is_steeper_than_the_first_stretch_is_no_violation() {
    let pixels: Vec<f64> = (0..10).map(|k| (k * 67 % 256) as f64).collect();
    for beta in [1e3, 1e4, 1e6] {
        let text = format!(
            "[layers.pixels]\nsize = 10\nlagrangian = \"identity\"\n\
             [layers.hidden]\nsize = 20\nlagrangian = {{ kind = \"tanh\", beta = {beta:e} }}\n\
             [[synapses]]\nkind = \"dense\"\nlayers = [\"pixels\", \"hidden\"]\n\
             weights = {{ random = \"normal\", seed = 3 }}\n\
             [start]\npixels = {pixels:?}\n[solve]\nt_end = 2.0\n"
        );
        assert_eq!(accuses(&text), None, "{beta}");
    }
}

#[test]
fn a_softmax_that_slides_along_its_boundary_is_no_violation() {
    for beta in [1e4, 1e6, 1e8] {
        let text = format!(
            "[layers.n]\nsize = 2\nlagrangian = {{ kind = \"softmax\", beta = {beta:e} }}\n\
             [[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = [[0, 1], [1, 0]]\n\
             [start]\nn = [0.3, 0.1]\n[solve]\nt_end = 3.0\nmax_steps = 5000\n"
        );
        assert_eq!(accuses(&text), None, "{beta}");
    }
}

#[test]
fn a_norm_at_its_tip_beside_other_layers_is_no_violation() {
    let alone = "[layers.norm]\nsize = 3\nlagrangian = \"spherical-norm\"\ninput = [1.0, 2.0, -0.5]\n\
                 [layers.other]\nsize = 2\nlagrangian = \"tanh\"\n[start]\nother = [0.5, -0.2]\n";
    let bound = "[[synapses]]\nkind = \"equality\"\nlayers = [\"norm\"]\na = [[1.0, 1.0, 1.0]]\nb = [1.0]\n";
    for synapses in ["", bound] {
        let text = format!("{alone}[solve]\nt_end = 3.0\n{synapses}");
        assert_eq!(accuses(&text), None, "{synapses}");
    }
}

#[test]
fn slopes_too_small_for_their_digits_are_no_violation() {
    for (kind, x) in [
        ("ghostmax", -740.0),
        ("ghostmax", -720.0),
        ("sigmoid", -740.0),
        ("exponential", -730.0),
    ] {
        let text = format!(
            "[layers.n]\nsize = 3\nlagrangian = \"{kind}\"\ninput = {x:?}\n\
             [start]\nn = [{x:?}, {:?}, {:?}]\n[solve]\nt_end = 3.0\n",
            x - 1.5,
            x + 3.0
        );
        assert_eq!(accuses(&text), None, "{kind} {x}");
    }
}

/// `Σ_i [x_i g_i − ln cosh(βx_i)/β] − Σ_μ (ξ_μ·g)⁴/4` with `g = tanh βx`, and the size of its summands: the energy of a dense
/// memory, written here a second time.
fn dense_memory(xi: &[f64], beta: f64, x: &[f64]) -> [f64; 2] {
    let g: Vec<f64> = x.iter().map(|x| (beta * x).tanh()).collect();
    let ln_cosh = |u: f64| u.abs() + (-2.0 * u.abs()).exp().ln_1p() - std::f64::consts::LN_2;
    let own = x
        .iter()
        .zip(&g)
        .map(|(x, g)| x * g - ln_cosh(beta * x) / beta);
    let seen = xi.chunks_exact(x.len()).map(|xi| {
        let h: f64 = xi.iter().zip(&g).map(|(xi, g)| xi * g).sum();
        -h.powi(4) / 4.0
    });
    let terms: Vec<f64> = own.chain(seen).collect();
    [terms.iter().sum(), terms.iter().map(|t| t.abs()).sum()]
}

/// Energies of 1e9 whose slope changes over the stretch of the measurement.
#[test]
fn a_dense_memory_of_many_patterns_is_no_violation() {
    let text = "[patterns]\nxi = { random = \"sign\", seed = 1, shape = [500, 60] }\n\
         [layers.n]\nsize = 60\nlagrangian = { kind = \"tanh\", beta = 4.0 }\n\
         [[synapses]]\nkind = \"memory\"\nlayers = [\"n\"]\npatterns = \"xi\"\n\
         potential = { kind = \"power\", n = 4 }\n\
         [recall]\nlayer = \"n\"\nof = \"xi\"\nwithin = 1.0\n\
         [start]\nn = { patterns = \"all\", flip = 0.15, seed = 2 }\n";
    let e = study(text);
    let arrays = attractor::model_file::resolved(
        "a.toml",
        text,
        &[],
        None,
        &attractor::record::DataFiles::default(),
    );
    let arrays = arrays.unwrap();
    let (_, xi) = arrays
        .iter()
        .find(|(name, _)| name == "patterns.xi")
        .unwrap();
    let results = run(&e);
    let mut states = 0;
    for case in &results.cases {
        let kept = &case.trajectory;
        let rows = kept.x.chunks_exact(60);
        let own: Vec<[f64; 2]> = rows.map(|x| dense_memory(&xi.data, 4.0, x)).collect();
        states += own.len();
        // Rounding of 560 summands.
        for ([energy, size], recorded) in own.iter().zip(&kept.energy) {
            assert!(
                (energy - recorded).abs() <= 1e-13 * size,
                "{energy} {recorded}"
            );
        }
        // So it falls whatever the program says of it, and a verdict of violation would be false.
        for pair in own.windows(2) {
            let [[before, size], [after, _]] = [pair[0], pair[1]];
            assert!(after <= before + 1e-13 * size, "{before} {after}");
        }
        let (first, last) = (own[0][0], own[own.len() - 1][0]);
        assert!(last < first - 1e-3 * first.abs(), "{first} {last}");
    }
    assert!(
        states > 10 * 500,
        "{states} states are too few to see it fall"
    );
    let courses = results.tally(&e).courses;
    assert_eq!(courses.violations(), 0, "{}", e.sentence(&results));
    assert_eq!(courses.taken[Course::Fell.code()], 500, "{courses:?}");
}

// ---- The monitor at the edges of what numbers hold; the whole trial is examples/false_alarms.rs.

#[test]
fn no_sound_network_at_the_edges_of_numbers_is_accused_and_no_rise_is_told_as_a_fall() {
    let mut trial = wild::Trial::default();
    for seed in 0.. {
        if let Some(network) = wild::wild(seed) {
            trial.add(&network);
        }
        if trial.run == 400 {
            break;
        }
    }
    assert_eq!(trial.alarms, [], "{trial:?}");
    assert_eq!(trial.acquittals, [0u64; 0], "{trial:?}");
    // It judged most of what it saw.
    let judged = trial.courses[Course::Fell.code()];
    assert!(judged > trial.run / 2, "{trial:?}");
    assert!(trial.identities[0] > trial.identities[1], "{trial:?}");
}

#[test]
fn no_sound_network_is_accused_under_a_changing_input() {
    let mut trial = wild::Trial::default();
    for seed in 0.. {
        if let Some(network) = wild::driven(seed) {
            trial.add(&network);
        }
        if trial.run == 400 {
            break;
        }
    }
    assert_eq!(trial.alarms, [], "{trial:?}");
    // Most are known to have fallen, whatever the input did.
    let judged = trial.courses[Course::Fell.code()];
    assert!(judged > trial.run / 2, "{trial:?}");
}

/// The estimates of both orders agree by chance: a step of `bs3` errs by 78 times what it estimates, and the energy rises.
#[test]
fn a_step_that_errs_by_far_more_than_its_estimate_is_no_violation() {
    let mut trial = wild::Trial::default();
    trial.add(&wild::wild(5_087_410).unwrap());
    assert_eq!(trial.alarms, [], "{trial:?}");
    assert_eq!(trial.not_judged, 1, "{trial:?}");
}

/// A stretch over which a maximum passes from one neuron to another, and an eighth of it over which it passes to a third: the
/// differences agreed by chance.
#[test]
fn jumps_of_an_activation_are_no_failure_of_the_identity() {
    let mut trial = wild::Trial::default();
    trial.add(&wild::wild(7_031_809).unwrap());
    assert_eq!(trial.alarms, [], "{trial:?}");
    assert!(trial.identities[0] > 50, "{trial:?}");
}

/// The states of a steep activation are rounded so coarsely that the energy rises a little, again and again.
#[test]
fn rises_by_the_rounding_of_states_add_up() {
    let mut trial = wild::Trial::default();
    trial.add(&wild::wild(8_001_595).unwrap());
    assert_eq!(trial.acquittals, [0u64; 0], "{trial:?}");
    assert_eq!(trial.courses[Course::Climbed.code()], 1, "{trial:?}");
}

// ---- What is claimed of an end at rest.

/// Integrated until rest with the default tolerances: the end, its certificate and the closing sentence.
fn until_rest(model: &str, t_max: f64) -> (Outcome, FixedPoint, String) {
    let e = study(&format!(
        "{model}\n[solve]\nuntil = \"rest\"\nt_max = {t_max:e}\nsave = \"final\"\n"
    ));
    let results = run(&e);
    let end = &results.cases[0];
    assert_eq!(end.outcome.stop, StopReason::Rest, "{model}");
    let point = results.fixed_points.points()[end.rest.unwrap()].clone();
    (end.outcome.clone(), point, e.sentence(&results))
}

fn certified(network: &Network, x: &[f64]) -> FixedPoint {
    let mut points = FixedPoints::default();
    points.find(network, x, network.input(), &[]);
    points.points()[0].clone()
}

fn recurrent(layer: Layer, w: &[f64]) -> Network {
    let n = layer.size();
    let name = layer.name.clone();
    let w = Recurrent::new(Weights::new(n, n, w.to_vec()).unwrap(), &vec![1.0; n]).unwrap();
    let network = Network::builder().layer(layer).connect(&[&name], w);
    network.build().unwrap()
}

#[test]
fn a_slow_mode_is_told_with_its_fixed_point_and_the_way_that_is_left() {
    // ẋ = −(1 − w)(x − 2) from 0 passes the test of rest, |ẋ| < 1e-6 (1 + |x|), where (1 − w)(2 − x) does.
    for slowness in [1e-5, 1e-6] {
        let model = format!(
            "[layers.n]\nsize = 1\nlagrangian = \"identity\"\ninput = {}\n[[synapses]]\nkind = \"recurrent\"\n\
             layers = [\"n\"]\nweights = [[{}]]\n",
            2.0 * slowness,
            1.0 - slowness
        );
        let (end, point, sentence) = until_rest(&model, 1e9);
        let away = 2.0 - end.x[0];
        assert!(away > 0.05, "{end:?}");
        assert_eq!(point.stability, Stability::Stable);
        // 1 − w has lost ten digits.
        assert!((point.x[0] - 2.0).abs() < 1e-9, "{point:?}");
        assert!((point.distance.unwrap() - away).abs() < 1e-9);
        assert!((point.newton.unwrap() - away).abs() < 1e-9);
        assert!((point.eigenvalue.unwrap().re + slowness).abs() < 1e-15);
        assert!(
            sentence.contains("not yet at its fixed point"),
            "{sentence}"
        );
        let two = format!("{away:.2}");
        let two = format!("about {} away", two.trim_end_matches('0'));
        assert!(sentence.contains(&two), "{sentence}");
    }
}

#[test]
fn ends_along_a_slow_mode_are_one_fixed_point() {
    let network = recurrent(
        Layer::new("n", &[1], Identity).unwrap().input(2e-5),
        &[1.0 - 1e-5],
    );
    let mut points = FixedPoints::default();
    for x in [1.9, 2.05, 1.95, 2.1] {
        points.find(&network, &[x], network.input(), &[]);
    }
    assert_eq!(points.points().len(), 1);
    assert_eq!(points.points()[0].members, 4);
    assert!((points.points()[0].distance.unwrap() - 0.1).abs() < 1e-9);
}

#[test]
fn the_ghost_of_a_fold_is_no_fixed_point() {
    // I = x − 2 tanh x has its local minimum −0.5328 at tanh² x = ½: a little beyond, only x = −2.5064 is left.
    let fold = f64::asinh(1.0) - f64::sqrt(2.0);
    for beyond in [5e-7, 1e-8, 1e-10] {
        let input = fold - beyond;
        let model = format!(
            "[layers.n]\nsize = 1\nlagrangian = \"tanh\"\ninput = {input}\n[[synapses]]\nkind = \"recurrent\"\n\
             layers = [\"n\"]\nweights = [[2.0]]\n[start]\nn = [2.0]\n"
        );
        let (end, point, sentence) = until_rest(&model, 1e9);
        assert!(end.x[0] > 0.8);
        assert_eq!(point.stability, Stability::Slow, "{beyond:e}: {point:?}");
        assert_eq!((&point.x, point.distance), (&end.x, None));
        assert!(sentence.contains("no fixed point here"), "{sentence}");
    }
    let network = |input: f64| {
        recurrent(
            Layer::new("n", &[1], Tanh { beta: 1.0 })
                .unwrap()
                .input(input),
            &[2.0],
        )
    };
    // On this side of it two are born, at a distance of √(I − fold): f″ = 2 √½.
    for before in [1e-4, 1e-8] {
        let network = network(fold + before);
        let root = |side: f64| asinh_root(fold + before, f64::asinh(1.0) + side * before.sqrt());
        let (node, saddle) = (root(0.84), root(-0.84));
        let found = certified(&network, &[node + 3e-4]);
        assert_eq!(found.stability, Stability::Stable, "{before:e}: {found:?}");
        assert!((found.x[0] - node).abs() < 1e-7, "{found:?}, {node}");
        assert_eq!(
            certified(&network, &[saddle]).stability,
            Stability::Unstable
        );
    }
    // At the fold itself it attracts from one side.
    let found = certified(&network(fold), &[f64::asinh(1.0)]);
    assert_eq!(
        (found.stability, found.along),
        (Stability::Marginal, Some(Along::OneSided))
    );
}

/// The root of `I − x + 2 tanh x` near `x`.
fn asinh_root(input: f64, mut x: f64) -> f64 {
    for _ in 0..100 {
        let t = x.tanh();
        x -= (input - x + 2.0 * t) / (-1.0 + 2.0 * (1.0 - t * t));
    }
    x
}

#[test]
fn margins_scale_with_leaks_and_time_constants() {
    let model = "[layers.n]\nsize = 1\nlagrangian = \"identity\"\nleak = 1e-6\ninput = 5e-6\n";
    let (_, point, _) = until_rest(model, 1e9);
    assert_eq!(point.stability, Stability::Stable);
    assert!((point.x[0] - 5.0).abs() < 1e-12);
    assert!((point.eigenvalue.unwrap().re + 1e-6).abs() < 1e-18);
    let layer = || Layer::new("n", &[2], Identity).unwrap();
    // The fast neuron follows the slow one: −(1 − w²)/τ.
    for w in [0.0, 0.5, -0.9] {
        let network = recurrent(layer().tau([1e-9, 1e9]), &[0.0, w, w, 0.0]);
        let found = certified(&network, &[0.0, 0.0]);
        assert_eq!(found.stability, Stability::Stable);
        let exact = -(1.0 - w * w) * 1e-9;
        let e = found.eigenvalue.unwrap();
        assert!((e.re - exact).abs() < 1e-14 * 1e-9, "{e:?} {exact}");
    }
    let network = recurrent(layer().tau([1e-9, 1e9]), &[0.0, 1.5, 1.5, 0.0]);
    let e = certified(&network, &[0.0, 0.0]).eigenvalue.unwrap();
    // The fast neuron follows by 1.5: (2.25 − 1)/τ.
    assert!((e.re - 1.25e-9).abs() < 1e-22, "{e:?}");
    // Leaks of twelve orders of magnitude, in every order.
    for leaks in [[1e-6, 1e6], [1e6, 1e-6]] {
        let w = 0.5;
        let network = recurrent(layer().leak(leaks), &[0.0, w, w, 0.0]);
        let found = certified(&network, &[0.0, 0.0]);
        assert_eq!(found.stability, Stability::Stable, "{found:?}");
        let network = recurrent(layer().leak(leaks), &[0.0, 1.1, 1.1, 0.0]);
        assert_eq!(
            certified(&network, &[0.0, 0.0]).stability,
            Stability::Unstable
        );
    }
}

#[test]
fn excitation_and_inhibition_of_very_different_speed_are_told_stable() {
    let layer = |name: &str, tau: f64| Layer::new(name, &[1], Identity).unwrap().tau(tau);
    for (e, i) in [(1e-9, 1e9), (1e9, 1e-9), (1.0, 1.0)] {
        let a = ExcitatoryInhibitory::new(Weights::new(1, 1, vec![1.0]).unwrap());
        let network = Network::builder()
            .layer(layer("e", e))
            .layer(layer("i", i))
            .connect(&["e", "i"], a);
        let found = certified(&network.build().unwrap(), &[0.0, 0.0]);
        assert_eq!(found.stability, Stability::Stable, "{e:e} {i:e}: {found:?}");
        // The fast one follows: −(1 + 1)/τ of the slow one; −1 ± i where both are alike.
        let exact = if e == i { -1.0 } else { -2e-9 };
        let value = found.eigenvalue.unwrap().re;
        assert!((value - exact).abs() < 1e-14 * exact.abs(), "{value:e}");
    }
}

#[test]
fn an_ill_conditioned_shear_is_stable_all_the_same() {
    // Both eigenvalues are −1, and the eigenvectors coincide.
    let network = recurrent(
        Layer::new("n", &[2], Identity).unwrap(),
        &[0.0, 1e6, 0.0, 0.0],
    );
    assert_eq!(
        certified(&network, &[0.0, 0.0]).stability,
        Stability::Stable
    );
}

#[test]
fn a_degenerate_minimum_attracts() {
    // One after the other and each by itself; of both modes of the pair only one is critical.
    for weights in ["[[0.0, 1.0], [1.0, 0.0]]", "[[1.0, 0.0], [0.0, 1.0]]"] {
        let model = format!(
            "[layers.n]\nsize = 2\nlagrangian = \"tanh\"\n[[synapses]]\nkind = \"recurrent\"\n\
             layers = [\"n\"]\nweights = {weights}\n[start]\nn = [1.0, 1.0]\n"
        );
        let (end, point, sentence) = until_rest(&model, 1e9);
        // ẋ = −x³/3 is 1e-6 x at 0.0017.
        assert!(end.x[0] > 1e-3, "{end:?}");
        assert_eq!(
            point.stability,
            Stability::Degenerate,
            "{weights}: {point:?}"
        );
        assert!(point.x.iter().all(|x| x.abs() < 1e-5), "{point:?}");
        assert!(
            sentence.contains("attracting") && !sentence.contains("no attractor"),
            "{sentence}"
        );
        assert!(
            sentence.contains("not yet at its fixed point, about 0.00"),
            "{sentence}"
        );
    }
    // Steep ones as well, and next to the critical gain on either side.
    for beta in [1e-3, 1.0, 1e3, 1e6] {
        let at = |gain: f64| {
            let layer = Layer::new("n", &[1], Tanh { beta }).unwrap();
            certified(&recurrent(layer, &[gain / beta]), &[0.0]).stability
        };
        assert_eq!(at(1.0), Stability::Degenerate, "{beta:e}");
        for off in [1e-4, 1e-7] {
            assert_eq!(at(1.0 - off), Stability::Stable, "{beta:e} {off:e}");
            assert_eq!(at(1.0 + off), Stability::Unstable, "{beta:e} {off:e}");
        }
    }
}

/// `ẋ = c xⁿ⁻¹`: a linear neuron at the gain 1, and a power.
fn power(order: u32, c: f64) -> Network {
    let one = || Weights::new(1, 1, vec![1.0]).unwrap();
    let potential = Power { n: order };
    let memory = Memory::new(
        vec![one()],
        DirectSum::uniform(&[1], Arc::new(potential)).unwrap(),
    );
    let network = Network::builder()
        .layer(Layer::new("n", &[1], Identity).unwrap())
        .connect(&["n"], Recurrent::new(one(), &[1.0]).unwrap())
        .connect(&["n"], memory.unwrap().scale(c).unwrap());
    network.build().unwrap()
}

#[test]
fn what_happens_along_a_null_direction_decides() {
    let along = |network: &Network| {
        let found = certified(network, &[0.0]);
        (found.stability, found.along)
    };
    assert_eq!(
        along(&power(4, 1.0)),
        (Stability::Marginal, Some(Along::Outward))
    );
    assert_eq!(
        along(&power(6, 1.0)),
        (Stability::Marginal, Some(Along::Outward))
    );
    assert_eq!(
        along(&power(3, 1.0)),
        (Stability::Marginal, Some(Along::OneSided))
    );
    let line = recurrent(Layer::new("n", &[1], Identity).unwrap(), &[1.0]);
    assert_eq!(along(&line), (Stability::Marginal, Some(Along::Flat)));
    // The energy ½ y² + a x² y + … bends with the valley: along a straight line it rises like x⁴, in the valley it falls.
    // ẏ = −y + 3 x² (cubes, from (x + y)³ …), ẋ = …: two neurons of a memory of cubes.
    let rows = Weights::new(2, 2, vec![1.0, 1.0, -1.0, 1.0]).unwrap();
    let cubes = DirectSum::uniform(&[2], Arc::new(Power { n: 3 })).unwrap();
    let w = Weights::new(2, 2, vec![1.0, 0.0, 0.0, 0.0]).unwrap();
    let network = Network::builder()
        .layer(Layer::new("n", &[2], Identity).unwrap())
        .connect(&["n"], Recurrent::new(w, &[1.0; 2]).unwrap())
        .connect(&["n"], Memory::new(vec![rows], cubes).unwrap());
    // F = ((x+y)³ + (y−x)³)/3 = (2y³ + 6x²y)/3: ẋ = 4xy, ẏ = −y + 2y² + 2x², so y = 2x² and ẋ = 8x³.
    let found = certified(&network.build().unwrap(), &[0.0, 0.0]);
    assert_eq!(
        (found.stability, found.along),
        (Stability::Marginal, Some(Along::Outward))
    );
}

#[test]
fn a_line_of_fixed_points_is_never_stable_nor_its_points_told_apart() {
    // Weights typed with twelve digits: the eigenvalue is 1 to within 1e-12.
    for w in [
        [0.64, 0.48, 0.48, 0.36],
        [
            0.333_333_333_333,
            0.471_404_520_791,
            0.471_404_520_791,
            0.666_666_666_667,
        ],
    ] {
        let network = recurrent(Layer::new("n", &[2], Identity).unwrap(), &w);
        let line = [w[1], 1.0 - w[0]];
        for c in [0.0, 1.0, -3.0, 1e3] {
            let x = [c * line[0] + 1e-6, c * line[1]];
            let found = certified(&network, &x);
            assert_eq!(
                found.stability,
                Stability::Marginal,
                "{w:?}, {c}: {found:?}"
            );
            assert!(found.is_on_a_line() && found.newton.is_none());
            assert!(found.distance.unwrap() < 2e-6, "{found:?}");
        }
    }
}

#[test]
fn fixed_points_are_found_however_fast_the_neurons_are() {
    // |ẋ| is 1e-16 |x|/τ at best.
    for tau in [1.0, 1e-6, 1e-12, 1e9] {
        let layer = Layer::new("n", &[2], Tanh { beta: 3.0 }).unwrap();
        let network = recurrent(layer.tau(tau), &[1.0, 0.0, 0.0, 1.0]);
        // Nothing is followed through time: a trajectory is not what is asked for.
        let search = Search {
            random: 0,
            ..Search::new(&network, Start::at(vec![0.0; 2]))
        };
        let on = (&network, &Settings::default());
        let found = landscape(on, &search, &Interrupt::new()).unwrap();
        let many =
            |is: &dyn Fn(&LandscapePoint) -> bool| found.points.iter().filter(|p| is(p)).count();
        assert_eq!(
            (many(&|p| p.attracts()), many(&|p| p.index > 0)),
            (4, 5),
            "{tau:e}"
        );
    }
}

#[test]
fn a_layer_without_leak_is_judged_by_its_activations() {
    // x grows for ever, g = tanh x goes to 1 like e^(−2x), x = t: the eigenvalue of 1 − g is −2.
    let one = "[layers.n]\nsize = 1\nlagrangian = \"tanh\"\nleak = 0.0\n[[synapses]]\nkind = \"recurrent\"\n\
               layers = [\"n\"]\nweights = [[1.0]]\n[start]\nn = [0.5]\n";
    let (_, point, sentence) = until_rest(one, 1e3);
    assert_eq!(point.stability, Stability::Stable, "{point:?}");
    assert!(
        (point.eigenvalue.unwrap().re + 2.0).abs() < 1e-4,
        "{point:?}"
    );
    assert!(
        sentence.contains("attractor of the activations"),
        "{sentence}"
    );
    // The same after a long time, on a sphere and on that of a layer norm: x grows with t, and says nothing of g.
    for (kind, w) in [
        (
            "spherical-norm",
            "[[1.0, 0.0, 0.0], [0.0, 0.5, 0.0], [0.0, 0.0, 0.2]]",
        ),
        (
            "layer-norm",
            "[[1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, 0.5]]",
        ),
        (
            "softmax",
            "[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]",
        ),
    ] {
        let model = format!(
            "[layers.n]\nsize = 3\nlagrangian = {{ kind = \"{kind}\" }}\nleak = 0.0\n[[synapses]]\nkind = \"recurrent\"\n\
             layers = [\"n\"]\nweights = {w}\n[start]\nn = [1.0, 0.3, -0.2]\n"
        );
        let (_, point, sentence) = until_rest(&model, 1e7);
        assert_eq!(point.stability, Stability::Stable, "{kind}: {point:?}");
        assert!(
            sentence.contains("attractor of the activations"),
            "{sentence}"
        );
    }
    // ẋ = 1 − x with the leak in the synapse.
    let fed_back = "[layers.n]\nsize = 1\nlagrangian = \"identity\"\nleak = 0.0\ninput = 1.0\n[[synapses]]\n\
                    kind = \"recurrent\"\nlayers = [\"n\"]\nweights = [[-1.0]]\n";
    let (_, point, _) = until_rest(fed_back, 1e3);
    assert_eq!(point.stability, Stability::Stable);
    assert!((point.x[0] - 1.0).abs() < 1e-12 && (point.eigenvalue.unwrap().re + 1.0).abs() < 1e-14);
    // Directions on a sphere, ẋ = W x/|x|: the one of the larger eigenvalue attracts, that of the smaller is a saddle. Along the
    // radius x grows for ever.
    let sphere = |x: [f64; 2]| {
        let layer = Layer::new("n", &[2], SphericalNorm::new(1.0, &[], 0.0))
            .unwrap()
            .leak(0.0);
        certified(&recurrent(layer, &[2.0, 0.0, 0.0, 1.0]), &x)
    };
    let (best, other) = (sphere([4.0, 0.0]), sphere([0.0, 4.0]));
    assert_eq!(
        (best.stability, other.stability),
        (Stability::Stable, Stability::Unstable)
    );
    // (1 − 2)/r and (2 − 1)/r.
    assert!(
        (best.eigenvalue.unwrap().re + 0.25).abs() < 1e-6,
        "{best:?}"
    );
    assert!(
        (other.eigenvalue.unwrap().re - 0.25).abs() < 1e-6,
        "{other:?}"
    );
}

#[test]
fn clamped_neurons_are_no_part_of_the_stability() {
    // Two that excite each other are unstable at 0; with one clamped the other decays.
    let layer = || Layer::new("n", &[2], Tanh { beta: 1.0 }).unwrap();
    let w = [0.0, 2.0, 2.0, 0.0];
    assert_eq!(
        certified(&recurrent(layer(), &w), &[0.0; 2]).stability,
        Stability::Unstable
    );
    let found = certified(&recurrent(layer().clamp(vec![1]), &w), &[0.0; 2]);
    assert_eq!(found.stability, Stability::Stable);
    assert!((found.eigenvalue.unwrap().re + 1.0).abs() < 1e-14);
    let all = certified(&recurrent(layer().clamp(vec![0, 1]), &w), &[0.3, 0.4]);
    assert_eq!((all.stability, all.eigenvalue), (Stability::Stable, None));
}

#[test]
fn large_networks_are_certified_by_the_same_rules() {
    // W = w/n everywhere has the one eigenvalue w, along (1, …, 1).
    let n = 150;
    let network = |w: f64, steep: bool| {
        let layer = match steep {
            true => Layer::new("n", &[n], Tanh { beta: 1.0 }).unwrap(),
            false => Layer::new("n", &[n], Identity).unwrap(),
        };
        recurrent(layer.input((1.0 - w).min(0.0)), &vec![w / n as f64; n * n])
    };
    for (w, steep, stability) in [
        (0.9, false, Stability::Stable),
        (1.0 - 1e-6, false, Stability::Stable),
        (1.0, false, Stability::Marginal),
        (1.0, true, Stability::Degenerate),
        (0.9, true, Stability::Stable),
    ] {
        let found = certified(&network(w, steep), &vec![0.0; n]);
        assert_eq!(found.stability, stability, "{w} {steep}: {found:?}");
        let e = found.eigenvalue.unwrap();
        assert!((e.re - (w - 1.0)).abs() < 1e-12, "{e:?}");
    }
    // −0.5 at the fixed point (1, …, 1): unstable.
    let found = certified(&network(1.5, false), &vec![1.0; n]);
    assert_eq!(found.stability, Stability::Unstable);
}

/// Layers of equal time constants, each driving the next one and hearing nothing of it; `close` lets the last drive the first.
/// All weights are `w` divided by the size of the layer that they come from, so that a loop of m layers has the eigenvalues `w` times
/// the m-th roots of 1, and 0. `own` is fed back to every layer, in the same way.
fn chain(sizes: &[usize], tau: f64, w: f64, close: bool, own: &[f64]) -> Network {
    let names: Vec<String> = (0..sizes.len()).map(|k| format!("l{k}")).collect();
    let even = |to: usize, from: usize, w: f64| {
        Weights::new(to, from, vec![w / from as f64; to * from]).unwrap()
    };
    let mut builder = Network::builder();
    for (name, n) in names.iter().zip(sizes) {
        builder = builder.layer(Layer::new(name, &[*n], Identity).unwrap().tau(tau));
    }
    for (k, w) in own.iter().enumerate().filter(|(_, w)| **w != 0.0) {
        let n = sizes[k];
        let own = Recurrent::new(even(n, n, *w), &vec![1.0; n]).unwrap();
        builder = builder.connect(&[&names[k]], own);
    }
    let last = sizes.len() - usize::from(!close);
    for from in 0..last {
        let to = (from + 1) % sizes.len();
        let forward = Feedforward::new(even(sizes[to], sizes[from], w));
        builder = builder.connect(&[&names[from], &names[to]], forward);
    }
    builder.build().unwrap()
}

#[test]
fn a_chain_of_equal_time_constants_decays_at_their_rate() {
    // The Jacobian is one Jordan block or several: their eigenvalue is its diagonal, and nothing an iteration could find.
    for (sizes, w) in [
        (&[1; 5][..], 1.0),
        (&[10; 3], 1.0),
        (&[7, 1, 12], -30.0),
        (&[1; 60], 3.0),
        (&[200; 3], 1.0),
        (&[1; 150], 0.5),
    ] {
        for tau in [1.0, 0.02, 3e5] {
            let network = chain(sizes, tau, w, false, &[]);
            let found = certified(&network, &vec![0.0; network.size()]);
            let what = format!("{sizes:?} {w} {tau}: {:?}", found.eigenvalue);
            assert_eq!(found.stability, Stability::Stable, "{what}");
            let e = found.eigenvalue.unwrap();
            assert!((e.re * tau + 1.0).abs() < 1e-12 && e.im == 0.0, "{what}");
        }
    }
}

#[test]
fn newtons_method_follows_a_chain_to_its_end() {
    // x_k = w^k: solved for one after the other it is exact, of the whole the smallest singular value is w^(1 − n).
    for (n, w) in [(30, 3.0f64), (150, 1.5)] {
        let network = chain(&vec![1; n], 1.0, w, false, &[]);
        let mut input = vec![0.0; n];
        input[0] = 1.0;
        let exact: Vec<f64> = (0..n).map(|k| w.powi(k as i32)).collect();
        let off = |k: usize| 1e-7 * (k as f64).cos();
        let near = exact.iter().enumerate().map(|(k, x)| x * (1.0 + off(k)));
        let near: Vec<f64> = near.collect();
        let mut points = FixedPoints::default();
        points.find(&network, &near, &input, &[]);
        let found = &points.points()[0];
        assert_eq!(found.stability, Stability::Stable, "{n}");
        for (k, (x, exact)) in found.x.iter().zip(&exact).enumerate() {
            assert!((x / exact - 1.0).abs() < 1e-12, "{n}, {k}: {x}");
        }
    }
}

#[test]
fn a_recurrent_layer_decides_over_the_chain_that_it_is_in() {
    for sizes in [[2, 3, 4, 5], [150, 3, 140, 150]] {
        for (own, stability) in [(1.5, Stability::Unstable), (0.6, Stability::Stable)] {
            let network = chain(&sizes, 0.5, 1.0, false, &[0.0, 0.0, own]);
            let found = certified(&network, &vec![0.0; network.size()]);
            let what = format!("{sizes:?} {own}: {:?}", found.eigenvalue);
            assert_eq!(found.stability, stability, "{what}");
            let e = found.eigenvalue.unwrap();
            assert!((e.re - (own - 1.0) / 0.5).abs() < 1e-12, "{what}");
        }
    }
}

#[test]
fn layers_in_a_loop_are_judged_together() {
    // −1 + w times the cube roots of 1.
    for sizes in [[1, 1, 1], [4, 3, 2], [150, 3, 5]] {
        for (w, re, im, stability) in [
            (0.5, -0.5, 0.0, Stability::Stable),
            (1.5, 0.5, 0.0, Stability::Unstable),
            (-1.5, -0.25, 1.5 * 0.75f64.sqrt(), Stability::Stable),
            (-2.5, 0.25, 2.5 * 0.75f64.sqrt(), Stability::Unstable),
        ] {
            let network = chain(&sizes, 1.0, w, true, &[]);
            let found = certified(&network, &vec![0.0; network.size()]);
            let what = format!("{sizes:?} {w}: {:?}", found.eigenvalue);
            assert_eq!(found.stability, stability, "{what}");
            let e = found.eigenvalue.unwrap();
            let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
            assert!(near(e.re, re) && near(e.im.abs(), im), "{what}");
        }
    }
}

#[test]
fn neurons_of_one_layer_may_be_a_chain_too() {
    // Numbered so that no order of theirs is that of the chain: 3 → 0 → 4 → 1 → 2.
    let mut w = [0.0; 25];
    for (from, to) in [(3, 0), (0, 4), (4, 1), (1, 2), (3, 2)] {
        w[to * 5 + from] = 2.0;
    }
    let layer = Layer::new("n", &[5], Tanh { beta: 1.0 }).unwrap().tau(0.1);
    let found = certified(&recurrent(layer, &w), &[0.0; 5]);
    assert_eq!(found.stability, Stability::Stable, "{found:?}");
    assert!((found.eigenvalue.unwrap().re + 10.0).abs() < 1e-11);
}

/// Every neuron drives itself; it counts the columns of the Jacobian that it is asked for.
#[derive(Debug)]
struct Counted(usize, Arc<AtomicUsize>);

impl Synapse for Counted {
    fn describe(&self) -> String {
        "counted".into()
    }
    fn shapes(&self) -> Vec<Vec<usize>> {
        vec![vec![self.0]]
    }
    fn evaluate(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        current: &mut [f64],
        _energy: Option<TermRows<'_>>,
        _scratch: &mut Scratch,
    ) {
        let to = ports.of_mut(0, current).iter_mut();
        to.zip(ports.of(0, g)).for_each(|(c, g)| *c += 0.5 * g);
    }
    fn add_curvature(
        &self,
        ports: &Ports<'_>,
        _g: &[f64],
        dg: &[f64],
        dcurrent: &mut [f64],
        scratch: &mut Scratch,
    ) {
        self.1.fetch_add(ports.width, Ordering::Relaxed);
        self.evaluate(ports, dg, dcurrent, None, scratch);
    }
    fn energy(&self) -> Energy {
        Energy::None("nobody asks".into())
    }
    fn order(&self, _unbounded: &[bool]) -> f64 {
        2.0
    }
    fn scratch(&self, columns: usize) -> Scratch {
        Scratch::rows(0, columns)
    }
}

#[test]
fn the_jacobian_of_a_few_free_neurons_is_not_written_out_for_all() {
    // For all it would take 3.2 GB.
    let n = 20_000;
    let columns = Arc::default();
    let layer = Layer::new("n", &[n], Identity)
        .unwrap()
        .clamp((10..n).collect());
    let network = Network::builder()
        .layer(layer)
        .connect(&["n"], Counted(n, Arc::clone(&columns)));
    let mut x = vec![1.0; n];
    x[..10].fill(0.1);
    let found = certified(&network.build().unwrap(), &x);
    assert_eq!(found.eigenvalue.unwrap().re, -0.5);
    let asked = columns.load(Ordering::Relaxed);
    assert!(asked < 200, "{asked} columns");
}

#[test]
fn slow_modes_beside_stiff_ones_are_attractors() {
    let softmax = |beta: f64| {
        format!(
            "[layers.n]\nsize = 2\nlagrangian = {{ kind = \"softmax\", beta = {beta:e} }}\n\
             [[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = [[0, 1], [1, 0]]\n\
             [start]\nn = [0.3, 0.1]\n"
        )
    };
    // One strictly convex energy, however stiff: a·g = ½.
    let penalty = |strength: f64| {
        format!(
            "[layers.n]\nsize = 2\nlagrangian = \"tanh\"\n\
             [[synapses]]\nkind = \"equality\"\nlayers = [\"n\"]\na = [[1.0, 1.0]]\nb = [0.5]\nstrength = {strength:e}\n\
             [start]\nn = [1.0, 0.1]\n"
        )
    };
    for model in [
        softmax(1e6),
        softmax(1e7),
        penalty(1e4),
        penalty(1e6),
        penalty(1e8),
    ] {
        let e = study(&format!(
            "{model}[solve]\nuntil = \"rest\"\nmethod = \"rodas5p\"\n"
        ));
        let results = run(&e);
        let said = e.sentence(&results);
        assert!(said.contains("stable (an attractor)"), "{model}{said}");
    }
}

#[test]
fn an_energy_whose_summands_overflow_is_told_to_have_fallen() {
    // E = −x²/2 with x = e^t.
    let e = study(
        "[layers.n]\nsize = 1\nlagrangian = \"identity\"\n\
         [[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = [[2.0]]\n\
         [start]\nn = [1.0]\n[solve]\nuntil = \"rest\"\n",
    );
    let results = run(&e);
    let report = results.cases[0].lyapunov.as_ref().unwrap();
    assert_eq!(report.course(), Course::Fell, "{report:?}");
}
