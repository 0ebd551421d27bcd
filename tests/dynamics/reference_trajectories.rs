//! Every reference trajectory, written as a model file and run the way the command runs it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use crate::common;

use attractor::analysis::Stability;
use attractor::dynamics::Interrupt;
use attractor::monitor::{LyapunovReport, Mode};
use attractor::network::{Drive, Workspace};
use attractor::study::{Refusal, Results, Study};
use attractor::trajectory::{Check, StopReason, Trajectory};
use common::reference::{self, OUTSIDE, Reference, VALID, flat, load_text, run, study};

/// What the stored solutions (good to 1e-13) and a method at rtol 1e-10, atol 1e-12 agree to: the errors of a few
/// hundred steps, amplified where neighbouring solutions part, gather to less than a hundred tolerances.
const STATE: f64 = 1e-8;
/// Currents carry the state's error times the weights, which are of order 1 to 10 here.
const VELOCITY: f64 = 1e-7;
/// An error along the trajectory hardly matters to the energy, one across it only in second order. Its terms, which
/// trade energy with one another, are as good as the state.
const ENERGY: f64 = 1e-9;
/// The rate carries the state's error times the curvature, relative to its largest value.
const RATE: f64 = 1e-7;

/// Largest error relative to `1 + |reference|`.
fn error(got: &[f64], want: &[f64]) -> f64 {
    assert_eq!(got.len(), want.len());
    let pairs = got.iter().zip(want);
    // A NaN must not vanish in a maximum.
    pairs.fold(0.0, |worst: f64, (g, w)| {
        let e = (g - w).abs() / (1.0 + w.abs());
        if e.is_nan() {
            f64::INFINITY
        } else {
            worst.max(e)
        }
    })
}

/// Worst errors of a trajectory.
#[derive(Debug, Default)]
struct Worst {
    state: f64,
    activation: f64,
    velocity: f64,
    energy: f64,
    term: f64,
    rate: f64,
}

fn compare(case: &Reference, e: &Study, t: &Trajectory, watched: bool) -> Worst {
    let mut worst = Worst::default();
    assert_eq!(
        t.t,
        case.times(),
        "every time that was asked for is kept, exactly"
    );
    let mut g = vec![0.0; e.network.size()];
    let has_energy = watched && case.0["energy"].is_array();
    for k in 0..t.len() {
        e.network.activation(t.state(k), 1, &mut g);
        let larger = |a: &mut f64, b: f64| *a = a.max(b);
        larger(&mut worst.state, error(t.state(k), &case.row("states", k)));
        larger(
            &mut worst.activation,
            error(&g, &case.row("activations", k)),
        );
        // τẋ = I − kx + current is of the size of the state, whatever τ.
        let slow = |v: &[f64]| -> Vec<f64> {
            v.iter()
                .zip(e.network.rates())
                .map(|(v, r)| v / r)
                .collect()
        };
        let (got, want) = (slow(t.velocity(k)), slow(&case.row("xdot", k)));
        larger(&mut worst.velocity, error(&got, &want));
    }
    if !has_energy {
        assert!(t.energy.is_empty(), "no row has an energy, or all");
        return worst;
    }
    worst.energy = error(&t.energy, &flat(&case.0["energy"]));
    let names = e.network.term_names();
    assert_eq!(
        names.len(),
        case.0["energy_terms"].as_object().unwrap().len()
    );
    for (i, name) in names.iter().enumerate() {
        let stored = &case.0["energy_terms"][name.replace("synapse:", "coupling:")];
        let term: Vec<f64> = t
            .terms
            .iter()
            .skip(i)
            .step_by(names.len())
            .copied()
            .collect();
        worst.term = worst.term.max(error(&term, &flat(stored)));
    }
    let rate = flat(&case.0["dEdt"]);
    let largest = rate.iter().fold(0.0f64, |m, r| m.max(r.abs()));
    // Relative to 1 + 0 after the difference is taken.
    let differences = t
        .energy_rate
        .iter()
        .zip(&rate)
        .map(|(a, b)| (a - b) / largest);
    let differences: Vec<f64> = differences.collect();
    worst.rate = error(&differences, &vec![0.0; rate.len()]);
    worst
}

