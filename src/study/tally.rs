//! Sums over the rows of a table of outcomes: what an ensemble, or a point of a sweep, came to.

use std::collections::BTreeMap;

use super::{Census, Columns, Courses, Over, Part};
use crate::analysis::Clusters;
use crate::number::plural;
use crate::trajectory::{Check, StopReason};

/// Sums over the trajectories of an ensemble.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Trajectories that have ended.
    pub ended: u64,
    /// How many of them for each reason, by [`StopReason::code`].
    pub stops: [u64; StopReason::WORDS.len()],
    /// Whose cue was made from a memory.
    pub judged: u64,
    /// Who recalled it.
    pub recalled: u64,
    /// What the energy did.
    pub courses: Courses,
    /// Steps of all.
    pub steps: u64,
    /// Evaluations of the velocity of all.
    pub evaluations: u64,
    /// Largest rise of the energy in a step.
    pub largest_rise: f64,
    /// Sum of the times at which they ended.
    pub time: f64,
    /// Sum of the overlaps with the nearest memory.
    pub overlap: f64,
    /// How many have one.
    pub compared: u64,
    /// Distinct fixed points, and how many are stable: sums over ensembles, and how many of them told it.
    fixed_points: [(u64, u64); 2],
    /// Places where they were slow and no fixed point is.
    slow: u64,
    networks: bool,
    /// Those that belong to no pattern.
    alone: u64,
    /// Recall and success of the patterns, or networks, to which others may still be added: successes and trials.
    open: BTreeMap<u64, [[u64; 2]; 2]>,
    /// The same of all others.
    clusters: [Clusters; 2],
    /// Are they of several points of a sweep? Then a share of all of them says nothing.
    pub mixed: bool,
}

impl Tally {
    /// Adds the row of start `k` of an ensemble.
    pub fn add(&mut self, columns: &Columns, row: &[u64], part: &Part, k: u64) {
        let whole = |name| columns.whole(row, name);
        let real = |name| columns.real(row, name);
        self.ended += 1;
        let stop = whole("stop").unwrap_or(0);
        if let Some(count) = self.stops.get_mut(stop) {
            *count += 1;
        }
        self.time += real("t");
        self.steps += whole("steps").unwrap_or(0) as u64;
        self.evaluations += whole("evaluations").unwrap_or(0) as u64;
        // The larger of a number and NaN is the number.
        self.largest_rise = self.largest_rise.max(real("largest_rise"));
        self.courses.driven |= real("input_work").abs() > 0.0;
        if let Some(course) = whole("course") {
            let broken = whole("violation").and_then(Check::of_code);
            self.courses.count(course, broken);
        }
        if real("overlap").is_finite() {
            self.overlap += real("overlap");
            self.compared += 1;
        }
        let recalled = whole("recalled");
        // Recall and success: successes and trials.
        let judged = [recalled == Some(1), recalled.is_some()];
        let ended = [stop < StopReason::FIRST_FAILURE, true];
        let counts = [judged, ended].map(|pair| pair.map(u64::from));
        self.recalled += counts[0][0];
        self.judged += counts[0][1];
        self.networks |= part.network.is_some();
        let pattern = match part.each {
            Some(each) => Some(k / each.max(1) as u64),
            None => whole("target").map(|target| target as u64),
        };
        match part.network.or(pattern) {
            Some(cluster) => {
                let sums = self.open.entry(cluster).or_default().as_flattened_mut();
                let pairs = sums.iter_mut().zip(counts.as_flattened());
                pairs.for_each(|(sum, n)| *sum += n);
            }
            None => {
                self.alone += 1;
                let pairs = self.clusters.iter_mut().zip(counts);
                pairs.for_each(|(clusters, [good, all])| clusters.add(good, all));
            }
        }
    }

    /// Nothing more is added: what was kept of single patterns goes.
    pub fn close(&mut self) {
        self.clusters = self.all_clusters();
        self.open.clear();
    }

    fn all_clusters(&self) -> [Clusters; 2] {
        let mut all = self.clusters;
        for counts in self.open.values() {
            let pairs = all.iter_mut().zip(counts);
            pairs.for_each(|(clusters, [good, n])| clusters.add(*good, *n));
        }
        all
    }

    /// Notes at how many fixed points the trajectories of an ensemble ended.
    pub fn end_at(&mut self, points: &Census) {
        let counts = [points.distinct, points.stable];
        for ((sum, told), count) in self.fixed_points.iter_mut().zip(counts) {
            *sum += count.unwrap_or(0) as u64;
            *told += u64::from(count.is_some());
        }
        self.slow += points.slow as u64;
    }

