//! Its entry in the list of synapses.

use super::Phase;
use crate::key::{Form, parameter};
use crate::lagrangian::Axis;
use crate::synapse::{Kind, Made};

pub const KIND: Kind = Kind {
    name: "phase",
    formula: "E = −½ Σ K_ij cos(θ_i − θ_j) − (ε/4) Σ cos 2(θ_i − θ_j), the activations θ of an identity layer without leak being angles; current I_i = −Σ K_ij sin(θ_i − θ_j) − ε Σ sin 2(θ_i − θ_j)",
    layers: "[A]",
    joins: Some(1),
    instead: None,
    parameters: &[
        parameter(
            "weights",
            Form::Array,
            "K, square and symmetric: a positive coupling draws two phases together, a negative one drives them to opposite sides",
        ),
        parameter(
            "epsilon",
            Form::Number,
            "ε, the same for every pair: above 0 it draws each two phases to equal or opposite ones (0)",
        ),
    ],
    make: |p, _| {
        let weights = p.weights("weights", [Axis::Layer(0), Axis::Layer(0)]);
        let epsilon = p.number("epsilon");
        let phase = Phase::new(&weights?, epsilon?.unwrap_or(0.0))?;
        let remarks = phase.couplings.note().into_iter().collect();
        Ok(Made {
            remarks,
            ..phase.into()
        })
    },
    examples: &[
        (&[&[2]], "weights = [[0, 1], [1, 0]]"),
        (
            &[&[5]],
            r#"weights = { random = "normal", symmetric = true }"#,
        ),
        (
            &[&[14]],
            r#"weights = { random = "normal", symmetric = true }
            epsilon = 0.3"#,
        ),
        (&[&[3, 2]], "weights = { identity = 1 }\nepsilon = -0.2"),
    ],
};
