//! Rows of numbers that are written as they come, in any order, and survive whatever ends the process.
//!
//! A file of rows of one length, each with a checksum, row `k` at its own place. A row that was being written when the
//! process was killed fails its checksum and counts as missing; every other one stands. The header names what the rows
//! are of, so that nobody goes on with those of something else.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{Fault, RecordError};

const MAGIC: &str = "attractor rows 2";
/// The header, a JSON document, is padded to a multiple of this.
const PAGE: usize = 4096;
/// A header is a page or two.
const MAX_HEADER: u64 = 1 << 26;
/// Rows that wait in memory: one call to the system for each would cost more than a short trajectory.
const WAITING: usize = 4096;

/// A file of rows; see the module.
#[derive(Debug)]
pub struct Rows {
    file: File,
    path: PathBuf,
    /// Where row 0 begins.
    first: u64,
    /// Words of 8 bytes in a row, without its checksum.
    words: usize,
    count: u64,
    waiting: Vec<(u64, Vec<u64>)>,
}

/// Which rows of a file are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Present {
    /// As far as any is there.
    rows: Vec<bool>,
    /// How many.
    pub count: u64,
    /// Rows that are neither there nor untouched: cut short, or damaged.
    pub torn: u64,
}

impl Present {
    /// Is row `k` there?
    pub fn has(&self, k: u64) -> bool {
        self.rows.get(k as usize).is_some_and(|there| *there)
    }
}

impl Rows {
    /// Creates the file for `count` rows of `words` numbers. `identity` says what they are of.
    pub fn create(
        path: &Path,
        words: usize,
        count: u64,
        identity: &Value,
    ) -> Result<Self, RecordError> {
        let page = page(words, count, identity);
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create_new(true).open(path);
        let file = file.and_then(|mut file| file.write_all(&page).map(|()| file));
        let file = file.map_err(RecordError::io("create", path))?;
        Ok(Rows {
            file,
            path: path.to_path_buf(),
            first: page.len() as u64,
            words,
            count,
            waiting: Vec::new(),
        })
    }

    /// Opens a file of rows to go on with it, and says which are there.
    ///
    /// # Errors
    /// If it cannot be read, is no such file, or holds rows of something else than `identity` says: what differs.
    pub fn open(
        path: &Path,
        words: usize,
        count: u64,
        identity: &Value,
    ) -> Result<(Self, Present), RecordError> {
        let file = OpenOptions::new().read(true).write(true).open(path);
        let mut file = file.map_err(RecordError::io("open", path))?;
        begin_again(&mut file, &page(words, count, identity))
            .map_err(RecordError::io("write", path))?;
        let (first, header) = header(&mut file, path)?;
        let other = |changed: &str| {
            let what = Fault::NoResume(format!("not the same as then: {changed}"));
            let hint = "run it without --resume into another directory (--out), or put back what has changed";
            RecordError::new(path, what, hint)
        };
        if header["of"] != *identity {
            let of = header["of"].as_object().cloned().unwrap_or_default();
            let keys = identity.as_object().into_iter().flatten();
            let differing: Vec<String> = keys
                .filter(|(key, value)| of.get(*key) != Some(value))
                .map(|(key, now)| {
                    let then = of.get(key).and_then(words_of);
                    let both = then.zip(words_of(now));
                    both.map_or(key.clone(), |(then, now)| {
                        format!("{key} (then {then}, now {now})")
                    })
                })
                .collect();
            return Err(other(&differing.join(", ")));
        }
        if header["words"] != json!(words) || header["rows"] != json!(count) {
            return Err(other("the number of starts or of columns"));
        }
        let mut rows = Rows {
            file,
            path: path.to_path_buf(),
            first,
            words,
            count,
            waiting: Vec::new(),
        };
        let present = rows.present()?;
        Ok((rows, present))
    }

    fn present(&mut self) -> Result<Present, RecordError> {
        let mut rows = Vec::new();
        let torn = self.read(|k, _| {
            rows.resize(k as usize, false);
            rows.push(true);
            Ok::<_, RecordError>(())
        })?;
        let count = rows.iter().filter(|there| **there).count() as u64;
        Ok(Present { rows, count, torn })
    }

    /// Takes row `k`; it is on its way to the disk when enough have come, or at the next [`Rows::flush`].
    ///
    /// # Errors
    /// If the disk refuses. The rows that wait are kept, to be tried again.
    pub fn put(&mut self, k: u64, row: Vec<u64>) -> Result<(), RecordError> {
        debug_assert!(k < self.count && row.len() == self.words);
        self.waiting.push((k, row));
        let bytes = self.waiting.len() * self.stride() as usize;
        if self.waiting.len() >= WAITING || bytes > 1 << 22 {
            self.flush()?;
        }
        Ok(())
    }

    /// Writes what waits.
    pub fn flush(&mut self) -> Result<(), RecordError> {
        self.waiting.sort_by_key(|(k, _)| *k);
        let mut bytes = Vec::new();
        let mut done = 0;
        while done < self.waiting.len() {
            // Neighbours go together.
            let from = self.waiting[done].0;
            bytes.clear();
            let mut end = done;
            for (k, row) in &self.waiting[done..] {
                if *k != from + (end - done) as u64 {
                    break;
                }
                row.iter()
                    .for_each(|w| bytes.extend_from_slice(&w.to_le_bytes()));
                bytes.extend_from_slice(&checksum(*k, row).to_le_bytes());
                end += 1;
            }
            let place = self.first + from * self.stride();
            let file = &mut self.file;
            let write = file
                .seek(SeekFrom::Start(place))
                .and_then(|_| file.write_all(&bytes));
            write.map_err(RecordError::io("write", &self.path))?;
            done = end;
        }
        self.waiting.clear();
        Ok(())
    }

