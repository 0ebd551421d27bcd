//! Graphs: from files of the G-set format, drawn at random, and their cuts.

use std::collections::HashMap;

use crate::pattern::Drawer;
use crate::pattern::random::{Draws, Stream};

/// In the place of a layer, for what is drawn here.
const OWN: usize = Drawer::GraphsAndPatches.place();

/// An undirected graph with weights.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    /// How many nodes.
    pub nodes: usize,
    /// The ends of each edge, counted from 0, the lower one first, and its weight.
    pub edges: Vec<(usize, usize, f64)>,
}

/// What is wrong with a file, and in which line, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphError {
    /// The line.
    pub line: usize,
    /// What is wrong there.
    pub why: String,
}

impl std::fmt::Display for GraphError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

impl std::error::Error for GraphError {}

/// The largest graph.
pub const LARGEST: usize = 100_000;

impl Graph {
    /// Reads the format of the G-set (Helmberg and Rendl 2000): a line with the numbers of nodes and edges, then a line for each
    /// edge, its two nodes, counted from 1, and its weight, 1 where there is none.
    ///
    /// # Errors
    /// The line, and what is wrong with it: an edge to a node that is not there or to itself, an edge that is there already, a weight
    /// that is not finite, more or fewer edges than the first line says.
    pub fn parse(text: &str) -> Result<Graph, GraphError> {
        let lines = text
            .lines()
            .enumerate()
            .map(|(k, line)| (k + 1, line.trim()));
        let mut lines = lines.filter(|(_, line)| !line.is_empty());
        let fail = |line: usize, why: String| Err(GraphError { line, why });
        let Some((line, head)) = lines.next() else {
            return fail(1, "is missing: the file is empty".into());
        };
        let words: Vec<&str> = head.split_whitespace().collect();
        let counts: Vec<Option<usize>> = words.iter().map(|w| w.parse().ok()).collect();
        let [Some(nodes), Some(count)] = counts[..] else {
            let why = format!(
                "must be two whole numbers, how many nodes and how many edges, it is `{head}`"
            );
            return fail(line, why);
        };
        if nodes == 0 || nodes > LARGEST {
            let why = format!("the graph must have 1 to {LARGEST} nodes, it has {nodes}");
            return fail(line, why);
        }
        let mut edges = Vec::new();
        let mut seen: HashMap<(usize, usize), usize> = HashMap::new();
        let mut last = line;
        for (line, text) in lines {
            last = line;
            if edges.len() == count {
                let why = format!("is an edge too many: the first line says {count}");
                return fail(line, why);
            }
            let words: Vec<&str> = text.split_whitespace().collect();
            let (ends, weight) = match words[..] {
                [i, j] => ([i, j], "1"),
                [i, j, w] => ([i, j], w),
                _ => {
                    let why = format!("must be two nodes and a weight, it is `{text}`");
                    return fail(line, why);
                }
            };
            let mut own = [0; 2];
            for (to, word) in own.iter_mut().zip(ends) {
                match word.parse::<usize>() {
                    Ok(node) if (1..=nodes).contains(&node) => *to = node - 1,
                    _ => {
                        let why = format!("there is no node `{word}`: they are 1 to {nodes}");
                        return fail(line, why);
                    }
                }
            }
            let [i, j] = [own[0].min(own[1]), own[0].max(own[1])];
            if i == j {
                let why = format!("joins node {} with itself: no cut can hold that", i + 1);
                return fail(line, why);
            }
            let weight = match weight.parse::<f64>() {
                Ok(w) if w.is_finite() => w,
                _ => return fail(line, format!("the weight `{weight}` is no finite number")),
            };
            if let Some(before) = seen.insert((i, j), line) {
                let why = format!(
                    "joins nodes {} and {} again, as line {before} did",
                    i + 1,
                    j + 1
                );
                return fail(line, why);
            }
            edges.push((i, j, weight));
        }
        if edges.len() < count {
            let why = format!(
                "is the last one: {} edges, the first line says {count}",
                edges.len()
            );
            return fail(last, why);
        }
        Ok(Graph { nodes, edges })
    }

