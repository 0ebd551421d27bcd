//! The network of Hopfield and Tank (1985).
//!
//! ```text
//! E = (A/2) Σ_X Σ_{i≠j} V_Xi V_Xj + (B/2) Σ_i Σ_{X≠Y} V_Xi V_Yi + (C/2) (Σ V − n₀)² + (D/2) Σ_{X≠Y,i} d_XY V_Xi (V_Y,i+1 + V_Y,i−1)
//! τ u̇ = −u − ∂E/∂V,  V = (1 + tanh(u/u₀))/2
//! ```
//!
//! The weights keep the diagonal −C that the square has. Starts are `u₀₀ + δ`, `|δ| ≤ 0.1 u₀`, with `u₀₀ = −(u₀/2) ln(n − 1)`, where ΣV = n.
//! The constants are those of ten cities on a square of side 1: distances are divided by [`Constants::scale`]. Steps of Euler of 10⁻⁵ end
//! elsewhere for a quarter of the starts; here the error of every step is controlled.

use std::ops::Range;

use super::OWN;
use super::cities::Cities;
use crate::key::{Form as Value, Section, key, section};
use crate::model_file::Table;
use crate::pattern::random::Stream;
use crate::problem::Stage;

pub static NETWORK: Section = section(
    "the network",
    &[
        key("a", Value::Positive, "A: a city in one place only", "500"),
        key("b", Value::Positive, "B: a place has one city only", "500"),
        key(
            "c",
            Value::Positive,
            "C: how strongly the number of visits is held",
            "200",
        ),
        key("d", Value::Positive, "D: the length", "500"),
        key(
            "target",
            Value::Positive,
            "n₀, the number of visits that is aimed at; above n, as a penalty is met halfway",
            "1.5 n",
        ),
        key(
            "u0",
            Value::Positive,
            "u₀, the width of the sigmoid",
            "0.02",
        ),
        key("tau", Value::Positive, "τ", "1"),
        key(
            "noise",
            Value::NotNegative,
            "largest δ, in units of u₀",
            "0.1",
        ),
        key(
            "scale",
            Value::Positive,
            "what distances are divided by",
            "1, and so much that the largest is √2 where it is larger",
        ),
    ],
);

/// The constants.
#[derive(Debug)]
pub struct Constants {
    a: f64,
    b: f64,
    c: f64,
    d: f64,
    target: Option<f64>,
    u0: f64,
    tau: f64,
    noise: f64,
    scale: Option<f64>,
}

impl Constants {
    pub fn read(network: &mut Table<'_>) -> Self {
        let mut or = |key: &str, default: f64| network.key(key).positive().unwrap_or(default);
        let (a, b, c, d) = (
            or("a", 500.0),
            or("b", 500.0),
            or("c", 200.0),
            or("d", 500.0),
        );
        let (u0, tau) = (or("u0", 0.02), or("tau", 1.0));
        Constants {
            a,
            b,
            c,
            d,
            target: network.key("target").positive(),
            u0,
            tau,
            noise: network.key("noise").not_negative().unwrap_or(0.1),
            scale: network.key("scale").positive(),
        }
    }

    fn scale(&self, cities: &Cities) -> f64 {
        let own = (cities.largest() / std::f64::consts::SQRT_2).max(1.0);
        self.scale.unwrap_or(own)
    }

    /// All but the term of C, which is a rank of one: row `X n + i`.
    fn weights(&self, cities: &Cities) -> Vec<Vec<(usize, f64)>> {
        let (n, scale) = (cities.n, self.scale(cities));
        let row = |at: usize| {
            let (x, i) = (at / n, at % n);
            let weight = |to: usize| {
                let (y, j) = (to / n, to % n);
                let mut w = 0.0;
                if x == y && i != j {
                    w -= self.a;
                }
                if i == j && x != y {
                    w -= self.b;
                }
                let next = u8::from(j == (i + 1) % n) + u8::from(i == (j + 1) % n);
                if x != y {
                    w -= self.d * cities.distance(x, y) / scale * f64::from(next);
                }
                w
            };
            let all = (0..n * n).map(|to| (to, weight(to)));
            all.filter(|(_, w)| *w != 0.0).collect()
        };
        (0..n * n).map(row).collect()
    }

    pub fn stage(&self, cities: &Cities, seed: u64, starts: Range<usize>) -> Stage {
        let n = cities.n;
        let (beta, tau, c) = (2.0 / self.u0, self.tau, self.c);
        let target = self.target.unwrap_or(1.5 * n as f64);
        let text = format!(
            "title = \"{n} cities, Hopfield and Tank\"\n\n[layers.tour]\nsize = [{n}, {n}]\nlagrangian = {{ kind = \"sigmoid\", beta = {beta:?} }}\ntau = {tau:?}\n\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"tour\"]\nweights = {{ file = \"tour.npz\" }}\n\n[[synapses]]\nkind = \"equality\"\nlayers = [\"tour\"]\na = {{ file = \"ones.npy\" }}\nb = {target:?}\nstrength = {c:?}\n"
        );
        let middle = -0.5 * self.u0 * (n as f64 - 1.0).ln();
        let wide = self.noise * self.u0;
        let start = |k: usize| {
            let noise = Stream::of(seed, OWN, k, 0).uniform(n * n, -1.0, 1.0);
            noise.into_iter().map(|d| middle + wide * d).collect()
        };
        let states: Vec<Vec<f64>> = starts.map(start).collect();
        Stage::new(text)
            .sparse("tour", n * n, &self.weights(cities))
            .array("ones", &[n * n], &vec![1.0; n * n])
            .start("tour", &states)
            .solve("t_max", format!("{:?}", 200.0 * tau))
    }
}
