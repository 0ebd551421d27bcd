//! Progress on stderr: simulated time, energy, and when the run will probably end.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::experiment::{Experiment, Progress};

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Style {
    /// A line that is rewritten if stderr is a terminal, else a line now and then
    Auto,
    /// A line now and then
    Plain,
    /// The same as JSON
    Json,
    /// None
    None,
}

/// A run that is over sooner shows no progress at all.
const PATIENCE: Duration = Duration::from_secs(1);

/// Tells how a run goes on.
pub(super) struct Teller {
    style: Style,
    /// Is stderr a line that can be rewritten?
    rewrite: bool,
    cases: usize,
    span: [f64; 2],
    /// Is the last time only a limit, because the run ends at rest?
    until_rest: bool,
    began: Instant,
    state: Mutex<State>,
}

struct State {
    said: Instant,
    ended: usize,
    shown: bool,
}

impl Teller {
    pub fn new(style: Style, experiment: &Experiment) -> Self {
        let s = &experiment.settings;
        let now = Instant::now();
        Teller {
            style,
            rewrite: style == Style::Auto && std::io::stderr().is_terminal(),
            cases: experiment.cases.len(),
            span: [s.t_start, s.t_end],
            until_rest: s.until_rest,
            began: now,
            state: Mutex::new(State {
                said: now,
                ended: 0,
                shown: false,
            }),
        }
    }

    /// Ends the line that was being rewritten.
    pub fn finish(&self) {
        if self.rewrite && self.state.lock().is_ok_and(|s| s.shown) {
            eprintln!();
        }
    }

    /// Says something unless something was said just now; nobody waits for a thread that is saying it.
    fn say(&self, line: impl FnOnce(&State) -> (f64, String)) {
        let Ok(mut state) = self.state.try_lock() else {
            return;
        };
        let every = if self.rewrite {
            Duration::from_millis(200)
        } else {
            Duration::from_secs(5)
        };
        let wait = if state.shown { every } else { PATIENCE };
        if self.style == Style::None || state.said.elapsed() < wait {
            return;
        }
        let (fraction, text) = line(&state);
        state.said = Instant::now();
        state.shown = true;
        let spent = self.began.elapsed().as_secs_f64();
        let left = (fraction > 0.0 && fraction <= 1.0).then(|| spent * (1.0 - fraction) / fraction);
        // Nothing can be done about a stderr that is gone.
        let mut out = std::io::stderr().lock();
        let _ = match self.style {
            Style::Json => writeln!(
                out,
                "{{\"done\": {fraction:.4}, \"seconds\": {spent:.1}, \"about\": \"{text}\"}}"
            ),
            _ => {
                let left = left.map_or(String::new(), |s| format!(", about {s:.0} s left"));
                let (start, end) = if self.rewrite {
                    ("\r\x1b[2K", "")
                } else {
                    ("", "\n")
                };
                write!(out, "{start}{text}{left}{end}")
            }
        };
        let _ = out.flush();
    }
}

impl Progress for Teller {
    fn step(&self, _case: usize, t: f64, energy: Option<f64>) {
        if self.cases > 1 {
            return;
        }
        let [t_start, t_end] = self.span;
        self.say(|_| {
            let energy = energy.map_or(String::new(), |e| format!(", E = {e:.6}"));
            let (of, fraction) = if self.until_rest {
                // When it will rest nobody knows.
                (String::new(), 0.0)
            } else {
                (format!(" of {t_end}"), (t - t_start) / (t_end - t_start))
            };
            (fraction, format!("t = {t:.4}{of}{energy}"))
        });
    }

    fn ended(&self, count: usize) {
        if let Ok(mut state) = self.state.lock() {
            state.ended = count;
        }
        if self.cases > 1 {
            let all = self.cases;
            self.say(|s| {
                (
                    s.ended as f64 / all as f64,
                    format!("{} of {all} trajectories", s.ended),
                )
            });
        }
    }
}
