//! Pictures as arrays of grey.

use std::io::Cursor;
use std::path::Path;

use image::codecs::png::PngDecoder;
use image::{DynamicImage, ImageDecoder};

use super::fingerprint::whole;
use super::{Array, Fault, RecordError};

/// Most pixels of a picture: each is a neuron, so a larger one is a mistake, and unpacking it could take all memory.
const MAX_PIXELS: u64 = 1 << 26;

/// Reads a PNG of 8 or 16 bits as grey values in [0, 1] of shape `[height, width]`; black is 0. Colours become their
/// luma 0.2126 R + 0.7152 G + 0.0722 B; transparency is laid over white, as a page would show it.
///
/// # Errors
/// If the file is missing, is not a PNG, is cut short, or has more than 2^26 pixels.
pub fn read_png(path: impl AsRef<Path>) -> Result<Array, RecordError> {
    let path = path.as_ref();
    png_from_bytes(&whole(path)?, path)
}

/// The same from bytes that are called `name` in messages.
pub fn png_from_bytes(bytes: &[u8], name: impl AsRef<Path>) -> Result<Array, RecordError> {
    let path = name.as_ref();
    let broken = |error: image::ImageError| {
        let hint = "save it again as a PNG of 8 or 16 bits";
        let what = Fault::Format("a PNG picture", error.to_string());
        RecordError::new(path, what, hint)
    };
    let decoder = PngDecoder::new(Cursor::new(bytes)).map_err(broken)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_PIXELS {
        let what = format!("{width} × {height} pixels");
        let limit = format!("{MAX_PIXELS} pixels");
        return Err(RecordError::too_large(path, what, limit));
    }
    // 16 bits and transparency are the general case; what has fewer is widened exactly.
    let picture = DynamicImage::from_decoder(decoder)
        .map_err(broken)?
        .into_rgba16();
    let data = picture
        .pixels()
        .map(|pixel| {
            let [r, g, b, a] = pixel.0.map(|v| f64::from(v) / f64::from(u16::MAX));
            // Grey stays exactly what it was: the weights add up to 1 only up to rounding.
            let luma = if r == g && g == b {
                r
            } else {
                0.2126 * r + 0.7152 * g + 0.0722 * b
            };
            a * luma + (1.0 - a)
        })
        .collect();
    Ok(Array {
        shape: vec![height as usize, width as usize],
        data,
    })
}

/// Has a file that is called `.png` its end? Who writes into a run directory may use an encoder that does not tell when the
/// last bytes were refused, as that of `image` does not.
pub(super) fn is_whole(path: &Path) -> Result<bool, RecordError> {
    if path.extension().is_none_or(|e| e != "png") {
        return Ok(true);
    }
    let bytes = std::fs::read(path).map_err(RecordError::io("read", path))?;
    Ok(bytes.ends_with(b"\0\0\0\0IEND\xaeB\x60\x82"))
}
