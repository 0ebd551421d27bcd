//! Plain data to pictures, PNG, SVG or PDF by the file's ending; never calls a solver.
//!
//! plotters draws lines that are not smooth and no margins that fit their text, so a figure here is laid out by hand on a
//! small canvas (`canvas.rs`), which a bitmap, an SVG or a PDF puts down. A PNG is drawn at three times its size and averaged
//! down. The only place that names `plotters`, `dejavu` and `ab_glyph`.

mod activity;
mod axis;
mod bars;
mod bitmap;
mod block;
mod boards;
mod boxes;
mod branches;
mod canvas;
mod cells;
mod chart;
mod check;
mod coincide;
mod colorbar;
mod connectivity;
mod energy;
mod error;
mod heading;
mod heat;
mod histogram;
mod legend;
mod lines;
mod look;
mod mark;
mod numbers;
mod over_time;
mod page;
mod palette;
mod panel;
mod panels;
mod path;
mod patterns;
mod pdf;
mod plane;
mod plot;
mod solid;
mod stroke;
mod surface;
mod svg;
mod swarm;
mod text;
mod transitions;
mod tree;

// The words of this folder; its files take them from here.
use axis::Axis;
use bitmap::{Bitmap, encode, spread};
use block::{Block, Frame, INNER, Page, words};
use canvas::{Canvas, FINAL, PAGE};
use cells::Cells;
use chart::{Chart, LAST, Series, Setting};
use check::{as_many, finite, forward, grid, ordered, range, times};
use colorbar::ColorBar;
use error::{Drawn, refused};
use heading::Heading;
use legend::{Entries, LABEL, LEADING, Legend, SWITCH, Sample};
use look::Look;
use mark::Mark;
use palette::{
    BLACK, Color, ColorMap, FAILURE, FRAME, GRID, NULLCLINES, OTHERS, Palette, Pen, Ramp,
    SEPARATRIX, SOFT, TEXT, WHITE, solid,
};
use panel::{BELOW, Panel};
use path::{Point, clipped, distance, thinned};
use pdf::Pdf;
use surface::{Align, Label, Surface, whole};
use svg::Svg;
use text::{minus, number, power_of_ten};

pub use crate::style::Style;
pub use activity::{ActivityLayer, ActivityPlot};
pub use bars::{BarSeries, BarsPlot};
pub use block::Figure;
pub use boards::{Board, BoardsPlot, Square};
pub use boxes::{BoxGroup, BoxesPlot};
pub use branches::{BranchEvent, BranchLine, BranchMark, BranchesPlot};
pub use connectivity::{ConnectivityPlot, DiagramLayer, DiagramSynapse};
pub use energy::{EnergyCurve, EnergyPlot};
pub use error::FigureError;
pub use heat::HeatPlot;
pub use histogram::HistogramPlot;
pub use lines::{Line, LinesPlot};
pub use over_time::{OverlapPlot, TermsPlot, TimeSeries};
pub use panels::PanelsPlot;
pub use patterns::{PatternPlot, PatternRow};
pub use plane::{Basins, Nullcline, PhaseCurve, PhasePlot, PlanePoint, Stability};
pub use plot::Plot;
pub use solid::{ELEVATIONS, SurfacePlot, VIEW};
pub use swarm::{SwarmGroup, SwarmPlot};
pub use transitions::TransitionsPlot;
pub use tree::{TreeJoin, TreeLeaf, TreePlot};

/// The letters of a text that the font of the figures does not have, each once. In a PNG or a PDF each is drawn as □; an SVG
/// keeps them, and whoever shows it may have them.
pub fn missing_letters(text: &str) -> Vec<char> {
    text::missing(text)
}
