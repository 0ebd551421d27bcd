//! Phase oscillators: the sums over pairs, the rotation that changes nothing, and what rest is there.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::f64::consts::{FRAC_PI_2, PI};

use attractor::analysis::{Along, FixedPoints, Stability};
use attractor::dynamics::{Settings, Start, integrate};
use attractor::kernels::Weights;
use attractor::lagrangian::{Identity, Tanh};
use attractor::monitor::{LyapunovMonitor, Mode, RestMonitor};
use attractor::network::{Boundedness, Layer, Network, NetworkError, Place};
use attractor::stimulus::Stimulus;
use attractor::synapse::{Phase, Synapse};
use attractor::trajectory::StopReason;

use crate::networks::{Alone, Numbers};

fn phases(couplings: Weights, epsilon: f64, input: Vec<f64>) -> Network {
    let layer = Layer::new("phases", &[couplings.rows()], Identity).unwrap();
    Network::builder()
        .layer(layer.leak(0.0).input(input))
        .connect(&["phases"], Phase::new(couplings, epsilon).unwrap())
        .build()
        .unwrap()
}

/// Hebb's rule for `count` patterns, which come first.
fn hebb(n: usize, count: usize, seed: u64) -> (Vec<f64>, Weights) {
    let xi = attractor::pattern::random::signs(seed, n * count);
    let entry = |k: usize| {
        let (i, j) = (k / n, k % n);
        let all = xi.chunks(n).map(|xi| xi[i] * xi[j]);
        if i == j {
            0.0
        } else {
            all.sum::<f64>() / n as f64
        }
    };
    let w = Weights::new(n, n, (0..n * n).map(entry).collect()).unwrap();
    (xi, w)
}

#[test]
fn energy_and_currents_are_the_sums_over_pairs() {
    let mut r = Numbers(3);
    let n = 9;
    let k = r.symmetric(n, 1.0);
    let epsilon = -0.37;
    let phase = Phase::new(Weights::new(n, n, k.clone()).unwrap(), epsilon).unwrap();
    let alone = Alone::new(Box::new(phase));
    let g = r.vector(alone.size, 20.0);
    let (current, energy, _) = alone.evaluate(&g);
    let own = alone.own();
    let theta = |i: usize| g[own[i]];
    let mut wanted = 0.0;
    for i in 0..n {
        let mut pull = 0.0;
        for j in 0..n {
            let d = theta(i) - theta(j);
            wanted -= 0.5 * k[i * n + j] * d.cos() + 0.25 * epsilon * (2.0 * d).cos();
            pull -= k[i * n + j] * d.sin() + epsilon * (2.0 * d).sin();
        }
        // Some dozen roundings of summands of at most 1, and of angles up to 40.
        assert!((current[own[i]] - pull).abs() < 1e-13, "{i}");
    }
    assert!((energy[0] - wanted).abs() < 1e-12, "{} {wanted}", energy[0]);
}

#[test]
fn a_common_rotation_and_whole_turns_change_nothing() {
    let mut r = Numbers(4);
    let k = Weights::new(7, 7, r.symmetric(7, 1.0)).unwrap();
    let alone = Alone::new(Box::new(Phase::new(k, 0.2).unwrap()));
    let g = r.vector(alone.size, 3.0);
    let (current, energy, _) = alone.evaluate(&g);
    let mut turned: Vec<f64> = g.iter().map(|x| x + 1.234).collect();
    turned[alone.own()[2]] += 6.0 * PI;
    let (other, same, _) = alone.evaluate(&turned);
    // Angles of up to 25 are rounded by 4e-15.
    assert!((energy[0] - same[0]).abs() < 1e-13);
    for i in alone.own() {
        assert!((current[i] - other[i]).abs() < 1e-13, "{i}");
    }
    let sum: f64 = alone.own().iter().map(|i| current[*i]).sum();
    assert!(sum.abs() < 1e-13, "nothing turns all of them: {sum}");
}

