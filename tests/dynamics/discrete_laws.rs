//! Laws of units that flip, through model files: exact chances, one model in two codings, what a unit does to itself.

use attractor::study::Results;
use serde_json::Value;

use crate::common::reference::{flat, read, toml};
use crate::discrete::{run, standard_deviations};
use crate::networks::Numbers;

/// States that were kept of a run with one start.
fn states(results: &Results) -> impl Iterator<Item = &[f64]> {
    let kept = &results.cases[0].trajectory;
    (0..kept.len()).map(|k| kept.state(k))
}

/// A matrix in TOML.
fn rows(w: &[f64], n: usize) -> String {
    let rows: Vec<String> = w.chunks_exact(n).map(|row| format!("{row:?}")).collect();
    format!("[{}]", rows.join(", "))
}

/// One layer of units with recurrent weights.
fn model(lagrangian: &str, input: &[f64], w: &[f64], start: &[f64], solve: &str) -> String {
    let n = start.len();
    format!(
        "[layers.n]\nsize = {n}\nlagrangian = \"{lagrangian}\"\ninput = {input:?}\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = {}\n[start]\nn = {start:?}\n[solve]\n{solve}",
        rows(w, n),
    )
}

/// Glauber's dynamics of the reference in random order, every update kept: of spins, or of the same model in units of 0 and 1,
/// T = 4 J and I_i = 2 h_i − 2 Σ_j J_ij.
fn glauber(case: &Value, lagrangian: &str, sweeps: usize) -> Results {
    let (j, h) = (flat(&case["J"]), flat(&case["h"]));
    let n = h.len();
    let temperature = 1.0 / case["beta"].as_f64().unwrap();
    let solve = format!(
        "method = \"glauber\"\ntemperature = {temperature:?}\nt_end = {sweeps}\nsave = {{ every = {:?} }}\nlyapunov = \"off\"\nseed = 6\n",
        1.0 / n as f64
    );
    let text = match lagrangian {
        "sign" => model("sign", &h, &j, &vec![-1.0; n], &solve),
        _ => {
            let weights: Vec<f64> = j.iter().map(|j| 4.0 * j).collect();
            let sums = j.chunks_exact(n).map(|row| row.iter().sum::<f64>());
            let input: Vec<f64> = h.iter().zip(sums).map(|(h, s)| 2.0 * h - 2.0 * s).collect();
            model("step", &input, &weights, &vec![0.0; n], &solve)
        }
    };
    run(&text)
}

/// Which of the reference's states these are.
fn visits<'a>(case: &Value, states: impl Iterator<Item = &'a [f64]>) -> Vec<usize> {
    let all: Vec<Vec<f64>> = case["states"]
        .as_array()
        .unwrap()
        .iter()
        .map(flat)
        .collect();
    let place = |x: &[f64]| all.iter().position(|s| s == x).unwrap();
    states.map(place).collect()
}

const SWEEPS: usize = 80_000;

#[test]
fn one_update_leads_from_state_to_state_with_the_chances_of_the_reference() {
    let case = read("d06_glauber_boltzmann_N4").0;
    let visits = visits(&case, states(&glauber(&case, "sign", SWEEPS)));
    let count = case["states"].as_array().unwrap().len();
    let mut found = vec![0.0; count * count];
    for pair in visits.windows(2) {
        found[pair[0] * count + pair[1]] += 1.0;
    }
    let chances = flat(&case["transition"]);
    let (mut chi2, mut freedom) = (0.0, 0.0);
    for (found, chances) in found.chunks_exact(count).zip(chances.chunks_exact(count)) {
        let from: f64 = found.iter().sum();
        freedom -= 1.0;
        for (found, chance) in found.iter().zip(chances) {
            if *chance == 0.0 {
                // Two units never flip in one update.
                assert_eq!(*found, 0.0);
                continue;
            }
            let expected = from * chance;
            assert!(expected > 20.0, "too few to be counted: {expected}");
            chi2 += (found - expected).powi(2) / expected;
            freedom += 1.0;
        }
    }
    // Of each state one that it stays in, and four with one unit flipped.
    assert_eq!(freedom, 64.0);
    // p > 5.7e-7: five standard deviations.
    let z = standard_deviations(chi2, freedom);
    assert!(z < 5.0, "χ² = {chi2} of {freedom}");
}

