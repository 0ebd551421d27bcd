//! The fixed points at which the starts of a question ended.

use crate::analysis::LandscapePoint;

/// The fixed points at which starts ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Reached {
    /// The attractors, in order of energy, then of coordinates. Their positions are the labels.
    pub attractors: Vec<LandscapePoint>,
    /// What is at rest and attracts nothing, in the same order: saddles, whose starts lie on a separatrix. Label −2 is the first of
    /// them, −3 the second.
    pub saddles: Vec<LandscapePoint>,
    /// How many starts were followed to their end.
    pub followed: usize,
    /// How many came to no rest, as on a cycle.
    pub restless: usize,
    /// How many were slow where no fixed point is. Their label is −1, too.
    pub slow: usize,
    /// How many rested at more points than are listed, as on a line of them. Their label is −1, too.
    pub beyond: usize,
    /// Until when they were followed.
    pub until: f64,
    /// Was the answer interrupted? Then starts that had not ended are not counted.
    pub is_interrupted: bool,
}

impl Reached {
    /// The fixed point of a label; none of −1.
    pub fn of(&self, label: i64) -> Option<&LandscapePoint> {
        match usize::try_from(label) {
            Ok(k) => self.attractors.get(k),
            Err(_) => self.saddles.get(usize::try_from(-2 - label).ok()?),
        }
    }
}
