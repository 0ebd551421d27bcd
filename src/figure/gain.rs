//! Activation functions.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::block::{alone, as_many};
use super::chart::{Chart, Frame, Series};
use super::error::FigureError;
use super::look::Look;
use crate::style::Style;

/// One activation function, sampled.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct GainCurve {
    /// What the legend calls it.
    pub label: String,
    /// States.
    pub x: Vec<f64>,
    /// Activations g(x).
    pub y: Vec<f64>,
}

/// Activation curves g(x).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct GainPlot {
    /// What is shown.
    pub title: String,
    /// The parameters.
    pub subtitle: String,
    /// Title of the horizontal axis: `state x`.
    pub x_label: String,
    /// Title of the vertical axis: `activation g(x)`.
    pub y_label: String,
    /// The curves.
    pub curves: Vec<GainCurve>,
}

impl GainPlot {
    /// Draws it; the file's ending, `.png`, `.svg` or `.pdf`, says how.
    ///
    /// # Errors
    /// If there are no values, lengths differ or a value is not finite (the message says where), or the file cannot be
    /// written.
    pub fn draw(&self, path: impl AsRef<Path>) -> Result<(), FigureError> {
        self.drawn(path.as_ref(), &Look::new(&Style::default())?)
    }

    pub(super) fn drawn(&self, path: &Path, look: &Look) -> Result<(), FigureError> {
        let chart = self.block(look)?;
        alone(path, look, (&self.title, &self.subtitle), &chart)
    }

    pub(super) fn block(&self, look: &Look) -> Result<Chart, FigureError> {
        let place = |(i, curve): (usize, &GainCurve)| format!("curve {i} (\"{}\")", curve.label);
        let places: Vec<_> = self.curves.iter().enumerate().map(place).collect();
        let mut series = Vec::new();
        for (i, curve) in self.curves.iter().enumerate() {
            as_many(&places[i], curve.y.len(), curve.x.len(), "states")?;
            let mut one = Series::new(&curve.x, &curve.y, look.palette.curve(i));
            (one.label, one.order) = (curve.label.clone(), i);
            series.push(one);
        }
        let frame = Frame {
            titles: (&self.x_label, &self.y_label),
            ..Frame::default()
        };
        let mut chart = Chart::new(series, &places, frame, look)?;
        chart.shape = 1.0;
        chart.width = Some(520.0);
        Ok(chart)
    }
}
