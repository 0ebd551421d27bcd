//! Least squares: the line, the polynomial or the sum of any columns that is nearest to points, by a network with a single minimum
//! (Tank and Hopfield 1986, signal decomposition; the straight line of Hopfield 2007).
//!
//! ```text
//! E = ½|A z − y|² − ½|y|² = ½ zᵀAᵀA z − (Aᵀy)·z        identity neurons z with leak 1, W = 1 − AᵀA, I = Aᵀy
//! ```
//!
//! The columns of `A` have length 1 in the network: `z_j = |a_j| x_j`. Where they depend on each other the minimum is a plane, along
//! which nothing moves: what is reached is the point of it that is nearest to the start, and start 0 begins at 0.

#[cfg(feature = "figures")]
mod figures;
mod network;

use std::ops::Range;

use super::{Answer, Baseline, Course, Form, Kind, Problem, Reader, Solved};
use crate::key::{Form as Value, Section, key, section};
use crate::model_file::{ArraySpec, Place};
use crate::number::{number, rounded};
use crate::pattern::Drawer;
use crate::pattern::random::Stream;
use network::Looks;

/// In the place of a layer, for what is drawn here.
const OWN: usize = Drawer::LeastSquares.place();
/// A column that is this near to a sum of those before it, of its length, depends on them.
const DEPENDENT: f64 = 1e-10;
/// How far from orthogonal to a column the residual may be, of the lengths of both: the condition of the minimum.
const MINIMAL: f64 = 1e-7;
/// Times at which the network is looked at before it rests; the first, and what the next is multiplied by.
const LOOKS: (usize, f64, f64) = (14, 0.1, 1.6);
/// So many unknowns are told.
const FEW: usize = 21;
/// Most unknowns.
const LARGEST: usize = 2000;
/// The highest power.
const HIGHEST: u64 = 20;

static PROBLEM: Section = section(
    "a problem of least squares",
    &[
        key(
            "y",
            Value::Array,
            "what is to be approached, one number a point",
            crate::key::NEEDED,
        ),
        key(
            "x",
            Value::Array,
            "where the points are, for a polynomial in x",
            "`a` is needed in its place",
        ),
        key(
            "degree",
            Value::Whole(0, Some(HIGHEST)),
            "of the polynomial in x; 1 is a straight line",
            "1",
        ),
        key(
            "a",
            Value::Array,
            "in the place of `x`: A, a row for each point and a column for each unknown",
            "powers of x",
        ),
    ],
);
static DESCENT: Section = section(
    "the network",
    &[key(
        "spread",
        Value::NotNegative,
        "standard deviation of where the neurons start, but for start 0, which is at 0",
        "|y| divided by the root of the number of unknowns",
    )],
);

pub const KIND: Kind = Kind {
    name: "least-squares",
    about: "the line, or the sum of any columns, that is nearest to points (Tank and Hopfield 1986)",
    problem: &PROBLEM,
    forms: &[Form {
        name: "descent",
        about: "identity neurons with W = 1 − AᵀA: one minimum, the closed form",
        network: &DESCENT,
        starts: 1,
    }],
    cost: "sum of squares",
    read,
};