    /// Bytes of a row with its checksum.
    fn stride(&self) -> u64 {
        8 * (self.words as u64 + 1)
    }

    /// Gives `each` the rows that are there in order, up to the last that was written, and says how many were cut short or damaged.
    pub fn read<E: From<RecordError>>(
        &mut self,
        mut each: impl FnMut(u64, &[u64]) -> Result<(), E>,
    ) -> Result<u64, E> {
        self.flush()?;
        let mut torn = 0;
        let failed = RecordError::io("read", &self.path);
        let start = self.file.seek(SeekFrom::Start(self.first));
        start.map_err(failed)?;
        let mut reader = BufReader::with_capacity(1 << 18, &self.file);
        let mut bytes = vec![0; self.stride() as usize];
        let mut row = vec![0; self.words + 1];
        for k in 0..self.count {
            let got = fill(&mut reader, &mut bytes).map_err(RecordError::io("read", &self.path))?;
            if got == 0 {
                break;
            }
            bytes[got..].fill(0);
            for (word, bytes) in row.iter_mut().zip(bytes.chunks_exact(8)) {
                *word = u64::from_le_bytes(bytes.try_into().unwrap_or_default());
            }
            let (words, sum) = row.split_at(self.words);
            if sum[0] == checksum(k, words) {
                each(k, words)?;
            } else if row.iter().any(|w| *w != 0) {
                torn += 1;
            }
        }
        Ok(torn)
    }
}

/// Part of an identity in words; none of a checksum, which tells nobody anything.
fn words_of(value: &Value) -> Option<String> {
    let word = |v: &Value| {
        let word = v.as_str()?;
        let checksum = word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
        (!checksum).then(|| word.to_owned())
    };
    match value {
        Value::Array(all) if all.is_empty() => Some("none".to_owned()),
        Value::Array(all) => Some(all.iter().map(word).collect::<Option<Vec<_>>>()?.join(" ")),
        one => word(one),
    }
}

/// Reads until the buffer is full or the file ends.
fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut got = 0;
    while got < buffer.len() {
        match reader.read(&mut buffer[got..]) {
            Ok(0) => break,
            Ok(n) => got += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(got)
}

/// The header with its length before it.
fn page(words: usize, count: u64, identity: &Value) -> Vec<u8> {
    let header = json!({ "format": MAGIC, "words": words, "rows": count, "of": identity });
    let text = format!("{header}\n").into_bytes();
    let size = (text.len() + 8).next_multiple_of(PAGE);
    let mut page = (size as u64).to_le_bytes().to_vec();
    page.extend(text);
    page.resize(size, b' ');
    page
}

/// Completes a header that was cut short, as by a process that was killed at its very beginning: there are no rows yet.
fn begin_again(file: &mut File, page: &[u8]) -> io::Result<()> {
    let mut there = vec![0; page.len()];
    let got = fill(file, &mut there)?;
    file.seek(SeekFrom::Start(0))?;
    if got < page.len() && there[..got] == page[..got] {
        file.write_all(page)?;
        file.seek(SeekFrom::Start(0))?;
    }
    Ok(())
}

fn header(file: &mut File, path: &Path) -> Result<(u64, Value), RecordError> {
    let damaged = |why: &str| {
        let hint = "move the directory away and run it again";
        RecordError::new(path, Fault::NoResume(why.to_string()), hint)
    };
    let mut size = [0; 8];
    let failed = RecordError::io("read", path);
    let got = fill(file, &mut size).map_err(failed)?;
    let size = u64::from_le_bytes(size);
    if got < 8 || !(8..=MAX_HEADER).contains(&size) || !size.is_multiple_of(PAGE as u64) {
        return Err(damaged("its beginning is damaged"));
    }
    let mut text = vec![0; size as usize - 8];
    let got = fill(file, &mut text).map_err(RecordError::io("read", path))?;
    let value: Value = serde_json::from_slice(&text[..got])
        .map_err(|_| damaged("its header is damaged or cut short"))?;
    if value["format"] != json!(MAGIC) {
        return Err(damaged(
            "it was written by another version of the program, or by another program",
        ));
    }
    Ok((size, value))
}

/// Never 0, that of an untouched row. The number of a row is part of it, so that a row in another's place is found.
fn checksum(k: u64, row: &[u64]) -> u64 {
    const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
    // The finalizer of SplitMix64 (Steele, Lea and Flood 2014), chained. Every fourth word goes into one of four
    // chains, which need not wait for each other: tables read a row once for each column.
    let mix = |mut z: u64| {
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let link = |sum: u64, w: u64| mix(sum ^ w).wrapping_add(STEP);
    let mut chains = [0, 1, 2, 3].map(|j: u64| j.wrapping_mul(STEP));
    for words in row.chunks(chains.len()) {
        for (chain, w) in chains.iter_mut().zip(words) {
            *chain = link(*chain, *w);
        }
    }
    let sum = chains.into_iter().fold(mix(k.wrapping_add(STEP)), link);
    sum.max(1)
}
