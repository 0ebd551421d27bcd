//! What synapses, Lagrangians and networks tell that an evaluation costs, beside counted instructions.
//!
//! The counts in the tables are those of callgrind for one evaluation of a block of 16 columns, by column, with AVX2 and
//! the release profile. They know nothing of the formulas: they are of the program as it is compiled. The unit of what is
//! told is one multiplication of a dense product, so that a count is divided by the instructions of that. To count anew, as
//! kernels change:
//!
//! ```text
//! cargo test --release --test laws -- --ignored --nocapture counted_anew
//! ```
//!
//! A count is the same on every machine with these instructions, which a time is not. It does not see that divisions and
//! entries that are far away take longer.

use std::env;
use std::hint::black_box;
use std::process::Command;

use attractor::kernels::{Weights, with_cores};
use attractor::lagrangian::{Array, DirectSum, Identity, KINDS as LAGRANGIANS, Sigmoid, Softmax};
use attractor::network::{Layer, Network, Workspace, theories};
use attractor::synapse::{
    Complex, Convolution, Dense, ExcitatoryInhibitory, Feedforward, Gate, KINDS, Memory, Penalty,
    Phase, Pooling, Ports, Recurrent, Saddle, Simplices, Synapse, TokenAttention,
};

use crate::common::all;
use crate::networks::{Numbers, lagrangian};

/// Columns of the block.
const WIDTH: usize = 16;
/// Neurons on which a Lagrangian is counted: in groups of five, which is what the vectors of the examples are written for,
/// where it does not take all of them as one.
const NEURONS: usize = 320;

enum Case {
    Synapse(Box<dyn Synapse>),
    Lagrangian(DirectSum),
    Network(Box<Network>),
}

impl Case {
    fn told(&self) -> f64 {
        match self {
            Case::Synapse(synapse) => synapse.operations(),
            Case::Lagrangian(sum) => sum.operations(),
            Case::Network(network) => network.operations(),
        }
    }

    /// Evaluates it so often, on one core.
    fn evaluate(&self, times: usize) {
        with_cores(1, || match self {
            Case::Synapse(synapse) => {
                let mut size = 0;
                let layers = synapse.shapes().into_iter().map(|shape| {
                    let n: usize = shape.iter().product();
                    size += n;
                    size - n..size
                });
                let layers: Vec<_> = layers.collect();
                let ports = Ports::new(&layers, WIDTH);
                let g = Numbers(3).vector(size * WIDTH, 1.0);
                let (mut current, mut scratch) = (vec![0.0; g.len()], synapse.scratch(WIDTH));
                for _ in 0..times {
                    synapse.evaluate(&ports, black_box(&g), &mut current, None, &mut scratch);
                    black_box(&current);
                }
            }
            Case::Lagrangian(sum) => {
                let x = Numbers(3).vector(sum.size() * WIDTH, 1.0);
                let mut g = vec![0.0; x.len()];
                for _ in 0..times {
                    sum.activation(black_box(&x), WIDTH, &mut g);
                    black_box(&g);
                }
            }
            Case::Network(network) => {
                let x = Numbers(3).vector(network.size() * WIDTH, 1.0);
                let (mut out, mut ws) = (vec![0.0; x.len()], Workspace::new(network, WIDTH));
                let inputs = network.input().iter();
                let input: Vec<f64> = inputs.flat_map(|i| [*i; WIDTH]).collect();
                let drive = attractor::network::Drive {
                    input: &input,
                    clamped: &[],
                };
                for _ in 0..times {
                    network.velocity(black_box(&x), drive, false, &mut ws, &mut out);
                    black_box(&out);
                }
            }
        });
    }
}

fn symmetric(r: &mut Numbers, n: usize) -> Weights {
    Weights::new(n, n, r.symmetric(n, 1.0)).unwrap()
}

/// ±1.
fn signs(weights: &Weights) -> Weights {
    let data = weights.data().iter().map(|w| w.signum()).collect();
    Weights::new(weights.rows(), weights.cols(), data).unwrap()
}

