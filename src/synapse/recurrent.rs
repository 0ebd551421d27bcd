//! Recurrent synapse inside one layer: `E = −½ gᵀ W g` (Scholarpedia (6), (9), (12): with the factor ½).

use std::borrow::Borrow;

use super::bilinear::{add_outer, kept, same_shape, whole};
use super::matrix::{energy_rows, kept_product};
use super::symmetry::{Asymmetry, judged};
use super::{
    Enclosure, Energy, EnergyWeights, Flips, Joined, Kind, Learn, Linear, Made, NotSymmetrizable,
    Ports, Scratch, Sketch, Synapse, symmetrizing_weights,
};
use crate::kernels::{Patch, Weights};
use crate::key::{Form, parameter};
use crate::lagrangian::{Array, Axis, Parameters, TermRows};
use crate::number::plural;
use crate::refusal::Refusal;

/// Connections among the neurons of one layer. The diagonal is allowed (self-excitation).
///
/// With energy weights `d` of the layer the energy is `−½ gᵀ D W g`, which needs `D W` symmetric: plainly symmetric
/// weights for `d = 1`, symmetrizable ones (`W_jk = λ_j T_jk μ_k`, `d_j = μ_j/λ_j`; Scholarpedia's `S_jk`) otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Recurrent {
    /// `D W`: the network divides every current by `d`.
    weights: Weights,
    /// Is `D W` symmetric?
    is_symmetric: bool,
    /// Its diagonal: what every flip asks for, and far from what it asks for besides.
    diagonal: Vec<f64>,
    /// `d`; empty where `D` is the unit matrix.
    d: Vec<f64>,
    /// How far `D W` was from symmetric: evened out where it has an energy.
    asymmetry: Option<Asymmetry>,
    /// How many sweeps ago the activations were that its currents come from.
    delay: u32,
}

/// Longest delay in sweeps; what is kept of the past grows with it.
const LONGEST: u32 = 1_000_000;
/// Most numbers that are kept of a trajectory's past, 0.8 GB.
const REMEMBERED: u64 = 100_000_000;

const SYMMETRIES: &[&str] = &["symmetric", "symmetrizable", "symmetrize", "none"];

const SYMMETRIC: &str = r#"weights = { random = "normal", symmetric = true }"#;

pub const KIND: Kind = Kind {
    name: "recurrent",
    formula: "E = −½ gᵀ D W g inside one layer, D its energy weights, 1 unless said (Scholarpedia (6), (9), (12)); no energy with symmetry = \"none\", or with a delay",
    layers: "[A]",
    joins: Some(1),
    instead: Some("between two layers it is of kind \"dense\""),
    parameters: &[
        parameter(
            "weights",
            Form::Array,
            "W, square; symmetric unless `symmetry` says otherwise",
        ),
        parameter(
            "symmetry",
            Form::Words(|| SYMMETRIES.to_vec()),
            "\"symmetric\" (default): W_jk = W_kj up to the rounding of the largest entries; \"symmetrizable\": d_j W_jk = d_k W_kj for some energy weights d > 0, which are found, 1 for the first neuron of every connected part; \"symmetrize\": (W + Wᵀ)/2 is taken, as for files of 32-bit floats; \"none\": W as it is, without an energy (default where there is a delay)",
        ),
        parameter(
            "delay",
            Form::Number,
            "of units that flip: the currents come from the activations of so many sweeps ago, before them from the start; a whole number (0)",
        ),
    ],
    make,
    examples: &[
        (&[&[1]], "weights = 0.7"),
        (&[&[4]], SYMMETRIC),
        (&[&[13]], SYMMETRIC),
        (
            &[&[2]],
            "weights = [[0.5, -0.4], [-0.8, 0.1]]\nsymmetry = \"symmetrizable\"",
        ),
        (
            &[&[6]],
            "weights = { random = \"normal\" }\nsymmetry = \"symmetrize\"",
        ),
        (
            &[&[6]],
            "weights = { random = \"normal\" }\nsymmetry = \"none\"",
        ),
        (&[&[6]], "weights = { random = \"normal\" }\ndelay = 3"),
    ],
};

