//! Fixed points at one value of the parameter, by Newton's method from many starts.

use super::system::System;
use crate::analysis::landscape::more_fixed_points;
use crate::analysis::local::{Local, largest};
use crate::network::{Drive, Workspace};
use crate::pattern::random::Stream;
use crate::refusal::Refusal;

/// Starts in a row that lead to nothing new, after which no more are tried; and tries away from all that is known.
const PATIENCE: usize = 20;
const FAILURES: usize = 32;
/// Steps along the flow where Newton's method fails.
const FLOW: usize = 100;
/// Draws of which the middle one says how large states are.
const DRAWN: usize = 9;
/// Points that are nearer than this, beside their size, are one.
pub(super) const SAME: f64 = 1e-6;

/// The fixed points that are found from `known` states and so many drawn ones. There is no proof that these are all.
pub(super) fn fixed_points(
    system: &mut System<'_>,
    p: f64,
    known: &[Vec<f64>],
    (starts, seed): (usize, u64),
) -> Result<Vec<Vec<f64>>, Refusal> {
    let mut found: Vec<Vec<f64>> = Vec::new();
    for x in known {
        look(system, p, x, &mut found);
    }
    let mut idle = 0;
    for k in 0..starts {
        if system.watch.interrupt.is_raised() {
            break;
        }
        let x = draw(system, p, k, seed, &found)?;
        idle = match look(system, p, &x, &mut found) {
            true => 0,
            false => idle + 1,
        };
        if idle == PATIENCE {
            break;
        }
    }
    if starts == 0 {
        return Ok(found);
    }
    let network = system.network(p)?;
    let base = system.state(&vec![0.0; system.free.len() + 1]);
    let mut local = Local::new(&network, network.input(), &[]).only(system.free.clone());
    let how = (FAILURES, starts, seed);
    Ok(more_fixed_points(
        &mut local,
        (&base, &found),
        how,
        &system.watch,
    ))
}

/// The size of states that drawn activations call for: what states are measured by where all fixed points are at 0.
pub(super) fn typical(system: &mut System<'_>, p: f64, seed: u64) -> Result<f64, Refusal> {
    let mut sizes = Vec::with_capacity(DRAWN);
    for k in 0..DRAWN {
        let x = draw(system, p, 4 * k + 2, seed, &[])?;
        let free: Vec<f64> = system.free.iter().map(|i| x[*i]).collect();
        sizes.push(largest(&free));
    }
    sizes.sort_by(f64::total_cmp);
    Ok(sizes[DRAWN / 2])
}

fn look(system: &mut System<'_>, p: f64, x: &[f64], found: &mut Vec<Vec<f64>>) -> bool {
    // From far away Newton's method may lead nowhere, where the flow leads to an attractor.
    let direct = system.newton(p, x);
    let Some(x) = direct.or_else(|| {
        let near = along_the_flow(system, p, x).ok()?;
        system.newton(p, &near)
    }) else {
        return false;
    };
    let new = found.iter().all(|known| !same(known, &x));
    if new {
        found.push(x);
    }
    new
}

pub(super) fn same(a: &[f64], b: &[f64]) -> bool {
    let off: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    largest(&off) <= SAME * (1.0 + largest(b))
}

/// Start `k`. Every fixed point is `x = (I + currents(g))/k` of its own activations, so that this map of anything is a better start
/// than anything; and between two fixed points there is often a third one.
fn draw(
    system: &mut System<'_>,
    p: f64,
    k: usize,
    seed: u64,
    found: &[Vec<f64>],
) -> Result<Vec<f64>, Refusal> {
    let m = system.free.len();
    let numbers = Stream::of(seed, 0, k, 0).normal(m + 3, 0.0, 1.0);
    let mut x = system.state(&vec![0.0; m + 1]);
    let pick = |r: f64| ((r.abs() * 7919.0) as usize) % found.len().max(1);
    let (a, b) = (pick(numbers[m]), pick(numbers[m + 1]));
    if k % 2 == 1 && a != b {
        let part = 0.5 + 0.2 * numbers[m + 2];
        for (n, i) in system.free.iter().enumerate() {
            let way = found[b][*i] - found[a][*i];
            x[*i] = found[a][*i] + (part + 0.1 * numbers[n]) * way;
        }
        return Ok(x);
    }
    let spread = 10f64.powf(0.7 * numbers[m + 2]);
    let pairs = system.free.iter().zip(&numbers);
    pairs.for_each(|(i, n)| x[*i] = spread * n);
    if k.is_multiple_of(4) {
        return Ok(x);
    }
    towards(system, p, &mut x, 1.0)?;
    Ok(x)
}

/// So many steps of Euler's method, each a part of every neuron's own time constant: crude, and near enough for Newton's method.
fn along_the_flow(system: &mut System<'_>, p: f64, x: &[f64]) -> Result<Vec<f64>, Refusal> {
    let mut x = x.to_vec();
    for _ in 0..FLOW {
        towards(system, p, &mut x, 0.2)?;
    }
    Ok(x)
}

/// Moves every free neuron with a leak a part of the way to `(I + currents)/k`.
fn towards(system: &mut System<'_>, p: f64, x: &mut [f64], part: f64) -> Result<(), Refusal> {
    let network = system.network(p)?;
    let mut ws = Workspace::new(&network, 1);
    let at = &*x;
    let velocity = network
        .at(at, Drive::own(&network), &mut ws)
        .velocity()
        .to_vec();
    for i in &system.free {
        let rate = network.rates()[*i] * network.leaks()[*i];
        x[*i] += if rate > 0.0 {
            part * velocity[*i] / rate
        } else {
            0.0
        };
    }
    Ok(())
}
