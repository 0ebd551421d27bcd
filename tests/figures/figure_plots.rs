//! Every plot comes out as PNG and SVG, comes back from its files as it was, and refuses what it cannot draw.
#![cfg(feature = "figures")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use crate::pixels::Pixels;
use attractor::figure::*;
use attractor::record::{RunDirectory, read_figure, write_figure};
use attractor::synapse::Sketch;
use serde_json::json;
use tempfile::tempdir;

fn times(n: usize) -> Vec<f64> {
    (0..n).map(|i| (i * i) as f64 / 50.0).collect()
}

fn series(label: &str, n: usize, end: f64) -> TimeSeries {
    let values = times(n).into_iter().map(|t| end * (1.0 - (-t).exp()));
    TimeSeries {
        label: label.to_string(),
        values: values.collect(),
    }
}

fn terms(n: usize) -> TermsPlot {
    TermsPlot {
        title: "Terms".to_string(),
        time: times(n),
        terms: vec![
            series("layer:features", n, 1.0),
            series("synapse:0 memory", n, -3.0),
        ],
        ..TermsPlot::default()
    }
}

fn overlap(memories: usize) -> OverlapPlot {
    OverlapPlot {
        title: "Overlap".to_string(),
        time: times(20),
        memories: (0..memories)
            .map(|i| {
                series(
                    &format!("memory {i}"),
                    20,
                    1.0 / (1.0 + (i as f64 - 3.0).abs()),
                )
            })
            .collect(),
        ..OverlapPlot::default()
    }
}

fn activity(n: usize, sizes: &[usize]) -> ActivityPlot {
    let layer = |&neurons: &usize| ActivityLayer {
        label: format!("{neurons} neurons"),
        neurons,
        values: (0..n * neurons)
            .map(|i| (i % 7) as f64 - (neurons % 2) as f64)
            .collect(),
        ..ActivityLayer::default()
    };
    ActivityPlot {
        title: "Activity".to_string(),
        time: times(n),
        layers: sizes.iter().map(layer).collect(),
        ..ActivityPlot::default()
    }
}

/// The field (−x, −y³ + y) with its energy.
fn straight(a: [f64; 2], b: [f64; 2]) -> PhaseCurve {
    PhaseCurve {
        x: vec![a[0], b[0]],
        y: vec![a[1], b[1]],
    }
}

fn phase(n: usize) -> PhasePlot {
    let grid: Vec<f64> = (0..n)
        .map(|i| 4.0 * i as f64 / (n as f64 - 1.0) - 2.0)
        .collect();
    let places: Vec<(f64, f64)> = grid
        .iter()
        .flat_map(|&y| grid.iter().map(move |&x| (x, y)))
        .collect();
    let point = |y, stability| PlanePoint {
        x: 0.0,
        y,
        stability,
        number: None,
    };
    PhasePlot {
        title: "Phase plane".to_string(),
        x_label: "V₁".to_string(),
        y_label: "V₂".to_string(),
        velocity_x: places.iter().map(|p| -p.0).collect(),
        velocity_y: places.iter().map(|p| p.1 - p.1.powi(3)).collect(),
        energy: places
            .iter()
            .map(|p| p.0 * p.0 / 2.0 + p.1.powi(4) / 4.0 - p.1 * p.1 / 2.0)
            .collect(),
        grid_x: grid.clone(),
        grid_y: grid,
        nullclines: vec![
            Nullcline {
                name: "dV₁/dt = 0".to_string(),
                branches: vec![straight([0.0, -2.0], [0.0, 2.0])],
            },
            Nullcline {
                name: "dV₂/dt = 0".to_string(),
                branches: [-1.0, 0.0, 1.0]
                    .map(|y| straight([-2.0, y], [2.0, y]))
                    .to_vec(),
            },
        ],
        trajectories: vec![
            PhaseCurve {
                x: vec![1.5, 0.5, 0.1, 0.0],
                y: vec![0.1, 0.3, 0.8, 1.0],
            },
            PhaseCurve {
                x: vec![-5.0, 5.0],
                y: vec![-1.0, 1.5],
            },
            PhaseCurve {
                x: vec![0.0; 3],
                y: vec![1.0; 3],
            },
        ],
        fixed_points: vec![
            point(1.0, Stability::Attractor),
            point(0.0, Stability::Saddle),
            point(-1.0, Stability::Marginal),
            point(1.7, Stability::Repeller),
        ],
        ..PhasePlot::default()
    }
}

fn landscape(n: usize) -> PhasePlot {
    let plane = phase(n);
    PhasePlot {
        title: "Landscape".to_string(),
        grid_x: plane.grid_x,
        grid_y: plane.grid_y,
        energy: plane.energy,
        fixed_points: plane.fixed_points,
        ..PhasePlot::default()
    }
}

fn surface(view: [f64; 2]) -> Plot {
    let plane = PhasePlot {
        trajectories: phase(31).trajectories,
        ..landscape(31)
    };
    Plot::Surface(SurfacePlot { plane, view })
}

fn tree() -> TreePlot {
    let leaf = |height: f64| TreeLeaf {
        label: height.to_string(),
        height,
    };
    let join = |leaves: [usize; 2], height: f64| TreeJoin { leaves, height };
    TreePlot {
        title: "Disconnectivity".to_string(),
        x_label: "attractor".to_string(),
        y_label: "E".to_string(),
        leaves: [-2.0, -1.0, -1.5].map(leaf).to_vec(),
        joins: vec![join([0, 1], 0.5), join([0, 2], -0.5), join([1, 2], 0.5)],
        ..TreePlot::default()
    }
}

fn gain() -> LinesPlot {
    let x: Vec<f64> = (-20..=20).map(|i| f64::from(i) / 10.0).collect();
    LinesPlot {
        title: "Gain".to_string(),
        square: true,
        lines: vec![Line {
            label: "tanh".to_string(),
            y: x.iter().map(|x| x.tanh()).collect(),
            x,
            ..Line::default()
        }],
        ..LinesPlot::default()
    }
}

fn lines() -> LinesPlot {
    let x: Vec<f64> = (0..6).map(|i| 10f64.powi(-i)).collect();
    LinesPlot {
        title: "Lines".to_string(),
        x_log: true,
        y_log: true,
        lines: vec![
            Line {
                label: "error".to_string(),
                y: x.clone(),
                low: x.iter().map(|v| 0.8 * v).collect(),
                high: x.iter().map(|v| 1.3 * v).collect(),
                x: x.clone(),
                dots: true,
                second: false,
                reference: false,
                ..Line::default()
            },
            Line {
                label: "slope 1".to_string(),
                y: x.clone(),
                x,
                reference: true,
                ..Line::default()
            },
        ],
        ..LinesPlot::default()
    }
}

fn connectivity(layers: usize) -> ConnectivityPlot {
    let synapse = |layers: &[usize], kind, label: &str| DiagramSynapse {
        layers: layers.to_vec(),
        kind,
        label: label.to_string(),
    };
    let mut synapses = vec![
        synapse(&[0], Sketch::Lines, "within"),
        synapse(&[0], Sketch::Box, "ξ: 100 patterns, softmax"),
        synapse(&[0, layers - 1], Sketch::Box, "shared"),
        synapse(&[0], Sketch::Opposed, "no energy"),
    ];
    for k in 1..layers {
        synapses.push(synapse(&[k - 1, k], Sketch::Lines, &format!("ξ {k}")));
    }
    synapses.push(synapse(&[0, layers - 1], Sketch::Opposed, "±"));
    ConnectivityPlot {
        title: "Connectivity".to_string(),
        subtitle: String::new(),
        layers: (0..layers)
            .map(|k| DiagramLayer {
                name: format!("layer {k}"),
                size: 10usize.pow(k as u32),
                note: "tanh".to_string(),
            })
            .collect(),
        synapses,
    }
}