#[test]
fn rest_is_one_of_a_ring_and_never_called_unstable_nor_an_attractor() {
    // One as a matrix that is written out, one that is too large for it.
    for n in [16, 150] {
        let (xi, k) = hebb(n, 1, 5);
        let network = phases(k, 0.0, vec![0.0; n]);
        let noise = Numbers(9).vector(n, 0.4);
        let x = xi.iter().zip(noise).map(|(s, z)| FRAC_PI_2 * s + z);
        let settings = Settings {
            t_end: 1e3,
            until_rest: true,
            ..Settings::default()
        };
        let rest = RestMonitor::new(&network, [1e-8, 1e-6]);
        let mut monitors = (LyapunovMonitor::new(Mode::Reject), rest);
        let stimulus = Stimulus::constant(&network);
        let start = Start::at(x.collect());
        let end = integrate(&network, &settings, &stimulus, start, &mut monitors).unwrap();
        assert_eq!(end.stop, StopReason::Rest, "{n}");
        let sum =
            |f: fn(f64) -> f64| -> f64 { xi.iter().zip(&end.x).map(|(s, t)| s * f(*t)).sum() };
        let overlap = sum(f64::cos).hypot(sum(f64::sin)) / n as f64;
        assert!((overlap - 1.0).abs() < 1e-9, "{n}: {overlap}");
        let mut points = FixedPoints::default();
        let k = points.find(&network, &end.x, network.input(), &[]);
        let point = &points.points()[k];
        assert_eq!(point.stability, Stability::Marginal, "{n}");
        assert_eq!(point.along, Some(Along::Flat), "{n}");
    }
}

#[test]
fn two_oscillators_lock_where_their_coupling_outweighs_their_frequencies() {
    // φ' = 2ω − 2K sin φ: at rest at sin φ = ω/K, and no rest for ω > K.
    let rests = |omega: f64| {
        let k = Weights::new(2, 2, vec![0.0, 0.8, 0.8, 0.0]).unwrap();
        let network = phases(k, 0.0, vec![omega, -omega]);
        let settings = Settings {
            t_end: 200.0,
            until_rest: true,
            rtol: 1e-9,
            ..Settings::default()
        };
        let rest = RestMonitor::new(&network, [1e-10, 0.0]);
        let mut monitors = (LyapunovMonitor::new(Mode::Reject), rest);
        let stimulus = Stimulus::constant(&network);
        let start = Start::at(vec![0.3, 0.1]);
        let end = integrate(&network, &settings, &stimulus, start, &mut monitors).unwrap();
        (end.stop == StopReason::Rest).then(|| end.x[0] - end.x[1])
    };
    for omega in [0.0, 0.4, 0.7] {
        let found = rests(omega).unwrap();
        assert!((found - (omega / 0.8f64).asin()).abs() < 1e-8, "{found}");
    }
    assert_eq!(rests(0.81), None);
}

#[test]
fn phases_are_bounded_below_unless_an_input_drives_them() {
    let bounded = |input: Vec<f64>| {
        let network = phases(hebb(5, 2, 1).1, 0.1, input);
        let found = network.certificate();
        assert!(found.holds());
        matches!(found.boundedness, Boundedness::Bounded(_))
    };
    assert!(bounded(vec![0.0; 5]));
    assert!(!bounded(vec![0.0, 0.0, 0.1, 0.0, 0.0]));
}

#[test]
fn what_is_no_network_of_phases_is_refused() {
    let asymmetric = Weights::new(2, 2, vec![0.0, 1.0, 0.5, 0.0]).unwrap();
    let why = Phase::new(asymmetric, 0.0).unwrap_err();
    assert!(why.to_string().contains("W[1][0] = 0.5"), "{why}");
    let pair = || Weights::new(2, 2, vec![0.0, 1.0, 1.0, 0.0]).unwrap();
    for epsilon in [f64::NAN, f64::INFINITY] {
        assert_eq!(Phase::new(pair(), epsilon).unwrap_err().what, "epsilon");
    }
    assert!(Phase::new(Weights::new(2, 3, vec![0.0; 6]).unwrap(), 0.0).is_err());
    let on = |layer: Layer| -> NetworkError {
        let phase = Phase::new(pair(), 0.0).unwrap();
        let builder = Network::builder().layer(layer);
        builder.connect(&["x"], phase).build().unwrap_err()
    };
    let identity = || Layer::new("x", &[2], Identity).unwrap();
    let place = |what| Place::Layer("x".into(), what);
    assert_eq!(on(identity()).0[0].place, place("leak"));
    assert_eq!(on(identity().leak([0.0, 0.1])).0[0].place, place("leak"));
    let tanh = Layer::new("x", &[2], Tanh { beta: 1.0 }).unwrap();
    assert_eq!(on(tanh.leak(0.0)).0[0].place, place("lagrangian"));
    let described = Phase::new(pair(), 0.0).unwrap().formula();
    assert!(!described.contains('ε'), "{described}");
}
