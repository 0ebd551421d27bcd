//! The font: how wide a text is, where it may break, and its outline in pixels.

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, PxScale, ScaleFont};

/// The name of the font in an SVG, with what may stand in for it.
pub(super) const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";

static FONT: LazyLock<Option<FontRef<'static>>> =
    LazyLock::new(|| FontRef::try_from_slice(dejavu::sans::regular()).ok());

/// A text without what would break an XML file, on one line.
pub(super) fn clean(text: &str) -> String {
    let odd = |c: char| c.is_control() || ('\u{fffe}'..='\u{ffff}').contains(&c);
    text.chars().map(|c| if odd(c) { ' ' } else { c }).collect()
}

/// Calls `place` with each glyph and how far from the start of the text it stands, for letters of `em` high; returns the
/// width of the text.
fn layout(
    text: &str,
    em: f64,
    mut place: impl FnMut(&FontRef<'static>, char, PxScale, f32),
) -> f64 {
    let Some(font) = FONT.as_ref() else {
        // The font is part of the program; were it broken, text would be missing and nothing else.
        return 0.6 * em * text.chars().count() as f64;
    };
    // ab_glyph's scale is ascent plus descent, not the em that everybody else means.
    let em_height = font.units_per_em().unwrap_or(1.0) / font.height_unscaled();
    let scale = PxScale::from(em as f32 / em_height);
    let scaled = font.as_scaled(scale);
    let (mut x, mut previous) = (0.0, None);
    for c in text.chars() {
        let glyph = scaled.glyph_id(c);
        if let Some(previous) = previous {
            x += scaled.kern(previous, glyph);
        }
        place(font, c, scale, x);
        x += scaled.h_advance(glyph);
        previous = Some(glyph);
    }
    f64::from(x)
}

/// The width of a text.
pub(super) fn width(text: &str, em: f64) -> f64 {
    layout(text, em, |_, _, _, _| {})
}

/// The pixels of a text whose baseline starts at the origin: x, y and coverage.
pub(super) fn pixels(text: &str, em: f64, mut ink: impl FnMut(i32, i32, f64)) {
    layout(text, em, |font, c, scale, x| {
        let glyph = font.glyph_id(c);
        let glyph = glyph.with_scale_and_position(scale, ab_glyph::point(x, 0.0));
        if let Some(outline) = font.outline_glyph(glyph) {
            let corner = outline.px_bounds().min;
            outline.draw(|dx, dy, coverage| {
                let (x, y) = (corner.x as i32 + dx as i32, corner.y as i32 + dy as i32);
                ink(x, y, f64::from(coverage).clamp(0.0, 1.0));
            });
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
    let digits: String = exponent
        .to_string()
        .chars()
        .map(|c| match c {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            c => char::from_u32('⁰' as u32 + c.to_digit(10).unwrap_or(0)).unwrap_or(c),
        })
        .collect();
    format!("10{digits}")
}

/// A number with a true minus sign.
pub(super) fn minus(number: String) -> String {
    number.replace('-', "−")
}

/// A number as short as it can be told exactly: 0.5, −1, 1e300.
pub(super) fn number(value: f64) -> String {
    if value == 0.0 || (1e-4..1e6).contains(&value.abs()) {
        minus(format!("{}", value + 0.0))
    } else {
        minus(format!("{value:e}"))
    }
}
