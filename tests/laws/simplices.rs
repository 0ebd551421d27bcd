//! Simplicial synapses: the two forms agree, and with the numbers that others have computed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use attractor::kernels::Weights;
use attractor::synapse::{Complex, Flip, Simplices, Synapse};

use crate::common::reference::{flat, read};
use crate::networks::{Alone, Numbers, apart};

/// All sets of `k` of `n` neurons.
fn sets(n: usize, k: usize) -> Vec<Vec<usize>> {
    let masks = (0..1u32 << n).filter(|m| m.count_ones() as usize == k);
    masks
        .map(|m| (0..n).filter(|i| m >> i & 1 == 1).collect())
        .collect()
}

/// `w_σ = (1/N) Σ_μ Π ξ`.
fn hebb(xi: &Weights, all: &[Vec<usize>]) -> Vec<f64> {
    let weight = |set: &Vec<usize>| -> f64 {
        let product = |m: usize| set.iter().map(|i| xi.entry(m, *i)).product::<f64>();
        (0..xi.rows()).map(product).sum::<f64>() / xi.cols() as f64
    };
    all.iter().map(weight).collect()
}

#[test]
fn all_sets_by_their_sums_are_all_sets_in_a_list() {
    let mut r = Numbers(81);
    let (n, memories) = (7, 70);
    let xi = r.weights(memories, n, 1.0);
    for (orders, factors) in [
        (vec![2], vec![1.0]),
        (vec![3], vec![0.5]),
        (vec![4, 2], vec![1.0, -0.3]),
        (vec![1, 3, 6], vec![0.2, 1.0, 0.7]),
        (vec![5], vec![1.0]),
    ] {
        let mut all = Vec::new();
        let mut weights = Vec::new();
        for (k, c) in orders.iter().zip(&factors) {
            let own = sets(n, *k);
            weights.extend(hebb(&xi, &own).iter().map(|w| c * w));
            all.extend(own);
        }
        let listed = Alone::new(Box::new(Simplices::new(n, &all, weights).unwrap()));
        let sizes: Vec<f64> = orders.iter().map(|k| *k as f64).collect();
        let summed = Complex::new(xi.clone(), &sizes, &factors).unwrap();
        let summed = Alone::new(Box::new(summed));
        for width in [1, 3, 8] {
            let (g, dg) = (
                r.vector(listed.size * width, 1.0),
                r.vector(listed.size * width, 1.0),
            );
            let ((f, e, _), (other_f, other_e, size)) = (listed.evaluate(&g), summed.evaluate(&g));
            // Roundings of the summands of Newton's identities.
            assert!(
                apart(&e, &other_e) < 1e-14 * size[0],
                "{orders:?}: {e:?} {other_e:?}"
            );
            assert!(apart(&f, &other_f) < 1e-14 * size[0], "{orders:?}");
            let [change, other] = [&listed, &summed].map(|s| s.curvature(&g, &dg));
            assert!(apart(&change, &other) < 1e-13 * size[0], "{orders:?}");
        }
    }
}

#[test]
fn sums_over_all_sets_of_spins_are_the_known_polynomials_of_the_overlap() {
    let n = 12;
    let count = n as f64;
    for bits in [0u32, 1, 77, 1234, 4095] {
        let spins: Vec<f64> = (0..n)
            .map(|i| if bits >> i & 1 == 1 { 1.0 } else { -1.0 })
            .collect();
        let xi = Weights::new(
            1,
            n,
            (0..n)
                .map(|i| if i % 3 == 0 { -1.0 } else { 1.0 })
                .collect(),
        );
        let xi = xi.unwrap();
        let m: f64 = (0..n).map(|i| xi.entry(0, i) * spins[i]).sum();
        let known = [
            (2.0, (m * m - count) / 2.0),
            (3.0, (m.powi(3) - 3.0 * count * m + 2.0 * m) / 6.0),
            (
                4.0,
                (m.powi(4) - (6.0 * count - 8.0) * m * m + 3.0 * count * count - 6.0 * count)
                    / 24.0,
            ),
        ];
        for (order, e) in known {
            let synapse = Complex::new(xi.clone(), &[order], &[count]).unwrap();
            let alone = Alone::new(Box::new(synapse));
            let mut g = vec![0.0; alone.size];
            g[alone.neurons[0].clone()].copy_from_slice(&spins);
            // Whole numbers are summed without rounding, but for the factor N/N.
            assert!(
                (alone.evaluate(&g).1[0] + e).abs() <= 1e-14 * e.abs(),
                "{order} {bits}"
            );
        }
    }
}

