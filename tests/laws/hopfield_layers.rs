//! Hopfield layers on arrays, against reference passes and against the network that they are one step of.

use std::sync::Arc;

use attractor::association::{
    Average, Fold, Gradient, Head, HopfieldLayer, Labels, Rows, Similarity, Stored, Tile, Updates,
    choose_beta,
};
use attractor::kernels::{Weights, with_cores};
use attractor::lagrangian::{DirectSum, Identity, Softmax};
use attractor::network::{Drive, Layer, Network, Workspace};
use attractor::pattern::random::Stream;
use attractor::synapse::Memory;
use serde_json::Value;

/// Numbers of an array of any rank, row by row, and its shape.
fn numbers(value: &Value) -> (Vec<f64>, Vec<usize>) {
    match value {
        Value::Array(items) => {
            let parts: Vec<_> = items.iter().map(numbers).collect();
            let inner = parts.first().map_or(vec![], |p| p.1.clone());
            let shape = [vec![items.len()], inner].concat();
            (parts.into_iter().flat_map(|p| p.0).collect(), shape)
        }
        number => (vec![number.as_f64().unwrap()], vec![]),
    }
}

/// A case of the reference file.
struct Case {
    kind: String,
    layer: HopfieldLayer,
    state: (Vec<f64>, usize),
    stored: (Vec<f64>, usize),
    value: (Vec<f64>, usize),
    mask: Option<Vec<bool>>,
    all: Value,
}

impl Case {
    fn stored(&self) -> Stored<'_> {
        let stored = Stored::of(Rows::new("stored", &self.stored.0, self.stored.1).unwrap());
        let values = Rows::new("values", &self.value.0, self.value.1).unwrap();
        let stored = stored.with_values(values).unwrap();
        match &self.mask {
            Some(mask) => stored.with_mask(mask).unwrap(),
            None => stored,
        }
    }

    fn states(&self) -> Rows<'_> {
        Rows::new("states", &self.state.0, self.state.1).unwrap()
    }
}

fn cases() -> Vec<Case> {
    let text = include_str!("../data/a03_hopfield_layers.json");
    let file: Value = serde_json::from_str(text).unwrap();
    let matrices = |value: Option<&Value>, count: usize| -> Vec<Option<Weights>> {
        let Some(value) = value else {
            return vec![None; count];
        };
        let (data, shape) = numbers(value);
        let size = shape[1] * shape[2];
        let parts = data.chunks_exact(size).map(<[f64]>::to_vec);
        parts
            .map(|d| Some(Weights::new(shape[1], shape[2], d).unwrap()))
            .collect()
    };
    let cases = file["cases"].as_array().unwrap().iter().map(|case| {
        let params = &case["params"];
        let [q, k, v] = ["Wq", "Wk", "Wv"].map(|w| params.get(w));
        let count = [q, k, v].into_iter().flatten().next();
        let count = count.map_or(1, |w| w.as_array().unwrap().len());
        let all = matrices(q, count).into_iter().zip(matrices(k, count));
        let heads = all.zip(matrices(v, count));
        let heads = heads.map(|((query, key), value)| Head { query, key, value });
        let output = params.get("Wo").map(|w| {
            let (data, shape) = numbers(w);
            Weights::new(shape[0], shape[1], data).unwrap()
        });
        let rows = |name: &str| {
            let (data, shape) = numbers(&case[name]);
            (data, shape[1])
        };
        let mask = case["stored_mask"].as_array();
        Case {
            kind: case["kind"].as_str().unwrap().into(),
            layer: HopfieldLayer {
                beta: params["beta"].as_f64(),
                updates: Updates::Count(case["updates"].as_u64().unwrap() as usize),
                similarity: Similarity::Dot,
                layer_norm: case["layer_norm_inputs"].as_bool().unwrap(),
                heads: heads.collect(),
                output,
            },
            state: rows("state"),
            stored: rows("stored"),
            value: rows("value"),
            mask: mask.map(|m| m.iter().map(|b| b.as_bool().unwrap()).collect()),
            all: case.clone(),
        }
    });
    cases.collect()
}

fn close(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let scale = expected.iter().fold(1.0, |m: f64, v| m.max(v.abs()));
    for (k, (a, b)) in found.iter().zip(expected).enumerate() {
        let error = (a - b).abs() / scale;
        assert!(error <= tolerance, "{what} {k}: {a} against {b}");
    }
}

