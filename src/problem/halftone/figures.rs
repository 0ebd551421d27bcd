//! The dots, and what is seen of them, side by side.

use super::{Halftone, Picture};
use crate::figure::{PatternPlot, PatternRow, Plot};
use crate::number::fixed;
use crate::problem::{Problem as _, Solved};

impl Halftone {
    pub(super) fn pictures(&self, solved: &Solved) -> Vec<(String, Plot)> {
        let Some(best) = solved.best() else {
            return Vec::new();
        };
        let own = Picture {
            shape: self.image.shape,
            grey: solved.attempts[best].g.clone(),
        };
        let [diffused, ordered] = self.others();
        let all = [("network", own), diffused, ordered];
        let mut columns = vec!["photograph".to_owned()];
        let mut dots = vec![self.image.grey.clone()];
        let mut seen = vec![self.eye.seen(&self.image).grey];
        for (name, picture) in all {
            let [error, similar] = self.scores(&picture);
            let (error, similar) = (fixed(error, 4), fixed(similar, 3));
            columns.push(format!("{name}: error {error}, SSIM {similar}"));
            seen.push(self.eye.seen(&picture).grey);
            dots.push(picture.grey);
        }
        let row = |label: &str, panels| PatternRow {
            label: label.into(),
            good: true,
            panels,
            ..PatternRow::default()
        };
        let plot = PatternPlot {
            title: "Half-toning".into(),
            subtitle: self.words(),
            shape: self.image.shape,
            range: (0.0, 1.0),
            columns,
            rows: vec![row("dots", dots), row("as seen through the filter", seen)],
            large: true,
        };
        vec![("dots".into(), Plot::Patterns(plot))]
    }
}
