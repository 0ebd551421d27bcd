//! A second examination of steps in which the energy rose by more than the method's error seems to explain.
//!
//! What an error does to the energy is first estimated by the slope of the energy at the end of the step. Two things can be
//! wrong with that. An activation may be so steep that its slope changes within the error: so the energy itself is evaluated
//! at either end of the error, and the activations at both ends of the step are compared. And the estimate of the error may
//! be small by chance: so the step is taken again in parts. By what that changes the energy, the step has erred.

use super::forcing::Forcing;
use super::gathered::Gathered;
use super::method::Method;
use super::settings::Settings;
use super::stages::Stages;
use super::stepper::Equation;
use crate::kernels::GoOn;
use crate::network::{Drive, Network, Workspace};
use crate::stimulus::Stimulus;
use crate::trajectory::StopReason;

/// A step is taken again in so many parts. A method of order 3 then errs by 1/64 of what it erred.
const PARTS: u32 = 4;

/// A step of every column of a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leap<'a> {
    /// State and velocity where it began, and where it ended.
    pub ends: [[&'a [f64]; 2]; 2],
    /// The method's estimate of its error.
    pub error: &'a [f64],
    /// When it began, and its length, by column.
    pub t: &'a [f64],
    pub h: &'a [f64],
}

/// Storage for some trajectories of a block.
#[derive(Debug)]
pub(super) struct Doubt<'n> {
    /// States and velocities of the leap, its error, and the input.
    own: Gathered<6>,
    /// When it began, when a part of it ends, its length, that of a part.
    times: [Vec<f64>; 4],
    /// Is the step one, from end to end? What is many steps says nothing of what lies between its ends.
    leaps: bool,
    leapt: Vec<f64>,
    point: Vec<f64>,
    worked: Vec<f64>,
    stages: Stages,
    forcing: Forcing<'n>,
    ws: Workspace,
}

impl<'n> Doubt<'n> {
    /// For a block of so many trajectories.
    pub fn new(
        method: &Method,
        network: &Network,
        settings: &Settings,
        stimulus: &'n Stimulus,
        width: usize,
    ) -> Self {
        let own = Gathered::new(network, width);
        let width = own.width;
        Doubt {
            own,
            times: std::array::from_fn(|_| vec![0.0; width]),
            leaps: !method.controls_itself,
            leapt: vec![0.0; width],
            point: vec![0.0; network.size() * width],
            worked: vec![0.0; width],
            stages: Stages::new(method, network, settings, width),
            forcing: Forcing::new(network, stimulus, width),
            ws: Workspace::new(network, width),
        }
    }

    /// Raises `lift` of the columns `due` to what the error, or what lies between the ends of the step, may have done to the
    /// energy, which is `energy` at the end.
    pub fn examine(
        &mut self,
        (network, go_on): (&Network, GoOn<'_>),
        (forcing, clamped): (&Forcing<'_>, &[usize]),
        leap: Leap<'_>,
        due: &[usize],
        ([energy, work], lift): ([&[f64]; 2], &mut [f64]),
    ) {
        let (narrow, width) = (self.own.width, lift.len());
        let [[x, v], [y, w]] = leap.ends;
        for due in due.chunks(narrow) {
            let blocks = [x, v, y, w, leap.error, forcing.input()];
            self.own.gather(blocks, clamped, due, width);
            for k in 0..narrow {
                let column = due[k.min(due.len() - 1)];
                (self.times[0][k], self.times[2][k]) = (leap.t[column], leap.h[column]);
                self.forcing.copy(k, forcing, column);
            }
            let [x, v, y, w, error, input] = &self.own.blocks;
            let drive = Drive {
                input,
                clamped: &self.own.clamped,
            };
            let ends = [[&x[..], v], [y, w]];
            if self.leaps {
                network.energy_leapt(ends, &self.times[2], &mut self.ws, &mut self.leapt);
                raise(due, lift, |k, _| self.leapt[k]);
            }
            for sign in [1.0, -1.0] {
                let states = y.iter().zip(error);
                for (p, (y, e)) in self.point.iter_mut().zip(states) {
                    *p = y + sign * e;
                }
                let mut at = network.at(&self.point, drive, &mut self.ws);
                let moved = at.energy().total;
                raise(due, lift, |k, column| (moved[k] - energy[column]).abs());
            }
            if self.repeat(network, go_on).is_err() {
                raise(due, lift, |_, _| f64::INFINITY);
                continue;
            }
            let drive = Drive {
                input: &self.own.blocks[5],
                clamped: &self.own.clamped,
            };
            let mut at = network.at(&self.point, drive, &mut self.ws);
            let (moved, worked) = (at.energy().total, &self.worked);
            raise(due, lift, |k, column| {
                let [again, first] = [moved[k] - worked[k], energy[column] - work[column]];
                (again - first).abs()
            });
        }
    }

    /// Takes the steps again in parts; their ends are left in `point`, the work of a changing input in `worked`.
    fn repeat(&mut self, network: &Network, go_on: GoOn<'_>) -> Result<(), StopReason> {
        let [x, v, ..] = &self.own.blocks;
        let [from, to, h, part] = &mut self.times;
        self.point.copy_from_slice(x);
        self.stages.storage.k[0].copy_from_slice(v);
        for (part, h) in part.iter_mut().zip(&*h) {
            *part = h / f64::from(PARTS);
        }
        let varies = self.forcing.varies();
        self.worked.fill(0.0);
        for _ in 0..PARTS {
            for (to, (from, part)) in to.iter_mut().zip(from.iter().zip(&*part)) {
                *to = from + part;
            }
            let equation = Equation {
                network,
                clamped: &self.own.clamped,
                forcing: &mut self.forcing,
                times: [from, to],
                tries: u64::MAX,
                go_on,
            };
            self.stages
                .advance(equation, &self.point, part, varies, &mut self.ws)?;
            let work = &self.stages.input_work.done;
            let sums = self.worked.iter_mut().zip(work);
            sums.for_each(|(sum, part)| *sum += part);
            self.point.copy_from_slice(self.stages.end());
            if let Some((last, first)) = self.stages.storage.k.split_last_mut() {
                first[0].copy_from_slice(last);
            }
            from.copy_from_slice(to);
        }
        Ok(())
    }
}

/// Raises the entries of some columns. A number that is none explains anything, and so proves nothing.
fn raise(due: &[usize], lift: &mut [f64], by: impl Fn(usize, usize) -> f64) {
    for (k, column) in due.iter().enumerate() {
        let by = by(k, *column);
        if by.is_nan() {
            lift[*column] = f64::INFINITY;
        } else if by > lift[*column] {
            lift[*column] = by;
        }
    }
}
