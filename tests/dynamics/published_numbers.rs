//! Numbers that the literature gives, or that follow from it in closed form, reproduced in continuous time.
//!
//! The hierarchical networks' fixed points stand in `reference_trajectories.rs`, the closed-form negative control in
//! `monitor.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use crate::common;

use std::sync::Arc;

use attractor::analysis::{FixedPoint, FixedPoints, Stability};
use attractor::dynamics::{EULER, Settings, Start, integrate};
use attractor::kernels::Weights;
use attractor::lagrangian::{
    Arctan, DirectSum, Exponential, Identity, Lagrangian, Power, Repu, Sigmoid, Softmax, Tanh,
};
use attractor::monitor::{LyapunovMonitor, Mode, Recorder, RestMonitor, Save};
use attractor::network::{Drive, Layer, Network, Workspace};
use attractor::stimulus::Stimulus;
use attractor::study::Study;
use attractor::synapse::{ExcitatoryInhibitory, Memory, Recurrent};
use attractor::trajectory::{StopReason, Trajectory};
use common::reference::{self, flat, run, study};
use serde_json::json;

/// One layer with recurrent weights.
fn one_layer(layer: Layer, w: &[f64]) -> Network {
    let n = layer.size();
    let name = layer.name.clone();
    let w = Weights::new(n, n, w.to_vec()).unwrap();
    Network::builder()
        .layer(layer)
        .connect(&[&name], Recurrent::new(w, &vec![1.0; n]).unwrap())
        .build()
        .unwrap()
}

/// At rest to 1e-12 of the size of the state.
fn rest(network: &Network, x: &[f64]) -> Vec<f64> {
    let settings = Settings {
        rtol: 1e-13,
        atol: 1e-15,
        t_end: 1e4,
        until_rest: true,
        max_steps: 1_000_000,
        ..Settings::default()
    };
    let mut monitor = RestMonitor::new(network, [1e-12, 1e-12]);
    let stimulus = Stimulus::constant(network);
    let start = Start::at(x.to_vec());
    let outcome = integrate(network, &settings, &stimulus, start, &mut monitor).unwrap();
    assert_eq!(outcome.stop, StopReason::Rest, "from {x:?}");
    outcome.x
}

/// The distinct resting points reached from these starts.
fn fixed_points(network: &Network, starts: impl IntoIterator<Item = Vec<f64>>) -> FixedPoints {
    let mut points = FixedPoints::default();
    for x in starts {
        points.find(network, &rest(network, &x), network.input(), &[]);
    }
    points
}

fn stable(points: &FixedPoints) -> Vec<&FixedPoint> {
    let is = |p: &&FixedPoint| p.stability == Stability::Stable;
    points.points().iter().filter(is).collect()
}

fn activation(network: &Network, x: &[f64]) -> Vec<f64> {
    let mut g = vec![0.0; network.size()];
    network.activation(x, 1, &mut g);
    g
}

fn energy(network: &Network, x: &[f64]) -> f64 {
    let mut ws = Workspace::new(network, 1);
    let mut at = network.at(x, Drive::own(network), &mut ws);
    at.energy().total[0]
}

/// Draws in (−1, 1), the same every time.
fn draws(seed: usize) -> impl FnMut() -> f64 {
    let mut state = seed as u64 * 0x9E37_79B9_7F4A_7C15 + 1;
    move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
}

