//! The methods of the crate `ode_solvers`: another program finds the same trajectories, and monitors see the same of it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use crate::common;
use crate::networks;

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use attractor::dynamics::{
    Interrupt, METHODS, Method, Outcome, Settings, Start, TSIT5, integrate, integrate_until,
};
use attractor::ensemble::Ensemble;
use attractor::kernels::Weights;
use attractor::model_file::{load, schema};
use attractor::monitor::{Flow, LyapunovMonitor, Mode, Monitor, Needs, Recorder, Save};
use attractor::network::{Drive, Network, Workspace, theories};
use attractor::stimulus::{Addition, Stimulus};
use attractor::study::{Refusal, Study};
use attractor::synapse::Recurrent;
use attractor::trajectory::{Agreement, Check, State, Step, StopReason};
use common::reference::{self, Reference, VALID, load_text, run, study};
use networks::{Numbers, apart, layer};

fn foreign() -> impl Iterator<Item = &'static Method> {
    METHODS.iter().copied().filter(|m| m.columns == 1)
}

fn settings(method: &'static Method, t_end: f64) -> Settings {
    Settings {
        method,
        step: (!method.is_adaptive()).then_some(0.01),
        t_end,
        ..Settings::default()
    }
}

/// Seven neurons in two layers, one of them clamped, with a pulse of input from 1 to 2.3.
fn switched() -> (Network, Stimulus, Start) {
    let mut r = Numbers(11);
    let slow = layer("a", &[4], r#"{ kind = "tanh", beta = 1.5 }"#).input(r.vector(4, 0.5));
    let fast = layer("b", &[3], r#"{ kind = "softmax", beta = 2 }"#).tau(0.3);
    let network = Network::builder()
        .layer(slow)
        .layer(fast)
        .connect(
            &["a", "b"],
            attractor::synapse::Dense::new(r.weights(3, 4, 1.5)),
        )
        .build()
        .unwrap();
    let pulse = Addition::pulse(1.0, 2.3, r.vector(7, 2.0));
    let stimulus = Stimulus::new(&network, vec![pulse]).unwrap();
    let start = Start {
        input: r.vector(7, 0.3),
        clamped: vec![2],
        ..Start::at(r.vector(7, 1.0))
    };
    (network, stimulus, start)
}

// Trajectories.

/// Tolerances at which the errors of all steps of all cases gather to less than 1e-6. At a kink the solution has no third
/// derivative, and the estimate sees the error of the one step that crosses it poorly.
fn rtol(kinks: bool) -> f64 {
    if kinks { 1e-10 } else { 1e-8 }
}

fn follow(case: &Reference, name: &str, method: &Method) -> Study {
    let times = case.times();
    let rtol = rtol(case.has_kinks());
    // Well inside the stability of the fastest neurons, and so short that a kink, where the order is 2, costs 1e-6.
    let step = match name {
        "c26_stiff_tauh_1e-4" => 1e-5,
        "c35_hopfield_tank_5city" => 1e-6,
        _ => 1e-3,
    };
    let step = if method.is_adaptive() {
        String::new()
    } else {
        format!("step = {step:e}\n")
    };
    study(&format!(
        "{}{}[solve]\nmethod = \"{}\"\nrtol = {rtol:e}\natol = {:e}\n{step}max_steps = 10_000_000\nt_end = {:?}\nsave = {{ at = {times:?} }}\n",
        case.network(),
        case.start_table("[start]", 1.0),
        method.name,
        1e-2 * rtol,
        times[times.len() - 1]
    ))
}

#[test]
fn every_engine_follows_every_reference_trajectory() {
    for method in foreign() {
        for name in VALID {
            let case = reference::read(name);
            let e = follow(&case, name, method);
            assert_eq!(e.lyapunov_mode(), Mode::Stop, "what `reject` becomes");
            let results = run(&e);
            let end = &results.cases[0];
            let what = format!("{} {name}", method.name);
            assert_eq!(end.outcome.stop, StopReason::TimeReached, "{what}");
            assert_eq!(end.trajectory.t, case.times(), "{what}");
            for k in 0..end.trajectory.len() {
                let want = case.row("states", k);
                for (got, want) in end.trajectory.state(k).iter().zip(&want) {
                    let off = (got - want).abs() / (1.0 + want.abs());
                    assert!(off <= 1e-6, "{what}, t = {}: {off:e}", end.trajectory.t[k]);
                }
            }
            let seen = end.lyapunov.as_ref().unwrap();
            assert_eq!(
                (&seen.violation, seen.identity_failures),
                (&None, 0),
                "{what}"
            );
            // What the crate takes for one interval are several steps.
            assert!(
                (1..=end.outcome.statistics.accepted).contains(&seen.steps),
                "{what}"
            );
        }
    }
}

fn models() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let files = std::fs::read_dir(directory).unwrap();
    let mut models: Vec<PathBuf> = files.map(|f| f.unwrap().path()).collect();
    models.retain(|p| p.extension().is_some_and(|e| e == "toml"));
    models.sort();
    models
}

#[test]
fn shipped_models_end_where_they_end_with_our_own_methods() {
    for model in models() {
        let name = model.file_stem().unwrap().to_str().unwrap();
        // Those whose units flip, or move under noise, are for methods of their own.
        let method = load(&model, &[]).unwrap().study.settings.method;
        if method.flips || method.is_noisy() {
            continue;
        }
        // Its memories cross the kink of a relu on the way, where the error of a step is of order 2 and its estimate sees
        // little of it, and on the way neighbours part: 1.3e-5 at the tolerances of the others, 6e-7 at these.
        let [rtol, atol, step] = match name {
            "energy-transformer" => ["1e-10", "1e-12", "0.001"],
            "energy-transformer-learnt" => ["1e-10", "1e-12", "0.002"],
            _ => ["1e-8", "1e-10", "0.02"],
        };
        let ended = |method: &Method| {
            let mut typed = vec![
                format!("solve.method={}", method.name),
                format!("solve.rtol={rtol}"),
                format!("solve.atol={atol}"),
                "solve.save=final".into(),
            ];
            if !method.is_adaptive() {
                typed.push(format!("solve.step={step}"));
            }
            run(&load(&model, &typed).unwrap().study)
        };
        let own = ended(&TSIT5);
        for method in foreign() {
            // It refuses an input that changes other than by steps.
            if name == "hysteresis" && method.name == "ode_solvers-dop853" {
                continue;
            }
            let what = format!("{name}, {}", method.name);
            for (a, b) in own.cases.iter().zip(&ended(method).cases) {
                assert_eq!(a.outcome.stop, b.outcome.stop, "{what}");
                assert_eq!(a.correct, b.correct, "{what}");
                // Rest is a velocity below 1e-8 + 1e-6 |x| over τ, and so a distance of that over the slowest decay, an
                // eighth of 1/τ at the slowest; without rest the error of a hundred steps.
                for (x, y) in a.outcome.x.iter().zip(&b.outcome.x) {
                    let off = (x - y).abs() / (1.0 + x.abs());
                    assert!(off <= 1e-5, "{what}: {off:e}");
                }
            }
        }
    }
}

#[test]
fn negative_times_shift_nothing() {
    let (network, _, start) = switched();
    for method in foreign() {
        let at = |t_start: f64| {
            let settings = Settings {
                t_start,
                ..settings(method, t_start + 2.0)
            };
            let stimulus = Stimulus::constant(&network);
            let save = Save::Every(0.25);
            let mut kept = Recorder::new(7, save, false);
            let end = integrate(&network, &settings, &stimulus, start.clone(), &mut kept);
            assert_eq!(end.unwrap().t, t_start + 2.0);
            kept.into_trajectory()
        };
        let (early, late) = (at(-3.0), at(0.0));
        assert_eq!(
            early.t,
            [-3.0, -2.75, -2.5, -2.25, -2.0, -1.75, -1.5, -1.25, -1.0]
        );
        assert_eq!(late.len(), 9);
        // The same steps, but for the rounding of where they end.
        let off = apart(&early.x, &late.x);
        assert!(off < 1e-12, "{}: {off:e}", method.name);
    }
}

#[test]
fn steps_of_fixed_length_end_exactly_at_the_end() {
    let (network, stimulus, start) = switched();
    let rk4 = Method::named("ode_solvers-rk4").unwrap();
    for (step, t_end) in [(0.3, 1.0), (0.1, 0.3), (0.7, 5.0), (1.0, 1.0)] {
        let settings = Settings {
            step: Some(step),
            ..settings(rk4, t_end)
        };
        let mut kept = Recorder::new(7, Save::Steps, false);
        let end = integrate(&network, &settings, &stimulus, start.clone(), &mut kept).unwrap();
        assert_eq!((end.t, end.stop), (t_end, StopReason::TimeReached));
        let t = kept.into_trajectory().t;
        assert!(
            t.windows(2).all(|p| p[1] - p[0] <= step * (1.0 + 1e-12)),
            "{t:?}"
        );
        for switch in stimulus.switches().iter().filter(|s| **s < t_end) {
            assert!(t.contains(switch), "{t:?}");
        }
    }
}

#[test]
fn a_longest_step_and_a_first_one_are_kept_to() {
    let (network, stimulus, start) = switched();
    for method in foreign().filter(|m| m.is_adaptive()) {
        let settings = Settings {
            step: Some(1e-4),
            max_step: 0.013,
            ..settings(method, 3.0)
        };
        let mut kept = Recorder::new(7, Save::Steps, false);
        integrate(&network, &settings, &stimulus, start.clone(), &mut kept).unwrap();
        let t = kept.into_trajectory().t;
        assert!((t[1] - 1e-4).abs() < 1e-12, "{}: {}", method.name, t[1]);
        let longest = t.windows(2).map(|p| p[1] - p[0]).fold(0.0, f64::max);
        // An interval that ends on a switch may be longer by a billionth.
        assert!(
            longest <= 0.013 * (1.0 + 2e-9),
            "{}: {longest}",
            method.name
        );
    }
}

#[test]
fn explicit_methods_are_as_stable_as_they_say() {
    let calm = layer("x", &[1], r#"{ kind = "identity" }"#);
    let network = Network::builder().layer(calm).build().unwrap();
    for method in foreign() {
        let one_step = |h: f64| {
            let settings = Settings {
                step: Some(h),
                rtol: 1e6,
                atol: 1e6,
                max_steps: 1,
                // The first of many intervals.
                ..settings(method, 100.0 * h)
            };
            let end = networks::run(&network, &settings, &[1.0], ());
            assert_eq!(end.statistics.accepted, 1);
            end.x[0].abs()
        };
        let edge = method.stability;
        assert!(one_step(0.999 * edge) <= 1.0, "{}", method.name);
        assert!(one_step(1.001 * edge) > 1.0, "{}", method.name);
    }
}

// What monitors see.

/// Holds everything that it is shown against the network itself, to the last bit.
struct Witness<'a> {
    network: &'a Network,
    stimulus: &'a Stimulus,
    own: Vec<f64>,
    clamped: Vec<usize>,
    ws: Workspace,
    t: f64,
    seen: [u64; 5],
    slopes: u64,
    samples: f64,
}

impl Witness<'_> {
    fn check(&mut self, state: &State<'_>, with_energy: bool) {
        let pieces = self.stimulus.input(state.t);
        let input: Vec<f64> = pieces.iter().zip(&self.own).map(|(a, b)| a + b).collect();
        let drive = Drive {
            input: &input,
            clamped: &self.clamped,
        };
        let x: Vec<f64> = state.x.iter().collect();
        let mut at = self.network.at(&x, drive, &mut self.ws);
        let found = at.energy();
        let v = found.velocity.to_vec();
        let seen: Vec<f64> = state.velocity.iter().collect();
        assert_eq!(seen, v, "t = {}", state.t);
        assert_eq!(state.energy.is_some(), with_energy);
        if let Some(e) = state.energy {
            assert_eq!([e.total, e.magnitude], [found.total[0], found.magnitude[0]]);
            assert_eq!(e.terms.iter().collect::<Vec<_>>(), found.terms);
            assert_eq!(e.rate, at.hessian().energy_rate(&v)[0]);
        }
    }
}

