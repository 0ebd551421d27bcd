//! An exhaustive search: every fixed point, each proved to be there and to be alone in a box, and no others (branch and bound over
//! intervals; Krawczyk 1969, Neumaier 1990).
//!
//! The box of all states is cut until every piece is decided. With `r(x) = I − k x + currents(g(x))/d` over the free neurons:
//!
//! 1. a fixed point has `x = (I + currents)/k`, so that a box shrinks to what it has in common with the right side over it: to nothing
//!    where there is no fixed point. Begun at all numbers, this is the box that holds them all;
//! 2. with m its middle and Y about the inverse of the Jacobian there, every fixed point of the box X is in
//!    `K = m − Y r(m) + (1 − Y J(X)) (X − m)`. Nothing in common with X: none. Inside of X: one, and only one. Else X shrinks to
//!    what both have in common;
//! 3. what does not shrink is cut in two.
//!
//! A fixed point on the edge of a piece is proved in a larger box round it, and pieces inside of such a box are done. Where the Jacobian is
//! singular (a bifurcation, a line of fixed points) nothing is ever proved: pieces no wider than 1e-6 are left undecided and told.

mod boxes;
mod field;

use crate::analysis::local::Local;
use crate::analysis::parallel::each;
use crate::analysis::{Told, Watch};
use crate::dynamics::Interrupt;
use crate::kernels::Interval;
use crate::refusal::Refusal;

use boxes::{Fate, hold};
use field::Field;

/// Most free neurons: the number of boxes grows exponentially with them.
const MOST: usize = 16;
/// Boxes that are looked at together, by all threads.
const ROUND: usize = 256;
/// So many undecided boxes are a continuum; the search ends.
const UNDECIDED: usize = 2000;

/// What an exhaustive search has shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Completeness {
    /// How many boxes were looked at.
    pub boxes: usize,
    /// How many fixed points were proved, each alone in a box.
    pub proved: usize,
    /// Boxes, an interval `[low, high]` for each free neuron, in which it is not known whether there are fixed points, those that touch as
    /// one.
    pub undecided: Vec<Vec<[f64; 2]>>,
    /// How many boxes were not looked at when the search ended: there were too many boxes or undecided ones, or it was interrupted.
    pub left: usize,
    /// The box that was searched, an interval for each free neuron.
    pub within: Vec<[f64; 2]>,
    /// Is it proved that no fixed point lies outside of it?
    pub is_whole: bool,
}

impl Completeness {
    /// Is it proved that the list has every fixed point?
    pub fn is_proved(&self) -> bool {
        self.undecided.is_empty() && self.left == 0 && self.is_whole
    }
}

/// What was found, and the states of the fixed points that were proved.
pub(super) struct Found {
    pub completeness: Completeness,
    pub states: Vec<Vec<f64>>,
}

/// All fixed points of the network, or those in the box `region` (one interval for each free neuron) where it cannot be shown that all
/// lie in some box.
///
/// # Errors
/// Too many neurons, or a Lagrangian or synapse without a form over intervals.
pub(super) fn complete(
    local: &Local<'_>,
    base: &[f64],
    region: &[[f64; 2]],
    (most, threads, watch): (usize, usize, &Watch<'_>),
) -> Result<Found, Refusal> {
    let n = local.free.len();
    if n > MOST {
        let why = format!(
            "has {n} free neurons, and an exhaustive search is made of at most {MOST}: its boxes multiply with each"
        );
        return Err(Refusal::new("the network", why).help("leave --complete out"));
    }
    let field = Field::new(local, base)?;
    let all = field.bounds();
    let is_whole = all.iter().all(|x| x.is_bounded());
    let start = match is_whole {
        true => all,
        false => region
            .iter()
            .map(|[a, b]| Interval::between(*a, *b))
            .collect(),
    };
    let mut search = Boxes {
        waiting: vec![start.clone()],
        proved: Vec::new(),
        states: Vec::new(),
        undecided: Vec::new(),
        looked: 0,
    };
    while !search.waiting.is_empty()
        && search.looked < most
        && search.undecided.len() < UNDECIDED
        && !watch.interrupt.is_raised()
    {
        (watch.tell)(Told {
            stage: "boxes looked at",
            done: search.looked,
            of: None,
            found: (search.states.len(), "fixed points"),
        });
        search.round(&field, most, (threads, watch.interrupt));
    }
    let ends = |x: &[Interval]| x.iter().map(|x| [x.low, x.high]).collect::<Vec<[f64; 2]>>();
    Ok(Found {
        completeness: Completeness {
            boxes: search.looked,
            proved: search.states.len(),
            undecided: joined(search.undecided).iter().map(|x| ends(x)).collect(),
            left: search.waiting.len(),
            within: ends(&start),
            is_whole,
        },
        states: search.states.iter().map(|x| field.whole(x)).collect(),
    })
}

/// `(I + currents)/k` of the free neurons over all states, unbounded where there is no leak or no bound is known; none where the network
/// has no form over intervals.
pub(super) fn over_all_states(local: &Local<'_>, base: &[f64]) -> Option<Vec<Interval>> {
    let field = Field::new(local, base).ok()?;
    field.shrunk(&vec![Interval::ALL; local.free.len()])
}

struct Boxes {
    waiting: Vec<Vec<Interval>>,
    /// Boxes with one fixed point each.
    proved: Vec<Vec<Interval>>,
    states: Vec<Vec<f64>>,
    undecided: Vec<Vec<Interval>>,
    looked: usize,
}

impl Boxes {
    /// Looks at the boxes that came last. Which these are does not depend on the number of threads.
    fn round(&mut self, field: &Field<'_>, most: usize, on: (usize, &Interrupt)) {
        let count = ROUND.min(self.waiting.len()).min(most - self.looked);
        let asked = self.waiting.split_off(self.waiting.len() - count);
        let fates = each(count, on, || {
            |k: usize| match self.proved.iter().any(|known| hold(known, &asked[k])) {
                true => Fate::Empty,
                false => boxes::look(field, &asked[k]),
            }
        });
        for (k, fate) in fates.into_iter().enumerate() {
            // None where an interrupt came first.
            let Some(fate) = fate else {
                self.waiting.push(asked[k].clone());
                continue;
            };
            self.looked += 1;
            match fate {
                Fate::Empty => {}
                Fate::One { within, at } => self.prove(within, &at),
                Fate::Split(halves) => self.waiting.extend(halves),
                Fate::Undecided(x) => self.undecided.push(x),
            }
        }
    }

    /// A fixed point that is alone in a box, and so near to the middle of `at` that another box that holds this has the same one.
    fn prove(&mut self, within: Vec<Interval>, at: &[Interval]) {
        let is_known = self.proved.iter().any(|known| hold(known, at));
        if !is_known {
            self.states.push(at.iter().map(|x| x.middle()).collect());
        }
        self.proved.push(within);
    }
}

/// Boxes that touch as one each, the hull of them.
fn joined(boxes: Vec<Vec<Interval>>) -> Vec<Vec<Interval>> {
    let mut found: Vec<Vec<Interval>> = Vec::new();
    for mut own in boxes {
        while let Some(k) = found.iter().position(|other| touch(other, &own)) {
            let other = found.swap_remove(k);
            own.iter_mut().zip(other).for_each(|(a, b)| *a = a.hull(b));
        }
        found.push(own);
    }
    found
}

fn touch(a: &[Interval], b: &[Interval]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.common(*b).is_some())
}
