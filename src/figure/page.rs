//! One drawing, three formats: a file of a page, PNG, SVG or PDF.

use std::ffi::OsString;
use std::path::Path;

use super::{Bitmap, Canvas, Drawn, FINAL, FigureError, Look, Pdf, Svg, encode};

const MAX_PIXELS: f64 = 64e6;
/// Device pixels per pixel of the finished picture.
const FINE: u32 = 3;
/// Device units of a PDF per unit of the page: a hundredth of a millimetre.
const PDF: f64 = 20.0;

type Figure<'a> = &'a dyn Fn(&mut Canvas<'_>);

/// Draws a page of this size into a file, PNG, SVG or PDF by its ending.
pub(super) fn draw(
    path: &Path,
    look: &Look,
    (width, height): (f64, f64),
    figure: impl Fn(&mut Canvas<'_>),
) -> Drawn {
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or("");
    let size = (
        look.page.unwrap_or(width.ceil()),
        look.height.unwrap_or(height.ceil()),
    );
    let bytes = match ending.to_ascii_lowercase().as_str() {
        "png" => png(look, size, &figure),
        "svg" => svg(look, size, &figure),
        "pdf" => pdf(look, size, &figure),
        _ => Err(FigureError::Ending {
            path: path.to_path_buf(),
        }),
    };
    keep(path, &bytes?)
}

/// The size in pixels, `fine` to the unit.
fn pixels((width, height): (f64, f64), fine: f64) -> Result<(u32, u32), FigureError> {
    let (width, height) = ((width * fine).round(), (height * fine).round());
    if width * height > MAX_PIXELS {
        return Err(FigureError::TooLarge { width, height });
    }
    Ok((width.max(1.0) as u32, height.max(1.0) as u32))
}

fn png(look: &Look, size: (f64, f64), figure: Figure<'_>) -> Result<Vec<u8>, FigureError> {
    let (w, h) = pixels(size, look.fine)?;
    // Drawn larger and averaged down, for smooth edges; a very long page less so, to bound the memory.
    let fine = if w * h > 4_000_000 { 2 } else { FINE };
    let (fw, fh) = (w * fine, h * fine);
    let mut large = vec![255; fw as usize * fh as usize * 3];
    let mut surface = Bitmap::new(&mut large, (fw, fh));
    figure(&mut Canvas {
        surface: &mut surface,
        scale: look.fine * f64::from(fine),
        fine: look.fine,
    });
    surface.finish()?;
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
    encode(&small, (w, h))
}

fn svg(look: &Look, size: (f64, f64), figure: Figure<'_>) -> Result<Vec<u8>, FigureError> {
    // Coordinates are whole numbers; so many that a curve does not wobble.
    let scale = f64::from(FINAL * FINE);
    pixels(size, f64::from(FINAL))?;
    let (wide, high) = ((size.0 * scale).round(), (size.1 * scale).round());
    let shown = |side: f64| match look.sized {
        true => format!("{:.3}mm", side * look.unit),
        false => format!("{side}"),
    };
    let mut surface = Svg::new((wide as i32, high as i32), (shown(size.0), shown(size.1)));
    figure(&mut Canvas {
        surface: &mut surface,
        scale,
        fine: f64::from(FINAL),
    });
    surface.finish()
}

fn pdf(look: &Look, size: (f64, f64), figure: Figure<'_>) -> Result<Vec<u8>, FigureError> {
    pixels(size, f64::from(FINAL))?;
    let mut surface = Pdf::default();
    figure(&mut Canvas {
        surface: &mut surface,
        scale: PDF,
        fine: f64::from(FINAL),
    });
    let point = look.unit * 72.0 / 25.4;
    surface.file((size.0 * point, size.1 * point), point / PDF)
}

/// Writes a file whole or not at all: beside its place first, so that a full disk costs no earlier figure.
fn keep(path: &Path, bytes: &[u8]) -> Drawn {
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
