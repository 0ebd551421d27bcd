//! Roots along the sides of squares, of many sides at a time.

use super::Field;

/// A side: its ends and the values there, of different sign.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side {
    pub ends: [[f64; 2]; 2],
    pub values: [f64; 2],
}

/// A jump or a pole is no root: beside the values at the ends what is left must be this small.
const LEFT: f64 = 1e-6;
/// More than the method takes by bisection alone.
const ROUNDS: usize = 160;

/// A bracket of a root along a side: places from 0 to 1 with their values, the last two being those it lies between.
struct Bracket {
    x: [f64; 3],
    f: [f64; 3],
    next: f64,
    done: Option<f64>,
}

/// The root on each side; none where the sign changes without one. By T. R. Chandrupatla's method (1997): inverse quadratic
/// interpolation where it is safe, else bisection.
pub(super) fn roots(f: Field<'_>, sides: &[Side]) -> Vec<Option<[f64; 2]>> {
    let mut brackets: Vec<Bracket> = sides.iter().map(Bracket::new).collect();
    for _ in 0..ROUNDS {
        let open: Vec<usize> = (0..sides.len())
            .filter(|k| brackets[*k].done.is_none())
            .collect();
        if open.is_empty() {
            break;
        }
        let points: Vec<[f64; 2]> = open
            .iter()
            .map(|k| sides[*k].at(brackets[*k].next))
            .collect();
        for (k, value) in open.iter().zip(f(&points)) {
            brackets[*k].take(value, &sides[*k]);
        }
    }
    let found = sides.iter().zip(&brackets);
    found
        .map(|(side, b)| {
            let size = side.values[0].abs().max(side.values[1].abs());
            let [_, best] = b.best();
            (best.abs() <= LEFT * size).then(|| side.at(b.best()[0]))
        })
        .collect()
}

impl Side {
    /// The point at this part of it, its ends exactly.
    fn at(&self, s: f64) -> [f64; 2] {
        let [a, b] = self.ends;
        [0, 1].map(|k| match s {
            1.0 => b[k],
            s => a[k] + s * (b[k] - a[k]),
        })
    }

    /// The least part of it that changes a point on it.
    fn grain(&self, s: f64) -> f64 {
        let [a, b] = self.ends;
        let at = self.at(s);
        let long = (0..2).map(|k| (b[k] - a[k]).abs()).fold(0.0, f64::max);
        let ends = (0..2).filter(|k| a[*k] != b[*k]);
        let size = ends.map(|k| at[k].abs()).fold(0.0, f64::max);
        2.0 * f64::EPSILON * size / long + 1e-18
    }
}

impl Bracket {
    fn new(side: &Side) -> Self {
        let [a, b] = side.values;
        let end = [0.0, 1.0][usize::from(b.abs() < a.abs())];
        // What counts as zero has the sign of what is above.
        let settled = a == 0.0 || b == 0.0 || (a > 0.0) == (b > 0.0);
        Bracket {
            x: [0.0, 1.0, 0.0],
            f: [a, b, a],
            next: 0.5,
            done: settled.then_some(end),
        }
    }

    /// Where it is best, and the value there.
    fn best(&self) -> [f64; 2] {
        let k = usize::from(self.f[1].abs() < self.f[0].abs());
        [self.x[k], self.f[k]]
    }

    fn take(&mut self, value: f64, side: &Side) {
        if value.is_nan() {
            self.f = [f64::INFINITY; 3];
            self.done = Some(self.next);
            return;
        }
        let same = (value > 0.0) == (self.f[0] > 0.0) && value != 0.0;
        if same {
            (self.x[2], self.f[2]) = (self.x[0], self.f[0]);
        } else {
            (self.x[2], self.f[2]) = (self.x[1], self.f[1]);
            (self.x[1], self.f[1]) = (self.x[0], self.f[0]);
        }
        (self.x[0], self.f[0]) = (self.next, value);
        let [place, left] = self.best();
        let ([x1, x2, x3], [f1, f2, f3]) = (self.x, self.f);
        let least = side.grain(place) / (x2 - x1).abs();
        if left == 0.0 || least > 0.5 {
            self.done = Some(place);
            return;
        }
        let (xi, phi) = ((x1 - x2) / (x3 - x2), (f1 - f2) / (f3 - f2));
        let safe = phi * phi < xi && (1.0 - phi) * (1.0 - phi) < 1.0 - xi;
        let part = match safe {
            true => {
                f1 / (f2 - f1) * f3 / (f2 - f3)
                    + (x3 - x1) / (x2 - x1) * f1 / (f3 - f1) * f2 / (f3 - f2)
            }
            false => 0.5,
        };
        let part = if part.is_finite() { part } else { 0.5 };
        self.next = x1 + part.clamp(least, 1.0 - least) * (x2 - x1);
    }
}
