//! Rules of learning: against a table, against differences of what they make small, and in what they refuse.

use std::sync::Arc;

use attractor::dynamics::{Flipping, Interrupt, Method, Settings, Start, Temperature};
use attractor::kernels::Weights;
use attractor::lagrangian::{Array, DirectSum, Identity, Lagrangian, Repu, Sign, Step, Tanh};
use attractor::learning::{
    Adjoint, Boltzmann, Contrastive, DenseMemory, Equilibrium, Examples, Fall, Form, Lesson, Nudge,
    Optimiser, Parameters, Phases, Plan, Pupil, Ramp, Rule, Schedule, Targets, Trained, train,
};
use attractor::network::{Layer, Network};
use attractor::synapse::{Convolution, Dense, Memory, Pooling, Recurrent};

use crate::common::reference::{flat, read};
use crate::networks::Numbers;

/// A network with what it is to learn.
struct School {
    network: Network,
    parameters: Parameters,
    examples: Examples,
    settings: Settings,
    base: Start,
    interrupt: Interrupt,
}

impl School {
    /// All that can learn does: the first layer is held at the rows.
    fn new(network: Network, rows: Vec<f64>, targets: Option<(usize, Vec<f64>)>) -> Self {
        let learns = |k: &usize| network.connections()[*k].synapse.learn().is_some();
        let synapses: Vec<usize> = (0..network.connections().len()).filter(learns).collect();
        let inputs: Vec<usize> = (1..network.layers().len()).collect();
        School {
            parameters: Parameters::of(&network, &synapses, &inputs).unwrap(),
            examples: Examples {
                layer: 0,
                rows,
                targets: targets.map(|(layer, rows)| Targets {
                    layer,
                    rows,
                    classes: None,
                }),
                masked: None,
                shift: 0,
            },
            settings: Settings {
                method: Method::named("tsit5").unwrap(),
                rtol: 1e-12,
                atol: 1e-13,
                t_end: 2000.0,
                until_rest: true,
                max_steps: 1_000_000,
                ..Settings::default()
            },
            base: Start::at(vec![0.0; network.size()]),
            interrupt: Interrupt::new(),
            network,
        }
    }

    fn lesson<'a>(&'a self, network: &'a Network) -> Lesson<'a> {
        Lesson {
            network,
            parameters: &self.parameters,
            examples: &self.examples,
            phases: Phases {
                settings: &self.settings,
                rest: [1e-13, 1e-12],
                threads: 1,
                interrupt: &self.interrupt,
            },
            base: &self.base,
            seed: 3,
            iteration: 0,
            epoch: 0,
        }
    }

    fn rows(&self) -> Vec<usize> {
        (0..self.examples.count(&self.network)).collect()
    }

    fn gradient(&self, rule: &mut dyn Rule) -> Vec<f64> {
        rule.check(&self.network, &self.examples).unwrap();
        let found = rule.learn(&self.lesson(&self.network), &self.rows());
        found.unwrap().gradient
    }

    /// The derivative of something of the network by each of some parameters, by central differences.
    fn slopes(&self, h: f64, which: &[usize], of: impl Fn(&Network) -> f64) -> Vec<f64> {
        let values = self.parameters.values(&self.network);
        let at = |k: usize, by: f64| {
            let mut values = values.clone();
            values[k] += by;
            of(&self.parameters.network(&self.network, &values).unwrap())
        };
        which
            .iter()
            .map(|k| (at(*k, h) - at(*k, -h)) / (2.0 * h))
            .collect()
    }

    /// The loss of all rows at the free fixed points.
    fn loss(&self, network: &Network, rule: &dyn Rule) -> f64 {
        let rows = self.rows();
        let score = rule.score(&self.lesson(network), &rows).unwrap();
        score.loss * rows.len() as f64
    }
}

/// Entries of a gradient against differences.
#[track_caller]
fn assert_slopes(what: &str, gradient: &[f64], which: &[usize], slopes: &[f64], allowed: f64) {
    for (k, slope) in which.iter().zip(slopes) {
        let own = gradient[*k];
        let off = (own - slope).abs();
        assert!(
            off < allowed * (1.0 + slope.abs()),
            "{what} {k}: {own} {slope}"
        );
    }
}

fn every(n: usize, count: usize) -> Vec<usize> {
    (0..n).step_by(n.div_ceil(count).max(1)).collect()
}

