//! Branches of fixed points: against references that were found by interval bisection and refined in 50 digits, and against closed
//! forms.

use attractor::analysis::{Bifurcation, Continuation, Diagram, End, continuation};
use attractor::kernels::Weights;
use attractor::lagrangian::{Identity, Sigmoid, Tanh};
use attractor::model_file::load_text;
use attractor::network::{Layer, Network, theories};
use attractor::refusal::Refusal;
use attractor::synapse::Recurrent;
use serde_json::Value;

use crate::common::reference::{Reference, flat, read};

/// The network of a case at a value of its parameter.
fn at(case: &Reference, p: f64) -> Result<Network, Refusal> {
    let mut case = Reference(case.0.clone());
    let place = case.0["parameter"].as_str().unwrap().to_owned();
    *case.0.pointer_mut(&place).unwrap() = p.into();
    let loaded = load_text("the case", &case.network(), &[], None);
    Ok(loaded
        .map_err(|e| Refusal::new("the case", e.to_string()))?
        .study
        .network)
}

fn values(case: &Reference) -> Vec<f64> {
    let grid = case.0["grid"].as_array().unwrap();
    grid.iter()
        .map(|g| g["parameter"].as_f64().unwrap())
        .collect()
}

fn found(case: &Reference) -> Diagram {
    let range = flat(&case.0["range"]);
    let n: usize = case.0["layers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| flat(&l["bias"]).len())
        .sum();
    let settings = Continuation {
        at: values(case),
        ..Continuation::new([range[0], range[1]], vec![0.0; n])
    };
    continuation(&|p| at(case, p), &settings).unwrap()
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |m, (a, b)| m.max((a - b).abs()))
}

fn close(ours: f64, theirs: &Value, tolerance: f64) -> bool {
    (ours - theirs.as_f64().unwrap()).abs() <= tolerance
}

/// Folds and branch points to 1e-8 in the parameter and no others, states on the grid to 1e-10, energies 1e-12, eigenvalues 1e-8:
/// what the references are made for.
fn holds(name: &str) {
    let case = read(name);
    let found = found(&case);
    assert!(found.notes.is_empty(), "{name}: {:?}", found.notes);
    let expected = case.0["special_points"].as_array().unwrap();
    let summary = || {
        let special = found.special.iter();
        let all: Vec<String> = special
            .map(|s| format!("{} at {:.12} {:?}", s.kind.word(), s.parameter, s.index))
            .collect();
        all.join("\n")
    };
    assert_eq!(
        found.special.len(),
        expected.len(),
        "{name}:\n{}",
        summary()
    );
    for e in expected {
        let kind = e["kind"].as_str().unwrap();
        let near = |s: &&attractor::analysis::Special| {
            close(s.parameter, &e["parameter"], 1e-8) && s.kind.word() == kind
        };
        let ours = found.special.iter().find(near);
        let ours = ours
            .unwrap_or_else(|| panic!("{name}: no {kind} at {}:\n{}", e["parameter"], summary()));
        // A branch point is a double root of the equations: half of the digits.
        let digits = if kind == "fold" { 1e-8 } else { 1e-5 };
        let x = case.gather(&e["x"]);
        assert!(
            distance(&ours.x, &x) < digits,
            "{name}: {kind} {:?} {x:?}",
            ours.x
        );
        assert_eq!(
            ours.index.map(|k| k as u64),
            [0, 1].map(|k| e["index"][k].as_u64().unwrap()),
            "{name}: {kind} at {}",
            ours.parameter
        );
        assert!(
            close(ours.energy.unwrap(), &e["energy"], 1e-9),
            "{name}: energy of {kind}"
        );
        let v = ours.null_vector.as_ref().unwrap();
        let inner: f64 = v
            .iter()
            .zip(flat(&e["null_vector"]))
            .map(|(a, b)| a * b)
            .sum();
        assert!((inner.abs() - 1.0).abs() < 1e-5, "{name}: {v:?}");
        if let Some(c) = e.get("curvature") {
            let c = c.as_f64().unwrap();
            assert!(
                (ours.curvature.unwrap() / c - 1.0).abs() < 2e-3,
                "{name}: {:?} {c}",
                ours.curvature
            );
        }
        if let Some(slope) = e.get("slope") {
            let slope = slope.as_f64().unwrap() * inner.signum();
            assert!(
                (ours.slope.unwrap() / slope - 1.0).abs() < 2e-3,
                "{name}: {:?} {slope}",
                ours.slope
            );
        }
    }
    let branches = case.0["branches"].as_array().unwrap();
    assert_eq!(found.branches.len(), branches.len(), "{name}");
    for g in case.0["grid"].as_array().unwrap() {
        let p = g["parameter"].as_f64().unwrap();
        let slice = found.slices.iter().find(|s| s.parameter == p).unwrap();
        let points = g["fixed_points"].as_array().unwrap();
        assert_eq!(slice.points.len(), points.len(), "{name} at {p}");
        for point in points {
            let x = case.gather(&point["x"]);
            let ours = slice
                .points
                .iter()
                .find(|(_, o)| distance(&o.x, &x) < 1e-10);
            let (_, ours) = ours.unwrap_or_else(|| panic!("{name} at {p}: no {x:?}"));
            assert_eq!(
                ours.index as u64,
                point["index"].as_u64().unwrap(),
                "{name} at {p}"
            );
            assert!(
                close(ours.energy.unwrap(), &point["energy"], 1e-12),
                "{name} at {p}"
            );
            for (ours, theirs) in ours.eigenvalues.iter().zip(flat(&point["eigenvalues"])) {
                assert!(
                    (ours[0] - theirs).abs() < 1e-8 && ours[1] == 0.0,
                    "{name} at {p}"
                );
            }
        }
        // What the reference has on one branch is on one of ours.
        for one in points {
            for other in points {
                let of = |point: &Value| {
                    let x = case.gather(&point["x"]);
                    let ours = slice
                        .points
                        .iter()
                        .find(|(_, o)| distance(&o.x, &x) < 1e-10);
                    ours.unwrap().0
                };
                let same = one["branch"] == other["branch"];
                assert_eq!(of(one) == of(other), same, "{name} at {p}");
            }
        }
    }
}

