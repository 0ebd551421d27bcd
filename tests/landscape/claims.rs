//! What must not be claimed: what a start decides, what a kink hides, what a full list does not show.

use attractor::analysis::{
    Across, Along, Border, Class, Count, Criterion, Cues, Follow, Landscape, MapRange, Memories,
    Recall, Search, StringSettings, Told, Whence, basin_fractions, basin_map, landscape,
    minimum_energy_path, recall_curves, state_box,
};
use attractor::dynamics::{Interrupt, Settings, Start};
use attractor::kernels::Interval;
use attractor::study::Study;

use crate::common::reference::study;

/// One layer with these weights and inputs.
fn one_layer(lagrangian: &str, input: &str, weights: &str, more: &str) -> Study {
    let n = weights.matches('[').count() - 1;
    let lagrangian = match lagrangian.starts_with('{') {
        true => lagrangian.to_owned(),
        false => format!("\"{lagrangian}\""),
    };
    study(&format!(
        "[layers.s]\nsize = {n}\nlagrangian = {lagrangian}\ninput = {input}\n{more}[[synapses]]\nkind = \"recurrent\"\nlayers = [\"s\"]\nweights = {weights}\n"
    ))
}

const FLIP_FLOP: &str = "[[0.0, -1.0], [-1.0, 0.0]]";

fn search(study: &Study) -> Search {
    Search::new(&study.network, Start::at(vec![0.0; study.network.size()]))
}

#[test]
fn the_box_of_states_does_not_depend_on_where_starts_begin() {
    let interrupt = Interrupt::new();
    let settings = Settings::default();
    // With a form over intervals, and without one: identity neurons drive themselves as far as they like.
    for (lagrangian, weights) in [
        ("sigmoid", FLIP_FLOP),
        ("identity", "[[0.0, 0.5], [0.5, 0.0]]"),
    ] {
        let study = one_layer(lagrangian, "0.5", weights, "");
        let of = |x: f64| {
            let base = Start::at(vec![x; 2]);
            let follow = Follow::new((&study.network, &settings), base, &interrupt);
            state_box(&follow).unwrap()
        };
        assert_eq!(of(0.0), of(50.0), "{lagrangian}");
    }
    // The range of the currents, 0.5 − [0, 1], and a tenth more on both sides.
    let study = one_layer("sigmoid", "0.5", FLIP_FLOP, "");
    let base = Start::at(vec![0.0; 2]);
    let [low, high] =
        state_box(&Follow::new((&study.network, &settings), base, &interrupt)).unwrap();
    for (low, high) in low.iter().zip(&high) {
        assert!((low + 0.6).abs() < 1e-9 && (high - 0.6).abs() < 1e-9);
    }
}

#[test]
fn nothing_is_asked_of_a_network_whose_neurons_are_all_clamped() {
    let study = one_layer("tanh", "0.0", FLIP_FLOP, "clamped = [0, 1]\n");
    let interrupt = Interrupt::new();
    let on = (&study.network, &study.settings);
    let refused = landscape(on, &search(&study), &interrupt).unwrap_err();
    assert!(refused.to_string().contains("every neuron"), "{refused}");
    let follow = Follow::new(on, Start::at(vec![0.0; 2]), &interrupt);
    let refused = state_box(&follow).unwrap_err();
    assert!(refused.to_string().contains("every neuron"), "{refused}");
}

#[test]
fn a_full_list_says_nothing_of_what_is_missing() {
    let study = study(
        "[layers.s]\nsize = 2\nlagrangian = { kind = \"tanh\", beta = 6.0 }\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"s\"]\nweights = [[1.0, 0.0], [0.0, 1.0]]\n",
    );
    let on = (&study.network, &study.settings);
    let found = |max_points| {
        let search = Search {
            max_points,
            ..search(&study)
        };
        landscape(on, &search, &Interrupt::new()).unwrap()
    };
    // Three of each neuron alone.
    let all = found(1000);
    assert_eq!((all.points.len(), &all.count), (9, &Count::Complete));
    for most in [1, 5] {
        let some = found(most);
        assert_eq!(some.points.len(), most);
        assert!(matches!(some.count, Count::Unknown(_)), "{:?}", some.count);
    }
}

