//! Model files, second stage: what was typed becomes a validated [`Study`]. Everything is looked at before anything
//! is given up, so that one report has all the mistakes of a file.

mod cues;
mod ensemble;
#[cfg(feature = "figures")]
mod figures;
mod flipping;
mod layers;
mod learn;
mod learnable;
mod memory;
mod optimiser;
mod patches;
mod recall;
mod rule_keys;
mod solve;
mod starts;
mod stimuli;
mod style;
mod sweep;
mod synapses;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::keys::{FILE, RECALL, SOLVE, STIMULUS, STYLE};
use super::{
    Array, ArraySpec, DataFile, Diagnostics, Document, Field, Files, MODELS, PROBLEMS, Place,
    Report, Resolver, Shipped, Source, Span, Spanned, Value, learnt, nearest, shipped::Inside,
};
use crate::learning::Task;
use crate::network::{Fault, Network, NetworkError, Place as Where};
#[cfg(feature = "figures")]
use crate::picture::Asked;
use crate::record::{DataFiles, RUN, is_known_kind, kind_in_words, kind_of};
use crate::study::{Case, Study, Sweep};

/// A model file that was read and understood.
#[derive(Debug)]
pub struct Loaded {
    /// What it describes.
    pub study: Study,
    /// Its text, without overrides.
    pub text: String,
    /// The files it read, as they were.
    pub files: Vec<DataFile>,
    /// Their bytes, for whoever reads the model again.
    pub data: Arc<DataFiles>,
    /// What varies from ensemble to ensemble, if anything does.
    pub sweep: Option<Sweep>,
    /// How it learns, if it does.
    pub learn: Option<Task>,
}

/// Why a model file was not understood.
#[derive(Debug)]
pub enum LoadError {
    /// It could not be read.
    Unreadable(String),
    /// Its mistakes.
    Mistakes(Report),
}

impl LoadError {
    /// The same where overrides behind the first `typed` are flags of the command line, each named after its key.
    pub fn with_flags(self, typed: usize) -> Self {
        match self {
            LoadError::Mistakes(report) => LoadError::Mistakes(report.with_flags(typed)),
            unreadable => unreadable,
        }
    }

    /// The same where overrides behind the first `asked` are those of a point of the sweep.
    pub(super) fn with_sweep(self, asked: usize) -> Self {
        match self {
            LoadError::Mistakes(report) => LoadError::Mistakes(report.with_sweep(asked)),
            unreadable => unreadable,
        }
    }
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
/// use attractor::dynamics::Interrupt;
///
/// let loaded = load(Path::new("flip-flop"), &["start.neurons=[0.3, 0.2]".to_string()])?;
/// let results = loaded.study.run(&Interrupt::new(), &())?;
/// assert!((results.cases[0].outcome.x[0] - 0.42928).abs() < 1e-4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn load(path: &Path, overrides: &[String]) -> Result<Loaded, LoadError> {
    load_opened(&open(path, overrides)?)
}

/// The same of a text that is open.
///
/// # Errors
/// It asks a problem, or its mistakes.
pub fn load_opened(opened: &Opened) -> Result<Loaded, LoadError> {
    let source = &opened.source;
    if opened.is_problem() {
        let name = source.name();
        return Err(LoadError::Unreadable(format!(
            "{name} asks a problem: `attractor solve {name}` solves it, and with --write DIR writes the network as a model"
        )));
    }
    let directory = opened.directory.as_deref();
    understand(source, directory, Arc::default(), true).map_err(LoadError::Mistakes)
}

/// The text of a model or a problem with its overrides. It is read once, because what comes through a pipe is there once.
pub struct Opened {
    /// The text.
    pub source: Source,
    /// Where its files are: none for one that is part of the program.
    pub directory: Option<PathBuf>,
}

impl Opened {
    /// Is it a problem?
    pub fn is_problem(&self) -> bool {
        // Whatever stands behind the header, a comment say.
        let mut lines = self.source.file().lines();
        lines.any(|line| line.trim_start().starts_with("[problem]"))
    }
}

/// Opens a model or a problem. A name that is no file may be that of one that is part of the program.
///
/// # Errors
/// It cannot be read, or is something else.
pub fn open(path: &Path, overrides: &[String]) -> Result<Opened, LoadError> {
    let name = path.display().to_string();
    // A directory is no model, so it does not hide one.
    if !path.is_file()
        && let Some(model) = Shipped::find(&name).or_else(|| Shipped::find_problem(&name))
    {
        return Ok(Opened {
            source: Source::new(&name, model.text, overrides),
            directory: None,
        });
    }
    let bytes = read(path)?;
    if let Some(why) = manifest(&name, &bytes) {
        return Err(LoadError::Unreadable(why));
    }
    let source = Source::from_bytes(&name, bytes, overrides)
        .map_err(|e| LoadError::Unreadable(format!("cannot read the model file {name}: {e}")))?;
    // Messages name files as the model does.
    let directory = directory_of(path).filter(|d| d != Path::new("."));
    Ok(Opened {
        source,
        directory: Some(directory.unwrap_or_default()),
    })
}

