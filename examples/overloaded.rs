//! Two landscapes with the same memories (Krotov 2023, figure 1): a hundred spins and two hundred memories, with F(h) = h²/2, the
//! traditional network, and with F(h) = h³/3, a dense associative memory.
//!
//! Four thousand random states descend, one spin at a time, to states that no spin wants to leave: these are the minima, and the part
//! of the starts that ends in one is the size of its basin. An overlap is the largest of |ξ·S|/N over the memories, a depth is
//! E over the mean of E at the memories. `cargo run --release --example overloaded -- DIRECTORY` draws them into the directory.
//!
//! ```text
//! traditional, F = h²/2
//!   0 of 200 memories are minima
//!   2288 minima from 4000 random starts, 0 of them memories
//!   0.0 % of these starts end at a memory
//!   overlap with the nearest memory 0.42 on average
//!   deepest minimum 1.55, widest basin 3.6 %
//! dense, F = h³/3
//!   200 of 200 memories are minima
//!   352 minima from 4000 random starts, 200 of them memories
//!   95.5 % of these starts end at a memory
//!   overlap with the nearest memory 0.82 on average
//!   deepest minimum 1.15, widest basin 2.5 %
//! ```

use std::error::Error;
use std::path::{Path, PathBuf};

use attractor::analysis::{Landscape, Search, landscape};
use attractor::dynamics::Interrupt;
use attractor::figure::{Figure, Line, LinesPlot, PanelsPlot, Plot};
use attractor::model_file::load;
use attractor::network::{Drive, Workspace};

const STARTS: usize = 4000;
/// A minimum with this overlap is the memory, but for few spins.
const RECALLED: f64 = 0.95;

/// A minimum.
struct Minimum {
    overlap: f64,
    depth: f64,
    /// The part of the random starts that ends there.
    basin: f64,
}

/// What one network's landscape looks like.
struct Seen {
    name: &'static str,
    /// Those in which random starts end, and those in which the memories themselves end.
    random: Vec<Minimum>,
    stored: Vec<Minimum>,
    /// Memories that no spin wants to leave.
    stable: usize,
    memories: usize,
}

fn minima(found: &Landscape, unit: f64) -> Vec<Minimum> {
    let minimum = |p: &attractor::analysis::LandscapePoint| Minimum {
        overlap: p.overlaps.iter().map(|m| m.abs()).fold(0.0, f64::max),
        depth: p.energy.unwrap_or(f64::NAN) / unit,
        basin: p.starts as f64 / found.followed as f64,
    };
    found.points.iter().map(minimum).collect()
}

fn see(name: &'static str, model: &str) -> Result<Seen, Box<dyn Error>> {
    let study = load(Path::new(model), &[])?.study;
    let (network, own) = (&study.network, study.search()?);
    let Some((_, memories)) = &own.memories else {
        return Err("the model has no memories".into());
    };
    let all: Vec<Vec<f64>> = (0..memories.count())
        .map(|k| memories.get(k).to_vec())
        .collect();
    let mut ws = Workspace::new(network, 1);
    let energies = all
        .iter()
        .map(|x| network.at(x, Drive::own(network), &mut ws).energy().total[0]);
    let unit = energies.sum::<f64>() / all.len() as f64;
    let ask = |given: &[Vec<f64>], random| {
        let search = Search {
            given: given.to_vec(),
            random,
            max_points: given.len() + random,
            ..own.clone()
        };
        landscape((network, &study.settings), &search, &Interrupt::new())
    };
    let (random, stored) = (ask(&[], STARTS)?, ask(&all, 0)?);
    let stays = |x: &&Vec<f64>| stored.points.iter().any(|p| p.x == **x);
    Ok(Seen {
        name,
        random: minima(&random, unit),
        stored: minima(&stored, unit),
        stable: all.iter().filter(stays).count(),
        memories: all.len(),
    })
}

