//! Figures of a run drawn again from the data that lie beside them.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::STYLE;
use crate::figure::{Figure, Plot};
use crate::record::read_figure;
use crate::report::ReportError;
use crate::style::{Format, Style};

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
