//! Reading `.npy` and `.npz` from anywhere: sizes first, memory after.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::{Path, PathBuf};

use npyz::{DType, Deserialize, NpyFile, Order, TypeChar};
use zip::{CompressionMethod, ZipArchive};

use super::half::Half;

use crate::record::{Array, MAX_VALUES, RecordError};

const EXPECTED: &str = "a NumPy array";
const HINT: &str = "write it with numpy.save, or numpy.savez for several arrays";
/// A header describes a type and a shape; this is more than NumPy itself reads.
const MAX_HEADER: u64 = 1 << 16;

/// Reads a `.npy` file: f64, f32, f16, integers and bool, either byte order, C or Fortran order, as written by Python 2
/// or 3. NaN and infinities are handed on as they are.
///
/// # Errors
/// If the file is missing, is not a `.npy`, ends too early, has a type that is no plain number, holds integers that f64
/// cannot hold exactly, or more values than [`MAX_VALUES`].
pub fn read_npy(path: impl AsRef<Path>) -> Result<Array, RecordError> {
    let path = path.as_ref();
    let (file, size) = open(path)?;
    parse(BufReader::new(file), size, path)
}

/// The same from bytes that are called `name` in messages.
///
/// # Errors
/// As for [`read_npy`], but for a missing file.
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

/// The same from bytes that are called `name` in messages; without a key the only array that there is.
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

/// An `.npz` archive from which several arrays are read.
#[derive(Debug)]
pub(in crate::record) struct NpzReader<R = BufReader<File>> {
    archive: ZipArchive<R>,
    path: PathBuf,
}

impl NpzReader {
    pub(in crate::record) fn open(path: impl AsRef<Path>) -> Result<Self, RecordError> {
        let path = path.as_ref();
        let (file, _) = open(path)?;
        NpzReader::new(BufReader::new(file), path)
    }
}

impl<R: Read + Seek> NpzReader<R> {
    fn new(reader: R, path: &Path) -> Result<Self, RecordError> {
        let path = path.to_path_buf();
        match ZipArchive::new(reader) {
            Ok(archive) => Ok(NpzReader { archive, path }),
            Err(error) => Err(no_archive(&path, error.to_string())),
        }
    }

    /// The names of the arrays, sorted.
    fn keys(&self) -> Vec<String> {
        let names = self.archive.file_names();
        let arrays = names.filter_map(|name| Some(name.ok()?.strip_suffix(".npy")?.to_string()));
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
                let path = self.path.clone();
                Err(RecordError::WhichArray { path, keys })
            }
        }
    }

    pub(in crate::record) fn read(&mut self, key: &str) -> Result<Array, RecordError> {
        let path = &self.path;
        let Some(index) = self.archive.index_for_name(&format!("{key}.npy")) else {
            return Err(RecordError::NoSuchArray {
                path: path.clone(),
                key: key.to_string(),
                keys: self.keys(),
            });
        };
        // Only what it says of itself: a packing that is not known could not be begun to be read.
        let packed = self.archive.by_index_raw(index);
        let packed = packed.map_err(|error| no_archive(path, error.to_string()))?;
        if let Some(why) = unpackable(packed.compression(), key) {
            return Err(RecordError::Format {
                path: path.clone(),
                expected: "an .npz archive",
                why,
                hint: "pack it again: numpy.savez_compressed(path, **numpy.load(path))",
            });
        }
        drop(packed);
        let entry = self
            .archive
            .by_index(index)
            .map_err(|error| no_archive(path, error.to_string()))?;
        // The size in the archive's directory is a claim too: nothing is allocated on its word, and no more is unpacked.
        let size = entry.size();
        parse(
            BufReader::new(entry.take(size.saturating_add(1))),
            size,
            path,
        )
    }
}

/// Why an array cannot be unpacked, if it cannot.
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
    RecordError::Format {
        path: path.to_path_buf(),
        expected: "an .npz archive",
        why,
        hint: HINT,
    }
}

