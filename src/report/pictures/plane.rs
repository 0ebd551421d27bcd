//! The plane of two neurons: field, nullclines, trajectories, fixed points, energy.

use super::over_time::between;
use super::{structure, subtitle, title};
use crate::analysis::{Plane, PlaneField, RestPoint, Space, Stability, fixed_points};
use crate::figure::{FixedPoint, LandscapePlot, PanelsPlot, PhaseCurve, PhasePlot, Plot};
use crate::monitor::Save;
use crate::network::Network;
use crate::number::number;
use crate::study::{CaseResult, PlanePicture, Results, Study};

/// The system that a plane shows: arrows, fixed points, energy and curves are all of this one.
pub(super) struct System {
    /// Where the neurons stand that are not shown.
    pub base: Vec<f64>,
    pub input: Vec<f64>,
    /// Clamped besides those that the layers clamp.
    pub clamped: Vec<usize>,
}

/// Everything that the pictures of one plane share.
struct Seen {
    plane: Plane,
    field: PlaneField,
    points: Vec<FixedPoint>,
    curves: Vec<PhaseCurve>,
    earlier: Vec<PhaseCurve>,
    labels: [String; 2],
    /// Whether the two neurons are clamped: then no line says where they stand still.
    clamped: [bool; 2],
    subtitle: String,
}

/// The system at the end of the first trajectory, and since when its input is what it is.
fn system(study: &Study, results: &Results) -> (System, f64) {
    let (network, stimulus) = (&study.network, &study.stimulus);
    let t_start = study.settings.t_start;
    let Some(first) = results.cases.first() else {
        let system = System {
            base: vec![0.0; network.size()],
            input: stimulus.input(t_start),
            clamped: Vec::new(),
        };
        return (system, t_start);
    };
    let start = &study.cases[first.case].start;
    // At a switch itself the trajectory has still moved under what was before.
    let before = |t: &&f64| **t > t_start && **t < first.outcome.t;
    let since = stimulus
        .switches()
        .iter()
        .filter(before)
        .fold(t_start, |m, t| m.max(*t));
    let (settled, end) = (stimulus.settles(), first.outcome.t);
    let since = match stimulus.varies() {
        // A ramp and a sine end without a jump; where they have not ended the input is what it is at one time only.
        true => since.max(settled.min(end)),
        false => since,
    };
    let system = System {
        base: first.outcome.x.clone(),
        input: first.outcome.input.clone(),
        clamped: start.clamped.clone(),
    };
    (system, since)
}

fn look(study: &Study, results: &Results, wanted: &PlanePicture) -> Result<Seen, String> {
    let network = &study.network;
    let (system, since) = system(study, results);
    let starts = |case: &CaseResult| &study.cases[case.case].start;
    let first = results.cases.first().map(starts);
    let alike: Vec<&CaseResult> = results
        .cases
        .iter()
        .filter(|c| {
            first.is_some_and(|f| f.clamped == starts(c).clamped && f.input == starts(c).input)
        })
        .collect();
    let states = |case: &CaseResult| -> Vec<Vec<f64>> {
        let kept = &case.trajectory;
        let finite = |k: &usize| kept.state(*k).iter().all(|v| v.is_finite());
        let states = (0..kept.len()).filter(finite);
        states.map(|k| kept.state(k).to_vec()).collect()
    };
    let seen: Vec<Vec<f64>> = alike.iter().flat_map(|c| states(c)).collect();
    let plane = fitted(study, wanted, &system, &seen);
    let field = plane.evaluate(network, &system.base, &system.input, &system.clamped)?;
    let curve = |case: &CaseResult, times: &dyn Fn(f64) -> bool| {
        // A curve through the steps, without the corners that a network does not have.
        let pieces = if study.save == Save::Steps { 6.0 } else { 1.0 };
        let (t, x) = between(&case.trajectory, |_| pieces);
        let states = t.iter().zip(x.chunks_exact(network.size()));
        let points: Vec<[f64; 2]> = states
            .filter(|(t, _)| times(**t))
            .map(|(_, x)| plane.point(network, x))
            .filter(|p| p.iter().all(|v| v.is_finite()))
            .collect();
        PhaseCurve {
            x: points.iter().map(|p| p[0]).collect(),
            y: points.iter().map(|p| p[1]).collect(),
        }
    };
    let still = is_still(study, since);
    let (mut curves, mut earlier) = (Vec::new(), Vec::new());
    for case in &alike {
        // Where the input changes to the end there is no part under the last one: the whole is drawn, from its start.
        let mut one = curve(case, &|t| t >= since || !still);
        if study.save == Save::Final {
            // A straight line from the start to the end is no trajectory: its start is all that is known of it.
            one.x.truncate(1);
            one.y.truncate(1);
        } else if since > study.settings.t_start && still {
            earlier.push(curve(case, &|t| t <= since));
        }
        curves.push(one);
    }
    curves.retain(|c| !c.x.is_empty());
    earlier.retain(|c| c.x.len() > 1);
    Ok(Seen {
        subtitle: caption(study, results, (&system, since), alike.len()),
        points: resting(network, &plane, &system),
        curves,
        earlier,
        field,
        labels: (plane.neurons).map(|i| label(network, plane.space, i)),
        clamped: (plane.neurons)
            .map(|i| network.clamped().contains(&i) || system.clamped.contains(&i)),
        plane,
    })
}

