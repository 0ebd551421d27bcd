//! `attractor run`.

use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use clap::Args;

use super::Exit;
use super::flags::{Flags, Telling};
use super::interrupt;
use super::origin::{Origin, command};
use super::progress::Teller;
use super::words::plural;
use crate::cli::out::{errln, outln};
use crate::model_file::{Array, DataFile, Loaded, is_stream, resolved};
use crate::network::Certificate;
use crate::record::DataFiles;
use crate::report::{Options, Provenance, Report, manifest};
use crate::study::{Results, Study};

/// Runs a model.
#[derive(Args, Debug)]
pub(super) struct Run {
    /// The model file, or the name of a model that is part of the program
    #[arg(required_unless_present = "from")]
    model: Option<PathBuf>,
    /// Run again what a manifest describes (or that of a run directory); the results are the same to the last bit
    #[arg(long, value_name = "MANIFEST", conflicts_with = "model")]
    from: Option<PathBuf>,
    #[command(flatten)]
    flags: Flags,
    /// Draw no figures, as with figures = [] in the model
    #[arg(long)]
    no_figures: bool,
    /// The run directory [default: runs/<name of the model>]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write trajectory.csv as well
    #[arg(long)]
    csv: bool,
    /// Write arrays.npz as well: patterns, weights, inputs and starts as they were made
    #[arg(long)]
    save_arrays: bool,
    #[command(flatten)]
    tell: Telling,
}

impl Run {
    pub fn execute(&self) -> Exit {
        let started = SystemTime::now();
        let clock = Instant::now();
        let (loaded, origin) = match self.load() {
            Ok(loaded) => loaded,
            Err(error) => return fail(Exit::BadModel, &error),
        };
        let study = loaded.study;
        let certificate = match study.admit() {
            Ok(certificate) => certificate,
            Err(refusal) => return fail(Exit::BadModel, &format!("error: {refusal}")),
        };
        let out = match &self.out {
            Some(out) => out.clone(),
            None => default_out(Path::new(&origin.model)),
        };
        if let (None, Some(other)) = (&self.out, of_another_model(&out, &origin)) {
            let (out, model) = (out.display(), &origin.model);
            let message = format!(
                "error: {out} holds a run of {other}, not of {model}: --out DIR keeps this one elsewhere, --out {out} replaces it"
            );
            return fail(Exit::BadModel, &message);
        }
        let report = match Report::claim(&out) {
            Ok(report) => report,
            Err(error) => return fail(Exit::BadModel, &format!("error: {error}")),
        };
        let partial = report.partial_path().to_owned();
        self.announce(&study, &certificate);
        self.tell(origin.note.as_slice());
        let interrupt = interrupt::watch();
        let progress = Teller::new(self.tell.style(), &study);
        let results = match study.run(interrupt, &progress) {
            Ok(results) => results,
            Err(refusal) => return fail(Exit::BadModel, &format!("error: {refusal}")),
        };
        progress.finish();
        let provenance = Provenance {
            command: command(),
            model: origin.model,
            text: loaded.text,
            overrides: origin.overrides,
            directory: origin.directory.map(|d| d.display().to_string()),
            notes: origin.note.into_iter().collect(),
            files: loaded.files.iter().map(fingerprint).collect(),
            started: started
                .duration_since(UNIX_EPOCH)
                .map_or(0.0, |d| d.as_secs_f64()),
            seconds: clock.elapsed().as_secs_f64(),
        };
        let interrupted = interrupt.is_raised();
        let arrays = match self
            .save_arrays
            .then(|| arrays_of(&provenance, &loaded.data))
            .transpose()
        {
            Ok(arrays) => arrays,
            Err(error) => {
                errln!("error: the arrays of the model are not kept: {error}");
                None
            }
        };
        let options = Options {
            csv: self.csv,
            interrupted,
            arrays,
        };
        let written = report.write(&study, &results, &provenance, &options);
        if self.tell.json {
            outln!("{:#}", manifest(&study, &results, &provenance));
        }
        let written = match written {
            Ok(written) => written,
            Err(error) => {
                errln!("error: {error}");
                if partial.exists() {
                    errln!("what was written before that is in {}", partial.display());
                }
                // The results are still here, and may have taken days.
                let elsewhere = rescue_place(&out);
                let rescued = Report::claim(&elsewhere)
                    .and_then(|report| report.write(&study, &results, &provenance, &options));
                match rescued {
                    Ok(kept) => errln!("all of it is in {} instead", kept.path.display()),
                    Err(error) => errln!("nor can it be kept elsewhere: {error}"),
                }
                return Exit::Failed;
            }
        };
        let exit = exit_code(&results, interrupted);
        self.tell(&results.notes(&study));
        self.tell(&written.notes);
        if !self.tell.quiet {
            errln!("kept in {}", written.path.display());
        }
        if !self.tell.quiet || exit != Exit::Fine {
            errln!("{}.", capital(study.sentence(&results), &study));
        }
        exit
    }

