//! The published theories as constructors over the one structure. No mathematics happens here.

use std::sync::Arc;

use super::{Layer, Network, NetworkError};
use crate::kernels::Weights;
use crate::lagrangian::{DirectSum, Identity, Lagrangian, Softmax, SphericalNorm};
use crate::network::build::{Fault, Place};
use crate::refusal::Refusal;
use crate::synapse::{Dense, Memory, Recurrent};

fn refuse(message: impl Into<String>) -> NetworkError {
    NetworkError(vec![Fault {
        place: Place::Network,
        message: message.into(),
    }])
}

/// The classical continuous Hopfield network, Scholarpedia (5)–(9): `τ ẋ = T g(x) − x + I`, one layer `features`.
///
/// # Errors
/// Faults of the layer or of `weights` (square, of the layer's size).
pub fn classical(features: Layer, weights: Weights) -> Result<Network, NetworkError> {
    general(features, weights)
}

/// The general network, Scholarpedia (10)–(13): one layer of any Lagrangian, τ for each neuron, symmetric `W`.
///
/// # Errors
/// Faults of the layer or of `weights` (square, of the layer's size).
pub fn general(layer: Layer, weights: Weights) -> Result<Network, NetworkError> {
    let d = layer.weight.clone();
    let name = layer.name.clone();
    let recurrent = Recurrent::new(weights, &d).map_err(NetworkError::from)?;
    Network::builder()
        .layer(layer)
        .connect(&[&name], recurrent)
        .build()
}

/// The two-layer network, Scholarpedia (1)–(4), with `xi` = ξ, one memory a row.
///
/// # Errors
/// Faults of the layers, or `xi` not `hidden × features`.
pub fn two_layer(features: Layer, hidden: Layer, xi: Weights) -> Result<Network, NetworkError> {
    hierarchical(vec![features, hidden], vec![xi])
}

/// The hierarchical associative memory, Scholarpedia (14)–(18): a chain of layers, neighbours joined by dense weights,
/// `weights[A]` being `size of layer A + 1 × size of layer A`.
///
/// # Errors
/// Faults of the layers, or weights that do not fit.
pub fn hierarchical(layers: Vec<Layer>, weights: Vec<Weights>) -> Result<Network, NetworkError> {
    if weights.len() + 1 != layers.len() {
        return Err(refuse(format!(
            "{} layers in a chain need {} matrices, not {}",
            layers.len(),
            layers.len().saturating_sub(1),
            weights.len()
        )));
    }
    let names: Vec<String> = layers.iter().map(|l| l.name.clone()).collect();
    let mut builder = Network::builder();
    for layer in layers {
        builder = builder.layer(layer);
    }
    for (pair, w) in names.windows(2).zip(weights) {
        builder = builder.connect(&[&pair[0], &pair[1]], Dense::new(w));
    }
    builder.build()
}

/// The effective theory of a two-layer network, its hidden layer in the limit τ_h → 0 (Scholarpedia, Fig. 5): the
/// features with a memory synapse. The hidden layer's input becomes the bias; its leak and its energy weight must be the
/// same everywhere, and none of its neurons clamped.
///
/// # Errors
/// Faults of the layers, or `xi` not `hidden × features`.
pub fn effective(features: Layer, hidden: &Layer, xi: Weights) -> Result<Network, NetworkError> {
    let same = |values: &[f64]| match values {
        [first, rest @ ..] if rest.iter().all(|v| v == first) => Some(*first),
        _ => None,
    };
    let leak = same(&hidden.leak).filter(|k| *k > 0.0);
    let (Some(leak), Some(weight)) = (leak, same(&hidden.weight)) else {
        return Err(refuse(
            "a hidden layer that is integrated out needs one leak above 0 and one energy weight",
        ));
    };
    if !hidden.clamped.is_empty() {
        return Err(refuse(
            "a clamped hidden neuron does not follow the features and cannot be integrated out",
        ));
    }
    // With an energy weight d the hidden layer rests at h = (I + ξ g/d)/k and contributes −d k L(h).
    let scaled = xi.data().iter().map(|w| w / weight).collect();
    let scaled = xi.with(scaled).map_err(|e| refuse(e.to_string()))?;
    let memory = Memory::new(vec![scaled], hidden.lagrangian.clone())
        .and_then(|m| m.leak(leak)?.scale(weight)?.bias(hidden.input.clone()))
        .map_err(NetworkError::from)?;
    let name = features.name.clone();
    Network::builder()
        .layer(features)
        .connect(&[&name], memory)
        .build()
}

/// The two layers of Krotov and Hopfield's models A, B and C (Scholarpedia, Fig. 5), to be handed to [`two_layer`] or
/// [`effective`].
#[derive(Clone, Debug)]
pub struct Model {
    /// Feature neurons.
    pub features: Layer,
    /// Memory neurons.
    pub hidden: Layer,
}

fn model(
    sizes: [usize; 2],
    features: Arc<dyn Lagrangian>,
    hidden: Arc<dyn Lagrangian>,
) -> Result<Model, Refusal> {
    let layer =
        |name: &str, n: usize, l| DirectSum::uniform(&[n], l).map(|sum| Layer::of(name, &[n], sum));
    Ok(Model {
        features: layer("features", sizes[0], features)?,
        hidden: layer("hidden", sizes[1], hidden)?,
    })
}

/// Model A: additive features and additive hidden neurons of any kind, `[features, hidden]` in number.
///
/// # Errors
/// Says which Lagrangian does not fit.
pub fn model_a(
    sizes: [usize; 2],
    features: impl Lagrangian + 'static,
    hidden: impl Lagrangian + 'static,
) -> Result<Model, Refusal> {
    model(sizes, Arc::new(features), Arc::new(hidden))
}

/// Model B: linear features, softmax memories with inverse temperature β.
///
/// # Errors
/// A group that is empty.
pub fn model_b(sizes: [usize; 2], beta: f64) -> Result<Model, Refusal> {
    model(sizes, Arc::new(Identity), Arc::new(Softmax { beta }))
}

/// Model C: features on the sphere, additive hidden neurons of any kind.
///
/// # Errors
/// Says which Lagrangian does not fit.
pub fn model_c(sizes: [usize; 2], hidden: impl Lagrangian + 'static) -> Result<Model, Refusal> {
    model(
        sizes,
        Arc::new(SphericalNorm::new(1.0, &[], 0.0)),
        Arc::new(hidden),
    )
}
