//! Weights that a rule of `learning` makes of patterns.

use super::super::{Span, Table};
use super::{Array, ArraySpec, Place, Resolver};
use crate::learning::rules::{Coding, Options, Patterns, Rule, named};

/// `{ rule = … }`.
#[derive(Clone, Debug)]
pub struct RuleSpec {
    /// The rule.
    pub rule: &'static Rule,
    /// The patterns.
    pub patterns: Box<ArraySpec>,
    /// What of what it makes.
    pub gives: Gives,
    /// What it is told.
    pub options: Options,
    /// Where its options stand.
    pub places: Vec<(&'static str, Span)>,
}

impl PartialEq for RuleSpec {
    fn eq(&self, other: &Self) -> bool {
        self.rule.name == other.rule.name
            && self.gives == other.gives
            && self.options == other.options
            && self.patterns == other.patterns
    }
}

/// What of a rule's answer stands in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// The matrix.
    Weights,
    /// The input of every neuron.
    Bias,
}

impl Gives {
    /// The words of model files.
    pub const WORDS: [(&'static str, Gives); 2] =
        [("weights", Gives::Weights), ("bias", Gives::Bias)];
}

pub(super) fn read(table: &mut Table<'_>) -> Option<RuleSpec> {
    let rule = table.word("rule").and_then(named);
    let patterns = ArraySpec::read(&table.required("patterns"));
    let gives = table.word("gives");
    let mut places = Vec::new();
    let mut options = Options::default();
    for key in ["zero_diagonal", "activity", "margin", "sweeps"] {
        let field = table.key(key);
        let Some(at) = field.span() else { continue };
        if let Some(rule) = rule.filter(|rule| !rule.options.contains(&key)) {
            let takes = match rule.options {
                [] => format!("`{}` takes none", rule.name),
                known => format!("`{}` takes {}", rule.name, known.join(" and ")),
            };
            let why = format!("`{key}` is no option of the rule `{}`", rule.name);
            field.error(why).help(takes);
            continue;
        }
        places.push((key, at));
        match key {
            "zero_diagonal" => options.zero_diagonal = field.boolean(),
            "activity" => options.activity = field.number(),
            "margin" => options.margin = field.not_negative().unwrap_or(options.margin),
            _ => options.sweeps = field.count(1 << 30).unwrap_or(options.sweeps),
        }
    }
    let gives = Gives::WORDS.iter().find(|w| Some(w.0) == gives);
    Some(RuleSpec {
        rule: rule?,
        patterns: Box::new(patterns?),
        gives: gives.map_or(Gives::Weights, |w| w.1),
        options,
        places,
    })
}

/// The weights or the bias, for a place.
pub(super) fn learned(
    spec: &RuleSpec,
    span: &Span,
    place: &Place,
    resolver: &mut Resolver<'_>,
) -> Option<Array> {
    let neurons = match place.shape.as_deref() {
        Some([n]) => *n,
        Some([rows, columns]) => columns.or(*rows),
        _ => None,
    };
    let what = format!("patterns of the rule `{}`", spec.rule.name);
    let from = Place::partly(what, vec![None, neurons]);
    let xi = spec.patterns.resolve(&from, resolver)?;
    let size = xi.shape[1];
    let made = Patterns::new(xi.data, size).and_then(|xi| {
        let learned = (spec.rule.learn)(&xi, &spec.options)?;
        Ok((xi.coding(), learned))
    });
    match made {
        Ok((coding, learned)) => {
            let name = spec.rule.name;
            if name == "hebb" && coding == Coding::Numbers {
                resolver.remark(format!(
                    "the patterns of the rule `{name}` are neither ±1 nor 0 and 1: it adds their products up as they are, large entries outweigh small ones"
                ));
            }
            Some(match spec.gives {
                Gives::Weights => {
                    if learned.bias.iter().any(|b| *b != 0.0) {
                        resolver.wants_bias(name);
                    }
                    Array {
                        shape: vec![size, size],
                        data: learned.weights,
                    }
                }
                Gives::Bias => {
                    resolver.has_bias(name);
                    Array {
                        shape: vec![size],
                        data: learned.bias,
                    }
                }
            })
        }
        Err(why) => {
            let of = spec.places.iter().find(|(key, _)| *key == why.what);
            let at = match (of, why.what.as_str()) {
                (Some((_, at)), _) => at,
                (None, "patterns") => &spec.patterns.span,
                _ => span,
            };
            resolver.diagnostics().refuse(at.clone(), why).none()
        }
    }
}
