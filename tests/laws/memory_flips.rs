//! Flips of two-valued neurons under memories, against what others have computed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use attractor::kernels::Weights;
use attractor::lagrangian::DirectSum;
use attractor::synapse::{Flip, Memory, Synapse};
use serde_json::Value;

use crate::common::reference::{flat, read};
use crate::networks::{Numbers, lagrangian};

fn memory(patterns: Weights, potential: &str, scale: f64) -> Memory {
    let sum = DirectSum::uniform(&[patterns.rows()], lagrangian(potential)).unwrap();
    Memory::new(vec![patterns], sum)
        .unwrap()
        .scale(scale)
        .unwrap()
}

fn rows(v: &Value) -> Weights {
    let rows = v.as_array().unwrap();
    Weights::new(rows.len(), flat(&rows[0]).len(), flat(v)).unwrap()
}

/// Visits neurons in this order, flips each that lowers the energy, and tells every visit: the neuron, the difference, and the
/// state after it.
fn relax(memory: &Memory, g: &mut [f64], order: &[f64], mut visit: impl FnMut(usize, f64, &[f64])) {
    let flips = memory.flips().unwrap();
    let mut kept = vec![0.0; flips.kept()];
    flips.keep(g, &mut kept);
    for i in order {
        let neuron = *i as usize;
        let flip = Flip {
            neuron,
            by: -2.0 * g[neuron],
        };
        let difference = flips.difference(g, &kept, &[flip]);
        if difference < 0.0 {
            flips.follow(g, flip, &mut kept);
            g[neuron] += flip.by;
        }
        visit(neuron, difference, g);
    }
}

#[test]
fn the_stored_flips_of_powers_are_made_and_their_energies_are_exact() {
    for (name, potential, scale) in [
        ("d04_dam_power3", r#"{ kind = "power", n = 3 }"#, 3.0),
        ("d04_dam_power4", r#"{ kind = "power", n = 4 }"#, 4.0),
        ("d04_dam_repu3", r#"{ kind = "repu", n = 3 }"#, 3.0),
    ] {
        let case = read(name).0;
        // Stored: Σ hⁿ. Ours: c Σ hⁿ/n.
        let memory = memory(rows(&case["xi"]), potential, scale);
        let (energies, states) = (flat(&case["energy"]), case["states"].as_array().unwrap());
        let (mut energy, mut k) = (energies[0], 0);
        relax(
            &memory,
            &mut flat(&case["V0"]),
            &flat(&case["order"]),
            |_, difference, g| {
                k += 1;
                energy += difference.min(0.0);
                assert_eq!(g, flat(&states[k]), "{name} {k}");
                assert_eq!(energy, energies[k], "{name} {k}");
            },
        );
        assert_eq!(k + 1, energies.len());
    }
}

#[test]
fn exponents_far_beyond_all_numbers_decide_the_stored_flips() {
    let case = read("d05_dam_exp_overflow").0;
    // F = e^h, and its logarithm: the same flips at T = 0.
    for potential in ["exponential", "rectified-exponential", "softmax"] {
        let text = format!("{{ kind = \"{potential}\" }}");
        let memory = memory(rows(&case["xi"]), &text, 1.0);
        let (mut g, mut flipped) = (flat(&case["V0"]), Vec::new());
        relax(
            &memory,
            &mut g,
            &flat(&case["order"]),
            |neuron, difference, _| {
                assert!(!difference.is_nan());
                if difference < 0.0 {
                    flipped.push(neuron as f64);
                }
            },
        );
        assert_eq!(flipped, flat(&case["flips"]), "{potential}");
        assert_eq!(g, flat(&case["final"]), "{potential}");
    }
}

#[test]
fn whole_numbers_stay_whole_numbers_whatever_the_memories() {
    let mut r = Numbers(95);
    let (n, count) = (200, 700);
    for two in [[-1.0, 1.0], [0.0, 1.0], [-2.0, 3.0]] {
        let mut draw = |k: usize| -> Vec<f64> { (0..k).map(|_| two[r.below(2)]).collect() };
        let patterns = Weights::new(count, n, draw(n * count)).unwrap();
        let mut start = draw(n);
        for power in [2, 3, 4, 5] {
            let text = format!("{{ kind = \"power\", n = {power} }}");
            let memory = memory(patterns.clone(), &text, f64::from(power));
            let flips = memory.flips().unwrap();
            let mut kept = vec![0.0; flips.kept()];
            flips.keep(&start, &mut kept);
            for neuron in 0..n {
                let by = two[0] + two[1] - 2.0 * start[neuron];
                let h = |g: &[f64], m: usize| -> i128 {
                    let row = &patterns.data()[m * n..][..n];
                    row.iter().zip(g).map(|(x, g)| (x * g) as i128).sum()
                };
                let energy =
                    |g: &[f64]| -> i128 { -(0..count).map(|m| h(g, m).pow(power)).sum::<i128>() };
                let flip = Flip { neuron, by };
                let got = flips.difference(&start, &kept, &[flip]);
                let before = energy(&start);
                flips.follow(&start, flip, &mut kept);
                start[neuron] += by;
                let want = energy(&start) - before;
                // Beyond 2⁵³ a sum of whole numbers is rounded.
                if want.abs() < 1 << 50 && power < 4 {
                    assert_eq!(got as i128, want, "{two:?} {power}");
                }
                assert!(
                    (got - want as f64).abs() <= 1e-12 * (before as f64).abs(),
                    "{two:?} {power}"
                );
                if neuron > 20 {
                    break;
                }
            }
        }
    }
}
