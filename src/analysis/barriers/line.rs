//! The straight line between two states.

use super::Path;
use crate::analysis::Space;
use crate::analysis::manifolds::apart;
use crate::network::Network;
use crate::refusal::Refusal;

/// The straight line between two states in so many equal pieces, straight in states or in activations. Its highest energy is no lower than
/// that of the lowest pass between them.
///
/// # Errors
/// Activations of which a neuron has no state of its own, states that do not fit.
pub fn straight_line(
    on: (&Network, &[f64], &[usize]),
    [from, to]: [&[f64]; 2],
    space: Space,
    pieces: usize,
) -> Result<Path, Refusal> {
    let network = on.0;
    for x in [from, to] {
        if x.len() != network.size() {
            let why = format!(
                "has {} numbers, the network has {}",
                x.len(),
                network.size()
            );
            return Err(Refusal::new("the end of a line", why));
        }
    }
    let pieces = pieces.max(1);
    let between = |a: &[f64], b: &[f64], k: usize| -> Vec<f64> {
        let t = k as f64 / pieces as f64;
        let pairs = a.iter().zip(b);
        pairs.map(|(a, b)| (1.0 - t) * a + t * b).collect()
    };
    let states: Vec<Vec<f64>> = match space {
        Space::State => (0..=pieces).map(|k| between(from, to, k)).collect(),
        Space::Activation => {
            let activation = |x: &[f64]| {
                let mut g = vec![0.0; x.len()];
                network.activation(x, 1, &mut g);
                g
            };
            let [a, b] = [from, to].map(activation);
            let inner = (1..pieces).map(|k| state(network, &between(&a, &b, k)));
            let ends = [from, to].map(|x| Ok(x.to_vec()));
            let [first, last] = ends;
            std::iter::once(first)
                .chain(inner)
                .chain([last])
                .collect::<Result<_, Refusal>>()?
        }
    };
    let mut along = vec![0.0];
    for pair in states.windows(2) {
        along.push(along[along.len() - 1] + apart(&pair[0], &pair[1]));
    }
    Ok(Path::new(on, states, along))
}

/// The state of these activations.
fn state(network: &Network, g: &[f64]) -> Result<Vec<f64>, Refusal> {
    let own = |(i, g): (usize, &f64)| {
        let segment = network.segment(i).filter(|s| s.lagrangian.is_additive());
        let mut x = [f64::NAN];
        let found = segment.is_some_and(|s| s.lagrangian.state(&[*g], 1, &mut x));
        (found && x[0].is_finite()).then_some(x[0]).ok_or_else(|| {
            let (layer, k) = network.locate(i);
            let what = format!("neuron {k} of layer `{layer}`");
            let why = format!("has no state of its own for the activation {g}");
            Refusal::new(what, why).help("take the line between states")
        })
    };
    g.iter().enumerate().map(own).collect()
}