#[test]
fn a_flip_flop_has_a_pitchfork_in_its_gain() {
    holds("b01_flipflop_pitchfork");
    holds("b02_hopfield1984_pitchfork");
}

#[test]
fn a_single_pattern_appears_by_a_fold_and_a_pair_splits_by_a_pitchfork() {
    holds("b03_attention_three_patterns");
}

#[test]
fn hysteresis_is_between_two_folds() {
    holds("b04_hysteresis_2");
}

#[test]
fn six_random_neurons_have_nine_folds_on_four_branches() {
    holds("b05_six_random");
}

#[test]
fn a_bias_breaks_a_pitchfork_into_a_smooth_branch_and_a_fold() {
    holds("b06_imperfect_pitchfork");
}

#[test]
fn a_branch_that_is_always_there_exchanges_stability_with_another() {
    holds("b07_transcritical");
}

/// One or two tanh neurons of this gain.
fn tanh(beta: f64, input: &[f64], weights: Recurrent) -> Network {
    let layer = Layer::new("neurons", &[input.len()], Tanh { beta }).unwrap();
    let builder = Network::builder().layer(layer.input(input.to_vec()));
    builder.connect(&["neurons"], weights).build().unwrap()
}

fn one(beta: f64, input: f64) -> Network {
    let weights = Weights::new(1, 1, vec![1.0]).unwrap();
    tanh(beta, &[input], Recurrent::new(weights, &[1.0]).unwrap())
}

/// ẋ = I − x + tanh βx has a fold where β sech² βx = 1: at βx = a, I = ±(a/β − tanh a), with cosh² a = β.
fn fold(beta: f64) -> f64 {
    let a = beta.sqrt().acosh();
    (a / beta - a.tanh()).abs()
}

