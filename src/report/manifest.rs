//! The manifest: everything that identifies a run, and what came of it.

use serde_json::{Map, Value, json};

use crate::analysis::Along;
use crate::network::{Boundedness, Certificate};
use crate::record::sha256_hex;
use crate::study::{CaseResult, Results, Study};
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
    pub directory: Option<String>,
    /// What is to be said of where it comes from.
    pub notes: Vec<String>,
    /// The files it read, with the sha256 of each.
    pub files: Vec<(String, String)>,
    /// When the run began, in seconds since 1970.
    pub started: f64,
    /// How long it took, in seconds.
    pub seconds: f64,
}

impl Provenance {
    /// The sha256 of the model as it was run: its text, then every override on a line of its own.
    pub fn fingerprint(&self) -> String {
        fingerprint_of(&self.text, &self.overrides)
    }
}

/// The sha256 of a model's text, then of every override on a line of its own.
pub fn fingerprint_of(text: &str, overrides: &[String]) -> String {
    let mut all = text.to_owned();
    for given in overrides {
        all.push('\n');
        all.push_str(given);
    }
    sha256_hex(all.as_bytes())
}

/// Starts listed one by one in the manifest; more are only in `outcomes.npz`.
const LISTED: usize = 1000;

/// Coordinates of fixed points that the manifest holds.
const COORDINATES: usize = 100_000;

/// The manifest of a run, which is also what `--json` prints.
pub fn manifest(study: &Study, results: &Results, provenance: &Provenance) -> Value {
    let pairs = results.pairs(study);
    let cases: Vec<Value> = pairs
        .take(LISTED)
        .map(|(case, result)| {
            let mut entry = outcome(study, result);
            entry.insert("start".into(), result.case.into());
            entry.insert("label".into(), case.label.clone().into());
            Value::Object(entry)
        })
        .collect();
    let found = results.rest_points.points();
    // Of many points of a large network they are only in outcomes.npz, as the states of those that ended there.
    let coordinates = found.len() * study.network.size() <= COORDINATES;
    let points: Vec<Value> = found
        .iter()
        .map(|p| {
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
        })
        .collect();
    let mut notes = study.notes(&results.certificate);
    notes.extend_from_slice(&provenance.notes);
    notes.extend(results.notes(study));
    let mut document = frame(study, provenance);
    let about = json!({
        "certificate": certificate(&results.certificate),
        "starts": study.cases.len(),
        "finished": results.cases.len(),
        "failures": results.failures(),
        "violations": results.violations(),
        "results": cases,
        "rest_points": points,
        "stop_codes": StopReason::WORDS,
        "sentence": study.sentence(results),
        "notes": notes,
    });
    document["settings"]["methods"] = json!(results.methods(study));
    join(&mut document, about);
    document
}

/// Adds the entries of `more`.
pub(super) fn join(document: &mut Value, more: Value) {
    if let (Value::Object(document), Value::Object(more)) = (document, more) {
        document.extend(more);
    }
}

/// What every manifest has, whatever was run: where it comes from, on which machine and how it was integrated.
pub(super) fn frame(study: &Study, provenance: &Provenance) -> Value {
    let s = &study.settings;
    json!({
        "attractor": env!("CARGO_PKG_VERSION"),
        "command": provenance.command,
        "title": study.title,
        "model": {
            "path": provenance.model,
            "sha256": provenance.fingerprint(),
            "text": provenance.text,
            "overrides": provenance.overrides,
            "directory": provenance.directory,
            "files": provenance.files.iter().map(|(path, sha)| json!({"path": path, "sha256": sha})).collect::<Vec<_>>(),
        },
        "machine": { "architecture": std::env::consts::ARCH, "instructions": instructions() },
        "settings": {
            "method": s.method.name, "rtol": s.rtol, "atol": s.atol,
            "t_start": s.t_start, "t_end": s.t_end, "until_rest": s.until_rest,
            "step": s.step, "max_steps": s.max_steps,
            "max_step": if s.max_step.is_finite() { json!(s.max_step) } else { Value::Null },
            "rest_atol": study.rest[0], "rest_rtol": study.rest[1],
            "lyapunov": study.lyapunov_mode().word(),
        },
        "neurons": study.network.size(),
        "started": provenance.started,
        "seconds": provenance.seconds,
    })
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

fn outcome(study: &Study, case: &CaseResult) -> Map<String, Value> {
    let s = &case.outcome.statistics;
    let mut entry = Map::new();
    entry.insert("stop".into(), case.outcome.stop.word().into());
    entry.insert("t".into(), case.outcome.t.into());
    entry.insert(
        "statistics".into(),
        json!({
            "accepted": s.accepted, "rejected": s.rejected, "sent_back": s.sent_back,
            "evaluations": s.evaluations, "output_evaluations": s.output_evaluations,
        }),
    );
    let choices = case.outcome.choices.iter();
    let choices = choices.map(|c| json!({ "t": c.t, "method": c.method, "reason": c.reason }));
    entry.insert("choices".into(), choices.collect());
    entry.insert("rest_point".into(), json!(case.rest));
    if let Some(l) = &case.lyapunov {
        entry.insert(
            "lyapunov".into(),
            json!({
                "steps": l.steps, "rises": l.rises, "sent_back": l.sent_back,
                "largest_rise": l.largest_rise, "largest_rise_over_allowance": l.largest_excess,
                "fallen": l.fallen, "risen": l.risen, "not_judged": l.not_judged,
                "course": l.course().word(),
                "identity_checks": l.identities, "identity_failures": l.identity_failures,
                "identities_not_judged": l.identities_not_judged,
                "largest_disagreement_over_tolerance": l.largest_disagreement,
                "input_work": l.input_work, "input_error": l.input_error,
                "violation": l.violation.as_ref().map(ToString::to_string),
            }),
        );
        let [first, last] = l.energy.map_or([None; 2], |e| e.map(Some));
        entry.insert("energy".into(), json!([first, last]));
    }
    if let Some(r) = case.recalled {
        entry.insert(
            "recall".into(),
            json!({
                "memory": r.memory, "distance": r.distance, "overlap": r.overlap,
                "recalled": case.correct,
                "within": study.recall.as_ref().and_then(|q| q.criterion.within),
                "overlap_above": study.recall.as_ref().and_then(|q| q.criterion.overlap),
            }),
        );
    }
    entry
}

/// The vector instructions that decide the last bits of matrix products.
pub(super) fn instructions() -> Vec<&'static str> {
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