fn make(p: &mut dyn Parameters, layers: &[Joined]) -> Result<Made, Refusal> {
    let symmetry = p.word("symmetry");
    let weights = p.weights("weights", [Axis::Layer(0), Axis::Layer(0)]);
    let delay = p.whole("delay", Some(0), [0, LONGEST]);
    let (symmetry, weights, delay, layer) = (symmetry?, weights?, delay?, &layers[0]);
    let past = u64::from(delay) * layer.size() as u64;
    if past > REMEMBERED {
        let why = format!(
            "of {delay} sweeps of {} neurons would keep {past} numbers of every trajectory, and {REMEMBERED} are allowed",
            layer.size()
        );
        return Err(p.refuse(Refusal::new("delay", why).help("write a shorter one")));
    }
    // There is no energy that symmetric weights would be for.
    let unsaid = if delay > 0 { "none" } else { "symmetric" };
    let symmetry = symmetry.unwrap_or(unsaid);
    let d = energy_weights(symmetry, &weights, layer)?;
    let made = match symmetry {
        "symmetrize" => Recurrent::symmetrized(&weights, &d)?,
        _ => Recurrent::new(&weights, &d)?,
    }
    .delayed(delay);
    if symmetry != "none"
        && let Some(why) = made.why_no_energy()
    {
        return Err(Refusal::new("weights", why).help(advice(symmetry, layer.origin, &weights)));
    }
    // Nothing was asked for: only rounding is evened out, and the energy is that of symmetric weights.
    let though = match symmetry {
        "none" if delay > 0 => "",
        "none" => "; this is rounding, so that they have an energy although symmetry = \"none\"",
        _ => "",
    };
    let remarks = made.note().map(|note| note + though).into_iter().collect();
    Ok(Made {
        energy_weights: Some(d),
        remarks,
        ..made.into()
    })
}

/// The energy weights of the layer: those that are said, or those that make the weights symmetric.
fn energy_weights(symmetry: &str, weights: &Weights, layer: &Joined) -> Result<Vec<f64>, Refusal> {
    let may_find = matches!(layer.origin, EnergyWeights::Unsaid | EnergyWeights::Used);
    let found = match symmetry {
        "symmetrizable" if may_find => {
            let refused = |why: NotSymmetrizable| {
                Refusal::new("weights", why.to_string()).help(advice(
                    symmetry,
                    layer.origin,
                    weights,
                ))
            };
            Some(symmetrizing_weights(weights).map_err(refused)?)
        }
        _ => None,
    };
    let d = found.unwrap_or_else(|| layer.energy_weights.clone());
    if layer.origin == EnergyWeights::Used && d != layer.energy_weights {
        const LATE: &str = "cannot find the energy weights of this layer any more: another synapse inside the layer stands before";
        return Err(Refusal::new("symmetry", LATE).help("put this synapse first"));
    }
    Ok(d)
}

/// What to try with weights that are not symmetric under the layer's energy weights.
fn advice(symmetry: &str, origin: EnergyWeights, weights: &Weights) -> &'static str {
    let is_found = || symmetrizing_weights(weights).is_ok();
    match (origin, symmetry) {
        (EnergyWeights::Said, _) if is_found() => {
            "they are symmetric under other energy weights: leave `energy_weight` of the layer out, symmetry = \"symmetrizable\" finds them"
        }
        (EnergyWeights::Found, _) if is_found() => {
            "the layer's energy weights were found for a synapse before this one: one layer has one set of them, under which all of its `recurrent` must be symmetric"
        }
        (EnergyWeights::Unsaid | EnergyWeights::Used, "symmetric") if is_found() => {
            "they are symmetrizable: symmetry = \"symmetrizable\" finds their energy"
        }
        (EnergyWeights::Unsaid | EnergyWeights::Used, "symmetrizable") => {
            "no d > 0 has d_j W_jk = d_k W_kj for all pairs; symmetry = \"symmetrize\" takes (W + Wᵀ)/2, symmetry = \"none\" takes them as they are, without an energy, and needs solve.lyapunov = \"record\" or \"off\" as well"
        }
        _ => {
            "symmetry = \"symmetrize\" takes (W + Wᵀ)/2, as for a file of 32-bit floats or the inverse of an ill-conditioned matrix; symmetry = \"none\" takes them as they are, without an energy, and needs solve.lyapunov = \"record\" or \"off\" as well"
        }
    }
}

