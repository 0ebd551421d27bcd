//! What arrays are made from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{ArraySpec, Files};

/// The model file's directory, its named patterns, and readers of files.
pub struct Resolver<'a> {
    directory: PathBuf,
    files: &'a dyn Files,
    pub(super) patterns: BTreeMap<String, ArraySpec>,
    // Names that are being resolved, outermost first.
    pub(super) chain: Vec<String>,
    // Arrays that are being resolved.
    pub(super) depth: usize,
    read: Vec<PathBuf>,
}

impl<'a> Resolver<'a> {
    /// Relative paths start at `directory`.
    pub fn new(directory: &Path, files: &'a dyn Files) -> Self {
        Resolver {
            directory: directory.to_owned(),
            files,
            patterns: BTreeMap::new(),
            chain: Vec::new(),
            depth: 0,
            read: Vec::new(),
        }
    }

    /// Makes `name` an array that others may name.
    pub fn name(&mut self, name: &str, array: ArraySpec) {
        self.patterns.insert(name.to_owned(), array);
    }

    /// Every file that was read, once each, in the order of the first reading.
    pub fn read(&self) -> &[PathBuf] {
        &self.read
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    pub(super) fn files(&self) -> &'a dyn Files {
        self.files
    }

    pub(super) fn note(&mut self, path: PathBuf) {
        if !self.read.contains(&path) {
            self.read.push(path);
        }
    }
}
