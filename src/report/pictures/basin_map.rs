//! The figures of a basin map: labels, energies, and times to rest.

use crate::analysis::{Across, BasinMap, Border, LandscapePoint, Space};
use crate::figure::{Basins, HeatPlot, PhaseCurve, PhasePlot, PlanePoint, Plot, Stability};
use crate::number::fixed;
use crate::picture::{about, label, method, time_label, title};
use crate::study::{Mapped, Study};

/// All three, and why others are not drawn.
pub(in crate::report) fn map_plots(
    study: &Study,
    mapped: &Mapped,
) -> (Vec<(&'static str, Plot)>, Vec<String>) {
    let map = &mapped.map;
    if map.reached.attractors.is_empty() {
        let why = "there is no figure of the basins: no start ended at an attractor";
        return (Vec::new(), vec![why.into()]);
    }
    let mut plots = vec![("basins", Plot::Phase(labels(study, mapped)))];
    let mut notes = Vec::new();
    let heat = |what: &str, own: &[&str], of: &str, values: &[f64]| {
        let known = values.iter().copied().filter(|v| v.is_finite());
        let low = known.clone().fold(f64::INFINITY, f64::min);
        let high = known.fold(f64::NEG_INFINITY, f64::max);
        let wide = high - low > 1e-9 * low.abs().max(high.abs());
        let [x_label, y_label] = axes(study, &mapped.across);
        wide.then(|| {
            Plot::Heat(HeatPlot {
                title: title(study, what),
                subtitle: caption(study, mapped, own),
                x_label,
                y_label,
                value_label: of.to_owned(),
                x: map.x.clone(),
                y: map.y.clone(),
                values: values.iter().map(|v| v.is_finite().then_some(*v)).collect(),
                range: (low, high),
                ..HeatPlot::default()
            })
        })
    };
    match heat("energy where each start ends", &[], "E", &map.energies()) {
        Some(plot) => plots.push(("basins-energy", plot)),
        None => notes.push(
            "there is no figure of the energies where starts end: they are alike, or there is none"
                .into(),
        ),
    }
    // A step of the integrator is longer the nearer it is to rest.
    let own = ["known to the length of a step, which solve.max_step shortens"];
    let times = heat(
        "time to rest from each start",
        &own,
        &time_label(study),
        &map.times,
    );
    plots.extend(times.map(|p| ("basins-time", p)));
    (plots, notes)
}

fn labels(study: &Study, mapped: &Mapped) -> PhasePlot {
    let map = &mapped.map;
    let [x_label, y_label] = axes(study, &mapped.across);
    let curve = |line: &Vec<[f64; 2]>| PhaseCurve {
        x: line.iter().map(|p| p[0]).collect(),
        y: line.iter().map(|p| p[1]).collect(),
    };
    let attractors = &map.reached.attractors;
    let names = attractors
        .iter()
        .enumerate()
        .map(|(k, p)| name(study, map, k, p));
    let on_map = |v: f64, axis: &[f64]| {
        axis.first().is_some_and(|low| *low <= v) && axis.last().is_some_and(|high| v <= *high)
    };
    let marked = |list: &[LandscapePoint], stability| {
        let all = list.iter().enumerate();
        // Of a continuum the one that is listed is any of them.
        let isolated = all.filter(|(_, p)| !p.is_continuous());
        let placed = isolated.map(|(k, p)| (k, map.plane.point(&p.x)));
        let inside = placed.filter(|(_, p)| on_map(p[0], &map.x) && on_map(p[1], &map.y));
        let points = inside.map(|(k, [x, y])| PlanePoint {
            x,
            y,
            stability,
            number: (stability == Stability::Attractor).then_some(k),
        });
        points.collect::<Vec<_>>()
    };
    let mut fixed_points = marked(attractors, Stability::Attractor);
    // Those on separatrices, or where none are known those that starts rest at.
    let saddles = match map.saddles.is_empty() {
        true => &map.reached.saddles,
        false => &map.saddles,
    };
    fixed_points.extend(marked(saddles, Stability::Saddle));
    let mut own = Vec::new();
    if map.plane.origin.len() > 2 {
        own.push("marks: coordinates of fixed points, which lie beside the plane, attractors with their numbers");
    }
    match map.traced {
        Border::Bisected if !map.border.is_empty() => {
            own.push("borders bisected between starts with different ends");
        }
        Border::Manifolds => own.push("separatrices: stable manifolds of the saddles"),
        _ => {}
    }
    PhasePlot {
        title: title(study, "basins of attraction"),
        subtitle: caption(study, mapped, &own),
        x_label,
        y_label,
        basins: Some(Basins {
            x: map.x.clone(),
            y: map.y.clone(),
            // A start that rests at a saddle belongs to no basin.
            members: map.labels.iter().map(|l| (*l).max(-1)).collect(),
            names: names.collect(),
            colors: Vec::new(),
        }),
        separatrices: map.border.iter().map(curve).collect(),
        separatrix: match map.traced {
            Border::Bisected => "border by bisection".into(),
            _ => String::new(),
        },
        fixed_points,
        ..PhasePlot::default()
    }
}

/// What the legend calls a basin: by its memory where the end counts as one.
fn name(study: &Study, map: &BasinMap, k: usize, point: &LandscapePoint) -> String {
    let recall = study.recall.as_ref();
    let memory = recall.and_then(|r| {
        let g = &point.g[study.network.neurons(r.layer)];
        let nearest = r.nearest(g)?.memory;
        r.holds(nearest, g).then_some(nearest)
    });
    if let Some(memory) = memory {
        return format!("attractor {k}: memory {memory}");
    }
    if point.is_continuous() {
        return format!("attractor {k}: a continuum");
    }
    let [x, y] = map
        .plane
        .point(&point.x)
        .map(|v| fixed(v, 3).replace('-', "−"));
    format!("attractor {k} ({x}, {y})")
}

fn axes(study: &Study, across: &Across) -> [String; 2] {
    match across {
        Across::Neurons(neurons) => {
            let name = |i: usize| label(&study.network, Space::State, i);
            neurons.map(|i| format!("{} at the start", name(i)))
        }
        Across::Memories { two, .. } => {
            two.map(|k| format!("overlap ξ·x / ξ·ξ of the start with memory {k}"))
        }
        Across::Along(_) => ["first", "second"].map(|k| format!("along the {k} direction")),
    }
}

/// The network, the starts, what the figure has of its `own`, and how it was integrated.
fn caption(study: &Study, mapped: &Mapped, own: &[&str]) -> String {
    let map = &mapped.map;
    let reached = &map.reached;
    let mut parts = about(study);
    parts.push(format!("{} × {} starts", map.x.len(), map.y.len()));
    if map.plane.origin.len() > 2 {
        parts.push("all else as in the start".into());
    }
    parts.extend(own.iter().map(|part| (*part).to_owned()));
    let still: usize = reached.saddles.iter().map(|p| p.starts).sum();
    if still > 0 {
        parts.push(format!("{still} starts rest at saddles"));
    }
    let moving = reached.restless + reached.slow;
    if moving > 0 {
        parts.push(format!("{moving} not at rest by t = {}", reached.until));
    }
    if reached.beyond > 0 {
        parts.push(format!("{} at rest elsewhere on a line", reached.beyond));
    }
    parts.push(method(study, study.settings.method.name));
    parts.join(" · ")
}
