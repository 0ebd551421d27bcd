//! All states of small networks and where updates lead, against networks that were worked out by hand, against the definition, and
//! against the reference answers.

use attractor::analysis::{Transitions, transitions};
use attractor::model_file::load_text;
use attractor::study::Study;
use serde_json::Value;

use crate::common::reference::{flat, read, toml};

fn load(text: &str) -> Study {
    let loaded = load_text("test", text, &[], None);
    loaded.unwrap_or_else(|e| panic!("{e}\n{text}")).study
}

fn graph(text: &str) -> Transitions {
    let study = load(text);
    let on = (&study.network, &study.settings);
    let start = &study.cases[0].start;
    transitions(on, &start.x, study.network.input(), &start.clamped).unwrap()
}

fn model(lagrangian: &str, weights: &str, rest: &str) -> String {
    let n = weights.matches('[').count() - 1;
    format!(
        "[layers.n]\nsize = {n}\nlagrangian = \"{lagrangian}\"\n{rest}\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = {weights}\n"
    )
}

fn state_of(graph: &Transitions, x: &[f64]) -> usize {
    graph.states.iter().position(|s| s == x).unwrap()
}

/// Hopfield's units by the definition: 1 where the field is above 0, 0 elsewhere, the last unit running fastest.
fn by_definition(t: &[Vec<f64>], input: &[f64]) -> (Vec<f64>, Vec<Vec<usize>>) {
    let n = input.len();
    let bit = |k: usize, i: usize| (k >> (n - 1 - i) & 1) as f64;
    let field = |k: usize, i: usize| {
        let terms = (0..n).map(|j| t[i][j] * bit(k, j));
        input[i] + terms.sum::<f64>()
    };
    let energy = |k: usize| {
        let terms = (0..n).map(|i| bit(k, i) * (0.5 * (field(k, i) - input[i]) + input[i]));
        -terms.sum::<f64>()
    };
    let moves = |k: usize| {
        let wants = |i: &usize| f64::from(u8::from(field(k, *i) > 0.0)) != bit(k, *i);
        let flipped = (0..n).filter(wants).map(|i| k ^ (1 << (n - 1 - i)));
        flipped.collect()
    };
    let all = 0..1 << n;
    (all.clone().map(energy).collect(), all.map(moves).collect())
}

fn rows(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().unwrap().iter().map(flat).collect()
}

#[test]
fn all_states_of_hopfields_ten_units_are_those_of_the_definition() {
    let case = read("d01_async_01_hopfield1982").0;
    let text = model(
        "step",
        &toml(&case["T"]),
        &format!("input = {}", toml(&case["I"])),
    );
    let text = format!(
        "{text}[start]\nn = {}\n[solve]\nmethod = \"asynchronous\"\n",
        toml(&case["V0"])
    );
    let graph = graph(&text);
    let (energies, moves) = by_definition(&rows(&case["T"]), &flat(&case["I"]));
    // Weights are whole numbers: sums are exact in any order.
    assert_eq!(graph.energies, energies);
    assert_eq!(graph.moves, moves);
    assert!(graph.falls());
    // Final states are those without a move, and the reference trajectory goes along moves to one of them.
    let last: Vec<usize> = (0..1024).filter(|k| moves[*k].is_empty()).collect();
    assert_eq!(
        graph.ends,
        last.iter().map(|k| vec![*k]).collect::<Vec<_>>()
    );
    let states: Vec<usize> = rows(&case["states"])
        .iter()
        .map(|x| state_of(&graph, x))
        .collect();
    for pair in states.windows(2).filter(|pair| pair[0] != pair[1]) {
        assert!(graph.moves[pair[0]].contains(&pair[1]), "{pair:?}");
    }
    let updates = graph.updates();
    for (k, to) in graph.moves.iter().enumerate() {
        let least = to.iter().map(|to| updates[*to] + 1).min();
        assert_eq!(updates[k], least.unwrap_or(0));
        // An end is told where all ways lead to it, and only there.
        let found: Vec<_> = to.iter().map(|to| graph.basins[*to]).collect();
        match found.first() {
            None => assert!(graph.basins[k].is_some_and(|end| graph.ends[end] == [k])),
            Some(first) if found.iter().all(|b| b == first) => assert_eq!(graph.basins[k], *first),
            Some(_) => assert_eq!(graph.basins[k], None),
        }
    }
}

#[test]
fn all_units_at_once_have_one_arrow_each_and_the_reference_cycle_is_an_end() {
    let case = read("d03_sync_two_cycle").0;
    let text = model("sign", &toml(&case["T"]), "");
    let text = format!(
        "{text}[start]\nn = {}\n[solve]\nmethod = \"synchronous\"\nrule = \"field\"\nties = \"up\"\n",
        toml(&case["states"][0])
    );
    let graph = graph(&text);
    assert!(graph.moves.iter().all(|to| to.len() <= 1) && !graph.falls());
    let states: Vec<usize> = rows(&case["states"])
        .iter()
        .map(|x| state_of(&graph, x))
        .collect();
    for pair in states.windows(2) {
        assert_eq!(graph.moves[pair[0]], [pair[1]]);
    }
    let mut cycle = states[states.len() - 2..].to_vec();
    cycle.sort_unstable();
    assert!(graph.ends.contains(&cycle), "{:?}", graph.ends);
    // Little's dynamics with symmetric weights ends at rest or in a cycle of two.
    assert!(graph.ends.iter().all(|end| end.len() <= 2));
    let end = graph.basins[states[0]].map(|k| graph.ends[k].clone());
    assert_eq!(end, Some(cycle));
}

