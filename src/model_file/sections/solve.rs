//! `[solve]`.

use super::flipping;
use crate::dynamics::{FORMER, METHODS, Method, Settings};
use crate::model_file::keys::SAVE;
use crate::model_file::{Field, Spanned, Table, Value};
use crate::monitor::{Mode, Save};
use crate::number::exact;

/// How the study is integrated and watched.
pub(super) struct Solve {
    pub settings: Settings,
    pub save: Save,
    pub lyapunov: Mode,
    pub rest: [f64; 2],
    pub seed: u64,
    pub threads: usize,
    pub max_output: u64,
    /// Where its keys stand that a method may find wrong with a network.
    pub typed: Vec<(&'static str, Spanned<Value>)>,
    /// First and last time, if they make sense.
    pub run: Option<[f64; 2]>,
}

impl Solve {
    /// Records what makes no sense in the settings as a whole, where it was typed.
    fn check(&self, table: &Table<'_>) {
        let (s, diagnostics) = (&self.settings, table.diagnostics());
        let at = |key: &str| table.peek(key).map(|v| v.span.clone());
        let span = |key: &str| at(key).or(table.span());
        if s.t_end <= s.t_start {
            let (start, end) = (s.t_start, s.t_end);
            // Which one was typed; the default of t_max is not to blame.
            let (key, message) = match ["t_end", "t_max"].into_iter().find(|k| table.has(k)) {
                Some(key) => (
                    key,
                    format!(
                        "{key} must be after t_start = {}, it is {}",
                        exact(start),
                        exact(end)
                    ),
                ),
                None => (
                    "t_start",
                    format!(
                        "t_start must be before t_max = {end}, the default, it is {}",
                        exact(start)
                    ),
                ),
            };
            diagnostics.error(span(key), message);
        } else if !s.method.is_adaptive() && s.fixed_step().is_none() && table.has("step") {
            // What is wrong with the step has been said where it was read.
        } else if !s.method.is_adaptive() && s.fixed_step().is_none() {
            let name = s.method.name;
            let why = format!("{name} has no error control, so it needs `step`");
            diagnostics.error(span("method"), why).help(format!(
                "add step = 0.01, say, or take a method that chooses its steps: {}",
                Method::names(true).join(", ")
            ));
        } else if let Err(why) = s.check() {
            diagnostics.error(span(&why.what), why.to_string());
        }
    }
}

impl Default for Solve {
    fn default() -> Self {
        Solve {
            settings: Settings {
                until_rest: true,
                t_end: 1000.0,
                ..Settings::default()
            },
            save: Save::Steps,
            lyapunov: Mode::Reject,
            rest: [1e-8, 1e-6],
            seed: 0,
            threads: 0,
            max_output: 2 << 30,
            typed: Vec::new(),
            run: Some([0.0, 1000.0]),
        }
    }
}

pub(super) fn read(table: Option<Table<'_>>) -> Solve {
    let mut solve = Solve::default();
    let Some(mut table) = table else {
        return solve;
    };
    let diagnostics = table.diagnostics();
    let s = &mut solve.settings;
    set(&mut s.method, method(&table.key("method")));
    let rtol = table.key("rtol");
    set(&mut s.rtol, rtol.positive());
    if s.rtol >= 1.0 {
        rtol.error("rtol must be below 1: nothing would be controlled");
    }
    set(&mut s.atol, table.key("atol").positive());
    set(&mut s.max_step, table.key("max_step").positive());
    s.step = table.key("step").positive();
    // A step of units that flip is a sweep: t_end says how many there are.
    s.max_steps = if s.method.flips {
        u64::MAX
    } else {
        s.max_steps
    };
    set(&mut s.max_steps, table.key("max_steps").whole(1..=u64::MAX));
    set(&mut solve.rest[0], table.key("rest_atol").positive());
    set(&mut solve.rest[1], table.key("rest_rtol").positive());
    set(&mut s.t_start, table.key("t_start").number());
    let (until, t_end) = (table.key("until"), table.key("t_end"));
    let until_rest = until.word(&["rest", "time"]).map(|word| word == "rest");
    s.until_rest = until_rest.unwrap_or(!t_end.is_present());
    s.until_energy = table.key("until_energy").number();
    match (t_end.number(), table.key("t_max").number()) {
        // One that is no time has its own error.
        (None, None) if t_end.is_present() => {}
        (None, None) if !s.until_rest => drop(until.error("until = \"time\" needs t_end")),
        (Some(_), Some(_)) if s.until_rest => {
            t_end.error("t_end and t_max both say when to give up waiting for rest")
                .help("keep one of them; until = \"time\" integrates to t_end whether or not it rests");
        }
        (Some(t), _) | (None, Some(t)) => s.t_end = t,
        (None, None) => {}
    }
    s.flipping = flipping::read(&mut table, s.method);
    let lyapunov = table.key("lyapunov");
    let words = Mode::WORDS.map(|(word, _)| word);
    if let Some(word) = lyapunov.word(&words) {
        let mode = Mode::WORDS.iter().find(|(w, _)| *w == word);
        set(&mut solve.lyapunov, mode.map(|(_, mode)| *mode));
        // As the default it becomes `stop` by itself; whoever writes it expects steps to be taken back.
        if solve.lyapunov == Mode::Reject && !s.method.takes_back {
            let name = s.method.name;
            let why = format!(
                "lyapunov = \"reject\" cannot be had with method = \"{name}\", which takes no step back"
            );
            let others = METHODS.iter().filter(|m| m.takes_back).map(|m| m.name);
            let others = others.collect::<Vec<_>>().join(", ");
            lyapunov.error(why).help(format!(
                "lyapunov = \"stop\" ends the run where the energy rises; these take steps back: {others}"
            ));
        }
    }
    set(&mut solve.seed, table.key("seed").seed());
    let threads = table.key("threads").whole(0..=1024);
    set(&mut solve.threads, threads.map(|n| n as usize));
    set(
        &mut solve.max_output,
        table.key("max_output").whole(1..=u64::MAX),
    );
    // Times of a run that makes no sense are not held against it.
    let before = diagnostics.len();
    solve.check(&table);
    let s = &solve.settings;
    solve.run = (diagnostics.len() == before).then_some([s.t_start, s.t_end]);
    set(&mut solve.save, save(&table.key("save"), solve.run));
    let keys = [
        "method",
        "until",
        "until_energy",
        "rule",
        "order",
        "temperature",
    ];
    let typed = keys.map(|key| Some((key, table.peek(key)?.clone())));
    solve.typed = typed.into_iter().flatten().collect();
    table.finish();
    solve
}

/// What is said, where something is.
fn set<T>(to: &mut T, said: Option<T>) {
    if let Some(said) = said {
        *to = said;
    }
}

fn method(field: &Field<'_>) -> Option<&'static Method> {
    if let Some(Value::String(word)) = field.value().map(|v| &v.value)
        && let Some((name, now)) = FORMER.iter().find(|(name, _)| name == word)
    {
        let why = format!("{name} is a method of an earlier version");
        return field.error(why)
            .help(format!(
                "method = \"{now}\" takes its place; of rodas5p and rosenbrock23, both implicit, the latter is for loose tolerances"
            )).none();
    }
    Method::named(field.word(&Method::all_names())?)
}

/// A time of the `run`: one that lies outside by the rounding of a sum, as 0.1 + 0.2 beyond 0.3, is its start or end.
pub(super) fn within(t: f64, run: Option<[f64; 2]>) -> f64 {
    let Some([start, end]) = run else { return t };
    let rounding = 1e-12 * (end - start) + 8.0 * f64::EPSILON * start.abs().max(end.abs());
    let clamped = t.clamp(start, end);
    if (t - clamped).abs() <= rounding {
        clamped
    } else {
        t
    }
}

/// `"final"`, `"steps"`, `{ every = 0.1 }` or `{ at = [0, 1, 2] }`.
fn save(field: &Field<'_>, run: Option<[f64; 2]>) -> Option<Save> {
    if let Value::String(_) = field.value()?.value {
        return Some(match field.word(&["final", "steps"])? {
            "final" => Save::Final,
            _ => Save::Steps,
        });
    }
    let mut table = field.section(&SAVE)?;
    let every = table.key("every");
    let at = table.key("at");
    let whole = table.finish();
    match (every.is_present(), at.is_present()) {
        (true, false) => every.positive().map(Save::Every),
        (false, true) => {
            let mut times = at.each(|t| Some((within(t.number()?, run), t.clone())))?;
            // An end that is written in two ways is one time.
            times.dedup_by(|b, a| a.0 == b.0 && Some(a.0) == run.map(|run| run[1]));
            if let Some(late) = times.windows(2).find(|pair| pair[1].0 <= pair[0].0) {
                return late[1].1.error("the times to be kept must rise").none();
            }
            let outside = |t: f64| run.is_some_and(|[start, end]| !(start..=end).contains(&t));
            if let (Some([start, end]), Some((_, field))) =
                (run, times.iter().find(|t| outside(t.0)))
            {
                let why = format!("this time lies outside the run, from {start} to {end}");
                return field.error(why).none();
            }
            if times.is_empty() {
                const ENDS: &str = "save = \"final\" keeps the ends only";
                return whole.error("no time is named").help(ENDS).none();
            }
            Some(Save::At(times.into_iter().map(|t| t.0).collect()))
        }
        _ => whole
            .error("save needs one of `every` and `at`")
            .help("or write save = \"final\" or save = \"steps\"")
            .none(),
    }
}
