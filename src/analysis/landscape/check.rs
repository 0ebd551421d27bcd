//! Whether a search fits its network.

use super::Search;
use crate::analysis::follow::none_free;
use crate::network::Network;
use crate::number::plural;
use crate::refusal::Refusal;

/// Most numbers of all starts together, half a GiB.
const MOST_NUMBERS: usize = 1 << 26;

pub(super) fn check(network: &Network, search: &Search) -> Result<(), Refusal> {
    let n = network.size();
    let neurons = plural(n, "neuron");
    let all = std::iter::once(&search.base.x).chain(&search.given);
    for (k, x) in all.enumerate() {
        let refuse = |why: String| Err(Refusal::new("start", why).of_entry(k));
        if x.len() != n {
            return refuse(format!(
                "has {} numbers, the network has {neurons}",
                x.len()
            ));
        }
        if let Some(i) = x.iter().position(|x| !x.is_finite()) {
            return refuse(format!("has {} for neuron {i}", x[i]));
        }
    }
    let own = &search.base.input;
    if !own.is_empty() && own.len() != n {
        let why = format!("has {} numbers, the network has {neurons}", own.len());
        return Err(Refusal::new("input", why));
    }
    if let Some(i) = search.base.clamped.iter().find(|i| **i >= n) {
        let why = format!("names neuron {i}, the network has {neurons}");
        return Err(Refusal::new("clamped", why));
    }
    let clamped = [network.clamped(), &search.base.clamped].concat();
    if (0..n).all(|i| clamped.contains(&i)) {
        return Err(none_free());
    }
    if let Some((layer, memories)) = &search.memories {
        memories.check(network, *layer)?;
    }
    let numbers = search
        .random
        .saturating_add(search.given.len())
        .saturating_mul(n);
    if numbers > MOST_NUMBERS {
        let why = format!(
            "have {numbers} numbers together, more than the {MOST_NUMBERS} that are kept in memory"
        );
        return Err(Refusal::new("starts", why).help("follow fewer"));
    }
    if search.max_points == 0 {
        return Err(Refusal::new("max_points", "must be at least 1"));
    }
    Ok(())
}
