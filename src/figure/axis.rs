//! From values to places, and the numbers along an axis.

use super::{FigureError, LABEL, minus, number, panel, power_of_ten, refused, text};

/// A range of values, drawn linearly or by powers of ten.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    low: f64,
    high: f64,
    log: bool,
    /// Values with their labels.
    pub ticks: Vec<(f64, String)>,
    /// Ticks without labels.
    pub minor: Vec<f64>,
    /// What the labels are to be multiplied by, and what is to be added; empty if nothing.
    pub note: String,
}

/// Differences below this part of the values are rounding: the axis is drawn as for one value.
const RESOLVED: f64 = 1e-13;

impl Axis {
    /// An axis that shows `low..=high` and `margin` of that length more at either end, with about `count` ticks.
    pub(super) fn linear(low: f64, high: f64, margin: f64, count: f64) -> Axis {
        let size = low.abs().max(high.abs());
        let (low, high) = if size < 1e-280 {
            (-1.0, 1.0)
        } else if high - low <= RESOLVED * size {
            (low - 0.05 * size, high + 0.05 * size)
        } else {
            (low - margin * (high - low), high + margin * (high - low))
        };
        let step = nice_step((high - low) / count);
        let (first, last) = ((low / step).ceil(), (high / step).floor());
        // A tick at the very end must not fall to rounding.
        let first = first.min((low / step + 1e-9).round().max(first - 1.0));
        let values: Vec<f64> = (0..)
            .map(|i| (first + f64::from(i)) * step)
            .take_while(|&v| v <= last * step + 1e-9 * step)
            .filter(|&v| v >= low - 1e-9 * step)
            .collect();
        let (labels, note) = labels(&values, step);
        Axis {
            low,
            high,
            log: false,
            ticks: values.into_iter().zip(labels).collect(),
            minor: Vec::new(),
            note,
        }
    }

    /// A logarithmic axis that shows `low..=high`, two powers of ten at least and some margin, with ticks at no more than
    /// eight of the powers.
    pub(super) fn logarithmic(low: f64, high: f64) -> Axis {
        let (low, high) = (low.log10(), high.log10());
        let missing = (2.0 - (high - low)).max(0.0) / 2.0;
        let margin = 0.04 * (high - low) + missing;
        Axis::powers(low - margin, high + margin)
    }

    /// An axis with the ends that were asked for.
    pub(super) fn between(
        name: &str,
        [low, high]: [f64; 2],
        log: bool,
        count: f64,
    ) -> Result<Axis, FigureError> {
        if !log {
            return Ok(Axis::linear(low, high, 0.0, count));
        }
        if low <= 0.0 {
            let why = format!("{low} has no place on a logarithmic axis");
            return refused(format!("the range {name}"), why);
        }
        let mut axis = Axis::powers(low.log10(), high.log10());
        if axis.ticks.len() < 2 {
            // No two powers of ten are inside: numbers at the ends instead.
            axis.ticks = [low, high].map(|v| (v, number(v))).to_vec();
        }
        Ok(axis)
    }

    /// From one exponent of ten to another.
    fn powers(low: f64, high: f64) -> Axis {
        let (first, last) = ((low - 1e-9).ceil() as i32, (high + 1e-9).floor() as i32);
        let steps = [1, 2, 3, 4, 5, 10, 20, 50];
        let fits = |&&step: &&i32| (last - first) / step <= 7;
        let step = steps.iter().find(fits).copied().unwrap_or(100);
        let inside = |&v: &f64| (low..=high).contains(&v.log10());
        let minor = if last - first <= 5 {
            let parts = |p: i32| (2..10).map(move |k| f64::from(k) * 10f64.powi(p));
            (first - 1..=last).flat_map(parts).filter(inside).collect()
        } else {
            (first..=last).map(|p| 10f64.powi(p)).collect()
        };
        Axis {
            low,
            high,
            log: true,
            ticks: (first..=last)
                .filter(|p| p % step == 0)
                .map(|p| (10f64.powi(p), power_of_ten(p)))
                .collect(),
            minor,
            note: String::new(),
        }
    }

    /// Leaves out what lies between whole numbers, where that is no value.
    pub(super) fn whole(&mut self) {
        // Numbers with a note are so large that all are whole.
        if self.log || !self.note.is_empty() {
            return;
        }
        self.ticks.retain(|(at, _)| at.fract() == 0.0);
        for (at, label) in &mut self.ticks {
            *label = minus(format!("{at}"));
        }
    }

    /// How far the last number of a horizontal axis may stand out: by half its width.
    pub(super) fn overhang(&self) -> f64 {
        let last = self.ticks.last().map_or("", |(_, label)| label);
        text::width(last, LABEL) / 2.0
    }

    pub(super) fn widest(&self) -> f64 {
        text::widest(self.ticks.iter().map(|(_, label)| label))
    }

    /// Room that the numbers of a vertical axis and its title take.
    pub(super) fn margin(&self) -> f64 {
        self.widest() + panel::TICK + 12.0 + panel::TITLE
    }

    /// Those of some values that it shows.
    pub(super) fn shown(&self, values: &[f64]) -> Vec<f64> {
        let shows = |v: &f64| (0.0..=1.0).contains(&self.fraction(*v));
        values.iter().copied().filter(shows).collect()
    }

    /// Where a value lies: 0 at the low end, 1 at the high one.
    pub(super) fn fraction(&self, value: f64) -> f64 {
        let value = if self.log { value.log10() } else { value };
        (value - self.low) / (self.high - self.low)
    }

