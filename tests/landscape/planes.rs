//! Planes through a space of states: nullclines with closed forms, equilibria of the others, principal directions, streamlines.

use attractor::analysis::{
    Nullclines, OnSection, Plane, PlaneField, Section, Space, ZeroSet, streamlines,
};
use attractor::network::{Drive, Network, Workspace};

use crate::common::reference::study;

fn network(layers: &str) -> Network {
    study(&format!("{layers}\n[solve]\nlyapunov = \"off\"\n")).network
}

fn one_layer(size: usize, lagrangian: &str, input: &str, weights: &str) -> Network {
    network(&format!(
        "[layers.n]\nsize = {size}\nlagrangian = {lagrangian}\ninput = {input}\n[[synapses]]\n\
         kind = \"recurrent\"\nlayers = [\"n\"]\nweights = {weights}\nsymmetry = \"none\"\n"
    ))
}

fn plane(space: Space, ends: [f64; 2]) -> Plane {
    Plane {
        neurons: [0, 1],
        space,
        x: ends,
        y: ends,
        points: 9,
    }
}

fn nullclines(network: &Network, plane: &Plane, clamped: &[usize]) -> Nullclines {
    let section = plane.section(&vec![0.0; network.size()]);
    let mut on = OnSection::new(&section, (network, network.input(), clamped));
    on.nullclines(40, &[])
}

/// All points of lines that should be so many.
fn points(zeros: &ZeroSet, lines: usize) -> Vec<[f64; 2]> {
    assert_eq!(zeros.lines.len(), lines);
    zeros.lines.iter().flat_map(|l| l.points.clone()).collect()
}

#[test]
fn planes_nullclines_of_two_neurons_are_those_of_the_equations() {
    let flip_flop = one_layer(
        2,
        "{ kind = \"sigmoid\", beta = 6.0 }",
        "0.5",
        "[[0, -1], [-1, 0]]",
    );
    let sigmoid = |x: f64| 1.0 / (1.0 + (-6.0 * x).exp());
    let found = nullclines(&flip_flop, &plane(Space::State, [-1.5, 1.5]), &[]);
    for p in points(&found.horizontal, 1) {
        assert!((p[0] - 0.5 + sigmoid(p[1])).abs() < 4e-16, "{p:?}");
    }
    for p in points(&found.vertical, 1) {
        assert!((p[1] - 0.5 + sigmoid(p[0])).abs() < 4e-16, "{p:?}");
    }
    // Of activations: V₂ = ½ − x₁(V₁), where V₁ saturates too.
    let found = nullclines(&flip_flop, &plane(Space::Activation, [0.0, 1.0]), &[]);
    for [v1, v2] in points(&found.horizontal, 1) {
        let x1 = (v1 / (1.0 - v1)).ln() / 6.0;
        // The logarithm of numbers near 0 and 1.
        assert!((x1 - 0.5 + v2).abs() < 1e-13, "{v1} {v2}");
    }
    // V̇ = H ẋ, H = β V (1 − V).
    let field = plane(Space::Activation, [0.0, 1.0])
        .evaluate(&flip_flop, &[0.0; 2], flip_flop.input(), &[])
        .unwrap();
    for (k, rate) in field.horizontal.iter().enumerate() {
        let (v1, v2) = (field.x[k % 9], field.y[k / 9]);
        let x1 = (v1 / (1.0 - v1)).ln() / 6.0;
        let known = 6.0 * v1 * (1.0 - v1) * (0.5 - x1 - v2);
        assert!((rate - known).abs() < 1e-13, "{v1} {v2}");
    }
    // A neuron that hears nobody: an upright line, exactly.
    let deaf = one_layer(2, "\"tanh\"", "[0.25, 0.0]", "[[0, 0], [1, 0]]");
    let found = nullclines(&deaf, &plane(Space::State, [-1.0, 1.0]), &[]);
    assert!(points(&found.horizontal, 1).iter().all(|p| p[0] == 0.25));
    // One that is clamped stands still everywhere.
    let found = nullclines(&deaf, &plane(Space::State, [-1.0, 1.0]), &[1]);
    assert!(found.vertical.is_everything() && !found.horizontal.is_everything());
}

#[test]
fn planes_nullclines_cross_where_the_equations_say() {
    // ẋ₂ = −x₂ + 2 x₁ x₂: two branches, x₂ = 0 and x₁ = ½.
    let cubic = network(
        "[layers.n]\nsize = 2\nlagrangian = \"identity\"\n[[synapses]]\nkind = \"memory\"\nlayers = [\"n\"]\n\
         patterns = [[1, 1], [1, -1]]\npotential = { kind = \"power\", n = 3 }\nscale = 0.5\n",
    );
    let mut ws = Workspace::new(&cubic, 1);
    let rate = cubic
        .at(&[0.3, 0.7], Drive::own(&cubic), &mut ws)
        .velocity()[1];
    assert!((rate - (-0.7 + 2.0 * 0.3 * 0.7)).abs() < 1e-15, "{rate}");
    let found = nullclines(&cubic, &plane(Space::State, [-1.0, 1.0]), &[]).vertical;
    assert_eq!((found.lines.len(), found.crossings.len()), (2, 1));
    assert!((found.crossings[0][0] - 0.5).abs() < 1e-9 && found.crossings[0][1].abs() < 1e-9);
    for line in &found.lines {
        let off = |k: usize, at: f64| line.points.iter().all(|p| (p[k] - at).abs() < 1e-9);
        assert!(off(1, 0.0) || off(0, 0.5));
    }
}

