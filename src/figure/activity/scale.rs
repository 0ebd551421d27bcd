//! What the colours of a layer mean: shades of a range, or one for each of a few values.

use crate::figure::{
    Align, Canvas, ColorBar, ColorMap, FRAME, Frame, LEADING, Palette, Ramp, TEXT, number, solid,
    text,
};

/// How values become colours, and the key to them.
pub(super) enum Scale {
    Shades(ColorMap, ColorBar),
    /// Values, each with its colour; the mean of two has a shade between theirs.
    Levels(ColorMap, Vec<(f64, [u8; 3])>),
}

const GAP: f64 = 14.0;
const SIDE: f64 = 12.0;

impl Scale {
    pub(super) fn shades(map: ColorMap) -> Scale {
        Scale::Shades(map, ColorBar::new(map, ""))
    }

    /// Two values have the colours of the ends of a range of shades, more those of the palette.
    pub(super) fn levels(levels: &[f64], palette: &Palette) -> Scale {
        let low = levels.iter().copied().fold(f64::INFINITY, f64::min);
        let high = levels.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let map = match levels.len() <= palette.areas() {
            true => ColorMap::activity(low, high),
            // More than are told apart.
            false => Ramp::Sequential.over(low, high),
        };
        let color = |(k, v): (usize, &f64)| match levels.len() {
            0..=2 => map.color(*v),
            n if n <= palette.areas() => {
                let strong = palette.coloured();
                palette
                    .area(if k < strong { k + strong } else { k - strong })
                    .rgb
            }
            _ => map.color(*v),
        };
        let colors = levels.iter().enumerate().map(color);
        Scale::Levels(map, levels.iter().copied().zip(colors).collect())
    }

    /// The colour of some values in one pixel.
    pub(super) fn color(&self, values: &[f64]) -> [u8; 3] {
        let sum = |of: fn(f64) -> f64| values.iter().map(|v| of(*v)).sum::<f64>();
        let mean = match self {
            // The direction of the mean on the circle.
            Scale::Shades(map, _) if map.is_cyclic() => sum(f64::sin).atan2(sum(f64::cos)),
            _ => sum(|v| v) / values.len() as f64,
        };
        match self {
            Scale::Levels(map, levels) if levels.len() > 2 => {
                // No colour lies between two of these: that of the value in the middle.
                let value = values[values.len() / 2];
                let found = levels.iter().find(|(level, _)| *level == value);
                found.map_or_else(|| map.color(value), |(_, color)| *color)
            }
            Scale::Levels(map, _) | Scale::Shades(map, _) => map.color(mean),
        }
    }

    /// Levels in a column of the key beside a frame of this height.
    fn rows(height: f64) -> usize {
        ((height / LEADING) as usize).max(1)
    }

    /// Width of a column of the key.
    fn column(levels: &[(f64, [u8; 3])]) -> f64 {
        SIDE + 6.0 + text::widest(levels.iter().map(|(v, _)| number(*v)))
    }

    /// Room that the key takes right of a frame of this height.
    pub(super) fn room(&self, height: f64) -> f64 {
        match self {
            Scale::Shades(_, bar) => bar.room(),
            Scale::Levels(_, levels) => {
                let columns = levels.len().div_ceil(Scale::rows(height));
                columns as f64 * (GAP + Scale::column(levels))
            }
        }
    }

    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, beside: Frame) {
        let levels = match self {
            Scale::Shades(_, bar) => return bar.draw(canvas, beside),
            Scale::Levels(_, levels) => levels,
        };
        let rows = Scale::rows(beside.height());
        // The largest stands above.
        for (k, (value, [r, g, b])) in levels.iter().rev().enumerate() {
            let x = beside.right + GAP + (k / rows) as f64 * (GAP + Scale::column(levels));
            let y = beside.top + LEADING * (k % rows) as f64;
            let (from, to) = ((x, y), (x + SIDE, y + SIDE));
            canvas.rect(from, to, solid(*r, *g, *b));
            canvas.frame(from, to, 0.5, FRAME);
            let at = (x + SIDE + 6.0, y + SIDE / 2.0);
            canvas.label(&number(*value), at, Align::Left, TEXT);
        }
    }
}
