//! All fixed points of a network, against lists that are complete by branch and bound, made by a second model in 50 digits.

use attractor::analysis::{Along, Class, Count, Landscape, Memories, Search, landscape};
use attractor::dynamics::{Interrupt, Settings, Start};
use attractor::study::Study;

use crate::common::reference::{Reference, flat, read, study};

/// Those whose fixed points are isolated.
pub const ISOLATED: [&str; 8] = [
    "f01_flipflop_beta6",
    "f02_hopfield1984",
    "f03a_attention_beta1",
    "f03b_attention_beta4",
    "f03c_attention_beta10",
    "f04_winner_take_all_3",
    "f05_random_tanh_5",
    "f06_two_layer_softmax",
];

pub fn loaded(case: &Reference) -> Study {
    study(&format!("{}[solve]\nlyapunov = \"off\"\n", case.network()))
}

pub fn settings() -> Settings {
    Settings {
        t_end: 1000.0,
        ..Settings::default()
    }
}

pub fn found(case: &Reference, change: impl Fn(&mut Search)) -> Landscape {
    let network = loaded(case).network;
    let mut search = Search::new(&network, Start::at(vec![0.0; network.size()]));
    change(&mut search);
    landscape((&network, &settings()), &search, &Interrupt::new()).unwrap()
}

pub fn near(a: &[f64], b: &[f64], tolerance: f64, what: &str) {
    assert_eq!(a.len(), b.len(), "{what}");
    for (a, b) in a.iter().zip(b) {
        assert!((a - b).abs() <= tolerance, "{what}: {a} and {b}");
    }
}

/// Holds the points against those of a case, in the same order: states to 1e-10, energies to 1e-12, eigenvalues to 1e-8, all else
/// exactly, as the README of the reference data says.
pub fn hold(case: &Reference, found: &Landscape, name: &str) {
    let points = case.0["fixed_points"].as_array().unwrap();
    assert_eq!(found.points.len(), points.len(), "{name}");
    for (k, (ours, theirs)) in found.points.iter().zip(points).enumerate() {
        let what = format!("{name}, point {k}");
        near(&ours.x, &case.gather(&theirs["x"]), 1e-10, &what);
        near(&ours.g, &case.gather(&theirs["g"]), 1e-10, &what);
        let energy: Vec<f64> = theirs.get("energy").map_or(vec![], flat);
        near(ours.energy.as_slice(), &energy, 1e-12, &what);
        let part = |k: usize| ours.eigenvalues.iter().map(|e| e[k]).collect::<Vec<f64>>();
        near(&part(0), &flat(&theirs["eigenvalues"]), 1e-8, &what);
        let imaginary = theirs.get("eigenvalues_imag");
        let imaginary = imaginary.map_or(vec![0.0; ours.x.len()], flat);
        near(&part(1), &imaginary, 1e-8, &what);
        assert_eq!(theirs["index"], ours.index, "{what}");
        assert_eq!(theirs["zero_eigenvalues"], ours.zeros, "{what}");
        assert_eq!(theirs["class"], ours.class.to_string(), "{what}");
        // What rounding leaves of forces whose terms are up to 5.
        assert!(ours.residual <= 1e-13, "{what}: {}", ours.residual);
    }
}

#[test]
fn every_fixed_point_of_the_complete_lists_is_found() {
    for name in ISOLATED {
        let case = read(name);
        let found = found(&case, |_| ());
        hold(&case, &found, name);
        assert_eq!(found.count, Count::Complete, "{name}");
        assert_eq!(case.0["completeness"]["morse_sum"], 1, "{name}");
        assert_eq!((found.followed, found.rested), (200, 200), "{name}");
        // What the symmetric matrix and J itself say.
        assert!(
            found.asymmetry.unwrap() <= 1e-12,
            "{name}: {:?}",
            found.asymmetry
        );
        let started: usize = found.points.iter().map(|p| p.starts).sum();
        assert_eq!(started, found.rested, "{name}");
    }
}