    /// The value at such a place.
    pub(super) fn value(&self, fraction: f64) -> f64 {
        let value = self.low + fraction * (self.high - self.low);
        if self.log { 10f64.powf(value) } else { value }
    }
}

/// 1, 2 or 5 times a power of ten, at least `length`.
fn nice_step(length: f64) -> f64 {
    let power = 10f64.powf(length.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|k| k * power);
    // The margin is for 10^floor(log10(l)) that rounds to just below l.
    let fits = |step: &f64| *step >= length * (1.0 - 1e-9);
    steps.into_iter().find(fits).unwrap_or(10.0 * power)
}

/// Labels that are short and exact: a common power of ten, or a common part that all values share, goes into the note.
fn labels(values: &[f64], step: f64) -> (Vec<String>, String) {
    let size = values.iter().fold(step, |size, v| size.max(v.abs()));
    let offset = match values.first() {
        // More than five digits are alike.
        Some(&first) if size > 1e5 * step => first,
        _ => 0.0,
    };
    let size = if offset == 0.0 {
        size
    } else {
        step * values.len() as f64
    };
    let exponent = if (1e-3..1e5).contains(&size) {
        0
    } else {
        size.log10().floor() as i32
    };
    let unit = 10f64.powi(exponent);
    let decimals = (-(step / unit * (1.0 + 1e-9)).log10().floor()).max(0.0) as usize;
    let label = |v: &f64| {
        // Zero must not come out as −0 or as the rounding of a sum.
        let v = ((v - offset) / step).round() * step / unit;
        minus(format!("{:.decimals$}", v + 0.0))
    };
    let mut note = String::new();
    if exponent != 0 {
        note = format!("×{}", power_of_ten(exponent));
    }
    if offset != 0.0 {
        let sign = if offset < 0.0 { '−' } else { '+' };
        note = format!("{note} {sign} {}", offset_text(offset.abs(), step));
    }
    (
        values.iter().map(label).collect(),
        note.trim_start().to_string(),
    )
}

/// An offset to the digits that its step resolves.
fn offset_text(offset: f64, step: f64) -> String {
    if offset < 1e9 && step > 1e-9 {
        let decimals = (-step.log10().floor()).max(0.0) as usize;
        return format!("{offset:.decimals$}");
    }
    let digits = (offset.log10().floor() - step.log10().floor()).clamp(0.0, 17.0) as usize;
    let text = format!("{offset:.digits$e}");
    match text.split_once('e') {
        Some((number, exponent)) => {
            format!("{number}·{}", power_of_ten(exponent.parse().unwrap_or(0)))
        }
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels_of(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|(_, label)| label.as_str()).collect()
    }

    #[test]
    fn ticks_are_round_and_inside() {
        let axis = Axis::linear(0.0, 50.0, 0.0, 6.0);
        assert_eq!(labels_of(&axis), ["0", "10", "20", "30", "40", "50"]);
        let axis = Axis::linear(-0.3, 0.1, 0.0, 5.0);
        assert_eq!(labels_of(&axis), ["−0.3", "−0.2", "−0.1", "0.0", "0.1"]);
        let axis = Axis::linear(-2.4e6, 1e6, 0.0, 5.0);
        assert_eq!(
            (labels_of(&axis), axis.note.as_str()),
            (vec!["−2", "−1", "0", "1"], "×10⁶")
        );
    }

    #[test]
    fn values_that_share_their_first_digits_are_shown_as_differences() {
        let axis = Axis::linear(-1234567.5, -1234567.1, 0.0, 4.0);
        assert_eq!(labels_of(&axis), ["0.0", "0.1", "0.2", "0.3", "0.4"]);
        assert_eq!(axis.note, "− 1234567.5");
    }

    #[test]
    fn no_range_is_degenerate() {
        let ranges = [
            (0.0, 0.0),
            (3.0, 3.0),
            (-1e300, -1e300),
            (1e-300, 2e-300),
            (1.0, 1.0 + 1e-15),
            (-5e307, 5e307),
        ];
        for (low, high) in ranges {
            let axis = Axis::linear(low, high, 0.05, 5.0);
            assert!(
                (2..12).contains(&axis.ticks.len()),
                "{low} {high}: {:?}",
                axis.ticks
            );
            for value in [low, high] {
                assert!((0.0..=1.0).contains(&axis.fraction(value)), "{low} {high}");
            }
        }
    }

    #[test]
    fn an_axis_of_whole_numbers_has_no_others() {
        let whole = |low, high| {
            let mut axis = Axis::linear(low, high, 0.0, 6.0);
            axis.whole();
            axis.ticks.into_iter().map(|t| t.1).collect::<Vec<_>>()
        };
        assert_eq!(whole(1.0, 2.0), ["1", "2"]);
        assert_eq!(whole(1.0, 1.0), ["1"]);
        assert_eq!(whole(-1.0, 4.0), ["−1", "0", "1", "2", "3", "4"]);
    }

    #[test]
    fn powers_of_ten_are_thinned() {
        assert_eq!(
            labels_of(&Axis::logarithmic(0.02, 9.0)),
            ["10⁻¹", "10⁰", "10¹"]
        );
        assert!(Axis::logarithmic(1e-300, 1e300).ticks.len() <= 8);
        assert_eq!(
            labels_of(&Axis::logarithmic(1e5, 1e5)),
            ["10⁴", "10⁵", "10⁶"]
        );
    }
}
