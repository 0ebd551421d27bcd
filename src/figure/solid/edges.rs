//! The box around a surface: floor, walls, and numbers along its edges.

use super::draw::Solid;
use super::scene::TALL;
use super::view::Place;
use crate::figure::{Align, Axis, Canvas, Color, FRAME, Frame, GRID, Point, SOFT, TEXT, distance};

const TICK: f64 = 6.0;
const TITLE: f64 = 15.0;

impl Solid<'_> {
    /// Floor and the two walls behind, with lines at the ticks.
    pub(super) fn walls(&self, canvas: &mut Canvas<'_>, to: &dyn Fn(Place) -> Point) {
        let (fx, fy) = self.scene.view.front();
        let mut line = |a: Place, b: Place, color: Color| {
            canvas.line(&[to(a), to(b)], 0.8, color);
        };
        let at = |axis: &Axis| -> Vec<f64> {
            axis.ticks.iter().map(|(v, _)| axis.fraction(*v)).collect()
        };
        let [across, up, high] = [0, 1, 2].map(|k| at(&self.scene.axes[k]));
        for s in across.iter().map(|s| 2.0 * s - 1.0) {
            line([s, -1.0, 0.0], [s, 1.0, 0.0], GRID);
            line([s, -fy, 0.0], [s, -fy, TALL], GRID);
        }
        for s in up.iter().map(|s| 2.0 * s - 1.0) {
            line([-1.0, s, 0.0], [1.0, s, 0.0], GRID);
            line([-fx, s, 0.0], [-fx, s, TALL], GRID);
        }
        for s in high.iter().map(|s| TALL * s) {
            line([-1.0, -fy, s], [1.0, -fy, s], GRID);
            line([-fx, -1.0, s], [-fx, 1.0, s], GRID);
        }
        let corners = [(fx, -fy), (-fx, -fy), (-fx, fy)];
        for (x, y) in corners {
            line([x, y, 0.0], [x, y, TALL], FRAME);
        }
        for pair in corners.windows(2) {
            let [(a, b), (c, d)] = [pair[0], pair[1]];
            line([a, b, 0.0], [c, d, 0.0], FRAME);
            line([a, b, TALL], [c, d, TALL], FRAME);
        }
        line([fx, -fy, 0.0], [fx, fy, 0.0], SOFT);
        line([-fx, fy, 0.0], [fx, fy, 0.0], SOFT);
    }

    /// Numbers and titles along the two edges of the floor in front and the upright edge at the left.
    pub(super) fn scales(
        &self,
        canvas: &mut Canvas<'_>,
        frame: Frame,
        to: &dyn Fn(Place) -> Point,
    ) {
        let (fx, fy) = self.scene.view.front();
        let plot = self.plot();
        for (k, title) in [&plot.x_label, &plot.y_label].into_iter().enumerate() {
            // A place of this edge, at a part of its length.
            let place = |s: f64| match k {
                0 => [2.0 * s - 1.0, fy, 0.0],
                _ => [fx, 2.0 * s - 1.0, 0.0],
            };
            let out = place(0.5);
            // Away from the middle of the floor.
            let (a, b) = (to([0.0, 0.0, 0.0]), to(out));
            let long = distance(a, b).max(1e-9);
            let way = ((b.0 - a.0) / long, (b.1 - a.1) / long);
            let away = |p: Point, d: f64| (p.0 + d * way.0, p.1 + d * way.1);
            let axis = &self.scene.axes[k];
            let align = match way.0 {
                x if x > 0.35 => Align::Left,
                x if x < -0.35 => Align::Right,
                _ => Align::Center,
            };
            for (value, label) in &axis.ticks {
                let p = to(place(axis.fraction(*value)));
                canvas.line(&[p, away(p, TICK)], 1.0, SOFT);
                canvas.label(label, away(p, TICK + 9.0), align, TEXT);
            }
            let title = match axis.note.as_str() {
                "" => title.to_string(),
                note => format!("{title}   ({note})"),
            };
            let (x, y) = away(to(place(0.5)), TICK + 42.0);
            canvas.text(&title, TITLE, (x, y + 0.36 * TITLE), Align::Center, TEXT);
        }
        let (x, y) = self.scene.view.left();
        let axis = &self.scene.axes[2];
        for (value, label) in &axis.ticks {
            let p = to([x, y, TALL * axis.fraction(*value)]);
            canvas.line(&[p, (p.0 - TICK, p.1)], 1.0, SOFT);
            canvas.label(label, (p.0 - TICK - 4.0, p.1), Align::Right, TEXT);
        }
        let (upper, lower) = (to([x, y, TALL]), to([x, y, 0.0]));
        let title = match axis.note.as_str() {
            "" => "E".to_owned(),
            note => format!("E   ({note})"),
        };
        let at = (
            upper.0.min(frame.left) - axis.margin() + TITLE,
            (upper.1 + lower.1) / 2.0,
        );
        canvas.text_upward(&title, TITLE, at, TEXT);
    }
}