#[test]
fn memories_are_starts() {
    let study = study(
        "[layers.s]\nsize = 4\nlagrangian = { kind = \"tanh\", beta = 8.0 }\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"s\"]\nweights = { hebbian = [[1, 1, 1, 1], [1, -1, 1, -1]] }\n",
    );
    let memories = Memories {
        patterns: vec![1.0, 1.0, 1.0, 1.0, 1.0, -1.0, 1.0, -1.0],
        size: 4,
    };
    let search = Search {
        random: 0,
        tries: 0,
        max_tries: 0,
        memories: Some((0, memories)),
        ..search(&study)
    };
    let on = (&study.network, &study.settings);
    let found = landscape(on, &search, &Interrupt::new()).unwrap();
    assert_eq!(found.followed, 2);
    for k in 0..2 {
        assert!(found.points.iter().any(|p| p.overlaps[k] > 0.99), "{k}");
    }
}

#[test]
fn rounding_has_no_overlap_with_a_memory() {
    let memories = Memories {
        patterns: vec![1.0, 1.0],
        size: 2,
    };
    assert!(memories.overlap(0, &[1e-14, 1e-14]) > 0.99);
    assert_eq!(memories.overlap_at_rest(0, &[1e-14, 1e-14]), 0.0);
    assert!(memories.overlap_at_rest(0, &[1e-3, 1e-3]) > 0.99);
}

#[test]
fn a_fixed_point_on_a_kink_is_stable_only_if_it_is_on_every_side() {
    // x' = −x + w relu(x): from above 0 it leaves where w > 1, though the slope at 0 itself may be taken as 0.
    for (w, is_stable) in [(0.5, true), (2.0, false)] {
        let study = one_layer("relu", "0.0", &format!("[[{w}]]"), "");
        let on = (&study.network, &study.settings);
        let search = Search {
            given: vec![vec![0.0]],
            random: 0,
            ..search(&study)
        };
        let found = landscape(on, &search, &Interrupt::new()).unwrap();
        let origin = found.points.iter().find(|p| p.x == [0.0]).unwrap();
        assert!(origin.is_on_a_kink);
        let class = match is_stable {
            true => Class::StableNode,
            false => Class::Marginal,
        };
        assert_eq!(origin.class, class, "w = {w}");
        assert_eq!(origin.attracts(), is_stable);
        let mut rest = attractor::analysis::FixedPoints::default();
        rest.find(&study.network, &[0.0], &[0.0], &[]);
        assert_eq!(rest.points()[0].stability.attracts(), is_stable);
    }
}

#[test]
fn what_is_stable_on_every_side_of_a_kink_may_still_grow_across_them() {
    // No energy. With both slopes 1 the Jacobian is [[0.5, 2], [−2, −1.5]], whose eigenvalues are −0.5 ± 1.73i; but from x₁ > 0 > x₂
    // x₁ grows as e^{t/2}, and x₂ stays below 0.
    let study = study(
        "[layers.s]\nsize = 2\nlagrangian = \"relu\"\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"s\"]\nsymmetry = \"none\"\nweights = [[1.5, 2.0], [-2.0, -0.5]]\n[solve]\nlyapunov = \"off\"\n",
    );
    let on = (&study.network, &study.settings);
    let search = Search {
        given: vec![vec![0.0; 2]],
        random: 0,
        ..search(&study)
    };
    let found = landscape(on, &search, &Interrupt::new()).unwrap();
    let origin = found.points.iter().find(|p| p.x == [0.0; 2]).unwrap();
    assert_eq!((origin.class, origin.attracts()), (Class::Marginal, false));
    let mut rest = attractor::analysis::FixedPoints::default();
    rest.find(&study.network, &[0.0; 2], &[0.0; 2], &[]);
    assert!(!rest.points()[0].stability.attracts());
}

