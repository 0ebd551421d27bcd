//! Lines that lie on each other: drawn once, with all their names, so that none hides another.

use super::Point;

/// How far apart on the page two lines may be that look like one.
const SAME: f64 = 0.8;
/// A line may end so much earlier than the one on which it lies.
const END: f64 = 20.0;

/// Whether two lines over a horizontal axis, from left to right, look like one.
fn coincide(a: &[Point], b: &[Point]) -> bool {
    let (Some(first), Some(last)) = (a.first().zip(b.first()), a.last().zip(b.last())) else {
        return false;
    };
    let apart = |(p, q): (&Point, &Point)| (p.0 - q.0).abs();
    apart(first) <= SAME && apart(last) <= END && covers(a, b) && covers(b, a)
}

/// Whether every point lies on a line, as far as that reaches.
fn covers(line: &[Point], points: &[Point]) -> bool {
    let end = line.last().map_or(0.0, |p| p.0);
    let mut from = 0;
    points.iter().filter(|p| p.0 <= end).all(|p| {
        while from + 1 < line.len() && line[from + 1].0 < p.0 - SAME {
            from += 1;
        }
        let near = line[from..].windows(2).take_while(|w| w[0].0 <= p.0 + SAME);
        let mut near = near.map(|w| to_segment(*p, w[0], w[1])).peekable();
        match near.peek() {
            None => (line[from].1 - p.1).abs() <= SAME,
            Some(_) => near.any(|d| d <= SAME),
        }
    })
}

fn to_segment(p: Point, a: Point, b: Point) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx * dx + dy * dy;
    let s = match length > 0.0 {
        true => (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / length).clamp(0.0, 1.0),
        false => 0.0,
    };
    (p.0 - a.0 - s * dx).hypot(p.1 - a.1 - s * dy)
}

/// The lines in groups that look like one, each by its first, in their order.
pub(super) fn groups(lines: &[Vec<Point>]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (k, line) in lines.iter().enumerate() {
        match groups.iter_mut().find(|g| coincide(&lines[g[0]], line)) {
            Some(group) => group.push(k),
            None => groups.push(vec![k]),
        }
    }
    groups
}

/// What the legend calls a group: its names, or the first and the last of many, and how many they are. Names may have
/// commas.
pub(super) fn name(labels: &[&str]) -> String {
    match labels {
        [] => String::new(),
        [only] => (*only).to_string(),
        [first, .., last] => {
            let all = labels.join("; ");
            let count = labels.len();
            match all.chars().count() <= 72 {
                true => format!("{all} (×{count})"),
                false => format!("{first} … {last} (×{count})"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(f: impl Fn(f64) -> f64, step: usize) -> Vec<Point> {
        (0..=300)
            .step_by(step)
            .map(|i| (i as f64, f(i as f64)))
            .collect()
    }

    #[test]
    fn lines_that_look_like_one_are_grouped_whatever_their_points() {
        let jump = |x: f64| if x < 150.0 { x / 3.0 } else { 200.0 };
        let mut lines = vec![
            line(|x| x / 2.0, 1),
            line(|x| 150.0 - x / 2.0, 1),
            line(|x| x / 2.0 + 0.5, 30),
            line(jump, 1),
            line(jump, 3),
            line(|x| x / 2.0, 1)[..150].to_vec(),
        ];
        // Both sides of the jump at once.
        for l in &mut lines[3..5] {
            l.push((150.0, 50.0));
            l.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        }
        assert_eq!(groups(&lines), [vec![0, 2], vec![1], vec![3, 4], vec![5]]);
        assert_eq!(groups(&[vec![(1.0, 1.0)], vec![(1.0, 1.2)]]), [[0, 1]]);
        assert_eq!(groups(&[vec![], vec![]]).len(), 2);
    }

    #[test]
    fn a_group_has_its_names_and_their_number() {
        assert_eq!(name(&["a"]), "a");
        assert_eq!(name(&["a", "b", "c"]), "a; b; c (×3)");
        let long = ["a name of some length"; 9];
        assert!(name(&long).ends_with("(×9)") && name(&long).contains('…'));
    }
}
