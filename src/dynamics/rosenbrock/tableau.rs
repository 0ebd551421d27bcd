//! Rosenbrock methods as data.

use crate::dynamics::Method;
use crate::dynamics::explicit::PLAIN;

use super::Rosenbrock;

/// The numbers of a method with `s` stages in the form that needs no product with the Jacobian (Hairer and Wanner, *Solving
/// Ordinary Differential Equations II*, IV.7): with `W = 1/(hγ) − J`
///
/// ```text
/// W u_i = f(t + c_i h, x + Σ_j a_ij u_j) + (1/h) Σ_j C_ij u_j + h d_i ∂f/∂t,    x' = x + Σ m_i u_i,    error Σ e_i u_i
/// ```
#[derive(Debug)]
pub struct Tableau {
    /// γ.
    pub gamma: f64,
    /// Rows 2 … s of the matrix `a`.
    pub a: &'static [&'static [f64]],
    /// Rows 2 … s of the matrix `C`.
    pub c: &'static [&'static [f64]],
    /// `c_2` … `c_s`.
    pub nodes: &'static [f64],
    /// `d_1` … `d_s`.
    pub time: &'static [f64],
    /// Weights of the solution.
    pub m: &'static [f64],
    /// Weights of the error estimate.
    pub error: &'static [f64],
    /// Rows of the polynomial between the ends, `x(θ) = (1 − θ) x + θ (x' + (1 − θ) Σ_k θ^k Σ_j h_kj u_j)`.
    pub dense: &'static [&'static [f64]],
}

impl Tableau {
    /// Number of stages.
    pub fn stages(&self) -> usize {
        self.m.len()
    }
}

/// The numbers of [`RODAS5P`].
static OF_RODAS5P: Tableau = Tableau {
    gamma: 0.21193756319429014,
    a: &[
        &[3.0],
        &[2.849394379747939, 0.45842242204463923],
        &[-6.954028509809101, 2.489845061869568, -10.358996098473584],
        &[
            2.8029986275628964,
            0.5072464736228206,
            -0.3988312541770524,
            -0.04721187230404641,
        ],
        &[
            -7.502846399306121,
            2.561846144803919,
            -11.627539656261098,
            -0.18268767659942256,
            0.030198172008377946,
        ],
        &[
            -7.502846399306121,
            2.561846144803919,
            -11.627539656261098,
            -0.18268767659942256,
            0.030198172008377946,
            1.0,
        ],
        &[
            -7.502846399306121,
            2.561846144803919,
            -11.627539656261098,
            -0.18268767659942256,
            0.030198172008377946,
            1.0,
            1.0,
        ],
    ],
    c: &[
        &[-14.155112264123755],
        &[-17.97296035885952, -2.859693295451294],
        &[147.12150275711716, -1.41221402718213, 71.68940251302358],
        &[
            165.43517024871676,
            -0.4592823456491126,
            42.90938336958603,
            -5.961986721573306,
        ],
        &[
            24.854864614690072,
            -3.0009227002832186,
            47.4931110020768,
            5.5814197821558125,
            -0.6610691825249471,
        ],
        &[
            30.91273214028599,
            -3.1208243349937974,
            77.79954646070892,
            34.28646028294783,
            -19.097331116725623,
            -28.087943162872662,
        ],
        &[
            37.80277123390563,
            -3.2571969029072276,
            112.26918849496327,
            66.9347231244047,
            -40.06618937091002,
            -54.66780262877968,
            -9.48861652309627,
        ],
    ],
    nodes: &[
        0.6358126895828704,
        0.4095798393397535,
        0.9769306725060716,
        0.4288403609558664,
        1.0,
        1.0,
        1.0,
    ],
    time: &[
        0.21193756319429014,
        -0.42387512638858027,
        -0.3384627126235924,
        1.8046452872882734,
        2.325825639765069,
        0.0,
        0.0,
        0.0,
    ],
    m: &[
        -7.502846399306121,
        2.561846144803919,
        -11.627539656261098,
        -0.18268767659942256,
        0.030198172008377946,
        1.0,
        1.0,
        1.0,
    ],
    error: &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
    dense: &[
        &[
            25.948786856663858,
            -2.5579724845846235,
            10.433815404888879,
            -2.3679251022685204,
            0.524948541321073,
            1.1241088310450404,
            0.4272876194431874,
            -0.17202221070155493,
        ],
        &[
            -9.91568850695171,
            -0.9689944594115154,
            3.0438037242978453,
            -24.495224566215796,
            20.176138334709044,
            15.98066361424651,
            -6.789040303419874,
            -6.710236069923372,
        ],
        &[
            11.419903575922262,
            2.8879645146136994,
            72.92137995996029,
            80.12511834622643,
            -52.072871366152654,
            -59.78993625266729,
            -0.15582684282751913,
            4.883087185713722,
        ],
    ],
};

/// `1/(2 + √2)`.
const D: f64 = 0.292_893_218_813_452_4;
/// `6 + √2`.
const E32: f64 = 7.414_213_562_373_095;

/// The numbers of [`ROSENBROCK23`]: those of Shampine and Reichelt's `ode23s`, with `u_1 = hd k_1`, `u_2 = hd (k_2 − k_1)` and
/// `u_3 = hd (k_3 − e_32 (k_2 − k_1) − 2 k_1)`.
static OF_ROSENBROCK23: Tableau = Tableau {
    gamma: D,
    a: &[&[0.5 / D], &[1.0 / D, 1.0 / D]],
    c: &[&[-1.0 / D], &[-2.0 / D, -E32 / D]],
    nodes: &[0.5, 1.0],
    time: &[D, 0.0, -D],
    m: &[1.0 / D, 1.0 / D, 0.0],
    error: &[1.0 / (6.0 * D), (E32 - 2.0) / (6.0 * D), 1.0 / (6.0 * D)],
    dense: &[&[0.0, -1.0 / (D * (1.0 - 2.0 * D)), 0.0]],
};

/// Its own, and one for a step that is taken again because the energy rose.
const MATRICES: u64 = 2;

/// Steinebach 2023, of order 5(4).
pub static RODAS5P: Method = Method {
    name: "rodas5p",
    about: "Steinebach 2023, Construction of Rosenbrock–Wanner method Rodas5P, order 5(4): linearly implicit with the exact Jacobian, for stiff networks",
    order: 5,
    error_order: Some(4),
    stability: f64::INFINITY,
    takes_back: true,
    matrices: MATRICES,
    tableau: None,
    make: |network, _, width| Box::new(Rosenbrock::new(&OF_RODAS5P, network, width)),
    ..PLAIN
};

/// Shampine and Reichelt 1997, of order 2(3).
pub static ROSENBROCK23: Method = Method {
    name: "rosenbrock23",
    about: "Shampine and Reichelt 1997, The MATLAB ODE suite, order 2(3): linearly implicit with the exact Jacobian, for stiff networks and loose tolerances",
    order: 2,
    error_order: Some(2),
    stability: f64::INFINITY,
    takes_back: true,
    matrices: MATRICES,
    tableau: None,
    make: |network, _, width| Box::new(Rosenbrock::new(&OF_ROSENBROCK23, network, width)),
    ..PLAIN
};
