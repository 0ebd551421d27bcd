//! Additive Lagrangians, `L(x) = Σ_i ℓ(x_i)`, written as functions of one number.

use crate::kernels::vectorized;

use super::{
    ArcLength, Changes, EXPONENTIAL, Enclosure, HessianRows, Lagrangian, Name, Reach, TermRows,
    Trend, Values, rise,
};
use crate::refusal::Refusal;

/// A number and the sum of the absolute values of the summands it was computed from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// The number.
    pub value: f64,
    /// `Σ |summands|`, additive constants included.
    pub magnitude: f64,
}

impl Term {
    /// A number that is computed without cancellation.
    pub fn plain(value: f64) -> Self {
        Term {
            value,
            magnitude: value.abs(),
        }
    }

    /// A sum of two numbers.
    pub fn sum(a: f64, b: f64) -> Self {
        Term {
            value: a + b,
            magnitude: a.abs() + b.abs(),
        }
    }
}

/// An additive Lagrangian as a function of one neuron's state. Everything a [`Lagrangian`] does follows.
pub trait Scalar: std::fmt::Debug + Send + Sync {
    /// What it is called.
    fn name(&self) -> Name;
    /// `ℓ(x)`.
    fn value(&self, x: f64) -> Term;
    /// `g = ℓ'(x)`.
    fn activation(&self, x: f64) -> f64;
    /// About how much work it is, in multiplications of a large dense product; unless said, that of one exponential.
    fn operations(&self) -> f64 {
        EXPONENTIAL
    }
    /// `ℓ''(x)`; at a kink the value of the inactive side.
    fn slope(&self, x: f64) -> f64;
    /// `ℓ*(g(x)) = x g − ℓ` without cancellation.
    fn legendre(&self, x: f64) -> Term;
    /// `ℓ(x + δ) − ℓ(x)`; without cancellation where that is known how.
    fn rise(&self, x: f64, by: f64) -> f64 {
        self.value(x + by).value - self.value(x).value
    }
    /// `c Σ_i [ℓ(x_i + δ_i) − ℓ(x_i)]`.
    fn rises(&self, c: f64, x: &[f64], changes: &Changes<'_>) -> f64 {
        c * rise::sum(
            x,
            changes,
            #[inline(always)]
            |x, by| self.rise(x, by),
        )
    }
    /// Is it `x²/2`?
    fn is_half_square(&self) -> bool {
        false
    }
    /// How far it goes.
    fn reach(&self) -> Reach;
    /// Which values its activation takes.
    fn values(&self) -> Values {
        Values::Interval
    }
    /// How the activation and its slope run, if that is known.
    fn trends(&self) -> Option<[Trend; 2]> {
        None
    }
    /// Its arc length in closed form, if its slope is above 0 everywhere.
    fn arc_length(&self) -> Option<&dyn ArcLength> {
        None
    }
    /// The state with activation `g` where the activation is one-to-one and `g` lies in its range.
    fn state(&self, g: f64) -> Option<f64> {
        let _ = g;
        None
    }
    /// Is it convex, its slope nowhere negative? Such a function that is not is refused as a layer but may serve as a
    /// memory's potential.
    ///
    /// # Errors
    /// Where it is not convex.
    fn convexity(&self) -> Result<(), Refusal> {
        Ok(())
    }
}

impl<S: Scalar> Lagrangian for S {
    fn name(&self) -> Name {
        Scalar::name(self)
    }

    fn is_additive(&self) -> bool {
        true
    }

    fn value(&self, x: &[f64], _width: usize, out: TermRows<'_>) {
        write_terms(
            x,
            out,
            #[inline(always)]
            |x| Scalar::value(self, x),
        );
    }

    fn activation(&self, x: &[f64], _width: usize, g: &mut [f64]) {
        vectorized(
            #[inline(always)]
            || {
                for (g, x) in g.iter_mut().zip(x) {
                    *g = Scalar::activation(self, *x);
                }
            },
        );
    }

    fn operations(&self) -> f64 {
        Scalar::operations(self)
    }

    fn hessian(&self, x: &[f64], _width: usize, rows: HessianRows<'_>) {
        vectorized(
            #[inline(always)]
            || {
                for (w, x) in rows.weights.iter_mut().zip(x) {
                    *w = self.slope(*x);
                }
            },
        );
    }

    fn legendre(&self, x: &[f64], _width: usize, out: TermRows<'_>) {
        write_terms(
            x,
            out,
            #[inline(always)]
            |x| Scalar::legendre(self, x),
        );
    }

    // Of the same exponential, say, the compiler keeps one.
    fn hessian_and_legendre(
        &self,
        x: &[f64],
        _width: usize,
        rows: HessianRows<'_>,
        out: TermRows<'_>,
    ) {
        let n = x.len();
        let weights = &mut rows.weights[..n];
        let (value, magnitude) = (&mut out.value[..n], &mut out.magnitude[..n]);
        vectorized(
            #[inline(always)]
            move || {
                for i in 0..n {
                    weights[i] = self.slope(x[i]);
                    let term = Scalar::legendre(self, x[i]);
                    value[i] = term.value;
                    magnitude[i] = term.magnitude;
                }
            },
        );
    }

    fn rise(&self, c: f64, x: &[f64], _: &[f64], changes: &Changes<'_>) -> f64 {
        self.rises(c, x, changes)
    }

    fn is_half_square(&self) -> bool {
        Scalar::is_half_square(self)
    }

    fn reach(&self) -> Reach {
        Scalar::reach(self)
    }

    fn values(&self) -> Values {
        Scalar::values(self)
    }

    fn enclosure(&self) -> Option<&dyn Enclosure> {
        self.trends().is_some().then_some(self)
    }

    fn arc_length(&self) -> Option<&dyn ArcLength> {
        Scalar::arc_length(self)
    }

    fn convexity(&self) -> Result<(), Refusal> {
        Scalar::convexity(self)
    }

    fn state(&self, g: &[f64], _width: usize, x: &mut [f64]) -> bool {
        g.iter().zip(x).all(|(g, x)| {
            Scalar::state(self, *g).is_some_and(|s| {
                *x = s;
                true
            })
        })
    }
}

fn write_terms(x: &[f64], out: TermRows<'_>, f: impl Fn(f64) -> Term) {
    let TermRows { value, magnitude } = out;
    vectorized(
        #[inline(always)]
        // Moved in: a parameter reached through two references could be anything that the loop writes, which then is no
        // loop of vectors.
        move || {
            for ((x, value), magnitude) in x.iter().zip(value).zip(magnitude) {
                let term = f(*x);
                *value = term.value;
                *magnitude = term.magnitude;
            }
        },
    );
}
