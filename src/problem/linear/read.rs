//! A linear programme as it is typed.

use super::flat::{Flat, Plane, dot};
use super::{Linear, ROW as NAMED, Row, Sense, Way};
use crate::key::{Form as Value, Section, key, section};
use crate::model_file::{ArraySpec, Place, Value as Typed};
use crate::problem::{Problem, Reader};

/// Most variables.
const LARGEST: usize = 2000;

const ROW: Section = section(
    "a row",
    &[
        key(
            "a",
            Value::Array,
            "coefficients, one for each variable; or several rows of them, which share a name",
            crate::key::NEEDED,
        ),
        key(
            "not_above",
            Value::Array,
            "what a·x may not be above",
            "no limit",
        ),
        key(
            "not_below",
            Value::Array,
            "what a·x may not be below",
            "no limit",
        ),
        key(
            "equal",
            Value::Array,
            "what a·x must be, in the place of the two",
            "nothing",
        ),
    ],
);
static ROWS: Section = ROW;

const BOUND: Value = Value::Either(&[Value::Array, Value::List(&Value::Number, 1, None)]);

pub(super) static PROBLEM: Section = Section {
    one_of: &["minimise", "maximise"],
    ..section(
        "a linear programme",
        &[
            key("minimise", Value::Array, "c, where c·x is to be small", ""),
            key("maximise", Value::Array, "c, where c·x is to be large", ""),
            key(
                "rows",
                Value::Named(&Value::Table(&ROWS)),
                "the constraints by their names, a table each",
                "none",
            ),
            key(
                "lower",
                BOUND,
                "lower bounds of the variables: a number for all, or one for each, `-inf` for none",
                "none",
            ),
            key("upper", BOUND, "upper bounds, `inf` for none", "none"),
            key(
                "names",
                Value::List(&Value::Text, 1, None),
                "what the variables are called",
                "`x1`, `x2`, …",
            ),
        ],
    )
};

pub(super) fn read(reader: &mut Reader<'_, '_>) -> Option<Box<dyn Problem>> {
    let (least, most) = (
        reader.problem.key("minimise"),
        reader.problem.key("maximise"),
    );
    let maximises = most.is_present();
    if maximises && least.is_present() {
        return most
            .error("a programme is minimised or maximised, not both")
            .none();
    }
    if !maximises && !least.is_present() {
        let why = "a linear programme needs `minimise` or `maximise`";
        let help = "maximise = [3, 5] makes 3 x1 + 5 x2 large";
        return reader.problem.error(why).help(help).none();
    }
    let field = if maximises { most } else { least };
    let c =
        ArraySpec::read(&field)?.resolve(&Place::partly("the cost", vec![None]), reader.resolver);
    let c = c?.data;
    let n = c.len();
    if n == 0 {
        return field.error("a programme has at least one variable").none();
    }
    if n > LARGEST {
        let why =
            format!("{n} variables are more than {LARGEST}: each bound is a row of all of them");
        return field.error(why).none();
    }
    if !dot(&c, &c).is_finite() {
        return field
            .error("the cost has coefficients whose squares are no numbers: scale it")
            .none();
    }
    let names = names(reader, n);
    let rows = rows(reader, n);
    let bounds = [("lower", f64::NEG_INFINITY), ("upper", f64::INFINITY)];
    let [lower, upper] = bounds.map(|(key, none)| bound(reader, key, n, none));
    let way = way(reader);
    let spread = reader.network.key("spread").not_negative().unwrap_or(1.0);
    let (names, mut rows, lower, upper) = (names?, rows?, lower?, upper?);
    for (j, name) in names.iter().enumerate() {
        let (low, high) = (lower[j], upper[j]);
        if low > high {
            let why = format!(
                "`{name}` has a lower bound of {low} above its upper one of {high}: no number is within"
            );
            let place = reader.problem.key("lower");
            return place
                .error(why)
                .help("exchange them, or give one up")
                .none();
        }
        let mut a = vec![0.0; n];
        a[j] = 1.0;
        let mut add = |word: &str, b: f64, sense| {
            let name = format!("{word} bound of `{name}`");
            rows.push(Row {
                name,
                a: a.clone(),
                b,
                sense,
            });
        };
        if low == high {
            add("the", low, Sense::Equal);
            continue;
        }
        if low.is_finite() {
            add("lower", low, Sense::Above);
        }
        if high.is_finite() {
            add("upper", high, Sense::Below);
        }
    }
    if rows.is_empty() {
        let why =
            "a programme without rows and bounds has no optimum: every cost but 0 has no limit";
        let help = "write [problem.rows.NAME] with `a` and `not_above`, or `lower` and `upper`";
        return reader.problem.error(why).help(help).none();
    }
    Some(Box::new(
        Linear {
            units: vec![1.0; n],
            cost_unit: 1.0,
            flat: Flat {
                c: Vec::new(),
                planes: Vec::new(),
            },
            maximises,
            c,
            names,
            rows,
            way,
            spread,
        }
        .scaled(),
    ))
}

