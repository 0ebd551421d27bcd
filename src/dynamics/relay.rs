//! The blocks that a trajectory goes through: one for a method that was named, one for each that `auto` chooses from.

use super::auto::{AUTO, CHOICES};
use super::block::{Block, Handover};
use super::method::MOST_BYTES;
use super::room::{Place, Room};
use super::{Interrupt, Method, Outcome, Settings, Start};
use crate::monitor::Monitor;
use crate::network::Network;
use crate::stimulus::Stimulus;

/// What the matrices of all blocks at work share.
static ROOM: Room = Room::new(MOST_BYTES);

/// The settings of the blocks.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The first is what a trajectory begins with.
    blocks: Vec<Settings>,
    threads: usize,
}

impl Plan {
    /// One block for a method that was named, several for `auto`.
    pub fn new(settings: &Settings) -> Self {
        let mut blocks = vec![settings.clone()];
        if std::ptr::eq(settings.method, &raw const AUTO) {
            blocks.extend(CHOICES.iter().skip(1).map(|method| Settings {
                method,
                ..settings.clone()
            }));
        }
        Plan { blocks, threads: 1 }
    }

    /// The same where so many threads share the memory for matrices.
    #[must_use]
    pub fn among(self, threads: usize) -> Self {
        Plan {
            threads: threads.max(1),
            ..self
        }
    }

    /// The block of a method.
    fn place(&self, method: &'static Method) -> usize {
        let named = |s: &Settings| std::ptr::eq(s.method, method);
        self.blocks.iter().position(named).unwrap_or(0)
    }
}

/// Trajectories under way, each with a number of the caller's by which its outcome is known.
#[derive(Debug)]
pub struct Relay<'n, M> {
    network: &'n Network,
    plan: &'n Plan,
    stimulus: &'n Stimulus,
    width: usize,
    /// Those after the first are made when they are first needed.
    blocks: Vec<Option<Columns<'n, M>>>,
    waiting: Vec<(usize, Handover<M>)>,
    /// Steps that free columns might have taken since one was filled.
    missed: usize,
    /// Are there no more starts?
    closing: bool,
}

/// Trajectories begin in a narrow block of their own, which costs the more for each the fewer they are. Columns that are free
/// therefore wait for others until together they have missed this part of a step of the whole block.
const PATIENCE: f64 = 0.125;

/// Columns of the narrowest block. The last bits of a trajectory are the same in every block of two columns or more; alone it
/// is multiplied as a vector, in another order.
pub const NARROWEST: usize = 8;

/// A block and the numbers of what is in it.
#[derive(Debug)]
struct Columns<'n, M> {
    block: Block<'n, M>,
    number: Vec<usize>,
    /// The memory of its matrices.
    _place: Option<Place<'static>>,
}

impl<'n, M: Monitor> Relay<'n, M> {
    /// Nothing under way, at most `width` trajectories together; fewer where the method holds matrices and memory is short.
    ///
    /// # Errors
    /// Settings that make no sense.
    pub fn new(
        network: &'n Network,
        plan: &'n Plan,
        stimulus: &'n Stimulus,
        width: usize,
    ) -> Result<Self, String> {
        let mut relay = Relay {
            network,
            plan,
            stimulus,
            width,
            blocks: plan.blocks.iter().map(|_| None).collect(),
            waiting: Vec::with_capacity(width),
            missed: 0,
            closing: false,
        };
        relay.open(0)?;
        Ok(relay)
    }

    /// Makes a block.
    fn open(&mut self, k: usize) -> Result<(), String> {
        let settings = &self.plan.blocks[k];
        let (method, neurons) = (settings.method, self.network.size());
        let width = method.widest(neurons, self.plan.threads, self.width);
        let bytes = method.matrix_bytes(neurons).saturating_mul(width as u64);
        // No other part is held: a block that needs none has none, and there is one that does.
        let place = (bytes > 0).then(|| ROOM.take(bytes));
        let block = self.block(k, width)?;
        self.blocks[k] = Some(Columns {
            number: vec![0; width],
            block,
            _place: place,
        });
        Ok(())
    }

