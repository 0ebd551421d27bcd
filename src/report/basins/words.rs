//! Basins in sentences.

use crate::analysis::{BasinMap, Fractions, LandscapePoint, Reached};
use crate::number::{exact, fixed, number, plural};
use crate::study::{Counted, Measured, Study, percent};

/// As many basins are told in a sentence.
const FEW: usize = 4;

pub(super) fn reached_notes(reached: &Reached) -> Vec<String> {
    let mut notes = Vec::new();
    let until = exact(reached.until);
    let Reached { slow, beyond, .. } = reached;
    if reached.restless > 0 {
        let (moving, all) = (reached.restless, reached.followed);
        notes.push(format!(
            "{moving} of {all} starts were not at rest by t = {until} or took all of `max_steps` before: they belong to no attractor of this list, as on a cycle, or are slow; `attractor run` shows it"
        ));
    }
    if *slow > 0 {
        notes.push(format!("{slow} starts were slow where no fixed point is"));
    }
    if *beyond > 0 {
        notes.push(format!(
            "{beyond} starts rest at more points than are listed, as on a line of fixed points"
        ));
    }
    for (k, _) in reached
        .attractors
        .iter()
        .enumerate()
        .filter(|(_, p)| p.is_continuous())
    {
        notes.push(format!(
            "attractor {k} is one of a continuum of fixed points"
        ));
    }
    notes
}

/// `basins of 2 attractors`, or that there is none.
pub(super) fn map_sentence(map: &BasinMap) -> String {
    let reached = &map.reached;
    let all = reached.followed;
    if reached.attractors.is_empty() {
        return match reached.restless {
            _ if reached.is_interrupted => format!("{all} starts were followed to their end"),
            0 => format!("none of {all} starts ended at an attractor"),
            n => format!("no attractor was reached: {n} of {all} starts came to no rest"),
        };
    }
    let area = |p: &LandscapePoint| format!("{} %", percent(p.starts as f64 / all as f64));
    let attractors = plural(reached.attractors.len(), "attractor");
    let mut largest: Vec<(usize, &LandscapePoint)> =
        reached.attractors.iter().enumerate().collect();
    let mut sentence = match largest.len() <= FEW {
        true => {
            let areas: Vec<String> = reached.attractors.iter().map(area).collect();
            format!("{attractors} on the map: {} of it", areas.join(", "))
        }
        false => {
            largest.sort_by_key(|(_, p)| std::cmp::Reverse(p.starts));
            let one = |(k, p): &(usize, &LandscapePoint)| format!("{} of attractor {k}", area(p));
            let areas: Vec<String> = largest.iter().take(FEW).map(one).collect();
            format!(
                "{attractors} on the map, the largest basins: {}",
                areas.join(", ")
            )
        }
    };
    let still: usize = reached.saddles.iter().map(|p| p.starts).sum();
    if still > 0 {
        sentence += &format!("; {} at a saddle", plural(still, "start"));
    }
    sentence
}

pub(super) fn fractions_sentence(study: &Study, counted: &Counted) -> String {
    let Fractions { reached, shares } = &counted.fractions;
    let words = counted.around.words(study.settings.method.flips);
    let first = shares.first();
    let starts = first.map_or(0, |s| s.starts);
    if !counted.back.is_empty() {
        let part = |k: &u64| *k as f64 / starts.max(1) as f64;
        let low = counted.back.iter().map(part).fold(1.0, f64::min);
        let high = counted.back.iter().map(part).fold(0.0, f64::max);
        let n = counted.back.len();
        return format!(
            "{} to {} of {starts} starts {words} come back, of {n}",
            fixed(low, 3),
            fixed(high, 3)
        );
    }
    if reached.attractors.is_empty() && reached.is_interrupted {
        return format!("{} starts were followed to their end", reached.followed);
    }
    if reached.attractors.is_empty() {
        let (n, all) = (reached.restless, reached.followed);
        return format!("no attractor was reached: {n} of {all} starts came to no rest");
    }
    let one = |k: usize| {
        let share = &shares[0];
        let [low, high] = share.interval(k).map(|v| fixed(v, 3));
        format!("{} ({low} to {high})", fixed(share.fraction(k), 3))
    };
    let parts: Vec<String> = (0..reached.attractors.len().min(FEW)).map(one).collect();
    let more = if reached.attractors.len() > FEW {
        " …"
    } else {
        ""
    };
    let attractors = plural(reached.attractors.len(), "attractor");
    format!(
        "{attractors} of {starts} starts {words}, with the fractions {}{more}",
        parts.join(", ")
    )
}

pub(super) fn radius_sentence(measured: &Measured) -> String {
    let curves = &measured.curves;
    let p = number(measured.probability);
    let all =
        (0..curves.memories.len()).map(|k| measured.level(curves.radius(k, measured.probability)));
    let known: Vec<f64> = all.flatten().collect();
    let memories = plural(curves.memories.len(), "memory");
    let what = match measured.cues.values {
        Some(_) => "of the units turned",
        None => "as the noise's standard deviation",
    };
    let low = known.iter().copied().fold(f64::INFINITY, f64::min);
    let high = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let never = curves.memories.len() - known.len();
    if curves.is_interrupted {
        return format!("{memories} asked about; cues that had not ended count as not recalled");
    }
    if known.is_empty() {
        let first = curves.levels.first().copied().map_or(String::new(), number);
        return format!(
            "none of {memories} is recalled with probability {p} at the damage {first}"
        );
    }
    let mut sentence = match low == high {
        true => format!(
            "{memories} recalled with probability {p} up to {} {what}",
            number(low)
        ),
        false => format!(
            "{memories} recalled with probability {p} up to {} to {} {what}",
            number(low),
            number(high)
        ),
    };
    if never > 0 {
        sentence += &format!(", {never} never");
    }
    if known.iter().any(|k| Some(k) == curves.levels.last()) {
        sentence += ", the largest damage asked about";
    }
    sentence
}
