//! One energy: its steps, where it rises, and its shape between the times that are known.

use super::EnergyCurve;
use crate::figure::{Panel, Point};

impl EnergyCurve {
    pub(super) fn positive(&self) -> impl Iterator<Item = usize> {
        (0..self.rate.len()).filter(|&n| self.rate[n] > 0.0)
    }

    /// The times before which a step ended whose allowance is known.
    pub(super) fn steps(&self) -> impl Iterator<Item = usize> {
        let first = usize::from(self.change.is_empty());
        let known = first..self.allowance.len();
        known.filter(|&n| self.allowance[n] > 0.0 || self.change(n) != 0.0)
    }

    /// The change of E in the step before a time.
    pub(super) fn change(&self, n: usize) -> f64 {
        if self.change.is_empty() {
            self.energy[n] - self.energy[n - 1]
        } else {
            self.change[n]
        }
    }

    /// Steps that rise beyond their allowance.
    pub(super) fn beyond(&self) -> impl Iterator<Item = usize> {
        self.steps().filter(|&n| self.change(n) > self.allowance[n])
    }

    /// Steps that rise within it.
    pub(super) fn within(&self) -> impl Iterator<Item = usize> {
        let rises = self.steps().filter(|&n| self.change(n) > 0.0);
        rises.filter(|&n| self.change(n) <= self.allowance[n])
    }

    /// dE/dt all told, just before a time or just after.
    fn slope(&self, n: usize, after: usize) -> f64 {
        self.rate[n] + self.power.get(n).map_or(0.0, |p| p[after])
    }

    /// The curve on the page: stairs where it jumps from state to state.
    pub(super) fn line(&self, panel: &Panel<'_>, jumps: bool, straight: bool) -> Vec<Point> {
        if straight {
            let all = self.time.iter().zip(&self.energy);
            return all.map(|(t, e)| panel.at(*t, *e)).collect();
        }
        if !jumps {
            return self.smooth(panel);
        }
        let mut points: Vec<Point> = Vec::new();
        for (t, e) in self.time.iter().zip(&self.energy) {
            let (x, y) = panel.at(*t, *e);
            points.extend(points.last().map(|(_, before)| (x, *before)));
            points.push((x, y));
        }
        points
    }

    /// The curve on the page. Between two times it is the cubic with the slopes that are known at both. Where the input stands
    /// still E falls, and of a cubic that does not stay between the two energies the slopes are lowered until it falls throughout (Fritsch and
    /// Carlson 1980); elsewhere it may leave them by the work that the input can do meanwhile.
    fn smooth(&self, panel: &Panel<'_>) -> Vec<Point> {
        const FINE: f64 = 2.0;
        let mut points: Vec<Point> = Vec::new();
        for n in 0..self.time.len() {
            let end = panel.at(self.time[n], self.energy[n]);
            if let Some(&(start, _)) = points.last() {
                // A step may lead as far beyond the page as the last one is longer than those that are shown.
                let pieces = ((end.0 - start) / FINE).ceil();
                let shown = ((panel.right - start) / FINE).ceil().max(1.0);
                let (e0, e1) = (self.energy[n - 1], self.energy[n]);
                let (t0, dt) = (self.time[n - 1], self.time[n] - self.time[n - 1]);
                let cubic = |s: f64, [a, b]: [f64; 2]| {
                    let u = 1.0 - s;
                    let slopes = dt * s * u * (u * a - s * b);
                    let e = u * u * (1.0 + 2.0 * s) * e0 + s * s * (1.0 + 2.0 * u) * e1 + slopes;
                    (t0 + s * dt, e)
                };
                let slopes = [self.slope(n - 1, 1), self.slope(n, 0)];
                let along = |slopes| {
                    let all = (1..pieces.min(shown + 1.0) as usize).map(|k| k as f64 / pieces);
                    all.map(|s| cubic(s, slopes)).collect::<Vec<_>>()
                };
                let inner = along(slopes);
                let (low, high) = (e0.min(e1), e0.max(e1));
                // What a changing input may add on the way.
                let power = self.power.get(n - 1..=n).unwrap_or_default();
                let power = power.iter().flatten().fold(0.0f64, |m, p| m.max(p.abs()));
                let (low, high) = (low - dt * power, high + dt * power);
                if inner.iter().all(|p| p.1 >= low && p.1 <= high) {
                    points.extend(inner.into_iter().map(|(t, e)| panel.at(t, e)));
                } else if power == 0.0 && e0 != e1 {
                    let mean = (e1 - e0) / dt;
                    let [a, b] = slopes.map(|m| if m / mean > 0.0 { m / mean } else { 0.0 });
                    let by = mean * (3.0 / a.hypot(b)).min(1.0);
                    // A slope beyond all numbers, beside a change of nearly nothing, leaves the straight line.
                    let inner = along([a * by, b * by]);
                    let known = inner.into_iter().filter(|(_, e)| e.is_finite());
                    points.extend(known.map(|(t, e)| panel.at(t, e)));
                }
            }
            points.push(end);
            if end.0 > panel.right {
                break;
            }
        }
        points
    }
}
