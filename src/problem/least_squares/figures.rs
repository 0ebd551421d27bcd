//! The fit, and how it comes down.

use super::{Fit, LOOKS, dot};
use crate::figure::{Line, LinesPlot, Plot};
use crate::number::{number, rounded};
use crate::problem::{Attempt, Solved};

impl Fit {
    pub(super) fn pictures(&self, solved: &Solved) -> Vec<(String, Plot)> {
        let Some(best) = solved.best().map(|k| &solved.attempts[k]) else {
            return Vec::new();
        };
        let mut all = vec![("descent".to_owned(), self.descent(best))];
        if let Some(x) = &self.x {
            all.push(("fit".to_owned(), self.fit(x, best)));
        }
        all
    }
}

/// Times at which the curve is shown, by the number of the network that ends there.
const SHOWN: [usize; 3] = [0, 5, 9];

impl Fit {
    /// When the network of this number ends.
    fn time(number: usize) -> f64 {
        LOOKS.1 * LOOKS.2.powi(number as i32)
    }

    fn fit(&self, x: &[f64], best: &Attempt) -> Plot {
        let ends = x
            .iter()
            .fold([f64::INFINITY, f64::NEG_INFINITY], |[l, h], x| {
                [l.min(*x), h.max(*x)]
            });
        let at: Vec<f64> = (0..=200)
            .map(|k| ends[0] + (ends[1] - ends[0]) * f64::from(k) / 200.0)
            .collect();
        let curve = |label: String, z: &[f64], reference: bool| {
            let value = |x: &f64| {
                let all = z.iter().zip(&self.lengths).enumerate();
                all.map(|(p, (z, l))| z / l * x.powi(p as i32)).sum()
            };
            Line {
                label,
                x: at.clone(),
                y: at.iter().map(value).collect(),
                reference,
                ..Line::default()
            }
        };
        let mut lines = vec![Line {
            label: "points".into(),
            x: x.to_vec(),
            y: self.y.clone(),
            scattered: true,
            dots: true,
            ..Line::default()
        }];
        for (number, g) in best.way.iter().filter(|(k, _)| SHOWN.contains(k)) {
            let time = number_of(Fit::time(*number));
            lines.push(curve(format!("t = {time}"), g, false));
        }
        lines.push(curve("at rest".into(), &best.g, false));
        let cost = best.answer.cost.unwrap_or(f64::NAN);
        let values: Vec<String> = best.answer.values.iter().map(|v| number_of(*v)).collect();
        Plot::Lines(LinesPlot {
            title: "Least squares by a network with one minimum".into(),
            subtitle: format!(
                "coefficients {}; sum of squares {}",
                values.join(", "),
                number_of(cost)
            ),
            x_label: "x".into(),
            y_label: "y".into(),
            lines,
            ..LinesPlot::default()
        })
    }

    fn descent(&self, best: &Attempt) -> Plot {
        let looks = best.way.iter().filter(|(k, _)| *k < LOOKS.0);
        let above: Vec<(f64, f64)> = looks
            .map(|(k, g)| {
                let rest = self.residual(g);
                (Fit::time(*k), dot(&rest, &rest) - self.least)
            })
            .filter(|(_, e)| *e > 0.0)
            .collect();
        Plot::Lines(LinesPlot {
            title: "Sum of squares above the least".into(),
            subtitle: format!("least: {}", number_of(self.least)),
            x_label: "time".into(),
            y_label: "sum of squares less the least".into(),
            y_log: true,
            lines: vec![Line {
                x: above.iter().map(|p| p.0).collect(),
                y: above.iter().map(|p| p.1).collect(),
                dots: true,
                ..Line::default()
            }],
            ..LinesPlot::default()
        })
    }
}

fn number_of(v: f64) -> String {
    number(rounded(v, 3))
}
