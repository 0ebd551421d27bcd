//! Does the monitor accuse a network that is sound? A hundred thousand random networks at the edges of what numbers hold
//! are integrated under it. `cargo run --release --example false_alarms -- 100000` prints the table of docs/monitor.md; without
//! a number it takes a sample; with the word `driven` the inputs change.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    dead_code,
    reason = "shares its networks with the tests"
)]

#[path = "../tests/common/mod.rs"]
mod common;
#[path = "../tests/common/wild.rs"]
mod wild;

use attractor::monitor::Course;
use attractor::trajectory::Check;
use wild::Trial;

fn main() {
    let mut numbers = std::env::args()
        .skip(1)
        .filter_map(|a| a.parse::<u64>().ok());
    let wanted = numbers.next().unwrap_or(500);
    let first = numbers.next().unwrap_or(0);
    let driven = std::env::args().any(|a| a == "driven");
    let make = if driven { wild::driven } else { wild::wild };
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let mut all = Trial::default();
    std::thread::scope(|scope| {
        let parts: Vec<_> = (0..threads)
            .map(|part| {
                scope.spawn(move || {
                    let mut trial = Trial::default();
                    let share = wanted / threads + u64::from(part < wanted % threads);
                    let mut seeds = (first..).skip(part as usize).step_by(threads as usize);
                    while trial.run < share {
                        let Some(seed) = seeds.next() else { break };
                        if let Some(network) = make(seed) {
                            trial.add(&network);
                        }
                    }
                    trial
                })
            })
            .collect();
        for part in parts {
            all.join(part.join().unwrap());
        }
    });
    println!("trajectories                        {}", all.run);
    println!("  at the limit of 2000 steps        {}", all.step_limit);
    println!("  broke off (overflow, tiny steps)  {}", all.broke_off);
    for (word, count) in Course::WORDS.iter().zip(all.courses) {
        println!("  energy {word:<10}                 {count}");
    }
    println!("  with rises that are not judged    {}", all.not_judged);
    println!("steps                               {}", all.steps[0]);
    println!("  sent back                         {}", all.steps[1]);
    println!(
        "points at which the identity was judged  {}",
        all.identities[0]
    );
    println!(
        "  not judged                             {}",
        all.identities[1]
    );
    println!(
        "false alarms of descent             {}",
        all.alarms_of(Check::Descent)
    );
    println!(
        "false alarms of the identity        {}",
        all.alarms_of(Check::Identity)
    );
    println!(
        "told to have fallen, and had not    {}",
        all.acquittals.len()
    );
    for (seed, what) in all.alarms.iter().take(20) {
        println!("seed {seed}: {what}");
    }
    for seed in all.acquittals.iter().take(20) {
        println!("seed {seed}: told to have fallen");
    }
}