/// Relaxes the stored way through both forms.
#[test]
fn the_stored_flips_of_pairs_and_triples_are_made() {
    let case = read("d08_simplicial_async").0;
    let rows = case["patterns"].as_array().unwrap();
    let n = flat(&rows[0]).len();
    let xi = Weights::new(rows.len(), n, flat(&case["patterns"])).unwrap();
    let all: Vec<Vec<usize>> = [2, 3].iter().flat_map(|k| sets(n, *k)).collect();
    let weights = hebb(&xi, &all);
    let forms: [Box<dyn Synapse>; 2] = [
        Box::new(Simplices::new(n, &all, weights).unwrap()),
        Box::new(Complex::new(xi, &[2.0, 3.0], &[1.0, 1.0]).unwrap()),
    ];
    let (order, energies) = (flat(&case["order"]), flat(&case["energy"]));
    let states = case["states"].as_array().unwrap();
    for form in forms {
        let flips = form.flips().unwrap();
        let mut g = flat(&case["S0"]);
        let mut kept = vec![0.0; flips.kept()];
        flips.keep(&g, &mut kept);
        let mut energy = energies[0];
        for (k, i) in order.iter().enumerate() {
            let neuron = *i as usize;
            let flip = Flip {
                neuron,
                by: -2.0 * g[neuron],
            };
            let difference = flips.difference(&g, &kept, &[flip]);
            // Energies are multiples of 2/7: what is nearer to 0 is rounding.
            if difference < -1e-12 {
                flips.follow(&g, flip, &mut kept);
                g[neuron] += flip.by;
                energy += difference;
            }
            assert_eq!(g, flat(&states[k + 1]), "{k}");
            assert!((energy - energies[k + 1]).abs() < 1e-13, "{k}: {energy}");
        }
    }
}

#[test]
fn a_flip_of_spins_is_exact_to_the_last_bit_in_a_complex() {
    let (n, memories) = (64, 130);
    let mut r = Numbers(82);
    let mut spins =
        |n: usize| -> Vec<f64> { r.vector(n, 1.0).iter().map(|x| x.signum()).collect() };
    let xi = Weights::new(memories, n, spins(n * memories)).unwrap();
    // N is a power of two: the factor 1/N rounds nothing either.
    let synapse = Complex::new(xi, &[2.0, 3.0, 4.0], &[1.0; 3]).unwrap();
    let mut g = spins(n);
    let mut kept = vec![0.0; synapse.flips().unwrap().kept()];
    let flips = synapse.flips().unwrap();
    flips.keep(&g, &mut kept);
    for neuron in (0..n).chain((0..n).rev().step_by(3)) {
        let flip = Flip {
            neuron,
            by: -2.0 * g[neuron],
        };
        let difference = flips.difference(&g, &kept, &[flip]);
        assert_eq!((difference * n as f64).fract(), 0.0);
        let current = flips.current(&g, &kept, neuron);
        flips.follow(&g, flip, &mut kept);
        g[neuron] += flip.by;
        // E is linear in a neuron: its own flip does not change its current.
        assert_eq!(current, flips.current(&g, &kept, neuron));
        assert_eq!(difference, -flip.by * current);
    }
    let mut anew = vec![0.0; kept.len()];
    flips.keep(&g, &mut anew);
    assert_eq!(kept, anew);
}

#[test]
fn sets_that_are_no_sets_are_refused_by_their_number_and_neuron() {
    let refused = |sets: &[Vec<usize>]| {
        let refusal = Simplices::new(4, sets, vec![1.0; sets.len()]).unwrap_err();
        (refusal.entry, refusal.why)
    };
    let (entry, why) = refused(&[vec![0, 1], vec![2, 3, 2]]);
    assert!(entry == Some(1) && why.contains("neuron 2 twice"), "{why}");
    let (entry, why) = refused(&[vec![0, 4]]);
    assert!(
        entry == Some(0) && why.contains("neuron 4") && why.contains("4 neurons"),
        "{why}"
    );
    assert_eq!(refused(&[vec![1], vec![]]).0, Some(1));
    let same = Simplices::new(4, &[vec![0, 1], vec![2], vec![1, 0]], vec![1.0; 3]).unwrap();
    assert!(same.note().unwrap().contains("0 and 2"));
    let xi = || Weights::new(1, 4, vec![1.0; 4]).unwrap();
    for orders in [
        &[][..],
        &[0.0],
        &[5.0],
        &[2.5],
        &[7.0],
        &[2.0, 2.0],
        &[f64::NAN],
    ] {
        assert!(
            Complex::new(xi(), orders, &vec![1.0; orders.len()]).is_err(),
            "{orders:?}"
        );
    }
}
