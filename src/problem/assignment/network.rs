//! The networks of an assignment, one after the other, and what an end says.

use super::{Assignment, SIDES, Way};
use crate::number::{number, rounded};
use crate::problem::{Answer, Course, End, Stage, permutation};
use crate::refusal::Refusal;

impl Assignment {
    pub(super) fn new(n: usize, costs: Vec<f64>, form: Way) -> Self {
        let least = costs.iter().copied().fold(f64::INFINITY, f64::min);
        let largest = costs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let spread = largest - least;
        Assignment {
            n,
            costs,
            least,
            spread: if spread > 0.0 && spread.is_finite() {
                spread
            } else {
                1.0
            },
            form,
        }
    }

    /// A cost in units of the spread.
    pub(super) fn scaled(&self, at: usize) -> f64 {
        (self.costs[at] - self.least) / self.spread
    }

    pub(super) fn negative(&self) -> Vec<f64> {
        (0..self.costs.len()).map(|at| -self.scaled(at)).collect()
    }

    /// ε of a network.
    pub(super) fn epsilon(&self, number: usize) -> f64 {
        match self.form {
            Way::Entropic { from, to, stages } => {
                let part = number as f64 / stages.saturating_sub(1).max(1) as f64;
                from * (to / from).powf(part)
            }
            Way::Penalty { epsilon, .. } => epsilon,
        }
    }

    /// How many networks differ.
    pub(super) fn stages(&self) -> usize {
        match self.form {
            Way::Entropic { from, to, stages } if to < from => stages,
            _ => 1,
        }
    }

    /// `g_ij = softmax_j (v_j − c_ij)/ε`.
    pub(super) fn plan(&self, v: &[f64], epsilon: f64) -> Vec<f64> {
        let n = self.n;
        let mut g = Vec::with_capacity(n * n);
        for i in 0..n {
            let row: Vec<f64> = (0..n).map(|j| v[j] - self.scaled(i * n + j)).collect();
            let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let row = row.iter().map(|x| ((x - largest) / epsilon).exp());
            let whole: f64 = row.clone().sum();
            g.extend(row.map(|x| x / whole));
        }
        g
    }

    pub(super) fn network(&self, number: usize) -> String {
        let (n, beta) = (self.n, 1.0 / self.epsilon(number));
        let title = format!("{n} workers and {n} jobs, epsilon {:e}", 1.0 / beta);
        match self.form {
            Way::Entropic { .. } => {
                let row = format!("{{ size = {n}, kind = \"softmax\", beta = {beta:?} }}");
                let rows = vec![row; n].join(", ");
                format!(
                    "title = \"{title}\"\n\n[layers.prices]\nsize = {n}\nlagrangian = \"identity\"\nleak = 0\ninput = 1.0\n\n[[synapses]]\nkind = \"memory\"\nlayers = [\"prices\"]\npatterns = {{ file = \"workers.npy\" }}\nbias = {{ file = \"costs.npy\" }}\nscale = -1.0\npotential = {{ kind = \"blocks\", parts = [{rows}] }}\n"
                )
            }
            Way::Penalty { strength, .. } => format!(
                "title = \"{title}\"\n\n[layers.plan]\nsize = [{n}, {n}]\nlagrangian = {{ kind = \"softmax\", beta = {beta:?} }}\ninput = {{ file = \"costs.npy\" }}\n\n[[synapses]]\nkind = \"equality\"\nlayers = [\"plan\"]\na = {{ file = \"jobs.npy\" }}\nb = 1.0\nstrength = {strength:?}\n"
            ),
        }
    }

    /// The first network with its arrays.
    pub(super) fn first(&self, starts: usize) -> Stage {
        let n = self.n;
        let units = |at: usize, rows: usize| f64::from(u8::from(at / n % rows == at % n));
        let stage = Stage::new(self.network(0));
        let stage = match self.form {
            Way::Entropic { .. } => {
                // A unit matrix for each worker.
                let rows: Vec<f64> = (0..n * n * n).map(|at| units(at, n)).collect();
                stage
                    .array("workers", &[n * n, n], &rows)
                    .array("costs", &[n * n], &self.negative())
                    .start("prices", &vec![vec![0.0; n]; starts])
            }
            Way::Penalty { .. } => {
                let size = n * n;
                let entry = |at: usize| f64::from(u8::from(at / size == at % size % n));
                let jobs: Vec<f64> = (0..n * size).map(entry).collect();
                stage
                    .array("jobs", &[n, size], &jobs)
                    .array("costs", &[n, n], &self.negative())
                    .start("plan", &vec![vec![0.0; size]; starts])
            }
        };
        self.run(stage, 0)
    }

