//! Manifolds of saddles, barriers and paths, against curves made by extrapolation in 80 bits.

use attractor::analysis::{Barriers, Curve, CurveEnd, Landscape, LandscapePoint, Search};
use attractor::analysis::{Space, StringSettings, Watch, barriers, landscape, minimum_energy_path};
use attractor::analysis::{pass_path, stable_manifold, straight_line, unstable_manifold};
use attractor::dynamics::{Interrupt, Settings, Start};
use attractor::network::Network;
use serde_json::Value;

use crate::common::reference::{Reference, flat, read, study};

/// What points of a separatrix and of a path are held to: the distance to the curve.
const ON_THE_CURVE: f64 = 1e-7;

fn loaded(case: &Reference) -> Network {
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
        let network = loaded(&case);
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
        let network = loaded(&case);
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

/// A case with four attractors, its fixed points and the barriers between them.
fn with_barriers(name: &str) -> (Reference, Network, Landscape, Barriers) {
    let case = read(name);
    let network = loaded(&case);
    let points = found(&network);
    let on = (&network, network.input(), &[][..]);
    let barriers = barriers(on, &points, &Watch::quiet(&Interrupt::new())).unwrap();
    (case, network, points, barriers)
}

const BETWEEN: [&str; 2] = ["e01_two_neurons", "e02_four_random"];

fn near(ours: f64, theirs: &Value, tolerance: f64, what: &str) {
    let theirs = theirs.as_f64().unwrap();
    assert!(
        (ours - theirs).abs() <= tolerance,
        "{what}: {ours} and {theirs}"
    );
}

fn pair(v: &Value) -> [usize; 2] {
    let v = flat(v);
    [v[0] as usize, v[1] as usize]
}

#[test]
fn saddles_join_what_the_reference_says() {
    for name in BETWEEN {
        let (case, _, landscape, found) = with_barriers(name);
        let saddles = list(&case.0["saddles"]);
        assert_eq!(saddles.len(), found.connections.len(), "{name}");
        for (ours, theirs) in found.connections.iter().zip(saddles) {
            let what = format!("{name}, saddle {}", ours.saddle);
            assert_eq!(theirs["saddle"], ours.saddle, "{what}");
            let energy = landscape.points[ours.saddle].energy.unwrap();
            near(energy, &theirs["energy"], 1e-12, &what);
            // The list has the half along the eigenvector first.
            let [minus, plus] = ours.joins.map(Option::unwrap);
            let joins = pair(&theirs["connects"]);
            assert!(
                joins == [plus, minus] || joins == [minus, plus],
                "{what}: {joins:?}"
            );
            for (k, theirs) in joins.iter().zip(list(&theirs["barriers"])) {
                near(
                    energy - landscape.points[*k].energy.unwrap(),
                    theirs,
                    1e-10,
                    &what,
                );
            }
        }
    }
}

#[test]
fn the_lowest_pass_of_every_two_attractors_is_that_of_the_reference() {
    for name in BETWEEN {
        let (case, network, landscape, found) = with_barriers(name);
        let on = (&network, network.input(), &[][..]);
        let passes = list(&case.0["passes"]);
        assert_eq!(
            (passes.len(), found.apart.len()),
            (found.passes.len(), 0),
            "{name}"
        );
        for (ours, theirs) in found.passes.iter().zip(passes) {
            let what = format!("{name}, {:?}", ours.attractors);
            assert_eq!(ours.attractors, pair(&theirs["attractors"]), "{what}");
            assert_eq!(theirs["pass_saddle"], ours.saddle, "{what}");
            near(ours.energy, &theirs["pass_energy"], 1e-12, &what);
            for (ours, theirs) in ours.barriers.iter().zip(list(&theirs["barriers"])) {
                near(*ours, theirs, 1e-10, &what);
            }
            // The path begins and ends at the two, is nowhere higher than the pass, and is there once.
            let path = pass_path(on, &landscape.points, ours).unwrap();
            let [a, b] = ours.attractors.map(|k| &landscape.points[k].x);
            let ends = [&path.x[0], path.x.last().unwrap()];
            assert!(
                apart(ends[0], a) <= 1e-10 && apart(ends[1], b) <= 1e-10,
                "{what}"
            );
            assert_eq!(path.highest().unwrap().0, ours.energy, "{what}");
            let mut lengths = path.arclength.windows(2);
            assert!(lengths.all(|s| s[0] < s[1]), "{what}");
            let mut steps = path.x.windows(2);
            assert!(steps.all(|x| apart(&x[0], &x[1]) <= 0.03), "{what}");

            let line = straight_line(on, [a, b], Space::State, 20_000).unwrap();
            let (highest, at) = line.highest().unwrap();
            let theirs = &theirs["straight_line_in_x"];
            // The top of a parabola, off by half a piece at most: 1e-9 of a curvature below 50.
            near(highest, &theirs["max_energy"], 1e-7, &what);
            near(
                at / line.arclength.last().unwrap(),
                &theirs["at_fraction"],
                3e-5,
                &what,
            );
            assert!(highest > ours.energy, "{what}");
        }
    }
}

fn apart(a: &[f64], b: &[f64]) -> f64 {
    let pairs = a.iter().zip(b);
    pairs.fold(0.0, |m, (a, b)| m.max((a - b).abs()))
}

/// The string method knows of two attractors only.
#[test]
fn a_string_between_two_attractors_finds_their_pass() {
    for name in BETWEEN {
        let (_, network, landscape, found) = with_barriers(name);
        let on = (&network, network.input(), &[][..]);
        for pass in &found.passes {
            let what = format!("{name}, {:?}", pass.attractors);
            let ends = pass.attractors.map(|k| &landscape.points[k].x[..]);
            let settings = StringSettings::default();
            let string = minimum_energy_path(on, ends, &settings, &Interrupt::new()).unwrap();
            assert!(string.is_settled, "{what}");
            assert!(
                (string.height() - pass.energy).abs() <= 1e-10,
                "{what}: {}",
                string.height()
            );
            // All saddles of the lowest way, each once; the string has no others.
            let saddles = pass.over.iter().skip(1).step_by(2);
            let saddles: Vec<usize> = saddles.copied().collect();
            assert_eq!(string.summits.len(), saddles.len(), "{what}");
            for (summit, k) in string.summits.iter().zip(saddles) {
                assert_eq!(summit.index, 1, "{what}");
                let off = apart(&summit.x, &landscape.points[k].x);
                assert!(off <= 1e-10, "{what}: saddle {k} is {off:e} away");
            }
            // The ways down from all saddles on the way.
            let free = network.size();
            let ways: Vec<Curve> = pass
                .over
                .iter()
                .skip(1)
                .step_by(2)
                .flat_map(|k| {
                    let within = vec![[f64::NEG_INFINITY, f64::INFINITY]; free];
                    unstable_manifold(on, &landscape.points[*k], &within).unwrap()
                })
                .collect();
            // Straight pieces between images cut its bends by less than a quarter of their length.
            let piece = string.path.arclength[1];
            for x in &string.path.x {
                let off = distance(&ways, x);
                assert!(off <= 0.25 * piece, "{what}: {off} beside the path");
            }
        }
    }
}

/// How far a state is from the path over a pass.
fn distance(ways: &[Curve], x: &[f64]) -> f64 {
    ways.iter()
        .map(|half| half.distance(x))
        .fold(f64::INFINITY, f64::min)
}

#[test]
fn what_is_no_barrier_is_refused_with_the_reason() {
    let (_, network, landscape, _) = with_barriers("e01_two_neurons");
    let on = (&network, network.input(), &[][..]);
    let points = &landscape.points;
    let string = |ends: [&[f64]; 2], settings: StringSettings| {
        let found = minimum_energy_path(on, ends, &settings, &Interrupt::new());
        found.unwrap_err().to_string()
    };
    let usual = StringSettings::default();
    let saddle = points.iter().position(|p| p.index == 1).unwrap();
    for (end, why) in [
        (
            &points[saddle].x[..],
            "ends.1 is no attractor: saddle of index 1",
        ),
        (&[0.3, 0.1], "ends.1 is not at rest: the largest |τẋ| is "),
        (&[0.3], "ends.1 must be 2 finite numbers"),
        (&[f64::NAN, 0.0], "ends.1 must be 2 finite numbers"),
        (&points[0].x, "the ends are the same attractor"),
    ] {
        let said = string([&points[0].x, end], usual);
        assert!(said.contains(why), "{said}");
    }
    let ends = [&points[0].x[..], &points[1].x];
    let few = StringSettings { images: 4, ..usual };
    assert!(string(ends, few).contains("must be at least 5"));

    let wide = [[-9.0, 9.0]; 2];
    let source = points.iter().find(|p| p.index == 2).unwrap();
    let manifold = |p: &LandscapePoint, within: &[[f64; 2]]| {
        let found = unstable_manifold(on, p, within);
        found.unwrap_err().to_string()
    };
    for (p, within, why) in [
        (
            source,
            &wide[..],
            "has 2 unstable directions: its unstable manifold is no curve",
        ),
        (&points[0], &wide, "has 0 unstable directions"),
        (
            &points[saddle],
            &wide[..1],
            "has 1 ranges, the network has 2 free neurons",
        ),
        (
            &points[saddle],
            &[[4.0, 9.0]; 2],
            "does not hold the saddle: neuron 0 is ",
        ),
    ] {
        let said = manifold(p, within);
        assert!(said.contains(why), "{said}");
    }

    let rotating = loaded(&read("n02_asymmetric_W"));
    let on = (&rotating, rotating.input(), &[][..]);
    let none = minimum_energy_path(on, [&[0.0; 2], &[1.0; 2]], &usual, &Interrupt::new());
    let none = none.unwrap_err().to_string();
    assert!(none.contains("is the descent of none"), "{none}");
}

#[test]
fn attractors_that_no_known_saddle_joins_are_told_to_be_apart() {
    let (_, network, mut landscape, whole) = with_barriers("e01_two_neurons");
    let on = (&network, network.input(), &[][..]);
    // All passes to the last attractor are forgotten.
    let last = *whole.attractors.last().unwrap();
    let lost = whole
        .connections
        .iter()
        .filter(|c| c.joins.contains(&Some(last)));
    let mut lost: Vec<usize> = lost.map(|c| c.saddle).collect();
    assert_eq!(lost.len(), 2);
    lost.sort_unstable();
    lost.iter()
        .rev()
        .for_each(|k| drop(landscape.points.remove(*k)));
    let found = barriers(on, &landscape, &Watch::quiet(&Interrupt::new())).unwrap();
    assert_eq!((found.passes.len(), found.apart.len()), (3, 3));
    let is_last = |pair: &[usize; 2]| pair[1] == *found.attractors.last().unwrap();
    assert!(found.apart.iter().all(is_last));
}
