//! What the figures of a run show: results become plain data for `figure`, which are kept beside the picture so that it can be
//! drawn again.

mod basins;
mod over_time;
mod patterns;
mod plane;
mod structure;
mod sweep;

pub use basins::BasinMap;
pub use structure::connectivity;

use std::path::{Path, PathBuf};

use super::{ReportError, Tally};
use crate::experiment::{Experiment, Picture, Results, Sweep};
use crate::figure::{FigureError, Plot};
use crate::record::{RunDirectory, read_figure, write_figure};

/// Draws every picture that the experiment asks for and that its data allow; returns the names of the files.
pub(super) fn draw(
    experiment: &Experiment,
    results: &Results,
    directory: &mut RunDirectory,
    notes: &mut Vec<String>,
) -> Result<Vec<String>, ReportError> {
    let mut names = Vec::new();
    for (name, plot) in all_plots(experiment, results, notes) {
        match keep(&name, &plot, directory)? {
            None => names.push(name),
            Some(note) => notes.push(note),
        }
    }
    Ok(names)
}

/// Draws one picture, with its data beside it; or says why it cannot be drawn.
fn keep(
    name: &str,
    plot: &Plot,
    directory: &mut RunDirectory,
) -> Result<Option<String>, ReportError> {
    let data = serde_json::to_value(plot).map_err(|e| ReportError::Other(e.to_string()))?;
    write_figure(directory, &format!("{name}.figure"), &data)?;
    let path = directory.file(&format!("{name}.png"))?;
    match plot.draw(&path) {
        Ok(()) => Ok(None),
        // The disk is full, say: then the run belongs elsewhere, with all of its pictures.
        Err(why @ FigureError::Write { .. }) => Err(ReportError::Other(why.to_string())),
        Err(why) => Ok(Some(format!(
            "the figure `{name}` could not be drawn: {why}"
        ))),
    }
}

/// Draws the figure of a sweep; or says why it cannot be drawn.
pub(super) fn draw_sweep(
    title: &str,
    sweep: &Sweep,
    tallies: &[Tally],
    directory: &mut RunDirectory,
) -> Result<Option<String>, ReportError> {
    match sweep_plot(title, sweep, tallies) {
        Some(plot) => keep("sweep", &plot, directory),
        None => Ok(None),
    }
}

/// Draws the basins of a grid of starts; or says why they cannot be drawn.
pub(super) fn draw_basins(
    map: BasinMap<'_>,
    directory: &mut RunDirectory,
) -> Result<Option<String>, ReportError> {
    match map.plot() {
        Ok(plot) => keep("basins", &Plot::Phase(plot), directory),
        Err(why) => Ok(Some(format!("there is no figure of the basins: {why}"))),
    }
}

/// The data of the figure of a sweep; none where nothing has ended yet.
pub fn sweep_plot(title: &str, sweep: &Sweep, tallies: &[Tally]) -> Option<Plot> {
    sweep::sweep(title, sweep, tallies)
}

/// The data of every picture that the experiment asks for and that its results allow, each with its name.
///
/// # Errors
/// The pictures that could not be made, and why.
pub fn plots(experiment: &Experiment, results: &Results) -> Result<Vec<(String, Plot)>, String> {
    let mut notes = Vec::new();
    let all = all_plots(experiment, results, &mut notes);
    if notes.is_empty() {
        Ok(all)
    } else {
        Err(notes.join("; "))
    }
}

fn all_plots(
    experiment: &Experiment,
    results: &Results,
    notes: &mut Vec<String>,
) -> Vec<(String, Plot)> {
    let mut all: Vec<(String, Plot)> = Vec::new();
    for picture in &experiment.pictures {
        let word = picture.word();
        let plot = match plot(picture, experiment, results) {
            Ok(Some(plot)) => plot,
            Ok(None) => continue,
            Err(why) => {
                notes.push(format!("the figure `{word}` could not be made: {why}"));
                continue;
            }
        };
        let same = |(name, _): &&(String, Plot)| name.split('-').next() == Some(word);
        let name = match all.iter().filter(same).count() {
            0 => word.to_owned(),
            n => format!("{word}-{}", n + 1),
        };
        all.push((name, plot));
    }
    all
}

