//! Reading `.npy` and `.npz` from anywhere: sizes first, memory after.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::{Path, PathBuf};

use zip::read::ZipFile;
use zip::{CompressionMethod, ZipArchive};

use super::half::half;
use super::header::{HINT, Header, broken};
use crate::record::fingerprint::whole;
use crate::record::{Array, Fault, MAX_VALUES, RecordError};

/// Reads a `.npy` file: f64, f32, f16, integers and bool, either byte order, C or Fortran order, as written by Python 2
/// or 3. NaN and infinities are handed on as they are.
///
/// # Errors
/// If the file is missing, is not a `.npy`, ends too early, has a type that is no plain number, holds integers that f64
/// cannot hold exactly, or more values than [`MAX_VALUES`].
pub fn read_npy(path: impl AsRef<Path>) -> Result<Array, RecordError> {
    let path = path.as_ref();
    npy_from_bytes(&whole(path)?, path)
}

/// The same from bytes that are called `name` in messages.
pub fn npy_from_bytes(bytes: &[u8], name: impl AsRef<Path>) -> Result<Array, RecordError> {
    parse(bytes, bytes.len() as u64, name.as_ref())
}

/// Reads the array `key` from an `.npz` archive, compressed or not.
///
/// # Errors
/// As for [`read_npy`]; if there is no such array, the error names those that there are.
pub fn read_npz(path: impl AsRef<Path>, key: &str) -> Result<Array, RecordError> {
    NpzReader::open(path)?.read(key)
}

/// The names of the arrays of an `.npz` archive, in alphabetical order.
///
/// # Errors
/// If the file is missing or is no archive.
pub fn npz_names(path: impl AsRef<Path>) -> Result<Vec<String>, RecordError> {
    Ok(NpzReader::open(path)?.keys())
}

/// [`read_npz`] from bytes that are called `name` in messages; without a key the only array that there is.
///
/// # Errors
/// As for [`read_npz`], but for a missing file; if there is no key and not one array.
pub fn npz_from_bytes(
    bytes: &[u8],
    name: impl AsRef<Path>,
    key: Option<&str>,
) -> Result<Array, RecordError> {
    let mut archive = NpzReader::new(Cursor::new(bytes), name.as_ref())?;
    match key {
        Some(key) => archive.read(key),
        None => archive.read(&archive.only()?),
    }
}

/// The names of the arrays in the bytes of an `.npz` archive that is called `name` in messages, sorted.
///
/// # Errors
/// It is no such archive.
pub fn npz_names_from_bytes(
    bytes: &[u8],
    name: impl AsRef<Path>,
) -> Result<Vec<String>, RecordError> {
    Ok(NpzReader::new(Cursor::new(bytes), name.as_ref())?.keys())
}

/// An `.npz` archive from which several arrays are read.
#[derive(Debug)]
pub(in crate::record) struct NpzReader<R = BufReader<File>> {
    archive: ZipArchive<R>,
    path: PathBuf,
}

impl NpzReader {
    pub(in crate::record) fn open(path: impl AsRef<Path>) -> Result<Self, RecordError> {
        let path = path.as_ref();
        let file = File::open(path).map_err(RecordError::io("read", path))?;
        NpzReader::new(BufReader::new(file), path)
    }
}

impl<R: Read + Seek> NpzReader<R> {
    pub(super) fn new(reader: R, path: &Path) -> Result<Self, RecordError> {
        let path = path.to_path_buf();
        match ZipArchive::new(reader) {
            Ok(archive) => Ok(NpzReader { archive, path }),
            Err(error) => Err(no_archive(&path, error.to_string())),
        }
    }

    /// The names of its arrays, in alphabetical order.
    pub(in crate::record) fn keys(&self) -> Vec<String> {
        let names = self.archive.file_names();
        let arrays = names.filter_map(|name| Some(name.strip_suffix(".npy")?.to_string()));
        let mut keys: Vec<String> = arrays.collect();
        keys.sort();
        keys
    }

