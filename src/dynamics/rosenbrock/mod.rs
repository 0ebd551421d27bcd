//! Rosenbrock–Wanner methods: linearly implicit, with the exact Jacobian. Each stage solves one linear system with the matrix
//! `W = 1/(hγ) − J`, whose factors all stages share; no equation is iterated, so that a step fails by its error alone.
//!
//! At a stable fixed point `−J` has eigenvalues that are not negative, however fast the fastest: steps are as long as accuracy
//! allows.

mod linear;
mod tableau;

pub use self::tableau::{RODAS5P, ROSENBROCK23, Tableau};

use self::linear::Systems;
use super::forcing::BOOLE;
use super::stepper::{Equation, Node, Stepper, Storage};
use crate::kernels::combine;
use crate::network::{Network, Workspace};
use crate::trajectory::StopReason;

/// Storage of a method for one block.
#[derive(Debug)]
pub(super) struct Rosenbrock {
    tableau: &'static Tableau,
    systems: Systems,
    /// The solutions `u_i`.
    u: Vec<Vec<f64>>,
    rhs: Vec<f64>,
    /// One for each column.
    ones: Vec<f64>,
    /// `1/h`, and `h`.
    lengths: [Vec<f64>; 2],
    /// `∂f/∂t` at the start, if the input varies.
    drift: Vec<f64>,
}

impl Rosenbrock {
    pub fn new(tableau: &'static Tableau, network: &Network, width: usize) -> Self {
        let size = network.size() * width;
        Rosenbrock {
            tableau,
            systems: Systems::new(network, width),
            u: vec![vec![0.0; size]; tableau.stages()],
            rhs: vec![0.0; size],
            ones: vec![1.0; width],
            lengths: [vec![0.0; width], vec![0.0; width]],
            drift: vec![0.0; size],
        }
    }

    /// `∂f/∂t = İ/τ` where the step begins; true if it is anything.
    fn find_drift(&mut self, equation: &mut Equation<'_, '_>, width: usize) -> bool {
        if !equation.forcing.varies() {
            return false;
        }
        equation.place(0.0, &self.lengths[1]);
        let rows = equation.forcing.rate().chunks_exact(width);
        let drift = self.drift.chunks_exact_mut(width);
        for ((drift, rate), speeds) in drift.zip(equation.network.rates()).zip(rows) {
            for (d, speed) in drift.iter_mut().zip(speeds) {
                *d = rate * speed;
            }
        }
        for k in equation.clamped {
            self.drift[*k] = 0.0;
        }
        true
    }

    /// The method's own polynomial of entry `i` of the block, which goes from `x` to `end`.
    fn between(&self, theta: f64, i: usize, x: f64, end: f64) -> f64 {
        let sum = |row: &[f64]| -> f64 { row.iter().zip(&self.u).map(|(h, u)| h * u[i]).sum() };
        let rows = self.tableau.dense.iter().rev();
        let bend = rows.fold(0.0, |all, row| all * theta + sum(row));
        (1.0 - theta) * x + theta * (end + (1.0 - theta) * bend)
    }

    /// The stages of a Rosenbrock method are no good states. Those of its polynomial are.
    fn add_nodes(
        &mut self,
        equation: &mut Equation<'_, '_>,
        node: &mut Node<'_>,
        storage: &mut Storage,
        ws: &mut Workspace,
    ) {
        let mut state = std::mem::take(&mut self.rhs);
        for (part, weights) in &BOOLE[1..BOOLE.len() - 1] {
            for (i, state) in state.iter_mut().enumerate() {
                *state = self.between(*part, i, node.x[i], storage.end[i]);
            }
            equation.place(*part, node.h);
            let width = ws.width();
            equation.network.activation(&state, width, &mut ws.g);
            node.add(equation, ws, *weights);
        }
        self.rhs = state;
    }
}

impl Stepper for Rosenbrock {
    fn velocities(&self) -> usize {
        3
    }

    fn evaluations(&self) -> u64 {
        // The velocity at each stage but the first, and at the end; the Jacobian is counted by its multiplications.
        self.tableau.stages() as u64
    }

    fn multiplications(&self) -> u64 {
        self.systems.multiplications(self.tableau.stages())
    }

    fn advance(
        &mut self,
        equation: &mut Equation<'_, '_>,
        node: &mut Node<'_>,
        storage: &mut Storage,
        ws: &mut Workspace,
    ) -> Result<(), StopReason> {
        let (network, tableau, width) = (equation.network, self.tableau, ws.width());
        let (x, h) = (node.x, node.h);
        for (b, h) in h.iter().enumerate() {
            self.lengths[0][b] = 1.0 / h;
            self.lengths[1][b] = *h;
        }
        node.add(equation, ws, BOOLE[0].1);
        let drifts = self.find_drift(equation, width);
        self.systems.factorise(
            network,
            equation.clamped,
            x,
            (tableau.gamma, h),
            equation.go_on,
        );
        for i in 0..tableau.stages() {
            // The velocities of the stages are not needed together.
            let f = if i == 0 {
                &storage.k[0]
            } else {
                let (a, point) = (tableau.a[i - 1], &mut storage.point);
                combine(width, Some(x), &self.ones, a, &self.u, point);
                equation.place(tableau.nodes[i - 1], h);
                let f = &mut storage.k[1];
                network.velocity(&storage.point, equation.drive(), false, ws, f);
                &storage.k[1]
            };
            let c = if i == 0 { &[][..] } else { tableau.c[i - 1] };
            let inverse = &self.lengths[0];
            combine(width, Some(f), inverse, c, &self.u, &mut self.rhs);
            if drifts && tableau.time[i] != 0.0 {
                let rows = self.rhs.chunks_exact_mut(width);
                for (rhs, drift) in rows.zip(self.drift.chunks_exact(width)) {
                    for (b, (rhs, drift)) in rhs.iter_mut().zip(drift).enumerate() {
                        *rhs += h[b] * tableau.time[i] * drift;
                    }
                }
            }
            self.systems.solve(network, &self.rhs, h, &mut self.u[i]);
        }
        let end = &mut storage.end;
        combine(width, Some(x), &self.ones, tableau.m, &self.u, end);
        if node.works() {
            self.add_nodes(equation, node, storage, ws);
        }
        match (equation.go_on)() {
            true => Ok(()),
            false => Err(StopReason::Interrupted),
        }
    }

    fn work_at_end(&self) -> [f64; 2] {
        BOOLE[0].1
    }

    fn error(&self, _x: &[f64], _h: &[f64], _storage: &Storage, out: &mut [f64]) {
        let width = self.ones.len();
        combine(width, None, &self.ones, self.tableau.error, &self.u, out);
    }

    fn inside_column(
        &self,
        (theta, column): (f64, usize),
        x: &[f64],
        storage: &Storage,
        out: &mut [f64],
    ) -> bool {
        let width = self.ones.len();
        for (k, (out, x)) in out.iter_mut().zip(x).enumerate() {
            let i = k * width + column;
            *out = self.between(theta, i, *x, storage.end[i]);
        }
        true
    }
}
