//! `[sweep]`: parameters that vary from ensemble to ensemble.

use super::ensemble::AT_BOTH_ENDS;
use crate::model_file::keys::{REPLICATE, SWEEP, VARY};
use crate::model_file::{Field, Spanned, Table, Value};
use crate::number::{plural, written};
use crate::pattern::random::Stream;
use crate::study::{Combine, Sweep, SweepAxis, by_ratio, evenly};

/// More points than this are a slip of the pen.
const MOST: usize = 100_000;

struct Axis {
    axis: SweepAxis,
    /// Ends of an interval that was given in place of values.
    between: Option<[f64; 2]>,
}

/// What `[sweep]` says; none if it is absent or wrong.
pub(super) fn read(field: &Field<'_>, seed: u64) -> Option<Sweep> {
    let mut table = field.section(&SWEEP)?;
    let diagnostics = table.diagnostics();
    let before = diagnostics.len();
    let combine = table.word("combine").unwrap_or("grid");
    let draws = table.key("draws");
    let seed = table.key("seed").seed().unwrap_or(seed);
    let replicate = table.key("replicate");
    // A sweep may do nothing but average.
    let vary = match replicate.is_present() {
        true => table.key("vary"),
        false => table.required("vary"),
    };
    let random = combine == "random";
    let before_axes = diagnostics.len();
    let tables = vary.sections(&VARY);
    let axes = tables.into_iter().filter_map(|t| axis(t, random));
    let (replicates, mut axes): (Vec<Axis>, Vec<Axis>) = axes.partition(|a| a.axis.replicate);
    let mut replicates: Vec<SweepAxis> = replicates.into_iter().map(|a| a.axis).collect();
    let tables = replicate.sections(&REPLICATE);
    replicates.extend(tables.into_iter().filter_map(repeated));
    let whole = table.finish();
    // Only the last would count.
    let all = axes.iter().map(|a| &a.axis).chain(&replicates);
    let keys: Vec<&String> = all.flat_map(|a| &a.keys).collect();
    if let (Some(key), true) = (twice(&keys), diagnostics.len() == before_axes) {
        vary.error(format!("`{key}` varies twice"));
    }
    let none = axes.is_empty() && replicates.is_empty();
    if vary.is_present() && none && diagnostics.len() == before {
        vary.expected("at least one parameter { key, values }");
    }
    if random && !draws.is_present() {
        let why = "a random sweep needs `draws`, the number of its points";
        whole.error(why);
    } else if !random && draws.is_present() {
        draws.error("`draws` belongs to combine = \"random\"");
    }
    let draws = draws.count(MOST);
    if diagnostics.len() > before {
        return None;
    }
    for axis in &replicates {
        if let Some(value) = twice(&axis.values) {
            let keys = axis.keys.join(", ");
            let why = format!("`{keys}` = {value} is repeated twice: it would count as two draws");
            return whole.error(why).none();
        }
    }
    let times = replicates.iter().map(|a| a.values.len());
    let times = times.fold(1, usize::saturating_mul);
    let lengths: Vec<usize> = axes.iter().map(|a| a.axis.values.len()).collect();
    // How many points there are, and whether the values of all parameters go together.
    let (count, together) = match combine {
        "zip" => {
            if lengths.iter().any(|n| *n != lengths[0]) {
                let lengths: Vec<String> = lengths.iter().map(usize::to_string).collect();
                let lengths = lengths.join(" and ");
                let why = format!(
                    "the parameters of a zip have one value each for every point, these have {lengths}"
                );
                return whole.error(why).none();
            }
            (lengths.first().copied().unwrap_or(1), true)
        }
        "random" => {
            let draws = draws?;
            for (stream, axis) in axes.iter_mut().enumerate() {
                let stream = stream as u128;
                axis.draw(draws, Stream { seed, stream });
            }
            (draws, true)
        }
        _ => (
            lengths.iter().copied().fold(1, usize::saturating_mul),
            false,
        ),
    };
    let all = count.saturating_mul(times);
    if all > MOST {
        let why = format!("{all} points are more than a sweep has, {MOST}");
        return whole.error(why).none();
    }
    let repeats: Vec<usize> = replicates.iter().map(|a| a.values.len()).collect();
    let point = |k: usize| match together {
        true => vec![k / times; axes.len()],
        false => digits(k / times, &lengths),
    };
    let points = (0..all).map(|k| [point(k), digits(k % times, &repeats)].concat());
    let points = points.collect();
    let axes = axes.into_iter().map(|a| a.axis).chain(replicates).collect();
    let combine = match combine {
        "zip" => Combine::Zip,
        "random" => Combine::Random,
        _ => Combine::Grid,
    };
    Some(Sweep {
        axes,
        points,
        replicates: times,
        combine,
    })
}

