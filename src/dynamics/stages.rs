//! One step of a method on a block, tried and not yet accepted.

use super::forcing::InputWork;
use super::method::Method;
use super::settings::Settings;
use super::stepper::{Equation, Node, Stepper, Storage};
use crate::kernels::{sum_rows, vectorized};
use crate::network::{Network, Workspace};
use crate::trajectory::StopReason;

/// A stepper and its storage for one block.
#[derive(Debug)]
pub(super) struct Stages {
    /// What all methods keep.
    pub storage: Storage,
    stepper: Box<dyn Stepper>,
    /// What a changing input does to the energy in the step; nothing if it does not vary.
    pub input_work: InputWork,
}

impl Stages {
    pub fn new(method: &Method, network: &Network, settings: &Settings, width: usize) -> Self {
        let size = network.size() * width;
        let stepper = (method.make)(network, settings, width);
        Stages {
            storage: Storage {
                k: vec![vec![0.0; size]; stepper.velocities()],
                end: vec![0.0; size],
                point: vec![0.0; size],
            },
            stepper,
            input_work: InputWork::new(width),
        }
    }

    /// The stepper itself.
    #[inline]
    pub fn stepper(&self) -> &dyn Stepper {
        &*self.stepper
    }

    pub fn stepper_mut(&mut self) -> &mut dyn Stepper {
        &mut *self.stepper
    }

    /// The velocity at the start of the step.
    #[inline]
    pub fn first(&self) -> &[f64] {
        &self.storage.k[0]
    }

    /// The state at its end.
    #[inline]
    pub fn end(&self) -> &[f64] {
        &self.storage.end
    }

    /// The velocity at its end.
    #[inline]
    pub fn last(&self) -> &[f64] {
        self.storage.k.last().map_or(&[], Vec::as_slice)
    }

    /// Takes a step of length `h[b]` in column `b` from `x`. Every method's last evaluation is at the end of the step,
    /// so that it is the next step's first and the monitors see a fresh velocity; with `with_energy` the synapses'
    /// energies at the end are left in `ws`.
    ///
    /// # Errors
    /// As [`Stepper::advance`].
    pub fn advance(
        &mut self,
        mut equation: Equation<'_, '_>,
        x: &[f64],
        h: &[f64],
        with_energy: bool,
        ws: &mut Workspace,
    ) -> Result<(), StopReason> {
        let network = equation.network;
        let works = with_energy && equation.forcing.varies();
        let mut node = Node {
            works: works.then_some(&mut self.input_work),
            x,
            h,
        };
        node.start(&mut equation, ws);
        let (stepper, storage) = (&mut self.stepper, &mut self.storage);
        stepper.advance(&mut equation, &mut node, storage, ws)?;
        equation.place(1.0, h);
        if let Some(last) = storage.k.last_mut() {
            let end = (&storage.end[..], equation.drive());
            stepper.velocity_at_end(network, end, with_energy, ws, last);
        }
        node.add(&equation, ws, stepper.work_at_end());
        node.finish(&equation, ws);
        Ok(())
    }

    /// An estimate of the fastest rate of the network near the end of the step, by column: how much the velocity differs
    /// between the last two points at which it was evaluated, over how much they differ (Hairer and Wanner, *Solving
    /// Ordinary Differential Equations II*, IV.2). `norms` is overwritten. For a method of at least two stages, as every
    /// adaptive one is; equal points give 0.
    pub fn fastest_rate(&self, width: usize, norms: &mut [f64], out: &mut [f64]) {
        let [.., before, last] = &self.storage.k[..] else {
            return;
        };
        let difference = |[a, b]: [f64; 2]| (a - b) * (a - b);
        sum_rows([last, before], width, out, difference);
        let Storage { end, point, .. } = &self.storage;
        sum_rows([end, point], width, norms, difference);
        vectorized(
            #[inline(always)]
            || {
                for (o, d) in out.iter_mut().zip(norms) {
                    let rate = (*o / *d).sqrt();
                    *o = if *d > 0.0 { rate } else { 0.0 };
                }
            },
        );
    }

    /// The embedded error of the step from `x`, component by component; zero for a method without one.
    pub fn error(&self, x: &[f64], h: &[f64], out: &mut [f64]) {
        self.stepper.error(x, h, &self.storage, out);
    }
}
