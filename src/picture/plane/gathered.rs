//! The trajectories of a run that one system made, and that system.

use super::System;
use crate::figure::PhaseCurve;
use crate::monitor::Save;
use crate::picture::course::between;
use crate::study::{CaseResult, Results, Study};

/// What a plane shows of a run.
pub(super) struct Gathered<'a> {
    pub system: System,
    /// Since when its input is what it is.
    pub since: f64,
    /// The trajectories of starts with the input and the clamped neurons of the first.
    pub alike: Vec<&'a CaseResult>,
    /// All their states.
    pub states: Vec<Vec<f64>>,
}

impl<'a> Gathered<'a> {
    pub fn new(study: &Study, results: &'a Results) -> Self {
        let (system, since) = system(study, results);
        let starts = |case: &CaseResult| &study.cases[case.case].start;
        let first = results.cases.first().map(starts);
        let alike = results.cases.iter().filter(|c| {
            first.is_some_and(|f| f.clamped == starts(c).clamped && f.input == starts(c).input)
        });
        let alike: Vec<&CaseResult> = alike.collect();
        let states = |case: &CaseResult| -> Vec<Vec<f64>> {
            let kept = &case.trajectory;
            let finite = |k: &usize| kept.state(*k).iter().all(|v| v.is_finite());
            let states = (0..kept.len()).filter(finite);
            states.map(|k| kept.state(k).to_vec()).collect()
        };
        Gathered {
            states: alike.iter().flat_map(|c| states(c)).collect(),
            system,
            since,
            alike,
        }
    }

    /// Where the trajectories end, in finite states.
    pub fn ends(&self) -> Vec<Vec<f64>> {
        let ends = self.alike.iter().map(|c| &c.outcome.x);
        let finite = ends.filter(|x| x.iter().all(|v| v.is_finite()));
        finite.cloned().collect()
    }

    /// The trajectories as points of a plane, and their parts before, under another input.
    pub fn curves(
        &self,
        study: &Study,
        point: &dyn Fn(&[f64]) -> [f64; 2],
    ) -> (Vec<PhaseCurve>, Vec<PhaseCurve>) {
        let curve = |case: &CaseResult, times: &dyn Fn(f64) -> bool| {
            // A curve through the steps, without the corners that a network does not have.
            let pieces = if study.save == Save::Steps { 6.0 } else { 1.0 };
            let (t, x) = between(&case.trajectory, |_| pieces);
            let states = t.iter().zip(x.chunks_exact(study.network.size()));
            let points = states.filter(|(t, _)| times(**t)).map(|(_, x)| point(x));
            let points: Vec<[f64; 2]> =
                points.filter(|p| p.iter().all(|v| v.is_finite())).collect();
            PhaseCurve {
                x: points.iter().map(|p| p[0]).collect(),
                y: points.iter().map(|p| p[1]).collect(),
            }
        };
        let since = self.since;
        let still = is_still(study, since);
        let (mut curves, mut earlier) = (Vec::new(), Vec::new());
        for case in &self.alike {
            // Where the input changes to the end there is no part under the last one: the whole is drawn, from its start.
            let mut one = curve(case, &|t| t >= since || !still);
            if study.save == Save::Final {
                // A straight line from the start to the end is no trajectory: its start is all that is known of it.
                one.x.truncate(1);
                one.y.truncate(1);
            } else if since > study.settings.t_start && still {
                earlier.push(curve(case, &|t| t <= since));
            }
            curves.push(one);
        }
        curves.retain(|c| !c.x.is_empty());
        earlier.retain(|c| c.x.len() > 1);
        (curves, earlier)
    }
}

/// The system at the end of the first trajectory, and since when its input is what it is.
fn system(study: &Study, results: &Results) -> (System, f64) {
    let (network, stimulus) = (&study.network, &study.stimulus);
    let t_start = study.settings.t_start;
    let Some(first) = results.cases.first() else {
        let system = System {
            base: vec![0.0; network.size()],
            input: stimulus.input(t_start),
            clamped: Vec::new(),
        };
        return (system, t_start);
    };
    let start = &study.cases[first.case].start;
    // At a switch itself the trajectory has still moved under what was before.
    let before = |t: &&f64| **t > t_start && **t < first.outcome.t;
    let since = stimulus.switches().iter().filter(before);
    let since = since.fold(t_start, |m, t| m.max(*t));
    let (settled, end) = (stimulus.settles(), first.outcome.t);
    let since = match stimulus.varies() {
        // A ramp and a sine end without a jump; where they have not ended the input is what it is at one time only.
        true => since.max(settled.min(end)),
        false => since,
    };
    let system = System {
        base: first.outcome.x.clone(),
        input: first.outcome.input.clone(),
        clamped: start.clamped.clone(),
    };
    (system, since)
}

/// Does the input stand still from this time on, but for switches?
pub(super) fn is_still(study: &Study, since: f64) -> bool {
    study.stimulus.settles() <= since || !study.stimulus.varies()
}
