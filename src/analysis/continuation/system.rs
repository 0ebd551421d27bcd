//! The equations `r(x, p) = 0` in scaled coordinates, with all derivatives that following a curve needs.

use std::rc::Rc;

use crate::analysis::eigenvalues::{eigenvalues, zero};
use crate::analysis::local::{Local, largest};
use crate::analysis::{Watch, newton_from};
use crate::kernels::Factors;
use crate::network::{Drive, Network, Workspace};
use crate::refusal::Refusal;

use super::answer::BranchPoint;

/// A network for each value of the parameter.
pub(super) type Family<'a> = &'a dyn Fn(f64) -> Result<Network, Refusal>;

/// Networks that are kept, the last ones: differences ask for the same values again.
const KEPT: usize = 6;
/// Newton steps of a correction.
const STEPS: usize = 12;
/// A correction this small, the states being of order 1, is the last.
const SETTLED: f64 = 1e-12;
/// One that does not shrink any more is rounding below this.
const ROUNDING: f64 = 1e-8;
/// Half the distance of the values whose difference is taken, as a part of the parameter: the third root of rounding. A parameter
/// near 0 counts as this part of the range.
const DIFFERENCE: f64 = 6e-6;
const SMALL: f64 = 1e-2;

/// Why there is no point.
pub(super) enum Miss {
    /// There is no network at this value of the parameter.
    Invalid(Refusal),
    /// The correction left the range of the parameter here.
    Outside(Vec<f64>),
    /// Newton's method did not settle.
    Lost,
}

impl From<Refusal> for Miss {
    fn from(why: Refusal) -> Self {
        Miss::Invalid(why)
    }
}

pub(super) struct System<'a> {
    family: Family<'a>,
    pub range: [f64; 2],
    /// The state of the neurons that are clamped.
    base: Vec<f64>,
    clamped: Vec<usize>,
    pub free: Vec<usize>,
    /// The size of the states.
    pub scale: f64,
    /// Whoever waits.
    pub watch: Watch<'a>,
    kept: Vec<(f64, Rc<Network>)>,
}

