//! The boards.

use super::Queens;
use crate::figure::{Board, BoardsPlot, Plot, Square};
use crate::problem::{Answer, Attempt, Problem as _, Solved};

impl Queens {
    pub(super) fn pictures(&self, solved: &Solved) -> Vec<(String, Plot)> {
        let valid = |a: &&Attempt| a.answer.is_valid();
        let first = solved.attempts.iter().find(valid);
        let other = |a: &&Attempt| valid(a) && first.is_some_and(|f| f.answer != a.answer);
        let good = first.into_iter().chain(solved.attempts.iter().find(other));
        let bad = solved.attempts.iter().filter(|a| !valid(a)).take(1);
        let boards: Vec<Board> = good.chain(bad).map(|a| self.board(&a.answer)).collect();
        if boards.is_empty() {
            return Vec::new();
        }
        let (count, [low, high]) = solved.valid();
        let plot = BoardsPlot {
            title: self.words(),
            subtitle: format!(
                "{count} of {} starts valid ({:.1} to {:.1} %)",
                solved.attempts.len(),
                100.0 * low,
                100.0 * high
            ),
            size: self.n,
            discs: true,
            boards,
            ..BoardsPlot::default()
        };
        vec![("boards".into(), Plot::Boards(plot))]
    }
}

impl Queens {
    fn board(&self, answer: &Answer) -> Board {
        let taken = |k: &usize| answer.values[*k] == 1.0;
        let queens: Vec<usize> = (0..answer.values.len()).filter(taken).collect();
        let attacked = |q: usize| queens.iter().any(|k| *k != q && self.attack(q, *k));
        let square = |k: usize| match taken(&k) && attacked(k) {
            true => Square::Wrong,
            false => Square::Plain,
        };
        let all = 0..answer.values.len();
        let mark = |k: usize| if taken(&k) { "queen" } else { "" }.to_owned();
        Board {
            label: match answer.violated.len() {
                0 => "no queen attacks another".into(),
                _ => format!(
                    "{} queens, {} pairs attack",
                    queens.len(),
                    answer.cost.unwrap_or(0.0)
                ),
            },
            marks: all.clone().map(mark).collect(),
            squares: all.map(square).collect(),
        }
    }
}
