//! Tours, against what a few independent lines say of them.

use attractor::dynamics::Interrupt;
use attractor::model_file::load as load_model;
use attractor::problem::{Solved, stage};

use super::{refused, shipped, solved};

const TEN: [(f64, f64); 10] = [
    (0.4, 0.4439),
    (0.2439, 0.1463),
    (0.1707, 0.2293),
    (0.2293, 0.761),
    (0.5171, 0.9414),
    (0.8732, 0.6536),
    (0.6878, 0.5219),
    (0.8488, 0.3609),
    (0.6683, 0.2536),
    (0.6195, 0.2634),
];

fn length(tour: &[usize]) -> f64 {
    let n = tour.len();
    let side = |k: usize| {
        let (a, b) = (TEN[tour[k]], TEN[tour[(k + 1) % n]]);
        ((a.0 - b.0).powi(2) + (a.1 - b.1).powi(2)).sqrt()
    };
    (0..n).map(side).sum()
}

/// Every tour that is called valid visits each city once, has the length that is told, and is a permutation of activations without
/// rounding; what is called none is none.
fn holds_what_it_says(solved: &Solved, n: usize, by_places: bool) {
    for attempt in &solved.attempts {
        let g = &attempt.g[..n * n];
        let ones: Vec<usize> = (0..n * n).filter(|k| g[*k] > 0.9).collect();
        let whole = g.iter().all(|g| *g > 0.9 || g.abs() < 0.1);
        let mut rows: Vec<usize> = ones.iter().map(|k| k / n).collect();
        let mut columns: Vec<usize> = ones.iter().map(|k| k % n).collect();
        rows.sort_unstable();
        columns.sort_unstable();
        let all: Vec<usize> = (0..n).collect();
        let valid = whole && rows == all && columns == all;
        assert_eq!(attempt.answer.is_valid(), valid);
        if valid {
            let tour: Vec<usize> = attempt.answer.values.iter().map(|c| *c as usize).collect();
            for (place, city) in tour.iter().enumerate() {
                let at = if by_places {
                    place * n + city
                } else {
                    city * n + place
                };
                assert!(g[at] > 0.9);
            }
            assert!((attempt.answer.cost.unwrap() - length(&tour)).abs() < 1e-12);
        }
    }
}

#[test]
fn softassign_ends_in_tours_and_finds_the_shortest() {
    let solved = solved(&shipped("ten-cities", &["solve.seed=5"]));
    holds_what_it_says(&solved, 10, false);
    let (valid, _) = solved.valid();
    assert!(valid >= 99, "{valid} of 100");
    let base = solved.baseline.as_ref().unwrap();
    assert!(
        base.is_exact && (base.cost - 2.690_670_637_0).abs() < 1e-9,
        "{}",
        base.cost
    );
    assert!((solved.costs()[0] - base.cost).abs() < 1e-9);
}

/// The published constants end in a tour from about one start in six; with a weaker length from nearly all.
#[test]
fn hopfield_and_tank_fail_as_often_as_is_known() {
    let own = [
        "network.form=hopfield-tank",
        "solve.starts=100",
        "solve.seed=7",
    ];
    let published = solved(&shipped("ten-cities", &own));
    holds_what_it_says(&published, 10, false);
    let (valid, _) = published.valid();
    assert!((5..=30).contains(&valid), "{valid} of 100");
    let weaker = [&own[..], &["network.target=12.5", "network.d=200"]].concat();
    let (valid, _) = solved(&shipped("ten-cities", &weaker)).valid();
    assert!(valid >= 80, "{valid} of 100");
}

