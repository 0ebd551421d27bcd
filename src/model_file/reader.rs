//! From text to a tree of values.

use toml::de::{DeTable, Error};

use super::field::BACKSLASHES;
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
            let mut twice: Option<Span> = None;
            for error in &errors {
                let again = error.span().filter(|_| error.message() == DUPLICATE);
                // The keys of a table that stands there twice are not told one by one as well.
                if let (Some(table), Some(key)) = (&twice, &again)
                    && table.contains(&key.start)
                {
                    continue;
                }
                twice = again
                    .and_then(|at| table_at(source.file(), at.start))
                    .or(twice);
                syntax(source, error, 0, diagnostics);
            }
            return None;
        }
        for at in source.overrides() {
            edit::apply(&mut entries, source, at, diagnostics);
        }
        edit::refuse_strangers(&mut entries, source, diagnostics);
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

/// What the parser says of a key or a table that is there already.
const DUPLICATE: &str = "duplicate key";

/// The table whose header, `[like.this]`, holds the byte `at`: from its header to the next one.
fn table_at(text: &str, at: usize) -> Option<Span> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |i| i + 1);
    if !text[start..].trim_start().starts_with('[') {
        return None;
    }
    let mut end = start;
    for (i, line) in text[start..].split_inclusive('\n').enumerate() {
        if i > 0 && line.trim_start().starts_with('[') {
            break;
        }
        end += line.len();
    }
    Some(start..end)
}

/// Records an error of the parser, whose text starts at `offset`.
pub(super) fn syntax(source: &Source, error: &Error, offset: usize, diagnostics: &Diagnostics) {
    let span: Option<Span> = error.span().map(|s| s.start + offset..s.end + offset);
    let typed = span.as_ref().map_or("", |s| source.at(s)).trim();
    if error.message() == DUPLICATE && !typed.is_empty() {
        let table = span.as_ref().and_then(|s| {
            let table = table_at(source.file(), s.start)?;
            let header = source.at(&table).lines().next()?;
            Some(header.split('#').next().unwrap_or(header).trim().to_owned())
        });
        if let Some(header) = table {
            let why = format!("the table {header} stands here a second time");
            diagnostics
                .error(span, why)
                .label("this name is taken")
                .help("write all of its keys under the first one");
            return;
        }
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
    // `"C:\data"`: what the parser expects after the backslash is of no use to whoever meant a path.
    let escape = ["escape", "unicode", "hexadecimal"];
    let escape = escape.iter().any(|word| error.message().contains(word));
    // "unquoted string, expected …": the headline, and what was expected beside the caret.
    let (message, label) = match error.message().split_once(", expected ") {
        Some((message, expected)) => (message, format!("expected {expected}")),
        None => (error.message(), String::new()),
    };
    let help = escape.then(|| BACKSLASHES.to_owned());
    diagnostics
        .error(span, message)
        .label(label)
        .maybe_help(help);
}
