//! At how many different fixed points do trajectories end? Of a run every end is examined. The final states of an ensemble
//! are not kept, so that each is known by its marks, and only the first state at each point is examined.

use std::collections::HashMap;

use super::columns::END;
use super::marks::MARKS;
use super::{Columns, Keep, Law, Refusal, Starts, Study};
use crate::analysis::{FixedPoint, FixedPoints, Stability};
use crate::dynamics::Interrupt;

/// States whose numbers are nearer than this may be the same; each neuron by itself counts with a part 1/√N.
const NEAR: f64 = 3e-5;
/// More points than this are not counted: a line of fixed points, or trajectories that never rest.
pub(super) const MOST: usize = 10_000;
/// More points than this are not examined.
pub(super) const EXAMINED: usize = 1000;
/// Numbers of states that are kept until they are examined; others are integrated again.
const ROOM: usize = 1 << 25;

/// A place in the space of the marks.
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
    /// Those that were examined, by their numbers; of starts on a grid alone, whose basins are drawn.
    pub examined: Vec<FixedPoint>,
    /// The number of the point of every cell; of a run, of which every end was examined, that of every start.
    of: HashMap<Cell, usize>,
    of_starts: HashMap<usize, usize>,
}

impl Census {
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
        if self.cells.get(&cell).is_some_and(|first| first.k <= k) {
            return;
        }
        if self.cells.len() >= MOST && !self.cells.contains_key(&cell) {
            self.many = true;
            return;
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
        let mut firsts: Vec<(Cell, First)> = self.cells.into_iter().collect();
        firsts.sort_by_key(|(_, first)| first.k);
        // Cells of one point may be neighbours.
        let mut places: HashMap<Cell, usize> = HashMap::new();
        let mut own: Vec<usize> = Vec::new();
        let mut found: Vec<First> = Vec::new();
        let mut cells = Vec::with_capacity(firsts.len());
        for (cell, first) in firsts {
            let near = |k: &&usize| {
                let pairs = found[**k].numbers.iter().zip(first.numbers);
                pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max) <= NEAR
            };
            let around = neighbours(cell);
            let known = around.iter().filter_map(|c| places.get(c));
            let k = known.filter(near).min().copied();
            own.push(k.unwrap_or(found.len()));
            cells.push(cell);
            if k.is_none() {
                places.insert(cell, found.len());
                found.push(first);
            }
        }
        let mut number: Vec<usize> = (0..found.len()).collect();
        let mut points = Census {
            distinct: Some(found.len()),
            ..Census::default()
        };
        if keep.examine && found.len() <= EXAMINED {
            again(&mut found, study, starts, interrupt)?;
            let mut examined = FixedPoints::default();
            for (first, number) in found.iter().zip(&mut number) {
                let Some(x) = &first.x else {
                    // It was interrupted.
                    return Ok(Census::default());
                };
                let clamped = starts.clamped(first.k);
                let input = last_input(study, starts, first.k);
                *number = examined.find(&study.network, x, &input, &clamped);
            }
            points.count(examined.points());
            if keep.axes > 0 {
                points.examined = examined.points().to_vec();
            }
        }
        let number = own.iter().map(|k| number[*k]);
        points.of = cells.into_iter().zip(number).collect();
        Ok(points)
    }
}

/// A cell and those around it.
fn neighbours(cell: Cell) -> Vec<Cell> {
    let mut all = vec![cell];
    for axis in 0..MARKS {
        let beside = all.clone();
        for step in [-1, 1] {
            all.extend(beside.iter().map(|c| {
                let mut c = *c;
                c[axis] = c[axis].saturating_add(step);
                c
            }));
        }
    }
    all
}

/// Integrates those again whose states were not kept, as rows that were there already.
fn again(
    found: &mut [First],
    study: &Study,
    starts: &Starts,
    interrupt: &Interrupt,
) -> Result<(), Refusal> {
    let missing: Vec<usize> = found
        .iter()
        .filter(|f| f.x.is_none())
        .map(|f| f.k)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let n = study.network.size();
    let states = std::sync::Mutex::new(HashMap::new());
    study.run_ensemble(
        starts,
        missing.into_iter(),
        Keep::STATES,
        interrupt,
        |k, row| {
            if let Ok(mut states) = states.lock() {
                let x = row[row.len() - n..].iter().map(|w| f64::from_bits(*w));
                states.insert(k, x.collect::<Vec<f64>>());
            }
        },
    )?;
    if let Ok(mut states) = states.into_inner() {
        for first in found.iter_mut().filter(|f| f.x.is_none()) {
            first.x = states.remove(&first.k);
        }
    }
    Ok(())
}

/// The input of start `k` after its last switch.
fn last_input(study: &Study, starts: &Starts, k: usize) -> Vec<f64> {
    let own = match &starts.law {
        Law::Listed(cases) => &cases[k].start.input,
        _ => &starts.base.input,
    };
    study.input(study.settings.t_end, own)
}
