//! `attractor pool`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Exit;
use super::arrays::{Arrays, Found, answer};
use super::associate::{MOST, stored};
use super::failure::Failure;
use super::flags::Place;
use super::layer::{LayerFlags, heads};
use super::words::plural;
use crate::association::{Bags, HopfieldLayer, Similarity};
use crate::number::number;
use crate::report::NamedArray;

#[derive(Args, Debug)]
pub(super) struct Pool {
    /// The arrays: `queries` and `instances`, a row each, `bags`, the bag of each instance; if wanted `values`, `mask`, `W_q`,
    /// `W_k`, `W_v`, `W_o`
    arrays: PathBuf,
    #[command(flatten)]
    layer: LayerFlags,
    /// Heads that divide the projections, or the numbers of a row [default: as W_q, W_k, W_v say, else 1]
    #[arg(long, value_name = "N")]
    heads: Option<usize>,
    #[command(flatten)]
    place: Place,
}

/// What the library calls arrays, and what they are called here.
const NAMES: [(&str, &str); 2] = [("stored", "instances"), ("states", "queries")];

impl Pool {
    pub fn execute(&self) -> Result<Exit, Failure> {
        let layer = self.layer.layer(Similarity::Dot)?;
        let work = |arrays: &mut Arrays| self.work(layer, arrays);
        answer(("pool", &self.arrays), &self.place, work)
    }

    fn work(&self, mut layer: HopfieldLayer, arrays: &mut Arrays) -> Result<Found, Failure> {
        let (queries, instances) = (arrays.required("queries")?, arrays.required("instances")?);
        let (bags, values) = (arrays.required("bags")?, arrays.optional("values")?);
        let queries = arrays.rows("queries", &queries)?;
        let instances = arrays.rows("instances", &instances)?;
        let bags = arrays.list("bags", bags)?;
        let bags = Bags::new("bags", &bags, instances.count()).map_err(|r| arrays.refused(r))?;
        let values = values
            .as_ref()
            .map(|v| arrays.rows("values", v))
            .transpose()?;
        let stored = stored(arrays, instances, values)?;
        let of = ("values", values.unwrap_or(instances).size());
        let sizes = [
            ("queries", queries.size()),
            ("instances", instances.size()),
            of,
        ];
        (layer.heads, layer.output) = heads(arrays, self.heads, sizes)?;
        let weights = [layer.heads.len(), queries.count(), instances.count()];
        if weights.iter().fold(1usize, |n, k| n.saturating_mul(*k)) > MOST {
            let text = format!(
                "{weights:?} heads × queries × instances are more weights than the {MOST} that are kept: pool fewer bags at a time"
            );
            return Err(Failure::bad(text));
        }
        let found = layer.pool(queries, &stored, &bags);
        let found = found.map_err(|r| arrays.renamed(r, &NAMES))?;
        let (count, all, n) = (queries.count(), instances.count(), bags.numbers().len());
        let mut table = vec![["bag", "instances", "largest weight", "of instance"]];
        let rows = bags.numbers().iter().zip(bags.members());
        let rows: Vec<[String; 4]> = rows
            .map(|(number_of, members)| {
                // Over all queries and heads.
                let of = found.weights.chunks_exact(all);
                let all = of.flat_map(|row| members.iter().map(|k| (row[*k], *k)));
                let most = all.fold((0.0, 0), |m, p| if p.0 > m.0 { p } else { m });
                [
                    number_of.to_string(),
                    members.len().to_string(),
                    number(most.0),
                    most.1.to_string(),
                ]
            })
            .collect();
        let head = table.remove(0).map(String::from).to_vec();
        let table = std::iter::once(head).chain(rows.into_iter().map(|r| r.to_vec()));
        let asks_for_rest = !found.at_rest.is_empty();
        let rested = found.at_rest.iter().filter(|r| **r).count();
        let moving = found.at_rest.len() - rested;
        let rest = match moving {
            0 => String::new(),
            _ => format!("; {} not at rest", plural(moving, "bag")),
        };
        let without = layer.without_energy(&stored);
        let last = without.map_or(String::new(), |why| format!("; {why}, and has no energy"));
        let sentence = format!(
            "{} of {} pooled by {}{rest}{last}",
            plural(n, "bag"),
            plural(all, "instance"),
            plural(count, "query")
        );
        let (size, heads) = (found.size, layer.heads.len());
        let at_rest = found.at_rest.iter().map(|r| i64::from(*r)).collect();
        Ok(Found {
            document: json!({
                "bags": n, "instances": all, "queries": count, "heads": heads, "size": size,
                "beta": layer.beta(&stored).ok(), "at_rest": asks_for_rest.then_some(rested),
            }),
            arrays: [
                NamedArray::real("pooled", &[n, count, size], found.output),
                NamedArray::whole("bags", &[n], bags.numbers().to_vec()),
                NamedArray::real("weights", &[heads, count, all], found.weights),
            ]
            .into_iter()
            .chain(asks_for_rest.then(|| NamedArray::whole("at_rest", &[n], at_rest)))
            .collect(),
            table: table.collect(),
            sentence,
            exit: if moving == 0 {
                Exit::Fine
            } else {
                Exit::Flagged
            },
        })
    }
}
