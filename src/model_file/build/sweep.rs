//! `[sweep]`: parameters that vary from ensemble to ensemble.

use crate::experiment::{Combine, Sweep, SweepAxis, evenly};
use crate::model_file::{Field, Spanned, Table, Value};
use crate::pattern::random::Stream;

/// More points than this are a slip of the pen.
const MOST: usize = 100_000;

/// How a parameter varies, before draws are made.
struct Axis {
    axis: SweepAxis,
    /// Ends of an interval that was given in place of values.
    between: Option<[f64; 2]>,
}

/// What `[sweep]` says; none if it is absent or wrong.
pub(super) fn read(field: &Field<'_>, seed: u64) -> Option<Sweep> {
    let mut table = field.table("`sweep`")?;
    let diagnostics = table.diagnostics();
    let before = diagnostics.len();
    let combine = table.key("combine").word(&["grid", "zip", "random"]);
    let combine = combine.map_or("grid", |w| w.value);
    let draws = table.key("draws");
    let seed = table
        .key("seed")
        .whole(0..=u64::MAX)
        .map_or(seed, |s| s.value);
    let vary = table.required("vary");
    let random = combine == "random";
    let before_axes = diagnostics.len();
    let tables = vary.tables("a parameter of the sweep");
    let mut axes: Vec<Axis> = tables.into_iter().filter_map(|t| axis(t, random)).collect();
    let span = table.span();
    table.finish();
    // Only the last would count.
    let keys: Vec<&String> = axes.iter().flat_map(|a| &a.axis.keys).collect();
    let twice = keys
        .iter()
        .enumerate()
        .find(|(k, key)| keys[..*k].contains(key));
    if let (Some((_, key)), true) = (twice, diagnostics.len() == before_axes) {
        diagnostics.error(vary.span(), format!("`{key}` varies twice"));
    }
    if vary.is_present() && axes.is_empty() && diagnostics.len() == before {
        vary.expected("at least one parameter { key, values }");
    }
    if random && !draws.is_present() {
        diagnostics.error(
            span.clone(),
            "a random sweep needs `draws`, the number of its points",
        );
    } else if !random && draws.is_present() {
        diagnostics.error(draws.span(), "`draws` belongs to combine = \"random\"");
    }
    let draws = draws.whole(1..=MOST as u64).map(|d| d.value as usize);
    if diagnostics.len() > before {
        return None;
    }
    let points: Vec<Vec<usize>> = match combine {
        "zip" => {
            let lengths: Vec<usize> = axes.iter().map(|a| a.axis.values.len()).collect();
            if lengths.iter().any(|n| *n != lengths[0]) {
                let lengths: Vec<String> = lengths.iter().map(usize::to_string).collect();
                diagnostics.error(
                    span,
                    format!(
                        "the parameters of a zip have one value each for every point, these have {}",
                        lengths.join(" and ")
                    ),
                );
                return None;
            }
            (0..lengths[0]).map(|k| vec![k; axes.len()]).collect()
        }
        "random" => {
            let draws = draws?;
            for (k, axis) in axes.iter_mut().enumerate() {
                axis.draw(
                    draws,
                    Stream {
                        seed,
                        stream: k as u64,
                    },
                );
            }
            (0..draws).map(|k| vec![k; axes.len()]).collect()
        }
        _ => {
            let lengths = axes.iter().map(|a| a.axis.values.len());
            let count = lengths.fold(1, usize::saturating_mul);
            if count > MOST {
                diagnostics.error(
                    span,
                    format!("{count} points are more than a sweep has, {MOST}"),
                );
                return None;
            }
            (0..count).map(|k| digits(k, &axes)).collect()
        }
    };
    let axes = axes.into_iter().map(|a| a.axis).collect();
    let combine = match combine {
        "zip" => Combine::Zip,
        "random" => Combine::Random,
        _ => Combine::Grid,
    };
    Some(Sweep {
        axes,
        points,
        combine,
    })
}

/// Point `k` of a grid whose last axis runs fastest.
fn digits(k: usize, axes: &[Axis]) -> Vec<usize> {
    let mut rest = k;
    let mut at: Vec<usize> = axes
        .iter()
        .rev()
        .map(|a| {
            let n = a.axis.values.len();
            let digit = rest % n;
            rest /= n;
            digit
        })
        .collect();
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
            axis.numbers = chosen.iter().map(|k| axis.numbers[*k]).collect();
        }
    }
}

