//! Figures of networks whose units flip: what their data are, and that others are refused.
#![cfg(feature = "figures")]

use std::path::Path;

use attractor::dynamics::Interrupt;
use attractor::figure::*;
use attractor::model_file::load_text;
use attractor::report::plots;
use attractor::study::Study;
use tempfile::tempdir;

use crate::pixels::Pixels;

fn load(text: &str) -> Study {
    let loaded = load_text("a.toml", text, &[], Some(Path::new(".")));
    loaded.unwrap_or_else(|e| panic!("{e}\n{text}")).study
}

fn figures(text: &str) -> Vec<Plot> {
    let study = load(text);
    let results = study.run(&Interrupt::new(), &()).unwrap();
    let (all, notes) = plots(&study, &results);
    assert_eq!(notes, [""; 0]);
    all.into_iter().map(|(_, plot, _)| plot).collect()
}

fn refused(text: &str, words: &[&str]) {
    let loaded = load_text("a.toml", text, &[], Some(Path::new(".")));
    let error = loaded.unwrap_err().to_string();
    for word in words {
        assert!(error.contains(word), "no `{word}` in {error}");
    }
}

fn svg(plot: &Plot) -> String {
    let dir = tempdir().unwrap();
    let path = dir.path().join("a.svg");
    plot.draw(&path).unwrap();
    std::fs::read_to_string(path).unwrap()
}

fn png(plot: &Plot) -> Pixels {
    let dir = tempdir().unwrap();
    let path = dir.path().join("a.png");
    plot.draw(&path).unwrap();
    Pixels::of(&std::fs::read(path).unwrap())
}

const FINAL: [u8; 3] = [214, 28, 36];
const RED: [u8; 3] = [178, 24, 43];
const BLUE: [u8; 3] = [33, 102, 172];

/// Spins that all attract each other, with these settings and figures.
fn spins(n: usize, weight: f64, rest: &str) -> String {
    format!(
        "[layers.s]\nsize = {n}\nlagrangian = \"sign\"\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"s\"]\nweights = {weight}\n[start]\ns = 1\n{rest}"
    )
}

#[test]
fn a_state_stays_until_the_next_one_that_was_kept() {
    let raster = |time: &[f64], values: &[f64]| {
        Plot::Activity(ActivityPlot {
            time: time.to_vec(),
            layers: vec![ActivityLayer {
                neurons: 1,
                levels: vec![-1.0, 1.0],
                values: values.to_vec(),
                ..ActivityLayer::default()
            }],
            jumps: true,
            ..ActivityPlot::default()
        })
    };
    let plot = raster(&[0.0, 1.0, 3.0], &[-1.0, 1.0, -1.0]);
    let picture = png(&plot);
    // A row of pixels across the layer: from 0 to 1 blue, to the end of the run at 3 red, and a fortieth of that blue.
    let rows = (0..picture.height).map(|y| (0..picture.width).map(|x| picture.at(x, y)).collect());
    let rows: Vec<Vec<[u8; 3]>> = rows.collect();
    let count = |row: &Vec<[u8; 3]>, color| row.iter().filter(|p| **p == color).count() as f64;
    let row = rows.iter().max_by_key(|row| count(row, RED) as usize);
    let (red, blue) = (count(row.unwrap(), RED), count(row.unwrap(), BLUE));
    assert!(
        (red / (red + blue) - 2.0 / (3.0 + 3.0 / 40.0)).abs() < 0.01,
        "{red} {blue}"
    );
    let text = svg(&plot);
    assert!(text.contains("\n−1\n") && text.contains("\n1\n") && text.contains("\n3.0\n"));
    assert!(!text.contains("\n3.5\n") && !text.contains("\n4.0\n"));
    // Of one state there is one time.
    let text = svg(&raster(&[7.0], &[1.0]));
    let times = (0..20).filter(|t| text.contains(&format!("\n{t}\n")));
    // The other number is a value.
    assert_eq!(times.collect::<Vec<_>>(), [1, 7]);
}

