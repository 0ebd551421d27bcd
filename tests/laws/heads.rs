//! How many keys heads average: the reference of a pretrained transformer, and weights whose answer is known.

use attractor::analysis::{AttentionWeights, HeadKind, Heads, heads};
use attractor::dynamics::Interrupt;
use attractor::refusal::Refusal;
use serde_json::Value;

use crate::common::reference::{flat, read};

type Array<'a> = (&'a [usize], &'a [f64]);

fn ask((shape, weights): Array<'_>, mask: Option<Array<'_>>, mass: f64) -> Result<Heads, Refusal> {
    let of = AttentionWeights {
        name: "a",
        shape,
        weights,
        mask,
    };
    heads(&of, mass, &Interrupt::new()).map(Option::unwrap)
}

fn reference() -> Value {
    read("a01_attention_heads").0
}

/// The attention of a sentence of twelve tokens: layers × heads × tokens × tokens.
fn sentence(of: &Value) -> (Vec<usize>, Vec<f64>) {
    let tokens = of["tokens"].as_array().unwrap().len();
    (vec![6, 12, tokens, tokens], flat(&of["attention"]))
}

#[test]
fn a_pretrained_transformer_averages_what_the_reference_says_query_by_query() {
    let of = reference();
    let (shape, weights) = sentence(&of);
    let found = ask((&shape, &weights), None, 0.9).unwrap();
    assert_eq!((found.layers, found.heads, found.tokens), (6, 12, 12));
    assert!(!found.causal && found.padding == 0 && found.most == 12);
    let k: Vec<f64> = found
        .all
        .iter()
        .flat_map(|h| &h.k)
        .map(|k| k.unwrap() as f64)
        .collect();
    assert_eq!(k, flat(&of["k90"]));
    let medians: Vec<f64> = found.all.iter().map(|h| h.median).collect();
    assert_eq!(medians, flat(&of["median_k90"]));
    // The weights have seven digits.
    for (head, wanted) in found.all.iter().zip(flat(&of["mean_entropy_nats"])) {
        assert!(
            (head.entropy - wanted).abs() < 1e-6,
            "{} {wanted}",
            head.entropy
        );
    }
}

#[test]
fn the_kinds_of_a_long_passage_are_those_of_the_reference() {
    let of = reference();
    let passage = &of["passage"];
    let n = passage["tokens"].as_f64().unwrap();
    let kinds = flat(&passage["kind"]);
    let found = flat(&passage["median_k90"])
        .into_iter()
        .map(|k| HeadKind::of(k / n).number() as f64);
    assert_eq!(found.collect::<Vec<f64>>(), kinds);
    // All four occur, so that no bound is idle.
    assert!((1..=4).all(|k| kinds.contains(&f64::from(k))));
}

#[test]
fn a_part_that_is_exactly_a_bound_belongs_to_the_smaller_kind() {
    let of = |part: f64| HeadKind::of(part).number();
    assert_eq!([1.0, 0.5, 0.125, 1.0 / 32.0].map(of), [1, 2, 3, 4]);
    // Two queries of 24 and 25 of 49 keys: half of the keys, however their mean is rounded.
    assert_eq!(of(0.5 * (24.0 / 49.0 + 25.0 / 49.0)), 2);
    assert_eq!(of(0.5 + 1e-9), 1);
}

/// Uniform weights over the keys that `allows` says.
fn uniform(n: usize, allows: impl Fn(usize, usize) -> bool) -> Vec<f64> {
    let row = |i: usize| {
        let count = (0..n).filter(|j| allows(i, *j)).count().max(1) as f64;
        (0..n)
            .map(|j| f64::from(u8::from(allows(i, j))) / count)
            .collect::<Vec<f64>>()
    };
    (0..n).flat_map(row).collect()
}

