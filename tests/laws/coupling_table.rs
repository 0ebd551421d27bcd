//! Every synapse against a table of energies and forces computed apart.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use crate::common;

use std::ops::Range;
use std::sync::Arc;

use attractor::kernels::Weights;
use attractor::lagrangian::{
    Array, DirectSum, Exponential, Lagrangian, Power, Relu, Repu, Softmax, TermRows,
};
use attractor::synapse::{
    Convolution, Dense, Memory, Penalty, Pooling, Ports, Recurrent, Simplices, Synapse,
    TokenAttention,
};
use common::reference::{flat, read};
use serde_json::Value;

/// The stored numbers went through the same few dozen operations in the same precision: a hundred units of rounding,
/// relative to the summands.
const AGREEMENT: f64 = 1e-13;

fn matrix(v: &Value) -> Weights {
    let rows = v.as_array().unwrap();
    Weights::new(rows.len(), flat(&rows[0]).len(), flat(v)).unwrap()
}

/// Nested lists with their shape.
fn array(v: &Value) -> Array {
    let (mut shape, mut inner) = (Vec::new(), v);
    while let Some(items) = inner.as_array() {
        shape.push(items.len());
        inner = &items[0];
    }
    Array {
        shape,
        data: flat(v),
    }
}

fn potential(f: &Value, memories: usize) -> (DirectSum, f64) {
    let number = |key: &str| f[key].as_f64().unwrap();
    let (l, scale): (Arc<dyn Lagrangian>, f64) = match f["type"].as_str().unwrap() {
        // Stored: Σ hⁿ. Ours: c Σ hⁿ/n.
        "power" => (
            Arc::new(Power {
                n: number("n") as u32,
            }),
            number("n"),
        ),
        "repu" => (
            Arc::new(Repu {
                n: number("n") as u32,
            }),
            1.0,
        ),
        "exp" => (
            Arc::new(Exponential {
                beta: number("beta"),
            }),
            1.0,
        ),
        "lse" => (
            Arc::new(Softmax {
                beta: number("beta"),
            }),
            1.0,
        ),
        other => panic!("no potential for {other}"),
    };
    (DirectSum::uniform(&[memories], l).unwrap(), scale)
}

/// The synapse of a row with the layers it joins, in order; none where there is no such synapse yet.
fn synapse(c: &Value, shapes: &Value) -> Option<(Box<dyn Synapse>, Vec<String>)> {
    let name = |key: &str| c[key].as_str().unwrap().to_owned();
    Some(match c["type"].as_str().unwrap() {
        "bilinear" => (
            Box::new(Dense::new(matrix(&c["W"]))),
            vec![name("from"), name("to")],
        ),
        "lateral" => {
            let w = matrix(&c["W"]);
            let ones = vec![1.0; w.rows()];
            (
                Box::new(Recurrent::new(w, &ones).unwrap()),
                vec![name("layer")],
            )
        }
        "dam" => {
            let xi = matrix(&c["xi"]);
            let (potential, scale) = potential(&c["F"], xi.rows());
            let memory = Memory::new(vec![xi], potential)
                .unwrap()
                .scale(scale)
                .unwrap();
            (Box::new(memory), vec![name("layer")])
        }
        kind @ ("penalty_eq" | "penalty_ineq") => {
            let a = flat(&c["a"]);
            let a = Weights::new(1, a.len(), a).unwrap();
            let (b, strength) = (flat(&c["b"]), flat(&c["lam"]));
            let made = if kind == "penalty_eq" {
                Penalty::equality(a, b, strength)
            } else {
                Penalty::inequality(a, b, strength)
            };
            (Box::new(made.unwrap()), vec![name("layer")])
        }
        "simplicial" => {
            let sets = c["simplices"].as_array().unwrap().iter();
            let sets: Vec<Vec<usize>> = sets
                .map(|s| flat(s).iter().map(|i| *i as usize).collect())
                .collect();
            let neurons = sets.iter().flatten().max().unwrap() + 1;
            let made = Simplices::new(neurons, &sets, flat(&c["w"])).unwrap();
            (Box::new(made), vec![name("layer")])
        }
        "attention" => {
            let [query, key] = ["Wq", "Wk"].map(|w| array(&c[w]));
            let tokens = flat(&shapes[&name("layer")])[0] as usize;
            let made = TokenAttention::within(tokens, query, key).unwrap();
            let made = made.beta(c["beta"].as_f64().unwrap()).unwrap();
            let made = match c["exclude_self"].as_bool().unwrap() {
                true => made.exclude_self().unwrap(),
                false => made,
            };
            (Box::new(made), vec![name("layer")])
        }
        "hopfield_tokens" => {
            let (xi, shape) = (matrix(&c["xi"]), flat(&shapes[&name("layer")]));
            let potential = DirectSum::uniform(&[xi.rows()], Arc::new(Relu)).unwrap();
            let memory = Memory::new(vec![xi], potential).unwrap();
            let shape: Vec<usize> = shape.iter().map(|n| *n as usize).collect();
            (
                Box::new(memory.each_token(&shape).unwrap()),
                vec![name("layer")],
            )
        }
        "conv2d" => {
            let shape = |v: &Value| -> Vec<usize> { flat(v).iter().map(|n| *n as usize).collect() };
            let k = &c["K"];
            let lengths = [k, &k[0], &k[0][0], &k[0][0][0]].map(|v| v.as_array().unwrap().len());
            let kernel = Array {
                shape: lengths.to_vec(),
                data: flat(k),
            };
            let first: [usize; 3] = shape(&shapes["A"]).try_into().unwrap();
            let [stride, pad] = ["stride", "pad"].map(|key| [c[key].as_u64().unwrap() as usize; 2]);
            let made = Convolution::new(kernel, first, stride, pad).unwrap();
            assert_eq!(made.shapes()[1], shape(&shapes["B"]));
            (Box::new(made), vec![name("from"), name("to")])
        }
        kind @ ("avgpool1d" | "lsepool1d") => {
            let of = |key: &str| c[key].as_u64().unwrap() as usize;
            let first = [1, 1, flat(&shapes["A"])[0] as usize];
            let (size, stride) = ([1, of("size")], [1, of("stride")]);
            let made = match kind {
                "avgpool1d" => Pooling::average(first, size, stride),
                _ => Pooling::log_sum_exp(first, size, stride, c["beta"].as_f64().unwrap()),
            };
            (Box::new(made.unwrap()), vec![name("from"), name("to")])
        }
        _ => return None,
    })
}

