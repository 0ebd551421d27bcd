//! Input that changes over time: held against closed forms, and its work against a quadrature of its own.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail where a user's run may not"
)]

use std::f64::consts::TAU;

use attractor::dynamics::{
    AUTO, EULER, EXPONENTIAL, METHODS, Method, MethodError, RK4, RODAS5P, ROSENBROCK23, RunError,
    Settings, Start, TSIT5, integrate,
};
use attractor::kernels::Weights;
use attractor::lagrangian::{Identity, Tanh};
use attractor::monitor::{
    Course, Flow, LyapunovMonitor, LyapunovReport, Mode, Monitor, Recorder, RestMonitor, Save,
};
use attractor::network::{Layer, Network, theories};
use attractor::stimulus::{Addition, AdditionError, Interpolation, Shape, Stimulus, StimulusError};
use attractor::trajectory::{State, Step, StopReason};

/// One neuron that only leaks: `τ ẋ = I(t) − x`.
fn leaky(tau: f64) -> Network {
    let layer = Layer::new("n", &[1], Tanh { beta: 1.0 }).unwrap().tau(tau);
    theories::classical(layer, Weights::new(1, 1, vec![0.0]).unwrap()).unwrap()
}

fn one(from: f64, until: f64, add: f64, shape: Shape) -> Addition {
    Addition {
        neurons: 0..1,
        from,
        until,
        add: vec![add],
        shape,
    }
}

const TAU_OF: f64 = 0.7;

/// A stimulus of the leaky neuron, with input and state in closed form.
type Case = (&'static str, Stimulus, fn(f64) -> f64, fn(f64) -> f64);

/// Some of them, from rest at 0.
fn cases(network: &Network) -> Vec<Case> {
    // The answer to a ramp of slope 1 from time 0 on.
    fn answer(t: f64) -> f64 {
        if t <= 0.0 {
            return 0.0;
        }
        t - TAU_OF + TAU_OF * (-t / TAU_OF).exp()
    }
    fn ramp(t: f64) -> f64 {
        0.75 * (t - 0.5).clamp(0.0, 2.0)
    }
    fn to_ramp(t: f64) -> f64 {
        0.75 * (answer(t - 0.5) - answer(t - 2.5))
    }
    fn sine(t: f64) -> f64 {
        1.5 * (TAU * t / 1.3 + 0.4).sin()
    }
    fn to_sine(t: f64) -> f64 {
        let (w, phase) = (TAU / 1.3, 0.4f64);
        let (a, b) = (1.0 / (1.0 + (w * TAU_OF).powi(2)), w * TAU_OF);
        let at = |t: f64| 1.5 * a * ((w * t + phase).sin() - b * (w * t + phase).cos());
        at(t) - at(0.0) * (-t / TAU_OF).exp()
    }
    // Through (0.5, 0), (1, 2), (2, -1), (2.25, 0.5); 0 before and 0.5 after.
    fn samples(t: f64) -> f64 {
        let bend = |at: f64, slope: f64| slope * (t - at).max(0.0);
        bend(0.5, 4.0) + bend(1.0, -7.0) + bend(2.0, 9.0) + bend(2.25, -6.0)
    }
    fn to_samples(t: f64) -> f64 {
        4.0 * answer(t - 0.5) - 7.0 * answer(t - 1.0) + 9.0 * answer(t - 2.0)
            - 6.0 * answer(t - 2.25)
    }
    let make = |a| Stimulus::new(network, vec![a]).unwrap();
    let times = vec![0.5, 1.0, 2.0, 2.25];
    let rows = Addition {
        neurons: 0..1,
        from: f64::NEG_INFINITY,
        until: f64::INFINITY,
        add: vec![0.0, 2.0, -1.0, 0.5],
        shape: Shape::Sampled {
            times: times.clone(),
            factors: None,
            interpolation: Interpolation::Linear,
        },
    };
    let shape = Shape::Sampled {
        times,
        factors: Some(vec![0.0, 4.0, -2.0, 1.0]),
        interpolation: Interpolation::Linear,
    };
    let factors = Addition {
        add: vec![0.5],
        shape,
        ..rows.clone()
    };
    let shape = Shape::Sine {
        period: 1.3,
        phase: 0.4,
    };
    vec![
        ("ramp", make(one(0.5, 2.5, 1.5, Shape::Ramp)), ramp, to_ramp),
        (
            "sine",
            make(one(0.0, f64::INFINITY, 1.5, shape)),
            sine,
            to_sine,
        ),
        ("rows", make(rows), samples, to_samples),
        ("factors", make(factors), samples, to_samples),
    ]
}

/// All methods but one that has the wrong time in its last stage, and says so.
fn driven_methods() -> impl Iterator<Item = &'static Method> {
    let all = METHODS.iter().copied();
    let all = all.filter(|m| !m.flips && !m.is_noisy());
    all.filter(|m| m.name != "ode_solvers-dop853")
}

