//! What figures draw with: lines, texts and pictures on a page, in units of which 5 make about a millimetre of a
//! journal's full width.

use super::{
    Align, Color, Frame, LABEL, LEADING, Label, Pen, Point, Surface, WHITE, clipped, path, text,
};

/// Width of a full page.
pub(super) const PAGE: f64 = 900.0;
/// Pixels of the finished picture per unit, unless another resolution is asked for: 1800 across, 254 to the inch on 180 mm.
pub(super) const FINAL: u32 = 2;

/// A page to draw on, x to the right and y down.
pub(super) struct Canvas<'a> {
    pub surface: &'a mut dyn Surface,
    /// Device pixels per unit.
    pub scale: f64,
    /// Pixels of the finished picture per unit.
    pub fine: f64,
}

impl Canvas<'_> {
    fn at(&self, (x, y): Point) -> (i32, i32) {
        (
            (x * self.scale).round() as i32,
            (y * self.scale).round() as i32,
        )
    }

    fn device(&self, points: &[Point]) -> Vec<Point> {
        let s = self.scale;
        points.iter().map(|&(x, y)| (x * s, y * s)).collect()
    }

    /// The nearest place where an edge is sharp in the finished picture.
    fn snap(&self, v: f64) -> f64 {
        (v * self.fine).round() / self.fine
    }

    /// A line with round corners.
    pub(super) fn line(&mut self, points: &[Point], width: f64, color: Color) {
        let points = self.device(points);
        self.surface.line(&points, width * self.scale, color);
    }

    /// The same, in dashes where the pen says so.
    pub(super) fn trace(&mut self, points: &[Point], pen: Pen) {
        if !pen.dashed {
            return self.line(points, pen.width, pen.color);
        }
        let dashes = path::dashes(points, 4.0 * pen.width, 3.0 * pen.width);
        for piece in &dashes {
            self.line(piece, pen.width, pen.color);
        }
    }

    /// What of a line lies inside a frame.
    pub(super) fn trace_in(&mut self, frame: Frame, points: &[Point], pen: Pen) {
        for piece in clipped(points, frame) {
            self.trace(&piece, pen);
        }
    }

    pub(super) fn dot(&mut self, at: Point, radius: f64, color: Color) {
        self.line(&[at], 2.0 * radius, color);
    }

    /// A dot on a line, or a ring.
    pub(super) fn bead(&mut self, at: Point, color: Color, hollow: bool) {
        self.dot(at, 3.4, color);
        if hollow {
            self.dot(at, 1.9, WHITE);
        }
    }

    pub(super) fn polygon(&mut self, points: &[Point], color: Color) {
        let points = self.device(points);
        self.surface.polygon(&points, color);
    }

    /// A text that stands out from what is under it.
    pub(super) fn text_on(
        &mut self,
        words: &str,
        em: f64,
        (x, y): Point,
        (color, halo): (Color, Color),
    ) {
        for k in 0..12 {
            let (s, c) = (f64::from(k) * std::f64::consts::TAU / 12.0).sin_cos();
            let at = (x + 1.6 * c, y + 1.6 * s);
            self.text(words, em, at, Align::Center, halo);
        }
        self.text(words, em, (x, y), Align::Center, color);
    }

    /// A filled rectangle with sharp edges.
    pub(super) fn rect(&mut self, (x0, y0): Point, (x1, y1): Point, color: Color) {
        let a = self.at((self.snap(x0), self.snap(y0)));
        let b = self.at((self.snap(x1), self.snap(y1)));
        if b.0 <= a.0 || b.1 <= a.1 {
            return;
        }
        self.surface.rect(a, b, color);
    }

    /// A horizontal or vertical line with sharp edges, 1 unit wide.
    pub(super) fn rule(&mut self, (x0, y0): Point, (x1, y1): Point, color: Color) {
        self.rect((x0 - 0.5, y0 - 0.5), (x1 + 0.5, y1 + 0.5), color);
    }

    /// The outline of a rectangle, drawn outside of it.
    pub(super) fn frame(&mut self, a: Point, b: Point, width: f64, color: Color) {
        let (x0, y0, x1, y1) = (a.0 - width, a.1 - width, b.0 + width, b.1 + width);
        self.rect((x0, y0), (x1, a.1), color);
        self.rect((x0, b.1), (x1, y1), color);
        self.rect((x0, a.1), (a.0, b.1), color);
        self.rect((b.0, a.1), (x1, b.1), color);
    }

    /// The same around a frame.
    pub(super) fn outline(&mut self, f: Frame, width: f64, color: Color) {
        self.frame((f.left, f.top), (f.right, f.bottom), width, color);
    }

    /// Words of a legend or beside a tick, `middle` being half way up.
    pub(super) fn label(&mut self, words: &str, (x, middle): Point, align: Align, color: Color) {
        self.text(words, LABEL, (x, middle + 0.36 * LABEL), align, color);
    }

    /// Such words on several lines, centred vertically.
    pub(super) fn labels<'a>(
        &mut self,
        lines: impl ExactSizeIterator<Item = (&'a str, Color)>,
        (x, middle): Point,
        align: Align,
    ) {
        let half = (lines.len() as f64 - 1.0) / 2.0;
        for (i, (line, color)) in lines.enumerate() {
            let y = middle + LEADING * (i as f64 - half);
            self.label(line, (x, y), align, color);
        }
    }

    /// A text; `at` is on its baseline.
    pub(super) fn text(&mut self, words: &str, em: f64, at: Point, align: Align, color: Color) {
        self.words(words, em, at, (align, false), color);
    }

    /// A text that reads upwards, centred.
    pub(super) fn text_upward(&mut self, words: &str, em: f64, at: Point, color: Color) {
        self.words(words, em, at, (Align::Center, true), color);
    }

    fn words(
        &mut self,
        words: &str,
        em: f64,
        at: Point,
        (align, upward): (Align, bool),
        color: Color,
    ) {
        let words = &text::clean(words);
        if !words.trim().is_empty() {
            let (em, at) = (em * self.scale, self.at(at));
            self.surface.label(Label {
                words,
                em,
                at,
                align,
                upward,
                color,
            });
        }
    }

    /// Gives every pixel of a frame a colour, by its column and row and how many there are of both.
    pub(super) fn paint(&mut self, f: Frame, color: impl Fn([usize; 2], [usize; 2]) -> [u8; 3]) {
        let fine = self.fine.max(2.0);
        let size = [f.width(), f.height()];
        let all = size.map(|side| (fine * side).round().max(1.0) as usize);
        let pixel = |k: usize| color([k % all[0], k / all[0]], all);
        let colors: Vec<_> = (0..all[0] * all[1]).map(pixel).collect();
        self.picture((f.left, f.top), size.into(), all[0], &colors);
    }

    /// A picture of `columns` colours a row, spread over a size in units; each pixel has one of the colours.
    pub(super) fn picture(
        &mut self,
        at: Point,
        (width, height): Point,
        columns: usize,
        colors: &[[u8; 3]],
    ) {
        let columns = columns.max(1);
        let a = self.at((self.snap(at.0), self.snap(at.1)));
        let b = self.at((self.snap(at.0 + width), self.snap(at.1 + height)));
        let (cells, rows) = (columns as u32, (colors.len() / columns) as u32);
        if b.0 <= a.0 || b.1 <= a.1 || rows == 0 {
            return;
        }
        let rgb = colors.concat();
        let size = ((b.0 - a.0) as u32, (b.1 - a.1) as u32);
        self.surface.picture(a, size, (cells, rows), &rgb)
    }
}