    /// How it is run: to rest, which may take long where prices hardly matter, with a method for stiff networks.
    pub(super) fn run(&self, stage: Stage, number: usize) -> Stage {
        // A row decides over differences of prices of about ε.
        let atol = 1e-3 * self.epsilon(number);
        stage
            .solve("method", "\"rodas5p\"")
            .solve("t_max", "1e9")
            .solve("rtol", "1e-3")
            .solve("atol", format!("{atol:?}"))
            .solve("rest_rtol", "1e-7")
            .solve("rest_atol", "1e-7")
    }

    /// The plan of an end, and what it proves, in units of the spread.
    pub(super) fn seen(&self, end: &End<'_>, number: usize) -> (Vec<f64>, Option<f64>) {
        match self.form {
            Way::Entropic { .. } => {
                let v = end.layer("prices");
                (self.plan(v, self.epsilon(number)), Some(self.bound(v)))
            }
            Way::Penalty { .. } => (end.layer("plan").to_vec(), None),
        }
    }

    /// `Σ_i min_j(c_ij − v_j) + Σ_j v_j`, in the costs as they were given.
    pub(super) fn bound(&self, v: &[f64]) -> f64 {
        let n = self.n;
        let price: Vec<f64> = v.iter().map(|v| v * self.spread).collect();
        let least = |i: usize| {
            let row = (0..n).map(|j| self.costs[i * n + j] - price[j]);
            row.fold(f64::INFINITY, f64::min)
        };
        (0..n).map(least).sum::<f64>() + price.iter().sum::<f64>()
    }

    pub(super) fn answer(&self, end: &End<'_>, number: usize) -> Answer {
        let n = self.n;
        let (plan, bound) = self.seen(end, number);
        let (chosen, mut violated) = permutation::read(&plan, n, SIDES);
        let jobs = permutation::whole(&chosen, &violated);
        let cost: f64 = match &jobs {
            Some(jobs) => jobs
                .iter()
                .enumerate()
                .map(|(i, j)| self.costs[i * n + j])
                .sum(),
            // What the plan costs with its fractions.
            None => plan.iter().zip(&self.costs).map(|(g, c)| g * c).sum(),
        };
        if let (None, Some(bound)) = (&jobs, bound) {
            violated.push(format!(
                "it stays undecided: the plan with its fractions costs {}, no assignment less than {}; several may be equally good",
                number_of(cost),
                number_of(bound)
            ));
        }
        let values = chosen.iter().map(|j| j.map_or(-1.0, |j| j as f64));
        Answer {
            violated,
            cost: Some(cost),
            bound,
            values: values.collect(),
            besides: bound.map_or(Vec::new(), |b| vec![("gap", cost - b)]),
        }
    }
}

pub(super) fn number_of(v: f64) -> String {
    number(rounded(v, 8))
}

/// ε falls while the prices stay, until all is decided.
pub(super) struct Falling<'a> {
    pub problem: &'a Assignment,
    pub starts: usize,
    pub first: Option<Stage>,
    pub number: usize,
}

impl Course for Falling<'_> {
    fn next(&mut self, ends: &[End<'_>]) -> Result<Option<Stage>, Refusal> {
        if ends.is_empty() {
            let first = self.problem.first(self.starts);
            self.first = Some(first.clone());
            return Ok(Some(first));
        }
        let decided = |end: &End<'_>| {
            let (plan, _) = self.problem.seen(end, self.number);
            permutation::read(&plan, self.problem.n, SIDES).1.is_empty()
        };
        if self.number + 1 == self.problem.stages() || ends.iter().all(decided) {
            return Ok(None);
        }
        let Some(first) = &self.first else {
            return Ok(None);
        };
        self.number += 1;
        let states: Vec<Vec<f64>> = ends.iter().map(|e| e.states("prices").to_vec()).collect();
        let stage = first.like(self.problem.network(self.number));
        let stage = stage.start("prices", &states);
        Ok(Some(self.problem.run(stage, self.number)))
    }

    fn answer(&self, _: usize, end: &End<'_>) -> Answer {
        self.problem.answer(end, self.number)
    }
}
