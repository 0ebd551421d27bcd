//! The landscape: all fixed points of a network, of any kind.

mod asked;
mod check;
mod class;
mod comparison;
mod complete;
mod continua;
mod count;
mod deflate;
mod known;
mod likeness;
mod region;
mod search;
mod states;

pub(super) use known::{Known, arrive};

pub(super) use region::Region;
pub(super) use states::point as state_point;

pub use asked::Search;
pub use class::Class;
pub use complete::Completeness;
pub use count::Count;
pub(super) use deflate::more_fixed_points;
pub use likeness::{Likeness, StateKind};

use std::cmp::Ordering;

use comparison::Comparison;

use super::{Along, Watch};
use crate::dynamics::{Interrupt, Settings};
use crate::network::{Drive, Network, Workspace};
use crate::refusal::Refusal;
use crate::synapse::Energy;

/// Most free neurons of which all eigenvalues are computed: a matrix of 8 MiB.
pub(super) const ALL_UP_TO: usize = 1024;
/// Most free neurons of a network with an energy, where the index is found by inertia: a matrix of 32 MiB.
pub(super) const LARGEST: usize = 2048;

/// A fixed point, and what the network is like there.
#[derive(Clone, Debug, PartialEq)]
pub struct LandscapePoint {
    /// The state x of all neurons.
    pub x: Vec<f64>,
    /// The activations g.
    pub g: Vec<f64>,
    /// The energy; none where the network has none.
    pub energy: Option<f64>,
    /// The largest |τẋ| of a free neuron.
    pub residual: f64,
    /// The eigenvalues of the Jacobian of ẋ over the free neurons, time constants included: `[real, imaginary part]`, the largest real
    /// part first. None where units flip.
    pub eigenvalues: Vec<[f64; 2]>,
    /// Are these all of them? Of a large network they are the largest and the smallest ([`Search::all_up_to`]), and the index is found by
    /// inertia.
    pub has_all_eigenvalues: bool,
    /// How many of them have a real part above 0: the unstable directions.
    pub index: usize,
    /// How many have a real part of 0: no larger than 1e-9 max(1, largest eigenvalue).
    pub zeros: usize,
    /// What follows from these numbers.
    pub class: Class,
    /// What happens along the directions of the eigenvalue 0; none where there are none, or it could not be told. `Flat`: it is one
    /// point of a line, ring or surface of fixed points, of which this list has no other.
    pub along: Option<Along>,
    /// Does it lie where an activation, or what a synapse makes of it, has two slopes? Then its eigenvalues are those of the steeper side.
    /// Its class is `Marginal`, for they do not tell whether it attracts, unless the network has an energy, the kink is an activation's,
    /// and they are all below 0.
    pub is_on_a_kink: bool,
    /// The overlap with every memory: the cosine of the angle between it and the activation; 0 where the activation is 0 but for
    /// rounding.
    pub overlaps: Vec<f64>,
    /// What it is beside the memories; none where there are no memories, or too many of them (512).
    pub likeness: Option<Likeness>,
    /// How many of the starts that were followed came to rest here.
    pub starts: usize,
}

impl LandscapePoint {
    /// Is it one of a continuum of fixed points?
    pub fn is_continuous(&self) -> bool {
        self.along == Some(Along::Flat)
    }

    /// Does every start near by end there? Along a continuum: there or beside it.
    pub fn attracts(&self) -> bool {
        match self.class {
            Class::Marginal => {
                let comes_back = matches!(self.along, Some(Along::Inward | Along::Flat));
                self.index == 0 && comes_back
            }
            class => class.attracts(),
        }
    }
}

/// The fixed points of a network under one input; see [`landscape`].
#[derive(Clone, Debug, PartialEq)]
pub struct Landscape {
    /// In order of energy, then of coordinates.
    pub points: Vec<LandscapePoint>,
    /// How many starts were followed through time.
    pub followed: usize,
    /// How many of them came to rest.
    pub rested: usize,
    /// Until when they were followed.
    pub until: f64,
    /// How many times Newton's method was tried; how many states were asked where units flip.
    pub tries: usize,
    /// Σ(−1)^index and what it says of points that are missing.
    pub count: Count,
    /// What an exhaustive search has shown, if there was one.
    pub complete: Option<Completeness>,
    /// How much the eigenvalues of the symmetric matrix differ from those of J itself at one of the points, in units of
    /// max(1, largest eigenvalue); none where J was not compared with it.
    pub asymmetry: Option<f64>,
    /// Has it as many points as it may have?
    pub is_full: bool,
    /// Was the search interrupted?
    pub is_interrupted: bool,
}

