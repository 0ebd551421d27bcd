//! Moves trajectories through blocks: one block for a method that was named, one for each that `auto` chooses from.

use super::block::{Block, Migrant};
use super::error::{RunError, StartError};
use super::interrupt::Interrupt;
use super::method::{MOST_BYTES, Method};
use super::outcome::Outcome;
use super::room::{Place, Room};
use super::settings::Settings;
use super::start::Start;
use crate::monitor::Monitor;
use crate::network::Network;
use crate::stimulus::Stimulus;

/// What the matrices of all blocks at work share.
static ROOM: Room = Room::new(MOST_BYTES);

/// Starts are put into a block together, because their first velocities are evaluated in a small block of their own, which
/// costs the more for each the fewer they are. Free columns wait until they have missed this part of a step of the whole
/// block.
const PATIENCE: f64 = 0.125;

/// A block does not become narrower than this. The last bits of a trajectory are the same in every block of two columns or
/// more; alone it is multiplied as a vector, in another order.
pub const FEWEST_COLUMNS: usize = 8;

/// Trajectories under way, each with a number of the caller's by which its outcome is known.
#[derive(Debug)]
pub struct Driver<'n, M> {
    network: &'n Network,
    settings: &'n Settings,
    stimulus: &'n Stimulus,
    width: usize,
    /// How many threads share the memory for matrices.
    threads: usize,
    /// One for each method; those after the first are made when they are first needed.
    blocks: Vec<Option<Columns<'n, M>>>,
    /// Trajectories between two blocks.
    migrants: Vec<(usize, Migrant<M>)>,
    /// Steps that free columns might have taken since one was filled.
    missed: usize,
    /// Are there no more starts?
    closing: bool,
}

/// A block and the numbers of what is in it.
#[derive(Debug)]
struct Columns<'n, M> {
    block: Block<'n, M>,
    number: Vec<usize>,
    /// The memory of its matrices.
    place: Option<Place<'static>>,
}

impl<'n, M: Monitor> Driver<'n, M> {
    /// Nothing under way, at most `width` trajectories together on each of so many threads; fewer where the method holds
    /// matrices and memory is short.
    ///
    /// # Errors
    /// Settings that make no sense, a stimulus of another network or one that the method cannot follow.
    pub fn new(
        network: &'n Network,
        settings: &'n Settings,
        stimulus: &'n Stimulus,
        [width, threads]: [usize; 2],
    ) -> Result<Self, RunError> {
        let mut driver = Driver {
            network,
            settings,
            stimulus,
            width,
            threads: threads.max(1),
            blocks: settings.method.each().map(|_| None).collect(),
            migrants: Vec::with_capacity(width),
            missed: 0,
            closing: false,
        };
        driver.open(0)?;
        Ok(driver)
    }

    /// Makes the block of a method.
    fn open(&mut self, k: usize) -> Result<(), RunError> {
        let network = self.network;
        let Some(method) = self.settings.method.each().nth(k) else {
            return Ok(());
        };
        let width = method.widest(network, self.threads, self.width);
        let bytes = method.matrix_bytes(network).saturating_mul(width as u64);
        // No other part is taken: a block that needs none has none, and there is one that does.
        let place = (bytes > 0).then(|| ROOM.take(bytes));
        self.blocks[k] = Some(Columns {
            number: vec![0; width],
            block: self.block(method, width)?,
            place,
        });
        Ok(())
    }

    fn block(&self, method: &'static Method, width: usize) -> Result<Block<'n, M>, RunError> {
        Block::of(method, self.network, self.settings, self.stimulus, width)
    }

    fn first(&self) -> Option<&Columns<'n, M>> {
        self.blocks.first()?.as_ref()
    }

    /// Can it take another trajectory?
    pub fn has_room(&self) -> bool {
        let idle = self.first().and_then(|first| first.block.idle_column());
        self.migrants.is_empty() && idle.is_some()
    }

    /// Is it time to fill what is free?
    pub fn is_hungry(&self) -> bool {
        let Some(first) = self.first() else {
            return false;
        };
        self.missed as f64 >= PATIENCE * first.number.len() as f64 || !first.is_busy()
    }

