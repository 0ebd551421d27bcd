//! A cursor on a table that remembers what it was asked for.

use std::collections::HashSet;

use super::nearest::{nearest, suggestion};
use super::{Diagnostics, Entries, Field, Pending, Span, Spanned, Value};
use crate::key::{Form, Section};
use crate::refusal::Refusal;

/// A table being read. Ask for every key it may have, then [`finish`](Table::finish).
#[derive(Debug)]
#[must_use = "unknown keys are found by finish()"]
pub struct Table<'a> {
    entries: &'a Entries,
    span: Option<Span>,
    what: String,
    /// The keys that it may be asked for, where they are listed.
    listed: Option<&'static Section>,
    asked: Vec<String>,
    /// Keys that are needed and not there, and what is said of them.
    missing: Vec<(String, Option<String>)>,
    diagnostics: &'a Diagnostics,
}

impl<'a> Table<'a> {
    pub(super) fn new(
        entries: &'a Entries,
        span: Option<Span>,
        what: &str,
        diagnostics: &'a Diagnostics,
    ) -> Self {
        Table {
            entries,
            span,
            what: what.to_owned(),
            listed: None,
            asked: Vec::new(),
            missing: Vec::new(),
            diagnostics,
        }
    }

    /// The same table, of which the keys are listed.
    pub(crate) fn of(mut self, section: &'static Section) -> Self {
        self.listed = Some(section);
        self
    }

    /// The value of `key`, if it is there.
    pub fn key(&mut self, key: &str) -> Field<'a> {
        self.ask(key);
        Field::new(format!("`{key}`"), self.peek(key), self.diagnostics)
    }

    /// The word behind `key`, of which those that may stand there are listed.
    pub fn word(&mut self, key: &str) -> Option<&'static str> {
        let listed = self.listed?.all().find(|k| k.name == key)?;
        match listed.form {
            Form::Words(words) => self.key(key).word(&words()),
            _ => None,
        }
    }

    /// The value of `key`; that it is missing is recorded when the table is finished or dropped, unless a misspelt key
    /// explains it.
    pub fn required(&mut self, key: &str) -> Field<'a> {
        self.required_meaning(key, None)
    }

    /// The same, with what the key means, for whoever has left it out.
    pub fn required_meaning(&mut self, key: &str, meaning: Option<String>) -> Field<'a> {
        let field = self.key(key);
        if !field.is_present() && !self.missing.iter().any(|(k, _)| k == key) {
            self.missing.push((key.to_owned(), meaning));
        }
        field
    }

    /// Every entry, for a table whose keys are names of the user's choice.
    pub fn named(&mut self) -> Vec<(Spanned<&'a str>, Field<'a>)> {
        let entries = self.entries;
        // Each stands there once, so that none of them need be looked for among the others.
        let names = entries.iter().map(|(k, _)| k.value.clone());
        self.asked.extend(names);
        entries
            .iter()
            .map(|(k, v)| {
                let name = Spanned::new(k.value.as_str(), k.span.clone());
                let field = Field::new(format!("`{}`", k.value), Some(v), self.diagnostics);
                (name, field)
            })
            .collect()
    }

    /// Is `key` there? Does not count as asking for it.
    pub fn has(&self, key: &str) -> bool {
        self.peek(key).is_some()
    }

    /// The keys that are there, in the order of the file. Does not count as asking for them.
    pub fn keys(&self) -> impl Iterator<Item = Spanned<&'a str>> + use<'a> {
        self.entries
            .iter()
            .map(|(k, _)| Spanned::new(k.value.as_str(), k.span.clone()))
    }

    /// The value of `key` as it stands. Does not count as asking for it.
    pub fn peek(&self, key: &str) -> Option<&'a Spanned<Value>> {
        let entry = self.entries.iter().find(|(k, _)| k.value == key);
        entry.map(|(_, v)| v)
    }

    /// Where the table is: its header or its braces; `None` for the whole file.
    pub fn span(&self) -> Option<Span> {
        self.span.clone()
    }

    /// What the table is called in messages: "not a key of {what}".
    pub fn what(&self) -> &str {
        &self.what
    }

    /// Calls it something more exact, once that is known.
    pub fn rename(&mut self, what: &str) {
        what.clone_into(&mut self.what);
    }

    /// Where mistakes go.
    pub fn diagnostics(&self) -> &'a Diagnostics {
        self.diagnostics
    }

    /// Records a mistake at its place.
    pub fn error(&self, message: impl Into<String>) -> Pending<'a> {
        self.diagnostics.error(self.span(), message)
    }

    /// Records every key that nobody asked for. Must come after the last question, and before the reader gives up.
    /// Gives what can still be said of the whole table.
    pub fn finish(self) -> Finished<'a> {
        let (span, diagnostics) = (self.span(), self.diagnostics);
        self.finish_saying(|_| None);
        Finished { span, diagnostics }
    }

    /// The same, with what is to be said of an unknown key that resembles none of those that are known, which are listed
    /// where that is nothing.
    pub fn finish_saying(mut self, advice: impl Fn(&str) -> Option<String>) {
        let entries = self.entries;
        let there: HashSet<&str> = entries.iter().map(|(k, _)| k.value.as_str()).collect();
        let asked: HashSet<&str> = self.asked.iter().map(String::as_str).collect();
        let mut known: Vec<&str> = self.asked.iter().map(String::as_str).collect();
        for (key, _) in entries {
            if asked.contains(key.value.as_str()) {
                continue;
            }
            let mut help = None;
            if !self.diagnostics.is_crowded() {
                // A key that is there already is hardly what was meant; one that is missing probably is.
                let missing = |k: &str| self.missing.iter().any(|(m, _)| m == k);
                known.sort_by_key(|k| (there.contains(k), !missing(k)));
                let near = nearest(&key.value, known.iter().copied());
                if let Some(near) = near {
                    self.missing.retain(|(k, _)| k != near);
                }
                let own = near.is_none().then(|| advice(&key.value)).flatten();
                help = own.or_else(|| suggestion(&key.value, &known));
            }
            self.diagnostics
                .error(key.span.clone(), format!("unknown key `{}`", key.value))
                .label(format!("not a key of {}", self.what))
                .maybe_help(help);
        }
    }

    fn ask(&mut self, key: &str) {
        // One that is not listed is unknown, to the reader as to the schema and the documentation.
        if self.listed.is_some_and(|s| !s.has(key)) {
            return;
        }
        if !self.asked.iter().any(|k| k == key) {
            self.asked.push(key.to_owned());
        }
    }
}

