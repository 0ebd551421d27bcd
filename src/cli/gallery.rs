//! `attractor gallery`.

use std::path::PathBuf;

use clap::Args;

use super::Exit;
use super::common::Failure;
use super::flags::Overrides;
use super::origin::design;
use super::out::outln;
use crate::dynamics::Interrupt;
use crate::figure::Figure as _;
use crate::figure::Plot;
use crate::model_file::{Design, MODELS};
use crate::report::{BasinMap, Outcomes, ReportError, Whose, plots, sweep_plot};
use crate::study::Law;

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
    pub fn execute(&self) -> Result<Exit, Failure> {
        for model in MODELS {
            let drawn = self.draw(model.name);
            let of = format_args!("in the model {}", model.name);
            let files = drawn.map_err(|failure| failure.of(Exit::Failed).and(of))?;
            files.iter().for_each(|f| outln!("{}", f.display()));
        }
        Ok(Exit::Fine)
    }

    /// `DIR/MODEL-FIGURE.png` for every figure of a model.
    fn draw(&self, name: &str) -> Result<Vec<PathBuf>, Failure> {
        let design = design(name.as_ref(), Overrides::default())?;
        let study = &design.base.study;
        let results = study.run(&Interrupt::new(), &())?;
        std::fs::create_dir_all(&self.out).map_err(|e| {
            let out = self.out.display();
            Failure::failed(format!(
                "cannot create the directory {out}: {e}; --out draws elsewhere"
            ))
        })?;
        let mut files = Vec::new();
        let mut plots = plots(study, &results).map_err(Failure::failed)?;
        plots.extend(of_ensembles(&design)?);
        for (figure, plot) in plots {
            let path = self.out.join(format!("{name}-{figure}.png"));
            if path.exists() && !self.force {
                let path = path.display();
                return Err(Failure::failed(format!(
                    "{path} is there already; --force overwrites it, --out draws elsewhere"
                )));
            }
            plot.draw(&path).map_err(Failure::failed)?;
            files.push(path);
        }
        Ok(files)
    }
}

/// The figure of a sweep, or of the basins of a grid, with its name: none for a model that has neither.
fn of_ensembles(design: &Design) -> Result<Option<(String, Plot)>, Failure> {
    let point = &design.first;
    if design.sweep.is_none() && !matches!(point.starts.law, Law::Grid(_)) {
        return Ok(None);
    }
    let mut outcomes = Outcomes::new(point.columns());
    let points = outcomes.collect(design, None, &Interrupt::new(), &())?;
    let whose = Whose {
        parts: &design.parts,
        points: &points,
    };
    if let Some(sweep) = &design.sweep {
        let tallies = outcomes.tally(whose).map_err(ReportError::Rows)?;
        let plot = sweep_plot(&design.base.study.title, sweep, &tallies);
        return Ok(plot.map(|plot| ("sweep".to_owned(), plot)));
    }
    let map = points
        .first()
        .and_then(|p| BasinMap::new(&point.study, &point.starts, p));
    let Some(mut map) = map else { return Ok(None) };
    let columns = outcomes.columns.clone();
    let added = outcomes.each(|k, row| {
        map.add(k as usize, &columns, row);
        Ok(())
    });
    added.map_err(ReportError::Rows)?;
    let plot = map.plot().map_err(Failure::failed)?;
    Ok(Some(("basins".to_owned(), Plot::Phase(plot))))
}
