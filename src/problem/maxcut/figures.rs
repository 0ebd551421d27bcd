//! How many starts reach which cut.

use super::MaxCut;
use crate::figure::{Line, LinesPlot, Plot};
use crate::number::number;
use crate::problem::{Problem as _, Solved};

impl MaxCut {
    pub(super) fn pictures(&self, solved: &Solved) -> Vec<(String, Plot)> {
        let costs = solved.costs();
        let (Some(best), Some(worst)) = (costs.first(), costs.last()) else {
            return Vec::new();
        };
        let all = costs.len() as f64;
        // Of each cut that occurs, how many starts reach it at least.
        let mut x = vec![*best];
        let mut y = vec![0.0];
        for (k, cut) in costs.iter().enumerate() {
            x.extend([*cut, *cut]);
            y.extend([k as f64 / all, (k + 1) as f64 / all]);
        }
        x.push(worst - 0.05 * (best - worst).max(1.0));
        y.push(1.0);
        let mut lines = vec![Line {
            label: format!(
                "{} starts, {} sweeps each",
                costs.len(),
                self.cooling.sweeps
            ),
            x,
            y,
            ..Line::default()
        }];
        if let Some(base) = &solved.baseline {
            lines.push(Line {
                label: format!("{} ({})", number(base.cost), base.name),
                x: vec![base.cost; 2],
                y: vec![0.0, 1.0],
                reference: true,
                ..Line::default()
            });
        }
        let most = solved
            .baseline
            .as_ref()
            .map_or(*best, |b| b.cost.max(*best));
        let plot = LinesPlot {
            title: "Cuts".into(),
            subtitle: self.words(),
            x_label: "cut".into(),
            y_label: "part of the starts that reach it".into(),
            // So that the best one is off the frame.
            x_reaches: vec![most + 0.03 * (most - worst).max(1.0)],
            y_reaches: vec![0.0, 1.0],
            lines,
            ..LinesPlot::default()
        };
        vec![("cuts".into(), Plot::Lines(plot))]
    }
}