/// A table whose keys were all asked for.
#[derive(Clone, Debug)]
pub struct Finished<'a> {
    span: Option<Span>,
    diagnostics: &'a Diagnostics,
}

impl<'a> Finished<'a> {
    /// Records a mistake of the table as a whole.
    pub fn error(&self, message: impl Into<String>) -> Pending<'a> {
        self.diagnostics.error(self.span.clone(), message)
    }

    /// Records a refusal of the table as a whole.
    pub fn refuse(&self, refusal: Refusal) -> Pending<'a> {
        self.diagnostics.refuse(self.span.clone(), refusal)
    }
}

impl<'a> Field<'a> {
    /// A table, which is called `what` in messages: "not a key of {what}".
    pub fn table(&self, what: &str) -> Option<Table<'a>> {
        let value = self.value()?;
        let Value::Table(entries) = &value.value else {
            return self.expected("a table").none();
        };
        let span = Some(value.span.clone());
        Some(Table::new(entries, span, what, self.diagnostics()))
    }

    /// The same; one without keys where there is none.
    pub fn table_or_none(&self, what: &str) -> Option<Table<'a>> {
        static NONE: Entries = Vec::new();
        match self.is_present() {
            true => self.table(what),
            false => Some(Table::new(&NONE, None, what, self.diagnostics())),
        }
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
        match self.value().map(|v| &v.value) {
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
}

impl Drop for Table<'_> {
    fn drop(&mut self) {
        for (key, meaning) in &self.missing {
            let needed = format!("{} needs it", self.what);
            let missing = match self.span {
                Some(_) => format!("missing key `{key}`"),
                // The whole file has no line where a label could stand.
                None => format!("missing key `{key}`: {needed}"),
            };
            self.diagnostics
                .error(self.span.clone(), missing)
                .label(needed)
                .maybe_help(meaning.clone());
        }
    }
}
