//! The energy over a plane as a surface in space, with trajectories on it.

mod draw;
mod edges;
mod scene;
mod view;

use serde::{Deserialize, Serialize};

use crate::figure::{Block, FigureError, Look, Page, PhasePlot, refused};
use draw::Solid;

/// From where a surface is seen unless something else is asked for: azimuth and elevation in degrees.
pub const VIEW: [f64; 2] = [-60.0, 35.0];
/// Elevations from which a surface is seen from above.
pub const ELEVATIONS: [f64; 2] = [5.0, 90.0];

/// The energy of a plane as a surface: its height and its colour, over the same energy as contour lines on the floor. Trajectories and
/// fixed points lie on it; what a ridge hides is not drawn.
///
/// Of the plane it shows the grid and its energy, `trajectories`, `fixed_points` and `levels`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SurfacePlot {
    /// The plane.
    #[serde(flatten)]
    pub plane: PhasePlot,
    /// Azimuth and elevation of the eye, in degrees: from azimuth −90 one looks along the vertical coordinate of the plane, from
    /// elevation 90 straight down.
    pub view: [f64; 2],
}

impl Default for SurfacePlot {
    fn default() -> Self {
        SurfacePlot {
            plane: PhasePlot::default(),
            view: VIEW,
        }
    }
}

impl Page for SurfacePlot {
    fn words(&self) -> (&str, &str) {
        self.plane.words()
    }

    fn words_mut(&mut self) -> (&mut String, &mut String) {
        self.plane.words_mut()
    }

    fn block(&self, look: &Look) -> Result<Box<dyn Block + '_>, FigureError> {
        // What is wrong with the plane is told by the plane.
        self.plane.block(look)?;
        let [azimuth, elevation] = self.view;
        let [low, high] = ELEVATIONS;
        if !azimuth.is_finite() || !(low..=high).contains(&elevation) {
            let why = format!(
                "azimuth {azimuth}, elevation {elevation}: the elevation is from {low} to {high} degrees"
            );
            return refused("view", why);
        }
        let [across, up] = [&self.plane.grid_x, &self.plane.grid_y].map(Vec::len);
        if across < 2 || up < 2 || !self.plane.energy.iter().any(|e| e.is_finite()) {
            return refused("surface", "it has no energy on a grid");
        }
        Ok(Box::new(Solid::new(self, look)))
    }
}
