//! `attractor lookup`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Exit;
use super::arrays::{Arrays, Found, answer};
use super::associate::stored;
use super::failure::Failure;
use super::flags::Place;
use super::layer::LayerFlags;
use super::out::errln;
use super::words::plural;
use crate::association::{
    Chosen, Fold, HopfieldLayer, Labels, Rows, Similarity, accuracy, choose_beta,
};
use crate::number::number;
use crate::record::Array;
use crate::report::NamedArray;

#[derive(Args, Debug)]
pub(super) struct Lookup {
    /// The arrays: `keys`, a row each, `labels`, a whole number for each, `states`; if wanted `true_labels` of the states, and `mask`
    arrays: PathBuf,
    #[command(flatten)]
    layer: LayerFlags,
    /// Choose beta by so many parts of the keys, row i in part i mod N, instead of leaving out one row at a time
    #[arg(long, value_name = "N", conflicts_with = "beta")]
    folds: Option<usize>,
    #[command(flatten)]
    place: Place,
}

/// Pairs of keys that take seconds.
const MANY: f64 = 4e6;

/// What the library calls arrays, and what they are called here.
const NAMES: [(&str, &str); 2] = [("stored", "keys"), ("folds", "--folds")];

impl Lookup {
    pub fn execute(&self) -> Result<Exit, Failure> {
        let layer = self.layer.layer(Similarity::Distance)?;
        let work = |arrays: &mut Arrays| self.work(layer, arrays);
        answer(("lookup", &self.arrays), &self.place, work)
    }

    fn work(&self, mut layer: HopfieldLayer, arrays: &mut Arrays) -> Result<Found, Failure> {
        let (mut keys, mut states) = (arrays.required("keys")?, arrays.required("states")?);
        if layer.similarity == Similarity::Distance && !layer.layer_norm {
            // Distances stay, and products of numbers far from 0 lose no digits.
            centre(&mut keys, &mut states);
        }
        let (labels, truth) = (arrays.required("labels")?, arrays.optional("true_labels")?);
        let (keys, states) = (arrays.rows("keys", &keys)?, arrays.rows("states", &states)?);
        let labels = arrays.list("labels", labels)?;
        let of = |name: &str, labels: &[f64], of: (&str, Rows<'_>)| {
            Labels::new(name, labels, (of.0, of.1.count()))
        };
        let labels = of("labels", &labels, ("keys", keys)).map_err(|r| arrays.refused(r))?;
        let truth = truth.map(|t| arrays.list("true_labels", t)).transpose()?;
        let truth = truth.map(|t| of("true_labels", &t, ("states", states)));
        let truth = truth.transpose().map_err(|r| arrays.refused(r))?;
        let one_hot = labels.one_hot();
        let values = Rows::new("labels", &one_hot, labels.classes().len());
        let values = values.map_err(|r| arrays.refused(r))?;
        let stored = stored(arrays, keys, Some(values))?;
        let chosen = match self.layer.beta {
            Some(_) => None,
            None => Some(self.choose(&layer, stored.allowed(), keys, &labels, arrays)?),
        };
        layer.beta = layer.beta.or(chosen.as_ref().map(|c| c.beta));
        let found = layer.associate(states, &stored);
        let found = found.map_err(|r| arrays.renamed(r, &NAMES))?;
        let predicted = labels.predicted(&found.output);
        let right = truth.map(|t| {
            let truth: Vec<i64> = t.places().iter().map(|k| t.classes()[*k]).collect();
            accuracy(&predicted, &truth)
        });
        let asks_for_rest = !found.at_rest.is_empty();
        let moving = found.at_rest.iter().filter(|r| !**r).count();
        let (n, count) = (states.count(), labels.classes().len());
        let mut table = vec![["state", "label", "probability"].map(String::from).to_vec()];
        let rows = predicted.iter().zip(found.output.chunks_exact(count));
        table.extend(rows.enumerate().map(|(k, (label, row))| {
            let most = row.iter().copied().fold(0.0, f64::max);
            vec![k.to_string(), label.to_string(), number(most)]
        }));
        let beta = layer.beta.unwrap_or(1.0);
        let end = chosen.as_ref().is_some_and(Chosen::is_at_an_end);
        let how = match &chosen {
            None => "given",
            Some(_) if end => "at an end of what was tried, --beta sets another",
            Some(_) if self.folds.is_some() => "by the likelihood of labels of parts left out",
            Some(_) => "by the likelihood of labels left out one by one",
        };
        let mut sentence = format!(
            "{} looked up in {}, beta {} ({how})",
            plural(n, "state"),
            plural(stored.allowed().len(), "key"),
            number(beta)
        );
        if moving > 0 {
            sentence += &format!("; {} not at rest", plural(moving, "state"));
        }
        if let Some(right) = right {
            let count = (right * n as f64).round();
            sentence += &format!("; {count} of {} right", plural(n, "label"));
        }
        let document = json!({
            "states": n, "keys": stored.allowed().len(), "classes": labels.classes(), "beta": beta,
            "judged": chosen.as_ref().map(|c| c.judged), "accuracy": right, "at_rest": asks_for_rest.then_some(n - moving),
            "at_an_end": end,
        });
        let mut kept = vec![
            NamedArray::real("probabilities", &[n, count], found.output),
            NamedArray::whole("predicted", &[n], predicted),
            NamedArray::whole("classes", &[count], labels.classes().to_vec()),
            NamedArray::real("beta", &[], vec![beta]),
        ];
        if let Some(c) = chosen {
            let tried = c.grid.len();
            kept.push(NamedArray::real("grid", &[tried], c.grid));
            kept.push(NamedArray::real(
                "log_likelihood",
                &[tried],
                c.log_likelihood,
            ));
        }
        Ok(Found {
            arrays: kept,
            document,
            table,
            sentence,
            exit: if moving > 0 || end {
                Exit::Flagged
            } else {
                Exit::Fine
            },
        })
    }

