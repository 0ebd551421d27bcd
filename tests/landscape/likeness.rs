//! What fixed points are beside the memories: states whose kind is known.

use attractor::analysis::{Landscape, Likeness, Memories, Search, StateKind, landscape};
use attractor::dynamics::{ASYNCHRONOUS, Interrupt, Settings, Start};
use attractor::kernels::Weights;
use attractor::lagrangian::{DirectSum, Tanh};
use attractor::network::{Layer, Network, theories};

use crate::common::parse;
use crate::common::reference::read;
use crate::complete::{loaded, settings};

fn patterns(n: usize, count: u64) -> Vec<Vec<f64>> {
    let row = |k: u64| {
        let mut state = 1000 + k;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            if state >> 63 == 1 { 1.0 } else { -1.0 }
        };
        (0..n).map(|_| next()).collect()
    };
    (0..count).map(row).collect()
}

/// `sgn Σ ±ξ` of the first few.
fn mixed(patterns: &[Vec<f64>], signs: &[f64]) -> Vec<f64> {
    let sum = |i: usize| {
        signs
            .iter()
            .zip(patterns)
            .map(|(s, p)| s * p[i])
            .sum::<f64>()
    };
    (0..patterns[0].len()).map(|i| sum(i).signum()).collect()
}

fn weights(patterns: &[Vec<f64>]) -> Weights {
    let n = patterns[0].len();
    let entry = |k: usize| {
        let (i, j) = (k / n, k % n);
        let sum: f64 = patterns.iter().map(|p| p[i] * p[j]).sum();
        if i == j { 0.0 } else { sum / n as f64 }
    };
    Weights::new(n, n, (0..n * n).map(entry).collect()).unwrap()
}

fn at(
    network: &Network,
    settings: &Settings,
    memories: Memories,
    given: Vec<Vec<f64>>,
) -> Landscape {
    let mut search = Search::new(network, Start::at(given[0].clone()));
    (search.random, search.tries, search.max_tries) = (0, 0, 0);
    search.given = given;
    search.memories = Some((0, memories));
    landscape((network, settings), &search, &Interrupt::new()).unwrap()
}

fn kinds(found: &Landscape) -> Vec<&Likeness> {
    found
        .points
        .iter()
        .map(|p| p.likeness.as_ref().unwrap())
        .collect()
}

/// Patterns, inverses and mixtures of binary units: of ±1, or of 0 and 1, with memories in the same units.
fn binary(zero_one: bool) {
    // Pattern μ is bit μ of the neuron's number: no two are correlated, and every mixture has its neurons in equal parts.
    const N: usize = 64;
    let bit = |k: usize| {
        (0..N)
            .map(|i| if i >> k & 1 == 1 { 1.0 } else { -1.0 })
            .collect()
    };
    let own: Vec<Vec<f64>> = (0..5).map(bit).collect();
    let units = |s: &Vec<f64>| -> Vec<f64> {
        s.iter()
            .map(|s| if zero_one { 0.5 + 0.5 * s } else { *s })
            .collect()
    };
    let name = if zero_one { "step" } else { "sign" };
    // The same fields of both: of 0 and 1, twice the weights and a threshold.
    let w = weights(&own);
    let (factor, input) = match zero_one {
        false => (1.0, vec![0.0; N]),
        true => {
            let rows = w.data().chunks_exact(N);
            (2.0, rows.map(|row| -row.iter().sum::<f64>()).collect())
        }
    };
    let w = Weights::new(N, N, w.data().iter().map(|v| factor * v).collect()).unwrap();
    let sum =
        DirectSum::uniform(&[N], parse(&format!("{{ kind = \"{name}\" }}")).unwrap()).unwrap();
    let network = theories::classical(Layer::of("s", &[N], sum).input(input), w).unwrap();
    let settings = Settings {
        method: &ASYNCHRONOUS,
        ..Settings::default()
    };
    let wanted = [
        own[1].clone(),
        own[2].iter().map(|v| -v).collect(),
        mixed(&own, &[1.0, -1.0, 1.0]),
        mixed(&own, &[1.0; 5]),
    ];
    let memories = Memories {
        patterns: own.iter().flat_map(units).collect(),
        size: N,
    };
    let states = wanted.iter().map(units).collect();
    let found = at(&network, &settings, memories, states);
    let all = kinds(&found);
    let of = |is: &dyn Fn(&StateKind) -> bool| {
        let mut these = all.iter().filter(|l| is(&l.kind));
        these.next().unwrap_or_else(|| {
            panic!(
                "{:?}",
                all.iter().map(|l| l.kind.to_string()).collect::<Vec<_>>()
            )
        })
    };
    let single = of(&|k| *k == StateKind::Single(1));
    let inverse = of(&|k| *k == StateKind::Inverse(2));
    near(&single.weights, &[0.0, 1.0, 0.0, 0.0, 0.0]);
    near(&inverse.weights, &[0.0, 0.0, -1.0, 0.0, 0.0]);
    // A symmetric mixture of n has coefficients 1/2 (n = 3) and 3/8 (n = 5), and leaves 1 − n c² of the square.
    let three = of(&|k| k.memories() == [0, 1, 2]);
    assert_eq!(three.kind.to_string(), "mixture of 0, −1, 2");
    near(&three.weights, &[0.5, -0.5, 0.5, 0.0, 0.0]);
    near(&[three.residual.unwrap()], &[0.5]);
    let five = of(&|k| k.memories() == [0, 1, 2, 3, 4]);
    near(&five.weights, &[0.375; 5]);
    near(
        &[five.residual.unwrap()],
        &[(1.0f64 - 5.0 * 9.0 / 64.0).sqrt()],
    );
}

