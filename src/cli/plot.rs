//! `attractor plot` and `attractor gallery`.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use clap::{Args, ValueEnum};

use super::Exit;
use crate::cli::out::{errln, outln};
use crate::dynamics::Interrupt;
use crate::figure::Figure as _;
use crate::figure::{PhasePlot, Plot as FigurePlot};
use crate::model_file::{Design, MODELS, Point, load};
use crate::report::{BasinMap, Redraw, Tally, redraw, sweep_plot};
use crate::study::{Column, Ends, Keep, Law};
use crate::style::{self, Style};

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
    /// Only this figure; may be given several times
    #[arg(long, value_name = "NAME")]
    figure: Vec<String>,
    /// As what
    #[arg(long, value_enum, default_value_t = Format::Png)]
    format: Format,
    /// Width of the whole figure: 8.5cm, 85mm, 3.35in
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    width: Option<f64>,
    /// Height of the whole figure
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    height: Option<f64>,
    /// Size of numbers and legends: 8pt
    #[arg(long, value_name = "SIZE", value_parser = letters)]
    font: Option<f64>,
    /// Another title
    #[arg(long, value_name = "TEXT", conflicts_with = "no_title")]
    title: Option<String>,
    /// Neither title nor parameters
    #[arg(long)]
    no_title: bool,
    /// No line of parameters
    #[arg(long)]
    no_subtitle: bool,
    /// A palette (okabe-ito, tol-bright, tol-muted, grey), or colours #rrggbb with commas between them
    #[arg(long, value_name = "COLORS", value_delimiter = ',')]
    colors: Vec<String>,
    /// Ends of the horizontal axis
    #[arg(long, value_name = "FROM,TO", value_parser = ends, allow_hyphen_values = true)]
    x: Option<[f64; 2]>,
    /// Ends of the vertical axis
    #[arg(long, value_name = "FROM,TO", value_parser = ends, allow_hyphen_values = true)]
    y: Option<[f64; 2]>,
    /// Dots per inch of a PNG
    #[arg(long, value_name = "DPI")]
    resolution: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Pixels
    Png,
    /// Lines and words, for the web
    Svg,
    /// Lines, for print
    Pdf,
}

impl From<Format> for style::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Png => style::Format::Png,
            Format::Svg => style::Format::Svg,
            Format::Pdf => style::Format::Pdf,
        }
    }
}

fn length(text: &str) -> Result<f64, String> {
    style::centimetres(text).ok_or_else(|| "a length is written 8.5cm, 85mm or 3.35in".into())
}

fn letters(text: &str) -> Result<f64, String> {
    style::points(text).ok_or_else(|| "a size of letters is written 8pt".into())
}

fn ends(text: &str) -> Result<[f64; 2], String> {
    let parts = text.split(',').map(|part| part.trim().parse::<f64>());
    match parts.collect::<Result<Vec<f64>, _>>().as_deref() {
        Ok([low, high]) if low < high => Ok([*low, *high]),
        _ => Err("the ends of an axis are two numbers that rise, 0,5".into()),
    }
}

impl Plot {
    pub fn execute(&self) -> Exit {
        let how = Redraw {
            format: Some(self.format.into()),
            only: self.figure.clone(),
            overwrite: self.force,
            title: self.title.clone(),
            no_title: self.no_title,
            no_subtitle: self.no_subtitle,
            style: Style {
                width: self.width,
                height: self.height,
                font: self.font,
                colors: self.colors.clone(),
                x: self.x,
                y: self.y,
                resolution: self.resolution,
                ..Style::default()
            },
        };
        match redraw(&self.run, &self.out, &how) {
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
        let design = Design::new(loaded, name, &[], None)?;
        self.draw(name, &design)
            .map_err(|why| format!("error: {why}"))
    }

    fn draw(&self, name: &str, design: &Design) -> Result<Vec<PathBuf>, String> {
        let study = &design.base.study;
        let results = study
            .run(&Interrupt::new(), &())
            .map_err(|e| e.to_string())?;
        std::fs::create_dir_all(&self.out).map_err(|e| {
            let out = self.out.display();
            format!("cannot create the directory {out}: {e}; --out draws elsewhere")
        })?;
        let mut files = Vec::new();
        let mut plots = crate::report::plots(study, &results)?;
        if let Some(sweep) = &design.sweep {
            let plot = sweep_plot(&study.title, sweep, &tallies(design)?);
            plots.extend(plot.map(|plot| ("sweep".to_owned(), plot)));
        }
        let point = &design.base;
        if let (None, Law::Grid(_)) = (&design.sweep, &point.starts.law) {
            let plot = basins(point)?.map(FigurePlot::Phase);
            plots.extend(plot.map(|plot| ("basins".to_owned(), plot)));
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
fn tallies(design: &Design) -> Result<Vec<Tally>, String> {
    let members = design.members();
    let mut tallies = vec![Tally::default(); members.last().map_or(0, |m| m.row + 1)];
    for (k, member) in members.iter().enumerate() {
        let tally = &mut tallies[member.row];
        let point = design.point(k)?;
        rows((&*point, point.keep), |start, columns, row| {
            tally.add(columns, row, member, start as u64);
        })?;
    }
    Ok(tallies)
}

/// Runs the ensemble of a grid of starts, looks at where they ended, and draws it.
fn basins(point: &Point) -> Result<Option<PhasePlot>, String> {
    let (study, starts) = (&point.study, &point.starts);
    let keep = Keep {
        states: true,
        ..point.keep
    };
    let (mut ends, mut table) = (Ends::default(), Vec::new());
    rows((point, keep), |k, columns, row| {
        let x = &row[row.len() - study.network.size()..];
        ends.see(k, columns, row, Some(x));
        table.push((k, row.to_vec()));
    })?;
    let points = ends.points(study, starts, keep, &Interrupt::new());
    let points = points.map_err(|e| e.to_string())?;
    let columns = study.columns(keep);
    let Some(mut map) = BasinMap::new(study, starts, &points) else {
        return Ok(None);
    };
    for (k, row) in &table {
        map.add(*k, &columns, row);
    }
    map.plot().map(Some)
}

/// Runs an ensemble, keeping so much of it, and gives `each` its rows.
fn rows(
    (point, keep): (&Point, Keep),
    each: impl FnMut(usize, &[Column], &[u64]) + Send,
) -> Result<(), String> {
    let columns = point.study.columns(keep);
    let each = Mutex::new(each);
    let done = |k, row: Vec<u64>| {
        if let Ok(mut each) = each.lock() {
            each(k, &columns, &row);
        }
    };
    let (starts, never) = (&point.starts, Interrupt::new());
    let all = 0..starts.count();
    let study = &point.study;
    let ran = study.run_ensemble(starts, all, keep, &never, done);
    ran.map_err(|e| e.to_string())
}
