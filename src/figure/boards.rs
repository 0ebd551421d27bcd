//! Boards of squares with marks, side by side: digits of a Sudoku, queens of chess.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{
    Align, Canvas, Color, Drawn, Entries, FAILURE, FRAME, Heading, LABEL, LEADING, Legend, Look,
    Page, Point, Sample, TEXT, as_many, page, refused, solid, text, words,
};

/// What a square is, besides empty or marked: nothing else, given with the problem, or part of what is wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Square {
    /// Nothing else.
    #[default]
    Plain,
    /// Given with the problem.
    Given,
    /// Part of what is wrong.
    Wrong,
}

/// One board.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Board {
    /// What stands above it.
    pub label: String,
    /// What stands in each square, row by row; nothing where it is empty.
    pub marks: Vec<String>,
    /// What each square is, row by row.
    pub squares: Vec<Square>,
}

/// Square boards side by side.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BoardsPlot {
    /// What is shown.
    pub title: String,
    /// The parameters.
    pub subtitle: String,
    /// Rows and columns of every board.
    pub size: usize,
    /// After how many rows and columns a line is thick; 0 for none.
    pub block: usize,
    /// Are marks drawn as discs, in the place of their words?
    pub discs: bool,
    /// How many stand side by side; 0 for all.
    pub columns: usize,
    /// The boards.
    pub boards: Vec<Board>,
}

/// Widest side of a board.
const WIDEST: f64 = 260.0;
const GAP: f64 = 24.0;
const GIVEN: Color = solid(222, 226, 232);
const WRONG: Color = solid(252, 217, 196);
const THIN: Color = solid(190, 190, 190);

struct Layout {
    columns: usize,
    side: f64,
    labels: Vec<Vec<String>>,
    above: f64,
    heading: Heading,
    legend: Legend,
    size: Point,
}

impl Page for BoardsPlot {
    words!();

    fn drawn(&self, path: &Path, look: &Look) -> Drawn {
        look.without_axes("boards")?;
        self.check()?;
        let layout = self.layout(look);
        look.holds(layout.size)?;
        let margin = look.margin();
        page::draw(path, look, layout.size, |canvas| {
            layout.heading.draw(canvas, (margin, margin - 4.0));
            let mut foot = margin + layout.heading.height();
            for (k, board) in self.boards.iter().enumerate() {
                let (row, column) = (k / layout.columns, k % layout.columns);
                let x = margin + column as f64 * (layout.side + GAP);
                let top = margin + layout.heading.height() + 8.0;
                let y = top + row as f64 * (layout.above + layout.side + GAP) + layout.above;
                for (i, line) in layout.labels[k].iter().rev().enumerate() {
                    let at = (x + layout.side / 2.0, y - 8.0 - LEADING * i as f64);
                    canvas.text(line, LABEL, at, Align::Center, TEXT);
                }
                self.draw_board(canvas, board, (x, y), layout.side);
                foot = y + layout.side;
            }
            layout.legend.draw(canvas, (margin, foot + 10.0));
        })
    }
}

impl BoardsPlot {
    fn check(&self) -> Drawn {
        if self.boards.is_empty() || self.size == 0 {
            return refused("boards", "there are no squares");
        }
        let squares = self.size.saturating_mul(self.size);
        for (k, board) in self.boards.iter().enumerate() {
            let place = format!("board {k} (\"{}\")", board.label);
            as_many(
                &format!("{place}, marks"),
                board.marks.len(),
                squares,
                "squares",
            )?;
            as_many(&place, board.squares.len(), squares, "squares")?;
        }
        Ok(())
    }

    fn layout(&self, look: &Look) -> Layout {
        let (margin, count) = (look.margin(), self.boards.len());
        let mut columns = match self.columns {
            0 => count,
            n => n.min(count),
        };
        let inner = look.page.map(|page| page - 2.0 * margin);
        let side = |columns: usize| {
            let room = inner.map_or(WIDEST, |w| (w + GAP) / columns as f64 - GAP);
            room.min(WIDEST)
        };
        // A narrow page has fewer side by side: a mark wants some room.
        while columns > 1 && side(columns) < 12.0 * self.size.min(16) as f64 {
            columns -= 1;
        }
        let side = side(columns).max(20.0);
        let room = columns as f64 * (side + GAP) - GAP;
        let labels = self.boards.iter();
        let labels: Vec<_> = labels.map(|b| text::wrap(&b.label, LABEL, side)).collect();
        let lines = labels.iter().map(Vec::len).max().unwrap_or(0) as f64;
        let heading = Heading::new(look, self.words(), room);
        let legend = Legend::new(self.entries(), room);
        let above = lines * LEADING + 6.0;
        let rows = count.div_ceil(columns) as f64;
        let height = 2.0 * margin + heading.height() + 8.0 + rows * (above + side + GAP) - GAP
            + 10.0
            + legend.height();
        Layout {
            columns,
            side,
            labels,
            above,
            heading,
            legend,
            size: (room + 2.0 * margin, height),
        }
    }

    fn entries(&self) -> Entries {
        let mut entries = Entries::default();
        let has = |square| self.boards.iter().any(|b| b.squares.contains(&square));
        if has(Square::Given) {
            entries.say(Sample::Band(GIVEN), "given");
        }
        if has(Square::Wrong) {
            entries.say(Sample::Band(WRONG), "violates a rule");
        }
        entries
    }

    fn draw_board(&self, canvas: &mut Canvas<'_>, board: &Board, (x, y): Point, side: f64) {
        let n = self.size;
        let at = |k: usize| k as f64 * side / n as f64;
        let cell = side / n as f64;
        for (k, square) in board.squares.iter().enumerate() {
            let color = match square {
                Square::Plain => continue,
                Square::Given => GIVEN,
                Square::Wrong => WRONG,
            };
            let (a, b) = (
                (x + at(k % n), y + at(k / n)),
                (x + at(k % n + 1), y + at(k / n + 1)),
            );
            canvas.rect(a, b, color);
        }
        for k in 1..n {
            let thick = self.block > 0 && k % self.block == 0;
            let color = if thick { TEXT } else { THIN };
            let half = if thick { 1.0 } else { 0.5 };
            let p = at(k);
            canvas.rect((x + p - half, y), (x + p + half, y + side), color);
            canvas.rect((x, y + p - half), (x + side, y + p + half), color);
        }
        let (width, color) = if self.block > 0 {
            (2.0, TEXT)
        } else {
            (1.0, FRAME)
        };
        canvas.frame((x, y), (x + side, y + side), width, color);
        for (k, mark) in board
            .marks
            .iter()
            .enumerate()
            .filter(|(_, m)| !m.is_empty())
        {
            let middle = (x + at(k % n) + cell / 2.0, y + at(k / n) + cell / 2.0);
            let color = match board.squares[k] {
                Square::Wrong => FAILURE,
                _ => TEXT,
            };
            match self.discs {
                true => canvas.dot(middle, (0.32 * cell).max(1.0), color),
                false => {
                    let em = 0.66 * cell;
                    let at = (middle.0, middle.1 + 0.36 * em);
                    canvas.text(mark, em, at, Align::Center, color);
                }
            }
        }
    }
}
