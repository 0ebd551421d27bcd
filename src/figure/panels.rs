//! Several plots in one picture, each with its letter.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::block::{Block, Frame, MARGIN};
use super::canvas::PAGE;
use super::error::FigureError;
use super::heading::Heading;
use super::page;
use super::palette::TEXT;
use super::plot::Plot;
use super::surface::Align;
use super::text;

/// Several plots side by side, lettered a, b, c …; each plot's own title stands beside its letter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PanelsPlot {
    /// What is shown.
    pub title: String,
    /// The parameters.
    pub subtitle: String,
    /// How many stand side by side; 0 for all.
    pub columns: usize,
    /// The plots. Grids of patterns, energies, diagrams and other panels are pages of their own and are refused.
    pub plots: Vec<Plot>,
}

const LETTER: f64 = 17.0;
const NAME: f64 = 14.0;
const GAP: f64 = 26.0;
const HIGHEST: f64 = 420.0;

/// One row of panels, laid out.
struct Row {
    /// Left edge and width of each panel.
    places: Vec<(f64, f64)>,
    /// Room above the frames for letters and legends.
    above: f64,
    /// Height of the frames.
    height: f64,
    below: f64,
}

impl Row {
    /// Frames of one height, as wide as their shapes ask, that fill the page together.
    fn new(blocks: &[Box<dyn Block>]) -> Row {
        let room = PAGE - 2.0 * MARGIN - GAP * (blocks.len() as f64 - 1.0);
        let sides: f64 = blocks.iter().map(|b| b.sides().0 + b.sides().1).sum();
        let wide: f64 = blocks.iter().map(|b| 1.0 / b.shape()).sum();
        let height = ((room - sides).max(80.0 * blocks.len() as f64) / wide).min(HIGHEST);
        let mut x = MARGIN;
        let mut places = Vec::new();
        for block in blocks {
            let (left, right) = block.sides();
            let width = left + height / block.shape() + right;
            places.push((x, width));
            x += width + GAP;
        }
        let above = blocks.iter().zip(&places);
        let above = above.map(|(b, p)| b.legend(p.1).height() + b.above());
        Row {
            above: above.fold(0.0, f64::max) + LETTER + 6.0,
            height,
            below: blocks.iter().map(|b| b.below()).fold(0.0, f64::max),
            places,
        }
    }

    fn all(&self) -> f64 {
        self.above + self.height + self.below
    }
}

impl PanelsPlot {
    /// Draws it; the file's ending, `.png` or `.svg`, says how.
    ///
    /// # Errors
    /// If there are no plots, one of them cannot stand beside others or cannot be drawn (the message says which), or the
    /// file cannot be written.
    pub fn draw(&self, path: impl AsRef<Path>) -> Result<(), FigureError> {
        if self.plots.is_empty() {
            return Err(FigureError::data("panels", "there are no plots"));
        }
        let mut blocks = Vec::new();
        for (i, plot) in self.plots.iter().enumerate() {
            blocks.push(plot.block().map_err(|error| match error {
                FigureError::Data { place, why } => {
                    FigureError::data(format!("panel {}, {place}", letter(i)), why)
                }
                other => other,
            })?);
        }
        let columns = match self.columns {
            0 => blocks.len(),
            n => n,
        };
        let rows: Vec<Row> = blocks.chunks(columns).map(Row::new).collect();
        let ends = rows.iter().flat_map(|row| row.places.last());
        let right = ends.map(|(x, width)| x + width).fold(300.0, f64::max);
        let heading = Heading::new(&self.title, &self.subtitle, right - MARGIN);
        let top = MARGIN + heading.height();
        let height = top + rows.iter().map(Row::all).sum::<f64>() + GAP * (rows.len() - 1) as f64;
        page::draw(
            path.as_ref(),
            (right + MARGIN, height + MARGIN / 2.0),
            |canvas| {
                heading.draw(canvas, (MARGIN, MARGIN - 4.0))?;
                let mut y = top;
                for (r, (row, blocks)) in rows.iter().zip(blocks.chunks(columns)).enumerate() {
                    for (c, (block, &(x, width))) in blocks.iter().zip(&row.places).enumerate() {
                        let i = r * columns + c;
                        canvas.text(&letter(i), LETTER, (x, y + LETTER), Align::Left, TEXT)?;
                        // Twice, a little apart: the font has one weight.
                        let at = (x + 0.6, y + LETTER);
                        canvas.text(&letter(i), LETTER, at, Align::Left, TEXT)?;
                        let name = text::wrap(self.plots[i].title(), NAME, width - 22.0);
                        if let Some(name) = name.first() {
                            canvas.text(name, NAME, (x + 22.0, y + LETTER), Align::Left, TEXT)?;
                        }
                        let (left, right) = block.sides();
                        let frame = Frame {
                            left: x + left,
                            top: y + row.above,
                            right: x + width - right,
                            bottom: y + row.above + row.height,
                        };
                        let legend = block.legend(width);
                        legend.draw(canvas, (x, y + LETTER + 6.0))?;
                        block.put(canvas, frame)?;
                    }
                    y += row.all() + GAP;
                }
                Ok(())
            },
        )
    }
}

/// a, b … z, aa, ab …
fn letter(i: usize) -> String {
    let last = char::from(b'a' + (i % 26) as u8);
    match i / 26 {
        0 => last.to_string(),
        more => format!("{}{last}", letter(more - 1)),
    }
}
