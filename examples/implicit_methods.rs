//! How long do implicit methods take? Stiff problems at three tolerances: steps, the error at the end, and the time of a run,
//! the least of several. `cargo run --release --example implicit_methods -- rodas5p rosenbrock23`; with the word `large` among the
//! names also a network of 784 + 2048 neurons; without any name a short form.
//!
//! Time is that of the processors, of all threads, where the system tells it (Linux), so that what else the machine does matters less.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    dead_code,
    reason = "shares its networks with the tests"
)]

#[path = "../tests/common/mod.rs"]
mod common;
#[path = "../tests/common/networks.rs"]
mod networks;
#[path = "short/mod.rs"]
mod short;
#[path = "../tests/common/stiff_problems.rs"]
mod stiff_problems;

use std::time::Instant;

use attractor::dynamics::{METHODS, Method, Outcome, RODAS5P, ROSENBROCK23, Settings};
use attractor::network::Network;
use common::reference;
use networks::{apart, run};
use short::at_most;

struct Problem {
    name: &'static str,
    network: Network,
    x: Vec<f64>,
    t_end: f64,
    /// Of the relative tolerance.
    atol: f64,
}

fn problems(large: bool) -> Vec<Problem> {
    let of = |name, network, x, t_end, atol| Problem {
        name,
        network,
        x,
        t_end,
        atol,
    };
    let stored = |name: &'static str| {
        let case = reference::read(name);
        let network = reference::study(&case.model("tsit5")).network;
        of(name, network, case.start(), 4.0, 1e-2)
    };
    let mut list = vec![
        of(
            "robertson",
            stiff_problems::robertson().0,
            vec![1.0, 0.0, 0.0],
            40.0,
            1e-6,
        ),
        of(
            "van der pol",
            stiff_problems::van_der_pol().0,
            vec![2.0, 0.0],
            2.0,
            1e-2,
        ),
        stored("c26_stiff_tauh_1e-4"),
        stored("c27_stiff_effective_limit"),
    ];
    for (name, sizes) in [
        ("49 + 128", [49, 128]),
        ("196 + 512", [196, 512]),
        ("784 + 2048", [784, 2048]),
    ] {
        if large || sizes[0] < 100 {
            let (network, x) = stiff_problems::two_layers(sizes, 1e-4);
            list.push(of(name, network, x, 10.0, 1e-2));
        }
    }
    list
}

/// Seconds of the processors so far; of the clock where nobody tells them.
fn seconds(start: Instant) -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text
        .rsplit(')')
        .next()
        .map(|rest| rest.split_whitespace().collect::<Vec<_>>());
    let ticks = fields.and_then(|f| f.get(11)?.parse::<f64>().ok());
    ticks.map_or(start.elapsed().as_secs_f64(), |ticks| ticks / 100.0)
}

impl Problem {
    fn run(&self, method: &'static Method, rtol: f64) -> Outcome {
        let settings = Settings {
            method,
            rtol,
            atol: self.atol * rtol,
            t_end: self.t_end,
            max_steps: u64::MAX,
            ..Settings::default()
        };
        run(&self.network, &settings, &self.x, ())
    }

    /// The least time of a run, ticks of a hundredth of a second being made small by many runs.
    fn time(&self, method: &'static Method, rtol: f64) -> f64 {
        let start = Instant::now();
        let mut least = f64::INFINITY;
        for _ in 0..3 {
            let (mut count, from) = (0.0, seconds(start));
            while count == 0.0 || seconds(start) - from < 0.3 {
                self.run(method, rtol);
                count += 1.0;
            }
            let own = (seconds(start) - from) / count;
            least = least.min(own);
            if own > 3.0 {
                break;
            }
        }
        least
    }
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let said = |name: &str| words.iter().any(|w| w == name);
    // Without a name, both implicit ones.
    let named = |m: &&&'static Method| match words.is_empty() {
        true => [RODAS5P.name, ROSENBROCK23.name].contains(&m.name),
        false => said(m.name),
    };
    let methods: Vec<&'static Method> = METHODS.iter().filter(named).copied().collect();
    let all = problems(said("large")).into_iter();
    for problem in all.take(at_most(3, usize::MAX)) {
        let tolerances = [1e-3, 1e-6, 1e-9];
        for rtol in tolerances
            .into_iter()
            .take(if words.is_empty() { 1 } else { 3 })
        {
            for method in &methods {
                let end = problem.run(method, rtol);
                // Another method of the list may be asked how far off this one is.
                let best = (problem.x.len() < 100).then(|| problem.run(methods[0], 1e-11));
                let off = best.map(|best| format!("{:.1e}", apart(&end.x, &best.x)));
                let off = off.unwrap_or("?".into());
                let s = end.statistics;
                println!(
                    "{:26} {:12} rtol {rtol:e}: {:5} steps, {:4} rejected, {:6} evaluations, {:5} factorisations, off {off}, {:9.3} ms",
                    problem.name,
                    method.name,
                    s.accepted,
                    s.rejected,
                    s.evaluations,
                    s.factorisations,
                    1e3 * problem.time(method, rtol),
                );
            }
        }
    }
}