#[test]
fn a_method_with_the_wrong_time_in_a_stage_refuses_a_varying_input() {
    let network = leaky(1.0);
    let method = Method::named("ode_solvers-dop853").unwrap();
    for (_, stimulus, _, _) in cases(&network) {
        let start = Start::at(vec![0.0]);
        let error = integrate(&network, &settings(method), &stimulus, start, &mut ()).unwrap_err();
        assert!(
            matches!(error, RunError::Method(MethodError::Input { .. })),
            "{error}"
        );
    }
    let step = one(1.0, 2.0, 1.0, Shape::Step);
    let stimulus = Stimulus::new(&network, vec![step]).unwrap();
    let start = Start::at(vec![0.0]);
    integrate(&network, &settings(method), &stimulus, start, &mut ()).unwrap();
}

fn settings(method: &'static Method) -> Settings {
    Settings {
        method,
        rtol: 1e-9,
        atol: 1e-12,
        step: (!method.is_adaptive()).then_some(0.004),
        t_end: 3.0,
        ..Settings::default()
    }
}

/// How far a method may be from the closed form: a hundred tolerances, or what its fixed step allows.
fn bound(method: &Method) -> f64 {
    match method.name {
        "euler" => 3e-2,
        // Of order 2, at a tolerance of 1e-9: a thousand steps.
        "rosenbrock23" => 2e-6,
        _ => 1e-7,
    }
}

#[test]
fn the_input_is_what_was_asked_for() {
    let network = leaky(TAU_OF);
    for (name, stimulus, input, _) in cases(&network) {
        for t in [0.0, 0.3, 0.5, 0.7, 1.0, 1.9, 2.0, 2.1, 2.5, 2.9, 7.0] {
            let found = stimulus.input(t)[0];
            assert!((found - input(t)).abs() < 1e-14, "{name} at {t}: {found}");
        }
    }
}

#[test]
fn every_method_follows_a_changing_input() {
    let network = leaky(TAU_OF);
    for (name, stimulus, _, state) in cases(&network) {
        for method in driven_methods() {
            let settings = settings(method);
            let save = Save::Every(0.17);
            let mut recorder = Recorder::new(1, save, false);
            let start = Start::at(vec![0.0]);
            let end = integrate(&network, &settings, &stimulus, start, &mut recorder).unwrap();
            let kept = recorder.into_trajectory();
            assert_eq!(end.stop, StopReason::TimeReached);
            for k in 0..kept.len() {
                let (t, x) = (kept.t[k], kept.state(k)[0]);
                let off = (x - state(t)).abs();
                assert!(off < bound(method), "{name}, {}, {t}: {off}", method.name);
            }
            assert!((end.input[0] - stimulus.input(3.0)[0]).abs() < 1e-15);
        }
    }
}

