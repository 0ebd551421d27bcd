//! Patterns as grey pictures in a grid: a cue on its way to a memory, one recall a row.

mod layout;

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::figure::{
    Align, Canvas, Color, ColorMap, Drawn, FAILURE, FRAME, LABEL, LEADING, Look, Page, SOFT, TEXT,
    page, refused, text, words,
};
use layout::Layout;

/// One row of pictures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PatternRow {
    /// What stands left of it.
    pub label: String,
    /// What stands right of it: `memory 37, distance 0.02`.
    pub note: String,
    /// Whether it went well; if not, the row is framed in vermillion.
    pub good: bool,
    /// The pictures from left to right, values row by row; an empty one leaves its place empty.
    pub panels: Vec<Vec<f64>>,
}

/// A grid of patterns drawn as pictures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PatternPlot {
    /// What is shown.
    pub title: String,
    /// The parameters.
    pub subtitle: String,
    /// Rows and columns of pixels of every picture.
    pub shape: (usize, usize),
    /// The values that are drawn black and white; values beyond are clipped. A range symmetric about 0 is drawn from blue
    /// by white to red.
    pub range: (f64, f64),
    /// Whether pictures may be three times as wide and high, to be looked at dot by dot.
    pub large: bool,
    /// What stands above each column of pictures.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<PatternRow>,
}

const GAP: f64 = 12.0;
const BAR: (f64, f64) = (150.0, 11.0);

impl Page for PatternPlot {
    words!();

    fn drawn(&self, path: &Path, look: &Look) -> Drawn {
        look.without_axes("patterns")?;
        self.check()?;
        let layout = self.layout(look);
        look.holds((self.needed(look), layout.height))?;
        let (width, margin) = (look.page.unwrap_or(layout.width), look.margin());
        page::draw(path, look, (layout.width, layout.height), |canvas| {
            layout.heading.draw(canvas, (margin, margin - 4.0));
            self.draw_columns(canvas, &layout);
            for (row, &top) in self.rows.iter().zip(&layout.tops) {
                self.draw_row(canvas, &layout, row, top);
            }
            layout.legend.draw(canvas, (layout.left, layout.foot + 2.0));
            self.draw_bar(canvas, (width - margin - BAR.0 - 8.0, layout.foot));
        })
    }
}

impl PatternPlot {
    /// The width that it needs: labels and notes take more of a wider page.
    fn needed(&self, look: &Look) -> f64 {
        let mut wide = look.clone();
        loop {
            let needs = self.layout(&wide).width;
            match wide.page {
                Some(page) if needs > page + 1e-6 => wide.page = Some(needs.max(page + 1.0)),
                Some(page) if look.page != Some(page) => return page,
                _ => return needs,
            }
        }
    }

    fn check(&self) -> Drawn {
        let (rows, columns) = self.shape;
        if self.rows.is_empty() || self.columns.is_empty() || rows == 0 || columns == 0 {
            return refused("patterns", "there are no pictures");
        }
        let (low, high) = self.range;
        if !(low.is_finite() && high.is_finite() && low < high) {
            let why = format!("{low} to {high} is not a range of numbers");
            return refused("patterns, range", why);
        }
        for (i, row) in self.rows.iter().enumerate() {
            let place = format!("patterns, row {i} (\"{}\")", row.label);
            if row.panels.len() != self.columns.len() {
                let (n, m) = (row.panels.len(), self.columns.len());
                return refused(place, format!("{n} pictures in {m} columns"));
            }
            for (k, panel) in row.panels.iter().enumerate() {
                let place = format!("{place}, picture {k}");
                if !panel.is_empty() && Some(panel.len()) != rows.checked_mul(columns) {
                    let why = format!("{} values for {rows} × {columns} pixels", panel.len());
                    return refused(place, why);
                }
                if let Some(n) = panel.iter().position(|v| !v.is_finite()) {
                    let why = format!("the value {} is not finite", panel[n]);
                    return refused(format!("{place}, index {n}"), why);
                }
            }
        }
        Ok(())
    }

    fn draw_columns(&self, canvas: &mut Canvas<'_>, layout: &Layout) {
        let (w, _) = layout.cells.size();
        for (i, lines) in layout.headings.iter().enumerate() {
            let x = layout.left + i as f64 * (w + GAP) + w / 2.0;
            for (k, line) in lines.iter().rev().enumerate() {
                let y = layout.first - 9.0 - LEADING * k as f64;
                canvas.text(line, LABEL, (x, y), Align::Center, TEXT);
            }
        }
    }

    fn draw_row(&self, canvas: &mut Canvas<'_>, layout: &Layout, row: &PatternRow, top: f64) {
        let (w, h) = layout.cells.size();
        let right = layout.left + self.columns.len() as f64 * (w + GAP) - GAP;
        let map = self.map();
        for (i, panel) in row.panels.iter().enumerate() {
            let x = layout.left + i as f64 * (w + GAP);
            if !panel.is_empty() {
                layout.cells.draw(canvas, (x, top), panel, map);
                canvas.frame((x, top), (x + w, top + h), 0.5, FRAME);
            }
        }
        let middle = top + h / 2.0;
        let mut block = |words: &str, room: f64, x: f64, align: Align, color: Color| {
            let lines = text::wrap(words, LABEL, room + 1.0);
            let lines = lines.iter().map(|line| (&line[..], color));
            canvas.labels(lines, (x, middle), align);
        };
        block(
            &row.label,
            layout.label,
            layout.left - 12.0,
            Align::Right,
            TEXT,
        );
        let color = if row.good { TEXT } else { FAILURE };
        let x = right + 12.0 + layout.mark;
        block(&row.note, layout.note, x, Align::Left, color);
        if !row.good {
            canvas.frame(
                (layout.left - 3.0, top - 3.0),
                (right + 3.0, top + h + 3.0),
                2.0,
                FAILURE,
            );
            canvas.label("✗", (right + 12.0, middle), Align::Left, FAILURE);
        }
    }

    fn map(&self) -> ColorMap {
        ColorMap::picture(self.range.0, self.range.1)
    }

    fn draw_bar(&self, canvas: &mut Canvas<'_>, (x, y): (f64, f64)) {
        let map = self.map();
        let steps = BAR.0 as usize;
        let value = |i: usize| {
            let s = i as f64 / (steps - 1) as f64;
            map.low * (1.0 - s) + map.high * s
        };
        let colors: Vec<_> = (0..steps).map(|i| map.color(value(i))).collect();
        canvas.picture((x, y), BAR, steps, &colors);
        canvas.frame((x, y), (x + BAR.0, y + BAR.1), 0.5, FRAME);
        let mut marks = vec![(0.0, map.low), (1.0, map.high)];
        if map.diverges() {
            marks.push((0.5, 0.0));
        }
        for (s, value) in marks {
            let at = x + s * BAR.0;
            canvas.rule((at, y + BAR.1), (at, y + BAR.1 + 4.0), SOFT);
            let label = text::number(value);
            let at = (at, y + BAR.1 + 5.0 + LABEL);
            canvas.text(&label, LABEL, at, Align::Center, TEXT);
        }
    }
}
