//! `[ensemble]`: many starts, made one by one when their turn comes.

use std::sync::Arc;

use super::cues::{self, Reader};
use super::layers::named;
use crate::lagrangian::Values;
use crate::model_file::array::distribution;
use crate::model_file::keys::{AXIS, DAMAGED, DRAW, ENSEMBLE};
use crate::model_file::{Field, Place, Resolver, Value};
use crate::number::{exact, plural};
use crate::study::{Axis, Case, Distribution, Draw, Keep, Law, Starts};

/// Numbers of cues that are looked at before an ensemble is run, about a second of work.
const LOOKED_AT: usize = 20_000_000;

/// Starts beyond this are a slip of the pen: at a microsecond each they take a month.
const MOST: usize = 1 << 41;

/// What is said of one point between different ends.
pub(super) const AT_BOTH_ENDS: &str =
    "one point cannot be at both ends: set `to` to `from`, or `points` to 2 or more";

/// The ways in which starts are made.
const LAWS: [&str; 4] = ["states", "grid", "random", "damaged"];

impl Reader<'_> {
    /// What `[ensemble]` says; none if it is absent or wrong. `one_start` is what the starts have in common.
    pub fn ensemble(
        &self,
        field: &Field<'_>,
        one_start: &Field<'_>,
        cases: &Arc<[Case]>,
        resolver: &mut Resolver<'_>,
    ) -> Option<(Starts, Keep)> {
        let mut table = field.section(&ENSEMBLE)?;
        let diagnostics = table.diagnostics();
        let before = diagnostics.len();
        let mut seed = table.key("seed").seed().unwrap_or(self.seed);
        let overlaps = table.word("overlaps");
        let mut keep = Keep {
            states: table.word("keep") == Some("states"),
            examine: table.word("fixed_points") != Some("count"),
            overlaps: overlaps == Some("all"),
            axes: 0,
        };
        if overlaps.is_some() && self.recall.is_none() && !self.recall_lost {
            let why = "there are no memories to overlap with";
            const HELP: &str = "a [recall] table says which layer is compared with which memories";
            table.key("overlaps").error(why).help(HELP);
        }
        let count = table.key("count");
        let fields = LAWS.map(|word| (word, table.key(word)));
        let whole = table.finish();
        let given: Vec<_> = fields.into_iter().filter(|(_, f)| f.is_present()).collect();
        // What is misspelt may be the draws.
        let drawn = given.iter().any(|(w, _)| *w == "random") || diagnostics.len() > before;
        if !drawn && count.is_present() {
            count.error("`count` says how many starts are drawn, and none are")
                .help("add random = [{ layer = \"…\", draw = \"normal\", std = 1.0 }]; of damaged patterns `each` says how many");
        }
        let law = match &given[..] {
            [] => Law::Listed(cases.clone()),
            [(word, field)] => {
                if cases.len() > 1 {
                    let count = cases.len();
                    let why = format!("`{word}` changes one start, and the model has {count}");
                    const ONE: &str =
                        "give one [start], which says how everything else begins, or none";
                    return field.error(why).help(ONE).none();
                }
                match *word {
                    "states" => self.rows(field, resolver)?,
                    "grid" => self.grid(field)?,
                    "random" => self.random(field, &count)?,
                    _ => {
                        let (damaged, own) = self.damaged(field, resolver)?;
                        seed = own.unwrap_or(seed);
                        Law::Damaged(damaged)
                    }
                }
            }
            _ => {
                let words: Vec<String> = given.iter().map(|(w, _)| format!("`{w}`")).collect();
                let words = words.join(" and ");
                let why = format!("{words} exclude each other: starts are made in one way");
                return whole.error(why).none();
            }
        };
        let network = self.network;
        let mut base = cases.first()?.start.clone();
        let relaxed = match &law {
            // They say where every neuron begins.
            Law::Listed(_) | Law::Rows(_) => Vec::new(),
            _ => self.relaxed(one_start),
        };
        for layer in &relaxed {
            let neurons = network.neurons(*layer);
            let own = |k: &usize| neurons.contains(k);
            let twice = match &law {
                Law::Grid(axes) => axes.iter().any(|a| own(&a.neuron)),
                Law::Random { draws, .. } => draws.iter().any(|d| own(&d.neurons.start)),
                Law::Damaged(d) => own(&d.neurons.start),
                Law::Listed(_) | Law::Rows(_) => false,
            };
            if twice {
                let name = &network.layers()[*layer].name;
                let why = format!(
                    "layer `{name}` is \"relaxed\" in [start] and cannot begin elsewhere as well"
                );
                whole.error(why).help(format!(
                    "give `{name}` another start in [start], or leave it out of [ensemble]"
                ));
            }
        }
        if matches!(law, Law::Damaged(_)) {
            // A cue of [start] may hold neurons that another cue leaves free.
            base.clamped.clear();
        }
        if let Law::Grid(axes) = &law {
            keep.axes = axes.len();
        }
        let starts = Starts {
            base,
            law,
            relaxed,
            input: self.input.to_vec(),
            seed,
        };
        if starts.count() == 0 {
            whole.error("this ensemble has no start");
        } else if starts.count() > MOST {
            let count = starts.count();
            let why = format!("{count} starts are more than could ever be run, {MOST} at most");
            whole.error(why);
        } else {
            // What noise and flips leave of a cue may have no state: found now, not in the middle of the run.
            // So is a start that no unit could have.
            let segments = network
                .layers()
                .iter()
                .flat_map(|l| l.lagrangian.segments());
            let mut values = segments.map(|s| s.lagrangian.values());
            let has_units = values.any(|v| v != Values::Interval);
            let looked_at = match &starts.law {
                Law::Random { .. } => 1,
                Law::Damaged(d) if !d.in_g && !has_units => 1,
                Law::Damaged(_) => starts.count().min(LOOKED_AT / network.size()).max(1),
                _ if has_units => starts.count().min(LOOKED_AT / network.size()).max(1),
                _ => 1,
            };
            for k in 0..looked_at {
                let wrong = match starts.get(network, k) {
                    Err(refusal) => whole.refuse(refusal),
                    Ok(start) => {
                        let clamped = [network.clamped(), &start.clamped].concat();
                        if let Err(why) = network.may_clamp(&clamped) {
                            whole.error(why.to_string())
                        } else if let Err(why) = start.check_values(network) {
                            const UNITS: &str = "random = [{ layer = \"…\", draw = \"units\" }] draws states of units";
                            whole.error(format!("start {k}: {why}")).help(UNITS)
                        } else {
                            continue;
                        }
                    }
                };
                return wrong.none();
            }
        }
        (diagnostics.len() == before).then_some((starts, keep))
    }

    /// The layers that [start] puts at their equilibrium.
    pub(super) fn relaxed(&self, start: &Field<'_>) -> Vec<usize> {
        let Some(Value::Table(entries)) = start.value().map(|v| &v.value) else {
            return Vec::new();
        };
        let relaxed = |v: &Value| v.as_text() == Some("relaxed");
        let relaxed = entries.iter().filter(|(_, v)| relaxed(&v.value));
        let layers = relaxed.filter_map(|(key, _)| self.network.layer(&key.value));
        layers.collect()
    }

    fn rows(&self, field: &Field<'_>, resolver: &mut Resolver<'_>) -> Option<Law> {
        let n = self.network.size();
        let what = format!("starts, one a row, of all {}", plural(n, "neuron"));
        let place = Place::rows(what, None, &[n]);
        let array = super::array(field, &place, resolver)?;
        if let Some(at) = array.data.iter().position(|v| !v.is_finite()) {
            let (row, (layer, k)) = (at / n, self.network.locate(at % n));
            let why = format!(
                "the state of neuron {k} of layer `{layer}` in row {row} is {}",
                array.data[at]
            );
            return field.error(why).none();
        }
        Some(Law::Rows(array.data))
    }

    fn grid(&self, field: &Field<'_>) -> Option<Law> {
        let diagnostics = field.diagnostics();
        let before = diagnostics.len();
        let mut axes = Vec::new();
        for mut table in field.sections(&AXIS) {
            let layer = named(&table.required("layer"), self.network);
            let neuron = table.required("neuron");
            let from = table.required("from").number();
            let to = table.required("to").number();
            let field_of_points = table.required("points");
            let points = field_of_points.count(1 << 40);
            table.finish();
            let neuron = layer.and_then(|layer| {
                let neurons = self.network.neurons(layer);
                let k = neuron.whole(0..=neurons.len() as u64 - 1)?;
                Some(neurons.start + k as usize)
            });
            let (Some(neuron), Some(from), Some(to), Some(points)) = (neuron, from, to, points)
            else {
                continue;
            };
            match points {
                1 if from != to => drop(field_of_points.error(AT_BOTH_ENDS)),
                n if n > 1 && from == to => {
                    let why = format!(
                        "{n} points at one place: set `points` to 1, or `to` to another value"
                    );
                    field_of_points.error(why);
                }
                _ => {}
            }
            if axes.iter().any(|a: &Axis| a.neuron == neuron) {
                field.error("two axes of the grid are of one neuron");
            }
            axes.push(Axis {
                neuron,
                from,
                to,
                points,
            });
        }
        if axes.is_empty() && diagnostics.len() == before {
            field.expected("at least one axis { layer, neuron, from, to, points }");
        }
        (diagnostics.len() == before).then_some(Law::Grid(axes))
    }

    fn random(&self, field: &Field<'_>, count: &Field<'_>) -> Option<Law> {
        let diagnostics = field.diagnostics();
        let before = diagnostics.len();
        let mut draws = Vec::new();
        for mut table in field.sections(&DRAW) {
            let layer = named(&table.required("layer"), self.network);
            let draw = table.required("draw");
            let units =
                matches!(draw.value().map(|v| &v.value), Some(Value::String(w)) if w == "units");
            if let (true, Some(layer)) = (units, layer)
                && let Some(s) = self.network.layers()[layer]
                    .lagrangian
                    .segments()
                    .iter()
                    .find(|s| s.lagrangian.values() == Values::Interval)
            {
                let lagrangian = s.lagrangian.describe();
                draw.error(format!(
                    "\"units\" draws states of units that flip, this layer is {lagrangian}"
                ))
                .help("draw = \"normal\", \"uniform\", \"sign\" or \"bits\"");
            }
            // The keys of a distribution are read with it.
            let distribution = (!units).then(|| distribution(&draw, &mut table)).flatten();
            if let Some(Distribution::Uniform(low, high)) = distribution
                && low >= high
            {
                let why = format!("low = {} must be below high = {}", exact(low), exact(high));
                table.error(why);
            }
            let whole = table.finish();
            if let (Some(layer), true) = (layer, units || distribution.is_some()) {
                let neurons = self.network.neurons(layer);
                // Only the last would count.
                let twice = draws.iter().any(|d: &Draw| d.neurons == neurons);
                if twice && diagnostics.len() == before {
                    whole.error("this layer is drawn twice");
                }
                draws.push(Draw {
                    layer,
                    neurons,
                    from: distribution,
                });
            }
        }
        if draws.is_empty() && diagnostics.len() == before {
            field.expected("at least one draw { layer, draw }");
        }
        if !count.is_present() {
            let help = "add count = 1000, say, to [ensemble]";
            field.error("how many starts are to be drawn?").help(help);
        }
        let count = count.count(MOST)?;
        (diagnostics.len() == before).then_some(Law::Random { count, draws })
    }

    fn damaged(
        &self,
        field: &Field<'_>,
        resolver: &mut Resolver<'_>,
    ) -> Option<(crate::study::Damaged, Option<u64>)> {
        let mut table = field.section(&DAMAGED)?;
        let layer = match (table.has("layer"), self.recall) {
            (false, Some(recall)) => Some(recall.layer),
            (false, None) => {
                if !self.recall_lost {
                    table.error("of which layer are these patterns?")
                        .help("add layer = \"…\" and of = \"name of an entry of [patterns]\", or a [recall] table");
                }
                None
            }
            _ => named(&table.required("layer"), self.network),
        };
        let own = table.has("seed");
        let Some(layer) = layer else {
            // What the other keys mean depends on the layer.
            table.named();
            table.finish();
            return None;
        };
        let (damaged, seed) = cues::read(table, self, layer, resolver)?;
        Some((damaged, own.then_some(seed)))
    }
}
