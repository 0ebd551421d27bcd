//! The energy over a plane by itself.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::block::Plane;
use super::{FixedPoint, PhaseCurve, PhasePlot};
use crate::figure::block::alone;
use crate::figure::error::FigureError;
use crate::figure::look::Look;
use crate::figure::numbers;
use crate::style::Style;

/// Energy over a plane in colours and contour lines with their levels: a phase plane without its field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LandscapePlot {
    /// What is shown.
    pub title: String,
    /// The parameters.
    pub subtitle: String,
    /// Title of the horizontal axis.
    pub x_label: String,
    /// Title of the vertical axis.
    pub y_label: String,
    /// What is shown of the horizontal axis; without it, the grid.
    pub x_range: Option<(f64, f64)>,
    /// What is shown of the vertical axis.
    pub y_range: Option<(f64, f64)>,
    /// Horizontal coordinates of the grid, increasing.
    pub grid_x: Vec<f64>,
    /// Vertical coordinates of the grid, increasing.
    pub grid_y: Vec<f64>,
    /// Energy on the grid, row by row (`grid_x` runs fastest); it may be not finite where it is not defined.
    #[serde(with = "numbers")]
    pub energy: Vec<f64>,
    /// What the scale of colours is called.
    pub energy_label: String,
    /// Levels of contour lines, increasing; empty for some that lie close together near the minima.
    pub levels: Vec<f64>,
    /// Points of rest.
    pub fixed_points: Vec<FixedPoint>,
    /// Trajectories on the way down.
    pub trajectories: Vec<PhaseCurve>,
}

impl LandscapePlot {
    /// Draws it; the file's ending, `.png`, `.svg` or `.pdf`, says how.
    ///
    /// # Errors
    /// As for [`PhasePlot::draw`]; and if there is no energy.
    pub fn draw(&self, path: impl AsRef<Path>) -> Result<(), FigureError> {
        self.drawn(path.as_ref(), &Look::new(&Style::default())?)
    }

    pub(in crate::figure) fn drawn(&self, path: &Path, look: &Look) -> Result<(), FigureError> {
        let plane = self.block(look)?;
        alone(path, look, (&self.title, &self.subtitle), &plane)
    }

    pub(in crate::figure) fn block(&self, look: &Look) -> Result<Plane, FigureError> {
        if !self.energy.iter().any(|v| v.is_finite()) {
            return Err(FigureError::data("energy", "there are no finite values"));
        }
        let own = self.clone();
        let label = if own.energy_label.is_empty() {
            "E".to_string()
        } else {
            own.energy_label
        };
        PhasePlot {
            title: own.title,
            subtitle: own.subtitle,
            x_label: own.x_label,
            y_label: own.y_label,
            x_range: own.x_range,
            y_range: own.y_range,
            grid_x: own.grid_x,
            grid_y: own.grid_y,
            energy: own.energy,
            energy_label: label,
            levels: own.levels,
            fixed_points: own.fixed_points,
            trajectories: own.trajectories,
            ..PhasePlot::default()
        }
        .block(look)
    }
}
