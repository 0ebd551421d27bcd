//! Networks under noise: orders of the methods, stationary densities where they are exact, passages. What is counted is drawn
//! independently, one stream for each trajectory, and stands within five standard errors.

use std::sync::{Arc, Mutex};

use attractor::analysis::{kramers, mean_passage, passage_times};
use attractor::dynamics::{
    Driver, EULER_MARUYAMA, Flipping, Interrupt, Method, SRA, Settings, Start, TSIT5, Temperature,
    integrate,
};
use attractor::ensemble::Ensemble;
use attractor::kernels::Weights;
use attractor::lagrangian::{DirectSum, HessianRows, Identity, Lagrangian, Tanh};
use attractor::monitor::{Course, LyapunovMonitor, Mode, Recorder, Save};
use attractor::network::{Drive, Layer, Network, Workspace, theories};
use attractor::pattern::random::Stream;
use attractor::stimulus::Stimulus;
use attractor::synapse::{Feedforward, Memory};

use crate::common;

fn settings(method: &'static Method, step: f64, t_end: f64, temperature: f64) -> Settings {
    Settings {
        method,
        step: Some(step),
        t_end,
        max_steps: u64::MAX,
        flipping: Flipping {
            temperature: Temperature::Constant(temperature),
            ..Flipping::default()
        },
        ..Settings::default()
    }
}

fn ensemble<'a>(
    network: &'a Network,
    settings: &'a Settings,
    stimulus: &'a Stimulus,
    interrupt: &'a Interrupt,
) -> Ensemble<'a> {
    Ensemble {
        network,
        settings,
        stimulus,
        threads: 2,
        alone: false,
        interrupt,
    }
}

/// Where `count` trajectories from one start end.
fn ends(network: &Network, settings: &Settings, start: &[f64], count: usize) -> Vec<Vec<f64>> {
    let (stimulus, interrupt) = (Stimulus::constant(network), Interrupt::new());
    let ends = Mutex::new(vec![Vec::new(); count]);
    let from = |k| {
        Ok(Start {
            stream: Some(Stream::of(11, 0, k, 0)),
            ..Start::at(start.to_vec())
        })
    };
    let keep = |k: usize, outcome: attractor::dynamics::Outcome, ()| {
        ends.lock().unwrap()[k] = outcome.x;
    };
    ensemble(network, settings, &stimulus, &interrupt)
        .run(0..count, from, |_| (), keep)
        .unwrap();
    ends.into_inner().unwrap()
}

/// Two neurons whose drift bends, with time constants of their own, under noise of their currents.
/// Where it is strong its terms are most of the error, and not those of the drift alone, which are of second order.
fn bent(noise: f64) -> Network {
    let layer = Layer::new("n", &[2], Tanh { beta: 1.5 }).unwrap();
    let layer = layer.tau([1.0, 0.7]).input([0.2, -0.1]).noise(noise);
    let weights = Weights::new(2, 2, vec![0.5, 1.5, 1.5, -1.0]).unwrap();
    theories::general(layer, weights).unwrap()
}

/// Mean distances to the states of fine steps on the same paths, for steps of 1/16, 1/32, 1/64 and 1/128.
fn strong_errors(network: &Network, method: &'static Method, temperature: f64) -> Vec<f64> {
    let fine = 1.0 / 4096.0;
    let count = 300;
    let run = |method, step: f64| {
        let settings = Settings {
            pieces: (step / fine) as u32,
            ..settings(method, step, 1.0, temperature)
        };
        ends(network, &settings, &[0.3, -0.2], count)
    };
    let exact = run(&SRA, fine);
    let errors = (4..=7).map(|k| {
        let ends = run(method, 0.5_f64.powi(k));
        let apart = |(a, b): (&Vec<f64>, &Vec<f64>)| (a[0] - b[0]).hypot(a[1] - b[1]);
        ends.iter().zip(&exact).map(apart).sum::<f64>() / count as f64
    });
    errors.collect()
}

/// The order that errors over halved steps show, between the first and the last.
fn order(errors: &[f64]) -> f64 {
    (errors[0] / errors[errors.len() - 1]).log2() / (errors.len() - 1) as f64
}