fn side_by_side(s: &dyn Synapse) -> Vec<Range<usize>> {
    let mut next = 0;
    let place = |shape: &Vec<usize>| {
        let n: usize = shape.iter().product();
        next += n;
        next - n..next
    };
    s.shapes().iter().map(place).collect()
}

/// Energy, size of its summands, and currents by column, of a block whose every column has activations of its own.
fn evaluate(s: &dyn Synapse, g: &[f64], width: usize) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let neurons = side_by_side(s);
    let ports = Ports::new(&neurons, width);
    let mut scratch = s.scratch(width);
    let (mut energy, mut size) = (vec![f64::NAN; width], vec![f64::NAN; width]);
    // A synapse adds to what others have sent: 1 here.
    let mut current = vec![1.0; g.len()];
    let rows = TermRows {
        value: &mut energy,
        magnitude: &mut size,
    };
    s.evaluate(&ports, g, &mut current, Some(rows), &mut scratch);
    // The same again, without the energy and over what the first pass left in the scratch.
    let mut again = vec![1.0; g.len()];
    s.evaluate(&ports, g, &mut again, None, &mut scratch);
    assert_eq!(current, again, "a second evaluation is the first");
    current.iter_mut().for_each(|c| *c -= 1.0);
    (energy, size, current)
}

/// Largest sum of `|∂²E/∂g_i ∂g_j g_j|` and `|f_i|`: what a force is a sum of, to first order.
fn force_size(s: &dyn Synapse, g: &[f64], force: &[f64]) -> f64 {
    let n = g.len();
    let neurons = side_by_side(s);
    let ports = Ports::new(&neurons, 1);
    let mut total = force.to_vec();
    total.iter_mut().for_each(|t| *t = t.abs());
    for j in 0..n {
        let mut unit = vec![0.0; n];
        unit[j] = g[j];
        let mut part = vec![0.0; n];
        s.add_curvature(&ports, g, &unit, &mut part, &mut s.scratch(1));
        total.iter_mut().zip(&part).for_each(|(t, p)| *t += p.abs());
    }
    total.into_iter().fold(0.0, f64::max)
}