#[test]
fn of_a_causal_head_only_the_keys_up_to_each_query_count() {
    let n = 40;
    let weights = uniform(n, |i, j| j <= i);
    // 0.85 is no sum of equal parts of these, whose rounding would decide.
    let found = ask((&[n, n], &weights), None, 0.849).unwrap();
    assert!(found.causal && found.padding == 0);
    let head = &found.all[0];
    assert_eq!(head.allowed, (1..=n).collect::<Vec<_>>());
    let k: Vec<usize> = head.k.iter().map(|k| k.unwrap()).collect();
    let wanted: Vec<usize> = (1..=n)
        .map(|i| (0.849 * i as f64).ceil() as usize)
        .collect();
    assert_eq!(k, wanted);
    // Half of its queries have fewer than 20 keys: of 40 keys the median of k would be too few for an average.
    assert_eq!(head.kind, HeadKind::Global);
    assert!(head.median < 0.5 * n as f64);
    assert!((head.part - 0.85).abs() < 0.05, "{}", head.part);
}

#[test]
fn a_head_that_looks_at_itself_only_is_not_causal_and_single() {
    let n = 64;
    let found = ask((&[n, n], &uniform(n, |i, j| i == j)), None, 0.9).unwrap();
    assert!(!found.causal);
    assert_eq!(found.all[0].allowed, vec![n; n]);
    assert_eq!(
        (found.all[0].median, found.all[0].kind),
        (1.0, HeadKind::Small)
    );
    assert_eq!(found.all[0].entropy, 0.0);
}

#[test]
fn tokens_that_no_query_looks_at_are_padding_with_or_without_rows_of_their_own() {
    let (n, used) = (10, 7);
    let looked = uniform(n, |_, j| j < used);
    let silent = uniform(n, |i, j| i < used && j < used);
    for weights in [&looked, &silent] {
        let found = ask((&[n, n], weights), None, 0.849).unwrap();
        assert_eq!((found.padding, found.most), (3, used));
        assert_eq!(
            found.all[0].k,
            [vec![Some(6); used], vec![None; 3]].concat()
        );
        assert_eq!(
            found.all[0].allowed,
            [vec![used; used], vec![0; 3]].concat()
        );
    }
    // Padding is what no head looks at.
    let both = [looked, uniform(n, |_, _| true)].concat();
    let found = ask((&[2, n, n], &both), None, 0.849).unwrap();
    assert_eq!((found.padding, found.most), (0, n));
    assert_eq!(found.all[0].kind, HeadKind::Global);
}

#[test]
fn a_mask_says_what_zeros_cannot() {
    let n = 8;
    // A sharp head without a word of its own on what it could have looked at: a window of three keys.
    let window = |i: usize, j: usize| j <= i && i - j < 3;
    let sharp = uniform(n, |i, j| i == j);
    let mask: Vec<f64> = (0..n * n)
        .map(|k| f64::from(u8::from(window(k / n, k % n))))
        .collect();
    let found = ask((&[2, n, n], &sharp.repeat(2)), Some((&[n, n], &mask)), 0.9).unwrap();
    assert!(found.causal);
    for head in &found.all {
        assert_eq!(head.allowed, [1, 2, 3, 3, 3, 3, 3, 3]);
    }
    // A mask over keys leaves the queries of padding out, whatever they hold.
    let mut weights = uniform(n, |_, j| j < 6);
    weights[7 * n..].fill(f64::NAN);
    weights[6 * n] = -3.0;
    let keys = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0];
    let found = ask((&[n, n], &weights), Some((&[n], &keys)), 0.849).unwrap();
    assert_eq!((found.padding, found.causal, found.most), (2, false, 6));
    assert_eq!(found.all[0].k, [vec![Some(6); 6], vec![None; 2]].concat());
}

#[test]
fn rows_of_any_leading_axes_are_layers_of_heads() {
    let n = 3;
    let weights = uniform(n, |_, _| true).repeat(8);
    for (shape, layers, count) in [
        (vec![n, n], 1, 1),
        (vec![8, n, n], 1, 8),
        (vec![4, 2, n, n], 4, 2),
        (vec![2, 2, 2, n, n], 4, 2),
    ] {
        let size = shape.iter().product();
        let found = ask((&shape, &weights[..size]), None, 0.9).unwrap();
        assert_eq!(
            (found.layers, found.heads, found.all.len()),
            (layers, count, layers * count)
        );
        assert_eq!(found.kinds(layers - 1), [count, 0, 0, 0]);
    }
}

