//! Basins as documents and as arrays.

use serde_json::{Value, json};

use crate::analysis::{Across, BasinMap, Border, Fractions, LandscapePoint, Reached, RecallCurves};
use crate::report::NamedArray;
use crate::study::{Counted, Mapped, Measured, Study};

fn points(all: &[LandscapePoint]) -> Vec<Value> {
    let point = |p: &LandscapePoint| {
        json!({
            "class": p.class.to_string(), "index": p.index, "energy": p.energy, "starts": p.starts,
            "eigenvalues": p.eigenvalues, "x": p.x, "activation": p.g,
        })
    };
    all.iter().map(point).collect()
}

fn reached_document(reached: &Reached) -> Value {
    json!({
        "attractors": points(&reached.attractors),
        "saddles": points(&reached.saddles),
        "starts": reached.followed,
        "restless": reached.restless,
        "slow": reached.slow,
        "beyond": reached.beyond,
        "until": reached.until,
    })
}

pub(super) fn map_document(mapped: &Mapped) -> Value {
    let map = &mapped.map;
    let mut document = reached_document(&map.reached);
    document["coordinates"] = match &mapped.across {
        Across::Neurons(neurons) => json!({ "neurons": neurons }),
        Across::Memories { layer, two, .. } => json!({ "layer": layer, "memories": two }),
        Across::Along(directions) => json!({ "along": directions }),
    };
    document["points"] = json!([map.x.len(), map.y.len()]);
    document["x"] = json!([map.x.first(), map.x.last()]);
    document["y"] = json!([map.y.first(), map.y.last()]);
    document["border"] = json!(match map.traced {
        Border::No => "none",
        Border::Bisected => "bisected",
        Border::Manifolds => "stable manifolds",
    });
    document["separatrices"] = json!(map.border);
    document
}

pub(super) fn map_arrays(map: &BasinMap) -> Vec<NamedArray> {
    let shape = [map.y.len(), map.x.len()];
    let mut arrays = vec![
        NamedArray::real("x", &shape[1..], map.x.clone()),
        NamedArray::real("y", &shape[..1], map.y.clone()),
        NamedArray::whole("label", &shape, map.labels.clone()),
        NamedArray::real("energy", &shape, map.energies()),
        NamedArray::real("time_to_rest", &shape, map.times.clone()),
    ];
    arrays.extend(states("map", &map.reached));
    arrays
}

/// The states of the fixed points.
fn states(of: &str, reached: &Reached) -> [NamedArray; 2] {
    let lists = [
        ("attractors", &reached.attractors),
        ("saddles", &reached.saddles),
    ];
    lists.map(|(name, list)| {
        let n = list.first().map_or(0, |p| p.x.len());
        let all = list.iter().flat_map(|p| p.x.iter().copied()).collect();
        NamedArray::real(format!("{of}_{name}"), &[list.len(), n], all)
    })
}

pub(super) fn fractions_document(study: &Study, counted: &Counted) -> Value {
    let Fractions { reached, shares } = &counted.fractions;
    let shares = shares.iter().enumerate().map(|(k, share)| {
        let all = 0..share.attractors.len();
        json!({
            "starts": share.starts,
            "attractors": share.attractors,
            "saddles": share.saddles,
            "others": share.others,
            "fractions": all.clone().map(|k| share.fraction(k)).collect::<Vec<_>>(),
            "intervals": all.map(|k| share.interval(k)).collect::<Vec<_>>(),
            "back": counted.back.get(k),
        })
    });
    let shares: Vec<Value> = shares.collect();
    let mut document = reached_document(reached);
    document["drawn"] = json!(counted.around.words(study.settings.method.flips));
    document["shares"] = json!(shares);
    document
}

pub(super) fn fractions_arrays(fractions: &Fractions) -> Vec<NamedArray> {
    let shares = &fractions.shares;
    let n = fractions.reached.attractors.len();
    let counts = shares
        .iter()
        .flat_map(|s| s.attractors.iter().map(|k| *k as i64));
    let parts = shares.iter().flat_map(|s| (0..n).map(|k| s.fraction(k)));
    let ends = shares
        .iter()
        .flat_map(|s| (0..n).flat_map(|k| s.interval(k)));
    let mut arrays = vec![
        NamedArray::whole("counts", &[shares.len(), n], counts.collect()),
        NamedArray::real("fractions", &[shares.len(), n], parts.collect()),
        NamedArray::real("fraction_intervals", &[shares.len(), n, 2], ends.collect()),
    ];
    arrays.extend(states("fraction", &fractions.reached));
    arrays
}

pub(super) fn radius_document(measured: &Measured) -> Value {
    let curves = &measured.curves;
    let memories = curves.memories.iter().enumerate().map(|(k, memory)| {
        let levels = 0..curves.levels.len();
        json!({
            "memory": memory,
            "recalled": curves.recalled[k],
            "restless": curves.restless[k],
            "probabilities": levels.clone().map(|l| curves.probability(k, l)).collect::<Vec<_>>(),
            "intervals": levels.map(|l| curves.interval(k, l)).collect::<Vec<_>>(),
            "radius": measured.level(curves.radius(k, measured.probability)),
            "certain_radius": measured.level(curves.certain_radius(k, measured.probability)),
        })
    });
    json!({
        "damage": if measured.cues.values.is_some() { "fraction of units turned" } else { "noise" },
        "levels": curves.levels,
        "each": curves.each,
        "probability": measured.probability,
        "memories": memories.collect::<Vec<_>>(),
    })
}

pub(super) fn radius_arrays(curves: &RecallCurves) -> Vec<NamedArray> {
    let shape = [curves.memories.len(), curves.levels.len()];
    let whole = |rows: &[Vec<u64>]| rows.iter().flatten().map(|k| *k as i64).collect();
    vec![
        NamedArray::real("damage", &shape[1..], curves.levels.clone()),
        NamedArray::whole("recalled", &shape, whole(&curves.recalled)),
        NamedArray::whole("restless", &shape, whole(&curves.restless)),
    ]
}
