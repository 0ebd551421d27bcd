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

use super::{Answer, Baseline, Course, Form, Kind, Once, Problem, Reader, Solved};
use crate::key::{Form as Value, NEEDED, Section, key, section};
use crate::model_file::{ArraySpec, Place};
use crate::number::plural;
use network::{Falling, number_of};

#[cfg(feature = "figures")]
mod figures;
mod hungarian;
mod network;

/// The network has n² hidden neurons, each with a row of n weights.
const LARGEST: usize = 100;
/// So many workers are told.
const FEW: usize = 30;
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
    let ends = costs
        .data
        .iter()
        .fold([f64::INFINITY, f64::NEG_INFINITY], |[l, h], c| {
            [l.min(*c), h.max(*c)]
        });
    if !(ends[1] - ends[0]).is_finite() {
        let why = "costs differ by more than the largest number there is: scale them";
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

    fn told(&self, answer: &Answer) -> Option<String> {
        let all = answer.values.iter().enumerate();
        let all: Vec<String> = all.map(|(i, j)| format!("{i} → {j}")).collect();
        let is_short = answer.is_valid() && all.len() <= FEW;
        is_short.then(|| format!("worker → job: {}", all.join(", ")))
    }

    #[cfg(feature = "figures")]
    fn figures(&self, solved: &Solved) -> Vec<(String, crate::figure::Plot)> {
        self.pictures(solved)
    }
}
