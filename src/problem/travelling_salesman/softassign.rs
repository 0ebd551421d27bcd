//! Softassign: a plan with rows of softmax neurons, its columns held by prices, cooled.
//!
//! Layer `plan` has a row of n places for each city, `g_Xi = softmax_i(x_Xi/T)`; layer `prices` p has a neuron for each place, identity,
//! without leak:
//!
//! ```text
//! τ ẋ_Xi   = −x_Xi + Σ W g − γ (Σ_Y g_Yi − 1) − p_i
//! τ_p ṗ_i  = Σ_X g_Xi − 1
//! W_Xi,Yj  = B δ_XY δ_ij − d̃_XY (δ_j,i+1 + δ_j,i−1)
//! ```
//!
//! B is the self-gain: with it the energy of what is cooled is concave enough for the plan to decide (Rangarajan, Gold and Mjolsness
//! 1996). Distances d̃ are divided by the largest, and centred: of each row and column the mean is taken away. That changes all tours alike,
//! and without it a column that is a little fuller than the others is driven away by all cities at once, which steps of Euler do not follow.
//! Prices with a penalty are the method of multipliers. Steps of Euler of `h τ` with `γ = T/h` make what is missing in a column up in
//! one step, as a pass of Sinkhorn does, and `τ_p = h τ/(η T)` lets prices keep what is made up: both scale with T, as the gain of the rows
//! is 1/T. T falls geometrically; each T is a network, of `passes` steps.
//!
//! The two currents between plan and prices have opposite signs, so that no energy is known to fall. What is measured at each T is
//! `F = −½ gᵀWg + T Σ g ln g`, before the passes and after.

use std::ops::Range;

use super::cities::Cities;
use super::{OWN, Salesman};
use crate::key::{Form as Value, Section, key, section};
use crate::model_file::Table;
use crate::number::{number, rounded};
use crate::pattern::random::Stream;
use crate::problem::{Answer, Course, End, Solved, Stage};
use crate::refusal::Refusal;

pub static NETWORK: Section = section(
    "the network",
    &[
        key(
            "self_gain",
            Value::NotNegative,
            "B, in units of the largest distance",
            "0.9 (10/n)^0.37: 0.9 for 10 cities, 0.6 for 30",
        ),
        key(
            "from",
            Value::Positive,
            "the first T, in that unit",
            "0.2 (n/10)^0.37: 0.2, 0.3",
        ),
        key(
            "to",
            Value::Positive,
            "the last T",
            "0.02 (10/n)^0.26: 0.02, 0.015",
        ),
        key(
            "stages",
            Value::Whole(2, Some(10_000)),
            "networks over which T falls",
            "200",
        ),
        key(
            "passes",
            Value::Whole(1, Some(10_000)),
            "steps in each of them",
            "10",
        ),
        key(
            "step",
            Value::Positive,
            "h, a step of Euler in units of τ, at most 1",
            "0.2",
        ),
        key(
            "learn",
            Value::Positive,
            "η, what of a column's excess goes into its price in a step, at most 1",
            "0.2",
        ),
        key(
            "noise",
            Value::NotNegative,
            "standard deviation of the first x",
            "0.2",
        ),
    ],
);

/// The constants.
#[derive(Debug)]
pub struct Constants {
    self_gain: Option<f64>,
    from: Option<f64>,
    to: Option<f64>,
    stages: usize,
    passes: usize,
    step: f64,
    learn: f64,
    noise: f64,
}

impl Constants {
    pub fn read(network: &mut Table<'_>) -> Option<Self> {
        let mut part = |name: &str| {
            let field = network.key(name);
            match field.positive() {
                Some(v) if v > 1.0 => field
                    .error(format!("`{name}` must be at most 1, it is {v}"))
                    .none(),
                v => Some(v.unwrap_or(0.2)),
            }
        };
        let (step, learn) = (part("step"), part("learn"));
        let stages = network.key("stages").whole(2..=10_000).unwrap_or(200) as usize;
        Some(Constants {
            self_gain: network.key("self_gain").not_negative(),
            from: network.key("from").positive(),
            to: network.key("to").positive(),
            stages,
            passes: network.key("passes").count(10_000).unwrap_or(10),
            step: step?,
            learn: learn?,
            noise: network.key("noise").not_negative().unwrap_or(0.2),
        })
    }

