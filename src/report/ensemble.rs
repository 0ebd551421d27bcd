//! What an ensemble leaves behind: a row for each trajectory, written while it runs, and tables when it has ended.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::manifest::{frame, instructions, join};
use super::{Provenance, ReportError, cannot_write};
use crate::analysis::Clusters;
use crate::model_file::Array;
use crate::monitor::Course;
use crate::number::plural;
use crate::record::{NpzWriter, Present, RecordError, Rows, RunDirectory};
use crate::study::{Column, Courses, FixedPoints, Keep, Member, Over, Starts, Study, Sweep};
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
    /// Distinct fixed points at which they ended, and how many of these are stable: sums over ensembles, and how many of
    /// them told it.
    pub fixed_points: [(u64, u64); 2],
    /// Are they of several networks?
    networks: bool,
    /// Those that belong to no pattern.
    alone: u64,
    /// Recall and success of the patterns, or networks, to which others may still be added: successes and trials.
    open: BTreeMap<u64, [[u64; 2]; 2]>,
    /// The same of all others.
    clusters: [Clusters; 2],
    /// Are they of several points of a sweep? Then a share of all of them says nothing.
    mixed: bool,
}

impl Tally {
    /// Adds the row of start `k` of an ensemble, with these columns.
    pub fn add(&mut self, columns: &[Column], row: &[u64], member: &Member, k: u64) {
        self.ended += 1;
        let mut at = 0;
        let mut course = None;
        let mut pattern = member.each.map(|each| k / each.max(1) as u64);
        // Recall and success: successes and trials.
        let mut counts = [[0; 2], [0, 1]];
        for column in columns {
            let (whole, real) = (row[at] as i64, f64::from_bits(row[at]));
            match column.name {
                "stop" => {
                    counts[1][0] =
                        u64::from((0..StopReason::FIRST_FAILURE as i64).contains(&whole));
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
                "input_work" => self.courses.driven |= real != 0.0,
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
                "target" if member.each.is_none() => pattern = u64::try_from(whole).ok(),
                "recalled" => {
                    counts[0] = [u64::from(whole > 0), u64::from(whole >= 0)];
                    self.judged += counts[0][1];
                    self.recalled += counts[0][0];
                }
                _ => {}
            }
            at += column.words();
        }
        self.networks |= member.network.is_some();
        match member.network.or(pattern) {
            Some(cluster) => {
                let sums = self.open.entry(cluster).or_default().iter_mut().flatten();
                sums.zip(counts.as_flattened())
                    .for_each(|(sum, n)| *sum += n);
            }
            None => {
                self.alone += 1;
                let pairs = self.clusters.iter_mut().zip(counts);
                pairs.for_each(|(clusters, [good, all])| clusters.add(good, all));
            }
        }
    }

    /// Nothing more is added: what was kept of single patterns goes.
    pub fn close(&mut self) {
        self.clusters = self.all_clusters();
        self.open.clear();
    }

    fn all_clusters(&self) -> [Clusters; 2] {
        let mut all = self.clusters;
        for counts in self.open.values() {
            let pairs = all.iter_mut().zip(counts);
            pairs.for_each(|(clusters, [good, n])| clusters.add(*good, *n));
        }
        all
    }

    /// Notes at how many fixed points the trajectories of an ensemble ended.
    pub fn end_at(&mut self, points: &FixedPoints) {
        let told = self
            .fixed_points
            .iter_mut()
            .zip([points.distinct, points.stable]);
        for (sums, count) in told {
            *sums = (
                sums.0 + count.unwrap_or(0) as u64,
                sums.1 + u64::from(count.is_some()),
            );
        }
    }

    /// Distinct fixed points of an ensemble, and how many of them are stable: means over ensembles, NaN where they are not
    /// known.
    pub fn distinct(&self) -> [f64; 2] {
        self.fixed_points
            .map(|(sum, count)| sum as f64 / count as f64)
    }

    /// How many patterns, networks or trajectories an interval is over.
    pub fn clusters(&self) -> u64 {
        self.all_clusters()[1].count
    }

    /// What the trajectories are a sample of.
    pub fn over(&self) -> Over {
        match (self.networks, self.clusters(), self.alone) {
            (true, 2.., _) => Over::Networks,
            (false, 2.., 0) => Over::Patterns,
            (_, 1, 0) if !self.networks => Over::Cues,
            _ => Over::Trajectories,
        }
    }

    /// The 95 % interval of the probability of recall; NaN where none is asked about.
    pub fn recall_interval(&self) -> [f64; 2] {
        self.interval(0)
    }

    /// The same of success.
    pub fn success_interval(&self) -> [f64; 2] {
        self.interval(1)
    }

    fn interval(&self, of: usize) -> [f64; 2] {
        match self.all_clusters()[of] {
            Clusters { all: 0, .. } => [f64::NAN; 2],
            clusters => clusters.interval(),
        }
    }

    /// The sums of several together.
    pub fn sum(all: &[Tally]) -> Tally {
        if let [one] = all {
            return one.clone();
        }
        let mut total = Tally {
            mixed: true,
            ..Tally::default()
        };
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
        let recall = (self.judged > 0).then(|| match self.mixed {
            true => json!({ "recalled": self.recalled, "of": self.judged }),
            false => json!({
                "recalled": self.recalled, "of": self.judged,
                "probability": self.recalled as f64 / self.judged as f64,
                "wilson95": self.recall_interval(),
                "interval_over": self.over().word(), "clusters": self.clusters(),
            }),
        });
        let [distinct, stable] = self.distinct();
        let points = json!({ "distinct": distinct, "stable": stable });
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
            "fixed_points": if self.mixed { Value::Null } else { points },
            "steps": self.steps,
            "evaluations": self.evaluations,
        })
    }

    /// What came of them, in a sentence; `criterion` says what is recalled where that is no distance.
    pub fn sentence(&self, criterion: &str) -> String {
        let mut parts = Vec::new();
        if self.judged > 0 && !self.mixed {
            let [low, high] = self.recall_interval();
            parts.push(format!(
                "{} of {} recalled{criterion}, {} % (95 % interval {} to {} % over {})",
                self.recalled,
                self.judged,
                percent(self.share()),
                percent(low),
                percent(high),
                self.over().word()
            ));
        }
        parts.extend(self.ends());
        parts.join("; ")
    }

    /// The share of those that recalled their memory.
    pub fn share(&self) -> f64 {
        self.recalled as f64 / self.judged as f64
    }

    /// Where and how they ended, and what their energy did.
    pub fn ends(&self) -> Vec<String> {
        let mut parts = Vec::new();
        if let ([distinct, stable], false) = (self.distinct(), self.mixed)
            && distinct > 0.0
        {
            let stable = if stable.is_nan() {
                String::new()
            } else {
                format!(", {} of them stable", few(stable))
            };
            let mean = if self.fixed_points[0].1 > 1 {
                " on average"
            } else {
                ""
            };
            let points = match distinct.fract() == 0.0 {
                true => plural(distinct as usize, "distinct fixed point"),
                false => format!("{} distinct fixed points", few(distinct)),
            };
            parts.push(format!("{points}{mean}{stable}"));
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
        parts
    }
}

