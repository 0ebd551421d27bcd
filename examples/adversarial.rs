//! Do images that fool one dense memory fool another (Krotov & Hopfield 2018)? The model `dense-classifier` with energies of the powers 2, 3, 20 and 30
//! and three seeds. Of 300 test rows that all four get right each image is moved down its margin `z_y − max_c z_c` in normalised steps of 0.05
//! until the label flips. Told are the part of the test rows that is right, the median length of the way, and the part of other models'
//! answers that the same image, moved 1.1 times as far, turns wrong: means over the seeds, standard errors in the last digit. Last, a
//! random pattern of signs of 0.3 in the place of an attack.
//! `cargo run --release --example adversarial -- EPOCHS IMAGES SEEDS` with 60 300 3 prints this:
//!
//! ```text
//! n  right      way        fooled: n = 2  n = 3      n = 20     n = 30     random signs
//! 2  0.745(10)  1.449(9)   1.000(0)       0.419(6)   0.272(6)   0.221(14)  0.962(7)
//! 3  0.896(1)   1.396(21)  0.383(22)      1.000(0)   0.470(25)  0.321(15)  0.992(3)
//! 20  0.936(11)  1.731(58)  0.130(13)      0.120(5)   1.000(0)   0.197(13)  0.972(6)
//! 30  0.929(7)   2.576(46)  0.187(2)       0.169(29)  0.391(13)  1.000(0)   0.983(0)
//! ```

#[path = "digits/mod.rs"]
mod digits;

use std::error::Error;

use attractor::dynamics::Start;
use attractor::learning::Classifier;
use attractor::pattern::random::Stream;
use digits::{Learnt, learnt, told};

const POWERS: [u32; 4] = [2, 3, 20, 30];
const CLASSES: usize = 10;
const STEP: f64 = 0.05;
/// No way is longer: images are in a cube of side 2.
const MOST: usize = 320;

/// A model that learnt, and its T^−n.
struct Model {
    learnt: Learnt,
    scale: f64,
}

impl Model {
    fn new(n: u32, seed: u64, epochs: usize) -> Result<Self, Box<dyn Error>> {
        let (power, temperature, factor) = match n {
            2 => (1, "44", 0.998),
            3 => (2, "44", 0.998),
            20 => (10, "44", 0.998),
            // A fixed T saturates, or stays at half of the rows.
            _ => (15, "{ from = 60, to = 51, epochs = 15 }", 0.96),
        };
        let settings = [
            format!("learn.seed={seed}"),
            format!("learn.epochs={epochs}"),
            format!("learn.power={power}"),
            format!("learn.temperature={temperature}"),
            format!("learn.optimiser.factor={factor}"),
            format!("synapses.0.patterns.seed={seed}"),
            format!("synapses.0.potential.n={n}"),
            format!("synapses.0.scale={n}"),
        ];
        let learnt = learnt("dense-classifier", &settings)?;
        let last: f64 = if n == 30 { 51.0 } else { 44.0 };
        let scale = last.powi(-(n as i32));
        Ok(Model { learnt, scale })
    }

    fn classifier(&self) -> Classifier<'_> {
        Classifier {
            network: &self.learnt.trained.network,
            layer: 1,
            scale: self.scale,
        }
    }

    fn starts(&self, images: &[Vec<f64>]) -> Vec<Start> {
        let base = &self.learnt.task.base;
        let one = |image: &Vec<f64>| {
            let mut start = base.clone();
            start.x[..image.len()].copy_from_slice(image);
            start
        };
        images.iter().map(one).collect()
    }

    /// The class of each image and that of the largest other, by what is added to their margin.
    fn classes(&self, images: &[Vec<f64>], true_class: &[usize]) -> Vec<(usize, usize)> {
        let z = self.classifier().answers(&self.starts(images));
        let both = z.chunks_exact(CLASSES).zip(true_class).map(|(z, y)| {
            let others = (0..CLASSES).filter(|c| c != y);
            let rival = others.max_by(|a, b| z[*a].total_cmp(&z[*b])).unwrap_or(0);
            (if z[*y] > z[rival] { *y } else { rival }, rival)
        });
        both.collect()
    }

    /// Moves each image until its label flips: the images, and how far they went.
    fn attacked(&self, images: &[Vec<f64>], truth: &[usize]) -> Vec<Vec<f64>> {
        let mut moved = images.to_vec();
        let mut left: Vec<usize> = (0..images.len()).collect();
        for _ in 0..MOST {
            let now: Vec<Vec<f64>> = left.iter().map(|k| moved[*k].clone()).collect();
            let truths: Vec<usize> = left.iter().map(|k| truth[*k]).collect();
            let found = self.classes(&now, &truths);
            let still = left
                .iter()
                .zip(&found)
                .zip(&now)
                .filter(|((k, f), _)| f.0 == truth[**k]);
            let (mut keep, mut images, mut w) = (Vec::new(), Vec::new(), Vec::new());
            for ((k, (_, rival)), image) in still {
                keep.push(*k);
                images.push(image.clone());
                let own = truth[*k];
                w.extend((0..CLASSES).map(|c| f64::from(c == own) - f64::from(c == *rival)));
            }
            left = keep;
            if left.is_empty() {
                break;
            }
            let starts = self.starts(&images);
            let slopes = self.classifier().slopes(&starts, &w);
            let n = slopes.len() / left.len();
            for (k, slope) in left.iter().zip(slopes.chunks_exact(n)) {
                let slope = &slope[..moved[*k].len()];
                let size = slope
                    .iter()
                    .map(|s| s * s)
                    .sum::<f64>()
                    .sqrt()
                    .max(f64::MIN_POSITIVE);
                for (v, s) in moved[*k].iter_mut().zip(slope) {
                    *v = (*v - STEP * s / size).clamp(-1.0, 1.0);
                }
            }
        }
        moved
    }
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b).powi(2))
        .sum::<f64>()
        .sqrt()
}

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|w| w.parse().ok())
        .collect();
    // A part of it shows that it works.
    let [epochs, images, seeds] = words[..] else {
        return study(2, 10, 2);
    };
    study(epochs, images, seeds)
}