/// Orders 1 and 3/2 for additive noise (Kloeden and Platen 1992; Rößler 2010), of noise of the currents, and of a temperature along
/// the arc length, away from the ends of the range.
#[test]
fn strong_orders_on_one_brownian_path() {
    // At a low temperature sra's error is still that of its drift, of order 2; without the path's mean in its stage it has order 1.
    for (network, temperature, most) in [(bent(1.5), 0.0, 1.75), (bent(0.0), 0.02, 2.2)] {
        for (method, orders) in [(&EULER_MARUYAMA, 0.85..1.2), (&SRA, 1.35..most)] {
            let errors = strong_errors(&network, method, temperature);
            let found = order(&errors);
            let name = method.name;
            assert!(
                orders.contains(&found),
                "{name}, T = {temperature}: {found}, {errors:?}"
            );
        }
    }
}

/// `x` of a linear neuron has the variance `c² h/(1 − (1 − h)²)` under Euler–Maruyama and `c² h (1 − h + h²/3)/(1 − (1 − h + h²/2)²)` under SRA1,
/// which differ from `c²/2` in first and second order: the weak orders, seen at a step where all three are far apart.
#[test]
fn weak_orders_of_a_linear_neuron() {
    let layer = Layer::new("n", &[1], Identity).unwrap().noise(1.0);
    let network = theories::general(layer, Weights::new(1, 1, vec![0.0]).unwrap()).unwrap();
    let euler = |h: f64| h / (1.0 - (1.0 - h).powi(2));
    let sra = |h: f64| h * (1.0 - h + h * h / 3.0) / (1.0 - (1.0 - h + 0.5 * h * h).powi(2));
    let count = 40_000;
    for (method, of, order) in [
        (&EULER_MARUYAMA, &euler as &dyn Fn(f64) -> f64, 1.0),
        (&SRA, &sra, 2.0),
    ] {
        let h = 0.5;
        let ends = ends(&network, &settings(method, h, 20.0, 0.0), &[0.0], count);
        let found = ends.iter().map(|x| x[0] * x[0]).sum::<f64>() / count as f64;
        let error = of(h) * (2.0 / count as f64).sqrt();
        assert!(
            (found - of(h)).abs() < 5.0 * error,
            "{}: {found}",
            method.name
        );
        assert!(
            h < 0.3 || (of(h) - 0.5).abs() > 1.5 * error,
            "{}",
            method.name
        );
        let shrinks = ((of(0.02) - 0.5) / (of(0.01) - 0.5)).log2();
        assert!((shrinks - order).abs() < 0.05, "{}: {shrinks}", method.name);
    }
}

/// The means of these states, and their covariances.
fn moments(ends: &[Vec<f64>]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let (n, count) = (ends[0].len(), ends.len() as f64);
    let mean: Vec<f64> = (0..n)
        .map(|i| ends.iter().map(|x| x[i]).sum::<f64>() / count)
        .collect();
    let of = |i: usize, j: usize| {
        ends.iter()
            .map(|x| (x[i] - mean[i]) * (x[j] - mean[j]))
            .sum::<f64>()
            / (count - 1.0)
    };
    let covariance = (0..n).map(|i| (0..n).map(|j| of(i, j)).collect()).collect();
    (mean, covariance)
}

/// Mean and covariance of independent normal states stand within five standard errors.
fn assert_moments(ends: &[Vec<f64>], mean: [f64; 2], c: [[f64; 2]; 2], what: &str) {
    let (means, found) = moments(ends);
    let count = ends.len() as f64;
    for i in 0..2 {
        let apart = (means[i] - mean[i]).abs();
        assert!(apart < 5.0 * (c[i][i] / count).sqrt(), "{what}: {means:?}");
        for j in 0..2 {
            let error = ((c[i][j].powi(2) + c[i][i] * c[j][j]) / count).sqrt();
            assert!(
                (found[i][j] - c[i][j]).abs() < 5.0 * error,
                "{what}: {found:?}, {c:?}"
            );
        }
    }
}

