//! Where colour is put, in device pixels: on a bitmap, or as the lines and words of a file.

use super::{Color, Point};

/// Where a text stands with respect to its point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Align {
    Left,
    Center,
    Right,
}

/// A text on one line, `at` being on its baseline; `upward` turns it by a quarter.
#[derive(Clone, Copy)]
pub(super) struct Label<'a> {
    pub words: &'a str,
    pub em: f64,
    pub at: (i32, i32),
    pub align: Align,
    pub upward: bool,
    pub color: Color,
}

impl Label<'_> {
    /// The place that lies so far along the text from its point, and so high over its baseline.
    pub(super) fn place(&self, along: f64, up: f64) -> Point {
        let (x, y) = (f64::from(self.at.0), f64::from(self.at.1));
        if self.upward {
            (x - up, y - along)
        } else {
            (x + along, y - up)
        }
    }
}

pub(super) trait Surface {
    /// A line with round ends and corners, of one point a dot.
    fn line(&mut self, points: &[Point], width: f64, color: Color);
    fn polygon(&mut self, points: &[Point], color: Color);
    /// A filled rectangle up to the first pixel outside of it.
    fn rect(&mut self, a: (i32, i32), b: (i32, i32), color: Color);
    fn label(&mut self, label: Label<'_>);
    /// `cells` colours across and down over `size` pixels.
    fn picture(&mut self, at: (i32, i32), size: (u32, u32), cells: (u32, u32), rgb: &[u8]);
}

/// Points on whole pixels.
pub(super) fn whole(points: &[Point]) -> Vec<(i32, i32)> {
    let round = |p: &Point| (p.0.round() as i32, p.1.round() as i32);
    points.iter().map(round).collect()
}
