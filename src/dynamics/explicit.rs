//! Explicit Runge–Kutta methods.

use super::hermite::{self, cubic, quintic};
use super::stepper::{Ends, Equation, Node, Stepper, Storage};
use super::tableau::Tableau;
use crate::kernels::combine;
use crate::network::Workspace;
use crate::trajectory::StopReason;

/// A tableau is all that such a method needs.
#[derive(Debug)]
pub(super) struct Explicit(pub &'static Tableau);

impl Stepper for Explicit {
    fn velocities(&self) -> usize {
        self.0.stages() + 1
    }

    fn evaluations(&self) -> u64 {
        self.0.stages() as u64
    }

    fn advance(
        &mut self,
        equation: &mut Equation<'_, '_>,
        node: &mut Node<'_>,
        storage: &mut Storage,
        ws: &mut Workspace,
    ) -> Result<(), StopReason> {
        let (network, width) = (equation.network, ws.width());
        let (x, h) = (node.x, node.h);
        node.add(equation, ws, self.0.work(0));
        for (i, row) in self.0.a.iter().enumerate() {
            combine(width, Some(x), h, row, &storage.k, &mut storage.point);
            equation.place(row.iter().sum(), h);
            let k = &mut storage.k[i + 1];
            network.velocity(&storage.point, equation.drive(), false, ws, k);
            node.add(equation, ws, self.0.work(i + 1));
        }
        combine(width, Some(x), h, self.0.b, &storage.k, &mut storage.end);
        Ok(())
    }

    fn work_at_end(&self) -> [f64; 2] {
        self.0.work(self.0.stages())
    }

    fn error(&self, _x: &[f64], h: &[f64], storage: &Storage, out: &mut [f64]) {
        match self.0.error {
            Some(weights) => combine(h.len(), None, h, weights, &storage.k, out),
            None => out.fill(0.0),
        }
    }

    /// The middle of the step, where three points are needed for as many orders as the method has.
    fn repeats(&self, _theta: f64) -> f64 {
        match self.0.stages() {
            0..=3 => 0.0,
            _ => 0.5,
        }
    }

    /// By the straight line, Euler's own idea of the solution; by the cubic through both ends; or by the quintic through the
    /// middle besides, which is found by a step of half the length. That costs one more step where a state is asked for,
    /// and its error is of the order of the step's own, which no polynomial without further evaluations reaches.
    fn inside(&self, theta: f64, ends: Ends<'_>, h: f64, storage: &Storage, out: &mut [f64]) {
        let [start, end] = ends;
        let last = storage.k.last().map_or(&[][..], Vec::as_slice);
        match self.0.stages() {
            1 => hermite::sum([[1.0 - theta, 0.0], [theta, 0.0]], ends, h, out),
            2 | 3 => hermite::sum(cubic(theta), ends, h, out),
            _ => {
                let middle = [&storage.end[..], last];
                hermite::sum(quintic(theta), [start, middle, end], h, out);
            }
        }
    }
}
