//! One step in every column: it is tried, weighed, and judged by its monitor.

use super::advance::Cost;
use super::clock::StepClocks;
use super::quiet::Tried;
use super::{Block, Job};
use crate::dynamics::control::{SENT_BACK, SHRINK_MOST};
use crate::dynamics::doubt::Leap;
use crate::dynamics::interrupt::Interrupt;
use crate::dynamics::stages::Stages;
use crate::dynamics::stepper::{Equation, Flipped};
use crate::dynamics::view::{Measures, view};
use crate::kernels::{GoOn, sum_rows};
use crate::monitor::{Flow, Monitor, Needs, ROUNDING, Verdict};
use crate::network::Workspace;
use crate::trajectory::{Agreement, EnergyChange, Slope, Step, StopReason};

impl<M: Monitor> Block<'_, M> {
    /// Tries one step in every column and accepts those that may stand.
    pub(super) fn step(&mut self, interrupt: &Interrupt) {
        let (needs, settings) = (self.needs, self.settings);
        let (network, width) = (self.network, self.width);
        let go_on = || !interrupt.is_raised();
        let ws = &mut self.ws;
        let equation = Equation {
            network,
            clamped: &self.clamped,
            forcing: &mut self.forcing,
            times: [&self.clocks.t, &self.clocks.landing],
            tries: self.clocks.tries_left(),
            go_on: &go_on,
        };
        let step = self
            .stages
            .advance(equation, &self.x, &self.clocks.h, needs.energy, ws);
        if let Err(reason) = step {
            // It was left half-way: the steps before it are the last.
            let cost = Cost::of(self.stages.stepper());
            for column in 0..width {
                if reason == StopReason::StepLimit {
                    self.clocks.abandon(column, cost);
                }
                self.finish(column, reason.clone());
            }
            return;
        }
        // Field by field, so that the work of the input can be added to.
        let storage = &self.stages.storage;
        let last = storage.k.last().map_or(&[][..], Vec::as_slice);
        let end = &storage.end[..];
        self.stages.error(&self.x, &self.clocks.h, &mut self.error);
        let drive = self.forcing.drive(&self.clamped);
        self.measures.take((network, drive), (end, last), needs, ws);
        if needs.energy {
            let step = [end, last, &self.error];
            self.measures.weigh_energy(network, step, ws);
            if self.forcing.varies() {
                let (works, error) = (&mut self.stages.input_work, (&*self.error, &*self.clocks.h));
                works.err_by(network, &self.forcing, error, ws);
                self.measures.allow_for(works);
            }
        }
        if self.is_kept_inside() || self.is_decision_due() {
            let (norms, out) = (&mut self.errors, &mut self.measures.fastest);
            self.stages.fastest_rate(width, norms, out);
        }
        // A velocity that is not finite makes the norm so, whether or not the error is weighed.
        let tolerance = settings.tolerance();
        let weight = f64::from(u8::from(!self.method.controls_itself));
        let errors = [&self.error, &self.x, end, last];
        // Moved in: numbers that are reached through references keep the loop from being one of vectors.
        sum_rows(errors, width, &mut self.errors, move |[e, x, y, v]| {
            (weight * e / tolerance.scale(x, y)).powi(2) + 0.0 * (y + v)
        });
        let count = network.size() as f64;
        self.control.weigh(count, &mut self.errors);
        self.clocks.weigh(&self.errors);
        if needs.energy {
            self.doubt(&go_on);
        }
        if self.sees_steps {
            self.judge();
        }
        if self.method.flips {
            let own = |column: &usize| self.clocks.stands(*column);
            let stepper = self.stages.stepper();
            let ends = (0..width).filter(own);
            let ends = ends.filter_map(|column| Some((column, stepper.ends(column)?)));
            self.ends.extend(ends);
        }
        self.accept(&go_on);
    }

    /// Examines the steps within the tolerance in which the energy rose by more than is explained.
    fn doubt(&mut self, go_on: GoOn<'_>) {
        let Some(doubt) = &mut self.doubt else { return };
        if !self.measures.any_rose(&self.ws) {
            return;
        }
        self.due.clear();
        for column in 0..self.width {
            let change = self.measures.change(&self.ws, column);
            if change.change > change.allowance() && self.clocks.stands(column) {
                self.due.push(column);
            }
        }
        if self.due.is_empty() {
            return;
        }
        let start = [&*self.x, self.stages.first()];
        let leap = Leap {
            ends: [start, [self.stages.end(), self.stages.last()]],
            error: &self.error,
            t: &self.clocks.t,
            h: &self.clocks.h,
        };
        let (work, lift) = (&self.measures.work[0], &mut self.measures.lift);
        let energies = ([&self.ws.energy[..], work], &mut lift[..]);
        let system = (&self.forcing, &self.clamped[..]);
        doubt.examine((self.network, go_on), system, leap, &self.due, energies);
    }

    /// Monitors judge the steps that are within the tolerance, and see those that stand, unless they are quiet. Slopes that are
    /// due are measured before that, for all columns together.
    fn judge(&mut self) {
        let (measures, ws) = (&self.measures, &self.ws);
        let tried = Tried {
            stands: self.clocks.standing(),
            landing: &self.clocks.landing,
            accepted: &self.clocks.accepted,
        };
        let any = self.quiet.find(tried, measures, ws);
        if self.needs.energy {
            self.quiet.book(tried.stands, measures, ws);
        }
        if !any {
            return;
        }
        self.due.clear();
        for column in 0..self.width {
            if self.quiet.is_shown(column) && self.is_to_be_shown(column) {
                let is_due = |job: &Job<M>| {
                    self.clocks.accepted[column] + 1 >= job.slope_at && job.slope_at > 0
                };
                if self.jobs[column].as_ref().is_some_and(is_due) {
                    self.due.push(column);
                } else {
                    self.show(column, None);
                }
            }
        }
        let due = std::mem::take(&mut self.due);
        if let Some(slopes) = self.slopes.as_mut().filter(|_| !due.is_empty()) {
            let drive = self.forcing.drive(&self.clamped);
            let ends = [self.stages.end(), self.stages.last()];
            slopes.measure(self.network, drive, ends, due.iter().copied());
        }
        for column in &due {
            let slope = self.slopes.as_ref().map(|s| s.of(*column));
            self.show(*column, slope);
        }
        self.due = due;
    }

    /// Is a step within the tolerance to be shown? One that its monitor rejects is not, and does not stand.
    fn is_to_be_shown(&mut self, column: usize) -> bool {
        let Some(job) = self.jobs[column].as_mut() else {
            return false;
        };
        self.quiet.tell(column, job);
        let step = tried(
            &self.stages,
            &self.clocks,
            &self.measures,
            &self.ws,
            job.needs,
            (column, self.method.is_noisy()),
        );
        // An energy that is not finite proves nothing: such a step does not stand either.
        if step.end.energy.is_some_and(|e| !e.total.is_finite()) {
            self.errors[column] = f64::NAN;
            self.control.sent_back(column, SHRINK_MOST);
            self.clocks.refuse(column);
            return false;
        }
        match job.monitor.judge(&step) {
            Verdict::Accept => return true,
            Verdict::Violation(v) => self.ends.push((column, StopReason::Violation(v))),
            Verdict::Reject => {}
        }
        self.quiet.listen(column, job);
        job.sent_back += 1;
        self.control.sent_back(column, SENT_BACK);
        self.clocks.refuse(column);
        false
    }

    /// Shows a step that stands, and the states inside it that were asked for.
    fn show(&mut self, column: usize, slope: Option<Slope>) {
        let (network, width) = (self.network, self.width);
        let Some(job) = self.jobs[column].as_mut() else {
            return;
        };
        let mut step = tried(
            &self.stages,
            &self.clocks,
            &self.measures,
            &self.ws,
            job.needs,
            (column, self.method.is_noisy()),
        );
        if job.monitor.next_sample() <= step.end.t {
            let start = [&*self.x, self.stages.first()];
            let ends = [self.stages.end(), self.stages.last()];
            self.output.prepare(step.h, [start, ends], width, column);
            self.output.forcing.copy(0, &self.forcing, column);
            self.output.show(
                network,
                &job.clamped,
                [self.clocks.t[column], step.end.t],
                (&self.stages, column),
                &mut job.monitor,
            );
            job.output_evaluations += std::mem::take(&mut self.output.evaluations);
        }
        if slope.is_some() {
            step.end.slope = slope;
            job.slope_at = self.clocks.accepted[column] + 1 + job.needs.slope_every.unwrap_or(0);
        }
        if let Flow::Stop(reason) = job.monitor.observe(&step) {
            // The step stands: its end is where the trajectory stops.
            self.ends.push((column, reason));
        }
        self.quiet.listen(column, job);
    }
}