impl Monitor for Witness<'_> {
    fn needs(&self) -> Needs {
        Needs {
            energy: true,
            slope_every: Some(3),
            rest: Some([1e-8, 1e-6]),
        }
    }

    fn start(&mut self, state: &State<'_>) -> Flow {
        self.seen[0] += 1;
        assert!(matches!(state.slope.unwrap().agreement, Agreement::Agrees));
        self.check(state, true);
        Flow::Continue
    }

    fn observe(&mut self, step: &Step<'_>) -> Flow {
        // Of the steps that the crate takes inside an interval none is seen.
        assert!(step.number >= self.seen[1]);
        self.seen[1] += 1;
        assert!((step.h - (step.end.t - self.t)).abs() < 1e-12);
        self.t = step.end.t;
        self.slopes += u64::from(step.end.slope.is_some());
        assert!(step.end.residual.unwrap() > 0.0);
        // At the end of a piece the input is still that of before.
        if !self.stimulus.switches().contains(&step.end.t) {
            self.check(&step.end, true);
            assert!(
                step.end
                    .slope
                    .is_none_or(|s| s.agreement != Agreement::Differs)
            );
        }
        Flow::Continue
    }

    fn switched(&mut self, state: &State<'_>) {
        self.seen[2] += 1;
        assert!(self.stimulus.switches().contains(&state.t));
        self.check(state, true);
    }

    fn next_sample(&self) -> f64 {
        self.samples
    }

    fn sample(&mut self, state: &State<'_>) {
        self.seen[3] += 1;
        assert_eq!(state.t, self.samples);
        self.samples += 0.5;
        if !self.stimulus.switches().contains(&state.t) {
            self.check(state, true);
        }
    }

    fn end(&mut self, state: &State<'_>) {
        self.seen[4] += 1;
        assert_eq!(state.t, self.t);
        self.check(state, true);
    }
}