// 1e-12: the reference's own accuracy, far above the rounding of these small sums.
#[test]
fn passes_of_a_hopfield_layer_are_those_of_the_reference() {
    let cases = cases();
    assert_eq!(cases.len(), 12);
    for case in cases {
        let found = case
            .layer
            .associate_with_weights(case.states(), &case.stored());
        let found = found.unwrap();
        let of = |name: &str| numbers(&case.all[name]).0;
        close(&found.output, &of("output"), 1e-12, &case.kind);
        close(&found.weights, &of("attention"), 1e-12, &case.kind);
        assert!(found.largest_rise() <= 1e-13, "{}", case.kind);
        if !case.all["energy_of_state"].is_null() {
            let energy = case.layer.energy(case.states(), &case.stored()).unwrap();
            close(&energy, &of("energy_of_state"), 1e-12, &case.kind);
        }
    }
}

// 1e-9 of the largest entry, as the reference's table of tolerances says.
#[test]
fn gradients_of_a_hopfield_layer_are_those_of_the_reference() {
    let mut seen = 0;
    for case in cases() {
        let expected = case.all["gradient"].as_object().unwrap();
        let cotangent = numbers(&case.all["cotangent"]).0;
        let found = case
            .layer
            .gradient(case.states(), &case.stored(), |_| cotangent)
            .unwrap();
        let heads = |part: fn(&attractor::association::HeadGradient) -> &Vec<f64>| {
            found.heads.iter().flat_map(part).copied().collect()
        };
        for (name, value) in expected {
            let own: Vec<f64> = match name.as_str() {
                "state" => found.states.clone(),
                "stored" => found.stored.clone(),
                "value" => found.values.clone(),
                "Wq" => heads(|h| &h.query),
                "Wk" => heads(|h| &h.key),
                "Wv" => heads(|h| &h.value),
                "Wo" => found.output_weights.clone(),
                "beta" => vec![found.beta],
                other => panic!("{other}"),
            };
            close(
                &own,
                &numbers(value).0,
                1e-9,
                &format!("{}, {name}", case.kind),
            );
            seen += 1;
        }
    }
    assert_eq!(seen, 68);
}

/// States, keys and values drawn at random.
fn drawn(seed: u64, counts: [usize; 2], sizes: [usize; 2]) -> [Vec<f64>; 3] {
    let of = |place, n| Stream::of(seed, 0, place, 0).normal(n, 0.0, 1.0);
    [
        of(0, counts[0] * sizes[0]),
        of(1, counts[1] * sizes[0]),
        of(2, counts[1] * sizes[1]),
    ]
}

#[test]
fn gradients_agree_with_differences_for_every_similarity_and_number_of_updates() {
    let [states, keys, values] = drawn(3, [3, 5], [4, 3]);
    let c = Stream::of(4, 0, 0, 0).normal(9, 0.0, 1.0);
    for (name, similarity) in Similarity::ALL {
        for (updates, layer_norm) in [(1, false), (3, false), (2, true)] {
            let of = |beta, all: [&[f64]; 3]| -> Gradient {
                let layer = HopfieldLayer {
                    beta: Some(beta),
                    updates: Updates::Count(updates),
                    similarity,
                    layer_norm,
                    ..HopfieldLayer::default()
                };
                let [states, keys, values] = all;
                let stored = Stored::of(Rows::new("stored", keys, 4).unwrap());
                let stored = stored.with_values(Rows::new("values", values, 3).unwrap());
                let states = Rows::new("states", states, 4).unwrap();
                layer
                    .gradient(states, &stored.unwrap(), |_| c.clone())
                    .unwrap()
            };
            let value = |beta, all: [&[f64]; 3]| -> f64 {
                let output = of(beta, all).output;
                output.iter().zip(&c).map(|(o, c)| o * c).sum()
            };
            let found = of(0.9, [&states, &keys, &values]);
            let parts = [&found.states, &found.stored, &found.values];
            // A difference of fourth order errs by h⁴ f⁽⁵⁾/30 + 1e-15/h, about 1e-11 here; layer norm makes f⁽⁵⁾ large.
            let h = 3e-4;
            let slope_of = |f: &dyn Fn(f64) -> f64| {
                (8.0 * (f(h) - f(-h)) - (f(2.0 * h) - f(-2.0 * h))) / (12.0 * h)
            };
            for (which, part) in parts.into_iter().enumerate() {
                for k in 0..part.len() {
                    let shifted = |by: f64| {
                        let mut all = [states.clone(), keys.clone(), values.clone()];
                        all[which][k] += by;
                        value(0.9, [&all[0], &all[1], &all[2]])
                    };
                    let slope = slope_of(&shifted);
                    let error = (slope - part[k]).abs();
                    assert!(error < 1e-8, "{name} {updates} {which} {k}: {error}");
                }
            }
            let slope = slope_of(&|by| value(0.9 + by, [&states, &keys, &values]));
            assert!((slope - found.beta).abs() < 1e-8, "{name} {updates}: beta");
        }
    }
}

