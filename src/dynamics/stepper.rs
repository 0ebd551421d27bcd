//! What a way to take a step is, and what it is given.

use std::fmt;

use super::forcing::{Forcing, InputWork};
use super::hermite;
use crate::network::{Drive, Network, Workspace};
use crate::pattern::random::Stream;
use crate::trajectory::StopReason;

/// What a step is a step of.
pub struct Equation<'a, 'n> {
    /// The network.
    pub network: &'a Network,
    /// Entries of the block that are clamped.
    pub clamped: &'a [usize],
    /// Its input.
    pub(super) forcing: &'a mut Forcing<'n>,
    /// The times at which the steps begin and end, by column.
    pub times: [&'a [f64]; 2],
    /// Most steps of its own that a stepper may try.
    pub tries: u64,
    /// Is long work to go on?
    pub go_on: &'a dyn Fn() -> bool,
}

impl Equation<'_, '_> {
    /// Finds the input a part of the step after its beginning.
    pub fn place(&mut self, part: f64, h: &[f64]) {
        let [from, to] = self.times;
        if part == 1.0 {
            self.forcing.place(|b| to[b]);
        } else {
            self.forcing.place(|b| from[b] + part * h[b]);
        }
    }

    /// The input where it was found last.
    pub fn drive(&self) -> Drive<'_> {
        self.forcing.drive(self.clamped)
    }
}

impl fmt::Debug for Equation<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Equation")
            .field("times", &self.times)
            .finish_non_exhaustive()
    }
}

/// What all methods keep of a step.
#[derive(Debug)]
pub struct Storage {
    /// The velocities at the start, at the stages between, and at the end. The first must be the velocity at the start.
    pub k: Vec<Vec<f64>>,
    /// The state at the end.
    pub end: Vec<f64>,
    /// The state of the last stage before it, where the velocity is the last but one.
    pub point: Vec<f64>,
}

/// The start of a step, and the nodes at which the power of a changing input is summed, if that is asked for.
#[derive(Debug)]
pub struct Node<'a> {
    pub(super) works: Option<&'a mut InputWork>,
    /// Where the step begins, and its length by column.
    pub x: &'a [f64],
    /// The lengths.
    pub h: &'a [f64],
}

impl Node<'_> {
    /// Is it asked for?
    pub fn works(&self) -> bool {
        self.works.is_some()
    }

    /// The activations and the input where the step begins.
    pub(super) fn start(&mut self, equation: &mut Equation<'_, '_>, ws: &mut Workspace) {
        if let Some(works) = &mut self.works {
            equation.place(0.0, self.h);
            works.start(equation.forcing);
            let width = ws.width();
            equation.network.activation(self.x, width, &mut ws.g);
        }
    }

    /// A node at which the activations have just been evaluated, with its weights in the work and in the error of that.
    pub fn add(&mut self, equation: &Equation<'_, '_>, ws: &Workspace, weights: [f64; 2]) {
        if let Some(works) = &mut self.works {
            works.add(equation.network, equation.forcing, ws, self.h, weights);
        }
    }

    pub(super) fn finish(&mut self, equation: &Equation<'_, '_>, ws: &Workspace) {
        if let Some(works) = &mut self.works {
            let times = [equation.times[0], self.h];
            works.finish(equation.network, equation.forcing, ws, times);
        }
    }
}

/// What units that flipped in a step did to the energy.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Flipped {
    /// Must it have fallen?
    pub falls: bool,
    /// How many flips there were.
    pub flips: usize,
    /// What their differences add up to; none where they are not known one by one.
    pub sum: Option<f64>,
    /// The largest rise by one of them; 0 if none was one.
    pub rise: f64,
    /// The size of the largest that there has been on the trajectory.
    pub largest: f64,
    /// The change of the function that falls in the energy's place, if it does.
    pub instead: Option<f64>,
}

/// State and velocity at both ends of a step.
pub type Ends<'a> = [[&'a [f64]; 2]; 2];

/// A way to take a step: what a method makes of itself for one block.
///
/// What it keeps of a trajectory from one step to the next (random numbers, local fields) it makes in [`Stepper::begin`] and hands
/// over by [`Stepper::carry`] and [`Stepper::resume`], so that a trajectory takes the same steps in whatever block it is. Only
/// the stepper of a block is begun, not one that repeats its steps.
pub trait Stepper: fmt::Debug + Send {
    /// How many velocities it keeps, those at the start and at the end included.
    fn velocities(&self) -> usize;

