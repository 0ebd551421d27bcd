//! Cues: memories that are damaged, as starts of a layer.

use super::layers::indices;
use crate::lagrangian::{DirectSum, Values};
use crate::model_file::{Field, Place, Resolver, Selection, Table};
use crate::network::Network;
use crate::number::exact;
use crate::pattern::Damage;
use crate::study::{Damaged, Recall};

/// The two values of every unit of a layer, if it has them.
fn two_values(lagrangian: &DirectSum) -> Option<[f64; 2]> {
    let mut all = lagrangian.segments().iter().map(|s| s.lagrangian.values());
    let Some(Values::Two(values)) = all.next() else {
        return None;
    };
    all.all(|v| v == Values::Two(values)).then_some(values)
}

/// What starts are read against.
pub(super) struct Reader<'a> {
    pub network: &'a Network,
    /// The input of every neuron when a run begins.
    pub input: &'a [f64],
    pub recall: Option<&'a Recall>,
    /// Is there a [recall] table that was not understood?
    pub recall_lost: bool,
    /// The model's seed, for what has none of its own.
    pub seed: u64,
    /// Are the starts those of all that the file is for?
    pub is_run: bool,
}

/// `{ pattern = 3, of = "digits", mask = 0.5, noise = 0.3, … }` of this layer, or with `patterns = "all"` one cue for each, or
/// several (`each`); and the seed of their damage.
pub(super) fn read(
    mut table: Table<'_>,
    site: &Reader<'_>,
    layer_index: usize,
    resolver: &mut Resolver<'_>,
) -> Option<(Damaged, u64)> {
    let layer = &site.network.layers()[layer_index];
    let (name, neurons) = (&layer.name, site.network.neurons(layer_index));
    let n = neurons.len();
    let diagnostics = table.diagnostics();
    let recall = site.recall.filter(|r| r.layer == layer_index);
    let of = table.key("of");
    let memories = match (of.is_present(), recall) {
        (true, _) => {
            let what = format!("patterns for layer `{name}` ({n})");
            let place = Place::rows(what, None, &layer.shape);
            super::array(&of, &place, resolver).map(|a| a.data)
        }
        (false, Some(r)) => Some(r.memories.patterns.clone()),
        (false, None) if site.recall_lost => None,
        (false, None) => table
            .error("this cue does not say of what it is a pattern")
            .help("add of = \"name of an entry of [patterns]\", or a [recall] table for this layer")
            .none(),
    };
    let one = table.key("pattern");
    let many = table.key("patterns");
    let in_g = table.word("in") == Some("g");
    let (mask, flip) = (table.key("mask"), table.key("flip"));
    let fraction = |field: &Field<'_>| field.not_negative().unwrap_or(0.0);
    let (masked, flipped) = (fraction(&mask), fraction(&flip));
    let hidden = indices(&table.key("hidden"), n, "neuron");
    let values = two_values(&layer.lagrangian);
    let filling = table.key("fill");
    let fill = filling.number_or(values.map_or(0.0, |[low, _]| low));
    let noisy = table.key("noise");
    let noise = noisy.not_negative().unwrap_or(0.0);
    let clamp = table.key("clamp").is_true();
    let each = table.key("each").count(MOST).unwrap_or(1);
    let seed = table.key("seed").seed().unwrap_or(site.seed);
    let whole = table.finish();
    let memories = memories?;
    let count = memories.len() / n.max(1);
    if count == 0 {
        return whole.error("there are no patterns to make a cue of").none();
    }
    let chosen = match (one.is_present(), many.is_present()) {
        (true, false) => vec![one.whole(0..=count.saturating_sub(1) as u64)? as usize],
        (false, true) => Selection::read(&many)?.indices(count, "pattern", diagnostics)?,
        _ => {
            return whole
                .error("a cue needs one of `pattern` and `patterns`")
                .none();
        }
    };
    for (what, field, f) in [("mask", &mask, masked), ("flip", &flip, flipped)] {
        if f > 1.0 {
            let why = format!("{what} is a fraction from 0 to 1, it is {}", exact(f));
            return field.error(why).none();
        }
    }
    // A mask hides the last neurons: of a picture its lower part.
    let masked = ((masked * n as f64).round() as usize).min(n);
    let mut gone: Vec<usize> = (n - masked..n).collect();
    gone.extend(hidden.into_iter().flatten());
    gone.sort_unstable();
    gone.dedup();
    if let Some(values) = values {
        let [low, high] = values;
        let only = format!(
            "layer `{name}` is {}, whose units are {low} or {high}",
            layer.lagrangian
        );
        if noise > 0.0 {
            return noisy
                .error(format!("{only}: noise makes them neither"))
                .help("flip = 0.1 damages a tenth of them")
                .none();
        }
        if !values.contains(&fill) {
            return filling.error(format!("{only}, not {}", exact(fill))).none();
        }
        let of = |k: &usize| {
            memories[k * n..(k + 1) * n]
                .iter()
                .position(|g| !values.contains(g))
                .map(|i| (*k, i))
        };
        if let Some((row, column)) = chosen.iter().find_map(of) {
            let found = exact(memories[row * n + column]);
            return whole.error(format!("{only}; pattern {row} has {found} at neuron {column}"))
                .help("{ scaled = …, by = 0.5, shift = 0.5 } makes 0 and 1 of ±1, by = 2 and shift = -1 the other way").none();
        }
    } else if flipped > 0.0 && noise == 0.0 {
        let rows = chosen.iter().map(|k| &memories[k * n..(k + 1) * n]);
        match zeros(rows) {
            Zeros::None => {}
            Zeros::Beside(part) => resolver.remark(format!(
                "the flips of cues of layer `{name}` turn signs, and the {:.0} % of the entries that are 0 stay 0",
                100.0 * part
            )),
            Zeros::Binary => {
                let why = "flip turns the sign of entries, and of these patterns of 0 and positive numbers each 0 would stay 0";
                return flip.error(why)
                    .help("scale = 2, shift = -1 of a file, or { scaled = …, by = 2, shift = -1 }, makes ±1 of 0 and 1").none();
            }
        }
    }
    let damage = Damage {
        noise,
        flip: flipped,
        values,
        hidden: gone,
        fill,
    };
    let asked = recall.filter(|r| !of.is_present() || r.memories.patterns == memories);
    let judged = asked.is_some();
    if let (Some(within), false) = (asked.and_then(|r| r.criterion.within), in_g) {
        let rows = chosen.iter().map(|k| &memories[k * n..(k + 1) * n]);
        if let Some(off) = furthest(&layer.lagrangian, rows).filter(|off| *off > within) {
            resolver.remark(format!(
                "a cue of layer `{name}` sets its state x, and recall compares its activation g: even an undamaged cue begins as far as {off:.3} from its memory, where recall is within {within}; in = \"g\" of the cue sets x such that g(x) is the cue"
            ));
        }
    }
    let damaged = Damaged {
        layer: layer_index,
        neurons: neurons.clone(),
        patterns: memories,
        chosen,
        each,
        damage,
        in_g,
        clamp,
        judged,
    };
    Some((damaged, seed))
}

