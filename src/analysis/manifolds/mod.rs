//! Manifolds of saddles that are curves: the separatrices of basins, and the ways down from a pass.

mod curve;
mod follow;

pub use curve::{Curve, CurveEnd};
pub(super) use curve::{apart, norm};

use super::LandscapePoint;
use super::local::Local;
use crate::kernels::Singular;
use crate::network::Network;
use crate::number::plural;
use crate::refusal::Refusal;
use follow::{Course, follow};

/// The stable manifold of a saddle with one stable direction (with two free neurons: of any saddle) as two halves: first the one against
/// the eigenvector whose largest component is positive, then the one along it. All that starts on it comes to rest at the saddle; it
/// separates basins.
///
/// `on` is the network, its input and the neurons that are clamped beside the network's own; `within` is `[low, high]` of every
/// free neuron: a curve ends where it leaves this box, at the edge.
///
/// Found by following the flow backwards from 1e-6 beside the saddle. Backwards the manifold attracts what is beside it, so that the
/// error stays below about 1e-9 (1 + max|x|).
///
/// ```
/// use attractor::analysis::{CurveEnd, Search, landscape, stable_manifold};
/// use attractor::dynamics::{Interrupt, Settings, Start};
/// use attractor::kernels::Weights;
/// use attractor::lagrangian::Sigmoid;
/// use attractor::network::{Layer, theories};
///
/// // Two neurons that inhibit each other: which of them wins is decided by the diagonal.
/// let neurons = Layer::new("neurons", &[2], Sigmoid { beta: 6.0 })?.input(0.5);
/// let network = theories::classical(neurons, Weights::new(2, 2, vec![0.0, -1.0, -1.0, 0.0])?)?;
/// let settings = Settings { t_end: 1000.0, ..Settings::default() };
/// let search = Search::new(&network, Start::at(vec![0.0; 2]));
/// let found = landscape((&network, &settings), &search, &Interrupt::new())?;
///
/// let box_ = [[-2.0, 2.0], [-2.0, 2.0]];
/// let halves = stable_manifold((&network, network.input(), &[]), &found.points[2], &box_)?;
/// for half in halves {
///     assert_eq!(half.end, CurveEnd::LeftTheBox);
///     assert!(half.x.iter().all(|x| (x[0] - x[1]).abs() < 1e-9));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// A point that is no saddle with one stable direction, that lies outside the box, or whose network has another number of neurons.
pub fn stable_manifold(
    on: (&Network, &[f64], &[usize]),
    saddle: &LandscapePoint,
    within: &[[f64; 2]],
) -> Result<[Curve; 2], Refusal> {
    manifold(on, saddle, within, -1.0)
}

/// The unstable manifold of a saddle with one unstable direction, in the same two halves: the ways of steepest descent from a pass.
///
/// # Errors
/// As [`stable_manifold`], of the unstable direction.
pub fn unstable_manifold(
    on: (&Network, &[f64], &[usize]),
    saddle: &LandscapePoint,
    within: &[[f64; 2]],
) -> Result<[Curve; 2], Refusal> {
    manifold(on, saddle, within, 1.0)
}

/// `direction` is that of time along the curve, seen from the saddle.
fn manifold(
    (network, input, clamped): (&Network, &[f64], &[usize]),
    saddle: &LandscapePoint,
    within: &[[f64; 2]],
    direction: f64,
) -> Result<[Curve; 2], Refusal> {
    check(network, input, saddle)?;
    let mut local = Local::new(network, input, clamped);
    let value = eigenvalue(&local, saddle, direction)?;
    check_box(&local, saddle, within)?;
    let tangent = eigenvector(&local, &saddle.x, value).ok_or_else(|| {
        Refusal::new(
            "the saddle",
            "has no finite Jacobian: its directions are not known",
        )
    })?;
    let mut half = |side: f64| {
        let course = Course { within, direction };
        let tangent: Vec<f64> = tangent.iter().map(|v| side * v).collect();
        follow(&mut local, &course, (&saddle.x, &tangent))
    };
    Ok([half(-1.0), half(1.0)])
}

fn check(network: &Network, input: &[f64], saddle: &LandscapePoint) -> Result<(), Refusal> {
    for (what, has) in [("the input", input.len()), ("the saddle", saddle.x.len())] {
        if has != network.size() {
            let neurons = plural(network.size(), "neuron");
            let why = format!("has {has} numbers, the network has {neurons}");
            return Err(Refusal::new(what, why));
        }
    }
    Ok(())
}

/// The eigenvalue of the one direction that leaves the saddle in this direction of time.
fn eigenvalue(local: &Local<'_>, saddle: &LandscapePoint, direction: f64) -> Result<f64, Refusal> {
    let all = &saddle.eigenvalues;
    let unstable = saddle.index.min(all.len());
    let (kind, own) = match direction > 0.0 {
        true => ("unstable", unstable),
        false => ("stable", all.len() - unstable),
    };
    let (n, free) = (all.len(), local.free.len());
    if n != free {
        let why = format!(
            "has {n} eigenvalues, the network has {}",
            plural(free, "free neuron")
        );
        return Err(Refusal::new("the saddle", why));
    }
    if saddle.zeros > 0 {
        let why = "is marginal: what happens along an eigenvalue of 0 is not seen in eigenvectors";
        return Err(Refusal::new("the saddle", why));
    }
    if own != 1 {
        let why = format!("has {own} {kind} directions: its {kind} manifold is no curve");
        let help = "it is one where there is one such direction";
        return Err(Refusal::new("the saddle", why).help(help));
    }
    let last = if direction > 0.0 { 0 } else { n - 1 };
    Ok(all[last][0])
}

fn check_box(
    local: &Local<'_>,
    saddle: &LandscapePoint,
    within: &[[f64; 2]],
) -> Result<(), Refusal> {
    if within.len() != local.free.len() {
        let free = plural(local.free.len(), "free neuron");
        let why = format!("has {} ranges, the network has {free}", within.len());
        return Err(Refusal::new("the box", why));
    }
    for ([low, high], i) in within.iter().zip(&local.free) {
        let x = saddle.x[*i];
        // Not a number fails as well.
        if !(*low < x && x < *high) {
            let why =
                format!("does not hold the saddle: neuron {i} is {x}, its range {low} to {high}");
            return Err(Refusal::new("the box", why).help("a curve begins at the saddle"));
        }
    }
    Ok(())
}

/// The eigenvector of J, of length 1, its largest component positive; 0 where clamped.
fn eigenvector(local: &Local<'_>, x: &[f64], value: f64) -> Option<Vec<f64>> {
    let (n, rates) = (local.free.len(), local.network.rates());
    let m = local.matrix(x);
    let mut shifted = Vec::with_capacity(n * n);
    for j in 0..n {
        for i in 0..n {
            let own = if i == j { value } else { 0.0 };
            shifted.push(m.entry(i, j) * rates[local.free[i]] - own);
        }
    }
    let [_, v] = Singular::new(n, &shifted)?.vectors(n - 1);
    let size = v.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    // The first of those that are equal but for rounding.
    let lead = v.iter().find(|v| v.abs() > (1.0 - 1e-9) * size)?;
    let sign = lead.signum();
    let mut all = vec![0.0; x.len()];
    let pairs = local.free.iter().zip(&v);
    pairs.for_each(|(i, v)| all[*i] = sign * v);
    Some(all)
}
