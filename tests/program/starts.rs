//! Where the trajectories of an ensemble begin, and what a sweep varies.
#![allow(missing_docs)]
// Helpers of tests may fail as tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashSet;
use std::sync::Mutex;

use attractor::dynamics::Interrupt;
use attractor::model_file::{Design, load_text};
use attractor::monitor::Save;
use attractor::network::{Drive, Workspace};
use attractor::record::sha256_hex;
use attractor::study::{Courses, Keep, by_ratio, evenly};

fn design(model: &str) -> Design {
    let loaded = load_text("m.toml", model, &[], None).unwrap_or_else(|e| panic!("{e}"));
    Design::new(loaded, "m.toml", &[], None).unwrap()
}

#[test]
fn the_first_entry_of_a_list_that_is_missing_is_made() {
    let sets = [
        "figures.0.kind=activity",
        "starts.0.a=0.5",
        "ensemble.random.0.layer=a",
        "ensemble.random.0.draw=sign",
        "ensemble.count=3",
    ];
    let sets = sets.map(str::to_owned);
    let loaded = load_text("m.toml", TWO, &sets, None).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(
        loaded.study.cases[0].start.x,
        [0.5, 0.5, 0.5, 0.0, 0.0, 0.0]
    );
    assert_eq!(loaded.study.ensemble().0.count(), 3);
    #[cfg(feature = "figures")]
    assert_eq!(loaded.study.pictures[0].word, "activity");
}

/// Two layers that are joined to nothing.
const TWO: &str = r#"
    [layers.a]
    size = 3
    lagrangian = "tanh"
    [layers.b]
    size = 3
    lagrangian = "tanh"
    [solve]
    t_end = 1.0
"#;

/// The table of all outcomes, number by number, as it is kept.
fn outcomes(design: &Design) -> Result<Vec<Vec<u64>>, String> {
    let (study, starts) = (&design.first.study, &design.first.starts);
    let rows = Mutex::new(vec![Vec::new(); starts.count()]);
    let ran = study.run_ensemble(
        starts,
        0..starts.count(),
        Keep::OUTCOMES,
        &Interrupt::new(),
        |k, row| rows.lock().unwrap()[k] = row,
    );
    ran.map_err(|refusal| refusal.to_string())?;
    Ok(rows.into_inner().unwrap())
}

/// A column of it, of real numbers.
fn column(design: &Design, rows: &[Vec<u64>], name: &str) -> Vec<f64> {
    let columns = design.first.study.columns(Keep::OUTCOMES);
    rows.iter().map(|row| columns.real(row, name)).collect()
}

#[test]
fn the_last_axis_of_a_grid_runs_fastest_and_both_ends_are_on_it() {
    let grid = "[ensemble]\ngrid = [{ layer = \"a\", neuron = 1, from = -1.0, to = 2.0, points = 4 }, \
                { layer = \"b\", neuron = 0, from = 0.5, to = 1.5, points = 3 }]\n";
    let design = design(&(TWO.to_owned() + grid));
    let (network, starts) = (&design.first.study.network, &design.first.starts);
    assert_eq!(starts.count(), 12);
    for k in 0..12 {
        let x = starts.get(network, k).unwrap().x;
        let [i, j] = [k / 3, k % 3].map(|k| k as f64);
        assert_eq!(x, [0.0, i - 1.0, 0.0, 0.5 + 0.5 * j, 0.0, 0.0], "{k}");
    }
}

#[test]
fn numbers_from_one_end_to_the_other_are_the_nearest_and_their_own_mirror_image() {
    for (k, want) in (-10..=10).enumerate() {
        assert_eq!(evenly([-1.0, 1.0], k, 21), f64::from(want) / 10.0);
    }
    for k in 0..512 {
        let ends = [-2.3, 2.3];
        assert_eq!(evenly(ends, k, 512), -evenly(ends, 511 - k, 512));
    }
    let quarters = [0, 1, 2, 3].map(|k| evenly([0.1, 1.4], k, 4));
    assert_eq!([quarters[0], quarters[3]], [0.1, 1.4]);
    assert_eq!(evenly([7.0, 9.0], 0, 1), 7.0);
    // Neither the sum of products nor their difference is a number here.
    assert_eq!(evenly([-1.7e308, 1.7e308], 50, 101), 0.0);
}

