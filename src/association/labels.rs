//! Labels as values: a training set that is looked up.

use crate::refusal::Refusal;

/// Labels of rows, as classes in rising order.
#[derive(Clone, Debug, PartialEq)]
pub struct Labels {
    classes: Vec<i64>,
    /// Which class each row has.
    of: Vec<usize>,
}

impl Labels {
    /// Labels that are whole numbers, called `name` in refusals; one for each of `rows` rows of `of`.
    ///
    /// # Errors
    /// If they are not as many, or one is no whole number.
    pub fn new(name: &str, labels: &[f64], (of, rows): (&str, usize)) -> Result<Self, Refusal> {
        if labels.len() != rows {
            let n = labels.len();
            let why = format!("has {n} entries, `{of}` has {rows} rows: each has one label");
            return Err(Refusal::new(name, why));
        }
        let whole = |v: f64| v.fract() == 0.0 && v.abs() <= (1u64 << f64::MANTISSA_DIGITS) as f64;
        if let Some(k) = labels.iter().position(|v| !whole(*v)) {
            let why = format!("has {} in entry {k}: a label is a whole number", labels[k]);
            let help = "number the classes: numpy.unique(labels, return_inverse=True)[1]";
            return Err(Refusal::new(name, why).help(help));
        }
        let whole: Vec<i64> = labels.iter().map(|v| *v as i64).collect();
        let mut classes = whole.clone();
        classes.sort_unstable();
        classes.dedup();
        let of = whole.iter().map(|v| classes.partition_point(|c| c < v));
        Ok(Labels {
            of: of.collect(),
            classes,
        })
    }

    /// The classes, in rising order.
    pub fn classes(&self) -> &[i64] {
        &self.classes
    }

    /// The place among [`Labels::classes`] of each row's class.
    pub fn places(&self) -> &[usize] {
        &self.of
    }

    /// A row for each label, 1 at its class and 0 elsewhere: what a lookup averages are then probabilities.
    pub fn one_hot(&self) -> Vec<f64> {
        let n = self.classes.len();
        let mut all = vec![0.0; n * self.of.len()];
        for (k, class) in self.of.iter().enumerate() {
            all[k * n + class] = 1.0;
        }
        all
    }

    /// The class with the largest probability of each row; the first of equal ones.
    pub fn predicted(&self, probabilities: &[f64]) -> Vec<i64> {
        let first = |row: &[f64]| {
            let most = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            row.iter().position(|p| *p == most).unwrap_or(0)
        };
        let rows = probabilities.chunks_exact(self.classes.len().max(1));
        rows.map(|row| self.classes[first(row)]).collect()
    }
}

/// The fraction of predictions that are the truth.
pub fn accuracy(predicted: &[i64], truth: &[i64]) -> f64 {
    let right = predicted.iter().zip(truth).filter(|(a, b)| a == b).count();
    right as f64 / truth.len().max(1) as f64
}