/// What stands in a list a second time.
fn twice<T: PartialEq>(list: &[T]) -> Option<&T> {
    let mut all = list.iter().enumerate();
    all.find(|(k, one)| list[..*k].contains(one))
        .map(|(_, one)| one)
}

/// Point `k` of a grid with so many values along each axis, the last of which runs fastest.
fn digits(k: usize, lengths: &[usize]) -> Vec<usize> {
    let mut rest = k;
    let at = lengths.iter().rev().map(|n| {
        let digit = rest % n;
        rest /= n;
        digit
    });
    let mut at: Vec<usize> = at.collect();
    at.reverse();
    at
}

impl Axis {
    /// Replaces the values by draws: uniform between the ends, in the logarithm on a logarithmic axis, or one of those that
    /// were given.
    fn draw(&mut self, count: usize, stream: Stream) {
        let u = stream.uniform(count, 0.0, 1.0);
        let axis = &mut self.axis;
        if let Some(ends) = self.between {
            axis.numbers = u
                .iter()
                .map(|u| between(ends, *u, axis.logarithmic))
                .collect();
            axis.values = axis.numbers.iter().map(|x| written(*x)).collect();
        } else {
            let n = axis.values.len();
            let chosen = u.iter().map(|u| ((u * n as f64) as usize).min(n - 1));
            let chosen: Vec<usize> = chosen.collect();
            axis.values = chosen.iter().map(|k| axis.values[*k].clone()).collect();
            if !axis.labels.is_empty() {
                axis.labels = chosen.iter().map(|k| axis.labels[*k].clone()).collect();
            }
            axis.numbers = chosen.iter().map(|k| axis.numbers[*k]).collect();
        }
    }
}

/// The number at part `u` of the way.
fn between([from, to]: [f64; 2], u: f64, logarithmic: bool) -> f64 {
    if logarithmic {
        (from.ln() * (1.0 - u) + to.ln() * u).exp()
    } else {
        from * (1.0 - u) + to * u
    }
}

fn axis(mut table: Table<'_>, random: bool) -> Option<Axis> {
    let diagnostics = table.diagnostics();
    let before = diagnostics.len();
    let keys = keys(&table.required("key"));
    let label = super::printable(&table.key("label"), "the label of a parameter");
    let values = table.key("values");
    let from = table.key("from").number();
    let to = table.key("to").number();
    let points = table.key("points");
    let logarithmic = table.word("spacing") == Some("log");
    let named = table.key("labels");
    let replicate_field = table.key("replicate");
    let replicate = replicate_field.is_true();
    let whole = table.finish();
    let keys = keys?;
    let last = keys.first().and_then(|k| k.rsplit('.').next());
    let last = last.unwrap_or_default();
    let label = label.unwrap_or_else(|| last.to_owned());
    let (texts, numbers, ends) = match (values.is_present(), from, to) {
        (true, None, None) => {
            let items = values.items()?;
            let texts = items.iter().filter_map(|i| Some(text(&i.value()?.value)));
            let texts: Vec<String> = texts.collect();
            let numbers = items.iter().enumerate().map(|(k, item)| {
                let number = item.value().and_then(|v| v.value.as_number());
                number.unwrap_or(k as f64)
            });
            (texts, numbers.collect::<Vec<f64>>(), None)
        }
        (false, Some(from), Some(to)) => {
            let ends = [from, to];
            if logarithmic && ends.iter().any(|e| *e <= 0.0) {
                return whole
                    .error("a logarithmic spacing needs ends above 0")
                    .none();
            }
            let n = match (points.is_present(), random) {
                (false, true) => 0,
                (false, false) => {
                    let why = "how many values between `from` and `to`? `points` says it";
                    return whole.error(why).none();
                }
                _ => points.count(MOST)?,
            };
            if n == 1 && from != to {
                points.error(AT_BOTH_ENDS);
            }
            let value = |k: usize| match logarithmic {
                true => by_ratio(ends, k, n),
                false => evenly(ends, k, n),
            };
            let numbers: Vec<f64> = (0..n).map(value).collect();
            let texts = numbers.iter().map(|x| written(*x)).collect();
            (texts, numbers, Some(ends))
        }
        _ => {
            let why = "a parameter of a sweep needs `values`, or `from`, `to` and `points`";
            return whole.error(why).none();
        }
    };
    if texts.is_empty() && !(random && ends.is_some()) {
        values.error("there is no value in `values`");
    }
    if replicate && texts.is_empty() && random {
        let why = "how many replicates? `values`, or `points` between `from` and `to`, says it";
        let help = "a replicate is run at every point of a random sweep";
        replicate_field.error(why).help(help);
    }
    let labels = labels(&named, texts.len())?;
    let axis = SweepAxis {
        keys,
        label,
        values: texts,
        numbers,
        labels,
        logarithmic,
        replicate,
    };
    (diagnostics.len() == before).then_some(Axis {
        axis,
        between: ends,
    })
}