#[test]
fn the_flip_flop_splits_in_two_above_a_gain_of_four() {
    let network = |beta| {
        let layer = Layer::new("pair", &[2], Sigmoid { beta })
            .unwrap()
            .input(0.5);
        one_layer(layer, &[0.0, -1.0, -1.0, 0.0])
    };
    let starts = [[-0.9, 0.7], [0.2, -0.1], [0.6, 0.1], [-0.3, -0.8]].map(Vec::from);
    for beta in [2.0, 3.9] {
        let network = network(beta);
        let points = fixed_points(&network, starts.clone());
        let attracting = stable(&points);
        assert_eq!(
            (attracting.len(), points.points().len()),
            (1, 1),
            "β = {beta}"
        );
        assert!(
            attracting[0].x.iter().all(|x| x.abs() < 1e-9),
            "{:?}",
            attracting[0].x
        );
    }
    // x₁ = −x₂ = a with a = tanh(β a/2)/2.
    for (beta, a) in [
        (5.0, 0.355_205_891_7),
        (6.0, 0.429_279_818_3),
        (8.0, 0.478_752_012_0),
        (20.0, 0.499_954_560_9),
    ] {
        let network = network(beta);
        let points = fixed_points(&network, starts.clone());
        let attracting = stable(&points);
        assert_eq!(
            (attracting.len(), points.points().len()),
            (2, 2),
            "β = {beta}"
        );
        for point in attracting {
            let sign = point.x[0].signum();
            // The last of ten published digits.
            assert!(
                (sign * point.x[0] - a).abs() < 1e-10,
                "β = {beta}: {:?}",
                point.x
            );
            assert!(
                (sign * point.x[1] + a).abs() < 1e-10,
                "β = {beta}: {:?}",
                point.x
            );
        }
    }
}

#[test]
fn hopfield_1984_figure_3_has_its_minima_and_its_threshold() {
    let network = |lambda| {
        let layer = Layer::new("pair", &[2], Arctan { lambda }).unwrap();
        one_layer(layer, &[0.0, 1.0, 1.0, 0.0])
    };
    let figure = network(1.4);
    let starts = [[0.5, 0.3], [-0.6, -0.1], [0.9, -0.2], [0.1, -0.7]].map(Vec::from);
    let points = fixed_points(&figure, starts.clone());
    let attracting = stable(&points);
    assert_eq!(attracting.len(), 2);
    for point in attracting {
        let v = activation(&figure, &point.x);
        // The last of eleven published digits, and of nine.
        assert!((v[0].abs() - 0.572_872_979_16).abs() < 1e-11, "{v:?}");
        assert!((v[0] - v[1]).abs() < 1e-11, "{v:?}");
        let e = energy(&figure, &point.x);
        assert!((e + 0.053_009_834_6).abs() < 1e-10, "{e}");
    }
    // λ is the slope at the origin: −1 + λ crosses zero at 1.
    for (lambda, attractors) in [(0.95, 1), (1.05, 2)] {
        let network = network(lambda);
        let points = fixed_points(&network, starts.clone());
        assert_eq!(stable(&points).len(), attractors, "λ = {lambda}");
        let mut origin = FixedPoints::default();
        origin.find(&network, &[0.0, 0.0], network.input(), &[]);
        let e = origin.points()[0].eigenvalue.unwrap();
        assert!((e.re - (lambda - 1.0)).abs() < 1e-14, "{e:?}");
    }
}

#[test]
fn at_high_gain_the_attractors_are_the_stable_states_of_the_binary_network() {
    let stored = reference::read("h01_high_gain_limit").0;
    let (t, input) = (flat(&stored["T"]), flat(&stored["I"]));
    let n = input.len();
    // A binary state is a start: x = T V + I.
    let corners: Vec<Vec<f64>> = (0..1usize << n)
        .map(|code| {
            let v = |j: usize| (code >> j & 1) as f64;
            (0..n)
                .map(|i| input[i] + (0..n).map(|j| t[i * n + j] * v(j)).sum::<f64>())
                .collect()
        })
        .collect();
    for entry in stored["continuous"].as_array().unwrap() {
        let beta = entry["beta"].as_f64().unwrap();
        let layer = Layer::new("v", &[n], Sigmoid { beta })
            .unwrap()
            .input(input.clone());
        let network = one_layer(layer, &t);
        let points = fixed_points(&network, corners.clone());
        let found: Vec<Vec<f64>> = stable(&points)
            .iter()
            .map(|p| activation(&network, &p.x))
            .collect();
        let expected: Vec<Vec<f64>> = entry["attractors"]
            .as_array()
            .unwrap()
            .iter()
            .map(flat)
            .collect();
        assert_eq!(found.len(), expected.len(), "gain {beta}");
        let nearest = |g: &[f64]| {
            let distance = |f: &Vec<f64>| {
                let pairs = f.iter().zip(g);
                pairs.fold(0.0f64, |m, (a, b)| m.max((a - b).abs()))
            };
            found.iter().map(distance).fold(f64::INFINITY, f64::min)
        };
        for attractor in &expected {
            // Rest to 1e-12 of states of order 10, flattened by the slope of the sigmoid.
            assert!(nearest(attractor) < 1e-11, "gain {beta}: {attractor:?}");
        }
        let binary = stored["binary_stable"].as_array().unwrap().iter();
        let farthest = binary.map(|b| nearest(&flat(b))).fold(0.0, f64::max);
        let name = "max_dist_of_binary_stable_to_nearest_attractor";
        let published = entry[name].as_f64().unwrap();
        // Nothing is lost in a saturated activation near 0: the digits hold down to 1e-81.
        assert!(
            (farthest / published - 1.0).abs() < 1e-10,
            "gain {beta}: {farthest} {published}"
        );
        assert_eq!(farthest < 2e-4, beta >= 40.0, "gain {beta}");
    }
}

