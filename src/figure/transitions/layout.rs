//! Where states stand across. Their heights are given.

use super::TransitionsPlot;
use super::draw::radii;
use crate::figure::{Axis, LABEL};

/// What there is room for, in units of the page.
pub(super) struct Room {
    /// Width and height of the frame.
    pub size: (f64, f64),
    /// Width of the name beside each state; 0 where there is none.
    pub names: Vec<f64>,
}

/// Where states stand across, from 0 to 1.
pub(super) struct Places {
    pub across: Vec<f64>,
    /// How large ends can be so that they do not lie on each other, 1 being as they are wished.
    pub size: f64,
}

/// How many times the room that they take states stand apart, if all fit.
const WIDEST: f64 = 3.0;
/// How far from its place an end may be moved, as part of the width, unless there is no room for it by far.
const NEAR: f64 = 0.05;
const CLOSE: f64 = 0.5;
/// Exchanges of two ends are tried among so many at most.
const EXCHANGED: usize = 12;
/// Rounds in which every state goes to the middle of those to which it leads.
const ROUNDS: usize = 40;

impl TransitionsPlot {
    /// The ends side by side, every other state in the middle of those to which its arrows lead, as if each were as likely, then aside
    /// until it lies on no other. None if all this does not fit.
    pub(super) fn apart(&self, y: &Axis, room: &Room) -> Option<Places> {
        self.places(y, room, 1.0)
    }

    /// The same, states lying on each other where there is no room for them.
    pub(super) fn close(&self, y: &Axis, room: &Room) -> Places {
        let found = self.places(y, room, 1e-3);
        found.unwrap_or_else(|| Places {
            across: self.wished(),
            size: 0.0,
        })
    }

    /// As far from each other as there is room for, and so many times the room that they take at least.
    fn places(&self, y: &Axis, room: &Room, least: f64) -> Option<Places> {
        let wished = self.wished();
        let mut wide = WIDEST;
        while wide >= least {
            if let Some(across) = self.placed(&wished, y, room, wide) {
                let size = wide.min(1.0);
                return Some(Places { across, size });
            }
            wide *= 0.85;
        }
        None
    }

    /// Where every state would stand if states took no room, the ends in the order whose arrows are shortest.
    fn wished(&self) -> Vec<f64> {
        let mut order: Vec<usize> = (0..self.ends.len()).collect();
        let mut best = self.middles(&order);
        let mut least = self.length(&best);
        let mut again = order.len() <= EXCHANGED;
        while again {
            again = false;
            for i in 0..order.len() {
                for j in i + 1..order.len() {
                    order.swap(i, j);
                    let middles = self.middles(&order);
                    let length = self.length(&middles);
                    if length < least * (1.0 - 1e-9) {
                        (best, least, again) = (middles, length, true);
                    } else {
                        order.swap(i, j);
                    }
                }
            }
        }
        best
    }

    /// The places across if the ends stand in this order.
    fn middles(&self, order: &[usize]) -> Vec<f64> {
        let n = self.height.len();
        let (mut sums, mut counts) = (vec![0.0; n], vec![0.0; n]);
        let mut x = vec![0.5; n];
        let mut fixed = vec![false; n];
        let slot = 1.0 / order.len().max(1) as f64;
        for (place, end) in order.iter().enumerate() {
            let states = &self.ends[*end];
            for (k, state) in states.iter().enumerate() {
                // Those of a cycle stand beside each other.
                let part = (k as f64 + 0.5) / states.len() as f64;
                x[*state] = slot * (place as f64 + part);
                fixed[*state] = true;
            }
        }
        for _ in 0..ROUNDS {
            sums.fill(0.0);
            counts.fill(0.0);
            for [from, to] in &self.arrows {
                sums[*from] += x[*to];
                counts[*from] += 1.0;
            }
            for k in 0..n {
                if !fixed[k] && counts[k] > 0.0 {
                    x[k] = sums[k] / counts[k];
                }
            }
        }
        x
    }

    /// How far arrows lead sideways.
    fn length(&self, x: &[f64]) -> f64 {
        let arrows = self.arrows.iter();
        arrows.map(|[from, to]| (x[*to] - x[*from]).abs()).sum()
    }

    /// The nearest places to the wished ones at which no state lies on another, those of low states first.
    fn placed(&self, wished: &[f64], y: &Axis, room: &Room, wide: f64) -> Option<Vec<f64>> {
        let (width, height) = room.size;
        let n = wished.len();
        let up: Vec<f64> = self
            .height
            .iter()
            .map(|v| height * y.fraction(*v))
            .collect();
        let radii = radii(self, 1.0);
        let [mut ends, mut goes_round] = [vec![false; n], vec![false; n]];
        for end in &self.ends {
            for k in end {
                (ends[*k], goes_round[*k]) = (true, end.len() > 1);
            }
        }
        // Half of what each takes across and down.
        let half = |k: usize| {
            // Those of a cycle have arrows between them.
            let dot = radii[k]
                + if goes_round[k] {
                    14.0
                } else if ends[k] {
                    3.5
                } else {
                    1.5
                };
            let (across, down) = match room.names[k] > 0.0 {
                true => (dot.max(room.names[k] / 2.0 + 4.0), LABEL / 2.0),
                false => (dot, 0.0),
            };
            let down = radii[k] + 1.5 + down;
            // Ends give way first: nothing else lies on another while there is room.
            let scale = if !ends[k] && wide > CLOSE {
                wide.max(1.0)
            } else {
                wide
            };
            (scale * across, down)
        };
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|a, b| {
            let by_height = self.height[*a].total_cmp(&self.height[*b]);
            let ends_first = ends[*b].cmp(&ends[*a]);
            let middle = |k: usize| (wished[k] - 0.5).abs();
            ends_first
                .then(by_height)
                .then(middle(*a).total_cmp(&middle(*b)))
        });
        let mut done: Vec<(usize, f64)> = Vec::with_capacity(n);
        let mut x = vec![0.0; n];
        for k in order {
            let (own, down) = half(k);
            let near = done
                .iter()
                .filter(|(j, _)| (up[*j] - up[k]).abs() < down + half(*j).1);
            let near: Vec<(f64, f64)> = near.map(|(j, at)| (*at, own + half(*j).0)).collect();
            let wish = (width * wished[k]).clamp(own, (width - own).max(own));
            let beside = near.iter().flat_map(|(at, gap)| [at - gap, at + gap]);
            let free = |at: &f64| {
                let inside = *at >= own - 1e-6 && *at <= width - own + 1e-6;
                inside
                    && near
                        .iter()
                        .all(|(other, gap)| (at - other).abs() >= gap - 1e-6)
            };
            let places = std::iter::once(wish).chain(beside).filter(free);
            let nearest = places.min_by(|a, b| (a - wish).abs().total_cmp(&(b - wish).abs()))?;
            // An end stays near the others of its cycle, even if all stand closer.
            if ends[k] && wide > CLOSE && (nearest - wish).abs() > NEAR * width {
                return None;
            }
            done.push((k, nearest));
            x[k] = nearest / width;
        }
        Some(x)
    }
}
