//! What the time loop promises: orders, tolerances, landing, output, statistics, stop reasons, and the same bits whatever
//! else is going on.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use crate::networks;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use attractor::dynamics::{
    BS3, Block, DOPRI5, EULER, Interrupt, METHODS, Method, OWN, Outcome, RK4, RunError, Settings,
    Start, StartError, Statistics, TSIT5, integrate,
};
use attractor::ensemble::{Ensemble, EnsembleError};
use attractor::kernels::Weights;
use attractor::lagrangian::TermRows;
use attractor::monitor::{
    Flow, LyapunovMonitor, Mode, Monitor, Recorder, RestMonitor, Save, Verdict,
};
use attractor::network::{Network, theories};
use attractor::stimulus::{Addition, Stimulus, StimulusError};
use attractor::synapse::{Energy, Ports, Recurrent, Scratch, Synapse};
use attractor::trajectory::{Step, StopReason, Trajectory};
use networks::{Numbers, Plan, apart, fixed, layer, run, size};

// The tableaus.

/// A sum of two numbers, the second below the rounding of the first: thirty-two digits, so that what is found wrong with
/// a tableau is in its numbers and not in the sums of the test. (Dekker 1971, *A floating-point technique for extending
/// the available precision*.)
#[derive(Clone, Copy)]
struct Wide(f64, f64);

impl Wide {
    /// The sum of any two numbers.
    fn of(a: f64, b: f64) -> Wide {
        let sum = a + b;
        let back = sum - a;
        Wide(sum, (a - (sum - back)) + (b - back))
    }

    fn plus(self, other: Wide) -> Wide {
        let Wide(high, low) = Wide::of(self.0, other.0);
        Wide::of(high, low + (self.1 + other.1))
    }

    fn times(self, other: Wide) -> Wide {
        let high = self.0 * other.0;
        let low = self.0.mul_add(other.0, -high);
        Wide::of(high, low + (self.0 * other.1 + self.1 * other.0))
    }

    /// What it differs by from 1/n.
    fn off(self, n: f64) -> f64 {
        let Wide(high, low) = self.times(Wide(n, 0.0)).plus(Wide(-1.0, 0.0));
        (high + low) / n
    }
}

type Vector = Vec<Wide>;

fn sum(u: &[Wide], v: &[Wide]) -> Wide {
    let pairs = u.iter().zip(v);
    pairs.fold(Wide(0.0, 0.0), |s, (u, v)| s.plus(u.times(*v)))
}

fn wide(v: &[f64]) -> Vector {
    v.iter().map(|v| Wide(*v, 0.0)).collect()
}

/// The matrix of a method, square, and its weights.
fn matrix(method: &Method) -> Option<(Vec<Vector>, Vector)> {
    let t = method.tableau?;
    let s = t.stages();
    let mut a = vec![wide(&vec![0.0; s]); s];
    for (i, row) in t.a.iter().enumerate() {
        assert_eq!(row.len(), i + 1, "{}: row {i}", method.name);
        a[i + 1][..row.len()].copy_from_slice(&wide(row));
    }
    assert_eq!(t.a.len() + 1, s);
    Some((a, wide(t.b)))
}

/// How far off the order conditions are, each with its order: all 17 trees of up to five vertices.
fn conditions(a: &[Vector], b: &[Wide]) -> Vec<(u32, f64)> {
    let times = |v: &[Wide]| -> Vector { a.iter().map(|row| sum(row, v)).collect() };
    let by =
        |u: &[Wide], v: &[Wide]| -> Vector { u.iter().zip(v).map(|(u, v)| u.times(*v)).collect() };
    let one = wide(&vec![1.0; b.len()]);
    let c = times(&one);
    let (c2, ac) = (by(&c, &c), times(&c));
    let (c3, ac2, aac) = (by(&c2, &c), times(&c2), times(&ac));
    let list = [
        (1, one, 1.0),
        (2, c.clone(), 2.0),
        (3, c2.clone(), 3.0),
        (3, ac.clone(), 6.0),
        (4, c3.clone(), 4.0),
        (4, by(&c, &ac), 8.0),
        (4, ac2.clone(), 12.0),
        (4, aac.clone(), 24.0),
        (5, by(&c3, &c), 5.0),
        (5, by(&c2, &ac), 10.0),
        (5, by(&ac, &ac), 20.0),
        (5, by(&c, &ac2), 15.0),
        (5, times(&c3), 20.0),
        (5, by(&c, &aac), 30.0),
        (5, times(&by(&c, &ac)), 40.0),
        (5, times(&ac2), 60.0),
        (5, times(&aac), 120.0),
    ];
    let off = |(order, tree, gamma): (u32, Vector, f64)| (order, sum(b, &tree).off(gamma).abs());
    list.map(off).to_vec()
}

/// How far off the conditions may be: what rounding the coefficients to doubles leaves, and nothing else. Methods with
/// rational coefficients, the largest of which is 29, measure 8.3e-16. The coefficients of tsit5 are irrational and up to
/// 13, and multiply each other up to order 5: with eighty digits, as SciML's OrdinaryDiffEq has them, all conditions hold
/// to 1e-76; the doubles nearest to those, which are ours, are off by 1.047e-14 in Σ b c⁴ = 1/5 (in exact rational
/// arithmetic; by 1.076e-14 as decimals).
fn rounded(method: &Method) -> f64 {
    if method.name == "tsit5" {
        1.05e-14
    } else {
        1e-15
    }
}

#[test]
fn the_sums_of_the_order_conditions_are_exact_to_far_below_rounding() {
    // 1 + 2⁻⁶⁰ − 1, and (1 + 2⁻³⁰)² = 1 + 2⁻²⁹ + 2⁻⁶⁰, neither of which a double can hold.
    let tiny = 2f64.powi(-60);
    let one = Wide(1.0, 0.0);
    let sum = one.plus(Wide(tiny, 0.0)).plus(Wide(-1.0, 0.0));
    assert_eq!(sum.0 + sum.1, tiny);
    let x = Wide(1.0 + 2f64.powi(-30), 0.0);
    let rest = x.times(x).plus(Wide(-1.0 - 2f64.powi(-29), 0.0));
    assert_eq!(rest.0 + rest.1, tiny);
    // A third as a double is off by 2⁻⁵⁴/3.
    assert_eq!(Wide(1.0 / 3.0, 0.0).off(3.0), -(2f64.powi(-54)) / 3.0);
}

#[test]
fn tableaus_satisfy_every_order_condition_of_their_order_and_not_the_next() {
    for t in OWN {
        let Some((a, b)) = matrix(t) else { continue };
        let (mut broken, mut worst) = (false, 0.0_f64);
        for (order, off) in conditions(&a, &b) {
            if order <= t.order {
                worst = worst.max(off);
            } else if order == t.order + 1 {
                broken |= off > 1e-6;
            }
        }
        println!("{}: {worst:e}", t.name);
        assert!(worst <= rounded(t), "{}: {worst:e}", t.name);
        assert!(broken || t.order == 5, "{} is better than it says", t.name);
    }
}

