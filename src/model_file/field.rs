//! A value that is asked for with a type.

use std::ops::RangeInclusive;

use super::{Diagnostics, Span, Spanned, Table, Value};
use crate::key::Section;
use crate::number::exact;

/// Above this, a floating-point number says nothing about the last digits of a whole number.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// What to do about a Windows path in double quotes.
pub(super) const BACKSLASHES: &str = r"in double quotes a backslash begins an escape, \t a tab; in single quotes it is itself: 'C:\data\temp.npy'; / does as well";

/// A value under its name; perhaps absent. Each getter returns `None` if it is absent or not of the type asked for; the
/// latter is recorded.
#[derive(Clone, Debug)]
pub struct Field<'a> {
    name: String,
    value: Option<&'a Spanned<Value>>,
    diagnostics: &'a Diagnostics,
}

impl<'a> Field<'a> {
    pub(super) fn new(
        name: String,
        value: Option<&'a Spanned<Value>>,
        diagnostics: &'a Diagnostics,
    ) -> Self {
        Field {
            name,
            value,
            diagnostics,
        }
    }

    /// Is there a value?
    pub fn is_present(&self) -> bool {
        self.value.is_some()
    }

    /// The value as it stands.
    pub fn value(&self) -> Option<&'a Spanned<Value>> {
        self.value
    }

    /// Where the value is.
    pub fn span(&self) -> Option<Span> {
        self.value.map(|v| v.span.clone())
    }

    /// Its name in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where mistakes go.
    pub fn diagnostics(&self) -> &'a Diagnostics {
        self.diagnostics
    }

    /// A finite number.
    pub fn number(&self) -> Option<Spanned<f64>> {
        let x = self.any_number()?;
        if x.value.is_finite() {
            return Some(x);
        }
        self.refuse(
            &x,
            format!("{} must be finite, it is {}", self.name, exact(x.value)),
        );
        None
    }

    /// A number, infinities and NaN included.
    pub fn any_number(&self) -> Option<Spanned<f64>> {
        let value = self.value?;
        let Some(x) = value.value.as_number() else {
            self.expected("a number");
            return None;
        };
        Some(Spanned::new(x, value.span.clone()))
    }

    /// A finite number above zero.
    pub fn positive(&self) -> Option<Spanned<f64>> {
        self.bounded(|x| x > 0.0, "above 0")
    }

    /// A finite number that is zero or above.
    pub fn not_negative(&self) -> Option<Spanned<f64>> {
        self.bounded(|x| x >= 0.0, "0 or above")
    }

    /// A whole number in `range`. `1e5` is one as well.
    pub fn whole(&self, range: RangeInclusive<u64>) -> Option<Spanned<u64>> {
        let value = self.value?;
        let bounds = || {
            let (low, high) = (range.start(), range.end());
            match *high {
                u64::MAX if *low == 0 => "a whole number, 0 or above".to_owned(),
                u64::MAX => format!("a whole number from {low} up"),
                _ => format!("a whole number from {low} to {high}"),
            }
        };
        let n = match value.value {
            Value::Integer(i) => u64::try_from(i).ok(),
            // In range and whole, so the conversion is exact.
            Value::Float(x) if x.fract() == 0.0 && (0.0..EXACT).contains(&x) => Some(x as u64),
            Value::Float(_) => None,
            _ => {
                self.expected(&bounds());
                return None;
            }
        };
        match n.filter(|n| range.contains(n)) {
            Some(n) => Some(Spanned::new(n, value.span.clone())),
            None => {
                let x = value.value.as_number().unwrap_or(f64::NAN);
                self.refuse(
                    value,
                    format!("{} must be {}, it is {}", self.name, bounds(), exact(x)),
                );
                None
            }
        }
    }

    /// `true` or `false`.
    pub fn boolean(&self) -> Option<Spanned<bool>> {
        let value = self.value?;
        let Value::Boolean(b) = value.value else {
            self.expected("true or false");
            return None;
        };
        Some(Spanned::new(b, value.span.clone()))
    }

    /// A string.
    pub fn string(&self) -> Option<Spanned<&'a str>> {
        let value = self.value?;
        let Value::String(s) = &value.value else {
            self.expected("a string");
            return None;
        };
        Some(Spanned::new(s.as_str(), value.span.clone()))
    }

    /// The path of a file. A control character in it was meant to be a backslash and a letter.
    pub fn path(&self) -> Option<Spanned<&'a str>> {
        let text = self.string()?;
        let Some(odd) = text.value.chars().find(|c| c.is_control()) else {
            return Some(text);
        };
        let odd = match odd {
            '\t' => "a tab",
            '\n' | '\r' => "the end of a line",
            _ => "a control character",
        };
        self.diagnostics
            .error(
                text.span,
                format!("{}: the path holds {odd}, as no path does", self.name),
            )
            .help(BACKSLASHES);
        None
    }

    /// One of `words`.
    pub fn word<'w>(&self, words: &[&'w str]) -> Option<Spanned<&'w str>> {
        let typed = self.string()?;
        let found = words.iter().find(|w| **w == typed.value);
        if found.is_none() {
            self.diagnostics
                .error(
                    typed.span.clone(),
                    format!("{} cannot be \"{}\"", self.name, typed.value),
                )
                .maybe_help(self.diagnostics.suggestion(typed.value, words));
        }
        found.map(|w| Spanned::new(*w, typed.span))
    }

    /// A table, which is called `what` in messages: "not a key of {what}".
    pub fn table(&self, what: &str) -> Option<Table<'a>> {
        let value = self.value?;
        let Value::Table(entries) = &value.value else {
            self.expected("a table");
            return None;
        };
        let span = Some(value.span.clone());
        Some(Table::new(entries, span, what, self.diagnostics))
    }

    /// A table of which the keys are listed.
    pub fn section(&self, section: &'static Section) -> Option<Table<'a>> {
        Some(self.table(section.what)?.of(section))
    }

    /// The same, or an array of them.
    pub fn sections(&self, section: &'static Section) -> impl Iterator<Item = Table<'a>> + use<'a> {
        let tables = self.tables(section.what).into_iter();
        tables.map(move |table| table.of(section))
    }

    /// An array of tables, or a single table for an array of one. Empty if the field is absent.
    pub fn tables(&self, what: &str) -> Vec<Table<'a>> {
        match self.value.map(|v| &v.value) {
            None => Vec::new(),
            Some(Value::List(_)) => {
                let items = self.items().into_iter().flatten();
                items.filter_map(|item| item.table(what)).collect()
            }
            Some(Value::Table(_)) => self.table(what).into_iter().collect(),
            Some(_) => {
                self.expected("a table or a list of tables");
                Vec::new()
            }
        }
    }

    /// The entries of a list, counted from 0 as `--set` counts them.
    pub fn items(&self) -> Option<Vec<Field<'a>>> {
        let Value::List(items) = &self.value?.value else {
            self.expected("a list");
            return None;
        };
        let field = |(i, item)| {
            let name = format!("entry {i} of {}", self.name);
            Field::new(name, Some(item), self.diagnostics)
        };
        Some(items.iter().enumerate().map(field).collect())
    }

    /// Records that the value is not `what`, for instance "a number or a list".
    pub fn expected(&self, what: &str) {
        let Some(value) = self.value.filter(|v| v.value != Value::Refused) else {
            return;
        };
        let number = match &value.value {
            Value::String(s) if what.contains("number") => s.trim().parse().ok(),
            _ => None,
        };
        self.diagnostics
            .error(
                value.span.clone(),
                format!(
                    "{}: expected {what}, found {}",
                    self.name,
                    value.value.kind()
                ),
            )
            .maybe_help(number.filter(|x: &f64| x.is_finite()).map(|x| match x {
                x if x.fract() == 0.0 && x.abs() < EXACT => {
                    format!("as a number it is written {x}")
                }
                x => format!("as a number it is written {x:?}"),
            }));
    }

    fn bounded(&self, holds: impl Fn(f64) -> bool, how: &str) -> Option<Spanned<f64>> {
        let x = self.number()?;
        if holds(x.value) {
            return Some(x);
        }
        self.refuse(
            &x,
            format!("{} must be {how}, it is {}", self.name, exact(x.value)),
        );
        None
    }

    fn refuse<T>(&self, value: &Spanned<T>, message: String) {
        self.diagnostics.error(value.span.clone(), message);
    }
}
