//! Who draws: numbers that the program draws for itself, in the place of a layer of a model.

/// A part of the program that draws. Each has a number of its own, so that no two share a stream; the compiler refuses one that is taken.
/// A number that is changed changes what every seed gives there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drawer {
    /// What a method draws on the way of a start of a study.
    Starts = 1,
    /// The same of starts that an analysis follows.
    Follow = 2,
    /// Bends of a path between attractors.
    Path = 3,
    /// Samples of basins.
    Fractions = 4,
    /// Cues of basins.
    Radius = 5,
    /// Which tokens of an image are masked.
    Masks = 7,
    /// How far pictures are moved.
    Shifts = 9,
    /// What a Boltzmann machine draws on the way.
    Boltzmann = 10,
    /// Its hidden units at the beginning of a phase.
    Hidden = 11,
    /// Its chains at the beginning.
    Chains = 12,
    /// The order of examples.
    Order = 13,
    /// What a method draws on the way of a phase.
    Phases = 14,
    /// Starts that leave an attractor.
    Passage = 15,
    /// Starts of a search for fixed points.
    Search = 16,
    /// Random states of a search, where there are too many to look at all.
    States = 17,
    /// Starts of a search that leaves known fixed points aside.
    Deflate = 18,
    /// Boards of queens at their starts.
    Queens = 40,
    /// Starts of tours.
    Tours = 41,
    /// Boards of a Sudoku at their starts.
    Sudoku = 42,
    /// Graphs that are drawn, and patches of a photograph: no problem has both.
    GraphsAndPatches = 43,
    /// Cuts at their starts.
    Cuts = 44,
    /// Pictures of dots at their starts.
    Halftone = 45,
    /// Starts of linear programmes.
    Linear = 46,
    /// Starts of least squares.
    LeastSquares = 47,
    /// Puzzles that are made.
    Puzzles = 49,
}

impl Drawer {
    /// In the place of a layer: no model has so many.
    pub(crate) const fn place(self) -> usize {
        (1 << 31) - self as usize
    }
}
