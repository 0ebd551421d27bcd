//! Sparse codes: a signal as a sum of few atoms (Rozell, Johnson, Baraniuk and Olshausen 2008; Tibshirani 1996 for what is minimised).
//!
//! ```text
//! E = ½|s − Φa|² + λ Σ|a_j|        layers: signal s, clamped; code a, soft-threshold neurons with leak 1
//! synapses: Φᵀ between them, W = −(ΦᵀΦ − 1) within the code        τ du/dt = Φᵀs − u − (ΦᵀΦ − 1) a,  a = T_λ(u)
//! ```
//!
//! The energy of the network, `½|s|² + ½|a|² + λ|a|₁ − aᵀΦᵀs + ½ aᵀ(ΦᵀΦ − 1)a`, is that function to the last term. Form `non-negative` has
//! `a ≥ 0`: relu neurons with the input −λ. Any `r` whose `|Φᵀr| ≤ λ` proves that no code costs less than `½|s|² − ½|s − r|²`; the residual
//! scaled down until it is one is the proof that comes with every answer.

#[cfg(feature = "figures")]
mod figures;
mod network;
mod patches;

use std::ops::Range;

use super::{Baseline, Course, Form, Kind, Once, Problem, Reader, Solved};
use crate::key::{Form as Value, Key, NEEDED, Section, key, section};
use crate::model_file::{Array, ArraySpec, Place};
use crate::number::{number, plural, rounded};
use patches::Picture;

/// A duality gap above this part of `½|s|²` leaves open whether the code is the best.
const OPEN: f64 = 1e-6;
/// The largest patch: the covariance of its pixels is a matrix.
const SIDE: u64 = 32;
/// Most atoms.
const LARGEST: usize = 2000;
/// Longest atom and signal.
const LONGEST: usize = 10_000;

static PROBLEM: Section = section(
    "a problem of sparse coding",
    &[
        key("atoms", Value::Array, "Φᵀ: the atoms, one a row", NEEDED),
        key(
            "lambda",
            Value::Positive,
            "λ, the price of a unit of activity; it is the threshold",
            NEEDED,
        ),
        key(
            "signals",
            Value::Array,
            "s, one signal a row; start k codes signal k, and begins with the first again after the last",
            "patches of `image`",
        ),
        key(
            "image",
            Value::Array,
            "in the place of `signals`: a picture, of which start k codes the patch at a place that is drawn",
            "`signals` are needed in its place",
        ),
        key(
            "patch",
            Value::Whole(2, Some(SIDE)),
            "side of a patch in pixels",
            "8",
        ),
        key(
            "whiten",
            Value::Flag,
            "`true`: patches, without their means, are multiplied by C^(−½), C the covariance of all of them and 1 % of its mean variance added; `false`: they are divided by one number. Either way the mean square of a pixel is 1",
            "true",
        ),
    ],
);

const TAU: Key = key("tau", Value::Positive, "time constant of the code", "1");
static CODE: Section = section("the network", &[TAU]);

