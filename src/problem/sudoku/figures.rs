//! The board with its clues, on the way, and at the end.

use super::run::decoded;
use super::{CELLS, Grid, Network, Sudoku, clashes};
use crate::figure::{Board, BoardsPlot, Plot, Square};
use crate::number::{number, plural};
use crate::problem::Solved;

pub(super) fn all(own: &Sudoku, solved: &Solved) -> Vec<(String, Plot)> {
    // The hardest one that was solved has most to show.
    let solved_ones = solved.attempts.iter().enumerate();
    let hardest = solved_ones
        .filter(|(_, a)| a.answer.is_valid())
        .max_by_key(|(_, a)| a.steps)
        .map(|(k, _)| k);
    let Some(k) = hardest.or(solved.best()) else {
        return Vec::new();
    };
    let attempt = &solved.attempts[k];
    let puzzle = own.of(attempt.start);
    let mut boards = vec![board("the clues".into(), &puzzle.clues, &puzzle.clues)];
    // The first sweep, and the last network before the end that left something wrong.
    let way = &attempt.way;
    let wrong = |(_, g): &(usize, Vec<f64>)| !clashes(&decoded(g).0).is_empty();
    let last = way.iter().rposition(wrong).filter(|k| *k > 0);
    for place in [Some(0), last].into_iter().flatten().take(way.len()) {
        let (stage, g) = &way[place];
        let after = after(&own.network, *stage as u64);
        let grid = decoded(g).0;
        let label = format!("after {}", plural(after as usize, "sweep"));
        boards.push(board(label, &grid, &puzzle.clues));
    }
    let sweeps = attempt.answer.beside("sweeps").unwrap_or(0.0);
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
        title: format!("Sudoku {}", attempt.start),
        subtitle: format!(
            "heat bath at T = {}; clues are clamped",
            number(own.network.temperature)
        ),
        size: 9,
        block: 3,
        boards,
        ..BoardsPlot::default()
    };
    vec![("board".into(), Plot::Boards(plot))]
}

/// How many sweeps are over after network `stage` of a start, if none of its rounds was cut short.
fn after(network: &Network, stage: u64) -> u64 {
    let ends = network.ends();
    let (round, place) = (stage / ends.len() as u64, stage as usize % ends.len());
    round * network.sweeps + ends[place]
}

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
