//! `[learn]`.

use super::layers::{indices, named};
use crate::dynamics::{Settings, Start, Temperature};
use crate::learning::{
    Examples, Fall, Form, KINDS, Nudge, Optimiser, Parameters, Plan, Ramp, RuleKind, Said,
    Schedule, Targets, Task,
};
use crate::model_file::keys::{LEARN, OPTIMISER, RAMP, SIDES};
use crate::model_file::{Field, Place, Resolver, Table, Value};
use crate::network::Network;
use crate::refusal::Refusal;

/// Most of anything that is counted here.
const MOST: usize = 1 << 40;
/// Keys that only some rules take.
const OWN: [&str; 8] = [
    "nudge",
    "sides",
    "step",
    "steps",
    "chains",
    "sweeps",
    "temperature",
    "power",
];

/// What the rest of the file says that is needed here.
pub(super) struct Around<'a> {
    pub network: &'a Network,
    pub settings: &'a Settings,
    pub base: Option<&'a Start>,
    pub seed: u64,
}

pub(super) fn read(
    field: &Field<'_>,
    around: &Around<'_>,
    resolver: &mut Resolver<'_>,
) -> Option<Task> {
    let mut table = field.section(&LEARN)?;
    let network = around.network;
    let rule = table.required("rule");
    let (layer, data) = (table.required("layer"), table.required("data"));
    let (target, targets, coded) = (
        table.key("target"),
        table.key("targets"),
        table.key("coded"),
    );
    let rows = ["train", "choose", "test"].map(|key| table.key(key));
    let (epochs, batch) = (table.required("epochs"), table.key("batch"));
    let optimiser = table.key("optimiser");
    let (synapses, inputs) = (table.key("synapses"), table.key("inputs"));
    let (zeros, keep) = (table.key("keep_zeros"), table.key("keep"));
    let (shift, seed) = (table.key("shift"), table.key("seed"));
    let own = OWN.map(|key| table.key(key));

    let names: Vec<&str> = KINDS.iter().map(|k| k.name).collect();
    let kind = rule
        .word(&names)
        .and_then(|w| KINDS.iter().find(|k| k.name == w));
    let said = kind.and_then(|kind| said(kind, &own, around.settings));
    if let Some(kind) = kind {
        others(kind, &own);
    }
    let keep = keep.word(&["last", "best"]);
    let best = keep == Some("best");
    let epochs = epochs.count(MOST);
    let batch = if batch.is_present() {
        batch.count(MOST)
    } else {
        Some(50)
    };
    let (clean_zeros, shift_by) = (zeros.is_true(), shift.whole(0..=1 << 20).unwrap_or(0));
    let own_seed = seed.seed().unwrap_or(around.seed);
    table.finish();

    let layer = named(&layer, network)?;
    let own = &network.layers()[layer];
    let what = format!("examples of layer `{}` ({})", own.name, own.size());
    let data = super::array(&data, &Place::rows(what, None, &own.shape), resolver)?.data;
    let count = data.len() / own.size().max(1);
    let wanted = wanted([&target, &targets, &coded], (network, count), resolver)?;
    let examples = Examples {
        layer,
        rows: data,
        targets: wanted,
        shift: shift_by as usize,
    };
    let kind = kind?;
    let parameters = parameters((&synapses, &inputs), (network, layer, kind.name))?;
    let mut parameters = field_result(&synapses, field, parameters)?;
    if clean_zeros {
        parameters.keep_zeros(network);
    }
    let [train, choose, test] = &rows;
    let [choose, test] = [choose, test].map(|f| match f.is_present() {
        true => indices(f, count, "row"),
        false => Some(Vec::new()),
    });
    let (choose, test) = (choose?, test?);
    let train = match train.is_present() {
        true => indices(train, count, "row")?,
        false => (0..count)
            .filter(|r| !choose.contains(r) && !test.contains(r))
            .collect(),
    };
    let (epochs, batch) = (epochs?, batch?);
    let batches = train.len().div_ceil(batch);
    let (optimiser, schedule) = read_optimiser(&optimiser, &parameters, (epochs, batches))?;
    let task = Task {
        rule: kind,
        said: said?,
        examples,
        parameters,
        plan: Plan {
            epochs,
            batch,
            seed: own_seed,
            schedule,
            learn: train,
            choose,
            test,
            best,
        },
        optimiser,
        base: around
            .base
            .cloned()
            .unwrap_or_else(|| Start::at(vec![0.0; network.size()])),
    };
    match task.check(network) {
        Ok(()) => Some(task),
        Err(why) => field.refuse(why).none(),
    }
}

