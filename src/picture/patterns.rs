//! Cues and what became of them.

use super::kind::Asked;
use super::words::{subtitle, title};
use super::{Kind, Picture};
use crate::figure::{PatternPlot, PatternRow, Plot};
use crate::key::{Form, NUMBERS, parameter};
use crate::number::plural;
use crate::refusal::Refusal;
use crate::study::{Case, CaseResult, NoPlot, Recall, Results, Study};

pub(super) static KIND: Kind = Kind {
    name: "patterns",
    about: "cue → intermediate → recalled beside the true pattern; needs `[recall]`",
    keys: &[
        parameter(
            "shape",
            NUMBERS,
            "[rows, columns] of pixels (those of the layer)",
        ),
        parameter(
            "times",
            NUMBERS,
            "times of the intermediate states, kept beside what `save` says ([0.5, 1, 2])",
        ),
        parameter(
            "rows",
            Form::Whole(1, Some(100)),
            "most trajectories that are shown (10)",
        ),
    ],
    unasked: |asked| own_shape(asked).is_some(),
    make: |asked| {
        let n = asked.recall("patterns")?.memories.size;
        let shape = match asked.numbers("shape") {
            Some(typed) => pixels(&typed.iter().map(|n| *n as usize).collect::<Vec<_>>()),
            None => own_shape(asked),
        };
        let shape = shape.filter(|[h, w]| h.checked_mul(*w) == Some(n));
        let refused = || {
            let pattern = format!("a pattern of {}", plural(n, "neuron"));
            let why = format!("needs a shape of {}", plural(n, "pixel"));
            let refusal = Refusal::new(pattern, why).help("shape = [rows, columns]");
            ("shape", refusal)
        };
        let wanted = Wanted {
            shape: shape.ok_or_else(refused)?,
            times: asked.numbers("times").unwrap_or(&[0.5, 1.0, 2.0]).to_vec(),
            rows: asked.one("rows", 10),
        };
        let times = wanted.times.clone();
        let picture = Picture::new(move |study, results, _| {
            let recall = study.recall.as_ref().ok_or(NoPlot::NoMemories)?;
            let plot = patterns(study, results, &wanted, recall);
            Ok(Plot::Patterns(plot.ok_or(NoPlot::NothingToShow)?))
        });
        Ok(picture.showing(times))
    },
};

/// Rows and columns of the layer whose end is asked about.
fn own_shape(asked: &Asked<'_>) -> Option<[usize; 2]> {
    pixels(&asked.network.layers()[asked.recall?.layer].shape)
}

/// Rows and columns of a layer's shape, a flat square one included.
fn pixels(shape: &[usize]) -> Option<[usize; 2]> {
    match *shape {
        [h, w] | [1, h, w] => Some([h, w]),
        [n] => {
            let side = (n as f64).sqrt().round() as usize;
            (side * side == n && side > 1).then_some([side, side])
        }
        _ => None,
    }
}

struct Wanted {
    /// Rows and columns of pixels.
    shape: [usize; 2],
    times: Vec<f64>,
    /// Most trajectories that are shown.
    rows: usize,
}

/// Cue → intermediate → end beside the true pattern; all failures that there is room for, and some successes.
fn patterns(
    study: &Study,
    results: &Results,
    wanted: &Wanted,
    recall: &Recall,
) -> Option<PatternPlot> {
    let chosen = choose(study, results, wanted.rows);
    let [height, width] = wanted.shape;
    let mut columns = vec!["cue".to_string()];
    columns.extend(wanted.times.iter().map(|t| format!("t = {t}")));
    columns.extend(["end".into(), "true".into()]);
    let row = |k: usize| row(study, &results.cases[k], wanted, recall);
    let rows: Vec<PatternRow> = chosen.into_iter().filter_map(row).collect();
    if rows.is_empty() {
        return None;
    }
    let (low, high) = range(&recall.memories.patterns);
    Some(PatternPlot {
        large: false,
        title: title(study, "recall"),
        subtitle: format!(
            "{} · {}{}",
            subtitle(study, results),
            study.recall_counts(results).join(", "),
            // Counts by the overlap say so themselves.
            match recall.remark().is_empty() {
                true => format!(
                    " (recalled = {} of the true pattern)",
                    recall.criterion.words()
                ),
                false => String::new(),
            }
        ),
        shape: (height, width),
        range: (low, high),
        columns,
        rows,
    })
}

