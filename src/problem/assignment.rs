//! Workers and jobs: which worker does which job so that the whole cost is least.
//!
//! `entropic` is the dual of entropic transport as a network of n neurons. Prices `v_j` of the jobs are a layer of identity neurons
//! without leak, with an input of 1 each, under a memory with the factor −1:
//!
//! ```text
//! E = Σ_i (1/β) ln Σ_j exp β(v_j − c_ij) − Σ_j v_j        convex in v; β = 1/ε
//! τ v̇_j = 1 − Σ_i g_ij,  g_ij = softmax_j β(v_j − c_ij)
//! ```
//!
//! At rest the plan g is doubly stochastic (Kosowsky and Yuille 1994, "invisible hand"). ε falls from network to network, the prices stay.
//! For any v, `Σ_i min_j(c_ij − v_j) + Σ_j v_j` is at most the least cost: an end proves by itself how good its answer is. Where each row
//! has one entry above ½ and these are a permutation, the two are equal: what is decided is the optimum.
//!
//! `penalty` is the classical form beside it: rows of softmax neurons `g_ij` with inputs `−c_ij` and `(A/2) Σ_j (Σ_i g_ij − 1)²`.
//!
//! Costs are taken as `(c − least)/(largest − least)`, so that ε, A and prices have no unit.

use std::ops::Range;

use super::{
    Answer, Baseline, Course, End, Form, Kind, Once, Problem, Reader, Solved, Stage, permutation,
};
#[cfg(feature = "figures")]
use crate::figure::{HeatPlot, PanelsPlot, Plot};
use crate::key::{Form as Value, NEEDED, Section, key, section};
use crate::model_file::{ArraySpec, Place};
use crate::number::{number, plural, rounded};
use crate::refusal::Refusal;

mod hungarian;

/// The network has n² hidden neurons, each with a row of n weights.
const LARGEST: usize = 100;
const SIDES: [&str; 2] = ["worker", "job"];

static PROBLEM: Section = section(
    "a problem of assignment",
    &[key(
        "costs",
        Value::Array,
        "c, n × n: what it costs that worker i, a row, does job j, a column",
        NEEDED,
    )],
);

static ENTROPIC: Section = section(
    "the network",
    &[
        key(
            "from",
            Value::Positive,
            "the first ε, in units of the spread of the costs",
            "1",
        ),
        key(
            "to",
            Value::Positive,
            "the last ε; `from` for one that is kept",
            "1e-6",
        ),
        key(
            "stages",
            Value::Whole(1, Some(10_000)),
            "over how many networks ε falls, by the same factor each time; fewer are run where all is decided before",
            "30",
        ),
    ],
);

static PENALTY: Section = section(
    "the network",
    &[
        key(
            "epsilon",
            Value::Positive,
            "ε = 1/β of the rows, in units of the spread of the costs",
            "1e-3",
        ),
        key(
            "strength",
            Value::Positive,
            "A of the columns, in units of that spread: prices of about 1 leave columns 1/A short",
            "30",
        ),
    ],
);

pub const KIND: Kind = Kind {
    name: "assignment",
    about: "which worker does which job at the least cost (Hopfield 2007; Kosowsky and Yuille 1994)",
    problem: &PROBLEM,
    forms: &[
        Form {
            name: "entropic",
            about: "prices of the jobs come to rest while the entropy of the plan is cooled away; proves its answer",
            network: &ENTROPIC,
            starts: 1,
        },
        Form {
            name: "penalty",
            about: "rows of softmax neurons, a constant penalty on columns",
            network: &PENALTY,
            starts: 1,
        },
    ],
    cost: "cost",
    read,
};