fn panels() -> PanelsPlot {
    PanelsPlot {
        title: "Panels".to_string(),
        plots: vec![
            Plot::Lines(gain()),
            Plot::Phase(phase(21)),
            Plot::Phase(landscape(21)),
        ],
        ..PanelsPlot::default()
    }
}

#[test]
fn a_panel_that_is_alone_has_no_letter() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("a.svg");
    let lettered = |plots: Vec<Plot>| {
        let plot = PanelsPlot { plots, ..panels() };
        plot.draw(&path).unwrap();
        let svg = std::fs::read_to_string(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        svg.contains(">\na\n</text>")
    };
    assert!(lettered(panels().plots));
    assert!(!lettered(vec![Plot::Lines(gain())]));
}

fn every() -> Vec<Plot> {
    vec![
        Plot::Energy(EnergyPlot {
            curves: vec![EnergyCurve {
                time: vec![0.0, 1.0],
                energy: vec![2.0, 1.0],
                rate: vec![-1.0, -0.5],
                allowance: vec![1e-12; 2],
                ..EnergyCurve::default()
            }],
            highlight: Some(0),
            ..EnergyPlot::default()
        }),
        Plot::Patterns(PatternPlot {
            shape: (2, 2),
            range: (-1.0, 1.0),
            columns: vec!["cue".to_string()],
            rows: vec![PatternRow {
                panels: vec![vec![1.0, -1.0, 0.1 + 0.2, 0.0]],
                good: true,
                ..PatternRow::default()
            }],
            ..PatternPlot::default()
        }),
        Plot::Terms(terms(30)),
        Plot::Activity(activity(30, &[6, 25, 300])),
        Plot::Overlap(overlap(12)),
        Plot::Lines(lines()),
        Plot::Connectivity(connectivity(4)),
        Plot::Phase(phase(31)),
        Plot::Phase(landscape(31)),
        surface([-60.0, 35.0]),
        surface([-90.0, 90.0]),
        Plot::Tree(tree()),
        Plot::Lines(gain()),
        Plot::Panels(panels()),
        Plot::Histogram(HistogramPlot {
            x_label: "m".to_string(),
            edges: vec![-1.5, -0.5, 0.5, 1.5],
            bars: vec![0.5, 0.25, 0.25],
            ..HistogramPlot::default()
        }),
        Plot::Transitions(TransitionsPlot {
            y_label: "energy E".to_string(),
            names: ["00", "01", "10", "11"].map(str::to_owned).to_vec(),
            height: vec![0.0, -0.5, -0.5, 0.0],
            arrows: vec![[0, 2], [0, 1], [3, 1], [3, 2]],
            ends: vec![vec![1], vec![2]],
            basins: vec![-1, 0, 1, -1],
            ..TransitionsPlot::default()
        }),
        Plot::Branches(branches()),
        Plot::Swarm(swarm(200)),
        Plot::Bars(bars(3, 4)),
        Plot::Boxes(boxes(12)),
        Plot::Boards(boards(2)),
    ]
}

/// A pitchfork: two branches that mirror each other, and the one that they leave.
fn branches() -> BranchesPlot {
    let p: Vec<f64> = (0..=40).map(|k| f64::from(k) / 20.0).collect();
    let root = |s: f64| BranchLine {
        x: p[20..].to_vec(),
        y: p[20..].iter().map(|p| s * (p - 1.0).sqrt()).collect(),
        stable: true,
    };
    let flat = |range: std::ops::Range<usize>, stable| BranchLine {
        y: vec![0.0; range.len()],
        x: p[range].to_vec(),
        stable,
    };
    BranchesPlot {
        x_label: "gain".into(),
        y_label: "state".into(),
        lines: vec![
            flat(0..21, true),
            flat(20..41, false),
            root(1.0),
            root(-1.0),
        ],
        marks: vec![BranchMark {
            x: 1.0,
            y: 0.0,
            event: BranchEvent::Pitchfork,
        }],
        ..BranchesPlot::default()
    }
}

fn boards(n: usize) -> BoardsPlot {
    let board = |label: &str| Board {
        label: label.into(),
        marks: (0..n * n).map(|k| (k % n + 1).to_string()).collect(),
        squares: (0..n * n)
            .map(|k| [Square::Plain, Square::Given, Square::Wrong][k % 3])
            .collect(),
    };
    BoardsPlot {
        size: n,
        boards: vec![board("before"), board("after")],
        ..BoardsPlot::default()
    }
}

fn swarm(n: usize) -> SwarmPlot {
    let group = |label: &str, hollow| SwarmGroup {
        label: label.into(),
        color: usize::from(hollow),
        hollow,
    };
    SwarmPlot {
        x_label: "index".into(),
        y_label: "energy".into(),
        columns: ["0", "1", "2"].map(str::to_owned).to_vec(),
        groups: vec![group("stable", false), group("unstable", true)],
        column: (0..n).map(|k| k % 3).collect(),
        value: (0..n).map(|k| (k as f64).sin()).collect(),
        group: (0..n).map(|k| usize::from(k % 3 > 0)).collect(),
        ..SwarmPlot::default()
    }
}

fn bars(groups: usize, series: usize) -> BarsPlot {
    BarsPlot {
        x_label: "attractor".into(),
        y_label: "overlap".into(),
        groups: (0..groups).map(|k| k.to_string()).collect(),
        series: (0..series)
            .map(|k| BarSeries {
                label: format!("memory {k}"),
                values: (0..groups).map(|g| ((g + k) as f64).cos()).collect(),
            })
            .collect(),
        ..BarsPlot::default()
    }
}

fn boxes(n: usize) -> BoxesPlot {
    BoxesPlot {
        x_label: "head".into(),
        y_label: "k / N".into(),
        y_log: true,
        y_reaches: vec![0.01, 1.0],
        marks: vec![0.125],
        colors: vec!["few".into(), "many".into()],
        boxes: (0..n)
            .map(|k| BoxGroup {
                label: k.to_string(),
                values: (1..=20).map(|i| f64::from(i) / 20.0).collect(),
                color: k % 2,
            })
            .collect(),
        ..BoxesPlot::default()
    }
}

/// Pixels that are as good as a colour of the palette's first.
fn blue(plot: &Plot) -> usize {
    let dir = tempdir().unwrap();
    let png = dir.path().join("a.png");
    plot.draw(&png).unwrap();
    let picture = Pixels::of(&std::fs::read(png).unwrap());
    picture
        .rgb
        .iter()
        .filter(|p| p[2] > 150 && p[0] < 60)
        .count()
}

#[test]
fn an_unstable_branch_is_dashed_and_two_that_lie_on_each_other_are_drawn_once() {
    let only = |stable: bool| {
        let mut plot = branches();
        plot.lines.truncate(1);
        plot.lines[0].stable = stable;
        plot.marks.clear();
        plot
    };
    let (solid, dashed) = (
        blue(&Plot::Branches(only(true))),
        blue(&Plot::Branches(only(false))),
    );
    assert!(dashed > 100 && solid > 2 * dashed, "{solid} {dashed}");
    // The same line walked from its other end would fill the gaps between the dashes.
    let mut twice = only(false);
    let mut mirrored = twice.lines[0].clone();
    mirrored.x.reverse();
    twice.lines.push(mirrored);
    assert_eq!(blue(&Plot::Branches(twice)), dashed);
}

#[test]
fn points_of_a_swarm_stand_side_by_side() {
    // Twenty of one value: each covers pixels of its own.
    let many = |n: usize| SwarmPlot {
        columns: vec!["0".into()],
        column: vec![0; n],
        value: vec![1.0; n],
        group: vec![0; n],
        ..swarm(0)
    };
    let (one, twenty) = (blue(&Plot::Swarm(many(1))), blue(&Plot::Swarm(many(20))));
    // The legend has a disc too.
    let disc = one / 2;
    assert!(twenty > 18 * disc, "{one} {twenty}");
}