fn row(study: &Study, result: &CaseResult, wanted: &Wanted, recall: &Recall) -> Option<PatternRow> {
    let case = &study.cases[result.case];
    let mut panels = moments(study, case, result, recall.layer, &wanted.times);
    let shown = case.target.or(result.recalled.map(|r| r.memory))?;
    panels.push(recall.memories.get(shown).to_vec());
    if panels.iter().flatten().any(|v| !v.is_finite()) {
        return None;
    }
    let end = recall
        .memories
        .distance(shown, panels.get(panels.len() - 2)?);
    Some(PatternRow {
        label: case.label.clone(),
        note: match result.recalled {
            Some(r) if Some(r.memory) != case.target && case.target.is_some() => {
                format!("nearest to memory {}, {end:.2} from the true one", r.memory)
            }
            _ => format!("{end:.2} from the true one"),
        },
        good: result.correct.unwrap_or(true),
        panels,
    })
}

/// The activations of a layer at the start, at these times and at the end; nothing where a trajectory ended before, or began
/// after.
pub(super) fn moments(
    study: &Study,
    case: &Case,
    result: &CaseResult,
    layer: usize,
    times: &[f64],
) -> Vec<Vec<f64>> {
    let (network, neurons) = (&study.network, study.network.neurons(layer));
    let seen = |x: &[f64]| {
        let mut g = vec![0.0; network.size()];
        network.activation(x, 1, &mut g);
        g[neurons.clone()].to_vec()
    };
    let at = |t: &f64| {
        let kept = result.snapshots.t.iter().position(|kept| kept == t);
        kept.map_or_else(Vec::new, |k| seen(result.snapshots.state(k)))
    };
    let mut panels = vec![seen(&case.start.x)];
    panels.extend(times.iter().map(at));
    panels.push(seen(&result.outcome.x));
    panels
}

/// Which cases are shown: in every group the failures first, then as many successes as its share of the rows allows,
/// in the order of the starts.
fn choose(study: &Study, results: &Results, rows: usize) -> Vec<usize> {
    let groups = study.groups();
    let mut chosen = Vec::new();
    let mut left = rows;
    for (k, group) in groups.iter().enumerate() {
        let share = left.div_ceil(groups.len() - k);
        let members = || {
            (0..results.cases.len()).filter(|i| study.cases[results.cases[*i].case].group == *group)
        };
        let failed = |i: &usize| results.cases[*i].correct == Some(false);
        let good: Vec<usize> = members().filter(|i| !failed(i)).collect();
        // At least one success among them, where there is one.
        let room = share.saturating_sub(usize::from(!good.is_empty()));
        let mut mine: Vec<usize> = members().filter(failed).take(room).collect();
        let free = share - mine.len();
        let stride = good.len().div_ceil(free.max(1)).max(1);
        mine.extend(good.into_iter().step_by(stride).take(free));
        mine.sort_unstable();
        left -= mine.len().min(left);
        chosen.extend(mine);
    }
    chosen
}

/// The range of grey: that of the values; symmetric about zero where they have both signs.
pub(super) fn range(patterns: &[f64]) -> (f64, f64) {
    let low = patterns.iter().copied().fold(f64::INFINITY, f64::min);
    let high = patterns.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if low < 0.0 && high > 0.0 {
        let most = outward(high.max(-low));
        (-most, most)
    } else if low >= 0.0 && high <= 1.0 && high > 0.5 {
        // Pictures in grey.
        (0.0, 1.0)
    } else if low < high {
        (low, high)
    } else {
        (low, low + 1.0)
    }
}

/// The next number with two digits, so that the scale of grey can be read.
fn outward(v: f64) -> f64 {
    let unit = 10f64.powf(v.log10().floor() - 1.0);
    (v / unit - 1e-9).ceil() * unit
}
