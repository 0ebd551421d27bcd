//! Stiff problems with published answers, put to the implicit methods as networks: a layer with the identity for its
//! activation and no leak, and a synapse whose current is the right side.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use crate::common;
use crate::networks;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use attractor::dynamics::{
    Interrupt, METHODS, Method, RODAS5P, ROSENBROCK23, Settings, Start, TSIT5, integrate_until,
};
use attractor::lagrangian::TermRows;
use attractor::monitor::{Flow, Monitor};
use attractor::network::{Layer, Network};
use attractor::stimulus::Stimulus;
use attractor::synapse::{Energy, Ports, Scratch, Synapse};
use attractor::trajectory::{State, Step, StopReason};
use common::reference;
use networks::{layer, run};

static IMPLICIT: [&Method; 2] = [&RODAS5P, &ROSENBROCK23];

/// A right side and its derivative along a direction, of which it counts every evaluation, each column of a block as one.
#[derive(Debug)]
struct RightSide {
    size: usize,
    f: fn(&[f64], &mut [f64]),
    df: fn(&[f64], &[f64], &mut [f64]),
    count: Arc<AtomicU64>,
    /// After how many derivatives the run is interrupted, if any.
    interrupt: Option<(u64, Arc<Interrupt>)>,
}

impl Synapse for RightSide {
    fn describe(&self) -> String {
        "a right side".into()
    }
    fn shapes(&self) -> Vec<Vec<usize>> {
        vec![vec![self.size]]
    }
    fn evaluate(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        current: &mut [f64],
        _: Option<TermRows<'_>>,
        _: &mut Scratch,
    ) {
        self.count.fetch_add(1, Ordering::Relaxed);
        assert_eq!(ports.width, 1);
        (self.f)(ports.of(0, g), ports.of_mut(0, current));
    }
    fn add_curvature(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        dg: &[f64],
        dcurrent: &mut [f64],
        _: &mut Scratch,
    ) {
        let width = ports.width;
        let count = self.count.fetch_add(width as u64, Ordering::Relaxed);
        if let Some((last, interrupt)) = &self.interrupt
            && count >= *last
        {
            interrupt.raise();
        }
        let dcurrent = ports.of_mut(0, dcurrent);
        for b in 0..width {
            let column = |block: &[f64]| -> Vec<f64> {
                block.iter().skip(b).step_by(width).copied().collect()
            };
            let mut out = column(dcurrent);
            (self.df)(&column(ports.of(0, g)), &column(ports.of(0, dg)), &mut out);
            for (d, out) in dcurrent.iter_mut().skip(b).step_by(width).zip(out) {
                *d = out;
            }
        }
    }
    fn energy(&self) -> Energy {
        Energy::None("it is any function".into())
    }
    fn order(&self, _: &[bool]) -> f64 {
        0.0
    }
    fn scratch(&self, _: usize) -> Scratch {
        Scratch::default()
    }
}

fn network(
    size: usize,
    f: fn(&[f64], &mut [f64]),
    df: fn(&[f64], &[f64], &mut [f64]),
) -> (Network, Arc<AtomicU64>) {
    let count = Arc::new(AtomicU64::new(0));
    let synapse = RightSide {
        size,
        f,
        df,
        count: Arc::clone(&count),
        interrupt: None,
    };
    (bare_network(synapse), count)
}

fn bare_network(synapse: RightSide) -> Network {
    let size = synapse.size;
    let bare: Layer = layer("y", &[size], r#"{ kind = "identity" }"#).leak(0.0);
    let network = Network::builder()
        .layer(bare)
        .connect(&["y"], synapse)
        .build();
    network.unwrap()
}

/// Robertson 1966: three reactions whose rates differ by nine powers of ten.
fn robertson() -> (Network, Arc<AtomicU64>) {
    network(
        3,
        |y, out| {
            let [slow, back, fast] = [0.04 * y[0], 1e4 * y[1] * y[2], 3e7 * y[1] * y[1]];
            out[0] += back - slow;
            out[1] += slow - back - fast;
            out[2] += fast;
        },
        |y, v, out| {
            let slow = 0.04 * v[0];
            let back = 1e4 * (v[1] * y[2] + y[1] * v[2]);
            let fast = 6e7 * y[1] * v[1];
            out[0] += back - slow;
            out[1] += slow - back - fast;
            out[2] += fast;
        },
    )
}

/// Of the Test Set for IVP Solvers (Mazzia and Magherini), problem `vdpol`: `ε y'' = (1 − y²) y' − y` with ε = 1e-6.
/// That is `z'' = μ (1 − z²) z' − z` with μ = 1000, its time in units of μ: t = 2 is z's time 2000, and y' = μ z'.
fn van_der_pol() -> (Network, Arc<AtomicU64>) {
    network(
        2,
        |y, out| {
            out[0] += y[1];
            out[1] += ((1.0 - y[0] * y[0]) * y[1] - y[0]) * 1e6;
        },
        |y, v, out| {
            out[0] += v[1];
            out[1] += ((1.0 - y[0] * y[0]) * v[1] - (2.0 * y[0] * y[1] + 1.0) * v[0]) * 1e6;
        },
    )
}

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