/// A layer of fast neurons follows one of slow ones that is driven.
#[test]
fn fast_layers_follow_a_driven_one() {
    let fast = Layer::new("fast", &[1], Identity).unwrap().tau(1e-5);
    let slow = Layer::new("slow", &[1], Tanh { beta: 1.0 })
        .unwrap()
        .tau(1.0);
    let network = Network::builder()
        .layer(slow)
        .layer(fast)
        .connect(
            &["slow", "fast"],
            attractor::synapse::Dense::new(Weights::new(1, 1, vec![0.6]).unwrap()),
        )
        .build()
        .unwrap();
    let add = |k: usize, shape| Addition {
        neurons: k..k + 1,
        from: 0.0,
        until: 4.0,
        add: vec![1.2],
        shape,
    };
    let sine = Shape::Sine {
        period: 2.0,
        phase: 0.0,
    };
    let stimulus = Stimulus::new(&network, vec![add(0, sine), add(1, Shape::Ramp)]).unwrap();
    let end = |method, rtol| {
        let settings = Settings {
            rtol,
            atol: 1e-3 * rtol,
            t_end: 4.0,
            method,
            max_steps: 10_000_000,
            ..Settings::default()
        };
        let start = Start::at(vec![0.2, 0.1]);
        integrate(&network, &settings, &stimulus, start, &mut ()).unwrap()
    };
    let (exact, found) = (end(&TSIT5, 1e-9), end(&EXPONENTIAL, 1e-8));
    for (a, b) in exact.x.iter().zip(&found.x) {
        // Ten of its tolerances.
        assert!((a - b).abs() < 1e-7, "{a} and {b}");
    }
    assert!(found.statistics.accepted * 100 < exact.statistics.accepted);
}

// Energy.

fn watched(
    network: &Network,
    stimulus: &Stimulus,
    settings: &Settings,
    x: &[f64],
) -> LyapunovReport {
    let mut monitor = LyapunovMonitor::new(Mode::Warn);
    let start = Start::at(x.to_vec());
    integrate(network, settings, stimulus, start, &mut monitor).unwrap();
    monitor.into_report()
}

/// `−∫ İ g dt` of the leaky neuron by Simpson's rule over 120 000 stretches of the closed form, and the same of
/// `∫ τ g' ẋ² dt`, by which the energy falls.
fn independent(input: fn(f64) -> f64, state: fn(f64) -> f64) -> [f64; 2] {
    let n = 120_000;
    let h = 3.0 / f64::from(n);
    let mut sums = [0.0; 2];
    for k in 0..n {
        // The input is smooth within a stretch: the stops are whole multiples of it.
        let t = h * f64::from(k);
        let slope = (input(t + 0.75 * h) - input(t + 0.25 * h)) / (0.5 * h);
        let fall = |t: f64| {
            let (x, cosh) = (state(t), state(t).cosh());
            let v = (input(t) - x) / TAU_OF;
            TAU_OF * v * v / (cosh * cosh)
        };
        let simpson = |f: &dyn Fn(f64) -> f64| h / 6.0 * (f(t) + 4.0 * f(t + 0.5 * h) + f(t + h));
        sums[0] -= slope * simpson(&|t| state(t).tanh());
        sums[1] += simpson(&fall);
    }
    sums
}

#[test]
fn the_work_of_the_input_is_that_of_an_independent_quadrature() {
    let network = leaky(TAU_OF);
    for (name, stimulus, input, state) in cases(&network) {
        let [work, fall] = independent(input, state);
        for method in driven_methods() {
            // Where it follows the leak alone, `exponential` has no reason for short steps, and few nodes for the work.
            let settings = Settings {
                max_step: 0.02,
                ..settings(method)
            };
            let report = watched(&network, &stimulus, &settings, &[0.0]);
            // Of engines of others only both ends of a step are known, 0.02 apart: a cubic through them errs by 3e-7. The quadrature
            // of the test itself is good to 1e-8.
            let bound = if method.takes_back || !method.is_adaptive() {
                bound(method)
            } else {
                1e-6
            };
            let off = (report.input_work - work).abs();
            assert!(off < bound, "{name}, {}: {off}", method.name);
            let [first, last] = report.energy.unwrap();
            let net = last - first - report.input_work;
            let off = (net + fall).abs();
            assert!(off < bound, "{name}, {}: {off}", method.name);
            assert_eq!(report.course(), Course::Fell, "{name}, {}", method.name);
            // Where the velocity turns, a straight step goes on uphill.
            if method.name != "euler" {
                assert_eq!(report.violation, None, "{name}, {}", method.name);
            }
        }
    }
}

