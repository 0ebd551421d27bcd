//! Figures of studies: lines with their errors, and where they are drawn to.

#![allow(dead_code, reason = "not every example needs all of it")]

use std::error::Error;
use std::path::PathBuf;

use attractor::figure::{Figure, Line};

use super::ensembles::Estimate;

/// Means over networks with their standard errors, as dots.
pub fn measured(label: impl Into<String>, points: &[(f64, Estimate)]) -> Line {
    let of = |f: &dyn Fn(&Estimate) -> f64| points.iter().map(|(_, e)| f(e)).collect();
    Line {
        label: label.into(),
        x: points.iter().map(|(x, _)| *x).collect(),
        y: of(&|e| e.mean),
        low: of(&|e| e.mean - e.error),
        high: of(&|e| e.mean + e.error),
        dots: true,
        ..Line::default()
    }
}

/// Means as dots alone, for errors that are smaller than the dots: with bars, dots of several lines would be set apart sideways, and off a curve.
pub fn dots(label: impl Into<String>, points: &[(f64, Estimate)]) -> Line {
    Line {
        low: Vec::new(),
        high: Vec::new(),
        scattered: true,
        ..measured(label, points)
    }
}

/// A curve of theory, in the colour of the measured line of the same place, dashed.
pub fn theory(label: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Line {
    Line {
        second: true,
        ..curve(label, points)
    }
}

/// A curve.
pub fn curve(label: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Line {
    let (x, y) = points.into_iter().unzip();
    Line {
        label: label.into(),
        x,
        y,
        ..Line::default()
    }
}

/// A thin grey line to compare with.
pub fn reference(label: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Line {
    Line {
        reference: true,
        ..curve(label, points)
    }
}

/// Numbers at equal steps.
pub fn steps([from, to]: [f64; 2], count: usize) -> impl Iterator<Item = f64> + Clone {
    (0..count).map(move |k| from + (to - from) * k as f64 / (count - 1) as f64)
}

/// Draws into the directory that the command names, else into that of temporary files.
pub fn draw(name: &str, plot: &impl Figure) -> Result<(), Box<dyn Error>> {
    let named = std::env::args().skip(1).find(|a| a != "short");
    let directory = named.map_or_else(std::env::temp_dir, PathBuf::from);
    for ending in ["png", "svg"] {
        let path = directory.join(format!("{name}.{ending}"));
        plot.draw(&path)?;
        eprintln!("drawn to {}", path.display());
    }
    Ok(())
}
