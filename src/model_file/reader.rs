//! From text to a tree of values.

use toml::de::{DeTable, Error};

use super::{Diagnostics, Entries, Source, Span, Table, edit, value};

/// A model file that is well-formed TOML, with the overrides in place.
#[derive(Clone, Debug)]
pub struct Document {
    entries: Entries,
}

impl Document {
    /// Reads a file and applies its overrides. `None` if the file is not TOML: nothing more can then be said about it.
    /// A bad override is recorded and left out, so that the other mistakes are found as well.
    pub fn read(source: &Source, diagnostics: &Diagnostics) -> Option<Self> {
        let (table, errors) = DeTable::parse_recoverable(source.file());
        // Converted in any case: that also takes the parser's tree apart without recursion.
        let numbers = Diagnostics::new();
        let before = if errors.is_empty() {
            diagnostics
        } else {
            &numbers
        };
        let mut entries = value::convert_table(table.into_inner(), 0, 0, before);
        if !errors.is_empty() {
            for error in &errors {
                syntax(source, error, 0, diagnostics);
            }
            return None;
        }
        for at in source.overrides() {
            edit::apply(&mut entries, source, at, diagnostics);
        }
        Some(Document { entries })
    }

    /// A cursor on the whole file, which is called `what` in messages: "not a key of {what}".
    pub fn table<'a>(&'a self, what: &str, diagnostics: &'a Diagnostics) -> Table<'a> {
        Table::new(&self.entries, None, what, diagnostics)
    }

    /// The tree.
    pub fn entries(&self) -> &Entries {
        &self.entries
    }
}

/// Records an error of the parser, whose text starts at `offset`.
pub(super) fn syntax(source: &Source, error: &Error, offset: usize, diagnostics: &Diagnostics) {
    let span: Option<Span> = error.span().map(|s| s.start + offset..s.end + offset);
    let typed = span.as_ref().map_or("", |s| source.at(s)).trim();
    if error.message() == "duplicate key" && !typed.is_empty() {
        diagnostics
            .error(span, format!("duplicate key `{typed}`"))
            .label("this name is taken");
        return;
    }
    let plain = match error.message() {
        "recursion limit" | "cannot recurse further; max recursion depth met" => {
            Some("tables or lists are nested too deep")
        }
        message if message.starts_with("string values must be quoted") && typed.is_empty() => {
            Some("a value is missing here")
        }
        _ => None,
    };
    if let Some(message) = plain {
        diagnostics.error(span, message);
        return;
    }
    // "unquoted string, expected …": the headline, and what was expected beside the caret.
    let (message, label) = match error.message().split_once(", expected ") {
        Some((message, expected)) => (message, format!("expected {expected}")),
        None => (error.message(), String::new()),
    };
    diagnostics.error(span, message).label(label);
}
