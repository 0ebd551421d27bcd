//! What a training needs to go on, and whether it is of the same task.

use std::path::Path;

use serde_json::{Map, Value};

use super::curve;
use crate::learning::{Epoch, PHASES, Score, State, Task};
use crate::record::{RunDirectory, TRAINING, npz_from_bytes, sha256_hex};
use crate::refusal::Refusal;
use crate::report::NamedArray;
use crate::study::Study;

/// What decides the bits of a training, each part by its sha256.
pub(super) fn identity(task: &Task, study: &Study) -> Value {
    let mut all = Map::new();
    let settings = (&study.settings, study.rest);
    task.identity(&study.network, settings, &mut |name, bytes| {
        all.insert(name.to_owned(), sha256_hex(&bytes).into());
    });
    Value::Object(all)
}

/// A state as arrays.
pub(super) fn kept(state: &State) -> Vec<NamedArray> {
    let list = |name: &str, all: &[f64]| NamedArray::real(name, &[all.len()], all.to_vec());
    let (epoch, best) = state.best.clone().unwrap_or_default();
    let counts = [state.optimiser.taken as i64, epoch as i64];
    let mut all = vec![
        list("values", &state.values),
        list("optimiser", &state.optimiser.kept),
        list("rule", &state.kept),
        list("best", &best),
        NamedArray::whole("counts", &[2], counts.to_vec()),
    ];
    all.extend(curve(&state.epochs));
    all
}

/// The state of a training of the same task that was left in a directory or, where it did not end, beside it.
///
/// # Errors
/// None is there, it is damaged, or is of another task: which part of that differs.
pub fn left_of(out: &Path, task: &Task, study: &Study) -> Result<State, Refusal> {
    let there = |dir: &Path| dir.join(TRAINING).is_file();
    let partial = RunDirectory::partial_of(out).filter(|dir| there(dir));
    let dir = partial.as_deref().unwrap_or(out);
    let place = dir.display().to_string();
    if !there(dir) {
        let why = format!("finds no training in {place}");
        return Err(Refusal::new("--resume", why)
            .help("without it one begins; --out DIR names another directory"));
    }
    let damaged =
        |what: &str| Refusal::new("--resume", format!("cannot go on with {place}: {what}"));
    let text = std::fs::read_to_string(dir.join("answer.json"));
    let text = text.map_err(|e| damaged(&format!("answer.json: {e}")))?;
    let document: Value =
        serde_json::from_str(&text).map_err(|e| damaged(&format!("answer.json: {e}")))?;
    let own = identity(task, study);
    let parts = own.as_object().into_iter().flatten();
    let others = parts.filter(|(part, digest)| document["identity"][part.as_str()] != **digest);
    let others: Vec<&str> = others.map(|(part, _)| part.as_str()).collect();
    if !others.is_empty() {
        let why = format!(
            "cannot go on with {place}, which differs in {}",
            others.join(", ")
        );
        return Err(Refusal::new("--resume", why).help("only `epochs` may be others, and not where the rate falls on a cosine until the last; --out DIR begins another"));
    }
    let path = dir.join(TRAINING);
    let bytes = std::fs::read(&path).map_err(|e| damaged(&format!("{TRAINING}: {e}")))?;
    let array = |name: &str| -> Result<Vec<f64>, Refusal> {
        let read = npz_from_bytes(&bytes, &path, Some(name));
        read.map(|a| a.data).map_err(|e| damaged(&e.why()))
    };
    let maybe = |name: &str| array(name).ok();
    let counts = array("counts")?;
    let (losses, chosen, right) = (
        array("loss")?,
        array("choose_loss")?,
        array("choose_right")?,
    );
    let real = |v: f64| (!v.is_nan()).then_some(v);
    let mut epochs: Vec<Epoch> = Vec::new();
    for (k, loss) in losses.iter().enumerate() {
        let score = |loss| Score {
            loss,
            right: right.get(k).copied().and_then(real),
        };
        epochs.push(Epoch {
            loss: *loss,
            choose: chosen.get(k).copied().and_then(real).map(score),
            phases: Vec::new(),
        });
    }
    for name in PHASES {
        let key = name.replace(' ', "_");
        let both = maybe(&format!("residual_{key}")).zip(maybe(&format!("moving_{key}")));
        for (e, (r, m)) in epochs
            .iter_mut()
            .zip(both.iter().flat_map(|(r, m)| r.iter().zip(m)))
        {
            if real(*r).is_some() {
                e.phases.push((name, *r, *m as usize));
            }
        }
    }
    let best = array("best")?;
    let kept = array("optimiser")?;
    let values = array("values")?;
    let rule = array("rule")?;
    let chains = task.said.chains * study.network.size();
    let fits_rule = rule.is_empty() || rule.len() == chains;
    let fits = fits_rule
        && values.len() == task.parameters.count()
        && kept.len() == task.optimiser.kept.len();
    let [taken, epoch] = counts[..] else {
        return Err(damaged("counts are not two numbers"));
    };
    if !fits {
        return Err(damaged("its arrays are not as long as they must be"));
    }
    let mut optimiser = task.optimiser.clone();
    (optimiser.kept, optimiser.taken) = (kept, taken as usize);
    Ok(State {
        values,
        optimiser,
        kept: rule,
        epochs,
        best: (!best.is_empty()).then_some((epoch as usize, best)),
    })
}