/// So many entries in every row, here and there.
fn sparse(n: usize, each: usize) -> Weights {
    let row = |i: usize| (0..each).map(move |k| (i, (i * 7 + k * k * 5 + k) % n, 0.5));
    Weights::sparse(n, n, (0..n).flat_map(row)).unwrap()
}

/// Every neuron of a ring and its four neighbours.
fn ring(n: usize) -> Weights {
    let both = |i: usize, step: usize| [(i, (i + step) % n, 1.0), ((i + step) % n, i, 1.0)];
    let all = (0..n).flat_map(|i| [both(i, 1), both(i, 37)].concat());
    Weights::sparse(n, n, all).unwrap()
}

fn recurrent(weights: Weights) -> Box<dyn Synapse> {
    let ones = vec![1.0; weights.rows()];
    Box::new(Recurrent::new(weights, &ones).unwrap())
}

fn potential(text: &str, memories: usize) -> DirectSum {
    DirectSum::uniform(&[memories], lagrangian(text)).unwrap()
}

/// The cases by name.
fn cases() -> Vec<(String, Case)> {
    let mut r = Numbers(5);
    let mut list: Vec<(String, Case)> = Vec::new();
    let mut add = |name: &str, synapse| list.push((name.into(), Case::Synapse(synapse)));
    add("dense", Box::new(Dense::new(r.weights(128, 96, 1.0))));
    add("dense, small", Box::new(Dense::new(r.weights(3, 5, 1.0))));
    let two = signs(&r.weights(128, 128, 1.0));
    add("dense, two values", Box::new(Dense::new(two)));
    add("dense, sparse", Box::new(Dense::new(sparse(300, 12))));
    add("recurrent", recurrent(symmetric(&mut r, 128)));
    add("recurrent, no energy", recurrent(r.weights(128, 128, 1.0)));
    let two = signs(&symmetric(&mut r, 128));
    add("recurrent, two values", recurrent(two));
    add("recurrent, ring", recurrent(ring(400)));
    for (name, weights) in [
        ("phase", symmetric(&mut r, 128)),
        ("phase, ring", ring(400)),
    ] {
        add(name, Box::new(Phase::new(weights, 0.3).unwrap()));
    }
    let w = r.weights(128, 96, 1.0);
    add(
        "excitatory-inhibitory",
        Box::new(ExcitatoryInhibitory::new(w.clone())),
    );
    add("feedforward", Box::new(Feedforward::new(w)));
    let (a, b) = (r.weights(40, 96, 1.0), r.vector(40, 1.0));
    add(
        "saddle 40 × 96",
        Box::new(Saddle::new(a, b, 2.0, true).unwrap()),
    );
    for shape in [[16, 16, 16], [40, 30, 4], [40, 30, 1]] {
        let data = r.vector(shape.iter().product(), 1.0);
        let shape = shape.to_vec();
        let name = format!("gate {shape:?}");
        add(&name, Box::new(Gate::new(Array { shape, data }).unwrap()));
    }
    for (first, channels, kernel) in [
        ([16, 8, 8], 16, [3, 3]),
        ([1, 8, 8], 8, [3, 3]),
        ([8, 8, 8], 1, [5, 5]),
        ([32, 4, 4], 64, [1, 1]),
    ] {
        let shape = vec![channels, first[0], kernel[0], kernel[1]];
        let name = format!("convolution {shape:?}");
        let data = r.vector(shape.iter().product(), 1.0);
        let made = Convolution::new(Array { shape, data }, first, [1, 1], [0, 0]);
        add(&name, Box::new(made.unwrap()));
    }
    let first = [4, 8, 8];
    for size in [2, 4] {
        let (size, stride) = ([size, size], [2, 2]);
        let made = Pooling::average(first, size, stride);
        add(
            &format!("pooling, average {size:?}"),
            Box::new(made.unwrap()),
        );
        let made = Pooling::log_sum_exp(first, size, stride, 3.0);
        add(
            &format!("pooling, log-sum-exp {size:?}"),
            Box::new(made.unwrap()),
        );
    }
    for (rows, cols) in [(40, 96), (1, 96), (96, 4), (96, 1)] {
        let mut make = |one_sided: bool| {
            let (a, b, one) = (
                r.weights(rows, cols, 1.0),
                r.vector(rows, 1.0),
                vec![1.0; rows],
            );
            let made = match one_sided {
                false => Penalty::equality(a, b, one),
                true => Penalty::inequality(a, b, one),
            };
            Box::new(made.unwrap())
        };
        let penalties = [false, true].map(&mut make);
        for (kind, penalty) in ["equality", "inequality"].into_iter().zip(penalties) {
            add(&format!("{kind} {rows} × {cols}"), penalty);
        }
    }
    for (text, sizes) in [
        (r#"{ kind = "softmax" }"#, &[96][..]),
        (r#"{ kind = "softmax" }"#, &[2]),
        (r#"{ kind = "identity" }"#, &[2]),
        (r#"{ kind = "power", n = 3 }"#, &[2, 1]),
    ] {
        let patterns = sizes.iter().map(|n| r.weights(512, *n, 1.0)).collect();
        let memory = Memory::new(patterns, potential(text, 512)).unwrap();
        let memory = match sizes {
            [_] => memory,
            _ => memory.scale(2.0).unwrap().leak(1.5).unwrap(),
        };
        add(&format!("memory {sizes:?} {text}"), Box::new(memory));
    }
    let sets = (0..60).map(|k| (0..2 + k % 3).map(|i| (7 * k + 11 * i) % 40).collect());
    let sets: Vec<Vec<usize>> = sets.collect();
    let weights = r.vector(60, 1.0);
    add(
        "simplicial, listed",
        Box::new(Simplices::new(40, &sets, weights).unwrap()),
    );
    for orders in [&[2.0][..], &[2.0, 3.0, 4.0]] {
        let patterns = signs(&r.weights(12, 96, 1.0));
        let factors = vec![1.0; orders.len()];
        let name = format!("simplicial, whole, {orders:?}");
        add(
            &name,
            Box::new(Complex::new(patterns, orders, &factors).unwrap()),
        );
    }
    for [tokens, heads, inner, dims] in [[64, 4, 8, 32], [64, 2, 64, 64], [5, 2, 2, 4]] {
        let [query, key] = [0, 1].map(|_| Array {
            shape: vec![heads, inner, dims],
            data: r.vector(heads * inner * dims, 0.3),
        });
        let name = format!("attention of {tokens}, {heads} heads of {inner}, {dims} dimensions");
        let made = TokenAttention::within(tokens, query, key).unwrap();
        add(&name, Box::new(made));
    }
    let memory = Memory::new(
        vec![r.weights(64, 32, 1.0)],
        potential(r#"{ kind = "relu" }"#, 64),
    );
    let memory = memory.unwrap().each_token(&[16, 32]).unwrap();
    add("memory of each of 16 tokens", Box::new(memory));
    for (_, text, l) in all() {
        let groups = [NEURONS / 5, 5];
        let whole = DirectSum::uniform(&[NEURONS], l.clone());
        let sum = whole.unwrap_or_else(|_| DirectSum::uniform(&groups, l).unwrap());
        list.push((text.into(), Case::Lagrangian(sum)));
    }
    let features = Layer::new("v", &[64], Identity).unwrap();
    let hidden = Layer::new("h", &[256], Softmax { beta: 1.0 }).unwrap();
    let model_b = theories::two_layer(features, hidden, r.weights(256, 64, 1.0)).unwrap();
    list.push((
        "network of model B".into(),
        Case::Network(Box::new(model_b)),
    ));
    let neurons = Layer::new("x", &[20], Sigmoid { beta: 1.0 }).unwrap();
    let twenty = theories::general(neurons, symmetric(&mut r, 20)).unwrap();
    list.push(("network of 20".into(), Case::Network(Box::new(twenty))));
    list
}

/// Instructions of an evaluation, by column.
const COUNTED: &[(&str, f64)] = &[
    ("dense", 19856.0),
    ("dense, small", 144.0),
    ("dense, two values", 11269.0),
    ("dense, sparse", 22287.0),
    ("recurrent", 13369.0),
    ("recurrent, no energy", 13368.0),
    ("recurrent, two values", 6208.0),
    ("recurrent, ring", 9403.0),
    // Twice the product of `recurrent`, and 186 instructions for each angle, which were counted without AVX2: 431 553 less
    // 2 × 203 837 of 128 angles, 154 666 less 2 × 40 065 of 400.
    ("phase", 50546.0),
    ("phase, ring", 93206.0),
    ("excitatory-inhibitory", 18994.0),
    ("feedforward", 9494.0),
    // Not counted: that of `inequality`, and three more lines of its rows.
    ("saddle 40 × 96", 9600.0),
    ("gate [16, 16, 16]", 19771.0),
    ("gate [40, 30, 4]", 59923.0),
    ("gate [40, 30, 1]", 52611.0),
    ("convolution [16, 16, 3, 3]", 314133.0),
    ("convolution [8, 1, 3, 3]", 21346.0),
    ("convolution [1, 8, 5, 5]", 112227.0),
    ("convolution [64, 32, 1, 1]", 100232.0),
    ("pooling, average [2, 2]", 6319.0),
    ("pooling, log-sum-exp [2, 2]", 18284.0),
    ("pooling, average [4, 4]", 14833.0),
    ("pooling, log-sum-exp [4, 4]", 35879.0),
    ("equality 40 × 96", 9326.0),
    ("inequality 40 × 96", 9460.0),
    ("equality 1 × 96", 1032.0),
    ("inequality 1 × 96", 1036.0),
    ("equality 96 × 4", 2362.0),
    ("inequality 96 × 4", 2679.0),
    ("equality 96 × 1", 1674.0),
    ("inequality 96 × 1", 1989.0),
    ("memory [96] { kind = \"softmax\" }", 101142.0),
    ("memory [2] { kind = \"softmax\" }", 36955.0),
    ("memory [2] { kind = \"identity\" }", 8649.0),
    ("memory [2, 1] { kind = \"power\", n = 3 }", 29910.0),
    ("simplicial, listed", 3361.0),
    ("simplicial, whole, [2.0]", 37603.0),
    ("simplicial, whole, [2.0, 3.0, 4.0]", 62815.0),
    ("attention of 64, 4 heads of 8, 32 dimensions", 1630837.0),
    ("attention of 64, 2 heads of 64, 64 dimensions", 3569788.0),
    ("attention of 5, 2 heads of 2, 4 dimensions", 14809.0),
    ("memory of each of 16 tokens", 85736.0),
    ("{ kind = \"step\" }", 549.0),
    ("{ kind = \"sign\" }", 546.0),
    ("{ kind = \"one-hot\" }", 9292.0),
    ("{ kind = \"identity\" }", 227.0),
    ("{ kind = \"relu\" }", 389.0),
    ("{ kind = \"repu\", n = 2 }", 7371.0),
    ("{ kind = \"repu\", n = 3 }", 9289.0),
    ("{ kind = \"repu\", n = 4 }", 9289.0),
    ("{ kind = \"repu\", n = 7 }", 11209.0),
    ("{ kind = \"power\", n = 2 }", 6435.0),
    ("{ kind = \"power\", n = 3 }", 8352.0),
    ("{ kind = \"power\", n = 4 }", 8328.0),
    ("{ kind = \"power\", n = 6 }", 9927.0),
    ("{ kind = \"soft-threshold\", lambda = 0.2 }", 788.0),
    ("{ kind = \"soft-threshold\", lambda = 0 }", 791.0),
    ("{ kind = \"gauss-relu\" }", 375981.0),
    ("{ kind = \"softplus\" }", 7608.0),
    ("{ kind = \"softplus\", beta = 2.5 }", 7608.0),
    ("{ kind = \"tanh\" }", 5449.0),
    ("{ kind = \"tanh\", beta = 2.5 }", 5426.0),
    ("{ kind = \"sigmoid\" }", 3849.0),
    ("{ kind = \"sigmoid\", beta = 4.0 }", 3849.0),
    ("{ kind = \"arctan\" }", 22533.0),
    ("{ kind = \"arctan\", lambda = 1.4 }", 23092.0),
    ("{ kind = \"exponential\" }", 3850.0),
    ("{ kind = \"exponential\", beta = 2.5 }", 3848.0),
    ("{ kind = \"rectified-exponential\" }", 4729.0),
    ("{ kind = \"rectified-exponential\", beta = 2.5 }", 4729.0),
    ("{ kind = \"softmax\" }", 17939.0),
    ("{ kind = \"softmax\", beta = 2.5 }", 17938.0),
    ("{ kind = \"ghostmax\" }", 18160.0),
    ("{ kind = \"ghostmax\", beta = 2.5 }", 18160.0),
    ("{ kind = \"spherical-norm\" }", 13118.0),
    (
        "{ kind = \"spherical-norm\", gamma = 1.5, eps = 0.25 }",
        13120.0,
    ),
    (
        "{ kind = \"spherical-norm\", gamma = 0.5, delta = 0.3, eps = 1e-6 }",
        14238.0,
    ),
    (
        "{ kind = \"spherical-norm\", delta = [0.1, -0.2, 0.3, 0, 0.5], eps = 0.01 }",
        18742.0,
    ),
    ("{ kind = \"layer-norm\" }", 23549.0),
    (
        "{ kind = \"layer-norm\", gamma = 1.2, eps = 0.25 }",
        23549.0,
    ),
    (
        "{ kind = \"layer-norm\", gamma = 0.5, delta = 0.3, eps = 0 }",
        24827.0,
    ),
    (
        "{ kind = \"layer-norm\", delta = [0.1, -0.2, 0.3, 0, 0.5], eps = 0.01 }",
        30329.0,
    ),
    ("network of model B", 45619.0),
    ("network of 20", 1277.0),
];

#[test]
fn what_an_evaluation_is_told_to_cost_is_within_a_factor_of_two_of_what_was_counted() {
    let counted = |name: &str| {
        let found = COUNTED.iter().find(|(n, _)| *n == name);
        found
            .unwrap_or_else(|| panic!("{name} has not been counted"))
            .1
    };
    // Both directions of the product of 128 × 96.
    let unit = counted("dense") / (2.0 * 128.0 * 96.0);
    let mut wrong = Vec::new();
    for (name, case) in cases() {
        let (told, counted) = (case.told(), counted(&name) / unit);
        if !(0.5..=2.0).contains(&(told / counted)) {
            wrong.push(format!("{name}: told {told:.0}, counted {counted:.0}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_kind_has_been_counted() {
    for kind in KINDS {
        let counted = |case: &Case| match case {
            Case::Synapse(s) => s.kind().is_some_and(|k| k.name == kind.name),
            _ => false,
        };
        assert!(cases().iter().any(|(_, c)| counted(c)), "{}", kind.name);
    }
    for kind in LAGRANGIANS {
        for example in kind.examples {
            assert!(COUNTED.iter().any(|(n, _)| n == example), "{example}");
        }
    }
    for (name, _) in COUNTED {
        assert!(cases().iter().any(|(n, _)| n == name), "{name} is no case");
    }
}

/// Which case, and how often, this process evaluates for callgrind.
const CASE: &str = "ATTRACTOR_CASE";
const TIMES: &str = "ATTRACTOR_TIMES";

#[test]
#[ignore = "takes valgrind and some minutes; it prints the table anew"]
fn counted_anew() {
    if let (Ok(name), Ok(times)) = (env::var(CASE), env::var(TIMES)) {
        let case = cases().into_iter().find(|(n, _)| *n == name).unwrap().1;
        return case.evaluate(times.parse().unwrap());
    }
    let instructions = |name: &str, times: usize| -> f64 {
        let run = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(env::current_exe().unwrap())
            .args(["--ignored", "--exact", "operations::counted_anew"])
            .env(CASE, name)
            .env(TIMES, times.to_string())
            .output();
        let said = String::from_utf8(run.unwrap().stderr).unwrap();
        let line = said.lines().find_map(|l| l.split_once("Collected : "));
        line.unwrap_or_else(|| panic!("{said}")).1.parse().unwrap()
    };
    for (name, _) in cases() {
        let times = 20;
        let more = instructions(&name, 2 + times) - instructions(&name, 2);
        println!("    ({name:?}, {:.0}.0),", more / (times * WIDTH) as f64);
    }
}
