//! What arrays are made from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::super::{Diagnostics, Field, Span};
use super::{Array, ArraySpec, DataFile, Files, Form, Place};

/// Arrays made from arrays made from arrays …: bounds the recursion, whether they are nested or named.
pub(super) const DEPTH: usize = 32;

/// The model file's directory, its named patterns, and readers of files.
pub struct Resolver<'a> {
    directory: PathBuf,
    files: &'a dyn Files,
    diagnostics: &'a Diagnostics,
    /// `None` for an entry that was not understood: its mistake is known, and whoever names it says nothing more.
    pub(super) patterns: BTreeMap<String, Option<ArraySpec>>,
    /// Those that somebody has named.
    pub(super) used: BTreeSet<String>,
    /// Are there more patterns than these, because their table was not understood?
    pub(super) unknown: bool,
    // Names that are being resolved, outermost first.
    pub(super) chain: Vec<String>,
    // Arrays that are being resolved.
    pub(super) depth: usize,
    read: Vec<DataFile>,
    remarks: Vec<String>,
    /// Rules whose weights come with an input, and those whose input is made as well.
    biases: [BTreeSet<&'static str>; 2],
    // What became of every array, where somebody wants to know: its place, whether it is part of another, and itself.
    log: Option<Vec<(Span, bool, Array)>>,
}

impl<'a> Resolver<'a> {
    /// Relative paths start at `directory`; mistakes go to `diagnostics`.
    pub fn new(directory: &Path, files: &'a dyn Files, diagnostics: &'a Diagnostics) -> Self {
        Resolver {
            directory: directory.to_owned(),
            files,
            diagnostics,
            patterns: BTreeMap::new(),
            used: BTreeSet::new(),
            unknown: false,
            chain: Vec::new(),
            depth: 0,
            read: Vec::new(),
            remarks: Vec::new(),
            biases: Default::default(),
            log: None,
        }
    }

    /// Keeps every array that is made from here on.
    pub fn keep_arrays(&mut self) {
        self.log.get_or_insert_default();
    }

    /// Are arrays kept?
    pub(super) fn keeps_arrays(&self) -> bool {
        self.log.is_some()
    }

    /// The arrays that were kept: the place of each, whether it is part of another, and itself.
    pub fn kept_arrays(&mut self) -> Vec<(Span, bool, Array)> {
        self.log.take().unwrap_or_default()
    }

    pub(super) fn made(&mut self, span: &Span, array: &Array) {
        let part = self.depth > 0;
        if let Some(log) = &mut self.log {
            log.push((span.clone(), part, array.clone()));
        }
    }

    /// Makes `name` an array that others may name; `None` if it was not understood, which has been recorded.
    pub fn name(&mut self, name: &str, array: Option<ArraySpec>) {
        self.patterns.insert(name.to_owned(), array);
    }

    /// The table of patterns was not understood, which has been recorded: no name can be held to be wrong.
    pub fn lose_patterns(&mut self) {
        self.unknown = true;
    }

    /// Reads the patterns that nobody has named, so that what is wrong with them is found before somebody does; returns
    /// their names.
    pub fn read_unused(&mut self) -> Vec<String> {
        let unused = |(name, spec): (&String, &Option<ArraySpec>)| {
            let unused = !self.used.contains(name);
            let spec = spec.as_ref().filter(|_| unused)?;
            Some((name.clone(), spec.clone()))
        };
        let unused: Vec<(String, ArraySpec)> = self.patterns.iter().filter_map(unused).collect();
        for (name, spec) in &unused {
            if !spec.takes_shape(self, DEPTH) {
                let alone = ArraySpec {
                    span: spec.span.clone(),
                    form: Form::Named(name.clone()),
                };
                // Its mistakes are what is asked for.
                let _ = alone.resolve(&Place::any("a pattern"), self);
            }
        }
        unused.into_iter().map(|(name, _)| name).collect()
    }

    /// Every file that was read, once each, in the order of the first reading.
    pub fn read(&self) -> &[DataFile] {
        &self.read
    }

    /// What whoever runs the model should know of its arrays, though nothing is wrong.
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// The weights of a rule were made, which are for units with an input.
    pub(super) fn wants_bias(&mut self, rule: &'static str) {
        self.biases[0].insert(rule);
    }

    /// That input was made.
    pub(super) fn has_bias(&mut self, rule: &'static str) {
        self.biases[1].insert(rule);
    }

    /// What is to be said of rules whose input nobody asked for.
    pub(in crate::model_file) fn without_bias(&self) -> Vec<String> {
        let [wanted, made] = &self.biases;
        let one = |rule: &&str| {
            format!(
                "the rule `{rule}` makes an input for units of 0 and 1 beside its weights, and no layer has it: input = {{ rule = \"{rule}\", patterns = …, gives = \"bias\" }}"
            )
        };
        wanted.difference(made).map(one).collect()
    }

    /// Adds a remark, once.
    pub fn remark(&mut self, text: String) {
        if !self.remarks.contains(&text) {
            self.remarks.push(text);
        }
    }

    pub(in crate::model_file) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Where mistakes go.
    pub fn diagnostics(&self) -> &'a Diagnostics {
        self.diagnostics
    }

    pub(in crate::model_file) fn files(&self) -> &'a dyn Files {
        self.files
    }

    /// The text of the file whose path this key holds; none where it cannot be read, which is recorded.
    pub fn text(&mut self, field: &Field<'_>) -> Option<String> {
        let typed = field.path()?;
        let path = self.directory.join(typed);
        let read = self.files.read(&path).and_then(|(bytes, sha256)| {
            let text = String::from_utf8(bytes.to_vec());
            Ok((text.map_err(|_| "it is no text".to_owned())?, sha256))
        });
        match read {
            Ok((text, sha256)) => {
                self.note(path, sha256);
                Some(text)
            }
            Err(why) => field
                .error(format!("cannot read `{typed}`: {why}"))
                .label(format!("looked for at {}", path.display()))
                .none(),
        }
    }

    pub(super) fn note(&mut self, path: PathBuf, sha256: String) {
        if self.read.iter().all(|file| file.path != path) {
            self.read.push(DataFile { path, sha256 });
        }
    }
}
