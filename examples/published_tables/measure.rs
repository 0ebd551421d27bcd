//! Ensembles of networks whose units flip, as they were published.

#![allow(dead_code, reason = "not every example needs all of it")]

use std::sync::{Arc, Mutex};

use attractor::analysis::Memories;
use attractor::dynamics::{
    ASYNCHRONOUS, Flipping, GLAUBER, Interrupt, SYNCHRONOUS, Settings, Start, Temperature,
};
use attractor::ensemble::{Ensemble, EnsembleError};
use attractor::kernels::Weights;
use attractor::lagrangian::{Exponential, Identity, Lagrangian, Power};
use attractor::learning::rules::outer_products;
use attractor::monitor::{Flow, Monitor};
use attractor::network::Network;
use attractor::pattern::random::Stream;
use attractor::stimulus::Stimulus;
use attractor::synapse::{Complex, Simplices, Synapse};
use attractor::trajectory::{State, Step as Taken};

#[path = "../ensembles/mod.rs"]
pub mod ensembles;

pub use ensembles::{Estimate, Measured};
use ensembles::{
    apart, bits, ends, estimates, first, memory, overlap, patterns, recurrent, spins, stream,
    turned, units,
};

/// Overlap m = ξ·S/N of a state with the pattern where it started, T = 0, αN patterns of N spins (Amit, Gutfreund and
/// Sompolinsky 1985): mean, and the part with m > 0.9.
pub fn capacity(n: usize, alpha: f64, networks: usize, starts: usize) -> Measured<[Estimate; 2]> {
    let count = (alpha * n as f64).round() as usize;
    estimates(networks, |network| {
        let xi = patterns(network, count, n);
        // Hebb's rule by overlaps: T is never formed.
        let synapse = memory(&xi, Arc::new(Identity), 1.0 / n as f64)?;
        let cues: Vec<Vec<f64>> = (0..starts).map(|k| xi.get(k).to_vec()).collect();
        let ends = ends(&units(spins(n)?, synapse)?, network, &ASYNCHRONOUS, &cues)?;
        let m: Vec<f64> = (0..starts).map(|k| xi.overlap(k, &ends[k])).collect();
        let good = m.iter().filter(|m| **m > 0.9).count() as f64;
        let starts = starts as f64;
        Ok([m.iter().sum::<f64>() / starts, good / starts])
    })
}

/// The mean of |m| over the sweeps after the first ones.
struct Magnetisation {
    spins: f64,
    after: f64,
    sum: f64,
    sweeps: f64,
}

impl Monitor for Magnetisation {
    fn start(&mut self, _: &State<'_>) -> Flow {
        Flow::Continue
    }

    fn observe(&mut self, step: &Taken<'_>) -> Flow {
        if step.end.t > self.after {
            self.sum += step.end.x.iter().sum::<f64>().abs() / self.spins;
            self.sweeps += 1.0;
        }
        Flow::Continue
    }
}

/// ⟨|m|⟩ of one pattern at a temperature, from independent runs of so many sweeps after 100 that are not counted. The
/// pattern is all +1: any other is the same by turning spins round.
pub fn one_pattern(n: usize, temperature: f64, runs: usize, sweeps: usize) -> Measured<Estimate> {
    let xi = Memories {
        patterns: vec![1.0; n],
        size: n,
    };
    Ok(Estimate::over(&warm(&xi, temperature, 0..runs, sweeps)?))
}

/// ⟨|m|⟩ of the first of `count` patterns of N spins, over networks, each started at it.
pub fn one_of_many(
    [n, count]: [usize; 2],
    temperature: f64,
    networks: usize,
    sweeps: usize,
) -> Measured<Estimate> {
    let [m] = estimates(networks, |network| {
        let mut xi = patterns(network, count, n);
        xi.patterns[..n].fill(1.0);
        let [m] = warm(&xi, temperature, network..network + 1, sweeps)?[..] else {
            return Err(EnsembleError::Thread.into());
        };
        Ok([m])
    })?;
    Ok(m)
}

