//! `[learn]`.

use super::layers::{indices, named};
use super::learnable::Which;
use super::{optimiser, patches, rule_keys};
use crate::dynamics::{Settings, Start};
use crate::learning::{Examples, KINDS, Masks, Plan, Targets, Task};
use crate::model_file::keys::LEARN;
use crate::model_file::{Field, Place, Resolver};
use crate::network::Network;
use crate::refusal::Refusal;

/// Most of anything that is counted here.
pub(super) const MOST: usize = 1 << 40;
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
    let (lagrangians, fixed) = (table.key("lagrangians"), table.key("fixed"));
    let masked = table.key("masked");
    let (zeros, keep) = (table.key("keep_zeros"), table.key("keep"));
    let (shift, seed) = (table.key("shift"), table.key("seed"));
    let own = rule_keys::OWN.map(|key| table.key(key));

    let names: Vec<&str> = KINDS.iter().map(|k| k.name).collect();
    let kind = rule
        .word(&names)
        .and_then(|w| KINDS.iter().find(|k| k.name == w));
    let said = kind.and_then(|kind| rule_keys::said(kind, &own, around.settings));
    if let Some(kind) = kind {
        rule_keys::refuse_others(kind, &own);
        let (method, rests) = (around.settings.method, kind.keys.contains(&"nudge"));
        if method.is_noisy() && (rests || kind.name == "contrastive-hebbian") {
            let why = format!(
                "\"{}\" learns from fixed points, and {} never rests",
                kind.name, method.name
            );
            rule.error(why)
                .help("method = \"auto\" moves without noise");
        }
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
    let shape = match &own.patches {
        Some(patches) => patches.picture().to_vec(),
        None => own.shape.clone(),
    };
    let size: usize = shape.iter().product();
    let what = format!("examples of layer `{}` ({size})", own.name);
    let data = super::array(&data, &Place::rows(what, None, &shape), resolver)?.data;
    let count = data.len() / size.max(1);
    let masks = match &own.patches {
        Some(patches) if masked.is_present() => Some(patches::masks(&masked, patches.tokens())?),
        // So many, of none: whoever checks the examples says so.
        _ => masked.is_present().then_some(Masks::Drawn(0)),
    };
    let wanted = wanted(
        [&target, &targets, &coded],
        (network, layer, count),
        resolver,
    )?;
    let examples = Examples {
        layer,
        rows: data,
        targets: wanted,
        masked: masks,
        shift: shift_by as usize,
    };
    let kind = kind?;
    let which = Which {
        all: field,
        synapses: &synapses,
        inputs: &inputs,
        lagrangians: &lagrangians,
        fixed: &fixed,
    };
    let mut parameters = which.read((network, layer, kind.name))?;
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
    let (optimiser, schedule) = optimiser::read(&optimiser, &parameters, (epochs, batches))?;
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
        Err(why) => {
            let places = [("targets", &targets), ("masked", &masked), ("rule", &rule)];
            let at = places
                .iter()
                .find(|(what, at)| *what == why.what && at.is_present());
            at.map_or(field, |(_, at)| *at).refuse(why).none()
        }
    }
}

/// What is wanted of which layer: none where nothing is said of it, nothing where it is wrong.
fn wanted(
    [target, targets, coded]: [&Field<'_>; 3],
    (network, held, count): (&Network, usize, usize),
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
    if layer == held {
        let name = &network.layers()[layer].name;
        let why = format!(
            "`{name}` is the layer of the data: what is held there cannot be wanted as well"
        );
        return target.error(why).none();
    }
    let own = &network.layers()[layer];
    let (name, size) = (&own.name, own.size());
    let found = super::array(targets, &Place::any("targets"), resolver)?;
    // One number for each example is its class, unless the layer has one neuron.
    let is_classes = found.data.len() == count && size > 1;
    if coded.is_present() && !is_classes {
        let why = "`coded` is of targets that are classes; these are activations already";
        return coded.error(why).none();
    }
    let made = match is_classes {
        true => Targets::of_classes(network, layer, &found.data, [off, on]),
        false if found.data.len() == count * size => Ok(Targets {
            layer,
            rows: found.data,
            classes: None,
        }),
        false => {
            let wanted = match size {
                1 => format!("one for each of the {count} examples"),
                _ => format!(
                    "{count} for {count} examples if they are classes, else a row of {size} for each"
                ),
            };
            let why = format!(
                "are {} numbers; layer `{name}` needs {wanted}",
                found.data.len()
            );
            Err(Refusal::new("targets", why))
        }
    };
    made.map(Some).map_err(|why| drop(targets.refuse(why))).ok()
}
