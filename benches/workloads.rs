//! The workloads of the benchmark table, timed here; `benches/run.py` times the peers on the same problems.
//!
//! `cargo bench --bench workloads -- NAME…` prints one JSON line for each workload and setting. Problems are made from a
//! fixed generator that the script repeats, so that every engine integrates the same numbers.

use std::io::Write;
use std::sync::Mutex;
use std::time::Instant;

use attractor::ensemble::Ensemble;
use attractor::kernels::Weights;
use attractor::lagrangian::{Identity, Sigmoid, Softmax, Tanh};
use attractor::monitor::{LyapunovMonitor, Mode, RestMonitor};
use attractor::network::{Layer, Network, theories};
use attractor::solver::{Interrupt, Method, Outcome, Settings, Start};
use attractor::stimulus::Stimulus;

/// A workload: a network, its starts, how long.
struct Workload {
    name: &'static str,
    network: Network,
    starts: Vec<Start>,
    t_end: f64,
    method: &'static str,
}

/// Numbers that any language repeats: a 64-bit linear congruential generator, high bits first.
struct Numbers(u64);

impl Numbers {
    fn uniform(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        ((self.0 >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// Box and Muller, one of the pair.
    fn normal(&mut self) -> f64 {
        let (u, v) = (self.uniform(), self.uniform());
        (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    }

    fn sign(&mut self) -> f64 {
        if self.uniform() < 0.5 { -1.0 } else { 1.0 }
    }
}

fn basin_map() -> Result<Workload, Box<dyn std::error::Error>> {
    let w = Weights::new(2, 2, vec![0.0, -1.0, -1.0, 0.0]).ok_or("2 × 2")?;
    let neurons = Layer::new("x", &[2], Sigmoid { beta: 8.0 })?.input([0.5, 0.5]);
    let network = theories::general(neurons, w)?;
    let side = 512;
    let at = |k: usize| -2.0 + 4.0 * k as f64 / (side - 1) as f64;
    let starts = (0..side * side).map(|k| Start::at(vec![at(k % side), at(k / side)]));
    Ok(Workload {
        name: "basin-map",
        network,
        starts: starts.collect(),
        t_end: 50.0,
        method: "tsit5",
    })
}

fn recall(name: &'static str, cues: usize) -> Result<Workload, Box<dyn std::error::Error>> {
    let (n, p) = (784, 4096);
    let mut r = Numbers(1);
    let xi: Vec<f64> = (0..n * p).map(|_| r.sign()).collect();
    let starts = (0..cues).map(|k| {
        let memory = &xi[(k % p) * n..(k % p + 1) * n];
        let mut x: Vec<f64> = memory.iter().map(|m| m + r.normal()).collect();
        x.extend(std::iter::repeat_n(0.0, p));
        Start::at(x)
    });
    let starts = starts.collect();
    let weights = Weights::new(p, n, xi).ok_or("4096 × 784")?;
    let features = Layer::new("v", &[n], Identity)?;
    let hidden = Layer::new("h", &[p], Softmax { beta: 0.02 })?.tau(0.1);
    Ok(Workload {
        name,
        network: theories::two_layer(features, hidden, weights)?,
        starts,
        t_end: 20.0,
        method: "tsit5",
    })
}

fn spin_glass() -> Result<Workload, Box<dyn std::error::Error>> {
    let n = 2000;
    let mut r = Numbers(2);
    let a: Vec<f64> = (0..n * n).map(|_| r.normal() / (n as f64).sqrt()).collect();
    let mut w = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..n {
            if i != j {
                w[i * n + j] = (a[i * n + j] + a[j * n + i]) / 2f64.sqrt();
            }
        }
    }
    let x = (0..n).map(|_| 0.1 * r.normal()).collect();
    let neurons = Layer::new("x", &[n], Tanh { beta: 1.5 })?;
    Ok(Workload {
        name: "spin-glass",
        network: theories::general(neurons, Weights::new(n, n, w).ok_or("n × n")?)?,
        starts: vec![Start::at(x)],
        t_end: 50.0,
        method: "tsit5",
    })
}

fn stiff() -> Result<Workload, Box<dyn std::error::Error>> {
    let (n, p) = (64, 256);
    let mut r = Numbers(3);
    let xi: Vec<f64> = (0..n * p).map(|_| r.sign()).collect();
    let mut x: Vec<f64> = xi[..n].iter().map(|m| m + 0.7 * r.normal()).collect();
    x.extend(std::iter::repeat_n(0.0, p));
    let weights = Weights::new(p, n, xi).ok_or("256 × 64")?;
    let features = Layer::new("v", &[n], Identity)?;
    let hidden = Layer::new("h", &[p], Softmax { beta: 0.2 })?.tau(1e-4);
    Ok(Workload {
        name: "stiff",
        network: theories::two_layer(features, hidden, weights)?,
        starts: vec![Start::at(x)],
        t_end: 20.0,
        method: "exponential",
    })
}

/// Runs it once; the seconds, and every outcome.
fn time(
    w: &Workload,
    method: &str,
    monitor: bool,
    rest: bool,
    threads: usize,
) -> Result<(f64, Vec<Outcome>), Box<dyn std::error::Error>> {
    let settings = Settings {
        method: Method::named(method).ok_or("no such method")?,
        t_end: w.t_end,
        until_rest: rest,
        ..Settings::default()
    };
    let stimulus = Stimulus::constant(&w.network);
    let interrupt = Interrupt::new();
    let ensemble = Ensemble {
        network: &w.network,
        settings: &settings,
        stimulus: &stimulus,
        threads,
        alone: w.starts.len() == 1,
        interrupt: &interrupt,
    };
    let ends: Mutex<Vec<Option<Outcome>>> = Mutex::new(vec![None; w.starts.len()]);
    let watch = |_| {
        let lyapunov = monitor.then(|| LyapunovMonitor::new(Mode::Record));
        let rest = rest.then(|| RestMonitor::new(&w.network, [1e-8, 1e-6], None));
        (lyapunov, rest)
    };
    let clock = Instant::now();
    ensemble.run(w.starts.iter().cloned().enumerate(), watch, |k, o, _| {
        if let Ok(mut ends) = ends.lock() {
            ends[k] = Some(o);
        }
    })?;
    let seconds = clock.elapsed().as_secs_f64();
    let ends = ends.into_inner().map_err(|_| "a thread failed")?;
    Ok((seconds, ends.into_iter().flatten().collect()))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with('-'))
        .collect();
    type Make = fn() -> Result<Workload, Box<dyn std::error::Error>>;
    let all: [(&str, Make); 5] = [
        ("basin-map", basin_map),
        ("batch-recall", || recall("batch-recall", 256)),
        ("one-recall", || recall("one-recall", 1)),
        ("spin-glass", spin_glass),
        ("stiff", stiff),
    ];
    for (name, make) in all {
        if !wanted.is_empty() && !wanted.iter().any(|w| w == name) {
            continue;
        }
        let w = make()?;
        for (monitor, rest) in [(false, false), (true, false), (false, true)] {
            let mut seconds = Vec::new();
            let mut ends = Vec::new();
            for _ in 0..3 {
                let (s, e) = time(&w, w.method, monitor, rest, 0)?;
                seconds.push(s);
                ends = e;
            }
            seconds.sort_by(f64::total_cmp);
            let steps: u64 = ends
                .iter()
                .map(|o| o.statistics.accepted + o.statistics.rejected)
                .sum();
            let evaluations: u64 = ends.iter().map(|o| o.statistics.evaluations).sum();
            let mut out = std::io::stdout().lock();
            writeln!(
                out,
                "{{\"workload\": \"{}\", \"method\": \"{}\", \"monitor\": {monitor}, \"rest\": {rest}, \"seconds\": {:.6}, \
                 \"trajectories\": {}, \"steps\": {steps}, \"evaluations\": {evaluations}, \"ns_per_step\": {:.1}}}",
                w.name,
                w.method,
                seconds[1],
                ends.len(),
                seconds[1] * 1e9 / steps as f64,
            )?;
        }
    }
    Ok(())
}
