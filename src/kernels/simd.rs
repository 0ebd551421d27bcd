//! The widest vector instructions of the machine, chosen when the program runs.

/// Runs a loop compiled for the instructions of this machine. What the closure calls takes part if it is inlined.
///
/// A build for any processor of its kind is then as fast as one for this processor alone. Nothing but the speed depends on
/// the instructions: rounding is the same, since no sum is reordered and every fused multiplication is written out.
#[inline(always)]
pub fn vectorized<R>(f: impl FnOnce() -> R) -> R {
    pulp::Arch::new().dispatch(f)
}