#[test]
fn values_that_are_none_of_the_few_are_refused() {
    let layer = ActivityLayer {
        label: "s".into(),
        neurons: 2,
        levels: vec![0.0, 1.0],
        values: vec![0.0, 0.5],
        ..ActivityLayer::default()
    };
    let plot = ActivityPlot {
        time: vec![0.0],
        layers: vec![layer],
        ..ActivityPlot::default()
    };
    let error = plot.draw("never.png").unwrap_err().to_string();
    assert!(
        error.contains("layer 0 (\"s\"), index 1") && error.contains("0.5"),
        "{error}"
    );
}

#[test]
fn a_raster_has_the_kept_states_and_groups_the_unit_that_is_one() {
    let flips = "[solve]\nmethod = \"synchronous\"\nrule = \"field\"\nuntil = \"time\"\nt_end = 3\n[[figures]]\nkind = \"activity\"\n[[figures]]\nkind = \"terms\"\n";
    // Each does the opposite of the other.
    let text = format!("{}{flips}", spins(2, -1.0, ""));
    let [Plot::Activity(activity), Plot::Terms(terms)] = &figures(&text)[..] else {
        panic!("other figures")
    };
    assert_eq!(activity.layers[0].levels, [-1.0, 1.0]);
    assert_eq!(
        activity.layers[0].values,
        [1.0, 1.0, -1.0, -1.0, 1.0, 1.0, -1.0, -1.0]
    );
    assert!(activity.jumps && terms.jumps);
    let text = "[layers.n]\nsize = [2, 3]\nlagrangian = \"one-hot\"\ninput = [[0, 0, 1], [0, 2, 0]]\n[start]\nn = [[1, 0, 0], [1, 0, 0]]\n[solve]\nmethod = \"asynchronous\"\norder = \"cyclic\"\nsave = { every = 0.5 }\nuntil = \"time\"\nt_end = 1\n[[figures]]\nkind = \"activity\"\n";
    let [Plot::Activity(plot)] = &figures(text)[..] else {
        panic!("other figures")
    };
    let layer = &plot.layers[0];
    assert_eq!((layer.neurons, &layer.rows[..]), (2, "group"));
    assert_eq!(layer.levels, [0.0, 1.0, 2.0]);
    assert_eq!(layer.values, [0.0, 0.0, 2.0, 0.0, 2.0, 1.0]);
    let text = svg(&Plot::Activity(plot.clone()));
    assert!(text.contains("which unit of each group is 1"));
}

fn histogram(text: &str) -> HistogramPlot {
    match figures(text).pop() {
        Some(Plot::Histogram(plot)) => plot,
        other => panic!("{other:?}"),
    }
}

fn sums_to_one(plot: &HistogramPlot) {
    let sum: f64 = plot.bars.iter().sum();
    // So many roundings of numbers below 1.
    assert!((sum - 1.0).abs() < 1e-14 * plot.bars.len() as f64, "{sum}");
    assert_eq!(plot.edges.len(), plot.bars.len() + 1);
}

#[test]
fn the_magnetisation_of_a_ferromagnet_has_its_exact_distribution() {
    let (n, temperature) = (8, 1.5);
    let plot = histogram(&spins(
        n,
        1.0 / n as f64,
        "[solve]\nmethod = \"glauber\"\ntemperature = 1.5\nseed = 3\nt_end = 60000\nsave = { every = 4 }\n[[figures]]\nkind = \"histogram\"\nfrom = 100\n",
    ));
    sums_to_one(&plot);
    assert_eq!(plot.bars.len(), n + 1);
    // E = −N m²/2, and as many states have k spins up as there are choices.
    let mut choices = 1.0;
    let mut weights = Vec::new();
    for k in 0..=n {
        let m = 2.0 * k as f64 / n as f64 - 1.0;
        weights.push(choices * (n as f64 * m * m / 2.0 / temperature).exp());
        choices *= (n - k) as f64 / (k + 1) as f64;
    }
    let all: f64 = weights.iter().sum();
    for (k, (bar, weight)) in plot.bars.iter().zip(weights).enumerate() {
        let p = weight / all;
        // Five standard errors of states that are kept four sweeps apart: m forgets itself in about 1/(1 − 1/T) = 3 sweeps,
        // so that at most (1 + q)/(1 − q) = 1.7 of them count as one, q = e^(−4/3).
        let error = (1.7 * p * (1.0 - p) / 14975.0).sqrt();
        assert!((bar - p).abs() < 5.0 * error, "{k}: {bar}, {p} ± {error}");
    }
    assert!(
        plot.subtitle.contains("14976 kept states from t = 100 on"),
        "{}",
        plot.subtitle
    );
}

