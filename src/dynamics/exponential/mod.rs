//! An exponential Runge–Kutta method that treats the leak exactly, for networks whose time constants differ by powers
//! of ten.
//!
//! With `λ = k/τ` and `N(x) = ẋ + λ x` (input and currents over τ) the solution of `ẋ = N − λ x` over a step from `x_0` is
//!
//! ```text
//! x(s) = e^{−λs} x_0 + ∫_0^s e^{−λ(s−t)} N(t) dt
//! ```
//!
//! and the method puts a polynomial in place of `N(t)`: the one that has the value *and the slope* `Ṅ = (J + λ) ẋ + İ/τ` of the
//! start (the Jacobian's action and the slope of the input, no matrix) and the values found at the nodes ½ and ¾ so far. Each stage lifts the error
//! by one order, and the integral of a quadratic through the double node 0 and ¾ is exact for cubics (Radau's rule): order
//! 4 from three evaluations and one action. No matrix is stored or factorised.
//!
//! Fast neurons follow slow ones. At every node the slowest level of neurons is placed first; the next level then
//! integrates a polynomial that already has the value at the node itself, found with the slower levels in place, and so
//! on. As τ → 0 of a fast level its neurons land on their equilibrium with the slow ones, and the slow ones are integrated
//! as the network in its adiabatic limit (Krotov and Hopfield 2020; Scholarpedia (7)–(9)) at the full order. Without this
//! a fast neuron lags by one node and order 2 is all that is left.
//!
//! What is exact is the leak only: the currents between neurons of one level are treated as an explicit method treats
//! them, so a step stays below about 3 over their rate.

mod levels;
mod phi;

use self::levels::Levels;
use self::phi::phi;
use super::explicit::PLAIN;
use super::forcing::BOOLE;
use super::method::Method;
use super::stepper::{Ends, Equation, Node, Stepper, Storage};
use crate::network::{Drive, Network, Workspace};
use crate::trajectory::StopReason;

/// The entry in the list.
pub static EXPONENTIAL: Method = Method {
    name: "exponential",
    about: "exponential Runge–Kutta method of order 4(3) with the leak exact and fast layers following slow ones; matrix-free",
    order: 4,
    error_order: Some(3),
    stability: 2.785,
    takes_back: true,
    tableau: None,
    make: |network, _, width| Box::new(Exponential::new(network, width)),
    ..PLAIN
};

/// Where the stages lie in the step, and where besides the power of a changing input is asked for.
const NODES: [f64; 4] = [0.5, 0.75, 1.0, 0.25];
/// The places of the last stage, and of that other point.
const END: usize = 2;
const QUARTER: usize = 3;

/// Storage of the method for one block.
#[derive(Debug)]
pub(super) struct Exponential {
    levels: Levels,
    /// For every node the factors of `ẋ`, `Ṅ` and of the bends `q`, `r` of the polynomial, `rates × columns`; and for the one
    /// point between at which only the power of a changing input is asked for.
    factors: [[Vec<f64>; 4]; 4],
    /// `Ṅ` at the start.
    slope: Vec<f64>,
    /// `(N(node) − N(0) − s Ṅ(0))/c²` at every node, `s = c h`.
    bends: [Vec<f64>; 3],
    velocity: Vec<f64>,
}

/// What `ẋ`, `Ṅ` and the bends q, r of the start's polynomial contribute to the state at the node `c` of a step `h`:
/// `∫_0^s e^{−λ(s−t)} t^k dt = k! s^{k+1} φ_{k+1}(−λs)`, `s = c h`.
fn factors(rate: f64, c: f64, h: f64) -> [f64; 4] {
    let s = c * h;
    let [p1, p2, p3, p4] = phi(-s * rate);
    [
        s * p1,
        s * s * p2,
        2.0 * s * c * c * p3,
        6.0 * s * c * c * c * p4,
    ]
}

/// What the line through value and slope of N at the start lacks at the node `c`, over c².
fn bend(velocity: [f64; 2], state: [f64; 2], rate: f64, slope: f64, [c, h]: [f64; 2]) -> f64 {
    let change = velocity[1] - velocity[0] + rate * (state[1] - state[0]);
    (change - c * h * slope) / (c * c)
}

/// Value at 0 and slope of the line through two points.
fn line([a, b]: [f64; 2], [at, bt]: [f64; 2]) -> [f64; 2] {
    let slope = (b - a) / (bt - at);
    [a - slope * at, slope]
}

/// The start of a step and what acts on it.
#[derive(Clone, Copy)]
struct Start<'a> {
    network: &'a Network,
    x: &'a [f64],
    velocity: &'a [f64],
    h: &'a [f64],
}

impl Exponential {
    pub fn new(network: &Network, columns: usize) -> Self {
        let size = network.size() * columns;
        let levels = Levels::new(network);
        let factor = || vec![0.0; levels.rates().len() * columns];
        let factors = std::array::from_fn(|_| std::array::from_fn(|_| factor()));
        Exponential {
            factors,
            levels,
            slope: vec![0.0; size],
            bends: std::array::from_fn(|_| vec![0.0; size]),
            velocity: vec![0.0; size],
        }
    }

