//! The JSON Schema of model files, made from the same lists that the reader uses: editors complete and check with it.

use serde_json::{Map, Value, json};

use super::sections::stimuli::KEYS;
use crate::dynamics::METHODS;
use crate::monitor::Mode;
use crate::stimulus::Interpolation;
use crate::study::Picture;
use crate::style::Format;
use crate::{lagrangian, synapse};

/// The schema (JSON Schema, draft 2020-12).
pub fn schema() -> Value {
    let number = json!({ "type": "number" });
    let positive = json!({ "type": "number", "exclusiveMinimum": 0 });
    let array = json!({ "$ref": "#/$defs/array" });
    let selection = json!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "integer", "minimum": 0 } }] });
    let layer = closed(
        &["size", "lagrangian"],
        json!({
            "size": { "description": "number of neurons, or a shape", "anyOf": [
                { "type": "integer", "minimum": 1 },
                { "type": "array", "items": { "type": "integer", "minimum": 1 }, "minItems": 1 },
            ] },
            "lagrangian": { "$ref": "#/$defs/lagrangian" },
            "tau": array, "leak": array, "energy_weight": array, "input": array,
            "clamped": selection,
        }),
    );
    let start = json!({
        "type": "object",
        "properties": { "name": { "type": "string" } },
        "additionalProperties": { "$ref": "#/$defs/begin" },
    });
    let words = |words: Vec<&str>| json!({ "enum": words });
    let methods = METHODS.iter().map(|m| m.name).collect();
    let solve = closed(
        &[],
        json!({
            "method": words(methods), "rtol": positive, "atol": positive,
            "step": positive, "max_step": positive, "max_steps": { "type": "number", "minimum": 1 },
            "rest_atol": positive, "rest_rtol": positive,
            "t_start": number, "t_end": number, "t_max": number, "until": words(vec!["rest", "time"]),
            "lyapunov": words(Mode::WORDS.iter().map(|(w, _)| *w).collect()),
            "seed": { "type": "integer", "minimum": 0 },
            "threads": { "type": "integer", "minimum": 0, "maximum": 1024 },
            "max_output": { "type": "number", "minimum": 1 },
            "save": { "anyOf": [
                words(vec!["final", "steps"]),
                closed(&["every"], json!({ "every": positive })),
                closed(&["at"], json!({ "at": { "type": "array", "items": number, "minItems": 1 } })),
            ] },
        }),
    );
    let ends = json!({ "type": "array", "items": number, "minItems": 2, "maxItems": 2 });
    let mut figure = closed(
        &["kind"],
        json!({
            "kind": words(Picture::WORDS.to_vec()),
            "shape": { "type": "array", "items": { "type": "integer", "minimum": 1 } },
            "times": { "type": "array", "items": number },
            "rows": { "type": "integer", "minimum": 1, "maximum": 100 },
            "layers": { "type": "array", "items": { "type": "string" } },
            "layer": { "type": "string" },
            "neurons": { "type": "array", "items": { "type": "integer", "minimum": 0 }, "minItems": 2, "maxItems": 2 },
            "space": words(vec!["activation", "state"]),
            "x": ends, "y": ends,
            "levels": { "type": "array", "items": number },
            "points": { "type": "integer", "minimum": 10, "maximum": 1000 },
        }),
    );
    let style = style();
    if let (Some(own), Some(common)) = (
        figure["properties"].as_object_mut(),
        style["properties"].as_object(),
    ) {
        own.extend(common.clone());
        for words in ["title", "subtitle"] {
            own.insert(words.into(), json!({ "type": ["string", "boolean"] }));
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A model of attractor",
        "type": "object",
        "required": ["layers"],
        "additionalProperties": false,
        "properties": {
            "title": { "type": "string" },
            "patterns": { "type": "object", "additionalProperties": array },
            "layers": { "type": "object", "minProperties": 1, "additionalProperties": layer },
            "synapses": { "anyOf": [{ "type": "array", "items": { "$ref": "#/$defs/synapse" } }, { "$ref": "#/$defs/synapse" }] },
            "start": start,
            "starts": { "anyOf": [{ "type": "array", "items": start }, start] },
            "stimulus": { "type": "array", "items": { "oneOf": stimuli() } },
            "recall": one_of(&["within", "overlap"], closed(&["layer", "of"], json!({
                "layer": { "type": "string" }, "of": array, "within": positive,
                "overlap": { "type": "number", "minimum": -1, "exclusiveMaximum": 1 },
            }))),
            "solve": solve,
            "ensemble": ensemble(),
            "sweep": sweep(),
            "figures": { "type": "array", "items": figure },
            "style": style,
        },
        "$defs": {
            "array": arrays(&selection),
            "lagrangian": lagrangians(),
            "synapse": { "oneOf": synapses() },
            "begin": { "anyOf": [array, cue(&selection), closed(&["each"], json!({ "each": array }))] },
        },
    })
}

