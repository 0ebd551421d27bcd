//! `attractor train`.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;

use super::Exit;
use super::failure::Failure;
use super::flags::{Flags, Place};
use super::origin::Origin;
use super::out::{errln, outln};
use super::progress::Style;
use super::question::Question;
use crate::learning::{Phases, Score, Task, Told, Trained};
use crate::number::{number, rounded};
use crate::record::RunDirectory;
use crate::report::{TRAINING, in_words, left_of, training_answer};

#[derive(Args, Debug)]
pub(super) struct Train {
    /// The model file, or the name of a model that is part of the program
    model: PathBuf,
    #[command(flatten)]
    flags: Flags,
    /// Go on with a training of the same model that was interrupted, or with more epochs
    #[arg(long)]
    resume: bool,
    #[command(flatten)]
    place: Place,
}

impl Train {
    pub fn execute(&self) -> Result<Exit, Failure> {
        let clock = Instant::now();
        let (mut loaded, origin) = Origin::named(&self.model, self.flags.overrides())?;
        let Some(task) = loaded.learn.take() else {
            let model = self.model.display();
            return Err(Failure::bad(format!(
                "{model} does not say how it learns: it has no [learn]; `attractor new digits-learnt` writes a model that has"
            )));
        };
        let study = &loaded.study;
        let from = |out: &std::path::Path| match self.resume {
            true => left_of(out, &task, study).map(Some).map_err(Failure::bad),
            false if !self.place.force && RunDirectory::is_left(out, TRAINING) => {
                let out = out.display();
                Err(Failure::bad(format!(
                    "{out}.partial holds a training that was interrupted: --resume goes on with it, --out DIR keeps this one elsewhere, --force begins anew"
                )))
            }
            false => Ok(None),
        };
        let (mut asked, from) =
            Question::going_on((clock, study), origin, ("train", from), &self.place)?;
        let before = from.as_ref().map_or(0, |s| s.epochs.len());
        asked.job.say(format_args!(
            "{}: {}, {} numbers learn from {} rows by {}, {}{}",
            study.title,
            super::words::plural(study.network.size(), "neuron"),
            task.parameters.free(),
            task.plan.learn.len(),
            task.rule.name,
            super::words::plural(task.plan.epochs, "epoch"),
            if before > 0 {
                format!(", {before} of them done")
            } else {
                String::new()
            },
        ));
        let said = self.place.style() != Style::None;
        let mut teller = Teller {
            said,
            of: task.plan.epochs,
            clock,
            last: clock,
        };
        let trained = asked.ask(|interrupt| {
            let phases = Phases {
                settings: &study.settings,
                rest: study.rest,
                threads: study.threads,
                interrupt,
            };
            task.train(&study.network, phases, from, &mut |told| teller.tell(told))
        });
        let trained = trained.map_err(Failure::failed)?;
        let exit = match trained.is_interrupted {
            true => Exit::Interrupted,
            false => Exit::Fine,
        };
        let answer = training_answer(study, &task, &trained);
        asked.finish(study, answer, || print(&task, &trained), exit)
    }
}

/// Epochs that follow each other faster are not all told.
const PATIENCE: Duration = Duration::from_secs(1);

/// Says how the epochs went.
struct Teller {
    said: bool,
    of: usize,
    clock: Instant,
    last: Instant,
}

impl Teller {
    fn tell(&mut self, Told { done, epoch }: Told<'_>) {
        let is_end = done == 1 || done == self.of;
        if !self.said || !is_end && self.last.elapsed() < PATIENCE {
            return;
        }
        self.last = Instant::now();
        let mut line = format!(
            "epoch {done} of {}: loss {}",
            self.of,
            number(rounded(epoch.loss, 4))
        );
        if let Some(score) = epoch.choose {
            line += &format!(", choose {}", in_words(score));
        }
        let worst = epoch.phases.iter().map(|p| p.1).fold(0.0, f64::max);
        if worst > 0.0 {
            line += &format!(", |τẋ| ≤ {}", number(rounded(worst, 2)));
        }
        errln!("{line}, {:.0} s", self.clock.elapsed().as_secs_f64());
    }
}

fn print(task: &Task, trained: &Trained) {
    if trained.is_interrupted {
        return;
    }
    let rows: [(&str, usize, Option<Score>); 3] = [
        ("train", task.plan.learn.len(), trained.learnt),
        ("choose", task.plan.choose.len(), trained.choose),
        ("test", task.plan.test.len(), trained.test),
    ];
    outln!("{:8}{:>8}{:>10}{:>12}", "rows", "", "right", "loss");
    for (name, count, score) in rows {
        if let Some(score) = score {
            let right = score.right.map_or("–".into(), |r| format!("{r:.4}"));
            outln!(
                "{name:8}{count:>8}{right:>10}{:>12}",
                number(rounded(score.loss, 5))
            );
        }
    }
}
