//! The measured slope of the energy, against which the formula for dE/dt is held. The formula alone proves nothing: it
//! is negative by construction, whatever the force is.

use crate::kernels::{max_rows, vectorized};
use crate::network::{Drive, Network, Workspace};
use crate::trajectory::Slope;

/// Agreement asked for, as a fraction of the summands of the formula: the central difference is good to about 1e-10 on
/// smooth ground, and a term that is wrong in its sixth digit is still found.
const AGREEMENT: f64 = 1e-6;
/// Rounding of an energy, as a fraction of the sum of its summands: the factor of the descent check.
pub(super) const ROUNDING: f64 = 64.0 * f64::EPSILON;
/// A difference that disagrees is taken again over a stretch this much shorter, so often: at a kink of an activation
/// (relu, soft threshold, a one-sided penalty) the slope jumps, and only a stretch that does not cross it tells.
const SHORTER: f64 = 1.0 / 16.0;
const TRIES: u32 = 3;
/// On the kink itself (a relu network that starts at zero) or within a stretch of a tip (a norm with ε = 0) none of them
/// tells. The law is then asked for a little further along the motion, by so many stretches: what is truly wrong is wrong
/// there too.
const AHEAD: f64 = 4.0;

/// Storage for measuring slopes on blocks of one width.
#[derive(Debug)]
pub struct IdentityProbe {
    ws: Workspace,
    x: Vec<f64>,
    /// A state further along the motion, and its velocity.
    ahead: [Vec<f64>; 2],
    size: Vec<f64>,
    stretch: Vec<f64>,
    above: Vec<f64>,
    magnitude: Vec<f64>,
    summands: Vec<f64>,
    rate: Vec<f64>,
    slopes: Vec<Slope>,
}

impl IdentityProbe {
    /// Storage for blocks of `lanes` trajectories.
    pub fn new(network: &Network, lanes: usize) -> Self {
        let nothing = Slope {
            measured: 0.0,
            formula: 0.0,
            tolerance: 0.0,
        };
        let (n, per_lane) = (network.size() * lanes, vec![0.0; lanes]);
        IdentityProbe {
            ws: Workspace::new(network, lanes),
            x: vec![0.0; n],
            ahead: [vec![0.0; n], vec![0.0; n]],
            size: per_lane.clone(),
            stretch: per_lane.clone(),
            above: per_lane.clone(),
            magnitude: per_lane.clone(),
            summands: per_lane.clone(),
            rate: per_lane,
            slopes: vec![nothing; lanes],
        }
    }

    /// Central difference of E along the velocity at `x`, lane by lane, beside the formula. The stretch to either side
    /// moves the state by the cube root of the rounding unit, where truncation and rounding balance.
    pub fn measure(
        &mut self,
        network: &Network,
        drive: Drive<'_>,
        x: &[f64],
        velocity: &[f64],
    ) -> &[Slope] {
        self.try_at(network, drive, x, velocity, false);
        if self.slopes.iter().all(Slope::agrees) {
            return &self.slopes;
        }
        self.prepare(network, x, velocity);
        let [mut ahead, mut its_velocity] = std::mem::take(&mut self.ahead);
        self.move_to(x, velocity, AHEAD, &mut ahead);
        network.velocity(&ahead, drive, false, &mut self.ws, &mut its_velocity);
        self.try_at(network, drive, &ahead, &its_velocity, true);
        self.ahead = [ahead, its_velocity];
        &self.slopes
    }

    /// Measures every slope, or only those that disagree so far.
    fn try_at(
        &mut self,
        network: &Network,
        drive: Drive<'_>,
        x: &[f64],
        velocity: &[f64],
        only_wrong: bool,
    ) {
        self.prepare(network, x, velocity);
        for attempt in 0..TRIES {
            self.difference(network, drive, x, velocity, only_wrong || attempt > 0);
            if self.slopes.iter().all(Slope::agrees) {
                break;
            }
            self.stretch.iter_mut().for_each(|s| *s *= SHORTER);
        }
    }

    /// The formula and the first stretch.
    fn prepare(&mut self, network: &Network, x: &[f64], velocity: &[f64]) {
        let lanes = self.ws.lanes();
        network.hessian(x, &mut self.ws);
        network.energy_rate(velocity, &mut self.ws, &mut self.rate);
        network.rate_magnitude(velocity, &mut self.ws, &mut self.summands);
        max_rows([x], lanes, &mut self.size, |[x]| x.abs());
        max_rows([velocity], lanes, &mut self.stretch, |[v]| v.abs());
        for (stretch, size) in self.stretch.iter_mut().zip(&self.size) {
            // A velocity of zero, or one that is not finite, has no slope to measure.
            let fastest = *stretch;
            let reach = f64::EPSILON.cbrt() * if *size > 0.0 { *size } else { 1.0 };
            *stretch = if fastest > 0.0 && fastest.is_finite() {
                reach / fastest
            } else {
                0.0
            };
        }
    }

    /// `out = x + times · stretch · velocity`.
    fn move_to(&self, x: &[f64], velocity: &[f64], times: f64, out: &mut [f64]) {
        let lanes = self.ws.lanes();
        let stretch = &self.stretch[..lanes];
        vectorized(
            #[inline(always)]
            || {
                let rows = x.chunks_exact(lanes).zip(velocity.chunks_exact(lanes));
                for (out, (x, v)) in out.chunks_exact_mut(lanes).zip(rows) {
                    for b in 0..lanes {
                        out[b] = x[b] + times * stretch[b] * v[b];
                    }
                }
            },
        );
    }

    fn difference(
        &mut self,
        network: &Network,
        drive: Drive<'_>,
        x: &[f64],
        velocity: &[f64],
        only_wrong: bool,
    ) {
        self.energy_at(network, drive, x, velocity, 1.0);
        self.above.copy_from_slice(&self.ws.energy);
        self.magnitude.copy_from_slice(&self.ws.magnitude);
        self.energy_at(network, drive, x, velocity, -1.0);
        for (b, slope) in self.slopes.iter_mut().enumerate() {
            if only_wrong && slope.agrees() {
                continue;
            }
            let (formula, stretch) = (self.rate[b], self.stretch[b]);
            *slope = if stretch == 0.0 {
                Slope {
                    measured: formula,
                    formula,
                    tolerance: 0.0,
                }
            } else {
                let largest = self.magnitude[b].max(self.ws.magnitude[b]);
                Slope {
                    measured: (self.above[b] - self.ws.energy[b]) / (2.0 * stretch),
                    formula,
                    tolerance: AGREEMENT * self.summands[b] + ROUNDING * largest / stretch,
                }
            };
        }
    }

    /// The energy at `x ± stretch · velocity`, into the workspace.
    fn energy_at(
        &mut self,
        network: &Network,
        drive: Drive<'_>,
        x: &[f64],
        velocity: &[f64],
        sign: f64,
    ) {
        let mut point = std::mem::take(&mut self.x);
        self.move_to(x, velocity, sign, &mut point);
        self.x = point;
        network.energies(&self.x, &mut self.ws);
        network.energy(&self.x, drive, &mut self.ws);
    }
}
