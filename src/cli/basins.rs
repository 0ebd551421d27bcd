//! `attractor basins`.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Instant;

use clap::Args;

use super::Exit;
use super::failure::Failure;
use super::flags::{Flags, Place};
use super::origin::Origin;
use super::question::Question;
use super::tables;
use crate::network::Network;
use crate::record::read_npz;
use crate::refusal::Refusal;
use crate::report::basins_answer;
use crate::study::{BasinsOf, Centre, MapOf, MapPlane, RadiusOf};

/// What the library calls as the flag is called.
const FLAGS: [&str; 6] = ["x", "y", "points", "neurons", "memories", "noise"];

#[derive(Args, Debug)]
pub(super) struct Basins {
    /// The model file, or the name of a model that is part of the program
    model: PathBuf,
    #[command(flatten)]
    flags: Flags,
    /// Map the plane of the states of two neurons: counted over all layers from 0, or LAYER.K
    #[arg(long, value_name = "A,B", value_parser = pair::<String>, group = "plane")]
    neurons: Option<[String; 2]>,
    /// Map the plane of the overlaps of the start with two memories of [recall]
    #[arg(long, value_name = "A,B", value_parser = pair::<usize>, group = "plane")]
    memories: Option<[usize; 2]>,
    /// Map the plane of two directions from the start: the rows of the array `directions` of an .npz file, a number for each neuron
    #[arg(long, value_name = "FILE", group = "plane")]
    along: Option<PathBuf>,
    /// First coordinate of the map [default: the range of states, -1.25,1.25 of overlaps, -1,1 of directions]
    #[arg(long, value_name = "LOW,HIGH", value_parser = pair::<f64>, allow_hyphen_values = true)]
    x: Option<[f64; 2]>,
    /// Second coordinate of the map
    #[arg(long, value_name = "LOW,HIGH", value_parser = pair::<f64>, allow_hyphen_values = true)]
    y: Option<[f64; 2]>,
    /// Starts along each coordinate of the map
    #[arg(long, value_name = "N", default_value_t = 128)]
    points: usize,
    /// Count where so many random starts end: of the map, or else of the whole space of states
    #[arg(long, value_name = "N")]
    fractions: Option<usize>,
    /// Draw them from elsewhere: from the whole space, or from a ball around each memory or attractor (--within)
    #[arg(long, value_name = "WHERE", requires = "fractions", value_parser = centre)]
    around: Option<Centre>,
    /// Radius of the balls: a distance, or a number of units that flip
    #[arg(
        long,
        value_name = "R",
        requires = "around",
        allow_hyphen_values = true
    )]
    within: Option<f64>,
    /// Measure how much damage each memory of [recall] is recalled from
    #[arg(long)]
    radius: bool,
    /// Sizes of the damage, rising [default: 0,0.05,… 0.5, of noise up to twice the size of the memories]
    #[arg(
        long,
        value_name = "D,…",
        value_delimiter = ',',
        requires = "radius",
        allow_hyphen_values = true
    )]
    damage: Vec<f64>,
    /// Damage by normal noise of these standard deviations, not by turning units of memories that have two values
    #[arg(long, requires = "radius")]
    noise: bool,
    /// Cues of each memory and size of the damage
    #[arg(long, value_name = "N", default_value_t = 100, requires = "radius")]
    each: usize,
    /// The probability with which a memory must be recalled
    #[arg(
        long,
        value_name = "P",
        default_value_t = 0.5,
        requires = "radius",
        allow_hyphen_values = true
    )]
    probability: f64,
    #[command(flatten)]
    place: Place,
}

/// `A,B`.
fn pair<T: FromStr<Err: std::fmt::Display>>(text: &str) -> Result<[T; 2], String> {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let [a, b] = parts[..] else {
        return Err("two numbers with a comma between them are wanted: 0,1".into());
    };
    let read = |part: &str| part.parse::<T>().map_err(|why| format!("`{part}`: {why}"));
    Ok([read(a)?, read(b)?])
}

/// A neuron by its number in the network, or as LAYER.K.
fn neuron(network: &Network, name: &str) -> Result<usize, Refusal> {
    name.parse().or_else(|_| network.neuron(name, None))
}

/// The names of [`Centre`].
fn centre(text: &str) -> Result<Centre, String> {
    match text {
        "box" => Ok(Centre::Box),
        "memories" => Ok(Centre::Memories),
        "attractors" => Ok(Centre::Attractors),
        _ => Err("one of box, memories, attractors is wanted".into()),
    }
}

/// The two rows of the array of a file.
fn directions(path: &Path) -> Result<[Vec<f64>; 2], Failure> {
    let array = read_npz(path, "directions").map_err(Failure::bad)?;
    let [2, n] = array.shape[..] else {
        let shape = format!("{:?}", array.shape);
        return Err(Failure::bad(format!(
            "`directions` of {} has the shape {shape}: two rows are wanted, a number for each neuron",
            path.display()
        )));
    };
    let (first, second) = array.data.split_at(n);
    Ok([first.to_vec(), second.to_vec()])
}

impl Basins {
    pub fn execute(&self) -> Result<Exit, Failure> {
        let clock = Instant::now();
        let (loaded, origin) = Origin::named(&self.model, self.flags.overrides())?;
        let study = &loaded.study;
        let wanted = self.wanted(&study.network)?;
        let mut asked = Question::new(clock, (study, origin), "basins", &self.place)?;
        let found = asked.ask_watched(|watch| wanted.answer(study, watch));
        let found = found.map_err(|why| Failure::of_flag(why, &FLAGS))?;
        let exit = match &found {
            found if found.is_interrupted() => Exit::Interrupted,
            found if found.is_flagged() => Exit::Flagged,
            _ => Exit::Fine,
        };
        let answer = basins_answer(study, &found);
        asked.finish(study, answer, || tables::basins(&found), exit)
    }

    fn wanted(&self, network: &Network) -> Result<BasinsOf, Failure> {
        let along = self.along.as_ref().map(|path| directions(path));
        let neurons = self.neurons.as_ref();
        let both = |[a, b]: &[String; 2]| Ok([neuron(network, a)?, neuron(network, b)?]);
        let neurons = neurons.map(both).transpose();
        let neurons = neurons.map_err(|why: Refusal| Failure::bad(format!("--neurons {why}")))?;
        let plane = match (neurons, self.memories, along.transpose()?) {
            (Some(two), ..) => Some(MapPlane::Neurons(two)),
            (_, Some(two), _) => Some(MapPlane::Memories(two)),
            (.., along) => along.map(MapPlane::Along),
        };
        Ok(BasinsOf {
            map: Some(MapOf {
                plane,
                x: self.x,
                y: self.y,
                points: self.points,
            }),
            fractions: self.fractions.map(|n| (n, self.around, self.within)),
            radius: self.radius.then(|| RadiusOf {
                damage: self.damage.clone(),
                noise: self.noise,
                each: self.each,
                probability: self.probability,
            }),
        })
    }
}
