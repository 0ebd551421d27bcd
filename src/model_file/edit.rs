//! Overrides from the command line: `--set path.to.key=value`.

use toml::de::DeValue;

use super::catalogue::entry;
use super::keys::{ARRAYS, FILE};
use super::nearest::{listed, nearest};
use super::syntax::syntax;
use super::value::convert;
use super::{Diagnostics, Entries, Source, Span, Spanned, Value};
use crate::key::Form;
use crate::lagrangian::KINDS;

/// Names in a path. As deep as any model is, and far from what recursion can take.
const DEPTH: usize = 32;

/// Applies the override at `at`.
pub(super) fn apply(
    entries: &mut Entries,
    source: &Source,
    at: &Span,
    diagnostics: &Diagnostics,
) -> Option<()> {
    let text = source.at(at);
    let names = path(text, at.start);
    let Some((names, value_at)) = names else {
        return diagnostics
            .error(at.clone(), "--set needs a path and a value")
            .help("write it as path.to.key=value, for example solve.t_end=10")
            .none();
    };
    if names.len() > DEPTH {
        let why = format!("this path has more than {DEPTH} names, which no key needs");
        return diagnostics.error(at.clone(), why).none();
    }
    let given = source.at(&(value_at..at.end)).trim();
    let patterns = names_in(entries, "patterns");
    let value = typed(source, value_at..at.end, diagnostics)?;
    let mut place = Cursor::Table(entries);
    let mut form = Some(&Form::Table(&FILE));
    for (i, name) in names.iter().enumerate() {
        form = form.and_then(|form| form.inside(&name.value));
        let parents = &names[..i];
        let last = i + 1 == names.len();
        place = match place {
            Cursor::Table(entries) => {
                let list = names.get(i + 1).filter(|_| form.is_some_and(Form::is_list));
                if let Some(number) = list.filter(|number| number.value != "0")
                    && !entries.iter().any(|(k, _)| k.value == name.value)
                {
                    let name = dotted(&names[..=i]);
                    let why = format!("`{name}` has no entry `{}`", number.value);
                    let help = format!("the model has no `{name}`; the first is `{name}.0`");
                    return diagnostics
                        .error(number.span.clone(), why)
                        .help(help)
                        .none();
                }
                let made = match list {
                    _ if last => Value::Boolean(false),
                    Some(_) => Value::List(Vec::new()),
                    None => Value::Table(Vec::new()),
                };
                let entry = step_into_table(entries, name, made);
                if last {
                    entry.0.span = name.span.clone();
                    entry.1 = value;
                    return Some(());
                }
                // Of a list of which a number was replaced, what is wrong is wrong because of that number.
                let inside = &names[i + 1..];
                let is_number = |name: &Spanned<String>| name.value.parse::<usize>().is_ok();
                if inside.iter().all(is_number) && matches!(entry.1.value, Value::List(_)) {
                    entry.1.span = value.span.clone();
                }
                Cursor::of(&mut entry.1)
            }
            Cursor::List(items) => {
                let n = items.len();
                // The first of none is made.
                if n == 0 && name.value == "0" {
                    items.push(Spanned::new(Value::Table(Vec::new()), name.span.clone()));
                }
                let number = name.value.parse::<usize>().ok();
                let Some(item) = number.and_then(|i| items.get_mut(i)) else {
                    let why = format!("`{}` has no entry `{}`", dotted(parents), name.value);
                    return diagnostics
                        .error(name.span.clone(), why)
                        .help(entries_of(n))
                        .none();
                };
                if last {
                    *item = value;
                    return Some(());
                }
                Cursor::of(item)
            }
            Cursor::Neither(kind, word) => {
                let place = dotted(parents);
                let help = word.and_then(|word| match parents.last()?.value.as_str() {
                    "lagrangian" | "potential" if last => {
                        Some(match KINDS.iter().find(|kind| kind.name == word) {
                            _ if name.value == "kind" => {
                                format!("the word is its kind: --set {place}={given}")
                            }
                            Some(kind) if entry(kind).key(&name.value).is_none() => {
                                entry(kind).lacking(&name.value)
                            }
                            _ => format!(
                                "a table takes its place: --set '{place}={{ kind = \"{word}\", {} = {given} }}'",
                                name.value
                            ),
                        })
                    }
                    _ if patterns.contains(&word) => Some(format!(
                        "it names a pattern: --set patterns.{word}.{}={given}",
                        dotted(&names[i..])
                    )),
                    _ => None,
                });
                let why = format!("`{place}` is {kind}, not a table");
                return diagnostics
                    .error(name.span.clone(), why)
                    .label("so it has no keys")
                    .maybe_help(help)
                    .none();
            }
        };
    }
    None
}

/// The keys of a table of the file.
fn names_in(entries: &Entries, table: &str) -> Vec<String> {
    let table = entries.iter().find(|(k, _)| k.value == table);
    match table.map(|(_, v)| &v.value) {
        Some(Value::Table(inside)) => inside.iter().map(|(k, _)| k.value.clone()).collect(),
        _ => Vec::new(),
    }
}

