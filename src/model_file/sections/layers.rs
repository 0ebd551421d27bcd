//! `[layers.NAME]`.

use std::collections::BTreeSet;

use super::{memory, patches};
use crate::lagrangian::Identity;
use crate::model_file::keys::LAYER;
use crate::model_file::nearest::{listed, nearest};
use crate::model_file::{Catalogue, Field, MAX_ENTRIES, Place, Resolver, Selection, Span};
use crate::network::{Layer, Network};
use crate::synapse::EnergyWeights;

/// A layer as far as it was understood.
pub(super) struct Draft {
    pub name: String,
    pub span: Span,
    pub shape: Option<Vec<usize>>,
    pub layer: Option<Layer>,
    pub energy_weights: EnergyWeights,
    spans: Vec<(&'static str, Span)>,
}

impl Draft {
    pub fn size(&self) -> Option<usize> {
        self.shape.as_ref().map(|s| s.iter().product())
    }
}

/// All layers.
pub(super) struct Layers {
    pub drafts: Vec<Draft>,
    /// Was every one understood?
    pub complete: bool,
}

impl Layers {
    /// Layers of these names and sizes, joined by nothing and otherwise plain: what starts and figures are held against
    /// where the network itself was not understood, so that their mistakes are found all the same.
    pub fn stand_in(&self) -> Option<Network> {
        let mut builder = Network::builder();
        for draft in &self.drafts {
            let shape = draft.shape.as_deref()?;
            builder = builder.layer(Layer::new(&draft.name, shape, Identity).ok()?);
        }
        builder.build().ok()
    }

    pub fn names(&self) -> Vec<&str> {
        self.drafts.iter().map(|d| d.name.as_str()).collect()
    }

    /// The place of a parameter of a layer, or of the layer.
    pub fn span(&self, layer: &str, what: &str) -> Option<Span> {
        let draft = self.drafts.iter().find(|d| d.name == layer)?;
        let exact = draft.spans.iter().find(|(key, _)| *key == what);
        Some(exact.map_or(&draft.span, |(_, span)| span).clone())
    }