/// Steps that are too long for the work are told as what they are.
#[test]
fn what_the_work_may_be_off_by_is_told() {
    let network = leaky(TAU_OF);
    for (name, stimulus, input, state) in cases(&network) {
        let [work, _] = independent(input, state);
        for rtol in [1e-2, 1e-3, 1e-5, 1e-9] {
            let settings = Settings {
                rtol,
                atol: rtol,
                ..settings(&EXPONENTIAL)
            };
            let report = watched(&network, &stimulus, &settings, &[0.0]);
            let off = (report.input_work - work).abs();
            assert!(off <= report.input_error + 1e-8, "{name} {rtol}: {off}");
            assert_eq!(report.violation, None, "{name} {rtol}");
            assert!(matches!(report.course(), Course::Fell | Course::Unknown));
        }
    }
}

fn recurrent(weights: Vec<f64>) -> Network {
    let n = weights.len().isqrt();
    let layer = Layer::new("n", &[n], Tanh { beta: 2.0 }).unwrap();
    theories::classical(layer, Weights::new(n, n, weights).unwrap()).unwrap()
}

fn driven(network: &Network) -> Stimulus {
    let n = network.size();
    let addition = |from, until, by: f64, shape| Addition {
        neurons: 0..n,
        from,
        until,
        add: (0..n).map(|i| by * (1.0 + i as f64).cos()).collect(),
        shape,
    };
    let sine = Shape::Sine {
        period: 3.7,
        phase: 1.0,
    };
    let additions = vec![
        addition(0.0, f64::INFINITY, 1.5, sine),
        addition(2.0, 9.0, -2.0, Shape::Ramp),
        addition(5.0, 6.0, 3.0, Shape::Step),
    ];
    Stimulus::new(network, additions).unwrap()
}

#[test]
fn a_driven_network_is_not_accused_at_any_tolerance() {
    let network = recurrent(vec![0.0, 1.2, -0.4, 1.2, 0.0, 0.7, -0.4, 0.7, 0.5]);
    let stimulus = driven(&network);
    for method in driven_methods().filter(|m| m.is_adaptive()) {
        for rtol in [1e-3, 1e-5, 1e-8] {
            let settings = Settings {
                method,
                rtol,
                atol: rtol,
                t_end: 20.0,
                ..Settings::default()
            };
            let report = watched(&network, &stimulus, &settings, &[0.3, -0.8, 1.1]);
            assert_eq!(report.violation, None, "{} {rtol}", method.name);
            let work = report.input_work;
            assert!(work.abs() > 1.0, "{} {rtol}: {work}", method.name);
        }
    }
}

/// Euler's steps are far too long.
#[test]
fn a_rise_is_told_from_the_work_of_the_input() {
    let network = leaky(1.0);
    let sine = Shape::Sine {
        period: 50.0,
        phase: 0.0,
    };
    let slow = one(0.0, f64::INFINITY, 0.3, sine);
    let stimulus = Stimulus::new(&network, vec![slow]).unwrap();
    let settings = Settings {
        step: Some(2.5),
        t_end: 10.0,
        ..settings(&EULER)
    };
    let report = watched(&network, &stimulus, &settings, &[1.0]);
    assert!(report.violation.is_some() && report.largest_rise > 0.1);
    assert_ne!(report.course(), Course::Fell);
}

