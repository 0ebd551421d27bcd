//! Every figure comes out as PNG and SVG, and data that cannot be drawn are refused with their place.
#![cfg(feature = "figures")]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use crate::pixels::Pixels;
use attractor::figure::{EnergyCurve, EnergyPlot, Figure, FigureError, PatternPlot, PatternRow};
use tempfile::tempdir;

fn curve(label: &str, n: usize) -> EnergyCurve {
    let time: Vec<f64> = (0..n).map(|i| 0.1 * i as f64).collect();
    EnergyCurve {
        label: label.to_string(),
        energy: time.iter().map(|t| -5.0 + 4.0 * (-t).exp()).collect(),
        rate: time.iter().map(|t| -4.0 * (-t).exp()).collect(),
        allowance: vec![1e-12; n],
        power: Vec::new(),
        change: Vec::new(),
        time,
    }
}

fn energy(curves: Vec<EnergyCurve>) -> EnergyPlot {
    EnergyPlot {
        title: "Energy & <rate> of a network".to_string(),
        subtitle: "β = 8".to_string(),
        time_label: "time t (units of τ)".to_string(),
        curves,
        ..EnergyPlot::default()
    }
}

/// Where E is the same at both ends of a step, or changes by nearly nothing beside its rates, the line between is straight, and there.
#[test]
fn an_energy_that_stays_over_a_long_step_is_drawn() {
    let with = |end: f64| {
        let flat = EnergyCurve {
            time: vec![0.0, 1.0, 9.0, 10.0],
            energy: vec![2.0, 1.0, 1.0 - end, 0.5],
            rate: vec![-1.0, -0.5, -1e300, -0.1],
            ..curve("flat", 0)
        };
        both(&|path| energy(vec![flat.clone()]).draw(path)).0
    };
    for end in [0.0, 1e-15, 0.1] {
        assert!(with(end).contains("<polyline"), "{end}");
    }
}

fn patterns(rows: usize, columns: usize, shape: (usize, usize)) -> PatternPlot {
    let value = |i: usize| (i % 7) as f64 / 6.0;
    let row = |r: usize| PatternRow {
        label: format!("cue {r}"),
        note: format!("memory {r}, distance 0.02"),
        good: r != 1,
        panels: (0..columns)
            .map(|c| (0..shape.0 * shape.1).map(|i| value(i + r + c)).collect())
            .collect(),
    };
    PatternPlot {
        large: false,
        title: "Recall".to_string(),
        subtitle: "N = 64".to_string(),
        shape,
        range: (0.0, 1.0),
        columns: (0..columns).map(|c| format!("t = {c}")).collect(),
        rows: (0..rows).map(row).collect(),
    }
}

type Draw<'a> = &'a dyn Fn(&Path) -> Result<(), FigureError>;

/// Draws both formats; returns the SVG and the PNG's pixels.
fn both(draw: Draw) -> (String, Pixels) {
    let dir = tempdir().unwrap();
    let (svg, png) = (dir.path().join("a.svg"), dir.path().join("a.PNG"));
    draw(&svg).unwrap();
    draw(&png).unwrap();
    let svg = fs::read_to_string(svg).unwrap();
    for bad in ["NaN", "inf", "-2147483648", "2147483647", "data:png"] {
        assert!(!svg.contains(bad), "the SVG has `{bad}`");
    }
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
    let picture = Pixels::of(&fs::read(png).unwrap());
    let (w, h) = (picture.width / 2, picture.height / 2);
    let size = format!("width=\"{w}\" height=\"{h}\"");
    assert!(
        svg.contains(&size),
        "the formats differ in size: not {size}"
    );
    (svg, picture)
}

fn has(picture: &Pixels, color: [u8; 3]) -> bool {
    picture.rgb.contains(&color)
}

const VERMILLION: [u8; 3] = [213, 94, 0];
const BLUE: [u8; 3] = [0, 114, 178];

fn refused(draw: Draw, parts: &[&str]) {
    let dir = tempdir().unwrap();
    for name in ["a.png", "a.svg"] {
        let path = dir.path().join(name);
        let text = draw(&path).unwrap_err().to_string();
        for part in parts {
            assert!(text.contains(part), "`{part}` is missing in: {text}");
        }
        assert!(!path.exists(), "something was written");
    }
}

