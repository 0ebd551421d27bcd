//! The Lyapunov monitor: does the energy fall, step by step, as the theory says?

use super::report::{LyapunovReport, Mode, PART};
use super::{Attention, EnergyAccount, Flow, Monitor, Needs, Verdict};
use crate::trajectory::{
    Agreement, Check, EnergyChange, Slope, State, Step, StopReason, Violation,
};

/// How often the identity is checked, in accepted steps.
const EVERY: u64 = 10;
/// How often in a row a step is sent back, a quarter as long each time, before the rise counts as true: an error of the
/// method of order 3 or more has by then shrunk by 4⁻¹⁸, the rise of a true violation only in proportion to the step.
const SEND_BACK: u32 = 6;

/// So many steps that cannot be judged are sent back; after that shorter steps have shown that they do not help.
const PATIENCE: u64 = 20;

/// What a step says about descent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Finding {
    /// The energy fell, or rose by what rounding explains.
    Falls,
    /// It rose by what the method's own error explains, and that is little beside what it has fallen.
    Explained,
    /// It rose by what the method's own error explains, but that is so large that it would explain anything.
    NotJudged,
    /// It rose by more than is explained.
    Rises,
}

/// Watches descent and identity (the certificate is the network's own and is examined before the run).
///
/// ```
/// use attractor::kernels::Weights;
/// use attractor::lagrangian::Tanh;
/// use attractor::monitor::{LyapunovMonitor, Mode};
/// use attractor::network::{Layer, theories};
/// use attractor::dynamics::{EULER, Settings, Start, integrate};
/// use attractor::stimulus::Stimulus;
///
/// // Euler's method with a step that is far too long: the energy rises, and the monitor says so.
/// let network = theories::classical(
///     Layer::new("n", &[1], Tanh { beta: 1.0 })?,
///     Weights::new(1, 1, vec![0.0])?,
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
    sent_back: u32,
    /// The energy where it was seen first.
    first: Option<f64>,
    account: EnergyAccount,
    /// All but what is in the account.
    report: LyapunovReport,
}

impl LyapunovMonitor {
    /// A monitor in one of its modes.
    pub fn new(mode: Mode) -> Self {
        LyapunovMonitor {
            mode,
            sent_back: 0,
            first: None,
            account: EnergyAccount::default(),
            report: LyapunovReport::default(),
        }
    }

    /// What it has seen.
    pub fn into_report(self) -> LyapunovReport {
        let account = self.account;
        let [input_work, input_error, input_rounding] = account.input;
        LyapunovReport {
            steps: account.steps,
            largest_rise: account.largest_rise,
            largest_excess: account.largest_excess,
            fallen: account.fallen,
            risen: account.risen,
            energy: self.first.map(|first| [first, account.last]),
            rounding: account.rounding,
            input_work,
            input_error,
            input_rounding,
            ..self.report
        }
    }

    #[cold]
    fn note(&mut self, violation: Violation) -> Flow {
        self.report.violation.get_or_insert(violation.clone());
        match self.mode {
            Mode::Reject | Mode::Stop => Flow::Stop(StopReason::Violation(violation)),
            _ => Flow::Continue,
        }
    }

    #[inline(always)]
    fn see(&mut self, state: &State<'_>) -> Flow {
        if let Some(e) = state.energy {
            self.first.get_or_insert(e.total);
            self.account.see(e.total, e.magnitude);
        }
        match state.slope {
            Some(slope) => self.compare(state.t, slope, Check::Identity),
            None => Flow::Continue,
        }
    }

    /// Do the measured slope and the formula agree? Asked at every tenth step only.
    #[inline(never)]
    fn compare(&mut self, t: f64, slope: Slope, check: Check) -> Flow {
        if slope.agreement == Agreement::NotJudged {
            self.report.identities_not_judged += 1;
            return Flow::Continue;
        }
        self.report.identities += 1;
        let found = (slope.measured - slope.formula).abs();
        if slope.tolerance > 0.0 {
            let multiple = found / slope.tolerance;
            self.report.largest_disagreement = self.report.largest_disagreement.max(multiple);
        }
        if slope.agreement == Agreement::Agrees {
            return Flow::Continue;
        }
        self.report.identity_failures += 1;
        self.note(Violation {
            check,
            t,
            found,
            allowed: slope.tolerance,
        })
    }

