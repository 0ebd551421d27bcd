//! Brownian paths: what each trajectory draws for its steps.

use crate::pattern::random::{Draws, Stream};

/// What the noise of a block does in one step, entry by entry: `ΔW`, and the mean of the path over the step above its start,
/// `(1/h) ∫ (W − W_0) dt`.
#[derive(Debug)]
pub(super) struct Path {
    /// One for each column.
    draws: Vec<Draws>,
    /// In how many pieces a step is drawn.
    pieces: u32,
    pub increment: Vec<f64>,
    pub mean: Vec<f64>,
}

impl Path {
    pub fn new(neurons: usize, width: usize, pieces: u32) -> Self {
        Path {
            draws: vec![Draws::of(Stream::default()); width],
            pieces: pieces.max(1),
            increment: vec![0.0; neurons * width],
            mean: vec![0.0; neurons * width],
        }
    }

    pub fn begin(&mut self, column: usize, stream: Stream) {
        self.draws[column] = Draws::of(stream);
    }

    pub fn carry(&self, column: usize) -> Vec<u64> {
        self.draws[column].place().to_vec()
    }

    pub fn resume(&mut self, column: usize, carried: &[u64]) {
        if let Ok(place) = carried.try_into() {
            self.draws[column] = Draws::at(place);
        }
    }

    /// Draws a step of these lengths for the neurons that have an amplitude; a column without a step draws nothing.
    ///
    /// Two numbers are drawn for every neuron and piece, for every method, clamped or not: methods of one step see one path, and a
    /// step in two pieces sees that of two steps of half the length.
    pub fn draw(&mut self, amplitude: &[f64], h: &[f64]) {
        let width = h.len();
        let third = 1.0 / 3.0_f64.sqrt();
        self.increment.fill(0.0);
        self.mean.fill(0.0);
        for (b, (draws, h)) in self.draws.iter_mut().zip(h).enumerate() {
            if *h <= 0.0 {
                continue;
            }
            let share = 1.0 / f64::from(self.pieces);
            let root = (h * share).sqrt();
            for _ in 0..self.pieces {
                for i in (0..amplitude.len()).filter(|i| amplitude[*i] > 0.0) {
                    let (k, first, second) = (i * width + b, draws.normal(), draws.normal());
                    let by = root * first;
                    // Over the piece the path lies above its start there by half of what it gains, and by a number of its own.
                    let above = self.increment[k] + 0.5 * (by + third * root * second);
                    self.mean[k] += share * above;
                    self.increment[k] += by;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Moments of `ΔW` and `ΔZ = ∫ (W − W_0) dt` over a step h: variances h and h³/3, covariance h²/2 (Kloeden and Platen 1992, 10.4),
    /// each within five standard errors, however many pieces there are.
    #[test]
    fn steps_have_the_moments_of_a_brownian_path() {
        let (h, count) = (0.3, 40_000);
        for pieces in [1, 2, 5] {
            let mut path = Path::new(1, 1, pieces);
            path.begin(0, Stream { seed: 5, stream: 2 });
            let mut sums = [0.0; 3];
            for _ in 0..count {
                path.draw(&[1.0], &[h]);
                let (w, z) = (path.increment[0], path.mean[0] * h);
                for (sum, v) in sums
                    .iter_mut()
                    .zip([w * w / h, z * z / h.powi(3), w * z / (h * h)])
                {
                    *sum += v / f64::from(count);
                }
            }
            // Var(w²) = 2 h², Var(z²) = 2 (h³/3)², Var(w z) = h⁴ (1/3 + 1/4).
            let spreads = [2.0_f64, 2.0 / 9.0, 7.0 / 12.0].map(|v| (v / f64::from(count)).sqrt());
            for ((found, wanted), spread) in sums.iter().zip([1.0, 1.0 / 3.0, 0.5]).zip(spreads) {
                assert!((found - wanted).abs() < 5.0 * spread, "{pieces}: {sums:?}");
            }
        }
    }

    #[test]
    fn a_step_in_pieces_is_the_path_of_shorter_steps() {
        let stream = Stream { seed: 7, stream: 0 };
        let (mut long, mut short) = (Path::new(3, 1, 4), Path::new(3, 1, 1));
        long.begin(0, stream);
        short.begin(0, stream);
        let amplitude = [1.0, 0.0, 2.0];
        long.draw(&amplitude, &[0.8]);
        let (mut w, mut z) = ([0.0; 3], [0.0; 3]);
        for _ in 0..4 {
            short.draw(&amplitude, &[0.2]);
            for i in 0..3 {
                z[i] += 0.2 * (w[i] + short.mean[i]);
                w[i] += short.increment[i];
            }
        }
        for i in 0..3 {
            assert!((w[i] - long.increment[i]).abs() < 1e-14);
            assert!((z[i] / 0.8 - long.mean[i]).abs() < 1e-14);
        }
        assert_eq!(long.increment[1], 0.0);
    }
}
