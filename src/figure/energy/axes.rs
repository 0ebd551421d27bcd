//! The ranges of an energy plot.

use super::logged::Logged;
use super::{EnergyCurve, EnergyPlot};
use crate::figure::axis::Axis;

pub(super) struct Axes {
    pub time: Axis,
    pub energy: Axis,
    pub rate: Logged,
    /// Changes and allowances, where any is known.
    pub change: Option<Logged>,
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
        let rates: Vec<f64> = self.curves.iter().flat_map(|c| &c.rate).copied().collect();
        let mut changes = Vec::new();
        for curve in &self.curves {
            for n in curve.steps() {
                changes.push(curve.change(n));
                changes.extend(Some(curve.allowance[n]).filter(|a| *a > 0.0));
            }
        }
        Axes {
            time: Axis::linear(t0, t1, 0.0, 8.0),
            energy: Axis::linear(e0, e1, 0.05, 6.0),
            rate: Logged::new(&rates),
            change: (!changes.is_empty()).then(|| Logged::new(&changes)),
        }
    }
}
