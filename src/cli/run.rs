//! `attractor run`.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use clap::{Args, ValueEnum};

use super::Exit;
use super::flags::Flags;
use crate::experiment::{Experiment, Results};
use crate::model_file::load;
use crate::monitor::Mode;
use crate::record::sha256_hex;
use crate::report::{Provenance, Report, manifest};
use crate::solver::Interrupt;

/// Runs a model.
#[derive(Args, Debug)]
pub(super) struct Run {
    /// The model file
    model: PathBuf,
    #[command(flatten)]
    flags: Flags,
    /// The run directory [default: runs/<name of the model>]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Print the manifest as one JSON document on stdout
    #[arg(long)]
    json: bool,
    /// Say nothing on stderr but errors
    #[arg(long)]
    quiet: bool,
    /// How progress is shown on stderr
    #[arg(long, value_enum, default_value_t = Progress::Auto)]
    progress: Progress,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Progress {
    /// A line that is rewritten if stderr is a terminal, else none
    Auto,
    /// A line now and then
    Plain,
    /// The same as JSON
    Json,
    /// None
    None,
}

static INTERRUPT: Interrupt = Interrupt::new();

impl Run {
    pub fn execute(&self) -> Exit {
        let started = SystemTime::now();
        let clock = Instant::now();
        let loaded = match load(&self.model, &self.flags.overrides()) {
            Ok(loaded) => loaded,
            Err(error) => return fail(Exit::BadModel, &error),
        };
        let experiment = loaded.experiment;
        if let Err(refusal) = experiment.admit() {
            return fail(Exit::BadModel, &format!("error: {refusal}"));
        }
        let out = self.out.clone().unwrap_or_else(|| default_out(&self.model));
        let report = match Report::claim(&out) {
            Ok(report) => report,
            Err(error) => return fail(Exit::BadModel, &format!("error: {error}")),
        };
        self.announce(&experiment);
        // A second Ctrl-C ends the process at once. A handler that cannot be set leaves the system's own.
        let _ = ctrlc::set_handler(|| {
            if INTERRUPT.is_raised() {
                std::process::exit(Exit::Interrupted as i32);
            }
            INTERRUPT.raise();
        });
        let all = experiment.cases.len();
        let results = match experiment.run(&INTERRUPT, self.progress(all)) {
            Ok(results) => results,
            Err(refusal) => return fail(Exit::BadModel, &format!("error: {refusal}")),
        };
        let provenance = Provenance {
            command: std::env::args().collect(),
            model: self.model.display().to_string(),
            text: loaded.text,
            files: loaded.files.iter().map(|f| fingerprint(f)).collect(),
            started: started
                .duration_since(UNIX_EPOCH)
                .map_or(0.0, |d| d.as_secs_f64()),
            seconds: clock.elapsed().as_secs_f64(),
        };
        let interrupted = INTERRUPT.is_raised();
        let written = report.write(&experiment, &results, &provenance, interrupted);
        if self.json {
            println!("{:#}", manifest(&experiment, &results, &provenance));
        }
        let path = match written {
            Ok(path) => path,
            Err(error) => return fail(Exit::Failed, &format!("error: {error}")),
        };
        if !self.quiet {
            eprintln!("kept in {}", path.display());
            let mut sentence = experiment.sentence(&results);
            if let Some(first) = sentence.get(..1) {
                sentence = first.to_uppercase() + &sentence[1..];
            }
            eprintln!("{sentence}.");
        }
        exit_code(&experiment, &results, interrupted)
    }

    fn announce(&self, experiment: &Experiment) {
        if self.quiet {
            return;
        }
        let n = experiment.network.size();
        let starts = experiment.cases.len();
        let s = &experiment.settings;
        let plural = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
        eprintln!(
            "{}: {}, {}, {} with rtol {:e}, atol {:e}, energy monitor {}",
            experiment.title,
            plural(n, "neuron"),
            plural(starts, "start"),
            s.tableau.name,
            s.rtol,
            s.atol,
            experiment.lyapunov_mode().word()
        );
        for name in experiment.network.lonely_layers() {
            eprintln!("note: no synapse joins layer `{name}`; it relaxes by itself");
        }
        for fault in experiment.network.certificate().faults {
            eprintln!("note: the energy need not fall: {fault}");
        }
    }

    fn progress(&self, all: usize) -> impl FnMut(usize) + Send + use<> {
        let style = match self.progress {
            _ if self.quiet => Progress::None,
            Progress::Auto if !std::io::stderr().is_terminal() => Progress::None,
            style => style,
        };
        let mut said = Instant::now();
        move |done| {
            if all < 2 || (done < all && said.elapsed().as_millis() < 200) {
                return;
            }
            said = Instant::now();
            match style {
                Progress::Auto => eprint!(
                    "\r{done} of {all} trajectories{}",
                    if done == all { "\n" } else { "" }
                ),
                Progress::Plain => eprintln!("{done} of {all} trajectories"),
                Progress::Json => eprintln!("{{\"done\": {done}, \"of\": {all}}}"),
                Progress::None => {}
            }
        }
    }
}

fn fail(exit: Exit, message: &dyn std::fmt::Display) -> Exit {
    eprintln!("{message}");
    exit
}

/// `runs/<stem of the model file>`.
fn default_out(model: &Path) -> PathBuf {
    let stem = model.file_stem().unwrap_or(std::ffi::OsStr::new("model"));
    Path::new("runs").join(stem)
}

fn fingerprint(path: &Path) -> (String, String) {
    // A file that has gone since it was read has no fingerprint; the run itself is none the worse.
    let sha = std::fs::read(path).map_or_else(|e| format!("unreadable: {e}"), |b| sha256_hex(&b));
    (path.display().to_string(), sha)
}

fn exit_code(experiment: &Experiment, results: &Results, interrupted: bool) -> Exit {
    let asked_only_to_record = experiment.lyapunov == Mode::Record;
    if interrupted {
        Exit::Interrupted
    } else if results.violations() > 0 && !asked_only_to_record {
        Exit::Failed
    } else if results.failures() == 0 {
        Exit::Fine
    } else if results.cases.len() > 1 {
        Exit::Flagged
    } else {
        Exit::Failed
    }
}
