//! The scale of colours beside a frame, with its numbers.

use super::{Align, Axis, Canvas, ColorMap, FRAME, Frame, LABEL, SOFT, TEXT, text};

const WIDTH: f64 = 13.0;
const GAP: f64 = 14.0;
const TICK: f64 = 4.0;
const TICKS: f64 = 7.0;

pub(super) struct ColorBar {
    map: ColorMap,
    axis: Axis,
    title: String,
}

impl ColorBar {
    pub(super) fn new(map: ColorMap, title: &str) -> ColorBar {
        ColorBar {
            map,
            axis: Axis::linear(map.low, map.high, 0.0, TICKS),
            title: title.to_string(),
        }
    }

    /// Room that it takes right of a frame.
    pub(super) fn room(&self) -> f64 {
        let numbers = self.axis.widest() + WIDTH + TICK + 4.0;
        // Title and note stand above it, from its left edge on.
        GAP + numbers.max(text::widest([&self.title, &self.axis.note]))
    }

    /// Room that title and note take above the frame.
    pub(super) fn above(&self) -> f64 {
        let lines = [&self.title, &self.axis.note].map(|t| usize::from(!t.is_empty()));
        18.0 * (lines[0] + lines[1]) as f64
    }

    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, beside: Frame) {
        let (x, top, height) = (beside.right + GAP, beside.top, beside.height());
        let rows = (2.0 * height).round().max(2.0) as usize;
        let colors: Vec<_> = (0..rows)
            .map(|i| {
                let s = (i as f64 + 0.5) / rows as f64;
                self.map.color(self.map.low * s + self.map.high * (1.0 - s))
            })
            .collect();
        canvas.picture((x, top), (WIDTH, height), 1, &colors);
        canvas.frame((x, top), (x + WIDTH, beside.bottom), 0.5, FRAME);
        // A low bar has room for a few numbers only.
        let count = (height / 20.0).clamp(1.0, TICKS);
        let axis = Axis::linear(self.map.low, self.map.high, 0.0, count);
        for (value, label) in &axis.ticks {
            let y = beside.bottom - height * axis.fraction(*value);
            canvas.rule((x + WIDTH, y), (x + WIDTH + TICK, y), SOFT);
            canvas.label(label, (x + WIDTH + TICK + 4.0, y), Align::Left, TEXT);
        }
        let mut y = top - 9.0;
        for line in [&axis.note, &self.title] {
            if !line.is_empty() {
                canvas.text(line, LABEL, (x, y), Align::Left, TEXT);
                y -= 18.0;
            }
        }
    }
}
