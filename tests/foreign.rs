//! Foreign engines: other programs find the same trajectories, and their monitors see what those of our own see.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod common;
#[path = "common/networks.rs"]
mod networks;

use attractor::experiment::Experiment;
use attractor::solver::{METHODS, Method};
use attractor::trajectory::StopReason;
use common::reference::{self, Reference, VALID, experiment, run};

fn foreign() -> impl Iterator<Item = &'static Method> {
    METHODS.iter().copied().filter(|m| m.is_foreign())
}

fn follow(case: &Reference, method: &Method, rtol: f64) -> Experiment {
    let times = case.times();
    let step = if method.is_adaptive() {
        String::new()
    } else {
        "step = 1e-3\n".into()
    };
    experiment(&format!(
        "{}{}[solve]\nmethod = \"{}\"\nrtol = {rtol:e}\natol = {:e}\n{step}max_steps = 10_000_000\nt_end = {:?}\nsave = {{ at = {times:?} }}\n",
        case.network(),
        case.start_table("[start]", 1.0),
        method.name,
        rtol * 1e-2,
        times[times.len() - 1]
    ))
}

#[test]
fn probe() {
    for method in foreign() {
        let mut worst: f64 = 0.0;
        for name in VALID {
            let case = reference::read(name);
            let kinks = case.has_kinks();
            let rtol = 1e-8;
            let clock = std::time::Instant::now();
            let e = follow(&case, method, rtol);
            let results = run(&e);
            let end = &results.cases[0];
            let mut off: f64 = 0.0;
            for k in 0..end.trajectory.len() {
                for (g, w) in end.trajectory.state(k).iter().zip(case.row("states", k)) {
                    off = off.max((g - w).abs() / (1.0 + w.abs()));
                }
            }
            println!(
                "{} {name} {kinks}: {:?} off {off:.1e}, {:?} {:?} {:?}",
                method.name,
                end.outcome.stop,
                end.outcome.statistics,
                end.lyapunov.as_ref().map(|l| (l.largest_excess, l.identity_failures)),
                clock.elapsed()
            );
            worst = worst.max(off);
            let _ = StopReason::TimeReached;
        }
        println!("{}: worst {worst:.1e}", method.name);
    }
}
