//! The measured slope of the energy, against which the formula for dE/dt is held. The formula alone proves nothing: it
//! is negative by construction, whatever the force is.
//!
//! Along the line `x + u v`, `v` being the velocity at `x`, the theory says `dE/du = −(DTẋ)ᵀ H v`, with velocity and Hessian
//! of the point itself. The energies at both ends of a short stretch are compared with the integral of that formula, by
//! Simpson's rule. How much the formula varies over the stretch tells whether the stretch fits the activations: one that is
//! wider than their steepest part, or that crosses a kink, proves nothing and is taken shorter.

use crate::kernels::{max_rows, vectorized};
use crate::network::{Drive, Network, Workspace};
use crate::trajectory::{Agreement, Slope};

/// Agreement asked for, as a fraction of the summands of the formula: the central difference is good to about 1e-10 on
/// smooth ground, and a term that is wrong in its sixth digit is still found.
const AGREEMENT: f64 = 1e-6;
/// Rounding of an energy, as a fraction of the sum of its summands.
pub const ROUNDING: f64 = 64.0 * f64::EPSILON;
/// Where numbers are so small that they lose digits, they lose them absolutely: an energy below this is none.
pub const TINY: f64 = 1e-300;
/// The most by which the formula may change over half a stretch, and the largest tolerance that judges, of the summands.
const SMOOTH: f64 = 0.02;
/// A stretch that does not judge, or that disagrees, is followed by one this much shorter, so often: from the cube root of
/// the rounding unit down to what is left of a state of order 1 when a steep activation is a millionth wide. Only where
/// the last two that judge disagree by as much is the formula wrong.
const SHORTER: f64 = 1.0 / 8.0;
const TRIES: u32 = 8;

/// Storage for measuring slopes on blocks of one width.
#[derive(Debug)]
pub struct IdentityProbe {
    ws: Workspace,
    point: Vec<f64>,
    /// Zeros: an error that a method does not make.
    none: Vec<f64>,
    size: Vec<f64>,
    stretch: Vec<f64>,
    summands: Vec<f64>,
    /// What a rounding of the states does to the energy.
    blur: Vec<f64>,
    rate: Vec<f64>,
    /// Energy, its rounding, and the formula at either end.
    ends: [End; 2],
    /// What the formula and the difference were apart at the stretch before, where that disagreed.
    before: Vec<Option<f64>>,
    settled: Vec<bool>,
    slopes: Vec<Slope>,
}

#[derive(Clone, Debug)]
struct End {
    energy: Vec<f64>,
    magnitude: Vec<f64>,
    rate: Vec<f64>,
}

impl IdentityProbe {
    /// Storage for blocks of `width` trajectories.
    pub fn new(network: &Network, width: usize) -> Self {
        let (n, per_column) = (network.size() * width, vec![0.0; width]);
        let end = End {
            energy: per_column.clone(),
            magnitude: per_column.clone(),
            rate: per_column.clone(),
        };
        IdentityProbe {
            ws: Workspace::new(network, width),
            point: vec![0.0; n],
            none: vec![0.0; n],
            size: per_column.clone(),
            stretch: per_column.clone(),
            summands: per_column.clone(),
            blur: per_column.clone(),
            rate: per_column,
            ends: [end.clone(), end],
            before: vec![None; width],
            settled: vec![false; width],
            slopes: vec![Slope::NONE; width],
        }
    }

    /// Central difference of E along the velocity at `x`, column by column, beside the formula.
    pub fn measure(
        &mut self,
        network: &Network,
        drive: Drive<'_>,
        x: &[f64],
        velocity: &[f64],
    ) -> &[Slope] {
        self.prepare(network, drive, x, velocity);
        for _ in 0..TRIES {
            for (k, sign) in [1.0, -1.0].into_iter().enumerate() {
                self.move_to(x, velocity, sign);
                let mut at = network.at(&self.point, drive, &mut self.ws);
                let (energy, rate) = at.energy_along(velocity);
                let end = &mut self.ends[k];
                end.energy.copy_from_slice(energy.total);
                end.magnitude.copy_from_slice(energy.magnitude);
                end.rate.copy_from_slice(rate);
            }
            for b in 0..self.slopes.len() {
                if !self.settled[b] {
                    self.settled[b] = self.compare(b);
                }
            }
            if self.settled.iter().all(|s| *s) {
                break;
            }
            self.stretch.iter_mut().for_each(|s| *s *= SHORTER);
        }
        &self.slopes
    }

