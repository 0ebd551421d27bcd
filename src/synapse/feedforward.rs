//! A synapse that acts one way: `W g_A` into layer B, nothing back.

use super::Kind;
use super::bilinear::{FROM_TO, Pair};
use super::kind::Listed;

/// One layer drives another that does not answer. [`super::Dense`] is the pair that has an energy.
pub type Feedforward = Pair<0>;

impl Listed for Feedforward {
    const KIND: &'static Kind = &KIND;
}

pub const KIND: Kind = Kind {
    name: "feedforward",
    formula: "current W g_A into B (divided by its energy weight, as all currents), nothing into A; no energy",
    layers: "[A, B]: from, to",
    joins: Some(2),
    instead: Some("inside one layer it is of kind \"recurrent\", with symmetry = \"none\""),
    parameters: FROM_TO,
    make: |p, _| Ok(Feedforward::read(p)?.into()),
    examples: &[
        (&[&[5], &[3]], r#"weights = { random = "normal" }"#),
        (&[&[21], &[17]], r#"weights = { random = "normal" }"#),
    ],
};
