//! The text that all spans point into.

use std::fmt;
use std::ops::Range;

/// Stands between the file and the overrides. A span that the parser puts at the very end of the file stays before it.
const MARKER: &str = "\n# --set\n";

/// A model file's text and, after it, one line for every `--set path.to.key=value`.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    text: String,
    file_len: usize,
    overrides: Vec<Range<usize>>,
}

/// The bytes of a file are not the UTF-8 text that TOML is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotText {
    /// The first line that is not.
    pub line: usize,
    /// Do they begin as UTF-16 does?
    pub is_utf16: bool,
}

impl fmt::Display for NotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let guess = if self.is_utf16 {
            " (it may be UTF-16)"
        } else {
            ""
        };
        let line = self.line;
        write!(
            f,
            "line {line} is not UTF-8 text, as TOML must be{guess}; save it as UTF-8"
        )
    }
}

impl std::error::Error for NotText {}

impl Source {
    /// A file called `name` in messages. A byte order mark is dropped.
    pub fn new(name: &str, text: &str, overrides: &[String]) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut source = Source {
            name: name.to_owned(),
            text: text.to_owned(),
            file_len: text.len(),
            overrides: Vec::new(),
        };
        for given in overrides {
            let before = if source.overrides.is_empty() {
                MARKER
            } else {
                "\n"
            };
            source.text.push_str(before);
            let start = source.text.len();
            source.text.push_str(given);
            source.overrides.push(start..source.text.len());
        }
        source
    }

    /// The same from bytes.
    ///
    /// # Errors
    /// Where the bytes stop being UTF-8.
    pub fn from_bytes(name: &str, bytes: Vec<u8>, overrides: &[String]) -> Result<Self, NotText> {
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Source::new(name, &text, overrides)),
            Err(error) => {
                let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
                Err(NotText {
                    line: 1 + good.iter().filter(|b| **b == b'\n').count(),
                    is_utf16: matches!(error.as_bytes(), [0xff, 0xfe, ..] | [0xfe, 0xff, ..]),
                })
            }
        }
    }

    /// The file's name as it was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file alone.
    pub fn file(&self) -> &str {
        &self.text[..self.file_len]
    }

    /// The places of the overrides, in order.
    pub fn overrides(&self) -> &[Range<usize>] {
        &self.overrides
    }

    /// The text at a span; spans that do not fit the text are cut to it.
    pub fn at(&self, span: &Range<usize>) -> &str {
        let start = floor(&self.text, span.start);
        &self.text[start..floor(&self.text, span.end).max(start)]
    }

    /// Which override holds `offset`, if one does.
    pub fn override_at(&self, offset: usize) -> Option<usize> {
        let mut all = self.overrides.iter();
        all.position(|o| o.start <= offset && offset <= o.end)
    }

    /// The line of the file that holds `offset`, from 1.
    pub fn line_number(&self, offset: usize) -> usize {
        1 + self
            .at(&(0..offset.min(self.file_len)))
            .matches('\n')
            .count()
    }

    /// The bytes of the line that holds `offset`, without its end.
    pub fn line(&self, offset: usize) -> Range<usize> {
        let bounds = self.override_at(offset);
        let bounds = bounds.map_or(0..self.file_len, |k| self.overrides[k].clone());
        let text = &self.text[bounds.clone()];
        let inside = floor(text, offset.saturating_sub(bounds.start).min(text.len()));
        let start = text[..inside].rfind('\n').map_or(0, |i| i + 1);
        let end = text[inside..].find('\n').map_or(text.len(), |i| inside + i);
        let line = text[start..end].trim_end_matches('\r');
        bounds.start + start..bounds.start + start + line.len()
    }
}

/// The character boundary at or before `i`.
fn floor(text: &str, i: usize) -> usize {
    let mut i = i.min(text.len());
    while !text.is_char_boundary(i) {
        i -= 1;
    }
    i
}