/// Decimal grids as their users write them: the value is the decimal number, not its neighbour.
#[test]
fn a_grid_of_decimal_numbers_has_decimal_numbers() {
    assert_eq!(evenly([0.01, 0.1], 4, 10), 0.05);
    for (from, to) in [
        (0, 50),
        (1, 10),
        (-30, 30),
        (5, 500),
        (-7, 2),
        (100, 2500),
        (3, 4),
    ] {
        for parts in [2, 3, 4, 5, 9, 10, 20, 30, 60] {
            if (to - from) * 10 % parts != 0 {
                continue;
            }
            for k in 0..=parts {
                // In thousandths, which are whole numbers here.
                let thousandths: i64 = from * 10 + k * (to - from) * 10 / parts;
                let sign = if thousandths < 0 { "-" } else { "" };
                let (whole, rest) = (thousandths.abs() / 1000, thousandths.abs() % 1000);
                let want: f64 = format!("{sign}{whole}.{rest:03}").parse().unwrap();
                let ends = [from as f64 / 100.0, to as f64 / 100.0];
                let got = evenly(ends, k as usize, parts as usize + 1);
                assert_eq!(got, want, "{k} of {parts} from {from} to {to} hundredths");
            }
        }
    }
    // What is no short decimal number stays as it is.
    assert_eq!(evenly([0.0, 1.0], 1, 4), 1.0 / 3.0);
}

#[test]
fn a_logarithmic_grid_has_the_numbers_that_are_meant() {
    for k in 0..=10 {
        assert_eq!(by_ratio([1.0, 1024.0], k, 11), f64::from(1 << k));
    }
    for k in 0..=12 {
        let want: f64 = format!("1e{}", k as i32 - 6).parse().unwrap();
        assert_eq!(by_ratio([1e-6, 1e6], k, 13), want);
    }
    assert!((by_ratio([1.0, 10.0], 1, 3) - 10f64.sqrt()).abs() < 1e-15 * 4.0);
}

#[test]
fn ensembles_with_neighbouring_seeds_share_no_cue() {
    let cues = |seed: u64| {
        let model = format!(
            "[patterns]\nxi = {{ random = \"sign\", shape = [3, 6], seed = 5 }}\n\
             [layers.x]\nsize = 6\nlagrangian = \"identity\"\n\
             [recall]\nlayer = \"x\"\nof = \"xi\"\nwithin = 1.0\n[solve]\nt_end = 1.0\n\
             [ensemble]\ndamaged = {{ patterns = \"all\", each = 5, noise = 1.0, seed = {seed} }}\n"
        );
        let design = design(&model);
        let (network, starts) = (&design.first.study.network, &design.first.starts);
        let all = (0..starts.count()).map(|k| starts.get(network, k).unwrap().x);
        all.collect::<Vec<Vec<f64>>>()
    };
    let mut seen = HashSet::new();
    for seed in 1..=5 {
        for x in cues(seed).into_iter().flatten() {
            assert!(seen.insert(x.to_bits()), "seed {seed} has {x} again");
        }
    }
}