impl Recurrent {
    /// Weights `W` of a layer whose energy weights are `d` (one for each neuron). If `D W` is symmetric up to the rounding
    /// of its largest entries, `n ε max|W|`, it has an energy and is made exactly symmetric, else the energy is only a
    /// candidate.
    ///
    /// # Errors
    /// Unless `weights` is square with one row for each `d`, and `D W` finite.
    pub fn new(weights: impl Borrow<Weights>, d: &[f64]) -> Result<Self, Refusal> {
        Recurrent::of(weights.borrow(), d, false)
    }

    /// The same with `(D W + (D W)ᵀ)/2` in the place of `D W`, however far from symmetric it is.
    ///
    /// # Errors
    /// As [`Recurrent::new`].
    pub fn symmetrized(weights: impl Borrow<Weights>, d: &[f64]) -> Result<Self, Refusal> {
        Recurrent::of(weights.borrow(), d, true)
    }

    fn of(weights: &Weights, d: &[f64], even_out: bool) -> Result<Self, Refusal> {
        let n = weights.rows();
        let (symmetric, asymmetry) = judged(weights, d).ok_or_else(|| {
            let (cols, d) = (weights.cols(), d.len());
            let why = format!(
                "must be square, a row for each neuron: they are {n} × {cols}, of {d} neurons"
            );
            Refusal::new("weights", why)
        })?;
        let is_symmetric = symmetric || even_out;
        // A sparse matrix keeps the mirror image of every entry, of a zero too: so learning never finds another.
        let one_sided =
            weights.is_sparse() && weights.entries().any(|(i, j, _)| !weights.keeps(j, i));
        let scaled = if is_symmetric && (asymmetry.is_some() || one_sided) {
            // (D W + (D W)ᵀ)/2; neither the sum nor the difference of a pair may overflow.
            let halves = weights.entries().map(|(i, j, a)| (i, j, 0.5 * d[i] * a));
            weights.like(halves.flat_map(|(i, j, a)| [(i, j, a), (j, i, a)]))
        } else {
            weights.with(weights.entries().map(|(i, _, a)| d[i] * a).collect())
        };
        const BEYOND: &str =
            "times the layer's energy weights are beyond the largest number, 1.8e308";
        let weights =
            scaled.map_err(|_| Refusal::new("weights", BEYOND).help("write smaller ones"))?;
        Ok(Recurrent {
            diagonal: (0..n).map(|i| weights.entry(i, i)).collect(),
            weights,
            is_symmetric,
            d: match d.iter().all(|d| *d == 1.0) {
                true => Vec::new(),
                false => d.to_vec(),
            },
            asymmetry,
            delay: 0,
        })
    }

    /// The same with currents that come from the activations of so many sweeps ago (Sompolinsky and Kanter 1986; Kleinfeld
    /// 1986). Only methods whose units flip take a delay above 0, with which there is no energy.
    pub fn delayed(self, sweeps: u32) -> Self {
        Recurrent {
            delay: sweeps,
            ..self
        }
    }

    /// What was evened out to make the weights symmetric, in words; nothing where they were symmetric as they came.
    pub fn note(&self) -> Option<String> {
        let evened = self.asymmetry.as_ref();
        let evened = evened.filter(|a| self.is_symmetric && !a.is_rounding_of_d())?;
        let [size, largest] = evened.sizes();
        Some(format!(
            "its weights were made symmetric: {evened} differed most, by {size}, where the largest entry is {largest}"
        ))
    }

