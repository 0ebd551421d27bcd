//! A block of trajectories that advance together, each with its own time, step, error control and monitor.

use super::control::{Controller, first_guess, first_step, scale};
use super::dense::Output;
use super::stages::{Equation, Stages};
use super::{Interrupt, Outcome, Settings, Start, Statistics};
use crate::kernels::{combine, sum_rows};
use crate::monitor::{Flow, IdentityProbe, Monitor, Needs, Verdict};
use crate::network::{Drive, Network, Workspace};
use crate::stimulus::Stimulus;
use crate::trajectory::{Column, EnergyView, Slope, State, Step, StopReason};

/// Refusals of one step in a row after which it is given up: the step has then shrunk by far more than 2⁵³.
const REFUSALS: u32 = 100;

/// The part of the interval of stability that a step uses while rest is watched for.
const WELL_INSIDE: f64 = 0.7;

/// One trajectory in its lane.
#[derive(Debug)]
struct Job<M> {
    monitor: M,
    needs: Needs,
    t: f64,
    /// The step to try next.
    h: f64,
    /// When the input changes next.
    switch: f64,
    /// Not shown to its monitor yet.
    fresh: bool,
    /// The input has just changed.
    switched: bool,
    control: Controller,
    statistics: Statistics,
    refusals: u32,
    own_input: Vec<f64>,
    /// Neurons that are held.
    held: Vec<usize>,
    finished: Option<StopReason>,
}

/// What was computed at the end of the last step tried, by lane.
#[derive(Debug)]
struct Measures {
    rate: Vec<f64>,
    energy_of_error: Vec<f64>,
    residual: Vec<f64>,
    /// The fastest rate 1/time of the network, where rest is watched for.
    fastest: Vec<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Idle,
    Accepted(f64),
    Refused,
}

/// A block of lanes; see the module.
#[derive(Debug)]
pub struct Block<'n, M> {
    network: &'n Network,
    settings: &'n Settings,
    stimulus: &'n Stimulus,
    lanes: usize,
    has_energy: bool,
    x: Vec<f64>,
    input: Vec<f64>,
    held: Vec<usize>,
    stages: Stages,
    error: Vec<f64>,
    ws: Workspace,
    output: Output,
    probe: Option<IdentityProbe>,
    h: Vec<f64>,
    lane: Vec<f64>,
    measures: Measures,
    fates: Vec<Fate>,
    jobs: Vec<Option<Job<M>>>,
    /// Storage for the lanes that end in one attempt.
    ends: Vec<(usize, StopReason)>,
}

impl<'n, M: Monitor> Block<'n, M> {
    /// An empty block.
    ///
    /// # Errors
    /// Settings that make no sense.
    pub fn new(
        network: &'n Network,
        settings: &'n Settings,
        stimulus: &'n Stimulus,
        lanes: usize,
    ) -> Result<Self, String> {
        settings.check()?;
        if lanes == 0 {
            return Err("a block needs at least one lane".into());
        }
        let size = network.size() * lanes;
        let per_lane = vec![0.0; lanes];
        Ok(Block {
            network,
            settings,
            stimulus,
            lanes,
            has_energy: network.has_energy(),
            x: vec![0.0; size],
            input: vec![0.0; size],
            held: Vec::new(),
            stages: Stages::new(settings.tableau, size),
            error: vec![0.0; size],
            ws: Workspace::new(network, lanes),
            output: Output::new(network, settings.tableau),
            probe: None,
            h: per_lane.clone(),
            lane: per_lane.clone(),
            measures: Measures {
                rate: per_lane.clone(),
                energy_of_error: per_lane.clone(),
                residual: per_lane.clone(),
                fastest: per_lane,
            },
            fates: vec![Fate::Idle; lanes],
            jobs: (0..lanes).map(|_| None).collect(),
            ends: Vec::with_capacity(lanes),
        })
    }