#[test]
fn swarms_bars_and_branches_that_cannot_be_drawn_are_refused_with_their_place() {
    refused(
        &Plot::Branches(BranchesPlot::default()),
        &["branches", "none"],
    );
    let mut plot = branches();
    plot.lines[1].y.pop();
    refused(&Plot::Branches(plot), &["line 1"]);
    let mut plot = branches();
    plot.marks[0].y = f64::NAN;
    refused(&Plot::Branches(plot), &["mark 0"]);
    refused(&Plot::Swarm(SwarmPlot::default()), &["points", "none"]);
    let mut plot = swarm(5);
    plot.column[3] = 3;
    refused(&Plot::Swarm(plot), &["column, index 3", "there are 3"]);
    let mut plot = swarm(5);
    plot.group.pop();
    refused(&Plot::Swarm(plot), &["group", "4 values for 5"]);
    refused(&Plot::Bars(BarsPlot::default()), &["bars", "none"]);
    let mut plot = bars(2, 2);
    plot.series[1].values[0] = f64::INFINITY;
    refused(&Plot::Bars(plot), &["series 1", "index 0"]);
}

#[test]
fn boxes_that_cannot_be_drawn_are_refused_with_their_place() {
    refused(&Plot::Boxes(BoxesPlot::default()), &["boxes", "none"]);
    let mut plot = boxes(2);
    plot.boxes[1].values.clear();
    refused(&Plot::Boxes(plot), &["box 1", "no values"]);
    let mut plot = boxes(2);
    plot.boxes[1].values[3] = 0.0;
    refused(&Plot::Boxes(plot), &["box 1", "logarithmic"]);
    let mut plot = boxes(2);
    plot.boxes[0].values[3] = f64::NAN;
    refused(&Plot::Boxes(plot), &["box 0", "index 3"]);
    let mut plot = boxes(2);
    plot.marks[0] = -1.0;
    refused(&Plot::Boxes(plot), &["marks", "logarithmic"]);
}

#[test]
fn a_box_is_as_high_as_its_quartiles() {
    // From 0 to 1 in even steps on an axis from 0 to 1: half of the frame. A narrow one: next to nothing.
    let of = |spread: f64| BoxesPlot {
        y_log: false,
        y_reaches: vec![0.0, 1.0],
        colors: Vec::new(),
        boxes: vec![BoxGroup {
            label: "a".into(),
            values: (0..=100)
                .map(|i| 0.5 + spread * (f64::from(i) / 100.0 - 0.5))
                .collect(),
            color: 0,
        }],
        ..boxes(0)
    };
    let pale = |spread: f64| {
        let dir = tempdir().unwrap();
        let png = dir.path().join("a.png");
        Plot::Boxes(of(spread)).draw(&png).unwrap();
        let picture = Pixels::of(&std::fs::read(png).unwrap());
        // The box's colour on white: bluish, neither the blue of its lines nor grey.
        let is_pale = |p: &&[u8; 3]| p[2] > 190 && p[0] < 170 && p[0] > 90;
        picture.rgb.iter().filter(is_pale).count() as f64
    };
    let (whole, half) = (pale(1.0), pale(0.5));
    assert!(whole > 5000.0, "{whole}");
    assert!((half / whole - 0.5).abs() < 0.02, "{half} of {whole}");
}

/// Draws both formats and returns the SVG.
fn both(plot: &Plot) -> String {
    let dir = tempdir().unwrap();
    let (svg, png) = (dir.path().join("a.svg"), dir.path().join("a.png"));
    plot.draw(&svg).unwrap();
    plot.draw(&png).unwrap();
    let svg = std::fs::read_to_string(svg).unwrap();
    for bad in ["NaN", ">inf", "-2147483648", "2147483647", "data:png"] {
        assert!(!svg.contains(bad), "the SVG has `{bad}`");
    }
    let picture = Pixels::of(&std::fs::read(png).unwrap());
    assert!(picture.has_margins(), "cut off");
    svg
}

fn refused(plot: &Plot, parts: &[&str]) {
    let dir = tempdir().unwrap();
    let path = dir.path().join("a.png");
    let text = plot.draw(&path).unwrap_err().to_string();
    for part in parts {
        assert!(text.contains(part), "`{part}` is missing in: {text}");
    }
    assert!(!path.exists());
}

#[test]
fn every_plot_comes_out_in_both_formats() {
    for plot in every() {
        both(&plot);
    }
    let svg = both(&Plot::Phase(phase(31)));
    for word in [
        "V₁",
        "dV₂/dt = 0",
        "attractor",
        "saddle",
        "unstable",
        "marginal",
        "start",
        "\nE\n",
    ] {
        assert!(svg.contains(word), "{word}");
    }
    let svg = both(&Plot::Overlap(overlap(12)));
    assert!(
        svg.contains("memory 3") && svg.contains("7 other memories") && !svg.contains("memory 11")
    );
    let svg = both(&Plot::Panels(panels()));
    assert!(svg.contains("\na\n") && svg.contains("\nc\n") && svg.contains("Landscape"));
}

#[test]
fn every_plot_comes_back_from_its_files() {
    for plot in every() {
        let dir = tempdir().unwrap();
        let mut run = RunDirectory::create(dir.path().join("run")).unwrap();
        write_figure(&mut run, "plot", &serde_json::to_value(&plot).unwrap()).unwrap();
        run.finish(json!({})).unwrap();
        let back = read_figure(dir.path().join("run/plot.json")).unwrap();
        assert_eq!(serde_json::from_value::<Plot>(back).unwrap(), plot);
    }
}

#[test]
fn an_energy_that_is_not_everywhere_defined_comes_back_too() {
    let mut plot = landscape(11);
    plot.energy[3] = f64::NAN;
    plot.energy[4] = f64::INFINITY;
    plot.energy[5] = f64::NEG_INFINITY;
    both(&Plot::Phase(plot.clone()));
    let value = serde_json::to_value(Plot::Phase(plot.clone())).unwrap();
    let dir = tempdir().unwrap();
    let mut run = RunDirectory::create(dir.path().join("run")).unwrap();
    write_figure(&mut run, "plot", &value).unwrap();
    run.finish(json!({})).unwrap();
    let back = read_figure(dir.path().join("run/plot.json")).unwrap();
    let Plot::Phase(back) = serde_json::from_value(back).unwrap() else {
        panic!("another plot")
    };
    for (a, b) in back.energy.iter().zip(&plot.energy) {
        assert!(a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan());
    }
}

#[test]
fn odd_planes_are_drawn() {
    let flat = |plane: PhasePlot, v: f64| PhasePlot {
        energy: vec![v; plane.energy.len()],
        velocity_x: vec![v; plane.energy.len()],
        velocity_y: vec![0.0; plane.energy.len()],
        ..plane
    };
    for v in [0.0, 3.5, -1e300, 1e300, f64::NAN, f64::INFINITY] {
        both(&Plot::Phase(flat(phase(9), v)));
    }
    let bare = PhasePlot {
        trajectories: phase(9).trajectories,
        ..PhasePlot::default()
    };
    both(&Plot::Phase(bare));
    let single = PhasePlot {
        fixed_points: vec![PlanePoint::default()],
        ..PhasePlot::default()
    };
    both(&Plot::Phase(single));
    let none = PhasePlot {
        fixed_points: vec![],
        trajectories: vec![],
        ..phase(5)
    };
    both(&Plot::Phase(none));
    let far = PhasePlot {
        x_range: Some((1e6, 1e6 + 1e-3)),
        y_range: Some((-1e-9, 1e-9)),
        ..phase(9)
    };
    both(&Plot::Phase(far));
    let mut spike = phase(9);
    spike.energy[40] = 1e300;
    spike.levels = vec![-0.2, 0.0, 1e299];
    both(&Plot::Phase(spike));
    both(&Plot::Phase(landscape(2)));
}