impl Linear {
    /// With its rows and cost in one form and scale.
    fn scaled(mut self) -> Self {
        let n = self.c.len();
        let far = |r: &Row| (r.b / r.norm(&vec![1.0; n])).abs();
        let unit = middle(self.rows.iter().map(far)).unwrap_or(1.0);
        let of = |j: usize| {
            let own = self.rows.iter().filter(|r| r.a[j] != 0.0);
            let own = middle(own.map(|r| (r.b / r.a[j]).abs())).unwrap_or(unit);
            // Where sizes are alike one unit serves all.
            let alike = unit / ALIKE..unit * ALIKE;
            if alike.contains(&own) { unit } else { own }
        };
        self.units = (0..n).map(of).collect();
        let cost: Vec<f64> = self.c.iter().zip(&self.units).map(|(c, u)| c * u).collect();
        let length = dot(&cost, &cost).sqrt();
        self.cost_unit = if length > 0.0 { length } else { 1.0 };
        let sign = if self.maximises { -1.0 } else { 1.0 };
        let plane = |row: &Row| {
            let by = row.sign() / row.norm(&self.units);
            Plane {
                a: row
                    .a
                    .iter()
                    .zip(&self.units)
                    .map(|(a, u)| by * a * u)
                    .collect(),
                b: by * row.b,
                equal: row.sense == Sense::Equal,
            }
        };
        self.flat = Flat {
            c: cost.iter().map(|c| sign * c / self.cost_unit).collect(),
            planes: self.rows.iter().map(plane).collect(),
        };
        self
    }
}

/// A variable has a unit of its own from here on.
const ALIKE: f64 = 100.0;

/// The middle one of those that are not 0.
fn middle(sizes: impl Iterator<Item = f64>) -> Option<f64> {
    let mut all: Vec<f64> = sizes.filter(|b| *b > 0.0 && b.is_finite()).collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied()
}

fn way(reader: &mut Reader<'_, '_>) -> Way {
    let network = &mut reader.network;
    let strength = |default| network.key("k").positive().unwrap_or(default);
    match reader.form.name {
        "penalty" => Way::Penalty {
            k: { strength }(100.0),
        },
        "primal-dual" => Way::PrimalDual {
            k: { strength }(1.0),
            stages: network.key("stages").count(100_000).unwrap_or(80),
            time: network.key("time").positive().unwrap_or(1.0),
        },
        _ => Way::Multipliers {
            k: { strength }(100.0),
            stages: network.key("stages").count(100_000).unwrap_or(500),
        },
    }
}

fn names(reader: &mut Reader<'_, '_>, n: usize) -> Option<Vec<String>> {
    let field = reader.problem.key("names");
    if !field.is_present() {
        return Some((1..=n).map(|j| format!("x{j}")).collect());
    }
    let names = field.each(|f| f.string().map(str::to_owned))?;
    if names.len() != n {
        let why = format!("there are {n} variables, and {} names", names.len());
        return field.error(why).none();
    }
    Some(names)
}

