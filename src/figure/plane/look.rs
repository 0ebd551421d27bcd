//! What the signs in a plane are, the legend that says so, and the places that they take.

use super::block::{EARLIER, Plane};
use super::relief::CONTOUR;
use super::{Stability, contour, levels};
use crate::figure::{Mark, NULLCLINES, Panel, Pen, Point, SOFT, Sample};

impl Plane {
    pub(super) fn entries(&self) -> Vec<(Sample, String)> {
        let basins = self.plot.basins.as_ref();
        let mut entries = basins.map(|b| b.entries(&self.palette)).unwrap_or_default();
        let names = [&self.plot.nullclines.0, &self.plot.nullclines.1];
        let fields = [&self.plot.velocity_x, &self.plot.velocity_y];
        for (k, name) in names.into_iter().enumerate() {
            if !name.is_empty() && !fields[k].is_empty() {
                entries.push((Sample::Line(NULLCLINES[k]), name.clone()));
            }
        }
        for (stability, name) in [
            (Stability::Attractor, "attractor"),
            (Stability::Saddle, "saddle"),
            (Stability::Repeller, "unstable"),
            (Stability::Marginal, "marginal"),
        ] {
            let mut points = self.plot.fixed_points.iter();
            if points.any(|p| p.stability == stability) {
                entries.push((Sample::Mark(mark(stability)), name.to_string()));
            }
        }
        if !self.plot.trajectories.is_empty() {
            entries.push((Sample::Mark(Mark::Start), "start".to_string()));
        }
        if !self.plot.earlier.is_empty() {
            let name = "before, under another input".to_string();
            entries.push((Sample::Line(EARLIER), name));
        }
        // Levels that were asked for are told in full: not each line has room for its number.
        for (k, some) in self.plot.levels.chunks(3).enumerate() {
            let numbers: Vec<String> = some
                .iter()
                .map(|&v| levels::label(v, &self.plot.levels))
                .collect();
            let more = if 3 * (k + 1) < self.plot.levels.len() {
                ","
            } else {
                ""
            };
            let numbers = numbers.join(", ") + more;
            entries.push(if k == 0 {
                let sample = Sample::Line(Pen::new(SOFT, CONTOUR));
                (sample, format!("E = {numbers}"))
            } else {
                (Sample::More, numbers)
            });
        }
        entries
    }

    /// The lines where one of the velocities vanishes, and which.
    pub(super) fn nullclines(&self) -> Vec<(usize, Vec<Point>)> {
        let plot = &self.plot;
        let fields = [
            (&plot.nullclines.0, &plot.velocity_x),
            (&plot.nullclines.1, &plot.velocity_y),
        ];
        let mut lines = Vec::new();
        for (k, (name, field)) in fields.into_iter().enumerate() {
            if !name.is_empty() && !field.is_empty() {
                let found = contour::lines(&plot.grid_x, &plot.grid_y, field, 0.0);
                lines.extend(found.into_iter().map(|line| (k, line)));
            }
        }
        lines
    }

    /// Where no number of a contour line should stand: fixed points, nullclines and trajectories.
    pub(super) fn occupied(&self, panel: &Panel<'_>) -> Vec<(f64, f64, f64)> {
        let mut free = Vec::new();
        for p in &self.plot.fixed_points {
            let at = panel.at(p.x, p.y);
            free.push((at.0, at.1, 13.0));
        }
        let mut lines: Vec<Vec<Point>> = Vec::new();
        for curve in self.plot.trajectories.iter().chain(&self.plot.earlier) {
            let points = curve.x.iter().zip(&curve.y);
            lines.push(points.map(|(&x, &y)| (x, y)).collect());
        }
        lines.extend(self.nullclines().into_iter().map(|(_, line)| line));
        for line in lines {
            let mut last: Option<Point> = None;
            for p in line.into_iter().map(|p| panel.at(p.0, p.1)) {
                if last.is_none_or(|q| (p.0 - q.0).hypot(p.1 - q.1) > 5.0) {
                    free.push((p.0, p.1, 2.0));
                    last = Some(p);
                }
            }
        }
        free
    }
}

pub(super) fn mark(stability: Stability) -> Mark {
    match stability {
        Stability::Attractor => Mark::Star,
        Stability::Saddle => Mark::Circle,
        Stability::Repeller => Mark::Diamond,
        Stability::Marginal => Mark::HalfCircle,
    }
}
