//! `[solve]`.

use crate::dynamics::{FORMER, METHODS, Method, Settings};
use crate::model_file::keys::SAVE;
use crate::model_file::{Diagnostics, Field, Span, Spanned, Table, Value};
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
    /// First and last time, if they make sense.
    pub run: Option<[f64; 2]>,
    /// Where its keys stand, and the table itself under an empty name.
    spans: Vec<(String, Span)>,
}

impl Solve {
    /// Records what makes no sense in the settings as a whole, where it was typed.
    fn check(&self, diagnostics: &Diagnostics) {
        let s = &self.settings;
        let at = |key: &str| self.spans.iter().find(|(k, _)| k == key);
        let span = |key: &str| at(key).or_else(|| at("")).map(|(_, s)| s.clone());
        if s.t_end <= s.t_start {
            let (start, end) = (s.t_start, s.t_end);
            // Which one was typed; the default of t_max is not to blame.
            let (key, message) = match ["t_end", "t_max"].into_iter().find(|k| at(k).is_some()) {
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
        } else if !s.method.is_adaptive() && s.step.is_none() && at("step").is_some() {
            // What is wrong with the step has been said where it was read.
        } else if !s.method.is_adaptive() && s.step.is_none() {
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
            run: Some([0.0, 1000.0]),
            spans: Vec::new(),
        }
    }
}

pub(super) fn read(table: Option<Table<'_>>, diagnostics: &Diagnostics) -> Solve {
    let mut solve = Solve::default();
    let Some(mut table) = table else {
        return solve;
    };
    solve.spans = table
        .keys()
        .filter_map(|k| Some((k.value.to_owned(), table.peek(k.value)?.span.clone())))
        .collect();
    solve.spans.extend(table.span().map(|s| (String::new(), s)));
    let s = &mut solve.settings;
    if let Some(method) = method(&table.key("method")) {
        s.method = method;
    }
    let set = |field: Field<'_>, to: &mut f64| {
        if let Some(v) = field.positive() {
            *to = v.value;
        }
    };
    if let Some(rtol) = table.key("rtol").positive() {
        if rtol.value >= 1.0 {
            let why = "rtol must be below 1: nothing would be controlled";
            diagnostics.error(rtol.span, why);
        }
        s.rtol = rtol.value;
    }
    set(table.key("atol"), &mut s.atol);
    set(table.key("max_step"), &mut s.max_step);
    s.step = table.key("step").positive().map(|v| v.value);
    if let Some(v) = table.key("max_steps").whole(1..=u64::MAX) {
        s.max_steps = v.value;
    }
    set(table.key("rest_atol"), &mut solve.rest[0]);
    set(table.key("rest_rtol"), &mut solve.rest[1]);
    if let Some(t) = table.key("t_start").number() {
        s.t_start = t.value;
    }
    let until = table.key("until").word(&["rest", "time"]);
    let t_end = table.key("t_end").number();
    let t_max = table.key("t_max").number();
    let until_rest = match &until {
        Some(word) => word.value == "rest",
        None => table.peek("t_end").is_none(),
    };
    s.until_rest = until_rest;
    match (t_end, t_max) {
        // One that is no time has its own error.
        (None, None) if table.peek("t_end").is_some() => {}
        (None, None) if !until_rest => {
            diagnostics.error(until.map(|w| w.span), "until = \"time\" needs t_end");
        }
        (Some(a), Some(_)) if until_rest => {
            diagnostics
                .error(a.span, "t_end and t_max both say when to give up waiting for rest")
                .help("keep one of them; until = \"time\" integrates to t_end whether or not it rests");
        }
        (Some(t), _) => s.t_end = t.value,
        (None, Some(t)) => s.t_end = t.value,
        (None, None) => {}
    }
    let words: Vec<&str> = Mode::WORDS.iter().map(|(w, _)| *w).collect();
    if let Some(word) = table.key("lyapunov").word(&words) {
        let mode = Mode::WORDS.iter().find(|(w, _)| *w == word.value);
        solve.lyapunov = mode.map_or(solve.lyapunov, |(_, m)| *m);
        // As the default it becomes `stop` by itself; whoever writes it expects steps to be taken back.
        if solve.lyapunov == Mode::Reject && !s.method.takes_back {
            let name = s.method.name;
            let why = format!(
                "lyapunov = \"reject\" cannot be had with method = \"{name}\", which takes no step back"
            );
            diagnostics.error(word.span, why)
                .help(format!(
                    "lyapunov = \"stop\" ends the run where the energy rises; these take steps back: {}",
                    METHODS.iter().filter(|m| m.takes_back).map(|m| m.name).collect::<Vec<_>>().join(", ")
                ));
        }
    }
    if let Some(v) = table.key("seed").whole(0..=u64::MAX) {
        solve.seed = v.value;
    }
    if let Some(v) = table.key("threads").whole(0..=1024) {
        solve.threads = v.value as usize;
    }
    if let Some(v) = table.key("max_output").whole(1..=u64::MAX) {
        solve.max_output = v.value;
    }
    // Times of a run that makes no sense are not held against it.
    let before = diagnostics.len();
    solve.check(diagnostics);
    let s = &solve.settings;
    solve.run = (diagnostics.len() == before).then_some([s.t_start, s.t_end]);
    if let Some(save) = save(&table.key("save"), solve.run) {
        solve.save = save;
    }
    table.finish();
    solve
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
    let methods: Vec<&str> = METHODS.iter().map(|m| m.name).collect();
    Method::named(field.word(&methods)?.value)
}

