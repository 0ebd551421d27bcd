//! How E depends on K and ε: `−∂E/∂K_ij = ½ cos(θ_i − θ_j)` and `−∂E/∂ε = ¼ [(Σ cos 2θ)² + (Σ sin 2θ)²]`; along v,
//! `M_K = −½ (v_i − v_j) sin(θ_i − θ_j)` and `M_ε = −Σ_ij v_i sin 2(θ_i − θ_j)`.

use super::{Phase, Turned};
use crate::lagrangian::Array;
use crate::refusal::Refusal;
use crate::synapse::bilinear::add_outer;
use crate::synapse::{Learn, Ports, Synapse, finite};

impl Phase {
    /// What `f` makes of the angles of a block.
    fn turned<R>(&self, g: &[f64], width: usize, f: impl FnOnce(Turned<'_>) -> R) -> R {
        let mut scratch = self.scratch(width);
        let (mut rows, _) = Turned::cut(&mut scratch.rows, self.size(), width);
        self.turn(g, width, &mut rows);
        f(rows)
    }
}

/// θ is K, of which an entry and its mirror image have a derivative each, and ε.
impl Learn for Phase {
    fn parameters(&self) -> Vec<(&'static str, Vec<usize>)> {
        let mut all = self.couplings.parameters();
        all.push(("epsilon", Vec::new()));
        all
    }

    fn values(&self) -> Vec<f64> {
        let mut values = Learn::values(&self.couplings);
        values.push(self.epsilon);
        values
    }

    fn fixed(&self) -> Vec<usize> {
        self.couplings.fixed()
    }

    fn arrays(&self) -> Vec<Array> {
        let mut all = self.couplings.arrays();
        all.push(Array {
            shape: Vec::new(),
            data: vec![self.epsilon],
        });
        all
    }

    fn add_gradient(&self, ports: &Ports<'_>, g: &[f64], by: &[f64], gradient: &mut [f64]) {
        let (weights, width) = (self.couplings.weights(), ports.width);
        let (by_k, by_epsilon) = gradient.split_at_mut(weights.data().len());
        self.turned(ports.of(0, g), width, |t| {
            for of in [&*t.cos, &*t.sin] {
                add_outer(|_| 0.5, weights, [of; 2], by, by_k);
            }
            for sums in [&*t.cos2, &*t.sin2] {
                let squares = sums.iter().zip(by).map(|(s, by)| 0.25 * by * s * s);
                by_epsilon[0] += squares.sum::<f64>();
            }
        });
    }

    fn add_mixed(&self, ports: &Ports<'_>, g: &[f64], v: &[f64], gradient: &mut [f64]) {
        let (weights, width) = (self.couplings.weights(), ports.width);
        let (by_k, by_epsilon) = gradient.split_at_mut(weights.data().len());
        let (v, ones) = (ports.of(0, v), vec![1.0; width]);
        self.turned(ports.of(0, g), width, |t| {
            let times = |of: &[f64]| -> Vec<f64> { of.iter().zip(v).map(|(a, v)| a * v).collect() };
            let (cos, sin) = (&*t.cos, &*t.sin);
            let (v_cos, v_sin) = (times(cos), times(sin));
            // −½ (v_i − v_j)(s_i c_j − c_i s_j).
            let pairs: [(f64, [&[f64]; 2]); 4] = [
                (-0.5, [&v_sin, cos]),
                (0.5, [&v_cos, sin]),
                (0.5, [sin, &v_cos]),
                (-0.5, [cos, &v_sin]),
            ];
            for (factor, pair) in pairs {
                add_outer(|_| factor, weights, pair, &ones, by_k);
            }
            for (at, v) in v.iter().enumerate() {
                let [c2, s2] = super::double(cos[at], sin[at]);
                let (sum_c, sum_s) = (t.cos2[at % width], t.sin2[at % width]);
                by_epsilon[0] -= v * (s2 * sum_c - c2 * sum_s);
            }
        });
    }

    fn with(&self, mut values: Vec<f64>) -> Result<Box<dyn Synapse>, Refusal> {
        let all = self.couplings.weights().data().len() + 1;
        finite("parameters", &values, all, "coupling, and ε")?;
        let epsilon = values.pop().unwrap_or(0.0);
        let couplings = self.couplings.with_values(values)?;
        Ok(Box::new(Phase::of(couplings, epsilon)?))
    }
}