/// Opens a regular file (a named pipe would wait for ever) and says how long it is.
fn open(path: &Path) -> Result<(File, u64), RecordError> {
    let meta = std::fs::metadata(path).map_err(RecordError::io("read", path))?;
    if !meta.is_file() {
        return Err(RecordError::Format {
            path: path.to_path_buf(),
            expected: EXPECTED,
            why: "it is not a file".to_string(),
            hint: HINT,
        });
    }
    let file = File::open(path).map_err(RecordError::io("read", path))?;
    Ok((file, meta.len()))
}

/// Reads one array from a stream of `size` bytes.
fn parse(mut reader: impl Read, size: u64, path: &Path) -> Result<Array, RecordError> {
    let broken = |why: String| RecordError::Format {
        path: path.to_path_buf(),
        expected: EXPECTED,
        why,
        hint: HINT,
    };
    let head = head(&mut reader, size).map_err(broken)?;
    let file = NpyFile::new(head.as_slice().chain(&mut reader)).map_err(|error| {
        // The parser of the header draws pictures of it.
        let error = error.to_string();
        let gist = error
            .split_once('\n')
            .map_or(error.as_str(), |_| "it is no dictionary in Python");
        broken(format!("its header is wrong ({gist})"))
    })?;
    let shape = file.shape().to_vec();
    let n = shape.iter().try_fold(1u64, |n, &k| n.checked_mul(k));
    let Some(n) = n.filter(|&n| n <= MAX_VALUES) else {
        return Err(RecordError::TooLarge {
            path: path.to_path_buf(),
            what: format!("an array of shape {shape:?}"),
            limit: format!("{MAX_VALUES} values (2 GiB)"),
        });
    };
    let dtype = file.dtype();
    let width = match (&dtype, dtype.num_bytes()) {
        (DType::Plain(_), Some(width)) if !dtype.uses_pickled_array() => width as u64,
        _ => return Err(broken(unreadable(&dtype))),
    };
    let (has, needs) = (size - head.len() as u64, n * width);
    if has < needs {
        return Err(broken(format!(
            "it is cut short: shape {shape:?} of type {} needs {needs} bytes, {has} are there",
            dtype.descr()
        )));
    }
    if has > needs {
        return Err(broken(format!(
            "it goes on for {} bytes after an array of shape {shape:?}, and only one array is read",
            has - needs
        )));
    }
    let order = file.order();
    let stored = values(file, &dtype, n).map_err(broken)?;
    // Reading on is what makes the archive compare its checksum.
    match reader.read(&mut [0]) {
        Ok(0) => {}
        Ok(_) => return Err(broken("it is longer than it claims".to_string())),
        Err(error) => return Err(broken(format!("its data are damaged ({error})"))),
    }
    let shape: Vec<usize> = shape.iter().map(|&k| k as usize).collect();
    let data = match order {
        Order::C => stored,
        Order::Fortran => to_c_order(&shape, &stored),
    };
    Ok(Array { shape, data })
}

/// Reads magic, version and header text, and refuses what `npyz` would allocate, overflow or recurse on. The text is
/// Python; counting its digits bounds every product of its numbers without parsing it.
fn head(reader: &mut impl Read, size: u64) -> Result<Vec<u8>, String> {
    let short = |_| "it is cut short inside its header".to_string();
    let mut head = vec![0; 10];
    if size < 10 || reader.read_exact(&mut head).is_err() || &head[..6] != b"\x93NUMPY" {
        return Err("it does not begin like one".to_string());
    }
    let mut length = u64::from(u16::from_le_bytes([head[8], head[9]]));
    if head[6] > 1 {
        let mut more = [0; 2];
        reader.read_exact(&mut more).map_err(short)?;
        length += u64::from(u16::from_le_bytes(more)) << 16;
        head.extend(more);
    }
    if length > MAX_HEADER || head.len() as u64 + length > size {
        return Err(format!("it claims a header of {length} bytes"));
    }
    let fixed = head.len();
    head.resize(fixed + length as usize, 0);
    reader.read_exact(&mut head[fixed..]).map_err(short)?;
    without_long(&mut head[fixed..]);
    let text = String::from_utf8_lossy(&head[fixed..]);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let nested = text.bytes().filter(|b| b"([{".contains(b)).count();
    // Below 10^19 nothing overflows 64 bits.
    if digits > 19 || nested > 32 || text.contains("0x") || text.contains("0X") {
        return Err(
            "its header is no plain array of a size that fits into memory \
             (structured types are not read)"
                .to_string(),
        );
    }
    Ok(head)
}

