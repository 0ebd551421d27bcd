//! What does `auto` cost beside the methods that it chooses from? Random stiff networks are integrated with each of them and the
//! work is counted. `cargo run --release --example stiff_methods -- 500` is the whole trial; without a number it takes a sample.

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
#[path = "../tests/common/stiff_sample.rs"]
mod stiff_sample;

use stiff_sample::{SINGLE, case, cheapest};

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|a| a.parse().ok());
    let (wanted, first): (u64, u64) = (numbers.next().unwrap_or(20), numbers.next().unwrap_or(0));
    let (mut sum, mut log, mut count, mut lost) = (0.0, 0.0, 0.0, 0);
    let mut beside = [(0, 0.0); 3];
    for seed in first..first + wanted {
        let case = case(seed);
        let (end, auto, single) = case.compare();
        let Some(least) = cheapest(&single) else {
            println!(
                "{seed}: {}: none arrives, auto {}",
                case.about,
                end.stop.word()
            );
            continue;
        };
        let ratio = auto.work / least;
        let each: Vec<String> = single
            .iter()
            .zip(SINGLE)
            .map(|(c, m)| match c.arrived {
                true => format!("{} {:.2}", m.name, c.work / least),
                false => format!("{} -", m.name),
            })
            .collect();
        let changes: Vec<String> = end
            .choices
            .iter()
            .take(6)
            .map(|c| format!("{} {:.1e}", c.method, c.t))
            .collect();
        println!(
            "{seed}: {}: auto {ratio:.2}{}, {}; {} changes: {}",
            case.about,
            if auto.arrived { "" } else { " NOT THERE" },
            each.join(", "),
            end.choices.len(),
            changes.join(", "),
        );
        lost += u32::from(!auto.arrived);
        for (all, cost) in beside.iter_mut().zip(&single) {
            all.0 += u32::from(!cost.arrived);
            all.1 += if cost.arrived { cost.work / least } else { 0.0 };
        }
        sum += ratio;
        log += ratio.ln();
        count += 1.0;
    }
    println!(
        "auto costs {:.2} times the cheapest method (geometric mean {:.2}) on {count} networks, and does not arrive on {lost}",
        sum / count,
        f64::exp(log / count)
    );
    for ((failed, work), method) in beside.iter().zip(SINGLE) {
        let arrived = count - f64::from(*failed);
        println!(
            "{} costs {:.2} times the cheapest where it arrives, and does not arrive on {failed}",
            method.name,
            work / arrived
        );
    }
}