/// Does the input stand still from this time on, but for switches?
fn is_still(study: &Study, since: f64) -> bool {
    study.stimulus.settles() <= since || !study.stimulus.varies()
}

/// The subtitle, with what the system has that the plain network has not.
fn caption(
    study: &Study,
    results: &Results,
    (system, since): (&System, f64),
    shown: usize,
) -> String {
    let network = &study.network;
    let mut parts = vec![subtitle(study, results)];
    if since > study.settings.t_start {
        parts.push(match is_still(study, since) {
            true => format!("with the input from t = {} on", number(since)),
            false => format!(
                "arrows and nullclines at t = {}, the trajectory under a changing input",
                number(since)
            ),
        });
    } else if system.input != network.input() {
        parts.push("with the input of the first start".into());
    }
    let mut clamped = [network.clamped(), &system.clamped].concat();
    clamped.sort_unstable();
    clamped.dedup();
    match clamped.len() {
        0 => {}
        1 => parts.push("1 neuron clamped".into()),
        n => parts.push(format!("{n} neurons clamped")),
    }
    if network.size() > 2 {
        parts.push("a cut where the first trajectory ends".into());
    }
    if study.save == Save::Final && !results.cases.is_empty() {
        parts.push("trajectories are not shown: only their ends were kept".into());
    }
    let all = results.cases.len();
    if shown < all {
        parts.push(format!(
            "{shown} of {all} starts: the others have another input or clamp other neurons"
        ));
    }
    parts.join(" · ")
}

