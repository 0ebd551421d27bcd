//! The data of a figure on disk: text that people read, and arrays that NumPy opens.
//!
//! A figure's value is written as `NAME.json` with every array of numbers taken out and put into `NAME.npz` under the path
//! that led to it. Nothing here knows what a figure is. JSON has no NaN and no infinities; in an array they may stand as
//! the words `"NaN"`, `"inf"` and `"-inf"`, and are numbers in the archive.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::npz::{NpzReader, NpzWriter};
use super::{Array, Fault, RecordError, RunDirectory};

/// What stands in the text for an array of f64, and for one of integers.
const FLOATS: &str = "$array";
const INTEGERS: &str = "$integers";
/// What JSON has no numbers for.
const NAMED: [(&str, f64); 3] = [
    ("NaN", f64::NAN),
    ("inf", f64::INFINITY),
    ("-inf", f64::NEG_INFINITY),
];
/// The text holds words, not data.
const MAX_TEXT: u64 = 1 << 28;
/// Integers beyond this come back from an array as other integers.
const MAX_INTEGER: u64 = 1 << f64::MANTISSA_DIGITS;

/// Writes `NAME.json` and `NAME.npz`, from which [`read_figure`] makes an equal value.
///
/// Every rectangular nest of lists that holds two numbers or more, all of them f64 or all of them integers, is replaced
/// (but for two f64 that are no part of a list, such as the ends of an axis, so that they can be edited) by `{"$array": key}`
/// or `{"$integers": key}`; the key is its path, such as `curves.0.energy`.
///
/// # Errors
/// If the name is no plain file name, the value itself uses one of these two words as a key, or the disk refuses.
pub fn write_figure(
    directory: &mut RunDirectory,
    name: &str,
    figure: &Value,
) -> Result<(), RecordError> {
    let text = directory.file(&format!("{name}.json"))?;
    let npz = directory.file(&format!("{name}.npz"))?;
    let mut split = Split {
        npz: NpzWriter::create(&npz)?,
        keys: BTreeSet::new(),
        path: &npz,
    };
    let words = split.value("", figure)?;
    split.npz.finish()?;
    std::fs::write(&text, format!("{words:#}\n")).map_err(RecordError::io("write", &text))
}

/// Reads what [`write_figure`] wrote; `path` is the `.json`, its arrays are in the `.npz` beside it.
///
/// # Errors
/// If a file is missing or damaged, or the text names an array that is not there.
pub fn read_figure(path: impl AsRef<Path>) -> Result<Value, RecordError> {
    let path = path.as_ref();
    let size = std::fs::metadata(path)
        .map_err(RecordError::io("read", path))?
        .len();
    if size > MAX_TEXT {
        let what = format!("{size} bytes of text");
        let limit = format!("{MAX_TEXT} bytes");
        return Err(RecordError::too_large(path, what, limit));
    }
    let text = std::fs::read_to_string(path).map_err(RecordError::io("read", path))?;
    let mut figure = serde_json::from_str(&text).map_err(|error| {
        let what = Fault::Format("the data of a figure", error.to_string());
        RecordError::new(path, what, "draw the figure again from the model")
    })?;
    let mut npz = NpzReader::open(path.with_extension("npz"))?;
    join(&mut figure, &mut npz)?;
    Ok(figure)
}

struct Split<'a> {
    npz: NpzWriter,
    keys: BTreeSet<String>,
    path: &'a Path,
}

