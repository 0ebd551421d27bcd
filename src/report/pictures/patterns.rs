//! Cues and what became of them.

use super::{subtitle, title};
use crate::figure::{PatternPlot, PatternRow};
use crate::study::{Case, CaseResult, PatternPicture, Recall, Results, Study};

/// Cue → intermediate → end beside the true pattern; all failures that there is room for, and some successes.
pub(super) fn patterns(
    study: &Study,
    results: &Results,
    wanted: &PatternPicture,
    recall: &Recall,
) -> Option<PatternPlot> {
    let chosen = choose(study, results, wanted.rows);
    let [height, width] = wanted.shape;
    let mut columns = vec!["cue".to_string()];
    columns.extend(wanted.times.iter().map(|t| format!("t = {t}")));
    columns.extend(["end".into(), "true".into()]);
    let row = |k: usize| {
        row(
            study,
            &study.cases[results.cases[k].case],
            &results.cases[k],
            wanted,
            recall,
        )
    };
    let rows: Vec<PatternRow> = chosen.into_iter().filter_map(row).collect();
    if rows.is_empty() {
        return None;
    }
    let (low, high) = range(&recall.memories.patterns);
    Some(PatternPlot {
        title: title(study, "recall"),
        subtitle: format!(
            "{} · {} (recalled = {} of the true pattern)",
            subtitle(study, results),
            study.recall_counts(results).join(", "),
            recall.criterion.words()
        ),
        shape: (height, width),
        range: (low, high),
        columns,
        rows,
    })
}

fn row(
    study: &Study,
    case: &Case,
    result: &CaseResult,
    wanted: &PatternPicture,
    recall: &Recall,
) -> Option<PatternRow> {
    let network = &study.network;
    let neurons = network.neurons(recall.layer);
    let seen = |x: &[f64]| {
        let mut g = vec![0.0; network.size()];
        network.activation(x, 1, &mut g);
        g[neurons.clone()].to_vec()
    };
    let mut panels = vec![seen(&case.start.x)];
    for t in &wanted.times {
        // A trajectory that ended before, or began after, shows nothing there.
        let kept = result.snapshots.t.iter().position(|kept| kept == t);
        panels.push(kept.map_or_else(Vec::new, |k| seen(result.snapshots.state(k))));
    }
    panels.push(seen(&result.outcome.x));
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

/// The range of grey: that of the memories; symmetric about zero where they have both signs.
fn range(patterns: &[f64]) -> (f64, f64) {
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