#[test]
fn an_energy_plot_comes_out_in_both_formats() {
    let plot = energy(vec![curve("first", 50), curve("second", 30)]);
    let (svg, picture) = both(&|path| plot.draw(path));
    for text in [
        "Energy &amp; &lt;rate&gt; of a network",
        "β = 8",
        "energy E",
        "−dE/dt",
        "units of τ",
        "second",
    ] {
        assert!(svg.contains(text), "`{text}` is missing");
    }
    assert_eq!(picture.width, 1800);
    assert!(has(&picture, BLUE) && !has(&picture, VERMILLION));
    // Margins are empty: nothing is cut off.
    assert!(picture.has_margins());
}

#[test]
fn a_rate_of_the_wrong_sign_and_a_rise_are_marked() {
    let mut bad = curve("bad", 50);
    bad.rate[20] = 1e-3;
    let (svg, picture) = both(&|path| energy(vec![bad.clone()]).draw(path));
    assert!(svg.contains("dE/dt &gt; 0") && svg.contains("(1 point)"));
    assert!(has(&picture, VERMILLION));
    let mut bad = curve("bad", 50);
    bad.energy[20] += 1.0;
    let (svg, picture) = both(&|path| energy(vec![bad.clone()]).draw(path));
    assert!(svg.contains("rises beyond the allowance (1 point)") && has(&picture, VERMILLION));
    bad.allowance.clear();
    let (svg, picture) = both(&|path| energy(vec![bad.clone()]).draw(path));
    assert!(!svg.contains("allowance") && !has(&picture, VERMILLION));
}

#[test]
fn one_among_many_is_highlighted() {
    let mut plot = energy(
        (0..200)
            .map(|i| curve(&format!("start {i}"), 40 + i))
            .collect(),
    );
    plot.highlight = Some(17);
    let (svg, picture) = both(&|path| plot.draw(path));
    assert!(svg.contains("start 17") && svg.contains("199 others") && !svg.contains("start 18"));
    assert!(has(&picture, [0, 0, 0]));
    plot.highlight = None;
    assert!(both(&|path| plot.draw(path)).0.contains("200 trajectories"));
}

#[test]
fn odd_energies_are_drawn() {
    let point = |energy: f64, rate: f64| EnergyCurve {
        label: String::new(),
        time: vec![3.0],
        energy: vec![energy],
        rate: vec![rate],
        allowance: vec![0.0],
        ..EnergyCurve::default()
    };
    for (e, rate) in [
        (0.0, 0.0),
        (-1e300, -1e300),
        (1e-310, -1e-310),
        (5.0, 1e-9),
        (f64::MIN_POSITIVE, 1e300),
    ] {
        both(&|path| energy(vec![point(e, rate)]).draw(path));
    }
    let n = 30;
    let flat = EnergyCurve {
        energy: vec![-7.25; n],
        rate: vec![0.0; n],
        ..curve("flat", n)
    };
    let (svg, _) = both(&|path| energy(vec![flat.clone()]).draw(path));
    assert!(svg.contains("\n0\n"), "no rates of zero");
    // All at one time; rates over hundreds of decades and of both signs; huge and nearly equal energies.
    let mut odd = curve("odd", n);
    odd.time = vec![1.0; n];
    odd.rate = (0..n)
        .map(|i| (-1f64).powi(i as i32) * 10f64.powi(20 * i as i32 - 290))
        .collect();
    odd.energy = (0..n).map(|i| 1e15 - 0.125 * i as f64).collect();
    both(&|path| energy(vec![odd.clone(), curve("", 0)]).draw(path));
    let extreme = EnergyCurve {
        energy: vec![-4e307, 4e307],
        time: vec![-4e307, 4e307],
        ..curve("extreme", 2)
    };
    both(&|path| energy(vec![extreme.clone()]).draw(path));
    let mut title = energy(vec![curve(&"long ".repeat(100), 5), curve("\0\u{1b}", 5)]);
    title.title = "unbreakable".repeat(40);
    let (svg, picture) = both(&|path| title.draw(path));
    assert!(svg.contains('…') && !svg.contains('\0'));
    assert!((0..picture.height).all(|y| picture.at(picture.width - 20, y) == [255; 3]));
}

