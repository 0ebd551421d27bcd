//! Several plots in one picture, each with its letter; one that is alone has none.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{
    Align, BELOW, Block, Drawn, FigureError, Frame, Heading, INNER, Look, Page, Plot, TEXT, page,
    refused, text, words,
};

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
/// Frames lower than this are not put side by side on a page of a given width.
const LOWEST: f64 = 110.0;

struct Row {
    /// Left edge and width of each panel.
    places: Vec<(f64, f64)>,
    /// Room above the frames for letters and legends.
    above: f64,
    height: f64,
}

impl Row {
    /// Frames of one height, as wide as their shapes ask, that fill the page together.
    fn new(blocks: &[Box<dyn Block + '_>], look: &Look) -> Row {
        let room = look.inner(INNER) - GAP * (blocks.len() as f64 - 1.0);
        let sides: f64 = blocks.iter().map(|b| b.sides().0 + b.sides().1).sum();
        let wide: f64 = blocks.iter().map(|b| 1.0 / b.shape()).sum();
        let height = ((room - sides).max(80.0 * blocks.len() as f64) / wide).min(HIGHEST);
        let mut x = look.margin();
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
            places,
        }
    }

    fn all(&self) -> f64 {
        self.above + self.height + BELOW
    }
}

impl Page for PanelsPlot {
    words!();

    fn drawn(&self, path: &Path, look: &Look) -> Drawn {
        if self.plots.is_empty() {
            return refused("panels", "there are no plots");
        }
        let mut blocks = Vec::new();
        for (i, plot) in self.plots.iter().enumerate() {
            blocks.push(plot.block(&own(plot, look)).map_err(|error| match error {
                FigureError::Data { place, why } => {
                    FigureError::data(format!("panel {}, {place}", letter(i)), why)
                }
                other => other,
            })?);
        }
        let mut columns = match self.columns {
            0 => blocks.len(),
            n => n.min(blocks.len()),
        };
        let arranged = |n: usize| -> Vec<Row> {
            let rows = blocks.chunks(n);
            rows.map(|blocks| Row::new(blocks, look)).collect()
        };
        let mut rows = arranged(columns);
        // A narrow page has fewer side by side.
        let low = |row: &Row| row.height < LOWEST;
        while look.page.is_some() && columns > 1 && rows.iter().any(low) {
            columns -= 1;
            rows = arranged(columns);
        }
        let margin = look.margin();
        let ends = rows.iter().flat_map(|row| row.places.last());
        let right = ends.map(|(x, width)| x + width).fold(300.0, f64::max);
        let heading = Heading::new(look, self.words(), look.inner(right - margin));
        let top = margin + heading.height();
        let gaps = GAP * (rows.len() - 1) as f64 + margin / 2.0;
        let mut height = top + rows.iter().map(Row::all).sum::<f64>() + gaps;
        if let Some(wanted) = look.height {
            // All rows give or take in proportion; frames that grow wider than their place would cover each other.
            let frames: f64 = rows.iter().map(|row| row.height).sum();
            let scale = (wanted - height + frames) / frames;
            look.fits(100.0, scale * LOWEST)?;
            rows.iter_mut().for_each(|row| row.height *= scale);
            height = wanted;
        }
        let lowest = rows.iter().map(|row| row.height).fold(LOWEST, f64::min);
        look.fits(lowest, 100.0)?;
        look.holds((right + margin, height))?;
        page::draw(path, look, (right + margin, height), |canvas| {
            heading.draw(canvas, (margin, margin - 4.0));
            let mut y = top;
            for (r, (row, blocks)) in rows.iter().zip(blocks.chunks(columns)).enumerate() {
                for (c, (block, &(x, width))) in blocks.iter().zip(&row.places).enumerate() {
                    let i = r * columns + c;
                    let beside = if self.plots.len() > 1 {
                        // Twice, a little apart: the font has one weight.
                        for x in [x, x + 0.6] {
                            canvas.text(&letter(i), LETTER, (x, y + LETTER), Align::Left, TEXT);
                        }
                        22.0
                    } else {
                        0.0
                    };
                    let name = text::wrap(self.plots[i].words().0, NAME, width - beside);
                    if let Some(name) = name.first() {
                        canvas.text(name, NAME, (x + beside, y + LETTER), Align::Left, TEXT);
                    }
                    let (left, right) = block.sides();
                    let frame = Frame {
                        left: x + left,
                        top: y + row.above,
                        right: x + width - right,
                        bottom: y + row.above + row.height,
                    };
                    let key = (x, y + LETTER + 6.0);
                    block.legend(width).draw(canvas, key);
                    block.put(canvas, frame);
                }
                y += row.all() + GAP;
            }
        })
    }
}

/// The look of one of them: ranges are those of a plane, not of the gain beside it.
fn own(plot: &Plot, look: &Look) -> Look {
    let mut own = look.clone();
    if !matches!(plot, Plot::Phase(_)) {
        (own.x, own.y) = (None, None);
    }
    own
}

/// a, b … z, aa, ab …
fn letter(i: usize) -> String {
    let last = char::from(b'a' + (i % 26) as u8);
    match i / 26 {
        0 => last.to_string(),
        more => format!("{}{last}", letter(more - 1)),
    }
}
