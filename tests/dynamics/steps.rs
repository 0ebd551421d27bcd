//! Single steps against the truth: the error of a step is below the method's own estimate of it, and states inside a step
//! are as good as its end.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use crate::common;
use crate::networks;
use crate::problems;

use attractor::dynamics::{DOPRI5, Method, OWN, Outcome, Settings, Start, integrate};
use attractor::monitor::{Monitor, Recorder, Save};
use attractor::network::{Drive, Network, Workspace};
use attractor::stimulus::Stimulus;
use attractor::trajectory::StopReason;
use common::reference::{VALID, read, study};
use networks::Numbers;
use problems::detest;

/// A network, where it starts, and for how long it is followed.
struct Case {
    name: &'static str,
    network: Network,
    start: Start,
    t_end: f64,
}

impl Case {
    fn reference(name: &'static str) -> Case {
        let e = study(&read(name).model("dopri5"));
        Case {
            name,
            start: e.cases[0].start.clone(),
            t_end: e.settings.t_end,
            network: e.network,
        }
    }

    fn run<M: Monitor>(&self, x: &[f64], settings: &Settings, monitor: &mut M) -> Outcome {
        let start = Start {
            x: x.to_vec(),
            ..self.start.clone()
        };
        let stimulus = Stimulus::constant(&self.network);
        integrate(&self.network, settings, &stimulus, start, monitor).unwrap()
    }

    /// Where `x` is after `h`, to thirteen digits.
    fn truth(&self, x: &[f64], h: f64) -> Vec<f64> {
        let settings = Settings {
            method: &DOPRI5,
            rtol: 1e-13,
            atol: 1e-15,
            t_end: h,
            max_steps: u64::MAX,
            ..Settings::default()
        };
        let outcome = self.run(x, &settings, &mut ());
        assert_eq!(outcome.stop, StopReason::TimeReached, "{}", self.name);
        outcome.x
    }

    /// The largest rate at `x`: how much the Jacobian lengthens a vector that it has turned thirty times.
    fn fastest(&self, x: &[f64]) -> f64 {
        let network = &self.network;
        let mut ws = Workspace::new(network, 1);
        let drive = Drive {
            clamped: &self.start.clamped,
            ..Drive::own(network)
        };
        let mut here = network.at(x, drive, &mut ws).hessian();
        let mut v = Numbers(1).vector(x.len(), 1.0);
        let mut turned = vec![0.0; x.len()];
        let mut rate = 0.0;
        for _ in 0..30 {
            let length = v.iter().map(|v| v * v).sum::<f64>().sqrt();
            v.iter_mut().for_each(|v| *v /= length);
            here.jacobian_action(&v, &mut turned);
            rate = turned.iter().map(|v| v * v).sum::<f64>().sqrt();
            if rate == 0.0 {
                break;
            }
            std::mem::swap(&mut v, &mut turned);
        }
        rate
    }

    /// The states between which a method steps, and the lengths of its steps.
    fn steps(&self, settings: &Settings) -> Vec<(Vec<f64>, f64)> {
        let mut recorder = Recorder::new(self.start.x.len(), Save::Steps, false);
        let outcome = self.run(&self.start.x, settings, &mut recorder);
        assert_eq!(outcome.stop, StopReason::TimeReached, "{}", self.name);
        let kept = recorder.into_trajectory();
        let pairs = kept.t.windows(2).enumerate();
        pairs
            .map(|(k, t)| (kept.state(k).to_vec(), t[1] - t[0]))
            .collect()
    }
}

/// Reference cases and problems of others. Steps over a stiff layer (c26, c27) are as many as all the others' together
/// and all alike.
fn cases() -> Vec<Case> {
    let reference = VALID.iter().filter(|name| !name.contains("stiff"));
    let mut cases: Vec<Case> = reference.map(|name| Case::reference(name)).collect();
    cases.extend(detest().into_iter().map(|p| Case {
        name: p.name,
        network: p.network(),
        start: Start::at(p.start.clone()),
        t_end: 20.0,
    }));
    cases
}

