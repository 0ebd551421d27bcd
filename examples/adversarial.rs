//! Do images that fool one dense memory fool another (Krotov & Hopfield 2018)? The model `dense-classifier` with energies of the powers 2, 3, 20 and 30
//! and three seeds. Of 300 test rows that all four get right each image is moved down its margin `z_y − max_c z_c` in normalised steps of 0.05
//! until the label flips. Told are the part of the test rows that is right, the median length of the way, and the part of other models'
//! answers that the same image, moved 1.1 times as far, turns wrong: means over the seeds, standard errors in the last digit. Last, a
//! random pattern of signs of 0.3 in the place of an attack.
//!
//! Then what stays right where every pixel may be moved by 0.3 at most, in 20 signed steps, and what becomes of grey noise that is moved up the
//! answer of a class: how much of it reaches 0.9, and the class of the nearest picture that was learnt from.
//! `cargo run --release --example adversarial -- EPOCHS IMAGES SEEDS` with 60 300 3 prints this:
//!
//! ```text
//! n   right      way        fooled: n = 2  n = 3      n = 20     n = 30     random signs
//! 2   0.745(10)  1.449(9)   1.000(0)       0.419(6)   0.272(6)   0.221(14)  0.962(7)
//! 3   0.896(1)   1.396(21)  0.383(22)      1.000(0)   0.470(25)  0.321(15)  0.992(3)
//! 20  0.936(11)  1.731(58)  0.130(13)      0.120(5)   1.000(0)   0.197(13)  0.972(6)
//! 30  0.929(7)   2.576(46)  0.187(2)       0.169(29)  0.391(13)  1.000(0)   0.983(0)
//!
//! n   right in a box: n = 2  n = 3      n = 20     n = 30     rubbish  seen as its class
//! 2           0.412(21)      0.644(30)  0.774(1)   0.827(21)  0.000(0)  none
//! 3           0.593(7)       0.418(15)  0.581(9)   0.714(6)   0.033(33)  1.000
//! 20          0.898(6)       0.858(2)   0.298(23)  0.764(13)  1.000(0)  1.000(0)
//! 30          0.906(9)       0.879(12)  0.760(12)  0.573(12)  1.000(0)  0.990(6)
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
/// Pixels are moved by this much at most in signed steps, and how many of them there are.
const BOX: f64 = 0.3;
const SIGNED: usize = 20;

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

    /// How the margin of each image grows, a row each, and which still have their label.
    fn slopes(&self, images: &[Vec<f64>], truth: &[usize]) -> (Vec<Vec<f64>>, Vec<bool>) {
        let found = self.classes(images, truth);
        let weights = found.iter().zip(truth).flat_map(|((_, rival), own)| {
            (0..CLASSES).map(|c| f64::from(c == *own) - f64::from(c == *rival))
        });
        let slopes = self.rises(images, &weights.collect::<Vec<f64>>());
        let right = found.iter().zip(truth).map(|(f, y)| f.0 == *y);
        (slopes, right.collect())
    }

    /// How a sum of the answers with these weights grows with each image.
    fn rises(&self, images: &[Vec<f64>], weights: &[f64]) -> Vec<Vec<f64>> {
        let slopes = self.classifier().slopes(&self.starts(images), weights);
        let rows = slopes.chunks_exact((slopes.len() / images.len().max(1)).max(1));
        rows.zip(images)
            .map(|(row, image)| row[..image.len()].to_vec())
            .collect()
    }

    /// Moves each image until its label flips, the shortest way in L₂.
    fn attacked(&self, images: &[Vec<f64>], truth: &[usize]) -> Vec<Vec<f64>> {
        let mut moved = images.to_vec();
        let mut left: Vec<usize> = (0..images.len()).collect();
        for _ in 0..MOST {
            let now: Vec<Vec<f64>> = left.iter().map(|k| moved[*k].clone()).collect();
            let truths: Vec<usize> = left.iter().map(|k| truth[*k]).collect();
            let (slopes, right) = self.slopes(&now, &truths);
            for ((k, slope), _) in left.iter().zip(&slopes).zip(&right).filter(|(_, r)| **r) {
                step(&mut moved[*k], slope, -STEP);
            }
            let mut still = right.iter();
            left.retain(|_| still.next() == Some(&true));
            if left.is_empty() {
                break;
            }
        }
        moved
    }

    /// Moves every pixel of each image by at most `BOX` in signed steps.
    fn in_a_box(&self, images: &[Vec<f64>], truth: &[usize]) -> Vec<Vec<f64>> {
        let mut moved = images.to_vec();
        for _ in 0..SIGNED {
            let (slopes, _) = self.slopes(&moved, truth);
            for ((image, slope), first) in moved.iter_mut().zip(&slopes).zip(images) {
                for ((v, s), first) in image.iter_mut().zip(slope).zip(first) {
                    let there = *v - 2.5 * BOX / SIGNED as f64 * s.signum();
                    *v = there.clamp(first - BOX, first + BOX).clamp(-1.0, 1.0);
                }
            }
        }
        moved
    }

    /// Grey noise that is moved up the answer of a class until that is above 0.9: the images that get there, with their classes.
    fn rubbish(&self, seed: u64, each: usize) -> Vec<(Vec<f64>, usize)> {
        let grey = |k: usize| Stream::of(seed, 8, k, 0).normal(64, 0.0, 0.1);
        let mut images: Vec<Vec<f64>> = (0..CLASSES * each).map(grey).collect();
        let class = |k: usize| k % CLASSES;
        let count = images.len();
        let weights: Vec<f64> = (0..count * CLASSES)
            .map(|i| f64::from(i % CLASSES == class(i / CLASSES)))
            .collect();
        let mut there: Vec<Option<Vec<f64>>> = vec![None; count];
        for _ in 0..MOST {
            let z = self.classifier().answers(&self.starts(&images));
            for (k, z) in z.chunks_exact(CLASSES).enumerate() {
                if there[k].is_none() && z[class(k)].tanh() > 0.9 {
                    there[k] = Some(images[k].clone());
                }
            }
            let slopes = self.rises(&images, &weights);
            images
                .iter_mut()
                .zip(&slopes)
                .for_each(|(image, slope)| step(image, slope, STEP));
        }
        let found = there.into_iter().enumerate();
        found
            .filter_map(|(k, image)| Some((image?, class(k))))
            .collect()
    }
}