/// ⟨|Σ S|⟩/N of each of these runs from all +1, so many sweeps after 100 that are not counted.
fn warm(
    xi: &Memories,
    temperature: f64,
    runs: std::ops::Range<usize>,
    sweeps: usize,
) -> Measured<Vec<f64>> {
    let n = xi.size;
    let network = units(spins(n)?, memory(xi, Arc::new(Identity), 1.0 / n as f64)?)?;
    let settled = 100.0;
    let settings = Settings {
        method: &GLAUBER,
        t_end: settled + sweeps as f64,
        flipping: Flipping {
            temperature: Temperature::Constant(temperature),
            ..Flipping::default()
        },
        ..Settings::default()
    };
    let means = Mutex::new(Vec::new());
    let start = |k: usize| {
        let stream = stream(k, 2);
        Ok(Start {
            stream: Some(stream),
            ..Start::at(vec![1.0; n])
        })
    };
    let ensemble = Ensemble {
        network: &network,
        settings: &settings,
        stimulus: &Stimulus::constant(&network),
        threads: 0,
        alone: false,
        interrupt: &Interrupt::default(),
    };
    let monitor = |_| Magnetisation {
        spins: n as f64,
        after: settled,
        sum: 0.0,
        sweeps: 0.0,
    };
    ensemble.run(runs, start, monitor, |_, _, seen| {
        if let Ok(mut means) = means.lock() {
            means.push(seen.sum / seen.sweeps);
        }
    })?;
    let means = means.into_inner();
    means.map_err(|_| EnsembleError::Thread.into())
}

/// ⟨|m|⟩ of one pattern exactly: k spins are along it in C(N, k) states, each as likely as e^(M²/2NT), M = 2k − N.
pub fn one_pattern_exactly(n: usize, temperature: f64) -> f64 {
    let size = n as f64;
    let (mut ln_choose, mut terms) = (0.0, Vec::new());
    for k in 0..=n {
        let m = (2.0 * k as f64 - size) / size;
        terms.push((ln_choose + 0.5 * size * m * m / temperature, m.abs()));
        ln_choose += ((size - k as f64) / (k as f64 + 1.0)).ln();
    }
    let most = terms.iter().map(|t| t.0).fold(f64::NEG_INFINITY, f64::max);
    let weighed = terms.iter().map(|(l, m)| ((l - most).exp(), m));
    let [all, sum] = weighed.fold([0.0; 2], |[all, sum], (w, m)| [all + w, sum + w * m]);
    sum / all
}

/// Spins, or Hopfield's units of 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// −1 and +1.
    Spins,
    /// 0 and 1.
    Bits,
}

impl Coding {
    /// How it is written in tables.
    pub fn word(self) -> &'static str {
        match self {
            Coding::Spins => "±1",
            Coding::Bits => "0/1",
        }
    }
}

/// Hopfield's network of 1982: T = Σ ξ ξᵀ of ±1 patterns without its diagonal, thresholds 0.
fn hopfield(xi: &Memories, coding: Coding) -> Measured<Network> {
    let n = xi.size;
    let mut w = outer_products(&xi.patterns, n, 1.0);
    w.iter_mut().step_by(n + 1).for_each(|w| *w = 0.0);
    let layer = match coding {
        Coding::Spins => spins(n)?,
        Coding::Bits => bits(n)?,
    };
    recurrent(layer, w)
}

/// A pattern of ±1 in a coding.
fn coded(pattern: &[f64], coding: Coding) -> Vec<f64> {
    match coding {
        Coding::Spins => pattern.to_vec(),
        Coding::Bits => pattern.iter().map(|x| 0.5 * (x + 1.0)).collect(),
    }
}

/// Hopfield (1982): memories of N = 100 units started at themselves. The part that ends without an error, and that with
/// fewer than five.
pub fn kept(count: usize, coding: Coding, networks: usize) -> Measured<[Estimate; 2]> {
    estimates(networks, |network| {
        let xi = patterns(network, count, 100);
        let cues: Vec<Vec<f64>> = (0..count).map(|k| coded(xi.get(k), coding)).collect();
        let ends = ends(&hopfield(&xi, coding)?, network, &ASYNCHRONOUS, &cues)?;
        let part = |below: usize| {
            let good = ends.iter().zip(&cues).filter(|(a, b)| apart(a, b) < below);
            good.count() as f64 / count as f64
        };
        Ok([part(1), part(5)])
    })
}

/// Hopfield (1982): random starts of N = 30 units with 5 memories. The part that ends at a memory, and at the inverse of one.
pub fn from_anywhere(coding: Coding, networks: usize) -> Measured<[Estimate; 2]> {
    let (n, count, starts) = (30, 5, 20);
    estimates(networks, |network| {
        let xi = patterns(network, count, n);
        let drawn = stream(network, 1).signs(starts * n);
        let cues: Vec<Vec<f64>> = drawn.chunks_exact(n).map(|x| coded(x, coding)).collect();
        let ends = ends(&hopfield(&xi, coding)?, network, &ASYNCHRONOUS, &cues)?;
        let part = |errors: usize| {
            let at =
                |x: &&Vec<f64>| (0..count).any(|k| apart(x, &coded(xi.get(k), coding)) == errors);
            ends.iter().filter(at).count() as f64 / starts as f64
        };
        Ok([part(0), part(n)])
    })
}

