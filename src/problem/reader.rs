//! From a problem file to a problem.

use std::path::{Path, PathBuf};

use super::{Form, KINDS, Kind, Problem, Stage};
use crate::key::{Form as Value, NEEDED, Section, key, section};
use crate::model_file::{
    Array, ArraySpec, Diagnostics, Document, LoadError, Opened, Place, Resolver, SOLVE, Source,
    Table, files_of, open,
};

fn kinds() -> Vec<&'static str> {
    KINDS.iter().map(|k| k.name).collect()
}

/// A problem file.
pub static FILE: Section = section(
    "a problem file",
    &[
        key(
            "title",
            Value::Text,
            "what it is, for figures and results",
            "the kind",
        ),
        key(
            "problem",
            Value::Any,
            "what is asked: its `kind`, and the keys of that",
            NEEDED,
        ),
        key(
            "network",
            Value::Any,
            "how a network is made of it: its `form`, and the constants of that",
            "the first form of the kind, with its defaults",
        ),
        key(
            "solve",
            Value::Table(&RUNS),
            "how often, and how the networks are run",
            "see there",
        ),
    ],
);

/// `[solve]` of a problem file: that of a model file, which is handed on to every network, and this.
pub static RUNS: Section = Section {
    base: Some(&SOLVE),
    ..section(
        "`solve`",
        &[key(
            "starts",
            Value::Whole(1, Some(1_000_000)),
            "how many starts",
            "that of the form",
        )],
    )
};

/// What a kind reads a problem with.
pub struct Reader<'a, 'r> {
    /// `[problem]`, `kind` being read.
    pub problem: Table<'a>,
    /// `[network]`, `form` being read.
    pub network: Table<'a>,
    /// Which form was asked for.
    pub form: &'static Form,
    /// What reads arrays and files.
    pub resolver: &'r mut Resolver<'a>,
}

impl Reader<'_, '_> {
    /// The array behind a key of `[problem]` for a place; none where it is absent or wrong, which is recorded.
    pub fn array(&mut self, key: &str, place: &Place) -> Option<Array> {
        let field = self.problem.key(key);
        ArraySpec::read(&field)?.resolve(place, self.resolver)
    }

    /// A number of `[network]` above 0, or this one.
    pub fn positive(&mut self, key: &str, default: f64) -> f64 {
        self.network.key(key).positive().unwrap_or(default)
    }
}

/// A problem file that was read and understood.
#[derive(Debug)]
pub struct Asked {
    /// Its title.
    pub title: String,
    /// Its name in messages.
    pub name: String,
    /// Its text, without overrides.
    pub text: String,
    /// Where it is; none where it is part of the program.
    pub directory: Option<PathBuf>,
    /// The files it read, with their SHA-256.
    pub files: Vec<(String, String)>,
    /// Its kind.
    pub kind: &'static Kind,
    /// The way its networks are made.
    pub form: &'static Form,
    /// What is asked.
    pub problem: Box<dyn Problem>,
    /// How many starts.
    pub starts: usize,
    /// The seed of all that is drawn.
    pub seed: u64,
    /// Keys of `[solve]` for every network, with their values as TOML.
    pub solve: Vec<(String, String)>,
}

impl Asked {
    /// A network with what the file says of how it is run: the one of this number on the way of its starts, of which `first` is the
    /// first.
    pub(super) fn complete(&self, stage: Stage, number: usize, first: usize) -> Stage {
        // What is drawn on the way is drawn anew by each network, and by each start that has networks of its own.
        let seed = self.seed ^ ((number as u64) << 40) ^ ((first as u64) << 20);
        let all = self.solve.iter();
        all.fold(
            stage.solve("seed", seed & (i64::MAX as u64)),
            |stage, (k, v)| stage.solve(k, v),
        )
    }
}

/// Reads a problem file with overrides `path.to.key=value`. A name that is no file may be that of a problem that is part of the program.
///
/// # Errors
/// It cannot be read, or its mistakes.
pub fn load(path: &Path, overrides: &[String]) -> Result<Asked, LoadError> {
    load_opened(open(path, overrides)?)
}