    /// Was this parameter found from the weights of a synapse, and typed nowhere?
    pub fn is_found(&self, layer: &str, what: &str) -> bool {
        let found = |d: &Draft| d.name == layer && d.energy_weights == EnergyWeights::Found;
        what == "energy_weight" && self.drafts.iter().any(found)
    }
}

pub(super) fn read(field: &Field<'_>, resolver: &mut Resolver<'_>) -> Layers {
    let mut drafts = Vec::new();
    let mut neurons = 0;
    if let Some(mut table) = field.table("`layers`") {
        for (name, field) in table.named() {
            // Arrays and figures are named after layers, so a name must do as part of a file's.
            let bad = |c: char| c.is_control() || "/\\:".contains(c);
            if name.value.trim().is_empty() || name.value.contains(bad) {
                let why = format!(
                    "\"{}\" cannot be the name of a layer",
                    name.value.escape_debug()
                );
                let help = "arrays are named after layers: use letters, digits, - and _";
                field.diagnostics().error(name.span.clone(), why).help(help);
            }
            drafts.push(one(name.value, name.span, &field, &mut neurons, resolver));
        }
        table.finish();
        if drafts.is_empty() {
            field.error("a model needs at least one layer");
        }
    }
    let complete = !drafts.is_empty() && drafts.iter().all(|d| d.layer.is_some());
    Layers { drafts, complete }
}

/// Reads a layer; `neurons` are those of the layers before it and, afterwards, its own too.
fn one(
    name: &str,
    span: Span,
    field: &Field<'_>,
    neurons: &mut usize,
    resolver: &mut Resolver<'_>,
) -> Draft {
    let mut draft = Draft {
        name: name.to_owned(),
        span,
        shape: None,
        layer: None,
        energy_weights: EnergyWeights::Unsaid,
        spans: Vec::new(),
    };
    let Some(mut table) = field.section(&LAYER) else {
        return draft;
    };
    draft.shape = shape(&table.required("size"), neurons);
    let lagrangian = table.required("lagrangian");
    let axis = draft.shape.as_ref().and_then(|s| s.last().copied());
    let at = lagrangian.span().map(|s| ("lagrangian", s));
    draft.spans.extend(at);
    let chosen = Catalogue::default().read(&lagrangian, axis, resolver);
    let before = field.diagnostics().len();
    let size = draft.size();
    let [tau, leak, weight, input, noise] =
        ["tau", "leak", "energy_weight", "input", "noise"].map(|key| {
            let field = table.key(key);
            draft.spans.extend(field.span().map(|s| (key, s)));
            let what = format!("{key} of layer `{name}`");
            flat(&field, &what, draft.shape.as_deref()?, resolver)
        });
    let clamped = table.key("clamped");
    draft.spans.extend(clamped.span().map(|s| ("clamped", s)));
    let indices = size.and_then(|n| indices(&clamped, n, "neuron"));
    let seen = table.key("patches");
    draft.spans.extend(seen.span().map(|s| ("patches", s)));
    let seen = patches::read(&seen, (name, draft.shape.as_deref()), resolver);
    table.finish();
    if weight.is_some() {
        draft.energy_weights = EnergyWeights::Said;
    }
    let good = field.diagnostics().len() == before;
    if let (Some(shape), Some(chosen), true) = (&draft.shape, chosen, good) {
        let fixed: BTreeSet<usize> = indices.iter().flatten().copied().collect();
        match chosen.over(shape) {
            Ok(sum) if sum.clamped_in_part(|i| fixed.contains(&i)).is_some() => {
                let why = format!(
                    "only some neurons of a group that shares {sum} are clamped: the energy could rise"
                );
                clamped.error(why).help("clamp all of the group, or none");
            }
            Ok(sum) => {
                let mut layer = Layer::of(name, shape, sum);
                layer.tau = tau.unwrap_or(layer.tau);
                layer.leak = leak.unwrap_or(layer.leak);
                layer.weight = weight.unwrap_or(layer.weight);
                layer.input = input.unwrap_or(layer.input);
                layer.noise = noise.unwrap_or(layer.noise);
                layer.clamped = indices.unwrap_or_default();
                layer.patches = seen;
                draft.layer = Some(layer);
            }
            Err(refusal) => drop(lagrangian.refuse(refusal)),
        }
    }
    draft
}

/// `size = 64` or `size = [4, 5]`.
fn shape(field: &Field<'_>, neurons: &mut usize) -> Option<Vec<usize>> {
    let shape = field.one_or_each(|axis| axis.count(MAX_ENTRIES))?;
    if shape.is_empty() {
        const EXPECTED: &str = "a number of neurons, or one for each axis";
        return field.expected(EXPECTED).none();
    }
    let total = shape.iter().try_fold(1usize, |n, k| n.checked_mul(*k));
    if total.is_none_or(|n| n > MAX_ENTRIES) {
        let found: f64 = shape.iter().map(|n| *n as f64).product();
        let why = format!("a layer may have at most {MAX_ENTRIES} neurons, these are {found:e}");
        return field.error(why).none();
    }
    *neurons += total.unwrap_or(0);
    if let Some(why) = memory::lacking(*neurons) {
        return field.error(why).none();
    }
    Some(shape)
}

/// One number for each neuron; none if the field is absent or wrong.
pub(super) fn flat(
    field: &Field<'_>,
    what: &str,
    shape: &[usize],
    resolver: &mut Resolver<'_>,
) -> Option<Vec<f64>> {
    super::array(field, &Place::neurons(what, shape), resolver).map(|a| a.data)
}

/// Indices below `n`: `"a..b"`, `"all"`, or a list.
pub(super) fn indices(field: &Field<'_>, n: usize, what: &str) -> Option<Vec<usize>> {
    if !field.is_present() {
        return None;
    }
    let selection = Selection::read(field)?;
    selection.indices(n, what, field.diagnostics())
}

/// The layer that a field names; one that there is not is recorded.
pub(super) fn named(field: &Field<'_>, network: &Network) -> Option<usize> {
    let names: Vec<&str> = network.layers().iter().map(|l| l.name.as_str()).collect();
    among(field, field.string()?, &names)
}

/// The position of a name among those of the layers; that it is not there is recorded.
pub(super) fn among(field: &Field<'_>, name: &str, known: &[&str]) -> Option<usize> {
    let found = known.iter().position(|known| *known == name);
    found.or_else(|| {
        let crowded = field.diagnostics().is_crowded();
        let near = (!crowded).then(|| nearest(name, known.iter().copied()));
        let help = match near.flatten() {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the layers are: {}", listed(known)),
        };
        let error = field.error(format!("there is no layer called \"{name}\""));
        error.help(help).none()
    })
}
