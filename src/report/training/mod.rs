//! What is told and kept of a training: how it went, the weights, and what it needs to go on.

mod checkpoints;
#[cfg(feature = "figures")]
mod figures;
mod state;

use serde_json::{Value, json};

pub use checkpoints::Checkpoints;
pub use state::left_of;

use super::{Answer, NamedArray};
use crate::learning::{Epoch, PHASES, Score, Task, Trained};
use crate::number::{number, plural, rounded};
use crate::record::TRAINING;
use crate::study::Study;

/// The weights, for the key `weights` of a model.
const WEIGHTS: &str = "weights.npz";

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
            (TRAINING.into(), state::kept(state)),
        ],
        texts: Vec::new(),
        #[cfg(feature = "figures")]
        figures: (figures::all((study, task), trained), Vec::new()),
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
    let [of_epochs, of_scores] = (task.rule.told)(&study.network);
    json!({
        "title": study.title,
        "rule": task.rule.name,
        "loss": { "formula": task.rule.loss, "of_epochs": of_epochs, "of_scores": of_scores },
        "parameters": parameters(task),
        "rows": rows(task),
        "epochs": epochs.collect::<Vec<_>>(),
        "weights_of_epoch": trained.epoch,
        "train": trained.learnt.map(score),
        "choose": trained.choose.map(score),
        "test": trained.test.map(score),
        "interrupted": trained.is_interrupted,
        "identity": state::identity(task, study),
        "sentence": sentence(task, trained),
    })
}

/// The arrays that learn.
pub fn parameters(task: &Task) -> Value {
    let all = task.parameters.all.iter();
    all.map(|p| json!({ "name": p.name, "shape": p.shape }))
        .collect()
}

/// How many rows there are for what.
pub fn rows(task: &Task) -> Value {
    let plan = &task.plan;
    json!({ "train": plan.learn.len(), "choose": plan.choose.len(), "test": plan.test.len() })
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

/// A residual that is worth a word.
const LOOSE: f64 = 1e-2;

/// What a user should know beside the numbers.
fn notes(task: &Task, trained: &Trained) -> Vec<String> {
    let mut notes = Vec::new();
    let epochs = &trained.state.epochs;
    if let (Some(first), Some(last)) = (epochs.first(), epochs.last())
        && epochs.len() > 1
        && last.loss > first.loss
    {
        let [a, b] = [first, last].map(|e| number(rounded(e.loss, 4)));
        let [what, _] = (task.rule.told)(&trained.network);
        notes.push(format!("the {what} rose from {a} in the first epoch to {b} in the last: a smaller rate may let it fall"));
    }
    if let Some(last) = epochs.last() {
        for (name, residual, moving) in last.phases.iter().filter(|p| p.2 > 0 && p.1 > LOOSE) {
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
            "interrupted after {} of {}, --resume goes on with it",
            plural(done, "epoch"),
            task.plan.epochs
        ),
        false => format!("learnt for {}", plural(done, "epoch")),
    };
    let [_, word] = (task.rule.told)(&trained.network);
    let mut all = vec![own];
    if task.plan.best {
        all.push(format!("weights of epoch {}", trained.epoch));
    }
    let scores = [
        ("train", trained.learnt),
        ("choose", trained.choose),
        ("test", trained.test),
    ];
    all.extend(
        scores
            .iter()
            .filter_map(|(name, s)| Some(format!("{name}: {}", in_words((*s)?, word)))),
    );
    all.join("; ")
}

/// `0.9521 right, loss 0.0432`, the loss being called this.
pub fn in_words(score: Score, word: &str) -> String {
    let loss = format!("{word} {}", number(rounded(score.loss, 4)));
    match score.right {
        Some(right) => format!("{} right, {loss}", number(rounded(right, 4))),
        None => loss,
    }
}
