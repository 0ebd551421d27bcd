//! What flips do to a gate: the currents into its three layers are kept. E is linear in every neuron, so that one flip costs
//! `−by I`; of several the later ones meet the earlier ones.

use super::super::{Flip, Flips};
use super::Gate;

/// The layer of a neuron and its place there.
type At = [usize; 2];

impl Gate {
    fn place(&self, neuron: usize) -> At {
        let [a, b] = self.sizes;
        match neuron {
            i if i < a => [0, i],
            i if i < a + b => [1, i - a],
            i => [2, i - a - b],
        }
    }

    /// The activations of the three layers.
    fn layers<'g>(&self, g: &'g [f64]) -> [&'g [f64]; 3] {
        let (a, rest) = g.split_at(self.sizes[0]);
        let (b, c) = rest.split_at(self.sizes[1]);
        [a, b, c]
    }

    /// `Σ w g` over the layer that neither of two neurons belongs to: how much one of them adds to the current of the other.
    /// 0 of two neurons of one layer.
    fn through(&self, layers: [&[f64]; 3], mut pair: [At; 2]) -> f64 {
        pair.sort_unstable();
        let [[one, i], [other, j]] = pair;
        let (b, w) = (self.sizes[1], &self.weights);
        match [one, other] {
            [0, 1] => w.row(i * b + j).dot(0, layers[2]),
            [0, 2] => w.column(j).dot(i * b, layers[1]),
            [1, 2] => {
                let first = layers[0].iter().enumerate();
                first.map(|(a, g)| w.entry(a * b + i, j) * g).sum()
            }
            _ => 0.0,
        }
    }

    /// `w` of a neuron of each layer; 0 if they are of fewer.
    fn triple(&self, mut at: [At; 3]) -> f64 {
        at.sort_unstable();
        match at {
            [[0, i], [1, j], [2, k]] => self.weights.entry(i * self.sizes[1] + j, k),
            _ => 0.0,
        }
    }
}

impl Flips for Gate {
    fn kept(&self) -> usize {
        self.sizes[0] + self.sizes[1] + self.weights.cols()
    }

    fn keep(&self, g: &[f64], kept: &mut [f64]) {
        kept.fill(0.0);
        let [a, b, c] = self.layers(g);
        // The columns are laid out now and not when a flip first reads one.
        if !c.is_empty() {
            self.weights.column(0);
        }
        let (to_a, rest) = kept.split_at_mut(a.len());
        let (to_b, to_c) = rest.split_at_mut(b.len());
        for (i, to_a) in to_a.iter_mut().enumerate() {
            for (j, to_b) in to_b.iter_mut().enumerate() {
                let row = self.weights.row(i * b.len() + j);
                let through = row.dot(0, c);
                *to_a += through * b[j];
                *to_b += through * a[i];
                row.add(a[i] * b[j], 0, to_c);
            }
        }
    }

    fn current(&self, _: &[f64], kept: &[f64], neuron: usize) -> f64 {
        kept[neuron]
    }

    fn difference(&self, g: &[f64], kept: &[f64], flips: &[Flip]) -> f64 {
        let layers = self.layers(g);
        let at = |f: &Flip| self.place(f.neuron);
        let mut sum = 0.0;
        for (n, f) in flips.iter().enumerate() {
            sum += f.by * kept[f.neuron];
            for (m, o) in flips[..n].iter().enumerate() {
                sum += f.by * o.by * self.through(layers, [at(f), at(o)]);
                for third in &flips[..m] {
                    let all = [at(f), at(o), at(third)];
                    sum += f.by * o.by * third.by * self.triple(all);
                }
            }
        }
        -sum
    }

    fn follow(&self, g: &[f64], flip: Flip, kept: &mut [f64]) {
        let ([a, b, c], by) = (self.layers(g), flip.by);
        let (to_a, rest) = kept.split_at_mut(a.len());
        let (to_b, to_c) = rest.split_at_mut(b.len());
        match self.place(flip.neuron) {
            [0, i] => {
                for (j, to_b) in to_b.iter_mut().enumerate() {
                    let row = self.weights.row(i * b.len() + j);
                    *to_b += by * row.dot(0, c);
                    row.add(by * b[j], 0, to_c);
                }
            }
            [1, j] => {
                for (i, to_a) in to_a.iter_mut().enumerate() {
                    let row = self.weights.row(i * b.len() + j);
                    *to_a += by * row.dot(0, c);
                    row.add(by * a[i], 0, to_c);
                }
            }
            [_, k] => {
                let column = self.weights.column(k);
                for (i, to_a) in to_a.iter_mut().enumerate() {
                    *to_a += by * column.dot(i * b.len(), b);
                    column.add(by * a[i], i * b.len(), to_b);
                }
            }
        }
    }
}
