//! From a value of a model file to an array as typed.

use super::super::keys::ARRAYS;
use super::super::nearest::nearest;
use super::super::{Field, Spanned, Table, Value};
use super::{ArraySpec, FileSpec, Form, Law, MAX_ENTRIES, RandomSpec, Selection, list};
use crate::number::exact;

impl ArraySpec {
    /// Reads what stands in `field`; `None` if it is absent or wrong.
    pub fn read(field: &Field<'_>) -> Option<ArraySpec> {
        let value = field.value()?;
        let form = match &value.value {
            Value::Integer(_) | Value::Float(_) => Form::Number(field.number()?.value),
            Value::List(items) => Form::List(list::read(items, field.diagnostics())?),
            Value::String(name) => Form::Named(name.clone()),
            Value::Table(_) => table(field.table("an array")?)?,
            _ => {
                return field
                    .expected("a number, a list, the name of a pattern or a table")
                    .none();
            }
        };
        Some(ArraySpec {
            span: value.span.clone(),
            form,
        })
    }
}

fn table(mut table: Table<'_>) -> Option<Form> {
    let there = ARRAYS.iter().filter(|s| table.has(s.0));
    let there: Vec<_> = there.collect();
    match there[..] {
        [(source, keys)] => {
            table = table.of(keys);
            table.rename(&format!("an array made by `{source}`"));
            let form = match *source {
                "file" => file(&mut table).map(Form::File),
                "random" => random(&mut table).map(Form::Random),
                "hebbian" => hebbian(&mut table),
                "half_norm_of" => half_norm(&mut table),
                "stack" => stack(&table.key("stack")),
                "scaled" => scaled(&mut table),
                _ => table.key(source).number().map(|x| Form::Identity(x.value)),
            };
            table.finish();
            form
        }
        [] => {
            let meant = table
                .keys()
                .find_map(|k| nearest(k.value, ARRAYS.iter().map(|s| s.0)).map(|s| (k.value, s)));
            let help = match meant {
                Some((typed, source)) => format!("is `{typed}` meant to be `{source}`?"),
                None => format!("write one of {}", ARRAYS.each_ref().map(|s| s.0).join(", ")),
            };
            table
                .error("this table does not say where its numbers come from")
                .help(help)
                .none()
        }
        _ => {
            let named: Vec<String> = there.iter().map(|s| format!("`{}`", s.0)).collect();
            let why = format!("an array has one source, found {}", named.join(" and "));
            table.error(why).none()
        }
    }
}

// The readers below ask for every key before they give up, so that one run shows all mistakes.

fn file(table: &mut Table<'_>) -> Option<FileSpec> {
    let owned = |s: Spanned<&str>| s.map(str::to_owned);
    let path = table.key("file").path().map(owned);
    let key = optional(table.key("key"), |f| f.string().map(owned));
    let rows = optional(table.key("rows"), Selection::read);
    let columns = optional(table.key("columns"), Selection::read);
    let scale = or(table.key("scale"), 1.0, Field::number);
    let shift = or(table.key("shift"), 0.0, Field::number);
    let transpose = or(table.key("transpose"), false, Field::boolean);
    Some(FileSpec {
        path: path?,
        key: key?,
        rows: rows?,
        columns: columns?,
        scale: scale?,
        shift: shift?,
        transpose: transpose?,
    })
}

fn random(table: &mut Table<'_>) -> Option<RandomSpec> {
    let law = table.key("random").word(&["normal", "uniform", "sign"]);
    let law = match law {
        Some(word) if word.value == "normal" => {
            let mean = or(table.key("mean"), 0.0, Field::number);
            let std = or(table.key("std"), 1.0, Field::not_negative);
            mean.zip(std).map(|(mean, std)| Law::Normal { mean, std })
        }
        Some(word) if word.value == "uniform" => {
            let low = or(table.key("low"), 0.0, Field::number);
            let high = or(table.key("high"), 1.0, Field::number);
            low.zip(high)
                .and_then(|(low, high)| bounds(table, low, high))
        }
        Some(_) => Some(Law::Sign),
        None => {
            // The law is unknown, so all of their keys may be meant.
            for key in ["mean", "std", "low", "high"] {
                table.key(key);
            }
            None
        }
    };
    let shape = optional(table.key("shape"), |f| axes(f, MAX_ENTRIES));
    let seed = or(table.key("seed"), 0, |f| f.whole(0..=u64::MAX));
    let symmetric = or(table.key("symmetric"), false, Field::boolean);
    let zero_diagonal = or(table.key("zero_diagonal"), false, Field::boolean);
    Some(RandomSpec {
        law: law?,
        shape: shape?,
        seed: seed?,
        symmetric: symmetric?,
        zero_diagonal: zero_diagonal?,
    })
}

fn bounds(table: &Table<'_>, low: f64, high: f64) -> Option<Law> {
    if low <= high {
        return Some(Law::Uniform { low, high });
    }
    let at = table.peek("low").or(table.peek("high"));
    let why = format!(
        "`low` must not be above `high`: {} is above {}",
        exact(low),
        exact(high)
    );
    table
        .diagnostics()
        .error(at.map(|v| v.span.clone()), why)
        .none()
}

fn hebbian(table: &mut Table<'_>) -> Option<Form> {
    let patterns = ArraySpec::read(&table.key("hebbian"));
    let scale = optional(table.key("scale"), |f| f.number().map(|x| x.value));
    let zero_diagonal = or(table.key("zero_diagonal"), false, Field::boolean);
    Some(Form::Hebbian {
        patterns: Box::new(patterns?),
        scale: scale?,
        zero_diagonal: zero_diagonal?,
    })
}

fn half_norm(table: &mut Table<'_>) -> Option<Form> {
    let rows = ArraySpec::read(&table.key("half_norm_of"));
    let sign = or(table.key("sign"), -1.0, Field::number);
    Some(Form::HalfNorm {
        rows: Box::new(rows?),
        sign: sign?,
    })
}

fn scaled(table: &mut Table<'_>) -> Option<Form> {
    let of = ArraySpec::read(&table.key("scaled"));
    let by = table.required("by").number();
    let shift = or(table.key("shift"), 0.0, Field::number);
    Some(Form::Scaled {
        of: Box::new(of?),
        by: by?.value,
        shift: shift?,
    })
}

fn stack(field: &Field<'_>) -> Option<Form> {
    let parts: Vec<_> = field.items()?.iter().map(ArraySpec::read).collect();
    if parts.is_empty() {
        return field.expected("a list of arrays, one for each row").none();
    }
    parts
        .into_iter()
        .collect::<Option<Vec<_>>>()
        .map(Form::Stack)
}

/// A list of lengths, each up to `most`.
fn axes(field: &Field<'_>, most: usize) -> Option<Vec<usize>> {
    let lengths: Vec<_> = field
        .items()?
        .iter()
        .map(|f| f.whole(0..=most as u64).map(|n| n.value as usize))
        .collect();
    lengths.into_iter().collect()
}

/// `Some(None)` where nothing is said, `None` where what is said is wrong.
fn optional<T>(field: Field<'_>, get: impl Fn(&Field<'_>) -> Option<T>) -> Option<Option<T>> {
    if field.is_present() {
        get(&field).map(Some)
    } else {
        Some(None)
    }
}

fn or<'a, T>(
    field: Field<'a>,
    default: T,
    get: impl Fn(&Field<'a>) -> Option<Spanned<T>>,
) -> Option<T> {
    if field.is_present() {
        get(&field).map(|x| x.value)
    } else {
        Some(default)
    }
}
