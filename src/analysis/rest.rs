//! The certificate of an end at rest: where its fixed point is, if there is one, and whether that attracts.

use super::centre::Along;
use super::certify::{certify, grows};
use super::kink::kink;
use super::local::{Local, largest};
use super::newton::newton;
use super::stability::Stability;
use crate::dynamics::{Settings, Still, still};
use crate::kernels::Eigenvalue;
use crate::network::Network;

/// A fixed point at which trajectories ended, and its certificate.
#[derive(Clone, Debug)]
pub struct FixedPoint {
    /// The fixed point, to which Newton's method has led from the state that was reached; that state where there is none.
    pub x: Vec<f64>,
    /// Where the first trajectory ended.
    reached: Vec<f64>,
    input: Vec<f64>,
    clamped: Vec<usize>,
    /// The eigenvalue of the Jacobian with the largest real part; none if no neuron is free.
    pub eigenvalue: Option<Eigenvalue>,
    /// What follows from it.
    pub stability: Stability,
    /// What happens along the direction of an eigenvalue that is 0 as far as the Jacobian tells; none where there is no such
    /// direction, or it was not examined.
    pub along: Option<Along>,
    /// Does every perturbation grow? Then it is no saddle.
    pub repels: bool,
    /// Do neurons without leak go on moving, their activations being at rest?
    pub drifts: bool,
    /// Largest change of a neuron by one Newton correction of the state that was reached first. None on a line of fixed points,
    /// where there is no such change, and where it could not be solved for.
    pub newton: Option<f64>,
    /// The largest distance, in any neuron, of an end from the fixed point; none where there is no fixed point.
    pub distance: Option<f64>,
    /// How many trajectories ended there.
    pub members: usize,
}

impl FixedPoint {
    /// Is it one of a line of fixed points?
    pub fn is_on_a_line(&self) -> bool {
        self.along == Some(Along::Flat)
    }

    /// One of which nothing is known.
    fn at(end: End<'_>) -> Self {
        FixedPoint {
            x: end.x.to_vec(),
            reached: end.x.to_vec(),
            input: end.input.to_vec(),
            clamped: end.clamped.to_vec(),
            eigenvalue: None,
            stability: Stability::Unknown,
            along: None,
            repels: false,
            drifts: false,
            newton: None,
            distance: None,
            members: 1,
        }
    }

    fn take(&mut self, x: &[f64]) {
        self.members += 1;
        let own = distance(&self.x, x);
        self.distance = self.distance.map(|d| d.max(own));
    }
}

/// Where a trajectory ended: its state, input and clamped neurons.
#[derive(Clone, Copy)]
struct End<'a> {
    x: &'a [f64],
    input: &'a [f64],
    clamped: &'a [usize],
}

/// The distinct fixed points of a set of trajectories, each examined once.
#[derive(Debug, Default)]
pub struct FixedPoints {
    points: Vec<FixedPoint>,
    /// How units flip, if they do.
    flips: Option<Settings>,
}

/// Ends that are nearer than this, relative to the size of the state, are at the same fixed point. The rest test lets a
/// state be off by its tolerance (1e-6) times the decay time of the slowest mode: this covers decay in a hundred time
/// constants. Ends along a slower mode are known by the fixed point that Newton's method finds.
const SAME: f64 = 1e-4;
/// A Newton correction is as good as the fixed point where every mode decays at least so fast, the leaks being 1.
const WELL: f64 = 1e-3;
/// States between an end and its fixed point at which the Jacobian is asked whether one leads to the other.
const BETWEEN: usize = 8;

/// A neuron without leak moves where `τẋ` is larger than this, and so many times larger than what its activation does of it.
const MOVING: f64 = 1e-4;
const UNSEEN: f64 = 30.0;

fn scale(x: &[f64]) -> f64 {
    largest(x).max(1.0)
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    let pairs = a.iter().zip(b);
    pairs.fold(0.0, |m, (a, b)| m.max((a - b).abs()))
}

impl FixedPoints {
    /// The points found so far.
    pub fn points(&self) -> &[FixedPoint] {
        &self.points
    }

    /// None so far, of trajectories under these settings. Without them ([`FixedPoints::default`]) states move, on curves.
    pub fn under(settings: &Settings) -> Self {
        FixedPoints {
            points: Vec::new(),
            flips: settings.method.flips.then(|| settings.clone()),
        }
    }

    /// The position of the fixed point of the end `x` under this input and these clamped neurons; examined if it is new.
    pub fn find(
        &mut self,
        network: &Network,
        x: &[f64],
        input: &[f64],
        clamped: &[usize],
    ) -> usize {
        let end = End { x, input, clamped };
        let same = |p: &FixedPoint| p.clamped == clamped && p.input == input;
        let close = |a: &[f64], b: &[f64]| distance(a, b) <= SAME * scale(b);
        let near = |p: &FixedPoint| same(p) && (close(&p.reached, x) || close(&p.x, x));
        if let Some(k) = self.points.iter().position(near) {
            self.points[k].take(x);
            return k;
        }
        let point = match &self.flips {
            Some(settings) => examine_still((network, settings), end),
            None => examine(network, end),
        };
        let known = |p: &FixedPoint| {
            let both = p.distance.is_some() && point.distance.is_some();
            both && same(p) && p.stability == point.stability && close(&p.x, &point.x)
        };
        if let Some(k) = self.points.iter().position(known) {
            self.points[k].take(x);
            return k;
        }
        self.points.push(point);
        self.points.len() - 1
    }
}

