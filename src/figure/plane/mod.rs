//! A plane of two coordinates: its field, nullclines, trajectories, fixed points and the energy over it.

mod basins;
mod block;
mod contour;
mod curves;
mod field;
pub(in crate::figure) mod levels;
mod look;
mod relief;

use serde::{Deserialize, Serialize};

use crate::figure::{
    Block, Drawn, FigureError, Look, Page, as_many, finite, numbers, ordered, refused, words,
};
use block::Plane;

pub use basins::Basins;
pub(in crate::figure) use contour::lines;
pub(in crate::figure) use curves::dense;
pub(in crate::figure) use field::between;
pub(in crate::figure) use look::mark;

/// What becomes of a network near a point of rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stability {
    /// It returns: a filled star.
    #[default]
    Attractor,
    /// It returns from some sides only: an open circle.
    Saddle,
    /// It leaves: an open diamond.
    Repeller,
    /// The linear approximation does not decide: a half-filled circle.
    Marginal,
}

impl Stability {
    /// What a legend calls it.
    pub fn word(self) -> &'static str {
        match self {
            Stability::Attractor => "attractor",
            Stability::Saddle => "saddle",
            Stability::Repeller => "unstable",
            Stability::Marginal => "marginal",
        }
    }
}

/// A point of rest in a plane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanePoint {
    /// Its horizontal coordinate.
    pub x: f64,
    /// Its vertical coordinate.
    pub y: f64,
    /// What becomes of the network near it.
    pub stability: Stability,
    /// Its number in a list, which is written beside it; none for nothing.
    pub number: Option<usize>,
}

/// A trajectory in a plane.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PhaseCurve {
    /// Horizontal coordinates, in the order of time.
    pub x: Vec<f64>,
    /// Vertical coordinates at the same times.
    pub y: Vec<f64>,
}

/// Where one of the two velocities of a plane vanishes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Nullcline {
    /// What the legend calls it, or, of one without branches, what it says instead of them.
    pub name: String,
    /// Its branches, each by itself.
    pub branches: Vec<PhaseCurve>,
}

/// A plane of two coordinates: direction field, nullclines, trajectories, fixed points and energy, each only if given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PhasePlot {
    /// What is shown.
    pub title: String,
    /// The parameters.
    pub subtitle: String,
    /// Title of the horizontal axis: `V₁`.
    pub x_label: String,
    /// Title of the vertical axis.
    pub y_label: String,
    /// What is shown of the horizontal axis; without it, the grid, or else the data.
    pub x_range: Option<(f64, f64)>,
    /// What is shown of the vertical axis.
    pub y_range: Option<(f64, f64)>,
    /// Horizontal coordinates of the grid, increasing.
    pub grid_x: Vec<f64>,
    /// Vertical coordinates of the grid, increasing.
    pub grid_y: Vec<f64>,
    /// Horizontal velocity on the grid, row by row (`grid_x` runs fastest), or empty: drawn as arrows. Nothing is drawn where a value is
    /// not finite.
    #[serde(with = "numbers")]
    pub velocity_x: Vec<f64>,
    /// Vertical velocity on the grid.
    #[serde(with = "numbers")]
    pub velocity_y: Vec<f64>,
    /// Where the velocities vanish: two at most.
    pub nullclines: Vec<Nullcline>,
    /// Streamlines, each in the direction of the flow: thin lines with small heads.
    pub streamlines: Vec<PhaseCurve>,
    /// Speed on the grid, or empty: drawn in colours. An energy has contour lines only, then.
    #[serde(with = "numbers")]
    pub speed: Vec<f64>,
    /// What the scale of the speed is called, with its unit.
    pub speed_label: String,
    /// Trajectories, each from a start of its own.
    pub trajectories: Vec<PhaseCurve>,
    /// Their parts before, when the input was another than that of the arrows and the points of rest: grey and dashed.
    pub earlier: Vec<PhaseCurve>,
    /// Borders between basins, such as the stable manifolds of saddles: dark lines below the points of rest.
    pub separatrices: Vec<PhaseCurve>,
    /// What the legend calls these; empty for "separatrix".
    pub separatrix: String,
    /// Points of rest.
    pub fixed_points: Vec<PlanePoint>,
    /// What the legend calls those that attract; empty for "attractor".
    pub attractor: String,
    /// Basins of attraction, drawn as areas.
    pub basins: Option<Basins>,
    /// Energy on the grid, or empty: drawn in colours and contour lines. It may be not finite where it is not defined.
    #[serde(with = "numbers")]
    pub energy: Vec<f64>,
    /// Levels of contour lines, increasing; empty for some that lie close together near the minima.
    pub levels: Vec<f64>,
}

impl Page for PhasePlot {
    words!();

    fn block(&self, look: &Look) -> Result<Box<dyn Block + '_>, FigureError> {
        let mut plot = self.clone();
        let ends = |asked: Option<[f64; 2]>| asked.map(|[low, high]| (low, high));
        plot.x_range = ends(look.x).or(plot.x_range);
        plot.y_range = ends(look.y).or(plot.y_range);
        plot.check()?;
        Ok(Box::new(Plane::new(plot, look)?))
    }
}

impl PhasePlot {
    fn check(&self) -> Drawn {
        for (name, grid) in [("grid, x", &self.grid_x), ("grid, y", &self.grid_y)] {
            finite(name, grid)?;
            ordered(name, grid, |a, b| a < b, "the grid does not increase")?;
        }
        let n = self.grid_x.len().saturating_mul(self.grid_y.len());
        let fields = [
            ("velocity, x", &self.velocity_x),
            ("velocity, y", &self.velocity_y),
            ("energy", &self.energy),
            ("speed", &self.speed),
        ];
        for (name, values) in fields {
            if !values.is_empty() {
                as_many(name, values.len(), n, "grid points")?;
            }
        }
        if let Some(basins) = &self.basins {
            basins.check()?;
        }
        finite("levels", &self.levels)?;
        let trajectories = self.trajectories.iter().enumerate();
        let named = trajectories.map(|(i, c)| (format!("trajectory {i}"), c));
        let earlier = self.earlier.iter().enumerate();
        let earlier = earlier.map(|(i, c)| (format!("earlier part {i}"), c));
        let borders = self.separatrices.iter().enumerate();
        let borders = borders.map(|(i, c)| (format!("separatrix {i}"), c));
        let streams = self.streamlines.iter().enumerate();
        let streams = streams.map(|(i, c)| (format!("streamline {i}"), c));
        let zeros = self.nullclines.iter().enumerate();
        let zeros = zeros.flat_map(|(k, n)| n.branches.iter().map(move |c| (k, c)));
        let zeros = zeros.map(|(k, c)| (format!("nullcline {k}"), c));
        if self.nullclines.len() > 2 {
            let why = format!("are two at most, there are {}", self.nullclines.len());
            return refused("nullclines", why);
        }
        for (place, curve) in named
            .chain(earlier)
            .chain(borders)
            .chain(streams)
            .chain(zeros)
        {
            finite(&format!("{place}, x"), &curve.x)?;
            finite(&format!("{place}, y"), &curve.y)?;
            as_many(&format!("{place}, y"), curve.y.len(), curve.x.len(), "x")?;
        }
        for (i, p) in self.fixed_points.iter().enumerate() {
            finite(&format!("fixed point {i}"), &[p.x, p.y])?;
        }
        for (name, range) in [("x_range", self.x_range), ("y_range", self.y_range)] {
            if let Some((low, high)) = range {
                finite(name, &[low, high])?;
                if low >= high {
                    return refused(name, format!("{low} to {high} is empty"));
                }
            }
        }
        Ok(())
    }
}
