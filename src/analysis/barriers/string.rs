//! The minimum-energy path between two given attractors by the string method: a witness that knows no saddle.
//!
//! States on a string between the two (images) follow the flow for a moment and are then put at equal distances again (the simplified string
//! method, E, Ren and Vanden-Eijnden 2007). Where the string stands still the flow runs along it. The flow of a network is the steepest
//! descent of E over the activations in the metric of its Hessian, `τ d ∂g = −H⁻¹ …` written for states as `ẋ = −(D T H)⁻¹ ∂E/∂x`: this
//! metric is the one in which "steepest" is meant here. In another the path takes another course, over the same saddles.
//!
//! Where the energy along the string has a maximum, the image climbs: its motion along the string is turned round (Henkelman, Uberuaga and
//! Jónsson 2000), and Newton's method finishes it. So the height of a barrier has the accuracy of a fixed point, not of the string.
//!
//! E, W., Ren, W. & Vanden-Eijnden, E. (2007). Simplified and improved string method for computing the minimum energy paths in
//! barrier-crossing events. *J. Chem. Phys.* 126, 164103.

use super::Path;
use super::climb::{Summit, summits};
use super::may_have_barriers;
use crate::analysis::eigenvalues::eigenvalues;
use crate::analysis::landscape::Class;
use crate::analysis::local::{Local, largest};
use crate::analysis::manifolds::{apart, norm};
use crate::analysis::newton::newton;
use crate::dynamics::Interrupt;
use crate::network::Network;
use crate::pattern::Drawer;
use crate::pattern::random::{Draws, Stream};
use crate::refusal::Refusal;

/// In the place of a layer, for what is drawn here.
const OWN: usize = Drawer::Path.place();
/// The step of an image, in units of the fastest rate at the ends: explicit steps are stable up to 2.
pub(super) const STEP: f64 = 0.3;
/// The string stands still where no image moves by more than this part of the way between the ends in one unit of time.
const STILL: f64 = 1e-6;
/// The first string is bent by this part of its length, so that no symmetry is left; the others by any part up to the second.
const BENT: [f64; 2] = [1e-3, 1.2];
/// A given end is an attractor's where Newton's method moves it by no more, in units of 1 + max|x|.
const NEAR: f64 = 1e-4;

/// How a string is moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StringSettings {
    /// States on the string, both ends included.
    pub images: usize,
    /// Most moments that it follows the flow.
    pub rounds: usize,
    /// How many strings are tried: the first nearly straight, the others bent at random. The lowest counts: a string finds a path from which
    /// small changes lead up, which need not be the lowest of all.
    pub tries: usize,
    /// The seed of what is drawn.
    pub seed: u64,
}

impl Default for StringSettings {
    fn default() -> Self {
        StringSettings {
            images: 41,
            rounds: 4000,
            tries: 8,
            seed: 0,
        }
    }
}

/// See [`minimum_energy_path`].
#[derive(Clone, Debug, PartialEq)]
pub struct StringPath {
    /// The images.
    pub path: Path,
    /// The saddles that it leads over, in order from the first end.
    pub summits: Vec<Summit>,
    /// Did it stand still at the end, with a saddle of index 1 under each of its maxima?
    pub is_settled: bool,
}

impl StringPath {
    /// The energy of its highest saddle.
    pub fn height(&self) -> f64 {
        let all = self.summits.iter().map(|s| s.energy);
        all.fold(f64::NEG_INFINITY, f64::max)
    }
}

/// The minimum-energy path between two attractors, of which nothing else is known.
///
/// # Errors
/// A network without energy, ends that are no attractors or the same, fewer than 5 images, a string that has not settled anywhere, an
/// interruption.
pub fn minimum_energy_path(
    on: (&Network, &[f64], &[usize]),
    ends: [&[f64]; 2],
    settings: &StringSettings,
    interrupt: &Interrupt,
) -> Result<StringPath, Refusal> {
    let network = on.0;
    may_have_barriers(network)?;
    if settings.images < 5 {
        let why = format!("must be at least 5, they are {}", settings.images);
        return Err(Refusal::new("images", why));
    }
    let mut local = Local::new(network, on.1, on.2);
    let [a, b] = ends;
    let ends = [attractor(&mut local, a, 0)?, attractor(&mut local, b, 1)?];
    let long = apart(&ends[0], &ends[1]);
    if long <= NEAR * (1.0 + largest(&ends[0])) {
        let why = "are the same attractor";
        return Err(Refusal::new("the ends", why).help("give two attractors"));
    }
    let mut draws = Draws::of(Stream::of(settings.seed, OWN, 0, 0));
    let mut best: Option<StringPath> = None;
    for k in 0..settings.tries.max(1) {
        let mut images = line(&ends, settings.images);
        let bent = match k {
            0 => BENT[0],
            _ => BENT[1] * draws.uniform(),
        };
        bend(&mut images, &local.free, bent * long, &mut draws);
        let is_still = relax(&mut local, &mut images, settings.rounds, (long, interrupt))?;
        let mut found = summits(&mut local, on, images);
        // A saddle of a higher index can be gone round: a path over it is not the lowest near by.
        found.is_settled &= is_still && found.summits.iter().all(|s| s.index == 1);
        let is_lower = best.as_ref().is_none_or(|best| {
            let rank = |p: &StringPath| (!p.is_settled, p.summits.is_empty(), p.height());
            rank(&found) < rank(best)
        });
        if is_lower {
            best = Some(found);
        }
    }
    best.ok_or_else(|| Refusal::new("tries", "must be at least 1"))
}

