//! Hopfield layers: a dense memory with softmax, asked from arrays (Ramsauer et al. 2021).
//!
//! States `R` (S × d_r) are completed by stored patterns `Y` (N × d_y) and told as mixtures of values `V` (default Y). In each
//! head, with projections that may all be absent (then identity),
//!
//! ```text
//! q = W_q r     k = W_k y     v = W_v y (or of V)
//! u − 1 times   q ← Σ_j p_j k_j     p = softmax_j(β q·k_j + bias_j)
//! then          z = Σ_j p_j v_j     heads side by side, then W_o
//! ```
//!
//! One update of a state without projections is one Euler step dt = τ of the network *model B*: layer `identity`, synapse
//! `memory` with a softmax potential (its eq. 3 is eq. 22 of the paper). Its energy (paper, eq. 2, without the constants)
//!
//! ```text
//! E(q) = −(1/β) ln Σ_j exp(β (q·k_j + bias_j/β)) + |q|²/2
//! ```
//!
//! falls at every update (the concave–convex procedure; paper, Theorem 1). The last product has an energy only where the values
//! are the keys: `W_v`, `W_o` and labels lead out of the space of the states.
//!
//! Softmax streams over tiles of keys ([`Average`]): a running maximum, sum and weighted value are kept, never the N weights.

mod associate;
mod average;
mod backward;
mod bags;
mod gradient;
mod labels;
mod layer;
mod likelihood;
mod rows;
mod running;
mod stored;

pub use associate::Association;
pub use average::{Average, TILE, Tile};
pub use bags::{Bags, Pooled};
pub use gradient::{Gradient, HeadGradient};
pub use labels::{Labels, accuracy};
pub use layer::{Head, HopfieldLayer, Similarity, Updates};
pub use likelihood::{Chosen, Fold, choose_beta};
pub use rows::Rows;
pub use stored::Stored;
