//! Small tables looked up: the training rows are stored, their labels are the values, β is the most likely one when each row is
//! left out in turn. Beside it nearest neighbours and logistic regression, three times five parts. In brackets: standard error
//! over the 15 parts, in the last digit; parts of one table share most of their rows, so it is too small.
//!
//! ```text
//!                   lookup, distance  lookup, dot  neighbours  logistic
//! iris              0.947(8)          0.796(11)    0.956(9)    0.958(9)
//! wine              0.964(6)          0.957(9)     0.964(9)    0.975(7)
//! breast cancer     0.967(3)          0.947(4)     0.966(4)    0.974(3)
//! digits, 600 rows  0.987(2)          0.967(3)     0.984(2)    0.964(4)
//! ```

#[path = "short/mod.rs"]
mod short;

use std::error::Error;

use attractor::association::{
    Fold, HopfieldLayer, Labels, Rows, Similarity, Stored, accuracy, choose_beta,
};
use attractor::learning::{Form, Optimiser};
use attractor::pattern::random::Stream;
use attractor::record::npz_from_bytes;
use short::at_most;

/// A table: rows of numbers, and their classes.
struct Table {
    name: &'static str,
    rows: Vec<f64>,
    size: usize,
    labels: Vec<f64>,
    /// Are columns divided by their standard deviation in the training rows? Pixels are not: they share a scale.
    scaled: bool,
}

/// Rows of one part, or of the others.
struct Part {
    rows: Vec<f64>,
    labels: Vec<f64>,
}

fn tables() -> Result<Vec<Table>, Box<dyn Error>> {
    let files: [(_, &[u8], _, _); 4] = [
        (
            "iris",
            include_bytes!("../models/data/iris.npz"),
            "features",
            150,
        ),
        (
            "wine",
            include_bytes!("../models/data/wine.npz"),
            "features",
            178,
        ),
        (
            "breast cancer",
            include_bytes!("../models/data/breast-cancer.npz"),
            "features",
            569,
        ),
        (
            "digits, 600 rows",
            include_bytes!("../models/data/digits-all.npz"),
            "images",
            600,
        ),
    ];
    let read = |(name, bytes, rows, count): (&'static str, &[u8], &str, usize)| {
        let array = npz_from_bytes(bytes, name, Some(rows))?;
        let labels = npz_from_bytes(bytes, name, Some("labels"))?.data;
        let size = array.shape[1];
        Ok(Table {
            name,
            rows: array.data[..count * size].to_vec(),
            size,
            labels: labels[..count].to_vec(),
            scaled: rows == "features",
        })
    };
    files.into_iter().map(read).collect()
}

impl Table {
    /// Training and test rows of part `k` of five, the classes spread over the parts.
    fn split(&self, repeat: usize, k: usize) -> [Part; 2] {
        let n = self.labels.len();
        let mut order = Stream::of(11, 0, 0, repeat).choice(n, n);
        order.sort_by(|a, b| self.labels[*a].total_cmp(&self.labels[*b]));
        let part = |test: bool| {
            let places = order.iter().enumerate();
            let places = places
                .filter(|(i, _)| (i % 5 == k) == test)
                .map(|(_, r)| *r);
            let places: Vec<usize> = places.collect();
            let rows = places
                .iter()
                .flat_map(|r| &self.rows[r * self.size..(r + 1) * self.size]);
            Part {
                rows: rows.copied().collect(),
                labels: places.iter().map(|r| self.labels[*r]).collect(),
            }
        };
        let [mut train, mut test] = [part(false), part(true)];
        scale(&mut train.rows, &mut test.rows, self.size, self.scaled);
        [train, test]
    }
}

/// Takes the mean of the training rows off every column.
fn scale(train: &mut [f64], test: &mut [f64], size: usize, divide: bool) {
    let n = (train.len() / size) as f64;
    for c in 0..size {
        let column = || train.iter().skip(c).step_by(size);
        let mean = column().sum::<f64>() / n;
        let std = match divide {
            true => (column().map(|v| (v - mean).powi(2)).sum::<f64>() / n).sqrt(),
            // Pixels go from 0 to 16.
            false => 16.0,
        };
        for rows in [&mut *train, &mut *test] {
            rows.iter_mut()
                .skip(c)
                .step_by(size)
                .for_each(|v| *v = (*v - mean) / std);
        }
    }
}

fn lookup(train: &Part, test: &Part, size: usize, by: Similarity) -> Result<f64, Box<dyn Error>> {
    let keys = Rows::new("keys", &train.rows, size)?;
    let labels = Labels::new("labels", &train.labels, ("keys", keys.count()))?;
    let mut layer = HopfieldLayer {
        similarity: by,
        ..HopfieldLayer::default()
    };
    layer.beta = Some(choose_beta(&layer, keys, &labels, Fold::LeaveOneOut, None)?.beta);
    let one_hot = labels.one_hot();
    let values = Rows::new("labels", &one_hot, labels.classes().len())?;
    let stored = Stored::of(keys).with_values(values)?;
    let found = layer.associate(Rows::new("states", &test.rows, size)?, &stored)?;
    Ok(right(&labels.predicted(&found.output), test))
}