    fn load(&self) -> Result<(Loaded, Origin), String> {
        let mut overrides = self.flags.overrides();
        if self.no_figures {
            overrides.push("figures=[]".into());
        }
        if let Some(manifest) = &self.from {
            let (loaded, mut origin) = Origin::of(manifest, &mut overrides)?;
            origin.overrides = overrides;
            return Ok((loaded, origin));
        }
        Origin::named(&self.model.clone().unwrap_or_default(), overrides)
    }

    /// Notes are in the manifest too, see `report::manifest`.
    fn tell(&self, notes: &[String]) {
        for note in notes.iter().filter(|_| !self.tell.quiet) {
            errln!("note: {note}");
        }
    }

    fn announce(&self, study: &Study, certificate: &Certificate) {
        if self.tell.quiet {
            return;
        }
        let n = study.network.size();
        let starts = study.cases.len();
        let s = &study.settings;
        errln!(
            "{}: {}, {}, {} with {}, energy monitor {}",
            study.title,
            plural(n, "neuron"),
            plural(starts, "start"),
            s.method.name,
            match s.step {
                Some(step) if !s.method.is_adaptive() => format!("step {step}"),
                _ => format!("rtol {:e}, atol {:e}", s.rtol, s.atol),
            },
            study.lyapunov_mode().word()
        );
        self.tell(&study.notes(certificate));
    }
}

/// What was made of the arrays of a model.
pub(super) fn arrays_of(
    provenance: &Provenance,
    data: &DataFiles,
) -> Result<Vec<(String, Array)>, String> {
    let directory = provenance.directory.as_deref().map(Path::new);
    let (model, text) = (&provenance.model, &provenance.text);
    resolved(model, text, &provenance.overrides, directory, data).map_err(|e| e.to_string())
}

pub(super) fn fail(exit: Exit, message: &dyn std::fmt::Display) -> Exit {
    errln!("{message}");
    exit
}

/// With a capital letter, unless it begins with a name that the user gave.
fn capital(sentence: String, study: &Study) -> String {
    let named = |group: &str| {
        let rest = sentence.strip_prefix(group);
        rest.is_some_and(|rest| rest.starts_with(':'))
    };
    let mut letters = sentence.chars();
    match letters.next() {
        Some(first) if !study.groups().into_iter().any(named) => {
            first.to_uppercase().chain(letters).collect()
        }
        _ => sentence,
    }
}

/// `runs/<stem of the model file>`.
pub(super) fn default_out(model: &Path) -> PathBuf {
    if is_stream(model) {
        return Path::new("runs").join("stdin");
    }
    let stem = model.file_stem().unwrap_or(std::ffi::OsStr::new("model"));
    Path::new("runs").join(stem)
}

/// Which other model the run in a directory is of, if it is: two files of one name, or a file and a model that is part of
/// the program, have one default directory. A file that has gone may have been moved.
pub(super) fn of_another_model(out: &Path, origin: &Origin) -> Option<String> {
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

/// A directory for results that could not be written to `out`.
fn rescue_place(out: &Path) -> PathBuf {
    let name = out.file_name().unwrap_or(std::ffi::OsStr::new("run"));
    let name = name.to_string_lossy();
    std::env::temp_dir().join(format!("attractor-{}-{name}", std::process::id()))
}

/// A data file as a manifest lists it.
pub(super) fn fingerprint(file: &DataFile) -> (String, String) {
    (file.path.display().to_string(), file.sha256.clone())
}

/// The energy rose, whatever the monitor was to do about it: 1.
fn exit_code(results: &Results, interrupted: bool) -> Exit {
    if interrupted {
        Exit::Interrupted
    } else if results.courses().rose() > 0 {
        Exit::Failed
    } else if results.failures() == 0 {
        Exit::Fine
    } else if results.cases.len() > 1 {
        Exit::Flagged
    } else {
        Exit::Failed
    }
}
