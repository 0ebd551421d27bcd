//! What the studies of digits share: a training of a shipped model with other settings, and the neighbours that it is held against.

#![allow(dead_code, reason = "not every study needs all of it")]

use std::error::Error;
use std::path::Path;

use attractor::dynamics::Interrupt;
use attractor::learning::{Examples, Phases, Task, Trained};
use attractor::model_file::load;
use attractor::network::Network;

/// A shipped model that learnt.
pub struct Learnt {
    pub task: Task,
    pub trained: Trained,
}

/// Lets a shipped model learn with these settings, `path=value` as `--set` takes them.
pub fn learnt(model: &str, settings: &[String]) -> Result<Learnt, Box<dyn Error>> {
    let mut loaded = load(Path::new(model), settings)?;
    let task = loaded.learn.take().ok_or("the model has no [learn]")?;
    let study = &loaded.study;
    let interrupt = Interrupt::new();
    let phases = Phases {
        settings: &study.settings,
        rest: study.rest,
        threads: 0,
        interrupt: &interrupt,
    };
    let trained = task.train(&study.network, phases, None, &mut |_| {})?;
    Ok(Learnt { task, trained })
}

/// How a model with another seed, of which its weights and batches are drawn, reads the test rows after so many epochs. It learns from all rows
/// that may be looked at; its arrays `drawn` are `synapses.0.KEY` and `synapses.1.weights`. Prints a line and gives the part that is right.
pub fn reads(
    (model, drawn): (&str, &str),
    seed: u64,
    epochs: usize,
) -> Result<(f64, Learnt), Box<dyn Error>> {
    let settings = [
        format!("learn.seed={seed}"),
        format!("learn.epochs={epochs}"),
        "learn.train=\"0..1297\"".into(),
        "learn.choose=[]".into(),
        format!("synapses.0.{drawn}.seed={}", 10 * seed),
        format!("synapses.1.weights.seed={}", 10 * seed + 1),
    ];
    let found = learnt(model, &settings)?;
    let test = found.trained.test.and_then(|s| s.right);
    let test = test.ok_or("rows are of no classes")?;
    let last = found.trained.state.epochs.last();
    let residuals = last.iter().flat_map(|e| &e.phases);
    let residuals: Vec<String> = residuals.map(|p| format!("{:.0e}", p.1)).collect();
    println!("{seed:4}  {test:.3}  {}", residuals.join(", "));
    Ok((test, found))
}

/// The part of the test rows whose class most of the `k` nearest rows that were learnt from have; of equal ones that of the nearest.
pub fn neighbours(task: &Task, network: &Network, k: usize) -> f64 {
    let examples: &Examples = &task.examples;
    let classes = examples.targets.as_ref().and_then(|t| t.classes.as_ref());
    let Some(classes) = classes else {
        return f64::NAN;
    };
    let row = |r: usize| examples.row(network, r, None);
    let known: Vec<usize> = [&task.plan.learn[..], &task.plan.choose].concat();
    let right = task.plan.test.iter().filter(|t| {
        let own = row(**t);
        let mut near: Vec<(f64, usize)> = known
            .iter()
            .map(|r| {
                let square = |(a, b): (&f64, &f64)| (a - b).powi(2);
                (own.iter().zip(&row(*r)).map(square).sum(), classes[*r])
            })
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0));
        let few = &near[..k.min(near.len())];
        let count = |c: usize| few.iter().filter(|n| n.1 == c).count();
        let most = few.iter().map(|n| count(n.1)).max();
        let found = few.iter().map(|n| n.1).find(|c| Some(count(*c)) == most);
        found == Some(classes[**t])
    });
    right.count() as f64 / task.plan.test.len().max(1) as f64
}

/// `0.951(10)`: a mean with its standard error in its last digits.
pub fn told(all: &[f64]) -> String {
    let n = all.len() as f64;
    let mean = all.iter().sum::<f64>() / n;
    if all.len() < 2 {
        return format!("{mean:.3}");
    }
    let var = all.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    format!("{mean:.3}({:.0})", 1e3 * (var / n).sqrt())
}
