//! `attractor run`.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde_json::{Value, json};

use super::Exit;
use super::common::{Failure, Job, exit_code};
use super::flags::{Flags, Telling};
use super::interrupt;
use super::origin::Origin;
use super::out::outln;
use super::progress::Reporter;
use super::words::plural;
use crate::model_file::{Array, Loaded};
use crate::report::{Report, ReportError, Whose, manifest, of_cases, of_results, of_tally};
use crate::study::{Census, Part, Results, Study, Tally};

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
    /// Write outcomes.csv and trajectory.csv as well
    #[arg(long)]
    csv: bool,
    /// Write arrays.npz as well: patterns, weights, inputs and starts as they were made
    #[arg(long)]
    save_arrays: bool,
    #[command(flatten)]
    tell: Telling,
}

/// What is to be kept of a run.
struct Kept<'a> {
    study: &'a Study,
    results: &'a Results,
    whose: Whose<'a>,
    arrays: Option<Vec<(String, Array)>>,
    interrupted: bool,
}

impl Run {
    pub fn execute(&self) -> Result<Exit, Failure> {
        let clock = Instant::now();
        let (loaded, mut origin) = self.load()?;
        let study = &loaded.study;
        let certificate = study.admit()?;
        let again = origin.note.take();
        let out = (self.out.as_ref(), "");
        let mut job = Job::new(clock, origin, &loaded.text, out, &self.tell)?;
        job.reads(&loaded.files);
        let mut report = Report::claim(&job.out, study).map_err(Failure::bad)?;
        job.announce(study, &plural(study.cases.len(), "start"));
        job.note(study.notes(&certificate).into_iter().chain(again));
        let interrupt = interrupt::watch();
        let progress = Reporter::new(self.tell.style(), study);
        let results = study.run(interrupt, &progress)?;
        progress.finish();
        job.stop_clock();
        job.note(results.notes(study));
        let parts = [Part::whole(study.cases.len() as u64)];
        let points = [Census::of_results(study, &results)];
        let whose = Whose {
            parts: &parts,
            points: &points,
        };
        let arrays = self.save_arrays.then(|| job.arrays(&loaded.data));
        let kept = Kept {
            study,
            results: &results,
            whose,
            arrays: arrays.transpose()?,
            interrupted: interrupt.is_raised(),
        };
        kept.fill(&mut report)?;
        let tallies = report.outcomes.tally(whose).map_err(ReportError::Rows)?;
        let total = Tally::sum(&tallies);
        let about = [
            of_tally(&total),
            of_results(study, &results),
            json!({ "notes": job.notes }),
        ];
        let table = (&report.outcomes.columns, study.cases.len() as u64);
        let mut document = manifest(study, &job.provenance, table, about);
        document["settings"]["methods"] = json!(results.methods(study));
        let partial = report.partial_path().to_owned();
        let written = self.write(report, &kept, document.clone());
        if self.tell.json {
            outln!("{document:#}");
        }
        let (place, notes) = written.map_err(|error| {
            let mut failure = Failure::from(error);
            if partial.exists() {
                let partial = partial.display();
                failure = failure.and(format_args!("what was written before that is in {partial}"));
            }
            failure.and(self.rescue(&job, &kept, document))
        })?;
        job.note(notes);
        let exit = match kept.interrupted {
            true => Exit::Interrupted,
            false => exit_code(&total),
        };
        Ok(job.close(&place, &capital(study.sentence(&results), study), exit))
    }

    fn load(&self) -> Result<(Loaded, Origin), Failure> {
        let mut overrides = self.flags.overrides();
        if self.no_figures {
            overrides.all.push("figures=[]".into());
        }
        match &self.from {
            Some(manifest) => Origin::of(manifest, overrides),
            None => Origin::named(&self.model.clone().unwrap_or_default(), overrides),
        }
    }

    /// Everything that is kept; where, and what is to be said of the figures.
    fn write(
        &self,
        mut report: Report,
        kept: &Kept<'_>,
        mut document: Value,
    ) -> Result<(PathBuf, Vec<String>), ReportError> {
        let (study, results) = (kept.study, kept.results);
        report.trajectories(study, results, self.csv)?;
        report.tables(kept.whose, self.csv)?;
        if let Some(arrays) = &kept.arrays {
            report.arrays(arrays, &of_cases(study))?;
        }
        let (names, notes) = report.figures(study, results)?;
        document["figures"] = names.into();
        if let Some(all) = document["notes"].as_array_mut() {
            all.extend(notes.iter().cloned().map(Value::from));
        }
        Ok((report.finish(document, kept.interrupted)?, notes))
    }

    /// Writes everything elsewhere: it is still here, and may have taken days. Says where.
    fn rescue(&self, job: &Job<'_>, kept: &Kept<'_>, document: Value) -> String {
        let name = job.out.file_name().unwrap_or("run".as_ref());
        let name = format!("attractor-{}-{}", std::process::id(), name.display());
        let claimed = Report::claim(&std::env::temp_dir().join(name), kept.study);
        let written = claimed.and_then(|mut report| {
            kept.fill(&mut report)?;
            self.write(report, kept, document)
        });
        match written {
            Ok((place, _)) => format!("all of it is in {} instead", place.display()),
            Err(error) => format!("nor can it be kept elsewhere: {error}"),
        }
    }
}

impl Kept<'_> {
    fn fill(&self, report: &mut Report) -> Result<(), ReportError> {
        let mut rows = self.results.rows(self.study).into_iter();
        Ok(rows.try_for_each(|(k, row)| report.outcomes.put(k, row))?)
    }
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
