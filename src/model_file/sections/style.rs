//! `[style]`, and the same keys in every figure.

use crate::model_file::{Field, Table};
use crate::style::{FONTS, Format, RESOLUTIONS, SIDES, Style, centimetres, points};

/// The style of all figures of a model.
pub(super) fn all(table: Option<Table<'_>>) -> Style {
    let mut style = Style::default();
    if let Some(mut table) = table {
        common(&mut table, &mut style);
        shown(&table.key("title"), &mut style.title);
        shown(&table.key("subtitle"), &mut style.subtitle);
        table.finish();
    }
    style
}

/// The style of one figure, with its own title and subtitle.
#[cfg(feature = "figures")]
pub(super) fn own(table: &mut Table<'_>, all: &Style) -> (Style, Option<String>, Option<String>) {
    let mut style = all.clone();
    common(table, &mut style);
    let title = words(&table.key("title"), &mut style.title);
    let subtitle = words(&table.key("subtitle"), &mut style.subtitle);
    (style, title, subtitle)
}

fn common(table: &mut Table<'_>, style: &mut Style) {
    size(&table.key("width"), &mut style.width, LENGTH);
    size(&table.key("height"), &mut style.height, LENGTH);
    size(&table.key("font"), &mut style.font, LETTERS);
    size(&table.key("resolution"), &mut style.resolution, DOTS);
    if let Some(colors) = colors(&table.key("colors")) {
        style.colors = colors;
    }
    if let Some(formats) = formats(&table.key("format")) {
        style.formats = formats;
    }
}

/// How a text with a unit is read, from where to where, in which unit, and what is expected.
type Measure = (
    fn(&str) -> Option<f64>,
    [f64; 2],
    &'static str,
    &'static str,
);

const LENGTH: Measure = (
    centimetres,
    SIDES,
    "cm",
    "a length such as \"8.5cm\", \"85mm\" or \"3.35in\"",
);
const LETTERS: Measure = (points, FONTS, "pt", "a size of letters such as \"8pt\"");
const DOTS: Measure = (
    |text| text.parse().ok(),
    RESOLUTIONS,
    "dots per inch",
    "a number of dots per inch",
);

/// A number, or a text with a unit.
fn size(field: &Field<'_>, to: &mut Option<f64>, (parse, [low, high], unit, what): Measure) {
    let Some(value) = field.value().map(|v| &v.value) else {
        return;
    };
    let size = value.as_number().or_else(|| parse(value.as_text()?));
    if size.is_none() {
        field.expected(what);
    }
    let Some(v) = size else { return };
    if (low..=high).contains(&v) {
        *to = Some(v);
    } else {
        let name = field.name();
        let why = format!("{name} must be from {low} to {high} {unit}, it is {v}");
        field.error(why);
    }
}

fn colors(field: &Field<'_>) -> Option<Vec<String>> {
    let text = |item: &Field<'_>| Some(item.string()?.to_owned());
    let wanted = Style {
        colors: field.one_or_each(text)?,
        ..Style::default()
    };
    match wanted.palette() {
        Ok(_) => Some(wanted.colors),
        Err(refusal) => field.refuse(refusal).none(),
    }
}

fn formats(field: &Field<'_>) -> Option<Vec<Format>> {
    let words = Format::ALL.map(Format::word);
    let all = field.one_or_each(|item| {
        let word = item.word(&words)?;
        Format::ALL.into_iter().find(|f| f.word() == word)
    })?;
    let mut once = Vec::new();
    for format in all {
        if !once.contains(&format) {
            once.push(format);
        }
    }
    match once.is_empty() {
        true => field.expected("a format or several").none(),
        false => Some(once),
    }
}

/// `true` or `false`.
fn shown(field: &Field<'_>, to: &mut bool) {
    *to = field.boolean().unwrap_or(*to);
}

/// The same, or words of its own.
#[cfg(feature = "figures")]
fn words(field: &Field<'_>, to: &mut bool) -> Option<String> {
    if field.value()?.value.as_text().is_none() {
        shown(field, to);
        return None;
    }
    let text = super::printable(field, field.name());
    *to |= text.is_some();
    text
}

/// The two ends of an axis, rising; none if nothing is said, or it is wrong.
#[cfg(feature = "figures")]
pub(super) fn ends(field: &Field<'_>) -> Option<[f64; 2]> {
    field.value()?;
    match field.each(|i| i.number())?[..] {
        [low, high] if low < high => Some([low, high]),
        _ => field.expected("the two ends of the axis, rising").none(),
    }
}
