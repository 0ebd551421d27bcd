//! Penalties: soft constraints on activations, `E = Σ_r (λ_r/2) (a_r·g − b_r)²`, two-sided or one-sided
//! (Tank and Hopfield 1986; Hopfield and Tank 1985 for the equality form).

use super::{Energy, Example, Flips, Kind, Made, Ports, Scratch, Synapse, finite};
use crate::kernels::math::positive_part;
use crate::kernels::{Patch, Weights, sum_rows};
use crate::key::{Form, Key, parameter};
use crate::lagrangian::{Axis, Parameters, TermRows};
use crate::number::plural;
use crate::refusal::Refusal;

mod flips;

/// Linear constraints on one layer, `a_r·g = b_r` or `a_r·g ≤ b_r`, each with its strength.
#[derive(Clone, Debug, PartialEq)]
pub struct Penalty {
    a: Weights,
    b: Vec<f64>,
    strength: Vec<f64>,
    one_sided: bool,
}

const PARAMETERS: &[Key] = &[
    parameter(
        "a",
        Form::Array,
        "coefficients, one constraint a row (a vector for a single constraint)",
    ),
    parameter("b", Form::Array, "right-hand side of each constraint"),
    parameter(
        "strength",
        Form::Array,
        "λ of each constraint, 0 or above (1)",
    ),
];

const EXAMPLES: &[Example] = &[
    (
        &[&[6]],
        r#"a = { random = "normal", shape = [3, 6] }
        b = [0.2, -0.4, 0.1]
        strength = [0.5, 2.0, 0.3]"#,
    ),
    (&[&[4]], "a = 1.0\nb = -9.0"),
];

pub const EQUALITY: Kind = Kind {
    name: "equality",
    formula: "E = Σ (λ/2)(a·g − b)², a penalty on a·g ≠ b",
    layers: "[A]",
    joins: Some(1),
    instead: None,
    parameters: PARAMETERS,
    make: |p, _| read(p, false),
    examples: EXAMPLES,
};

pub const INEQUALITY: Kind = Kind {
    name: "inequality",
    formula: "E = Σ (λ/2) max(0, a·g − b)², a penalty on a·g > b",
    make: |p, _| read(p, true),
    ..EQUALITY
};

fn read(p: &mut dyn Parameters, one_sided: bool) -> Result<Made, Refusal> {
    let a = p.weights("a", [Axis::Any, Axis::Layer(0)]);
    let each = a
        .as_ref()
        .map_or(Axis::Any, |a| Axis::Each(a.rows(), "constraint"));
    let b = p.array("b", &[each]);
    let (b, strength) = (p.needed("b", b), p.array("strength", &[each]));
    let (a, b) = (a?, b?);
    let strength = strength?.map_or_else(|| vec![1.0; a.rows()], |s| s.data);
    Ok(Penalty::new(a, b.data, strength, one_sided)?.into())
}

impl Penalty {
    /// `a·g = b`, row by row.
    ///
    /// # Errors
    /// Unless `b` and `strength` have one finite entry for each row of `a` and no strength is negative: that would reward
    /// breaking the constraint.
    pub fn equality(a: Weights, b: Vec<f64>, strength: Vec<f64>) -> Result<Self, Refusal> {
        Penalty::new(a, b, strength, false)
    }

    /// `a·g ≤ b`, row by row.
    ///
    /// # Errors
    /// As [`Penalty::equality`].
    pub fn inequality(a: Weights, b: Vec<f64>, strength: Vec<f64>) -> Result<Self, Refusal> {
        Penalty::new(a, b, strength, true)
    }

    fn new(a: Weights, b: Vec<f64>, strength: Vec<f64>, one_sided: bool) -> Result<Self, Refusal> {
        for (name, values) in [("b", &b), ("strength", &strength)] {
            finite(name, values, a.rows(), "constraint")?;
        }
        // The theory of penalties is that of `Φ(a·g)` with a convex Φ (Tank and Hopfield 1986).
        if let Some(k) = strength.iter().position(|l| *l < 0.0) {
            let why = format!(
                "must be 0 or above, it is {}: a negative strength rewards breaking the constraint",
                strength[k]
            );
            const CONVEX: &str = "a penalty is convex, or nothing holds the energy; to turn an inequality round, turn the signs of its a and b";
            return Err(Refusal::new("strength", why).of_entry(k).help(CONVEX));
        }
        Ok(Penalty {
            a: a.whole(),
            b,
            strength,
            one_sided,
        })
    }

