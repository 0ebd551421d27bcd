//! The time loop allocates nothing: twice as many steps, not one allocation more.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod common;
#[path = "common/networks.rs"]
mod networks;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

use attractor::dynamics::{
    ASYNCHRONOUS, Block, EULER_MARUYAMA, Flipping, GLAUBER, Interrupt, METROPOLIS, OWN, Order, SRA,
    Settings, Start, TSIT5, Temperature,
};
use attractor::kernels::Weights;
use attractor::lagrangian::{Array, DirectSum, Values};
use attractor::monitor::{LyapunovMonitor, Mode, Monitor, Recorder, RestMonitor, Save};
use attractor::network::{Layer, Network};
use attractor::stimulus::Stimulus;
use attractor::synapse::{
    Complex, Convolution, Dense, ExcitatoryInhibitory, Feedforward, Flip, Gate, Memory, Penalty,
    Phase, Pooling, Recurrent, Saddle, Simplices, Synapse, TokenAttention,
};
use attractor::trajectory::StopReason;
use networks::{Numbers, lagrangian, layer};

thread_local! {
    /// Allocations of this thread: tests run side by side.
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call is handed on to the system's allocator with the arguments it came with, and what that returns is
// returned; the counter is a thread-local number without a destructor, so that touching it neither allocates nor panics.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|c| c.set(c.get() + 1));
        // SAFETY: the caller's promise about `layout` is the one that the system's allocator asks for.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the pointer came from `System` by the functions of this implementation, with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        COUNT.with(|c| c.set(c.get() + 1));
        // SAFETY: as for `dealloc`; the caller promises that `size` is above zero and does not overflow.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn count() -> u64 {
    COUNT.with(Cell::get)
}

/// Allocations of a run of `steps` steps in every column, setting up included; and the velocities it evaluated in a column.
fn allocations<M: Monitor>(
    network: &Network,
    settings: &Settings,
    width: usize,
    steps: u64,
    watch: impl Fn() -> M,
) -> (u64, u64) {
    let before = count();
    let settings = Settings {
        max_steps: steps,
        ..settings.clone()
    };
    let stimulus = Stimulus::constant(network);
    let mut block = Block::new(network, &settings, &stimulus, width).unwrap();
    let mut r = Numbers(1);
    for column in 0..width {
        let start = Start::at(state(network, &mut r));
        block.load(column, start, watch()).unwrap();
    }
    let never = Interrupt::new();
    let (mut ended, mut evaluations) = (0, 0);
    while ended < width {
        block.advance(&never);
        while let Some((_, outcome, _)) = block.take_finished() {
            assert_eq!(outcome.stop, StopReason::StepLimit);
            evaluations = outcome.statistics.evaluations;
            ended += 1;
        }
    }
    (count() - before, evaluations)
}

/// A random state; units that flip are at one of their values.
fn state(network: &Network, r: &mut Numbers) -> Vec<f64> {
    let mut x = r.vector(network.size(), 0.7);
    for (k, layer) in network.layers().iter().enumerate() {
        let x = &mut x[network.neurons(k)];
        for s in layer.lagrangian.segments() {
            let own = &mut x[s.start..s.start + s.len];
            match s.lagrangian.values() {
                Values::Interval => {}
                Values::Two([low, high]) => own
                    .iter_mut()
                    .for_each(|x| *x = if *x > 0.0 { high } else { low }),
                Values::OneOfGroup => {
                    own.fill(0.0);
                    own[0] = 1.0;
                }
            }
        }
    }
    x
}

