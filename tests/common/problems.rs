//! Test problems that others wrote, and a synapse that makes a network of any of them: layers with the identity as
//! activation, no leak and τ = 1, so that `ẋ = f(x)`.

#![allow(dead_code, reason = "not every test file uses all of it")]

use std::fmt;
use std::ops::{Add, Div, Mul, Neg, Sub};

use attractor::lagrangian::TermRows;
use attractor::network::Network;
use attractor::synapse::{Energy, Ports, Scratch, Synapse};

use crate::networks::layer;

/// What a right-hand side is written in: numbers, or numbers with a derivative.
pub trait Number:
    Copy
    + From<f64>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    fn sqrt(self) -> Self;
    fn sin(self) -> Self;
    fn cos(self) -> Self;
}

impl Number for f64 {
    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }
    fn sin(self) -> Self {
        f64::sin(self)
    }
    fn cos(self) -> Self {
        f64::cos(self)
    }
}

/// A value and its derivative in one direction.
#[derive(Clone, Copy, Debug)]
pub struct Dual(pub f64, pub f64);

impl From<f64> for Dual {
    fn from(v: f64) -> Self {
        Dual(v, 0.0)
    }
}

impl Add for Dual {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        Dual(self.0 + o.0, self.1 + o.1)
    }
}

impl Sub for Dual {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        Dual(self.0 - o.0, self.1 - o.1)
    }
}

impl Mul for Dual {
    type Output = Self;
    fn mul(self, o: Self) -> Self {
        Dual(self.0 * o.0, self.0 * o.1 + self.1 * o.0)
    }
}

impl Div for Dual {
    type Output = Self;
    fn div(self, o: Self) -> Self {
        let ratio = self.0 / o.0;
        Dual(ratio, (self.1 - ratio * o.1) / o.0)
    }
}

impl Neg for Dual {
    type Output = Self;
    fn neg(self) -> Self {
        Dual(-self.0, -self.1)
    }
}

impl Number for Dual {
    fn sqrt(self) -> Self {
        let root = self.0.sqrt();
        Dual(root, self.1 / (2.0 * root))
    }
    fn sin(self) -> Self {
        Dual(self.0.sin(), self.1 * self.0.cos())
    }
    fn cos(self) -> Self {
        Dual(self.0.cos(), -self.1 * self.0.sin())
    }
}

/// An initial value problem without explicit time: where the right side depends on it, the time is the last state.
#[derive(Clone)]
pub struct Problem {
    pub name: &'static str,
    pub start: Vec<f64>,
    rate: fn(&[f64]) -> Vec<f64>,
    change: fn(&[Dual]) -> Vec<Dual>,
}

macro_rules! problem {
    ($name:literal, $start:expr, $rate:ident) => {
        Problem {
            name: $name,
            start: $start,
            rate: $rate::<f64>,
            change: $rate::<Dual>,
        }
    };
}

impl Problem {
    /// `f(x)`.
    pub fn rate(&self, x: &[f64]) -> Vec<f64> {
        (self.rate)(x)
    }

    /// The network whose velocity it is.
    pub fn network(&self) -> Network {
        let n = self.start.len();
        let states = layer("x", &[n], r#"{ kind = "identity" }"#).leak(0.0);
        let field = Field(self.clone());
        let built = Network::builder().layer(states).connect(&["x"], field);
        built.build().unwrap()
    }
}

/// The current `f(g)`.
struct Field(Problem);

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Field({})", self.0.name)
    }
}

/// Puts what a column gives into that column.
fn by_column(width: usize, out: &mut [f64], one: impl Fn(usize) -> Vec<f64>) {
    for column in 0..width {
        let rows = out.iter_mut().skip(column).step_by(width);
        rows.zip(one(column)).for_each(|(o, v)| *o += v);
    }
}