#[test]
fn monitors_see_the_velocity_and_the_energy_of_the_state_that_they_see() {
    let (network, stimulus, start) = switched();
    for method in foreign() {
        let mut witness = Witness {
            network: &network,
            stimulus: &stimulus,
            own: start.input.clone(),
            clamped: vec![2],
            ws: Workspace::new(&network, 1),
            t: 0.0,
            seen: [0; 5],
            slopes: 0,
            samples: 0.5,
        };
        let settings = settings(method, 4.0);
        let end = integrate(&network, &settings, &stimulus, start.clone(), &mut witness).unwrap();
        assert_eq!(end.stop, StopReason::TimeReached, "{}", method.name);
        let [begun, steps, others @ ..] = witness.seen;
        assert_eq!((begun, others), (1, [2, 8, 1]), "{}", method.name);
        let taken = end.statistics.accepted;
        assert!((1..=taken).contains(&steps), "{}", method.name);
        // One after every three steps of the crate at most, and after every interval that has more.
        let slopes = witness.slopes;
        assert!(
            slopes >= steps / 3 && slopes <= taken / 3,
            "{}",
            method.name
        );
        assert_eq!(
            end.x[2], start.x[2],
            "{}: what is clamped stays",
            method.name
        );
    }
}

#[test]
fn a_switch_is_work_from_outside_and_no_violation() {
    let (network, stimulus, start) = switched();
    let own = {
        let settings = settings(&TSIT5, 6.0);
        integrate(&network, &settings, &stimulus, start.clone(), &mut ()).unwrap()
    };
    for method in foreign() {
        let mut monitor = LyapunovMonitor::new(Mode::Stop);
        let settings = settings(method, 6.0);
        let end = integrate(&network, &settings, &stimulus, start.clone(), &mut monitor).unwrap();
        let seen = monitor.into_report();
        assert_eq!(
            (end.stop, &seen.violation),
            (StopReason::TimeReached, &None),
            "{}",
            method.name
        );
        assert!(seen.input_work.abs() > 0.1, "{}", method.name);
        assert!(apart(&own.x, &end.x) < 1e-4, "{}", method.name);
    }
}