/// What reads the files of a model in a directory, or of one that is part of the program.
pub fn files_of<'a>(directory: Option<&Path>, data: &'a DataFiles) -> Box<dyn Files + 'a> {
    match directory {
        Some(_) => Box::new(Disk(data)),
        None => Box::new(Inside(data)),
    }
}

/// Where the files are that a model names: beside it, or here if it comes through a pipe. None if there is no such model.
pub fn directory_of(path: &Path) -> Option<PathBuf> {
    let meta = std::fs::metadata(path).ok().filter(|meta| !meta.is_dir())?;
    // The parent of a bare file name is empty, which means here.
    let parent = path.parent().filter(|d| !d.as_os_str().is_empty());
    let beside = parent.filter(|_| meta.is_file() && !is_stream(path));
    Some(beside.unwrap_or(Path::new(".")).to_owned())
}

/// Is it a name of what is open already, `/dev/stdin` or the `/dev/fd/63` of a shell's `<(…)`?
pub fn is_stream(path: &Path) -> bool {
    ["/dev", "/proc"].iter().any(|d| path.starts_with(d))
}

/// What is said of a manifest that was taken for a model.
fn manifest(name: &str, bytes: &[u8]) -> Option<String> {
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return None;
    }
    let document: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    document.get("attractor")?;
    let kind = kind_of(&document);
    let repeat = match kind {
        RUN => format!(": `attractor run --from {name} --out DIR` repeats it"),
        known if is_known_kind(known) => format!(
            ": `attractor {known}` with the model and the settings that its `command` names repeats it"
        ),
        _ => String::new(),
    };
    let what = kind_in_words(kind);
    Some(format!(
        "{name} is the manifest of {what} and no model{repeat}"
    ))
}

/// Loads a text that was kept, with the overrides it was run with: `directory` is where its files are, none for a model
/// that is part of the program.
pub fn load_text(
    name: &str,
    text: &str,
    overrides: &[String],
    directory: Option<&Path>,
) -> Result<Loaded, LoadError> {
    let source = Source::new(name, text, overrides);
    understand(&source, directory, Arc::default(), true).map_err(LoadError::Mistakes)
}

/// One point of a sweep: the same without looking at `[sweep]` again, which has as many points as are looked at, and with
/// the data files as they were when they were read first.
pub fn load_point(
    name: &str,
    text: &str,
    overrides: &[String],
    directory: Option<&Path>,
    data: &Arc<DataFiles>,
) -> Result<Loaded, LoadError> {
    let source = Source::new(name, text, overrides);
    understand(&source, directory, data.clone(), false).map_err(LoadError::Mistakes)
}

/// Every array of a model that [`load_text`] understands, as it was made, under the path of its key: `patterns.xi`,
/// `layers.features.input`, `synapses.0.weights`; from the data files as they were when they were read first.
pub fn resolved(
    name: &str,
    text: &str,
    overrides: &[String],
    directory: Option<&Path>,
    data: &DataFiles,
) -> Result<Vec<(String, Array)>, LoadError> {
    let source = Source::new(name, text, overrides);
    let diagnostics = Diagnostics::new();
    let (disk, inside) = (Disk(data), Inside(data));
    let files: &dyn Files = if directory.is_some() { &disk } else { &inside };
    let mut resolver = Resolver::new(directory.unwrap_or(Path::new("")), files, &diagnostics);
    resolver.keep_arrays();
    let document = Document::read(&source, &diagnostics).and_then(|mut document| {
        learnt::put(&mut document, &source, &resolver)?;
        study(&document, &mut resolver, false).map(|_| document)
    });
    let Some(document) = document.filter(|_| diagnostics.is_empty()) else {
        return Err(LoadError::Mistakes(diagnostics.report(&source)));
    };
    let mut paths = Vec::new();
    for (key, value) in document.entries() {
        name_values(&key.value, value, &mut paths);
    }
    let mut all: Vec<(String, Array)> = Vec::new();
    for (span, part, array) in resolver.kept_arrays() {
        let Some((_, path)) = paths.iter().find(|(at, _)| *at == span) else {
            continue;
        };
        // Parts of an array are not worth a name, unless they have one.
        let pattern = path.strip_prefix("patterns.");
        let is_named = !part || pattern.is_some_and(|name| !name.contains('.'));
        if is_named && all.iter().all(|(known, _)| known != path) {
            all.push((path.clone(), array));
        }
    }
    Ok(all)
}

