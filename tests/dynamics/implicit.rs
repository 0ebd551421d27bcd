//! Stiff problems with published answers, and networks whose structure saves work, put to the implicit methods.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use crate::common;
use crate::networks;
use crate::stiff_problems;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use attractor::dynamics::{
    Interrupt, METHODS, Method, RODAS5P, ROSENBROCK23, Settings, Start, TSIT5, integrate_until,
};
use attractor::kernels::Factors;
use attractor::monitor::{Flow, Monitor};
use attractor::network::Workspace;
use attractor::stimulus::Stimulus;
use attractor::trajectory::{State, Step, StopReason};
use common::reference;
use networks::run;
use stiff_problems::{RightSide, bare_network, robertson, two_layers, van_der_pol};

static IMPLICIT: [&Method; 2] = [&RODAS5P, &ROSENBROCK23];

fn settings(method: &'static Method, t_end: f64, rtol: f64, atol: f64) -> Settings {
    Settings {
        method,
        rtol,
        atol,
        t_end,
        max_steps: 10_000_000,
        ..Settings::default()
    }
}

/// Of order 2 less is asked for.
fn rtol(method: &Method) -> f64 {
    if method.order == 2 { 1e-7 } else { 1e-9 }
}

/// How far a method may be off at that tolerance: the errors of all its steps.
fn off(method: &Method) -> f64 {
    if method.order == 2 { 1e-4 } else { 1e-6 }
}

#[test]
fn robertsons_reactions_are_where_they_are_published_to_be() {
    let (network, _) = robertson();
    let published = [0.715_827_068_8, 9.185_534_765e-6, 0.284_163_745_7];
    for method in IMPLICIT {
        // The second state is of the order 1e-5 and wants an absolute tolerance far below.
        let settings = settings(method, 40.0, rtol(method), 1e-14);
        let end = run(&network, &settings, &[1.0, 0.0, 0.0], ());
        assert_eq!(end.stop, StopReason::TimeReached, "{}", method.name);
        for (y, want) in end.x.iter().zip(published) {
            // Published to ten digits.
            let error = (y - want).abs() / want;
            assert!(error < off(method), "{}: {y} {want} {error:e}", method.name);
        }
        // Mass is kept: every method here keeps linear invariants, to the rounding of many steps.
        let mass: f64 = end.x.iter().sum();
        assert!((mass - 1.0).abs() < 1e-8, "{}: {mass}", method.name);
    }
}

#[test]
fn van_der_pols_oscillator_is_where_the_test_set_has_it() {
    let (network, _) = van_der_pol();
    let published = [1.706_167_732_170_483, -0.892_809_701_024_797_5];
    for method in IMPLICIT {
        let settings = settings(method, 2.0, rtol(method), 1e-11);
        let end = run(&network, &settings, &[2.0, 0.0], ());
        assert_eq!(end.stop, StopReason::TimeReached, "{}", method.name);
        for (y, want) in end.x.iter().zip(published) {
            // Two relaxations in between, each of which delays by the error with which it is entered.
            let error = (y - want).abs() / want.abs();
            assert!(error < off(method), "{}: {y} {want} {error:e}", method.name);
        }
    }
}

#[test]
fn every_evaluation_is_counted() {
    let (network, count) = robertson();
    for method in METHODS.iter().filter(|m| m.columns == 1) {
        count.store(0, Ordering::Relaxed);
        let settings = Settings {
            step: (!method.is_adaptive()).then_some(1e-4),
            ..settings(method, 0.01, 1e-6, 1e-9)
        };
        let end = run(&network, &settings, &[1.0, 0.0, 0.0], ());
        let s = end.statistics;
        let made = count.load(Ordering::Relaxed);
        assert_eq!(made, s.evaluations, "{}: {s:?}", method.name);
        assert_eq!(s.output_evaluations, 0, "{}: {s:?}", method.name);
    }
}

/// Keeps the last state that it was shown as taken, and sees the end.
#[derive(Default)]
struct Last {
    taken: Option<(f64, Vec<f64>)>,
    end: Option<f64>,
}

impl Monitor for Last {
    fn observe(&mut self, step: &Step<'_>) -> Flow {
        self.taken = Some((step.end.t, step.end.x.iter().collect()));
        Flow::Continue
    }
    fn end(&mut self, state: &State<'_>) {
        self.end = Some(state.t);
    }
}