fn study(epochs: usize, most: usize, seeds: usize) -> Result<(), Box<dyn Error>> {
    let none = || vec![Vec::new(); 4];
    let (mut right, mut far, mut noise) = (none(), none(), none());
    let mut fooled: Vec<Vec<Vec<f64>>> = vec![none(); 4];
    for seed in 0..seeds as u64 {
        let models: Vec<Model> = POWERS
            .iter()
            .map(|n| Model::new(*n, seed, epochs))
            .collect::<Result<_, _>>()?;
        let task = &models[0].learnt.task;
        let network = &models[0].learnt.trained.network;
        let classes = task
            .examples
            .targets
            .as_ref()
            .and_then(|t| t.classes.clone())
            .unwrap_or_default();
        let all: Vec<Vec<f64>> = task
            .plan
            .test
            .iter()
            .map(|r| task.examples.row(network, *r, None))
            .collect();
        let truth: Vec<usize> = task.plan.test.iter().map(|r| classes[*r]).collect();
        let mut common: Vec<bool> = vec![true; all.len()];
        for (model, right) in models.iter().zip(&mut right) {
            let found = model.classes(&all, &truth);
            let hits: Vec<bool> = found.iter().zip(&truth).map(|(f, y)| f.0 == *y).collect();
            right.push(hits.iter().filter(|h| **h).count() as f64 / all.len() as f64);
            common.iter_mut().zip(hits).for_each(|(c, h)| *c &= h);
        }
        let chosen: Vec<usize> = (0..all.len()).filter(|k| common[*k]).take(most).collect();
        let images: Vec<Vec<f64>> = chosen.iter().map(|k| all[*k].clone()).collect();
        let truth: Vec<usize> = chosen.iter().map(|k| truth[*k]).collect();
        let count = images.len().max(1) as f64;
        let wrong = |model: &Model, images: &[Vec<f64>]| {
            let found = model.classes(images, &truth);
            found.iter().zip(&truth).filter(|(f, y)| f.0 != **y).count() as f64 / count
        };
        for (a, model) in models.iter().enumerate() {
            let moved = model.attacked(&images, &truth);
            let mut ways: Vec<f64> = images
                .iter()
                .zip(&moved)
                .map(|(a, b)| distance(a, b))
                .collect();
            ways.sort_by(f64::total_cmp);
            far[a].push(ways.get(ways.len() / 2).copied().unwrap_or(f64::NAN));
            let further: Vec<Vec<f64>> = images
                .iter()
                .zip(&moved)
                .map(|(i, m)| {
                    i.iter()
                        .zip(m)
                        .map(|(i, m)| (i + 1.1 * (m - i)).clamp(-1.0, 1.0))
                        .collect()
                })
                .collect();
            for (b, other) in models.iter().enumerate() {
                fooled[a][b].push(wrong(other, &further));
            }
            let signs = |k: usize| Stream::of(seed, 7, k, 0).signs(64);
            let noisy: Vec<Vec<f64>> = images
                .iter()
                .enumerate()
                .map(|(k, i)| {
                    i.iter()
                        .zip(signs(k))
                        .map(|(v, s)| (v + 0.3 * s).clamp(-1.0, 1.0))
                        .collect()
                })
                .collect();
            noise[a].push(1.0 - wrong(model, &noisy));
        }
    }
    println!(
        " n  right      way        fooled: n = 2  n = 3      n = 20     n = 30     random signs"
    );
    for (a, n) in POWERS.iter().enumerate() {
        let row: Vec<String> = fooled[a].iter().map(|f| told(f)).collect();
        println!(
            "{n:2}  {:9}  {:9}  {:9}      {:9}  {:9}  {:9}  {}",
            told(&right[a]),
            told(&far[a]),
            row[0],
            row[1],
            row[2],
            row[3],
            told(&noise[a])
        );
    }
    Ok(())
}
