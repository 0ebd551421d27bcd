//! The figures that a model asks for and that show where the trajectories of an ensemble ended.

use super::{Plots, named, not_made};
use crate::refusal::Refusal;
use crate::report::{Finished, Outcomes, ReportError};
use crate::study::NoPlot;
use crate::trajectory::StopReason;

/// Those of an ensemble outside a sweep, each with its name and its style; and why others could not be made.
pub(super) fn plots(finished: Finished<'_>, outcomes: &mut Outcomes) -> Result<Plots, ReportError> {
    let (mut all, mut notes): Plots = Default::default();
    let study = &finished.design.first.study;
    if finished.design.sweep.is_some() {
        let asked = study
            .pictures
            .iter()
            .filter(|d| d.picture.of_ends.is_some());
        notes.extend(asked.map(|drawing| not_made(drawing, &NoPlot::Refused(of_sweep()))));
        return Ok((all, notes));
    }
    let mut words = Vec::new();
    let columns = outcomes.columns.clone();
    let place = columns.place("x");
    for drawing in &study.pictures {
        let Some(of) = &drawing.picture.of_ends else {
            continue;
        };
        let mut values = Vec::new();
        outcomes.visit(|_, row| {
            let ended = columns
                .whole(row, "stop")
                .is_some_and(|s| s < StopReason::FIRST_FAILURE);
            let x: Vec<f64> = row[place.clone()]
                .iter()
                .map(|w| f64::from_bits(*w))
                .collect();
            if ended && !x.is_empty() {
                let target = columns.whole(row, "target");
                values.push((target, of.value(study, target, &x)));
            }
        })?;
        let made = match place.is_empty() {
            false => of.plot(study, &values),
            true => Err(NoPlot::Refused(
                Refusal::new("final states", "are not kept")
                    .help("keep = \"states\" in [ensemble]"),
            )),
        };
        match made {
            Ok(plot) => all.push(named(drawing, plot, &mut words)),
            Err(why) => notes.push(not_made(drawing, &why)),
        }
    }
    Ok((all, notes))
}

/// Ends of different points are no sample of one distribution.
fn of_sweep() -> Refusal {
    let why =
        "has ends at every point, each with a distribution of its own, and the figure shows one";
    Refusal::new("a sweep", why).help("leave out [sweep] and write the values of one point")
}
