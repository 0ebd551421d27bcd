//! Boards of 9 × 9: how they are written, and where they break the rules.

/// Cells of a board.
pub const CELLS: usize = 81;

/// Digits row by row, 0 where a cell is empty.
pub type Grid = [u8; CELLS];

/// The box of a cell, row by row.
pub fn box_of(cell: usize) -> usize {
    cell / 27 * 3 + cell % 9 / 3
}

/// `row 2 column 5`, counted from 1 as on paper.
pub fn name(cell: usize) -> String {
    format!("row {} column {}", cell / 9 + 1, cell % 9 + 1)
}

/// What two different cells share that may hold a digit once: `row`, `column` or `box`.
pub fn shared(a: usize, b: usize) -> Option<&'static str> {
    if a == b {
        None
    } else if a / 9 == b / 9 {
        Some("row")
    } else if a % 9 == b % 9 {
        Some("column")
    } else if box_of(a) == box_of(b) {
        Some("box")
    } else {
        None
    }
}

/// The pairs of cells with the same digit in a row, a column or a box, with what they share.
pub fn clashes(grid: &Grid) -> Vec<(usize, usize, &'static str)> {
    let filled: Vec<usize> = (0..CELLS).filter(|k| grid[*k] > 0).collect();
    let mut found = Vec::new();
    for (k, a) in filled.iter().enumerate() {
        for b in &filled[k + 1..] {
            if let Some(what) = shared(*a, *b).filter(|_| grid[*a] == grid[*b]) {
                found.push((*a, *b, what));
            }
        }
    }
    found
}

/// Reads 81 characters: digits, and `.`, `0`, `_` or `*` for an empty cell. Blanks, line ends and the lines of a drawn board
/// (`|`, `-`, `+`) count for nothing.
///
/// # Errors
/// What it is in the place of that.
pub fn parse(text: &str) -> Result<Grid, String> {
    let cells = text
        .chars()
        .filter(|c| !c.is_whitespace() && !"|-+".contains(*c));
    let cells: Vec<char> = cells.collect();
    if cells.len() != CELLS {
        return Err(format!(
            "must have 81 cells, 9 rows of 9, it has {}",
            cells.len()
        ));
    }
    let mut grid = [0; CELLS];
    for (k, (cell, c)) in grid.iter_mut().zip(cells).enumerate() {
        *cell = match c {
            '.' | '0' | '_' | '*' => 0,
            '1'..='9' => c as u8 - b'0',
            _ => return Err(format!("has `{c}` in {}, which is no digit", name(k))),
        };
    }
    Ok(grid)
}

/// The 81 characters of a grid, `.` where it is empty.
pub fn written(grid: &Grid) -> String {
    let cell = |d: &u8| if *d == 0 { '.' } else { (b'0' + d) as char };
    grid.iter().map(cell).collect()
}