#[test]
fn sweeps_of_flips_allocate_nothing_more() {
    let mut r = Numbers(3);
    for (shape, text) in [(&[40][..], "sign"), (&[40], "step"), (&[10, 4], "one-hot")] {
        let weights = Weights::new(40, 40, r.symmetric(40, 1.0)).unwrap();
        let x = layer("x", shape, &format!("{{ kind = \"{text}\" }}"));
        let memory = Memory::new(
            vec![r.weights(7, 40, 0.1)],
            DirectSum::uniform(&[7], common::parse(r#"{ kind = "power", n = 4 }"#).unwrap())
                .unwrap(),
        );
        let network = Network::builder()
            .layer(x)
            .connect(&["x"], Recurrent::new(weights, &[1.0; 40]).unwrap())
            .connect(&["x"], memory.unwrap())
            .build()
            .unwrap();
        for (method, temperature) in [(&ASYNCHRONOUS, 0.0), (&GLAUBER, 5.0), (&METROPOLIS, 5.0)] {
            for order in [Order::Random, Order::RandomPermutation, Order::Cyclic] {
                let settings = Settings {
                    method,
                    flipping: Flipping {
                        order,
                        temperature: Temperature::Constant(temperature),
                        ..Flipping::default()
                    },
                    ..settings()
                };
                // What is kept is summed anew on the way.
                let run =
                    |steps| allocations(&network, &settings, 3, steps, || everything(&network)).0;
                run(40);
                assert_eq!(run(80), run(40), "{text} {}", method.name);
            }
        }
    }
}

fn settings() -> Settings {
    Settings {
        // `auto` makes the storage of another method when it first tries it.
        method: &TSIT5,
        t_end: 1e9,
        max_step: 1.0,
        ..Settings::default()
    }
}

fn everything(network: &Network) -> impl Monitor + use<> {
    // Never at rest, so that every run has as many steps as it may.
    let rest = RestMonitor::new(network, [1e-300, 0.0]).not_before(f64::INFINITY);
    let recorder = Recorder::new(network.size(), Save::Final, true);
    (LyapunovMonitor::new(Mode::Reject), (rest, recorder))
}

/// Every Lagrangian of the list as a layer in two groups, with every synapse between it and another layer. No side of a
/// matrix is longer than five.
fn small_networks() -> Vec<(String, Network)> {
    let mut r = Numbers(2);
    let mut list = Vec::new();
    let mut kinds = BTreeSet::new();
    for (name, text, l) in common::graded() {
        if l.convexity().is_err() {
            continue;
        }
        kinds.insert(name);
        let sum = DirectSum::uniform(&[5], Arc::clone(&l)).unwrap();
        let network = Network::builder()
            .layer(Layer::of("x", &[5], sum).input(r.vector(5, 0.3)))
            .build()
            .unwrap();
        list.push((text.to_string(), network));
    }
    assert_eq!(kinds.len(), common::graded_kinds().len());
    let tanh = || layer("x", &[5], r#"{ kind = "tanh" }"#);
    let softmax = || layer("y", &[2, 2], r#"{ kind = "softmax" }"#);
    let symmetric = Weights::new(5, 5, r.symmetric(5, 0.5)).unwrap();
    let weights_of_three = Array {
        shape: vec![5, 4, 3],
        data: r.vector(60, 0.5),
    };
    let synapses: Vec<(&[&str], Box<dyn Synapse>)> = vec![
        (&["x", "y"], Box::new(Dense::new(r.weights(4, 5, 0.5)))),
        (
            &["x"],
            Box::new(Recurrent::new(symmetric, &[1.0; 5]).unwrap()),
        ),
        (
            &["x", "y"],
            Box::new(ExcitatoryInhibitory::new(r.weights(4, 5, 0.5))),
        ),
        (
            &["x", "y"],
            Box::new(Feedforward::new(r.weights(4, 5, 0.5))),
        ),
        (
            &["x", "y", "z"],
            Box::new(Gate::new(weights_of_three).unwrap()),
        ),
        (
            &["y"],
            Box::new(Penalty::equality(r.weights(2, 4, 0.5), vec![0.1; 2], vec![1.0; 2]).unwrap()),
        ),
        (
            &["x", "y"],
            Box::new(Saddle::new(r.weights(4, 5, 0.5), vec![0.1; 4], 2.0, true).unwrap()),
        ),
        (
            &["x"],
            Box::new(
                Penalty::inequality(r.weights(2, 5, 0.5), vec![0.1; 2], vec![1.0; 2]).unwrap(),
            ),
        ),
    ];
    let sets = [vec![0, 1], vec![4, 2, 3], vec![1, 2, 3, 4]];
    let listed = Simplices::new(5, &sets, vec![0.3, -0.2, 0.4]).unwrap();
    let all = Complex::new(r.weights(3, 5, 0.5), &[2.0, 3.0], &[0.5, 0.5]).unwrap();
    let mut add = |layers: &[&str], synapse: Box<dyn Synapse>| {
        let name = synapse.describe();
        let names = layers.iter().map(|s| (*s).to_string()).collect();
        let builder = Network::builder().layer(tanh()).layer(softmax());
        let builder = builder.layer(layer("z", &[3], r#"{ kind = "relu" }"#));
        let builder = builder.layer(layer("w", &[1, 3], r#"{ kind = "tanh" }"#));
        let network = builder.connect_boxed(names, synapse).build().unwrap();
        list.push((name, network));
    };
    // Tokens: those of one layer, and queries of one to keys of another.
    let mut heads = |dims: usize| Array {
        shape: vec![2, 3, dims],
        data: r.vector(6 * dims, 0.5),
    };
    let within = TokenAttention::within(2, heads(2), heads(2)).unwrap();
    let across = TokenAttention::across([2, 1], heads(2), heads(3)).unwrap();
    let relu = DirectSum::uniform(&[4], lagrangian(r#"{ kind = "relu" }"#)).unwrap();
    let memory = Memory::new(vec![r.weights(4, 2, 0.5)], relu).unwrap();
    // The list is complete if there are six more kinds: phases, the simplices, in two forms, attention, the memories below, and those between images.
    add(&["x"], Box::new(listed));
    add(&["x"], Box::new(all));
    add(&["y"], Box::new(within.exclude_self().unwrap()));
    add(&["y", "w"], Box::new(across));
    add(&["y"], Box::new(memory.each_token(&[2, 2]).unwrap()));
    assert_eq!(synapses.len() + 6, attractor::synapse::KINDS.len());
    for (layers, synapse) in synapses {
        add(layers, synapse);
    }
    for (_, _, potential) in common::all() {
        let sum = DirectSum::uniform(&[5], potential).unwrap();
        let patterns = vec![r.weights(5, 5, 0.3), r.weights(5, 4, 0.3)];
        let memory = Memory::new(patterns, sum).unwrap();
        add(
            &["x", "y"],
            Box::new(memory.scale(0.5).unwrap().leak(1.2).unwrap()),
        );
    }
    let phases = Phase::new(Weights::new(5, 5, r.symmetric(5, 0.5)).unwrap(), 0.2).unwrap();
    let name = phases.describe();
    let angles = layer("x", &[5], r#"{ kind = "identity" }"#).leak(0.0);
    let network = Network::builder().layer(angles).connect(&["x"], phases);
    list.push((name, network.build().unwrap()));
    list
}

#[test]
fn twice_the_steps_allocate_nothing_more_in_one_column() {
    let mut list = small_networks();
    // Large matrices too: a single column multiplies them without storage.
    let mut r = Numbers(3);
    let w = Weights::new(40, 40, r.symmetric(40, 0.2)).unwrap();
    let large = layer("x", &[40], r#"{ kind = "tanh" }"#);
    let large = attractor::network::theories::general(large, w).unwrap();
    list.push(("large".into(), large));
    for (name, network) in &list {
        let run = |steps| allocations(network, &settings(), 1, steps, || everything(network)).0;
        assert_eq!(run(80), run(40), "{name}");
    }
}

#[test]
fn twice_the_steps_allocate_nothing_more_in_a_block_of_sixteen() {
    for (name, network) in &small_networks() {
        let run = |steps| allocations(network, &settings(), 16, steps, || everything(network)).0;
        assert_eq!(run(80), run(40), "{name}");
    }
}

#[test]
fn no_method_allocates_in_its_steps() {
    let (_, network) = small_networks().pop().unwrap();
    for t in OWN {
        let settings = Settings {
            method: t,
            step: (!t.is_adaptive()).then_some(0.01),
            ..settings()
        };
        for width in [1, 16] {
            let run =
                |steps| allocations(&network, &settings, width, steps, || everything(&network)).0;
            // The storage for sums is the thread's own: the first product of a thread allocates it.
            run(1);
            assert_eq!(run(80), run(40), "{}", t.name);
        }
    }
}

#[test]
fn noise_allocates_nothing_in_its_steps() {
    let network = |text: &str, noise: f64| {
        let x = layer("x", &[5], text).noise(noise);
        Network::builder().layer(x).build().unwrap()
    };
    // Of the currents; at a temperature, along an arc.
    for (network, temperature) in [
        (network(r#"{ kind = "softmax" }"#, 0.3), 0.0),
        (network(r#"{ kind = "tanh" }"#, 0.0), 0.3),
    ] {
        for method in [&EULER_MARUYAMA, &SRA] {
            let settings = Settings {
                method,
                step: Some(0.01),
                flipping: Flipping {
                    temperature: Temperature::Constant(temperature),
                    ..Flipping::default()
                },
                ..settings()
            };
            for width in [1, 16] {
                let run = |steps| {
                    allocations(&network, &settings, width, steps, || everything(&network)).0
                };
                run(1);
                assert_eq!(run(80), run(40), "{}", method.name);
            }
        }
    }
}

#[test]
fn products_of_large_matrices_allocate_nothing_either() {
    // Large enough for every path of a product: tiles, rows that fill none, a slab and a part of one.
    let mut r = Numbers(4);
    let w = Weights::new(131, 131, r.symmetric(131, 0.2)).unwrap();
    let large = layer("x", &[131], r#"{ kind = "tanh" }"#);
    let network = attractor::network::theories::general(large, w).unwrap();
    let settings = Settings {
        method: &TSIT5,
        ..settings()
    };
    for width in [1, 16, 20] {
        let run = |steps| allocations(&network, &settings, width, steps, || ()).0;
        // The storage for the sums of the pieces is the thread's own: the first product of a thread allocates it.
        run(1);
        assert_eq!(run(20), run(10), "{width} width");
    }
}

/// Images joined by a convolution and by both kinds of pooling, so large that a block is worked on in several strips.
fn images() -> Network {
    let mut r = Numbers(6);
    let kernel = Array {
        shape: vec![6, 4, 3, 3],
        data: r.vector(6 * 4 * 9, 0.1),
    };
    let first = [4, 14, 12];
    let convolution = Convolution::new(kernel, first, [1, 1], [1, 0]).unwrap();
    let maps = [6, 14, 10];
    let average = Pooling::average(maps, [3, 3], [2, 2]).unwrap();
    let soft = Pooling::log_sum_exp(maps, [2, 2], [2, 2], 4.0).unwrap();
    let tanh = |name: &str, shape: &[usize]| layer(name, shape, r#"{ kind = "tanh" }"#);
    let [means, most] = [&average, &soft].map(|s| s.shapes()[1].clone());
    Network::builder()
        .layer(tanh("image", &first))
        .layer(tanh("maps", &maps))
        .layer(tanh("means", &means))
        .layer(tanh("most", &most))
        .connect(&["image", "maps"], convolution)
        .connect(&["maps", "means"], average)
        .connect(&["maps", "most"], soft)
        .build()
        .unwrap()
}

#[test]
fn convolutions_and_pooling_allocate_nothing_either() {
    let network = images();
    for width in [1, 16, 20] {
        let run = |steps| allocations(&network, &settings(), width, steps, || ()).0;
        // What windows see is laid out in the thread's own storage, which its first product allocates.
        run(1);
        assert_eq!(run(20), run(10), "{width} width");
    }
}

#[test]
fn a_flip_allocates_nothing() {
    let mut r = Numbers(5);
    let mut networks = small_networks();
    networks.push(("images".into(), images()));
    // Of more memories than any piece that is worked on at a time.
    for (_, _, potential) in common::all()
        .into_iter()
        .filter(|(_, _, l)| l.fits(2000).is_ok())
    {
        let sum = DirectSum::uniform(&[2000], potential).unwrap();
        let memory = Memory::new(vec![r.weights(2000, 5, 0.1)], sum).unwrap();
        let x = layer("x", &[5], r#"{ kind = "tanh" }"#);
        let network = Network::builder().layer(x).connect(&["x"], memory);
        networks.push(("many memories".into(), network.build().unwrap()));
    }
    let mut tried = 0;
    for (name, network) in &networks {
        for connection in network.connections() {
            let Some(flips) = connection.synapse.flips() else {
                assert_eq!(connection.synapse.kind().unwrap().name, "attention");
                continue;
            };
            let mut g = r.vector(connection.synapse.neurons(), 0.5);
            let mut kept = vec![0.0; flips.kept()];
            flips.keep(&g, &mut kept);
            let before = count();
            for neuron in 0..g.len() {
                let next = (neuron + 1) % g.len();
                let [flip, other] = [neuron, next].map(|neuron| Flip { neuron, by: 0.3 });
                let mut seen = flips.current(&g, &kept, neuron);
                seen += flips.difference(&g, &kept, &[flip]);
                seen += flips.difference(&g, &kept, &[flip, other]);
                assert!(seen.is_finite(), "{name}");
                flips.follow(&g, flip, &mut kept);
                g[neuron] += flip.by;
            }
            assert_eq!(count(), before, "{name}");
            let (wide, mut all) = ([&g[..], &g[..], &g[..]].concat(), vec![0.0; 3 * kept.len()]);
            flips.keep_block(&wide, 3, &mut all);
            let before = count();
            flips.keep_block(&wide, 3, &mut all);
            assert_eq!(count(), before, "{name}, three");
            tried += 1;
        }
    }
    assert!(tried > 50, "{tried}");
}

#[test]
fn the_allocator_counts() {
    let before = count();
    let one = lagrangian(r#"{ kind = "tanh" }"#);
    assert!(count() > before && one.is_additive());
}
