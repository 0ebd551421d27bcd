//! The table of a sweep: one row for each of its points.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::Tally;
use crate::analysis::wilson;
use crate::experiment::Sweep;
use crate::record::{NpzWriter, RecordError};

/// What a column says of a point.
#[derive(Clone, Copy)]
enum Of {
    Count(fn(&Tally) -> u64),
    Number(fn(&Tally) -> f64),
}
use Of::{Count, Number};

/// Columns besides the parameters: name, and the number of a point. Without trajectories a mean is NaN; without memories,
/// so is that of the overlap, and without cues that were made from them the probability of recall.
const COLUMNS: [(&str, Of); 14] = [
    ("trajectories", Count(|t| t.ended)),
    ("judged", Count(|t| t.judged)),
    ("recalled", Count(|t| t.recalled)),
    (
        "recall_probability",
        Number(|t| share(t.recalled, t.judged)),
    ),
    ("recall_low", Number(|t| interval(t.recalled, t.judged)[0])),
    ("recall_high", Number(|t| interval(t.recalled, t.judged)[1])),
    (
        "success_probability",
        Number(|t| share(success(t), t.ended)),
    ),
    ("success_low", Number(|t| interval(success(t), t.ended)[0])),
    ("success_high", Number(|t| interval(success(t), t.ended)[1])),
    ("violations", Count(|t| t.courses.violations())),
    ("largest_rise", Number(|t| t.largest_rise)),
    ("mean_overlap", Number(|t| t.overlap / t.compared as f64)),
    ("mean_t", Number(|t| t.time / t.ended as f64)),
    (
        "mean_evaluations",
        Number(|t| share(t.evaluations, t.ended)),
    ),
];

fn share(some: u64, all: u64) -> f64 {
    some as f64 / all as f64
}

fn interval(good: u64, all: u64) -> [f64; 2] {
    if all == 0 {
        [f64::NAN; 2]
    } else {
        wilson(good, all)
    }
}

/// Those that ended as they were meant to.
fn success(tally: &Tally) -> u64 {
    tally.ended - tally.failures()
}

/// Each parameter under its key, and the columns.
pub(super) fn npz(sweep: &Sweep, tallies: &[Tally], path: &Path) -> Result<(), RecordError> {
    let mut npz = NpzWriter::create(path)?;
    let n = tallies.len();
    for (k, axis) in sweep.axes.iter().enumerate() {
        let numbers: Vec<f64> = (0..n).map(|p| sweep.number(k, p)).collect();
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
    for axis in &sweep.axes {
        write!(out, ",{}", quoted(&axis.keys.join(" ")))?;
    }
    for (name, _) in COLUMNS {
        write!(out, ",{name}")?;
    }
    writeln!(out)?;
    for (p, tally) in tallies.iter().enumerate() {
        write!(out, "{p}")?;
        for (axis, k) in sweep.axes.iter().zip(&sweep.points[p]) {
            let value = &axis.values[*k];
            let word = serde_json::from_str::<String>(value);
            write!(out, ",{}", quoted(word.as_ref().unwrap_or(value)))?;
        }
        for (_, of) in COLUMNS {
            match of {
                Count(of) => write!(out, ",{}", of(tally))?,
                Number(of) => match of(tally) {
                    v if v.is_nan() => write!(out, ",")?,
                    v => write!(out, ",{v:?}")?,
                },
            }
        }
        writeln!(out)?;
    }
    out.flush()
}

/// The sweep in a manifest: what varies, and the tally of every point.
pub fn sweep_document(sweep: &Sweep, tallies: &[Tally]) -> Value {
    let axes = sweep.axes.iter();
    let axes: Vec<Value> = axes
        .map(|a| json!({ "keys": a.keys, "label": a.label }))
        .collect();
    let points = tallies.iter().enumerate().map(|(p, tally)| {
        let mut point = tally.document();
        point["set"] = json!(sweep.overrides(p));
        point
    });
    json!({ "vary": axes, "points": points.collect::<Vec<_>>() })
}
