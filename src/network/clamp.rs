//! Which neurons may be clamped.

use std::fmt;
use std::ops::Range;

use super::Network;

/// Why neurons may not be clamped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClampError {
    /// The network has no neuron of this number.
    NoNeuron(usize),
    /// Only some neurons of a group that shares a Lagrangian are clamped: the energy could rise.
    GroupInPart {
        /// The layer.
        layer: String,
        /// The neurons of the group, counted in the layer.
        neurons: Range<usize>,
        /// What they share.
        lagrangian: String,
    },
}

impl fmt::Display for ClampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClampError::NoNeuron(i) => write!(f, "there is no neuron {i} to clamp"),
            ClampError::GroupInPart {
                layer,
                neurons: Range { start, end },
                lagrangian,
            } => write!(
                f,
                "layer `{layer}`: neurons {start}..{end} share one {lagrangian} group; clamping only some of them lets the energy rise, clamp all or none"
            ),
        }
    }
}

impl std::error::Error for ClampError {}

impl Network {
    /// May these neurons be clamped? Additive neurons may; of a group that shares a Lagrangian, all or none.
    ///
    /// # Errors
    /// Names the group that is clamped in part: its energy could rise.
    pub fn may_clamp(&self, clamped: &[usize]) -> Result<(), ClampError> {
        let mut is_clamped = vec![false; self.size()];
        for i in clamped {
            *is_clamped.get_mut(*i).ok_or(ClampError::NoNeuron(*i))? = true;
        }
        for (layer, range) in self.layers.iter().zip(&self.ranges) {
            let clamped = &is_clamped[range.clone()];
            if let Some(s) = layer.lagrangian.clamped_in_part(|i| clamped[i]) {
                return Err(ClampError::GroupInPart {
                    layer: layer.name.clone(),
                    neurons: s.start..s.start + s.len,
                    lagrangian: s.lagrangian.describe(),
                });
            }
        }
        Ok(())
    }
}
