//! The ranges of an energy plot.

use super::logged::Logged;
use super::{EnergyCurve, EnergyPlot};
use crate::figure::{Axis, FigureError, Look, range};

pub(super) struct Axes {
    /// First and last time in view.
    pub window: [f64; 2],
    /// Until when nothing happens that is not in view.
    pub settled: Option<f64>,
    pub time: Axis,
    pub energy: Axis,
    pub rate: Logged,
    /// Changes and allowances, where any is known.
    pub change: Option<Logged>,
}

impl Axes {
    pub(super) fn shows(&self, t: f64) -> bool {
        (self.window[0]..=self.window[1]).contains(&t)
    }
}

/// An energy that differs less than this part of what all have fallen from where it ends has settled, for the eye; and so
/// has one that differs by rounding.
const SETTLED: f64 = 1e-6;
const ROUNDING: f64 = 1e-14;
/// Less than this part of the time is not left away.
const WORTH: f64 = 0.3;

impl EnergyPlot {
    pub(super) fn axes(&self, look: &Look) -> Result<Axes, FigureError> {
        let all = |values: fn(&EnergyCurve) -> &Vec<f64>| {
            range(self.curves.iter().flat_map(values)).unwrap_or((0.0, 1.0))
        };
        let ((t0, t1), (low, high)) = (all(|c| &c.time), all(|c| &c.energy));
        let end = t0 + 1.1 * (self.settles(high - low).unwrap_or(t1) - t0);
        let cut = look.x.is_none() && end > t0 && end < t1 - WORTH * (t1 - t0);
        let window = look.x.unwrap_or([t0, if cut { end } else { t1 }]);
        let seen = |c: &EnergyCurve, n: usize| (window[0]..=window[1]).contains(&c.time[n]);
        let (mut rates, mut changes, mut energies) = (Vec::new(), Vec::new(), Vec::new());
        for curve in &self.curves {
            let inside = (0..curve.time.len()).filter(|n| seen(curve, *n));
            for n in inside {
                rates.push(curve.rate[n]);
                energies.push(curve.energy[n]);
            }
            for n in curve.steps().filter(|n| seen(curve, *n)) {
                changes.push(curve.change(n));
                changes.extend(Some(curve.allowance[n]).filter(|a| *a > 0.0));
            }
        }
        let (low, high) = range(&energies).unwrap_or((low, high));
        Ok(Axes {
            settled: cut.then_some(t1),
            time: Axis::linear(window[0], window[1], 0.0, 8.0),
            energy: match look.y {
                Some(ends) => Axis::between("y", ends, false, 6.0)?,
                None => Axis::linear(low, high, 0.05, 6.0),
            },
            rate: Logged::new(&rates),
            change: (!changes.is_empty()).then(|| Logged::new(&changes)),
            window,
        })
    }

    /// When the last of them has settled and nothing went wrong any more; none where they never move.
    fn settles(&self, fall: f64) -> Option<f64> {
        let one = |curve: &EnergyCurve| -> Option<f64> {
            let end = *curve.energy.last()?;
            let size = curve.energy.iter().fold(0.0f64, |m, e| m.max(e.abs()));
            let near = (SETTLED * fall).max(ROUNDING * size);
            let moving = curve.energy.iter().rposition(|e| (e - end).abs() > near);
            let wrong = curve.positive().chain(curve.beyond()).max();
            let last = moving.max(wrong)?;
            Some(curve.time[(last + 1).min(curve.time.len() - 1)])
        };
        self.curves.iter().filter_map(one).reduce(f64::max)
    }
}