/// An oscillation that fits into a step of fixed length is seen by no node: what its work is cannot be told, and is not.
#[test]
fn an_oscillation_shorter_than_a_step_is_told_as_unknown() {
    let network = leaky(TAU_OF);
    for period in [0.5, 0.25, 0.02, 1e-4] {
        let shape = Shape::Sine { period, phase: 0.4 };
        let stimulus = Stimulus::new(&network, vec![one(0.0, f64::INFINITY, 1.0, shape)]).unwrap();
        for method in [&RK4, &EULER] {
            let settings = Settings {
                step: Some(0.5),
                ..settings(method)
            };
            let report = watched(&network, &stimulus, &settings, &[0.0]);
            assert_eq!(report.course(), Course::Unknown, "{} {period}", method.name);
            assert_eq!(report.violation, None, "{} {period}", method.name);
        }
    }
}

/// A fast layer that is driven, its input as fast as the slow one moves or far faster than the steps.
#[test]
fn a_driven_fast_layer_is_not_accused() {
    let slow = Layer::new("slow", &[1], Tanh { beta: 2.0 }).unwrap();
    let fast = Layer::new("fast", &[1], Identity).unwrap().tau(1e-6);
    let network = Network::builder()
        .layer(slow)
        .layer(fast)
        .connect(
            &["slow", "fast"],
            attractor::synapse::Dense::new(Weights::new(1, 1, vec![0.8]).unwrap()),
        )
        .build()
        .unwrap();
    for (neuron, period) in [(1, 3.0), (0, 3.0), (0, 0.02), (1, 0.02)] {
        let addition = Addition {
            neurons: neuron..neuron + 1,
            from: 0.0,
            until: f64::INFINITY,
            add: vec![0.7],
            shape: Shape::Sine { period, phase: 0.3 },
        };
        let stimulus = Stimulus::new(&network, vec![addition]).unwrap();
        for method in [&AUTO, &EXPONENTIAL, &RODAS5P, &ROSENBROCK23] {
            for rtol in [1e-2, 1e-4, 1e-6] {
                let settings = Settings {
                    method,
                    rtol,
                    atol: 1e-3 * rtol,
                    t_end: 3.0,
                    max_steps: 20_000,
                    ..Settings::default()
                };
                let report = watched(&network, &stimulus, &settings, &[0.3, 0.1]);
                let what = format!("{} at {rtol:e}, {neuron}, {period}", method.name);
                assert_eq!(report.violation, None, "{what}");
                assert_ne!(report.course(), Course::Rose, "{what}");
            }
        }
    }
}

/// A monitor that counts what it is told.
#[derive(Default)]
struct Count {
    switches: Vec<f64>,
    steps: Vec<f64>,
}

impl Monitor for Count {
    fn observe(&mut self, step: &Step<'_>) -> Flow {
        self.steps.push(step.end.t);
        Flow::Continue
    }

    fn switched(&mut self, state: &State<'_>) {
        self.switches.push(state.t);
    }
}

#[test]
fn steps_land_on_bends_and_monitors_are_told_of_jumps_only() {
    let network = leaky(TAU_OF);
    let sampled = |interpolation| {
        let shape = Shape::Sampled {
            times: vec![0.5, 1.0, 2.0, 2.25],
            factors: Some(vec![0.0, 4.0, -2.0, 1.0]),
            interpolation,
        };
        let addition = one(f64::NEG_INFINITY, f64::INFINITY, 1.0, shape);
        Stimulus::new(&network, vec![addition]).unwrap()
    };
    let (linear, hold) = (sampled(Interpolation::Linear), sampled(Interpolation::Hold));
    assert!(linear.switches().is_empty() && linear.varies());
    // The first sample holds before its time.
    assert_eq!(hold.switches(), [1.0, 2.0, 2.25]);
    assert!(!hold.varies());
    for method in driven_methods() {
        for (stimulus, jumps) in [(&linear, &[][..]), (&hold, &[1.0, 2.0, 2.25])] {
            let mut count = Count::default();
            let start = Start::at(vec![0.4]);
            integrate(&network, &settings(method), stimulus, start, &mut count).unwrap();
            assert_eq!(count.switches, jumps, "{}", method.name);
            for t in [0.5, 1.0, 2.0, 2.25, 3.0] {
                assert!(count.steps.contains(&t), "{} {t}", method.name);
            }
        }
    }
}

