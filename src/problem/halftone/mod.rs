//! A photograph in black and white dots, found by a network that knows what the eye sees.
//!
//! Each dot is a unit `g = 0` (black) or 1 (white), `u` the photograph, `h` a small low-pass filter, [`Eye`]:
//!
//! ```text
//! E = ½‖h * (g − u)‖² = ½ Σ_ij a_ij (g_i − u_i)(g_j − u_j),   a = h ⋆ h
//!   = −½ Σ_{i≠j} W_ij g_i g_j − Σ I_i g_i + const,   W = −a,   I_i = Σ_j a_ij u_j − a_ii/2   (g² = g)
//! ```
//!
//! Dots inhibit their neighbours and are driven by the light around them. Halftoning by such networks: Anastassiou (1989); by annealing
//! of a Gibbs field: Geist, Reynolds and Suggs (1993); at temperature 0 it is a direct binary search without swaps (Analoui and
//! Allebach 1992).

mod dither;
mod eye;
#[cfg(feature = "figures")]
mod figures;

pub use dither::{diffused, ordered};
pub use eye::{Eye, Picture, similarity};

use std::ops::Range;

use super::cooling::{self, Cooling, PERMUTED};
use super::{Answer, Baseline, Course, End, Form, Kind, Once, Problem, Reader, Solved, Stage};
use crate::key::{self, Form as Value, NEEDED, Section, key, section};
use crate::model_file::Place;
use crate::number::{number, rounded};
use crate::pattern::Drawer;
use crate::pattern::random::Stream;

/// In the place of a layer, for what is drawn here.
const OWN: usize = Drawer::Halftone.place();
/// Most weights of all dots together: a dot has about (8σ + 1)² of them.
const MOST: usize = 1 << 26;

static PROBLEM: Section = section(
    "a picture to print",
    &[
        key(
            "image",
            Value::Array,
            "its grey values, 0 black to 1 white: `{ file = \"photo.png\" }`",
            NEEDED,
        ),
        key(
            "scale",
            Value::Whole(1, Some(16)),
            "dots to a pixel along each side; values between are linear",
            "1",
        ),
        key(
            "sigma",
            Value::Positive,
            "σ of the filter of the eye, in dots; at 300 dots to the inch and 40 cm, 1.2 dots are 0.015°",
            "1.2",
        ),
    ],
);

const START: key::Key = key(
    "start",
    Value::Words(|| STARTS.to_vec()),
    "dots to begin with: `diffused`, those of Floyd and Steinberg, `ordered`, those of Bayer, or `random`, white with the probability u",
    "`diffused` where it only descends, `random` where it is cooled",
);
const STARTS: [&str; 3] = ["diffused", "ordered", "random"];

static DESCENT: Section = section("the network", &[START]);
static ANNEALED: Section = section(
    "the network",
    &[
        START,
        cooling::sweeps("100"),
        cooling::from(
            "the first temperature; a = Σ h² is twice what one dot alone costs",
            "0.2 a",
        ),
        cooling::to("0.01 a"),
    ],
);

pub(super) const KIND: Kind = Kind {
    name: "half-toning",
    about: "a photograph in black and white dots that the eye sees as grey",
    problem: &PROBLEM,
    forms: &[
        Form {
            name: "descent",
            about: "dots that inhibit their neighbours through the filter of the eye, from those of error diffusion downhill",
            network: &DESCENT,
            starts: 1,
        },
        Form {
            name: "annealed",
            about: "the same, cooled from random dots",
            network: &ANNEALED,
            starts: 1,
        },
    ],
    cost: "error to the eye",
    read,
};

fn read(reader: &mut Reader<'_, '_>) -> Option<Box<dyn Problem>> {
    let place = Place::partly("the image", vec![None, None]);
    let image = reader.array("image", &place);
    let field = reader.problem.key("image");
    if !field.is_present() {
        return field.error("a picture to print needs `image`").none();
    }
    let scale = reader.problem.key("scale").whole(1..=16).unwrap_or(1) as usize;
    let width = reader.problem.key("sigma");
    let sigma = width.positive().unwrap_or(1.2);
    if sigma > 4.0 {
        let why = format!("sigma must be at most 4 dots, it is {}", number(sigma));
        const HELP: &str = "a dot has (8σ + 1)² weights; look from nearer, or scale less";
        return width.error(why).help(HELP).none();
    }
    let image = image?;
    let [rows, columns] = image.shape[..] else {
        return field.error("the image must have rows and columns").none();
    };
    if rows == 0 || columns == 0 {
        return field.error("the image has no pixels").none();
    }
    let dots = rows.saturating_mul(columns).saturating_mul(scale * scale);
    let each = (8.0 * sigma + 1.0).powi(2) as usize;
    if dots.saturating_mul(each) > MOST {
        let why = format!(
            "{rows} × {columns} pixels at a scale of {scale} are {dots} dots of {each} weights each, more than {MOST} together"
        );
        return field
            .error(why)
            .help("take a part of it: rows = \"0..64\"; or a smaller sigma or scale")
            .none();
    }
    let beyond = image.data.iter().position(|v| !(0.0..=1.0).contains(v));
    if let Some(k) = beyond {
        let (r, c) = (k / columns, k % columns);
        let why = format!(
            "grey values must be from 0 (black) to 1 (white), in row {r} column {c} it is {}",
            number(image.data[k])
        );
        return field
            .error(why)
            .help("`scale` and `shift` beside `file` bring them there")
            .none();
    }
    let image = Picture {
        shape: (rows, columns),
        grey: image.data,
    };
    let image = image.larger(scale);
    let eye = Eye::new(sigma);
    let own = eye.weight(0, 0);
    let start = reader.network.key("start");
    let start = match start.is_present() {
        true => start.word(&STARTS)?,
        false if reader.form.name == "annealed" => "random",
        false => "diffused",
    };
    let cooling = match reader.form.name {
        "annealed" => {
            let own = Cooling {
                from: 0.2 * own,
                to: 0.01 * own,
                sweeps: 100,
            };
            Some(own.read(&mut reader.network)?)
        }
        _ => None,
    };
    Some(Box::new(Halftone {
        image,
        eye,
        start,
        cooling,
    }))
}