    /// The formula in the middle, and the first stretch, of which truncation and rounding balance: the cube root of the rounding unit.
    fn prepare(&mut self, network: &Network, drive: Drive<'_>, x: &[f64], velocity: &[f64]) {
        let width = self.ws.width();
        let mut here = network.at(x, drive, &mut self.ws).hessian();
        self.rate.copy_from_slice(here.energy_rate(velocity));
        // The states' own rounding; what is moved by nothing has no place to go wrong.
        let [_, blur] = here.energy_of_error(velocity, &self.none);
        self.blur.copy_from_slice(blur);
        self.summands.copy_from_slice(here.rate_magnitude(velocity));
        max_rows([x], width, &mut self.size, |[x]| x.abs());
        max_rows([velocity], width, &mut self.stretch, |[v]| v.abs());
        let stretches = self.stretch.iter_mut().zip(&self.size);
        for ((stretch, size), settled) in stretches.zip(&mut self.settled) {
            let fastest = *stretch;
            // A velocity of zero, or one that is not finite, has no slope to measure.
            *settled = !(fastest > 0.0 && fastest.is_finite());
            let reach = f64::EPSILON.cbrt() * if *size > 0.0 { *size } else { 1.0 };
            *stretch = if *settled { 0.0 } else { reach / fastest };
        }
        self.before.fill(None);
        let known = self.slopes.iter_mut().zip(&self.rate);
        for (slope, rate) in known {
            *slope = Slope {
                measured: *rate,
                formula: *rate,
                ..Slope::NONE
            };
        }
    }

    /// Compares in one column. True if nothing is to be gained by a shorter stretch.
    fn compare(&mut self, b: usize) -> bool {
        let [above, below] = &self.ends;
        let (rate, summands, stretch) = (self.rate[b], self.summands[b], self.stretch[b]);
        let [after, before] = [above.rate[b], below.rate[b]];
        let largest = above.magnitude[b].max(below.magnitude[b]);
        // Where numbers are so small that they lose digits, they lose them absolutely. The ends of the stretch are rounded too.
        let rounding = (ROUNDING * largest + self.blur[b] + TINY) / stretch;
        let formula = rate + (after - 2.0 * rate + before) / 6.0;
        let measured = (above.energy[b] - below.energy[b]) / (2.0 * stretch);
        let tolerance = AGREEMENT * summands + rounding + (after - 2.0 * rate + before).abs();
        let varies = (after - rate).abs().max((before - rate).abs());
        let (slope, last) = (&mut self.slopes[b], self.before[b]);
        // Written so that a number that is none judges nothing.
        let smooth = varies <= SMOOTH * summands && measured.is_finite();
        let judges = smooth && tolerance <= SMOOTH * summands;
        // Too coarse to find agreement, and fine enough to contradict what was found before.
        let doubts = smooth && last.is_some_and(|last| tolerance <= 0.5 * last.abs());
        if !judges && !doubts {
            if last.is_none() {
                slope.measured = if measured.is_finite() { measured } else { rate };
            }
            // Shorter stretches have larger roundings.
            return rounding > SMOOTH * summands || rounding.is_nan();
        }
        if last.is_some() && !doubts {
            return true;
        }
        let apart = measured - formula;
        let agrees = apart.abs() <= tolerance;
        // What is truly wrong is as wrong over every shorter stretch; what a kink or a jump makes wrong is not.
        let as_before = last.is_some_and(|last| (apart - last).abs() <= 0.25 * last.abs());
        self.before[b] = Some(apart);
        if as_before && !agrees {
            // The longer stretch is the less rounded one: its numbers are told.
            slope.agreement = Agreement::Differs;
            return false;
        }
        *slope = Slope {
            measured,
            formula,
            tolerance,
            agreement: match agrees && judges {
                true => Agreement::Agrees,
                false => Agreement::NotJudged,
            },
        };
        agrees
    }

    /// `point = x + sign · stretch · velocity`.
    fn move_to(&mut self, x: &[f64], velocity: &[f64], sign: f64) {
        let width = self.ws.width();
        let (stretch, point) = (&self.stretch[..width], &mut self.point[..]);
        vectorized(
            #[inline(always)]
            // Moved in, or it is no loop of vectors.
            move || {
                let rows = x.chunks_exact(width).zip(velocity.chunks_exact(width));
                for (out, (x, v)) in point.chunks_exact_mut(width).zip(rows) {
                    let (out, x, v) = (&mut out[..width], &x[..width], &v[..width]);
                    for b in 0..width {
                        out[b] = x[b] + sign * stretch[b] * v[b];
                    }
                }
            },
        );
    }
}
