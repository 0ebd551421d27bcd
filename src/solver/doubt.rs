//! A second look at steps in which the energy rose by more than the method's error seems to explain.
//!
//! The first look is linear: it takes the slope of the energy at the end of the step. Where an activation is steeper than the
//! error is small, that slope is no measure of what the error does. Then the energy itself is evaluated at either end of the
//! error, and the activations at both ends of the step are asked whether the step has followed them.

use super::gathered::Gathered;
use crate::network::{Drive, Network, Workspace};

/// A step of every column of a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leap<'a> {
    /// State and velocity where it began, and where it ended.
    pub ends: [[&'a [f64]; 2]; 2],
    /// The method's estimate of its error.
    pub error: &'a [f64],
    /// Its length, by column.
    pub h: &'a [f64],
}

/// Storage for some trajectories of a block.
#[derive(Debug)]
pub(super) struct Doubt {
    /// States and velocities of the leap, its error, and the input.
    own: Gathered<6>,
    h: Vec<f64>,
    leapt: Vec<f64>,
    point: Vec<f64>,
    ws: Workspace,
}

impl Doubt {
    /// For a block of so many trajectories.
    pub fn new(network: &Network, width: usize) -> Self {
        let own = Gathered::new(network, width);
        let width = own.lanes;
        Doubt {
            own,
            h: vec![0.0; width],
            leapt: vec![0.0; width],
            point: vec![0.0; network.size() * width],
            ws: Workspace::new(network, width),
        }
    }

    /// Raises `lift` of the columns `due` to what the error, or what lies between the ends of the step, may have done to the
    /// energy, which is `energy` at the end.
    pub fn look(
        &mut self,
        network: &Network,
        drive: Drive<'_>,
        leap: Leap<'_>,
        due: &[usize],
        (energy, lift): (&[f64], &mut [f64]),
    ) {
        let (narrow, width) = (self.own.lanes, lift.len());
        let [[x, v], [y, w]] = leap.ends;
        for due in due.chunks(narrow) {
            let blocks = [x, v, y, w, leap.error, drive.input];
            self.own.gather(blocks, drive.held, due, width);
            let [x, v, y, w, error, input] = &self.own.blocks;
            let drive = Drive {
                input,
                held: &self.own.held,
            };
            for (k, h) in self.h.iter_mut().enumerate() {
                *h = leap.h[due[k.min(due.len() - 1)]];
            }
            network.energy_leapt([[x, v], [y, w]], &self.h, &mut self.ws, &mut self.leapt);
            raise(due, lift, |k, _| self.leapt[k]);
            for sign in [1.0, -1.0] {
                let states = y.iter().zip(error);
                for (p, (y, e)) in self.point.iter_mut().zip(states) {
                    *p = y + sign * e;
                }
                network.energies(&self.point, &mut self.ws);
                network.energy(&self.point, drive, &mut self.ws);
                let moved = &self.ws.energy;
                raise(due, lift, |k, column| (moved[k] - energy[column]).abs());
            }
        }
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
