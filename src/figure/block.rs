//! A plot that can stand alone on its page or beside others in one picture.

use std::path::Path;

use super::{BELOW, Canvas, Drawn, FigureError, Heading, Legend, Look, PAGE, Point, page, refused};
use crate::style::Style;

/// Width between the margins of a full page.
pub(super) const INNER: f64 = PAGE - 48.0;

/// A rectangle of the page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Frame {
    pub(super) fn width(self) -> f64 {
        self.right - self.left
    }

    pub(super) fn height(self) -> f64 {
        self.bottom - self.top
    }

    /// Whether a point is inside, or as good as on the edge.
    pub(super) fn holds(self, (x, y): Point) -> bool {
        (self.left - 0.5..=self.right + 0.5).contains(&x)
            && (self.top - 0.5..=self.bottom + 0.5).contains(&y)
    }
}

/// A plot without its place: a frame around the data and room for what belongs to it.
pub(super) trait Block {
    /// Room left and right of the frame.
    fn sides(&self) -> Point;
    /// Height of the frame over its width.
    fn shape(&self) -> f64;
    /// What the colours mean, if everything is this wide.
    fn legend(&self, width: f64) -> Legend;
    /// Room between the legend and the frame.
    fn above(&self) -> f64;
    /// Width with both sides when it stands alone.
    fn width(&self) -> f64 {
        INNER
    }
    /// Draws it without the legend.
    fn put(&self, canvas: &mut Canvas<'_>, frame: Frame);
}

/// Draws one plot on its page.
pub(super) fn alone(
    path: &Path,
    look: &Look,
    title: (&str, &str),
    block: &(dyn Block + '_),
) -> Drawn {
    let (width, margin) = (look.inner(block.width()), look.margin());
    let (left, right) = block.sides();
    let heading = Heading::new(look, title, width);
    let legend = block.legend(width);
    let gap = if heading.height() > 0.0 { 12.0 } else { 0.0 };
    let key = margin + heading.height() + gap;
    let top = key + legend.height() + block.above();
    let below = BELOW + margin / 2.0;
    let frame = Frame {
        left: margin + left,
        top,
        right: margin + width - right,
        bottom: match look.height {
            Some(height) => height - below,
            None => top + (width - left - right) * block.shape(),
        },
    };
    look.fits(frame.width(), frame.height())?;
    let size = (width + 2.0 * margin, frame.bottom + below);
    page::draw(path, look, size, |canvas| {
        heading.draw(canvas, (margin, margin - 4.0));
        legend.draw(canvas, (margin, key));
        block.put(canvas, frame);
    })
}

/// What can be drawn.
pub trait Figure {
    /// Draws it; the file's ending, `.png`, `.svg` or `.pdf`, says how.
    ///
    /// # Errors
    /// If there is nothing to draw, lengths differ, a value is not finite or not where it should be (the message says where),
    /// or the file cannot be written.
    fn draw(&self, path: impl AsRef<Path>) -> Result<(), FigureError> {
        self.draw_as(path, &Style::default())
    }

    /// Draws it in a style.
    ///
    /// # Errors
    /// The same, and what of the style it cannot have.
    fn draw_as(&self, path: impl AsRef<Path>, style: &Style) -> Result<(), FigureError>;
}

pub(super) trait Page {
    fn words(&self) -> (&str, &str);

    fn words_mut(&mut self) -> (&mut String, &mut String);

    /// The plot without its page, for those that can stand beside others.
    fn block(&self, _look: &Look) -> Result<Box<dyn Block + '_>, FigureError> {
        refused(
            format!("\"{}\"", self.words().0),
            "it is a page of its own and cannot stand beside other plots",
        )
    }

    fn drawn(&self, path: &Path, look: &Look) -> Drawn {
        alone(path, look, self.words(), &*self.block(look)?)
    }
}

/// Title and parameters of a plot that has them as fields.
macro_rules! words {
    () => {
        fn words(&self) -> (&str, &str) {
            (&self.title, &self.subtitle)
        }

        fn words_mut(&mut self) -> (&mut String, &mut String) {
            (&mut self.title, &mut self.subtitle)
        }
    };
}
pub(super) use words;

impl<P: Page> Figure for P {
    fn draw_as(&self, path: impl AsRef<Path>, style: &Style) -> Result<(), FigureError> {
        self.drawn(path.as_ref(), &Look::new(style)?)
    }
}
