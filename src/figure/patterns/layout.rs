//! Where everything stands in a grid of patterns.

use super::{BAR, GAP, PatternPlot};
use crate::figure::{
    Cells, Entries, FAILURE, Heading, LABEL, LEADING, Legend, Look, PAGE, Page, Sample, text,
};

const MARK: f64 = 18.0;

pub(super) struct Layout {
    pub width: f64,
    pub height: f64,
    /// Left edge of the pictures.
    pub left: f64,
    /// Width of the labels and of the notes.
    pub label: f64,
    pub note: f64,
    /// Room for the mark of a failure before the note.
    pub mark: f64,
    pub heading: Heading,
    pub headings: Vec<Vec<String>>,
    /// Upper edge of the first row and of each.
    pub first: f64,
    pub tops: Vec<f64>,
    pub cells: Cells,
    pub legend: Legend,
    /// Where legend and scale begin.
    pub foot: f64,
}

impl PatternPlot {
    pub(super) fn layout(&self, look: &Look) -> Layout {
        let (page, margin) = (look.page.unwrap_or(PAGE), look.margin());
        let label = text::widest(self.rows.iter().map(|r| text::clean(&r.label)));
        let label = label.min(0.2 * page).min(150.0);
        let note = text::widest(self.rows.iter().map(|r| text::clean(&r.note)));
        let note = note.min(0.22 * page).min(190.0);
        let failed = self.rows.iter().any(|row| !row.good);
        let mark = if failed { MARK } else { 0.0 };
        let left = margin + if label > 0.0 { label + 16.0 } else { 0.0 };
        let n = self.columns.len() as f64;
        let room = (page - left - mark - note - 16.0 - margin + GAP) / n - GAP;
        let cells = match self.large {
            true => Cells::large(self.shape, room),
            false => Cells::new(self.shape, room),
        };
        let (w, h) = cells.size();
        let wrapped = |words: &String| text::wrap(words, LABEL, (w + GAP - 4.0).max(30.0));
        let headings: Vec<Vec<String>> = self.columns.iter().map(wrapped).collect();
        let pictures = left + n * (w + GAP) - GAP;
        let (least, least_legend) = match look.page {
            Some(_) => (0.0, 100.0),
            None => (420.0, 200.0),
        };
        let foot = page - left - margin - BAR.0 - 40.0;
        let legend = Legend::new(self.entries(cells.averaged), foot.max(least_legend));
        let width = (pictures + 16.0 + mark + note + margin)
            .max(left + legend.width() + BAR.0 + 40.0 + margin)
            .max(least);
        let room = look.page.unwrap_or(width) - 2.0 * margin;
        let heading = Heading::new(look, self.words(), room);
        let lines = headings.iter().map(Vec::len).max().unwrap_or(0) as f64;
        let first = margin + heading.height() + 10.0 + lines * LEADING + 8.0;
        let mut y = first;
        let mut tops = Vec::new();
        for row in &self.rows {
            tops.push(y);
            let label = text::wrap(&row.label, LABEL, label + 1.0).len();
            let note = text::wrap(&row.note, LABEL, note + 1.0).len();
            y += h.max(LEADING * label.max(note) as f64) + GAP;
        }
        let foot = y + 6.0;
        Layout {
            height: foot + legend.height().max(BAR.1 + LEADING + 6.0) + margin / 2.0,
            width,
            left,
            label,
            note,
            mark,
            heading,
            headings,
            first,
            tops,
            cells,
            legend,
            foot,
        }
    }

    fn entries(&self, averaged: usize) -> Entries {
        let failures = self.rows.iter().filter(|row| !row.good).count();
        let mut entries = Entries::default();
        if failures > 0 {
            let all = self.rows.len();
            entries.say(
                Sample::Frame(FAILURE),
                format!("✗ failed ({failures} of {all} shown)"),
            );
        }
        let values = self.rows.iter().flat_map(|row| row.panels.iter().flatten());
        let beyond = |&&v: &&f64| v < self.range.0 || v > self.range.1;
        if values.clone().any(|v| beyond(&v)) {
            entries.say(Sample::None, "values beyond the scale are clipped");
        }
        if averaged > 1 {
            let text = format!("each dot averages {averaged} × {averaged} pixels");
            entries.say(Sample::None, text);
        }
        entries
    }
}