fn dense(r: &mut Numbers, to: usize, from: usize, size: f64) -> Dense {
    Dense::new(Weights::new(to, from, r.vector(to * from, size)).unwrap())
}

fn layer(name: &str, shape: &[usize], lagrangian: impl Lagrangian + 'static) -> Layer {
    Layer::new(name, shape, lagrangian).unwrap()
}

#[test]
fn equilibrium_propagation_is_that_of_the_table() {
    let table = read("ep01_equilibrium_propagation").0;
    let [w1, w2] = ["W1", "W2"].map(|w| flat(&table[w]));
    let weights =
        |rows, cols, data: &[f64]| Dense::new(Weights::new(rows, cols, data.to_vec()).unwrap());
    let network = Network::builder()
        .layer(layer("in", &[3], Identity))
        .layer(layer("hidden", &[4], Tanh { beta: 1.0 }).input(flat(&table["b_h"])))
        .layer(layer("out", &[2], Identity).input(flat(&table["b_o"])))
        .connect(&["in", "hidden"], weights(4, 3, &w1))
        .connect(&["hidden", "out"], weights(2, 4, &w2))
        .build()
        .unwrap();
    let school = School::new(
        network,
        flat(&table["x_in"]),
        Some((2, flat(&table["target"]))),
    );
    let wanted = [flat(&table["true_grad_W1"]), flat(&table["true_grad_W2"])].concat();
    let largest = |off: &[f64], wanted: &[f64]| {
        off.iter()
            .zip(wanted)
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f64::max)
    };
    for case in table["estimates"].as_array().unwrap() {
        let by = case["beta"].as_f64().unwrap();
        for (nudge, names) in [
            (Nudge::OneSided, ["", "onesided_err_W2"]),
            (Nudge::Symmetric, ["symmetric_err_W1", "symmetric_err_W2"]),
        ] {
            let mut rule = Equilibrium { by, nudge };
            let found = rule.learn(&school.lesson(&school.network), &[0]).unwrap();
            assert!((found.loss - table["cost"].as_f64().unwrap()).abs() < 1e-11);
            for (name, range) in names.iter().zip([0..12, 12..20]) {
                let Some(error) = case[name].as_f64() else {
                    continue;
                };
                let own = largest(&found.gradient[range.clone()], &wanted[range]);
                // The fixed points are known to 1e-12, which is divided by b.
                assert!(
                    (own - error).abs() < 1e-3 * error + 4e-12 / by,
                    "{by} {name}: {own} {error}"
                );
            }
        }
    }
}

/// Networks of different synapses, each with rows to learn.
fn schools() -> Vec<(&'static str, School)> {
    let mut r = Numbers(81);
    let tanh = Tanh { beta: 1.0 };
    let mut all = Vec::new();
    let own = r.vector(16, 0.2);
    let mut lateral = own.clone();
    for i in 0..4 {
        for j in 0..4 {
            lateral[4 * i + j] = 0.5 * (own[4 * i + j] + own[4 * j + i]);
        }
    }
    let network = Network::builder()
        .layer(layer("in", &[3], Identity))
        .layer(
            layer("hidden", &[4], tanh)
                .weight(vec![1.0, 2.0, 0.5, 1.5])
                .input(r.vector(4, 0.3)),
        )
        .layer(layer("out", &[2], tanh))
        .connect(&["in", "hidden"], dense(&mut r, 4, 3, 0.5))
        .connect(
            &["hidden"],
            Recurrent::symmetrized(Weights::new(4, 4, lateral).unwrap(), &[1.0, 2.0, 0.5, 1.5])
                .unwrap(),
        )
        .connect(&["hidden", "out"], dense(&mut r, 2, 4, 0.5))
        .build()
        .unwrap();
    let (rows, wanted) = (r.vector(9, 1.0), r.vector(6, 0.5));
    all.push((
        "dense and recurrent",
        School::new(network, rows, Some((2, wanted))),
    ));
    let memory = Memory::new(
        vec![
            Weights::new(3, 3, r.vector(9, 0.5)).unwrap(),
            Weights::new(3, 4, r.vector(12, 0.5)).unwrap(),
        ],
        DirectSum::uniform(&[3], Arc::new(Repu { n: 3 })).unwrap(),
    );
    let network = Network::builder()
        .layer(layer("in", &[3], Identity))
        .layer(layer("out", &[4], tanh))
        .connect(&["in", "out"], memory.unwrap())
        .build()
        .unwrap();
    let (rows, wanted) = (r.vector(6, 1.0), r.vector(8, 0.5));
    all.push(("memory", School::new(network, rows, Some((1, wanted)))));
    let array = |shape: &[usize], data: Vec<f64>| Array {
        shape: shape.to_vec(),
        data,
    };
    let kernel = array(&[2, 1, 2, 2], r.vector(8, 0.4));
    let convolution = Convolution::new(kernel, [1, 4, 4], [2, 2], [0, 0]).unwrap();
    let pooling = Pooling::log_sum_exp([2, 2, 2], [2, 2], [1, 1], 0.8).unwrap();
    let network = Network::builder()
        .layer(layer("in", &[1, 4, 4], Identity))
        .layer(layer("maps", &[2, 2, 2], tanh))
        .layer(layer("out", &[2, 1, 1], tanh))
        .connect(&["in", "maps"], convolution)
        .connect(&["maps", "out"], pooling)
        .build()
        .unwrap();
    let (rows, wanted) = (r.vector(32, 1.0), r.vector(4, 0.5));
    all.push((
        "convolution and pooling",
        School::new(network, rows, Some((2, wanted))),
    ));
    all
}

