//! Lines in a frame with their legend: what most plots over time are made of.

use super::axis::Axis;
use super::block::{Block, Frame, finite, range};
use super::canvas::Canvas;
use super::error::FigureError;
use super::legend::{LABEL, Legend, Sample};
use super::palette::{Ink, WHITE};
use super::panel::{self, Panel};
use super::stroke::thinned;

/// One line.
pub(super) struct Series {
    pub x: Vec<f64>,
    pub y: Vec<f64>,
    /// Ends of the error bars; empty for none.
    pub low: Vec<f64>,
    pub high: Vec<f64>,
    pub ink: Ink,
    pub width: f64,
    pub dashed: bool,
    /// Whether each value has a dot.
    pub dots: bool,
    /// Whether the dots are rings.
    pub hollow: bool,
    /// Whether the dots have no line between them.
    pub scattered: bool,
}

impl Series {
    pub(super) fn new(x: &[f64], y: &[f64], (ink, dashed): (Ink, bool)) -> Series {
        Series {
            x: x.to_vec(),
            y: y.to_vec(),
            low: Vec::new(),
            high: Vec::new(),
            ink,
            width: 2.0,
            dashed,
            dots: false,
            hollow: false,
            scattered: false,
        }
    }

    pub(super) fn sample(&self) -> Sample {
        let (ink, width, dashed) = (self.ink, self.width, self.dashed);
        if self.scattered {
            return Sample::Dot(ink);
        }
        if self.dots {
            let hollow = self.hollow;
            return Sample::Dotted {
                ink,
                width,
                dashed,
                hollow,
            };
        }
        Sample::Line { ink, width, dashed }
    }
}

pub(super) struct Chart {
    series: Vec<Series>,
    entries: Vec<(Sample, String)>,
    x: Axis,
    y: Axis,
    titles: (String, String),
    pub shape: f64,
    pub width: Option<f64>,
}

impl Chart {
    /// `places` names the series in messages; `log` says which axes are logarithmic.
    pub(super) fn new(
        series: Vec<Series>,
        places: &[String],
        titles: (&str, &str),
        log: (bool, bool),
    ) -> Result<Chart, FigureError> {
        Chart::reaching(series, places, titles, log, &[])
    }

    /// The same, with values that the vertical axis has at least.
    pub(super) fn reaching(
        series: Vec<Series>,
        places: &[String],
        titles: (&str, &str),
        log: (bool, bool),
        reaches: &[f64],
    ) -> Result<Chart, FigureError> {
        finite("y_reaches", reaches)?;
        for (one, place) in series.iter().zip(places) {
            let parts = [
                ("x", &one.x, log.0),
                ("y", &one.y, log.1),
                ("low", &one.low, log.1),
                ("high", &one.high, log.1),
            ];
            for (name, values, log) in parts {
                let place = format!("{place}, {name}");
                finite(&place, values)?;
                if let Some(k) = values.iter().position(|&v| log && v <= 0.0) {
                    let why = format!("{} has no place on a logarithmic axis", values[k]);
                    return Err(FigureError::data(format!("{place}, index {k}"), why));
                }
            }
        }
        let x = range(series.iter().flat_map(|s| &s.x));
        let all = |s| -> [&Vec<f64>; 3] {
            let s: &Series = s;
            [&s.y, &s.low, &s.high]
        };
        let y = range(series.iter().flat_map(all).flatten().chain(reaches));
        let (Some(x), Some(y)) = (x, y) else {
            return Err(FigureError::data("lines", "there are no values"));
        };
        let axis = |(low, high), log, margin, count| {
            if log {
                Axis::logarithmic(low, high)
            } else {
                Axis::linear(low, high, margin, count)
            }
        };
        let dots = series.iter().any(|s| s.dots || s.scattered);
        Ok(Chart {
            series,
            entries: Vec::new(),
            x: axis(x, log.0, if dots { 0.03 } else { 0.0 }, 6.0),
            y: axis(y, log.1, 0.05, 6.0),
            titles: (titles.0.to_string(), titles.1.to_string()),
            shape: 0.45,
            width: None,
        })
    }

    pub(super) fn legend(mut self, entries: Vec<(Sample, String)>) -> Chart {
        self.entries = entries;
        self
    }

    fn draw_series(
        &self,
        canvas: &mut Canvas<'_>,
        panel: &Panel<'_>,
        series: &Series,
    ) -> Result<(), FigureError> {
        let points = series.x.iter().zip(&series.y);
        let all: Vec<_> = points.map(|(&x, &y)| panel.at(x, y)).collect();
        for (&x, (&low, &high)) in series.x.iter().zip(series.low.iter().zip(&series.high)) {
            let (a, b) = (panel.at(x, low), panel.at(x, high));
            canvas.line(&[a, b], 1.2, series.ink)?;
            for end in [a, b] {
                canvas.line(
                    &[(end.0 - 3.5, end.1), (end.0 + 3.5, end.1)],
                    1.2,
                    series.ink,
                )?;
            }
        }
        let line = thinned(all.iter().copied());
        match &line[..] {
            [] => {}
            [only] => canvas.dot(*only, 3.0, series.ink)?,
            _ if series.scattered => {}
            _ if series.dashed => canvas.dashed(&line, series.width, series.ink)?,
            _ => canvas.line(&line, series.width, series.ink)?,
        }
        if series.dots || series.scattered {
            for at in all {
                canvas.dot(at, 3.4, series.ink)?;
                if series.hollow {
                    canvas.dot(at, 1.9, WHITE)?;
                }
            }
        }
        Ok(())
    }
}

impl Block for Chart {
    fn sides(&self) -> (f64, f64) {
        // The last number of the horizontal axis may stand out by half its width.
        let last = self.x.ticks.last().map_or("", |(_, label)| label);
        let half = super::text::width(last, LABEL) / 2.0;
        (panel::margin(&self.y), half.max(6.0))
    }

    fn shape(&self) -> f64 {
        self.shape
    }

    fn width(&self) -> f64 {
        self.width
            .unwrap_or(super::canvas::PAGE - 2.0 * super::block::MARGIN)
    }

    fn legend(&self, width: f64) -> Legend {
        Legend::new(self.entries.clone(), width)
    }

    fn above(&self) -> f64 {
        if self.y.note.is_empty() { 8.0 } else { 24.0 }
    }

    fn below(&self) -> f64 {
        panel::BELOW
    }

    fn put(&self, canvas: &mut Canvas<'_>, frame: Frame) -> Result<(), FigureError> {
        let outer = frame.left - self.sides().0;
        let panel = Panel {
            left: frame.left,
            right: frame.right,
            top: frame.top,
            bottom: frame.bottom,
            x: &self.x,
            y: &self.y,
        };
        let (x_title, y_title) = (&self.titles.0, &self.titles.1);
        panel.draw(canvas, (y_title, outer - 4.0), Some(x_title), 0.0)?;
        for series in &self.series {
            self.draw_series(canvas, &panel, series)?;
        }
        Ok(())
    }
}
