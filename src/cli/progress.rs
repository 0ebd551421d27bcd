//! Progress on stderr: simulated time, energy, and when the run will probably end.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use clap::ValueEnum;
use serde_json::{Value, json};

use super::estimate::{Speed, duration};
use super::told;
use crate::analysis::Told;
use crate::cli::out::errln;
use crate::number::{exact, number, rough};
use crate::study::{Progress, Study};

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

pub(super) struct Reporter {
    style: Style,
    /// Is stderr a line that can be rewritten?
    rewrite: bool,
    trajectories: usize,
    /// The part of its way that each has gone, as bits; empty where they are only counted. Blocks of them advance side by side.
    parts: Vec<AtomicU64>,
    span: [f64; 2],
    /// Is the last time only a limit, because the run ends at rest?
    until_rest: bool,
    clock: Instant,
    state: Mutex<State>,
}

struct State {
    speed: Speed,
    said: Instant,
    ended: usize,
    shown: bool,
}

impl Reporter {
    pub fn new(style: Style, study: &Study) -> Self {
        let s = &study.settings;
        let mut parts = Vec::new();
        parts.resize_with(study.cases.len(), AtomicU64::default);
        Reporter {
            parts,
            span: [s.t_start, s.t_end],
            until_rest: s.until_rest,
            ..Reporter::counting(style, study.cases.len())
        }
    }

    /// Tells how many of so many trajectories have ended, nothing of each.
    pub fn counting(style: Style, trajectories: usize) -> Self {
        let now = Instant::now();
        Reporter {
            style,
            rewrite: style == Style::Auto && std::io::stderr().is_terminal(),
            trajectories: trajectories.max(1),
            parts: Vec::new(),
            span: [0.0, f64::NAN],
            until_rest: false,
            clock: now,
            state: Mutex::new(State {
                speed: Speed::default(),
                said: now,
                ended: 0,
                shown: false,
            }),
        }
    }

    pub fn finish(&self) {
        if self.rewrite && self.state.lock().is_ok_and(|s| s.shown) {
            errln!("");
        }
    }

    /// The trajectory of this start has gone so far.
    fn reached(&self, start: usize, part: f64) {
        if let Some(place) = self.parts.get(start) {
            place.store(part.to_bits(), Ordering::Relaxed);
        }
    }

    /// The part of the way that all together have gone, of which so many have ended.
    fn done(&self, ended: usize) -> f64 {
        let part = |p: &AtomicU64| f64::from_bits(p.load(Ordering::Relaxed));
        let gone = match self.parts.is_empty() {
            true => ended as f64,
            false => self.parts.iter().map(part).sum(),
        };
        gone / self.trajectories as f64
    }

    /// The state, unless something was said just now; nobody waits for a thread that is saying it.
    fn turn(&self) -> Option<MutexGuard<'_, State>> {
        let mut state = self.state.try_lock().ok()?;
        let wait = match (state.shown, self.rewrite) {
            (false, _) => PATIENCE,
            (true, true) => Duration::from_millis(200),
            (true, false) => Duration::from_secs(5),
        };
        if self.style == Style::None || state.said.elapsed() < wait {
            return None;
        }
        (state.said, state.shown) = (Instant::now(), true);
        Some(state)
    }

    /// Says how far a search is.
    pub fn told(&self, told: Told) {
        if let Some(_turn) = self.turn() {
            let seconds = self.clock.elapsed().as_secs_f64();
            self.write(&told::in_words(told), || told::document(told, seconds));
        }
    }

    fn say(&self, t: Option<f64>, energy: Option<f64>) {
        let Some(mut state) = self.turn() else {
            return;
        };
        let seconds = self.clock.elapsed().as_secs_f64();
        let counted = self.parts.is_empty();
        let done = self.done(state.ended);
        let snapshot = Snapshot {
            done,
            at_most: self.until_rest,
            t,
            t_end: self.span[1],
            energy,
            rate: counted.then(|| state.ended as f64 / seconds.max(1e-9)),
            ended: state.ended,
            trajectories: self.trajectories,
            seconds,
            left: state.speed.left(seconds, done),
        };
        let bar = if self.rewrite {
            snapshot.bar()
        } else {
            String::new()
        };
        self.write(&format!("{bar}{}", snapshot.line()), || snapshot.document());
    }

    fn write(&self, line: &str, document: impl FnOnce() -> Value) {
        // Nothing can be done about a stderr that is gone.
        let mut out = std::io::stderr().lock();
        let _ = match (self.style, self.rewrite) {
            (Style::Json, _) => writeln!(out, "{}", document()),
            // Cut at the edge of the terminal: of a line that wraps, only the end would be rewritten.
            (_, true) => write!(out, "\r\x1b[2K\x1b[?7l{line}\x1b[?7h"),
            (_, false) => writeln!(out, "{line}"),
        };
        let _ = out.flush();
    }
}

impl Progress for Reporter {
    fn step(&self, start: usize, t: f64, energy: Option<f64>) {
        let [t_start, t_end] = self.span;
        self.reached(start, (t - t_start) / (t_end - t_start));
        self.say(Some(t), energy);
    }

