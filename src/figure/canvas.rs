//! What figures draw with: lines, texts and pictures on a page, in units of which 5 make about a millimetre of a
//! journal's full width.

use super::error::FigureError;
use super::palette::Ink;
use super::stroke;
use super::surface::{Align, Surface};
use super::text;

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
    /// Height in device pixels.
    pub rows: i32,
    /// Whether the pixels are all there is; else lines and words are kept as such.
    pub bitmap: bool,
}

impl Canvas<'_> {
    fn at(&self, (x, y): (f64, f64)) -> (i32, i32) {
        (
            (x * self.scale).round() as i32,
            (y * self.scale).round() as i32,
        )
    }

    /// The nearest place where an edge is sharp in the finished picture.
    fn snap(&self, v: f64) -> f64 {
        (v * self.fine).round() / self.fine
    }

    /// A line with round corners.
    pub(super) fn line(
        &mut self,
        points: &[(f64, f64)],
        width: f64,
        ink: Ink,
    ) -> Result<(), FigureError> {
        if !self.bitmap {
            let points: Vec<_> = points.iter().map(|&p| self.at(p)).collect();
            let width = (width * self.scale).round().max(1.0) as u32;
            return match points[..] {
                [only] => self.surface.dot(only, width.div_ceil(2), ink),
                _ => self.surface.path(&points, width, ink),
            };
        }
        let s = self.scale;
        let points: Vec<_> = points.iter().map(|&(x, y)| (x * s, y * s)).collect();
        for (y, x0, x1) in stroke::covered(&points, width * s / 2.0, self.rows) {
            self.surface.rect((x0, y), (x1 + 1, y + 1), ink)?;
        }
        Ok(())
    }

    pub(super) fn dashed(
        &mut self,
        points: &[(f64, f64)],
        width: f64,
        ink: Ink,
    ) -> Result<(), FigureError> {
        for piece in stroke::dashes(points, 4.0 * width, 3.0 * width) {
            self.line(&piece, width, ink)?;
        }
        Ok(())
    }

    pub(super) fn dot(&mut self, at: (f64, f64), radius: f64, ink: Ink) -> Result<(), FigureError> {
        self.line(&[at], 2.0 * radius, ink)
    }

    /// A filled shape; on a bitmap each pixel is inked once, so that translucent ink stays even.
    pub(super) fn polygon(&mut self, points: &[(f64, f64)], ink: Ink) -> Result<(), FigureError> {
        if !self.bitmap {
            let points: Vec<_> = points.iter().map(|&p| self.at(p)).collect();
            return self.surface.polygon(&points, ink);
        }
        let s = self.scale;
        let points: Vec<_> = points.iter().map(|&(x, y)| (x * s, y * s)).collect();
        for (y, x0, x1) in stroke::inside(&points, self.rows) {
            self.surface.rect((x0, y), (x1 + 1, y + 1), ink)?;
        }
        Ok(())
    }

    /// A text that stands out from what is under it.
    pub(super) fn text_on(
        &mut self,
        words: &str,
        em: f64,
        (x, y): (f64, f64),
        (ink, halo): (Ink, Ink),
    ) -> Result<(), FigureError> {
        for k in 0..12 {
            let (s, c) = (f64::from(k) * std::f64::consts::TAU / 12.0).sin_cos();
            let at = (x + 1.6 * c, y + 1.6 * s);
            self.text(words, em, at, Align::Center, halo)?;
        }
        self.text(words, em, (x, y), Align::Center, ink)
    }

    /// A filled rectangle with sharp edges.
    pub(super) fn rect(
        &mut self,
        (x0, y0): (f64, f64),
        (x1, y1): (f64, f64),
        ink: Ink,
    ) -> Result<(), FigureError> {
        let a = self.at((self.snap(x0), self.snap(y0)));
        let b = self.at((self.snap(x1), self.snap(y1)));
        if b.0 <= a.0 || b.1 <= a.1 {
            return Ok(());
        }
        self.surface.rect(a, b, ink)
    }

    /// A horizontal or vertical line with sharp edges, 1 unit wide.
    pub(super) fn rule(
        &mut self,
        (x0, y0): (f64, f64),
        (x1, y1): (f64, f64),
        ink: Ink,
    ) -> Result<(), FigureError> {
        self.rect((x0 - 0.5, y0 - 0.5), (x1 + 0.5, y1 + 0.5), ink)
    }

    /// The outline of a rectangle, drawn outside of it.
    pub(super) fn frame(
        &mut self,
        a: (f64, f64),
        b: (f64, f64),
        width: f64,
        ink: Ink,
    ) -> Result<(), FigureError> {
        let (x0, y0, x1, y1) = (a.0 - width, a.1 - width, b.0 + width, b.1 + width);
        self.rect((x0, y0), (x1, a.1), ink)?;
        self.rect((x0, b.1), (x1, y1), ink)?;
        self.rect((x0, a.1), (a.0, b.1), ink)?;
        self.rect((b.0, a.1), (x1, b.1), ink)
    }

    /// A text; `at` is on its baseline.
    pub(super) fn text(
        &mut self,
        words: &str,
        em: f64,
        at: (f64, f64),
        align: Align,
        ink: Ink,
    ) -> Result<(), FigureError> {
        self.words(words, em, at, align, false, ink)
    }

    /// A text that reads upwards, centred.
    pub(super) fn text_upward(
        &mut self,
        words: &str,
        em: f64,
        at: (f64, f64),
        ink: Ink,
    ) -> Result<(), FigureError> {
        self.words(words, em, at, Align::Center, true, ink)
    }

    fn words(
        &mut self,
        words: &str,
        em: f64,
        at: (f64, f64),
        align: Align,
        upward: bool,
        ink: Ink,
    ) -> Result<(), FigureError> {
        let (words, em, (x, y)) = (text::clean(words), em * self.scale, self.at(at));
        if words.trim().is_empty() {
            return Ok(());
        }
        let back = match align {
            Align::Left => 0.0,
            Align::Center => text::width(&words, em) / 2.0,
            Align::Right => text::width(&words, em),
        };
        if !self.bitmap {
            let runs = text::runs(&words);
            if let [only] = &runs[..] {
                let words = &only.words;
                return self.surface.words(words, em, (x, y), align, upward, ink);
            }
            let mut along = -back;
            for run in runs {
                let (along_px, up) = (along.round() as i32, (run.rise * em).round() as i32);
                let at = match upward {
                    true => (x - up, y - along_px),
                    false => (x + along_px, y - up),
                };
                let em = run.size * em;
                self.surface
                    .words(&run.words, em, at, Align::Left, upward, ink)?;
                along += text::width(&run.words, em);
            }
            return Ok(());
        }
        let back = back.round() as i32;
        let mut result = Ok(());
        text::pixels(&words, em, |dx, dy, coverage| {
            let (dx, dy) = if upward {
                (dy, back - dx)
            } else {
                (dx - back, dy)
            };
            if result.is_ok() && coverage > 0.0 {
                result = self
                    .surface
                    .pixel((x + dx, y + dy), ink.faint(ink.alpha * coverage));
            }
        });
        result
    }

    /// A picture of `columns` colours a row, spread over a size in units; each pixel has one of the colours.
    pub(super) fn picture(
        &mut self,
        at: (f64, f64),
        (width, height): (f64, f64),
        columns: usize,
        colors: &[[u8; 3]],
    ) -> Result<(), FigureError> {
        let columns = columns.max(1);
        let a = self.at((self.snap(at.0), self.snap(at.1)));
        let b = self.at((self.snap(at.0 + width), self.snap(at.1 + height)));
        let (cells, rows) = (columns as u32, (colors.len() / columns) as u32);
        if b.0 <= a.0 || b.1 <= a.1 || rows == 0 {
            return Ok(());
        }
        let rgb = colors.concat();
        let size = ((b.0 - a.0) as u32, (b.1 - a.1) as u32);
        self.surface.picture(a, size, (cells, rows), &rgb)
    }
}