#[test]
fn energies_and_forces_are_those_of_the_table_in_every_column() {
    let table = read("t02_couplings");
    let mut met = 0;
    for row in table.0["rows"].as_array().unwrap() {
        let Some((s, layers)) = synapse(&row["coupling"], &row["shapes"]) else {
            continue;
        };
        met += 1;
        let gather = |v: &Value| -> Vec<f64> { layers.iter().flat_map(|l| flat(&v[l])).collect() };
        let (g, force) = (gather(&row["g"]), gather(&row["force"]));
        let stored = row["energy"].as_f64().unwrap();
        let bound = AGREEMENT * force_size(s.as_ref(), &g, &force);
        let what = s.describe();
        for width in [1, 3, 8] {
            // The row in one column after the other, other activations beside it.
            for column in 0..width {
                let block: Vec<f64> = g
                    .iter()
                    .enumerate()
                    .flat_map(|(i, g)| {
                        (0..width).map(move |k| {
                            let other = (0.7 * (i + k) as f64).cos();
                            if k == column { *g } else { other }
                        })
                    })
                    .collect();
                let (energy, size, current) = evaluate(s.as_ref(), &block, width);
                let off = (energy[column] - stored).abs();
                assert!(
                    off <= AGREEMENT * size[column],
                    "{what}: {energy:?}, not {stored}"
                );
                // The size is what the rounding of E is allowed to be relative to: not less than E, nor far above its
                // summands, which at 64 units would blind the monitor.
                assert!(size[column] >= stored.abs() && size[column] < 1e3 * (1.0 + stored.abs()));
                for (i, f) in force.iter().enumerate() {
                    let got = current[i * width + column];
                    assert!(
                        (got - f).abs() <= bound,
                        "{what}, {width} width: {got}, not {f}"
                    );
                }
            }
        }
    }
    assert_eq!(met, 22, "rows of the table that have a synapse");
}

/// Synapses that the table does not have: a memory with its factor, bias and leak, over two layers.
fn others() -> Vec<Box<dyn Synapse>> {
    let wave = |n: usize, phase: f64| -> Vec<f64> {
        (0..n).map(|i| (phase + 1.7 * i as f64).sin()).collect()
    };
    let potentials: [Arc<dyn Lagrangian>; 4] = [
        Arc::new(Power { n: 3 }),
        Arc::new(Repu { n: 3 }),
        Arc::new(Exponential { beta: 0.7 }),
        Arc::new(Softmax { beta: 3.0 }),
    ];
    let mut all: Vec<Box<dyn Synapse>> = Vec::new();
    for f in potentials {
        let patterns = [2, 3].map(|n| Weights::new(4, n, wave(4 * n, n as f64)).unwrap());
        let potential = DirectSum::uniform(&[4], f).unwrap();
        let memory = Memory::new(patterns.to_vec(), potential).unwrap();
        let memory = memory.scale(1.3).unwrap().leak(0.6).unwrap();
        all.push(Box::new(memory.bias(wave(4, 0.3)).unwrap()));
    }
    // The energy of weights that are symmetric under d is that of D W.
    let d = [1.0, 0.5, 2.0];
    let w: Vec<f64> = (0..9)
        .map(|k| ((k / 3 + k % 3) as f64).cos() / d[k / 3])
        .collect();
    let w = Weights::new(3, 3, w).unwrap();
    all.push(Box::new(Recurrent::new(w, &d).unwrap()));
    let a = || Weights::new(2, 3, wave(6, 0.9)).unwrap();
    let (b, strength) = (vec![0.2, -0.4], vec![1.5, 0.7]);
    let both = [Penalty::equality, Penalty::inequality];
    all.extend(both.map(|new| -> Box<dyn Synapse> {
        Box::new(new(a(), b.clone(), strength.clone()).unwrap())
    }));
    all
}

#[test]
fn forces_are_minus_the_gradient_and_curvatures_their_derivative() {
    for s in others() {
        let what = s.describe();
        let n: usize = s.shapes().into_iter().flatten().sum();
        let g: Vec<f64> = (0..n).map(|i| (0.4 + 1.1 * i as f64).cos()).collect();
        let (_, _, force) = evaluate(s.as_ref(), &g, 1);
        let neurons = side_by_side(s.as_ref());
        let ports = Ports::new(&neurons, 1);
        // Central differences: truncation h² = 1e-10 times a third derivative of order 10, rounding 1e-16/h.
        let h = 1e-5;
        for j in 0..n {
            let beside = |sign: f64| {
                let mut g = g.clone();
                g[j] += sign * h;
                evaluate(s.as_ref(), &g, 1)
            };
            let ((above, _, up), (below, _, down)) = (beside(1.0), beside(-1.0));
            let slope = (above[0] - below[0]) / (2.0 * h);
            assert!(
                (slope + force[j]).abs() < 1e-8,
                "{what}: {slope}, {}",
                force[j]
            );
            let mut unit = vec![0.0; n];
            unit[j] = 1.0;
            let mut column = vec![0.0; n];
            s.add_curvature(&ports, &g, &unit, &mut column, &mut s.scratch(1));
            for i in 0..n {
                let slope = (up[i] - down[i]) / (2.0 * h);
                assert!(
                    (slope - column[i]).abs() < 1e-8,
                    "{what}: {slope}, {}",
                    column[i]
                );
            }
        }
    }
}
