//! Kinks: states at which an activation, or what a synapse makes of activations, has two slopes.

use super::local::Local;

/// How far to both sides slopes are compared, in units of 1 + |x|: far above rounding, and so near that no smooth activation of a gain
/// that anybody types bends there.
const BESIDE: f64 = 1e-10;
/// Slopes that differ by more than this part of the larger one are two, …
const DIFFER: f64 = 0.1;
/// … unless both are smaller: the slope of a saturated activation is rounding, and moves nothing.
const SLOPE: f64 = 1e-8;

/// What is known of a state on a kink.
pub(super) struct Kink {
    /// A state beside it, on the steeper side of every kink of an activation.
    pub side: Vec<f64>,
    /// Does the point attract if all eigenvalues there are below 0?
    ///
    /// In a network with an energy they are those of `−k + H^½ W H^½`, which grow with the slopes H where any is above `−k`: below 0 on the
    /// steeper side, they are below 0 on every other. Without an energy what is stable on all sides may still grow across them, and
    /// where a synapse has the kink no side is the steepest.
    pub tells: bool,
}

/// The kink that `x` lies on; none where it lies on none.
pub(super) fn kink(local: &mut Local<'_>, x: &[f64]) -> Option<Kink> {
    let network = local.network;
    let layers = network.layers().iter().enumerate();
    let additive = layers.flat_map(|(k, layer)| {
        let from = network.neurons(k).start;
        let own = layer.lagrangian.segments().iter();
        let own = own.filter(|s| s.lagrangian.is_additive());
        own.flat_map(move |s| from + s.start..from + s.start + s.len)
    });
    let additive: Vec<usize> = additive.collect();
    let [below, above] = [-BESIDE, BESIDE]
        .map(|by| -> Vec<f64> { x.iter().map(|x| x + by * (1.0 + x.abs())).collect() });
    let [low, high] = [&below, &above].map(|x| local.hessian(x).weights());
    let mut side = None;
    for i in additive {
        let is_free = local.free.binary_search(&i).is_ok();
        let steeper = low[i].max(high[i]);
        let differ = (low[i] - high[i]).abs() > DIFFER * steeper && steeper > SLOPE;
        if is_free && differ {
            let side = side.get_or_insert_with(|| x.to_vec());
            side[i] = if low[i] > high[i] { below[i] } else { above[i] };
        }
    }
    let bends = bends(local, x);
    match (side, bends) {
        (None, false) => None,
        (side, bends) => Some(Kink {
            side: side.unwrap_or_else(|| x.to_vec()),
            tells: local.gradient && !bends,
        }),
    }
}

/// Does what the synapses make of a change of the activations differ between the two sides of `x`, in a direction that lies in the way of
/// no symmetry?
fn bends(local: &mut Local<'_>, x: &[f64]) -> bool {
    let way: Vec<f64> = (0..x.len())
        .map(|i| (12.9898 * (i + 1) as f64).sin())
        .collect();
    let beside = |by: f64| -> Vec<f64> {
        let all = x.iter().zip(&way);
        all.map(|(x, w)| x + by * w * (1.0 + x.abs())).collect()
    };
    let [below, above] = [-BESIDE, BESIDE].map(|by| {
        let mut out = vec![0.0; x.len()];
        local.hessian(&beside(by)).curvature(&way, &mut out);
        out
    });
    let pairs = || below.iter().zip(&above);
    let apart = pairs().fold(0.0, |m: f64, (a, b)| m.max((a - b).abs()));
    let size = pairs().fold(0.0, |m: f64, (a, b)| m.max(a.abs()).max(b.abs()));
    apart > DIFFER * size && size > SLOPE
}
