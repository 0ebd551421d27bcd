//! Every colour of every figure. Those of curves are the style's; vermillion is kept for what went wrong.

/// A colour with its opacity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Color {
    pub rgb: [u8; 3],
    pub alpha: f64,
}

pub(super) const fn solid(r: u8, g: u8, b: u8) -> Color {
    Color {
        rgb: [r, g, b],
        alpha: 1.0,
    }
}

impl Color {
    pub(super) fn faint(self, alpha: f64) -> Color {
        Color { alpha, ..self }
    }
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pen {
    pub color: Color,
    pub width: f64,
    pub dashed: bool,
}

impl Pen {
    pub(super) const fn new(color: Color, width: f64) -> Pen {
        Pen {
            color,
            width,
            dashed: false,
        }
    }

    pub(super) const fn dashed(color: Color, width: f64) -> Pen {
        Pen {
            color,
            width,
            dashed: true,
        }
    }
}

pub(super) const WHITE: Color = solid(255, 255, 255);
pub(super) const BLACK: Color = solid(0, 0, 0);
pub(super) const TEXT: Color = solid(38, 38, 38);
pub(super) const SOFT: Color = solid(96, 96, 96);
pub(super) const FRAME: Color = solid(128, 128, 128);
pub(super) const GRID: Color = solid(230, 230, 230);
pub(super) const FAILURE: Color = solid(213, 94, 0);

/// The colours of curves and of areas.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Palette {
    curves: Vec<Color>,
    /// How many of them are not black.
    coloured: usize,
}

impl Palette {
    /// Of one colour at least.
    pub(super) fn new(colors: &[[u8; 3]]) -> Palette {
        let curves: Vec<Color> = colors.iter().map(|c| solid(c[0], c[1], c[2])).collect();
        let curves = if curves.is_empty() {
            vec![BLACK]
        } else {
            curves
        };
        let bright = |color: &&Color| **color != BLACK;
        let coloured = curves.iter().filter(bright).count().max(1);
        Palette { curves, coloured }
    }

    /// How many curves [`Palette::curve`] tells apart: those of a colour, and two more by dashes.
    pub(super) fn distinct(&self) -> usize {
        self.curves.len() + 2.min(self.curves.len())
    }

    /// How many it tells apart without black.
    pub(super) fn coloured(&self) -> usize {
        self.coloured
    }

    /// The pen of the i-th curve.
    pub(super) fn curve(&self, i: usize) -> Pen {
        Pen {
            color: self.curves[i % self.curves.len()],
            width: 2.0,
            dashed: i >= self.curves.len(),
        }
    }

    /// The many, among whom one is highlighted.
    pub(super) fn crowd(&self) -> Color {
        self.curves[0]
    }

    /// How many areas [`Palette::area`] tells apart.
    pub(super) fn areas(&self) -> usize {
        2 * self.coloured
    }

    /// Colour of the i-th area, pale enough for lines and marks on top; beyond those told apart they have one colour.
    pub(super) fn area(&self, i: usize) -> Color {
        if i >= self.areas() {
            return solid(215, 215, 215);
        }
        let rgb = self.curves[i % self.coloured].rgb;
        let part = if i < self.coloured { 0.45 } else { 0.85 };
        let mix = |c: u8| (255.0 - part * (255.0 - f64::from(c))).round() as u8;
        let [r, g, b] = rgb.map(mix);
        solid(r, g, b)
    }
}

/// Curves among which others are not told apart.
pub(super) const OTHERS: Color = solid(176, 176, 176);
/// The two nullclines of a plane; both stand out from every colour of [`Ramp::Relief`].
pub(super) const NULLCLINES: [Pen; 2] = [
    Pen::new(solid(213, 133, 0), 2.2),
    Pen::dashed(solid(170, 51, 119), 2.2),
];

/// A line between basins: darker than every area and every colour of [`Ramp::Relief`], and wider than a trajectory.
pub(super) const SEPARATRIX: Pen = Pen::new(solid(70, 24, 88), 2.4);

/// A sequence of colours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Ramp {
    /// Black to white.
    Grey,
    /// Blue by white to red.
    Diverging,
    /// White to dark blue: activity.
    Sequential,
    /// Blue to pale yellow, light enough for black lines on top: energy.
    Relief,
    /// White to green, evenly darker, light enough for black lines on top: speed.
    Speed,
    /// Round a circle, by blue, dark and red back to where it began: angles.
    Cyclic,
}

impl Ramp {
    pub(super) fn over(self, low: f64, high: f64) -> ColorMap {
        let ramp = self;
        ColorMap { low, high, ramp }
    }

    fn stops(self) -> &'static [[u8; 3]] {
        match self {
            Ramp::Grey => &[[0; 3], [255; 3]],
            Ramp::Diverging => &[[33, 102, 172], [255; 3], [178, 24, 43]],
            Ramp::Sequential => &[
                [255; 3],
                [198, 219, 239],
                [107, 174, 214],
                [33, 113, 181],
                [8, 48, 107],
            ],
            Ramp::Relief => &[
                [86, 142, 203],
                [100, 181, 211],
                [150, 213, 196],
                [206, 235, 190],
                [255, 253, 222],
            ],
            Ramp::Cyclic => &[
                [226, 217, 226],
                [98, 118, 186],
                [48, 20, 55],
                [178, 82, 82],
                [226, 217, 226],
            ],
            Ramp::Speed => &[
                [255; 3],
                [226, 242, 221],
                [195, 228, 187],
                [161, 213, 152],
                [125, 197, 119],
            ],
        }
    }
}

/// How values become colours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ColorMap {
    pub low: f64,
    pub high: f64,
    pub ramp: Ramp,
}

impl ColorMap {
    /// Grey from black at the low end to white at the high one, or, where the range is symmetric about 0, from blue by
    /// white at 0 to red.
    pub(super) fn picture(low: f64, high: f64) -> ColorMap {
        match low == -high {
            true => Ramp::Diverging.over(low, high),
            false => Ramp::Grey.over(low, high),
        }
    }

    /// White to dark where nothing is negative, else from blue by white at 0 to red.
    pub(super) fn activity(low: f64, high: f64) -> ColorMap {
        if low < 0.0 {
            let most = high.max(-low);
            return Ramp::Diverging.over(-most, most);
        }
        Ramp::Sequential.over(0.0, if high > 0.0 { high } else { 1.0 })
    }

    /// Angles from −π to π.
    pub(super) fn angles() -> ColorMap {
        Ramp::Cyclic.over(-std::f64::consts::PI, std::f64::consts::PI)
    }

    pub(super) fn is_cyclic(self) -> bool {
        self.ramp == Ramp::Cyclic
    }

    pub(super) fn diverges(self) -> bool {
        self.ramp == Ramp::Diverging
    }

    pub(super) fn color(self, value: f64) -> [u8; 3] {
        // Halved, because the difference of two finite numbers need not be finite.
        let x = (value / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0);
        let stops = self.ramp.stops();
        let x = x.clamp(0.0, 1.0) * (stops.len() - 1) as f64;
        let i = (x as usize).min(stops.len() - 2);
        let mix = |k: usize| {
            let (a, b) = (f64::from(stops[i][k]), f64::from(stops[i + 1][k]));
            (a + (b - a) * (x - i as f64)).round() as u8
        };
        [mix(0), mix(1), mix(2)]
    }
}
