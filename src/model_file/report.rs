//! The report that a reader sees: every mistake with its line and a caret, drawn by the crate that rustc has its drawing from.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use super::{Diagnostic, Diagnostics, Source, Span};
use crate::number::plural;

/// More than this is not read by anybody; the rest is counted.
const SHOWN: usize = 20;
/// Columns of the widest line; what of a longer one is not around the mistake is cut.
const WIDTH: usize = 110;

/// All mistakes of a file, sorted by place.
#[derive(Clone, Debug)]
pub struct Report {
    source: Source,
    diagnostics: Vec<Diagnostic>,
    /// How many overrides are typed behind `--set`, if the others are flags.
    typed: usize,
    /// And how many are not of a point of the sweep.
    asked: usize,
}

impl Report {
    fn new(source: &Source, mut diagnostics: Vec<Diagnostic>) -> Self {
        // Stable: at one place, the order of the questions.
        diagnostics.sort_by_key(|d| d.span.as_ref().map(|s| (s.start, s.end)));
        // An array that two places use is read twice, and its mistakes are found twice.
        let mut seen = HashSet::new();
        diagnostics.retain(|d| seen.insert(d.clone()));
        Report {
            source: source.clone(),
            diagnostics,
            typed: usize::MAX,
            asked: usize::MAX,
        }
    }

    /// The overrides but for settings, where a place in the file is blamed: what they replaced may be what does not fit it.
    fn bystanders(&self) -> Vec<String> {
        if self.source.overrides().is_empty() {
            return Vec::new();
        }
        let spans = || self.diagnostics.iter().filter_map(|d| d.span.as_ref());
        let in_file = spans().any(|s| self.source.override_at(s.start).is_none());
        let innocent = |at: &&Span| !spans().any(|s| at.start <= s.start && s.start <= at.end);
        let overrides = self.source.overrides().iter().filter(|_| in_file);
        let given = overrides.filter(innocent).map(|at| self.source.at(at));
        let harmless = |given: &&str| given.starts_with("solve.") || *given == "figures=[]";
        let given = given.filter(|given| !harmless(&given.trim_start()));
        given.map(str::to_owned).collect()
    }

    /// The same where overrides behind the first `typed` are flags.
    pub(super) fn with_flags(self, typed: usize) -> Self {
        Report { typed, ..self }
    }

    /// The same where overrides behind the first `asked` are those of a point of the sweep.
    pub(super) fn with_sweep(self, asked: usize) -> Self {
        Report { asked, ..self }
    }

    /// What an override is typed behind: `--set`, or the flag that is named after its key.
    fn flag(&self, k: usize) -> String {
        let given = self.source.at(&self.source.overrides()[k]);
        match given.split_once('=') {
            _ if k >= self.asked => "sweep".to_owned(),
            Some((path, _)) if k >= self.typed => {
                let key = path.rsplit('.').next().unwrap_or(path);
                match key {
                    // Said by it besides the time itself.
                    "until" => "--t-end".to_owned(),
                    key => format!("--{}", key.replace('_', "-")),
                }
            }
            _ => "--set".to_owned(),
        }
    }

    /// One mistake. Only its own line is handed on: files may be long, and mistakes many.
    fn one(&self, f: &mut fmt::Formatter<'_>, d: &Diagnostic) -> fmt::Result {
        let source = &self.source;
        let flag: String;
        let (message, label) = (clean(&d.message), clean(&d.label));
        let title = Level::ERROR.primary_title(&*message);
        let mut group = match &d.span {
            None => title.element(Origin::path(source.name())),
            Some(span) => {
                let line = source.line(span.start);
                let (path, number) = match source.override_at(span.start) {
                    None => (source.name(), source.line_number(span.start)),
                    Some(k) => {
                        flag = self.flag(k);
                        (flag.as_str(), k + 1)
                    }
                };
                // A span that runs over lines underlines the first.
                let from = span.start.clamp(line.start, line.end) - line.start;
                let to = span.end.clamp(line.start + from, line.end) - line.start;
                let place = AnnotationKind::Primary.span(from..to);
                let place = place.label((!label.is_empty()).then_some(&*label));
                let snippet = Snippet::source(source.at(&line)).line_start(number);
                title.element(snippet.path(path).annotation(place))
            }
        };
        let help = d.help.as_deref().map(clean);
        if let Some(help) = &help {
            group = group.element(Level::HELP.message(&**help));
        }
        writeln!(
            f,
            "{}",
            Renderer::plain().term_width(WIDTH).render(&[group])
        )
    }

    /// The mistakes.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
}

impl Diagnostics {
    /// The report on `source`, whether or not there is any mistake.
    pub fn report(self, source: &Source) -> Report {
        Report::new(source, self.found.into_inner())
    }

    /// Nothing, or the report on `source`.
    ///
    /// # Errors
    /// The report, if there is any mistake.
    pub fn finish(self, source: &Source) -> Result<(), Report> {
        let found = self.found.into_inner();
        if found.is_empty() {
            Ok(())
        } else {
            Err(Report::new(source, found))
        }
    }
}

impl std::error::Error for Report {}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for diagnostic in self.diagnostics.iter().take(SHOWN) {
            self.one(f, diagnostic)?;
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

fn first(text: &str) -> &str {
    text.lines().next().unwrap_or("")
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
