//! The laws that every synapse of the list obeys.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use crate::common;
use crate::networks;

use std::collections::BTreeSet;

use attractor::kernels::{Factors, Weights};
use attractor::lagrangian::{Array, DirectSum, TermRows};
use attractor::synapse::{
    Dense, Energy, Example, ExcitatoryInhibitory, Feedforward, Flip, Gate, KINDS, Memory,
    NotSymmetrizable, Penalty, Ports, Recurrent, Sketch, Synapse, symmetrizing_weights,
};
use networks::{Alone, Numbers, apart, block, column, instances, lagrangian, moved, size};

const EPS: f64 = f64::EPSILON;

#[test]
fn every_kind_has_a_name_of_its_own_and_examples_of_all_its_parameters() {
    let names: BTreeSet<_> = KINDS.iter().map(|k| k.name).collect();
    assert_eq!(names.len(), KINDS.len(), "two kinds have one name");
    for kind in KINDS {
        for parameter in kind.parameters {
            let says = |e: &Example| e.1.contains(&format!("{} = ", parameter.name));
            let (name, key) = (kind.name, parameter.name);
            assert!(
                kind.examples.iter().any(says),
                "{name} has no example of {key}"
            );
        }
        for example in kind.examples {
            let joins = kind.joins.unwrap_or(example.0.len());
            assert_eq!(example.0.len(), joins, "{}", kind.name);
        }
    }
}