/// The path of every value of a tree, as --set writes it.
fn name_values(path: &str, value: &Spanned<Value>, paths: &mut Vec<(Span, String)>) {
    paths.push((value.span.clone(), path.to_owned()));
    match &value.value {
        Value::Table(entries) => {
            for (key, value) in entries {
                name_values(&format!("{path}.{}", key.value), value, paths);
            }
        }
        // Numbers have no names of their own.
        Value::List(items) => {
            for (k, item) in items.iter().enumerate() {
                if !matches!(item.value, Value::Integer(_) | Value::Float(_)) {
                    name_values(&format!("{path}.{k}"), item, paths);
                }
            }
        }
        _ => {}
    }
}

fn read(path: &Path) -> Result<Vec<u8>, LoadError> {
    let unreadable = |why: String| {
        let name = path.display();
        let words = || MODELS.iter().chain(PROBLEMS).map(|m| m.name);
        let near = nearest(&name.to_string(), words()).map(|n| format!("; did you mean `{n}`?"));
        let hint = near.unwrap_or_else(|| {
            "; `attractor list models` and `attractor list problems` name those that are part of the program".into()
        });
        let hint = if path.exists() { String::new() } else { hint };
        LoadError::Unreadable(format!("cannot read the model file {name}: {why}{hint}"))
    };
    let system = |e: std::io::Error| match e.kind() {
        // The system's own words differ from one to the next.
        std::io::ErrorKind::NotFound => "there is no such file".into(),
        _ => e.to_string(),
    };
    let meta = std::fs::metadata(path).map_err(|e| unreadable(system(e)))?;
    if meta.is_dir() {
        let manifest = path.join("manifest.json");
        return Err(unreadable(match manifest.is_file() {
            true => format!(
                "it is the directory of a run; `attractor run --from {} --out DIR` repeats that",
                manifest.display()
            ),
            false => "it is a directory; name the .toml file in it".into(),
        }));
    }
    // A pipe does not say how much will come.
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|e| unreadable(system(e)))?;
    let read = file.take(LARGEST + 1).read_to_end(&mut bytes);
    read.map_err(|e| unreadable(system(e)))?;
    if bytes.len() as u64 > LARGEST {
        return Err(unreadable(format!(
            "it has more than {LARGEST} bytes; write large arrays to .npy files and name them"
        )));
    }
    Ok(bytes)
}

/// From a text to a study; relative paths start at `directory`, none for a model that is part of the program, and
/// files are read through `data`.
fn understand(
    source: &Source,
    directory: Option<&Path>,
    data: Arc<DataFiles>,
    with_sweep: bool,
) -> Result<Loaded, Report> {
    let diagnostics = Diagnostics::new();
    let (disk, inside) = (Disk(&data), Inside(&data));
    let mut resolver = match directory {
        Some(directory) => Resolver::new(directory, &disk, &diagnostics),
        None => Resolver::new(Path::new(""), &inside, &diagnostics),
    };
    let study = Document::read(source, &diagnostics).and_then(|mut document| {
        learnt::put(&mut document, source, &resolver)?;
        study(&document, &mut resolver, with_sweep)
    });
    let read = resolver.read().to_vec();
    if let (Some((study, sweep, learn)), true) = (study, diagnostics.is_empty()) {
        return Ok(Loaded {
            study,
            sweep,
            learn,
            text: source.file().to_owned(),
            files: read,
            data,
        });
    }
    // Whoever gives up says why; this is the last line of defence against a silent refusal.
    if diagnostics.is_empty() {
        diagnostics.error(None, "the model could not be understood");
    }
    Err(diagnostics.report(source))
}