    fn self_gain(&self, n: usize) -> f64 {
        self.self_gain.unwrap_or(0.9 * (10.0 / n as f64).powf(0.37))
    }

    /// T of a network.
    pub fn temperature(&self, number: usize, n: usize) -> f64 {
        let size = n as f64 / 10.0;
        let from = self.from.unwrap_or(0.2 * size.powf(0.37));
        let to = self.to.unwrap_or(0.02 * size.powf(-0.26));
        from * (to / from).powf(number as f64 / (self.stages - 1) as f64)
    }

    pub fn notes(&self, solved: &Solved) -> Vec<String> {
        let all = solved.attempts.iter();
        let rises: Vec<f64> = all.filter_map(|a| a.answer.beside("rise of F")).collect();
        let rose = rises.iter().filter(|r| **r > RISE).count();
        let largest = rises.iter().copied().fold(0.0, f64::max);
        vec![format!(
            "measured, not proved: the free energy at a fixed T rose somewhere by more than {RISE:e} in {rose} of {} starts, by {} at most",
            rises.len(),
            number(rounded(largest, 3))
        )]
    }
}

/// What counts as a rise, in units of the largest distance: well above rounding.
const RISE: f64 = 1e-9;

/// Distances in units of the largest, without the means of rows and columns.
fn centred(cities: &Cities) -> Vec<f64> {
    let n = cities.n;
    let largest = cities.largest();
    let mean = |row: usize| {
        let all = &cities.distances[row * n..(row + 1) * n];
        all.iter().sum::<f64>() / (n as f64 * largest)
    };
    let means: Vec<f64> = (0..n).map(mean).collect();
    let whole = means.iter().sum::<f64>() / n as f64;
    let entry = |at: usize| cities.distances[at] / largest - means[at / n] - means[at % n] + whole;
    (0..n * n).map(entry).collect()
}

/// T falls from network to network.
pub struct Cooling<'a> {
    salesman: &'a Salesman,
    constants: &'a Constants,
    seed: u64,
    starts: Range<usize>,
    d: Vec<f64>,
    first: Option<Stage>,
    number: usize,
    /// F of each start where the network that runs began, and the largest rise so far.
    free: Vec<(f64, f64)>,
}

impl<'a> Cooling<'a> {
    pub fn new(
        salesman: &'a Salesman,
        constants: &'a Constants,
        seed: u64,
        starts: Range<usize>,
    ) -> Self {
        Cooling {
            salesman,
            constants,
            seed,
            free: vec![(0.0, 0.0); starts.len()],
            starts,
            d: centred(&salesman.cities),
            first: None,
            number: 0,
        }
    }

    fn n(&self) -> usize {
        self.salesman.cities.n
    }

    fn weights(&self) -> Vec<Vec<(usize, f64)>> {
        let n = self.n();
        let gain = self.constants.self_gain(n);
        let row = |at: usize| {
            let (x, i) = (at / n, at % n);
            let sides = [(i + n - 1) % n, (i + 1) % n];
            let mut row: Vec<(usize, f64)> = (0..n)
                .flat_map(|y| sides.map(|j| (y * n + j, -self.d[x * n + y])))
                .collect();
            row.push((at, gain));
            row.sort_by_key(|(to, _)| *to);
            row
        };
        (0..n * n).map(row).collect()
    }

    fn network(&self) -> String {
        let (n, h) = (self.n(), self.constants.step);
        let t = self.constants.temperature(self.number, n);
        let (beta, penalty, tau) = (1.0 / t, t / h, h / (self.constants.learn * t));
        format!(
            "title = \"{n} cities, softassign at T = {t:.4}\"\n\n[layers.plan]\nsize = [{n}, {n}]\nlagrangian = {{ kind = \"softmax\", beta = {beta:?} }}\n\n[layers.prices]\nsize = {n}\nlagrangian = \"identity\"\nleak = 0\ntau = {tau:?}\ninput = -1.0\n\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"plan\"]\nweights = {{ file = \"tour.npz\" }}\n\n[[synapses]]\nkind = \"equality\"\nlayers = [\"plan\"]\na = {{ file = \"places.npy\" }}\nb = 1.0\nstrength = {penalty:?}\n\n[[synapses]]\nkind = \"excitatory-inhibitory\"\nlayers = [\"plan\", \"prices\"]\nweights = {{ file = \"columns.npz\" }}\n"
        )
    }

