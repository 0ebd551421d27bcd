//! Linear programmes: the best of `c·x` where rows of `a·x` are not above, not below or equal to numbers, and variables within bounds
//! (Tank and Hopfield 1986; multipliers: Hestenes 1969, Powell 1969, Rockafellar 1976).
//!
//! All is done on a programme of one form: `min c·x` with `a_r·x ≥ b_r` or `=`, bounds being rows, rows and cost of length 1 and the
//! median distance of the planes `a_r·x = b_r` from the origin 1. A variable whose own rows say another size, by a factor of a hundred or
//! more, has a unit of its own. `K` is meant in these units.

mod answer;
mod course;
#[cfg(feature = "figures")]
mod figures;
mod flat;
mod read;

use std::ops::Range;

use super::{Answer, Baseline, Course, Form, Kind, Once, Problem, Solved};
use crate::key::{Form as Value, Key, Section, key, section};
use crate::number::{number, rounded};
use crate::pattern::Drawer;
use crate::pattern::random::Stream;
use crate::trajectory::StopReason;
use course::{Multipliers, PrimalDual, run};
use flat::Flat;

/// In the place of a layer, for what is drawn here.
const OWN: usize = Drawer::Linear.place();
/// How far beyond a plane a point may be and still meet its row, per `1 + |x|`, in units of the scaled programme.
const MET: f64 = 1e-6;

/// So many variables are told by their names.
const FEW: usize = 12;

const SPREAD: Key = key(
    "spread",
    Value::NotNegative,
    "standard deviation of the variables where they start, in units of the scaled programme",
    "1",
);
static MULTIPLIERS: Section = section(
    "the network",
    &[
        key(
            "k",
            Value::Positive,
            "K, strength of the rows; a larger one takes fewer stages and is stiffer",
            "100",
        ),
        key(
            "stages",
            Value::Whole(1, Some(100_000)),
            "most networks that follow one another",
            "500",
        ),
        SPREAD,
    ],
);
static PENALTY: Section = section(
    "the network",
    &[
        key(
            "k",
            Value::Positive,
            "K, strength of the rows: each is broken by about its multiplier over K",
            "100",
        ),
        SPREAD,
    ],
);
static PRIMAL_DUAL: Section = section(
    "the network",
    &[
        key(
            "k",
            Value::Positive,
            "K, strength of the rows; the multipliers take times of about K",
            "1",
        ),
        key(
            "stages",
            Value::Whole(1, Some(100_000)),
            "most windows of time",
            "80",
        ),
        key(
            "time",
            Value::Positive,
            "the first window; each is longer than the one before by a quarter",
            "1",
        ),
        SPREAD,
    ],
);

pub const KIND: Kind = Kind {
    name: "linear-program",
    about: "the best of a linear cost under linear rows and bounds (Tank and Hopfield 1986)",
    problem: &read::PROBLEM,
    forms: &[
        Form {
            name: "multipliers",
            about: "stages that descend in the augmented Lagrangian, the multipliers carried on from one to the next: exact",
            network: &MULTIPLIERS,
            starts: 1,
        },
        Form {
            name: "penalty",
            about: "one network with a static penalty (Tank and Hopfield 1986): off by about 1/K",
            network: &PENALTY,
            starts: 1,
        },
        Form {
            name: "primal-dual",
            about: "variables that go down and multipliers that go up in one flow, without an energy (Arrow, Hurwicz and Uzawa 1958): exact",
            network: &PRIMAL_DUAL,
            starts: 1,
        },
    ],
    cost: "cost",
    read: read::read,
};

/// Which side of its number a row must be on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sense {
    Above,
    Below,
    Equal,
}

impl Sense {
    fn word(self) -> &'static str {
        match self {
            Sense::Above => "not below",
            Sense::Below => "not above",
            Sense::Equal => "equal to",
        }
    }
}

/// How the names of rows begin, and those of bounds do not.
const ROW: &str = "row ";

/// A row as it was typed.
#[derive(Debug)]
struct Row {
    name: String,
    a: Vec<f64>,
    b: f64,
    sense: Sense,
}

impl Row {
    fn sign(&self) -> f64 {
        if self.sense == Sense::Below {
            -1.0
        } else {
            1.0
        }
    }

    /// Its length in such units of the variables.
    fn norm(&self, units: &[f64]) -> f64 {
        let all = self.a.iter().zip(units);
        all.map(|(a, u)| (a * u).powi(2)).sum::<f64>().sqrt()
    }
}

#[derive(Clone, Copy, Debug)]
enum Way {
    Multipliers { k: f64, stages: usize },
    Penalty { k: f64 },
    PrimalDual { k: f64, stages: usize, time: f64 },
}

#[derive(Debug)]
struct Linear {
    maximises: bool,
    c: Vec<f64>,
    names: Vec<String>,
    /// Rows and bounds.
    rows: Vec<Row>,
    /// The same in one form and scale.
    flat: Flat,
    /// What a unit of each scaled variable is, and of the scaled cost.
    units: Vec<f64>,
    cost_unit: f64,
    way: Way,
    spread: f64,
}

/// What the ends of a course prove.
#[derive(Debug)]
enum Verdict {
    /// Nothing yet.
    Open,
    /// Rows and duality gap are met.
    Settled,
    /// Rows with these weights add up to `0 ≥` a number above 0; no feasible point is nearer than `far`.
    Infeasible { weights: Vec<f64>, far: f64 },
    /// From this point all rows are met along this direction, and the cost falls.
    Unbounded {
        point: Vec<f64>,
        direction: Vec<f64>,
    },
}

