//! The network of a fit, looked at on its way, and what an end says.

use super::{Fit, LOOKS, MINIMAL, dot};
use crate::number::{number, rounded};
use crate::problem::{Answer, Course, End, Stage};
use crate::refusal::Refusal;

impl Fit {
    pub(super) fn residual(&self, z: &[f64]) -> Vec<f64> {
        let mut rest = self.y.clone();
        for (column, z) in self.columns.iter().zip(z) {
            rest.iter_mut().zip(column).for_each(|(r, c)| *r -= c * z);
        }
        rest
    }

    pub(super) fn stage(&self, number: usize, starts: &[Vec<f64>]) -> Stage {
        let n = self.columns.len();
        let text = format!(
            "title = \"Least squares of {} points\"\n\n[layers.unknowns]\nsize = {n}\nlagrangian = \"identity\"\ninput = {{ file = \"input.npy\" }}\n\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"unknowns\"]\nweights = {{ file = \"weights.npy\" }}\n",
            self.y.len()
        );
        let mut weights = vec![0.0; n * n];
        for (i, a) in self.columns.iter().enumerate() {
            for (j, b) in self.columns.iter().enumerate().skip(i) {
                let w = f64::from(u8::from(i == j)) - dot(a, b);
                (weights[i * n + j], weights[j * n + i]) = (w, w);
            }
        }
        let input: Vec<f64> = self.columns.iter().map(|c| dot(c, &self.y)).collect();
        let stage = Stage::new(text)
            .array("weights", &[n, n], &weights)
            .array("input", &[n], &input)
            .start("unknowns", starts)
            .solve("rtol", "1e-8");
        let (looks, first, by) = LOOKS;
        let stage = match number < looks {
            true => {
                let at = |k: usize| {
                    if k == 0 {
                        0.0
                    } else {
                        first * by.powi(k as i32 - 1)
                    }
                };
                let time = at(number + 1) - at(number);
                stage.solve("t_end", format!("{time:?}"))
            }
            false => stage.solve("t_max", "1e9").solve("max_steps", "1000000"),
        };
        // The states are of the size of y.
        let size = dot(&self.y, &self.y).sqrt().max(f64::MIN_POSITIVE);
        let stage = stage.solve("atol", format!("{:?}", 1e-10 * size));
        let stage = stage.solve("rest_atol", format!("{:?}", 1e-12 * size));
        stage.solve("rest_rtol", "1e-13")
    }

    pub(super) fn answer(&self, end: &End<'_>) -> Answer {
        let z = end.layer("unknowns");
        let rest = self.residual(z);
        let size = dot(&self.y, &self.y).sqrt();
        let along = |c: &Vec<f64>| dot(c, &rest) / if size > 0.0 { size } else { 1.0 };
        let slopes: Vec<f64> = self.columns.iter().map(along).collect();
        let wrong = slopes
            .iter()
            .enumerate()
            .filter(|(_, s)| s.is_nan() || s.abs() > MINIMAL);
        let mut violated: Vec<String> = wrong.map(|(j, s)| {
            format!(
                "not at the minimum: the residual is not orthogonal to column {j}, by {} of the length of y; columns that are nearly alike need more time, or shift and scale x",
                number(rounded(*s, 3))
            )
        }).collect();
        // Columns that nearly depend on each other have slopes of rounding along what is far from the minimum.
        let above = dot(&rest, &rest) - self.least;
        if violated.is_empty() && (above.is_nan() || above > MINIMAL.powi(2) * size * size) {
            let above = number(rounded(above, 3));
            violated.push(format!(
                "not at the minimum: the squares sum to {above} more than those of the closed form"
            ));
        }
        let values = z.iter().zip(&self.lengths).map(|(z, l)| z / l);
        Answer {
            violated,
            cost: Some(dot(&rest, &rest)),
            values: values.collect(),
            besides: vec![(
                "orthogonality",
                slopes.iter().fold(0.0, |m: f64, s| m.max(s.abs())),
            )],
            ..Answer::default()
        }
    }
}

/// One trajectory, looked at at some times.
pub(super) struct Looks<'a> {
    pub fit: &'a Fit,
    pub stage: usize,
    pub starts: Vec<Vec<f64>>,
}

impl Course for Looks<'_> {
    fn next(&mut self, ends: &[End<'_>]) -> Result<Option<Stage>, Refusal> {
        let number = self.stage;
        if number > LOOKS.0 {
            return Ok(None);
        }
        if number > 0 {
            let states = ends.iter().map(|end| end.states("unknowns").to_vec());
            self.starts = states.collect();
        }
        self.stage += 1;
        Ok(Some(self.fit.stage(number, &self.starts)))
    }

    fn answer(&self, _: usize, end: &End<'_>) -> Answer {
        self.fit.answer(end)
    }
}
