//! The plane of two neurons: field, nullclines, trajectories, resting points, energy.

use super::{structure, subtitle};
use crate::analysis::{Plane, PlaneField, RestPoint, Space, Stability, fixed_points};
use crate::experiment::{Experiment, PlanePicture, Results};
use crate::figure::{FixedPoint, LandscapePlot, PanelsPlot, PhaseCurve, PhasePlot, Plot};
use crate::network::Network;

/// Everything that the pictures of one plane share.
struct Seen {
    field: PlaneField,
    points: Vec<FixedPoint>,
    curves: Vec<PhaseCurve>,
    labels: [String; 2],
    subtitle: String,
}

fn look(experiment: &Experiment, results: &Results, wanted: &PlanePicture) -> Result<Seen, String> {
    let network = &experiment.network;
    // The neurons that are not shown stand where the first trajectory ended.
    let base = match results.cases.first() {
        Some(case) => case.outcome.x.clone(),
        None => vec![0.0; network.size()],
    };
    let input = experiment.stimulus.input(experiment.settings.t_start);
    let field = wanted.plane.evaluate(network, &base, input)?;
    let curves = results
        .cases
        .iter()
        .filter(|c| c.trajectory.len() > 1)
        .map(|case| {
            let points: Vec<[f64; 2]> = (0..case.trajectory.len())
                .map(|k| wanted.plane.point(network, case.trajectory.state(k)))
                .collect();
            PhaseCurve {
                x: points.iter().map(|p| p[0]).collect(),
                y: points.iter().map(|p| p[1]).collect(),
            }
        });
    Ok(Seen {
        subtitle: subtitle(experiment, results),
        points: resting(network, &wanted.plane, &base, input),
        curves: curves.collect(),
        field,
        labels: (wanted.plane.neurons).map(|i| label(network, wanted.plane.space, i)),
    })
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

/// The resting points in a plane.
pub(super) fn resting(
    network: &Network,
    plane: &Plane,
    base: &[f64],
    input: &[f64],
) -> Vec<FixedPoint> {
    let found = fixed_points(network, plane, base, input);
    let [x, y] = [plane.x, plane.y];
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
    // A line of resting points is found in as many places as there are starts: a few tell as much.
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
    fn phase(&self, experiment: &Experiment, wanted: &PlanePicture, whole: bool) -> PhasePlot {
        let [x, y] = self.labels.clone();
        let names = if whole {
            let zero = |label: &str| format!("d{label}/dt = 0");
            (zero(&x), zero(&y))
        } else {
            Default::default()
        };
        PhasePlot {
            title: format!("{} – phase plane", experiment.title),
            subtitle: self.subtitle.clone(),
            x_label: x,
            y_label: y,
            x_range: Some((wanted.plane.x[0], wanted.plane.x[1])),
            y_range: Some((wanted.plane.y[0], wanted.plane.y[1])),
            grid_x: self.field.x.clone(),
            grid_y: self.field.y.clone(),
            velocity_x: self.field.horizontal.clone(),
            velocity_y: self.field.vertical.clone(),
            arrows: true,
            nullclines: names,
            trajectories: self.curves.clone(),
            fixed_points: self.points.clone(),
            ..PhasePlot::default()
        }
    }

    fn landscape(&self, experiment: &Experiment, wanted: &PlanePicture) -> Option<LandscapePlot> {
        if self.field.energy.is_empty() {
            return None;
        }
        let [x_label, y_label] = self.labels.clone();
        Some(LandscapePlot {
            title: format!("{} – energy", experiment.title),
            subtitle: self.subtitle.clone(),
            x_label,
            y_label,
            x_range: Some((wanted.plane.x[0], wanted.plane.x[1])),
            y_range: Some((wanted.plane.y[0], wanted.plane.y[1])),
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

/// Direction field, nullclines, trajectories and resting points.
pub(super) fn phase(
    experiment: &Experiment,
    results: &Results,
    wanted: &PlanePicture,
) -> Result<PhasePlot, String> {
    Ok(look(experiment, results, wanted)?.phase(experiment, wanted, true))
}

/// Contours and colours of the energy; none without an energy.
pub(super) fn landscape(
    experiment: &Experiment,
    results: &Results,
    wanted: &PlanePicture,
) -> Result<Option<LandscapePlot>, String> {
    Ok(look(experiment, results, wanted)?.landscape(experiment, wanted))
}

/// The three panels of Scholarpedia's Figure 2: gain, trajectories, energy.
pub(super) fn panels(
    experiment: &Experiment,
    results: &Results,
    wanted: &PlanePicture,
) -> Result<PanelsPlot, String> {
    let seen = look(experiment, results, wanted)?;
    let (name, _) = experiment.network.locate(wanted.plane.neurons[0]);
    let layer = experiment.network.layer(name).unwrap_or(0);
    let mut gain = structure::gain(experiment, layer);
    let mut phase = seen.phase(experiment, wanted, false);
    (gain.title, gain.subtitle) = ("Gain".into(), String::new());
    (phase.title, phase.subtitle) = ("Trajectories".into(), String::new());
    let mut plots = vec![Plot::Gain(gain), Plot::Phase(phase)];
    if let Some(mut landscape) = seen.landscape(experiment, wanted) {
        (landscape.title, landscape.subtitle) = ("Energy".into(), String::new());
        plots.push(Plot::Landscape(landscape));
    }
    Ok(PanelsPlot {
        title: experiment.title.clone(),
        subtitle: seen.subtitle,
        columns: plots.len(),
        plots,
    })
}
