//! Files of TSPLIB: problems in, tours out (Reinelt, G. (1995). TSPLIB 95).

use std::fmt::Write;

use super::LARGEST;
use super::cities::Cities;
use crate::number::exact;

/// How distances are made.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Distance {
    Euclidean,
    Ceiling,
    Geographic,
    PseudoEuclidean,
    Explicit,
}

/// How a matrix is written.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Layout {
    Full,
    UpperRow,
    UpperDiagonalRow,
    LowerDiagonalRow,
}

#[derive(Default)]
struct Parts {
    name: String,
    n: Option<usize>,
    distance: Option<Distance>,
    layout: Option<Layout>,
    coordinates: Vec<Option<[f64; 2]>>,
    weights: Option<Vec<f64>>,
}

/// The cities of a problem file.
///
/// # Errors
/// What is wrong, with the number of the line.
pub fn read(text: &str) -> Result<Cities, String> {
    let mut parts = Parts::default();
    let mut lines = text
        .lines()
        .enumerate()
        .map(|(k, l)| (k + 1, l.trim()))
        .peekable();
    let mut last = 0;
    while let Some((at, line)) = lines.next() {
        last = at;
        if line.is_empty() {
            continue;
        }
        let (keyword, value) = match line.split_once(':') {
            Some((k, v)) => (k.trim(), v.trim()),
            None => (line, ""),
        };
        if keyword == "EOF" {
            break;
        }
        let Some(section) = keyword.strip_suffix("_SECTION") else {
            parts.entry(at, keyword, value)?;
            continue;
        };
        // All numbers up to the next keyword.
        let mut numbers: Vec<(usize, &str)> = Vec::new();
        while let Some((at, line)) = lines.peek() {
            if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
                break;
            }
            numbers.extend(line.split_whitespace().map(|word| (*at, word)));
            last = *at;
            lines.next();
        }
        let n = parts
            .n
            .ok_or(format!("line {at}: {keyword} stands before DIMENSION"))?;
        match section {
            "NODE_COORD" => parts.coordinates = places(&numbers, n, at)?,
            // Where cities are drawn is no part of the problem.
            "DISPLAY_DATA" => {}
            "EDGE_WEIGHT" => parts.weights = Some(parts.matrix(&numbers, n, at)?),
            "FIXED_EDGES" => return Err(format!("line {at}: fixed edges are not known here")),
            _ => return Err(format!("line {at}: {keyword} is not known here")),
        }
    }
    parts.cities(last)
}

impl Parts {
    fn entry(&mut self, at: usize, keyword: &str, value: &str) -> Result<(), String> {
        let odd = |what: &str, known: &str| {
            Err(format!(
                "line {at}: {what} {value} is not known here; known are {known}"
            ))
        };
        match keyword {
            "NAME" => self.name = value.into(),
            "TYPE" if value != "TSP" => return odd("TYPE", "TSP"),
            "DIMENSION" if self.n.is_some() => {
                return Err(format!("line {at}: DIMENSION was said before"));
            }
            "DIMENSION" => {
                let n = value.parse().ok().filter(|n| (1..=LARGEST).contains(n));
                let why = || {
                    format!(
                        "line {at}: DIMENSION must be a whole number from 1 to {LARGEST}, it is `{value}`"
                    )
                };
                self.n = Some(n.ok_or_else(why)?);
            }
            "EDGE_WEIGHT_TYPE" => {
                self.distance = Some(match value {
                    "EUC_2D" => Distance::Euclidean,
                    "CEIL_2D" => Distance::Ceiling,
                    "GEO" => Distance::Geographic,
                    "ATT" => Distance::PseudoEuclidean,
                    "EXPLICIT" => Distance::Explicit,
                    _ => return odd(keyword, "EUC_2D, CEIL_2D, GEO, ATT and EXPLICIT"),
                });
            }
            "EDGE_WEIGHT_FORMAT" => {
                self.layout = Some(match value {
                    "FULL_MATRIX" => Layout::Full,
                    "UPPER_ROW" => Layout::UpperRow,
                    "UPPER_DIAG_ROW" => Layout::UpperDiagonalRow,
                    "LOWER_DIAG_ROW" => Layout::LowerDiagonalRow,
                    // It stands in files with coordinates too.
                    "FUNCTION" => return Ok(()),
                    _ => {
                        return odd(
                            keyword,
                            "FULL_MATRIX, UPPER_ROW, UPPER_DIAG_ROW and LOWER_DIAG_ROW",
                        );
                    }
                });
            }
            "TYPE" | "COMMENT" | "NODE_COORD_TYPE" | "DISPLAY_DATA_TYPE" => {}
            _ => {
                return Err(format!(
                    "line {at}: `{keyword}` is no keyword of TSPLIB for a problem"
                ));
            }
        }
        Ok(())
    }