/// The first spin follows the second, which does the opposite of the first: −− → −+ → ++ → +− → −−.
#[test]
fn a_network_without_an_energy_may_go_round() {
    let text = "[layers.n]\nsize = 2\nlagrangian = \"sign\"\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nsymmetry = \"none\"\nweights = [[0, 1], [-1, 0]]\n[start]\nn = 1\n[solve]\nmethod = \"asynchronous\"\nrule = \"field\"\nlyapunov = \"record\"\nuntil = \"time\"\nt_end = 2\n";
    let graph = graph(text);
    assert_eq!(graph.moves, [vec![1], vec![3], vec![0], vec![2]]);
    assert_eq!(graph.ends, [[0, 1, 2, 3]]);
    assert_eq!(graph.basins, [Some(0); 4]);
    assert!(graph.energies.is_empty() && !graph.falls());
    assert_eq!(graph.updates(), [0; 4]);
}

#[test]
fn ties_are_those_that_are_said() {
    let moves = |ties: &str| {
        let text = model("sign", "[[0, 0], [0, 0]]", "");
        graph(&format!(
            "{text}[start]\nn = 1\n[solve]\nmethod = \"asynchronous\"\nties = \"{ties}\"\n"
        ))
        .moves
    };
    assert_eq!(moves("keep"), [(); 4].map(|()| Vec::<usize>::new()));
    assert_eq!(moves("up"), [vec![2, 1], vec![3], vec![3], vec![]]);
    assert_eq!(moves("down"), [vec![], vec![0], vec![0], vec![1, 2]]);
}

/// Two groups of three units; equal numbers attract, by 1, 2 and 3. Of each group one unit is 1: nine states.
#[test]
fn groups_pass_their_one_on() {
    let text = "[layers.n]\nsize = [2, 3]\nlagrangian = \"one-hot\"\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = [[0,0,0,1,0,0],[0,0,0,0,2,0],[0,0,0,0,0,3],[1,0,0,0,0,0],[0,2,0,0,0,0],[0,0,3,0,0,0]]\n[start]\nn = [[1, 0, 0], [1, 0, 0]]\n[solve]\nmethod = \"asynchronous\"\n";
    let graph = graph(text);
    assert_eq!(graph.values[5], [1, 2]);
    assert_eq!(graph.states[5], [0.0, 1.0, 0.0, 0.0, 0.0, 1.0]);
    assert_eq!(
        graph.energies,
        [-1.0, 0.0, 0.0, 0.0, -2.0, 0.0, 0.0, 0.0, -3.0]
    );
    // State 1 is (0, 1): the first group goes to 1, or the second to 0.
    assert_eq!(graph.moves[1], [4, 0]);
    assert_eq!(graph.ends, [[0], [4], [8]]);
    assert_eq!(graph.basins[1], None);
}

/// Two spins that attract each other, of which only the second is ever asked: it follows the first.
#[test]
fn units_that_are_never_asked_have_no_arrows() {
    let text = model("sign", "[[0, 1], [1, 0]]", "");
    let graph = graph(&format!(
        "{text}[start]\nn = 1\n[solve]\nmethod = \"asynchronous\"\norder = [1, 1]\nuntil = \"time\"\nt_end = 1\n"
    ));
    assert_eq!(graph.moves, [vec![], vec![0], vec![3], vec![]]);
    assert_eq!(graph.ends, [[0], [3]]);
    assert_eq!(graph.basins, [Some(0), Some(0), Some(1), Some(1)]);
}

#[test]
fn clamped_neurons_stand_where_they_are() {
    let weights = "[[0, 1, 2], [1, 0, 1], [2, 1, 0]]";
    let text = model("sign", weights, "clamped = [1]");
    let graph = graph(&format!(
        "{text}[start]\nn = [1, -1, 1]\n[solve]\nmethod = \"asynchronous\"\n"
    ));
    assert_eq!(graph.states.len(), 4);
    assert!(graph.states.iter().all(|x| x[1] == -1.0));
    // Fields of the outer ones: ∓1 from the middle, ±2 from each other. Both equal is an end.
    assert_eq!(graph.ends, [[0], [3]]);
}

#[test]
fn what_cannot_be_listed_is_refused_with_what_to_try() {
    let asked = |text: &str| {
        let study = load(text);
        let on = (&study.network, &study.settings);
        let x = vec![1.0; study.network.size()];
        let found = transitions(on, &x, study.network.input(), &[]);
        found.unwrap_err().to_string()
    };
    let spins = |n: usize| {
        format!(
            "[layers.n]\nsize = {n}\nlagrangian = \"sign\"\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = 0.1\n[start]\nn = 1\n[solve]\nmethod = \"asynchronous\"\n"
        )
    };
    for n in [11, 100, 3000] {
        let text = asked(&spins(n));
        for word in [&format!("{n} free units"), &format!("2^{n}"), "clamp"] {
            assert!(text.contains(word), "{word}: {text}");
        }
    }
    let text = asked("[layers.n]\nsize = 2\nlagrangian = \"tanh\"\n[start]\nn = 0\n");
    assert!(
        text.contains("auto") && text.contains("asynchronous"),
        "{text}"
    );
    // The same weights at once are no obstacle.
    let late = |delay: &str| spins(3).replace("weights = 0.1", &format!("weights = 0.1\n{delay}"));
    let text = asked(&late("delay = 2").replace(
        "method = \"asynchronous\"",
        "method = \"asynchronous\"\nlyapunov = \"record\"",
    ));
    for word in ["synapse 0", "delayed by 2 sweeps", "past", "activity"] {
        assert!(text.contains(word), "{word}: {text}");
    }
    assert_eq!(graph(&late("delay = 0")).states.len(), 8);
}
