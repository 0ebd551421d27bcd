//! An Energy Transformer learns to fill in half of an image (Hoover et al. 2023): handwritten digits of 8 × 8 pixels, in patches of 2 × 2,
//! eight of sixteen masked at random.
//!
//! It learns by the adjoint of its steps from the first 1297 images; the 500 others are by other writers, and their masks are drawn once.
//! What is told is the mean square of what is wrong in masked pixels, pixels being 0 to 1, beside what one gets without a network.
//! `cargo run --release --example energy_transformer -- DIRECTORY ITERATIONS [RATE]`; without ITERATIONS it takes 200, to be quick. With
//! `choose` in the place of the directory it learns from the first 1000 images and tells the error on the 297 others of the 1297.

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use attractor::figure::{Figure, PatternPlot, PatternRow};
use attractor::learning::transformer::{EnergyTransformer, Images, Shape, Trainer, Training, mask};
use attractor::learning::{Fall, Schedule};
use attractor::record::npz_from_bytes;

const TOKENS: usize = 16;
const MASKED: usize = 8;
/// Images that are learned from; of them so many where settings are chosen.
const LEARNED: usize = 1297;
const CHOOSING: usize = 1000;
/// The seed of the masks of images that are not learned from.
const TEST_SEED: u64 = 1;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The images whose error is told, with their masks.
struct Asked {
    rows: Vec<usize>,
    masks: Vec<Vec<bool>>,
}

impl Asked {
    fn new(rows: std::ops::Range<usize>) -> Self {
        let masks = rows.clone().map(|k| mask(TOKENS, MASKED, TEST_SEED, k));
        Asked {
            masks: masks.collect(),
            rows: rows.collect(),
        }
    }