impl Synapse for Field {
    fn describe(&self) -> String {
        format!("problem {}", self.0.name)
    }
    fn shapes(&self) -> Vec<Vec<usize>> {
        vec![vec![self.0.start.len()]]
    }
    fn evaluate(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        current: &mut [f64],
        _energy: Option<TermRows<'_>>,
        _scratch: &mut Scratch,
    ) {
        let (width, g) = (ports.width, ports.of(0, g));
        by_column(width, ports.of_mut(0, current), |column| {
            let x: Vec<f64> = g.iter().skip(column).step_by(width).copied().collect();
            self.0.rate(&x)
        });
    }
    fn add_curvature(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        dg: &[f64],
        dcurrent: &mut [f64],
        _scratch: &mut Scratch,
    ) {
        let (width, g, dg) = (ports.width, ports.of(0, g), ports.of(0, dg));
        by_column(width, ports.of_mut(0, dcurrent), |column| {
            let pairs = g.iter().zip(dg).skip(column).step_by(width);
            let x: Vec<Dual> = pairs.map(|(g, d)| Dual(*g, *d)).collect();
            let change = (self.0.change)(&x);
            change.into_iter().map(|v| v.1).collect()
        });
    }
    fn energy(&self) -> Energy {
        Energy::None("a test problem".into())
    }
    fn order(&self, _unbounded: &[bool]) -> f64 {
        0.0
    }
    fn scratch(&self, _width: usize) -> Scratch {
        Scratch::default()
    }
}

// Hull, Enright, Fellen and Sedgwick 1972, *Comparing numerical methods for ordinary differential equations* (SIAM J.
// Numer. Anal. 9, 603): the 25 non-stiff problems of DETEST, on [0, 20].

fn n<N: Number>(v: f64) -> N {
    N::from(v)
}

/// The negative exponential.
fn a1<N: Number>(y: &[N]) -> Vec<N> {
    vec![-y[0]]
}

/// A case of the Riccati equation.
fn a2<N: Number>(y: &[N]) -> Vec<N> {
    vec![-y[0] * y[0] * y[0] / n(2.0)]
}

/// Oscillating.
fn a3<N: Number>(y: &[N]) -> Vec<N> {
    vec![y[0] * y[1].cos(), n(1.0)]
}

/// Logistic.
fn a4<N: Number>(y: &[N]) -> Vec<N> {
    vec![y[0] / n(4.0) * (n::<N>(1.0) - y[0] / n(20.0))]
}

/// A spiral.
fn a5<N: Number>(y: &[N]) -> Vec<N> {
    vec![(y[0] - y[1]) / (y[0] + y[1]), n(1.0)]
}

/// Two populations in conflict.
fn b1<N: Number>(y: &[N]) -> Vec<N> {
    let both = y[0] * y[1];
    vec![n::<N>(2.0) * (y[0] - both), both - y[1]]
}

/// A linear chemical reaction.
fn b2<N: Number>(y: &[N]) -> Vec<N> {
    vec![y[1] - y[0], y[0] - n::<N>(2.0) * y[1] + y[2], y[1] - y[2]]
}

/// A nonlinear chemical reaction.
fn b3<N: Number>(y: &[N]) -> Vec<N> {
    let square = y[1] * y[1];
    vec![-y[0], y[0] - square, square]
}

/// The integral surface of a torus.
fn b4<N: Number>(y: &[N]) -> Vec<N> {
    let r = (y[0] * y[0] + y[1] * y[1]).sqrt();
    vec![-y[1] - y[0] * y[2] / r, y[0] - y[1] * y[2] / r, y[0] / r]
}

/// A rigid body without forces (Euler).
fn b5<N: Number>(y: &[N]) -> Vec<N> {
    vec![y[1] * y[2], -y[0] * y[2], n::<N>(-0.51) * y[0] * y[1]]
}

/// State i decays into the next one at a rate of its own, the last stays.
fn chain<N: Number>(y: &[N], rate: fn(usize) -> f64) -> Vec<N> {
    let last = y.len() - 1;
    let flow = |i: usize| n::<N>(rate(i)) * y[i];
    let inner = (1..last).map(|i| flow(i - 1) - flow(i));
    let ends = [-flow(0)].into_iter().chain(inner);
    ends.chain([flow(last - 1)]).collect()
}

