//! A value that is asked for with a type.

use std::ops::RangeInclusive;

use super::{Diagnostics, Pending, Source, Span, Spanned, Value};
use crate::number::exact;
use crate::refusal::Refusal;

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

    /// One that is not there.
    pub(super) fn absent(diagnostics: &'a Diagnostics) -> Self {
        Field::new(String::new(), None, diagnostics)
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

    /// The value as TOML; a bare word of an override in quotes.
    pub fn as_toml(&self, source: &Source) -> Option<String> {
        let value = self.value?;
        Some(match &value.value {
            Value::String(text) => format!("{text:?}"),
            _ => source.at(&value.span).to_owned(),
        })
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
    pub fn number(&self) -> Option<f64> {
        self.bounded(|_| true, "")
    }

    /// A number, infinities and NaN included.
    pub fn any_number(&self) -> Option<f64> {
        self.number_as("a number")
    }

    /// A finite number above zero.
    pub fn positive(&self) -> Option<f64> {
        self.bounded(|x| x > 0.0, "above 0")
    }

    /// A finite number that is zero or above.
    pub fn not_negative(&self) -> Option<f64> {
        self.bounded(|x| x >= 0.0, "0 or above")
    }

    /// A whole number in `range`. `1e5` is one as well.
    pub fn whole(&self, range: RangeInclusive<u64>) -> Option<u64> {
        let bounds = || match (*range.start(), *range.end()) {
            (0, u64::MAX) => "a whole number, 0 or above".to_owned(),
            (low, u64::MAX) => format!("a whole number from {low} up"),
            (low, high) => format!("a whole number from {low} to {high}"),
        };
        let x = self.number_as(&bounds())?;
        let n = match self.value?.value {
            Value::Integer(i) => u64::try_from(i).ok(),
            // In range and whole, so the conversion is exact.
            _ if x.fract() == 0.0 && (0.0..EXACT).contains(&x) => Some(x as u64),
            _ => None,
        };
        let n = n.filter(|n| range.contains(n));
        n.or_else(|| self.must_be(&bounds(), x).none())
    }

    /// A finite number, or this one where there is none.
    pub fn number_or(&self, default: f64) -> f64 {
        self.number().unwrap_or(default)
    }

    /// Does it say `true`?
    pub fn is_true(&self) -> bool {
        self.boolean() == Some(true)
    }

    /// How many there are of something, from 1 to `most`.
    pub fn count(&self, most: usize) -> Option<usize> {
        Some(self.whole(1..=most as u64)? as usize)
    }

    /// A seed.
    pub fn seed(&self) -> Option<u64> {
        self.whole(0..=u64::MAX)
    }

    /// `true` or `false`.
    pub fn boolean(&self) -> Option<bool> {
        let boolean = |value: &Value| match value {
            Value::Boolean(b) => Some(*b),
            _ => None,
        };
        self.typed(boolean, "true or false")
    }

    /// A string.
    pub fn string(&self) -> Option<&'a str> {
        self.typed(Value::as_text, "a string")
    }

    /// The path of a file. A control character in it was meant to be a backslash and a letter.
    pub fn path(&self) -> Option<&'a str> {
        let text = self.string()?;
        let Some(odd) = text.chars().find(|c| c.is_control()) else {
            return Some(text);
        };
        let odd = match odd {
            '\t' => "a tab",
            '\n' | '\r' => "the end of a line",
            _ => "a control character",
        };
        let why = format!("{}: the path holds {odd}, as no path does", self.name);
        self.error(why).help(BACKSLASHES).none()
    }

    /// One of `words`.
    pub fn word<'w>(&self, words: &[&'w str]) -> Option<&'w str> {
        let typed = self.string()?;
        let found = words.iter().find(|w| **w == typed).copied();
        found.or_else(|| {
            let help = self.diagnostics.suggestion(typed, words);
            let why = format!("{} cannot be \"{typed}\"", self.name);
            self.error(why).maybe_help(help).none()
        })
    }

    /// The entries of a list, counted from 0 as `--set` counts them.
    pub fn items(&self) -> Option<Vec<Field<'a>>> {
        let Value::List(items) = &self.value?.value else {
            return self.expected("a list").none();
        };
        let field = |(i, item)| {
            let name = format!("entry {i} of {}", self.name);
            Field::new(name, Some(item), self.diagnostics)
        };
        Some(items.iter().enumerate().map(field).collect())
    }

    /// What every entry of a list is read as; none where one of them is wrong. All are looked at.
    pub fn each<T>(&self, read: impl Fn(&Field<'a>) -> Option<T>) -> Option<Vec<T>> {
        let all: Vec<Option<T>> = self.items()?.iter().map(read).collect();
        all.into_iter().collect()
    }

    /// The same; what is no list is the one entry.
    pub fn one_or_each<T>(&self, read: impl Fn(&Field<'a>) -> Option<T>) -> Option<Vec<T>> {
        match self.value?.value {
            Value::List(_) => self.each(read),
            _ => Some(vec![read(self)?]),
        }
    }

    /// Records a refusal of what stands here.
    pub fn refuse(&self, refusal: Refusal) -> Pending<'a> {
        self.diagnostics.refuse(self.span(), refusal)
    }

    /// Records a mistake at its place.
    pub fn error(&self, message: impl Into<String>) -> Pending<'a> {
        self.diagnostics.error(self.span(), message)
    }

    /// Records that the value is not `what`, for instance "a number or a list".
    pub fn expected(&self, what: &str) -> Pending<'a> {
        match self.value.filter(|v| v.value != Value::Refused) {
            None => self.diagnostics.nothing(),
            Some(value) => {
                let (name, found) = (&self.name, value.value.kind());
                self.error(format!("{name}: expected {what}, found {found}"))
            }
        }
    }

    fn typed<T>(&self, get: impl Fn(&'a Value) -> Option<T>, what: &str) -> Option<T> {
        let typed = get(&self.value?.value);
        typed.or_else(|| self.expected(what).none())
    }

    /// A number of any kind, which is called `what`; one that stands in quotes is seen.
    fn number_as(&self, what: &str) -> Option<f64> {
        let value = &self.value?.value;
        if let Some(x) = value.as_number() {
            return Some(x);
        }
        let quoted = value.as_text().and_then(|s| s.trim().parse().ok());
        let help = quoted.filter(|x: &f64| x.is_finite()).map(|x| match x {
            x if x.fract() == 0.0 && x.abs() < EXACT => format!("as a number it is written {x}"),
            x => format!("as a number it is written {x:?}"),
        });
        self.expected(what).maybe_help(help).none()
    }

    /// A finite number of which a rule holds.
    fn bounded(&self, holds: impl Fn(f64) -> bool, rule: &str) -> Option<f64> {
        let x = self.any_number()?;
        let rule = match x.is_finite() {
            true if holds(x) => return Some(x),
            true => rule,
            false => "finite",
        };
        self.must_be(rule, x).none()
    }

    fn must_be(&self, rule: &str, x: f64) -> Pending<'a> {
        self.error(format!("{} must be {rule}, it is {}", self.name, exact(x)))
    }
}
