//! Some columns of a wide block side by side in a narrow one, so that the others need not be evaluated with them.

use crate::network::Network;

/// Columns of such a narrow block: not one, where products have other bits.
pub(super) const TOGETHER: usize = 16;

/// Blocks of so many kinds, and the entries of neurons that are clamped.
#[derive(Debug)]
pub(super) struct Gathered<const K: usize> {
    pub width: usize,
    pub blocks: [Vec<f64>; K],
    pub clamped: Vec<usize>,
}

impl<const K: usize> Gathered<K> {
    /// For columns of a block of so many, as many at once as there are or as are narrow.
    pub fn new(network: &Network, width: usize) -> Self {
        Gathered::of(network, width.min(TOGETHER))
    }

    /// For so many at once.
    pub fn of(network: &Network, width: usize) -> Self {
        let size = network.size() * width;
        Gathered {
            width,
            blocks: std::array::from_fn(|_| vec![0.0; size]),
            clamped: Vec::with_capacity(size),
        }
    }

    /// Gathers the columns `due` of blocks of `width`.
    pub fn gather(&mut self, blocks: [&[f64]; K], clamped: &[usize], due: &[usize], width: usize) {
        for (own, block) in self.blocks.iter_mut().zip(blocks) {
            let rows = own.chunks_exact_mut(self.width);
            for (own, row) in rows.zip(block.chunks_exact(width)) {
                // Places that are left over repeat the last column: no other numbers than those of a trajectory are evaluated.
                for (k, own) in own.iter_mut().enumerate() {
                    *own = row[due[k.min(due.len() - 1)]];
                }
            }
        }
        self.clamped.clear();
        for entry in clamped {
            let place = due.iter().position(|column| *column == entry % width);
            self.clamped
                .extend(place.map(|k| entry / width * self.width + k));
        }
    }
}
