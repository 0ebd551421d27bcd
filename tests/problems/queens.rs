//! Queens on a board.

use super::{refused, shipped, solved};

#[test]
fn boards_without_a_solution_are_refused_before_they_are_run() {
    for n in [2, 3] {
        let why = refused(&format!("[problem]\nkind = \"queens\"\nn = {n}\n"));
        assert!(why.contains("there is no solution"), "{why}");
    }
    let why = refused("[problem]\nkind = \"queen\"\nn = 8\n");
    assert!(why.contains("did you mean `queens`"), "{why}");
}

/// A board that is called valid has no two queens that attack each other, looked at square by square.
#[test]
fn a_board_that_is_called_valid_is_one() {
    let n = 6;
    let solved = solved(&shipped("queens", &["problem.n=6", "network.form=binary"]));
    let mut seen = [false; 2];
    for attempt in &solved.attempts {
        let queens: Vec<(i64, i64)> = (0..n * n)
            .filter(|k| attempt.g[*k as usize] == 1.0)
            .map(|k| (k / n, k % n))
            .collect();
        let apart = |a: &(i64, i64), b: &(i64, i64)| {
            a.0 != b.0 && a.1 != b.1 && a.0 + a.1 != b.0 + b.1 && a.0 - a.1 != b.0 - b.1
        };
        let mut pairs = queens.iter().enumerate();
        let valid = queens.len() == n as usize
            && pairs.all(|(k, a)| queens[k + 1..].iter().all(|b| apart(a, b)));
        assert_eq!(attempt.answer.is_valid(), valid);
        seen[usize::from(valid)] = true;
    }
    assert_eq!(seen, [true; 2], "both occur");
}