    fn ended(&self, start: usize) {
        self.reached(start, 1.0);
        if let Ok(mut state) = self.state.lock() {
            state.ended += 1;
        }
        self.say(None, None);
    }
}

#[derive(Default)]
struct Snapshot {
    /// Part of the way, from 0 to 1.
    done: f64,
    /// May it end sooner, at rest?
    at_most: bool,
    /// Simulated time of a trajectory that is on its way.
    t: Option<f64>,
    t_end: f64,
    energy: Option<f64>,
    /// Trajectories that end in a second, where they are only counted.
    rate: Option<f64>,
    ended: usize,
    trajectories: usize,
    seconds: f64,
    /// Seconds that are probably left.
    left: Option<f64>,
}

impl Snapshot {
    /// A bar, where the end is known.
    fn bar(&self) -> String {
        const WIDTH: usize = 16;
        if self.at_most {
            return String::new();
        }
        let done = self.done.clamp(0.0, 1.0);
        // Rounded down: a full bar is a run that is over.
        let full = "#".repeat((done * WIDTH as f64) as usize);
        format!("[{full:-<WIDTH$}] {:3.0} %  ", (100.0 * done).floor())
    }

    fn line(&self) -> String {
        let mut parts = Vec::new();
        if self.trajectories > 1 {
            parts.push(format!("{} of {} ended", self.ended, self.trajectories));
        }
        parts.extend(self.rate.map(|r| format!("{} a second", rough(r))));
        let (end, most) = match self.at_most {
            true => ("until rest or", "at most"),
            false => ("of", "about"),
        };
        let t = self.t.map(number);
        parts.extend(t.map(|t| format!("t = {t} {end} {}", exact(self.t_end))));
        parts.extend(self.energy.map(|e| format!("E = {}", number(e))));
        parts.extend(self.left.map(|s| format!("{most} {} left", duration(s))));
        parts.join(", ")
    }

    fn document(&self) -> Value {
        json!({
            "done": self.done, "seconds": self.seconds, "seconds_left": self.left,
            "may_rest_sooner": self.at_most, "t": self.t, "t_end": self.t_end, "energy": self.energy,
            "ended": self.ended, "trajectories": self.trajectories,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(t: f64, at_most: bool, left: Option<f64>) -> Snapshot {
        Snapshot {
            done: t / 20.0,
            at_most,
            t: Some(t),
            t_end: 20.0,
            energy: Some(-1.5),
            trajectories: 1,
            seconds: 1.0,
            left,
            ..Snapshot::default()
        }
    }

    #[test]
    fn trajectories_that_advance_side_by_side_are_all_part_of_the_way() {
        let progress = Reporter {
            parts: (0..200).map(|_| AtomicU64::default()).collect(),
            span: [10.0, 20.0],
            ..Reporter::counting(Style::None, 200)
        };
        let done = || progress.done(progress.state.lock().unwrap().ended);
        (0..200).for_each(|k| progress.step(k, 15.0, None));
        assert!((done() - 0.5).abs() < 1e-12, "{}", done());
        // One that rests has nothing left to do.
        (0..100).for_each(|k| progress.ended(k));
        assert!((done() - 0.75).abs() < 1e-12, "{}", done());
        let counted = Reporter::counting(Style::None, 4);
        counted.ended(70);
        assert_eq!(counted.done(counted.state.lock().unwrap().ended), 0.25);
    }

    #[test]
    fn a_line_has_time_energy_and_when_it_will_end() {
        let half = at(10.0, false, Some(30.4));
        assert_eq!(half.bar(), "[########--------]  50 %  ");
        assert_eq!(half.line(), "t = 10 of 20, E = -1.5, about 30 s left");
        let resting = at(5.0, true, Some(1790.0));
        assert_eq!(
            resting.line(),
            "t = 5 until rest or 20, E = -1.5, at most 30 min left"
        );
        assert_eq!(resting.bar(), "");
        let many = Snapshot {
            ended: 3,
            trajectories: 7,
            energy: None,
            ..half
        };
        assert_eq!(many.line(), "3 of 7 ended, t = 10 of 20, about 30 s left");
    }

    #[test]
    fn a_run_that_has_not_begun_promises_nothing() {
        let begun = at(0.0, false, None);
        assert_eq!(begun.line(), "t = 0 of 20, E = -1.5");
        assert_eq!(begun.bar(), "[----------------]   0 %  ");
        assert_eq!(at(19.999, false, None).bar(), "[###############-]  99 %  ");
    }

    #[test]
    fn progress_as_json_keeps_its_keys() {
        let found = at(5.0, true, Some(3.0)).document().to_string();
        assert_eq!(
            found,
            r#"{"done":0.25,"ended":0,"energy":-1.5,"may_rest_sooner":true,"seconds":1.0,"seconds_left":3.0,"t":5.0,"t_end":20.0,"trajectories":1}"#
        );
    }
}
