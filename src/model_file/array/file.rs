//! Arrays from files, and parts of them.

use super::super::{Diagnostics, Spanned};
use super::{Array, FileSpec, Resolver, Selection, entries, shape_text};
use crate::number::plural;

/// Reads the file and takes the part that is asked for.
pub(super) fn read(
    spec: &FileSpec,
    resolver: &mut Resolver<'_>,
    diagnostics: &Diagnostics,
) -> Option<Array> {
    let mut array = open(spec, resolver, diagnostics)?;
    for (axis, name, selection) in [(0, "row", &spec.rows), (1, "column", &spec.columns)] {
        if let Some(selection) = selection {
            array = select(array, axis, name, selection, diagnostics)?;
        }
    }
    if spec.transpose {
        array = match transposed(&array) {
            Some(turned) => turned,
            None => {
                let shape = shape_text(&array.shape);
                diagnostics.error(
                    spec.path.span.clone(),
                    format!("only a matrix can be turned round, this is {shape}"),
                );
                return None;
            }
        };
    }
    if spec.scale != 1.0 {
        array.data.iter_mut().for_each(|x| *x *= spec.scale);
    }
    Some(array)
}

fn open(spec: &FileSpec, resolver: &mut Resolver<'_>, diagnostics: &Diagnostics) -> Option<Array> {
    let typed = &spec.path;
    let path = resolver.directory().join(&typed.value);
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
    let extension = extension.to_ascii_lowercase();
    if let (Some(key), "npy" | "png") = (&spec.key, extension.as_str()) {
        diagnostics
            .error(key.span.clone(), "only .npz files have keys")
            .label(format!("`{}` holds one array", typed.value));
        return None;
    }
    let read = match (extension.as_str(), &spec.key) {
        ("npy", _) => resolver.files().npy(&path),
        ("png", _) => resolver.files().png(&path),
        ("npz", Some(key)) => resolver.files().npz(&path, &key.value),
        ("npz", None) => {
            diagnostics.error(
                typed.span.clone(),
                "an .npz file needs `key`, the name of an array in it",
            );
            return None;
        }
        _ => {
            diagnostics
                .error(
                    typed.span.clone(),
                    format!("cannot read arrays from `{}`", typed.value),
                )
                .help("known are .npy, .npz and .png");
            return None;
        }
    };
    match read.and_then(sound) {
        Ok(array) => {
            resolver.note(path);
            Some(array)
        }
        Err(why) => {
            diagnostics
                .error(
                    typed.span.clone(),
                    format!("cannot read `{}`: {why}", typed.value),
                )
                .label(format!("looked for at {}", path.display()))
                .maybe_help((typed.value.contains('\\') && !path.exists()).then(|| {
                    "directories are separated by / on every system, by \\ on Windows alone".into()
                }));
            None
        }
    }
}

fn sound(array: Array) -> Result<Array, String> {
    let n = entries(&array.shape)?;
    if n == array.data.len() {
        return Ok(array);
    }
    Err(format!(
        "it says {} and holds {}",
        shape_text(&array.shape),
        plural(array.data.len(), "number")
    ))
}

fn select(
    array: Array,
    axis: usize,
    name: &str,
    selection: &Spanned<Selection>,
    diagnostics: &Diagnostics,
) -> Option<Array> {
    let Some(&length) = array.shape.get(axis) else {
        diagnostics.error(
            selection.span.clone(),
            format!("{} has no {name}s to select", shape_text(&array.shape)),
        );
        return None;
    };
    let indices = selection.indices(length, name, diagnostics)?;
    let outer: usize = array.shape[..axis].iter().product();
    let inner: usize = array.shape[axis + 1..].iter().product();
    let mut shape = array.shape;
    shape[axis] = indices.len();
    let n = match entries(&shape) {
        Ok(n) => n,
        Err(why) => {
            diagnostics.error(selection.span.clone(), why);
            return None;
        }
    };
    let mut data = Vec::with_capacity(n);
    for o in 0..outer {
        for i in &indices {
            let start = (o * length + i) * inner;
            data.extend_from_slice(&array.data[start..start + inner]);
        }
    }
    Some(Array { shape, data })
}

fn transposed(array: &Array) -> Option<Array> {
    let [rows, columns] = array.shape[..] else {
        return None;
    };
    let entry = |i: usize| array.data[(i % rows) * columns + i / rows];
    Some(Array {
        shape: vec![columns, rows],
        data: (0..rows * columns).map(entry).collect(),
    })
}