#[test]
fn the_nodes_of_the_tableaus_are_the_published_ones() {
    let published: [(&Method, &[f64]); 5] = [
        (
            &TSIT5,
            &[0.0, 0.161, 0.327, 0.9, 0.980_025_540_904_509_7, 1.0],
        ),
        (&DOPRI5, &[0.0, 0.2, 0.3, 0.8, 8.0 / 9.0, 1.0]),
        (&BS3, &[0.0, 0.5, 0.75]),
        (&RK4, &[0.0, 0.5, 0.5, 1.0]),
        (&EULER, &[0.0]),
    ];
    for (t, nodes) in published {
        let (a, _) = matrix(t).unwrap();
        for (row, node) in a.iter().zip(nodes) {
            let found = sum(row, &wide(&vec![1.0; row.len()]));
            // Half a last place of each coefficient, up to 30 in dopri5, and of the node.
            assert!((found.0 - node).abs() < 5e-15, "{}", t.name);
        }
    }
}

#[test]
fn embedded_weights_have_their_order_and_not_the_next() {
    for t in OWN {
        let Some(e) = t.tableau.and_then(|t| t.error) else {
            continue;
        };
        let (mut a, mut b) = matrix(t).unwrap();
        let embedded_order = t.error_order.unwrap();
        // The velocity at the end is one more stage, whose row is b.
        for row in &mut a {
            row.push(Wide(0.0, 0.0));
        }
        b.push(Wide(0.0, 0.0));
        a.push(b.clone());
        assert_eq!(e.len(), b.len(), "{}", t.name);
        let embedded: Vector = b
            .iter()
            .zip(e)
            .map(|(b, e)| b.plus(Wide(-e, 0.0)))
            .collect();
        let (mut next, mut worst) = (0.0_f64, 0.0_f64);
        for (order, off) in conditions(&a, &embedded) {
            if order <= embedded_order {
                worst = worst.max(off);
            } else if order == embedded_order + 1 {
                next = next.max(off);
            }
        }
        println!("{}, embedded: {worst:e}", t.name);
        assert!(worst <= rounded(t), "{}: {worst:e}", t.name);
        assert!(next > 1e-5, "{}: the estimate sees nothing: {next}", t.name);
    }
}

// Orders on networks.