    /// β, from the keys that may be asked.
    fn choose(
        &self,
        layer: &HopfieldLayer,
        allowed: &[usize],
        keys: Rows<'_>,
        labels: &Labels,
        arrays: &Arrays,
    ) -> Result<Chosen, Failure> {
        let data = allowed.iter().flat_map(|k| keys.row(*k)).copied();
        let data: Vec<f64> = data.collect();
        let pairs = (allowed.len() as f64).powi(2);
        if pairs > MANY && !self.place.quiet {
            let keys = plural(allowed.len(), "key");
            errln!("beta is chosen by all pairs of {keys}, which takes its time: --beta gives one");
        }
        let own = allowed
            .iter()
            .map(|k| labels.classes()[labels.places()[*k]] as f64);
        let own: Vec<f64> = own.collect();
        let fold = self.folds.map_or(Fold::LeaveOneOut, Fold::Parts);
        Rows::new("keys", &data, keys.size())
            .and_then(|rows| {
                let labels = Labels::new("labels", &own, ("keys", rows.count()))?;
                choose_beta(layer, rows, &labels, fold, None)
            })
            .map_err(|r| arrays.renamed(r, &NAMES))
    }
}

/// Takes the mean key from keys and states. Keys that are all the same stay so to the last bit.
fn centre(keys: &mut Array, states: &mut Array) {
    let ([count, size], true) = (&keys.shape[..], keys.shape.last() == states.shape.last()) else {
        // Told by whoever reads them as rows.
        return;
    };
    let mut rows = keys.data.chunks_exact((*size).max(1));
    let first = rows.next();
    if rows.all(|row| Some(row) == first) {
        return;
    }
    let mut mean = vec![0.0; *size];
    for row in keys.data.chunks_exact((*size).max(1)) {
        let part = |v: &f64| v / *count as f64;
        mean.iter_mut().zip(row).for_each(|(m, v)| *m += part(v));
    }
    if mean.iter().all(|m| m.is_finite()) {
        for row in keys.data.chunks_exact_mut(mean.len().max(1)) {
            row.iter_mut().zip(&mean).for_each(|(v, m)| *v -= m);
        }
        for row in states.data.chunks_exact_mut(mean.len().max(1)) {
            row.iter_mut().zip(&mean).for_each(|(v, m)| *v -= m);
        }
    }
}
