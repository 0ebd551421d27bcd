//! The list of synapses: what model files may name and what the laws are tested on.

use super::{
    Kind, attention, convolution, dense, excitatory_inhibitory, feedforward, gate, memory, penalty,
    phase, pooling, recurrent, saddle, simplicial,
};

/// Every synapse there is. A new one is one file beside this one and one line here.
pub const KINDS: &[&Kind] = &[
    &dense::KIND,
    &recurrent::KIND,
    &memory::KIND,
    &penalty::EQUALITY,
    &penalty::INEQUALITY,
    &excitatory_inhibitory::KIND,
    &feedforward::KIND,
    &gate::KIND,
    &simplicial::KIND,
    &attention::KIND,
    &convolution::KIND,
    &pooling::KIND,
    &phase::KIND,
    &saddle::KIND,
];
