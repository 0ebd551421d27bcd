//! What the parser finds wrong, in words that help.

use toml::de::Error;

use super::field::BACKSLASHES;
use super::{Diagnostics, Source, Span};

/// What the parser says of a key or a table that is there already.
pub(super) const DUPLICATE: &str = "duplicate key";

/// The table whose header, `[like.this]`, holds the byte `at`: from its header to the next one.
pub(super) fn table_at(text: &str, at: usize) -> Option<Span> {
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
