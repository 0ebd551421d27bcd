//! How likely a Boltzmann machine makes its data: exactly where its states are few, else by what it would put in their place.

use super::{Lesson, Phase};
use crate::dynamics::Start;
use crate::lagrangian::Values;
use crate::network::{Drive, Network, Workspace};

/// States of a block.
const WIDTH: usize = 256;

/// How far the mean of a visible unit is from where it is held, given all others as they are: the mean of the squares, in parts of
/// the distance of its values.
pub(super) fn reconstruction(lesson: &Lesson<'_>, held: &Phase, temperature: f64) -> f64 {
    let Lesson { network, base, .. } = lesson;
    let width = held.width;
    let energy = |x: &[f64]| energies(network, base, x, width);
    let own = network.neurons(lesson.examples.layer);
    let (count, mut sum) = ((own.len() * width) as f64, 0.0);
    let there = energy(&held.x);
    let mut x = held.x.clone();
    for i in own {
        let Some(Values::Two([low, high])) = network.segment(i).map(|s| s.lagrangian.values())
        else {
            continue;
        };
        let row = i * width..(i + 1) * width;
        let turn = |x: &mut [f64]| {
            x[row.clone()].iter_mut().for_each(|v| *v = low + high - *v);
        };
        turn(&mut x);
        let other = energy(&x);
        turn(&mut x);
        for (a, b) in there.iter().zip(other) {
            // The chance of the value that it is not held at.
            let wrong = 1.0 / (1.0 + ((b - a) / temperature).exp());
            sum += wrong * wrong;
        }
    }
    sum / count
}

/// `E` of a block of states, under the input of `base`.
fn energies(network: &Network, base: &Start, x: &[f64], width: usize) -> Vec<f64> {
    let input: Vec<f64> = base.whole_input(network);
    let input: Vec<f64> = input.iter().flat_map(|v| vec![*v; width]).collect();
    let drive = Drive {
        input: &input,
        clamped: &[],
    };
    let mut ws = Workspace::new(network, width);
    let mut at = network.at(x, drive, &mut ws);
    at.energy().total.to_vec()
}

/// `−⟨ln p(v)⟩` of rows: all states of all units are looked at.
pub(super) fn surprise(lesson: &Lesson<'_>, rows: &[usize], temperature: f64) -> f64 {
    let Lesson { network, base, .. } = lesson;
    let n = network.size();
    let values: Vec<[f64; 2]> = (0..n)
        .map(
            |i| match network.segment(i).map(|s| s.lagrangian.values()) {
                Some(Values::Two(values)) => values,
                _ => [0.0; 2],
            },
        )
        .collect();
    let visible: Vec<usize> = network.neurons(lesson.examples.layer).collect();
    let hidden: Vec<usize> = (0..n).filter(|i| !visible.contains(i)).collect();
    // ln Σ e^(−E/T) over the states of some units, the others standing as they do.
    let log_sum = |free: &[usize], x: &[f64]| {
        let all = 1usize << free.len();
        let (mut most, mut sum) = (f64::NEG_INFINITY, 0.0);
        for first in (0..all).step_by(WIDTH) {
            let width = WIDTH.min(all - first);
            let mut block: Vec<f64> = x.iter().flat_map(|v| vec![*v; width]).collect();
            for (bit, i) in free.iter().enumerate() {
                for b in 0..width {
                    block[i * width + b] = values[*i][(first + b) >> bit & 1];
                }
            }
            for e in energies(network, base, &block, width) {
                let v = -e / temperature;
                if v > most {
                    sum = sum * (most - v).exp() + 1.0;
                    most = v;
                } else {
                    sum += (v - most).exp();
                }
            }
        }
        most + sum.ln()
    };
    let whole = log_sum(&(0..n).collect::<Vec<_>>(), &base.x);
    let own = rows.iter().map(|r| {
        let mut x = base.x.clone();
        for (i, v) in visible.iter().zip(lesson.examples.row(network, *r, None)) {
            x[*i] = v;
        }
        log_sum(&hidden, &x)
    });
    whole - own.sum::<f64>() / rows.len().max(1) as f64
}
