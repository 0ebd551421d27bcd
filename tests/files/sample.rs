//! A small reader in the way the real one works, and files that are not on any disk.

use std::path::Path;
use std::sync::Arc;

use attractor::key::{Form, parameter};
use attractor::lagrangian::{Kind, Name, Range, Reach, Scalar, Term};
use attractor::model_file::{
    Array, ArraySpec, Catalogue, Chosen, Diagnostics, Document, Files, Place, Resolver, Source,
    Table,
};
use attractor::record::{NpzWriter, sha256_hex};

pub const GOOD: &str = r#"
title = "two layers — ξ"

[layers.features]
size = 3
tau = 1.0
lagrangian = { kind = "tanh", beta = 2.0 }

[layers.hidden]
size = 2
tau = [0.1, 0.2]
lagrangian = "tanh"

[patterns]
memories = [[1, -1, 1],
            [1, 1, -1]]

[[synapses]]
kind = "dense"
weights = "memories"

[[synapses]]
kind = "recurrent"
weights = { hebbian = "memories", zero_diagonal = true }

[solve]
t_end = 5e1
max_steps = 1_000
method = "rk4"
dense = true
"#;

/// What a test wants to know of a file that is right.
#[derive(Debug, Default)]
pub struct Model {
    pub layers: Vec<(String, usize, Vec<f64>, String)>,
    pub weights: Vec<Array>,
    pub t_end: f64,
    pub method: String,
}

pub fn read(text: &str, sets: &[&str]) -> Result<Model, String> {
    let sets: Vec<String> = sets.iter().map(|s| s.to_string()).collect();
    let source = Source::new("models/x.toml", text, &sets);
    let diagnostics = Diagnostics::new();
    let model = Document::read(&source, &diagnostics)
        .map(|document| whole(document.table("a model file", &diagnostics), &diagnostics));
    diagnostics.finish(&source).map_err(|r| r.to_string())?;
    Ok(model.expect("a file that is not TOML has a report"))
}

fn whole(mut table: Table<'_>, diagnostics: &Diagnostics) -> Model {
    let mut model = Model::default();
    let mut resolver = Resolver::new(Path::new("models"), &Disk, diagnostics);
    table.key("title").string();
    if let Some(mut patterns) = table.key("patterns").table("patterns") {
        for (name, field) in patterns.named() {
            resolver.name(name.value, ArraySpec::read(&field));
        }
        patterns.finish();
    }
    if let Some(mut layers) = table.required("layers").table("layers") {
        for (name, field) in layers.named() {
            let layer = field.table("a layer");
            if let Some(layer) = layer.and_then(|l| layer_of(name.value, l, &mut resolver)) {
                model.layers.push(layer);
            }
        }
        layers.finish();
    }
    for mut synapse in table.key("synapses").tables("a synapse") {
        let kind = synapse.required("kind").word(&["dense", "recurrent"]);
        let weights = ArraySpec::read(&synapse.required("weights"));
        synapse.finish();
        if let (Some(kind), Some(weights)) = (kind, weights) {
            let shape: &[usize] = if kind == "dense" { &[2, 3] } else { &[3, 3] };
            let place = Place::exact(format!("weights of `{kind}`"), shape);
            model.weights.extend(weights.resolve(&place, &mut resolver));
        }
    }
    if let Some(mut solve) = table.key("solve").table("`solve`") {
        let t_end = solve.key("t_end").positive();
        solve.key("max_steps").whole(1..=u64::MAX);
        let method = solve.key("method").word(&["rk4", "tsit5", "dopri5"]);
        solve.key("dense").boolean();
        solve.finish();
        model.t_end = t_end.unwrap_or(0.0);
        model.method = method.unwrap_or_default().to_owned();
    }
    table.finish();
    model
}

fn layer_of(
    name: &str,
    mut layer: Table<'_>,
    resolver: &mut Resolver<'_>,
) -> Option<(String, usize, Vec<f64>, String)> {
    let size = layer.required("size").whole(1..=1000);
    let tau = ArraySpec::read(&layer.key("tau"));
    let n = size.map(|n| n as usize);
    let lagrangian = LIST.read(&layer.required("lagrangian"), n, resolver);
    layer.finish();
    let n = n?;
    let tau = match tau {
        Some(tau) => {
            let place = Place::exact(format!("tau of `{name}`"), &[n]);
            tau.resolve(&place, resolver)?.data
        }
        None => vec![1.0; n],
    };
    let chosen: Chosen = lagrangian?;
    let said = chosen.over(&[n]).ok()?.to_string();
    Some((name.to_owned(), n, tau, said))
}

