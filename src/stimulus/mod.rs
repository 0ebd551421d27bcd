//! Input over time: steps, ramps, sines and samples that are added to a network's own input.
//!
//! While the input stands still the energy is a Lyapunov function. While it changes it does work on the network,
//! `−Σ_A d_A ∫ İ_A·g_A dt`, and the energy less that work falls.

mod addition;
mod error;

pub use self::addition::{Addition, Interpolation, Shape};
pub use self::error::{AdditionError, StimulusError};

use self::addition::Part;
use crate::network::Network;

/// The input of every neuron as a function of time.
///
/// ```
/// use attractor::kernels::Weights;
/// use attractor::lagrangian::Tanh;
/// use attractor::network::{Layer, theories};
/// use attractor::stimulus::{Addition, Shape, Stimulus};
///
/// let layer = Layer::new("n", &[1], Tanh { beta: 1.0 })?.input(0.5);
/// let network = theories::classical(layer, Weights::new(1, 1, vec![0.0])?)?;
/// let ramp = Addition { neurons: 0..1, from: 1.0, until: 2.0, add: vec![3.0], shape: Shape::Ramp };
/// let stimulus = Stimulus::new(&network, vec![ramp])?;
/// assert_eq!([0.5, 1.5, 2.5].map(|t| stimulus.input(t)[0]), [0.5, 2.0, 3.5]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Stimulus {
    /// The network's own input.
    own: Vec<f64>,
    additions: Vec<Addition>,
    /// Times at which the input jumps or bends, rising.
    stops: Vec<f64>,
    /// Those of them at which it jumps.
    switches: Vec<f64>,
}

impl Stimulus {
    /// The network's own input, for ever.
    pub fn constant(network: &Network) -> Self {
        Stimulus {
            own: network.input().to_vec(),
            additions: Vec::new(),
            stops: Vec::new(),
            switches: Vec::new(),
        }
    }

    /// The network's own input with additions.
    ///
    /// # Errors
    /// An addition for neurons that there are not, with the wrong number of entries or one that is not finite, that ends before
    /// it starts, a ramp without an end, a period that is not positive, sample times that do not rise.
    pub fn new(network: &Network, additions: Vec<Addition>) -> Result<Self, StimulusError> {
        for (number, addition) in additions.iter().enumerate() {
            let checked = addition.check(network.size());
            checked.map_err(|why| StimulusError::Addition { number, why })?;
        }
        let mut stops: Vec<f64> = additions.iter().flat_map(Addition::stops).collect();
        let jumps = additions
            .iter()
            .flat_map(|a| a.stops().filter(|t| a.jumps(*t)));
        let mut switches: Vec<f64> = jumps.collect();
        for times in [&mut stops, &mut switches] {
            times.sort_by(f64::total_cmp);
            times.dedup();
        }
        Ok(Stimulus {
            own: network.input().to_vec(),
            additions,
            stops,
            switches,
        })
    }

    /// Is it one for this network?
    pub(crate) fn check(&self, network: &Network) -> Result<(), StimulusError> {
        let (own, network) = (self.own.len(), network.size());
        match own == network {
            true => Ok(()),
            false => Err(StimulusError::OtherNetwork { own, network }),
        }
    }

    /// What is added to the network's own input.
    pub fn additions(&self) -> &[Addition] {
        &self.additions
    }

    /// The input at `t`; where it jumps, that after the jump.
    pub fn input(&self, t: f64) -> Vec<f64> {
        let mut input = self.own.clone();
        self.add(|_| true, [t, t], |i, by, _| input[i] += by);
        input
    }

    /// How fast the input changes at `t`; where it bends, after that.
    pub fn rate(&self, t: f64) -> Vec<f64> {
        let mut rate = vec![0.0; self.own.len()];
        self.add(|_| true, [t, t], |i, _, speed| rate[i] += speed);
        rate
    }

    /// Tells for every neuron what stays of the input until the next of [`Stimulus::next_stop`] after `since`; a neuron may be
    /// told of several times.
    pub(crate) fn standing(&self, since: f64, mut tell: impl FnMut(usize, f64)) {
        for (i, own) in self.own.iter().enumerate() {
            tell(i, *own);
        }
        let stands = |a: &Addition| !a.varies();
        self.add(stands, [since; 2], |i, by, _| tell(i, by));
    }

    /// Tells for every neuron what the other additions are at `t` and how fast they change, in the piece that holds just after
    /// `since`; a neuron may be told of several times.
    pub(crate) fn moving(&self, [since, t]: [f64; 2], tell: impl FnMut(usize, f64, f64)) {
        self.add(Addition::varies, [since, t], tell);
    }

    fn add(
        &self,
        which: impl Fn(&Addition) -> bool,
        [since, t]: [f64; 2],
        mut tell: impl FnMut(usize, f64, f64),
    ) {
        for addition in self.additions.iter().filter(|a| which(a)) {
            let n = addition.neurons.len();
            for Part { row, weight, rate } in addition.parts(since, t) {
                if weight == 0.0 && rate == 0.0 {
                    continue;
                }
                let row = &addition.add[row * n..(row + 1) * n];
                for (i, add) in addition.neurons.clone().zip(row) {
                    tell(i, weight * add, rate * add);
                }
            }
        }
    }

    /// Does it change other than by steps?
    pub fn varies(&self) -> bool {
        self.additions.iter().any(Addition::varies)
    }

    /// The next time after `t` at which the input jumps or bends; infinite if there is none.
    pub fn next_stop(&self, t: f64) -> f64 {
        let next = self.stops.partition_point(|s| *s <= t);
        self.stops.get(next).copied().unwrap_or(f64::INFINITY)
    }

    /// The times at which the input jumps or bends.
    pub fn stops(&self) -> &[f64] {
        &self.stops
    }

    /// The times at which the input jumps.
    pub fn switches(&self) -> &[f64] {
        &self.switches
    }

    /// Does the input jump at `t`?
    pub fn jumps_at(&self, t: f64) -> bool {
        self.switches.binary_search_by(|s| s.total_cmp(&t)).is_ok()
    }

    /// From when on the input stays as it is: −∞ if it never changes, ∞ if it always does.
    pub fn settles(&self) -> f64 {
        let additions = self.additions.iter().map(Addition::settles);
        additions.fold(f64::NEG_INFINITY, f64::max)
    }
}
