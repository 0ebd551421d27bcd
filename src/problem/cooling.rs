//! Units that are cooled: a temperature that falls by one factor from sweep to sweep, then 0 until nothing changes.

use super::Stage;
use crate::key::{Form, Key, key};
use crate::model_file::Table;
use crate::number::number;

/// Most sweeps.
const MOST: u64 = 1 << 40;

/// A sweep asks each unit once, in an order that is drawn anew. The statistics that ours are compared with are of such sweeps; units that are drawn one by
/// one, some twice and some not at all in a sweep, succeed less often.
pub(super) const PERMUTED: &str = "\"random-permutation\"";

/// From which temperature to which, in how many sweeps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cooling {
    pub from: f64,
    pub to: f64,
    pub sweeps: u64,
}

/// The key `sweeps` of `[network]`.
pub(super) const fn sweeps(default: &'static str) -> Key {
    const ABOUT: &str = "sweeps in which it is cooled";
    key("sweeps", Form::Whole(1, Some(MOST)), ABOUT, default)
}

/// The key `from`.
pub(super) const fn from(about: &'static str, default: &'static str) -> Key {
    key("from", Form::Positive, about, default)
}

/// The key `to`.
pub(super) const fn to(default: &'static str) -> Key {
    key("to", Form::Positive, "the last one", default)
}

impl Cooling {
    /// What `[network]` says, or these where it is silent; none where it would be heated, which is told.
    pub fn read(self, network: &mut Table<'_>) -> Option<Self> {
        let sweeps = network.key("sweeps").whole(1..=MOST);
        let first = network.key("from");
        let from = first.positive().unwrap_or(self.from);
        let to = network.key("to").positive().unwrap_or(self.to);
        if from < to {
            let (from, to) = (number(from), number(to));
            let why = format!("must be at least `to` = {to}, it is {from}: the network is cooled");
            return first.error(why).none();
        }
        let sweeps = sweeps.unwrap_or(self.sweeps);
        Some(Cooling { from, to, sweeps })
    }

    /// A network that is cooled so.
    pub fn of(&self, stage: Stage) -> Stage {
        let Cooling { from, to, sweeps } = self;
        let walk = format!("{{ from = {from:?}, to = {to:?}, sweeps = {sweeps} }}");
        // Long enough to come to rest after it.
        let most = format!("{}.0", sweeps.saturating_add(1000));
        stage
            .solve("method", "\"annealing\"")
            .solve("order", PERMUTED)
            .solve("temperature", walk)
            .solve("t_max", most)
    }
}
