//! All that is known of a plane, as data: what `attractor phase-plane` answers.

use super::chosen::{Chosen, section};
use super::gathered::Gathered;
use super::points::{PointOnPlane, borders, moved, placed, search};
use super::{CUT, Others, PlaneQuestion, caption, curves, nullclines};
use crate::analysis::{
    Landscape, Nullclines, OnSection, PlaneField, Section, Space, Watch, streamlines,
};
use crate::dynamics::Interrupt;
use crate::figure::{PhaseCurve, PhasePlot, PlanePoint};
use crate::picture::words::title;
use crate::refusal::Refusal;
use crate::study::{Results, Study, percent};

/// What is known of a plane.
#[derive(Clone, Debug)]
pub struct PhasePlane {
    /// The plane.
    pub section: Section,
    /// What its axes are called.
    pub labels: [String; 2],
    /// The symbols of its coordinates.
    pub symbols: [String; 2],
    /// What is shown, in words: the system, and how the other neurons stand.
    pub caption: String,
    /// Velocity and energy on its grid.
    pub field: PlaneField,
    /// Where the velocities vanish.
    pub nullclines: Nullclines,
    /// Evenly spaced streamlines.
    pub streamlines: Vec<Vec<[f64; 2]>>,
    /// The trajectories of the model's starts.
    pub trajectories: Vec<PhaseCurve>,
    /// Their parts before, under another input.
    pub earlier: Vec<PhaseCurve>,
    /// All fixed points that were found: of the two neurons, where the others are fixed, else of the network. None where they could not
    /// be searched for.
    pub landscape: Option<Landscape>,
    /// Those of them that are in the plane, with their places.
    pub fixed_points: Vec<PointOnPlane>,
    /// Stable manifolds of the saddles, where exactly two neurons are free.
    pub separatrices: Vec<Vec<[f64; 2]>>,
    /// Grid points without a value.
    pub blank: usize,
    /// What a user should know besides.
    pub notes: Vec<String>,
    /// Was it interrupted?
    pub is_interrupted: bool,
}

/// Cells along each axis in which branches of nullclines are looked for.
const CELLS: usize = 48;
/// Where each point is an equilibrium of the others to be found.
const FEW: usize = 24;
/// The distance of streamlines as part of the width.
const APART: f64 = 0.035;

/// A plane through the space of states of a study that has been run: the field on it, its zeros, and what moves there. Its fixed points are
/// those that [`landscape`](crate::analysis::landscape) finds.
///
/// # Errors
/// As [`PlaneQuestion::check`]; trajectories that vary in one direction only, where principal ones are asked for; a plane on which the other
/// neurons have no equilibrium anywhere.
pub fn phase_plane(
    study: &Study,
    results: &Results,
    asked: &PlaneQuestion,
    interrupt: &Interrupt,
) -> Result<PhasePlane, Refusal> {
    phase_plane_watched(study, results, asked, &Watch::quiet(interrupt))
}

