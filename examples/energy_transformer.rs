//! An Energy Transformer learns to fill in half of a picture (Hoover et al. 2023): the model `energy-transformer-learnt`, handwritten digits of
//! 8 × 8 pixels in patches of 2 × 2, eight of sixteen masked at random.
//!
//! It learns by the adjoint of its steps from the first 1297 pictures; the 500 others are by other writers, and their masks are drawn once.
//! What is told is the mean square of what is wrong in masked pixels, pixels being 0 to 1, beside what one gets without a network.
//! `cargo run --release --example energy_transformer -- DIRECTORY EPOCHS [RATE]`; without EPOCHS, of 41 iterations each, it takes 5, to be
//! quick. With `choose` in the place of the directory it learns from the first 1000 pictures and tells the error on the 297 others of the 1297.

#[path = "digits/mod.rs"]
mod digits;

use std::error::Error;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Instant;

use attractor::dynamics::Start;
use attractor::figure::{Figure, PatternPlot, PatternRow};
use attractor::learning::{Masks, Steps};
use attractor::network::{Drive, Masked, Network, Patches, Workspace};
use digits::{Learnt, learnt};

const TOKENS: usize = 16;
const MASKED: usize = 8;
/// Pixels of a picture.
const SIZE: usize = 64;
/// Pictures that are learned from; of them so many where settings are chosen.
const LEARNED: usize = 1297;
const CHOOSING: usize = 1000;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Pictures without the mean of those that are learned from, and those whose error is told.
struct Pictures<'a> {
    all: &'a [f64],
    patches: &'a Patches,
    learned: usize,
    asked: Range<usize>,
}

impl Pictures<'_> {
    /// Picture `k`, masked as it is scored.
    fn masked(&self, k: usize) -> Masked {
        Masked {
            pixels: self.all[k * SIZE..(k + 1) * SIZE].to_vec(),
            is_masked: Masks::Drawn(MASKED).scored(TOKENS, k),
        }
    }

    /// Pictures less the mean one.
    fn centred(&self, rows: Range<usize>) -> Vec<f64> {
        let mean = self.patches.mean_picture().iter().cycle();
        let own = self.all[rows.start * SIZE..rows.end * SIZE].iter();
        own.zip(mean).map(|(p, m)| p - m).collect()
    }

    /// The mean square of what is wrong in masked pixels, by a way to fill a picture in: it gets the picture, of which it must not look at
    /// masked pixels, and which pixels are masked.
    fn error(&self, fill: impl Fn(&[f64], &[bool]) -> Vec<f64>) -> f64 {
        let (mut sum, mut count) = (0.0, 0usize);
        let centred = self.centred(self.asked.clone());
        for (k, own) in self.asked.clone().zip(centred.chunks_exact(SIZE)) {
            let hidden = self.patches.hidden(&self.masked(k).is_masked);
            let filled = fill(own, &hidden);
            for k in (0..SIZE).filter(|k| hidden[*k]) {
                sum += (own[k] - filled[k]).powi(2);
                count += 1;
            }
        }
        sum / count as f64
    }
}

/// Squared distances of the visible pixels from each image that is learned from.
fn distances(stored: &[f64], own: &[f64], hidden: &[bool]) -> Vec<f64> {
    let rows = stored.chunks_exact(own.len());
    let one = |row: &[f64]| {
        let all = row.iter().zip(own).zip(hidden);
        all.filter(|(_, hidden)| !**hidden)
            .map(|((a, b), _)| (a - b).powi(2))
            .sum()
    };
    rows.map(one).collect()
}

/// The mean of stored images with these weights.
fn weighted(stored: &[f64], size: usize, weights: &[f64]) -> Vec<f64> {
    let sum: f64 = weights.iter().sum();
    let mut mean = vec![0.0; size];
    for (row, w) in stored
        .chunks_exact(size)
        .zip(weights)
        .filter(|(_, w)| **w > 0.0)
    {
        mean.iter_mut()
            .zip(row)
            .for_each(|(m, v)| *m += w * v / sum);
    }
    mean
}

