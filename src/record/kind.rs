//! What a manifest is of.

use serde_json::Value;

/// The kind of the manifest of a run.
pub const RUN: &str = "run";
/// That of an ensemble.
pub const ENSEMBLE: &str = "ensemble";

/// The kind of a manifest, which may be none of these two: a later version may know more of them. Earlier ones wrote none, and
/// only that of a run lists its results.
pub fn kind_of(manifest: &Value) -> &str {
    let earlier = match manifest["results"].is_array() {
        true => RUN,
        false => ENSEMBLE,
    };
    manifest["kind"].as_str().unwrap_or(earlier)
}

/// What a directory of a kind is called.
pub fn kind_in_words(kind: &str) -> String {
    match kind {
        RUN => "a run".into(),
        ENSEMBLE => "an ensemble".into(),
        other => format!("a directory of kind `{other}`"),
    }
}
