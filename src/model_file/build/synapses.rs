//! `[[synapses]]`.

use super::array;
use super::layers::{Layers, unknown};
use crate::kernels::Weights;
use crate::model_file::{
    Array, Catalogue, Diagnostics, Field, Place, Resolver, Span, Table, Value,
};
use crate::synapse::{
    Dense, Energy, ExcitatoryInhibitory, KINDS, Memory, Penalty, Recurrent, Synapse,
    symmetrizing_weights,
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
        let layers = if n == 1 { "layer" } else { "layers" };
        let are = if found == 1 { "is" } else { "are" };
        diagnostics
            .error(
                at,
                format!(
                    "a synapse of kind \"{}\" joins {n} {layers}, {found} {are} named",
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
        Weights::new(rows, cols, a.data)
    }

    /// Weights from the first layer to the second.
    fn between(&mut self, key: &str) -> Option<Weights> {
        let (from, to) = (self.joined[0].1, self.joined[1].1);
        let what = format!(
            "{key} of `{}` from {} to {}",
            self.kind,
            self.label(0),
            self.label(1)
        );
        self.weights(key, &Place::exact(what, &[to, from]))
    }

    fn recurrent(&mut self) -> Option<Recurrent> {
        let (layer, n) = self.joined[0];
        let symmetry = self.table.key("symmetry");
        let symmetry = symmetry
            .word(&["symmetric", "symmetrizable", "none"])
            .map_or("symmetric", |w| w.value);
        let what = format!("weights of `recurrent` in {}", self.label(0));
        let weights = self.weights("weights", &Place::exact(what, &[n, n]))?;
        let diagnostics = self.table.diagnostics();
        let span = self.table.peek("weights").map(|v| v.span.clone());
        let draft = &mut self.layers.drafts[layer];
        let mut d = draft.layer.as_ref()?.weight.clone();
        if symmetry == "symmetrizable" && !draft.has_weight {
            let Some(found) = symmetrizing_weights(&weights) else {
                diagnostics
                    .error(span, "these weights are not symmetrizable: no d > 0 has d_j W_jk = d_k W_kj for all pairs")
                    .help("symmetry = \"none\" takes them as they are, without an energy");
                return None;
            };
            d = found;
            if let Some(layer) = &mut draft.layer {
                layer.weight.clone_from(&d);
                draft.has_weight = true;
            }
        }
        let symmetrizable = symmetrizing_weights(&weights).is_some();
        let Some(recurrent) = Recurrent::new(weights, &d) else {
            diagnostics.error(
                span,
                "these weights times the layer's energy weights are beyond the largest number, 1.8e308",
            );
            return None;
        };
        if let (Energy::Candidate(why), true) = (recurrent.energy(), symmetry != "none") {
            let help = if symmetrizable && symmetry == "symmetric" {
                "they are symmetrizable: symmetry = \"symmetrizable\" finds their energy"
            } else {
                "symmetry = \"none\" takes them as they are, without an energy"
            };
            diagnostics
                .error(span, format!("`recurrent`: {why}"))
                .help(help);
            return None;
        }
        Some(recurrent)
    }

    fn memory(&mut self) -> Option<Memory> {
        let sizes: Vec<usize> = self.joined.iter().map(|(_, n)| *n).collect();
        let total = sizes.iter().sum();
        let labels: Vec<String> = (0..sizes.len()).map(|k| self.label(k)).collect();
        let what = format!("patterns of `memory` over {}", labels.join(" and "));
        let patterns = self
            .matrix("patterns", &Place::partly(what, vec![None, Some(total)]))
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
            parts.push(Weights::new(count, n, columns)?);
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
        // A vector is a single constraint.
        let place = match &spec.form {
            Form::List(list) if list.shape.len() == 1 => Place::exact(what, &[n]),
            Form::Number(_) => Place::exact(what, &[n]),
            _ => Place::partly(what, vec![None, Some(n)]),
        };
        let a = spec.resolve(&place, self.resolver, field.diagnostics())?;
        let rows = if a.shape.len() == 1 { 1 } else { a.shape[0] };
        let place = |what: &str| Place::exact(format!("{what}, one entry a constraint,"), &[rows]);
        let b = array(&b, &place("b"), self.resolver);
        let strength = if strength.is_present() {
            let found = array(&strength, &place("strength"), self.resolver).map(|s| s.data);
            self.no_reward(&strength, found)
        } else {
            Some(vec![1.0; rows])
        };
        let a = Weights::new(rows, n, a.data)?;
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
