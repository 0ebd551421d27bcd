//! The laws that every synapse of the list obeys.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod common;
#[path = "common/networks.rs"]
mod networks;

use std::collections::BTreeSet;

use attractor::kernels::Weights;
use attractor::lagrangian::{DirectSum, TermRows};
use attractor::synapse::{
    Dense, Energy, ExcitatoryInhibitory, KINDS, Memory, Penalty, Recurrent, symmetrizing_weights,
};
use networks::{Alone, Numbers, apart, block, instances, lagrangian, lane, moved, size};

const EPS: f64 = f64::EPSILON;

#[test]
fn every_kind_in_the_list_is_tested_here() {
    let listed: BTreeSet<_> = KINDS.iter().map(|k| k.name).collect();
    let tested: BTreeSet<_> = instances().iter().map(|i| i.kind).collect();
    assert_eq!(listed, tested);
    assert_eq!(listed.len(), KINDS.len(), "two kinds have one name");
}

#[test]
fn currents_are_minus_the_gradient_of_the_energy() {
    let mut r = Numbers(11);
    let mut tried = 0;
    for Instance { what, alone } in instances().iter().map(Instance::of) {
        if alone.synapse.energy() != Energy::Exact {
            continue;
        }
        for _ in 0..4 {
            let g = r.vector(alone.size, 1.0);
            let (current, _, magnitude) = alone.evaluate(&g);
            for i in alone.own() {
                let mut unit = vec![0.0; g.len()];
                unit[i] = 1.0;
                let h = 1e-5;
                let energy = |s: f64| alone.evaluate(&moved(&g, s * h, &unit)).1[0];
                let slope = -(energy(1.0) - energy(-1.0)) / (2.0 * h);
                // h²/6 = 2e-11 times a third derivative of at most 1e3 (a layer norm of nearly equal states has more,
                // the seed has none), and rounding of the summands over 2h.
                let allowed = 1e-7 * (1.0 + current[i].abs()) + EPS * magnitude[0] / h;
                assert!(
                    (slope - current[i]).abs() < allowed,
                    "{what}, neuron {i}: slope {slope}, current {}",
                    current[i]
                );
                tried += 1;
            }
        }
    }
    assert!(tried > 1000, "{tried}");
}

#[test]
fn the_curvature_is_the_derivative_of_the_currents() {
    let mut r = Numbers(12);
    let asymmetric = Recurrent::new(r.weights(6, 6, 1.0), &[1.0; 6]).unwrap();
    let mut list = instances();
    list.push(networks::Instance {
        kind: "recurrent",
        what: "asymmetric".into(),
        alone: Alone::new(Box::new(asymmetric)),
    });
    for Instance { what, alone } in list.iter().map(Instance::of) {
        for _ in 0..4 {
            let (g, dg) = (r.vector(alone.size, 1.0), r.vector(alone.size, 1.0));
            let h = 1e-6;
            let current = |s: f64| alone.evaluate(&moved(&g, s * h, &dg)).0;
            let (up, down) = (current(1.0), current(-1.0));
            let action = alone.curvature(&g, &dg);
            for i in 0..g.len() {
                let slope = (up[i] - down[i]) / (2.0 * h);
                // h²/6 = 2e-13 times a third derivative of up to 1e5, and rounding over h.
                let allowed = 1e-7 * (1.0 + action[i].abs()) + 8.0 * EPS * size(&up) / h;
                assert!(
                    (slope - action[i]).abs() < allowed,
                    "{what}, neuron {i}: slope {slope}, action {}",
                    action[i]
                );
            }
        }
    }
}

#[test]
fn currents_add_to_what_is_there_and_touch_no_strangers() {
    let mut r = Numbers(13);
    for Instance { what, alone } in instances().iter().map(Instance::of) {
        let (g, before) = (r.vector(alone.size, 1.0), r.vector(alone.size, 1.0));
        let current = alone.evaluate(&g).0;
        let sum = alone.evaluate_onto(&g, &mut before.clone(), true).0;
        let own = alone.own();
        for i in 0..g.len() {
            if own.contains(&i) {
                // One rounding for each of at most 21 summands that were added one by one.
                let allowed = 32.0 * EPS * (1.0 + current[i].abs() + size(&current));
                let added = sum[i] - before[i] - current[i];
                assert!(added.abs() < allowed, "{what}: {added}");
            } else {
                assert_eq!(sum[i], before[i], "{what}: stranger {i}");
                assert_eq!(current[i], 0.0, "{what}: stranger {i}");
            }
        }
        assert!(size(&current) > 0.0, "{what}: no current at all");
    }
}