/// The same, and whoever waits is told how far it is.
///
/// # Errors
/// As [`phase_plane`].
pub fn phase_plane_watched(
    study: &Study,
    results: &Results,
    asked: &PlaneQuestion,
    watch: &Watch<'_>,
) -> Result<PhasePlane, Refusal> {
    let (network, interrupt) = (&study.network, watch.interrupt);
    let wanted = asked.wanted(study)?;
    let gathered = Gathered::new(study, results);
    let system = &gathered.system;
    let alone = asked.others == Others::Fixed;
    let mut notes = Vec::new();
    let (free, given) = match alone {
        true => (wanted.plane.neurons.to_vec(), Vec::new()),
        false => ((0..network.size()).collect(), gathered.ends()),
    };
    let found = search(study, system, &free, (given, asked.tries), watch);
    let landscape = found.map_err(|why| notes.push(format!("fixed points not sought: {why}")));
    let landscape = landscape.ok();
    let points = landscape.as_ref().map_or(&[][..], |found| &found.points);
    let Chosen {
        section,
        labels,
        symbols,
        how,
    } = section(study, &gathered, (&wanted, asked), points)?;
    let shown: Vec<usize> = moved(&section);
    let mut clamped = [network.clamped(), &system.clamped].concat();
    if alone {
        clamped.extend((0..network.size()).filter(|i| !shown.contains(i)));
    }
    clamped.sort_unstable();
    clamped.dedup();
    let mut on = OnSection::new(&section, (network, &system.input, &clamped)).until(interrupt);
    let field = on.field();
    let blank = field.horizontal.iter().filter(|v| v.is_nan()).count();
    if blank == field.horizontal.len() && !interrupt.is_raised() {
        let why = "has no value anywhere: the other neurons have no equilibrium that attracts";
        return Err(
            Refusal::new("the plane", why).help("--others fixed leaves them where they are")
        );
    }
    if blank > 0 && !interrupt.is_raised() {
        notes.push(format!(
            "{} % of the plane is blank: there the others have no equilibrium that goes on without a jump, or an activation is that of no state",
            percent(blank as f64 / field.horizontal.len() as f64)
        ));
    }
    let (fixed_points, beyond) = match &landscape {
        Some(found) => placed(&mut on, &section, (network, found)),
        None => Default::default(),
    };
    if beyond > 0 {
        notes.push(format!(
            "{} beyond the ends of the axes: --x and --y set them",
            match beyond {
                1 => "a fixed point lies".to_owned(),
                n => format!("{n} fixed points lie"),
            }
        ));
    }
    if alone && network.size() > 2 {
        notes.push("the fixed points are those of the two neurons, all others being clamped where the first trajectory ends".into());
    }
    let near: Vec<[f64; 2]> = fixed_points.iter().map(|p| p.at).collect();
    let cells = if section.relaxed.is_some() {
        FEW
    } else {
        CELLS
    };
    let nullclines = on.nullclines(cells, &near);
    let (trajectories, earlier) = gathered.curves(study, &|x| section.point(network, x));
    let separatrices = match network.size() - clamped.len() {
        2 => landscape.as_ref().map_or_else(Vec::new, |found| {
            let found = borders(&section, (network, system, &clamped), found);
            found.unwrap_or_else(|why| {
                notes.push(format!("no separatrices: {why}"));
                Vec::new()
            })
        }),
        _ => Vec::new(),
    };
    let about = caption(
        study,
        results,
        (system, gathered.since),
        gathered.alike.len(),
    );
    let caption = match how {
        Some(how) => [about.replace(&format!(" · {CUT}"), ""), how].join(" · "),
        None => about,
    };
    Ok(PhasePlane {
        streamlines: streamlines(&field, APART),
        labels,
        symbols,
        caption,
        field,
        nullclines,
        trajectories,
        earlier,
        fixed_points,
        separatrices,
        blank,
        notes,
        section,
        landscape: landscape.map(|found| Landscape {
            is_interrupted: interrupt.is_raised(),
            ..found
        }),
        is_interrupted: interrupt.is_raised(),
    })
}

impl PhasePlane {
    /// The speed in the plane, on its grid.
    pub fn speed(&self) -> Vec<f64> {
        let both = self.field.horizontal.iter().zip(&self.field.vertical);
        both.map(|(u, v)| u.hypot(*v)).collect()
    }

    fn plot(&self, title: String) -> PhasePlot {
        let [x_label, y_label] = self.labels.clone();
        let [x, y] = [self.section.x, self.section.y];
        let point = |p: &PointOnPlane| PlanePoint {
            x: p.at[0],
            y: p.at[1],
            stability: p.kind,
            number: None,
        };
        PhasePlot {
            title,
            subtitle: self.caption.clone(),
            x_label,
            y_label,
            x_range: Some((x[0], x[1])),
            y_range: Some((y[0], y[1])),
            grid_x: self.field.x.clone(),
            grid_y: self.field.y.clone(),
            nullclines: nullclines(&self.nullclines, &self.symbols),
            trajectories: self.trajectories.clone(),
            earlier: self.earlier.clone(),
            separatrices: curves(self.separatrices.iter()),
            fixed_points: self.fixed_points.iter().map(point).collect(),
            ..PhasePlot::default()
        }
    }

    /// The flow: streamlines on the speed, with all lines and points.
    pub fn flow(&self, study: &Study) -> PhasePlot {
        let dot = if self.section.space == Space::State {
            "|dx/dt|"
        } else {
            "|dV/dt|"
        };
        PhasePlot {
            streamlines: curves(self.streamlines.iter()),
            speed: self.speed(),
            speed_label: format!("{dot}, per unit of t"),
            ..self.plot(title(study, "phase plane"))
        }
    }

    /// Colours and contours of the energy, with all lines and points; none where the network has no energy.
    pub fn energy(&self, study: &Study) -> Option<PhasePlot> {
        let energy = self.field.energy.clone();
        energy.iter().any(|e| e.is_finite()).then(|| PhasePlot {
            energy,
            ..self.plot(title(study, "energy"))
        })
    }
}