/// A surface seen from in front, whose heights these are, with trajectories across it.
fn wall(height: fn(f64) -> f64, across: &[f64], elevation: f64) -> Plot {
    let mut plane = landscape(81);
    plane.fixed_points.clear();
    let up = &plane.grid_y;
    plane.energy = up.iter().flat_map(|y| vec![height(*y); 81]).collect();
    let line = |y: &f64| PhaseCurve {
        x: vec![-1.0, 1.0],
        y: vec![*y; 2],
    };
    plane.trajectories = across.iter().map(line).collect();
    let view = [-90.0, elevation];
    Plot::Surface(SurfacePlot { plane, view })
}

/// The eye is 45 degrees up, so that the line of sight rises by as much as it goes. The box is 2 deep and 1.35 high, 1 of energy takes 1.35 /
/// 1.55 = 0.87 of it: so far behind a ridge of this height all is hidden, 1.74 in units of the plane.
#[test]
fn what_a_ridge_hides_is_not_drawn() {
    let ridge: fn(f64) -> f64 = |y| (-(y + 0.5).powi(2) / 0.08).exp();
    // The slope at the very edge is a single piece of the grid.
    let edge: fn(f64) -> f64 = |y| if y < -1.99 { 1.0 } else { 0.0 };
    let flat: fn(f64) -> f64 = |y| 0.01 * y;
    for (height, seen, other, is_hidden) in [
        (ridge, -1.2, 0.5, true),
        (ridge, -1.2, 1.1, true),
        (ridge, -1.2, 1.4, false),
        (edge, 1.9, -0.4, true),
        (edge, 1.9, -0.1, false),
        (flat, -1.2, 0.5, false),
    ] {
        let [one, two] = [&[seen][..], &[seen, other]].map(|y| both(&wall(height, y, 45.0)));
        assert_eq!(one == two, is_hidden, "{seen}, {other}");
        let nothing = both(&wall(height, &[], 45.0));
        assert_ne!(one, nothing, "{seen}");
    }
    // From straight above nothing is hidden.
    let [one, two] = [&[-1.2][..], &[-1.2, 0.5]].map(|y| both(&wall(ridge, y, 90.0)));
    assert_ne!(one, two);
}

#[test]
fn surfaces_and_trees_that_cannot_be_drawn_are_refused() {
    for view in [
        [0.0, 4.0],
        [0.0, 91.0],
        [f64::NAN, 30.0],
        [0.0, f64::INFINITY],
    ] {
        refused(&surface(view), &["view", "from 5 to 90 degrees"]);
    }
    let view = [-60.0, 35.0];
    let plane = PhasePlot {
        energy: Vec::new(),
        ..landscape(5)
    };
    refused(&Plot::Surface(SurfacePlot { plane, view }), &["no energy"]);
    let plane = PhasePlot {
        energy: vec![0.0; 24],
        ..landscape(5)
    };
    let plot = Plot::Surface(SurfacePlot { plane, view });
    refused(&plot, &["energy", "24", "25"]);

    refused(&Plot::Tree(TreePlot::default()), &["no leaves"]);
    let mut plot = tree();
    plot.joins[0].leaves[1] = 7;
    refused(&Plot::Tree(plot), &["join 0", "no leaf 7"]);
    let mut plot = tree();
    plot.joins[1].height = -1.9;
    refused(&Plot::Tree(plot), &["join 1", "lower than leaf 2"]);
    let mut plot = tree();
    plot.leaves[2].height = f64::NAN;
    refused(&Plot::Tree(plot), &["leaf 2"]);
}

#[test]
fn a_separatrix_lies_on_areas_and_under_points_of_rest() {
    let border = PhaseCurve {
        x: vec![-2.0, 2.0],
        y: vec![-1.0, 3.0],
    };
    let plane = PhasePlot {
        basins: Some(Basins {
            x: vec![-1.0, 1.0],
            y: vec![-1.0, 1.0],
            members: vec![0, 0, 1, 1],
            names: vec!["one".into(), "other".into()],
            ..Basins::default()
        }),
        separatrices: vec![border.clone()],
        fixed_points: vec![PlanePoint {
            x: 0.5,
            y: 1.5,
            stability: Stability::Saddle,
            number: None,
        }],
        ..PhasePlot::default()
    };
    let svg = both(&Plot::Phase(plane.clone()));
    assert!(svg.contains("\nseparatrix\n"));
    let without = PhasePlot {
        separatrices: Vec::new(),
        ..plane.clone()
    };
    let bare = both(&Plot::Phase(without));
    assert!(!bare.contains("separatrix"));
    // Its colour is that of nothing else; areas are drawn before it, the hollow point after.
    let dark = "#461858";
    assert!(!bare.to_lowercase().contains(dark));
    let svg = svg.to_lowercase();
    let places: Vec<usize> = svg.match_indices(dark).map(|(k, _)| k).collect();
    assert!(places.len() >= 2, "in the legend and in the frame");
    assert!(svg.find("<image").unwrap() < places[places.len() - 1]);
    assert!(svg.rfind("<circle").unwrap() > places[places.len() - 1]);
    let broken = PhaseCurve {
        y: vec![f64::NAN, 0.0],
        ..border
    };
    let broken = PhasePlot {
        separatrices: vec![broken],
        ..plane
    };
    refused(&Plot::Phase(broken), &["separatrix 0, y", "NaN"]);
}

#[test]
fn speed_is_shown_with_its_scale_and_streamlines_with_heads() {
    let plain = PhasePlot {
        velocity_x: Vec::new(),
        velocity_y: Vec::new(),
        trajectories: Vec::new(),
        nullclines: vec![
            Nullcline {
                name: "nowhere".into(),
                ..Nullcline::default()
            },
            Nullcline::default(),
        ],
        ..phase(9)
    };
    let plane = PhasePlot {
        speed: (0..81).map(f64::from).collect(),
        speed_label: "speed per τ".into(),
        streamlines: vec![straight([-1.5, -1.5], [1.5, 1.2])],
        ..plain.clone()
    };
    let svg = both(&Plot::Phase(plane.clone()));
    for word in ["speed per τ", "\nnowhere\n"] {
        assert!(svg.contains(word), "{word}");
    }
    // Two scales of colour would be one too many: the energy keeps its lines.
    assert!(!svg.contains("\nE\n"));
    let heads = |svg: &str| svg.matches("<polygon").count();
    let bare = both(&Plot::Phase(PhasePlot {
        streamlines: Vec::new(),
        ..plane.clone()
    }));
    assert!(heads(&svg) > heads(&bare));
    let broken = PhasePlot {
        speed: vec![1.0],
        ..plain.clone()
    };
    refused(&Plot::Phase(broken), &["speed"]);
    let three = PhasePlot {
        nullclines: vec![Nullcline::default(); 3],
        ..plain
    };
    refused(&Plot::Phase(three), &["nullclines", "two at most"]);
}

#[test]
fn odd_series_are_drawn() {
    both(&Plot::Terms(terms(1)));
    let mut same = terms(5);
    same.time = vec![2.0; 5];
    both(&Plot::Terms(same));
    let mut many = terms(9);
    many.terms = (0..40)
        .map(|i| series(&format!("term {i}"), 9, f64::from(i)))
        .collect();
    assert!(both(&Plot::Terms(many)).contains("30 other terms"));
    both(&Plot::Terms(TermsPlot {
        terms: vec![],
        ..terms(5)
    }));
    both(&Plot::Overlap(overlap(1)));
    for (n, sizes) in [
        (1, vec![1]),
        (2, vec![1, 2, 3]),
        (500, vec![2000]),
        (3, vec![1000, 1]),
    ] {
        both(&Plot::Activity(activity(n, &sizes)));
    }
    let mut zero = activity(4, &[3]);
    zero.layers[0].values.fill(0.0);
    both(&Plot::Activity(zero));
    for layers in 1..=6 {
        both(&Plot::Connectivity(connectivity(layers)));
    }
    let empty = DiagramLayer {
        size: 0,
        note: "a long note ".repeat(20),
        ..DiagramLayer::default()
    };
    both(&Plot::Connectivity(ConnectivityPlot {
        layers: vec![empty],
        ..ConnectivityPlot::default()
    }));
    let long = PanelsPlot {
        plots: vec![Plot::Lines(gain()); 9],
        columns: 4,
        ..panels()
    };
    both(&Plot::Panels(long));
}