    /// Of this many nodes, each pair joined with this probability; weights 1, or ±1 with equal chance.
    pub fn random(nodes: usize, density: f64, signs: bool, seed: u64) -> Graph {
        let mut draws = Draws::of(Stream::of(seed, OWN, 0, 0));
        let mut edges = Vec::new();
        for i in 0..nodes {
            for j in i + 1..nodes {
                if draws.uniform() < density {
                    let weight = if signs && draws.uniform() < 0.5 {
                        -1.0
                    } else {
                        1.0
                    };
                    edges.push((i, j, weight));
                }
            }
        }
        Graph { nodes, edges }
    }

    /// `Σ w_ij` over the edges whose ends are on different sides.
    pub fn cut(&self, side: impl Fn(usize) -> bool) -> f64 {
        let cut = self.edges.iter().filter(|(i, j, _)| side(*i) != side(*j));
        cut.map(|(_, _, w)| w).sum()
    }

    /// The neighbours of each node, rising, with the weights.
    pub fn neighbours(&self) -> Vec<Vec<(usize, f64)>> {
        let mut all = vec![Vec::new(); self.nodes];
        for (i, j, w) in &self.edges {
            all[*i].push((*j, *w));
            all[*j].push((*i, *w));
        }
        for row in &mut all {
            row.sort_by_key(|(j, _)| *j);
        }
        all
    }

    /// The root of the mean over the nodes of `Σ_j w_ij²`: how strong the field of a node is where the others are random.
    pub fn field(&self) -> f64 {
        let sum: f64 = self.edges.iter().map(|(_, _, w)| 2.0 * w * w).sum();
        (sum / self.nodes.max(1) as f64).sqrt()
    }

    /// The largest cut, by looking at all: in the order of Gray's code, in which one node changes sides at a time. The last node stays
    /// where it is. Every 2¹⁶ steps the cut is summed anew, so that rounding does not pile up.
    pub fn exact(&self) -> f64 {
        let near = self.neighbours();
        let mut side = vec![false; self.nodes];
        let (mut cut, mut best) = (0.0f64, 0.0f64);
        for k in 1u64..1 << self.nodes.saturating_sub(1) {
            let node = k.trailing_zeros() as usize;
            let change = |(j, w): &(usize, f64)| if side[node] == side[*j] { *w } else { -w };
            cut += near[node].iter().map(change).sum::<f64>();
            side[node] = !side[node];
            if k % (1 << 16) == 0 {
                cut = self.cut(|i| side[i]);
            }
            best = best.max(cut);
        }
        best
    }

    /// The largest cut of some annealings of their own, each of so many sweeps: a node after the other changes sides with Metropolis's
    /// probability, the temperature falling by a factor from 1.5 to 0.1 fields.
    pub fn annealed(&self, count: usize, sweeps: usize) -> f64 {
        let near = self.neighbours();
        let mut best = f64::NEG_INFINITY;
        for k in 0..count {
            let mut draws = Draws::of(Stream::of(0, OWN, k, 1));
            let mut spin: Vec<f64> = Stream::of(0, OWN, k, 2).signs(self.nodes);
            let sum =
                |spin: &[f64], i: usize| -> f64 { near[i].iter().map(|(j, w)| w * spin[*j]).sum() };
            let mut field: Vec<f64> = (0..self.nodes).map(|i| sum(&spin, i)).collect();
            for sweep in 0..sweeps {
                let part = sweep as f64 / (sweeps - 1).max(1) as f64;
                let t = self.field() * 1.5 * (0.1f64 / 1.5).powf(part);
                for i in 0..self.nodes {
                    // The energy Σ w s s falls by twice this.
                    let gain = spin[i] * field[i];
                    if gain >= 0.0 || draws.uniform() < (2.0 * gain / t).exp() {
                        spin[i] = -spin[i];
                        for (j, w) in &near[i] {
                            field[*j] += 2.0 * w * spin[i];
                        }
                    }
                }
            }
            // What is left to gain.
            let rounding = 1e-12 * self.field();
            while let Some(i) = (0..self.nodes).find(|i| spin[*i] * field[*i] > rounding) {
                spin[i] = -spin[i];
                for (j, w) in &near[i] {
                    field[*j] += 2.0 * w * spin[i];
                }
            }
            best = best.max(self.cut(|i| spin[i] > 0.0));
        }
        best
    }
}
