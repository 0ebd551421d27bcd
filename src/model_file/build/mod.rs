//! Model files, second stage: what was typed becomes a validated [`Experiment`]. Everything is looked at before anything
//! is given up, so that one report has all the mistakes of a file.

mod cues;
mod ensemble;
mod figures;
mod layers;
mod memory;
mod recall;
mod solve;
mod starts;
mod sweep;
mod synapses;

use std::path::{Path, PathBuf};

use super::{
    Array, ArraySpec, Diagnostics, Document, Field, Files, MODELS, Place, Report, Resolver,
    Shipped, Source, Span, nearest, shipped::Inside,
};
use crate::experiment::{Experiment, Sweep};
use crate::network::{Fault, Network, NetworkError, Place as Where};
use crate::record::{read_npy, read_npz, read_png};

/// A model file that was read and understood.
#[derive(Debug)]
pub struct Loaded {
    /// What it describes.
    pub experiment: Experiment,
    /// Its text, without overrides.
    pub text: String,
    /// The files it read.
    pub files: Vec<PathBuf>,
    /// What varies from ensemble to ensemble, if anything does.
    pub sweep: Option<Sweep>,
}

/// Why a model file was not understood.
#[derive(Debug)]
pub enum LoadError {
    /// It could not be read.
    Unreadable(String),
    /// Its mistakes.
    Mistakes(Report),
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            LoadError::Unreadable(why) => f.write_str(why),
            LoadError::Mistakes(report) => report.fmt(f),
        }
    }
}

impl std::error::Error for LoadError {}

/// Model files larger than this are refused: their arrays belong into files of their own.
const LARGEST: u64 = 64 << 20;

/// Reads a model file with overrides `path.to.key=value`. A name that is no file may be that of a model that is part of
/// the program.
///
/// ```
/// use std::path::Path;
///
/// use attractor::model_file::load;
/// use attractor::solver::Interrupt;
///
/// let loaded = load(Path::new("flip-flop"), &["start.neurons=[0.3, 0.2]".to_string()])?;
/// let results = loaded.experiment.run(&Interrupt::new(), &())?;
/// assert!((results.cases[0].outcome.x[0] - 0.42928).abs() < 1e-4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Why it cannot be read, or all of its mistakes.
pub fn load(path: &Path, overrides: &[String]) -> Result<Loaded, LoadError> {
    let name = path.display().to_string();
    // A directory is no model, so it does not hide one.
    if !path.is_file()
        && let Some(model) = Shipped::find(&name)
    {
        let source = Source::new(&name, model.text, overrides);
        return understand(&source, Path::new(""), &Inside, true).map_err(LoadError::Mistakes);
    }
    let source =
        Source::from_bytes(&name, read(path)?, overrides).map_err(LoadError::Unreadable)?;
    let directory = path.parent().unwrap_or(Path::new("."));
    understand(&source, directory, &Disk, true).map_err(LoadError::Mistakes)
}

/// Loads a text that was kept, with the overrides it was run with: `directory` is where its files are, none for a model
/// that is part of the program.
///
/// # Errors
/// All mistakes.
pub fn load_text(
    name: &str,
    text: &str,
    overrides: &[String],
    directory: Option<&Path>,
) -> Result<Loaded, LoadError> {
    load_with((name, text), overrides, directory, true)
}

/// One point of a sweep: the same without looking at `[sweep]` again, which has as many points as are looked at.
///
/// # Errors
/// All mistakes.
pub fn load_point(
    name: &str,
    text: &str,
    overrides: &[String],
    directory: Option<&Path>,
) -> Result<Loaded, LoadError> {
    load_with((name, text), overrides, directory, false)
}

fn load_with(
    (name, text): (&str, &str),
    overrides: &[String],
    directory: Option<&Path>,
    with_sweep: bool,
) -> Result<Loaded, LoadError> {
    let source = Source::new(name, text, overrides);
    let loaded = match directory {
        Some(directory) => understand(&source, directory, &Disk, with_sweep),
        None => understand(&source, Path::new(""), &Inside, with_sweep),
    };
    loaded.map_err(LoadError::Mistakes)
}

