//! `attractor ensemble`.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use super::Exit;
use super::failure::Failure;
use super::finish::finish;
use super::flags::{Flags, Output};
use super::job::Job;
use super::origin::{Origin, fingerprints};
use super::progress::Reporter;
use super::words::plural;
use crate::model_file::Design;
use crate::record::ENSEMBLE;
use crate::report::{Report, bounds};

/// Points of a sweep that take a while to be looked at.
const MANY: usize = 1000;

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
        let mut job = Job::new(clock, origin, ENSEMBLE, &self.output.place)?;
        let points = loaded.sweep.as_ref().map_or(0, |s| s.points.len());
        if points >= MANY {
            job.say(format_args!(
                "looking at the {points} points of the sweep before the first is run"
            ));
        }
        let p = &mut job.provenance;
        let design = Design::new(loaded, &p.model, &p.overrides, p.directory.as_deref())?;
        p.files = fingerprints(&design.files);
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
        let progress = Reporter::counting(self.output.place.style(), (all - there) as usize);
        let outcomes = &mut report.outcomes;
        let collected = job.work(&progress, |interrupt| {
            outcomes.collect(&design, present.as_ref(), interrupt, &progress)
        });
        let partial = report.partial_path().display().to_string();
        let kept = format!("what is finished is in {partial}; --resume goes on with the rest");
        let ended = collected.map_err(Failure::from).and_then(|points| {
            let said = (&self.output, kept.as_str());
            finish(job, report, (&design, &points), there, said)
        });
        ended.map_err(|failure| failure.and(&kept))
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
