//! Units that flip, through model files: the reference answers to the bit, the exact distribution at a temperature, and the same
//! trajectories in whatever block they are.

use std::sync::Mutex;

use attractor::analysis::Stability;
use attractor::dynamics::Interrupt;
use attractor::model_file;
use attractor::study::{Keep, Results};
use serde_json::Value;

use crate::common::reference::{flat, read, toml};
use crate::networks::Numbers;

/// Runs a model that is written here.
pub fn run(text: &str) -> Results {
    let loaded = model_file::load_text("test", text, &[], None);
    let loaded = loaded.unwrap_or_else(|e| panic!("{e}\n{text}"));
    let study = loaded.study;
    let results = study.run(&Interrupt::new(), &());
    results.unwrap_or_else(|e| panic!("{e:?}\n{text}"))
}

/// `[solve]` that asks units in this order and keeps every update.
pub fn in_order(order: &Value, n: usize, more: &str) -> String {
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
pub fn agrees(results: &Results, states: &Value, energy: &Value, tolerance: f64) {
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
    // The energy rises to 9. What is watched falls by as much as Goles' function, which has no value before the second step.
    let goles = flat(&Value::from(
        case["goles"].as_array().unwrap()[1..].to_vec(),
    ));
    let report = results.cases[0].lyapunov.as_ref().unwrap();
    assert_eq!(report.fallen, goles[0] - goles[goles.len() - 1]);
    assert_eq!((report.risen, report.violation.is_none()), (0.0, true));
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

#[test]
fn pairs_and_triples_go_through_the_reference_states() {
    let case = read("d08_simplicial_async").0;
    let n = flat(&case["S0"]).len();
    // All pairs and triples in a list, and by their sums.
    for sets in ["simplices = { random = [2, 3] }", "orders = [2, 3]"] {
        let model = format!(
            "[layers.n]\nsize = {n}\nlagrangian = \"sign\"\n[[synapses]]\nkind = \"simplicial\"\nlayers = [\"n\"]\npatterns = {}\n{sets}\n[start]\nn = {}\n{}",
            toml(&case["patterns"]),
            toml(&case["S0"]),
            in_order(&case["order"], n, ""),
        );
        // Energies are sums of some sixty multiples of 1/7.
        agrees(&run(&model), &case["states"], &case["energy"], 1e-14);
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
pub fn standard_deviations(chi2: f64, freedom: f64) -> f64 {
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

#[test]
fn the_states_that_no_unit_wants_to_leave_are_those_of_the_reference() {
    let case = read("h01_high_gain_limit").0;
    let starts: Vec<String> = (0..128)
        .map(|k| {
            let bits: Vec<u32> = (0..7).map(|i| k >> i & 1).collect();
            format!("{bits:?}")
        })
        .collect();
    for order in ["random", "cyclic"] {
        let results = run(&format!(
            "[layers.n]\nsize = 7\nlagrangian = \"step\"\ninput = {}\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = {}\n[start]\nn = {{ each = [{}] }}\n[solve]\nmethod = \"asynchronous\"\norder = \"{order}\"\n",
            toml(&case["I"]),
            toml(&case["T"]),
            starts.join(", "),
        ));
        let mut found: Vec<Vec<f64>> = results
            .fixed_points
            .points()
            .iter()
            .map(|p| {
                assert_eq!(p.stability, Stability::Stable);
                p.x.clone()
            })
            .collect();
        let mut wanted: Vec<Vec<f64>> = case["binary_stable"]
            .as_array()
            .unwrap()
            .iter()
            .map(flat)
            .collect();
        found.sort_by(|a, b| a.partial_cmp(b).unwrap());
        wanted.sort_by(|a, b| a.partial_cmp(b).unwrap());
        assert_eq!(found, wanted, "{order}");
    }
}

#[test]
fn units_of_0_and_1_and_spins_make_the_same_flips_and_energies_apart_by_a_constant() {
    let ising = include_str!("../../models/ising.toml");
    let every = "until = \"time\"\nt_end = 4\n";
    let results = run(&format!("{ising}{every}"));
    let kept = &results.cases[0].trajectory;
    let terms = kept.terms.len() / kept.len();
    let mut apart = None;
    for k in 0..kept.len() {
        let (v, s) = kept.state(k).split_at(4);
        // Both have been asked after every second update.
        if k % 2 == 0 {
            assert!(v.iter().zip(s).all(|(v, s)| *s == 2.0 * v - 1.0), "{k}");
            // Layer, layer, synapse, synapse.
            let own = &kept.terms[k * terms..(k + 1) * terms];
            let difference = own[0] + own[2] - own[1] - own[3];
            let first = *apart.get_or_insert(difference);
            assert!((difference - first).abs() < 1e-14, "{k}");
        }
    }
}

#[test]
fn what_is_drawn_on_the_way_belongs_to_the_trajectory_in_whatever_block_it_is() {
    for (lagrangian, group, method) in [
        (
            "sign",
            1,
            "method = \"glauber\"\ntemperature = 0.5\nt_end = 60\n",
        ),
        ("sign", 1, "method = \"asynchronous\"\n"),
        (
            "step",
            1,
            "method = \"metropolis\"\ntemperature = 0.3\norder = \"random-permutation\"\nt_end = 40\n",
        ),
        (
            "one-hot",
            4,
            "method = \"annealing\"\ntemperature = { from = 1, to = 0.1, sweeps = 40 }\n",
        ),
        ("sign", 1, "method = \"synchronous\"\nrule = \"field\"\n"),
        ("sign", 1, "method = \"asynchronous\"\nt_max = 60\n#late"),
        (
            "step",
            1,
            "method = \"glauber\"\ntemperature = 0.5\nt_end = 30\n#late",
        ),
        (
            "one-hot",
            4,
            "method = \"synchronous\"\nrule = \"field\"\nt_max = 60\n#late",
        ),
    ] {
        let (method, late) = match method.strip_suffix("#late") {
            None => (method, ""),
            Some(method) => (
                method,
                "[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = { random = \"normal\", std = 0.06, seed = 5 }\ndelay = 3\n",
            ),
        };
        let shape = if group == 1 {
            "40".into()
        } else {
            format!("[10, {group}]")
        };
        let zeros = match lagrangian {
            "sign" => "-1".to_owned(),
            "step" => "0".to_owned(),
            _ => format!("[{}]", ["[1, 0, 0, 0]"; 10].join(", ")),
        };
        let text = format!(
            "[layers.n]\nsize = {shape}\nlagrangian = \"{lagrangian}\"\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = {{ random = \"normal\", std = 0.2, symmetric = true, seed = 4 }}\n{late}[start]\nn = {zeros}\n[ensemble]\nrandom = [{{ layer = \"n\", draw = \"units\" }}]\ncount = 150\n[solve]\n{method}lyapunov = \"off\"\nseed = 9\n"
        );
        let ends = |numbers: std::ops::Range<usize>, threads: usize| {
            let mut study = model_file::load_text("test", &text, &[], None)
                .unwrap()
                .study;
            study.threads = threads;
            let (starts, _) = study.ensemble();
            let rows = Mutex::new(Vec::new());
            let done = |k, row: Vec<u64>| rows.lock().unwrap().push((k, row));
            study
                .run_ensemble(&starts, numbers, Keep::STATES, &Interrupt::new(), done)
                .unwrap();
            let mut rows = rows.into_inner().unwrap();
            rows.sort();
            rows
        };
        let all = ends(0..150, 1);
        assert_eq!(all, ends(0..150, 2), "{method}");
        assert_eq!(all[70..], ends(70..150, 1), "{method}");
        for k in [3, 77, 149] {
            assert_eq!(all[k..=k], ends(k..k + 1, 1), "{method}");
        }
    }
}

#[test]
fn what_cannot_flip_or_rest_is_refused_with_what_to_try() {
    let model = |layer: &str, synapse: &str, start: &str, solve: &str| {
        format!(
            "[layers.n]\nsize = 2\n{layer}\n[[synapses]]\nlayers = [\"n\"]\n{synapse}\n[start]\nn = {start}\n[solve]\n{solve}\n"
        )
    };
    let pair = "kind = \"recurrent\"\nweights = [[0, 1], [1, 0]]";
    let one_way = "kind = \"recurrent\"\nweights = [[0, 1], [-1, 0]]\nsymmetry = \"none\"";
    let sign = "lagrangian = \"sign\"";
    for (layer, synapse, start, solve, wanted) in [
        (sign, pair, "[1, 1]", "t_end = 1", "whose activations jump"),
        (
            "lagrangian = \"tanh\"",
            pair,
            "[1, 1]",
            "method = \"glauber\"\ntemperature = 1\nt_end = 1",
            "whose states move",
        ),
        (
            sign,
            pair,
            "[1, 0.5]",
            "method = \"asynchronous\"",
            "neuron 1 of layer `n` starts at 0.5; its units are -1 or 1",
        ),
        (
            "lagrangian = \"one-hot\"",
            pair,
            "[1, 1]",
            "method = \"asynchronous\"",
            "must start at 1 and the others at 0",
        ),
        (
            sign,
            pair,
            "[1, 1]",
            "method = \"glauber\"\ntemperature = 1\nuntil = \"rest\"",
            "above temperature 0 nothing comes to rest",
        ),
        (
            sign,
            pair,
            "[1, 1]",
            "method = \"asynchronous\"\ntemperature = 1",
            "must be 0 for asynchronous",
        ),
        (
            sign,
            pair,
            "[1, 1]",
            "method = \"annealing\"\ntemperature = 1",
            "must fall",
        ),
        (
            sign,
            pair,
            "[1, 1]",
            "method = \"glauber\"\ntemperature = -1\nt_end = 1",
            "temperature",
        ),
        (
            sign,
            pair,
            "[1, 1]",
            "method = \"annealing\"\ntemperature = { from = 1, to = 0, sweeps = 9 }",
            "cannot fall to 0",
        ),
        (
            sign,
            pair,
            "[1, 1]",
            "method = \"annealing\"\ntemperature = { from = 1, to = 2, sweeps = 9 }",
            "it rises from 1 to 2",
        ),
        (
            sign,
            pair,
            "[1, 1]",
            "method = \"annealing\"\ntemperature = { from = 1, sweeps = 9 }",
            "needs `to`",
        ),
        (
            sign,
            pair,
            "[1, 1]",
            "method = \"glauber\"\nt_end = 1",
            "glauber needs a temperature",
        ),
        (
            sign,
            pair,
            "[1, 1]",
            "method = \"asynchronous\"\norder = [0]",
            "never asks neuron 1 of layer `n`",
        ),
        (
            sign,
            pair,
            "[1, 1]",
            "method = \"synchronous\"\norder = \"cyclic\"\nrule = \"field\"",
            "asks all at once",
        ),
        (
            sign,
            pair,
            "[1, 1]",
            "method = \"asynchronous\"\norder = []",
            "order",
        ),
        (
            sign,
            pair,
            "[1, 1]",
            "method = \"asynchronous\"\norder = [0, 2]",
            "names neuron 2: they are numbered 0 to 1",
        ),
        (
            "lagrangian = \"sign\"\nclamped = [1]",
            pair,
            "[1, 1]",
            "method = \"asynchronous\"\norder = [0, 1]",
            "which is clamped",
        ),
        (
            sign,
            pair,
            "[1, 1]",
            "method = \"asynchronous\"\norder = \"layers\"",
            "couples units of layer `n`",
        ),
        (
            sign,
            one_way,
            "[1, 1]",
            "method = \"asynchronous\"\nlyapunov = \"off\"",
            "rule = \"field\" compares fields",
        ),
        (
            "lagrangian = \"tanh\"",
            pair,
            "[1, 1]",
            "ties = \"up\"\nt_end = 1",
            "`ties` belongs to methods whose units flip",
        ),
        (
            "lagrangian = \"sign\"\nleak = 0",
            pair,
            "[1, 1]",
            "method = \"asynchronous\"",
            "must be above 0 for sign",
        ),
    ] {
        let text = model(layer, synapse, start, solve);
        let said = match model_file::load_text("test", &text, &[], None) {
            Err(mistakes) => mistakes.to_string(),
            Ok(loaded) => match loaded.study.run(&Interrupt::new(), &()) {
                Err(refusal) => refusal.to_string(),
                Ok(_) => panic!("it runs: {text}"),
            },
        };
        assert!(said.contains(wanted), "{text}\n{said}");
    }
}

#[test]
fn annealing_does_not_rest_before_it_is_cold() {
    // So cold from the first sweep on that nothing flips any more, and yet not at temperature 0.
    let results = run(
        "[layers.n]\nsize = 2\nlagrangian = \"sign\"\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = [[0, 1], [1, 0]]\n[start]\nn = [1, 1]\n[solve]\nmethod = \"annealing\"\ntemperature = { from = 0.01, to = 0.001, sweeps = 20 }\n",
    );
    let end = &results.cases[0].outcome;
    assert_eq!((end.stop.word(), end.t), ("rest", 20.0));
}

/// Sums over the neurons of one layer.
fn product(w: &[Vec<f64>], g: &[f64]) -> Vec<f64> {
    let row = |row: &Vec<f64>| row.iter().zip(g).map(|(w, g)| w * g).sum();
    w.iter().map(row).collect()
}

/// Spins after every sweep, all at once or as they are numbered, from the definition: weights that act at once, and others each
/// with its delay. No field is ever 0.
fn spins_with_a_past(
    now: &[Vec<f64>],
    late: &[(usize, Vec<Vec<f64>>)],
    input: impl Fn(usize) -> Vec<f64>,
    (start, sweeps, all_at_once): (Vec<f64>, usize, bool),
) -> Vec<Vec<f64>> {
    let mut states = vec![start];
    for t in 0..sweeps {
        let mut fields = input(t);
        for (delay, w) in late {
            let then = product(w, &states[t.saturating_sub(*delay)]);
            fields.iter_mut().zip(then).for_each(|(f, v)| *f += v);
        }
        let (before, mut g) = (states[t].clone(), states[t].clone());
        for i in 0..g.len() {
            let seen = if all_at_once { &before } else { &g };
            g[i] = (fields[i] + product(&now[i..=i], seen)[0]).signum();
        }
        states.push(g);
    }
    states
}

#[test]
fn currents_that_come_late_are_those_of_a_plain_loop_over_past_states() {
    let (n, sweeps) = (12, 40);
    let mut r = Numbers(21);
    let mut matrix = || -> Vec<Vec<f64>> {
        let mut row = || (0..n).map(|_| r.between(-3.0, 3.0).round()).collect();
        (0..n).map(|_| row()).collect()
    };
    let drawn = matrix();
    let of = |i: usize, j: usize| {
        if i == j {
            0.0
        } else {
            drawn[i.min(j)][i.max(j)]
        }
    };
    let row = |i| (0..n).map(|j| of(i, j)).collect();
    let now: Vec<Vec<f64>> = (0..n).map(row).collect();
    let late = [(1, matrix()), (4, matrix())];
    let start = (0..n)
        .map(|i| if i % 3 == 0 { 1.0 } else { -1.0 })
        .collect::<Vec<_>>();
    // Halves, so that no field is 0; some of the input comes at 5 and goes at 11.
    let more = |i: usize| if i.is_multiple_of(2) { 4.0 } else { -3.0 };
    let is_on = |t: usize| (5..11).contains(&t);
    let input = |t: usize| {
        let more = |i: usize| if is_on(t) { more(i) } else { 0.0 };
        (0..n).map(|i| 0.5 + more(i)).collect()
    };
    let added: Vec<f64> = (0..n).map(more).collect();
    let mut seen = Vec::new();
    for (method, all_at_once) in [
        ("method = \"synchronous\"\nrule = \"field\"", true),
        ("method = \"synchronous\"", true),
        (
            "method = \"asynchronous\"\norder = \"cyclic\"\nrule = \"field\"",
            false,
        ),
        ("method = \"asynchronous\"\norder = \"cyclic\"", false),
        // e^(−ΔE/T) is below e^(−1000) or above e^1000.
        (
            "method = \"glauber\"\norder = \"cyclic\"\ntemperature = 0.001",
            false,
        ),
    ] {
        let synapse = |(delay, w): &(usize, Vec<Vec<f64>>)| {
            format!(
                "[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = {w:?}\ndelay = {delay}\n"
            )
        };
        let model = format!(
            "[layers.n]\nsize = {n}\nlagrangian = \"sign\"\ninput = 0.5\n{}{}{}[[stimulus]]\nlayer = \"n\"\nfrom = 5\nuntil = 11\nadd = {added:?}\n[start]\nn = {start:?}\n[solve]\n{method}\nt_end = {sweeps}\nlyapunov = \"record\"\nsave = {{ every = 1 }}\n",
            synapse(&late[0]),
            synapse(&(0, now.clone())),
            synapse(&late[1]),
        );
        let results = run(&model);
        let kept = &results.cases[0].trajectory;
        let from = (start.clone(), sweeps, all_at_once);
        let wanted = spins_with_a_past(&now, &late, input, from);
        assert_eq!(kept.len(), wanted.len());
        for (k, state) in wanted.iter().enumerate() {
            assert_eq!(kept.state(k), state, "{method}, after {k} sweeps");
        }
        seen.extend(wanted);
    }
    seen.sort_by(|a, b| a.partial_cmp(b).unwrap());
    seen.dedup();
    // They go on changing: a network that stands still would show nothing.
    assert!(seen.len() > 20, "{} states", seen.len());
}

#[test]
fn a_timed_sequence_stays_at_each_pattern_one_sweep_longer_than_its_delay() {
    for delay in [1, 2, 6] {
        let results = run(&format!(
            "[patterns]\nxi = {{ random = \"sign\", shape = [5, 300], seed = 8 }}\n[layers.n]\nsize = 300\nlagrangian = \"sign\"\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = {{ hebbian = \"xi\" }}\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = {{ hebbian = \"xi\", next = 1, scale = 0.01 }}\ndelay = {delay}\n[start]\nn = {{ pattern = 0, of = \"xi\" }}\n[recall]\nlayer = \"n\"\nof = \"xi\"\noverlap = 0.9\n[solve]\nmethod = \"synchronous\"\nrule = \"field\"\nlyapunov = \"record\"\nt_end = {}\nsave = {{ every = 1 }}\n",
            8 * (delay + 1)
        ));
        let kept = &results.cases[0].trajectory;
        // The past of the start is the start: the second pattern is called up in the first sweep.
        let mut calls = vec![0];
        for k in 1..kept.len() {
            let agree = kept.state(k).iter().zip(kept.state(k - 1));
            let overlap = agree.map(|(a, b)| a * b).sum::<f64>() / 300.0;
            // Two of five patterns have an overlap of 1/√300 or so.
            if overlap < 0.5 {
                calls.push(k);
            } else {
                assert!(overlap > 0.95, "{overlap} after {k} sweeps");
            }
        }
        let wanted: Vec<usize> = (0..8).map(|k| k * (delay + 1) + 1).collect();
        assert_eq!(calls[1..], wanted, "{delay}");
    }
}

#[test]
fn there_is_no_rest_before_the_past_has_had_its_effect() {
    // One spin that turns against what it was: still for three sweeps, and then not.
    let model = |weight: f64, method: &str| {
        format!(
            "[layers.n]\nsize = 1\nlagrangian = \"sign\"\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = {weight}\ndelay = 3\n[start]\nn = 1\n[solve]\nmethod = \"{method}\"\nlyapunov = \"off\"\nt_max = 20\n"
        )
    };
    for method in ["asynchronous", "synchronous"] {
        let results = run(&model(-1.0, method));
        let end = &results.cases[0].outcome;
        assert_eq!((end.stop.word(), end.t), ("not-at-rest", 20.0), "{method}");
        let results = run(&model(1.0, method));
        let end = &results.cases[0].outcome;
        assert_eq!((end.stop.word(), end.t), ("rest", 0.0), "{method}");
    }
}

#[test]
fn a_delay_takes_the_energy_away_and_needs_sweeps() {
    let model = |layer: &str, delay: &str, solve: &str| {
        format!(
            "[layers.n]\nsize = 2\nlagrangian = \"{layer}\"\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = [[0, 1], [1, 0]]\ndelay = {delay}\n[start]\nn = [1, 1]\n[solve]\n{solve}\n"
        )
    };
    let flips = "method = \"asynchronous\"";
    for (layer, delay, solve, wanted) in [
        (
            "sign",
            "2",
            flips,
            "come from the activations of 2 sweeps ago",
        ),
        ("tanh", "2", "t_end = 1\nlyapunov = \"off\"", "a slow layer"),
        (
            "sign",
            "-1",
            flips,
            "a whole number from 0 to 1000000, it is -1",
        ),
        (
            "sign",
            "1.5",
            flips,
            "a whole number from 0 to 1000000, it is 1.5",
        ),
    ] {
        let text = model(layer, delay, solve);
        let loaded = model_file::load_text("test", &text, &[], None);
        let said = match loaded {
            Err(mistakes) => mistakes.to_string(),
            Ok(loaded) => match loaded.study.run(&Interrupt::new(), &()) {
                Err(refusal) => refusal.to_string(),
                Ok(_) => panic!("it runs: {text}"),
            },
        };
        assert!(said.contains(wanted), "{text}\n{said}");
    }
    // A delay of 0 is none.
    run(&model("sign", "0", flips));
}

#[test]
fn the_certificate_of_units_that_flip_is_that_of_their_rule() {
    let model = |layer: &str, weights: &str, solve: &str| {
        format!(
            "[layers.n]\nsize = 2\nlagrangian = \"{layer}\"\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = {weights}\n[start]\nn = 1\n[solve]\nlyapunov = \"record\"\n{solve}\n"
        )
    };
    let (back, forth) = ("[[0, 1], [1, -0.5]]", "[[0.5, 1], [1, 0]]");
    let field = "method = \"asynchronous\"\nrule = \"field\"";
    let difference = "method = \"asynchronous\"";
    let at_once = "method = \"synchronous\"\nrule = \"field\"";
    let warm = "method = \"glauber\"\ntemperature = 1\nt_end = 1";
    for (layer, weights, solve, fault, free, note) in [
        (
            "sign",
            back,
            field,
            "the diagonal of neuron 1 of layer `n` is -0.5",
            "",
            "",
        ),
        (
            "step",
            back,
            field,
            "the diagonal of neuron 1 of layer `n` is -0.5",
            "",
            "",
        ),
        ("sign", forth, field, "", "", ""),
        ("step", forth, field, "", "", ""),
        ("sign", back, difference, "", "", ""),
        (
            "step",
            back,
            difference,
            "",
            "",
            "acts on 1 unit of 0 and 1 as a bias",
        ),
        (
            "sign",
            back,
            at_once,
            "",
            "Goles' two-step function falls",
            "",
        ),
        (
            "sign",
            forth,
            "method = \"synchronous\"",
            "",
            "nothing is known to fall",
            "",
        ),
        ("sign", back, warm, "", "at a temperature", ""),
    ] {
        let text = model(layer, weights, solve);
        let study = model_file::load_text("test", &text, &[], None)
            .unwrap()
            .study;
        let faults: Vec<String> = study
            .certificate()
            .faults
            .iter()
            .map(ToString::to_string)
            .collect();
        let said = [
            faults.join(""),
            study.free().unwrap_or_default(),
            study.remarks().join(""),
        ];
        for (said, wanted) in said.iter().zip([fault, free, note]) {
            assert!(
                said.contains(wanted) && wanted.is_empty() == said.is_empty(),
                "{text}\n{said}"
            );
        }
    }
}

#[test]
fn a_diagonal_below_0_lifts_the_energy_under_the_rule_field() {
    // At 0 the field 0.4 calls the unit up, and there its diagonal costs 0.5.
    let results = run(
        "[layers.n]\nsize = 1\nlagrangian = \"step\"\ninput = 0.4\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = -1\n[start]\nn = 0\n[solve]\nmethod = \"asynchronous\"\nrule = \"field\"\nlyapunov = \"record\"\nt_end = 4\n",
    );
    let report = results.cases[0].lyapunov.as_ref().unwrap();
    assert!(
        (report.largest_rise - 0.1).abs() < 1e-15,
        "{}",
        report.largest_rise
    );
}

#[test]
fn a_concave_energy_falls_although_all_units_flip_at_once() {
    let model = |potential: &str, rule: &str| {
        format!(
            "[patterns]\nxi = {{ random = \"sign\", shape = [12, 40], seed = 2 }}\n[layers.n]\nsize = 40\nlagrangian = \"sign\"\n[[synapses]]\nkind = \"memory\"\nlayers = [\"n\"]\npatterns = \"xi\"\npotential = {potential}\n[start]\nn = {{ patterns = \"all\", of = \"xi\", flip = 0.4, each = 20 }}\n[solve]\nmethod = \"synchronous\"\nrule = \"{rule}\"\nt_max = 100\nseed = 3\n"
        )
    };
    let cubes = "{ kind = \"repu\", n = 3 }";
    let courses = |text: &str| -> Vec<&'static str> {
        let cases = run(text).cases;
        let reports = cases.iter().map(|c| c.lyapunov.as_ref().unwrap());
        reports.map(|r| r.course().word()).collect()
    };
    let fell = courses(&model(cubes, "field"));
    assert!(
        fell.iter().all(|c| ["fell", "stayed"].contains(c)),
        "{fell:?}"
    );
    assert!(fell.iter().filter(|c| **c == "fell").count() > 200);
    // The rule that asks each unit by itself knows nothing of the others that flip with it.
    let free = courses(&model(cubes, "difference"));
    assert!(free.iter().all(|c| *c == "free"));
}
