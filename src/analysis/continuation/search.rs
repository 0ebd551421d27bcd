//! The search for branches: from fixed points along the curves, and over the crossings that are met on them.

use super::answer::{Branch, BranchPoint, Diagram, End, Special};
use super::diagram::{Continuation, MOST_NEURONS};
use super::event::{Event, What};
use super::follow::{Followed, Pace, follow};
use super::locate::Located;
use super::switch::{classify, sides};
use super::system::{Family, Miss, System, dot};
use super::tidy::{SAME, is_at};
use crate::analysis::Watch;
use crate::analysis::eigenvalues::size;
use crate::analysis::local::Local;
use crate::kernels::Singular;
use crate::lagrangian::Values;
use crate::network::Boundedness;
use crate::refusal::Refusal;

pub(super) struct Search<'a> {
    pub system: System<'a>,
    pace: Pace,
    pub found: Diagram,
    /// Crossings of which the other curve was not looked at, with the tangent of the one that is known.
    open: Vec<(usize, BranchPoint)>,
    /// Must the indices of all fixed points add up to 1?
    pub adds_up: bool,
    /// Values at which a fixed point was found that is on no branch.
    pub apart: Vec<f64>,
}

impl<'a> Search<'a> {
    pub fn new<I: Iterator<Item = f64>>(
        family: Family<'a>,
        settings: &Continuation,
        (watch, values): (Watch<'a>, &dyn Fn() -> I),
    ) -> Result<Self, Refusal> {
        let mut first = None;
        let mut why = None;
        for p in values() {
            match family(p) {
                Ok(network) => first = Some(network),
                Err(refused) => why = why.or(Some(refused)),
            }
            if first.is_some() {
                break;
            }
        }
        let none = || why.unwrap_or(Refusal::new("the range", "has no value to begin at"));
        let first = first.ok_or_else(none)?;
        let base = settings.states.first().map_or(&[][..], |x| x);
        let n = first.size();
        if settings.states.iter().any(|x| x.len() != n) || base.len() != n {
            let why = format!("must have a number for each of {n} neurons");
            return Err(Refusal::new("a state", why));
        }
        let system = System::new(
            family,
            settings.range,
            (base, &settings.clamped),
            (&first, watch),
        );
        let m = system.free.len();
        if m == 0 {
            return Err(Refusal::new("the network", "has no neuron that is free"));
        }
        if m > MOST_NEURONS {
            let why = format!(
                "has {m} free neurons, and a branch is followed of at most {MOST_NEURONS}: every point takes the matrix of all their derivatives apart"
            );
            return Err(Refusal::new("the network", why));
        }
        for (k, layer) in first.layers().iter().enumerate() {
            let flips = layer.lagrangian.segments().iter();
            let flips = flips.map(|s| s.lagrangian.values());
            let mut flips = flips.filter(|v| *v != Values::Interval);
            let free = first
                .neurons(k)
                .any(|i| system.free.binary_search(&i).is_ok());
            if free && flips.next().is_some() {
                let why = "has units that flip: their fixed points are not on curves";
                let help = "the same with sigmoid, tanh or softmax at a large gain has branches";
                return Err(Refusal::new(format!("layer `{}`", layer.name), why).help(help));
            }
        }
        let bounded = matches!(first.certificate().boundedness, Boundedness::Bounded(_));
        let leaky = system.free.iter().all(|i| first.leaks()[*i] > 0.0);
        Ok(Search {
            system,
            pace: Pace {
                longest: settings.step,
                points: settings.points,
            },
            found: Diagram::default(),
            open: Vec::new(),
            apart: Vec::new(),
            adds_up: bounded && leaky && first.is_gradient(),
        })
    }

    pub fn note(&mut self, note: String) {
        if !self.found.notes.contains(&note) {
            self.found.notes.push(note);
        }
    }

    /// Follows the branch through a fixed point in both directions, unless it is known.
    pub fn seed(&mut self, p: f64, x: &[f64]) {
        let u = self.system.place(x, p);
        if self.is_known(&u) {
            return;
        }
        let mut level = vec![0.0; u.len()];
        level[u.len() - 1] = 1.0;
        // Where nothing singles one point out there is no direction to follow.
        let whole = |p: &BranchPoint| {
            let mut sizes = p.eigenvalues.iter().map(|e| e[0].hypot(e[1]));
            sizes.all(|size| size > p.zero)
        };
        let found = self.system.point(u.clone(), &level).ok();
        let Some((start, slope)) = found.filter(|(start, _)| whole(start)) else {
            self.apart.push(p);
            return;
        };
        if let Ok(error) = self.system.slope_error(&u) {
            self.found.derivative_error = self.found.derivative_error.max(error);
        }
        let forth = follow(&mut self.system, &start, slope.clone(), self.pace);
        let (mut points, mut ends) = (vec![start.clone()], [End::Closed, forth.end.clone()]);
        self.take(forth, &mut points);
        if ends[1] != End::Closed {
            let turned = reversed(start);
            let back = follow(&mut self.system, &turned, slope, self.pace);
            ends[0] = back.end.clone();
            let mut before = Vec::new();
            self.take(back, &mut before);
            points.splice(0..0, before.into_iter().rev().map(reversed));
        }
        self.found.branches.push(Branch { points, ends });
    }

    /// The points of a curve with what was met on it.
    fn take(&mut self, followed: Followed, points: &mut Vec<BranchPoint>) {
        for (event, point) in followed.points {
            if let Some((event, located)) = event {
                points.push(self.enter(event, located));
            }
            points.push(point);
        }
    }

    /// A special point, which may have been met on another branch before.
    fn enter(&mut self, event: Event, located: Located) -> BranchPoint {
        let Located { mut point, bend } = located;
        let near = |s: &Special| is_at(s, &point.u, SAME);
        let known = self.found.special.iter().position(near);
        let k = known.unwrap_or_else(|| {
            let special = self.special(event, &point, bend);
            self.found.special.push(special);
            self.found.special.len() - 1
        });
        point.special = Some(k);
        if known.is_none() && event.what.branches() {
            self.open.push((k, point.clone()));
        }
        point
    }

    fn special(&mut self, event: Event, point: &BranchPoint, bend: f64) -> Special {
        let count = |event: Event| match event.what {
            What::Hopf => [event.place, event.place + 2],
            _ => [event.place, event.place + 1],
        };
        let imaginary = point.eigenvalues[event.place][1].abs();
        let hopf = event.what == What::Hopf;
        let (width, scale) = (self.system.width(), self.system.scale);
        Special {
            kind: event.what.kind(),
            parameter: point.parameter,
            x: point.x.clone(),
            g: point.g.clone(),
            energy: point.energy,
            eigenvalues: point.eigenvalues.clone(),
            index: match event.what {
                // Those that are clearly to the right, and those that are 0.
                What::Several => {
                    let doubt = 1e-4 * size(&point.eigenvalues);
                    let beyond = |d: f64| point.eigenvalues.iter().filter(|e| e[0] > d).count();
                    [beyond(doubt), beyond(-doubt)]
                }
                _ => count(event),
            },
            null_vector: if hopf { None } else { self.null_vector(point) },
            curvature: event
                .what
                .by_tangent()
                .then(|| width * bend / (scale * scale)),
            slope: None,
            period: hopf.then(|| std::f64::consts::TAU / imaginary),
            u: point.u.clone(),
        }
    }

    /// The direction in which `r` does not change, with a positive largest entry.
    fn null_vector(&mut self, point: &BranchPoint) -> Option<Vec<f64>> {
        let network = self.system.network(point.parameter).ok()?;
        let m = self.system.free.len();
        let mut local = Local::new(&network, network.input(), &[]);
        local = local.only(self.system.free.clone());
        let matrix = local.matrix(&point.x);
        let svd = Singular::new(m, &matrix.scaled())?;
        let [_, v] = svd.vectors(m - 1);
        let v = matrix.of_columns(&v);
        let length = dot(&v, &v).sqrt();
        let most = v
            .iter()
            .fold(0.0f64, |m, v| if v.abs() > m.abs() { *v } else { m });
        let mut whole = vec![0.0; point.x.len()];
        for (i, v) in self.system.free.iter().zip(&v) {
            whole[*i] = v / length * most.signum();
        }
        Some(whole)
    }

    /// Follows the other curves at all crossings that were met, and at those that are met on them.
    pub fn cross(&mut self) {
        while let Some((k, at)) = self.open.pop() {
            let all = match sides(&mut self.system, &at) {
                Ok(all) => all,
                Err(Miss::Invalid(_) | Miss::Outside(_) | Miss::Lost) => continue,
            };
            let mut special = self.found.special[k].clone();
            classify(&self.system, &mut special, &all);
            self.found.special[k] = special;
            for both in all {
                let mut halves = [Vec::new(), Vec::new()];
                let mut ends = [End::Special(k), End::Special(k)];
                for (which, side) in both.into_iter().enumerate() {
                    let Some((first, slope)) = side else {
                        continue;
                    };
                    if self.is_known(&first.u) || ends[0] == End::Closed {
                        continue;
                    }
                    let followed = follow(&mut self.system, &first, slope, self.pace);
                    ends[which] = followed.end.clone();
                    let half = &mut halves[which];
                    half.push(first);
                    self.take(followed, half);
                    if ends[which] == End::Closed {
                        // It has come back over the crossing, where it is to close, to its own first point.
                        let back = half.iter().rposition(|p| p.special == Some(k));
                        half.truncate(back.map_or(half.len(), |back| back + 1));
                        ends = [End::Closed, End::Closed];
                    }
                }
                let [forth, back] = halves;
                if forth.is_empty() && back.is_empty() {
                    continue;
                }
                let mut points: Vec<BranchPoint> = back.into_iter().rev().map(reversed).collect();
                points.push(at.clone());
                points.extend(forth);
                ends.swap(0, 1);
                self.found.branches.push(Branch { points, ends });
            }
        }
    }
}

/// The same point on a curve that is walked the other way.
fn reversed(mut point: BranchPoint) -> BranchPoint {
    point.tangent.iter_mut().for_each(|t| *t = -*t);
    point
}
