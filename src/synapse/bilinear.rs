//! Two layers and one matrix: `W g_A` into layer B, and back `Wᵀ g_B`, its opposite or nothing; and the energy of a bilinear
//! form, `−c bᵀ W a`, as a by-product of the current `W a`.

use super::kind::Listed;
use super::matrix::evaluate;
use super::{Enclosure, Energy, Flips, Kind, Learn, Linear, Ports, Scratch, Sketch, Synapse};
use crate::kernels::{Patch, View, Weights};
use crate::key::{Form, Key, parameter};
use crate::lagrangian::{Array, Axis, Parameters, TermRows};
use crate::refusal::Refusal;

/// Two layers joined by one matrix: `W g_A` into B and `BACK · Wᵀ g_B` into A. Only for `BACK = 1` are the currents the
/// gradient of an energy.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair<const BACK: i8> {
    weights: Weights,
}

/// The parameters of a synapse from one layer to another.
pub(super) const FROM_TO: &[Key] = &[parameter(
    "weights",
    Form::Array,
    "W, size of B × size of A: one row for each neuron of B",
)];

impl<const BACK: i8> Pair<BACK> {
    /// From layer A to layer B by `W`, `n_B × n_A`.
    pub fn new(weights: Weights) -> Self {
        Pair { weights }
    }

    pub(super) fn read(p: &mut dyn Parameters) -> Result<Self, Refusal> {
        let shape = [Axis::Layer(1), Axis::Layer(0)];
        Ok(Pair::new(p.weights("weights", shape)?))
    }
}

impl<const BACK: i8> Synapse for Pair<BACK>
where
    Self: Listed,
{
    fn describe(&self) -> String {
        format!("{} {}", Self::KIND.name, self.weights.describe())
    }

    fn kind(&self) -> Option<&'static Kind> {
        Some(Self::KIND)
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        vec![vec![self.weights.cols()], vec![self.weights.rows()]]
    }

    fn evaluate(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        current: &mut [f64],
        energy: Option<TermRows<'_>>,
        scratch: &mut Scratch,
    ) {
        if BACK != 1 {
            // The currents are linear in g: they are their own derivative.
            return self.add_curvature(ports, g, g, current, scratch);
        }
        evaluate(&self.weights, ports, g, current, energy, scratch);
    }

    fn add_curvature(
        &self,
        ports: &Ports<'_>,
        _g: &[f64],
        dg: &[f64],
        dcurrent: &mut [f64],
        scratch: &mut Scratch,
    ) {
        let (a, b) = (ports.of(0, dg), ports.of(1, dg));
        let (to_a, to_b) = ports.pair_mut(0, 1, dcurrent);
        match BACK {
            0 if ports.wants(1) => self.weights.add_product(a, ports.width, to_b),
            0 => {}
            1 => self.weights.add_both(a, b, ports.width, to_b, to_a),
            _ => {
                let (opposite, _) = scratch.rows.split_at_mut(b.len());
                for (o, b) in opposite.iter_mut().zip(b) {
                    *o = -b;
                }
                self.weights.add_both(a, opposite, ports.width, to_b, to_a);
            }
        }
    }

    fn curvature(
        &self,
        _ports: &Ports<'_>,
        _g: &[f64],
        _scratch: &mut Scratch,
        show: &mut dyn FnMut([usize; 2], Patch<'_>),
    ) -> bool {
        show([1, 0], Patch::Weights(1.0, &self.weights));
        if BACK != 0 {
            show([0, 1], Patch::Transposed(f64::from(BACK), &self.weights));
        }
        true
    }

    fn energy(&self) -> Energy {
        match BACK {
            1 => Energy::Exact,
            0 => Energy::None(
                "it acts one way only, and a current without its answer is not the gradient of any energy (kind \"dense\" acts both ways and has one)".into(),
            ),
            _ => Energy::None(
                "excitation and inhibition have opposite signs in the two directions, so the currents are not the gradient of any energy".into(),
            ),
        }
    }

    fn order(&self, unbounded: &[bool]) -> f64 {
        let order = unbounded.iter().filter(|u| **u).count() as f64;
        if BACK != 1 && order > 0.0 {
            return f64::INFINITY;
        }
        order
    }

    fn is_quadratic(&self) -> bool {
        BACK == 1
    }

    /// Forth, and back if it answers.
    fn operations(&self) -> f64 {
        let [forth, back] = [false, true].map(|back| self.weights.operations(back));
        if BACK == 0 { forth } else { forth + back }
    }

    fn sketch(&self) -> Sketch {
        match BACK {
            1 => Sketch::Lines,
            0 => Sketch::OneWay,
            _ => Sketch::Opposed,
        }
    }

    fn flips(&self) -> Option<&dyn Flips> {
        Some(self)
    }

    fn enclosure(&self) -> Option<&dyn Enclosure> {
        Some(self)
    }

    fn learn(&self) -> Option<&dyn Learn> {
        (BACK == 1).then_some(self)
    }

    fn scratch(&self, width: usize) -> Scratch {
        Scratch::rows(self.weights.rows() + 1, width)
    }
}

