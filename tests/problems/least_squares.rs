//! Least squares, against their closed form.

use attractor::pattern::random;
use nalgebra::{DMatrix, DVector};

use super::{refused, shipped, solved, written};

fn rows(a: &DMatrix<f64>) -> String {
    let rows = a
        .row_iter()
        .map(|r| format!("{:?}", r.iter().collect::<Vec<_>>()));
    format!("[{}]", rows.collect::<Vec<_>>().join(", "))
}

#[test]
fn the_straight_line_is_that_of_the_closed_form() {
    let asked = shipped("straight-line", &["solve.starts=4"]);
    let solved = solved(&asked);
    let text = attractor::model_file::Shipped::find_problem("straight-line")
        .unwrap()
        .text;
    let list = |key: &str| -> Vec<f64> {
        let line = text.lines().find_map(|l| l.strip_prefix(key)).unwrap();
        line.trim_matches(|c| "[] ".contains(c))
            .split(", ")
            .map(|v| v.parse().unwrap())
            .collect()
    };
    let (x, y) = (list("x = "), list("y = "));
    let n = x.len() as f64;
    let (mx, my) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
    let (mut above, mut below) = (0.0, 0.0);
    for (x, y) in x.iter().zip(&y) {
        above += (x - mx) * (y - my);
        below += (x - mx) * (x - mx);
    }
    let slope = above / below;
    for attempt in &solved.attempts {
        let values = &attempt.answer.values;
        assert!(attempt.answer.is_valid(), "{:?}", attempt.answer.violated);
        assert!((values[1] - slope).abs() < 1e-9, "{values:?} {slope}");
        assert!((values[0] - (my - slope * mx)).abs() < 1e-9, "{values:?}");
        assert_eq!(attempt.rises, Some(0));
    }
}

#[test]
fn any_columns_are_fitted_as_by_qr() {
    for seed in 0..10 {
        let (m, n) = (12 + seed as usize, 2 + seed as usize / 2);
        let a = DMatrix::from_vec(m, n, random::normal(seed, m * n, 0.0, 3.0));
        let y = DVector::from_vec(random::normal(seed + 50, m, 1.0, 10.0));
        let text = format!(
            "[problem]\nkind = \"least-squares\"\na = {}\ny = {:?}\n[solve]\nstarts = 2\n",
            rows(&a),
            y.as_slice()
        );
        let solved = written(&text);
        let qr = a.clone().qr();
        let exact = qr
            .r()
            .solve_upper_triangular(&(qr.q().transpose() * &y))
            .unwrap();
        let least = (&a * &exact - &y).norm_squared();
        let baseline = solved.baseline.as_ref().unwrap();
        assert!((baseline.cost - least).abs() < 1e-9 * least, "{seed}");
        for attempt in &solved.attempts {
            let found = DVector::from_vec(attempt.answer.values.clone());
            assert!(
                (&found - &exact).norm() < 1e-8 * exact.norm(),
                "{seed}: {found} {exact}"
            );
            assert!(attempt.answer.is_valid());
        }
    }
}

/// The third column is the sum of the first two: start 0 ends at the shortest answer, others elsewhere, all at the least sum.
#[test]
fn columns_that_depend_on_each_other_are_told() {
    let columns = random::normal(3, 20, 0.0, 1.0);
    let mut a = DMatrix::from_vec(10, 3, [columns.clone(), vec![0.0; 10]].concat());
    for i in 0..10 {
        a[(i, 2)] = a[(i, 0)] + a[(i, 1)];
    }
    // Columns of one length, so that the shortest answer is so in the network's units too.
    for mut column in a.column_iter_mut() {
        let length = column.norm();
        column /= length;
    }
    let y = DVector::from_vec(random::normal(4, 10, 0.0, 1.0));
    let text = format!(
        "[problem]\nkind = \"least-squares\"\na = {}\ny = {:?}\n[solve]\nstarts = 3\n",
        rows(&a),
        y.as_slice()
    );
    let file = tempfile::NamedTempFile::with_suffix(".toml").unwrap();
    std::fs::write(file.path(), text).unwrap();
    let asked = attractor::problem::load(file.path(), &[]).unwrap();
    let solved = solved(&asked);
    let notes = asked.problem.notes(&solved).join("\n");
    assert!(
        notes.contains("rank 2 of 3") && notes.contains("before them, 2;"),
        "{notes}"
    );
    let shortest = a.clone().svd(true, true).solve(&y, 1e-9).unwrap();
    let least = solved.baseline.as_ref().unwrap().cost;
    let ends: Vec<&Vec<f64>> = solved.attempts.iter().map(|a| &a.answer.values).collect();
    for attempt in &solved.attempts {
        assert!((attempt.answer.cost.unwrap() - least).abs() < 1e-9);
        assert!(attempt.answer.is_valid());
    }
    let apart = |k: usize| (DVector::from_vec(ends[k].clone()) - &shortest).norm();
    assert!(apart(0) < 1e-8, "{}", apart(0));
    assert!(apart(1) > 1e-2 && apart(2) > 1e-2);
}

#[test]
fn mistakes_of_least_squares_are_told() {
    let with = |rest: &str| refused(&format!("[problem]\nkind = \"least-squares\"\n{rest}"));
    for (rest, words) in [
        ("y = [1, 2]", "one of the two"),
        ("y = [1, 2]\nx = [1, 2, 3]", "x"),
        ("y = [1, inf]\nx = [1, 2]", "must be finite"),
        (
            "y = [1, 2]\na = [[1, 0], [2, 0]]",
            "column 1 is 0 throughout",
        ),
        ("y = [1, 2]\na = [[1, 0], [2, 1]]\ndegree = 2", "is for `x`"),
    ] {
        let why = with(rest);
        assert!(why.contains(words), "{rest}\n{why}");
    }
}