impl Seen {
    /// The part of the random starts that ends at a memory.
    fn share(&self) -> f64 {
        let recalled = self.random.iter().filter(|m| m.overlap >= RECALLED);
        recalled.fold(0.0, |all, m| all + m.basin)
    }

    fn print(&self) {
        let recalled = || self.random.iter().filter(|m| m.overlap >= RECALLED);
        let share = self.share();
        let count = self.random.len();
        let mean = self.random.iter().map(|m| m.overlap).sum::<f64>() / count as f64;
        let depth = self.random.iter().map(|m| m.depth).fold(0.0, f64::max);
        let widest = self.random.iter().map(|m| m.basin).fold(0.0, f64::max);
        println!("{}", self.name);
        println!("  {} of {} memories are minima", self.stable, self.memories);
        println!(
            "  {count} minima from {STARTS} random starts, {} of them memories",
            recalled().count()
        );
        println!("  {:.1} % of these starts end at a memory", 100.0 * share);
        println!("  overlap with the nearest memory {mean:.2} on average");
        println!(
            "  deepest minimum {depth:.2}, widest basin {:.1} %",
            100.0 * widest
        );
    }
}

fn dots(label: &str, points: impl Iterator<Item = (f64, f64)>) -> Line {
    let (x, y) = points.unzip();
    Line {
        label: label.into(),
        x,
        y,
        dots: true,
        scattered: true,
        ..Line::default()
    }
}

fn figure(all: &[Seen]) -> PanelsPlot {
    let depths = all.iter().map(|seen| {
        let points = |all: &[Minimum]| all.iter().map(|m| (m.overlap, m.depth)).collect::<Vec<_>>();
        Plot::Lines(LinesPlot {
            title: seen.name.into(),
            x_label: "largest overlap".into(),
            y_label: "E / mean of E(ξ)".into(),
            x_reaches: vec![0.0, 1.0],
            y_reaches: vec![0.0],
            lines: vec![
                dots("from random states", points(&seen.random).into_iter()),
                dots("from the memories", points(&seen.stored).into_iter()),
            ],
            ..LinesPlot::default()
        })
    });
    let mut plots: Vec<Plot> = depths.collect();
    let ranks = all.iter().map(|seen| {
        let mut basins: Vec<f64> = seen.random.iter().map(|m| m.basin).collect();
        basins.sort_by(|a, b| b.total_cmp(a));
        let (y, x) = basins
            .iter()
            .enumerate()
            .map(|(k, b)| (*b, (k + 1) as f64))
            .unzip();
        Line {
            label: seen.name.into(),
            x,
            y,
            ..Line::default()
        }
    });
    plots.push(Plot::Lines(LinesPlot {
        title: "basins".into(),
        x_label: "rank".into(),
        y_label: "part of the starts".into(),
        x_log: true,
        y_log: true,
        lines: ranks.collect(),
        ..LinesPlot::default()
    }));
    let memories = all.first().map_or(0, |seen| seen.memories);
    let counts = all.iter().map(|seen| {
        let share = seen.share();
        format!(
            "{}: {} of {memories} memories are minima, {} minima from random states, {:.0} % of these end at a memory",
            seen.name, seen.stable, seen.random.len(), 100.0 * share
        )
    });
    let counts: Vec<String> = counts.collect();
    PanelsPlot {
        title: "The same memories in two landscapes".into(),
        subtitle: format!(
            "N = 100 spins, {memories} random memories, {STARTS} random starts · {}",
            counts.join(" · ")
        ),
        columns: 3,
        plots,
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let all = [
        see("traditional, F = h²/2", "overloaded")?,
        see("dense, F = h³/3", "dense-memory")?,
    ];
    all.iter().for_each(Seen::print);
    let plot = figure(&all);
    let directory = std::env::args().nth(1).map(PathBuf::from);
    let directory = directory.unwrap_or_else(std::env::temp_dir);
    for ending in ["png", "svg"] {
        let path = directory.join(format!("overloaded.{ending}"));
        plot.draw(&path)?;
        eprintln!("drawn to {}", path.display());
    }
    Ok(())
}