#[test]
fn an_asymmetric_network_is_caught_and_ended() {
    let case = reference::read("n02_asymmetric_W");
    let text = case.model("tsit5");
    for method in foreign() {
        let step = if method.is_adaptive() {
            ""
        } else {
            "step = 0.01\n"
        };
        let text = text.replace(
            "method = \"tsit5\"\n",
            &format!("method = \"{}\"\n{step}", method.name),
        );
        let results = run(&study(&format!("{text}lyapunov = \"record\"\n")));
        let seen = results.cases[0].lyapunov.as_ref().unwrap();
        assert!(seen.rises > 10, "{}: {seen:?}", method.name);
        // The library, with a monitor that stops.
        let e = study(&format!("{text}lyapunov = \"off\"\n"));
        let mut monitor = LyapunovMonitor::new(Mode::Stop);
        let start = e.cases[0].start.clone();
        let end = integrate(&e.network, &e.settings, &e.stimulus, start, &mut monitor).unwrap();
        let StopReason::Violation(v) = end.stop else {
            panic!("{}: {:?}", method.name, end.stop);
        };
        assert_eq!((v.check, v.t), (Check::Identity, 0.0));
    }
}

#[test]
fn a_monitor_that_sends_steps_back_stops_where_none_can_be_taken_back() {
    // Its energy is right where it begins, and rises later.
    let case = reference::read("n01_softmax_unequal_tau");
    let e = study(&format!("{}lyapunov = \"off\"\n", case.model("tsit5")));
    for method in foreign() {
        let settings = settings(method, e.settings.t_end);
        let mut monitor = LyapunovMonitor::new(Mode::Reject);
        let start = e.cases[0].start.clone();
        let end = integrate(&e.network, &settings, &e.stimulus, start, &mut monitor).unwrap();
        let StopReason::Violation(v) = end.stop else {
            panic!("{}: {:?}", method.name, end.stop);
        };
        assert_eq!(v.check, Check::Descent, "{}", method.name);
        assert_eq!(monitor.into_report().sent_back, 0);
    }
}

