//! How a surface is laid out and in which order it is painted: floor and walls, the surface from back to front, what lies on it.

use super::SurfacePlot;
use super::scene::{Face, Scene, TALL};
use super::view::{Place, View};
use crate::figure::plane::{dense, levels, lines, mark};
use crate::figure::{
    Axis, BLACK, Block, Canvas, ColorBar, ColorMap, Frame, Legend, Look, Mark, Palette, Pen,
    PhasePlot, Point, Ramp, solid,
};

/// The floor lies so much of the range of energies below the lowest, so that its contour lines are seen.
const BELOW: f64 = 0.55;
const CURVE: f64 = 1.8;
/// A line on the surface has a point at least every so many units of the page.
const FINE: f64 = 1.5;

pub(super) struct Solid<'a> {
    pub(super) scene: Scene<'a>,
    levels: Vec<f64>,
    map: ColorMap,
    bar: ColorBar,
    palette: Palette,
}

/// From the page of the view to the frame.
struct Page {
    scale: f64,
    centre: Point,
    middle: Point,
}

impl Page {
    fn at(&self, (u, v): Point) -> Point {
        let (x, y) = (u - self.middle.0, v - self.middle.1);
        (
            self.centre.0 + self.scale * x,
            self.centre.1 + self.scale * y,
        )
    }
}