/// The same of a text that is open.
///
/// # Errors
/// Its mistakes.
pub fn load_opened(opened: Opened) -> Result<Asked, LoadError> {
    let is_problem = opened.is_problem();
    let Opened { source, directory } = opened;
    if !is_problem && source.file().contains("[layers") {
        let name = source.name();
        return Err(LoadError::Unreadable(format!(
            "{name} is a model and asks no problem: `attractor run {name}` runs it; a problem file has [problem]"
        )));
    }
    let diagnostics = Diagnostics::new();
    let document = Document::read(&source, &diagnostics);
    let data = Default::default();
    let files = files_of(directory.as_deref(), &data);
    let mut resolver = Resolver::new(
        directory.as_deref().unwrap_or(Path::new("")),
        &*files,
        &diagnostics,
    );
    let asked = document.as_ref();
    let asked = asked.and_then(|d| understand(d, &source, &mut resolver, &diagnostics));
    let read = resolver.read().iter();
    let read: Vec<(String, String)> = read
        .map(|f| (f.path.display().to_string(), f.sha256.clone()))
        .collect();
    match asked {
        Some(asked) if diagnostics.is_empty() => Ok(Asked {
            files: read,
            directory,
            ..asked
        }),
        _ => {
            if diagnostics.is_empty() {
                diagnostics.error(None, "the problem could not be understood");
            }
            Err(LoadError::Mistakes(diagnostics.report(&source)))
        }
    }
}

fn understand<'a>(
    document: &'a Document,
    source: &Source,
    resolver: &mut Resolver<'a>,
    diagnostics: &'a Diagnostics,
) -> Option<Asked> {
    let mut file = document.table(FILE.what, diagnostics).of(&FILE);
    let title = file.key("title").string();
    let problem = file.required("problem");
    let place = problem.clone();
    let network = file.key("network");
    let solve = file.key("solve").section(&RUNS);
    file.finish();

    let mut problem = problem.table("`problem`")?;
    let word = problem.required("kind").word(&kinds())?;
    let kind = KINDS.iter().find(|k| k.name == word)?;
    problem.rename(&format!("a problem of kind `{word}`"));
    let mut network = network.table_or_none("`network`")?;
    let forms: Vec<&str> = kind.forms.iter().map(|f| f.name).collect();
    let word = network.key("form");
    let form = match word.is_present() {
        true => word
            .word(&forms)
            .and_then(|w| kind.forms.iter().find(|f| f.name == w))?,
        false => kind.forms.first()?,
    };
    network.rename(&format!("a network of the form `{}`", form.name));
    let (mut starts, mut seed, mut keys) = (None, 0, Vec::new());
    if let Some(mut solve) = solve {
        let all: Vec<_> = solve.keys().map(|k| k.value).collect();
        for name in all.into_iter().filter(|k| RUNS.has(k)) {
            let field = solve.key(name);
            match name {
                "starts" => starts = field.count(1_000_000),
                "seed" => seed = field.seed().unwrap_or(seed),
                _ => keys.extend(field.as_toml(source).map(|v| (name.to_owned(), v))),
            }
        }
        solve.finish();
    }
    let mut reader = Reader {
        problem: problem.of(kind.problem),
        network: network.of(form.network),
        form,
        resolver,
    };
    let problem = (kind.read)(&mut reader);
    let Reader {
        problem: own,
        network,
        ..
    } = reader;
    own.finish();
    network.finish();
    let problem = problem?;
    let most = problem.distinct().unwrap_or(usize::MAX);
    let starts = starts.unwrap_or(form.starts.min(most));
    if starts > most {
        let why = format!(
            "of {starts} starts no more than {most} would differ: others find nothing else, and count for nothing in an interval"
        );
        let help = format!("`starts = {most}` in [solve], or --starts {most}");
        return place.error(why).help(help).none();
    }
    Some(Asked {
        title: title.unwrap_or(kind.name).to_owned(),
        name: source.name().to_owned(),
        text: source.file().to_owned(),
        directory: None,
        files: Vec::new(),
        kind,
        form,
        problem,
        starts,
        seed,
        solve: keys,
    })
}
