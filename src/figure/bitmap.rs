//! A page of pixels: plotters blends the colours, what they cover is found here.

use std::fmt::Display;

use plotters::backend::{BitMapBackend, DrawingBackend};
use plotters::style::{Color as _, RGBAColor};
use png::{BitDepth, ColorType, Compression, Encoder};

use super::{Color, Drawn, FigureError, Label, Point, Surface, stroke, text};

pub(super) struct Bitmap<'a> {
    backend: BitMapBackend<'a>,
    rows: i32,
    failed: Drawn,
}

impl<'a> Bitmap<'a> {
    /// On three bytes a pixel.
    pub(super) fn new(pixels: &'a mut [u8], size: (u32, u32)) -> Self {
        Bitmap {
            backend: BitMapBackend::with_buffer(pixels, size),
            rows: size.1 as i32,
            failed: Ok(()),
        }
    }

    /// Whether all of it could be drawn.
    pub(super) fn finish(self) -> Drawn {
        self.failed
    }

    fn note<E: Display>(&mut self, result: Result<(), E>) {
        if let Err(error) = result {
            self.failed = Err(FigureError::Drawing(error.to_string()));
        }
    }

    fn spans(&mut self, spans: Vec<(i32, i32, i32)>, color: Color) {
        for (y, x0, x1) in spans {
            self.rect((x0, y), (x1 + 1, y + 1), color);
        }
    }
}

fn rgba(color: Color) -> RGBAColor {
    let [r, g, b] = color.rgb;
    RGBAColor(r, g, b, color.alpha)
}

impl Surface for Bitmap<'_> {
    fn line(&mut self, points: &[Point], width: f64, color: Color) {
        self.spans(stroke::covered(points, width / 2.0, self.rows), color);
    }

    /// Each pixel is coloured once, so that a translucent colour stays even.
    fn polygon(&mut self, points: &[Point], color: Color) {
        self.spans(stroke::inside(points, self.rows), color);
    }

    fn rect(&mut self, a: (i32, i32), b: (i32, i32), color: Color) {
        let drawn = self.backend.draw_rect(a, b, &rgba(color), true);
        self.note(drawn);
    }

    fn label(&mut self, label: Label<'_>) {
        let (x, y) = label.at;
        let back = text::before(label.words, label.em, label.align).round() as i32;
        text::pixels(label.words, label.em, |dx, dy, coverage| {
            let (x, y) = match label.upward {
                true => (x + dy, y + back - dx),
                false => (x + dx - back, y + dy),
            };
            let color = rgba(label.color.faint(label.color.alpha * coverage));
            let drawn = self.backend.draw_pixel((x, y), color.to_backend_color());
            self.note(drawn);
        });
    }

    fn picture(&mut self, at: (i32, i32), size: (u32, u32), cells: (u32, u32), rgb: &[u8]) {
        let drawn = self
            .backend
            .blit_bitmap(at, size, &spread(size, cells, rgb));
        self.note(drawn);
    }
}

/// The pixels of a picture of `cells` spread over `size`, each of one of their colours.
pub(super) fn spread((w, h): (u32, u32), cells: (u32, u32), rgb: &[u8]) -> Vec<u8> {
    let cell = |k: u32, of: u32, cells: u32| {
        ((f64::from(k) + 0.5) / f64::from(of) * f64::from(cells)) as usize
    };
    let mut pixels = Vec::with_capacity(w as usize * h as usize * 3);
    for y in 0..h {
        let row = cell(y, h, cells.1) * cells.0 as usize;
        for x in 0..w {
            let k = 3 * (row + cell(x, w, cells.0));
            pixels.extend_from_slice(&rgb[k..k + 3]);
        }
    }
    pixels
}

/// Three bytes a pixel as a PNG.
pub(super) fn encode(rgb: &[u8], (width, height): (u32, u32)) -> Result<Vec<u8>, FigureError> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, width, height);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Fast);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(rgb)?;
        writer.finish()
    });
    written.map_err(|error| FigureError::Drawing(error.to_string()))?;
    Ok(bytes)
}
