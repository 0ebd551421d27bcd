//! Where an activation jumps: at the tip of a norm with ε = 0.

use std::ops::Range;

use crate::network::Network;

/// A finder of groups whose state is at the tip of their norm.
pub(super) struct Tips<'a> {
    pub network: &'a Network,
    /// A state that is so near to the tip counts as there; at 0 only the tip itself does.
    pub near: f64,
}

/// How far to either side of the tip the activation is asked for: of a slope, however steep, less is left nearer by.
const ASIDE: [f64; 2] = [1e-9, 1e-12];
/// Rounding may change an activation by less than this part of it.
const ROUNDING: f64 = 1e-6;

impl Tips<'_> {
    /// The layers with a group at the tip, where the network has this state and velocity.
    pub fn layers(&self, x: &[f64], velocity: &[f64]) -> Vec<usize> {
        let layers = self.network.layers().iter().enumerate();
        let at_tip = layers.filter(|(k, layer)| {
            let first = self.network.neurons(*k).start;
            let segments = layer.lagrangian.segments().iter();
            let mut shared = segments.filter(|s| !s.lagrangian.is_additive());
            shared.any(|s| {
                let group = first + s.start..first + s.start + s.len;
                self.is_at_tip(&group, x, velocity)
            })
        });
        at_tip.map(|(k, _)| k).collect()
    }

    /// The tip of a group is at 0, or where all its neurons are equal.
    fn is_at_tip(&self, group: &Range<usize>, x: &[f64], velocity: &[f64]) -> bool {
        let own = &x[group.clone()];
        let mean = own.iter().sum::<f64>() / own.len() as f64;
        [0.0, mean].into_iter().any(|centre| {
            let off = less(own, centre);
            // At the tip itself the velocity says which way the state leaves it.
            let way = match size(&off) {
                0.0 => {
                    let all = &velocity[group.clone()];
                    let mean = all.iter().sum::<f64>() / all.len() as f64;
                    less(all, if centre == 0.0 { 0.0 } else { mean })
                }
                _ => off.clone(),
            };
            size(&off) <= self.near && self.jumps(group, x, centre, &way)
        })
    }

    /// Is the activation another one on the other side, however near that is?
    fn jumps(&self, group: &Range<usize>, x: &[f64], centre: f64, way: &[f64]) -> bool {
        let length = size(way);
        if length == 0.0 || !length.is_finite() {
            return false;
        }
        let scale = centre.abs().max(1.0) / length;
        let activation = |part: f64| {
            let mut x = x.to_vec();
            for (x, way) in x[group.clone()].iter_mut().zip(way) {
                *x = centre + part * scale * way;
            }
            let mut g = vec![0.0; x.len()];
            self.network.activation(&x, 1, &mut g);
            g[group.clone()].to_vec()
        };
        let [long, short] = ASIDE.map(|part| {
            let (before, after) = (activation(-part), activation(part));
            let change: Vec<f64> = before.iter().zip(&after).map(|(a, b)| b - a).collect();
            let rounding = ROUNDING * size(&before).max(size(&after));
            size(&change) - rounding
        });
        short > 0.0 && short > 0.5 * long
    }
}

fn less(values: &[f64], centre: f64) -> Vec<f64> {
    values.iter().map(|v| v - centre).collect()
}

fn size(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |m, v| m.max(v.abs()))
}