/// Refuses layers and patterns that overrides of single keys have made, and that lack what makes one: their names are slips.
pub(super) fn refuse_strangers(entries: &mut Entries, source: &Source, diagnostics: &Diagnostics) {
    let end = source.file().len();
    for (table, what, needs) in [
        ("layers", "layer", &["size"][..]),
        ("patterns", "pattern", &ARRAYS.each_ref().map(|s| s.0)),
    ] {
        let Some((_, place)) = entries.iter_mut().find(|(k, _)| k.value == table) else {
            continue;
        };
        let Value::Table(children) = &mut place.value else {
            continue;
        };
        let (mut kept, mut strange) = (Vec::new(), Vec::new());
        let whole: Vec<String> = children
            .iter()
            .filter(|(k, v)| k.span.start < end || v.span != k.span)
            .map(|(k, _)| k.value.clone())
            .collect();
        for (key, value) in std::mem::take(children) {
            let lacks = match &value.value {
                Value::Table(keys) => {
                    let has = |need: &str| keys.iter().any(|(k, _)| k.value == need);
                    let is_slip = || nearest(&key.value, whole.iter().map(|k| &k[..])).is_some();
                    let half = what == "layer" && !has("lagrangian");
                    !needs.iter().any(|need| has(need)) || half && is_slip()
                }
                _ => false,
            };
            // What a path makes stands where its name does; a whole table stands behind the `=`.
            let made = key.span.start >= end && value.span == key.span;
            match made && lacks {
                true => strange.push(key),
                false => kept.push((key, value)),
            }
        }
        *children = kept;
        let known: Vec<&str> = children.iter().map(|(k, _)| k.value.as_str()).collect();
        for key in strange {
            let help = match nearest(&key.value, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if known.is_empty() => format!("the model has no {what}"),
                None => format!("the {what}s are: {}", listed(&known)),
            };
            diagnostics
                .error(key.span, format!("there is no {what} `{}`", key.value))
                .help(help);
        }
    }
}

enum Cursor<'a> {
    Table(&'a mut Entries),
    List(&'a mut Vec<Spanned<Value>>),
    /// What it is, and the word if it is one.
    Neither(&'static str, Option<String>),
}

impl<'a> Cursor<'a> {
    fn of(value: &'a mut Spanned<Value>) -> Self {
        let kind = value.value.kind();
        match &mut value.value {
            Value::Table(entries) => Cursor::Table(entries),
            Value::List(items) => Cursor::List(items),
            Value::String(word) => Cursor::Neither(kind, Some(word.clone())),
            _ => Cursor::Neither(kind, None),
        }
    }
}

/// The entry called `name`; if there is none, it is made of this.
fn step_into_table<'a>(
    entries: &'a mut Entries,
    name: &Spanned<String>,
    made: Value,
) -> &'a mut (Spanned<String>, Spanned<Value>) {
    let found = entries.iter().position(|(k, _)| k.value == name.value);
    let i = found.unwrap_or_else(|| {
        entries.push((name.clone(), Spanned::new(made, name.span.clone())));
        entries.len() - 1
    });
    &mut entries[i]
}

/// TOML, or what is not TOML as a bare string: the shell has taken the quotes of `--set solve.method="rk4"`. A value that
/// opens like TOML is not taken for a string, because then only a bracket is missing.
fn typed(source: &Source, at: Span, diagnostics: &Diagnostics) -> Option<Spanned<Value>> {
    let text = source.at(&at);
    let offset = at.start + text.len() - text.trim_start().len();
    let text = text.trim();
    if text.is_empty() {
        // Mostly a variable of the shell that is not set.
        return diagnostics
            .error(offset..offset, "there is no value after `=`")
            .help("an empty string is written path.to.key='\"\"'")
            .none();
    }
    let (value, errors) = DeValue::parse_recoverable(text);
    let span = value.span();
    let scratch = Diagnostics::new();
    let sound = errors.is_empty();
    let to = if sound { diagnostics } else { &scratch };
    // Converted in any case, see `Document::read`.
    let value = convert(value.into_inner(), span, offset, DEPTH, to);
    if sound {
        return Some(value);
    }
    if text.starts_with(['[', '{', '"', '\'']) {
        for error in &errors {
            syntax(source, error, offset, diagnostics);
        }
        return None;
    }
    Some(Spanned::new(
        Value::String(text.to_owned()),
        offset..offset + text.len(),
    ))
}

/// The names before `=`, which start at `offset`, and where the value starts. Names may stand in quotes.
fn path(text: &str, offset: usize) -> Option<(Vec<Spanned<String>>, usize)> {
    let mut names = Vec::new();
    let mut quote = None;
    let mut start = 0;
    for (i, c) in text.char_indices() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '.' | '=') => {
                let raw = &text[start..i];
                let trimmed = raw.trim();
                let at = offset + start + raw.len() - raw.trim_start().len();
                let bare = ['"', '\'']
                    .iter()
                    .find_map(|q| trimmed.strip_prefix(*q)?.strip_suffix(*q))
                    .unwrap_or(trimmed);
                if trimmed.is_empty() {
                    return None;
                }
                names.push(Spanned::new(bare.to_owned(), at..at + trimmed.len()));
                start = i + 1;
                if c == '=' {
                    return Some((names, offset + start));
                }
            }
            _ => {}
        }
    }
    None
}

fn dotted(names: &[Spanned<String>]) -> String {
    let names: Vec<&str> = names.iter().map(|n| n.value.as_str()).collect();
    names.join(".")
}

fn entries_of(n: usize) -> String {
    match n {
        0 => "the list is empty, its first entry would be 0".into(),
        1 => "it has one entry, 0".into(),
        n => format!("its entries are numbered 0 to {}", n - 1),
    }
}