#[test]
fn nothing_rests_while_the_input_changes() {
    let network = leaky(0.1);
    let ramp = one(0.0, 50.0, 1e-7, Shape::Ramp);
    let stimulus = Stimulus::new(&network, vec![ramp]).unwrap();
    assert_eq!(stimulus.settles(), 50.0);
    for method in driven_methods().filter(|m| m.is_adaptive()) {
        let settings = Settings {
            method,
            t_end: 100.0,
            until_rest: true,
            ..Settings::default()
        };
        let mut rest = RestMonitor::new(&network, [1e-6, 1e-5]).not_before(stimulus.settles());
        let start = Start::at(vec![0.0]);
        let end = integrate(&network, &settings, &stimulus, start, &mut rest).unwrap();
        assert_eq!(end.stop, StopReason::Rest, "{}", method.name);
        assert!(end.t > 50.0, "{} at {}", method.name, end.t);
    }
    let sine = Shape::Sine {
        period: 1.0,
        phase: 0.0,
    };
    let ever = Stimulus::new(&network, vec![one(0.0, f64::INFINITY, 1.0, sine)]).unwrap();
    assert_eq!(ever.settles(), f64::INFINITY);
}

/// What is told of a trajectory does not depend on how many run beside it.
#[test]
fn a_driven_trajectory_is_the_same_in_any_company() {
    use attractor::ensemble::Ensemble;
    let network = recurrent(vec![0.0, 1.2, -0.4, 1.2, 0.0, 0.7, -0.4, 0.7, 0.5]);
    let stimulus = driven(&network);
    for method in driven_methods() {
        let settings = Settings {
            method,
            t_end: 8.0,
            step: (!method.is_adaptive()).then_some(0.05),
            ..Settings::default()
        };
        let start = |k: usize| Start::at(vec![0.1 * k as f64, -0.5, 0.3 - 0.05 * k as f64]);
        let ends = |threads: usize, count: usize| {
            let never = attractor::dynamics::Interrupt::default();
            let ensemble = Ensemble {
                network: &network,
                settings: &settings,
                stimulus: &stimulus,
                threads,
                alone: false,
                interrupt: &never,
            };
            let seen = std::sync::Mutex::new(vec![None; count]);
            ensemble
                .run(
                    0..count,
                    |k| Ok(start(k)),
                    |_| LyapunovMonitor::new(Mode::Record),
                    |k, outcome, monitor| {
                        let report = monitor.into_report();
                        seen.lock().unwrap()[k] =
                            Some((outcome.x, report.input_work, report.largest_rise));
                    },
                )
                .unwrap();
            seen.into_inner().unwrap()
        };
        let (many, few) = (ends(2, 40), ends(1, 23));
        assert_eq!(many[..23], few[..], "{}", method.name);
    }
}

