//! `attractor solve`.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;

use super::Exit;
use super::failure::Failure;
use super::flags::{Flags, Place};
use super::new::write_all;
use super::origin::Origin;
use super::out::{errln, outln};
use super::progress::Style;
use super::question::Question;
use super::words::plural;
use crate::dynamics::Interrupt;
use crate::number::{number, rounded};
use crate::problem::{Asked, SolveError, Solved, Told, load, solve, stage};
use crate::report::problem_answer;

#[derive(Args, Debug)]
pub(super) struct Solve {
    /// The problem file, or the name of a problem that is part of the program
    problem: PathBuf,
    /// How a network is made of it (see `attractor list problems`)
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    form: Option<String>,
    /// How many starts
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    starts: Option<String>,
    /// Write the network as a model file with its arrays to this directory, and do not run it
    #[arg(long, value_name = "DIR", conflicts_with_all = ["out", "force", "json"])]
    write: Option<PathBuf>,
    /// Which of the networks that follow one another is written, from 0
    #[arg(long, value_name = "K", default_value_t = 0, requires = "write")]
    stage: usize,
    #[command(flatten)]
    flags: Flags,
    #[command(flatten)]
    place: Place,
}

impl Solve {
    pub fn execute(&self) -> Result<Exit, Failure> {
        let clock = Instant::now();
        let mut overrides = self.flags.overrides();
        let form = self.form.iter().map(|f| format!("network.form={f}"));
        let starts = self.starts.iter().map(|n| format!("solve.starts={n}"));
        overrides.all.extend(form.chain(starts));
        let asked = load(&self.problem, &overrides.all);
        let asked = asked.map_err(|e| e.with_flags(overrides.typed))?;
        if let Some(directory) = &self.write {
            return write(&asked, directory, self.stage);
        }
        let origin = Origin::problem(&asked, overrides);
        let mut question = Question::of_data(clock, origin, "solve", &self.place)?;
        question.job.say(format_args!(
            "{}: {}, form {}, {}",
            asked.title,
            asked.problem.words(),
            asked.form.name,
            plural(asked.starts, "start"),
        ));
        let said = self.place.style() != Style::None;
        let last = std::sync::Mutex::new(clock);
        let tell = |told: Told| {
            let last = last.try_lock().ok();
            let Some(mut last) = last.filter(|last| said && last.elapsed() >= PATIENCE) else {
                return;
            };
            *last = Instant::now();
            let seconds = clock.elapsed().as_secs_f64();
            match told.ended {
                Some(ended) => errln!(
                    "{ended} of {}, {seconds:.0} s",
                    plural(asked.starts, "start")
                ),
                None => errln!("{}, {seconds:.0} s", plural(told.stage, "network")),
            }
        };
        let solved = question.ask(|interrupt| solve(&asked, interrupt, &tell));
        let solved = solved.map_err(of_network)?;
        let (valid, _) = solved.valid();
        let exit = match (solved.is_interrupted, valid) {
            (true, _) => Exit::Interrupted,
            (false, 0) => Exit::Failed,
            (false, n) if n < solved.attempts.len() => Exit::Flagged,
            _ => Exit::Fine,
        };
        let answer = problem_answer(&asked, &solved);
        question.finish_data(&asked.title, answer, || print(&asked, &solved), exit)
    }
}

/// A network that is refused was made of the user's numbers and keys: the places that are told are of the file that --write shows.
fn of_network(why: SolveError) -> Failure {
    match why {
        SolveError::Network(why) => {
            let why = why.to_string();
            let why = why.strip_prefix("error: ").unwrap_or(&why);
            Failure::bad(format_args!(
                "the network that the problem becomes is refused: {why}\n--write DIR shows that network"
            ))
        }
        other => Failure::bad(other),
    }
}

/// How often it is told how far it is.
const PATIENCE: Duration = Duration::from_secs(2);

fn write(asked: &Asked, directory: &std::path::Path, number: usize) -> Result<Exit, Failure> {
    let stage = stage(asked, number, &Interrupt::new()).map_err(of_network)?;
    let stem = std::path::Path::new(&asked.name).file_stem();
    let stem = stem.map_or("problem".into(), |s| s.to_string_lossy());
    let files = stage.files(&format!("{stem}.toml"));
    write_all(directory, &files)?;
    Ok(Exit::Fine)
}

/// How many starts a table lists.
const MOST: usize = 20;

fn print(asked: &Asked, solved: &Solved) {
    let besides = solved.attempts.first().map(|a| &a.answer.besides[..]);
    let besides = besides.unwrap_or(&[]);
    let mut line = format!("{:>6}  {:>14}  {:>6}", "start", asked.kind.cost, "wrong");
    for (name, _) in besides {
        line += &format!("  {name:>10}");
    }
    outln!("{line}");
    for attempt in solved.attempts.iter().take(MOST) {
        let (k, answer) = (attempt.start, &attempt.answer);
        let cost = answer.cost.map_or("–".into(), |c| number(rounded(c, 8)));
        let mut line = format!("{k:>6}  {cost:>14}  {:>6}", answer.violated.len());
        for (name, value) in &answer.besides {
            let width = name.chars().count().max(10);
            line += &format!("  {:>width$}", number(rounded(*value, 6)));
        }
        outln!("{line}");
    }
    if solved.attempts.len() > MOST {
        let rest = solved.attempts.len() - MOST;
        outln!("{:>6}  and {rest} more, in answer.npz", "…");
    }
    let best = solved.best().map(|k| &solved.attempts[k].answer);
    if let Some(told) = best.and_then(|a| asked.problem.told(a)) {
        outln!("{told}");
    }
}
