//! An exact solver that counts solutions, and a generator of puzzles that have one.

use super::board::{CELLS, Grid, box_of};
use crate::pattern::Drawer;
use crate::pattern::random::{Draws, Stream};

/// In the place of a layer, for what is drawn here.
const OWN: usize = Drawer::Puzzles.place();
/// Cells that are tried before the count is given up.
const PATIENCE: u64 = 20_000_000;

/// Which digits are taken, as bits, in each row, column and box.
#[derive(Clone, Debug)]
struct Taken {
    rows: [u16; 9],
    columns: [u16; 9],
    boxes: [u16; 9],
}

const ALL: u16 = 0x1ff;

impl Taken {
    fn of(grid: &Grid) -> Self {
        let mut taken = Taken {
            rows: [0; 9],
            columns: [0; 9],
            boxes: [0; 9],
        };
        for (cell, digit) in grid.iter().enumerate().filter(|(_, d)| **d > 0) {
            taken.turn(cell, 1 << (digit - 1));
        }
        taken
    }

    fn turn(&mut self, cell: usize, bit: u16) {
        self.rows[cell / 9] ^= bit;
        self.columns[cell % 9] ^= bit;
        self.boxes[box_of(cell)] ^= bit;
    }

    fn free(&self, cell: usize) -> u16 {
        let taken = self.rows[cell / 9] | self.columns[cell % 9] | self.boxes[box_of(cell)];
        ALL & !taken
    }
}

/// What a search finds.
#[derive(Clone, Debug, PartialEq)]
pub struct Solutions {
    /// How many, up to the limit of the search.
    pub count: usize,
    /// The first.
    pub first: Option<Grid>,
    /// Was it given up before the end? Then there may be more.
    pub is_cut: bool,
}

/// Counts the solutions of a grid without contradictions up to `limit`: the empty cell with the fewest digits left is filled
/// with each of them, again and again.
pub fn solutions(grid: &Grid, limit: usize) -> Solutions {
    let mut search = Search {
        grid: *grid,
        taken: Taken::of(grid),
        limit,
        left: PATIENCE,
        order: None,
        found: Solutions {
            count: 0,
            first: None,
            is_cut: false,
        },
    };
    search.go();
    search.found
}

struct Search<'a> {
    grid: Grid,
    taken: Taken,
    limit: usize,
    left: u64,
    /// Draws the order in which digits are tried.
    order: Option<&'a mut Draws>,
    found: Solutions,
}

impl Search<'_> {
    fn go(&mut self) {
        if self.left == 0 {
            self.found.is_cut = true;
            return;
        }
        self.left -= 1;
        let empty = (0..CELLS).filter(|k| self.grid[*k] == 0);
        let best = empty.min_by_key(|k| self.taken.free(*k).count_ones());
        let Some(cell) = best else {
            self.found.count += 1;
            self.found.first.get_or_insert(self.grid);
            return;
        };
        let free = self.taken.free(cell);
        let mut digits: Vec<u8> = (1..=9).filter(|d| free >> (d - 1) & 1 == 1).collect();
        if let Some(draws) = &mut self.order {
            shuffle(&mut digits, draws);
        }
        for digit in digits {
            let bit = 1 << (digit - 1);
            self.grid[cell] = digit;
            self.taken.turn(cell, bit);
            self.go();
            self.taken.turn(cell, bit);
            self.grid[cell] = 0;
            if self.found.count >= self.limit || self.found.is_cut {
                return;
            }
        }
    }
}

fn shuffle<T>(all: &mut [T], draws: &mut Draws) {
    for i in (1..all.len()).rev() {
        all.swap(i, draws.below(i + 1));
    }
}

/// Tries of the generator before it gives up.
const TRIES: usize = 20_000;

/// A puzzle of this many clues that has one solution, drawn from a seed; none where 20 000 tries found none, as for fewer than 17,
/// of which there are none (McGuire, Tugemann and Civario 2014).
///
/// A board is filled at random, then clues are taken away in random order as long as the solution stays the only one.
pub fn generate(seed: u64, clues: usize) -> Option<Grid> {
    (0..TRIES).find_map(|attempt| {
        let mut draws = Draws::of(Stream::of(seed, OWN, attempt, 0));
        let mut search = Search {
            grid: [0; CELLS],
            taken: Taken::of(&[0; CELLS]),
            limit: 1,
            left: PATIENCE,
            order: Some(&mut draws),
            found: Solutions {
                count: 0,
                first: None,
                is_cut: false,
            },
        };
        search.go();
        let mut grid = search.found.first?;
        let mut order: Vec<usize> = (0..CELLS).collect();
        shuffle(&mut order, &mut draws);
        let mut left = CELLS;
        for cell in order {
            if left <= clues {
                break;
            }
            let digit = std::mem::take(&mut grid[cell]);
            let found = solutions(&grid, 2);
            if found.count == 1 && !found.is_cut {
                left -= 1;
            } else {
                grid[cell] = digit;
            }
        }
        (left == clues).then_some(grid)
    })
}