#[test]
fn a_fast_hidden_layer_comes_to_the_effective_theory_in_first_order_and_its_energy_in_second() {
    let published = [
        (1e-2, 7.7865e-3, Some(1.333e-8)),
        (3e-3, 2.3525e-3, None),
        (1e-3, 7.8576e-4, Some(1.307e-10)),
        (3e-4, 2.3590e-4, None),
        (1e-4, 7.8648e-5, Some(1.304e-12)),
    ];
    let solve = "[solve]\nt_end = 4.0\nrtol = 1e-12\natol = 1e-14\nmax_steps = 10_000_000\nsave = { every = 0.01 }\n";
    let limit = reference::read("c27_stiff_effective_limit");
    let start = limit.start_table("[start]", 1.0);
    let effective = study(&format!("{}{start}{solve}", limit.network()));
    let slow = run(&effective).cases.remove(0).trajectory;
    let mut full = reference::read("c26_stiff_tauh_1e-4");
    for (tau, distance, gap) in published {
        full.0["layers"][1]["tau"] = json!(tau);
        // The hidden layer begins on its slow manifold.
        let text = format!("{}{start}h = \"relaxed\"\n{solve}", full.network());
        let fast = run(&study(&text)).cases.remove(0).trajectory;
        assert_eq!(fast.t, slow.t);
        let features = effective.network.size();
        let mut largest = 0.0f64;
        let mut smallest_gap = f64::INFINITY;
        for k in 0..fast.len() {
            let x = &fast.state(k)[..features];
            let pairs = x.iter().zip(slow.state(k));
            largest = pairs.fold(largest, |m, (a, b)| m.max((a - b).abs()));
            smallest_gap = smallest_gap.min(fast.energy[k] - energy(&effective.network, x));
        }
        let end = fast.len() - 1;
        let last = fast.energy[end] - energy(&effective.network, &fast.state(end)[..features]);
        assert!(
            (largest / distance - 1.0).abs() < 0.01,
            "τ_h = {tau}: {largest}"
        );
        if let Some(gap) = gap {
            assert!((last / gap - 1.0).abs() < 0.01, "τ_h = {tau}: {last}");
        }
        // Fenchel and Young: never below zero, up to the rounding of energies of order 1.
        assert!(smallest_gap > -1e-14, "τ_h = {tau}: {smallest_gap}");
    }
}

/// Excitation that inhibits itself: w = 3, A = 2, a bias of 0.1, a linear inhibitory neuron.
fn excitation_and_inhibition(tau: f64) -> Network {
    Network::builder()
        .layer(
            Layer::new("E", &[1], Tanh { beta: 1.0 })
                .unwrap()
                .input(0.1),
        )
        .layer(Layer::new("I", &[1], Identity).unwrap().tau(tau))
        .connect(
            &["E"],
            Recurrent::new(Weights::new(1, 1, vec![3.0]).unwrap(), &[1.0]).unwrap(),
        )
        .connect(
            &["E", "I"],
            ExcitatoryInhibitory::new(Weights::new(1, 1, vec![2.0]).unwrap()),
        )
        .build()
        .unwrap()
}