#[test]
fn an_activation_that_is_not_a_number_is_not_lost() {
    for case in instances() {
        let mut r = Numbers(31);
        for i in case.alone.own() {
            let mut g = r.vector(case.alone.size, 1.0);
            g[i] = f64::NAN;
            let (current, energy, _) = case.alone.evaluate(&g);
            let what = format!("{} {}, neuron {i}", case.kind, case.what);
            assert!(current.iter().any(|c| c.is_nan()), "{what}: {current:?}");
            let none = matches!(case.alone.synapse.energy(), Energy::None(_));
            assert!(none || energy[0].is_nan(), "{what}: {}", energy[0]);
        }
    }
}

#[test]
fn asking_for_the_energy_changes_no_bit_of_the_currents() {
    let mut r = Numbers(14);
    for Instance { what, alone } in instances().iter().map(Instance::of) {
        for lanes in [1, 3, 16] {
            let g = r.vector(alone.size * lanes, 1.0);
            let with = alone.evaluate(&g).0;
            let without = alone.evaluate_onto(&g, &mut vec![0.0; g.len()], false).0;
            assert_eq!(with, without, "{what}, {lanes} lanes");
        }
    }
}

#[test]
fn what_the_scratch_held_before_does_not_matter() {
    let mut r = Numbers(15);
    for Instance { what, alone } in instances().iter().map(Instance::of) {
        let ports = attractor::synapse::Ports::new(&alone.neurons, 1);
        let g = r.vector(alone.size, 1.0);
        let fresh = alone.evaluate(&g).0;
        let mut scratch = alone.synapse.scratch(1);
        scratch.rows.fill(f64::NAN);
        let mut current = vec![0.0; g.len()];
        alone
            .synapse
            .evaluate(&ports, &g, &mut current, None, &mut scratch);
        assert_eq!(current, fresh, "{what}");
    }
}

#[test]
fn a_block_is_its_lanes_one_by_one() {
    let mut r = Numbers(16);
    // 70 lanes are more than one piece of a block (kernels::PIECE).
    for lanes in [2, 5, 16, 70] {
        for Instance { what, alone } in instances().iter().map(Instance::of) {
            let each: Vec<_> = (0..lanes).map(|_| r.vector(alone.size, 1.0)).collect();
            let (current, energy, magnitude) = alone.evaluate(&block(&each));
            let dg = r.vector(alone.size * lanes, 1.0);
            let action = alone.curvature(&block(&each), &dg);
            for (b, g) in each.iter().enumerate() {
                let one = alone.evaluate(g);
                // The same sums in another order: a rounding for each of some dozen summands.
                // (A synapse without energy leaves its rows as they were.)
                let summands = one.2[0].max(0.0);
                let allowed = 64.0 * EPS * (1.0 + size(&one.0) + summands);
                assert!(
                    apart(&one.0, &lane(&current, lanes, b)) < allowed,
                    "{what}, lane {b} of {lanes}"
                );
                if alone.synapse.energy() == Energy::Exact {
                    assert!((one.1[0] - energy[b]).abs() < allowed, "{what}: energy");
                    assert!(
                        (one.2[0] - magnitude[b]).abs() < allowed,
                        "{what}: magnitude"
                    );
                }
                let alone_action = alone.curvature(g, &lane(&dg, lanes, b));
                // A Hessian amplifies the rounding of its state: by up to 1e4 in the examples (layer norm, eps = 0).
                let allowed = 1e-11 * (1.0 + size(&alone_action));
                assert!(
                    apart(&alone_action, &lane(&action, lanes, b)) < allowed,
                    "{what}: curvature, lane {b} of {lanes}"
                );
            }
        }
    }
}