    #[inline(always)]
    fn find(&self, c: EnergyChange) -> Finding {
        if c.change <= c.rounding {
            return Finding::Falls;
        }
        let most = PART * self.account.fallen;
        if c.change > c.allowance() {
            Finding::Rises
        } else if c.error <= most && self.account.risen + c.change <= most {
            Finding::Explained
        } else {
            Finding::NotJudged
        }
    }

    #[inline(always)]
    fn book(&mut self, t: f64, c: EnergyChange) -> Flow {
        let finding = self.find(c);
        self.account.book(c);
        self.report.not_judged += u64::from(finding == Finding::NotJudged);
        if finding != Finding::Rises {
            return Flow::Continue;
        }
        self.report.rises += 1;
        self.note(rise(t, c))
    }
}

fn rise(t: f64, c: EnergyChange) -> Violation {
    Violation {
        check: Check::Descent,
        t,
        found: c.change,
        allowed: c.allowance(),
    }
}

impl Monitor for LyapunovMonitor {
    fn needs(&self) -> Needs {
        Needs {
            energy: self.mode != Mode::Off,
            slope_every: (self.mode != Mode::Off).then_some(EVERY),
            rest: None,
        }
    }

    fn sees_steps(&self) -> bool {
        self.mode != Mode::Off
    }

    /// Where the energy falls there is nothing to judge and no more to do than to book it. The step that follows one that was
    /// sent back ends the sending back.
    #[inline]
    fn attention(&mut self) -> Attention<'_> {
        match (self.mode, self.sent_back) {
            (Mode::Off, _) => Attention::Events(None),
            (_, 0) => Attention::Events(Some(&mut self.account)),
            _ => Attention::Steps,
        }
    }

    fn sees_end(&self) -> bool {
        false
    }

    fn committed(&mut self) {
        if self.mode == Mode::Reject {
            self.mode = Mode::Stop;
        }
    }

    fn start(&mut self, state: &State<'_>) -> Flow {
        // Another monitor may have asked for the energy.
        match self.mode {
            Mode::Off => Flow::Continue,
            _ => self.see(state),
        }
    }

    #[inline]
    fn judge(&mut self, step: &Step<'_>) -> Verdict {
        let Some(change) = step.energy.filter(|_| self.mode == Mode::Reject) else {
            return Verdict::Accept;
        };
        let waits = self.sent_back < SEND_BACK;
        let accepts = match self.find(change) {
            Finding::Falls | Finding::Explained => true,
            Finding::NotJudged => !waits || self.report.not_judged >= PATIENCE,
            Finding::Rises => false,
        };
        if accepts {
            return Verdict::Accept;
        }
        if waits {
            self.report.sent_back += 1;
            self.sent_back += 1;
            return Verdict::Reject;
        }
        let violation = rise(step.end.t, change);
        self.report.violation.get_or_insert(violation.clone());
        Verdict::Violation(violation)
    }

    #[inline(always)]
    fn observe(&mut self, step: &Step<'_>) -> Flow {
        if self.mode == Mode::Off {
            return Flow::Continue;
        }
        self.sent_back = 0;
        self.report.free += u64::from(step.is_free);
        let flow = match step.energy {
            Some(change) => self.book(step.end.t, change),
            None => Flow::Continue,
        };
        let flow = match step.flips {
            Some(flips) => super::first_stop(self.compare(step.end.t, flips, Check::Flips), flow),
            None => flow,
        };
        super::first_stop(self.see(&step.end), flow)
    }

    fn switched(&mut self, state: &State<'_>) {
        if let (Some(now), Some(_)) = (state.energy, self.first) {
            self.account.input[0] += now.total - self.account.last;
            self.account.last = now.total;
        }
    }
}