/// At a temperature `E = Σ d (x²/2 − I x) − xᵀDWx/2` has the covariance `T (D − DW)⁻¹`, whatever the time constants.
#[test]
fn a_linear_network_has_the_covariance_of_its_energy() {
    let (w, d, t) = ([[0.3, 0.4], [0.2, -0.2]], [1.0, 2.0], 0.5);
    let layer = Layer::new("n", &[2], Identity).unwrap();
    let layer = layer.tau([1.0, 0.3]).weight(d).input([0.5, -0.4]);
    let network = theories::general(layer, Weights::new(2, 2, w.concat()).unwrap()).unwrap();
    let a = [
        [d[0] - d[0] * w[0][0], -d[0] * w[0][1]],
        [-d[1] * w[1][0], d[1] - d[1] * w[1][1]],
    ];
    let det = a[0][0] * a[1][1] - a[0][1] * a[1][0];
    let inverse = [
        [a[1][1] / det, -a[0][1] / det],
        [-a[1][0] / det, a[0][0] / det],
    ];
    let c = inverse.map(|row| row.map(|v| t * v));
    let pull = [d[0] * 0.5, d[1] * -0.4];
    let mean = inverse.map(|row| row[0] * pull[0] + row[1] * pull[1]);
    for (method, step) in [(&SRA, 0.05), (&EULER_MARUYAMA, 0.005)] {
        let ends = ends(&network, &settings(method, step, 12.0, t), &[0.0; 2], 8000);
        assert_moments(&ends, mean, c, method.name);
    }
}

/// Under noise of the currents the covariance solves `A C + C Aᵀ = diag (σ/τ)²`, `A = T⁻¹ (1 − W)`, also where there is no energy.
#[test]
fn noise_of_the_currents_has_the_covariance_of_lyapunovs_equation() {
    let (tau, sigma) = ([1.0, 0.4], [0.6, 0.3]);
    let slow = Layer::new("slow", &[1], Identity).unwrap().noise(sigma[0]);
    let fast = Layer::new("fast", &[1], Identity)
        .unwrap()
        .tau(tau[1])
        .noise(sigma[1]);
    let one = |v: f64| Weights::new(1, 1, vec![v]).unwrap();
    let network = Network::builder()
        .layer(slow)
        .layer(fast)
        .connect(&["slow", "fast"], Feedforward::new(one(0.8)))
        .build()
        .unwrap();
    // x₁ by itself; x₂ is driven by it.
    let (a, b) = (1.0 / tau[0], 1.0 / tau[1]);
    let push = 0.8 / tau[1];
    let c11 = sigma[0].powi(2) / (2.0 * a);
    let c12 = push * c11 / (a + b);
    let c22 = ((sigma[1] / tau[1]).powi(2) + 2.0 * push * c12) / (2.0 * b);
    let ends = ends(
        &network,
        &settings(&SRA, 0.02, 15.0, 0.0),
        &[0.0; 2],
        10_000,
    );
    assert_moments(&ends, [0.0; 2], [[c11, c12], [c12, c22]], "sra");
}

/// The energy of a network of one neuron, by its state.
fn energy_of(network: &Network, x: f64) -> f64 {
    let mut ws = Workspace::new(network, 1);
    let drive = Drive {
        input: network.input(),
        clamped: &[],
    };
    network.at(&[x], drive, &mut ws).energy().total[0]
}

/// The activation of one neuron.
fn activation(lagrangian: &dyn Lagrangian, x: f64) -> f64 {
    let mut g = [0.0];
    lagrangian.activation(&[x], 1, &mut g);
    g[0]
}

