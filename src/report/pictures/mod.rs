//! What the figures of a run show: results become plain data for `figure`, which are kept beside the picture so that it
//! can be drawn again.

mod basins;
mod redraw;
mod sweep;

pub use basins::BasinMap;
pub use redraw::{Redraw, redraw};

use serde_json::Value;

use super::ReportError;
use crate::figure::{Figure, FigureError, Plot, missing_letters};
use crate::record::{RunDirectory, write_figure};
use crate::study::{Results, Study, Sweep, Tally};
use crate::style::Style;

/// Draws every picture that the study asks for and that its data allow; returns the names of the files.
pub(super) fn draw(
    study: &Study,
    results: &Results,
    directory: &mut RunDirectory,
    notes: &mut Vec<String>,
) -> Result<Vec<String>, ReportError> {
    let mut names = Vec::new();
    for (name, plot, style) in all_plots(study, results, notes) {
        let (drawn, more) = keep(&name, &plot, style, directory)?;
        if drawn {
            names.push(name);
        }
        notes.extend(more);
    }
    Ok(names)
}

/// Draws one picture, with its data beside it; or says why it cannot be drawn, and what of it cannot be seen.
fn keep(
    name: &str,
    plot: &Plot,
    style: &Style,
    directory: &mut RunDirectory,
) -> Result<(bool, Vec<String>), ReportError> {
    let other = |e: serde_json::Error| ReportError::Other(e.to_string());
    let mut data = serde_json::to_value(plot).map_err(other)?;
    data[STYLE] = serde_json::to_value(style).map_err(other)?;
    write_figure(directory, &format!("{name}.figure"), &data)?;
    let mut notes = Vec::new();
    for format in &style.formats {
        let path = directory.file(&format!("{name}.{}", format.word()))?;
        match plot.draw_as(&path, style) {
            Ok(()) => {}
            // The disk is full, say: then the run belongs elsewhere, with all of its pictures.
            Err(why @ FigureError::Write { .. }) => {
                return Err(ReportError::Other(why.to_string()));
            }
            Err(why) => {
                notes.push(format!("the figure `{name}` could not be drawn: {why}"));
                return Ok((false, notes));
            }
        }
    }
    notes.extend(unseen(&data).map(|what| format!("the figure `{name}` {what}")));
    Ok((true, notes))
}

/// The key of the style beside the data of a figure.
const STYLE: &str = "style";

/// The letters of a figure's words that its font does not have.
fn unseen(data: &Value) -> Option<String> {
    fn words(value: &Value, all: &mut String) {
        match value {
            Value::String(word) => all.push_str(word),
            Value::Array(items) => items.iter().for_each(|item| words(item, all)),
            Value::Object(map) => map.values().for_each(|item| words(item, all)),
            _ => {}
        }
    }
    let mut all = String::new();
    words(data, &mut all);
    stand_ins(&all)
}

/// What is said of letters that the font of figures does not have.
fn stand_ins(text: &str) -> Option<String> {
    /// More are not listed.
    const LISTED: usize = 12;
    let missing = missing_letters(text);
    if missing.is_empty() {
        return None;
    }
    let listed = missing
        .iter()
        .take(LISTED)
        .map(|c| format!("{c} (U+{:04X})", u32::from(*c)));
    let mut listed = listed.collect::<Vec<_>>().join(", ");
    if missing.len() > LISTED {
        listed.push_str(&format!(" and {} more", missing.len() - LISTED));
    }
    Some(format!(
        "shows □ in place of {listed}: its font, DejaVu Sans, has no such letter; an SVG keeps it for whoever has another font"
    ))
}

/// What is known of the figures before the run, and is not what one would expect.
pub fn foreseen(study: &Study) -> Vec<String> {
    if study.pictures.is_empty() && study.ensemble.is_none() {
        return Vec::new();
    }
    let mut all = study.title.clone();
    let layers = study.network.layers().iter().map(|l| l.name.as_str());
    let starts = study.cases.iter().map(|c| c.label.as_str());
    let own = study.pictures.iter().flat_map(|d| [&d.title, &d.subtitle]);
    all.extend(
        layers
            .chain(starts)
            .chain(own.flatten().map(String::as_str)),
    );
    let note = stand_ins(&all).map(|what| format!("a figure {what}"));
    note.into_iter().collect()
}

/// Draws the figure of a sweep; or says why it cannot be drawn.
pub(super) fn draw_sweep(
    title: &str,
    sweep: &Sweep,
    tallies: &[Tally],
    (style, directory): (&Style, &mut RunDirectory),
) -> Result<Option<String>, ReportError> {
    match sweep_plot(title, sweep, tallies) {
        Some(plot) => Ok(keep("sweep", &plot, style, directory)?.1.into_iter().next()),
        None => Ok(None),
    }
}

/// Draws the basins of a grid of starts; or says why they cannot be drawn.
pub(super) fn draw_basins(
    map: BasinMap<'_>,
    directory: &mut RunDirectory,
) -> Result<Option<String>, ReportError> {
    let style = map.style();
    match map.plot() {
        Ok(plot) => {
            let (_, notes) = keep("basins", &Plot::Phase(plot), style, directory)?;
            Ok(notes.into_iter().next())
        }
        Err(why) => Ok(Some(format!("there is no figure of the basins: {why}"))),
    }
}

/// The data of the figure of a sweep; none where nothing has ended yet.
pub fn sweep_plot(title: &str, sweep: &Sweep, tallies: &[Tally]) -> Option<Plot> {
    sweep::sweep(title, sweep, tallies)
}

/// The data of every picture that the study asks for and that its results allow, each with its name.
///
/// # Errors
/// The pictures that could not be made, and why.
pub fn plots(study: &Study, results: &Results) -> Result<Vec<(String, Plot)>, String> {
    let mut notes = Vec::new();
    let all = all_plots(study, results, &mut notes);
    if notes.is_empty() {
        Ok(all
            .into_iter()
            .map(|(name, plot, _)| (name, plot))
            .collect())
    } else {
        Err(notes.join("; "))
    }
}

fn all_plots<'a>(
    study: &'a Study,
    results: &Results,
    notes: &mut Vec<String>,
) -> Vec<(String, Plot, &'a Style)> {
    let mut all: Vec<(String, Plot, &Style)> = Vec::new();
    for drawing in &study.pictures {
        let word = drawing.word;
        let mut plot = match drawing.picture.plot(study, results, &drawing.style) {
            Ok(plot) => plot,
            Err(why) => {
                notes.push(format!("the figure `{word}` could not be made: {why}"));
                continue;
            }
        };
        if let Some(title) = &drawing.title {
            plot.set_title(title);
        }
        if let Some(subtitle) = &drawing.subtitle {
            plot.set_subtitle(subtitle);
        }
        let same = |(name, ..): &&(String, Plot, &Style)| name.split('-').next() == Some(word);
        let name = match all.iter().filter(same).count() {
            0 => word.to_owned(),
            n => format!("{word}-{}", n + 1),
        };
        all.push((name, plot, &drawing.style));
    }
    all
}