#[test]
fn a_draw_for_one_layer_changes_no_other_layer() {
    let starts = |draws: &[&str]| {
        let draws: Vec<String> = draws
            .iter()
            .map(|layer| format!("{{ layer = \"{layer}\", draw = \"normal\" }}"))
            .collect();
        let random = format!(
            "[ensemble]\nrandom = [{}]\ncount = 9\nseed = 3\n",
            draws.join(", ")
        );
        let design = design(&(TWO.to_owned() + &random));
        let (network, starts) = (&design.first.study.network, &design.first.starts);
        let all = (0..9).map(|k| starts.get(network, k).unwrap().x);
        all.collect::<Vec<Vec<f64>>>()
    };
    let (both, turned) = (starts(&["a", "b"]), starts(&["b", "a"]));
    assert_eq!(both, turned);
    for (k, layer) in ["a", "b"].iter().enumerate() {
        let own = 3 * k..3 * k + 3;
        for (alone, both) in starts(&[layer]).iter().zip(&both) {
            assert_eq!(alone[own.clone()], both[own.clone()]);
        }
    }
}

#[test]
fn replicates_are_run_at_every_point_and_belong_to_it() {
    let model = |sweep: &str| {
        let random = "[ensemble]\nrandom = [{ layer = \"a\", draw = \"normal\" }]\ncount = 2\n";
        design(&(TWO.replace("size = 3", "size = 3\ntau = 1.0") + random + "[sweep]\n" + sweep))
    };
    let vary = "vary = [{ key = \"layers.a.tau\", values = [1.0, 2.0] }, { key = \"layers.b.tau\", values = [1.0, 2.0] }]\n";
    for (how, rows) in [
        ("", 4),
        ("combine = \"zip\"\n", 2),
        ("combine = \"random\"\ndraws = 5\n", 5),
    ] {
        let networks = "replicate = { key = \"layers.a.input\", count = 3 }\n";
        let design = model(&format!("{how}{networks}{vary}"));
        let sweep = design.sweep.as_ref().unwrap();
        assert_eq!(
            (sweep.rows(), sweep.replicates, design.parts.len()),
            (rows, 3, 3 * rows)
        );
        for (k, member) in design.parts.iter().enumerate() {
            assert_eq!((member.row, member.replicate), (k / 3, k % 3));
            assert_eq!(member.network, Some((k % 3) as u64));
            let own = sweep.overrides(k);
            assert_eq!(own[2], format!("layers.a.input={}", k % 3 + 1));
            assert_eq!(own[..2], sweep.overrides_of_row(k / 3));
        }
    }
    // Other starts make no other network.
    let starts = model("replicate = { key = \"ensemble.seed\", values = [7, 9] }\n");
    assert_eq!(starts.parts.len(), 2);
    assert!(starts.parts.iter().all(|m| m.network.is_none()));
}

#[test]
fn no_two_layers_of_any_two_starts_share_their_draws() {
    let random = "[ensemble]\nrandom = [{ layer = \"a\", draw = \"normal\" }, { layer = \"b\", draw = \"normal\" }]\n\
                  count = 200\nseed = 3\n";
    let design = design(&(TWO.to_owned() + random));
    let network = &design.first.study.network;
    let mut seen = HashSet::new();
    for k in 0..200 {
        for x in design.first.starts.get(network, k).unwrap().x {
            assert!(seen.insert(x.to_bits()), "start {k} has {x} again");
        }
    }
}

/// Relaxed to where it rests: with this start the rectified layer is silent and rests at 0, with others it excites itself.
#[test]
fn a_layer_whose_rest_depends_on_itself_ends_the_ensemble_where_it_does() {
    let model = r#"
        [layers.v]
        size = 1
        lagrangian = "tanh"
        [layers.h]
        size = 1
        lagrangian = "relu"
        [[synapses]]
        kind = "dense"
        layers = ["v", "h"]
        weights = [[1.0]]
        [[synapses]]
        kind = "recurrent"
        layers = ["h"]
        weights = [[0.5]]
        [start]
        h = "relaxed"
        [solve]
        t_end = 1.0
        [ensemble]
        grid = [{ layer = "v", neuron = 0, from = -1.0, to = 1.0, points = 5 }]
    "#;
    let design = design(model);
    let network = &design.first.study.network;
    assert!(design.first.starts.get(network, 2).is_ok());
    let why = design.first.starts.get(network, 3).unwrap_err().to_string();
    assert!(why.contains("`h` is joined to itself"), "{why}");
    let why = outcomes(&design).unwrap_err();
    assert!(why.contains("start 3: layer `h`"), "{why}");
}

