//! Activations and Hessians over intervals of states: what an exhaustive search for fixed points needs.

use super::Scalar;
use crate::kernels::Interval;

/// How a function of one number runs, so that its values over an interval are known from a few.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trend {
    /// It never falls.
    Rising,
    /// It never falls up to 0 and never rises from there.
    Peak,
    /// It never rises up to 0 and never falls from there.
    Valley,
}

impl Trend {
    /// All values of `f` over an interval.
    pub fn enclose(self, x: Interval, f: impl Fn(f64) -> f64) -> Interval {
        let ends = Interval::of_function(f(x.low), f(x.high));
        match self {
            Trend::Peak | Trend::Valley if x.holds(0.0) => {
                let turn = f(0.0);
                ends.hull(Interval::of_function(turn, turn))
            }
            _ => ends,
        }
    }
}

/// A Lagrangian over a box of states, an interval for each neuron.
pub trait Enclosure {
    /// Intervals that hold every activation.
    fn activation(&self, x: &[Interval], g: &mut [Interval]);

    /// Shows intervals that hold every entry `H_ij`, all entries that may differ from 0; `[i, j]` are their places.
    fn hessian(&self, x: &[Interval], show: &mut dyn FnMut([usize; 2], Interval));
}

/// Of one that does not say how it runs nothing is known.
impl<S: Scalar> Enclosure for S {
    fn activation(&self, x: &[Interval], g: &mut [Interval]) {
        let trend = self.trends().map(|[activation, _]| activation);
        for (g, x) in g.iter_mut().zip(x) {
            *g = trend.map_or(Interval::ALL, |t| {
                t.enclose(*x, |x| Scalar::activation(self, x))
            });
        }
    }

    fn hessian(&self, x: &[Interval], show: &mut dyn FnMut([usize; 2], Interval)) {
        let trend = self.trends().map(|[_, slope]| slope);
        for (i, x) in x.iter().enumerate() {
            let slope = |t: Trend| t.enclose(*x, |x| self.slope(x));
            show([i, i], trend.map_or(Interval::ALL, slope));
        }
    }
}