#[test]
fn they_are_found_whatever_the_seed() {
    for seed in 1..6 {
        for name in [
            "f04_winner_take_all_3",
            "f05_random_tanh_5",
            "f06_two_layer_softmax",
        ] {
            let case = read(name);
            let found = found(&case, |search| search.seed = seed);
            hold(&case, &found, &format!("{name}, seed {seed}"));
        }
    }
}

#[test]
fn a_line_and_a_ring_of_fixed_points_are_told_as_such() {
    let line = read("f07a_line_attractor");
    let found_line = found(&line, |_| ());
    let [point] = &found_line.points[..] else {
        panic!("{} points", found_line.points.len())
    };
    assert_eq!(
        (point.class, point.along),
        (Class::Marginal, Some(Along::Flat))
    );
    assert!(point.is_continuous() && point.attracts());
    assert_eq!((point.index, point.zeros), (0, 1));
    let re: Vec<f64> = point.eigenvalues.iter().map(|e| e[0]).collect();
    near(&re, &flat(&line.0["eigenvalues"]), 1e-8, "line");
    near(
        point.energy.as_slice(),
        &[line.0["energy"].as_f64().unwrap()],
        1e-12,
        "line",
    );
    // On the line: the difference to its point has equal components, the direction being (1, 1, 1, 1)/2.
    let to = flat(&line.0["point"]);
    let along: Vec<f64> = point.x.iter().zip(&to).map(|(x, p)| x - p).collect();
    near(&along, &[along[0]; 4], 1e-10, "line");
    // Nothing holds the state along it, so that there is no count.
    assert!(matches!(found_line.count, Count::Unknown(_)));
    assert_eq!(point.starts, 200);

    let ring = read("f07b_ring_attractor");
    let found = found(&ring, |_| ());
    let [point, centre] = &found.points[..] else {
        panic!("{} points", found.points.len())
    };
    assert_eq!(
        (point.class, point.along),
        (Class::Marginal, Some(Along::Flat))
    );
    let re: Vec<f64> = point.eigenvalues.iter().map(|e| e[0]).collect();
    near(&re, &flat(&ring.0["eigenvalues"]), 1e-8, "ring");
    let radius = point.x[0].hypot(point.x[1]);
    near(
        &[radius],
        &[ring.0["radius"].as_f64().unwrap()],
        1e-10,
        "ring",
    );
    near(
        point.energy.as_slice(),
        &[ring.0["energy"].as_f64().unwrap()],
        1e-12,
        "ring",
    );
    let only_centre = Landscape {
        points: vec![centre.clone()],
        ..found.clone()
    };
    hold(&ring, &only_centre, "centre of the ring");
    // The Euler number of a circle is 0.
    assert_eq!(found.count, Count::Complete);
}

#[test]
fn the_line_of_a_reference_trajectory_is_told_as_such() {
    let found = found(&read("c37_line_attractor"), |_| ());
    assert_eq!(found.points.len(), 1);
    assert!(found.points[0].is_continuous() && found.points[0].attracts());
}

#[test]
fn at_a_fold_and_a_pitchfork_the_point_is_marginal_and_counts_as_it_should() {
    // x = tanh(x): three fixed points meet at 0, and the sum stays 1.
    // tanh(2 x) + I = x: the saddle and a node meet where 2(1 − y²) = 1, so that y = −√½ and I = x − y = −atanh(√½)/2 + √½.
    let y = 0.5f64.sqrt();
    let fold = y - 0.5 * y.atanh();
    for (beta, input, along, count) in [
        (1.0, 0.0, Along::Inward, 1),
        (2.0, fold, Along::OneSided, 2),
    ] {
        let text = format!(
            "[layers.n]\nsize = 1\nlagrangian = {{ kind = \"tanh\", beta = {beta:?} }}\ninput = {input:?}\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = [[1.0]]\n"
        );
        let network = study(&text).network;
        let search = Search::new(&network, Start::at(vec![0.0]));
        let found = landscape((&network, &settings()), &search, &Interrupt::new()).unwrap();
        assert_eq!(found.points.len(), count, "beta {beta}: {:?}", found.points);
        let marginal = found.points.iter().find(|p| p.class == Class::Marginal);
        let marginal = marginal.unwrap_or_else(|| panic!("beta {beta}: {:?}", found.points));
        assert_eq!((marginal.along, marginal.zeros), (Some(along), 1));
        assert_eq!(marginal.attracts(), along == Along::Inward);
        assert_eq!(found.count, Count::Complete);
    }
}