    fn matrix(&self, numbers: &[(usize, &str)], n: usize, at: usize) -> Result<Vec<f64>, String> {
        let Some(layout) = self.layout else {
            return Err(format!(
                "line {at}: EDGE_WEIGHT_SECTION without an EDGE_WEIGHT_FORMAT before it"
            ));
        };
        let columns = |i: usize| match layout {
            Layout::Full => 0..n,
            Layout::UpperRow => i + 1..n,
            Layout::UpperDiagonalRow => i..n,
            Layout::LowerDiagonalRow => 0..i + 1,
        };
        let cells: Vec<(usize, usize)> = (0..n)
            .flat_map(|i| columns(i).map(move |j| (i, j)))
            .collect();
        if cells.len() != numbers.len() {
            let end = numbers.last().map_or(at, |n| n.0);
            return Err(format!(
                "line {end}: the matrix has {} numbers, {n} cities need {} in this format",
                numbers.len(),
                cells.len()
            ));
        }
        let mut d = vec![0.0; n * n];
        for ((i, j), (at, word)) in cells.into_iter().zip(numbers) {
            let value = real(*at, word)?;
            d[i * n + j] = value;
            if layout != Layout::Full {
                d[j * n + i] = value;
            }
        }
        if layout == Layout::Full {
            // Some files have large numbers there, which no tour uses.
            (0..n).for_each(|i| d[i * n + i] = 0.0);
        }
        Ok(d)
    }

    fn cities(self, last: usize) -> Result<Cities, String> {
        let lacks = |what: &str| format!("line {last}: the file ends without {what}");
        let n = self.n.ok_or_else(|| lacks("DIMENSION"))?;
        let distance = self.distance.ok_or_else(|| lacks("EDGE_WEIGHT_TYPE"))?;
        if distance == Distance::Explicit {
            let distances = self.weights.ok_or_else(|| lacks("EDGE_WEIGHT_SECTION"))?;
            return Ok(Cities {
                name: self.name,
                n,
                distances,
                // Where they are drawn: two may be drawn alike.
                places: None,
            });
        }
        if self.coordinates.is_empty() {
            return Err(lacks("NODE_COORD_SECTION"));
        }
        let all: Option<Vec<[f64; 2]>> = self.coordinates.iter().copied().collect();
        let places = all.ok_or_else(|| {
            let city = self
                .coordinates
                .iter()
                .position(Option::is_none)
                .unwrap_or(0)
                + 1;
            format!("line {last}: NODE_COORD_SECTION has no city {city}")
        })?;
        let of = |at: usize| match at / n == at % n {
            true => 0.0,
            false => between(distance, places[at / n], places[at % n]),
        };
        Ok(Cities {
            name: self.name,
            n,
            distances: (0..n * n).map(of).collect(),
            places: Some(places),
        })
    }
}

fn real(at: usize, word: &str) -> Result<f64, String> {
    let value: Option<f64> = word.parse().ok();
    let value = value.filter(|v| v.is_finite());
    value.ok_or_else(|| format!("line {at}: `{word}` is no number"))
}

/// Number, x and y of each city.
fn places(numbers: &[(usize, &str)], n: usize, at: usize) -> Result<Vec<Option<[f64; 2]>>, String> {
    let mut all = vec![None; n];
    for entry in numbers.chunks(3) {
        let [(at, city), (_, x), (_, y)] = entry else {
            let at = entry.last().map_or(at, |e| e.0);
            return Err(format!("line {at}: a city has a number, x and y"));
        };
        let number = city.parse::<usize>().ok().filter(|k| (1..=n).contains(k));
        let Some(number) = number else {
            return Err(format!(
                "line {at}: a city has a number from 1 to {n}, this is `{city}`"
            ));
        };
        let place = &mut all[number - 1];
        if place.is_some() {
            return Err(format!("line {at}: city {number} stands twice"));
        }
        *place = Some([real(*at, x)?, real(*at, y)?]);
    }
    Ok(all)
}

/// A distance as TSPLIB rounds it.
fn between(distance: Distance, a: [f64; 2], b: [f64; 2]) -> f64 {
    let plane = (a[0] - b[0]).hypot(a[1] - b[1]);
    match distance {
        Distance::Euclidean | Distance::Explicit => (plane + 0.5).floor(),
        Distance::Ceiling => plane.ceil(),
        Distance::PseudoEuclidean => {
            let exact = (plane * plane / 10.0).sqrt();
            let rounded = (exact + 0.5).floor();
            if rounded < exact {
                rounded + 1.0
            } else {
                rounded
            }
        }
        Distance::Geographic => {
            // With the digits of π and of the radius that the published optima are for; degrees and minutes, cut and not rounded.
            #[allow(clippy::approx_constant, reason = "the published value")]
            const PI: f64 = 3.141592;
            const RADIUS: f64 = 6378.388;
            let radians = |v: f64| {
                let degrees = v.trunc();
                PI * (degrees + 5.0 * (v - degrees) / 3.0) / 180.0
            };
            let [[la, lo], [lb, l]] = [a, b].map(|p| p.map(radians));
            let (q1, q2, q3) = ((lo - l).cos(), (la - lb).cos(), (la + lb).cos());
            let cosine: f64 = 0.5 * ((1.0 + q1) * q2 - (1.0 - q1) * q3);
            (RADIUS * cosine.clamp(-1.0, 1.0).acos() + 1.0).floor()
        }
    }
}

/// A tour as a file of TSPLIB; cities count from 1 there.
pub fn tour(name: &str, tour: &[usize], length: f64) -> String {
    let n = tour.len();
    let length = exact(length);
    let mut text = format!(
        "NAME : {name}.tour\nCOMMENT : length {length}\nTYPE : TOUR\nDIMENSION : {n}\nTOUR_SECTION\n"
    );
    for city in tour {
        // Writing to a text does not fail.
        let _ = writeln!(text, "{}", city + 1);
    }
    text + "-1\nEOF\n"
}
