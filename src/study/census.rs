//! At how many different fixed points do trajectories end? Of a run every end is examined. The final states of an ensemble
//! are not kept, so that each is known by its marks, and only the first state at each point is examined.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::columns::END;
use super::marks::MARKS;
use super::{Columns, Keep, Refusal, Starts, Study};
use crate::analysis::{FixedPoint, FixedPoints, Stability};
use crate::dynamics::Interrupt;

/// States whose numbers are nearer than this may be the same; each neuron by itself counts with a part 1/√N.
const NEAR: f64 = 3e-5;
/// More points than this are not counted: a line of fixed points, or trajectories that never rest.
pub(super) const MOST: usize = 10_000;
pub(super) const EXAMINED: usize = 1000;
/// Numbers of states that are kept until they are examined; others are integrated again.
const ROOM: usize = 1 << 25;

type Cell = [i64; MARKS];

/// The ends of an ensemble, as its rows become known.
#[derive(Debug, Default)]
pub struct Ends {
    cells: HashMap<Cell, First>,
    room: usize,
    many: bool,
}

/// The first trajectory that ended in a cell.
#[derive(Debug)]
struct First {
    k: usize,
    numbers: [f64; MARKS],
    x: Option<Vec<f64>>,
}

/// What is known of the fixed points at which the trajectories of an ensemble ended.
#[derive(Debug, Default)]
pub struct Census {
    /// How many there are; none if they are too many to be counted.
    pub distinct: Option<usize>,
    /// How many of them are stable; none if that was not examined.
    pub stable: Option<usize>,
    /// At how many places more they were slow, and no fixed point is there.
    pub slow: usize,
    /// Was it interrupted before they were known?
    pub interrupted: bool,
    /// Those that were examined, by their numbers; of starts on a grid alone, whose basins are drawn.
    pub examined: Vec<FixedPoint>,
    /// The number of the point of every cell; of a run, of which every end was examined, that of every start.
    of: HashMap<Cell, usize>,
    of_starts: HashMap<usize, usize>,
}

impl Census {
    /// That of an ensemble that was interrupted before its fixed points were known.
    pub fn cut_short() -> Self {
        Census {
            interrupted: true,
            ..Census::default()
        }
    }

    /// That of a run: the ends of these starts were all examined, and these are their points.
    pub(super) fn of_run(of_starts: HashMap<usize, usize>, examined: &[FixedPoint]) -> Self {
        let mut points = Census {
            of_starts,
            ..Census::default()
        };
        points.count(examined);
        points
    }

    fn count(&mut self, examined: &[FixedPoint]) {
        let slow = |p: &&FixedPoint| p.stability == Stability::Slow;
        let stable = examined.iter().filter(|p| p.stability.attracts());
        self.slow = examined.iter().filter(slow).count();
        self.stable = Some(stable.count());
        self.distinct = Some(examined.len() - self.slow);
    }

    /// The number of the point at which the trajectory of this start and row ended; none if it is not at rest.
    pub fn of(&self, start: usize, columns: &Columns, row: &[u64]) -> Option<usize> {
        let of_cell = || self.of.get(&cell(&told(columns, row)?));
        self.of_starts.get(&start).or_else(of_cell).copied()
    }
}

fn cell(numbers: &[f64; MARKS]) -> Cell {
    numbers.map(|v| (v / NEAR).floor() as i64)
}

/// The numbers in a row; none if it is not that of a trajectory at rest.
fn told(columns: &Columns, row: &[u64]) -> Option<[f64; MARKS]> {
    let words = row.get(columns.place(END))?;
    let words: [u64; MARKS] = words.try_into().ok()?;
    let numbers = words.map(f64::from_bits);
    numbers.iter().all(|v| v.is_finite()).then_some(numbers)
}

