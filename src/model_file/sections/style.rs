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
    let length = "a length such as \"8.5cm\", \"85mm\" or \"3.35in\"";
    size(
        &table.key("width"),
        &mut style.width,
        (centimetres, SIDES, "cm", length),
    );
    size(
        &table.key("height"),
        &mut style.height,
        (centimetres, SIDES, "cm", length),
    );
    let letters = "a size of letters such as \"8pt\"";
    size(
        &table.key("font"),
        &mut style.font,
        (points, FONTS, "pt", letters),
    );
    let resolution = table.key("resolution");
    let dots = |text: &str| text.parse().ok();
    size(
        &resolution,
        &mut style.resolution,
        (
            dots,
            RESOLUTIONS,
            "dots per inch",
            "a number of dots per inch",
        ),
    );
    colors(&table.key("colors"), style);
    formats(&table.key("format"), style);
}

type Measure<'a> = (fn(&str) -> Option<f64>, [f64; 2], &'a str, &'a str);

/// A number, or a text with a unit.
fn size(field: &Field<'_>, to: &mut Option<f64>, (parse, [low, high], unit, what): Measure<'_>) {
    let Some(value) = field.value() else {
        return;
    };
    let text = match value.value.as_number() {
        Some(x) => Some(x),
        None if field_is_text(field) => field.string().and_then(|s| parse(s.value)),
        None => None,
    };
    match text {
        Some(v) if (low..=high).contains(&v) => *to = Some(v),
        Some(v) => {
            let message = format!(
                "{} must be from {low} to {high} {unit}, it is {v}",
                field.name()
            );
            field.diagnostics().error(field.span(), message);
        }
        None => field.expected(what),
    }
}

fn field_is_text(field: &Field<'_>) -> bool {
    matches!(
        field.value().map(|v| &v.value),
        Some(crate::model_file::Value::String(_))
    )
}

fn colors(field: &Field<'_>, style: &mut Style) {
    if !field.is_present() {
        return;
    }
    let list = match field_is_text(field) {
        true => field.string().map(|s| vec![s.value.to_owned()]),
        false => field.items().and_then(|items| {
            let text = |item: &Field<'_>| item.string().map(|s| s.value.to_owned());
            items.iter().map(text).collect()
        }),
    };
    let Some(list) = list else { return };
    let wanted = Style {
        colors: list,
        ..Style::default()
    };
    match wanted.palette() {
        Ok(_) => style.colors = wanted.colors,
        Err(why) => {
            field.diagnostics().error(field.span(), why);
        }
    }
}

fn formats(field: &Field<'_>, style: &mut Style) {
    if !field.is_present() {
        return;
    }
    let words = Format::ALL.map(Format::word);
    let one = |field: &Field<'_>| {
        let word = field.word(&words)?;
        Format::ALL.into_iter().find(|f| f.word() == word.value)
    };
    let list: Option<Vec<Format>> = match field_is_text(field) {
        true => one(field).map(|f| vec![f]),
        false => field
            .items()
            .and_then(|items| items.iter().map(one).collect()),
    };
    match list {
        Some(list) if list.is_empty() => field.expected("a format or several"),
        Some(mut list) => {
            let mut seen = Vec::new();
            list.retain(|f| {
                !seen.contains(f) && {
                    seen.push(*f);
                    true
                }
            });
            style.formats = list;
        }
        None => {}
    }
}

/// `true` or `false`.
fn shown(field: &Field<'_>, to: &mut bool) {
    if let Some(shown) = field.boolean() {
        *to = shown.value;
    }
}

/// The same, or words of its own.
#[cfg(feature = "figures")]
fn words(field: &Field<'_>, to: &mut bool) -> Option<String> {
    if !field_is_text(field) {
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
    if !field.is_present() {
        return None;
    }
    let numbers: Option<Vec<f64>> = field
        .items()?
        .iter()
        .map(|i| i.number().map(|n| n.value))
        .collect();
    match numbers?[..] {
        [low, high] if low < high => Some([low, high]),
        _ => {
            field.expected("the two ends of the axis, rising");
            None
        }
    }
}
