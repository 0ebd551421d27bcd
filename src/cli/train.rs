//! `attractor train`.

use std::path::{Path, PathBuf};
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
use crate::record::{RunDirectory, TRAINING};
use crate::report::{Checkpoints, in_words, left_of, training_answer};

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
        let from = |out: &Path| match self.resume {
            true => left_of(out, &task, study).map(Some).map_err(Failure::bad),
            false => self.replaceable(out).map(|()| None),
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
            match before {
                0 => String::new(),
                n if n >= task.plan.epochs => format!(", {n} done: nothing is left to learn"),
                n => format!(", {n} of them done"),
            },
        ));
        let mut teller = Teller {
            said: self.place.style() != Style::None,
            of: task.plan.epochs,
            words: (task.rule.told)(&study.network),
            clock,
            last: clock,
        };
        let mut kept = Checkpoints::new(study, &task, before);
        let mut unkept = None;
        let trained = asked.ask_keeping(|interrupt, directory| {
            let phases = Phases {
                settings: &study.settings,
                rest: study.rest,
                threads: study.threads,
                interrupt,
            };
            task.train(&study.network, phases, from, &mut |told| {
                teller.tell(told);
                if kept.is_due(told)
                    && let Err(why) = kept.keep(directory, told.state)
                {
                    // What is learnt in memory is worth more than a copy of it.
                    unkept = Some(why);
                }
            })
        });
        if let Some(why) = unkept {
            asked.job.note([format!("not kept on the way: {why}")]);
        }
        let trained = trained.map_err(|why| {
            let failure = Failure::failed(why);
            match kept.epochs() {
                0 => failure,
                n => failure.and(format_args!(
                    "the {} before that are kept in {}: --resume goes on with them, --force begins anew",
                    super::words::plural(n, "epoch"),
                    asked.partial_path().display()
                )),
            }
        })?;
        let exit = match trained.is_interrupted {
            true => Exit::Interrupted,
            false => Exit::Fine,
        };
        let answer = training_answer(study, &task, &trained);
        asked.finish(study, answer, || print(&task, &trained), exit)
    }

    /// No training is replaced by accident: it may have taken long, and the next may be worse.
    fn replaceable(&self, out: &Path) -> Result<(), Failure> {
        let partial = RunDirectory::is_left(out, TRAINING);
        if self.place.force || !partial && !out.join(TRAINING).is_file() {
            return Ok(());
        }
        let (ending, state) = match partial {
            true => (".partial", "did not end"),
            false => ("", "is finished"),
        };
        let more = match partial {
            true => "goes on with it",
            false => "goes on with it where more epochs are asked for",
        };
        let out = out.display();
        Err(Failure::bad(format!(
            "{out}{ending} holds a training that {state}: --resume {more}, --out DIR keeps this one elsewhere, --force begins anew"
        )))
    }
}

/// Epochs that follow each other faster are not all told.
const PATIENCE: Duration = Duration::from_secs(1);

/// Says how the epochs went.
struct Teller {
    said: bool,
    of: usize,
    /// What is told of epochs, and what their scores are.
    words: [&'static str; 2],
    clock: Instant,
    last: Instant,
}

impl Teller {
    fn tell(&mut self, Told { state, failed }: Told<'_>) {
        let done = state.epochs.len();
        let Some(epoch) = state.epochs.last().filter(|_| failed.is_none()) else {
            return;
        };
        let is_end = done == 1 || done == self.of;
        if !self.said || !is_end && self.last.elapsed() < PATIENCE {
            return;
        }
        self.last = Instant::now();
        let [of_epochs, of_scores] = self.words;
        let mut line = format!(
            "epoch {done} of {}: {of_epochs} {}",
            self.of,
            number(rounded(epoch.loss, 4))
        );
        if let Some(score) = epoch.choose {
            line += &format!(", choose {}", in_words(score, of_scores));
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
    let [_, word] = (task.rule.told)(&trained.network);
    outln!("{:8}{:>8}{:>10}{word:>22}", "rows", "", "right");
    for (name, count, score) in rows {
        if let Some(score) = score {
            let right = score.right.map_or("–".into(), |r| format!("{r:.4}"));
            outln!(
                "{name:8}{count:>8}{right:>10}{:>22}",
                number(rounded(score.loss, 5))
            );
        }
    }
}