impl<'a> Solid<'a> {
    /// Of a plot that has been checked.
    pub fn new(plot: &'a SurfacePlot, look: &Look) -> Solid<'a> {
        let plane = &plot.plane;
        let (low, top) = levels::shown(&plane.energy).unwrap_or((0.0, 1.0));
        let top = if top > low { top } else { low + 1.0 };
        let ends = |grid: &[f64]| {
            let (first, last) = (grid.first(), grid.last());
            let [low, high] = [first, last].map(|v| v.copied().unwrap_or_default());
            Axis::linear(low, high, 0.0, 5.0)
        };
        let map = Ramp::Relief.over(low, top);
        Solid {
            scene: Scene {
                axes: [
                    ends(&plane.grid_x),
                    ends(&plane.grid_y),
                    Axis::linear(low - BELOW * (top - low), top, 0.0, 6.0),
                ],
                view: View::new(plot.view),
                plot: plane,
                top,
            },
            levels: match plane.levels.is_empty() {
                true => levels::automatic(&plane.energy),
                false => plane.levels.clone(),
            },
            bar: ColorBar::new(map, "E"),
            map,
            palette: look.palette.clone(),
        }
    }

    pub(super) fn plot(&self) -> &PhasePlot {
        self.scene.plot
    }

    /// The corners of the box on the page of the view: left, top, right, bottom.
    fn extent(&self) -> [f64; 4] {
        let mut all = [
            f64::INFINITY,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NEG_INFINITY,
        ];
        for k in 0..8 {
            let side = |bit: usize| if k >> bit & 1 == 1 { 1.0 } else { -1.0 };
            let height = if k >> 2 & 1 == 1 { TALL } else { 0.0 };
            let (u, v) = self.scene.view.at([side(0), side(1), height]);
            all = [all[0].min(u), all[1].min(v), all[2].max(u), all[3].max(v)];
        }
        all
    }

    fn page(&self, frame: Frame) -> Page {
        let [left, top, right, bottom] = self.extent();
        let scale = frame.width() / (right - left);
        Page {
            scale: scale.min(frame.height() / (bottom - top)),
            centre: (
                (frame.left + frame.right) / 2.0,
                (frame.top + frame.bottom) / 2.0,
            ),
            middle: ((left + right) / 2.0, (top + bottom) / 2.0),
        }
    }

    fn floor(&self, canvas: &mut Canvas<'_>, to: &dyn Fn(Place) -> Point) {
        let plot = self.plot();
        for level in &self.levels {
            let [r, g, b] = self.map.color(*level).map(darker(0.8));
            for line in lines(&plot.grid_x, &plot.grid_y, &plot.energy, *level) {
                let line: Vec<Point> = line
                    .iter()
                    .map(|(x, y)| {
                        let [x, y, _] = self.scene.place(*x, *y, 0.0);
                        to([x, y, 0.0])
                    })
                    .collect();
                canvas.line(&line, 1.1, solid(r, g, b));
            }
        }
    }

    fn face(&self, canvas: &mut Canvas<'_>, face: &Face, to: &dyn Fn(Place) -> Point) {
        let mut corners: Vec<Point> = face.corners.iter().map(|c| to(*c)).collect();
        let color = self.map.color(face.energy);
        let color = |part: f64| {
            let [r, g, b] = color.map(darker(part * (0.72 + 0.28 * face.light)));
            solid(r, g, b)
        };
        canvas.polygon(&corners, color(1.0));
        corners.extend(corners.first().copied());
        canvas.line(&corners, 0.5, color(0.9));
    }

    fn curves(&self, canvas: &mut Canvas<'_>, page: &Page) {
        let mut starts = Vec::new();
        for curve in &self.plot().trajectories {
            let points: Vec<Point> = curve
                .x
                .iter()
                .copied()
                .zip(curve.y.iter().copied())
                .collect();
            // In units of the plane, so that steps on the page are short.
            let long = 2.0 * page.scale;
            let [a, b] = [0, 1].map(|k| &self.scene.axes[k]);
            let wide = |axis: &Axis| axis.value(1.0) - axis.value(0.0);
            let units = (long / wide(a), long / wide(b));
            let scaled: Vec<Point> = points
                .iter()
                .map(|p| (p.0 * units.0, p.1 * units.1))
                .collect();
            let line: Vec<Point> = dense(&scaled, FINE)
                .iter()
                .map(|p| (p.0 / units.0, p.1 / units.1))
                .collect();
            for part in self.scene.seen(&line) {
                let part: Vec<Point> = part.iter().map(|p| page.at(*p)).collect();
                canvas.trace(&part, Pen::new(BLACK, CURVE));
            }
            starts.extend(points.first().and_then(|p| self.seen_at(*p)));
        }
        for start in starts {
            Mark::Start.draw(canvas, page.at(start));
        }
        for p in &self.plot().fixed_points {
            if let Some(at) = self.seen_at((p.x, p.y)) {
                mark(p.stability).draw(canvas, page.at(at));
            }
        }
    }

    fn seen_at(&self, (x, y): Point) -> Option<Point> {
        let energy = self.scene.energy(x, y)?;
        let place = self.scene.place(x, y, energy);
        (energy <= self.scene.top && self.scene.is_seen(place)).then(|| self.scene.view.at(place))
    }
}

fn darker(part: f64) -> impl Fn(u8) -> u8 {
    move |c| (f64::from(c) * part).round() as u8
}

impl Block for Solid<'_> {
    fn sides(&self) -> Point {
        (self.scene.axes[2].margin() + 10.0, self.bar.room() + 24.0)
    }

    fn shape(&self) -> f64 {
        let [left, top, right, bottom] = self.extent();
        (bottom - top) / (right - left)
    }

    fn width(&self) -> f64 {
        let (left, right) = self.sides();
        600.0 + left + right
    }

    fn legend(&self, width: f64) -> Legend {
        Legend::new(self.plot().entries(&self.palette), width)
    }

    fn above(&self) -> f64 {
        self.bar.above() + 10.0
    }

    fn put(&self, canvas: &mut Canvas<'_>, frame: Frame) {
        let page = self.page(frame);
        let to = |place: Place| page.at(self.scene.view.at(place));
        self.walls(canvas, &to);
        self.floor(canvas, &to);
        for face in self.scene.faces() {
            self.face(canvas, &face, &to);
        }
        self.curves(canvas, &page);
        self.scales(canvas, frame, &to);
        let quarter = 0.2 * frame.height();
        self.bar.draw(
            canvas,
            Frame {
                right: frame.right + 16.0,
                top: frame.top + quarter,
                bottom: frame.bottom - quarter,
                ..frame
            },
        );
    }
}