fn read(path: &Path) -> Result<Vec<u8>, LoadError> {
    let unreadable = |why: String| {
        let name = path.display();
        let words = || MODELS.iter().map(|m| m.name);
        let near =
            nearest(&name.to_string(), words()).map(|n| format!("; did you mean the model `{n}`?"));
        let hint = near.unwrap_or_else(|| {
            "; `attractor list models` names those that are part of the program".into()
        });
        let hint = if path.exists() { String::new() } else { hint };
        LoadError::Unreadable(format!(
            "error: cannot read the model file {name}: {why}{hint}"
        ))
    };
    let meta = std::fs::metadata(path).map_err(|e| unreadable(e.to_string()))?;
    if !meta.is_file() {
        return Err(unreadable("it is not a file".into()));
    }
    if meta.len() > LARGEST {
        let n = meta.len();
        return Err(unreadable(format!(
            "it has {n} bytes; write large arrays to .npy files and name them"
        )));
    }
    std::fs::read(path).map_err(|e| unreadable(e.to_string()))
}

/// From a text to an experiment; relative paths start at `directory`, files are read through `files`.
///
/// # Errors
/// All mistakes.
fn understand(
    source: &Source,
    directory: &Path,
    files: &dyn Files,
    with_sweep: bool,
) -> Result<Loaded, Report> {
    let diagnostics = Diagnostics::new();
    let mut resolver = Resolver::new(directory, files);
    let experiment = Document::read(source, &diagnostics)
        .and_then(|document| experiment(&document, &mut resolver, &diagnostics, with_sweep));
    let read = resolver.read().to_vec();
    if let (Some((experiment, sweep)), true) = (experiment, diagnostics.is_empty()) {
        return Ok(Loaded {
            experiment,
            sweep,
            text: source.file().to_owned(),
            files: read,
        });
    }
    // Whoever gives up says why; this is the last line of defence against a silent refusal.
    if diagnostics.is_empty() {
        diagnostics.error(None, "the model could not be understood");
    }
    Err(diagnostics.report(source))
}

/// Everything a file may say, in the order in which one part needs another.
fn experiment(
    document: &Document,
    resolver: &mut Resolver<'_>,
    diagnostics: &Diagnostics,
    with_sweep: bool,
) -> Option<(Experiment, Option<Sweep>)> {
    let mut file = document.table("a model file", diagnostics);
    let title = printable(&file.key("title"), "a title");
    let patterns = file.key("patterns");
    let layers = file.required("layers");
    let synapses = file.key("synapses").tables("a synapse");
    let one_start = file.key("start");
    let many_starts = file.key("starts");
    let ensemble = file.key("ensemble");
    let sweep = file.key("sweep");
    let stimulus = file.key("stimulus").tables("a stimulus");
    let solve = file.key("solve").table("`solve`");
    let recall = file.key("recall");
    let figures = file.key("figures");
    file.finish();

    read_patterns(&patterns, resolver);
    let mut layers = layers::read(&layers, resolver);
    let synapses = synapses::read(synapses, &mut layers, resolver, diagnostics);
    let solve = solve::read(solve, diagnostics);
    let spans = layers.spans();
    let places = synapses.spans.clone();
    let stand_in = layers.stand_in();
    let network = network(layers, synapses, &spans, &places, diagnostics);
    let complete = network.is_some();
    let network = network.or(stand_in)?;
    let asked = recall.is_present();
    let recall = recall::read(recall.table("`recall`"), &network, resolver);
    // Its own mistake is known; that others miss it is none.
    let recall_lost = asked && recall.is_none();
    let figures_reader = figures::Figures {
        network: &network,
        recall: recall.as_ref(),
        recall_lost,
        diagnostics,
    };
    let pictures = figures_reader.read(&figures);
    let starts = starts::Reader {
        network: &network,
        recall: recall.as_ref(),
        recall_lost,
        seed: solve.seed,
    };
    let cases = starts.read(&one_start, &many_starts, resolver, diagnostics);
    let ensemble = starts.ensemble(&ensemble, &one_start, &cases, resolver);
    let sweep = match with_sweep {
        true => sweep::read(&sweep, solve.seed),
        false => None,
    };
    let stimulus = starts::stimulus(stimulus, &network, solve.run, resolver, diagnostics);
    let unused = resolver.read_unused(diagnostics);
    if !complete {
        return None;
    }
    let experiment = Experiment {
        title: title.unwrap_or_else(|| "untitled".into()),
        remarks: unused
            .iter()
            .map(|name| format!("nothing uses the pattern `{name}`"))
            .collect(),
        stimulus: stimulus?,
        settings: solve.settings,
        cases,
        ensemble,
        save: solve.save,
        lyapunov: solve.lyapunov,
        rest: solve.rest,
        recall,
        pictures,
        threads: solve.threads,
        max_output: solve.max_output,
        network,
    };
    theory(&experiment, &spans, &places, diagnostics);
    Some((experiment, sweep))
}

