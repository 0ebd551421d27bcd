//! A start at which a layer rests while the others stand as they do.

use crate::dynamics::Start;
use crate::network::{Drive, Network, Workspace};
use crate::refusal::Refusal;

/// Puts a layer where its velocity is zero while the others stand as they do: `k x = I + currents`. `I` is `input`, that of
/// the network and its stimulus when the start begins, and what the start itself adds.
///
/// # Errors
/// Why there is no such place that can be told: without a leak there is none or any is, and a layer that a synapse
/// joins to itself may have several.
pub fn relax(
    network: &Network,
    layer: usize,
    input: &[f64],
    start: &mut Start,
) -> Result<(), Refusal> {
    let name = &network.layers()[layer].name;
    let mut ws = Workspace::new(network, 1);
    let own = start.input.iter().chain(std::iter::repeat(&0.0));
    let input: Vec<f64> = input.iter().zip(own).map(|(i, own)| i + own).collect();
    // τ ẋ without the clamping of the run.
    let mut pull = |x: &[f64]| {
        let drive = Drive {
            input: &input,
            clamped: &[],
        };
        let mut at = network.at(x, drive, &mut ws);
        let all = at.velocity().iter().zip(network.rates());
        all.map(|(v, rate)| v / rate).collect::<Vec<f64>>()
    };
    let before = pull(&start.x);
    let mut sizes = vec![0.0; network.size()];
    for i in network.neurons(layer) {
        let leak = network.leaks()[i];
        sizes[i] = before[i].abs() + (leak * start.x[i]).abs();
        if leak > 0.0 {
            start.x[i] += before[i] / leak;
        }
    }
    let after = pull(&start.x);
    for (j, i) in network.neurons(layer).enumerate() {
        // The currents of the others are the same to the last bit, so that only rounding is left; NaN fails.
        if after[i].abs() <= 1e-12 * sizes[i] {
            continue;
        }
        let refusal = match network.leaks()[i] > 0.0 {
            true => Refusal::new(
                format!("layer `{name}`"),
                "is joined to itself, so that where it rests depends on where it is: \"relaxed\" cannot tell where it begins",
            ),
            false => Refusal::new(
                format!("neuron {j} of layer `{name}`"),
                "has no leak (k = 0) and its currents do not vanish: it rests nowhere, so \"relaxed\" cannot put it there",
            ),
        };
        return Err(
            refusal.help("write the state of this layer as an array; left out, it begins at 0")
        );
    }
    Ok(())
}
