//! What a block of angles is turned into: cosines and sines, and what the couplings make of them.

use super::Phase;
use crate::kernels::add_sums;
use crate::synapse::Linear;

impl Phase {
    /// Writes `cos θ`, `sin θ`, `K cos θ` and `K sin θ`, and `Σ cos 2θ`, `Σ sin 2θ` by column.
    pub fn turn(&self, theta: &[f64], width: usize, rows: &mut Turned<'_>) {
        for ((c, s), theta) in rows.cos.iter_mut().zip(&mut *rows.sin).zip(theta) {
            (*s, *c) = theta.sin_cos();
        }
        for (of, out) in [
            (&*rows.cos, &mut *rows.k_cos),
            (&*rows.sin, &mut *rows.k_sin),
        ] {
            out.fill(0.0);
            self.couplings.add_currents(of, width, out);
        }
        let [cos2, sin2] = [&mut *rows.cos2, &mut *rows.sin2];
        cos2.fill(0.0);
        sin2.fill(0.0);
        let of = [&*rows.cos, &*rows.sin];
        add_sums([], of, width, [cos2, sin2], |_, _, [], [c, s]| double(c, s));
    }
}

/// `cos 2θ` and `sin 2θ`.
#[inline(always)]
pub fn double(c: f64, s: f64) -> [f64; 2] {
    [(c - s) * (c + s), 2.0 * c * s]
}

/// The storage of an evaluation.
pub struct Turned<'a> {
    pub cos: &'a mut [f64],
    pub sin: &'a mut [f64],
    pub k_cos: &'a mut [f64],
    pub k_sin: &'a mut [f64],
    pub cos2: &'a mut [f64],
    pub sin2: &'a mut [f64],
}

impl<'a> Turned<'a> {
    /// Cut from `4 n + 2` rows, and what is left.
    pub fn cut(rows: &'a mut [f64], n: usize, width: usize) -> (Self, &'a mut [f64]) {
        let (cos, rest) = rows.split_at_mut(n * width);
        let (sin, rest) = rest.split_at_mut(n * width);
        let (k_cos, rest) = rest.split_at_mut(n * width);
        let (k_sin, rest) = rest.split_at_mut(n * width);
        let (cos2, rest) = rest.split_at_mut(width);
        let (sin2, rest) = rest.split_at_mut(width);
        let turned = Turned {
            cos,
            sin,
            k_cos,
            k_sin,
            cos2,
            sin2,
        };
        (turned, rest)
    }
}
