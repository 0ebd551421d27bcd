//! Constraints with multipliers of their own: the flow of the augmented Lagrangian, down in the variables and up in the multipliers
//! (Arrow, Hurwicz and Uzawa 1958; Rockafellar 1976).
//!
//! ```text
//! L(x, λ) = Σ_r ((λ_r + K (a_r·x − b_r))₊² − λ_r²) / 2K        s = (λ + K (a x − b))₊
//! −∂L/∂x  = −aᵀ s                                              +∂L/∂λ = (s − λ)/K
//! ```
//!
//! `L` is convex in x and concave in λ. Where it is the whole interaction the field of both is monotone, so that `½‖ż‖²` never grows,
//! and neither does the distance between two trajectories.

use super::{Energy, Flip, Flips, Kind, Made, Ports, Scratch, Sketch, Synapse, finite};
use crate::kernels::math::positive_part;
use crate::kernels::{Entry, Patch, Told, Weights};
use crate::key::{Form, parameter};
use crate::lagrangian::{Axis, TermRows};
use crate::number::{exact, plural};
use crate::refusal::Refusal;

/// Linear constraints on a layer of variables, `a_r·x ≤ b_r` or `a_r·x = b_r`, with a layer of multipliers.
#[derive(Clone, Debug, PartialEq)]
pub struct Saddle {
    a: Weights,
    b: Vec<f64>,
    strength: f64,
    one_sided: bool,
}

const SIDES: [&str; 2] = ["one", "two"];

pub const KIND: Kind = Kind {
    name: "saddle",
    formula: "constraints a·x ≤ b with multipliers λ: with s = max(0, λ + K(a x − b)) currents −aᵀs into the variables and (s − λ)/K into the multipliers; no energy",
    layers: "[X, M]: variables, multipliers",
    joins: Some(2),
    instead: Some("a penalty without multipliers is of kind \"inequality\" or \"equality\""),
    parameters: &[
        parameter(
            "a",
            Form::Array,
            "coefficients, one constraint a row, as many as there are multipliers",
        ),
        parameter("b", Form::Array, "right-hand side of each constraint"),
        parameter("strength", Form::Positive, "K, above 0 (1)"),
        parameter(
            "sides",
            Form::Words(|| SIDES.to_vec()),
            "\"one\": a·x ≤ b; \"two\": a·x = b, s without its max (\"one\")",
        ),
    ],
    make: |p, _| {
        let a = p.weights("a", [Axis::Layer(1), Axis::Layer(0)]);
        let b = p.array("b", &[Axis::Layer(1)]);
        let (b, strength) = (p.needed("b", b), p.positive("strength", Some(1.0)));
        let sides = p.word("sides");
        let (a, b, strength, sides) = (a?, b?, strength?, sides?);
        Ok(Made::from(Saddle::new(
            a,
            b.data,
            strength,
            sides != Some("two"),
        )?))
    },
    examples: &[
        (
            &[&[6], &[3]],
            r#"a = { random = "normal" }
        b = [0.2, -0.4, 0.1]
        strength = 2.0"#,
        ),
        (
            &[&[4], &[1]],
            "a = [[1.0, -1.0, 0.5, 2.0]]\nb = 0.3\nsides = \"two\"",
        ),
    ],
};

impl Saddle {
    /// `a x ≤ b` row by row (`one_sided`) or `a x = b`, with `K`.
    ///
    /// # Errors
    /// Unless `b` has one finite entry for each row of `a`, and `K` is above 0.
    pub fn new(a: Weights, b: Vec<f64>, strength: f64, one_sided: bool) -> Result<Self, Refusal> {
        finite("b", &b, a.rows(), "constraint")?;
        if !(strength > 0.0 && strength.is_finite()) {
            let why = format!("must be above 0 and finite, it is {}", exact(strength));
            return Err(Refusal::new("strength", why));
        }
        Ok(Saddle {
            a: a.whole(),
            b,
            strength,
            one_sided,
        })
    }

    /// `s` of a constraint.
    fn held(&self, pull: f64) -> f64 {
        match self.one_sided {
            true => positive_part(pull),
            false => pull,
        }
    }

    /// `λ + K (a x − b)`, `rows × width`.
    fn pull(&self, [x, lambda]: [&[f64]; 2], width: usize, out: &mut [f64]) {
        for (row, b) in out.chunks_exact_mut(width).zip(&self.b) {
            row.fill(-b);
        }
        self.a.add_product(x, width, out);
        for (o, l) in out.iter_mut().zip(lambda) {
            *o = l + self.strength * *o;
        }
    }

    /// `−aᵀ s` into the variables, `(s − λ)/K` into the multipliers; `s` is used up.
    fn send(&self, ports: &Ports<'_>, s: &mut [f64], lambda: &[f64], current: &mut [f64]) {
        let (to_x, to_m) = ports.pair_mut(0, 1, current);
        for ((to, s), l) in to_m.iter_mut().zip(s.iter_mut()).zip(lambda) {
            *to += (*s - l) / self.strength;
            *s = -*s;
        }
        self.a.add_transposed_product(s, ports.width, to_x);
    }
}

impl Synapse for Saddle {
    fn describe(&self) -> String {
        let sides = if self.one_sided { "≤" } else { "=" };
        let (rows, k) = (plural(self.b.len(), "row"), exact(self.strength));
        format!("saddle a·x {sides} b, {rows}, K = {k}")
    }

