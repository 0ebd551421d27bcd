//! A convolutional memory reads digits: the model `convolutional-learnt` with three seeds, of its weights and of its batches. Rows as
//! in `digits_learnt`. Last, the derivative of one batch by equilibrium propagation with b = 0.01 beside that of differences of the loss: the
//! largest difference over the largest entry.
//!
//! ```text
//! ```

#[path = "digits/mod.rs"]
mod digits;

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use attractor::dynamics::Interrupt;
use attractor::learning::{Equilibrium, Examples, Lesson, Nudge, Phases, Rule};
use attractor::model_file::load;
use digits::{reads, told};

/// Of a batch of the untrained network, at fixed points that are known to 1e-9.
fn off(rows: &[usize]) -> Result<f64, Box<dyn Error>> {
    let settings = [
        "solve.method=tsit5",
        "solve.until=rest",
        "solve.rtol=1e-10",
        "solve.atol=1e-12",
        "solve.rest_atol=1e-10",
        "solve.rest_rtol=1e-9",
    ];
    let settings = settings.map(String::from);
    let mut loaded = load(Path::new("convolutional-learnt"), &settings)?;
    let task = loaded.learn.take().ok_or("no [learn]")?;
    let study = &loaded.study;
    let interrupt = Interrupt::new();
    let unmoved = Examples {
        shift: 0,
        ..task.examples.clone()
    };
    let own = Lesson {
        network: &study.network,
        parameters: &task.parameters,
        examples: &unmoved,
        phases: Phases {
            settings: &study.settings,
            rest: study.rest,
            threads: 0,
            interrupt: &interrupt,
        },
        base: &task.base,
        seed: 0,
        iteration: 0,
        epoch: 0,
    };
    let mut rule = Equilibrium {
        by: 0.01,
        nudge: Nudge::Symmetric,
    };
    let found = rule.learn(&own, rows)?.gradient;
    let values = task.parameters.values(&study.network);
    let largest = found.iter().fold(0.0f64, |m, g| m.max(g.abs()));
    let mut worst = 0.0f64;
    for k in (0..values.len()).step_by(values.len() / 40) {
        let loss = |by: f64| -> Result<f64, Box<dyn Error>> {
            let mut moved = values.clone();
            moved[k] += by;
            let network = task.parameters.network(&study.network, &moved)?;
            let own = Lesson {
                network: &network,
                ..own
            };
            Ok(rule.score(&own, rows)?.loss * rows.len() as f64)
        };
        let slope = (loss(1e-4)? - loss(-1e-4)?) / 2e-4;
        worst = worst.max((found[k] - slope).abs() / largest);
    }
    Ok(worst)
}

fn main() -> Result<(), Box<dyn Error>> {
    let clock = Instant::now();
    let epochs = std::env::args()
        .nth(1)
        .map_or(Ok(1), |w| w.parse::<usize>())?;
    let mut all = Vec::new();
    println!("seed   test  |τẋ| free, nudged, nudged away");
    for seed in 1..=3 {
        let (test, _) = reads(("convolutional-learnt", "kernel"), seed, epochs)?;
        all.push(test);
    }
    println!("mean: {} of test rows right", told(&all));
    println!(
        "derivative of a batch: off by {:.0e}",
        off(&[0, 1, 2, 3, 4, 5, 6, 7])?
    );
    eprintln!(
        "{epochs} epochs of three seeds in {:.0} s",
        clock.elapsed().as_secs_f64()
    );
    Ok(())
}
