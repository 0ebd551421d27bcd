//! What is told and kept of a problem that was solved.

use serde_json::{Value, json};

use super::{Answer, NamedArray};
use crate::number::{number, plural, rounded};
use crate::problem::{self, Asked, Attempt, Solved};
#[cfg(feature = "figures")]
use crate::style::Style;

/// Everything that is kept of it.
pub fn problem_answer(asked: &Asked, solved: &Solved) -> Answer {
    let sentence = sentence(asked, solved);
    Answer {
        document: document(asked, solved, &sentence),
        arrays: arrays(&solved.attempts),
        texts: asked.problem.texts(solved),
        #[cfg(feature = "figures")]
        figures: (figures(asked, solved), Vec::new()),
        notes: notes(asked, solved),
        sentence,
        ..Answer::default()
    }
}

#[cfg(feature = "figures")]
fn figures(asked: &Asked, solved: &Solved) -> Vec<(String, crate::figure::Plot, Style)> {
    let all = asked.problem.figures(solved).into_iter();
    all.map(|(name, plot)| (name, plot, Style::default()))
        .collect()
}

fn document(asked: &Asked, solved: &Solved, sentence: &str) -> Value {
    let (valid, interval) = solved.valid();
    // Those that ended before an interrupt were the quickest, not a sample.
    let interval = (!solved.is_interrupted).then_some(interval);
    let costs = solved.costs();
    let best = solved.best().map(|k| {
        let answer = &solved.attempts[k].answer;
        json!({
            "start": solved.attempts[k].start, "cost": answer.cost, "values": answer.values, "violated": answer.violated, "bound": answer.bound,
        })
    });
    let baseline = solved.baseline.as_ref();
    let baseline = baseline.map(|b| json!({ "name": b.name, "cost": b.cost, "exact": b.is_exact }));
    json!({
        "title": asked.title,
        "kind": asked.kind.name,
        "form": asked.form.name,
        "problem": asked.problem.words(),
        "starts": asked.starts,
        "ended": solved.attempts.len(),
        "seed": asked.seed,
        "valid": valid,
        "valid_interval": interval,
        "cost": { "what": asked.kind.cost, "best": costs.first(), "median": median(&costs), "worst": costs.last() },
        "baseline": baseline,
        "best": best,
        "stages": solved.attempts.iter().map(|a| a.stages).max(),
        "rises": solved.attempts.iter().filter_map(|a| a.rises).reduce(|a, b| a + b),
        "interrupted": solved.is_interrupted,
        "sentence": sentence,
    })
}

/// A row for each start.
fn arrays(attempts: &[Attempt]) -> Vec<NamedArray> {
    let n = attempts.len();
    let real = |name: &str, value: &dyn Fn(&Attempt) -> f64| {
        NamedArray::real(name, &[n], attempts.iter().map(value).collect())
    };
    let whole = |name: &str, value: &dyn Fn(&Attempt) -> i64| {
        NamedArray::whole(name, &[n], attempts.iter().map(value).collect())
    };
    let mut all = vec![
        whole("start", &|a| a.start as i64),
        whole("valid", &|a| i64::from(a.answer.is_valid())),
        whole("violated", &|a| a.answer.violated.len() as i64),
        real("cost", &|a| a.answer.cost.unwrap_or(f64::NAN)),
        real("bound", &|a| a.answer.bound.unwrap_or(f64::NAN)),
        whole("stages", &|a| a.stages as i64),
        whole("steps", &|a| a.steps as i64),
        whole("rises", &|a| a.rises.map_or(-1, |r| r as i64)),
    ];
    for k in 0..attempts.first().map_or(0, |a| a.answer.besides.len()) {
        let name = attempts[0].answer.besides[k].0.replace(' ', "_");
        let value = |a: &Attempt| a.answer.besides.get(k).map_or(f64::NAN, |b| b.1);
        all.push(real(&name, &value));
    }
    let rows = |name: &str, value: &dyn Fn(&Attempt) -> Vec<f64>| {
        let rows: Vec<Vec<f64>> = attempts.iter().map(value).collect();
        let length = rows.first().map_or(0, Vec::len);
        // Answers of different lengths are no array.
        let even = rows.iter().all(|r| r.len() == length);
        even.then(|| NamedArray::real(name, &[n, length], rows.concat()))
    };
    all.extend(rows("values", &|a| a.answer.values.clone()));
    all.extend(rows("activations", &|a| a.g.clone()));
    all
}