#[test]
fn every_bar_of_a_histogram_holds_as_many_values() {
    let sizes = [
        (100, 41),
        (100, 7),
        (99, 41),
        (60, 41),
        (8, 41),
        (8, 3),
        (1, 1),
    ];
    for (n, bars) in sizes {
        let plot = histogram(&spins(
            n,
            0.01,
            &format!(
                "[solve]\nmethod = \"asynchronous\"\n[[figures]]\nkind = \"histogram\"\nbars = {bars}\n"
            ),
        ));
        sums_to_one(&plot);
        assert!(plot.bars.len() <= bars + 1);
        // The means that n spins can have, 2/n apart.
        let values = (0..=n).map(|k| 2.0 * k as f64 / n as f64 - 1.0);
        let values: Vec<f64> = values.collect();
        let of = |ends: &[f64]| {
            values
                .iter()
                .filter(|v| ends[0] < **v && **v < ends[1])
                .count()
        };
        let held: Vec<usize> = plot.edges.windows(2).map(of).collect();
        assert_eq!(held.iter().sum::<usize>(), n + 1, "{n}: {held:?}");
        for (ends, held) in plot.edges.windows(2).zip(&held) {
            let width = (ends[1] - ends[0]) * n as f64 / 2.0;
            assert!((width - *held as f64).abs() < 1e-9, "{n}: {width}, {held}");
        }
        let last = held.len() - 1;
        let inner = held[last / 2];
        let rest = &held[1.min(last)..last.max(1)];
        assert!(
            rest.iter().all(|h| *h == inner) && inner % 2 == 1,
            "{held:?}"
        );
        assert!(held[0] == held[last] && held[0] <= inner, "{held:?}");
        // As many where their number divides.
        assert!((n + 1) % inner != 0 || held[0] == inner, "{held:?}");
        // All spins are up.
        assert_eq!(plot.bars[last], 1.0);
    }
}

const RECALL: &str = "[patterns]\nxi = [[1, 1, 1, 1, 1, 1, 1, 1], [1, -1, 1, -1, 1, -1, 1, -1]]\n[layers.s]\nsize = 8\nlagrangian = \"sign\"\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"s\"]\nweights = { hebbian = \"xi\" }\n[start]\ns = { patterns = \"all\", of = \"xi\", flip = 0.125, seed = 1 }\n[recall]\nlayer = \"s\"\nof = \"xi\"\noverlap = 0.9\n[solve]\nmethod = \"asynchronous\"\n";

#[test]
fn overlaps_are_those_with_the_memory_of_the_cue_or_the_one_that_is_said() {
    let of = |more: &str| {
        histogram(&format!(
            "{RECALL}[[figures]]\nkind = \"histogram\"\nquantity = \"overlap\"\n{more}"
        ))
    };
    let value = |plot: &HistogramPlot, v: f64| {
        let k = plot.edges.partition_point(|e| *e <= v) - 1;
        plot.bars[k]
    };
    // Both are recalled, and the two memories are orthogonal.
    let own = of("");
    assert_eq!(value(&own, 1.0), 1.0);
    let first = of("memory = 0\n");
    assert_eq!((value(&first, 1.0), value(&first, 0.0)), (0.5, 0.5));
    assert_eq!(own.x_label, "overlap with the memory of the cue");
    assert_eq!(first.x_label, "overlap with memory 0");
    let times = of("of = \"times\"\n");
    assert!(times.subtitle.contains("of 2 trajectories"));
    assert!(value(&times, 0.75) > 0.0 && value(&times, 0.75) < 1.0);
    // One cue, of the second memory; and one of none.
    let of = |start: &str| {
        let one = RECALL.replace("patterns = \"all\"", start);
        histogram(&format!(
            "{one}[[figures]]\nkind = \"histogram\"\nquantity = \"overlap\"\n"
        ))
    };
    assert_eq!(of("pattern = 1").x_label, "overlap with memory 1");
    let (before, after) = RECALL.split_once("s = { patterns").unwrap();
    let (_, after) = after.split_once('\n').unwrap();
    let none = format!(
        "{before}s = 1\n{after}[[figures]]\nkind = \"histogram\"\nquantity = \"overlap\"\n"
    );
    assert_eq!(histogram(&none).x_label, "overlap with the nearest memory");
}