/// A step of this length along a slope, inside the cube of images.
fn step(image: &mut [f64], slope: &[f64], by: f64) {
    let size = slope.iter().map(|s| s * s).sum::<f64>().sqrt();
    for (v, s) in image.iter_mut().zip(slope) {
        *v = (*v + by * s / size.max(f64::MIN_POSITIVE)).clamp(-1.0, 1.0);
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
    let (mut reached, mut seen) = (none(), none());
    let mut boxed: Vec<Vec<Vec<f64>>> = vec![none(); 4];
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
        let train = task.plan.learn.iter();
        let rows: Vec<(Vec<f64>, usize)> = train
            .map(|r| (task.examples.row(network, *r, None), classes[*r]))
            .collect();
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
            let moved = model.in_a_box(&images, &truth);
            for (b, other) in models.iter().enumerate() {
                boxed[a][b].push(1.0 - wrong(other, &moved));
            }
            let each = (most / 30).clamp(1, 10);
            let rubbish = model.rubbish(seed, each);
            let as_class = |(image, class): &&(Vec<f64>, usize)| {
                let near = rows
                    .iter()
                    .min_by(|a, b| distance(&a.0, image).total_cmp(&distance(&b.0, image)));
                near.is_some_and(|(_, own)| own == class)
            };
            reached[a].push(rubbish.len() as f64 / (each * CLASSES) as f64);
            let alike = rubbish.iter().filter(as_class).count() as f64;
            if !rubbish.is_empty() {
                seen[a].push(alike / rubbish.len() as f64);
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
        "n   right      way        fooled: n = 2  n = 3      n = 20     n = 30     random signs"
    );
    for (a, n) in POWERS.iter().enumerate() {
        let row = each(&fooled[a]);
        let (right, far, noise) = (told(&right[a]), told(&far[a]), told(&noise[a]));
        println!("{n:<2}  {right:9}  {far:9}  {row}  {noise}");
    }
    println!(
        "\nn   right in a box: n = 2  n = 3      n = 20     n = 30     rubbish  seen as its class"
    );
    for (a, n) in POWERS.iter().enumerate() {
        let row = each(&boxed[a]);
        let seen = match seen[a].is_empty() {
            true => "none".into(),
            false => told(&seen[a]),
        };
        println!("{n:<2}  {:8}{row}  {}  {seen}", "", told(&reached[a]));
    }
    Ok(())
}

fn each(values: &[Vec<f64>]) -> String {
    let all: Vec<String> = values.iter().map(|v| told(v)).collect();
    let mut row = format!("{:13}", all[0]);
    all[1..].iter().for_each(|v| row += &format!("  {v:9}"));
    row
}
