//! The JSON Schema of problem files, made from the same lists that the reader uses.

use serde_json::{Value, json};

use super::reader::{FILE, RUNS};
use super::{Form, KINDS, Kind};
use crate::model_file::{self, closed, described, section};

/// The schema (JSON Schema, draft 2020-12).
pub fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A problem of attractor",
        "oneOf": KINDS.iter().map(|kind| of(kind)).collect::<Vec<_>>(),
        "$defs": model_file::schema()["$defs"],
    })
}

/// Problem files of one kind.
fn of(kind: &Kind) -> Value {
    let mut problem = section(kind.problem);
    problem["properties"]["kind"] = json!({ "const": kind.name, "description": kind.about });
    if let Some(needed) = problem["required"].as_array_mut() {
        needed.push("kind".into());
    }
    // The first form is that of a network that says none.
    let forms: Vec<Value> = kind.forms.iter().enumerate().map(network).collect();
    let mut all = described(FILE.keys);
    all["problem"] = problem;
    all["network"] = json!({ "anyOf": forms });
    all["solve"] = section(&RUNS);
    closed(&["problem"], all.into())
}

fn network((k, form): (usize, &Form)) -> Value {
    let mut network = section(form.network);
    network["properties"]["form"] = json!({ "const": form.name, "description": form.about });
    if let (Some(needed), 1..) = (network["required"].as_array_mut(), k) {
        needed.push("form".into());
    }
    network
}
