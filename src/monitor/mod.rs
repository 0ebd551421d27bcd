//! Monitors: what watches a trajectory while it is integrated, and may send a step back.

mod account;
mod attention;
mod identity;
mod lyapunov;
mod reached;
mod recorder;
mod report;
mod rest;

pub use account::EnergyAccount;
pub use attention::Attention;
pub use identity::{IdentityProbe, ROUNDING, TINY};
pub use lyapunov::LyapunovMonitor;
pub use reached::EnergyReached;
pub use recorder::{Recorder, Save};
pub use report::{Course, LyapunovReport, Mode, PART};
pub use rest::RestMonitor;

use crate::network::Network;
use crate::trajectory::{State, Step, StopReason, Violation};

/// What a monitor wants to be computed for it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Needs {
    /// The energy and its rate at every step.
    pub energy: bool,
    /// The slope of the energy at the start and at every so many accepted steps.
    pub slope_every: Option<u64>,
    /// The residual of rest with `[atol, rtol]`.
    pub rest: Option<[f64; 2]>,
}

impl Needs {
    /// What either of two monitors needs; of two intervals the shorter, of two tolerances the tighter.
    pub fn and(self, other: Needs) -> Needs {
        Needs {
            energy: self.energy || other.energy,
            slope_every: match (self.slope_every, other.slope_every) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            },
            rest: match (self.rest, other.rest) {
                (Some(a), Some(b)) => Some([a[0].min(b[0]), a[1].min(b[1])]),
                (a, b) => a.or(b),
            },
        }
    }

    /// What of it can be computed of this network.
    pub fn of(self, network: &Network) -> Needs {
        let energy = self.energy && network.has_energy();
        Needs {
            energy,
            slope_every: self.slope_every.filter(|_| energy),
            ..self
        }
    }
}

/// What a monitor says of a step that was tried.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It may stand.
    Accept,
    /// Go back and take a shorter one.
    Reject,
    /// It must not stand and no shorter one will do.
    Violation(Violation),
}

/// What a monitor says after a step was taken.
#[derive(Clone, Debug, PartialEq)]
pub enum Flow {
    /// Go on.
    Continue,
    /// The trajectory ends here.
    Stop(StopReason),
}

/// Something that watches one trajectory.
///
/// A step is first judged, by every monitor, and stands only if all accept it; then all observe it. Two monitors make
/// one as a pair `(A, B)`, and so on.
pub trait Monitor {
    /// What must be computed for it.
    fn needs(&self) -> Needs {
        Needs::default()
    }

    /// Does it see steps? If not, nothing is shown to it between the start and the end.
    fn sees_steps(&self) -> bool {
        true
    }

