//! What is told and kept of a landscape.

use serde_json::{Value, json};

use crate::analysis::{Completeness, Count, Landscape, LandscapePoint, Likeness};
use crate::number::{exact, number, plural, rough};
use crate::report::{Answer, NamedArray};
use crate::study::Study;

/// J and the matrix that it should be similar to differ by more than this: the model is not what it says.
const DIFFERS: f64 = 1e-5;

/// The document of `attractor fixed-points --json`.
fn landscape_document(study: &Study, found: &Landscape) -> Value {
    let point = |p: &LandscapePoint| {
        json!({
            "class": p.class.to_string(),
            "index": p.index,
            "zero_eigenvalues": p.zeros,
            "along_null_direction": p.along.map(|a| a.word()), "on_a_kink": p.is_on_a_kink,
            "attracts": p.attracts(),
            "energy": p.energy,
            "residual": p.residual,
            "eigenvalues": p.eigenvalues,
            "all_eigenvalues": p.has_all_eigenvalues,
            "starts": p.starts,
            "likeness": p.likeness.as_ref().map(likeness),
            "overlaps": p.overlaps,
            "x": p.x,
            "activation": p.g,
        })
    };
    let (count, sum) = count_document(&found.count);
    json!({
        "title": study.title,
        "neurons": study.network.size(),
        "fixed_points": found.points.iter().map(point).collect::<Vec<_>>(),
        "starts": found.followed,
        "rested": found.rested,
        "until": found.until,
        "tries": found.tries,
        "count": count,
        "morse_sum": sum,
        "complete": found.complete.as_ref().map(completeness),
        "jacobian_difference": found.asymmetry,
        "full": found.is_full,
        "interrupted": found.is_interrupted,
        "notes": landscape_notes(found),
        "sentence": landscape_sentence(found),
    })
}

/// What the count says, and Σ(−1)^index.
pub(super) fn count_document(count: &Count) -> (&'static str, Option<i64>) {
    match count {
        Count::Complete => ("complete", Some(1)),
        Count::Missing { sum } => ("missing", Some(*sum)),
        Count::Unknown(_) => ("unknown", None),
        Count::All => ("all", None),
    }
}

fn likeness(l: &Likeness) -> Value {
    json!({
        "kind": l.kind.word(), "memories": l.kind.memories(), "weights": l.weights, "effective_number": l.effective,
        "residual": l.residual,
    })
}

fn completeness(c: &Completeness) -> Value {
    json!({
        "proved": c.is_proved(), "fixed_points": c.proved, "boxes": c.boxes, "undecided": c.undecided, "left": c.left,
        "within": c.within, "whole": c.is_whole,
    })
}

/// Everything that is kept of a landscape. Its arrays have a row for each point: `x`, `activation`, `energy` (if there is one), `residual`,
/// `eigenvalues` (real and imaginary parts), `index`, `zero_eigenvalues`, `attracts`, `starts`, `overlaps`; with memories `kind` (0 single,
/// 1 inverse, 2 mixture, 3 average, 4 global average, 5 centre, 6 spurious; −1 not told) and `weights`.
pub fn landscape_answer(study: &Study, found: &Landscape) -> Answer {
    Answer {
        document: landscape_document(study, found),
        #[cfg(feature = "figures")]
        figures: (super::points::landscape_figures(study, found), Vec::new()),
        arrays: arrays(found),
        notes: landscape_notes(found),
        sentence: landscape_sentence(found),
        ..Answer::default()
    }
}

fn arrays(found: &Landscape) -> Vec<NamedArray> {
    let points = &found.points;
    let rows = |name: &str, of: &dyn Fn(&LandscapePoint) -> Vec<f64>, last: &[usize]| {
        let all: Vec<Vec<f64>> = points.iter().map(of).collect();
        let width = all.first().map_or(0, Vec::len);
        let inner: usize = last.iter().product();
        let shape = [&[points.len(), width / inner.max(1)], last].concat();
        NamedArray::real(name, &shape, all.concat())
    };
    let n = [points.len()];
    let whole = |name: &str, of: &dyn Fn(&LandscapePoint) -> usize| {
        let all = points.iter().map(|p| of(p) as i64);
        NamedArray::whole(name, &n, all.collect())
    };
    let mut all = vec![
        rows("x", &|p| p.x.clone(), &[]),
        rows("activation", &|p| p.g.clone(), &[]),
        rows("eigenvalues", &|p| p.eigenvalues.concat(), &[2]),
        rows("overlaps", &|p| p.overlaps.clone(), &[]),
        NamedArray::real("residual", &n, points.iter().map(|p| p.residual).collect()),
        whole("index", &|p| p.index),
        whole("zero_eigenvalues", &|p| p.zeros),
        whole("attracts", &|p| usize::from(p.attracts())),
        whole("starts", &|p| p.starts),
    ];
    let energies: Option<Vec<f64>> = points.iter().map(|p| p.energy).collect();
    all.extend(energies.map(|e| NamedArray::real("energy", &n, e)));
    if points.iter().any(|p| p.likeness.is_some()) {
        let code = |p: &LandscapePoint| p.likeness.as_ref().map_or(-1, |l| l.kind.code());
        all.push(NamedArray::whole(
            "kind",
            &n,
            points.iter().map(code).collect(),
        ));
        let weights = |p: &LandscapePoint| match &p.likeness {
            Some(l) => l.weights.clone(),
            None => vec![f64::NAN; p.overlaps.len()],
        };
        all.push(rows("weights", &weights, &[]));
    }
    all
}