#[test]
fn a_synapse_has_kinks_too() {
    // E = x²/2-like − relu(ξ·g)²/2: at 0 the memory is silent, and beside it a force of ξ² g drives on.
    let study = study(
        "[layers.s]\nsize = 1\nlagrangian = \"tanh\"\n[[synapses]]\nkind = \"memory\"\nlayers = [\"s\"]\npatterns = [[2.0]]\npotential = \"relu\"\n",
    );
    let on = (&study.network, &study.settings);
    let search = Search {
        given: vec![vec![0.0]],
        random: 0,
        ..search(&study)
    };
    let found = landscape(on, &search, &Interrupt::new()).unwrap();
    let origin = found.points.iter().find(|p| p.x == [0.0]).unwrap();
    assert!(origin.is_on_a_kink);
    assert_eq!((origin.class, origin.attracts()), (Class::Marginal, false));
}

#[test]
fn the_states_of_a_ball_of_units_with_three_values_are_as_likely() {
    // Four Potts units of three values each, nothing between them: every state stays where it is.
    let layers: String = (0..4)
        .map(|k| format!("[layers.p{k}]\nsize = 3\nlagrangian = \"one-hot\"\n"))
        .collect();
    let study = study(&format!(
        "{layers}[start]\np0 = [1, 0, 0]\np1 = [1, 0, 0]\np2 = [1, 0, 0]\np3 = [1, 0, 0]\n[solve]\nmethod = \"asynchronous\"\n"
    ));
    let interrupt = Interrupt::new();
    let centre = study.cases[0].start.x.clone();
    let on = (&study.network, &study.settings);
    let follow = Follow::new(on, Start::at(centre.clone()), &interrupt);
    let balls = |radius: f64| Whence::Balls {
        centres: vec![centre.clone()],
        radius,
        neurons: (0..12).collect(),
    };
    let starts = 20_000;
    let found = basin_fractions(&follow, &balls(2.0), starts).unwrap();
    let share = &found.shares[0];
    let mut counts = [0u64; 3];
    for (k, point) in found.reached.attractors.iter().enumerate() {
        let differ = point.x.iter().zip(&centre).filter(|(a, b)| a != b).count() / 2;
        counts[differ] += share.attractors[k];
    }
    assert_eq!(found.reached.attractors.len(), 1 + 8 + 24);
    // C(4, k) 2^k of 33 states; 5 standard deviations.
    for (k, weight) in [1.0, 8.0, 24.0].into_iter().enumerate() {
        let p = weight / 33.0;
        let expected = p * starts as f64;
        let sd = (expected * (1.0 - p)).sqrt();
        assert!((counts[k] as f64 - expected).abs() < 5.0 * sd, "{counts:?}");
    }
    for (radius, why) in [(5.0, "no more than 4"), (1.5, "whole number")] {
        let refused = basin_fractions(&follow, &balls(radius), 10).unwrap_err();
        assert!(refused.to_string().contains(why), "{refused}");
    }
}

#[test]
fn damage_is_told_as_it_was_done() {
    let study = one_layer(
        "tanh",
        "0.0",
        "[[0.0, 1.0, 1.0, 1.0], [1.0, 0.0, 1.0, 1.0], [1.0, 1.0, 0.0, 1.0], [1.0, 1.0, 1.0, 0.0]]",
        "",
    );
    let interrupt = Interrupt::new();
    let on = (&study.network, &study.settings);
    let follow = Follow::new(on, Start::at(vec![0.0; 4]), &interrupt);
    let recall = Recall {
        layer: 0,
        memories: Memories {
            patterns: vec![1.0; 4],
            size: 4,
        },
        criterion: Criterion {
            within: None,
            overlap: Some(0.9),
        },
    };
    let cues = Cues {
        memories: Vec::new(),
        levels: vec![0.0, 0.1, 0.2, 0.3, 0.5],
        values: Some([-1.0, 1.0]),
        each: 3,
    };
    // Of four units none, one or two are turned.
    let found = recall_curves(&follow, &recall, &cues).unwrap();
    assert_eq!(found.levels, [0.0, 0.25, 0.5]);
}

