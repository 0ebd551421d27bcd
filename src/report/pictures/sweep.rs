//! The figure of a sweep: how often an ensemble ends well, against the first parameter, or over two.

use crate::figure::{HeatPlot, Line, LinesPlot, Plot};
use crate::number::plural;
use crate::picture::UNTITLED;
use crate::report::{Finished, Outcomes, ReportError};
use crate::study::{Combine, Sweep, SweepAxis, Tally};

/// More curves than this are not told apart.
const CURVES: usize = 8;

/// A second parameter with more values than this is an axis of a map.
const ROWS: usize = 8;

/// What is shown of a point: how many of all, and the interval of their share.
struct Shown {
    share: f64,
    interval: [f64; 2],
}

/// What is shown of all points, and how it is called.
struct Quantity {
    recall: bool,
}

impl Quantity {
    /// Points of a sweep may differ in what is asked of them; one figure shows one quantity.
    fn of(tallies: &[Tally]) -> Self {
        let mut ended = tallies.iter().filter(|t| t.ended > 0);
        Quantity {
            recall: ended.all(|t| t.judged > 0),
        }
    }

    fn name(&self) -> &'static str {
        match self.recall {
            true => "recall probability",
            false => "part that came to rest or to its time",
        }
    }

    fn at(&self, tally: &Tally) -> Shown {
        match self.recall {
            true => Shown {
                share: tally.share(),
                interval: tally.recall_interval(),
            },
            false => Shown {
                share: (tally.ended - tally.failures()) as f64 / tally.ended as f64,
                interval: tally.success_interval(),
            },
        }
    }
}

/// Curves, or a map where there are too many of them; none where nothing varies or nothing has ended yet.
pub(super) fn plot(finished: Finished<'_>, _: &mut Outcomes) -> Result<Option<Plot>, ReportError> {
    let (design, tallies) = (finished.design, finished.tallies);
    let Some(sweep) = &design.sweep else {
        return Ok(None);
    };
    let title = &design.first.study.title;
    let map = map(title, sweep, tallies).map(Plot::Heat);
    Ok(map.or_else(|| curves(title, sweep, tallies).map(Plot::Lines)))
}

/// A map over a grid of two parameters that are numbers.
fn map(title: &str, sweep: &Sweep, tallies: &[Tally]) -> Option<HeatPlot> {
    let [across, up] = sweep.varied() else {
        return None;
    };
    let grid = sweep.combine == Combine::Grid && sweep.is_numeric(0) && sweep.is_numeric(1);
    if !grid || up.values.len() <= ROWS || across.values.len() < 2 {
        return None;
    }
    if tallies.iter().all(|t| t.ended == 0) {
        return None;
    }
    let quantity = Quantity::of(tallies);
    let places = |axis: &SweepAxis| {
        let mut order: Vec<usize> = (0..axis.numbers.len()).collect();
        order.sort_by(|a, b| axis.numbers[*a].total_cmp(&axis.numbers[*b]));
        order
    };
    let (columns, rows) = (places(across), places(up));
    let numbers = |axis: &SweepAxis, order: &[usize]| {
        let numbers: Vec<f64> = order.iter().map(|k| axis.numbers[*k]).collect();
        numbers
    };
    let (x, y) = (numbers(across, &columns), numbers(up, &rows));
    let twice = |v: &[f64]| v.windows(2).any(|p| p[0] == p[1]);
    if twice(&x) || twice(&y) {
        return None;
    }
    // The last parameter of a grid runs fastest.
    let value = |j: &usize, i: &usize| {
        let tally = &tallies[i * rows.len() + j];
        (tally.ended > 0).then(|| quantity.at(tally).share)
    };
    let values = rows
        .iter()
        .flat_map(|j| columns.iter().map(move |i| value(j, i)));
    let positive = |axis: &SweepAxis| axis.logarithmic && axis.numbers.iter().all(|x| *x > 0.0);
    let mut parts = vec![each(tallies)];
    parts.extend(pooled(sweep));
    Some(HeatPlot {
        title: named(title),
        subtitle: parts.join(" · "),
        x_label: across.label.clone(),
        y_label: up.label.clone(),
        value_label: quantity.name().into(),
        x_log: positive(across),
        y_log: positive(up),
        values: values.collect(),
        range: (0.0, 1.0),
        x,
        y,
    })
}

