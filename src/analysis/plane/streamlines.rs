//! Evenly spaced streamlines (B. Jobard and W. Lefer, 1997): a new line begins at a set distance from one that is there, and a line ends
//! where it comes nearer than half of that to another.

use std::collections::{HashMap, VecDeque};

use super::PlaneField;

/// Length of a step, as part of the distance between lines.
const STEP: f64 = 0.1;
/// A line ends where it is so near another, in the same measure.
const NEAR: f64 = 0.5;
/// A line that is shorter is left out.
const SHORT: f64 = 2.0;
/// Most steps of a line to either side.
const MOST: usize = 5000;
/// Below this part of the largest speed the field has no direction.
const STILL: f64 = 1e-9;

/// Lines along a field, each in the direction of the flow, so that the distance between two is about `apart` of the width of the plane.
/// The field is interpolated between its grid points. None where it has no values.
pub fn streamlines(field: &PlaneField, apart: f64) -> Vec<Vec<[f64; 2]>> {
    let Some(flow) = Flow::new(field) else {
        return Vec::new();
    };
    let apart = apart.clamp(1e-3, 0.5);
    let mut drawn = Drawn {
        apart,
        at: HashMap::new(),
        count: 0,
    };
    let mut lines: Vec<Vec<[f64; 2]>> = Vec::new();
    // A coarse grid of seeds besides those beside lines: regions that no line leads to.
    let n = (1.0 / (2.0 * apart)).ceil() as usize;
    let place = |k: usize| (k as f64 + 0.5) / n as f64;
    let grid = (0..n * n).map(|k| [place(k % n), place(k / n)]);
    let mut seeds: VecDeque<[f64; 2]> = [[0.37, 0.43]].into_iter().chain(grid).collect();
    while let Some(seed) = seeds.pop_front() {
        if !drawn.is_free(seed, apart) {
            continue;
        }
        let Some(line) = drawn.line(&flow, seed) else {
            continue;
        };
        // Beside the line, before all other seeds.
        for pair in line.windows(2).step_by((1.0 / STEP) as usize) {
            let [a, b] = [pair[0], pair[1]];
            let along = [b[0] - a[0], b[1] - a[1]];
            let long = along[0].hypot(along[1]);
            for side in [-1.001, 1.001] {
                let away = side * apart / long;
                seeds.push_front([a[0] - away * along[1], a[1] + away * along[0]]);
            }
        }
        drawn.add(&line);
        lines.push(line);
    }
    let out = |line: Vec<[f64; 2]>| line.into_iter().map(|p| flow.place(p)).collect();
    lines.into_iter().map(out).collect()
}

/// A field on a plane of width and height 1.
struct Flow<'a> {
    field: &'a PlaneField,
    sides: [f64; 2],
    still: f64,
}

impl<'a> Flow<'a> {
    fn new(field: &'a PlaneField) -> Option<Self> {
        let side = |axis: &[f64]| Some(axis.last()? - axis.first()?).filter(|s| *s > 0.0);
        let sides = [side(&field.x)?, side(&field.y)?];
        let count = field.x.len() * field.y.len();
        if [&field.horizontal, &field.vertical]
            .iter()
            .any(|v| v.len() != count)
        {
            return None;
        }
        let both = field.horizontal.iter().zip(&field.vertical);
        let speeds = both.map(|(u, v)| (u / sides[0]).hypot(v / sides[1]));
        let most = speeds.filter(|s| s.is_finite()).fold(0.0, f64::max);
        let still = STILL * most;
        (most > 0.0).then_some(Flow {
            field,
            sides,
            still,
        })
    }

    fn place(&self, p: [f64; 2]) -> [f64; 2] {
        let low = [self.field.x[0], self.field.y[0]];
        [0, 1].map(|k| low[k] + p[k] * self.sides[k])
    }

