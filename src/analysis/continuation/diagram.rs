//! All branches in a range of a parameter.

use super::answer::Diagram;
use super::search::Search;
use super::starts::{fixed_points, typical};
use crate::analysis::{Told, Watch};
use crate::dynamics::Interrupt;
use crate::network::Network;
use crate::refusal::Refusal;

/// Matrices of more free neurons than this are not written out for every point of a branch.
pub const MOST_NEURONS: usize = 500;

/// States below this part of those that the network calls for are 0.
const ROUNDING: f64 = 1e-6;

/// How branches are looked for.
#[derive(Clone, Debug)]
pub struct Continuation {
    /// The ends of the parameter, the smaller one first.
    pub range: [f64; 2],
    /// States from which fixed points are looked for first; the first of them says where clamped neurons stand, so that there is
    /// one at least.
    pub states: Vec<Vec<f64>>,
    /// Neurons that are clamped besides those of the layers.
    pub clamped: Vec<usize>,
    /// At how many values, both ends of the range among them, fixed points are looked for.
    pub values: usize,
    /// Most starts that are drawn for each of them; fewer where they find nothing new.
    pub starts: usize,
    /// Other values, inside the range, at which the points of the branches are told ([`Diagram::slices`]).
    pub at: Vec<f64>,
    /// The seed of the starts.
    pub seed: u64,
    /// The longest step along a branch, as a part of the range.
    pub step: f64,
    /// Most points of a branch to either side of where it was found.
    pub points: usize,
}

impl Continuation {
    /// Through this range, from this state and 200 drawn ones at each of 9 values.
    pub fn new(range: [f64; 2], state: Vec<f64>) -> Self {
        Continuation {
            range,
            states: vec![state],
            clamped: Vec::new(),
            values: 9,
            starts: 200,
            at: Vec::new(),
            seed: 0,
            step: 0.02,
            points: 2000,
        }
    }
}

/// The branches of fixed points of a family of networks, one for every value of a parameter: those that pass through fixed points
/// found at some values, and those that cross them. A branch that no start leads to is not found.
///
/// # Errors
/// A range that is none, a network that flips or is too large for its matrix to be written out
/// ([`MOST_NEURONS`]), or no network at any of the values that were tried. Where there is none beyond some value, a branch ends
/// ([`End::Invalid`](super::End::Invalid)).
///
/// ```
/// use attractor::analysis::{Bifurcation, Continuation, continuation};
/// use attractor::kernels::Weights;
/// use attractor::lagrangian::Sigmoid;
/// use attractor::network::{Layer, theories};
/// use attractor::refusal::Refusal;
///
/// // A flip-flop: two neurons that inhibit each other. Its gain has to be above 4 for two states.
/// let family = |beta: f64| {
///     let refused = |e: &dyn std::fmt::Display| Refusal::new("beta", e.to_string());
///     let weights = Weights::new(2, 2, vec![0.0, -1.0, -1.0, 0.0]).map_err(|e| refused(&e))?;
///     let layer = Layer::new("neurons", &[2], Sigmoid { beta }).map_err(|e| refused(&e))?;
///     theories::classical(layer.input(0.5), weights).map_err(|e| refused(&e))
/// };
/// let found = continuation(&family, &Continuation::new([0.5, 10.0], vec![0.0; 2]))?;
/// let pitchfork = &found.special[0];
/// assert_eq!((found.branches.len(), pitchfork.kind), (2, Bifurcation::Pitchfork));
/// assert!((pitchfork.parameter - 4.0).abs() < 1e-8);
/// # Ok::<(), Refusal>(())
/// ```
pub fn continuation(
    family: &dyn Fn(f64) -> Result<Network, Refusal>,
    settings: &Continuation,
) -> Result<Diagram, Refusal> {
    continuation_watched(family, settings, &Watch::quiet(&Interrupt::new()))
}

