//! Keys of `[learn]` that only some rules take.

use super::learn::MOST;
use crate::dynamics::{Settings, Temperature};
use crate::learning::{KINDS, Nudge, Ramp, RuleKind, Said};
use crate::model_file::keys::{RAMP, SIDES};
use crate::model_file::{Field, Table, Value};

/// Keys that only some rules take.
pub(super) const OWN: [&str; 8] = [
    "nudge",
    "sides",
    "step",
    "steps",
    "chains",
    "sweeps",
    "temperature",
    "power",
];

/// Keys of other rules.
pub(super) fn refuse_others(kind: &RuleKind, own: &[Field<'_>]) {
    for (name, field) in OWN.iter().zip(own) {
        if field.is_present() && !kind.keys.contains(name) {
            let mut takers = KINDS
                .iter()
                .filter(|k| k.keys.contains(name))
                .map(|k| k.name);
            let taker = takers.next().unwrap_or_default();
            let why = format!(
                "`{name}` belongs to the rule \"{taker}\", this is \"{}\"",
                kind.name
            );
            field.error(why);
        }
    }
}

/// What is said of a rule; none where that is wrong.
pub(super) fn said(kind: &RuleKind, own: &[Field<'_>], settings: &Settings) -> Option<Said> {
    let [
        nudge,
        sides,
        step,
        steps,
        chains,
        sweeps,
        temperature,
        power,
    ] = own
    else {
        return None;
    };
    let or = |field: &Field<'_>, unsaid: usize| match field.is_present() {
        true => field.count(MOST),
        false => Some(unsaid),
    };
    let number = |field: &Field<'_>, unsaid: f64| match field.is_present() {
        true => field.positive(),
        false => Some(unsaid),
    };
    let side = match sides.is_present() {
        true => {
            let words = SIDES.map(|w| w.0);
            let word = sides.word(&words)?;
            SIDES.iter().find(|w| w.0 == word)?.1
        }
        false => Nudge::Symmetric,
    };
    let t = match temperature.value().map(|v| &v.value) {
        Some(Value::Table(_)) => Some(ramp(temperature.section(&RAMP)?)?),
        Some(_) => {
            let t = temperature.positive()?;
            Some(Ramp {
                from: t,
                to: t,
                epochs: 0,
            })
        }
        // What a Boltzmann machine is drawn at is a matter of its method.
        None => match settings.flipping.temperature {
            Temperature::Constant(t) => Some(Ramp {
                from: t,
                to: t,
                epochs: 0,
            }),
            _ => None,
        },
    };
    if kind.name == "dense-memory" && !temperature.is_present() {
        let why = "the rule \"dense-memory\" needs a `temperature`";
        let help = "temperature = 44, about 0.7 times the number of pixels";
        return power.error(why).help(help).none();
    }
    let length = number(step, settings.step.unwrap_or(f64::NAN))?;
    Some(Said {
        nudge: number(nudge, 0.1)?,
        sides: side,
        temperature: t,
        power: u32::try_from(or(power, 1)?).ok()?,
        steps: (length, or(steps, 10)?),
        chains: or(chains, 100)?,
        sweeps: or(sweeps, 1)?,
    })
}

fn ramp(mut table: Table<'_>) -> Option<Ramp> {
    let [from, to, epochs] = ["from", "to", "epochs"].map(|key| table.required(key));
    let (a, b, n) = (from.positive(), to.positive(), epochs.count(MOST));
    table.finish();
    Some(Ramp {
        from: a?,
        to: b?,
        epochs: n?,
    })
}
