//! `[[synapses]]`.

use super::array;
use super::layers::{EnergyWeight, Layers, unknown};
use crate::kernels::Weights;
use crate::model_file::{
    Array, Catalogue, Diagnostics, Field, Place, Resolver, Span, Table, Value,
};
use crate::number::plural;
use crate::synapse::{
    Dense, Energy, ExcitatoryInhibitory, Feedforward, KINDS, Memory, Penalty, Recurrent,
    SYMMETRIES, Synapse, symmetrizing_weights,
};

/// The synapses that were understood.
pub(super) struct Synapses {
    pub built: Vec<(Vec<String>, Box<dyn Synapse>)>,
    pub spans: Vec<Span>,
    pub complete: bool,
}

/// What every kind of synapse is read from.
struct Reader<'a, 'r, 'f> {
    table: Table<'a>,
    kind: &'a str,
    /// Position and size of each joined layer.
    joined: Vec<(usize, usize)>,
    layers: &'r mut Layers,
    resolver: &'r mut Resolver<'f>,
}

/// How one kind of synapse is read.
struct Builder {
    /// Its name in [`KINDS`], held against it by a test.
    #[cfg_attr(not(test), allow(dead_code))]
    kind: &'static str,
    /// How many layers it joins, if not any number.
    joins: Option<usize>,
    /// What is meant by one that joins two layers instead of one, or one instead of two.
    instead: Option<&'static str>,
    build: fn(&mut Reader<'_, '_, '_>) -> Option<Box<dyn Synapse>>,
}

/// One for each entry of [`KINDS`], in the same order: without its builder a new kind does not compile.
static BUILDERS: [Builder; KINDS.len()] = [
    Builder {
        kind: "dense",
        joins: Some(2),
        instead: Some("inside one layer it is of kind \"recurrent\""),
        build: |r| Some(Box::new(Dense::new(r.between("weights")?))),
    },
    Builder {
        kind: "recurrent",
        joins: Some(1),
        instead: Some("between two layers it is of kind \"dense\""),
        build: |r| Some(Box::new(r.recurrent()?)),
    },
    Builder {
        kind: "memory",
        joins: None,
        instead: None,
        build: |r| Some(Box::new(r.memory()?)),
    },
    Builder {
        kind: "equality",
        joins: Some(1),
        instead: None,
        build: |r| Some(Box::new(r.penalty(false)?)),
    },
    Builder {
        kind: "inequality",
        joins: Some(1),
        instead: None,
        build: |r| Some(Box::new(r.penalty(true)?)),
    },
    Builder {
        kind: "excitatory-inhibitory",
        joins: Some(2),
        instead: None,
        build: |r| Some(Box::new(ExcitatoryInhibitory::new(r.between("weights")?))),
    },
    Builder {
        kind: "feedforward",
        joins: Some(2),
        instead: Some("inside one layer it is of kind \"recurrent\", with symmetry = \"none\""),
        build: |r| Some(Box::new(Feedforward::new(r.between("weights")?))),
    },
];

pub(super) fn read(
    tables: Vec<Table<'_>>,
    layers: &mut Layers,
    resolver: &mut Resolver<'_>,
    diagnostics: &Diagnostics,
) -> Synapses {
    let mut all = Synapses {
        built: Vec::new(),
        spans: Vec::new(),
        complete: true,
    };
    for table in tables {
        let span = table.span();
        let before = diagnostics.len();
        let built = one(table, layers, resolver);
        match built {
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
    let kind = table.required("kind").word(&words);
    let names = table.required("layers");
    let joined = join(&names, layers);
    let Some(kind) = kind else {
        // Without its kind nothing can be said of its other keys.
        drop(table);
        return None;
    };
    table.rename(&format!("the synapse `{}`", kind.value));
    if joined.is_none() {
        // The other keys are known by name, so that a misspelt one is found all the same.
        for kind in KINDS.iter().filter(|k| k.name == kind.value) {
            for (name, _) in kind.parameters {
                table.key(name);
            }
        }
        table.finish();
        return None;
    }
    let joined = joined?;
    let joined_names = joined
        .iter()
        .map(|(k, _)| layers.drafts[*k].name.clone())
        .collect();
    let at = names.span();
    let diagnostics = table.diagnostics();
    let mut reader = Reader {
        table,
        kind: kind.value,
        joined,
        layers,
        resolver,
    };
    let builder = KINDS.iter().position(|k| k.name == kind.value);
    let builder = &BUILDERS[builder?];
    let wanted = builder.joins;
    let found = reader.joined.len();
    if wanted.is_some_and(|n| n != found) || found == 0 {
        let n = wanted.unwrap_or(1);
        let layers = plural(n, "layer");
        let are = if found == 1 { "is" } else { "are" };
        diagnostics
            .error(
                at,
                format!(
                    "a synapse of kind \"{}\" joins {layers}, {found} {are} named",
                    kind.value
                ),
            )
            .maybe_help(
                builder
                    .instead
                    .map(str::to_owned)
                    .filter(|_| found == 3 - n),
            );
        return None;
    }
    let synapse = (builder.build)(&mut reader);
    reader.table.finish();
    Some((joined_names, synapse?))
}

/// What to try with weights that are not symmetric under the layer's energy weights.
fn advice(symmetry: &str, energy_weight: EnergyWeight, weights: &Weights) -> String {
    const ELSE: &str = "symmetry = \"symmetrize\" takes (W + Wᵀ)/2, as for a file of 32-bit floats or the inverse of an ill-conditioned matrix; symmetry = \"none\" takes them as they are, without an energy, and needs solve.lyapunov = \"record\" or \"off\" as well";
    let is_found = || symmetrizing_weights(weights).is_some();
    match (energy_weight, symmetry) {
        (EnergyWeight::Said, _) if is_found() => {
            "they are symmetric under other energy weights: leave `energy_weight` of the layer out, symmetry = \"symmetrizable\" finds them".into()
        }
        (EnergyWeight::Found, _) if is_found() => {
            "the layer's energy weights were found for a synapse before this one: one layer has one set of them, under which all of its `recurrent` must be symmetric".into()
        }
        (EnergyWeight::Unsaid, "symmetric") if is_found() => {
            "they are symmetrizable: symmetry = \"symmetrizable\" finds their energy".into()
        }
        _ => ELSE.into(),
    }
}

/// The layers that are named, with their sizes; none if one is not there or was not understood.
fn join(field: &Field<'_>, layers: &Layers) -> Option<Vec<(usize, usize)>> {
    let items = match field.value()?.value {
        Value::String(_) => vec![field.clone()],
        _ => field.items()?,
    };
    let mut joined = Vec::new();
    let mut good = true;
    for item in items {
        let Some(name) = item.string() else {
            good = false;
            continue;
        };
        let Some(k) = layers.find(name.value) else {
            // Without any layer the mistake is elsewhere, and known.
            if !layers.drafts.is_empty() {
                unknown(name.value, name.span, &layers.names(), field.diagnostics());
            }
            good = false;
            continue;
        };
        if joined.iter().any(|(j, _)| *j == k) {
            field
                .diagnostics()
                .error(name.span, "this layer is named twice")
                .help("a synapse inside one layer is of kind \"recurrent\"");
            good = false;
            continue;
        }
        match layers.drafts[k].size() {
            Some(n) => joined.push((k, n)),
            None => good = false,
        }
    }
    good.then_some(joined)
}

impl Reader<'_, '_, '_> {
    fn label(&self, k: usize) -> String {
        let (layer, n) = self.joined[k];
        format!("`{}` ({n})", self.layers.drafts[layer].name)
    }

    fn matrix(&mut self, key: &str, place: &Place) -> Option<(Array, Field<'_>)> {
        let field = self.table.required(key);
        let array = array(&field, place, self.resolver)?;
        Some((array, field))
    }

    fn weights(&mut self, key: &str, place: &Place) -> Option<Weights> {
        let (a, _) = self.matrix(key, place)?;
        let [rows, cols] = a.shape[..] else {
            return None;
        };
        Weights::new(rows, cols, a.data).ok()
    }

    /// The shape of a joined layer.
    fn shape(&self, k: usize) -> Vec<usize> {
        let draft = &self.layers.drafts[self.joined[k].0];
        draft.shape.clone().unwrap_or_default()
    }

    /// Weights from the first layer to the second.
    fn between(&mut self, key: &str) -> Option<Weights> {
        let to = self.joined[1].1;
        let what = format!(
            "{key} of `{}` from {} to {}",
            self.kind,
            self.label(0),
            self.label(1)
        );
        self.weights(key, &Place::rows(what, Some(to), &self.shape(0)))
    }

    fn recurrent(&mut self) -> Option<Recurrent> {
        let (layer, n) = self.joined[0];
        let symmetry = self.table.key("symmetry");
        let at = symmetry.span();
        let symmetry = symmetry.word(&SYMMETRIES);
        let symmetry = symmetry.map_or(SYMMETRIES[0], |w| w.value);
        let what = format!("weights of `recurrent` in {}", self.label(0));
        let weights = self.weights("weights", &Place::exact(what, &[n, n]))?;
        let diagnostics = self.table.diagnostics();
        let span = self.table.peek("weights").map(|v| v.span.clone());
        let draft = &mut self.layers.drafts[layer];
        let mut d = draft.layer.as_ref()?.weight.clone();
        let finds = symmetry == "symmetrizable" && draft.energy_weight == EnergyWeight::Unsaid;
        if let (true, Some(found)) = (finds, symmetrizing_weights(&weights)) {
            if draft.is_recurrent && found != d {
                diagnostics
                    .error(at, "the energy weights of this layer cannot be found any more: another `recurrent` of the layer stands before")
                    .help("put this synapse first");
                return None;
            }
            d = found;
            if let Some(layer) = &mut draft.layer {
                layer.weight.clone_from(&d);
                draft.energy_weight = EnergyWeight::Found;
            }
        }
        draft.is_recurrent = true;
        let energy_weight = draft.energy_weight;
        let recurrent = match symmetry {
            "symmetrize" => Recurrent::symmetrized(&weights, &d),
            _ => Recurrent::new(&weights, &d),
        };
        let Some(recurrent) = recurrent else {
            diagnostics.error(
                span,
                "these weights times the layer's energy weights are beyond the largest number, 1.8e308",
            );
            return None;
        };
        if let (Energy::Candidate(why), true) = (recurrent.energy(), symmetry != "none") {
            let mut error = diagnostics.error(span, format!("`recurrent`: {why}"));
            if symmetry == "symmetrizable" && energy_weight == EnergyWeight::Unsaid {
                error = error.label("no d > 0 has d_j W_jk = d_k W_kj for all pairs");
            }
            error.help(advice(symmetry, energy_weight, &weights));
            return None;
        }
        if let Some(note) = recurrent.note() {
            let label = self.label(0);
            // Nothing was asked for: only rounding is evened out, and the energy is that of symmetric weights.
            let though = match symmetry {
                "none" => {
                    "; this is rounding, so that they have an energy although symmetry = \"none\""
                }
                _ => "",
            };
            self.resolver
                .remark(format!("`recurrent` in {label}: {note}{though}"));
        }
        Some(recurrent)
    }

    fn memory(&mut self) -> Option<Memory> {
        let sizes: Vec<usize> = self.joined.iter().map(|(_, n)| *n).collect();
        let total = sizes.iter().sum();
        let labels: Vec<String> = (0..sizes.len()).map(|k| self.label(k)).collect();
        let what = format!("patterns of `memory` over {}", labels.join(" and "));
        let layer = match sizes[..] {
            [_] => self.shape(0),
            _ => vec![total],
        };
        let patterns = self
            .matrix("patterns", &Place::rows(what, None, &layer))
            .map(|(a, _)| a);
        let count = patterns.as_ref().map(|p| p.shape[0]);
        let potential = self.table.required("potential");
        let potential = Catalogue::default().read(&potential, count, self.resolver);
        let scale = self.table.key("scale").positive();
        let leak = self.table.key("leak").positive();
        let bias = self.table.key("bias");
        let patterns = patterns?;
        let count = count?;
        let diagnostics = self.table.diagnostics();
        if count == 0 {
            diagnostics.error(
                self.table.span(),
                "a memory synapse needs at least one pattern",
            );
            return None;
        }
        let bias = if bias.is_present() {
            let place = Place::exact("the bias of `memory`, one entry a pattern,", &[count]);
            Some(array(&bias, &place, self.resolver)?.data)
        } else {
            None
        };
        let potential = potential?;
        let at = potential.span.clone();
        let potential = match potential.value.over(&[count]) {
            Ok(sum) => sum,
            Err(why) => {
                diagnostics.error(at, why);
                return None;
            }
        };
        let mut first = 0;
        let mut parts = Vec::new();
        for n in sizes {
            let rows = patterns.data.chunks_exact(total);
            let columns = rows
                .flat_map(|row| row[first..first + n].iter().copied())
                .collect();
            parts.push(Weights::new(count, n, columns).ok()?);
            first += n;
        }
        let mut memory = Memory::new(parts, potential)?;
        if let Some(c) = scale {
            memory = memory.scale(c.value)?;
        }
        if let Some(k) = leak {
            memory = memory.leak(k.value)?;
        }
        match bias {
            Some(b) => memory.bias(b),
            None => Some(memory),
        }
    }

    /// The strengths of penalties, unless one is negative.
    fn no_reward(&self, field: &Field<'_>, strength: Option<Vec<f64>>) -> Option<Vec<f64>> {
        let strength = strength?;
        let Some(k) = strength.iter().position(|l| *l < 0.0) else {
            return Some(strength);
        };
        let entry = match field.value().map(|v| &v.value) {
            Some(Value::List(items)) => items.get(k).map(|v| v.span.clone()),
            _ => field.span(),
        };
        field
            .diagnostics()
            .error(
                entry,
                format!("strength of `{}` must be 0 or above, constraint {k} has {}", self.kind, strength[k]),
            )
            .label("a negative strength rewards breaking the constraint")
            .help("a penalty is convex, or nothing holds the energy; to turn an inequality round, turn the signs of its a and b");
        None
    }

    fn penalty(&mut self, one_sided: bool) -> Option<Penalty> {
        use crate::model_file::{ArraySpec, Form};
        let n = self.joined[0].1;
        let what = format!("a of `{}` on {}", self.kind, self.label(0));
        let field = self.table.required("a");
        let spec = ArraySpec::read(&field);
        let (b, strength) = (self.table.required("b"), self.table.key("strength"));
        let spec = spec?;
        let count = matches!(spec.form, Form::Number(_)).then_some(1);
        let place = Place::rows(what, count, &self.shape(0));
        let a = spec.resolve(&place, self.resolver, field.diagnostics())?;
        let rows = a.shape[0];
        let place = |what: &str| Place::exact(format!("{what}, one entry a constraint,"), &[rows]);
        let b = array(&b, &place("b"), self.resolver);
        let strength = if strength.is_present() {
            let found = array(&strength, &place("strength"), self.resolver).map(|s| s.data);
            self.no_reward(&strength, found)
        } else {
            Some(vec![1.0; rows])
        };
        let a = Weights::new(rows, n, a.data).ok()?;
        let (b, strength) = (b?.data, strength?);
        if one_sided {
            Penalty::inequality(a, b, strength)
        } else {
            Penalty::equality(a, b, strength)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_own_builder() {
        let names: Vec<&str> = KINDS.iter().map(|k| k.name).collect();
        let built: Vec<&str> = BUILDERS.iter().map(|b| b.kind).collect();
        assert_eq!(names, built);
    }
}
