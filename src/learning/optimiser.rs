//! What makes of the gradient of a loss a change of the parameters, and how fast.

use std::ops::Range;

/// How the rate of learning goes from iteration to iteration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Schedule {
    /// The largest rate.
    pub rate: f64,
    /// Iterations in which it rises to that.
    pub warm_up: usize,
    /// How it falls after that.
    pub fall: Fall,
}

/// How a rate falls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fall {
    /// It stays.
    Not,
    /// To 0 on half of a cosine, after so many iterations in all.
    Cosine(usize),
    /// By a factor after every so many iterations.
    Factor(f64, usize),
}

impl Schedule {
    /// The rate of iteration `k`, from 0.
    pub fn at(&self, k: usize) -> f64 {
        if k < self.warm_up {
            return self.rate * (k + 1) as f64 / self.warm_up as f64;
        }
        match self.fall {
            Fall::Not => self.rate,
            Fall::Cosine(iterations) => {
                let all = iterations.saturating_sub(self.warm_up).max(1);
                let part = ((k - self.warm_up) as f64 / all as f64).min(1.0);
                0.5 * self.rate * (1.0 + (std::f64::consts::PI * part).cos())
            }
            Fall::Factor(by, every) => {
                let times = (k - self.warm_up) / every.max(1);
                self.rate * by.powi(i32::try_from(times).unwrap_or(i32::MAX))
            }
        }
    }
}

/// How a parameter moves, g being the gradient of the loss by it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    /// By −g.
    Gradient,
    /// By v, of which a part is kept: `v ← keep v − g`.
    Momentum(f64),
    /// By the mean gradient over the root of its mean square, of which these parts are kept (Kingma & Ba 2015): 0.9 and 0.999 are usual.
    Adam([f64; 2]),
    /// By v over the largest |v| of its row, `v ← keep v − g`: no parameter of a memory moves further than the rate (Krotov & Hopfield 2016).
    Normalised(f64),
}

impl Form {
    /// The usual Adam.
    pub const ADAM: Form = Form::Adam([0.9, 0.999]);

    /// The forms by their names in model files, each with its usual numbers.
    pub const WORDS: [(&'static str, Form); 4] = [
        ("sgd", Form::Gradient),
        ("momentum", Form::Momentum(0.9)),
        ("adam", Form::ADAM),
        ("normalised", Form::Normalised(0.6)),
    ];

    /// Its word in model files.
    pub fn word(self) -> &'static str {
        let is_it = |form: &Form| std::mem::discriminant(form) == std::mem::discriminant(&self);
        Form::WORDS.iter().find(|w| is_it(&w.1)).map_or("", |w| w.0)
    }

    /// Arrays that it keeps, each as long as the parameters.
    fn kept(self) -> usize {
        match self {
            Form::Gradient => 0,
            Form::Momentum(_) | Form::Normalised(_) => 1,
            Form::Adam(_) => 2,
        }
    }
}

/// Moves parameters against the gradient of a loss.
#[derive(Clone, Debug, PartialEq)]
pub struct Optimiser {
    /// How.
    pub form: Form,
    /// A gradient with a larger Euclidean norm is scaled to this one.
    pub clip: f64,
    /// Part of a parameter that it loses, times the rate (decoupled decay, Loshchilov & Hutter 2019).
    pub decay: f64,
    /// No parameter leaves ± this.
    pub limit: f64,
    /// v, or the means of the gradient and then of its square: what an optimiser that goes on must have.
    pub kept: Vec<f64>,
    /// Steps that it took.
    pub taken: usize,
    rows: Vec<Range<usize>>,
}

/// Added to a root, so that nothing is divided by 0.
const LEAST: f64 = 1e-8;

impl Optimiser {
    /// Of `n` parameters; without clip, decay and limit.
    pub fn new(form: Form, n: usize) -> Self {
        Optimiser {
            form,
            clip: f64::INFINITY,
            decay: 0.0,
            limit: f64::INFINITY,
            kept: vec![0.0; form.kept() * n],
            taken: 0,
            rows: std::iter::once(0..n).collect(),
        }
    }

    /// The same of parameters in rows, which [`Form::Normalised`] looks at.
    pub fn rows(self, rows: Vec<Range<usize>>) -> Self {
        Optimiser { rows, ..self }
    }

