//! Dense synapse between two layers: `E = −g_Bᵀ W g_A` (Scholarpedia (3), (17): no factor ½).

use super::Kind;
use super::bilinear::{FROM_TO, Pair};
use super::kind::Listed;

/// Two layers joined by one matrix, feedforward and feedback weights being equal: the memories ξ of the two-layer
/// network (1), the ξ^(A+1,A) of a hierarchical memory (14).
pub type Dense = Pair<1>;

impl Listed for Dense {
    const KIND: &'static Kind = &KIND;
}

pub const KIND: Kind = Kind {
    name: "dense",
    formula: "E = −g_Bᵀ W g_A between two layers (Scholarpedia (3), (17)); acts both ways: currents W g_A into B and Wᵀ g_B into A",
    layers: "[A, B]: from, to",
    joins: Some(2),
    instead: Some("inside one layer it is of kind \"recurrent\""),
    parameters: FROM_TO,
    make: |p, _| Ok(Dense::read(p)?.into()),
    examples: &[
        (&[&[5], &[3]], r#"weights = { random = "normal" }"#),
        (&[&[4], &[9]], r#"weights = { random = "normal" }"#),
        (&[&[1], &[1]], "weights = -0.7"),
        (&[&[3, 7], &[17]], r#"weights = { random = "normal" }"#),
    ],
};
