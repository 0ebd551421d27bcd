//! `attractor ensemble`.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde_json::json;

use super::Exit;
use super::failure::Failure;
use super::flags::{Flags, Output};
use super::job::{ENSEMBLE, Job, exit_code};
use super::origin::Origin;
use super::progress::Reporter;
use super::words::plural;
use crate::model_file::Design;
use crate::number::rough;
use crate::report::{
    Finished, Report, Whose, bounds, certificate, manifest, of_starts, of_tally, sweep_document,
    sweep_sentence,
};
use crate::study::{Census, Recall, Tally};

/// Points of a sweep that take a while to be looked at.
const MANY: usize = 1000;

/// Runs an ensemble.
#[derive(Args, Debug)]
pub(super) struct Ensemble {
    /// The model file, or the name of a model that is part of the program
    model: PathBuf,
    #[command(flatten)]
    flags: Flags,
    /// Go on with what an interrupted ensemble of the same model has not done yet
    #[arg(long)]
    resume: bool,
    #[command(flatten)]
    output: Output,
}

impl Ensemble {
    pub fn execute(&self) -> Result<Exit, Failure> {
        let clock = Instant::now();
        let (loaded, origin) = Origin::named(&self.model, self.flags.overrides())?;
        let directory = origin.directory.clone();
        let mut job = Job::new(clock, origin, &loaded.text, ENSEMBLE, &self.output)?;
        let points = loaded.sweep.as_ref().map_or(0, |s| s.points.len());
        if points >= MANY {
            job.say(format_args!(
                "looking at the {points} points of the sweep before the first is run"
            ));
        }
        let p = &job.provenance;
        let design = Design::new(loaded, &p.model, &p.overrides, directory.as_deref())?;
        job.reads(&design.files);
        bounds(&design, self.output.save_arrays).map_err(Failure::bad)?;
        let opened = Report::open(&job.out, &design, &job.provenance, self.resume);
        let (mut report, present) = opened.map_err(Failure::bad)?;
        let (all, there) = (design.count(), present.as_ref().map_or(0, |p| p.count));
        let study = &design.first.study;
        job.announce(study, &starts(&design));
        if let Some(p) = &present {
            job.say(format_args!(
                "{there} of {all} were finished, going on with the rest"
            ));
            if p.torn > 0 {
                let rows = plural(p.torn as usize, "row");
                job.say(format_args!("note: {rows} cut short or damaged, run again"));
            }
        }
        job.note(study.notes(&design.first.certificate));
        let progress = Reporter::counting(self.output.style(), (all - there) as usize);
        let outcomes = &mut report.outcomes;
        let collected = job.work(&progress, |interrupt| {
            outcomes.collect(&design, present.as_ref(), interrupt, &progress)
        });
        let partial = report.partial_path().display().to_string();
        let kept = format!("what is finished is in {partial}; --resume goes on with the rest");
        let ended = collected
            .map_err(Failure::from)
            .and_then(|points| self.keep(job, report, (&design, &points), there, &kept));
        ended.map_err(|failure| failure.and(&kept))
    }

    /// Writes everything, `there` trajectories having been finished before.
    fn keep(
        &self,
        mut job: Job<'_>,
        mut report: Report,
        (design, points): (&Design, &[Census]),
        there: u64,
        kept: &str,
    ) -> Result<Exit, Failure> {
        let (point, all) = (&design.first, design.count());
        let study = &point.study;
        if let Some(arrays) = job.arrays(design.data())? {
            // The points of a sweep have starts of their own.
            let starts = match design.sweep {
                None => of_starts(study, &point.starts)?,
                Some(_) => Vec::new(),
            };
            report.arrays(&arrays, &starts)?;
        }
        let whose = Whose {
            parts: &design.parts,
            points,
        };
        report.tables(whose, self.output.csv)?;
        let tallies = report.outcomes.tally(whose)?;
        let finished = Finished {
            design,
            whose,
            tallies: &tallies,
        };
        report.sweep(finished)?;
        let (figures, notes) = report.ensemble_figures(finished)?;
        job.note(notes);
        let total = Tally::sum(&tallies);
        let interrupted = job.is_interrupted() && total.ended < all;
        let judged = tallies.iter().find(|t| t.judged > 0);
        job.note(judged.and_then(|t| t.over().caution()).map(str::to_owned));
        if !interrupted {
            job.note(study.uncounted(point.keep, points));
        }
        let criterion = study.recall.as_ref().map_or(String::new(), Recall::remark);
        let (sentence, sweep) = match &design.sweep {
            Some(sweep) => {
                let sentence = sweep_sentence(sweep, &tallies, &criterion);
                (
                    sentence,
                    json!({ "sweep": sweep_document(sweep, &tallies) }),
                )
            }
            None => (total.sentence(&criterion), json!({})),
        };
        let own = json!({
            "certificate": certificate(&point.certificate),
            "sentence": sentence, "notes": job.notes,
        });
        let (table, about) = (
            (&report.outcomes.columns, all),
            [of_tally(&total), sweep, own],
        );
        let mut document = manifest(study, &job.provenance, table, about);
        job.print(&document);
        document["figures"] = figures.into();
        let place = report.finish(document, interrupted)?;
        if interrupted {
            job.say(kept);
            let finished = total.ended;
            let sentence = format!("Interrupted: {finished} of {all} finished; {sentence}");
            return Ok(job.close(&sentence, Exit::Interrupted));
        }
        let (new, seconds) = (total.ended - there, job.provenance.seconds);
        job.say(format_args!(
            "{} in {} s, {} a second",
            plural(new as usize, "trajectory"),
            rough(seconds),
            rough(new as f64 / seconds.max(1e-9))
        ));
        job.say(format_args!("kept in {}", place.display()));
        Ok(job.close(&sentence, exit_code(&total)))
    }
}

/// `200 starts at 20 points of the sweep, 3 draws at each`.
fn starts(design: &Design) -> String {
    let mut starts = plural(design.count() as usize, "start");
    if let Some(sweep) = design.sweep.as_ref().filter(|s| s.points.len() > 1) {
        starts += &format!(" at {} of the sweep", plural(sweep.rows(), "point"));
        if sweep.replicates > 1 {
            starts += &format!(", {} draws at each", sweep.replicates);
        }
    }
    starts
}
