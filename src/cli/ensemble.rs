//! `attractor ensemble`.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde_json::json;

use super::Exit;
use super::common::{Failure, Job, exit_code};
use super::flags::{Flags, Telling};
use super::interrupt;
use super::origin::Origin;
use super::out::{errln, outln};
use super::progress::Reporter;
use super::words::plural;
use crate::model_file::Design;
use crate::number::rough;
use crate::report::{
    Report, ReportError, Whose, certificate, manifest, of_starts, of_tally, sweep_document,
    sweep_sentence,
};
use crate::study::{Census, Keep, Study, Tally};

/// Points of a sweep that take a while to be looked at.
const MANY: usize = 1000;

/// Runs an ensemble.
#[derive(Args, Debug)]
pub(super) struct Ensemble {
    /// The model file, or the name of a model that is part of the program
    model: PathBuf,
    #[command(flatten)]
    flags: Flags,
    /// The directory [default: runs/<name of the model>-ensemble]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Go on with what an interrupted ensemble of the same model has not done yet
    #[arg(long)]
    resume: bool,
    /// Write outcomes.csv as well
    #[arg(long)]
    csv: bool,
    /// Write arrays.npz as well: patterns, weights, inputs and starts as they were made
    #[arg(long)]
    save_arrays: bool,
    #[command(flatten)]
    tell: Telling,
}

impl Ensemble {
    pub fn execute(&self) -> Result<Exit, Failure> {
        let clock = Instant::now();
        let (loaded, origin) = Origin::named(&self.model, self.flags.overrides())?;
        let directory = origin.directory.clone();
        let (text, out) = (loaded.text.clone(), (self.out.as_ref(), "-ensemble"));
        let mut job = Job::new(clock, origin, &text, out, &self.tell)?;
        let points = loaded.sweep.as_ref().map_or(0, |s| s.points.len());
        if points >= MANY {
            job.say(format_args!(
                "looking at the {points} points of the sweep before the first is run"
            ));
        }
        let p = &job.provenance;
        let design = Design::new(loaded, &p.model, &p.overrides, directory.as_deref())?;
        job.reads(&design.files);
        let (study, keep, all) = (&design.first.study, design.first.keep, design.count());
        self.fits(&design)?;
        let opened = Report::open(&job.out, (study, keep), all, &job.provenance, self.resume);
        let (mut report, present) = opened.map_err(Failure::bad)?;
        let there = present.as_ref().map_or(0, |p| p.count);
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
        let interrupt = interrupt::watch();
        let progress = Reporter::counting(self.tell.style(), (all - there) as usize);
        let collected = report
            .outcomes
            .collect(&design, present.as_ref(), interrupt, &progress);
        progress.finish();
        job.stop_clock();
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
        let (study, all, sweep) = (&design.first.study, design.count(), design.sweep.as_ref());
        if self.save_arrays {
            let arrays = job.arrays(design.data())?;
            // The points of a sweep have starts of their own.
            let own = sweep.is_none().then_some(&design.first.starts);
            let starts = own.map(|starts| of_starts(study, starts)).transpose();
            let starts = starts.map_err(ReportError::Start)?;
            report.arrays(&arrays, &starts.unwrap_or_default())?;
        }
        let whose = Whose {
            parts: &design.parts,
            points,
        };
        report.tables(whose, self.csv)?;
        let tallies = report.outcomes.tally(whose).map_err(ReportError::Rows)?;
        let total = Tally::sum(&tallies);
        let interrupted = interrupt::watch().is_raised() && total.ended < all;
        let criterion = study.recall.as_ref().map_or(String::new(), |r| r.remark());
        let mut about = vec![of_tally(&total)];
        let sentence = match sweep {
            Some(sweep) => {
                about.push(json!({ "sweep": sweep_document(sweep, &tallies) }));
                job.note(report.sweep(study, sweep, &tallies)?);
                sweep_sentence(sweep, &tallies, &criterion)
            }
            None => total.sentence(&criterion),
        };
        if let (None, false, Some(points)) = (sweep, interrupted, points.first()) {
            job.note(report.basins(study, &design.first.starts, points)?);
        }
        let judged = tallies.iter().find(|t| t.judged > 0);
        job.note(judged.and_then(|t| t.over().caution()).map(str::to_owned));
        if !interrupted {
            job.note(uncounted(study, design.first.keep, points));
        }
        about.push(json!({
            "certificate": certificate(&design.first.certificate),
            "sentence": sentence, "notes": job.notes,
        }));
        let table = (&report.outcomes.columns, all);
        let document = manifest(study, &job.provenance, table, about);
        if self.tell.json {
            outln!("{document:#}");
        }
        if interrupted {
            job.say(kept);
            errln!(
                "Interrupted: {} of {all} finished; {sentence}.",
                total.ended
            );
            return Ok(Exit::Interrupted);
        }
        let place = report.finish(document, false)?;
        let (new, seconds) = (total.ended - there, job.provenance.seconds);
        job.say(format_args!(
            "{} in {} s, {} a second",
            plural(new as usize, "trajectory"),
            rough(seconds),
            rough(new as f64 / seconds.max(1e-9))
        ));
        Ok(job.close(&place, &sentence, exit_code(&total)))
    }

    /// Will the rows, the tables that are made of them and the starts be within what may be kept?
    fn fits(&self, design: &Design) -> Result<(), Failure> {
        let (study, count) = (&design.first.study, design.count());
        let allowed = study.max_output;
        let bytes = 16 * (design.first.columns().words() as u64 + 1);
        if bytes.checked_mul(count).is_none_or(|all| all > allowed) {
            return Err(Failure::bad(format!(
                "the rows of {count} trajectories take {bytes} bytes each while the tables are written, more than the {allowed} bytes allowed together: run {} or fewer, keep less (keep, overlaps of [ensemble]), or raise --max-output",
                allowed / bytes
            )));
        }
        let states = count.saturating_mul(8 * study.network.size() as u64);
        if self.save_arrays && design.sweep.is_none() && states > allowed {
            return Err(Failure::bad(format!(
                "the starts of --save-arrays take {states} bytes, more than the {allowed} allowed: leave it out, or raise --max-output"
            )));
        }
        Ok(())
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

/// Which fixed points were not counted or examined, as there are too many.
fn uncounted(study: &Study, keep: Keep, points: &[Census]) -> Vec<String> {
    let mut notes = Vec::new();
    if keep.examine
        && points
            .iter()
            .any(|p| p.distinct.is_some() && p.stable.is_none())
    {
        notes.push("there are more fixed points than are examined, 1000 of an ensemble: how many are stable is not known".to_owned());
    }
    if study.settings.until_rest && points.iter().any(|p| p.distinct.is_none()) {
        notes.push("an ensemble ended at more than 10000 different states: its fixed points are not counted".to_owned());
    }
    notes
}
