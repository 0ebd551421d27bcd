//! An Energy Transformer fills in photographs, half of whose patches of 2 × 2 pixels are masked. It learns from cuts of 8 × 8 pixels out of four
//! photographs of 64 × 64, and fills in a fifth, cut by cut. That is shown, and nothing is claimed of it but the error beside that of the mean
//! patch: four photographs are few. `cargo run --release --example photographs_filled -- DIRECTORY ITERATIONS`; without ITERATIONS it takes 100.

use std::error::Error;
use std::path::PathBuf;

use attractor::figure::{Figure, PatternPlot, PatternRow};
use attractor::learning::transformer::{EnergyTransformer, Images, Shape, Trainer, Training, mask};
use attractor::learning::{Fall, Schedule};
use attractor::record::png_from_bytes;

/// Pixels along a side of a photograph, of a cut, of a patch.
const SIDE: usize = 64;
const CUT: usize = 8;
const PATCH: usize = 2;
const TOKENS: usize = 16;

/// The cuts of a photograph whose corners are `step` pixels apart, row by row.
fn cuts(photo: &[f64], step: usize) -> Vec<f64> {
    let corners = || (0..=SIDE - CUT).step_by(step);
    let mut all = Vec::new();
    for (top, left) in corners().flat_map(|top| corners().map(move |left| (top, left))) {
        for row in top..top + CUT {
            all.extend(&photo[row * SIDE + left..][..CUT]);
        }
    }
    all
}

/// Puts the patches of cuts that lie side by side together; `pixel(cut, place)` is a pixel, counted patch by patch.
fn photograph(pixel: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let (across, patches) = (SIDE / CUT, CUT / PATCH);
    let at = |k: usize| {
        let (y, x) = (k / SIDE, k % SIDE);
        let cut = y / CUT * across + x / CUT;
        let (y, x) = (y % CUT, x % CUT);
        let patch = y / PATCH * patches + x / PATCH;
        pixel(cut, patch * PATCH * PATCH + y % PATCH * PATCH + x % PATCH)
    };
    (0..SIDE * SIDE).map(at).collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let directory = words.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let iterations = words.next().map_or(Ok(100), |w| w.parse())?;
    let files: [&[u8]; 5] = [
        include_bytes!("../models/data/photos/astronaut.png"),
        include_bytes!("../models/data/photos/camera.png"),
        include_bytes!("../models/data/photos/coffee.png"),
        include_bytes!("../models/data/photos/rocket.png"),
        include_bytes!("../models/data/photos/chelsea.png"),
    ];
    let photos = files
        .iter()
        .map(|bytes| png_from_bytes(bytes, "photograph"));
    let photos = photos.collect::<Result<Vec<_>, _>>()?;
    let mut all: Vec<f64> = photos[..4].iter().flat_map(|p| cuts(&p.data, 4)).collect();
    let learned = all.len() / (CUT * CUT);
    all.extend(cuts(&photos[4].data, CUT));
    let images = Images::cut(&all, [CUT, PATCH], learned)?;
    let training = Training {
        batch: 32,
        masked: TOKENS / 2,
        schedule: Schedule {
            rate: 8e-3,
            warm_up: 100,
            fall: Fall::Cosine(iterations),
        },
        decay: 0.0,
        seed: 0,
    };
    let mut trainer = Trainer::new(EnergyTransformer::drawn(Shape::default(), 0), &training);
    while trainer.next < iterations {
        trainer.iterate(&images, learned, &training)?;
    }
    let rows: Vec<usize> = (learned..images.count()).collect();
    let masks: Vec<Vec<bool>> = rows
        .iter()
        .map(|r| mask(TOKENS, TOKENS / 2, 1, *r))
        .collect();
    let batch = images.batch(&trainer.model.shape, &rows, &masks);
    let filled = trainer.model.fill(&batch)?;
    let last = filled.patches.last().ok_or("no step")?;
    let width = batch.width;
    let hidden = |cut: usize, k: usize| batch.masked[k / (PATCH * PATCH) * width + cut];
    let whole = |of: &[f64], cut: usize, k: usize| of[k * width + cut] + images.mean[k];
    let error = trainer.model.error(&images, &rows, &masks)?;
    let own = (0..width).flat_map(|c| (0..CUT * CUT).map(move |k| (c, k)));
    let masked: Vec<f64> = own
        .filter(|(c, k)| hidden(*c, *k))
        .map(|(c, k)| batch.pixels[k * width + c].powi(2))
        .collect();
    let mean = masked.iter().sum::<f64>() / masked.len() as f64;
    println!("{learned} cuts learned from, {} filled in", rows.len());
    println!("  mean patch          {mean:.4}");
    println!("  Energy Transformer  {error:.4}");
    let grey = photograph(|c, k| {
        if hidden(c, k) {
            0.5
        } else {
            whole(&batch.pixels, c, k)
        }
    });
    let ours = photograph(|c, k| {
        if hidden(c, k) {
            whole(last, c, k)
        } else {
            whole(&batch.pixels, c, k)
        }
    });
    let plot = PatternPlot {
        title: "A photograph, half of it filled in".into(),
        subtitle: format!(
            "learned from four others · mean square error {error:.4}, of the mean patch {mean:.4}"
        ),
        shape: (SIDE, SIDE),
        range: (0.0, 1.0),
        columns: ["masked", "filled in", "truth"].map(String::from).to_vec(),
        rows: vec![PatternRow {
            good: true,
            panels: vec![grey, ours, photograph(|c, k| whole(&batch.pixels, c, k))],
            ..PatternRow::default()
        }],
    };
    for ending in ["png", "svg"] {
        plot.draw(directory.join(format!("photographs-filled.{ending}")))?;
    }
    Ok(())
}
