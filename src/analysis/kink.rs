//! Kinks of activations: states at which an additive activation has two slopes.

use super::local::Local;

/// How far to both sides slopes are compared, in units of 1 + |x|: far above rounding, and so near that no smooth activation of a gain
/// that anybody types bends there.
const BESIDE: f64 = 1e-10;
/// Slopes that differ by more than this part of the larger one are two.
const DIFFER: f64 = 0.1;

/// A state beside `x`, on the steeper side of every kink that it lies on; none where it lies on none.
///
/// A network with an energy whose Jacobian has only eigenvalues below 0 there has them on every other side too: they are those of
/// `−k + H^½ W H^½`, which grow with the slopes H where any is above `−k`. Otherwise the Jacobian does not tell whether the fixed point
/// attracts: what grows on one side may not stay on it.
pub(super) fn steeper_side(local: &mut Local<'_>, x: &[f64]) -> Option<Vec<f64>> {
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
        if is_free && (low[i] - high[i]).abs() > DIFFER * low[i].max(high[i]) {
            let side = side.get_or_insert_with(|| x.to_vec());
            side[i] = if low[i] > high[i] { below[i] } else { above[i] };
        }
    }
    side
}