// How trajectories end.

#[test]
fn numbers_that_are_not_finite_are_reported_with_their_neuron() {
    // ẋ = 99 x of the second neuron overflows at t = 7.2; the first knows nothing of it.
    let wild = Recurrent::new(Weights::new(1, 1, vec![100.0]).unwrap(), &[1.0]).unwrap();
    let identity = r#"{ kind = "identity" }"#;
    let linear = Network::builder()
        .layer(layer("calm", &[1], identity))
        .layer(layer("wild", &[1], identity))
        .connect(&["wild"], wild)
        .build()
        .unwrap();
    // ẋ = 2 e^x − x runs away at a time of its own.
    let steep = || layer("x", &[1], r#"{ kind = "exponential" }"#);
    let sudden = theories::general(steep(), Weights::new(1, 1, vec![2.0]).unwrap()).unwrap();
    for method in foreign() {
        let outcome = networks::run(&linear, &settings(method, 20.0), &[1.0, 1.0], ());
        assert_eq!(
            outcome.stop,
            StopReason::NonFinite { neuron: 1 },
            "{}",
            method.name
        );
        assert!(
            outcome.t > 6.0 && outcome.t < 8.0,
            "{}: {}",
            method.name,
            outcome.t
        );
        assert!(outcome.x.iter().all(|v| v.is_finite()), "{}", method.name);

        let outcome = networks::run(&sudden, &settings(method, 20.0), &[0.0], ());
        // Steps may shrink to nothing before the numbers overflow.
        let ends = [
            StopReason::NonFinite { neuron: 0 },
            StopReason::StepTooSmall,
        ];
        assert!(
            ends.contains(&outcome.stop),
            "{}: {:?}",
            method.name,
            outcome.stop
        );
        assert!(
            outcome.t < 1.0 && outcome.x[0].is_finite(),
            "{}",
            method.name
        );

        let outcome = networks::run(&sudden, &settings(method, 20.0), &[800.0], ());
        assert_eq!(
            outcome.stop,
            StopReason::NonFinite { neuron: 0 },
            "{}",
            method.name
        );
        assert_eq!(outcome.statistics.accepted, 0, "{}", method.name);
    }
}

#[test]
fn limits_and_interrupts_end_a_trajectory() {
    let (network, stimulus, start) = switched();
    for method in foreign() {
        for max_steps in [1, 7] {
            let limited = Settings {
                max_steps,
                ..settings(method, 50.0)
            };
            let end = integrate(&network, &limited, &stimulus, start.clone(), &mut ()).unwrap();
            assert_eq!(end.stop, StopReason::StepLimit, "{}", method.name);
            let s = end.statistics;
            // The last interval may have been more than one step.
            let tried = s.accepted + s.rejected;
            assert!(
                (max_steps..max_steps + 3).contains(&tried),
                "{}: {s:?}",
                method.name
            );
        }
        let whole = settings(method, 1.0);
        let raised = Interrupt::new();
        raised.raise();
        let end = integrate_until(&network, &whole, &stimulus, start.clone(), &mut (), &raised);
        let end = end.unwrap();
        assert_eq!(
            (end.stop, end.t),
            (StopReason::Interrupted, 0.0),
            "{}",
            method.name
        );
        struct Raise<'a>(&'a Interrupt);
        impl Monitor for Raise<'_> {
            fn observe(&mut self, step: &Step<'_>) -> Flow {
                if step.end.t > 0.02 {
                    self.0.raise();
                }
                Flow::Continue
            }
        }
        let flag = Interrupt::new();
        let mut raise = Raise(&flag);
        let end = integrate_until(
            &network,
            &whole,
            &stimulus,
            start.clone(),
            &mut raise,
            &flag,
        );
        let end = end.unwrap();
        assert_eq!(end.stop, StopReason::Interrupted);
        assert!(end.t > 0.02 && end.t < 0.1, "{}: {}", method.name, end.t);
        // A time constant of 1e-6 at t = 1e9, where the next number is 1e-7 away.
        let fast = layer("x", &[1], r#"{ kind = "tanh" }"#).tau(1e-6);
        let fast = theories::general(fast, Weights::new(1, 1, vec![0.5]).unwrap()).unwrap();
        let late = Settings {
            t_start: 1e9,
            step: Some(1e-8),
            ..settings(method, 1e9 + 1.0)
        };
        let end = networks::run(&fast, &late, &[1.0], ());
        assert_eq!(end.stop, StopReason::StepTooSmall, "{}", method.name);
    }
}