/// A time of the `run`: one that lies outside by the rounding of a sum, as 0.1 + 0.2 beyond 0.3, is its start or end.
pub(super) fn within(mut t: Spanned<f64>, run: Option<[f64; 2]>) -> Spanned<f64> {
    if let Some([start, end]) = run {
        let rounding = 1e-12 * (end - start) + 8.0 * f64::EPSILON * start.abs().max(end.abs());
        let clamped = t.value.clamp(start, end);
        if (t.value - clamped).abs() <= rounding {
            t.value = clamped;
        }
    }
    t
}

/// `"final"`, `"steps"`, `{ every = 0.1 }` or `{ at = [0, 1, 2] }`.
fn save(field: &Field<'_>, run: Option<[f64; 2]>) -> Option<Save> {
    if let Value::String(_) = field.value()?.value {
        let word = field.word(&["final", "steps"])?;
        return Some(if word.value == "final" {
            Save::Final
        } else {
            Save::Steps
        });
    }
    let mut table = field.section(&SAVE)?;
    let every = table.key("every");
    let at = table.key("at");
    let diagnostics = table.diagnostics();
    let whole = table.finish();
    match (every.is_present(), at.is_present()) {
        (true, false) => every.positive().map(|v| Save::Every(v.value)),
        (false, true) => {
            let times = at.items()?;
            let times = times.iter().map(|t| Some(within(t.number()?, run)));
            let mut times = times.collect::<Option<Vec<_>>>()?;
            // An end that is written in two ways is one time.
            times.dedup_by(|b, a| a.value == b.value && Some(a.value) == run.map(|run| run[1]));
            for pair in times.windows(2) {
                if pair[1].value <= pair[0].value {
                    return diagnostics
                        .error(pair[1].span.clone(), "the times to be kept must rise")
                        .none();
                }
            }
            for t in &times {
                if let Some([t_start, t_end]) = run
                    && !(t_start..=t_end).contains(&t.value)
                {
                    let why = format!("this time lies outside the run, from {t_start} to {t_end}");
                    return diagnostics.error(t.span.clone(), why).none();
                }
            }
            if times.is_empty() {
                return whole
                    .error("no time is named")
                    .help("save = \"final\" keeps the ends only")
                    .none();
            }
            Some(Save::At(times.iter().map(|t| t.value).collect()))
        }
        _ => whole
            .error("save needs one of `every` and `at`")
            .help("or write save = \"final\" or save = \"steps\"")
            .none(),
    }
}
