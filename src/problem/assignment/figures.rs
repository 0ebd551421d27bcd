//! The plan on the way.

use super::{Assignment, Way, hungarian};
use crate::figure::{HeatPlot, PanelsPlot, Plot};
use crate::problem::Solved;

impl Assignment {
    /// The plan at three ε of the best start, the optimum marked.
    pub(super) fn pictures(&self, solved: &Solved) -> Vec<(String, Plot)> {
        let Some(best) = solved.best().map(|k| &solved.attempts[k]) else {
            return Vec::new();
        };
        let n = self.n;
        let (jobs, _) = hungarian::solve(&self.costs, n);
        let mut kept: Vec<(usize, Vec<f64>)> = best.way.clone();
        kept.push((best.stages.saturating_sub(1), best.g.clone()));
        kept.dedup_by_key(|(number, _)| *number);
        let last = kept.len() - 1;
        let mut shown = vec![0, last / 2, last];
        shown.dedup();
        let heat = |k: &usize| {
            let (number, g) = &kept[*k];
            let plan = match self.form {
                Way::Entropic { .. } => self.plan(g, self.epsilon(*number)),
                Way::Penalty { .. } => g.clone(),
            };
            let places: Vec<f64> = (0..n).map(|k| k as f64).collect();
            let epsilon = self.epsilon(*number);
            let digits = (1.0 - epsilon.log10()).ceil().max(0.0) as usize;
            Plot::Heat(HeatPlot {
                title: format!("ε = {epsilon:.digits$}"),
                x_label: "job".into(),
                y_label: "worker".into(),
                value_label: "g".into(),
                x: places.clone(),
                y: places,
                values: plan.into_iter().map(Some).collect(),
                range: (0.0, 1.0),
                marks: jobs
                    .iter()
                    .enumerate()
                    .map(|(i, j)| (*j as f64, i as f64))
                    .collect(),
                ..HeatPlot::default()
            })
        };
        let plot = PanelsPlot {
            title: format!("{n} workers and {n} jobs: the plan"),
            subtitle: "rings: the optimum by the Hungarian method".into(),
            columns: 3,
            plots: shown.iter().map(heat).collect(),
        };
        vec![("plan".into(), Plot::Panels(plot))]
    }
}
