//! Explicit Runge–Kutta methods.

use super::discrete::continuous;
use super::hermite::{self, cubic, quintic};
use super::method::Method;
use super::stepper::{Ends, Equation, Node, Stepper, Storage};
use super::tableau::{OF_BS3, OF_DOPRI5, OF_EULER, OF_RK4, OF_TSIT5, Tableau};
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

/// Tsitouras 2011, *Runge–Kutta pairs of order 5(4) satisfying only the first column simplifying assumption*.
pub static TSIT5: Method = Method {
    name: "tsit5",
    about: "Tsitouras 2011, Runge–Kutta pairs of order 5(4) satisfying only the first column simplifying assumption.",
    order: 5,
    error_order: Some(4),
    stability: 3.506,
    takes_back: true,
    tableau: Some(&OF_TSIT5),
    make: |_, _, _| Box::new(Explicit(&OF_TSIT5)),
    ..PLAIN
};

/// Dormand and Prince 1980, order 5(4).
pub static DOPRI5: Method = Method {
    name: "dopri5",
    about: "Dormand and Prince 1980, order 5(4).",
    order: 5,
    error_order: Some(4),
    stability: 3.306,
    takes_back: true,
    tableau: Some(&OF_DOPRI5),
    make: |_, _, _| Box::new(Explicit(&OF_DOPRI5)),
    ..PLAIN
};

/// Bogacki and Shampine 1989, order 3(2).
pub static BS3: Method = Method {
    name: "bs3",
    about: "Bogacki and Shampine 1989, order 3(2).",
    order: 3,
    error_order: Some(2),
    stability: 2.512,
    takes_back: true,
    tableau: Some(&OF_BS3),
    make: |_, _, _| Box::new(Explicit(&OF_BS3)),
    ..PLAIN
};

/// The classical method of order 4, with a fixed step.
pub static RK4: Method = Method {
    name: "rk4",
    about: "The classical method of order 4, with a fixed step.",
    order: 4,
    stability: 2.785,
    tableau: Some(&OF_RK4),
    make: |_, _, _| Box::new(Explicit(&OF_RK4)),
    ..PLAIN
};

/// Euler's method, with a fixed step.
pub static EULER: Method = PLAIN;

/// The plainest entry of the list. The others say in what they differ.
pub(super) const PLAIN: Method = Method {
    name: "euler",
    about: "Euler's method, with a fixed step.",
    order: 1,
    error_order: None,
    stability: 2.0,
    takes_back: false,
    matrices: 0,
    columns: usize::MAX,
    controls_itself: false,
    wrong_between_switches: None,
    choices: &[],
    tableau: Some(&OF_EULER),
    flips: false,
    at_once: false,
    is_warm: false,
    suits: continuous,
    make: |_, _, _| Box::new(Explicit(&OF_EULER)),
};

#[cfg(test)]
mod tests {
    use super::*;

    /// `R(z)`: the factor of one step on `ẋ = λ x`, `z = h λ`.
    fn factor(tableau: &Tableau, z: f64) -> f64 {
        let sum = |row: &[f64], k: &[f64]| row.iter().zip(k).map(|(a, k)| a * k).sum::<f64>();
        let mut k = vec![1.0];
        for row in tableau.a {
            k.push(1.0 + z * sum(row, &k));
        }
        1.0 + z * sum(tableau.b, &k)
    }

    #[test]
    fn every_region_of_stability_reaches_as_far_as_it_says_and_hardly_further() {
        let all = [
            (&TSIT5, &OF_TSIT5),
            (&DOPRI5, &OF_DOPRI5),
            (&BS3, &OF_BS3),
            (&RK4, &OF_RK4),
            (&EULER, &OF_EULER),
        ];
        for (method, tableau) in all {
            let (name, reach) = (method.name, method.stability);
            for part in 1..=100 {
                let z = -reach * f64::from(part) / 100.0;
                assert!(factor(tableau, z).abs() <= 1.0 + 1e-14, "{name} at {z}");
            }
            assert!(factor(tableau, -reach - 0.01).abs() > 1.0, "{name}");
        }
    }
}
