//! Simplicial synapse: neurons that act in groups of more than two, `E = −Σ_σ w_σ Π_{i∈σ} g_i` over sets σ of neurons of one
//! layer (Burns and Fukai 2023). A set of two neurons is an edge, of three a triangle, of four a tetrahedron.
//!
//! Of each set there is one term, not one for each order of its neurons. The sets are listed ([`Simplices`]) or are all of a
//! size ([`Complex`]); with memories ξ the weights are Hebb's, `w_σ = (1/N) Σ_μ Π_{i∈σ} ξ_i^μ`.

mod complex;
mod simplices;

pub use complex::Complex;
pub use simplices::Simplices;

use super::{Joined, Kind, Made};
use crate::kernels::Weights;
use crate::key::{Form, Key, NEEDED, Section, key, parameter, section};
use crate::lagrangian::{Axis, Parameters};
use crate::refusal::Refusal;

/// Sets of neurons.
const LISTED: Form = Form::List(&Form::List(&Form::Whole(0, None), 1, None), 1, None);
const SIZES: Form = Form::List(&Form::Whole(1, None), 1, None);

/// Sets that are drawn.
pub const DRAWN: Section = section(
    "simplices",
    &[
        key("random", SIZES, "numbers of neurons of the sets", NEEDED),
        key(
            "count",
            SIZES,
            "how many of each number are drawn, all different",
            "all there are",
        ),
        key("seed", Form::Whole(0, None), "of the draw", "0"),
    ],
);

const PARAMETERS: &[Key] = &[
    parameter(
        "simplices",
        Form::Either(&[LISTED, Form::Table(&DRAWN)]),
        "the neurons of each set, `[[0, 1], [0, 1, 2]]`; or `{ random = [2, 3], count = [50, 20], seed = 1 }`: so many different sets of two and of three neurons, all of them without `count`",
    ),
    parameter(
        "weights",
        Form::Array,
        "w, one number for each set; or `patterns`",
    ),
    parameter(
        "patterns",
        Form::Array,
        "ξ, one memory a row: w = (1/N) Σ_μ Π ξ_i^μ for each set",
    ),
    parameter(
        "orders",
        Form::Array,
        "in place of `simplices`: all sets of so many neurons, `[2, 3]` for all pairs and triples, each from 1 to 6; summed by powers of ξ·g, so that no set is ever formed",
    ),
    parameter(
        "factors",
        Form::Array,
        "what the terms of each of the `orders` are multiplied by (1)",
    ),
];

pub const KIND: Kind = Kind {
    name: "simplicial",
    formula: "E = −Σ_σ w_σ Π_{i∈σ} g_i over sets σ of neurons of one layer, each set once; I_i = Σ_{σ∋i} w_σ Π_{j∈σ, j≠i} g_j",
    layers: "[A]",
    joins: Some(1),
    instead: None,
    parameters: PARAMETERS,
    make,
    examples: &[
        (
            &[&[5]],
            "simplices = [[0, 1], [2, 0, 1], [1, 2, 3, 4], [3]]\nweights = [0.5, -0.3, 0.8, 0.2]",
        ),
        (
            &[&[6]],
            r#"simplices = { random = [2, 3], count = [9, 12], seed = 3 }
            patterns = { random = "sign", shape = [4, 6] }"#,
        ),
        (&[&[4]], "simplices = [[0, 1], [3, 2]]\nweights = 0.7"),
        (
            &[&[7]],
            r#"orders = [2, 3, 4]
            factors = [1.0, 0.5, -0.25]
            patterns = { random = "normal", shape = [5, 7] }"#,
        ),
        (
            &[&[6]],
            r#"orders = 5
            patterns = { random = "normal", shape = [70, 6] }"#,
        ),
    ],
};

fn make(p: &mut dyn Parameters, layers: &[Joined]) -> Result<Made, Refusal> {
    let n = layers[0].size();
    let simplices = p.simplices("simplices", n);
    let each = match &simplices {
        Ok(Some(simplices)) => Axis::Each(simplices.len(), "simplex"),
        _ => Axis::Any,
    };
    let weights = p.array("weights", &[each]);
    let has_patterns = !matches!(weights, Ok(Some(_)));
    let orders = p.array("orders", &[Axis::Any]);
    let each = match &orders {
        Ok(Some(orders)) => Axis::Each(orders.data.len(), "order"),
        _ => Axis::Any,
    };
    let factors = p.array("factors", &[each]);
    let patterns = match has_patterns {
        true => Some(p.weights("patterns", [Axis::Any, Axis::Layer(0)])),
        // What stands there beside weights is looked at as well.
        false => p.array("patterns", &[Axis::Any, Axis::Layer(0)])?.map(|_| {
            Err(p.refuse(Refusal::new(
                "patterns",
                "and `weights` cannot both be given",
            )))
        }),
    };
    let (simplices, weights, orders, factors) = (simplices?, weights?, orders?, factors?);
    let patterns = patterns.transpose()?;
    match (simplices, orders) {
        (Some(_), Some(_)) => Err(p.refuse(
            Refusal::new("orders", "and `simplices` cannot both be given")
                .help("`orders` are all sets of so many neurons, `simplices` those of a list"),
        )),
        (None, None) => Err(p.missing("simplices")),
        (Some(simplices), None) => {
            if factors.is_some() {
                let why = "are those of `orders`; sets that are listed have `weights`";
                return Err(p.refuse(Refusal::new("factors", why)));
            }
            let (weights, scale) = match (weights, &patterns) {
                (Some(weights), _) => (weights.data, 1.0),
                (None, Some(patterns)) => (hebb(&simplices, patterns), 1.0 / n as f64),
                (None, None) => return Err(p.missing("weights")),
            };
            let made = Simplices::new(n, &simplices, weights).and_then(|s| s.scale(scale));
            let made = made.map_err(|e| p.refuse(e))?;
            let remarks = made.note().into_iter().collect();
            Ok(Made {
                remarks,
                ..made.into()
            })
        }
        (None, Some(orders)) => {
            let Some(patterns) = patterns else {
                let why = "are of sets that are listed; the terms of `orders` come from `patterns`";
                return Err(p.refuse(Refusal::new("weights", why)));
            };
            let factors = factors.map_or_else(|| vec![1.0; orders.data.len()], |f| f.data);
            let made = Complex::new(patterns, &orders.data, &factors);
            Ok(made.map_err(|e| p.refuse(e))?.into())
        }
    }
}

/// `N w_σ = Σ_μ Π_{i∈σ} ξ_i^μ`.
fn hebb(simplices: &[Vec<usize>], patterns: &Weights) -> Vec<f64> {
    let weight = |simplex: &Vec<usize>| {
        let product = |m: usize| -> f64 {
            // What is out of range is refused afterwards.
            let own = simplex.iter().filter(|i| **i < patterns.cols());
            own.map(|i| patterns.entry(m, *i)).product()
        };
        (0..patterns.rows()).map(product).sum::<f64>()
    };
    simplices.iter().map(weight).collect()
}
