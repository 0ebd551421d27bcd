//! What several test files need: Lagrangians from text, reference cases as model files.

#[allow(dead_code, reason = "not every test file follows the reference")]
pub mod reference;

use std::collections::BTreeMap;
use std::sync::Arc;

use attractor::lagrangian::{
    Array, Axis, DirectSum, KINDS, Kind, Lagrangian, Made, Parameters, Values,
};
use attractor::refusal::Refusal;

/// Parameters by name; a number is a vector of one.
#[derive(Default)]
pub struct Given(pub BTreeMap<String, Vec<f64>>);

impl Parameters for Given {
    fn number(&mut self, name: &'static str) -> Result<Option<f64>, Refusal> {
        match self.0.remove(name).as_deref() {
            Some([v]) => Ok(Some(*v)),
            Some(_) => Err(Refusal::new(name, "must be one number")),
            None => Ok(None),
        }
    }

    fn array(&mut self, name: &'static str, _: &[Axis]) -> Result<Option<Array>, Refusal> {
        let vector = |data: Vec<f64>| Array {
            shape: vec![data.len()],
            data,
        };
        Ok(self.0.remove(name).map(vector))
    }

    // No Lagrangian asks for any of these.

    fn word(&mut self, _: &'static str) -> Result<Option<&'static str>, Refusal> {
        Ok(None)
    }

    fn flag(&mut self, _: &'static str) -> Result<Option<bool>, Refusal> {
        Ok(None)
    }

    fn lagrangian(
        &mut self,
        _: &'static str,
        _: Option<usize>,
    ) -> Result<Option<DirectSum>, Refusal> {
        Ok(None)
    }
}

/// The Lagrangian of that name; an error too if parameters are left over.
pub fn make(name: &str, mut given: Given) -> Made {
    let kind = KINDS.iter().find(|k| k.name == name);
    let kind = kind.ok_or(Refusal::new(name, "is no kind"))?;
    let made = (kind.make)(&mut given)?;
    match given.0.first_key_value() {
        Some((left, _)) => Err(Refusal::new(left, "is not known")),
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

/// The entries whose activations take all values of an interval.
#[allow(dead_code, reason = "not every test file makes networks")]
pub fn graded_kinds() -> Vec<&'static Kind> {
    let graded = |k: &&Kind| parse(k.examples[0]).unwrap().values() == Values::Interval;
    KINDS.iter().copied().filter(graded).collect()
}

/// Those of them whose activations take all values of an interval: states that methods move.
#[allow(dead_code, reason = "not every test file moves states")]
pub fn graded() -> Vec<(&'static str, &'static str, Arc<dyn Lagrangian>)> {
    let mut all = all();
    all.retain(|(_, _, l)| l.values() == Values::Interval);
    all
}