    fn kind(&self) -> Option<&'static Kind> {
        Some(&KIND)
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        vec![vec![self.a.cols()], vec![self.a.rows()]]
    }

    fn evaluate(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        current: &mut [f64],
        _energy: Option<TermRows<'_>>,
        scratch: &mut Scratch,
    ) {
        let (x, lambda) = (ports.of(0, g), ports.of(1, g));
        let (s, _) = scratch.rows.split_at_mut(lambda.len());
        self.pull([x, lambda], ports.width, s);
        s.iter_mut().for_each(|s| *s = self.held(*s));
        self.send(ports, s, lambda, current);
    }

    fn add_curvature(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        dg: &[f64],
        dcurrent: &mut [f64],
        scratch: &mut Scratch,
    ) {
        let (dx, dlambda) = (ports.of(0, dg), ports.of(1, dg));
        let (pull, rest) = scratch.rows.split_at_mut(dlambda.len());
        let (ds, _) = rest.split_at_mut(dlambda.len());
        self.pull([ports.of(0, g), ports.of(1, g)], ports.width, pull);
        ds.fill(0.0);
        self.a.add_product(dx, ports.width, ds);
        for ((ds, l), pull) in ds.iter_mut().zip(dlambda).zip(pull) {
            let moves = !self.one_sided || *pull > 0.0;
            *ds = if moves { l + self.strength * *ds } else { 0.0 };
        }
        self.send(ports, ds, dlambda, dcurrent);
    }

    fn curvature(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        scratch: &mut Scratch,
        show: &mut dyn FnMut([usize; 2], Patch<'_>),
    ) -> bool {
        let (rows, n) = (self.b.len(), self.a.cols());
        let (pull, weights) = scratch.rows.split_at_mut(rows);
        self.pull([ports.of(0, g), ports.of(1, g)], 1, pull);
        let moves = |r: usize| !self.one_sided || pull[r] > 0.0;
        for (r, w) in weights[..rows].iter_mut().enumerate() {
            *w = if moves(r) { -self.strength } else { 0.0 };
        }
        show([0, 0], Patch::Rows([self.a.data(); 2], &weights[..rows]));
        let entries = |tell: &mut dyn FnMut(usize, usize, f64)| {
            let all = self.a.entries().filter(|(r, ..)| moves(*r));
            all.for_each(|(r, i, a)| tell(r, i, a));
        };
        let turned = |tell: Entry<'_>| entries(&mut |r, i, a| tell(i, r, -a));
        let count = rows * n;
        let each = &turned;
        show([0, 1], Patch::Told(Told { count, each }));
        let each = &|tell: Entry<'_>| entries(tell);
        show([1, 0], Patch::Told(Told { count, each }));
        let fades = |tell: Entry<'_>| {
            let still = (0..rows).filter(|r| !moves(*r));
            still.for_each(|r| tell(r, r, -1.0 / self.strength));
        };
        let (count, each) = (rows, &fades);
        show([1, 1], Patch::Told(Told { count, each }));
        true
    }

    fn energy(&self) -> Energy {
        Energy::None(
            "its currents lead down in the variables and up in the multipliers of one function, to its saddle, so they are not the gradient of any energy (what never grows where it acts alone is ½ of the squared speed)".into(),
        )
    }

    fn order(&self, unbounded: &[bool]) -> f64 {
        if unbounded.contains(&true) {
            f64::INFINITY
        } else {
            0.0
        }
    }

    /// Forth and back.
    fn operations(&self) -> f64 {
        const AROUND: f64 = 12.0;
        let both = self.a.operations(false) + self.a.operations(true);
        both + AROUND * self.b.len() as f64
    }

    fn sketch(&self) -> Sketch {
        Sketch::Opposed
    }

    fn flips(&self) -> Option<&dyn Flips> {
        Some(self)
    }

    fn scratch(&self, width: usize) -> Scratch {
        Scratch::rows(2 * self.b.len(), width)
    }
}

/// `a x − b` is kept.
impl Flips for Saddle {
    fn kept(&self) -> usize {
        self.b.len()
    }

    fn keep(&self, g: &[f64], kept: &mut [f64]) {
        for (r, b) in kept.iter_mut().zip(&self.b) {
            *r = -b;
        }
        self.a.add_product(&g[..self.a.cols()], 1, kept);
        // The columns are laid out now and not when a flip first reads one.
        if self.a.cols() > 0 {
            self.a.column(0);
        }
    }

    fn current(&self, g: &[f64], kept: &[f64], neuron: usize) -> f64 {
        let lambda = &g[self.a.cols()..];
        let held = |r: usize| self.held(lambda[r] + self.strength * kept[r]);
        match neuron.checked_sub(self.a.cols()) {
            Some(r) => (held(r) - lambda[r]) / self.strength,
            None => {
                let rows = 0..kept.len();
                -rows.map(|r| self.a.entry(r, neuron) * held(r)).sum::<f64>()
            }
        }
    }

    fn difference(&self, _: &[f64], _: &[f64], _: &[Flip]) -> f64 {
        0.0
    }

    fn follow(&self, _: &[f64], flip: Flip, kept: &mut [f64]) {
        if flip.neuron < self.a.cols() {
            self.a.column(flip.neuron).add(flip.by, 0, kept);
        }
    }
}