    fn block(&self, k: usize, width: usize) -> Result<Block<'n, M>, String> {
        let settings = &self.plan.blocks[k];
        let block = Block::new(self.network, settings, self.stimulus, width)?;
        Ok(match self.plan.blocks.len() {
            1 => block,
            _ => block.chosen(),
        })
    }

    fn first(&self) -> Option<&Columns<'n, M>> {
        self.blocks.first()?.as_ref()
    }

    /// Can it take another trajectory?
    pub fn has_room(&self) -> bool {
        let idle = self.first().and_then(|first| first.block.idle_column());
        self.waiting.is_empty() && idle.is_some()
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

    /// Takes a trajectory if it has room for it.
    ///
    /// # Errors
    /// A start of the wrong length or not finite, or a group that is clamped in part.
    pub fn load(&mut self, number: usize, start: Start, monitor: M) -> Result<(), String> {
        if let Some(Some(first)) = self.blocks.first_mut()
            && let Some(column) = first.block.idle_column()
        {
            self.missed = 0;
            first.number[column] = number;
            return first.block.load(column, start, monitor);
        }
        Err("no column is free".into())
    }

    /// Is anything under way?
    pub fn is_busy(&self) -> bool {
        !self.waiting.is_empty() || self.blocks.iter().flatten().any(Columns::is_busy)
    }

    /// Tries one step of every trajectory; `done` is given those that end.
    ///
    /// # Errors
    /// Settings that make no sense for a method that `auto` chose.
    pub fn advance(
        &mut self,
        interrupt: &Interrupt,
        mut done: impl FnMut(usize, Outcome, M),
    ) -> Result<(), String> {
        for k in 0..self.blocks.len() {
            if self.closing {
                self.narrow(k)?;
            }
            let Some(columns) = &mut self.blocks[k] else {
                continue;
            };
            if columns.is_busy() {
                columns.advance(interrupt, &mut done, &mut self.waiting);
                if k == 0 {
                    self.missed += columns.block.idle_columns();
                }
            } else if k > 0 && columns._place.is_some() {
                // Others may need the memory.
                self.blocks[k] = None;
            }
        }
        self.seat()
    }

    /// Puts those that go on with another method into its block, if it has room for them.
    fn seat(&mut self) -> Result<(), String> {
        let mut next = 0;
        while let Some((_, handover)) = self.waiting.get(next) {
            let k = self.plan.place(handover.method());
            if self.blocks[k].is_none() {
                self.open(k)?;
            }
            let Some(columns) = &mut self.blocks[k] else {
                break;
            };
            if let Some(column) = columns.block.idle_column() {
                let (number, handover) = self.waiting.swap_remove(next);
                columns.number[column] = number;
                columns.block.resume(column, handover);
            } else {
                next += 1;
            }
        }
        Ok(())
    }

    /// Goes on in a narrower block if three quarters of the columns are empty. The bits of a trajectory are the same in it.
    fn narrow(&mut self, k: usize) -> Result<(), String> {
        let Some(columns) = &self.blocks[k] else {
            return Ok(());
        };
        let busy = columns.number.len() - columns.block.idle_columns();
        let width = busy.next_power_of_two().max(NARROWEST);
        if busy == 0 || 4 * width > columns.number.len() {
            return Ok(());
        }
        let mut block = self.block(k, width)?;
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

    /// Tries a step; those that end go to `done`, those that go on with another method to `leaving`.
    fn advance(
        &mut self,
        interrupt: &Interrupt,
        done: &mut impl FnMut(usize, Outcome, M),
        leaving: &mut Vec<(usize, Handover<M>)>,
    ) {
        self.block.advance(interrupt);
        while let Some((column, outcome, monitor)) = self.block.take_finished() {
            done(self.number[column], outcome, monitor);
        }
        while let Some((column, handover)) = self.block.take_handover() {
            leaving.push((self.number[column], handover));
        }
    }
}