#[test]
fn the_end_of_one_trajectory_has_no_distribution() {
    let study = load(&spins(
        4,
        0.1,
        "[solve]\nmethod = \"asynchronous\"\n[[figures]]\nkind = \"histogram\"\nof = \"ends\"\n",
    ));
    let results = study.run(&Interrupt::new(), &()).unwrap();
    let (all, notes) = plots(&study, &results);
    assert!(all.is_empty());
    assert!(
        notes[0].contains("one trajectory") && notes[0].contains("of = \"times\""),
        "{notes:?}"
    );
}

#[test]
fn histograms_of_what_is_not_there_are_refused() {
    let run = "[solve]\nmethod = \"glauber\"\ntemperature = 1\nt_end = 5\n";
    let with = |more: &str| {
        format!(
            "{}{run}[[figures]]\nkind = \"histogram\"\n{more}",
            spins(4, 0.1, "")
        )
    };
    refused(&with("quantity = \"overlap\"\n"), &["[recall]"]);
    refused(&with("quantity = \"spin\"\n"), &["magnetisation"]);
    refused(&with("from = 6\n"), &["from", "t = 5"]);
    refused(&with("bars = 0\n"), &["bars"]);
    refused(&with("memory = 0\n"), &["memory", "overlap"]);
    refused(&with("layer = \"t\"\n"), &["no layer called \"t\""]);
    let recall = |more: &str| {
        format!("{RECALL}[[figures]]\nkind = \"histogram\"\nquantity = \"overlap\"\n{more}")
    };
    refused(&recall("memory = 2\n"), &["memory", "2 memories"]);
    let groups = "[layers.n]\nsize = [2, 3]\nlagrangian = \"one-hot\"\n[start]\nn = [[1, 0, 0], [1, 0, 0]]\n[solve]\nmethod = \"asynchronous\"\n[[figures]]\nkind = \"histogram\"\n";
    refused(groups, &["one unit of each group", "activity"]);
    let bars = |edges: Vec<f64>, bars: Vec<f64>| {
        let plot = HistogramPlot {
            edges,
            bars,
            ..HistogramPlot::default()
        };
        plot.draw("never.png").unwrap_err().to_string()
    };
    for (edges, heights, word) in [
        (vec![], vec![], "none"),
        (vec![0.0, 1.0], vec![1.0, 2.0], "2 values for 3"),
        (vec![0.0, 0.0], vec![1.0], "increase"),
        (vec![0.0, 1.0], vec![-1.0], "below 0"),
        (vec![0.0, 1.0], vec![f64::NAN], "NaN"),
    ] {
        let error = bars(edges, heights);
        assert!(error.contains(word), "{word}: {error}");
    }
}

#[test]
fn a_continuous_network_has_a_histogram_of_its_mean_activation() {
    let plot = histogram(
        "[layers.n]\nsize = 2\nlagrangian = \"tanh\"\n[start]\nn = [1, 0.5]\n[solve]\nt_end = 3\n[[figures]]\nkind = \"histogram\"\nbars = 5\n",
    );
    sums_to_one(&plot);
    assert_eq!(plot.bars.len(), 5);
    assert!(plot.x_label.contains("mean activation"));
    svg(&Plot::Histogram(plot));
}

#[test]
fn the_graph_of_a_flip_flop_is_drawn_as_it_is() {
    let text = "[layers.n]\nsize = 2\nlagrangian = \"step\"\ninput = 0.5\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = [[0, -1], [-1, 0]]\n[start]\nn = 0\n[solve]\nmethod = \"asynchronous\"\n[[figures]]\nkind = \"transitions\"\n";
    let [Plot::Transitions(plot)] = &figures(text)[..] else {
        panic!("another figure")
    };
    assert_eq!(plot.names, ["00", "01", "10", "11"]);
    assert_eq!(plot.height, [0.0, -0.5, -0.5, 0.0]);
    assert_eq!(plot.arrows, [[0, 2], [0, 1], [3, 1], [3, 2]]);
    assert_eq!(
        (&plot.ends[..], &plot.basins[..]),
        (&[vec![1], vec![2]][..], &[-1, 0, 1, -1][..])
    );
    let drawn = svg(&Plot::Transitions(plot.clone()));
    for word in [
        "energy E",
        "final state",
        "may end at several",
        "\n01\n",
        "\n11\n",
    ] {
        assert!(drawn.contains(word), "{word}");
    }
    // The two final states, and one in the legend, are red.
    let picture = png(&Plot::Transitions(plot.clone()));
    let red = picture.rgb.iter().filter(|p| **p == FINAL).count();
    // Discs of radius 8 units, 16 pixels; their rims are blended.
    let disc = std::f64::consts::PI * 256.0;
    assert!((red as f64 / disc - 3.0).abs() < 0.3, "{red}");
}

