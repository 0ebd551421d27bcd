//! The networks of one start: heat bath until nothing clashes, begun anew where that takes too long.

use super::{CELLS, Grid, Network, OWN, Puzzle, SOLVED, Sudoku, clashes, name, shared};
use crate::pattern::random::Stream;
use crate::problem::cooling::PERMUTED;
use crate::problem::{Answer, Course, End, Stage};
use crate::refusal::Refusal;

impl Network {
    /// Ends of the networks of one round: after 1, 2, 4, … sweeps, and after all.
    pub fn ends(&self) -> Vec<u64> {
        let doubled = (0..40).map(|k| 1u64 << k);
        let mut ends: Vec<u64> = doubled.take_while(|n| *n < self.sweeps).collect();
        ends.push(self.sweeps);
        ends
    }
}

/// The digits that activations say, 0 where a cell has none, and how many cells that are.
pub(super) fn decoded(g: &[f64]) -> (Grid, usize) {
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
pub(super) struct Run<'a> {
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

impl<'a> Run<'a> {
    pub fn new(sudoku: &'a Sudoku, seed: u64, start: usize) -> Self {
        Run {
            sudoku,
            puzzle: sudoku.of(start),
            seed,
            start,
            round: 0,
            place: 0,
            sweeps: 0.0,
        }
    }

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
            .solve("order", PERMUTED)
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
