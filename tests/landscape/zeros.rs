//! Lines on which functions with known zeros vanish: what contouring by a grid is known to get wrong.

use attractor::analysis::{ZeroSet, zero_set};

const SQUARE: [[f64; 2]; 2] = [[-2.0, 2.0], [-2.0, 2.0]];
/// Cells of 0.1, divided into squares of 0.0125.
const CELLS: usize = 40;
const FINE: f64 = 0.0125;

fn zeros(f: impl Fn(f64, f64) -> f64, near: &[[f64; 2]]) -> ZeroSet {
    let mut many = |points: &[[f64; 2]]| points.iter().map(|p| f(p[0], p[1])).collect();
    zero_set(&mut many, SQUARE, CELLS, near)
}

/// The lines, each as its points.
fn lines(f: impl Fn(f64, f64) -> f64) -> Vec<Vec<[f64; 2]>> {
    let found = zeros(f, &[]);
    found.lines.into_iter().map(|l| l.points).collect()
}

/// The least and the largest coordinate along an axis.
fn span(line: &[[f64; 2]], axis: usize) -> [f64; 2] {
    let all = line.iter().map(|p| p[axis]);
    all.fold([f64::INFINITY, f64::NEG_INFINITY], |[l, h], v| {
        [l.min(v), h.max(v)]
    })
}

#[test]
fn a_loop_of_the_plane_closes_and_its_points_are_roots_to_rounding() {
    let found = zeros(|x, y| x * x + y * y - 1.0, &[]);
    assert_eq!(found.lines.len(), 1);
    assert!(found.lines[0].is_closed() && found.crossings.is_empty());
    let points = &found.lines[0].points;
    // Radii of points whose coordinates are rounded.
    assert!(
        points
            .iter()
            .all(|p| (p[0].hypot(p[1]) - 1.0).abs() < 1e-15)
    );
    let steps = points.windows(2).map(|w| {
        let [a, b] = [w[0], w[1]];
        (a[0] - b[0]).hypot(a[1] - b[1])
    });
    assert!(steps.fold(0.0, f64::max) <= FINE * 2f64.sqrt() + 1e-12);
}

#[test]
fn a_gap_a_pole_and_a_jump_join_no_branches() {
    // The gap is narrower than a cell of the first grid.
    let found = lines(|x, y| {
        if x.abs() < 0.01 {
            f64::NAN
        } else {
            y - 0.1 * x
        }
    });
    assert_eq!(found.len(), 2);
    for line in &found {
        let [low, high] = span(line, 0);
        assert!(low > 0.0 || high < 0.0);
        let (inner, outer) = (low.abs().min(high.abs()), low.abs().max(high.abs()));
        assert!((0.01..0.01 + 1.5 * FINE).contains(&inner), "{inner}");
        assert!((outer - 2.0).abs() < 1e-8);
    }
    // y = 1/x; the pole is no zero.
    let found = lines(|x, y| 1.0 / x - y);
    assert_eq!(found.len(), 2);
    for line in &found {
        assert!(line.iter().all(|p| (p[0] * p[1] - 1.0).abs() < 1e-14));
        assert!(line.iter().all(|p| p[0].signum() == line[0][0].signum()));
    }
    assert!(lines(|x, _| x.signum() + 0.2).is_empty());
    assert!(lines(|_, y| if y > 0.317 { 0.7 } else { -0.4 }).is_empty());
}

#[test]
fn upright_and_level_lines_are_found_once_wherever_they_are() {
    // In the middle, on lines of the grid, on the edges, elsewhere.
    for at in [0.0, 0.5, -1.9, 2.0, -2.0, 0.123_456] {
        for axis in [0, 1] {
            let found = lines(|x, y| at - [x, y][axis]);
            assert_eq!(found.len(), 1, "{at}");
            let line = &found[0];
            assert!(line.iter().all(|p| p[axis] == at), "{at}");
            let [low, high] = span(line, 1 - axis);
            assert!((low + 2.0).abs() < 1e-8 && (high - 2.0).abs() < 1e-8);
            let way = line.windows(2).map(|w| w[1][1 - axis] - w[0][1 - axis]);
            let way: Vec<f64> = way.collect();
            assert!(way.iter().all(|d| *d > 0.0) || way.iter().all(|d| *d < 0.0));
        }
    }
}