    /// The mean square of what is wrong in masked pixels, by a way to fill an image in: it gets the image, of which it must not look at
    /// masked pixels, and which pixels are masked.
    fn error(&self, images: &Images, fill: impl Fn(&[f64], &[bool]) -> Vec<f64>) -> f64 {
        let size = images.mean.len();
        let (mut sum, mut count) = (0.0, 0usize);
        for (row, mask) in self.rows.iter().zip(&self.masks) {
            let own = &images.patches[row * size..(row + 1) * size];
            let hidden: Vec<bool> = (0..size).map(|k| mask[k * TOKENS / size]).collect();
            let filled = fill(own, &hidden);
            for k in (0..size).filter(|k| hidden[*k]) {
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

fn digits() -> Outcome<Vec<f64>> {
    let bytes = include_bytes!("../models/data/digits-all.npz");
    let array = npz_from_bytes(bytes, "digits-all.npz", Some("images"))?;
    Ok(array.data.iter().map(|v| v / 16.0).collect())
}

fn without_a_network(images: &Images, learned: usize, asked: &Asked) {
    let size = images.mean.len();
    let stored = &images.patches[..learned * size];
    let spread = covariance(stored, size);
    let told = |name: &str, error: f64| println!("  {name:34} {error:.4}");
    told(
        "mean patch",
        asked.error(images, |own, _| vec![0.0; own.len()]),
    );
    told(
        "nearest image",
        asked.error(images, |own, hidden| nearest(stored, own, hidden, 1)),
    );
    told(
        "mean of the ten nearest",
        asked.error(images, |own, hidden| nearest(stored, own, hidden, 10)),
    );
    told(
        "ridge (normal distribution)",
        asked.error(images, |own, hidden| ridge(&spread, own, hidden, 1e-2)),
    );
    told(
        "softmax memory, one update",
        asked.error(images, |own, hidden| softmax(stored, own, hidden)),
    );
}

/// The images of a block as pictures, each row of pixels being that of the image.
fn picture(images: &Images, patches: &[f64], width: usize, b: usize) -> Vec<f64> {
    let mut out = vec![0.0; 64];
    for k in 0..64 {
        let (t, p) = (k / 4, k % 4);
        let (row, column) = (t / 4 * 2 + p / 2, t % 4 * 2 + p % 2);
        out[row * 8 + column] = patches[k * width + b] + images.mean[k];
    }
    out
}

fn figure(
    model: &EnergyTransformer,
    images: &Images,
    asked: &Asked,
    error: f64,
) -> Outcome<PatternPlot> {
    let count = 6;
    let (rows, masks) = (&asked.rows[..count], &asked.masks[..count]);
    let batch = images.batch(&model.shape, rows, masks);
    let filled = model.fill(&batch)?;
    let width = batch.width;
    let shown = |patches: &[f64], b: usize| {
        // What is not masked is the image itself.
        let all = patches.iter().zip(&batch.pixels).enumerate();
        let mixed: Vec<f64> = all
            .map(
                |(k, (ours, own))| match batch.masked[k / width / 4 * width + k % width] {
                    true => *ours,
                    false => *own,
                },
            )
            .collect();
        picture(images, &mixed, width, b)
    };
    let rows = (0..count).map(|b| {
        // Masked patches are grey.
        let grey: Vec<f64> = (0..batch.pixels.len())
            .map(|k| 0.5 - images.mean[k / width])
            .collect();
        let mut panels = vec![shown(&grey, b)];
        panels.extend(filled.patches.iter().skip(1).map(|p| shown(p, b)));
        panels.push(picture(images, &batch.pixels, width, b));
        let energies: Vec<f64> = filled.energies.iter().map(|e| e[b]).collect();
        PatternRow {
            label: format!("image {}", asked.rows[b]),
            note: format!(
                "E {:.0} to {:.0}",
                energies[0],
                energies[energies.len() - 1]
            )
            .replace('-', "−"),
            good: energies.windows(2).all(|e| e[1] <= e[0]),
            panels,
        }
    });
    let mut columns = vec!["masked".to_owned()];
    columns.extend((1..=model.shape.steps).map(|k| format!("step {k}")));
    columns.push("truth".into());
    Ok(PatternPlot {
        title: "An Energy Transformer fills in what is masked".into(),
        subtitle: format!(
            "{} parameters · {} steps of {} τ · mean square error {error:.4} on 500 images by other writers",
            model.count(),
            model.shape.steps,
            model.shape.length
        ),
        shape: (8, 8),
        range: (0.0, 1.0),
        columns,
        rows: rows.collect(),
    })
}

fn main() -> Outcome<()> {
    let mut words = std::env::args().skip(1);
    let first = words.next();
    let chooses = first.as_deref() == Some("choose");
    let iterations = words.next().map_or(Ok(200), |w| w.parse())?;
    let rate = words.next().map_or(Ok(8e-3), |w| w.parse())?;
    let learned = if chooses { CHOOSING } else { LEARNED };
    let digits = digits()?;
    let images = Images::cut(&digits, [8, 2], learned)?;
    let asked = match chooses {
        true => Asked::new(CHOOSING..LEARNED),
        false => Asked::new(LEARNED..images.count()),
    };
    println!(
        "{learned} images learned from, {} asked about",
        asked.rows.len()
    );
    without_a_network(&images, learned, &asked);
    let training = Training {
        batch: 32,
        masked: MASKED,
        schedule: Schedule {
            rate,
            warm_up: 100,
            fall: Fall::Cosine(iterations),
        },
        decay: 0.0,
        seed: 0,
    };
    let mut trainer = Trainer::new(EnergyTransformer::drawn(Shape::default(), 0), &training);
    let clock = Instant::now();
    let (mut mean, every) = (0.0, (iterations / 4).max(1));
    while trainer.next < iterations {
        mean += trainer.iterate(&images, learned, &training)? / every as f64;
        if trainer.next.is_multiple_of(every) {
            let error = trainer.model.error(&images, &asked.rows, &asked.masks)?;
            println!(
                "  Energy Transformer, {:6} iterations {error:.4}, while learning {mean:.4}",
                trainer.next
            );
            mean = 0.0;
        }
    }
    eprintln!("{:.0} s", clock.elapsed().as_secs_f64());
    let error = trainer.model.error(&images, &asked.rows, &asked.masks)?;
    if !chooses {
        let plot = figure(&trainer.model, &images, &asked, error)?;
        let directory = first.map_or_else(std::env::temp_dir, PathBuf::from);
        for ending in ["png", "svg"] {
            let path = directory.join(format!("energy-transformer.{ending}"));
            plot.draw(&path)?;
            eprintln!("drawn to {}", path.display());
        }
    }
    Ok(())
}