/// The same, and whoever waits is told how far it is. What was found until an interrupt is kept.
///
/// # Errors
/// As [`continuation`].
pub fn continuation_watched(
    family: &dyn Fn(f64) -> Result<Network, Refusal>,
    settings: &Continuation,
    watch: &Watch<'_>,
) -> Result<Diagram, Refusal> {
    let [from, to] = settings.range;
    if let Some(end) = [from, to].into_iter().find(|v| !v.is_finite()) {
        let why = format!("has the end {end}, which is no finite number");
        return Err(Refusal::new("the range", why));
    }
    if !(from < to && (to - from).is_finite()) {
        let why = format!("goes from {from} to {to}, which is no interval");
        return Err(Refusal::new("the range", why).help("the smaller end comes first"));
    }
    if let Some(p) = settings.at.iter().find(|p| !(from..=to).contains(*p)) {
        let why = format!("is {p}, outside of the range from {from} to {to}");
        return Err(Refusal::new("a value that is asked about", why));
    }
    let last = settings.values.max(2) - 1;
    let at = |k: usize| match k {
        0 => from,
        k if k == last => to,
        k => from + (to - from) * k as f64 / last as f64,
    };
    let mut search = Search::new(family, settings, (*watch, &|| (0..=last).map(at)))?;
    let (mut seeds, mut invalid) = (Vec::new(), Vec::new());
    for (k, p) in (0..=last).map(at).enumerate() {
        if watch.interrupt.is_raised() && !seeds.is_empty() {
            let (found, of) = (k, last + 1);
            search.note(format!(
                "fixed points were looked for at {found} of {of} values, and no branch was followed"
            ));
            break;
        }
        let found: usize = seeds
            .iter()
            .map(|(_, found): &(f64, Vec<_>)| found.len())
            .sum();
        (watch.tell)(Told {
            stage: "values of the parameter searched",
            done: k,
            of: Some(last + 1),
            found: (found, "fixed points"),
        });
        let how = (settings.starts, settings.seed);
        match fixed_points(&mut search.system, p, &settings.states, how) {
            Ok(found) => seeds.push((p, found)),
            Err(why) => invalid.push((p, why)),
        }
    }
    if seeds.is_empty() {
        // The network of some value was made, and is not made again.
        let why = "has no value at which there is a network";
        return Err(Refusal::new("the range", why));
    }
    if let [(p, why), rest @ ..] = &invalid[..] {
        let more = match rest.len() {
            0 => String::new(),
            n => format!(" (and at {n} more of the values where fixed points were looked for)"),
        };
        search.note(format!("there is no network at {p}{more}: {why}"));
    }
    let all = seeds.iter().flat_map(|(_, found)| found);
    let free = |x: &Vec<f64>| {
        search
            .system
            .free
            .iter()
            .fold(0.0f64, |m, i| m.max(x[*i].abs()))
    };
    let size = all.map(free).fold(0.0, f64::max);
    let (middle, _) = &seeds[seeds.len() / 2];
    let typical = typical(&mut search.system, *middle, settings.seed)?;
    // What is left of 0 by rounding is no size.
    search.system.scale = if size > ROUNDING * typical {
        size
    } else {
        typical
    };
    if !(search.system.scale > 0.0 && search.system.scale.is_finite()) {
        search.system.scale = 1.0;
    }
    for (p, found) in &seeds {
        for x in found {
            if watch.interrupt.is_raised() {
                break;
            }
            (watch.tell)(Told {
                stage: "branches followed",
                done: search.found.branches.len(),
                of: None,
                found: (search.found.special.len(), "special points"),
            });
            search.seed(*p, x);
            search.cross();
        }
    }
    let mut values: Vec<f64> = seeds.iter().map(|(p, _)| *p).collect();
    values.extend(&settings.at);
    values.sort_by(f64::total_cmp);
    values.dedup();
    for p in values {
        if !watch.interrupt.is_raised() {
            search.slice(p);
        }
    }
    search.found.is_interrupted = watch.interrupt.is_raised();
    Ok(search.sorted())
}