/// How figures look.
fn style() -> Value {
    let text = json!({ "type": "string" });
    let size = |about: &str| json!({ "description": about, "anyOf": [text, { "type": "number", "exclusiveMinimum": 0 }] });
    let formats = json!({ "enum": Format::ALL.map(Format::word) });
    closed(
        &[],
        json!({
            "width": size("of the whole figure: \"8.5cm\", \"85mm\", \"3.35in\", or a number of centimetres"),
            "height": size("of the whole figure"),
            "font": size("size of numbers and legends: \"8pt\", or a number of points"),
            "title": { "type": "boolean" }, "subtitle": { "type": "boolean" },
            "colors": { "description": "a palette, or colours #rrggbb", "anyOf": [text, { "type": "array", "items": text, "minItems": 1 }] },
            "format": { "anyOf": [formats, { "type": "array", "items": formats, "minItems": 1 }] },
            "resolution": size("dots per inch of a PNG"),
        }),
    )
}

fn ensemble() -> Value {
    let (number, whole) = (
        json!({ "type": "number" }),
        json!({ "type": "integer", "minimum": 1 }),
    );
    let position = json!({ "type": "integer", "minimum": 0 });
    let layer = json!({ "type": "string" });
    let axis = closed(
        &["layer", "neuron", "from", "to", "points"],
        json!({ "layer": layer, "neuron": position, "from": number, "to": number, "points": whole }),
    );
    let draw = closed(
        &["layer", "draw"],
        json!({
            "layer": layer, "draw": { "enum": ["normal", "uniform", "sign"] },
            "mean": number, "std": { "type": "number", "minimum": 0 }, "low": number, "high": number,
        }),
    );
    let selection =
        json!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": position }] });
    let mut damaged = cue(&selection);
    damaged["properties"]["layer"] = layer;
    closed(
        &[],
        json!({
            "states": { "$ref": "#/$defs/array" },
            "grid": { "type": "array", "items": axis, "minItems": 1 },
            "random": { "type": "array", "items": draw, "minItems": 1 },
            "count": whole,
            "damaged": damaged,
            "keep": { "enum": ["outcomes", "states"] },
            "fixed_points": { "enum": ["examine", "count"] },
            "overlaps": { "enum": ["nearest", "all"] },
            "seed": position,
        }),
    )
}

fn sweep() -> Value {
    let (text, number) = (json!({ "type": "string" }), json!({ "type": "number" }));
    let paths = json!({ "type": "array", "items": text, "minItems": 1 });
    let axis = closed(
        &["key"],
        json!({
            "key": { "anyOf": [text, paths] }, "label": text,
            "values": { "type": "array", "minItems": 1 },
            "from": number, "to": number, "points": { "type": "integer", "minimum": 1 },
            "spacing": { "enum": ["linear", "log"] },
            "labels": { "type": "array", "items": text, "minItems": 1 },
            "replicate": { "type": "boolean" },
        }),
    );
    let seeds =
        json!({ "type": "array", "items": { "type": "integer", "minimum": 0 }, "minItems": 1 });
    let replicate = closed(
        &["key"],
        json!({
            "key": { "anyOf": [text, paths] }, "values": seeds,
            "count": { "type": "integer", "minimum": 1 }, "first": { "type": "integer", "minimum": 0 },
        }),
    );
    let sweep = closed(
        &[],
        json!({
            "replicate": { "anyOf": [replicate, { "type": "array", "items": replicate, "minItems": 1 }] },
            "vary": { "type": "array", "items": axis, "minItems": 1 },
            "combine": { "enum": ["grid", "zip", "random"] },
            "draws": { "type": "integer", "minimum": 1 },
            "seed": { "type": "integer", "minimum": 0 },
        }),
    );
    one_of(&["vary", "replicate"], sweep)
}

/// The same table, with at least one of these keys.
fn one_of(keys: &[&str], mut table: Value) -> Value {
    let one = keys.iter().map(|key| json!({ "required": [key] }));
    table["anyOf"] = one.collect();
    table
}

/// A table that may hold these keys and no others.
fn closed(required: &[&str], properties: Value) -> Value {
    json!({ "type": "object", "required": required, "properties": properties, "additionalProperties": false })
}