/// Entries of patterns that have no sign to be turned.
enum Zeros {
    None,
    /// This part of the entries, beside some of both signs.
    Beside(f64),
    /// Beside numbers of one sign: patterns of 0 and 1.
    Binary,
}

fn zeros<'a>(rows: impl Iterator<Item = &'a [f64]>) -> Zeros {
    let (mut below, mut none, mut all) = (0usize, 0usize, 0usize);
    for row in rows {
        below += row.iter().filter(|x| **x < 0.0).count();
        none += row.iter().filter(|x| **x == 0.0).count();
        all += row.len();
    }
    match (none, below) {
        (0, _) => Zeros::None,
        (_, 0) => Zeros::Binary,
        _ => Zeros::Beside(none as f64 / all as f64),
    }
}

/// The largest distance of `g(ξ)` from ξ.
fn furthest<'a>(lagrangian: &DirectSum, rows: impl Iterator<Item = &'a [f64]>) -> Option<f64> {
    let distance = |row: &[f64]| {
        let mut g = vec![0.0; row.len()];
        lagrangian.activation(row, 1, &mut g);
        let off = g.iter().zip(row).map(|(g, x)| (g - x).powi(2));
        off.sum::<f64>().sqrt()
    };
    rows.map(distance).max_by(f64::total_cmp)
}

/// Most cues of a pattern.
const MOST: usize = 1 << 40;
