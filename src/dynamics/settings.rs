//! How a trajectory is integrated.

use super::discrete::Flipping;
use super::list::AUTO;
use super::method::Method;
use super::tolerance::Tolerance;
use crate::number::exact;
use crate::refusal::Refusal;

/// How a trajectory is integrated.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The method.
    pub method: &'static Method,
    /// Relative tolerance of a step.
    pub rtol: f64,
    /// Absolute tolerance of a step.
    pub atol: f64,
    /// First time.
    pub t_start: f64,
    /// Last time.
    pub t_end: f64,
    /// Must it come to rest before the last time?
    pub until_rest: bool,
    /// Does it end where its energy is at most this?
    pub until_energy: Option<f64>,
    /// The step of a method without error control; the first step of the others, chosen by them if none. Where it does not
    /// divide the way to the last time, or to a switch of the input, the step that ends there is shorter.
    pub step: Option<f64>,
    /// Longest step.
    pub max_step: f64,
    /// Largest number of steps tried.
    pub max_steps: u64,
    /// How units flip, where they do, and how warm it is.
    pub flipping: Flipping,
    /// In how many pieces the noise of a step is drawn: a step twice as long in twice as many sees the same Brownian path, so that
    /// steps of different lengths can be compared.
    pub pieces: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            method: &AUTO,
            rtol: 1e-6,
            atol: 1e-9,
            t_start: 0.0,
            t_end: 1.0,
            until_rest: false,
            until_energy: None,
            step: None,
            max_step: f64::INFINITY,
            max_steps: 100_000,
            flipping: Flipping::default(),
            pieces: 1,
        }
    }
}

impl Settings {
    /// How far a step may err.
    pub fn tolerance(&self) -> Tolerance {
        Tolerance {
            atol: self.atol,
            rtol: self.rtol,
        }
    }

    /// The step of a method without error control: the one that is said, or a sweep where units flip.
    pub fn fixed_step(&self) -> Option<f64> {
        self.step.or(self.method.flips.then_some(1.0))
    }

    /// Before this time nothing is at rest, whatever it does: units that flip are still warm. Infinite where they stay so, and
    /// under noise.
    pub fn rests_from(&self) -> f64 {
        if self.method.is_noisy() {
            return f64::INFINITY;
        }
        if !self.method.flips {
            return f64::NEG_INFINITY;
        }
        let sweeps = self.flipping.temperature.ends();
        sweeps.map_or(f64::INFINITY, |sweeps| self.t_start + sweeps as f64)
    }

    /// What is wrong with them, if anything.
    ///
    /// # Errors
    /// The setting, its value, and what it must be.
    pub fn check(&self) -> Result<(), Refusal> {
        let refuse = |what: &str, why: String| Err(Refusal::new(what, why));
        let (t0, t1) = (self.t_start, self.t_end);
        if !t0.is_finite() || !t1.is_finite() || t1 <= t0 {
            let (t0, t1) = (exact(t0), exact(t1));
            let why = format!("must be finite and after t_start = {t0}, it is {t1}");
            return refuse("t_end", why);
        }
        for (name, value, least) in [("rtol", self.rtol, 1e-14), ("atol", self.atol, 0.0)] {
            if !(value >= least && value.is_finite()) {
                let why = format!(
                    "must be finite and at least {least:e}, it is {value:e}: a tolerance below rounding cannot be met"
                );
                return refuse(name, why);
            }
        }
        if self.atol == 0.0 {
            let why = "must be above 0: near zero no relative tolerance can be met";
            return refuse("atol", why.into());
        }
        let (name, adaptive) = (self.method.name, self.method.is_adaptive());
        if !adaptive && self.fixed_step().is_none() {
            let why = format!("is missing, and {name} has no error control");
            return Err(Refusal::new("step", why).help("give it one, step = 0.01"));
        }
        for (name, value) in [
            ("step", self.step.unwrap_or(1.0)),
            ("max_step", self.max_step),
        ] {
            if value.is_nan() || value <= 0.0 {
                return refuse(name, format!("must be above 0, it is {}", exact(value)));
            }
        }
        // A step that was asked for is the study; a shorter one in its place would be another.
        if let (Some(step), false) = (self.fixed_step(), adaptive) {
            let asked = exact(step);
            if step > (t1 - t0) * (1.0 + 1e-9) {
                let (t0, t1) = (exact(t0), exact(t1));
                let why = format!(
                    "must fit into the run, from t = {t0} to {t1}, it is {asked}: {name} takes steps of just this length"
                );
                return refuse("step", why);
            }
            if step > self.max_step {
                let most = exact(self.max_step);
                let why = format!("must be at most max_step = {most}, it is {asked}");
                return refuse("step", why);
            }
        }
        if self.pieces == 0 {
            return refuse("pieces", "must be at least 1".into());
        }
        if self.max_steps == 0 {
            return refuse("max_steps", "must be at least 1".into());
        }
        Ok(())
    }
}
