//! Explicit Runge–Kutta methods.

use super::stepper::{Equation, Node, Stepper, Storage};
use super::tableau::Tableau;
use crate::kernels::combine;
use crate::network::Workspace;

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
    ) {
        let (network, width) = (equation.network, ws.width());
        let (x, h) = (node.x, node.h);
        node.add(equation, ws, self.work(0));
        for (i, row) in self.0.a.iter().enumerate() {
            combine(width, Some(x), h, row, &storage.k, &mut storage.point);
            equation.place(row.iter().sum(), h);
            let k = &mut storage.k[i + 1];
            network.velocity(&storage.point, equation.drive(), false, ws, k);
            node.add(equation, ws, self.work(i + 1));
        }
        combine(width, Some(x), h, self.0.b, &storage.k, &mut storage.end);
    }

    fn work(&self, i: usize) -> [f64; 2] {
        self.0.work(i)
    }

    fn nodes(&self) -> usize {
        self.0.stages()
    }

    fn error(&self, _x: &[f64], h: &[f64], storage: &Storage, out: &mut [f64]) {
        match self.0.error {
            Some(weights) => combine(h.len(), None, h, weights, &storage.k, out),
            None => out.fill(0.0),
        }
    }
}
