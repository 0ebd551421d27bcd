//! Units that flip, through model files: the reference answers to the bit, the exact distribution at a temperature, and the same
//! trajectories in whatever block they are.

use attractor::dynamics::Interrupt;
use attractor::model_file;
use attractor::study::Results;
use serde_json::Value;

use crate::common::reference::{flat, read, toml};
use crate::networks::Numbers;

/// Runs a model that is written here.
fn run(text: &str) -> Results {
    let loaded = model_file::load_text("test", text, &[], None);
    let loaded = loaded.unwrap_or_else(|e| panic!("{e}\n{text}"));
    let study = loaded.study;
    let results = study.run(&Interrupt::new(), &());
    results.unwrap_or_else(|e| panic!("{e:?}\n{text}"))
}

/// `[solve]` that asks units in this order and keeps every update.
fn in_order(order: &Value, n: usize, more: &str) -> String {
    let count = flat(order).len();
    let order: Vec<String> = flat(order).iter().map(|i| format!("{i}")).collect();
    format!(
        "[solve]\nmethod = \"asynchronous\"\norder = [{}]\nuntil = \"time\"\nt_end = {:?}\nsave = {{ every = {:?} }}\n{more}",
        order.join(", "),
        count as f64 / n as f64,
        1.0 / n as f64,
    )
}

/// Every state and energy of a run is that of the reference.
fn agrees(results: &Results, states: &Value, energy: &Value, tolerance: f64) {
    let kept = &results.cases[0].trajectory;
    let states = states.as_array().unwrap();
    assert_eq!(kept.len(), states.len());
    for (k, state) in states.iter().enumerate() {
        assert_eq!(kept.state(k), flat(state), "state {k}");
    }
    for (k, (found, wanted)) in kept.energy.iter().zip(flat(energy)).enumerate() {
        assert!(
            (found - wanted).abs() <= tolerance,
            "energy {k}: {found}, {wanted}"
        );
    }
    assert_eq!(kept.energy.len(), states.len());
}

#[test]
fn hopfields_units_of_0_and_1_go_through_the_reference_states() {
    let case = read("d01_async_01_hopfield1982").0;
    let model = format!(
        "[layers.n]\nsize = 10\nlagrangian = \"step\"\ninput = {}\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = {}\n[start]\nn = {}\n{}",
        toml(&case["I"]),
        toml(&case["T"]),
        toml(&case["V0"]),
        in_order(&case["order"], 10, ""),
    );
    agrees(&run(&model), &case["states"], &case["energy"], 0.0);
}

#[test]
fn spins_go_through_the_reference_states() {
    let case = read("d02_async_pm1").0;
    let model = format!(
        "[layers.n]\nsize = 10\nlagrangian = \"sign\"\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = {}\n[start]\nn = {}\n{}",
        toml(&case["T"]),
        toml(&case["S0"]),
        in_order(&case["order"], 10, ""),
    );
    agrees(&run(&model), &case["states"], &case["energy"], 0.0);
}

#[test]
fn all_units_at_once_end_in_the_reference_cycle_of_two() {
    let case = read("d03_sync_two_cycle").0;
    let model = |until: &str| {
        format!(
            "[layers.n]\nsize = 6\nlagrangian = \"sign\"\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = {}\n[start]\nn = {}\n[solve]\nmethod = \"synchronous\"\nrule = \"field\"\nties = \"up\"\n{until}",
            toml(&case["T"]),
            toml(&case["states"][0]),
        )
    };
    let results = run(&model("until = \"time\"\nt_end = 8\n"));
    agrees(&results, &case["states"], &case["energy"], 0.0);
    let results = run(&model("until = \"rest\"\n"));
    assert_eq!(results.cases[0].outcome.stop.word(), "cycle");
    assert_eq!(results.cases[0].outcome.t, 5.0);
}

