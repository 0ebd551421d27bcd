//! Model files, first stage: TOML text becomes exactly what was typed, with the place of every value.
//!
//! ```text
//! Source        the file's text and the `--set` overrides after it: one text, so that a span is a place
//! Document      the tree of values; syntax errors end here
//! Table, Field  cursors that ask for keys with a type; a table that is finished knows which keys nobody asked for
//! ArraySpec     what may stand where an array is expected, and what it becomes
//! Diagnostics   every mistake on the way; the report shows all of them at once
//! ```
//!
//! Nothing here stops at the first mistake. A getter that finds one records it and returns `None`; the caller asks for
//! everything, finishes its tables, and only then gives up.

mod array;
mod catalogue;
mod design;
mod diagnostics;
mod edit;
mod field;
#[rustfmt::skip] // A line for each key.
mod keys;
mod learnt;
mod nearest;
mod parameters;
mod reader;
mod report;
mod schema;
mod sections;
mod shipped;
mod simplices;
mod source;
mod syntax;
mod table;
mod value;
mod varied;

pub use array::{
    Array, ArraySpec, DataFile, FileSpec, Files, Form, MAX_ENTRIES, Place, RandomSpec, Resolver,
    Selection, shape_text,
};
pub use catalogue::{Catalogue, Chosen};
pub use design::{Design, DesignError, DesignFault, Point};
pub use diagnostics::{Diagnostic, Diagnostics, Pending};
pub use field::Field;
pub use keys::{SECTIONS, SOLVE};
pub use nearest::nearest;
pub use reader::Document;
pub use report::{Report, escaped};
pub use schema::schema;
pub(crate) use schema::{closed, described, section};
pub use sections::{
    LoadError, Loaded, Opened, directory_of, files_of, is_stream, load, load_opened, load_point,
    load_text, open, resolved,
};
pub use shipped::{DATA, MODELS, PROBLEMS, Shipped};
pub use source::{NotText, Source};
pub use table::Table;
pub use value::{Entries, Span, Spanned, Value};
pub use varied::{Varied, VariedError};
