//! Levels of contour lines, close together near the minima, where the attractors are.

use crate::figure::{range, text};

const COUNT: i32 = 9;

/// Levels between the least value and the top of the map, their distance growing with the height; each rounded to
/// digits that are fewer than its distance to the next.
pub(in crate::figure) fn automatic(values: &[f64]) -> Vec<f64> {
    let Some((low, high)) = shown(values) else {
        return Vec::new();
    };
    let height = |k: i32| low + (high - low) * (f64::from(k) / f64::from(COUNT)).powi(2);
    let mut levels: Vec<f64> = (1..COUNT)
        .map(|k| {
            let step = 10f64.powf(((height(k) - height(k - 1)) / 2.0).log10().floor());
            (height(k) / step).round() * step
        })
        .filter(|v| v.is_finite() && *v > low && *v < high)
        .collect();
    levels.dedup();
    levels
}

/// The range of heights that is told apart by colour: where a few values tower above the others, those are left out.
pub(in crate::figure) fn shown(values: &[f64]) -> Option<(f64, f64)> {
    let (low, high) = range(values)?;
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let most = sorted[(sorted.len() - 1) * 95 / 100];
    let most = low + 1.6 * (most - low);
    Some(if most > low {
        (low, high.min(most))
    } else {
        (low, high)
    })
}

/// A level with the digits that tell it from its neighbours, four of its own at least.
pub(super) fn label(level: f64, all: &[f64]) -> String {
    // Zero has no digits of its own.
    if level == 0.0 {
        return "0".into();
    }
    let gap = |a: &f64| (a - level).abs();
    let near = all.iter().map(gap).filter(|d| *d > 1e-12 * level.abs());
    let step = near
        .fold(f64::INFINITY, f64::min)
        .min(level.abs().max(1e-300));
    let own = 3.0 - level.abs().max(1e-300).log10().floor();
    let decimals = (1.0 - step.log10().floor()).max(own).clamp(0.0, 17.0) as usize;
    if decimals > 8 || level.abs() >= 1e5 {
        return text::minus(format!("{level:.2e}"));
    }
    let label = format!("{:.decimals$}", level + 0.0);
    let label = match label.contains('.') {
        true => label.trim_end_matches('0').trim_end_matches('.'),
        false => &label,
    };
    text::minus(label.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_told_as_zero() {
        assert_eq!(label(0.0, &[-0.5, 0.0, 0.5]), "0");
        assert_eq!(label(-0.0, &[0.0]), "0");
    }

    #[test]
    fn levels_are_dense_where_values_are_low() {
        let values: Vec<f64> = (0..=1000).map(|i| f64::from(i) / 1000.0).collect();
        let levels = automatic(&values);
        assert!(levels.len() >= 6 && levels[0] < 0.02, "{levels:?}");
        assert!(levels.windows(2).all(|w| w[0] < w[1]));
        assert!(automatic(&[3.0; 9]).is_empty() && automatic(&[f64::NAN]).is_empty());
        assert_eq!(label(-0.25, &[-0.25, -0.2]), "−0.25");
        assert_eq!(label(0.1 + 0.2, &[0.3, 0.5]), "0.3");
        assert_eq!(label(0.449, &[0.156, 0.449]), "0.449");
    }

    #[test]
    fn one_huge_value_does_not_hide_the_rest() {
        let mut values: Vec<f64> = (0..1000).map(f64::from).collect();
        values[999] = 1e9;
        assert!(shown(&values).is_some_and(|(_, high)| high < 2000.0));
    }
}
