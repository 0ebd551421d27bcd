//! Progress on stderr: simulated time, energy, and when the run will probably end.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use serde_json::{Value, json};

use crate::cli::out::errln;
use crate::number::{exact, number, rough};
use crate::study::{Progress, Study};

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
pub(super) struct Reporter {
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
    pace: Pace,
    said: Instant,
    ended: usize,
    shown: bool,
}

impl Reporter {
    pub fn new(style: Style, study: &Study) -> Self {
        let s = &study.settings;
        Reporter {
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
            cases: trajectories.max(1),
            span: [0.0, 1.0],
            until_rest: false,
            began: now,
            state: Mutex::new(State {
                pace: Pace::default(),
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
        let left = state.pace.left(spent, news.done);
        // Nothing can be done about a stderr that is gone.
        let mut out = std::io::stderr().lock();
        let _ = match (self.style, self.rewrite) {
            (Style::Json, _) => writeln!(out, "{}", news.document(spent, left)),
            // Cut at the edge of the terminal: of a line that wraps, only the end would be rewritten.
            (_, true) => write!(
                out,
                "\r\x1b[2K\x1b[?7l{}{}\x1b[?7h",
                news.bar(),
                news.line(left)
            ),
            (_, false) => writeln!(out, "{}", news.line(left)),
        };
        let _ = out.flush();
    }
}

impl Progress for Reporter {
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
            pace: None,
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
            pace: Some(s.ended as f64 / self.began.elapsed().as_secs_f64().max(1e-9)),
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
    /// Trajectories that end in a second, where they are only counted.
    pace: Option<f64>,
    /// Trajectories that have ended.
    ended: usize,
    all: usize,
}

/// How fast a run goes on, seen over two stretches of time: the steps of a stiff run grow by powers of ten, and until
/// they no longer do, its pace says nothing of when it will end.
#[derive(Debug, Default)]
struct Pace {
    /// Seconds spent and part done at the end of the first stretch, and a later sight that will end it anew.
    from: Option<[f64; 2]>,
    mark: Option<[f64; 2]>,
}

/// Seconds of work before anything is promised.
const WATCHED: f64 = 3.0;
/// The pace of one stretch may be so many times that of the other.
const STEADY: f64 = 1.5;

impl Pace {
    /// Seconds that are left if it goes on at the pace of late, if that is what it was before.
    fn left(&mut self, spent: f64, done: f64) -> Option<f64> {
        // The second stretch is never shorter than the first.
        if self.mark.is_none_or(|[then, _]| spent >= 2.0 * then) {
            self.from = self.mark.replace([spent, done]);
        }
        let [then, before] = self.from?;
        let (early, late) = (before / then, (done - before) / (spent - then));
        let steady = early > 0.0 && late < STEADY * early && early < STEADY * late;
        (steady && spent >= WATCHED && done <= 1.0).then(|| (1.0 - done) / late)
    }
}

impl News {
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

    fn line(&self, left: Option<f64>) -> String {
        let mut parts = Vec::new();
        if self.all > 1 {
            parts.push(format!("{} of {} ended", self.ended, self.all));
        }
        parts.extend(self.pace.map(|p| format!("{} a second", rough(p))));
        if let Some(t) = self.t {
            let end = if self.at_most { "until rest or" } else { "of" };
            parts.push(format!("t = {} {end} {}", number(t), exact(self.t_end)));
        }
        parts.extend(self.energy.map(|e| format!("E = {}", number(e))));
        let most = if self.at_most { "at most" } else { "about" };
        parts.extend(left.map(|s| format!("{most} {} left", duration(s))));
        parts.join(", ")
    }

    fn document(&self, spent: f64, left: Option<f64>) -> Value {
        json!({
            "done": self.done, "seconds": spent, "seconds_left": left,
            "may_rest_sooner": self.at_most, "t": self.t, "t_end": self.t_end, "energy": self.energy,
            "ended": self.ended, "trajectories": self.all,
        })
    }
}

/// `7 s`, `40 s`, `3 min`, `2 h`: an estimate, so one digit that counts, and of small numbers all.
fn duration(seconds: f64) -> String {
    let round = |x: f64| {
        let ten = 10_f64.powf(x.max(1.0).log10().floor());
        if x < 20.0 {
            x.round()
        } else {
            (x / ten).round() * ten
        }
    };
    match seconds {
        s if s < 95.0 => format!("{:.0} s", round(s).max(1.0)),
        s if s < 5700.0 => format!("{:.0} min", round(s / 60.0)),
        s if s < 172_800.0 => format!("{:.0} h", round(s / 3600.0)),
        s if s < 8.64e7 => format!("{:.0} days", round(s / 86_400.0)),
        _ => "years".into(),
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
            pace: None,
            ended: 0,
            all: 1,
        }
    }

    #[test]
    fn a_line_has_time_energy_and_when_it_will_end() {
        let half = at(10.0, false);
        assert_eq!(half.bar(), "[########--------]  50 %  ");
        assert_eq!(
            half.line(Some(30.4)),
            "t = 10 of 20, E = -1.5, about 30 s left"
        );
        assert_eq!(
            at(5.0, true).line(Some(1790.0)),
            "t = 5 until rest or 20, E = -1.5, at most 30 min left"
        );
        assert_eq!(at(5.0, true).bar(), "");
        let many = News {
            ended: 3,
            all: 7,
            energy: None,
            ..half
        };
        assert_eq!(
            many.line(Some(27.0)),
            "3 of 7 ended, t = 10 of 20, about 30 s left"
        );
    }

    #[test]
    fn a_run_that_has_not_begun_promises_nothing() {
        assert_eq!(at(0.0, false).line(None), "t = 0 of 20, E = -1.5");
        assert_eq!(at(0.0, false).bar(), "[----------------]   0 %  ");
        assert_eq!(at(19.999, false).bar(), "[###############-]  99 %  ");
    }

    /// What is promised by a run that is seen at these seconds, each with the part that is done.
    fn promised(sights: &[[f64; 2]]) -> Vec<Option<f64>> {
        let mut pace = Pace::default();
        let left = sights.iter().map(|[spent, done]| pace.left(*spent, *done));
        left.collect()
    }

    #[test]
    fn the_time_left_is_told_once_the_pace_is_steady() {
        let steady = [1.0, 2.0, 4.0, 8.0, 15.0, 16.0].map(|s| [s, s / 20.0]);
        let found = promised(&steady);
        assert_eq!(found[..2], [None, None], "too early");
        for (left, [spent, _]) in found.iter().zip(steady).skip(2) {
            let left = left.unwrap_or_else(|| panic!("nothing said after {spent} s"));
            assert!(
                (left - (20.0 - spent)).abs() < 1e-9,
                "{left} after {spent} s"
            );
        }
        // Steps that grow: each second as far as all those before it.
        let growing: Vec<[f64; 2]> = (1..20)
            .map(|s| [f64::from(s), 2_f64.powi(s - 30)])
            .collect();
        assert!(promised(&growing).iter().all(Option::is_none));
        // One that gets stuck.
        let stuck: Vec<[f64; 2]> = (1..20).map(|s| [f64::from(s), 0.1]).collect();
        assert!(promised(&stuck)[2..].iter().all(Option::is_none));
    }

    #[test]
    fn durations_have_the_digits_that_an_estimate_knows() {
        let said = [
            0.2, 7.4, 19.6, 43.0, 94.0, 300.0, 1290.0, 7300.0, 260_000.0, 3e6, 1e9,
        ];
        let said = said.map(duration).join(", ");
        let wanted = "1 s, 7 s, 20 s, 40 s, 90 s, 5 min, 20 min, 2 h, 3 days, 30 days, years";
        assert_eq!(said, wanted);
    }

    #[test]
    fn progress_as_json_keeps_its_keys() {
        let found = at(5.0, true).document(1.0, Some(3.0)).to_string();
        assert_eq!(
            found,
            r#"{"done":0.25,"ended":0,"energy":-1.5,"may_rest_sooner":true,"seconds":1.0,"seconds_left":3.0,"t":5.0,"t_end":20.0,"trajectories":1}"#
        );
    }
}