#[test]
fn a_million_points_are_drawn_quickly() {
    let n = 1_000_000;
    let mut noisy = curve("noisy", n);
    for (i, e) in noisy.energy.iter_mut().enumerate() {
        *e = (i * 7919 % 1000) as f64;
    }
    noisy.rate = noisy.energy.iter().map(|e| e - 500.0).collect();
    let (svg, _) = both(&|path| energy(vec![noisy.clone()]).draw(path));
    assert!(svg.len() < 5_000_000, "{} bytes", svg.len());
}

#[test]
fn energies_that_cannot_be_drawn_are_refused_with_their_place() {
    refused(&|path| energy(vec![]).draw(path), &["no values"]);
    refused(
        &|path| energy(vec![curve("a", 0)]).draw(path),
        &["no values"],
    );
    let broken = |change: &dyn Fn(&mut EnergyCurve)| {
        let mut bad = curve("second", 9);
        change(&mut bad);
        energy(vec![curve("first", 9), bad])
    };
    let plot = broken(&|c| c.energy[4] = f64::NAN);
    refused(
        &|path| plot.draw(path),
        &["curve 1 (\"second\"), energy, index 4", "NaN"],
    );
    let plot = broken(&|c| c.rate[5] = f64::NEG_INFINITY);
    refused(&|path| plot.draw(path), &["rate, index 5"]);
    let plot = broken(&|c| c.time[5] = 0.0);
    refused(&|path| plot.draw(path), &["time, index 5", "backwards"]);
    let plot = broken(&|c| c.rate.truncate(8));
    refused(&|path| plot.draw(path), &["rate", "8 values for 9 times"]);
    let plot = broken(&|c| c.allowance.truncate(8));
    refused(&|path| plot.draw(path), &["allowance"]);
    let mut plot = energy(vec![curve("a", 9)]);
    plot.highlight = Some(1);
    refused(&|path| plot.draw(path), &["curve 1", "only 1 curves"]);
}

#[test]
fn patterns_come_out_in_both_formats() {
    let plot = patterns(14, 7, (8, 8));
    let (svg, picture) = both(&|path| plot.draw(path));
    for text in [
        "Recall",
        "N = 64",
        "t = 6",
        "cue 13",
        "memory 13, distance 0.02",
        "failed (1 of 14 shown)",
        "image/png",
    ] {
        assert!(svg.contains(text), "`{text}` is missing");
    }
    assert!(picture.width <= 1800 && has(&picture, VERMILLION));
    let fine = PatternPlot {
        rows: vec![plot.rows[0].clone()],
        ..plot
    };
    let (svg, picture) = both(&|path| fine.draw(path));
    assert!(!svg.contains("failed") && !has(&picture, VERMILLION));
}

/// A chequerboard has black and white only: no pixel of it is blurred.
#[test]
fn pixels_of_patterns_are_sharp() {
    let mut plot = patterns(1, 1, (10, 10));
    plot.rows[0].panels[0] = (0..100).map(|i| f64::from((i / 10 + i % 10) % 2)).collect();
    let (_, picture) = both(&|path| plot.draw(path));
    // The picture is the one place with black in it left of the scale's; walk inside its frame.
    let places = (0..picture.height).flat_map(|y| (0..picture.width).map(move |x| (x, y)));
    let black = |x, y| picture.at(x, y) == [0; 3];
    let mut dark = places.filter(|(x, y)| black(*x, *y) && black(x + 4, y + 4));
    let (x0, y0) = dark.next().unwrap();
    let side = (0..)
        .take_while(|i| picture.at(x0 + i, y0 + 1) != [128; 3])
        .count() as u32;
    assert!(side >= 100, "{side}");
    for x in 0..side {
        for y in 0..side.min(100) {
            let p = picture.at(x0 + x, y0 + y);
            assert!(p == [0; 3] || p == [255; 3], "{p:?} at {x}, {y}");
        }
    }
}