    /// The name of the array, if there is one only.
    fn only(&self) -> Result<String, RecordError> {
        let mut keys = self.keys();
        match (keys.pop(), keys.is_empty()) {
            (Some(key), true) => Ok(key),
            (last, _) => {
                keys.extend(last);
                let (count, hint) = match keys.len() {
                    0 => ("no arrays".into(), "write it with numpy.savez(path, a=…)"),
                    n => (format!("{n} arrays, {}", quoted(&keys)), "`key` says which"),
                };
                Err(RecordError::new(&self.path, Fault::WhichArray(count), hint))
            }
        }
    }

    /// Is there an array of this name?
    pub(in crate::record) fn has(&self, key: &str) -> bool {
        self.archive.index_for_name(&format!("{key}.npy")).is_some()
    }

    pub(in crate::record) fn read(&mut self, key: &str) -> Result<Array, RecordError> {
        let path = self.path.clone();
        let entry = self.open_entry(key)?;
        // The size in the archive's directory is a claim too: nothing is allocated on its word, and no more is unpacked.
        let size = entry.size();
        let reader = BufReader::new(entry.take(size.saturating_add(1)));
        // The archive may have many.
        parse(reader, size, &path).map_err(|why| why.of_array(key))
    }

    /// The bytes of an array, unpacked.
    pub(super) fn open_entry(&mut self, key: &str) -> Result<ZipFile<'_, R>, RecordError> {
        let path = &self.path;
        let Some(index) = self.archive.index_for_name(&format!("{key}.npy")) else {
            let hint = match &*self.keys() {
                [] => format!("it has no arrays at all; write it with numpy.savez(path, {key}=…)"),
                keys => format!("it has {}", quoted(keys)),
            };
            let what = Fault::NoSuchArray(key.to_string());
            return Err(RecordError::new(path, what, hint));
        };
        // Only what it says of itself: a packing that is not known could not be begun to be read.
        let packed = self.archive.by_index_raw(index);
        let packed = packed.map_err(|error| no_archive(path, error.to_string()))?;
        if let Some(why) = unpackable(packed.compression(), key) {
            let hint = "pack it again: numpy.savez_compressed(path, **numpy.load(path))";
            let what = Fault::Format("an .npz archive", why);
            return Err(RecordError::new(path, what, hint));
        }
        drop(packed);
        let entry = self.archive.by_index(index);
        entry.map_err(|error| no_archive(path, error.to_string()))
    }
}

fn unpackable(method: CompressionMethod, key: &str) -> Option<String> {
    let name = match method {
        CompressionMethod::STORE | CompressionMethod::DEFLATE => return None,
        CompressionMethod::LZMA => "lzma".to_string(),
        CompressionMethod::BZIP2 => "bzip2".to_string(),
        CompressionMethod::ZSTD => "zstd".to_string(),
        CompressionMethod::XZ => "xz".to_string(),
        other => format!("the method {other:?}"),
    };
    Some(format!(
        "its array `{key}` is packed with {name}, and only what NumPy itself writes is unpacked, stored or deflated"
    ))
}

fn no_archive(path: &Path, why: String) -> RecordError {
    RecordError::new(path, Fault::Format("an .npz archive", why), HINT)
}

fn quoted(keys: &[String]) -> String {
    format!("`{}`", keys.join("`, `"))
}

