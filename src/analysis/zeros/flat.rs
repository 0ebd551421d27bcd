//! Places of the grid near which two branches may cross.

use std::collections::HashMap;

use super::lattice::{At, FINER, Lattice};

/// So near a point where the slope vanishes, in fine squares, its place is asked for.
const FLAT: f64 = 4.0;

impl Lattice<'_> {
    /// Where the slope and the value may both vanish, as parts of the axes: of every cell the place that promises most.
    pub fn flat_places(&self) -> Vec<[f64; 2]> {
        let mut best: HashMap<At, (f64, At)> = HashMap::new();
        for at in self.squares() {
            let Some(far) = self.distance_to_flat(at).filter(|d| *d <= FLAT) else {
                continue;
            };
            let cell = at.map(|k| k / FINER);
            let known = best.entry(cell).or_insert((far, at));
            if far < known.0 {
                *known = (far, at);
            }
        }
        let mut places: Vec<At> = best.into_values().map(|(_, at)| at).collect();
        places.sort_unstable();
        let part = |p: [f64; 2], k: usize| {
            let [low, high] = self.over[k];
            (p[k] - low) / (high - low)
        };
        let points = places.into_iter().map(|at| self.point(at));
        points.map(|p| [part(p, 0), part(p, 1)]).collect()
    }

    /// How far, in fine squares, a point is where the slope vanishes; none where the value there cannot be zero.
    fn distance_to_flat(&self, [i, j]: At) -> Option<f64> {
        let value = |a: usize, b: usize| {
            let at = [(i + a).checked_sub(1)?, (j + b).checked_sub(1)?];
            self.values.get(&at).copied().filter(|v| v.is_finite())
        };
        let here = value(1, 1)?;
        let [left, right, low, high] = [value(0, 1)?, value(2, 1)?, value(1, 0)?, value(1, 2)?];
        let twist = value(2, 2)? + value(0, 0)? - value(2, 0)? - value(0, 2)?;
        let slope = (right - left).hypot(high - low) / 2.0;
        let bend = (right + left - 2.0 * here)
            .abs()
            .max((high + low - 2.0 * here).abs())
            .max(twist.abs() / 4.0);
        let far = slope / bend;
        (here.abs() <= FLAT * FLAT * bend).then_some(far)
    }
}