#[test]
fn slow_inhibition_loses_stability_at_the_published_time_constant() {
    // The resting point does not depend on τ_I.
    let x = rest(&excitation_and_inhibition(0.05), &[0.2, 0.0]);
    let growth = |tau: f64| {
        let network = excitation_and_inhibition(tau);
        let mut points = FixedPoints::default();
        points.find(&network, &x, network.input(), &[]);
        let e = points.points()[0].eigenvalue.unwrap();
        assert!(e.im.abs() > 0.1, "a pair: it begins to oscillate");
        e.re
    };
    let (mut low, mut high) = (0.4, 0.6);
    assert!(growth(low) < 0.0 && growth(high) > 0.0);
    while high - low > 1e-12 {
        let middle = 0.5 * (low + high);
        if growth(middle) < 0.0 {
            low = middle
        } else {
            high = middle
        }
    }
    assert!((low - 0.501_880_48).abs() < 5e-9, "{low}");
}

/// Times at which neuron `i` crosses `level` upwards, by the cubic through states and velocities at both sides.
fn crossings(seen: &Trajectory, i: usize, level: f64) -> Vec<f64> {
    let mut times = Vec::new();
    for k in 1..seen.len() {
        let (h, a, b) = (
            seen.t[k] - seen.t[k - 1],
            seen.state(k - 1)[i],
            seen.state(k)[i],
        );
        let (u, v) = (seen.velocity(k - 1)[i], seen.velocity(k)[i]);
        if !(a < level && b >= level) {
            continue;
        }
        let cubic = |s: f64| {
            let r = 1.0 - s;
            a * r * r * (1.0 + 2.0 * s) + b * s * s * (1.0 + 2.0 * r) + h * s * r * (u * r - v * s)
        };
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if cubic(middle) < level {
                low = middle
            } else {
                high = middle
            }
        }
        times.push(seen.t[k - 1] + h * low);
    }
    times
}

/// The period over the last ten rounds, on the limit cycle.
fn period(e: &Study, i: usize, level: f64) -> (f64, Trajectory) {
    let seen = run(e).cases.remove(0).trajectory;
    let times = crossings(&seen, i, level);
    let n = times.len();
    let rounds = |k: usize| (times[k] - times[k - 5]) / 5.0;
    // On the cycle two stretches of five rounds take equally long.
    assert!((rounds(n - 1) - rounds(n - 6)).abs() < 1e-8, "{times:?}");
    (0.5 * (rounds(n - 1) + rounds(n - 6)), seen)
}

#[test]
fn limit_cycles_have_the_published_periods() {
    let cycle = |name: &str| {
        let case = reference::read(name);
        let start = case.start_table("[start]", 1.0);
        // Hermite over a hundredth: errors of the order of 1e-10.
        study(&format!(
            "{}{start}[solve]\nt_end = 120.0\nrtol = 1e-11\natol = 1e-13\nsave = {{ every = 0.01 }}\nlyapunov = \"off\"\n",
            case.network()
        ))
    };
    let (rotation, _) = period(&cycle("n02_asymmetric_W"), 0, 0.0);
    assert!((rotation - 4.446_828_69).abs() < 1e-8, "{rotation}");
    let (slow, seen) = period(&cycle("n04_EI_slow_inhibition"), 0, 0.0);
    assert!((slow - 4.300_129_48).abs() < 1e-8, "{slow}");
    let settled = (0..seen.len()).filter(|k| seen.t[*k] > 60.0);
    let highest = settled
        .map(|k| seen.state(k)[0])
        .fold(f64::NEG_INFINITY, f64::max);
    // Published as 1.2777; the states kept are a hundredth apart, where the top is flat to 1e-5.
    assert!((highest - 1.2777).abs() < 2e-4, "{highest}");
}