    /// There are no more starts: blocks become narrower as their trajectories end, so that the last of them, which may be a
    /// hard one, does not take every step in the company of empty columns.
    pub fn close(&mut self) {
        self.closing = true;
    }

    /// Takes a trajectory if it has room for it; false if it has none.
    ///
    /// # Errors
    /// A start of the wrong length or not finite, or a group that is clamped in part.
    pub fn load(&mut self, number: usize, start: Start, monitor: M) -> Result<bool, StartError> {
        if let Some(Some(first)) = self.blocks.first_mut()
            && let Some(column) = first.block.idle_column()
        {
            self.missed = 0;
            first.number[column] = number;
            first.block.load(column, start, monitor)?;
            return Ok(true);
        }
        Ok(false)
    }

    /// Is anything under way?
    pub fn is_busy(&self) -> bool {
        !self.migrants.is_empty() || self.blocks.iter().flatten().any(Columns::is_busy)
    }

    /// Tries one step of every trajectory; `done` is given those that end.
    ///
    /// # Errors
    /// Settings that make no sense for a method that `auto` chose.
    pub fn advance(
        &mut self,
        interrupt: &Interrupt,
        mut done: impl FnMut(usize, Outcome, M),
    ) -> Result<(), RunError> {
        for k in 0..self.blocks.len() {
            if self.closing {
                self.narrow(k)?;
            }
            let Some(columns) = &mut self.blocks[k] else {
                continue;
            };
            if columns.is_busy() {
                columns.advance(interrupt, &mut done, &mut self.migrants);
                if k == 0 {
                    self.missed += columns.block.idle_columns();
                }
            } else if k > 0 && columns.place.is_some() {
                // Others may need the memory.
                self.blocks[k] = None;
            }
        }
        self.seat()
    }

    /// Puts those that go on with another method into its block, if it has room for them.
    fn seat(&mut self) -> Result<(), RunError> {
        let mut next = 0;
        while let Some((_, migrant)) = self.migrants.get(next) {
            let named = |m: &Method| std::ptr::eq(m, migrant.method());
            let k = self.settings.method.each().position(named).unwrap_or(0);
            if self.blocks[k].is_none() {
                self.open(k)?;
            }
            let Some(columns) = &mut self.blocks[k] else {
                break;
            };
            if let Some(column) = columns.block.idle_column() {
                let (number, migrant) = self.migrants.swap_remove(next);
                columns.number[column] = number;
                columns.block.admit(column, migrant);
            } else {
                next += 1;
            }
        }
        Ok(())
    }

    /// Goes on in a narrower block if three quarters of the columns are empty. The bits of a trajectory are the same in it.
    fn narrow(&mut self, k: usize) -> Result<(), RunError> {
        let Some(columns) = &self.blocks[k] else {
            return Ok(());
        };
        let busy = columns.number.len() - columns.block.idle_columns();
        let width = busy.next_power_of_two().max(FEWEST_COLUMNS);
        if busy == 0 || 4 * width > columns.number.len() {
            return Ok(());
        }
        let mut block = self.block(columns.block.method(), width)?;
        if let Some(columns) = &mut self.blocks[k] {
            let before = std::mem::replace(&mut columns.number, vec![0; width]);
            let number = &mut columns.number;
            columns
                .block
                .move_into(&mut block, |from, to| number[to] = before[from]);
            columns.block = block;
        }
        Ok(())
    }
}

impl<M: Monitor> Columns<'_, M> {
    fn is_busy(&self) -> bool {
        self.block.idle_columns() < self.number.len()
    }

    /// Tries a step; those that end go to `done`, those that go on with another method to `migrants`.
    fn advance(
        &mut self,
        interrupt: &Interrupt,
        done: &mut impl FnMut(usize, Outcome, M),
        migrants: &mut Vec<(usize, Migrant<M>)>,
    ) {
        self.block.advance(interrupt);
        while let Some((column, outcome, monitor)) = self.block.take_finished() {
            done(self.number[column], outcome, monitor);
        }
        while let Some((column, migrant)) = self.block.take_migrant() {
            migrants.push((self.number[column], migrant));
        }
    }
}
