//! Where the branches of a tree stand, so that none crosses another.

use super::TreePlot;

/// An upright line: where it stands, in leaves from the left, and from which height to which.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Branch {
    pub at: f64,
    pub low: f64,
    pub high: Option<f64>,
}

/// A level line that joins two branches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bar {
    pub from: f64,
    pub to: f64,
    pub height: f64,
}

#[derive(Debug, PartialEq)]
pub(super) struct Layout {
    /// The place of every leaf, from the left.
    pub places: Vec<usize>,
    /// The branches; one whose upper end is not known goes up to the top of the figure.
    pub branches: Vec<Branch>,
    pub bars: Vec<Bar>,
}

/// A part of the tree while it grows.
struct Part {
    leaves: Vec<usize>,
    lowest: f64,
    /// Its place in the list of what was joined.
    node: usize,
}

/// A leaf, or two nodes that are joined, with the height.
enum Node {
    Leaf(usize),
    Joined([usize; 2], f64),
}

impl Layout {
    pub fn of(plot: &TreePlot) -> Layout {
        let mut nodes: Vec<Node> = (0..plot.leaves.len()).map(Node::Leaf).collect();
        let leaf = |(k, leaf): (usize, &super::TreeLeaf)| Part {
            leaves: vec![k],
            lowest: leaf.height,
            node: k,
        };
        let mut parts: Vec<Part> = plot.leaves.iter().enumerate().map(leaf).collect();
        let mut joins: Vec<_> = plot.joins.iter().collect();
        joins.sort_by(|a, b| a.height.total_cmp(&b.height));
        for join in joins {
            let [a, b] = join
                .leaves
                .map(|k| parts.iter().position(|p| p.leaves.contains(&k)));
            let (Some(a), Some(b)) = (a, b) else { continue };
            if a == b {
                continue;
            }
            let (one, two) = (parts.swap_remove(a.max(b)), parts.swap_remove(a.min(b)));
            // The deeper part stands at the left.
            let (left, right) = match one.lowest <= two.lowest {
                true => (one, two),
                false => (two, one),
            };
            nodes.push(Node::Joined([left.node, right.node], join.height));
            parts.push(Part {
                leaves: [left.leaves, right.leaves].concat(),
                lowest: left.lowest,
                node: nodes.len() - 1,
            });
        }
        parts.sort_by(|a, b| a.lowest.total_cmp(&b.lowest));
        let order: Vec<usize> = parts
            .iter()
            .flat_map(|p| p.leaves.iter().copied())
            .collect();
        let mut places = vec![0; order.len()];
        order
            .iter()
            .enumerate()
            .for_each(|(place, leaf)| places[*leaf] = place);
        grown(plot, &nodes, places)
    }
}

/// Every node comes after those that it joins.
fn grown(plot: &TreePlot, nodes: &[Node], places: Vec<usize>) -> Layout {
    let mut branches: Vec<Branch> = Vec::with_capacity(nodes.len());
    let mut bars = Vec::new();
    for node in nodes {
        match node {
            Node::Leaf(k) => branches.push(Branch {
                at: places[*k] as f64,
                low: plot.leaves[*k].height,
                high: None,
            }),
            Node::Joined(both, height) => {
                let [from, to] = both.map(|k| branches[k].at);
                both.iter().for_each(|k| branches[*k].high = Some(*height));
                bars.push(Bar {
                    from,
                    to,
                    height: *height,
                });
                branches.push(Branch {
                    at: 0.5 * (from + to),
                    low: *height,
                    high: None,
                });
            }
        }
    }
    Layout {
        places,
        branches,
        bars,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{TreeJoin, TreeLeaf};
    use super::*;

    #[test]
    fn the_lowest_joins_make_the_tree_and_no_branch_crosses_another() {
        let leaf = |height: f64| TreeLeaf {
            height,
            ..TreeLeaf::default()
        };
        let join = |a: usize, b: usize, height: f64| TreeJoin {
            leaves: [a, b],
            height,
        };
        // 0 and 2 are joined first, then 1 to them, 3 to nothing.
        let plot = TreePlot {
            leaves: [-1.0, -2.0, -1.5, -0.5].map(leaf).to_vec(),
            joins: vec![join(0, 1, 0.5), join(1, 2, 0.5), join(0, 2, 0.0)],
            ..TreePlot::default()
        };
        let found = Layout::of(&plot);
        // The deepest leaf first: 1, then the pair with 2 before 0, then what is apart.
        assert_eq!(found.places, [2, 0, 1, 3]);
        let bar = |from: f64, to: f64, height: f64| Bar { from, to, height };
        assert_eq!(found.bars, [bar(1.0, 2.0, 0.0), bar(0.0, 1.5, 0.5)]);
        let high: Vec<Option<f64>> = found.branches.iter().map(|b| b.high).collect();
        let [low, top] = [Some(0.0), Some(0.5)];
        assert_eq!(high, [low, top, low, None, top, None]);
    }
}
