//! The manifest: everything that identifies a run, and what came of it.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use crate::analysis::Along;
use crate::monitor::Course;
use crate::network::{Boundedness, Certificate};
use crate::record::sha256_hex;
use crate::study::{Case, CaseResult, Columns, Results, Study, Tally};
use crate::trajectory::StopReason;

/// Where a run comes from.
#[derive(Clone, Debug, Default)]
pub struct Provenance {
    /// The words of the command.
    pub command: Vec<String>,
    /// The model file as it was named.
    pub model: String,
    /// Its text.
    pub text: String,
    /// The overrides `path=value` it was run with.
    pub overrides: Vec<String>,
    /// Where its files are; none if it is part of the program.
    pub directory: Option<PathBuf>,
    /// The files it read, with the sha256 of each.
    pub files: Vec<(String, String)>,
    /// When the run began, in seconds since 1970.
    pub started: f64,
    /// How long it took, in seconds.
    pub seconds: f64,
}

impl Provenance {
    /// What decides the bits of the rows: whoever goes on with them must have the same.
    pub(super) fn identity(&self) -> Value {
        // How many threads there are, and how much may be kept, changes nothing.
        let free = ["solve.threads=", "solve.max_output="];
        let decides = |o: &&String| !free.iter().any(|f| o.starts_with(f));
        let overrides: Vec<&String> = self.overrides.iter().filter(decides).collect();
        let files: Vec<&String> = self.files.iter().map(|(_, sha)| sha).collect();
        json!({
            "the model": sha256_hex(self.text.as_bytes()),
            "the settings of the command line": overrides,
            "the files that the model reads": files,
            "the version of the program": env!("CARGO_PKG_VERSION"),
            "the processor's instructions": instructions(),
        })
    }
}

/// The sha256 of a model's text, then of every override on a line of its own.
pub fn fingerprint_of(text: &str, overrides: &[String]) -> String {
    let overrides = overrides.iter().map(String::as_str);
    let lines: Vec<&str> = std::iter::once(text).chain(overrides).collect();
    sha256_hex(lines.join("\n").as_bytes())
}

/// Starts that the manifest lists one by one; more are only in `outcomes.npz`.
const LISTED: usize = 1000;

/// Coordinates of fixed points that the manifest holds.
const COORDINATES: usize = 100_000;

/// What a manifest holds of a study and of where it comes from, and what else is to be said.
pub fn manifest(
    study: &Study,
    provenance: &Provenance,
    about: impl IntoIterator<Item = Value>,
) -> Value {
    let s = &study.settings;
    let own = json!({
        "settings": {
            "method": s.method.name, "rtol": s.rtol, "atol": s.atol,
            "t_start": s.t_start, "t_end": s.t_end, "until_rest": s.until_rest, "until_energy": s.until_energy,
            "step": s.step, "max_steps": s.max_steps,
            "max_step": if s.max_step.is_finite() { json!(s.max_step) } else { Value::Null },
            "rest_atol": study.rest[0], "rest_rtol": study.rest[1],
            "lyapunov": study.lyapunov_mode().word(),
        },
        "neurons": study.network.size(),
    });
    with(
        origin(&study.title, provenance),
        [own].into_iter().chain(about),
    )
}

/// What a manifest holds of a file that something was asked of and that is no model, and what else is to be said. Its `model` is the text,
/// or the file of data where there is none.
pub fn of_data(
    title: &str,
    provenance: &Provenance,
    about: impl IntoIterator<Item = Value>,
) -> Value {
    let mut document = origin(title, provenance);
    let file = provenance.files.first();
    if let Some((_, sha256)) = file.filter(|_| provenance.text.is_empty()) {
        document["model"]["sha256"] = sha256.clone().into();
    }
    with(document, about)
}

/// Where something comes from.
fn origin(title: &str, provenance: &Provenance) -> Value {
    let files = provenance.files.iter();
    let files = files.map(|(path, sha)| json!({ "path": path, "sha256": sha }));
    let directory = provenance.directory.as_ref();
    let directory = directory.map(|d| d.display().to_string());
    json!({
        "attractor": env!("CARGO_PKG_VERSION"),
        "command": provenance.command,
        "title": title,
        "model": {
            "path": provenance.model,
            "sha256": fingerprint_of(&provenance.text, &provenance.overrides),
            "text": provenance.text,
            "overrides": provenance.overrides,
            "directory": directory,
            "files": files.collect::<Vec<_>>(),
        },
        "machine": { "architecture": std::env::consts::ARCH, "instructions": instructions() },
        "started": provenance.started,
        "seconds": provenance.seconds,
    })
}

/// A document with more entries.
fn with(mut document: Value, about: impl IntoIterator<Item = Value>) -> Value {
    for entries in about {
        if let (Value::Object(document), Value::Object(entries)) = (&mut document, entries) {
            document.extend(entries);
        }
    }
    document
}

/// The entries of a manifest of a table of outcomes: its columns, how many starts it is of, and what its codes mean.
pub fn of_table((columns, starts): (&Columns, u64)) -> Value {
    let columns = columns.shown().map(|(column, _)| column.name);
    json!({
        "starts": starts,
        "columns": columns.collect::<Vec<_>>(),
        "stop_codes": StopReason::WORDS,
        "course_codes": Course::WORDS,
    })
}

