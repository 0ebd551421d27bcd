//! 250 friends (Hopfield 2007, the Scholarpedia article's figure 3): a memory of fifty properties with twenty values each, asked with a
//! clue of seven properties of which one is wrong; and how many of the friends are recalled, from clues of several sizes, from values that are
//! drawn alike and from correlated ones.
//!
//! The networks are those of the models `friends` and `dale`, a reconstruction: the article has no equations. A friend is recalled where the
//! active neurons (V above half of the largest) are exactly that friend's. The article tells of 232 of 250 from clues of 20 %; correlated
//! values, p_k ~ 1/(k + 3), come to that. Intervals are over networks. `cargo run --release --example friends -- DIRECTORY` draws the
//! recall into the directory.
//!
//! ```text
//! recalled of 250 friends: mean (95 % interval), each network
//! 10 properties                                        250.0 (109.6 to 250.0)   250 250 250
//! 7 properties, one of them wrong                      250.0 (109.6 to 250.0)   250 250 250
//! 5 properties                                         250.0 (109.6 to 250.0)   250 250 250
//! 3 properties                                         243.7 (233.9 to 247.6)   241 246 244
//! 10 properties, p_k ~ 1/(k + 6)                       249.7 (243.3 to 250.0)   250 250 249
//! 10 properties, p_k ~ 1/(k + 3)                       237.1 (233.9 to 239.7)   234 232 235 234 233 242 238 241 239 243
//! 10 properties, p_k ~ 1/(k + 0)                        46.7 ( 33.3 to  63.8)   47 44 49
//! ```

#[path = "short/mod.rs"]
mod short;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use attractor::analysis::{Clusters, Memories};
use attractor::dynamics::{Interrupt, Settings, Start, integrate};
use attractor::ensemble::Ensemble;
use attractor::figure::{Figure, PatternPlot, PatternRow};
use attractor::model_file::load;
use attractor::monitor::{Recorder, RestMonitor, Save};
use attractor::network::Network;
use attractor::pattern::random::Stream;
use attractor::stimulus::Stimulus;
use short::at_most;

const PROPERTIES: usize = 50;
const VALUES: usize = 20;
const REST: [f64; 2] = [1e-6, 1e-4];

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A network and the friends that it knows.
struct Known {
    network: Network,
    settings: Settings,
    friends: Memories,
    seed: u64,
}

impl Known {
    /// A model with friends of its own; the chance of value k is in proportion to 1/(k + c), c = ∞ where they are drawn alike.
    fn new(model: &str, c: f64, seed: u64) -> Outcome<Self> {
        let mut overrides = vec![format!("patterns.friends.seed={seed}")];
        if c.is_finite() {
            overrides.push(format!("patterns.friends.offset={c:?}"));
        }
        let study = load(Path::new(model), &overrides)?.study;
        let memories = study.search()?.memories;
        let (_, friends) = memories.ok_or("the model has no memories")?;
        Ok(Known {
            network: study.network,
            settings: study.settings,
            friends,
            seed,
        })
    }

    /// The neurons of a friend, one of each property.
    fn values(&self, friend: usize) -> Vec<usize> {
        let all = self.friends.get(friend).iter().enumerate();
        all.filter(|(_, v)| **v > 0.0).map(|(i, _)| i).collect()
    }

    /// A clue of so many properties, drawn at random, of which so many are wrong: the activity of a whole friend on few neurons.
    fn clue(&self, friend: usize, known: usize, wrong: usize) -> Vec<f64> {
        let stream = Stream::of(self.seed, 1, friend, known);
        let values = self.values(friend);
        let mut x = vec![0.0; self.network.size()];
        for (k, property) in stream.choice(PROPERTIES, known).into_iter().enumerate() {
            let value = values[property] % VALUES;
            let other = 1 + stream.choice(VALUES - 1, 1)[0];
            let shown = if k < wrong { value + other } else { value };
            x[property * VALUES + shown % VALUES] = (PROPERTIES / known) as f64;
        }
        x
    }

    /// Are the active neurons those of the friend?
    fn is_recalled(&self, friend: usize, x: &[f64]) -> bool {
        let x = &x[..PROPERTIES * VALUES];
        let most = x.iter().copied().fold(0.0, f64::max);
        let all = x.iter().zip(self.friends.get(friend));
        most > 0.0 && { all }.all(|(x, f)| (*x > 0.5 * most) == (*f > 0.0))
    }