#[test]
fn a_relaxed_layer_does_not_begin_elsewhere_as_well() {
    let model = TWO.replace("[solve]", "[start]\nb = \"relaxed\"\n[solve]");
    for law in [
        "grid = [{ layer = \"b\", neuron = 0, from = -1.0, to = 1.0, points = 3 }]",
        "random = [{ layer = \"b\", draw = \"normal\" }]\ncount = 3",
    ] {
        let loaded = load_text("m.toml", &format!("{model}[ensemble]\n{law}\n"), &[], None);
        let why = loaded.unwrap_err().to_string();
        assert!(why.contains("layer `b` is \"relaxed\" in [start]"), "{why}");
    }
    let states = "[ensemble]\nstates = [[1, 2, 3, 4, 5, 6]]\n";
    let design = design(&(model + states));
    let start = design.first.starts.get(&design.first.study.network, 0);
    assert_eq!(start.unwrap().x, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
}

/// The network is at rest long before the pulse comes, and shall see it.
#[test]
fn an_ensemble_does_not_rest_before_its_last_pulse() {
    let pulse = "[[stimulus]]\nlayer = \"a\"\nfrom = 60.0\nuntil = 61.0\nadd = 1.0\n\
                 [ensemble]\nrandom = [{ layer = \"a\", draw = \"normal\" }]\ncount = 20\n";
    let design = design(&(TWO.replace("t_end = 1.0", "until = \"rest\"\nt_end = 1000.0") + pulse));
    let rows = outcomes(&design).unwrap();
    let t = column(&design, &rows, "t");
    assert!(t.iter().all(|t| (61.0..200.0).contains(t)), "{t:?}");
}

#[test]
fn an_ensemble_does_not_wait_for_the_time_constants_of_what_its_starts_hold() {
    let model = r#"
        [patterns]
        xi = [[1, -1, 1, 1]]
        [layers.x]
        size = 4
        tau = [1e4, 1e4, 1, 1]
        lagrangian = "tanh"
        [start]
        x = { pattern = 0, mask = 0.5, clamp = true }
        [recall]
        layer = "x"
        of = "xi"
        within = 1.0
        [ensemble]
    "#;
    let damaged = "damaged = { patterns = \"all\", each = 3, mask = 0.5, clamp = true }";
    for starts in [damaged, ""] {
        let design = design(&format!("{model}{starts}\n"));
        let rows = outcomes(&design).unwrap();
        let t = column(&design, &rows, "t");
        assert!(t.iter().all(|t| (1.0..60.0).contains(t)), "{t:?}");
    }
}

#[test]
fn what_the_start_of_the_model_holds_is_not_held_in_damaged_cues() {
    let model = r#"
        [patterns]
        xi = { random = "sign", shape = [2, 8], seed = 5 }
        [layers.x]
        size = 8
        lagrangian = "tanh"
        [[synapses]]
        kind = "recurrent"
        layers = ["x"]
        weights = { hebbian = "xi" }
        [start]
        x = { pattern = 0, mask = 0.5, clamp = true }
        [recall]
        layer = "x"
        of = "xi"
        within = 1.0
        [solve]
        t_end = 1.0
        [ensemble]
        damaged = { patterns = "all", each = 3, noise = 0.5, seed = 9223372036854775807 }
    "#;
    let design = design(model);
    let (network, starts) = (&design.first.study.network, &design.first.starts);
    for k in 0..starts.count() {
        assert!(starts.get(network, k).unwrap().clamped.is_empty());
    }
    // The tables keep seeds as signed numbers.
    let rows = outcomes(&design).unwrap();
    assert!(rows.iter().all(|row| row[0] == i64::MAX as u64));
}

#[test]
fn the_energies_of_the_table_are_the_same_whether_or_not_they_were_watched() {
    let ensemble = "[[synapses]]\nkind = \"dense\"\nlayers = [\"a\", \"b\"]\nweights = [[1, 0, 2], [0, -1, 1], [3, 1, 0]]\n\
                    [ensemble]\nrandom = [{ layer = \"a\", draw = \"normal\" }]\ncount = 9\n";
    let of = |mode: &str| {
        let mode = format!("lyapunov = \"{mode}\"\nt_end = 1.0");
        let design = design(&(TWO.replace("t_end = 1.0", &mode) + ensemble));
        let rows = outcomes(&design).unwrap();
        ["energy_start", "energy_end"].map(|name| column(&design, &rows, name))
    };
    let [watched, alone] = [of("record"), of("off")];
    for (watched, alone) in watched.iter().zip(&alone) {
        for (w, a) in watched.iter().zip(alone) {
            // A few tens of summands of size 1 to 10.
            assert!((w - a).abs() < 1e-13, "{w} {a}");
        }
    }
    assert!(
        alone[0]
            .iter()
            .zip(&alone[1])
            .all(|(start, end)| start > end)
    );
}

#[test]
fn a_start_may_damage_each_pattern_several_times() {
    let model = r#"
        [patterns]
        xi = { random = "sign", shape = [2, 8], seed = 5 }
        [layers.x]
        size = 8
        lagrangian = "tanh"
        [[synapses]]
        kind = "recurrent"
        layers = ["x"]
        weights = { hebbian = "xi" }
        [recall]
        layer = "x"
        of = "xi"
        within = 1.0
        [solve]
        t_end = 1.0
        [start]
    "#;
    let cases = |start: &str| {
        let loaded = load_text("m.toml", &format!("{model}{start}\n"), &[], None);
        let cases = loaded.unwrap_or_else(|e| panic!("{e}")).study.cases;
        cases.iter().map(|c| c.start.x.clone()).collect::<Vec<_>>()
    };
    let cues = cases("x = { patterns = \"all\", noise = 1.0, each = 3 }");
    assert_eq!(cues.len(), 6);
    assert_ne!(cues[0], cues[1]);
    assert_eq!(cases("x = { each = [[1, 2, 3, 4, 5, 6, 7, 8]] }").len(), 1);
}

#[test]
fn one_point_is_not_at_both_ends() {
    for wrong in [
        "[ensemble]\ngrid = [{ layer = \"a\", neuron = 1, from = -1.0, to = 2.0, points = 1 }]\n",
        "[ensemble]\nrandom = [{ layer = \"a\", draw = \"normal\" }]\ncount = 1\n\
         [sweep]\nvary = [{ key = \"solve.t_end\", from = 1.0, to = 2.0, points = 1 }]\n",
    ] {
        let loaded = load_text("m.toml", &(TWO.to_owned() + wrong), &[], None);
        let why = loaded.unwrap_err().to_string();
        assert!(why.contains("one point cannot be at both ends"), "{why}");
        let same = wrong
            .replace("from = -1.0", "from = 2.0")
            .replace("from = 1.0", "from = 2.0");
        assert!(load_text("m.toml", &(TWO.to_owned() + &same), &[], None).is_ok());
    }
    let grid =
        "[ensemble]\ngrid = [{ layer = \"a\", neuron = 1, from = 2.0, to = 2.0, points = 3 }]\n";
    let loaded = load_text("m.toml", &(TWO.to_owned() + grid), &[], None);
    let why = loaded.unwrap_err().to_string();
    assert!(why.contains("3 points at one place"), "{why}");
}

#[test]
fn a_sweep_has_its_ends_and_writes_numbers_as_a_model_file_reads_them() {
    let axis = |axis: &str| {
        let ensemble = "[ensemble]\nrandom = [{ layer = \"a\", draw = \"normal\" }]\ncount = 1\n";
        let sweep = format!("[sweep]\nvary = [{{ key = \"layers.a.tau\", {axis} }}]\n");
        let design = design(&(TWO.replace("size = 3", "size = 3\ntau = 1.0") + ensemble + &sweep));
        (0..design.parts.len()).for_each(|k| drop(design.point(k).unwrap()));
        design.sweep.unwrap().axes[0].clone()
    };
    let log = axis("from = 1.0, to = 100.0, points = 3, spacing = \"log\"");
    assert!((log.numbers[1] - 10.0).abs() < 1e-14, "{:?}", log.numbers);
    assert_eq!([log.numbers[0], log.numbers[2]], [1.0, 100.0]);
    assert_eq!(axis("from = 0.1, to = 1.4, points = 4").values[0], "0.1");
    assert_eq!(axis("from = 0.1, to = 1.4, points = 4").values[3], "1.4");
    assert_eq!(
        axis("from = 1.0, to = 3.0, points = 3").values,
        ["1", "2", "3"]
    );
    assert_eq!(
        axis("from = 1e19, to = 3e19, points = 3").values,
        ["1e19", "2e19", "3e19"]
    );
}

#[test]
fn an_energy_that_is_not_known_is_not_said_to_have_fallen() {
    let said = |taken: [u64; 6], rises| {
        let courses = Courses {
            driven: false,
            taken,
            rises,
            identities: 0,
        };
        courses.sentence(3).unwrap_or_default()
    };
    assert_eq!(said([3, 0, 0, 0, 0, 0], 0), "the energy fell on all 3");
    for unknown in [0, 1] {
        assert_eq!(
            said([2, 0, 0, 0, unknown, 0], 0),
            "of 3 trajectories the energy fell on 2, is not known on 1"
        );
    }
    assert_eq!(
        said([1, 0, 1, 1, 0, 0], 1),
        "of 3 trajectories the energy fell on 1, climbed on the way of 1, rose on 1; it broke its law of descent on 1"
    );
    assert_eq!(
        said([1, 0, 0, 0, 0, 2], 0),
        "of 3 trajectories the energy fell on 1, was free to rise on 2"
    );
    assert_eq!(said([0, 0, 0, 0, 0, 3], 0), "the energy was free to rise");
    assert_eq!(said([0; 6], 0), "");
}

/// What is wrong with a model.
fn refused(model: &str) -> String {
    let loaded = load_text("m.toml", model, &[], None);
    loaded.expect_err("it is refused").to_string()
}

#[test]
fn a_cue_in_g_begins_where_its_activation_is_the_cue() {
    let model = |cue: &str| {
        format!(
            "[layers.n]\nsize = 4\nlagrangian = {{ kind = \"tanh\", beta = 2.0 }}\n\
             [patterns]\nxi = [[0.9, -0.9, 0.9, -0.9], [0.5, 0.5, -0.5, -0.5]]\none = [[1, -1, 1, -1]]\n\
             [recall]\nlayer = \"n\"\nof = \"xi\"\nwithin = 0.5\n[start]\nn = {cue}\n"
        )
    };
    let x = |cue: &str| design(&model(cue)).base.study.cases[0].start.x.clone();
    let of = "pattern = 0, flip = 0.25, seed = 3";
    let (plain, in_g) = (
        x(&format!("{{ {of} }}")),
        x(&format!("{{ {of}, in = \"g\" }}")),
    );
    for (state, cue) in in_g.iter().zip(&plain) {
        assert!(((2.0 * state).tanh() - cue).abs() < 1e-15, "{state} {cue}");
    }
    assert_eq!(x(&format!("{{ {of}, in = \"x\" }}")), plain);
    // A network rests on g(x) = 1 only at infinity.
    let report = refused(&model("{ pattern = 0, of = \"one\", in = \"g\" }"));
    for words in ["tanh", "activation 1 (neuron 0)", "by = 0.9"] {
        assert!(report.contains(words), "{report}");
    }
}

#[test]
fn a_cue_in_g_is_refused_where_the_activation_does_not_say_the_state() {
    for (lagrangian, cue) in [("softmax", "[0.5, 0.5]"), ("relu", "[0, 1]")] {
        let model = format!(
            "[layers.n]\nsize = 2\nlagrangian = \"{lagrangian}\"\n[patterns]\nxi = [{cue}]\n\
             [ensemble]\ndamaged = {{ layer = \"n\", of = \"xi\", patterns = \"all\", in = \"g\" }}\n"
        );
        let report = refused(&model);
        assert!(report.contains("or not just one"), "{report}");
    }
}

#[test]
fn a_cue_in_g_that_has_no_state_is_found_before_the_ensemble_is_run() {
    let model = |noise: f64| {
        format!(
            "[layers.n]\nsize = 20\nlagrangian = \"tanh\"\n[patterns]\nxi = {{ scaled = {{ random = \"sign\", shape = [3, 20] }}, by = 0.8 }}\n\
             [ensemble]\nseed = 5\ndamaged = {{ layer = \"n\", of = \"xi\", patterns = \"all\", each = 30, noise = {noise:?}, in = \"g\" }}\n"
        )
    };
    assert_eq!(design(&model(0.01)).count(), 90);
    // Two and a half deviations from the end of the range: of 1800 numbers some lie beyond, of the first cue none.
    let report = refused(&model(0.08));
    assert!(
        report.contains("cannot be set as activations") && !report.contains("pattern 0, 0 "),
        "{report}"
    );
}

#[test]
fn a_cue_that_sets_the_state_far_from_the_activation_that_recall_asks_for_is_told() {
    let remarks = |beta: f64, cue: &str| {
        let model = format!(
            "[layers.n]\nsize = 9\nlagrangian = {{ kind = \"tanh\", beta = {beta:?} }}\n[patterns]\nxi = {{ random = \"sign\", shape = [2, 9] }}\n\
             [recall]\nlayer = \"n\"\nof = \"xi\"\nwithin = 0.5\n[start]\nn = {{ pattern = 0{cue} }}\n"
        );
        design(&model).base.study.remarks.join("\n")
    };
    // 3 (1 − tanh 1) = 0.715.
    let told = remarks(1.0, "");
    assert!(
        told.contains("as far as 0.715") && told.contains("in = \"g\""),
        "{told}"
    );
    assert_eq!(remarks(4.0, ""), "");
}

#[test]
fn a_flip_of_zeros_is_refused_or_told() {
    let model = |xi: &str, cue: &str| {
        format!(
            "[layers.n]\nsize = 4\nlagrangian = \"tanh\"\n[patterns]\nxi = {xi}\n\
             [start]\nn = {{ pattern = 0, of = \"xi\"{cue} }}\n"
        )
    };
    let report = refused(&model("[[0, 1, 1, 0]]", ", flip = 0.5"));
    for words in ["each 0 would stay 0", "shift = -1"] {
        assert!(report.contains(words), "{report}");
    }
    let remarks = |xi: &str, cue: &str| design(&model(xi, cue)).base.study.remarks.join("\n");
    let told = remarks("[[0, 1, -1, 1]]", ", flip = 0.5");
    assert!(told.contains("25 %") && told.contains("stay 0"), "{told}");
    assert_eq!(remarks("[[0, 1, 1, 0]]", ""), "");
    assert_eq!(remarks("[[1, 1, -1, 1]]", ", flip = 0.5"), "");
    // Noise gives every entry a sign.
    assert_eq!(remarks("[[0, 1, 1, 0]]", ", flip = 0.5, noise = 0.1"), "");
}

#[test]
fn times_that_lie_beyond_the_end_by_a_rounding_are_the_end() {
    let model = |save: &str, until: &str| {
        format!(
            "{TWO}t_start = 0.1\nuntil = \"time\"\nsave = {{ at = [{save}] }}\n[[stimulus]]\nlayer = \"a\"\nfrom = 0.1\nuntil = {until}\nadd = 1\n"
        )
        .replace("t_end = 1.0", "t_end = 0.3")
    };
    let good = design(&model("0.2, 0.30000000000000004", "0.30000000000000004"));
    let Save::At(times) = &good.base.study.save else {
        panic!("times were asked for");
    };
    assert_eq!(times, &[0.2, 0.3]);
    let both = design(&model(
        "0.09999999999999999, 0.3, 0.30000000000000004",
        "0.3",
    ));
    assert!(matches!(&both.base.study.save, Save::At(t) if *t == [0.1, 0.3]));
    assert!(refused(&model("0.2, 0.300001", "0.3")).contains("outside the run"));
    assert!(refused(&model("0.2", "0.300001")).contains("outside the run"));
}

#[test]
fn a_sweep_reads_its_data_once() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("w.csv");
    let weights = |w: f64| std::fs::write(&data, format!("0,{w}\n{w},0\n")).unwrap();
    let model = "[layers.n]\nsize = 2\nlagrangian = \"tanh\"\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\n\
                 weights = { file = \"w.csv\" }\n[sweep]\nvary = [{ key = \"layers.n.tau\", values = [1.0, 2.0, 3.0] }]\n";
    weights(1.0);
    let loaded = load_text("m.toml", model, &[], Some(directory.path())).unwrap();
    weights(2.0);
    let design = Design::new(loaded, "m.toml", &[], Some(directory.path())).unwrap();
    weights(3.0);
    for k in 0..3 {
        let point = design.point(k).unwrap();
        let network = &point.study.network;
        let mut ws = Workspace::new(network, 1);
        let mut at = network.at(&[50.0, 0.0], Drive::own(network), &mut ws);
        let velocity = at.velocity();
        assert_eq!(
            velocity[1] * [1.0, 2.0, 3.0][k],
            1.0,
            "the weight is that of the first reading"
        );
    }
    assert_eq!(design.files.len(), 1);
    assert_eq!(design.files[0].sha256, sha256_hex(b"0,1\n1,0\n"));
}