fn assert_close(name: &str, worst: &Worst) {
    println!("{name}: {worst:?}");
    assert!(worst.state <= STATE, "{name}: {worst:?}");
    assert!(worst.activation <= STATE, "{name}: {worst:?}");
    assert!(worst.velocity <= VELOCITY, "{name}: {worst:?}");
    assert!(worst.energy <= ENERGY, "{name}: {worst:?}");
    assert!(worst.term <= STATE, "{name}: {worst:?}");
    assert!(worst.rate <= RATE, "{name}: {worst:?}");
}

fn report(results: &Results) -> &LyapunovReport {
    results.cases[0].lyapunov.as_ref().unwrap()
}

fn follow(method: &str) {
    for name in VALID {
        let case = reference::read(name);
        let e = study(&case.model(method));
        assert_eq!(e.lyapunov, Mode::Reject, "the default");
        let results = run(&e);
        let end = &results.cases[0];
        let times = case.times();
        assert_eq!(end.outcome.stop, StopReason::TimeReached, "{name}");
        assert_eq!(end.outcome.t, times[times.len() - 1], "{name}");
        assert_close(name, &compare(&case, &e, &end.trajectory, true));
        let seen = report(&results);
        assert_eq!(seen.violation, None, "{name}");
        assert!(seen.steps > 0 && seen.identities > 0, "{name} was watched");
        assert_eq!(
            seen.steps, end.outcome.statistics.accepted,
            "{name}, every step"
        );
        assert!(results.certificate.holds(), "{name}");
    }
}

#[test]
fn tsit5_follows_every_reference_trajectory_under_reject() {
    follow("tsit5");
}

#[test]
fn dopri5_follows_every_reference_trajectory_under_reject() {
    follow("dopri5");
}

#[test]
fn exponential_follows_every_reference_trajectory_under_reject() {
    follow("exponential");
}

#[test]
fn a_trajectory_does_not_depend_on_its_neighbours_in_a_block() {
    for name in VALID {
        let case = reference::read(name);
        // Other starts around the stored one: all are integrated together, each with its own steps.
        let starts: String = [1.07, 1.0, 0.93]
            .map(|s| case.start_table("[[starts]]", s))
            .concat();
        let e = study(&format!(
            "{}{starts}{}",
            case.network(),
            case.solve("tsit5")
        ));
        let results = run(&e);
        assert_close(
            name,
            &compare(&case, &e, &results.cases[1].trajectory, true),
        );
        for end in &results.cases {
            assert_eq!(end.outcome.stop, StopReason::TimeReached, "{name}");
            assert_eq!(end.lyapunov.as_ref().unwrap().violation, None, "{name}");
        }
    }
}

#[test]
fn stored_fixed_points_are_reached_and_certified_stable() {
    for name in VALID.iter().chain(&["n05_EI_fast_inhibition"]) {
        let case = reference::read(name);
        let point = &case.0["fixed_point"];
        if point.is_null() {
            continue;
        }
        let (network, start) = (case.network(), case.start_table("[start]", 1.0));
        let off = if name.starts_with('n') {
            "lyapunov = \"off\""
        } else {
            ""
        };
        let e = study(&format!(
            "{network}{start}[solve]\nuntil = \"rest\"\nrtol = 1e-10\natol = 1e-12\nrest_rtol = 1e-9\nrest_atol = 1e-9\nmax_steps = 10_000_000\nsave = \"final\"\n{off}"
        ));
        let results = run(&e);
        let end = &results.cases[0];
        assert_eq!(end.outcome.stop, StopReason::Rest, "{name}");
        let certified = &results.fixed_points.points()[end.rest.unwrap()];
        assert_eq!(certified.stability, Stability::Stable, "{name}");
        let exact = case.gather(&point["x"]);
        let pairs = exact.iter().zip(&end.outcome.x);
        let distance = pairs.fold(0.0f64, |m, (a, b)| m.max((a - b).abs()));
        let newton = certified.newton.unwrap();
        let e = certified.eigenvalue.unwrap();
        println!("{name}: distance {distance:.1e}, eigenvalue {:.9}", e.re);
        // At rest |τẋ| is below 1e-9 (1 + |x|) and the slowest decay here takes eight time constants.
        let size = exact.iter().fold(1.0f64, |m, x| m.max(x.abs()));
        assert!(distance <= 1e-8 * (1.0 + size), "{name}: {distance}");
        // One Newton correction measures the distance to second order, 1e-8 times the curvature of the currents, and to
        // the rounding of the states.
        let second_order = 1e-3 * newton + 8.0 * f64::EPSILON * size;
        assert!(
            (distance - newton).abs() <= second_order,
            "{name}: {distance} {newton}"
        );
        // The stored eigenvalues come from difference quotients, good to 1e-8; so is the state they are taken at.
        let stored = point["jacobian_max_real"].as_f64().unwrap();
        assert!((e.re - stored).abs() <= 1e-8, "{name}: {e:?} {stored}");
        // Similar to a symmetric matrix, the Jacobian has real eigenvalues; clusters may split by the root of rounding.
        if name.starts_with('c') {
            assert!(e.im.abs() <= 1e-7, "{name}: {e:?}");
        }
    }
}