    fn run(&self, stage: Stage, plan: &[Vec<f64>], prices: &[Vec<f64>]) -> Stage {
        let h = self.constants.step;
        stage
            .start("plan", plan)
            .start("prices", prices)
            .solve("method", "\"euler\"")
            .solve("step", format!("{h:?}"))
            .solve("t_end", format!("{:?}", h * self.constants.passes as f64))
            .solve("max_steps", 100_000.max(2 * self.constants.passes))
            .solve("save", "\"final\"")
            .solve("lyapunov", "\"off\"")
    }

    /// The first network with its arrays.
    fn begin(&self) -> (Stage, Vec<Vec<f64>>) {
        let n = self.n();
        let size = n * n;
        let places = |at: usize| f64::from(u8::from(at / size == at % size % n));
        let places: Vec<f64> = (0..n * size).map(places).collect();
        let columns: Vec<Vec<(usize, f64)>> = (0..n)
            .map(|i| (0..n).map(|x| (x * n + i, 1.0)).collect())
            .collect();
        let draw =
            |k: usize| Stream::of(self.seed, OWN, k, 0).normal(size, 0.0, self.constants.noise);
        let states = self.starts.clone().map(draw).collect();
        let stage = Stage::new(self.network())
            .sparse("tour", size, &self.weights())
            .array("places", &[n, size], &places)
            .sparse("columns", size, &columns);
        (stage, states)
    }

    /// `F = −½ gᵀWg + T Σ g ln g`.
    fn free_energy(&self, g: &[f64], t: f64) -> f64 {
        let n = self.n();
        let gain = self.constants.self_gain(n);
        let mut sum = 0.0;
        for x in 0..n {
            for y in 0..n {
                let (a, b) = (&g[x * n..(x + 1) * n], &g[y * n..(y + 1) * n]);
                let pairs = a.iter().zip(&b[1..]).map(|(a, b)| a * b).sum::<f64>();
                // Both directions together are twice one of them: d̃ is symmetric.
                sum += self.d[x * n + y] * (pairs + a[n - 1] * b[0]);
            }
        }
        let entropy: f64 = g.iter().filter(|g| **g > 0.0).map(|g| g * g.ln()).sum();
        sum - 0.5 * gain * g.iter().map(|g| g * g).sum::<f64>() + t * entropy
    }

    /// The activations of a plan at a temperature.
    fn active(&self, x: &[f64], t: f64) -> Vec<f64> {
        let mut g = Vec::with_capacity(x.len());
        for row in x.chunks_exact(self.n()) {
            let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let row = row.iter().map(|x| ((x - largest) / t).exp());
            let whole: f64 = row.clone().sum();
            g.extend(row.map(|x| x / whole));
        }
        g
    }
}

impl Course for Cooling<'_> {
    fn next(&mut self, ends: &[End<'_>]) -> Result<Option<Stage>, Refusal> {
        let n = self.n();
        let (stage, plan, prices) = if ends.is_empty() {
            let (stage, plan) = self.begin();
            let prices = vec![vec![0.0; n]; plan.len()];
            self.first = Some(stage.clone());
            (stage, plan, prices)
        } else {
            let t = self.constants.temperature(self.number, n);
            for (k, end) in ends.iter().enumerate() {
                let rise = self.free_energy(end.layer("plan"), t) - self.free[k].0;
                self.free[k].1 = self.free[k].1.max(rise);
            }
            let Some(first) = self
                .first
                .as_ref()
                .filter(|_| self.number + 1 < self.constants.stages)
            else {
                return Ok(None);
            };
            let first = first.clone();
            self.number += 1;
            let all = |layer: &str| ends.iter().map(|e| e.states(layer).to_vec()).collect();
            (first.like(self.network()), all("plan"), all("prices"))
        };
        let t = self.constants.temperature(self.number, n);
        for (k, x) in plan.iter().enumerate() {
            self.free[k].0 = self.free_energy(&self.active(x, t), t);
        }
        Ok(Some(self.run(stage, &plan, &prices)))
    }

    fn answer(&self, k: usize, end: &End<'_>) -> Answer {
        let besides = vec![("rise of F", self.free[k].1)];
        self.salesman.answer(end.layer("plan"), false, besides)
    }
}