fn arrays(selection: &Value) -> Value {
    let array = json!({ "$ref": "#/$defs/array" });
    let (number, boolean) = (json!({ "type": "number" }), json!({ "type": "boolean" }));
    let seed = json!({ "type": "integer", "minimum": 0 });
    json!({ "anyOf": [
        number,
        { "type": "array" },
        { "type": "string", "description": "an entry of [patterns]" },
        closed(&["file"], json!({
            "file": { "type": "string" }, "key": { "type": "string" }, "rows": selection, "columns": selection,
            "scale": number, "shift": number, "transpose": boolean,
        })),
        closed(&["random"], json!({
            "random": { "enum": ["normal", "uniform", "sign"] }, "seed": seed,
            "shape": { "type": "array", "items": { "type": "integer", "minimum": 0 } },
            "mean": number, "std": number, "low": number, "high": number,
            "symmetric": boolean, "zero_diagonal": boolean,
        })),
        closed(&["hebbian"], json!({ "hebbian": array, "scale": number, "zero_diagonal": boolean })),
        closed(&["half_norm_of"], json!({ "half_norm_of": array, "sign": number })),
        closed(&["identity"], json!({ "identity": number })),
        closed(&["stack"], json!({ "stack": { "type": "array", "items": array, "minItems": 1 } })),
        closed(&["scaled", "by"], json!({ "scaled": array, "by": number, "shift": number })),
    ] })
}

fn cue(selection: &Value) -> Value {
    let (number, fraction) = (
        json!({ "type": "number" }),
        json!({ "type": "number", "minimum": 0, "maximum": 1 }),
    );
    closed(
        &[],
        json!({
            "pattern": { "type": "integer", "minimum": 0 }, "patterns": selection,
            "of": { "$ref": "#/$defs/array" }, "in": { "enum": ["x", "g"] },
            "mask": fraction, "flip": fraction, "hidden": selection, "fill": number,
            "noise": { "type": "number", "minimum": 0 }, "clamp": { "type": "boolean" },
            "each": { "type": "integer", "minimum": 1 },
            "seed": { "type": "integer", "minimum": 0 },
        }),
    )
}

fn lagrangians() -> Value {
    let mut names: Vec<&str> = lagrangian::KINDS.iter().map(|k| k.name).collect();
    let parameters = |kind: &lagrangian::Kind, extra: Option<(&str, Value)>| {
        let mut properties = Map::new();
        properties.insert(
            "kind".into(),
            json!({ "const": kind.name, "description": kind.formula }),
        );
        for (name, meaning) in kind.parameters {
            let value = json!({ "$ref": "#/$defs/array", "description": meaning });
            properties.insert((*name).into(), value);
        }
        let mut required = vec!["kind"];
        if let Some((name, value)) = extra {
            properties.insert(name.into(), value);
            required.push("size");
        }
        closed(&required, Value::Object(properties))
    };
    let size = || Some(("size", json!({ "type": "integer", "minimum": 1 })));
    let parts: Vec<Value> = lagrangian::KINDS
        .iter()
        .map(|k| parameters(k, size()))
        .collect();
    let mut all: Vec<Value> = lagrangian::KINDS
        .iter()
        .map(|k| parameters(k, None))
        .collect();
    names.sort_unstable();
    all.push(json!({ "enum": names }));
    all.push(closed(
        &["kind", "parts"],
        json!({ "kind": { "const": "blocks" }, "parts": { "type": "array", "items": { "anyOf": parts } } }),
    ));
    json!({ "anyOf": all })
}

fn synapses() -> Vec<Value> {
    let one = |kind: &&synapse::Kind| {
        let mut properties = Map::new();
        properties.insert(
            "kind".into(),
            json!({ "const": kind.name, "description": kind.formula }),
        );
        for (name, meaning) in kind.parameters {
            let value = match *name {
                "layers" => {
                    json!({ "anyOf": [{ "type": "array", "items": { "type": "string" } }, { "type": "string" }] })
                }
                "potential" => json!({ "$ref": "#/$defs/lagrangian" }),
                "symmetry" => json!({ "enum": synapse::SYMMETRIES, "description": meaning }),
                _ => json!({ "$ref": "#/$defs/array", "description": meaning }),
            };
            properties.insert((*name).into(), value);
        }
        closed(&["kind", "layers"], Value::Object(properties))
    };
    synapse::KINDS.iter().map(one).collect()
}

/// One schema for each kind of stimulus.
fn stimuli() -> Vec<Value> {
    let of = |key: &str| match key {
        "add" | "times" | "samples" => json!({ "$ref": "#/$defs/array" }),
        "interpolation" => json!({ "enum": Interpolation::WORDS.map(|w| w.0) }),
        "period" => json!({ "type": "number", "exclusiveMinimum": 0 }),
        _ => json!({ "type": "number" }),
    };
    let kinds = KEYS.iter().map(|(kind, needed, others)| {
        let mut properties = Map::new();
        properties.insert("layer".into(), json!({ "type": "string" }));
        properties.insert("kind".into(), json!({ "const": kind }));
        let keys = needed.iter().chain(*others);
        properties.extend(keys.map(|k| ((*k).to_owned(), of(k))));
        let mut required = vec!["layer"];
        required.extend((*kind != "step").then_some("kind"));
        required.extend(*needed);
        closed(&required, Value::Object(properties))
    });
    kinds.collect()
}
