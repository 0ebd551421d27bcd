//! n queens on a board of n × n so that none attacks another (Mańdziuk 1995), with penalties as in Hopfield and Tank (1985).
//!
//! A neuron `V_rc` stands for a square. Forms `continuous`, `binary` and `annealed` are Hopfield networks of 0/1 units with
//!
//! ```text
//! E = Σ_{pairs that attack} V_a V_b + (C/2)(Σ V − m)²
//! ```
//!
//! `one-hot` has one queen a row by construction, a group of n units of which one is 1, and `E = A·(pairs that attack)`. A board is valid
//! if each row, column and diagonal is as it must be, counted on the squares, and every activation is within [`DECIDED`] of 0 or 1.

#[cfg(feature = "figures")]
mod figures;

use std::ops::Range;

use super::cooling::{self, Cooling, PERMUTED};
use super::{Answer, Baseline, Course, End, Form, Kind, Once, Problem, Reader, Stage};
use crate::key::{self, Form as Value, NEEDED, Section, key, section};
use crate::pattern::Drawer;
use crate::pattern::random::Stream;

/// An activation so near to 0 or 1 says which it is.
const DECIDED: f64 = 0.25;
/// In the place of a layer, for what is drawn here.
const OWN: usize = Drawer::Queens.place();
/// The largest board: its weights are kept sparse, and a square attacks up to 4n others.
const LARGEST: u64 = 128;
/// Most pairs that attack are named.
const NAMED: usize = 100;

static PROBLEM: Section = section(
    "a problem of queens",
    &[key(
        "n",
        Value::Whole(1, Some(LARGEST)),
        "queens, on a board of n × n",
        NEEDED,
    )],
);

const C: key::Key = key(
    "c",
    Value::Positive,
    "C, how strongly the number of queens is held",
    "2",
);
static CONTINUOUS: Section = section(
    "the network",
    &[
        key(
            "c",
            Value::Positive,
            "C, how strongly the number of queens is held",
            "1",
        ),
        key("beta", Value::Positive, "gain of the sigmoid neurons", "8"),
        key(
            "target",
            Value::Positive,
            "m, the number of queens that is aimed at; above n, as a penalty is met halfway",
            "n + 0.5",
        ),
    ],
);
static BINARY: Section = section("the network", &[C]);
static ANNEALED: Section = section(
    "the network",
    &[
        C,
        cooling::sweeps("200"),
        cooling::from("the first temperature", "1"),
        cooling::to("0.05"),
    ],
);
static ONE_HOT: Section = section(
    "the network",
    &[
        cooling::sweeps("500, enough up to n = 64; it ends before where it is solved"),
        cooling::from("the first temperature, in conflicts", "1"),
        cooling::to("0.1"),
    ],
);

pub const KIND: Kind = Kind {
    name: "queens",
    about: "n queens on a board so that none attacks another (Mańdziuk 1995)",
    problem: &PROBLEM,
    forms: &[
        Form {
            name: "one-hot",
            about: "a queen in each row by construction, conflicts of columns and diagonals cooled away",
            network: &ONE_HOT,
            starts: 100,
        },
        Form {
            name: "annealed",
            about: "0/1 units with a penalty on the number of queens, cooled",
            network: &ANNEALED,
            starts: 100,
        },
        Form {
            name: "binary",
            about: "the same at temperature 0: Hopfield's network of 1982",
            network: &BINARY,
            starts: 100,
        },
        Form {
            name: "continuous",
            about: "sigmoid neurons with that energy, as in Hopfield and Tank (1985)",
            network: &CONTINUOUS,
            starts: 100,
        },
    ],
    cost: "pairs that attack",
    read,
};

fn read(reader: &mut Reader<'_, '_>) -> Option<Box<dyn Problem>> {
    let field = reader.problem.required("n");
    let n = field.whole(1..=LARGEST)? as usize;
    if n < 4 {
        let why = match n {
            1 => "one queen on one square needs no network".into(),
            _ => format!(
                "{n} queens on a board of {n} × {n} always attack one another: there is no solution"
            ),
        };
        return field.error(why).help("n = 4 or more").none();
    }
    let network = &mut reader.network;
    let cooled = |to, sweeps| Cooling {
        from: 1.0,
        to,
        sweeps,
    };
    let form = match reader.form.name {
        "continuous" => Way::Continuous {
            c: network.key("c").positive().unwrap_or(1.0),
            beta: network.key("beta").positive().unwrap_or(8.0),
            target: network.key("target").positive().unwrap_or(n as f64 + 0.5),
        },
        "binary" => Way::Binary {
            c: network.key("c").positive().unwrap_or(2.0),
        },
        "annealed" => Way::Annealed {
            c: network.key("c").positive().unwrap_or(2.0),
            cooling: cooled(0.05, 200).read(network)?,
        },
        _ => Way::OneHot {
            cooling: cooled(0.1, 500).read(network)?,
        },
    };
    Some(Box::new(Queens { n, form }))
}

#[derive(Debug)]
struct Queens {
    n: usize,
    form: Way,
}

#[derive(Debug)]
enum Way {
    Continuous { c: f64, beta: f64, target: f64 },
    Binary { c: f64 },
    Annealed { c: f64, cooling: Cooling },
    OneHot { cooling: Cooling },
}

impl Queens {
    /// Do queens on these two different squares attack each other?
    fn attack(&self, a: usize, b: usize) -> bool {
        let (n, (i, j), (k, l)) = (self.n, (a / self.n, a % self.n), (b / self.n, b % self.n));
        debug_assert!(a != b && a < n * n && b < n * n);
        i == k || j == l || i.abs_diff(k) == j.abs_diff(l)
    }