/// Activations of independent trajectories against `e^(−E/T) dg`, in twelve bins that are equally likely: all of a Lagrangian that has
/// an arc length, those with a range that ends among them. With `dx` in place of `dg`, or without the drift of Itô, they are far off.
#[test]
fn activations_have_the_density_of_the_energy() {
    const BINS: usize = 12;
    // Each with a coupling to itself: two wells for tanh and for the sigmoid; and where the states go.
    let cases = [
        (r#"{ kind = "identity" }"#, -0.5, 0.1, 0.6, 0.005),
        (r#"{ kind = "tanh", beta = 2.0 }"#, 0.9, 0.0, 0.15, 0.01),
        (r#"{ kind = "sigmoid", beta = 3.0 }"#, 2.0, -1.0, 0.08, 0.01),
        // So warm that a step reaches the ends: what keeps the term of Itô short there is seen here.
        (r#"{ kind = "tanh" }"#, 0.0, 0.0, 3.2, 0.01),
        (r#"{ kind = "arctan", lambda = 1.4 }"#, 1.0, 0.1, 0.2, 0.005),
        (
            r#"{ kind = "softplus", beta = 2.0 }"#,
            -0.5,
            0.2,
            0.3,
            0.005,
        ),
        (r#"{ kind = "exponential" }"#, -0.3, 0.2, 0.4, 0.005),
    ];
    for (text, weight, input, t, step) in cases {
        let lagrangian = common::parse(text).unwrap();
        let sum = DirectSum::uniform(&[1], Arc::clone(&lagrangian)).unwrap();
        let layer = Layer::of("n", &[1], sum).tau(0.8).input(input);
        let network = theories::general(layer, Weights::new(1, 1, vec![weight]).unwrap()).unwrap();
        // The distribution over a fine grid of states.
        let grid: Vec<f64> = (0..=40_000).map(|k| -20.0 + 1e-3 * f64::from(k)).collect();
        let g: Vec<f64> = grid.iter().map(|x| activation(&*lagrangian, *x)).collect();
        let density: Vec<f64> = grid
            .iter()
            .map(|x| (-energy_of(&network, *x) / t).exp())
            .collect();
        let mut below = vec![0.0];
        for k in 1..g.len() {
            below.push(below[k - 1] + 0.5 * (density[k] + density[k - 1]) * (g[k] - g[k - 1]));
        }
        let whole = below[g.len() - 1];
        let edge = |b: usize| g[below.partition_point(|v| *v < whole * b as f64 / BINS as f64)];
        let edges: Vec<f64> = (1..BINS).map(edge).collect();
        let count = 6000;
        let ends = ends(&network, &settings(&SRA, step, 8.0, t), &[0.1], count);
        let mut counts = [0u32; BINS];
        for x in &ends {
            let g = activation(&*lagrangian, x[0]);
            counts[edges.partition_point(|e| *e <= g)] += 1;
        }
        let wanted = count as f64 / BINS as f64;
        let chi: f64 = counts
            .iter()
            .map(|n| (f64::from(*n) - wanted).powi(2) / wanted)
            .sum();
        let free = (BINS - 1) as f64;
        // Mean and standard deviation of χ²; five of them, and what steps of this length add.
        assert!(
            chi < free + 5.0 * (2.0 * free).sqrt(),
            "{text}: χ² = {chi}, {counts:?}"
        );
    }
}

/// An identity neuron between two wells: `E = x²/2 − ln cosh(b x)/b`, as a memory.
fn double_well(b: f64) -> Network {
    let potential = DirectSum::uniform(&[1], Arc::new(Tanh { beta: b })).unwrap();
    let memory = Memory::new(vec![Weights::new(1, 1, vec![1.0]).unwrap()], potential).unwrap();
    Network::builder()
        .layer(Layer::new("n", &[1], Identity).unwrap())
        .connect(&["n"], memory)
        .build()
        .unwrap()
}

/// From the bottom of one well to that of the other.
#[test]
fn passages_take_the_time_of_the_exact_integral() {
    let b = 4.0;
    let network = double_well(b);
    let energy = |x: f64| 0.5 * x * x - (b * x).cosh().ln() / b;
    assert!((energy_of(&network, 0.7) - energy_of(&network, 0.0) - energy(0.7)).abs() < 1e-14);
    let well = (0..100).fold(1.0_f64, |x, _| (b * x).tanh());
    let barrier = -energy(well);
    let curvature = |x: f64| 1.0 - b / (b * x).cosh().powi(2);
    // Kramers' formula comes to be exact as the barrier grows, from above.
    let exact = |t: f64| mean_passage(energy, [-4.0, -well, well], 1.0, t);
    let kramers = |t: f64| kramers(barrier, [curvature(well), curvature(0.0)], 1.0, t);
    let ratios = [3.0, 5.0, 8.0, 20.0].map(|high| exact(barrier / high) / kramers(barrier / high));
    assert!(ratios.windows(2).all(|r| r[1] < r[0]), "{ratios:?}");
    assert!((1.0..1.04).contains(&ratios[3]), "{ratios:?}");
    let half = mean_passage(energy, [-4.0, -well, 0.0], 1.0, barrier / 8.0);
    assert!((half / exact(barrier / 8.0) - 0.5).abs() < 0.03, "{half}");
    let t = barrier / 2.5;
    let count = 2000;
    let (stimulus, interrupt) = (Stimulus::constant(&network), Interrupt::new());
    let settings = settings(&SRA, 0.02, 1e4, t);
    let ensemble = ensemble(&network, &settings, &stimulus, &interrupt);
    let start = Start::at(vec![-well]);
    let times = passage_times(&ensemble, &start, (count, 5), |x| x.get(0) >= well).unwrap();
    let times: Vec<f64> = times.into_iter().map(Option::unwrap).collect();
    let mean = times.iter().sum::<f64>() / count as f64;
    let spread = times.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (count - 1) as f64;
    let error = (spread / count as f64).sqrt();
    // Between two steps it may have been there already: late by less than a few steps.
    assert!(
        (mean - exact(t)).abs() < 5.0 * error + 0.05,
        "{mean} ± {error}, {}",
        exact(t)
    );
}

/// A line of fixed points: along it the position diffuses, `⟨(z − z_0)²⟩ = 2 (T/(d τ)) t`; across it stays where the energy says.
#[test]
fn a_line_attractor_diffuses_along_its_line() {
    let layer = Layer::new("n", &[2], Identity).unwrap().tau(2.0);
    let weights = Weights::new(2, 2, vec![0.64, 0.48, 0.48, 0.36]).unwrap();
    let network = theories::general(layer, weights).unwrap();
    let (t, time, count) = (0.1, 30.0, 8000);
    let ends = ends(&network, &settings(&SRA, 0.1, time, t), &[0.8, 0.6], count);
    let square = |f: &dyn Fn(&Vec<f64>) -> f64| {
        ends.iter().map(|x| f(x).powi(2)).sum::<f64>() / count as f64
    };
    let along = square(&|x| 0.8 * x[0] + 0.6 * x[1] - 1.0);
    let across = square(&|x| 0.6 * x[0] - 0.8 * x[1]);
    let five = 5.0 * (2.0 / count as f64).sqrt();
    let wanted = 2.0 * t / 2.0 * time;
    assert!((along / wanted - 1.0).abs() < five, "{along}");
    assert!((across / t - 1.0).abs() < five, "{across}");
}

fn bits(x: &[f64]) -> Vec<u64> {
    x.iter().map(|v| v.to_bits()).collect()
}

/// Whatever block a trajectory is in, and however often it is saved: its own numbers.
#[test]
fn noise_stays_with_its_trajectory() {
    for (network, temperature) in [(bent(0.4), 0.0), (bent(0.0), 0.3)] {
        let settings = settings(&SRA, 0.05, 4.0, temperature);
        let stimulus = Stimulus::constant(&network);
        let run = |width: usize, order: &mut dyn Iterator<Item = usize>, save: Save| {
            let mut driver = Driver::new(&network, &settings, &stimulus, [width, 1]).unwrap();
            let (mut left, mut found) = (order.peekable(), vec![Vec::new(); 40]);
            let never = Interrupt::new();
            while left.peek().is_some() || driver.is_busy() {
                while driver.has_room() && left.peek().is_some() {
                    let k = left.next().unwrap();
                    let start = Start {
                        stream: Some(Stream::of(3, 0, k, 0)),
                        // One of them is clamped in part; it disturbs no other.
                        clamped: if k == 5 { vec![1] } else { Vec::new() },
                        ..Start::at(vec![0.1 * k as f64, 0.2])
                    };
                    let recorder = Recorder::new(2, save.clone(), true);
                    driver.load(k, start, recorder).unwrap();
                }
                if left.peek().is_none() {
                    driver.close();
                }
                let keep = |k: usize, outcome: attractor::dynamics::Outcome, _| {
                    found[k] = bits(&outcome.x);
                };
                driver.advance(&never, keep).unwrap();
            }
            found
        };
        let first = run(40, &mut (0..40), Save::Final);
        assert_eq!(first, run(2, &mut (0..40).rev(), Save::Final));
        assert_eq!(first, run(7, &mut (0..40), Save::Every(0.013)));
        assert_eq!(first, run(33, &mut (0..40).rev(), Save::Steps));
        assert_eq!(f64::from_bits(first[5][1]), 0.2);
        assert!((0..39).all(|k| first[k] != first[k + 1]));
    }
}

/// States inside a step lie on the straight line between its ends; those of other methods' curves would show a velocity that there is not.
#[test]
fn what_is_saved_between_steps_lies_between_them() {
    let network = bent(0.5);
    let settings = settings(&EULER_MARUYAMA, 0.1, 1.0, 0.0);
    let stimulus = Stimulus::constant(&network);
    let kept = |save: Save| {
        let mut recorder = Recorder::new(2, save, true);
        let start = Start::at(vec![0.3, -0.2]);
        integrate(&network, &settings, &stimulus, start, &mut recorder).unwrap();
        recorder.into_trajectory()
    };
    let (steps, between) = (kept(Save::Steps), kept(Save::At(vec![0.0, 0.25, 0.3, 1.0])));
    for i in 0..2 {
        let middle = 0.5 * (steps.state(2)[i] + steps.state(3)[i]);
        assert!((between.state(1)[i] - middle).abs() < 1e-14);
        assert_eq!(between.state(3)[i].to_bits(), steps.state(10)[i].to_bits());
    }
}

/// The energy rises and that is no violation; a drift that is not that of the energy is one.
#[test]
fn the_monitor_judges_the_drift_alone() {
    let network = bent(0.0);
    let settings = settings(&SRA, 0.02, 20.0, 0.5);
    let mut monitor = LyapunovMonitor::new(Mode::Stop);
    let stimulus = Stimulus::constant(&network);
    let start = Start::at(vec![1.0, -0.2]);
    integrate(&network, &settings, &stimulus, start, &mut monitor).unwrap();
    let report = monitor.into_report();
    assert!(report.violation.is_none(), "{report:?}");
    assert_eq!(
        (report.course(), report.free, report.steps),
        (Course::Free, 1000, 0)
    );
    assert!(report.identities > 50 && report.identity_failures == 0);
}

/// What is refused, each with what is at fault.
#[test]
fn what_has_no_density_is_refused() {
    let run = |network: &Network, settings: &Settings| {
        let stimulus = Stimulus::constant(network);
        let start = Start::at(vec![0.1; network.size()]);
        integrate(network, settings, &stimulus, start, &mut ())
            .map(|_| ())
            .map_err(|e| e.to_string())
    };
    let mut fine = 0;
    for (_, text, lagrangian) in common::graded() {
        if lagrangian.convexity().is_err() {
            continue;
        }
        let arc = lagrangian.arc_length().is_some();
        // Five: as many as the list has an own width for.
        let sum = DirectSum::uniform(&[5], lagrangian).unwrap();
        let network = Network::builder()
            .layer(Layer::of("n", &[5], sum))
            .build()
            .unwrap();
        let warm = run(&network, &settings(&SRA, 0.01, 0.02, 0.1));
        assert_eq!(warm.is_ok(), arc, "{text}: {warm:?}");
        fine += u32::from(arc);
        if let Err(why) = warm {
            let name = text
                .trim_start_matches("{ kind = \"")
                .split('"')
                .next()
                .unwrap();
            let listed = why.split("a temperature is for ").nth(1).unwrap();
            assert!(
                !listed
                    .split("; ")
                    .next()
                    .unwrap()
                    .contains(&format!("{name},")),
                "{why}"
            );
            assert!(why.contains("noise = 0.1 of a layer"), "{why}");
        }
        // Noise of the currents drives it all the same.
        let noisy = Layer::of("n", &[5], network.layers()[0].lagrangian.clone()).noise(0.1);
        let noisy = Network::builder().layer(noisy).build().unwrap();
        assert_eq!(
            run(&noisy, &settings(&SRA, 0.01, 0.02, 0.0)),
            Ok(()),
            "{text}"
        );
    }
    assert!(fine >= 6);
    let refused = |network: &Network, settings: &Settings, words: &str| {
        let why = run(network, settings).unwrap_err();
        assert!(why.contains(words), "{why}");
    };
    let noisy = bent(0.1);
    refused(&noisy, &settings(&SRA, 0.01, 0.1, 0.1), "both together");
    refused(&noisy, &settings(&TSIT5, 0.01, 0.1, 0.0), "takes no noise");
    for t in [-0.1, f64::NAN, f64::INFINITY] {
        refused(
            &bent(0.0),
            &settings(&SRA, 0.01, 0.1, t),
            "must be 0 or above and finite",
        );
    }
    let rest = Settings {
        until_rest: true,
        ..settings(&SRA, 0.01, 0.1, 0.1)
    };
    refused(&bent(0.0), &rest, "nothing comes to rest");
    let falling = Settings {
        flipping: Flipping {
            temperature: Temperature::Listed(vec![0.2, 0.1]),
            ..Flipping::default()
        },
        ..settings(&SRA, 0.01, 0.1, 0.0)
    };
    refused(&bent(0.0), &falling, "one number");
    for bad in [-0.1, f64::NAN] {
        let layer = Layer::new("n", &[1], Identity).unwrap().noise(bad);
        assert!(Network::builder().layer(layer).build().is_err());
    }
}

/// `ds = H^½ dx`, `dg/ds = H^½`, and what the drift of Itô is, of every Lagrangian that has an arc length: on the arc, and beyond its end.
#[test]
fn the_arc_length_is_that_of_the_hessian() {
    let slope = |l: &dyn Lagrangian, x: f64| {
        let mut weights = [0.0];
        let rows = HessianRows {
            weights: &mut weights,
            own: &mut [],
            keep: &mut [],
        };
        l.hessian(&[x], 1, rows);
        weights[0]
    };
    let mut count = 0;
    for (_, text, l) in common::graded() {
        let Some(arc) = l.arc_length() else { continue };
        count += 1;
        for x in [-6.0, -1.3, -0.2, 0.0, 0.4, 2.0, 5.0] {
            let s = arc.of(x);
            let at = arc.at(s);
            let close = |a: f64, b: f64, what: &str| {
                let apart = (a - b).abs();
                assert!(
                    apart < 1e-6 * (1e-3 + b.abs()),
                    "{text}, {what} at {x}: {a}, {b}"
                );
            };
            close(at.state, x, "state");
            close(at.slope.powi(2), slope(&*l, x), "slope");
            let h = 1e-5;
            let by_x = (arc.of(x + h) - arc.of(x - h)) / (2.0 * h);
            close(by_x, slope(&*l, x).sqrt(), "length");
            let log = |x: f64| 0.5 * slope(&*l, x).ln();
            close(
                at.bend,
                (log(x + h) - log(x - h)) / (2.0 * h) / by_x,
                "bend",
            );
        }
        // Beyond an end the curve goes back: activations are even there, slopes odd.
        for s in [-40.0, -3.0, 3.0, 40.0] {
            let (at, h) = (arc.at(s), 1e-6);
            let g = |s: f64| activation(&*l, arc.at(s).state);
            let by_s = (g(s + h) - g(s - h)) / (2.0 * h);
            assert!(
                at.state.is_finite() && (by_s - at.slope).abs() < 1e-4 * (1.0 + by_s.abs()),
                "{text} at {s}"
            );
        }
    }
    assert!(count >= 6, "{count}");
}