    /// Puts a trajectory into a lane, whatever was there.
    ///
    /// # Errors
    /// A start of the wrong length or not finite, or a group that is held in part.
    pub fn load(&mut self, lane: usize, start: Start, monitor: M) -> Result<(), String> {
        let n = self.network.size();
        check_start(self.network, &start)?;
        let mut held = self.network.held().to_vec();
        held.extend(&start.held);
        held.sort_unstable();
        held.dedup();
        let t = self.settings.t_start;
        for i in 0..n {
            self.x[i * self.lanes + lane] = start.x[i];
        }
        let mut needs = monitor.needs();
        needs.energy &= self.has_energy;
        if !needs.energy {
            needs.slope_every = None;
        }
        if needs.slope_every.is_some() && self.probe.is_none() {
            self.probe = Some(IdentityProbe::new(self.network, self.lanes));
        }
        self.jobs[lane] = Some(Job {
            monitor,
            needs,
            t,
            h: self.settings.step.unwrap_or(f64::NAN),
            switch: self.stimulus.next_switch(t),
            fresh: true,
            switched: false,
            control: Controller::new(self.settings.tableau),
            statistics: Statistics::default(),
            refusals: 0,
            own_input: start.input,
            held,
            finished: None,
        });
        self.set_input(lane, t);
        self.held.clear();
        for (lane, job) in self.jobs.iter().enumerate() {
            let neurons = job.iter().flat_map(|j| &j.held);
            self.held.extend(neurons.map(|i| i * self.lanes + lane));
        }
        Ok(())
    }

    /// Has this lane nothing to do?
    pub fn is_idle(&self, lane: usize) -> bool {
        self.jobs[lane].is_none()
    }

    /// Takes the trajectory out of a lane if it has ended.
    pub fn take_finished(&mut self, lane: usize) -> Option<(Outcome, M)> {
        let ended = self.jobs[lane].as_ref()?.finished.is_some();
        let job = if ended {
            self.jobs[lane].take()?
        } else {
            return None;
        };
        let column = |block: &[f64]| Column::new(block, self.lanes, lane).iter().collect();
        let outcome = Outcome {
            stop: job.finished?,
            t: job.t,
            x: column(&self.x),
            input: column(&self.input),
            statistics: job.statistics,
        };
        Some((outcome, job.monitor))
    }

    /// Tries one step in every lane that is at work.
    pub fn advance(&mut self, interrupt: &Interrupt) {
        if interrupt.is_raised() {
            for lane in 0..self.lanes {
                self.finish(lane, StopReason::Interrupted);
            }
        }
        let waiting = |j: &&Job<M>| j.finished.is_none() && (j.fresh || j.switched);
        if self.jobs.iter().flatten().any(|j| waiting(&j)) {
            self.restart();
        }
        self.give_up_small_steps();
        if self.jobs.iter().flatten().any(|j| j.finished.is_none()) {
            self.attempt();
        }
    }

    /// A step that hardly moves the time would move the state all the same: the trajectory would leave its own time
    /// behind. The last bit before a target, however short, lands on it.
    fn give_up_small_steps(&mut self) {
        for lane in 0..self.lanes {
            let Some(job) = self.jobs[lane].as_ref().filter(|j| j.finished.is_none()) else {
                continue;
            };
            let h = step_length(job, self.settings);
            let lands = h == target(job, self.settings) - job.t;
            if !lands && h <= smallest_step(job.t) {
                self.finish(lane, StopReason::StepTooSmall);
            }
        }
    }

    fn set_input(&mut self, lane: usize, t: f64) {
        let Some(job) = &self.jobs[lane] else { return };
        for (i, v) in self.stimulus.input(t).iter().enumerate() {
            let own = job.own_input.get(i).copied().unwrap_or(0.0);
            self.input[i * self.lanes + lane] = v + own;
        }
    }

    fn needs(&self) -> Needs {
        let active = self.jobs.iter().flatten().filter(|j| j.finished.is_none());
        active.fold(Needs::default(), |n, j| n.and(j.needs))
    }

