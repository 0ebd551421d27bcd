//! An Energy Transformer learns by the adjoint of its steps: against a table, against differences, and in what it must not know.

use attractor::learning::transformer::{
    Batch, EnergyTransformer, Images, Shape, Trainer, Training, mask,
};
use attractor::learning::{Fall, Schedule};
use serde_json::Value;

use crate::common::reference::{flat, read};

/// The model of a case of the table, and its images: the same one twice.
fn table(all: &Value, case: &Value) -> (EnergyTransformer, Batch) {
    let size = |name: &str| all["shapes"][name].as_u64().unwrap() as usize;
    let p = &all["params"];
    let shape = Shape {
        tokens: size("T"),
        pixels: size("P"),
        dims: size("D"),
        heads: size("H"),
        inner: size("Y"),
        memories: size("M"),
        steps: case["steps"].as_u64().unwrap() as usize,
        length: p["alpha"].as_f64().unwrap(),
        leak: case["leak"].as_f64().unwrap(),
        attends_itself: !case["exclude_self"].as_bool().unwrap(),
        ..Shape::default()
    };
    let mut model = EnergyTransformer::drawn(shape, 0);
    let numbers = |name: &str| match name {
        "embed" => flat(&p["We"]),
        "embed_bias" => flat(&p["be"]),
        "mask" => flat(&p["mask"]),
        "position" => flat(&p["pos"]),
        "w_query" => flat(&p["Wq"]),
        "w_key" => flat(&p["Wk"]),
        "patterns" => flat(&p["xi"]),
        "ln_gamma" => vec![p["gamma"].as_f64().unwrap().ln()],
        "delta" => flat(&p["delta"]),
        "read_out" => flat(&p["Wd"]),
        _ => flat(&p["bd"]).repeat(shape.tokens),
    };
    for (name, range) in model.names() {
        model.parameters[range].copy_from_slice(&numbers(name));
    }
    model.beta = p["beta"].as_f64().unwrap();
    model.eps = all["eps"].as_f64().unwrap();
    let pixels = flat(&all["patches"]);
    let masked = all["masked"].as_array().unwrap().iter();
    let masked: Vec<bool> = masked
        .map(|m| m.as_bool().unwrap_or(m.as_f64() == Some(1.0)))
        .collect();
    let twice = Batch {
        width: 2,
        pixels: pixels.iter().flat_map(|p| [*p; 2]).collect(),
        masked: masked.iter().flat_map(|m| [*m; 2]).collect(),
    };
    (model, twice)
}

fn largest(v: &[f64]) -> f64 {
    v.iter().fold(0.0, |m, v| m.max(v.abs()))
}

#[test]
fn the_gradient_through_the_steps_is_that_of_the_table() {
    let all = read("a02_energy_transformer_gradients").0;
    let cases = all["cases"].as_array().unwrap().iter();
    let mut tried = 0;
    for case in cases.filter(|c| c["mode"] == "unrolled") {
        let (model, batch) = table(&all, case);
        let filled = model.fill(&batch).unwrap();
        for (ours, want) in filled.energies.iter().zip(flat(&case["energy"])) {
            assert!((ours[0] - want).abs() < 1e-12 * (1.0 + want.abs()));
            assert_eq!(ours[0], ours[1]);
        }
        let last = filled.patches.last().unwrap();
        for (k, want) in flat(&case["prediction"]).iter().enumerate() {
            assert!((last[2 * k] - want).abs() < 1e-12 * (1.0 + want.abs()));
        }
        let (loss, gradient) = model.loss(&batch).unwrap();
        let count = (batch.masked.iter().filter(|m| **m).count() * model.shape.pixels) as f64;
        assert!((loss / count - case["loss"].as_f64().unwrap()).abs() < 1e-12);
        let theirs = &case["gradient"];
        for (name, range) in model.names() {
            let own: Vec<f64> = gradient[range].iter().map(|g| g / count).collect();
            let (own, want) = match name {
                "embed" => (own, flat(&theirs["We"])),
                "embed_bias" => (own, flat(&theirs["be"])),
                "mask" => (own, flat(&theirs["mask"])),
                "position" => (own, flat(&theirs["pos"])),
                "w_query" => (own, flat(&theirs["Wq"])),
                "w_key" => (own, flat(&theirs["Wk"])),
                "patterns" => (own, flat(&theirs["xi"])),
                // By ln γ it is γ times that by γ.
                "ln_gamma" => {
                    let gamma = all["params"]["gamma"].as_f64().unwrap();
                    (vec![own[0] / gamma], flat(&theirs["gamma"]))
                }
                "delta" => (own, flat(&theirs["delta"])),
                "read_out" => (own, flat(&theirs["Wd"])),
                // One for each position here, one for all there.
                _ => {
                    let pixels = model.shape.pixels;
                    let sum = |p: usize| own.iter().skip(p).step_by(pixels).sum();
                    ((0..pixels).map(sum).collect(), flat(&theirs["bd"]))
                }
            };
            let off = own
                .iter()
                .zip(&want)
                .fold(0.0, |m: f64, (a, b)| m.max((a - b).abs()));
            assert_eq!(own.len(), want.len(), "{name}");
            // The table is good to 1e-13 of its largest entry.
            assert!(off <= 1e-11 * largest(&want), "{name}: {off:e}");
        }
        tried += 1;
    }
    assert_eq!(tried, 3);
}

