//! What the signs in a plane are, the legend that says so, and the places that they take.

use super::relief::CONTOUR;
use super::{PhasePlot, Stability, levels};
use crate::figure::{
    Entries, Mark, NULLCLINES, Palette, Panel, Pen, Point, SEPARATRIX, SOFT, Sample, distance,
};

/// Under another input.
pub(super) const EARLIER: Pen = Pen::dashed(SOFT, 1.2);

impl PhasePlot {
    pub(in crate::figure) fn entries(&self, palette: &Palette) -> Entries {
        let basins = self.basins.as_ref();
        let mut entries = basins.map(|b| b.entries(palette)).unwrap_or_default();
        for (nullcline, pen) in self.nullclines.iter().zip(NULLCLINES) {
            match nullcline.branches.is_empty() {
                false => entries.say(Sample::Line(pen), &nullcline.name),
                true if nullcline.name.is_empty() => {}
                true => entries.say(Sample::None, &nullcline.name),
            }
        }
        if !self.separatrices.is_empty() {
            let name = match self.separatrix.as_str() {
                "" => "separatrix",
                name => name,
            };
            entries.say(Sample::Line(SEPARATRIX), name);
        }
        for stability in [
            Stability::Attractor,
            Stability::Saddle,
            Stability::Repeller,
            Stability::Marginal,
        ] {
            let mut points = self.fixed_points.iter();
            if points.any(|p| p.stability == stability) {
                let word = match stability {
                    Stability::Attractor if !self.attractor.is_empty() => &self.attractor,
                    _ => stability.word(),
                };
                entries.say(Sample::Mark(mark(stability)), word);
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

    /// Where no number of a contour line should stand: fixed points, nullclines, separatrices and trajectories.
    pub(super) fn occupied(&self, panel: &Panel<'_>) -> Vec<(f64, f64, f64)> {
        let mut free = Vec::new();
        for p in &self.fixed_points {
            let at = panel.at(p.x, p.y);
            free.push((at.0, at.1, 13.0));
        }
        let curves = self.trajectories.iter().chain(&self.earlier);
        let zeros = self.nullclines.iter().flat_map(|n| &n.branches);
        for curve in curves.chain(&self.separatrices).chain(zeros) {
            let mut last: Option<Point> = None;
            for p in curve.x.iter().zip(&curve.y).map(|(x, y)| panel.at(*x, *y)) {
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
