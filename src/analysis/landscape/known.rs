//! The fixed points that are known, each once.

use super::continua::Continua;
use super::{Class, LandscapePoint, energy_at};
use crate::analysis::centre::{Along, along_centre};
use crate::analysis::eigenvalues::{of_jacobian, symmetric, unit, zero};
use crate::analysis::gradient::Ends;
use crate::analysis::kink::kink;
use crate::analysis::local;
use crate::analysis::local::Local;
use crate::analysis::newton::newton;

/// Two points are one if no neuron differs by more than this, in units of 1 + max|x|.
const SAME: f64 = 1e-6;
/// Newton's method has settled where a correction is no larger than this, in the same units.
const SETTLED: f64 = 1e-12;
/// The same where an eigenvalue is 0 but for [`DOUBT`]: a root of order 3 is known to the third root of rounding. So far off an
/// end may be that came to rest by its tolerance.
const NEAR: f64 = 1e-4;
const DOUBT: f64 = 1e-5;
/// What the eigenvalues of the symmetric matrix may differ from those of J by. Of a matrix that is not symmetric they are known
/// to about the root of rounding where activations are saturated.
const SIMILAR: f64 = 1e-5;

pub(in crate::analysis) struct Known {
    pub points: Vec<LandscapePoint>,
    /// How much J differs from what it should be similar to, once that has been looked at.
    pub asymmetry: Option<f64>,
    most: usize,
    /// Of more free neurons not all eigenvalues are computed.
    all_up_to: usize,
    continua: Continua,
}

impl Known {
    pub fn new(most: usize, all_up_to: usize) -> Self {
        Known {
            points: Vec::new(),
            asymmetry: None,
            most,
            all_up_to,
            continua: Continua::default(),
        }
    }

    pub fn is_full(&self) -> bool {
        self.points.len() >= self.most
    }

    /// What Newton's method is to keep away from.
    pub fn states(&self) -> Vec<&[f64]> {
        self.points.iter().map(|p| &p.x[..]).collect()
    }

    /// The attractor that a trajectory has nearly reached.
    pub fn reached(&self, x: &[f64]) -> Option<usize> {
        let near = |p: &LandscapePoint| p.class.attracts() && is_within(NEAR, &p.x, x);
        self.points.iter().position(near)
    }

    /// The position of a fixed point at which Newton's method has [arrived](arrive), and whether it is new; none if there is no room
    /// for it.
    pub fn find(&mut self, local: &mut Local<'_>, x: Vec<f64>) -> Option<(usize, bool)> {
        let is_here = |p: &LandscapePoint| is_within(SAME, &p.x, &x);
        if let Some(k) = self.points.iter().position(is_here) {
            return Some((k, false));
        }
        if let Some(k) = self.continua.find(local, &x) {
            return Some((k, false));
        }
        let point = self.examine(local, x)?;
        let known = self.points.iter().position(|p| is_one(local, p, &point));
        if let Some(k) = known {
            return Some((k, false));
        }
        if self.is_full() {
            return None;
        }
        let place = self.points.len();
        if point.is_continuous() {
            self.continua.add(place, point.energy, &point.x);
        }
        self.points.push(point);
        Some((place, true))
    }

    /// The number of the continuum that this fixed point is on; none if it is on none that is known.
    pub fn on_continuum(&mut self, local: &mut Local<'_>, x: &[f64]) -> Option<usize> {
        self.continua.find(local, x)
    }

    /// The same, and the mirror image of what is new: where `E(−x) = E(x)` it is a fixed point, too, and the two are missing in a count that
    /// sees no pairs. Where it is none, Newton's method leads from there to whatever it finds.
    pub fn find_both(&mut self, local: &mut Local<'_>, x: Vec<f64>) -> Option<(usize, bool)> {
        let found = self.find(local, x)?;
        if found.1 {
            let mut mirrored = self.points[found.0].x.clone();
            local.free.iter().for_each(|i| mirrored[*i] *= -1.0);
            if let Some(x) = arrive(local, &mirrored) {
                self.find(local, x);
            }
        }
        Some(found)
    }

    fn examine(&mut self, local: &mut Local<'_>, x: Vec<f64>) -> Option<LandscapePoint> {
        if local.free.len() > self.all_up_to {
            return by_inertia(local, x);
        }
        let force = local.force(&x);
        let kink = kink(local, &x);
        let eigenvalues = self.eigenvalues(local, kink.as_ref().map_or(&x, |k| &k.side))?;
        let (mut class, mut index, mut zeros) = Class::of(local, &eigenvalues);
        let mut along = None;
        let is_on_a_kink = kink.is_some();
        if kink.is_some_and(|k| !k.tells || !class.attracts()) {
            class = Class::Marginal;
        }
        let unit = DOUBT * unit(local, &eigenvalues);
        let near = eigenvalues.iter().filter(|e| e[0].abs() <= unit).count();
        if near > 0 && !is_on_a_kink {
            // The fixed point of a fold is known to the root of rounding, and its eigenvalue no better: what the flow does tells.
            match along_centre(local, &x, near, None) {
                Some(centre) if !centre.linear => {
                    class = Class::Marginal;
                    index = eigenvalues.iter().filter(|e| e[0] > unit).count();
                    zeros = near;
                    along = Some(centre.along);
                }
                // Weights are not typed with so many digits.
                Some(_) if zeros > 0 => along = Some(Along::Flat),
                _ => {}
            }
        }
        let (energy, g) = energy_at(local.network, (&x, local.input, &local.clamped));
        Some(LandscapePoint {
            g,
            energy,
            residual: local::largest(&force),
            eigenvalues,
            has_all_eigenvalues: true,
            index,
            zeros,
            class,
            along,
            is_on_a_kink,
            overlaps: Vec::new(),
            likeness: None,
            starts: 0,
            x,
        })
    }

