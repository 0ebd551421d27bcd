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

pub use board::{CELLS, Grid, box_of, clashes, name, parse, shared, written};
pub use exact::{Solutions, generate, solutions};

use std::ops::Range;

use super::{Answer, Baseline, Course, End, Form, Kind, Problem, Reader, Solved, Stage};
#[cfg(feature = "figures")]
use crate::figure::{Board, BoardsPlot, Plot, Square};
use crate::key::{Form as Value, NEEDED, Section, key, section};
use crate::pattern::Drawer;
use crate::pattern::random::Stream;
use crate::refusal::Refusal;

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
        Box::new(Run {
            sudoku: self,
            puzzle: self.of(starts.start),
            seed,
            start: starts.start,
            round: 0,
            place: 0,
            sweeps: 0.0,
        })
    }

    /// Each has clues of its own, and begins anew in its own time.
    fn alone(&self) -> bool {
        true
    }

    fn baseline(&self) -> Option<Baseline> {
        let unique = self.puzzles.iter().all(|p| p.found.count == 1);
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
        if self.puzzles.len() > solved.attempts.len() {
            let (all, some) = (self.puzzles.len(), solved.attempts.len());
            notes.push(format!(
                "{some} starts, {all} puzzles: the others were not tried; `starts` says how many"
            ));
        }
        notes
    }

    #[cfg(feature = "figures")]
    fn figures(&self, solved: &Solved) -> Vec<(String, Plot)> {
        // The hardest one that was solved has most to show.
        let solved_ones = solved.attempts.iter().enumerate();
        let hardest = solved_ones
            .filter(|(_, a)| a.answer.is_valid())
            .max_by_key(|(_, a)| a.steps)
            .map(|(k, _)| k);
        let Some(k) = hardest.or(solved.best()) else {
            return Vec::new();
        };
        let (attempt, puzzle) = (&solved.attempts[k], self.of(k));
        let mut boards = vec![board("the clues".into(), &puzzle.clues, &puzzle.clues)];
        // The first sweep, and the last network before the end that left something wrong.
        let way = &attempt.way;
        let wrong = |(_, g): &(usize, Vec<f64>)| !clashes(&decoded(g).0).is_empty();
        let last = way.iter().rposition(wrong).filter(|k| *k > 0);
        for place in [Some(0), last].into_iter().flatten().take(way.len()) {
            let (stage, g) = &way[place];
            let after = self.network.after(*stage as u64);
            let grid = decoded(g).0;
            let label = format!("after {after} sweep{}", if after == 1 { "" } else { "s" });
            boards.push(board(label, &grid, &puzzle.clues));
        }
        let besides = attempt.answer.besides.iter();
        let sweeps = besides
            .clone()
            .find(|b| b.0 == "sweeps")
            .map_or(0.0, |b| b.1);
        let (grid, _) = decoded(&attempt.g);
        let end = match attempt.answer.is_valid() {
            true => "solved after",
            false => "not solved after",
        };
        boards.push(board(
            format!("{end} {sweeps:.0} sweeps"),
            &grid,
            &puzzle.clues,
        ));
        boards.dedup_by(|a, b| a.label == b.label);
        let plot = BoardsPlot {
            title: format!("Sudoku {k}"),
            subtitle: format!(
                "heat bath at T = {}; clues are clamped",
                crate::number::number(self.network.temperature)
            ),
            size: 9,
            block: 3,
            boards,
            ..BoardsPlot::default()
        };
        vec![("board".into(), Plot::Boards(plot))]
    }
}

impl Network {
    /// Ends of the networks of one round: after 1, 2, 4, … sweeps, and after all.
    fn ends(&self) -> Vec<u64> {
        let doubled = (0..40).map(|k| 1u64 << k);
        let mut ends: Vec<u64> = doubled.take_while(|n| *n < self.sweeps).collect();
        ends.push(self.sweeps);
        ends
    }

    /// How many sweeps are over after network `stage` of a start, if none of its rounds was cut short.
    #[cfg(feature = "figures")]
    fn after(&self, stage: u64) -> u64 {
        let ends = self.ends();
        let (round, place) = (stage / ends.len() as u64, stage as usize % ends.len());
        round * self.sweeps + ends[place]
    }
}

#[cfg(feature = "figures")]
fn board(label: String, grid: &Grid, clues: &Grid) -> Board {
    let wrong: Vec<usize> = clashes(grid).iter().flat_map(|c| [c.0, c.1]).collect();
    let square = |k: usize| match (wrong.contains(&k), clues[k] > 0) {
        (true, _) => Square::Wrong,
        (false, true) => Square::Given,
        (false, false) => Square::Plain,
    };
    let mark = |d: &u8| {
        if *d == 0 {
            String::new()
        } else {
            d.to_string()
        }
    };
    Board {
        label,
        marks: grid.iter().map(mark).collect(),
        squares: (0..CELLS).map(square).collect(),
    }
}

