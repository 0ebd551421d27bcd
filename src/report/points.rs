//! The figure of fixed points: their energies by index and kind, and the overlaps of the attractors with the memories.

use crate::analysis::{Class, Landscape, LandscapePoint};
use crate::figure::{BarSeries, BarsPlot, HeatPlot, PanelsPlot, Plot, SwarmGroup, SwarmPlot};
use crate::picture::UNTITLED;
use crate::study::Study;
use crate::style::Style;

/// More bars are a map of colours.
const BARS: usize = 60;
/// More columns of a swarm have no room.
const COLUMNS: usize = 40;

/// The figure `fixed-points`; none without a point.
pub(super) fn landscape_figures(study: &Study, found: &Landscape) -> Vec<(String, Plot, Style)> {
    if found.points.is_empty() {
        return Vec::new();
    }
    let title = match study.title.as_str() {
        UNTITLED => "Fixed points".to_owned(),
        title => format!("{title} – fixed points"),
    };
    let subtitle = super::landscape::landscape_sentence(found);
    let mut swarm = swarm(found);
    let plot = match overlaps(found) {
        Some(overlaps) => {
            swarm.title = "fixed points by index".into();
            Plot::Panels(PanelsPlot {
                title,
                subtitle,
                columns: 0,
                plots: vec![Plot::Swarm(swarm), overlaps],
            })
        }
        None => {
            (swarm.title, swarm.subtitle) = (title, subtitle);
            Plot::Swarm(swarm)
        }
    };
    vec![("fixed-points".into(), plot, Style::default())]
}

/// What it is: beside the memories, or by its class; and whether it attracts, so far as that is known.
fn group(p: &LandscapePoint) -> (String, &'static str) {
    let rest = match p.class {
        _ if p.attracts() => "",
        Class::Marginal if p.index == 0 => ", marginal",
        _ => ", unstable",
    };
    match &p.likeness {
        Some(l) => (l.kind.word().to_owned(), rest),
        None if p.index > 0 && !p.attracts() => ("saddle or source".to_owned(), ""),
        None => (p.class.to_string(), ""),
    }
}

/// Energies by index; where there is no energy, largest real parts of the eigenvalues.
fn swarm(found: &Landscape) -> SwarmPlot {
    let all_have = found.points.iter().all(|p| p.energy.is_some());
    let value = |p: &LandscapePoint| match all_have {
        true => p.energy.unwrap_or(0.0),
        false => p.eigenvalues.first().map_or(0.0, |e| e[0]),
    };
    let mut indices: Vec<usize> = found.points.iter().map(|p| p.index).collect();
    indices.sort_unstable();
    indices.dedup();
    // Those in between are columns too, unless they are too many.
    let most = indices.last().copied().unwrap_or(0);
    if most < COLUMNS {
        indices = (0..=most).collect();
    }
    let of_point: Vec<(String, &str, bool)> = found
        .points
        .iter()
        .map(|p| {
            let (kind, rest) = group(p);
            (kind, rest, !p.attracts())
        })
        .collect();
    let mut groups = of_point.clone();
    groups.sort_by_key(|(kind, rest, hollow)| (*hollow, *rest, kind.clone()));
    groups.dedup();
    // One colour for each kind, whether it attracts or not.
    let mut kinds: Vec<&String> = groups.iter().map(|(kind, ..)| kind).collect();
    kinds.sort();
    kinds.dedup();
    let color = |kind: &String| kinds.iter().position(|k| *k == kind).unwrap_or(0);
    let column = |p: &LandscapePoint| indices.iter().position(|i| *i == p.index).unwrap_or(0);
    let place = |own: &(String, &str, bool)| groups.iter().position(|g| g == own).unwrap_or(0);
    SwarmPlot {
        x_label: "index: number of unstable directions".into(),
        y_label: match all_have {
            true => "energy E",
            false => "largest real part of the eigenvalues",
        }
        .into(),
        columns: indices.iter().map(ToString::to_string).collect(),
        column: found.points.iter().map(column).collect(),
        value: found.points.iter().map(value).collect(),
        group: of_point.iter().map(place).collect(),
        groups: groups
            .iter()
            .map(|(kind, rest, hollow)| SwarmGroup {
                label: format!("{kind}{rest}"),
                color: color(kind),
                hollow: *hollow,
            })
            .collect(),
        ..SwarmPlot::default()
    }
}

/// The overlaps of the attractors with the memories: bars, or a map where there are many; none without memories or attractors.
fn overlaps(found: &Landscape) -> Option<Plot> {
    let attractors = found.points.iter().enumerate();
    let attractors: Vec<(usize, &LandscapePoint)> =
        attractors.filter(|(_, p)| p.attracts()).collect();
    let memories = attractors.first()?.1.overlaps.len();
    if memories == 0 {
        return None;
    }
    let title = "overlaps of the attractors".to_owned();
    let x_label = "attractor, by its number in the list".to_owned();
    if memories * attractors.len() <= BARS {
        let series = |k: usize| BarSeries {
            label: format!("memory {k}"),
            values: attractors.iter().map(|(_, p)| p.overlaps[k]).collect(),
        };
        return Some(Plot::Bars(BarsPlot {
            title,
            x_label,
            y_label: "overlap (cosine)".into(),
            y_reaches: vec![0.0, 1.0],
            groups: attractors.iter().map(|(k, _)| k.to_string()).collect(),
            series: (0..memories).map(series).collect(),
            ..BarsPlot::default()
        }));
    }
    let values = (0..memories).flat_map(|m| {
        attractors
            .iter()
            .map(move |(_, p)| Some(p.overlaps[m].abs()))
    });
    Some(Plot::Heat(HeatPlot {
        title,
        x_label: "attractor, in order of energy".into(),
        y_label: "memory".into(),
        value_label: "size of the overlap".into(),
        x: (0..attractors.len()).map(|k| k as f64).collect(),
        y: (0..memories).map(|k| k as f64).collect(),
        values: values.collect(),
        range: (0.0, 1.0),
        ..HeatPlot::default()
    }))
}
