//! Cues: memories that are damaged, as starts of a layer.

use std::ops::Range;

use super::layers::indices;
use crate::experiment::{Damaged, Recall};
use crate::model_file::{Place, Resolver, Selection, Table};
use crate::pattern::Damage;

/// Where a cue belongs.
pub(super) struct Site<'a> {
    /// Position and name of the layer, and its neurons counted over all layers.
    pub layer: (usize, &'a str, Range<usize>),
    pub recall: Option<&'a Recall>,
    /// Is there a [recall] table that was not understood?
    pub recall_lost: bool,
    /// The model's seed, for cues without one of their own.
    pub seed: u64,
}

/// `{ pattern = 3, of = "digits", mask = 0.5, noise = 0.3, … }`, or with `patterns = "all"` one cue for each, or several
/// (`each`); and the seed of their damage.
pub(super) fn read(
    mut table: Table<'_>,
    site: &Site<'_>,
    resolver: &mut Resolver<'_>,
) -> Option<(Damaged, u64)> {
    let (layer, name, neurons) = &site.layer;
    let n = neurons.len();
    let diagnostics = table.diagnostics();
    let recall = site.recall.filter(|r| r.layer == *layer);
    let of = table.key("of");
    let memories = match (of.is_present(), recall) {
        (true, _) => {
            let place = Place::partly(
                format!("patterns for layer `{name}` ({n})"),
                vec![None, Some(n)],
            );
            super::array(&of, &place, resolver).map(|a| a.data)
        }
        (false, Some(r)) => Some(r.memories.patterns.clone()),
        (false, None) if site.recall_lost => None,
        (false, None) => {
            diagnostics
                .error(table.span(), "this cue does not say of what it is a pattern")
                .help("add of = \"name of an entry of [patterns]\", or a [recall] table for this layer");
            None
        }
    };
    let one = table.key("pattern");
    let many = table.key("patterns");
    let mask = table.key("mask").not_negative();
    let hidden = indices(&table.key("hidden"), n, "neuron");
    let fill = table.key("fill").number().map_or(0.0, |v| v.value);
    let noise = table.key("noise").not_negative().map_or(0.0, |v| v.value);
    let flip = table.key("flip").not_negative();
    let clamp = table.key("clamp").boolean().is_some_and(|v| v.value);
    let each = table.key("each").whole(1..=MOST);
    let each = each.map_or(1, |v| v.value as usize);
    let seed = table
        .key("seed")
        .whole(0..=u64::MAX)
        .map_or(site.seed, |v| v.value);
    let memories_span = table.span();
    table.finish();
    let memories = memories?;
    let count = memories.len() / n.max(1);
    let chosen = match (one.is_present(), many.is_present()) {
        (true, false) => vec![one.whole(0..=count.saturating_sub(1) as u64)?.value as usize],
        (false, true) => Selection::read(&many)?.indices(count, "pattern", diagnostics)?,
        _ => {
            diagnostics.error(memories_span, "a cue needs one of `pattern` and `patterns`");
            return None;
        }
    };
    for (what, fraction) in [("mask", &mask), ("flip", &flip)] {
        if let Some(f) = fraction.as_ref().filter(|f| f.value > 1.0) {
            diagnostics.error(
                f.span.clone(),
                format!("{what} is a fraction from 0 to 1, it is {}", f.value),
            );
            return None;
        }
    }
    // A mask hides the last neurons: of a picture its lower part.
    let masked = mask
        .map_or(0, |f| (f.value * n as f64).round() as usize)
        .min(n);
    let mut gone: Vec<usize> = (n - masked..n).collect();
    gone.extend(hidden.into_iter().flatten());
    gone.sort_unstable();
    gone.dedup();
    let damage = Damage {
        noise,
        flip: flip.map_or(0.0, |f| f.value),
        hidden: gone,
        fill,
    };
    let asked = recall.filter(|r| !of.is_present() || r.memories.patterns == memories);
    let judged = asked.is_some();
    let damaged = Damaged {
        layer: *layer,
        neurons: neurons.clone(),
        patterns: memories,
        chosen,
        each,
        damage,
        clamp,
        judged,
    };
    Some((damaged, seed))
}

/// Most cues of a pattern.
const MOST: u64 = 1 << 40;