#[test]
fn an_ensemble_takes_starts_one_by_one_with_the_same_bits_on_any_number_of_threads() {
    let (network, stimulus, start) = switched();
    let mut r = Numbers(5);
    let starts: Vec<Start> = (0..9)
        .map(|_| Start {
            x: r.vector(7, 1.5),
            ..start.clone()
        })
        .collect();
    for method in foreign() {
        let settings = settings(method, 3.0);
        let all = |threads: usize| -> Vec<Outcome> {
            let ensemble = Ensemble {
                network: &network,
                settings: &settings,
                stimulus: &stimulus,
                threads,
                alone: false,
                interrupt: &Interrupt::new(),
            };
            let ends: Mutex<Vec<Option<Outcome>>> = Mutex::new(vec![None; starts.len()]);
            ensemble
                .run(
                    0..starts.len(),
                    |k| Ok(starts[k].clone()),
                    |_| (),
                    |k, end, ()| ends.lock().unwrap()[k] = Some(end),
                )
                .unwrap();
            let ends = ends.into_inner().unwrap();
            ends.into_iter().map(Option::unwrap).collect()
        };
        let one = all(1);
        assert_eq!(one, all(3), "{}", method.name);
        for (start, end) in starts.iter().zip(&one) {
            let alone = integrate(&network, &settings, &stimulus, start.clone(), &mut ());
            assert_eq!(alone.unwrap(), *end, "{}", method.name);
        }
    }
}

