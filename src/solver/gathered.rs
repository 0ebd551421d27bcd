//! Some lanes of a wide block side by side in a narrow one, so that the others need not be evaluated with them.

use crate::network::Network;

/// Lanes of a narrow block: not one, where products have other bits.
pub(super) const NARROW: usize = 16;

/// Blocks of so many kinds, and the entries of neurons that are held.
#[derive(Debug)]
pub(super) struct Gathered<const K: usize> {
    pub lanes: usize,
    pub blocks: [Vec<f64>; K],
    pub held: Vec<usize>,
}

impl<const K: usize> Gathered<K> {
    /// For lanes of a block of so many, as many at once as there are or as are narrow.
    pub fn new(network: &Network, lanes: usize) -> Self {
        let lanes = lanes.min(NARROW);
        let size = network.size() * lanes;
        Gathered {
            lanes,
            blocks: std::array::from_fn(|_| vec![0.0; size]),
            held: Vec::with_capacity(size),
        }
    }

    /// Gathers the lanes `due` of blocks of `lanes`.
    pub fn gather(&mut self, blocks: [&[f64]; K], held: &[usize], due: &[usize], lanes: usize) {
        for (own, block) in self.blocks.iter_mut().zip(blocks) {
            let rows = own.chunks_exact_mut(self.lanes);
            for (own, row) in rows.zip(block.chunks_exact(lanes)) {
                // Places that are left over repeat the last lane: no other numbers than those of a trajectory are evaluated.
                for (k, own) in own.iter_mut().enumerate() {
                    *own = row[due[k.min(due.len() - 1)]];
                }
            }
        }
        self.held.clear();
        for entry in held {
            let place = due.iter().position(|lane| *lane == entry % lanes);
            self.held
                .extend(place.map(|k| entry / lanes * self.lanes + k));
        }
    }
}
