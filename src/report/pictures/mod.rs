//! What figures show: plain data, which are kept beside the picture so that it can be drawn again.

mod basin_map;
mod basins;
mod ends;
mod redraw;
mod shares;
mod sweep;

pub(super) use basin_map::map_plots;
pub use basins::BasinMap;
pub use redraw::{Redraw, draw_to, redraw};
pub(super) use shares::{fractions_plot, radius_plot};

use serde_json::Value;

use super::{Finished, Outcomes, ReportError};
use crate::figure::{Figure, FigureError, Plot, missing_letters};
use crate::record::{RunDirectory, write_figure};
use crate::refusal::Refusal;
use crate::study::{Drawing, NoPlot, Results, Study};
use crate::style::Style;

/// Figures, each with its name and how it is to look, and why others could not be made.
pub type Plots = (Vec<(String, Plot, Style)>, Vec<String>);

/// Makes a figure of ensembles; none where there is nothing of its kind to be seen.
type Make = fn(Finished<'_>, &mut Outcomes) -> Result<Option<Plot>, ReportError>;

/// The figures that ensembles have unasked. A new one is a file and a line here.
const OF_ENSEMBLES: [(&str, Make); 2] = [("sweep", sweep::plot), ("basins", basins::plot)];

/// Every figure that the study asks for and that its results allow.
pub fn plots(study: &Study, results: &Results) -> Plots {
    let (mut all, mut notes): Plots = Default::default();
    let mut words = Vec::new();
    for drawing in &study.pictures {
        match drawing.picture.plot(study, results, &drawing.style) {
            Ok(plot) => all.push(named(drawing, plot, &mut words)),
            Err(why) => notes.push(not_made(drawing, &why)),
        }
    }
    (all, notes)
}

/// A figure with the title, the style and the name of its own: `words` are those of the figures before it.
fn named(
    drawing: &Drawing,
    mut plot: Plot,
    words: &mut Vec<&'static str>,
) -> (String, Plot, Style) {
    let word = drawing.word;
    if let Some(title) = &drawing.title {
        plot.set_title(title);
    }
    if let Some(subtitle) = &drawing.subtitle {
        plot.set_subtitle(subtitle);
    }
    words.push(word);
    let name = match words.iter().filter(|w| **w == word).count() {
        1 => word.to_owned(),
        n => format!("{word}-{n}"),
    };
    (name, plot, drawing.style.clone())
}

fn not_made(drawing: &Drawing, why: &NoPlot) -> String {
    format!("the figure `{}` could not be made: {why}", drawing.word)
}

/// Every figure of ensembles that have ended.
///
/// # Errors
/// Their rows cannot be read.
pub fn ensemble_plots(
    finished: Finished<'_>,
    outcomes: &mut Outcomes,
) -> Result<Plots, ReportError> {
    let (mut all, mut notes): Plots = Default::default();
    let style = &finished.design.first.study.style;
    for (name, make) in OF_ENSEMBLES {
        match make(finished, outcomes) {
            Ok(None) => {}
            Ok(Some(plot)) => all.push((name.to_owned(), plot, style.clone())),
            Err(ReportError::Refused(why)) => notes.push(why.to_string()),
            Err(why) => return Err(why),
        }
    }
    let (more, why) = ends::plots(finished, outcomes)?;
    all.extend(more);
    notes.extend(why);
    Ok((all, notes))
}

/// Draws figures; the names of those that are drawn, and what is to be said of them and of the others.
pub(super) fn draw(
    (plots, mut notes): Plots,
    directory: &mut RunDirectory,
) -> Result<(Vec<String>, Vec<String>), ReportError> {
    let mut names = Vec::new();
    for (name, plot, style) in plots {
        let (drawn, note) = keep(&name, &plot, &style, directory)?;
        if drawn {
            names.push(name);
        }
        notes.extend(note);
    }
    Ok((names, notes))
}

/// Draws one picture, with its data beside it: whether that could be done, and why it could not or what of it cannot be seen.
fn keep(
    name: &str,
    plot: &Plot,
    style: &Style,
    directory: &mut RunDirectory,
) -> Result<(bool, Option<String>), ReportError> {
    let odd = |e: serde_json::Error| Refusal::new(name, format!("has no data: {e}"));
    let mut data = serde_json::to_value(plot).map_err(odd)?;
    data[STYLE] = serde_json::to_value(style).map_err(odd)?;
    write_figure(directory, &format!("{name}.figure"), &data)?;
    for format in &style.formats {
        let path = directory.file(&format!("{name}.{}", format.word()))?;
        match plot.draw_as(&path, style) {
            Ok(()) => {}
            // The disk is full, say: then the run belongs elsewhere, with all of its pictures.
            Err(why @ FigureError::Write { .. }) => {
                return Err(Refusal::new(format!("the figure `{name}`:"), why.to_string()).into());
            }
            Err(why) => {
                let note = format!("the figure `{name}` could not be drawn: {why}");
                return Ok((false, Some(note)));
            }
        }
    }
    let unseen = unseen(&data).map(|what| format!("the figure `{name}` {what}"));
    Ok((true, unseen))
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
    all.extend(study.network.layers().iter().map(|l| l.name.as_str()));
    all.extend(study.cases.iter().map(|c| c.label.as_str()));
    let own = study.pictures.iter().flat_map(|d| [&d.title, &d.subtitle]);
    all.extend(own.flatten().map(String::as_str));
    let note = stand_ins(&all).map(|what| format!("a figure {what}"));
    note.into_iter().collect()
}
