//! How a plane is laid out and in which order it is drawn.

use super::curves::{heads, sparse};
use super::look::{EARLIER, mark};
use super::{PhaseCurve, PhasePlot, field, levels, relief};
use crate::figure::{
    Axis, BLACK, Block, Canvas, ColorBar, ColorMap, FigureError, Frame, LABEL, Legend, Look, Mark,
    NULLCLINES, Palette, Panel, Pen, Point, Ramp, SEPARATRIX, SOFT, TEXT, WHITE, clipped, range,
    refused,
};

pub(in crate::figure) struct Plane {
    plot: PhasePlot,
    x: Axis,
    y: Axis,
    levels: Vec<f64>,
    bar: Option<(ColorMap, ColorBar)>,
    shape: f64,
    palette: Palette,
}

const CURVE: f64 = 1.6;
const STREAM: f64 = 0.8;
const SMALL: f64 = 280.0;
/// So many points have room for their numbers.
const NUMBERED: usize = 40;

impl Plane {
    pub(super) fn new(plot: PhasePlot, look: &Look) -> Result<Plane, FigureError> {
        let axis = |k: usize| {
            let given = [plot.x_range, plot.y_range][k];
            let cells = plot.basins.as_ref().map(|b| b.span(k));
            let grid = [&plot.grid_x, &plot.grid_y][k];
            let grid = range(grid).filter(|_| grid.len() > 1);
            let curves = plot.trajectories.iter().chain(&plot.earlier);
            let curves = curves.chain(&plot.separatrices);
            let curves = curves.flat_map(|c| [&c.x, &c.y][k]);
            let fixed = plot.fixed_points.iter().map(|p| [&p.x, &p.y][k]);
            let (span, margin) = match given.or(cells).or(grid) {
                Some(span) => (span, 0.0),
                None => match range(curves.chain(fixed)) {
                    Some(span) => (span, 0.06),
                    None => return refused("plane", "there is nothing to show"),
                },
            };
            let (low, high) = span;
            Ok((high - low, Axis::linear(low, high, margin, 5.0)))
        };
        let ((width, x), (height, y)) = (axis(0)?, axis(1)?);
        let square = (width - height).abs() <= 1e-6 * width.max(height);
        let levels = if plot.energy.is_empty() {
            Vec::new()
        } else if plot.levels.is_empty() {
            levels::automatic(&plot.energy)
        } else {
            plot.levels.clone()
        };
        let (colored, ramp, label) = match plot.speed.is_empty() {
            true => (&plot.energy, Ramp::Relief, "E"),
            false => (&plot.speed, Ramp::Speed, plot.speed_label.as_str()),
        };
        let bar = levels::shown(colored).map(|(low, high)| {
            let high = if high > low { high } else { low + 1.0 };
            let map = ramp.over(low, high);
            (map, ColorBar::new(map, label))
        });
        Ok(Plane {
            x,
            y,
            levels,
            bar,
            shape: if square { 1.0 } else { 0.8 },
            palette: look.palette.clone(),
            plot,
        })
    }

