//! Rules that make weights from patterns: against refdata l01, by what defines them, and what they refuse.

use attractor::learning::rules::{
    Coding, Couplings, Learned, Options, Patterns, add_hebb, add_storkey, list, named, taught,
};
use attractor::pattern::random::Stream;
use serde_json::Value;

fn reference() -> Value {
    let text = std::fs::read_to_string("tests/data/l01_learning_rules.json").unwrap();
    serde_json::from_str(&text).unwrap()
}

fn flat(rows: &Value) -> Vec<f64> {
    let rows = rows.as_array().unwrap().iter();
    rows.flat_map(|row| {
        row.as_array()
            .unwrap()
            .iter()
            .map(|x| x.as_f64().unwrap())
            .collect::<Vec<_>>()
    })
    .collect()
}

fn same(what: &str, found: &[f64], wanted: &[f64], most: f64) {
    assert_eq!(found.len(), wanted.len(), "{what}");
    let apart = found.iter().zip(wanted).map(|(a, b)| (a - b).abs());
    let apart = apart.fold(0.0, f64::max);
    assert!(apart <= most, "{what}: {apart}");
}

fn signs(count: usize, size: usize, seed: u64) -> Vec<f64> {
    Stream::of(seed, 0, 0, 0).signs(count * size)
}

fn learned(rule: &str, xi: Vec<f64>, size: usize, options: &Options) -> Learned {
    let patterns = Patterns::new(xi, size).unwrap();
    (named(rule).unwrap().learn)(&patterns, options).unwrap()
}

fn field(of: &Learned, x: &[f64], i: usize) -> f64 {
    let row = &of.weights[i * x.len()..(i + 1) * x.len()];
    of.bias[i] + row.iter().zip(x).map(|(w, x)| w * x).sum::<f64>()
}

#[test]
fn the_rules_give_the_matrices_of_the_reference_after_each_pattern() {
    let l01 = reference();
    let xi = flat(&l01["xi"]);
    let full = Options {
        zero_diagonal: Some(false),
        ..Options::default()
    };
    let own = Options::default();
    // Eighths and their squares: no rounding at all.
    for (rule, options, key) in [
        ("hebb", &own, "hebb_zero_diag"),
        ("hebb", &full, "hebb_full"),
    ] {
        let found = learned(rule, xi.clone(), 8, options).weights;
        same(key, &found, &flat(&l01[key]), 0.0);
    }
    let found = learned("projection", xi.clone(), 8, &own).weights;
    same("projection", &found, &flat(&l01["pseudo_inverse"]), 1e-15);
    let mut storkey = vec![0.0; 64];
    let mut hebb = vec![0.0; 64];
    for (k, pattern) in xi.chunks_exact(8).enumerate() {
        add_storkey(&mut storkey, pattern);
        let wanted = flat(&l01["storkey_after_each"][k]);
        same(&format!("storkey, {k}"), &storkey, &wanted, 0.0);
        let several = learned("storkey", xi[..8 * (k + 1)].to_vec(), 8, &own);
        same("storkey, at once", &several.weights, &wanted, 0.0);
        add_hebb(&mut hebb, pattern, 0.125, false);
        let several = learned("hebb", xi[..8 * (k + 1)].to_vec(), 8, &own);
        same("hebb, at once", &hebb, &several.weights, 0.0);
    }
    // One pattern forgotten.
    add_hebb(&mut hebb, &xi[16..], -0.125, false);
    let two = learned("hebb", xi[..16].to_vec(), 8, &own);
    same("hebb, less one", &hebb, &two.weights, 0.0);
}

#[test]
fn what_is_symmetric_is_so_to_the_bit_and_what_has_no_diagonal_has_none() {
    let n = 30;
    for rule in list() {
        for (coding, half) in [(Coding::Signs, false), (Coding::Bits, true)] {
            let mut xi = signs(20, n, 3);
            if half {
                xi.iter_mut().for_each(|x| *x = 0.5 * (*x + 1.0));
            }
            let patterns = Patterns::new(xi, n).unwrap();
            assert_eq!(patterns.coding(), coding);
            let found = (rule.learn)(&patterns, &Options::default()).unwrap();
            let w = |i: usize, j: usize| found.weights[i * n + j];
            let pairs = || (0..n).flat_map(|i| (0..i).map(move |j| (i, j)));
            let even = pairs().all(|(i, j)| w(i, j) == w(j, i));
            assert_eq!(even, rule.symmetric, "{}", rule.name);
            let none = (0..n).all(|i| w(i, i) == 0.0);
            assert_eq!(none, rule.name != "projection", "{}", rule.name);
            assert!(found.bias.iter().all(|b| b.is_finite()));
        }
    }
}

