//! What a figure needs of plotters' backends, without their type parameters.

use std::fmt::Display;

use plotters::backend::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{
    Color as _, FontDesc, FontFamily, FontStyle, FontTransform, RGBAColor, TextStyle,
};

use super::error::{Drawn, FigureError};
use super::palette::Color;
use super::text;

/// Where a text stands with respect to its point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Align {
    Left,
    Center,
    Right,
}

/// Where colour is put; all coordinates are device pixels.
pub(super) trait Surface {
    fn path(&mut self, points: &[(i32, i32)], width: u32, color: Color) -> Drawn;
    fn dot(&mut self, at: (i32, i32), radius: u32, color: Color) -> Drawn;
    /// A filled shape.
    fn polygon(&mut self, points: &[(i32, i32)], color: Color) -> Drawn;
    /// Filled; on a bitmap the second corner is the first pixel outside.
    fn rect(&mut self, a: (i32, i32), b: (i32, i32), color: Color) -> Drawn;
    fn pixel(&mut self, at: (i32, i32), color: Color) -> Drawn;
    /// A text as text: for formats that keep it. `at` is on the baseline, `upward` turns it by a quarter.
    fn words(
        &mut self,
        words: &str,
        em: f64,
        at: (i32, i32),
        align: Align,
        upward: bool,
        color: Color,
    ) -> Drawn;
    /// `cells` colours across and down over `size` device pixels.
    fn picture(&mut self, at: (i32, i32), size: (u32, u32), cells: (u32, u32), rgb: &[u8])
    -> Drawn;
}

fn failed(error: impl Display) -> FigureError {
    FigureError::Drawing(error.to_string())
}

fn rgba(color: Color) -> RGBAColor {
    let [r, g, b] = color.rgb;
    RGBAColor(r, g, b, color.alpha)
}

impl<B: DrawingBackend> Surface for B {
    fn path(&mut self, points: &[(i32, i32)], width: u32, color: Color) -> Drawn {
        let style = plotters::style::ShapeStyle {
            color: rgba(color),
            filled: false,
            stroke_width: width,
        };
        self.draw_path(points.iter().copied(), &style)
            .map_err(failed)
    }

    fn dot(&mut self, at: (i32, i32), radius: u32, color: Color) -> Drawn {
        self.draw_circle(at, radius, &rgba(color), true)
            .map_err(failed)
    }

    fn polygon(&mut self, points: &[(i32, i32)], color: Color) -> Drawn {
        self.fill_polygon(points.iter().copied(), &rgba(color))
            .map_err(failed)
    }

    fn rect(&mut self, a: (i32, i32), b: (i32, i32), color: Color) -> Drawn {
        self.draw_rect(a, b, &rgba(color), true).map_err(failed)
    }

    fn pixel(&mut self, at: (i32, i32), color: Color) -> Drawn {
        let (w, h) = self.get_size();
        if at.0 < 0 || at.1 < 0 || at.0 >= w as i32 || at.1 >= h as i32 {
            return Ok(());
        }
        self.draw_pixel(at, rgba(color).to_backend_color())
            .map_err(failed)
    }

    fn words(
        &mut self,
        words: &str,
        em: f64,
        (x, y): (i32, i32),
        align: Align,
        upward: bool,
        color: Color,
    ) -> Drawn {
        // plotters-svg divides the size by 1.24, and puts the baseline 0.76 em below a top anchor.
        let down = (0.76 * em).round() as i32;
        let font = FontDesc::new(FontFamily::Name(text::FAMILY), em * 1.24, FontStyle::Normal);
        let (font, at) = if upward {
            (font.transform(FontTransform::Rotate270), (x - down, y))
        } else {
            (font, (x, y - down))
        };
        let h = match align {
            Align::Left => HPos::Left,
            Align::Center => HPos::Center,
            Align::Right => HPos::Right,
        };
        let color = rgba(color);
        let style = TextStyle::from(font)
            .color(&color)
            .pos(Pos::new(h, VPos::Top));
        self.draw_text(words, &style, at).map_err(failed)
    }

    fn picture(
        &mut self,
        at: (i32, i32),
        (w, h): (u32, u32),
        cells: (u32, u32),
        rgb: &[u8],
    ) -> Drawn {
        let mut spread = Vec::with_capacity(w as usize * h as usize * 3);
        let cell = |k: u32, of: u32, cells: u32| {
            ((f64::from(k) + 0.5) / f64::from(of) * f64::from(cells)) as usize
        };
        for y in 0..h {
            let row = cell(y, h, cells.1) * cells.0 as usize;
            for x in 0..w {
                let k = 3 * (row + cell(x, w, cells.0));
                spread.extend_from_slice(&rgb[k..k + 3]);
            }
        }
        self.blit_bitmap(at, (w, h), &spread).map_err(failed)
    }
}