    /// Fresh velocities where a trajectory begins or its input has changed: the derivative that the last step left is
    /// that of the old input.
    fn restart(&mut self) {
        let needs = self.needs();
        let drive = Drive {
            input: &self.input,
            held: &self.held,
        };
        let (network, ws) = (self.network, &mut self.ws);
        let velocity = &mut self.stages.k[0];
        network.velocity(&self.x, drive, needs.energy, ws, velocity);
        if needs.energy {
            network.energy(&self.x, drive, ws);
            network.hessian(&self.x, ws);
            network.energy_rate(velocity, ws, &mut self.measures.rate);
        }
        if let Some(tolerance) = needs.rest {
            let out = &mut self.measures.residual;
            network.rest_residual(&self.x, velocity, tolerance, ws, out);
        }
        let slopes: &[Slope] = match &mut self.probe {
            Some(probe) if needs.slope_every.is_some() => {
                probe.measure(network, drive, &self.x, velocity)
            }
            _ => &[],
        };
        let mut ends = std::mem::take(&mut self.ends);
        for (lane, job) in self.jobs.iter_mut().enumerate() {
            let Some(job) = job.as_mut().filter(|j| j.finished.is_none()) else {
                continue;
            };
            let block = (&*self.x, &**velocity);
            let mut state = view(
                job.t,
                block,
                [self.lanes, lane],
                job.needs,
                ws,
                &self.measures,
            );
            if job.fresh {
                job.statistics.evaluations += 1;
                if let Some(neuron) = not_finite(&state, state.x) {
                    ends.push((lane, StopReason::NonFinite { neuron }));
                    continue;
                }
                state.slope = job.needs.slope_every.and(slopes.get(lane).copied());
                if let Flow::Stop(reason) = job.monitor.begin(&state) {
                    ends.push((lane, reason));
                }
            } else if job.switched {
                job.statistics.evaluations += 1;
                job.monitor.switched(&state);
            }
        }
        for (lane, reason) in ends.drain(..) {
            self.finish(lane, reason);
        }
        self.ends = ends;
        self.choose_first_steps();
        for job in self.jobs.iter_mut().flatten() {
            job.fresh = false;
            job.switched = false;
        }
    }

    /// First steps by the local behaviour of the solution (Hairer, Nørsett and Wanner, II.4).
    fn choose_first_steps(&mut self) {
        let open = |j: &Option<Job<M>>| {
            j.as_ref()
                .is_some_and(|j| j.fresh && j.h.is_nan() && j.finished.is_none())
        };
        if !self.jobs.iter().any(open) {
            return;
        }
        let (lanes, settings) = (self.lanes, self.settings);
        let count = self.network.size() as f64;
        let norm = |s: f64| (s / count).sqrt();
        let drive = Drive {
            input: &self.input,
            held: &self.held,
        };
        let Stages { k, end, .. } = &mut self.stages;
        let Some((last, first)) = k.split_last_mut() else {
            return;
        };
        let velocity = &first[0];
        let weigh = |x: f64, v: f64| (v / scale(settings, x, x)).powi(2);
        sum_rows([&self.x], lanes, &mut self.h, |[x]| weigh(x, x));
        sum_rows([&self.x, velocity], lanes, &mut self.lane, |[x, v]| {
            weigh(x, v)
        });
        for (h, v) in self.h.iter_mut().zip(&self.lane) {
            *h = first_guess(norm(*h), norm(*v));
        }
        combine(lanes, Some(&self.x), &self.h, &[1.0], first, end);
        self.network.velocity(end, drive, false, &mut self.ws, last);
        sum_rows(
            [&self.x, velocity, last],
            lanes,
            &mut self.error[..lanes],
            |[x, v, w]| weigh(x, w - v),
        );
        for (lane, job) in self.jobs.iter_mut().enumerate() {
            if open(job)
                && let Some(job) = job
            {
                let change = norm(self.error[lane]);
                let (guess, velocity) = (self.h[lane], norm(self.lane[lane]));
                job.h = first_step(settings.tableau, guess, velocity, change);
                job.statistics.evaluations += 1;
            }
        }
    }