#[test]
fn the_size_of_the_summands_is_at_least_the_energy() {
    let mut r = Numbers(17);
    for Instance { what, alone } in instances().iter().map(Instance::of) {
        if alone.synapse.energy() != Energy::Exact {
            continue;
        }
        for scale in [1e-3, 1.0, 3.0] {
            let (_, energy, magnitude) = alone.evaluate(&r.vector(alone.size, scale));
            // Two roundings of slack for another order of the sum.
            assert!(
                magnitude[0] >= energy[0].abs() * (1.0 - 2.0 * EPS),
                "{what}: {} < {}",
                magnitude[0],
                energy[0]
            );
        }
    }
}

/// `Σ_j W_ij g_j`.
fn times(w: &Weights, g: &[f64]) -> Vec<f64> {
    let rows = w.data().chunks_exact(w.cols());
    rows.map(|row| row.iter().zip(g).map(|(w, g)| w * g).sum())
        .collect()
}

fn transposed(w: &Weights) -> Weights {
    let (rows, cols) = (w.rows(), w.cols());
    let data = (0..rows * cols).map(|k| w.data()[(k % rows) * cols + k / rows]);
    Weights::new(cols, rows, data.collect()).unwrap()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Energies to the roundings of a few dozen summands of order 1.
const ROUNDING: f64 = 1e-13;

#[test]
fn dense_energy_has_no_factor_one_half_and_recurrent_energy_has_it() {
    let mut r = Numbers(18);
    let w = r.weights(4, 7, 1.0);
    let dense = Alone::new(Box::new(Dense::new(w.clone())));
    let g = r.vector(dense.size, 1.0);
    let (a, b) = (&g[dense.neurons[0].clone()], &g[dense.neurons[1].clone()]);
    let (current, energy, _) = dense.evaluate(&g);
    assert!((energy[0] + dot(b, &times(&w, a))).abs() < ROUNDING);
    assert!(apart(&current[dense.neurons[1].clone()], &times(&w, a)) < ROUNDING);
    assert!(
        apart(
            &current[dense.neurons[0].clone()],
            &times(&transposed(&w), b)
        ) < ROUNDING
    );

    let w = Weights::new(5, 5, r.symmetric(5, 1.0)).unwrap();
    let recurrent = Alone::new(Box::new(Recurrent::new(w.clone(), &[1.0; 5]).unwrap()));
    let g = r.vector(recurrent.size, 1.0);
    let own = &g[recurrent.neurons[0].clone()];
    let energy = recurrent.evaluate(&g).1[0];
    assert!((energy + 0.5 * dot(own, &times(&w, own))).abs() < ROUNDING);
}

#[test]
fn memory_energy_is_minus_c_k_f_of_the_hidden_state() {
    let mut r = Numbers(19);
    let (c, k) = (0.7, 1.3);
    for (name, text, potential) in common::all() {
        let sum = DirectSum::uniform(&[5], potential).unwrap();
        let (xi, zeta, b) = (r.weights(5, 3, 1.0), r.weights(5, 4, 1.0), r.vector(5, 0.5));
        let memory = Memory::new(vec![xi.clone(), zeta.clone()], sum.clone()).unwrap();
        let memory = memory
            .scale(c)
            .unwrap()
            .leak(k)
            .unwrap()
            .bias(b.clone())
            .unwrap();
        let memory = Alone::new(Box::new(memory));
        let g = r.vector(memory.size, 1.0);
        let (first, second) = (&g[memory.neurons[0].clone()], &g[memory.neurons[1].clone()]);
        let (from_first, from_second) = (times(&xi, first), times(&zeta, second));
        let h: Vec<f64> = (0..5)
            .map(|m| (from_first[m] + from_second[m] + b[m]) / k)
            .collect();
        let (mut value, mut magnitude) = (vec![0.0; sum.units()], vec![0.0; sum.units()]);
        let rows = TermRows {
            value: &mut value,
            magnitude: &mut magnitude,
        };
        sum.value(&h, 1, rows);
        let want = -c * k * value.iter().sum::<f64>();
        let energy = memory.evaluate(&g).1[0];
        let allowed = ROUNDING * (1.0 + magnitude.iter().sum::<f64>());
        assert!((energy - want).abs() < allowed, "{name} {text}");
    }
}

#[test]
fn penalties_are_half_strength_times_the_square_of_the_excess() {
    let mut r = Numbers(20);
    let (a, b, strength) = (r.weights(3, 6, 1.0), [0.2, -0.4, 0.1], [0.5, 2.0, 3.0]);
    for one_sided in [false, true] {
        let make = if one_sided {
            Penalty::inequality
        } else {
            Penalty::equality
        };
        let penalty = make(a.clone(), b.to_vec(), strength.to_vec()).unwrap();
        let penalty = Alone::new(Box::new(penalty));
        let mut signs = BTreeSet::new();
        for _ in 0..8 {
            let g = r.vector(penalty.size, 1.0);
            let excess = times(&a, &g[penalty.neurons[0].clone()]);
            let want: f64 = (0..3)
                .map(|k| {
                    let e = excess[k] - b[k];
                    signs.insert(e > 0.0);
                    let e = if one_sided { e.max(0.0) } else { e };
                    0.5 * strength[k] * e * e
                })
                .sum();
            assert!((penalty.evaluate(&g).1[0] - want).abs() < ROUNDING);
        }
        assert_eq!(signs.len(), 2, "constraints met and broken were tried");
    }
}

#[test]
fn excitation_and_inhibition_have_opposite_signs_and_no_energy() {
    let mut r = Numbers(21);
    let a = r.weights(3, 5, 1.0);
    let pair = Alone::new(Box::new(ExcitatoryInhibitory::new(a.clone())));
    let g = r.vector(pair.size, 1.0);
    let (excited, inhibiting) = (&g[pair.neurons[0].clone()], &g[pair.neurons[1].clone()]);
    let current = pair.evaluate(&g).0;
    assert!(apart(&current[pair.neurons[1].clone()], &times(&a, excited)) < ROUNDING);
    let back: Vec<f64> = times(&transposed(&a), inhibiting)
        .iter()
        .map(|v| -v)
        .collect();
    assert!(apart(&current[pair.neurons[0].clone()], &back) < ROUNDING);
    assert!(matches!(pair.synapse.energy(), Energy::None(why) if why.contains("opposite signs")));
}

#[test]
fn weights_that_are_not_symmetric_are_a_candidate_that_names_the_pair() {
    let w = |a: f64| Weights::new(2, 2, vec![0.5, 1.0, a, 0.0]).unwrap();
    let energy = |a: f64, d: [f64; 2]| {
        attractor::synapse::Synapse::energy(&Recurrent::new(w(a), &d).unwrap())
    };
    assert_eq!(energy(1.0, [1.0; 2]), Energy::Exact);
    // Entries computed in two orders differ by roundings.
    assert_eq!(energy(1.0 + 1e-14, [1.0; 2]), Energy::Exact);
    for (a, d) in [(0.99999, [1.0; 2]), (-1.0, [1.0; 2]), (1.0, [1.0, 2.0])] {
        assert!(
            matches!(energy(a, d), Energy::Candidate(why) if why.contains("W[1][0]")),
            "{a}"
        );
    }
    assert_eq!(energy(0.5, [1.0, 2.0]), Energy::Exact);
}

#[test]
fn weights_symmetrizable_by_construction_are_found_to_be_so() {
    let mut r = Numbers(22);
    let n = 6;
    let t = r.symmetric(n, 1.0);
    let lambda: Vec<f64> = (0..n).map(|_| r.between(0.3, 3.0)).collect();
    let mu: Vec<f64> = (0..n).map(|_| r.between(0.3, 3.0)).collect();
    let mut w: Vec<f64> = (0..n * n)
        .map(|k| lambda[k / n] * t[k] * mu[k % n])
        .collect();
    let d = symmetrizing_weights(&Weights::new(n, n, w.clone()).unwrap()).unwrap();
    for j in 0..n {
        // Up to a common factor, which is set by the first neuron; a few roundings.
        let want = mu[j] / lambda[j] / (mu[0] / lambda[0]);
        assert!((d[j] - want).abs() < 1e-14 * want, "{} {want}", d[j]);
    }
    // Kolmogorov's condition on the cycle through three neurons.
    w[1] *= 1.001;
    assert_eq!(symmetrizing_weights(&Weights::new(n, n, w).unwrap()), None);
    // Excitation one way and inhibition the other.
    let pair = Weights::new(2, 2, vec![0.0, 1.0, -1.0, 0.0]).unwrap();
    assert_eq!(symmetrizing_weights(&pair), None);
}

#[test]
fn matrices_of_the_wrong_shape_are_refused() {
    let mut r = Numbers(23);
    assert!(Recurrent::new(r.weights(2, 3, 1.0), &[1.0; 2]).is_none());
    assert!(Recurrent::new(r.weights(2, 2, 1.0), &[1.0; 3]).is_none());
    let sum = || DirectSum::uniform(&[4], lagrangian(r#"{ kind = "tanh" }"#)).unwrap();
    assert!(Memory::new(vec![], sum()).is_none());
    assert!(Memory::new(vec![r.weights(3, 4, 1.0)], sum()).is_none());
    let memory = Memory::new(vec![r.weights(4, 3, 1.0)], sum()).unwrap();
    assert!(memory.bias(vec![0.0; 3]).is_none());
    assert!(Penalty::equality(r.weights(2, 3, 1.0), vec![0.0; 3], vec![1.0; 2]).is_none());
    assert!(Penalty::inequality(r.weights(2, 3, 1.0), vec![0.0; 2], vec![1.0]).is_none());
    // A reward for breaking a constraint is no penalty; one of no strength is.
    for make in [Penalty::equality, Penalty::inequality] {
        assert!(make(r.weights(2, 3, 1.0), vec![0.0; 2], vec![1.0, -0.1]).is_none());
        assert!(make(r.weights(2, 3, 1.0), vec![0.0; 2], vec![1.0, 0.0]).is_some());
    }
}

/// What the laws are told of an instance.
struct Instance<'a> {
    what: String,
    alone: &'a Alone,
}

impl<'a> Instance<'a> {
    fn of(instance: &'a networks::Instance) -> Self {
        Instance {
            what: format!("{} {}", instance.kind, instance.what),
            alone: &instance.alone,
        }
    }
}

#[test]
fn minus_the_energy_grows_with_the_order_it_says_and_no_faster() {
    let mut r = Numbers(29);
    let mut tried = 0;
    for Instance { what, alone } in instances().iter().map(Instance::of) {
        if alone.synapse.energy() != Energy::Exact {
            continue;
        }
        let joined = alone.neurons.len();
        // Every choice of layers whose activations go to infinity, the others stay.
        for choice in 1..1usize << joined {
            let unbounded: Vec<bool> = (0..joined).map(|k| choice >> k & 1 == 1).collect();
            let order = alone.synapse.order(&unbounded);
            if order.is_infinite() {
                continue;
            }
            // Negative weights may hold the energy in every direction.
            let (mut sharp, mut grows) = (false, false);
            for _ in 0..24 {
                let near = r.vector(alone.size, 1.0);
                let falls = |far: f64| {
                    let mut g = near.clone();
                    for (k, range) in alone.neurons.iter().enumerate() {
                        if unbounded[k] {
                            g[range.clone()].iter_mut().for_each(|g| *g *= far);
                        }
                    }
                    -alone.evaluate(&g).1[0]
                };
                let (a, b) = (falls(1e5), falls(1e6));
                // Where it is below zero the energy holds; constants and lower orders are a part 1e-4 there.
                if b > 0.0 {
                    grows = true;
                    let allowed = 10f64.powf(order) * (1.0 + 1e-2) * a.max(0.0);
                    assert!(
                        b <= allowed + 1e3,
                        "{what}, {unbounded:?}: order {order}, {a:e}, {b:e}"
                    );
                    sharp |= a > 0.0 && ((b / a).log10() - order).abs() < 1e-2;
                }
                tried += 1;
            }
            assert!(
                sharp || !grows || order == 0.0,
                "{what}, {unbounded:?}: {order} is more than there is"
            );
        }
    }
    assert!(tried > 1000, "{tried}");
}
