//! At which fixed point did a start end? The ends are compared with those that have been seen; Newton's method is asked once for each.

mod beyond;

use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};

use super::Reached;
use crate::analysis::landscape::{
    ALL_UP_TO, Known, LARGEST, LandscapePoint, arrive, order, state_point,
};
use crate::analysis::local::{Local, largest};
use crate::analysis::{Class, Follow};
use crate::dynamics::{ASYNCHRONOUS, Moves, Outcome};
use crate::refusal::Refusal;
use crate::trajectory::StopReason;

/// Two ends are at one point where no neuron differs by more, in units of 1 + max|x|: what the tolerance of rest leaves of a mode that
/// decays within a hundred time constants. Beyond, Newton's method tells that they are one.
const NEAR: f64 = 1e-4;
/// A fixed point this far from an end, in the same units, is not where it rests: it was slow. Ends at a point of eigenvalue 0 are off by
/// the third root of the tolerance, 0.01.
const FAR: f64 = 0.05;
/// More ends that differ are no list of fixed points: a continuum of them, on which the others are looked for.
const MOST: usize = 2000;
/// Numbers of all these others together, 128 MiB.
const ROOM: usize = 1 << 24;
/// The number of a start that came to no rest, of one at rest beyond the list, and of one that was not followed to its end.
const RESTLESS: u32 = u32::MAX;
const BEYOND: u32 = u32::MAX - 1;
const UNENDED: u32 = u32::MAX - 2;

/// The label of a start that came to no rest.
pub(super) const NONE: i64 = -1;
/// The label of one that was not followed to its end: an interrupt came first.
pub(super) const UNKNOWN: i64 = i64::MIN;

/// An end that was the first of its kind.
struct First {
    k: usize,
    x: Vec<f64>,
}

/// What starts are labelled with while they end, in any thread.
pub(super) struct Labels<'a> {
    follow: &'a Follow<'a>,
    firsts: RwLock<Vec<First>>,
    /// Which end was met last.
    last: AtomicUsize,
    /// Ends of starts beyond those, by their numbers.
    beyond: Mutex<Vec<(usize, Vec<f64>)>>,
    /// How many have been examined, the number of the point of each, and the points.
    points: Vec<Option<usize>>,
    known: Known,
    /// How many starts there have been.
    followed: usize,
}

/// The ends of some starts, by their numbers.
pub(super) struct Ends {
    firsts: Vec<AtomicU32>,
    times: Vec<AtomicU64>,
}

impl Ends {
    fn new(count: usize) -> Self {
        Ends {
            firsts: (0..count).map(|_| AtomicU32::new(UNENDED)).collect(),
            times: (0..count)
                .map(|_| AtomicU64::new(f64::NAN.to_bits()))
                .collect(),
        }
    }

    /// When each came to rest; NaN of those that did not.
    pub fn times(&self) -> Vec<f64> {
        let all = self.times.iter().map(|t| t.load(Ordering::Relaxed));
        all.map(f64::from_bits).collect()
    }
}

impl<'a> Labels<'a> {
    /// # Errors
    /// The network has too many free neurons for its attractors to be certified.
    pub fn new(follow: &'a Follow<'a>) -> Result<Self, Refusal> {
        follow.check()?;
        let clamped = [follow.network.clamped(), &follow.base.clamped].concat();
        let free = follow.network.size().saturating_sub(clamped.len());
        if free > LARGEST && !follow.settings.method.flips {
            let why = format!(
                "has {free} free neurons, and attractors are certified of at most {LARGEST}"
            );
            return Err(Refusal::new("the network", why));
        }
        Ok(Labels {
            follow,
            firsts: RwLock::new(Vec::new()),
            last: AtomicUsize::new(0),
            beyond: Mutex::default(),
            points: Vec::new(),
            known: Known::new(MOST, ALL_UP_TO),
            followed: 0,
        })
    }

    /// Follows starts of these states to their ends, and examines what they came to.
    pub fn run(
        &mut self,
        count: usize,
        state: impl Fn(usize) -> Vec<f64> + Sync,
    ) -> Result<Ends, Refusal> {
        let ends = Ends::new(count);
        let before = self.followed;
        self.follow.run(count, state, |k, outcome| {
            let first = match outcome.stop {
                StopReason::Rest => self.first(before + k, &outcome),
                StopReason::Interrupted => UNENDED,
                _ => RESTLESS,
            };
            ends.firsts[k].store(first, Ordering::Relaxed);
            if first == BEYOND {
                let mut beyond = self.beyond.lock().unwrap_or_else(PoisonError::into_inner);
                if (beyond.len() + 1).saturating_mul(outcome.x.len()) <= ROOM {
                    beyond.push((k, outcome.x.clone()));
                }
            }
            if outcome.stop == StopReason::Rest {
                ends.times[k].store(outcome.t.to_bits(), Ordering::Relaxed);
            }
        })?;
        self.followed += count;
        self.examine();
        self.place(&ends);
        Ok(ends)
    }