#[test]
fn the_jacobian_is_the_derivative_of_the_velocity() {
    for name in VALID.iter().chain(&OUTSIDE) {
        let case = reference::read(name);
        let e = unwatched(&case, "off");
        let (network, n) = (&e.network, e.network.size());
        let drive = Drive {
            input: network.input(),
            clamped: &[],
        };
        let mut ws = Workspace::new(network, 1);
        let mut velocity = |x: &[f64]| network.at(x, drive, &mut ws).velocity().to_vec();
        for k in [1, case.times().len() / 2] {
            let x = case.row("states", k);
            let direction: Vec<f64> = (0..n).map(|i| (1.0 + 2.4 * i as f64).sin()).collect();
            // Central differences: truncation 1e-10 times a third derivative, rounding 1e-16/1e-5; both times 1/τ.
            let h = 1e-5;
            let beside = |s: f64| -> Vec<f64> {
                x.iter()
                    .zip(&direction)
                    .map(|(x, d)| x + s * h * d)
                    .collect()
            };
            let (above, below) = (velocity(&beside(1.0)), velocity(&beside(-1.0)));
            let mut ws = Workspace::new(network, 1);
            let mut action = vec![0.0; n];
            let mut here = network.at(&x, drive, &mut ws).hessian();
            here.jacobian_action(&direction, &mut action);
            let slow = |i: usize, v: f64| v / network.rates()[i];
            let size = (0..n).fold(1.0f64, |m, i| m.max(slow(i, action[i]).abs()));
            for i in 0..n {
                let measured = (above[i] - below[i]) / (2.0 * h);
                let off = slow(i, measured - action[i]).abs();
                assert!(off <= 1e-6 * size, "{name}, t = {}: {off}", case.times()[k]);
            }
        }
    }
}

/// What the refusal must say of each network outside the theory.
const REASONS: [&str; 5] = [
    "layer `A`, tau: differs among neurons 0..3, which share one softmax",
    "its weights are not symmetric: W[1][0] = 1.5 and W[0][1] = -1.5",
    "layer `h`, lagrangian: power(n = 3) is not convex",
    "excitation and inhibition have opposite signs",
    "excitation and inhibition have opposite signs",
];

fn unwatched(case: &Reference, mode: &str) -> Study {
    study(&format!("{}lyapunov = \"{mode}\"\n", case.model("tsit5")))
}

#[test]
fn networks_outside_the_theory_are_refused_with_the_reason() {
    for (name, reason) in OUTSIDE.iter().zip(REASONS) {
        let case = reference::read(name);
        // By the file, where the default demands descent …
        let said = load_text(&case.model("tsit5")).unwrap_err().to_string();
        assert!(said.contains(reason), "{name}: {said}");
        assert!(
            said.contains("lyapunov = \"record\""),
            "{name} says what to try: {said}"
        );
        // … and by the library, whatever made the network.
        for mode in [Mode::Warn, Mode::Reject, Mode::Stop] {
            let mut e = unwatched(&case, "record");
            e.lyapunov = mode;
            let refusal = e.run(&Interrupt::new(), &()).unwrap_err();
            assert!(matches!(refusal, Refusal::OutsideTheory(_)), "{name}");
            assert!(refusal.to_string().contains(reason), "{name}: {refusal}");
        }
    }
}

