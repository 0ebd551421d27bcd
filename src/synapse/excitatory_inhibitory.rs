//! The excitatory–inhibitory pair: `+A g_E` to the inhibitory layer, `−Aᵀ g_I` back (Dale's principle).

use super::Kind;
use super::bilinear::Pair;
use super::kind::Listed;
use crate::key::{Form, parameter};

/// Inhibition that the excitatory layer drives. The two directions have opposite signs, so no function of the
/// activations has them as its gradient; slow inhibition oscillates.
pub type ExcitatoryInhibitory = Pair<-1>;

impl Listed for ExcitatoryInhibitory {
    const KIND: &'static Kind = &KIND;
}

pub const KIND: Kind = Kind {
    name: "excitatory-inhibitory",
    formula: "currents +A g_E to the inhibitory layer and −Aᵀ g_I to the excitatory one; no energy",
    layers: "[E, I]",
    joins: Some(2),
    instead: None,
    parameters: &[parameter(
        "weights",
        Form::Array,
        "A, one row for each inhibitory neuron",
    )],
    make: |p, _| Ok(ExcitatoryInhibitory::read(p)?.into()),
    examples: &[
        (&[&[5], &[3]], r#"weights = { random = "normal" }"#),
        (&[&[21], &[17]], r#"weights = { random = "normal" }"#),
    ],
};