#[test]
fn planes_with_the_others_relaxed_are_those_of_the_network_without_them() {
    // x₃ = w·V is at once where it belongs: W + w wᵀ. Its energy too: −½ x₃² is what is left of it.
    let (w, own) = ([0.8, -0.5], [[0.2, -0.9], [-0.9, 0.4]]);
    let text = |rows: &str, n: usize| {
        format!(
            "[layers.n]\nsize = 2\nlagrangian = {{ kind = \"tanh\", beta = 2.0 }}\ninput = [0.1, -0.2]\n{}\
             [[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = {rows}\n{}",
            [
                "",
                "[layers.h]\nsize = 1\nlagrangian = \"identity\"\ntau = 5.0\n"
            ][n],
            [
                "",
                "[[synapses]]\nkind = \"dense\"\nlayers = [\"n\", \"h\"]\nweights = [[0.8, -0.5]]\n"
            ][n],
        )
    };
    let full = network(&text("[[0.2, -0.9], [-0.9, 0.4]]", 1));
    let rows: Vec<String> = (0..2)
        .map(|i| format!("[{}, {}]", own[i][0] + w[i] * w[0], own[i][1] + w[i] * w[1]))
        .collect();
    let reduced = network(&text(&format!("[{}]", rows.join(", ")), 0));
    for space in [Space::State, Space::Activation] {
        let ends = [[-2.0, 2.0], [-0.99, 0.99]][usize::from(space == Space::Activation)];
        let plane = plane(space, ends);
        let base = [0.0; 3];
        let section = Section {
            relaxed: Some(base.to_vec()),
            ..plane.section(&base)
        };
        let mut on = OnSection::new(&section, (&full, full.input(), &[]));
        let field = on.field();
        let other = plane
            .evaluate(&reduced, &[0.0; 2], reduced.input(), &[])
            .unwrap();
        let pairs = |a: &[f64], b: &[f64]| {
            a.iter().zip(b).fold(
                0.0f64,
                |m, (a, b)| if m.is_nan() { m } else { m.max((a - b).abs()) },
            )
        };
        assert!(
            field
                .horizontal
                .iter()
                .chain(&field.energy)
                .all(|v| v.is_finite())
        );
        assert!(pairs(&field.horizontal, &other.horizontal) < 1e-13);
        assert!(pairs(&field.vertical, &other.vertical) < 1e-13);
        assert!(pairs(&field.energy, &other.energy) < 1e-13);
        let (a, b) = (on.nullclines(20, &[]), nullclines(&reduced, &plane, &[]));
        assert_eq!(a.horizontal.lines.len(), b.horizontal.lines.len());
        // Standing still is another thing than relaxing.
        let cut = plane.evaluate(&full, &base, full.input(), &[]).unwrap();
        assert!(pairs(&cut.horizontal, &other.horizontal) > 0.1);
    }
}

#[test]
fn planes_are_blank_where_the_others_have_no_equilibrium_that_goes_on() {
    // x₃ = 2 tanh x₃ + x₁ has three solutions for |x₁| < 0.53; from the upper one there is none to go on to at x₁ = −0.5328.
    let coupled = network(
        "[layers.a]\nsize = 2\nlagrangian = \"identity\"\n[layers.b]\nsize = 1\nlagrangian = \"tanh\"\n\
         [[synapses]]\nkind = \"recurrent\"\nlayers = [\"b\"]\nweights = [[2.0]]\n\
         [[synapses]]\nkind = \"dense\"\nlayers = [\"a\", \"b\"]\nweights = [[1.0, 0.0]]\n",
    );
    // tanh² = ½ at the fold: x₁ = x₃ − 2 tanh x₃ there.
    let edge = 0.5f64.sqrt().atanh() - 2f64.sqrt();
    let mut plane = plane(Space::State, [-1.0, 1.0]);
    plane.points = 41;
    let base = [0.0, 0.0, 1.9];
    let section = Section {
        relaxed: Some(base.to_vec()),
        ..plane.section(&base)
    };
    let field = OnSection::new(&section, (&coupled, coupled.input(), &[])).field();
    for (k, v) in field.horizontal.iter().enumerate() {
        let x1 = field.x[k % 41];
        // A square of the sheet in which the fold lies is not followed to its end.
        if x1 > edge + 2.0 / 24.0 {
            assert!(v.is_finite(), "{x1}");
        } else if x1 < edge {
            assert!(v.is_nan(), "{x1}");
        }
    }
}