fn read(reader: &mut Reader<'_, '_>) -> Option<Box<dyn Problem>> {
    let field = reader.problem.required("costs");
    let costs = ArraySpec::read(&field)?.resolve(
        &Place::partly("costs, worker by job", vec![None, None]),
        reader.resolver,
    )?;
    let [rows, columns] = costs.shape[..] else {
        return None;
    };
    if rows != columns {
        let why =
            format!("costs must be square, they are {rows} × {columns}: as many jobs as workers");
        let help = "workers or jobs that are too few are filled up with rows or columns of zeros";
        return field.error(why).help(help).none();
    }
    if rows > LARGEST {
        let why = format!(
            "costs are {rows} × {rows}, more than {LARGEST}: the network would have {rows}² hidden neurons of {rows} weights"
        );
        return field.error(why).none();
    }
    let form = match reader.form.name {
        "penalty" => Way::Penalty {
            epsilon: reader.positive("epsilon", 1e-3),
            strength: reader.positive("strength", 30.0),
        },
        _ => {
            let from = reader.positive("from", 1.0);
            let last = reader.network.key("to");
            let to = last.positive().unwrap_or(from.min(1e-6));
            if to > from {
                let why = format!("`to` must not be above `from`, {to} > {from}: ε falls");
                return last.error(why).none();
            }
            let stages = reader.network.key("stages");
            let stages = stages.whole(2..=10_000).unwrap_or(30) as usize;
            Way::Entropic { from, to, stages }
        }
    };
    Some(Box::new(Assignment::new(rows, costs.data, form)))
}

#[derive(Debug)]
struct Assignment {
    n: usize,
    costs: Vec<f64>,
    /// The least cost, and by how much the largest is above it (1 where all are alike).
    least: f64,
    spread: f64,
    form: Way,
}

#[derive(Debug)]
enum Way {
    Entropic { from: f64, to: f64, stages: usize },
    Penalty { epsilon: f64, strength: f64 },
}

