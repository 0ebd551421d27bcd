//! What the signs in a plane are, the legend that says so, and the places that they take.

use super::relief::CONTOUR;
use super::{PhasePlot, Stability, contour, levels};
use crate::figure::{
    Entries, Mark, NULLCLINES, Palette, Panel, Pen, Point, SEPARATRIX, SOFT, Sample, distance,
};

/// Under another input.
pub(super) const EARLIER: Pen = Pen::dashed(SOFT, 1.2);

impl PhasePlot {
    pub(in crate::figure) fn entries(&self, palette: &Palette) -> Entries {
        let basins = self.basins.as_ref();
        let mut entries = basins.map(|b| b.entries(palette)).unwrap_or_default();
        for (k, name, _) in self.nullclines_asked() {
            entries.say(Sample::Line(NULLCLINES[k]), name);
        }
        if !self.separatrices.is_empty() {
            entries.say(Sample::Line(SEPARATRIX), "separatrix");
        }
        for (stability, name) in [
            (Stability::Attractor, "attractor"),
            (Stability::Saddle, "saddle"),
            (Stability::Repeller, "unstable"),
            (Stability::Marginal, "marginal"),
        ] {
            let mut points = self.fixed_points.iter();
            if points.any(|p| p.stability == stability) {
                entries.say(Sample::Mark(mark(stability)), name);
            }
        }
        if !self.trajectories.is_empty() {
            entries.say(Sample::Mark(Mark::Start), "start");
        }
        if !self.earlier.is_empty() {
            let name = "before, under another input".to_string();
            entries.say(Sample::Line(EARLIER), name);
        }
        // Levels that were asked for are told in full: not each line has room for its number.
        let mut sample = Sample::Line(Pen::new(SOFT, CONTOUR));
        let mut start = "E = ";
        let last = self.levels.len().saturating_sub(1) / 3;
        for (k, some) in self.levels.chunks(3).enumerate() {
            let numbers = some.iter().map(|v| levels::label(*v, &self.levels));
            let numbers = numbers.collect::<Vec<_>>().join(", ");
            let comma = if k < last { "," } else { "" };
            entries.say(sample, format!("{start}{numbers}{comma}"));
            (sample, start) = (Sample::More, "");
        }
        entries
    }

    /// The velocities whose zeros are drawn, with their number and their name.
    fn nullclines_asked(&self) -> impl Iterator<Item = (usize, &String, &Vec<f64>)> {
        let names = [&self.nullclines.0, &self.nullclines.1];
        let fields = [&self.velocity_x, &self.velocity_y];
        let all = (0..2).map(move |k| (k, names[k], fields[k]));
        all.filter(|(_, name, field)| !name.is_empty() && !field.is_empty())
    }

    /// The lines where one of the velocities vanishes, and which.
    pub(super) fn nullclines(&self) -> Vec<(usize, Vec<Point>)> {
        let mut lines = Vec::new();
        for (k, _, field) in self.nullclines_asked() {
            let found = contour::lines(&self.grid_x, &self.grid_y, field, 0.0);
            lines.extend(found.into_iter().map(|line| (k, line)));
        }
        lines
    }

    /// Where no number of a contour line should stand: fixed points, nullclines, separatrices and trajectories.
    pub(super) fn occupied(&self, panel: &Panel<'_>) -> Vec<(f64, f64, f64)> {
        let mut free = Vec::new();
        for p in &self.fixed_points {
            let at = panel.at(p.x, p.y);
            free.push((at.0, at.1, 13.0));
        }
        let mut lines: Vec<Vec<Point>> = Vec::new();
        let curves = self.trajectories.iter().chain(&self.earlier);
        for curve in curves.chain(&self.separatrices) {
            let points = curve.x.iter().zip(&curve.y);
            lines.push(points.map(|(&x, &y)| (x, y)).collect());
        }
        lines.extend(self.nullclines().into_iter().map(|(_, line)| line));
        for line in lines {
            let mut last: Option<Point> = None;
            for p in line.into_iter().map(|p| panel.at(p.0, p.1)) {
                if last.is_none_or(|q| distance(q, p) > 5.0) {
                    free.push((p.0, p.1, 2.0));
                    last = Some(p);
                }
            }
        }
        free
    }
}

pub(in crate::figure) fn mark(stability: Stability) -> Mark {
    match stability {
        Stability::Attractor => Mark::Star,
        Stability::Saddle => Mark::Circle,
        Stability::Repeller => Mark::Diamond,
        Stability::Marginal => Mark::HalfCircle,
    }
}
