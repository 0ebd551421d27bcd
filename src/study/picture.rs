//! Pictures that are wanted of a study. Their kinds are in `picture`.

use std::fmt;
#[cfg(feature = "figures")]
use std::sync::Arc;

#[cfg(feature = "figures")]
use super::{Results, Study};
use crate::analysis::PlaneError;
#[cfg(feature = "figures")]
use crate::figure::Plot;
use crate::refusal::Refusal;
use crate::style::Style;

/// How results become the data of a figure.
#[cfg(feature = "figures")]
type Make = dyn Fn(&Study, &Results, &Style) -> Result<Plot, NoPlot> + Send + Sync;

/// A figure of a number for each trajectory, by where it ended: of a run or of an ensemble.
#[cfg(feature = "figures")]
pub trait OfEnds: Send + Sync {
    /// The number of a trajectory that ended at the state `x`, its cue having been made from this memory.
    fn value(&self, study: &Study, target: Option<usize>, x: &[f64]) -> f64;

    /// The figure of all numbers, each with the memory that its cue was made from.
    ///
    /// # Errors
    /// Why there is none.
    fn plot(&self, study: &Study, values: &[(Option<usize>, f64)]) -> Result<Plot, NoPlot>;
}

/// What a figure of a run shows.
#[derive(Clone)]
pub struct Picture {
    /// Times between start and end whose states it shows: they are kept for it beside what `save` asks for.
    pub times: Vec<f64>,
    /// What it shows of an ensemble, if it shows something of one.
    #[cfg(feature = "figures")]
    pub of_ends: Option<Arc<dyn OfEnds>>,
    #[cfg(feature = "figures")]
    make: Arc<Make>,
}

#[cfg(feature = "figures")]
impl Picture {
    /// One that is made of results like this.
    pub fn new(
        make: impl Fn(&Study, &Results, &Style) -> Result<Plot, NoPlot> + Send + Sync + 'static,
    ) -> Self {
        Picture {
            times: Vec::new(),
            of_ends: None,
            make: Arc::new(make),
        }
    }

    /// The same, with times whose states it shows.
    pub fn showing(self, times: Vec<f64>) -> Self {
        Picture { times, ..self }
    }

    /// The same, and of an ensemble it shows this.
    pub fn of_ends(self, of: impl OfEnds + 'static) -> Self {
        Picture {
            of_ends: Some(Arc::new(of)),
            ..self
        }
    }

    /// Its data.
    ///
    /// # Errors
    /// Why there are none.
    pub fn plot(&self, study: &Study, results: &Results, style: &Style) -> Result<Plot, NoPlot> {
        (self.make)(study, results, style)
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = f.debug_struct("Picture");
        words.field("times", &self.times).finish_non_exhaustive()
    }
}

/// A picture, and how it is to look.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// The word of its kind, which is also the name of its file.
    pub word: &'static str,
    /// What is shown.
    pub picture: Picture,
    /// How.
    pub style: Style,
    /// A title of its own.
    pub title: Option<String>,
    /// Words of its own below the title.
    pub subtitle: Option<String>,
}

/// Why a picture cannot be made of results.
#[derive(Clone, Debug, PartialEq)]
pub enum NoPlot {
    /// The network has no energy.
    NoEnergy,
    /// No energy was kept.
    NoEnergyKept,
    /// No terms of an energy were kept.
    NoTermsKept,
    /// No states were kept.
    NoStatesKept,
    /// Nothing watched the run.
    MonitorOff,
    /// There are no memories.
    NoMemories,
    /// No trajectory has states that can be shown.
    NothingToShow,
    /// A value is not finite.
    NotFinite(f64),
    /// What is asked for cannot be had.
    Refused(Refusal),
    /// The plane cannot be evaluated.
    Plane(PlaneError),
}

impl fmt::Display for NoPlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NoPlot::NoEnergy => "the network has no energy",
            NoPlot::NoEnergyKept => "no energy was kept",
            NoPlot::NoTermsKept => "no terms of an energy were kept",
            NoPlot::NoStatesKept => "no states were kept",
            NoPlot::MonitorOff => "the monitor was off",
            NoPlot::NoMemories => "there are no memories to compare with",
            NoPlot::NothingToShow => "no trajectory has states that can be shown",
            NoPlot::NotFinite(v) => {
                return write!(f, "a value to be drawn is {v}: the state ran away");
            }
            NoPlot::Refused(why) => return why.fmt(f),
            NoPlot::Plane(why) => return why.fmt(f),
        })
    }
}

impl std::error::Error for NoPlot {}

impl From<Refusal> for NoPlot {
    fn from(why: Refusal) -> Self {
        NoPlot::Refused(why)
    }
}

impl From<PlaneError> for NoPlot {
    fn from(why: PlaneError) -> Self {
        NoPlot::Plane(why)
    }
}
