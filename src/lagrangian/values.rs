//! Which values an activation takes: all of an interval, or few.

/// The values of the activations of one Lagrangian.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Values {
    /// Those of an interval: a state that moves on a curve moves them on one.
    Interval,
    /// Two numbers, the lower first, for every neuron by itself.
    Two([f64; 2]),
    /// 1 for one neuron of the group and 0 for the others.
    OneOfGroup,
}
