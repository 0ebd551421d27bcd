//! What the colours mean: samples with labels in rows above or below the data, where they cover nothing.

use super::mark::hole;
use super::{Align, Canvas, Color, Mark, Pen, Point, SOFT, TEXT, WHITE, text};

/// Height of a label in a legend and on an axis.
pub(super) const LABEL: f64 = 13.0;
/// From one line of such words to the next.
pub(super) const LEADING: f64 = 17.0;
const ROW: f64 = 20.0;
const SAMPLE: f64 = 26.0;
const GAP: f64 = 22.0;

#[derive(Clone, Copy, Debug)]
pub(super) enum Sample {
    Line(Pen),
    /// A line with its dots, which may be rings.
    Dotted(Pen, bool),
    Dot(Color),
    Frame(Color),
    Band(Color),
    Mark(Mark),
    /// A disc of this radius; with a hole where the second says so.
    Disc(f64, Color, bool),
    /// A remark.
    None,
    /// What is still said of the entry before.
    More,
}

/// What a legend says, one after the other.
#[derive(Clone, Default)]
pub(super) struct Entries(pub Vec<(Sample, String)>);

impl Entries {
    pub(super) fn say(&mut self, sample: Sample, label: impl Into<String>) {
        self.0.push((sample, label.into()));
    }

    /// That something happens where the input is switched, if it is.
    pub(super) fn say_switched(&mut self, switches: &[f64]) {
        if !switches.is_empty() {
            self.say(Sample::Line(SWITCH), "the input is switched");
        }
    }
}

/// Where vertical lines mark that the input is switched.
pub(super) const SWITCH: Pen = Pen::dashed(SOFT, 1.0);

impl Sample {
    /// How far right of it its label begins.
    fn room(self) -> f64 {
        match self {
            Sample::None => 0.0,
            _ => SAMPLE + 6.0,
        }
    }
}

pub(super) struct Legend {
    rows: Vec<Vec<(f64, Sample, String)>>,
}

impl Legend {
    pub(super) fn new(entries: Entries, room: f64) -> Legend {
        let mut rows: Vec<Vec<_>> = Vec::new();
        let mut x = 0.0;
        for (sample, label) in entries.0 {
            let label = shortened(&label, room - sample.room());
            let width = sample.room() + text::width(&label, LABEL);
            if rows.is_empty() || x + width > room || matches!(sample, Sample::More) {
                rows.push(Vec::new());
                x = 0.0;
            }
            if let Some(row) = rows.last_mut() {
                row.push((x, sample, label));
            }
            x += width + GAP;
        }
        Legend { rows }
    }

    pub(super) fn height(&self) -> f64 {
        ROW * self.rows.len() as f64
    }

    pub(super) fn width(&self) -> f64 {
        let entries = self.rows.iter().flatten();
        entries
            .map(|(x, sample, label)| x + sample.room() + text::width(label, LABEL))
            .fold(0.0, f64::max)
    }

    /// Draws it with its upper left corner at `(left, top)`.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, (left, top): Point) {
        for (i, row) in self.rows.iter().enumerate() {
            let y = top + ROW * (i as f64 + 0.5);
            for (x, sample, label) in row {
                let x = left + x;
                let ends = [(x + 1.0, y), (x + SAMPLE - 1.0, y)];
                match *sample {
                    Sample::Line(pen) => canvas.trace(&ends, pen),
                    Sample::Dotted(pen, hollow) => {
                        // A dash on either side leaves a gap before the dot, a line none.
                        let [a, b] = ends;
                        let reach = if pen.dashed { 6.0 } else { SAMPLE / 2.0 };
                        canvas.line(&[a, (a.0 + reach, y)], pen.width, pen.color);
                        canvas.line(&[(b.0 - reach, y), b], pen.width, pen.color);
                        canvas.bead((x + SAMPLE / 2.0, y), pen.color, hollow);
                    }
                    Sample::Dot(color) => canvas.dot((x + SAMPLE / 2.0, y), 3.2, color),
                    Sample::Mark(mark) => mark.draw(canvas, (x + SAMPLE / 2.0, y)),
                    Sample::Disc(radius, color, hollow) => {
                        canvas.dot((x + SAMPLE / 2.0, y), radius, color);
                        if hollow {
                            canvas.dot((x + SAMPLE / 2.0, y), hole(radius), WHITE);
                        }
                    }
                    Sample::None | Sample::More => {}
                    Sample::Band(color) => {
                        canvas.rect((x + 3.0, y - 5.0), (x + SAMPLE - 3.0, y + 5.0), color);
                        canvas.rule((x + 3.0, y - 5.0), (x + SAMPLE - 3.0, y - 5.0), SOFT);
                    }
                    Sample::Frame(color) => {
                        canvas.frame((x + 3.0, y - 5.0), (x + SAMPLE - 3.0, y + 5.0), 2.0, color);
                    }
                }
                canvas.label(label, (x + sample.room(), y), Align::Left, TEXT);
            }
        }
    }
}

/// The text, or what of it fits, with an ellipsis.
fn shortened(label: &str, room: f64) -> String {
    let mut label = text::clean(label);
    if text::width(&label, LABEL) > room {
        while label.pop().is_some() && text::width(&format!("{label}…"), LABEL) > room {}
        label.push('…');
    }
    label
}
