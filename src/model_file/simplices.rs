//! Sets of neurons, listed or drawn.

use std::collections::BTreeSet;

use super::{Field, Value};
use crate::number::plural;
use crate::pattern::random::Stream;
use crate::synapse::DRAWN;

/// The most sets of one size that are made, and of which one is drawn from a list of all.
const MOST: u64 = 1 << 24;

/// Reads sets of the `n` neurons of a layer; none where something is wrong, which is recorded.
pub(super) fn read(field: &Field<'_>, n: usize) -> Option<Vec<Vec<usize>>> {
    let last = (n as u64).saturating_sub(1);
    match &field.value()?.value {
        Value::Table(_) => drawn(field, n),
        _ => field.each(|simplex| simplex.each(|i| Some(i.whole(0..=last)? as usize))),
    }
}

fn drawn(field: &Field<'_>, n: usize) -> Option<Vec<Vec<usize>>> {
    let mut table = field.section(&DRAWN)?;
    let (sizes, counts) = (table.required("random"), table.key("count"));
    let seed = table.key("seed").seed().unwrap_or(0);
    table.finish();
    let sizes = sizes.each(|k| Some(k.whole(1..=n as u64)? as usize))?;
    let wanted = match counts.is_present() {
        true => counts.each(|c| c.whole(0..=MOST).map(Some))?,
        false => vec![None; sizes.len()],
    };
    if wanted.len() != sizes.len() {
        let why = format!(
            "`count` must have a number for each of `random`, it has {}, not {}",
            wanted.len(),
            sizes.len()
        );
        return counts.error(why).none();
    }
    let mut all = Vec::new();
    for (draw, (size, count)) in sizes.iter().zip(wanted).enumerate() {
        let there = sets(n, *size);
        let count = count.unwrap_or(there);
        if count > there || count > MOST {
            let neurons = plural(n, "neuron");
            let most = there.min(MOST);
            let why = format!(
                "cannot take {count} sets of {size} of {neurons}: there are {there}, and at most {most} are made"
            );
            return field.error(why).none();
        }
        let stream = |place| Stream::of(seed, *size, place, draw);
        if there <= MOST {
            // By their places in the list of all.
            let mut places = stream(0).choice(there as usize, count as usize);
            places.sort_unstable();
            let mut set: Vec<usize> = (0..*size).collect();
            let mut at = 0;
            for place in places {
                while at < place {
                    advance(&mut set, n);
                    at += 1;
                }
                all.push(set.clone());
            }
            continue;
        }
        // Far fewer than there are: those that were drawn before are seldom drawn again.
        let mut found = BTreeSet::new();
        let mut place = 0;
        while (found.len() as u64) < count {
            let mut set = stream(place).choice(n, *size);
            set.sort_unstable();
            found.insert(set);
            place += 1;
        }
        all.extend(found);
    }
    Some(all)
}

/// How many sets of `k` of `n` neurons there are; the largest number where there are more.
fn sets(n: usize, k: usize) -> u64 {
    let k = k.min(n - k);
    let mut count: u128 = 1;
    for i in 0..k {
        count = count * (n - i) as u128 / (i + 1) as u128;
        if count > u128::from(u64::MAX) {
            return u64::MAX;
        }
    }
    count as u64
}

/// The next set in the order of their neurons.
fn advance(set: &mut [usize], n: usize) {
    let k = set.len();
    let Some(i) = (0..k).rev().find(|i| set[*i] < n - k + i) else {
        return;
    };
    set[i] += 1;
    for j in i + 1..k {
        set[j] = set[j - 1] + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_counted_and_gone_through_once_each() {
        for n in 1..9 {
            for k in 1..=n {
                let mut set: Vec<usize> = (0..k).collect();
                let mut all = BTreeSet::from([set.clone()]);
                for _ in 1..sets(n, k) {
                    advance(&mut set, n);
                    assert!(set.is_sorted() && set[k - 1] < n);
                    all.insert(set.clone());
                }
                assert_eq!(all.len() as u64, sets(n, k));
            }
        }
        assert_eq!(sets(100, 3), 161_700);
        assert_eq!(sets(1_000_000, 20), u64::MAX);
    }
}
