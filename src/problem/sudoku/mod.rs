//! Sudoku by a network of 81 one-hot cells at a temperature.
//!
//! `V_cd` says whether cell `c` holds the digit `d`; a cell is a group of nine units of which one is 1. Equal digits in a row, a
//! column or a box cost 1 each pair:
//!
//! ```text
//! E = ½ Σ_{c, c'} Σ_d K_cc' V_cd V_c'd,   K_cc' = 1 where the cells share a row, a column or a box, else 0
//! ```
//!
//! so E is 0 at a solution and nowhere else. Clues are clamped. Heat bath at a constant temperature wanders until E is 0, and begins
//! anew where that takes too long.

mod board;
mod exact;
#[cfg(feature = "figures")]
mod figures;
mod run;

pub use board::{CELLS, Grid, box_of, clashes, name, parse, shared, written};
pub use exact::{Solutions, generate, solutions};

use std::ops::Range;

use super::{Baseline, Course, Form, Kind, Problem, Reader, Solved};
use crate::key::{Form as Value, NEEDED, Section, key, section};
use crate::pattern::Drawer;
use run::Run;

/// In the place of a layer, for what is drawn here.
const OWN: usize = Drawer::Sudoku.place();
/// Nothing is a solution above this energy, and every solution is below.
const SOLVED: f64 = 0.5;
/// Cells of most clashes that an error names.
const FEW: usize = 4;

static PROBLEM: Section = section(
    "a Sudoku",
    &[key(
        "puzzle",
        Value::Either(&[Value::Text, Value::List(&Value::Text, 1, Some(100_000))]),
        "81 cells row by row, digits, and `.` or `0` for an empty one; or a list of 9 rows; or a list of puzzles, which the starts take in turn",
        NEEDED,
    )],
);

const TEMPERATURE: f64 = 0.28;
const SWEEPS: u64 = 16_384;
const RESTARTS: u64 = 100;

static HEAT_BATH: Section = section(
    "the network",
    &[
        key(
            "temperature",
            Value::Positive,
            "T, in conflicts; where it freezes for every puzzle of 9 × 9, whose cells have 20 neighbours whatever the clues",
            "0.28",
        ),
        key(
            "sweeps",
            Value::Whole(1, Some(1 << 40)),
            "after so many it begins anew",
            "16384",
        ),
        key(
            "restarts",
            Value::Whole(0, Some(1_000_000)),
            "how often it begins anew at most",
            "100",
        ),
    ],
);

pub(super) const KIND: Kind = Kind {
    name: "sudoku",
    about: "the digits 1 to 9 once in each row, column and box, with clues",
    problem: &PROBLEM,
    forms: &[Form {
        name: "heat-bath",
        about: "81 one-hot cells with a cost of 1 for each conflict, at a constant temperature until there is none",
        network: &HEAT_BATH,
        starts: 20,
    }],
    cost: "conflicts",
    read,
};

fn read(reader: &mut Reader<'_, '_>) -> Option<Box<dyn Problem>> {
    let puzzles = puzzles(reader);
    let network = &mut reader.network;
    let network = Network {
        temperature: network.key("temperature").positive().unwrap_or(TEMPERATURE),
        sweeps: network.key("sweeps").whole(1..=1 << 40).unwrap_or(SWEEPS),
        restarts: (network.key("restarts").whole(0..=1_000_000)).unwrap_or(RESTARTS),
    };
    Some(Box::new(Sudoku {
        puzzles: puzzles?,
        network,
    }))
}

fn puzzles(reader: &mut Reader<'_, '_>) -> Option<Vec<Puzzle>> {
    let field = reader.problem.required("puzzle");
    if let Some(value) = field.value().map(|v| &v.value)
        && value.as_text().is_some()
    {
        let text = field.string()?;
        return Some(vec![puzzle(&field, text, "the puzzle")?]);
    }
    let items = field.items()?;
    if items.is_empty() {
        return field.error("there is no puzzle in the list").none();
    }
    let texts: Vec<&str> = field.each(|f| f.string())?;
    // Nine rows are one puzzle.
    if texts.len() == 9 && texts.iter().all(|t| parse(t).is_err()) {
        return Some(vec![puzzle(&field, &texts.join("\n"), "the puzzle")?]);
    }
    let all = items.iter().zip(&texts).enumerate();
    let all = all.map(|(k, (item, text))| puzzle(item, text, &format!("puzzle {k}")));
    // All are read, so that every mistake is told.
    all.collect::<Vec<_>>().into_iter().collect()
}