#[test]
fn states_are_visited_as_often_as_the_reference_says() {
    let case = read("d06_glauber_boltzmann_N4").0;
    // Updates after which the slowest mode of the reference has decayed by a thousand: so far apart states are independent.
    let slowest = case["second_eigenvalue"].as_f64().unwrap();
    let apart = (1e-3f64.ln() / slowest.ln()).ceil() as usize;
    let seen = visits(&case, states(&glauber(&case, "sign", SWEEPS)));
    let samples: Vec<usize> = seen.iter().skip(apart).step_by(apart).copied().collect();
    assert!(samples.len() > 4000, "{}", samples.len());
    let chances = flat(&case["boltzmann"]);
    let mut chi2 = 0.0;
    for (k, chance) in chances.iter().enumerate() {
        let expected = chance * samples.len() as f64;
        let found = samples.iter().filter(|s| **s == k).count() as f64;
        assert!(expected > 5.0, "too few to be counted: {expected}");
        chi2 += (found - expected).powi(2) / expected;
    }
    let z = standard_deviations(chi2, chances.len() as f64 - 1.0);
    assert!(z < 5.0, "χ² = {chi2}");
}

#[test]
fn every_state_has_the_energy_of_the_reference() {
    let case = read("d06_glauber_boltzmann_N4").0;
    let n = flat(&case["h"]).len();
    let text = format!(
        "[layers.n]\nsize = {n}\nlagrangian = \"sign\"\ninput = {}\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = {}\n[start]\nn = {{ each = {} }}\n[solve]\nmethod = \"glauber\"\ntemperature = 1\nt_end = 1\n",
        toml(&case["h"]),
        toml(&case["J"]),
        toml(&case["states"]),
    );
    let results = run(&text);
    let wanted = flat(&case["energy"]);
    assert_eq!(results.cases.len(), wanted.len());
    for (end, wanted) in results.cases.iter().zip(wanted) {
        // Roundings of ten summands of order 1.
        let found = end.trajectory.energy[0];
        assert!((found - wanted).abs() < 1e-15 * 10.0, "{found} {wanted}");
    }
}

#[test]
fn at_a_temperature_units_of_0_and_1_make_the_flips_of_spins() {
    let case = read("d06_glauber_boltzmann_N4").0;
    // The chances are the same to rounding, so that the same draws make the same flips.
    let [spins, units] = ["sign", "step"].map(|l| glauber(&case, l, 2000));
    for (k, (s, v)) in states(&spins).zip(states(&units)).enumerate() {
        assert!(s.iter().zip(v).all(|(s, v)| *s == 2.0 * v - 1.0), "{k}");
    }
    let flips = states(&spins).zip(states(&spins).skip(1));
    assert!(flips.filter(|(a, b)| a != b).count() > 2000);
}

/// Symmetric weights, inputs and a start of 0 and 1: eighths, so that nothing is rounded. The diagonal is below 0.
fn drawn(seed: u64, n: usize) -> [Vec<f64>; 3] {
    let mut r = Numbers(seed);
    let mut eighth = |low: f64, high: f64| (8.0 * r.between(low, high)).round() / 8.0;
    let mut w = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..i {
            let value = eighth(-2.0, 2.0);
            (w[i * n + j], w[j * n + i]) = (value, value);
        }
        w[i * n + i] = eighth(-6.0, -1.0);
    }
    let input = (0..n).map(|_| eighth(-1.0, 2.0)).collect();
    let start = (0..n).map(|_| f64::from(u8::from(eighth(-1.0, 1.0) > 0.0)));
    [w, input, start.collect()]
}