/// A text that can be printed in one line: messages and figures show it as it is.
fn printable(field: &Field<'_>, what: &str) -> Option<String> {
    let text = field.string()?;
    if text.value.chars().any(char::is_control) {
        field.diagnostics().error(
            text.span,
            format!("{what} is one line without control characters"),
        );
        return None;
    }
    Some(text.value.to_owned())
}

fn read_patterns(field: &Field<'_>, resolver: &mut Resolver<'_>) {
    if !field.is_present() {
        return;
    }
    let Some(mut table) = field.table("`patterns`") else {
        resolver.lose_patterns();
        return;
    };
    for (name, field) in table.named() {
        resolver.name(name.value, ArraySpec::read(&field));
    }
    table.finish();
}

/// Builds the network; its faults are shown where they were typed.
fn network(
    layers: layers::Layers,
    synapses: synapses::Synapses,
    spans: &layers::Spans,
    places: &[Span],
    diagnostics: &Diagnostics,
) -> Option<Network> {
    let complete = layers.complete && synapses.complete;
    let mut builder = Network::builder();
    for layer in layers.drafts.into_iter().filter_map(|d| d.layer) {
        builder = builder.layer(layer);
    }
    for (names, synapse) in synapses.built {
        builder = builder.connect_boxed(names, synapse);
    }
    if !complete {
        return None;
    }
    match builder.build() {
        Ok(network) => Some(network),
        Err(NetworkError(faults)) => {
            for fault in faults {
                diagnostics.error(place(&fault, spans, places), fault.to_string());
            }
            None
        }
    }
}

/// Where a fault was typed.
fn place(fault: &Fault, spans: &layers::Spans, places: &[Span]) -> Option<Span> {
    match &fault.place {
        Where::Layer(name, what) => spans.find(name, what),
        Where::Synapse(k) => places.get(*k).cloned(),
        Where::Network => None,
    }
}

/// A network outside the theory is refused here, with the place, unless the file says that it knows.
fn theory(
    experiment: &Experiment,
    spans: &layers::Spans,
    places: &[Span],
    diagnostics: &Diagnostics,
) {
    if !experiment.lyapunov.demands_certificate() {
        return;
    }
    for fault in experiment.network.certificate().faults {
        diagnostics
            .error(place(&fault, spans, places), format!("the energy need not fall: {fault}"))
            .help("solve.lyapunov = \"record\" runs it and shows what the energy does; \"off\" runs it unwatched");
    }
}

/// The array in `field` for `place`; none if it is absent or wrong.
fn array(field: &Field<'_>, place: &Place, resolver: &mut Resolver<'_>) -> Option<Array> {
    ArraySpec::read(field)?.resolve(place, resolver, field.diagnostics())
}

/// Files on disk.
struct Disk;

impl Files for Disk {
    fn npy(&self, path: &Path) -> Result<Array, String> {
        read_npy(path).map(Array::from).map_err(|e| e.why())
    }

    fn npz(&self, path: &Path, key: &str) -> Result<Array, String> {
        read_npz(path, key).map(Array::from).map_err(|e| e.why())
    }

    fn png(&self, path: &Path) -> Result<Array, String> {
        read_png(path).map(Array::from).map_err(|e| e.why())
    }
}

impl From<crate::record::Array> for Array {
    fn from(array: crate::record::Array) -> Self {
        Array {
            shape: array.shape,
            data: array.data,
        }
    }
}