#[test]
fn an_interrupt_inside_a_step_leaves_the_steps_taken_so_far() {
    for method in IMPLICIT {
        // Decay to 1/1000 by rates that differ by 500, each neuron driven by the one before; two blocks of columns.
        let f = |y: &[f64], out: &mut [f64]| {
            for i in 0..y.len() {
                let before = if i > 0 { y[i - 1] } else { 0.0 };
                out[i] += (before - y[i]) * (1.0 + 5.0 * i as f64);
            }
        };
        let synapse = |interrupt| RightSide {
            size: 100,
            f,
            df: |_, v, out| {
                for i in 0..v.len() {
                    let before = if i > 0 { v[i - 1] } else { 0.0 };
                    out[i] += (before - v[i]) * (1.0 + 5.0 * i as f64);
                }
            },
            count: Arc::new(AtomicU64::new(0)),
            interrupt,
        };
        let settings = settings(method, 10.0, 1e-6, 1e-9);
        let x = vec![1.0; 100];
        let whole = run(&bare_network(synapse(None)), &settings, &x, ());
        assert_eq!(whole.stop, StopReason::TimeReached);
        // In the first block of the first Jacobian, in the second block, and in either of the next Jacobian.
        for last in [0, 64, 130, 200] {
            let interrupt = Arc::new(Interrupt::new());
            let network = bare_network(synapse(Some((last, Arc::clone(&interrupt)))));
            let stimulus = Stimulus::constant(&network);
            let mut seen = Last::default();
            let start = Start::at(x.clone());
            let end = integrate_until(&network, &settings, &stimulus, start, &mut seen, &interrupt)
                .unwrap();
            let case = format!("{} {last}: {end:?}", method.name);
            assert_eq!(end.stop, StopReason::Interrupted, "{case}");
            let (t, state) = seen.taken.unwrap_or((0.0, x.clone()));
            assert_eq!((end.t, &end.x), (t, &state), "{case}");
            assert_eq!(seen.end, Some(t), "{case}");
            let s = end.statistics;
            assert!(s.accepted < whole.statistics.accepted, "{case}");
            // The try that was left is no step.
            assert!(s.rejected <= whole.statistics.rejected, "{case}");
            assert!(s.evaluations < 1000, "{case}");
            assert_eq!(last > 100, s.accepted > 0, "{case}");
        }
    }
}

#[test]
fn a_stiff_network_costs_an_implicit_method_a_twentieth_of_the_steps() {
    let case = reference::read("c26_stiff_tauh_1e-4");
    let steps = |method: &Method| {
        let text = format!(
            "{}{}[solve]\nmethod = \"{}\"\nt_end = 4.0\nsave = \"final\"\n",
            case.network(),
            case.start_table("[start]", 1.0),
            method.name
        );
        let results = reference::run(&reference::study(&text));
        let end = &results.cases[0].outcome;
        assert_eq!(end.stop, StopReason::TimeReached, "{}", method.name);
        end.statistics.accepted
    };
    let explicit = steps(&TSIT5);
    let implicit = steps(&RODAS5P);
    assert!(20 * implicit < explicit, "{implicit} {explicit}");
}

#[test]
fn a_hidden_layer_costs_what_its_blocks_are_large() {
    let sizes = [49, 128];
    let (network, x) = two_layers(sizes, 1e-4);
    let layout = network.layout();
    assert_eq!(layout.apart(), sizes[1]);
    let [m, s] = sizes.map(|n| n as u64);
    let mut ws = Workspace::new(&network, 1);
    let mut factors = Factors::new(network.size(), layout.apart());
    let clamped = vec![false; network.size()];
    let at = (&x[..], &clamped[..]);
    assert!(network.matrix(at, 1.0, &layout, &mut ws, &mut factors, &|| true));
    // The weights there and back, half of the symmetric product of the weights with themselves, and the softmax's direction.
    assert_eq!(factors.multiplications(), 2 * m * s + m * m / 2 * s + m * m);
    assert!(factors.factorise(&|| true));
    // The factors of what is left, and less than a tenth of all that besides.
    let promised = m * m * s / 2 + m * m * m / 3;
    let count = factors.multiplications();
    assert!(
        count < promised + promised / 10 + m * m * 48,
        "{count} {promised}"
    );
    assert_eq!(factors.solution(), 2 * m * s + m * m);
    // And a run of it takes few steps, each of few evaluations.
    let settings = settings(&RODAS5P, 10.0, 1e-4, 1e-7);
    let end = run(&network, &settings, &x, ());
    let statistics = end.statistics;
    assert_eq!(end.stop, StopReason::TimeReached);
    assert!(statistics.evaluations < 9 * 200, "{statistics:?}");
}
