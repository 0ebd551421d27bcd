//! An Energy Transformer learns to fill in pictures by the adjoint of its steps: against a table, against differences, and in what it must
//! not know.

use attractor::dynamics::{Interrupt, Settings, Start};
use attractor::kernels::Weights;
use attractor::lagrangian::{Array, DirectSum, LayerNorm, Relu, SphericalNorm};
use attractor::learning::{
    Adjoint, Equilibrium, Examples, Fall, Form, Found, Lesson, Masks, Nudge, Optimiser, Parameters,
    Phases, Plan, Pupil, Rule, Schedule, State, Steps, Targets, Trained, train,
};
use attractor::network::{Drive, Layer, Masked, Network, Patches, Workspace};
use attractor::synapse::{Memory, TokenAttention};
use serde_json::Value;

use crate::common::reference::{flat, read};
use crate::networks::Numbers;

/// An Energy Transformer, and what it learns from.
struct Pupils {
    network: Network,
    parameters: Parameters,
    examples: Examples,
    rule: Adjoint,
    settings: Settings,
    base: Start,
    interrupt: Interrupt,
}

impl Pupils {
    /// All of it learns.
    fn new(network: Network, rows: Vec<f64>, masks: Masks, rule: Adjoint) -> Self {
        let synapses: Vec<usize> = (0..network.connections().len()).collect();
        let all = Parameters::of(&network, &synapses, &[])
            .and_then(|p| p.with_lagrangians(&network, &[0]))
            .and_then(|p| p.with_patches(&network, &[0]));
        Pupils {
            parameters: all.unwrap(),
            examples: Examples {
                layer: 0,
                rows,
                targets: None,
                masked: Some(masks),
                shift: 0,
            },
            rule,
            settings: Settings::default(),
            base: Start::at(vec![0.0; network.size()]),
            interrupt: Interrupt::new(),
            network,
        }
    }

    fn lesson<'a>(&'a self, network: &'a Network, epoch: usize) -> Lesson<'a> {
        Lesson {
            network,
            parameters: &self.parameters,
            examples: &self.examples,
            phases: self.phases(),
            base: &self.base,
            seed: 3,
            iteration: 0,
            epoch,
        }
    }

    fn phases(&self) -> Phases<'_> {
        Phases {
            settings: &self.settings,
            rest: [1e-8, 1e-6],
            threads: 1,
            interrupt: &self.interrupt,
        }
    }

    fn found(&self, network: &Network) -> Found {
        let rows: Vec<usize> = (0..self.examples.count(network)).collect();
        let mut rule = self.rule;
        rule.check(network, &self.examples).unwrap();
        rule.learn(&self.lesson(network, 0), &rows).unwrap()
    }

    fn score(&self, network: &Network, epoch: usize, rows: &[usize]) -> f64 {
        let lesson = self.lesson(network, epoch);
        self.rule.score(&lesson, rows).unwrap().loss
    }

    fn train(&self, epochs: usize, seed: u64, from: Option<State>) -> Trained {
        let plan = Plan {
            epochs,
            batch: 24,
            seed,
            schedule: Schedule {
                rate: 2e-2,
                warm_up: 10,
                fall: Fall::Cosine(400),
            },
            learn: (0..32).collect(),
            choose: Vec::new(),
            test: (32..40).collect(),
            best: false,
        };
        let pupil = Pupil {
            network: &self.network,
            parameters: &self.parameters,
            examples: &self.examples,
            phases: self.phases(),
            base: &self.base,
        };
        let mut adam = Optimiser::new(Form::Adam([0.9, 0.99]), self.parameters.count());
        adam.clip = 1.0;
        let mut rule = self.rule;
        train(&pupil, &mut rule, (&plan, adam), from, &mut |_| {}).unwrap()
    }
}

/// What an Energy Transformer is made of.
struct Made {
    patches: Patches,
    norm: LayerNorm,
    leak: f64,
    attention: Option<TokenAttention>,
    memories: Weights,
}

