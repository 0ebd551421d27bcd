//! What is told and kept of a plane.

use serde_json::{Value, json};

use super::landscape::{count_document, landscape_notes, landscape_sentence};
use crate::analysis::ZeroSet;
use crate::figure::{PhaseCurve, Plot};
use crate::picture::{PhasePlane, PointOnPlane};
use crate::report::{Answer, NamedArray};
use crate::study::Study;

/// Everything that is kept of a plane: two figures, `phase-plane` and `energy-plane` (where there is one), and arrays. On the grid, `y × x`: `velocity_x`,
/// `velocity_y`, `speed`, `energy`, with the coordinates `x` and `y`. Lines, all points one below the other, line k being the rows
/// `offsets[k]` to `offsets[k + 1]`: `nullcline_x`, `nullcline_y`, `streamlines`, `separatrices`, `trajectories`, each with `…_offsets`. Points:
/// `fixed_points` (places in the plane), `fixed_points_state`, `fixed_points_eigenvalue`.
pub fn phase_plane_answer(study: &Study, found: &PhasePlane) -> Answer {
    let style = &study.style;
    let flow = Plot::Phase(found.flow(study));
    let energy = found.energy(study).map(Plot::Phase);
    let named = |(name, plot): (&str, Plot)| (name.to_owned(), plot, style.clone());
    let figures = [("phase-plane", flow)].into_iter();
    let figures = figures.chain(energy.map(|plot| ("energy-plane", plot)));
    Answer {
        document: document(study, found),
        arrays: arrays(found),
        figures: (figures.map(named).collect(), Vec::new()),
        notes: notes(found),
        sentence: sentence(found),
        ..Answer::default()
    }
}

/// What is to be said of the fixed points, and of the plane.
fn notes(found: &PhasePlane) -> Vec<String> {
    let of_points = found.landscape.iter().flat_map(landscape_notes);
    of_points.chain(found.notes.iter().cloned()).collect()
}

fn document(study: &Study, found: &PhasePlane) -> Value {
    let zeros = |z: &ZeroSet| {
        json!({
            "branches": z.lines.len(),
            "closed": z.lines.iter().filter(|l| l.is_closed()).count(),
            "crossings": z.crossings,
            "everywhere": z.is_everything(),
        })
    };
    let point = |p: &PointOnPlane| {
        json!({
            "at": p.at,
            "kind": p.kind.word(),
            "class": p.point.class.to_string(),
            "eigenvalue": p.point.eigenvalues.first(),
            "x": p.point.x,
        })
    };
    let section = &found.section;
    let (count, sum) = match &found.landscape {
        Some(landscape) => count_document(&landscape.count),
        None => ("unknown", None),
    };
    json!({
        "title": study.title,
        "neurons": study.network.size(),
        "caption": found.caption,
        "axes": found.labels,
        "x": section.x,
        "y": section.y,
        "points": section.points,
        "blank": found.blank,
        "nullclines": [zeros(&found.nullclines.horizontal), zeros(&found.nullclines.vertical)],
        "fixed_points": found.fixed_points.iter().map(point).collect::<Vec<_>>(),
        "found": found.landscape.as_ref().map(|all| all.points.len()),
        "count": count,
        "morse_sum": sum,
        "streamlines": found.streamlines.len(),
        "separatrices": found.separatrices.len(),
        "trajectories": found.trajectories.len(),
        "notes": notes(found),
        "interrupted": found.is_interrupted,
        "sentence": sentence(found),
    })
}

fn sentence(found: &PhasePlane) -> String {
    let branches = |z: &ZeroSet| match z.is_everything() {
        true => "all of it".to_owned(),
        false => z.lines.len().to_string(),
    };
    let [a, b] = [&found.nullclines.horizontal, &found.nullclines.vertical].map(branches);
    let points = match &found.landscape {
        Some(landscape) => landscape_sentence(landscape),
        None if found.is_interrupted => "interrupted".into(),
        None => "fixed points not known".into(),
    };
    let inside = found.fixed_points.len();
    format!("{points}; {inside} marked in the plane, branches of the nullclines: {a} and {b}")
}

fn arrays(found: &PhasePlane) -> Vec<NamedArray> {
    let field = &found.field;
    let shape = [field.y.len(), field.x.len()];
    let mut all = vec![
        NamedArray::real("x", &shape[1..], field.x.clone()),
        NamedArray::real("y", &shape[..1], field.y.clone()),
        NamedArray::real("velocity_x", &shape, field.horizontal.clone()),
        NamedArray::real("velocity_y", &shape, field.vertical.clone()),
        NamedArray::real("speed", &shape, found.speed()),
    ];
    if !field.energy.is_empty() {
        all.push(NamedArray::real("energy", &shape, field.energy.clone()));
    }
    let zeros =
        |z: &ZeroSet| -> Vec<Vec<[f64; 2]>> { z.lines.iter().map(|l| l.points.clone()).collect() };
    let curve =
        |c: &PhaseCurve| -> Vec<[f64; 2]> { c.x.iter().zip(&c.y).map(|(x, y)| [*x, *y]).collect() };
    let trajectories = found.trajectories.iter().map(curve).collect();
    lines(
        &mut all,
        "nullcline_x",
        &zeros(&found.nullclines.horizontal),
    );
    lines(&mut all, "nullcline_y", &zeros(&found.nullclines.vertical));
    lines(&mut all, "streamlines", &found.streamlines);
    lines(&mut all, "separatrices", &found.separatrices);
    lines(&mut all, "trajectories", &trajectories);
    let points = &found.fixed_points;
    let (count, size) = (points.len(), found.section.origin.len());
    let places = points.iter().flat_map(|p| p.at).collect();
    let states = points.iter().flat_map(|p| p.point.x.clone()).collect();
    let value = |p: &PointOnPlane| *p.point.eigenvalues.first().unwrap_or(&[f64::NAN; 2]);
    let values = points.iter().flat_map(value).collect();
    all.push(NamedArray::real("fixed_points", &[count, 2], places));
    all.push(NamedArray::real(
        "fixed_points_state",
        &[count, size],
        states,
    ));
    all.push(NamedArray::real(
        "fixed_points_eigenvalue",
        &[count, 2],
        values,
    ));
    all
}

/// Lines one below the other, and where each begins.
fn lines(all: &mut Vec<NamedArray>, name: &str, lines: &Vec<Vec<[f64; 2]>>) {
    let mut offsets = vec![0];
    let mut points: Vec<f64> = Vec::new();
    for line in lines {
        points.extend(line.iter().flatten());
        offsets.push(points.len() as i64 / 2);
    }
    let count = points.len() / 2;
    all.push(NamedArray::real(name, &[count, 2], points));
    let shape = [offsets.len()];
    all.push(NamedArray::whole(
        format!("{name}_offsets"),
        &shape,
        offsets,
    ));
}
