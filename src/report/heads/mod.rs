//! What is told and kept of the heads of a transformer.

#[cfg(feature = "figures")]
mod figures;

use serde_json::{Value, json};

use super::{Answer, NamedArray};
use crate::analysis::{Head, HeadKind, Heads};
use crate::number::plural;

/// With fewer keys there is no k ≤ N/32.
const FEWEST: usize = 32;

/// What was asked of a file of attention, and what came of it.
#[derive(Clone, Debug)]
pub struct HeadsFound {
    /// The name of the file.
    pub title: String,
    /// The mass that k keys hold.
    pub mass: f64,
    /// The heads of each array, with its name.
    pub arrays: Vec<(String, Heads)>,
    /// Was it interrupted? Then arrays are missing.
    pub is_interrupted: bool,
}

/// Everything that is kept of heads: the document of `attractor heads --json`, its arrays, and a figure for each array. Of an array
/// `NAME` of the file there are `NAME_k` and `NAME_allowed` (layers × heads × queries; −1 and 0 of padding), `NAME_median`, `NAME_mean`, `NAME_part`,
/// `NAME_entropy` and `NAME_kind` (layers × heads).
pub fn heads_answer(found: &HeadsFound) -> Answer {
    Answer {
        document: document(found),
        #[cfg(feature = "figures")]
        figures: figures::all(found),
        arrays: found.arrays.iter().flat_map(arrays).collect(),
        notes: notes(found),
        sentence: sentence(found),
        ..Answer::default()
    }
}

/// A value of each head, in rows of layers.
fn rows<T>(of: &Heads, value: impl Fn(&Head) -> T) -> Vec<Vec<T>> {
    let layers = of.all.chunks(of.heads.max(1));
    layers.map(|l| l.iter().map(&value).collect()).collect()
}

fn document(found: &HeadsFound) -> Value {
    let array = |(name, of): &(String, Heads)| {
        let kinds: Vec<[usize; 4]> = (0..of.layers).map(|l| of.kinds(l)).collect();
        json!({
            "name": name,
            "layers": of.layers,
            "heads": of.heads,
            "tokens": of.tokens,
            "padding": of.padding,
            "causal": of.causal,
            "most_keys": of.most,
            "k": rows(of, |h| h.median),
            "mean_k": rows(of, |h| h.mean),
            "part": rows(of, |h| h.part),
            "entropy": rows(of, |h| h.entropy),
            "kind": rows(of, |h| h.kind.number()),
            "kinds": kinds,
        })
    };
    json!({
        "title": found.title,
        "mass": found.mass,
        "arrays": found.arrays.iter().map(array).collect::<Vec<_>>(),
        "interrupted": found.is_interrupted,
        "notes": notes(found),
        "sentence": sentence(found),
    })
}

fn arrays((name, of): &(String, Heads)) -> Vec<NamedArray> {
    let named = |what: &str| format!("{name}_{what}");
    let each = [of.layers, of.heads];
    let real = |what: &str, value: &dyn Fn(&Head) -> f64| {
        NamedArray::real(named(what), &each, of.all.iter().map(value).collect())
    };
    let of_query = |k: &Option<usize>| k.map_or(-1, |k| k as i64);
    let k = of.all.iter().flat_map(|h| &h.k).map(of_query).collect();
    let kinds = of.all.iter().map(|h| h.kind.number() as i64).collect();
    let allowed = of.all.iter().flat_map(|h| &h.allowed);
    let allowed = allowed.map(|n| *n as i64).collect();
    let queries = [of.layers, of.heads, of.tokens];
    vec![
        NamedArray::whole(named("k"), &queries, k),
        NamedArray::whole(named("kind"), &each, kinds),
        NamedArray::whole(named("allowed"), &queries, allowed),
        real("median", &|h| h.median),
        real("mean", &|h| h.mean),
        real("part", &|h| h.part),
        real("entropy", &|h| h.entropy),
    ]
}

/// What a user should know beside the numbers.
fn notes(found: &HeadsFound) -> Vec<String> {
    let mut notes = Vec::new();
    for (name, of) in &found.arrays {
        if of.causal {
            notes.push(format!(
                "{name} is causal: no query looks behind itself, so that N grows from query to query, and the kind is that of the median of k/N"
            ));
        }
        if of.padding > 0 {
            let (n, all) = (of.padding, of.tokens);
            notes.push(format!(
                "{name} has {n} of {all} tokens that no query looks at: they count as padding and are left out"
            ));
        }
        let silent = of.all.iter().flat_map(|h| &h.k).filter(|k| k.is_none());
        let silent = silent.count() - of.padding * of.all.len();
        if silent > 0 {
            notes.push(format!(
                "{name} has {silent} rows of zeros besides, which are left out"
            ));
        }
    }
    let short = found.arrays.iter().filter(|(_, of)| of.most < FEWEST);
    let short: Vec<&str> = short.map(|(name, _)| &name[..]).collect();
    let (which, have) = match short[..] {
        [] => return notes,
        [one] => (one.to_owned(), "has"),
        [first, .., last] if short.len() == found.arrays.len() => {
            (format!("all arrays, {first} to {last},"), "have")
        }
        _ => (short.join(", "), "have"),
    };
    notes.push(format!(
        "{which} {have} fewer than {FEWEST} keys for a query: k ≤ N/32, kind 4, cannot occur there, so that nothing is said of single patterns"
    ));
    notes
}

fn sentence(found: &HeadsFound) -> String {
    let heads = || found.arrays.iter().flat_map(|(_, of)| &of.all);
    let counts = HeadKind::ALL.map(|kind| heads().filter(|h| h.kind == kind).count());
    let arrays = plural(found.arrays.len(), "array");
    let mut sentence = format!("{} of {arrays}", plural(heads().count(), "head"));
    let named = HeadKind::ALL.iter().zip(counts);
    let named = named.map(|(kind, n)| format!("{n} of kind {}", kind.number()));
    sentence += &format!(": {}", named.collect::<Vec<_>>().join(", "));
    if found.is_interrupted {
        sentence += "; interrupted";
    }
    sentence
}
