//! The activation of a layer against its state.

use super::kind::{never, range};
use super::words::{about, title};
use super::{Kind, Picture};
use crate::figure::{Line, LinesPlot, Plot};
use crate::key::{Form, parameter};
use crate::lagrangian::Range;
use crate::refusal::Refusal;
use crate::study::{CaseResult, Results, Study};

pub(super) static KIND: Kind = Kind {
    name: "gain",
    about: "activation against state: the whole of a bounded one, another one as far as states came and past its threshold",
    keys: &[
        parameter("layer", Form::Layer, "which layer (the first)"),
        range("x", "state"),
        range("y", "activation"),
    ],
    unasked: never,
    make: |asked| {
        let k = asked.one("layer", 0);
        let layer = &asked.network.layers()[k];
        let mut segments = layer.lagrangian.segments().iter();
        if segments.any(|s| s.lagrangian.is_additive()) {
            return Ok(Picture::new(move |study, results, style| {
                Ok(Plot::Lines(gain(study, results, k, style.x)))
            }));
        }
        let (name, lagrangian) = (&layer.name, &layer.lagrangian);
        let why = format!(
            "has no gain to be drawn: {lagrangian} joins its neurons, no activation depends on one state alone"
        );
        Err(("kind", Refusal::new(format!("layer `{name}`"), why)))
    },
};

/// The activation of each additive Lagrangian of a layer against its state.
pub(super) fn gain(
    study: &Study,
    results: &Results,
    layer: usize,
    ends: Option<[f64; 2]>,
) -> LinesPlot {
    let far = farthest(study, results, layer);
    let layer = &study.network.layers()[layer];
    let mut lines: Vec<Line> = Vec::new();
    let segments = layer.lagrangian.segments().iter();
    for s in segments.filter(|s| s.lagrangian.is_additive()) {
        let label = s.lagrangian.describe();
        if lines.iter().any(|c| c.label == label) {
            continue;
        }
        let at = |x: f64| {
            let mut g = [0.0];
            s.lagrangian.activation(&[x], 1, &mut g);
            g[0]
        };
        let [from, to] = ends.unwrap_or_else(|| {
            let reach = reach(at, s.lagrangian.reach().range, far);
            [-reach, reach]
        });
        let part = |k: i32| f64::from(k) / 400.0;
        let x: Vec<f64> = (0..=400)
            .map(|k| from * (1.0 - part(k)) + to * part(k))
            .collect();
        let y = x.iter().map(|x| at(*x)).collect();
        lines.push(Line {
            label,
            x,
            y,
            ..Line::default()
        });
    }
    LinesPlot {
        title: title(study, &format!("gain of layer {}", layer.name)),
        subtitle: about(study).join(" · "),
        x_label: "state x".into(),
        y_label: "activation V = g(x)".into(),
        square: true,
        lines,
        ..LinesPlot::default()
    }
}

/// How far from 0 a state of the layer came.
fn farthest(study: &Study, results: &Results, layer: usize) -> f64 {
    let network = &study.network;
    let neurons = network.neurons(layer);
    let kept = |case: &CaseResult| {
        let rows = case.trajectory.x.chunks_exact(network.size());
        let states = rows.chain([&case.outcome.x[..]]);
        states.fold(0.0, |m, x| size(m, &x[neurons.clone()]))
    };
    let starts = study.cases.iter();
    let starts = starts.fold(0.0, |m, case| size(m, &case.start.x[neurons.clone()]));
    results.cases.iter().map(kept).fold(starts, f64::max)
}

/// The largest magnitude among `most` and those that are finite.
fn size(most: f64, values: &[f64]) -> f64 {
    let finite = values.iter().filter(|v| v.is_finite());
    finite.fold(most, |m, v| m.max(v.abs()))
}

/// How far an axis of states goes on either side. A bounded gain is seen whole: until it is within 1 % of its range from its
/// end. Another one is seen as far as states came, and beyond what bends it: a threshold lies in the inner half.
fn reach(at: impl Fn(f64) -> f64, range: Range, far: f64) -> f64 {
    if range.is_bounded() {
        let near = 0.01 * (range.high - range.low);
        let mut doubling = (-6..7).map(|k| 2f64.powi(k));
        let whole = doubling.find(|r| range.high - at(*r) < near);
        return whole.unwrap_or(4.0);
    }
    // It may go on straight, as a rectifier does beyond its threshold; a power bends everywhere.
    let slope = |x: f64| (at(1.01 * x) - at(x)) / (0.01 * x);
    let straight = |r: &f64| {
        let [low, high] = [-2.0 * r, 2.0 * r].map(slope);
        let change = (high - slope(*r)).abs() + (low - slope(-r)).abs();
        change <= 0.01 * high.abs().max(low.abs())
    };
    let inward = (-6..10).rev().map(|k| 2f64.powi(k));
    let bend = inward.take_while(straight).last().unwrap_or(0.0);
    // States that stay at 0 say nothing.
    let far = if far > 0.0 { far } else { 1.0 };
    far.max(2.0 * bend)
}
