//! `attractor run`.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde_json::json;

use super::Exit;
use super::failure::Failure;
use super::flags::{Flags, Output};
use super::job::{Job, exit_code};
use super::kept::Kept;
use super::origin::Origin;
use super::progress::Reporter;
use super::read::Readings;
use super::words::{capital, plural};
use crate::model_file::Loaded;
use crate::record::RUN;
use crate::report::{Report, Whose, of_results, of_tally};
use crate::study::Part;

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
    #[command(flatten)]
    output: Output,
}

impl Run {
    pub fn execute(&self) -> Result<Exit, Failure> {
        let clock = Instant::now();
        let (loaded, mut origin) = self.load()?;
        let study = &loaded.study;
        let certificate = study.admit()?;
        let again = std::mem::take(&mut origin.notes);
        let mut job = Job::new(clock, origin, RUN, &self.output.place)?;
        let mut report = Report::claim(&job.out, study).map_err(Failure::bad)?;
        job.announce(study, &plural(study.cases.len(), "start"));
        job.note(study.notes(&certificate));
        job.note(again);
        let progress = Reporter::new(self.output.place.style(), study);
        let results = job.work(&progress, |interrupt| study.run(interrupt, &progress))?;
        job.note(results.notes(study));
        let readings = Readings::of(loaded.learn.as_ref(), study, &results);
        readings.lines(study).iter().for_each(|line| job.say(line));
        let (total, mut sentence) = (results.tally(study), study.sentence(&results));
        if let Some(read) = readings.sentence() {
            sentence = format!("{read}; {sentence}");
        }
        let count = study.cases.len() as u64;
        let about = [of_tally(&total), of_results(study, &results)];
        let table = (&report.outcomes.columns, count);
        let mut document = job.manifest(study, table, (&certificate, &sentence), about);
        if loaded.learn.is_some() {
            document["read"] = readings.document(study);
        }
        document["settings"]["methods"] = json!(results.methods(study));
        let kept = Kept {
            study,
            results: &results,
            whose: Whose {
                parts: &[Part::whole(count)],
                points: &[results.census(study)],
            },
            csv: self.output.csv,
            arrays: job.arrays(&loaded.data, self.output.save_arrays)?,
            // Later than the last trajectory there is nothing left to be interrupted.
            interrupted: results.is_interrupted(study),
            document,
        };
        kept.fill(&mut report)?;
        let partial = report.partial_path().to_owned();
        let written = kept.write(report);
        job.print(&kept.document);
        let (place, notes) = written.map_err(|error| {
            let mut failure = Failure::from(error);
            if partial.exists() {
                let partial = partial.display();
                failure = failure.and(format_args!("what was written before that is in {partial}"));
            }
            failure.and(kept.rescue(&job.out))
        })?;
        job.note(notes);
        job.say(format_args!("kept in {}", place.display()));
        if kept.interrupted {
            let place = place.display();
            job.say(format_args!(
                "`attractor run --from {place} --out DIR` runs it again from its start"
            ));
        }
        // The name of a group of starts stays as the user gave it.
        let named = results.cases.len() > 1 && !study.recall_counts(&results).is_empty();
        let sentence = if named { sentence } else { capital(&sentence) };
        Ok(job.close(
            &sentence,
            match kept.interrupted {
                true => Exit::Interrupted,
                false => exit_code(&total),
            },
        ))
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
}