impl Made {
    fn network(self, [tokens, dims]: [usize; 2]) -> Network {
        let layer = Layer::new("tokens", &[tokens, dims], self.norm).unwrap();
        let mut all = Network::builder().layer(layer.leak(self.leak).patches(self.patches));
        if let Some(attention) = self.attention {
            all = all.connect(&["tokens"], attention);
        }
        let relu = DirectSum::uniform(&[self.memories.rows()], std::sync::Arc::new(Relu)).unwrap();
        let memory = Memory::new(vec![self.memories], relu).unwrap();
        let memory = memory.each_token(&[tokens, dims]).unwrap();
        all.connect(&["tokens"], memory).build().unwrap()
    }
}

fn heads(shape: [usize; 3], data: Vec<f64>) -> Array {
    Array {
        shape: shape.to_vec(),
        data,
    }
}

/// The model of a case of the table, and its picture twice. A row of the picture is a patch.
fn table(all: &Value, case: &Value) -> Pupils {
    let size = |name: &str| all["shapes"][name].as_u64().unwrap() as usize;
    let p = &all["params"];
    let [tokens, pixels, dims] = ["T", "P", "D"].map(size);
    let shape = ["H", "Y", "D"].map(size);
    let [wq, wk] = ["Wq", "Wk"].map(|k| heads(shape, flat(&p[k])));
    let attention = TokenAttention::within(tokens, wq, wk).unwrap();
    let attention = attention.beta(p["beta"].as_f64().unwrap()).unwrap();
    let attention = match case["exclude_self"].as_bool().unwrap() {
        true => attention.exclude_self().unwrap(),
        false => attention,
    };
    let values = ["We", "be", "mask", "pos", "Wd"]
        .map(|k| flat(&p[k]))
        .concat();
    let values = [values, flat(&p["bd"]).repeat(tokens)].concat();
    let patches = Patches::new([tokens, pixels], [1, pixels], dims).unwrap();
    let made = Made {
        patches: patches.with(values).unwrap(),
        norm: LayerNorm::new(
            p["gamma"].as_f64().unwrap(),
            &flat(&p["delta"]),
            all["eps"].as_f64().unwrap(),
        ),
        leak: case["leak"].as_f64().unwrap(),
        attention: Some(attention),
        memories: Weights::new(size("M"), dims, flat(&p["xi"])).unwrap(),
    };
    let masked = all["masked"].as_array().unwrap().iter().enumerate();
    let is_masked = |m: &Value| m.as_bool().unwrap_or(m.as_f64() == Some(1.0));
    let masked = masked.filter(|(_, m)| is_masked(m)).map(|(t, _)| t);
    let rule = Adjoint {
        step: p["alpha"].as_f64().unwrap(),
        steps: case["steps"].as_u64().unwrap() as usize,
    };
    let rows = flat(&all["patches"]).repeat(2);
    let masks = Masks::These(masked.collect());
    Pupils::new(made.network([tokens, dims]), rows, masks, rule)
}

fn largest(v: &[f64]) -> f64 {
    v.iter().fold(0.0, |m, v| m.max(v.abs()))
}

