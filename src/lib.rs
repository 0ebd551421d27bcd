//! A simulator of energy-based neural networks, the Hopfield family old and new.
//!
//! One structure covers them all: *layers*, each with a convex Lagrangian `L_A(x)`, joined by *synapses*, each with an
//! interaction energy `E_s(g)` of activations `g_A = ∂L_A/∂x_A` only. With time constants `T = diag τ`, leaks `k`,
//! energy weights `D = diag d`, inputs `I` and Hessians `H_A = ∂²L_A/∂x∂x`, the network obeys
//!
//! ```text
//! E       = Σ_A d_A (k_A L*_A(g_A) − I_A·g_A) + Σ_s E_s(g)
//! τ_A ẋ_A = I_A − k_A x_A − (1/d_A) ∂(Σ_s E_s)/∂g_A
//! dE/dt   = − Σ_A ẋ_Aᵀ D_A T_A H_A ẋ_A  ≤ 0
//! ```
//!
//! | theory (equations of the Scholarpedia article *Hopfield network*) | layers | synapses |
//! |---|---|---|
//! | two-layer network (1)–(4) | features, hidden | [`Dense`](synapse::Dense) |
//! | classical continuous network (5)–(9) | features | [`Recurrent`](synapse::Recurrent) |
//! | models A, B, C in their limit τ_h → 0 (Fig. 5) | features | [`Memory`](synapse::Memory) |
//! | general network (10)–(13) | any Lagrangian, τ for each neuron | [`Recurrent`](synapse::Recurrent) |
//! | hierarchical associative memory (14)–(18) | any number | [`Dense`](synapse::Dense) between neighbours |
//!
//! The modules, in order; each uses only those before it:
//! [`refusal`] (why something is not done), [`kernels`] (numerics), [`lagrangian`], [`synapse`], [`network`] (the only place where the equations above are put
//! together), [`pattern`] (memories and damage), [`stimulus`] (input over time), [`trajectory`] (plain data),
//! [`monitor`] (what watches, and may send a step back), [`dynamics`] (the time loop), [`ensemble`] (many starts),
//! [`analysis`] (certificates of fixed points, recall), [`learning`] (rules, and weights from patterns), [`association`] (Hopfield layers on arrays), [`figure`] (plain data to pictures), [`study`], [`record`] (files),
//! [`picture`] (what the figures of a run show), [`model_file`], [`problem`] (optimisation problems as networks), [`report`] (a run directory), [`cli`].
//!
//! ```
//! use attractor::kernels::Weights;
//! use attractor::lagrangian::Sigmoid;
//! use attractor::monitor::{LyapunovMonitor, Mode};
//! use attractor::network::{Layer, theories};
//! use attractor::dynamics::{Settings, Start, integrate};
//! use attractor::stimulus::Stimulus;
//!
//! // Two neurons that inhibit each other: whoever starts ahead wins.
//! let neurons = Layer::new("neurons", &[2], Sigmoid { beta: 6.0 })?.input(0.5);
//! let inhibition = Weights::new(2, 2, vec![0.0, -1.0, -1.0, 0.0])?;
//! let network = theories::classical(neurons, inhibition)?;
//!
//! let settings = Settings { t_end: 40.0, ..Settings::default() };
//! let mut monitor = LyapunovMonitor::new(Mode::Reject);
//! let outcome = integrate(&network, &settings, &Stimulus::constant(&network), Start::at(vec![0.3, 0.2]), &mut monitor)?;
//!
//! assert!((outcome.x[0] - 0.4292798183).abs() < 1e-6);
//! assert_eq!(monitor.into_report().violation, None);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

pub mod analysis;
pub mod association;
#[cfg(feature = "cli")]
pub mod cli;
pub mod dynamics;
pub mod ensemble;
mod evenly;
#[cfg(feature = "figures")]
pub mod figure;
pub mod kernels;
pub mod key;
pub mod lagrangian;
pub mod learning;
pub mod model_file;
pub mod monitor;
pub mod network;
pub mod number;
pub mod pattern;
#[cfg(feature = "figures")]
pub mod picture;
pub mod problem;
pub mod record;
pub mod refusal;
pub mod report;
pub mod stimulus;
pub mod study;
pub mod style;
pub mod synapse;
pub mod trajectory;

/// The examples of the README and of two pages of the manual are run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../docs/library.md")]
#[doc = include_str!("../docs/hopfield-layers.md")]
struct Documents;