/// The digits that activations say, 0 where a cell has none, and how many cells that are.
fn decoded(g: &[f64]) -> (Grid, usize) {
    let mut grid = [0; CELLS];
    let mut undecided = 0;
    for (cell, units) in grid.iter_mut().zip(g.chunks(9)) {
        let ones: Vec<usize> = (0..units.len()).filter(|d| units[*d] == 1.0).collect();
        match ones[..] {
            [d] => *cell = d as u8 + 1,
            _ => undecided += 1,
        }
    }
    (grid, undecided)
}

/// The networks of one start.
struct Run<'a> {
    sudoku: &'a Sudoku,
    puzzle: &'a Puzzle,
    seed: u64,
    start: usize,
    /// How often it began anew, and which network of the round is next.
    round: u64,
    place: usize,
    /// Sweeps until the end of the network before.
    sweeps: f64,
}

impl Run<'_> {
    /// Random digits where there is no clue.
    fn anew(&self) -> Grid {
        let stream = Stream::of(self.seed, OWN, self.start, self.round as usize);
        let digits = stream.uniform(CELLS, 0.0, 9.0);
        let mut grid = self.puzzle.clues;
        for (cell, digit) in grid.iter_mut().zip(digits).filter(|(c, _)| **c == 0) {
            *cell = (digit as u8).min(8) + 1;
        }
        grid
    }

    fn stage(&self, grid: &Grid, sweeps: u64) -> Stage {
        let clues = (0..CELLS).filter(|k| self.puzzle.clues[*k] > 0);
        let clamped: Vec<usize> = clues.flat_map(|k| 9 * k..9 * k + 9).collect();
        let clamped = match clamped.is_empty() {
            true => String::new(),
            false => format!("clamped = {clamped:?}\n"),
        };
        let text = format!(
            "title = \"Sudoku\"\n\n[layers.cells]\nsize = [81, 9]\nlagrangian = \"one-hot\"\n{clamped}\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"cells\"]\nweights = {{ file = \"conflicts.npz\" }}\n"
        );
        let mut start = vec![0.0; 9 * CELLS];
        for (k, digit) in grid.iter().enumerate().filter(|(_, d)| **d > 0) {
            start[9 * k + usize::from(*digit) - 1] = 1.0;
        }
        Stage::new(text)
            .sparse("conflicts", 9 * CELLS, &weights())
            .start("cells", &[start])
            .solve("method", "\"glauber\"")
            .solve(
                "temperature",
                format!("{:?}", self.sudoku.network.temperature),
            )
            .solve("until_energy", SOLVED)
            .solve("t_end", format!("{sweeps}.0"))
            .solve("order", "\"random-permutation\"")
    }
}

/// `W = −K`, digit by digit.
fn weights() -> Vec<Vec<(usize, f64)>> {
    let row = |unit: usize| {
        let (cell, digit) = (unit / 9, unit % 9);
        let others = (0..CELLS).filter(move |other| shared(cell, *other).is_some());
        others.map(|other| (9 * other + digit, -1.0)).collect()
    };
    (0..9 * CELLS).map(row).collect()
}

impl Course for Run<'_> {
    fn next(&mut self, ends: &[End<'_>]) -> Result<Option<Stage>, Refusal> {
        let network = &self.sudoku.network;
        let spans = network.ends();
        let grid = match ends.first() {
            None => self.anew(),
            Some(end) => {
                self.sweeps += end.outcome.t;
                let (grid, _) = decoded(end.layer("cells"));
                if clashes(&grid).is_empty() {
                    return Ok(None);
                }
                match self.place < spans.len() {
                    true => grid,
                    false if self.round < network.restarts => {
                        (self.round, self.place) = (self.round + 1, 0);
                        self.anew()
                    }
                    false => return Ok(None),
                }
            }
        };
        let before = self.place.checked_sub(1).map_or(0, |k| spans[k]);
        let sweeps = spans[self.place] - before;
        self.place += 1;
        Ok(Some(self.stage(&grid, sweeps)))
    }

    fn answer(&self, _: usize, end: &End<'_>) -> Answer {
        let (grid, undecided) = decoded(end.layer("cells"));
        let mut violated = Vec::new();
        if undecided > 0 {
            violated.push(format!("{undecided} cells have no digit"));
        }
        let clashes = clashes(&grid);
        for (a, b, shares) in &clashes {
            let (digit, a, b) = (grid[*a], name(*a), name(*b));
            violated.push(format!("{digit} in {a} and in {b}, in one {shares}"));
        }
        let clues = self.puzzle.clues.iter().zip(&grid).enumerate();
        for (k, (clue, _)) in clues.filter(|(_, (clue, d))| **clue > 0 && clue != d) {
            violated.push(format!("the clue {clue} in {} is gone", name(k)));
        }
        let count = self.puzzle.clues.iter().filter(|d| **d > 0).count();
        Answer {
            violated,
            cost: Some(clashes.len() as f64),
            values: grid.iter().map(|d| f64::from(*d)).collect(),
            besides: vec![
                ("clues", count as f64),
                ("sweeps", self.sweeps),
                ("restarts", self.round as f64),
            ],
            ..Answer::default()
        }
    }
}