    /// The direction at a point; none outside, where a value is missing, and where nothing moves.
    fn direction(&self, p: [f64; 2]) -> Option<[f64; 2]> {
        let counts = [self.field.x.len(), self.field.y.len()];
        let cell = |k: usize| {
            let s = p[k] * (counts[k] - 1) as f64;
            let i = (s as usize).min(counts[k] - 2);
            (0.0..=1.0).contains(&p[k]).then_some((i, s - i as f64))
        };
        let ((i, s), (j, t)) = (cell(0)?, cell(1)?);
        let at = |values: &[f64]| {
            let k = j * counts[0] + i;
            let row = |k: usize| values[k] * (1.0 - s) + values[k + 1] * s;
            row(k) * (1.0 - t) + row(k + counts[0]) * t
        };
        let [u, v] = [
            at(&self.field.horizontal) / self.sides[0],
            at(&self.field.vertical) / self.sides[1],
        ];
        let speed = u.hypot(v);
        (speed > self.still && speed.is_finite()).then(|| [u / speed, v / speed])
    }

    /// A step of the midpoint method, forwards or backwards.
    fn step(&self, p: [f64; 2], h: f64) -> Option<[f64; 2]> {
        let a = self.direction(p)?;
        let half = [p[0] + 0.5 * h * a[0], p[1] + 0.5 * h * a[1]];
        let b = self.direction(half)?;
        // Across a point of rest directions turn round.
        let turns = a[0] * b[0] + a[1] * b[1] < 0.0;
        let next = [p[0] + h * b[0], p[1] + h * b[1]];
        (!turns && self.direction(next).is_some()).then_some(next)
    }
}

/// The points of the lines that are there, by squares of the distance between lines.
struct Drawn {
    apart: f64,
    at: HashMap<[i64; 2], Vec<([f64; 2], usize)>>,
    count: usize,
}

impl Drawn {
    fn square(&self, p: [f64; 2]) -> [i64; 2] {
        p.map(|s| (s / self.apart).floor() as i64)
    }

    /// Is no line nearer than this?
    fn is_free(&self, p: [f64; 2], distance: f64) -> bool {
        if !p.iter().all(|s| (0.0..=1.0).contains(s)) {
            return false;
        }
        let [i, j] = self.square(p);
        let around = (-1..=1).flat_map(|b| (-1..=1).map(move |a| [i + a, j + b]));
        let points = around.filter_map(|s| self.at.get(&s)).flatten();
        let near = |q: &([f64; 2], usize)| (q.0[0] - p[0]).hypot(q.0[1] - p[1]) < distance;
        !points.into_iter().any(near)
    }

    fn add(&mut self, line: &[[f64; 2]]) {
        for p in line {
            let square = self.square(*p);
            self.at.entry(square).or_default().push((*p, self.count));
        }
        self.count += 1;
    }

    /// The line through a point, if it is long enough.
    fn line(&self, flow: &Flow<'_>, seed: [f64; 2]) -> Option<Vec<[f64; 2]>> {
        let mut own = Drawn {
            apart: self.apart,
            at: HashMap::new(),
            count: 0,
        };
        own.add(&[seed]);
        let mut half = |h: f64| {
            let mut points: Vec<[f64; 2]> = vec![seed];
            let behind = (1.5 * NEAR / STEP) as usize;
            while points.len() < MOST {
                let Some(next) = flow.step(points[points.len() - 1], h) else {
                    break;
                };
                // Its own last steps are always near.
                if points.len() > behind {
                    own.add(&[points[points.len() - behind]]);
                }
                let turned =
                    points.len() > 2 * behind && !own.is_free(next, 0.5 * NEAR * self.apart);
                if turned || !self.is_free(next, NEAR * self.apart) {
                    break;
                }
                points.push(next);
            }
            points
        };
        let step = STEP * self.apart;
        let (ahead, behind) = (half(step), half(-step));
        let mut line: Vec<[f64; 2]> = behind.into_iter().skip(1).rev().collect();
        line.extend(ahead);
        (line.len() as f64 * STEP >= SHORT).then_some(line)
    }
}
