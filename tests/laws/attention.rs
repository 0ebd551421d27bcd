//! Laws of attention among tokens and of a memory of each token: correspondences, bounds, refusals.

use attractor::kernels::Weights;
use attractor::lagrangian::{Array, DirectSum, Softmax};
use attractor::network::{Boundedness, Layer, Network};
use attractor::synapse::{Memory, Synapse, TokenAttention, TokenMemory};

use crate::networks::{Alone, At, Numbers, apart, fixed, lagrangian, layer, run, size};

const EPS: f64 = f64::EPSILON;

fn array(shape: &[usize], data: Vec<f64>) -> Array {
    Array {
        shape: shape.to_vec(),
        data,
    }
}

/// W_Q and W_K of so many heads, Y, and dimensions of queries and keys.
fn projections(r: &mut Numbers, [heads, inner, query, key]: [usize; 4]) -> [Array; 2] {
    [query, key].map(|dims| array(&[heads, inner, dims], r.vector(heads * inner * dims, 0.8)))
}

fn within(r: &mut Numbers, tokens: usize, [heads, inner, dims]: [usize; 3]) -> TokenAttention {
    let [query, key] = projections(r, [heads, inner, dims, dims]);
    TokenAttention::within(tokens, query, key).unwrap()
}

/// `W x` of one head.
fn times(w: &Array, head: usize, x: &[f64]) -> Vec<f64> {
    let [_, inner, dims] = w.shape[..] else {
        panic!("three axes")
    };
    let rows = w.data[head * inner * dims..].chunks(dims).take(inner);
    rows.map(|row| dot(row, x)).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The shares of a query in a head among the keys that it may attend to, and the energy: written from the definition.
fn shares(
    [wq, wk]: &[Array; 2],
    (head, beta): (usize, f64),
    query: &[f64],
    keys: &[&[f64]],
) -> (Vec<f64>, f64) {
    let q = times(wq, head, query);
    let scores: Vec<f64> = keys
        .iter()
        .map(|k| beta * dot(&q, &times(wk, head, k)))
        .collect();
    let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let all: f64 = scores.iter().map(|s| (s - most).exp()).sum();
    let shares = scores.iter().map(|s| (s - most).exp() / all).collect();
    (shares, -(most + all.ln()) / beta)
}

#[test]
fn the_token_itself_stays_out_however_large_the_scores_are() {
    let mut r = Numbers(61);
    let (tokens, dims, heads) = (4, 5, 2);
    for scale in [1e-3, 1.0, 30.0] {
        let w = projections(&mut r, [heads, 3, dims, dims]);
        let [query, key] = w.clone();
        let made = TokenAttention::within(tokens, query, key)
            .unwrap()
            .beta(0.5)
            .unwrap();
        let made = Alone::new(Box::new(made.exclude_self().unwrap()));
        let mut g = vec![0.0; made.size];
        let at = made.neurons[0].clone();
        g[at.clone()].copy_from_slice(&r.vector(tokens * dims, scale));
        let own: Vec<&[f64]> = g[at].chunks(dims).collect();
        let mut want = 0.0;
        for head in 0..heads {
            for c in 0..tokens {
                let others = (0..tokens).filter(|b| *b != c).map(|b| own[b]);
                want += shares(&w, (head, 0.5), own[c], &others.collect::<Vec<_>>()).1;
            }
        }
        let (_, energy, magnitude) = made.evaluate(&g);
        // A few dozen roundings of the summands.
        assert!(
            (energy[0] - want).abs() < 64.0 * EPS * magnitude[0],
            "{scale}: {} {want}",
            energy[0]
        );
    }
}

/// Cross attention, and the same as a memory with the keys in its patterns.
#[test]
fn attention_to_clamped_keys_is_a_memory_of_each_token_whose_potential_is_a_log_sum_exp() {
    let mut r = Numbers(62);
    for queries in [1, 3] {
        let (keys, inner, [dq, dk], beta) = (4, 2, [3, 5], 1.7);
        let w = projections(&mut r, [1, inner, dq, dk]);
        let [query, key] = w.clone();
        let cross = TokenAttention::across([queries, keys], query, key);
        let cross = Alone::new(Box::new(cross.unwrap().beta(beta).unwrap()));
        let g = r.vector(cross.size, 1.0);
        let [of_q, of_k] = [0, 1].map(|k| cross.neurons[k].clone());
        // ξ = K W_Q.
        let rows = g[of_k].chunks(dk).flat_map(|key| {
            let k = times(&w[1], 0, key);
            let w = &w[0];
            (0..dq).map(move |d| (0..inner).map(|y| k[y] * w.data[y * dq + d]).sum())
        });
        let xi = Weights::new(keys, dq, rows.collect()).unwrap();
        let potential = DirectSum::uniform(
            &[keys],
            lagrangian(&format!("{{ kind = \"softmax\", beta = {beta} }}")),
        );
        let memory = Memory::new(vec![xi.clone()], potential.unwrap()).unwrap();
        let memory: TokenMemory = memory.each_token(&[queries, dq]).unwrap();
        let memory = Alone::new(Box::new(memory));
        let mut own = vec![0.0; memory.size];
        own[memory.neurons[0].clone()].copy_from_slice(&g[of_q.clone()]);
        let (current, energy, magnitude) = cross.evaluate(&g);
        let (as_memory, same, _) = memory.evaluate(&own);
        // The same sums in another order.
        assert!((energy[0] - same[0]).abs() < 64.0 * EPS * magnitude[0]);
        let [current, as_memory] = [
            &current[of_q.clone()],
            &as_memory[memory.neurons[0].clone()],
        ];
        assert!(apart(current, as_memory) < 64.0 * EPS * (1.0 + size(current)));
        // The current into a query is the attention of a transformer with values W_Qᵀ K, the rows of ξ; of one query it pools.
        let tokens: Vec<&[f64]> = g[cross.neurons[1].clone()].chunks(dk).collect();
        for (query, current) in g[of_q].chunks(dq).zip(current.chunks(dq)) {
            let (p, _) = shares(&w, (0, beta), query, &tokens);
            let pooled = |d: usize| (0..keys).map(|b| p[b] * xi.entry(b, d)).sum();
            let pooled: Vec<f64> = (0..dq).map(pooled).collect();
            assert!(apart(&pooled, current) < 64.0 * EPS * (1.0 + size(current)));
        }
    }
}

/// Model B in its limit, one Euler step of length τ, and attention whose keys are the memories.
#[test]
fn a_step_of_model_b_of_length_tau_is_attention_to_its_memories() {
    let mut r = Numbers(63);
    let (memories, dims, beta) = (6, 4, 2.5);
    let unit = |k: usize| f64::from(u8::from(k % dims == k / dims));
    let one = || array(&[1, dims, dims], (0..dims * dims).map(unit).collect());
    let cross = TokenAttention::across([1, memories], one(), one());
    let cross = Alone::new(Box::new(cross.unwrap().beta(beta).unwrap()));
    let g = r.vector(cross.size, 1.0);
    let [q, keys] = [0, 1].map(|k| g[cross.neurons[k].clone()].to_vec());
    let xi = Weights::new(memories, dims, keys).unwrap();
    let potential = DirectSum::uniform(&[memories], std::sync::Arc::new(Softmax { beta }));
    let network = Network::builder()
        .layer(layer("x", &[dims], r#"{ kind = "identity" }"#))
        .connect(&["x"], Memory::new(vec![xi], potential.unwrap()).unwrap())
        .build()
        .unwrap();
    let step = At::new(&network, &q, &[]).velocity;
    let next: Vec<f64> = q.iter().zip(&step).map(|(x, v)| x + v).collect();
    let current = cross.evaluate(&g).0;
    assert!(apart(&next, &current[cross.neurons[0].clone()]) < 64.0 * EPS);
}

fn transformer(attention: TokenAttention, memory: TokenMemory, norm: &str, leak: f64) -> Network {
    let shape = attention.shapes()[0].clone();
    Network::builder()
        .layer(layer("x", &shape, norm).leak(leak))
        .connect(&["x"], attention)
        .connect(&["x"], memory)
        .build()
        .unwrap()
}

fn memory(r: &mut Numbers, count: usize, shape: &[usize]) -> TokenMemory {
    let dims = *shape.last().unwrap();
    let potential = DirectSum::uniform(&[count], lagrangian(r#"{ kind = "relu" }"#)).unwrap();
    let memory = Memory::new(vec![r.weights(count, dims, 0.6)], potential).unwrap();
    memory.each_token(shape).unwrap()
}

#[test]
fn permuting_the_tokens_permutes_the_trajectory() {
    let mut r = Numbers(64);
    let (tokens, dims) = (5, 4);
    let attention = within(&mut r, tokens, [2, 3, dims]).exclude_self().unwrap();
    let memory = memory(&mut r, 6, &[tokens, dims]);
    let network = transformer(attention, memory, r#"{ kind = "layer-norm" }"#, 1.0);
    let x = r.vector(tokens * dims, 1.0);
    let turned = |x: &[f64]| -> Vec<f64> {
        let order = [3, 0, 4, 1, 2];
        order
            .iter()
            .flat_map(|t| x[t * dims..(t + 1) * dims].to_vec())
            .collect()
    };
    let end = |x: &[f64]| {
        run(
            &network,
            &fixed(&attractor::dynamics::RK4, 0.05, 2.0),
            x,
            (),
        )
        .x
    };
    let (plain, permuted) = (end(&x), end(&turned(&x)));
    // Sums over keys in another order, in forty steps of a flow that contracts more than it spreads.
    assert!(apart(&turned(&plain), &permuted) < 1e-12);
    assert!(apart(&plain, &x) > 0.1, "it moves");
    // A common shift of a token is seen by nobody.
    let mut shifted = x.clone();
    shifted[..dims].iter_mut().for_each(|x| *x += 7.0);
    let [one, other] = [&x, &shifted].map(|x| At::new(&network, x, &[]));
    assert!((one.energy() - other.energy()).abs() < 1e-12 * one.magnitude());
}

#[test]
fn the_curvature_of_attention_is_symmetric_and_indefinite() {
    let mut r = Numbers(65);
    let mut signs = [false; 2];
    for _ in 0..20 {
        let made: [Box<dyn Synapse>; 2] = [
            Box::new(within(&mut r, 4, [2, 3, 5]).causal().unwrap()),
            Box::new(memory(&mut r, 6, &[4, 5])),
        ];
        for (k, made) in made.into_iter().map(Alone::new).enumerate() {
            let g = r.vector(made.size, 1.0);
            let [u, v] = [0; 2].map(|_| r.vector(made.size, 1.0));
            let [cu, cv] = [&u, &v].map(|d| made.curvature(&g, d));
            let (a, b) = (dot(&u, &cv), dot(&v, &cu));
            assert!(
                (a - b).abs() < 1e3 * EPS * (1.0 + size(&cu) + size(&cv)),
                "{a} {b}"
            );
            if k == 0 {
                signs[usize::from(dot(&u, &cu) > 0.0)] = true;
            }
        }
    }
    assert_eq!(signs, [true; 2], "it is neither convex nor concave");
}

/// A vector of no more than this length.
fn inside(r: &mut Numbers, n: usize, radius: f64) -> Vec<f64> {
    let v = r.vector(n, 1.0);
    let length = dot(&v, &v).sqrt();
    v.iter().map(|v| v * radius / length).collect()
}

#[test]
fn no_random_network_leaves_the_bounds() {
    let mut r = Numbers(66);
    // How near a bound of the currents comes.
    let mut nearest: f64 = 0.0;
    for round in 0..300 {
        let (tokens, heads, inner, dims) = (
            2 + r.below(4),
            1 + r.below(3),
            1 + r.below(3),
            2 + r.below(4),
        );
        let made = within(&mut r, tokens, [heads, inner, dims])
            .beta(r.between(0.1, 3.0))
            .unwrap();
        let made = match round % 3 {
            0 => made,
            1 => made.exclude_self().unwrap(),
            _ => made.causal().unwrap(),
        };
        let radius = r.between(0.1, 5.0);
        let [low, high] = made.energy_within([radius; 2]);
        let longest = made.current_within([radius; 2])[0];
        let pull = made.pull().unwrap()[0];
        let highest = -made.energy_within([0.0; 2])[0];
        let made = Alone::new(Box::new(made));
        for _ in 0..4 {
            let mut g = vec![0.0; made.size];
            for t in 0..tokens {
                let first = made.neurons[0].start + t * dims;
                g[first..first + dims].copy_from_slice(&inside(&mut r, dims, radius));
            }
            let (current, energy, _) = made.evaluate(&g);
            let rounding = 1e-12 * (1.0 + high.abs() + low.abs());
            assert!(
                energy[0] >= low - rounding && energy[0] <= high + rounding,
                "{round}"
            );
            for f in current[made.neurons[0].clone()].chunks(dims) {
                let length = dot(f, f).sqrt();
                assert!(
                    length <= longest * (1.0 + 1e-12),
                    "{round}: {length} {longest}"
                );
                nearest = nearest.max(length / longest);
            }
            // At any length −E is below the pull of a square and what it is at 0.
            let far: Vec<f64> = g.iter().map(|g| 100.0 * g).collect();
            let least = -made.evaluate(&far).1[0];
            assert!(least <= pull * dot(&far, &far) + highest + 1e-9 * least.abs());
        }
    }
    assert!(
        nearest > 0.2,
        "a bound that is never near says nothing: {nearest}"
    );
}

#[test]
fn unbounded_tokens_are_held_where_attention_is_weak_enough() {
    let network = |strength: f64| {
        let one = || array(&[1, 2, 3], vec![strength, 0.0, 0.0, 0.0, strength, 0.0]);
        let attention = TokenAttention::within(3, one(), one()).unwrap();
        let x = layer("x", &[3, 3], r#"{ kind = "identity" }"#);
        Network::builder()
            .layer(x)
            .connect(&["x"], attention)
            .build()
            .unwrap()
    };
    // (1 + N) σ < 1 with σ = strength².
    let [weak, strong] = [0.49, 0.51].map(|s| network(s).certificate().boundedness);
    assert!(matches!(weak, Boundedness::Bounded(_)), "{weak}");
    assert!(matches!(strong, Boundedness::NotKnown(_)), "{strong}");
    let norm = Layer::of(
        "x",
        &[3, 3],
        DirectSum::uniform(&[3, 3], lagrangian(r#"{ kind = "layer-norm" }"#)).unwrap(),
    );
    let mut r = Numbers(67);
    let bounded = Network::builder()
        .layer(norm.leak(0.0))
        .connect(&["x"], within(&mut r, 3, [2, 2, 3]));
    let bounded = bounded.build().unwrap().certificate().boundedness;
    assert!(matches!(bounded, Boundedness::Bounded(_)), "{bounded}");
}

#[test]
fn what_is_no_attention_is_refused() {
    let mut r = Numbers(68);
    let mut of = |shape: &[usize]| array(shape, r.vector(shape.iter().product(), 1.0));
    let (good, flat) = (of(&[2, 3, 4]), of(&[6, 4]));
    let (heads, dims) = (of(&[3, 2, 4]), of(&[2, 3, 5]));
    let mut wrong = good.clone();
    wrong.data[5] = f64::NAN;
    let make = |q: &Array, k: &Array| TokenAttention::within(4, q.clone(), k.clone());
    for (q, k, what, why) in [
        (&flat, &good, "w_query", "heads × Y × dimensions"),
        (&good, &heads, "w_key", "has 3 heads of Y = 2"),
        (&good, &dims, "w_key", "is for 5 dimensions"),
        (&wrong, &good, "w_query", "NaN"),
    ] {
        let refusal = make(q, k).unwrap_err();
        assert!(
            refusal.what == what && refusal.why.contains(why),
            "{refusal}"
        );
    }
    let made = || make(&good, &good).unwrap();
    for beta in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(made().beta(beta).unwrap_err().what, "beta");
    }
    let one = TokenAttention::within(1, good.clone(), good.clone()).unwrap();
    let refusal = one.exclude_self().unwrap_err();
    assert!(
        refusal.to_string().contains("token 0 without any key"),
        "{refusal}"
    );
    let both = made().causal().unwrap().exclude_self().unwrap_err();
    assert!(
        both.to_string().contains("token 0 without any key"),
        "{both}"
    );
    let mut mask = array(&[4, 4], vec![1.0; 16]);
    mask.data[8..12].fill(0.0);
    let refusal = made().mask(&mask).unwrap_err();
    assert!(
        refusal.to_string().contains("token 2 without any key"),
        "{refusal}"
    );
    mask.data[8] = 0.5;
    assert!(
        made()
            .mask(&mask)
            .unwrap_err()
            .why
            .contains("row 2, column 0 is 0.5")
    );
    assert!(
        made()
            .mask(&array(&[3, 4], vec![1.0; 12]))
            .unwrap_err()
            .why
            .contains("4 × 4")
    );
    let cross = TokenAttention::across([2, 3], good.clone(), dims.clone()).unwrap();
    assert!(cross.causal().unwrap_err().help.unwrap().contains("mask"));
    let relu = DirectSum::uniform(&[3], lagrangian(r#"{ kind = "relu" }"#)).unwrap();
    let memory = || {
        Memory::new(
            vec![Weights::new(3, 4, vec![0.5; 12]).unwrap()],
            relu.clone(),
        )
        .unwrap()
    };
    for shape in [&[4][..], &[3, 5], &[]] {
        assert!(memory().each_token(shape).is_err(), "{shape:?}");
    }
    let parts = [2, 2].map(|n| Weights::new(3, n, vec![0.5; 6]).unwrap());
    let two = Memory::new(parts.to_vec(), relu.clone()).unwrap();
    assert!(
        two.each_token(&[3, 4])
            .unwrap_err()
            .why
            .contains("one layer")
    );
}
