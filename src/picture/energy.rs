//! E and dE/dt against time.

use super::course::{finite, switches};
use super::kind::range;
use super::words::{subtitle, time_label, title};
use super::{Kind, Picture};
use crate::figure::{EnergyCurve, EnergyPlot, Plot};
use crate::monitor::Mode;
use crate::study::{NoPlot, Results, Study};
use crate::trajectory::Trajectory;

pub(super) static KIND: Kind = Kind {
    name: "energy",
    about: "E and −dE/dt of all trajectories, as far as E has settled; rises beyond the monitor's allowance are marked",
    keys: &[range("x", "time"), range("y", "energy")],
    // Whoever does not look at the energy wants no figure of it.
    unasked: |asked| asked.lyapunov != Mode::Off && asked.no_energy().is_none(),
    make: |asked| {
        asked.with_energy("energy")?;
        Ok(Picture::new(|study, results, _| {
            Ok(Plot::Energy(energy(study, results, "energy")?))
        }))
    },
};

/// E and dE/dt of every trajectory, and the change in each step; `what` is in the title.
pub(super) fn energy(study: &Study, results: &Results, what: &str) -> Result<EnergyPlot, NoPlot> {
    let curves: Vec<EnergyCurve> = results
        .pairs(study)
        .filter(|(_, result)| !result.trajectory.energy.is_empty())
        .map(|(case, result)| EnergyCurve {
            label: case.label.clone(),
            time: result.trajectory.t.clone(),
            energy: result.trajectory.energy.clone(),
            rate: result.trajectory.energy_rate.clone(),
            power: besides(&result.trajectory),
            change: result.trajectory.energy_change.clone(),
            allowance: result.trajectory.energy_allowance(),
        })
        .collect();
    if curves.is_empty() {
        return Err(NoPlot::NoEnergyKept);
    }
    finite(curves.iter().flat_map(|c| c.energy.iter().chain(&c.rate)))?;
    let (courses, all) = (results.tally(study).courses, results.cases.len() as u64);
    let changes = study.stimulus.varies() || !switches(study).is_empty();
    let verdict = if courses.fell_or_stayed() {
        let but = if changes {
            ", the work of the input left out"
        } else {
            ""
        };
        format!("no rise beyond the monitor's allowance{but}")
    } else {
        courses.sentence(all).unwrap_or_default()
    };
    Ok(EnergyPlot {
        steps: false,
        jumps: study.settings.method.flips,
        // No course between the states belongs to these methods.
        straight: study.settings.method.order <= 1 && !study.settings.method.flips,
        title: title(study, what),
        subtitle: format!("{} · {verdict}", subtitle(study, results)),
        time_label: time_label(study),
        highlight: (curves.len() > 8).then_some(0),
        switches: switches(study),
        curves,
    })
}

/// What the slope of E has besides the formula for dE/dt, before and after each time: the power of the input, and the
/// difference to a slope that was measured because the formula is none.
fn besides(kept: &Trajectory) -> Vec<[f64; 2]> {
    let (slopes, powers) = (&kept.energy_slope, &kept.input_power);
    if slopes.is_empty() && powers.is_empty() {
        return Vec::new();
    }
    let rows = kept.energy_rate.iter().enumerate();
    let besides = rows.map(|(k, rate)| {
        let wrong = slopes.get(k).map_or(0.0, |slope| slope - rate);
        let power = powers.get(k).copied().unwrap_or_default();
        power.map(|p| p + wrong)
    });
    besides.collect()
}
