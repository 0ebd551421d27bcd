//! `optimiser` of `[learn]`.

use super::learn::MOST;
use crate::learning::{Fall, Form, Optimiser, Parameters, Schedule};
use crate::model_file::keys::OPTIMISER;
use crate::model_file::{Field, Value};

/// The optimiser of so many epochs and batches in each: a word, or a table.
pub(super) fn read(
    field: &Field<'_>,
    parameters: &Parameters,
    (epochs, batches): (usize, usize),
) -> Option<(Optimiser, Schedule)> {
    let words = Form::WORDS.map(|w| w.0);
    let named = |word: &str| Form::WORDS.iter().find(|w| w.0 == word).map(|w| w.1);
    let rate = |form: Form| match form {
        Form::Normalised(_) => 0.02,
        _ => 1e-3,
    };
    let made = |form: Form| Optimiser::new(form, parameters.count()).rows(parameters.rows());
    let plain = |form: Form| {
        let schedule = Schedule {
            rate: rate(form),
            warm_up: 0,
            fall: Fall::Not,
        };
        (made(form), schedule)
    };
    match field.value().map(|v| &v.value) {
        None => return Some(plain(Form::ADAM)),
        Some(Value::Table(_)) => {}
        Some(_) => return Some(plain(named(field.word(&words)?)?)),
    }
    let mut table = field.section(&OPTIMISER)?;
    let kind = table.key("kind");
    let numbers = ["rate", "clip", "limit"].map(|key| table.key(key));
    let (fall, factor, warm_up) = (table.key("fall"), table.key("factor"), table.key("warm_up"));
    let (keep, decay) = (table.key("keep"), table.key("decay"));
    let form = match kind.is_present() {
        true => kind.word(&words).and_then(named),
        false => Some(Form::ADAM),
    };
    let [speed, clip, limit] = numbers.each_ref().map(|f| match f.is_present() {
        true => f.positive().map(Some),
        false => Some(None),
    });
    let part = |f: &Field<'_>| match f.not_negative() {
        Some(v) if v > 1.0 => f
            .error(format!("{} must be at most 1, it is {v}", f.name()))
            .none(),
        other => other,
    };
    let factored = part(&factor);
    let falls = fall.word(&["none", "cosine", "factor"]);
    let lost = decay.not_negative();
    let rises = warm_up.whole(0..=MOST as u64).unwrap_or(0) as usize;
    table.finish();
    let form = match form? {
        form if !keep.is_present() => form,
        Form::Momentum(_) => Form::Momentum(part(&keep)?),
        Form::Normalised(_) => Form::Normalised(part(&keep)?),
        Form::Adam(_) => {
            let both = keep.each(part)?;
            match both[..] {
                [mean, square] if mean < 1.0 && square < 1.0 => Form::Adam([mean, square]),
                _ => {
                    let why = "`keep` of \"adam\" is two numbers below 1: what it keeps of the mean gradient and of its mean square";
                    return keep.error(why).help("keep = [0.9, 0.999]").none();
                }
            }
        }
        Form::Gradient => {
            let why = "`keep` belongs to \"momentum\", \"normalised\" and \"adam\"";
            return keep.error(why).none();
        }
    };
    if factor.is_present() && falls != Some("factor") {
        let why = "`factor` belongs to fall = \"factor\"";
        return factor.error(why).none();
    }
    let fall = match falls {
        Some("cosine") => Fall::Cosine(epochs.saturating_mul(batches)),
        Some("factor") => Fall::Factor(factored.unwrap_or(0.998), batches),
        _ => Fall::Not,
    };
    let mut optimiser = made(form);
    optimiser.clip = clip?.unwrap_or(f64::INFINITY);
    optimiser.limit = limit?.unwrap_or(f64::INFINITY);
    optimiser.decay = lost.unwrap_or(0.0);
    let schedule = Schedule {
        rate: speed?.unwrap_or(rate(form)),
        warm_up: rises,
        fall,
    };
    Some((optimiser, schedule))
}
