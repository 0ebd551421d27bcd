//! How units flip: what discrete methods are told beside times.

use crate::number::exact;
use crate::refusal::Refusal;

/// When a unit flips at temperature 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rule {
    /// Where the energy falls by it, exactly. What a unit does to itself then counts as it should: not at all for ±1.
    #[default]
    Difference,
    /// Where its field `I + Σ currents`, own term included, has the other sign: the limit of a graded neuron.
    Field,
}

impl Rule {
    /// How they are written.
    pub const WORDS: [(&'static str, Rule); 2] =
        [("difference", Rule::Difference), ("field", Rule::Field)];
}

/// What a unit does that is drawn neither way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ties {
    /// It takes its lower value, a group its first neuron.
    Down,
    /// Its higher value, a group its last neuron.
    Up,
    /// It stays as it is.
    Keep,
}

impl Ties {
    /// How they are written.
    pub const WORDS: [(&'static str, Ties); 3] =
        [("down", Ties::Down), ("up", Ties::Up), ("keep", Ties::Keep)];
}

/// In which order units are asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Any of them at any time, each as likely.
    #[default]
    Random,
    /// Every one once in a sweep, in an order that is drawn for each.
    RandomPermutation,
    /// One after the other as they are numbered.
    Cyclic,
    /// All units of a layer at once, the layers in turn.
    Layers,
    /// The units of these neurons, over and over.
    Listed(Vec<usize>),
}

impl Order {
    /// How those are written that are not listed.
    pub const WORDS: [&'static str; 4] = ["random", "random-permutation", "cyclic", "layers"];

    /// The one that is written so.
    pub fn named(word: &str) -> Option<Order> {
        match word {
            "random" => Some(Order::Random),
            "random-permutation" => Some(Order::RandomPermutation),
            "cyclic" => Some(Order::Cyclic),
            "layers" => Some(Order::Layers),
            _ => None,
        }
    }
}

/// How a temperature falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fall {
    /// By the same factor in every sweep.
    Geometric,
    /// By the same difference.
    Linear,
}

impl Fall {
    /// How they are written.
    pub const WORDS: [(&'static str, Fall); 2] =
        [("factor", Fall::Geometric), ("difference", Fall::Linear)];
}

/// The temperature of every sweep.
#[derive(Clone, Debug, PartialEq)]
pub enum Temperature {
    /// One for all.
    Constant(f64),
    /// From one to another in so many sweeps; 0 from there on.
    Falling {
        /// That of the first sweep.
        from: f64,
        /// That of the last one.
        to: f64,
        /// How many.
        sweeps: u64,
        /// How it falls.
        by: Fall,
    },
    /// One for each sweep; 0 from there on.
    Listed(Vec<f64>),
}

impl Temperature {
    /// The temperature of a sweep, the first being number 0.
    pub fn of(&self, sweep: u64) -> f64 {
        match self {
            Temperature::Constant(t) => *t,
            Temperature::Falling { sweeps, .. } if sweep >= *sweeps => 0.0,
            Temperature::Falling {
                from,
                to,
                sweeps,
                by,
            } => {
                let part = sweep as f64 / (sweeps - 1).max(1) as f64;
                match by {
                    Fall::Geometric => from * (to / from).powf(part),
                    Fall::Linear => from + part * (to - from),
                }
            }
            Temperature::Listed(all) => {
                let sweep = usize::try_from(sweep).unwrap_or(usize::MAX);
                all.get(sweep).copied().unwrap_or(0.0)
            }
        }
    }

    /// The first sweep from which on it is 0, if there is one.
    pub fn ends(&self) -> Option<u64> {
        match self {
            Temperature::Constant(t) => (*t == 0.0).then_some(0),
            Temperature::Falling { sweeps, .. } => Some(*sweeps),
            Temperature::Listed(all) => Some(all.len() as u64),
        }
    }

    /// # Errors
    /// What is no temperature.
    pub fn check(&self) -> Result<(), Refusal> {
        let refuse = |why: String| Err(Refusal::new("temperature", why));
        let sound = |t: f64, least: f64| t.is_finite() && t >= least;
        match self {
            Temperature::Constant(t) => match sound(*t, 0.0) {
                true => Ok(()),
                false => refuse(format!(
                    "must be 0 or above and finite, it is {}",
                    exact(*t)
                )),
            },
            Temperature::Listed(all) => match all.iter().position(|t| !sound(*t, 0.0)) {
                Some(k) => refuse(format!(
                    "must be 0 or above and finite; that of sweep {k} is {}",
                    exact(all[k])
                )),
                None if all.is_empty() => {
                    refuse("is an empty list: it needs one number for each sweep".into())
                }
                None => Ok(()),
            },
            Temperature::Falling {
                from,
                to,
                sweeps,
                by,
            } => {
                let least = match by {
                    Fall::Geometric => f64::MIN_POSITIVE,
                    Fall::Linear => 0.0,
                };
                if *sweeps == 0 {
                    return refuse("falls in 0 sweeps: at least 1 is needed".into());
                }
                match [from, to].into_iter().find(|t| !sound(**t, least)) {
                    Some(t) if *t == 0.0 => Err(Refusal::new(
                        "temperature",
                        "cannot fall to 0, or from it, by a factor",
                    )
                    .help("by = \"difference\" does; after the last sweep it is 0 in any case")),
                    Some(t) => refuse(format!(
                        "must be 0 or above and finite, it is {}",
                        exact(*t)
                    )),
                    None => Ok(()),
                }
            }
        }
    }
}

/// How units flip, and how warm it is: a temperature is that of methods under noise too.
#[derive(Clone, Debug, PartialEq)]
pub struct Flipping {
    /// When, at temperature 0.
    pub rule: Rule,
    /// What happens in a tie; unsaid, units of 0 and 1 take their lower value (as Hopfield's are printed) and others stay.
    pub ties: Option<Ties>,
    /// In which order.
    pub order: Order,
    /// How warm it is.
    pub temperature: Temperature,
}

impl Flipping {
    /// What of it is not as it is unless said: `, rule field, T = 0.5`.
    pub fn words(&self) -> String {
        let mut words = String::new();
        if self.rule == Rule::Field {
            words += ", rule field";
        }
        words += match self.order {
            Order::Random => "",
            Order::RandomPermutation => ", every unit once a sweep",
            Order::Cyclic => ", one after the other",
            Order::Layers => ", layer by layer",
            Order::Listed(_) => ", in an order that is listed",
        };
        match &self.temperature {
            Temperature::Constant(0.0) => {}
            Temperature::Constant(t) => words += &format!(", T = {t}"),
            Temperature::Falling { from, to, .. } => words += &format!(", T from {from} to {to}"),
            Temperature::Listed(_) => words += ", T as it is listed",
        }
        words
    }
}

impl Default for Flipping {
    fn default() -> Self {
        Flipping {
            rule: Rule::default(),
            ties: None,
            order: Order::default(),
            temperature: Temperature::Constant(0.0),
        }
    }
}
