//! A state as monitors see it.

use super::control::WELL_INSIDE;
use crate::monitor::Needs;
use crate::network::{Drive, Network, Workspace};
use crate::trajectory::{Column, EnergyView, State};

/// What monitors may ask of the states of a block, by lane.
#[derive(Debug)]
pub(super) struct Measures {
    pub rate: Vec<f64>,
    pub energy_of_error: Vec<f64>,
    pub residual: Vec<f64>,
    /// The fastest rate 1/time of the network, where rest is watched for or `auto` is about to look.
    pub fastest: Vec<f64>,
    /// Tolerances of rest, absolute and relative.
    rest: [Vec<f64>; 2],
    /// The part of the interval of stability that a step may use, infinite where rest is not watched for: at rest an explicit
    /// method takes ever longer steps, to the edge of its stability, where the errors of its fastest mode neither grow nor
    /// decay and the state trembles by the tolerance for ever. Well inside that edge it comes to rest.
    pub reach: Vec<f64>,
}

impl Measures {
    pub fn new(lanes: usize) -> Self {
        let per_lane = || vec![0.0; lanes];
        Measures {
            rate: per_lane(),
            energy_of_error: per_lane(),
            residual: per_lane(),
            fastest: per_lane(),
            rest: [per_lane(), per_lane()],
            reach: per_lane(),
        }
    }

    /// What is asked of a lane from now on.
    pub fn expect(&mut self, lane: usize, needs: Needs) {
        for (all, own) in self.rest.iter_mut().zip(needs.rest.unwrap_or([1.0; 2])) {
            all[lane] = own;
        }
        self.reach[lane] = needs.rest.map_or(f64::INFINITY, |_| WELL_INSIDE);
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

    /// Finds the velocity at `x` afresh, and what else is needed.
    pub fn evaluate(&mut self, network: &Network, drive: Drive<'_>, needs: Needs) {
        let Point {
            x,
            velocity,
            ws,
            measures,
        } = self;
        network.velocity(x, drive, needs.energy, ws, velocity);
        measures.expect(0, needs);
        measures.take((network, drive), (x, velocity), needs, ws);
    }

    /// How far an error of the state may lift the energy, where that has just been evaluated.
    pub fn energy_of_error(&mut self, network: &Network, error: &[f64]) -> f64 {
        let out = &mut self.measures.energy_of_error;
        network.energy_of_error(&self.velocity, error, &mut self.ws, out);
        out[0]
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

/// One lane of a block as monitors see it.
#[inline]
pub(super) fn view<'a>(
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