/// A radioactive decay chain.
fn c1<N: Number>(y: &[N]) -> Vec<N> {
    chain(y, |_| 1.0)
}

/// Another one.
fn c2<N: Number>(y: &[N]) -> Vec<N> {
    chain(y, |i| (i + 1) as f64)
}

/// A parabolic partial differential equation on a grid (C3 with 10 points, C4 with 51).
fn heat<N: Number>(y: &[N]) -> Vec<N> {
    let at = |i: Option<usize>| i.and_then(|i| y.get(i)).copied().unwrap_or(n(0.0));
    let point = |i: usize| at(i.checked_sub(1)) - n::<N>(2.0) * at(Some(i)) + at(i.checked_add(1));
    (0..y.len()).map(point).collect()
}

/// The five outer planets about the sun: positions, planet by planet, then velocities.
fn c5<N: Number>(y: &[N]) -> Vec<N> {
    const K2: f64 = 2.95912208286;
    const SUN: f64 = 1.00000597682;
    const MASS: [f64; 5] = [
        0.000954786104043,
        0.000285583733151,
        0.0000437273164546,
        0.0000517759138449,
        0.00000277777777778,
    ];
    let place = |j: usize| [y[3 * j], y[3 * j + 1], y[3 * j + 2]];
    // v/|v|³.
    let pull = |v: [N; 3]| {
        let square = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
        let cube = square * square.sqrt();
        v.map(|v| v / cube)
    };
    let mut out = y[15..].to_vec();
    for (j, mass) in MASS.iter().enumerate() {
        let mut force = pull(place(j)).map(|p| n::<N>(-SUN - mass) * p);
        for (k, other) in MASS.iter().enumerate().filter(|(k, _)| *k != j) {
            let (here, there) = (place(j), place(k));
            let towards = pull(std::array::from_fn(|i| there[i] - here[i]));
            // The sun moves too.
            let sun = pull(there);
            for ((f, t), s) in force.iter_mut().zip(towards).zip(sun) {
                *f = *f + n::<N>(*other) * (t - s);
            }
        }
        out.extend(force.map(|f| n::<N>(K2) * f));
    }
    out
}

const PLANETS: [f64; 30] = [
    3.42947415189,
    3.35386959711,
    1.35494901715,
    6.64145542550,
    5.97156957878,
    2.18231499728,
    11.2630437207,
    14.6952576794,
    6.27960525067,
    -30.1552268759,
    1.65699966404,
    1.43785752721,
    -21.1238353380,
    28.4465098142,
    15.3882659679,
    -0.557160570446,
    0.505696783289,
    0.230578543901,
    -0.415570776342,
    0.365682722812,
    0.169143213293,
    -0.325325669158,
    0.189706021964,
    0.0877265322780,
    -0.0240476254170,
    -0.287659532608,
    -0.117219543175,
    -0.176860753121,
    -0.216393453025,
    -0.0148647893090,
];

/// Two bodies: D1 … D5 differ by the eccentricity of the orbit.
fn kepler<N: Number>(y: &[N]) -> Vec<N> {
    let square = y[0] * y[0] + y[1] * y[1];
    let cube = square * square.sqrt();
    vec![y[2], y[3], -y[0] / cube, -y[1] / cube]
}

fn orbit(e: f64) -> Vec<f64> {
    vec![1.0 - e, 0.0, 0.0, ((1.0 + e) / (1.0 - e)).sqrt()]
}

/// Bessel's equation of order ½, its origin moved one to the left.
fn e1<N: Number>(y: &[N]) -> Vec<N> {
    let one = n::<N>(1.0);
    let s = y[2] + one;
    vec![
        y[1],
        -(y[1] / s + (one - n::<N>(0.25) / (s * s)) * y[0]),
        one,
    ]
}

