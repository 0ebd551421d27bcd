//! `weights = "runs/digits-train"`: arrays that were learnt stand in the places of those of the file.

use std::path::Path;

use super::{Document, Entries, Resolver, Source, Span, Spanned, Value};
use crate::record::{npz_from_bytes, npz_names_from_bytes};

/// The archive of a directory of `attractor train`.
const ARCHIVE: &str = "weights.npz";

/// Puts the arrays into their places. None where they cannot be, which has been recorded.
pub(super) fn put(document: &mut Document, source: &Source, resolver: &Resolver<'_>) -> Option<()> {
    let there = document
        .entries()
        .iter()
        .find(|(k, _)| k.value == "weights");
    let Some((_, value)) = there else {
        return Some(());
    };
    let (span, diagnostics) = (value.span.clone(), resolver.diagnostics());
    let Some(named) = value.value.as_text().map(str::to_owned) else {
        let kind = value.value.kind();
        let why = format!("`weights`: expected the path of a training, found {kind}");
        return diagnostics.error(span, why).none();
    };
    let mut path = named.clone();
    if !path.ends_with(".npz") {
        path = format!("{}/{ARCHIVE}", path.trim_end_matches('/'));
    }
    // A model that is part of the program lies nowhere: the path is from here.
    if resolver.directory().as_os_str().is_empty()
        && let Ok(absolute) = std::path::absolute(&path)
    {
        path = absolute.display().to_string();
    }
    let whole = resolver.directory().join(&path);
    let there = resolver.directory().join(&named);
    let read = match there.is_file() && !named.ends_with(".npz") {
        true => Err("it is a file, and no .npz".to_owned()),
        false => resolver.files().read(&whole).and_then(|(bytes, _)| {
            let names = npz_names_from_bytes(&bytes, &whole).map_err(|e| e.why())?;
            Ok((bytes, names))
        }),
    };
    let (bytes, names) = match read {
        Ok(found) => found,
        Err(why) => {
            let looked = if there.is_file() { &there } else { &whole };
            let error =
                diagnostics.error(span, format!("cannot read the weights `{named}`: {why}"));
            let error = error.label(format!("looked for at {}", looked.display()));
            return error.help(advice(&path, &whole)).none();
        }
    };
    let mut any = false;
    for name in names.iter().filter(|n| parts(n).is_some()) {
        any = true;
        let value = match npz_from_bytes(&bytes, &whole, Some(name)) {
            Ok(array) if array.shape.is_empty() => Value::Float(array.data[0]),
            Ok(_) => file(&path, name, &span),
            Err(why) => return diagnostics.error(span, why.why()).none(),
        };
        let value = Spanned::new(value, span.clone());
        let found =
            parts(name).and_then(|p| place(document.entries_mut(), p, value, source.file().len()));
        if found.is_none() {
            let why =
                format!("the weights `{named}` have `{name}`, and this model has no such place");
            return diagnostics
                .error(span, why)
                .label("learnt by another model?")
                .none();
        }
    }
    match any {
        true => Some(()),
        false => {
            let why = format!(
                "`{named}` has no weights: none of its arrays is named as synapses.0.weights or layers.NAME.input"
            );
            diagnostics.error(span, why).none()
        }
    }
}

/// What to try where nothing can be read at `whole`: what is a path from here need not be one from the model.
fn advice(path: &str, whole: &Path) -> String {
    if Path::new(path).is_file()
        && !whole.is_file()
        && let Ok(here) = std::path::absolute(path)
    {
        return format!(
            "there is {path} in the current directory, and a path in a model begins at its file: weights = \"{}\"",
            here.display()
        );
    }
    "it is a directory of `attractor train`, which keeps them in runs/ of the directory where it is called, or an .npz with arrays that are named as --set names them; a path begins at the model file".into()
}

/// `layers.NAME.input` as `layers` and what is inside: a name may have dots.
fn parts(name: &str) -> Option<(&str, &str)> {
    let (table, rest) = name.split_once('.')?;
    (["synapses", "layers"].contains(&table) && rest.contains('.')).then_some((table, rest))
}

/// `{ file = path, key = name }`.
fn file(path: &str, name: &str, span: &Span) -> Value {
    let entry = |key: &str, text: &str| {
        let text = Value::String(text.to_owned());
        let key = Spanned::new(key.to_owned(), span.clone());
        (key, Spanned::new(text, span.clone()))
    };
    Value::Table(vec![entry("file", path), entry("key", name)])
}

/// Sets what stands at `table.entry.key…` in the file, whose overrides begin at the byte `typed`; none where there is no such entry.
fn place(
    entries: &mut Entries,
    (table, rest): (&str, &str),
    value: Spanned<Value>,
    typed: usize,
) -> Option<()> {
    let inside = &mut entries.iter_mut().find(|(k, _)| k.value == table)?.1.value;
    let (found, keys) = match inside {
        Value::Table(all) if table == "synapses" => (all, rest.strip_prefix("0.")?),
        Value::Table(all) => {
            let within = |entry: &str| rest.strip_prefix(entry)?.strip_prefix('.');
            // Of names that begin alike the longest is meant.
            let named = all.iter_mut().filter(|(k, _)| within(&k.value).is_some());
            let (name, own) = named.max_by_key(|(k, _)| k.value.len())?;
            (as_table(own)?, within(&name.value)?)
        }
        Value::List(items) => {
            let (entry, keys) = rest.split_once('.')?;
            (
                as_table(items.get_mut(entry.parse::<usize>().ok()?)?)?,
                keys,
            )
        }
        _ => return None,
    };
    let keys: Vec<&str> = keys.split('.').collect();
    inside_of(found, &keys, value, typed)
}

fn as_table(value: &mut Spanned<Value>) -> Option<&mut Entries> {
    match &mut value.value {
        Value::Table(own) => Some(own),
        _ => None,
    }
}

/// The same inside an entry.
fn inside_of(
    found: &mut Entries,
    keys: &[&str],
    value: Spanned<Value>,
    typed: usize,
) -> Option<()> {
    let [key, rest @ ..] = keys else {
        return None;
    };
    let there = found.iter_mut().find(|(k, _)| k.value == *key);
    match (there, rest) {
        // What --set typed wins.
        (Some((_, own)), []) if own.span.start >= typed => {}
        (Some((_, own)), []) => *own = value,
        (Some((_, own)), _) => {
            // A Lagrangian that is a word has its parameters in a table.
            if let Value::String(word) = &own.value {
                let kind = Spanned::new("kind".to_owned(), own.span.clone());
                let word = Spanned::new(Value::String(word.clone()), own.span.clone());
                own.value = Value::Table(vec![(kind, word)]);
            }
            let Value::Table(own) = &mut own.value else {
                return None;
            };
            inside_of(own, rest, value, typed)?;
        }
        (None, []) => found.push((Spanned::new((*key).to_owned(), value.span.clone()), value)),
        (None, _) => return None,
    }
    Some(())
}