#[test]
fn an_asymmetric_matrix_is_not_taken_for_a_symmetric_one() {
    let case = reference::read("n02_asymmetric_W");
    let text = case.model("tsit5").replace("symmetry = \"none\"\n", "");
    let said = load_text(&format!("{text}lyapunov = \"off\"\n"))
        .unwrap_err()
        .to_string();
    assert!(said.contains("not symmetric"), "{said}");
    assert!(said.contains("symmetry = \"none\""), "{said}");
}

#[test]
fn networks_outside_the_theory_are_followed_all_the_same_when_asked() {
    for name in OUTSIDE {
        let case = reference::read(name);
        for mode in ["record", "off"] {
            let e = unwatched(&case, mode);
            let results = run(&e);
            let end = &results.cases[0];
            assert_eq!(end.outcome.stop, StopReason::TimeReached, "{name}");
            assert!(!results.certificate.holds(), "{name}");
            assert_close(name, &compare(&case, &e, &end.trajectory, mode != "off"));
            let watched = mode == "record" && case.0["energy"].is_array();
            assert_eq!(end.lyapunov.is_some(), watched, "{name} {mode}");
        }
    }
}

#[test]
fn a_softmax_group_with_unequal_tau_and_an_odd_power_layer_break_descent_and_nothing_else() {
    for (name, rise) in [
        ("n01_softmax_unequal_tau", 0.97),
        ("n03_odd_power_hidden", 1.4),
    ] {
        let case = reference::read(name);
        let results = run(&unwatched(&case, "record"));
        let seen = report(&results);
        assert_eq!(
            seen.violation.as_ref().unwrap().check,
            Check::Descent,
            "{name}"
        );
        assert!(seen.rises > 10, "{name}: {seen:?}");
        // The formula knows that it is positive, and agrees with the slope.
        assert_eq!(seen.identity_failures, 0, "{name}: {seen:?}");
        assert!(seen.identities > 2, "{name}: {seen:?}");
        let energy = &results.cases[0].trajectory.energy;
        let highest = energy.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        assert!(highest - energy[0] > rise, "{name}: {energy:?}");
    }
}

#[test]
fn an_asymmetric_matrix_breaks_the_identity_although_its_formula_is_negative_throughout() {
    let case = reference::read("n02_asymmetric_W");
    let results = run(&unwatched(&case, "record"));
    let seen = report(&results);
    let first = seen.violation.as_ref().unwrap();
    assert_eq!((first.check, first.t), (Check::Identity, 0.0));
    // The formula says −0.19353, the flow −0.01823.
    let [formula, truth] = ["dEdt", "dEdt_flow_fd"].map(|k| flat(&case.0[k])[0]);
    // The last of the monitor's attempts is made 2e-5 of the state further along, where the slopes differ by 2.8e-6.
    assert!((first.found - (truth - formula)).abs() < 1e-5, "{first:?}");
    assert!(seen.identity_failures == seen.identities, "{seen:?}");
    assert!(
        seen.rises > 10,
        "on a limit cycle the energy must rise again: {seen:?}"
    );
    let rates = &results.cases[0].trajectory.energy_rate;
    assert!(rates.iter().all(|r| *r < -0.19), "{rates:?}");
}

#[test]
fn energy_weights_are_found_for_symmetrizable_weights_up_to_a_factor() {
    let case = reference::read("c40_symmetrizable");
    let text = case.model("tsit5");
    let start = text.find("energy_weight").unwrap();
    let end = start + text[start..].find('\n').unwrap();
    let without = format!("{}{}", &text[..start], &text[end..]);
    let results = run(&study(&without));
    // Those that are found begin with 1, the stored ones with μ₀/λ₀ = 2.4.
    let scaled: Vec<f64> = results.cases[0]
        .trajectory
        .energy
        .iter()
        .map(|e| 2.4 * e)
        .collect();
    assert!(error(&scaled, &flat(&case.0["energy"])) <= ENERGY);
    // Without that word they are refused, with the hint.
    let said = load_text(&without.replace("symmetry = \"symmetrizable\"\n", ""));
    let said = said.unwrap_err().to_string();
    assert!(said.contains("symmetry = \"symmetrizable\""), "{said}");
}
