//! Explicit Runge–Kutta methods as data.

/// How states between the ends of a step are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dense {
    /// The straight line: the method's own idea of the solution (Euler).
    Line,
    /// The cubic through states and velocities at both ends.
    Cubic,
    /// The quintic through states and velocities at both ends and at the middle, which is found by a step of half the
    /// length with the same method. It costs one more step where a state is asked for, and its error is of the order
    /// of the step's own, which no interpolant without further evaluations reaches.
    Halved,
}

/// An explicit method with `s` stages: `k_i = f(x + h Σ_j a_ij k_j)`, `x' = x + h Σ b_i k_i`, error `h (Σ e_i k_i + e_{s+1} f(x'))`.
#[derive(Debug)]
pub struct Tableau {
    /// Its name in model files.
    pub name: &'static str,
    /// Order of the solution.
    pub order: u32,
    /// Rows 2 … s of the matrix `a`.
    pub a: &'static [&'static [f64]],
    /// Weights of the solution.
    pub b: &'static [f64],
    /// Weights of the error estimate, the velocity at the end of the step included; none for a fixed step.
    pub error: Option<&'static [f64]>,
    /// Order of the embedded solution: the estimate shrinks with one power more.
    pub embedded_order: u32,
    /// Interpolation.
    pub dense: Dense,
    /// How far its region of stability reaches along the negative real axis: the eigenvalues of an energy network are
    /// real.
    pub stability: f64,
}

impl Tableau {
    /// Number of stages.
    pub fn stages(&self) -> usize {
        self.b.len()
    }
}

/// Tsitouras 2011, *Runge–Kutta pairs of order 5(4) satisfying only the first column simplifying assumption*.
pub static TSIT5: Tableau = Tableau {
    name: "tsit5",
    order: 5,
    a: &[
        &[0.161],
        &[-0.008480655492356989, 0.335480655492357],
        &[2.8971530571054935, -6.359448489975075, 4.3622954328695815],
        &[
            5.325864828439257,
            -11.748883564062828,
            7.4955393428898365,
            -0.09249506636175525,
        ],
        &[
            5.86145544294642,
            -12.92096931784711,
            8.159367898576159,
            -0.071584973281401,
            -0.028269050394068383,
        ],
    ],
    b: &[
        0.09646076681806523,
        0.01,
        0.4798896504144996,
        1.379008574103742,
        -3.290069515436081,
        2.324710524099774,
    ],
    error: Some(&[
        -0.001780011052225777,
        -0.0008164344596567469,
        0.007880878010261995,
        -0.1447110071732629,
        0.5823571654525552,
        -0.45808210592918697,
        0.015151515151515152,
    ]),
    embedded_order: 4,
    dense: Dense::Halved,
    stability: 3.506,
};

/// Dormand and Prince 1980, order 5(4).
pub static DOPRI5: Tableau = Tableau {
    name: "dopri5",
    order: 5,
    a: &[
        &[1.0 / 5.0],
        &[3.0 / 40.0, 9.0 / 40.0],
        &[44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0],
        &[
            19372.0 / 6561.0,
            -25360.0 / 2187.0,
            64448.0 / 6561.0,
            -212.0 / 729.0,
        ],
        &[
            9017.0 / 3168.0,
            -355.0 / 33.0,
            46732.0 / 5247.0,
            49.0 / 176.0,
            -5103.0 / 18656.0,
        ],
    ],
    b: &[
        35.0 / 384.0,
        0.0,
        500.0 / 1113.0,
        125.0 / 192.0,
        -2187.0 / 6784.0,
        11.0 / 84.0,
    ],
    error: Some(&[
        71.0 / 57600.0,
        0.0,
        -71.0 / 16695.0,
        71.0 / 1920.0,
        -17253.0 / 339200.0,
        22.0 / 525.0,
        -1.0 / 40.0,
    ]),
    embedded_order: 4,
    dense: Dense::Halved,
    stability: 3.306,
};

/// Bogacki and Shampine 1989, order 3(2).
pub static BS3: Tableau = Tableau {
    name: "bs3",
    order: 3,
    a: &[&[1.0 / 2.0], &[0.0, 3.0 / 4.0]],
    b: &[2.0 / 9.0, 1.0 / 3.0, 4.0 / 9.0],
    error: Some(&[-5.0 / 72.0, 1.0 / 12.0, 1.0 / 9.0, -1.0 / 8.0]),
    embedded_order: 2,
    dense: Dense::Cubic,
    stability: 2.512,
};

/// The classical method of order 4, with a fixed step.
pub static RK4: Tableau = Tableau {
    name: "rk4",
    order: 4,
    a: &[&[0.5], &[0.0, 0.5], &[0.0, 0.0, 1.0]],
    b: &[1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0],
    error: None,
    embedded_order: 4,
    dense: Dense::Cubic,
    stability: 2.785,
};

/// Euler's method, with a fixed step.
pub static EULER: Tableau = Tableau {
    name: "euler",
    order: 1,
    a: &[],
    b: &[1.0],
    error: None,
    embedded_order: 1,
    dense: Dense::Line,
    stability: 2.0,
};

/// Every method, the default first.
pub static TABLEAUS: [&Tableau; 5] = [&TSIT5, &DOPRI5, &BS3, &RK4, &EULER];

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
        for tableau in TABLEAUS {
            let name = tableau.name;
            for part in 1..=100 {
                let z = -tableau.stability * f64::from(part) / 100.0;
                assert!(factor(tableau, z).abs() <= 1.0 + 1e-14, "{name} at {z}");
            }
            assert!(
                factor(tableau, -tableau.stability - 0.01).abs() > 1.0,
                "{name}"
            );
        }
    }
}