fn puzzle(field: &crate::model_file::Field<'_>, text: &str, what: &str) -> Option<Puzzle> {
    let clues = match parse(text) {
        Ok(clues) => clues,
        Err(why) => {
            const HELP: &str = "81 characters row by row: digits, and . for an empty cell";
            return field.error(format!("{what} {why}")).help(HELP).none();
        }
    };
    let clashes = clashes(&clues);
    if !clashes.is_empty() {
        let told = |(a, b, shares): &(usize, usize, &str)| {
            let (a, b, digit) = (name(*a), name(*b), clues[*a]);
            format!("the clue {digit} in {a} and the same in {b}, in one {shares}")
        };
        let few: Vec<String> = clashes.iter().take(FEW).map(told).collect();
        let more = match clashes.len() - few.len() {
            0 => String::new(),
            n => format!("; and {n} more"),
        };
        let why = format!("{what} contradicts itself: {}{more}", few.join("; "));
        return field.error(why).help("one of each two is wrong").none();
    }
    if clues.iter().all(|d| *d > 0) {
        let why = format!("{what} has a digit in every cell: there is nothing to find");
        return field.error(why).help("`.` stands for an empty cell").none();
    }
    let found = solutions(&clues, 2);
    if found.count == 0 && !found.is_cut {
        let why = format!(
            "{what} has no solution, though no two clues clash: an exact search went through all boards"
        );
        return field
            .error(why)
            .help("a clue is wrong, or one too many")
            .none();
    }
    Some(Puzzle { clues, found })
}

#[derive(Clone, Debug)]
struct Puzzle {
    clues: Grid,
    found: Solutions,
}

#[derive(Clone, Copy, Debug)]
struct Network {
    temperature: f64,
    sweeps: u64,
    restarts: u64,
}

#[derive(Debug)]
struct Sudoku {
    puzzles: Vec<Puzzle>,
    network: Network,
}

impl Sudoku {
    fn of(&self, start: usize) -> &Puzzle {
        &self.puzzles[start % self.puzzles.len()]
    }
}

impl Problem for Sudoku {
    fn words(&self) -> String {
        let clues = |p: &Puzzle| p.clues.iter().filter(|d| **d > 0).count();
        let all: Vec<usize> = self.puzzles.iter().map(clues).collect();
        let (least, most) = (all.iter().min(), all.iter().max());
        match (&all[..], least, most) {
            ([n], ..) => format!("a Sudoku with {n} clues"),
            (all, Some(least), Some(most)) => {
                format!("{} Sudokus with {least} to {most} clues", all.len())
            }
            _ => "a Sudoku".into(),
        }
    }

    fn course(&self, seed: u64, starts: Range<usize>) -> Box<dyn Course + '_> {
        Box::new(Run::new(self, seed, starts.start))
    }

    /// Each has clues of its own, and begins anew in its own time.
    fn alone(&self) -> bool {
        true
    }

    fn baseline(&self) -> Option<Baseline> {
        let all = self.puzzles.iter();
        // An exact search that gave up has proved nothing of the others.
        let unique = all.clone().all(|p| p.found.count == 1 && !p.found.is_cut);
        all.map(|p| p.found.count).min().filter(|n| *n > 0)?;
        Some(Baseline {
            name: match unique {
                true => "a solution exists, the only one",
                false => "a solution exists",
            }
            .into(),
            cost: 0.0,
            is_exact: true,
        })
    }

    fn notes(&self, solved: &Solved) -> Vec<String> {
        let mut notes = Vec::new();
        let all = self.puzzles.iter().enumerate();
        let many: Vec<String> = all
            .filter(|(_, p)| p.found.count > 1)
            .map(|(k, _)| k.to_string())
            .collect();
        if !many.is_empty() {
            let what = match self.puzzles.len() {
                1 => "the puzzle has".into(),
                _ => format!("these puzzles have: {}", many.join(", ")),
            };
            notes.push(format!(
                "more than one solution {what} (an exact search): any of them counts"
            ));
        }
        if self.puzzles.len() > solved.attempts.len() && !solved.is_interrupted {
            let (all, some) = (self.puzzles.len(), solved.attempts.len());
            notes.push(format!(
                "{some} starts, {all} puzzles: the others were not tried; `starts` says how many"
            ));
        }
        notes
    }

    #[cfg(feature = "figures")]
    fn figures(&self, solved: &Solved) -> Vec<(String, crate::figure::Plot)> {
        figures::all(self, solved)
    }
}
