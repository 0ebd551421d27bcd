//! Slopes of the energy in the lanes of a block that are due to show one to their monitors.

use crate::monitor::IdentityProbe;
use crate::network::{Drive, Network};
use crate::trajectory::Slope;

/// Lanes of the narrow block into which few lanes of a wide one are gathered: not one, where products have other bits.
const NARROW: usize = 16;

/// The slopes of one block.
#[derive(Debug)]
pub(super) struct Slopes {
    whole: IdentityProbe,
    narrow: Option<Narrow>,
    due: Vec<usize>,
    /// By lane, where they were measured.
    slopes: Vec<Slope>,
}

/// Some lanes of a block, side by side.
#[derive(Debug)]
struct Narrow {
    probe: IdentityProbe,
    /// State, velocity and input.
    blocks: [Vec<f64>; 3],
    held: Vec<usize>,
}

impl Slopes {
    pub fn new(network: &Network, lanes: usize) -> Self {
        let block = || vec![0.0; network.size() * NARROW];
        let nothing = Slope {
            measured: 0.0,
            formula: 0.0,
            tolerance: 0.0,
        };
        Slopes {
            whole: IdentityProbe::new(network, lanes),
            narrow: (lanes > NARROW).then(|| Narrow {
                probe: IdentityProbe::new(network, NARROW),
                blocks: [block(), block(), block()],
                held: Vec::with_capacity(network.size() * NARROW),
            }),
            due: Vec::with_capacity(lanes),
            slopes: vec![nothing; lanes],
        }
    }

    /// That of a lane, where it was measured last.
    pub fn of(&self, lane: usize) -> Slope {
        self.slopes[lane]
    }

    /// Measures those of some lanes, at states whose velocity is known; the others are without meaning.
    pub fn measure(
        &mut self,
        network: &Network,
        drive: Drive<'_>,
        [x, velocity]: [&[f64]; 2],
        due: impl Iterator<Item = usize>,
    ) -> &[Slope] {
        self.due.clear();
        self.due.extend(due);
        let lanes = self.slopes.len();
        match &mut self.narrow {
            _ if self.due.is_empty() => {}
            // Trajectories that are due at different steps would each have the whole block measured.
            Some(narrow) if 2 * self.due.len() <= lanes => {
                for due in self.due.chunks(NARROW) {
                    let measured =
                        narrow.measure(network, [x, velocity, drive.input], drive.held, due, lanes);
                    for (lane, slope) in due.iter().zip(measured) {
                        self.slopes[*lane] = *slope;
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
        held: &[usize],
        due: &[usize],
        lanes: usize,
    ) -> &[Slope] {
        for (own, block) in self.blocks.iter_mut().zip(blocks) {
            for (own, row) in own.chunks_exact_mut(NARROW).zip(block.chunks_exact(lanes)) {
                // Places that are left over repeat the last lane: whatever else stood there could disagree.
                for (k, own) in own.iter_mut().enumerate() {
                    *own = row[due[k.min(due.len() - 1)]];
                }
            }
        }
        self.held.clear();
        for entry in held {
            let place = due.iter().position(|lane| *lane == entry % lanes);
            self.held.extend(place.map(|k| entry / lanes * NARROW + k));
        }
        let [x, velocity, input] = &self.blocks;
        let drive = Drive {
            input,
            held: &self.held,
        };
        self.probe.measure(network, drive, x, velocity)
    }
}