#[test]
fn the_gradient_through_the_steps_is_that_of_the_table() {
    let all = read("a02_energy_transformer_gradients").0;
    let cases = all["cases"].as_array().unwrap().iter();
    let mut tried = 0;
    for case in cases.filter(|c| c["mode"] == "unrolled") {
        let own = table(&all, case);
        let network = &own.network;
        let patches = network.layers()[0].patches.as_ref().unwrap();
        let steps = Steps::new(network, own.rule.step, own.rule.steps).unwrap();
        let start = &own.lesson(network, 0).starts(&[0], true)[0];
        let input = start.whole_input(network);
        let states = steps.take(start.x.clone(), &input, 1);
        let mut ws = Workspace::new(network, 1);
        let drive = Drive {
            input: &input,
            clamped: &[],
        };
        for (x, want) in states.iter().zip(flat(&case["energy"])) {
            let mut at = network.at(x, drive, &mut ws);
            let found = at.energy().total[0];
            assert!((found - want).abs() < 1e-12 * (1.0 + want.abs()));
        }
        let mut g = vec![0.0; network.size()];
        network.activation(states.last().unwrap(), 1, &mut g);
        let shown = patches.read_out(&g);
        for (own, want) in shown.iter().zip(flat(&case["prediction"])) {
            assert!((own - want).abs() < 1e-12 * (1.0 + want.abs()));
        }
        let found = own.found(network);
        // Two pictures that are the same.
        assert!((found.loss / 2.0 - case["loss"].as_f64().unwrap()).abs() < 1e-12);
        let theirs = &case["gradient"];
        for p in &own.parameters.all {
            let own = &found.gradient[p.range.clone()];
            let mut own: Vec<f64> = own.iter().map(|g| g / 2.0).collect();
            let name = match p.name.rsplit_once('.').unwrap().1 {
                "embed" => "We",
                "embed_bias" => "be",
                "mask" => "mask",
                "position" => "pos",
                "w_query" => "Wq",
                "w_key" => "Wk",
                "beta" => "beta",
                "patterns" => "xi",
                // By ln γ it is γ times that by γ.
                "gamma" => {
                    own[0] /= all["params"]["gamma"].as_f64().unwrap();
                    "gamma"
                }
                "delta" => "delta",
                "read_out" => "Wd",
                // One for each position here, one for all there.
                "read_out_bias" => {
                    let pixels = p.shape[1];
                    let sum = |k: usize| own.iter().skip(k).step_by(pixels).sum();
                    own = (0..pixels).map(sum).collect();
                    "bd"
                }
                // The table has none.
                "bias" => continue,
                other => panic!("{other}"),
            };
            let want = flat(&theirs[name]);
            let pairs = own.iter().zip(&want);
            let off = pairs.fold(0.0, |m: f64, (a, b)| m.max((a - b).abs()));
            assert_eq!(own.len(), want.len(), "{name}");
            // The table is good to 1e-13 of its largest entry.
            assert!(off <= 1e-11 * largest(&want), "{name}: {off:e}");
        }
        tried += 1;
    }
    assert_eq!(tried, 3);
}

/// Random pictures with structure: each a plane wave.
fn waves(count: usize) -> Vec<f64> {
    let wave = |k: usize| {
        let (a, b, c) = (0.3 + 0.1 * (k % 7) as f64, 0.2 * (k % 5) as f64, k as f64);
        (0..64).map(move |p| (a * (p % 8) as f64 + b * (p / 8) as f64 + c).sin())
    };
    (0..count).flat_map(wave).collect()
}

const RULE: Adjoint = Adjoint {
    step: 0.2,
    steps: 3,
};

/// Sixteen tokens of eight dimensions that are patches of 2 × 2, two heads and six memories.
fn small(attends: bool, leak: f64) -> Network {
    let mut r = Numbers(91);
    let [tokens, pixels, dims] = [16, 4, 8];
    let values = [
        r.vector(dims * pixels, 1.0),
        r.vector(dims, 0.1),
        r.vector(dims, 0.1),
        r.vector(tokens * dims, 0.8),
        r.vector(pixels * dims, 0.1),
        r.vector(tokens * pixels, 0.1),
    ];
    let patches = Patches::new([8, 8], [2, 2], dims).unwrap();
    let patches = patches.with(values.concat()).unwrap();
    let [wq, wk] = [(); 2].map(|()| heads([2, 4, dims], r.vector(64, 0.6)));
    let attention = TokenAttention::within(tokens, wq, wk).unwrap();
    let made = Made {
        patches: patches.mean(r.vector(64, 0.1)).unwrap(),
        norm: LayerNorm::new(1.2, &r.vector(dims, 0.2), 1e-5),
        leak,
        attention: attends.then(|| attention.exclude_self().unwrap()),
        memories: Weights::new(6, dims, r.vector(6 * dims, 0.6)).unwrap(),
    };
    made.network([tokens, dims])
}

#[test]
fn every_array_has_the_derivative_of_the_loss() {
    for leak in [0.0, 0.6] {
        let rows = waves(3);
        let own = Pupils::new(small(true, leak), rows, Masks::Drawn(8), RULE);
        let gradient = own.found(&own.network).gradient;
        let values = own.parameters.values(&own.network);
        let loss = |values: &[f64]| {
            let moved = own.parameters.network(&own.network, values).unwrap();
            own.found(&moved).loss
        };
        for p in &own.parameters.all {
            let step = p.range.len().div_ceil(4);
            for k in p.range.clone().step_by(step) {
                let at = |by: f64| {
                    let mut values = values.clone();
                    values[k] += by;
                    loss(&values)
                };
                let h = 1e-4;
                // Of the fourth order: its own error is below the rounding of the loss over h.
                let slope = (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * h);
                let off = (gradient[k] - slope).abs();
                let name = &p.name;
                assert!(off < 1e-9 * (1.0 + slope.abs()), "{name} {k}: {off:e}");
            }
        }
    }
}

