//! Indices along an axis.

use super::super::{Diagnostics, Field, Spanned, Value};
use super::{MAX_ENTRIES, Selection};

impl Selection {
    /// Reads `"a..b"`, a list of indices or `"all"`; `None` if it is absent or wrong.
    pub fn read(field: &Field<'_>) -> Option<Spanned<Selection>> {
        let value = field.value()?;
        let found = match &value.value {
            Value::String(s) if s == "all" => Some(Selection::All),
            Value::String(s) => s
                .split_once("..")
                .and_then(|(a, b)| Some((a.trim().parse().ok()?, b.trim().parse().ok()?)))
                .filter(|(a, b)| a <= b)
                .map(|(a, b)| Selection::Range(a, b)),
            Value::List(_) => {
                // In range of a usize because of MAX_ENTRIES.
                let index = |f: &Field<'_>| {
                    let index = f.whole(0..=MAX_ENTRIES as u64)? as usize;
                    Some(Spanned::new(index, f.span()?))
                };
                Some(Selection::List(field.each(index)?))
            }
            _ => None,
        };
        if found.is_none() && value.value != Value::Refused {
            let why = format!("{} does not select anything", field.name());
            field
                .diagnostics()
                .error(value.span.clone(), why)
                .help("write \"a..b\" (from a to below b), a list of indices from 0, or \"all\"");
        }
        found.map(|s| Spanned::new(s, value.span.clone()))
    }
}

impl Spanned<Selection> {
    /// The indices along an axis of `length`, whose entries are called `name` in messages; `None` if one lies beyond.
    pub fn indices(
        &self,
        length: usize,
        name: &str,
        diagnostics: &Diagnostics,
    ) -> Option<Vec<usize>> {
        let beyond = |span: &std::ops::Range<usize>| {
            let why = format!("there are only {length} {name}s, numbered from 0");
            diagnostics.error(span.clone(), why);
        };
        match &self.value {
            Selection::All => Some((0..length).collect()),
            Selection::Range(_, b) if *b > length => {
                beyond(&self.span);
                None
            }
            Selection::Range(a, b) => Some((*a..*b).collect()),
            Selection::List(list) => {
                if let Some(bad) = list.iter().find(|i| i.value >= length) {
                    beyond(&bad.span);
                    return None;
                }
                Some(list.iter().map(|i| i.value).collect())
            }
        }
    }
}
