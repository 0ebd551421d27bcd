//! What commands share: how they give up, and the frame around those that integrate.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::Exit;
use super::flags::Telling;
use super::origin::Origin;
use super::out::{errln, error};
use super::words::plural;
use crate::model_file::{
    Array, DataFile, DesignError, DesignFault, LoadError, is_stream, resolved,
};
use crate::record::DataFiles;
use crate::report::{CollectError, Provenance, ReportError};
use crate::study::{Refusal, Study, Tally};

/// Why a command gives up, and with which exit code.
#[derive(Debug)]
pub(super) struct Failure {
    pub exit: Exit,
    why: String,
    /// Is it a report of mistakes in a model, each of which begins with `error: `?
    drawn: bool,
}

impl Failure {
    pub fn new(exit: Exit, why: impl Display) -> Self {
        Failure {
            exit,
            why: why.to_string(),
            drawn: false,
        }
    }

    /// The model or the command makes no sense.
    pub fn bad(why: impl Display) -> Self {
        Failure::new(Exit::BadModel, why)
    }

    /// The work failed.
    pub fn failed(why: impl Display) -> Self {
        Failure::new(Exit::Failed, why)
    }

    /// The same with another exit code.
    pub fn of(self, exit: Exit) -> Self {
        Failure { exit, ..self }
    }

    /// The same with another line.
    pub fn and(mut self, line: impl Display) -> Self {
        self.why += &format!("\n{line}");
        self
    }

    pub fn print(&self) {
        match self.drawn {
            true => errln!("{}", self.why),
            false => error(&self.why),
        }
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Failure {
            drawn: matches!(error, LoadError::Mistakes(_)),
            ..Failure::bad(error)
        }
    }
}

impl From<DesignError> for Failure {
    fn from(error: DesignError) -> Self {
        Failure {
            drawn: matches!(*error.why, DesignFault::Load(LoadError::Mistakes(_))),
            ..Failure::bad(error)
        }
    }
}

impl From<Refusal> for Failure {
    fn from(error: Refusal) -> Self {
        Failure::bad(error)
    }
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        Failure::failed(error)
    }
}

impl From<CollectError> for Failure {
    fn from(error: CollectError) -> Self {
        match error {
            CollectError::Design(error) => error.into(),
            CollectError::Refused(error) => error.into(),
            CollectError::Report(error) => error.into(),
        }
    }
}

/// The frame of a command that integrates: where its model comes from, where its results go, and what was said of it.
pub(super) struct Job<'a> {
    pub out: PathBuf,
    pub provenance: Provenance,
    /// What is noted, for the manifest.
    pub notes: Vec<String>,
    tell: &'a Telling,
    clock: Instant,
}

