//! The surface in space: its faces from back to front, and what of a line on it can be seen.

use super::view::{Place, View};
use crate::figure::plane::between;
use crate::figure::{Axis, PhasePlot, Point};

/// Height of the box, its floor being 2 by 2.
pub(super) const TALL: f64 = 1.35;
/// Most faces along either axis: finer ones are not told apart on the page.
const FACES: usize = 48;
/// Steps along a line of sight, and how far above the surface it must be to be hidden by it.
const STEPS: usize = 400;
const ABOVE: f64 = 0.012;

/// The surface with what places it.
pub(super) struct Scene<'a> {
    pub plot: &'a PhasePlot,
    pub view: View,
    pub axes: [Axis; 3],
    /// The highest energy that is shown; the surface is cut off there.
    pub top: f64,
}

/// A face: its corners, how it lies to the light from 0 to 1, and its mean energy.
pub(super) struct Face {
    pub corners: Vec<Place>,
    pub light: f64,
    pub energy: f64,
}

impl Scene<'_> {
    /// Where a point of the plane at an energy is.
    pub fn place(&self, x: f64, y: f64, energy: f64) -> Place {
        let [a, b, c] = &self.axes;
        let along = |axis: &Axis, v: f64| 2.0 * axis.fraction(v) - 1.0;
        [along(a, x), along(b, y), TALL * c.fraction(energy)]
    }

    /// The energy over a point of the plane.
    pub fn energy(&self, x: f64, y: f64) -> Option<f64> {
        let plot = self.plot;
        between(&plot.grid_x, &plot.grid_y, &plot.energy, (x, y))
    }

    /// The faces, those farthest from the eye first.
    pub fn faces(&self) -> Vec<Face> {
        let plot = self.plot;
        let [across, up] = [&plot.grid_x, &plot.grid_y].map(|g| thinned(g.len()));
        let corner = |i: usize, j: usize| {
            let energy = plot.energy[j * plot.grid_x.len() + i];
            (self.place(plot.grid_x[i], plot.grid_y[j], energy), energy)
        };
        let mut faces = Vec::new();
        for b in up.windows(2) {
            for a in across.windows(2) {
                let all = [(a[0], b[0]), (a[1], b[0]), (a[1], b[1]), (a[0], b[1])];
                let all = all.map(|(i, j)| corner(i, j));
                if all.iter().all(|(_, e)| e.is_finite()) {
                    let corners = self.cut(&all.map(|(place, _)| place));
                    if corners.len() > 2 {
                        let energy = all.iter().map(|(_, e)| e).sum::<f64>() / 4.0;
                        faces.push(Face {
                            light: light(&all.map(|(place, _)| place), &self.view),
                            energy: energy.min(self.top),
                            corners,
                        });
                    }
                }
            }
        }
        let near = |f: &Face| {
            let all = f.corners.iter().map(|c| self.view.nearness(c[0], c[1]));
            all.sum::<f64>() / f.corners.len() as f64
        };
        faces.sort_by(|a, b| near(a).total_cmp(&near(b)));
        faces
    }

    /// What of a face lies below the highest energy that is shown.
    fn cut(&self, corners: &[Place]) -> Vec<Place> {
        let top = TALL * self.axes[2].fraction(self.top);
        let mut kept = Vec::new();
        for (k, a) in corners.iter().enumerate() {
            let b = &corners[(k + 1) % corners.len()];
            if a[2] <= top {
                kept.push(*a);
            }
            if (a[2] <= top) != (b[2] <= top) {
                let s = (top - a[2]) / (b[2] - a[2]);
                let at = |i: usize| a[i] + s * (b[i] - a[i]);
                kept.push([at(0), at(1), top]);
            }
        }
        kept
    }

    /// Is a point of the surface seen? Not where the surface rises above the line from there to the eye.
    pub fn is_seen(&self, [x, y, z]: Place) -> bool {
        let way = self.view.eye();
        // To the edge of the plane, where a wall may be steepest.
        let room = |from: f64, way: f64| match way == 0.0 {
            true => f64::INFINITY,
            false => (way.signum() - from) / way,
        };
        let long = room(x, way[0]).min(room(y, way[1]));
        !long.is_finite()
            || (1..=STEPS).all(|k| {
                let s = long * k as f64 / STEPS as f64;
                let height = self.height(x + s * way[0], y + s * way[1]);
                height.is_none_or(|height| height <= z + s * way[2] + ABOVE)
            })
    }

    /// The surface over a place of the plane; cut off at the highest energy that is shown.
    fn height(&self, x: f64, y: f64) -> Option<f64> {
        let grids = [&self.plot.grid_x, &self.plot.grid_y];
        let [x, y] = [(0, x), (1, y)].map(|(k, v)| {
            let value = self.axes[k].value(0.5 * (v + 1.0));
            // Not beyond the edge by rounding.
            let ends = grids[k].first().zip(grids[k].last());
            ends.map_or(value, |(low, high)| value.clamp(*low, *high))
        });
        let energy = self.energy(x, y)?;
        Some(TALL * self.axes[2].fraction(energy.min(self.top)))
    }

    /// The parts of a line on the surface that are seen, on the page.
    pub fn seen(&self, line: &[Point]) -> Vec<Vec<Point>> {
        let mut parts = vec![Vec::new()];
        for (x, y) in line {
            let energy = self.energy(*x, *y).filter(|e| *e <= self.top);
            let place = energy.map(|e| self.place(*x, *y, e));
            match place.filter(|p| self.is_seen(*p)) {
                Some(place) => parts[0].push(self.view.at(place)),
                None => parts.insert(0, Vec::new()),
            }
        }
        parts.retain(|part| part.len() > 1);
        parts
    }
}

/// So many places of an axis, evenly, both ends included.
fn thinned(count: usize) -> Vec<usize> {
    let pieces = (count - 1).min(FACES);
    (0..=pieces).map(|k| k * (count - 1) / pieces).collect()
}

/// How much of a light from above the left shoulder falls on a face.
fn light(corners: &[Place; 4], view: &View) -> f64 {
    let across = |a: &Place, b: &Place| [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
    let (u, v) = (
        across(&corners[0], &corners[2]),
        across(&corners[1], &corners[3]),
    );
    let normal = [
        u[1] * v[2] - u[2] * v[1],
        u[2] * v[0] - u[0] * v[2],
        u[0] * v[1] - u[1] * v[0],
    ];
    let eye = view.eye();
    let from = [eye[0] + 0.9 * eye[1], eye[1] - 0.9 * eye[0], eye[2] + 0.8];
    let dot = |a: &Place, b: &Place| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    let size = (dot(&normal, &normal) * dot(&from, &from)).sqrt();
    (dot(&normal, &from) / size).clamp(0.0, 1.0)
}
