//! `L = max(x, 0)`, `g = [x > 0]`, `H = 0`, `L* = 0`: the two-valued unit 0 or 1 (McCulloch and Pitts; Hopfield 1982), the
//! limit of the sigmoid whose gain goes to infinity.

use std::sync::Arc;

use super::Kind;
use super::kind::Listed;
use super::two_valued::TwoValued;

/// A unit that is 0 or 1.
pub type Step = TwoValued<0>;

impl Listed for Step {
    const KIND: &'static Kind = &KIND;
}

pub const KIND: Kind = Kind {
    name: "step",
    formula: "L = max(x, 0), g = 0 or 1; its units flip",
    parameters: &[],
    examples: &[r#"{ kind = "step" }"#],
    make: |_| Ok(Arc::new(TwoValued::<0>)),
};