fn read(reader: &mut Reader<'_, '_>) -> Option<Box<dyn Problem>> {
    let y_field = reader.problem.required("y");
    let (x_field, a_field) = (reader.problem.key("x"), reader.problem.key("a"));
    let degree = reader.problem.key("degree");
    let spread = reader.network.key("spread").not_negative();
    let y = ArraySpec::read(&y_field)?.resolve(&Place::partly("y", vec![None]), reader.resolver);
    let y = y?.data;
    let m = y.len();
    if a_field.is_present() == x_field.is_present() {
        let why =
            "least squares need `x`, where the points are, or `a`, the columns; one of the two";
        return reader.problem.error(why).none();
    }
    let (columns, x) = if x_field.is_present() {
        let x = ArraySpec::read(&x_field)?.resolve(&Place::exact("x", &[m]), reader.resolver);
        let x = x?.data;
        let degree = match degree.is_present() {
            true => degree.whole(0..=HIGHEST)? as i32,
            false => 1,
        };
        let power = |p: i32| x.iter().map(|x| x.powi(p)).collect::<Vec<_>>();
        ((0..=degree).map(power).collect::<Vec<_>>(), Some(x))
    } else {
        if degree.is_present() {
            return degree
                .error("`degree` is for `x`: the columns of `a` are what they are")
                .none();
        }
        let place = Place::partly("the columns a", vec![Some(m), None]);
        let a = ArraySpec::read(&a_field)?.resolve(&place, reader.resolver)?;
        let n = a.shape[1];
        let column = |j: usize| (0..m).map(|i| a.data[i * n + j]).collect();
        ((0..n).map(column).collect(), None)
    };
    let field = if x.is_some() { &x_field } else { &a_field };
    if columns.is_empty() || m == 0 {
        return field.error("there are no columns, or no points").none();
    }
    if columns.len() > LARGEST {
        let why = format!(
            "{} unknowns are more than {LARGEST}: each acts on each",
            columns.len()
        );
        return field.error(why).none();
    }
    let lengths: Vec<f64> = columns.iter().map(|c| dot(c, c).sqrt()).collect();
    if let Some(j) = lengths.iter().position(|l| *l == 0.0 || !l.is_finite()) {
        let why =
            format!("column {j} is 0 throughout or beyond all numbers: its unknown does nothing");
        return field.error(why).help("leave it out").none();
    }
    let unit = |(c, l): (&Vec<f64>, &f64)| c.iter().map(|v| v / l).collect();
    let columns: Vec<Vec<f64>> = columns.iter().zip(&lengths).map(unit).collect();
    let (dependent, rest) = orthogonal(&columns, &y);
    let n = columns.len() as f64;
    Some(Box::new(Fit {
        spread: spread.unwrap_or((dot(&y, &y) / n).sqrt()),
        columns,
        lengths,
        x,
        // A fit that is exact leaves rounding.
        least: Some(dot(&rest, &rest))
            .filter(|l| *l > 1e-24 * dot(&y, &y))
            .unwrap_or(0.0),
        y,
        dependent,
    }))
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Columns that depend on those before them, and what is left of `y` beside all columns: Gram and Schmidt, twice for each.
fn orthogonal(columns: &[Vec<f64>], y: &[f64]) -> (Vec<usize>, Vec<f64>) {
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let beside = |v: &[f64], basis: &[Vec<f64>]| {
        let mut v = v.to_vec();
        for q in basis.iter().chain(basis) {
            let along = dot(q, &v);
            v.iter_mut().zip(q).for_each(|(v, q)| *v -= along * q);
        }
        v
    };
    let mut dependent = Vec::new();
    for (j, column) in columns.iter().enumerate() {
        let mut own = beside(column, &basis);
        let length = dot(&own, &own).sqrt();
        if length < DEPENDENT {
            dependent.push(j);
            continue;
        }
        own.iter_mut().for_each(|v| *v /= length);
        basis.push(own);
    }
    let rest = beside(y, &basis);
    (dependent, rest)
}

#[derive(Debug)]
struct Fit {
    /// The columns of A, each of length 1.
    columns: Vec<Vec<f64>>,
    lengths: Vec<f64>,
    y: Vec<f64>,
    /// Where the points are, if the columns are powers of it.
    x: Option<Vec<f64>>,
    /// Columns that depend on those before them.
    dependent: Vec<usize>,
    /// The least sum of squares there is.
    least: f64,
    spread: f64,
}

impl Problem for Fit {
    fn words(&self) -> String {
        let plural = crate::number::plural;
        let (points, unknowns) = (
            plural(self.y.len(), "point"),
            plural(self.columns.len(), "unknown"),
        );
        match &self.x {
            Some(_) => format!(
                "{points}, a polynomial of degree {}",
                self.columns.len() - 1
            ),
            None => format!("{points}, {unknowns}"),
        }
    }

    fn course(&self, seed: u64, starts: Range<usize>) -> Box<dyn Course + '_> {
        let n = self.columns.len();
        let draw = |k: usize| match k {
            0 => vec![0.0; n],
            _ => Stream::of(seed, OWN, k, 0).normal(n, 0.0, self.spread),
        };
        Box::new(Looks {
            fit: self,
            stage: 0,
            starts: starts.map(draw).collect(),
        })
    }

    /// In one block `auto` ends a start some roundings elsewhere, by what the others of the block do.
    fn alone(&self) -> bool {
        true
    }

    fn baseline(&self) -> Option<Baseline> {
        Some(Baseline {
            name: "closed form, by Gram and Schmidt".into(),
            cost: self.least,
            is_exact: true,
        })
    }

    fn notes(&self, _: &Solved) -> Vec<String> {
        let (n, lost) = (self.columns.len(), self.dependent.len());
        let mut notes = Vec::new();
        if lost > 0 {
            let few: Vec<String> = self
                .dependent
                .iter()
                .take(8)
                .map(usize::to_string)
                .collect();
            notes.push(format!(
                "rank {} of {n}: columns that depend on those before them, {}; the least sum of squares is that of many answers, and each start ends at the nearest of them, in units in which columns have length 1",
                n - lost,
                few.join(", ")
            ));
        }
        notes
    }

    fn told(&self, answer: &Answer) -> Option<String> {
        let all = answer.values.iter().map(|v| number(rounded(*v, 8)));
        let all: Vec<String> = all.collect();
        let what = match self.x {
            Some(_) => "coefficients of 1, x, x², …",
            None => "unknowns",
        };
        (all.len() <= FEW).then(|| format!("{what}: {}", all.join(", ")))
    }

    #[cfg(feature = "figures")]
    fn figures(&self, solved: &Solved) -> Vec<(String, crate::figure::Plot)> {
        self.pictures(solved)
    }
}
