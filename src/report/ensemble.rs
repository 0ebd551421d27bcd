//! What an ensemble leaves behind: a row for each trajectory, written while it runs, and tables when it has ended.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::manifest::{frame, instructions, join};
use super::{Provenance, ReportError, cannot_write};
use crate::analysis::wilson;
use crate::experiment::{Column, Courses, Experiment, Keep, Starts, Sweep};
use crate::monitor::Course;
use crate::record::{NpzWriter, Present, RecordError, Rows, RunDirectory};
use crate::style::Style;
use crate::trajectory::{Check, StopReason};

/// The directory of an ensemble in the making.
#[derive(Debug)]
pub struct EnsembleReport {
    directory: RunDirectory,
    rows: Rows,
    columns: Vec<Column>,
    count: u64,
    style: Style,
}

/// Sums over the trajectories of an ensemble.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Trajectories that have ended.
    pub ended: u64,
    /// How many of them for each reason, by [`StopReason::code`].
    pub stops: [u64; StopReason::WORDS.len()],
    /// Whose cue was made from a memory.
    pub judged: u64,
    /// Who recalled it.
    pub recalled: u64,
    /// What the energy did.
    pub courses: Courses,
    /// Steps of all.
    pub steps: u64,
    /// Evaluations of the velocity of all.
    pub evaluations: u64,
    /// Largest rise of the energy in a step.
    pub largest_rise: f64,
    /// Sum of the times at which they ended.
    pub time: f64,
    /// Sum of the overlaps with the nearest memory.
    pub overlap: f64,
    /// How many have one.
    pub compared: u64,
}

impl Tally {
    /// Adds a row with these columns.
    pub fn add(&mut self, columns: &[Column], row: &[u64]) {
        self.ended += 1;
        let mut at = 0;
        let mut course = None;
        for column in columns {
            let (whole, real) = (row[at] as i64, f64::from_bits(row[at]));
            match column.name {
                "stop" => {
                    if let Some(count) = usize::try_from(whole)
                        .ok()
                        .and_then(|k| self.stops.get_mut(k))
                    {
                        *count += 1;
                    }
                }
                "t" => self.time += real,
                "steps" => self.steps += row[at],
                "evaluations" => self.evaluations += row[at],
                "largest_rise" => self.largest_rise = self.largest_rise.max(real),
                "course" => course = usize::try_from(whole).ok(),
                "violation" => {
                    let broken = usize::try_from(whole).ok().and_then(Check::of_code);
                    if let Some(course) = course {
                        self.courses.count(course, broken);
                    }
                }
                "overlap" if real.is_finite() => {
                    self.overlap += real;
                    self.compared += 1;
                }
                "recalled" => {
                    self.judged += u64::from(whole >= 0);
                    self.recalled += u64::from(whole > 0);
                }
                _ => {}
            }
            at += column.words();
        }
    }

    /// The sums of several together.
    pub fn sum(all: &[Tally]) -> Tally {
        let mut total = Tally::default();
        for one in all {
            total.ended += one.ended;
            let stops = total.stops.iter_mut().zip(one.stops);
            stops.for_each(|(a, b)| *a += b);
            total.judged += one.judged;
            total.recalled += one.recalled;
            total.courses.join(&one.courses);
            total.steps += one.steps;
            total.evaluations += one.evaluations;
            total.largest_rise = total.largest_rise.max(one.largest_rise);
            total.time += one.time;
            total.overlap += one.overlap;
            total.compared += one.compared;
        }
        total
    }

    /// Those that did not end as they were meant to.
    pub fn failures(&self) -> u64 {
        self.stops[StopReason::FIRST_FAILURE..].iter().sum()
    }

