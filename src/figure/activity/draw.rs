//! Maps and lines below each other, and what stands around them.

use super::ActivityPlot;
use super::scale::Scale;
use crate::figure::{
    Align, Axis, Block, Canvas, Entries, Frame, LABEL, Legend, Palette, Panel, Pen, SOFT, SWITCH,
    Sample, TEXT, WHITE, coincide, text, thinned,
};

const GAP: f64 = 34.0;

pub(super) struct Activity<'a> {
    pub(super) plot: &'a ActivityPlot,
    pub(super) time: Axis,
    pub(super) edges: Vec<f64>,
    pub(super) heights: Vec<f64>,
    pub(super) vertical: Vec<Axis>,
    /// What colours mean; none for a layer that is lines.
    pub(super) scales: Vec<Option<Scale>>,
    /// Times in view at which the input is switched.
    pub(super) switches: Vec<f64>,
    /// Width that it has when it stands alone.
    pub(super) inner: f64,
    pub(super) palette: Palette,
}

impl Activity<'_> {
    fn lines(&self, canvas: &mut Canvas<'_>, i: usize, panel: &Panel<'_>) {
        let layer = &self.plot.layers[i];
        let line = |k: usize| {
            let values = layer.values.iter().skip(k).step_by(layer.neurons);
            let points = self.plot.time.iter().zip(values);
            thinned(points.map(|(&t, &v)| panel.at(t, v)))
        };
        let lines: Vec<_> = (0..layer.neurons).map(line).collect();
        let labels: Vec<String> = (0..layer.neurons).map(|k| format!("neuron {k}")).collect();
        let mut entries = Entries::default();
        for group in coincide::groups(&lines) {
            let pen = Pen {
                dashed: false,
                ..self.palette.curve(group[0])
            };
            canvas.trace_in(panel.frame, &lines[group[0]], pen);
            let names: Vec<&str> = group.iter().map(|k| labels[*k].as_str()).collect();
            entries.say(Sample::Line(pen), coincide::name(&names));
        }
        if layer.neurons > 1 {
            let left = panel.left + text::width(&layer.label, LABEL) + 24.0;
            let legend = Legend::new(entries, panel.right - left);
            legend.draw(canvas, (left, panel.top - 22.7));
        }
    }

    fn map(&self, canvas: &mut Canvas<'_>, (i, scale): (usize, &Scale), frame: Frame) {
        let layer = &self.plot.layers[i];
        canvas.paint(frame, |[c, r], [columns, rows]| {
            // The time whose cell covers the middle of the column.
            let t = self.time.value((c as f64 + 0.5) / columns as f64);
            let n = self.edges.partition_point(|&e| e <= t);
            let n = n.clamp(1, self.plot.time.len()) - 1;
            // Neurons count upwards; where several share a row of pixels, their mean is shown.
            let part = |r: usize| (r * layer.neurons) as f64 / rows as f64;
            let first = part(rows - 1 - r) as usize;
            let end = match layer.neurons <= rows {
                true => first + 1,
                false => (part(rows - r).ceil() as usize).max(first + 1),
            };
            let end = end.min(layer.neurons);
            let some = &layer.values[n * layer.neurons..][first.min(end - 1)..end];
            scale.color(some)
        });
    }
}

impl Block for Activity<'_> {
    fn sides(&self) -> (f64, f64) {
        let left = self.vertical.iter().map(Axis::margin);
        let scales = self.scales.iter().zip(&self.heights);
        let right = scales.filter_map(|(scale, height)| Some(scale.as_ref()?.room(*height)));
        let half = self.time.overhang();
        (left.fold(0.0, f64::max), right.fold(half, f64::max))
    }

    fn shape(&self) -> f64 {
        let gaps = GAP * (self.heights.len() - 1) as f64;
        let (left, right) = self.sides();
        (self.heights.iter().sum::<f64>() + gaps) / (self.inner - left - right).max(1.0)
    }

    fn width(&self) -> f64 {
        self.inner
    }

    fn legend(&self, width: f64) -> Legend {
        let mut entries = Entries::default();
        entries.say_switched(&self.switches);
        Legend::new(entries, width)
    }

    fn above(&self) -> f64 {
        28.0
    }

    fn put(&self, canvas: &mut Canvas<'_>, frame: Frame) {
        let outer = frame.left - self.sides().0;
        let n = self.heights.len();
        let gaps = GAP * (n - 1) as f64;
        let scale = (frame.height() - gaps).max(n as f64) / self.heights.iter().sum::<f64>();
        let mut top = frame.top;
        for i in 0..n {
            // Whole pixels, so that the picture fills its frame.
            let bottom = (2.0 * (top + scale * self.heights[i])).round() / 2.0;
            let own = Frame {
                top: (2.0 * top).round() / 2.0,
                bottom,
                ..frame
            };
            let panel = Panel {
                frame: own,
                x: &self.time,
                y: &self.vertical[i],
            };
            let title = (i + 1 == n).then_some(self.plot.time_label.as_str());
            if let Some(scale) = &self.scales[i] {
                self.map(canvas, (i, scale), own);
                canvas.outline(own, 0.5, SOFT);
                let what = match self.plot.layers[i].rows.as_str() {
                    _ if own.height() < 50.0 => "",
                    "" => "neuron",
                    rows => rows,
                };
                panel.draw_scales(canvas, (what, outer - 4.0), title, 0.0);
            } else {
                panel.draw(canvas, ("activity", outer - 4.0), title, 0.0);
                self.lines(canvas, i, &panel);
            }
            for t in &self.switches {
                let line = panel.upright(*t);
                // A light edge, so that it is seen on dark colours too.
                if self.scales[i].is_some() {
                    canvas.line(&line, 3.0, WHITE.faint(0.7));
                }
                canvas.trace(&line, SWITCH);
            }
            let label = text::wrap(&self.plot.layers[i].label, LABEL, own.width());
            if let Some(label) = label.first() {
                let at = (own.left, own.top - 8.0);
                canvas.text(label, LABEL, at, Align::Left, TEXT);
            }
            if let Some(scale) = &self.scales[i] {
                scale.draw(canvas, own);
            }
            top = bottom + GAP;
        }
    }
}
