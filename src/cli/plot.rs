//! `attractor plot`.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::Exit;
use super::failure::Failure;
use super::out::outln;
use crate::report::{Redraw, redraw};
use crate::style::{self, Format, Style};

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

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &Format::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Format::Png => "Pixels",
            Format::Svg => "Lines and words, for the web",
            Format::Pdf => "Lines, for print",
        };
        Some(PossibleValue::new(self.word()).help(help))
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
    pub fn execute(&self) -> Result<Exit, Failure> {
        let how = Redraw {
            format: self.format,
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
        let files = redraw(&self.run, &self.out, &how).map_err(Failure::bad)?;
        files.iter().for_each(|f| outln!("{}", f.display()));
        Ok(Exit::Fine)
    }
}