/// Random images with structure: each a plane wave.
fn waves(count: usize) -> Vec<f64> {
    let wave = |k: usize| {
        let (a, b, c) = (0.3 + 0.1 * (k % 7) as f64, 0.2 * (k % 5) as f64, k as f64);
        (0..64).map(move |p| (a * (p % 8) as f64 + b * (p / 8) as f64 + c).sin())
    };
    (0..count).flat_map(wave).collect()
}

const SMALL: Shape = Shape {
    tokens: 16,
    pixels: 4,
    dims: 8,
    heads: 2,
    inner: 4,
    memories: 6,
    steps: 3,
    length: 0.2,
    leak: 0.0,
    attends_itself: false,
    attends: true,
    remembers: true,
};

const TRAINING: Training = Training {
    batch: 24,
    masked: 8,
    schedule: Schedule {
        rate: 2e-2,
        warm_up: 10,
        fall: Fall::Cosine(400),
    },
    decay: 0.0,
    seed: 3,
};

#[test]
fn what_is_masked_is_not_seen() {
    let images = Images::cut(&waves(4), [8, 2], 4).unwrap();
    let masks: Vec<Vec<bool>> = (0..4).map(|k| mask(16, 8, 1, k)).collect();
    let batch = images.batch(&SMALL, &[0, 1, 2, 3], &masks);
    let mut other = batch.clone();
    for (k, p) in other.pixels.iter_mut().enumerate() {
        let t = k / batch.width / SMALL.pixels;
        if batch.masked[t * batch.width + k % batch.width] {
            *p += 1.0;
        }
    }
    let model = EnergyTransformer::drawn(SMALL, 0);
    assert_ne!(batch, other);
    assert_eq!(model.fill(&batch).unwrap(), model.fill(&other).unwrap());
}

#[test]
fn learning_goes_on_to_the_same_bits_and_lowers_the_error() {
    let images = Images::cut(&waves(40), [8, 2], 32).unwrap();
    let begun = Trainer::new(EnergyTransformer::drawn(SMALL, 0), &TRAINING);
    let run = |mut trainer: Trainer, to: usize| {
        while trainer.next < to {
            trainer.iterate(&images, 32, &TRAINING).unwrap();
        }
        trainer
    };
    let whole = run(begun.clone(), 400);
    assert_eq!(run(run(begun.clone(), 150), 400), whole);
    let rows: Vec<usize> = (0..8).collect();
    let masks: Vec<Vec<bool>> = (0..8).map(|k| mask(16, 8, 9, k)).collect();
    let error = |t: &Trainer| t.model.error(&images, &rows, &masks).unwrap();
    // Of images that were learned from, under masks that were not: better than the mean of the patch, 0 here.
    let squares = rows.iter().zip(&masks).flat_map(|(row, mask)| {
        let own = &images.patches[row * 64..(row + 1) * 64];
        let hidden = (0..64).filter(|k| mask[k / 4]);
        hidden.map(|k| own[k] * own[k]).collect::<Vec<f64>>()
    });
    let squares: Vec<f64> = squares.collect();
    let mean = squares.iter().sum::<f64>() / squares.len() as f64;
    assert!(error(&whole) < 0.9 * mean, "{} {mean}", error(&whole));
    assert!(
        error(&whole) < error(&begun),
        "{} {}",
        error(&whole),
        error(&begun)
    );
}

#[test]
fn without_attention_a_masked_patch_is_the_same_in_every_image() {
    // Tokens that do not talk know nothing of a masked patch but where it is.
    let shape = Shape {
        attends: false,
        ..SMALL
    };
    let images = Images::cut(&waves(40), [8, 2], 40).unwrap();
    let model = EnergyTransformer::drawn(shape, 0);
    let masks: Vec<Vec<bool>> = (0..2).map(|_| mask(16, 8, 1, 0)).collect();
    let filled = model.fill(&images.batch(&shape, &[0, 1], &masks)).unwrap();
    let last = filled.patches.last().unwrap();
    for t in (0..16).filter(|t| masks[0][*t]) {
        for p in 0..4 {
            let k = (t * 4 + p) * 2;
            assert_eq!(last[k], last[k + 1], "patch {t}");
        }
    }
}
