//! Sudoku.

use attractor::problem::sudoku::{CELLS, Grid, clashes, generate, parse, solutions, written};
use attractor::trajectory::StopReason;

use super::{refused, shipped, solved};

/// Every row, column and box holds 1 to 9, looked at without what the program says of it.
fn is_solved(board: &[f64]) -> bool {
    let all = |cells: &mut dyn Iterator<Item = usize>| {
        let mut seen = [false; 10];
        cells.for_each(|k| seen[board[k] as usize] = true);
        seen[1..].iter().all(|s| *s)
    };
    (0..9).all(|k| {
        let (r, c) = (k / 3 * 3, k % 3 * 3);
        all(&mut (0..9).map(|i| 9 * k + i))
            && all(&mut (0..9).map(|i| 9 * i + k))
            && all(&mut (0..9).map(|i| 9 * (r + i / 3) + c + i % 3))
    })
}

/// Fills cell by cell in their order, with nothing clever.
fn count(grid: &mut Grid, from: usize) -> usize {
    let Some(cell) = (from..CELLS).find(|k| grid[*k] == 0) else {
        return 1;
    };
    let mut found = 0;
    for digit in 1..=9 {
        let fits = (0..CELLS).all(|k| {
            let (r, c, s, d) = (k / 9, k % 9, cell / 9, cell % 9);
            let sees = r == s || c == d || (r / 3 == s / 3 && c / 3 == d / 3);
            !sees || grid[k] != digit
        });
        if fits {
            grid[cell] = digit;
            found += count(grid, cell + 1);
            grid[cell] = 0;
        }
        if found > 1 {
            break;
        }
    }
    found
}

fn puzzles() -> Vec<Grid> {
    let asked = shipped("sudoku", &[]);
    let lines = asked
        .text
        .lines()
        .filter_map(|l| l.trim().strip_prefix('"'));
    lines
        .map(|l| parse(l.split('"').next().unwrap()).unwrap())
        .collect()
}

#[test]
fn every_shipped_puzzle_is_solved_and_the_solution_is_one() {
    let solved = solved(&shipped("sudoku", &[]));
    let puzzles = puzzles();
    assert_eq!((solved.attempts.len(), puzzles.len()), (20, 20));
    for (attempt, puzzle) in solved.attempts.iter().zip(&puzzles) {
        assert!(attempt.answer.is_valid(), "{:?}", attempt.answer.violated);
        assert!(is_solved(&attempt.answer.values));
        let clues = puzzle.iter().zip(&attempt.answer.values);
        assert!(
            clues
                .clone()
                .all(|(clue, d)| *clue == 0 || f64::from(*clue) == *d)
        );
        assert_eq!(attempt.stop, StopReason::EnergyReached);
        // There is one solution, so it is that of the exact search.
        let exact = solutions(puzzle, 2).first.unwrap();
        assert_eq!(exact.map(f64::from).to_vec(), attempt.answer.values);
    }
}

#[test]
fn the_shipped_set_has_22_to_35_clues_and_one_solution_each() {
    let mut counts = Vec::new();
    for puzzle in puzzles() {
        let clues = puzzle.iter().filter(|d| **d > 0).count();
        counts.push(clues);
        let found = solutions(&puzzle, 2);
        assert_eq!((found.count, found.is_cut), (1, false));
        // Where the plain search ends soon.
        if clues >= 28 {
            assert_eq!(count(&mut puzzle.clone(), 0), 1, "{}", written(&puzzle));
        }
    }
    counts.sort_unstable();
    assert_eq!((counts.len(), counts[0], counts[19]), (20, 22, 35));
    counts.dedup();
    assert_eq!(counts, (22..=35).collect::<Vec<_>>());
}

/// A search that prunes and one that does not find the same number, also where there are none or several.
#[test]
fn the_exact_search_counts_what_a_plain_one_counts() {
    let mut seen = [0; 3];
    for seed in 0..6 {
        let puzzle = generate(seed, 34).unwrap();
        assert_eq!(generate(seed, 34), Some(puzzle), "a seed is the puzzle");
        let first = puzzle.iter().position(|d| *d > 0).unwrap();
        for digit in 0..=9 {
            let mut other = puzzle;
            other[first] = digit;
            if clashes(&other).is_empty() {
                let plain = count(&mut other.clone(), 0);
                assert_eq!(solutions(&other, 2).count, plain.min(2));
                seen[plain.min(2)] += 1;
            }
        }
    }
    assert!(seen.iter().all(|n| *n > 0), "{seen:?}");
}

