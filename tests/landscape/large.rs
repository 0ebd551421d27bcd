//! Networks too large for all eigenvalues, and for matrices in Newton's method.

use attractor::analysis::{Class, Count, Landscape, Search, landscape};
use attractor::dynamics::{Interrupt, Start};
use attractor::kernels::Weights;
use attractor::lagrangian::Tanh;
use attractor::network::{Layer, Network, theories};

use crate::complete::settings;

fn signs(n: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        if state >> 63 == 1 { 1.0 } else { -1.0 }
    };
    (0..n).map(|_| next()).collect()
}

/// `W = (w/n) Σ ξ ξᵀ` over graded neurons.
fn hebbian(n: usize, patterns: &[Vec<f64>], w: f64, beta: f64) -> Network {
    let entry = |k: usize| {
        let sum: f64 = patterns.iter().map(|p| p[k / n] * p[k % n]).sum();
        w / n as f64 * sum
    };
    let weights = Weights::new(n, n, (0..n * n).map(entry).collect()).unwrap();
    let layer = Layer::new("x", &[n], Tanh { beta }).unwrap();
    theories::classical(layer, weights).unwrap()
}

fn searched(network: &Network, change: impl Fn(&mut Search)) -> Landscape {
    let mut search = Search::new(network, Start::at(vec![0.0; network.size()]));
    (search.random, search.tries) = (24, 32);
    search.max_tries = 64;
    change(&mut search);
    landscape((network, &settings()), &search, &Interrupt::new()).unwrap()
}

/// Of one pattern the fixed points are 0 and ±a ξ with a = w tanh(βa): all eigenvalues are −1 but one, w β sech²(βa) − 1.
fn holds_one_pattern(n: usize, change: impl Fn(&mut Search)) -> Landscape {
    let (w, beta) = (1.0, 2.0);
    let xi = signs(n, 3);
    let found = searched(&hebbian(n, &[xi.clone()], w, beta), change);
    let mut a = 1.0f64;
    for _ in 0..200 {
        a = w * (beta * a).tanh();
    }
    assert_eq!(found.points.len(), 3);
    assert_eq!(found.count, Count::Complete);
    let [one, other, centre] = &found.points[..] else {
        panic!("{} points", found.points.len())
    };
    for p in [one, other] {
        let sign = p.x[0].signum() * xi[0];
        let off = p.x.iter().zip(&xi).map(|(x, xi)| (x - sign * a * xi).abs());
        assert!(off.fold(0.0, f64::max) < 1e-10);
        assert_eq!((p.class, p.index, p.zeros), (Class::StableNode, 0, 0));
        let slow = w * beta / (beta * a).cosh().powi(2) - 1.0;
        assert!(
            (p.eigenvalues[0][0] - slow).abs() < 1e-8,
            "{:?}",
            p.eigenvalues[0]
        );
    }
    assert!(centre.x.iter().all(|x| x.abs() < 1e-10));
    assert_eq!((centre.class, centre.index), (Class::Saddle(1), 1));
    let last = centre.eigenvalues.last().unwrap()[0];
    assert!(
        (centre.eigenvalues[0][0] - (w * beta - 1.0)).abs() < 1e-8 && (last + 1.0).abs() < 1e-8
    );
    found
}

#[test]
fn newton_in_krylov_spaces_finds_the_fixed_points_of_one_pattern() {
    // 200 neurons: more than matrices are written out for in Newton's method.
    let found = holds_one_pattern(200, |_| ());
    assert!(
        found
            .points
            .iter()
            .all(|p| p.eigenvalues.len() == 200 && p.has_all_eigenvalues)
    );
}

#[test]
fn the_index_by_inertia_is_that_of_all_eigenvalues() {
    let found = holds_one_pattern(200, |search| search.all_up_to = 100);
    assert!(
        found
            .points
            .iter()
            .all(|p| p.eigenvalues.len() == 2 && !p.has_all_eigenvalues)
    );

    // Saddles of several indices: mixtures of three patterns.
    let patterns: Vec<Vec<f64>> = (0..3).map(|k| signs(60, 11 + k)).collect();
    let network = hebbian(60, &patterns, 1.0, 2.5);
    let whole = searched(&network, |search| search.tries = 100);
    let ends = searched(&network, |search| {
        search.tries = 100;
        search.all_up_to = 10;
    });
    assert!(whole.points.iter().any(|p| p.index >= 2) && whole.points.len() > 8);
    assert_eq!(whole.points.len(), ends.points.len());
    for (a, b) in whole.points.iter().zip(&ends.points) {
        assert_eq!(a.x, b.x);
        assert_eq!((a.index, a.zeros, a.class), (b.index, b.zeros, b.class));
        let last = a.eigenvalues.len() - 1;
        for (k, e) in [(0, b.eigenvalues[0]), (last, b.eigenvalues[1])] {
            assert!((a.eigenvalues[k][0] - e[0]).abs() < 1e-8, "{e:?}");
        }
    }
}

#[test]
fn a_flat_direction_is_marginal_by_inertia_too() {
    // The critical gain of one pattern: w β = 1, and the eigenvalue at 0 is 0.
    let network = hebbian(30, &[signs(30, 5)], 1.0, 1.0);
    let found = searched(&network, |search| search.all_up_to = 10);
    let centre = found
        .points
        .iter()
        .find(|p| p.x.iter().all(|x| x.abs() < 1e-3))
        .unwrap();
    assert_eq!((centre.class, centre.index), (Class::Marginal, 0));
}

#[test]
fn a_large_network_without_energy_is_refused() {
    let network = hebbian(20, &[signs(20, 5)], 1.0, 2.0);
    let mut search = Search::new(&network, Start::at(vec![0.0; 20]));
    search.all_up_to = 10;
    // With an energy it is not.
    search.random = 1;
    search.max_tries = 1;
    assert!(landscape((&network, &settings()), &search, &Interrupt::new()).is_ok());
    let n = 2100;
    let large = Layer::new("x", &[n], Tanh { beta: 1.0 }).unwrap();
    let large = Network::builder().layer(large).build().unwrap();
    let search = Search::new(&large, Start::at(vec![0.0; n]));
    let refused = landscape((&large, &settings()), &search, &Interrupt::new());
    let words = refused.unwrap_err().to_string();
    assert!(words.contains("2100") && words.contains("2048"), "{words}");
}

/// Some seconds at the release profile of the package, minutes at that of the tests: `cargo test --release --test landscape -- --ignored two_thousand`.
#[test]
#[ignore = "a measurement: matrices of 2000 × 2000 numbers"]
fn two_thousand_neurons_have_their_ends_and_their_index() {
    let clock = std::time::Instant::now();
    let found = holds_one_pattern(2000, |search| {
        (search.random, search.tries, search.max_tries) = (6, 4, 32);
    });
    assert!(found.points.iter().all(|p| !p.has_all_eigenvalues));
    println!(
        "{:.1} s, {} tries",
        clock.elapsed().as_secs_f64(),
        found.tries
    );
}
