//! What is told and kept of a training: how it went, the weights, and what it needs to go on.

use std::path::Path;

use serde_json::{Value, json};

use super::{Answer, NamedArray};
use crate::learning::{Epoch, PHASES, Score, State, Task, Trained};
use crate::network::Network;
use crate::number::{number, plural, rounded};
use crate::record::{npz_from_bytes, sha256_hex};
use crate::refusal::Refusal;
use crate::study::Study;

/// The weights, for the key `weights` of a model.
const WEIGHTS: &str = "weights.npz";
/// What a training that goes on needs.
pub const TRAINING: &str = "training.npz";

/// Everything that is kept of a training.
pub fn training_answer(study: &Study, task: &Task, trained: &Trained) -> Answer {
    let arrays = task.parameters.arrays(&trained.network);
    let names = task.parameters.all.iter().map(|p| p.name.clone());
    let weights = names.zip(arrays);
    let weights = weights.map(|(name, a)| NamedArray::real(name, &a.shape, a.data));
    let state = &trained.state;
    Answer {
        document: document(study, task, trained),
        arrays: curve(&state.epochs),
        files: vec![
            (WEIGHTS.into(), weights.collect()),
            (TRAINING.into(), kept(state)),
        ],
        #[cfg(feature = "figures")]
        figures: (figures::all(study, trained), Vec::new()),
        notes: notes(task, trained),
        sentence: sentence(task, trained),
    }
}

fn document(study: &Study, task: &Task, trained: &Trained) -> Value {
    let score = |s: Score| json!({ "loss": s.loss, "right": s.right });
    let phases = |e: &Epoch| -> Value {
        let one = |p: &(&str, f64, usize)| json!({ "name": p.0, "residual": p.1, "moving": p.2 });
        e.phases.iter().map(one).collect()
    };
    let epochs = trained
        .state
        .epochs
        .iter()
        .map(|e| json!({ "loss": e.loss, "choose": e.choose.map(score), "phases": phases(e) }));
    let plan = &task.plan;
    let parameters = task.parameters.all.iter();
    json!({
        "title": study.title,
        "rule": task.rule.name,
        "parameters": parameters.map(|p| json!({ "name": p.name, "shape": p.shape })).collect::<Vec<_>>(),
        "rows": { "train": plan.learn.len(), "choose": plan.choose.len(), "test": plan.test.len() },
        "epochs": epochs.collect::<Vec<_>>(),
        "weights_of_epoch": trained.epoch,
        "train": score(trained.learnt),
        "choose": trained.choose.map(score),
        "test": trained.test.map(score),
        "interrupted": trained.is_interrupted,
        "identity": identity(task, &study.network),
        "sentence": sentence(task, trained),
    })
}

/// What decides the bits of a training, each part by its sha256.
fn identity(task: &Task, network: &Network) -> Value {
    let all = task.identity(network).into_iter();
    let one = |(name, text): (&str, String)| (name.to_owned(), sha256_hex(text.as_bytes()).into());
    Value::Object(all.map(one).collect())
}

/// A column for what came of each epoch.
fn curve(epochs: &[Epoch]) -> Vec<NamedArray> {
    let n = [epochs.len()];
    let real = |name: &str, value: &dyn Fn(&Epoch) -> f64| {
        NamedArray::real(name, &n, epochs.iter().map(value).collect())
    };
    let choose = |e: &Epoch| e.choose.unwrap_or(NOTHING);
    let mut all = vec![
        real("loss", &|e| e.loss),
        real("choose_loss", &|e| choose(e).loss),
        real("choose_right", &|e| choose(e).right.unwrap_or(f64::NAN)),
    ];
    for name in PHASES {
        let of = |e: &Epoch| e.phases.iter().find(|p| p.0 == name).copied();
        if epochs.iter().any(|e| of(e).is_some()) {
            let key = name.replace(' ', "_");
            all.push(real(&format!("residual_{key}"), &|e| {
                of(e).map_or(f64::NAN, |p| p.1)
            }));
            let moving = epochs.iter().map(|e| of(e).map_or(-1, |p| p.2 as i64));
            all.push(NamedArray::whole(
                format!("moving_{key}"),
                &n,
                moving.collect(),
            ));
        }
    }
    all
}

/// In the place of a score that there is not.
const NOTHING: Score = Score {
    loss: f64::NAN,
    right: None,
};