#[test]
fn units_of_0_and_1_with_the_bias_have_half_the_fields_of_spins() {
    let (n, count) = (24, 7);
    let xi = signs(count, n, 5);
    let bits: Vec<f64> = xi.iter().map(|x| 0.5 * (x + 1.0)).collect();
    for rule in list() {
        let of = |xi: &[f64]| learned(rule.name, xi.to_vec(), n, &Options::default());
        let [spins, units] = [of(&xi), of(&bits)];
        same(rule.name, &spins.weights, &units.weights, 0.0);
        // Any state, not only a pattern.
        let s = signs(1, n, 6);
        let v: Vec<f64> = s.iter().map(|x| 0.5 * (x + 1.0)).collect();
        for i in 0..n {
            let [a, b] = [field(&spins, &s, i), field(&units, &v, i)];
            assert!((a - 2.0 * b).abs() < 1e-13, "{}: {a} {b}", rule.name);
        }
    }
}

#[test]
fn the_projection_rule_keeps_every_pattern_with_a_diagonal_and_without() {
    let (n, count) = (40, 39);
    let xi = signs(count, n, 1);
    let whole = learned("projection", xi.clone(), n, &Options::default());
    let bare = Options {
        zero_diagonal: Some(true),
        ..Options::default()
    };
    let bare = learned("projection", xi.clone(), n, &bare);
    for row in xi.chunks_exact(n) {
        for i in 0..n {
            // J ξ = ξ; without the diagonal (1 − J_ii) ξ_i.
            assert!((field(&whole, row, i) - row[i]).abs() < 1e-12);
            let left = (1.0 - whole.weights[i * (n + 1)]) * row[i];
            assert!((field(&bare, row, i) - left).abs() < 1e-12);
        }
    }
    // It is a projector of rank P.
    let trace: f64 = whole.weights.iter().step_by(n + 1).sum();
    assert!((trace - count as f64).abs() < 1e-12);
}

#[test]
fn the_covariance_rule_is_its_formula_and_at_half_activity_hebbs() {
    let (n, count) = (50, 4);
    let options = |activity| Options {
        activity: Some(activity),
        ..Options::default()
    };
    let xi = signs(count, n, 2);
    let found = learned("covariance", xi.clone(), n, &options(0.5));
    let hebb = learned("hebb", xi.clone(), n, &Options::default());
    same("weights", &found.weights, &hebb.weights, 1e-15);
    same("bias", &found.bias, &vec![0.0; n], 1e-15);
    // Sparse, against the formula as it is printed.
    let a = 0.2;
    let bits: Vec<f64> = Stream::of(1, 0, 0, 0).uniform(count * n, 0.0, 1.0);
    let bits: Vec<f64> = bits.iter().map(|u| f64::from(*u < a)).collect();
    let found = learned("covariance", bits.clone(), n, &options(a));
    for i in 0..n {
        let mut sum = 0.0;
        for j in 0..n {
            let pairs = bits.chunks_exact(n).map(|x| (x[i] - a) * (x[j] - a));
            let wanted = match i == j {
                true => 0.0,
                false => pairs.sum::<f64>() / (n as f64 * a * (1.0 - a)),
            };
            assert!((found.weights[i * n + j] - wanted).abs() < 1e-15);
            sum += wanted;
        }
        assert!((found.bias[i] + (0.5 - a) + a * sum).abs() < 1e-14);
    }
    // The activity is that of the patterns unless it is said.
    let mean = bits.iter().sum::<f64>() / bits.len() as f64;
    let own = learned("covariance", bits.clone(), n, &Options::default());
    assert_eq!(own, learned("covariance", bits, n, &options(mean)));
}