#[test]
fn dense_memories_go_through_the_reference_states() {
    for (name, potential) in [
        ("d04_dam_power3", "{ kind = \"power\", n = 3 }\nscale = 3"),
        ("d04_dam_power4", "{ kind = \"power\", n = 4 }\nscale = 4"),
        ("d04_dam_repu3", "{ kind = \"repu\", n = 3 }\nscale = 3"),
    ] {
        let case = read(name).0;
        let model = format!(
            "[layers.n]\nsize = 9\nlagrangian = \"sign\"\n[[synapses]]\nkind = \"memory\"\nlayers = [\"n\"]\npatterns = {}\npotential = {potential}\n[start]\nn = {}\n{}",
            toml(&case["xi"]),
            toml(&case["V0"]),
            in_order(&case["order"], 9, ""),
        );
        agrees(&run(&model), &case["states"], &case["energy"], 1e-9);
    }
}

#[test]
fn exponents_beyond_the_largest_number_recall_the_reference_memory() {
    let case = read("d05_dam_exp_overflow").0;
    // The logarithm of a sum is a monotone function of it: the flips are the same.
    for (potential, watch) in [("softmax", ""), ("exponential", "lyapunov = \"off\"\n")] {
        let model = format!(
            "[layers.n]\nsize = 900\nlagrangian = \"sign\"\n[[synapses]]\nkind = \"memory\"\nlayers = [\"n\"]\npatterns = {}\npotential = \"{potential}\"\n[start]\nn = {}\n{}",
            toml(&case["xi"]),
            toml(&case["V0"]),
            in_order(&case["order"], 900, watch),
        );
        let results = run(&model);
        let end = &results.cases[0];
        assert_eq!(end.outcome.x, flat(&case["final"]), "{potential}");
        if watch.is_empty() {
            let last = end.trajectory.energy.last().unwrap();
            assert!(
                (last + case["log_energy"].as_f64().unwrap()).abs() < 1e-9,
                "{last}"
            );
        }
    }
}

/// A network of few units, and the energies of all its states.
struct Small {
    model: String,
    states: Vec<(Vec<f64>, f64)>,
}

/// All combinations of the values of units, each a list of the activations of its neurons.
fn all_states(units: &[Vec<Vec<f64>>]) -> Vec<Vec<f64>> {
    units.iter().fold(vec![Vec::new()], |all, unit| {
        let with = |state: &Vec<f64>| {
            unit.iter()
                .map(|own| [&state[..], own].concat())
                .collect::<Vec<_>>()
        };
        all.iter().flat_map(with).collect()
    })
}

/// Four units of a kind that act on one another, with a field: weights and fields of two decimals, from the definition.
fn small(lagrangian: &str, group: usize) -> Small {
    let units = 4;
    let n = units * group;
    let mut r = Numbers(5);
    let mut w = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            // The diagonal too: it counts for 0/1 and one-hot units, and must not for spins.
            let value = (100.0 * r.between(-1.0, 1.0)).round() / 100.0;
            (w[i * n + j], w[j * n + i]) = (value, value);
        }
    }
    let input: Vec<f64> = (0..n)
        .map(|_| (100.0 * r.between(-0.5, 0.5)).round() / 100.0)
        .collect();
    let one = |k: usize| {
        (0..group)
            .map(|i| f64::from(u8::from(i == k)))
            .collect::<Vec<f64>>()
    };
    let values: Vec<Vec<f64>> = match lagrangian {
        "sign" => vec![vec![-1.0], vec![1.0]],
        "step" => vec![vec![0.0], vec![1.0]],
        _ => (0..group).map(one).collect(),
    };
    let energy = |g: &[f64]| -> f64 {
        let pairs = (0..n)
            .map(|i| g[i] * (0.5 * (0..n).map(|j| w[i * n + j] * g[j]).sum::<f64>() + input[i]));
        -pairs.sum::<f64>()
    };
    let states = all_states(&vec![values; units]).into_iter().map(|g| {
        let e = energy(&g);
        (g, e)
    });
    let states: Vec<(Vec<f64>, f64)> = states.collect();
    let shape = match group {
        1 => format!("{units}"),
        _ => format!("[{units}, {group}]"),
    };
    let rows: Vec<String> = w.chunks_exact(n).map(|row| format!("{row:?}")).collect();
    let model = format!(
        "[layers.n]\nsize = {shape}\nlagrangian = \"{lagrangian}\"\ninput = {input:?}\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = [{}]\n[start]\nn = {:?}\n",
        rows.join(", "),
        states[0].0,
    );
    Small { model, states }
}

