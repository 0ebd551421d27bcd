//! Activation functions.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::block::{alone, as_many};
use super::chart::{Chart, Series};
use super::error::FigureError;
use super::palette;

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
    /// Draws it; the file's ending, `.png` or `.svg`, says how.
    ///
    /// # Errors
    /// If there are no values, lengths differ or a value is not finite (the message says where), or the file cannot be
    /// written.
    pub fn draw(&self, path: impl AsRef<Path>) -> Result<(), FigureError> {
        let chart = self.block()?;
        alone(path.as_ref(), (&self.title, &self.subtitle), &chart)
    }

    pub(super) fn block(&self) -> Result<Chart, FigureError> {
        let place = |(i, curve): (usize, &GainCurve)| format!("curve {i} (\"{}\")", curve.label);
        let places: Vec<_> = self.curves.iter().enumerate().map(place).collect();
        let (mut series, mut entries) = (Vec::new(), Vec::new());
        for (i, curve) in self.curves.iter().enumerate() {
            as_many(&places[i], curve.y.len(), curve.x.len(), "states")?;
            let one = Series::new(&curve.x, &curve.y, palette::curve(i));
            if !curve.label.is_empty() {
                entries.push((one.sample(), curve.label.clone()));
            }
            series.push(one);
        }
        let titles = (self.x_label.as_str(), self.y_label.as_str());
        let mut chart = Chart::new(series, &places, titles, (false, false))?.legend(entries);
        chart.shape = 1.0;
        chart.width = Some(520.0);
        Ok(chart)
    }
}
