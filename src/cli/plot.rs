//! `attractor plot` and `attractor gallery`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::Exit;
use crate::cli::out::{errln, outln};
use crate::model_file::{MODELS, load};
use crate::report::redraw;
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
        let experiment = load(Path::new(name), &[])
            .map_err(|e| e.to_string())?
            .experiment;
        let results = experiment
            .run(&Interrupt::new(), &())
            .map_err(|e| e.to_string())?;
        std::fs::create_dir_all(&self.out).map_err(|e| format!("{}: {e}", self.out.display()))?;
        let mut files = Vec::new();
        for (figure, plot) in crate::report::plots(&experiment, &results)? {
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
