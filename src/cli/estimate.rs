//! When a run will probably end.

use crate::number::rounded;

/// How fast a run goes on, over two stretches of time: where the steps grow, as in a stiff run, the speed promises nothing.
#[derive(Default)]
pub(super) struct Speed {
    /// Seconds spent and part done at the end of the first stretch, and later ones that will end it anew.
    first: Option<[f64; 2]>,
    later: Option<[f64; 2]>,
}

/// Seconds of work before anything is promised.
const WATCHED: f64 = 3.0;
/// The speed of one stretch may be so many times that of the other.
const STEADY: f64 = 1.5;

impl Speed {
    /// Seconds that are left at the speed of late, if that is what it was before.
    pub fn left(&mut self, seconds: f64, done: f64) -> Option<f64> {
        // The second stretch is never shorter than the first.
        if self.later.is_none_or(|[then, _]| seconds >= 2.0 * then) {
            self.first = self.later.replace([seconds, done]);
        }
        let [then, before] = self.first?;
        let (early, late) = (before / then, (done - before) / (seconds - then));
        let steady = early > 0.0 && late < STEADY * early && early < STEADY * late;
        (steady && seconds >= WATCHED && done <= 1.0).then(|| (1.0 - done) / late)
    }
}

/// `7 s`, `40 s`, `3 min`, `2 h`: an estimate, so one digit that counts, and of small numbers all.
pub(super) fn duration(seconds: f64) -> String {
    let round = |x: f64| match x < 20.0 {
        true => x.round(),
        false => rounded(x, 1),
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

    /// What is promised by a run that is seen at these seconds, each with the part that is done.
    fn promised(seen: &[[f64; 2]]) -> Vec<Option<f64>> {
        let mut speed = Speed::default();
        let left = seen.iter().map(|[spent, done]| speed.left(*spent, *done));
        left.collect()
    }

    #[test]
    fn the_time_left_is_told_once_the_speed_is_steady() {
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
}