/// The mean of the nearest stored images.
fn nearest(stored: &[f64], own: &[f64], hidden: &[bool], count: usize) -> Vec<f64> {
    let far = distances(stored, own, hidden);
    let mut order: Vec<usize> = (0..far.len()).collect();
    order.sort_by(|a, b| far[*a].total_cmp(&far[*b]));
    let mut weights = vec![0.0; far.len()];
    order.iter().take(count).for_each(|k| weights[*k] = 1.0);
    weighted(stored, own.len(), &weights)
}

/// One update of a softmax memory, β = 6.
fn softmax(stored: &[f64], own: &[f64], hidden: &[bool]) -> Vec<f64> {
    let far = distances(stored, own, hidden);
    let least = far.iter().copied().fold(f64::INFINITY, f64::min);
    let weights: Vec<f64> = far.iter().map(|d| (-6.0 * (d - least)).exp()).collect();
    weighted(stored, own.len(), &weights)
}

/// The conditional mean of a normal distribution, its covariance with `ridge` on the diagonal.
fn ridge(covariance: &[f64], own: &[f64], hidden: &[bool], ridge: f64) -> Vec<f64> {
    let size = own.len();
    let seen: Vec<usize> = (0..size).filter(|k| !hidden[*k]).collect();
    let n = seen.len();
    let mut a: Vec<f64> = Vec::with_capacity(n * n);
    for i in &seen {
        a.extend(
            seen.iter()
                .map(|j| covariance[i * size + j] + if i == j { ridge } else { 0.0 }),
        );
    }
    let mut b: Vec<f64> = seen.iter().map(|k| own[*k]).collect();
    // Gaussian elimination of a positive definite matrix.
    for k in 0..n {
        for i in k + 1..n {
            let factor = a[i * n + k] / a[k * n + k];
            for j in k..n {
                a[i * n + j] -= factor * a[k * n + j];
            }
            b[i] -= factor * b[k];
        }
    }
    for k in (0..n).rev() {
        let sum: f64 = (k + 1..n).map(|j| a[k * n + j] * b[j]).sum();
        b[k] = (b[k] - sum) / a[k * n + k];
    }
    let of = |k: usize| {
        seen.iter()
            .zip(&b)
            .map(|(j, b)| covariance[k * size + j] * b)
            .sum()
    };
    (0..size).map(of).collect()
}

fn covariance(stored: &[f64], size: usize) -> Vec<f64> {
    let mut found = vec![0.0; size * size];
    let count = (stored.len() / size) as f64;
    for row in stored.chunks_exact(size) {
        for (i, a) in row.iter().enumerate() {
            for (j, b) in row.iter().enumerate() {
                found[i * size + j] += a * b / count;
            }
        }
    }
    found
}

fn without_a_network(pictures: &Pictures<'_>) {
    let stored = pictures.centred(0..pictures.learned);
    let spread = covariance(&stored, SIZE);
    let told = |name: &str, error: f64| println!("  {name:34} {error:.4}");
    told("mean patch", pictures.error(|own, _| vec![0.0; own.len()]));
    told(
        "nearest picture",
        pictures.error(|own, hidden| nearest(&stored, own, hidden, 1)),
    );
    told(
        "mean of the ten nearest",
        pictures.error(|own, hidden| nearest(&stored, own, hidden, 10)),
    );
    told(
        "ridge (normal distribution)",
        pictures.error(|own, hidden| ridge(&spread, own, hidden, 1e-2)),
    );
    told(
        "softmax memory, one update",
        pictures.error(|own, hidden| softmax(&stored, own, hidden)),
    );
}

/// A picture as it is seen after each step, and the energies.
fn filled(
    (network, patches): (&Network, &Patches),
    picture: &Masked,
    steps: (f64, usize),
) -> Outcome<(Vec<Vec<f64>>, Vec<f64>)> {
    let start = Start::at(vec![0.0; network.size()]).seeing(network, 0, picture);
    let input = start.whole_input(network);
    let states = Steps::new(network, steps.0, steps.1)?.take(start.x, &input, 1);
    let drive = Drive {
        input: &input,
        clamped: &[],
    };
    let mut ws = Workspace::new(network, 1);
    let hidden = patches.hidden(&picture.is_masked);
    let (mut shown, mut energies) = (Vec::new(), Vec::new());
    for x in &states {
        let mut at = network.at(x, drive, &mut ws);
        let read = patches.read_out(at.activation());
        energies.push(at.energy().total[0]);
        // What is not masked is the picture itself.
        let all = hidden.iter().zip(read).zip(&picture.pixels);
        shown.push(all.map(|((h, r), p)| if *h { r } else { *p }).collect());
    }
    Ok((shown, energies))
}