/// The middle one of costs in their order, or the mean of two.
fn median(costs: &[f64]) -> Option<f64> {
    let last = costs.len().checked_sub(1)?;
    Some(0.5 * (costs.get(last / 2)? + costs.get(last.div_ceil(2))?))
}

/// How many violations of the best start are told.
const FEW: usize = 5;

fn notes(asked: &Asked, solved: &Solved) -> Vec<String> {
    let mut notes = asked.problem.notes(solved);
    let rises: u64 = solved.attempts.iter().filter_map(|a| a.rises).sum();
    if rises > 0 {
        let steps = plural(rises as usize, "step");
        notes.push(format!(
            "the energy rose on {steps} beyond what rounding and the method explain"
        ));
    }
    let best = solved.best().map(|k| &solved.attempts[k]);
    let best = best.map(|a| (a.start, &a.answer));
    // The only one of the only start is told at the end.
    let is_told = |a: &problem::Answer| solved.attempts.len() == 1 && a.violated.len() == 1;
    if let Some((k, answer)) = best.filter(|(_, a)| !a.is_valid() && !is_told(a)) {
        let few: Vec<&str> = answer.violated.iter().take(FEW).map(|v| &v[..]).collect();
        let more = answer.violated.len() - few.len();
        let more = match more {
            0 => String::new(),
            n => format!("; and {n} more"),
        };
        notes.push(format!(
            "the start that violates least, {k}: {}{more}",
            few.join("; ")
        ));
    }
    notes
}

fn sentence(asked: &Asked, solved: &Solved) -> String {
    let all = solved.attempts.len();
    if all == 0 {
        return "interrupted before a start had ended".into();
    }
    let (valid, [low, high]) = solved.valid();
    let mut parts = Vec::new();
    if solved.is_interrupted {
        parts.push(format!(
            "interrupted after {all} of {}",
            plural(asked.starts, "start")
        ));
    }
    let first = &solved.attempts[0].answer.violated;
    parts.push(match (all, first.first()) {
        (1, None) => "valid".to_owned(),
        (1, Some(why)) => match first.len() - 1 {
            0 => format!("not valid: {why}"),
            n => format!("not valid: {why}; and {n} more"),
        },
        _ if solved.is_interrupted => format!("{valid} of these valid"),
        _ => format!(
            "{valid} of {all} valid ({} to {} %)",
            number(rounded(100.0 * low, 3)),
            number(rounded(100.0 * high, 3))
        ),
    });
    let costs = solved.costs();
    let what = asked.kind.cost;
    let told = |cost: f64| {
        let gap = solved.gap(cost).map(|gap| match gap.abs() < 5e-7 {
            true => String::new(),
            false => {
                let word = if gap > 0.0 { "worse" } else { "better" };
                format!(" ({} % {word})", number(rounded(100.0 * gap.abs(), 3)))
            }
        });
        format!("{}{}", number(rounded(cost, 6)), gap.unwrap_or_default())
    };
    if let (Some(best), Some(median)) = (costs.first(), median(&costs)) {
        parts.push(match costs.len() {
            1 => format!("{what} {}", told(*best)),
            _ => format!("{what}: best {}, median {}", told(*best), told(median)),
        });
        if let Some(base) = &solved.baseline {
            let (name, cost) = (&base.name, number(rounded(base.cost, 6)));
            parts.push(match base.is_exact {
                true => format!("optimum {cost} ({name})"),
                false => format!("baseline {cost} ({name}, not proved)"),
            });
        }
    }
    parts.join("; ")
}
