//! Cuts of graphs.

use attractor::problem::maxcut::Graph;

use super::{refused, shipped, solved};

/// The largest cut over all sides, one after the other.
fn largest(graph: &Graph) -> f64 {
    let all = 0..1u32 << graph.nodes;
    all.map(|sides| graph.cut(|i| sides >> i & 1 == 1))
        .fold(f64::NEG_INFINITY, f64::max)
}

#[test]
fn grays_code_finds_what_looking_at_all_finds() {
    for seed in 0..10 {
        let mut graph = Graph::random(12, 0.5, seed % 2 == 1, seed);
        for (k, edge) in graph.edges.iter_mut().enumerate() {
            edge.2 *= 1.0 + 0.1 * (k as f64).sin();
        }
        let (a, b) = (graph.exact(), largest(&graph));
        assert!((a - b).abs() < 1e-12, "{a} {b}");
    }
}

/// On graphs of 16 nodes the best of a few starts is the optimum, always; and no start says more than there is.
#[test]
fn the_network_finds_the_largest_cut_of_small_graphs() {
    for seed in 0..20 {
        let seed = format!("problem.graph_seed={seed}");
        let signs = "problem.weights=\"signs\"";
        let own = ["problem.nodes=16", "problem.density=0.5", signs, &seed];
        let overrides = [&own[..], &["network.sweeps=100"]].concat();
        let asked = shipped("max-cut", &overrides);
        let solved = solved(&asked);
        let base = solved.baseline.as_ref().unwrap();
        assert!(base.is_exact, "{}", base.name);
        let costs = solved.costs();
        assert_eq!(costs.len(), asked.starts);
        assert_eq!(costs[0], base.cost);
        assert!(costs.iter().all(|c| *c <= base.cost));
    }
}

/// A cut counted edge by edge is the one that is told, and comes near to an annealing of another program text.
#[test]
fn cuts_of_a_large_graph_are_told_as_they_are() {
    let graph = Graph::random(800, 0.06, false, 1);
    let part = graph.edges.len() as f64 / (400.0 * 799.0);
    assert!((part - 0.06).abs() < 5.0 * (0.06 * 0.94 / 319_600.0f64).sqrt());
    let solved = solved(&shipped("max-cut", &["solve.starts=4"]));
    let best = graph.annealed(1, 1000);
    for attempt in &solved.attempts {
        let s = &attempt.answer.values;
        let cut = graph
            .edges
            .iter()
            .filter(|(i, j, _)| s[*i] != s[*j])
            .count();
        assert_eq!(attempt.answer.cost, Some(cut as f64));
        // Of what is cut beyond the half that any random sides cut.
        let beyond = |cut: f64| cut - 0.5 * graph.edges.len() as f64;
        let (own, other) = (beyond(cut as f64), beyond(best));
        assert!((own - other).abs() < 0.03 * other, "{cut} {best}");
        // No node gains by changing sides: the end is at temperature 0.
        let near = graph.neighbours();
        for (i, all) in near.iter().enumerate() {
            let cut: f64 = all.iter().map(|(j, w)| w * s[i] * s[*j]).sum();
            assert!(cut <= 0.0, "{i}");
        }
    }
}

/// G11 of the G-set: no larger cut than 564 is known, and the network comes near.
#[test]
fn a_published_graph_is_cut_almost_as_well_as_is_known() {
    let solved = solved(&shipped("max-cut-g11", &["solve.starts=4"]));
    let base = solved.baseline.clone().unwrap();
    assert_eq!(base.cost, 564.0);
    let costs = solved.costs();
    assert!(costs.iter().all(|c| *c <= 564.0));
    assert!(costs[0] >= 0.98 * 564.0, "{costs:?}");
}

#[test]
fn files_are_read_and_what_is_wrong_is_told_by_line() {
    let graph = Graph::parse("3 2\n1 2 -1.5\n3 2\n\n").unwrap();
    assert_eq!(graph.edges, [(0, 1, -1.5), (1, 2, 1.0)]);
    for (text, line, why) in [
        ("", 1, "the file is empty"),
        ("3\n", 1, "two whole numbers"),
        ("3 1\n1 4 1\n", 2, "there is no node `4`: they are 1 to 3"),
        ("3 1\n0 1 1\n", 2, "there is no node `0`"),
        ("3 1\n\n2 2 1\n", 3, "joins node 2 with itself"),
        (
            "3 2\n1 2 1\n2 1 1\n",
            3,
            "joins nodes 1 and 2 again, as line 2 did",
        ),
        ("3 1\n1 2 nan\n", 2, "the weight `nan` is no finite number"),
        ("3 1\n1 2 1e999\n", 2, "no finite number"),
        ("3 1\n1 2 x\n", 2, "no finite number"),
        ("3 1\n1 2 1\n1 3 1\n", 3, "an edge too many"),
        ("3 2\n1 2 1\n", 2, "1 edges, the first line says 2"),
        ("3 1\n1\n", 2, "two nodes and a weight"),
        ("0 0\n", 1, "1 to 100000 nodes"),
    ] {
        let error = Graph::parse(text).unwrap_err();
        assert_eq!(error.line, line, "{text:?}: {error}");
        assert!(error.why.contains(why), "{text:?}: {error}");
    }
}

#[test]
fn graphs_that_are_none_are_refused() {
    let file = |keys: &str| format!("[problem]\nkind = \"max-cut\"\n{keys}\n");
    let why = refused(&file(""));
    assert!(why.contains("neither `file` nor `nodes`"), "{why}");
    let why = refused(&file("nodes = 4\ndensity = 1.5"));
    assert!(why.contains("density"), "{why}");
    let why = refused(&file("file = \"none.txt\""));
    assert!(why.contains("cannot read `none.txt`"), "{why}");
    let why = refused(&file("file = \"none.txt\"\nnodes = 4"));
    assert!(why.contains("one of the two"), "{why}");
    let why = refused(&(file("nodes = 4") + "[network]\nfrom = 0.1\nto = 1.0\n"));
    assert!(why.contains("must be at least `to` = 1"), "{why}");
    let why = refused(&file("nodes = 4\nbest_known = { cut = 3 }"));
    assert!(why.contains("source"), "{why}");
}
