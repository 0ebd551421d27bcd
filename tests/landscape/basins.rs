//! Basins against separatrices and areas of a second model (80-bit extrapolation along the flow, Green's theorem).

use attractor::analysis::{
    Across, BasinMap, Border, Class, Criterion, Cues, Follow, MapRange, Memories, Recall,
    RecallCurves, StatePlane, Whence, basin_fractions, basin_map, recall_curves, state_box,
};
use attractor::dynamics::{Interrupt, Settings, Start};
use attractor::study::Study;

use crate::common::reference::{Reference, flat, read, study};

const SEPARATRICES: [&str; 3] = [
    "s01_flipflop_tau_bias",
    "s02_hopfield1984_tau",
    "s03_attention_beta10",
];

fn loaded(case: &Reference) -> Study {
    study(&format!("{}[solve]\nlyapunov = \"off\"\n", case.network()))
}

fn settings() -> Settings {
    Settings {
        t_end: 1000.0,
        ..Settings::default()
    }
}

fn with<T>(study: &Study, ask: impl FnOnce(&Follow<'_>) -> T) -> T {
    let (settings, interrupt) = (settings(), Interrupt::new());
    let base = Start::at(vec![0.0; study.network.size()]);
    ask(&Follow::new((&study.network, &settings), base, &interrupt))
}

/// The box of a case: the ends of both axes.
fn ends(case: &Reference) -> [[f64; 2]; 2] {
    let all = flat(&case.0["box"]);
    [[all[0], all[1]], [all[2], all[3]]]
}

fn map(case: &Reference, points: usize, border: Border) -> BasinMap {
    let [x, y] = ends(case);
    let range = MapRange {
        x,
        y,
        points: [points; 2],
        border,
    };
    with(&loaded(case), |follow| {
        basin_map(follow, &Across::Neurons([0, 1]), range).unwrap()
    })
}

/// The points of every separatrix of a case, the saddle among them, and the attractors on its two sides.
fn curves(case: &Reference) -> Vec<(Vec<[f64; 2]>, [i64; 2])> {
    let pair = |p: &serde_json::Value| [p[0].as_f64().unwrap(), p[1].as_f64().unwrap()];
    let all = case.0["separatrices"].as_array().unwrap().iter();
    let one = |s: &serde_json::Value| {
        let saddle = &case.0["fixed_points"][s["saddle"].as_u64().unwrap() as usize];
        let branch = |name: &str| -> Vec<[f64; 2]> {
            s[name].as_array().unwrap().iter().map(pair).collect()
        };
        let mut points = branch("branch_minus");
        points.reverse();
        let at = flat(&case.gather(&saddle["x"]).into());
        points.push([at[0], at[1]]);
        points.extend(branch("branch_plus"));
        let to = &s["escapes_to"];
        (
            points,
            ["plus", "minus"].map(|side| to[side].as_i64().unwrap()),
        )
    };
    all.map(one).collect()
}

fn distance(p: [f64; 2], curve: &[[f64; 2]]) -> f64 {
    let to = |w: &[[f64; 2]]| {
        let [ab, ap] = [[w[1], w[0]], [p, w[0]]].map(|[a, b]| [a[0] - b[0], a[1] - b[1]]);
        let along = (ap[0] * ab[0] + ap[1] * ab[1]) / (ab[0] * ab[0] + ab[1] * ab[1]);
        let t = along.clamp(0.0, 1.0);
        (ap[0] - t * ab[0]).hypot(ap[1] - t * ab[1])
    };
    curve.windows(2).map(to).fold(f64::INFINITY, f64::min)
}

#[test]
fn labels_change_at_the_separatrix_and_nowhere_else() {
    for name in SEPARATRICES {
        let case = read(name);
        let map = map(&case, 101, Border::No);
        let points = case.0["fixed_points"].as_array().unwrap();
        let stable = points.iter().filter(|p| p["index"] == 0);
        for (ours, theirs) in map.reached.attractors.iter().zip(stable.clone()) {
            let pairs = ours.x.iter().zip(case.gather(&theirs["x"]));
            pairs.for_each(|(a, b)| assert!((a - b).abs() <= 1e-10, "{name}: {a} {b}"));
        }
        assert_eq!(map.reached.attractors.len(), stable.count(), "{name}");
        let curves = curves(&case);
        let all: Vec<&Vec<[f64; 2]>> = curves.iter().map(|c| &c.0).collect();
        let nearest = |p| {
            all.iter()
                .map(|c| distance(p, c))
                .fold(f64::INFINITY, f64::min)
        };
        let columns = map.x.len();
        let at = |k: usize| [map.x[k % columns], map.y[k / columns]];
        let step = (map.x[1] - map.x[0]).max(map.y[1] - map.y[0]);
        // Two neighbours with different labels have the curve between them.
        for k in 0..map.labels.len() {
            let right = (k % columns + 1 < columns).then_some(k + 1);
            let above = (k + columns < map.labels.len()).then_some(k + columns);
            for next in right.into_iter().chain(above) {
                if map.labels[k] != map.labels[next] {
                    assert!(nearest(at(k)) <= step, "{name}: {:?}", at(k));
                }
            }
        }
        // A step and a half beside the curve, on both sides, the labels are those of the attractors that its saddle's other two branches
        // lead to; the plus side is that of the unstable direction.
        for (curve, sides) in &curves {
            for w in curve.windows(2) {
                let [dx, dy] = [w[1][0] - w[0][0], w[1][1] - w[0][1]];
                let length = dx.hypot(dy);
                let mut seen = Vec::new();
                for sign in [1.5, -1.5] {
                    let p = [
                        w[0][0] - sign * step * dy / length,
                        w[0][1] + sign * step * dx / length,
                    ];
                    let cell = |axis: &[f64], v: f64| {
                        let h = axis[1] - axis[0];
                        let k = ((v - axis[0]) / h).round();
                        (k >= 0.0 && k < axis.len() as f64).then_some(k as usize)
                    };
                    if let (Some(i), Some(j)) = (cell(&map.x, p[0]), cell(&map.y, p[1])) {
                        // Where another separatrix is near, the other side may be beyond it.
                        if nearest(at(j * columns + i)) >= 0.7 * step {
                            seen.push(map.labels[j * columns + i]);
                        }
                    }
                }
                // Where two separatrices run side by side, a basin is thinner than the step.
                let others = all.iter().filter(|c| **c != curve);
                let alone = others.map(|c| distance(w[0], c)).all(|d| d > 3.0 * step);
                let fits = |l: &i64| sides.contains(l) || !alone;
                assert!(seen.iter().all(fits), "{name}: {w:?} {seen:?}");
                if let [a, b] = seen[..] {
                    assert_ne!(a, b, "{name}: {w:?}");
                }
            }
        }
    }
}

#[test]
fn the_border_that_is_bisected_is_the_separatrix() {
    for name in SEPARATRICES {
        let case = read(name);
        let map = map(&case, 33, Border::Bisected);
        let curves = curves(&case);
        let step = (map.x[1] - map.x[0]).max(map.y[1] - map.y[0]);
        assert!(!map.border.is_empty(), "{name}");
        let mut far: Vec<[f64; 2]> = Vec::new();
        for p in map.border.iter().flatten() {
            let near = curves.iter().map(|c| distance(*p, &c.0));
            let near = near.fold(f64::INFINITY, f64::min);
            // Halved eight times, to the middle of what is left; the points of the reference are 0.05 apart, and the sagitta of
            // a bend of radius 0.4 between them is below 1e-3.
            if near > step / 512.0 + 1e-3 && !far.contains(p) {
                far.push(*p);
            }
            assert!(near <= step, "{name}: {p:?} is {near} away");
        }
        // But for two where three basins meet: the middle of a cell, and a bend that the reference cuts short.
        assert!(far.len() <= 2 * (curves.len() - 1), "{name}: {far:?}");
        // And it is all there: no point of the curve inside the map is far from it.
        let [x, y] = ends(&case);
        for p in curves.iter().flat_map(|c| &c.0) {
            let inside = (x[0]..=x[1]).contains(&p[0]) && (y[0]..=y[1]).contains(&p[1]);
            let near = map.border.iter().map(|line| distance(*p, line));
            let near = near.fold(f64::INFINITY, f64::min);
            assert!(!inside || near <= step, "{name}: {p:?} is {near} away");
        }
        // One line for each separatrix, with three ends where three basins meet.
        assert!(map.border.len() <= 4, "{name}: {}", map.border.len());
    }
}

#[test]
fn stable_manifolds_are_the_separatrices_and_agree_with_the_labels_to_a_pixel() {
    for name in SEPARATRICES {
        let case = read(name);
        let map = map(&case, 101, Border::Manifolds);
        assert_eq!(map.traced, Border::Manifolds);
        let curves = curves(&case);
        assert_eq!(
            (map.border.len(), map.saddles.len()),
            (curves.len(), curves.len()),
            "{name}"
        );
        let nearest = |p| {
            let all = map.border.iter().map(|line| distance(p, line));
            all.fold(f64::INFINITY, f64::min)
        };
        for p in curves.iter().flat_map(|c| &c.0) {
            // The points of the curve are known to 1e-7; between those of ours there are chords.
            assert!(nearest(*p) <= 1e-3, "{name}: {p:?} is {} away", nearest(*p));
        }
        let columns = map.x.len();
        let at = |k: usize| [map.x[k % columns], map.y[k / columns]];
        let step = (map.x[1] - map.x[0]).max(map.y[1] - map.y[0]);
        for k in 0..map.labels.len() {
            let right = (k % columns + 1 < columns).then_some(k + 1);
            let above = (k + columns < map.labels.len()).then_some(k + columns);
            for next in right.into_iter().chain(above) {
                let differ = map.labels[k] != map.labels[next];
                assert!(!differ || nearest(at(k)) <= step, "{name}: {:?}", at(k));
            }
        }
    }
}

#[test]
fn fractions_are_the_areas_within_their_errors() {
    for name in SEPARATRICES {
        let case = read(name);
        let [x, y] = ends(&case);
        let (low, high) = (vec![x[0], y[0]], vec![x[1], y[1]]);
        let starts = 20_000;
        let found = with(&loaded(&case), |follow| {
            let plane = StatePlane::new(follow, &Across::Neurons([0, 1])).unwrap();
            let rectangle = Whence::Rectangle { plane, x, y };
            [Whence::Box { low, high }, rectangle]
                .map(|whence| basin_fractions(follow, &whence, starts).unwrap())
        });
        for found in found {
            let exact = case.0["basin_fractions"].as_object().unwrap();
            assert_eq!(found.reached.attractors.len(), exact.len(), "{name}");
            for (k, p) in exact {
                let (k, p) = (k.parse::<usize>().unwrap(), p.as_f64().unwrap());
                let share = &found.shares[0];
                let z = (share.fraction(k) - p) / (p * (1.0 - p) / starts as f64).sqrt();
                assert!(z.abs() < 5.0, "{name}, {k}: {} and {p}", share.fraction(k));
                let [low, high] = share.interval(k);
                assert!(low < share.fraction(k) && share.fraction(k) < high);
            }
            assert_eq!(found.shares[0].others, 0, "{name}");
        }
    }
}

/// The flip-flop of two equal neurons: x1 = x2 is the separatrix.
fn flip_flop() -> Study {
    loaded(&read("f01_flipflop_beta6"))
}

const SQUARE: MapRange = MapRange {
    x: [-1.0, 1.0],
    y: [-1.0, 1.0],
    points: [41, 41],
    border: Border::Bisected,
};

#[test]
fn a_start_on_the_separatrix_rests_at_a_saddle_which_is_no_attractor() {
    let map = with(&flip_flop(), |follow| {
        basin_map(follow, &Across::Neurons([0, 1]), SQUARE).unwrap()
    });
    assert_eq!(map.reached.attractors.len(), 2);
    assert_eq!(map.reached.saddles.len(), 1);
    assert_eq!(map.reached.saddles[0].class, Class::Saddle(1));
    assert_eq!(map.reached.saddles[0].starts, 41);
    for (k, label) in map.labels.iter().enumerate() {
        let (i, j) = (k % 41, k / 41);
        // The attractor of the same energy whose first coordinate is smaller comes first: the second neuron wins there.
        let wanted = match i.cmp(&j) {
            std::cmp::Ordering::Equal => -2,
            std::cmp::Ordering::Less => 0,
            std::cmp::Ordering::Greater => 1,
        };
        assert_eq!(*label, wanted, "{i} {j}");
        assert!(map.times[k] > 0.0 && map.times[k] < 1000.0);
    }
    // E = −¼ ... of both attractors alike, and above it that of the saddle.
    let energies = map.energies();
    assert!((energies[1] - energies[41]).abs() <= 1e-12);
    assert!(energies[0] > energies[1]);
    // What is traced is the diagonal, to the rounding of a bisected step.
    for [x, y] in map.border.iter().flatten() {
        assert!((x - y).abs() <= 0.05 / 128.0, "{x} {y}");
    }
}

#[test]
fn a_cycle_has_no_basin_of_an_attractor() {
    for name in [
        "n02_asymmetric_W",
        "n04_EI_slow_inhibition",
        "f08_limit_cycle",
    ] {
        let case = read(name);
        let text = format!("{}[solve]\nlyapunov = \"off\"\n", case.network());
        let study = study(&text);
        let settings = Settings {
            t_end: 60.0,
            until_rest: true,
            ..Settings::default()
        };
        let interrupt = Interrupt::new();
        let base = Start::at(vec![0.3; study.network.size()]);
        let follow = Follow::new((&study.network, &settings), base, &interrupt);
        let range = MapRange {
            points: [4, 4],
            ..SQUARE
        };
        let map = basin_map(&follow, &Across::Neurons([0, 1]), range).unwrap();
        assert_eq!(map.labels, vec![-1; 16], "{name}");
        assert!(map.times.iter().all(|t| t.is_nan()), "{name}");
        assert_eq!(map.reached.attractors, [], "{name}");
        assert_eq!(map.reached.restless, 16, "{name}");
    }
}

#[test]
fn the_coordinates_of_a_plane_are_what_they_are_called() {
    // Two memories that are not orthogonal.
    let text = "[layers.n]\nsize = 4\nlagrangian = \"tanh\"\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = [[0,1,0,0],[1,0,0,0],[0,0,0,1],[0,0,1,0]]\n";
    let study = study(text);
    let memories = Memories {
        patterns: vec![1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, -1.0],
        size: 4,
    };
    let (settings, interrupt) = (settings(), Interrupt::new());
    let base = Start::at(vec![0.3, -0.2, 0.7, 0.1]);
    let follow = Follow::new((&study.network, &settings), base.clone(), &interrupt);
    let plane = |across: &Across| StatePlane::new(&follow, across).unwrap();
    let overlaps = plane(&Across::Memories {
        layer: 0,
        memories: memories.clone(),
        two: [0, 1],
    });
    for [u, v] in [[0.0, 0.0], [1.0, 0.5], [-0.3, 0.8]] {
        let x = overlaps.state([u, v]);
        let dot = |k: usize| {
            memories
                .get(k)
                .iter()
                .zip(&x)
                .map(|(m, x)| m * x)
                .sum::<f64>()
                / 4.0
        };
        assert!((dot(0) - u).abs() < 1e-15 && (dot(1) - v).abs() < 1e-15);
        let [a, b] = overlaps.point(&x);
        assert!((a - u).abs() < 1e-15 && (b - v).abs() < 1e-15);
        // What is orthogonal to both memories is that of the start: x1 − x2 and x1 − x3.
        assert!((x[0] - x[1] - 0.5).abs() < 1e-15 && (x[0] - x[2] + 0.4).abs() < 1e-15);
    }
    let directions = [vec![1.0, 0.0, 0.0, 1.0], vec![1.0, 1.0, 0.0, 0.0]];
    let along = plane(&Across::Along(directions));
    assert_eq!(along.state([0.0, 0.0]), base.x);
    assert_eq!(
        along.state([2.0, -1.0]),
        [0.3 + 2.0 - 1.0, -0.2 - 1.0, 0.7, 0.1 + 2.0]
    );
    let [u, v] = along.point(&along.state([2.0, -1.0]));
    assert!((u - 2.0).abs() < 1e-15 && (v + 1.0).abs() < 1e-15);
    let neurons = plane(&Across::Neurons([2, 0]));
    assert_eq!(neurons.state([5.0, 6.0]), [6.0, -0.2, 5.0, 0.1]);
}

#[test]
fn planes_ranges_and_starts_that_make_no_sense_are_refused() {
    let study = flip_flop();
    let refused = |across: Across, range: MapRange| {
        with(&study, |f| {
            basin_map(f, &across, range).unwrap_err().to_string()
        })
    };
    let neurons = |a, b| Across::Neurons([a, b]);
    let memories = |patterns: Vec<f64>, size, two| Across::Memories {
        layer: 0,
        memories: Memories { patterns, size },
        two,
    };
    let cases = [
        (
            neurons(0, 2),
            "neurons.1 is neuron 2, the network has 2 neurons",
        ),
        (neurons(1, 1), "are one neuron twice"),
        (
            memories(vec![1.0; 6], 3, [0, 1]),
            "memories have 3 numbers each",
        ),
        (
            memories(vec![1.0; 2], 2, [0, 1]),
            "memories.1 is memory 1, there are 1",
        ),
        (memories(vec![1.0; 4], 2, [0, 1]), "are on one line, or 0"),
        (memories(vec![0.0; 4], 2, [0, 1]), "are on one line, or 0"),
        (memories(vec![f64::NAN; 4], 2, [0, 1]), "not finite"),
        (
            Across::Along([vec![1.0], vec![0.0, 1.0]]),
            "directions.0 has 1 number",
        ),
        (
            Across::Along([vec![1.0, 2.0], vec![2.0, 4.0]]),
            "are on one line, or 0",
        ),
        (
            Across::Along([vec![1.0, f64::INFINITY], vec![0.0, 1.0]]),
            "not finite",
        ),
    ];
    for (across, why) in cases {
        let told = refused(across, SQUARE);
        assert!(told.contains(why), "{told}");
    }
    let ranges = [
        ([1.0, -1.0], [41, 41], "x is reversed, from 1 to -1"),
        ([1.0, 1.0], [41, 41], "x is empty"),
        ([0.0, f64::NAN], [41, 41], "x has an end that is not finite"),
        ([0.0, 1.0], [1, 41], "two or more"),
        ([0.0, 1.0], [usize::MAX, 3], "more than"),
    ];
    for (x, points, why) in ranges {
        let told = refused(
            neurons(0, 1),
            MapRange {
                x,
                points,
                ..SQUARE
            },
        );
        assert!(told.contains(why), "{told}");
    }
    let clamped = with(&study, |f| {
        let mut follow = f.clone();
        follow.base.clamped = vec![1];
        basin_map(&follow, &neurons(0, 1), SQUARE)
            .unwrap_err()
            .to_string()
    });
    assert!(clamped.contains("which is clamped"), "{clamped}");
    let ball = |radius| Whence::Balls {
        centres: vec![vec![0.0; 2]],
        radius,
        neurons: vec![0, 1],
    };
    let wrong = [
        (Whence::States, 5, "are counted of units that flip"),
        (
            Whence::Box {
                low: vec![0.0],
                high: vec![1.0; 2],
            },
            5,
            "has 1 number",
        ),
        (
            Whence::Box {
                low: vec![2.0; 2],
                high: vec![1.0; 2],
            },
            5,
            "is reversed",
        ),
        (ball(0.0), 5, "above 0"),
        (ball(f64::NAN), 5, "above 0"),
        (ball(1.0), 0, "are 0"),
        (ball(1.0), usize::MAX, "fractions are counted"),
    ];
    for (whence, starts, why) in wrong {
        let told = with(&study, |f| {
            basin_fractions(f, &whence, starts).unwrap_err().to_string()
        });
        assert!(told.contains(why), "{told}");
    }
}

#[test]
fn the_box_of_states_holds_every_fixed_point() {
    for name in [
        "f04_winner_take_all_3",
        "f05_random_tanh_5",
        "f06_two_layer_softmax",
    ] {
        let case = read(name);
        let [low, high] = with(&loaded(&case), |f| state_box(f).unwrap());
        for point in case.0["fixed_points"].as_array().unwrap() {
            for (i, x) in case.gather(&point["x"]).iter().enumerate() {
                assert!(low[i] < *x && *x < high[i], "{name}: {x}");
            }
        }
    }
}

#[test]
fn a_ball_inside_a_basin_belongs_to_it_and_its_starts_are_uniform() {
    // x1 = x2 is the separatrix, and the attractors (a, −a), (−a, a) are a √2 from it, a = 0.4293: a ball of twice that radius
    // has the part beyond the chord at half of it, (π/3 − √3/4)/π = 0.19550, in the other basin.
    let study = flip_flop();
    let found = |radius: f64| {
        with(&study, |f| {
            let map = basin_map(f, &Across::Neurons([0, 1]), SQUARE).unwrap();
            let centres: Vec<Vec<f64>> =
                map.reached.attractors.iter().map(|p| p.x.clone()).collect();
            let neurons = vec![0, 1];
            let whence = Whence::Balls {
                centres,
                radius,
                neurons,
            };
            basin_fractions(f, &whence, 10_000).unwrap()
        })
    };
    let reach = 0.429_279_818_3 * 2f64.sqrt();
    let inner = found(0.999 * reach);
    assert_eq!(inner.shares[0].attractors, [10_000, 0]);
    assert_eq!(inner.shares[1].attractors, [0, 10_000]);
    let wide = found(2.0 * reach);
    for (k, share) in wide.shares.iter().enumerate() {
        let beyond = share.fraction(1 - k);
        let p = (std::f64::consts::PI / 3.0 - 3f64.sqrt() / 4.0) / std::f64::consts::PI;
        let z = (beyond - p) / (p * (1.0 - p) / 10_000.0).sqrt();
        assert!(z.abs() < 5.0, "{beyond} and {p}");
    }
}

#[test]
fn every_state_of_units_that_flip_is_as_likely_and_leads_where_it_must() {
    // Two pairs of spins, each wanting to be alike: four ends, each reached from a quarter of all states by symmetry.
    let text = "[layers.s]\nsize = 4\nlagrangian = \"sign\"\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"s\"]\nweights = [[0,1,0,0],[1,0,0,0],[0,0,0,1],[0,0,1,0]]\n[start]\ns = [1,1,1,1]\n[solve]\nmethod = \"asynchronous\"\n";
    let study = study(text);
    let interrupt = Interrupt::new();
    let base = Start::at(vec![1.0; 4]);
    let follow = Follow::new((&study.network, &study.settings), base, &interrupt);
    let found = basin_fractions(&follow, &Whence::States, 20_000).unwrap();
    assert_eq!(found.reached.attractors.len(), 4);
    for k in 0..4 {
        let z = (found.shares[0].fraction(k) - 0.25) / (0.25f64 * 0.75 / 20_000.0).sqrt();
        assert!(z.abs() < 5.0, "{}", found.shares[0].fraction(k));
    }
    // The Hamming ball of radius 1 has 5 states: the centre, which stays, and four that differ in one unit. That one or its
    // neighbour flips back, each first half of the time: of the ball (1 + 4/2)/5 = 0.6 returns.
    let ball = Whence::Balls {
        centres: vec![vec![1.0; 4]],
        radius: 1.0,
        neurons: vec![0, 1, 2, 3],
    };
    let found = basin_fractions(&follow, &ball, 20_000).unwrap();
    let own = found
        .reached
        .attractors
        .iter()
        .position(|p| p.x == [1.0; 4])
        .unwrap();
    let z = (found.shares[0].fraction(own) - 0.6) / (0.6f64 * 0.4 / 20_000.0).sqrt();
    assert!(z.abs() < 5.0, "{}", found.shares[0].fraction(own));
}

/// One memory of `n` spins, with the network's inverse as its only other attractor.
fn one_memory(n: usize, lagrangian: &str, method: &str) -> Study {
    let memory: Vec<f64> = (0..n)
        .map(|i| if i % 3 == 0 { -1.0 } else { 1.0 })
        .collect();
    let rows: Vec<Vec<f64>> = (0..n)
        .map(|i| {
            (0..n)
                .map(|j| {
                    if i == j {
                        0.0
                    } else {
                        memory[i] * memory[j] / n as f64
                    }
                })
                .collect()
        })
        .collect();
    study(&format!(
        "[patterns]\nxi = [{memory:?}]\n[layers.s]\nsize = {n}\nlagrangian = {lagrangian}\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"s\"]\nweights = {rows:?}\n[start]\ns = {memory:?}\n[recall]\nlayer = \"s\"\nof = \"xi\"\noverlap = 0.9\n[solve]\n{method}\n"
    ))
}

fn curves_of(study: &Study, levels: &[f64], values: Option<[f64; 2]>, each: usize) -> RecallCurves {
    let interrupt = Interrupt::new();
    let base = study.cases[0].start.clone();
    let follow = Follow::new((&study.network, &study.settings), base, &interrupt);
    let cues = Cues {
        memories: vec![],
        levels: levels.to_vec(),
        values,
        each,
    };
    recall_curves(&follow, study.recall.as_ref().unwrap(), &cues).unwrap()
}

#[test]
fn one_memory_is_recalled_up_to_half_of_its_units_and_never_beyond() {
    // 21 units: with up to 10 turned the overlap with the memory is above 0, and every unit's field, which leaves itself out, has its
    // sign; with 11 and more, that of the inverse.
    let levels: Vec<f64> = (0..=21).map(|k| f64::from(k) / 21.0).collect();
    let flips = one_memory(21, "\"sign\"", "method = \"asynchronous\"");
    let graded = one_memory(21, "{ kind = \"tanh\", beta = 4.0 }", "until = \"rest\"");
    for study in [flips, graded] {
        let found = curves_of(&study, &levels, Some([-1.0, 1.0]), 50);
        let recalled = &found.recalled[0];
        assert!(recalled[..10].iter().all(|k| *k == 50), "{recalled:?}");
        assert!(recalled[12..].iter().all(|k| *k == 0), "{recalled:?}");
        assert!(found.restless[0].iter().all(|k| *k == 0));
        let radius = found.radius(0, 0.5).unwrap();
        assert!(radius == 9 || radius == 10, "{recalled:?}");
        // 50 of 50 is certain of 0.929 and no more (Wilson 1927).
        assert_eq!(found.certain_radius(0, 0.92), found.radius(0, 1.0));
        assert_eq!(found.certain_radius(0, 0.94), None);
    }
}

#[test]
fn a_memory_at_0_or_1_is_damaged_by_the_other_value_and_a_graded_one_by_noise() {
    // One neuron of slope 1 at 0 that excites itself: x = m tanh-like; it is recalled where its sign survives the noise, with
    // probability Φ(1/σ).
    let study = study(
        "[patterns]\nxi = [[1.0]]\n[layers.n]\nsize = 1\nlagrangian = { kind = \"tanh\", beta = 2.0 }\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = [[1.0]]\n[start]\nn = [1.0]\n[recall]\nlayer = \"n\"\nof = \"xi\"\noverlap = 0.9\n[solve]\nuntil = \"rest\"\n",
    );
    let each = 20_000;
    let found = curves_of(&study, &[0.0, 0.5, 1.0, 2.0], None, each);
    assert_eq!(found.recalled[0][0], each as u64);
    for (level, p) in [(1, 0.977_249_868), (2, 0.841_344_746), (3, 0.691_462_461)] {
        let z = (found.probability(0, level) - p) / (p * (1.0 - p) / each as f64).sqrt();
        assert!(z.abs() < 5.0, "{level}: {}", found.probability(0, level));
    }
    assert_eq!(Cues::values_of(&[0.0, 1.0, 1.0]), Some([0.0, 1.0]));
    assert_eq!(Cues::values_of(&[1.0, 1.0]), None);
    assert_eq!(Cues::values_of(&[0.0, 0.5, 1.0]), None);
    assert_eq!(Cues::values_of(&[]), None);
}

#[test]
fn cues_that_make_no_sense_are_refused() {
    let study = one_memory(6, "\"sign\"", "method = \"asynchronous\"");
    let interrupt = Interrupt::new();
    let base = study.cases[0].start.clone();
    let follow = Follow::new((&study.network, &study.settings), base, &interrupt);
    let recall = study.recall.clone().unwrap();
    let refused = |recall: &Recall, change: &dyn Fn(&mut Cues)| {
        let mut cues = Cues {
            memories: vec![],
            levels: vec![0.0, 0.5],
            values: Some([-1.0, 1.0]),
            each: 3,
        };
        change(&mut cues);
        recall_curves(&follow, recall, &cues)
            .unwrap_err()
            .to_string()
    };
    let wrong: [(&dyn Fn(&mut Cues), &str); 6] = [
        (
            &|c| c.memories = vec![1],
            "memories.0 is memory 1, there are 1",
        ),
        (&|c| c.levels = vec![0.5, 0.5], "must rise"),
        (&|c| c.levels = vec![0.5, 1.5], "damage.1 is 1.5"),
        (&|c| c.levels = vec![f64::NAN], "damage.0 is NaN"),
        (&|c| c.levels = vec![], "the cues are 0"),
        (&|c| c.each = usize::MAX, "the cues are"),
    ];
    for (change, why) in wrong {
        let told = refused(&recall, change);
        assert!(told.contains(why), "{told}");
    }
    let other = Recall {
        layer: 0,
        memories: Memories {
            patterns: vec![1.0; 5],
            size: 5,
        },
        criterion: Criterion::default(),
    };
    assert!(refused(&other, &|_| ()).contains("have 5 numbers each"));
    // Noise makes no value of a unit that flips.
    assert!(refused(&recall, &|c| c.values = None).contains("cannot be followed"));
}

#[test]
fn an_answer_does_not_depend_on_the_number_of_threads() {
    let case = read("s03_attention_beta10");
    let study = loaded(&case);
    let [one, three] = [1, 3].map(|threads| {
        with(&study, |f| {
            let mut follow = f.clone();
            follow.threads = threads;
            basin_map(&follow, &Across::Neurons([0, 1]), SQUARE).unwrap()
        })
    });
    assert_eq!(one, three);
}
