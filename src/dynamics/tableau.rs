//! Explicit Runge–Kutta methods as data.

/// The numbers of a method with `s` stages: `k_i = f(x + h Σ_j a_ij k_j)`, `x' = x + h Σ b_i k_i`, error
/// `h (Σ e_i k_i + e_{s+1} f(x'))`.
#[derive(Debug)]
pub struct Tableau {
    /// Rows 2 … s of the matrix `a`.
    pub a: &'static [&'static [f64]],
    /// Weights of the solution.
    pub b: &'static [f64],
    /// Weights of the error estimate, the velocity at the end of the step included; none for a fixed step.
    pub error: Option<&'static [f64]>,
}

impl Tableau {
    /// Number of stages.
    pub fn stages(&self) -> usize {
        self.b.len()
    }

    /// Weights of stage `i` in the work of a changing input and in its error, the end of the step being the last: those of the
    /// method itself, but for Euler's, which would be off by more than the energy falls where the velocity turns.
    pub fn work(&self, i: usize) -> [f64; 2] {
        let weight = match self.b {
            [_] => 0.5,
            b => b.get(i).copied().unwrap_or(0.0),
        };
        [weight, self.error.map_or(0.0, |e| e[i])]
    }
}

/// Tsitouras 2011.
pub(super) static OF_TSIT5: Tableau = Tableau {
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
        -0.0017800110522257714,
        -0.0008164344596567469,
        0.007880878010261995,
        -0.1447110071732629,
        0.5823571654525552,
        -0.45808210592918697,
        0.015151515151515152,
    ]),
};

/// Dormand and Prince 1980.
pub(crate) static OF_DOPRI5: Tableau = Tableau {
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
};

/// Bogacki and Shampine 1989.
pub(super) static OF_BS3: Tableau = Tableau {
    a: &[&[1.0 / 2.0], &[0.0, 3.0 / 4.0]],
    b: &[2.0 / 9.0, 1.0 / 3.0, 4.0 / 9.0],
    error: Some(&[-5.0 / 72.0, 1.0 / 12.0, 1.0 / 9.0, -1.0 / 8.0]),
};

/// Kutta 1901.
pub(super) static OF_RK4: Tableau = Tableau {
    a: &[&[0.5], &[0.0, 0.5], &[0.0, 0.0, 1.0]],
    b: &[1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0],
    error: None,
};

/// Euler.
pub(super) static OF_EULER: Tableau = Tableau {
    a: &[],
    b: &[1.0],
    error: None,
};