    /// `D W`.
    pub(super) fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The same with other weights `W`. The energy depends on the symmetric part of `D W` alone: that is taken, so that it stays one.
    pub(super) fn with_values(&self, values: Vec<f64>) -> Result<Self, Refusal> {
        let weights = same_shape(&self.weights, values)?;
        let ones = vec![1.0; weights.rows()];
        let d = if self.d.is_empty() { &ones } else { &self.d };
        Recurrent::of(&weights, d, true)
    }

    /// How the weights are not symmetric, as the rest of a sentence about them; nothing where they are.
    pub(super) fn asymmetric(&self) -> Option<String> {
        let worst = self.asymmetry.as_ref().filter(|_| !self.is_symmetric)?;
        let among = match self.d.is_empty() {
            true => "",
            false => " under the layer's energy weights",
        };
        let [size, largest] = worst.sizes();
        Some(format!(
            "are not symmetric{among}: {worst}, which differ by {size} where the largest is {largest}"
        ))
    }

    /// Why the weights have no energy, as the rest of a sentence about them; nothing where they have one.
    fn why_no_energy(&self) -> Option<String> {
        let half = if self.d.is_empty() { "W" } else { "DW" };
        let why = self.asymmetric()?;
        Some(format!("{why}; −½ gᵀ{half}g need not fall"))
    }

    /// `out += W g`, by half of the matrix where it is symmetric.
    fn add_product(&self, g: &[f64], width: usize, out: &mut [f64]) {
        match self.is_symmetric {
            true => self.weights.add_symmetric_product(g, width, out),
            false => self.weights.add_product(g, width, out),
        }
    }
}

/// `1 sweep`, `5 sweeps`.
fn sweeps(count: u32) -> String {
    plural(count as usize, "sweep")
}

impl Synapse for Recurrent {
    fn describe(&self) -> String {
        let kind = match (self.is_symmetric, self.d.is_empty()) {
            (true, true) => "recurrent",
            (true, false) => "recurrent, symmetrizable,",
            _ => "recurrent, not symmetric,",
        };
        let weights = self.weights.describe();
        match self.delay {
            0 => format!("{kind} {weights}"),
            k => format!("recurrent, delayed by {}, {weights}", sweeps(k)),
        }
    }

    fn kind(&self) -> Option<&'static Kind> {
        Some(&KIND)
    }

    fn formula(&self) -> String {
        const NONE: &str = "current W g, not the gradient of any energy";
        if self.delay > 0 {
            return format!("current W g(t − {}), t in sweeps; no energy", self.delay);
        }
        match (self.is_symmetric, self.d.is_empty()) {
            (true, true) => "E = −½ gᵀ W g, current W g".into(),
            (true, false) => {
                "E = −½ gᵀ D W g with the energy weights D = diag(d) of the layer, current W g"
                    .into()
            }
            (_, true) => format!("{NONE}; −½ gᵀ W g is recorded in its place"),
            (_, false) => format!("{NONE}; −½ gᵀ D W g is recorded in its place"),
        }
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        vec![vec![self.weights.rows()]]
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
        let (own, norm) = scratch.rows.split_at_mut(g.len());
        let current = ports.of_mut(0, current);
        let product = kept_product(ports.is_first(0), own, current, |product| {
            self.add_product(g, width, product);
        });
        if let Some(out) = energy.filter(|_| self.delay == 0) {
            energy_rows(0.5, self.weights.row_norms(), [g, g], product, norm, out);
        }
    }

    fn add_curvature(
        &self,
        ports: &Ports<'_>,
        _g: &[f64],
        dg: &[f64],
        dcurrent: &mut [f64],
        _scratch: &mut Scratch,
    ) {
        let (dg, out) = (ports.of(0, dg), ports.of_mut(0, dcurrent));
        self.add_product(dg, ports.width, out);
    }

    fn curvature(
        &self,
        _ports: &Ports<'_>,
        _g: &[f64],
        _scratch: &mut Scratch,
        show: &mut dyn FnMut([usize; 2], Patch<'_>),
    ) -> bool {
        // Symmetric weights need not be turned.
        let patch = match self.is_symmetric {
            true => Patch::Transposed(1.0, &self.weights),
            false => Patch::Weights(1.0, &self.weights),
        };
        show([0, 0], patch);
        true
    }

    fn energy(&self) -> Energy {
        match self.why_no_energy() {
            _ if self.delay > 0 => Energy::None(format!(
                "its currents come from the activations of {} ago, so that they do not follow from the present state alone",
                sweeps(self.delay)
            )),
            Some(why) => Energy::Candidate(format!("its weights {why}")),
            None => Energy::Exact,
        }
    }

    fn order(&self, unbounded: &[bool]) -> f64 {
        if unbounded.contains(&true) { 2.0 } else { 0.0 }
    }

    fn is_quadratic(&self) -> bool {
        true
    }

    fn operations(&self) -> f64 {
        self.weights.operations(false)
    }

    fn sketch(&self) -> Sketch {
        Sketch::Lines
    }

    fn flips(&self) -> Option<&dyn Flips> {
        Some(self)
    }

    fn delay(&self) -> usize {
        self.delay as usize
    }

    fn enclosure(&self) -> Option<&dyn Enclosure> {
        Some(self)
    }

    fn learn(&self) -> Option<&dyn Learn> {
        (self.is_symmetric && self.delay == 0).then_some(self)
    }

    fn scratch(&self, width: usize) -> Scratch {
        Scratch::rows(self.weights.rows() + 1, width)
    }
}