#[test]
fn equilibrium_propagation_is_the_derivative_of_the_loss_for_every_kind_of_synapse() {
    for (what, school) in schools() {
        let mut rule = Equilibrium {
            by: 1e-3,
            nudge: Nudge::Symmetric,
        };
        let gradient = school.gradient(&mut rule);
        let which = every(gradient.len(), 12);
        let slopes = school.slopes(1e-4, &which, |network| school.loss(network, &rule));
        // Both are of the second order in steps of 1e-3 and 1e-4; fixed points are known to 1e-12.
        assert_slopes(what, &gradient, &which, &slopes, 1e-5);
    }
}

#[test]
fn the_adjoint_of_steps_is_the_derivative_of_what_they_lose_with_a_layer_held() {
    for (what, school) in schools() {
        let mut rule = Adjoint {
            step: 0.4,
            steps: 5,
        };
        let gradient = school.gradient(&mut rule);
        let which = every(gradient.len(), 12);
        let slopes = school.slopes(1e-5, &which, |network| school.loss(network, &rule));
        assert_slopes(what, &gradient, &which, &slopes, 1e-8);
    }
}

/// E at the fixed points of all rows, the outputs held at what is wanted or free.
fn energy(school: &School, network: &Network, held: bool) -> f64 {
    let lesson = school.lesson(network);
    let rows = school.rows();
    let mut starts = lesson.starts(&rows, false);
    let targets = school.examples.targets.as_ref().unwrap();
    let own = network.neurons(targets.layer);
    if held {
        for (start, r) in starts.iter_mut().zip(&rows) {
            let state = network.layers()[targets.layer]
                .lagrangian
                .state(targets.row(network, *r))
                .unwrap();
            start.x[own.clone()].copy_from_slice(&state);
            start.clamped.extend(own.clone());
        }
    }
    let phase = lesson.phases.run("phase", network, &starts).unwrap();
    let width = rows.len();
    let input: Vec<f64> = network
        .input()
        .iter()
        .flat_map(|v| vec![*v; width])
        .collect();
    let drive = attractor::network::Drive {
        input: &input,
        clamped: &[],
    };
    let mut ws = attractor::network::Workspace::new(network, width);
    network
        .at(&phase.x, drive, &mut ws)
        .energy()
        .total
        .iter()
        .sum()
}

#[test]
fn contrastive_hebbian_learning_is_the_derivative_of_the_difference_of_two_energies() {
    for (what, school) in schools() {
        let gradient = school.gradient(&mut Contrastive);
        let which = every(gradient.len(), 10);
        let slopes = school.slopes(1e-4, &which, |n| {
            energy(&school, n, true) - energy(&school, n, false)
        });
        assert_slopes(what, &gradient, &which, &slopes, 1e-6);
    }
}