#[test]
fn folds_of_one_neuron_are_where_the_formula_says() {
    let settings = Continuation::new([-1.0, 1.0], vec![0.0]);
    let found = continuation(&|input| Ok(one(3.0, input)), &settings).unwrap();
    let [left, right] = &found.special[..] else {
        panic!("{:?}", found.special);
    };
    for (s, sign) in [(left, -1.0), (right, 1.0)] {
        assert_eq!(s.kind, Bifurcation::Fold);
        assert!(
            (s.parameter - sign * fold(3.0)).abs() < 1e-12,
            "{}",
            s.parameter
        );
    }
    assert_eq!(found.branches.len(), 1);
    assert_eq!(found.branches[0].ends, [End::Range, End::Range]);
    // The derivative by the parameter is 1: differences have nothing but rounding to lose.
    assert!(found.derivative_error < 1e-9, "{}", found.derivative_error);
}

#[test]
fn an_isolated_branch_closes() {
    // The gain rises and falls with p: the pair of states that a fold makes is there in between only.
    let gain = |p: f64| 3.0 - p * p;
    let settings = Continuation::new([-1.5, 1.5], vec![0.0]);
    let found = continuation(&|p| Ok(one(gain(p), 0.2)), &settings).unwrap();
    let closed: Vec<_> = found.branches.iter().filter(|b| b.is_closed()).collect();
    assert_eq!((found.branches.len(), closed.len()), (2, 1));
    // There the fold is at an input of 0.2.
    let (mut low, mut high) = (0.0, 1.5);
    for _ in 0..60 {
        let p: f64 = 0.5 * (low + high);
        match fold(gain(p)) > 0.2 {
            true => low = p,
            false => high = p,
        }
    }
    let at: Vec<f64> = found.special.iter().map(|s| s.parameter).collect();
    assert!(
        distance(&at, &[-low, low]) < 1e-9 && at.len() == 2,
        "{at:?} {low}"
    );
}

#[test]
fn a_pitchfork_that_is_met_from_its_side_branch_is_no_fold() {
    // The gain falls with p, so that the two states of the flip-flop are found first, on the branch that turns round.
    let family = |p: f64| {
        let weights = Weights::new(2, 2, vec![0.0, -1.0, -1.0, 0.0]).unwrap();
        let layer = Layer::new("units", &[2], Sigmoid { beta: 10.0 - p }).unwrap();
        Ok(theories::classical(layer.input(0.5), weights).unwrap())
    };
    let settings = Continuation {
        starts: 0,
        ..Continuation::new([0.0, 9.0], vec![0.5, -0.5])
    };
    let found = continuation(&family, &settings).unwrap();
    let [pitchfork] = &found.special[..] else {
        panic!("{:?}", found.special);
    };
    assert_eq!(
        (pitchfork.kind, pitchfork.index),
        (Bifurcation::Pitchfork, [0, 1])
    );
    assert!(
        (pitchfork.parameter - 6.0).abs() < 1e-8,
        "{}",
        pitchfork.parameter
    );
    assert!(
        distance(&pitchfork.x, &[0.0; 2]) < 1e-5,
        "{:?}",
        pitchfork.x
    );
    // As the reference has it for the gain, from there on down.
    let curvature = pitchfork.curvature.unwrap();
    assert!((curvature + 2.666666667).abs() < 5e-3, "{curvature}");
    assert_eq!(found.branches.len(), 2);
    assert!(
        found
            .branches
            .iter()
            .all(|b| b.ends == [End::Range, End::Range])
    );
}

#[test]
fn a_circuit_without_energy_has_a_hopf_point() {
    // At 0: J = −1 + β (0.8 ± i), so that β = 1.25 and ω = β.
    let family = |beta: f64| {
        let weights = Weights::new(2, 2, vec![0.8, 1.0, -1.0, 0.8]).unwrap();
        Ok(tanh(
            beta,
            &[0.0; 2],
            Recurrent::new(weights, &[1.0; 2]).unwrap(),
        ))
    };
    let found = continuation(&family, &Continuation::new([0.3, 2.0], vec![0.0; 2])).unwrap();
    let [hopf] = &found.special[..] else {
        panic!("{:?}", found.special);
    };
    assert_eq!((hopf.kind, hopf.index), (Bifurcation::Hopf, [0, 2]));
    assert!((hopf.parameter - 1.25).abs() < 1e-8, "{}", hopf.parameter);
    assert!((hopf.period.unwrap() - std::f64::consts::TAU / 1.25).abs() < 1e-6);
    assert!(found.branches[0].points.iter().all(|p| p.energy.is_none()));
}

