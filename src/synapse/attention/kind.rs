//! Attention as an entry of the list: its keys, and what is made of them.

use super::TokenAttention;
use crate::key::{Form, parameter};
use crate::lagrangian::{Axis, Parameters};
use crate::refusal::Refusal;
use crate::synapse::{Joined, Kind, Made};

pub const KIND: Kind = Kind {
    name: "attention",
    formula: "E = −(1/β) Σ_h Σ_C ln Σ_B exp(β (W_Q g_C)·(W_K g_B)) over heads h, queries C and keys B, which are tokens (Hoover et al. 2023)",
    layers: "[A] or [A, B]: tokens that attend to one another, or queries and keys",
    joins: None,
    instead: None,
    parameters: &[
        parameter(
            "w_query",
            Form::Array,
            "W_Q, heads × Y × dimensions of a query",
        ),
        parameter("w_key", Form::Array, "W_K, heads × Y × dimensions of a key"),
        parameter("beta", Form::Number, "β, above 0 (1/√Y)"),
        parameter(
            "exclude_self",
            Form::Flag,
            "no token attends to itself (false)",
        ),
        parameter(
            "causal",
            Form::Flag,
            "a token attends to those before it and to itself alone (false)",
        ),
        parameter(
            "mask",
            Form::Array,
            "queries × keys: 1 where a query may attend to a key, 0 where not (1)",
        ),
    ],
    make,
    examples: &[
        (
            &[&[4, 5]],
            r#"w_query = { random = "normal", shape = [2, 3, 5], seed = 1 }
            w_key = { random = "normal", shape = [2, 3, 5], seed = 2 }
            exclude_self = true"#,
        ),
        (
            &[&[3, 4]],
            r#"w_query = { random = "normal", shape = [1, 2, 4], seed = 3 }
            w_key = { random = "normal", shape = [1, 2, 4], seed = 4 }
            beta = 0.4
            causal = true"#,
        ),
        (
            &[&[3, 4], &[2, 5]],
            r#"w_query = { random = "normal", shape = [3, 2, 4], std = 0.5, seed = 5 }
            w_key = { random = "normal", shape = [3, 2, 5], std = 0.5, seed = 6 }
            mask = [[1, 0], [1, 1], [0, 1]]"#,
        ),
    ],
};

fn make(p: &mut dyn Parameters, layers: &[Joined]) -> Result<Made, Refusal> {
    let places = tokens(layers).map_err(|e| p.refuse(e));
    let axes = |k: usize| {
        let dims = places.as_ref().ok().map(|shapes| shapes[k][1]);
        let dims = dims.map_or(Axis::Any, |n| Axis::Each(n, "dimension"));
        [Axis::Any, Axis::Any, dims]
    };
    let [query, key] = [("w_query", 0), ("w_key", 1)].map(|(name, k)| {
        let found = p.array(name, &axes(k));
        p.needed(name, found)
    });
    let beta = p.number("beta");
    let [exclude_self, causal] = ["exclude_self", "causal"].map(|name| p.flag(name));
    let pairs = places.as_ref().map_or([Axis::Any; 2], |shapes| {
        shapes.map(|[tokens, _]| Axis::Each(tokens, "token"))
    });
    let mask = p.array("mask", &pairs);
    let (shapes, query, key) = (places?, query?, key?);
    let counts = shapes.map(|[tokens, _]| tokens);
    let mut made = match layers {
        [_] => TokenAttention::within(counts[0], query, key)?,
        _ => TokenAttention::across(counts, query, key)?,
    };
    if let Some(beta) = beta? {
        made = made.beta(beta)?;
    }
    if exclude_self? == Some(true) {
        made = made.exclude_self()?;
    }
    if causal? == Some(true) {
        made = made.causal()?;
    }
    if let Some(mask) = mask? {
        made = made.mask(&mask)?;
    }
    Ok(made.into())
}

/// Tokens and dimensions of the layers of the queries and of the keys.
fn tokens(layers: &[Joined]) -> Result<[[usize; 2]; 2], Refusal> {
    let of = |layer: &Joined| {
        <[usize; 2]>::try_from(&layer.shape[..]).map_err(|_| {
            let why = format!(
                "must have the shape [tokens, dimensions], one has {:?}",
                layer.shape
            );
            Refusal::new("layers", why)
                .help("`size = [16, 32]` makes a layer of 16 tokens of 32 dimensions each")
        })
    };
    match layers {
        [one] => of(one).map(|shape| [shape; 2]),
        [query, key] => Ok([of(query)?, of(key)?]),
        _ => {
            let why = format!(
                "must be one or two for attention, {} are named",
                layers.len()
            );
            Err(Refusal::new("layers", why).help(
                "one attends to itself; of two, the first has the queries and the second the keys",
            ))
        }
    }
}
