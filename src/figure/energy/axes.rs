//! The ranges of an energy plot, and where a rate stands that has no logarithm.

use super::{EnergyCurve, EnergyPlot};
use crate::figure::axis::Axis;
use crate::figure::panel::Panel;

/// Height of the strip for rates that have no logarithm.
pub(super) const STRIP: f64 = 30.0;
/// What is smaller than the largest rate by this factor is drawn as none.
const FAINTEST: f64 = 1e-20;

pub(super) struct Axes {
    pub time: Axis,
    pub energy: Axis,
    pub rate: Axis,
    /// The least rate that is drawn at its size.
    pub floor: f64,
    /// What the strip below says, if there is one.
    pub strip: Option<String>,
}

impl Axes {
    /// Where the rate at the n-th time is drawn.
    pub(super) fn place(&self, panel: &Panel<'_>, curve: &EnergyCurve, n: usize) -> (f64, f64) {
        let size = curve.rate[n].abs();
        let (x, y) = panel.at(curve.time[n], size.max(self.floor));
        if size < self.floor {
            (x, panel.bottom + STRIP / 2.0)
        } else {
            (x, y)
        }
    }
}

impl EnergyPlot {
    pub(super) fn axes(&self) -> Axes {
        let range = |values: fn(&EnergyCurve) -> &Vec<f64>| {
            let all = self.curves.iter().flat_map(values);
            all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &v| {
                (low.min(v), high.max(v))
            })
        };
        let ((t0, t1), (e0, e1)) = (range(|c| &c.time), range(|c| &c.energy));
        let sizes = self.curves.iter().flat_map(|c| &c.rate).map(|r| r.abs());
        let (least, most) = sizes
            .clone()
            .filter(|&r| r > 0.0)
            .fold((f64::INFINITY, 0.0f64), |(l, m), r| (l.min(r), m.max(r)));
        let (floor, most) = if most > 0.0 {
            (least.max(most * FAINTEST).max(1e-300), most.max(1e-300))
        } else {
            (0.1, 1.0)
        };
        let strip = if sizes.clone().any(|r| r > 0.0 && r < floor) {
            Some("≈ 0".to_string())
        } else {
            sizes.clone().any(|r| r == 0.0).then(|| "0".to_string())
        };
        Axes {
            time: Axis::linear(t0, t1, 0.0, 8.0),
            energy: Axis::linear(e0, e1, 0.05, 6.0),
            rate: Axis::logarithmic(floor, most),
            floor,
            strip,
        }
    }
}
