//! How many pixels of the page a pixel of a pattern takes: whole numbers, so that edges are sharp.

use super::{Canvas, ColorMap, Point};

/// Widest and highest picture, in units of the page.
const MOST: Point = (130.0, 110.0);
/// Less cannot be seen.
const LEAST: f64 = 20.0;

pub(super) struct Cells {
    shape: (usize, usize),
    /// Rows and columns that are drawn of it.
    drawn: (usize, usize),
    /// Pixels of the finished picture, two to the unit, that a value takes across and down.
    cell: (usize, usize),
    /// How many values across and down are averaged into one, where there are more than the page has pixels.
    pub averaged: usize,
}

impl Cells {
    /// For patterns of `shape` (rows, columns) in at most `room` units of width.
    pub(super) fn new(shape: (usize, usize), room: f64) -> Cells {
        Cells::within(shape, room, MOST)
    }

    /// The same, three times as wide and high at most.
    pub(super) fn large(shape: (usize, usize), room: f64) -> Cells {
        Cells::within(shape, room, (3.0 * MOST.0, 3.0 * MOST.1))
    }

    fn within(shape: (usize, usize), room: f64, most: Point) -> Cells {
        let across = (2.0 * room.clamp(LEAST, most.0)) as usize;
        let down = (2.0 * most.1) as usize;
        let averaged = shape.1.div_ceil(across).max(shape.0.div_ceil(down)).max(1);
        let drawn = (shape.0.div_ceil(averaged), shape.1.div_ceil(averaged));
        let side = (across / drawn.1).min(down / drawn.0).max(1);
        // A single row of many values would be a hairline: its pixels are stretched.
        let stretch = |n: usize| ((2.0 * LEAST) as usize).div_ceil(n).max(side);
        Cells {
            shape,
            drawn,
            cell: (stretch(drawn.1), stretch(drawn.0)),
            averaged,
        }
    }

    pub(super) fn size(&self) -> Point {
        let (rows, columns) = self.drawn;
        let units = |n: usize, cell: usize| (n * cell) as f64 / 2.0;
        (units(columns, self.cell.0), units(rows, self.cell.1))
    }

    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, at: Point, values: &[f64], map: ColorMap) {
        let (rows, columns) = self.drawn;
        let color = |k: usize| map.color(self.mean(values, k / columns, k % columns));
        let colors: Vec<_> = (0..rows * columns).map(color).collect();
        canvas.picture(at, self.size(), columns, &colors);
    }

    fn mean(&self, values: &[f64], r: usize, c: usize) -> f64 {
        let k = self.averaged;
        let (mut sum, mut n) = (0.0, 0.0);
        for y in r * k..((r + 1) * k).min(self.shape.0) {
            for x in c * k..((c + 1) * k).min(self.shape.1) {
                sum += values[y * self.shape.1 + x];
                n += 1.0;
            }
        }
        sum / n
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_fit_their_room_with_whole_pixels() {
        for shape in [
            (28, 28),
            (1, 1),
            (1, 500),
            (300, 2),
            (2000, 3000),
            (8, 8),
            (105, 105),
        ] {
            for room in [10.0, 60.0, 300.0] {
                let cells = Cells::new(shape, room);
                let (w, h) = cells.size();
                assert!(w >= LEAST && h >= LEAST, "{shape:?} {room}: {w} × {h}");
                assert!(
                    w <= room.clamp(2.0 * LEAST, MOST.0) && h <= MOST.1,
                    "{shape:?} {room}: {w} × {h}"
                );
            }
        }
    }
}