#[test]
fn a_line_attractor_keeps_its_memory_and_a_leaky_one_forgets_in_a_hundred_time_constants() {
    let u = [0.6, 0.48, 0.64];
    let case = reference::read("c37_line_attractor");
    assert_eq!(flat(&case.0["line"]), u);
    let along = |x: &[f64]| -> f64 { x.iter().zip(u).map(|(x, u)| x * u).sum() };
    let line = |c: f64| -> Vec<f64> { u.iter().flat_map(|a| u.map(|b| c * a * b)).collect() };
    let start = case.start();
    for (eigenvalue, t_end) in [(1.0, 20.0), (0.99, 100.0)] {
        let layer = Layer::new("A", &[3], Identity).unwrap();
        let network = one_layer(layer, &line(eigenvalue));
        let settings = Settings {
            t_end,
            rtol: 1e-10,
            atol: 1e-12,
            ..Settings::default()
        };
        let stimulus = Stimulus::constant(&network);
        let outcome = integrate(
            &network,
            &settings,
            &stimulus,
            Start::at(start.clone()),
            &mut (),
        )
        .unwrap();
        let kept = along(&outcome.x) / along(&start);
        if eigenvalue == 1.0 {
            // Runge–Kutta keeps a linear invariant; what is left is rounding over a few hundred steps.
            assert!((kept - 1.0).abs() < 1e-14, "{kept}");
            let across: f64 = (0..3)
                .map(|i| (outcome.x[i] - along(&outcome.x) * u[i]).powi(2))
                .sum();
            assert!(
                across.sqrt() < 1e-8,
                "the rest has decayed by e^20: {across}"
            );
        } else {
            assert!((kept - (-1f64).exp()).abs() < 1e-9, "{kept}");
            let mut points = FixedPoints::default();
            points.find(&network, &[0.0; 3], network.input(), &[]);
            let e = points.points()[0].eigenvalue.unwrap();
            assert!((e.re + 0.01).abs() < 1e-14, "{e:?}");
        }
    }
}

/// `argmin ½‖s − Φa‖² + λ‖a‖₁` by coordinate descent.
fn lasso(phi: &[f64], s: &[f64], lambda: f64) -> Vec<f64> {
    let (m, n) = (s.len(), phi.len() / s.len());
    let mut a = vec![0.0; n];
    for _ in 0..5000 {
        for j in 0..n {
            let column = |i: usize| phi[i * n + j];
            let rest = |i: usize| {
                s[i] - (0..n)
                    .filter(|k| *k != j)
                    .map(|k| phi[i * n + k] * a[k])
                    .sum::<f64>()
            };
            let pull: f64 = (0..m).map(|i| column(i) * rest(i)).sum();
            let norm: f64 = (0..m).map(|i| column(i) * column(i)).sum();
            a[j] = pull.signum() * (pull.abs() - lambda).max(0.0) / norm;
        }
    }
    a
}

#[test]
fn the_locally_competitive_network_rests_at_the_lasso() {
    let case = reference::read("c36_lca_sparse_coding");
    let e = study(&case.model("tsit5"));
    let x = rest(&e.network, &case.start());
    let g = activation(&e.network, &x);
    let expected = lasso(&flat(&case.0["Phi"]), &flat(&case.0["signal"]), 0.2);
    assert!(
        expected.iter().filter(|a| **a == 0.0).count() >= 4,
        "it is sparse: {expected:?}"
    );
    for (a, b) in g.iter().zip(&expected) {
        // At rest to 1e-12, and the slowest decay takes eight time constants.
        assert!((a - b).abs() < 2e-11, "{g:?} {expected:?}");
    }
}

/// Rises of the energy under Euler's method with a step `dt`, over networks and starts drawn at random.
fn rises(dt: f64, networks: impl Iterator<Item = Network>) -> u64 {
    let mut rises = 0;
    for (seed, network) in networks.enumerate() {
        let settings = Settings {
            method: &EULER,
            step: Some(dt),
            t_end: 40.0 * dt,
            ..Settings::default()
        };
        let mut draw = draws(1000 + seed);
        let x = (0..network.size()).map(|_| 2.0 * draw()).collect();
        let recorder = Recorder::new(network.size(), Save::Final, true);
        let mut monitor = (LyapunovMonitor::new(Mode::Record), recorder);
        let stimulus = Stimulus::constant(&network);
        let outcome =
            integrate(&network, &settings, &stimulus, Start::at(x), &mut monitor).unwrap();
        assert_eq!(outcome.stop, StopReason::TimeReached);
        let report = monitor.0.into_report();
        assert_eq!((report.steps, report.identity_failures), (40, 0));
        rises += report.rises;
    }
    rises
}

