//! What the figures of a run show: results become plain data for `figure`, which are kept beside the picture so that it
//! can be drawn again.

mod basins;
mod over_time;
mod patterns;
mod plane;
mod structure;
mod sweep;

pub use basins::BasinMap;
pub use structure::connectivity;

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::ReportError;
use crate::figure::{FigureError, Plot, missing_letters};
use crate::record::{RunDirectory, read_figure, write_figure};
use crate::study::{Drawing, Picture, Results, Study, Sweep, Tally};
use crate::style::{Format, Style};

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
        let word = drawing.picture.word();
        let mut plot = match plot(drawing, study, results) {
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

/// How figures are drawn again.
#[derive(Clone, Debug, Default)]
pub struct Redraw {
    /// As what.
    pub format: Option<Format>,
    /// Only these figures; all if none is named.
    pub only: Vec<String>,
    /// Overwrite files that are there?
    pub overwrite: bool,
    /// Another title.
    pub title: Option<String>,
    /// No title at all.
    pub no_title: bool,
    /// No line of parameters.
    pub no_subtitle: bool,
    /// What else is to be different: where something is said, it holds.
    pub style: Style,
}

impl Redraw {
    /// The style that a figure has, with what is to be different; whether it has axes.
    fn over(&self, mut style: Style, axes: bool) -> Style {
        let own = &self.style;
        style.width = own.width.or(style.width);
        style.height = own.height.or(style.height);
        style.font = own.font.or(style.font);
        style.resolution = own.resolution.or(style.resolution);
        if axes {
            style.x = own.x.or(style.x);
            style.y = own.y.or(style.y);
        }
        if !own.colors.is_empty() {
            style.colors.clone_from(&own.colors);
        }
        style.title = (style.title || self.title.is_some()) && !self.no_title;
        style.subtitle = style.subtitle && !self.no_subtitle;
        style
    }
}

/// Draws the figures of a run again, from the data that lie in its directory, into `to`. Nothing is integrated. Returns the
/// files.
///
/// # Errors
/// A directory without figures, damaged data, a key that figures do not have, a file that is there already (unless it may be
/// overwritten) or cannot be written.
pub fn redraw(run: &Path, to: &Path, how: &Redraw) -> Result<Vec<PathBuf>, ReportError> {
    let unreadable =
        |e: std::io::Error| ReportError::Other(format!("cannot read {}: {e}", run.display()));
    if run.is_file() {
        let directory = run.parent().filter(|d| !d.as_os_str().is_empty());
        return Err(ReportError::Other(format!(
            "{} is a file, and figures are drawn of a run directory: name {}",
            run.display(),
            directory.unwrap_or(Path::new(".")).display()
        )));
    }
    let mut found: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(run).map_err(unreadable)? {
        let name = entry
            .map_err(unreadable)?
            .file_name()
            .to_string_lossy()
            .into_owned();
        found.extend(name.strip_suffix(".figure.json").map(str::to_owned));
    }
    found.sort();
    if found.is_empty() {
        return Err(ReportError::Other(format!(
            "{} holds no figures: a run directory has files that end in .figure.json, that of an ensemble if it is a sweep or a grid whose basins are drawn",
            run.display()
        )));
    }
    if let Some(other) = how.only.iter().find(|name| !found.contains(name)) {
        return Err(ReportError::Other(format!(
            "{} holds no figure `{other}`; there is {}",
            run.display(),
            found.join(", ")
        )));
    }
    found.retain(|name| how.only.is_empty() || how.only.contains(name));
    std::fs::create_dir_all(to).map_err(|e| ReportError::Write(to.to_owned(), e))?;
    let mut drawn = Vec::new();
    for name in found {
        let source = run.join(format!("{name}.figure.json"));
        let (mut plot, style) = restored(read_figure(&source)?).map_err(|why| {
            ReportError::Other(format!("{} is not a figure: {why}", source.display()))
        })?;
        if let Some(title) = &how.title {
            plot.set_title(title);
        }
        let axes = !matches!(plot, Plot::Patterns(_) | Plot::Connectivity(_));
        let style = how.over(style, axes);
        let format = how.format.unwrap_or(Format::Png);
        let path = to.join(format!("{name}.{}", format.word()));
        if path.exists() && !how.overwrite {
            return Err(ReportError::Other(format!(
                "{} is there already; --force overwrites it, --out draws elsewhere",
                path.display()
            )));
        }
        plot.draw_as(&path, &style)
            .map_err(|e| ReportError::Other(format!("the figure `{name}`: {e}")))?;
        drawn.push(path);
    }
    Ok(drawn)
}

/// A figure and its style from what is kept of them, and perhaps was edited: a misspelt key is no silent one.
fn restored(mut data: Value) -> Result<(Plot, Style), String> {
    let style = match data.as_object_mut().and_then(|map| map.remove(STYLE)) {
        None => Style::default(),
        Some(value) => {
            let style: Style = serde_json::from_value(value.clone()).map_err(|e| e.to_string())?;
            let known = serde_json::to_value(&style).map_err(|e| e.to_string())?;
            unknown(&value, &known, STYLE)?;
            style
        }
    };
    let plot: Plot = serde_json::from_value(data.clone()).map_err(|e| e.to_string())?;
    let known = serde_json::to_value(&plot).map_err(|e| e.to_string())?;
    unknown(&data, &known, "")?;
    Ok((plot, style))
}

/// That every key of a value is one that figures have.
fn unknown(value: &Value, known: &Value, place: &str) -> Result<(), String> {
    match (value, known) {
        (Value::Object(map), Value::Object(others)) => map.iter().try_for_each(|(key, value)| {
            let place = match place {
                "" => key.clone(),
                _ => format!("{place}.{key}"),
            };
            let keys = || others.keys().cloned().collect::<Vec<_>>().join(", ");
            let other = others.get(key);
            let other =
                other.ok_or_else(|| format!("unknown key `{place}`; there are {}", keys()))?;
            unknown(value, other, &place)
        }),
        // Lists of numbers are long, and have no keys.
        (Value::Array(items), Value::Array(others)) if items.iter().any(|v| !v.is_number()) => {
            let mut pairs = items.iter().zip(others).enumerate();
            pairs.try_for_each(|(k, (value, other))| unknown(value, other, &format!("{place}.{k}")))
        }
        _ => Ok(()),
    }
}

/// The data of one picture.
///
/// # Errors
/// Why there are none.
fn plot(drawing: &Drawing, study: &Study, results: &Results) -> Result<Plot, String> {
    Ok(match &drawing.picture {
        Picture::Energy => Plot::Energy(over_time::energy(study, results, "energy")?),
        Picture::Monitor => {
            let plot = over_time::energy(study, results, "what the monitor saw")?;
            if plot.curves.iter().all(|c| c.allowance.is_empty()) {
                return Err("the monitor was off".into());
            }
            Plot::Monitor(plot)
        }
        Picture::Terms => Plot::Terms(over_time::terms(study, results)?),
        Picture::Activity(layers) => Plot::Activity(over_time::activity(study, results, layers)?),
        Picture::Overlap => Plot::Overlap(over_time::overlap(study, results)?),
        Picture::Patterns(wanted) => {
            let recall = study.recall.as_ref();
            let recall = recall.ok_or("there are no memories to compare with")?;
            let plot = patterns::patterns(study, results, wanted, recall);
            Plot::Patterns(plot.ok_or("no trajectory has states that can be shown")?)
        }
        Picture::Phase(wanted) => Plot::Phase(plane::phase(study, results, wanted)?),
        Picture::Landscape(wanted) => Plot::Landscape(plane::landscape(study, results, wanted)?),
        Picture::Gain(layer) => {
            Plot::Gain(structure::gain(study, results, *layer, drawing.style.x))
        }
        Picture::Panels(wanted) => Plot::Panels(plane::panels(study, results, wanted)?),
        Picture::Connectivity => Plot::Connectivity(connectivity(study)),
    })
}

/// The title that a model has if it says none: figures do without.
const UNTITLED: &str = "untitled";

/// The title of a figure: that of the model, and what is shown.
fn title(study: &Study, what: &str) -> String {
    match study.title.as_str() {
        UNTITLED => {
            let mut letters = what.chars();
            let first = letters.next().map(char::to_uppercase);
            first.into_iter().flatten().chain(letters).collect()
        }
        title if what.is_empty() => title.to_owned(),
        title => format!("{title} – {what}"),
    }
}

/// The network in one line.
fn about(study: &Study) -> Vec<String> {
    let network = &study.network;
    let layers = network.layers().iter();
    let mut parts: Vec<String> = layers
        .map(|l| format!("{}: {} {}", l.name, l.size(), l.lagrangian))
        .collect();
    parts.extend(network.connections().iter().map(|c| c.synapse.describe()));
    parts
}

/// The network and the methods that took the steps in one line.
fn subtitle(study: &Study, results: &Results) -> String {
    let mut parts = about(study);
    parts.push(method(study, &results.methods(study).join(" and ")));
    parts.join(" · ")
}

/// The methods that took the steps, and how carefully.
fn method(study: &Study, names: &str) -> String {
    let s = &study.settings;
    match s.step {
        Some(h) if !s.method.is_adaptive() => format!("{names}, step {h}"),
        _ => format!("{names}, rtol {:e}", s.rtol),
    }
}

/// Title of a time axis.
fn time_label(study: &Study) -> String {
    let units = study.network.rates().iter().all(|r| *r == 1.0);
    if units {
        "time t (units of τ)"
    } else {
        "time t (same unit as τ)"
    }
    .into()
}