/// A number as a model file has it: whole ones, which may be counts, without a point, as far as whole numbers are read.
fn written(x: f64) -> String {
    if x.fract() == 0.0 && x.abs() < 9e15 {
        x.to_string()
    } else {
        format!("{x:?}")
    }
}

/// The number at part `u` of the way; the ends are exact.
fn between([from, to]: [f64; 2], u: f64, logarithmic: bool) -> f64 {
    if u <= 0.0 {
        from
    } else if u >= 1.0 {
        to
    } else if logarithmic {
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
    let spacing = table.key("spacing").word(&["linear", "log"]);
    let logarithmic = spacing.is_some_and(|s| s.value == "log");
    let span = table.span();
    table.finish();
    let keys = keys?;
    let last = keys
        .first()
        .and_then(|k| k.rsplit('.').next())
        .unwrap_or_default();
    let label = label.unwrap_or_else(|| last.to_owned());
    let (texts, numbers, ends) = match (values.is_present(), from, to) {
        (true, None, None) => {
            let items = values.items()?;
            let texts: Vec<String> = items
                .iter()
                .filter_map(|i| Some(text(&i.value()?.value)))
                .collect();
            let numbers = items.iter().enumerate().map(|(k, item)| {
                let number = item.value().and_then(|v| v.value.as_number());
                number.unwrap_or(k as f64)
            });
            (texts, numbers.collect::<Vec<f64>>(), None)
        }
        (false, Some(from), Some(to)) => {
            let ends = [from.value, to.value];
            if logarithmic && ends.iter().any(|e| *e <= 0.0) {
                diagnostics.error(span, "a logarithmic spacing needs ends above 0");
                return None;
            }
            let n = match (points.is_present(), random) {
                (false, true) => 0,
                (false, false) => {
                    diagnostics.error(
                        span,
                        "how many values between `from` and `to`? `points` says it",
                    );
                    return None;
                }
                _ => points.whole(1..=MOST as u64)?.value as usize,
            };
            if n == 1 && from.value != to.value {
                diagnostics.error(
                    points.span(),
                    "one point cannot be at both ends: set `to` to `from`, or `points` to 2 or more",
                );
            }
            let last = n.saturating_sub(1).max(1) as f64;
            let value = |k: usize| match logarithmic {
                true => between(ends, k as f64 / last, true),
                false => evenly(ends, k, n),
            };
            let numbers: Vec<f64> = (0..n).map(value).collect();
            let texts = numbers.iter().map(|x| written(*x)).collect();
            (texts, numbers, Some(ends))
        }
        _ => {
            diagnostics.error(
                span,
                "a parameter of a sweep needs `values`, or `from`, `to` and `points`",
            );
            return None;
        }
    };
    if texts.is_empty() && !(random && ends.is_some()) {
        diagnostics.error(values.span(), "there is no value in `values`");
    }
    let axis = SweepAxis {
        keys,
        label,
        values: texts,
        numbers,
        logarithmic,
    };
    (diagnostics.len() == before).then_some(Axis {
        axis,
        between: ends,
    })
}

/// One path, or several.
fn keys(field: &Field<'_>) -> Option<Vec<String>> {
    let diagnostics = field.diagnostics();
    let typed: Vec<Spanned<&str>> = match field.value()?.value {
        Value::List(_) => {
            let items = field.items()?;
            items.iter().map(Field::string).collect::<Option<_>>()?
        }
        _ => vec![field.string()?],
    };
    for key in &typed {
        // What an ensemble is made of may vary, what the sweep is made of may not.
        let odd = key.value.is_empty() || key.value.contains(['=', '\n']);
        if odd || key.value == "sweep" || key.value.starts_with("sweep.") {
            diagnostics
                .error(
                    key.span.clone(),
                    format!(
                        "\"{}\" is not the path of a parameter of the model",
                        key.value
                    ),
                )
                .help("a path is written as for --set: layers.hidden.lagrangian.beta");
            return None;
        }
    }
    if typed.is_empty() {
        field.expected("at least one path");
        return None;
    }
    Some(typed.iter().map(|k| k.value.to_owned()).collect())
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