    /// One step in every lane: try, judge, show, take.
    fn attempt(&mut self) {
        let needs = self.needs();
        let settings = self.settings;
        for (h, job) in self.h.iter_mut().zip(&self.jobs) {
            *h = match job {
                Some(job) if job.finished.is_none() => step_length(job, settings),
                _ => 0.0,
            };
        }
        let (network, lanes) = (self.network, self.lanes);
        let drive = Drive {
            input: &self.input,
            held: &self.held,
        };
        let (tableau, ws) = (settings.tableau, &mut self.ws);
        let equation = Equation {
            network,
            tableau,
            drive,
        };
        self.stages
            .advance(equation, &self.x, &self.h, needs.energy, ws);
        let (end, last) = (&self.stages.end, self.stages.last());
        match tableau.error {
            Some(weights) => self.stages.error(weights, lanes, &self.h, &mut self.error),
            None => self.error.fill(0.0),
        }
        if needs.energy {
            network.energy(end, drive, ws);
            network.hessian(end, ws);
            network.energy_rate(last, ws, &mut self.measures.rate);
            let out = &mut self.measures.energy_of_error;
            network.energy_of_error(last, &self.error, ws, out);
        }
        if let Some(tolerance) = needs.rest {
            let out = &mut self.measures.residual;
            network.rest_residual(end, last, tolerance, ws, out);
            let (norms, out) = (&mut self.lane, &mut self.measures.fastest);
            self.stages.fastest_rate(lanes, norms, out);
        }
        // A velocity that is not finite makes the norm so, whether or not the method weighs it.
        let errors = [&self.error, &self.x, end, last];
        sum_rows(errors, lanes, &mut self.lane, |[e, x, y, v]| {
            (e / scale(settings, x, y)).powi(2) + 0.0 * (y + v)
        });
        self.judge();
        self.show(needs);
        self.take();
    }

    /// Decides what becomes of the step in every lane.
    fn judge(&mut self) {
        let settings = self.settings;
        let count = self.network.size() as f64;
        let mut ends = std::mem::take(&mut self.ends);
        for lane in 0..self.lanes {
            self.fates[lane] = Fate::Idle;
            let Some(job) = self.jobs[lane].as_mut().filter(|j| j.finished.is_none()) else {
                continue;
            };
            job.statistics.evaluations += settings.tableau.stages() as u64;
            let h = self.h[lane];
            let error = (self.lane[lane] / count).sqrt();
            let block = (&*self.stages.end, self.stages.last());
            let t = landing(job, settings, h);
            let end = view(
                t,
                block,
                [self.lanes, lane],
                job.needs,
                &self.ws,
                &self.measures,
            );
            let step = Step {
                number: job.statistics.accepted,
                h,
                end,
                energy_of_error: self.measures.energy_of_error[lane],
            };
            // An energy that is not finite proves nothing: such a step does not stand either.
            let overflow = end.energy.is_some_and(|e| !e.total.is_finite());
            let error = if overflow { f64::NAN } else { error };
            let finite = error.is_finite();
            let verdict = match error <= 1.0 {
                true => Some(job.monitor.judge(&step)),
                false => None,
            };
            let factor = match verdict {
                Some(Verdict::Accept) => {
                    self.fates[lane] = Fate::Accepted(error);
                    job.refusals = 0;
                    continue;
                }
                Some(Verdict::Violation(v)) => {
                    ends.push((lane, StopReason::Violation(v)));
                    continue;
                }
                Some(Verdict::Reject) => {
                    job.statistics.sent_back += 1;
                    job.control.sent_back()
                }
                None => {
                    job.statistics.rejected += 1;
                    job.control.rejected(error)
                }
            };
            self.fates[lane] = Fate::Refused;
            job.refusals += 1;
            job.h = h * factor;
            let hopeless = job.refusals >= REFUSALS || job.h <= smallest_step(job.t);
            if hopeless || (!finite && settings.tableau.error.is_none()) {
                let before = Column::new(&self.stages.k[0], self.lanes, lane);
                let reason = match not_finite(&end, before) {
                    Some(neuron) => StopReason::NonFinite { neuron },
                    None => StopReason::StepTooSmall,
                };
                ends.push((lane, reason));
            } else if tried(&job.statistics) >= settings.max_steps {
                ends.push((lane, StopReason::StepLimit));
            }
        }
        for (lane, reason) in ends.drain(..) {
            self.finish(lane, reason);
        }
        self.ends = ends;
    }

