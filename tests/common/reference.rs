//! Reference cases: read from `tests/data`, and written as the model files that describe them.

use std::fmt::Write;
use std::path::Path;

use attractor::dynamics::Interrupt;
use attractor::model_file::{LoadError, load};
use attractor::study::{Results, Study};
use serde_json::Value;

/// The valid networks whose synapses exist, and those outside the theory.
pub const VALID: [&str; 42] = [
    "c01_flipflop_sigmoid_beta2",
    "c02_flipflop_sigmoid_beta6",
    "c03_flipflop_sigmoid_beta20",
    "c04_flipflop_sigmoid_beta200",
    "c05_flipflop_hopfield1984_arctan",
    "c06_flipflop_unequal_tau_bias",
    "c07_modelA_tanh_repu3",
    "c08_modelA_tanh_exp",
    "c09_modelA_classical_limit",
    "c10_modelB_identity_softmax",
    "c11_modelC_sphere_repu3",
    "c12_sphere_eps_softmax",
    "c13_linear_identity_identity",
    "c14_relu_tanh",
    "c15_layernorm_relu",
    "c16_fully_connected_hetero_tau_mixed",
    "c17_fully_connected_groups",
    "c18_softmax_lateral_wta",
    "c19_HAM_3layer",
    "c20_HAM_4layer",
    "c21_HAM_skip_lateral",
    "c22_dam_power4_effective",
    "c23_dam_power3_effective",
    "c24_effective_modelB_attention",
    "c25_effective_modelC",
    "c26_stiff_tauh_1e-4",
    "c27_stiff_effective_limit",
    "c28_energy_transformer_noself",
    "c29_energy_transformer_self",
    "c30_simplicial_order3",
    "c31_simplicial_order4_diluted",
    "c32_conv2d_valid",
    "c33_conv2d_stride2_pad1_pool",
    "c34_four_queens",
    "c35_hopfield_tank_5city",
    "c36_lca_sparse_coding",
    "c37_line_attractor",
    "c38_inequality_constraint",
    "c39_dam_exp_effective",
    "c40_symmetrizable",
    "c41_energy_transformer_noleak",
    "c42_leak_half",
];

/// Networks outside the theory.
pub const OUTSIDE: [&str; 5] = [
    "n01_softmax_unequal_tau",
    "n02_asymmetric_W",
    "n03_odd_power_hidden",
    "n04_EI_slow_inhibition",
    "n05_EI_fast_inhibition",
];

/// A case as it was stored.
pub struct Reference(pub Value);

/// The case of this name.
pub fn read(name: &str) -> Reference {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(format!("{name}.json"));
    Reference(serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap())
}

/// A number, or the numbers of a nested list, row by row.
pub fn flat(v: &Value) -> Vec<f64> {
    match v {
        Value::Array(a) => a.iter().flat_map(flat).collect(),
        v => vec![v.as_f64().unwrap()],
    }
}

/// Nested lists of numbers in TOML, to the last digit.
pub fn toml(v: &Value) -> String {
    match v {
        Value::Array(a) => {
            let items: Vec<String> = a.iter().map(toml).collect();
            format!("[{}]", items.join(", "))
        }
        v => format!("{:?}", v.as_f64().unwrap()),
    }
}

fn word(v: &Value) -> &str {
    v.as_str().unwrap()
}

/// A Lagrangian in the words of model files, without braces.
fn lagrangian(l: &Value) -> String {
    let kind = match word(&l["type"]) {
        "sphere" => "spherical-norm",
        "layernorm" => "layer-norm",
        "softthreshold" => "soft-threshold",
        "exp" => "exponential",
        "lse" => "softmax",
        "mixed" => "blocks",
        same => same,
    };
    let mut text = format!("kind = \"{kind}\"");
    for (key, value) in l.as_object().unwrap() {
        match key.as_str() {
            "type" | "div" => {}
            "parts" => {
                let mut next = 0;
                let mut parts = Vec::new();
                for part in value.as_array().unwrap() {
                    let index = flat(&part["index"]);
                    for i in &index {
                        assert_eq!(*i, f64::from(next), "the parts must lie side by side");
                        next += 1;
                    }
                    let inner = lagrangian(&part["lagrangian"]);
                    parts.push(format!("{{ size = {}, {inner} }}", index.len()));
                }
                write!(text, ", parts = [{}]", parts.join(", ")).unwrap();
            }
            _ => write!(text, ", {key} = {}", toml(value)).unwrap(),
        }
    }
    text
}

