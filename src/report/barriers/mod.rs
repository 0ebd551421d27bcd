//! What is told and kept of the barriers between attractors.

#[cfg(feature = "figures")]
mod figures;

use serde_json::{Value, json};

use crate::analysis::{Barriers, Between, Count, Landscape, Pass, Path};
use crate::number::{number, plural};
use crate::report::{Answer, NamedArray};
use crate::study::Study;

/// Everything that is kept of barriers. Arrays have a row for each pass (`pass_attractors`, `pass_saddle`, `pass_energy`, `barriers`) or for
/// each saddle of index 1 (`saddle`, `joins`, −1 where a half ends at no known point); of the two attractors between which paths were asked
/// for `path_x`, `path_arclength`, `path_energy`, and the same of `straight` and `string`.
pub fn barriers_answer(
    study: &Study,
    landscape: &Landscape,
    found: &Barriers,
    between: Option<&Between>,
) -> Answer {
    let notes = notes(landscape, found, between);
    let sentence = sentence(found, between);
    let mut answer = Answer {
        document: json!({
            "title": study.title,
            "neurons": study.network.size(),
            "attractors": found.attractors.iter().map(|k| json!({
                "point": k, "energy": landscape.points[*k].energy, "x": landscape.points[*k].x,
            })).collect::<Vec<_>>(),
            "saddles": found.connections.iter().map(|c| json!({
                "point": c.saddle, "energy": landscape.points[c.saddle].energy,
                "x": landscape.points[c.saddle].x, "joins": c.joins,
            })).collect::<Vec<_>>(),
            "passes": found.passes.iter().map(|p| json!({
                "attractors": p.attractors, "saddle": p.saddle, "energy": p.energy,
                "barriers": p.barriers, "over": p.over,
            })).collect::<Vec<_>>(),
            "apart": found.apart,
            "between": between.map(document),
            "interrupted": found.is_interrupted,
            "notes": notes,
            "sentence": sentence,
        }),
        arrays: arrays(found),
        notes,
        sentence,
        #[cfg(feature = "figures")]
        figures: (figures::all(study, landscape, found, between), Vec::new()),
        ..Answer::default()
    };
    if let Some(between) = between {
        let lowest = between.lowest.as_ref().map(|(_, path)| ("path", path));
        let string = between.string.as_ref().ok().map(|s| ("string", &s.path));
        let all = lowest.into_iter().chain([("straight", &between.straight)]);
        for (name, path) in all.chain(string) {
            answer.arrays.extend(of_path(name, path));
        }
    }
    answer
}

fn document(between: &Between) -> Value {
    let highest = |path: &Path| path.highest().map(|(energy, _)| energy);
    json!({
        "attractors": between.attractors,
        "straight_line": highest(&between.straight),
        "straight_line_in_activations": between.straight_activation.as_ref().and_then(highest),
        "string": between.string.as_ref().ok().map(|s| json!({
            "energy": s.height(), "settled": s.is_settled,
            "saddles": s.summits.iter().map(|s| json!({
                "energy": s.energy, "index": s.index, "x": s.x,
            })).collect::<Vec<_>>(),
        })),
    })
}

fn arrays(found: &Barriers) -> Vec<NamedArray> {
    let (passes, saddles) = (found.passes.len(), found.connections.len());
    let whole = |name: &str, shape: &[usize], all: Vec<i64>| NamedArray::whole(name, shape, all);
    let attractors = found.passes.iter().flat_map(|p| p.attractors);
    let joins = found.connections.iter().flat_map(|c| c.joins);
    let joins = joins.map(|k| k.map_or(-1, |k| k as i64));
    let own = found.connections.iter().map(|c| c.saddle as i64);
    vec![
        whole(
            "pass_attractors",
            &[passes, 2],
            attractors.map(|k| k as i64).collect(),
        ),
        whole(
            "pass_saddle",
            &[passes],
            found.passes.iter().map(|p| p.saddle as i64).collect(),
        ),
        NamedArray::real(
            "pass_energy",
            &[passes],
            found.passes.iter().map(|p| p.energy).collect(),
        ),
        NamedArray::real(
            "barriers",
            &[passes, 2],
            found.passes.iter().flat_map(|p| p.barriers).collect(),
        ),
        whole("saddle", &[saddles], own.collect()),
        whole("joins", &[saddles, 2], joins.collect()),
    ]
}

