//! The plane of two neurons: field, nullclines, trajectories, fixed points, energy.

mod fit;
mod wanted;

pub(super) use wanted::{KEYS, Wanted};

use super::course::between;
use super::words::{subtitle, title};
use crate::analysis::{FixedPoint, Plane, PlaneField, Space, Stability, fixed_points};
use crate::figure::{PhaseCurve, PhasePlot, PlanePoint};
use crate::monitor::Save;
use crate::network::Network;
use crate::number::number;
use crate::study::{CaseResult, NoPlot, Results, Study};

/// The system that a plane shows: arrows, fixed points, energy and curves are all of this one.
pub(crate) struct System {
    /// Where the neurons stand that are not shown.
    pub base: Vec<f64>,
    pub input: Vec<f64>,
    /// Clamped besides those that the layers clamp.
    pub clamped: Vec<usize>,
}

/// Everything that the pictures of one plane share.
pub(super) struct Seen {
    plane: Plane,
    field: PlaneField,
    points: Vec<PlanePoint>,
    curves: Vec<PhaseCurve>,
    earlier: Vec<PhaseCurve>,
    labels: [String; 2],
    /// Whether the two neurons are clamped: then no line says where they stand still.
    clamped: [bool; 2],
    pub subtitle: String,
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
    let since = stimulus.switches().iter().filter(before);
    let since = since.fold(t_start, |m, t| m.max(*t));
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

pub(super) fn look(study: &Study, results: &Results, wanted: &Wanted) -> Result<Seen, NoPlot> {
    let network = &study.network;
    let (system, since) = system(study, results);
    let starts = |case: &CaseResult| &study.cases[case.case].start;
    let first = results.cases.first().map(starts);
    let alike = results.cases.iter().filter(|c| {
        first.is_some_and(|f| f.clamped == starts(c).clamped && f.input == starts(c).input)
    });
    let alike: Vec<&CaseResult> = alike.collect();
    let states = |case: &CaseResult| -> Vec<Vec<f64>> {
        let kept = &case.trajectory;
        let finite = |k: &usize| kept.state(*k).iter().all(|v| v.is_finite());
        let states = (0..kept.len()).filter(finite);
        states.map(|k| kept.state(k).to_vec()).collect()
    };
    let seen: Vec<Vec<f64>> = alike.iter().flat_map(|c| states(c)).collect();
    let plane = fit::fitted(study, wanted, &system, &seen);
    let field = plane.evaluate(network, &system.base, &system.input, &system.clamped)?;
    let curve = |case: &CaseResult, times: &dyn Fn(f64) -> bool| {
        // A curve through the steps, without the corners that a network does not have.
        let pieces = if study.save == Save::Steps { 6.0 } else { 1.0 };
        let (t, x) = between(&case.trajectory, |_| pieces);
        let states = t.iter().zip(x.chunks_exact(network.size()));
        let points = states
            .filter(|(t, _)| times(**t))
            .map(|(_, x)| plane.point(network, x));
        let points: Vec<[f64; 2]> = points.filter(|p| p.iter().all(|v| v.is_finite())).collect();
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

/// What a neuron is called along an axis.
pub(crate) fn label(network: &Network, space: Space, neuron: usize) -> String {
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
pub(crate) fn resting(network: &Network, plane: &Plane, system: &System) -> Vec<PlanePoint> {
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
    let inside = |p: &PlanePoint| p.x >= x[0] && p.x <= x[1] && p.y >= y[0] && p.y <= y[1];
    let point = |p: &FixedPoint| {
        let [x, y] = plane.point(network, &p.x);
        let stability = match p.stability {
            Stability::Stable | Stability::Degenerate => crate::figure::Stability::Attractor,
            Stability::Marginal | Stability::Slow | Stability::Unknown => {
                crate::figure::Stability::Marginal
            }
            Stability::Unstable if p.repels => crate::figure::Stability::Repeller,
            Stability::Unstable => crate::figure::Stability::Saddle,
        };
        PlanePoint { x, y, stability }
    };
    // A line of fixed points is found in as many places as there are starts: a few tell as much.
    let apart = |p: &PlanePoint, q: &PlanePoint| {
        (p.x - q.x).abs() > 0.08 * (x[1] - x[0]) || (p.y - q.y).abs() > 0.08 * (y[1] - y[0])
    };
    let mut points: Vec<PlanePoint> = Vec::new();
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
    fn plot(&self, title: String) -> PhasePlot {
        let [x_label, y_label] = self.labels.clone();
        let [x, y] = [self.plane.x, self.plane.y];
        PhasePlot {
            title,
            subtitle: self.subtitle.clone(),
            x_label,
            y_label,
            x_range: Some((x[0], x[1])),
            y_range: Some((y[0], y[1])),
            grid_x: self.field.x.clone(),
            grid_y: self.field.y.clone(),
            fixed_points: self.points.clone(),
            ..PhasePlot::default()
        }
    }

    /// Arrows, trajectories and, in a `whole` picture, nullclines.
    pub fn phase(&self, study: &Study, whole: bool) -> PhasePlot {
        let zero = |k: usize| match whole && !self.clamped[k] {
            true => format!("d{}/dt = 0", self.labels[k]),
            false => String::new(),
        };
        PhasePlot {
            velocity_x: self.field.horizontal.clone(),
            velocity_y: self.field.vertical.clone(),
            nullclines: (zero(0), zero(1)),
            trajectories: self.curves.clone(),
            earlier: self.earlier.clone(),
            ..self.plot(title(study, "phase plane"))
        }
    }

    /// What a surface shows of the energy. A trajectory lies on it where no third neuron moves.
    pub fn surface(&self, study: &Study, levels: &[f64]) -> Result<PhasePlot, NoPlot> {
        let mut plot = self.landscape(study, levels)?;
        if study.network.size() == 2 {
            plot.trajectories = self.curves.clone();
        } else if !self.curves.is_empty() {
            plot.subtitle += " · without the trajectories, which leave this plane";
        }
        Ok(plot)
    }

    /// Contours and colours of the energy, where there is one.
    pub fn landscape(&self, study: &Study, levels: &[f64]) -> Result<PhasePlot, NoPlot> {
        if !self.field.energy.iter().any(|e| e.is_finite()) {
            return Err(NoPlot::NoEnergy);
        }
        Ok(PhasePlot {
            energy: self.field.energy.clone(),
            levels: levels.to_vec(),
            ..self.plot(title(study, "energy"))
        })
    }
}
