//! Any quantity against any other: for studies, and activation functions.

use serde::{Deserialize, Serialize};

use super::{
    Block, Chart, FigureError, Look, Page, Pen, SOFT, Series, Setting, as_many, refused, words,
};

/// One line of values.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Line {
    /// What the legend calls it; only a line that is alone may have no name.
    pub label: String,
    /// Horizontal coordinates.
    pub x: Vec<f64>,
    /// Values.
    pub y: Vec<f64>,
    /// Lower ends of the error bars; empty for none.
    pub low: Vec<f64>,
    /// Upper ends of the error bars; empty for none.
    pub high: Vec<f64>,
    /// Whether each value has a dot.
    pub dots: bool,
    /// Whether it is dots alone, with no line between them.
    pub scattered: bool,
    /// Whether it belongs to the second of two groups, told from the first by dashes and hollow dots; each has its colours
    /// from the beginning of the palette.
    pub second: bool,
    /// Whether it is something to compare with, such as a slope, drawn thin, grey and dashed.
    pub reference: bool,
}

/// Lines over linear or logarithmic axes, with error bars where they are known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LinesPlot {
    /// What is shown.
    pub title: String,
    /// The parameters.
    pub subtitle: String,
    /// Title of the horizontal axis.
    pub x_label: String,
    /// Title of the vertical axis.
    pub y_label: String,
    /// Whether the horizontal axis is logarithmic.
    pub x_log: bool,
    /// Whether the vertical axis is logarithmic.
    pub y_log: bool,
    /// Whether the horizontal axis counts: what lies between whole numbers is no value.
    pub x_whole: bool,
    /// Values that the horizontal axis reaches at least, as those of another panel; empty for none.
    pub x_reaches: Vec<f64>,
    /// Values that the vertical axis reaches at least, as 0 and 1 for probabilities; empty for none.
    pub y_reaches: Vec<f64>,
    /// Whether the frame is a square.
    pub square: bool,
    /// The lines.
    pub lines: Vec<Line>,
}

impl Page for LinesPlot {
    words!();

    fn block(&self, look: &Look) -> Result<Box<dyn Block + '_>, FigureError> {
        let mut series = Vec::new();
        let mut colored = [0, 0];
        for (order, line) in self.lines.iter().enumerate() {
            let place = format!("line {order} (\"{}\")", line.label);
            if line.label.trim().is_empty() && self.lines.len() > 1 {
                return refused(place, "it has no name in the legend");
            }
            let n = line.x.len();
            as_many(&place, line.y.len(), n, "x")?;
            if !(line.low.is_empty() && line.high.is_empty()) {
                as_many(&format!("{place}, low"), line.low.len(), n, "x")?;
                as_many(&format!("{place}, high"), line.high.len(), n, "x")?;
            }
            let pen = if line.reference {
                Pen::dashed(SOFT, 1.2)
            } else {
                let count = &mut colored[usize::from(line.second)];
                *count += 1;
                let mut pen = look.palette.curve(*count - 1);
                pen.dashed |= line.second;
                pen
            };
            let line = line.clone();
            series.push(Series {
                place,
                line,
                pen,
                order,
            });
        }
        let setting = Setting {
            titles: (&self.x_label, &self.y_label),
            log: (self.x_log, self.y_log),
            reaches: (&self.x_reaches, &self.y_reaches),
            switches: &[],
        };
        let mut chart = Chart::new(series, setting, look)?;
        if self.x_whole {
            chart.count();
        }
        (chart.shape, chart.width) = match self.square {
            true => (1.0, Some(520.0)),
            false => (0.62, Some(640.0)),
        };
        Ok(Box::new(chart))
    }
}