impl Ends {
    /// Takes the row of trajectory `k` of the ensemble, with the final state where it is there.
    pub fn add(&mut self, k: usize, columns: &Columns, row: &[u64], x: Option<&[u64]>) {
        let Some(numbers) = told(columns, row) else {
            return;
        };
        let cell = cell(&numbers);
        match self.cells.get(&cell) {
            Some(first) if first.k <= k => return,
            None if self.cells.len() >= MOST => {
                self.many = true;
                return;
            }
            _ => {}
        }
        let x = x.filter(|x| self.room + x.len() <= ROOM);
        let x = x.map(|x| x.iter().map(|w| f64::from_bits(*w)).collect::<Vec<f64>>());
        self.room += x.as_ref().map_or(0, Vec::len);
        let first = First { k, numbers, x };
        if let Some(x) = self.cells.insert(cell, first).and_then(|f| f.x) {
            self.room -= x.len();
        }
    }

    /// Counts the points, and examines them if that is asked for: the same for any order in which the rows came.
    pub fn points(
        self,
        study: &Study,
        starts: &Starts,
        keep: Keep,
        interrupt: &Interrupt,
    ) -> Result<Census, Refusal> {
        if self.many || !study.settings.until_rest {
            return Ok(Census::default());
        }
        if interrupt.is_raised() {
            return Ok(Census::cut_short());
        }
        let mut firsts: Vec<(Cell, First)> = self.cells.into_iter().collect();
        firsts.sort_by_key(|(_, first)| first.k);
        let mut points = Census::default();
        let mut found: Vec<First> = Vec::new();
        for (cell, first) in firsts {
            let near = |k: &&usize| {
                let pairs = found[**k].numbers.iter().zip(first.numbers);
                pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max) <= NEAR
            };
            // Cells of one point may be neighbours.
            let known = neighbours(cell).filter_map(|c| points.of.get(&c));
            let known = known.filter(near).min().copied();
            points.of.insert(cell, known.unwrap_or(found.len()));
            if known.is_none() {
                found.push(first);
            }
        }
        points.distinct = Some(found.len());
        if !keep.examine || found.len() > EXAMINED {
            return Ok(points);
        }
        let mut states = again(&found, study, starts, interrupt)?;
        let mut examined = FixedPoints::under(&study.settings);
        let mut number = Vec::with_capacity(found.len());
        for First { k, x, .. } in found {
            let state = x.or_else(|| states.remove(&k));
            let Some(x) = state.filter(|_| !interrupt.is_raised()) else {
                return Ok(Census::cut_short());
            };
            let input = study.input(study.settings.t_end, starts.own_input(k));
            number.push(examined.find(&study.network, &x, &input, &starts.clamped(k)));
        }
        points.of.values_mut().for_each(|k| *k = number[*k]);
        points.count(examined.points());
        if keep.axes > 0 {
            points.examined = examined.points().to_vec();
        }
        Ok(points)
    }
}

fn neighbours(cell: Cell) -> impl Iterator<Item = Cell> {
    let steps = [-1, 0, 1];
    let beside = |axis: usize| move |c: Cell| steps.map(|step| moved(c, axis, step));
    let all = std::iter::once(cell);
    all.flat_map(beside(0))
        .flat_map(beside(1))
        .flat_map(beside(2))
}

fn moved(mut cell: Cell, axis: usize, step: i64) -> Cell {
    cell[axis] = cell[axis].saturating_add(step);
    cell
}

/// The states that were not kept, of rows that were there already: they are integrated again.
fn again(
    found: &[First],
    study: &Study,
    starts: &Starts,
    interrupt: &Interrupt,
) -> Result<HashMap<usize, Vec<f64>>, Refusal> {
    let missing: Vec<usize> = found
        .iter()
        .filter(|f| f.x.is_none())
        .map(|f| f.k)
        .collect();
    let states = Mutex::new(HashMap::new());
    if !missing.is_empty() {
        let n = study.network.size();
        let done = |k, row: Vec<u64>| {
            let x = row[row.len() - n..].iter().map(|w| f64::from_bits(*w));
            let mut states = states.lock().unwrap_or_else(PoisonError::into_inner);
            states.insert(k, x.collect());
        };
        study.run_ensemble(starts, missing.into_iter(), Keep::STATES, interrupt, done)?;
    }
    Ok(states.into_inner().unwrap_or_else(PoisonError::into_inner))
}