/// How many samples of a chain are worth one that is independent: twice the integrated autocorrelation time of the slowest of
/// its observables, summed up to five times itself (Sokal 1997).
fn worth_one(observables: &[Vec<f64>]) -> f64 {
    let of = |x: &Vec<f64>| {
        let n = x.len() as f64;
        let mean = x.iter().sum::<f64>() / n;
        let at = |lag: usize| -> f64 {
            let pairs = x.iter().zip(&x[lag..]);
            pairs.map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>() / n
        };
        let variance = at(0);
        let mut time = 0.5;
        for lag in 1..x.len() / 10 {
            time += at(lag) / variance;
            if lag as f64 >= 5.0 * time {
                break;
            }
        }
        2.0 * time
    };
    observables.iter().map(of).fold(1.0, f64::max)
}

/// The probability of a value of χ² as large by chance, by the normal approximation of Wilson and Hilferty (1931).
fn standard_deviations(chi2: f64, freedom: f64) -> f64 {
    let part = 2.0 / (9.0 * freedom);
    ((chi2 / freedom).cbrt() - (1.0 - part)) / part.sqrt()
}

#[test]
fn at_a_temperature_every_state_is_as_likely_as_boltzmann_says() {
    let temperature = 0.8;
    let sweeps = 40_000;
    for (lagrangian, group) in [("sign", 1), ("step", 1), ("one-hot", 3)] {
        let small = small(lagrangian, group);
        for method in ["glauber", "metropolis"] {
            for order in ["random", "random-permutation", "cyclic"] {
                let name = format!("{lagrangian} {method} {order}");
                let model = format!(
                    "{}[solve]\nmethod = \"{method}\"\ntemperature = {temperature}\norder = \"{order}\"\nt_end = {sweeps}\nsave = {{ every = 1 }}\nlyapunov = \"off\"\nseed = 3\n",
                    small.model,
                );
                let results = run(&model);
                let kept = &results.cases[0].trajectory;
                // The first hundredth forgets the start.
                let first = sweeps / 100;
                let place = |g: &[f64]| small.states.iter().position(|s| s.0 == g).unwrap();
                let visits: Vec<usize> =
                    (first..kept.len()).map(|k| place(kept.state(k))).collect();
                let observable =
                    |f: &dyn Fn(usize) -> f64| visits.iter().map(|k| f(*k)).collect::<Vec<f64>>();
                let mut observables = vec![observable(&|k| small.states[k].1)];
                for i in 0..4 * group {
                    observables.push(observable(&|k| small.states[k].0[i]));
                }
                let thin = worth_one(&observables).ceil() as usize;
                let samples: Vec<usize> = visits.iter().step_by(thin).copied().collect();
                let weights: Vec<f64> = small
                    .states
                    .iter()
                    .map(|s| (-s.1 / temperature).exp())
                    .collect();
                let all: f64 = weights.iter().sum();
                // Cells that are expected less than five times are taken together.
                let (mut chi2, mut cells, mut rest) = (0.0, 0.0, [0.0; 2]);
                for (k, w) in weights.iter().enumerate() {
                    let expected = w / all * samples.len() as f64;
                    let found = samples.iter().filter(|s| **s == k).count() as f64;
                    if expected < 5.0 {
                        rest = [rest[0] + expected, rest[1] + found];
                    } else {
                        chi2 += (found - expected).powi(2) / expected;
                        cells += 1.0;
                    }
                }
                if rest[0] >= 5.0 {
                    chi2 += (rest[1] - rest[0]).powi(2) / rest[0];
                    cells += 1.0;
                }
                // p > 5.7e-7, five standard deviations, once for each of eighteen cases.
                let z = standard_deviations(chi2, cells - 1.0);
                assert!(
                    z < 5.0,
                    "{name}: χ² = {chi2} in {cells} cells of {} samples",
                    samples.len()
                );
                assert!(
                    cells > 10.0 && samples.len() > 1000,
                    "{name}: {cells} cells, {} samples",
                    samples.len()
                );
            }
        }
    }
}
