//! `attractor plot` and `attractor gallery`.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use clap::{Args, ValueEnum};

use super::Exit;
use crate::cli::out::{errln, outln};
use crate::experiment::Column;
use crate::figure::Plot as FigurePlot;
use crate::model_file::{MODELS, Point, Study, load};
use crate::report::{BasinMap, Tally, redraw, sweep_plot};
use crate::solver::Interrupt;

/// Draws again.
#[derive(Args, Debug)]
pub(super) struct Plot {
    /// The run directory
    run: PathBuf,
    /// Where to
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
    /// Overwrite figures that are there
    #[arg(long)]
    force: bool,
    /// As what
    #[arg(long, value_enum, default_value_t = Format::Png)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Pixels
    Png,
    /// Lines
    Svg,
}

impl Format {
    fn ending(self) -> &'static str {
        if self == Format::Png { "png" } else { "svg" }
    }
}

impl Plot {
    pub fn execute(&self) -> Exit {
        match redraw(&self.run, &self.out, self.format.ending(), self.force) {
            Ok(files) => {
                files.iter().for_each(|f| outln!("{}", f.display()));
                Exit::Fine
            }
            Err(error) => {
                errln!("error: {error}");
                Exit::BadModel
            }
        }
    }
}

/// Draws the figures of every model that is part of the program.
#[derive(Args, Debug)]
pub(super) struct Gallery {
    /// Where to
    #[arg(long, value_name = "DIR", default_value = "plots")]
    out: PathBuf,
    /// Overwrite figures that are there
    #[arg(long)]
    force: bool,
}

impl Gallery {
    pub fn execute(&self) -> Exit {
        for model in MODELS {
            match self.one(model.name) {
                Ok(files) => files.iter().for_each(|f| outln!("{}", f.display())),
                Err(why) => {
                    errln!("error: {}: {why}", model.name);
                    return Exit::Failed;
                }
            }
        }
        Exit::Fine
    }

    /// `DIR/MODEL-FIGURE.png` for every figure of a model.
    fn one(&self, name: &str) -> Result<Vec<PathBuf>, String> {
        let loaded = load(Path::new(name), &[]).map_err(|e| e.to_string())?;
        let study = Study::new(loaded, name, &[], None)?;
        let experiment = &study.base.experiment;
        let results = experiment
            .run(&Interrupt::new(), &())
            .map_err(|e| e.to_string())?;
        std::fs::create_dir_all(&self.out).map_err(|e| format!("{}: {e}", self.out.display()))?;
        let mut files = Vec::new();
        let mut plots = crate::report::plots(experiment, &results)?;
        if let Some(sweep) = &study.sweep {
            let plot = sweep_plot(&experiment.title, sweep, &tallies(&study)?);
            plots.extend(plot.map(|plot| ("sweep".to_owned(), plot)));
        }
        let point = &study.base;
        let map = BasinMap::new(&point.experiment, &point.starts, point.keep);
        if let (None, Some(mut map)) = (&study.sweep, map) {
            rows(point, |k, columns, row| map.add(k, columns, row))?;
            plots.push(("basins".to_owned(), FigurePlot::Phase(map.plot()?)));
        }
        for (figure, plot) in plots {
            let path = self.out.join(format!("{name}-{figure}.png"));
            if path.exists() && !self.force {
                let path = path.display();
                return Err(format!(
                    "{path} is there already; --force overwrites it, --out draws elsewhere"
                ));
            }
            plot.draw(&path).map_err(|e| e.to_string())?;
            files.push(path);
        }
        Ok(files)
    }
}

/// Runs the ensembles of a sweep and keeps the sums of its points.
fn tallies(study: &Study) -> Result<Vec<Tally>, String> {
    let members = study.members();
    let mut tallies = vec![Tally::default(); members.last().map_or(0, |m| m.row + 1)];
    for (k, member) in members.iter().enumerate() {
        let tally = &mut tallies[member.row];
        rows(&*study.point(k)?, |start, columns, row| {
            tally.add(columns, row, member, start as u64);
        })?;
    }
    Ok(tallies)
}

/// Runs an ensemble and gives `each` its rows.
fn rows(point: &Point, each: impl FnMut(usize, &[Column], &[u64]) + Send) -> Result<(), String> {
    let columns = point.experiment.columns(point.keep);
    let each = Mutex::new(each);
    let done = |k, row: Vec<u64>| {
        if let Ok(mut each) = each.lock() {
            each(k, &columns, &row);
        }
    };
    let (starts, never) = (&point.starts, Interrupt::new());
    let all = 0..starts.count();
    let ran = point
        .experiment
        .run_ensemble(starts, all, point.keep, &never, done);
    ran.map_err(|e| e.to_string())
}
