//! The plane of two neurons: field, nullclines, trajectories, fixed points, energy.

mod chosen;
mod fit;
mod gathered;
mod points;
mod question;
mod wanted;
mod whole;

use gathered::{Gathered, is_still};
pub use points::PointOnPlane;
pub(crate) use points::{marks, of_two};
pub use question::{Others, PlaneQuestion};
pub(super) use wanted::{KEYS, Wanted};
pub use whole::{PhasePlane, phase_plane, phase_plane_watched};

use super::words::{subtitle, title};
use crate::analysis::{Nullclines, OnSection, Plane, PlaneField, Space};
use crate::figure::{Nullcline, PhaseCurve, PhasePlot, PlanePoint};
use crate::monitor::Save;
use crate::network::Network;
use crate::number::number;
use crate::study::{NoPlot, Results, Study};

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
    system: System,
    pub subtitle: String,
}

/// Cells along each axis in which branches of nullclines are looked for.
const CELLS: usize = 40;

pub(super) fn look(study: &Study, results: &Results, wanted: &Wanted) -> Result<Seen, NoPlot> {
    let network = &study.network;
    let gathered = Gathered::new(study, results);
    let found = of_two(study, &gathered.system, wanted.plane.neurons);
    let states = (&gathered.states[..], &found[..]);
    let plane = fit::fitted(study, wanted, &gathered.system, states);
    let point = |x: &[f64]| plane.point(network, x);
    let (curves, earlier) = gathered.curves(study, &point);
    let system = gathered.system;
    let field = plane.evaluate(network, &system.base, &system.input, &system.clamped)?;
    Ok(Seen {
        subtitle: caption(
            study,
            results,
            (&system, gathered.since),
            gathered.alike.len(),
        ),
        points: marks(network, &plane, &found),
        curves,
        earlier,
        field,
        labels: (plane.neurons).map(|i| label(network, plane.space, i)),
        system,
        plane,
    })
}

/// How the neurons stand that are not shown.
const CUT: &str = "a cut where the first trajectory ends";

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
        parts.push(CUT.into());
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

/// Nullclines as a figure has them: where nothing moves along an axis that is said.
pub(crate) fn nullclines(found: &Nullclines, labels: &[String; 2]) -> Vec<Nullcline> {
    let both = [&found.horizontal, &found.vertical].into_iter().zip(labels);
    both.map(|(zeros, label)| {
        // "d(V₁ of inhibitory)/dt": of a layer by name.
        let rate = match label.contains(' ') {
            true => format!("d({label})/dt = 0"),
            false => format!("d{label}/dt = 0"),
        };
        Nullcline {
            name: match (zeros.is_everything(), zeros.lines.is_empty()) {
                (true, _) => format!("{rate} everywhere"),
                (false, true) => format!("{rate} nowhere here"),
                (false, false) => rate,
            },
            branches: curves(zeros.lines.iter().map(|l| &l.points)),
        }
    })
    .collect()
}

/// Lists of points as curves of a figure.
pub(crate) fn curves<'a>(lines: impl Iterator<Item = &'a Vec<[f64; 2]>>) -> Vec<PhaseCurve> {
    lines
        .map(|points| PhaseCurve {
            x: points.iter().map(|p| p[0]).collect(),
            y: points.iter().map(|p| p[1]).collect(),
        })
        .collect()
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
        let nullclines = match whole {
            true => {
                let System {
                    base,
                    input,
                    clamped,
                } = &self.system;
                let section = self.plane.section(base);
                let near: Vec<[f64; 2]> = self.points.iter().map(|p| [p.x, p.y]).collect();
                let mut on = OnSection::new(&section, (&study.network, input, clamped));
                nullclines(&on.nullclines(CELLS, &near), &self.labels)
            }
            false => Vec::new(),
        };
        PhasePlot {
            velocity_x: self.field.horizontal.clone(),
            velocity_y: self.field.vertical.clone(),
            nullclines,
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
