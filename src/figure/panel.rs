//! A plot's frame: grid, ticks and their numbers around a rectangle of the page.

use std::ops::Deref;

use super::{Align, Axis, Canvas, Frame, GRID, LABEL, Point, SOFT, TEXT};

pub(super) const TICK: f64 = 5.0;
pub(super) const TITLE: f64 = 15.0;

/// A rectangle of the page with its axes.
#[derive(Clone, Copy)]
pub(super) struct Panel<'a> {
    pub frame: Frame,
    pub x: &'a Axis,
    pub y: &'a Axis,
}

impl Deref for Panel<'_> {
    type Target = Frame;

    fn deref(&self) -> &Frame {
        &self.frame
    }
}

/// Room below a frame for ticks, numbers and the title of the horizontal axis.
pub(super) const BELOW: f64 = 54.0;

impl Panel<'_> {
    pub(super) fn at(&self, x: f64, y: f64) -> Point {
        (self.x_at(x), self.y_at(y))
    }

    /// A line from top to bottom at a value of the horizontal axis.
    pub(super) fn upright(&self, x: f64) -> [Point; 2] {
        let x = self.x_at(x);
        [(x, self.top), (x, self.bottom)]
    }

    /// A velocity in values as one on the page, for linear axes.
    pub(super) fn slope(&self, u: f64, v: f64) -> Point {
        let [a, b] = [self.x, self.y].map(|axis| axis.value(1.0) - axis.value(0.0));
        (u / a * self.width(), -v / b * self.height())
    }

    fn x_at(&self, x: f64) -> f64 {
        self.left + self.width() * self.x.fraction(x)
    }

    fn y_at(&self, y: f64) -> f64 {
        self.bottom - self.height() * self.y.fraction(y)
    }

    /// Grid, frame, ticks, numbers, and the vertical axis' title at `title_x`. The frame reaches `below` further down
    /// than the data. The horizontal axis has numbers and a title only if `x_title` says one.
    pub(super) fn draw(
        &self,
        canvas: &mut Canvas<'_>,
        title: (&str, f64),
        x_title: Option<&str>,
        below: f64,
    ) {
        let floor = self.bottom + below;
        for (value, _) in &self.x.ticks {
            let x = self.x_at(*value);
            canvas.rule((x, self.top), (x, floor), GRID);
        }
        for (value, _) in &self.y.ticks {
            let y = self.y_at(*value);
            canvas.rule((self.left, y), (self.right, y), GRID);
        }
        self.draw_scales(canvas, title, x_title, below);
    }

    /// The same without the grid: over a picture.
    pub(super) fn draw_scales(
        &self,
        canvas: &mut Canvas<'_>,
        (y_title, title_x): (&str, f64),
        x_title: Option<&str>,
        below: f64,
    ) {
        let floor = self.bottom + below;
        let mut last = f64::INFINITY;
        for (value, label) in &self.y.ticks {
            let y = self.y_at(*value);
            canvas.rule((self.left - TICK, y), (self.left, y), SOFT);
            // A low frame has room for a few numbers only.
            if last - y < LABEL + 1.0 {
                continue;
            }
            last = y;
            canvas.label(label, (self.left - TICK - 4.0, y), Align::Right, TEXT);
        }
        for value in &self.y.minor {
            let y = self.y_at(*value);
            canvas.rule((self.left - 0.6 * TICK, y), (self.left, y), SOFT);
        }
        for value in &self.x.minor {
            let x = self.x_at(*value);
            canvas.rule((x, floor), (x, floor + 0.6 * TICK), SOFT);
        }
        canvas.rule((self.left, self.top), (self.left, floor), SOFT);
        canvas.rule((self.left, floor), (self.right, floor), SOFT);
        // A narrow frame has room for every second or third number only.
        let widest = self.x.widest() + 8.0;
        let space = match &self.x.ticks[..] {
            [(a, _), (b, _), ..] => (self.x_at(*b) - self.x_at(*a)).abs(),
            _ => widest,
        };
        let every = (widest / space.max(1e-9)).ceil().clamp(1.0, 1e6) as usize;
        for (k, (value, label)) in self.x.ticks.iter().enumerate() {
            let x = self.x_at(*value);
            canvas.rule((x, floor), (x, floor + TICK), SOFT);
            if x_title.is_some() && k % every == 0 {
                let at = (x, floor + TICK + 3.0 + LABEL);
                canvas.text(label, LABEL, at, Align::Center, TEXT);
            }
        }
        let at = (title_x + TITLE, (self.top + floor) / 2.0);
        canvas.text_upward(y_title, TITLE, at, TEXT);
        if !self.y.note.is_empty() {
            let at = (self.left - TICK, self.top - 8.0);
            canvas.text(&self.y.note, LABEL, at, Align::Left, TEXT);
        }
        if let Some(title) = x_title {
            let y = floor + TICK + LABEL + 12.0 + TITLE;
            let title = match self.x.note.as_str() {
                "" => title.to_string(),
                note => format!("{title}   ({note})"),
            };
            let at = ((self.left + self.right) / 2.0, y);
            canvas.text(&title, TITLE, at, Align::Center, TEXT);
        }
    }
}