fn layer(n: usize, seed: usize) -> Layer {
    let beta = 1.0 + (seed % 4) as f64;
    let additive: Arc<dyn Lagrangian> = match seed % 3 {
        0 => Arc::new(Tanh { beta }),
        1 => Arc::new(Sigmoid { beta }),
        // One group: its τ must be one number.
        _ => Arc::new(Softmax { beta }),
    };
    let mut draw = draws(seed);
    let sum = DirectSum::uniform(&[n], additive).unwrap();
    let input: Vec<f64> = (0..n).map(|_| 0.3 * draw()).collect();
    let layer = Layer::of("v", &[n], sum).input(input);
    if seed % 3 == 2 {
        layer
    } else {
        // The shortest time constant is 1: dt/τ ≤ dt.
        let tau: Vec<f64> = (0..n)
            .map(|i| if i == 0 { 1.0 } else { 2.0 + draw() })
            .collect();
        layer.tau(tau)
    }
}

const SIZE: usize = 6;

fn recurrent(positive: bool) -> impl Iterator<Item = Network> {
    (0..60).map(move |seed| {
        let mut draw = draws(100 + seed);
        let a: Vec<f64> = (0..SIZE * SIZE).map(|_| draw()).collect();
        let entry = |i: usize, j: usize| -> f64 {
            if positive {
                (0..SIZE).map(|k| a[k * SIZE + i] * a[k * SIZE + j]).sum()
            } else {
                -3.0 * (a[i * SIZE + j] + a[j * SIZE + i])
            }
        };
        let w: Vec<f64> = (0..SIZE * SIZE)
            .map(|k| entry(k / SIZE, k % SIZE))
            .collect();
        one_layer(layer(SIZE, seed), &w)
    })
}

fn memories(potentials: Vec<Arc<dyn Lagrangian>>) -> impl Iterator<Item = Network> {
    (0..60).map(move |seed| {
        let mut draw = draws(200 + seed);
        let xi: Vec<f64> = (0..4 * SIZE).map(|_| draw()).collect();
        let potential = potentials[seed % potentials.len()].clone();
        let potential = DirectSum::uniform(&[4], potential).unwrap();
        let xi = Weights::new(4, SIZE, xi).unwrap();
        Network::builder()
            .layer(layer(SIZE, seed))
            .connect(&["v"], Memory::new(vec![xi], potential).unwrap())
            .build()
            .unwrap()
    })
}

#[test]
fn euler_steps_up_to_tau_never_lift_the_energy_where_the_interaction_is_concave() {
    let convex = || -> Vec<Arc<dyn Lagrangian>> {
        vec![
            Arc::new(Repu { n: 3 }),
            Arc::new(Softmax { beta: 4.0 }),
            Arc::new(Power { n: 4 }),
            Arc::new(Exponential { beta: 1.0 }),
        ]
    };
    for dt in [0.1, 0.5, 1.0] {
        assert_eq!(rises(dt, recurrent(true)), 0, "W ≥ 0, dt = {dt} τ");
        assert_eq!(rises(dt, memories(convex())), 0, "F convex, dt = {dt} τ");
    }
    // Beyond τ, or without concavity, nothing holds it.
    for dt in [1.5, 1.9] {
        assert!(rises(dt, recurrent(true)) > 0, "dt = {dt} τ");
        assert!(rises(dt, memories(convex())) > 0, "dt = {dt} τ");
    }
    assert!(rises(0.1, recurrent(false)) > 0, "W indefinite");
    let cube: Vec<Arc<dyn Lagrangian>> = vec![Arc::new(Power { n: 3 })];
    assert!(rises(1.0, memories(cube)) > 0, "F = x³/3");
}
