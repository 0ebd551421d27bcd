//! `[[synapses]]`.

use super::layers::{Draft, Layers, among};
use crate::model_file::parameters::{Entry, Port};
use crate::model_file::{Field, Resolver, Span, Table, Value, catalogue};
use crate::number::plural;
use crate::synapse::{EnergyWeights, Joined, KINDS, Kind, Made, Synapse};

/// The synapses that were understood.
pub(super) struct Synapses {
    pub built: Vec<(Vec<String>, Box<dyn Synapse>)>,
    pub spans: Vec<Span>,
    pub complete: bool,
}

pub(super) fn read(
    tables: Vec<Table<'_>>,
    layers: &mut Layers,
    resolver: &mut Resolver<'_>,
) -> Synapses {
    let diagnostics = resolver.diagnostics();
    let mut all = Synapses {
        built: Vec::new(),
        spans: Vec::new(),
        complete: true,
    };
    for table in tables {
        let span = table.span();
        let before = diagnostics.len();
        match one(table, layers, resolver) {
            Some(synapse) if diagnostics.len() == before => {
                all.spans.push(span.unwrap_or_default());
                all.built.push(synapse);
            }
            _ => all.complete = false,
        }
    }
    all
}

fn one(
    mut table: Table<'_>,
    layers: &mut Layers,
    resolver: &mut Resolver<'_>,
) -> Option<(Vec<String>, Box<dyn Synapse>)> {
    let words: Vec<&str> = KINDS.iter().map(|k| k.name).collect();
    let word = table.required("kind").word(&words);
    let kind = word.and_then(|word| KINDS.iter().find(|k| k.name == word));
    let field = table.required("layers");
    let joined = join(&field, layers, kind.and_then(|k| k.instead));
    // Without its kind nothing can be said of its other keys.
    let kind = kind?;
    let entry = Entry {
        list: "synapse",
        name: kind.name,
        parameters: kind.parameters,
        lagrangian: catalogue::sum,
    };
    let Some(joined) = joined.filter(|joined| is_number_of(kind, joined.len(), &field)) else {
        entry.finish(table);
        return None;
    };
    let drafts = || joined.iter().map(|k| &layers.drafts[*k]);
    let names: Vec<String> = drafts().map(|d| d.name.clone()).collect();
    let ports = drafts().map(|d| Port {
        label: format!("`{}` ({})", d.name, d.size().unwrap_or(0)),
        shape: d.shape.clone(),
    });
    let ports: Vec<Port> = ports.collect();
    let Some(seen) = drafts().map(seen).collect::<Option<Vec<_>>>() else {
        entry.finish(table);
        return None;
    };
    let made = entry.make(table, &ports, resolver, |p| (kind.make)(p, &seen))?;
    for remark in &made.remarks {
        let labels: Vec<&str> = ports.iter().map(|p| p.label.as_str()).collect();
        resolver.remark(format!(
            "`{}` in {}: {remark}",
            kind.name,
            labels.join(" and ")
        ));
    }
    Some((names, keep_weights(made, joined[0], layers)))
}

/// A layer as a synapse is told of it; none where its energy weights are said and were not understood.
fn seen(draft: &Draft) -> Option<Joined> {
    let energy_weights = match &draft.layer {
        Some(layer) => layer.weight.clone(),
        None if draft.energy_weights == EnergyWeights::Unsaid => vec![1.0; draft.size()?],
        None => return None,
    };
    Some(Joined {
        shape: draft.shape.clone()?,
        energy_weights,
        origin: draft.energy_weights,
    })
}

/// Are there as many layers as the kind joins? If not, that is recorded.
fn is_number_of(kind: &Kind, found: usize, field: &Field<'_>) -> bool {
    let wanted = kind.joins.unwrap_or(found.max(1));
    if found == wanted {
        return true;
    }
    let are = if found == 1 { "is" } else { "are" };
    let why = format!(
        "a synapse of kind \"{}\" joins {}, {found} {are} named",
        kind.name,
        plural(wanted, "layer")
    );
    let may_be_another = found == 1 || found == 2;
    let instead = kind.instead.filter(|_| may_be_another);
    field.error(why).maybe_help(instead.map(str::to_owned));
    false
}

/// Gives the layer the energy weights that the synapse stands on.
fn keep_weights(made: Made, layer: usize, layers: &mut Layers) -> Box<dyn Synapse> {
    let draft = &mut layers.drafts[layer];
    if let (Some(d), Some(layer)) = (made.energy_weights, &mut draft.layer) {
        draft.energy_weights = match draft.energy_weights {
            _ if d != layer.weight => EnergyWeights::Found,
            EnergyWeights::Unsaid => EnergyWeights::Used,
            same => same,
        };
        layer.weight = d;
    }
    made.synapse
}

/// The positions of the layers that are named; none if one is not there or its size was not understood.
fn join(field: &Field<'_>, layers: &Layers, instead: Option<&str>) -> Option<Vec<usize>> {
    let items = match field.value()?.value {
        Value::String(_) => vec![field.clone()],
        _ => field.items()?,
    };
    let names = layers.names();
    let mut joined = Vec::new();
    for item in &items {
        let position = item.string().and_then(|name| {
            // Without any layer the mistake is elsewhere, and known.
            (!names.is_empty()).then(|| among(item, name, &names))?
        });
        match position {
            Some(k) if joined.contains(&k) => {
                let error = item.error("this layer is named twice");
                error.maybe_help(instead.map(str::to_owned));
            }
            Some(k) if layers.drafts[k].shape.is_some() => joined.push(k),
            _ => {}
        }
    }
    (joined.len() == items.len()).then_some(joined)
}
