//! What figures against time share.

use crate::lagrangian::Values;
use crate::network::Network;
use crate::study::{CaseResult, NoPlot, Results, Study};
use crate::trajectory::Trajectory;

/// Times at which the input is switched; none where there are too many to be told apart.
pub(super) fn switches(study: &Study) -> Vec<f64> {
    let all = study.stimulus.switches();
    match all.len() <= TOLD_APART {
        true => all.to_vec(),
        false => Vec::new(),
    }
}

/// Most switches that are marked.
const TOLD_APART: usize = 60;

/// That values can be drawn.
pub(super) fn finite<'a>(values: impl IntoIterator<Item = &'a f64>) -> Result<(), NoPlot> {
    match values.into_iter().find(|v| !v.is_finite()) {
        Some(v) => Err(NoPlot::NotFinite(*v)),
        None => Ok(()),
    }
}

/// The first trajectory with states to show, and how it is called in a title.
pub(super) fn first<'a>(
    study: &'a Study,
    results: &'a Results,
) -> Result<(&'a CaseResult, String), NoPlot> {
    let mut kept = results.pairs(study);
    let (case, result) = kept
        .find(|(_, r)| !r.trajectory.is_empty())
        .ok_or(NoPlot::NoStatesKept)?;
    let of = if results.cases.len() > 1 {
        format!(" ({})", case.label)
    } else {
        String::new()
    };
    Ok((result, of))
}

/// The activations at states, `times × neurons`.
pub(super) fn activations(study: &Study, states: &[f64]) -> Vec<f64> {
    let n = study.network.size();
    let mut g = vec![0.0; states.len()];
    for (x, g) in states.chunks_exact(n).zip(g.chunks_exact_mut(n)) {
        study.network.activation(x, 1, g);
    }
    g
}

/// Times and states, with more of them where steps were long, so that no curve has corners which the network does not
/// have: by the cubic through two kept states with their velocities. Units that flip stay as they are until the next state that
/// was kept.
pub(super) fn refined(study: &Study, kept: &Trajectory) -> (Vec<f64>, Vec<f64>) {
    const PIECES: f64 = 300.0;
    if study.settings.method.flips {
        return (kept.t.clone(), kept.x.clone());
    }
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

/// Which values all neurons of a layer take, where these are the same.
pub(super) fn values(network: &Network, layer: usize) -> Option<Values> {
    let segments = network.layers()[layer].lagrangian.segments();
    let first = segments.first()?.lagrangian.values();
    let all = segments.iter().all(|s| s.lagrangian.values() == first);
    all.then_some(first)
}