/// Draws the figures of a run again, from the data that lie in its directory, as `.png` or `.svg` into `to`. Nothing is
/// integrated. Returns the files.
///
/// # Errors
/// A directory without figures, damaged data, a file that is there already (unless it may be overwritten) or cannot be
/// written.
pub fn redraw(
    run: &Path,
    to: &Path,
    ending: &str,
    overwrite: bool,
) -> Result<Vec<PathBuf>, ReportError> {
    let unreadable =
        |e: std::io::Error| ReportError::Other(format!("cannot read {}: {e}", run.display()));
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
    std::fs::create_dir_all(to).map_err(|e| super::cannot_write(to, &e))?;
    let mut drawn = Vec::new();
    for name in found {
        let source = run.join(format!("{name}.figure.json"));
        let plot: Plot = serde_json::from_value(read_figure(&source)?).map_err(|e| {
            ReportError::Other(format!("{} is not a figure: {e}", source.display()))
        })?;
        let path = to.join(format!("{name}.{ending}"));
        if path.exists() && !overwrite {
            return Err(ReportError::Other(format!(
                "{} is there already; --force overwrites it, --out draws elsewhere",
                path.display()
            )));
        }
        plot.draw(&path)
            .map_err(|e| ReportError::Other(e.to_string()))?;
        drawn.push(path);
    }
    Ok(drawn)
}

/// The data of one picture; none where the run has nothing to show.
fn plot(
    picture: &Picture,
    experiment: &Experiment,
    results: &Results,
) -> Result<Option<Plot>, String> {
    Ok(match picture {
        Picture::Energy => over_time::energy(experiment, results).map(Plot::Energy),
        Picture::Terms => over_time::terms(experiment, results).map(Plot::Terms),
        Picture::Activity(layers) => {
            over_time::activity(experiment, results, layers).map(Plot::Activity)
        }
        Picture::Overlap => over_time::overlap(experiment, results).map(Plot::Overlap),
        Picture::Patterns(wanted) => experiment.recall.as_ref().and_then(|recall| {
            patterns::patterns(experiment, results, wanted, recall).map(Plot::Patterns)
        }),
        Picture::Phase(wanted) => Some(Plot::Phase(plane::phase(experiment, results, wanted)?)),
        Picture::Landscape(wanted) => {
            plane::landscape(experiment, results, wanted)?.map(Plot::Landscape)
        }
        Picture::Gain(layer) => Some(Plot::Gain(structure::gain(experiment, *layer))),
        Picture::Panels(wanted) => Some(Plot::Panels(plane::panels(experiment, results, wanted)?)),
        Picture::Connectivity => Some(Plot::Connectivity(connectivity(experiment))),
    })
}

/// The network in one line.
fn about(experiment: &Experiment) -> Vec<String> {
    let network = &experiment.network;
    let layers = network.layers().iter();
    let mut parts: Vec<String> = layers
        .map(|l| format!("{}: {} {}", l.name, l.size(), l.lagrangian))
        .collect();
    parts.extend(network.connections().iter().map(|c| c.synapse.describe()));
    parts
}

/// The network and the methods that took the steps in one line.
fn subtitle(experiment: &Experiment, results: &Results) -> String {
    let mut parts = about(experiment);
    parts.push(method(
        experiment,
        &results.methods(experiment).join(" and "),
    ));
    parts.join(" · ")
}

/// The methods that took the steps, and how carefully.
fn method(experiment: &Experiment, names: &str) -> String {
    let s = &experiment.settings;
    match s.step {
        Some(h) if !s.method.is_adaptive() => format!("{names}, step {h}"),
        _ => format!("{names}, rtol {:e}", s.rtol),
    }
}

/// Title of a time axis.
fn time_label(experiment: &Experiment) -> String {
    let units = experiment.network.rates().iter().all(|r| *r == 1.0);
    if units {
        "time t (units of τ)"
    } else {
        "time t (same unit as τ)"
    }
    .into()
}