#[test]
fn perceptrons_leave_every_margin_above_kappa() {
    let (n, count) = (40, 30);
    let xi = signs(count, n, 9);
    for kind in [Couplings::Independent, Couplings::Symmetric] {
        let mut least = Vec::new();
        for margin in [0.0, 0.3] {
            let found = taught(&xi, n, kind, margin, 2000);
            assert_eq!(found.wrong, 0, "{kind:?} {margin}");
            let mut smallest = f64::INFINITY;
            for row in xi.chunks_exact(n) {
                for i in 0..n {
                    let w = &found.weights[i * n..(i + 1) * n];
                    let norm = w.iter().map(|w| w * w).sum::<f64>().sqrt();
                    let sum: f64 = w.iter().zip(row).map(|(w, x)| w * x).sum();
                    smallest = smallest.min(row[i] * sum / norm);
                }
            }
            assert!(smallest > margin, "{kind:?} {margin}: {smallest}");
            least.push(smallest);
        }
        // Without a margin the fields are not 0.3 by themselves.
        assert!(least[0] < 0.3, "{kind:?}: {least:?}");
    }
}

#[test]
fn perceptrons_hold_2_n_patterns_and_symmetric_ones_fewer() {
    // Gardner (1988): 2 N; with symmetric weights 1.28 N. At N = 60 loads to either side of these are clear.
    let n = 60;
    let learns = |load: f64, kind, seed| {
        let count = (load * n as f64) as usize;
        taught(&signs(count, n, seed), n, kind, 0.0, 1500).wrong == 0
    };
    for seed in 0..3 {
        assert!(learns(1.1, Couplings::Symmetric, seed));
        assert!(!learns(1.6, Couplings::Symmetric, seed));
        assert!(learns(1.4, Couplings::Independent, seed));
        assert!(!learns(2.5, Couplings::Independent, seed));
    }
}

/// What the refusal of a rule says.
fn refused(rule: &str, xi: Vec<f64>, size: usize, options: &Options) -> String {
    let patterns = Patterns::new(xi, size);
    let learned = patterns.and_then(|xi| (named(rule).unwrap().learn)(&xi, options));
    let why = learned.unwrap_err();
    format!("{} {}", why.place(), why.why)
}

#[test]
fn patterns_that_cannot_be_learned_are_refused_by_their_number() {
    let own = Options::default();
    let is = |rule: &str, xi: &[f64], size, wanted: &str| {
        let found = refused(rule, xi.to_vec(), size, &own);
        assert!(found.contains(wanted), "{rule}: {found}");
    };
    is("hebb", &[], 3, "patterns are none");
    is("hebb", &[1.0, 1.0], 0, "patterns are none");
    is(
        "hebb",
        &[1.0; 7],
        3,
        "7 numbers, which is no multiple of the 3 entries",
    );
    is(
        "hebb",
        &[1.0, f64::NAN, 1.0, 1.0],
        2,
        "patterns.0 has NaN as entry 1",
    );
    is(
        "hebb",
        &[1.0, 1.0, 0.0, 0.0],
        2,
        "patterns.1 has nothing but zeros",
    );
    is(
        "storkey",
        &[1.0, -1.0, 0.0, 1.0],
        2,
        "patterns.1 has 0 as entry 0; this rule learns patterns of −1 and 1",
    );
    is(
        "perceptron",
        &[1.0, 0.0, 0.5, 1.0],
        2,
        "patterns.1 has 0.5 as entry 0; this rule learns patterns of 0 and 1",
    );
    is("covariance", &[1.0; 4], 2, "activity of the patterns is 1");
    // Dependence, and on what.
    let [a, b, c] = [
        [1.0, 1.0, 1.0, -1.0, 1.0, -1.0],
        [1.0, 1.0, -1.0, 1.0, -1.0, 1.0],
        [1.0, 1.0, 1.0, 1.0, -1.0, -1.0],
    ];
    let opposite = b.map(|x| -x);
    let mixed: [f64; 6] = std::array::from_fn(|i| a[i] + b[i] - c[i]);
    assert!(mixed.iter().all(|x| x.abs() == 1.0));
    let lone = [1.0, -1.0, 1.0, 1.0, 1.0, 1.0];
    is(
        "projection",
        &[a, b, a].concat(),
        6,
        "patterns.2 is the same as pattern 0",
    );
    is(
        "projection",
        &[a, b, opposite].concat(),
        6,
        "patterns.2 is the opposite of pattern 1",
    );
    is(
        "projection",
        &[a, b, lone, c, mixed].concat(),
        6,
        "patterns.4 is a combination of patterns 0, 1, 3",
    );
    is(
        "projection",
        &[2.0, 3.0, 4.0, 6.0],
        2,
        "patterns.1 is a multiple of pattern 0",
    );
    let basis = |i: usize| (0..3).map(move |j| if i == j { -1.0 } else { 1.0 });
    let many: Vec<f64> = (0..4).flat_map(basis).collect();
    is(
        "projection",
        &many,
        3,
        "patterns.3 is one too many: 4 patterns of 3 numbers",
    );
}

