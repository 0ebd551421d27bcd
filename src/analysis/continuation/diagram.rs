//! All branches in a range of a parameter.

use super::answer::{Branch, BranchPoint, Diagram, End, Slice, Special};
use super::event::{Event, What};
use super::follow::{Followed, Pace, follow};
use super::locate::Located;
use super::starts::{fixed_points, same, typical};
use super::switch::{classify, sides};
use super::system::{Family, Miss, System, difference, dot};
use crate::analysis::eigenvalues::{size, zero};
use crate::analysis::local::{Local, largest};
use crate::kernels::Singular;
use crate::lagrangian::Values;
use crate::network::{Boundedness, Network};
use crate::refusal::Refusal;

/// Matrices of more free neurons than this are not written out for every point of a branch.
pub const MOST_NEURONS: usize = 500;

/// With an eigenvalue below this the index of a fixed point is not counted on: a bifurcation is near.
const NEARLY: f64 = 1e-4;
/// States below this part of those that the network calls for are 0.
const ROUNDING: f64 = 1e-6;

/// How branches are looked for.
#[derive(Clone, Debug)]
pub struct Continuation {
    /// The ends of the parameter, the smaller one first.
    pub range: [f64; 2],
    /// States from which fixed points are looked for first; the first of them says where clamped neurons stand, so that there is
    /// one at least.
    pub states: Vec<Vec<f64>>,
    /// Neurons that are clamped besides those of the layers.
    pub clamped: Vec<usize>,
    /// At how many values, both ends of the range among them, fixed points are looked for.
    pub values: usize,
    /// Most starts that are drawn for each of them; fewer where they find nothing new.
    pub starts: usize,
    /// Other values, inside the range, at which the points of the branches are told ([`Diagram::slices`]).
    pub at: Vec<f64>,
    /// The seed of the starts.
    pub seed: u64,
    /// The longest step along a branch, as a part of the range.
    pub step: f64,
    /// Most points of a branch to either side of where it was found.
    pub points: usize,
}

impl Continuation {
    /// Through this range, from this state and 200 drawn ones at each of 9 values.
    pub fn new(range: [f64; 2], state: Vec<f64>) -> Self {
        Continuation {
            range,
            states: vec![state],
            clamped: Vec::new(),
            values: 9,
            starts: 200,
            at: Vec::new(),
            seed: 0,
            step: 0.02,
            points: 2000,
        }
    }
}

/// The branches of fixed points of a family of networks, one for every value of a parameter: those that pass through fixed points
/// found at some values, and those that cross them. A branch that no start leads to is not found.
///
/// # Errors
/// A range that is none, a network that flips or is too large for its matrix to be written out
/// ([`MOST_NEURONS`]), or no network at any of the values that were tried. Where there is none beyond some value, a branch ends
/// ([`End::Invalid`]).
///
/// ```
/// use attractor::analysis::{Bifurcation, Continuation, continuation};
/// use attractor::kernels::Weights;
/// use attractor::lagrangian::Sigmoid;
/// use attractor::network::{Layer, theories};
/// use attractor::refusal::Refusal;
///
/// // A flip-flop: two neurons that inhibit each other. Its gain has to be above 4 for two states.
/// let family = |beta: f64| {
///     let refused = |e: &dyn std::fmt::Display| Refusal::new("beta", e.to_string());
///     let weights = Weights::new(2, 2, vec![0.0, -1.0, -1.0, 0.0]).map_err(|e| refused(&e))?;
///     let layer = Layer::new("neurons", &[2], Sigmoid { beta }).map_err(|e| refused(&e))?;
///     theories::classical(layer.input(0.5), weights).map_err(|e| refused(&e))
/// };
/// let found = continuation(&family, &Continuation::new([0.5, 10.0], vec![0.0; 2]))?;
/// let pitchfork = &found.special[0];
/// assert_eq!((found.branches.len(), pitchfork.kind), (2, Bifurcation::Pitchfork));
/// assert!((pitchfork.parameter - 4.0).abs() < 1e-8);
/// # Ok::<(), Refusal>(())
/// ```
pub fn continuation(
    family: &dyn Fn(f64) -> Result<Network, Refusal>,
    settings: &Continuation,
) -> Result<Diagram, Refusal> {
    let [from, to] = settings.range;
    if !(from < to && (to - from).is_finite()) {
        let why = format!("goes from {from} to {to}, which is no interval");
        return Err(Refusal::new("the range", why).help("the smaller end comes first"));
    }
    if let Some(p) = settings.at.iter().find(|p| !(from..=to).contains(*p)) {
        let why = format!("is {p}, outside of the range from {from} to {to}");
        return Err(Refusal::new("a value that is asked about", why));
    }
    let last = settings.values.max(2) - 1;
    let at = |k: usize| match k {
        0 => from,
        k if k == last => to,
        k => from + (to - from) * k as f64 / last as f64,
    };
    let mut search = Search::new(family, settings, &|| (0..=last).map(at))?;
    let (mut seeds, mut invalid) = (Vec::new(), Vec::new());
    for p in (0..=last).map(at) {
        let how = (settings.starts, settings.seed);
        match fixed_points(&mut search.system, p, &settings.states, how) {
            Ok(found) => seeds.push((p, found)),
            Err(why) => invalid.push((p, why)),
        }
    }
    if seeds.is_empty() {
        // The network of some value was made, and is not made again.
        let why = "has no value at which there is a network";
        return Err(Refusal::new("the range", why));
    }
    if let [(p, why), rest @ ..] = &invalid[..] {
        let more = match rest.len() {
            0 => String::new(),
            n => format!(" (and at {n} more of the values where fixed points were looked for)"),
        };
        search.note(format!("there is no network at {p}{more}: {why}"));
    }
    let all = seeds.iter().flat_map(|(_, found)| found);
    let free = |x: &Vec<f64>| {
        search
            .system
            .free
            .iter()
            .fold(0.0f64, |m, i| m.max(x[*i].abs()))
    };
    let size = all.map(free).fold(0.0, f64::max);
    let (middle, _) = &seeds[seeds.len() / 2];
    let typical = typical(&mut search.system, *middle, settings.seed)?;
    // What is left of 0 by rounding is no size.
    search.system.scale = if size > ROUNDING * typical {
        size
    } else {
        typical
    };
    if !(search.system.scale > 0.0 && search.system.scale.is_finite()) {
        search.system.scale = 1.0;
    }
    for (p, found) in &seeds {
        for x in found {
            search.seed(*p, x);
            search.cross();
        }
    }
    let mut values: Vec<f64> = seeds.iter().map(|(p, _)| *p).collect();
    values.extend(&settings.at);
    values.sort_by(f64::total_cmp);
    values.dedup();
    for p in values {
        search.slice(p);
    }
    Ok(search.sorted())
}