    /// Its entries in a manifest.
    pub fn document(&self) -> Value {
        let words = StopReason::WORDS.iter().zip(self.stops);
        let stops: serde_json::Map<String, Value> = words
            .filter(|(_, count)| *count > 0)
            .map(|(word, count)| ((*word).to_owned(), count.into()))
            .collect();
        let words = Course::WORDS.iter().zip(self.courses.taken);
        let courses: serde_json::Map<String, Value> = words
            .map(|(word, count)| ((*word).to_owned(), count.into()))
            .collect();
        let recall = (self.judged > 0).then(|| {
            let [low, high] = wilson(self.recalled, self.judged);
            json!({
                "recalled": self.recalled, "of": self.judged,
                "probability": self.recalled as f64 / self.judged as f64, "wilson95": [low, high],
            })
        });
        json!({
            "finished": self.ended,
            "stops": stops,
            "failures": self.failures(),
            "watched": self.courses.known(),
            "courses": courses,
            "violations": self.courses.violations(),
            "identity_violations": self.courses.identities,
            "largest_rise": self.largest_rise,
            "recall": recall,
            "steps": self.steps,
            "evaluations": self.evaluations,
        })
    }

    /// What came of them, in a sentence.
    pub fn sentence(&self) -> String {
        let mut parts = Vec::new();
        if self.judged > 0 {
            let [low, high] = wilson(self.recalled, self.judged);
            let part = 100.0 * self.recalled as f64 / self.judged as f64;
            parts.push(format!(
                "{} of {} recalled, {part:.2} % (95 % interval {:.2} to {:.2} %)",
                self.recalled,
                self.judged,
                100.0 * low,
                100.0 * high
            ));
        }
        let words = StopReason::WORDS.iter().zip(self.stops);
        let ends = words.filter(|(_, count)| *count > 0);
        parts.extend(ends.map(|(word, count)| {
            let word = match *word {
                "rest" => "at rest".to_owned(),
                other => other.replace('-', " "),
            };
            format!("{count} of {} {word}", self.ended)
        }));
        parts.extend(self.courses.sentence(self.ended));
        parts.join("; ")
    }
}

impl EnsembleReport {
    /// Claims the directory `path` for `count` trajectories, or with `resume` goes on with what an interrupted ensemble
    /// left of the same ones.
    ///
    /// # Errors
    /// Why nothing can be written there, or gone on with.
    pub fn open(
        path: &Path,
        (experiment, keep): (&Experiment, Keep),
        count: u64,
        provenance: &Provenance,
        resume: bool,
    ) -> Result<(Self, Option<Present>), ReportError> {
        let columns = experiment.columns(keep);
        let words = columns.iter().map(Column::words).sum();
        let identity = identity(provenance);
        let mut directory = if resume {
            RunDirectory::resume(path)?
        } else {
            RunDirectory::create(path)?
        };
        let place = directory.rows()?;
        let (rows, present) = if resume {
            let (rows, present) = Rows::open(&place, words, count, &identity)?;
            (rows, Some(present))
        } else {
            (Rows::create(&place, words, count, &identity)?, None)
        };
        directory.keep_partial();
        let report = EnsembleReport {
            directory,
            rows,
            columns,
            count,
            style: experiment.style.clone(),
        };
        Ok((report, present))
    }