    /// Which steps must it be shown? More may be. Asked again after everything that it is shown. A step that it is not shown
    /// it accepts: the block then books in the account what the monitor would.
    fn attention(&mut self) -> Attention<'_> {
        Attention::Steps
    }

    /// Does it see the end? That costs an evaluation.
    fn sees_end(&self) -> bool {
        true
    }

    /// Sees the start.
    fn start(&mut self, _state: &State<'_>) -> Flow {
        Flow::Continue
    }

    /// Judges a step that was tried and is not taken yet.
    fn judge(&mut self, _step: &Step<'_>) -> Verdict {
        Verdict::Accept
    }

    /// Sees a step that was taken.
    fn observe(&mut self, _step: &Step<'_>) -> Flow {
        Flow::Continue
    }

    /// Sees the state just after the input was switched (the state itself does not jump, the energy does).
    fn switched(&mut self, _state: &State<'_>) {}

    /// Sees the state at which the trajectory ended, once more if a step just ended there.
    fn end(&mut self, _state: &State<'_>) {}

    /// From here on no step can be taken back: what it would send back it must stop at.
    fn committed(&mut self) {}

    /// The next time at which it wants to see the state wherever the steps fall; infinite if none.
    fn next_sample(&self) -> f64 {
        f64::INFINITY
    }

    /// Sees the state at the time it asked for.
    fn sample(&mut self, _state: &State<'_>) {}
}

/// No monitor at all.
impl Monitor for () {
    fn sees_steps(&self) -> bool {
        false
    }

    fn attention(&mut self) -> Attention<'_> {
        Attention::Events(None)
    }

    fn sees_end(&self) -> bool {
        false
    }
}

/// Makes one monitor of several, the parts of a type.
macro_rules! together {
    ([$($generics:tt)*] $type:ty, $me:ident => $($part:expr),*) => {
        impl<$($generics)*> $crate::monitor::Monitor for $type {
            fn needs(&self) -> $crate::monitor::Needs {
                let $me = self;
                $crate::monitor::Needs::default()$(.and($part.needs()))*
            }

            fn sees_steps(&self) -> bool {
                let $me = self;
                false $(|| $part.sees_steps())*
            }

            fn attention(&mut self) -> $crate::monitor::Attention<'_> {
                let $me = self;
                $crate::monitor::Attention::Events(None)$(.and($part.attention()))*
            }

            fn sees_end(&self) -> bool {
                let $me = self;
                false $(|| $part.sees_end())*
            }

            fn start(&mut self, state: &$crate::trajectory::State<'_>) -> $crate::monitor::Flow {
                let $me = self;
                let flow = $crate::monitor::Flow::Continue;
                $(let flow = $crate::monitor::first_stop(flow, $part.start(state));)*
                flow
            }

            #[inline(always)]
            fn judge(&mut self, step: &$crate::trajectory::Step<'_>) -> $crate::monitor::Verdict {
                let $me = self;
                $(match $part.judge(step) {
                    $crate::monitor::Verdict::Accept => {}
                    other => return other,
                })*
                $crate::monitor::Verdict::Accept
            }

            #[inline(always)]
            fn observe(&mut self, step: &$crate::trajectory::Step<'_>) -> $crate::monitor::Flow {
                let $me = self;
                let flow = $crate::monitor::Flow::Continue;
                $(let flow = $crate::monitor::first_stop(flow, $part.observe(step));)*
                flow
            }

            fn switched(&mut self, state: &$crate::trajectory::State<'_>) {
                let $me = self;
                $($part.switched(state);)*
            }

            fn end(&mut self, state: &$crate::trajectory::State<'_>) {
                let $me = self;
                $($part.end(state);)*
            }

            fn committed(&mut self) {
                let $me = self;
                $($part.committed();)*
            }

            fn next_sample(&self) -> f64 {
                let $me = self;
                f64::INFINITY$(.min($part.next_sample()))*
            }

            fn sample(&mut self, state: &$crate::trajectory::State<'_>) {
                let $me = self;
                $(if $part.next_sample() <= state.t {
                    $part.sample(state);
                })*
            }
        }
    };
}

pub(crate) use together;

together!([A: Monitor, B: Monitor] (A, B), me => me.0, me.1);
together!([A: Monitor + ?Sized] &mut A, me => (**me));

impl<A: Monitor> Monitor for Option<A> {
    fn needs(&self) -> Needs {
        self.as_ref().map_or(Needs::default(), Monitor::needs)
    }

    fn sees_steps(&self) -> bool {
        self.as_ref().is_some_and(Monitor::sees_steps)
    }

    fn attention(&mut self) -> Attention<'_> {
        self.as_mut()
            .map_or(Attention::Events(None), Monitor::attention)
    }

    fn sees_end(&self) -> bool {
        self.as_ref().is_some_and(Monitor::sees_end)
    }

    fn start(&mut self, state: &State<'_>) -> Flow {
        self.as_mut().map_or(Flow::Continue, |m| m.start(state))
    }

    #[inline(always)]
    fn judge(&mut self, step: &Step<'_>) -> Verdict {
        match self {
            Some(m) => m.judge(step),
            None => Verdict::Accept,
        }
    }

    #[inline(always)]
    fn observe(&mut self, step: &Step<'_>) -> Flow {
        match self {
            Some(m) => m.observe(step),
            None => Flow::Continue,
        }
    }

    fn switched(&mut self, state: &State<'_>) {
        self.iter_mut().for_each(|m| m.switched(state));
    }

    fn end(&mut self, state: &State<'_>) {
        self.iter_mut().for_each(|m| m.end(state));
    }

    fn committed(&mut self) {
        self.iter_mut().for_each(Monitor::committed);
    }

    fn next_sample(&self) -> f64 {
        self.as_ref().map_or(f64::INFINITY, Monitor::next_sample)
    }

    fn sample(&mut self, state: &State<'_>) {
        self.iter_mut().for_each(|m| m.sample(state));
    }
}

/// A violation outweighs every other reason to stop.
#[inline]
pub(crate) fn first_stop(a: Flow, b: Flow) -> Flow {
    match (a, b) {
        // Said by itself: after nearly every step nothing has to be carried from one place to another.
        (Flow::Continue, Flow::Continue) => Flow::Continue,
        (_, b @ Flow::Stop(StopReason::Violation(_))) | (Flow::Continue, b) => b,
        (a, _) => a,
    }
}
