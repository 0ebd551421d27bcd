//! The published theories as identities: the same equations written in two ways must agree.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use crate::networks;

use std::sync::Arc;

use attractor::dynamics::{EULER, Settings};
use attractor::kernels::Weights;
use attractor::lagrangian::{DirectSum, Identity, Lagrangian, Power, Softmax, Tanh};
use attractor::monitor::{Recorder, Save};
use attractor::network::{Layer, Network, theories};
use attractor::synapse::{Memory, symmetrizing_weights};
use attractor::trajectory::Trajectory;
use networks::{At, Numbers, apart, lagrangian, layer, moved, run, size};

/// Two ways of adding a few dozen numbers of order 1.
const ROUNDING: f64 = 1e-13;

fn transposed_times(xi: &Weights) -> Weights {
    let (rows, n) = (xi.rows(), xi.cols());
    let entry = |i: usize, j: usize| -> f64 {
        (0..rows)
            .map(|m| xi.data()[m * n + i] * xi.data()[m * n + j])
            .sum()
    };
    let data = (0..n * n).map(|k| entry(k / n, k % n)).collect();
    Weights::new(n, n, data).unwrap()
}

fn trajectory(network: &Network, settings: &Settings, x: &[f64], dt: f64) -> Trajectory {
    let mut recorder = Recorder::new(x.len(), Save::Every(dt), network.has_energy());
    let outcome = run(network, settings, x, &mut recorder);
    assert!(outcome.stop.is_success(), "{:?}", outcome.stop);
    recorder.into_trajectory()
}

fn fine(t_end: f64) -> Settings {
    Settings {
        rtol: 1e-10,
        atol: 1e-12,
        t_end,
        ..Settings::default()
    }
}

/// Velocities and energies of two networks agree at random states, and so do their trajectories.
fn assert_same(a: &Network, b: &Network, seed: u64) {
    let mut r = Numbers(seed);
    for _ in 0..20 {
        let x = r.vector(a.size(), 2.0);
        let (p, q) = (At::new(a, &x, &[]), At::new(b, &x, &[]));
        assert!(apart(&p.velocity, &q.velocity) < ROUNDING * (1.0 + size(&p.velocity)));
        assert!((p.energy() - q.energy()).abs() < ROUNDING * (1.0 + p.magnitude()));
    }
    let x = r.vector(a.size(), 2.0);
    let (p, q) = (
        trajectory(a, &fine(5.0), &x, 0.5),
        trajectory(b, &fine(5.0), &x, 0.5),
    );
    // Both within about ten times the tolerance of 1e-10 of the same solution.
    assert!(apart(&p.x, &q.x) < 1e-8, "{}", apart(&p.x, &q.x));
    assert!(apart(&p.energy, &q.energy) < 1e-8);
}

#[test]
fn a_two_layer_network_is_a_general_one_with_block_weights_and_a_hierarchy_of_two() {
    let mut r = Numbers(1);
    let (n, m) = (6, 4);
    let xi = r.weights(m, n, 1.0);
    let (f, h) = (
        r#"{ kind = "tanh", beta = 1.5 }"#,
        r#"{ kind = "softmax", beta = 2.0 }"#,
    );
    let (i_f, i_h) = (r.vector(n, 0.5), r.vector(m, 0.5));
    let features = layer("features", &[n], f).input(i_f.clone());
    let hidden = layer("hidden", &[m], h).tau(0.3).input(i_h.clone());
    let two = theories::two_layer(features.clone(), hidden.clone(), xi.clone()).unwrap();
    let chain = theories::hierarchical(vec![features, hidden], vec![xi.clone()]).unwrap();
    let parts = vec![(n, lagrangian(f)), (m, lagrangian(h))];
    let sum = DirectSum::blocks(&[n + m], parts).unwrap();
    let tau = [vec![1.0; n], vec![0.3; m]].concat();
    let one = Layer::of("all", &[n + m], sum)
        .tau(tau)
        .input([i_f, i_h].concat());
    let mut w = vec![0.0; (n + m) * (n + m)];
    for mu in 0..m {
        for i in 0..n {
            w[(n + mu) * (n + m) + i] = xi.data()[mu * n + i];
            w[i * (n + m) + n + mu] = xi.data()[mu * n + i];
        }
    }
    let general = theories::general(one, Weights::new(n + m, n + m, w).unwrap()).unwrap();
    assert_same(&two, &general, 2);
    assert_same(&two, &chain, 3);
}

