//! From a value of a model file to an array as typed.

use super::super::keys::ARRAYS;
use super::super::nearest::nearest;
use super::super::{Field, Spanned, Table, Value};
use super::{ArraySpec, FileSpec, Form, MAX_ENTRIES, OneOfSpec, RandomSpec, Selection, list, rule};
use crate::number::exact;
use crate::study::Distribution;

impl ArraySpec {
    /// Reads what stands in `field`; `None` if it is absent or wrong.
    pub fn read(field: &Field<'_>) -> Option<ArraySpec> {
        let value = field.value()?;
        let form = match &value.value {
            Value::Integer(_) | Value::Float(_) => Form::Number(field.number()?),
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
            let before = table.diagnostics().len();
            let form = match *source {
                "file" => file(&mut table).map(Form::File),
                "random" => random(&mut table).map(Form::Random),
                "hebbian" => hebbian(&mut table),
                "rule" => rule::read(&mut table).map(Form::Rule),
                "half_norm_of" => half_norm(&mut table),
                "stack" => stack(&table.key("stack")),
                "scaled" => scaled(&mut table),
                "one_of" => one_of(&mut table).map(Form::OneOf),
                "clipped" => clipped(&mut table),
                "mean_of" => {
                    ArraySpec::read(&table.key("mean_of")).map(|of| Form::Mean(Box::new(of)))
                }
                _ => table.key(source).number().map(Form::Identity),
            };
            let sound = table.diagnostics().len() == before;
            table.finish();
            form.filter(|_| sound)
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

// The readers below ask for every key before they give up, so that one run shows all mistakes. A value that is wrong is read as if
// it were left out: its mistake is recorded, and the array given up.

fn file(table: &mut Table<'_>) -> Option<FileSpec> {
    let at =
        |field: Field<'_>, text: Option<&str>| Some(Spanned::new(text?.to_owned(), field.span()?));
    let (path, key) = (table.key("file"), table.key("key"));
    let path = at(path.clone(), path.path());
    let key = at(key.clone(), key.string());
    let rows = Selection::read(&table.key("rows"));
    let columns = Selection::read(&table.key("columns"));
    let scale = table.key("scale").number_or(1.0);
    let shift = table.key("shift").number_or(0.0);
    let transpose = table.key("transpose").is_true();
    Some(FileSpec {
        path: path?,
        key,
        rows,
        columns,
        scale,
        shift,
        transpose,
    })
}

fn random(table: &mut Table<'_>) -> Option<RandomSpec> {
    let law = distribution(&table.key("random"), table);
    if let Some(Distribution::Uniform(low, high)) = law
        && low > high
    {
        let at = table.peek("low").or(table.peek("high"));
        let (low, high) = (exact(low), exact(high));
        let why = format!("`low` must not be above `high`: {low} is above {high}");
        table.diagnostics().error(at.map(|v| v.span.clone()), why);
    }
    let shape = shape(table);
    let seed = table.key("seed").seed().unwrap_or(0);
    let symmetric = table.key("symmetric").is_true();
    let zero_diagonal = table.key("zero_diagonal").is_true();
    Some(RandomSpec {
        law: law?,
        shape,
        seed,
        symmetric,
        zero_diagonal,
    })
}

/// The shape, where the table says it.
fn shape(table: &mut Table<'_>) -> Option<Vec<usize>> {
    let shape = table.key("shape");
    let length = |f: &Field<'_>| Some(f.whole(0..=MAX_ENTRIES as u64)? as usize);
    shape.value().and_then(|_| shape.each(length))
}

fn one_of(table: &mut Table<'_>) -> Option<OneOfSpec> {
    let values = table.key("one_of").count(MAX_ENTRIES);
    let offset = table.key("offset").not_negative();
    let shape = shape(table);
    let seed = table.key("seed").seed().unwrap_or(0);
    Some(OneOfSpec {
        values: values?,
        offset,
        shape,
        seed,
    })
}

fn clipped(table: &mut Table<'_>) -> Option<Form> {
    let patterns = ArraySpec::read(&table.key("clipped"));
    let groups = table.key("groups");
    let groups = match groups.is_present() {
        true => groups.count(MAX_ENTRIES),
        false => Some(1),
    };
    Some(Form::Clipped {
        patterns: Box::new(patterns?),
        groups: groups?,
    })
}

/// The distribution that a field names, with its parameters from the table.
pub(in crate::model_file) fn distribution(
    field: &Field<'_>,
    table: &mut Table<'_>,
) -> Option<Distribution> {
    let word = field.word(&["normal", "uniform", "sign", "bits"]);
    // Where the law is not known all of their keys may be meant.
    let mut of = |law: &str, key: &str| {
        let is_asked = word.is_none_or(|word| word == law);
        is_asked.then(|| table.key(key))
    };
    let (mean, std) = (of("normal", "mean"), of("normal", "std"));
    let (low, high) = (of("uniform", "low"), of("uniform", "high"));
    let activity = of("bits", "activity");
    match word? {
        "normal" => Some(Distribution::Normal(
            mean?.number_or(0.0),
            std?.not_negative().unwrap_or(1.0),
        )),
        "uniform" => Some(Distribution::Uniform(
            low?.number_or(0.0),
            high?.number_or(1.0),
        )),
        "bits" => {
            let field = activity?;
            let activity = field.number_or(0.5);
            if !(0.0..=1.0).contains(&activity) {
                let why = format!("`activity` must be from 0 to 1, it is {}", exact(activity));
                return field.error(why).help("it is the probability of a 1").none();
            }
            Some(Distribution::Bits(activity))
        }
        _ => Some(Distribution::Sign),
    }
}

fn hebbian(table: &mut Table<'_>) -> Option<Form> {
    let patterns = ArraySpec::read(&table.key("hebbian"));
    let to = table.key("to");
    let onto = to.is_present().then(|| ArraySpec::read(&to));
    let next = table.key("next").seed().unwrap_or(0) as usize;
    let scale = table.key("scale").number();
    let zero_diagonal = table.key("zero_diagonal").is_true();
    Some(Form::Hebbian {
        patterns: Box::new(patterns?),
        to: match onto {
            Some(onto) => Some(Box::new(onto?)),
            None => None,
        },
        next,
        scale,
        zero_diagonal,
    })
}

fn half_norm(table: &mut Table<'_>) -> Option<Form> {
    let rows = ArraySpec::read(&table.key("half_norm_of"));
    let sign = table.key("sign").number_or(-1.0);
    Some(Form::HalfNorm {
        rows: Box::new(rows?),
        sign,
    })
}

fn scaled(table: &mut Table<'_>) -> Option<Form> {
    let of = ArraySpec::read(&table.key("scaled"));
    let by = table.required("by").number();
    let shift = table.key("shift").number_or(0.0);
    Some(Form::Scaled {
        of: Box::new(of?),
        by: by?,
        shift,
    })
}

fn stack(field: &Field<'_>) -> Option<Form> {
    let parts = field.each(ArraySpec::read)?;
    match parts.is_empty() {
        true => field.expected("a list of arrays, one for each row").none(),
        false => Some(Form::Stack(parts)),
    }
}