pub const KIND: Kind = Kind {
    name: "sparse-coding",
    about: "a signal as a sum of few atoms: LASSO by the locally competitive algorithm (Rozell et al. 2008)",
    problem: &PROBLEM,
    forms: &[
        Form {
            name: "signed",
            about: "soft-threshold neurons: coefficients of both signs",
            network: &CODE,
            starts: 20,
        },
        Form {
            name: "non-negative",
            about: "relu neurons: coefficients that are 0 or above",
            network: &CODE,
            starts: 20,
        },
    ],
    cost: "½|s − Φa|² + λ|a|",
    read,
};

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn read(reader: &mut Reader<'_, '_>) -> Option<Box<dyn Problem>> {
    let lambda = reader.problem.required("lambda").positive();
    let atoms_field = reader.problem.required("atoms");
    let (signals, image) = (reader.problem.key("signals"), reader.problem.key("image"));
    let (patch, whiten) = (reader.problem.key("patch"), reader.problem.key("whiten"));
    let tau = reader.network.key("tau").positive().unwrap_or(1.0);
    let place = Place::partly("the atoms", vec![None, None]);
    let atoms = ArraySpec::read(&atoms_field)?.resolve(&place, reader.resolver)?;
    let [n, m] = atoms.shape[..] else { return None };
    if n == 0 || m == 0 {
        return atoms_field.error("there are no atoms").none();
    }
    if n > LARGEST {
        let why = format!("{n} atoms are more than {LARGEST}: each inhibits each");
        return atoms_field.error(why).none();
    }
    if m > LONGEST {
        let why = format!("an atom has {m} numbers, more than {LONGEST}");
        return atoms_field.error(why).none();
    }
    let zero = |a: &[f64]| a.iter().all(|v| *v == 0.0);
    if let Some(k) = atoms.data.chunks_exact(m).position(zero) {
        let why = format!("atom {k} is 0 throughout: it codes nothing");
        return atoms_field.error(why).help("leave it out").none();
    }
    if signals.is_present() == image.is_present() {
        let why = "sparse coding needs `signals`, one a row, or an `image`; one of the two";
        return reader.problem.error(why).none();
    }
    let source = if signals.is_present() {
        if patch.is_present() || whiten.is_present() {
            let odd = if patch.is_present() { patch } else { whiten };
            return odd
                .error(
                    "`patch` and `whiten` are for patches of an `image`, and there are `signals`",
                )
                .none();
        }
        let place = Place::partly("the signals", vec![None, Some(m)]);
        let all = ArraySpec::read(&signals)?.resolve(&place, reader.resolver)?;
        if all.shape[0] == 0 {
            return signals.error("there are no signals").none();
        }
        Source::Given(all)
    } else {
        let side = match patch.is_present() {
            true => patch.whole(2..=SIDE)? as usize,
            false => 8,
        };
        let whiten = !whiten.is_present() || whiten.boolean()?;
        let place = Place::partly("the picture", vec![None, None]);
        let Array { shape, data } = ArraySpec::read(&image)?.resolve(&place, reader.resolver)?;
        if shape.iter().any(|n| *n < side) {
            let why = format!(
                "the picture is {} × {} and a patch {side} × {side}",
                shape[0], shape[1]
            );
            return image
                .error(why)
                .help("a smaller `patch`, or another picture")
                .none();
        }
        if side * side != m {
            let why = format!(
                "an atom has {m} pixels, and a patch {side} × {side} = {}",
                side * side
            );
            return atoms_field.error(why).none();
        }
        let Some(picture) = Picture::new(data, [shape[0], shape[1]], side, whiten) else {
            return image
                .error("the picture is the same everywhere: there is nothing to code")
                .none();
        };
        Source::Patches(picture)
    };
    Some(Box::new(Coding {
        source,
        m,
        atoms: atoms.data,
        lambda: lambda?,
        tau,
        is_signed: reader.form.name == "signed",
    }))
}

#[derive(Debug)]
enum Source {
    Given(Array),
    Patches(Picture),
}

#[derive(Debug)]
struct Coding {
    source: Source,
    /// Numbers of a signal.
    m: usize,
    /// Φᵀ, one atom a row.
    atoms: Vec<f64>,
    lambda: f64,
    tau: f64,
    is_signed: bool,
}

impl Problem for Coding {
    fn words(&self) -> String {
        let what = match &self.source {
            Source::Given(all) => plural(all.shape[0], "signal"),
            Source::Patches(p) => format!("patches of {0} × {0} pixels", p.side),
        };
        format!(
            "{what}, {} of {}",
            plural(self.count(), "atom"),
            plural(self.m, "number")
        )
    }

    fn course(&self, seed: u64, starts: Range<usize>) -> Box<dyn Course + '_> {
        let signals: Vec<Vec<f64>> = starts.map(|k| self.signal(seed, k)).collect();
        Box::new(Once::new(self.stage(&signals), |end| self.answer(end)))
    }

    /// A start is a signal.
    fn distinct(&self) -> Option<usize> {
        match &self.source {
            Source::Given(all) => Some(all.shape[0]),
            Source::Patches(_) => None,
        }
    }

    /// None: the starts have problems of their own, and each answer brings its proof.
    fn baseline(&self) -> Option<Baseline> {
        None
    }

    fn notes(&self, solved: &Solved) -> Vec<String> {
        let n = solved.attempts.len().max(1) as f64;
        let mean = |name: &str| {
            let of = |a: &super::Attempt| a.answer.beside(name).unwrap_or(0.0);
            solved.attempts.iter().map(of).sum::<f64>() / n
        };
        let told = |v: f64| number(rounded(v, 4));
        vec![
            "every start codes a signal of its own: costs are not those of one problem".into(),
            format!(
                "on average {} of {} are active, and {} % of a signal's square is left",
                told(mean("active")),
                plural(self.count(), "atom"),
                told(100.0 * mean("error"))
            ),
        ]
    }

    #[cfg(feature = "figures")]
    fn figures(&self, solved: &Solved) -> Vec<(String, crate::figure::Plot)> {
        figures::all(self, solved)
    }
}
