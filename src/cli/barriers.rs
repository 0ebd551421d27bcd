//! `attractor barriers`.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use super::Exit;
use super::failure::Failure;
use super::flags::{Flags, Place};
use super::origin::Origin;
use super::out::outln;
use super::question::Question;
use crate::analysis::{
    Barriers, Landscape, StringSettings, barriers, between, landscape_watched, may_have_barriers,
};
use crate::number::number;
use crate::report::barriers_answer;

/// Rows of a table that are printed.
const ROWS: usize = 100;

#[derive(Args, Debug)]
pub(super) struct BarriersOf {
    /// The model file, or the name of a model that is part of the program
    model: PathBuf,
    #[command(flatten)]
    flags: Flags,
    /// Follow the ways between these two attractors, by their numbers in the list of fixed points [default: the two lowest]
    #[arg(long, value_name = "A,B", value_delimiter = ',', num_args = 1..)]
    between: Vec<usize>,
    /// Tries of Newton's method without a new fixed point before their search ends [default: 200 to 2000, by size]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    tries: Option<usize>,
    /// States on a string
    #[arg(long, value_name = "N", default_value_t = 41, value_parser = clap::value_parser!(u16).range(5..=1001))]
    images: u16,
    /// Strings to be tried [default: 1 to 8, by size]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    strings: Option<u16>,
    #[command(flatten)]
    place: Place,
}

impl BarriersOf {
    pub fn execute(&self) -> Result<Exit, Failure> {
        let clock = Instant::now();
        let (loaded, origin) = Origin::named(&self.model, self.flags.overrides())?;
        let study = &loaded.study;
        may_have_barriers(&study.network).map_err(Failure::bad)?;
        let mut search = study.search().map_err(Failure::bad)?;
        if let Some(tries) = self.tries {
            search = search.with_tries(tries);
        }
        let asked_for = self.pair()?;
        let mut asked = Question::new(clock, (study, origin), "barriers", &self.place)?;
        let (network, input) = (&study.network, search.base.whole_input(&study.network));
        let on = (network, &input[..], &search.base.clamped[..]);
        let few = (400 / network.size().max(1)).clamp(1, 8);
        let strings = StringSettings {
            images: self.images.into(),
            tries: self.strings.map_or(few, usize::from),
            seed: search.seed,
            ..StringSettings::default()
        };
        let found = asked.ask_watched(|watch| {
            let points = landscape_watched((network, &study.settings), &search, watch)?;
            let mut found = barriers(on, &points, watch)?;
            let lowest = || Some([*found.attractors.first()?, *found.attractors.get(1)?]);
            let pair = asked_for.or_else(lowest);
            let ways =
                pair.map(|pair| between(on, (&points, &found), pair, &strings, watch.interrupt));
            let ways = ways.transpose()?;
            found.is_interrupted |= watch.interrupt.is_raised();
            Ok((points, found, ways))
        });
        let (points, found, ways) =
            found.map_err(|why| Failure::of_flag(why, &["between", "images"]))?;
        let exit = match found.apart.is_empty() {
            _ if found.is_interrupted => Exit::Interrupted,
            true => Exit::Fine,
            false => Exit::Flagged,
        };
        let answer = barriers_answer(study, &points, &found, ways.as_ref());
        asked.finish(study, answer, || print(&points, &found), exit)
    }

    fn pair(&self) -> Result<Option<[usize; 2]>, Failure> {
        match self.between[..] {
            [] => Ok(None),
            [a, b] => Ok(Some([a, b])),
            _ => Err(Failure::bad(
                "--between takes two numbers of attractors, as 0,1",
            )),
        }
    }
}

fn print(points: &Landscape, found: &Barriers) {
    let energy = |k: usize| points.points[k].energy.map_or("none".into(), number);
    for k in &found.attractors {
        outln!("point {k}: attractor, E = {}", energy(*k));
    }
    for pass in found.passes.iter().take(ROWS) {
        let ([a, b], [there, back]) = (pass.attractors, pass.barriers.map(number));
        let over: Vec<String> = pass.over.iter().map(usize::to_string).collect();
        outln!(
            "{a} to {b}: over point {} at E = {}, barriers {there} and {back}; way {}",
            pass.saddle,
            number(pass.energy),
            over.join(" → ")
        );
    }
    if found.passes.len() > ROWS {
        outln!("and {} more (--json, --out)", found.passes.len() - ROWS);
    }
    for [a, b] in found.apart.iter().take(ROWS) {
        outln!("{a} to {b}: joined by no saddle that is known");
    }
}
