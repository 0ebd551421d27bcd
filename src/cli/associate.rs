//! `attractor associate`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Exit;
use super::arrays::{self, Arrays, Found};
use super::failure::Failure;
use super::flags::Place;
use super::layer::{LayerFlags, heads};
use super::words::plural;
use crate::association::{Association, HopfieldLayer, Rows, Similarity, Stored};
use crate::number::{number, rough};
use crate::report::NamedArray;

/// Rises of the energy that are rounding, beside its size.
const ROUNDING: f64 = 1e-12;
/// Weights that are kept at most: 2 GiB.
pub(super) const MOST: usize = 1 << 28;

#[derive(Args, Debug)]
pub(super) struct Associate {
    /// The arrays: `states` and `keys`, a row each; if wanted `values`, `mask`, `W_q`, `W_k`, `W_v`, `W_o`
    arrays: PathBuf,
    #[command(flatten)]
    layer: LayerFlags,
    /// Heads that divide the projections, or the numbers of a row [default: as W_q, W_k, W_v say, else 1]
    #[arg(long, value_name = "N")]
    heads: Option<usize>,
    /// Keep the weights too: heads × states × keys numbers
    #[arg(long)]
    weights: bool,
    #[command(flatten)]
    place: Place,
}

/// What the library calls arrays, and what they are called here.
const NAMES: [(&str, &str); 1] = [("stored", "keys")];

/// The stored patterns, of arrays that were read.
pub(super) fn stored<'a>(
    arrays: &mut Arrays,
    keys: Rows<'a>,
    values: Option<Rows<'a>>,
) -> Result<Stored<'a>, Failure> {
    let mut stored = Stored::of(keys);
    if let Some(values) = values {
        stored = stored.with_values(values).map_err(|r| arrays.refused(r))?;
    }
    if let Some(mask) = arrays.optional("mask")? {
        let mask = arrays.list("mask", mask)?;
        if let Some(k) = mask.iter().position(|v| *v != 0.0 && *v != 1.0) {
            let text = format!(
                "entry {k} of `mask` is {}: 1 marks a key that may be asked, 0 one that may not",
                mask[k]
            );
            return Err(Failure::bad(text));
        }
        let mask: Vec<bool> = mask.iter().map(|v| *v != 0.0).collect();
        stored = stored.with_mask(&mask).map_err(|r| arrays.refused(r))?;
    }
    Ok(stored)
}

impl Associate {
    pub fn execute(&self) -> Result<Exit, Failure> {
        let layer = self.layer.layer(Similarity::Dot)?;
        let work = |arrays: &mut Arrays| self.work(layer, arrays);
        arrays::answer(("associate", &self.arrays), &self.place, work)
    }

    fn work(&self, mut layer: HopfieldLayer, arrays: &mut Arrays) -> Result<Found, Failure> {
        let (states, keys) = (arrays.required("states")?, arrays.required("keys")?);
        let values = arrays.optional("values")?;
        let (states, keys) = (arrays.rows("states", &states)?, arrays.rows("keys", &keys)?);
        let values = values
            .as_ref()
            .map(|v| arrays.rows("values", v))
            .transpose()?;
        let stored = stored(arrays, keys, values)?;
        let of = ("values", values.unwrap_or(keys).size());
        let sizes = [("states", states.size()), ("keys", keys.size()), of];
        (layer.heads, layer.output) = heads(arrays, self.heads, sizes)?;
        let (count, all) = (states.count(), keys.count());
        if self.weights && count.saturating_mul(all).saturating_mul(layer.heads.len()) > MOST {
            let text = format!(
                "{count} states × {all} keys are more weights than the {MOST} that are kept: leave --weights out"
            );
            return Err(Failure::bad(text));
        }
        let found = match self.weights {
            true => layer.associate_with_weights(states, &stored),
            false => layer.associate(states, &stored),
        };
        let mut found = found.map_err(|r| arrays.renamed(r, &NAMES))?;
        let without = layer.without_energy(&stored);
        // W_q projects queries, and a layer norm changes them, but once.
        let is_state = without.is_none() && layer.heads.len() == 1;
        let is_state = is_state && layer.heads[0].query.is_none() && !layer.layer_norm;
        if is_state {
            // The output is a state again: its energy is the last.
            let output = Rows::new("output", &found.output, found.size);
            let last = output.and_then(|o| layer.energy(o, &stored));
            let last = last.map_err(|r| arrays.renamed(r, &NAMES))?;
            found
                .energy
                .iter_mut()
                .zip(last)
                .for_each(|(e, l)| e.push(l));
        }
        Ok(answer(
            &layer,
            found,
            [count, all],
            (without, is_state),
            layer.beta(&stored).ok(),
        ))
    }
}

