//! The frame of the commands that integrate: where their results go, what is said meanwhile, and how they end.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::failure::Failure;
use super::flags::Place;
use super::origin::Origin;
use super::out::{errln, outln};
use super::progress::Reporter;
use super::words::plural;
use super::{Exit, interrupt};
use crate::dynamics::Interrupt;
use crate::model_file::{Array, LoadError, is_stream, resolved};
use crate::monitor::Mode;
use crate::network::Certificate;
use crate::record::{DataFiles, MANIFEST, RUN, is_known_kind, kind_in_words, kind_of};
use crate::report::{Provenance, certificate, manifest, of_table};
use crate::study::{Columns, Study, Tally};

/// A command that integrates.
pub(super) struct Job<'a> {
    pub out: PathBuf,
    pub provenance: Provenance,
    /// What its manifest is of.
    kind: &'static str,
    /// What is noted, for the manifest.
    pub notes: Vec<String>,
    pub place: &'a Place,
    clock: Instant,
}

impl<'a> Job<'a> {
    /// Of a model that began to be read at `clock`; refused where its results would replace what they may not.
    pub fn new(
        clock: Instant,
        origin: Origin,
        kind: &'static str,
        place: &'a Place,
    ) -> Result<Self, Failure> {
        let own = || default_out(Path::new(&origin.provenance.model), kind);
        let out = place.out.clone().unwrap_or_else(own);
        if let (false, Some(there)) = (place.force, not_replaced(&out, &origin, kind)) {
            let out = out.display();
            return Err(Failure::bad(format!(
                "{out} {there}: --out DIR keeps this one elsewhere, --force replaces it"
            )));
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let words = std::env::args_os();
        let provenance = Provenance {
            command: words.map(|w| w.to_string_lossy().into_owned()).collect(),
            started: now.map_or(0.0, |now| (now - clock.elapsed()).as_secs_f64()),
            ..origin.provenance
        };
        Ok(Job {
            out,
            provenance,
            kind,
            notes: Vec::new(),
            place,
            clock,
        })
    }

    /// Says this unless nothing is to be said.
    pub fn say(&self, line: impl Display) {
        if !self.place.quiet {
            errln!("{line}");
        }
    }

    /// Says what is run: so many starts.
    pub fn announce(&self, study: &Study, starts: &str) {
        let (s, mode) = (&study.settings, study.lyapunov_mode());
        let control = match s.step {
            _ if s.method.flips => s.flipping.words(),
            Some(step) if !s.method.is_adaptive() => {
                format!(" with step {step}{}", s.flipping.words())
            }
            _ => format!(" with rtol {:e}, atol {:e}", s.rtol, s.atol),
        };
        // Under noise E may rise, and the drift alone is judged.
        let of = match s.method.is_noisy() && study.free().is_some() {
            true if mode != Mode::Off => " (of the drift: noise may raise E)",
            _ => "",
        };
        self.say(format_args!(
            "{}: {}, {starts}, {}{control}, energy monitor {}{of}",
            study.title,
            plural(study.network.size(), "neuron"),
            s.method.name,
            mode.word()
        ));
    }

    /// Says these notes and keeps them.
    pub fn note(&mut self, notes: impl IntoIterator<Item = String>) {
        for note in notes {
            self.say(format_args!("note: {note}"));
            self.notes.push(note);
        }
    }

    /// Does the work that Ctrl-C may end, and shows how it goes on.
    pub fn work<R>(
        &mut self,
        progress: &Reporter,
        work: impl FnOnce(&'static Interrupt) -> R,
    ) -> R {
        let done = work(interrupt::watch());
        progress.finish();
        self.stop_the_clock();
        done
    }

    /// What was made of the arrays of the model, if that is to be kept.
    pub fn arrays(
        &self,
        data: &DataFiles,
        wanted: bool,
    ) -> Result<Option<Vec<(String, Array)>>, LoadError> {
        if !wanted {
            return Ok(None);
        }
        let p = &self.provenance;
        let directory = p.directory.as_deref();
        resolved(&p.model, &p.text, &p.overrides, directory, data).map(Some)
    }

    /// The manifest: the columns of its table of so many starts, what came of them, and what was noted.
    pub fn manifest(
        &self,
        study: &Study,
        table: (&Columns, u64),
        (network, sentence): (&Certificate, &str),
        about: impl IntoIterator<Item = Value>,
    ) -> Value {
        let own = self.about(Some(network), sentence);
        let of_table = of_table(table);
        manifest(
            study,
            &self.provenance,
            [of_table].into_iter().chain(about).chain([own]),
        )
    }

    /// What every manifest has of the command.
    pub fn about(&self, network: Option<&Certificate>, sentence: &str) -> Value {
        json!({
            "kind": self.kind,
            "certificate": network.map(certificate), "sentence": sentence, "notes": self.notes,
        })
    }

    /// How long the work took, now that it is done.
    pub fn stop_the_clock(&mut self) {
        self.provenance.seconds = self.clock.elapsed().as_secs_f64();
    }

    pub fn print(&self, document: &Value) {
        if self.place.json {
            outln!("{document:#}");
        }
    }

    /// The last line: what came of it.
    pub fn close(&self, sentence: &str, exit: Exit) -> Exit {
        if !self.place.quiet || exit != Exit::Fine {
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

/// `runs/<stem of the model file>`, of an ensemble with an ending: one model may be run both ways.
fn default_out(model: &Path, kind: &str) -> PathBuf {
    let stem = match is_stream(model) {
        true => "stdin".as_ref(),
        false => model.file_stem().unwrap_or("model".as_ref()),
    };
    let mut name = stem.to_owned();
    if kind != RUN {
        name.push(format!("-{kind}"));
    }
    Path::new("runs").join(name)
}

/// What a directory holds that only `--force` replaces: the source of the run, or results of another command or model. Two
/// files of one name, or a file and a model that is part of the program, have one default directory.
fn not_replaced(out: &Path, origin: &Origin, own: &str) -> Option<String> {
    let text = std::fs::read_to_string(out.join(MANIFEST)).ok()?;
    let real = |path: &Path| path.canonicalize().ok();
    if origin.source.as_deref().and_then(real) == Some(real(out)?) {
        return Some("holds the run that is repeated".into());
    }
    let document: Value = serde_json::from_str(&text).ok()?;
    let (kind, this) = (kind_of(&document), kind_in_words(own));
    let there = kind_in_words(kind);
    if kind != own && !is_known_kind(kind) {
        document.get("attractor")?;
        return Some(format!("is {there}, and this is {this}"));
    }
    let model = &document["model"];
    let path = model["path"].as_str()?;
    if kind != own {
        return Some(format!("holds {there} of {path}, and this is {this}"));
    }
    let place = |path: &str, directory: Option<&Path>| {
        let name = Path::new(path).file_name();
        directory.zip(name).map(|(d, name)| d.join(name))
    };
    let p = &origin.provenance;
    let then = place(path, model["directory"].as_str().map(Path::new));
    let here = place(&p.model, p.directory.as_deref());
    let other = match (then, here) {
        // A file that has gone may have been moved.
        (Some(then), here) if Some(&then) != here.as_ref() && then.is_file() => {
            then.display().to_string()
        }
        (None, Some(_)) => "the model of this name that is part of the program".into(),
        (None, None) if path != p.model => {
            return Some(format!("holds {there} of {path}, not of {}", p.model));
        }
        _ => return None,
    };
    Some(format!("holds {there} of {other}, not of {}", p.model))
}
