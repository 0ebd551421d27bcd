//! Points in columns, side by side where they would lie on each other: fixed points by their index over their energy.

use serde::{Deserialize, Serialize};

use super::{
    Axis, Block, Canvas, Color, Drawn, Entries, FigureError, Frame, Legend, Look, OTHERS, Page,
    Palette, Panel, Point, Sample, WHITE, as_many, finite, range, refused, words,
};
use crate::figure::mark::hole;

/// A group of points.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SwarmGroup {
    /// What the legend calls it.
    pub label: String,
    /// Its place among the colours of the palette; those beyond are grey. A group of rings may have that of a group of discs.
    pub color: usize,
    /// Whether its points are rings.
    pub hollow: bool,
}

/// Points in columns.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SwarmPlot {
    /// What is shown.
    pub title: String,
    /// The parameters.
    pub subtitle: String,
    /// Title of the horizontal axis: what the columns are.
    pub x_label: String,
    /// Title of the vertical axis.
    pub y_label: String,
    /// What each column is called.
    pub columns: Vec<String>,
    /// The groups of points.
    pub groups: Vec<SwarmGroup>,
    /// The column of each point.
    pub column: Vec<usize>,
    /// The value of each point.
    pub value: Vec<f64>,
    /// The group of each point.
    pub group: Vec<usize>,
}

struct Swarm<'a> {
    plot: &'a SwarmPlot,
    axes: [Axis; 2],
    palette: Palette,
    radius: f64,
}

/// Of more points each is smaller.
const MANY: usize = 150;

/// An axis of columns, each with its name.
pub(super) fn columns(names: &[String]) -> Axis {
    let mut axis = Axis::linear(-0.5, names.len() as f64 - 0.5, 0.0, 4.0);
    axis.ticks = (0..names.len())
        .map(|k| (k as f64, names[k].clone()))
        .collect();
    axis.note.clear();
    axis
}

impl Page for SwarmPlot {
    words!();

    fn block(&self, look: &Look) -> Result<Box<dyn Block + '_>, FigureError> {
        self.check()?;
        let y = match (look.y, range(&self.value)) {
            (Some(ends), _) => Axis::between("y", ends, false, 6.0)?,
            (None, Some((low, high))) => Axis::linear(low, high, 0.08, 6.0),
            (None, None) => return refused("points", "there are none"),
        };
        if look.x.is_some() {
            let why = "its columns have names and no range; y has one";
            return refused("a figure of columns with a range x", why);
        }
        Ok(Box::new(Swarm {
            plot: self,
            axes: [columns(&self.columns), y],
            palette: look.palette.clone(),
            radius: if self.value.len() > MANY { 2.8 } else { 4.4 },
        }))
    }
}

impl SwarmPlot {
    fn check(&self) -> Drawn {
        let n = self.value.len();
        finite("value", &self.value)?;
        as_many("column", self.column.len(), n, "points")?;
        as_many("group", self.group.len(), n, "points")?;
        let sets = [
            ("column", &self.column, self.columns.len()),
            ("group", &self.group, self.groups.len()),
        ];
        for (name, all, count) in sets {
            if let Some(k) = all.iter().position(|i| *i >= count) {
                let why = format!("there is no {name} {}, there are {count}", all[k]);
                return refused(format!("{name}, index {k}"), why);
            }
        }
        Ok(())
    }
}

impl Swarm<'_> {
    fn color(&self, group: usize) -> Color {
        let k = self.plot.groups[group].color;
        match k < self.palette.coloured() {
            true => self.palette.curve(k).color,
            false => OTHERS,
        }
    }

    /// How far beside its column each point stands, so that none lies on another as long as the column has room.
    fn aside(&self, heights: &[f64], room: f64) -> Vec<f64> {
        let apart = 2.0 * self.radius + 0.8;
        let steps = (room / apart).floor().max(0.0) as i64;
        let mut aside = vec![0.0; heights.len()];
        for column in 0..self.plot.columns.len() {
            let of = |k: &usize| self.plot.column[*k] == column;
            let mut order: Vec<usize> = (0..heights.len()).filter(of).collect();
            order.sort_by(|a, b| heights[*a].total_cmp(&heights[*b]).then(a.cmp(b)));
            let mut placed: Vec<Point> = Vec::new();
            for k in order {
                let is_free = |x: f64| {
                    let near = placed.iter().rev();
                    let mut near = near.take_while(|p| heights[k] - p.1 < apart);
                    near.all(|p| (p.0 - x).hypot(p.1 - heights[k]) >= apart)
                };
                let places = (0..=2 * steps).map(|s| {
                    let far = ((s + 1) / 2) as f64 * apart;
                    if s % 2 == 0 { far } else { -far }
                });
                // A column that is full begins anew on top of itself.
                let x = places.into_iter().find(|x| is_free(*x)).unwrap_or(0.0);
                aside[k] = x;
                placed.push((x, heights[k]));
            }
        }
        aside
    }
}

impl Block for Swarm<'_> {
    fn sides(&self) -> (f64, f64) {
        (self.axes[1].margin(), 8.0)
    }

    fn shape(&self) -> f64 {
        0.75
    }

    fn width(&self) -> f64 {
        640.0
    }

    fn legend(&self, width: f64) -> Legend {
        let mut entries = Entries::default();
        for (k, group) in self.plot.groups.iter().enumerate() {
            if self.plot.group.contains(&k) {
                let sample = Sample::Disc(4.4, self.color(k), group.hollow);
                entries.say(sample, &group.label);
            }
        }
        Legend::new(entries, width)
    }

    fn above(&self) -> f64 {
        if self.axes[1].note.is_empty() {
            8.0
        } else {
            24.0
        }
    }

    fn put(&self, canvas: &mut Canvas<'_>, frame: Frame) {
        let outer = frame.left - self.sides().0;
        let [x, y] = &self.axes;
        let panel = Panel { frame, x, y };
        let plot = self.plot;
        panel.draw(
            canvas,
            (&plot.y_label, outer - 4.0),
            Some(&plot.x_label),
            0.0,
        );
        let points = plot.column.iter().zip(&plot.value);
        let at: Vec<Point> = points.map(|(k, v)| panel.at(*k as f64, *v)).collect();
        let heights: Vec<f64> = at.iter().map(|p| p.1).collect();
        let room = 0.46 * frame.width() / plot.columns.len().max(1) as f64 - self.radius;
        let aside = self.aside(&heights, room);
        for (k, (p, aside)) in at.iter().zip(aside).enumerate() {
            let p = (p.0 + aside, p.1);
            if !frame.holds(p) {
                continue;
            }
            let group = plot.group[k];
            canvas.dot(p, self.radius, self.color(group));
            if plot.groups[group].hollow {
                canvas.dot(p, hole(self.radius), WHITE);
            }
        }
    }
}