/// `ẋ = −x + W x + I` with W = [[a, b], [b, a]]: modes (1, ±1) decay with a ± b − 1.
fn linear() -> (Network, Vec<f64>, impl Fn(f64) -> Vec<f64>) {
    let (a, b, input) = (-0.6, 0.9, [0.3, -0.8]);
    let features = layer("x", &[2], r#"{ kind = "identity" }"#).input(input);
    let w = Weights::new(2, 2, vec![a, b, b, a]).unwrap();
    let x = vec![1.5, -0.4];
    let start = [x[0], x[1]];
    let exact = move |t: f64| {
        let mode = |sign: f64| {
            let rate = a + sign * b - 1.0;
            let (u, v) = (start[0] + sign * start[1], input[0] + sign * input[1]);
            (u + v / rate) * (rate * t).exp() - v / rate
        };
        let (p, m) = (mode(1.0), mode(-1.0));
        vec![0.5 * (p + m), 0.5 * (p - m)]
    };
    (theories::general(features, w).unwrap(), x, exact)
}

/// A smooth network without a formula.
fn nonlinear() -> (Network, Vec<f64>) {
    let mut r = Numbers(3);
    let features = layer("x", &[4], r#"{ kind = "tanh", beta = 1.5 }"#)
        .input(r.vector(4, 0.5))
        .tau([0.7, 1.0, 1.3, 0.9]);
    let w = Weights::new(4, 4, r.symmetric(4, 1.5)).unwrap();
    (theories::general(features, w).unwrap(), r.vector(4, 1.0))
}

/// The order that errors at steps of `h`, `h/2`, `h/4` and `h/8` show, extrapolated to h = 0: three slopes, each off by
/// `k h + k' h²` because of the next orders (for tsit5, whose leading error is small by design, by a quarter at
/// h = 1/32, where its errors are already near rounding).
fn order(method: &'static Method, network: &Network, x: &[f64], end: &[f64], h: f64) -> f64 {
    let error = |h: f64| {
        let outcome = run(network, &fixed(method, h, 1.0), x, ());
        assert_eq!(outcome.statistics.accepted, (1.0 / h).round() as u64);
        assert_eq!(outcome.statistics.rejected, 0);
        apart(&outcome.x, end)
    };
    let slope = |h: f64| (error(h) / error(h / 2.0)).log2();
    (8.0 * slope(h / 4.0) - 6.0 * slope(h / 2.0) + slope(h)) / 3.0
}

#[test]
fn every_method_has_its_order() {
    let (linear, x, exact) = linear();
    let (nonlinear, y) = nonlinear();
    // Sixty-four times smaller steps of order 4 leave an error below all that is measured.
    let reference = run(&nonlinear, &fixed(&TSIT5, 1.0 / 1024.0, 1.0), &y, ()).x;
    for t in OWN {
        let h = if t.order == 5 { 1.0 / 16.0 } else { 1.0 / 32.0 };
        // On the linear network the error of this one is at rounding with shorter steps.
        let long = if t.name == "rodas5p" { 4.0 } else { 1.0 };
        for (what, found) in [
            ("linear", order(t, &linear, &x, &exact(1.0), long * h)),
            ("nonlinear", order(t, &nonlinear, &y, &reference, h)),
        ] {
            let want = f64::from(t.order);
            // On a linear network rodas5p is of order 6.
            let more = if t.name == "rodas5p" && what == "linear" {
                1.0
            } else {
                0.0
            };
            assert!(
                (found - want - more).abs() < 0.1,
                "{} {what}: {found}",
                t.name
            );
        }
    }
}

#[test]
fn the_global_error_follows_the_tolerance() {
    let (network, x, exact) = linear();
    for t in [&TSIT5, &DOPRI5, &BS3] {
        let error = |rtol: f64| {
            let settings = Settings {
                method: t,
                rtol,
                atol: rtol * 1e-2,
                t_end: 2.0,
                ..Settings::default()
            };
            apart(&run(&network, &settings, &x, ()).x, &exact(2.0))
        };
        let (loose, tight) = (error(1e-4), error(1e-9));
        let slope = (loose / tight).log10() / 5.0;
        // Proportional (the error per step is controlled), within the scatter of single runs: a factor of ten over five decades.
        assert!((slope - 1.0).abs() < 0.2, "{}: {slope}", t.name);
        // Two time constants, a dozen steps, none of which may exceed the tolerance of states of order 1.
        assert!(
            loose < 1e-3 && tight < 1e-8,
            "{}: {loose:e} {tight:e}",
            t.name
        );
    }
}

#[test]
fn steps_scale_with_the_time_constant() {
    let counts: Vec<Statistics> = (-6..=6)
        .map(|k| {
            let scale = 10f64.powi(k);
            let mut r = Numbers(5);
            let features = layer("x", &[3], r#"{ kind = "tanh" }"#).tau(scale);
            let w = Weights::new(3, 3, r.symmetric(3, 1.0)).unwrap();
            let network = theories::general(features, w).unwrap();
            let settings = Settings {
                t_end: 10.0 * scale,
                ..Settings::default()
            };
            let mut recorder = Recorder::new(3, Save::Steps, false);
            let outcome = run(&network, &settings, &r.vector(3, 2.0), &mut recorder);
            let first = recorder.into_trajectory().t[1] / scale;
            assert!(
                (1e-3..1.0).contains(&first),
                "first step {first} τ at τ = {scale}"
            );
            assert_eq!(outcome.stop, StopReason::TimeReached);
            outcome.statistics
        })
        .collect();
    for s in &counts {
        // The first step is chosen by the solution, so that no time scale is special.
        assert!(s.accepted.abs_diff(counts[6].accepted) <= 1, "{counts:?}");
        assert!(s.rejected <= 2, "{counts:?}");
    }
}

/// There is no velocity then to choose a step by.
#[test]
fn steps_from_a_start_that_stands_still_scale_with_the_time_constant() {
    let still = |tau: f64| {
        let features = layer("x", &[2], r#"{ kind = "tanh" }"#).tau(tau);
        theories::general(features, Weights::new(2, 2, vec![0.5; 4]).unwrap()).unwrap()
    };
    let counts = (-12..=12).map(|k| {
        let tau = 10f64.powi(k);
        let settings = Settings {
            t_end: 10.0 * tau,
            ..Settings::default()
        };
        let outcome = run(&still(tau), &settings, &[0.0; 2], ());
        assert_eq!(outcome.stop, StopReason::TimeReached);
        outcome.statistics.accepted
    });
    let counts: Vec<u64> = counts.collect();
    assert!(counts.iter().all(|c| *c == counts[0]), "{counts:?}");
    // Where a fixed time would be below the rounding of the first.
    for method in METHODS.iter().filter(|m| m.is_adaptive()) {
        let settings = Settings {
            method,
            t_start: 1e12,
            t_end: 2e12,
            ..Settings::default()
        };
        let outcome = run(&still(1e9), &settings, &[0.0; 2], ());
        assert_eq!(outcome.stop, StopReason::TimeReached, "{}", method.name);
    }
}

// Output.

fn recorded(
    network: &Network,
    settings: &Settings,
    x: &[f64],
    save: Save,
) -> (Trajectory, Outcome) {
    let mut recorder = Recorder::new(x.len(), save, false);
    let outcome = run(network, settings, x, &mut recorder);
    (recorder.into_trajectory(), outcome)
}

#[test]
fn output_between_steps_is_as_accurate_as_the_steps() {
    let (linear, x, _) = linear();
    let (smooth, y) = nonlinear();
    let mut r = Numbers(6);
    // Kinks: of the activation, and of a threshold.
    let kinked = |text: &str, r: &mut Numbers| {
        let features = layer("x", &[4], text).input(r.vector(4, 1.0));
        let w = Weights::new(4, 4, r.symmetric(4, 0.4)).unwrap();
        (theories::general(features, w).unwrap(), r.vector(4, 2.0))
    };
    let (relu, u) = kinked(r#"{ kind = "relu" }"#, &mut r);
    let (soft, v) = kinked(r#"{ kind = "soft-threshold", lambda = 0.3 }"#, &mut r);
    for (what, network, x) in [
        ("linear", &linear, &x),
        ("smooth", &smooth, &y),
        ("relu", &relu, &u),
        ("soft", &soft, &v),
    ] {
        for t in OWN {
            let settings = Settings {
                method: t,
                step: (!t.is_adaptive()).then_some(0.05),
                t_end: 3.0,
                ..Settings::default()
            };
            let (steps, _) = recorded(network, &settings, x, Save::Steps);
            let times: Vec<f64> = (1..=100).map(|k| 0.0297 * f64::from(k)).collect();
            let (between, _) = recorded(network, &settings, x, Save::At(times.clone()));
            assert_eq!(between.t, times);
            // A reference with steps that are short, and cut at every time that is asked for.
            let truth = |at: &[f64]| -> Vec<f64> {
                let mut x = x.clone();
                let mut t = 0.0;
                let mut states = Vec::new();
                for next in at {
                    if *next > t {
                        let settings = Settings {
                            rtol: 1e-13,
                            atol: 1e-14,
                            t_start: t,
                            t_end: *next,
                            max_step: 2e-3,
                            ..Settings::default()
                        };
                        x = run(network, &settings, &x, ()).x;
                        t = *next;
                    }
                    states.extend(&x);
                }
                states
            };
            let at_steps = apart(&steps.x, &truth(&steps.t));
            let inside = apart(&between.x, &truth(&times));
            // Its polynomial is of order 4, as the estimate that the tolerance holds down; its end is of order 5.
            let floor = if t.name == "rodas5p" { 1e-7 } else { 0.0 };
            assert!(
                inside <= 10.0 * at_steps.max(floor),
                "{what}, {}: {inside:e} between steps, {at_steps:e} at their ends",
                t.name
            );
        }
    }
}

#[test]
fn what_is_saved_is_what_was_asked_for() {
    let (network, x) = nonlinear();
    let settings = Settings {
        t_start: 1.0,
        t_end: 2.0,
        ..Settings::default()
    };
    let times = |save: Save| {
        let (kept, outcome) = recorded(&network, &settings, &x, save);
        assert_eq!(kept.x.len(), 4 * kept.len());
        if let (Some(t), true) = (kept.t.last(), kept.t.last() == Some(&2.0)) {
            assert_eq!((*t, kept.state(kept.len() - 1)), (2.0, &*outcome.x));
        }
        if kept.t[0] == 1.0 {
            assert_eq!(kept.state(0), x);
        }
        (kept.t, outcome.statistics.accepted)
    };
    assert_eq!(times(Save::Final).0, [1.0, 2.0]);
    assert_eq!(times(Save::Every(0.25)).0, [1.0, 1.25, 1.5, 1.75, 2.0]);
    assert_eq!(times(Save::Every(0.4)).0, [1.0, 1.4, 1.8, 2.0]);
    assert_eq!(times(Save::Every(5.0)).0, [1.0, 2.0]);
    // The whole run is less than a rounding of the interval.
    assert_eq!(times(Save::Every(1e10)).0, [1.0, 2.0]);
    assert_eq!(times(Save::At(vec![1.0, 1.5, 2.0])).0, [1.0, 1.5, 2.0]);
    assert_eq!(times(Save::At(vec![1.25, 1.26])).0, [1.25, 1.26]);
    let (steps, accepted) = times(Save::Steps);
    assert_eq!(steps.len() as u64, accepted + 1);
    assert_eq!((steps[0], steps[steps.len() - 1]), (1.0, 2.0));
    assert!(steps.windows(2).all(|p| p[0] < p[1]));
}

/// At rest a step is several time constants long, and many thousand states lie within it.
#[test]
fn output_is_full_within_a_step_as_well() {
    let (network, x) = nonlinear();
    let many: Vec<f64> = (0..1_000_000).map(|k| 1e-4 * f64::from(k)).collect();
    for method in METHODS.iter().filter(|m| !m.flips) {
        for save in [Save::Every(1e-4), Save::At(many.clone())] {
            let settings = Settings {
                method,
                step: (!method.is_adaptive()).then_some(1.0),
                t_end: 100.0,
                ..Settings::default()
            };
            let limit = 20_000;
            let mut recorder = Recorder::new(4, save, false).limit(limit);
            let outcome = run(&network, &settings, &x, &mut recorder);
            assert_eq!(outcome.stop, StopReason::OutputFull, "{}", method.name);
            let kept = recorder.into_trajectory();
            // The state that did not fit any more, and the end.
            let row = kept.bytes() / kept.len() as u64;
            assert!(
                (limit..=limit + 2 * row).contains(&kept.bytes()),
                "{}: {} bytes",
                method.name,
                kept.bytes()
            );
            assert!(kept.t.windows(2).all(|p| p[0] < p[1]), "{}", method.name);
        }
    }
}

#[test]
fn even_intervals_do_not_show_the_end_twice() {
    let (network, x) = nonlinear();
    for n in [3, 7, 10, 49, 100] {
        let settings = Settings {
            t_end: 1.0,
            ..Settings::default()
        };
        let (kept, _) = recorded(&network, &settings, &x, Save::Every(1.0 / f64::from(n)));
        // 49 · (1/49) is one rounding below 1.
        assert_eq!(kept.len(), n as usize + 1, "{n} intervals");
        assert_eq!(kept.t[n as usize], 1.0);
    }
}

#[test]
fn a_sample_at_the_end_of_a_step_is_the_state_there_and_repeats_nothing() {
    // A block multiplies in another order than a step repeated in one column.
    let plan = Plan::random(2, 2, 24);
    let network = plan.build();
    let stimulus = Stimulus::constant(&network);
    for method in OWN {
        let settings = Settings {
            method,
            step: (!method.is_adaptive()).then_some(0.03),
            ..Settings::default()
        };
        let ensemble = Ensemble {
            network: &network,
            settings: &settings,
            stimulus: &stimulus,
            threads: 1,
            alone: false,
            interrupt: &Interrupt::new(),
        };
        let at_the_end = |_| Recorder::new(network.size(), Save::At(vec![settings.t_end]), false);
        let done = |k, outcome: Outcome, recorder: Recorder| {
            let kept = recorder.into_trajectory();
            assert_eq!(kept.t, [settings.t_end], "{}", method.name);
            assert!(kept.x == outcome.x, "{}: start {k}", method.name);
            // The velocities of the sample and of the end.
            let evaluations = outcome.statistics.output_evaluations;
            assert_eq!(evaluations, 2, "{}", method.name);
        };
        let starts = starts(&plan, 20, 2);
        let start = |k: usize| Ok(starts[k].clone());
        let ran = ensemble.run(0..starts.len(), start, at_the_end, done);
        ran.unwrap();
    }
}

#[test]
fn what_is_saved_changes_no_bit_of_the_solution() {
    let (network, x) = nonlinear();
    for t in OWN {
        let settings = Settings {
            method: t,
            step: (!t.is_adaptive()).then_some(0.07),
            t_end: 5.0,
            ..Settings::default()
        };
        let plain = run(&network, &settings, &x, ());
        for save in [
            Save::Final,
            Save::Steps,
            Save::Every(0.01),
            Save::At(vec![0.3, 4.9]),
        ] {
            for energy in [false, true] {
                let mut recorder = Recorder::new(4, save.clone(), energy);
                let outcome = run(&network, &settings, &x, &mut recorder);
                assert_eq!(outcome.x, plain.x, "{} {save:?}", t.name);
                let count = |s: Statistics| (s.accepted, s.rejected, s.evaluations);
                assert_eq!(count(outcome.statistics), count(plain.statistics));
            }
        }
        let watched = run(&network, &settings, &x, LyapunovMonitor::new(Mode::Record));
        assert_eq!(watched.x, plain.x);
    }
}

// Landing and switches.

fn pulses(network: &Network) -> Stimulus {
    let pulse = |from, until, by| Addition::pulse(from, until, vec![by; network.size()]);
    Stimulus::new(
        network,
        vec![pulse(1.0, 2.5, 1.5), pulse(2.0, f64::INFINITY, -0.7)],
    )
    .unwrap()
}

#[test]
fn steps_land_exactly_on_the_end_and_on_every_switch() {
    let (network, x) = nonlinear();
    let stimulus = pulses(&network);
    for t in OWN {
        let settings = Settings {
            method: t,
            step: (!t.is_adaptive()).then_some(0.0301),
            t_end: 3.3,
            ..Settings::default()
        };
        let mut recorder = Recorder::new(4, Save::Steps, false);
        let start = Start::at(x.clone());
        let outcome = integrate(&network, &settings, &stimulus, start, &mut recorder).unwrap();
        assert_eq!(outcome.t, 3.3, "{}", t.name);
        let kept = recorder.into_trajectory();
        for switch in [1.0, 2.0, 2.5, 3.3] {
            assert!(kept.t.contains(&switch), "{}: {switch}", t.name);
        }
        // What acts at the end is what the outcome says.
        let input: Vec<f64> = network.input().iter().map(|i| i - 0.7).collect();
        assert!(apart(&outcome.input, &input) < 1e-15);
    }
}

/// Ten steps of 0.1 fall short of 1 by one rounding: an eleventh would be as long as that.
#[test]
fn a_step_that_divides_the_way_but_for_rounding_leaves_no_sliver() {
    let (network, x) = nonlinear();
    for method in OWN.iter().filter(|m| !m.is_adaptive()) {
        let settings = Settings {
            method,
            step: Some(0.1),
            // As many as there are: the last one reaches the end all the same.
            max_steps: 10,
            ..Settings::default()
        };
        let outcome = run(&network, &settings, &x, ());
        assert_eq!(outcome.stop, StopReason::TimeReached, "{}", method.name);
        assert_eq!(outcome.statistics.accepted, 10, "{}", method.name);
    }
}

/// The times of so many steps are off by a part of a step, by the roundings of their sum.
#[test]
fn a_hundred_thousand_steps_that_divide_the_way_are_that_many() {
    let steps = |method, step: f64, [t_start, t_end]: [f64; 2], max_steps| {
        let features = layer("x", &[1], r#"{ kind = "tanh" }"#).tau(10.0 * step);
        let network = theories::general(features, Weights::new(1, 1, vec![0.5]).unwrap());
        let network = network.unwrap();
        let settings = Settings {
            method,
            step: Some(step),
            t_start,
            t_end,
            max_steps,
            ..Settings::default()
        };
        let outcome = run(&network, &settings, &[1.0], ());
        assert_eq!(outcome.stop, StopReason::TimeReached, "{step} to {t_end}");
        assert_eq!(outcome.t, t_end);
        outcome.statistics.accepted
    };
    for step in [0.005, 0.01, 0.02, 0.15, 0.3, 0.6, 0.7, 1e-7, 1e5] {
        for method in [&EULER, &RK4] {
            let t_end = 1e5 * step;
            assert_eq!(steps(method, step, [0.0, t_end], 100_000), 100_000);
        }
        // Far from zero, where a time rounds by 1e-10 of a step and more.
        let far = [-1e6 * step, -9e5 * step];
        assert_eq!(steps(&EULER, step, far, 100_000), 100_000);
        // One that does not divide it leaves a rest, however short, that is a step.
        let more = 1e5 * step + 1e-3 * step;
        assert_eq!(steps(&EULER, step, [0.0, more], 200_000), 100_001);
    }
}

/// Two switches 1e-3 apart that hardly change anything, in steps of half a time unit.
#[test]
fn a_step_that_was_cut_short_shortens_none_that_follow() {
    let (network, x) = nonlinear();
    let pulse = Addition::pulse(40.0, 40.001, vec![1e-15; 4]);
    let stimulus = Stimulus::new(&network, vec![pulse]).unwrap();
    let settings = Settings {
        method: &TSIT5,
        t_end: 45.0,
        max_step: 0.5,
        ..Settings::default()
    };
    let mut recorder = Recorder::new(4, Save::Steps, false);
    integrate(&network, &settings, &stimulus, Start::at(x), &mut recorder).unwrap();
    let t = recorder.into_trajectory().t;
    let [before, after] = [40.0, 40.001].map(|switch| t.iter().rposition(|t| *t == switch));
    let (before, after) = (before.unwrap(), after.unwrap());
    // A state at a switch is kept with either input.
    assert_eq!(after - before, 2, "{t:?}");
    assert!(t[after + 1] - t[after] > 0.49, "{t:?}");
}

/// The trajectory under the pulses in pieces that know nothing of each other.
fn in_pieces(network: &Network, settings: &Settings, x: &[f64]) -> Vec<f64> {
    let bare = Stimulus::constant(network);
    let mut x = x.to_vec();
    for (from, until, add) in [
        (0.0, 1.0, 0.0),
        (1.0, 2.0, 1.5),
        (2.0, 2.5, 0.8),
        (2.5, 3.0, -0.7),
    ] {
        let settings = Settings {
            t_start: from,
            t_end: until,
            ..settings.clone()
        };
        let start = Start {
            input: vec![add; x.len()],
            ..Start::at(x)
        };
        x = integrate(network, &settings, &bare, start, &mut ())
            .unwrap()
            .x;
    }
    x
}

#[test]
fn after_a_switch_the_derivative_is_a_fresh_one() {
    let (network, x) = nonlinear();
    let stimulus = pulses(&network);
    for t in OWN {
        // Steps of 1/64 all along: then the pieces differ by nothing but the roundings of 1.5 − 0.7.
        let settings = fixed(t, 1.0 / 64.0, 3.0);
        let start = Start::at(x.clone());
        let whole = integrate(&network, &settings, &stimulus, start, &mut ()).unwrap();
        let pieces = in_pieces(&network, &settings, &x);
        assert!(apart(&whole.x, &pieces) < 1e-14, "{}", t.name);
        assert_eq!(whole.statistics.accepted, 192);
    }
    let settings = Settings {
        rtol: 1e-10,
        atol: 1e-12,
        t_end: 3.0,
        ..Settings::default()
    };
    let start = Start::at(x.clone());
    let whole = integrate(&network, &settings, &stimulus, start, &mut ()).unwrap();
    // Two runs at a tolerance of 1e-10, each off by no more than ten times that.
    assert!(apart(&whole.x, &in_pieces(&network, &settings, &x)) < 2e-9);
}

// Statistics.

/// A synapse that counts how often it, or its curvature, is evaluated.
#[derive(Debug)]
struct Counting(Recurrent, Arc<AtomicU64>);

impl Synapse for Counting {
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
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.evaluate(ports, g, current, energy, scratch);
    }
    fn add_curvature(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        dg: &[f64],
        dcurrent: &mut [f64],
        scratch: &mut Scratch,
    ) {
        self.1.fetch_add(1, Ordering::Relaxed);
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

#[test]
fn statistics_add_up_to_the_evaluations_that_were_made() {
    let count = Arc::new(AtomicU64::new(0));
    let w = Weights::new(2, 2, vec![0.0, 2.0, 2.0, 0.0]).unwrap();
    let synapse = Counting(Recurrent::new(w, &[1.0; 2]).unwrap(), Arc::clone(&count));
    let network = Network::builder()
        .layer(layer("x", &[2], r#"{ kind = "tanh", beta = 4 }"#))
        .connect(&["x"], synapse)
        .build()
        .unwrap();
    let add = vec![5.0; 2];
    let pulse = Addition::pulse(1.0, 2.0, add);
    let stimulus = Stimulus::new(&network, vec![pulse]).unwrap();
    let mut rejections = 0;
    for t in OWN {
        for save in [Save::Final, Save::Steps, Save::Every(0.01)] {
            let given = (!t.is_adaptive()).then_some(0.03);
            let settings = Settings {
                method: t,
                step: given,
                t_end: 4.0,
                ..Settings::default()
            };
            count.store(0, Ordering::Relaxed);
            let mut recorder = Recorder::new(2, save, false);
            let start = Start::at(vec![0.3, -0.2]);
            let outcome = integrate(&network, &settings, &stimulus, start, &mut recorder).unwrap();
            let s = outcome.statistics;
            let tried = s.accepted + s.rejected + s.sent_back;
            // One at the start, one at each of two switches, one more where the first step is chosen.
            let restarts = 3 + u64::from(given.is_none());
            let stages = match t.name {
                // Three nodes and the Jacobian's action.
                "exponential" => 4,
                "rodas5p" => 8,
                "rosenbrock23" => 3,
                _ => t.tableau.unwrap().stages() as u64,
            };
            assert_eq!(s.evaluations, stages * tried + restarts, "{}", t.name);
            let made = count.load(Ordering::Relaxed);
            let counted = s.evaluations + s.output_evaluations;
            // The columns of the Jacobian, of a synapse that does not know them, are counted as multiplications.
            assert!(
                made == counted || t.matrices > 0 && made >= counted + 2 * tried,
                "{}",
                t.name
            );
            rejections += s.rejected;
        }
    }
    assert!(rejections > 0, "no rejected step was counted");
}

// Stop reasons.

#[test]
fn each_reason_to_stop_is_given_where_it_applies() {
    let (network, x) = nonlinear();
    let settings = |t_end| Settings {
        t_end,
        ..Settings::default()
    };
    let reached = run(&network, &settings(1.0), &x, ());
    assert_eq!((reached.stop, reached.t), (StopReason::TimeReached, 1.0));

    let until_rest = |t_end| Settings {
        until_rest: true,
        ..settings(t_end)
    };
    let monitor = || RestMonitor::new(&network, [1e-8, 1e-6]);
    let rest = run(&network, &until_rest(200.0), &x, monitor());
    assert_eq!(rest.stop, StopReason::Rest);
    assert!(rest.t < 100.0);
    let late = run(&network, &until_rest(2.0), &x, monitor());
    assert_eq!((late.stop, late.t), (StopReason::NotAtRest, 2.0));

    for max_steps in [1, 5] {
        let limited = Settings {
            max_steps,
            ..settings(100.0)
        };
        let outcome = run(&network, &limited, &x, ());
        assert_eq!(outcome.stop, StopReason::StepLimit);
        let s = outcome.statistics;
        assert_eq!(s.accepted + s.rejected, max_steps);
        assert!(outcome.t < 100.0);
    }

    let mut full = Recorder::new(4, Save::Steps, false).limit(1000);
    let outcome = run(&network, &settings(100.0), &x, &mut full);
    assert_eq!(outcome.stop, StopReason::OutputFull);
    let kept = full.into_trajectory();
    // One row more than there was room for, at which it was noticed.
    assert!(kept.bytes() > 1000 && kept.bytes() < 1100);
    assert_eq!(kept.t[kept.len() - 1], outcome.t);

    let stimulus = Stimulus::constant(&network);
    let settings = settings(1.0);
    let mut block = Block::new(&network, &settings, &stimulus, 1).unwrap();
    block.load(0, Start::at(x.clone()), ()).unwrap();
    let interrupt = Interrupt::new();
    block.advance(&interrupt);
    assert!(block.take_finished().is_none());
    interrupt.raise();
    block.advance(&interrupt);
    let (_, outcome, ()) = block.take_finished().unwrap();
    assert_eq!(outcome.stop, StopReason::Interrupted);
    assert_eq!(outcome.statistics.accepted, 1);
}

#[test]
fn numbers_that_are_not_finite_are_reported_with_their_neuron() {
    // ẋ = (w − 1) x of the second neuron: it overflows at t = ln(1.8e308)/(w − 1) = 7.2. The first knows nothing of it.
    let wild = Recurrent::new(Weights::new(1, 1, vec![100.0]).unwrap(), &[1.0]).unwrap();
    let network = Network::builder()
        .layer(layer("calm", &[1], r#"{ kind = "identity" }"#))
        .layer(layer("wild", &[1], r#"{ kind = "identity" }"#))
        .connect(&["wild"], wild)
        .build()
        .unwrap();
    for t in OWN {
        let settings = Settings {
            method: t,
            step: (!t.is_adaptive()).then_some(0.01),
            t_end: 20.0,
            ..Settings::default()
        };
        let outcome = run(&network, &settings, &[1.0, 1.0], ());
        assert_eq!(
            outcome.stop,
            StopReason::NonFinite { neuron: 1 },
            "{}",
            t.name
        );
        assert!(outcome.t < 20.0);
        // What is left is the last state that was a number.
        assert!(outcome.x.iter().all(|v| v.is_finite()), "{}", t.name);
    }
    // A start whose velocity is not a number.
    let steep = layer("x", &[1], r#"{ kind = "exponential" }"#);
    let w = Weights::new(1, 1, vec![1.0]).unwrap();
    let network = theories::general(steep, w).unwrap();
    let outcome = run(&network, &Settings::default(), &[800.0], ());
    assert_eq!(outcome.stop, StopReason::NonFinite { neuron: 0 });
    assert_eq!(outcome.statistics.accepted, 0);
}

#[test]
fn a_step_that_was_asked_for_is_kept_to_near_rest() {
    // The fast mode decays at 1.6 (W = [[−0.6, 0], [0, −0.6]]): nine tenths of the interval of stability.
    let features = layer("x", &[2], r#"{ kind = "identity" }"#);
    let w = Weights::new(2, 2, vec![-0.6, 0.0, 0.0, -0.6]).unwrap();
    let network = theories::general(features, w).unwrap();
    for method in [&EULER, &RK4] {
        let h = 0.9 * method.stability / 1.6;
        let settings = Settings {
            method,
            step: Some(h),
            t_end: 400.5 * h,
            until_rest: true,
            ..Settings::default()
        };
        let mut both = (
            Recorder::new(2, Save::Steps, false),
            RestMonitor::new(&network, [1e-8, 1e-6]),
        );
        let outcome = run(&network, &settings, &[1.0, -0.5], &mut both);
        assert_eq!(outcome.stop, StopReason::Rest, "{}", method.name);
        for pair in both.0.into_trajectory().t.windows(2) {
            // Times round.
            assert!((pair[1] - pair[0] - h).abs() < 1e-9, "{}", method.name);
        }
    }
}

#[test]
fn steps_below_the_rounding_of_time_are_given_up() {
    // A time constant of 1e-6 at t = 1e9, where the next number is 1e-7 away.
    let features = layer("x", &[1], r#"{ kind = "tanh" }"#).tau(1e-6);
    let w = Weights::new(1, 1, vec![0.5]).unwrap();
    let network = theories::general(features, w).unwrap();
    let settings = Settings {
        t_start: 1e9,
        t_end: 1e9 + 1.0,
        ..Settings::default()
    };
    let outcome = run(&network, &settings, &[1.0], ());
    assert_eq!(outcome.stop, StopReason::StepTooSmall);
    // A step that is given and does not move the time.
    for t in [&EULER, &RK4] {
        let settings = Settings {
            method: t,
            step: Some(1e-8),
            ..settings.clone()
        };
        let outcome = run(&network, &settings, &[1.0], ());
        assert_eq!(outcome.stop, StopReason::StepTooSmall);
        assert_eq!(outcome.statistics.accepted, 0);
    }
}

#[test]
fn a_monitor_sends_steps_back_and_stops_the_run() {
    struct Strict {
        longest: f64,
        stop_after: u64,
    }
    impl Monitor for Strict {
        fn judge(&mut self, step: &Step<'_>) -> Verdict {
            if step.h > self.longest {
                Verdict::Reject
            } else {
                Verdict::Accept
            }
        }
        fn observe(&mut self, step: &Step<'_>) -> Flow {
            assert!(step.h <= self.longest);
            if step.number + 1 >= self.stop_after {
                Flow::Stop(StopReason::OutputFull)
            } else {
                Flow::Continue
            }
        }
    }
    let (network, x) = nonlinear();
    let settings = Settings {
        step: Some(0.1),
        t_end: 10.0,
        ..Settings::default()
    };
    let monitor = Strict {
        longest: 0.01,
        stop_after: 20,
    };
    let outcome = run(&network, &settings, &x, monitor);
    assert_eq!(outcome.stop, StopReason::OutputFull);
    assert_eq!(outcome.statistics.accepted, 20);
    assert!(outcome.statistics.sent_back > 1);
    // What was sent back left no trace: the solution is that of short steps.
    let exact = Settings {
        rtol: 1e-12,
        t_end: outcome.t,
        ..Settings::default()
    };
    assert!(apart(&outcome.x, &run(&network, &exact, &x, ()).x) < 1e-9);
    // One that accepts no step at all is a step that became too small.
    let never = Strict {
        longest: 0.0,
        stop_after: 1,
    };
    assert_eq!(
        run(&network, &settings, &x, never).stop,
        StopReason::StepTooSmall
    );
}

/// Time zero can be divided for ever: there the refusals are counted, for each trajectory from the beginning.
#[test]
fn a_step_that_is_refused_a_hundred_times_is_given_up() {
    struct Refuses(u64);
    impl Monitor for Refuses {
        fn judge(&mut self, _: &Step<'_>) -> Verdict {
            if self.0 == 0 {
                return Verdict::Accept;
            }
            self.0 -= 1;
            Verdict::Reject
        }
    }
    let (network, x) = nonlinear();
    let (settings, stimulus) = (Settings::default(), Stimulus::constant(&network));
    let mut block = Block::new(&network, &settings, &stimulus, 1).unwrap();
    // The same column for all.
    for (times, stop) in [
        (u64::MAX, StopReason::StepTooSmall),
        (99, StopReason::TimeReached),
        (100, StopReason::StepTooSmall),
        (99, StopReason::TimeReached),
    ] {
        let start = Start::at(x.clone());
        block.load(0, start, Refuses(times)).unwrap();
        let outcome = loop {
            block.advance(&Interrupt::new());
            if let Some((_, outcome, _)) = block.take_finished() {
                break outcome;
            }
        };
        assert_eq!(outcome.stop, stop);
        assert_eq!(outcome.statistics.sent_back, times.min(100));
    }
}

#[test]
fn settings_that_make_no_sense_are_refused_by_name() {
    let good = Settings::default();
    assert!(good.check().is_ok());
    let bad = [
        (
            "t_end",
            Settings {
                t_end: 0.0,
                ..good.clone()
            },
        ),
        (
            "t_end",
            Settings {
                t_end: f64::NAN,
                ..good.clone()
            },
        ),
        (
            "rtol",
            Settings {
                rtol: 1e-15,
                ..good.clone()
            },
        ),
        (
            "rtol",
            Settings {
                rtol: f64::NAN,
                ..good.clone()
            },
        ),
        (
            "atol",
            Settings {
                atol: 0.0,
                ..good.clone()
            },
        ),
        (
            "atol",
            Settings {
                atol: -1.0,
                ..good.clone()
            },
        ),
        (
            "step",
            Settings {
                step: Some(0.0),
                ..good.clone()
            },
        ),
        (
            "max_step",
            Settings {
                max_step: 0.0,
                ..good.clone()
            },
        ),
        (
            "max_steps",
            Settings {
                max_steps: 0,
                ..good.clone()
            },
        ),
        (
            "step",
            Settings {
                method: &RK4,
                ..good.clone()
            },
        ),
    ];
    for (name, settings) in bad {
        assert_eq!(settings.check().unwrap_err().what, name);
    }
    assert_eq!(Method::named("auto").unwrap().first().name, "tsit5");
    assert_eq!(METHODS[0].name, "auto", "the default comes first");
    for t in METHODS {
        assert_eq!(Method::named(t.name).unwrap().name, t.name);
    }
    assert!(Method::named("rk45").is_none());
}

#[test]
fn starts_that_make_no_sense_are_refused_with_the_neuron() {
    let (network, x) = nonlinear();
    let stimulus = Stimulus::constant(&network);
    let refused = |start: Start| {
        let settings = Settings::default();
        integrate(&network, &settings, &stimulus, start, &mut ()).unwrap_err()
    };
    let (needed, found) = (4, 3);
    let short = refused(Start::at(vec![0.0; 3]));
    assert_eq!(short, RunError::Start(StartError::Length { needed, found }));
    let not_finite = refused(Start::at(vec![0.0, f64::NAN, 0.0, 0.0]));
    assert!(
        matches!(&not_finite, RunError::Start(StartError::NotFinite { layer, neuron: 1, .. }) if layer == "x"),
        "{not_finite}"
    );
    let short = Start {
        input: vec![1.0],
        ..Start::at(x.clone())
    };
    let found = 1;
    let short = refused(short);
    assert_eq!(
        short,
        RunError::Start(StartError::InputLength { needed, found })
    );
    let clamped = Start {
        clamped: vec![4],
        ..Start::at(x)
    };
    let clamped = refused(clamped);
    assert!(
        matches!(clamped, RunError::Start(StartError::Clamped(_))),
        "{clamped}"
    );
}

#[test]
fn a_stimulus_of_another_network_is_refused() {
    let (two, ..) = linear();
    let (four, _) = nonlinear();
    for method in METHODS.iter().filter(|m| !m.flips) {
        let settings = Settings {
            method,
            step: (!method.is_adaptive()).then_some(0.1),
            ..Settings::default()
        };
        for (network, other) in [(&two, &four), (&four, &two)] {
            let stimulus = Stimulus::constant(other);
            let start = Start::at(vec![0.1; network.size()]);
            let said = integrate(network, &settings, &stimulus, start, &mut ()).unwrap_err();
            let wanted = RunError::Stimulus(StimulusError::OtherNetwork {
                own: other.size(),
                network: network.size(),
            });
            assert_eq!(said, wanted, "{}", method.name);
        }
    }
}

// Blocks and ensembles.

#[test]
fn a_wide_block_gives_the_trajectories_of_single_columns() {
    for seed in 0..6 {
        let plan = Plan::random(seed, 2, 20);
        let network = plan.build();
        let settings = Settings {
            rtol: 1e-9,
            atol: 1e-11,
            t_end: 3.0,
            ..Settings::default()
        };
        let starts = starts(&plan, 16, seed);
        let wide = in_block(&network, &settings, &starts, 16);
        let stimulus = Stimulus::constant(&network);
        for (start, wide) in starts.iter().zip(&wide) {
            let alone = integrate(&network, &settings, &stimulus, start.clone(), &mut ()).unwrap();
            assert_eq!(alone.stop, StopReason::TimeReached);
            // Roundings move the steps a little: each is within about a hundred times its tolerance of the solution
            // (kinks, steep activations).
            assert!(apart(&alone.x, &wide.x) < 1e-7 * (1.0 + size(&alone.x)));
        }
    }
}

/// Starts near that of the plan, each with an input of its own.
fn starts(plan: &Plan, count: usize, seed: u64) -> Vec<Start> {
    let mut r = Numbers(seed + 100);
    let one = |_| Start {
        input: r.vector(plan.size(), 0.3),
        ..Start::at(networks::moved(&plan.x, 0.5, &r.vector(plan.size(), 1.0)))
    };
    (0..count).map(one).collect()
}

fn in_block(
    network: &Network,
    settings: &Settings,
    starts: &[Start],
    width: usize,
) -> Vec<Outcome> {
    let stimulus = Stimulus::constant(network);
    let mut block = Block::new(network, settings, &stimulus, width).unwrap();
    for (column, start) in starts.iter().enumerate() {
        block.load(column, start.clone(), ()).unwrap();
    }
    let mut outcomes: Vec<Option<Outcome>> = starts.iter().map(|_| None).collect();
    let never = Interrupt::new();
    while outcomes.iter().any(Option::is_none) {
        block.advance(&never);
        while let Some((column, ended, ())) = block.take_finished() {
            outcomes[column] = Some(ended);
        }
    }
    outcomes.into_iter().map(Option::unwrap).collect()
}

#[test]
fn neighbours_and_the_position_of_a_column_change_no_bit() {
    for seed in 0..6 {
        let plan = Plan::random(seed, 2, 40);
        let network = plan.build();
        let settings = Settings {
            t_end: 2.0,
            ..Settings::default()
        };
        let first = starts(&plan, 16, seed);
        let others = starts(&plan, 16, seed + 1);
        let reference = in_block(&network, &settings, &first, 16);
        for shift in [1, 7, 15] {
            let turned: Vec<Start> = (0..16).map(|k| first[(k + shift) % 16].clone()).collect();
            let outcomes = in_block(&network, &settings, &turned, 16);
            for k in 0..16 {
                assert_eq!(outcomes[k], reference[(k + shift) % 16], "seed {seed}");
            }
        }
        // One among strangers, and one alone in the block.
        let mut mixed = others.clone();
        mixed[5] = first[2].clone();
        assert_eq!(in_block(&network, &settings, &mixed, 16)[5], reference[2]);
        let alone = in_block(&network, &settings, &first[2..3], 16);
        assert_eq!(alone[0], reference[2]);
    }
}

#[test]
fn a_neighbour_that_is_not_finite_changes_no_bit() {
    let features = layer("x", &[8], r#"{ kind = "identity" }"#);
    let mut r = Numbers(9);
    let w = Weights::new(8, 8, r.symmetric(8, 0.3)).unwrap();
    let network = theories::general(features, w).unwrap();
    let settings = Settings::default();
    let mut starts: Vec<Start> = (0..16).map(|_| Start::at(r.vector(8, 1.0))).collect();
    let reference = in_block(&network, &settings, &starts, 16);
    starts[3] = Start::at(vec![1.7e308; 8]);
    let outcomes = in_block(&network, &settings, &starts, 16);
    assert!(!outcomes[3].stop.is_success());
    for k in (0..16).filter(|k| *k != 3) {
        assert_eq!(outcomes[k], reference[k], "column {k}");
    }
}

type Watch = (LyapunovMonitor, (RestMonitor, Recorder));

#[test]
fn an_ensemble_gives_the_same_bits_for_any_number_of_threads_and_any_order() {
    for (seed, t_end) in [(1, 4.0), (2, 4.0), (4, 60.0)] {
        let plan = Plan::random(seed, 2, 24);
        let network = plan.build();
        let stimulus = pulses(&network);
        let settings = Settings {
            until_rest: true,
            t_end,
            ..Settings::default()
        };
        let starts = starts(&plan, 40, seed);
        let everything = |starts: &[Start], threads: usize| {
            let interrupt = Interrupt::new();
            let ensemble = Ensemble {
                network: &network,
                settings: &settings,
                stimulus: &stimulus,
                threads,
                alone: false,
                interrupt: &interrupt,
            };
            let ended = Mutex::new(vec![None; starts.len()]);
            let watch = |_| -> Watch {
                let rest = RestMonitor::new(&network, [1e-6, 1e-5]).not_before(2.5);
                let recorder = Recorder::new(network.size(), Save::Every(0.37), true);
                (LyapunovMonitor::new(Mode::Reject), (rest, recorder))
            };
            let done = |k: usize, outcome: Outcome, (l, (_, r)): Watch| {
                let mut ended = ended.lock().unwrap();
                assert!(ended[k].is_none(), "start {k} ended twice");
                ended[k] = Some((outcome, l.into_report(), r.into_trajectory()));
            };
            let start = |k: usize| Ok(starts[k].clone());
            let ran = ensemble.run(0..starts.len(), start, watch, done);
            ran.unwrap();
            let ended = ended.into_inner().unwrap();
            ended.into_iter().map(Option::unwrap).collect::<Vec<_>>()
        };
        let one = everything(&starts, 1);
        for threads in [2, 4] {
            for (k, (a, b)) in everything(&starts, threads).iter().zip(&one).enumerate() {
                assert_eq!(a.0, b.0, "{threads} threads, start {k}: how it ended");
                assert_eq!(
                    a.1, b.1,
                    "{threads} threads, start {k}: what the monitor saw"
                );
                assert!(a.2 == b.2, "{threads} threads, start {k}: what was kept");
            }
        }
        // Another order of the starts.
        let order: Vec<usize> = (0..40).map(|k| (k * 17 + 5) % 40).collect();
        let turned: Vec<Start> = order.iter().map(|k| starts[*k].clone()).collect();
        for (result, k) in everything(&turned, 2).iter().zip(&order) {
            assert_eq!(*result, one[*k], "start {k}");
        }
        assert!(
            one.iter()
                .all(|(o, ..)| !matches!(o.stop, StopReason::Violation(_)))
        );
    }
}

#[test]
fn a_trajectory_in_company_has_the_bits_that_it_has_in_a_block_for_itself() {
    // They come to rest one after the other, so that the block becomes narrower several times over. The second network is
    // stiff: there `auto` hands its trajectories over.
    let plan = Plan::random(4, 2, 24);
    let mut r = Numbers(4);
    let apart = (0..70).map(|_| Start::at(r.vector(3, 3.0))).collect();
    let neurons = layer("x", &[3], r#"{ kind = "sigmoid", beta = 2.0 }"#);
    let w = Weights::new(3, 3, vec![0.0, 1.0, 0.5, 1.0, 0.0, -1.0, 0.5, -1.0, 0.0]).unwrap();
    let stiff = theories::general(neurons.tau([1.0, 1e-2, 1e-4]).input(0.1), w).unwrap();
    for (network, starts, method) in [
        (plan.build(), starts(&plan, 70, 4), "tsit5"),
        (plan.build(), starts(&plan, 70, 4), "exponential"),
        (plan.build(), starts(&plan, 70, 4), "rk4"),
        (stiff, apart, "auto"),
    ] {
        let stimulus = pulses(&network);
        let method = Method::named(method).unwrap();
        let settings = Settings {
            until_rest: true,
            t_end: 40.0,
            method,
            step: (!method.is_adaptive()).then_some(0.05),
            ..Settings::default()
        };
        let interrupt = Interrupt::new();
        let ensemble = Ensemble {
            network: &network,
            settings: &settings,
            stimulus: &stimulus,
            threads: 1,
            alone: false,
            interrupt: &interrupt,
        };
        let run = |starts: &[Start]| {
            let ended = Mutex::new(vec![None; starts.len()]);
            let watch = |k: usize| {
                let rest = RestMonitor::new(&network, [10f64.powi(-3 - (k % 7) as i32); 2]);
                (LyapunovMonitor::new(Mode::Record), rest)
            };
            let done = |k: usize, outcome: Outcome, (l, _): (LyapunovMonitor, RestMonitor)| {
                ended.lock().unwrap()[k] = Some((outcome, l.into_report()));
            };
            let start = |k: usize| Ok(starts[k].clone());
            let ran = ensemble.run(0..starts.len(), start, watch, done);
            ran.unwrap();
            let ended = ended.into_inner().unwrap();
            ended.into_iter().map(Option::unwrap).collect::<Vec<_>>()
        };
        let together = run(&starts);
        for k in [0, 6, 13, 34, 69] {
            // As many before it as give it the same number, all of them the same start.
            let few = vec![starts[k].clone(); k % 7 + 1];
            let apart = run(&few);
            assert_eq!(apart[k % 7], together[k], "{}: start {k}", method.name);
        }
    }
}

#[test]
fn an_ensemble_names_the_start_that_cannot_be_run() {
    let (network, x) = nonlinear();
    let interrupt = Interrupt::new();
    let (settings, stimulus) = (Settings::default(), Stimulus::constant(&network));
    let ensemble = Ensemble {
        network: &network,
        settings: &settings,
        stimulus: &stimulus,
        threads: 2,
        alone: false,
        interrupt: &interrupt,
    };
    let mut starts = vec![Start::at(x); 20];
    starts[7].x[2] = f64::INFINITY;
    let why = ensemble
        .run(0..20, |k| Ok(starts[k].clone()), |_| (), |_, _, ()| {})
        .unwrap_err();
    assert!(
        matches!(
            why,
            EnsembleError::Start {
                number: 7,
                why: StartError::NotFinite { neuron: 2, .. }
            }
        ),
        "{why}"
    );
}

#[test]
fn few_starts_that_share_no_block_are_shared_among_the_threads() {
    let (network, x) = nonlinear();
    let stimulus = Stimulus::constant(&network);
    let foreign = METHODS.iter().find(|m| m.columns == 1).unwrap();
    for (method, alone) in [(&TSIT5, true), (*foreign, false)] {
        let settings = Settings {
            method,
            ..Settings::default()
        };
        let ensemble = Ensemble {
            network: &network,
            settings: &settings,
            stimulus: &stimulus,
            threads: 2,
            alone,
            interrupt: &Interrupt::new(),
        };
        // Each waits until both have begun, for a while.
        let (begun, both) = (Mutex::new(0), Condvar::new());
        let watch = |_| {
            let mut count = begun.lock().unwrap();
            *count += 1;
            both.notify_all();
            let wait = both.wait_timeout_while(count, Duration::from_secs(20), |c| *c < 2);
            assert!(!wait.unwrap().1.timed_out(), "{}", method.name);
        };
        let start = |_| Ok(Start::at(x.clone()));
        ensemble.run(0..2, start, watch, |_, _, ()| {}).unwrap();
    }
}

#[test]
fn after_an_interrupt_no_start_is_drawn() {
    let (network, x) = nonlinear();
    let (settings, stimulus) = (Settings::default(), Stimulus::constant(&network));
    let interrupt = Interrupt::new();
    let ensemble = Ensemble {
        network: &network,
        settings: &settings,
        stimulus: &stimulus,
        threads: 1,
        alone: false,
        interrupt: &interrupt,
    };
    let drawn = AtomicU64::new(0);
    let start = |_| {
        drawn.fetch_add(1, Ordering::Relaxed);
        Ok(Start::at(x.clone()))
    };
    let ended = AtomicU64::new(0);
    let done = |_, _, ()| {
        interrupt.raise();
        ended.fetch_add(1, Ordering::Relaxed);
    };
    ensemble.run(0..10_000, start, |_| (), done).unwrap();
    let (drawn, ended) = (drawn.into_inner(), ended.into_inner());
    // One block of them, the widest that there is.
    assert!(drawn <= 512, "{drawn}");
    assert_eq!(ended, drawn);
}
