//! What the energy did on many trajectories, in words that claim no more than was seen.

use crate::monitor::{Course, LyapunovReport};
use crate::number::{number, plural, rough};
use crate::trajectory::Check;

/// How many trajectories took which course, and how many broke which law.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Courses {
    /// By [`Course::code`].
    pub taken: [u64; Course::WORDS.len()],
    /// On which the energy rose by more than is explained in a step.
    pub rises: u64,
    /// On which the formula for dE/dt and the slope of the energy differ.
    pub identities: u64,
    /// Did the input do work on any?
    pub driven: bool,
}

impl Courses {
    /// Adds a trajectory, its course by its code.
    pub fn count(&mut self, course: usize, broken: Option<Check>) {
        if let Some(count) = self.taken.get_mut(course) {
            *count += 1;
        }
        match broken {
            Some(Check::Descent) => self.rises += 1,
            Some(Check::Identity | Check::Flips) => self.identities += 1,
            None => {}
        }
    }

    /// Adds those of another set.
    pub fn join(&mut self, other: &Courses) {
        let pairs = self.taken.iter_mut().zip(other.taken);
        pairs.for_each(|(a, b)| *a += b);
        self.rises += other.rises;
        self.identities += other.identities;
        self.driven |= other.driven;
    }

    /// Trajectories on which the monitor found a violation.
    pub fn violations(&self) -> u64 {
        self.rises + self.identities
    }

    /// Did no energy rise on the whole, climb on the way or break a law?
    pub fn fell_or_stayed(&self) -> bool {
        let others = [Course::Climbed, Course::Rose, Course::Unknown, Course::Free];
        self.violations() == 0 && others.iter().all(|c| self.taken[c.code()] == 0)
    }

    /// Trajectories on which the energy broke a law or ended higher than it began.
    pub fn rose(&self) -> u64 {
        self.violations().max(self.taken[Course::Rose.code()])
    }

    /// Trajectories whose course is known.
    pub fn known(&self) -> u64 {
        let unknown = self.taken[Course::Unknown.code()];
        self.taken.iter().sum::<u64>() - unknown
    }

    /// `the energy fell on all 200`; nothing where it was not watched. `all` counts the trajectories that were not as well.
    pub fn sentence(&self, all: u64) -> Option<String> {
        if self.taken.iter().sum::<u64>() == 0 {
            return None;
        }
        let of = |c: Course| self.taken[c.code()];
        let fell = of(Course::Fell);
        let what = match self.driven {
            true => "the energy less the work of the input",
            false => "the energy",
        };
        if fell == all && self.violations() == 0 {
            return Some(match all {
                1 => format!("{what} fell"),
                all => format!("{what} fell on all {all}"),
            });
        }
        if of(Course::Free) == all && self.violations() == 0 {
            return Some(format!("{what} was free to rise"));
        }
        let others = [
            (fell, "fell on"),
            (of(Course::Stayed), "stayed on"),
            (of(Course::Climbed), "climbed on the way of"),
            (of(Course::Rose), "rose on"),
            (of(Course::Free), "was free to rise on"),
            (all - self.known(), "is not known on"),
        ];
        let parts = others.iter().filter(|(count, _)| *count > 0);
        let parts: Vec<String> = parts.map(|(n, what)| format!("{what} {n}")).collect();
        let of = plural(all as usize, "trajectory");
        let mut text = format!("of {of} {what} {}", parts.join(", "));
        if self.rises > 0 {
            text += &format!("; it broke its law of descent on {}", self.rises);
        }
        if self.identities > 0 {
            text += &format!(
                "; its slope is not that of the formula for dE/dt on {}",
                self.identities
            );
        }
        Some(text)
    }
}

/// What the energy did on one trajectory: `energy fell from 2 to 0.005`.
pub(super) fn of_one(report: &LyapunovReport) -> Option<String> {
    let [first, last] = report.energy?;
    let (from, to) = (number(first), number(last));
    // Digits that two large numbers have in common hide what happened.
    let ends = |verb: &str| match from == to {
        true => format!(
            "energy {verb} by {} from {from}",
            number((last - first).abs())
        ),
        false => format!("energy {verb} from {from} to {to}"),
    };
    let mut text = match report.course() {
        Course::Unknown if report.input_error > 0.0 && last.is_finite() => format!(
            "energy went from {from} to {to}, and the work of the input is known to ±{} only: it cannot be told whether it fell (take a smaller rtol or max_step)",
            rough(report.input_error)
        ),
        Course::Unknown => return Some("the energy is not finite".into()),
        Course::Stayed if report.input_work == 0.0 => format!("energy stayed at {to}"),
        Course::Stayed => format!("energy went from {from} to {to} by the work of the input alone"),
        Course::Free => format!("energy went from {from} to {to}, free to rise"),
        Course::Fell if report.input_work == 0.0 => ends("fell"),
        Course::Fell => format!(
            "energy went from {from} to {to}: less the work of the input it fell by {}",
            number(first + report.input_work - last)
        ),
        Course::Rose if report.input_work == 0.0 => ends("rose"),
        Course::Rose => {
            format!("energy went from {from} to {to}, higher than the work of the input explains")
        }
        Course::Climbed => format!(
            "energy went from {from} to {to}, but climbed on the way: its rises add up to {}, its falls to {}",
            number(report.risen),
            number(report.fallen)
        ),
    };
    if report.input_work != 0.0 {
        let known = match report.input_error > 1e-4 * report.input_work.abs() {
            true => format!(" ± {}", rough(report.input_error)),
            false => String::new(),
        };
        text += &format!(" (work of the input {}{known})", number(report.input_work));
    }
    if report.not_judged > 0 {
        text += &format!(
            "; {} could not be judged at these tolerances (take smaller ones)",
            plural(report.not_judged as usize, "rise")
        );
    }
    Some(text)
}
