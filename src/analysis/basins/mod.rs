//! Basins of attraction: maps of a plane, fractions of a box or of balls, and how much damage a memory is recalled from.

mod border;
mod fractions;
mod labels;
mod plane;
mod radius;
mod reached;
mod separatrix;
mod whence;

pub use fractions::{Fractions, Share, basin_fractions, state_box};
pub use plane::{Across, StatePlane};
pub use radius::{Cues, RecallCurves, recall_curves};
pub use reached::Reached;
pub use whence::Whence;

use super::{Follow, LandscapePoint};
use crate::evenly::evenly;
use crate::refusal::Refusal;
use labels::Labels;

/// Most starts of a map: half a GiB of starts and labels.
const MOST: usize = 1 << 24;

/// What of a plane a map shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapRange {
    /// Lower and upper end of the first coordinate, both on the map.
    pub x: [f64; 2],
    /// Lower and upper end of the second one.
    pub y: [f64; 2],
    /// Starts along each coordinate.
    pub points: [usize; 2],
    /// How the border between basins is found.
    pub border: Border,
}

/// How the border between basins on a plane is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Border {
    /// It is not.
    No,
    /// Between neighbouring starts that end at different points, by bisection: right on any plane, to 1/256 of the step.
    Bisected,
    /// As the stable manifolds of saddles where the two neurons of the plane are all that are free, and these manifolds pass every place
    /// where neighbouring starts end at different points; else by bisection.
    Manifolds,
}

/// Where the starts of a plane end.
#[derive(Clone, Debug, PartialEq)]
pub struct BasinMap {
    /// The plane.
    pub plane: StatePlane,
    /// First coordinates of the starts, rising.
    pub x: Vec<f64>,
    /// Second coordinates of the starts, rising.
    pub y: Vec<f64>,
    /// The label of each start, row by row (`x` runs fastest): the position of its attractor; −1 of a start that came to no rest (or was not followed to its end, where `reached` is interrupted), −2, −3 …
    /// of one that rests on a separatrix, at the first, second … of the saddles.
    pub labels: Vec<i64>,
    /// When each start came to rest; NaN of those that did not.
    pub times: Vec<f64>,
    /// The fixed points.
    pub reached: Reached,
    /// The border between basins as lines of points.
    pub border: Vec<Vec<[f64; 2]>>,
    /// How it was found.
    pub traced: Border,
    /// The saddles whose stable manifolds it is made of.
    pub saddles: Vec<LandscapePoint>,
}

impl BasinMap {
    /// The energy at the end of each start; NaN of those that came to no rest, and where there is no energy.
    pub fn energies(&self) -> Vec<f64> {
        let energy = |label: &i64| self.reached.of(*label).and_then(|p| p.energy);
        let all = self.labels.iter();
        all.map(|label| energy(label).unwrap_or(f64::NAN)).collect()
    }
}

/// The map of a plane: each of its starts is followed to rest, and labelled by the fixed point there.
///
/// Ends are compared with those that have been seen, and every fixed point is certified once, by Newton's method and the eigenvalues of the
/// Jacobian, so that labels cost nothing beside the integration.
///
/// ```
/// use attractor::analysis::{Across, Border, Follow, MapRange, basin_map};
/// use attractor::dynamics::{Interrupt, Settings, Start};
/// use attractor::kernels::Weights;
/// use attractor::lagrangian::Sigmoid;
/// use attractor::network::{Layer, theories};
///
/// // Two neurons that inhibit each other: the larger one wins, and a start on the diagonal rests at the saddle.
/// let neurons = Layer::new("neurons", &[2], Sigmoid { beta: 6.0 })?.input(0.5);
/// let network = theories::classical(neurons, Weights::new(2, 2, vec![0.0, -1.0, -1.0, 0.0])?)?;
/// let settings = Settings { t_end: 1000.0, ..Settings::default() };
/// let interrupt = Interrupt::new();
/// let follow = Follow::new((&network, &settings), Start::at(vec![0.0; 2]), &interrupt);
/// let range = MapRange { x: [-1.0, 1.0], y: [-1.0, 1.0], points: [3, 3], border: Border::No };
/// let map = basin_map(&follow, &Across::Neurons([0, 1]), range)?;
/// assert_eq!(map.reached.attractors.len(), 2);
/// assert_eq!(map.labels[0], -2);
/// assert_eq!(map.labels[1], map.labels[2]);
/// assert_ne!(map.labels[1], map.labels[3]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Coordinates that do not fit the network, an empty range, fewer than two or too many starts, units that flip, more than 1024 free
/// neurons, settings that make no sense.
pub fn basin_map(
    follow: &Follow<'_>,
    across: &Across,
    range: MapRange,
) -> Result<BasinMap, Refusal> {
    let plane = StatePlane::new(follow, across)?;
    let [x, y] = range.axes()?;
    let columns = x.len();
    let state = |k: usize| plane.state([x[k % columns], y[k / columns]]);
    let mut labels = Labels::new(follow)?;
    let ends = labels.run(columns * y.len(), state)?;
    let mut traced = range.border;
    let (mut saddles, mut border) = (Vec::new(), Vec::new());
    if traced == Border::Manifolds && plane.is_all(follow) {
        let (points, curves) = separatrix::separatrices(follow, &plane, [range.x, range.y])?;
        if border::is_covered(&labels, &ends, &curves, [&x, &y]) {
            (saddles, border) = (points, curves);
        }
    }
    if border.is_empty() && traced != Border::No && !follow.interrupt.is_raised() {
        traced = Border::Bisected;
        border = border::trace(&mut labels, &ends, (&plane, &x, &y))?;
    }
    let times = ends.times();
    let (reached, mut labels) = labels.finish(&ends);
    let unknown = labels.iter_mut().filter(|l| **l == labels::UNKNOWN);
    unknown.for_each(|l| *l = labels::NONE);
    Ok(BasinMap {
        plane,
        x,
        y,
        labels,
        times,
        reached,
        border,
        traced,
        saddles,
    })
}

impl MapRange {
    /// The coordinates of the starts.
    fn axes(&self) -> Result<[Vec<f64>; 2], Refusal> {
        let [columns, rows] = self.points;
        if columns < 2 || rows < 2 {
            let why =
                format!("are {columns} × {rows}: a map has two or more along each coordinate");
            return Err(Refusal::new("points", why));
        }
        if columns.saturating_mul(rows) > MOST {
            let why =
                format!("are {columns} × {rows}, more than the {MOST} starts of the largest map");
            return Err(Refusal::new("points", why));
        }
        let axis = |name: &str, [low, high]: [f64; 2], n: usize| {
            check(name, [low, high])?;
            Ok((0..n).map(|k| evenly([low, high], k, n)).collect())
        };
        Ok([axis("x", self.x, columns)?, axis("y", self.y, rows)?])
    }
}

/// Does a range have a lower and an upper end?
fn check(name: &str, [low, high]: [f64; 2]) -> Result<(), Refusal> {
    if !low.is_finite() || !high.is_finite() {
        return Err(Refusal::new(name, "has an end that is not finite"));
    }
    match low.total_cmp(&high) {
        std::cmp::Ordering::Less => Ok(()),
        std::cmp::Ordering::Equal => {
            let why = format!("is empty, from {low} to {high}");
            Err(Refusal::new(name, why))
        }
        std::cmp::Ordering::Greater => {
            let why = format!("is reversed, from {low} to {high}");
            Err(Refusal::new(name, why).help(format!("from {high} to {low}")))
        }
    }
}