/// Everything a file may say, in the order in which one part needs another.
fn study(
    document: &Document,
    resolver: &mut Resolver<'_>,
    with_sweep: bool,
) -> Option<(Study, Option<Sweep>, Option<Task>)> {
    let diagnostics = resolver.diagnostics();
    let mut file = document.table(FILE.what, diagnostics).of(&FILE);
    let title = printable(&file.key("title"), "a title");
    let patterns = file.key("patterns");
    let layers = file.required("layers");
    let synapses = file.key("synapses").tables("a synapse");
    let one_start = file.key("start");
    let many_starts = file.key("starts");
    let ensemble = file.key("ensemble");
    let sweep = file.key("sweep");
    let stimulus = file.key("stimulus").sections(&STIMULUS).collect();
    let solve = file.key("solve").section(&SOLVE);
    let learn = file.key("learn");
    // Its arrays stand in the places of others already.
    file.key("weights");
    let recall = file.key("recall");
    let figures = file.key("figures");
    let style = file.key("style").section(&STYLE);
    file.finish();

    read_patterns(&patterns, resolver);
    let mut layers = layers::read(&layers, resolver);
    let synapses = synapses::read(synapses, &mut layers, resolver);
    let before = diagnostics.len();
    let mut solve = solve::read(solve);
    // What is wrong with a setting itself has been said.
    let settings_are_sound = diagnostics.len() == before;
    let typed = std::mem::take(&mut solve.typed);
    let places = synapses.spans.clone();
    let stand_in = layers.stand_in();
    let network = network(&mut layers, synapses, &places, diagnostics);
    let complete = network.is_some();
    let network = network.or(stand_in)?;
    let asked = recall.is_present();
    let recall = recall::read(recall.section(&RECALL), &network, resolver);
    // Its own mistake is known; that others miss it is none.
    let recall_lost = asked && recall.is_none();
    let style = style::all(style);
    let mut of_stimulus = Vec::new();
    let stimulus = stimuli::stimulus(stimulus, &network, solve.run, resolver);
    if let Some(stimulus) = &stimulus {
        stimuli::fits(stimulus, &solve.settings, &mut of_stimulus, diagnostics);
    }
    let at_start = stimulus.as_ref().map(|s| s.input(solve.settings.t_start));
    let at_start = at_start.as_deref().unwrap_or(network.input());
    let starts = cues::Reader {
        network: &network,
        input: at_start,
        recall: recall.as_ref(),
        recall_lost,
        seed: solve.seed,
        // The starts of an ensemble may be others altogether.
        is_run: !ensemble.is_present(),
    };
    let cases = starts.read(&one_start, &many_starts, resolver);
    let cases: Arc<[Case]> = cases.into();
    #[cfg(feature = "figures")]
    let (pictures, of_figures) = {
        let asked = Asked {
            network: &network,
            recall: recall.as_ref(),
            lyapunov: solve.lyapunov,
            settings: &solve.settings,
            start: cases.first().map(|c| &c.start),
            given: Vec::new(),
        };
        let reader = figures::Figures {
            asked,
            recall_lost,
            style: &style,
            diagnostics,
        };
        reader.read(&figures)
    };
    // Without the feature no figure is drawn, whatever is asked for.
    #[cfg(not(feature = "figures"))]
    let (pictures, of_figures) = {
        drop(figures);
        (Vec::new(), Vec::new())
    };
    let relaxed = starts.relaxed(&one_start);
    let ensemble = starts.ensemble(&ensemble, &one_start, &cases, resolver);
    let sweep = match with_sweep {
        true => sweep::read(&sweep, solve.seed),
        false => None,
    };
    let around = learn::Around {
        network: &network,
        settings: &solve.settings,
        base: cases.first().map(|c| &c.start),
        seed: solve.seed,
    };
    // Of a network that was not understood nothing more can be said.
    let learn = match complete {
        true => learn::read(&learn, &around, resolver),
        false => None,
    };
    let unused = resolver.read_unused().into_iter();
    let unused = unused.map(|name| format!("nothing uses the pattern `{name}`"));
    let of_arrays = resolver.remarks().iter().cloned();
    let of_arrays = of_arrays.chain(resolver.without_bias());
    let remarks = unused.chain(of_arrays).chain(of_stimulus).chain(of_figures);
    let remarks = remarks.collect();
    if !complete {
        return None;
    }
    let study = Study {
        title: title.unwrap_or_else(|| "untitled".into()),
        remarks,
        stimulus: stimulus?,
        settings: solve.settings,
        cases,
        relaxed,
        ensemble,
        save: solve.save,
        lyapunov: solve.lyapunov,
        rest: solve.rest,
        recall,
        pictures,
        style,
        seed: solve.seed,
        threads: solve.threads,
        max_output: solve.max_output,
        network,
    };
    theory(&study, &layers, &places, diagnostics);
    if settings_are_sound {
        suits(&study, &typed, (&layers, &places), diagnostics);
    }
    Some((study, sweep, learn))
}