impl Assignment {
    fn new(n: usize, costs: Vec<f64>, form: Way) -> Self {
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
    fn scaled(&self, at: usize) -> f64 {
        (self.costs[at] - self.least) / self.spread
    }

    fn negative(&self) -> Vec<f64> {
        (0..self.costs.len()).map(|at| -self.scaled(at)).collect()
    }

    /// ε of a network.
    fn epsilon(&self, number: usize) -> f64 {
        match self.form {
            Way::Entropic { from, to, stages } => {
                let part = number as f64 / stages.saturating_sub(1).max(1) as f64;
                from * (to / from).powf(part)
            }
            Way::Penalty { epsilon, .. } => epsilon,
        }
    }

    /// How many networks differ.
    fn stages(&self) -> usize {
        match self.form {
            Way::Entropic { from, to, stages } if to < from => stages,
            _ => 1,
        }
    }

    /// `g_ij = softmax_j (v_j − c_ij)/ε`.
    fn plan(&self, v: &[f64], epsilon: f64) -> Vec<f64> {
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

    fn network(&self, number: usize) -> String {
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
    fn first(&self, starts: usize) -> Stage {
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
    fn run(&self, stage: Stage, number: usize) -> Stage {
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
    fn seen(&self, end: &End<'_>, number: usize) -> (Vec<f64>, Option<f64>) {
        match self.form {
            Way::Entropic { .. } => {
                let v = end.layer("prices");
                (self.plan(v, self.epsilon(number)), Some(self.bound(v)))
            }
            Way::Penalty { .. } => (end.layer("plan").to_vec(), None),
        }
    }

    /// `Σ_i min_j(c_ij − v_j) + Σ_j v_j`, in the costs as they were given.
    fn bound(&self, v: &[f64]) -> f64 {
        let n = self.n;
        let price: Vec<f64> = v.iter().map(|v| v * self.spread).collect();
        let least = |i: usize| {
            let row = (0..n).map(|j| self.costs[i * n + j] - price[j]);
            row.fold(f64::INFINITY, f64::min)
        };
        (0..n).map(least).sum::<f64>() + price.iter().sum::<f64>()
    }

    fn answer(&self, end: &End<'_>, number: usize) -> Answer {
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

fn number_of(v: f64) -> String {
    number(rounded(v, 8))
}

/// ε falls while the prices stay, until all is decided.
struct Falling<'a> {
    problem: &'a Assignment,
    starts: usize,
    first: Option<Stage>,
    number: usize,
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

impl Problem for Assignment {
    fn words(&self) -> String {
        format!("{} and {}", plural(self.n, "worker"), plural(self.n, "job"))
    }

    /// All prices, or the plan, begin at 0.
    fn distinct(&self) -> Option<usize> {
        Some(1)
    }

    fn course(&self, _: u64, starts: Range<usize>) -> Box<dyn Course + '_> {
        match self.form {
            Way::Entropic { .. } => Box::new(Falling {
                problem: self,
                starts: starts.len(),
                first: None,
                number: 0,
            }),
            Way::Penalty { .. } => Box::new(Once::new(self.first(starts.len()), |end| {
                self.answer(end, 0)
            })),
        }
    }

    /// Networks of one start and of several add up in another order: what one start does would depend on the others, by rounding.
    fn alone(&self) -> bool {
        true
    }

    fn baseline(&self) -> Option<Baseline> {
        let (_, cost) = hungarian::solve(&self.costs, self.n);
        Some(Baseline {
            name: "Hungarian method".into(),
            cost,
            is_exact: true,
        })
    }

    fn notes(&self, solved: &Solved) -> Vec<String> {
        let Some(best) = solved.best().map(|k| &solved.attempts[k]) else {
            return Vec::new();
        };
        let mut notes = Vec::new();
        if let (true, Some(bound), Some(cost)) =
            (best.answer.is_valid(), best.answer.bound, best.answer.cost)
        {
            notes.push(format!(
                "decided at epsilon {:.2e}; the prices prove that nothing costs less than {}, {:.1e} below the answer",
                self.epsilon(best.stages.saturating_sub(1)),
                number_of(bound),
                (cost - bound).max(0.0)
            ));
        }
        notes
    }

    /// The plan at three ε of the best start, the optimum marked.
    #[cfg(feature = "figures")]
    fn figures(&self, solved: &Solved) -> Vec<(String, Plot)> {
        let Some(best) = solved.best().map(|k| &solved.attempts[k]) else {
            return Vec::new();
        };
        let n = self.n;
        let (jobs, _) = hungarian::solve(&self.costs, n);
        let mut kept: Vec<(usize, Vec<f64>)> = best.way.clone();
        kept.push((best.stages.saturating_sub(1), best.g.clone()));
        kept.dedup_by_key(|(number, _)| *number);
        let last = kept.len() - 1;
        let mut shown = vec![0, last / 2, last];
        shown.dedup();
        let heat = |k: &usize| {
            let (number, g) = &kept[*k];
            let plan = match self.form {
                Way::Entropic { .. } => self.plan(g, self.epsilon(*number)),
                Way::Penalty { .. } => g.clone(),
            };
            let places: Vec<f64> = (0..n).map(|k| k as f64).collect();
            let epsilon = self.epsilon(*number);
            let digits = (1.0 - epsilon.log10()).ceil().max(0.0) as usize;
            Plot::Heat(HeatPlot {
                title: format!("ε = {epsilon:.digits$}"),
                x_label: "job".into(),
                y_label: "worker".into(),
                value_label: "g".into(),
                x: places.clone(),
                y: places,
                values: plan.into_iter().map(Some).collect(),
                range: (0.0, 1.0),
                marks: jobs
                    .iter()
                    .enumerate()
                    .map(|(i, j)| (*j as f64, i as f64))
                    .collect(),
                ..HeatPlot::default()
            })
        };
        let plot = PanelsPlot {
            title: format!("{n} workers and {n} jobs: the plan"),
            subtitle: "rings: the optimum by the Hungarian method".into(),
            columns: 3,
            plots: shown.iter().map(heat).collect(),
        };
        vec![("plan".into(), Plot::Panels(plot))]
    }
}
