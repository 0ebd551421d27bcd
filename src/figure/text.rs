//! The font: how wide a text is, where it may break, and its outline in pixels.

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, OutlineCurve, PxScale, ScaleFont};

use super::{Align, LABEL, Point};
use crate::number::rounded;

/// The name of the font in an SVG, with what may stand in for it.
pub(super) const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";

static FONT: LazyLock<Option<FontRef<'static>>> =
    LazyLock::new(|| FontRef::try_from_slice(dejavu::sans::regular()).ok());

/// A text without what would break an XML file or shows nothing, on one line.
pub(super) fn clean(text: &str) -> String {
    let odd = |c: char| c.is_control() || ('\u{fffe}'..='\u{ffff}').contains(&c);
    let seen = text.chars().filter(|c| !invisible(*c));
    seen.map(|c| if odd(c) { ' ' } else { c }).collect()
}

/// Joiners and selectors, which other fonts use to choose a form.
fn invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// What stands for a letter that the font does not have.
pub(super) const STAND_IN: char = '□';

/// The letters of a text that the font does not have, each once.
pub(super) fn missing(text: &str) -> Vec<char> {
    let Some(font) = FONT.as_ref() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for c in text.chars() {
        let seen = !(c.is_control() || c.is_whitespace() || invisible(c));
        if seen && font.glyph_id(c).0 == 0 && !found.contains(&c) {
            found.push(c);
        }
    }
    found
}

/// A part of a text in letters of one size.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Run<'a> {
    pub words: &'a str,
    /// Size of its letters over that of the text.
    pub size: f64,
    /// How high its baseline lies over that of the text, over the size of the letters of the text.
    pub rise: f64,
}

/// A text in parts: `_{…}` is lowered, `^{…}` is raised. Without braces both are letters like others, for names have them.
pub(super) fn runs(text: &str) -> Vec<Run<'_>> {
    let run = |words, size, rise| Run { words, size, rise };
    let (mut runs, mut rest) = (Vec::new(), text);
    let mut from = 0;
    while let Some(at) = rest[from..].find(['_', '^']).map(|k| from + k) {
        let inner = rest[at + 1..].strip_prefix('{');
        let Some((inner, after)) = inner.and_then(|inner| inner.split_once('}')) else {
            from = at + 1;
            continue;
        };
        if at > 0 {
            runs.push(run(&rest[..at], 1.0, 0.0));
        }
        let rise = match rest[at..].starts_with('_') {
            true => -0.2,
            false => 0.36,
        };
        runs.push(run(inner, 0.7, rise));
        (rest, from) = (after, 0);
    }
    if !rest.is_empty() || runs.is_empty() {
        runs.push(run(rest, 1.0, 0.0));
    }
    runs
}