/// The fixed points of a network, of any kind: attractors, saddles, maxima.
///
/// Starts are followed to rest, and Newton's method corrects where they end. Then Newton's method starts anew, again and again, away from
/// all that is known (deflation), until nothing new has been found in a stated number of tries. Where every orbit ends up in a
/// bounded set, Σ(−1)^index is 1 (Poincaré and Hopf): as long as it is not, a point is missing, and the search goes on.
///
/// Two points are one if max|x − x'| ≤ 1e-6 (1 + max|x|) after Newton's method has settled.
///
/// Where units flip these are the states that no unit wants to leave: all of them up to 2²⁰ states, and of larger networks those in which
/// starts end.
///
/// ```
/// use attractor::analysis::{Class, Count, Search, landscape};
/// use attractor::dynamics::{Interrupt, Settings, Start};
/// use attractor::kernels::Weights;
/// use attractor::lagrangian::Sigmoid;
/// use attractor::network::{Layer, theories};
///
/// // Two neurons that inhibit each other: either wins, and a saddle lies between.
/// let neurons = Layer::new("neurons", &[2], Sigmoid { beta: 6.0 })?.input(0.5);
/// let network = theories::classical(neurons, Weights::new(2, 2, vec![0.0, -1.0, -1.0, 0.0])?)?;
/// let settings = Settings { t_end: 1000.0, ..Settings::default() };
/// let search = Search::new(&network, Start::at(vec![0.0; 2]));
/// let found = landscape((&network, &settings), &search, &Interrupt::new())?;
///
/// let classes: Vec<Class> = found.points.iter().map(|p| p.class).collect();
/// assert_eq!(classes, [Class::StableNode, Class::StableNode, Class::Saddle(1)]);
/// assert_eq!(found.count, Count::Complete);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// States, memories or clamped neurons that do not fit the network, no start at all, more than 2048 free neurons (1024 without an energy),
/// settings that make no sense; with [`Search::complete`] also more than 16 free neurons, units that flip, and a Lagrangian or synapse
/// without a form over intervals.
pub fn landscape(
    on: (&Network, &Settings),
    search: &Search,
    interrupt: &Interrupt,
) -> Result<Landscape, Refusal> {
    landscape_watched(on, search, &Watch::quiet(interrupt))
}

/// The same, and whoever waits is told how far it is. What was found until an interrupt is kept.
///
/// # Errors
/// As [`landscape`].
pub fn landscape_watched(
    on: (&Network, &Settings),
    search: &Search,
    watch: &Watch<'_>,
) -> Result<Landscape, Refusal> {
    check::check(on.0, search)?;
    let mut found = match on.1.method.flips {
        true if search.complete.is_some() => {
            let why = "is of neurons whose states move: of units that flip all states are asked up to 2^20 of them";
            return Err(Refusal::new("an exhaustive search", why).help("leave --complete out"));
        }
        true => states::states(on, search, watch)?,
        false => search::search(on, search, watch)?,
    };
    found.is_interrupted = watch.interrupt.is_raised();
    if let Some((layer, memories)) = &search.memories {
        let neurons = on.0.neurons(*layer);
        let comparison = Comparison::new(on.0, *layer, memories);
        for point in &mut found.points {
            point.likeness = comparison.of(&point.g);
            let g = &point.g[neurons.clone()];
            let all = 0..memories.count();
            point.overlaps = all.map(|k| memories.overlap_at_rest(k, g)).collect();
        }
    }
    Ok(found)
}

/// The energy at a state, and the activations.
pub(super) fn energy_at(
    network: &Network,
    (x, input, clamped): (&[f64], &[f64], &[usize]),
) -> (Option<f64>, Vec<f64>) {
    let mut ws = Workspace::new(network, 1);
    let drive = Drive { input, clamped };
    let mut at = network.at(x, drive, &mut ws);
    let g = at.activation().to_vec();
    let mut synapses = network.connections().iter();
    let has_energy = synapses.all(|c| c.synapse.energy() == Energy::Exact);
    (has_energy.then(|| at.energy().total[0]), g)
}

/// Puts points in order.
fn sort(points: &mut [LandscapePoint]) {
    points.sort_by(order);
}

/// In order of energy, then of coordinates, both to as many digits as rounding leaves alone.
pub(super) fn order(a: &LandscapePoint, b: &LandscapePoint) -> Ordering {
    // Not −0, which is sorted before 0.
    let digits = |v: f64| (v * 1e9).round() + 0.0;
    let energy = |p: &LandscapePoint| digits(p.energy.unwrap_or(0.0));
    let pairs = a.x.iter().zip(&b.x);
    let mut coordinates = pairs.map(|(a, b)| digits(*a).total_cmp(&digits(*b)));
    let mut later = || coordinates.find(|o| o.is_ne()).unwrap_or(Ordering::Equal);
    energy(a).total_cmp(&energy(b)).then_with(&mut later)
}