#[test]
fn what_cannot_be_solved_is_told_before_it_is_run() {
    let file = |puzzle: &str| format!("[problem]\nkind = \"sudoku\"\npuzzle = {puzzle}\n");
    // Two clues in one row, and two in one box.
    let mut text = ".".repeat(81).into_bytes();
    (text[9], text[17], text[0]) = (b'7', b'7', b'7');
    let why = refused(&file(&format!("\"{}\"", String::from_utf8(text).unwrap())));
    for part in [
        "the clue 7 in row 2 column 1 and the same in row 2 column 9, in one row",
        "the clue 7 in row 1 column 1 and the same in row 2 column 1, in one column",
    ] {
        assert!(why.contains(part), "{why}");
    }
    // Row 1 lacks 9, and column 9 has it: no two clues clash, and no digit is left.
    let mut text = b"12345678.".to_vec();
    text.extend(".".repeat(72).into_bytes());
    text[17 + 9] = b'9';
    let why = refused(&file(&format!("\"{}\"", String::from_utf8(text).unwrap())));
    assert!(why.contains("has no solution"), "{why}");
    let why = refused(&file("\"123\""));
    assert!(
        why.contains("must have 81 cells, 9 rows of 9, it has 3"),
        "{why}"
    );
    let why = refused(&file(&format!("\"{}x\"", ".".repeat(80))));
    assert!(why.contains("has `x` in row 9 column 9"), "{why}");
    let why = refused(&file(&format!("[\"{}\", \"12\"]", ".".repeat(81))));
    assert!(why.contains("puzzle 1 must have 81 cells"), "{why}");
}

/// An empty board has many solutions: it is solved, and told so. Nine lines are read as well as one.
#[test]
fn a_puzzle_with_several_solutions_is_solved_and_told() {
    let rows = format!("problem.puzzle=[{}]", ["\".........\""; 9].join(", "));
    let asked = shipped("sudoku", &[&rows, "solve.starts=2"]);
    let solved = solved(&asked);
    assert!(solved.attempts.iter().all(|a| is_solved(&a.answer.values)));
    assert_ne!(
        solved.attempts[0].answer.values,
        solved.attempts[1].answer.values
    );
    let notes = asked.problem.notes(&solved).join("\n");
    assert!(notes.contains("more than one solution"), "{notes}");
}

/// What is given up is told with what it violates, and begins anew as often as it may.
#[test]
fn a_search_that_is_too_short_is_no_solution() {
    let overrides = ["network.sweeps=3", "network.restarts=2", "solve.starts=1"];
    let solved = solved(&shipped("sudoku", &overrides));
    let answer = &solved.attempts[0].answer;
    let pairs = answer.violated.len() as f64;
    assert!(pairs > 0.0 && answer.cost == Some(pairs));
    let besides: Vec<f64> = answer.besides.iter().map(|b| b.1).collect();
    assert_eq!(besides[1..], [9.0, 2.0], "sweeps of three rounds");
}

#[test]
fn a_network_without_an_energy_does_not_end_by_it() {
    let text = "[layers.a]\nsize = 3\nlagrangian = \"identity\"\n[layers.b]\nsize = 3\nlagrangian = \"identity\"\n[[synapses]]\nkind = \"feedforward\"\nlayers = [\"a\", \"b\"]\nweights = 1.0\n[start]\na = 0.0\nb = 0.0\n[solve]\nt_end = 3.0\nlyapunov = \"off\"\nuntil_energy = 0.0\n";
    let file = tempfile::NamedTempFile::with_suffix(".toml").unwrap();
    std::fs::write(file.path(), text).unwrap();
    let why = attractor::model_file::load(file.path(), &[])
        .map(|_| ())
        .unwrap_err();
    let why = why.to_string();
    assert!(why.contains("until_energy"), "{why}");
    assert!(
        why.contains("no energy that could come down to it"),
        "{why}"
    );
}

/// The file holds what the example that made it makes.
#[test]
fn the_shipped_set_is_made_from_seeds() {
    for (k, puzzle) in puzzles().iter().enumerate() {
        let clues = puzzle.iter().filter(|d| **d > 0).count();
        assert_eq!(
            generate(1000 + k as u64, clues).as_ref(),
            Some(puzzle),
            "{k}"
        );
    }
}

/// What ended before an interrupt keeps its number, with the clues of its own puzzle.
#[test]
fn starts_that_ended_before_an_interrupt_keep_their_numbers() {
    use attractor::dynamics::Interrupt;
    let asked = shipped("sudoku", &[]);
    let interrupt = Interrupt::new();
    let tell = |told: attractor::problem::Told| {
        if told.ended >= Some(3) {
            interrupt.raise();
        }
    };
    let solved = attractor::problem::solve(&asked, &interrupt, &tell).unwrap();
    assert!(solved.is_interrupted && solved.baseline.is_none());
    assert!((3..20).contains(&solved.attempts.len()));
    let whole = super::solved(&asked);
    for attempt in &solved.attempts {
        assert_eq!(attempt.answer, whole.attempts[attempt.start].answer);
    }
}

#[test]
fn lists_without_a_puzzle_and_boards_without_a_gap_are_refused() {
    let file = |puzzle: &str| {
        refused(&format!(
            "[problem]\nkind = \"sudoku\"\npuzzle = {puzzle}\n"
        ))
    };
    assert!(
        file("[]").contains("no puzzle in the list"),
        "{}",
        file("[]")
    );
    let rows = (0..9).map(|r| {
        (0..9)
            .map(|c| (r * 3 + r / 3 + c) % 9 + 1)
            .map(|d| d.to_string())
            .collect::<String>()
    });
    let full = rows.collect::<Vec<_>>().concat();
    assert!(file(&format!("\"{full}\"")).contains("a digit in every cell"));
}
