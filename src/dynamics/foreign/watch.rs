//! What a foreign engine knows of the simulator: a velocity, its derivative, and somebody to show its steps to.

use crate::dynamics::control::{Tolerance, first_guess, first_step};
use crate::dynamics::dense::cubic;
use crate::dynamics::forcing::{BOOLE, Forcing, InputWork};
use crate::dynamics::view::{Point, not_finite};
use crate::dynamics::{Interrupt, Outcome, Settings, Start, Statistics};
use crate::monitor::{Flow, IdentityProbe, Monitor, Needs, Verdict};
use crate::network::{Network, Workspace};
use crate::stimulus::Stimulus;
use crate::trajectory::{Column, EnergyChange, State, Step, StopReason};

/// Puts the state at a time inside a step into its second argument.
type Between<'a> = &'a mut dyn FnMut(f64, &mut [f64]) -> Result<(), String>;

/// One trajectory of a foreign engine. Whatever the engine is, its monitors see a state, the network's own velocity
/// there, evaluated afresh, and what belongs to both.
pub struct Watch<'a> {
    network: &'a Network,
    settings: &'a Settings,
    stimulus: &'a Stimulus,
    interrupt: &'a Interrupt,
    monitor: &'a mut dyn Monitor,
    needs: Needs,
    /// What a state is shown with that no step ended at.
    shown: Needs,
    clamped: Vec<usize>,
    own_input: Vec<f64>,
    forcing: Forcing<'a>,
    t: f64,
    now: Point,
    /// The end of the step that is being looked at.
    next: Point,
    /// A state inside it.
    between: Point,
    tolerance: Vec<f64>,
    probe: Option<IdentityProbe>,
    /// Of what the engine evaluates.
    ws: Workspace,
    statistics: Statistics,
    /// The neuron to blame if the last velocity that the engine asked for was not finite.
    suspect: Option<usize>,
    stop: Option<StopReason>,
}

impl<'a> Watch<'a> {
    pub(in crate::dynamics) fn new(
        (network, settings, stimulus): (&'a Network, &'a Settings, &'a Stimulus),
        start: Start,
        monitor: &'a mut dyn Monitor,
        interrupt: &'a Interrupt,
    ) -> Result<Self, String> {
        settings.check()?;
        stimulus.check(network)?;
        settings.method.check_size(network.size())?;
        settings.method.may_follow(stimulus)?;
        let clamped = start.check(network)?;
        if !settings.method.takes_back {
            monitor.committed();
        }
        let needs = monitor.needs().of(network);
        let mut watch = Watch {
            network,
            settings,
            stimulus,
            interrupt,
            monitor,
            needs,
            shown: Needs {
                energy: network.has_energy(),
                ..Needs::default()
            },
            clamped,
            own_input: start.input,
            forcing: Forcing::new(network, stimulus, 1),
            t: settings.t_start,
            now: Point::new(network),
            next: Point::new(network),
            between: Point::new(network),
            tolerance: vec![0.0; network.size()],
            probe: needs.slope_every.map(|_| IdentityProbe::new(network, 1)),
            ws: Workspace::new(network, 1),
            statistics: Statistics::default(),
            suspect: None,
            stop: None,
        };
        watch.now.x = start.x;
        watch.set_input();
        Ok(watch)
    }

    // What an engine asks.

    /// How the trajectory is to be integrated.
    pub fn settings(&self) -> &'a Settings {
        self.settings
    }

    /// Where it is now: the end of the last step.
    pub fn t(&self) -> f64 {
        self.t
    }

    /// The state there.
    pub fn x(&self) -> &[f64] {
        &self.now.x
    }

    /// Is the engine to go on?
    pub fn is_running(&self) -> bool {
        self.stop.is_none()
    }

    /// The next time after the present one at which a monitor wants to see the state; infinite if none.
    pub fn next_sample(&self) -> f64 {
        let asked = self.monitor.next_sample();
        if asked > self.t { asked } else { f64::INFINITY }
    }

