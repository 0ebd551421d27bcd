//! Bars in groups: the overlaps of some states with some memories.

use serde::{Deserialize, Serialize};

use super::{
    Axis, Block, Canvas, Color, Drawn, Entries, FigureError, Frame, Legend, Look, OTHERS, Page,
    Palette, Panel, SOFT, Sample, as_many, finite, range, refused, swarm, words,
};

/// One bar in every group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BarSeries {
    /// What the legend calls it.
    pub label: String,
    /// Its value in each group.
    pub values: Vec<f64>,
}

/// Bars in groups, from 0 on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BarsPlot {
    /// What is shown.
    pub title: String,
    /// The parameters.
    pub subtitle: String,
    /// Title of the horizontal axis: what the groups are.
    pub x_label: String,
    /// Title of the vertical axis.
    pub y_label: String,
    /// Values that the vertical axis reaches at least; empty for none.
    pub y_reaches: Vec<f64>,
    /// What each group is called.
    pub groups: Vec<String>,
    /// The bars. Those that the palette has colours for are told apart, all others are grey.
    pub series: Vec<BarSeries>,
}

struct Bars<'a> {
    plot: &'a BarsPlot,
    axes: [Axis; 2],
    palette: Palette,
}

impl Page for BarsPlot {
    words!();

    fn block(&self, look: &Look) -> Result<Box<dyn Block + '_>, FigureError> {
        self.check()?;
        let values = self.series.iter().flat_map(|s| &s.values);
        let Some((low, high)) = range(values.chain(&self.y_reaches).chain(&[0.0])) else {
            return refused("bars", "there are none");
        };
        let y = match look.y {
            Some(ends) => Axis::between("y", ends, false, 6.0)?,
            None => Axis::linear(low, high, 0.04, 6.0),
        };
        if look.x.is_some() {
            let why = "its groups have names and no range; y has one";
            return refused("a figure of bars with a range x", why);
        }
        Ok(Box::new(Bars {
            plot: self,
            axes: [swarm::columns(&self.groups), y],
            palette: look.palette.clone(),
        }))
    }
}

impl BarsPlot {
    fn check(&self) -> Drawn {
        if self.groups.is_empty() || self.series.is_empty() {
            return refused("bars", "there are none");
        }
        finite("y_reaches", &self.y_reaches)?;
        for (k, series) in self.series.iter().enumerate() {
            let place = format!("series {k} (\"{}\")", series.label);
            as_many(&place, series.values.len(), self.groups.len(), "groups")?;
            finite(&place, &series.values)?;
        }
        Ok(())
    }
}

impl Bars<'_> {
    fn color(&self, k: usize) -> Color {
        match k < self.palette.coloured() {
            true => self.palette.curve(k).color,
            false => OTHERS,
        }
    }
}

impl Block for Bars<'_> {
    fn sides(&self) -> (f64, f64) {
        (self.axes[1].margin(), 8.0)
    }

    fn shape(&self) -> f64 {
        0.75
    }

    fn width(&self) -> f64 {
        640.0
    }

    fn legend(&self, width: f64) -> Legend {
        let mut entries = Entries::default();
        let told = self.palette.coloured();
        for (k, series) in self.plot.series.iter().take(told).enumerate() {
            entries.say(Sample::Band(self.color(k)), &series.label);
        }
        match self.plot.series.len().saturating_sub(told) {
            0 => {}
            n => entries.say(Sample::Band(OTHERS), format!("{n} others")),
        }
        Legend::new(entries, width)
    }

    fn above(&self) -> f64 {
        8.0
    }

    fn put(&self, canvas: &mut Canvas<'_>, frame: Frame) {
        let outer = frame.left - self.sides().0;
        let [x, y] = &self.axes;
        let panel = Panel { frame, x, y };
        let plot = self.plot;
        panel.draw(
            canvas,
            (&plot.y_label, outer - 4.0),
            Some(&plot.x_label),
            0.0,
        );
        let inside = |(x, y): (f64, f64)| (x, y.clamp(frame.top, frame.bottom));
        let wide = 0.8 / plot.series.len() as f64;
        for (k, series) in plot.series.iter().enumerate() {
            for (group, value) in series.values.iter().enumerate() {
                let left = group as f64 - 0.4 + wide * k as f64;
                let a = inside(panel.at(left, value.max(0.0)));
                let b = inside(panel.at(left + wide, value.min(0.0)));
                canvas.rect(a, (b.0, b.1), self.color(k));
            }
        }
        let zero = inside(panel.at(0.0, 0.0)).1;
        canvas.rule((frame.left, zero), (frame.right, zero), SOFT);
    }
}
