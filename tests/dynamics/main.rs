//! Integration: the methods against closed forms, references and published numbers, and the monitors that watch them.

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
#[path = "../common/problems.rs"]
mod problems;
#[path = "../common/stiff_problems.rs"]
mod stiff_problems;
#[path = "../common/stiff_sample.rs"]
mod stiff_sample;
#[path = "../common/wild.rs"]
mod wild;

mod block;
mod detest;
mod discrete;
mod discrete_laws;
mod implicit;
mod monitor;
mod noise;
mod ode_solvers;
mod own_methods;
mod published_numbers;
mod published_statistics;
mod quiet;
mod reference_trajectories;
mod solver;
mod steps;
mod stiff;
mod stimuli;
mod transitions;
