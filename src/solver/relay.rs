//! A block of trajectories, and the block of another method to which `auto` hands on those that are stiff.

use super::auto::AUTO;
use super::block::{Block, Handover};
use super::exponential::EXPONENTIAL;
use super::{Interrupt, Outcome, Scheme, Settings, Start};
use crate::monitor::Monitor;
use crate::network::Network;
use crate::stimulus::Stimulus;

/// The settings of the blocks.
#[derive(Clone, Debug)]
pub struct Plan {
    first: Settings,
    second: Option<Settings>,
}

impl Plan {
    /// One block for a method that was named, two for `auto`.
    pub fn new(settings: &Settings) -> Self {
        let second = std::ptr::eq(settings.method, &raw const AUTO).then(|| Settings {
            method: &EXPONENTIAL,
            ..settings.clone()
        });
        Plan {
            first: settings.clone(),
            second,
        }
    }
}

/// Trajectories under way, each with a number of the caller's by which its outcome is known.
#[derive(Debug)]
pub struct Relay<'n, M> {
    network: &'n Network,
    plan: &'n Plan,
    stimulus: &'n Stimulus,
    lanes: usize,
    first: Lanes<'n, M>,
    /// Made when it is first needed.
    second: Option<Lanes<'n, M>>,
    waiting: Vec<(usize, Handover<M>)>,
    /// Steps that free lanes might have taken since one was filled.
    missed: usize,
    /// Are there no more starts?
    closing: bool,
}

/// Trajectories begin in a narrow block of their own, which costs the more for each the fewer they are. Lanes that are free
/// therefore wait for others until together they have missed this part of a step of the whole block.
const PATIENCE: f64 = 0.125;

/// Lanes of the narrowest block. The last bits of a trajectory are the same in every block of two lanes or more; alone it
/// is multiplied as a vector, in another order.
pub const NARROWEST: usize = 8;

/// A block and the numbers of what is in it.
#[derive(Debug)]
struct Lanes<'n, M> {
    block: Block<'n, M>,
    number: Vec<usize>,
}

impl<'n, M: Monitor> Relay<'n, M> {
    /// Nothing under way, at most `lanes` trajectories together.
    ///
    /// # Errors
    /// Settings that make no sense.
    pub fn new(
        network: &'n Network,
        plan: &'n Plan,
        stimulus: &'n Stimulus,
        lanes: usize,
    ) -> Result<Self, String> {
        let block = Block::new(network, &plan.first, stimulus, lanes)?;
        Ok(Relay {
            network,
            plan,
            stimulus,
            lanes,
            first: Lanes {
                block,
                number: vec![0; lanes],
            },
            second: None,
            waiting: Vec::with_capacity(lanes),
            missed: 0,
            closing: false,
        })
    }

    /// Can it take another trajectory?
    pub fn has_room(&self) -> bool {
        self.waiting.is_empty() && self.first.block.idle_lane().is_some()
    }

    /// Is it time to fill what is free?
    pub fn is_hungry(&self) -> bool {
        self.missed as f64 >= PATIENCE * self.lanes as f64 || !self.first.is_busy()
    }

    /// There are no more starts: blocks become narrower as their trajectories end, so that the last of them, which may be a
    /// hard one, does not take every step in the company of empty lanes.
    pub fn close(&mut self) {
        self.closing = true;
    }

    /// Takes a trajectory if it has room for it.
    ///
    /// # Errors
    /// A start of the wrong length or not finite, or a group that is held in part.
    pub fn load(&mut self, number: usize, start: Start, monitor: M) -> Result<(), String> {
        let Some(lane) = self.first.block.idle_lane() else {
            return Err("no lane is free".into());
        };
        self.missed = 0;
        self.first.number[lane] = number;
        self.first.block.load(lane, start, monitor)
    }

    /// Is anything under way?
    pub fn is_busy(&self) -> bool {
        let blocks = std::iter::once(&self.first).chain(&self.second);
        !self.waiting.is_empty() || blocks.into_iter().any(Lanes::is_busy)
    }

    /// Tries one step of every trajectory; `done` is given those that end. One that `auto` hands to a foreign engine is
    /// integrated to its end in there, and the others wait for it.
    ///
    /// # Errors
    /// What makes the engine useless for a trajectory, or a monitor that sent a step of it back there, with its number;
    /// without one, settings that make no sense for the second method.
    pub fn advance(
        &mut self,
        interrupt: &Interrupt,
        mut done: impl FnMut(usize, Outcome, M),
    ) -> Result<(), (Option<usize>, String)> {
        let nobody = |why| (None, why);
        if self.closing {
            let (network, stimulus) = (self.network, self.stimulus);
            let (first, plan) = (&mut self.first, self.plan);
            first
                .narrow(network, &plan.first, stimulus)
                .map_err(nobody)?;
            if let (Some(second), Some(settings)) = (&mut self.second, &plan.second) {
                second.narrow(network, settings, stimulus).map_err(nobody)?;
            }
        }
        if self.first.is_busy() {
            self.first.advance(interrupt, &mut done);
            self.missed += self.first.block.idle_lanes();
            while let Some((lane, handover)) = self.first.block.take_handover() {
                let number = self.first.number[lane];
                let method = handover.method();
                if let Scheme::Foreign { engine, .. } = method.scheme {
                    let settings = Settings {
                        method,
                        ..self.plan.first.clone()
                    };
                    let problem = (self.network, &settings, self.stimulus);
                    let (outcome, monitor) = handover
                        .follow(problem, engine, interrupt)
                        .map_err(|why| (Some(number), why))?;
                    done(number, outcome, monitor);
                } else {
                    self.waiting.push((number, handover));
                }
            }
        }
        if let (false, None, Some(settings)) =
            (self.waiting.is_empty(), &self.second, &self.plan.second)
        {
            let block = Block::new(self.network, settings, self.stimulus, self.lanes);
            self.second = Some(Lanes {
                block: block.map_err(nobody)?,
                number: vec![0; self.lanes],
            });
        }
        if let Some(second) = &mut self.second {
            while let Some(lane) = second.block.idle_lane()
                && let Some((number, handover)) = self.waiting.pop()
            {
                second.number[lane] = number;
                second.block.resume(lane, handover);
            }
            if second.is_busy() {
                second.advance(interrupt, &mut done);
            }
        }
        Ok(())
    }
}

impl<'n, M: Monitor> Lanes<'n, M> {
    /// Goes on in a narrower block if three quarters of the lanes are empty. The bits of a trajectory are the same in it.
    fn narrow(
        &mut self,
        network: &'n Network,
        settings: &'n Settings,
        stimulus: &'n Stimulus,
    ) -> Result<(), String> {
        let busy = self.number.len() - self.block.idle_lanes();
        let lanes = busy.next_power_of_two().max(NARROWEST);
        if busy == 0 || 4 * lanes > self.number.len() {
            return Ok(());
        }
        let mut block = Block::new(network, settings, stimulus, lanes)?;
        let mut number = vec![0; lanes];
        let before = &self.number;
        self.block
            .move_into(&mut block, |from, to| number[to] = before[from]);
        *self = Lanes { block, number };
        Ok(())
    }

    fn is_busy(&self) -> bool {
        self.block.idle_lanes() < self.number.len()
    }

    fn advance(&mut self, interrupt: &Interrupt, done: &mut impl FnMut(usize, Outcome, M)) {
        self.block.advance(interrupt);
        while let Some((lane, outcome, monitor)) = self.block.take_finished() {
            done(self.number[lane], outcome, monitor);
        }
    }
}
