//! The tree of values as typed. No type of the TOML crate leaves this file's neighbours.

use std::ops::Range;

use toml::de::{DeInteger, DeTable, DeValue};

use super::Diagnostics;

/// Bytes of the source text.
pub type Span = Range<usize>;

/// Tables and lists inside each other. The parser allows 80 brackets and 80 dots in each key: thousands together.
const DEPTH: usize = 100;

/// Something and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Spanned<T> {
    /// What.
    pub value: T,
    /// Where.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// `value` at `span`.
    pub fn new(value: T, span: Span) -> Self {
        Spanned { value, span }
    }

    /// The same place, another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned::new(f(self.value), self.span)
    }
}

/// The entries of a table in the order of the file, with the places of their keys.
pub type Entries = Vec<(Spanned<String>, Spanned<Value>)>;

/// A value of TOML.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A whole number.
    Integer(i64),
    /// Any other number, NaN and infinities included.
    Float(f64),
    /// A string.
    String(String),
    /// `true` or `false`.
    Boolean(bool),
    /// A date or a time; no model needs one.
    Date,
    /// A list.
    List(Vec<Spanned<Value>>),
    /// A table.
    Table(Entries),
    /// What no type holds. It has been reported, so that whoever asks for it gets nothing and says nothing.
    Refused,
}

impl Value {
    /// What it is, for "expected …, found …".
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Integer(_) | Value::Float(_) => "a number",
            Value::String(_) => "a string",
            Value::Boolean(_) => "true or false",
            Value::Date => "a date",
            Value::List(items) if items.is_empty() => "an empty list",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
            Value::Refused => "a value that was refused",
        }
    }

    /// The string that this is, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number that this is, if it is one.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Value::Integer(i) => Some(*i as f64),
            Value::Float(x) => Some(*x),
            _ => None,
        }
    }
}

/// Our tree from the parser's, whose spans start at `offset`. Numbers that fit no type are reported and
/// replaced.
pub(super) fn convert(
    value: DeValue<'_>,
    span: Span,
    offset: usize,
    depth: usize,
    diagnostics: &Diagnostics,
) -> Spanned<Value> {
    let place = span.start + offset..span.end + offset;
    if depth > DEPTH {
        dismantle(value);
        diagnostics.error(place.clone(), format!("nested more than {DEPTH} deep"));
        return Spanned::new(Value::Refused, place);
    }
    let typed = match value {
        DeValue::String(s) => Value::String(s.into_owned()),
        DeValue::Integer(i) => integer(&i).map_or_else(
            || {
                diagnostics.error(place.clone(), "this whole number does not fit in 64 bits");
                Value::Refused
            },
            Value::Integer,
        ),
        DeValue::Float(x) => {
            let text = x.as_str();
            let number = text.parse().unwrap_or(f64::NAN);
            if number.is_infinite() && !text.contains("inf") {
                diagnostics.error(place.clone(), "this number is too large for 64 bits");
                Value::Refused
            } else {
                Value::Float(number)
            }
        }
        DeValue::Boolean(b) => Value::Boolean(b),
        DeValue::Datetime(_) => Value::Date,
        DeValue::Array(items) => Value::List(
            items
                .into_iter()
                .map(|v| {
                    let span = v.span();
                    convert(v.into_inner(), span, offset, depth + 1, diagnostics)
                })
                .collect(),
        ),
        DeValue::Table(table) => Value::Table(convert_table(table, offset, depth, diagnostics)),
    };
    Spanned::new(typed, place)
}

pub(super) fn convert_table(
    table: DeTable<'_>,
    offset: usize,
    depth: usize,
    diagnostics: &Diagnostics,
) -> Entries {
    let entries = table.into_iter().map(|(key, v)| {
        let at = key.span();
        let key = Spanned::new(
            key.into_inner().into_owned(),
            at.start + offset..at.end + offset,
        );
        let span = v.span();
        let value = convert(v.into_inner(), span, offset, depth + 1, diagnostics);
        (key, value)
    });
    let mut entries: Entries = entries.collect();
    // The parser sorts by name, but the order of layers in the file is the order of neurons in the state.
    entries.sort_by_key(|(key, _)| key.span.start);
    entries
}

/// Drops without recursion: the drop of thousands of tables inside each other may overflow a thread's stack.
fn dismantle(value: DeValue<'_>) {
    let mut left = vec![value];
    while let Some(value) = left.pop() {
        match value {
            DeValue::Array(items) => left.extend(items.into_iter().map(|v| v.into_inner())),
            DeValue::Table(table) => left.extend(table.into_iter().map(|(_, v)| v.into_inner())),
            _ => {}
        }
    }
}

fn integer(i: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(i.as_str(), i.radix()).ok()
}