    /// The number of the first end at the same place. That of the smallest number of a start stands for all, whatever came first.
    fn first(&self, k: usize, end: &Outcome) -> u32 {
        let unit = match self.follow.settings.method.flips {
            true => 0.0,
            false => NEAR * (1.0 + largest(&end.x)),
        };
        let is_here = |first: &First| {
            let mut pairs = first.x.iter().zip(&end.x);
            pairs.all(|(a, b)| (a - b).abs() <= unit)
        };
        let find = |all: &[First]| {
            let last = self.last.load(Ordering::Relaxed);
            let is_last = all.get(last).is_some_and(is_here);
            match is_last {
                true => Some(last),
                false => all.iter().position(is_here),
            }
        };
        {
            let all = self.firsts.read().unwrap_or_else(PoisonError::into_inner);
            match find(&all) {
                Some(found) if all[found].k <= k || found < self.points.len() => {
                    self.last.store(found, Ordering::Relaxed);
                    return found as u32;
                }
                _ => {}
            }
        }
        let mut all = self.firsts.write().unwrap_or_else(PoisonError::into_inner);
        let own = First {
            k,
            x: end.x.clone(),
        };
        match find(&all) {
            Some(found) if found < self.points.len() || all[found].k <= k => found as u32,
            Some(found) => {
                all[found] = own;
                found as u32
            }
            None if all.len() < MOST => {
                all.push(own);
                all.len() as u32 - 1
            }
            None => BEYOND,
        }
    }

    /// Finds the fixed points of ends that are new.
    fn examine(&mut self) {
        let follow = self.follow;
        let (input, clamped) = (follow.input(), &follow.base.clamped);
        let mut local = Local::new(follow.network, &input, clamped);
        let all = self
            .firsts
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        let mut new: Vec<usize> = (self.points.len()..all.len()).collect();
        // In the order of the starts, so that threads do not matter.
        new.sort_by_key(|k| all[*k].k);
        self.points.resize(all.len(), None);
        for k in new {
            if follow.interrupt.is_raised() {
                return;
            }
            let end = &all[k].x;
            self.points[k] = match follow.settings.method.flips {
                true => {
                    // What units want at temperature 0, one at a time or all at once.
                    let mut cold = follow.settings.clone();
                    if !cold.method.at_once {
                        cold.method = &ASYNCHRONOUS;
                    }
                    let mut asked = Moves::new((follow.network, &cold), &input, clamped);
                    let point =
                        state_point(follow.network, &mut asked, (end.clone(), &input, clamped));
                    self.known.points.push(point);
                    Some(self.known.points.len() - 1)
                }
                false => {
                    let at = arrive(&mut local, end).filter(|x| {
                        let pairs = x.iter().zip(end);
                        let apart = pairs.fold(0.0, |m: f64, (a, b)| m.max((a - b).abs()));
                        apart <= FAR * (1.0 + largest(end))
                    });
                    at.and_then(|x| Some(self.known.find(&mut local, x)?.0))
                }
            };
        }
    }

    /// Which point it is, of those that are known so far: to be compared with another.
    pub fn now(&self, ends: &Ends, k: usize) -> Option<usize> {
        let first = ends.firsts[k].load(Ordering::Relaxed);
        self.points.get(first as usize).copied().flatten()
    }

    /// Has the question been stopped?
    pub fn is_interrupted(&self) -> bool {
        self.follow.interrupt.is_raised()
    }

    /// All points, and what is the label of each start.
    pub fn finish(self, ends: &Ends) -> (Reached, Vec<i64>) {
        let mut reached = Reached {
            attractors: Vec::new(),
            saddles: Vec::new(),
            followed: ends.firsts.len(),
            restless: 0,
            slow: 0,
            beyond: 0,
            until: self.follow.until(),
            is_interrupted: self.follow.interrupt.is_raised(),
        };
        let mut starts = vec![0; self.known.points.len()];
        for first in &ends.firsts {
            match first.load(Ordering::Relaxed) {
                UNENDED => reached.followed -= 1,
                RESTLESS => reached.restless += 1,
                BEYOND => reached.beyond += 1,
                first => match self.points[first as usize] {
                    Some(point) => starts[point] += 1,
                    // It rested, and an interrupt came before it was looked at where.
                    None if reached.is_interrupted => reached.followed -= 1,
                    None => reached.slow += 1,
                },
            }
        }
        let points = self.known.points;
        let mut places: Vec<usize> = (0..points.len()).collect();
        places.sort_by(|a, b| order(&points[*a], &points[*b]));
        let mut label = vec![NONE; points.len()];
        for place in places {
            let attracts = attracts(&points[place]);
            let list = match attracts {
                true => &mut reached.attractors,
                false => &mut reached.saddles,
            };
            let position = list.len() as i64;
            label[place] = if attracts { position } else { -2 - position };
            list.push(LandscapePoint {
                starts: starts[place],
                ..points[place].clone()
            });
        }
        let of = |first: &AtomicU32| {
            let first = first.load(Ordering::Relaxed);
            let point = self.points.get(first as usize).copied().flatten();
            let is_open = first != RESTLESS && first != BEYOND && self.follow.interrupt.is_raised();
            let without = if first == UNENDED || is_open {
                UNKNOWN
            } else {
                NONE
            };
            point.map_or(without, |k| label[k])
        };
        let labels = ends.firsts.iter().map(of).collect();
        (reached, labels)
    }
}

/// Of units that flip a state that none wants to leave is an end, though some may leave it at no cost.
fn attracts(point: &LandscapePoint) -> bool {
    let flips = point.class == Class::Marginal && point.eigenvalues.is_empty();
    flips || point.attracts()
}
