//! Stiff problems with published answers, as networks: a layer with the identity for its activation and no leak, and a synapse
//! whose current is the right side. And the network with the structure of blocks that implicit methods make use of.

#![allow(dead_code, reason = "each user takes what it needs")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use attractor::dynamics::Interrupt;
use attractor::kernels::Weights;
use attractor::lagrangian::TermRows;
use attractor::network::{Layer, Network, theories};
use attractor::synapse::{Energy, Ports, Scratch, Synapse};

use crate::networks::{Numbers, layer};

/// A right side and its derivative along a direction, of which it counts every evaluation, each column of a block as one.
#[derive(Debug)]
pub struct RightSide {
    pub size: usize,
    pub f: fn(&[f64], &mut [f64]),
    pub df: fn(&[f64], &[f64], &mut [f64]),
    pub count: Arc<AtomicU64>,
    /// After how many derivatives the run is interrupted, if any.
    pub interrupt: Option<(u64, Arc<Interrupt>)>,
}

impl Synapse for RightSide {
    fn describe(&self) -> String {
        "a right side".into()
    }
    fn shapes(&self) -> Vec<Vec<usize>> {
        vec![vec![self.size]]
    }
    fn evaluate(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        current: &mut [f64],
        _: Option<TermRows<'_>>,
        _: &mut Scratch,
    ) {
        self.count.fetch_add(1, Ordering::Relaxed);
        assert_eq!(ports.width, 1);
        (self.f)(ports.of(0, g), ports.of_mut(0, current));
    }
    fn add_curvature(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        dg: &[f64],
        dcurrent: &mut [f64],
        _: &mut Scratch,
    ) {
        let width = ports.width;
        let count = self.count.fetch_add(width as u64, Ordering::Relaxed);
        if let Some((last, interrupt)) = &self.interrupt
            && count >= *last
        {
            interrupt.raise();
        }
        let dcurrent = ports.of_mut(0, dcurrent);
        for b in 0..width {
            let column = |block: &[f64]| -> Vec<f64> {
                block.iter().skip(b).step_by(width).copied().collect()
            };
            let mut out = column(dcurrent);
            (self.df)(&column(ports.of(0, g)), &column(ports.of(0, dg)), &mut out);
            for (d, out) in dcurrent.iter_mut().skip(b).step_by(width).zip(out) {
                *d = out;
            }
        }
    }
    fn energy(&self) -> Energy {
        Energy::None("it is any function".into())
    }
    fn order(&self, _: &[bool]) -> f64 {
        0.0
    }
    fn scratch(&self, _: usize) -> Scratch {
        Scratch::default()
    }
}

fn network(
    size: usize,
    f: fn(&[f64], &mut [f64]),
    df: fn(&[f64], &[f64], &mut [f64]),
) -> (Network, Arc<AtomicU64>) {
    let count = Arc::new(AtomicU64::new(0));
    let synapse = RightSide {
        size,
        f,
        df,
        count: Arc::clone(&count),
        interrupt: None,
    };
    (bare_network(synapse), count)
}

pub fn bare_network(synapse: RightSide) -> Network {
    let size = synapse.size;
    let bare: Layer = layer("y", &[size], r#"{ kind = "identity" }"#).leak(0.0);
    let network = Network::builder()
        .layer(bare)
        .connect(&["y"], synapse)
        .build();
    network.unwrap()
}

/// Robertson 1966: three reactions whose rates differ by nine powers of ten.
pub fn robertson() -> (Network, Arc<AtomicU64>) {
    network(
        3,
        |y, out| {
            let [slow, back, fast] = [0.04 * y[0], 1e4 * y[1] * y[2], 3e7 * y[1] * y[1]];
            out[0] += back - slow;
            out[1] += slow - back - fast;
            out[2] += fast;
        },
        |y, v, out| {
            let slow = 0.04 * v[0];
            let back = 1e4 * (v[1] * y[2] + y[1] * v[2]);
            let fast = 6e7 * y[1] * v[1];
            out[0] += back - slow;
            out[1] += slow - back - fast;
            out[2] += fast;
        },
    )
}

/// Of the Test Set for IVP Solvers (Mazzia and Magherini), problem `vdpol`: `ε y'' = (1 − y²) y' − y` with ε = 1e-6.
/// That is `z'' = μ (1 − z²) z' − z` with μ = 1000, its time in units of μ: t = 2 is z's time 2000, and y' = μ z'.
pub fn van_der_pol() -> (Network, Arc<AtomicU64>) {
    network(
        2,
        |y, out| {
            out[0] += y[1];
            out[1] += ((1.0 - y[0] * y[0]) * y[1] - y[0]) * 1e6;
        },
        |y, v, out| {
            out[0] += v[1];
            out[1] += ((1.0 - y[0] * y[0]) * v[1] - (2.0 * y[0] * y[1] + 1.0) * v[0]) * 1e6;
        },
    )
}

/// Features and a fast hidden layer of so many neurons, joined by random weights, and a state.
pub fn two_layers([features, hidden]: [usize; 2], tau: f64) -> (Network, Vec<f64>) {
    let mut r = Numbers(3);
    let v =
        layer("v", &[features], r#"{ kind = "tanh", beta = 2 }"#).input(r.vector(features, 0.3));
    let h = layer("h", &[hidden], r#"{ kind = "softmax", beta = 3 }"#).tau(tau);
    let weights = r.vector(features * hidden, 40.0 / features as f64);
    let weights = Weights::new(hidden, features, weights).unwrap();
    let network = theories::two_layer(v, h, weights).unwrap();
    (network, r.vector(features + hidden, 1.0))
}
