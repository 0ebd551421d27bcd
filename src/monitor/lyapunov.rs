//! The Lyapunov monitor: does the energy fall, step by step, as the theory says?

use super::descent::Descent;
use super::{Flow, Monitor, Needs, Verdict};
use crate::trajectory::{Check, EnergyChange, Slope, State, Step, StopReason, Violation};

/// What the monitor does about a violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It does not look.
    Off,
    /// It counts.
    Record,
    /// It counts, and the end of the run says so.
    Warn,
    /// It sends the step back to be taken shorter; what no shorter step mends ends the trajectory. A method that takes no
    /// step back makes it [`Mode::Stop`].
    Reject,
    /// It ends the trajectory.
    Stop,
}

impl Mode {
    /// The words of model files and of the command line.
    pub const WORDS: [(&'static str, Mode); 5] = [
        ("off", Mode::Off),
        ("record", Mode::Record),
        ("warn", Mode::Warn),
        ("reject", Mode::Reject),
        ("stop", Mode::Stop),
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        Mode::WORDS
            .iter()
            .find(|(_, m)| *m == self)
            .map_or("", |(w, _)| w)
    }

    /// Must the network lie within the theory?
    pub fn demands_certificate(self) -> bool {
        !matches!(self, Mode::Off | Mode::Record)
    }
}

/// What the monitor saw.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LyapunovReport {
    /// Steps on which descent was checked.
    pub steps: u64,
    /// Steps that rose beyond the allowance and were taken.
    pub rises: u64,
    /// Steps sent back because the energy rose.
    pub sent_back: u64,
    /// Largest rise of the energy in one step that was taken (0 if it never rose).
    pub largest_rise: f64,
    /// Largest rise as a multiple of its allowance.
    pub largest_excess: f64,
    /// Points at which the identity was checked.
    pub identities: u64,
    /// Points at which it failed.
    pub identity_failures: u64,
    /// Largest disagreement as a multiple of its tolerance.
    pub largest_disagreement: f64,
    /// The energy at the start and where it was seen last; none where it was never seen.
    pub energy: Option<[f64; 2]>,
    /// Change of the energy by switches of the input: work done from outside, not a violation.
    pub input_jump: f64,
    /// The first violation, if any.
    pub violation: Option<Violation>,
}

/// How often the identity is checked, in accepted steps.
const EVERY: u64 = 10;
/// How often in a row a step is sent back, a quarter as long each time, before the rise counts as true: an error of the
/// method of order 3 or more has by then shrunk by 4⁻¹⁸, the rise of a true violation only in proportion to the step.
const SEND_BACK: u32 = 6;

/// Watches descent and identity (the certificate is the network's own and is examined before the run).
///
/// ```
/// use attractor::kernels::Weights;
/// use attractor::lagrangian::Tanh;
/// use attractor::monitor::{LyapunovMonitor, Mode};
/// use attractor::network::{Layer, theories};
/// use attractor::solver::{EULER, Settings, Start, integrate};
/// use attractor::stimulus::Stimulus;
///
/// // Euler's method with a step that is far too long: the energy rises, and the monitor says so.
/// let network = theories::classical(
///     Layer::new("n", &[1], Tanh { beta: 1.0 })?,
///     Weights::new(1, 1, vec![0.0]).ok_or("not 1 × 1")?,
/// )?;
/// let settings = Settings { method: &EULER, step: Some(2.5), t_end: 10.0, ..Settings::default() };
/// let mut monitor = LyapunovMonitor::new(Mode::Warn);
/// integrate(&network, &settings, &Stimulus::constant(&network), Start::at(vec![1.0]), &mut monitor)?;
/// let report = monitor.into_report();
/// assert!(report.violation.is_some() && report.largest_rise > 0.1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct LyapunovMonitor {
    mode: Mode,
    descent: Descent,
    sent_back: u32,
    report: LyapunovReport,
}

impl LyapunovMonitor {
    /// A monitor in one of its modes.
    pub fn new(mode: Mode) -> Self {
        LyapunovMonitor {
            mode,
            descent: Descent::new(),
            sent_back: 0,
            report: LyapunovReport::default(),
        }
    }