/// The fixed point at a given end, which must be an attractor.
fn attractor(local: &mut Local<'_>, x: &[f64], which: usize) -> Result<Vec<f64>, Refusal> {
    let refuse = |why: String| {
        let help = "give two attractors: `attractor fixed-points` lists them";
        Err(Refusal::new("ends", why).of_entry(which).help(help))
    };
    let n = local.network.size();
    if x.len() != n || x.iter().any(|x| !x.is_finite()) {
        return refuse(format!("must be {n} finite numbers, one for each neuron"));
    }
    let found = newton(local, x);
    let moved = apart(&found.x, x);
    if !found.converged || moved > NEAR * (1.0 + largest(x)) {
        let force = largest(&local.force(x));
        return refuse(format!("is not at rest: the largest |τẋ| is {force:.2e}"));
    }
    match eigenvalues(local, &found.x).map(|all| Class::of(local, &all)) {
        Some((class, _, _)) if class.attracts() => Ok(found.x),
        Some((class, _, _)) => refuse(format!("is no attractor: {class}")),
        None => refuse("has eigenvalues that are not known".into()),
    }
}

fn line([a, b]: &[Vec<f64>; 2], images: usize) -> Vec<Vec<f64>> {
    let at = |k: usize| {
        let t = k as f64 / (images - 1) as f64;
        let pairs = a.iter().zip(b);
        pairs.map(|(a, b)| (1.0 - t) * a + t * b).collect()
    };
    (0..images).map(at).collect()
}

/// Bends a string to one side, in a direction that is drawn.
fn bend(images: &mut [Vec<f64>], free: &[usize], by: f64, draws: &mut Draws) {
    let mut way: Vec<f64> = free.iter().map(|_| draws.uniform() - 0.5).collect();
    let size = norm(&way);
    way.iter_mut().for_each(|w| *w *= by / size);
    let last = images.len() - 1;
    for (k, image) in images.iter_mut().enumerate().take(last).skip(1) {
        let part = (std::f64::consts::PI * k as f64 / last as f64).sin();
        let pairs = free.iter().zip(&way);
        pairs.for_each(|(i, w)| image[*i] += part * w);
    }
}

/// Moves a string until it stands still; whether it does.
fn relax(
    local: &mut Local<'_>,
    images: &mut Vec<Vec<f64>>,
    rounds: usize,
    (long, interrupt): (f64, &Interrupt),
) -> Result<bool, Refusal> {
    let last = images.len() - 1;
    let mut step = 0.0;
    for round in 0..rounds {
        if interrupt.is_raised() {
            return Err(Refusal::new("the string", "was interrupted"));
        }
        if round % 100 == 0 {
            let rates = images.iter().map(|x| fastest(local, x));
            step = STEP / rates.fold(0.0, f64::max);
        }
        let mut next = images.clone();
        for x in &mut next[1..last] {
            let v = local.velocity(x);
            x.iter_mut().zip(&v).for_each(|(x, v)| *x += step * v);
        }
        let next = evenly(&next);
        let pairs = next.iter().zip(images.iter());
        // The sum, for the largest would pass over what is not a number.
        let (moved, sum) = pairs
            .map(|(a, b)| apart(a, b))
            .fold((0.0, 0.0), |(most, sum), d| (f64::max(most, d), sum + d));
        if !sum.is_finite() {
            // The flow is not finite somewhere: the string stays where it was.
            return Ok(false);
        }
        *images = next;
        if moved <= STILL * long * step {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(super) fn fastest(local: &mut Local<'_>, x: &[f64]) -> f64 {
    let [mut direction, mut next] = [vec![0.0; x.len()], vec![0.0; x.len()]];
    let free: f64 = local.network.rates().iter().fold(0.0, |m, r| m.max(*r));
    let found = local.hessian(x).fastest_rate(30, &mut direction, &mut next);
    // The power method falls short by a little.
    1.2 * found.max(free)
}

/// The same string with its images at equal distances.
fn evenly(images: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut along = vec![0.0];
    for pair in images.windows(2) {
        along.push(along[along.len() - 1] + apart(&pair[0], &pair[1]));
    }
    let last = images.len() - 1;
    let mut piece = 0;
    let at = |k: usize| {
        if k == 0 || k == last {
            return images[k].clone();
        }
        let wanted = along[last] * k as f64 / last as f64;
        while piece + 2 < images.len() && along[piece + 1] < wanted {
            piece += 1;
        }
        let part = (wanted - along[piece]) / (along[piece + 1] - along[piece]);
        let pairs = images[piece].iter().zip(&images[piece + 1]);
        pairs.map(|(a, b)| a + part * (b - a)).collect()
    };
    (0..=last).map(at).collect()
}
