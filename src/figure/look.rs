//! A style in the units of the page.

use super::{Drawn, FINAL, FigureError, LABEL, Palette, refused};
use crate::style::Style;

/// Millimetres of a unit where no size of letters is asked for.
const UNIT: f64 = 0.2;
const POINT: f64 = 25.4 / 72.0;
/// Empty border of a page of its own width, and of one whose width is given: there every millimetre counts.
const MARGIN: f64 = 24.0;
const NARROW: f64 = 8.0;

/// How a figure is laid out.
#[derive(Clone, Debug)]
pub(super) struct Look {
    pub palette: Palette,
    /// Width of the page; none for what the figure needs.
    pub page: Option<f64>,
    /// Height of the page.
    pub height: Option<f64>,
    pub x: Option<[f64; 2]>,
    pub y: Option<[f64; 2]>,
    /// Millimetres of a unit.
    pub unit: f64,
    /// Pixels of a PNG to the unit.
    pub fine: f64,
    /// Whether the figure has a size of its own on paper.
    pub sized: bool,
    pub title: bool,
    pub subtitle: bool,
}

impl Look {
    /// # Errors
    /// What of the style cannot be had.
    pub(super) fn new(style: &Style) -> Result<Look, FigureError> {
        style
            .check()
            .map_err(|e| FigureError::data(format!("the style, {}", e.what), e.why))?;
        // Letters and all else grow together: what is asked of the letters is the size of the unit.
        let unit = style.font.map_or(UNIT, |points| points * POINT / LABEL);
        let fine = match style.resolution {
            Some(dots) => dots / 25.4 * unit,
            None => f64::from(FINAL) * unit / UNIT,
        };
        let colors = style.palette();
        let colors = colors.map_err(|e| FigureError::data("the style, colors", e.to_string()))?;
        Ok(Look {
            palette: Palette::new(&colors),
            page: style.width.map(|cm| 10.0 * cm / unit),
            height: style.height.map(|cm| 10.0 * cm / unit),
            x: style.x,
            y: style.y,
            unit,
            fine,
            sized: style.width.or(style.height).or(style.font).is_some(),
            title: style.title,
            subtitle: style.subtitle,
        })
    }

    pub(super) fn margin(&self) -> f64 {
        if self.page.is_some() { NARROW } else { MARGIN }
    }

    /// Width between the margins, if the figure would have `own`.
    pub(super) fn inner(&self, own: f64) -> f64 {
        self.page.map_or(own, |page| page - 2.0 * self.margin())
    }

    /// That a frame has some room.
    pub(super) fn fits(&self, width: f64, height: f64) -> Drawn {
        let least = 40.0;
        for (what, room) in [("width", width), ("height", height)] {
            if room < least {
                let missing = (least - room) * self.unit / 10.0;
                return refused(
                    format!("a figure of this {what}"),
                    format!(
                        "numbers, titles and legend leave no room for the data; it needs {missing:.1} cm more, or a smaller font"
                    ),
                );
            }
        }
        Ok(())
    }

    /// For what cannot be made smaller: the page must have this width and height.
    pub(super) fn holds(&self, (width, height): (f64, f64)) -> Drawn {
        let sides = [("wide", self.page, width), ("high", self.height, height)];
        for (how, has, needs) in sides {
            if let Some(has) = has.filter(|has| *has < needs - 1e-6) {
                let [has, needs] = [has, needs].map(|side| side * self.unit / 10.0);
                return refused(
                    format!("a figure {has:.1} cm {how}"),
                    format!(
                        "with letters of this size it needs {:.1} cm; ask for that or a smaller font",
                        needs + 0.05
                    ),
                );
            }
        }
        Ok(())
    }

    /// That no axes are asked of what has none.
    pub(super) fn without_axes(&self, what: &str) -> Drawn {
        match self.x.or(self.y) {
            Some(_) => refused(
                format!("a figure of {what} with ranges x or y"),
                "it has no axes",
            ),
            None => Ok(()),
        }
    }
}
