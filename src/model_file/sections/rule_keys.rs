//! Keys of `[learn]` that only some rules take.

use crate::dynamics::{Settings, Temperature};
use crate::learning::{KINDS, Nudge, Ramp, RuleKind, Said};
use crate::model_file::keys::{RAMP, SIDES};
use crate::model_file::{Field, Table, Value};

/// Most of what is counted here: each is held in memory, or is an exponent.
const MANY: usize = 1_000_000;
/// Keys that only some rules take.
pub(super) const OWN: [&str; 10] = [
    "nudge",
    "sides",
    "step",
    "steps",
    "chains",
    "sweeps",
    "temperature",
    "power",
    "masked",
    "lagrangians",
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
        // Matters of the examples and of what learns.
        _,
        _,
    ] = own
    else {
        return None;
    };
    let or = |field: &Field<'_>, unsaid: usize| match field.is_present() {
        true => field.count(MANY),
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
        let help = "0.7 times the number of neurons of the layer of the data is a beginning";
        return power.error(why).help(help).none();
    }
    if kind.name == "adjoint" && !step.is_present() && settings.step.is_none() {
        let why = "the rule \"adjoint\" needs a `step`, here or in [solve]";
        return step.error(why).help("step = 0.1").none();
    }
    let length = number(step, settings.step.unwrap_or(f64::NAN))?;
    Some(Said {
        nudge: number(nudge, 0.1)?,
        sides: side,
        temperature: t,
        power: or(power, 1)? as u32,
        steps: (length, or(steps, 10)?),
        chains: or(chains, 100)?,
        sweeps: or(sweeps, 1)?,
    })
}

fn ramp(mut table: Table<'_>) -> Option<Ramp> {
    let [from, to, epochs] = ["from", "to", "epochs"].map(|key| table.required(key));
    let (a, b, n) = (from.positive(), to.positive(), epochs.count(MANY));
    table.finish();
    Some(Ramp {
        from: a?,
        to: b?,
        epochs: n?,
    })
}