    /// What it has seen.
    pub fn into_report(self) -> LyapunovReport {
        self.report
    }

    #[cold]
    fn note(&mut self, violation: Violation) -> Flow {
        let ends = matches!(self.mode, Mode::Reject | Mode::Stop);
        let flow = if ends {
            Flow::Stop(StopReason::Violation(violation.clone()))
        } else {
            Flow::Continue
        };
        self.report.violation.get_or_insert(violation);
        flow
    }

    #[inline(always)]
    fn look(&mut self, state: &State<'_>) -> Flow {
        // Another monitor may have asked for the energy.
        if self.mode == Mode::Off {
            return Flow::Continue;
        }
        self.descent.begin(state);
        if let Some(e) = state.energy {
            let first = self.report.energy.map_or(e.total, |[first, _]| first);
            self.report.energy = Some([first, e.total]);
        }
        match state.slope {
            Some(slope) => self.compare(state.t, slope),
            None => Flow::Continue,
        }
    }

    /// Do the measured slope and the formula agree? Asked at every tenth step only.
    #[inline(never)]
    fn compare(&mut self, t: f64, slope: Slope) -> Flow {
        self.report.identities += 1;
        let found = (slope.measured - slope.formula).abs();
        if slope.tolerance > 0.0 {
            let multiple = found / slope.tolerance;
            self.report.largest_disagreement = self.report.largest_disagreement.max(multiple);
        }
        if slope.agrees() {
            return Flow::Continue;
        }
        self.report.identity_failures += 1;
        self.note(Violation {
            check: Check::Identity,
            t,
            found,
            allowed: slope.tolerance,
        })
    }
}

// What is asked at every step is inlined into the loop over the trajectories, which lives in the caller's crate: a view of
// the step is then never made, only the few numbers of it that are looked at are read.
impl Monitor for LyapunovMonitor {
    fn needs(&self) -> Needs {
        Needs {
            energy: self.mode != Mode::Off,
            slope_every: (self.mode != Mode::Off).then_some(EVERY),
            rest: None,
        }
    }

    fn watches(&self) -> bool {
        self.mode != Mode::Off
    }

    fn sees_end(&self) -> bool {
        false
    }

    fn committed(&mut self) {
        if self.mode == Mode::Reject {
            self.mode = Mode::Stop;
        }
    }

    fn begin(&mut self, state: &State<'_>) -> Flow {
        self.look(state)
    }

    #[inline]
    fn judge(&mut self, step: &Step<'_>) -> Verdict {
        if self.mode != Mode::Reject {
            return Verdict::Accept;
        }
        match self.descent.over(step) {
            Some(EnergyChange {
                change: found,
                allowance: allowed,
            }) if found > allowed => {
                self.report.sent_back += 1;
                self.sent_back += 1;
                if self.sent_back <= SEND_BACK {
                    return Verdict::Reject;
                }
                let violation = Violation {
                    check: Check::Descent,
                    t: step.end.t,
                    found,
                    allowed,
                };
                self.report.violation.get_or_insert(violation.clone());
                Verdict::Violation(violation)
            }
            _ => Verdict::Accept,
        }
    }

    #[inline(always)]
    fn observe(&mut self, step: &Step<'_>) -> Flow {
        self.sent_back = 0;
        let mut flow = Flow::Continue;
        if self.mode == Mode::Off {
            return flow;
        }
        if let Some(e) = self.descent.over(step) {
            let (found, allowed) = (e.change, e.allowance);
            self.report.steps += 1;
            self.report.largest_rise = self.report.largest_rise.max(found);
            // Divided only where it is a new record.
            if allowed > 0.0 && found > self.report.largest_excess * allowed {
                self.report.largest_excess = found / allowed;
            }
            if found > allowed {
                self.report.rises += 1;
                flow = self.note(Violation {
                    check: Check::Descent,
                    t: step.end.t,
                    found,
                    allowed,
                });
            }
        }
        super::first_stop(self.look(&step.end), flow)
    }

    fn switched(&mut self, state: &State<'_>) {
        if self.mode == Mode::Off {
            return;
        }
        if let Some(jump) = self.descent.begin(state) {
            self.report.input_jump += jump;
        }
    }
}