impl Linear for Recurrent {
    fn weight(&self, i: usize, j: usize) -> f64 {
        match i == j {
            true => self.diagonal[i],
            false => self.weights.entry(i, j),
        }
    }

    fn add_currents(&self, g: &[f64], width: usize, currents: &mut [f64]) {
        self.add_product(g, width, currents);
    }

    fn add_column(&self, j: usize, by: f64, currents: &mut [f64]) {
        // A symmetric matrix has its columns as rows.
        match self.is_symmetric {
            true => self.weights.row(j).add(by, 0, currents),
            false => self.weights.column(j).add(by, 0, currents),
        }
    }
}

/// θ is `W`. An entry and its mirror image have a derivative each.
impl Learn for Recurrent {
    fn parameters(&self) -> Vec<(&'static str, Vec<usize>)> {
        vec![("weights", kept(&self.weights))]
    }

    fn values(&self) -> Vec<f64> {
        let all = self.weights.entries();
        all.map(|(i, _, w)| w / self.d.get(i).unwrap_or(&1.0))
            .collect()
    }

    /// A diagonal of zeros: neurons that do not act on themselves do not begin to.
    fn fixed(&self) -> Vec<usize> {
        let entries = self.weights.entries().enumerate();
        match self.diagonal.iter().all(|w| *w == 0.0) {
            true => entries
                .filter(|(_, (i, j, _))| i == j)
                .map(|(k, _)| k)
                .collect(),
            false => Vec::new(),
        }
    }

    fn arrays(&self) -> Vec<Array> {
        let all = whole(&self.weights);
        let n = self.weights.cols().max(1);
        let undone = |(k, w): (usize, &f64)| w / self.d.get(k / n).unwrap_or(&1.0);
        vec![Array {
            data: all.data.iter().enumerate().map(undone).collect(),
            shape: all.shape,
        }]
    }

    fn add_gradient(&self, ports: &Ports<'_>, g: &[f64], by: &[f64], gradient: &mut [f64]) {
        let half = |i: usize| 0.5 * self.d.get(i).unwrap_or(&1.0);
        let pair = [ports.of(0, g); 2];
        add_outer(half, &self.weights, pair, by, gradient);
    }

    fn add_mixed(&self, ports: &Ports<'_>, g: &[f64], v: &[f64], gradient: &mut [f64]) {
        let half = |i: usize| 0.5 * self.d.get(i).unwrap_or(&1.0);
        let ones = vec![1.0; ports.width];
        for pair in [[v, g], [g, v]] {
            let pair = pair.map(|of| ports.of(0, of));
            add_outer(half, &self.weights, pair, &ones, gradient);
        }
    }

    fn with(&self, values: Vec<f64>) -> Result<Box<dyn Synapse>, Refusal> {
        Ok(Box::new(self.with_values(values)?))
    }
}
