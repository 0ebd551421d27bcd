//! What changes of single angles do: `K cos θ`, `K sin θ`, `Σ cos 2θ` and `Σ sin 2θ` are kept.

use super::{Phase, double};
use crate::synapse::{Flip, Flips, Linear};

/// How the cosine and the sine of an angle change, and those of twice the angle.
fn change(theta: f64, by: f64) -> [f64; 4] {
    let [(s, c), (t, d)] = [theta, theta + by].map(f64::sin_cos);
    let [before, after] = [double(c, s), double(d, t)];
    [d - c, t - s, after[0] - before[0], after[1] - before[1]]
}

impl Flips for Phase {
    fn kept(&self) -> usize {
        2 * self.size() + 2
    }

    fn keep(&self, g: &[f64], kept: &mut [f64]) {
        let (k_cos, rest) = kept.split_at_mut(g.len());
        let (k_sin, sums) = rest.split_at_mut(g.len());
        k_cos.fill(0.0);
        k_sin.fill(0.0);
        let [cos, sin]: [Vec<f64>; 2] =
            [f64::cos, f64::sin].map(|f| g.iter().map(|x| f(*x)).collect());
        self.couplings.add_currents(&cos, 1, k_cos);
        self.couplings.add_currents(&sin, 1, k_sin);
        let twice = cos.iter().zip(&sin).map(|(c, s)| double(*c, *s));
        let [c2, s2] = twice.fold([0.0; 2], |[a, b], [c, s]| [a + c, b + s]);
        sums.copy_from_slice(&[c2, s2]);
    }

    fn current(&self, g: &[f64], kept: &[f64], neuron: usize) -> f64 {
        let n = self.size();
        let (s, c) = g[neuron].sin_cos();
        let [c2, s2] = double(c, s);
        let second = s2 * kept[2 * n] - c2 * kept[2 * n + 1];
        c * kept[n + neuron] - s * kept[neuron] - self.epsilon * second
    }

    fn difference(&self, g: &[f64], kept: &[f64], flips: &[Flip]) -> f64 {
        let n = self.size();
        let (mut first, mut twice) = (0.0, [0.0; 2]);
        for f in flips {
            let [dc, ds, dc2, ds2] = change(g[f.neuron], f.by);
            twice = [twice[0] + dc2, twice[1] + ds2];
            let (mut a, mut b) = (kept[f.neuron], kept[n + f.neuron]);
            for other in flips {
                let [oc, os, ..] = change(g[other.neuron], other.by);
                let k = 0.5 * self.couplings.weight(f.neuron, other.neuron);
                (a, b) = (a + k * oc, b + k * os);
            }
            first += dc * a + ds * b;
        }
        let sums = [0, 1].map(|k| twice[k] * (2.0 * kept[2 * n + k] + twice[k]));
        -first - 0.25 * self.epsilon * (sums[0] + sums[1])
    }

    fn follow(&self, g: &[f64], flip: Flip, kept: &mut [f64]) {
        let n = self.size();
        let [dc, ds, dc2, ds2] = change(g[flip.neuron], flip.by);
        let (k_cos, rest) = kept.split_at_mut(n);
        let (k_sin, sums) = rest.split_at_mut(n);
        self.couplings.add_column(flip.neuron, dc, k_cos);
        self.couplings.add_column(flip.neuron, ds, k_sin);
        sums[0] += dc2;
        sums[1] += ds2;
    }
}