#[test]
fn what_units_do_to_themselves_is_a_bias_at_0_and_1_and_nothing_at_spins() {
    let n = 12;
    let mut rises = 0;
    for seed in 0..20 {
        let [w, input, bits] = drawn(40 + seed, n);
        let every = format!(
            "method = \"asynchronous\"\nuntil = \"time\"\nt_end = 6\nseed = {seed}\nsave = {{ every = {:?} }}\n",
            1.0 / n as f64
        );
        let mut without = w.clone();
        (0..n).for_each(|i| without[i * n + i] = 0.0);
        let own = |i: usize| 0.5 * w[i * n + i];
        let biased: Vec<f64> = (0..n).map(|i| input[i] + own(i)).collect();
        let all: f64 = (0..n).map(own).sum();
        let signs: Vec<f64> = bits.iter().map(|v| 2.0 * v - 1.0).collect();
        for (lagrangian, start, input_without, apart) in
            [("step", &bits, &biased, 0.0), ("sign", &signs, &input, all)]
        {
            let [with, without] = [(&input, &w), (input_without, &without)]
                .map(|(i, w)| run(&model(lagrangian, i, w, start, &every)));
            assert!(states(&with).eq(states(&without)), "{lagrangian} {seed}");
            let energies = [&with, &without].map(|r| &r.cases[0].trajectory.energy);
            let pairs = energies[0].iter().zip(energies[1]);
            pairs.for_each(|(a, b)| assert_eq!(a + apart, *b, "{lagrangian} {seed}"));
            let falls = energies[0].windows(2).all(|e| e[1] <= e[0]);
            assert!(falls, "{lagrangian} {seed}");
        }
        // The field holds the unit's own term: with that of a graded neuron the energy rises.
        let field = format!("{every}rule = \"field\"\nlyapunov = \"record\"\n");
        let results = run(&model("step", &input, &w, &bits, &field));
        let energy = &results.cases[0].trajectory.energy;
        rises += energy.windows(2).filter(|e| e[1] > e[0]).count();
    }
    assert!(rises > 0, "nothing was at stake");
}

#[test]
fn squared_overlaps_are_hebbs_rule_without_its_diagonal() {
    let (n, memories) = (40, 9);
    let mut flips = 0;
    for seed in 0..10 {
        let head = format!(
            "[patterns]\nxi = {{ random = \"sign\", shape = [{memories}, {n}], seed = {seed} }}\n[layers.n]\nsize = {n}\nlagrangian = \"sign\"\n[[synapses]]\nlayers = [\"n\"]\n"
        );
        let tail = format!(
            "[start]\nn = {{ pattern = 0, of = \"xi\", flip = 0.4 }}\n[solve]\nmethod = \"asynchronous\"\nuntil = \"time\"\nt_end = 8\nseed = {seed}\nsave = {{ every = {:?} }}\n",
            1.0 / f64::from(n)
        );
        // E = −Σ h², twice by F = h²/2; and by the matrix 2 ξᵀξ without its diagonal, which takes −K for each of N units away.
        let [hebb, square, identity] = [
            "kind = \"recurrent\"\nweights = { hebbian = \"xi\", scale = 2, zero_diagonal = true }\n",
            "kind = \"memory\"\npatterns = \"xi\"\npotential = { kind = \"power\", n = 2 }\nscale = 2\n",
            "kind = \"memory\"\npatterns = \"xi\"\npotential = \"identity\"\nscale = 2\n",
        ]
        .map(|synapse| run(&format!("{head}{synapse}{tail}")));
        for other in [&square, &identity] {
            assert!(states(&hebb).eq(states(other)), "{seed}");
            let energies = [&hebb, other].map(|r| &r.cases[0].trajectory.energy);
            let apart = f64::from(memories * n);
            let mut pairs = energies[0].iter().zip(energies[1]);
            assert!(pairs.all(|(a, b)| *a == b + apart), "{seed}");
        }
        let pairs = states(&hebb).zip(states(&hebb).skip(1));
        flips += pairs.filter(|(a, b)| a != b).count();
    }
    assert!(flips > 40, "{flips}");
}
