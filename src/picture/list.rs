//! The list of figures.

use super::{
    Kind, activity, averaged, channels, connectivity, energy, filled, gain, histogram, landscape,
    monitor, overlap, panels, patterns, phase, surface, terms, transitions,
};

/// Every kind of figure that a model may ask for. A new one is one file beside this one, its `mod` and one line here.
pub const KINDS: &[&Kind] = &[
    &energy::KIND,
    &monitor::KIND,
    &terms::KIND,
    &activity::KIND,
    &patterns::KIND,
    &channels::KIND,
    &filled::KIND,
    &overlap::KIND,
    &averaged::KIND,
    &phase::KIND,
    &landscape::KIND,
    &surface::KIND,
    &gain::KIND,
    &panels::KIND,
    &connectivity::KIND,
    &histogram::KIND,
    &transitions::KIND,
];
