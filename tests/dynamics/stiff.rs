//! Networks whose time constants differ by powers of ten.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use crate::common::reference::{self, VALID};
use crate::networks;
use crate::stiff_sample;

use std::sync::Mutex;

use attractor::analysis::{FixedPoints, Stability};
use attractor::dynamics::{
    AUTO, DOPRI5, EXPONENTIAL, Interrupt, Outcome, Settings, Start, TSIT5, integrate,
};
use attractor::ensemble::Ensemble;
use attractor::kernels::Weights;
use attractor::monitor::{LyapunovMonitor, Mode, Monitor, Recorder, RestMonitor, Save, Verdict};
use attractor::network::{Network, theories};
use attractor::stimulus::{Addition, Stimulus};
use attractor::synapse::{Dense, Recurrent};
use attractor::trajectory::{Step, StopReason};
use networks::{Numbers, apart, fixed, layer, run};

/// Six features, five hidden neurons, `τ_h/τ_f = ratio`, started on the slow manifold.
fn two_layers(ratio: f64) -> (Network, Vec<f64>) {
    let mut r = Numbers(11);
    let features = layer("v", &[6], r#"{ kind = "tanh", beta = 2 }"#).input(r.vector(6, 0.3));
    let hidden = layer("h", &[5], r#"{ kind = "softmax", beta = 3 }"#).tau(ratio);
    let xi = r.vector(30, 1.4);
    let w = Weights::new(5, 6, xi.clone()).unwrap();
    let network = theories::two_layer(features, hidden, w).unwrap();
    let mut x = r.vector(11, 1.0);
    if ratio < 0.5 {
        // h = ξ g(v), then a while for what the motion of v leaves behind.
        let mut g = vec![0.0; 11];
        network.activation(&x, 1, &mut g);
        for (mu, h) in x[6..].iter_mut().enumerate() {
            *h = (0..6).map(|i| xi[6 * mu + i] * g[i]).sum();
        }
        x = reference(&network, &x, 40.0 * ratio);
    }
    (network, x)
}

/// A solution good to 1e-11, by steps of the fastest time constant.
fn reference(network: &Network, x: &[f64], t_end: f64) -> Vec<f64> {
    let settings = Settings {
        method: &DOPRI5,
        rtol: 1e-12,
        atol: 1e-14,
        t_end,
        max_steps: u64::MAX,
        ..Settings::default()
    };
    run(network, &settings, x, ()).x
}

#[test]
fn the_exponential_method_keeps_its_order_whatever_the_ratio_of_the_time_constants() {
    // The worst error over all ratios, for steps of 0.2, 0.1, … times τ_f.
    let mut worst = [0.0_f64; 6];
    for power in 0..=6 {
        let (network, x) = two_layers(10_f64.powi(-power));
        let end = reference(&network, &x, 2.0);
        for (k, worst) in worst.iter_mut().enumerate() {
            let h = 0.2 / f64::from(1 << k);
            let error = apart(&run(&network, &fixed(&EXPONENTIAL, h, 2.0), &x, ()).x, &end);
            println!("τ_h/τ_f = 1e-{power}, h = {h}: {error:.1e}");
            *worst = worst.max(error);
        }
    }
    println!("{worst:?}");
    // Order 4 where the step is far from τ_h on either side, and never below 2 between; measured 2.0 … 2.7.
    for pair in worst.windows(2) {
        assert!(pair[1] < pair[0] / 3.5, "{worst:?}");
    }
    let slope = (worst[0] / worst[5]).log2() / 5.0;
    assert!(slope > 2.0, "{slope}");
    assert!(worst[0] < 1e-4, "{worst:?}");
}

#[test]
fn in_the_adiabatic_limit_the_exponential_method_has_order_four() {
    let (network, x) = two_layers(1e-9);
    // No explicit method reaches the end here; its own result at steps sixty times shorter is 10⁷ times better.
    let end = run(&network, &fixed(&EXPONENTIAL, 0.2 / 512.0, 2.0), &x, ()).x;
    let error = |h: f64| apart(&run(&network, &fixed(&EXPONENTIAL, h, 2.0), &x, ()).x, &end);
    let slope = (error(0.05) / error(0.0125)).log2() / 2.0;
    assert!((slope - 4.0).abs() < 0.4, "{slope}");
}

#[test]
fn steps_do_not_depend_on_the_fast_time_constant() {
    for power in 1..=6 {
        let (network, x) = two_layers(10_f64.powi(-power));
        let end = reference(&network, &x, 2.0);
        for rtol in [1e-3, 1e-6, 1e-9] {
            let settings = |method, t_end| Settings {
                method,
                rtol,
                atol: 1e-3 * rtol,
                t_end,
                max_steps: u64::MAX,
                ..Settings::default()
            };
            let out = run(&network, &settings(&EXPONENTIAL, 2.0), &x, ());
            let error = apart(&out.x, &end);
            let s = out.statistics;
            println!("τ_h/τ_f = 1e-{power}, rtol {rtol:e}: {error:.1e}, {s:?}");
            // A few dozen steps whose errors may all add up.
            assert!(error < 100.0 * rtol, "{power} {rtol}: {error}");
            // The number of steps of order 4 on states of order 1 over two time constants; order 2 would need a thousand
            // times as many at 1e-9 as at 1e-3.
            let most = 12.0 * (rtol / 1e-3).powf(-0.3);
            assert!((s.accepted as f64) < most, "{power} {rtol}: {s:?}");
        }
    }
}

#[test]
fn a_stiff_start_off_the_slow_manifold_is_resolved_and_left() {
    // The fast layer must fall by itself first: the method takes steps of its time constant there, and of the slow one after.
    let case = reference::read("c26_stiff_tauh_1e-4");
    let e = reference::study(&case.model("exponential"));
    let results = reference::run(&e);
    let steps = results.cases[0].outcome.statistics.accepted;
    // 12 117 steps of an explicit method at the tolerances of the reference (rtol 1e-10).
    assert!(steps < 4000, "{steps}");
    let mut loose = reference::study(&case.model("exponential"));
    (loose.settings.rtol, loose.settings.atol) = (1e-6, 1e-9);
    let results = reference::run(&loose);
    let steps = results.cases[0].outcome.statistics.accepted;
    assert!(steps < 200, "{steps}");
}

#[test]
fn a_network_of_one_time_constant_has_one_level() {
    // Then every evaluation serves every neuron: four a step, as many as there are nodes and one action.
    let (network, x) = two_layers(1.0);
    let s = run(&network, &fixed(&EXPONENTIAL, 0.1, 1.0), &x, ()).statistics;
    assert_eq!(s.evaluations, 4 * s.accepted + 1);
    let (network, x) = two_layers(0.1);
    let s = run(&network, &fixed(&EXPONENTIAL, 0.1, 1.0), &x, ()).statistics;
    assert_eq!(s.evaluations, 7 * s.accepted + 1);
}

fn until_rest(network: &Network, settings: &Settings, x: &[f64]) -> Outcome {
    let settings = Settings {
        until_rest: true,
        max_steps: u64::MAX,
        ..settings.clone()
    };
    run(
        network,
        &settings,
        x,
        RestMonitor::new(network, [1e-8, 1e-6]),
    )
}

#[test]
fn auto_leaves_explicit_steps_where_stability_alone_holds_them_down() {
    for power in [3, 4, 5] {
        let (network, x) = two_layers(10_f64.powi(-power));
        for rtol in [1e-3, 1e-6] {
            let settings = |method| Settings {
                method,
                rtol,
                atol: 1e-3 * rtol,
                t_end: 50.0,
                ..Settings::default()
            };
            let auto = until_rest(&network, &settings(&AUTO), &x);
            let explicit = until_rest(&network, &settings(&TSIT5), &x);
            assert_eq!(
                (&auto.stop, &explicit.stop),
                (&StopReason::Rest, &StopReason::Rest)
            );
            // Where they stop differs by how soon the residual falls below the tolerance of rest, 1e-6 of the state.
            assert!(apart(&auto.x, &explicit.x) < 1e-5, "{power} {rtol}");
            let choice = &auto.choices[0];
            assert_eq!(choice.method, "exponential");
            assert!(choice.t > 0.0 && choice.t < 1.0, "{choice:?}");
            assert!(choice.reason.contains("stability held"), "{choice:?}");
            let [few, many] = [&auto, &explicit].map(|o| o.statistics.evaluations);
            println!("τ_h/τ_f = 1e-{power}, rtol {rtol:e}: {few} evaluations, explicit {many}");
            assert!(20 * few < many, "{power} {rtol}: {few} {many}");
        }
    }
}

#[test]
fn auto_costs_no_more_than_explicit_steps_that_are_held_at_an_attractor_only() {
    // The flip-flop is at rest after some 20 time constants; what is left then costs explicit steps at the edge of stability.
    let w = Weights::new(2, 2, vec![0.0, -1.0, -1.0, 0.0]).unwrap();
    let neurons = layer("x", &[2], r#"{ kind = "sigmoid", beta = 8 }"#).input([0.5, 0.5]);
    let network = theories::general(neurons, w).unwrap();
    for rtol in [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9] {
        for t_end in [200.0, 2000.0] {
            let settings = |method| Settings {
                method,
                rtol,
                atol: 1e-3 * rtol,
                t_end,
                ..Settings::default()
            };
            let auto = run(&network, &settings(&AUTO), &[0.1, -0.3], ());
            let explicit = run(&network, &settings(&TSIT5), &[0.1, -0.3], ());
            assert!(apart(&auto.x, &explicit.x) < 10.0 * rtol, "{rtol} {t_end}");
            let [few, many] = [&auto, &explicit].map(|o| o.statistics.evaluations);
            assert!(few < many, "{rtol} {t_end}: {few} {many}");
        }
    }
}

#[test]
fn auto_costs_hardly_more_than_explicit_steps_where_accuracy_wants_short_ones_as_well() {
    // τ_h/τ_f = 0.1: steps of stability are not much shorter than those of accuracy.
    let (network, x) = two_layers(0.1);
    for rtol in [1e-6, 1e-9] {
        let [auto, explicit] = [&AUTO, &TSIT5].map(|method| {
            let settings = Settings {
                method,
                rtol,
                atol: 1e-3 * rtol,
                t_end: 10.0,
                ..Settings::default()
            };
            run(&network, &settings, &x, ()).statistics.evaluations
        });
        assert!(10 * auto <= 11 * explicit, "{rtol}: {auto}, {explicit}");
    }
}

#[test]
fn auto_hands_over_columns_of_a_block_without_touching_their_neighbours() {
    // The same trajectories alone, together, and on any number of threads; input switches and held neurons go along.
    let (network, x) = two_layers(1e-4);
    let settings = Settings {
        method: &AUTO,
        t_end: 3.0,
        ..Settings::default()
    };
    let mut add = vec![0.0; 11];
    add[0] = 0.7;
    let pulse = Addition::pulse(1.0, 2.0, add);
    let stimulus = Stimulus::new(&network, vec![pulse]).unwrap();
    let mut r = Numbers(5);
    let starts: Vec<Start> = (0..40)
        .map(|k| Start {
            x: x.iter()
                .zip(r.vector(11, 0.5))
                .map(|(x, d)| x + d)
                .collect(),
            input: Vec::new(),
            clamped: if k % 3 == 0 { vec![1] } else { Vec::new() },
            stream: None,
        })
        .collect();
    let interrupt = Interrupt::new();
    let all = |threads| {
        let ensemble = Ensemble {
            network: &network,
            settings: &settings,
            stimulus: &stimulus,
            threads,
            alone: false,
            interrupt: &interrupt,
        };
        let ends: Mutex<Vec<Option<Outcome>>> = Mutex::new(vec![None; starts.len()]);
        let store = |k: usize, o: Outcome, ()| ends.lock().unwrap()[k] = Some(o);
        ensemble
            .run(0..starts.len(), |k| Ok(starts[k].clone()), |_| (), store)
            .unwrap();
        let ends = ends.into_inner().unwrap();
        ends.into_iter().map(Option::unwrap).collect::<Vec<_>>()
    };
    let one = all(1);
    assert_eq!(one, all(2));
    for (k, (end, start)) in one.iter().zip(&starts).enumerate() {
        assert_eq!(end.stop, StopReason::TimeReached, "{k}");
        assert!(!end.choices.is_empty(), "{k}");
        let alone = integrate(&network, &settings, &stimulus, start.clone(), &mut ()).unwrap();
        // Products of a wide block round differently, which the choice of the steps may amplify up to the tolerance.
        assert!(apart(&end.x, &alone.x) < 1e-5, "{k}");
        for i in &start.clamped {
            assert_eq!(end.x[*i], start.x[*i], "{k}");
        }
    }
}

#[test]
fn every_state_is_shown_once_when_the_method_changes() {
    let (network, x) = two_layers(1e-4);
    let settings = Settings {
        method: &AUTO,
        t_end: 3.0,
        ..Settings::default()
    };
    let mut recorder = Recorder::new(11, Save::Steps, true);
    let outcome = run(&network, &settings, &x, &mut recorder);
    assert!(!outcome.choices.is_empty());
    let trajectory = recorder.into_trajectory();
    assert_eq!(trajectory.t.len() as u64, outcome.statistics.accepted + 1);
    let t = trajectory.t;
    assert!(t.windows(2).all(|t| t[0] < t[1]));
    // The new method begins with the length that it was chosen for, of which each is cheaper.
    let at = t.iter().position(|t| *t == outcome.choices[0].t).unwrap();
    assert!(t[at + 1] - t[at] > 1.5 * (t[at] - t[at - 1]));
}

/// A switch so often that every step of the explicit method ends at one, that after which it is given up too.
#[test]
fn the_method_may_change_where_the_input_is_switched() {
    let (network, x) = two_layers(1e-4);
    let pulses: Vec<Addition> = (0..600)
        .map(|k| {
            Addition::pulse(
                3e-4 * (2 * k + 1) as f64,
                3e-4 * (2 * k + 2) as f64,
                vec![1e-4; 11],
            )
        })
        .collect();
    let stimulus = Stimulus::new(&network, pulses.to_vec()).unwrap();
    let settings = Settings {
        method: &AUTO,
        rtol: 1e-4,
        t_end: 3.0,
        ..Settings::default()
    };
    let mut monitor = LyapunovMonitor::new(Mode::Stop);
    let start = Start::at(x);
    let outcome = integrate(&network, &settings, &stimulus, start, &mut monitor).unwrap();
    assert_eq!(outcome.stop, StopReason::TimeReached);
    let t = outcome.choices[0].t;
    assert!(stimulus.switches().contains(&t), "{t}");
}

/// Two slow neurons that drive six fast ones, which inhibit each other strongly: fast by its weights, not by its leak.
fn inhibition() -> (Network, Vec<f64>) {
    let mut r = Numbers(7);
    let slow = layer("v", &[2], r#"{ kind = "tanh" }"#).input([0.4, -0.2]);
    let fast = layer("h", &[6], r#"{ kind = "tanh", beta = 2 }"#).tau(1e-4);
    let w: Vec<f64> = (0..36)
        .map(|k| if k % 7 == 0 { -6.0 } else { -5.0 })
        .collect();
    let network = Network::builder()
        .layer(slow)
        .layer(fast)
        .connect(
            &["v", "h"],
            Dense::new(Weights::new(6, 2, r.vector(12, 1.0)).unwrap()),
        )
        .connect(
            &["h"],
            Recurrent::new(Weights::new(6, 6, w).unwrap(), &[1.0; 6]).unwrap(),
        )
        .build()
        .unwrap();
    (network, vec![1.5, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
}

#[test]
fn auto_goes_on_with_an_implicit_method_where_the_exponential_one_cannot_help() {
    let (network, x) = inhibition();
    let settings = |method| Settings {
        method,
        t_end: 5.0,
        max_steps: u64::MAX,
        ..Settings::default()
    };
    let mut both = (
        Recorder::new(8, Save::Every(0.1), true),
        LyapunovMonitor::new(Mode::Reject),
    );
    let auto = run(&network, &settings(&AUTO), &x, &mut both);
    let choice = auto.choices.last().unwrap();
    assert_eq!(choice.method, "rodas5p", "{:?}", auto.choices);
    assert_eq!(auto.stop, StopReason::TimeReached);
    let explicit = run(&network, &settings(&TSIT5), &x, ());
    // Two methods at rtol 1e-6.
    assert!(apart(&auto.x, &explicit.x) < 1e-5);
    let [few, many] = [&auto, &explicit].map(|o| o.statistics.evaluations);
    println!("{few} evaluations, explicit {many}");
    assert!(10 * few < many, "{few} {many}");
    // Every time that was asked for is shown once, before the change and after it.
    let trajectory = both.0.into_trajectory();
    let times: Vec<f64> = (0..=50).map(|k| f64::from(k) * 0.1).collect();
    assert!(apart(&trajectory.t, &times) < 1e-12, "{:?}", trajectory.t);
    assert_eq!(both.1.into_report().violation, None);
}

/// Such that `auto` changes to an implicit method a tenth of the way to the end.
fn brief() -> Settings {
    Settings {
        method: &AUTO,
        rtol: 1e-5,
        t_end: 0.05,
        ..Settings::default()
    }
}

fn pulsed(network: &Network, from: f64, size: f64) -> Stimulus {
    let mut add = vec![0.0; network.size()];
    add[0] = size;
    let until = f64::INFINITY;
    Stimulus::new(network, vec![Addition::pulse(from, until, add)]).unwrap()
}

#[test]
fn an_implicit_method_that_begins_at_a_switch_shows_the_switch() {
    let (network, x) = inhibition();
    let settings = brief();
    // With a switch there, as many steps come before it as without.
    let whole = run(&network, &settings, &x, ());
    let chosen = |end: &Outcome| end.choices.iter().find(|c| c.method == "rodas5p").cloned();
    let at = chosen(&whole).unwrap().t;
    let stimulus = pulsed(&network, at, 0.3);
    let mut both = (
        Recorder::new(8, Save::Steps, true),
        LyapunovMonitor::new(Mode::Stop),
    );
    let start = Start::at(x);
    let outcome = integrate(&network, &settings, &stimulus, start, &mut both).unwrap();
    assert_eq!(chosen(&outcome).unwrap().t, at);
    assert_eq!(outcome.stop, StopReason::TimeReached);
    // The energy has two values there.
    let kept = both.0.into_trajectory();
    let rows: Vec<usize> = (0..kept.len()).filter(|k| kept.t[*k] == at).collect();
    let [before, after] = rows[..] else {
        panic!("{rows:?}");
    };
    let jump = kept.energy[after] - kept.energy[before];
    let work = -0.3 * kept.state(before)[0].tanh();
    // Energies of order 1.
    assert!((jump - work).abs() < 1e-12, "{jump} {work}");
    let report = both.1.into_report();
    assert!((report.input_work - work).abs() < 1e-12, "{report:?}");
    assert_eq!(report.violation, None);
}

#[test]
fn steps_sent_back_before_the_method_changed_count_as_tried() {
    /// Sends a step back now and then at first.
    struct Hesitant(u64);
    impl Monitor for Hesitant {
        fn judge(&mut self, _: &Step<'_>) -> Verdict {
            self.0 += 1;
            match self.0 <= 200 && self.0.is_multiple_of(10) {
                true => Verdict::Reject,
                false => Verdict::Accept,
            }
        }
    }
    let (network, x) = inhibition();
    let tried = |max_steps| {
        let settings = Settings {
            method: &AUTO,
            t_end: 5.0,
            max_steps,
            ..Settings::default()
        };
        let end = run(&network, &settings, &x, Hesitant(0));
        assert!(end.choices.iter().any(|c| c.method == "rodas5p"));
        let s = end.statistics;
        assert!(s.sent_back > 4, "{s:?}");
        (end.stop, s.accepted + s.rejected + s.sent_back)
    };
    let (stop, all) = tried(u64::MAX);
    assert_eq!(stop, StopReason::TimeReached);
    let (stop, fewer) = tried(all - 10);
    assert_eq!(stop, StopReason::StepLimit);
    assert!(fewer <= all - 10, "{fewer} of {all}");
}

/// The stability of a resting point and its rightmost eigenvalue.
fn certified(network: &Network, x: &[f64]) -> (Stability, f64) {
    let mut points = FixedPoints::default();
    let k = points.find(network, x, network.input(), &[]);
    let point = &points.points()[k];
    (point.stability, point.eigenvalue.unwrap().re)
}

const FAST: [f64; 6] = [1e-1, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8];

#[test]
fn an_attractor_stays_one_however_fast_the_hidden_layer() {
    for name in ["model-a", "model-b", "model-c"] {
        let path = format!("{}/models/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        let with = |tau: f64| {
            let tau = format!("layers.hidden.tau={tau:e}");
            attractor::model_file::load(path.as_ref(), &[tau])
                .unwrap()
                .study
        };
        // Where a network rests does not depend on its time constants.
        let ends = with(0.1).run(&Interrupt::new(), &()).unwrap();
        assert!(!ends.fixed_points.points().is_empty());
        for point in ends.fixed_points.points() {
            assert_eq!(point.stability, Stability::Stable, "{name}");
            let slow = certified(&with(1e-4).network, &point.x).1;
            for tau in FAST {
                let (stability, eigenvalue) = certified(&with(tau).network, &point.x);
                assert_eq!(
                    stability,
                    Stability::Stable,
                    "{name}, {tau:e}: {eigenvalue:e}"
                );
                // The way to the limit is of first order in τ_h; 1e-14 ‖J‖ is rounding.
                if tau < 0.1 {
                    let off = (eigenvalue - slow).abs();
                    assert!(
                        off < 1e-2 * slow.abs(),
                        "{name}, {tau:e}: {eigenvalue:e}, {slow:e}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_saddle_and_a_degenerate_minimum_are_told_however_fast_the_hidden_layer() {
    // At the origin x_v follows −x_v + s x_v along one direction, in the limit of a fast hidden layer.
    let strengths = [
        (0.5, Stability::Stable),
        (0.9999, Stability::Stable),
        // Critical: the fast layer bends it back, ẋ = −x³/3.
        (1.0, Stability::Degenerate),
        (1.0001, Stability::Unstable),
        (1.5, Stability::Unstable),
    ];
    for (strength, stability) in strengths {
        for tau in FAST {
            let features = layer("v", &[2], r#"{ kind = "identity" }"#);
            let hidden = layer("h", &[1], r#"{ kind = "tanh", beta = 1 }"#).tau(tau);
            let size = f64::sqrt(strength);
            let xi = Weights::new(1, 2, vec![0.8 * size, 0.6 * size]).unwrap();
            let network = theories::two_layer(features, hidden, xi).unwrap();
            let (found, eigenvalue) = certified(&network, &[0.0; 3]);
            assert_eq!(found, stability, "{strength}, {tau:e}: {eigenvalue:e}");
        }
    }
}

// ---- Networks on which an explicit method runs out of steps.

/// The end of a model's only trajectory.
fn end_of(model: &str) -> Outcome {
    let results = reference::run(&reference::study(model));
    let [case] = &results.cases[..] else {
        panic!("{} trajectories", results.cases.len());
    };
    case.outcome.clone()
}

/// It ends where it was meant to, near `x`, and costs next to nothing.
fn arrives(model: &str, stop: &StopReason, x: &[f64], most: u64) {
    let end = end_of(model);
    let s = end.statistics;
    println!("{s:?}, {:?}", end.choices);
    assert_eq!(&end.stop, stop, "{model}{s:?} {:?}", end.choices);
    assert!(apart(&end.x, x) < 1e-5, "{model}{:?} {x:?}", end.x);
    assert!(s.evaluations < most, "{model}{s:?} {:?}", end.choices);
}

/// One neuron with the identity and no synapse: x = e^(−t/τ).
fn decay(tau: f64, start: f64, solve: &str) -> String {
    format!(
        "[layers.n]\nsize = 1\nlagrangian = \"identity\"\ntau = {tau:e}\n[start]\nn = [{start:e}]\n[solve]\nsave = \"final\"\n{solve}\n"
    )
}

#[test]
fn a_run_that_waits_for_a_time_at_rest_costs_next_to_nothing() {
    let time = &StopReason::TimeReached;
    arrives(&decay(5e-6, 3e4, "t_end = 24"), time, &[0.0], 500);
    arrives(&decay(1.0, 1.0, "t_end = 1e6"), time, &[0.0], 500);
    arrives(&decay(1.0, 1.0, "t_end = 1e15"), time, &[0.0], 500);
    arrives(
        &decay(1e-9, -7.0, "t_end = 1e6\nrtol = 1e-10\natol = 1e-12"),
        time,
        &[0.0],
        500,
    );
    arrives(
        &decay(1.0, 1.0, "t_end = 1e6\nrtol = 1e-3\natol = 1e-6"),
        time,
        &[0.0],
        500,
    );
}

#[test]
fn a_strong_penalty_is_met_within_the_steps() {
    // The penalty, s/2 (Σ g − 1)², and the pull of the others: ẋ_i = I_i − x_i − s (Σ g − 1).
    for (strength, x) in [
        (3e2, None),
        (3e3, None),
        (1e4, None),
        (3e4, None),
        (1e6, Some([0.59618, -0.10382, 0.19618])),
    ] {
        let model = format!(
            "[layers.n]\nsize = 3\nlagrangian = {{ kind = \"tanh\", beta = 2 }}\ninput = [0.5, -0.2, 0.1]\n\
             [[synapses]]\nkind = \"equality\"\nlayers = [\"n\"]\na = [[1, 1, 1]]\nb = [1]\nstrength = {strength:e}\n\
             [start]\nn = [1, 0.1, -0.3]\n[solve]\nsave = \"final\"\nt_end = 40\n"
        );
        let end = end_of(&model);
        let s = end.statistics;
        println!("{strength:e}: {s:?} {:?}", end.choices);
        assert_eq!(end.stop, StopReason::TimeReached, "{strength:e}: {s:?}");
        assert!(
            s.evaluations < 5000,
            "{strength:e}: {s:?} {:?}",
            end.choices
        );
        if let Some(x) = x {
            assert!(apart(&end.x, &x) < 1e-5, "{:?}", end.x);
        }
        // The pull of the penalty is that on every neuron.
        let pulls = [end.x[0] - 0.5, end.x[1] + 0.2, end.x[2] - 0.1];
        assert!(
            apart(&pulls, &[pulls[0]; 3]) < 1e-5,
            "{strength:e}: {pulls:?}"
        );
    }
}

#[test]
fn steep_activations_are_taken_within_the_steps() {
    for beta in [1e3, 1e5, 1e6] {
        let pair = format!(
            "[layers.n]\nsize = 2\nlagrangian = {{ kind = \"softmax\", beta = {beta:e} }}\n\
             [[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = [[0, 1], [1, 0]]\n\
             [start]\nn = [0.3, 0.1]\n[solve]\nsave = \"final\"\nt_end = 20\nlyapunov = \"off\"\n"
        );
        arrives(&pair, &StopReason::TimeReached, &[0.5, 0.5], 10_000);
        let alone = format!(
            "[layers.n]\nsize = 1\nlagrangian = {{ kind = \"tanh\", beta = {beta:e} }}\ninput = 0.5\n\
             [[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = [[-1]]\n\
             [start]\nn = [1.0]\n[solve]\nsave = \"final\"\nt_end = 20\nlyapunov = \"off\"\n"
        );
        let rests = 0.5_f64.atanh() / beta;
        arrives(&alone, &StopReason::TimeReached, &[rests], 10_000);
    }
}

#[test]
fn an_assignment_of_neurons_in_a_ring_comes_to_rest_within_the_steps() {
    for strength in [1e2, 1e3, 1e4] {
        let model = format!(
            "[layers.n]\nsize = 5\nlagrangian = {{ kind = \"tanh\", beta = 2 }}\ninput = [0.3, -0.1, 0.2, 0.4, -0.2]\n\
             [[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\n\
             weights = [[0, 0.5, 0, 0, 0.5], [0.5, 0, 0.5, 0, 0], [0, 0.5, 0, 0.5, 0], [0, 0, 0.5, 0, 0.5], [0.5, 0, 0, 0.5, 0]]\n\
             [[synapses]]\nkind = \"equality\"\nlayers = [\"n\"]\na = [[1, 1, 0, 0, 0], [0, 0, 1, 1, 1]]\nb = [1, 1]\nstrength = {strength:e}\n\
             [start]\nn = [1, 0.1, -0.3, 0.7, -1]\n[solve]\nsave = \"final\"\nuntil = \"rest\"\n"
        );
        let end = end_of(&model);
        let s = end.statistics;
        println!("{strength:e}: {s:?} {:?}", end.choices);
        assert_eq!(end.stop, StopReason::Rest, "{strength:e}: {s:?}");
        assert!(
            s.evaluations < 10_000,
            "{strength:e}: {s:?} {:?}",
            end.choices
        );
    }
}

#[test]
fn the_method_changes_early_at_tight_tolerances_too() {
    for ratio in [1.0 / 2000.0, 1e-4] {
        let (network, x) = two_layers(ratio);
        let run = |method| {
            let settings = Settings {
                method,
                rtol: 1e-10,
                atol: 1e-13,
                t_end: 3.0,
                ..Settings::default()
            };
            run(&network, &settings, &x, ())
        };
        let (auto, single) = (run(&AUTO), run(&EXPONENTIAL));
        let [few, many] = [&auto, &single].map(|o| o.statistics.evaluations);
        println!(
            "{ratio:e}: {few}, exponential alone {many}: {:?}",
            auto.choices
        );
        assert_eq!(auto.stop, StopReason::TimeReached);
        assert!(
            few < 2 * many,
            "{ratio:e}: {few}, {many}: {:?}",
            auto.choices
        );
    }
}

// ---- Random stiff networks; the whole trial is examples/stiff_methods.rs.

#[test]
fn auto_arrives_where_one_of_its_methods_does_and_costs_little_more() {
    let (mut sum, mut count) = (0.0, 0.0);
    for seed in 0..40 {
        let case = stiff_sample::case(seed);
        let (end, auto, single) = case.compare();
        let Some(least) = stiff_sample::cheapest(&single) else {
            continue;
        };
        assert!(auto.arrived, "{seed}, {}: {end:?}", case.about);
        sum += auto.work / least;
        count += 1.0;
    }
    assert!(count > 30.0, "{count}");
    // Measured on five hundred: 1.1.
    assert!(sum / count < 1.5, "{}", sum / count);
}

/// At the end, where most of them rest, errors are below a tolerance; ten of them are left for those that still move.
#[test]
fn auto_follows_every_reference_at_every_tolerance_for_little_more_than_the_cheapest_method() {
    let (mut sum, mut count) = (0.0, 0.0);
    for (name, digits) in VALID
        .iter()
        .flat_map(|name| (3..=10).map(move |d| (name, d)))
    {
        let stored = reference::read(name);
        let study = reference::study(&stored.model("auto"));
        let last = stored.times().len() - 1;
        let rtol = 10f64.powi(-digits);
        let case = stiff_sample::Case {
            about: format!("{name}, rtol 1e-{digits}"),
            network: study.network,
            x: stored.start(),
            settings: Settings {
                rtol,
                atol: 1e-2 * rtol,
                t_end: stored.times()[last],
                max_steps: Settings::default().max_steps,
                ..study.settings
            },
        };
        let (end, auto, single) = case.compare();
        assert!(auto.arrived, "{}: {:?}", case.about, end.stop);
        let truth = stored.row("states", last);
        let error = |x: &[f64]| {
            let pairs = x.iter().zip(&truth);
            pairs.fold(0.0f64, |m, (x, y)| m.max((x - y).abs() / (1.0 + y.abs())))
        };
        let own = error(&end.x);
        if own >= 10.0 * rtol {
            // Where the relu of a memory bends, `tsit5` errs by up to 192 tolerances, and `auto` takes its steps here. It is to be no
            // worse than the methods that it chooses among, and only here.
            let alone = stiff_sample::SINGLE.map(|method| error(&case.run(method).0.x));
            println!("{}: {own:.1e}, alone {alone:?}", case.about);
            let worst = alone.into_iter().fold(0.0, f64::max);
            assert!(own <= worst, "{}: {own:e}, alone {alone:?}", case.about);
            assert_eq!(*name, "c41_energy_transformer_noleak", "{own:e}");
        }
        sum += auto.work / stiff_sample::cheapest(&single).unwrap();
        count += 1.0;
    }
    // Measured: 1.08. The dearest is the line attractor, 3.7.
    assert!(sum / count < 1.5, "{}", sum / count);
}