#[test]
fn weights_that_are_none_are_refused_with_their_place() {
    let n = 4;
    let good = uniform(n, |_, _| true).repeat(6);
    let shape = [3, 2, n, n];
    let with = |at: usize, v: f64| {
        let mut weights = good.clone();
        weights[at] = v;
        weights
    };
    // Layer 1, head 0, query 2, key 3.
    let at = (2 * n + 2) * n + 3;
    let zeros = vec![0.0; good.len()];
    let mut pruned = good.clone();
    pruned[..n * n].fill(0.0);
    let cases: [(&[usize], &[f64], &str); 12] = [
        (&shape, &with(at, f64::NAN), "a[1, 0, 2, 3] is NaN"),
        (&shape, &with(at, f64::INFINITY), "a[1, 0, 2, 3] is inf"),
        (
            &shape,
            &with(at, -0.25),
            "a[1, 0, 2, 3] is -0.25, and a weight is not below 0",
        ),
        (&shape, &with(at, 0.252), "a[1, 0, 2, :] sums to 1.002"),
        (&shape, &with(at, 0.248), "a[1, 0, 2, :] sums to 0.998"),
        (&shape, &zeros, "every token would be padding"),
        (&shape, &pruned, "a[0, 0, :, :] has no weight but 0"),
        (&[96], &good, "a has 1 of the two axes"),
        (&[], &good[..1], "a has 0 of the two axes"),
        (
            &[24, 4, 1],
            &good,
            "a is not square, it has 4 queries and 1 keys",
        ),
        (&[0, n, n], &[], "a is empty"),
        (&[usize::MAX, 4, 4], &good, "not those of its shape"),
    ];
    for (shape, weights, wanted) in cases {
        let why = ask((shape, weights), None, 0.9).unwrap_err().to_string();
        assert!(why.contains(wanted), "{wanted}: {why}");
    }
    // What is within the tolerance is not.
    assert!(ask((&shape, &with(at, 0.2509)), None, 0.9).is_ok());
    for mass in [0.0, -1.0, 1.0, 0.9995, f64::NAN] {
        let why = ask((&shape, &good), None, mass).unwrap_err().to_string();
        assert!(why.contains("mass must be above 0"), "{why}");
    }
}

#[test]
fn masks_that_do_not_fit_are_refused() {
    let n = 4;
    let good = uniform(n, |_, _| true);
    let shape = [n, n];
    let mut row = vec![1.0; n * n];
    row[n..2 * n].fill(0.0);
    let cases: [(&[usize], &[f64], &str); 6] = [
        (
            &[3],
            &[1.0; 3],
            "the mask of a has shape [3], and these weights [4, 4]",
        ),
        (&[], &[1.0], "the mask of a has shape []"),
        (&[n, n], &[1.0; 4], "has 4 values"),
        (
            &[n],
            &[1.0, f64::NAN, 1.0, 1.0],
            "is not a number at value 1",
        ),
        (
            &[n],
            &[1.0, 1.0, 1.0, 0.0],
            "a[0, 3] is 0.25, and the mask does not allow this key",
        ),
        (
            &[n, n],
            &row,
            "a[1, 0] is 0.25, and the mask does not allow this key",
        ),
    ];
    for (at, mask, wanted) in cases {
        let why = ask((&shape, &good), Some((at, mask)), 0.9)
            .unwrap_err()
            .to_string();
        assert!(why.contains(wanted), "{wanted}: {why}");
    }
    // A query without a key, and without weights.
    let mut weights = good.clone();
    weights[n..2 * n].fill(0.0);
    let why = ask((&shape, &weights), Some((&shape, &row)), 0.9)
        .unwrap_err()
        .to_string();
    assert!(
        why.contains("a[1, :] has no key that the mask allows"),
        "{why}"
    );
}