/// The fixed point that Newton's method finds from `x`, if it finds one.
pub fn newton_from(
    network: &Network,
    x: &[f64],
    input: &[f64],
    clamped: &[usize],
) -> Option<Vec<f64>> {
    let found = newton(&mut Local::new(network, input, clamped), x);
    found.converged.then_some(found.x)
}

/// A state where units flip. It is at rest as it is; nothing is near it.
fn examine_still(on: (&Network, &Settings), end: End<'_>) -> FixedPoint {
    let End { x, input, clamped } = end;
    let mut point = FixedPoint::at(end);
    point.stability = match still(on, x, input, clamped) {
        Still::Firm => Stability::Stable,
        Still::Free => Stability::Marginal,
        Still::Wants => Stability::Slow,
    };
    point.distance = (point.stability != Stability::Slow).then_some(0.0);
    point
}

fn examine(network: &Network, end: End<'_>) -> FixedPoint {
    let End { x, input, clamped } = end;
    let mut local = Local::new(network, input, clamped);
    let force = local.force(x);
    let drifts = drifts(&mut local, x, &force);
    let mut point = FixedPoint::at(end);
    point.drifts = drifts;
    let mut told = true;
    if drifts {
        // The state has no fixed point, its activations have: they are there but for the tolerance of rest.
        point.distance = Some(0.0);
    } else {
        let found = newton(&mut local, x);
        point.newton = found.first;
        // Without an energy a failure of Newton's method may be one of rounding: the Jacobian has no bound of its own.
        told = found.converged || local.gradient;
        let led = match found.converged {
            true => leads(&mut local, x, &found.x),
            false => Some(false),
        };
        told &= led.is_some();
        if led == Some(true) {
            point.distance = Some(distance(x, &found.x));
            point.x = found.x;
        } else if let Some(correction) = found.first.filter(|c| *c <= CLOSE * scale(x)) {
            // It began at a fixed point as far as can be told; roundings of stiff currents keep it from seeing that.
            point.distance = Some(correction);
        }
    }
    let kink = kink(&mut local, &point.x);
    let mut verdict = certify(&mut local, kink.as_ref().map_or(&point.x, |k| &k.side));
    if kink.is_some_and(|k| !k.tells || verdict.stability != Stability::Stable) {
        // What grows beside a kink may not stay on that side.
        (verdict.stability, verdict.repels, verdict.along) = (Stability::Unknown, false, None);
    }
    point.eigenvalue = verdict.eigenvalue;
    point.repels = verdict.repels;
    if point.distance.is_some() {
        point.stability = verdict.stability;
        point.along = verdict.along;
        if point.is_on_a_line() {
            point.newton = None;
        }
    } else if let Some(correction) = point.newton {
        // Newton's method may fail beside a kink; a small correction of fast modes is enough.
        let fast = verdict.stability == Stability::Stable && verdict.top < -WELL;
        if fast && correction <= SAME * scale(x) {
            point.stability = Stability::Stable;
            point.distance = Some(correction);
        } else if told {
            point.stability = Stability::Slow;
        }
    }
    point
}

/// Do neurons without leak go on moving although their activations, `H τẋ`, are at rest?
fn drifts(local: &mut Local<'_>, x: &[f64], force: &[f64]) -> bool {
    if local.leaky {
        return false;
    }
    let mut seen = vec![0.0; x.len()];
    local.hessian(x).apply(force, &mut seen);
    let leaks = local.network.leaks();
    let open = |v: &[f64]| {
        let all = local.free.iter().filter(|i| leaks[**i] == 0.0);
        all.fold(0.0f64, |m, i| m.max(v[*i].abs()))
    };
    open(force) > MOVING && open(force) > UNSEEN * open(&seen)
}

/// A first correction this small, beside the state, leads nowhere else.
const CLOSE: f64 = 1e-7;

/// Does a state at rest belong to this fixed point? Near by it does. Farther off the flow between the two must be of one kind:
/// between the ghost of a fixed point and another one, however far, perturbations grow somewhere. None where that cannot be told.
fn leads(local: &mut Local<'_>, from: &[f64], to: &[f64]) -> Option<bool> {
    if distance(from, to) <= SAME * scale(from) {
        return Some(true);
    }
    let kind = grows(local, to)?;
    for k in 0..BETWEEN {
        let part = k as f64 / BETWEEN as f64;
        let pairs = from.iter().zip(to);
        let x: Vec<f64> = pairs.map(|(a, b)| a + part * (b - a)).collect();
        if grows(local, &x)? != kind {
            return Some(false);
        }
    }
    Some(true)
}