/// A list of Lagrangians of the tests' own, so that it does not change with the library's.
pub const LIST: Catalogue<'static> = Catalogue {
    kinds: &[&TANH, &POWER],
    refused: &[(
        "gelu",
        "GELU is not monotone; gauss-relu is the convex stand-in",
    )],
};

const TANH: Kind = Kind {
    name: "tanh",
    formula: "",
    parameters: &[
        parameter("beta", Form::Number, "slope at 0, above 0; 1"),
        parameter("delta", Form::Array, "offset of each neuron; none"),
        parameter("odd", Form::Flag, "does it cross 0; true"),
    ],
    examples: &[],
    make: |p| {
        let beta = p.positive("beta", Some(1.0))?;
        let delta = p.vector("delta")?;
        let shift = if p.flag("odd")?.unwrap_or(true) {
            ""
        } else {
            " + 1"
        };
        Ok(Arc::new(Fake(format!(
            "tanh(beta = {beta}, delta = {delta:?}){shift}"
        ))))
    },
};

const POWER: Kind = Kind {
    name: "power",
    formula: "",
    parameters: &[parameter("n", Form::Number, "the exponent, from 2 to 30")],
    examples: &[],
    make: |p| {
        let n = p.whole("n", None, [2, 30])?;
        Ok(Arc::new(Fake(format!("power(n = {n})"))))
    },
};

/// A Lagrangian of which only the name matters.
#[derive(Debug)]
struct Fake(String);

impl Scalar for Fake {
    fn name(&self) -> Name {
        Name::new(&self.0)
    }
    fn value(&self, x: f64) -> Term {
        Term::plain(0.5 * x * x)
    }
    fn activation(&self, x: f64) -> f64 {
        x
    }
    fn slope(&self, _x: f64) -> f64 {
        1.0
    }
    fn legendre(&self, x: f64) -> Term {
        Term::plain(0.5 * x * x)
    }
    fn reach(&self) -> Reach {
        Reach::power(2.0, Range::REAL)
    }
}

/// Files that hold what the tests expect of them.
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> Result<(Arc<[u8]>, String), String> {
        let counted = |shape: &[usize]| {
            let n = shape.iter().product::<usize>();
            npy(shape, &(0..n).map(|i| i as f64).collect::<Vec<_>>())
        };
        let bytes = match path.to_str().unwrap() {
            // 0 1 2 / 10 11 12 / 20 21 22 / 30 31 32
            "models/a.npy" => {
                let entry = |i| f64::from(10 * (i / 3) + i % 3);
                npy(&[4, 3], &(0..12).map(entry).collect::<Vec<_>>())
            }
            "models/nan.npy" => npy(&[2, 3], &[0.0, 1.0, 2.0, 3.0, f64::NAN, 5.0]),
            "models/short.npy" => npy(&[2, 3], &[0.0]),
            "models/vector.npy" => npy(&[3], &[7.0, 8.0, 9.0]),
            "models/pictures.npy" => counted(&[5, 2, 3]),
            "models/turned.npy" => counted(&[5, 3, 2]),
            "models/t.csv" => b"x,y\n1,2\n# a comment\n3,4\n".to_vec(),
            "models/column.txt" => b"1\n2\n3\n".to_vec(),
            "models/v.npz" => archive(),
            "models/p.PNG" => picture(),
            _ => return Err("no such file".into()),
        };
        let sum = sha256_hex(&bytes);
        Ok((bytes.into(), sum))
    }
}

/// A .npy as NumPy writes it.
fn npy(shape: &[usize], data: &[f64]) -> Vec<u8> {
    let axes: String = shape.iter().map(|n| format!("{n},")).collect();
    let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({axes}), }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data.iter().flat_map(|x| x.to_le_bytes()));
    bytes
}

/// `w`, 1 2 / 3 4 / 5 6.
fn archive() -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("v.npz");
    let mut npz = NpzWriter::create(&path).unwrap();
    let data = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    npz.write("w", &[3, 2], &data).unwrap();
    npz.finish().unwrap();
    std::fs::read(path).unwrap()
}

/// Two by two pixels of grey, the last one white.
fn picture() -> Vec<u8> {
    let (grey, depth) = (png::ColorType::Grayscale, png::BitDepth::Eight);
    crate::pixels::png(grey, depth, (2, 2), &[0, 64, 128, 255])
}

/// The report on a file, held against what it should be.
#[track_caller]
pub fn says(text: &str, sets: &[&str], expected: &str) {
    let found = match read(text, sets) {
        Ok(_) => "no mistake".to_owned(),
        Err(report) => report,
    };
    assert_eq!(found.trim(), expected.trim(), "\n{found}\n");
}
