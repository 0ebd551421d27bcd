//! A state as monitors see it.

use super::control::WELL_INSIDE;
use super::forcing::InputWork;
use super::stepper::Stepper;
use crate::kernels::vectorized;
use crate::monitor::{Needs, ROUNDING, TINY};
use crate::network::{Drive, Network, Workspace};
use crate::trajectory::{Column, EnergyChange, EnergyView, State};

/// What monitors may ask of the states of a block, by column.
#[derive(Debug)]
pub(super) struct Measures {
    pub rate: Vec<f64>,
    /// The energy where the step began, and the size of its summands.
    pub before: [Vec<f64>; 2],
    /// What a changing input does to it in the step, the estimate of the error of that, and its rounding.
    pub work: [Vec<f64>; 3],
    /// By how much the energy may rise in the step by rounding, and by the method's own error.
    pub rounding: Vec<f64>,
    pub lift: Vec<f64>,
    pub residual: Vec<f64>,
    /// The fastest rate 1/time of the network, where a monitor waits for rest or `auto` is about to decide.
    pub fastest: Vec<f64>,
    /// Tolerances of rest, absolute and relative.
    rest: [Vec<f64>; 2],
    /// The part of the interval of stability that a step may use; infinite where no monitor waits for rest. Near rest an
    /// explicit method takes ever longer steps, up to the edge of its stability. There the error in its fastest mode neither
    /// grows nor decays, and the state trembles for ever. Well inside that edge it comes to rest.
    pub reach: Vec<f64>,
}

impl Measures {
    pub fn new(width: usize) -> Self {
        let per_column = || vec![0.0; width];
        Measures {
            rate: per_column(),
            before: [per_column(), per_column()],
            work: [per_column(), per_column(), per_column()],
            rounding: per_column(),
            lift: per_column(),
            residual: per_column(),
            fastest: per_column(),
            rest: [per_column(), per_column()],
            reach: per_column(),
        }
    }

    /// A step starts in a column with this energy and size of its summands.
    pub fn start_at(&mut self, column: usize, energy: [f64; 2]) {
        for (all, own) in self.before.iter_mut().zip(energy) {
            all[column] = own;
        }
    }

    /// The energy where the step of a column starts, and the size of its summands.
    pub fn at_start(&self, column: usize) -> [f64; 2] {
        [self.before[0][column], self.before[1][column]]
    }

    /// The next steps begin where those that stand ended.
    pub fn follow(&mut self, ws: &Workspace, stands: &[u64]) {
        for (before, end) in self.before.iter_mut().zip([&ws.energy, &ws.magnitude]) {
            // Moved in: of what is reached through two references the compiler makes no loop of vectors.
            vectorized(
                #[inline(always)]
                move || {
                    for ((before, end), stands) in before.iter_mut().zip(end).zip(stands) {
                        *before = if *stands != 0 { *end } else { *before };
                    }
                },
            );
        }
    }

    /// What the energy may do in a step to `x` that errs by `error`, the energies of both its ends being known.
    pub fn weigh_energy(
        &mut self,
        network: &Network,
        [x, velocity, error]: [&[f64]; 3],
        ws: &mut Workspace,
    ) {
        let out = [&mut self.lift[..], &mut self.rounding];
        network.energy_of_error(x, velocity, error, ws, out);
        let ends = self.before[1].iter().zip(&ws.magnitude);
        let rounding = &mut self.rounding;
        vectorized(
            #[inline(always)]
            move || {
                for (rounding, (before, end)) in rounding.iter_mut().zip(ends) {
                    let largest = if before > end { before } else { end };
                    // Where numbers are so small that they lose digits, they lose them absolutely.
                    *rounding += ROUNDING * largest + TINY;
                }
            },
        );
    }

    /// The step's input changes, and does this work: none of it counts as a rise.
    pub fn allow_for(&mut self, work: &InputWork) {
        self.work[0].copy_from_slice(&work.done);
        self.work[1].copy_from_slice(&work.error);
        self.work[2].copy_from_slice(&work.rounding);
        let errors = work.error.iter().zip(&work.rounding);
        let allowances = self.lift.iter_mut().zip(&mut self.rounding);
        for ((lift, rounding), (error, lost)) in allowances.zip(errors) {
            *lift += error;
            *rounding += lost;
        }
    }

