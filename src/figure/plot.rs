//! Any of the plots, as it is kept on disk and drawn again.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::block::Block;
use super::error::FigureError;
use super::{
    ActivityPlot, ConnectivityPlot, EnergyPlot, GainPlot, HeatPlot, LandscapePlot, LinesPlot,
    OverlapPlot, PanelsPlot, PatternPlot, PhasePlot, TermsPlot,
};

/// Any plot; in JSON, the key `kind` says which.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Plot {
    /// Energy and its rate over time.
    Energy(EnergyPlot),
    /// Patterns as pictures.
    Patterns(PatternPlot),
    /// Terms of the energy over time.
    Terms(TermsPlot),
    /// Activity of layers over time.
    Activity(ActivityPlot),
    /// Overlaps with the memories over time.
    Overlap(OverlapPlot),
    /// Any lines.
    Lines(LinesPlot),
    /// Layers and synapses.
    Connectivity(ConnectivityPlot),
    /// A plane with its field, or with basins.
    Phase(PhasePlot),
    /// The energy over a plane.
    Landscape(LandscapePlot),
    /// A quantity over two others.
    Heat(HeatPlot),
    /// Activation functions.
    Gain(GainPlot),
    /// Several of these.
    Panels(PanelsPlot),
}

impl Plot {
    /// Draws it; the file's ending, `.png` or `.svg`, says how.
    ///
    /// # Errors
    /// Those of the plot.
    pub fn draw(&self, path: impl AsRef<Path>) -> Result<(), FigureError> {
        match self {
            Plot::Energy(plot) => plot.draw(path),
            Plot::Patterns(plot) => plot.draw(path),
            Plot::Terms(plot) => plot.draw(path),
            Plot::Activity(plot) => plot.draw(path),
            Plot::Overlap(plot) => plot.draw(path),
            Plot::Lines(plot) => plot.draw(path),
            Plot::Connectivity(plot) => plot.draw(path),
            Plot::Phase(plot) => plot.draw(path),
            Plot::Landscape(plot) => plot.draw(path),
            Plot::Heat(plot) => plot.draw(path),
            Plot::Gain(plot) => plot.draw(path),
            Plot::Panels(plot) => plot.draw(path),
        }
    }

    pub(super) fn title(&self) -> &str {
        match self {
            Plot::Energy(plot) => &plot.title,
            Plot::Patterns(plot) => &plot.title,
            Plot::Terms(plot) => &plot.title,
            Plot::Activity(plot) => &plot.title,
            Plot::Overlap(plot) => &plot.title,
            Plot::Lines(plot) => &plot.title,
            Plot::Connectivity(plot) => &plot.title,
            Plot::Phase(plot) => &plot.title,
            Plot::Landscape(plot) => &plot.title,
            Plot::Heat(plot) => &plot.title,
            Plot::Gain(plot) => &plot.title,
            Plot::Panels(plot) => &plot.title,
        }
    }

    /// The plot without its page, for those that can stand beside others.
    pub(super) fn block(&self) -> Result<Box<dyn Block>, FigureError> {
        match self {
            Plot::Terms(plot) => Ok(Box::new(plot.block()?)),
            Plot::Activity(plot) => Ok(Box::new(plot.block()?)),
            Plot::Overlap(plot) => Ok(Box::new(plot.block()?)),
            Plot::Lines(plot) => Ok(Box::new(plot.block()?)),
            Plot::Phase(plot) => Ok(Box::new(plot.block()?)),
            Plot::Landscape(plot) => Ok(Box::new(plot.block()?)),
            Plot::Gain(plot) => Ok(Box::new(plot.block()?)),
            Plot::Connectivity(_)
            | Plot::Energy(_)
            | Plot::Heat(_)
            | Plot::Patterns(_)
            | Plot::Panels(_) => Err(FigureError::data(
                format!("\"{}\"", self.title()),
                "it is a page of its own and cannot stand beside other plots",
            )),
        }
    }
}
