//! Random stiff networks: time constants up to six orders of magnitude apart, steep activations, strong penalties, fast neurons
//! that inhibit each other. What does `auto` cost on them, beside the methods that it chooses from?

#![allow(dead_code, reason = "the test uses less of it than the example")]

use attractor::dynamics::{
    AUTO, EXPONENTIAL, Method, Outcome, RODAS5P, Settings, Start, TSIT5, integrate,
};
use attractor::kernels::Weights;
use attractor::network::{Network, theories};
use attractor::stimulus::Stimulus;
use attractor::synapse::{Dense, Penalty, Recurrent};
use attractor::trajectory::StopReason;

use crate::networks::{Numbers, layer};

/// What `auto` chooses from.
pub static SINGLE: [&Method; 3] = [&TSIT5, &EXPONENTIAL, &RODAS5P];

/// A network, where it begins, and how it is integrated.
pub struct Case {
    pub about: String,
    pub network: Network,
    pub x: Vec<f64>,
    pub settings: Settings,
}

/// A number of the counted work of a trajectory, in multiplications, and whether it reached its end.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    pub work: f64,
    pub arrived: bool,
}

fn power(r: &mut Numbers, low: f64, high: f64) -> f64 {
    10f64.powf(r.between(low, high))
}

fn activation(r: &mut Numbers, gain: [f64; 2]) -> String {
    let beta = power(r, gain[0], gain[1]);
    let kind = ["tanh", "sigmoid", "softmax"][r.below(3)];
    format!(r#"{{ kind = "{kind}", beta = {beta} }}"#)
}

/// The network of a seed.
pub fn case(seed: u64) -> Case {
    let mut r = Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d);
    (0..5).for_each(|_| _ = r.next());
    let r = &mut r;
    let [n, m] = [2 + r.below(9), 1 + r.below(8)];
    let recurrent = |r: &mut Numbers, n: usize, scale: f64| {
        let w = Weights::new(n, n, r.symmetric(n, scale)).unwrap();
        Recurrent::new(w, &vec![1.0; n]).unwrap()
    };
    let kind = r.below(5);
    let (about, network) = match kind {
        0 => {
            let tau = power(r, -6.0, -1.0);
            let features = activation(r, [-0.3, 0.7]);
            let hidden = activation(r, [-0.3, 1.0]);
            let v = layer("v", &[n], &features).input(r.vector(n, 0.5));
            let h = layer("h", &[m], &hidden).tau(tau);
            let xi = r.weights(m, n, 1.5);
            let network = theories::two_layer(v, h, xi).unwrap();
            (format!("two layers {n} {m}, τ ratio {tau:.1e}"), network)
        }
        1 => {
            let text = activation(r, [1.0, 6.0]);
            let v = layer("v", &[n], &text).input(r.vector(n, 1.0));
            let network = Network::builder()
                .layer(v)
                .connect(&["v"], recurrent(r, n, 1.0))
                .build();
            (format!("steep {n}, {text}"), network.unwrap())
        }
        2 => {
            let strength = power(r, 2.0, 6.0);
            let v = layer("v", &[n], r#"{ kind = "tanh", beta = 2 }"#).input(r.vector(n, 0.5));
            let rows = 1 + r.below(2);
            let a = r.weights(rows, n, 1.0);
            let b = r.vector(rows, 0.5);
            let penalty = Penalty::equality(a, b, vec![strength; rows]).unwrap();
            let network = Network::builder()
                .layer(v)
                .connect(&["v"], recurrent(r, n, 0.7))
                .connect(&["v"], penalty)
                .build();
            (format!("penalty {n}, {strength:.1e}"), network.unwrap())
        }
        3 => {
            let tau = power(r, -5.0, -1.0);
            let inhibition = power(r, 0.0, 1.5);
            let v = layer("v", &[n], r#"{ kind = "tanh" }"#).input(r.vector(n, 0.5));
            let h = layer("h", &[m], r#"{ kind = "tanh", beta = 2 }"#).tau(tau);
            let mut w = vec![-inhibition; m * m];
            (0..m).for_each(|i| w[i * m + i] *= 1.2);
            let w = Weights::new(m, m, w).unwrap();
            let network = Network::builder()
                .layer(v)
                .layer(h)
                .connect(&["v", "h"], Dense::new(r.weights(m, n, 1.0)))
                .connect(&["h"], Recurrent::new(w, &vec![1.0; m]).unwrap())
                .build();
            (
                format!("inhibition {n} {m}, τ ratio {tau:.1e}, {inhibition:.1}"),
                network.unwrap(),
            )
        }
        _ => {
            let [t, u] = [power(r, -3.0, -0.5), power(r, -6.0, -3.0)];
            let text = [(); 3].map(|()| activation(r, [-0.3, 0.7]));
            let layers = vec![
                layer("a", &[n], &text[0]).input(r.vector(n, 0.5)),
                layer("b", &[m], &text[1]).tau(t),
                layer("c", &[n], &text[2]).tau(u),
            ];
            let weights = vec![r.weights(m, n, 1.0), r.weights(n, m, 1.0)];
            let network = theories::hierarchical(layers, weights).unwrap();
            (format!("chain {n} {m} {n}, τ {t:.1e} {u:.1e}"), network)
        }
    };
    let rtol = power(r, -9.0, -3.0);
    let t_end = power(r, 0.3, 2.5);
    let x = r.vector(network.size(), 1.0);
    Case {
        about: format!("{about}, rtol {rtol:.0e}, to {t_end:.0}"),
        network,
        x,
        settings: Settings {
            rtol,
            atol: 1e-3 * rtol,
            t_end,
            ..Settings::default()
        },
    }
}

impl Case {
    /// Integrates it.
    pub fn run(&self, method: &'static Method) -> (Outcome, Cost) {
        let settings = Settings {
            method,
            ..self.settings.clone()
        };
        let stimulus = Stimulus::constant(&self.network);
        let start = Start::at(self.x.clone());
        let end = integrate(&self.network, &settings, &stimulus, start, &mut ()).unwrap();
        let (n, s) = (self.network.size() as f64, end.statistics);
        let systems = n * n * (n / 3.0 + 8.0);
        let work =
            s.evaluations as f64 * self.network.operations() + s.factorisations as f64 * systems;
        let arrived = end.stop == StopReason::TimeReached;
        (end, Cost { work, arrived })
    }

    /// What `auto` costs, and what each single method does.
    pub fn compare(&self) -> (Outcome, Cost, [Cost; 3]) {
        let (end, cost) = self.run(&AUTO);
        (end, cost, SINGLE.map(|method| self.run(method).1))
    }
}

/// The cheapest of those that arrived.
pub fn cheapest(costs: &[Cost]) -> Option<f64> {
    let arrived = costs.iter().filter(|c| c.arrived).map(|c| c.work);
    arrived.min_by(f64::total_cmp)
}
