//! Which curve looks how, and the legend that says so.

use super::descent::{ALLOWED, band};
use super::{EnergyCurve, EnergyPlot};
use crate::figure::legend::Sample;
use crate::figure::palette::{self, CHOSEN, CROWD, FAILURE, Ink, SOFT};

/// The line where the input is switched.
pub(super) const SWITCH: (Ink, f64, bool) = (SOFT, 1.0, true);

impl EnergyPlot {
    fn crowded(&self) -> bool {
        self.curves.len() > palette::DISTINCT
    }

    /// The highlighted curve comes last and lies on top.
    pub(super) fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.curves.len()).collect();
        if let Some(i) = self.highlight.filter(|_| self.crowded()) {
            order.retain(|&k| k != i);
            order.push(i);
        }
        order
    }

    pub(super) fn style(&self, i: usize) -> (Ink, f64, bool) {
        if !self.crowded() {
            let (ink, dashed) = palette::curve(i);
            (ink, 2.0, dashed)
        } else if self.highlight == Some(i) {
            (CHOSEN, 2.2, false)
        } else {
            // The more there are, the fainter each.
            let alpha = (24.0 / self.curves.len() as f64).clamp(0.16, 0.6);
            (CROWD.faint(alpha), 1.2, false)
        }
    }

    /// The switches of the input that lie within the times of the curves.
    pub(super) fn switches_shown(&self) -> Vec<f64> {
        let times = || self.curves.iter().flat_map(|c| c.time.iter().copied());
        let (first, last) = (
            times().fold(f64::INFINITY, f64::min),
            times().fold(f64::NEG_INFINITY, f64::max),
        );
        let all = self.switches.iter().copied();
        all.filter(|t| (first..=last).contains(t)).collect()
    }

    pub(super) fn entries(&self) -> Vec<(Sample, String)> {
        let sample = |(ink, width, dashed): (Ink, f64, bool)| Sample::Line { ink, width, dashed };
        let mut entries = Vec::new();
        if self.crowded() {
            let others = self.curves.len() - usize::from(self.highlight.is_some());
            if let Some(i) = self.highlight {
                entries.push((sample(self.style(i)), self.curves[i].label.clone()));
            }
            let what = if self.highlight.is_some() {
                "others"
            } else {
                "trajectories"
            };
            entries.push((sample((CROWD, 1.2, false)), format!("{others} {what}")));
        } else if self.curves.len() > 1 || !self.curves[0].label.is_empty() {
            let all = self.curves.iter().enumerate();
            entries.extend(all.map(|(i, curve)| (sample(self.style(i)), curve.label.clone())));
        }
        if !self.switches_shown().is_empty() {
            entries.push((sample(SWITCH), "the input is switched".to_string()));
        }
        let count = |n: usize| {
            if n == 1 {
                "1 point".to_string()
            } else {
                format!("{n} points")
            }
        };
        let positive = self
            .curves
            .iter()
            .map(|curve| curve.positive().count())
            .sum();
        if positive > 0 {
            let label = format!("dE/dt > 0, magnitude shown ({})", count(positive));
            entries.push((Sample::Dot(FAILURE), label));
        }
        let total = |of: fn(&EnergyCurve) -> usize| self.curves.iter().map(of).sum::<usize>();
        if total(|curve| curve.steps().count()) > 0 {
            let label = "rise allowed: rounding and the method's own error";
            entries.push((Sample::Band(band()), label.to_string()));
        }
        let within = total(|curve| curve.within().count());
        if within > 0 {
            let label = format!("E rises within the allowance ({})", count(within));
            entries.push((Sample::Dot(ALLOWED.0), label));
        }
        let beyond = total(|curve| curve.beyond().count());
        if beyond > 0 {
            let label = format!("E rises beyond the allowance ({})", count(beyond));
            entries.push((Sample::Dot(FAILURE), label));
        }
        entries
    }
}
