//! The table of a sweep: one row for each of its points.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::of_tally;
use crate::number::written;
use crate::record::{NpzWriter, RecordError};
use crate::study::{Sweep, Tally, percent};

#[derive(Clone, Copy)]
enum Of {
    Count(fn(&Tally) -> u64),
    Number(fn(&Tally) -> f64),
}
use Of::{Count, Number};

/// Columns besides the parameters: name, and the number of a point. Without trajectories a mean is NaN; without memories,
/// so is that of the overlap, and without cues that were made from them the probability of recall. Intervals are over
/// so many `clusters`: networks, patterns of one network, or trajectories, as the last column of the text says.
#[rustfmt::skip]
const COLUMNS: [(&str, Of); 17] = [
    ("trajectories", Count(|t| t.ended)),
    ("judged", Count(|t| t.judged)),
    ("recalled", Count(|t| t.recalled)),
    ("recall_probability", Number(Tally::share)),
    ("recall_low", Number(|t| t.recall_interval()[0])),
    ("recall_high", Number(|t| t.recall_interval()[1])),
    ("success_probability", Number(Tally::success)),
    ("success_low", Number(|t| t.success_interval()[0])),
    ("success_high", Number(|t| t.success_interval()[1])),
    ("violations", Count(|t| t.courses.violations())),
    ("largest_rise", Number(|t| t.largest_rise)),
    ("mean_overlap", Number(|t| t.overlap / t.compared as f64)),
    ("mean_t", Number(|t| t.time / t.ended as f64)),
    ("mean_evaluations", Number(|t| t.evaluations as f64 / t.ended as f64)),
    ("distinct_fixed_points", Number(|t| t.distinct()[0])),
    ("stable_fixed_points", Number(|t| t.distinct()[1])),
    ("clusters", Count(Tally::clusters)),
];

const INTERVAL_OVER: &str = "interval_over";

/// Each parameter under its key, and the columns.
pub(super) fn npz(sweep: &Sweep, tallies: &[Tally], path: &Path) -> Result<(), RecordError> {
    let mut npz = NpzWriter::create(path)?;
    let n = tallies.len();
    for (k, axis) in sweep.varied().iter().enumerate() {
        let numbers: Vec<f64> = (0..n).map(|p| sweep.number(k, sweep.first(p))).collect();
        npz.write(&axis.keys[0], &[n], &numbers)?;
    }
    for (name, of) in COLUMNS {
        match of {
            Count(of) => {
                let column: Vec<i64> = tallies.iter().map(|t| of(t) as i64).collect();
                npz.write_i64(name, &[n], &column)?;
            }
            Number(of) => {
                let column: Vec<f64> = tallies.iter().map(of).collect();
                npz.write(name, &[n], &column)?;
            }
        }
    }
    npz.finish()
}

/// The same as text; parameters as the model file writes them, words without their quotes.
pub(super) fn csv(sweep: &Sweep, tallies: &[Tally], path: &Path) -> io::Result<()> {
    let mut out = BufWriter::new(std::fs::File::create(path)?);
    let quoted = |text: &str| match text.contains([',', '"', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    };
    write!(out, "point")?;
    for axis in sweep.varied() {
        write!(out, ",{}", quoted(&axis.keys.join(" ")))?;
    }
    for (name, _) in COLUMNS {
        write!(out, ",{name}")?;
    }
    writeln!(out, ",{INTERVAL_OVER}")?;
    for (p, tally) in tallies.iter().enumerate() {
        write!(out, "{p}")?;
        for (axis, k) in sweep.varied().iter().zip(&sweep.points[sweep.first(p)]) {
            let value = axis.name(*k);
            let word = serde_json::from_str::<String>(value);
            let number = value.parse::<f64>().ok().filter(|x| x.is_finite());
            let text = word.ok().or(number.map(written));
            write!(out, ",{}", quoted(text.as_deref().unwrap_or(value)))?;
        }
        for (_, of) in COLUMNS {
            match of {
                Count(of) => write!(out, ",{}", of(tally))?,
                Number(of) => match of(tally) {
                    v if v.is_nan() => write!(out, ",")?,
                    v => write!(out, ",{}", written(v))?,
                },
            }
        }
        writeln!(out, ",{}", tally.over().word())?;
    }
    out.flush()
}

/// The sweep in a manifest: what varies, what is averaged over, and the tally of every point.
pub fn sweep_document(sweep: &Sweep, tallies: &[Tally]) -> Value {
    let (varied, repeated) = sweep.axes.split_at(sweep.varied().len());
    let varied = varied.iter().map(|a| match a.labels.is_empty() {
        true => json!({ "keys": a.keys, "label": a.label }),
        false => {
            json!({ "keys": a.keys, "label": a.label, "values": a.values, "labels": a.labels })
        }
    });
    let repeated = repeated
        .iter()
        .map(|a| json!({ "keys": a.keys, "values": a.values }));
    let points = tallies.iter().enumerate().map(|(p, tally)| {
        let mut point = of_tally(tally);
        point["set"] = json!(sweep.overrides_of_row(p));
        point[INTERVAL_OVER] = tally.over().word().into();
        point
    });
    json!({
        "vary": varied.collect::<Vec<_>>(), "replicate": repeated.collect::<Vec<_>>(),
        "replicates": sweep.replicates, "points": points.collect::<Vec<_>>(),
    })
}

/// What came of a sweep, in a sentence: shares of recall at its worst and its best point, and not of all points together.
pub fn sweep_sentence(sweep: &Sweep, tallies: &[Tally], criterion: &str) -> String {
    let total = Tally::sum(tallies);
    if tallies.len() < 2 {
        return total.sentence(criterion);
    }
    let judged = tallies.iter().enumerate().filter(|(_, t)| t.judged > 0);
    let judged: Vec<(usize, f64)> = judged.map(|(p, t)| (p, t.share())).collect();
    let worst = judged.iter().reduce(|a, b| if b.1 < a.1 { b } else { a });
    let best = judged.iter().reduce(|a, b| if b.1 > a.1 { b } else { a });
    let mut parts = Vec::new();
    if let (Some((low, least)), Some((high, most))) = (worst, best) {
        let (at, n) = (|p: &usize| sweep.describe_row(*p), judged.len());
        let over = tallies[*low].over().word();
        parts.push(if least == most {
            format!("{} % recalled{criterion} at each of {n} points, intervals over {over}", percent(*least))
        } else {
            format!(
                "from {} % ({}) to {} % ({}) recalled{criterion} at {n} points, intervals over {over}",
                percent(*least),
                at(low),
                percent(*most),
                at(high)
            )
        });
    }
    parts.extend(total.ends());
    parts.join("; ")
}