    /// How many more steps may be tried.
    pub fn steps_left(&self) -> u64 {
        // What was sent back was so by a method before this one, which can take steps back.
        let Statistics {
            accepted,
            rejected,
            sent_back,
            ..
        } = self.statistics;
        let tried = accepted + rejected + sent_back;
        self.settings.max_steps.saturating_sub(tried)
    }

    /// Evaluations so far, of the velocity and of its derivative.
    pub fn evaluations(&self) -> u64 {
        self.statistics.evaluations
    }

    /// `ẋ` at a time and a state.
    pub fn velocity(&mut self, t: f64, x: &[f64], out: &mut [f64]) {
        self.forcing.place_one(0, t);
        let drive = self.forcing.drive(&self.clamped);
        self.network.velocity(x, drive, false, &mut self.ws, out);
        self.statistics.evaluations += 1;
        let state = State {
            t,
            x: Column::new(x, 1, 0),
            velocity: Column::new(out, 1, 0),
            energy: None,
            slope: None,
            residual: None,
        };
        self.suspect = not_finite(&state, Column::new(&self.now.velocity, 1, 0));
    }

    /// A first step for a method of this order, unless the settings say one: the engines' own guesses contain a fixed
    /// time, which is too long or too short for networks in other units.
    pub fn first_step(&mut self, order: u32) -> f64 {
        if let Some(h) = self.settings.step {
            return h;
        }
        let tolerance = Tolerance::of(self.settings);
        let count = self.now.x.len() as f64;
        let norm = |pairs: &mut dyn Iterator<Item = (f64, f64)>| {
            let sum: f64 = pairs
                .map(|(v, x)| (v / tolerance.scale(x, x)).powi(2))
                .sum();
            (sum / count).sqrt()
        };
        let (x, mut ahead) = (self.now.x.clone(), self.now.velocity.clone());
        let both = |v: &[f64]| v.iter().copied().zip(x.iter().copied()).collect::<Vec<_>>();
        let state = norm(&mut both(&x).into_iter());
        let velocity = norm(&mut both(&ahead).into_iter());
        let guess = first_guess(state, velocity, self.network.rates());
        for (a, x) in ahead.iter_mut().zip(&x) {
            *a = x + guess * *a;
        }
        let mut change = vec![0.0; x.len()];
        self.velocity(self.t + guess, &ahead, &mut change);
        for (c, v) in change.iter_mut().zip(&self.now.velocity) {
            *c -= v;
        }
        let change = norm(&mut both(&change).into_iter());
        first_step(order, guess, velocity, change)
    }

    // What an engine tells.