    fn draw_lines(&self, canvas: &mut Canvas<'_>, panel: &Panel<'_>, frame: Frame) {
        let plot = &self.plot;
        let mut placed = Vec::new();
        for curve in &plot.streamlines {
            for piece in clipped(&sparse(points(curve, panel)), frame) {
                canvas.line(&piece, STREAM, SOFT.faint(0.75));
                heads(canvas, &piece, (6.0, SOFT), &mut placed);
            }
        }
        for (nullcline, pen) in plot.nullclines.iter().zip(NULLCLINES) {
            for curve in &nullcline.branches {
                canvas.trace_in(frame, &sparse(points(curve, panel)), pen);
            }
        }
        let inside = |p: Point| {
            (frame.left - 1.0..=frame.right + 1.0).contains(&p.0)
                && (frame.top - 1.0..=frame.bottom + 1.0).contains(&p.1)
        };
        // A pale edge sets them off from areas as dark.
        let edge = Pen::new(WHITE.faint(0.7), SEPARATRIX.width + 2.4);
        for pen in [edge, SEPARATRIX] {
            for curve in &plot.separatrices {
                canvas.trace_in(frame, &sparse(points(curve, panel)), pen);
            }
        }
        for curve in &plot.earlier {
            let line = sparse(points(curve, panel));
            canvas.trace_in(frame, &line, EARLIER);
        }
        let (mut starts, mut placed) = (Vec::new(), Vec::new());
        for curve in &plot.trajectories {
            let line = sparse(points(curve, panel));
            for piece in clipped(&line, frame) {
                canvas.line(&piece, CURVE, BLACK);
                heads(canvas, &piece, (9.0, BLACK), &mut placed);
            }
            starts.extend(line.first().copied().filter(|&p| inside(p)));
        }
        for start in starts {
            Mark::Start.draw(canvas, start);
        }
        for p in &plot.fixed_points {
            let at = panel.at(p.x, p.y);
            if inside(at) {
                mark(p.stability).draw(canvas, at);
            }
        }
        // Above the marks, so that none hides a number; of many they would hide all else.
        let numbered = plot.fixed_points.iter().filter(|p| p.number.is_some());
        if numbered.clone().count() > NUMBERED {
            return;
        }
        for p in numbered {
            let at = panel.at(p.x, p.y);
            let side = if at.0 > frame.right - 20.0 { -1.0 } else { 1.0 };
            let rise = if at.1 < frame.top + 20.0 { 18.0 } else { -7.0 };
            if let Some(number) = p.number.filter(|_| inside(at)) {
                let beside = (at.0 + 12.0 * side, at.1 + rise);
                canvas.text_on(&number.to_string(), LABEL, beside, (TEXT, WHITE));
            }
        }
    }
}

fn points(curve: &PhaseCurve, panel: &Panel<'_>) -> impl Iterator<Item = Point> {
    curve.x.iter().zip(&curve.y).map(|(&x, &y)| panel.at(x, y))
}

impl Block for Plane {
    fn sides(&self) -> Point {
        let half = self.x.overhang();
        let right = self.bar.as_ref().map_or(half, |(_, bar)| bar.room());
        (self.y.margin(), right.max(half))
    }

    fn shape(&self) -> f64 {
        self.shape
    }

    fn width(&self) -> f64 {
        let (left, right) = self.sides();
        500.0 + left + right
    }

    fn legend(&self, width: f64) -> Legend {
        Legend::new(self.plot.entries(&self.palette), width)
    }

    fn above(&self) -> f64 {
        let bar = self.bar.as_ref().map_or(0.0, |(_, bar)| bar.above());
        let note = if self.y.note.is_empty() { 0.0 } else { 18.0 };
        bar.max(note) + 10.0
    }

    fn put(&self, canvas: &mut Canvas<'_>, frame: Frame) {
        let plot = &self.plot;
        let outer = frame.left - self.sides().0;
        let (x, y) = (&self.x, &self.y);
        let panel = Panel { frame, x, y };
        let grid = (&plot.grid_x[..], &plot.grid_y[..]);
        if let Some(basins) = &plot.basins {
            basins.draw(canvas, &panel, &self.palette);
        }
        if let Some((map, bar)) = &self.bar {
            let colored = match plot.speed.is_empty() {
                true => &plot.energy,
                false => &plot.speed,
            };
            relief::colors(canvas, &panel, grid, colored, *map);
            bar.draw(canvas, frame);
        }
        if !plot.velocity_x.is_empty() && !plot.velocity_y.is_empty() {
            let velocity = (&plot.velocity_x[..], &plot.velocity_y[..]);
            field::arrows(canvas, &panel, grid, velocity);
        }
        // In a small frame numbers would hide the lines; the legend has those that were asked for.
        let numbers = plot.levels.is_empty() || frame.width() > SMALL;
        let free = numbers.then(|| self.plot.occupied(&panel));
        let heights = (&plot.energy[..], &self.levels[..]);
        relief::contours(canvas, &panel, grid, heights, free.as_deref());
        canvas.outline(frame, 0.75, SOFT);
        let y_title = (plot.y_label.as_str(), outer - 4.0);
        panel.draw_scales(canvas, y_title, Some(&plot.x_label), 0.0);
        self.draw_lines(canvas, &panel, frame);
    }
}