#[test]
fn a_second_group_of_lines_has_the_colours_of_the_first() {
    let drawn = |second| {
        let mut plot = lines();
        plot.lines[1].reference = false;
        plot.lines[1].second = second;
        both(&Plot::Lines(plot))
    };
    // The second colour of the palette: used if both lines are of one group only.
    let (one, two) = (drawn(false), drawn(true));
    assert!(one.contains("#E69F00") && !two.contains("#E69F00"));
}

/// Three basins of 3 × 2 starts, and a start of none.
fn basins() -> Basins {
    Basins {
        x: vec![0.0, 1.0, 2.0],
        y: vec![-1.0, 1.0],
        members: vec![0, 0, 1, 2, -1, 1],
        names: ["left", "right", "up"].map(str::to_owned).to_vec(),
        ..Basins::default()
    }
}

#[test]
fn a_map_whose_cells_are_white_has_a_frame() {
    let heat = HeatPlot {
        x: vec![1.0, 2.0],
        y: vec![1.0, 2.0],
        values: vec![Some(0.0); 4],
        range: (0.0, 1.0),
        ..HeatPlot::default()
    };
    let directory = tempdir().unwrap();
    let path = directory.path().join("heat.png");
    heat.draw(&path).unwrap();
    let picture = attractor::record::read_png(&path).unwrap();
    let width = picture.shape[1];
    let white = picture.data.iter().copied().fold(0.0, f64::max);
    let is_line = |row: &[f64]| {
        let dark = row.iter().filter(|v| **v < 0.8 * white);
        2 * dark.count() > width
    };
    let lines: Vec<bool> = picture.data.chunks_exact(width).map(is_line).collect();
    let begun = lines.windows(2).filter(|pair| !pair[0] && pair[1]);
    assert_eq!(begun.count(), 2, "one above and one below");
}

#[test]
fn basins_are_areas_with_a_legend() {
    let of = |basins: Basins| {
        both(&Plot::Phase(PhasePlot {
            basins: Some(basins),
            ..PhasePlot::default()
        }))
    };
    let svg = of(basins());
    let texts: Vec<&str> = svg.lines().filter(|l| !l.contains('<')).collect();
    let told = ["left", "right", "up", "none of them"];
    // The axes reach the ends of the cells, of two rows and of three columns.
    let ticks = ["−2", "−1", "0", "1", "2", "0", "1", "2"];
    assert_eq!(texts, [&told[..], &ticks].concat());
    // What has no start is not in the legend; from the eleventh on they are told together.
    let many = Basins {
        members: vec![0, 0, 1, 9, 10, 11],
        names: (0..12).map(|k| format!("end {k}.")).collect(),
        ..basins()
    };
    let svg = of(many);
    assert!(svg.contains("end 9.") && svg.contains("others"));
    for word in ["end 2.", "end 10.", "none of them"] {
        assert!(!svg.contains(word), "{word}");
    }
}

#[test]
fn plots_that_cannot_be_drawn_are_refused_with_their_place() {
    let wrong: [(Basins, [&str; 2]); 4] = [
        (
            Basins {
                members: vec![0; 5],
                ..basins()
            },
            ["basins", "5 values for 6 starts"],
        ),
        (
            Basins {
                members: vec![0, 0, 3, 0, 0, 0],
                ..basins()
            },
            ["basins, index 2", "no basin 3"],
        ),
        (
            Basins {
                x: vec![0.0, 2.0, 1.0],
                ..basins()
            },
            ["basins, x", "increase"],
        ),
        (
            Basins {
                y: vec![0.0],
                ..basins()
            },
            ["basins, y", "two coordinates"],
        ),
    ];
    for (basins, words) in wrong {
        let plot = PhasePlot {
            basins: Some(basins),
            ..PhasePlot::default()
        };
        refused(&Plot::Phase(plot), &words);
    }
    refused(&Plot::Phase(PhasePlot::default()), &["nothing to show"]);
    refused(&Plot::Lines(LinesPlot::default()), &["no values"]);
    refused(&Plot::Terms(TermsPlot::default()), &["time", "no values"]);
    refused(
        &Plot::Overlap(OverlapPlot::default()),
        &["time", "no values"],
    );
    refused(&Plot::Overlap(overlap(0)), &["no values"]);
    refused(
        &Plot::Activity(ActivityPlot::default()),
        &["time", "no values"],
    );
    refused(
        &Plot::Connectivity(ConnectivityPlot::default()),
        &["no layers"],
    );
    refused(&Plot::Panels(PanelsPlot::default()), &["no plots"]);
    let mut bad = phase(9);
    bad.trajectories[1].y[1] = f64::NAN;
    refused(
        &Plot::Phase(bad.clone()),
        &["trajectory 1, y, index 1", "NaN"],
    );
    let inside = PanelsPlot {
        plots: vec![Plot::Lines(gain()), Plot::Phase(bad)],
        ..panels()
    };
    refused(&Plot::Panels(inside), &["panel b, trajectory 1"]);
    let nested = PanelsPlot {
        plots: vec![Plot::Panels(panels())],
        ..panels()
    };
    refused(&Plot::Panels(nested), &["panel a", "page of its own"]);
    refused(
        &Plot::Phase(PhasePlot {
            energy: vec![1.0],
            ..phase(9)
        }),
        &["energy", "1 values for 81 grid points"],
    );
    refused(
        &Plot::Phase(PhasePlot {
            grid_x: vec![1.0, 1.0],
            ..phase(9)
        }),
        &["grid, x, index 1", "increase"],
    );
    let mut bad = lines();
    bad.lines[0].low[2] = 0.0;
    refused(
        &Plot::Lines(bad),
        &["line 0 (\"error\"), low, index 2", "logarithmic"],
    );
    let mut bad = terms(9);
    bad.terms[1].values.pop();
    refused(
        &Plot::Terms(bad),
        &["term 1 (\"synapse:0 memory\")", "8 values for 9 times"],
    );
    let mut bad = activity(3, &[4, 5]);
    bad.layers[1].values[14] = f64::INFINITY;
    refused(&Plot::Activity(bad), &["layer 1", "index 14"]);
    let mut bad = connectivity(2);
    bad.synapses[1].layers[0] = 7;
    refused(&Plot::Connectivity(bad), &["synapse 1", "joins layer 7"]);
}

#[test]
fn a_landscape_reaches_the_ends_of_its_range_beyond_its_grid() {
    let mut plot = landscape(21);
    for grid in [&mut plot.grid_x, &mut plot.grid_y] {
        // As where the ends of a range of activations are reached by no state.
        grid[0] += 0.004;
        grid[20] -= 0.004;
    }
    let ends = |plot: &PhasePlot| {
        let svg = both(&Plot::Phase(plot.clone()));
        svg.matches("\n2\n").count() + svg.matches("\n−2\n").count()
    };
    // The scale of colours may have such a number too.
    let before = ends(&plot);
    plot.x_range = Some((-2.0, 2.0));
    plot.y_range = Some((-2.0, 2.0));
    assert_eq!(ends(&plot), before + 4);
}

/// Draws in a style; returns the file's bytes.
fn styled(plot: &Plot, style: &Style, ending: &str) -> Result<Vec<u8>, FigureError> {
    let dir = tempdir().unwrap();
    let path = dir.path().join(format!("a.{ending}"));
    plot.draw_as(&path, style)?;
    Ok(std::fs::read(path).unwrap())
}

fn svg(plot: &Plot, style: &Style) -> String {
    String::from_utf8(styled(plot, style, "svg").unwrap()).unwrap()
}

