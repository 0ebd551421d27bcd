//! Optimisation problems: a problem becomes a network, the engine runs it, and where it ended is read strictly and scored.
//!
//! ```text
//! Kind      an entry of the list: what a problem file may say, and how networks of it are made
//! Problem   one that was read: its baseline, and the courses of its networks
//! Course    networks one after the other: of each of them the next one begins where the last one ended
//! Stage     one network as a model file with its arrays, so that `attractor run` repeats it to the same bits
//! Answer    what an end says: valid or not and why not, what it costs
//! ```
//!
//! Nothing is rounded or repaired on the way from an activation to an answer. What is no answer is told as none.
//!
//! Hopfield, J. J. and Tank, D. W. (1985). "Neural" computation of decisions in optimization problems. *Biol. Cybern.* 52.
//! Tank, D. W. and Hopfield, J. J. (1986). Simple "neural" optimization networks. *IEEE Trans. Circuits Syst.* 33.

mod answer;
mod assignment;
mod cooling;
pub mod halftone;
mod kind;
mod least_squares;
mod linear;
mod list;
pub mod maxcut;
mod permutation;
mod queens;
mod reader;
mod schema;
mod solve;
mod solved;
mod sparse;
mod stage;
pub mod sudoku;
mod travelling_salesman;

pub use answer::{Answer, Baseline, End};
pub use kind::{Course, Form, Kind, Once, Problem};
pub use list::KINDS;
pub use reader::{Asked, FILE, RUNS, Reader, load, load_opened};
pub use schema::schema;
pub use solve::{SolveError, Told, solve, stage};
pub use solved::{Attempt, Solved};
pub use stage::Stage;