/// A text that can be printed in one line: messages and figures show it as it is.
fn printable(field: &Field<'_>, what: &str) -> Option<String> {
    let text = field.string()?;
    if text.chars().any(char::is_control) {
        let why = format!("{what} is one line without control characters");
        return field.error(why).none();
    }
    Some(text.to_owned())
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
    layers: &mut layers::Layers,
    synapses: synapses::Synapses,
    places: &[Span],
    diagnostics: &Diagnostics,
) -> Option<Network> {
    let complete = layers.complete && synapses.complete;
    let mut builder = Network::builder();
    for layer in layers.drafts.iter_mut().filter_map(|d| d.layer.take()) {
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
                diagnostics.error(place(&fault, layers, places), fault.to_string());
            }
            None
        }
    }
}

fn place(fault: &Fault, layers: &layers::Layers, places: &[Span]) -> Option<Span> {
    match &fault.place {
        Where::Layer(name, what) => layers.span(name, what),
        Where::Synapse(k) => places.get(*k).cloned(),
        Where::Network => None,
    }
}

/// A network outside the theory is refused here, with the place, unless the file says that it knows.
fn theory(study: &Study, layers: &layers::Layers, places: &[Span], diagnostics: &Diagnostics) {
    if !study.lyapunov.demands_certificate() {
        return;
    }
    for fault in study.certificate().faults {
        let error = diagnostics.error(
            place(&fault, layers, places),
            format!("the energy need not fall: {fault}"),
        );
        const UNWATCHED: &str = "solve.lyapunov = \"record\" runs it and shows what the energy does; \"off\" runs it unwatched";
        match &fault.place {
            Where::Layer(layer, what) if layers.is_found(layer, what) => error
                .label("its energy weights are not typed: symmetry = \"symmetrizable\" found them from the weights")
                .help(format!("weights that are symmetric inside each group have equal energy weights there, and neurons without a group (tanh, sigmoid, relu) may have different ones; {UNWATCHED}")),
            _ => error.help(UNWATCHED),
        };
    }
}

/// A method that is not one for the network is refused at the key, the layer or the synapse that it finds wrong.
fn suits(
    study: &Study,
    typed: &[(&'static str, Spanned<Value>)],
    (layers, places): (&layers::Layers, &[Span]),
    diagnostics: &Diagnostics,
) {
    let method = study.settings.method;
    let warm = typed.iter().any(|(key, _)| *key == "temperature");
    if method.is_noisy() && !warm && study.network.noisy_layer().is_none() {
        let at = typed.iter().find(|(key, _)| *key == "method");
        let why = format!(
            "{} has nothing to draw: there is neither a temperature nor a layer with noise",
            method.name
        );
        diagnostics.error(at.map(|(_, v)| v.span.clone()), why).help("temperature = 0.1 in `[solve]`, where e^(−E/T) is to be the density, or noise = 0.1 in a layer; or a method without noise, such as rk4");
        return;
    }
    let suits = (method.suits)(&study.network, &study.settings);
    let Err(why) = suits.and_then(|()| study.ends_by_energy()) else {
        return;
    };
    let key = |name: &str| typed.iter().find(|(key, _)| *key == name).map(|(_, v)| v);
    let entry = |v: &Spanned<Value>| match (&v.value, why.entry) {
        (Value::List(items), Some(k)) => items.get(k).map(|item| item.span.clone()),
        _ => None,
    };
    let of_key = key(&why.what).map(|v| entry(v).unwrap_or_else(|| v.span.clone()));
    let of_layer = layers.span(&why.what, "lagrangian");
    let noisy = study.network.noisy_layer().filter(|_| why.what == "noise");
    let of_layer = of_layer.or(noisy.and_then(|l| layers.span(&l.name, "noise")));
    let of_synapse = why.entry.and_then(|k| places.get(k).cloned());
    let (what, at) = match (of_key, of_layer, of_synapse) {
        (Some(at), ..) => (format!("`{}`", why.what), Some(at)),
        (None, Some(at), _) if noisy.is_some() => (why.what.clone(), Some(at)),
        (None, Some(at), _) => (format!("layer `{}`", why.what), Some(at)),
        (None, None, Some(at)) => (why.place().replace('.', " "), Some(at)),
        _ => (why.what.clone(), key("method").map(|v| v.span.clone())),
    };
    let message = format!("{}: {what} {}", method.name, why.why);
    diagnostics.error(at, message).maybe_help(why.help);
}

/// The array in `field` for `place`; none if it is absent or wrong.
fn array(field: &Field<'_>, place: &Place, resolver: &mut Resolver<'_>) -> Option<Array> {
    ArraySpec::read(field)?.resolve(place, resolver)
}

struct Disk<'a>(&'a DataFiles);

impl Files for Disk<'_> {
    fn read(&self, path: &Path) -> Result<(Arc<[u8]>, String), String> {
        self.0.get(path).map_err(|e| e.why())
    }
}