#[test]
fn odd_patterns_are_drawn() {
    for shape in [(1, 1), (1, 784), (784, 1), (600, 400), (28, 28)] {
        let plot = patterns(2, 3, shape);
        let (svg, _) = both(&|path| plot.draw(path));
        assert_eq!(
            svg.contains("averages"),
            shape.0 * shape.1 > 700 && shape != (28, 28),
            "{shape:?}"
        );
    }
    let mut plot = patterns(2, 2, (2, 2));
    plot.range = (-1.0, 1.0);
    plot.rows[0].panels[0] = vec![-1.0, 0.0, 1.0, 1e300];
    plot.rows[1].panels[1].clear();
    let (svg, picture) = both(&|path| plot.draw(path));
    assert!(svg.contains("clipped"));
    assert!(has(&picture, [33, 102, 172]) && has(&picture, [178, 24, 43]));
    plot.range = (-f64::MAX, f64::MAX);
    both(&|path| plot.draw(path));
    let mut plot = patterns(2, 30, (4, 4));
    plot.title = String::new();
    plot.rows[0].label = "a label that is much longer than its column".to_string();
    plot.rows[1].note = "a note ".repeat(30);
    both(&|path| plot.draw(path));
}

#[test]
fn patterns_that_cannot_be_drawn_are_refused_with_their_place() {
    refused(&|path| patterns(0, 3, (2, 2)).draw(path), &["no pictures"]);
    refused(&|path| patterns(3, 0, (2, 2)).draw(path), &["no pictures"]);
    refused(&|path| patterns(3, 3, (0, 2)).draw(path), &["no pictures"]);
    let mut plot = patterns(2, 2, (2, 2));
    plot.rows[1].panels[1][3] = f64::INFINITY;
    refused(
        &|path| plot.draw(path),
        &["row 1 (\"cue 1\"), picture 1, index 3", "inf"],
    );
    plot.rows[1].panels[1].pop();
    refused(
        &|path| plot.draw(path),
        &["picture 1", "3 values for 2 × 2 pixels"],
    );
    plot.rows[1].panels.pop();
    refused(
        &|path| plot.draw(path),
        &["row 1", "1 pictures in 2 columns"],
    );
    for range in [
        (1.0, 1.0),
        (1.0, 0.0),
        (f64::NAN, 1.0),
        (0.0, f64::INFINITY),
    ] {
        let plot = PatternPlot {
            range,
            ..patterns(1, 1, (2, 2))
        };
        refused(&|path| plot.draw(path), &["range"]);
    }
    refused(
        &|path| patterns(5000, 1, (2, 2)).draw(path),
        &["pixels", "fewer rows"],
    );
}

#[test]
fn files_that_cannot_be_written_are_named() {
    let dir = tempdir().unwrap();
    let plot = energy(vec![curve("a", 9)]);
    for name in ["a.bmp", "a", ".png"] {
        let text = plot.draw(dir.path().join(name)).unwrap_err().to_string();
        assert!(
            text.contains(name) && text.contains("must end in .png, .svg or .pdf"),
            "{text}"
        );
    }
    for name in ["no/a.png", "no/a.svg"] {
        let text = plot.draw(dir.path().join(name)).unwrap_err().to_string();
        assert!(
            text.contains(name) && text.contains("directory exists"),
            "{text}"
        );
    }
}

#[test]
fn a_figure_of_patterns_fits_the_width_that_it_says_it_needs() {
    use attractor::figure::Style;
    let mut plot = patterns(3, 5, (8, 8));
    for row in &mut plot.rows {
        row.label = "a label of some length".into();
        row.note = "a note that is longer than that, and longer".into();
    }
    let dir = tempdir().unwrap();
    let path = dir.path().join("p.svg");
    let at = |width: f64| {
        let style = Style {
            width: Some(width),
            ..Style::default()
        };
        plot.draw_as(&path, &style).map_err(|e| e.to_string())
    };
    let why = at(5.0).unwrap_err();
    let needs = why
        .split("it needs ")
        .nth(1)
        .and_then(|rest| rest.split(" cm").next());
    let needs: f64 = needs.unwrap().parse().unwrap();
    assert!(needs > 5.5, "{why}");
    at(needs).unwrap();
    assert!(at(needs - 0.3).is_err());
}