    /// Those of the symmetric matrix where there is an energy. That J is similar to it is seen once: a symmetric solver has real
    /// eigenvalues for every model, a wrong one too.
    fn eigenvalues(&mut self, local: &mut Local<'_>, x: &[f64]) -> Option<Vec<[f64; 2]>> {
        let is_similar = self.asymmetry.is_none_or(|a| a <= SIMILAR);
        if local.gradient && is_similar {
            let symmetric = symmetric(local, x)?;
            if self.asymmetry.is_some() || !local.leaky {
                return Some(symmetric);
            }
            let own = of_jacobian(local, x)?;
            let pairs = own.iter().zip(&symmetric);
            let differs = pairs.map(|(a, b)| (a[0] - b[0]).abs().max(a[1].abs()));
            let asymmetry = differs.fold(0.0, f64::max) / unit(local, &symmetric);
            self.asymmetry = Some(asymmetry);
            return Some(match asymmetry <= SIMILAR {
                true => symmetric,
                false => own,
            });
        }
        of_jacobian(local, x)
    }
}

/// A fixed point of a large network with an energy: the ends of its spectrum, and its index by the inertia of the symmetric matrix.
fn by_inertia(local: &mut Local<'_>, x: Vec<f64>) -> Option<LandscapePoint> {
    let force = local.force(&x);
    let kink = kink(local, &x);
    let ends = Ends::new(local, kink.as_ref().map_or(&x, |k| &k.side), &force)?;
    let eigenvalues: Vec<[f64; 2]> = ends.values.iter().map(|re| [*re, 0.0]).collect();
    let between = |unit: f64| Some([ends.above(unit)?, ends.above(-unit)?]);
    // Where none is nearly 0, none is 0.
    let mut counts = between(DOUBT * unit(local, &eigenvalues))?;
    if counts[0] != counts[1] {
        counts = between(zero(local, &eigenvalues))?;
    }
    let (index, zeros) = (counts[0], counts[1] - counts[0]);
    let (energy, g) = energy_at(local.network, (&x, local.input, &local.clamped));
    let class = Class::by_counts(local.free.len(), index, zeros, false);
    Some(LandscapePoint {
        g,
        energy,
        residual: local::largest(&force),
        eigenvalues,
        has_all_eigenvalues: false,
        index,
        zeros,
        is_on_a_kink: kink.is_some(),
        class: match kink.is_some_and(|k| !k.tells || !class.attracts()) {
            true => Class::Marginal,
            false => class,
        },
        along: None,
        overlaps: Vec::new(),
        likeness: None,
        starts: 0,
        x,
    })
}

/// The fixed point to which Newton's method leads from `x`.
pub(in crate::analysis) fn arrive(local: &mut Local<'_>, x: &[f64]) -> Option<Vec<f64>> {
    // Twice: what counts as rounding depends on where it begins.
    let once = newton(local, x);
    let found = newton(local, &once.x);
    if found.converged {
        return Some(found.x);
    }
    // Currents that cancel, as halfway between two memories, are rounded by more than their sum shows, and Newton's method does
    // not see that it has arrived: a correction and a force this small, beside state and currents, are an arrival too.
    let leaks = local.network.leaks().iter();
    let pulls = leaks.zip(&found.x).map(|(k, x)| (k * x).abs());
    let unit = pulls.fold(1.0, f64::max);
    let state = 1.0 + local::largest(&found.x);
    let force = local::largest(&local.force(&found.x));
    let is_small = found.first.is_some_and(|c| c <= SETTLED * state) && force <= SETTLED * unit;
    is_small.then_some(found.x)
}

fn is_within(part: f64, a: &[f64], b: &[f64]) -> bool {
    let pairs = a.iter().zip(b);
    let apart = pairs.fold(0.0, |m: f64, (a, b)| m.max((a - b).abs()));
    apart <= part * (1.0 + local::largest(a))
}

/// Are they one, as far as an eigenvalue of 0 lets be told?
fn is_one(local: &Local<'_>, a: &LandscapePoint, b: &LandscapePoint) -> bool {
    let is_doubtful = |p: &LandscapePoint| {
        let unit = unit(local, &p.eigenvalues);
        p.eigenvalues.iter().any(|e| e[0].abs() <= DOUBT * unit)
    };
    is_doubtful(a) && is_doubtful(b) && is_within(NEAR, &a.x, &b.x)
}