#[test]
fn an_interval_that_overflows_still_holds_numbers() {
    let large = Interval::at(f64::MAX);
    for sum in [large + large, large.times(2.0), large * large] {
        assert!(sum.holds(f64::MAX) && sum.high == f64::INFINITY, "{sum:?}");
    }
    let low = large.times(-2.0);
    assert!(
        low.holds(f64::MIN) && low.low == f64::NEG_INFINITY,
        "{low:?}"
    );
}

fn found(study: &Study, search: &Search) -> Landscape {
    let on = (&study.network, &study.settings);
    landscape(on, search, &Interrupt::new()).unwrap()
}

#[test]
fn nothing_is_claimed_where_nobody_has_looked_on() {
    // One fixed point, found by the start, and a sum of 1.
    let study = one_layer("tanh", "0.3", "[[0.0, 0.5], [0.5, 0.0]]", "");
    let count = |tries, max_tries| {
        let own = Search {
            given: vec![vec![0.0; 2]],
            random: 0,
            tries,
            max_tries,
            ..search(&study)
        };
        let found = found(&study, &own);
        assert_eq!(found.points.len(), 1);
        found.count
    };
    assert!(matches!(count(0, 0), Count::Unknown(_)));
    // As many tries as there may be, and none too few of them failed.
    assert!(matches!(count(50, 20), Count::Unknown(_)));
    assert_eq!(count(20, 400), Count::Complete);
}

#[test]
fn the_mirror_image_of_a_fixed_point_is_looked_for() {
    let odd = one_layer(
        "{ kind = \"tanh\", beta = 2.0 }",
        "0.0",
        "[[0.9, 0.3], [0.3, 0.8]]",
        "",
    );
    // One start, and no try: the other attractor is its mirror image.
    let own = Search {
        given: vec![vec![1.0, 0.8]],
        random: 0,
        tries: 0,
        max_tries: 0,
        ..search(&odd)
    };
    let found = found(&odd, &own);
    assert_eq!(found.points.len(), 2);
    let [a, b] = [&found.points[0].x, &found.points[1].x];
    assert!(a.iter().zip(b).all(|(a, b)| (a + b).abs() < 1e-12));
}

/// A line of fixed points of two identity neurons, once for each rest of a third neuron that hears nobody else.
fn lines() -> Study {
    study(
        "[layers.line]\nsize = 2\nlagrangian = \"identity\"\n[layers.two]\nsize = 1\nlagrangian = { kind = \"tanh\", beta = 2.0 }\n\
         [[synapses]]\nkind = \"recurrent\"\nlayers = [\"line\"]\nweights = [[0.5, 0.5], [0.5, 0.5]]\n\
         [[synapses]]\nkind = \"recurrent\"\nlayers = [\"two\"]\nweights = [[1.0]]\n",
    )
}

#[test]
fn two_continua_of_one_energy_are_two_and_one_is_one() {
    let study = lines();
    let found = found(&study, &search(&study));
    let flat: Vec<_> = found.points.iter().filter(|p| p.is_continuous()).collect();
    // The third neuron is at ±m, E being even, or at 0, from where it leaves.
    assert_eq!(flat.len(), 3, "{:?}", found.points);
    let stable: Vec<f64> = flat
        .iter()
        .filter(|p| p.attracts())
        .map(|p| p.x[2])
        .collect();
    assert_eq!(stable.len(), 2);
    assert!((stable[0] + stable[1]).abs() < 1e-9 && stable[0].abs() > 0.5);
    assert!(flat.iter().all(|p| p.along == Some(Along::Flat)));
    assert_eq!(found.points.len(), 3);
}

#[test]
fn a_map_of_a_line_of_attractors_has_one_basin_without_a_border() {
    let study = one_layer("identity", "0.0", "[[0.5, 0.5], [0.5, 0.5]]", "");
    let interrupt = Interrupt::new();
    let on = (&study.network, &study.settings);
    let follow = Follow::new(on, Start::at(vec![0.0; 2]), &interrupt);
    // More different ends than are kept.
    let range = MapRange {
        x: [-1.0, 1.0],
        y: [-1.0, 1.0],
        points: [64, 64],
        border: Border::Manifolds,
    };
    let map = basin_map(&follow, &Across::Neurons([0, 1]), range).unwrap();
    assert_eq!(map.reached.attractors.len(), 1);
    assert!(map.reached.attractors[0].is_continuous());
    assert_eq!(map.reached.beyond, 0);
    assert!(map.labels.iter().all(|l| *l == 0) && map.border.is_empty());
}