/// Settings for one step of length `h`, taken whatever the tolerance says if `loose`.
fn one_step(method: &'static Method, h: f64, [rtol, atol]: [f64; 2]) -> Settings {
    Settings {
        method,
        rtol,
        atol,
        t_end: h,
        step: Some(h),
        max_steps: 1,
        ..Settings::default()
    }
}

/// How long a step of `ẋ = −x` may be for the estimate of a tableau to be above its error: from there on the estimate is
/// no estimate, whatever the tolerance. 2.28 for tsit5, 3.09 for dopri5, and 0.35 for bs3, whose estimate
/// `(h³ − h⁴)/48` even vanishes at h = 1. Explicit methods come to such lengths at rest, where their steps grow to the
/// edge of stability and both error and estimate tremble below the tolerance. The estimate of `exponential` has no such
/// bound: there the leak is exact.
fn reach(method: &Method) -> f64 {
    let Some(tableau) = method.tableau else {
        return f64::INFINITY;
    };
    let holds = |h: f64| {
        let sum = |row: &[f64], k: &[f64]| row.iter().zip(k).map(|(a, k)| a * k).sum::<f64>();
        let mut k = vec![-1.0];
        for row in tableau.a.iter().chain([&tableau.b]) {
            k.push(-1.0 - h * sum(row, &k));
        }
        let end = -k[k.len() - 1];
        let estimate = h * sum(tableau.error.unwrap(), &k);
        estimate.abs() >= (end - (-h).exp()).abs()
    };
    let lengths = (10..).map(|n| 0.01 * f64::from(n));
    lengths.take_while(|h| holds(*h)).last().unwrap()
}

/// The error of a step in units of the tolerance, as the control of the step measures it.
fn in_tolerances(x: &[f64], end: &[f64], truth: &[f64], [rtol, atol]: [f64; 2]) -> f64 {
    let parts = end.iter().zip(truth).zip(x);
    let squares = parts.map(|((y, z), x)| ((y - z) / (atol + rtol * x.abs().max(y.abs()))).powi(2));
    (squares.sum::<f64>() / x.len() as f64).sqrt()
}

#[test]
fn the_error_of_a_step_is_below_its_estimate() {
    let cases = cases();
    for method in OWN.iter().filter(|m| m.is_adaptive()) {
        let reach = reach(method);
        for rtol in [1e-3, 1e-6, 1e-9] {
            let tolerances = [rtol, 1e-2 * rtol];
            // Steps within reach, those of them whose estimate is below the error; all, those above the tolerance.
            let (mut judged, mut wrong, mut all, mut above) = (0, 0, 0, 0);
            for case in &cases {
                let settings = Settings {
                    method,
                    rtol,
                    atol: tolerances[1],
                    t_end: case.t_end,
                    max_steps: u64::MAX,
                    ..Settings::default()
                };
                let steps = case.steps(&settings);
                // At most sixty of a trajectory: no case outvotes the others.
                for (x, h) in steps.iter().step_by(steps.len().div_ceil(60)) {
                    let end = case.run(x, &one_step(method, *h, [1e6; 2]), &mut ()).x;
                    let error = in_tolerances(x, &end, &case.truth(x, *h), tolerances);
                    let taken = |tolerances| {
                        let settings = one_step(method, *h, tolerances);
                        case.run(x, &settings, &mut ()).statistics.accepted
                    };
                    assert_eq!(taken(tolerances), 1, "{}: taken before", case.name);
                    all += 1;
                    above += u64::from(error > 1.0);
                    // What is left of the truth is rounding.
                    if error * rtol < 1e-12 || h * case.fastest(x) > reach {
                        continue;
                    }
                    // With the error itself as tolerance the step must fail: its estimate is above that.
                    judged += 1;
                    wrong += taken(tolerances.map(|t| t * error));
                }
            }
            let part = |a: u64, b: u64| 100.0 * a as f64 / b as f64;
            let (wrong, above) = (part(wrong, judged), part(above, all));
            let what = format!("{} at {rtol:e}", method.name);
            println!(
                "{what}: {wrong:.1} % of {judged} steps err by more than their estimate, {above:.1} % of {all} by more than the tolerance"
            );
            // At 1e-3 the steps of an explicit method are so long that what the estimate leaves out, one order higher, is
            // no longer small: 31 % of the steps of tsit5 and dopri5 err by more than their estimate, though 4 and 6 %
            // only by more than the tolerance. Two thirds of the steps of bs3 are beyond its reach.
            // The estimate of rosenbrock23 is of the error of its own order, and a quarter of its steps err by a little more.
            let coarse = rtol > 1e-4 && method.tableau.is_some() || method.order == 2;
            let most = match (coarse, method.order) {
                (false, _) => [5.0, 5.0],
                (true, 3) => [10.0, 40.0],
                (true, _) => [40.0, 8.0],
            };
            assert!(wrong <= most[0], "{what}: {wrong} %");
            assert!(above <= most[1], "{what}: {above} %");
        }
    }
}

