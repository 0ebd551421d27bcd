//! Any of the plots, as it is kept on disk and drawn again.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{
    ActivityPlot, BarsPlot, Block, BoardsPlot, BoxesPlot, BranchesPlot, ConnectivityPlot, Drawn,
    EnergyPlot, FigureError, HeatPlot, HistogramPlot, LinesPlot, Look, OverlapPlot, Page,
    PanelsPlot, PatternPlot, PhasePlot, SurfacePlot, SwarmPlot, TermsPlot, TransitionsPlot,
    TreePlot,
};

/// Any plot; in JSON, the key `kind` says which.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
#[allow(
    clippy::large_enum_variant,
    reason = "a run has a handful of them, and each is drawn once"
)]
pub enum Plot {
    /// Energy and its rate over time, or its change in each step.
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
    /// A plane with its field, its energy or its basins.
    Phase(PhasePlot),
    /// The energy of a plane as a surface in space.
    Surface(SurfacePlot),
    /// A quantity over two others.
    Heat(HeatPlot),
    /// How often a quantity had which value.
    Histogram(HistogramPlot),
    /// The states of a network and where updates lead.
    Transitions(TransitionsPlot),
    /// Branches of fixed points over a parameter.
    Branches(BranchesPlot),
    /// Points in columns.
    Swarm(SwarmPlot),
    /// Bars in groups.
    Bars(BarsPlot),
    /// Boxes side by side.
    Boxes(BoxesPlot),
    /// Boards of squares with marks.
    Boards(BoardsPlot),
    /// What is joined at which height.
    Tree(TreePlot),
    /// Several of these.
    Panels(PanelsPlot),
}

/// Does the same with whatever plot it is.
macro_rules! each {
    ($any:expr, $plot:ident => $what:expr) => {
        match $any {
            Plot::Energy($plot) => $what,
            Plot::Patterns($plot) => $what,
            Plot::Terms($plot) => $what,
            Plot::Activity($plot) => $what,
            Plot::Overlap($plot) => $what,
            Plot::Lines($plot) => $what,
            Plot::Connectivity($plot) => $what,
            Plot::Phase($plot) => $what,
            Plot::Surface($plot) => $what,
            Plot::Heat($plot) => $what,
            Plot::Histogram($plot) => $what,
            Plot::Transitions($plot) => $what,
            Plot::Branches($plot) => $what,
            Plot::Swarm($plot) => $what,
            Plot::Bars($plot) => $what,
            Plot::Boxes($plot) => $what,
            Plot::Boards($plot) => $what,
            Plot::Tree($plot) => $what,
            Plot::Panels($plot) => $what,
        }
    };
}

impl Page for Plot {
    fn words(&self) -> (&str, &str) {
        each!(self, plot => plot.words())
    }

    fn words_mut(&mut self) -> (&mut String, &mut String) {
        each!(self, plot => plot.words_mut())
    }

    fn block(&self, look: &Look) -> Result<Box<dyn Block + '_>, FigureError> {
        each!(self, plot => plot.block(look))
    }

    fn drawn(&self, path: &Path, look: &Look) -> Drawn {
        each!(self, plot => plot.drawn(path, look))
    }
}

impl Plot {
    /// Gives it another title.
    pub fn set_title(&mut self, title: &str) {
        title.clone_into(self.words_mut().0);
    }

    /// Gives it other words below the title.
    pub fn set_subtitle(&mut self, subtitle: &str) {
        subtitle.clone_into(self.words_mut().1);
    }
}
