//! Title and parameters at the top of a figure, broken into lines that fit.

use super::{Align, Canvas, Look, Point, SOFT, TEXT, text};

const TITLE: f64 = 19.0;
const SUBTITLE: f64 = 13.5;
const LEADING: f64 = 1.35;

pub(super) struct Heading {
    title: Vec<String>,
    subtitle: Vec<String>,
}

impl Heading {
    /// Of a title and its parameters, as far as they are shown.
    pub(super) fn new(look: &Look, (title, subtitle): (&str, &str), room: f64) -> Heading {
        let shown = |words, is: bool| if is { words } else { "" };
        let subtitle = shown(subtitle, look.title && look.subtitle);
        Heading {
            title: text::wrap(&signs(shown(title, look.title)), TITLE, room),
            subtitle: text::wrap_items(&signs(subtitle), SUBTITLE, room),
        }
    }

    pub(super) fn height(&self) -> f64 {
        LEADING * (TITLE * self.title.len() as f64 + SUBTITLE * self.subtitle.len() as f64)
    }

    /// Draws it with its upper left corner at `(x, y)`.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, (x, mut y): Point) {
        let parts = [(&self.title, TITLE, TEXT), (&self.subtitle, SUBTITLE, SOFT)];
        for (lines, em, color) in parts {
            for line in lines {
                canvas.text(line, em, (x, y + em), Align::Left, color);
                y += LEADING * em;
            }
        }
    }
}

/// With the minus sign of axes before numbers, not a hyphen.
fn signs(words: &str) -> String {
    let mut before = ' ';
    let mut all = words.chars().peekable();
    let mut found = String::with_capacity(words.len());
    while let Some(c) = all.next() {
        let is_number = all.peek().is_some_and(char::is_ascii_digit);
        let is_sign = c == '-' && matches!(before, ' ' | '(' | '=' | ',');
        found.push(if is_sign && is_number { '−' } else { c });
        before = c;
    }
    found
}