#[test]
fn a_boltzmann_machine_learns_along_the_derivative_of_how_likely_its_data_is() {
    let mut r = Numbers(83);
    let network = Network::builder()
        .layer(layer("visible", &[3], Step {}).input(r.vector(3, 0.5)))
        .layer(layer("hidden", &[2], Sign {}).input(r.vector(2, 0.5)))
        .connect(&["visible", "hidden"], dense(&mut r, 2, 3, 1.0))
        .build()
        .unwrap();
    let rows = [1.0, 0.0, 1.0].repeat(2000);
    let mut school = School::new(network, rows, None);
    school.parameters = Parameters::of(&school.network, &[0], &[0, 1]).unwrap();
    school.settings = Settings {
        method: Method::named("glauber").unwrap(),
        flipping: Flipping {
            temperature: Temperature::Constant(0.4),
            ..Flipping::default()
        },
        ..Settings::default()
    };
    school.base.x[3..].fill(1.0);
    let chains = 20_000;
    let mut rule = Boltzmann::new(chains, 30, 0.4);
    let gradient = school.gradient(&mut rule);
    let which: Vec<usize> = (0..gradient.len()).collect();
    let slopes = school.slopes(1e-4, &which, |n| {
        rule.score(&school.lesson(n), &[0]).unwrap().loss
    });
    for (k, slope) in which.iter().zip(slopes) {
        let own = gradient[*k] / 2000.0;
        // A mean of numbers of at most 1 over 2000 and over 20 000 states, over T: five standard errors.
        assert!(
            (own - slope).abs() < 5.0 * (1.0 / 2000f64.sqrt() + 1.0 / (chains as f64).sqrt()) / 0.4,
            "{k}: {own} {slope}"
        );
    }
    // What is likely is not far from what is wanted after a few steps along it.
    let before = rule
        .score(&school.lesson(&school.network), &[0])
        .unwrap()
        .loss;
    let mut values = school.parameters.values(&school.network);
    values
        .iter_mut()
        .zip(&gradient)
        .for_each(|(v, g)| *v -= 0.5 * g / 2000.0);
    let after = school.parameters.network(&school.network, &values).unwrap();
    let after = rule.score(&school.lesson(&after), &[0]).unwrap().loss;
    assert!(after < before - 0.05, "{before} {after}");
}

/// Three pictures of four pixels and two classes.
fn pictures(r: &mut Numbers, n: u32) -> School {
    let parts = vec![
        Weights::new(5, 4, r.vector(20, 0.8)).unwrap(),
        Weights::new(5, 2, r.vector(10, 0.8)).unwrap(),
    ];
    let network = Network::builder()
        .layer(layer("pixels", &[4], Identity))
        .layer(layer("classes", &[2], Sign {}))
        .connect(
            &["pixels", "classes"],
            Memory::new(
                parts,
                DirectSum::uniform(&[5], Arc::new(Repu { n })).unwrap(),
            )
            .unwrap(),
        )
        .build()
        .unwrap();
    let rows = r.vector(12, 1.0);
    let wanted = vec![1.0, -1.0, -1.0, 1.0, 1.0, -1.0];
    School::new(network, rows, Some((1, wanted)))
}

#[test]
fn a_dense_memory_learns_along_the_derivative_of_its_loss() {
    let mut r = Numbers(84);
    for (n, power) in [(2, 1), (3, 2), (6, 3)] {
        let mut school = pictures(&mut r, n);
        school.parameters = Parameters::of(&school.network, &[0], &[]).unwrap();
        let ramp = Ramp {
            from: 1.5,
            to: 1.5,
            epochs: 0,
        };
        let mut rule = DenseMemory {
            temperature: ramp,
            power,
        };
        let gradient = school.gradient(&mut rule);
        let which: Vec<usize> = (0..30).collect();
        let slopes = school.slopes(1e-5, &which, |network| school.loss(network, &rule));
        assert_slopes(&n.to_string(), &gradient, &which, &slopes, 1e-8);
    }
}

#[test]
fn biases_learn_beside_weights_that_are_kept_at_zero() {
    let (_, school) = schools().swap_remove(0);
    let mut own = school.parameters.clone();
    let mut values = own.values(&school.network);
    values[0] = 0.0;
    let network = own.network(&school.network, &values).unwrap();
    own.keep_zeros(&network);
    let mut gradient = vec![1.0; own.count()];
    own.hold(&mut gradient);
    let last = own.all.last().unwrap();
    // The inputs of the last layer are 0.
    assert!(last.name == "layers.out.input" && network.input().ends_with(&[0.0; 2]));
    assert!(gradient[0] == 0.0 && gradient[1] == 1.0);
    assert_eq!(gradient[last.range.clone()], [1.0; 2]);
}

