//! Branches of fixed points as one JSON document, as arrays, and in a sentence.

use serde_json::{Value, json};

use crate::analysis::{Bifurcation, Branch, BranchPoint, Diagram, End};
use crate::number::plural;
use crate::report::{Answer, NamedArray};

/// The whole diagram.
fn branches_document(found: &Diagram) -> Value {
    let branch = |b: &Branch| {
        json!({
            "ends": b.ends.each_ref().map(end_in_words),
            "points": b.points.iter().map(point).collect::<Vec<_>>(),
        })
    };
    let special = found.special.iter().map(|s| {
        json!({
            "kind": s.kind.word(), "parameter": s.parameter, "x": s.x, "energy": s.energy,
            "eigenvalues": s.eigenvalues, "index": s.index, "null_vector": s.null_vector,
            "curvature": s.curvature, "slope": s.slope, "period": s.period,
        })
    });
    let slices = found.slices.iter().map(|s| {
        let points = s.points.iter().map(|(branch, p)| {
            let mut document = point(p);
            document["branch"] = json!(branch);
            document
        });
        json!({ "parameter": s.parameter, "fixed_points": points.collect::<Vec<_>>() })
    });
    json!({
        "branches": found.branches.iter().map(branch).collect::<Vec<_>>(),
        "special_points": special.collect::<Vec<_>>(),
        "slices": slices.collect::<Vec<_>>(),
        "derivative_error": found.derivative_error,
        "interrupted": found.is_interrupted,
        "notes": found.notes,
    })
}

fn point(p: &BranchPoint) -> Value {
    json!({
        "parameter": p.parameter, "x": p.x, "energy": p.energy, "eigenvalues": p.eigenvalues,
        "index": p.index, "special": p.special,
    })
}

/// Why a branch ends, in words.
pub fn end_in_words(end: &End) -> String {
    match end {
        End::Range => "end of the range".into(),
        End::Closed => "closed".into(),
        End::Special(k) => format!("special point {k}"),
        End::Invalid(why) => why.to_string(),
        End::Lost(why) => why.clone(),
        End::Interrupted => "interrupted".into(),
        End::Points => "as many points as were asked for".into(),
    }
}

/// `3 branches with 2 folds and 1 pitchfork`.
pub(super) fn branches_sentence(found: &Diagram) -> String {
    let branches = match found.branches.len() {
        1 => "1 branch".to_owned(),
        n => format!("{n} branches"),
    };
    let kinds = [
        (Bifurcation::Fold, "fold"),
        (Bifurcation::Pitchfork, "pitchfork"),
        (Bifurcation::Transcritical, "transcritical point"),
        (Bifurcation::BranchPoint, "branch point"),
        (Bifurcation::Hopf, "Hopf point"),
    ];
    let counts = kinds.iter().filter_map(|(kind, word)| {
        let n = found.special.iter().filter(|s| s.kind == *kind).count();
        (n > 0).then(|| plural(n, word))
    });
    let counts: Vec<String> = counts.collect();
    let end = if found.is_interrupted {
        "; interrupted"
    } else {
        ""
    };
    // What lies behind the last point is not known.
    let is_cut = |b: &&Branch| b.ends.iter().any(|end| matches!(end, End::Points));
    let cut = match found.branches.iter().filter(is_cut).count() {
        0 => String::new(),
        n => format!("; {n} cut at --points"),
    };
    match counts.is_empty() {
        true => format!("{branches} without a bifurcation{cut}{end}"),
        false => format!("{branches} with {}{cut}{end}", counts.join(", ")),
    }
}

/// Everything that is kept of branches. Its arrays have a row for each point of all branches: `branch`, `parameter`, `x`, `energy` (not
/// a number where there is none), `index`, `eigenvalues` (real and imaginary parts), `special` (−1, or the row of a special point); and
/// of these `special_parameter`, `special_x`, `special_energy`, `special_kind`: 0 fold, 1 pitchfork, 2 transcritical, 3 branch point,
/// 4 Hopf.
pub fn branches_answer(found: &Diagram) -> Answer {
    Answer {
        document: branches_document(found),
        arrays: arrays(found),
        notes: found.notes.clone(),
        sentence: branches_sentence(found),
        // Drawn of what is asked for, by the command.
        #[cfg(feature = "figures")]
        figures: Default::default(),
        ..Answer::default()
    }
}

fn arrays(found: &Diagram) -> Vec<NamedArray> {
    let points: Vec<&BranchPoint> = found.branches.iter().flat_map(|b| &b.points).collect();
    let (rows, n) = (points.len(), points.first().map_or(0, |p| p.x.len()));
    let free = points.first().map_or(0, |p| p.eigenvalues.len());
    let energy = |e: Option<f64>| e.unwrap_or(f64::NAN);
    let of = found.branches.iter().enumerate();
    let of = of.flat_map(|(k, b)| std::iter::repeat_n(k as i64, b.points.len()));
    let real = |name: &str, f: &dyn Fn(&BranchPoint) -> f64| {
        NamedArray::real(name, &[rows], points.iter().map(|p| f(p)).collect())
    };
    let whole = |name: &str, f: &dyn Fn(&BranchPoint) -> i64| {
        NamedArray::whole(name, &[rows], points.iter().map(|p| f(p)).collect())
    };
    let x = points.iter().flat_map(|p| p.x.iter().copied());
    let pairs = points.iter().flat_map(|p| p.eigenvalues.iter());
    let special = || found.special.iter();
    let count = [found.special.len()];
    let width = if count[0] == 0 { 0 } else { n };
    let special_x = special().flat_map(|s| s.x.iter().copied());
    vec![
        NamedArray::whole("branch", &[rows], of.collect()),
        real("parameter", &|p| p.parameter),
        real("energy", &|p| energy(p.energy)),
        NamedArray::real("x", &[rows, n], x.collect()),
        NamedArray::real(
            "eigenvalues",
            &[rows, free, 2],
            pairs.flatten().copied().collect(),
        ),
        whole("index", &|p| p.index as i64),
        whole("special", &|p| p.special.map_or(-1, |k| k as i64)),
        NamedArray::real(
            "special_parameter",
            &count,
            special().map(|s| s.parameter).collect(),
        ),
        NamedArray::real("special_x", &[count[0], width], special_x.collect()),
        NamedArray::real(
            "special_energy",
            &count,
            special().map(|s| energy(s.energy)).collect(),
        ),
        NamedArray::whole(
            "special_kind",
            &count,
            special().map(|s| s.kind as i64).collect(),
        ),
    ]
}