#[test]
fn where_every_start_goes_round_no_attractor_is_told() {
    let case = read("f08_limit_cycle");
    let found = found(&case, |_| ());
    hold(&case, &found, "f08");
    assert_eq!(found.points[0].class, Class::UnstableFocus);
    assert_eq!((found.followed, found.rested), (200, 0));
    assert_eq!(found.count, Count::Complete);
    assert_eq!(found.asymmetry, None);
}

#[test]
fn memories_and_starts_that_do_not_fit_are_refused() {
    let case = read("f01_flipflop_beta6");
    let network = loaded(&case).network;
    let refused = |change: &dyn Fn(&mut Search)| {
        let mut search = Search::new(&network, Start::at(vec![0.0; 2]));
        change(&mut search);
        let found = landscape((&network, &settings()), &search, &Interrupt::new());
        found.unwrap_err().to_string()
    };
    let memories = |size| {
        Some((
            0,
            Memories {
                patterns: vec![1.0; 6],
                size,
            },
        ))
    };
    assert_eq!(
        refused(&|s| s.memories = memories(3)),
        "memories have 3 numbers each, layer `A` has 2 neurons: one memory is one row, a number for each neuron"
    );
    assert_eq!(
        refused(&|s| s.memories = memories(2).map(|(_, m)| (1, m))),
        "memories are of layer 1, the network has 1 layer"
    );
    assert_eq!(
        refused(&|s| s.given = vec![vec![0.0; 3]]),
        "start.1 has 3 numbers, the network has 2 neurons"
    );
    assert_eq!(
        refused(&|s| s.given = vec![vec![0.0, f64::NAN]]),
        "start.1 has NaN for neuron 1"
    );
    assert_eq!(
        refused(&|s| s.base.clamped = vec![2]),
        "clamped names neuron 2, the network has 2 neurons"
    );
    assert_eq!(
        refused(&|s| s.max_points = 0),
        "max_points must be at least 1"
    );
}

#[test]
fn the_answer_does_not_depend_on_the_number_of_threads() {
    let case = read("f05_random_tanh_5");
    let [one, three] =
        [1, 3].map(|threads| found(&case, |s| (s.threads, s.tries) = (threads, 200)));
    assert_eq!(one, three);
}

#[test]
fn as_long_as_the_count_misses_a_point_the_search_goes_on() {
    let case = read("f06_two_layer_softmax");
    // No start is followed, and one failure ends it: the count alone keeps it going.
    let found = found(&case, |s| {
        (s.random, s.tries, s.max_tries) = (0, 1, 100_000)
    });
    assert_eq!(found.count, Count::Complete);
    assert!(found.tries > 0 && found.tries < 100_000, "{}", found.tries);
    // As it stops at the first complete count, there may be more: the list says 7.
    assert!(found.points.len() % 2 == 1 && found.points.len() <= 7);
}

#[test]
fn a_full_list_and_an_incomplete_one_are_told() {
    let case = read("f05_random_tanh_5");
    let full = found(&case, |s| s.max_points = 5);
    assert!(full.is_full && full.points.len() == 5);
    let cut = found(&case, |s| (s.tries, s.max_tries) = (0, 0));
    // The eight attractors, and nothing else.
    assert_eq!(cut.points.len(), 8);
    assert!(cut.points.iter().all(|p| p.class == Class::StableNode));
    assert_eq!(cut.count, Count::Missing { sum: 8 });
}
