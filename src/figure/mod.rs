//! Plain data to pictures, PNG or SVG by the file's ending; never calls a solver.
//!
//! plotters draws lines that are not smooth and no margins that fit their text, so a figure here is laid out by hand on a
//! small canvas (`canvas.rs`) and plotters' backends only put down the ink. A PNG is drawn at three times its size and
//! averaged down. The only place that names `plotters`, `dejavu` and `ab_glyph`.

mod axis;
mod canvas;
mod cells;
mod energy;
mod error;
mod heading;
mod legend;
mod page;
mod palette;
mod panel;
mod patterns;
mod stroke;
mod surface;
mod text;

pub use energy::{EnergyCurve, EnergyPlot};
pub use error::FigureError;
pub use patterns::{PatternPlot, PatternRow};