#[test]
fn every_plot_has_the_width_and_the_letters_that_are_asked_for() {
    let style = Style {
        width: Some(8.5),
        font: Some(6.0),
        resolution: Some(300.0),
        title: false,
        ..Style::default()
    };
    for plot in every() {
        let png = styled(&plot, &style, "png").unwrap();
        let picture = Pixels::of(&png);
        let (w, h) = (picture.width, picture.height);
        assert_eq!(w, (8.5f64 / 2.54 * 300.0).round() as u32, "{plot:?}");
        let blank = |x, y| picture.at(x, y) == [255; 3];
        assert!((0..h).all(|y| blank(0, y) && blank(w - 1, y)), "cut off");
        assert!(svg(&plot, &style).contains("width=\"85.000mm\""));
        let pdf = styled(&plot, &style, "pdf").unwrap();
        assert!(pdf.starts_with(b"%PDF-1.4") && pdf.ends_with(b"%%EOF\n"));
        let text = String::from_utf8_lossy(&pdf);
        assert!(text.contains("/MediaBox [0 0 240.945 "));
    }
    let high = Style {
        height: Some(6.0),
        ..Style::default()
    };
    assert!(svg(&Plot::Lines(gain()), &high).contains("height=\"60.000mm\""));
}

#[test]
fn a_figure_that_does_not_fit_its_size_is_refused() {
    let refused = |plot: &Plot, style: Style, word: &str| {
        let error = styled(plot, &style, "svg").unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    };
    let narrow = Style {
        width: Some(2.0),
        font: Some(12.0),
        ..Style::default()
    };
    refused(&Plot::Lines(gain()), narrow.clone(), "more");
    refused(&Plot::Connectivity(connectivity(3)), narrow, "needs");
    let ranged = Style {
        x: Some([0.0, 1.0]),
        ..Style::default()
    };
    refused(&Plot::Connectivity(connectivity(2)), ranged, "no axes");
    let wrong = Style {
        colors: vec!["red".into()],
        ..Style::default()
    };
    refused(&Plot::Lines(gain()), wrong, "no colour");
    let below = Style {
        x: Some([0.0, 1.0]),
        ..Style::default()
    };
    refused(&Plot::Lines(lines()), below, "logarithmic");
}

#[test]
fn titles_colours_and_ranges_are_those_of_the_style() {
    let plot = Plot::Lines(gain());
    let plain = svg(&plot, &Style::default());
    assert!(plain.contains("Gain") && plain.contains("#0072B2"));
    let style = Style {
        title: false,
        colors: vec!["#12ab34".into()],
        x: Some([-1.0, 9.0]),
        y: Some([0.0, 4.0]),
        ..Style::default()
    };
    let own = svg(&plot, &style);
    assert!(!own.contains("Gain") && !own.contains("#0072B2") && own.contains("#12AB34"));
    assert!(own.contains("\n8\n") && own.contains("\n4\n"));
    // What lies beyond the ends is cut off: below 0 there are numbers and the title of the axis.
    let png = styled(&plot, &style, "png").unwrap();
    let picture = Pixels::of(&png);
    let low = (picture.width * (picture.height - 99)) as usize;
    assert!(!picture.rgb[low..].contains(&[0x12, 0xab, 0x34]));
}

#[test]
fn lines_that_lie_on_each_other_are_drawn_once_with_all_their_names() {
    let line = |label: &str, y: f64| Line {
        label: label.into(),
        x: vec![0.0, 1.0, 2.0],
        y: vec![1.0, 1.0, y],
        low: vec![0.9, 0.9, y - 0.1],
        high: vec![1.0, 1.0, y + 0.1],
        dots: true,
        ..Line::default()
    };
    let plot = LinesPlot {
        lines: vec![line("a", 0.2), line("b", 0.7), line("c", 0.2)],
        ..LinesPlot::default()
    };
    let svg = both(&Plot::Lines(plot));
    assert!(svg.contains("\na; c (×2)\n") && svg.contains("\nb\n"));
    let nameless = |lines: Vec<Line>| LinesPlot {
        lines,
        ..LinesPlot::default()
    };
    both(&Plot::Lines(nameless(vec![line("", 0.2)])));
    let two = nameless(vec![line("a", 0.2), line(" ", 0.7)]);
    refused(&Plot::Lines(two), &["line 1 (\" \")", "no name"]);
    let same = |label: &str| EnergyCurve {
        label: label.into(),
        time: vec![0.0, 1.0, 2.0],
        energy: vec![2.0, 1.0, 0.5],
        rate: vec![-1.0, -0.7, -0.3],
        ..EnergyCurve::default()
    };
    let energies = EnergyPlot {
        curves: vec![same("left"), same("right")],
        ..EnergyPlot::default()
    };
    assert!(both(&Plot::Energy(energies)).contains("left; right (×2)"));
}

#[test]
fn an_energy_plot_ends_where_the_energy_has_settled() {
    let time: Vec<f64> = (0..=1000).map(f64::from).collect();
    let mut curve = EnergyCurve {
        energy: time.iter().map(|t| 3.0 + (-t / 2.0).exp()).collect(),
        rate: time.iter().map(|t| -0.5 * (-t / 2.0).exp()).collect(),
        time,
        allowance: vec![1e-12; 1001],
        ..EnergyCurve::default()
    };
    let plot = |curve: &EnergyCurve| EnergyPlot {
        curves: vec![curve.clone()],
        ..EnergyPlot::default()
    };
    let settled = both(&Plot::Energy(plot(&curve)));
    assert!(settled.contains("E has settled; the run goes on to t = 1000"));
    assert!(!settled.contains("\n800\n") && settled.contains("\n30\n"));
    let whole = Style {
        x: Some([0.0, 1000.0]),
        ..Style::default()
    };
    assert!(svg(&Plot::Energy(plot(&curve)), &whole).contains("\n800\n"));
    // What went wrong later is not left out.
    curve.energy[900] += 1.0;
    let wrong = both(&Plot::Energy(plot(&curve)));
    assert!(wrong.contains("\n800\n") && !wrong.contains("settled"));
    // The change in each step is a figure of its own.
    assert!(!wrong.contains("each step"));
    let monitor = both(&Plot::Energy(EnergyPlot {
        steps: true,
        ..plot(&curve)
    }));
    assert!(monitor.contains("|ΔE|, each step") && !monitor.contains("energy E"));
}

#[test]
fn braces_lower_letters_in_every_format() {
    let mut plot = lines();
    plot.x_label = "time constant τ_{h}".into();
    plot.y_label = "τ_{h} again".into();
    let svg = both(&Plot::Lines(plot.clone()));
    assert!(svg.contains("\nh\n") && !svg.contains("_{"));
    assert!(styled(&Plot::Lines(plot), &Style::default(), "pdf").is_ok());
}

#[test]
fn a_basin_has_the_colour_of_its_number_whichever_others_there_are() {
    let fills = |names: &[&str], colors: Vec<usize>| {
        let basins = Basins {
            x: vec![0.0, 1.0],
            y: vec![0.0, 1.0],
            members: vec![names.len() as i64 - 1; 4],
            names: names.iter().map(|n| n.to_string()).collect(),
            colors,
        };
        both(&Plot::Phase(PhasePlot {
            basins: Some(basins),
            ..PhasePlot::default()
        }))
    };
    let second = "#F4D48C";
    assert!(fills(&["memory 0", "memory 1"], vec![0, 1]).contains(second));
    assert!(fills(&["memory 1"], vec![1]).contains(second));
    assert!(!fills(&["memory 0"], vec![0]).contains(second));
}

mod models {
    use super::*;
    use attractor::dynamics::Interrupt;
    use attractor::model_file::load_text;
    use attractor::report::{BasinMap, Redraw, plots, redraw};
    use attractor::study::Study;
    use std::path::Path;

    fn load(text: &str) -> Study {
        match load_text("a.toml", text, &[], Some(Path::new("."))) {
            Ok(loaded) => loaded.study,
            Err(error) => panic!("{error}"),
        }
    }

    fn refused(text: &str) -> String {
        load_text("a.toml", text, &[], Some(Path::new(".")))
            .unwrap_err()
            .to_string()
    }