#[test]
fn stimuli_that_make_no_sense_are_refused_with_the_reason() {
    let network = leaky(1.0);
    let sine = |period| Shape::Sine { period, phase: 0.0 };
    let sampled = |times: &[f64]| Shape::Sampled {
        times: times.to_vec(),
        factors: Some(vec![1.0; 2]),
        interpolation: Interpolation::Hold,
    };
    let refused = [
        (
            one(0.0, f64::INFINITY, 1.0, Shape::Ramp),
            AdditionError::EndlessRamp,
        ),
        (one(2.0, 1.0, 1.0, Shape::Step), AdditionError::Ends),
        (
            one(0.0, 1.0, f64::NAN, Shape::Step),
            AdditionError::Entries(1),
        ),
        (one(0.0, 1.0, 1.0, sine(0.0)), AdditionError::Period),
        (
            one(0.0, 1.0, 1.0, sampled(&[1.0, 1.0])),
            AdditionError::Times,
        ),
        (one(0.0, 1.0, 1.0, sampled(&[1.0])), AdditionError::Factors),
        (
            Addition {
                neurons: 0..2,
                ..one(0.0, 1.0, 1.0, Shape::Step)
            },
            AdditionError::Neurons {
                from: 0,
                to: 2,
                of: 1,
            },
        ),
    ];
    for (addition, why) in refused {
        let error = Stimulus::new(&network, vec![addition]).unwrap_err();
        assert_eq!(error, StimulusError::Addition { number: 0, why });
    }
}

/// How many times the error of the work shrinks when the step is halved, every step being accepted.
fn gain(network: &Network, stimulus: &Stimulus, method: &'static Method, exact: f64) -> f64 {
    let off = |h: f64| {
        let settings = Settings {
            step: Some(h),
            max_step: h,
            rtol: 1e3,
            ..settings(method)
        };
        let x = vec![0.0; network.size()];
        (watched(network, stimulus, &settings, &x).input_work - exact).abs()
    };
    off(0.1) / off(0.05)
}

#[test]
fn the_work_of_the_input_has_the_order_of_the_method() {
    // Of order 4 it shrinks 16 times, of order 3 it would 8 times.
    let network = leaky(TAU_OF);
    let (_, stimulus, input, state) = cases(&network).swap_remove(1);
    let [exact, _] = independent(input, state);
    for method in [&RK4, &EXPONENTIAL] {
        let gain = gain(&network, &stimulus, method, exact);
        assert!((12.0..20.0).contains(&gain), "{}: {gain}", method.name);
    }
}

/// A fast neuron follows a slow one inside the steps, both driven: there fixed steps do not have the order of the method.
#[test]
fn the_work_on_a_neuron_that_follows_is_as_good_as_its_estimate() {
    let layer = |name, tau| {
        let layer = Layer::new(name, &[1], Tanh { beta: 1.0 });
        layer.unwrap().tau(tau)
    };
    let w = Weights::new(1, 1, vec![0.6]).unwrap();
    let network = Network::builder()
        .layer(layer("slow", 1.0))
        .layer(layer("fast", 1e-4))
        .connect(&["slow", "fast"], attractor::synapse::Dense::new(w))
        .build()
        .unwrap();
    let sine = |k: usize, phase| Addition {
        neurons: k..k + 1,
        from: 0.0,
        until: f64::INFINITY,
        add: vec![1.0],
        shape: Shape::Sine { period: 2.0, phase },
    };
    let stimulus = Stimulus::new(&network, vec![sine(0, 0.4), sine(1, 1.1)]).unwrap();
    let fine = Settings {
        rtol: 1e-10,
        atol: 1e-12,
        max_step: 0.002,
        ..settings(&EXPONENTIAL)
    };
    let exact = watched(&network, &stimulus, &fine, &[0.0; 2]).input_work;
    for (rtol, method) in [1e-4, 1e-5, 1e-6, 1e-7]
        .into_iter()
        .flat_map(|rtol| [(rtol, &EXPONENTIAL), (rtol, &RODAS5P)])
    {
        let settings = Settings {
            rtol,
            atol: 1e-3 * rtol,
            ..settings(method)
        };
        let found = watched(&network, &stimulus, &settings, &[0.0; 2]);
        let off = (found.input_work - exact).abs();
        let estimate = found.input_error;
        let name = method.name;
        assert!(off <= estimate, "{name} {rtol:e}: {off:e} {estimate:e}");
        // An estimate that is always large would say nothing: it shrinks with the tolerance.
        assert!(estimate < 100.0 * rtol, "{name} {rtol:e}: {estimate:e}");
    }
}