/// The network is that of the reference case: five of the cities, its weights entry by entry and its short trajectory.
#[test]
fn the_network_of_hopfield_and_tank_is_the_reference_case() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/c35_hopfield_tank_5city.json");
    let case: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let flat = |v: &serde_json::Value| -> Vec<f64> {
        let rows = v.as_array().unwrap().iter();
        let rows = rows.map(|r| match r.as_array() {
            Some(r) => r.iter().map(|x| x.as_f64().unwrap()).collect(),
            None => vec![r.as_f64().unwrap()],
        });
        rows.collect::<Vec<Vec<f64>>>().concat()
    };
    let wanted = flat(&case["couplings"][0]["W"]);
    // The case has distances that are rounded as its weights show them: W of neighbouring places is −C − D d.
    let d = |x: usize, y: usize| -(wanted[x * 5 * 25 + y * 5 + 1] + 200.0) / 500.0;
    let rows: Vec<String> = (0..5)
        .map(|x| {
            let row = (0..5).map(|y| if x == y { 0.0 } else { d(x, y) });
            format!("{:?}", row.collect::<Vec<f64>>())
        })
        .collect();
    let problem = format!(
        "[problem]\nkind = \"travelling-salesman\"\ndistances = [{}]\n[network]\nform = \"hopfield-tank\"\n[solve]\nstarts = 1\n",
        rows.join(", ")
    );
    let file = tempfile::NamedTempFile::with_suffix(".toml").unwrap();
    std::fs::write(file.path(), problem).unwrap();
    let asked = attractor::problem::load(file.path(), &[]).unwrap();
    let first = stage(&asked, 0, &Interrupt::new()).unwrap();
    let directory = tempfile::tempdir().unwrap();
    for (name, bytes) in first.files("model.toml") {
        std::fs::write(directory.path().join(name), bytes).unwrap();
    }
    let network = load_model(&directory.path().join("model.toml"), &[]).unwrap();
    let network = network.study.network;
    // Currents at unit activations are columns of W, and at none the bias.
    let currents = |g: &[f64]| {
        let mut all = vec![0.0; 25];
        for c in network.connections() {
            let ports = attractor::synapse::Ports::new(&c.neurons, 1);
            c.synapse
                .evaluate(&ports, g, &mut all, None, &mut c.synapse.scratch(1));
        }
        all
    };
    let bias = currents(&[0.0; 25]);
    assert!(bias.iter().all(|b| (b - 1500.0).abs() < 1e-9), "{bias:?}");
    for k in 0..25 {
        let mut one = [0.0; 25];
        one[k] = 1.0;
        for (i, current) in currents(&one).iter().enumerate() {
            let w = current - bias[i];
            assert!((w - wanted[i * 25 + k]).abs() < 1e-9, "{i}, {k}: {w}");
        }
    }
}

/// A city for each place: cooled with a penalty that rises it ends in tours.
#[test]
fn one_hot_groups_end_in_tours() {
    let solved = solved(&shipped(
        "ten-cities",
        &["network.form=one-hot", "solve.starts=50"],
    ));
    holds_what_it_says(&solved, 10, true);
    let (valid, _) = solved.valid();
    assert!(valid >= 45, "{valid} of 50");
}

const BURMA: &str = "NAME : burma14\nTYPE : TSP\nCOMMENT : 14 places in Burma\nDIMENSION : 14\nEDGE_WEIGHT_TYPE : GEO\nEDGE_WEIGHT_FORMAT : FUNCTION\nNODE_COORD_SECTION\n1 16.47 96.10\n2 16.47 94.44\n3 20.09 92.54\n4 22.39 93.37\n5 25.23 97.24\n6 22.00 96.05\n7 20.47 97.02\n8 17.20 96.29\n9 16.30 97.38\n10 14.05 98.12\n11 16.53 97.38\n12 21.52 95.59\n13 19.41 97.13\n14 20.09 94.55\nEOF\n";

/// A problem of a file of TSPLIB with this text.
fn of_file(text: &str) -> Result<attractor::problem::Asked, String> {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("own.tsp"), text).unwrap();
    let file = directory.path().join("problem.toml");
    let problem =
        "[problem]\nkind = \"travelling-salesman\"\nfile = \"own.tsp\"\n[solve]\nstarts = 4\n";
    std::fs::write(&file, problem).unwrap();
    attractor::problem::load(&file, &[]).map_err(|e| e.to_string())
}

/// The published optimum of burma14 is 3323: coordinates, distances and the exact method agree.
#[test]
fn a_file_of_tsplib_has_its_published_optimum() {
    let asked = of_file(BURMA).unwrap();
    let base = asked.problem.baseline().unwrap();
    assert_eq!(base.cost, 3323.0);
    let solved = solved(&asked);
    let best = solved.best().unwrap();
    assert!(solved.attempts[best].answer.is_valid());
    let texts = asked.problem.texts(&solved);
    let (name, text) = &texts[0];
    assert_eq!(name, "best.tour");
    let section = text.split_once("TOUR_SECTION\n").unwrap().1;
    let mut cities: Vec<usize> = section
        .lines()
        .take_while(|l| *l != "-1")
        .map(|l| l.parse().unwrap())
        .collect();
    cities.sort_unstable();
    assert_eq!(cities, (1..=14).collect::<Vec<_>>());
}