fn rows(reader: &mut Reader<'_, '_>, n: usize) -> Option<Vec<Row>> {
    let field = reader.problem.key("rows");
    if !field.is_present() {
        return Some(Vec::new());
    }
    let mut table = field.table("`rows`")?;
    let all: Vec<_> = table.named();
    table.finish();
    let mut rows = Some(Vec::new());
    for (name, field) in all {
        // All are looked at before one that is wrong is given up.
        match (row(reader, name.value, &field, n), &mut rows) {
            (Some(found), Some(rows)) => rows.extend(found),
            _ => rows = None,
        }
    }
    rows
}

fn row(
    reader: &mut Reader<'_, '_>,
    name: &str,
    field: &crate::model_file::Field<'_>,
    n: usize,
) -> Option<Vec<Row>> {
    let mut table = field.table(&format!("row `{name}`"))?.of(&ROWS);
    let a = table.required("a");
    let sides = [
        ("not_above", Sense::Below),
        ("not_below", Sense::Above),
        ("equal", Sense::Equal),
    ]
    .map(|(key, sense)| (key, sense, table.key(key)));
    table.finish();
    let place = Place::rows(format!("the coefficients of row `{name}`"), None, &[n]);
    let a = ArraySpec::read(&a)?.resolve(&place, reader.resolver)?;
    let count = a.shape[0];
    let there: Vec<_> = sides.iter().filter(|s| s.2.is_present()).collect();
    if there.is_empty() {
        let why = format!("row `{name}` says nothing of a·x");
        return field
            .error(why)
            .help("give it `not_above`, `not_below` or `equal`")
            .none();
    }
    if there.len() > 1 && there.iter().any(|s| s.1 == Sense::Equal) {
        let why = format!("row `{name}` is equal to a number, and has a limit besides");
        return field.error(why).none();
    }
    let mut rows = Vec::new();
    for (key, sense, side) in there {
        let place = Place::exact(format!("{key} of row `{name}`"), &[count]);
        let b = ArraySpec::read(side)?.resolve(&place, reader.resolver)?;
        for (k, (a, b)) in a.data.chunks_exact(n).zip(&b.data).enumerate() {
            let norm = dot(a, a);
            if !(norm > 0.0 && norm.is_finite()) {
                let why = match a.iter().all(|a| *a == 0.0) {
                    true => "has no coefficient but 0: it says nothing of the variables",
                    false => {
                        "has coefficients so large or so small that their squares are no numbers: scale the row"
                    }
                };
                return field.error(format!("row `{name}` {why}")).none();
            }
            let name = match count {
                1 => format!("{NAMED}`{name}`"),
                _ => format!("{NAMED}`{name}.{k}`"),
            };
            rows.push(Row {
                name,
                a: a.to_vec(),
                b: *b,
                sense: *sense,
            });
        }
    }
    Some(rows)
}

/// Bounds of all variables, infinite ones for none.
fn bound(reader: &mut Reader<'_, '_>, key: &str, n: usize, none: f64) -> Option<Vec<f64>> {
    let field = reader.problem.key(key);
    let numbers = match field.value().map(|v| &v.value) {
        None => return Some(vec![none; n]),
        Some(Typed::List(_)) => field.each(|f| f.any_number())?,
        Some(Typed::Integer(_) | Typed::Float(_)) => vec![field.any_number()?; n],
        Some(_) => {
            let place = Place::exact(format!("{key} bounds"), &[n]);
            ArraySpec::read(&field)?
                .resolve(&place, reader.resolver)?
                .data
        }
    };
    if numbers.len() != n {
        let why = format!(
            "there are {n} variables, and {} {key} bounds",
            numbers.len()
        );
        return field
            .error(why)
            .help("write one number for all, or one for each")
            .none();
    }
    if let Some(j) = numbers.iter().position(|b| b.is_nan() || *b == -none) {
        let why = format!(
            "entry {j} of the {key} bounds is {}, which bounds nothing",
            numbers[j]
        );
        return field.error(why).help(format!("no bound is {none}")).none();
    }
    Some(numbers)
}