/// A share as a percentage with two decimals.
pub(super) fn percent(share: f64) -> String {
    format!("{:.2}", 100.0 * share)
}

/// A mean with two decimals, or a whole number.
fn few(x: f64) -> String {
    if x.fract() == 0.0 {
        format!("{x}")
    } else {
        format!("{x:.2}")
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
        (study, keep): (&Study, Keep),
        count: u64,
        provenance: &Provenance,
        resume: bool,
    ) -> Result<(Self, Option<Present>), ReportError> {
        let columns = study.columns(keep);
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
            style: study.style.clone(),
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

    /// The sums over the rows of each point of a sweep, whose ensembles follow each other.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn tally(
        &mut self,
        members: &[Member],
        points: &[FixedPoints],
    ) -> Result<Vec<Tally>, ReportError> {
        let rows = members.last().map_or(0, |m| m.row + 1);
        let mut tallies = vec![Tally::default(); rows];
        let mut current = 0;
        let (rows, columns) = (&mut self.rows, &self.columns);
        rows.read(|k, row| {
            let at = members.partition_point(|m| m.trajectories.end <= k);
            if let (Ok(row), Some(member)) = (row, members.get(at))
                && member.trajectories.contains(&k)
            {
                if member.row != current {
                    tallies[current].close();
                    current = member.row;
                }
                let start = k - member.trajectories.start;
                tallies[member.row].add(columns, row, member, start);
            }
            Ok(())
        })?;
        for (member, points) in members.iter().zip(points) {
            tallies[member.row].end_at(points);
        }
        Ok(tallies)
    }

    /// Gives `each` the rows that are there, in their order.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn each(
        &mut self,
        mut each: impl FnMut(u64, &[Column], &[u64]),
    ) -> Result<(), ReportError> {
        let (rows, columns) = (&mut self.rows, &self.columns);
        Ok(rows.read(|k, row| {
            if let Ok(row) = row {
                each(k, columns, row);
            }
            Ok(())
        })?)
    }

    /// The columns of the rows.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Writes `outcomes.npz`, and `outcomes.csv` if asked for, of what has ended: of these ensembles, which end at these
    /// fixed points as far as they are known.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn tables(
        &mut self,
        members: &[Member],
        points: &[FixedPoints],
        csv: bool,
    ) -> Result<(), ReportError> {
        let path = self.directory.file("outcomes.npz")?;
        self.npz((members, points), &path)?;
        if csv {
            let path = self.directory.file("outcomes.csv")?;
            let written = self.csv((members, points), &path);
            written.map_err(|e| cannot_write(&path, &e))?;
        } else {
            // That of an interrupted run with --csv has fewer rows.
            self.directory.discard("outcomes.csv")?;
        }
        Ok(())
    }

    fn npz(
        &mut self,
        (members, points): (&[Member], &[FixedPoints]),
        path: &Path,
    ) -> Result<(), RecordError> {
        let mut there: u64 = 0;
        self.rows.read(|_, row| {
            there += u64::from(row.is_ok());
            Ok(())
        })?;
        let n = there as usize;
        let mut npz = NpzWriter::create(path)?;
        let mut whole = |npz: &mut NpzWriter, name: &str, of: &dyn Fn(u64, &[u64]) -> i64| {
            npz.write_i64_from(name, &[n], |take| {
                feed(&mut self.rows, |k, row| take(of(k, row)))
            })
        };
        if members.len() > 1 {
            whole(&mut npz, "point", &|k, _| {
                members[member(members, k)].row as i64
            })?;
        }
        if members.iter().any(|m| m.replicate > 0) {
            whole(&mut npz, "replicate", &|k, _| {
                members[member(members, k)].replicate as i64
            })?;
        }
        whole(&mut npz, "start", &|k, _| {
            (k - members[member(members, k)].trajectories.start) as i64
        })?;
        let columns = &self.columns;
        whole(&mut npz, "fixed_point", &|k, row| {
            fixed_point(points, member(members, k), columns, row)
        })?;
        let mut at = 0;
        for column in &self.columns {
            let words = at..at + column.words();
            at = words.end;
            if column.hidden {
                continue;
            }
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

    fn csv(
        &mut self,
        (members, points): (&[Member], &[FixedPoints]),
        path: &Path,
    ) -> io::Result<()> {
        let mut out = BufWriter::new(std::fs::File::create(path)?);
        let swept = members.len() > 1;
        let repeated = members.iter().any(|m| m.replicate > 0);
        write!(out, "{}", if swept { "point," } else { "" })?;
        write!(
            out,
            "{}start,fixed_point",
            if repeated { "replicate," } else { "" }
        )?;
        let columns = &self.columns;
        for column in columns.iter().filter(|c| !c.hidden) {
            match column.width {
                None => write!(out, ",{}", column.name)?,
                Some(n) => (0..n).try_for_each(|k| write!(out, ",{}[{k}]", column.name))?,
            }
        }
        writeln!(out)?;
        feed(&mut self.rows, |k, row| {
            let place = member(members, k);
            let of = &members[place];
            if swept {
                write!(out, "{},", of.row)?;
            }
            if repeated {
                write!(out, "{},", of.replicate)?;
            }
            write!(out, "{},", k - of.trajectories.start)?;
            // What is not known is an empty cell.
            let point = fixed_point(points, place, columns, row);
            if point >= 0 {
                write!(out, "{point}")?;
            }
            let mut at = 0;
            for column in columns {
                let words = &row[at..at + column.words()];
                at += column.words();
                for word in words.iter().filter(|_| !column.hidden) {
                    let whole = *word as i64;
                    let reason = usize::try_from(whole).ok();
                    let reason = reason.and_then(|k| StopReason::WORDS.get(k));
                    match (column.name, column.whole, reason) {
                        ("stop", _, Some(word)) => write!(out, ",{word}")?,
                        (_, true, _) if whole < 0 => write!(out, ",")?,
                        (_, true, _) => write!(out, ",{whole}")?,
                        (_, false, _) => match f64::from_bits(*word) {
                            v if v.is_nan() => write!(out, ",")?,
                            v => write!(out, ",{v:?}")?,
                        },
                    }
                }
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

    /// Draws where the starts of a grid ended, at these fixed points; or says why it cannot be drawn.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn basins(
        &mut self,
        study: &Study,
        starts: &Starts,
        points: &FixedPoints,
    ) -> Result<Option<String>, ReportError> {
        #[cfg(feature = "figures")]
        if let Some(mut map) = super::BasinMap::new(study, starts, points) {
            let columns = &self.columns;
            self.rows.read(|k, row| {
                if let Ok(row) = row {
                    map.add(k as usize, columns, row);
                }
                Ok(())
            })?;
            return super::pictures::draw_basins(map, &mut self.directory);
        }
        let _ = (study, starts, points);
        Ok(None)
    }

    /// Writes `arrays.npz`: these arrays of the model, and the starts where they are given.
    ///
    /// # Errors
    /// A start that cannot be made, or a disk that refuses.
    pub fn arrays(
        &mut self,
        arrays: &[(String, Array)],
        study: &Study,
        starts: Option<&Starts>,
    ) -> Result<(), ReportError> {
        let states = starts.map(|s| super::arrays::states(study, s)).transpose();
        let states = states.map_err(ReportError::Other)?.unwrap_or_default();
        let path = self.directory.file("arrays.npz")?;
        Ok(super::arrays::resolved(arrays, &states, &path)?)
    }

    /// Where to write another file of the directory.
    ///
    /// # Errors
    /// If the name is not a plain one.
    pub fn file(&mut self, name: &str) -> Result<PathBuf, ReportError> {
        Ok(self.directory.file(name)?)
    }

    /// What the manifest of an ensemble holds, and `--json` prints: what every manifest has, and `about`.
    pub fn document(&self, study: &Study, provenance: &Provenance, about: Value) -> Value {
        let mut document = frame(study, provenance);
        let columns = self.columns.iter().filter(|c| !c.hidden).map(|c| c.name);
        let columns: Vec<&str> = columns.collect();
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
        study: &Study,
        provenance: &Provenance,
        about: Value,
    ) -> Result<PathBuf, ReportError> {
        let document = self.document(study, provenance, about);
        // Some systems delete no file that is open.
        drop(self.rows);
        Ok(self.directory.finish(document)?)
    }
}

/// The position of the ensemble that trajectory `k` belongs to.
fn member(members: &[Member], k: u64) -> usize {
    let at = members.partition_point(|m| m.trajectories.end <= k);
    at.min(members.len().saturating_sub(1))
}

/// The number of the fixed point at which the trajectory of a row ended, −1 where it is not known.
fn fixed_point(points: &[FixedPoints], member: usize, columns: &[Column], row: &[u64]) -> i64 {
    let found = points.get(member).and_then(|p| p.of(columns, row));
    found.map_or(-1, |k| k as i64)
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
