//! Flags and arrays that make a Hopfield layer.

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::arrays::Arrays;
use super::failure::Failure;
use crate::association::{Head, HopfieldLayer, Similarity, Updates};
use crate::kernels::Weights;
use crate::refusal::Refusal;

/// Most updates to rest.
const MOST: usize = 1000;

#[derive(Args, Debug)]
pub(super) struct LayerFlags {
    /// Inverse temperature [default: 1/sqrt(size of a key), 1 where nothing is projected]
    #[arg(long, value_name = "X", allow_hyphen_values = true)]
    pub beta: Option<f64>,
    /// How often softmax is taken: a number, or rest
    #[arg(
        long,
        value_name = "N|rest",
        default_value = "1",
        allow_hyphen_values = true
    )]
    updates: String,
    /// Change of the weights of a query that is at rest
    /// [default: 1e-4; only with --updates rest]
    #[arg(long, value_name = "X", allow_hyphen_values = true)]
    tolerance: Option<f64>,
    /// How states and keys are compared
    #[arg(long, value_enum)]
    similarity: Option<Similarity>,
    /// Normalise every row of states, keys and values to mean 0 and variance 1 first
    #[arg(long)]
    layer_norm: bool,
}

impl ValueEnum for Similarity {
    fn value_variants<'a>() -> &'a [Self] {
        &[Similarity::Dot, Similarity::Distance, Similarity::Cosine]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (name, _) = Similarity::ALL.into_iter().find(|(_, s)| s == self)?;
        Some(PossibleValue::new(name))
    }
}

impl LayerFlags {
    /// The layer of one head that projects nothing; compared by `otherwise` unless the flags say how.
    pub fn layer(&self, otherwise: Similarity) -> Result<HopfieldLayer, Failure> {
        if let Some(beta) = self.beta
            && !(beta > 0.0 && beta.is_finite())
        {
            return Err(Failure::bad(format_args!(
                "--beta must be finite and above 0, it is {beta}: leave it out for the default"
            )));
        }
        if self.tolerance.is_some() && self.updates != "rest" {
            let why = "--tolerance says when a query is at rest, which --updates rest asks for";
            return Err(Failure::bad(why));
        }
        let updates = match self.updates.as_str() {
            "rest" => Updates::Rest {
                tolerance: self.tolerance.unwrap_or(1e-4),
                most: MOST,
            },
            text => match text.parse() {
                Ok(count) if (1..=MOST).contains(&count) => Updates::Count(count),
                _ => {
                    return Err(Failure::bad(format_args!(
                        "--updates must be a whole number from 1 to {MOST}, or rest; it is `{text}`"
                    )));
                }
            },
        };
        Ok(HopfieldLayer {
            beta: self.beta,
            updates,
            similarity: self.similarity.unwrap_or(otherwise),
            layer_norm: self.layer_norm,
            ..HopfieldLayer::default()
        })
    }
}

/// The heads of the arrays `W_q`, `W_k`, `W_v`, `W_o`, for rows of so many numbers. Each is heads × size × numbers, or has the
/// rows of all heads one after the other, which `--heads` divides; where one is missing and there are several heads, they divide
/// the numbers themselves.
pub(super) fn heads(
    arrays: &mut Arrays,
    asked: Option<usize>,
    sizes: [(&'static str, usize); 3],
) -> Result<(Vec<Head>, Option<Weights>), Failure> {
    let given = [
        arrays.optional("W_q")?,
        arrays.optional("W_k")?,
        arrays.optional("W_v")?,
    ];
    let names = ["W_q", "W_k", "W_v"];
    let deep = given.iter().flatten().find(|a| a.shape.len() == 3);
    let count = asked.or(deep.map(|a| a.shape[0])).unwrap_or(1);
    if count == 0 {
        return Err(Failure::bad("--heads must be 1 or more"));
    }
    let mut parts = Vec::new();
    for ((array, name), (rows, size)) in given.into_iter().zip(names).zip(sizes) {
        let refused =
            |why: String, help: &str| Err(arrays.refused(Refusal::new(name, why).help(help)));
        let Some(array) = array else {
            parts.push(cut(rows, size, count).map_err(|r| arrays.refused(r))?);
            continue;
        };
        let [all, columns] = match array.shape[..] {
            [heads, _, _] if heads != count => {
                let why = format!("is of {heads} heads, where there are {count}");
                return refused(why, "leave --heads out, or give every projection as many");
            }
            [heads, own, columns] => [heads * own, columns],
            [all, columns] => [all, columns],
            _ => {
                let why = format!(
                    "has the shape {:?}, it must have two axes or three",
                    array.shape
                );
                return refused(why, "heads × size × numbers of a row");
            }
        };
        if all == 0 || !all.is_multiple_of(count) {
            let why = format!("has {all} rows, which {count} heads do not divide");
            return refused(why, "choose --heads so that each has as many rows");
        }
        let own = array.data.chunks((all / count * columns).max(1));
        let own = own.map(|d| Weights::new(all / count, columns, d.to_vec()));
        let own: Result<Vec<Weights>, _> = own.collect();
        match own {
            Ok(own) if own.len() == count => parts.push(own.into_iter().map(Some).collect()),
            Ok(_) => return refused("is empty".into(), "leave it out for the identity"),
            Err(error) => return refused(format!("is no projection: {error}"), "mend it"),
        }
    }
    let output = match arrays.optional("W_o")? {
        None => None,
        Some(array) => match array.shape[..] {
            [rows, columns] if rows > 0 => Some(
                Weights::new(rows, columns, array.data)
                    .map_err(|e| arrays.refused(Refusal::new("W_o", format!("is none: {e}"))))?,
            ),
            _ => {
                let why = format!("has the shape {:?}, it must have two axes", array.shape);
                return Err(arrays.refused(Refusal::new("W_o", why)));
            }
        },
    };
    let mut parts = parts.into_iter();
    let mut next = || parts.next().unwrap_or_default().into_iter();
    let all = next().zip(next()).zip(next());
    let heads = all.map(|((query, key), value)| Head { query, key, value });
    Ok((heads.collect(), output))
}

/// Parts of the numbers of a row, one for each head; the identity where there is one only.
fn cut(rows: &str, size: usize, count: usize) -> Result<Vec<Option<Weights>>, Refusal> {
    if count == 1 {
        return Ok(vec![None]);
    }
    if !size.is_multiple_of(count) {
        let why = format!("has rows of {size} numbers, which {count} heads do not divide");
        let help = "choose --heads that divides them, or project";
        return Err(Refusal::new(rows, why).help(help));
    }
    let own = size / count;
    let part = |h: usize| {
        let mut data = vec![0.0; own * size];
        (0..own).for_each(|i| data[i * size + h * own + i] = 1.0);
        Weights::new(own, size, data).ok()
    };
    Ok((0..count).map(part).collect())
}
