//! The figures of barriers: energies along the ways between two attractors, and the tree of passes.

use crate::analysis::{Barriers, Between, Landscape, Path};
use crate::figure::{Line, LinesPlot, Plot, TreeJoin, TreeLeaf, TreePlot};
use crate::number::number;
use crate::picture::title;
use crate::study::Study;
use crate::style::Style;

pub(super) fn all(
    study: &Study,
    landscape: &Landscape,
    found: &Barriers,
    between: Option<&Between>,
) -> Vec<(String, Plot, Style)> {
    let mut all = Vec::new();
    if let Some(between) = between {
        let plot = Plot::Lines(path(study, landscape, between));
        all.push(("path".to_owned(), plot, study.style.clone()));
        let plot = Plot::Tree(tree(study, landscape, found));
        all.push(("tree".to_owned(), plot, study.style.clone()));
    }
    all
}

/// Energies along the ways between two attractors.
fn path(study: &Study, landscape: &Landscape, between: &Between) -> LinesPlot {
    let [a, b] = between.attractors;
    let part = |path: &Path| -> Vec<f64> {
        let long = path.arclength.last().copied().unwrap_or(1.0);
        path.arclength.iter().map(|s| s / long).collect()
    };
    let line = |label: &str, path: &Path| Line {
        label: label.into(),
        x: part(path),
        y: path.energy.clone(),
        ..Line::default()
    };
    let mut lines = Vec::new();
    let mut subtitle = vec!["no known saddle joins them".to_owned()];
    if let Some((pass, path)) = &between.lowest {
        lines.push(line("lowest path", path));
        let [there, back] = pass.barriers.map(number);
        subtitle = vec![
            format!(
                "pass: saddle {} at E = {}",
                pass.saddle,
                number(pass.energy)
            ),
            format!("barrier {there} from {a}, {back} from {b}"),
        ];
    }
    lines.push(line("straight in states", &between.straight));
    if let Some(path) = &between.straight_activation {
        lines.push(line("straight in activations", path));
    }
    if let Some((pass, path)) = &between.lowest {
        let (s, e) = (part(path), &path.energy);
        // Saddles are the states of the path whose energies are those of fixed points on it.
        let own = pass.over.iter().skip(1).step_by(2);
        let energies: Vec<Option<f64>> = own.map(|k| landscape.points[*k].energy).collect();
        let is_saddle = |k: &usize| energies.contains(&Some(e[*k]));
        let at: Vec<usize> = (0..e.len()).filter(is_saddle).collect();
        lines.push(Line {
            label: "saddle".into(),
            x: at.iter().map(|k| s[*k]).collect(),
            y: at.iter().map(|k| e[*k]).collect(),
            scattered: true,
            ..Line::default()
        });
        lines.push(Line {
            label: "height of the pass".into(),
            x: vec![0.0, 1.0],
            y: vec![pass.energy; 2],
            reference: true,
            ..Line::default()
        });
    }
    LinesPlot {
        title: title(study, &format!("from attractor {a} to attractor {b}")),
        subtitle: subtitle.join(" · "),
        x_label: "arclength / length".into(),
        y_label: "E".into(),
        lines,
        ..LinesPlot::default()
    }
}

fn tree(study: &Study, landscape: &Landscape, found: &Barriers) -> TreePlot {
    let energy = |k: &usize| landscape.points[*k].energy.unwrap_or(f64::NAN);
    let place = |k: usize| found.attractors.iter().position(|a| *a == k);
    let joins = found.passes.iter().filter_map(|p| {
        let [a, b] = p.attractors.map(place);
        Some(TreeJoin {
            leaves: [a?, b?],
            height: p.energy,
        })
    });
    TreePlot {
        title: title(study, "disconnectivity"),
        subtitle: "attractors at their energies, joined at their lowest passes".into(),
        x_label: "attractor".into(),
        y_label: "E".into(),
        leaves: found
            .attractors
            .iter()
            .map(|k| TreeLeaf {
                label: k.to_string(),
                height: energy(k),
            })
            .collect(),
        joins: joins.collect(),
    }
}