/// Van der Pol.
fn e2<N: Number>(y: &[N]) -> Vec<N> {
    vec![y[1], (n::<N>(1.0) - y[0] * y[0]) * y[1] - y[0]]
}

/// Duffing.
fn e3<N: Number>(y: &[N]) -> Vec<N> {
    let force = n::<N>(2.0) * (n::<N>(2.78535) * y[2]).sin();
    vec![y[1], y[0] * y[0] * y[0] / n(6.0) - y[0] + force, n(1.0)]
}

/// A falling body.
fn e4<N: Number>(y: &[N]) -> Vec<N> {
    vec![y[1], n::<N>(0.032) - n::<N>(0.4) * y[1] * y[1]]
}

/// Linear pursuit.
fn e5<N: Number>(y: &[N]) -> Vec<N> {
    let root = (n::<N>(1.0) + y[1] * y[1]).sqrt();
    vec![y[1], root / (n::<N>(25.0) - y[2]), n(1.0)]
}

fn first(n: usize) -> Vec<f64> {
    (0..n).map(|i| if i == 0 { 1.0 } else { 0.0 }).collect()
}

/// The 25 problems.
pub fn detest() -> Vec<Problem> {
    vec![
        problem!("A1", vec![1.0], a1),
        problem!("A2", vec![1.0], a2),
        problem!("A3", vec![1.0, 0.0], a3),
        problem!("A4", vec![1.0], a4),
        problem!("A5", vec![4.0, 0.0], a5),
        problem!("B1", vec![1.0, 3.0], b1),
        problem!("B2", vec![2.0, 0.0, 1.0], b2),
        problem!("B3", first(3), b3),
        problem!("B4", vec![3.0, 0.0, 0.0], b4),
        problem!("B5", vec![0.0, 1.0, 1.0], b5),
        problem!("C1", first(10), c1),
        problem!("C2", first(10), c2),
        problem!("C3", first(10), heat),
        problem!("C4", first(51), heat),
        problem!("C5", PLANETS.to_vec(), c5),
        problem!("D1", orbit(0.1), kepler),
        problem!("D2", orbit(0.3), kepler),
        problem!("D3", orbit(0.5), kepler),
        problem!("D4", orbit(0.7), kepler),
        problem!("D5", orbit(0.9), kepler),
        problem!(
            "E1",
            vec![0.671_396_707_141_803, 0.09540051444747446, 0.0],
            e1
        ),
        problem!("E2", vec![2.0, 0.0], e2),
        problem!("E3", vec![0.0, 0.0, 0.0], e3),
        problem!("E4", vec![30.0, 0.0], e4),
        problem!("E5", vec![0.0, 0.0, 0.0], e5),
    ]
}

/// SciPy's own test (`scipy/integrate/_ivp/tests/test_ivp.py`, `fun_rational`) with `t` as its third state: exact
/// `y = (t/(t + 10), 10 t/(t + 10)²)`. `direction` −1 runs the time backwards.
fn rational_in<N: Number>(y: &[N], direction: f64) -> Vec<N> {
    let (two, one) = (n::<N>(2.0), n::<N>(1.0));
    let rate = y[1] * (y[0] + two * y[1] - one) / (y[2] * (y[0] - one));
    let velocity = [y[1] / y[2], rate, one];
    velocity.map(|v| n::<N>(direction) * v).to_vec()
}

fn forwards<N: Number>(y: &[N]) -> Vec<N> {
    rational_in(y, 1.0)
}

fn backwards<N: Number>(y: &[N]) -> Vec<N> {
    rational_in(y, -1.0)
}

/// It from t = 5, forwards and backwards.
pub fn rational() -> [Problem; 2] {
    let start = || vec![1.0 / 3.0, 2.0 / 9.0, 5.0];
    [
        problem!("rational", start(), forwards),
        problem!("rational, backwards", start(), backwards),
    ]
}
