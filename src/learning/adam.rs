//! Adam (Kingma & Ba 2015) with decoupled decay (Loshchilov & Hutter 2019), a warm-up and a cosine, gradients being clipped.

/// How fast is learned at each iteration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Schedule {
    /// The largest rate.
    pub rate: f64,
    /// Iterations in which it rises to that.
    pub warm_up: usize,
    /// Iterations in all: after the warm-up it falls to 0 on half of a cosine.
    pub iterations: usize,
}

impl Schedule {
    /// The rate of iteration `k`, from 0.
    pub fn at(&self, k: usize) -> f64 {
        if k < self.warm_up {
            return self.rate * (k + 1) as f64 / self.warm_up as f64;
        }
        let all = self.iterations.saturating_sub(self.warm_up).max(1);
        let part = ((k - self.warm_up) as f64 / all as f64).min(1.0);
        0.5 * self.rate * (1.0 + (std::f64::consts::PI * part).cos())
    }
}

/// Adam: every parameter moves by its mean gradient over the root of its mean square.
#[derive(Clone, Debug, PartialEq)]
pub struct Adam {
    /// How much of the means is kept at an iteration: of the gradient, of its square.
    pub keep: [f64; 2],
    /// A gradient with a larger Euclidean norm is scaled to this one.
    pub clip: f64,
    /// Part of a parameter that it loses, times the rate.
    pub decay: f64,
    mean: Vec<f64>,
    square: Vec<f64>,
    taken: i32,
}

/// Added to the root, so that nothing is divided by 0.
const LEAST: f64 = 1e-8;

impl Adam {
    /// Of `n` parameters, with the usual numbers of transformers: 0.9, 0.99, clipped at 1, no decay.
    pub fn new(n: usize) -> Self {
        Adam {
            keep: [0.9, 0.99],
            clip: 1.0,
            decay: 0.0,
            mean: vec![0.0; n],
            square: vec![0.0; n],
            taken: 0,
        }
    }

    /// Moves the parameters against the gradient of a loss, at this rate.
    pub fn step(&mut self, parameters: &mut [f64], gradient: &[f64], rate: f64) {
        self.taken += 1;
        let [a, b] = self.keep;
        let size = gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
        let scale = if size > self.clip {
            self.clip / size
        } else {
            1.0
        };
        // What the means lack because they begin at 0.
        let [whole, whole_square] = self.keep.map(|keep| 1.0 - keep.powi(self.taken));
        let means = self.mean.iter_mut().zip(&mut self.square);
        let all = parameters.iter_mut().zip(gradient).zip(means);
        for ((p, g), (mean, square)) in all {
            let g = scale * g;
            *mean = a * *mean + (1.0 - a) * g;
            *square = b * *square + (1.0 - b) * g * g;
            let root = (*square / whole_square).sqrt() + LEAST;
            *p -= rate * (*mean / whole / root + self.decay * *p);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_step_is_as_long_as_the_rate_whatever_the_gradient() {
        let (mut adam, mut p) = (Adam::new(2), vec![1.0, 1.0]);
        adam.step(&mut p, &[1e-3, -0.5], 0.1);
        assert!(
            (p[0] - 0.9).abs() < 1e-5 && (p[1] - 1.1).abs() < 1e-5,
            "{p:?}"
        );
    }

    #[test]
    fn three_steps_are_those_of_the_formula_with_clip_and_decay() {
        let (mut adam, mut p) = (Adam::new(1), vec![2.0]);
        (adam.clip, adam.decay) = (1.0, 0.5);
        // Clipped to 1, −1 and as it is.
        let (mut mean, mut square, mut expected) = (0.0, 0.0, 2.0f64);
        for (k, (given, clipped)) in [(4.0, 1.0), (-3.0, -1.0), (0.5f64, 0.5f64)]
            .into_iter()
            .enumerate()
        {
            adam.step(&mut p, &[given], 0.1);
            mean = 0.9 * mean + 0.1 * clipped;
            square = 0.99 * square + 0.01 * clipped * clipped;
            let taken = k as i32 + 1;
            let [m, v] = [
                mean / (1.0 - 0.9f64.powi(taken)),
                square / (1.0 - 0.99f64.powi(taken)),
            ];
            expected -= 0.1 * (m / (v.sqrt() + 1e-8) + 0.5 * expected);
            // Three roundings.
            assert!((p[0] - expected).abs() < 1e-14, "{} {expected}", p[0]);
        }
    }

    #[test]
    fn a_rate_warms_up_and_falls_to_nothing() {
        let schedule = Schedule {
            rate: 1.0,
            warm_up: 10,
            iterations: 110,
        };
        assert_eq!(
            (schedule.at(0), schedule.at(9), schedule.at(10)),
            (0.1, 1.0, 1.0)
        );
        assert!((schedule.at(60) - 0.5).abs() < 1e-12 && schedule.at(110) < 1e-12);
    }
}
