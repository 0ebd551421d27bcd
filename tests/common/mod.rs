//! What several test files need: Lagrangians from text, reference cases as model files.

#[allow(dead_code, reason = "not every test file follows the reference")]
pub mod reference;

use std::collections::BTreeMap;
use std::sync::Arc;

use attractor::lagrangian::{KINDS, Lagrangian, Made, Parameters};

/// Parameters by name; a number is a vector of one.
#[derive(Default)]
pub struct Given(pub BTreeMap<String, Vec<f64>>);

impl Parameters for Given {
    fn number(&mut self, name: &'static str, default: Option<f64>) -> Result<f64, String> {
        match self.0.remove(name).as_deref() {
            Some([v]) => Ok(*v),
            Some(_) => Err(format!("{name} must be one number")),
            None => default.ok_or(format!("{name} is missing")),
        }
    }

    fn vector(&mut self, name: &'static str) -> Result<Vec<f64>, String> {
        Ok(self.0.remove(name).unwrap_or_default())
    }
}

/// The Lagrangian of that name; an error too if parameters are left over.
pub fn make(name: &str, mut given: Given) -> Made {
    let kind = KINDS.iter().find(|k| k.name == name);
    let made = (kind.ok_or(format!("no kind {name}"))?.make)(&mut given)?;
    match given.0.first_key_value() {
        Some((left, _)) => Err(format!("{name} does not know {left}")),
        None => Ok(made),
    }
}

/// From the text of a TOML inline table.
#[allow(dead_code, reason = "not every test file reads TOML")]
pub fn parse(text: &str) -> Made {
    let table: toml::Table = format!("l = {text}").parse().unwrap();
    let number = |v: &toml::Value| match v {
        toml::Value::Float(v) => *v,
        toml::Value::Integer(v) => *v as f64,
        other => panic!("not a number: {other:?}"),
    };
    let mut given = Given::default();
    let mut name = String::new();
    for (key, value) in table["l"].as_table().unwrap() {
        match value {
            toml::Value::String(s) if key == "kind" => name.clone_from(s),
            toml::Value::Array(a) => {
                given.0.insert(key.clone(), a.iter().map(number).collect());
            }
            v => {
                given.0.insert(key.clone(), vec![number(v)]);
            }
        }
    }
    make(&name, given)
}

/// Every example of every entry of the list: the name of the kind, the example's text and what it makes.
#[allow(dead_code, reason = "not every test file reads TOML")]
pub fn all() -> Vec<(&'static str, &'static str, Arc<dyn Lagrangian>)> {
    KINDS
        .iter()
        .flat_map(|k| k.examples.iter().map(|e| (k.name, *e, parse(e).unwrap())))
        .collect()
}
