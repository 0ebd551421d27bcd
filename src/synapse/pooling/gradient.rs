//! How the energy of a log-sum-exp pooling depends on β.
//!
//! `∂m/∂β = −H(s)/β²`, H the entropy of the shares (in nats, never negative), and `∂s/∂β = s (a − s·a)`.

use super::Pooling;
use super::strips::Strip;
use crate::kernels::{sum_rows, sum_rows_by, update_rows};
use crate::lagrangian::{Softmax, positive};
use crate::refusal::Refusal;
use crate::synapse::{Learn, Ports, Synapse};

/// θ is β, of a log-sum-exp: an average has none.
impl Learn for Pooling {
    fn parameters(&self) -> Vec<(&'static str, Vec<usize>)> {
        let beta = self.softmax.map(|_| ("beta", Vec::new()));
        beta.into_iter().collect()
    }

    fn values(&self) -> Vec<f64> {
        self.softmax.iter().map(|s| s.beta).collect()
    }

    fn add_gradient(&self, ports: &Ports<'_>, g: &[f64], by: &[f64], gradient: &mut [f64]) {
        if let Some(beta) = gradient.first_mut() {
            *beta += self.beta_gradient(ports, g, by);
        }
    }

    fn add_mixed(&self, ports: &Ports<'_>, g: &[f64], v: &[f64], gradient: &mut [f64]) {
        if let Some(beta) = gradient.first_mut() {
            *beta += self.beta_mixed(ports, g, v);
        }
    }

    fn with(&self, values: Vec<f64>) -> Result<Box<dyn Synapse>, Refusal> {
        let [beta] = values[..] else {
            let why = format!("is one number, there are {}", values.len());
            return Err(Refusal::new("beta", why));
        };
        let beta = positive("beta", beta)?;
        Ok(Box::new(Pooling {
            softmax: Some(Softmax { beta }),
            ..self.clone()
        }))
    }
}

impl Pooling {
    /// `−∂E/∂β = −Σ_p z_p H(s_p)/β²` at the activations `g`, summed over the columns with their factors; 0 of an average, which has no β.
    fn beta_gradient(&self, ports: &Ports<'_>, g: &[f64], by: &[f64]) -> f64 {
        let z = ports.of(1, g);
        let mut sum = 0.0;
        self.each_strip(ports, g, |strip| {
            let at = self.pooled(strip, ports.width);
            let spreads = strip.value.iter().zip(&z[at]);
            let weighted = spreads.zip(by.iter().cycle());
            sum += weighted
                .map(|((spread, z), by)| by * z * spread)
                .sum::<f64>();
        });
        sum
    }

    /// `∂(v·f)/∂β`, f the currents at the activations `g`, summed over the columns:
    /// `Σ_p (−v_p H(s_p)/β² + z_p Σ_j v_j s_j (a_j − s·a))`.
    fn beta_mixed(&self, ports: &Ports<'_>, g: &[f64], v: &[f64]) -> f64 {
        let (z, vz, va) = (ports.of(1, g), ports.of(1, v), ports.of(0, v));
        let (width, mut sum) = (ports.width, 0.0);
        self.each_strip(ports, g, |strip| {
            let (at, own) = (self.pooled(strip, width), self.channel(strip, width));
            let columns = strip.value.len();
            let (seen_v, mean) = strip.spare.split_at_mut(strip.seen.len());
            self.windows
                .gather(&va[own], width, strip.places.clone(), seen_v);
            // The covariance of v and a under the shares, from the deviations of a.
            let all = [&*strip.shares, &*strip.seen, &*seen_v];
            sum_rows(all, columns, mean, |[s, a, v]| s * a * v);
            let columns = mean.iter().zip(&*strip.value);
            for ((covariance, spread), (z, v)) in columns.zip(z[at.clone()].iter().zip(&vz[at])) {
                sum += z * covariance + v * spread;
            }
        });
        sum
    }

    /// Looks at every strip of a log-sum-exp, with `a − s·a` in the place of what is seen and `−H(s)/β²` in that of m.
    fn each_strip(&self, ports: &Ports<'_>, g: &[f64], mut look: impl FnMut(&mut Strip<'_>)) {
        let Some(softmax) = self.softmax else {
            return;
        };
        let mut scratch = Synapse::scratch(self, ports.width);
        self.strips(ports, g, &mut scratch, |mut strip| {
            let columns = strip.value.len();
            let (mean, rest) = strip.spare.split_at_mut(columns);
            let (seen, value) = (&mut *strip.seen, &mut *strip.value);
            sum_rows([&*strip.shares, &*seen], columns, mean, |[s, a]| s * a);
            // −ln s = β (m − a) is not negative.
            let spread = &mut rest[..columns];
            sum_rows_by([&*strip.shares, &*seen], columns, spread, |_, b, [s, a]| {
                s * (value[b] - a) / softmax.beta
            });
            value.iter_mut().zip(spread).for_each(|(v, s)| *v = -*s);
            update_rows([], columns, columns, seen, |_, b, a, []| *a -= mean[b]);
            look(&mut strip);
        });
    }
}
