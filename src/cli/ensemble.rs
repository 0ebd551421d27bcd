//! `attractor ensemble`.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use clap::Args;

use super::Exit;
use super::flags::{Flags, Telling};
use super::interrupt;
use super::origin::{Origin, command};
use super::progress::Teller;
use super::run::{arrays_of, default_out, fail, fingerprint, of_another_model};
use super::words::plural;
use crate::cli::out::{errln, outln};
use crate::dynamics::Interrupt;
use crate::model_file::Design;
use crate::number::rough;
use crate::record::Present;
use crate::report::{
    EnsembleReport, Provenance, ReportError, Tally, certificate, sweep_document, sweep_sentence,
};
use crate::study::{Column, Ends, FixedPoints, Keep, Member, Progress, Study};

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

/// Where the rows go, from all threads.
struct Sink<'a> {
    state: Mutex<(&'a mut EnsembleReport, u64, Option<ReportError>)>,
    interrupt: &'a Interrupt,
    progress: &'a Teller,
}

impl Sink<'_> {
    /// Takes a row; a disk that refuses it ends the run, as there is nowhere to keep more.
    fn take(&self, k: u64, row: Vec<u64>) {
        let Ok(mut state) = self.state.lock() else {
            return;
        };
        let (report, ended, failure) = &mut *state;
        *ended += 1;
        let ended = *ended as usize;
        if let Err(error) = report.put(k, row) {
            failure.get_or_insert(error);
            self.interrupt.raise();
        }
        drop(state);
        self.progress.ended(ended);
    }

    /// Does `work`, writing once a second what it left in memory: that is lost if the process is killed.
    fn flushing<R>(&self, work: impl FnOnce() -> R) -> R {
        let (working, done) = mpsc::channel::<()>();
        std::thread::scope(|scope| {
            // Without such a thread more is lost, should the process be killed, but nothing else.
            let flush = move || {
                let second = Duration::from_secs(1);
                while done.recv_timeout(second) == Err(RecvTimeoutError::Timeout) {
                    let Ok(mut state) = self.state.lock() else {
                        return;
                    };
                    let (report, _, failure) = &mut *state;
                    if let Err(error) = report.flush() {
                        failure.get_or_insert(error);
                        self.interrupt.raise();
                    }
                }
            };
            let _ = std::thread::Builder::new().spawn_scoped(scope, flush);
            let result = work();
            drop(working);
            result
        })
    }
}

impl Ensemble {
    pub fn execute(&self) -> Exit {
        match self.run() {
            Ok(exit) => exit,
            Err((exit, message)) => fail(exit, &message),
        }
    }