impl Split<'_> {
    fn value(&mut self, place: &str, value: &Value) -> Result<Value, RecordError> {
        let below = |key: &str| match place {
            "" => key.to_string(),
            _ => format!("{place}.{key}"),
        };
        match value {
            Value::Array(items) => {
                if let Some(numbers) = Numbers::of(value).filter(|n| !n.is_range(place)) {
                    return self.array(place, numbers);
                }
                let parts = items.iter().enumerate();
                let parts = parts.map(|(i, item)| self.value(&below(&i.to_string()), item));
                parts.collect()
            }
            Value::Object(map) => {
                if let Some(word) = [FLOATS, INTEGERS].iter().find(|w| map.contains_key(**w)) {
                    let why = format!("the key `{word}` is kept for arrays");
                    let what = Fault::BadArray(place.to_string(), why);
                    return Err(RecordError::new(self.path, what, ""));
                }
                let mut parts = Map::new();
                for (key, item) in map {
                    parts.insert(key.clone(), self.value(&below(key), item)?);
                }
                Ok(Value::Object(parts))
            }
            _ => Ok(value.clone()),
        }
    }

    fn array(&mut self, place: &str, numbers: Numbers) -> Result<Value, RecordError> {
        let odd = |c: char| c.is_control() || c == '/' || c == '\\';
        let mut key: String = match place {
            "" => "value".to_string(),
            _ => place.replace(odd, "_"),
        };
        while !self.keys.insert(key.clone()) {
            key.push('_');
        }
        let (shape, data) = (&numbers.shape, &numbers.data);
        let word = if numbers.whole {
            let whole: Vec<i64> = data.iter().map(|v| *v as i64).collect();
            self.npz.write_i64(&key, shape, &whole)?;
            INTEGERS
        } else {
            self.npz.write(&key, shape, data)?;
            FLOATS
        };
        Ok(json!({ word: key }))
    }
}

/// A rectangular nest of numbers of one kind.
struct Numbers {
    shape: Vec<usize>,
    data: Vec<f64>,
    whole: bool,
}

impl Numbers {
    /// Two numbers that are no part of a list: the ends of an axis, say, which people may want to change.
    fn is_range(&self, place: &str) -> bool {
        let listed = place.split('.').any(|part| part.parse::<usize>().is_ok());
        let finite = self.data.iter().all(|v| v.is_finite());
        self.shape == [2] && !self.whole && finite && !listed
    }

    fn of(value: &Value) -> Option<Numbers> {
        let (mut shape, mut leaves) = (Vec::new(), vec![value]);
        while let Value::Array(first) = leaves.first()? {
            let n = first.len();
            let items = leaves.iter().map(|v| v.as_array().filter(|a| a.len() == n));
            leaves = items
                .collect::<Option<Vec<_>>>()?
                .into_iter()
                .flatten()
                .collect();
            shape.push(n);
        }
        let small = |v: i64| v.unsigned_abs() <= MAX_INTEGER;
        let whole = leaves.iter().all(|v| v.as_i64().is_some_and(small));
        let number = |v: &&Value| if whole { v.as_f64() } else { float(v) };
        let data: Vec<f64> = leaves.iter().map(number).collect::<Option<_>>()?;
        // Words alone are more likely names than numbers.
        let words = data.iter().all(|v| !v.is_finite());
        (data.len() >= 2 && !words).then_some(Numbers { shape, data, whole })
    }
}

fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) if number.is_f64() => number.as_f64(),
        Value::String(word) => NAMED.iter().find(|(name, _)| name == word).map(|(_, v)| *v),
        _ => None,
    }
}

fn join(value: &mut Value, npz: &mut NpzReader) -> Result<(), RecordError> {
    match value {
        Value::Array(items) => items.iter_mut().try_for_each(|item| join(item, npz)),
        Value::Object(map) => {
            for (word, whole) in [(FLOATS, false), (INTEGERS, true)] {
                if let Some(key) = map.get(word).and_then(Value::as_str) {
                    *value = nest(&npz.read(key)?, whole);
                    return Ok(());
                }
            }
            map.values_mut().try_for_each(|item| join(item, npz))
        }
        _ => Ok(()),
    }
}

fn nest(array: &Array, whole: bool) -> Value {
    let leaf = |v: &f64| match (whole, v.is_finite()) {
        (true, _) => Value::from(*v as i64),
        (false, true) => Value::from(*v),
        // No other is NaN.
        (false, false) => NAMED
            .iter()
            .find(|(_, n)| n == v)
            .unwrap_or(&NAMED[0])
            .0
            .into(),
    };
    let mut all: Vec<Value> = array.data.iter().map(leaf).collect();
    for n in array.shape.iter().skip(1).rev() {
        all = all
            .chunks((*n).max(1))
            .map(|part| part.to_vec().into())
            .collect();
    }
    match array.shape[..] {
        [] => all.pop().unwrap_or_default(),
        _ => Value::Array(all),
    }
}