    /// Shows the steps that were accepted, and the states inside them that were asked for.
    fn show(&mut self, needs: Needs) {
        let due = |job: &Job<M>| {
            let next = job.statistics.accepted + 1;
            job.needs
                .slope_every
                .is_some_and(|every| next.is_multiple_of(every))
        };
        let accepted = |fate: &Fate| matches!(fate, Fate::Accepted(_));
        let mut lanes = self.jobs.iter().zip(&self.fates);
        let any_due = lanes.any(|(j, f)| accepted(f) && j.as_ref().is_some_and(due));
        let drive = Drive {
            input: &self.input,
            held: &self.held,
        };
        let block = (&*self.stages.end, self.stages.last());
        let slopes: &[Slope] = match &mut self.probe {
            Some(probe) if any_due && needs.slope_every.is_some() => {
                probe.measure(self.network, drive, block.0, block.1)
            }
            _ => &[],
        };
        let mut ends = std::mem::take(&mut self.ends);
        for (lane, job) in self.jobs.iter_mut().enumerate() {
            let (Some(job), Fate::Accepted(_)) = (job, self.fates[lane]) else {
                continue;
            };
            let h = self.h[lane];
            let t = landing(job, self.settings, h);
            if job.monitor.next_sample() <= t {
                let start = [&*self.x, &*self.stages.k[0]];
                self.output
                    .prepare(h, [start, [block.0, block.1]], self.lanes, lane);
                let input = Column::new(&self.input, self.lanes, lane);
                self.output.show(
                    self.network,
                    self.settings.tableau,
                    input,
                    &job.held,
                    [job.t, t],
                    &mut job.monitor,
                );
                job.statistics.output_evaluations += std::mem::take(&mut self.output.evaluations);
            }
            let mut end = view(
                t,
                block,
                [self.lanes, lane],
                job.needs,
                &self.ws,
                &self.measures,
            );
            if due(job) {
                end.slope = slopes.get(lane).copied();
            }
            let step = Step {
                number: job.statistics.accepted,
                h,
                end,
                energy_of_error: self.measures.energy_of_error[lane],
            };
            if let Flow::Stop(reason) = job.monitor.observe(&step) {
                ends.push((lane, reason));
            }
        }
        for (lane, reason) in ends.drain(..) {
            if let Some(job) = &mut self.jobs[lane] {
                // The step stands: its end is where the trajectory stops.
                job.finished = Some(reason);
            }
        }
        self.ends = ends;
    }

    /// Makes the ends of accepted steps the new states.
    fn take(&mut self) {
        let lanes = self.lanes;
        let s = self.settings.tableau.stages();
        if lanes == 1 {
            if matches!(self.fates[0], Fate::Accepted(_)) {
                std::mem::swap(&mut self.x, &mut self.stages.end);
                self.stages.k.swap(0, s);
            }
        } else {
            let (first, last) = self.stages.k.split_at_mut(s);
            for lane in 0..lanes {
                if matches!(self.fates[lane], Fate::Accepted(_)) {
                    for i in (lane..self.x.len()).step_by(lanes) {
                        self.x[i] = self.stages.end[i];
                        first[0][i] = last[0][i];
                    }
                }
            }
        }
        for lane in 0..lanes {
            let (Some(job), Fate::Accepted(error)) = (&mut self.jobs[lane], self.fates[lane])
            else {
                continue;
            };
            let h = self.h[lane];
            job.t = landing(job, self.settings, h);
            job.statistics.accepted += 1;
            if self.settings.tableau.error.is_some() {
                let next = h * job.control.accepted(error);
                // A step that was cut short to land somewhere says nothing against a longer one.
                job.h = if h < job.h { next.max(job.h) } else { next };
                let fastest = self.measures.fastest[lane];
                if job.needs.rest.is_some() && fastest > 0.0 {
                    // At rest an explicit method takes ever longer steps, to the edge of its stability, where the
                    // errors of its fastest mode neither grow nor decay and the state trembles by the tolerance for
                    // ever. Well inside that edge it comes to rest.
                    job.h = job
                        .h
                        .min(WELL_INSIDE * self.settings.tableau.stability / fastest);
                }
            }
            let ended = job.finished.take().or({
                if job.t >= self.settings.t_end {
                    Some(match self.settings.until_rest {
                        true => StopReason::NotAtRest,
                        false => StopReason::TimeReached,
                    })
                } else if tried(&job.statistics) >= self.settings.max_steps {
                    Some(StopReason::StepLimit)
                } else {
                    None
                }
            });
            let t = job.t;
            if let Some(reason) = ended {
                self.finish(lane, reason);
            } else if t >= job.switch {
                job.switch = self.stimulus.next_switch(t);
                job.switched = true;
                self.set_input(lane, t);
            }
        }
    }

