//! Continua of fixed points: lines, rings, surfaces. The list of fixed points has one of each, and this is how another one of the same is
//! recognised: it can be walked to, from fixed point to fixed point.

use crate::analysis::local::{Local, largest, ordinary};

use super::energy_at;
use super::known::arrive;

/// Fixed points that are kept of a continuum.
const MEMBERS: usize = 500;
/// A walk takes steps of this part of what is known of a continuum…
const PARTS: f64 = 64.0;
/// … in which it bends by no more than this part of a step: a circle in so many steps bends by 0.004.
const BENT: f64 = 0.05;
/// A fixed point halfway is nearer to both ends than they are to each other: of a circle's halves by 0.71.
const NEARER: f64 = 0.75;
/// Steps shorter than this, beside 1 + max|x|, are none: a corner bends them all.
const SHORT: f64 = 1e-5;
/// Steps after which a walk is given up.
const MOST: usize = 2000;
/// Energies of one continuum, to so many times their size and 1.
const LEVEL: f64 = 1e-9;

/// The continua that are known.
#[derive(Default)]
pub(super) struct Continua(Vec<Continuum>);

struct Continuum {
    /// The number of its fixed point in the list.
    point: usize,
    /// The energy, which is the same all along it.
    energy: Option<f64>,
    members: Vec<Vec<f64>>,
    /// The largest distance from the first of them.
    wide: f64,
}

impl Continua {
    /// A new one.
    pub fn add(&mut self, point: usize, energy: Option<f64>, x: &[f64]) {
        self.0.push(Continuum {
            point,
            energy,
            members: vec![x.to_vec()],
            wide: 0.0,
        });
    }

    /// The number of the point of the continuum that this fixed point is on; none if it is on none that is known.
    pub fn find(&mut self, local: &mut Local<'_>, x: &[f64]) -> Option<usize> {
        if self.0.is_empty() {
            return None;
        }
        let (energy, _) = energy_at(local.network, (x, local.input, &local.clamped));
        let near = |all: &Continuum| {
            let distances = all.members.iter().map(|m| distance(m, x));
            distances.enumerate().min_by(|a, b| a.1.total_cmp(&b.1))
        };
        let nearest = self.0.iter().enumerate();
        let mut nearest: Vec<(usize, usize, f64)> = nearest
            .filter(|(_, all)| level(all.energy, energy))
            .filter_map(|(k, all)| near(all).map(|(m, far)| (k, m, far)))
            .collect();
        nearest.sort_by(|a, b| a.2.total_cmp(&b.2));
        for (k, member, far) in nearest {
            let all = &mut self.0[k];
            let step = all.wide.max(far) / PARTS;
            if leads((local, energy), &all.members[member], x, step) {
                all.wide = all.wide.max(distance(&all.members[0], x));
                if all.members.len() < MEMBERS && far > 0.25 * step {
                    all.members.push(x.to_vec());
                }
                return Some(all.point);
            }
        }
        None
    }
}

fn level(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= LEVEL * (1.0 + a.abs()),
        _ => true,
    }
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    let pairs = a.iter().zip(b);
    pairs.map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// Is there a way from one fixed point to another on which all are fixed points? There is one halfway, and halfway to that, down to this
/// step.
fn leads(
    (local, energy): (&mut Local<'_>, Option<f64>),
    from: &[f64],
    to: &[f64],
    step: f64,
) -> bool {
    let short = SHORT * (1.0 + largest(from));
    let mut open = vec![(from.to_vec(), to.to_vec())];
    let mut steps = 0;
    while let Some((a, b)) = open.pop() {
        let long = distance(&a, &b);
        if long <= short {
            continue;
        }
        steps += 1;
        if steps > MOST {
            return false;
        }
        let Some((middle, bent)) = halfway((local, energy), &a, &b) else {
            return false;
        };
        if long > step || bent > BENT * long {
            open.push((middle.clone(), b));
            open.push((a, middle));
        }
    }
    true
}

/// A fixed point of the same energy between two others, and how far from their middle it is.
fn halfway(
    (local, energy): (&mut Local<'_>, Option<f64>),
    a: &[f64],
    b: &[f64],
) -> Option<(Vec<f64>, f64)> {
    let long = distance(a, b);
    let middle: Vec<f64> = a.iter().zip(b).map(|(a, b)| 0.5 * (a + b)).collect();
    let at = |local: &mut Local<'_>, from: &[f64]| {
        let x = arrive(local, from)?;
        let (own, _) = energy_at(local.network, (&x, local.input, &local.clamped));
        let is_between = distance(a, &x).max(distance(b, &x)) <= NEARER * long;
        let bent = distance(&middle, &x);
        (is_between && level(energy, own)).then_some((x, bent))
    };
    if let Some(found) = at(local, &middle) {
        return Some(found);
    }
    // From the far side of a ring the middle is its centre: beside it, in the direction in which the ring leaves `a`.
    let beside = a.iter().enumerate();
    let beside = beside.map(|(i, v)| v + 1e-3 * long * (ordinary(i) - 1.0));
    let beside = arrive(local, &beside.collect::<Vec<f64>>())?;
    let far = distance(a, &beside);
    if far <= f64::EPSILON * long {
        return None;
    }
    let way: Vec<f64> = beside.iter().zip(a).map(|(x, a)| (x - a) / far).collect();
    [0.5, -0.5].into_iter().find_map(|side| {
        let from = middle.iter().zip(&way).map(|(m, w)| m + side * long * w);
        at(local, &from.collect::<Vec<f64>>())
    })
}
