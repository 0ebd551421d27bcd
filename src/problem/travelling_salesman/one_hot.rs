//! A city for each place by construction: groups of n units of which one is 1.
//!
//! ```text
//! E = Σ_{i,X,Y} d_XY V_iX V_i+1,Y/(largest d) + (A/2) Σ_X (Σ_i V_iX − 1)²
//! ```
//!
//! A heat bath of one group at a time, cooled over several networks, while A rises with them: at first cities move about freely, at last
//! none may come twice. With `penalty_from = penalty_to` it is the constant penalty. One move changes the city of one place, so that from
//! one tour to another the network has to pass through what is none.

use std::ops::Range;

use super::{OWN, Salesman};
use crate::key::{Form as Value, Section, key, section};
use crate::model_file::Table;
use crate::pattern::random::Stream;
use crate::problem::{Answer, Course, End, Stage};
use crate::refusal::Refusal;

pub static NETWORK: Section = section(
    "the network",
    &[
        key(
            "penalty_from",
            Value::Positive,
            "A at first, in units of the largest distance",
            "0.2",
        ),
        key(
            "penalty_to",
            Value::Positive,
            "A at last: above 2, what leaving a city out can save at most",
            "2.5",
        ),
        key(
            "from",
            Value::Positive,
            "the first temperature, in that unit",
            "0.3",
        ),
        key("to", Value::Positive, "the last one", "0.02"),
        key(
            "stages",
            Value::Whole(2, Some(10_000)),
            "networks over which it is cooled",
            "40",
        ),
        key(
            "sweeps",
            Value::Whole(1, Some(1_000_000)),
            "sweeps in each of them",
            "50",
        ),
    ],
);

/// The constants.
#[derive(Debug)]
pub struct Constants {
    penalty: [f64; 2],
    temperature: [f64; 2],
    stages: usize,
    sweeps: usize,
}

impl Constants {
    pub fn read(network: &mut Table<'_>) -> Option<Self> {
        let mut pair = |from: &str, to: &str, default: [f64; 2]| {
            let [from, to] = [from, to].map(|k| network.key(k).positive());
            [from.unwrap_or(default[0]), to.unwrap_or(default[1])]
        };
        let penalty = pair("penalty_from", "penalty_to", [0.2, 2.5]);
        let temperature = pair("from", "to", [0.3, 0.02]);
        let stages = network.key("stages").whole(2..=10_000).unwrap_or(40) as usize;
        let sweeps = network.key("sweeps").count(1_000_000).unwrap_or(50);
        Some(Constants {
            penalty,
            temperature,
            stages,
            sweeps,
        })
    }
}

/// It is cooled from network to network, then runs at temperature 0 until nothing changes.
pub struct Cooling<'a> {
    salesman: &'a Salesman,
    constants: &'a Constants,
    seed: u64,
    starts: Range<usize>,
    first: Option<Stage>,
    number: usize,
}

impl<'a> Cooling<'a> {
    pub fn new(
        salesman: &'a Salesman,
        constants: &'a Constants,
        seed: u64,
        starts: Range<usize>,
    ) -> Self {
        Cooling {
            salesman,
            constants,
            seed,
            starts,
            first: None,
            number: 0,
        }
    }

    /// From the first of two values to the second, by the same factor each time.
    fn at(&self, [from, to]: [f64; 2]) -> f64 {
        let last = self.constants.stages - 1;
        from * (to / from).powf(self.number.min(last) as f64 / last as f64)
    }

    fn network(&self) -> String {
        let n = self.salesman.cities.n;
        let strength = self.at(self.constants.penalty);
        format!(
            "title = \"{n} cities, one for each place\"\n\n[layers.tour]\nsize = [{n}, {n}]\nlagrangian = \"one-hot\"\n\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"tour\"]\nweights = {{ file = \"distances.npz\" }}\n\n[[synapses]]\nkind = \"equality\"\nlayers = [\"tour\"]\na = {{ file = \"cities.npy\" }}\nb = 1.0\nstrength = {strength:?}\n"
        )
    }

    fn begin(&self) -> (Stage, Vec<Vec<f64>>) {
        let cities = &self.salesman.cities;
        let (n, largest) = (cities.n, cities.largest());
        let size = n * n;
        let row = |at: usize| {
            let (i, x) = (at / n, at % n);
            let mut row: Vec<(usize, f64)> = [(i + n - 1) % n, (i + 1) % n]
                .into_iter()
                .flat_map(|j| (0..n).map(move |y| (j * n + y, -cities.distance(x, y) / largest)))
                .filter(|(_, w)| *w != 0.0)
                .collect();
            row.sort_by_key(|(to, _)| *to);
            row
        };
        let weights: Vec<Vec<(usize, f64)>> = (0..size).map(row).collect();
        let visits = |at: usize| f64::from(u8::from(at / size == at % size % n));
        let visits: Vec<f64> = (0..n * size).map(visits).collect();
        let start = |k: usize| {
            let cities = Stream::of(self.seed, OWN, k, 0).uniform(n, 0.0, n as f64);
            let mut state = vec![0.0; size];
            for (place, city) in cities.into_iter().enumerate() {
                state[place * n + (city as usize).min(n - 1)] = 1.0;
            }
            state
        };
        let stage = Stage::new(self.network())
            .sparse("distances", size, &weights)
            .array("cities", &[n, size], &visits);
        (stage, self.starts.clone().map(start).collect())
    }
}

impl Course for Cooling<'_> {
    fn next(&mut self, ends: &[End<'_>]) -> Result<Option<Stage>, Refusal> {
        let (stage, states) = if ends.is_empty() {
            let (stage, states) = self.begin();
            self.first = Some(stage.clone());
            (stage, states)
        } else {
            if self.number == self.constants.stages {
                return Ok(None);
            }
            self.number += 1;
            let Some(first) = &self.first else {
                return Ok(None);
            };
            let states = ends.iter().map(|e| e.layer("tour").to_vec()).collect();
            (first.like(self.network()), states)
        };
        let stage = stage.start("tour", &states).solve("save", "\"final\"");
        if self.number == self.constants.stages {
            return Ok(Some(stage.solve("method", "\"asynchronous\"")));
        }
        let temperature = self.at(self.constants.temperature);
        Ok(Some(
            stage
                .solve("method", "\"glauber\"")
                .solve("temperature", format!("{temperature:?}"))
                .solve("t_end", format!("{:?}", self.constants.sweeps as f64))
                .solve("max_steps", 100_000.max(2 * self.constants.sweeps)),
        ))
    }

    fn answer(&self, _: usize, end: &End<'_>) -> Answer {
        self.salesman.answer(end.layer("tour"), true, Vec::new())
    }
}