/// Ten spins without weights: all 1024 states are final, at one height. A band of red, which no white covers.
#[test]
fn ends_without_room_do_not_cover_each_other() {
    let text = "[layers.s]\nsize = 10\nlagrangian = \"sign\"\n[start]\ns = 1\n[solve]\nmethod = \"asynchronous\"\n[[figures]]\nkind = \"transitions\"\n";
    let plot = figures(text).pop().unwrap();
    let picture = png(&plot);
    let reds = |y| {
        let row = (0..picture.width).map(|x| picture.at(x, y));
        row.filter(|p| *p == FINAL).count() as u32
    };
    let most = (0..picture.height).map(reds).max().unwrap();
    // The frame has more than three quarters of the width.
    assert!(most > picture.width * 3 / 4, "{most} of {}", picture.width);
    let drawn = svg(&plot);
    assert!(drawn.contains("1024 final states: no update changes them, close together"));
    assert!(!drawn.contains("ends at"));
}

/// A ring has the colour of states that end there: none where there are no such states, for no legend tells it.
#[test]
fn colours_of_a_graph_are_those_of_its_legend() {
    let graph = |arrows: Vec<[usize; 2]>, basins: Vec<i64>| {
        png(&Plot::Transitions(TransitionsPlot {
            names: vec!["0".into(), "1".into(), "2".into()],
            height: vec![0.0, 0.0, 1.0],
            arrows,
            ends: vec![vec![0], vec![1]],
            basins,
            ..TransitionsPlot::default()
        }))
    };
    let coloured = |picture: &Pixels| {
        let colour = |p: &&[u8; 3]| p[2] > p[0].saturating_add(60);
        picture.rgb.iter().filter(colour).count()
    };
    // The third may end at both, or ends at the first, whose colour is blue.
    assert_eq!(coloured(&graph(vec![[2, 0], [2, 1]], vec![0, 1, -1])), 0);
    assert!(coloured(&graph(vec![[2, 0]], vec![0, 1, 0])) > 300);
}

/// Forty states do not all have room for a name; their ends do.
#[test]
fn ends_that_the_legend_names_have_their_names_beside_them() {
    let name = |k: usize| format!("{k:06b}");
    let drawn = svg(&Plot::Transitions(TransitionsPlot {
        names: (0..40).map(name).collect(),
        height: (0..40).map(|k| if k < 2 { 0.0 } else { 1.0 }).collect(),
        arrows: (2..40).map(|k| [k, k % 2]).collect(),
        ends: vec![vec![0], vec![1]],
        basins: (0..40).map(|k| k % 2).collect(),
        ..TransitionsPlot::default()
    }));
    let has = |k: usize| drawn.contains(&format!("\n{}\n", name(k)));
    assert!(has(0) && has(1) && !has(2));
}

#[test]
fn states_that_go_round_are_told() {
    let text = format!(
        "{}[solve]\nmethod = \"synchronous\"\nrule = \"field\"\nties = \"keep\"\n[[figures]]\nkind = \"transitions\"\n",
        spins(2, -1.0, "").replace("weights = -1", "weights = [[0, -1], [-1, 0]]")
    );
    let [Plot::Transitions(plot)] = &figures(&text)[..] else {
        panic!("another figure")
    };
    assert_eq!(plot.ends, [vec![0, 3], vec![1], vec![2]]);
    assert_eq!(plot.arrows, [[0, 3], [3, 0]]);
    let drawn = svg(&Plot::Transitions(plot.clone()));
    assert!(drawn.contains("2 states that go round"));
    // Along the cycle the energy stays.
    assert_eq!(plot.y_label, "energy E");
}

