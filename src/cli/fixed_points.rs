//! `attractor fixed-points`.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use super::Exit;
use super::failure::Failure;
use super::flags::{Flags, Place};
use super::origin::Origin;
use super::out::outln;
use super::question::Question;
use crate::analysis::{Count, Landscape, LandscapePoint, Search, StateKind, landscape_watched};
use crate::number::{number, rounded};
use crate::report::landscape_answer;

/// Boxes of an exhaustive search, unless another number is asked for: some minutes.
const BOXES: usize = 1_000_000;
/// Rows of the table that are printed, and activations in one.
const ROWS: usize = 100;
const FEW: usize = 6;
/// States are known to about so much: smaller numbers are told as 0.
const ROUNDING: f64 = 1e-12;

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
        let found = found.map_err(Failure::bad)?;
        let exit = match &found.count {
            _ if found.is_interrupted => Exit::Interrupted,
            Count::Missing { .. } => Exit::Flagged,
            _ if found.complete.as_ref().is_some_and(|c| !c.is_proved()) => Exit::Flagged,
            _ => Exit::Fine,
        };
        asked.finish(
            study,
            landscape_answer(study, &found),
            || print(&found),
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

fn print(found: &Landscape) {
    let head = ["point", "class", "energy", "rightmost", "starts"];
    let mut rows = vec![[&head.map(String::from)[..], &[String::new()]].concat()];
    for (k, p) in found.points.iter().take(ROWS).enumerate() {
        let energy = p.energy.map_or("none".into(), short);
        let rightmost = p
            .eigenvalues
            .first()
            .map_or(String::new(), |[re, im]| match *im {
                0.0 => short(*re),
                im => format!("{} ± {}i", short(*re), short(im.abs())),
            });
        let class = p.class.to_string();
        rows.push(vec![
            k.to_string(),
            class,
            energy,
            rightmost,
            p.starts.to_string(),
            what(p),
        ]);
    }
    let width = |c: usize| rows.iter().map(|r| r[c].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    for row in &rows {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, w)| format!("{cell:w$}"));
        let line = format!(
            "{}  {}",
            cells.collect::<Vec<_>>().join("  "),
            row[head.len()]
        );
        outln!("{}", line.trim_end());
    }
    if found.points.len() > ROWS {
        outln!("and {} more (--json, --out)", found.points.len() - ROWS);
    }
}

/// What is rounding is 0.
pub(super) fn short(v: f64) -> String {
    number(if v.abs() < ROUNDING { 0.0 } else { v })
}

/// What it is beside the memories, the memory that it is most like, or its activations if they are few.
fn what(p: &LandscapePoint) -> String {
    let overlaps = p.overlaps.iter().enumerate();
    if let Some((k, m)) = overlaps.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs())) {
        let overlap = format!("overlap {} with memory {k}", short(rounded(*m, 4)));
        return match &p.likeness {
            // Of what is nearly 0 the angle is rounding.
            Some(l) if l.kind == StateKind::Centre => l.kind.to_string(),
            Some(l) => format!("{}, {overlap}", l.kind),
            None => overlap,
        };
    }
    if p.g.len() > FEW {
        return String::new();
    }
    let all: Vec<String> = p.g.iter().map(|g| short(rounded(*g, 4))).collect();
    format!("({})", all.join(", "))
}