#[test]
fn options_that_make_no_sense_are_refused_and_what_is_beyond_capacity_is_told() {
    let xi = signs(30, 10, 4);
    let of = |rule, options: Options| refused(rule, xi.clone(), 10, &options);
    for activity in [0.0, 1.0, -0.1, f64::NAN] {
        let options = Options {
            activity: Some(activity),
            ..Options::default()
        };
        assert!(of("covariance", options).starts_with("activity must be above 0 and below 1"));
    }
    for margin in [-1.0, f64::NAN, f64::INFINITY] {
        let options = Options {
            margin,
            ..Options::default()
        };
        assert!(of("perceptron", options).starts_with("margin must be 0 or above and finite"));
    }
    let none = Options {
        sweeps: 0,
        ..Options::default()
    };
    assert!(of("symmetric-perceptron", none).starts_with("sweeps must be 1 or more"));
    let found = of("perceptron", Options::default());
    assert!(
        found.starts_with("patterns are not learned: after 1000 sweeps"),
        "{found}"
    );
    let patterns = Patterns::new(xi, 10).unwrap();
    let why = (named("perceptron").unwrap().learn)(&patterns, &Options::default()).unwrap_err();
    assert!(why.help.unwrap().contains("beyond capacity"));
}

/// The part of the patterns of a network that no spin wants to leave, over networks: mean and standard error.
fn stable(rule: &str, count: usize, networks: u64) -> [f64; 2] {
    let n = 100;
    let parts: Vec<f64> = (0..networks)
        .map(|seed| {
            let xi = signs(count, n, seed);
            let found = learned(rule, xi.clone(), n, &Options::default());
            let stays = |x: &&[f64]| {
                (0..n).all(|i| {
                    let own = found.weights[i * (n + 1)] * x[i];
                    x[i] * (field(&found, x, i) - own) >= -1e-12
                })
            };
            xi.chunks_exact(n).filter(stays).count() as f64 / count as f64
        })
        .collect();
    let all = networks as f64;
    let mean = parts.iter().sum::<f64>() / all;
    let squares: f64 = parts.iter().map(|p| (p - mean).powi(2)).sum();
    [mean, (squares / (all - 1.0) / all).sqrt()]
}

#[test]
fn as_many_patterns_are_fixed_points_as_an_independent_program_found_for_each_rule() {
    // 100 spins; mean and standard error there.
    for (rule, count, mean, error) in [
        ("hebb", 10, 0.977, 0.007),
        ("hebb", 14, 0.807, 0.017),
        ("hebb", 20, 0.403, 0.018),
        ("hebb", 30, 0.032, 0.006),
        ("storkey", 30, 0.993, 0.003),
        ("storkey", 50, 0.608, 0.009),
        ("storkey", 80, 0.139, 0.004),
    ] {
        let [found, own] = stable(rule, count, 40);
        let apart = (found - mean) / own.hypot(error);
        assert!(
            apart.abs() < 5.0,
            "{rule}, {count}: {found} ± {own}, {apart}"
        );
    }
    assert_eq!(stable("storkey", 20, 10)[0], 1.0);
    assert_eq!(stable("projection", 99, 10)[0], 1.0);
}
