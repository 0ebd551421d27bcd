//! Any of the plots, as it is kept on disk and drawn again.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::block::Block;
use super::error::FigureError;
use super::look::Look;
use super::{
    ActivityPlot, ConnectivityPlot, EnergyPlot, GainPlot, HeatPlot, LandscapePlot, LinesPlot,
    OverlapPlot, PanelsPlot, PatternPlot, PhasePlot, TermsPlot,
};
use crate::style::Style;

/// Any plot; in JSON, the key `kind` says which.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
#[allow(
    clippy::large_enum_variant,
    reason = "a run has a handful of them, and each is drawn once"
)]
pub enum Plot {
    /// Energy and its rate over time.
    Energy(EnergyPlot),
    /// What the monitor allows and what it saw: the change of the energy in each step.
    Monitor(EnergyPlot),
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
    /// Draws it; the file's ending, `.png`, `.svg` or `.pdf`, says how.
    ///
    /// # Errors
    /// Those of the plot.
    pub fn draw(&self, path: impl AsRef<Path>) -> Result<(), FigureError> {
        self.draw_as(path, &Style::default())
    }

    /// Draws it in a style.
    ///
    /// # Errors
    /// Those of the plot, and what of the style it cannot have.
    pub fn draw_as(&self, path: impl AsRef<Path>, style: &Style) -> Result<(), FigureError> {
        let (path, look) = (path.as_ref(), &Look::new(style)?);
        match self {
            Plot::Energy(plot) => plot.drawn(path, look),
            Plot::Monitor(plot) => plot.drawn_as_monitor(path, look),
            Plot::Patterns(plot) => plot.drawn(path, look),
            Plot::Terms(plot) => plot.drawn(path, look),
            Plot::Activity(plot) => plot.drawn(path, look),
            Plot::Overlap(plot) => plot.drawn(path, look),
            Plot::Lines(plot) => plot.drawn(path, look),
            Plot::Connectivity(plot) => plot.drawn(path, look),
            Plot::Phase(plot) => plot.drawn(path, look),
            Plot::Landscape(plot) => plot.drawn(path, look),
            Plot::Heat(plot) => plot.drawn(path, look),
            Plot::Gain(plot) => plot.drawn(path, look),
            Plot::Panels(plot) => plot.drawn(path, look),
        }
    }

    fn headings(&mut self) -> (&mut String, &mut String) {
        match self {
            Plot::Energy(plot) | Plot::Monitor(plot) => (&mut plot.title, &mut plot.subtitle),
            Plot::Patterns(plot) => (&mut plot.title, &mut plot.subtitle),
            Plot::Terms(plot) => (&mut plot.title, &mut plot.subtitle),
            Plot::Activity(plot) => (&mut plot.title, &mut plot.subtitle),
            Plot::Overlap(plot) => (&mut plot.title, &mut plot.subtitle),
            Plot::Lines(plot) => (&mut plot.title, &mut plot.subtitle),
            Plot::Connectivity(plot) => (&mut plot.title, &mut plot.subtitle),
            Plot::Phase(plot) => (&mut plot.title, &mut plot.subtitle),
            Plot::Landscape(plot) => (&mut plot.title, &mut plot.subtitle),
            Plot::Heat(plot) => (&mut plot.title, &mut plot.subtitle),
            Plot::Gain(plot) => (&mut plot.title, &mut plot.subtitle),
            Plot::Panels(plot) => (&mut plot.title, &mut plot.subtitle),
        }
    }

    /// Gives it another title.
    pub fn set_title(&mut self, title: &str) {
        title.clone_into(self.headings().0);
    }

    /// Gives it other words below the title.
    pub fn set_subtitle(&mut self, subtitle: &str) {
        subtitle.clone_into(self.headings().1);
    }

    pub(super) fn title(&self) -> &str {
        match self {
            Plot::Energy(plot) | Plot::Monitor(plot) => &plot.title,
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
    pub(super) fn block(&self, look: &Look) -> Result<Box<dyn Block>, FigureError> {
        match self {
            Plot::Terms(plot) => Ok(Box::new(plot.block(look)?)),
            Plot::Activity(plot) => Ok(Box::new(plot.block(look)?)),
            Plot::Overlap(plot) => Ok(Box::new(plot.block(look)?)),
            Plot::Lines(plot) => Ok(Box::new(plot.block(look)?)),
            Plot::Phase(plot) => Ok(Box::new(plot.block(look)?)),
            Plot::Landscape(plot) => Ok(Box::new(plot.block(look)?)),
            Plot::Gain(plot) => Ok(Box::new(plot.block(look)?)),
            Plot::Connectivity(_)
            | Plot::Energy(_)
            | Plot::Heat(_)
            | Plot::Monitor(_)
            | Plot::Patterns(_)
            | Plot::Panels(_) => Err(FigureError::data(
                format!("\"{}\"", self.title()),
                "it is a page of its own and cannot stand beside other plots",
            )),
        }
    }
}
