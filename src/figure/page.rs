//! One drawing, two formats: a file of a page, PNG or SVG.

use std::ffi::OsString;
use std::io::Cursor;
use std::path::Path;

use image::{ColorType, ImageOutputFormat};
use plotters::prelude::{BitMapBackend, SVGBackend};

use super::canvas::{Canvas, FINAL};
use super::error::FigureError;
use super::palette::WHITE;
use super::surface::Surface;

const MAX_PIXELS: f64 = 64e6;
/// Device pixels per pixel of the finished picture.
const FINE: u32 = 3;

/// Draws a page of this size into a file, PNG or SVG by its ending.
pub(super) fn draw(
    path: &Path,
    (width, height): (f64, f64),
    figure: impl FnOnce(&mut Canvas<'_>) -> Result<(), FigureError>,
) -> Result<(), FigureError> {
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or("");
    let (w, h) = (
        width.ceil() * f64::from(FINAL),
        height.ceil() * f64::from(FINAL),
    );
    if w * h > MAX_PIXELS {
        return Err(FigureError::TooLarge {
            width: w,
            height: h,
        });
    }
    let size = (w as u32, h as u32);
    match ending.to_ascii_lowercase().as_str() {
        "png" => png(path, size, figure),
        "svg" => svg(path, size, figure),
        _ => Err(FigureError::Ending {
            path: path.to_path_buf(),
        }),
    }
}

fn png(
    path: &Path,
    (w, h): (u32, u32),
    figure: impl FnOnce(&mut Canvas<'_>) -> Result<(), FigureError>,
) -> Result<(), FigureError> {
    // Drawn larger and averaged down, for smooth edges; a very long page less so, to bound the memory.
    let fine = if w * h > 4_000_000 { 2 } else { FINE };
    let (fw, fh) = (w * fine, h * fine);
    let mut large = vec![255; fw as usize * fh as usize * 3];
    let mut backend = BitMapBackend::with_buffer(&mut large, (fw, fh));
    figure(&mut Canvas {
        surface: &mut backend,
        scale: f64::from(FINAL * fine),
        rows: fh as i32,
        bitmap: true,
    })?;
    drop(backend);
    let (fine, stride) = (fine as usize, fw as usize * 3);
    let mut small = Vec::with_capacity(w as usize * h as usize * 3);
    for y in 0..h as usize {
        for x in 0..w as usize {
            for c in 0..3 {
                let corner = y * fine * stride + x * fine * 3 + c;
                let sum: usize = (0..fine * fine)
                    .map(|i| usize::from(large[corner + i / fine * stride + i % fine * 3]))
                    .sum();
                small.push(((sum + fine * fine / 2) / (fine * fine)) as u8);
            }
        }
    }
    // Into memory: to a file, the encoder does not tell when the last bytes were refused.
    let mut bytes = Cursor::new(Vec::new());
    let (color, format) = (ColorType::Rgb8, ImageOutputFormat::Png);
    image::write_buffer_with_format(&mut bytes, &small, w, h, color, format)
        .map_err(|error| FigureError::Drawing(error.to_string()))?;
    keep(path, bytes.get_ref())
}

fn svg(
    path: &Path,
    (w, h): (u32, u32),
    figure: impl FnOnce(&mut Canvas<'_>) -> Result<(), FigureError>,
) -> Result<(), FigureError> {
    // plotters places things on whole pixels; so many that a curve does not wobble.
    let (fine_w, fine_h) = (w * FINE, h * FINE);
    let mut page = String::new();
    let mut backend = SVGBackend::with_string(&mut page, (fine_w, fine_h));
    Surface::rect(&mut backend, (0, 0), (fine_w as i32, fine_h as i32), WHITE)?;
    figure(&mut Canvas {
        surface: &mut backend,
        scale: f64::from(FINAL * FINE),
        rows: fine_h as i32,
        bitmap: false,
    })?;
    drop(backend);
    let (shown_w, shown_h) = (w / FINAL, h / FINAL);
    let page = page
        .replacen(
            &format!("width=\"{fine_w}\" height=\"{fine_h}\""),
            &format!("width=\"{shown_w}\" height=\"{shown_h}\""),
            1,
        )
        // plotters names the type of an embedded picture wrongly.
        .replace("href=\"data:png;", "href=\"data:image/png;");
    keep(path, page.as_bytes())
}

/// Writes a file whole or not at all: beside its place first, so that a full disk costs no earlier figure.
fn keep(path: &Path, bytes: &[u8]) -> Result<(), FigureError> {
    let mut beside = OsString::from(path);
    beside.push(".partial");
    let written = std::fs::write(&beside, bytes).and_then(|()| std::fs::rename(&beside, path));
    written.map_err(|source| {
        // It may not even be there; the first error is the one to tell.
        let _ = std::fs::remove_file(&beside);
        FigureError::Write {
            path: path.to_path_buf(),
            source,
        }
    })
}
