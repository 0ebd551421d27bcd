//! Synapses: interaction energies `E_s(g)` between layers.
//!
//! A synapse is a function of activations only. It adds its currents `−∂E_s/∂g` to the layers it joins (Scholarpedia
//! (1), (5), (11), (14)) and reports its energy as a by-product of the same pass over its weights. See [`KINDS`] for the
//! list; a new one is one file here and one line in that list.

mod abilities;
mod attention;
mod bilinear;
mod convolution;
mod dense;
mod enclosure;
mod excitatory_inhibitory;
mod feedforward;
mod gate;
mod image;
mod kind;
mod list;
mod matrix;
mod memory;
mod penalty;
mod phase;
mod pooling;
mod ports;
mod recurrent;
mod saddle;
mod simplicial;
mod symmetry;

pub use abilities::{Attention, Flip, Flips, Learn, Linear};
pub use attention::TokenAttention;
pub use bilinear::Pair;
pub use convolution::Convolution;
pub use dense::Dense;
pub use enclosure::Enclosure;
pub use excitatory_inhibitory::ExcitatoryInhibitory;
pub use feedforward::Feedforward;
pub use gate::Gate;
pub use kind::{EnergyWeights, Example, Joined, Kind, Made};
pub use list::KINDS;
pub use memory::{Memory, TokenMemory};
pub use penalty::Penalty;
pub use phase::Phase;
pub use pooling::Pooling;
pub use ports::{Ports, Scratch};
pub use recurrent::Recurrent;
pub use saddle::Saddle;
pub use simplicial::{Complex, DRAWN, Simplices};
pub use symmetry::{NotSymmetrizable, symmetrizing_weights};

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::kernels::Patch;
use crate::lagrangian::{DirectSum, TermRows};
use crate::refusal::Refusal;

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

/// Where `E_s` is concave: there it falls at least as much as the currents say, `E_s(g + δ) − E_s(g) ≤ −f·δ`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concavity {
    /// In all activations together.
    Together,
    /// Along each activation alone, and along those of one layer where it joins several.
    Each,
    /// It is not known to be, or depends on the parameters. That of a quadratic form is found from its flips.
    Unknown,
}

/// How a figure of the layers shows a synapse. The words are those of the files of figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sketch {
    /// Lines between all neurons of two layers, or a loop and arcs within one: weights that act both ways.
    #[default]
    #[serde(rename = "dense")]
    Lines,
    /// Lines from each neuron to a window of the other layer: weights that repeat from place to place, and act both ways.
    Windows,
    /// Lines, and an arrow from the first layer to the second.
    OneWay,
    /// An arrow with + to the second layer, and a blunt end with − back.
    #[serde(rename = "excitatory_inhibitory")]
    Opposed,
    /// A box that is joined to every layer.
    #[serde(rename = "memory")]
    Box,
}

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

    /// The shape that each layer it joins must have; one axis stands for any layer of so many neurons.
    fn shapes(&self) -> Vec<Vec<usize>>;

    /// What it needs of the layer that it joins at place `k`, beside its shape: refused with the parameter of the layer, `lagrangian`
    /// or `leak`.
    ///
    /// # Errors
    /// Says what is wrong, and why.
    fn suits(&self, k: usize, lagrangian: &DirectSum, leak: &[f64]) -> Result<(), Refusal> {
        let _ = (k, lagrangian, leak);
        Ok(())
    }

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

    /// A bound of `Σ |summands|` of every current, where they have one whatever the activations are: what rounding may make of a current
    /// whose summands cancel.
    fn currents_within(&self) -> Option<f64> {
        None
    }

    /// Is `E_s` a quadratic form of the activations (up to lower orders)? Then its curvature is the same everywhere and
    /// an eigenvalue decides whether the whole energy is bounded below.
    fn is_quadratic(&self) -> bool {
        false
    }

    /// Numbers a, one a layer that it joins, with `−E_s ≤ Σ_k a_k |g_k|² + const`, where a synapse of the second order that is no
    /// quadratic form knows them: what the layers' own energies must outweigh.
    fn pull(&self) -> Option<Vec<f64>> {
        None
    }

    /// Where is `E_s` concave?
    fn concavity(&self) -> Concavity {
        Concavity::Unknown
    }

    /// How many neurons the layers that it joins have.
    fn neurons(&self) -> usize {
        let shapes = self.shapes();
        shapes.iter().map(|s| s.iter().product::<usize>()).sum()
    }

    /// About how much work one evaluation is for one trajectory, in multiplications of a large dense product; unless said,
    /// that of a full matrix among all neurons that it joins.
    fn operations(&self) -> f64 {
        (self.neurons() * self.neurons()) as f64
    }

    /// Are the activations that it joins angles, which are the same after a whole turn? Not unless said.
    fn joins_angles(&self) -> bool {
        false
    }

    /// How a figure of the layers shows it.
    fn sketch(&self) -> Sketch {
        Sketch::Box
    }

    /// What flips of its neurons do; its `difference` counts where [`Synapse::energy`] is exact. Every entry of the list says it
    /// but for attention: a flip changes a row and a column of its scores, so that nothing would be saved by keeping them.
    fn flips(&self) -> Option<&dyn Flips> {
        None
    }

    /// How many sweeps ago the activations were that its currents come from, in networks whose units flip. Elsewhere a network with
    /// a delay is refused; [`Synapse::evaluate`] says what it does where the activations have long been as they are.
    fn delay(&self) -> usize {
        0
    }

    /// Its form over intervals, if it has one: an exhaustive search for fixed points asks for it.
    fn enclosure(&self) -> Option<&dyn Enclosure> {
        None
    }

    /// How it weighs its memories, if a softmax does.
    fn attention(&self) -> Option<&dyn Attention> {
        None
    }

    /// How its energy depends on its parameters, if it can learn.
    fn learn(&self) -> Option<&dyn Learn> {
        None
    }

    /// Working storage for blocks of `width` trajectories.
    fn scratch(&self, width: usize) -> Scratch;
}

/// Refuses a vector that has not one finite entry for each of `n` things, called so.
fn finite(name: &str, values: &[f64], n: usize, thing: &str) -> Result<(), Refusal> {
    if values.len() == n && values.iter().all(|v| v.is_finite()) {
        return Ok(());
    }
    let found = values.len();
    let why = format!("must be {n} finite numbers, one a {thing}; {found} are given");
    Err(Refusal::new(name, why))
}