impl<const BACK: i8> Linear for Pair<BACK>
where
    Self: Listed,
{
    fn weight(&self, i: usize, j: usize) -> f64 {
        let from = self.weights.cols();
        match (i < from, j < from) {
            (false, true) => self.weights.entry(i - from, j),
            (true, false) => f64::from(BACK) * self.weights.entry(j - from, i),
            _ => 0.0,
        }
    }

    fn add_currents(&self, g: &[f64], width: usize, currents: &mut [f64]) {
        let (a, b) = g.split_at(self.weights.cols() * width);
        let (to_a, to_b) = currents.split_at_mut(a.len());
        self.weights.add_product(a, width, to_b);
        if BACK != 0 {
            // The answer is W^T g_B or its opposite: turned twice, it is added to what is there.
            let turn = |to: &mut [f64]| to.iter_mut().for_each(|t| *t *= f64::from(BACK));
            turn(to_a);
            self.weights.add_transposed_product(b, width, to_a);
            turn(to_a);
        }
    }

    fn add_column(&self, j: usize, by: f64, currents: &mut [f64]) {
        let from = self.weights.cols();
        let (to_a, to_b) = currents.split_at_mut(from);
        match j.checked_sub(from) {
            None => self.weights.column(j).add(by, 0, to_b),
            Some(_) if BACK == 0 => {}
            Some(row) => self.weights.row(row).add(f64::from(BACK) * by, 0, to_a),
        }
    }
}

impl<const BACK: i8> Learn for Pair<BACK>
where
    Self: Listed,
{
    fn parameters(&self) -> Vec<(&'static str, Vec<usize>)> {
        vec![("weights", kept(&self.weights))]
    }

    fn values(&self) -> Vec<f64> {
        self.weights.data().to_vec()
    }

    fn arrays(&self) -> Vec<Array> {
        vec![whole(&self.weights)]
    }

    fn add_gradient(&self, ports: &Ports<'_>, g: &[f64], by: &[f64], gradient: &mut [f64]) {
        let pair = [ports.of(1, g), ports.of(0, g)];
        add_outer(|_| 1.0, &self.weights, pair, by, gradient);
    }

    fn add_mixed(&self, ports: &Ports<'_>, g: &[f64], v: &[f64], gradient: &mut [f64]) {
        let ones = vec![1.0; ports.width];
        for [b, a] in [[v, g], [g, v]] {
            let pair = [ports.of(1, b), ports.of(0, a)];
            add_outer(|_| 1.0, &self.weights, pair, &ones, gradient);
        }
    }

    fn with(&self, values: Vec<f64>) -> Result<Box<dyn Synapse>, Refusal> {
        Ok(Box::new(Self::new(same_shape(&self.weights, values)?)))
    }
}

/// `out_ij += c_i Σ by b_i a_j` over the columns, of the entries that are kept: minus the derivative of `−Σ c_i b_i W_ij a_j` by W,
/// each column with its factor.
pub(super) fn add_outer(
    c: impl Fn(usize) -> f64,
    weights: &Weights,
    [b, a]: [&[f64]; 2],
    by: &[f64],
    out: &mut [f64],
) {
    let (width, columns) = (by.len(), weights.cols());
    let rows = b.chunks_exact(width.max(1)).enumerate();
    let scaled = rows.flat_map(|(i, row)| {
        let c = c(i);
        row.iter().zip(by).map(move |(b, by)| c * by * b)
    });
    let scaled: Vec<f64> = scaled.collect();
    if !weights.is_sparse() {
        let turned: Vec<f64> = (0..a.len())
            .map(|at| a[at % columns * width + at / columns])
            .collect();
        View::rows(&scaled, width).add_product(&turned, out, columns, [columns; 2]);
        return;
    }
    for ((i, j, _), out) in weights.entries().zip(out) {
        let (b, a) = (&scaled[i * width..][..width], &a[j * width..][..width]);
        *out += b.iter().zip(a).map(|(b, a)| b * a).sum::<f64>();
    }
}

/// The shape of what is kept of weights: all of a matrix, or a list.
pub(super) fn kept(weights: &Weights) -> Vec<usize> {
    match weights.is_sparse() {
        true => vec![weights.data().len()],
        false => vec![weights.rows(), weights.cols()],
    }
}

/// All entries of weights, those that are not kept too.
pub(super) fn whole(weights: &Weights) -> Array {
    Array {
        shape: vec![weights.rows(), weights.cols()],
        data: weights.whole().data().to_vec(),
    }
}

/// Other weights of the same shape.
pub(super) fn same_shape(w: &Weights, values: Vec<f64>) -> Result<Weights, Refusal> {
    let refused = |e| Refusal::new("weights", format!("cannot be taken: {e}"));
    w.with(values).map_err(refused)
}