fn layer(case: &Reference, l: &Value) -> String {
    let mut text = format!("[layers.{}]\n", word(&l["name"]));
    let shape = case.pooled(l).unwrap_or_else(|| flat(&l["shape"]));
    writeln!(text, "size = {}", toml_whole(&shape)).unwrap();
    writeln!(text, "lagrangian = {{ {} }}", lagrangian(&l["lagrangian"])).unwrap();
    let keys = [
        ("tau", "tau"),
        ("bias", "input"),
        ("energy_weight", "energy_weight"),
        ("leak", "leak"),
    ];
    for (key, ours) in keys {
        if let Some(value) = l.get(key) {
            writeln!(text, "{ours} = {}", toml(value)).unwrap();
        }
    }
    text
}

/// Whole numbers in TOML.
fn toml_whole(numbers: &[f64]) -> String {
    let items: Vec<String> = numbers.iter().map(f64::to_string).collect();
    format!("[{}]", items.join(", "))
}

fn coupling(_: &Reference, c: &Value) -> String {
    let one = || format!("layers = [\"{}\"]", word(&c["layer"]));
    let two = || {
        let (from, to) = (word(&c["from"]), word(&c["to"]));
        format!("layers = [\"{from}\", \"{to}\"]")
    };
    let (kind, rest) = match word(&c["type"]) {
        "bilinear" => ("dense", format!("{}\nweights = {}", two(), toml(&c["W"]))),
        "lateral" => {
            let free = c.get("asymmetric").is_some();
            let symmetry = if free { "\nsymmetry = \"none\"" } else { "" };
            let rest = format!("{}\nweights = {}{symmetry}", one(), toml(&c["W"]));
            ("recurrent", rest)
        }
        "lateral_symmetrizable" => {
            let [t, lambda, mu] = ["T", "lam", "mu"].map(|k| flat(&c[k]));
            let n = lambda.len();
            let row = |j: usize| (0..n).map(|k| lambda[j] * t[j * n + k] * mu[k]).collect();
            let w: Vec<Vec<f64>> = (0..n).map(row).collect();
            let rest = format!("{}\nweights = {w:?}\nsymmetry = \"symmetrizable\"", one());
            ("recurrent", rest)
        }
        "dam" => {
            let f = &c["F"];
            // Stored: Σ hⁿ/div. Ours: c Σ hⁿ/n.
            let scale = if word(&f["type"]) == "power" {
                f["n"].as_f64().unwrap() / f.get("div").map_or(1.0, |d| d.as_f64().unwrap())
            } else {
                1.0
            };
            let rest = format!(
                "{}\npatterns = {}\npotential = {{ {} }}\nscale = {scale:?}",
                one(),
                toml(&c["xi"]),
                lagrangian(f)
            );
            ("memory", rest)
        }
        kind @ ("penalty_eq" | "penalty_ineq") => {
            let rest = format!(
                "{}\na = {}\nb = {}\nstrength = {}",
                one(),
                toml(&c["a"]),
                toml(&c["b"]),
                toml(&c["lam"])
            );
            let ours = if kind == "penalty_eq" {
                "equality"
            } else {
                "inequality"
            };
            (ours, rest)
        }
        "simplicial" => {
            let simplices = c["simplices"].to_string();
            let rest = format!(
                "{}\nsimplices = {simplices}\nweights = {}",
                one(),
                toml(&c["w"])
            );
            ("simplicial", rest)
        }
        "attention" => {
            let rest = format!(
                "{}\nw_query = {}\nw_key = {}\nbeta = {}\nexclude_self = {}",
                one(),
                toml(&c["Wq"]),
                toml(&c["Wk"]),
                toml(&c["beta"]),
                c["exclude_self"]
            );
            ("attention", rest)
        }
        "hopfield_tokens" => {
            let xi = toml(&c["xi"]);
            let rest = format!(
                "{}\npatterns = {xi}\npotential = \"relu\"\neach_token = true",
                one()
            );
            ("memory", rest)
        }
        "conv2d" => {
            let rest = format!(
                "{}\nkernel = {}\nstride = {}\npadding = {}",
                two(),
                toml(&c["K"]),
                c["stride"],
                c["pad"]
            );
            ("convolution", rest)
        }
        kind @ ("avgpool1d" | "lsepool1d") => {
            let pool = match kind {
                "avgpool1d" => "pool = \"average\"".to_owned(),
                _ => format!("pool = \"log-sum-exp\"\nbeta = {}", toml(&c["beta"])),
            };
            let (size, stride) = (&c["size"], &c["stride"]);
            let rest = format!(
                "{}\n{pool}\nwindow = [1, {size}]\nstride = [1, {stride}]",
                two()
            );
            ("pooling", rest)
        }
        "ei" => {
            let rest = format!("{}\nweights = {}", two(), toml(&c["A"]));
            ("excitatory-inhibitory", rest)
        }
        other => panic!("no synapse for {other}"),
    };
    format!("[[synapses]]\nkind = \"{kind}\"\n{rest}\n")
}

