//! Arrays from files, and parts of them.

use std::path::Path;

use super::super::{Diagnostics, Spanned};
use super::{Array, FileSpec, Resolver, Selection, entries, shape_text};
use crate::record::{
    RecordError, npy_from_bytes, npz_from_bytes, png_from_bytes, table_from_bytes,
};

/// Endings of the names of files that hold arrays.
pub(super) const ENDINGS: [&str; 5] = ["npy", "npz", "png", "csv", "txt"];

/// Reads the file and takes the part that is asked for.
pub(super) fn read(spec: &FileSpec, resolver: &mut Resolver<'_>) -> Option<Array> {
    let diagnostics = resolver.diagnostics();
    let mut array = open(spec, resolver)?;
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
                let why = format!("only a matrix can be turned round, this is {shape}");
                return diagnostics.error(spec.path.span.clone(), why).none();
            }
        };
    }
    adjust(&mut array.data, spec.scale, spec.shift);
    Some(array)
}

/// `x → scale·x + shift`.
pub(super) fn adjust(data: &mut [f64], scale: f64, shift: f64) {
    if scale != 1.0 {
        data.iter_mut().for_each(|x| *x *= scale);
    }
    if shift != 0.0 {
        data.iter_mut().for_each(|x| *x += shift);
    }
}

fn open(spec: &FileSpec, resolver: &mut Resolver<'_>) -> Option<Array> {
    let (typed, diagnostics) = (&spec.path, resolver.diagnostics());
    let path = resolver.directory().join(&typed.value);
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
    let extension = extension.to_ascii_lowercase();
    let extension = extension.as_str();
    if !ENDINGS.contains(&extension) {
        let why = format!("cannot read arrays from `{}`", typed.value);
        let help = "known are .npy, .npz, .png, .csv and .txt";
        return diagnostics.error(typed.span.clone(), why).help(help).none();
    }
    if let (Some(key), true) = (&spec.key, extension != "npz") {
        return diagnostics
            .error(key.span.clone(), "only .npz files have keys")
            .label(format!("`{}` holds one array", typed.value))
            .none();
    }
    let key = spec.key.as_ref().map(|key| key.value.as_str());
    let read = resolver.files().read(&path).and_then(|(bytes, sha256)| {
        let array = parsed(&bytes, extension, &path, key).map_err(|e| e.why())?;
        Ok((array, sha256))
    });
    match read {
        Ok((array, sha256)) => {
            resolver.note(path, sha256);
            Some(array)
        }
        Err(why) => diagnostics
            .error(
                typed.span.clone(),
                format!("cannot read `{}`: {why}", typed.value),
            )
            .label(format!("looked for at {}", path.display()))
            .maybe_help((typed.value.contains('\\') && !path.exists()).then(|| {
                "directories are separated by / on every system, by \\ on Windows alone".into()
            }))
            .none(),
    }
}

fn parsed(
    bytes: &[u8],
    extension: &str,
    path: &Path,
    key: Option<&str>,
) -> Result<Array, RecordError> {
    let read = match extension {
        "npy" => npy_from_bytes(bytes, path)?,
        "npz" => npz_from_bytes(bytes, path, key)?,
        "png" => png_from_bytes(bytes, path)?,
        _ => table_from_bytes(bytes, path)?,
    };
    Ok(Array {
        shape: read.shape,
        data: read.data,
    })
}

fn select(
    array: Array,
    axis: usize,
    name: &str,
    selection: &Spanned<Selection>,
    diagnostics: &Diagnostics,
) -> Option<Array> {
    let Some(&length) = array.shape.get(axis) else {
        let why = format!("{} has no {name}s to select", shape_text(&array.shape));
        return diagnostics.error(selection.span.clone(), why).none();
    };
    let indices = selection.indices(length, name, diagnostics)?;
    let outer: usize = array.shape[..axis].iter().product();
    let inner: usize = array.shape[axis + 1..].iter().product();
    let mut shape = array.shape;
    shape[axis] = indices.len();
    let n = match entries(&shape) {
        Ok(n) => n,
        Err(why) => {
            return diagnostics.error(selection.span.clone(), why).none();
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
