//! The points of the branches at one value of the parameter.

use super::answer::{BranchPoint, Diagram, End, Slice};
use super::search::Search;
use super::starts::same;
use super::system::{difference, dot};
use super::tidy::{AT_THE_END, Frame, tidy};

/// With an eigenvalue below this the index of a fixed point is not counted on: a bifurcation is near.
const NEARLY: f64 = 1e-4;

impl Search<'_> {
    /// Is this place on a branch that was followed?
    pub(super) fn is_known(&mut self, u: &[f64]) -> bool {
        let (x, p) = (self.system.state(u), self.system.parameter(u));
        (0..self.found.branches.len()).any(|k| self.on(k, p).iter().any(|there| same(&there.x, &x)))
    }

    /// The points of a branch at a value of the parameter.
    fn on(&mut self, branch: usize, p: f64) -> Vec<BranchPoint> {
        let mut found: Vec<BranchPoint> = Vec::new();
        let q = (p - self.system.range[0]) / self.system.width();
        for k in 1..self.found.branches[branch].points.len() {
            let points = &self.found.branches[branch].points;
            let (a, b) = (points[k - 1].clone(), points[k].clone());
            let m = a.u.len() - 1;
            if (a.u[m] - q) * (b.u[m] - q) > 0.0 {
                continue;
            }
            let Some(point) = self.between(&a, &b, q) else {
                continue;
            };
            if found.iter().all(|known| !same(&known.x, &point.x)) {
                found.push(point);
            }
        }
        found
    }

    /// The point between two neighbours at a part q of the range: on the cubic through them, and from there by Newton's method.
    fn between(&mut self, a: &BranchPoint, b: &BranchPoint, q: f64) -> Option<BranchPoint> {
        let m = a.u.len() - 1;
        let chord = difference(&b.u, &a.u);
        let long = dot(&chord, &chord).sqrt();
        let cubic = |z: f64, k: usize| {
            let (c, d) = (long * a.tangent[k], long * b.tangent[k]);
            a.u[k] + z * (c + z * ((3.0 * chord[k] - 2.0 * c - d) + z * (c + d - 2.0 * chord[k])))
        };
        let (mut low, mut high) = (0.0, 1.0);
        let rises = b.u[m] > a.u[m];
        for _ in 0..50 {
            let middle = 0.5 * (low + high);
            match (cubic(middle, m) < q) == rises {
                true => low = middle,
                false => high = middle,
            }
        }
        let mut guess: Vec<f64> = (0..=m).map(|k| cubic(low, k)).collect();
        guess[m] = q;
        let mut normal = vec![0.0; m + 1];
        normal[m] = 1.0;
        let u = self.system.correct(&guess, &normal, &vec![0.0; m]).ok()?;
        let off = difference(&u, &guess);
        if dot(&off, &off).sqrt() > 0.5 * long + 1e-9 {
            return None;
        }
        let tangent = a.tangent.clone();
        self.system.describe(u, tangent).ok()
    }

    /// The fixed points of the branches at a value, and whether these can be all.
    pub(super) fn slice(&mut self, p: f64) {
        let mut points: Vec<(usize, BranchPoint)> = Vec::new();
        for k in 0..self.found.branches.len() {
            for point in self.on(k, p) {
                if points.iter().all(|(_, known)| !same(&known.x, &point.x)) {
                    points.push((k, point));
                }
            }
        }
        let mut all = points.iter().flat_map(|(_, p)| &p.eigenvalues);
        let singular = all.any(|e| e[0].abs() < NEARLY);
        let sum: i64 = points
            .iter()
            .map(|(_, p)| 1 - 2 * (p.index as i64 % 2))
            .sum();
        if self.adds_up && sum != 1 && !singular && !self.apart.contains(&p) {
            self.note(format!(
                "at {p} the list of fixed points is not complete: the sum of (-1)^index is {sum} and must be 1; more starts may find the others"
            ));
        }
        self.found.slices.push(Slice {
            parameter: p,
            points,
        });
    }

    /// With the special points in the order of the parameter.
    pub(super) fn sorted(mut self) -> Diagram {
        self.apart.dedup();
        // What is a special point of a branch is told as that.
        let near = AT_THE_END[0] * self.system.width();
        let specials = &self.found.special;
        let is_told = |p: &f64| specials.iter().any(|s| (s.parameter - p).abs() <= near);
        self.apart.retain(|p| !is_told(p));
        if let [p, rest @ ..] = &self.apart[..] {
            let more = match rest.len() {
                0 => String::new(),
                n => format!(" (and at {n} more values)"),
            };
            self.note(format!(
                "fixed points at {p}{more} are not followed: an eigenvalue is 0, so that they are bifurcations or not isolated"
            ));
        }
        let special = std::mem::take(&mut self.found.special);
        let mut order: Vec<usize> = (0..special.len()).collect();
        order.sort_by(|a, b| special[*a].parameter.total_cmp(&special[*b].parameter));
        let place = |old: usize| order.iter().position(|k| *k == old).unwrap_or(0);
        for branch in &mut self.found.branches {
            for point in &mut branch.points {
                point.special = point.special.map(place);
            }
            for end in &mut branch.ends {
                if let End::Special(k) = end {
                    *k = place(*k);
                }
            }
        }
        self.found.special = order.iter().map(|k| special[*k].clone()).collect();
        tidy(&mut self.found);
        self.found.frame = Frame {
            base: self.system.state(&vec![0.0; self.system.free.len()]),
            free: self.system.free.clone(),
            scale: self.system.scale,
            from: self.system.range[0],
            width: self.system.width(),
        };
        self.found
    }
}
