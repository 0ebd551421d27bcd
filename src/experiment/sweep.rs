//! A sweep: parameters of a model that vary from ensemble to ensemble.

/// Which parameters vary, and the points at which an ensemble is run.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    /// What varies.
    pub axes: Vec<SweepAxis>,
    /// For each point the position of the value of every axis.
    pub points: Vec<Vec<usize>>,
    /// How values of several parameters come together.
    pub combine: Combine,
}

/// How values of several parameters come together in a sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combine {
    /// Every value of one with every value of the others.
    Grid,
    /// The first values of all, the second ones, and so on.
    Zip,
    /// Each point is drawn.
    Random,
}

/// A parameter, or several that have the same value.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepAxis {
    /// Paths into the model file: `layers.hidden.lagrangian.beta`.
    pub keys: Vec<String>,
    /// How it is called in tables and figures.
    pub label: String,
    /// The values as a model file writes them.
    pub values: Vec<String>,
    /// The same as numbers, for tables and figures: the position of a value that is none.
    pub numbers: Vec<f64>,
    /// Is its axis logarithmic?
    pub logarithmic: bool,
}

impl Sweep {
    /// What a point changes in the model file, as `path=value`.
    pub fn overrides(&self, point: usize) -> Vec<String> {
        let at = self.axes.iter().zip(&self.points[point]);
        let set = at.flat_map(|(axis, k)| {
            let value = &axis.values[*k];
            axis.keys.iter().map(move |key| format!("{key}={value}"))
        });
        set.collect()
    }

    /// The value of an axis at a point, as a number.
    pub fn number(&self, axis: usize, point: usize) -> f64 {
        self.axes[axis].numbers[self.points[point][axis]]
    }

    /// Are the values of an axis numbers? A figure has only places for others.
    pub fn is_numeric(&self, axis: usize) -> bool {
        let values = &self.axes[axis].values;
        values.iter().all(|v| v.parse::<f64>().is_ok())
    }

    /// A point in words: `β = 0.5, noise = 0.2`.
    pub fn describe(&self, point: usize) -> String {
        let at = self.axes.iter().zip(&self.points[point]);
        let words: Vec<String> = at
            .map(|(axis, k)| format!("{} = {}", axis.label, axis.values[*k]))
            .collect();
        words.join(", ")
    }
}
