//! From a string up to the saddles that it leads over.

use super::Path;
use super::string::{STEP, StringPath, fastest};
use crate::analysis::eigenvalues::eigenvalues;
use crate::analysis::landscape::{Class, energy_at};
use crate::analysis::local::Local;
use crate::analysis::manifolds::{apart, norm};
use crate::analysis::newton::newton;
use crate::network::Network;

/// Steps of an image that climbs.
const CLIMBS: usize = 400;
/// A saddle under a maximum of the energy along a string.
#[derive(Clone, Debug, PartialEq)]
pub struct Summit {
    /// The state.
    pub x: Vec<f64>,
    /// The energy.
    pub energy: f64,
    /// The number of unstable directions: 1 at a pass.
    pub index: usize,
}

/// The saddles under the maxima of a string.
pub(super) fn summits(
    local: &mut Local<'_>,
    on: (&Network, &[f64], &[usize]),
    x: Vec<Vec<f64>>,
) -> StringPath {
    let mut along = vec![0.0];
    for pair in x.windows(2) {
        along.push(along[along.len() - 1] + apart(&pair[0], &pair[1]));
    }
    let path = Path::new(on, x, along);
    let mut found = StringPath {
        summits: Vec::new(),
        is_settled: true,
        path,
    };
    for k in 1..found.path.x.len() - 1 {
        let e = &found.path.energy;
        if e[k] <= e[k - 1] || e[k] < e[k + 1] {
            continue;
        }
        match climb(local, &found.path.x[k - 1..k + 2]) {
            Some((x, index)) => {
                let energy = energy_at(on.0, (&x, on.1, on.2)).0;
                found.summits.push(Summit {
                    energy: energy.unwrap_or(f64::NAN),
                    index,
                    x,
                });
            }
            None => found.is_settled = false,
        }
    }
    found.is_settled &= !found.summits.is_empty();
    found
}

/// From the middle one of three images up to the saddle, and its index; none if that lies far off.
fn climb(local: &mut Local<'_>, images: &[Vec<f64>]) -> Option<(Vec<f64>, usize)> {
    let mut tangent: Vec<f64> = images[2]
        .iter()
        .zip(&images[0])
        .map(|(a, b)| a - b)
        .collect();
    let wide = norm(&tangent);
    tangent.iter_mut().for_each(|t| *t /= wide);
    let mut x = images[1].clone();
    let step = STEP / fastest(local, &x);
    for _ in 0..CLIMBS {
        let v = local.velocity(&x);
        let along: f64 = v.iter().zip(&tangent).map(|(v, t)| v * t).sum();
        for ((x, v), t) in x.iter_mut().zip(&v).zip(&tangent) {
            *x += step * (v - 2.0 * along * t);
        }
        if apart(&x, &images[1]) > 2.0 * wide {
            return None;
        }
    }
    let found = newton(local, &x);
    let found = newton(local, &found.x);
    if !found.converged || apart(&found.x, &images[1]) > 2.0 * wide {
        return None;
    }
    let all = eigenvalues(local, &found.x)?;
    let (_, index, _) = Class::of(local, &all);
    Some((found.x, index))
}