/// Dense memories, E = −Σ F(ξ·S): of K patterns of N spins, so many of which are looked at, the part of bits whose flip
/// lowers the energy, and the part of patterns that have no such bit. A tie is no flip.
pub fn unstable(
    [n, count]: [usize; 2],
    (potential, scale): (Arc<dyn Lagrangian>, f64),
    networks: usize,
    starts: usize,
) -> Measured<[Estimate; 2]> {
    estimates(networks, |network| {
        let xi = patterns(network, count, n);
        let synapse = memory(&xi, Arc::clone(&potential), scale)?;
        let cues: Vec<Vec<f64>> = (0..starts).map(|k| xi.get(k).to_vec()).collect();
        // All units at once by the differences of one state: each says whether it would flip.
        let ends = ends(&units(spins(n)?, synapse)?, network, &SYNCHRONOUS, &cues)?;
        let flips: Vec<usize> = ends.iter().zip(&cues).map(|(a, b)| apart(a, b)).collect();
        let bits = flips.iter().sum::<usize>() as f64 / (n * starts) as f64;
        let stable = flips.iter().filter(|f| **f == 0).count() as f64 / starts as f64;
        Ok([bits, stable])
    })
}

/// F = xⁿ, whole numbers exactly.
pub fn power(n: u32) -> (Arc<dyn Lagrangian>, f64) {
    (Arc::new(Power { n }), f64::from(n))
}

/// F = eˣ.
pub fn exponential() -> (Arc<dyn Lagrangian>, f64) {
    (Arc::new(Exponential { beta: 1.0 }), 1.0)
}

/// Which sets of neurons act together (Burns and Fukai 2023).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sets {
    /// All 4950 pairs.
    K1,
    /// Half of the pairs, and as many triples.
    R12,
    /// 4950 triples.
    R2,
    /// All pairs and all triples.
    Full,
}

/// So many sets of neurons, drawn of all.
fn some(all: &[Vec<usize>], count: usize, stream: Stream) -> impl Iterator<Item = Vec<usize>> {
    let chosen = stream.choice(all.len(), count).into_iter();
    chosen.map(|k| all[k].clone())
}

/// These sets with Hebb's weights, w = Σ Π ξ: whole numbers, so that a tie is one. Divided by N they would be rounded, and rounding
/// would decide one in a hundred updates.
fn simplicial(xi: &Memories, sets: Sets, network: usize) -> Measured<Box<dyn Synapse>> {
    let n = xi.size;
    let rows = || Weights::new(xi.count(), n, xi.patterns.clone());
    if sets == Sets::K1 {
        return Ok(Box::new(Complex::new(rows()?, &[2.0], &[1.0])?));
    }
    if sets == Sets::Full {
        return Ok(Box::new(Complex::new(rows()?, &[2.0, 3.0], &[1.0, 1.0])?));
    }
    let pairs: Vec<Vec<usize>> = (0..n)
        .flat_map(|i| (0..i).map(move |j| vec![i, j]))
        .collect();
    let triples: Vec<Vec<usize>> = pairs
        .iter()
        .flat_map(|p| (0..p[1]).map(|k| vec![p[0], p[1], k]))
        .collect();
    let drawn: Vec<Vec<usize>> = match sets {
        Sets::R12 => some(&pairs, 2475, stream(network, 3))
            .chain(some(&triples, 2475, stream(network, 4)))
            .collect(),
        _ => some(&triples, 4950, stream(network, 4)).collect(),
    };
    let weight = |set: &Vec<usize>| {
        let of = |k: usize| set.iter().map(|i| xi.get(k)[*i]).product::<f64>();
        (0..xi.count()).map(of).sum::<f64>()
    };
    let weights = drawn.iter().map(weight).collect();
    Ok(Box::new(Simplices::new(n, &drawn, weights)?))
}

/// Mean overlap after recall from cues of N = 100 spins a tenth of which is turned.
pub fn recall(count: usize, sets: Sets, networks: usize, starts: usize) -> Measured<Estimate> {
    let n = 100;
    let [m] = estimates(networks, |network| {
        let xi = patterns(network, count, n);
        let starts = starts.min(count);
        let cues = turned(network, &first(&xi, starts), 0.1);
        let synapse = simplicial(&xi, sets, network)?;
        let ends = ends(&units(spins(n)?, synapse)?, network, &ASYNCHRONOUS, &cues)?;
        Ok([overlap(&xi, &ends)])
    })?;
    Ok(m)
}