/// `{ key = "patterns.xi.seed", count = 20 }`: what is averaged over, with the values 1 to `count` unless there are others.
fn repeated(mut table: Table<'_>) -> Option<SweepAxis> {
    let (key, values) = (table.required("key"), table.key("values"));
    let (count, first) = (table.key("count"), table.key("first"));
    let whole = table.finish();
    let keys = keys(&key);
    let values: Vec<u64> = match (count.is_present(), values.is_present()) {
        (true, false) => {
            let n = count.whole(1..=MOST as u64)?;
            let first = if first.is_present() {
                first.whole(0..=1 << 62)?
            } else {
                1
            };
            (first..first + n).collect()
        }
        (false, true) if !first.is_present() => values.each(|s| s.whole(0..=i64::MAX as u64))?,
        _ => {
            let why = "how often is it repeated? `count`, or a list of seeds in `values`, says it";
            let help = "count = 20 takes the seeds 1 to 20, first = 100 with it those from 100 on";
            return whole.error(why).help(help).none();
        }
    };
    if values.is_empty() {
        return whole.error("there is no value in `values`").none();
    }
    let keys = keys?;
    Some(SweepAxis {
        label: keys.join(", "),
        keys,
        values: values.iter().map(u64::to_string).collect(),
        numbers: values.iter().map(|v| *v as f64).collect(),
        labels: Vec::new(),
        logarithmic: false,
        replicate: true,
    })
}

/// What `count` values are called.
fn labels(field: &Field<'_>, count: usize) -> Option<Vec<String>> {
    if !field.is_present() {
        return Some(Vec::new());
    }
    let labels = field.each(|item| super::printable(item, "the label of a value"))?;
    if labels.len() != count {
        let (labels, values) = (plural(labels.len(), "label"), plural(count, "value"));
        let why = format!("{labels} for {values}");
        return field.error(why).none();
    }
    Some(labels)
}

/// One path, or several.
fn keys(field: &Field<'_>) -> Option<Vec<String>> {
    let keys = field.one_or_each(|field| {
        let key = field.string()?;
        // What an ensemble is made of may vary, what the sweep is made of may not.
        let odd = key.is_empty() || key.contains(['=', '\n']);
        if odd || key == "sweep" || key.starts_with("sweep.") {
            let why = format!("\"{key}\" is not the path of a parameter of the model");
            const PATH: &str = "a path is written as for --set: layers.hidden.lagrangian.beta";
            return field.error(why).help(PATH).none();
        }
        Some(key.to_owned())
    })?;
    match keys.is_empty() {
        true => field.expected("at least one path").none(),
        false => Some(keys),
    }
}

/// A value as a model file writes it, on one line.
fn text(value: &Value) -> String {
    let list = |texts: Vec<String>| texts.join(", ");
    match value {
        Value::Boolean(b) => b.to_string(),
        Value::Integer(i) => i.to_string(),
        // The shortest form that is read back to the same bits, never taken for a whole number.
        Value::Float(x) => format!("{x:?}"),
        // JSON's escapes are those of TOML's strings.
        Value::String(s) => serde_json::Value::from(s.as_str()).to_string(),
        Value::List(items) => format!("[{}]", list(items.iter().map(|i| text(&i.value)).collect())),
        Value::Table(entries) => {
            let entry = |(key, value): &(Spanned<String>, Spanned<Value>)| {
                let key = serde_json::Value::from(key.value.as_str());
                format!("{key} = {}", text(&value.value))
            };
            format!("{{ {} }}", list(entries.iter().map(entry).collect()))
        }
        // Neither is ever read: both have been reported.
        Value::Date | Value::Refused => String::new(),
    }
}
