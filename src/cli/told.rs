//! How far a search is, on a line.

use serde_json::{Value, json};

use crate::analysis::Told;

/// How far a search is: `1203 boxes looked at, 5 fixed points`.
pub(super) fn in_words(told: Told) -> String {
    let of = told.of.map_or(String::new(), |of| format!(" of {of}"));
    let found = match told.found {
        (0, _) => String::new(),
        (1, what) => format!(", 1 {}", what.strip_suffix('s').unwrap_or(what)),
        (n, what) => format!(", {n} {what}"),
    };
    format!("{}{of} {}{found}", told.done, told.stage)
}

/// The same as a document.
pub(super) fn document(told: Told, seconds: f64) -> Value {
    json!({
        "stage": told.stage, "done": told.done, "of": told.of, "found": told.found.0, "seconds": seconds,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_says_what_it_does_and_what_it_has_found() {
        let told = Told {
            stage: "starts followed",
            done: 12,
            of: Some(213),
            found: (0, "fixed points"),
        };
        assert_eq!(in_words(told), "12 of 213 starts followed");
        let boxes = Told {
            stage: "boxes looked at",
            of: None,
            found: (5, "fixed points"),
            ..told
        };
        assert_eq!(in_words(boxes), "12 boxes looked at, 5 fixed points");
        let found = document(told, 2.5).to_string();
        assert_eq!(
            found,
            r#"{"done":12,"found":0,"of":213,"seconds":2.5,"stage":"starts followed"}"#
        );
    }
}