/// The entries of a manifest that a run has besides the sums: what came of each start, and the fixed points.
pub fn of_results(study: &Study, results: &Results) -> Value {
    let cases = results.pairs(study).take(LISTED);
    let cases = cases.map(|pair| outcome(study, pair));
    let found = results.fixed_points.points();
    // Of many points of a large network they are only in outcomes.npz, as the states of those that ended there.
    let coordinates = found.len() * study.network.size() <= COORDINATES;
    let points = found.iter().map(|p| {
        json!({
            "x": coordinates.then_some(&p.x),
            "stability": p.stability.word(),
            "members": p.members,
            "rightmost_eigenvalue": p.eigenvalue.map(|e| json!([e.re, e.im])),
            "eigenvalue_residual": p.eigenvalue.map(|e| e.residual),
            "newton_correction": p.newton,
            "distance": p.distance,
            "along_null_direction": p.along.map(Along::word),
        })
    });
    let mut fixed_points = fixed_points(&results.tally(study));
    fixed_points["points"] = points.collect();
    json!({ "results": cases.collect::<Vec<_>>(), "fixed_points": fixed_points })
}

/// The entries of a manifest that add up its rows.
pub fn of_tally(t: &Tally) -> Value {
    let named = |(word, count): (&&str, u64)| ((*word).to_owned(), Value::from(count));
    let stops = StopReason::WORDS.iter().zip(t.stops);
    let stops = stops.filter(|(_, count)| *count > 0).map(named);
    let courses = Course::WORDS.iter().zip(t.courses.taken).map(named);
    let recall = (t.judged > 0).then(|| match t.mixed {
        true => json!({ "recalled": t.recalled, "of": t.judged }),
        false => json!({
            "recalled": t.recalled, "of": t.judged,
            "probability": t.recalled as f64 / t.judged as f64,
            "wilson95": t.recall_interval(),
            "interval_over": t.over().word(), "clusters": t.clusters(),
        }),
    });
    json!({
        "finished": t.ended,
        "stops": stops.collect::<Map<_, _>>(),
        "failures": t.failures(),
        "watched": t.courses.known(),
        "courses": courses.collect::<Map<_, _>>(),
        "violations": t.courses.violations(),
        "identity_violations": t.courses.identities,
        "largest_rise": t.largest_rise,
        "recall": recall,
        "fixed_points": fixed_points(t),
        "steps": t.steps,
        "evaluations": t.evaluations,
    })
}

/// How many there are: of a whole sweep, whose points are different networks, that means nothing.
fn fixed_points(t: &Tally) -> Value {
    // The mean over replicates need not be a whole number.
    let [distinct, stable] = t.distinct().map(|n| match n.fract() == 0.0 {
        true => json!(n as u64),
        false => json!(n),
    });
    match t.mixed {
        true => Value::Null,
        false => json!({ "distinct": distinct, "stable": stable }),
    }
}

/// A certificate as JSON.
pub fn certificate(c: &Certificate) -> Value {
    let (known, why) = match &c.boundedness {
        Boundedness::Bounded(why) => ("bounded", why),
        Boundedness::NotKnown(why) => ("not-known", why),
        Boundedness::Unbounded(why) => ("unbounded", why),
    };
    json!({
        "holds": c.holds(),
        "faults": c.faults.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "below": known,
        "because": why,
    })
}

fn outcome(study: &Study, (case, result): (&Case, &CaseResult)) -> Value {
    let s = &result.outcome.statistics;
    let choices = result.outcome.choices.iter();
    let choices = choices.map(|c| json!({ "t": c.t, "method": c.method, "reason": c.reason }));
    let mut entry = json!({
        "start": result.case, "label": case.label,
        "stop": result.outcome.stop.word(), "t": result.outcome.t,
        "statistics": {
            "accepted": s.accepted, "rejected": s.rejected, "sent_back": s.sent_back,
            "evaluations": s.evaluations, "output_evaluations": s.output_evaluations,
        },
        "choices": choices.collect::<Vec<_>>(),
        "fixed_point": result.rest,
    });
    if let Some(l) = &result.lyapunov {
        entry["lyapunov"] = json!({
            "steps": l.steps, "rises": l.rises, "sent_back": l.sent_back,
            "largest_rise": l.largest_rise, "largest_rise_over_allowance": l.largest_excess,
            "fallen": l.fallen, "risen": l.risen, "not_judged": l.not_judged,
            "course": l.course().word(),
            "identity_checks": l.identities, "identity_failures": l.identity_failures,
            "identities_not_judged": l.identities_not_judged,
            "largest_disagreement_over_tolerance": l.largest_disagreement,
            "input_work": l.input_work, "input_error": l.input_error,
            "violation": l.violation.as_ref().map(ToString::to_string),
        });
        entry["energy"] = json!(l.energy.map_or([None; 2], |e| e.map(Some)));
    }
    if let (Some(r), Some(asked)) = (result.recalled, &study.recall) {
        entry["recall"] = json!({
            "memory": r.memory, "distance": r.distance, "overlap": r.overlap,
            "recalled": result.correct,
            "within": asked.criterion.within, "overlap_above": asked.criterion.overlap,
        });
    }
    entry
}

/// The vector instructions that decide the last bits of matrix products.
fn instructions() -> Vec<&'static str> {
    #[cfg(target_arch = "x86_64")]
    {
        let mut found = vec!["sse2"];
        if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma")
        {
            found.push("avx2+fma");
        }
        if std::arch::is_x86_feature_detected!("avx512f") {
            found.push("avx512f");
        }
        found
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        Vec::new()
    }
}
