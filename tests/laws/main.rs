//! Laws of the theory: what holds of every Lagrangian, synapse and network.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/networks.rs"]
mod networks;

mod attention;
mod branches;
mod capacity;
mod circuits;
mod coupling_table;
mod descent;
mod enclosures;
mod equivalences;
mod heads;
mod hopfield_layers;
mod images;
mod lagrangian_laws;
mod lagrangian_table;
mod learning;
mod learning_rules;
mod memory_flips;
mod network_laws;
mod operations;
mod phases;
mod retrieval;
mod rules;
mod simplices;
mod synapse_laws;
mod transformer_gradients;