    fn figures(text: &str) -> Vec<(String, Plot)> {
        let study = load(text);
        let results = study.run(&Interrupt::new(), &()).unwrap();
        let (all, notes) = plots(&study, &results);
        assert_eq!(notes, [""; 0]);
        let named = all.into_iter().map(|(name, plot, _)| (name, plot));
        named.collect()
    }

    fn phase_of(text: &str) -> PhasePlot {
        match figures(text).pop() {
            Some((_, Plot::Phase(plot))) => plot,
            other => panic!("{other:?}"),
        }
    }

    const PAIR: &str = "[layers.n]\nsize = 2\nlagrangian = \"tanh\"\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\n";

    #[test]
    fn figures_of_one_kind_have_names_of_their_own_whatever_its_word_is() {
        let text = format!(
            "{PAIR}weights = [[0, 1], [1, 0]]\n[start]\nn = [0.3, 0.2]\n{}",
            "[[figures]]\nkind = \"phase\"\n".repeat(3)
        );
        let mut study = load(&text);
        let others = &mut study.pictures[1..];
        others.iter_mut().for_each(|d| d.word = "phase-plane");
        let results = study.run(&Interrupt::new(), &()).unwrap();
        let all = plots(&study, &results).0;
        let names: Vec<&str> = all.iter().map(|(name, ..)| &name[..]).collect();
        assert_eq!(names, ["phase", "phase-plane", "phase-plane-2"]);
    }

