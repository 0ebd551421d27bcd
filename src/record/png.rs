//! Pictures as arrays of grey.

use std::io::Cursor;
use std::path::Path;

use png::{BitDepth, Decoder, Transformations};

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
    let broken = |why: String| {
        let hint = "save it again as a PNG of 8 or 16 bits";
        RecordError::new(path, Fault::Format("a PNG picture", why), hint)
    };
    let mut decoder = Decoder::new(Cursor::new(bytes));
    // Grey or colours, with transparency, of 8 bits or 16.
    decoder.set_transformations(Transformations::ALPHA);
    let mut reader = decoder
        .read_info()
        .map_err(|error| broken(error.to_string()))?;
    let (width, height) = reader.info().size();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_PIXELS {
        let what = format!("{width} × {height} pixels");
        let limit = format!("{MAX_PIXELS} pixels");
        return Err(RecordError::too_large(path, what, limit));
    }
    let mut bytes = vec![0; reader.output_buffer_size().unwrap_or(0)];
    let frame = reader
        .next_frame(&mut bytes)
        .map_err(|error| broken(error.to_string()))?;
    let (samples, wide) = (
        frame.color_type.samples(),
        frame.bit_depth == BitDepth::Sixteen,
    );
    let bytes_each = if wide { 2 } else { 1 };
    let data = bytes.chunks_exact(samples * bytes_each).map(|pixel| {
        let at = |k: usize| match wide {
            true => f64::from(u16::from_be_bytes([pixel[2 * k], pixel[2 * k + 1]])) / 65535.0,
            false => f64::from(pixel[k]) / 255.0,
        };
        let [r, g, b] = if samples < 4 {
            [at(0); 3]
        } else {
            [at(0), at(1), at(2)]
        };
        // Grey stays exactly what it was: the weights add up to 1 only up to rounding.
        let luma = if r == g && g == b {
            r
        } else {
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let a = at(samples - 1);
        a * luma + (1.0 - a)
    });
    Ok(Array {
        shape: vec![height as usize, width as usize],
        data: data.collect(),
    })
}

/// Has a file that is called `.png` its end? Who writes into a run directory may use an encoder that does not tell when the
/// last bytes were refused.
pub(super) fn is_whole(path: &Path) -> Result<bool, RecordError> {
    if path.extension().is_none_or(|e| e != "png") {
        return Ok(true);
    }
    let bytes = std::fs::read(path).map_err(RecordError::io("read", path))?;
    Ok(bytes.ends_with(b"\0\0\0\0IEND\xaeB\x60\x82"))
}
