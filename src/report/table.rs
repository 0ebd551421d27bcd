//! The table of outcomes: rows as they become known, then `outcomes.npz` and `outcomes.csv`.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::record::{NpzWriter, RecordError, Rows};
use crate::study::{Census, Columns, Part, Tally};
use crate::trajectory::StopReason;

#[derive(Debug)]
pub(super) enum Store {
    /// In memory, each with the number of its trajectory: a run keeps more than that of each.
    Memory(Vec<(u64, Vec<u64>)>),
    /// In a file, from which an interrupted ensemble goes on.
    Disk(Rows),
}

/// The rows of an ensemble, or of all those of a sweep.
#[derive(Debug)]
pub struct Outcomes {
    /// Their columns.
    pub columns: Columns,
    pub(super) store: Store,
}

/// Whose rows they are: of which ensembles, and at which fixed points these end, as far as that is known.
#[derive(Clone, Copy, Debug)]
pub struct Whose<'a> {
    /// The ensembles, in the order of their trajectories.
    pub parts: &'a [Part],
    /// What is known of the fixed points of each.
    pub points: &'a [Census],
}

/// A column that follows from the number of a trajectory and its row: name, and its value, −1 where it is not known.
type Derived<'a> = (&'static str, Box<dyn Fn(u64, &[u64]) -> i64 + 'a>);

impl<'a> Whose<'a> {
    /// The position of the ensemble of trajectory `k`, and the number of its start in that.
    pub(super) fn at(&self, k: u64) -> (usize, u64) {
        let at = self.parts.partition_point(|p| p.trajectories.end <= k);
        let at = at.min(self.parts.len().saturating_sub(1));
        let first = self.parts.get(at).map_or(0, |p| p.trajectories.start);
        (at, k.saturating_sub(first))
    }

    fn derived(self, columns: &'a Columns) -> Vec<Derived<'a>> {
        let mut all: Vec<Derived<'a>> = Vec::new();
        if self.parts.len() > 1 {
            let of = move |k, _: &[u64]| self.parts[self.at(k).0].row as i64;
            all.push(("point", Box::new(of)));
        }
        if self.parts.iter().any(|p| p.replicate > 0) {
            let of = move |k, _: &[u64]| self.parts[self.at(k).0].replicate as i64;
            all.push(("replicate", Box::new(of)));
        }
        all.push(("start", Box::new(move |k, _| self.at(k).1 as i64)));
        let point = move |k, row: &[u64]| {
            let (at, start) = self.at(k);
            let points = self.points.get(at);
            let found = points.and_then(|p| p.of(start as usize, columns, row));
            found.map_or(-1, |point| point as i64)
        };
        all.push(("fixed_point", Box::new(point)));
        all
    }
}

impl Outcomes {
    /// A table in memory.
    pub fn new(columns: Columns) -> Self {
        let store = Store::Memory(Vec::new());
        Outcomes { columns, store }
    }

    /// Takes the row of trajectory `k`.
    pub fn put(&mut self, k: u64, row: Vec<u64>) -> Result<(), RecordError> {
        match &mut self.store {
            Store::Memory(rows) => rows.push((k, row)),
            Store::Disk(rows) => rows.put(k, row)?,
        }
        Ok(())
    }

    pub(super) fn flush(&mut self) -> Result<(), RecordError> {
        match &mut self.store {
            Store::Memory(_) => Ok(()),
            Store::Disk(rows) => rows.flush(),
        }
    }

    /// Gives `each` the rows that are there, of a file in their order.
    fn each<E: From<RecordError>>(
        &mut self,
        mut each: impl FnMut(u64, &[u64]) -> Result<(), E>,
    ) -> Result<(), E> {
        match &mut self.store {
            Store::Memory(rows) => rows.iter().try_for_each(|(k, row)| each(*k, row)),
            Store::Disk(rows) => rows.read(each).map(|_| ()),
        }
    }

    /// The same for what cannot fail.
    pub fn visit(&mut self, mut see: impl FnMut(u64, &[u64])) -> Result<(), RecordError> {
        self.each(|k, row| {
            see(k, row);
            Ok(())
        })
    }

    /// The sums over the rows of each point of a sweep, whose ensembles follow each other.
    pub fn tally(&mut self, whose: Whose<'_>) -> Result<Vec<Tally>, RecordError> {
        let count = whose.parts.last().map_or(0, |p| p.row + 1);
        let mut tallies = vec![Tally::default(); count];
        let mut current = 0;
        let columns = self.columns.clone();
        self.visit(|k, row| {
            let (at, start) = whose.at(k);
            let part = &whose.parts[at];
            if part.row != current {
                tallies[current].close();
                current = part.row;
            }
            tallies[part.row].add(&columns, row, part, start);
        })?;
        for (part, points) in whose.parts.iter().zip(whose.points) {
            tallies[part.row].end_at(points);
        }
        Ok(tallies)
    }

    pub(super) fn npz(&mut self, whose: Whose<'_>, path: &Path) -> Result<(), RecordError> {
        let mut n = 0;
        self.visit(|_, _| n += 1)?;
        let columns = self.columns.clone();
        let mut npz = NpzWriter::create(path)?;
        for (name, of) in whose.derived(&columns) {
            npz.write_bits(name, &[n], true, |take| {
                self.each(|k, row| take(of(k, row) as u64))
            })?;
        }
        for (column, words) in columns.shown() {
            let mut shape = vec![n];
            shape.extend(column.is_wide().then_some(words.len()));
            npz.write_bits(column.name, &shape, column.is_whole(), |take| {
                self.each(|_, row| row[words.clone()].iter().try_for_each(|w| take(*w)))
            })?;
        }
        npz.finish()
    }

    /// As text: what is not known is an empty cell, why a trajectory ended a word.
    pub(super) fn csv(&mut self, whose: Whose<'_>, path: &Path) -> io::Result<()> {
        let columns = self.columns.clone();
        let derived = whose.derived(&columns);
        let mut names: Vec<String> = derived.iter().map(|(name, _)| (*name).into()).collect();
        for (column, words) in columns.shown() {
            match column.is_wide() {
                true => names.extend((0..words.len()).map(|k| format!("{}[{k}]", column.name))),
                false => names.push(column.name.into()),
            }
        }
        let mut out = BufWriter::new(std::fs::File::create(path)?);
        writeln!(out, "{}", names.join(","))?;
        let mut cells: Vec<String> = Vec::new();
        let known = |whole: i64| match whole {
            ..0 => String::new(),
            known => known.to_string(),
        };
        let finite = |x: f64| match x.is_nan() {
            true => String::new(),
            false => format!("{x:?}"),
        };
        self.each(|k, row| {
            cells.clear();
            cells.extend(derived.iter().map(|(_, of)| known(of(k, row))));
            for (column, words) in columns.shown() {
                cells.extend(row[words].iter().map(|word| match column.name {
                    "stop" => (*StopReason::WORDS.get(*word as usize).unwrap_or(&"")).to_owned(),
                    _ if column.is_whole() => known(*word as i64),
                    _ => finite(f64::from_bits(*word)),
                }));
            }
            writeln!(out, "{}", cells.join(","))
        })?;
        out.flush()
    }
}