/// What a user should know beside the points.
pub(super) fn landscape_notes(found: &Landscape) -> Vec<String> {
    let mut notes = Vec::new();
    let moving = found.followed - found.rested;
    if moving > 0 && !found.is_interrupted {
        let (all, until) = (found.followed, exact(found.until));
        notes.push(format!(
            "{moving} of {all} starts were not at rest by t = {until} or took all of `max_steps` before: where they go is none of these points, as on a cycle, or they are slow; `attractor run` shows it"
        ));
    }
    if let Some(d) = found.asymmetry.filter(|d| *d > DIFFERS) {
        notes.push(format!(
            "the Jacobian differs by {} from the symmetric matrix that it should be similar to, so its own eigenvalues are told; a synapse or Lagrangian says something wrong of its derivatives",
            rough(d)
        ));
    }
    for (k, p) in found.points.iter().enumerate() {
        if p.is_on_a_kink && !p.class.attracts() {
            notes.push(format!(
                "point {k} lies where an activation or a synapse has two slopes, so that its eigenvalues, of one side, do not tell whether it attracts"
            ));
        }
        if p.is_continuous() {
            let dimension = match p.zeros {
                1 => "a line or ring".to_owned(),
                n => format!("a continuum of {n} dimensions"),
            };
            notes.push(format!(
                "point {k} is one of {dimension} of fixed points, of which no other is listed"
            ));
        }
    }
    if found.points.iter().any(|p| !p.has_all_eigenvalues) {
        notes.push("only the largest and the smallest eigenvalue of each point were computed, and its index by the inertia of the symmetric matrix".into());
    }
    notes.extend(found.complete.iter().flat_map(|c| unproved(c, found)));
    if found.is_full {
        let most = found.points.len();
        notes.push(format!(
            "the list is full with {most} points, and there may be more: --max-points takes a larger number"
        ));
    }
    notes
}

/// Why an exhaustive search proves nothing, if it does not.
fn unproved(c: &Completeness, found: &Landscape) -> Vec<String> {
    let mut notes = Vec::new();
    if c.left > 0 && !found.is_interrupted {
        notes.push(format!(
            "the exhaustive search ended with {} boxes that it did not look at: the fixed points are not isolated, or --max-boxes takes a larger number",
            c.left
        ));
    }
    if !c.is_whole {
        let most = c
            .within
            .iter()
            .flatten()
            .fold(0.0f64, |m, v| m.max(v.abs()));
        notes.push(format!(
            "it cannot be shown that no fixed point lies outside of the box that was searched, |x| up to {}: what holds the states back does not bound the currents",
            number(most)
        ));
    }
    for region in c.undecided.iter().take(10) {
        let ends = region.iter().take(6).map(|[a, b]| number(0.5 * (a + b)));
        let more = if region.len() > 6 { ", …" } else { "" };
        notes.push(format!(
            "nothing is proved near x = ({}{more}): an eigenvalue is 0 there, or nearly",
            ends.collect::<Vec<_>>().join(", ")
        ));
    }
    if c.is_proved() && c.proved != found.points.len() {
        notes.push(format!(
            "the exhaustive search proved {} fixed points, and the list has {}: some are too near to each other to be told apart",
            c.proved,
            found.points.len()
        ));
    }
    notes
}

/// The closing sentence: `3 fixed points: 2 stable nodes, 1 saddle of index 1; Σ(−1)^index = 1, complete as far as the count can see`.
pub(super) fn landscape_sentence(found: &Landscape) -> String {
    let mut kinds: Vec<(String, usize)> = Vec::new();
    for p in &found.points {
        let word = p.class.to_string();
        match kinds.iter_mut().find(|(known, _)| *known == word) {
            Some((_, n)) => *n += 1,
            None => kinds.push((word, 1)),
        }
    }
    kinds.sort_by_key(|(word, _)| {
        let of_kind = found.points.iter().find(|p| p.class.to_string() == *word);
        of_kind.map(|p| (!p.attracts(), p.index))
    });
    let kinds: Vec<String> = kinds.iter().map(|(word, n)| several(*n, word)).collect();
    let mut sentence = plural(found.points.len(), "fixed point");
    if !kinds.is_empty() {
        sentence += &format!(": {}", kinds.join(", "));
    }
    let attracts = found.points.iter().any(LandscapePoint::attracts);
    if !attracts && found.followed > found.rested {
        sentence += "; no attractor is among them";
    }
    let tries = found.tries;
    if let Some(c) = found.complete.as_ref().filter(|_| !found.is_interrupted) {
        let boxes = c.boxes;
        if c.is_proved() && !found.is_full {
            return sentence + &format!("; complete: proved, {boxes} boxes");
        }
        sentence += &format!("; not proved to be complete by {boxes} boxes");
    }
    sentence += &match &found.count {
        _ if found.is_interrupted => "; interrupted".to_owned(),
        Count::Complete => "; Σ(−1)^index = 1, complete as far as the count can see".to_owned(),
        Count::Missing { sum } => {
            format!("; Σ(−1)^index = {sum} and not 1, at least one is missing after {tries} tries")
        }
        Count::Unknown(why) => format!("; whether any is missing cannot be told: {why}"),
        Count::All if found.is_full => String::new(),
        Count::All => format!("; all {} states were asked", number(tries as f64)),
    };
    sentence
}

/// `2 saddles of index 1`: the first word in the plural.
fn several(n: usize, class: &str) -> String {
    if n == 1 || class == "marginal" {
        return format!("{n} {class}");
    }
    match class.split_once(" of ") {
        Some((what, index)) => format!("{n} {}s of {index}", what.replace("focus", "focuse")),
        None => format!("{n} {}s", class.replace("focus", "focuse")),
    }
}