    /// Takes the row of trajectory `k`.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn put(&mut self, k: u64, row: Vec<u64>) -> Result<(), ReportError> {
        Ok(self.rows.put(k, row)?)
    }

    /// Writes what waits in memory.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn flush(&mut self) -> Result<(), ReportError> {
        Ok(self.rows.flush()?)
    }

    /// Where the directory is until it is finished.
    pub fn partial_path(&self) -> &Path {
        self.directory.partial_path()
    }

    /// The sums over the rows of each of these ranges, which follow each other.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn tally(&mut self, ranges: &[std::ops::Range<u64>]) -> Result<Vec<Tally>, ReportError> {
        let mut tallies = vec![Tally::default(); ranges.len()];
        let (rows, columns) = (&mut self.rows, &self.columns);
        rows.read(|k, row| {
            let at = ranges.partition_point(|r| r.end <= k);
            if let (Ok(row), Some(range)) = (row, ranges.get(at))
                && range.contains(&k)
            {
                tallies[at].add(columns, row);
            }
            Ok(())
        })?;
        Ok(tallies)
    }

    /// Writes `outcomes.npz`, and `outcomes.csv` if asked for, of what has ended. `offsets` are the numbers of the first
    /// trajectory of every point of a sweep, 0 alone without one.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn tables(&mut self, offsets: &[u64], csv: bool) -> Result<(), ReportError> {
        let path = self.directory.file("outcomes.npz")?;
        self.npz(offsets, &path)?;
        if csv {
            let path = self.directory.file("outcomes.csv")?;
            let written = self.csv(offsets, &path);
            written.map_err(|e| cannot_write(&path, &e))?;
        } else {
            // That of an interrupted run with --csv has fewer rows.
            self.directory.discard("outcomes.csv")?;
        }
        Ok(())
    }

    fn npz(&mut self, offsets: &[u64], path: &Path) -> Result<(), RecordError> {
        let mut there: u64 = 0;
        self.rows.read(|_, row| {
            there += u64::from(row.is_ok());
            Ok(())
        })?;
        let n = there as usize;
        let mut npz = NpzWriter::create(path)?;
        let point = |k: u64| offsets.partition_point(|first| *first <= k) - 1;
        let mut whole = |npz: &mut NpzWriter, name: &str, of: &dyn Fn(u64) -> i64| {
            npz.write_i64_from(name, &[n], |take| feed(&mut self.rows, |k, _| take(of(k))))
        };
        if offsets.len() > 1 {
            whole(&mut npz, "point", &|k| point(k) as i64)?;
        }
        whole(&mut npz, "start", &|k| (k - offsets[point(k)]) as i64)?;
        let mut at = 0;
        for column in &self.columns {
            let words = at..at + column.words();
            at = words.end;
            let mut shape = vec![n];
            shape.extend(column.width);
            let rows = &mut self.rows;
            if column.whole {
                npz.write_i64_from(column.name, &shape, |take| {
                    feed(rows, |_, row| {
                        row[words.clone()].iter().try_for_each(|w| take(*w as i64))
                    })
                })?;
            } else {
                npz.write_from(column.name, &shape, |take| {
                    feed(rows, |_, row| {
                        let mut values = row[words.clone()].iter();
                        values.try_for_each(|w| take(f64::from_bits(*w)))
                    })
                })?;
            }
        }
        npz.finish()
    }

    fn csv(&mut self, offsets: &[u64], path: &Path) -> io::Result<()> {
        let mut out = BufWriter::new(std::fs::File::create(path)?);
        let swept = offsets.len() > 1;
        write!(out, "{}start", if swept { "point," } else { "" })?;
        for column in &self.columns {
            match column.width {
                None => write!(out, ",{}", column.name)?,
                Some(n) => (0..n).try_for_each(|k| write!(out, ",{}[{k}]", column.name))?,
            }
        }
        writeln!(out)?;
        let columns = &self.columns;
        feed(&mut self.rows, |k, row| {
            let point = offsets.partition_point(|first| *first <= k) - 1;
            if swept {
                write!(out, "{point},")?;
            }
            write!(out, "{}", k - offsets[point])?;
            let mut at = 0;
            for column in columns {
                for word in &row[at..at + column.words()] {
                    let whole = *word as i64;
                    let reason = usize::try_from(whole).ok();
                    let reason = reason.and_then(|k| StopReason::WORDS.get(k));
                    match (column.name, column.whole, reason) {
                        ("stop", _, Some(word)) => write!(out, ",{word}")?,
                        // What is not known is an empty cell.
                        (_, true, _) if whole < 0 => write!(out, ",")?,
                        (_, true, _) => write!(out, ",{whole}")?,
                        (_, false, _) => match f64::from_bits(*word) {
                            v if v.is_nan() => write!(out, ",")?,
                            v => write!(out, ",{v:?}")?,
                        },
                    }
                }
                at += column.words();
            }
            writeln!(out)
        })?;
        out.flush()
    }

    /// Writes `sweep.npz` and `sweep.csv`, a row for each point, and the figure; or says why there is none.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn sweep(
        &mut self,
        title: &str,
        sweep: &Sweep,
        tallies: &[Tally],
    ) -> Result<Option<String>, ReportError> {
        super::sweep::npz(sweep, tallies, &self.directory.file("sweep.npz")?)?;
        let path = self.directory.file("sweep.csv")?;
        let written = super::sweep::csv(sweep, tallies, &path);
        written.map_err(|e| cannot_write(&path, &e))?;
        #[cfg(feature = "figures")]
        {
            let (style, directory) = (&self.style, &mut self.directory);
            super::pictures::draw_sweep(title, sweep, tallies, (style, directory))
        }
        #[cfg(not(feature = "figures"))]
        {
            let _ = (title, &self.style);
            Ok(None)
        }
    }

    /// Draws where the starts of a grid ended; or says why it cannot be drawn.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn basins(
        &mut self,
        experiment: &Experiment,
        starts: &Starts,
        keep: Keep,
    ) -> Result<Option<String>, ReportError> {
        #[cfg(feature = "figures")]
        if let Some(mut map) = super::BasinMap::new(experiment, starts, keep) {
            let columns = &self.columns;
            self.rows.read(|k, row| {
                if let Ok(row) = row {
                    map.add(k as usize, columns, row);
                }
                Ok(())
            })?;
            return super::pictures::draw_basins(map, &mut self.directory);
        }
        let _ = (experiment, starts, keep);
        Ok(None)
    }

    /// Where to write another file of the directory.
    ///
    /// # Errors
    /// If the name is not a plain one.
    pub fn file(&mut self, name: &str) -> Result<PathBuf, ReportError> {
        Ok(self.directory.file(name)?)
    }

    /// What the manifest of an ensemble holds, and `--json` prints: what every manifest has, and `about`.
    pub fn document(
        &self,
        experiment: &Experiment,
        provenance: &Provenance,
        about: Value,
    ) -> Value {
        let mut document = frame(experiment, provenance);
        let columns: Vec<&str> = self.columns.iter().map(|c| c.name).collect();
        let own = json!({ "starts": self.count, "columns": columns, "stop_codes": StopReason::WORDS, "course_codes": Course::WORDS });
        join(&mut document, own);
        join(&mut document, about);
        document
    }

    /// Writes the manifest, with these entries besides those of every manifest; the directory then has its name.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn finish(
        self,
        experiment: &Experiment,
        provenance: &Provenance,
        about: Value,
    ) -> Result<PathBuf, ReportError> {
        let document = self.document(experiment, provenance, about);
        // Some systems delete no file that is open.
        drop(self.rows);
        Ok(self.directory.finish(document)?)
    }
}

fn feed(rows: &mut Rows, mut each: impl FnMut(u64, &[u64]) -> io::Result<()>) -> io::Result<()> {
    let mut failed = None;
    let read = rows.read(|k, row| {
        if let (Ok(row), None) = (row, &failed) {
            failed = each(k, row).err();
        }
        Ok(())
    });
    match failed {
        Some(error) => Err(error),
        None => read.map_err(io::Error::other),
    }
}

/// What decides the bits of the rows: whoever goes on with them must have the same.
fn identity(provenance: &Provenance) -> Value {
    // How many threads there are, and how much may be kept, changes nothing.
    let free = ["solve.threads=", "solve.max_output="];
    let decides = |o: &&String| !free.iter().any(|f| o.starts_with(f));
    let overrides: Vec<&String> = provenance.overrides.iter().filter(decides).collect();
    let files: Vec<&String> = provenance.files.iter().map(|(_, sha)| sha).collect();
    json!({
        "the model": crate::record::sha256_hex(provenance.text.as_bytes()),
        "the settings of the command line": overrides,
        "the files that the model reads": files,
        "the version of the program": env!("CARGO_PKG_VERSION"),
        "the processor's instructions": instructions(),
    })
}
