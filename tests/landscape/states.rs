//! The states that no unit wants to leave, against every flip of every state.

use attractor::analysis::{Class, Count, Search, landscape};
use attractor::dynamics::{Interrupt, Start};

use crate::common::reference::study;

/// Numbers between −1 and 1 (Knuth's linear congruence).
fn numbers(n: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    (0..n).map(|_| next()).collect()
}

/// Symmetric weights without a diagonal, and inputs.
fn spins(n: usize) -> (Vec<Vec<f64>>, Vec<f64>) {
    let drawn = numbers(n * n, 7);
    let mut w = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..i {
            w[i][j] = drawn[i * n + j];
            w[j][i] = drawn[i * n + j];
        }
    }
    (w, numbers(n, 11).iter().map(|b| 0.3 * b).collect())
}

fn model(w: &[Vec<f64>], input: &[f64]) -> String {
    let n = input.len();
    format!(
        "[layers.s]\nsize = {n}\nlagrangian = \"sign\"\ninput = {input:?}\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"s\"]\nweights = {w:?}\n[start]\ns = {:?}\n[solve]\nmethod = \"asynchronous\"\n",
        vec![1.0; n]
    )
}

fn energy(w: &[Vec<f64>], input: &[f64], s: &[f64]) -> f64 {
    let n = s.len();
    let mut e = 0.0;
    for i in 0..n {
        e -= input[i] * s[i];
        for j in 0..n {
            e -= 0.5 * w[i][j] * s[i] * s[j];
        }
    }
    e
}

/// Does every flip raise the energy?
fn is_stable(w: &[Vec<f64>], input: &[f64], s: &[f64]) -> bool {
    let here = energy(w, input, s);
    (0..s.len()).all(|i| {
        let mut flipped = s.to_vec();
        flipped[i] = -flipped[i];
        energy(w, input, &flipped) > here
    })
}

#[test]
fn all_of_ten_spins_are_those_that_every_flip_lifts() {
    let (w, input) = spins(10);
    let mut expected = Vec::new();
    for k in 0..1 << 10 {
        let s: Vec<f64> = (0..10)
            .map(|i| if k >> i & 1 == 1 { 1.0 } else { -1.0 })
            .collect();
        if is_stable(&w, &input, &s) {
            expected.push((energy(&w, &input, &s), s));
        }
    }
    expected.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert!(expected.len() > 2, "{}", expected.len());
    let study = study(&model(&w, &input));
    let search = study.search().unwrap();
    let on = (&study.network, &study.settings);
    let found = landscape(on, &search, &Interrupt::new()).unwrap();
    assert_eq!((&found.count, found.tries), (&Count::All, 1 << 10));
    assert_eq!(found.points.len(), expected.len());
    for (point, (energy, s)) in found.points.iter().zip(&expected) {
        assert_eq!(&point.x, s);
        assert_eq!(point.class, Class::StableState);
        assert!((point.energy.unwrap() - energy).abs() < 1e-12);
    }
}

#[test]
fn of_more_spins_the_ends_of_starts_are_listed() {
    let (w, input) = spins(24);
    let study = study(&model(&w, &input));
    let search = study.search().unwrap();
    let on = (&study.network, &study.settings);
    let found = landscape(on, &search, &Interrupt::new()).unwrap();
    assert!(matches!(found.count, Count::Unknown(_)));
    // The start of the model and 200 that are drawn.
    assert_eq!((found.followed, found.rested), (201, 201));
    assert!(found.points.len() > 2);
    assert!(found.points.iter().all(|p| is_stable(&w, &input, &p.x)));
    let starts: usize = found.points.iter().map(|p| p.starts).sum();
    assert_eq!(starts, 201);
}

#[test]
fn units_without_weights_may_be_anywhere_and_the_list_is_full() {
    let study = study(&model(&vec![vec![0.0; 12]; 12], &[0.0; 12]));
    let on = (&study.network, &study.settings);
    let found = landscape(on, &study.search().unwrap(), &Interrupt::new()).unwrap();
    assert!(found.is_full && found.points.len() == 1000);
    assert!(found.points.iter().all(|p| p.class == Class::Marginal));
    let whole = Search {
        max_points: 1 << 12,
        ..Search::new(&study.network, Start::at(vec![1.0; 12]))
    };
    let found = landscape(on, &whole, &Interrupt::new()).unwrap();
    assert!(!found.is_full && found.points.len() == 1 << 12);
}
