//! The header of a `.npy` file: what its numbers are and how they lie.
//!
//! NumPy's format: six bytes of magic, a version, the length of a text, and the text: a dictionary in Python
//! (<https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>).

use std::io::Read;
use std::path::Path;

use serde_json::Value;

use crate::record::{Fault, RecordError};

pub(super) const HINT: &str = "write it with numpy.save, or numpy.savez for several arrays";

/// A header describes a type and a shape; this is more than NumPy itself reads.
const MAX_HEADER: u64 = 1 << 16;

/// What is no array, and why.
pub(super) fn broken(path: &Path, why: impl Into<String>) -> RecordError {
    RecordError::new(path, Fault::Format("a NumPy array", why.into()), HINT)
}

pub(super) struct Header {
    /// The type, as NumPy writes it: `<f8`.
    pub descr: String,
    /// Does the first axis run fastest?
    pub fortran: bool,
    pub shape: Vec<u64>,
    /// Its bytes, the magic included.
    pub length: u64,
}

impl Header {
    /// Reads it from the beginning of `size` bytes; what is claimed is compared with that before anything is allocated.
    pub fn read(reader: &mut impl Read, size: u64, path: &Path) -> Result<Self, RecordError> {
        let broken = |why: &str| broken(path, why);
        let short = || broken("it is cut short inside its header");
        let mut head = [0; 10];
        if size < 10 && size > 0 {
            return Err(short());
        }
        if reader.read_exact(&mut head).is_err() || &head[..6] != b"\x93NUMPY" {
            return Err(broken("it does not begin like one"));
        }
        if !(1..=3).contains(&head[6]) {
            let version = head[6];
            return Err(broken(&format!(
                "its format has the version {version}, and 1 to 3 are known"
            )));
        }
        let (mut claimed, mut fixed) = (u64::from(u16::from_le_bytes([head[8], head[9]])), 10);
        if head[6] > 1 {
            let mut more = [0; 2];
            reader.read_exact(&mut more).map_err(|_| short())?;
            claimed += u64::from(u16::from_le_bytes(more)) << 16;
            fixed = 12;
        }
        if claimed > MAX_HEADER {
            return Err(broken(&format!("it claims a header of {claimed} bytes")));
        }
        if fixed + claimed > size {
            return Err(short());
        }
        let mut text = vec![0; claimed as usize];
        reader.read_exact(&mut text).map_err(|_| short())?;
        let wrong =
            || broken("its header is wrong (it is no dictionary of a type, an order and a shape)");
        let says = dictionary(&String::from_utf8_lossy(&text)).ok_or_else(wrong)?;
        let shape = says["shape"].as_array().ok_or_else(wrong)?.iter();
        Ok(Header {
            descr: match &says["descr"] {
                Value::String(descr) => descr.clone(),
                Value::Null => return Err(wrong()),
                other => other.to_string(),
            },
            fortran: says["fortran_order"].as_bool().ok_or_else(wrong)?,
            shape: shape
                .map(Value::as_u64)
                .collect::<Option<_>>()
                .ok_or_else(wrong)?,
            length: fixed + claimed,
        })
    }

    /// The header of an array in C order, so long that the numbers begin at a multiple of 64 bytes.
    pub fn write(descr: &str, shape: &[usize]) -> Vec<u8> {
        let axes: String = shape.iter().map(|n| format!("{n}, ")).collect();
        // One axis keeps its comma, as NumPy writes it.
        let axes = match shape.len() {
            1 => axes.trim_end(),
            _ => axes.trim_end_matches(", "),
        };
        let mut text =
            format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({axes}), }}");
        let fixed = 10;
        let blanks = 64 - (fixed + text.len() + 1) % 64;
        text.extend(std::iter::repeat_n(' ', blanks % 64));
        text.push('\n');
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((text.len() as u16).to_le_bytes());
        bytes.extend(text.as_bytes());
        bytes
    }
}

/// A dictionary in Python, of which the parts that headers have are JSON in other signs.
fn dictionary(text: &str) -> Option<Value> {
    let signs = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '\'' => '"',
            '(' => '[',
            ')' => ']',
            c => c,
        });
    let text: String = signs.collect();
    let mut text = text.replace("False", "false").replace("True", "true");
    text = text.replace(",]", "]").replace(",}", "}");
    // Python 2 wrote the lengths of a shape as long integers: `(2L, 3L)`.
    for digit in '0'..='9' {
        text = text.replace(&format!("{digit}L"), &digit.to_string());
    }
    let value: Value = serde_json::from_str(&text).ok()?;
    value.is_object().then_some(value)
}