/// A state as arrays.
fn kept(state: &State) -> Vec<NamedArray> {
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
pub fn left_of(out: &Path, task: &Task, network: &Network) -> Result<State, Refusal> {
    let mut partial = out.as_os_str().to_owned();
    partial.push(".partial");
    let there = |dir: &Path| dir.join(TRAINING).is_file();
    let dir = match there(Path::new(&partial)) {
        true => Path::new(&partial),
        false => out,
    };
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
    let own = identity(task, network);
    for (part, digest) in own.as_object().into_iter().flatten() {
        if document["identity"][part] != *digest {
            let why = format!(
                "cannot go on with {place}: {part} are not those of this model, or is not that"
            );
            return Err(Refusal::new("--resume", why).help("only `epochs` may differ, with a rate that does not fall to their end; without --resume it begins anew"));
        }
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
    let fits = values.len() == task.parameters.count() && kept.len() == task.optimiser.kept.len();
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
        kept: array("rule")?,
        epochs,
        best: (!best.is_empty()).then_some((epoch as usize, best)),
    })
}

/// What a user should know beside the numbers.
fn notes(task: &Task, trained: &Trained) -> Vec<String> {
    let mut notes = Vec::new();
    let epochs = &trained.state.epochs;
    if let (Some(first), Some(last)) = (epochs.first(), epochs.last())
        && epochs.len() > 1
        && last.loss > first.loss
    {
        let [a, b] = [first, last].map(|e| number(rounded(e.loss, 4)));
        notes.push(format!("the loss rose from {a} in the first epoch to {b} in the last: a smaller rate may let it fall"));
    }
    if let Some(last) = epochs.last() {
        for (name, residual, moving) in last.phases.iter().filter(|p| p.2 > 0) {
            let size = number(rounded(*residual, 3));
            let all = task.plan.learn.len();
            notes.push(format!(
                "{moving} of {all} trajectories of the phase \"{name}\" were not at rest at its end in the last epoch (|τẋ| up to {size}): its derivative is that of fixed points only as far as they are"
            ));
        }
    }
    notes
}

fn sentence(task: &Task, trained: &Trained) -> String {
    let done = trained.state.epochs.len();
    let own = match trained.is_interrupted {
        true => format!(
            "interrupted after {} of {}",
            plural(done, "epoch"),
            task.plan.epochs
        ),
        false => format!("learnt for {}", plural(done, "epoch")),
    };
    let mut all = vec![own];
    if task.plan.best {
        all.push(format!("weights of epoch {}", trained.epoch));
    }
    let scores = [
        (
            "train",
            Some(trained.learnt).filter(|_| !trained.is_interrupted),
        ),
        ("choose", trained.choose),
        ("test", trained.test),
    ];
    all.extend(
        scores
            .iter()
            .filter_map(|(name, s)| Some(format!("{name}: {}", in_words((*s)?)))),
    );
    all.join("; ")
}

/// `0.9521 right, loss 0.0432`.
pub fn in_words(score: Score) -> String {
    let loss = format!("loss {}", number(rounded(score.loss, 4)));
    match score.right {
        Some(right) => format!("{} right, {loss}", number(rounded(right, 4))),
        None => loss,
    }
}

#[cfg(feature = "figures")]
mod figures {
    use crate::figure::{Line, LinesPlot, Plot};
    use crate::learning::{Epoch, Trained};
    use crate::picture::UNTITLED;
    use crate::study::Study;
    use crate::style::Style;

    /// The loss against the epochs, and the part that is right where rows are of classes.
    pub(super) fn all(study: &Study, trained: &Trained) -> Vec<(String, Plot, Style)> {
        let epochs = &trained.state.epochs;
        let line = |label: &str, value: &dyn Fn(&Epoch) -> Option<f64>| {
            let points = epochs.iter().enumerate();
            let points = points.filter_map(|(k, e)| Some(((k + 1) as f64, value(e)?)));
            let (x, y): (Vec<f64>, Vec<f64>) = points.unzip();
            (!x.is_empty()).then(|| Line {
                label: label.into(),
                dots: x.len() < 3,
                x,
                y,
                ..Line::default()
            })
        };
        let title = |what: &str| match study.title.as_str() {
            UNTITLED => what.to_owned(),
            title => format!("{title} – {what}"),
        };
        let plot = |what: &str, y: &str, y_log: bool, lines: Vec<Line>| LinesPlot {
            title: title(what),
            x_label: "epoch".into(),
            y_label: y.into(),
            y_log,
            lines,
            ..LinesPlot::default()
        };
        let losses = [
            line("train", &|e| Some(e.loss)),
            line("choose", &|e| e.choose.map(|s| s.loss)),
        ];
        let losses: Vec<Line> = losses.into_iter().flatten().collect();
        let positive = losses.iter().all(|l| l.y.iter().all(|y| *y > 0.0));
        let right = line("choose", &|e| e.choose?.right);
        let mut all = Vec::new();
        if !losses.is_empty() {
            let plot = plot(
                "what is lost while it learns",
                "mean loss",
                positive,
                losses,
            );
            all.push(("learning".into(), Plot::Lines(plot), study.style.clone()));
        }
        if let Some(line) = right {
            let plot = plot(
                "what is right while it learns",
                "part of the rows",
                false,
                vec![line],
            );
            all.push(("right".into(), Plot::Lines(plot), study.style.clone()));
        }
        all
    }
}
