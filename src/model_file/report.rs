//! The report that a reader sees: every mistake with its line and a caret, as rustc draws it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use super::{Diagnostic, Location, Source, Span};
use crate::number::plural;

/// More than this is not read by anybody; the rest is counted.
const SHOWN: usize = 20;
/// Columns of a line that are shown around a span.
const WIDTH: usize = 100;
/// Columns that are kept before a span when its line is cut.
const LEAD: usize = 30;

/// All mistakes of a file, sorted by place.
#[derive(Clone, Debug)]
pub struct Report {
    source: Source,
    diagnostics: Vec<Diagnostic>,
}

impl Report {
    pub(super) fn new(source: &Source, mut diagnostics: Vec<Diagnostic>) -> Self {
        // Stable: at one place, the order of the questions.
        diagnostics.sort_by_key(|d| d.span.as_ref().map(|s| (s.start, s.end)));
        // An array that two places use is read twice, and its mistakes are found twice.
        let mut seen = HashSet::new();
        diagnostics.retain(|d| seen.insert(d.clone()));
        Report {
            source: source.clone(),
            diagnostics,
        }
    }

    /// The overrides but for settings, where a place in the file is blamed: what they replaced may be what does not fit it.
    fn bystanders(&self) -> Vec<String> {
        if self.source.overrides().is_empty() {
            return Vec::new();
        }
        let spans = || self.diagnostics.iter().filter_map(|d| d.span.as_ref());
        let place = |at: &Span| self.source.location(at.start);
        let in_file = spans().any(|s| matches!(place(s), Location::File { .. }));
        let innocent = |at: &&Span| !spans().any(|s| at.start <= s.start && s.start <= at.end);
        let overrides = self.source.overrides().iter().filter(|_| in_file);
        let given = overrides.filter(innocent).map(|at| self.source.at(at));
        let harmless = |given: &&str| given.starts_with("solve.") || *given == "figures=[]";
        let given = given.filter(|given| !harmless(&given.trim_start()));
        given.map(str::to_owned).collect()
    }

    /// The mistakes.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
}

impl std::error::Error for Report {}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for diagnostic in self.diagnostics.iter().take(SHOWN) {
            one(f, &self.source, diagnostic)?;
            writeln!(f)?;
        }
        let n = self.diagnostics.len();
        if n > SHOWN {
            writeln!(f, "and {} more", n - SHOWN)?;
        }
        write!(f, "{} in {}", plural(n, "error"), self.source.name())?;
        for given in self.bystanders() {
            write!(f, " with --set {}", clean(first(&given)))?;
        }
        Ok(())
    }
}

fn one(f: &mut fmt::Formatter<'_>, source: &Source, d: &Diagnostic) -> fmt::Result {
    writeln!(f, "error: {}", clean(&d.message))?;
    let (number, place) = match d.span.as_ref().map(|s| source.location(s.start)) {
        None => (String::new(), source.name().to_owned()),
        Some(Location::File { line, column }) => (
            line.to_string(),
            format!("{}:{line}:{column}", source.name()),
        ),
        Some(Location::Override { given }) => (String::new(), format!("--set {}", first(&given))),
    };
    let gutter = " ".repeat(1 + number.len().max(1));
    writeln!(f, "{gutter}--> {}", clean(&place))?;
    if let Some(span) = &d.span {
        let (line, lead, underline) = snippet(source, span);
        let label = clean(&d.label);
        writeln!(f, "{gutter} |")?;
        writeln!(f, "{number:>w$} | {line}", w = gutter.len())?;
        let caret = format!("{}{} {label}", " ".repeat(lead), "^".repeat(underline));
        writeln!(f, "{gutter} | {}", caret.trim_end())?;
    }
    if let Some(help) = &d.help {
        writeln!(f, "{gutter} = help: {}", clean(help))?;
    }
    Ok(())
}

/// The line of a span as it is shown, the columns before the caret and the number of carets.
fn snippet(source: &Source, span: &Span) -> (String, usize, usize) {
    let line = source.line(span.start);
    let text = source.at(&line);
    // Offsets from the start of the line; a span that runs over lines underlines the first.
    let from = span.start.clamp(line.start, line.end) - line.start;
    let to = span.end.clamp(line.start + from, line.end) - line.start;

    let cells: Vec<(usize, String)> = text.char_indices().map(|(i, c)| (i, cell(c))).collect();
    let before = |at: usize| -> usize {
        let until = cells.iter().take_while(|(i, _)| *i < at);
        until.map(|(_, c)| width(c)).sum()
    };
    let (lead, end) = (before(from), before(to));
    let total = before(text.len());
    if total <= WIDTH {
        let shown = cells.iter().map(|(_, c)| c.as_str()).collect();
        return (shown, lead, (end - lead).max(1));
    }
    // A window that shows what comes before the span, or the end of the line if that is nearer.
    let left = lead.saturating_sub(LEAD).min(total - WIDTH);
    let mut shown = String::new();
    let (mut column, mut skipped) = (0, 0);
    for (_, c) in &cells {
        let w = width(c);
        if column < left {
            skipped += w;
        } else if column + w <= left + WIDTH {
            shown.push_str(c);
        }
        column += w;
    }
    let (head, tail) = (
        if skipped > 0 { "…" } else { "" },
        if total > left + WIDTH { "…" } else { "" },
    );
    let lead = lead - skipped + head.chars().count();
    let end = end.min(left + WIDTH).saturating_sub(skipped) + head.chars().count();
    (
        format!("{head}{shown}{tail}"),
        lead,
        end.saturating_sub(lead).max(1),
    )
}

fn first(text: &str) -> &str {
    text.lines().next().unwrap_or("")
}

/// One character as it is shown: tabs become spaces, what would move the cursor a mark.
fn cell(c: char) -> String {
    match c {
        '\t' => "    ".into(),
        c if c.is_control() => '\u{fffd}'.into(),
        c => c.into(),
    }
}

/// A text in one line, with what would move the cursor told by its number.
fn clean(text: &str) -> String {
    let lines: Vec<&str> = text.split(['\n', '\r']).map(str::trim).collect();
    let line = if lines.len() > 1 {
        Cow::Owned(lines.join(" "))
    } else {
        Cow::Borrowed(text)
    };
    escaped(&line).replace('\t', "    ")
}

/// A text that a terminal shows as it is: characters that would move the cursor, or turn the direction of writing round, are
/// told by their numbers, `\u001b`, as JSON does. Ends of lines and tabs stay.
pub fn escaped(text: &str) -> Cow<'_, str> {
    let odd = |c: char| match c {
        '\n' | '\t' => false,
        '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        c => c.is_control(),
    };
    if !text.contains(odd) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if odd(c) {
            plain.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            plain.push(c);
        }
    }
    Cow::Owned(plain)
}

/// Columns that a terminal gives to a cell. Not the whole of Unicode: accents that combine take none, East Asian
/// characters and pictures two.
fn width(cell: &str) -> usize {
    cell.chars()
        .map(|c| match u32::from(c) {
            0x300..=0x36f | 0x200b..=0x200f | 0xfe00..=0xfe0f => 0,
            0x1100..=0x115f
            | 0x2e80..=0xa4cf
            | 0xac00..=0xd7a3
            | 0xf900..=0xfaff
            | 0xfe30..=0xfe6f
            | 0xff00..=0xff60
            | 0xffe0..=0xffe6
            | 0x1f300..=0x1f64f
            | 0x1f900..=0x1f9ff
            | 0x20000..=0x3fffd => 2,
            _ => 1,
        })
        .sum()
}