    fn find_factors(&mut self, h: &[f64], works: bool) {
        let columns = h.len();
        let count = if works { NODES.len() } else { END + 1 };
        for (node, c) in self.factors[..count].iter_mut().zip(NODES) {
            for (j, rate) in self.levels.rates().iter().enumerate() {
                for (b, h) in h.iter().enumerate() {
                    let rows = node.iter_mut().zip(factors(*rate, c, *h));
                    rows.for_each(|(row, f)| row[j * columns + b] = f);
                }
            }
        }
    }

    /// `Ṅ = J ẋ + λ ẋ + İ/τ` at the start.
    fn find_slope(&mut self, start: Start<'_>, equation: &Equation<'_, '_>, ws: &mut Workspace) {
        let Start {
            network,
            x,
            velocity,
            h,
        } = start;
        let columns = h.len();
        network.activation(x, columns, &mut ws.g);
        network.hessian(x, ws);
        network.jacobian_action(velocity, equation.clamped, ws, &mut self.slope);
        for (i, rate) in self.levels.neurons() {
            let at = i * columns..(i + 1) * columns;
            for (s, v) in self.slope[at.clone()].iter_mut().zip(&velocity[at]) {
                *s += rate * v;
            }
        }
        // Nothing, where the input does not vary.
        let rows = equation.forcing.rate().chunks_exact(columns);
        let slopes = self.slope.chunks_exact_mut(columns).zip(network.rates());
        for ((slopes, rate), speeds) in slopes.zip(rows) {
            for (s, speed) in slopes.iter_mut().zip(speeds) {
                *s += rate * speed;
            }
        }
        for k in equation.clamped {
            self.slope[*k] = 0.0;
        }
    }

    /// The state at a node: the slowest level from the nodes before it, then level by level with the node itself.
    fn stage(
        &mut self,
        start: Start<'_>,
        node: usize,
        out: &mut [f64],
        drive: Drive<'_>,
        ws: &mut Workspace,
    ) {
        self.place(start, node, None, out);
        for level in 1..self.levels.count() {
            let layers = self.levels.layers(level);
            let mut velocity = std::mem::take(&mut self.velocity);
            let network = start.network;
            network.velocity_of(layers, out, drive, ws, &mut velocity);
            self.bend(start, node, out, &velocity, Some(level));
            self.velocity = velocity;
            self.place(start, node, Some(level), out);
        }
    }

    /// The state at a node by the polynomial through the nodes before it, of all neurons; or by that through the node itself
    /// as well, of one level.
    fn place(&self, start: Start<'_>, node: usize, level: Option<usize>, out: &mut [f64]) {
        let through = match (node, level) {
            (0, None) => [None, None],
            (1, None) | (0, Some(_)) => [Some(0), None],
            (_, None) => [Some(1), None],
            (1, Some(_)) => [Some(0), Some(1)],
            (_, Some(_)) => [Some(1), Some(2)],
        };
        self.integrate(start, node, level, through, out);
    }

    /// Integrates up to a node the polynomial through the start and up to two nodes, of all neurons or of one level.
    fn integrate(
        &self,
        start: Start<'_>,
        node: usize,
        level: Option<usize>,
        through: [Option<usize>; 2],
        out: &mut [f64],
    ) {
        let columns = start.h.len();
        let factors = &self.factors[node];
        for (i, class) in self.levels.of(level) {
            for column in 0..columns {
                let (k, w) = (i * columns + column, class * columns + column);
                // Values of the bend at two nodes give its own value at 0 and its slope: q + r c.
                let [q, r] = match through {
                    [Some(a), Some(b)] => {
                        line([self.bends[a][k], self.bends[b][k]], [NODES[a], NODES[b]])
                    }
                    [Some(a), None] => [self.bends[a][k], 0.0],
                    _ => [0.0, 0.0],
                };
                out[k] = start.x[k]
                    + (factors[0][w] * start.velocity[k]
                        + factors[1][w] * self.slope[k]
                        + factors[2][w] * q
                        + factors[3][w] * r);
            }
        }
    }

    /// The states of the stages are of lower order than the step. Those of the polynomials that lead to its end are not.
    fn add_nodes(
        &mut self,
        start: Start<'_>,
        equation: &mut Equation<'_, '_>,
        node: &mut Node<'_>,
        ws: &mut Workspace,
    ) {
        let mut state = std::mem::take(&mut self.velocity);
        for ((part, weights), place) in BOOLE[1..4].iter().zip([QUARTER, 0, 1]) {
            self.integrate(start, place, None, [Some(1), None], &mut state);
            for level in 1..self.levels.count() {
                self.integrate(start, place, Some(level), [Some(1), Some(END)], &mut state);
            }
            equation.place(*part, start.h);
            let width = ws.width();
            equation.network.activation(&state, width, &mut ws.g);
            node.add(equation, ws, *weights);
        }
        self.velocity = state;
    }