    /// What a step costs, in evaluations of the velocity; where they differ, what the last one did.
    fn evaluations(&self) -> u64;

    /// How many steps of its own it tried and took in the last one.
    fn steps(&self) -> [u64; 2] {
        [1, 1]
    }

    /// Multiplications that the linear systems of the last step took, if it solved any.
    fn multiplications(&self) -> u64 {
        0
    }

    /// A trajectory begins in a column at this state, or goes on there, with random numbers of its own.
    fn begin(&mut self, network: &Network, (column, x): (usize, &[f64]), stream: Stream) {
        let _ = (network, column, x, stream);
    }

    /// Does another stepper of the method take the same steps from the same states? Not one whose steps follow from what this one
    /// keeps: they are not taken again to be examined.
    fn may_repeat(&self) -> bool {
        true
    }

    /// What it keeps of the trajectory in a column, for the stepper of another block of the same method.
    fn carry(&self, column: usize) -> Vec<u64> {
        let _ = column;
        Vec::new()
    }

    /// Goes on in a column with what another stepper kept.
    fn resume(&mut self, column: usize, carried: &[u64]) {
        let _ = (column, carried);
    }

    /// What counts as the velocity at these states of a block of any width: it is zero at rest. With `with_energy` the synapses'
    /// energies are left in `ws`.
    fn velocity(
        &self,
        network: &Network,
        (x, drive): (&[f64], Drive<'_>),
        with_energy: bool,
        ws: &mut Workspace,
        out: &mut [f64],
    ) {
        network.velocity(x, drive, with_energy, ws, out);
    }

    /// The same at the end of the step just taken, where it may know more.
    fn velocity_at_end(
        &mut self,
        network: &Network,
        end: (&[f64], Drive<'_>),
        with_energy: bool,
        ws: &mut Workspace,
        out: &mut [f64],
    ) {
        self.velocity(network, end, with_energy, ws, out);
    }

    /// What the units of a column did in the last step; none where nothing flips.
    fn flipped(&self, column: usize) -> Option<Flipped> {
        let _ = column;
        None
    }

    /// Why the trajectory of a column ends after the last step, if it does so by what the method knows.
    fn ends(&self, column: usize) -> Option<StopReason> {
        let _ = column;
        None
    }

    /// Finds the state at the end of a step and leaves it in `storage`; the velocity there is evaluated by whoever asks.
    ///
    /// # Errors
    /// Why no trajectory of the block can go on: the step was interrupted, or took too many steps of its own. A single column
    /// fails by a state that is not a number.
    fn advance(
        &mut self,
        equation: &mut Equation<'_, '_>,
        node: &mut Node<'_>,
        storage: &mut Storage,
        ws: &mut Workspace,
    ) -> Result<(), StopReason>;

    /// Weights of the end in the work of a changing input and in the error of that; the nodes before it are added on the way.
    fn work_at_end(&self) -> [f64; 2];

    /// The embedded error of the step from `x`, entry by entry; zero for a method without one.
    fn error(&self, x: &[f64], h: &[f64], storage: &Storage, out: &mut [f64]);

    /// The state of one column a fraction `theta` into the last step, if it is still known; the step need not be repeated then.
    fn inside_column(
        &self,
        (theta, column): (f64, usize),
        x: &[f64],
        storage: &Storage,
        out: &mut [f64],
    ) -> bool {
        let _ = (theta, column, x, storage, out);
        false
    }

    /// The part of the step that is to be taken again, in one column, before a state a fraction `theta` into it is asked for.
    fn repeats(&self, theta: f64) -> f64 {
        let _ = theta;
        0.0
    }

    /// The state a fraction `theta` into a step of one column, of length `h` between two ends. What was taken again is in
    /// `storage`.
    fn inside(&self, theta: f64, ends: Ends<'_>, h: f64, storage: &Storage, out: &mut [f64]) {
        let _ = storage;
        hermite::sum(hermite::cubic(theta), ends, h, out);
    }
}