    fn gain_of(lagrangian: &str, start: &str) -> [f64; 2] {
        let text = format!(
            "[layers.n]\nsize = 1\nlagrangian = {lagrangian}\n[start]\nn = [{start}]\n[solve]\nt_end = 1.0\n\
             [[figures]]\nkind = \"gain\"\n"
        );
        match figures(&text).pop() {
            Some((_, Plot::Lines(plot))) => {
                let x = &plot.lines[0].x;
                [x[0], x[x.len() - 1]]
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_gain_without_bounds_is_shown_as_far_as_states_came_and_past_its_threshold() {
        assert_eq!(gain_of("\"relu\"", "4.5"), [-4.5, 4.5]);
        assert_eq!(gain_of("\"identity\"", "-0.05"), [-0.05, 0.05]);
        assert_eq!(gain_of("\"relu\"", "0"), [-1.0, 1.0]);
        let [low, high] = gain_of("{ kind = \"soft-threshold\", lambda = 3 }", "0.5");
        assert!(low == -high && high > 6.0 && high < 12.0, "{low} {high}");
        let [_, high] = gain_of("{ kind = \"softplus\", beta = 20 }", "0.01");
        assert!(high > 0.2 && high <= 1.0, "{high}");
        // It bends everywhere, and states say how far.
        assert_eq!(gain_of("{ kind = \"power\", n = 4 }", "2"), [-2.0, 2.0]);
        // A bounded one is seen whole, wherever states came.
        let [_, high] = gain_of("{ kind = \"tanh\", beta = 20 }", "9");
        assert!(high > 0.1 && high < 0.3, "{high}");
    }

    #[test]
    fn axes_of_states_fit_trajectories_and_attractors() {
        let plot = phase_of(&format!(
            "{PAIR}weights = [[0, 100], [100, 0]]\n[start]\nn = [0.3, 0.1]\n[[figures]]\nkind = \"phase\"\nspace = \"state\"\n"
        ));
        let (low, high) = plot.x_range.unwrap();
        assert!(low < -100.0 && high > 100.0 && high < 200.0, "{low} {high}");
        let attractors = plot.fixed_points.iter();
        let attractors = attractors.filter(|p| p.stability == Stability::Attractor);
        assert_eq!(attractors.count(), 2);
        both(&Plot::Phase(plot));
    }

    #[test]
    fn one_sided_activations_have_a_plane_at_the_default_axes() {
        for kind in [
            "relu",
            "softplus",
            "exponential",
            "rectified-exponential",
            "gauss-relu",
        ] {
            let text = format!(
                "[layers.n]\nsize = 2\nlagrangian = \"{kind}\"\ninput = [0.5, 0.3]\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = [[0, -0.2], [-0.2, 0]]\n[start]\nn = [0.9, 0.1]\n[[figures]]\nkind = \"phase\"\n"
            );
            let loaded = load_text("a.toml", &text, &[], Some(Path::new("."))).unwrap();
            let results = loaded.study.run(&Interrupt::new(), &()).unwrap();
            for (_, plot, _) in plots(&loaded.study, &results).0 {
                both(&plot);
            }
        }
        // Softmax has no plane of activations: states are shown, and asked for activations it says so.
        let softmax = "[layers.n]\nsize = 2\nlagrangian = \"softmax\"\n[start]\nn = [0.9, 0.1]\n[[figures]]\nkind = \"phase\"\n";
        assert_eq!(phase_of(softmax).x_label, "x₁");
        let error = refused(&format!("{softmax}space = \"activation\"\n"));
        assert!(error.contains("space = \"state\""), "{error}");
    }

    #[test]
    fn arrows_points_and_curves_belong_to_one_system() {
        // The first start clamps the second neuron at −1 and adds an input; the stimulus has been switched since.
        let text = format!(
            "{PAIR}weights = [[0, 0.5], [0.5, 0]]\n[[starts]]\nname = \"a\"\nn = {{ of = [[0.2, -1.0]], pattern = 0, hidden = [0], fill = 0.1, clamp = true }}\n[[stimulus]]\nlayer = \"n\"\nfrom = 2.0\nadd = [1.0, 0.0]\n[solve]\nt_end = 30.0\nuntil = \"time\"\n[[figures]]\nkind = \"phase\"\nspace = \"state\"\nx = [-2, 2]\ny = [-2, 2]\n"
        );
        let plot = phase_of(&text);
        assert!(
            plot.velocity_y.iter().all(|v| *v == 0.0),
            "a clamped neuron moves"
        );
        // Where the trajectory ends there is a point of rest, and the field vanishes.
        let curve = &plot.trajectories[0];
        let end = (*curve.x.last().unwrap(), *curve.y.last().unwrap());
        let near = |p: &PlanePoint| (p.x - end.0).abs() < 1e-3 && (p.y - end.1).abs() < 1e-9;
        assert!(
            plot.fixed_points.iter().any(near),
            "{:?} {end:?}",
            plot.fixed_points
        );
        assert_eq!(plot.fixed_points.len(), 1);
        assert_eq!(plot.earlier.len(), 1);
        assert!(plot.subtitle.contains("from t = 2 on") && plot.subtitle.contains("clamped"));
        assert!(both(&Plot::Phase(plot)).contains("before, under another input"));
    }

    #[test]
    fn a_surface_has_the_trajectories_of_two_neurons_and_not_those_of_three() {
        let figure = "[[figures]]\nkind = \"surface\"\nview = [30, 20]\n";
        let two = format!("{PAIR}weights = [[0, 1], [1, 0]]\n[start]\nn = [0.3, 0.2]\n{figure}");
        let three = two
            .replace("size = 2", "size = 3")
            .replace("[0.3, 0.2]", "[0.3, 0.2, 0.1]");
        let three = three.replace("[[0, 1], [1, 0]]", "[[0, 1, 1], [1, 0, 1], [1, 1, 0]]");
        for (text, count) in [(&two, 1), (&three, 0)] {
            let Some((_, Plot::Surface(plot))) = figures(text).pop() else {
                panic!("no surface")
            };
            assert_eq!(plot.view, [30.0, 20.0]);
            assert_eq!(plot.plane.trajectories.len(), count);
            let told = plot.plane.subtitle.contains("without the trajectories");
            assert_eq!(told, count == 0, "{}", plot.plane.subtitle);
        }
        for view in ["[30]", "[30, 20, 10]", "[30, 95]", "[30, 0]", "[]"] {
            let wrong = two.replace("[30, 20]", view);
            assert!(refused(&wrong).contains("azimuth and elevation"), "{view}");
        }
    }

    #[test]
    fn a_figure_without_a_title_does_not_say_untitled() {
        let plot = phase_of(&format!(
            "{PAIR}weights = [[0, 2], [2, 0]]\n[start]\nn = [0.3, 0.1]\n[[figures]]\nkind = \"phase\"\n"
        ));
        assert_eq!(plot.title, "Phase plane");
    }

    const CIRCUIT: &str = "[layers.e]\nsize = 2\nlagrangian = \"tanh\"\n[layers.i]\nsize = 2\nlagrangian = \"tanh\"\n[[synapses]]\nkind = \"excitatory-inhibitory\"\nlayers = [\"e\", \"i\"]\nweights = [[1, 0], [0, 1]]\n[start]\ne = [0.5, 0.1]\ni = [0, 0]\n[solve]\nlyapunov = \"record\"\nuntil = \"time\"\nt_end = 2.0\n";

    #[test]
    fn a_figure_of_an_energy_that_is_not_there_is_a_remark_or_refused() {
        let study = load(CIRCUIT);
        let remark = |r: &String| r.contains("no figure of the energy");
        assert!(study.remarks().iter().any(remark));
        for kind in ["energy", "terms", "monitor", "landscape"] {
            let error = refused(&format!("{CIRCUIT}[[figures]]\nkind = \"{kind}\"\n"));
            assert!(error.contains("this network has none"), "{kind}: {error}");
        }
        assert_eq!(
            figures(&format!("{CIRCUIT}[[figures]]\nkind = \"phase\"\n")).len(),
            1
        );
    }

    #[test]
    fn every_kind_of_figure_and_every_key_is_documented() {
        let text = include_str!("../../docs/figures.md");
        let row = |name: &str| {
            let begins = format!("| `{name}` |");
            text.lines().find(|line| line.starts_with(&begins))
        };
        for kind in attractor::picture::KINDS {
            assert!(row(kind.name).is_some(), "{}", kind.name);
            for key in kind.keys {
                let named = [format!("`{}`", key.name), format!("`{} =", key.name)];
                let there = named.iter().any(|n| text.contains(n));
                assert!(there, "{}, {}", kind.name, key.name);
            }
        }
        assert!(row("energies").is_none());
    }

    #[test]
    fn a_style_of_the_model_and_of_a_figure_is_that_of_the_drawing() {
        let text = format!(
            "{PAIR}weights = [[0, 2], [2, 0]]\n[start]\nn = [0.3, 0.1]\n[style]\nwidth = \"8.5cm\"\nfont = 7\nformat = [\"pdf\", \"png\"]\n[[figures]]\nkind = \"energy\"\ntitle = \"Own\"\nsubtitle = false\nx = [0, 5]\ncolors = \"grey\"\n[[figures]]\nkind = \"gain\"\nwidth = \"40mm\"\ntitle = false\n"
        );
        let study = load(&text);
        let [energy, gain] = &study.pictures[..] else {
            panic!("two figures")
        };
        assert_eq!(energy.style.width, Some(8.5));
        assert_eq!(
            (energy.title.as_deref(), energy.style.subtitle),
            (Some("Own"), false)
        );
        assert_eq!(energy.style.x, Some([0.0, 5.0]));
        assert_eq!((gain.style.width, gain.style.title), (Some(4.0), false));
        assert_eq!(gain.style.formats.len(), 2);
        for (wrong, word) in [
            ("width = \"wide\"", "8.5cm"),
            ("width = 0.1", "from 2 to 200"),
            ("colors = [\"red\"]", "no colour"),
            ("format = \"bmp\"", "bmp"),
            ("colour = \"grey\"", "colors"),
        ] {
            let error = refused(&format!(
                "{PAIR}weights = [[0, 2], [2, 0]]\n[start]\nn = 1\n[style]\n{wrong}\n"
            ));
            assert!(error.contains(word), "{wrong}: {error}");
        }
    }

    #[test]
    fn one_memory_has_one_colour_in_all_maps_of_basins() {
        let map = |x: [f64; 2]| {
            let text = format!(
                "[patterns]\nxi = [[1, 1], [-1, -1]]\n{PAIR}weights = [[0, 3], [3, 0]]\n[start]\nn = [0.3, 0.1]\n[recall]\nlayer = \"n\"\nof = \"xi\"\nwithin = 0.5\n[ensemble]\ngrid = [\n {{ layer = \"n\", neuron = 0, from = {}, to = {}, points = 3 }},\n {{ layer = \"n\", neuron = 1, from = {}, to = {}, points = 3 }},\n]\n",
                x[0], x[1], x[0], x[1]
            );
            let study = load(&text);
            let (starts, keep) = study.ensemble();
            let columns = study.columns(keep);
            let points = attractor::study::Census::default();
            let mut map = BasinMap::new(&study, &starts, &points).unwrap();
            let rows = std::sync::Mutex::new(Vec::new());
            study
                .run_ensemble(
                    &starts,
                    0..starts.count(),
                    keep,
                    &Interrupt::new(),
                    |k, row| {
                        rows.lock().unwrap().push((k, row));
                    },
                )
                .unwrap();
            for (k, row) in rows.into_inner().unwrap() {
                map.add(k, &columns, &row);
            }
            map.plot().unwrap().basins.unwrap()
        };
        let (all, one) = (map([-2.0, 2.5]), map([-2.0, -1.0]));
        let color = |b: &Basins| {
            let k = b.names.iter().position(|n| n == "memory 1").unwrap();
            b.colors[k]
        };
        assert_eq!(one.names, ["memory 1"]);
        assert_eq!((color(&all), color(&one)), (1, 1));
    }

    #[test]
    fn a_figure_is_drawn_again_as_it_was_edited() {
        let dir = tempdir().unwrap();
        let mut run = RunDirectory::create(dir.path().join("run")).unwrap();
        let mut value = serde_json::to_value(Plot::Phase(phase(31))).unwrap();
        value["style"] = serde_json::to_value(Style::default()).unwrap();
        value["x_range"] = json!([-2.0, 2.0]);
        write_figure(&mut run, "phase.figure", &value).unwrap();
        run.finish(json!({})).unwrap();
        let place = dir.path().join("run/phase.figure.json");
        let text = std::fs::read_to_string(&place).unwrap();
        assert!(
            !text.contains("\"$array\": \"x_range\""),
            "ranges cannot be edited"
        );
        let mut edited: serde_json::Value = serde_json::from_str(&text).unwrap();
        edited["title"] = "Another title".into();
        edited["x_label"] = "voltage".into();
        edited["x_range"] = json!([0, 40]);
        edited["nullclines"][0]["name"] = "here".into();
        edited["style"]["width"] = 9.into();
        std::fs::write(&place, edited.to_string()).unwrap();
        let how = |format| Redraw {
            format,
            overwrite: true,
            ..Redraw::default()
        };
        let again = |how: &Redraw| redraw(&dir.path().join("run"), dir.path(), how);
        let files = again(&how(attractor::style::Format::Svg)).unwrap();
        let svg = std::fs::read_to_string(&files[0]).unwrap();
        for word in [
            "Another title",
            "voltage",
            "\n40\n",
            "here",
            "width=\"90.000mm\"",
        ] {
            assert!(svg.contains(word), "{word}");
        }
        let own = Redraw {
            title: Some("A third".into()),
            style: Style {
                x: Some([0.0, 70.0]),
                ..Style::default()
            },
            ..how(attractor::style::Format::Svg)
        };
        let svg = std::fs::read_to_string(&again(&own).unwrap()[0]).unwrap();
        assert!(svg.contains("A third") && svg.contains("\n60\n"));
        edited["titel"] = "misspelt".into();
        std::fs::write(&place, edited.to_string()).unwrap();
        let error = again(&own).unwrap_err().to_string();
        assert!(
            error.contains("titel") && error.contains("x_label"),
            "{error}"
        );
    }
}
