//! Manifolds of saddles, barriers and paths, against curves made by extrapolation in 80 bits.

use attractor::analysis::{Curve, CurveEnd, Landscape, LandscapePoint, Search};
use attractor::analysis::{landscape, stable_manifold, unstable_manifold};
use attractor::dynamics::{Interrupt, Settings, Start};
use attractor::network::Network;
use serde_json::Value;

use crate::common::reference::{Reference, flat, read, study};

/// What points of a separatrix and of a path are held to: the distance to the curve.
const ON_THE_CURVE: f64 = 1e-7;

fn network(case: &Reference) -> Network {
    study(&format!("{}[solve]\nlyapunov = \"off\"\n", case.network())).network
}

fn found(network: &Network) -> Landscape {
    let settings = Settings {
        t_end: 1000.0,
        ..Settings::default()
    };
    let search = Search::new(network, Start::at(vec![0.0; network.size()]));
    landscape((network, &settings), &search, &Interrupt::new()).unwrap()
}

fn list(v: &Value) -> &[Value] {
    v.as_array().unwrap()
}

/// The number of the fixed point where a curve ends.
fn end(curve: &Curve, points: &[LandscapePoint]) -> usize {
    assert_eq!(curve.end, CurveEnd::AtPoint);
    let is_here = |p: &LandscapePoint| {
        let mut pairs = p.x.iter().zip(curve.last());
        pairs.all(|(a, b)| (a - b).abs() <= 1e-9)
    };
    points.iter().position(is_here).unwrap()
}

fn hold(curve: &Curve, points: &[Value], what: &str) {
    for point in points {
        let distance = curve.distance(&flat(point));
        assert!(distance <= ON_THE_CURVE, "{what}: {distance:e}");
    }
}

#[test]
fn separatrices_are_those_of_the_reference() {
    for name in [
        "s01_flipflop_tau_bias",
        "s02_hopfield1984_tau",
        "s03_attention_beta10",
    ] {
        let case = read(name);
        let network = network(&case);
        let on = (&network, network.input(), &[][..]);
        let points = found(&network).points;
        let within: Vec<[f64; 2]> = list(&case.0["box"])
            .iter()
            .map(|r| {
                let r = flat(r);
                [r[0], r[1]]
            })
            .collect();
        for theirs in list(&case.0["separatrices"]) {
            let k = theirs["saddle"].as_u64().unwrap() as usize;
            let what = format!("{name}, saddle {k}");
            let halves = stable_manifold(on, &points[k], &within).unwrap();
            for (half, branch) in halves.iter().zip(["branch_minus", "branch_plus"]) {
                let branch = list(&theirs[branch]);
                hold(half, branch, &what);
                // Both end on the edge, at the same place.
                assert_eq!(half.end, CurveEnd::LeftTheBox, "{what}");
                let last = flat(branch.last().unwrap());
                let mut pairs = last.iter().zip(half.last());
                assert!(pairs.all(|(a, b)| (a - b).abs() <= ON_THE_CURVE), "{what}");
                let mut edges = within.iter().zip(half.last());
                assert!(
                    edges.any(|(edges, x)| edges.contains(x)),
                    "{what}: {:?}",
                    half.last()
                );
                // As long as their points are many, 0.05 apart but for the last.
                let length = *half.arclength().last().unwrap() / 0.05;
                let many = branch.len() as f64;
                assert!(
                    many - 1.0 <= length && length <= many,
                    "{what}: {length}, {many}"
                );
                let tangent = flat(&theirs["stable_direction"]);
                let along: f64 = half.tangents[0]
                    .iter()
                    .zip(&tangent)
                    .map(|(a, b)| a * b)
                    .sum();
                assert!((along.abs() - 1.0).abs() <= 1e-14, "{what}: {along}");
            }
            let [minus, plus] = unstable_manifold(on, &points[k], &within).unwrap();
            for (half, side) in [(minus, "minus"), (plus, "plus")] {
                assert_eq!(theirs["escapes_to"][side], end(&half, &points), "{what}");
            }
        }
    }
}

#[test]
fn ways_down_from_a_pass_are_those_of_the_reference() {
    for name in ["e01_two_neurons", "e02_four_random"] {
        let case = read(name);
        let network = network(&case);
        let on = (&network, network.input(), &[][..]);
        let points = found(&network).points;
        let within = vec![[-9.0, 9.0]; network.size()];
        for theirs in list(&case.0["saddles"]) {
            let k = theirs["saddle"].as_u64().unwrap() as usize;
            let halves = unstable_manifold(on, &points[k], &within).unwrap();
            for path in list(&theirs["path"]) {
                let to = path["to"].as_u64().unwrap() as usize;
                let own = halves.iter().find(|half| end(half, &points) == to).unwrap();
                hold(
                    own,
                    list(&path["x"]),
                    &format!("{name}, saddle {k} to {to}"),
                );
            }
        }
    }
}
