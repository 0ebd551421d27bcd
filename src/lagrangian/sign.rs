//! `L = |x|`, `g = ±1`, `H = 0`, `L* = 0`: the two-valued unit −1 or +1 (the spin of Ising models), the limit of tanh whose gain
//! goes to infinity.

use std::sync::Arc;

use super::Kind;
use super::kind::Listed;
use super::two_valued::TwoValued;

/// A unit that is −1 or +1.
pub type Sign = TwoValued<-1>;

impl Listed for Sign {
    const KIND: &'static Kind = &KIND;
}

pub const KIND: Kind = Kind {
    name: "sign",
    formula: "L = |x|, g = -1 or +1; its units flip",
    parameters: &[],
    examples: &[r#"{ kind = "sign" }"#],
    make: |_| Ok(Arc::new(TwoValued::<-1>)),
};
