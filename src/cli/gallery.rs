//! `attractor gallery`.

use std::path::PathBuf;

use clap::Args;

use super::Exit;
use super::failure::Failure;
use super::flags::Overrides;
use super::origin::described;
use super::out::outln;
use crate::dynamics::Interrupt;
use crate::figure::Plot;
use crate::model_file::{Design, MODELS, PROBLEMS};
use crate::picture::{PlaneQuestion, phase_plane};
use crate::problem::{load, solve};
use crate::report::{
    Finished, Outcomes, Plots, Whose, draw_to, ensemble_plots, phase_plane_answer, plots,
    problem_answer,
};
use crate::study::Law;
use crate::style::Style;

/// The models whose phase planes are drawn besides.
const PLANES: [&str; 3] = ["flip-flop", "hopfield-1984", "oscillation"];

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
        for problem in PROBLEMS {
            let drawn = self.solved(problem.name);
            let of = format_args!("in the problem {}", problem.name);
            let files = drawn.map_err(|failure| failure.of(Exit::Failed).and(of))?;
            files.iter().for_each(|f| outln!("{}", f.display()));
        }
        Ok(Exit::Fine)
    }

    /// `DIR/PROBLEM-FIGURE.png` for every figure of a problem.
    fn solved(&self, name: &str) -> Result<Vec<PathBuf>, Failure> {
        let asked = load(name.as_ref(), &[])?;
        let solved = solve(&asked, &Interrupt::new(), &|_| ()).map_err(Failure::failed)?;
        let figures = problem_answer(&asked, &solved).figures;
        self.put(name, figures.0)
    }

    /// `DIR/MODEL-FIGURE.png` for every figure of a model, and for some their phase plane.
    fn draw(&self, name: &str) -> Result<Vec<PathBuf>, Failure> {
        let (design, _) = described(name.as_ref(), Overrides::default())?;
        let study = &design.base.study;
        let results = study.run(&Interrupt::new(), &())?;
        let (mut all, mut notes) = plots(study, &results);
        let (more, why) = of_ensembles(&design)?;
        all.extend(more);
        notes.extend(why);
        if PLANES.contains(&name) {
            let asked = PlaneQuestion::default();
            let plane = phase_plane(study, &results, &asked, &Interrupt::new());
            let plane = plane.map_err(Failure::bad)?;
            all.extend(phase_plane_answer(study, &plane).figures.0);
        }
        if !notes.is_empty() {
            return Err(Failure::failed(notes.join("; ")));
        }
        self.put(name, all)
    }

    fn put(&self, name: &str, all: Vec<(String, Plot, Style)>) -> Result<Vec<PathBuf>, Failure> {
        let out = self.out.display();
        std::fs::create_dir_all(&self.out).map_err(|e| {
            let why = format!("cannot create the directory {out}: {e}; --out draws elsewhere");
            Failure::failed(why)
        })?;
        let mut files = Vec::new();
        for (figure, plot, style) in all {
            let path = self.out.join(format!("{name}-{figure}.png"));
            draw_to(&path, &plot, &style, self.force)?;
            files.push(path);
        }
        Ok(files)
    }
}

/// The figures of the ensembles of a model that asks for them: of a sweep, or of a grid of starts.
fn of_ensembles(design: &Design) -> Result<Plots, Failure> {
    if design.sweep.is_none() && !matches!(design.first.starts.law, Law::Grid(_)) {
        return Ok(Plots::default());
    }
    let mut outcomes = Outcomes::new(design.first.columns());
    let points = outcomes.collect(design, None, &Interrupt::new(), &())?;
    let whose = Whose {
        parts: &design.parts,
        points: &points,
    };
    let finished = Finished {
        design,
        whose,
        tallies: &outcomes.tally(whose)?,
    };
    Ok(ensemble_plots(finished, &mut outcomes)?)
}