    /// Distinct fixed points of an ensemble, and how many are stable: means over ensembles, NaN where not known.
    pub fn distinct(&self) -> [f64; 2] {
        self.fixed_points
            .map(|(sum, count)| sum as f64 / count as f64)
    }

    /// How many patterns, networks or trajectories an interval is over.
    pub fn clusters(&self) -> u64 {
        self.all_clusters()[1].count
    }

    /// What the trajectories are a sample of.
    pub fn over(&self) -> Over {
        match (self.networks, self.clusters(), self.alone) {
            (true, 2.., _) => Over::Networks,
            (false, 2.., 0) => Over::Patterns,
            (_, 1, 0) if !self.networks => Over::Cues,
            _ => Over::Trajectories,
        }
    }

    /// The 95 % interval of the probability of recall; NaN where none is asked about.
    pub fn recall_interval(&self) -> [f64; 2] {
        self.interval(0)
    }

    /// The same of success.
    pub fn success_interval(&self) -> [f64; 2] {
        self.interval(1)
    }

    fn interval(&self, of: usize) -> [f64; 2] {
        match self.all_clusters()[of] {
            Clusters { all: 0, .. } => [f64::NAN; 2],
            clusters => clusters.interval(),
        }
    }

    /// The sums of several together.
    pub fn sum(all: &[Tally]) -> Tally {
        if let [one] = all {
            return one.clone();
        }
        let mut total = Tally {
            mixed: true,
            ..Tally::default()
        };
        for one in all {
            total.ended += one.ended;
            let stops = total.stops.iter_mut().zip(one.stops);
            stops.for_each(|(a, b)| *a += b);
            total.judged += one.judged;
            total.recalled += one.recalled;
            total.courses.join(&one.courses);
            total.steps += one.steps;
            total.evaluations += one.evaluations;
            total.largest_rise = total.largest_rise.max(one.largest_rise);
            total.time += one.time;
            total.overlap += one.overlap;
            total.compared += one.compared;
        }
        total
    }

    /// Those that did not end as they were meant to.
    pub fn failures(&self) -> u64 {
        self.stops[StopReason::FIRST_FAILURE..].iter().sum()
    }

    /// What came of them, in a sentence; `criterion` says what is recalled where that is no distance.
    pub fn sentence(&self, criterion: &str) -> String {
        let mut parts = Vec::new();
        if self.judged > 0 && !self.mixed {
            let [low, high] = self.recall_interval();
            parts.push(format!(
                "{} of {} recalled{criterion}, {} % (95 % interval {} to {} % over {})",
                self.recalled,
                self.judged,
                percent(self.share()),
                percent(low),
                percent(high),
                self.over().word()
            ));
        }
        parts.extend(self.ends());
        parts.join("; ")
    }

    /// The share of those that recalled their memory.
    pub fn share(&self) -> f64 {
        self.recalled as f64 / self.judged as f64
    }

    /// The share of those that ended as they were meant to.
    pub fn success(&self) -> f64 {
        (self.ended - self.failures()) as f64 / self.ended as f64
    }

    /// Where and how they ended, and what their energy did.
    pub fn ends(&self) -> Vec<String> {
        let words = StopReason::WORDS.iter().zip(self.stops);
        let ends = words.filter(|(_, count)| *count > 0);
        let ends = ends.map(|(word, count)| {
            let word = match *word {
                "rest" => format!("at rest{}", self.places()),
                "time-reached" => "reached t_end".to_owned(),
                other => other.replace('-', " "),
            };
            format!("{count} of {} {word}", self.ended)
        });
        ends.chain(self.courses.sentence(self.ended)).collect()
    }

    /// Where they rest: ` at 3 distinct fixed points, 2 of them stable`.
    fn places(&self) -> String {
        let mut text = String::new();
        if self.mixed {
            return text;
        }
        let [distinct, stable] = self.distinct();
        if distinct > 0.0 {
            text = match distinct.fract() == 0.0 {
                true => format!(" at {}", plural(distinct as usize, "distinct fixed point")),
                false => format!(" at {distinct:.2} distinct fixed points"),
            };
            if self.fixed_points[0].1 > 1 {
                text += " on average";
            }
            if !stable.is_nan() {
                text += &format!(", {} of them stable", few(stable));
            }
        }
        if self.slow > 0 {
            text += &format!(
                ", slow at {} where no fixed point is",
                plural(self.slow as usize, "place")
            );
        }
        text
    }
}

/// A share as a percentage with two decimals.
pub fn percent(share: f64) -> String {
    format!("{:.2}", 100.0 * share)
}

/// A mean with two decimals, or a whole number.
fn few(x: f64) -> String {
    if x.fract() == 0.0 {
        format!("{x}")
    } else {
        format!("{x:.2}")
    }
}