#[test]
fn planes_through_principal_directions_are_found_and_velocities_projected() {
    let wide = one_layer(
        4,
        "\"tanh\"",
        "[0.3, -0.1, 0.2, 0.0]",
        "[[0, 1, 0, 0.5], [1, 0, 0.3, 0], [0, 0.3, 0, -1], [0.5, 0, -1, 0]]",
    );
    let (d, e) = ([0.5, 0.5, 0.5, 0.5], [0.5, -0.5, 0.5, -0.5]);
    let states: Vec<Vec<f64>> = (0..40)
        .map(|k| {
            let t = f64::from(k) * std::f64::consts::TAU / 40.0;
            (0..4)
                .map(|i| 1.0 + 3.0 * t.cos() * d[i] + t.sin() * e[i])
                .collect()
        })
        .collect();
    let (section, parts) = Section::principal(&states, 11).unwrap();
    // cos² and sin² are ½ each on average.
    assert!((parts[0] - 0.9).abs() < 1e-12 && (parts[1] - 0.1).abs() < 1e-12);
    for (found, known) in section.directions.iter().zip([d, e]) {
        let inner: f64 = found.iter().zip(known).map(|(a, b)| a * b).sum();
        assert!((inner.abs() - 1.0).abs() < 1e-12);
    }
    assert!(section.origin.iter().all(|x| (x - 1.0).abs() < 1e-12));
    let p = section.point(&wide, &states[3]);
    let mut on = OnSection::new(&section, (&wide, wide.input(), &[]));
    let back = on.states(&[p]);
    assert!(
        back[0]
            .iter()
            .zip(&states[3])
            .all(|(a, b)| (a - b).abs() < 1e-12)
    );
    let found = on.evaluate(&[p]);
    let mut ws = Workspace::new(&wide, 1);
    let velocity = wide
        .at(&states[3], Drive::own(&wide), &mut ws)
        .velocity()
        .to_vec();
    for (own, v) in section.directions.iter().zip(&found.velocity) {
        let along: f64 = own.iter().zip(&velocity).map(|(a, b)| a * b).sum();
        assert!((along - v[0]).abs() < 1e-12);
    }
    let line: Vec<Vec<f64>> = (0..9).map(|k| vec![f64::from(k); 4]).collect();
    for few in [&line[..], &line[..1], &[]] {
        let refused = Section::principal(few, 11).unwrap_err().to_string();
        assert!(refused.contains("two directions"), "{refused}");
    }
}

/// A field on a square, 81 × 81.
fn field(f: impl Fn(f64, f64) -> [f64; 2]) -> PlaneField {
    let axis: Vec<f64> = (0..81).map(|k| f64::from(k) / 40.0 - 1.0).collect();
    let all = axis.iter().flat_map(|y| axis.iter().map(|x| f(*x, *y)));
    let all: Vec<[f64; 2]> = all.collect();
    PlaneField {
        horizontal: all.iter().map(|v| v[0]).collect(),
        vertical: all.iter().map(|v| v[1]).collect(),
        energy: Vec::new(),
        x: axis.clone(),
        y: axis,
    }
}

#[test]
fn planes_streamlines_follow_the_flow_at_even_distances() {
    let lines = streamlines(&field(|x, y| [-y, x]), 0.05);
    assert!(lines.len() > 8);
    for line in &lines {
        let radii = line.iter().map(|p| p[0].hypot(p[1]));
        let (low, high) = radii.fold((9.0f64, 0.0f64), |(l, h), r| (l.min(r), h.max(r)));
        // Midpoints with steps of 0.01: 1e-6 a turn; the interpolation of a linear field is exact.
        assert!(high - low < 1e-3, "{low} {high}");
        let turn = |w: &[[f64; 2]]| w[0][0] * w[1][1] - w[0][1] * w[1][0];
        assert!(line.windows(2).all(|w| turn(w) > 0.0));
    }
    for (k, a) in lines.iter().enumerate() {
        for b in &lines[..k] {
            for p in a {
                let near = b.iter().map(|q| (p[0] - q[0]).hypot(p[1] - q[1]));
                // Half of 0.05 of a width of 2.
                assert!(near.fold(9.0, f64::min) > 0.0499);
            }
        }
    }
    // No place is left empty.
    let all: Vec<[f64; 2]> = lines.concat();
    for k in 0..400 {
        let p = [
            f64::from(k % 20) / 10.5 - 0.9,
            f64::from(k / 20) / 10.5 - 0.9,
        ];
        let near = all.iter().map(|q| (p[0] - q[0]).hypot(p[1] - q[1]));
        assert!(
            p[0].hypot(p[1]) < 0.1 || near.fold(9.0, f64::min) < 0.2,
            "{p:?}"
        );
    }
    assert!(streamlines(&field(|_, _| [0.0; 2]), 0.05).is_empty());
    assert!(streamlines(&field(|_, _| [f64::NAN; 2]), 0.05).is_empty());
    let half = field(|x, _| [if x > 0.0 { f64::NAN } else { 1.0 }, 0.2]);
    let lines = streamlines(&half, 0.05);
    assert!(!lines.is_empty() && lines.concat().iter().all(|p| p[0] <= 0.0));
}
