//! What tours are compared with: the optimum of few cities, the best of a local search of more.
//!
//! Held, M. and Karp, R. M. (1962). A dynamic programming approach to sequencing problems. *J. SIAM* 10.
//! Croes, G. A. (1958). A method for solving traveling-salesman problems. *Oper. Res.* 6.
//! Or, I. (1976). Traveling salesman-type combinatorial problems. Thesis, Northwestern University.

use super::OWN;
use super::cities::Cities;
use crate::pattern::random::Stream;
use crate::problem::Baseline;

/// Up to so many cities the optimum is known: 2^(n−1) sets of n cities are looked at.
const EXACT: usize = 15;
/// The local search's own seed: it has nothing to do with that of the network.
const SEED: u64 = 0;

pub fn of(cities: &Cities) -> Baseline {
    if cities.n <= EXACT {
        return Baseline {
            name: "Held–Karp".into(),
            cost: cities.length(&held_karp(cities)),
            is_exact: true,
        };
    }
    let starts = if cities.n <= 50 { 300 } else { 100 };
    let cost = (0..starts).map(|k| cities.length(&improved(cities, k)));
    Baseline {
        name: format!("2-opt and Or-opt, best of {starts}"),
        cost: cost.fold(f64::INFINITY, f64::min),
        is_exact: false,
    }
}

/// The shortest tour, which begins at city 0: `best(S, j)` is the shortest way from there through all of S to j in S.
pub fn held_karp(cities: &Cities) -> Vec<usize> {
    let m = cities.n - 1;
    let place = |set: usize, j: usize| set * m + j;
    let mut best = vec![(f64::INFINITY, 0); (1 << m) * m];
    for j in 0..m {
        best[place(1 << j, j)] = (cities.distance(0, j + 1), j);
    }
    for set in 1..1usize << m {
        for j in (0..m).filter(|j| set >> j & 1 == 1) {
            let rest = set & !(1 << j);
            for k in (0..m).filter(|k| rest >> k & 1 == 1) {
                let length = best[place(rest, k)].0 + cities.distance(k + 1, j + 1);
                let own = &mut best[place(set, j)];
                if length < own.0 {
                    *own = (length, k);
                }
            }
        }
    }
    let all = (1 << m) - 1;
    let closed = |j: &usize| best[place(all, *j)].0 + cities.distance(j + 1, 0);
    let last = (0..m).min_by(|a, b| closed(a).total_cmp(&closed(b)));
    let (mut set, mut j) = (all, last.unwrap_or(0));
    let mut tour = vec![0];
    while set > 0 {
        tour.push(j + 1);
        let before = best[place(set, j)].1;
        set &= !(1 << j);
        j = before;
    }
    tour
}

/// A tour from a random start that no exchange of two edges and no move of up to three cities makes shorter.
pub fn improved(cities: &Cities, start: usize) -> Vec<usize> {
    let n = cities.n;
    let keys = Stream::of(SEED, OWN, start, 1).uniform(n, 0.0, 1.0);
    let mut tour: Vec<usize> = (0..n).collect();
    tour.sort_by(|a, b| keys[*a].total_cmp(&keys[*b]));
    while two_opt(cities, &mut tour) || or_opt(cities, &mut tour) {}
    tour
}

/// What counts as shorter: rounding must not let it go round in circles.
fn is_shorter(by: f64, cities: &Cities) -> bool {
    by < -1e-12 * cities.largest()
}

/// Turns parts of the tour round where that makes it shorter; did it?
fn two_opt(cities: &Cities, tour: &mut [usize]) -> bool {
    let n = tour.len();
    let mut any = false;
    loop {
        let mut found = false;
        for i in 0..n - 1 {
            for j in i + 2..n {
                let [a, b, c, d] = [tour[i], tour[i + 1], tour[j], tour[(j + 1) % n]];
                if a == d {
                    continue;
                }
                let now = cities.distance(a, b) + cities.distance(c, d);
                let then = cities.distance(a, c) + cities.distance(b, d);
                if is_shorter(then - now, cities) {
                    tour[i + 1..=j].reverse();
                    found = true;
                }
            }
        }
        any |= found;
        if !found {
            return any;
        }
    }
}

/// Moves one to three cities that follow one another to another place where that makes it shorter; did it?
fn or_opt(cities: &Cities, tour: &mut Vec<usize>) -> bool {
    let n = tour.len();
    let mut any = false;
    for length in 1..=3.min(n - 3) {
        for first in 0..n {
            // The part stands at the end of this turn of the tour.
            tour.rotate_left((first + length) % n);
            if let Some((k, is_turned)) = place(cities, tour, length) {
                let mut part = tour.split_off(n - length);
                if is_turned {
                    part.reverse();
                }
                tour.splice(k + 1..k + 1, part);
                any = true;
            }
        }
    }
    any
}

/// Behind which city the last ones of a tour make it shorter, and whether turned round.
fn place(cities: &Cities, tour: &[usize], length: usize) -> Option<(usize, bool)> {
    let (rest, part) = tour.split_at(tour.len() - length);
    let (head, tail) = (part[0], part[length - 1]);
    let (before, after) = (rest[rest.len() - 1], rest[0]);
    let out = cities.distance(before, after)
        - cities.distance(before, head)
        - cities.distance(tail, after);
    let places = rest.windows(2).enumerate();
    let mut ways = places.flat_map(|(k, ends)| [false, true].map(|turned| (k, ends, turned)));
    let found = ways.find(|(_, ends, turned)| {
        let (x, y) = if *turned { (tail, head) } else { (head, tail) };
        let by = cities.distance(ends[0], x) + cities.distance(y, ends[1])
            - cities.distance(ends[0], ends[1]);
        is_shorter(out + by, cities)
    });
    found.map(|(k, _, turned)| (k, turned))
}