    fn run(&self) -> Result<Exit, (Exit, String)> {
        let bad = |message: String| (Exit::BadModel, message);
        let error = |e: &dyn std::fmt::Display| format!("error: {e}");
        let started = SystemTime::now();
        let clock = Instant::now();
        let (loaded, origin) = Origin::named(&self.model, self.flags.overrides()).map_err(bad)?;
        let out = match &self.out {
            Some(out) => out.clone(),
            None => ensemble_out(&self.model),
        };
        if let (None, Some(other)) = (&self.out, of_another_model(&out, &origin)) {
            let (out, model) = (out.display(), &origin.model);
            return Err(bad(format!(
                "error: {out} holds an ensemble of {other}, not of {model}: --out DIR keeps this one elsewhere, --out {out} replaces it"
            )));
        }
        let directory = origin.directory.as_deref();
        let points = loaded.sweep.as_ref().map_or(0, |s| s.points.len());
        if points >= MANY && !self.tell.quiet {
            errln!("looking at the {points} points of the sweep before the first is run");
        }
        let design =
            Design::new(loaded, &origin.model, &origin.overrides, directory).map_err(bad)?;
        let mut provenance = Provenance {
            command: command(),
            model: origin.model.clone(),
            text: design.text.clone(),
            overrides: origin.overrides.clone(),
            directory: origin.directory.as_ref().map(|d| d.display().to_string()),
            files: design.files.iter().map(fingerprint).collect(),
            started: started
                .duration_since(UNIX_EPOCH)
                .map_or(0.0, |d| d.as_secs_f64()),
            seconds: 0.0,
            notes: Vec::new(),
        };
        let all = design.count();
        let (study, keep) = (&design.first.study, design.first.keep);
        fits(study, keep, all).map_err(bad)?;
        let states = all.saturating_mul(8 * study.network.size() as u64);
        if self.save_arrays && design.sweep.is_none() && states > study.max_output {
            return Err(bad(format!(
                "error: the starts of --save-arrays take {states} bytes, more than the {} allowed: leave it out, or raise --max-output",
                study.max_output
            )));
        }
        let (mut report, present) =
            EnsembleReport::open(&out, (study, keep), all, &provenance, self.resume)
                .map_err(|e| bad(error(&e)))?;
        let there = present.as_ref().map_or(0, |p| p.count);
        if !self.tell.quiet {
            let s = &study.settings;
            errln!(
                "{}: {}, {}{}, {} with rtol {:e}, atol {:e}, energy monitor {}",
                study.title,
                plural(study.network.size(), "neuron"),
                plural(all as usize, "start"),
                match &design.sweep {
                    Some(sweep) if sweep.points.len() > 1 => {
                        let rows = plural(sweep.rows(), "point");
                        let draws = match sweep.replicates {
                            1 => String::new(),
                            n => format!(", {n} draws at each"),
                        };
                        format!(" at {rows} of the sweep{draws}")
                    }
                    _ => String::new(),
                },
                s.method.name,
                s.rtol,
                s.atol,
                study.lyapunov_mode().word()
            );
            if let Some(p) = &present {
                errln!("{there} of {all} were finished, going on with the rest");
                if p.torn > 0 {
                    errln!(
                        "note: {} cut short or damaged, run again",
                        plural(p.torn as usize, "row")
                    );
                }
            }
        }
        let mut notes = study.notes(&design.first.certificate);
        for note in notes.iter().filter(|_| !self.tell.quiet) {
            errln!("note: {note}");
        }
        let interrupt = interrupt::watch();
        let progress = Teller::counting(self.tell.style(), (all - there) as usize);
        let members = design.members();
        let mut ends = seen(&mut report, &members).map_err(|e| bad(error(&e)))?;
        let sink = Sink {
            state: Mutex::new((&mut report, 0, None)),
            interrupt,
            progress: &progress,
        };
        let ran = sink.flushing(|| {
            go(
                (&design, &members),
                present.as_ref(),
                &mut ends,
                interrupt,
                &sink,
            )
        });
        progress.finish();
        let failure = sink.state.into_inner().ok().and_then(|s| s.2);
        let partial = report.partial_path().to_owned();
        let kept = || {
            format!(
                "what is finished is in {}; --resume goes on with the rest",
                partial.display()
            )
        };
        let flushed = report.flush().err();
        if let Some(e) = failure.or(flushed) {
            return Err((Exit::Failed, format!("error: {e}\n{}", kept())));
        }
        let fixed_points = ran.map_err(|why| (Exit::BadModel, format!("{why}\n{}", kept())))?;
        provenance.seconds = clock.elapsed().as_secs_f64();
        let failed = |e: ReportError| (Exit::Failed, format!("error: {e}\n{}", kept()));
        if self.save_arrays {
            let arrays = arrays_of(&provenance, design.data()).map_err(|e| (Exit::BadModel, e))?;
            // The points of a sweep have starts of their own.
            let starts = design.sweep.is_none().then_some(&design.first.starts);
            let kept = report.arrays(&arrays, study, starts);
            kept.map_err(failed)?;
        }
        let tables = report.tables(&members, &fixed_points, self.csv);
        tables.map_err(failed)?;
        let tallies = report.tally(&members, &fixed_points).map_err(failed)?;
        let total = Tally::sum(&tallies);
        let interrupted = interrupt.is_raised() && total.ended < all;
        let mut about = total.document();
        about["certificate"] = certificate(&design.first.certificate);
        let criterion = study.recall.as_ref().map_or(String::new(), |r| r.remark());
        let sentence = match &design.sweep {
            Some(sweep) => sweep_sentence(sweep, &tallies, &criterion),
            None => total.sentence(&criterion),
        };
        about["sentence"] = sentence.clone().into();
        let mut undrawn = None;
        if let Some(sweep) = &design.sweep {
            about["sweep"] = sweep_document(sweep, &tallies);
            let drawn = report.sweep(&study.title, sweep, &tallies);
            undrawn = drawn.map_err(failed)?;
        } else if !interrupted {
            // Starts that have not been run would look like those that end nowhere.
            let unknown = FixedPoints::default();
            let points = fixed_points.first().unwrap_or(&unknown);
            let drawn = report.basins(study, &design.first.starts, points);
            undrawn = drawn.map_err(failed)?;
        }
        let mut told: Vec<String> = undrawn.into_iter().collect();
        let judged = tallies.iter().find(|t| t.judged > 0);
        told.extend(judged.and_then(|t| t.over().caution()).map(str::to_owned));
        let lost = fixed_points
            .iter()
            .filter(|p| p.distinct.is_some() && p.stable.is_none());
        if keep.examine && lost.count() > 0 {
            told.push("there are more fixed points than are examined, 1000 of an ensemble: how many are stable is not known".into());
        }
        let uncounted = fixed_points.iter().any(|p| p.distinct.is_none());
        if uncounted && study.settings.until_rest && !interrupted {
            told.push("an ensemble ended at more than 10000 different states: its fixed points are not counted".into());
        }
        for note in told {
            if !self.tell.quiet {
                errln!("note: {note}");
            }
            notes.push(note);
        }
        about["notes"] = notes.into();
        if self.tell.json {
            outln!("{:#}", report.document(study, &provenance, about.clone()));
        }
        if interrupted {
            if !self.tell.quiet {
                errln!("{}", kept());
            }
            errln!(
                "Interrupted: {} of {all} finished; {sentence}.",
                total.ended
            );
            return Ok(Exit::Interrupted);
        }
        let place = report.finish(study, &provenance, about).map_err(failed)?;
        if !self.tell.quiet {
            let new = total.ended - there;
            let pace = new as f64 / provenance.seconds.max(1e-9);
            errln!(
                "{} in {} s, {} a second",
                plural(new as usize, "trajectory"),
                rough(provenance.seconds),
                rough(pace)
            );
            errln!("kept in {}", place.display());
        }
        let exit = exit_code(&total);
        if !self.tell.quiet || exit != Exit::Fine {
            errln!("{sentence}.");
        }
        Ok(exit)
    }
}