impl Problem for Linear {
    fn words(&self) -> String {
        let typed = |r: &&Row| r.name.starts_with(ROW);
        let rows = self.rows.iter().filter(typed).count();
        let bounds = self.rows.len() - rows;
        let plural = crate::number::plural;
        format!(
            "{}, {}, {}",
            plural(self.c.len(), "variable"),
            plural(rows, "row"),
            plural(bounds, "bound")
        )
    }

    fn distinct(&self) -> Option<usize> {
        (self.spread == 0.0).then_some(1)
    }

    fn is_traced(&self) -> bool {
        // Two variables are drawn in a plane.
        self.c.len() == 2
    }

    fn course(&self, seed: u64, starts: Range<usize>) -> Box<dyn Course + '_> {
        let n = self.c.len();
        let draw = |k: usize| Stream::of(seed, OWN, k, 0).normal(n, 0.0, self.spread);
        let first = || draw(starts.start);
        match self.way {
            Way::Multipliers { k, stages } => Box::new(Multipliers::new(self, k, stages, first())),
            Way::PrimalDual { k, stages, time } => {
                Box::new(PrimalDual::new(self, k, [stages as f64, time], first()))
            }
            Way::Penalty { k } => {
                let (starts, none) = (
                    starts.map(draw).collect::<Vec<_>>(),
                    vec![0.0; self.flat.planes.len()],
                );
                let stage = self
                    .flat
                    .stage(&self.words_of("penalty", 1), &none, k, &starts);
                let stage = run(stage).solve("t_max", "1e6");
                Box::new(Once::new(stage, move |end| {
                    let x = end.states("variables");
                    let lambda = self.flat.lifted(x, &vec![0.0; self.flat.planes.len()], k);
                    let mut answer = self.answer(&Verdict::Open, x, &lambda, Vec::new());
                    if end.outcome.stop != StopReason::Rest {
                        const RUNS: &str = "did not come to rest: the cost may have no limit, or t_max is too short";
                        answer.violated.push(RUNS.into());
                        (answer.cost, answer.bound) = (None, None);
                    }
                    answer
                }))
            }
        }
    }

    fn alone(&self) -> bool {
        !matches!(self.way, Way::Penalty { .. })
    }

    /// None: the answer brings its own proof.
    fn baseline(&self) -> Option<Baseline> {
        None
    }

    fn maximises(&self) -> bool {
        self.maximises
    }

    fn notes(&self, solved: &Solved) -> Vec<String> {
        let best = solved.best().map(|k| &solved.attempts[k]);
        let mut notes = Vec::new();
        if let Some((answer, (cost, bound))) = best.and_then(|b| {
            let both = b.answer.cost.zip(b.answer.bound);
            both.map(|both| (&b.answer, both))
        }) {
            let gap = number(rounded((cost - bound).abs(), 3));
            let bound = number(rounded(bound, 10));
            let off = match answer.beside("dual residual") {
                Some(off) if off > 0.0 => {
                    format!(
                        ", rows adding up to the cost within {}",
                        number(rounded(off, 2))
                    )
                }
                _ => String::new(),
            };
            let side = if self.maximises { "above" } else { "below" };
            notes.push(match answer.is_valid() {
                true => format!("proof: no point that meets all rows is {side} {bound} (weak duality{off}), a gap of {gap}"),
                false => format!("bias: the optimum is not {side} {bound} (weak duality{off}), {gap} from the cost that was reached beyond the rows"),
            });
        }
        notes.push(match self.way {
            Way::PrimalDual { .. } => {
                let rises = |a: &crate::problem::Attempt| a.answer.beside("speed rises").unwrap_or(0.0);
                let (windows, risen) = solved.attempts.iter().fold((0, 0.0), |(w, r), a| (w + a.stages, r + rises(a)));
                format!(
                    "watched: ½‖ż‖², half the squared speed, which never grows in a monotone field (there is no energy); it grew over {} of {windows} windows",
                    number(risen)
                )
            }
            _ => "watched: the energy of each network, L(x, λ) of the scaled programme without −‖λ‖²/2K".into(),
        });
        let told = |u: f64| number(rounded(u, 6));
        let units = match self.units.iter().all(|u| *u == self.units[0]) {
            true => format!(
                "a unit of the network's variables is {}",
                told(self.units[0])
            ),
            false => {
                let all = self.names.iter().zip(&self.units);
                let few: Vec<String> = all
                    .take(FEW)
                    .map(|(n, u)| format!("{} for {n}", told(*u)))
                    .collect();
                format!("units of the network's variables are {}", few.join(", "))
            }
        };
        notes.push(format!("scaled: rows and cost have length 1, and {units}"));
        notes
    }

    fn told(&self, answer: &Answer) -> Option<String> {
        let told = |(name, v): (&String, &f64)| format!("{name} = {}", number(rounded(*v, 8)));
        let all: Vec<String> = self.names.iter().zip(&answer.values).map(told).collect();
        (all.len() <= FEW).then(|| all.join(", "))
    }

    #[cfg(feature = "figures")]
    fn figures(&self, solved: &Solved) -> Vec<(String, crate::figure::Plot)> {
        figures::all(self, solved)
    }
}
