//! The largest cut of a graph: what Ising machines are measured by.
//!
//! A node takes a side, `s_i = ±1`. An edge is cut where its ends differ:
//!
//! ```text
//! cut = Σ_{i<j} w_ij (1 − s_i s_j)/2 = (Σ_{i<j} w_ij − E)/2,   E = −½ Σ W_ij s_i s_j,  W = −w
//! ```
//!
//! so the largest cut is the lowest energy of a network of Hopfield (1982) with weights −w, and it is cooled down to that.

#[cfg(feature = "figures")]
mod figures;
mod graph;

pub use graph::{Graph, GraphError, LARGEST};

use std::ops::Range;

use super::cooling::{self, Cooling};
use super::{Answer, Baseline, Course, End, Form, Kind, Once, Problem, Reader, Stage};
use crate::key::{Form as Value, NEEDED, Section, key, section};
use crate::pattern::Drawer;
use crate::pattern::random::Stream;

/// In the place of a layer, for what is drawn here.
const OWN: usize = Drawer::Cuts.place();
/// Graphs of at most so many nodes are solved by looking at all cuts.
const EXACT: usize = 22;
/// Others without a known cut are compared with the best of so many annealings, each of so many sweeps.
const LONG: (usize, usize) = (10, 10_000);
/// Fewer sweeps of larger graphs, so that all look at so many nodes and edges: a minute or less.
const VISITS: usize = 20_000_000_000;
/// Most nodes of a graph that is drawn: each pair is.
const DRAWN: u64 = 20_000;

static KNOWN: Section = section(
    "`best_known`",
    &[
        key(
            "cut",
            Value::Number,
            "the largest cut that is known",
            NEEDED,
        ),
        key(
            "source",
            Value::Text,
            "who says so, and when: published lists disagree",
            NEEDED,
        ),
        key(
            "optimal",
            Value::Flag,
            "is it proved to be the largest?",
            "false",
        ),
    ],
);

static PROBLEM: Section = section(
    "a graph to cut",
    &[
        key(
            "file",
            Value::Text,
            "the graph in the format of the G-set: numbers of nodes and edges, then two nodes, from 1, and a weight in each line",
            "one is drawn",
        ),
        key(
            "nodes",
            Value::Whole(2, Some(DRAWN)),
            "nodes of one that is drawn",
            "none",
        ),
        key(
            "density",
            Value::Fraction,
            "the part of all pairs that is joined",
            "0.06",
        ),
        key(
            "weights",
            Value::Words(|| vec!["ones", "signs"]),
            "`ones`, or `signs`: ±1 with equal chance",
            "`ones`",
        ),
        key(
            "graph_seed",
            Value::Whole(0, None),
            "the seed it is drawn from",
            "0",
        ),
        key(
            "best_known",
            Value::Table(&KNOWN),
            "a cut to compare with, and who says so",
            "the optimum up to 22 nodes, by looking at all cuts; else the best of 10 annealings of 10 000 sweeps",
        ),
    ],
);

static ANNEALED: Section = section(
    "the network",
    &[
        cooling::sweeps("1000"),
        cooling::from(
            "the first temperature; in random fields the system orders near T = f",
            "1.5 f, f = √(mean over nodes of Σ_j w_ij²)",
        ),
        cooling::to("0.1 f"),
    ],
);

pub(super) const KIND: Kind = Kind {
    name: "max-cut",
    about: "the two sides of a graph with most between them, as Ising machines are measured by",
    problem: &PROBLEM,
    forms: &[Form {
        name: "annealed",
        about: "spins with weights −w, cooled",
        network: &ANNEALED,
        starts: 20,
    }],
    cost: "cut",
    read,
};

fn read(reader: &mut Reader<'_, '_>) -> Option<Box<dyn Problem>> {
    let graph = graph(reader);
    let known = reader.problem.key("best_known");
    let known = known.section(&KNOWN).and_then(|mut table| {
        let cut = table.required("cut").number();
        let source = table.required("source").string().map(str::to_owned);
        let is_exact = table.key("optimal").is_true();
        table.finish();
        Some(Baseline {
            name: source?,
            cost: cut?,
            is_exact,
        })
    });
    let graph = graph?;
    if !graph.field().is_finite() {
        let why =
            "the squares of the weights sum to more than the largest number there is: scale them";
        return reader.problem.key("file").error(why).none();
    }
    // A graph of weights 0 has no field; any temperature does.
    let field = match graph.field() {
        field if field > 0.0 => field,
        _ => 1.0,
    };
    let cooling = Cooling {
        from: 1.5 * field,
        to: 0.1 * field,
        sweeps: 1000,
    };
    let cooling = cooling.read(&mut reader.network)?;
    Some(Box::new(MaxCut {
        graph,
        known,
        cooling,
    }))
}