    /// Shows a step that the engine took, from the present state to `x` at `t`; `between` puts the state at a time in
    /// between into its second argument. Returns whether the engine is to go on.
    ///
    /// # Errors
    /// A monitor sent the step back; or what `between` says.
    pub fn step(
        &mut self,
        t: f64,
        x: &[f64],
        mut between: impl FnMut(f64, &mut [f64]) -> Result<(), String>,
    ) -> Result<bool, String> {
        if t <= self.t {
            self.give_up();
            return Ok(false);
        }
        let (network, needs, h) = (self.network, self.needs, t - self.t);
        self.forcing.place_one(0, t);
        let drive = self.forcing.drive(&self.clamped);
        self.next.x.copy_from_slice(x);
        self.next.evaluate(network, drive, needs);
        self.statistics.output_evaluations += 1;
        // Not every engine looks at what it returns.
        let end = self.next.state(t, needs);
        if let Some(neuron) = not_finite(&end, Column::new(&self.now.velocity, 1, 0)) {
            return Ok(self.end_with(StopReason::NonFinite { neuron }));
        }
        let energy = self.energy_change(h, &mut between);
        let number = self.statistics.accepted;
        let mut end = self.next.state(t, needs);
        let step = |end| Step {
            number,
            h,
            end,
            energy,
        };
        match self.monitor.judge(&step(end)) {
            Verdict::Accept => {}
            Verdict::Violation(v) => return Ok(self.end_with(StopReason::Violation(v))),
            Verdict::Reject => {
                return Err(format!(
                    "a monitor sent back the step to t = {t}, which {} cannot take back: let the monitor stop instead, or use a method of our own such as tsit5 or exponential",
                    self.settings.method.name
                ));
            }
        }
        let drive = self.forcing.drive(&self.clamped);
        if needs
            .slope_every
            .is_some_and(|n| (number + 1).is_multiple_of(n))
            && let Some(probe) = &mut self.probe
        {
            let slopes = probe.measure(network, drive, &self.next.x, &self.next.velocity);
            end.slope = slopes.first().copied();
        }
        loop {
            let asked = self.monitor.next_sample();
            if asked > t {
                break;
            }
            let x = &mut self.between.x;
            if asked == t {
                x.copy_from_slice(&self.next.x);
            } else if asked > self.t {
                between(asked, x)?;
            } else {
                // Only a monitor's mistake; the start of the step is the nearest state.
                x.copy_from_slice(&self.now.x);
            }
            self.forcing.place_one(0, asked);
            let drive = self.forcing.drive(&self.clamped);
            self.between.evaluate(network, drive, self.shown);
            self.statistics.output_evaluations += 1;
            self.monitor.sample(&self.between.state(asked, self.shown));
            if self.monitor.next_sample() <= asked {
                break;
            }
        }
        let flow = self.monitor.observe(&step(end));
        std::mem::swap(&mut self.now, &mut self.next);
        self.t = t;
        self.statistics.accepted += 1;
        self.stop = match flow {
            Flow::Stop(reason) => Some(reason),
            Flow::Continue if t >= self.settings.t_end => Some(match self.settings.until_rest {
                true => StopReason::NotAtRest,
                false => StopReason::TimeReached,
            }),
            Flow::Continue if self.steps_left() == 0 => Some(StopReason::StepLimit),
            Flow::Continue if self.interrupt.is_raised() => Some(StopReason::Interrupted),
            Flow::Continue => None,
        };
        Ok(self.is_running())
    }

    /// Tells of steps that were tried and failed.
    pub fn failed(&mut self, steps: u64) {
        self.statistics.rejected += steps;
        if self.is_running() && self.steps_left() == 0 {
            self.end_with(StopReason::StepLimit);
        }
    }

    /// The engine cannot go on: no step was short enough, or the velocity is not finite however short they are.
    pub fn give_up(&mut self) {
        if self.is_running() {
            let culprit = self.suspect.or_else(|| self.overflowing());
            self.end_with(match culprit {
                Some(neuron) => StopReason::NonFinite { neuron },
                None => StopReason::StepTooSmall,
            });
        }
    }

    /// The fastest neuron, if sums of a few velocities may overflow where the velocities themselves do not yet.
    fn overflowing(&self) -> Option<usize> {
        let speeds = self.now.velocity.iter().map(|v| v.abs()).enumerate();
        let fastest = speeds.max_by(|(_, a), (_, b)| a.total_cmp(b));
        fastest
            .filter(|(_, v)| *v > 1e-4 * f64::MAX)
            .map(|(i, _)| i)
    }

    // What happens between the engine's legs.

    pub(super) fn begin(&mut self) {
        self.refresh();
        if self.interrupt.is_raised() {
            self.stop = Some(StopReason::Interrupted);
            return;
        }
        let mut state = self.now.state(self.t, self.needs);
        if let Some(neuron) = not_finite(&state, state.x) {
            self.stop = Some(StopReason::NonFinite { neuron });
            return;
        }
        if let Some(probe) = &mut self.probe {
            let drive = self.forcing.drive(&self.clamped);
            let slopes = probe.measure(self.network, drive, &self.now.x, &self.now.velocity);
            state.slope = slopes.first().copied();
        }
        if let Flow::Stop(reason) = self.monitor.begin(&state) {
            self.stop = Some(reason);
        }
    }

    /// Where the input changes next, or the end.
    pub(super) fn end_of_leg(&self) -> f64 {
        self.stimulus.next_stop(self.t).min(self.settings.t_end)
    }