/// One curve for each value of the other parameters.
fn curves(title: &str, sweep: &Sweep, tallies: &[Tally]) -> Option<LinesPlot> {
    let ended: Vec<usize> = (0..tallies.len())
        .filter(|p| tallies[*p].ended > 0)
        .collect();
    let quantity = Quantity::of(tallies);
    let varied = sweep.varied();
    let axis = varied.first()?;
    let grid = sweep.combine == Combine::Grid;
    // Grid points with the same values of all parameters but the first.
    let mut groups: Vec<(&[usize], Vec<usize>)> = Vec::new();
    for p in &ended {
        let at = &sweep.points[sweep.first(*p)][..varied.len()];
        let others = if grid { &at[1..] } else { &[] };
        match groups.iter_mut().find(|(key, _)| *key == others) {
            Some((_, points)) => points.push(*p),
            None => groups.push((others, vec![*p])),
        }
    }
    // In the order of the values, whichever ended first.
    groups.sort_by(|a, b| a.0.cmp(b.0));
    let all = groups.len();
    let shown = all.min(CURVES);
    // The first, the last, and as many between them.
    let chosen = (0..shown).map(|k| k * (all - 1) / (shown - 1).max(1));
    let groups: Vec<_> = chosen.map(|k| &groups[k]).collect();
    let number = |p: usize| sweep.number(0, sweep.first(p));
    let lines: Vec<Line> = groups
        .iter()
        .map(|(others, points)| {
            let mut points = points.clone();
            points.sort_by(|a, b| number(*a).total_cmp(&number(*b)));
            let of: Vec<Shown> = points.iter().map(|p| quantity.at(&tallies[*p])).collect();
            let labels = varied[1..].iter().zip(*others);
            let labels: Vec<String> = labels
                .map(|(axis, k)| match axis.labels.get(*k) {
                    Some(label) => label.clone(),
                    None => format!("{} = {}", axis.label, axis.short_name(*k)),
                })
                .collect();
            Line {
                label: labels.join(", "),
                x: points.iter().map(|p| number(*p)).collect(),
                y: of.iter().map(|s| s.share).collect(),
                low: of.iter().map(|s| s.interval[0]).collect(),
                high: of.iter().map(|s| s.interval[1]).collect(),
                dots: true,
                scattered: sweep.combine == Combine::Random || !sweep.is_numeric(0),
                ..Line::default()
            }
        })
        .collect();
    if lines.is_empty() {
        return None;
    }
    let mut x_label = axis.label.clone();
    if !sweep.is_numeric(0) {
        let places = (0..axis.values.len()).map(|k| format!("{k}: {}", axis.name(k)));
        let places: Vec<String> = places.collect();
        x_label = format!("{x_label} ({})", places.join(", "));
    }
    let x_log = axis.logarithmic && axis.numbers.iter().all(|x| *x > 0.0);
    Some(LinesPlot {
        title: named(title),
        subtitle: subtitle(sweep, tallies, (shown, all)),
        x_label,
        y_label: quantity.name().into(),
        x_log,
        y_reaches: vec![0.0, 1.0],
        lines,
        ..LinesPlot::default()
    })
}

/// A title, unless the model has none.
fn named(title: &str) -> String {
    match title {
        UNTITLED => String::new(),
        title => title.to_owned(),
    }
}

/// How many trajectories are behind each point.
fn each(tallies: &[Tally]) -> String {
    let counts = || tallies.iter().map(|t| t.ended).filter(|n| *n > 0);
    let (least, most) = (counts().min().unwrap_or(0), counts().max().unwrap_or(0));
    if least == most {
        format!("{} at each point", plural(most as usize, "trajectory"))
    } else {
        format!("{least} to {most} trajectories at each point")
    }
}

/// What was averaged over.
fn pooled(sweep: &Sweep) -> Option<String> {
    let repeated = sweep.axes[sweep.varied().len()..].iter();
    let labels: Vec<&str> = repeated.map(|a| a.label.as_str()).collect();
    let (n, labels) = (sweep.replicates, labels.join(", "));
    (n > 1).then(|| format!("mean over {n} draws ({labels})"))
}

/// What the intervals are over: at most points of a sweep the same.
fn over(tallies: &[Tally]) -> &'static str {
    let ended = tallies.iter().filter(|t| t.ended > 0);
    let mut words: Vec<&str> = ended.map(|t| t.over().word()).collect();
    words.dedup();
    match words[..] {
        [one] => one,
        _ => "what sweep.csv says",
    }
}

/// How many trajectories there are behind it, and what is not shown.
fn subtitle(sweep: &Sweep, tallies: &[Tally], (shown, all): (usize, usize)) -> String {
    let mut parts = vec![each(tallies)];
    parts.extend(pooled(sweep));
    parts.push(format!("bars: 95 % intervals over {}", over(tallies)));
    // What no curve tells apart.
    let others = sweep.varied()[1..].iter().map(|axis| axis.label.as_str());
    let others = others.collect::<Vec<_>>().join(", ");
    match sweep.combine {
        _ if others.is_empty() => {}
        Combine::Grid => {}
        Combine::Zip => parts.push(format!("varied along: {others}")),
        Combine::Random => parts.push(format!("drawn as well: {others}")),
    }
    if shown < all {
        parts.push(format!("{shown} of {all} curves"));
    }
    parts.join(" · ")
}