    /// How many friends are recalled.
    fn recalled(&self, known: usize, wrong: usize) -> Outcome<u64> {
        let ensemble = Ensemble {
            network: &self.network,
            settings: &self.settings,
            stimulus: &Stimulus::constant(&self.network),
            threads: 0,
            alone: false,
            interrupt: &Interrupt::new(),
        };
        let count = Mutex::new(0);
        ensemble.run(
            0..self.friends.count(),
            |k| Ok(Start::at(self.clue(k, known, wrong))),
            |_| RestMonitor::new(&self.network, REST),
            |k, end, _| {
                if let (true, Ok(mut count)) = (self.is_recalled(k, &end.x), count.lock()) {
                    *count += 1;
                }
            },
        )?;
        Ok(count.into_inner()?)
    }
}

/// How many of 250 are recalled, in each network, and what follows for others like them.
fn told(what: &str, c: f64, clue: [usize; 2], networks: u64) -> Outcome<()> {
    let mut all = Clusters::default();
    let mut counts = Vec::new();
    let networks = at_most(1, networks as usize) as u64;
    for seed in 1..=networks {
        let known = Known::new("friends", c, seed)?;
        let recalled = known.recalled(clue[0], clue[1])?;
        all.add(recalled, known.friends.count() as u64);
        counts.push(recalled);
    }
    let [low, high] = all.interval().map(|p| 250.0 * p);
    let mean = all.good as f64 / networks as f64;
    let counts: Vec<String> = counts.iter().map(u64::to_string).collect();
    println!(
        "{what:52} {mean:5.1} ({low:5.1} to {high:5.1})   {}",
        counts.join(" ")
    );
    Ok(())
}

/// A clue of seven properties, one of them wrong, on its way to the friend, laid out as in the article: fifty columns of twenty values.
fn figure() -> Outcome<PatternPlot> {
    let known = Known::new("friends", f64::INFINITY, 1)?;
    let times = [0.0, 0.6, 1.2];
    let mut saved = Recorder::new(known.network.size(), Save::At(times.to_vec()), false);
    let mut rest = RestMonitor::new(&known.network, REST);
    let start = Start::at(known.clue(0, 7, 1));
    let stimulus = Stimulus::constant(&known.network);
    let mut monitors = (&mut saved, &mut rest);
    let end = integrate(
        &known.network,
        &known.settings,
        &stimulus,
        start,
        &mut monitors,
    )?;
    // One column of the picture is one property.
    let picture = |x: &[f64]| {
        let most = x.iter().copied().fold(1e-12, f64::max);
        let at = |k: usize| x[k % PROPERTIES * VALUES + k / PROPERTIES].max(0.0) / most;
        (0..PROPERTIES * VALUES).map(at).collect::<Vec<f64>>()
    };
    let kept = saved.into_trajectory();
    let mut panels = vec![picture(known.friends.get(0))];
    panels.extend(kept.x.chunks(known.network.size()).map(picture));
    panels.push(picture(&end.x));
    let mut columns = vec!["the friend".to_string(), "the clue".to_string()];
    columns.extend(times[1..].iter().map(|t| format!("t = {t}")));
    columns.push(format!("at rest, t = {:.0}", end.t));
    Ok(PatternPlot {
        large: false,
        title: "One of 250 friends is recalled from a clue".into(),
        subtitle: "activity of 1000 neurons, a column for each of fifty properties, a row for each of their twenty values, over the largest · the clue has seven properties, one of them wrong".into(),
        shape: (VALUES, PROPERTIES),
        range: (0.0, 1.0),
        columns,
        rows: vec![PatternRow {
            good: true,
            panels,
            ..PatternRow::default()
        }],
    })
}

fn main() -> Outcome<()> {
    println!("recalled of 250 friends: mean (95 % interval), each network");
    told("10 properties", f64::INFINITY, [10, 0], 3)?;
    told("7 properties, one of them wrong", f64::INFINITY, [7, 1], 3)?;
    told("5 properties", f64::INFINITY, [5, 0], 3)?;
    told("3 properties", f64::INFINITY, [3, 0], 3)?;
    let activities = [(6.0, 3), (3.0, 10), (0.0, 3)];
    for (c, networks) in activities.into_iter().take(at_most(1, 3)) {
        told(
            &format!("10 properties, p_k ~ 1/(k + {c})"),
            c,
            [10, 0],
            networks,
        )?;
    }
    let directory = std::env::args().nth(1).map(PathBuf::from);
    let directory = directory.unwrap_or_else(std::env::temp_dir);
    let path = directory.join("friends.png");
    figure()?.draw(&path)?;
    eprintln!("drawn to {}", path.display());
    Ok(())
}
