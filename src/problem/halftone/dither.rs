//! Halftones by rule: what the network is compared with.

use super::eye::Picture;

/// Error diffusion (Floyd and Steinberg 1976): row by row, a pixel becomes black or white, and what it errs by goes to four that
/// follow, 7/16 to the right, 3/16, 5/16 and 1/16 below. What would go beyond the picture is lost.
pub fn diffused(image: &Picture) -> Picture {
    let (rows, columns) = image.shape;
    let mut left = image.grey.clone();
    let mut dots = vec![0.0; left.len()];
    for r in 0..rows {
        for c in 0..columns {
            let k = r * columns + c;
            dots[k] = if left[k] >= 0.5 { 1.0 } else { 0.0 };
            let error = left[k] - dots[k];
            let mut give = |there: bool, k: usize, part: f64| {
                if there {
                    left[k] += part * error / 16.0;
                }
            };
            give(c + 1 < columns, k + 1, 7.0);
            if r + 1 < rows {
                give(c > 0, (k + columns).saturating_sub(1), 3.0);
                give(true, k + columns, 5.0);
                give(c + 1 < columns, k + columns + 1, 1.0);
            }
        }
    }
    Picture {
        shape: image.shape,
        grey: dots,
    }
}

/// Ordered dither (Bayer 1973): a pixel is white where it exceeds a threshold of a square of 8 × 8 that is repeated.
pub fn ordered(image: &Picture) -> Picture {
    let columns = image.shape.1;
    // Bit by bit from the coarsest: 4·(finer) + [0 2; 3 1].
    let threshold = |r: usize, c: usize| {
        let mut m = 0;
        for bit in 0..3 {
            let (r, c) = (r >> bit & 1, c >> bit & 1);
            m = 4 * m + [[0, 2], [3, 1]][r][c];
        }
        (m as f64 + 0.5) / 64.0
    };
    image.map(|r, c| {
        let white = image.grey[r * columns + c] > threshold(r % 8, c % 8);
        f64::from(u8::from(white))
    })
}