/// The step just tried in a column, as its monitor sees it.
#[inline(always)]
fn tried<'a>(
    stages: &'a Stages,
    clocks: &StepClocks,
    measures: &'a Measures,
    ws: &'a Workspace,
    needs: Needs,
    (column, is_noisy): (usize, bool),
) -> Step<'a> {
    let ends = (stages.end(), stages.last());
    let place = [measures.rate.len(), column];
    let mut step = Step {
        number: clocks.accepted[column],
        h: clocks.h[column],
        end: view(clocks.landing[column], ends, place, needs, ws, measures),
        // What a neighbour asked for is not shown: it would tell of the company.
        energy: needs.energy.then(|| measures.change(ws, column)),
        flips: None,
        is_free: false,
    };
    if is_noisy {
        // What it does says nothing: noise may raise it. The identity is that of the drift.
        (step.energy, step.is_free) = (None, needs.energy);
    }
    if let (Some(change), Some(flipped)) = (step.energy, stages.stepper().flipped(column)) {
        step.is_free = !flipped.falls || flipped.instead.is_some();
        (step.energy, step.flips) = weighed(change, flipped);
    }
    step
}

/// What the energy did where units flipped: what there is to judge, and what their differences add up to.
fn weighed(change: EnergyChange, flipped: Flipped) -> (Option<EnergyChange>, Option<Slope>) {
    // Every difference is rounded by a few units of its summands. They are those of the energies at both ends, or of states
    // on the way, where they are as large as what the energy ever changed by.
    let count = flipped.flips as f64;
    let between = ROUNDING * count * flipped.largest;
    let tolerance = change.rounding * (1.0 + count / 16.0) + between;
    let sum = flipped.sum.filter(|_| flipped.flips > 0);
    let flips = sum.map(|sum| Slope {
        measured: change.change,
        formula: sum,
        tolerance,
        agreement: match (change.change - sum).abs() <= tolerance {
            true => Agreement::Agrees,
            false => Agreement::Differs,
        },
    });
    let own = match flipped.instead {
        Some(instead) => instead,
        None if flipped.rise > 0.0 => change.change.max(flipped.rise),
        None => change.change,
    };
    let judged = EnergyChange {
        change: own,
        ..change
    };
    (flipped.falls.then_some(judged), flips)
}
