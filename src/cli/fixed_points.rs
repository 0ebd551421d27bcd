//! `attractor fixed-points`.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use super::Exit;
use super::failure::Failure;
use super::flags::{Flags, Place};
use super::origin::Origin;
use super::question::Question;
use super::tables;
use crate::analysis::{Count, Search, landscape_watched};
use crate::report::landscape_answer;

/// Boxes of an exhaustive search, unless another number is asked for: some minutes.
const BOXES: usize = 1_000_000;
#[derive(Args, Debug)]
pub(super) struct FixedPoints {
    /// The model file, or the name of a model that is part of the program
    model: PathBuf,
    #[command(flatten)]
    flags: Flags,
    /// Starts to be drawn and followed to rest, besides those of the model and its ensemble [default: 200]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    starts: Option<usize>,
    /// Tries of Newton's method without a new point before the search ends [default: 200 to 2000, by size]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    tries: Option<usize>,
    /// Tries in all while the count says that a point is missing [default: 20 times --tries]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    max_tries: Option<usize>,
    /// Most points to be listed [default: 1000]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    max_points: Option<usize>,
    /// Search exhaustively as well, by intervals: the list is then proved to be complete
    #[arg(long)]
    complete: bool,
    /// Most boxes that this search looks at
    #[arg(long, value_name = "N", default_value_t = BOXES, requires = "complete", allow_hyphen_values = true)]
    max_boxes: usize,
    #[command(flatten)]
    place: Place,
}

impl FixedPoints {
    pub fn execute(&self) -> Result<Exit, Failure> {
        let clock = Instant::now();
        let (loaded, origin) = Origin::named(&self.model, self.flags.overrides())?;
        let study = &loaded.study;
        let search = self.search(study.search().map_err(Failure::bad)?);
        let mut asked = Question::new(clock, (study, origin), "fixed-points", &self.place)?;
        let on = (&study.network, &study.settings);
        let found = asked.ask_watched(|watch| landscape_watched(on, &search, watch));
        let found = found.map_err(|why| Failure::of_flag(why, &["max_points", "starts"]))?;
        let exit = match &found.count {
            _ if found.is_interrupted => Exit::Interrupted,
            Count::Missing { .. } => Exit::Flagged,
            _ if found.complete.as_ref().is_some_and(|c| !c.is_proved()) => Exit::Flagged,
            _ => Exit::Fine,
        };
        asked.finish(
            study,
            landscape_answer(study, &found),
            || tables::landscape(&found),
            exit,
        )
    }

    fn search(&self, own: Search) -> Search {
        let own = match self.tries {
            Some(tries) => own.with_tries(tries),
            None => own,
        };
        Search {
            random: self.starts.unwrap_or(own.random),
            max_tries: self.max_tries.unwrap_or(own.max_tries),
            max_points: self.max_points.unwrap_or(own.max_points),
            complete: self.complete.then_some(self.max_boxes),
            ..own
        }
    }
}
