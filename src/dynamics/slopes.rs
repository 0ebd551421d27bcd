//! Slopes of the energy in the columns of a block that are due to show one to their monitors.

use super::gathered::{Gathered, TOGETHER};
use crate::monitor::IdentityProbe;
use crate::network::{Drive, Network};
use crate::trajectory::Slope;

/// Monitors are shown the slope at every tenth step or so: of a wide block about this part of the columns is due at once. Many
/// narrower blocks would cost tiny networks, of which blocks are wide, more for their calls than for their numbers.
const PARTS: usize = 8;

/// The slopes of one block.
#[derive(Debug)]
pub(super) struct Slopes {
    whole: IdentityProbe,
    narrow: Option<Narrow>,
    due: Vec<usize>,
    /// By column, where they were measured.
    slopes: Vec<Slope>,
}

/// Some columns of a block, side by side.
#[derive(Debug)]
struct Narrow {
    probe: IdentityProbe,
    /// State, velocity and input.
    own: Gathered<3>,
}

impl Slopes {
    pub fn new(network: &Network, width: usize) -> Self {
        let narrow = TOGETHER.max(width / PARTS);
        Slopes {
            whole: IdentityProbe::new(network, width),
            narrow: (width > narrow).then(|| Narrow {
                probe: IdentityProbe::new(network, narrow),
                own: Gathered::of(network, narrow),
            }),
            due: Vec::with_capacity(width),
            slopes: vec![Slope::NONE; width],
        }
    }

    /// That of a column, where it was measured last.
    pub fn of(&self, column: usize) -> Slope {
        self.slopes[column]
    }

    /// Measures those of some columns, at states whose velocity is known; the others are without meaning.
    pub fn measure(
        &mut self,
        network: &Network,
        drive: Drive<'_>,
        [x, velocity]: [&[f64]; 2],
        due: impl Iterator<Item = usize>,
    ) -> &[Slope] {
        self.due.clear();
        self.due.extend(due);
        let width = self.slopes.len();
        match &mut self.narrow {
            _ if self.due.is_empty() => {}
            // Trajectories that are due at different steps would each have the whole block measured.
            Some(narrow) if 2 * self.due.len() <= width => {
                for due in self.due.chunks(narrow.own.width) {
                    let measured = narrow.measure(
                        network,
                        [x, velocity, drive.input],
                        drive.clamped,
                        due,
                        width,
                    );
                    for (column, slope) in due.iter().zip(measured) {
                        self.slopes[*column] = *slope;
                    }
                }
            }
            _ => {
                let measured = self.whole.measure(network, drive, x, velocity);
                self.slopes.copy_from_slice(measured);
            }
        }
        &self.slopes
    }
}

impl Narrow {
    fn measure(
        &mut self,
        network: &Network,
        blocks: [&[f64]; 3],
        clamped: &[usize],
        due: &[usize],
        width: usize,
    ) -> &[Slope] {
        self.own.gather(blocks, clamped, due, width);
        let [x, velocity, input] = &self.own.blocks;
        let drive = Drive {
            input,
            clamped: &self.own.clamped,
        };
        self.probe.measure(network, drive, x, velocity)
    }
}