struct Search<'a> {
    system: System<'a>,
    pace: Pace,
    found: Diagram,
    /// Crossings of which the other curve was not looked at, with the tangent of the one that is known.
    open: Vec<(usize, BranchPoint)>,
    /// Must the indices of all fixed points add up to 1?
    adds_up: bool,
    /// Values at which a fixed point was found that is on no branch.
    apart: Vec<f64>,
}

impl<'a> Search<'a> {
    fn new<I: Iterator<Item = f64>>(
        family: Family<'a>,
        settings: &Continuation,
        values: &dyn Fn() -> I,
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
        let system = System::new(family, settings.range, (base, &settings.clamped), &first);
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

    fn note(&mut self, note: String) {
        if !self.found.notes.contains(&note) {
            self.found.notes.push(note);
        }
    }

    /// Follows the branch through a fixed point in both directions, unless it is known.
    fn seed(&mut self, p: f64, x: &[f64]) {
        let u = self.system.place(x, p);
        if self.is_known(&u) {
            return;
        }
        let mut level = vec![0.0; u.len()];
        level[u.len() - 1] = 1.0;
        // Where nothing singles one point out there is no direction to follow.
        let whole = |p: &BranchPoint| {
            let mut sizes = p.eigenvalues.iter().map(|e| e[0].hypot(e[1]));
            sizes.all(|size| size > zero(&p.eigenvalues))
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
        let near = |s: &Special| {
            let off = difference(&s.u, &point.u);
            // A state at a crossing is known to fewer digits than the parameter.
            off[off.len() - 1].abs() < 1e-7 && largest(&off) < 1e-4
        };
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
    fn cross(&mut self) {
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
                for (half, end, side) in halves
                    .iter_mut()
                    .zip(&mut ends)
                    .zip(both)
                    .map(|((h, e), s)| (h, e, s))
                {
                    let Some((first, slope)) = side else {
                        continue;
                    };
                    if self.is_known(&first.u) {
                        continue;
                    }
                    let followed = follow(&mut self.system, &first, slope, self.pace);
                    *end = followed.end.clone();
                    half.push(first);
                    self.take(followed, half);
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

    /// Is this place on a branch that was followed?
    fn is_known(&mut self, u: &[f64]) -> bool {
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
    fn slice(&mut self, p: f64) {
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
    fn sorted(mut self) -> Diagram {
        self.apart.dedup();
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
        self.found
    }
}

/// The same point on a curve that is walked the other way.
fn reversed(mut point: BranchPoint) -> BranchPoint {
    point.tangent.iter_mut().for_each(|t| *t = -*t);
    point
}