fn plan(epochs: usize) -> Plan {
    Plan {
        epochs,
        batch: 2,
        seed: 5,
        schedule: Schedule {
            rate: 0.05,
            warm_up: 0,
            fall: Fall::Not,
        },
        learn: vec![0, 1, 2],
        choose: Vec::new(),
        test: Vec::new(),
        best: false,
    }
}

fn learn(
    school: &School,
    rule: &mut dyn Rule,
    plan: &Plan,
    from: Option<attractor::learning::State>,
) -> Result<Trained, attractor::refusal::Refusal> {
    let pupil = Pupil {
        network: &school.network,
        parameters: &school.parameters,
        examples: &school.examples,
        phases: school.lesson(&school.network).phases,
        base: &school.base,
    };
    let optimiser = Optimiser::new(Form::ADAM, school.parameters.count());
    train(&pupil, rule, (plan, optimiser), from, &mut |_| {})
}

#[test]
fn a_training_that_goes_on_has_the_bits_of_one_that_did_not_stop() {
    let (_, school) = schools().swap_remove(0);
    let rule = || Equilibrium {
        by: 0.1,
        nudge: Nudge::Symmetric,
    };
    let whole = learn(&school, &mut rule(), &plan(6), None).unwrap();
    let half = learn(&school, &mut rule(), &plan(3), None).unwrap();
    let rest = learn(&school, &mut rule(), &plan(6), Some(half.state)).unwrap();
    assert_eq!(whole.state, rest.state);
    let losses: Vec<f64> = whole.state.epochs.iter().map(|e| e.loss).collect();
    assert!(losses[5] < 0.8 * losses[0], "{losses:?}");
    // The order of rows and batches is another with another seed.
    let other = Plan { seed: 6, ..plan(6) };
    assert_ne!(
        learn(&school, &mut rule(), &other, None)
            .unwrap()
            .state
            .values,
        whole.state.values
    );
}

#[test]
fn an_interrupt_between_batches_keeps_the_epochs_that_are_done() {
    let (_, school) = schools().swap_remove(0);
    let plan = Plan {
        learn: vec![0, 1],
        choose: vec![2],
        best: true,
        ..plan(6)
    };
    let pupil = Pupil {
        network: &school.network,
        parameters: &school.parameters,
        examples: &school.examples,
        phases: school.lesson(&school.network).phases,
        base: &school.base,
    };
    let optimiser = Optimiser::new(Form::ADAM, school.parameters.count());
    let mut rule = Adjoint {
        step: 0.4,
        steps: 5,
    };
    let mut raise = |told: attractor::learning::Told<'_>| {
        if told.state.epochs.len() == 3 {
            school.interrupt.raise();
        }
    };
    let found = train(&pupil, &mut rule, (&plan, optimiser), None, &mut raise).unwrap();
    assert!(found.is_interrupted && found.state.epochs.len() == 3 && found.learnt.is_none());
    let (epoch, values) = found.state.best.unwrap();
    assert_eq!(
        (found.epoch, school.parameters.values(&found.network)),
        (epoch, values)
    );
}

#[test]
fn chains_of_a_boltzmann_machine_go_on_where_they_were() {
    let mut r = Numbers(85);
    let network = Network::builder()
        .layer(layer("visible", &[3], Step {}))
        .layer(layer("hidden", &[2], Step {}))
        .connect(&["visible", "hidden"], dense(&mut r, 2, 3, 1.0))
        .build()
        .unwrap();
    let mut school = School::new(
        network,
        vec![1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0],
        None,
    );
    school.settings = Settings {
        method: Method::named("glauber").unwrap(),
        flipping: Flipping {
            temperature: Temperature::Constant(1.0),
            ..Flipping::default()
        },
        ..Settings::default()
    };
    let rule = || Boltzmann::new(7, 2, 1.0);
    let whole = learn(&school, &mut rule(), &plan(4), None).unwrap();
    let half = learn(&school, &mut rule(), &plan(2), None).unwrap();
    assert_eq!(half.state.kept.len(), 7 * 5);
    let rest = learn(&school, &mut rule(), &plan(4), Some(half.state)).unwrap();
    assert_eq!(whole.state, rest.state);
}

