//! Progress on stderr: simulated time, energy, and when the run will probably end.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use serde_json::{Value, json};

use crate::cli::out::errln;
use crate::experiment::{Experiment, Progress};

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Style {
    /// A bar that is rewritten if stderr is a terminal, else a line now and then
    Auto,
    /// A line now and then
    Plain,
    /// The same, a JSON document on each line
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

    /// Tells how many of so many trajectories have ended, nothing of each.
    pub fn counting(style: Style, trajectories: usize) -> Self {
        let now = Instant::now();
        Teller {
            style,
            rewrite: style == Style::Auto && std::io::stderr().is_terminal(),
            cases: trajectories.max(1),
            span: [0.0, 1.0],
            until_rest: false,
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
            errln!("");
        }
    }

    /// Says something unless something was said just now; nobody waits for a thread that is saying it.
    fn say(&self, news: impl FnOnce(&State) -> News) {
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
        let news = news(&state);
        state.said = Instant::now();
        state.shown = true;
        let spent = self.began.elapsed().as_secs_f64();
        // Nothing can be done about a stderr that is gone.
        let mut out = std::io::stderr().lock();
        let _ = match (self.style, self.rewrite) {
            (Style::Json, _) => writeln!(out, "{}", news.document(spent)),
            // Cut at the edge of the terminal: of a line that wraps, only the end would be rewritten.
            (_, true) => write!(
                out,
                "\r\x1b[2K\x1b[?7l{}{}\x1b[?7h",
                news.bar(),
                news.line(spent)
            ),
            (_, false) => writeln!(out, "{}", news.line(spent)),
        };
        let _ = out.flush();
    }
}

impl Progress for Teller {
    fn step(&self, _case: usize, t: f64, energy: Option<f64>) {
        let [t_start, t_end] = self.span;
        let (all, at_most) = (self.cases, self.until_rest);
        let part = (t - t_start) / (t_end - t_start);
        self.say(|s| News {
            // The others that are on their way are about as far as this one will be when they have ended.
            done: (s.ended as f64 + part) / all as f64,
            at_most,
            t: Some(t),
            t_end,
            energy,
            ended: s.ended,
            all,
        });
    }

    fn ended(&self, count: usize) {
        if let Ok(mut state) = self.state.lock() {
            state.ended = count;
        }
        let (t_end, all) = (self.span[1], self.cases);
        self.say(|s| News {
            done: s.ended as f64 / all as f64,
            at_most: false,
            t: None,
            t_end,
            energy: None,
            ended: s.ended,
            all,
        });
    }
}

/// How far a run is.
struct News {
    /// Part of the way, from 0 to 1.
    done: f64,
    /// May it end sooner, at rest?
    at_most: bool,
    /// Simulated time of a trajectory that is on its way.
    t: Option<f64>,
    t_end: f64,
    energy: Option<f64>,
    /// Trajectories that have ended.
    ended: usize,
    all: usize,
}

impl News {
    /// Seconds that are left if it goes on at this pace.
    fn left(&self, spent: f64) -> Option<f64> {
        let known = self.done > 0.0 && self.done <= 1.0;
        known.then(|| spent * (1.0 - self.done) / self.done)
    }

    /// A bar, where the end is known.
    fn bar(&self) -> String {
        const WIDTH: usize = 16;
        if self.at_most {
            return String::new();
        }
        let done = self.done.clamp(0.0, 1.0);
        // Rounded down: a full bar is a run that is over.
        let full = (done * WIDTH as f64) as usize;
        let (full, empty) = ("#".repeat(full), "-".repeat(WIDTH - full));
        format!("[{full}{empty}] {:3.0} %  ", (100.0 * done).floor())
    }

    fn line(&self, spent: f64) -> String {
        let mut parts = Vec::new();
        if self.all > 1 {
            parts.push(format!("{} of {} ended", self.ended, self.all));
        }
        if let Some(t) = self.t {
            let end = if self.at_most { "until rest or" } else { "of" };
            parts.push(format!("t = {t:.4} {end} {}", self.t_end));
        }
        parts.extend(self.energy.map(|e| format!("E = {e:.6}")));
        let most = if self.at_most { "at most" } else { "about" };
        let left = self.left(spent).map(duration);
        parts.extend(left.map(|s| format!("{most} {s} left")));
        parts.join(", ")
    }

    fn document(&self, spent: f64) -> Value {
        json!({
            "done": self.done, "seconds": spent, "seconds_left": self.left(spent),
            "may_rest_sooner": self.at_most, "t": self.t, "t_end": self.t_end, "energy": self.energy,
            "ended": self.ended, "trajectories": self.all,
        })
    }
}

/// `12 s`, `3 min`, `2.5 h`.
fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 100.0 => format!("{s:.0} s"),
        s if s < 6000.0 => format!("{:.0} min", s / 60.0),
        s if s < 360_000.0 => format!("{:.1} h", s / 3600.0),
        s => format!("{:.0} days", s / 86_400.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(t: f64, at_most: bool) -> News {
        News {
            done: t / 20.0,
            at_most,
            t: Some(t),
            t_end: 20.0,
            energy: Some(-1.5),
            ended: 0,
            all: 1,
        }
    }

    #[test]
    fn a_line_has_time_energy_and_when_it_will_end() {
        let half = at(10.0, false);
        assert_eq!(half.bar(), "[########--------]  50 %  ");
        assert_eq!(
            half.line(30.0),
            "t = 10.0000 of 20, E = -1.500000, about 30 s left"
        );
        assert_eq!(
            at(5.0, true).line(600.0),
            "t = 5.0000 until rest or 20, E = -1.500000, at most 30 min left"
        );
        assert_eq!(at(5.0, true).bar(), "");
        let many = News {
            ended: 3,
            all: 7,
            energy: None,
            ..half
        };
        assert_eq!(
            many.line(30.0),
            "3 of 7 ended, t = 10.0000 of 20, about 30 s left"
        );
    }

    #[test]
    fn a_run_that_has_not_begun_promises_nothing() {
        assert_eq!(at(0.0, false).left(3.0), None);
        assert_eq!(at(0.0, false).bar(), "[----------------]   0 %  ");
        assert_eq!(at(19.999, false).bar(), "[###############-]  99 %  ");
    }

    #[test]
    fn progress_as_json_keeps_its_keys() {
        let found = at(5.0, true).document(1.0).to_string();
        assert_eq!(
            found,
            r#"{"done":0.25,"ended":0,"energy":-1.5,"may_rest_sooner":true,"seconds":1.0,"seconds_left":3.0,"t":5.0,"t_end":20.0,"trajectories":1}"#
        );
    }
}