/// The ends of each ensemble, as far as they are there already.
fn seen(report: &mut EnsembleReport, members: &[Member]) -> Result<Vec<Ends>, ReportError> {
    let mut ends: Vec<Ends> = Vec::new();
    ends.resize_with(members.len(), Ends::default);
    report.each(|k, columns, row| {
        let at = members.partition_point(|m| m.trajectories.end <= k);
        if let (Some(ends), Some(member)) = (ends.get_mut(at), members.get(at)) {
            ends.see((k - member.trajectories.start) as usize, columns, row, None);
        }
    })?;
    Ok(ends)
}

/// Integrates what is not there yet, and looks at where each ensemble ended.
fn go(
    (design, members): (&Design, &[Member]),
    present: Option<&Present>,
    ends: &mut [Ends],
    interrupt: &Interrupt,
    sink: &Sink<'_>,
) -> Result<Vec<FixedPoints>, String> {
    let failed = |refusal: crate::study::Refusal| format!("error: {refusal}");
    let mut found = Vec::new();
    for (k, (member, ends)) in members.iter().zip(ends).enumerate() {
        let range = member.trajectories.clone();
        if interrupt.is_raised() {
            break;
        }
        let point = design.point(k)?;
        let missing = range
            .clone()
            .filter(|k| !present.is_some_and(|p| p.has(*k)));
        let numbers = missing.map(|k| (k - range.start) as usize);
        // The state, the last column, is there where ends are examined, and stays only if that is asked for.
        let looks = point.keep.examine;
        let keep = Keep {
            states: looks || point.keep.states,
            ..point.keep
        };
        let columns = point.columns();
        let n = match keep.states {
            true => point.study.network.size(),
            false => 0,
        };
        let ends = Mutex::new(std::mem::take(ends));
        let done = |k: usize, mut row: Vec<u64>| {
            let at = row.len() - n;
            if let Ok(mut ends) = ends.lock() {
                let (row, x) = row.split_at(at);
                ends.see(k, &columns, row, looks.then_some(x));
            }
            if !point.keep.states {
                row.truncate(at);
            }
            sink.take(range.start + k as u64, row);
        };
        let (study, starts) = (&point.study, &point.starts);
        if !present.is_some_and(|p| range.clone().all(|k| p.has(k))) {
            let ran = study.run_ensemble(starts, numbers, keep, interrupt, done);
            ran.map_err(failed)?;
        }
        let ends = ends.into_inner().unwrap_or_default();
        if interrupt.is_raised() {
            break;
        }
        let points = ends.points(study, starts, point.keep, interrupt);
        found.push(points.map_err(failed)?);
    }
    Ok(found)
}

/// Will the rows, and the tables that are made of them, be within what may be kept?
fn fits(study: &Study, keep: Keep, count: u64) -> Result<(), String> {
    let words: usize = study.columns(keep).iter().map(Column::words).sum();
    let bytes = 16 * (words as u64 + 1);
    match bytes
        .checked_mul(count)
        .filter(|all| *all <= study.max_output)
    {
        Some(_) => Ok(()),
        None => Err(format!(
            "error: the rows of {count} trajectories take {bytes} bytes each while the tables are written, more than the {} bytes allowed together: run {} or fewer, keep less (keep, overlaps of [ensemble]), or raise --max-output",
            study.max_output,
            study.max_output / bytes
        )),
    }
}

/// `runs/<stem of the model file>-ensemble`.
fn ensemble_out(model: &Path) -> PathBuf {
    let mut name = default_out(model).into_os_string();
    name.push("-ensemble");
    name.into()
}

fn exit_code(total: &Tally) -> Exit {
    if total.courses.rose() > 0 {
        Exit::Failed
    } else if total.failures() == 0 {
        Exit::Fine
    } else if total.ended > 1 {
        Exit::Flagged
    } else {
        Exit::Failed
    }
}
