//! `L = (2/π) [x arctan(ax) − ln(1 + a²x²)/(2a)]` with `a = πλ/2`, `g = (2/π) arctan(ax)`, `H = λ/(1 + a²x²)`,
//! `L* = −(4/(π²λ)) ln cos(πg/2) = ln(1 + a²x²)/(πa)`: the neuron of Hopfield 1984, figure 3, with slope λ at 0.

use std::f64::consts::{FRAC_2_PI, FRAC_PI_2, PI};
use std::sync::Arc;

use super::{ArcLength, Kind, Name, OnArc, Reach, Scalar, Term, Trend};
use crate::key::{Form, parameter};

/// The arc tangent, scaled to ±1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arctan {
    /// Slope at 0, above 0.
    pub lambda: f64,
}

impl Arctan {
    fn a(self) -> f64 {
        FRAC_PI_2 * self.lambda
    }
}

/// `ln(1 + y²)`, also where y² overflows.
fn ln_1p_square(y: f64) -> f64 {
    if y.abs() > 1e100 {
        2.0 * y.abs().ln()
    } else {
        (y * y).ln_1p()
    }
}

impl Scalar for Arctan {
    fn name(&self) -> Name {
        Name::of(&KIND, format_args!("(lambda = {})", self.lambda))
    }

    #[inline(always)]
    fn value(&self, x: f64) -> Term {
        let a = self.a();
        let y = a * x;
        // The difference is never less than a third of the sum: nothing is lost near 0.
        let t = Term::sum(y * y.atan(), -0.5 * ln_1p_square(y));
        let scale = FRAC_2_PI / a;
        Term {
            value: scale * t.value,
            magnitude: scale * t.magnitude,
        }
    }

    #[inline(always)]
    fn activation(&self, x: f64) -> f64 {
        FRAC_2_PI * (self.a() * x).atan()
    }

    /// By the system's library, one neuron at a time.
    fn operations(&self) -> f64 {
        100.0
    }

    #[inline(always)]
    fn slope(&self, x: f64) -> f64 {
        let y = self.a() * x;
        self.lambda / (1.0 + y * y)
    }

    #[inline(always)]
    fn legendre(&self, x: f64) -> Term {
        Term::plain(ln_1p_square(self.a() * x) / (PI * self.a()))
    }

    fn rise(&self, x: f64, by: f64) -> f64 {
        let (y, d) = (self.a() * x, self.a() * by);
        let moved = y + d;
        // d atan y' + y (atan y' − atan y) − ln[(1 + y'²)/(1 + y²)]/2, each of the two differences in one piece.
        let turn = match y * moved > 0.0 {
            true => (d / (1.0 + y * moved)).atan(),
            false => moved.atan() - y.atan(),
        };
        let ratio = match y.abs().max(moved.abs()) < 1e100 && d.abs() < y.abs() {
            true => (d * (y + moved) / (1.0 + y * y)).ln_1p(),
            false => ln_1p_square(moved) - ln_1p_square(y),
        };
        FRAC_2_PI / self.a() * (d * moved.atan() + y * turn - 0.5 * ratio)
    }

    fn trends(&self) -> Option<[Trend; 2]> {
        Some([Trend::Rising, Trend::Peak])
    }

    fn reach(&self) -> Reach {
        Reach::confined(-1.0, 1.0)
    }

    fn arc_length(&self) -> Option<&dyn ArcLength> {
        Some(self)
    }

    fn state(&self, g: f64) -> Option<f64> {
        (g.abs() < 1.0).then(|| (FRAC_PI_2 * g).tan() / self.a())
    }
}

/// `ax = sinh (as/√λ)`: the activations end at ±1, the arc does not.
impl ArcLength for Arctan {
    fn of(&self, x: f64) -> f64 {
        (self.a() * x).asinh() * self.lambda.sqrt() / self.a()
    }

    fn at(&self, s: f64) -> OnArc {
        let root = self.lambda.sqrt();
        let rate = self.a() / root;
        let u = rate * s;
        OnArc {
            state: u.sinh() / self.a(),
            slope: root / u.cosh(),
            bend: -rate * u.tanh(),
        }
    }
}

pub const KIND: Kind = Kind {
    name: "arctan",
    formula: "L = (2/pi) (x atan(a x) - ln(1 + a² x²)/(2a)) with a = pi lambda/2, g = (2/pi) atan(a x)",
    parameters: &[parameter("lambda", Form::Number, "slope at 0, above 0; 1")],
    examples: &[
        r#"{ kind = "arctan" }"#,
        r#"{ kind = "arctan", lambda = 1.4 }"#,
    ],
    make: |p| {
        let lambda = p.positive("lambda", Some(1.0))?;
        Ok(Arc::new(Arctan { lambda }))
    },
};