fn answer(
    layer: &HopfieldLayer,
    found: Association,
    [count, all]: [usize; 2],
    (without, is_state): (Option<&str>, bool),
    beta: Option<f64>,
) -> Found {
    let most = found.energy.iter().map(Vec::len).max().unwrap_or(0);
    let rows = |e: &Vec<f64>| {
        (0..most)
            .map(|k| e.get(k).copied().unwrap_or(f64::NAN))
            .collect()
    };
    let energy: Vec<f64> = found.energy.iter().flat_map::<Vec<f64>, _>(rows).collect();
    let of_output = usize::from(is_state);
    let updates = found
        .energy
        .iter()
        .map(|e| e.len().saturating_sub(of_output) as i64);
    let updates: Vec<i64> = updates.collect();
    let rise = found.largest_rise();
    let rises = |e: &Vec<f64>| {
        e.windows(2)
            .any(|w| w[1] - w[0] > ROUNDING * w[0].abs().max(1.0))
    };
    let rose = found.energy.iter().any(rises);
    let asks_for_rest = !found.at_rest.is_empty();
    let rested = found.at_rest.iter().filter(|r| **r).count();
    let head = [
        "state",
        "head",
        "updates",
        "energy",
        "at the end",
        "at rest",
    ];
    let mut table = vec![head.map(String::from).to_vec()];
    for (k, (e, u)) in found.energy.iter().zip(&updates).enumerate() {
        table.push(vec![
            (k % count).to_string(),
            (k / count).to_string(),
            u.to_string(),
            e.first().map_or(String::new(), |e| number(*e)),
            // One energy is that before the update.
            e.last()
                .filter(|_| e.len() > 1)
                .map_or("–".into(), |e| number(*e)),
            match found.at_rest.get(k) {
                Some(true) => "yes",
                Some(false) => "no",
                None => "not asked",
            }
            .to_owned(),
        ]);
    }
    let course = match (rose, most) {
        (true, _) => format!("the energy rose by {} at most", rough(rise)),
        (false, 0 | 1) => "one energy was seen of each".to_owned(),
        (false, _) => "the energy rose at no update".to_owned(),
    };
    let rest = match rested == found.at_rest.len() {
        true => String::new(),
        false => format!(
            "; {} of {} not at rest",
            found.at_rest.len() - rested,
            plural(found.at_rest.len(), "query")
        ),
    };
    let last = without.map_or(String::new(), |why| format!("; {why}, and has no energy"));
    let sentence = format!(
        "{} associated with {}: {course}{rest}{last}",
        plural(count, "state"),
        plural(all, "key")
    );
    let heads = layer.heads.len();
    let at_rest: Vec<i64> = found.at_rest.iter().map(|r| i64::from(*r)).collect();
    let document = json!({
        "states": count, "keys": all, "heads": heads, "beta": beta, "size": found.size,
        "updates": updates.iter().max(), "at_rest": asks_for_rest.then_some(rested), "largest_rise": rise,
        "without_energy": without,
    });
    let mut arrays = vec![
        NamedArray::real("output", &[count, found.size], found.output),
        NamedArray::real("energy", &[heads, count, most], energy),
        NamedArray::whole("updates", &[heads, count], updates),
    ];
    if asks_for_rest {
        arrays.push(NamedArray::whole("at_rest", &[heads, count], at_rest));
    }
    if !found.weights.is_empty() {
        arrays.push(NamedArray::real(
            "weights",
            &[heads, count, all],
            found.weights,
        ));
    }
    Found {
        arrays,
        document,
        table,
        sentence,
        exit: match (rose, rest.is_empty()) {
            (true, _) => Exit::Failed,
            (false, false) => Exit::Flagged,
            _ => Exit::Fine,
        },
    }
}