#[test]
fn a_rate_that_diverges_is_told_with_its_epoch_and_nothing_is_learnt() {
    let mut r = Numbers(86);
    let network = Network::builder()
        .layer(layer("in", &[2], Identity))
        .layer(layer("out", &[2], Identity))
        .connect(&["in", "out"], dense(&mut r, 2, 2, 1.0))
        .build()
        .unwrap();
    let mut school = School::new(network, r.vector(6, 1.0), Some((1, r.vector(6, 1.0))));
    school.settings = Settings {
        method: Method::named("euler").unwrap(),
        step: Some(0.5),
        t_end: 5.0,
        ..Settings::default()
    };
    let pupil = Pupil {
        network: &school.network,
        parameters: &school.parameters,
        examples: &school.examples,
        phases: school.lesson(&school.network).phases,
        base: &school.base,
    };
    let plan = Plan {
        schedule: Schedule {
            rate: 1e4,
            warm_up: 0,
            fall: Fall::Not,
        },
        ..plan(200)
    };
    let optimiser = Optimiser::new(Form::Gradient, school.parameters.count());
    let mut rule = Adjoint {
        step: 0.5,
        steps: 10,
    };
    let why = train(&pupil, &mut rule, (&plan, optimiser), None, &mut |_| {})
        .unwrap_err()
        .to_string();
    assert!(why.contains("epoch") || why.contains("finite"), "{why}");
    assert!(why.contains("smaller rate"), "{why}");
}

#[test]
fn rules_refuse_networks_that_are_not_theirs() {
    let mut r = Numbers(87);
    let (_, school) = schools().swap_remove(0);
    let ep = Equilibrium {
        by: 0.1,
        nudge: Nudge::Symmetric,
    };
    let refused = |rule: &dyn Rule, network: &Network, examples: &Examples, words: &str| {
        let why = rule.check(network, examples).unwrap_err().to_string();
        assert!(why.contains(words), "{why}");
    };
    let none = Examples {
        targets: None,
        ..school.examples.clone()
    };
    refused(&ep, &school.network, &none, "targets are missing");
    refused(
        &Equilibrium { by: 0.0, ..ep },
        &school.network,
        &school.examples,
        "nudge",
    );
    refused(
        &Boltzmann::new(1, 1, -1.0),
        &school.network,
        &none,
        "above 0",
    );
    refused(
        &Boltzmann::new(1, 1, 1.0),
        &school.network,
        &none,
        "two values",
    );
    refused(
        &DenseMemory {
            temperature: Ramp {
                from: 1.0,
                to: 1.0,
                epochs: 0,
            },
            power: 1,
        },
        &school.network,
        &school.examples,
        "one synapse",
    );
    let leakless = Network::builder()
        .layer(layer("in", &[3], Identity))
        .layer(layer("out", &[2], Tanh { beta: 1.0 }).leak(0.0))
        .connect(&["in", "out"], dense(&mut r, 2, 3, 0.5))
        .build()
        .unwrap();
    let examples = Examples {
        layer: 0,
        rows: vec![0.1, 0.2, 0.3],
        targets: Some(Targets {
            layer: 1,
            rows: vec![0.5, 0.5],
            classes: None,
        }),
        masked: None,
        shift: 0,
    };
    refused(&ep, &leakless, &examples, "has no leak");
    let beyond = Targets {
        layer: 2,
        rows: vec![1.5; 6],
        classes: None,
    };
    let beyond = Examples {
        targets: Some(beyond),
        ..school.examples.clone()
    };
    refused(&Contrastive, &school.network, &beyond, "no activation");
    let labels = Targets::of_classes(&school.network, 2, &[0.0, 2.0], [0.0, 1.0]);
    assert!(labels.unwrap_err().to_string().contains("classes 0 to 1"));
    // Labels that do not match the rows.
    let few = Targets {
        layer: 2,
        rows: vec![0.1; 4],
        classes: None,
    };
    let few = Examples {
        targets: Some(few),
        ..school.examples
    };
    assert!(
        few.check(&school.network)
            .unwrap_err()
            .to_string()
            .contains("are 2, the data has 3")
    );
}
