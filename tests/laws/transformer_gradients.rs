//! What attention and a memory of each token learn, against a table: an Energy Transformer at rest. (Through its steps: `learning`.)

use std::slice::from_ref;

use attractor::kernels::Weights;
use attractor::lagrangian::{Array, DirectSum, Hessian, TermRows};
use attractor::synapse::{Learn, Memory, Ports, Synapse, TokenAttention, TokenMemory};
use serde_json::Value;

use crate::common::reference::{flat, read};
use crate::networks::{apart, lagrangian, size};

fn array(shape: &[usize], data: Vec<f64>) -> Array {
    Array {
        shape: shape.to_vec(),
        data,
    }
}

/// The Energy Transformer of the table.
struct Table {
    attention: TokenAttention,
    memory: TokenMemory,
    norm: DirectSum,
    start: Vec<f64>,
    read_out: Weights,
    bias: Vec<f64>,
    patches: Vec<f64>,
    masked: Vec<bool>,
}

impl Table {
    fn of(all: &Value, case: &Value) -> Self {
        let p = &all["params"];
        let weights = |name: &str| {
            let rows = p[name].as_array().unwrap();
            Weights::new(rows.len(), flat(&rows[0]).len(), flat(&p[name])).unwrap()
        };
        let [tokens, dims, heads, inner, memories] =
            ["T", "D", "H", "Y", "M"].map(|k| all["shapes"][k].as_u64().unwrap() as usize);
        let [wq, wk] = ["Wq", "Wk"].map(|k| array(&[heads, inner, dims], flat(&p[k])));
        let attention = TokenAttention::within(tokens, wq, wk).unwrap();
        let attention = attention.beta(p["beta"].as_f64().unwrap()).unwrap();
        let attention = match case["exclude_self"].as_bool().unwrap() {
            true => attention.exclude_self().unwrap(),
            false => attention,
        };
        let relu = DirectSum::uniform(&[memories], lagrangian(r#"{ kind = "relu" }"#)).unwrap();
        let memory = Memory::new(vec![weights("xi")], relu).unwrap();
        let norm = format!(
            "{{ kind = \"layer-norm\", gamma = {:?}, delta = {:?}, eps = {:?} }}",
            p["gamma"].as_f64().unwrap(),
            flat(&p["delta"]),
            all["eps"].as_f64().unwrap()
        );
        let (patches, embed) = (flat(&all["patches"]), weights("We"));
        let is_masked = |v: &Value| v.as_bool().unwrap_or(v.as_f64() == Some(1.0));
        let masked: Vec<bool> = all["masked"]
            .as_array()
            .unwrap()
            .iter()
            .map(is_masked)
            .collect();
        let mut start = flat(&p["pos"]);
        for (t, x) in start.chunks_mut(dims).enumerate() {
            let token = match masked[t] {
                true => flat(&p["mask"]),
                false => {
                    let mut out = flat(&p["be"]);
                    let pixels = embed.cols();
                    embed.add_product(&patches[t * pixels..][..pixels], 1, &mut out);
                    out
                }
            };
            x.iter_mut().zip(token).for_each(|(x, v)| *x += v);
        }
        Table {
            attention,
            memory: memory.each_token(&[tokens, dims]).unwrap(),
            norm: DirectSum::uniform(&[tokens, dims], lagrangian(&norm)).unwrap(),
            start,
            read_out: weights("Wd"),
            bias: flat(&p["bd"]),
            patches,
            masked,
        }
    }

    fn synapses(&self) -> [&dyn Synapse; 2] {
        [&self.attention, &self.memory]
    }

    fn learns(&self) -> [&dyn Learn; 2] {
        [&self.attention, &self.memory]
    }

    fn activation(&self, x: &[f64]) -> Vec<f64> {
        let mut g = vec![0.0; x.len()];
        self.norm.activation(x, 1, &mut g);
        g
    }

    fn currents(&self, g: &[f64]) -> (Vec<f64>, f64) {
        let (mut f, mut sum, own) = (vec![0.0; g.len()], 0.0, 0..g.len());
        for s in self.synapses() {
            let (mut value, mut magnitude) = ([0.0], [0.0]);
            let rows = TermRows {
                value: &mut value,
                magnitude: &mut magnitude,
            };
            s.evaluate(
                &Ports::new(from_ref(&own), 1),
                g,
                &mut f,
                Some(rows),
                &mut s.scratch(1),
            );
            sum += value[0];
        }
        (f, sum)
    }

    fn curvature(&self, g: &[f64], dg: &[f64]) -> Vec<f64> {
        let (mut out, own) = (vec![0.0; g.len()], 0..g.len());
        for s in self.synapses() {
            s.add_curvature(
                &Ports::new(from_ref(&own), 1),
                g,
                dg,
                &mut out,
                &mut s.scratch(1),
            );
        }
        out
    }

    fn hessian(&self, x: &[f64], v: &[f64]) -> Vec<f64> {
        let (mut hessian, mut out) = (Hessian::new(&self.norm, 1), vec![0.0; x.len()]);
        hessian.evaluate(&self.norm, x);
        hessian.apply(v, &mut out);
        out
    }

    /// The loss at these activations and its derivative by them.
    fn loss(&self, g: &[f64]) -> (f64, Vec<f64>) {
        let (pixels, dims) = (self.read_out.rows(), self.read_out.cols());
        let count = (self.masked.iter().filter(|m| **m).count() * pixels) as f64;
        let (mut loss, mut by_g) = (0.0, vec![0.0; g.len()]);
        for t in (0..self.masked.len()).filter(|t| self.masked[*t]) {
            let mut out = self.bias.clone();
            self.read_out
                .add_product(&g[t * dims..][..dims], 1, &mut out);
            let off: Vec<f64> = out
                .iter()
                .zip(&self.patches[t * pixels..])
                .map(|(a, b)| a - b)
                .collect();
            loss += off.iter().map(|o| o * o).sum::<f64>() / count;
            let slope: Vec<f64> = off.iter().map(|o| 2.0 * o / count).collect();
            self.read_out
                .add_transposed_product(&slope, 1, &mut by_g[t * dims..][..dims]);
        }
        (loss, by_g)
    }

    /// The derivatives by what the two synapses learn, in the names of the table.
    fn gradients(
        &self,
        add: impl Fn(&dyn Learn, &Ports<'_>, &mut [f64]),
    ) -> Vec<(&'static str, Vec<f64>)> {
        let own = 0..self.start.len();
        let mut all = Vec::new();
        for learn in self.learns() {
            let counts = learn.parameters();
            let size = |s: &[usize]| s.iter().product::<usize>();
            let count = counts.iter().map(|(_, s)| size(s)).sum();
            let mut gradient = vec![0.0; count];
            add(learn, &Ports::new(from_ref(&own), 1), &mut gradient);
            let mut rest = &gradient[..];
            for (name, shape) in learn.parameters() {
                let (own, others) = rest.split_at(size(&shape));
                all.push((name, own.to_vec()));
                rest = others;
            }
        }
        all
    }
}

/// Relative to the largest entry.
fn assert_gradient(case: &Value, found: &[(&str, Vec<f64>)], allowed: f64) {
    let names = [
        ("Wq", "w_query"),
        ("Wk", "w_key"),
        ("beta", "beta"),
        ("xi", "patterns"),
    ];
    for (theirs, ours) in names {
        let want = flat(&case["gradient"][theirs]);
        let got = &found.iter().find(|(n, _)| *n == ours).unwrap().1;
        let off = apart(got, &want) / size(&want);
        assert!(off < allowed, "{theirs}: {off:e}");
    }
}

#[test]
fn at_rest_the_implicit_gradient_and_equilibrium_propagation_are_that_of_the_table() {
    let all = read("a02_energy_transformer_gradients").0;
    let mut tried = 0;
    for case in all["cases"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|c| c["mode"] == "equilibrium")
    {
        let table = Table::of(&all, case);
        // At rest under the loss, times b.
        let rest = |b: f64| {
            let mut x = table.start.clone();
            for _ in 0..4000 {
                let g = table.activation(&x);
                let (f, by_g) = (table.currents(&g).0, table.loss(&g).1);
                for k in 0..x.len() {
                    x[k] += 0.1 * (table.start[k] + f[k] - b * by_g[k] - x[k]);
                }
            }
            x
        };
        let x = rest(0.0);
        assert!(apart(&x, &flat(&case["x_rest"])) < 1e-11 * (1.0 + size(&x)));
        let g = table.activation(&x);
        let (loss, by_g) = table.loss(&g);
        assert!((loss - case["loss"].as_f64().unwrap()).abs() < 1e-12);
        let mut lambda = vec![0.0; x.len()];
        for _ in 0..4000 {
            let mut sum = table.curvature(&g, &lambda);
            sum.iter_mut().zip(&by_g).for_each(|(s, l)| *s += l);
            let next = table.hessian(&x, &sum);
            lambda
                .iter_mut()
                .zip(next)
                .for_each(|(l, n)| *l += 0.1 * (n - *l));
        }
        let implicit = table.gradients(|l, ports, out| l.add_mixed(ports, &g, &lambda, out));
        assert_gradient(case, &implicit, 1e-11);
        let b = 1e-3;
        let [above, below] = [b, -b].map(|b| {
            let g = table.activation(&rest(b));
            table.gradients(|l, ports, out| l.add_gradient(ports, &g, &vec![1.0; ports.width], out))
        });
        let propagated: Vec<(&str, Vec<f64>)> = above
            .into_iter()
            .zip(below)
            // The gradients are −∂E/∂θ.
            .map(|((name, a), (_, b_))| {
                (
                    name,
                    a.iter()
                        .zip(&b_)
                        .map(|(a, b_)| (b_ - a) / (2.0 * b))
                        .collect(),
                )
            })
            .collect();
        // The table's own error is 1.2e-8 there, of order b².
        assert_gradient(case, &propagated, 1e-7);
        tried += 1;
    }
    assert_eq!(tried, 2);
}