    /// `W = −1` for squares that attack each other, but not within a row where that has one queen by construction.
    fn weights(&self) -> Vec<Vec<(usize, f64)>> {
        let (n, rows) = (self.n, matches!(self.form, Way::OneHot { .. }));
        let row = |a: usize| {
            let (i, j) = (a / n, a % n);
            // In each row of the board the column and two diagonals; in its own all squares.
            let in_row = |k: usize| {
                let (k, away) = (k, k.abs_diff(i));
                let few = [j.checked_sub(away), Some(j), Some(j + away)];
                let own = (0..n).filter(move |l| k == i && !rows && *l != j);
                let others = few.into_iter().flatten().filter(move |l| k != i && *l < n);
                own.chain(others).map(move |l| (k * n + l, -1.0))
            };
            (0..n).flat_map(in_row).collect()
        };
        (0..n * n).map(row).collect()
    }

    fn stage(&self, seed: u64, starts: Range<usize>) -> Stage {
        let (n, size) = (self.n, self.n * self.n);
        let lagrangian = match &self.form {
            Way::Continuous { beta, .. } => format!("{{ kind = \"sigmoid\", beta = {beta:?} }}"),
            Way::OneHot { .. } => "\"one-hot\"".into(),
            _ => "\"step\"".into(),
        };
        let mut text = format!(
            "title = \"{n} queens\"\n\n[layers.board]\nsize = [{n}, {n}]\nlagrangian = {lagrangian}\n\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"board\"]\nweights = {{ file = \"conflicts.npz\" }}\n"
        );
        let penalty = match self.form {
            Way::Continuous { c, target, .. } => Some((c, target)),
            Way::Binary { c } | Way::Annealed { c, .. } => Some((c, n as f64)),
            Way::OneHot { .. } => None,
        };
        if let Some((c, target)) = penalty {
            text += &format!(
                "\n[[synapses]]\nkind = \"equality\"\nlayers = [\"board\"]\na = {{ file = \"ones.npy\" }}\nb = {target:?}\nstrength = {c:?}\n"
            );
        }
        let start = |k: usize| {
            let stream = Stream::of(seed, OWN, k, 0);
            match self.form {
                Way::Continuous { .. } => stream.normal(size, 0.0, 0.01),
                Way::Binary { .. } | Way::Annealed { .. } => stream.bits(size, 0.5),
                Way::OneHot { .. } => {
                    let places = stream.uniform(n, 0.0, n as f64);
                    let mut board = vec![0.0; size];
                    for (row, place) in places.into_iter().enumerate() {
                        board[row * n + (place as usize).min(n - 1)] = 1.0;
                    }
                    board
                }
            }
        };
        let states: Vec<Vec<f64>> = starts.map(start).collect();
        let stage = Stage::new(text)
            .sparse("conflicts", size, &self.weights())
            .start("board", &states);
        let stage = match penalty {
            Some(_) => stage.array("ones", &[size], &vec![1.0; size]),
            None => stage,
        };
        match &self.form {
            Way::Continuous { .. } => stage.solve("t_max", "1000.0"),
            Way::Binary { .. } => stage
                .solve("method", "\"asynchronous\"")
                .solve("order", PERMUTED),
            Way::Annealed { cooling, .. } => cooling.of(stage),
            // A board without a conflict would be left again: the energy counts conflicts, so it says when to stop.
            Way::OneHot { cooling } => cooling.of(stage).solve("until_energy", 0.5),
        }
    }
}

impl Problem for Queens {
    fn words(&self) -> String {
        format!("{0} queens on a board of {0} × {0}", self.n)
    }

    fn course(&self, seed: u64, starts: Range<usize>) -> Box<dyn Course + '_> {
        Box::new(Once::new(self.stage(seed, starts), |end| self.answer(end)))
    }

    fn baseline(&self) -> Option<Baseline> {
        Some(Baseline {
            name: "a solution exists from n = 4 on".into(),
            cost: 0.0,
            is_exact: true,
        })
    }

    #[cfg(feature = "figures")]
    fn figures(&self, solved: &super::Solved) -> Vec<(String, crate::figure::Plot)> {
        self.pictures(solved)
    }
}

impl Queens {
    fn answer(&self, end: &End<'_>) -> Answer {
        let (n, g) = (self.n, end.layer("board"));
        let mut violated = Vec::new();
        let undecided = g.iter().filter(|g| g.abs().min((*g - 1.0).abs()) > DECIDED);
        let undecided = undecided.count();
        if undecided > 0 {
            violated.push(format!("{undecided} squares are neither empty nor taken"));
        }
        let queens: Vec<usize> = (0..g.len()).filter(|k| g[*k] > 1.0 - DECIDED).collect();
        if queens.len() != n {
            violated.push(format!("{} queens in the place of {n}", queens.len()));
        }
        let mut pairs = 0;
        for (k, a) in queens.iter().enumerate() {
            for b in queens[k + 1..].iter().filter(|b| self.attack(*a, **b)) {
                pairs += 1;
                if pairs > NAMED {
                    continue;
                }
                let square = |q: usize| format!("row {} column {}", q / n, q % n);
                violated.push(format!("{} attacks {}", square(*a), square(*b)));
            }
        }
        if pairs > NAMED {
            violated.push(format!("{} more pairs attack", pairs - NAMED));
        }
        let values = (0..g.len()).map(|k| f64::from(u8::from(queens.contains(&k))));
        Answer {
            violated,
            cost: Some(pairs as f64),
            values: values.collect(),
            ..Answer::default()
        }
    }
}
