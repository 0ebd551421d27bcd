//! What is drawn against time: the energy of all trajectories; terms, activity and overlaps of the first.

use super::{subtitle, time_label, title};
use crate::figure::{
    ActivityLayer, ActivityPlot, EnergyCurve, EnergyPlot, OverlapPlot, TermsPlot, TimeSeries,
};
use crate::study::{CaseResult, Results, Study};
use crate::trajectory::Trajectory;

/// E and dE/dt of every trajectory, and the change in each step; `what` is in the title.
pub(super) fn energy(study: &Study, results: &Results, what: &str) -> Result<EnergyPlot, String> {
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
        return Err("no energy was kept".into());
    }
    finite(curves.iter().flat_map(|c| c.energy.iter().chain(&c.rate)))?;
    let (courses, all) = (results.courses(), results.cases.len() as u64);
    let verdict = if courses.fell_or_stayed() {
        "no rise beyond the monitor's allowance".to_owned()
    } else {
        courses.sentence(all).unwrap_or_default()
    };
    Ok(EnergyPlot {
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

/// Times at which the input is switched; none where there are too many to be told apart.
fn switches(study: &Study) -> Vec<f64> {
    let all = study.stimulus.switches();
    match all.len() <= TOLD_APART {
        true => all.to_vec(),
        false => Vec::new(),
    }
}

/// Most switches that are marked.
const TOLD_APART: usize = 60;

/// That values can be drawn.
fn finite<'a>(values: impl IntoIterator<Item = &'a f64>) -> Result<(), String> {
    match values.into_iter().find(|v| !v.is_finite()) {
        Some(v) => Err(format!("a value to be drawn is {v}: the state ran away")),
        None => Ok(()),
    }
}

/// The first trajectory with states to show, and how it is called in a title.
fn first<'a>(study: &'a Study, results: &'a Results) -> Result<(&'a CaseResult, String), String> {
    let mut kept = results.pairs(study);
    let (case, result) = kept
        .find(|(_, r)| !r.trajectory.is_empty())
        .ok_or("no states were kept")?;
    let of = if results.cases.len() > 1 {
        format!(" ({})", case.label)
    } else {
        String::new()
    };
    Ok((result, of))
}

/// The terms of the energy of the first trajectory.
pub(super) fn terms(study: &Study, results: &Results) -> Result<TermsPlot, String> {
    let (result, of) = first(study, results)?;
    let kept = &result.trajectory;
    if kept.terms.is_empty() {
        return Err("no terms of an energy were kept".into());
    }
    finite(kept.terms.iter().chain(&kept.energy))?;
    let names = study.network.term_names();
    let series = |(k, name): (usize, &String)| TimeSeries {
        label: match name
            .strip_prefix("synapse:")
            .and_then(|n| n.parse::<usize>().ok())
        {
            Some(n) => format!("{n}: {}", study.network.connections()[n].synapse.describe()),
            None => name.replacen("layer:", "layer ", 1),
        },
        values: kept
            .terms
            .iter()
            .skip(k)
            .step_by(names.len())
            .copied()
            .collect(),
    };
    Ok(TermsPlot {
        switches: switches(study),
        title: title(study, &format!("terms of the energy{of}")),
        subtitle: subtitle(study, results),
        time_label: time_label(study),
        time: kept.t.clone(),
        terms: names.iter().enumerate().map(series).collect(),
        total: kept.energy.clone(),
    })
}

/// The activations at states, `times × neurons`.
fn activations(study: &Study, states: &[f64]) -> Vec<f64> {
    let n = study.network.size();
    let mut g = vec![0.0; states.len()];
    for (x, g) in states.chunks_exact(n).zip(g.chunks_exact_mut(n)) {
        study.network.activation(x, 1, g);
    }
    g
}

/// Times and states, with more of them where steps were long, so that no curve has corners which the network does not
/// have: by the cubic through two kept states with their velocities.
fn refined(kept: &Trajectory) -> (Vec<f64>, Vec<f64>) {
    const PIECES: f64 = 300.0;
    let ends = kept.t.first().zip(kept.t.last());
    let piece = ends.map_or(0.0, |(first, last)| (last - first) / PIECES);
    between(kept, |dt| (dt / piece).ceil())
}

/// Times and states with each step in so many pieces.
pub(super) fn between(kept: &Trajectory, pieces: impl Fn(f64) -> f64) -> (Vec<f64>, Vec<f64>) {
    let (mut t, mut x) = (Vec::new(), Vec::new());
    for k in 0..kept.len() {
        let start = k.saturating_sub(1);
        let dt = kept.t[k] - kept.t[start];
        let pieces = if k == 0 { 0.0 } else { pieces(dt) };
        for i in 1..pieces as usize {
            let s = i as f64 / pieces;
            let u = 1.0 - s;
            t.push(kept.t[start] + s * dt);
            let values = kept.state(start).iter().zip(kept.state(k));
            let slopes = kept.velocity(start).iter().zip(kept.velocity(k));
            x.extend(values.zip(slopes).map(|((a, b), (v, w))| {
                u * u * (1.0 + 2.0 * s) * a
                    + s * s * (1.0 + 2.0 * u) * b
                    + dt * s * u * (u * v - s * w)
            }));
        }
        t.push(kept.t[k]);
        x.extend(kept.state(k));
    }
    (t, x)
}

/// The activations of layers along the first trajectory.
pub(super) fn activity(
    study: &Study,
    results: &Results,
    layers: &[usize],
) -> Result<ActivityPlot, String> {
    let (result, of) = first(study, results)?;
    let g = activations(study, &result.trajectory.x);
    finite(&g)?;
    let network = &study.network;
    let layer = |k: &usize| {
        let neurons = network.neurons(*k);
        let rows = g.chunks_exact(network.size());
        ActivityLayer {
            label: format!("g({})", network.layers()[*k].name),
            neurons: neurons.len(),
            values: rows
                .flat_map(|row| row[neurons.clone()].iter().copied())
                .collect(),
        }
    };
    Ok(ActivityPlot {
        switches: switches(study),
        title: title(study, &format!("activity{of}")),
        subtitle: subtitle(study, results),
        time_label: time_label(study),
        time: result.trajectory.t.clone(),
        layers: layers.iter().map(layer).collect(),
        common_scale: false,
    })
}

/// The overlap of the first trajectory with every memory.
pub(super) fn overlap(study: &Study, results: &Results) -> Result<OverlapPlot, String> {
    let recall = study.recall.as_ref();
    let recall = recall.ok_or("there are no memories to compare with")?;
    let (result, of) = first(study, results)?;
    let (time, states) = refined(&result.trajectory);
    let g = activations(study, &states);
    finite(&g)?;
    let neurons = study.network.neurons(recall.layer);
    let memory = |k: usize| TimeSeries {
        label: format!("memory {k}"),
        values: g
            .chunks_exact(study.network.size())
            .map(|row| recall.memories.overlap(k, &row[neurons.clone()]))
            .collect(),
    };
    Ok(OverlapPlot {
        switches: switches(study),
        title: title(study, &format!("overlap with the memories{of}")),
        subtitle: format!(
            "{} · overlap = cosine of the angle",
            subtitle(study, results)
        ),
        time_label: time_label(study),
        time,
        memories: (0..recall.memories.count()).map(memory).collect(),
    })
}
