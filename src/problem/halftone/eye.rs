//! What the eye makes of a picture: a small low-pass filter, what errors weigh behind it, and structural similarity.

/// Grey values from 0 to 1, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Rows and columns.
    pub shape: (usize, usize),
    /// The values.
    pub grey: Vec<f64>,
}

impl Picture {
    /// The same shape with other values, each of its row and column.
    pub fn map(&self, value: impl Fn(usize, usize) -> f64) -> Picture {
        let (rows, columns) = self.shape;
        let all = (0..rows).flat_map(|r| (0..columns).map(move |c| (r, c)));
        Picture {
            shape: self.shape,
            grey: all.map(|(r, c)| value(r, c)).collect(),
        }
    }

    /// Larger by a whole factor, linear between the pixels, whose middles stay where they are.
    pub fn larger(&self, factor: usize) -> Picture {
        let (rows, columns) = self.shape;
        let k = factor as f64;
        let wide = Picture {
            shape: (rows * factor, columns * factor),
            grey: Vec::new(),
        };
        // Between which two pixels, and how near to the second.
        let between = |at: usize, n: usize| {
            let x = ((at as f64 + 0.5) / k - 0.5).clamp(0.0, (n - 1) as f64);
            let low = (x as usize).min(n.saturating_sub(2));
            (low, (low + 1).min(n - 1), x - low as f64)
        };
        wide.map(|r, c| {
            let ((r0, r1, dr), (c0, c1, dc)) = (between(r, rows), between(c, columns));
            let at = |r: usize, c: usize| self.grey[r * columns + c];
            (1.0 - dr) * ((1.0 - dc) * at(r0, c0) + dc * at(r0, c1))
                + dr * ((1.0 - dc) * at(r1, c0) + dc * at(r1, c1))
        })
    }
}

/// A filter of the eye: a Gaussian, `h ∝ exp(−(x² + y²)/2σ²)` for |x|, |y| ≤ 2σ (rounded up) pixels, with sum 1.
///
/// The eye is a low-pass for patterns finer than about 0.1°; a Gaussian is the usual small stand-in where halftones are found by
/// search (Analoui and Allebach 1992).
#[derive(Clone, Debug, PartialEq)]
pub struct Eye {
    /// One factor of h, which is a product: its middle is at `reach`.
    line: Vec<f64>,
    /// One factor of h with itself, `Σ_x h(x) h(x + d)`: its middle is at `2·reach`.
    own: Vec<f64>,
}

impl Eye {
    /// With this σ, in pixels.
    pub fn new(sigma: f64) -> Eye {
        let reach = (2.0 * sigma).ceil() as i64;
        let line: Vec<f64> = (-reach..=reach)
            .map(|x| (-(x * x) as f64 / (2.0 * sigma * sigma)).exp())
            .collect();
        let sum: f64 = line.iter().sum();
        let line: Vec<f64> = line.iter().map(|h| h / sum).collect();
        let n = line.len();
        let own = (0..2 * n - 1).map(|d| {
            let shift = d as i64 - (n as i64 - 1);
            let pair = |x: usize| {
                let other = usize::try_from(x as i64 + shift).ok()?;
                Some(line[x] * line.get(other)?)
            };
            (0..n).filter_map(pair).sum()
        });
        Eye {
            own: own.collect(),
            line,
        }
    }

    /// How far h reaches with itself.
    pub fn reach(&self) -> usize {
        self.own.len() / 2
    }

    /// `a = h ⋆ h` at this distance in rows and columns: what two errors there weigh together.
    pub fn weight(&self, rows: i64, columns: i64) -> f64 {
        let at = |d: i64| {
            let k = usize::try_from(d + self.reach() as i64).ok();
            k.and_then(|k| self.own.get(k)).copied().unwrap_or(0.0)
        };
        at(rows) * at(columns)
    }

    /// `a` applied to values that are 0 outside of the picture.
    pub fn applied(&self, picture: &Picture) -> Picture {
        filtered(picture, &self.own, false)
    }

    /// The picture as it is seen. At its edges the filter is cut off, with sum 1.
    pub fn seen(&self, picture: &Picture) -> Picture {
        filtered(picture, &self.line, true)
    }

    /// `½‖h * e‖² = ½ Σ a e e`, the errors being 0 outside of the picture.
    pub fn energy(&self, error: &Picture) -> f64 {
        let weighed = self.applied(error);
        let all = error.grey.iter().zip(&weighed.grey);
        0.5 * all.map(|(e, a)| e * a).sum::<f64>()
    }

    /// The root of the mean over the pixels of `(h * e)²`.
    pub fn error(&self, dots: &Picture, image: &Picture) -> f64 {
        let columns = image.shape.1;
        let error = image.map(|r, c| dots.grey[r * columns + c] - image.grey[r * columns + c]);
        (2.0 * self.energy(&error) / image.grey.len() as f64).sqrt()
    }
}

/// A filter that is a product, along rows and then columns; `whole` if its part inside the picture is to have the sum that all has.
fn filtered(picture: &Picture, line: &[f64], whole: bool) -> Picture {
    let (rows, columns) = picture.shape;
    let reach = line.len() / 2;
    let sum: f64 = line.iter().sum();
    let along = |n: usize, at: usize, value: &dyn Fn(usize) -> f64| {
        let (mut total, mut weight) = (0.0, 0.0);
        for k in at.saturating_sub(reach)..(at + reach + 1).min(n) {
            let h = line[k + reach - at];
            total += h * value(k);
            weight += h;
        }
        if whole { total * sum / weight } else { total }
    };
    let across = picture.map(|r, c| along(columns, c, &|k| picture.grey[r * columns + k]));
    across.map(|r, c| along(rows, r, &|k| across.grey[k * columns + c]))
}

/// Mean structural similarity of two pictures (Wang, Bovik, Sheikh and Simoncelli 2004, eq. 13),
///
/// ```text
/// SSIM = (2 μ_x μ_y + c₁)(2 σ_xy + c₂) / ((μ_x² + μ_y² + c₁)(σ_x² + σ_y² + c₂)),   c₁ = 0.01², c₂ = 0.03²
/// ```
///
/// with means, variances and the covariance under a Gaussian window of 11 × 11 pixels and σ = 1.5, which is cut off at the edges.
pub fn similarity(x: &Picture, y: &Picture) -> f64 {
    let line: Vec<f64> = (-5i64..=5).map(|k| (-(k * k) as f64 / 4.5).exp()).collect();
    let mean = |of: &dyn Fn(f64, f64) -> f64| {
        let columns = x.shape.1;
        let both = |r: usize, c: usize| of(x.grey[r * columns + c], y.grey[r * columns + c]);
        let window: f64 = line.iter().sum();
        let line: Vec<f64> = line.iter().map(|h| h / window).collect();
        filtered(&x.map(both), &line, true).grey
    };
    let (mx, my) = (mean(&|x, _| x), mean(&|_, y| y));
    let (xx, yy, xy) = (
        mean(&|x, _| x * x),
        mean(&|_, y| y * y),
        mean(&|x, y| x * y),
    );
    let (c1, c2) = (1e-4, 9e-4);
    let at = |k: usize| {
        let (vx, vy) = (xx[k] - mx[k] * mx[k], yy[k] - my[k] * my[k]);
        let cov = xy[k] - mx[k] * my[k];
        let means = (2.0 * mx[k] * my[k] + c1) / (mx[k] * mx[k] + my[k] * my[k] + c1);
        means * (2.0 * cov + c2) / (vx + vy + c2)
    };
    (0..mx.len()).map(at).sum::<f64>() / mx.len().max(1) as f64
}