#[test]
fn a_spherical_norm_learns_as_a_layer_norm_does() {
    let norm = SphericalNorm::new(0.7, &[0.1, -0.2, 0.3], 0.01);
    let sum = DirectSum::uniform(&[2, 3], std::sync::Arc::new(norm)).unwrap();
    let (x, c) = (
        [0.3, -0.1, 0.8, 0.2, 0.5, -0.7],
        [1.0, 0.4, -0.3, 0.2, 0.6, 0.9],
    );
    let (learn, n) = sum.learn().unwrap();
    let values = learn.values(n);
    let along = |values: &[f64]| {
        let mut g = [0.0; 6];
        sum.with(values).unwrap().activation(&x, 1, &mut g);
        g.iter().zip(c).map(|(g, c)| g * c).sum::<f64>()
    };
    let (mut g, mut gradient) = ([0.0; 6], vec![0.0; sum.learns()]);
    sum.activation(&x, 1, &mut g);
    sum.add_mixed(&g, &c, 1, &mut gradient);
    for k in 0..values.len() {
        let at = |by: f64| {
            let mut values = values.clone();
            values[k] += by;
            along(&values)
        };
        let slope = (at(1e-5) - at(-1e-5)) / 2e-5;
        assert!((slope - gradient[k]).abs() < 1e-9, "{k}");
    }
    assert!(sum.with(&[1e9, 0.0, 0.0, 0.0]).is_err());
}

#[test]
fn what_is_masked_is_not_seen() {
    let network = small(true, 0.0);
    let patches = network.layers()[0].patches.as_ref().unwrap();
    let picture = Masked {
        pixels: waves(1),
        is_masked: Masks::Drawn(8).scored(16, 0),
    };
    let hidden = patches.hidden(&picture.is_masked);
    assert_eq!(hidden.iter().filter(|h| **h).count(), 32);
    let mut other = picture.clone();
    for (p, _) in other.pixels.iter_mut().zip(hidden).filter(|(_, h)| *h) {
        *p += 1.0;
    }
    assert_ne!(picture, other);
    assert_eq!(patches.read_in(&picture), patches.read_in(&other));
    let nothing = vec![false; 16];
    let seen = [picture, other].map(|p| {
        patches.read_in(&Masked {
            is_masked: nothing.clone(),
            ..p
        })
    });
    assert_ne!(seen[0], seen[1]);
}

#[test]
fn masks_are_drawn_anew_while_it_learns_and_are_the_same_where_it_is_scored() {
    let own = Pupils::new(small(true, 0.0), waves(4), Masks::Drawn(5), RULE);
    let rows: Vec<usize> = (0..4).collect();
    let starts = |epoch: usize, learns: bool| {
        let lesson = own.lesson(&own.network, epoch);
        lesson.starts(&rows, learns).into_iter().map(|s| s.x)
    };
    let starts = |epoch, learns| starts(epoch, learns).collect::<Vec<_>>();
    assert_eq!(starts(0, false), starts(7, false));
    assert_ne!(starts(0, true), starts(7, true));
    assert_ne!(starts(0, true), starts(0, false));
    assert_eq!(starts(7, true), starts(7, true));
    let count = |m: Vec<bool>| m.into_iter().filter(|m| *m).count();
    assert_eq!(count(Masks::Drawn(5).scored(16, 3)), 5);
    assert_eq!(count(Masks::These(vec![2, 15]).scored(16, 3)), 2);
}

