//! The JSON Schema of model files, made from the same lists that the reader uses: editors complete and check with it.

use serde_json::{Map, Value, json};

use super::keys::{ARRAYS, CUE, EACH, FIGURE, FILE, PICTURES, STIMULI, STIMULUS};
use crate::key::{Form, Key, NEEDED, Section};
use crate::{lagrangian, synapse};

/// The schema (JSON Schema, draft 2020-12).
pub fn schema() -> Value {
    let mut schema = section(&FILE);
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["title"] = "A model of attractor".into();
    let begin = [
        &Form::Array,
        &Form::Table(&CUE),
        &Form::Table(&EACH),
        &Form::Table(&PICTURES),
    ];
    let begin = begin.map(of);
    schema["$defs"] = json!({
        "array": arrays(),
        "lagrangian": lagrangians(),
        "synapse": { "oneOf": synapses() },
        "stimulus": { "oneOf": stimuli() },
        "figure": figure(),
        "start": { "anyOf": begin },
    });
    schema
}

fn of(form: &Form) -> Value {
    let defined = |name: &str| json!({ "$ref": format!("#/$defs/{name}") });
    match form {
        Form::Number => json!({ "type": "number" }),
        Form::Positive => json!({ "type": "number", "exclusiveMinimum": 0 }),
        Form::NotNegative => json!({ "type": "number", "minimum": 0 }),
        Form::Fraction => json!({ "type": "number", "minimum": 0, "maximum": 1 }),
        // 1e5 is a whole number as well.
        Form::Whole(least, None) => json!({ "type": "integer", "minimum": least }),
        Form::Whole(least, Some(most)) => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
        Form::Flag => json!({ "type": "boolean" }),
        Form::Text | Form::Layer => json!({ "type": "string" }),
        Form::Layers => of(&Form::List(&Form::Text, 0, None)),
        Form::Neurons => of(&Form::List(
            &Form::Either(&[Form::Whole(0, None), Form::Text]),
            2,
            Some(2),
        )),
        Form::Ends | Form::Range => of(&Form::List(&Form::Number, 2, Some(2))),
        Form::Any => json!({}),
        Form::Words(words) => json!({ "enum": words() }),
        Form::Selection => {
            json!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "integer", "minimum": 0 } }] })
        }
        Form::Array => defined("array"),
        Form::Lagrangian => defined("lagrangian"),
        Form::Synapse => defined("synapse"),
        Form::Stimulus => defined("stimulus"),
        Form::Figure => defined("figure"),
        Form::Start => defined("start"),
        Form::List(items, least, most) => {
            let mut list = json!({ "type": "array", "items": of(items) });
            if *least > 0 {
                list["minItems"] = (*least).into();
            }
            if let Some(most) = most {
                list["maxItems"] = (*most).into();
            }
            list
        }
        Form::Named(values) => json!({ "type": "object", "additionalProperties": of(values) }),
        Form::Either(forms) => json!({ "anyOf": forms.iter().map(of).collect::<Vec<_>>() }),
        Form::Table(keys) => section(keys),
    }
}

/// The keys of all kinds of figures, and what all figures have.
#[cfg_attr(not(feature = "figures"), allow(unused_mut))]
fn figure() -> Value {
    let mut figure = section(&FIGURE);
    #[cfg(feature = "figures")]
    if let Some(own) = figure["properties"].as_object_mut() {
        own.extend(described(crate::picture::KINDS.iter().flat_map(|k| k.keys)));
    }
    figure
}

/// A table with the keys of a section.
pub(crate) fn section(section: &Section) -> Value {
    let mut table = listed(section.all());
    if let Some(others) = &section.others {
        table["additionalProperties"] = of(others);
    }
    if !section.one_of.is_empty() {
        let one = section.one_of.iter();
        let one = one.map(|key| json!({ "required": [key] }));
        table["anyOf"] = one.collect();
    }
    table
}

fn listed(keys: impl Iterator<Item = &'static Key>) -> Value {
    let keys: Vec<_> = keys.collect();
    let needed = keys.iter().filter(|key| key.default == NEEDED);
    let needed: Vec<&str> = needed.map(|key| key.name).collect();
    closed(&needed, described(keys).into())
}

/// What may stand behind each of these keys, by their names.
pub(crate) fn described<'k>(keys: impl IntoIterator<Item = &'k Key>) -> Map<String, Value> {
    let one = |key: &Key| {
        let mut value = of(&key.form);
        value["description"] = key.about.into();
        (key.name.to_owned(), value)
    };
    keys.into_iter().map(one).collect()
}

/// A table that may hold these keys and no others.
pub(crate) fn closed(required: &[&str], properties: Value) -> Value {
    json!({ "type": "object", "required": required, "properties": properties, "additionalProperties": false })
}

fn arrays() -> Value {
    let plain = json!([
        { "type": "number" }, { "type": "array" },
        { "type": "string", "description": "an entry of [patterns]" },
    ]);
    let mut all = plain.as_array().cloned().unwrap_or_default();
    all.extend(ARRAYS.iter().map(|(_, keys)| section(keys)));
    json!({ "anyOf": all })
}

fn stimuli() -> Vec<Value> {
    let kinds = STIMULI.iter().map(|(kind, needed, others)| {
        let has = |k: &&Key| {
            ["layer", "kind"].contains(&k.name)
                || needed.contains(&k.name)
                || others.contains(&k.name)
        };
        let mut table = listed(STIMULUS.keys.iter().filter(has));
        table["properties"]["kind"] = json!({ "const": kind });
        let mut required = vec!["layer"];
        required.extend((*kind != "step").then_some("kind"));
        required.extend(*needed);
        table["required"] = required.into();
        table
    });
    kinds.collect()
}

fn lagrangians() -> Value {
    let one = |kind: &&lagrangian::Kind| entry(kind.name, kind.formula, kind.parameters);
    let part = |kind: &&lagrangian::Kind| {
        let mut part = one(kind);
        part["properties"]["size"] = json!({ "type": "integer", "minimum": 1 });
        part["required"] = json!(["kind", "size"]);
        part
    };
    let parts: Vec<Value> = lagrangian::KINDS.iter().map(part).collect();
    let mut names: Vec<&str> = lagrangian::KINDS.iter().map(|k| k.name).collect();
    names.sort_unstable();
    let mut all: Vec<Value> = lagrangian::KINDS.iter().map(one).collect();
    all.push(json!({ "enum": names }));
    all.push(closed(
        &["kind", "parts"],
        json!({ "kind": { "const": "blocks" }, "parts": { "type": "array", "items": { "anyOf": parts } } }),
    ));
    json!({ "anyOf": all })
}

fn synapses() -> Vec<Value> {
    let layers = json!({ "anyOf": [{ "type": "array", "items": { "type": "string" } }, { "type": "string" }] });
    let one = |kind: &&synapse::Kind| {
        let mut one = entry(kind.name, kind.formula, kind.parameters);
        one["properties"]["layers"] = layers.clone();
        one["required"] = json!(["kind", "layers"]);
        one
    };
    synapse::KINDS.iter().map(one).collect()
}

fn entry(name: &str, formula: &str, parameters: &[Key]) -> Value {
    let kind = json!({ "const": name, "description": formula });
    let mut properties = Map::from_iter([("kind".to_owned(), kind)]);
    properties.extend(described(parameters));
    closed(&["kind"], Value::Object(properties))
}
