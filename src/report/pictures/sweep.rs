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

/// What is shown of a point: a share of its trajectories, and the interval of it.
type Shown = fn(&Tally) -> (f64, [f64; 2]);

/// What is shown of all points, and how it is called. They may differ in what is asked of them; one figure shows one quantity.
fn quantity(tallies: &[Tally]) -> (&'static str, Shown) {
    let mut ended = tallies.iter().filter(|t| t.ended > 0);
    match ended.all(|t| t.judged > 0) {
        true => ("recall probability", |t| (t.share(), t.recall_interval())),
        false => ("part that came to rest or to its time", |t| {
            (t.success(), t.success_interval())
        }),
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
    let (name, shown) = quantity(tallies);
    // The values of an axis in rising order, each with its position.
    let sorted = |axis: &SweepAxis| {
        let mut all: Vec<(usize, f64)> = axis.numbers.iter().copied().enumerate().collect();
        all.sort_by(|a, b| a.1.total_cmp(&b.1));
        all
    };
    let (columns, rows) = (sorted(across), sorted(up));
    let twice = |v: &[(usize, f64)]| v.windows(2).any(|p| p[0].1 == p[1].1);
    if twice(&columns) || twice(&rows) {
        return None;
    }
    // The last parameter of a grid runs fastest.
    let value = |j: usize, i: usize| {
        let tally = &tallies[i * rows.len() + j];
        (tally.ended > 0).then(|| shown(tally).0)
    };
    let row = |(j, _): &(usize, f64)| columns.iter().map(|(i, _)| value(*j, *i)).collect();
    let values: Vec<Vec<Option<f64>>> = rows.iter().map(row).collect();
    let numbers = |all: &[(usize, f64)]| all.iter().map(|(_, x)| *x).collect();
    let positive = |axis: &SweepAxis| axis.logarithmic && axis.numbers.iter().all(|x| *x > 0.0);
    let mut parts = vec![each(tallies)];
    parts.extend(pooled(sweep));
    Some(HeatPlot {
        title: named(title),
        subtitle: parts.join(" · "),
        x_label: across.label.clone(),
        y_label: up.label.clone(),
        value_label: name.into(),
        x_log: positive(across),
        y_log: positive(up),
        values: values.concat(),
        range: (0.0, 1.0),
        x: numbers(&columns),
        y: numbers(&rows),
        ..HeatPlot::default()
    })
}

/// One curve for each value of the other parameters.
fn curves(title: &str, sweep: &Sweep, tallies: &[Tally]) -> Option<LinesPlot> {
    let ended: Vec<usize> = (0..tallies.len())
        .filter(|p| tallies[*p].ended > 0)
        .collect();
    let (name, shares) = quantity(tallies);
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
            let of = points.iter().map(|p| shares(&tallies[*p]));
            let (y, intervals): (Vec<f64>, Vec<[f64; 2]>) = of.unzip();
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
                y,
                low: intervals.iter().map(|i| i[0]).collect(),
                high: intervals.iter().map(|i| i[1]).collect(),
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
        y_label: name.into(),
        x_log,
        y_reaches: vec![0.0, 1.0],
        lines,
        ..LinesPlot::default()
    })
}

fn named(title: &str) -> String {
    match title {
        UNTITLED => String::new(),
        title => title.to_owned(),
    }
}

fn each(tallies: &[Tally]) -> String {
    let counts = || tallies.iter().map(|t| t.ended).filter(|n| *n > 0);
    let (least, most) = (counts().min().unwrap_or(0), counts().max().unwrap_or(0));
    if least == most {
        format!("{} at each point", plural(most as usize, "trajectory"))
    } else {
        format!("{least} to {most} trajectories at each point")
    }
}

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