#[test]
fn a_memory_with_identity_potential_is_recurrent_with_its_diagonal() {
    let mut r = Numbers(4);
    let xi = r.weights(3, 6, 0.5);
    let features = layer("features", &[6], r#"{ kind = "sigmoid", beta = 2.0 }"#)
        .input(r.vector(6, 0.5))
        .tau(r.vector(6, 0.5).iter().map(|v| 1.0 + v).collect::<Vec<_>>());
    let hidden = layer("hidden", &[3], r#"{ kind = "identity" }"#);
    let memory = theories::effective(features.clone(), &hidden, xi.clone()).unwrap();
    let recurrent = theories::classical(features.clone(), transposed_times(&xi)).unwrap();
    assert_same(&memory, &recurrent, 5);
    // Without the diagonal of ξᵀξ it is another network.
    let mut w = transposed_times(&xi).data().to_vec();
    (0..6).for_each(|i| w[i * 7] = 0.0);
    let without = theories::classical(features, Weights::new(6, 6, w).unwrap()).unwrap();
    let x = r.vector(6, 1.0);
    let (p, q) = (At::new(&memory, &x, &[]), At::new(&without, &x, &[]));
    assert!(apart(&p.velocity, &q.velocity) > 0.01);
}

#[test]
fn the_energy_of_the_classical_network_is_hopfields_up_to_a_constant() {
    let mut r = Numbers(6);
    let (n, beta) = (5, 3.0);
    let xi = r.weights(2, n, 1.0);
    let input = r.vector(n, 0.7);
    let features =
        layer("features", &[n], r#"{ kind = "sigmoid", beta = 3 }"#).input(input.clone());
    let t = transposed_times(&xi);
    let classical = theories::classical(features.clone(), t.clone()).unwrap();
    let hidden = layer("hidden", &[2], r#"{ kind = "identity" }"#);
    let two = theories::two_layer(features, hidden, xi.clone()).unwrap();
    // ∫_{1/2}^{v} g⁻¹, g⁻¹(v) = ln(v/(1 − v))/β, by Simpson's rule: 2000 panels of a smooth integrand leave 1e-13.
    let integral = |v: f64| {
        let inverse = |v: f64| (v / (1.0 - v)).ln() / beta;
        let panels = 2000;
        let h = (v - 0.5) / f64::from(panels);
        let at = |k: i32| inverse(0.5 + h * f64::from(k));
        let odd: f64 = (0..panels / 2).map(|k| 4.0 * at(2 * k + 1)).sum();
        let even: f64 = (1..panels / 2).map(|k| 2.0 * at(2 * k)).sum();
        h / 3.0 * (at(0) + odd + even + at(panels))
    };
    let mut constants = Vec::new();
    for _ in 0..20 {
        let x = r.vector(n, 1.0);
        let at = At::new(&classical, &x, &[]);
        let v = &at.activation;
        let mut hopfield = 0.0;
        for i in 0..n {
            hopfield += integral(v[i]) - input[i] * v[i];
            for j in 0..n {
                hopfield -= 0.5 * t.data()[i * n + j] * v[i] * v[j];
            }
        }
        constants.push(hopfield - at.energy());
        // The two-layer network on its slow manifold h = ξ g has the same energy (Scholarpedia (7), (8)).
        let h = (0..2).map(|m| (0..n).map(|i| xi.data()[m * n + i] * v[i]).sum());
        let on_manifold: Vec<f64> = x.iter().copied().chain(h).collect();
        let full = At::new(&two, &on_manifold, &[]).energy();
        assert!((full - at.energy()).abs() < ROUNDING * (1.0 + at.magnitude()));
    }
    for c in &constants {
        // ∫ from 1/2 leaves out L*(1/2) = −ln 2/β of each neuron.
        let want = 5.0 * 2f64.ln() / beta;
        assert!((c - want).abs() < 1e-11, "{c} {want}");
    }
}

#[test]
fn a_fast_hidden_layer_approaches_the_memory_synapse_with_orders_one_and_two() {
    let mut r = Numbers(8);
    let (n, m, beta) = (4, 3, 2.0);
    let xi = r.weights(m, n, 1.0);
    let bias = r.vector(m, 0.3);
    let features =
        layer("features", &[n], r#"{ kind = "tanh", beta = 1.2 }"#).input(r.vector(n, 0.8));
    let x = r.vector(n, 1.0);
    // The leak of the hidden layer goes through the whole theory.
    let hidden = theories::model_b([n, m], beta).unwrap().hidden;
    let hidden = hidden.input(bias.clone()).leak(1.3);
    let slow = theories::effective(features.clone(), &hidden, xi.clone()).unwrap();
    let limit = trajectory(&slow, &fine(1.0), &x, 0.125);
    let mut errors = Vec::new();
    let mut gaps = Vec::new();
    let taus = [1e-2, 10f64.powf(-2.5), 1e-3, 10f64.powf(-3.5)];
    for tau in taus {
        let fast = hidden.clone().tau(tau);
        let full = theories::two_layer(features.clone(), fast, xi.clone()).unwrap();
        // A start on the slow manifold, h = (ξ g + b)/k.
        let mut g = vec![0.0; n];
        slow.activation(&x, 1, &mut g);
        let h = (0..m).map(|mu| {
            let field: f64 = (0..n).map(|i| xi.data()[mu * n + i] * g[i]).sum();
            (field + bias[mu]) / 1.3
        });
        let start: Vec<f64> = x.iter().copied().chain(h).collect();
        let seen = trajectory(&full, &fine(1.0), &start, 0.125);
        let (mut error, mut gap) = (0.0f64, 0.0f64);
        for k in 0..seen.len() {
            let state = &seen.state(k)[..n];
            error = error.max(apart(state, limit.state(k)));
            let effective = At::new(&slow, state, &[]);
            let above = seen.energy[k] - effective.energy();
            // Fenchel and Young: never below, but for roundings.
            assert!(
                above > -64.0 * f64::EPSILON * effective.magnitude(),
                "{above:e}"
            );
            gap = gap.max(above);
        }
        errors.push(error);
        gaps.push(gap);
    }
    for (what, list, order) in [("state", &errors, 1.0), ("energy", &gaps, 2.0)] {
        for (pair, tau) in list.windows(2).zip(taus.windows(2)) {
            let found = (pair[0] / pair[1]).ln() / (tau[0] / tau[1]).ln();
            // The next order in τ_h = 1e-2 changes the slope by some hundredths.
            assert!(
                (found - order).abs() < 0.1,
                "{what}: order {found} of {list:?}"
            );
        }
    }
    // Off the manifold the gap is large and of the same sign.
    let full = theories::two_layer(features, hidden, xi).unwrap();
    for _ in 0..20 {
        let state = r.vector(n + m, 2.0);
        let effective = At::new(&slow, &state[..n], &[]).energy();
        assert!(At::new(&full, &state, &[]).energy() > effective);
    }
}

#[test]
fn a_hidden_layer_with_an_energy_weight_is_integrated_out_with_it() {
    let mut r = Numbers(9);
    let (n, m, d, k) = (4, 3, 2.5, 1.3);
    let xi = r.weights(m, n, 1.0);
    let features = layer("features", &[n], r#"{ kind = "tanh" }"#).weight(0.7);
    let hidden = layer("hidden", &[m], r#"{ kind = "tanh", beta = 2.0 }"#)
        .input(r.vector(m, 0.5))
        .leak(k)
        .weight(d);
    let slow = theories::effective(features.clone(), &hidden, xi.clone()).unwrap();
    let full = theories::two_layer(features, hidden.clone(), xi.clone()).unwrap();
    for _ in 0..10 {
        let x = r.vector(n, 1.0);
        let effective = At::new(&slow, &x, &[]);
        // The hidden layer at rest: k h = I + ξ g / d.
        let h = (0..m).map(|mu| {
            let row = &xi.data()[mu * n..(mu + 1) * n];
            let field: f64 = row
                .iter()
                .zip(&effective.activation)
                .map(|(a, b)| a * b)
                .sum();
            (hidden.input[mu] + field / d) / k
        });
        let state: Vec<f64> = x.iter().copied().chain(h).collect();
        let both = At::new(&full, &state, &[]);
        assert!(size(&both.velocity[n..]) < ROUNDING, "at rest");
        assert!(apart(&both.velocity[..n], &effective.velocity) < ROUNDING);
        assert!((both.energy() - effective.energy()).abs() < ROUNDING * both.magnitude());
    }
    // What has no such limit is refused.
    let features = || layer("features", &[n], r#"{ kind = "tanh" }"#);
    for bad in [
        hidden.clone().weight([1.0, 2.0, 1.0]),
        hidden.clone().leak([1.0, 2.0, 1.0]),
        hidden.clone().leak(0.0),
        hidden.clamp(vec![1]),
    ] {
        assert!(theories::effective(features(), &bad, xi.clone()).is_err());
    }
}

fn softmax(beta: f64, x: &[f64]) -> Vec<f64> {
    let top = x.iter().fold(f64::NEG_INFINITY, |m, v| m.max(*v));
    let e: Vec<f64> = x.iter().map(|v| (beta * (v - top)).exp()).collect();
    let sum: f64 = e.iter().sum();
    e.iter().map(|v| v / sum).collect()
}

#[test]
fn an_euler_step_of_one_time_constant_in_model_b_is_softmax_attention() {
    let text = include_str!("../data/d07_attention_iterations.json");
    let data: serde_json::Value = serde_json::from_str(text).unwrap();
    let numbers = |v: &serde_json::Value| -> Vec<f64> {
        let list = v.as_array().unwrap().iter();
        list.map(|v| v.as_f64().unwrap()).collect()
    };
    let patterns: Vec<Vec<f64>> = data["X"].as_array().unwrap().iter().map(numbers).collect();
    let (count, n) = (patterns.len(), patterns[0].len());
    let beta = data["beta"].as_f64().unwrap();
    let xi = Weights::new(count, n, patterns.concat()).unwrap();
    let model = theories::model_b([n, count], beta).unwrap();
    let tau = 0.7;
    let network = theories::effective(model.features.tau(tau), &model.hidden, xi).unwrap();
    let settings = Settings {
        method: &EULER,
        step: Some(tau),
        t_end: tau,
        ..Settings::default()
    };
    // E_B + ln N/β + M²/2 (Ramsauer et al. 2021).
    let longest = patterns
        .iter()
        .map(|p| p.iter().map(|v| v * v).sum::<f64>())
        .fold(0.0, f64::max);
    let constants = (count as f64).ln() / beta + 0.5 * longest;
    let steps = data["steps"].as_array().unwrap();
    let energies = numbers(&data["ramsauer_energy"]);
    let mut x = numbers(&data["q"]);
    let mut previous = f64::INFINITY;
    for (k, step) in steps.iter().enumerate() {
        // The map is a contraction here; its own roundings stay of this size.
        assert!(apart(&x, &numbers(&step["x"])) < 4e-15, "iteration {k}");
        let scores: Vec<f64> = patterns
            .iter()
            .map(|p| p.iter().zip(&x).map(|(a, b)| a * b).sum())
            .collect();
        let p = softmax(beta, &scores);
        assert!(
            apart(&p, &numbers(&step["p"])) < 4e-15,
            "weights of iteration {k}"
        );
        let energy = At::new(&network, &x, &[]).energy() + constants;
        assert!(
            (energy - energies[k]).abs() < 1e-14,
            "{energy} {}",
            energies[k]
        );
        assert!(energy <= previous + 1e-14 && energy >= 0.0);
        previous = energy;
        let formula: Vec<f64> = (0..n)
            .map(|i| patterns.iter().zip(&p).map(|(xi, p)| xi[i] * p).sum())
            .collect();
        let outcome = run(&network, &settings, &x, ());
        assert_eq!(outcome.statistics.accepted, 1);
        assert!(apart(&outcome.x, &formula) < 4e-15, "iteration {k}");
        x = outcome.x;
    }
    assert_eq!(steps.len(), 8);
}

#[test]
fn scholarpedias_graded_equation_is_a_leak_of_one_over_tau() {
    let mut r = Numbers(10);
    let (n, tau) = (5, 2.0);
    let t = r.symmetric(n, 0.6);
    let input = r.vector(n, 0.5);
    let scaled = |c: f64, v: &[f64]| -> Vec<f64> { v.iter().map(|v| c * v).collect() };
    let tanh = || layer("x", &[n], r#"{ kind = "tanh", beta = 1.7 }"#);
    let matrix = |w: Vec<f64>| Weights::new(n, n, w).unwrap();
    // dx/dt = −x/τ + T V + I …
    let graded = tanh().leak(1.0 / tau).input(input.clone());
    let graded = theories::classical(graded, matrix(t.clone())).unwrap();
    // … is τ dx/dt = −x + τT V + τI, with τ times the energy.
    let master = tanh().tau(tau).input(scaled(tau, &input));
    let master = theories::classical(master, matrix(scaled(tau, &t))).unwrap();
    for _ in 0..20 {
        let x = r.vector(n, 2.0);
        let (p, q) = (At::new(&graded, &x, &[]), At::new(&master, &x, &[]));
        assert!(apart(&p.velocity, &q.velocity) < ROUNDING);
        assert!((tau * p.energy() - q.energy()).abs() < ROUNDING * q.magnitude());
    }
    // In the master form the resting point does not know τ; in the graded form it does.
    let rest = |network: &Network| run(network, &fine(100.0), &vec![0.1; n], ()).x;
    let slow = tanh().tau(2.0).input(input.clone());
    let quick = tanh().tau(0.5).input(input.clone());
    let [slow, quick] =
        [slow, quick].map(|l| rest(&theories::classical(l, matrix(t.clone())).unwrap()));
    // Fifty time constants on: both at rest within the tolerance.
    assert!(apart(&slow, &quick) < 1e-8);
    assert!(apart(&slow, &rest(&graded)) > 0.1);
}

#[test]
fn symmetrizable_weights_are_symmetric_ones_seen_through_scaled_states() {
    let mut r = Numbers(11);
    let n = 5;
    let t = r.symmetric(n, 0.8);
    let lambda: Vec<f64> = (0..n).map(|_| r.between(0.5, 2.0)).collect();
    let (beta, input) = (1.4, r.vector(n, 0.5));
    let tau: Vec<f64> = (0..n).map(|_| r.between(0.5, 2.0)).collect();
    // W_jk = λ_j T_jk (μ = 1), d = 1/λ.
    let w = Weights::new(n, n, (0..n * n).map(|k| lambda[k / n] * t[k]).collect()).unwrap();
    let d: Vec<f64> = lambda.iter().map(|l| 1.0 / l).collect();
    let plain = layer("x", &[n], &format!("{{ kind = \"tanh\", beta = {beta} }}"))
        .tau(tau.clone())
        .input(input.clone());
    let skew = theories::general(plain.clone().weight(d.clone()), w.clone()).unwrap();
    assert!(skew.certificate().holds());
    assert!(
        !theories::general(plain, w.clone())
            .unwrap()
            .certificate()
            .holds()
    );
    // With x = λ y: τ ẏ = I/λ − y + T tanh(βλ y).
    let parts = lambda.iter().map(|l| {
        let tanh: Arc<dyn Lagrangian> = Arc::new(Tanh { beta: beta * l });
        (1, tanh)
    });
    let sum = DirectSum::blocks(&[n], parts.collect()).unwrap();
    let over = |v: &[f64]| -> Vec<f64> { v.iter().zip(&lambda).map(|(v, l)| v / l).collect() };
    let similar = Layer::of("y", &[n], sum).tau(tau).input(over(&input));
    let similar = theories::general(similar, Weights::new(n, n, t).unwrap()).unwrap();
    for _ in 0..20 {
        let x = r.vector(n, 2.0);
        let (mut p, mut q) = (At::new(&skew, &x, &[]), At::new(&similar, &over(&x), &[]));
        assert!(apart(&over(&p.velocity), &q.velocity) < ROUNDING);
        assert!((p.energy() - q.energy()).abs() < ROUNDING * (1.0 + p.magnitude()));
        assert!((p.rate() - q.rate()).abs() < ROUNDING * (1.0 + p.rate().abs()));
    }
    // Weights that are found rather than given differ by a common factor.
    let found = symmetrizing_weights(&w).unwrap();
    assert!(apart(&found, &moved(&vec![0.0; n], lambda[0], &d)) < ROUNDING);
}

#[test]
fn powers_two_in_a_memory_are_the_classical_network_too() {
    let mut r = Numbers(12);
    let xi = r.weights(3, 4, 0.7);
    let make = |l: Arc<dyn Lagrangian>| {
        let sum = DirectSum::uniform(&[3], l).unwrap();
        let memory = Memory::new(vec![xi.clone()], sum).unwrap();
        let features = layer("features", &[4], r#"{ kind = "tanh" }"#);
        let builder = Network::builder().layer(features);
        builder.connect(&["features"], memory).build().unwrap()
    };
    assert_same(
        &make(Arc::new(Identity)),
        &make(Arc::new(Power { n: 2 })),
        13,
    );
}

// The constructors.

/// Layers by name and size, synapses by the layers they join and what they say of themselves.
type Shape = (Vec<(String, usize)>, Vec<(Vec<usize>, String)>);

fn shape(network: &Network) -> Shape {
    let layers = network.layers().iter();
    let layers = layers.map(|l| (l.name.clone(), l.size())).collect();
    let connections = network.connections().iter();
    let connections = connections.map(|c| (c.layers.clone(), c.synapse.describe()));
    (layers, connections.collect())
}

#[test]
fn the_constructors_build_the_layers_and_synapses_of_their_theory() {
    let mut r = Numbers(14);
    let tanh = |name: &str, n| layer(name, &[n], r#"{ kind = "tanh" }"#);
    let named = |list: &[(&str, usize)]| -> Vec<(String, usize)> {
        list.iter().map(|(s, n)| ((*s).into(), *n)).collect()
    };
    let square = || Weights::new(3, 3, vec![0.5; 9]).unwrap();
    for network in [
        theories::classical(tanh("features", 3), square()),
        theories::general(tanh("features", 3), square()),
    ] {
        let (layers, synapses) = shape(&network.unwrap());
        assert_eq!(layers, named(&[("features", 3)]));
        assert_eq!(synapses, [(vec![0], "recurrent 3 × 3".into())]);
    }
    let chain = vec![tanh("1", 5), tanh("2", 4), tanh("3", 2)];
    let weights = vec![r.weights(4, 5, 1.0), r.weights(2, 4, 1.0)];
    let (layers, synapses) = shape(&theories::hierarchical(chain, weights).unwrap());
    assert_eq!(layers, named(&[("1", 5), ("2", 4), ("3", 2)]));
    let dense = [
        (vec![0, 1], "dense 4 × 5".into()),
        (vec![1, 2], "dense 2 × 4".into()),
    ];
    assert_eq!(synapses, dense);
    let two = theories::two_layer(tanh("v", 5), tanh("h", 2), r.weights(2, 5, 1.0)).unwrap();
    assert_eq!(shape(&two).1, [(vec![0, 1], "dense 2 × 5".into())]);
    let effective = theories::effective(tanh("v", 5), &tanh("h", 2), r.weights(2, 5, 1.0)).unwrap();
    let (layers, synapses) = shape(&effective);
    assert_eq!(layers, named(&[("v", 5)]));
    let memory = (
        vec![0],
        "memory of 2 patterns, potential tanh(beta = 1)".into(),
    );
    assert_eq!(synapses, [memory]);
}

#[test]
fn models_a_b_and_c_have_the_lagrangians_of_their_table() {
    let said = |m: theories::Model| {
        let [f, h] = [m.features, m.hidden];
        assert_eq!((f.size(), h.size()), (4, 3));
        assert_eq!((f.name.as_str(), h.name.as_str()), ("features", "hidden"));
        [f.lagrangian.to_string(), h.lagrangian.to_string()]
    };
    let a = theories::model_a([4, 3], Tanh { beta: 2.0 }, Power { n: 4 }).unwrap();
    assert_eq!(said(a), ["tanh(beta = 2)", "power(n = 4)"]);
    let b = theories::model_b([4, 3], 8.0).unwrap();
    assert_eq!(said(b), ["identity", "softmax(beta = 8)"]);
    let c = theories::model_c([4, 3], Softmax { beta: 1.0 }).unwrap();
    let [f, h] = said(c);
    assert!(
        f.starts_with("spherical-norm(gamma = 1") && f.contains("eps = 0"),
        "{f}"
    );
    assert_eq!(h, "softmax(beta = 1)");
}

#[test]
fn constructors_refuse_weights_that_do_not_fit() {
    let mut r = Numbers(15);
    let tanh = |n| layer("x", &[n], r#"{ kind = "tanh" }"#);
    let other = |n| layer("y", &[n], r#"{ kind = "tanh" }"#);
    assert!(theories::general(tanh(3), r.weights(3, 4, 1.0)).is_err());
    assert!(theories::general(tanh(3), r.weights(4, 4, 1.0)).is_err());
    // W and Wᵀ are not the same thing.
    assert!(theories::two_layer(tanh(3), other(2), r.weights(3, 2, 1.0)).is_err());
    assert!(theories::hierarchical(vec![tanh(3), other(2)], vec![]).is_err());
    assert!(theories::hierarchical(vec![], vec![]).is_err());
    assert!(theories::hierarchical(vec![tanh(3), tanh(2)], vec![r.weights(2, 3, 1.0)]).is_err());
    assert!(theories::effective(tanh(3), &other(2), r.weights(3, 2, 1.0)).is_err());
}

#[test]
fn model_a_with_steps_of_one_time_constant_falls_for_a_convex_potential() {
    // Descent in discrete time: x ← x + a (f − x) with 0 < a ≤ 1 lowers the energy where −E_s is convex in g.
    let mut r = Numbers(16);
    let model = theories::model_a([8, 5], Tanh { beta: 3.0 }, Power { n: 4 }).unwrap();
    let network = theories::effective(model.features, &model.hidden, r.weights(5, 8, 1.0)).unwrap();
    for a in [0.1, 0.5, 1.0] {
        let settings = Settings {
            method: &EULER,
            step: Some(a),
            t_end: 30.0 * a,
            ..Settings::default()
        };
        let mut recorder = Recorder::new(8, Save::Steps, true);
        run(&network, &settings, &r.vector(8, 1.0), &mut recorder);
        let kept = recorder.into_trajectory();
        assert_eq!(kept.len(), 31);
        // Roundings of a dozen summands of order 10.
        assert!(
            kept.energy
                .windows(2)
                .all(|e| e[1] <= e[0] + 1e-13 * e[0].abs().max(1.0))
        );
        assert!(kept.energy[0] - kept.energy[30] > 0.1);
    }
}
