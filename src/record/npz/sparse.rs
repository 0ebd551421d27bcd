//! Sparse matrices as SciPy's `save_npz` writes them: an archive of the arrays `data`, `indices`, `indptr`, `shape` and the
//! word `format`.

use std::io::{Cursor, Read, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::header::Header;
use super::read::NpzReader;
use super::write::npy_to_bytes;
use crate::record::{Fault, RecordError};

/// A sparse matrix, line after line: rows, or columns if it is stored so.
#[derive(Clone, Debug, PartialEq)]
pub struct SparseArray {
    /// Rows and columns.
    pub shape: [usize; 2],
    by_columns: bool,
    starts: Vec<usize>,
    places: Vec<usize>,
    values: Vec<f64>,
}

impl SparseArray {
    /// Row, column and value of every entry that is stored.
    pub fn entries(&self) -> impl Iterator<Item = (usize, usize, f64)> {
        let lines = self.starts.windows(2).enumerate();
        let all = lines.flat_map(|(line, ends)| (ends[0]..ends[1]).map(move |k| (line, k)));
        all.map(|(line, k)| match self.by_columns {
            false => (line, self.places[k], self.values[k]),
            true => (self.places[k], line, self.values[k]),
        })
    }
}

/// The sparse matrix of an archive; none if it holds something else.
///
/// # Errors
/// If it is damaged, or neither in the format `csr` nor in `csc`.
pub fn sparse_from_bytes(
    bytes: &[u8],
    name: impl AsRef<Path>,
) -> Result<Option<SparseArray>, RecordError> {
    let path = name.as_ref();
    let mut archive = NpzReader::new(Cursor::new(bytes), path)?;
    if ["format", "shape", "data"]
        .iter()
        .any(|key| !archive.has(key))
    {
        return Ok(None);
    }
    let broken = |why: String| {
        let hint = "write it with scipy.sparse.save_npz(path, a.tocsr())";
        RecordError::new(path, Fault::Format("a sparse matrix", why), hint)
    };
    let mut word = Vec::new();
    archive
        .open_entry("format")?
        .take(1 << 10)
        .read_to_end(&mut word)
        .map_err(|error| broken(format!("its format cannot be read ({error})")))?;
    // A text of three bytes, or of three letters of four bytes each.
    let letters: Vec<u8> = word.into_iter().filter(|b| *b != 0).collect();
    let by_columns = match &letters[letters.len().saturating_sub(3)..] {
        b"csr" => false,
        b"csc" => true,
        other => {
            let found = String::from_utf8_lossy(other);
            return Err(broken(format!(
                "its format is {found}, and csr and csc are read"
            )));
        }
    };
    let whole = |numbers: Vec<f64>, what: &str| -> Result<Vec<usize>, RecordError> {
        let one = |v: &f64| (v.fract() == 0.0 && *v >= 0.0).then_some(*v as usize);
        let all: Option<Vec<usize>> = numbers.iter().map(one).collect();
        all.ok_or_else(|| broken(format!("its `{what}` are no counts")))
    };
    let mut counts = |key: &str| whole(archive.read(key)?.data, key);
    let (shape, starts, places) = (counts("shape")?, counts("indptr")?, counts("indices")?);
    let values = archive.read("data")?.data;
    let &[rows, columns] = &shape[..] else {
        return Err(broken(format!("its shape has {} axes", shape.len())));
    };
    let [lines, length] = if by_columns {
        [columns, rows]
    } else {
        [rows, columns]
    };
    let fits = starts.len() == lines + 1
        && starts[0] == 0
        && starts.is_sorted()
        && starts[lines] == places.len()
        && places.len() == values.len();
    if !fits {
        let (n, k, v) = (starts.len(), places.len(), values.len());
        return Err(broken(format!(
            "its parts do not fit each other: {lines} lines, {n} beginnings, {k} places and {v} values"
        )));
    }
    if let Some(k) = places.iter().position(|p| *p >= length) {
        let place = places[k];
        return Err(broken(format!("its place {k} is {place}, of {length}")));
    }
    Ok(Some(SparseArray {
        shape: [rows, columns],
        by_columns,
        starts,
        places,
        values,
    }))
}

/// A sparse matrix as the bytes of a file that [`sparse_from_bytes`] and SciPy read: of each row its places, rising, with their values.
pub fn sparse_to_bytes(columns: usize, rows: &[Vec<(usize, f64)>]) -> Vec<u8> {
    let whole = |all: &[usize]| -> Vec<u8> {
        let mut bytes = Header::write("<i8", &[all.len()]);
        bytes.extend(all.iter().flat_map(|v| (*v as i64).to_le_bytes()));
        bytes
    };
    let mut starts = vec![0];
    for row in rows {
        starts.push(starts[starts.len() - 1] + row.len());
    }
    let places: Vec<usize> = rows.iter().flatten().map(|e| e.0).collect();
    let values: Vec<f64> = rows.iter().flatten().map(|e| e.1).collect();
    let mut format = Header::write("|S3", &[]);
    format.extend(b"csr");
    let parts = [
        ("indices", whole(&places)),
        ("indptr", whole(&starts)),
        ("format", format),
        ("shape", whole(&[rows.len(), columns])),
        ("data", npy_to_bytes(&[values.len()], &values)),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default());
    for (name, bytes) in parts {
        // Memory takes everything.
        let begun = zip.start_file(format!("{name}.npy"), options);
        debug_assert!(begun.is_ok());
        let written = zip.write_all(&bytes);
        debug_assert!(written.is_ok());
    }
    zip.finish().map(Cursor::into_inner).unwrap_or_default()
}
