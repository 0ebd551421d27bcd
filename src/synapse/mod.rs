//! Synapses: interaction energies `E_s(g)` between layers.
//!
//! A synapse is a function of activations only. It adds its currents `−∂E_s/∂g` to the layers it joins (Scholarpedia
//! (1), (5), (11), (14)) and reports its energy as a by-product of the same pass over its weights. See [`KINDS`] for the
//! list; a new one is one file here and one line in that list.

mod bilinear;
mod dense;
mod excitatory_inhibitory;
mod feedforward;
mod memory;
mod penalty;
mod ports;
mod recurrent;

pub use dense::Dense;
pub use excitatory_inhibitory::ExcitatoryInhibitory;
pub use feedforward::Feedforward;
pub use memory::Memory;
pub use penalty::Penalty;
pub use ports::{Ports, Scratch};
pub use recurrent::{Asymmetry, Recurrent, SYMMETRIES, symmetrizing_weights};

use std::fmt;

use crate::kernels::Patch;
use crate::lagrangian::TermRows;

/// One entry of the list of synapses.
#[derive(Debug)]
pub struct Kind {
    /// The word that a model file writes.
    pub name: &'static str,
    /// `E_s` as a formula, with where it comes from.
    pub formula: &'static str,
    /// Its keys, each with its meaning and default.
    pub parameters: &'static [(&'static str, &'static str)],
}

/// Every synapse there is.
pub const KINDS: &[&Kind] = &[
    &dense::KIND,
    &recurrent::KIND,
    &memory::KIND,
    &penalty::EQUALITY,
    &penalty::INEQUALITY,
    &excitatory_inhibitory::KIND,
    &feedforward::KIND,
];

/// Has a synapse an energy whose negative gradient its currents are?
#[derive(Clone, Debug, PartialEq)]
pub enum Energy {
    /// Yes.
    Exact,
    /// No, but there is an expression that is recorded in its place and that need not fall; with the reason.
    Candidate(String),
    /// None at all, with the reason.
    None(String),
}

/// Multiplications that an elementwise function of one number is counted as: an exponential takes about so many.
pub const ELEMENTWISE: f64 = 10.0;

/// An interaction between one or more layers.
///
/// Arrays are blocks (see [`crate::kernels`]) over *all* neurons of the network; [`Ports`] cuts out the layers that the
/// synapse joins, in the order in which it was connected.
pub trait Synapse: fmt::Debug + Send + Sync {
    /// The word of the list, and what it is in a few words.
    fn describe(&self) -> String;

    /// Its entry in [`KINDS`], where its formula stands; none for one that is not in the list.
    fn kind(&self) -> Option<&'static Kind> {
        None
    }

    /// Its energy and currents as they are with its own parameters; that of the list unless it depends on them.
    fn formula(&self) -> String {
        self.kind()
            .map_or(String::new(), |kind| kind.formula.to_owned())
    }

    /// How many neurons each layer that it joins must have.
    fn sizes(&self) -> Vec<usize>;

    /// Adds `−∂E_s/∂g` to `current`; writes `E_s` by column to `energy` if it is asked for and there is one.
    fn evaluate(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        current: &mut [f64],
        energy: Option<TermRows<'_>>,
        scratch: &mut Scratch,
    );

    /// Adds `−(∂²E_s/∂g∂g) dg` to `dcurrent`: the derivative of what [`Synapse::evaluate`] adds.
    fn add_curvature(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        dg: &[f64],
        dcurrent: &mut [f64],
        scratch: &mut Scratch,
    );

    /// Shows the blocks of `−∂²E_s/∂g∂g` at `g`, one trajectory wide: with the places, among the layers that it joins, of the
    /// layer that receives and of the one that acts. What is not shown is 0. `false` where it does not know them: then
    /// [`Synapse::add_curvature`] is asked for unit vectors. Which blocks there are does not depend on `g`.
    fn curvature(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        scratch: &mut Scratch,
        show: &mut dyn FnMut([usize; 2], Patch<'_>),
    ) -> bool {
        let _ = (ports, g, scratch, show);
        false
    }

    /// Has it an energy?
    fn energy(&self) -> Energy;

    /// Growth exponent of `−E_s` when the activations of the marked layers go to infinity together; 0 where `E_s` is
    /// bounded below.
    fn order(&self, unbounded: &[bool]) -> f64;

    /// Is `E_s` a quadratic form of the activations (up to lower orders)? Then its curvature is the same everywhere and
    /// an eigenvalue decides whether the whole energy is bounded below.
    fn is_quadratic(&self) -> bool {
        false
    }

    /// About how many multiplications one evaluation takes for one trajectory; unless said, those of a full matrix among the
    /// neurons it joins.
    fn operations(&self) -> f64 {
        match &self.sizes()[..] {
            [n] => (n * n) as f64,
            sizes => {
                let all: usize = sizes.iter().sum();
                let squares: usize = sizes.iter().map(|n| n * n).sum();
                (all * all - squares) as f64
            }
        }
    }

    /// Working storage for blocks of `width` trajectories.
    fn scratch(&self, width: usize) -> Scratch;
}
