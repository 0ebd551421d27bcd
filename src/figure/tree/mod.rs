//! A tree of what is joined at which height: attractors and the passes between them (Becker and Karplus 1997).

mod draw;
mod layout;

use serde::{Deserialize, Serialize};

use crate::figure::{Block, Drawn, FigureError, Look, Page, finite, refused, words};
use draw::Drawing;

/// Where a branch ends at the bottom.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TreeLeaf {
    /// What it is called.
    pub label: String,
    /// How low it reaches.
    pub height: f64,
}

/// The height at which two leaves are joined.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TreeJoin {
    /// The two, by their places among the leaves.
    pub leaves: [usize; 2],
    /// The height.
    pub height: f64,
}

/// A disconnectivity graph: leaves at their heights, joined where the lowest way between them has its highest point. Of the heights of
/// all pairs those that join what is not joined yet make the tree. What nothing joins stays apart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TreePlot {
    /// What is shown.
    pub title: String,
    /// The parameters.
    pub subtitle: String,
    /// What the leaves are.
    pub x_label: String,
    /// Title of the vertical axis.
    pub y_label: String,
    /// The leaves.
    pub leaves: Vec<TreeLeaf>,
    /// Heights between two of them.
    pub joins: Vec<TreeJoin>,
}

impl Page for TreePlot {
    words!();

    fn block(&self, look: &Look) -> Result<Box<dyn Block + '_>, FigureError> {
        self.check()?;
        Ok(Box::new(Drawing::new(self, look)?))
    }
}

impl TreePlot {
    fn check(&self) -> Drawn {
        if self.leaves.is_empty() {
            return refused("tree", "it has no leaves");
        }
        for (k, leaf) in self.leaves.iter().enumerate() {
            finite(&format!("leaf {k}"), &[leaf.height])?;
        }
        for (k, join) in self.joins.iter().enumerate() {
            let place = format!("join {k}");
            finite(&place, &[join.height])?;
            for leaf in join.leaves {
                let Some(own) = self.leaves.get(leaf) else {
                    return refused(place, format!("there is no leaf {leaf}"));
                };
                if join.height < own.height {
                    return refused(place, format!("it is lower than leaf {leaf}"));
                }
            }
        }
        Ok(())
    }
}