    /// Ends a trajectory at its present state and shows that to its monitor.
    fn finish(&mut self, lane: usize, reason: StopReason) {
        let Some(job) = self.jobs[lane].as_mut().filter(|j| j.finished.is_none()) else {
            return;
        };
        let state = Column::new(&self.x, self.lanes, lane);
        self.output
            .x
            .iter_mut()
            .zip(state.iter())
            .for_each(|(o, v)| *o = v);
        let input = Column::new(&self.input, self.lanes, lane);
        self.output
            .end(self.network, input, &job.held, job.t, &mut job.monitor);
        // Booked on its own trajectory: left for later it would go to whichever lane shows a state next.
        job.statistics.output_evaluations += std::mem::take(&mut self.output.evaluations);
        job.finished = Some(reason);
    }
}

fn tried(s: &Statistics) -> u64 {
    s.accepted + s.rejected + s.sent_back
}

/// Steps up to this are lost in the rounding of the time.
fn smallest_step(t: f64) -> f64 {
    16.0 * f64::EPSILON * t.abs()
}

/// Where the present step ends at the latest.
fn target<M>(job: &Job<M>, settings: &Settings) -> f64 {
    job.switch.min(settings.t_end)
}

/// The step to try: lands on the target, and does not leave a sliver before it.
fn step_length<M>(job: &Job<M>, settings: &Settings) -> f64 {
    let rest = target(job, settings) - job.t;
    let h = job.h.min(settings.max_step);
    if h >= rest * (1.0 - 1e-9) {
        rest
    } else if settings.tableau.error.is_some() && h > 0.5 * rest {
        0.5 * rest
    } else {
        h
    }
}

/// The time at the end of a step of length `h`; exactly the target if the step was to land there.
fn landing<M>(job: &Job<M>, settings: &Settings, h: f64) -> f64 {
    let target = target(job, settings);
    if h == target - job.t {
        target
    } else {
        job.t + h
    }
}

/// The neuron to blame if the state, its velocity or its energy is not finite: of those that are not finite themselves,
/// or else of all, the one whose `size` is largest. A neuron that overflows takes with it every other that it is joined
/// to, even by a weight of zero.
fn not_finite(state: &State<'_>, size: Column<'_>) -> Option<usize> {
    let neurons = || state.x.iter().zip(state.velocity.iter()).zip(size.iter());
    let sound = |x: f64, v: f64| x.is_finite() && v.is_finite();
    let any = neurons().any(|((x, v), _)| !sound(x, v));
    if !any && state.energy.is_none_or(|e| e.total.is_finite()) {
        return None;
    }
    let suspects = neurons().enumerate();
    let suspects = suspects.filter(|(_, ((x, v), _))| !any || !sound(*x, *v));
    let largest = suspects.max_by(|(_, (_, a)), (_, (_, b))| a.abs().total_cmp(&b.abs()));
    largest.map(|(i, _)| i)
}

/// One lane of a block as monitors see it.
fn view<'a>(
    t: f64,
    (x, velocity): (&'a [f64], &'a [f64]),
    [lanes, lane]: [usize; 2],
    needs: Needs,
    ws: &'a Workspace,
    measures: &'a Measures,
) -> State<'a> {
    State {
        t,
        x: Column::new(x, lanes, lane),
        velocity: Column::new(velocity, lanes, lane),
        energy: needs.energy.then(|| EnergyView {
            total: ws.energy[lane],
            magnitude: ws.magnitude[lane],
            rate: measures.rate[lane],
            terms: Column::new(&ws.terms, lanes, lane),
        }),
        slope: None,
        residual: needs.rest.map(|_| measures.residual[lane]),
    }
}

fn check_start(network: &Network, start: &Start) -> Result<(), String> {
    let n = network.size();
    if start.x.len() != n {
        return Err(format!("a start needs {n} states, has {}", start.x.len()));
    }
    if !start.input.is_empty() && start.input.len() != n {
        return Err(format!(
            "a start's own input needs {n} entries, has {}",
            start.input.len()
        ));
    }
    for (what, values) in [("state", &start.x), ("input", &start.input)] {
        if let Some(i) = values.iter().position(|v| !v.is_finite()) {
            let (layer, k) = network.locate(i);
            return Err(format!(
                "the start's {what} of neuron {k} in layer `{layer}` is {}",
                values[i]
            ));
        }
    }
    let mut held = network.held().to_vec();
    held.extend(&start.held);
    network.may_hold(&held)
}
