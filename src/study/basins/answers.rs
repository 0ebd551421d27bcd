//! What comes of questions about basins.

use crate::analysis::{Across, BasinMap, Cues, Fractions, Reached, RecallCurves};
use crate::number::{number, plural};

/// A map and what its coordinates are.
#[derive(Clone, Debug)]
pub struct Mapped {
    /// The coordinates.
    pub across: Across,
    /// The map.
    pub map: BasinMap,
}

/// Where the starts of fractions were drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Around {
    /// The rectangle of the map.
    Rectangle,
    /// The box of all states, or all states of units that flip.
    Everywhere,
    /// Balls of this radius around the memories.
    Memories(f64),
    /// Balls of this radius around the attractors.
    Attractors(f64),
}

impl Around {
    /// `the rectangle of the map`.
    pub fn words(&self, flips: bool) -> String {
        let ball = |radius: f64, of: &str| match flips {
            true => format!("at most {} off {of}", plural(radius as usize, "unit")),
            false => format!("within {} of {of}", number(radius)),
        };
        match self {
            Around::Rectangle => "uniform in the rectangle of the map".into(),
            Around::Everywhere if flips => "all states alike".into(),
            Around::Everywhere => "uniform in the box of states".into(),
            Around::Memories(radius) => ball(*radius, "each memory"),
            Around::Attractors(radius) => ball(*radius, "each attractor"),
        }
    }
}

/// Fractions and where their starts were drawn.
#[derive(Clone, Debug)]
pub struct Counted {
    /// Where.
    pub around: Around,
    /// What came of it.
    pub fractions: Fractions,
    /// Of balls: how many starts came back to what is in the middle of each.
    pub back: Vec<u64>,
}

/// Recall against damage, and with which probability a memory counts as recalled.
#[derive(Clone, Debug)]
pub struct Measured {
    /// What was done to the memories.
    pub cues: Cues,
    /// What came of it.
    pub curves: RecallCurves,
    /// The probability.
    pub probability: f64,
}

impl Measured {
    /// The size of the damage of a level: none where not even the first is reached.
    pub fn level(&self, k: Option<usize>) -> Option<f64> {
        k.map(|k| self.curves.levels[k])
    }
}

/// What was asked about basins and has been answered.
#[derive(Clone, Debug, Default)]
pub struct BasinAnswers {
    /// The map.
    pub map: Option<Mapped>,
    /// The fractions.
    pub fractions: Option<Counted>,
    /// The radius.
    pub radius: Option<Measured>,
}

impl BasinAnswers {
    /// The lists of fixed points, of the map and of the fractions.
    pub fn reached(&self) -> impl Iterator<Item = &Reached> {
        let map = self.map.iter().map(|m| &m.map.reached);
        map.chain(self.fractions.iter().map(|f| &f.fractions.reached))
    }

    /// Was anything interrupted?
    pub fn is_interrupted(&self) -> bool {
        let curves = self.radius.iter().any(|r| r.curves.is_interrupted);
        curves || self.reached().any(|r| r.is_interrupted)
    }

    /// Did some starts end at no fixed point that is listed?
    pub fn is_flagged(&self) -> bool {
        let rows = self.radius.iter().flat_map(|r| &r.curves.restless);
        let moving = rows.flatten().any(|k| *k > 0);
        moving || self.reached().any(|r| r.restless + r.slow + r.beyond > 0)
    }
}
