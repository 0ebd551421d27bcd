//! Marks of points: stars, circles, diamonds, arrow heads.

use std::f64::consts::{PI, TAU};

use super::{BLACK, Canvas, Color, Point, WHITE};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mark {
    Star,
    Circle,
    HalfCircle,
    Diamond,
    Disc,
    Start,
}

impl Mark {
    pub(super) fn draw(self, canvas: &mut Canvas<'_>, at: Point) {
        match self {
            Mark::Star => {
                canvas.polygon(&star(at, 11.5), WHITE);
                canvas.polygon(&star(at, 8.6), BLACK)
            }
            Mark::Disc => {
                canvas.dot(at, 6.0, WHITE);
                canvas.dot(at, 5.0, BLACK)
            }
            Mark::Circle => ring(canvas, at, 5.2, 1.8),
            Mark::Start => ring(canvas, at, 2.7, 1.1),
            Mark::HalfCircle => {
                ring(canvas, at, 5.2, 1.8);
                let half: Vec<_> = (0..=24)
                    .map(|k| polar(at, 5.2, PI / 2.0 + f64::from(k) * PI / 24.0))
                    .collect();
                canvas.polygon(&half, BLACK)
            }
            Mark::Diamond => {
                let corners = |r: f64| [0, 1, 2, 3].map(|k| polar(at, r, f64::from(k) * PI / 2.0));
                canvas.polygon(&corners(9.3), WHITE);
                canvas.polygon(&corners(7.5), BLACK);
                canvas.polygon(&corners(4.9), WHITE)
            }
        }
    }
}

fn polar(at: Point, r: f64, angle: f64) -> Point {
    (at.0 + r * angle.cos(), at.1 - r * angle.sin())
}

/// Five points, the first upwards.
fn star(at: Point, r: f64) -> Vec<Point> {
    let corner = |k: i32| {
        let r = if k % 2 == 0 { r } else { 0.44 * r };
        polar(at, r, PI / 2.0 + f64::from(k) * TAU / 10.0)
    };
    (0..10).map(corner).collect()
}

fn ring(canvas: &mut Canvas<'_>, at: Point, radius: f64, width: f64) {
    canvas.dot(at, radius + width / 2.0 + 1.0, WHITE);
    canvas.dot(at, radius + width / 2.0, BLACK);
    canvas.dot(at, radius - width / 2.0, WHITE);
}

/// The hole of a disc of this radius.
pub(super) fn hole(radius: f64) -> f64 {
    0.6 * radius
}

/// A filled head of an arrow with its tip at `tip`, pointing along `(dx, dy)`, a vector of length 1.
pub(super) fn head(
    canvas: &mut Canvas<'_>,
    tip: Point,
    (dx, dy): Point,
    length: f64,
    color: Color,
) {
    let back = (tip.0 - length * dx, tip.1 - length * dy);
    let side = 0.42 * length;
    let corners = [
        tip,
        (back.0 - side * dy, back.1 + side * dx),
        (back.0 + side * dy, back.1 - side * dx),
    ];
    canvas.polygon(&corners, color);
}
