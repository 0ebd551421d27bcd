//! Travelling salesman: the shortest closed tour through cities (Hopfield and Tank 1985).
//!
//! `V_Xi = 1` where city X, a row, has place i, a column, of the tour; places are counted round. The length of a tour is
//!
//! ```text
//! ½ Σ_{X,Y,i} d_XY V_Xi (V_Y,i+1 + V_Y,i−1)
//! ```
//!
//! A tour is valid where the activations are a permutation, each within 0.1 of 0 or 1: nothing is rounded or repaired. The ways to make a
//! network of it each have a file: `hopfield_tank`, `softassign`, `one_hot`.

use std::ops::Range;

use super::{
    Answer, Baseline, Course, End, Form, Kind, Once, Problem, Reader, Solved, permutation,
};
#[cfg(feature = "figures")]
use crate::figure::Plot;
use crate::key::{Form as Value, Section, key, section};
use crate::pattern::Drawer;

mod baseline;
mod cities;
#[cfg(feature = "figures")]
mod figures;
mod hopfield_tank;
mod one_hot;
mod softassign;
mod tsplib;

use cities::Cities;

/// In the place of a layer, for what is drawn here.
const OWN: usize = Drawer::Tours.place();
/// The network has n² neurons, each with about 2n weights.
const LARGEST: usize = 100;
const SIDES: [&str; 2] = ["city", "place"];

static PROBLEM: Section = section(
    "a travelling salesman's problem",
    &[
        key(
            "cities",
            Value::Array,
            "x and y of each city, n × 2",
            "this, `distances` or `file`",
        ),
        key(
            "distances",
            Value::Array,
            "d, n × n, symmetric",
            "this, `cities` or `file`",
        ),
        key(
            "file",
            Value::Text,
            "a file of TSPLIB: EUC_2D, CEIL_2D, GEO, ATT or EXPLICIT with a matrix",
            "this, `cities` or `distances`",
        ),
    ],
);

pub const KIND: Kind = Kind {
    name: "travelling-salesman",
    about: "the shortest closed tour through cities (Hopfield and Tank 1985)",
    problem: &PROBLEM,
    forms: &[
        Form {
            name: "softassign",
            about: "rows of softmax neurons, columns held by prices, cooled (Rangarajan, Gold and Mjolsness 1996)",
            network: &softassign::NETWORK,
            starts: 100,
        },
        Form {
            name: "hopfield-tank",
            about: "sigmoid neurons and penalties with the constants of 1985",
            network: &hopfield_tank::NETWORK,
            starts: 100,
        },
        Form {
            name: "one-hot",
            about: "a city for each place by construction, a penalty on cities that come twice, cooled",
            network: &one_hot::NETWORK,
            starts: 100,
        },
    ],
    cost: "length",
    read,
};

fn read(reader: &mut Reader<'_, '_>) -> Option<Box<dyn Problem>> {
    let cities = cities::read(reader);
    let network = &mut reader.network;
    let way = match reader.form.name {
        "hopfield-tank" => Way::HopfieldTank(hopfield_tank::Constants::read(network)),
        "one-hot" => Way::OneHot(one_hot::Constants::read(network)?),
        _ => Way::Softassign(softassign::Constants::read(network)?),
    };
    Some(Box::new(Salesman {
        cities: cities?,
        way,
    }))
}

#[derive(Debug)]
struct Salesman {
    cities: Cities,
    way: Way,
}

#[derive(Debug)]
enum Way {
    Softassign(softassign::Constants),
    HopfieldTank(hopfield_tank::Constants),
    OneHot(one_hot::Constants),
}

impl Salesman {
    /// What an end says; `places_first` where rows are places and columns cities.
    fn answer(&self, g: &[f64], places_first: bool, besides: Vec<(&'static str, f64)>) -> Answer {
        let n = self.cities.n;
        let sides = if places_first {
            [SIDES[1], SIDES[0]]
        } else {
            SIDES
        };
        let (chosen, violated) = permutation::read(g, n, sides);
        let tour = permutation::whole(&chosen, &violated).map(|chosen| match places_first {
            true => chosen,
            false => {
                let mut tour = vec![0; n];
                chosen
                    .iter()
                    .enumerate()
                    .for_each(|(city, place)| tour[*place] = city);
                tour
            }
        });
        Answer {
            violated,
            cost: tour.as_ref().map(|t| self.cities.length(t)),
            bound: None,
            values: match &tour {
                Some(tour) => tour.iter().map(|c| *c as f64).collect(),
                None => vec![-1.0; n],
            },
            besides,
        }
    }

    /// The tour of the best start, if it is one.
    fn best(&self, solved: &Solved) -> Option<Vec<usize>> {
        let best = &solved.attempts[solved.best()?].answer;
        let tour = best.values.iter().map(|c| *c as usize).collect();
        best.is_valid().then_some(tour)
    }
}

impl Problem for Salesman {
    fn words(&self) -> String {
        format!("{} cities", self.cities.n)
    }

    fn course(&self, seed: u64, starts: Range<usize>) -> Box<dyn Course + '_> {
        match &self.way {
            Way::Softassign(constants) => {
                Box::new(softassign::Cooling::new(self, constants, seed, starts))
            }
            Way::OneHot(constants) => {
                Box::new(one_hot::Cooling::new(self, constants, seed, starts))
            }
            Way::HopfieldTank(constants) => Box::new(Once::new(
                constants.stage(&self.cities, seed, starts),
                |end: &End<'_>| self.answer(end.layer("tour"), false, Vec::new()),
            )),
        }
    }

    fn baseline(&self) -> Option<Baseline> {
        Some(baseline::of(&self.cities))
    }

    fn texts(&self, solved: &Solved) -> Vec<(String, String)> {
        let Some(tour) = self.best(solved) else {
            return Vec::new();
        };
        let text = tsplib::tour(&self.cities.name, &tour, self.cities.length(&tour));
        vec![("best.tour".into(), text)]
    }

    fn notes(&self, solved: &Solved) -> Vec<String> {
        match &self.way {
            Way::Softassign(constants) => constants.notes(solved),
            _ => Vec::new(),
        }
    }

    #[cfg(feature = "figures")]
    fn figures(&self, solved: &Solved) -> Vec<(String, Plot)> {
        figures::of(self, solved)
    }
}