#[test]
fn graphs_that_cannot_be_drawn_are_refused_with_their_place() {
    let good = TransitionsPlot {
        names: vec!["0".into(), "1".into()],
        height: vec![1.0, 0.0],
        arrows: vec![[0, 1]],
        ends: vec![vec![1]],
        basins: vec![0, 0],
        ..TransitionsPlot::default()
    };
    svg(&Plot::Transitions(good.clone()));
    let wrong = |change: &dyn Fn(&mut TransitionsPlot), words: &[&str]| {
        let mut plot = good.clone();
        change(&mut plot);
        let error = plot.draw("never.png").unwrap_err().to_string();
        for word in words {
            assert!(error.contains(word), "no `{word}` in {error}");
        }
    };
    wrong(&|p| *p = TransitionsPlot::default(), &["states", "none"]);
    wrong(&|p| p.height[1] = f64::NAN, &["height, index 1"]);
    wrong(&|p| p.arrows.push([1, 2]), &["arrow 1", "2 states"]);
    wrong(&|p| p.ends.push(vec![]), &["end 1"]);
    wrong(&|p| p.ends[0] = vec![7], &["end 0"]);
    wrong(&|p| p.basins[0] = 3, &["basins, index 0", "end 3"]);
    wrong(&|p| p.basins.truncate(1), &["basins", "1 values for 2"]);
    wrong(&|p| p.names.truncate(1), &["names"]);
    // All states at one place have room, and a thousand are drawn.
    for n in [32, 1024] {
        let flat = TransitionsPlot {
            names: (0..n).map(|k| format!("{k:010b}")).collect(),
            height: vec![0.5; n],
            arrows: vec![],
            ends: (0..n).map(|k| vec![k]).collect(),
            basins: (0..n as i64).collect(),
            ..TransitionsPlot::default()
        };
        assert!(!svg(&Plot::Transitions(flat)).contains("NaN"));
    }
}

#[test]
fn figures_that_need_curves_are_refused_where_units_flip() {
    let run = "[solve]\nmethod = \"asynchronous\"\n";
    for kind in ["phase", "landscape", "surface", "panels"] {
        let text = format!("{}{run}[[figures]]\nkind = \"{kind}\"\n", spins(3, 0.1, ""));
        refused(&text, &["sign", "units flip", "transitions"]);
    }
    let many = format!(
        "{}{run}[[figures]]\nkind = \"transitions\"\n",
        spins(12, 0.1, "")
    );
    refused(&many, &["2^12", "clamp"]);
    let late = spins(3, 0.1, "").replace("weights = 0.1", "weights = 0.1\ndelay = 2");
    refused(
        &format!("{late}{run}lyapunov = \"record\"\n[[figures]]\nkind = \"transitions\"\n"),
        &["delayed by 2 sweeps", "past states", "activity"],
    );
    let graded = "[layers.n]\nsize = 2\nlagrangian = \"tanh\"\n[start]\nn = 0\n[[figures]]\nkind = \"transitions\"\n";
    refused(graded, &["auto", "asynchronous"]);
    // The others draw what is there.
    let others = [
        "energy",
        "monitor",
        "terms",
        "activity",
        "gain",
        "connectivity",
        "histogram",
    ];
    let asked: String = others
        .map(|kind| format!("[[figures]]\nkind = \"{kind}\"\n"))
        .concat();
    let moving = spins(3, 0.1, "").replace("s = 1", "s = [1, -1, 1]");
    let drawn = figures(&format!("{moving}{run}{asked}"));
    assert_eq!(drawn.len(), others.len());
    drawn.iter().for_each(|plot| {
        svg(plot);
    });
}

#[test]
fn memories_that_are_few_have_a_colour_each() {
    let plot = |n: usize| OverlapPlot {
        time: vec![0.0, 1.0],
        memories: (0..n)
            .map(|k| TimeSeries {
                label: format!("memory {k}"),
                values: vec![0.1 * k as f64; 2],
            })
            .collect(),
        ..OverlapPlot::default()
    };
    assert!(!svg(&Plot::Overlap(plot(6))).contains("other"));
    assert!(svg(&Plot::Overlap(plot(9))).contains("4 other memories"));
}