#[test]
fn a_synapse_is_of_the_kind_that_made_it_and_fits_its_layers() {
    for kind in KINDS {
        for example in kind.examples {
            let synapse = networks::made(kind, example);
            assert_eq!(synapse.kind().map(|k| k.name), Some(kind.name));
            for (wanted, layer) in synapse.shapes().iter().zip(example.0) {
                let size = layer.iter().product::<usize>();
                assert!(wanted[..] == **layer || wanted[..] == [size]);
            }
            assert!(synapse.operations() >= 1.0, "{}", kind.name);
        }
    }
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
    for Instance { what, alone } in instances().iter().map(Instance::of) {
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
fn the_blocks_of_the_curvature_are_its_actions_on_unit_vectors() {
    let mut r = Numbers(18);
    let asymmetric = Recurrent::new(r.weights(6, 6, 1.0), &[1.0; 6]).unwrap();
    let mut list = instances();
    list.push(networks::Instance {
        kind: "recurrent",
        what: "asymmetric".into(),
        alone: Alone::new(Box::new(asymmetric)),
    });
    for Instance { what, alone } in list.iter().map(Instance::of) {
        let (g, n) = (r.vector(alone.size, 1.0), alone.size);
        let mut matrix = Factors::new(n, 0);
        matrix.clear(false);
        let (ports, mut scratch) = (Ports::new(&alone.neurons, 1), alone.synapse.scratch(1));
        let start = |port: usize| alone.neurons[port].start;
        let known = alone
            .synapse
            .curvature(&ports, &g, &mut scratch, &mut |[to, from], patch| {
                matrix.add([start(to), start(from)], patch);
            });
        // A product of three activations or more is no matrix that is kept; unit vectors are asked.
        if !known {
            let products = ["gate ", "simplicial ", "attention "];
            let is_product = products.iter().any(|p| what.starts_with(p));
            // A memory of each token has as many small blocks as there are tokens.
            assert!(is_product || what.contains("each_token"), "{what}");
            continue;
        }
        for j in 0..n {
            let mut unit = vec![0.0; n];
            unit[j] = 1.0;
            let action = alone.curvature(&g, &unit);
            // Sums of at most some tens of terms in another order, those of a memory as large as its Hessian.
            let allowed = 64.0 * EPS * (1.0 + size(&action));
            let [_, column] = matrix.column(j);
            assert!(
                apart(column, &action) <= allowed,
                "{what}, {j}: {column:?} {action:?}"
            );
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
        let mut draws = (0..8).map(|_| size(&alone.evaluate(&r.vector(alone.size, 1.0)).0));
        assert!(draws.any(|s| s > 0.0), "{what}: no current at all");
    }
}

#[test]
fn an_activation_that_is_not_a_number_is_not_lost() {
    for case in instances() {
        let mut r = Numbers(31);
        for i in case.alone.own() {
            // Nobody hears the second layer of a synapse that acts one way.
            let one_way = case.alone.synapse.sketch() == Sketch::OneWay;
            if one_way && case.alone.neurons[1].contains(&i) {
                continue;
            }
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
        for width in [1, 3, 16] {
            let g = r.vector(alone.size * width, 1.0);
            let with = alone.evaluate(&g).0;
            let without = alone.evaluate_onto(&g, &mut vec![0.0; g.len()], false).0;
            assert_eq!(with, without, "{what}, {width} width");
        }
    }
}

#[test]
fn what_the_scratch_held_before_does_not_matter() {
    let mut r = Numbers(15);
    for Instance { what, alone } in instances().iter().map(Instance::of) {
        let ports = Ports::new(&alone.neurons, 1);
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
fn a_block_is_its_columns_one_by_one() {
    let mut r = Numbers(16);
    // 70 columns are more than one piece of a block (kernels::PIECE).
    for width in [2, 5, 16, 70] {
        for Instance { what, alone } in instances().iter().map(Instance::of) {
            let each: Vec<_> = (0..width).map(|_| r.vector(alone.size, 1.0)).collect();
            let (current, energy, magnitude) = alone.evaluate(&block(&each));
            let dg = r.vector(alone.size * width, 1.0);
            let action = alone.curvature(&block(&each), &dg);
            for (b, g) in each.iter().enumerate() {
                let one = alone.evaluate(g);
                // The same sums in another order: a rounding for each of some dozen summands.
                // (A synapse without energy leaves its rows as they were.)
                let summands = one.2[0].max(0.0);
                let allowed = 64.0 * EPS * (1.0 + size(&one.0) + summands);
                assert!(
                    apart(&one.0, &column(&current, width, b)) < allowed,
                    "{what}, column {b} of {width}"
                );
                if alone.synapse.energy() == Energy::Exact {
                    assert!((one.1[0] - energy[b]).abs() < allowed, "{what}: energy");
                    assert!(
                        (one.2[0] - magnitude[b]).abs() < allowed,
                        "{what}: magnitude"
                    );
                }
                let alone_action = alone.curvature(g, &column(&dg, width, b));
                // A Hessian amplifies the rounding of its state: by up to 1e4 in the examples (layer norm, eps = 0).
                let allowed = 1e-11 * (1.0 + size(&alone_action));
                assert!(
                    apart(&alone_action, &column(&action, width, b)) < allowed,
                    "{what}: curvature, column {b} of {width}"
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

/// The activations of the neurons that a synapse joins, in the order of its layers.
fn joined(alone: &Alone, g: &[f64]) -> Vec<f64> {
    let places = alone.neurons.iter().cloned().flatten();
    places.map(|at| g[at]).collect()
}

#[test]
fn flips_cost_the_difference_of_two_energies_however_many_were_made_before() {
    let mut r = Numbers(51);
    let mut tried = BTreeSet::new();
    for case in instances() {
        let what = format!("{} {}", case.kind, case.what);
        let Some(flips) = case.alone.synapse.flips() else {
            assert_eq!(case.kind, "attention", "{what} does not say what flips do");
            continue;
        };
        let places: Vec<usize> = case.alone.neurons.iter().cloned().flatten().collect();
        let has_energy = case.alone.synapse.energy() == Energy::Exact;
        let mut g = r.vector(case.alone.size, 1.0);
        let mut kept = vec![f64::NAN; flips.kept()];
        flips.keep(&joined(&case.alone, &g), &mut kept);
        for round in 0..1000 {
            let count = [1, 1, 2, 3][round % 4];
            let chosen: BTreeSet<usize> = (0..count).map(|_| r.below(places.len())).collect();
            let flip = |neuron: usize| Flip {
                neuron,
                // Back to an activation of order 1: they must not wander off.
                by: r.between(-1.0, 1.0) - g[places[neuron]],
            };
            let chosen: Vec<Flip> = chosen.into_iter().map(flip).collect();
            let own = joined(&case.alone, &g);
            let (currents, before, magnitude) = case.alone.evaluate(&g);
            let summands = if has_energy { magnitude[0] } else { 0.0 };
            // Roundings of some dozen summands, and of a thousand flips.
            let allowed = |sizes: f64| 1e3 * EPS * (1.0 + sizes);
            for f in &chosen {
                let (got, want) = (
                    flips.current(&own, &kept, f.neuron),
                    currents[places[f.neuron]],
                );
                assert!(
                    (got - want).abs() < allowed(size(&currents) + summands),
                    "{what}: {got} {want}"
                );
            }
            let difference = flips.difference(&own, &kept, &chosen);
            for f in &chosen {
                flips.follow(&joined(&case.alone, &g), *f, &mut kept);
                g[places[f.neuron]] += f.by;
            }
            let (_, after, after_magnitude) = case.alone.evaluate(&g);
            if has_energy {
                let off = (after[0] - before[0] - difference).abs();
                let sizes = magnitude[0].max(after_magnitude[0]);
                assert!(off < allowed(sizes), "{what}: {off}");
            }
        }
        let mut anew = vec![f64::NAN; flips.kept()];
        flips.keep(&joined(&case.alone, &g), &mut anew);
        assert!(
            apart(&anew, &kept) < 1e3 * EPS * (1.0 + size(&anew)),
            "{what}"
        );
        tried.insert(case.kind);
    }
    assert_eq!(tried.len() + 1, KINDS.len(), "all but attention");
}

#[test]
fn the_gradient_is_minus_the_derivative_of_the_energy_by_each_parameter() {
    let mut r = Numbers(52);
    let mut tried = BTreeSet::new();
    for case in instances() {
        let Some(learn) = case.alone.synapse.learn() else {
            continue;
        };
        let what = format!("{} {}", case.kind, case.what);
        let values = learn.values();
        let shapes = learn.parameters();
        let count: usize = shapes
            .iter()
            .map(|(_, s)| s.iter().product::<usize>())
            .sum();
        assert_eq!(values.len(), count, "{what}");
        let width = 3;
        let g = r.vector(case.alone.size * width, 1.0);
        let ports = Ports::new(&case.alone.neurons, width);
        let mut gradient = vec![1.0; count];
        let by = [1.0, -0.75, 0.5];
        learn.add_gradient(&ports, &g, &by, &mut gradient);
        for k in 0..count {
            let energy = |h: f64| -> f64 {
                let mut values = values.clone();
                values[k] += h;
                let moved = Alone::new(learn.with(values).unwrap());
                let all = moved.evaluate(&g).1;
                all.iter().zip(by).map(|(e, by)| by * e).sum()
            };
            let linear = ["dense", "recurrent", "simplicial"].contains(&case.kind);
            let (slope, allowed) = match linear {
                // E is linear in the weights: only rounding, of sums below 1e3, over 2h.
                true => ((energy(0.5) - energy(-0.5)) / 1.0, 1e3 * 64.0 * EPS),
                false => {
                    let slope = central(&energy);
                    (slope, 1e-7 * (1.0 + slope.abs() + energy(0.0).abs()))
                }
            };
            assert!(
                (gradient[k] - 1.0 + slope).abs() < allowed,
                "{what}, {k}: {} {slope}",
                gradient[k] - 1.0
            );
        }
        assert!(learn.with(vec![0.0; count + 1]).is_err(), "{what}");
        assert!(learn.with(vec![f64::NAN; count]).is_err(), "{what}");
        tried.insert(case.kind);
    }
    let known = [
        "dense",
        "recurrent",
        "simplicial",
        "memory",
        "attention",
        "phase",
    ];
    assert!(known.iter().all(|k| tried.contains(k)), "{tried:?}");
}

#[test]
fn the_mixed_derivative_is_that_of_the_currents_by_each_parameter() {
    let mut r = Numbers(54);
    let mut tried = BTreeSet::new();
    for case in instances() {
        let Some(learn) = case.alone.synapse.learn() else {
            continue;
        };
        let what = format!("{} {}", case.kind, case.what);
        let (values, width) = (learn.values(), 3);
        let g = r.vector(case.alone.size * width, 1.0);
        let v = r.vector(g.len(), 1.0);
        let ports = Ports::new(&case.alone.neurons, width);
        let mut mixed = vec![1.0; values.len()];
        learn.add_mixed(&ports, &g, &v, &mut mixed);
        for k in 0..values.len() {
            let along = |h: f64| -> f64 {
                let mut values = values.clone();
                values[k] += h;
                let moved = Alone::new(learn.with(values).unwrap());
                dot(&moved.evaluate(&g).0, &v)
            };
            let slope = central(&along);
            let allowed = 1e-7 * (1.0 + slope.abs() + along(0.0).abs());
            assert!(
                (mixed[k] - 1.0 - slope).abs() < allowed,
                "{what}, {k}: {} {slope}",
                mixed[k] - 1.0
            );
        }
        tried.insert(case.kind);
    }
    assert!(tried.len() >= 5, "{tried:?}");
}

/// A slope from both sides. Its error is h²/6 = 2e-11 times a third derivative of at most 1e3, and the rounding of the values over
/// 2h = 2e-5: 1e-11 of them.
fn central(f: &impl Fn(f64) -> f64) -> f64 {
    let h = 1e-5;
    (f(h) - f(-h)) / (2.0 * h)
}

#[test]
fn a_gate_is_the_sum_over_all_triples() {
    let mut r = Numbers(53);
    let (a, b, c) = (2, 3, 4);
    let w = Array {
        shape: vec![a, b, c],
        data: r.vector(a * b * c, 1.0),
    };
    let gate = Alone::new(Box::new(Gate::new(w.clone()).unwrap()));
    let g = r.vector(gate.size, 1.0);
    let [ga, gb, gc] = [0, 1, 2].map(|k| &g[gate.neurons[k].clone()]);
    let mut want = 0.0;
    let mut into_a = vec![0.0; a];
    for (at, w) in w.data.iter().enumerate() {
        let (i, j, k) = (at / (b * c), at / c % b, at % c);
        want -= w * ga[i] * gb[j] * gc[k];
        into_a[i] += w * gb[j] * gc[k];
    }
    let (current, energy, _) = gate.evaluate(&g);
    assert!((energy[0] - want).abs() < ROUNDING);
    assert!(apart(&current[gate.neurons[0].clone()], &into_a) < ROUNDING);
    let flat = Array {
        shape: vec![a * b, c],
        data: w.data,
    };
    assert_eq!(Gate::new(flat).unwrap_err().what, "weights");
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
    let energy = |a: f64, d: [f64; 2]| Recurrent::new(w(a), &d).unwrap().energy();
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
    // Kolmogorov's condition on a cycle through the pair that was changed.
    w[1] *= 1.001;
    let why = symmetrizing_weights(&Weights::new(n, n, w.clone()).unwrap()).unwrap_err();
    let NotSymmetrizable::Cycle { neurons, ratio } = &why else {
        panic!("{why:?}");
    };
    let next = neurons.iter().cycle().skip(1);
    let pairs: Vec<_> = neurons.iter().zip(next).collect();
    assert!(
        pairs.iter().any(|p| [(&0, &1), (&1, &0)].contains(p)),
        "{why}"
    );
    let along: f64 = pairs.iter().map(|(from, to)| w[*to * n + *from]).product();
    let against: f64 = pairs.iter().map(|(from, to)| w[*from * n + *to]).product();
    // A few roundings of a product of at most six weights.
    assert!((ratio - along / against).abs() < 1e-13, "{ratio}");
    assert!((ratio.ln().abs() - 1.001f64.ln()).abs() < 1e-12, "{ratio}");
}

#[test]
fn a_cycle_or_a_pair_that_forbids_energy_weights_is_named_and_every_part_is_judged_by_itself() {
    let of = |n: usize, entries: &[(usize, usize, f64)]| {
        let mut w = vec![0.0; n * n];
        entries.iter().for_each(|(i, j, v)| w[i * n + j] = *v);
        symmetrizing_weights(&Weights::new(n, n, w).unwrap())
    };
    // Excitation one way and inhibition the other would need d < 0; one way alone d = 0.
    for b in [-1.0, 0.0] {
        let why = of(2, &[(0, 1, 1.0), (1, 0, b)]).unwrap_err();
        let found = NotSymmetrizable::Pair {
            pair: [1, 0],
            entries: [b, 1.0],
        };
        assert_eq!(why, found);
        assert!(why.to_string().contains("W[1][0]"), "{why}");
    }
    // Two parts, 0-2 and 1-3-4: each begins with d = 1.
    let two = [
        (0, 2, 2.0),
        (2, 0, 1.0),
        (1, 3, 3.0),
        (3, 1, 1.0),
        (3, 4, -1.0),
        (4, 3, -4.0),
    ];
    let d = of(5, &two).unwrap();
    let wanted = [1.0, 1.0, 2.0, 3.0, 0.75];
    assert!(apart(&d, &wanted) < 1e-15, "{d:?}");
    // The second part closes to a triangle: with the one weight that fits, and with one that misses it by a millionth.
    for (miss, fits) in [(0.0, true), (1e-6, false)] {
        let closed = [&two[..], &[(1, 4, 0.6), (4, 1, 0.8 * (1.0 + miss))]].concat();
        match of(5, &closed) {
            Ok(found) => assert!(fits && apart(&found, &wanted) < 1e-15, "{miss}"),
            Err(NotSymmetrizable::Cycle { mut neurons, ratio }) => {
                neurons.sort_unstable();
                assert!(!fits && neurons == [1, 3, 4], "{neurons:?}");
                assert!((ratio.ln().abs() - 1e-6).abs() < 1e-11, "{ratio}");
            }
            Err(other) => panic!("{other}"),
        }
    }
    // Weights of a tree always fit, whatever they are; a loop of three that turn one way does not.
    assert!(of(3, &[(0, 1, 5.0), (1, 0, 0.1), (1, 2, 7.0), (2, 1, 3.0)]).is_ok());
    let turning = [
        (0, 1, 2.0),
        (1, 0, 1.0),
        (1, 2, 2.0),
        (2, 1, 1.0),
        (2, 0, 2.0),
        (0, 2, 1.0),
    ];
    let why = of(3, &turning).unwrap_err();
    assert!(
        matches!(&why, NotSymmetrizable::Cycle { ratio, .. } if [8.0, 0.125].contains(ratio)),
        "{why}"
    );
}

#[test]
fn a_feedforward_synapse_drives_its_second_layer_and_hears_nothing_of_it() {
    let mut r = Numbers(24);
    let w = r.weights(3, 5, 1.0);
    let one_way = Alone::new(Box::new(Feedforward::new(w.clone())));
    let g = r.vector(one_way.size, 1.0);
    let (from, to) = (one_way.neurons[0].clone(), one_way.neurons[1].clone());
    let current = one_way.evaluate(&g).0;
    assert!(apart(&current[to], &times(&w, &g[from.clone()])) < ROUNDING);
    assert_eq!(current[from], [0.0; 5]);
    assert!(matches!(one_way.synapse.energy(), Energy::None(why) if why.contains("one way")));
}

/// `A B`, each entry summed in the order of its own row and column.
fn product(a: &[f64], b: &[f64], [n, k, m]: [usize; 3]) -> Vec<f64> {
    let entry = |at: usize| -> f64 {
        let (i, j) = (at / m, at % m);
        (0..k).map(|l| a[i * k + l] * b[l * m + j]).sum()
    };
    (0..n * m).map(entry).collect()
}

/// The inverse of a square matrix, by Gauss and Jordan with the largest pivot of each column.
fn inverse(a: &[f64], n: usize) -> Vec<f64> {
    let mut rows: Vec<Vec<f64>> = (0..n)
        .map(|i| {
            let unit = (0..n).map(|j| f64::from(u8::from(i == j)));
            a[i * n..(i + 1) * n].iter().copied().chain(unit).collect()
        })
        .collect();
    for k in 0..n {
        let pivot = (k..n).max_by(|i, j| rows[*i][k].abs().total_cmp(&rows[*j][k].abs()));
        rows.swap(k, pivot.unwrap());
        let chosen = rows[k].clone();
        for (i, row) in rows.iter_mut().enumerate() {
            let factor = if i == k {
                1.0 - 1.0 / chosen[k]
            } else {
                row[k] / chosen[k]
            };
            row.iter_mut()
                .zip(&chosen)
                .for_each(|(r, c)| *r -= factor * c);
        }
    }
    rows.iter().flat_map(|row| row[n..].to_vec()).collect()
}

/// The largest asymmetry of a pair, as a part of the pair.
fn asymmetry(w: &[f64], n: usize) -> f64 {
    let pairs = (0..n * n).map(|at| (w[at], w[(at % n) * n + at / n]));
    let parts = pairs.map(|(a, b)| (a - b).abs() / a.abs().max(b.abs()).max(f64::MIN_POSITIVE));
    parts.fold(0.0, f64::max)
}

#[test]
fn products_that_are_symmetric_but_for_the_rounding_of_their_largest_entries_have_an_energy() {
    let mut r = Numbers(41);
    let (n, p) = (150, 60);
    // Projection weights Xᵀ(XXᵀ)⁻¹X of ±1 patterns.
    let sign = |x: f64| if x > 0.0 { 1.0 } else { -1.0 };
    let x: Vec<f64> = (0..p * n).map(|_| sign(r.next())).collect();
    let xt: Vec<f64> = (0..n * p).map(|at| x[(at % p) * n + at / p]).collect();
    let gram = product(&x, &xt, [p, n, p]);
    let dual = product(&xt, &inverse(&gram, p), [n, p, p]);
    let projection = product(&dual, &x, [n, p, n]);
    // An inverse covariance, and LᵀCL with a diagonal C of many sizes.
    let samples = r.vector(4 * n * n, 1.0);
    let turned: Vec<f64> = (0..4 * n * n)
        .map(|at| samples[(at % (4 * n)) * n + at / (4 * n)])
        .collect();
    let precision = inverse(&product(&turned, &samples, [n, 4 * n, n]), n);
    let l = r.vector(n * n, 1.0);
    let lt: Vec<f64> = (0..n * n).map(|at| l[(at % n) * n + at / n]).collect();
    let cl: Vec<f64> = l
        .iter()
        .enumerate()
        .map(|(at, l)| l * (1.0 + (at / n) as f64))
        .collect();
    let sandwich = product(&lt, &cl, [n, n, n]);
    for w in [projection, precision, sandwich] {
        assert!(asymmetry(&w, n) > 1e-12, "pair by pair it would not pass");
        let w = Weights::new(n, n, w).unwrap();
        let recurrent = Recurrent::new(w.clone(), &vec![1.0; n]).unwrap();
        assert_eq!(recurrent.energy(), Energy::Exact);
        let note = recurrent.note().unwrap();
        assert!(note.contains("made symmetric"), "{note}");
        assert_eq!(symmetrizing_weights(&w), Ok(vec![1.0; n]));
        // The same under energy weights that were taken out of its rows.
        let d: Vec<f64> = (0..n).map(|_| r.between(0.01, 100.0)).collect();
        let rows = w.data().iter().enumerate().map(|(at, w)| w / d[at / n]);
        let w = Weights::new(n, n, rows.collect()).unwrap();
        assert_eq!(
            Recurrent::new(w.clone(), &d).unwrap().energy(),
            Energy::Exact
        );
        let found = symmetrizing_weights(&w).unwrap();
        // A ratio of two sums is as good as the sums are: the strongest weights are a tenth of the largest, at least.
        for (found, d1) in found.iter().zip(&d) {
            let want = d1 / d[0];
            assert!((found - want).abs() < 1e-10 * want, "{found} {want}");
        }
    }
}

#[test]
fn a_pair_is_judged_against_the_matrix_and_not_against_itself() {
    let w = |b: f64| {
        let rows = vec![0.0, 1e-9, 1.0, b, 0.0, 1.0, 1.0, 1.0, 0.0];
        Recurrent::new(Weights::new(3, 3, rows).unwrap(), &[1.0; 3]).unwrap()
    };
    assert_eq!(w(1.0000000001e-9).energy(), Energy::Exact);
    // n ε max|W| = 6.7e-16 is the bound.
    assert_eq!(w(1e-9 + 6e-16).energy(), Energy::Exact);
    assert!(matches!(w(1e-9 + 8e-16).energy(), Energy::Candidate(why) if why.contains("W[1][0]")));
    assert_eq!(w(1e-9).note(), None);
}

#[test]
fn weights_are_symmetrized_where_that_is_asked_for() {
    // As a file of 32-bit floats has them.
    let w = || Weights::new(2, 2, vec![0.0, f64::from(0.1f32), 0.1, 0.3]).unwrap();
    let d = [1.0, 1.0];
    assert!(matches!(
        Recurrent::new(w(), &d).unwrap().energy(),
        Energy::Candidate(_)
    ));
    let turned = Weights::new(2, 2, vec![0.0, 0.1, -0.1, 0.3]).unwrap();
    assert!(symmetrizing_weights(&turned).is_err());
    let made = Recurrent::symmetrized(w(), &d).unwrap();
    assert_eq!(made.energy(), Energy::Exact);
    let note = made.note().unwrap();
    assert!(
        note.contains("by 1.49e-9") && note.contains("W[1][0] = 0.1"),
        "{note}"
    );
    let alone = Alone::new(Box::new(made));
    let mut g = vec![0.0; alone.size];
    g[alone.neurons[0].start] = 1.0;
    let mean = 0.5 * (0.1 + f64::from(0.1f32));
    assert!((alone.evaluate(&g).0[alone.neurons[0].start + 1] - mean).abs() < 1e-17);
}

#[test]
fn the_formula_of_a_synapse_is_that_of_its_own_weights() {
    let w = |a: f64| Weights::new(2, 2, vec![0.5, 1.0, a, 0.0]).unwrap();
    let formula = |a: f64, d: [f64; 2]| Recurrent::new(w(a), &d).unwrap().formula();
    assert!(formula(1.0, [1.0; 2]).contains("E = −½ gᵀ W g"));
    assert!(formula(0.5, [1.0, 2.0]).contains("E = −½ gᵀ D W g"));
    let none = formula(-1.0, [1.0; 2]);
    assert!(
        none.contains("not the gradient of any energy") && !none.contains("E ="),
        "{none}"
    );
    let dense = Dense::new(w(1.0)).formula();
    assert!(
        dense.contains("W g_A into B") && dense.contains("Wᵀ g_B into A"),
        "{dense}"
    );
}

#[test]
fn matrices_of_the_wrong_shape_are_refused() {
    let mut r = Numbers(23);
    assert!(Recurrent::new(r.weights(2, 3, 1.0), &[1.0; 2]).is_err());
    assert!(Recurrent::new(r.weights(2, 2, 1.0), &[1.0; 3]).is_err());
    let sum = || DirectSum::uniform(&[4], lagrangian(r#"{ kind = "tanh" }"#)).unwrap();
    assert!(Memory::new(vec![], sum()).is_err());
    assert!(Memory::new(vec![r.weights(3, 4, 1.0)], sum()).is_err());
    let memory = Memory::new(vec![r.weights(4, 3, 1.0)], sum()).unwrap();
    // A factor below 0 turns memories into hills, one of 0 into nothing.
    for c in [0.0, f64::NAN, f64::INFINITY] {
        assert!(memory.clone().scale(c).is_err(), "{c}");
    }
    assert!(memory.bias(vec![0.0; 3]).is_err());
    assert!(Penalty::equality(r.weights(2, 3, 1.0), vec![0.0; 3], vec![1.0; 2]).is_err());
    assert!(Penalty::inequality(r.weights(2, 3, 1.0), vec![0.0; 2], vec![1.0]).is_err());
    // A reward for breaking a constraint is no penalty; one of no strength is.
    for make in [Penalty::equality, Penalty::inequality] {
        assert!(make(r.weights(2, 3, 1.0), vec![0.0; 2], vec![1.0, -0.1]).is_err());
        assert!(make(r.weights(2, 3, 1.0), vec![0.0; 2], vec![1.0, 0.0]).is_ok());
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

/// What layers that are held send is found once for a phase of learning: their currents must not depend on the layer that receives them.
#[test]
fn quadratic_synapses_of_two_layers_send_to_each_what_the_other_does_alone() {
    let mut r = Numbers(91);
    let mut tried = BTreeSet::new();
    for case in instances() {
        let alone = &case.alone;
        if alone.neurons.len() != 2 || !alone.synapse.is_quadratic() {
            continue;
        }
        let g = r.vector(alone.size, 1.0);
        for (from, to) in [(0, 1), (1, 0)] {
            let mut other = g.clone();
            other[alone.neurons[to].clone()]
                .iter_mut()
                .for_each(|g| *g += 0.7);
            let [a, b] = [&g, &other].map(|g| alone.evaluate(g).0);
            let own = alone.neurons[to].clone();
            assert_eq!(a[own.clone()], b[own], "{} from {from}", case.kind);
        }
        tried.insert(case.kind);
    }
    assert!(
        ["dense", "convolution", "pooling"]
            .iter()
            .all(|k| tried.contains(k)),
        "{tried:?}"
    );
}
