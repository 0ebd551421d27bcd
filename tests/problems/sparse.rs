//! Sparse codes, against coordinate descent.

use attractor::pattern::random;

use super::{refused, shipped, solved, written};

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// LASSO by coordinate descent until nothing changes; atoms one a row.
fn coordinate_descent(atoms: &[Vec<f64>], signal: &[f64], lambda: f64, signed: bool) -> Vec<f64> {
    let mut code = vec![0.0; atoms.len()];
    let mut rest = signal.to_vec();
    for _ in 0..1_000_000 {
        let mut moved = 0.0_f64;
        for (atom, a) in atoms.iter().zip(&mut code) {
            let size = dot(atom, atom);
            let pull = dot(atom, &rest) + size * *a;
            let next = match pull.abs() > lambda && (signed || pull > 0.0) {
                true => (pull - lambda.copysign(pull)) / size,
                false => 0.0,
            };
            let by = next - *a;
            rest.iter_mut().zip(atom).for_each(|(r, p)| *r -= by * p);
            (*a, moved) = (next, moved.max(by.abs()));
        }
        if moved < 1e-15 {
            return code;
        }
    }
    panic!("coordinate descent did not end");
}

fn reference() -> (Vec<Vec<f64>>, Vec<f64>) {
    let text = std::fs::read_to_string("tests/data/c36_lca_sparse_coding.json").unwrap();
    let all: serde_json::Value = serde_json::from_str(&text).unwrap();
    let vector = |v: &serde_json::Value| -> Vec<f64> {
        v.as_array()
            .unwrap()
            .iter()
            .map(|v| v.as_f64().unwrap())
            .collect()
    };
    let phi: Vec<Vec<f64>> = all["Phi"].as_array().unwrap().iter().map(vector).collect();
    let column = |j: usize| phi.iter().map(|row| row[j]).collect();
    (
        (0..phi[0].len()).map(column).collect(),
        vector(&all["signal"]),
    )
}

fn text(atoms: &[Vec<f64>], signals: &[Vec<f64>], lambda: f64, form: &str) -> String {
    format!(
        "[problem]\nkind = \"sparse-coding\"\natoms = {atoms:?}\nsignals = {signals:?}\nlambda = {lambda:?}\n[network]\nform = \"{form}\"\n[solve]\nstarts = {}\n",
        signals.len()
    )
}

#[test]
fn the_reference_network_ends_at_the_lasso() {
    let (atoms, signal) = reference();
    for (form, signed) in [("signed", true), ("non-negative", false)] {
        let solved = written(&text(&atoms, std::slice::from_ref(&signal), 0.2, form));
        let exact = coordinate_descent(&atoms, &signal, 0.2, signed);
        let answer = &solved.attempts[0].answer;
        assert!(answer.is_valid(), "{:?}", answer.violated);
        for (a, b) in answer.values.iter().zip(&exact) {
            assert!(
                (a - b).abs() < 1e-10,
                "{form}: {:?} {exact:?}",
                answer.values
            );
        }
        assert_eq!(solved.attempts[0].rises, Some(0));
    }
}

/// Random over-complete atoms: the optimum, and a bound that is one and is met.
#[test]
fn random_codes_are_those_of_coordinate_descent_with_their_proof() {
    let (m, n) = (12, 30);
    let atoms: Vec<Vec<f64>> = random::normal(1, m * n, 0.0, 1.0)
        .chunks(m)
        .map(|a| a.iter().map(|v| v / dot(a, a).sqrt()).collect())
        .collect();
    let signals: Vec<Vec<f64>> = random::normal(2, m * 10, 0.0, 1.0)
        .chunks(m)
        .map(<[f64]>::to_vec)
        .collect();
    for (form, signed) in [("signed", true), ("non-negative", false)] {
        let solved = written(&text(&atoms, &signals, 0.3, form));
        for (attempt, signal) in solved.attempts.iter().zip(&signals) {
            let exact = coordinate_descent(&atoms, signal, 0.3, signed);
            let made: Vec<f64> = (0..m)
                .map(|i| atoms.iter().zip(&exact).map(|(p, a)| p[i] * a).sum())
                .collect();
            let rest: Vec<f64> = signal.iter().zip(&made).map(|(s, m)| s - m).collect();
            let optimum =
                0.5 * dot(&rest, &rest) + 0.3 * exact.iter().map(|a| a.abs()).sum::<f64>();
            let answer = &attempt.answer;
            let (cost, bound) = (answer.cost.unwrap(), answer.bound.unwrap());
            assert!((cost - optimum).abs() < 1e-9, "{form}: {cost} {optimum}");
            assert!(
                bound <= optimum + 1e-12 && bound > optimum - 1e-7,
                "{form}: {bound} {optimum}"
            );
            assert!(answer.is_valid());
            let off = answer.values.iter().zip(&exact).map(|(a, b)| (a - b).abs());
            assert!(off.fold(0.0, f64::max) < 1e-7);
            assert!(signed || answer.values.iter().all(|a| *a >= 0.0));
        }
    }
}

/// The network that is stopped on its way is not called the best.
#[test]
fn a_code_that_is_not_reached_is_not_called_the_best() {
    let (atoms, signal) = reference();
    let cut = text(&atoms, &[signal], 0.2, "signed") + "t_end = 1.0\nuntil = \"time\"\n";
    let solved = written(&cut);
    assert!(!solved.attempts[0].answer.is_valid());
}

#[test]
fn patches_of_a_photograph_are_coded_and_each_is_proved() {
    let solved = solved(&shipped("patches", &["solve.starts=5"]));
    for attempt in &solved.attempts {
        assert!(attempt.answer.is_valid(), "{:?}", attempt.answer.violated);
        let (signal, _) = attempt.g.split_at(64);
        assert!(
            signal.iter().sum::<f64>().abs() < 1e-9 * 64.0,
            "the mean is left"
        );
    }
    let (a, b) = (&solved.attempts[0].g[..64], &solved.attempts[1].g[..64]);
    assert_ne!(a, b, "starts have patches of their own");
}

#[test]
fn mistakes_of_sparse_coding_are_told() {
    let with = |rest: &str| refused(&format!("[problem]\nkind = \"sparse-coding\"\n{rest}"));
    for (rest, words) in [
        ("atoms = [[1, 0], [0, 1]]\nlambda = 0.1", "one of the two"),
        (
            "atoms = [[1, 0], [0, 0]]\nlambda = 0.1\nsignals = [[1, 2]]",
            "atom 1 is 0 throughout",
        ),
        (
            "atoms = [[1, 0], [0, 1]]\nlambda = 0\nsignals = [[1, 2]]",
            "lambda",
        ),
        (
            "atoms = [[1, 0], [0, 1]]\nlambda = 0.1\nsignals = [[1, 2, 3]]",
            "signals",
        ),
        (
            "atoms = [[1, 0], [0, 1]]\nlambda = 0.1\nsignals = [[1, 2]]\npatch = 4",
            "are for patches",
        ),
        (
            "atoms = [[1, 0], [0, 1]]\nlambda = 0.1\nimage = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]\npatch = 3",
            "an atom has 2 pixels",
        ),
        (
            "atoms = [[1, 0, 0, 1]]\nlambda = 0.1\nimage = [[1, 1, 1], [1, 1, 1]]\npatch = 2",
            "same everywhere",
        ),
        (
            "atoms = [[1, 0, 0, 1]]\nlambda = 0.1\nimage = [[1, 2]]\npatch = 2",
            "and a patch 2 × 2",
        ),
    ] {
        let why = with(rest);
        assert!(why.contains(words), "{rest}\n{why}");
    }
}