#[test]
fn a_unit_of_time_changes_no_class() {
    // Nine fixed points of two neurons by themselves; the unit of time is any, and so is that of one beside the other.
    let model = |tau: &str| {
        let more = format!("tau = {tau}\n");
        one_layer(
            "{ kind = \"tanh\", beta = 2.0 }",
            "0.0",
            "[[1.0, 0.0], [0.0, 1.0]]",
            &more,
        )
    };
    for tau in ["1.0", "1e-9", "1e9", "1e12", "[1.0, 1e8]", "[1e-8, 1.0]"] {
        let study = model(tau);
        let own = Search {
            // What rests at once in its own time takes long in another.
            random: 0,
            ..search(&study)
        };
        let found = found(&study, &own);
        let many = |class| found.points.iter().filter(|p| p.class == class).count();
        let classes = [Class::StableNode, Class::Saddle(1), Class::UnstableNode];
        assert_eq!(classes.map(many), [4, 4, 1], "tau = {tau}");
        assert!(found.points.iter().all(|p| p.zeros == 0), "tau = {tau}");
        assert_eq!(found.count, Count::Complete, "tau = {tau}");
    }
    // A line of them stays one.
    let slow = one_layer("identity", "0.0", "[[0.5, 0.5], [0.5, 0.5]]", "tau = 1e9\n");
    let own = Search {
        random: 0,
        given: vec![vec![0.4, 0.3]],
        ..search(&slow)
    };
    let found = found(&slow, &own);
    assert_eq!((found.points.len(), found.points[0].zeros), (1, 1));
}

#[test]
fn a_string_over_a_saddle_of_index_2_has_not_settled() {
    // The second neuron moves so slowly that a string over the centre stands still, from where it could slide down.
    let study = one_layer(
        "{ kind = \"tanh\", beta = 2.0 }",
        "0.0",
        "[[1.0, 0.0], [0.0, 1.0]]",
        "tau = [1.0, 1e9]\n",
    );
    let own = Search {
        random: 0,
        ..search(&study)
    };
    let attractor = found(&study, &own).points[0].x.clone();
    let ends = [
        attractor.iter().map(|v| -v.abs()).collect::<Vec<f64>>(),
        attractor.iter().map(|v| v.abs()).collect(),
    ];
    let settings = StringSettings {
        tries: 1,
        ..StringSettings::default()
    };
    let on = (&study.network, study.network.input(), &[][..]);
    let interrupt = Interrupt::new();
    let found = minimum_energy_path(on, [&ends[0], &ends[1]], &settings, &interrupt).unwrap();
    assert!(
        found.summits.iter().any(|s| s.index == 2),
        "{:?}",
        found.summits
    );
    assert!(!found.is_settled);
}

#[test]
fn a_map_interrupted_before_its_ends_are_examined_labels_none() {
    let study = one_layer("{ kind = \"sigmoid\", beta = 6.0 }", "0.5", FLIP_FLOP, "");
    let interrupt = Interrupt::new();
    let on = (&study.network, &study.settings);
    let tell = |told: Told| {
        if Some(told.done) == told.of {
            interrupt.raise();
        }
    };
    let follow = Follow {
        tell: &tell,
        ..Follow::new(on, Start::at(vec![0.0; 2]), &interrupt)
    };
    let range = MapRange {
        x: [-1.0, 1.0],
        y: [-1.0, 1.0],
        points: [5, 5],
        border: Border::Manifolds,
    };
    let map = basin_map(&follow, &Across::Neurons([0, 1]), range).unwrap();
    assert!(map.reached.is_interrupted && map.reached.attractors.is_empty());
    // All have ended, at rest: what they are is not known, and nothing is said of them.
    assert_eq!((map.reached.followed, map.reached.slow), (0, 0));
    assert!(map.labels.iter().all(|l| *l == -1) && map.border.is_empty());
}