/// A plane whose ends, where none were asked for, reach as far as trajectories and fixed points do.
fn fitted(study: &Study, wanted: &PlanePicture, system: &System, seen: &[Vec<f64>]) -> Plane {
    /// Fixed points farther away than so many times what the trajectories reach are left outside.
    const FAR: f64 = 20.0;
    let (network, mut plane) = (&study.network, wanted.plane.clone());
    if wanted.fitted == [false; 2] {
        return plane;
    }
    let states = || seen.iter().map(Vec::as_slice).chain([&system.base[..]]);
    let reach = states().flat_map(|x| plane.neurons.map(|i| x[i].abs()));
    let reach = reach.filter(|v| *v < 1e100).fold(2.0, f64::max);
    let near = Plane {
        space: Space::State,
        x: [-1.2 * reach, 1.2 * reach],
        y: [-1.2 * reach, 1.2 * reach],
        ..plane.clone()
    };
    let found = fixed_points(network, &near, &system.base, &system.input, &system.clamped);
    let found = found.points().iter().map(|p| p.x.as_slice());
    let close = |x: &&[f64]| plane.neurons.iter().all(|i| x[*i].abs() <= FAR * reach);
    let all: Vec<[f64; 2]> = states()
        .chain(found)
        .filter(close)
        .map(|x| plane.point(network, x))
        .collect();
    let ends = |k: usize| {
        let values = all.iter().map(|p| p[k]).filter(|v| v.is_finite());
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| {
            (l.min(v), h.max(v))
        });
        if low > high { (-1.0, 1.0) } else { (low, high) }
    };
    let (mut x, mut y) = (ends(0), ends(1));
    let both = (x.0.min(y.0), x.1.max(y.1));
    let length = |e: (f64, f64)| e.1 - e.0;
    // One scale for both where that hides nothing.
    if wanted.fitted == [true; 2] && length(both) <= 1.6 * length(x).min(length(y)) {
        (x, y) = (both, both);
    }
    let wide = |(low, high): (f64, f64), neuron: usize| {
        let margin = match high - low {
            d if d > 1e-9 * low.abs().max(high.abs()) => 0.1 * d,
            _ => 0.5 * low.abs().max(high.abs()).max(1.0),
        };
        let (low, high) = (low - margin, high + margin);
        match (plane.space, range(network, neuron)) {
            // Beyond the ends of what an activation can be there is nothing.
            (Space::Activation, Some((least, most))) => [low.max(least), high.min(most)],
            _ => [low, high],
        }
    };
    let (x, y) = (wide(x, plane.neurons[0]), wide(y, plane.neurons[1]));
    if wanted.fitted[0] {
        plane.x = x;
    }
    if wanted.fitted[1] {
        plane.y = y;
    }
    plane
}

/// What the activation of a neuron can be.
fn range(network: &Network, neuron: usize) -> Option<(f64, f64)> {
    let (name, k) = network.locate(neuron);
    let layer = &network.layers()[network.layer(name)?];
    let mut segments = layer.lagrangian.segments().iter();
    let own = segments.find(|s| (s.start..s.start + s.len).contains(&k))?;
    let range = own.lagrangian.range();
    Some((range.low, range.high))
}

/// What a neuron is called along an axis.
pub(super) fn label(network: &Network, space: Space, neuron: usize) -> String {
    let (layer, k) = network.locate(neuron);
    let symbol = if space == Space::State { "x" } else { "V" };
    let number: String = (k + 1).to_string().chars().filter_map(subscript).collect();
    if network.layers().len() == 1 {
        format!("{symbol}{number}")
    } else {
        format!("{symbol}{number} of {layer}")
    }
}

/// The fixed points in a plane.
pub(super) fn resting(network: &Network, plane: &Plane, system: &System) -> Vec<FixedPoint> {
    let [x, y] = [plane.x, plane.y];
    // A clamped neuron stands where it is, which need not be on a grid.
    let mut search = plane.clone();
    let here = plane.point(network, &system.base);
    let clamped = |i: &usize| network.clamped().contains(i) || system.clamped.contains(i);
    for (k, ends) in [&mut search.x, &mut search.y].into_iter().enumerate() {
        if clamped(&plane.neurons[k]) {
            *ends = [here[k]; 2];
        }
    }
    let found = fixed_points(
        network,
        &search,
        &system.base,
        &system.input,
        &system.clamped,
    );
    let inside = |p: &FixedPoint| p.x >= x[0] && p.x <= x[1] && p.y >= y[0] && p.y <= y[1];
    let point = |p: &RestPoint| {
        let [x, y] = plane.point(network, &p.x);
        let stability = match p.stability {
            Stability::Stable | Stability::Degenerate => crate::figure::Stability::Attractor,
            Stability::Marginal | Stability::Slow | Stability::Unknown => {
                crate::figure::Stability::Marginal
            }
            Stability::Unstable if p.repels => crate::figure::Stability::Repeller,
            Stability::Unstable => crate::figure::Stability::Saddle,
        };
        FixedPoint { x, y, stability }
    };
    // A line of fixed points is found in as many places as there are starts: a few tell as much.
    let apart = |p: &FixedPoint, q: &FixedPoint| {
        (p.x - q.x).abs() > 0.08 * (x[1] - x[0]) || (p.y - q.y).abs() > 0.08 * (y[1] - y[0])
    };
    let mut points: Vec<FixedPoint> = Vec::new();
    for p in found.points().iter().map(point).filter(inside) {
        let marginal = p.stability == crate::figure::Stability::Marginal;
        if !marginal || points.iter().all(|q| apart(&p, q)) {
            points.push(p);
        }
    }
    points
}