/// Reads one array from a stream of `size` bytes.
fn parse(mut reader: impl Read, size: u64, path: &Path) -> Result<Array, RecordError> {
    let broken = |why: String| broken(path, why);
    let header = Header::read(&mut reader, size, path)?;
    let (descr, shape) = (&header.descr, header.shape.clone());
    // An axis of length 0 makes the product small, and the other axes no less absurd.
    let n = shape.iter().try_fold(1u64, |n, &k| n.checked_mul(k.max(1)));
    if n.is_none_or(|n| n > MAX_VALUES) {
        let what = format!("an array of shape {shape:?}");
        let limit = format!("{MAX_VALUES} values (2 GiB)");
        return Err(RecordError::too_large(path, what, limit));
    }
    let n: u64 = shape.iter().product();
    let unreadable = || {
        format!(
            "its type is '{descr}', and only float64, float32, float16, integers and bool are read (numpy: a.astype('f8'))"
        )
    };
    let kind = kind(descr).ok_or_else(|| broken(unreadable()))?;
    let (has, needs) = (size - header.length, n * kind.1 as u64);
    if has < needs {
        return Err(broken(format!(
            "it is cut short: shape {shape:?} of type '{descr}' needs {needs} bytes, {has} are there"
        )));
    }
    if has > needs {
        return Err(broken(format!(
            "it goes on for {} bytes after an array of shape {shape:?}, and only one array is read",
            has - needs
        )));
    }
    let big = descr.starts_with('>');
    // Grows with what really arrives: inside an archive the length was only promised.
    let mut stored = Vec::with_capacity(n.min(1 << 16) as usize);
    for i in 0..n {
        let mut bytes = [0; 8];
        let own = &mut bytes[..kind.1];
        reader
            .read_exact(own)
            .map_err(|error| broken(format!("its data end or break at value {i} ({error})")))?;
        if big {
            own.reverse();
        }
        stored.push(number(kind, u64::from_le_bytes(bytes)).ok_or_else(|| {
            broken(format!(
                "value {i} is an integer beyond 2^53, where a 64-bit float does not hold every one"
            ))
        })?);
    }
    // Reading on is what makes the archive compare its checksum.
    match reader.read(&mut [0]) {
        Ok(0) => {}
        Ok(_) => return Err(broken("it is longer than it claims".to_string())),
        Err(error) => return Err(broken(format!("its data are damaged ({error})"))),
    }
    let shape: Vec<usize> = shape.iter().map(|&k| k as usize).collect();
    let data = match header.fortran {
        false => stored,
        true => to_c_order(&shape, &stored),
    };
    Ok(Array { shape, data })
}

/// Which numbers of a type are read: their kind and their width in bytes; none if they are not.
fn kind(descr: &str) -> Option<(u8, usize)> {
    let kind = descr.trim_start_matches(['<', '>', '|', '=']);
    let known = "f8 f4 f2 b1 u1 u2 u4 u8 i1 i2 i4 i8".split(' ');
    let (kind, width) = known.into_iter().find(|k| *k == kind)?.split_at(1);
    Some((kind.as_bytes()[0], width.parse().ok()?))
}

/// The number of these bits, zeros beyond its width; none where f64 does not hold it exactly.
fn number((kind, width): (u8, usize), bits: u64) -> Option<f64> {
    match (kind, width) {
        (b'f', 8) => Some(f64::from_bits(bits)),
        (b'f', 4) => Some(f64::from(f32::from_bits(bits as u32))),
        (b'f', _) => Some(half(bits as u16)),
        (b'i', _) => {
            // The sign goes to the highest bit and back.
            let unused = 64 - 8 * width;
            let value = (bits << unused) as i64 >> unused;
            exact(value as f64, value.unsigned_abs())
        }
        _ => exact(bits as f64, bits),
    }
}

fn exact(value: f64, magnitude: u64) -> Option<f64> {
    (magnitude <= 1 << f64::MANTISSA_DIGITS).then_some(value)
}

fn to_c_order(shape: &[usize], stored: &[f64]) -> Vec<f64> {
    let mut strides = Vec::with_capacity(shape.len());
    let mut stride = 1;
    for &k in shape {
        strides.push(stride);
        stride *= k;
    }
    (0..stored.len())
        .map(|mut i| {
            let mut at = 0;
            for (&k, &stride) in shape.iter().zip(&strides).rev() {
                at += i % k * stride;
                i /= k;
            }
            stored[at]
        })
        .collect()
}