#[derive(Debug)]
struct Halftone {
    image: Picture,
    eye: Eye,
    start: &'static str,
    cooling: Option<Cooling>,
}

impl Halftone {
    fn weights(&self) -> Vec<Vec<(usize, f64)>> {
        let (rows, columns) = self.image.shape;
        let reach = self.eye.reach();
        let near = |at: usize, n: usize| at.saturating_sub(reach)..(at + reach + 1).min(n);
        let row = |k: usize| {
            let (r, c) = (k / columns, k % columns);
            let mut all = Vec::new();
            for i in near(r, rows) {
                for j in near(c, columns).filter(|j| (i, *j) != (r, c)) {
                    let a = (self.eye).weight(i as i64 - r as i64, j as i64 - c as i64);
                    all.push((i * columns + j, -a));
                }
            }
            all
        };
        (0..rows * columns).map(row).collect()
    }

    fn stage(&self, seed: u64, starts: Range<usize>) -> Stage {
        let (rows, columns) = self.image.shape;
        let n = rows * columns;
        let text = format!(
            "title = \"Half-toning\"\n\n[layers.dots]\nsize = [{rows}, {columns}]\nlagrangian = \"step\"\ninput = {{ file = \"light.npy\" }}\n\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"dots\"]\nweights = {{ file = \"weights.npz\" }}\n"
        );
        let half = 0.5 * self.eye.weight(0, 0);
        let light = self.eye.applied(&self.image).grey;
        let light: Vec<f64> = light.iter().map(|a| a - half).collect();
        // Where it is random, a dot is white with the probability that the photograph says.
        let states = starts.map(|k| match self.start {
            "diffused" => diffused(&self.image).grey,
            "ordered" => ordered(&self.image).grey,
            _ => {
                let drawn = Stream::of(seed, OWN, k, 0).uniform(n, 0.0, 1.0);
                let white = drawn.iter().zip(&self.image.grey).map(|(p, u)| p < u);
                white.map(|w| f64::from(u8::from(w))).collect()
            }
        });
        let states: Vec<Vec<f64>> = states.collect();
        let stage = Stage::new(text)
            .array("light", &[rows, columns], &light)
            .sparse("weights", n, &self.weights())
            .start("dots", &states);
        match &self.cooling {
            None => stage
                .solve("method", "\"asynchronous\"")
                .solve("order", PERMUTED),
            Some(cooling) => cooling.of(stage),
        }
    }

    /// The error to the eye, and the similarity of what is seen to the photograph.
    fn scores(&self, dots: &Picture) -> [f64; 2] {
        let seen = similarity(&self.eye.seen(dots), &self.image);
        [self.eye.error(dots, &self.image), seen]
    }

    /// Halftones by rule.
    fn others(&self) -> [(&'static str, Picture); 2] {
        [
            ("Floyd–Steinberg", diffused(&self.image)),
            ("Bayer 8 × 8", ordered(&self.image)),
        ]
    }

    fn answer(&self, end: &End<'_>) -> Answer {
        let g = end.layer("dots");
        let grey = g.iter().filter(|g| **g != 0.0 && **g != 1.0).count();
        let violated = match grey {
            0 => Vec::new(),
            n => vec![format!("{n} dots are neither black nor white")],
        };
        let [error, seen] = self.scores(&Picture {
            shape: self.image.shape,
            grey: g.to_vec(),
        });
        Answer {
            violated,
            cost: Some(error),
            values: g.to_vec(),
            besides: vec![("ssim", seen)],
            ..Answer::default()
        }
    }
}

impl Problem for Halftone {
    fn words(&self) -> String {
        let (rows, columns) = self.image.shape;
        format!("a picture of {rows} × {columns} dots")
    }

    fn course(&self, seed: u64, starts: Range<usize>) -> Box<dyn Course + '_> {
        Box::new(Once::new(self.stage(seed, starts), |end| self.answer(end)))
    }

    fn baseline(&self) -> Option<Baseline> {
        let all = self
            .others()
            .map(|(name, dots)| (name, self.scores(&dots)[0]));
        let best = all.into_iter().min_by(|a, b| a.1.total_cmp(&b.1))?;
        Some(Baseline {
            name: best.0.into(),
            cost: best.1,
            is_exact: false,
        })
    }

    fn notes(&self, _: &Solved) -> Vec<String> {
        let told = |(name, dots): (&str, Picture)| {
            let [error, seen] = self.scores(&dots);
            let (error, seen) = (number(rounded(error, 4)), number(rounded(seen, 4)));
            format!("{name}: error to the eye {error}, ssim {seen}")
        };
        self.others().map(told).into()
    }

    #[cfg(feature = "figures")]
    fn figures(&self, solved: &Solved) -> Vec<(String, crate::figure::Plot)> {
        self.pictures(solved)
    }
}