fn subscript(digit: char) -> Option<char> {
    char::from_u32('₀' as u32 + digit.to_digit(10)?)
}

impl Seen {
    fn phase(&self, study: &Study, whole: bool) -> PhasePlot {
        let [x, y] = self.labels.clone();
        let zero = |k: usize| match whole && !self.clamped[k] {
            true => format!("d{}/dt = 0", self.labels[k]),
            false => String::new(),
        };
        let names = (zero(0), zero(1));
        PhasePlot {
            title: title(study, "phase plane"),
            subtitle: self.subtitle.clone(),
            x_label: x,
            y_label: y,
            x_range: Some((self.plane.x[0], self.plane.x[1])),
            y_range: Some((self.plane.y[0], self.plane.y[1])),
            grid_x: self.field.x.clone(),
            grid_y: self.field.y.clone(),
            velocity_x: self.field.horizontal.clone(),
            velocity_y: self.field.vertical.clone(),
            arrows: true,
            nullclines: names,
            trajectories: self.curves.clone(),
            earlier: self.earlier.clone(),
            fixed_points: self.points.clone(),
            ..PhasePlot::default()
        }
    }

    fn landscape(&self, study: &Study, wanted: &PlanePicture) -> Option<LandscapePlot> {
        if self.field.energy.is_empty() {
            return None;
        }
        let [x_label, y_label] = self.labels.clone();
        Some(LandscapePlot {
            title: title(study, "energy"),
            subtitle: self.subtitle.clone(),
            x_label,
            y_label,
            x_range: Some((self.plane.x[0], self.plane.x[1])),
            y_range: Some((self.plane.y[0], self.plane.y[1])),
            grid_x: self.field.x.clone(),
            grid_y: self.field.y.clone(),
            energy: self.field.energy.clone(),
            energy_label: "E".into(),
            levels: wanted.levels.clone(),
            fixed_points: self.points.clone(),
            trajectories: Vec::new(),
        })
    }
}

/// Direction field, nullclines, trajectories and fixed points.
pub(super) fn phase(
    study: &Study,
    results: &Results,
    wanted: &PlanePicture,
) -> Result<PhasePlot, String> {
    Ok(look(study, results, wanted)?.phase(study, true))
}

/// Contours and colours of the energy.
pub(super) fn landscape(
    study: &Study,
    results: &Results,
    wanted: &PlanePicture,
) -> Result<LandscapePlot, String> {
    let seen = look(study, results, wanted)?;
    let plot = seen.landscape(study, wanted);
    plot.ok_or_else(|| "the network has no energy".into())
}

/// The three panels of Scholarpedia's Figure 2: gain, trajectories, energy.
pub(super) fn panels(
    study: &Study,
    results: &Results,
    wanted: &PlanePicture,
) -> Result<PanelsPlot, String> {
    let seen = look(study, results, wanted)?;
    let (name, _) = study.network.locate(wanted.plane.neurons[0]);
    let layer = study.network.layer(name).unwrap_or(0);
    let mut gain = structure::gain(study, results, layer, None);
    let mut phase = seen.phase(study, false);
    (gain.title, gain.subtitle) = ("Gain".into(), String::new());
    (phase.title, phase.subtitle) = ("Trajectories".into(), String::new());
    let mut plots = vec![Plot::Gain(gain), Plot::Phase(phase)];
    if let Some(mut landscape) = seen.landscape(study, wanted) {
        (landscape.title, landscape.subtitle) = ("Energy".into(), String::new());
        plots.push(Plot::Landscape(landscape));
    }
    Ok(PanelsPlot {
        title: title(study, ""),
        subtitle: seen.subtitle,
        columns: plots.len(),
        plots,
    })
}
