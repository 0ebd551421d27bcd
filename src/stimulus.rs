//! Input over time, in pieces: constant between switches, so that the energy is a Lyapunov function between them.

use crate::network::Network;

/// An addition to the input of a network for a while.
#[derive(Clone, Debug, PartialEq)]
pub struct Pulse {
    /// When it starts.
    pub from: f64,
    /// When it ends; infinite if it stays.
    pub until: f64,
    /// What it adds to the input of every neuron.
    pub add: Vec<f64>,
}

/// The input of every neuron as a function of time, piecewise constant.
///
/// ```
/// use attractor::kernels::Weights;
/// use attractor::lagrangian::Tanh;
/// use attractor::network::{Layer, theories};
/// use attractor::stimulus::{Pulse, Stimulus};
///
/// let layer = Layer::new("n", &[1], Tanh { beta: 1.0 })?.input(0.5);
/// let network = theories::classical(layer, Weights::new(1, 1, vec![0.0])?)?;
/// let pulse = Pulse { from: 1.0, until: 2.0, add: vec![3.0] };
/// let stimulus = Stimulus::pulses(&network, &[pulse])?;
/// assert_eq!([0.5, 1.5, 2.5].map(|t| stimulus.input(t)[0]), [0.5, 3.5, 0.5]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Stimulus {
    /// Times at which a new piece begins, rising; the first is −∞.
    times: Vec<f64>,
    inputs: Vec<Vec<f64>>,
}

impl Stimulus {
    /// The network's own input, for ever.
    pub fn constant(network: &Network) -> Self {
        Stimulus {
            times: vec![f64::NEG_INFINITY],
            inputs: vec![network.input().to_vec()],
        }
    }

    /// The network's own input with pulses added.
    ///
    /// # Errors
    /// A pulse of the wrong length, not finite, or that ends before it starts.
    pub fn pulses(network: &Network, pulses: &[Pulse]) -> Result<Self, String> {
        let n = network.size();
        let mut times = vec![f64::NEG_INFINITY];
        for (k, p) in pulses.iter().enumerate() {
            if p.add.len() != n || p.add.iter().any(|v| !v.is_finite()) {
                return Err(format!("pulse {k} needs {n} finite entries"));
            }
            if !p.from.is_finite() || p.until.is_nan() || p.until <= p.from {
                return Err(format!("pulse {k} must end after it starts"));
            }
            times.extend([p.from, p.until].iter().filter(|t| t.is_finite()));
        }
        times.sort_by(f64::total_cmp);
        times.dedup();
        let input_at = |t: f64| {
            let mut input = network.input().to_vec();
            for p in pulses.iter().filter(|p| p.from <= t && t < p.until) {
                input.iter_mut().zip(&p.add).for_each(|(i, a)| *i += a);
            }
            input
        };
        let inputs = times.iter().map(|t| input_at(*t)).collect();
        Ok(Stimulus { times, inputs })
    }

    /// Is it one for this network?
    pub(crate) fn check(&self, network: &Network) -> Result<(), String> {
        // All pieces have one length.
        let (own, n) = (self.inputs[0].len(), network.size());
        if own != n {
            return Err(format!(
                "the stimulus is for {own} neurons, the network has {n}"
            ));
        }
        Ok(())
    }

    fn piece(&self, t: f64) -> usize {
        self.times.partition_point(|s| *s <= t).saturating_sub(1)
    }

    /// The input that holds from `t` on.
    pub fn input(&self, t: f64) -> &[f64] {
        &self.inputs[self.piece(t)]
    }

    /// The next time after `t` at which the input changes; infinite if there is none.
    pub fn next_switch(&self, t: f64) -> f64 {
        let next = self.times.get(self.piece(t) + 1);
        next.copied().unwrap_or(f64::INFINITY)
    }

    /// The times at which the input changes.
    pub fn switches(&self) -> &[f64] {
        &self.times[1..]
    }
}