    fn is_active(&self, excess: f64) -> bool {
        !self.one_sided || excess > 0.0
    }

    /// How far each constraint is from being met, `rows × width`.
    fn excess(&self, g: &[f64], width: usize, out: &mut [f64]) {
        for (row, b) in out.chunks_exact_mut(width).zip(&self.b) {
            row.fill(-b);
        }
        self.a.add_product(g, width, out);
        if self.one_sided {
            out.iter_mut().for_each(|r| *r = positive_part(*r));
        }
    }
}

impl Synapse for Penalty {
    fn describe(&self) -> String {
        let kind = if self.one_sided {
            "inequality"
        } else {
            "equality"
        };
        format!("{kind} penalty, {}", plural(self.b.len(), "row"))
    }

    fn kind(&self) -> Option<&'static Kind> {
        Some(if self.one_sided {
            &INEQUALITY
        } else {
            &EQUALITY
        })
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        vec![vec![self.a.cols()]]
    }

    fn evaluate(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        current: &mut [f64],
        energy: Option<TermRows<'_>>,
        scratch: &mut Scratch,
    ) {
        let width = ports.width;
        let g = ports.of(0, g);
        let (excess, norm) = scratch.rows.split_at_mut(self.b.len() * width);
        self.excess(g, width, excess);
        if let Some(out) = energy {
            out.value.fill(0.0);
            out.magnitude.fill(0.0);
            sum_rows([g], width, norm, |[g]| g * g);
            for (r, row) in excess.chunks_exact(width).enumerate() {
                let (lambda, b, a) = (self.strength[r], self.b[r].abs(), self.a.row_norms()[r]);
                for (column, excess) in row.iter().enumerate() {
                    out.value[column] += 0.5 * lambda * excess * excess;
                    let summands = a * norm[column].sqrt() + b;
                    out.magnitude[column] +=
                        lambda * excess.abs() * (0.5 * excess.abs() + summands);
                }
            }
        }
        for (row, lambda) in excess.chunks_exact_mut(width).zip(&self.strength) {
            row.iter_mut().for_each(|r| *r *= -lambda);
        }
        self.a
            .add_transposed_product(excess, width, ports.of_mut(0, current));
    }

    fn add_curvature(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        dg: &[f64],
        dcurrent: &mut [f64],
        scratch: &mut Scratch,
    ) {
        let width = ports.width;
        let rows = self.b.len() * width;
        let (excess, rest) = scratch.rows.split_at_mut(rows);
        let change = &mut rest[..rows];
        self.excess(ports.of(0, g), width, excess);
        change.fill(0.0);
        self.a.add_product(ports.of(0, dg), width, change);
        let rows = excess
            .chunks_exact(width)
            .zip(change.chunks_exact_mut(width));
        for ((excess, change), lambda) in rows.zip(&self.strength) {
            for (e, c) in excess.iter().zip(change) {
                *c = if self.is_active(*e) {
                    -lambda * *c
                } else {
                    0.0
                };
            }
        }
        self.a
            .add_transposed_product(change, width, ports.of_mut(0, dcurrent));
    }

    fn curvature(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        scratch: &mut Scratch,
        show: &mut dyn FnMut([usize; 2], Patch<'_>),
    ) -> bool {
        let (excess, weight) = scratch.rows.split_at_mut(self.b.len());
        self.excess(ports.of(0, g), 1, excess);
        for ((w, e), lambda) in weight.iter_mut().zip(excess).zip(&self.strength) {
            *w = if self.is_active(*e) { -lambda } else { 0.0 };
        }
        show(
            [0, 0],
            Patch::Rows([self.a.data(); 2], &weight[..self.b.len()]),
        );
        true
    }

    fn energy(&self) -> Energy {
        Energy::Exact
    }

    /// A penalty is bounded below by 0.
    fn order(&self, _unbounded: &[bool]) -> f64 {
        0.0
    }

    /// The two-sided form is; its constant and linear parts do not matter far out.
    fn is_quadratic(&self) -> bool {
        !self.one_sided
    }

    /// The rows forth and back, and what is done to each excess.
    fn operations(&self) -> f64 {
        const EXCESS: f64 = 10.0;
        let ways = [false, true].map(|back| self.a.operations(back));
        ways[0] + ways[1] + EXCESS * self.b.len() as f64
    }

    fn flips(&self) -> Option<&dyn Flips> {
        Some(self)
    }

    fn scratch(&self, width: usize) -> Scratch {
        Scratch::rows(2 * self.b.len() + 1, width)
    }
}