    /// Changes the input to that of the present time, at which it jumps or bends. A bend is nothing that the monitor is told of.
    pub(super) fn switch(&mut self) {
        self.set_input();
        self.refresh();
        if self.stimulus.jumps_at(self.t) {
            let state = self.now.state(self.t, self.needs);
            self.monitor.switched(&state);
        }
    }

    pub(super) fn finish(mut self) -> Outcome {
        self.needs = self.shown;
        self.refresh();
        self.monitor.end(&self.now.state(self.t, self.needs));
        Outcome {
            // An engine is left only with a reason.
            stop: self.stop.unwrap_or(StopReason::Interrupted),
            t: self.t,
            x: self.now.x,
            input: self.forcing.input().to_vec(),
            statistics: self.statistics,
            choices: Vec::new(),
        }
    }

    fn set_input(&mut self) {
        self.forcing.set(0, self.t, &self.own_input);
    }

    fn refresh(&mut self) {
        self.forcing.place_one(0, self.t);
        let drive = self.forcing.drive(&self.clamped);
        self.now.evaluate(self.network, drive, self.needs);
        self.statistics.output_evaluations += 1;
    }

    fn end_with(&mut self, reason: StopReason) -> bool {
        self.stop = Some(reason);
        false
    }

    /// What the energy did in the step, and how far the engine's own error may have lifted it. Engines keep their estimates to themselves; what is
    /// known is that a step was taken, and so that the root mean square of its error over the tolerance `atol + rtol
    /// max(|x|, |x'|)` was at most 1. A component may then have erred by `√n` tolerances, if the others did not. (With one
    /// tolerance each there are false alarms: dop853 on two layers of 64 and 5 neurons, the five of them the fast ones.)
    fn energy_change(&mut self, h: f64, between: Between<'_>) -> Option<EnergyChange> {
        if !self.needs.energy {
            return None;
        }
        let is_estimated = self.settings.method.is_adaptive();
        if is_estimated {
            let states = self.now.x.iter().zip(&self.next.x);
            let tolerance = Tolerance::of(self.settings);
            let alone = (self.now.x.len() as f64).sqrt();
            for (d, (x, y)) in self.tolerance.iter_mut().zip(states) {
                *d = alone * tolerance.scale(*x, *y);
            }
            for k in &self.clamped {
                self.tolerance[*k] = 0.0;
            }
        }
        let mut work = self.input_work(h, between);
        if is_estimated && self.forcing.varies() {
            let error = (&*self.tolerance, &[h][..]);
            work.err_by(self.network, &self.forcing, error, &mut self.next.ws);
        }
        let drive = self.forcing.drive(&self.clamped);
        let error = is_estimated.then_some(&self.tolerance[..]);
        let start = (&self.now, h);
        let change = self
            .next
            .energy_change(self.network, drive, start, error, work);
        Some(change)
    }

    /// What a changing input does to the energy in the step of length `h` that is being looked at, the error of that, and its
    /// rounding: by Boole's rule on the engine's own states in between, or on the cubic through states and velocities at both ends
    /// of an engine that tells none; and how far it is from Simpson's.
    fn input_work(&mut self, h: f64, between: Between<'_>) -> InputWork {
        let mut work = InputWork::new(1);
        if !self.forcing.varies() {
            return work;
        }
        let (now, next) = (&self.now, &self.next);
        self.forcing.place_one(0, self.t);
        work.begin(&self.forcing);
        for (part, weights) in BOOLE {
            let [start, _, end] = cubic(part);
            let inside = part > 0.0 && part < 1.0;
            let x = &mut self.between.x;
            if !inside || between(self.t + part * h, x).is_err() {
                for (i, x) in x.iter_mut().enumerate() {
                    *x = start[0] * now.x[i]
                        + end[0] * next.x[i]
                        + h * (start[1] * now.velocity[i] + end[1] * next.velocity[i]);
                }
            }
            self.forcing.place_one(0, self.t + part * h);
            let (network, ws) = (self.network, &mut self.ws);
            network.activation(&self.between.x, 1, &mut ws.g);
            work.add(network, &self.forcing, ws, &[h], weights);
        }
        work.finish(self.network, &self.forcing, &self.ws, [&[self.t], &[h]]);
        work
    }
}