fn right(predicted: &[i64], test: &Part) -> f64 {
    let truth: Vec<i64> = test.labels.iter().map(|v| *v as i64).collect();
    accuracy(predicted, &truth)
}

/// Labels of all other training rows, or of all, the nearest first.
fn nearest(row: &[f64], train: &Part, size: usize, leave: Option<usize>) -> Vec<i64> {
    let square = |r: &[f64]| r.iter().zip(row).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
    let rows = train.rows.chunks_exact(size).zip(&train.labels).enumerate();
    let others = rows.filter(|(k, _)| Some(*k) != leave);
    let mut all: Vec<(f64, i64)> = others.map(|(_, (r, l))| (square(r), *l as i64)).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    all.into_iter().take(16).map(|(_, label)| label).collect()
}

/// The label that most of the first k have; of equal ones that of the nearest.
fn vote(labels: &[i64], k: usize) -> i64 {
    let few = &labels[..k.min(labels.len())];
    let count = |l: &i64| few.iter().filter(|m| *m == l).count();
    let most = few.iter().map(count).max();
    let first = few.iter().find(|l| Some(count(l)) == most);
    first.copied().unwrap_or(0)
}

/// Nearest neighbours, how many by leaving one out of the training rows.
fn neighbours(train: &Part, test: &Part, size: usize) -> f64 {
    let rows = train.rows.chunks_exact(size).enumerate();
    let own: Vec<Vec<i64>> = rows
        .map(|(k, row)| nearest(row, train, size, Some(k)))
        .collect();
    let score = |k: usize| right(&own.iter().map(|l| vote(l, k)).collect::<Vec<_>>(), train);
    let mut best = (0.0, 1);
    for k in [1, 3, 5, 7, 9, 11, 15] {
        let score = score(k);
        if score > best.0 {
            best = (score, k);
        }
    }
    let found = test
        .rows
        .chunks_exact(size)
        .map(|row| vote(&nearest(row, train, size, None), best.1));
    right(&found.collect::<Vec<_>>(), test)
}

/// Logistic regression of all classes with |W|²/2 added to the sum of the losses, by Adam on all rows.
fn logistic(train: &Part, test: &Part, size: usize) -> f64 {
    let classes = train.labels.iter().fold(0.0, |m: f64, l| m.max(*l)) as usize + 1;
    let wide = size + 1;
    let scores = |w: &[f64], row: &[f64]| -> Vec<f64> {
        let of = w.chunks_exact(wide);
        of.map(|w| w[size] + w.iter().zip(row).map(|(w, x)| w * x).sum::<f64>())
            .collect()
    };
    let mut w = vec![0.0; classes * wide];
    let mut adam = Optimiser::new(Form::ADAM, w.len());
    for step in 1..=400 {
        let mut g: Vec<f64> = w.clone();
        // The bias is free.
        g.iter_mut().skip(size).step_by(wide).for_each(|g| *g = 0.0);
        for (row, label) in train.rows.chunks_exact(size).zip(&train.labels) {
            let s = scores(&w, row);
            let top = s.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let e: Vec<f64> = s.iter().map(|s| (s - top).exp()).collect();
            let sum: f64 = e.iter().sum();
            for (c, own) in g.chunks_exact_mut(wide).enumerate() {
                let d = e[c] / sum - f64::from(u8::from(c == *label as usize));
                own.iter_mut().zip(row).for_each(|(g, x)| *g += d * x);
                own[size] += d;
            }
        }
        let rate = 0.1 * (1.0 - f64::from(step) / 401.0);
        adam.step(&mut w, &g, rate);
    }
    let found = test.rows.chunks_exact(size).map(|row| {
        let s = scores(&w, row);
        let top = s.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        s.iter().position(|v| *v == top).unwrap_or(0) as i64
    });
    right(&found.collect::<Vec<_>>(), test)
}

/// `0.951(10)`.
fn told(all: &[f64]) -> String {
    let n = all.len() as f64;
    let mean = all.iter().sum::<f64>() / n;
    let var = all.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    format!("{mean:.3}({:.0})", 1e3 * (var / n).sqrt())
}

fn main() -> Result<(), Box<dyn Error>> {
    let head = [
        "",
        "lookup, distance",
        "lookup, dot",
        "neighbours",
        "logistic",
    ];
    let line = |cells: [&str; 5]| {
        let [a, b, c, d, e] = cells;
        println!("{a:18}{b:18}{c:13}{d:12}{e}");
    };
    line(head);
    for table in tables()? {
        let size = table.size;
        let mut all: [Vec<f64>; 4] = Default::default();
        for part in 0..at_most(3, 15) {
            let [train, test] = table.split(part / 5, part % 5);
            all[0].push(lookup(&train, &test, size, Similarity::Distance)?);
            all[1].push(lookup(&train, &test, size, Similarity::Dot)?);
            all[2].push(neighbours(&train, &test, size));
            all[3].push(logistic(&train, &test, size));
        }
        let [a, b, c, d] = all.map(|all| told(&all));
        line([table.name, &a, &b, &c, &d]);
    }
    Ok(())
}