fn figure(learnt: &Learnt, pictures: &Pictures<'_>, error: f64) -> Outcome<PatternPlot> {
    let (network, patches) = (&learnt.trained.network, pictures.patches);
    let steps = learnt.task.said.steps;
    let mut rows = Vec::new();
    for k in pictures.asked.clone().take(6) {
        let picture = pictures.masked(k);
        let (shown, energies) = filled((network, patches), &picture, steps)?;
        // Masked patches are grey.
        let hidden = patches.hidden(&picture.is_masked);
        let grey = hidden.iter().zip(&picture.pixels);
        let mut panels = vec![grey.map(|(h, p)| if *h { 0.5 } else { *p }).collect()];
        panels.extend(shown.into_iter().skip(1));
        panels.push(picture.pixels);
        let (first, last) = (energies[0], energies[energies.len() - 1]);
        rows.push(PatternRow {
            label: format!("image {k}"),
            note: format!("E {first:.0} to {last:.0}").replace('-', "−"),
            good: energies.windows(2).all(|e| e[1] <= e[0]),
            panels,
        });
    }
    let mut columns = vec!["masked".to_owned()];
    columns.extend((1..=steps.1).map(|k| format!("step {k}")));
    columns.push("truth".into());
    Ok(PatternPlot {
        large: false,
        title: "An Energy Transformer fills in what is masked".into(),
        subtitle: format!(
            "{} parameters · {} steps of {} τ · mean square error {error:.4} on 500 images by other writers",
            learnt.task.parameters.free(),
            steps.1,
            steps.0
        ),
        shape: (8, 8),
        range: (0.0, 1.0),
        columns,
        rows,
    })
}

fn main() -> Outcome<()> {
    let mut words = std::env::args().skip(1);
    let first = words.next();
    let chooses = first.as_deref() == Some("choose");
    let epochs: usize = words.next().map_or(Ok(5), |w| w.parse())?;
    let rate: f64 = words.next().map_or(Ok(8e-3), |w| w.parse())?;
    let (learned, asked) = match chooses {
        true => (CHOOSING, CHOOSING..LEARNED),
        false => (LEARNED, LEARNED..1797),
    };
    let settings = [
        format!("learn.epochs={epochs}"),
        format!("learn.optimiser.rate={rate:?}"),
        format!("learn.train=\"0..{learned}\""),
        format!("learn.test=\"{}..{}\"", asked.start, asked.end),
        format!("patterns.known.rows=\"0..{learned}\""),
    ];
    let clock = Instant::now();
    let learnt = learnt("energy-transformer-learnt", &settings)?;
    eprintln!("{:.0} s", clock.elapsed().as_secs_f64());
    let layer = &learnt.trained.network.layers()[0];
    let pictures = Pictures {
        all: &learnt.task.examples.rows,
        patches: layer.patches.as_ref().ok_or("no pictures")?,
        learned,
        asked,
    };
    println!(
        "{learned} pictures learned from, {} asked about",
        pictures.asked.len()
    );
    without_a_network(&pictures);
    let mut losses = learnt.trained.state.epochs.iter().map(|e| e.loss);
    let last = losses.next_back().unwrap_or(f64::NAN);
    let error = learnt.trained.test.ok_or("no rows were asked about")?.loss;
    println!("  Energy Transformer, {epochs} epochs     {error:.4}, while learning {last:.4}");
    if !chooses {
        let plot = figure(&learnt, &pictures, error)?;
        let directory = first.map_or_else(std::env::temp_dir, PathBuf::from);
        for ending in ["png", "svg"] {
            let path = directory.join(format!("energy-transformer.{ending}"));
            plot.draw(&path)?;
            eprintln!("drawn to {}", path.display());
        }
    }
    Ok(())
}
