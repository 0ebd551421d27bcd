//! The model `energy-transformer-learnt` fills in photographs, half of whose patches of 2 × 2 pixels are masked. It learns from cuts of 8 × 8 pixels out of four
//! photographs of 64 × 64, and fills in a fifth, cut by cut. That is shown, and nothing is claimed of it but the error beside that of the mean
//! patch: four photographs are few. `cargo run --release --example photographs_filled -- DIRECTORY EPOCHS`, of
//! 29 iterations each; without EPOCHS it takes 4.

#[path = "digits/mod.rs"]
mod digits;

use std::error::Error;
use std::path::PathBuf;

use attractor::dynamics::Start;
use attractor::figure::{Figure, PatternPlot, PatternRow};
use attractor::learning::{Masks, Steps};
use attractor::network::Masked;
use attractor::record::{NpzWriter, png_from_bytes};
use digits::learnt;

/// Pixels along a side of a photograph, of a cut.
const SIDE: usize = 64;
const CUT: usize = 8;

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

/// Puts cuts that lie side by side together; `pixel(cut, place)` is a pixel of one.
fn photograph(pixel: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let at = |k: usize| {
        let (y, x) = (k / SIDE, k % SIDE);
        let cut = y / CUT * (SIDE / CUT) + x / CUT;
        pixel(cut, y % CUT * CUT + x % CUT)
    };
    (0..SIDE * SIDE).map(at).collect()
}

/// Cuts of four photographs, then those of a fifth.
fn all_cuts() -> Result<(Vec<f64>, usize), Box<dyn Error>> {
    let files: [&[u8]; 5] = [
        include_bytes!("../models/data/photos/astronaut.png"),
        include_bytes!("../models/data/photos/camera.png"),
        include_bytes!("../models/data/photos/coffee.png"),
        include_bytes!("../models/data/photos/rocket.png"),
        include_bytes!("../models/data/photos/chelsea.png"),
    ];
    let mut all = Vec::new();
    let mut learned = 0;
    for (k, bytes) in files.into_iter().enumerate() {
        let photo = png_from_bytes(bytes, "photograph")?;
        if k == 4 {
            learned = all.len() / (CUT * CUT);
        }
        // Those that are learned from overlap.
        all.extend(cuts(&photo.data, if k == 4 { CUT } else { CUT / 2 }));
    }
    Ok((all, learned))
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let directory = words.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let epochs: usize = words.next().map_or(Ok(4), |w| w.parse())?;
    let (all, learned) = all_cuts()?;
    let count = all.len() / (CUT * CUT);
    let path = std::env::temp_dir().join(format!("attractor-cuts-{}.npz", std::process::id()));
    let mut archive = NpzWriter::create(&path)?;
    archive.write("all", &[count, CUT * CUT], &all)?;
    archive.write("known", &[learned, CUT * CUT], &all[..learned * CUT * CUT])?;
    archive.finish()?;
    let file = |key: &str| format!("{{ file = '{}', key = \"{key}\" }}", path.display());
    let settings = [
        format!("patterns.images={}", file("all")),
        format!("patterns.known={}", file("known")),
        format!("learn.train=\"0..{learned}\""),
        format!("learn.test=\"{learned}..{count}\""),
        format!("learn.epochs={epochs}"),
    ];
    let learnt = learnt("energy-transformer-learnt", &settings);
    std::fs::remove_file(&path)?;
    let learnt = learnt?;
    let network = &learnt.trained.network;
    let patches = network.layers()[0].patches.as_ref().ok_or("no pictures")?;
    let (step, steps) = learnt.task.said.steps;
    let mut shown = Vec::new();
    for (k, pixels) in all.chunks_exact(CUT * CUT).enumerate().skip(learned) {
        let picture = Masked {
            pixels: pixels.to_vec(),
            is_masked: Masks::Drawn(patches.tokens() / 2).scored(patches.tokens(), k),
        };
        let start = Start::at(vec![0.0; network.size()]).seeing(network, 0, &picture);
        let input = start.whole_input(network);
        let states = Steps::new(network, step, steps)?.take(start.x, &input, 1);
        let mut g = vec![0.0; network.size()];
        network.activation(states.last().ok_or("no step")?, 1, &mut g);
        let hidden = patches.hidden(&picture.is_masked);
        shown.push((picture.pixels, patches.read_out(&g), hidden));
    }
    let mean = patches.mean_picture();
    let masked = shown.iter().flat_map(|(own, _, hidden)| {
        let all = own.iter().zip(mean).zip(hidden);
        let masked = all.filter(|(_, hidden)| **hidden);
        masked.map(|((p, m), _)| (p - m).powi(2))
    });
    let masked: Vec<f64> = masked.collect();
    let mean = masked.iter().sum::<f64>() / masked.len() as f64;
    let error = learnt.trained.test.ok_or("nothing was filled in")?.loss;
    println!("{learned} cuts learned from, {} filled in", shown.len());
    println!("  mean patch          {mean:.4}");
    println!("  Energy Transformer  {error:.4}");
    // What is masked is grey, then what is read there, then what was there.
    let panel = |of: &dyn Fn(usize, usize) -> f64| {
        photograph(|c, k| {
            if shown[c].2[k] {
                of(c, k)
            } else {
                shown[c].0[k]
            }
        })
    };
    let plot = PatternPlot {
        large: false,
        title: "A photograph, half of it filled in".into(),
        subtitle: format!(
            "learned from four others · mean square error {error:.4}, of the mean patch {mean:.4}"
        ),
        shape: (SIDE, SIDE),
        range: (0.0, 1.0),
        columns: ["masked", "filled in", "truth"].map(String::from).to_vec(),
        rows: vec![PatternRow {
            good: true,
            panels: vec![
                panel(&|_, _| 0.5),
                panel(&|c, k| shown[c].1[k]),
                panel(&|c, k| shown[c].0[k]),
            ],
            ..PatternRow::default()
        }],
    };
    for ending in ["png", "svg"] {
        plot.draw(directory.join(format!("photographs-filled.{ending}")))?;
    }
    Ok(())
}