fn graph(reader: &mut Reader<'_, '_>) -> Option<Graph> {
    let problem = &mut reader.problem;
    let file = problem.key("file");
    let (nodes, density) = (problem.key("nodes"), problem.key("density"));
    let (weights, seed) = (problem.key("weights"), problem.key("graph_seed"));
    if file.is_present() {
        let drawn = [&nodes, &density, &weights, &seed];
        if let Some(other) = drawn.into_iter().find(|k| k.is_present()) {
            let why = format!(
                "`file` says which graph it is, and {} how one is drawn",
                other.name()
            );
            return other.error(why).help("one of the two").none();
        }
        let text = reader.resolver.text(&file)?;
        return match Graph::parse(&text) {
            Ok(graph) => Some(graph),
            Err(why) => file
                .error(format!("cannot read the graph, {why}"))
                .help("the format: `3 2`, then `1 2 1` and `2 3 -1`")
                .none(),
        };
    }
    if !nodes.is_present() {
        const HELP: &str = "file = \"G11.txt\", or nodes = 800";
        return problem
            .error("neither `file` nor `nodes` says which graph")
            .help(HELP)
            .none();
    }
    let nodes = nodes.whole(2..=DRAWN)? as usize;
    let part = match density.is_present() {
        true => density.number()?,
        false => 0.06,
    };
    if !(0.0..=1.0).contains(&part) {
        return density
            .error("must be from 0 to 1: it is a part of all pairs")
            .none();
    }
    let signs = match weights.is_present() {
        true => weights.word(&["ones", "signs"])? == "signs",
        false => false,
    };
    // Two numbers of each edge are kept.
    let edges = part * (nodes as f64) * (nodes as f64);
    if edges > 2e7 {
        return density.error("asks for more than 10 million edges").none();
    }
    Some(Graph::random(nodes, part, signs, seed.seed().unwrap_or(0)))
}

#[derive(Debug)]
struct MaxCut {
    graph: Graph,
    known: Option<Baseline>,
    cooling: Cooling,
}

impl MaxCut {
    fn stage(&self, seed: u64, starts: Range<usize>) -> Stage {
        let n = self.graph.nodes;
        let text = format!(
            "title = \"Max-Cut\"\n\n[layers.nodes]\nsize = {n}\nlagrangian = \"sign\"\n\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"nodes\"]\nweights = {{ file = \"weights.npz\" }}\n"
        );
        let mut weights = self.graph.neighbours();
        for (_, w) in weights.iter_mut().flatten() {
            *w = -*w;
        }
        let states = starts.map(|k| Stream::of(seed, OWN, k, 0).signs(n));
        let stage = Stage::new(text)
            .sparse("weights", n, &weights)
            .start("nodes", &states.collect::<Vec<_>>());
        self.cooling.of(stage)
    }

    fn answer(&self, end: &End<'_>) -> Answer {
        let s = end.layer("nodes");
        let undecided = s.iter().filter(|s| s.abs() != 1.0).count();
        let violated = match undecided {
            0 => Vec::new(),
            n => vec![format!("{n} nodes are on no side")],
        };
        Answer {
            violated,
            cost: Some(self.graph.cut(|i| s[i] > 0.0)),
            values: s.to_vec(),
            ..Answer::default()
        }
    }
}

impl Problem for MaxCut {
    fn words(&self) -> String {
        let (n, m) = (self.graph.nodes, self.graph.edges.len());
        format!("a graph of {n} nodes and {m} edges")
    }

    fn course(&self, seed: u64, starts: Range<usize>) -> Box<dyn Course + '_> {
        Box::new(Once::new(self.stage(seed, starts), |end| self.answer(end)))
    }

    fn baseline(&self) -> Option<Baseline> {
        let known = || match self.graph.nodes <= EXACT {
            true => Baseline {
                name: "exhaustive search".into(),
                cost: self.graph.exact(),
                is_exact: true,
            },
            false => {
                let visits = LONG.0 * (self.graph.nodes + 2 * self.graph.edges.len());
                let sweeps = (VISITS / visits.max(1)).clamp(10, LONG.1);
                Baseline {
                    name: format!("best of {} annealings of {sweeps} sweeps", LONG.0),
                    cost: self.graph.annealed(LONG.0, sweeps),
                    is_exact: false,
                }
            }
        };
        Some(self.known.clone().unwrap_or_else(known))
    }

    fn maximises(&self) -> bool {
        true
    }

    #[cfg(feature = "figures")]
    fn figures(&self, solved: &super::Solved) -> Vec<(String, crate::figure::Plot)> {
        self.pictures(solved)
    }
}