#[test]
fn states_inside_a_step_are_as_good_as_its_end() {
    let cases = cases();
    let times = |h: f64| -> Vec<f64> { (1..=100).map(|k| h * f64::from(k) / 101.0).collect() };
    for method in OWN {
        for rtol in [1e-3, 1e-6] {
            let (mut judged, mut over, mut worst) = (0, 0, (0.0, ""));
            for case in &cases {
                let fastest = case.network.rates().iter().copied().fold(0.0, f64::max);
                let fastest = fastest.max(case.fastest(&case.start.x));
                let settings = Settings {
                    method,
                    rtol,
                    atol: 1e-2 * rtol,
                    step: (!method.is_adaptive()).then_some(0.05 / fastest),
                    t_end: case.t_end.min(200.0 / fastest),
                    ..Settings::default()
                };
                let steps = case.steps(&settings);
                let (mut largest_inside, mut largest_end) = (0.0_f64, 0.0_f64);
                for (x, h) in steps.iter().step_by(steps.len().div_ceil(8)) {
                    let times = times(*h);
                    let mut recorder = Recorder::new(x.len(), Save::At(times.clone()), false);
                    let end = case
                        .run(x, &one_step(method, *h, [1e6; 2]), &mut recorder)
                        .x;
                    let kept = recorder.into_trajectory();
                    assert_eq!(kept.t, times);
                    let (mut truth, mut at, mut inside) = (x.clone(), 0.0, 0.0_f64);
                    for (k, t) in times.iter().enumerate() {
                        truth = case.truth(&truth, t - at);
                        at = *t;
                        inside = inside.max(off(kept.state(k), &truth));
                    }
                    // What is left of the truth after a hundred pieces is rounding.
                    let end = off(&end, &case.truth(&truth, h - at)).max(1e-12);
                    judged += 1;
                    // Its polynomial is of order 4, as the estimate that the tolerance holds down.
                    let is_rough = method.name == "rodas5p";
                    let end = if is_rough { end.max(rtol) } else { end };
                    over += u64::from(inside > 10.0 * end);
                    largest_inside = largest_inside.max(inside);
                    largest_end = largest_end.max(end);
                }
                let ratio = largest_inside / largest_end;
                if ratio > worst.0 {
                    worst = (ratio, case.name);
                }
            }
            let what = format!("{} at {rtol:e}", method.name);
            let (worst, name) = worst;
            println!(
                "{what}: {over} of {judged} steps err ten times more inside than at their end; a trajectory at most {worst:.1} times ({name})"
            );
            // The error at the end of a single step may pass through zero, of which its inside knows nothing.
            assert!(100 * over <= judged, "{what}: {over} of {judged}");
            // Measured at 1e-3: 20 times for dopri5 in c39, an exponential memory, up to 6 elsewhere.
            let most = if rtol > 1e-4 { 30.0 } else { 10.0 };
            assert!(worst <= most, "{what}: {name} {worst}");
        }
    }
}

/// The largest difference over 1 + |reference|.
fn off(x: &[f64], reference: &[f64]) -> f64 {
    let pairs = x.iter().zip(reference);
    let each = pairs.map(|(x, r)| (x - r).abs() / (1.0 + r.abs()));
    each.fold(0.0, f64::max)
}
