//! What is to be kept of ensembles, and said of them.

use serde_json::json;

use super::Exit;
use super::failure::Failure;
use super::flags::Output;
use super::job::{Job, exit_code};
use super::words::plural;
use crate::model_file::Design;
use crate::number::rough;
use crate::report::{Finished, Report, Whose, of_starts, of_tally, sweep_document, sweep_sentence};
use crate::study::{Census, Recall, Tally};

/// Writes everything, `there` trajectories having been finished before.
pub(super) fn finish(
    mut job: Job<'_>,
    mut report: Report,
    (design, points): (&Design, &[Census]),
    there: u64,
    (output, kept): (&Output, &str),
) -> Result<Exit, Failure> {
    let (point, all) = (&design.first, design.count());
    let study = &point.study;
    if let Some(arrays) = job.arrays(design.data(), output.save_arrays)? {
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
    report.tables(whose, output.csv)?;
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
    let interrupted = total.ended < all || points.iter().any(|p| p.interrupted);
    let judged = tallies.iter().find(|t| t.judged > 0);
    job.note(judged.and_then(|t| t.over().caution()).map(str::to_owned));
    // Where trajectories are left out, the closing sentence says so.
    if total.ended == all {
        job.note(study.uncounted(point.keep, points));
    }
    let criterion = study.recall.as_ref().map_or(String::new(), Recall::remark);
    let sentence = match &design.sweep {
        Some(sweep) => sweep_sentence(sweep, &tallies, &criterion),
        None => total.sentence(&criterion),
    };
    let sweep = design.sweep.as_ref().map(|s| sweep_document(s, &tallies));
    let about = [Some(of_tally(&total)), sweep.map(|s| json!({ "sweep": s }))];
    let table = (&report.outcomes.columns, all);
    let about = about.into_iter().flatten();
    let mut document = job.manifest(study, table, (&point.certificate, &sentence), about);
    job.print(&document);
    document["figures"] = figures.into();
    let place = report.finish(document, interrupted)?;
    if interrupted {
        job.say(kept);
        let rest = match total.ended {
            0 => String::new(),
            _ => format!("; {sentence}"),
        };
        let sentence = format!("Interrupted: {} of {all} finished{rest}", total.ended);
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