/// Python 2 wrote the lengths of a shape as long integers: `(2L, 3L)`. Blanks take the place of the letters.
fn without_long(text: &mut [u8]) {
    for i in 1..text.len() {
        if text[i] == b'L' && text[i - 1].is_ascii_digit() {
            text[i] = b' ';
        }
    }
}

/// The values in the order of the file, as f64.
fn values<R: Read>(file: NpyFile<R>, dtype: &DType, n: u64) -> Result<Vec<f64>, String> {
    let DType::Plain(kind) = dtype else {
        return Err(unreadable(dtype));
    };
    match (kind.type_char(), kind.size_field()) {
        (TypeChar::Float, 8) => collect::<f64, R>(file, n, Some),
        (TypeChar::Float, 4) => collect::<f32, R>(file, n, |v| Some(f64::from(v))),
        (TypeChar::Float, 2) => collect::<Half, R>(file, n, |v| Some(v.value())),
        (TypeChar::Bool, 1) => collect::<bool, R>(file, n, |v| Some(f64::from(u8::from(v)))),
        (TypeChar::Int, 1) => collect::<i8, R>(file, n, |v| Some(f64::from(v))),
        (TypeChar::Int, 2) => collect::<i16, R>(file, n, |v| Some(f64::from(v))),
        (TypeChar::Int, 4) => collect::<i32, R>(file, n, |v| Some(f64::from(v))),
        (TypeChar::Int, 8) => collect::<i64, R>(file, n, |v| exact(v as f64, v.unsigned_abs())),
        (TypeChar::Uint, 1) => collect::<u8, R>(file, n, |v| Some(f64::from(v))),
        (TypeChar::Uint, 2) => collect::<u16, R>(file, n, |v| Some(f64::from(v))),
        (TypeChar::Uint, 4) => collect::<u32, R>(file, n, |v| Some(f64::from(v))),
        (TypeChar::Uint, 8) => collect::<u64, R>(file, n, |v| exact(v as f64, v)),
        _ => Err(unreadable(dtype)),
    }
}

fn exact(value: f64, magnitude: u64) -> Option<f64> {
    (magnitude <= 1 << f64::MANTISSA_DIGITS).then_some(value)
}

fn collect<T: Deserialize, R: Read>(
    file: NpyFile<R>,
    n: u64,
    convert: impl Fn(T) -> Option<f64>,
) -> Result<Vec<f64>, String> {
    // Grows with what really arrives: inside an archive the length was only promised.
    let mut values = Vec::with_capacity(n.min(1 << 16) as usize);
    for (i, value) in file
        .data::<T>()
        .map_err(|error| error.to_string())?
        .enumerate()
    {
        let value =
            value.map_err(|error| format!("its data end or break at value {i} ({error})"))?;
        values.push(convert(value).ok_or_else(|| {
            format!("value {i} is an integer beyond 2^53, which a 64-bit float cannot hold")
        })?);
    }
    Ok(values)
}

fn unreadable(dtype: &DType) -> String {
    format!(
        "its type is {}, and only float64, float32, float16, integers and bool are read (numpy: a.astype('f8'))",
        dtype.descr()
    )
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