// What is refused.

#[test]
fn reject_is_refused_where_it_is_written_and_becomes_stop_where_it_is_not() {
    let case = reference::read(VALID[0]);
    for method in METHODS.iter().filter(|m| !m.takes_back) {
        let step = match (method.is_adaptive(), method.is_noisy()) {
            (true, _) => "",
            (false, true) => "step = 0.1\ntemperature = 0.1\n",
            (false, false) => "step = 0.1\n",
        };
        let text = case.model("tsit5");
        let mut text = text.replace(
            "method = \"tsit5\"\n",
            &format!("method = \"{}\"\n{step}", method.name),
        );
        if method.flips {
            // Of graded neurons it would be refused as well.
            let falls = match (method.is_warm, method.name) {
                (true, "annealing") => "temperature = [1]\n",
                (true, _) => "temperature = 1\n",
                (false, _) => "",
            };
            text = format!(
                "[layers.n]\nsize = 1\nlagrangian = \"sign\"\n[start]\nn = 1\n[solve]\nmethod = \"{}\"\nt_end = 2\n{falls}",
                method.name
            );
        }
        assert_eq!(study(&text).lyapunov_mode(), Mode::Stop);
        let said = load_text(&format!("{text}lyapunov = \"reject\"\n"));
        let said = said.unwrap_err().to_string();
        for word in [
            "lyapunov = \"reject\"",
            method.name,
            "lyapunov = \"stop\"",
            "exponential",
        ] {
            assert!(said.contains(word), "{word}: {said}");
        }
    }
}

#[test]
fn names_are_known_to_model_files_their_schema_and_their_messages() {
    let case = reference::read(VALID[0]);
    let words = schema().to_string();
    for method in foreign() {
        assert!(
            words.contains(&format!("\"{}\"", method.name)),
            "{}",
            method.name
        );
    }
    let said = load_text(&case.model("ode_solver-dopri5"))
        .unwrap_err()
        .to_string();
    assert!(said.contains("did you mean `ode_solvers-dopri5`"), "{said}");
    for name in ["bdf", "tr_bdf2", "esdirk34"] {
        let said = load_text(&case.model(name)).unwrap_err().to_string();
        let words = [
            &format!("{name} is a method of an earlier version"),
            "rodas5p",
            "rosenbrock23",
        ];
        for word in words {
            assert!(said.contains(word), "{said}");
        }
    }
}

#[test]
fn what_has_no_room_is_refused_before_the_run() {
    let e = |method: &Method| {
        let step = match (method.is_adaptive(), method.is_noisy()) {
            (true, _) => "",
            (false, true) => "step = 0.1\ntemperature = 0.1\n",
            (false, false) => "step = 0.1\n",
        };
        // A penalty joins every neuron to every other.
        let ones = vec!["1"; 9000].join(", ");
        study(&format!(
            "[layers.x]\nsize = 9000\nlagrangian = \"tanh\"\n[[synapses]]\nkind = \"equality\"\nlayers = [\"x\"]\na = [[{ones}]]\nb = [1]\n[start]\nx = 0.1\n[solve]\nmethod = \"{}\"\nt_end = 0.1\nsave = \"final\"\n{step}",
            method.name
        ))
    };
    for method in METHODS.iter().copied().filter(|m| !m.flips) {
        let refused = e(method).admit().err();
        if method.stability.is_finite() {
            assert_eq!(refused, None, "{} holds no matrix", method.name);
            continue;
        }
        let Some(said @ Refusal::Ensemble(_)) = refused else {
            panic!("{}: {refused:?}", method.name);
        };
        let said = said.to_string();
        for word in [method.name, "9000", "1.2 GiB", "exponential"] {
            assert!(said.contains(word), "{word}: {said}");
        }
    }
}
