//! Stochastic Runge–Kutta methods for additive noise.

use super::coordinates::Coordinates;
use super::path::Path;
use crate::dynamics::hermite;
use crate::dynamics::settings::Settings;
use crate::dynamics::stepper::{Ends, Equation, Node, Stepper, Storage};
use crate::dynamics::tableau::{OF_EULER, Tableau};
use crate::kernels::combine;
use crate::network::{Network, Workspace};
use crate::pattern::random::Stream;
use crate::trajectory::StopReason;

/// The numbers of a method: `Y_i = y + h Σ_j a_ij f(Y_j) + m_i c J`, `y' = y + h Σ_i b_i f(Y_i) + c ΔW`, with the path's mean over the
/// step `J = (1/h) ∫ (W − W_0) dt`.
#[derive(Debug)]
pub(super) struct Scheme {
    tableau: &'static Tableau,
    /// `m`, for the stages after the first.
    mean: &'static [f64],
}

/// Maruyama 1955.
pub(super) static OF_EULER_MARUYAMA: Scheme = Scheme {
    tableau: &OF_EULER,
    mean: &[],
};

/// Rößler 2010, *Runge–Kutta methods for the strong approximation of solutions of stochastic differential equations*, SIAM J. Numer.
/// Anal. 48, 922–952: the scheme SRA1. The noise being constant over a step, what its second weights add cancels.
pub(super) static OF_SRA: Scheme = Scheme {
    tableau: &Tableau {
        a: &[&[0.75]],
        b: &[1.0 / 3.0, 2.0 / 3.0],
        error: None,
    },
    mean: &[1.5],
};

/// See the module.
#[derive(Debug)]
pub(super) struct Stochastic {
    scheme: &'static Scheme,
    coordinates: Coordinates,
    path: Path,
    /// The coordinates where the step begins, and at a stage or its end.
    start: Vec<f64>,
    point: Vec<f64>,
    /// Their drift at every stage.
    drift: Vec<Vec<f64>>,
}

impl Stochastic {
    pub fn new(
        scheme: &'static Scheme,
        network: &Network,
        settings: &Settings,
        width: usize,
    ) -> Self {
        let block = || vec![0.0; network.size() * width];
        Stochastic {
            scheme,
            coordinates: Coordinates::new(network, settings),
            path: Path::new(network.size(), width, settings.pieces),
            start: block(),
            point: block(),
            drift: (0..scheme.tableau.stages()).map(|_| block()).collect(),
        }
    }
}

/// Adds the noise to a block, `weight` times.
fn add(noise: &[f64], amplitude: &[f64], weight: f64, to: &mut [f64]) {
    let width = to.len() / amplitude.len().max(1);
    let rows = to.chunks_exact_mut(width).zip(noise.chunks_exact(width));
    for ((to, noise), c) in rows.zip(amplitude) {
        for (to, noise) in to.iter_mut().zip(noise) {
            *to += weight * c * noise;
        }
    }
}

/// Clamped entries stay where they are.
fn hold(clamped: &[usize], x: &[f64], to: &mut [f64]) {
    for k in clamped {
        to[*k] = x[*k];
    }
}

impl Stepper for Stochastic {
    fn velocities(&self) -> usize {
        self.scheme.tableau.stages() + 1
    }

    fn evaluations(&self) -> u64 {
        self.scheme.tableau.stages() as u64
    }

    fn begin(&mut self, _: &Network, (column, _): (usize, &[f64]), stream: Stream) {
        self.path.begin(column, stream);
    }

    /// Its steps follow from what it draws.
    fn may_repeat(&self) -> bool {
        false
    }

    fn carry(&self, column: usize) -> Vec<u64> {
        self.path.carry(column)
    }

    fn resume(&mut self, column: usize, carried: &[u64]) {
        self.path.resume(column, carried);
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
        let Scheme { tableau, mean } = self.scheme;
        let (coordinates, path) = (&self.coordinates, &mut self.path);
        let (start, point, drift) = (&mut self.start, &mut self.point, &mut self.drift);
        path.draw(&coordinates.amplitude, h);
        coordinates.enter(x, width, start);
        coordinates.drift(&storage.k[0], start, h, &mut drift[0]);
        node.add(equation, ws, tableau.work(0));
        for (i, (row, mean)) in tableau.a.iter().zip(*mean).enumerate() {
            combine(width, Some(start), h, row, drift, point);
            add(&path.mean, &coordinates.amplitude, *mean, point);
            coordinates.leave(point, width, &mut storage.point);
            hold(equation.clamped, x, &mut storage.point);
            equation.place(row.iter().sum(), h);
            let k = &mut storage.k[i + 1];
            network.velocity(&storage.point, equation.drive(), false, ws, k);
            coordinates.drift(k, point, h, &mut drift[i + 1]);
            node.add(equation, ws, tableau.work(i + 1));
        }
        combine(width, Some(start), h, tableau.b, drift, point);
        add(&path.increment, &coordinates.amplitude, 1.0, point);
        coordinates.leave(point, width, &mut storage.end);
        hold(equation.clamped, x, &mut storage.end);
        Ok(())
    }

    fn work_at_end(&self) -> [f64; 2] {
        self.scheme.tableau.work(self.scheme.tableau.stages())
    }

    fn error(&self, _x: &[f64], _h: &[f64], _storage: &Storage, out: &mut [f64]) {
        out.fill(0.0);
    }

    /// On the straight line: where the path went between the ends is not drawn.
    fn inside(&self, theta: f64, ends: Ends<'_>, h: f64, _storage: &Storage, out: &mut [f64]) {
        hermite::sum([[1.0 - theta, 0.0], [theta, 0.0]], ends, h, out);
    }
}