fn of_path(name: &str, path: &Path) -> [NamedArray; 3] {
    let rows = path.x.len();
    let width = path.x.first().map_or(0, Vec::len);
    [
        NamedArray::real(format!("{name}_x"), &[rows, width], path.x.concat()),
        NamedArray::real(format!("{name}_arclength"), &[rows], path.arclength.clone()),
        NamedArray::real(format!("{name}_energy"), &[rows], path.energy.clone()),
    ]
}

fn notes(landscape: &Landscape, found: &Barriers, between: Option<&Between>) -> Vec<String> {
    let mut notes = Vec::new();
    match &landscape.count {
        Count::Missing { sum } => notes.push(format!(
            "Σ(−1)^index of the fixed points is {sum} and not 1: at least one is missing, and a pass may be lower than it is told to be; --tries searches longer"
        )),
        Count::Unknown(why) if !found.is_interrupted => notes.push(format!(
            "whether a fixed point is missing cannot be told ({why}), and a pass may be lower than it is told to be"
        )),
        _ => {}
    }
    if !found.apart.is_empty() && !found.is_interrupted {
        let pairs: Vec<String> = found
            .apart
            .iter()
            .take(5)
            .map(|[a, b]| format!("{a} and {b}"))
            .collect();
        notes.push(format!(
            "no saddle that is known joins {} of the pairs of attractors ({}): saddles are missing, or lie on a line of fixed points; --tries searches longer",
            found.apart.len(),
            pairs.join(", ")
        ));
    }
    let ends = found.connections.iter().filter(|c| c.joins.contains(&None));
    let saddles: Vec<String> = ends.map(|c| c.saddle.to_string()).collect();
    if !saddles.is_empty() {
        notes.push(format!(
            "from saddle {} a way down ends at no fixed point of the list",
            saddles.join(", ")
        ));
    }
    let Some(between) = between else {
        return notes;
    };
    match (&between.string, &between.lowest) {
        (Err(why), _) => notes.push(format!("the string method found no path: {why}")),
        (Ok(string), _) if !string.is_settled => {
            notes.push("the string method has not settled: its height is rough".into());
        }
        (Ok(string), None) => notes.push(format!(
            "the string method found a path over E = {}: so high is the pass at most",
            number(string.height())
        )),
        (Ok(string), Some((pass, _))) if string.height() > pass.energy + agrees(pass) => notes.push(format!(
            "the string method found another path, over E = {}: no small change lowers it, and it is not the lowest",
            number(string.height())
        )),
        (Ok(string), Some((pass, _))) if string.height() < pass.energy - agrees(pass) => notes.push(format!(
            "the string method found a lower path, over E = {}: a saddle is missing in the list",
            number(string.height())
        )),
        _ => {}
    }
    notes
}

/// Two heights are one if they differ by no more: both are energies of a fixed point, known to rounding.
fn agrees(pass: &Pass) -> f64 {
    1e-9 * (1.0 + pass.energy.abs())
}

fn sentence(found: &Barriers, between: Option<&Between>) -> String {
    let (attractors, saddles) = (found.attractors.len(), found.connections.len());
    let mut sentence = format!(
        "{}, {} of index 1",
        plural(attractors, "attractor"),
        plural(saddles, "saddle")
    );
    if found.is_interrupted {
        return sentence + "; interrupted";
    }
    let Some(between) = between else {
        return sentence + "; a barrier lies between two attractors";
    };
    let [a, b] = between.attractors;
    sentence += &match &between.lowest {
        Some((pass, _)) => format!(
            "; from point {a} to point {b} the barrier is {}, from {b} to {a} {}",
            number(pass.barriers[0]),
            number(pass.barriers[1])
        ),
        None => format!("; no known saddle joins points {a} and {b}"),
    };
    sentence
}