    /// Moves the parameters against the gradient of a loss, at this rate.
    pub fn step(&mut self, parameters: &mut [f64], gradient: &[f64], rate: f64) {
        self.taken += 1;
        let size = gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
        let scale = if size > self.clip {
            self.clip / size
        } else {
            1.0
        };
        if self.decay != 0.0 {
            let lost = rate * self.decay;
            parameters.iter_mut().for_each(|p| *p -= lost * *p);
        }
        match self.form {
            Form::Gradient => {
                let all = parameters.iter_mut().zip(gradient);
                all.for_each(|(p, g)| *p -= rate * scale * g);
            }
            Form::Momentum(keep) => {
                let all = parameters.iter_mut().zip(gradient).zip(&mut self.kept);
                for ((p, g), v) in all {
                    *v = keep * *v - scale * g;
                    *p += rate * *v;
                }
            }
            Form::Normalised(keep) => {
                for (v, g) in self.kept.iter_mut().zip(gradient) {
                    *v = keep * *v - scale * g;
                }
                for row in &self.rows {
                    let v = &self.kept[row.clone()];
                    // However small: of a high power of an overlap all of a row may be.
                    let most = v.iter().fold(f64::MIN_POSITIVE, |m, v| m.max(v.abs()));
                    let own = parameters[row.clone()].iter_mut();
                    own.zip(v).for_each(|(p, v)| *p += rate * v / most);
                }
            }
            Form::Adam([a, b]) => {
                // What the means lack because they begin at 0.
                let taken = i32::try_from(self.taken).unwrap_or(i32::MAX);
                let [whole, whole_square] = [a, b].map(|keep| 1.0 - keep.powi(taken));
                let (means, squares) = self.kept.split_at_mut(gradient.len());
                let means = means.iter_mut().zip(squares);
                for ((p, g), (mean, square)) in parameters.iter_mut().zip(gradient).zip(means) {
                    let g = scale * g;
                    *mean = a * *mean + (1.0 - a) * g;
                    *square = b * *square + (1.0 - b) * g * g;
                    let root = (*square / whole_square).sqrt() + LEAST;
                    *p -= rate * *mean / whole / root;
                }
            }
        }
        if self.limit.is_finite() {
            let limit = self.limit;
            let all = parameters.iter_mut();
            all.for_each(|p| *p = p.clamp(-limit, limit));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_step_of_adam_is_as_long_as_the_rate_whatever_the_gradient() {
        let (mut adam, mut p) = (Optimiser::new(Form::ADAM, 2), vec![1.0, 1.0]);
        adam.step(&mut p, &[1e-3, -0.5], 0.1);
        assert!(
            (p[0] - 0.9).abs() < 1e-5 && (p[1] - 1.1).abs() < 1e-5,
            "{p:?}"
        );
    }

    #[test]
    fn three_steps_of_adam_are_those_of_the_formula_with_clip_and_decay() {
        let (mut adam, mut p) = (Optimiser::new(Form::Adam([0.9, 0.99]), 1), vec![2.0]);
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
    fn momentum_sums_a_geometric_series_and_a_limit_holds() {
        let (mut own, mut p) = (Optimiser::new(Form::Momentum(0.5), 1), vec![0.0]);
        (0..3).for_each(|_| own.step(&mut p, &[1.0], 1.0));
        // −1, −1.5, −1.75.
        assert_eq!(p, [-4.25]);
        own.limit = 4.5;
        own.step(&mut p, &[1.0], 1.0);
        assert_eq!(p, [-4.5]);
    }

    #[test]
    fn each_row_moves_by_the_rate_at_most_when_it_is_normalised() {
        let own = Optimiser::new(Form::Normalised(0.6), 4);
        let (mut own, mut p) = (own.rows(vec![0..2, 2..4]), vec![0.0; 4]);
        own.step(&mut p, &[1e6, -5e5, 1e-30, 0.0], 0.1);
        let expected = [-0.1, 0.05, -0.1, 0.0];
        let off = p.iter().zip(expected).map(|(p, e)| (p - e).abs());
        assert!(off.fold(0.0, f64::max) < 1e-16, "{p:?}");
    }

    #[test]
    fn a_rate_warms_up_and_falls_to_nothing_or_by_a_factor() {
        let schedule = Schedule {
            rate: 1.0,
            warm_up: 10,
            fall: Fall::Cosine(110),
        };
        assert_eq!(
            (schedule.at(0), schedule.at(9), schedule.at(10)),
            (0.1, 1.0, 1.0)
        );
        assert!((schedule.at(60) - 0.5).abs() < 1e-12 && schedule.at(110) < 1e-12);
        let fall = Fall::Factor(0.5, 10);
        let halves = Schedule {
            fall,
            warm_up: 0,
            ..schedule
        };
        assert_eq!([0, 9, 10, 25].map(|k| halves.at(k)), [1.0, 1.0, 0.5, 0.25]);
    }
}