fn field_result<T>(field: &Field<'_>, whole: &Field<'_>, found: Result<T, Refusal>) -> Option<T> {
    let place = if field.is_present() { field } else { whole };
    found.map_err(|why| drop(place.refuse(why))).ok()
}

/// Keys of other rules.
fn others(kind: &RuleKind, own: &[Field<'_>]) {
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
fn said(kind: &RuleKind, own: &[Field<'_>], settings: &Settings) -> Option<Said> {
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

/// What is wanted of which layer: none where nothing is said of it, nothing where it is wrong.
fn wanted(
    [target, targets, coded]: [&Field<'_>; 3],
    (network, count): (&Network, usize),
    resolver: &mut Resolver<'_>,
) -> Option<Option<Targets>> {
    let codes = match coded.is_present() {
        true => coded.each(Field::number)?,
        false => vec![0.0, 1.0],
    };
    let [off, on] = codes[..] else {
        return coded
            .error("`coded` is two numbers: of a neuron whose class it is not, and whose it is")
            .none();
    };
    match (target.is_present(), targets.is_present()) {
        (false, false) => return Some(None),
        (true, true) => {}
        (a, _) => {
            let (there, other) = if a {
                (target, "targets")
            } else {
                (targets, "target")
            };
            let why = format!(
                "{} needs `{other}`: a layer, and what is wanted of it",
                there.name()
            );
            return there.error(why).none();
        }
    }
    let layer = named(target, network)?;
    let (name, shape, size) = {
        let l = &network.layers()[layer];
        (l.name.clone(), l.shape.clone(), l.size())
    };
    let found = super::array(targets, &Place::any("targets"), resolver)?;
    // One number for each example is its class, unless the layer has one neuron.
    let is_classes = found.data.len() == count && size > 1;
    let made = match is_classes {
        true => Targets::of_classes(network, layer, &found.data, [off, on]),
        false if found.data.len() == count * size => Ok(Targets {
            layer,
            rows: found.data,
            classes: None,
        }),
        false => {
            let all: usize = shape.iter().product();
            let why = format!(
                "has {} numbers: for {count} examples that are {count} classes, or {count} rows of the {all} neurons of layer `{name}`",
                found.data.len()
            );
            Err(Refusal::new("targets", why))
        }
    };
    made.map(Some).map_err(|why| drop(targets.refuse(why))).ok()
}

/// Which parameters learn.
fn parameters(
    (synapses, inputs): (&Field<'_>, &Field<'_>),
    (network, held, rule): (&Network, usize, &str),
) -> Option<Result<Parameters, Refusal>> {
    let is_word = |f: &Field<'_>| matches!(f.value().map(|v| &v.value), Some(Value::String(_)));
    let learns = |k: &usize| network.connections()[*k].synapse.learn().is_some();
    let which: Vec<usize> = match synapses.is_present() {
        true if is_word(synapses) => {
            synapses.word(&["all"])?;
            (0..network.connections().len()).filter(learns).collect()
        }
        true => synapses.each(|f| f.whole(0..=MOST as u64).map(|k| k as usize))?,
        false => (0..network.connections().len()).filter(learns).collect(),
    };
    let all = 0..network.layers().len();
    // Where the data is held the input changes nothing, but for how likely that is.
    let free = |k: &usize| *k != held || rule == "boltzmann";
    let biases: Vec<usize> = match inputs.is_present() {
        true if is_word(inputs) => match inputs.word(&["all", "none"])? {
            "none" => Vec::new(),
            _ => all.filter(free).collect(),
        },
        true => inputs.each(|f| named(f, network))?,
        false => all.filter(free).collect(),
    };
    Some(Parameters::of(network, &which, &biases))
}

fn read_optimiser(
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
    let (factored, kept) = (part(&factor), part(&keep));
    let falls = fall.word(&["none", "cosine", "factor"]);
    let lost = decay.not_negative();
    let rises = warm_up.whole(0..=MOST as u64).unwrap_or(0) as usize;
    table.finish();
    let form = match (form?, kept) {
        (Form::Momentum(_), Some(keep)) => Form::Momentum(keep),
        (Form::Normalised(_), Some(keep)) => Form::Normalised(keep),
        (form, Some(_)) => {
            let why = "`keep` belongs to \"momentum\" and \"normalised\"";
            let _ = form;
            return keep.error(why).none();
        }
        (form, None) => form,
    };
    let fall = match falls {
        Some("cosine") => Fall::Cosine(epochs * batches),
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
