//! What a manifest is of.

use serde_json::Value;

/// The kind of the manifest of a run.
pub const RUN: &str = "run";
/// That of an ensemble.
pub const ENSEMBLE: &str = "ensemble";

/// Every kind, which is the command that makes it, and what its directory is called.
const KINDS: &[(&str, &str)] = &[
    (RUN, "a run"),
    (ENSEMBLE, "an ensemble"),
    ("fixed-points", "the fixed points of a model"),
    ("continue", "branches of fixed points"),
    ("basins", "the basins of a model"),
    ("phase-plane", "a phase plane"),
    ("barriers", "the barriers between attractors"),
    ("heads", "the heads of a transformer"),
    ("associate", "an association of arrays"),
    ("pool", "a pooling of bags"),
    ("lookup", "a lookup of states"),
    ("train", "a training"),
    ("solve", "the solution of a problem"),
];

/// The kind of a manifest, which may be none of these: a later version may know more of them. Earlier ones wrote none, and
/// only that of a run lists its results.
pub fn kind_of(manifest: &Value) -> &str {
    let earlier = match manifest["results"].is_array() {
        true => RUN,
        false => ENSEMBLE,
    };
    manifest["kind"].as_str().unwrap_or(earlier)
}

/// Does this version know the kind?
pub fn is_known_kind(kind: &str) -> bool {
    KINDS.iter().any(|(known, _)| *known == kind)
}

/// What a directory of a kind is called.
pub fn kind_in_words(kind: &str) -> String {
    let known = KINDS.iter().find(|(known, _)| *known == kind);
    known.map_or_else(
        || format!("a directory of kind `{kind}`"),
        |(_, words)| (*words).into(),
    )
}
