//! Every colour of every figure. Okabe and Ito's palette (jfly.uni-koeln.de/color, 2008) is told apart by all common
//! kinds of colour vision; vermillion is kept for what went wrong, and yellow, too pale on white, is left out.

/// A colour with its opacity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ink {
    pub rgb: (u8, u8, u8),
    pub alpha: f64,
}

const fn solid(r: u8, g: u8, b: u8) -> Ink {
    Ink {
        rgb: (r, g, b),
        alpha: 1.0,
    }
}

impl Ink {
    pub(super) fn faint(self, alpha: f64) -> Ink {
        Ink { alpha, ..self }
    }
}

pub(super) const WHITE: Ink = solid(255, 255, 255);
pub(super) const BLACK: Ink = solid(0, 0, 0);
pub(super) const TEXT: Ink = solid(38, 38, 38);
pub(super) const SOFT: Ink = solid(96, 96, 96);
pub(super) const FRAME: Ink = solid(128, 128, 128);
pub(super) const GRID: Ink = solid(230, 230, 230);
pub(super) const FAILURE: Ink = solid(213, 94, 0);
/// The many, among whom one is highlighted.
pub(super) const CROWD: Ink = solid(0, 114, 178);
pub(super) const CHOSEN: Ink = solid(0, 0, 0);

/// Curves that are told apart by colour; two more by dashes.
const CURVES: [Ink; 6] = [
    solid(0, 114, 178),
    solid(230, 159, 0),
    solid(0, 158, 115),
    solid(204, 121, 167),
    solid(86, 180, 233),
    BLACK,
];

/// How many curves [`curve`] tells apart.
pub(super) const DISTINCT: usize = 8;

/// Colour of the i-th curve and whether it is dashed.
pub(super) fn curve(i: usize) -> (Ink, bool) {
    (CURVES[i % CURVES.len()], i >= CURVES.len())
}

/// How values become colours: grey from black at the low end to white at the high one, or, where the range is symmetric
/// about 0, from blue by white at 0 to red.
#[derive(Clone, Copy, Debug)]
pub(super) struct ColorMap {
    pub low: f64,
    pub high: f64,
}

impl ColorMap {
    pub(super) fn diverges(self) -> bool {
        self.low == -self.high
    }

    pub(super) fn color(self, value: f64) -> [u8; 3] {
        // Halved, because the difference of two finite numbers need not be finite.
        let x = (value / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0);
        let x = x.clamp(0.0, 1.0);
        let mix = |from: [f64; 3], to: [f64; 3], x: f64| {
            [0, 1, 2].map(|i| (from[i] + (to[i] - from[i]) * x).round() as u8)
        };
        const WHITE: [f64; 3] = [255.0; 3];
        if !self.diverges() {
            mix([0.0; 3], WHITE, x)
        } else if x < 0.5 {
            mix([33.0, 102.0, 172.0], WHITE, 2.0 * x)
        } else {
            mix(WHITE, [178.0, 24.0, 43.0], 2.0 * x - 1.0)
        }
    }
}
