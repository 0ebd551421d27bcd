//! Figures of a run drawn again from the data that lie beside them.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::STYLE;
use crate::figure::{Figure, Plot};
use crate::record::{RecordError, read_figure};
use crate::refusal::Refusal;
use crate::report::ReportError;
use crate::style::{Format, Style};

/// How figures are drawn again.
#[derive(Clone, Debug, Default)]
pub struct Redraw {
    /// As what.
    pub format: Format,
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
    /// The style that a figure has, with what is to be different; whether its axes have ranges.
    fn over(&self, mut style: Style, [x, y]: [bool; 2]) -> Style {
        let own = &self.style;
        style.width = own.width.or(style.width);
        style.height = own.height.or(style.height);
        style.font = own.font.or(style.font);
        style.resolution = own.resolution.or(style.resolution);
        style.x = own.x.filter(|_| x).or(style.x);
        style.y = own.y.filter(|_| y).or(style.y);
        if !own.colors.is_empty() {
            style.colors.clone_from(&own.colors);
        }
        style.title = (style.title || self.title.is_some()) && !self.no_title;
        style.subtitle = style.subtitle && !self.no_subtitle;
        style
    }
}

/// Draws the figures of a run again, from the data that lie in its directory, into `to`. Returns the files.
///
/// # Errors
/// No figures, damaged data, an unknown key, a file that is there already or cannot be written.
pub fn redraw(run: &Path, to: &Path, how: &Redraw) -> Result<Vec<PathBuf>, ReportError> {
    let place = run.display();
    if run.is_file() {
        let directory = run.parent().filter(|d| !d.as_os_str().is_empty());
        let directory = directory.unwrap_or(Path::new("."));
        let why = "is a file, and figures are drawn of a run directory";
        let help = format!("name {}", directory.display());
        return Err(refused(place, why).help(help).into());
    }
    let mut found: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(run).map_err(RecordError::io("read", run))? {
        let entry = entry.map_err(RecordError::io("read", run))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        found.extend(name.strip_suffix(".figure.json").map(str::to_owned));
    }
    found.sort();
    if found.is_empty() {
        let help = "a run directory has files that end in .figure.json, that of an ensemble if it is a sweep or a grid whose basins are drawn";
        return Err(refused(place, "holds no figures").help(help).into());
    }
    if let Some(other) = how.only.iter().find(|name| !found.contains(name)) {
        let why = format!("holds no figure `{other}`; there is {}", found.join(", "));
        return Err(refused(place, why).into());
    }
    found.retain(|name| how.only.is_empty() || how.only.contains(name));
    std::fs::create_dir_all(to).map_err(RecordError::io("write", to))?;
    let mut drawn = Vec::new();
    for name in found {
        let source = run.join(format!("{name}.figure.json"));
        let (mut plot, style) = restored(read_figure(&source)?, &source)?;
        if let Some(title) = &how.title {
            plot.set_title(title);
        }
        let axes = match plot {
            Plot::Patterns(_) | Plot::Connectivity(_) => [false; 2],
            Plot::Transitions(_) | Plot::Swarm(_) | Plot::Bars(_) | Plot::Boxes(_) => [false, true],
            _ => [true; 2],
        };
        let style = how.over(style, axes);
        let path = to.join(format!("{name}.{}", how.format.word()));
        draw_to(&path, &plot, &style, how.overwrite)?;
        drawn.push(path);
    }
    Ok(drawn)
}

/// Draws a figure to a file; one that is there is kept, unless it may be overwritten.
pub fn draw_to(path: &Path, plot: &Plot, style: &Style, overwrite: bool) -> Result<(), Refusal> {
    if path.exists() && !overwrite {
        let why = "is there already; --force overwrites it, --out draws elsewhere";
        return Err(refused(path.display(), why));
    }
    let place = || format!("the figure {}:", path.display());
    let drawn = plot.draw_as(path, style);
    drawn.map_err(|e| refused(place(), e.to_string()))
}

fn refused(what: impl Display, why: impl Into<String>) -> Refusal {
    Refusal::new(what.to_string(), why)
}

/// A figure and its style from what is kept of them, and perhaps was edited: a misspelt key is no silent one.
fn restored(mut data: Value, source: &Path) -> Result<(Plot, Style), Refusal> {
    let odd = |why: String| refused(source.display(), format!("is not a figure: {why}"));
    let json = |e: serde_json::Error| odd(e.to_string());
    let style = data.as_object_mut().and_then(|map| map.remove(STYLE));
    let style = style.unwrap_or_else(|| json!({}));
    let look: Style = serde_json::from_value(style.clone()).map_err(json)?;
    let plot: Plot = serde_json::from_value(data.clone()).map_err(json)?;
    let known = [serde_json::to_value(&look), serde_json::to_value(&plot)];
    for ((data, place), known) in [(style, STYLE), (data, "")].into_iter().zip(known) {
        if let Some((key, keys)) = unknown(&data, &known.map_err(json)?, place) {
            return Err(odd(format!("unknown key `{key}`; there are {keys}")));
        }
    }
    Ok((plot, look))
}

/// The first key of a value that figures do not have, and those that stand there.
fn unknown(value: &Value, known: &Value, place: &str) -> Option<(String, String)> {
    let below = |key: &str| match place {
        "" => key.to_owned(),
        _ => format!("{place}.{key}"),
    };
    match (value, known) {
        (Value::Object(map), Value::Object(others)) => {
            map.iter().find_map(|(key, value)| match others.get(key) {
                Some(other) => unknown(value, other, &below(key)),
                None => {
                    let keys = others.keys().cloned().collect::<Vec<_>>();
                    Some((below(key), keys.join(", ")))
                }
            })
        }
        // Lists of numbers are long, and have no keys.
        (Value::Array(items), Value::Array(others)) if items.iter().any(|v| !v.is_number()) => {
            let mut pairs = items.iter().zip(others).enumerate();
            pairs.find_map(|(k, (value, other))| unknown(value, other, &below(&k.to_string())))
        }
        _ => None,
    }
}