impl<'a> System<'a> {
    /// `first` is one of the networks, which all have as many neurons and the same of them clamped.
    pub fn new(
        family: Family<'a>,
        range: [f64; 2],
        (base, clamped): (&[f64], &[usize]),
        (first, watch): (&Network, Watch<'a>),
    ) -> Self {
        let local = Local::new(first, first.input(), clamped);
        System {
            family,
            range,
            base: base.to_vec(),
            clamped: local.clamped.clone(),
            free: local.free.clone(),
            scale: 1.0,
            watch,
            kept: Vec::new(),
        }
    }

    pub fn network(&mut self, p: f64) -> Result<Rc<Network>, Refusal> {
        if let Some((_, network)) = self.kept.iter().find(|(at, _)| *at == p) {
            return Ok(network.clone());
        }
        let network = Rc::new((self.family)(p)?);
        let clamped = |i: &usize| self.clamped.binary_search(i).is_ok();
        if network.size() != self.base.len() || !network.clamped().iter().all(clamped) {
            let why = "changes the number of neurons, or which are clamped: a branch has the same ones all along";
            return Err(Refusal::new("the parameter", why));
        }
        if self.kept.len() == KEPT {
            self.kept.remove(0);
        }
        self.kept.push((p, network.clone()));
        Ok(network)
    }

    pub fn width(&self) -> f64 {
        self.range[1] - self.range[0]
    }

    /// The parameter at u. The ends of the range are met to the last bit.
    pub fn parameter(&self, u: &[f64]) -> f64 {
        match u[self.free.len()] {
            0.0 => self.range[0],
            1.0 => self.range[1],
            q => self.range[0] + q * self.width(),
        }
    }

    pub fn state(&self, u: &[f64]) -> Vec<f64> {
        let mut x = self.base.clone();
        let pairs = self.free.iter().zip(u);
        pairs.for_each(|(i, u)| x[*i] = self.scale * u);
        x
    }

    pub fn place(&self, x: &[f64], p: f64) -> Vec<f64> {
        let own = self.free.iter().map(|i| x[*i] / self.scale);
        own.chain([(p - self.range[0]) / self.width()]).collect()
    }

    /// The fixed point that Newton's method finds at a value of the parameter.
    pub fn newton(&mut self, p: f64, x: &[f64]) -> Option<Vec<f64>> {
        let network = self.network(p).ok()?;
        newton_from(&network, x, network.input(), &self.clamped)
    }

    /// `r` of the free neurons.
    fn force(&mut self, x: &[f64], p: f64) -> Result<Vec<f64>, Refusal> {
        let network = self.network(p)?;
        let force = Local::new(&network, network.input(), &self.clamped).force(x);
        Ok(self.free.iter().map(|i| force[*i]).collect())
    }

    /// ∂r/∂q, q being the part of the range, by differences over so many units; those of order 2 to one side at an end of the
    /// range, outside of which there may be no network.
    fn difference(&mut self, x: &[f64], p: f64, units: f64) -> Result<Vec<f64>, Refusal> {
        let [from, to] = self.range;
        let size = p.abs().clamp(SMALL * self.width(), self.width());
        let h = units * DIFFERENCE * size;
        let (places, weights): ([f64; 3], [f64; 3]) = if p - h < from {
            ([0.0, 1.0, 2.0], [-1.5, 2.0, -0.5])
        } else if p + h > to {
            ([0.0, -1.0, -2.0], [1.5, -2.0, 0.5])
        } else {
            ([-1.0, 0.0, 1.0], [-0.5, 0.0, 0.5])
        };
        let mut sum = vec![0.0; self.free.len()];
        for (place, weight) in places.iter().zip(weights) {
            if weight != 0.0 {
                let force = self.force(x, p + place * h)?;
                let part = weight * self.width() / h;
                sum.iter_mut().zip(force).for_each(|(s, f)| *s += part * f);
            }
        }
        Ok(sum)
    }

    pub fn slope(&mut self, u: &[f64]) -> Result<Vec<f64>, Refusal> {
        let (x, p) = (self.state(u), self.parameter(u));
        self.difference(&x, p, 1.0)
    }

    /// The error of that derivative, as a part of its largest entry: what differences twice as far apart make of it.
    pub fn slope_error(&mut self, u: &[f64]) -> Result<f64, Refusal> {
        let near = self.slope(u)?;
        let (x, p) = (self.state(u), self.parameter(u));
        let far = self.difference(&x, p, 2.0)?;
        let size = largest(&near).max(f64::MIN_POSITIVE);
        let off: Vec<f64> = near.iter().zip(far).map(|(a, b)| a - b).collect();
        Ok(largest(&off) / size)
    }

    /// The matrix of `∂r/∂u` above a last row, column by column, its rows divided by their largest summands; and these.
    pub fn bordered(
        &mut self,
        u: &[f64],
        slope: &[f64],
        last: &[f64],
    ) -> Result<(Vec<f64>, Vec<f64>), Refusal> {
        let m = self.free.len();
        let network = self.network(self.parameter(u))?;
        let n = self.base.len();
        let mut jacobian = vec![0.0; n * n];
        // Nobody asks it to stop.
        let _ = network.jacobian(&self.state(u), &self.clamped, &mut jacobian, &|| true);
        let mut a = vec![0.0; (m + 1) * (m + 1)];
        // A row that is nearly 0 all along stays so beside its leak.
        let leaks = self.free.iter().map(|i| self.scale * network.leaks()[*i]);
        let mut sizes: Vec<f64> = leaks.collect();
        for j in 0..=m {
            for i in 0..m {
                let entry = match j == m {
                    true => slope[i],
                    false => {
                        let (row, rate) = (self.free[i], network.rates()[self.free[i]]);
                        self.scale * jacobian[self.free[j] * n + row] / rate
                    }
                };
                a[j * (m + 1) + i] = entry;
                sizes[i] = sizes[i].max(entry.abs());
            }
            a[j * (m + 1) + m] = last[j];
        }
        sizes
            .iter_mut()
            .filter(|s| **s == 0.0)
            .for_each(|s| *s = 1.0);
        for column in a.chunks_exact_mut(m + 1) {
            column.iter_mut().zip(&sizes).for_each(|(a, s)| *a /= s);
        }
        Ok((a, sizes))
    }

    /// The point of the curve on the plane through `guess` with this normal, by Newton's method. The derivative by the parameter
    /// stays what it is: near by it changes little, and what is left of the convergence is enough.
    pub fn correct(
        &mut self,
        guess: &[f64],
        normal: &[f64],
        slope: &[f64],
    ) -> Result<Vec<f64>, Miss> {
        let m = self.free.len();
        let mut u = guess.to_vec();
        let mut last = f64::INFINITY;
        for _ in 0..STEPS {
            let (a, sizes) = self.bordered(&u, slope, normal)?;
            let force = self.force(&self.state(&u), self.parameter(&u))?;
            let mut rhs: Vec<f64> = force.iter().zip(&sizes).map(|(f, s)| -f / s).collect();
            let off = u.iter().zip(guess).map(|(u, g)| u - g);
            rhs.push(-normal.iter().zip(off).map(|(n, o)| n * o).sum::<f64>());
            let step = solve(&a, rhs).ok_or(Miss::Lost)?;
            let size = largest(&step);
            if !size.is_finite() || size > 0.7 * last && last > ROUNDING {
                return Err(Miss::Lost);
            }
            u.iter_mut().zip(&step).for_each(|(u, s)| *u += s);
            if !(0.0..=1.0).contains(&u[m]) {
                // An end of the range is met but for rounding.
                let end = f64::from(u8::from(u[m] > 1.0));
                if (u[m] - end).abs() > ROUNDING * ROUNDING {
                    return Err(Miss::Outside(u));
                }
                u[m] = end;
            }
            // What the next step would be, from how much this one has shrunk.
            let next = if last.is_finite() {
                size * size / last
            } else {
                size
            };
            if next <= SETTLED * largest(&u).max(1.0) || size > 0.7 * last {
                return Ok(u);
            }
            last = size;
        }
        match last < ROUNDING {
            true => Ok(u),
            false => Err(Miss::Lost),
        }
    }

    /// The tangent at a point of the curve, of length 1, on the side of `before`.
    pub fn tangent(&mut self, u: &[f64], slope: &[f64], before: &[f64]) -> Result<Vec<f64>, Miss> {
        let m = self.free.len();
        let (a, _) = self.bordered(u, slope, before)?;
        let mut rhs = vec![0.0; m + 1];
        rhs[m] = 1.0;
        let t = solve(&a, rhs).ok_or(Miss::Lost)?;
        let length = dot(&t, &t).sqrt();
        match length.is_finite() && length > 0.0 {
            true => Ok(t.iter().map(|t| t / length).collect()),
            false => Err(Miss::Lost),
        }
    }

    /// All that is told of a point, with the tangent on the side of `before`; and ∂r/∂q there.
    pub fn point(&mut self, u: Vec<f64>, before: &[f64]) -> Result<(BranchPoint, Vec<f64>), Miss> {
        let slope = self.slope(&u)?;
        let tangent = self.tangent(&u, &slope, before)?;
        Ok((self.describe(u, tangent)?, slope))
    }

    /// The same where the tangent is known.
    pub fn describe(&mut self, u: Vec<f64>, tangent: Vec<f64>) -> Result<BranchPoint, Miss> {
        let (x, parameter) = (self.state(&u), self.parameter(&u));
        let network = self.network(parameter)?;
        let mut local = Local::new(&network, network.input(), &self.clamped);
        let eigenvalues = eigenvalues(&mut local, &x).ok_or(Miss::Lost)?;
        let (energy, g) = energy(&network, &x, &local.clamped);
        let zero = zero(&local, &eigenvalues);
        Ok(BranchPoint {
            energy,
            g,
            index: eigenvalues.iter().filter(|e| e[0] > zero).count(),
            eigenvalues,
            zero,
            parameter,
            x,
            special: None,
            u,
            tangent,
        })
    }
}

/// The solution of `A x = b`; none where a pivot is 0.
fn solve(a: &[f64], mut b: Vec<f64>) -> Option<Vec<f64>> {
    let mut factors = Factors::new(b.len(), 0);
    factors.clear(false);
    for (k, column) in a.chunks_exact(b.len()).enumerate() {
        let [_, place] = factors.column(k);
        place.copy_from_slice(column);
    }
    (factors.factorise(&|| true) && factors.solve(&mut b)).then_some(b)
}

/// The energy, if there is one, and the activations.
fn energy(network: &Network, x: &[f64], clamped: &[usize]) -> (Option<f64>, Vec<f64>) {
    let input = network.input();
    let mut ws = Workspace::new(network, 1);
    let mut at = network.at(x, Drive { input, clamped }, &mut ws);
    let g = at.activation().to_vec();
    (network.is_gradient().then(|| at.energy().total[0]), g)
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// `u + s t`.
pub(super) fn along(u: &[f64], s: f64, t: &[f64]) -> Vec<f64> {
    u.iter().zip(t).map(|(u, t)| u + s * t).collect()
}

pub(super) fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}