#[test]
fn branches_between_grid_points_are_not_lost() {
    // Both inside one cell.
    let found = lines(|x, _| (x - 0.31).powi(2) - 1e-4);
    let mut places: Vec<f64> = found.iter().map(|l| l[0][0]).collect();
    places.sort_by(f64::total_cmp);
    assert_eq!(places.len(), 2);
    assert!((places[0] - 0.30).abs() < 1e-14 && (places[1] - 0.32).abs() < 1e-14);
    // A loop inside one cell.
    let ring = |x: f64, y: f64| (x - 0.753).hypot(y + 0.448) - 0.03;
    let found = lines(ring);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].first(), found[0].last());
    // Two that no corner knows of, across the whole plane: a point near them leads along both.
    let groove = |_: f64, y: f64| 1.0 - 2.0 * (-(y - 0.048).powi(2) / 2e-4).exp();
    assert!(zeros(groove, &[]).lines.is_empty());
    let found = zeros(groove, &[[0.5, 0.05]]);
    assert_eq!(found.lines.len(), 2);
    for line in &found.lines {
        let [low, high] = span(&line.points, 0);
        assert!(low < -1.999 && high > 1.999);
    }
    // A loop that no corner of a cell knows of: a point on it does.
    let deep = |x: f64, y: f64| 1.0 - 2.0 * (-(x - 0.753).hypot(y + 0.448).powi(2) / 8e-4).exp();
    assert!(zeros(deep, &[]).lines.is_empty());
    let found = zeros(deep, &[[0.753, -0.45]]);
    assert_eq!(found.lines.len(), 1);
    let radius = (8e-4 * 2f64.ln()).sqrt();
    let off = |p: &[f64; 2]| ((p[0] - 0.753).hypot(p[1] + 0.448) - radius).abs();
    assert!(found.lines[0].is_closed());
    assert!(found.lines[0].points.iter().all(|p| off(p) < 1e-14));
}

#[test]
fn branches_that_cross_pass_through_one_another() {
    let found = zeros(|x, y| (x - 0.2) * (y + 0.3), &[]);
    assert_eq!((found.lines.len(), found.crossings.len()), (2, 1));
    let [a, b] = found.crossings[0];
    assert!((a - 0.2).abs() < 1e-9 && (b + 0.3).abs() < 1e-9);
    let mut axes: Vec<usize> = Vec::new();
    for line in &found.lines {
        let own = usize::from(line.points.iter().any(|p| (p[0] - 0.2).abs() > 1e-9));
        let at = [0.2, -0.3][own];
        assert!(line.points.iter().all(|p| (p[own] - at).abs() < 1e-9));
        let [low, high] = span(&line.points, 1 - own);
        assert!(low < -1.999 && high > 1.999);
        axes.push(own);
    }
    axes.sort_unstable();
    assert_eq!(axes, [0, 1]);
    // At a small angle, where both leave a square by the same side.
    let found = zeros(|x, y| (y - 0.1 * x) * (y - 0.25 * x - 0.017), &[]);
    assert_eq!((found.lines.len(), found.crossings.len()), (2, 1));
    for line in &found.lines {
        let [low, high] = span(&line.points, 0);
        assert!(low < -1.999 && high > 1.999);
        let ends = [line.points[0], line.points[line.points.len() - 1]];
        let slope = (ends[1][1] - ends[0][1]) / (ends[1][0] - ends[0][0]);
        assert!(
            (slope - 0.1).abs() < 1e-6 || (slope - 0.25).abs() < 1e-6,
            "{slope}"
        );
    }
    // A lemniscate is one closed line.
    let eight = |x: f64, y: f64| (x * x + y * y).powi(2) - 2.0 * (x * x - y * y);
    let found = zeros(eight, &[]);
    assert_eq!((found.lines.len(), found.crossings.len()), (1, 1));
    assert!(found.lines[0].is_closed());
    let through = found.lines[0].points.iter();
    let through = through.filter(|p| p[0].hypot(p[1]) < 1e-8).count();
    assert!(through == 2 || through == 3 && found.lines[0].points[0][0].abs() < 1e-8);
}

#[test]
fn branches_that_pass_nearer_than_the_squares_stay_apart() {
    for turn in [1.0, -1.0] {
        // Hyperbolas 0.006 apart; a square is 0.0125.
        let found = zeros(|x, y| turn * ((x - 0.2) * (y + 0.3) + 1e-5), &[]);
        assert_eq!((found.lines.len(), found.crossings.len()), (2, 0));
        for line in &found.lines {
            let side = (line.points[0][0] - 0.2).signum();
            assert!(line.points.iter().all(|p| (p[0] - 0.2).signum() == side));
        }
    }
}

#[test]
fn everywhere_and_nowhere_are_told() {
    let found = zeros(|_, _| 0.0, &[[0.0, 0.0]]);
    assert!(found.is_everything() && found.lines.is_empty());
    let found = zeros(|_, _| 1.0, &[]);
    assert_eq!(found, ZeroSet::default());
    assert_eq!(zeros(|_, _| f64::NAN, &[]), ZeroSet::default());
    // Half of the plane, and an edge.
    let found = zeros(|x, _| (-x).max(0.0), &[]);
    assert!((found.area - 0.5).abs() < 0.02);
}