/// 10⁵ keys: the streamed result against a softmax whose maximum is known before, in two passes.
#[test]
fn a_streamed_softmax_over_a_hundred_thousand_keys_is_that_of_two_passes() {
    let (n, size) = (100_000, 8);
    let [states, keys, values] = drawn(5, [3, n], [size, 2]);
    let (beta, mut keys) = (1.5, keys);
    // The largest score of each query comes late, so that the running maximum has to rise.
    keys.iter_mut()
        .enumerate()
        .for_each(|(k, v)| *v *= 0.5 + k as f64 / (n * size) as f64);
    let stored = Stored::of(Rows::new("stored", &keys, size).unwrap());
    let stored = stored.with_values(Rows::new("values", &values, 2).unwrap());
    let layer = HopfieldLayer {
        beta: Some(beta),
        ..HopfieldLayer::default()
    };
    let found = layer.associate(
        Rows::new("states", &states, size).unwrap(),
        &stored.unwrap(),
    );
    let found = found.unwrap().output;
    // The same keys as a stream whose tiles have other sizes.
    let columns = |k: usize| states[k % 3 * size + k / 3];
    let mut average = Average::new(beta, (0..3 * size).map(columns).collect(), 3, 2);
    for (k, v) in keys.chunks(1000 * size).zip(values.chunks(1000 * 2)) {
        let tile = Tile::new((k.to_vec(), size), (v.to_vec(), 2)).unwrap();
        average.add(&tile).unwrap();
    }
    // A tile of another size is refused, not read askew.
    let other = Tile::new((vec![1.0; 3], 3), (vec![1.0; 2], 2)).unwrap();
    assert!(
        average
            .add(&other)
            .unwrap_err()
            .to_string()
            .contains("keys have 3 numbers")
    );
    let streamed = average.value();
    for (s, state) in states.chunks_exact(size).enumerate() {
        let score = |key: &[f64]| -> f64 { state.iter().zip(key).map(|(a, b)| a * b).sum() };
        let scores: Vec<f64> = keys.chunks_exact(size).map(score).collect();
        let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let p: Vec<f64> = scores.iter().map(|a| (beta * (a - most)).exp()).collect();
        let sum: f64 = p.iter().sum();
        for i in 0..2 {
            let z = p.iter().zip(values.chunks_exact(2)).map(|(p, v)| p * v[i]);
            let z = z.sum::<f64>() / sum;
            // Sums of 10⁵ terms: 1e-12 of the values, which are of size 1.
            for other in [found[2 * s + i], streamed[i * 3 + s]] {
                assert!((other - z).abs() < 1e-12, "{s} {i}: {other} {z}");
            }
        }
    }
}

#[test]
fn a_hopfield_layer_has_the_same_bits_for_any_number_of_threads() {
    let [states, keys, values] = drawn(6, [200, 3000], [16, 3]);
    let stored = Stored::of(Rows::new("stored", &keys, 16).unwrap());
    let stored = stored
        .with_values(Rows::new("values", &values, 3).unwrap())
        .unwrap();
    let layer = HopfieldLayer {
        updates: Updates::Count(3),
        similarity: Similarity::Distance,
        ..HopfieldLayer::default()
    };
    let states = Rows::new("states", &states, 16).unwrap();
    let of = |cores| with_cores(cores, || layer.associate(states, &stored).unwrap());
    assert_eq!(of(1), of(2));
}

/// One update is an Euler step dt = τ of model B in its limit: the velocity of x is softmax attention less x.
#[test]
fn one_update_is_a_step_of_the_network_with_a_softmax_memory() {
    let [states, keys, _] = drawn(7, [1, 6], [4, 1]);
    let beta = 1.3;
    let potential = DirectSum::uniform(&[6], Arc::new(Softmax { beta })).unwrap();
    let memory = Memory::new(vec![Weights::new(6, 4, keys.clone()).unwrap()], potential).unwrap();
    let network = Network::builder()
        .layer(Layer::new("features", &[4], Identity).unwrap())
        .connect(&["features"], memory)
        .build()
        .unwrap();
    let mut workspace = Workspace::new(&network, 1);
    let drive = Drive::own(&network);
    let mut at = network.at(&states, drive, &mut workspace);
    let velocity = at.velocity().to_vec();
    let layer = HopfieldLayer {
        beta: Some(beta),
        ..HopfieldLayer::default()
    };
    let stored = Stored::of(Rows::new("stored", &keys, 4).unwrap());
    let found = layer.associate(Rows::new("states", &states, 4).unwrap(), &stored);
    let step: Vec<f64> = states.iter().zip(&velocity).map(|(x, v)| x + v).collect();
    close(&found.unwrap().output, &step, 1e-14, "step");
}