    /// Did the energy of any step rise by more than is explained?
    pub fn any_rose(&self, ws: &Workspace) -> bool {
        let ends = ws.energy.iter().zip(&self.before[0]).zip(&self.work[0]);
        let allowances = self.rounding.iter().zip(&self.lift);
        let mut any = 0;
        vectorized(
            #[inline(always)]
            || {
                for (((end, before), work), (rounding, lift)) in ends.zip(allowances) {
                    any |= u64::from(end - before - work > rounding + EnergyChange::SURE * lift);
                }
            },
        );
        any != 0
    }

    /// What the energy did in the step of a column.
    #[inline(always)]
    pub fn change(&self, ws: &Workspace, column: usize) -> EnergyChange {
        EnergyChange {
            change: ws.energy[column] - self.before[0][column] - self.work[0][column],
            work: [0, 1, 2].map(|k| self.work[k][column]),
            rounding: self.rounding[column],
            error: self.lift[column],
        }
    }

    /// What is asked of a column from now on.
    pub fn expect(&mut self, column: usize, needs: Needs) {
        for (all, own) in self.rest.iter_mut().zip(needs.rest.unwrap_or([1.0; 2])) {
            all[column] = own;
        }
        self.reach[column] = needs.rest.map_or(f64::INFINITY, |_| WELL_INSIDE);
    }

    /// Rate and residual at states whose velocity has just been evaluated, with its energies if those are needed.
    pub fn take(
        &mut self,
        (network, drive): (&Network, Drive<'_>),
        (x, velocity): (&[f64], &[f64]),
        needs: Needs,
        ws: &mut Workspace,
    ) {
        if needs.energy {
            network.energy_and_hessian(x, drive, ws);
            network.energy_rate(velocity, ws, &mut self.rate);
        }
        if needs.rest.is_some() {
            let [atol, rtol] = &self.rest;
            network.rest_residual(x, velocity, [atol, rtol], ws, &mut self.residual);
        }
    }
}

/// One state with all that a monitor may ask of it.
#[derive(Debug)]
pub(super) struct Point {
    pub x: Vec<f64>,
    pub velocity: Vec<f64>,
    pub ws: Workspace,
    measures: Measures,
}

impl Point {
    pub fn new(network: &Network) -> Self {
        Point {
            x: vec![0.0; network.size()],
            velocity: vec![0.0; network.size()],
            ws: Workspace::new(network, 1),
            measures: Measures::new(1),
        }
    }

    /// Finds the velocity at `x` afresh, as a stepper says, and what else is needed.
    pub fn evaluate(
        &mut self,
        stepper: &dyn Stepper,
        (network, drive): (&Network, Drive<'_>),
        needs: Needs,
    ) {
        let Point {
            x,
            velocity,
            ws,
            measures,
        } = self;
        stepper.velocity(network, (x, drive), needs.energy, ws, velocity);
        measures.expect(0, needs);
        measures.take((network, drive), (x, velocity), needs, ws);
    }

    pub fn state(&self, t: f64, needs: Needs) -> State<'_> {
        let block = (&*self.x, &*self.velocity);
        view(t, block, [1, 0], needs, &self.ws, &self.measures)
    }
}

/// The neuron to blame if the state, its velocity or its energy is not finite: of those that are not finite themselves,
/// or else of all, the one whose `size` is largest. A neuron that overflows takes with it every other that it is joined
/// to, even by a weight of zero.
pub(super) fn not_finite(state: &State<'_>, size: Column<'_>) -> Option<usize> {
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

/// One column of a block as monitors see it.
#[inline]
pub(super) fn view<'a>(
    t: f64,
    (x, velocity): (&'a [f64], &'a [f64]),
    [width, column]: [usize; 2],
    needs: Needs,
    ws: &'a Workspace,
    measures: &'a Measures,
) -> State<'a> {
    State {
        t,
        x: Column::new(x, width, column),
        velocity: Column::new(velocity, width, column),
        energy: needs.energy.then(|| EnergyView {
            total: ws.energy[column],
            magnitude: ws.magnitude[column],
            rate: measures.rate[column],
            terms: Column::new(&ws.terms, width, column),
        }),
        slope: None,
        residual: needs.rest.map(|_| measures.residual[column]),
    }
}