/// Calls `place` with each glyph and where it stands with respect to the start of the text, for letters of `em` high;
/// returns the width of the text.
fn layout(
    text: &str,
    em: f64,
    mut place: impl FnMut(&FontRef<'static>, ab_glyph::GlyphId, PxScale, (f32, f64)),
) -> f64 {
    let Some(font) = FONT.as_ref() else {
        // The font is part of the program; were it broken, text would be missing and nothing else.
        return 0.6 * em * text.chars().count() as f64;
    };
    // ab_glyph's scale is ascent plus descent, not the em that everybody else means.
    let em_height = font.units_per_em().unwrap_or(1.0) / font.height_unscaled();
    let mut x = 0.0;
    for run in runs(text) {
        let scale = PxScale::from((run.size * em) as f32 / em_height);
        let scaled = font.as_scaled(scale);
        let mut previous = None;
        for c in run.words.chars() {
            let glyph = match scaled.glyph_id(c) {
                glyph if glyph.0 == 0 => scaled.glyph_id(STAND_IN),
                glyph => glyph,
            };
            if let Some(previous) = previous {
                x += scaled.kern(previous, glyph);
            }
            place(font, glyph, scale, (x, run.rise * em));
            x += scaled.h_advance(glyph);
            previous = Some(glyph);
        }
    }
    f64::from(x)
}

pub(super) fn width(text: &str, em: f64) -> f64 {
    layout(text, em, |_, _, _, _| {})
}

/// The width of the widest of some words of a legend or beside ticks.
pub(super) fn widest(labels: impl IntoIterator<Item: AsRef<str>>) -> f64 {
    let widths = labels.into_iter().map(|l| width(l.as_ref(), LABEL));
    widths.fold(0.0, f64::max)
}

/// How much of a text stands before its point.
pub(super) fn before(text: &str, em: f64, align: Align) -> f64 {
    match align {
        Align::Left => 0.0,
        Align::Center => width(text, em) / 2.0,
        Align::Right => width(text, em),
    }
}

/// The pixels that a text covers whose baseline starts at the origin: x, y and how much of it.
pub(super) fn pixels(text: &str, em: f64, mut color: impl FnMut(i32, i32, f64)) {
    layout(text, em, |font, glyph, scale, (x, up)| {
        let glyph = glyph.with_scale_and_position(scale, ab_glyph::point(x, -up.round() as f32));
        if let Some(outline) = font.outline_glyph(glyph) {
            let corner = outline.px_bounds().min;
            outline.draw(|dx, dy, coverage| {
                let (x, y) = (corner.x as i32 + dx as i32, corner.y as i32 + dy as i32);
                if coverage > 0.0 {
                    color(x, y, f64::from(coverage.min(1.0)));
                }
            });
        }
    });
}

/// The outlines of a text whose baseline starts at the origin, to the right and up: points of a move, a line or a cubic, and
/// the operator of a PDF that draws it.
pub(super) fn outline(text: &str, em: f64, mut put: impl FnMut(&[Point], &str)) {
    layout(text, em, |font, glyph, scale, (x, up)| {
        let Some(outline) = font.outline(glyph) else {
            return;
        };
        let unit = f64::from(scale.y / font.height_unscaled());
        let at = |p: ab_glyph::Point| {
            let (right, above) = (unit * f64::from(p.x), unit * f64::from(p.y));
            (f64::from(x) + right, up + above)
        };
        let mix = |a: Point, b: Point| {
            let part = |a: f64, b: f64| a + 2.0 / 3.0 * (b - a);
            (part(a.0, b.0), part(a.1, b.1))
        };
        let mut last = None;
        for curve in &outline.curves {
            let (start, end) = match curve {
                OutlineCurve::Line(a, b)
                | OutlineCurve::Quad(a, _, b)
                | OutlineCurve::Cubic(a, _, _, b) => (*a, *b),
            };
            if last != Some(start) {
                put(&[at(start)], "m\n");
            }
            let to = at(end);
            match curve {
                OutlineCurve::Line(..) => put(&[to], "l\n"),
                OutlineCurve::Quad(a, q, _) => {
                    put(&[mix(at(*a), at(*q)), mix(to, at(*q)), to], "c\n");
                }
                OutlineCurve::Cubic(_, p, q, _) => put(&[at(*p), at(*q), to], "c\n"),
            }
            last = Some(end);
        }
    });
}

/// Breaks a text into lines no wider than `room`: at spaces, and inside a word that is too long by itself.
pub(super) fn wrap(text: &str, em: f64, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in clean(text).split_whitespace() {
        let longer = if line.is_empty() {
            word.to_string()
        } else {
            format!("{line} {word}")
        };
        if width(&longer, em) <= room {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for c in word.chars() {
            line.push(c);
            if width(&line, em) > room && line.chars().count() > 1 {
                line.pop();
                lines.push(std::mem::replace(&mut line, c.to_string()));
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Breaks a list of parameters into lines: between its items, and inside one only if it is too long by itself.
pub(super) fn wrap_items(text: &str, em: f64, room: f64) -> Vec<String> {
    const BETWEEN: &str = " · ";
    let mut lines: Vec<String> = Vec::new();
    for item in text.split(BETWEEN) {
        if let Some(line) = lines.last_mut() {
            let longer = format!("{line}{BETWEEN}{item}");
            if width(&clean(&longer), em) <= room {
                *line = longer;
                continue;
            }
        }
        lines.extend(wrap(item, em, room));
    }
    lines.iter().map(|line| clean(line)).collect()
}

/// A whole number as an exponent: 10⁻³.
pub(super) fn power_of_ten(exponent: i32) -> String {
    let raised = |c: char| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        c => char::from_u32('⁰' as u32 + c.to_digit(10).unwrap_or(0)).unwrap_or(c),
    };
    let digits: String = exponent.to_string().chars().map(raised).collect();
    format!("10{digits}")
}

/// A number with a true minus sign.
pub(super) fn minus(number: String) -> String {
    number.replace('-', "−")
}

/// A number with four digits at most.
pub(super) fn short(value: f64) -> String {
    number(rounded(value, 4))
}

/// A number as short as it can be told exactly: 0.5, −1, 1e300.
pub(super) fn number(value: f64) -> String {
    if value == 0.0 || (1e-4..1e6).contains(&value.abs()) {
        minus(format!("{}", value + 0.0))
    } else {
        minus(format!("{value:e}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_lower_and_raise_and_names_stay_as_they_are() {
        let words = |text| -> Vec<&str> { runs(text).into_iter().map(|r| r.words).collect() };
        assert_eq!(words("τ_{h} of v"), ["τ", "h", " of v"]);
        assert_eq!(runs("τ_{h}")[1].rise, -0.2);
        assert_eq!(runs("10^{3}")[1].rise, 0.36);
        for name in ["my_model", "a_{b", "^", "", "_{"] {
            assert_eq!(words(name), [name]);
        }
        assert!(width("τ_{h}", 10.0) < width("τ_h", 10.0));
    }

    #[test]
    fn letters_that_the_font_lacks_are_known() {
        assert_eq!(missing("記憶 of β ✗ 記 🧠\u{fe0f}"), ['記', '憶', '🧠']);
        assert_eq!(missing("N = 64 · τ ≤ 1 → ẋ"), []);
        assert!(missing(&STAND_IN.to_string()).is_empty());
    }
}
