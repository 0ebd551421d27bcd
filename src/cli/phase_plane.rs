//! `attractor phase-plane`.

use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, ValueEnum};

use super::Exit;
use super::failure::Failure;
use super::flags::{Flags, Place};
use super::origin::Origin;
use super::out::outln;
use super::progress::Reporter;
use super::question::Question;
use super::tables::short;
use crate::analysis::Space;
use crate::number::rounded;
use crate::picture::{Others, PhasePlane, PlaneQuestion, phase_plane_watched};
use crate::report::phase_plane_answer;

/// What the library calls as the flag is called.
const FLAGS: [&str; 6] = ["layer", "neurons", "space", "x", "y", "points"];

#[derive(Args, Debug)]
pub(super) struct Plane {
    /// The model file, or the name of a model that is part of the program
    model: PathBuf,
    #[command(flatten)]
    flags: Flags,
    /// Two neurons: numbers in the layer, from 0, or LAYER.K of any layer [default: the first two]
    #[arg(long, value_name = "A,B", value_delimiter = ',', num_args = 1)]
    neurons: Option<Vec<String>>,
    /// The layer that they are counted in [default: the first]
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    layer: Option<String>,
    /// What is measured along the axes [default: activations where they have states of their own, else states]
    #[arg(long, value_enum)]
    space: Option<Measured>,
    /// Where the other neurons stand: where the first trajectory ends, at their own equilibrium, or on the two principal directions of the
    /// trajectories
    #[arg(long, value_enum, default_value_t = Stand::Fixed)]
    others: Stand,
    /// Ends of the horizontal axis
    #[arg(
        long,
        value_name = "A,B",
        value_delimiter = ',',
        num_args = 1,
        allow_hyphen_values = true
    )]
    x: Option<Vec<f64>>,
    /// Ends of the vertical axis
    #[arg(
        long,
        value_name = "A,B",
        value_delimiter = ',',
        num_args = 1,
        allow_hyphen_values = true
    )]
    y: Option<Vec<f64>>,
    /// Points along each axis, 10 to 1000 [default: 161; 61 with --others relaxed]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    points: Option<usize>,
    /// Tries of Newton's method without a new fixed point before the search ends [default: 200 to 2000, by size]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    tries: Option<usize>,
    #[command(flatten)]
    place: Place,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Measured {
    State,
    Activation,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Stand {
    Fixed,
    Relaxed,
    Principal,
}

impl Plane {
    pub fn execute(&self) -> Result<Exit, Failure> {
        let clock = Instant::now();
        let plane = self.question()?;
        let (loaded, origin) = Origin::named(&self.model, self.flags.overrides())?;
        let study = &loaded.study;
        let flagged = |why| Failure::of_flag(why, &FLAGS);
        plane.check(study).map_err(flagged)?;
        let mut asked = Question::new(clock, (study, origin), "phase-plane", &self.place)?;
        let progress = Reporter::new(self.place.style(), study);
        let results = asked.ask(|interrupt| study.run(interrupt, &progress));
        progress.finish();
        let results = results?;
        let found = asked.ask_watched(|watch| phase_plane_watched(study, &results, &plane, watch));
        let found = found.map_err(flagged)?;
        let exit = match found.is_interrupted {
            true => Exit::Interrupted,
            false => Exit::Fine,
        };
        let answer = phase_plane_answer(study, &found);
        asked.finish(study, answer, || print(&found), exit)
    }

    fn question(&self) -> Result<PlaneQuestion, Failure> {
        Ok(PlaneQuestion {
            layer: self.layer.clone(),
            neurons: two("neurons", &self.neurons)?,
            space: self.space.map(|space| match space {
                Measured::State => Space::State,
                Measured::Activation => Space::Activation,
            }),
            others: match self.others {
                Stand::Fixed => Others::Fixed,
                Stand::Relaxed => Others::Relaxed,
                Stand::Principal => Others::Principal,
            },
            x: two("x", &self.x)?,
            y: two("y", &self.y)?,
            points: self.points,
            tries: self.tries,
        })
    }
}

/// The two numbers of a flag.
fn two<T: Clone>(name: &str, given: &Option<Vec<T>>) -> Result<Option<[T; 2]>, Failure> {
    match given.as_deref() {
        None => Ok(None),
        Some([a, b]) => Ok(Some([a.clone(), b.clone()])),
        Some(other) => Err(Failure::bad(format!(
            "--{name} takes two numbers, as in --{name} 0,1; there is {}",
            other.len()
        ))),
    }
}

fn print(found: &PhasePlane) {
    outln!(
        "{} against {}: {}",
        found.labels[1],
        found.labels[0],
        found.caption
    );
    for p in &found.fixed_points {
        let [x, y] = p.at.map(|v| short(rounded(v, 6)));
        outln!("({x}, {y})  {}", p.point.class);
    }
}