/// A layer that rests where its input and its current put it: `h = I + v`.
#[test]
fn a_relaxed_layer_rests_under_the_input_with_which_the_run_begins() {
    let model = r#"
        [layers.v]
        size = 1
        lagrangian = "identity"
        [layers.h]
        size = 1
        lagrangian = "identity"
        input = 0.25
        [[synapses]]
        kind = "dense"
        layers = ["v", "h"]
        weights = [[1.0]]
        [start]
        v = [2.0]
        h = "relaxed"
        [[stimulus]]
        layer = "h"
        from = FROM
        until = 2.0
        add = 0.5
        [[stimulus]]
        layer = "h"
        from = 3.0
        add = 64.0
        [solve]
        t_end = 5.0
        t_start = 1.0
        [ensemble]
        grid = [{ layer = "v", neuron = 0, from = -1.0, to = 1.0, points = 2 }]
    "#;
    for (start, input) in [("1.0", 0.75), ("1.5", 0.25)] {
        let design = design(&model.replace("FROM", start));
        let study = &design.first.study;
        assert_eq!(study.cases[0].start.x, [2.0, 2.0 + input], "{start}");
        let starts = &design.first.starts;
        let x = |k| starts.get(&study.network, k).unwrap().x;
        assert_eq!(
            [x(0), x(1)],
            [[-1.0, -1.0 + input], [1.0, 1.0 + input]],
            "{start}"
        );
        // What a start adds by itself counts as well.
        let mut own = starts.clone();
        own.base.input = vec![0.0, -8.0];
        assert_eq!(
            own.get(&study.network, 0).unwrap().x[1],
            -9.0 + input,
            "{start}"
        );
    }
}
