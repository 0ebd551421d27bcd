//! Cities: their distances, from coordinates, a matrix or a file.

use super::{LARGEST, tsplib};
use crate::model_file::{ArraySpec, Field, Place};
use crate::problem::Reader;

/// Cities and their distances.
#[derive(Clone, Debug, PartialEq)]
pub struct Cities {
    /// What they are called together.
    pub name: String,
    /// How many.
    pub n: usize,
    /// n × n, symmetric, 0 on the diagonal.
    pub distances: Vec<f64>,
    /// Where they are, if that is known.
    pub places: Option<Vec<[f64; 2]>>,
}

impl Cities {
    /// Cities on a plane.
    pub fn on_a_plane(name: &str, places: Vec<[f64; 2]>) -> Self {
        let n = places.len();
        let distance = |at: usize| {
            let (a, b) = (places[at / n], places[at % n]);
            (a[0] - b[0]).hypot(a[1] - b[1])
        };
        Cities {
            name: name.into(),
            n,
            distances: (0..n * n).map(distance).collect(),
            places: Some(places),
        }
    }

    pub fn distance(&self, a: usize, b: usize) -> f64 {
        self.distances[a * self.n + b]
    }

    /// How long a closed tour is.
    pub fn length(&self, tour: &[usize]) -> f64 {
        let next = tour.iter().cycle().skip(1);
        tour.iter()
            .zip(next)
            .map(|(a, b)| self.distance(*a, *b))
            .sum()
    }

    /// The largest distance.
    pub fn largest(&self) -> f64 {
        self.distances.iter().copied().fold(0.0, f64::max)
    }

    /// What is wrong with them, and what helps.
    pub fn fault(&self) -> Option<(String, String)> {
        let n = self.n;
        if n < 3 {
            return Some((
                format!("a tour needs three cities, there are {n}"),
                "with two there is one tour, there and back".into(),
            ));
        }
        for a in 0..n {
            if self.distance(a, a) != 0.0 {
                let why = format!(
                    "city {a} is {} from itself; cities count from 0",
                    self.distance(a, a)
                );
                return Some((why, "the diagonal is 0".into()));
            }
            for b in a + 1..n {
                let (there, back) = (self.distance(a, b), self.distance(b, a));
                if (there - back).abs() > 1e-9 * there.abs().max(back.abs()) {
                    let why = format!(
                        "the distance from city {a} to city {b} is {there}, and back {back}; cities count from 0"
                    );
                    return Some((why, "the network is one of symmetric distances".into()));
                }
                if there < 0.0 {
                    let why = format!(
                        "the distance of cities {a} and {b} is {there}, below 0; cities count from 0"
                    );
                    return Some((
                        why,
                        "a constant that is added to all distances changes no tour's rank".into(),
                    ));
                }
                let same = self.places.as_ref().is_some_and(|p| p[a] == p[b]);
                if same || (self.places.is_none() && there == 0.0) {
                    let why =
                        format!("cities {a} and {b} are in the same place; cities count from 0");
                    return Some((
                        why,
                        "leave one of them out: it is visited with the other".into(),
                    ));
                }
            }
        }
        if !self.distances.iter().all(|d| d.powi(2).is_finite()) {
            let why = "distances are so large that their squares are no numbers";
            return Some((why.into(), "scale them".into()));
        }
        (self.largest() == 0.0).then(|| {
            (
                "all distances are 0".into(),
                "coordinates that differ by more".into(),
            )
        })
    }
}

fn too_many(n: usize) -> String {
    format!(
        "there are {n} cities, more than {LARGEST}: the network has a neuron for each city and place, with {} weights each",
        2 * n
    )
}

const PART: &str = "choose a part of them";

/// The cities that a problem file names.
pub fn read(reader: &mut Reader<'_, '_>) -> Option<Cities> {
    const FORMS: [&str; 3] = ["cities", "distances", "file"];
    let fields = FORMS.map(|k| reader.problem.key(k));
    let there: Vec<usize> = (0..3).filter(|k| fields[*k].is_present()).collect();
    let [one] = there[..] else {
        let why = "needs one of `cities`, `distances` and `file`";
        let why = match there.len() {
            0 => format!("the problem {why}"),
            _ => format!("the problem {why}, not several"),
        };
        return reader.problem.error(why).none();
    };
    let field = &fields[one];
    let cities = match FORMS[one] {
        "cities" => {
            let all = array(reader, field, "cities, x and y of each", &[None, Some(2)])?;
            if all.len() > 2 * LARGEST {
                return field.error(too_many(all.len() / 2)).help(PART).none();
            }
            let places = all.chunks_exact(2).map(|p| [p[0], p[1]]).collect();
            Cities::on_a_plane("cities", places)
        }
        "distances" => {
            let distances = array(reader, field, "distances", &[None, None])?;
            let n = (distances.len() as f64).sqrt().round() as usize;
            if n > LARGEST {
                return field.error(too_many(n)).help(PART).none();
            }
            if n * n != distances.len() {
                return field.error("distances must be n × n").none();
            }
            Cities {
                name: "cities".into(),
                n,
                distances,
                places: None,
            }
        }
        _ => {
            let text = reader.resolver.text(field)?;
            match tsplib::read(&text) {
                Ok(cities) => cities,
                Err(why) => {
                    let name = field.path().unwrap_or_default();
                    let help = "see TSPLIB 95, Reinelt 1995, for the format";
                    return field.error(format!("`{name}`, {why}")).help(help).none();
                }
            }
        }
    };
    match cities.fault() {
        None => Some(cities),
        Some((why, help)) => field.error(why).help(help).none(),
    }
}

fn array(
    reader: &mut Reader<'_, '_>,
    field: &Field<'_>,
    what: &str,
    shape: &[Option<usize>],
) -> Option<Vec<f64>> {
    let array =
        ArraySpec::read(field)?.resolve(&Place::partly(what, shape.to_vec()), reader.resolver)?;
    if let ([a, b], [None, None]) = (&array.shape[..], shape)
        && a != b
    {
        return field
            .error(format!("distances must be square, they are {a} × {b}"))
            .none();
    }
    Some(array.data)
}
