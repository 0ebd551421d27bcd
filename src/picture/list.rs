//! The list of figures.

use super::{
    Kind, activity, channels, connectivity, energy, gain, histogram, landscape, monitor, overlap,
    panels, patterns, phase, surface, terms, transitions,
};

/// Every kind of figure that a model may ask for. A new one is one file beside this one, its `mod` and one line here.
pub const KINDS: &[&Kind] = &[
    &energy::KIND,
    &monitor::KIND,
    &terms::KIND,
    &activity::KIND,
    &patterns::KIND,
    &channels::KIND,
    &overlap::KIND,
    &phase::KIND,
    &landscape::KIND,
    &surface::KIND,
    &gain::KIND,
    &panels::KIND,
    &connectivity::KIND,
    &histogram::KIND,
    &transitions::KIND,
];