    /// The bends at a node, from the state and the velocity there.
    fn bend(
        &mut self,
        start: Start<'_>,
        node: usize,
        state: &[f64],
        velocity: &[f64],
        level: Option<usize>,
    ) {
        let (columns, c) = (start.h.len(), NODES[node]);
        for (i, class) in self.levels.of(level) {
            let rate = self.levels.rates()[class];
            for (column, h) in start.h.iter().enumerate() {
                let k = i * columns + column;
                let velocities = [start.velocity[k], velocity[k]];
                let states = [start.x[k], state[k]];
                let slope = self.slope[k];
                self.bends[node][k] = bend(velocities, states, rate, slope, [c, *h]);
            }
        }
    }
}

impl Stepper for Exponential {
    fn velocities(&self) -> usize {
        3
    }

    /// What a step costs: at each of three nodes one evaluation for every level, and one action of the Jacobian, which
    /// costs about as much.
    fn evaluations(&self) -> u64 {
        3 * self.levels.count() as u64 + 1
    }

    /// Finds the state at the end of a step from the node's `x`, where the velocity is `k[0]`; leaves the state of the stage
    /// before it in `point` and the velocity there in `k[1]`.
    fn advance(
        &mut self,
        equation: &mut Equation<'_, '_>,
        node: &mut Node<'_>,
        storage: &mut Storage,
        ws: &mut Workspace,
    ) -> Result<(), StopReason> {
        let Storage { k, end, point } = storage;
        let [first, before, ..] = &mut k[..] else {
            return Ok(());
        };
        let (network, h) = (equation.network, node.h);
        let start = Start {
            network,
            x: node.x,
            velocity: first,
            h,
        };
        node.add(equation, ws, BOOLE[0].1);
        self.find_factors(h, node.works());
        equation.place(0.0, h);
        self.find_slope(start, equation, ws);
        // The first stage needs no storage of its own: `end` and `before` are written later.
        equation.place(NODES[0], h);
        self.stage(start, 0, end, equation.drive(), ws);
        network.velocity(end, equation.drive(), false, ws, before);
        self.bend(start, 0, end, before, None);
        equation.place(NODES[1], h);
        self.stage(start, 1, point, equation.drive(), ws);
        network.velocity(point, equation.drive(), false, ws, before);
        self.bend(start, 1, point, before, None);
        equation.place(NODES[END], h);
        self.stage(start, END, end, equation.drive(), ws);
        if node.works() {
            self.add_nodes(start, equation, node, ws);
        }
        Ok(())
    }

    fn work_at_end(&self) -> [f64; 2] {
        BOOLE[0].1
    }

    fn repeats(&self, _theta: f64) -> f64 {
        1.0
    }

    /// By the cubic through value and slope of the start, the last stage and the end, with the leak exact: states that decay
    /// over many time constants inside one step are no polynomials.
    fn inside(
        &self,
        theta: f64,
        [[x, _], _]: Ends<'_>,
        h: f64,
        storage: &Storage,
        out: &mut [f64],
    ) {
        let Storage { k, end, .. } = storage;
        let [first, _, last] = &k[..] else { return };
        for (i, class) in self.levels.of(None) {
            let (rate, slope) = (self.levels.rates()[class], self.slope[i]);
            let e = bend([first[i], last[i]], [x[i], end[i]], rate, slope, [1.0, h]);
            let [q, r] = line([self.bends[1][i], e], [NODES[1], 1.0]);
            let f = factors(rate, theta, h);
            out[i] = x[i] + (f[0] * first[i] + f[1] * slope + f[2] * q + f[3] * r);
        }
    }

    /// The error of the step that ended in `end` with the velocities `k`.
    ///
    /// Slow neurons: against the polynomial that bends by the first stage instead of the second, or by how the bend changes
    /// from the first stage to the end if that is more (a kink may hide behind the last stage). Fast neurons: against the
    /// polynomial through the first stage and the end instead of the second and the end; in the limit of τ → 0 the two
    /// agree, because what is wrong with a neuron that follows is what is wrong with those it follows.
    fn error(&self, x: &[f64], h: &[f64], storage: &Storage, out: &mut [f64]) {
        let Storage { k, end, .. } = storage;
        let [first, _, last] = &k[..] else { return };
        let (columns, factors) = (h.len(), &self.factors[END]);
        for (i, class) in self.levels.of(None) {
            let (rate, fast) = (self.levels.rates()[class], self.levels.level(i) > 0);
            for (column, h) in h.iter().enumerate() {
                let (j, w) = (i * columns + column, class * columns + column);
                let [a, b] = [self.bends[0][j], self.bends[1][j]];
                out[j] = if fast {
                    let e = self.bends[2][j];
                    let r = (e - b) / (NODES[END] - NODES[1]) - (e - a) / (NODES[END] - NODES[0]);
                    (factors[3][w] - factors[2][w]) * r
                } else {
                    let (velocities, states) = ([first[j], last[j]], [x[j], end[j]]);
                    let e = bend(velocities, states, rate, self.slope[j], [1.0, *h]);
                    let to_end = (e - a) * (NODES[1] - NODES[0]) / (NODES[END] - NODES[0]);
                    factors[2][w] * (b - a).abs().max(to_end.abs())
                };
            }
        }
    }
}