#[test]
fn the_energy_falls_at_every_update_whatever_the_similarity() {
    for (name, similarity) in Similarity::ALL {
        let (mut moved, mut fell) = (0, 0.0f64);
        for seed in 0..40 {
            let [states, keys, _] = drawn(100 + seed, [5, 12], [3, 1]);
            let layer = HopfieldLayer {
                beta: Some(0.2 * 1.2f64.powi(seed as i32)),
                updates: Updates::Rest {
                    tolerance: 1e-10,
                    most: 200,
                },
                similarity,
                ..HopfieldLayer::default()
            };
            let stored = Stored::of(Rows::new("stored", &keys, 3).unwrap());
            let found = layer.associate(Rows::new("states", &states, 3).unwrap(), &stored);
            let found = found.unwrap();
            // Rounding of energies of size 10.
            assert!(found.largest_rise() < 2e-14, "{name} {seed}");
            moved += found.energy.iter().map(Vec::len).sum::<usize>();
            let falls = found.energy.iter().map(|e| e[0] - e[e.len() - 1]);
            fell = falls.fold(fell, f64::max);
        }
        assert!(moved > 1000 && fell > 0.1, "{name}: {moved} {fell}");
    }
}

#[test]
fn a_query_is_at_rest_where_its_weights_no_longer_change() {
    let [states, keys, _] = drawn(8, [20, 10], [4, 1]);
    let stored = Stored::of(Rows::new("stored", &keys, 4).unwrap());
    let states = Rows::new("states", &states, 4).unwrap();
    let of = |updates| {
        let layer = HopfieldLayer {
            beta: Some(2.0),
            updates,
            ..HopfieldLayer::default()
        };
        layer.associate_with_weights(states, &stored).unwrap()
    };
    let tolerance = 1e-6;
    let rest = of(Updates::Rest {
        tolerance,
        most: 1000,
    });
    assert!(rest.at_rest.iter().all(|r| *r));
    for s in 0..20 {
        let updates = rest.energy[s].len();
        let before = of(Updates::Count(updates - 1));
        let pairs = rest.weights[s * 10..][..10]
            .iter()
            .zip(&before.weights[s * 10..][..10]);
        let change: f64 = pairs.map(|(a, b)| (a - b).abs()).sum();
        assert!(change <= tolerance, "{s}: {change}");
    }
    // Too few updates are told.
    let few = of(Updates::Rest { tolerance, most: 2 });
    assert!(few.at_rest.iter().any(|r| !r));
}

#[test]
fn beta_of_a_lookup_leaves_the_row_itself_out() {
    // Two clouds that overlap: with the row itself β would go to the end of the grid.
    let mut rows = Stream::of(9, 0, 0, 0).normal(2 * 120, 0.0, 1.0);
    let labels: Vec<f64> = (0..120).map(|k| f64::from(k % 2)).collect();
    for (row, label) in rows.chunks_exact_mut(2).zip(&labels) {
        row[0] += 1.5 * label;
    }
    let all = Rows::new("keys", &rows, 2).unwrap();
    let labels = Labels::new("labels", &labels, ("keys", 120)).unwrap();
    let layer = HopfieldLayer {
        similarity: Similarity::Distance,
        ..HopfieldLayer::default()
    };
    let found = choose_beta(&layer, all, &labels, Fold::LeaveOneOut, None).unwrap();
    assert!(!found.is_at_an_end() && found.judged == 120, "{found:?}");
    // By hand, for one β.
    let (k, beta) = (20, found.grid[20]);
    let mut sum = 0.0;
    for (i, a) in rows.chunks_exact(2).enumerate() {
        let p = |b: &[f64]| (-0.5 * beta * ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2))).exp();
        let others = rows.chunks_exact(2).enumerate().filter(|(j, _)| *j != i);
        let (mut own, mut every) = (0.0, 0.0);
        for (j, b) in others {
            every += p(b);
            own += if (i + j) % 2 == 0 { p(b) } else { 0.0 };
        }
        sum += (own / every).ln();
    }
    assert!((found.log_likelihood[k] - sum / 120.0).abs() < 1e-12);
    let parts = choose_beta(&layer, all, &labels, Fold::Parts(5), None).unwrap();
    assert!(!parts.is_at_an_end());
}