/// To what rounding leaves of sums over 64 neurons.
fn near(a: &[f64], b: &[f64]) {
    let apart = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    assert!(
        a.len() == b.len() && apart.fold(0.0, f64::max) < 1e-13,
        "{a:?} {b:?}"
    );
}

#[test]
fn patterns_inverses_and_mixtures_of_plus_and_minus_one_are_told() {
    binary(false);
}

#[test]
fn patterns_inverses_and_mixtures_of_zero_and_one_are_told() {
    binary(true);
}

#[test]
fn the_centre_and_a_state_unlike_all_memories_are_told() {
    const N: usize = 400;
    let own = patterns(N, 6);
    // The network stores the last as well, and nobody says so.
    let layer = Layer::new("x", &[N], Tanh { beta: 3.0 }).unwrap();
    let network = theories::classical(layer, weights(&own)).unwrap();
    let memories = Memories {
        patterns: own[..5].concat(),
        size: N,
    };
    let found = at(
        &network,
        &settings(),
        memories,
        vec![vec![0.0; N], own[5].clone(), own[0].clone()],
    );
    let words: Vec<String> = kinds(&found).iter().map(|l| l.kind.to_string()).collect();
    for word in ["centre", "spurious", "memory 0"] {
        assert!(words.iter().any(|w| w == word), "{words:?}");
    }
}

#[test]
fn attention_has_its_global_average_its_pair_and_its_single_patterns() {
    let expected = [
        ("f03a_attention_beta1", vec!["global average"]),
        ("f03b_attention_beta4", vec!["single", "average"]),
        ("f03c_attention_beta10", vec!["single", "single", "single"]),
    ];
    for (name, words) in expected {
        let case = read(name);
        let network = loaded(&case).network;
        let synapse = network.connections()[0].synapse.attention().unwrap();
        let memories = Memories {
            patterns: synapse.patterns()[0].data().to_vec(),
            size: 2,
        };
        let mut search = Search::new(&network, Start::at(vec![0.0; 2]));
        search.memories = Some((0, memories.clone()));
        let found = landscape((&network, &settings()), &search, &Interrupt::new()).unwrap();
        let attractors = found.points.iter().filter(|p| p.attracts());
        let all: Vec<&Likeness> = attractors.map(|p| p.likeness.as_ref().unwrap()).collect();
        let mut told: Vec<&str> = all.iter().map(|l| l.kind.word()).collect();
        told.sort_unstable_by_key(|w| std::cmp::Reverse(*w));
        assert_eq!(told, words, "{name}");
        for (l, p) in all.iter().zip(found.points.iter().filter(|p| p.attracts())) {
            // The activation is the average that these weights make of the memories.
            for i in 0..2 {
                let sum: f64 = (0..3).map(|k| l.weights[k] * memories.get(k)[i]).sum();
                assert!((sum - p.g[i]).abs() < 1e-10, "{name}: {sum} {}", p.g[i]);
            }
            let effective = 1.0 / l.weights.iter().map(|p| p * p).sum::<f64>();
            assert!((l.effective.unwrap() - effective).abs() < 1e-12);
        }
        if name.contains("beta10") {
            let mut which: Vec<usize> = all.iter().flat_map(|l| l.kind.memories()).collect();
            which.sort_unstable();
            assert_eq!(which, [0, 1, 2]);
        }
    }
}
