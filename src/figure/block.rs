//! A plot that can stand alone on its page or beside others in one picture.

use std::path::Path;

use super::{BELOW, Canvas, Drawn, FigureError, Heading, Legend, Look, PAGE, Point, page};

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
    let (title, subtitle) = look.heading(title);
    let heading = Heading::new(title, subtitle, width);
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

/// Checks that values are finite and small enough that differences are, and says which is not.
pub(super) fn finite(place: &str, values: &[f64]) -> Drawn {
    let bad = |v: &f64| !v.is_finite() || v.abs() > f64::MAX / 4.0;
    match values.iter().position(bad) {
        Some(k) => Err(FigureError::data(
            format!("{place}, index {k}"),
            format!("the value {:e} is not finite or too large", values[k]),
        )),
        None => Ok(()),
    }
}

/// Checks that there are as many values as there should be.
pub(super) fn as_many(place: &str, values: usize, wanted: usize, of: &str) -> Drawn {
    if values == wanted {
        return Ok(());
    }
    let why = format!("{values} values for {wanted} {of}");
    Err(FigureError::data(place, why))
}

/// Checks times: some, finite, and none before the one in front of it.
pub(super) fn times(time: &[f64]) -> Drawn {
    if time.is_empty() {
        return Err(FigureError::data("time", "there are no values"));
    }
    finite("time", time)?;
    forward("time", time)
}

/// Checks that time does not run backwards.
pub(super) fn forward(place: &str, time: &[f64]) -> Drawn {
    ordered(place, time, |a, b| a <= b, "time runs backwards")
}

/// Checks that each value stands to the next as it should; `why` says that one does not.
pub(super) fn ordered(
    place: &str,
    values: &[f64],
    holds: impl Fn(f64, f64) -> bool,
    why: &str,
) -> Drawn {
    match values.windows(2).position(|w| !holds(w[0], w[1])) {
        Some(k) => Err(FigureError::data(format!("{place}, index {}", k + 1), why)),
        None => Ok(()),
    }
}

/// The least and the greatest of finite values, if there are any.
pub(super) fn range<'a>(values: impl IntoIterator<Item = &'a f64>) -> Option<Point> {
    let finite = values.into_iter().filter(|v| v.is_finite());
    finite.fold(None, |range, &v| {
        let (low, high) = range.unwrap_or((v, v));
        Some((low.min(v), high.max(v)))
    })
}
