//! From text to a tree of values.

use toml::de::DeTable;

use super::syntax::{DUPLICATE, syntax, table_at};
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

    /// The tree, to be changed.
    pub(super) fn entries_mut(&mut self) -> &mut Entries {
        &mut self.entries
    }

    /// The tree.
    pub fn entries(&self) -> &Entries {
        &self.entries
    }
}