/// The same four distances in each layout of a matrix, and the roundings of planes.
#[test]
fn matrices_and_roundings_are_those_of_tsplib() {
    let cost = |text: &str| of_file(text).unwrap().problem.baseline().unwrap().cost;
    let head = |n: usize, format: &str| {
        format!(
            "DIMENSION: {n}\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: {format}\nEDGE_WEIGHT_SECTION\n"
        )
    };
    // 0-1 1, 1-2 2, 2-3 3, 3-0 4, and long diagonals.
    for (format, numbers) in [
        ("FULL_MATRIX", "0 1 50 4\n1 0 2 60\n50 2 0 3\n4 60 3 0"),
        ("UPPER_ROW", "1 50 4\n2 60\n3"),
        ("UPPER_DIAG_ROW", "0 1 50 4 0 2\n60 0 3 0"),
        ("LOWER_DIAG_ROW", "0\n1 0\n50 2 0\n4 60 3 0"),
    ] {
        assert_eq!(
            cost(&(head(4, format) + numbers + "\nEOF\n")),
            10.0,
            "{format}"
        );
    }
    let plane = |kind: &str| {
        format!(
            "DIMENSION: 3\nEDGE_WEIGHT_TYPE: {kind}\nNODE_COORD_SECTION\n1 0 0\n2 3 1\n3 0 1\nEOF\n"
        )
    };
    // √10 = 3.16, 3 and 1; for ATT √(10/10) = 1, √0.9 = 0.95 and √0.1 = 0.32, rounded up.
    assert_eq!(cost(&plane("EUC_2D")), 7.0);
    assert_eq!(cost(&plane("CEIL_2D")), 8.0);
    assert_eq!(cost(&plane("ATT")), 3.0);
}

#[test]
fn a_broken_file_of_tsplib_is_refused_with_its_line() {
    for (text, why) in [
        (BURMA.replace("GEO", "XRAY1"), "line 5: EDGE_WEIGHT_TYPE XRAY1"),
        (BURMA.replace("3 20.09 92.54", "3 20.09 north"), "line 10: `north` is no number"),
        (BURMA.replace("5 25.23 97.24\n", ""), "no city 5"),
        (BURMA.replace("5 25.23 97.24", "4 25.23 97.24"), "line 12: city 4 stands twice"),
        (BURMA.replace("DIMENSION : 14", "DIMENSION : many"), "line 4: DIMENSION"),
        (BURMA.replace("DIMENSION : 14\n", ""), "stands before DIMENSION"),
        (BURMA.replace("EOF", "DIMENSION : 20\nEOF"), "line 22: DIMENSION was said before"),
        (BURMA.replace("DIMENSION : 14", "DIMENSION : 5000"), "from 1 to 100"),
        (BURMA.replace("TYPE : TSP", "TYPE : ATSP"), "line 2: TYPE ATSP"),
        (BURMA.replace("14 20.09 94.55", "14 20.09"), "a city has a number, x and y"),
        (BURMA.replace("2 16.47 94.44", "2 16.47 96.10"), "in the same place"),
        ("DIMENSION: 3\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: UPPER_ROW\nEDGE_WEIGHT_SECTION\n1 2\nEOF\n".into(), "line 5: the matrix has 2 numbers"),
        (String::new(), "ends without DIMENSION"),
    ] {
        let found = of_file(&text).map(|_| ()).unwrap_err();
        assert!(found.contains(why), "{why}: {found}");
    }
}

#[test]
fn cities_that_make_no_sense_are_refused() {
    let file = |what: &str| format!("[problem]\nkind = \"travelling-salesman\"\n{what}\n");
    for (what, why) in [
        ("cities = [[0, 0], [1, 1]]", "needs three cities"),
        (
            "cities = [[0, 0], [1, 1], [2, 0], [1, 1]]",
            "cities 1 and 3 are in the same place",
        ),
        (
            "distances = [[0, 1, 2], [1, 0, 3], [2, 4, 0]]",
            "from city 1 to city 2",
        ),
        ("distances = [[0, 1, -2], [1, 0, 3], [-2, 3, 0]]", "below 0"),
        (
            "distances = [[1, 1, 2], [1, 0, 3], [2, 3, 0]]",
            "from itself",
        ),
        ("distances = [[0, 1, 2], [1, 0, 3]]", "square"),
        ("", "one of `cities`, `distances` and `file`"),
        ("cities = [[0, 0]]\nfile = \"a.tsp\"", "not several"),
        ("file = \"there-is-none.tsp\"", "cannot read"),
    ] {
        let found = refused(&file(what));
        assert!(found.contains(why), "{what}: {found}");
    }
}
