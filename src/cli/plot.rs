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
                    errln!("{why}\nin the model {}", model.name);
                    return Exit::Failed;
                }
            }
        }
        Exit::Fine
    }

    /// `DIR/MODEL-FIGURE.png` for every figure of a model.
    ///
    /// # Errors
    /// A whole message, which begins with `error: ` as those of models do.
    fn one(&self, name: &str) -> Result<Vec<PathBuf>, String> {
        let loaded = load(Path::new(name), &[]).map_err(|e| e.to_string())?;
        let study = Study::new(loaded, name, &[], None)?;
        self.draw(name, &study)
            .map_err(|why| format!("error: {why}"))
    }

    fn draw(&self, name: &str, study: &Study) -> Result<Vec<PathBuf>, String> {
        let experiment = &study.base.experiment;
        let results = experiment
            .run(&Interrupt::new(), &())
            .map_err(|e| e.to_string())?;
        std::fs::create_dir_all(&self.out).map_err(|e| {
            let out = self.out.display();
            format!("cannot create the directory {out}: {e}; --out draws elsewhere")
        })?;
        let mut files = Vec::new();
        let mut plots = crate::report::plots(experiment, &results)?;
        if let Some(sweep) = &study.sweep {
            let plot = sweep_plot(&experiment.title, sweep, &tallies(study)?);
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

/// Runs the ensembles of a sweep and keeps their sums.
fn tallies(study: &Study) -> Result<Vec<Tally>, String> {
    let point = |k| {
        let mut tally = Tally::default();
        rows(&*study.point(k)?, |_, columns, row| tally.add(columns, row))?;
        Ok(tally)
    };
    (0..study.points()).map(point).collect()
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