#[test]
fn learning_goes_on_to_the_same_bits_and_lowers_the_error() {
    let own = Pupils::new(small(true, 0.0), waves(40), Masks::Drawn(8), RULE);
    let whole = own.train(200, 3, None);
    let part = own.train(70, 3, None);
    let rest = own.train(200, 3, Some(part.state));
    assert_eq!(whole.state, rest.state);
    assert_eq!(whole.test, rest.test);
    assert_ne!(own.train(2, 4, None).state, own.train(2, 3, None).state);
    // Pictures that were learnt from, under masks that were not: better than before, and than grey, which is the mean of waves.
    let rows: Vec<usize> = (0..8).collect();
    let error = |network: &Network| own.score(network, 0, &rows);
    let patches = whole.network.layers()[0].patches.as_ref().unwrap();
    let grey = rows.iter().map(|r| {
        let own = &own.examples.rows[r * 64..(r + 1) * 64];
        let hidden = patches.hidden(&Masks::Drawn(8).scored(16, *r));
        let squares = own
            .iter()
            .zip(hidden)
            .filter(|(_, h)| *h)
            .map(|(p, _)| p * p);
        squares.sum::<f64>() / 32.0 / 8.0
    });
    let grey: f64 = grey.sum();
    let [after, before] = [&whole.network, &own.network].map(error);
    assert!(
        after < 0.9 * grey && after < before,
        "{after} {before} {grey}"
    );
}

#[test]
fn without_attention_a_masked_patch_is_the_same_in_every_picture() {
    // Tokens that do not talk know nothing of a masked patch but where it is.
    let network = small(false, 0.0);
    let patches = network.layers()[0].patches.as_ref().unwrap();
    let is_masked = Masks::Drawn(8).scored(16, 0);
    let shown: Vec<Vec<f64>> = waves(2)
        .chunks_exact(64)
        .map(|pixels| {
            let picture = Masked {
                pixels: pixels.to_vec(),
                is_masked: is_masked.clone(),
            };
            let steps = Steps::new(&network, 0.2, 3).unwrap();
            let states = steps.take(patches.read_in(&picture), network.input(), 1);
            let mut g = vec![0.0; network.size()];
            network.activation(states.last().unwrap(), 1, &mut g);
            patches.read_out(&g)
        })
        .collect();
    for (k, hidden) in patches.hidden(&is_masked).into_iter().enumerate() {
        assert_eq!(shown[0][k] == shown[1][k], hidden, "pixel {k}");
    }
}

#[test]
fn pictures_and_masks_that_do_not_fit_are_refused() {
    let why = |found: Result<(), attractor::refusal::Refusal>| found.unwrap_err().to_string();
    let cut = |picture, patch| why(Patches::new(picture, patch, 4).map(drop));
    assert!(cut([8, 8], [3, 2]).contains("3 × 2 pixels do not divide a picture of 8 × 8"));
    assert!(cut([8, 0], [1, 1]).contains("do not divide"));
    let layer = Layer::new("tokens", &[15, 4], LayerNorm::new(1.0, &[], 1e-5)).unwrap();
    let patches = Patches::new([8, 8], [2, 2], 4).unwrap();
    let said = Network::builder().layer(layer.patches(patches)).build();
    let said = said.unwrap_err().to_string();
    assert!(
        said.contains("layer `tokens`, patches: ")
            && said.contains("16 tokens")
            && said.contains("[15, 4]")
            && said.contains("size = [16, 4]"),
        "{said}"
    );
    let own = Pupils::new(small(true, 0.0), waves(4), Masks::Drawn(8), RULE);
    let with = |change: &dyn Fn(&mut Examples)| {
        let mut examples = own.examples.clone();
        change(&mut examples);
        why(examples.check(&own.network))
    };
    let many = with(&|e| e.masked = Some(Masks::Drawn(17)));
    assert!(many.contains("is 17") && many.contains("1 to 16"), "{many}");
    let beyond = with(&|e| e.masked = Some(Masks::These(vec![16])));
    assert!(beyond.contains("patch 16"), "{beyond}");
    let none = with(&|e| e.masked = None);
    assert!(none.contains("masked = 8"), "{none}");
    let both = with(&|e| {
        e.targets = Some(Targets {
            layer: 0,
            rows: vec![0.0; 4 * 128],
            classes: None,
        });
    });
    assert!(both.contains("beside `masked`"), "{both}");
    let short = with(&|e| e.rows.truncate(100));
    assert!(short.contains("64 pixels of a picture"), "{short}");
    // Other rules learn what is wanted of a layer.
    let rest = Equilibrium {
        by: 0.1,
        nudge: Nudge::Symmetric,
    };
    let said = why(rest.check(&own.network, &own.examples));
    assert!(said.contains("targets"), "{said}");
}
