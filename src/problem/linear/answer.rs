//! What an end says of a linear programme, and what it proves.

use super::flat::{dot, largest};
use super::{Linear, MET, Verdict};
use crate::number::{number, rounded};
use crate::problem::{Answer, Problem as _};

impl Linear {
    pub fn words_of(&self, what: &str, stage: usize) -> String {
        format!("{}: {what}, network {stage}", self.words())
    }

    /// What the scaled variables say.
    pub fn answer(
        &self,
        verdict: &Verdict,
        x: &[f64],
        lambda: &[f64],
        mut besides: Vec<(&'static str, f64)>,
    ) -> Answer {
        let x = match verdict {
            Verdict::Unbounded { point, .. } => point,
            _ => x,
        };
        let values: Vec<f64> = x.iter().zip(&self.units).map(|(x, u)| x * u).collect();
        let miss = self.flat.miss(x);
        let in_rows = self.rows.iter().zip(&miss);
        let beyond: Vec<f64> = in_rows.map(|(r, m)| m * r.norm(&self.units)).collect();
        let (bound, off) = self.flat.bound(lambda);
        let cost = dot(&self.c, &values);
        let sign = if self.maximises { -1.0 } else { 1.0 };
        let bound = sign * bound * self.cost_unit;
        // A bound that is off by more than rounding is none.
        let bound = (off <= MET).then_some(bound);
        let gap = bound.map_or(f64::NAN, |bound| sign * (cost - bound));
        besides.splice(
            0..0,
            [
                ("violation", largest(&beyond)),
                ("gap", gap),
                ("dual residual", off),
            ],
        );
        let mut violated = Vec::new();
        match verdict {
            Verdict::Infeasible { weights, far } => {
                violated.push(self.infeasible(weights, *far));
            }
            Verdict::Unbounded { direction, .. } => {
                violated.push(self.unbounded(direction));
            }
            Verdict::Settled => {}
            Verdict::Open => {
                let size = MET * (1.0 + largest(x));
                for (row, _) in self.rows.iter().zip(&miss).filter(|(_, m)| m.abs() > size) {
                    let found = number(rounded(dot(&row.a, &values), 10));
                    let (word, b) = (row.sense.word(), number(rounded(row.b, 10)));
                    violated.push(format!("{}: {found}, to be {word} {b}", row.name));
                }
                // NaN is not small. In units of the scaled programme.
                let is_best = gap.abs() <= self.cost_unit * size;
                if violated.is_empty() && !is_best {
                    let gap = number(rounded(gap, 3));
                    let off = number(rounded(off, 3));
                    violated.push(format!("not known to be the optimum: a gap of {gap} to what the multipliers prove, which are off by {off}; more `stages`, or `--form primal-dual`, may bring it"));
                }
            }
        }
        let is_open = matches!(verdict, Verdict::Open | Verdict::Settled);
        Answer {
            violated,
            cost: is_open.then_some(cost),
            bound: bound.filter(|_| is_open),
            values,
            besides,
        }
    }

    /// `no point meets all rows: 0.5 × row a + …`.
    fn infeasible(&self, weights: &[f64], far: f64) -> String {
        let all = self
            .rows
            .iter()
            .zip(weights)
            .filter(|(_, w)| w.abs() > 1e-9);
        let named: Vec<String> = all
            .map(|(row, w)| {
                format!(
                    "{} × {}",
                    number(rounded(w.abs() / row.norm(&self.units), 4)),
                    row.name
                )
            })
            .collect();
        // What rounding leaves of the sum of rows may be met by a point that is far enough away.
        let within = match far.is_finite() {
            true => {
                let unit = self.units.iter().copied().fold(f64::INFINITY, f64::min);
                let far = number(rounded(far * unit, 2));
                format!(" with all |x| below {far}")
            }
            false => String::new(),
        };
        format!(
            "infeasible: no point{within} meets all rows, as these contradict each other (Farkas): {}",
            named.join(" + ")
        )
    }

    fn unbounded(&self, direction: &[f64]) -> String {
        let size = largest(direction).max(f64::MIN_POSITIVE);
        let all = self.names.iter().zip(direction);
        let all = all
            .zip(&self.units)
            .filter(|((_, d), _)| d.abs() > 1e-9 * size);
        let moves =
            all.map(|((name, d), u)| format!("{name} by {}", number(rounded(d / size * u, 4))));
        let moves: Vec<String> = moves.collect();
        // Rounding: after a way t a row may be broken by this times t.
        let rows = self.flat.directions().miss(direction);
        let off = largest(&rows[..self.flat.planes.len()]) / size;
        let within = match off > 0.0 {
            true => format!(" (to within {} of the way)", number(rounded(off, 2))),
            false => String::new(),
        };
        format!(
            "unbounded: all rows are met from a feasible point on for ever{within}, and the cost gets better, along {}",
            moves.join(", ")
        )
    }
}