#[test]
fn three_equal_neurons_have_a_crossing_of_several_branches() {
    // Three neurons that inhibit each other equally: two eigenvalues vanish together, by symmetry.
    let family = |beta: f64| {
        let w = (0..9)
            .map(|k| if k % 4 == 0 { 0.0 } else { -1.0 })
            .collect();
        let weights = Recurrent::new(Weights::new(3, 3, w).unwrap(), &[1.0; 3]).unwrap();
        Ok(tanh(beta, &[0.0; 3], weights))
    };
    let found = continuation(&family, &Continuation::new([0.4, 2.0], vec![0.0; 3])).unwrap();
    // J = −1 + β at 0, twice.
    let crossing: Vec<_> = found
        .special
        .iter()
        .filter(|s| (s.parameter - 1.0).abs() < 1e-8)
        .collect();
    assert_eq!(crossing.len(), 1, "{:?}", found.special);
    assert_eq!(
        (crossing[0].kind, crossing[0].index),
        (Bifurcation::BranchPoint, [0, 2])
    );
}

#[test]
fn a_branch_ends_where_there_is_no_network_and_says_why() {
    let family = |beta: f64| {
        if beta > 2.0 {
            return Err(Refusal::new("beta", "is too large for this test"));
        }
        Ok(one(beta, 0.1))
    };
    let found = continuation(&family, &Continuation::new([0.5, 3.0], vec![0.0])).unwrap();
    let branch = &found.branches[0];
    let last = branch.points.last().unwrap().parameter;
    // The derivative by the parameter needs networks on both sides, 6e-6 of the range away.
    assert!((2.0 - last).abs() < 2e-5 && last <= 2.0, "{last}");
    assert_eq!(
        branch.ends[1],
        End::Invalid(Refusal::new("beta", "is too large for this test"))
    );
    assert!(
        found
            .notes
            .iter()
            .any(|n| n.contains("no network at 2.0625 (and at 3 more")),
        "{:?}",
        found.notes
    );
}

#[test]
fn a_line_of_fixed_points_is_told_and_not_followed() {
    // ẋ = −x + x: every state is at rest.
    let family = |input: f64| {
        let weights = Recurrent::new(Weights::new(1, 1, vec![1.0]).unwrap(), &[1.0]).unwrap();
        let layer = Layer::new("neurons", &[1], Identity)
            .unwrap()
            .input(0.0 * input);
        Ok(Network::builder()
            .layer(layer)
            .connect(&["neurons"], weights)
            .build()
            .unwrap())
    };
    let found = continuation(&family, &Continuation::new([0.0, 1.0], vec![0.0])).unwrap();
    assert!(found.branches.is_empty());
    assert!(
        found.notes.iter().any(|n| n.contains("an eigenvalue is 0")),
        "{:?}",
        found.notes
    );
}

#[test]
fn ranges_and_networks_that_have_no_branches_are_refused() {
    let family = |input: f64| Ok(one(3.0, input));
    for range in [
        [1.0, 1.0],
        [1.0, 0.0],
        [f64::NAN, 1.0],
        [0.0, f64::INFINITY],
    ] {
        let refused = continuation(&family, &Continuation::new(range, vec![0.0])).unwrap_err();
        assert_eq!(refused.what, "the range", "{refused}");
    }
    let refused = continuation(&family, &Continuation::new([0.0, 1.0], vec![0.0; 3])).unwrap_err();
    assert!(refused.to_string().contains("1 neuron"), "{refused}");
    let steep = |_: f64| {
        let weights = Weights::new(2, 2, vec![0.0, -1.0, -1.0, 0.0]).unwrap();
        Ok(theories::classical(
            Layer::new("units", &[2], Sigmoid { beta: 1.0 }).unwrap(),
            weights,
        )
        .unwrap())
    };
    let outside = Continuation {
        at: vec![2.0],
        ..Continuation::new([0.0, 1.0], vec![0.0; 2])
    };
    assert!(
        continuation(&steep, &outside)
            .unwrap_err()
            .to_string()
            .contains("outside")
    );
}
