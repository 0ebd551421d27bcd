//! Which curve looks how, and the legend that says so.

use super::axes::Axes;
use super::descent::{ALLOWED, band};
use super::{EnergyCurve, EnergyPlot};
use crate::figure::{BLACK, Entries, FAILURE, Palette, Pen, Point, Sample, coincide, text};
use crate::number::plural;

impl EnergyPlot {
    fn crowded(&self, palette: &Palette) -> bool {
        self.curves.len() > palette.distinct()
    }

    /// The curves in the order in which they are drawn, in groups that look like one; the highlighted curve comes last and
    /// lies on top.
    pub(super) fn order(&self, palette: &Palette, lines: &[Vec<Point>]) -> Vec<Vec<usize>> {
        if !self.crowded(palette) {
            return coincide::groups(lines);
        }
        let mut order: Vec<usize> = (0..self.curves.len()).collect();
        if let Some(i) = self.highlight {
            order.retain(|&k| k != i);
            order.push(i);
        }
        order.into_iter().map(|k| vec![k]).collect()
    }

    /// How the i-th curve looks, or the i-th group of them where they are told apart.
    pub(super) fn style(&self, i: usize, palette: &Palette) -> Pen {
        if !self.crowded(palette) {
            palette.curve(i)
        } else if self.highlight == Some(i) {
            Pen::new(BLACK, 2.2)
        } else {
            // The more there are, the fainter each.
            let alpha = (24.0 / self.curves.len() as f64).clamp(0.16, 0.6);
            Pen::new(palette.crowd().faint(alpha), 1.2)
        }
    }

    pub(super) fn entries(
        &self,
        axes: &Axes,
        (groups, palette): (&[Vec<usize>], &Palette),
    ) -> Entries {
        let mut entries = Entries::default();
        if self.crowded(palette) {
            let all = self.curves.len();
            let mut crowd = format!("{all} trajectories");
            if let Some(i) = self.highlight {
                let style = Sample::Line(self.style(i, palette));
                entries.say(style, &self.curves[i].label);
                crowd = format!("{} others", all - 1);
            }
            let faint = Pen::new(palette.crowd(), 1.2);
            entries.say(Sample::Line(faint), crowd);
        } else if self.curves.len() > 1 || !self.curves[0].label.is_empty() {
            for (k, group) in groups.iter().enumerate() {
                let labels = group.iter().map(|k| self.curves[*k].label.as_str());
                let labels: Vec<&str> = labels.collect();
                let style = self.style(k, palette);
                entries.say(Sample::Line(style), coincide::name(&labels));
            }
        }
        entries.say_switched(&axes.time.shown(&self.switches));
        let count = |n: usize| plural(n, "point");
        let total = |of: fn(&EnergyCurve) -> usize| self.curves.iter().map(of).sum::<usize>();
        if !self.steps {
            let positive = total(|curve| curve.positive().count());
            if positive > 0 {
                let label = format!("dE/dt > 0, magnitude shown ({})", count(positive));
                entries.say(Sample::Dot(FAILURE), label);
            }
        } else {
            let label = "rise allowed: rounding and the method's own error";
            entries.say(Sample::Band(band()), label);
            let within = total(|curve| curve.within().count());
            if within > 0 {
                let label = format!("E rises within the allowance ({})", count(within));
                entries.say(Sample::Dot(ALLOWED.0), label);
            }
        }
        let beyond = total(|curve| curve.beyond().count());
        if beyond > 0 {
            let label = format!("E rises beyond the allowance ({})", count(beyond));
            entries.say(Sample::Dot(FAILURE), label);
        }
        if let Some(t) = axes.settled {
            let label = format!("E has settled; the run goes on to t = {}", text::short(t));
            entries.say(Sample::None, label);
        }
        entries
    }
}