impl<'a> Job<'a> {
    /// Of a model that began to be read at `clock`. Results go to `out`, or to `runs/NAME` with this ending where that holds
    /// nothing of another model.
    pub fn new(
        clock: Instant,
        origin: Origin,
        text: &str,
        (out, ending): (Option<&PathBuf>, &str),
        tell: &'a Telling,
    ) -> Result<Self, Failure> {
        let own = default_out(Path::new(&origin.model), ending);
        if let (None, Some(other)) = (out, of_another_model(&own, &origin)) {
            let (own, model) = (own.display(), &origin.model);
            let what = if ending.is_empty() {
                "a run"
            } else {
                "an ensemble"
            };
            return Err(Failure::bad(format!(
                "{own} holds {what} of {other}, not of {model}: --out DIR keeps this one elsewhere, --out {own} replaces it"
            )));
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let words = std::env::args_os();
        let provenance = Provenance {
            command: words.map(|w| w.to_string_lossy().into_owned()).collect(),
            model: origin.model,
            text: text.to_owned(),
            overrides: origin.overrides,
            directory: origin.directory.map(|d| d.display().to_string()),
            files: Vec::new(),
            started: now.map_or(0.0, |now| (now - clock.elapsed()).as_secs_f64()),
            seconds: 0.0,
        };
        Ok(Job {
            out: out.cloned().unwrap_or(own),
            provenance,
            notes: Vec::new(),
            tell,
            clock,
        })
    }

    /// Its model reads these files.
    pub fn reads(&mut self, files: &[DataFile]) {
        self.provenance.files = files.iter().map(fingerprint).collect();
    }

    /// Says this unless nothing is to be said.
    pub fn say(&self, line: impl Display) {
        if !self.tell.quiet {
            errln!("{line}");
        }
    }

    /// Says what is run: so many starts.
    pub fn announce(&self, study: &Study, starts: &str) {
        let s = &study.settings;
        let control = match s.step {
            Some(step) if !s.method.is_adaptive() => format!("step {step}"),
            _ => format!("rtol {:e}, atol {:e}", s.rtol, s.atol),
        };
        self.say(format_args!(
            "{}: {}, {starts}, {} with {control}, energy monitor {}",
            study.title,
            plural(study.network.size(), "neuron"),
            s.method.name,
            study.lyapunov_mode().word()
        ));
    }

    /// Says these notes and keeps them.
    pub fn note(&mut self, notes: impl IntoIterator<Item = String>) {
        for note in notes {
            self.say(format_args!("note: {note}"));
            self.notes.push(note);
        }
    }

    /// The work has ended.
    pub fn stop_clock(&mut self) {
        self.provenance.seconds = self.clock.elapsed().as_secs_f64();
    }

    /// What was made of the arrays of the model.
    pub fn arrays(&self, data: &DataFiles) -> Result<Vec<(String, Array)>, LoadError> {
        let p = &self.provenance;
        let directory = p.directory.as_deref().map(Path::new);
        resolved(&p.model, &p.text, &p.overrides, directory, data)
    }

    /// The last lines: where the results are, and what came of it.
    pub fn close(&self, place: &Path, sentence: &str, exit: Exit) -> Exit {
        self.say(format_args!("kept in {}", place.display()));
        if !self.tell.quiet || exit != Exit::Fine {
            errln!("{sentence}.");
        }
        exit
    }
}

/// The exit code of what came of all trajectories. The energy rose, whatever the monitor was to do about it: 1.
pub(super) fn exit_code(total: &Tally) -> Exit {
    match (total.courses.rose(), total.failures(), total.ended) {
        (0, 0, _) => Exit::Fine,
        (0, _, 2..) => Exit::Flagged,
        _ => Exit::Failed,
    }
}

/// A data file as a manifest lists it.
pub(super) fn fingerprint(file: &DataFile) -> (String, String) {
    (file.path.display().to_string(), file.sha256.clone())
}

/// `runs/<stem of the model file>` with an ending.
fn default_out(model: &Path, ending: &str) -> PathBuf {
    let stem = match is_stream(model) {
        true => "stdin".as_ref(),
        false => model.file_stem().unwrap_or("model".as_ref()),
    };
    let mut name = stem.to_owned();
    name.push(ending);
    Path::new("runs").join(name)
}

/// Which other model the results in a directory are of, if they are: two files of one name, or a file and a model that is
/// part of the program, have one default directory. A file that has gone may have been moved.
fn of_another_model(out: &Path, origin: &Origin) -> Option<String> {
    let text = std::fs::read_to_string(out.join("manifest.json")).ok()?;
    let document: serde_json::Value = serde_json::from_str(&text).ok()?;
    let place = |path: &str, directory: Option<&Path>| {
        let name = Path::new(path).file_name();
        directory.zip(name).map(|(d, name)| d.join(name))
    };
    let model = &document["model"];
    let there = model["directory"].as_str().map(Path::new);
    let there = place(model["path"].as_str()?, there);
    let here = place(&origin.model, origin.directory.as_deref());
    match (there, here) {
        (Some(there), here) if Some(&there) != here.as_ref() && there.is_file() => {
            Some(there.display().to_string())
        }
        (None, Some(_)) => Some("the model of this name that is part of the program".into()),
        _ => None,
    }
}