impl Reference {
    /// The layers' names, in order.
    pub fn layers(&self) -> Vec<&str> {
        let layers = self.0["layers"].as_array().unwrap();
        layers.iter().map(|l| word(&l["name"])).collect()
    }

    /// The shape of a layer that pools an image, which is stored flat: windows as long as its rows make one column of it.
    fn pooled(&self, layer: &Value) -> Option<Vec<f64>> {
        let all = self.0["couplings"].as_array().unwrap();
        let pool = all.iter().find(|c| {
            let pools = word(&c["type"]).ends_with("pool1d");
            pools && c["to"] == layer["name"]
        })?;
        let layers = self.0["layers"].as_array().unwrap();
        let from = layers.iter().find(|l| l["name"] == pool["from"])?;
        let mut shape = flat(&from["shape"]);
        assert_eq!([&pool["size"], &pool["stride"]], [&from["shape"][2]; 2]);
        shape[2] = 1.0;
        Some(shape)
    }

    /// Stored numbers of every layer, one after the other: `states`, `activations`, `xdot` at time `k`.
    pub fn row(&self, what: &str, k: usize) -> Vec<f64> {
        let layers = self.layers();
        let rows = layers.iter().flat_map(|l| flat(&self.0[what][*l][k]));
        rows.collect()
    }

    /// Stored numbers of every layer, one after the other: `x0`, or an entry of the fixed point.
    pub fn gather(&self, v: &Value) -> Vec<f64> {
        self.layers().iter().flat_map(|l| flat(&v[*l])).collect()
    }

    /// Times of the stored states.
    pub fn times(&self) -> Vec<f64> {
        flat(&self.0["times"])
    }

    /// The start.
    pub fn start(&self) -> Vec<f64> {
        self.gather(&self.0["x0"])
    }

    /// Layers and synapses.
    pub fn network(&self) -> String {
        let list = |key: &str, f: fn(&Reference, &Value) -> String| -> String {
            let all = self.0[key].as_array().unwrap();
            all.iter().map(|v| f(self, v)).collect()
        };
        let title = word(&self.0["title"]).replace('"', "'");
        format!(
            "title = \"{title}\"\n{}{}",
            list("layers", layer),
            list("couplings", coupling)
        )
    }

    /// The start, each layer's state times `scale`, under a header such as `[start]`.
    pub fn start_table(&self, header: &str, scale: f64) -> String {
        let mut text = format!("{header}\n");
        for name in self.layers() {
            let x: Vec<f64> = flat(&self.0["x0"][name])
                .iter()
                .map(|x| scale * x)
                .collect();
            writeln!(text, "{name} = {x:?}").unwrap();
        }
        text
    }

    /// `[solve]` with the stored times kept, as the reference tolerances are meant for: `rtol` 1e-10, `atol` 1e-12. At
    /// a kink of an activation the solution has no third derivative and the error of the one step that crosses it is of
    /// order 2, which the estimate sees poorly; there both are a hundred times smaller.
    pub fn solve(&self, method: &str) -> String {
        let times = self.times();
        let tolerance = if self.has_kinks() {
            "rtol = 1e-12\natol = 1e-14"
        } else {
            "rtol = 1e-10\natol = 1e-12"
        };
        format!(
            "[solve]\nmethod = \"{method}\"\n{tolerance}\nmax_steps = 10_000_000\nt_end = {:?}\nsave = {{ at = {times:?} }}\n",
            times[times.len() - 1]
        )
    }

    /// Is some current only piecewise smooth?
    pub fn has_kinks(&self) -> bool {
        let text = self.0["layers"].to_string() + &self.0["couplings"].to_string();
        let kinked = [
            "\"relu\"",
            "\"softthreshold\"",
            "\"penalty_ineq\"",
            "\"hopfield_tokens\"",
        ];
        kinked.iter().any(|word| text.contains(word))
    }

    /// The whole case as a model file.
    pub fn model(&self, method: &str) -> String {
        let (network, start) = (self.network(), self.start_table("[start]", 1.0));
        format!("{network}{start}{}", self.solve(method))
    }
}

/// Reads a model file from disk, as the command does.
pub fn load_text(text: &str) -> Result<Study, LoadError> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("model.toml");
    std::fs::write(&path, text).unwrap();
    load(&path, &[]).map(|l| l.study)
}

/// A study from a text that is right.
pub fn study(text: &str) -> Study {
    load_text(text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// Runs it.
pub fn run(study: &Study) -> Results {
    study.run(&Interrupt::new(), &()).unwrap()
}
